# tests/formats/test_mediacy.py

"""Test sequences by Media Cybernetics and PCO."""

from __future__ import annotations

import numpy
import pytest
from builder import ASCII, BYTE, DOUBLE, LONG, Tag
from stacks import build_tagged, planes

from tifffile import TiffFile

TAGS = [
    Tag(50288, ASCII, 'MC TIFF 4.0'),
    Tag(50289, DOUBLE, (1.5, 2.5)),
    Tag(50290, DOUBLE, 0.25),
    Tag(50293, ASCII, 'DAPI'),
    Tag(50296, BYTE, bytes(range(20))),
]

EXPECTED = {
    'Id': 'MC TIFF 4.0',
    'XYPosition': (1.5, 2.5),
    'ZPosition': 0.25,
    'ChannelName': 'DAPI',
    'FrameProperties': bytes(range(20)),
}
METADATA = {k: v for k, v in EXPECTED.items() if k != 'FrameProperties'}


def build(tags, pages=4, **kwargs):
    """Return data and file whose pages have tags."""
    data = planes(pages, 8, 9)
    return data, build_tagged(data, tags, **kwargs)


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize('bigtiff', [False, True])
@pytest.mark.parametrize('dtype', [ASCII, BYTE, 7])
def test_mediacy(dtype, bigtiff, byteorder, caplog):
    """Test flags and metadata."""
    tags = [Tag(50288, dtype, b'MC TIFF 4.0\0'), *TAGS[1:]]
    data, file = build(tags, bigtiff=bigtiff, byteorder=byteorder)
    with TiffFile(file) as tif:
        assert tif.is_mediacy
        assert 'mediacy' in tif.flags
        assert tif.pages[0].tags['MC_Id'].value == b'MC TIFF 4.0\0'
        assert tif.pages[2].mediacy_tags == EXPECTED
        assert tif.mediacy_metadata == METADATA
        series = tif.series[0]
        assert series.kind == 'Generic'
        assert series.shape == (4, 8, 9)
        assert series.axes == 'IYX'
        numpy.testing.assert_array_equal(series.asarray(), data)
    assert not caplog.records


@pytest.mark.parametrize(
    'tags',
    [
        [Tag(40100, ASCII, 'MC TIFF 3.0')],
        [Tag(50288, ASCII, 'TIFF 4.0 by others')],
        [Tag(50288, LONG, (1, 2, 3))],
        [Tag(50288, ASCII, 'MC TIFF 4.0', offset=2**31)],
        [Tag(50288, ASCII, 'abc')],
    ],
)
def test_other(tags, caplog):
    """Test other identifiers, and the one of old releases."""
    data, file = build(tags)
    with TiffFile(file) as tif:
        assert not tif.is_mediacy
        assert tif.mediacy_metadata is None
        numpy.testing.assert_array_equal(tif.asarray(), data)
        assert len(caplog.records) <= 1
        if tags[0].code == 40100:
            assert tif.pages[0].tags['MC_IdOld'].value == b'MC TIFF 3.0\0'


def test_damaged_tag(caplog):
    """Test value that is not in the file is left out."""
    tags = [*TAGS[:2], Tag(50290, DOUBLE, 0.25, offset=2**31), *TAGS[3:]]
    with TiffFile(build(tags)[1]) as tif:
        expected = {k: v for k, v in METADATA.items() if k != 'ZPosition'}
        assert tif.mediacy_metadata == expected
        assert len(tif.series) == 1
        assert len(caplog.records) == 1


def test_pcoraw(tmp_path):
    """Test BigTIFF by PCO cameras."""
    data, file = build([Tag(50495, 7, bytes(range(30)))], 3, bigtiff=True)
    path = tmp_path / 'test.pcoraw'
    path.write_bytes(file.getvalue())
    with TiffFile(path) as tif:
        assert tif.pages[0].tags['PCO_RAW'].value == bytes(range(30))
        assert tif.series[0].axes == 'IYX'
        numpy.testing.assert_array_equal(tif.asarray(), data)
