# tests/formats/test_tvips.py

"""Test files by TVIPS EM-MENU."""

from __future__ import annotations

import io
import struct

import numpy
import pytest
from builder import BYTE, LONG, Tag
from stacks import build_tagged, planes

from tifffile import TIFF, TiffFile

# offsets in structures
PIXELSIZE = 2724
STATISTICS = 2460
STAGE = 3308
MAGIC = 6064


def make_header(
    version=2, byteorder='<', magic=0xAAAAAAAA, pixelsize=(1.5, 2.5)
):
    """Return structures of version."""
    result = struct.pack(
        byteorder + 'i80s40i', version, b'comment \xff', *range(100, 140)
    )
    assert len(result) == 244
    if version != 2:
        return result
    encoding = 'utf-16-le' if byteorder == '<' else 'utf-16-be'
    fields = bytearray(6068)
    for offset, text in ((0, 'image name'), (160, 'B:\\f\u00f6lder\\')):
        data = text.encode(encoding)
        fields[offset : offset + len(data)] = data
        # what follows the first NUL is to be ignored
        fields[offset + 60 : offset + 64] = b'abcd'
    struct.pack_into(byteorder + '2f', fields, PIXELSIZE, *pixelsize)
    struct.pack_into(byteorder + '4d', fields, STATISTICS, 1.5, -2.5, 3.0, 4.0)
    struct.pack_into(byteorder + '5f', fields, STAGE, *range(5))
    struct.pack_into(byteorder + 'f', fields, 3300, 0.25)
    struct.pack_into(byteorder + 'I', fields, MAGIC, magic)
    return result + bytes(fields)


def build(tag, byteorder='<', **kwargs):
    """Return file with tag."""
    return build_tagged(planes(1, 5, 6), [tag], byteorder=byteorder, **kwargs)


@pytest.mark.parametrize('bigtiff', [False, True])
@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_version2(byteorder, bigtiff):
    """Test header of version 2."""
    tag = Tag(37706, BYTE, make_header(byteorder=byteorder))
    with TiffFile(build(tag, byteorder, bigtiff=bigtiff)) as tif:
        assert tif.is_tvips
        assert tif.pages[0].is_tvips
        metadata = tif.tvips_metadata
        assert tif.pages[0].tags['TVIPS'].value == metadata
        assert len(metadata) == 42 + 54 - 1 + 1
        assert metadata['ImageDisplaType'] == metadata['ImageDisplayType']
        assert metadata['Version'] == 2
        assert metadata['CommentV1'] == b'comment \xff'
        assert metadata['HighTension'] == 100
        assert metadata['ImageStatisticsQuality'] == 139
        assert metadata['ImageName'] == 'image name'
        assert metadata['ImageFolder'] == 'B:\\f\u00f6lder\\'
        assert metadata['Comment'] == ''
        assert metadata['PixelSizeX'] == 1.5
        assert metadata['PostMagnification'] == 0.25
        assert metadata['ImageStatistics'][:2] == [1.5 - 2.5j, 3 + 4j]
        assert len(metadata['ImageStatistics']) == 16
        assert metadata['TemStagePosition'] == [0.0, 1.0, 2.0, 3.0, 4.0]
        assert metadata['Magic'] == 2863311530
        series = tif.series[0]
        assert series.kind == 'Generic'
        assert series.attr['scale'] == pytest.approx(
            {'X': 0.0015, 'Y': 0.0025}
        )
        assert series.attr['unit'] == {'X': 'micrometer', 'Y': 'micrometer'}


@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_version1(byteorder):
    """Test header of version 1."""
    tag = Tag(37706, BYTE, make_header(1, byteorder))
    with TiffFile(build(tag, byteorder)) as tif:
        metadata = tif.tvips_metadata
        assert len(metadata) == 42
        assert metadata['Version'] == 1
        assert metadata['PostMagnification'] == 104
        assert 'scale' not in tif.series[0].attr


def test_wrong_count():
    """Test header is read whatever the count of the tag."""
    header = make_header()
    tag = Tag(37706, BYTE, header, count=1, inline=False)
    with TiffFile(build(tag)) as tif:
        assert tif.tvips_metadata['ImageName'] == 'image name'


@pytest.mark.parametrize(
    ('header', 'message'),
    [
        (make_header(magic=1), 'invalid magic number 1'),
        (make_header(version=3), 'unknown version 3'),
        (make_header(byteorder='>'), 'unknown version'),
    ],
)
def test_unknown(header, message, caplog):
    """Test structures of unknown version or magic number."""
    with TiffFile(build(Tag(37706, BYTE, header))) as tif:
        assert tif.series[0].shape == (5, 6)
        assert tif.tvips_metadata == {}
        assert len(caplog.records) == 1
    assert message in caplog.text


@pytest.mark.parametrize('size', [20, 243, 244, 6311])
def test_truncated(size, caplog):
    """Test structures at end of file."""
    header = make_header()[:size]
    data = bytearray(build(Tag(37706, BYTE, b'x' * size)).getvalue())
    start = data.index(b'x' * size)
    del data[start : start + size]
    data += header
    # offset to value
    pos = data.index(struct.pack('<HHI', 37706, BYTE, size)) + 8
    data[pos : pos + 4] = struct.pack('<I', len(data) - size)
    with TiffFile(io.BytesIO(data)) as tif:
        assert tif.tvips_metadata == {}
        assert len(tif.series) == 1
        assert len(caplog.records) == 1
        assert 'exceeds file' in caplog.text
        assert tif.pages[0].tags[37706].value == header


@pytest.mark.parametrize(
    'pixelsize', [(0, 0), (-1, -1), (float('nan'), float('inf'))]
)
def test_pixelsize(pixelsize, caplog):
    """Test sizes of pixels that are none."""
    tag = Tag(37706, BYTE, make_header(pixelsize=pixelsize))
    with TiffFile(build(tag)) as tif:
        assert tif.tvips_metadata['Magic'] == 0xAAAAAAAA
        assert 'scale' not in tif.series[0].attr
    assert not caplog.records


def test_inline(caplog):
    """Test value that is no offset."""
    with TiffFile(build(Tag(37706, LONG, 2**31))) as tif:
        assert tif.series[0].shape == (5, 6)
        assert not tif.tvips_metadata
    assert 'invalid value offset' in caplog.text


def test_tables():
    """Test sizes of structures."""
    for version, size in ((1, 244), (2, 6068)):
        fields = getattr(TIFF, f'TVIPS_HEADER_V{version}')
        assert numpy.dtype(fields).itemsize == size
