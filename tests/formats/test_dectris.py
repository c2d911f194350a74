# tests/formats/test_dectris.py

"""Test files by Dectris detectors."""

from __future__ import annotations

import io
import struct

import numpy
import pytest
from builder import ASCII, LONG, Page, Tag, build_tiff

from tifffile import TIFF, TiffFile

EXPECTED = {
    'IfdVersion': 1,
    'SeriesNumber': 2,
    'ImageDateTime': '2025',
    'ExposureTime': 0.25,
    'BeamCenter': (1.5, 2.5),
    '99': 7,
}


def make_ifd(offset, byteorder):
    """Return IFD with values, to be placed at offset of classic TIFF."""
    start = offset + 2 + 6 * 12 + 4
    records = [
        (0, LONG, 1, struct.pack(byteorder + 'I', 1)),
        (2, LONG, 1, struct.pack(byteorder + 'I', 2)),
        (4, ASCII, 5, struct.pack(byteorder + 'I', start)),
        (7, 12, 1, struct.pack(byteorder + 'I', start + 6)),
        (22, 11, 2, struct.pack(byteorder + 'I', start + 14)),
        (99, LONG, 1, struct.pack(byteorder + 'I', 7)),
    ]
    return (
        struct.pack(byteorder + 'H', len(records))
        + b''.join(
            struct.pack(byteorder + 'HHI', *record[:3]) + record[3]
            for record in records
        )
        + bytes(4)
        + b'2025\0\0'
        + struct.pack(byteorder + 'd2f', 0.25, 1.5, 2.5)
    )


def build(offset, *, dtype=LONG, append=b'', byteorder='<'):
    """Return file whose tag points to offset."""
    image = numpy.arange(30, dtype='uint32').reshape(5, 6)
    page = Page(image, extratags=[Tag(51192, dtype, offset)])
    return io.BytesIO(build_tiff([page], byteorder=byteorder) + append)


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize('dtype', [LONG, 13])
def test_dectris(dtype, byteorder, caplog):
    """Test flags and metadata."""
    offset = len(build(0, dtype=dtype, byteorder=byteorder).getvalue())
    file = build(
        offset,
        dtype=dtype,
        append=make_ifd(offset, byteorder),
        byteorder=byteorder,
    )
    with TiffFile(file) as tif:
        assert tif.is_dectris
        assert tif.pages[0].tags['DectrisIFD'].value == EXPECTED
        assert tif.pages[0].dectris_tags == EXPECTED
        assert tif.dectris_metadata == EXPECTED
        assert tif.series[0].kind == 'Generic'
        assert tif.series[0].asarray()[4, 5] == 29
    assert not caplog.records
    assert TIFF.DECTRIS_TAGS[22] == 'BeamCenter'


@pytest.mark.parametrize('offset', [0, 4, 10**6, 2**32 - 1])
def test_damaged_offset(offset, caplog):
    """Test IFD that is not in the file."""
    with TiffFile(build(offset)) as tif:
        assert len(tif.series) == 1
        assert not tif.dectris_metadata
        assert len(caplog.records) == 1


@pytest.mark.parametrize('size', [4, 40])
def test_truncated_ifd(size, caplog):
    """Test IFD at end of file is truncated."""
    offset = len(build(0).getvalue())
    file = build(offset, append=make_ifd(offset, '<')[:size])
    with TiffFile(file) as tif:
        assert tif.series[0].shape == (5, 6)
        assert tif.dectris_metadata == {}
        assert len(caplog.records) == 1
        assert 'read_dectris_ifd raised' in caplog.text
        assert tif.pages[0].tags[51192].value == offset


@pytest.mark.parametrize(
    ('size', 'missing'),
    [
        (80, {'ImageDateTime', 'ExposureTime', 'BeamCenter'}),
        (95, {'BeamCenter'}),
    ],
)
def test_truncated_values(size, missing, caplog):
    """Test values at end of file are truncated."""
    offset = len(build(0).getvalue())
    file = build(offset, append=make_ifd(offset, '<')[:size])
    with TiffFile(file) as tif:
        assert tif.series[0].shape == (5, 6)
        assert tif.dectris_metadata == {
            key: EXPECTED[key] for key in EXPECTED.keys() - missing
        }
        assert len(caplog.records) == len(missing)


def test_circular(caplog):
    """Test tag that points to the IFD of the page."""
    offset = struct.unpack('<I', build(0).getvalue()[4:8])[0]
    with TiffFile(build(offset)) as tif:
        assert tif.dectris_metadata['256'] == 6
        assert len(tif.series) == 1
