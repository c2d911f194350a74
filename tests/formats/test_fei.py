# tests/formats/test_fei.py

"""Test files by FEI electron microscopes."""

from __future__ import annotations

import io

import numpy
import pytest
from builder import ASCII, BYTE, Page, Tag, build_tiff

from tifffile import TIFF, TiffFile

TEXT = """ignored=1\r
[User]\r
Date=11/25/2020\r
User=supervisor\r
\r
[System]\r
DisplayHeight=0.324\r
not a pair\r
[Beam]\r
HV=5000\r
Spot=\r
Scan=EScan\r
Equation = a=b\r
[Scan]\r
InternalScan=true\r
PixelWidth=3.5e-09\r
PixelHeight=7e-09\r
"""

EXPECTED = {
    'User': {'Date': '11/25/2020', 'User': 'supervisor'},
    'System': {'DisplayHeight': 0.324},
    'Beam': {'HV': 5000, 'Spot': '', 'Scan': 'EScan', 'Equation': 'a=b'},
    'Scan': {
        'InternalScan': True,
        'PixelWidth': 3.5e-09,
        'PixelHeight': 7e-09,
    },
}


def build(*tags, pages=1, **kwargs):
    """Return file with tags in first page."""
    image = numpy.arange(30, dtype='uint8').reshape(5, 6)
    return io.BytesIO(
        build_tiff(
            [Page(image, extratags=tags)]
            + [Page(image) for _ in range(pages - 1)],
            **kwargs,
        )
    )


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize('bigtiff', [False, True])
@pytest.mark.parametrize('code', [34680, 34682])
def test_fei(code, bigtiff, byteorder):
    """Test flags, metadata, and size of pixels."""
    file = build(
        Tag(code, ASCII, TEXT), pages=3, bigtiff=bigtiff, byteorder=byteorder
    )
    with TiffFile(file) as tif:
        assert tif.is_fei
        assert tif.pages[0].is_fei
        assert not tif.pages[1].is_fei
        assert tif.fei_metadata == EXPECTED
        assert tif.pages[0].tags[code].value == EXPECTED
        assert tif.pages[0].tags[code].name == TIFF.TAGS[code]
        series = tif.series[0]
        assert series.kind == 'Generic'
        assert series.shape == (3, 5, 6)
        assert series.attr['scale'] == pytest.approx({'X': 0.0035, 'Y': 0.007})
        assert series.attr['unit'] == {'X': 'micrometer', 'Y': 'micrometer'}
        assert series.coords['width'][-1] == pytest.approx(5 * 0.0035)
        assert series.asarray().shape == (3, 5, 6)
    file.seek(0)
    with TiffFile(file, is_fei=False) as tif:
        assert tif.fei_metadata is None
        assert 'scale' not in tif.series[0].attr


def test_both_tags():
    """Test sections of second tag replace those of the first."""
    file = build(
        Tag(34680, ASCII, TEXT),
        Tag(34682, ASCII, '[User]\nUser=other\n[More]\na=1.5\n'),
    )
    with TiffFile(file) as tif:
        assert tif.fei_metadata == {
            **EXPECTED,
            'User': {'User': 'other'},
            'More': {'a': 1.5},
        }


def test_named_scan():
    """Test size of pixels in section that Beam tells."""
    text = '[Beam]\nScan=IScan\n[IScan]\nPixelWidth=1e-6\nPixelHeight=2e-6\n'
    with TiffFile(build(Tag(34682, ASCII, text))) as tif:
        assert tif.series[0].attr['scale'] == {'X': 1.0, 'Y': 2.0}


def test_other_size():
    """Test images of other sizes have no size of pixels."""
    pages = [
        Page(numpy.zeros((8, 8), 'u1'), extratags=[Tag(34682, ASCII, TEXT)]),
        Page(numpy.zeros((7, 3), 'u1')),
    ]
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        assert 'scale' in tif.series[0].attr
        assert 'scale' not in tif.series[1].attr


def test_titan():
    """Test XML of Titan is text."""
    xml = '<?xml version="1.0"?><Metadata/>'
    with TiffFile(build(Tag(34683, ASCII, xml))) as tif:
        assert not tif.is_fei
        assert tif.fei_metadata is None
        assert tif.pages[0].tags['FEI_TITAN'].value == xml


@pytest.mark.parametrize(
    'text',
    [
        'text without sections',
        '[Scan\nPixelWidth=x',
        '[Scan]\nPixelWidth=inf\nPixelHeight=nan',
        '[Scan]\nPixelWidth=-1\nPixelHeight=0',
        '[Beam]\nScan=5\nScan=[]\n[Beam]',
        'Beam=1\nScan=2',
        '[]\n=\n[]]\n==',
        '[Beam]\n' + 'HV=' + '9' * 10000,
    ],
)
def test_damaged_text(text, caplog):
    """Test text with broken lines and numbers."""
    with TiffFile(build(Tag(34680, ASCII, text))) as tif:
        assert isinstance(tif.fei_metadata, dict)
        assert 'scale' not in tif.series[0].attr
        assert tif.series[0].shape == (5, 6)
        assert 'TiffFile' in str(tif)
    assert not caplog.records


def test_damaged_bytes(caplog):
    """Test bytes that are no text."""
    data = b'[Scan]\nPixelWidth=\x81\x8d'
    with TiffFile(build(Tag(34680, BYTE, data))) as tif:
        assert tif.series[0].shape == (5, 6)
        assert tif.fei_metadata == {}
        assert len(caplog.records) == 1
        assert 'read_fei_metadata raised' in caplog.text
        assert tif.pages[0].tags[34680].value == data


def test_damaged_offset(caplog):
    """Test value that is not in the file."""
    with TiffFile(build(Tag(34680, ASCII, TEXT, offset=10**6))) as tif:
        assert tif.series[0].shape == (5, 6)
        assert tif.fei_metadata in ({}, None)
        assert 34680 not in tif.pages[0].tags
    assert 'invalid value offset' in caplog.text
