# tests/formats/test_sem.py

"""Test files by Zeiss scanning electron microscopes."""

from __future__ import annotations

import io

import numpy
import pytest
from builder import ASCII, BYTE, Page, Tag, build_tiff

from tifffile import TiffFile

LINES = """0
0
2.6e-06
text
AP_DATE
Date :23 Dec 2015
AP_TIME
Time :13:46:54
AP_WD
WD = 4.5 mm
this line has no separator
AP_IMAGE_PIXEL_SIZE
this line neither
Image Pixel Size = 250.5 nm
AP_PIXEL_SIZE
Pixel Size = 0.5 µm
DP_ZOOM
Zoom = No
DP_OUT_DEV
Out Dev = On
DP_FREEZE
Freeze = Off
DP_AUTO
Auto = Yes
AP_MAG
Mag = 43.34 K X
DP_IMAGE_STORE
Store resolution = 1024 * 768
SV_VERSION
Version = V05.07
AP_FORMULA
Formula = a = b
AP_SPOT
SPOT = 5
AP_EMPTY
Empty =
"""

EXPECTED = {
    '': (0, 0, 2.6e-06, 'text', 'this line has no separator'),
    'ap_date': ('Date', '23 Dec 2015'),
    'ap_time': ('Time', '13:46:54'),
    'ap_wd': ('WD', 4.5, 'mm'),
    'ap_image_pixel_size': ('Image Pixel Size', 250.5, 'nm'),
    'ap_pixel_size': ('Pixel Size', 0.5, 'µm'),
    'dp_zoom': ('Zoom', False),
    'dp_out_dev': ('Out Dev', True),
    'dp_freeze': ('Freeze', False),
    'dp_auto': ('Auto', True),
    'ap_mag': ('Mag', '43.34 K X'),
    'dp_image_store': ('Store resolution', '1024 * 768'),
    'sv_version': ('Version', 'V05.07'),
    'ap_formula': ('Formula', 'a = b'),
    'ap_spot': ('SPOT', 5),
    'ap_empty': ('Empty', ''),
}

TEXT = LINES.replace('\n', '\r\n').encode('cp1252')


def build(*tags, **kwargs):
    """Return file with palette image."""
    image = numpy.arange(30, dtype='uint8').reshape(5, 6)
    page = Page(
        image,
        photometric=3,
        tags={320: (3, numpy.arange(768, dtype='u2'))},
        extratags=tags,
    )
    return io.BytesIO(build_tiff([page], **kwargs))


@pytest.mark.parametrize('dtype', [ASCII, BYTE])
@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_sem(byteorder, dtype):
    """Test flags, metadata, and size of pixels."""
    with TiffFile(build(Tag(34118, dtype, TEXT), byteorder=byteorder)) as tif:
        assert tif.is_sem
        assert tif.pages[0].is_sem
        assert tif.sem_metadata == EXPECTED
        assert tif.pages[0].tags['CZ_SEM'].value == EXPECTED
        series = tif.series[0]
        assert series.kind == 'Generic'
        assert series.attr['scale'] == pytest.approx(
            {'X': 0.2505, 'Y': 0.2505}
        )
        assert series.attr['unit'] == {'X': 'micrometer', 'Y': 'micrometer'}
        assert series.asarray().shape == (5, 6)


def test_pixel_size():
    """Test size of pixels of old releases."""
    text = 'AP_PIXEL_SIZE\nPixel Size = 0.5 µm\n'.encode('cp1252')
    with TiffFile(build(Tag(34118, ASCII, text))) as tif:
        assert tif.series[0].attr['scale'] == {'X': 0.5, 'Y': 0.5}


def test_wrong_count():
    """Test count of tag is larger than text."""
    data = b'0\r\nAP_WD\r\nWD = 4.5 mm\r\n\0\xff\x81AP_X\r\nX = 1\r\n'
    with TiffFile(build(Tag(34118, ASCII, data))) as tif:
        assert tif.sem_metadata == {'': (0,), 'ap_wd': ('WD', 4.5, 'mm')}


@pytest.mark.parametrize(
    'text',
    [
        '',
        '\n\n',
        'AP_PIXEL_SIZE',
        'AP_PIXEL_SIZE\nPixel Size = nm\n',
        'AP_PIXEL_SIZE\nPixel Size = inf nm\n',
        'AP_PIXEL_SIZE\nPixel Size = -1 nm\n',
        'AP_PIXEL_SIZE\nPixel Size = 0\n',
        'AP_PIXEL_SIZE\nAP_PIXEL_SIZE\n=\n',
        '=\n:\nA\nB\n=:\n',
    ],
)
def test_damaged_text(text, caplog):
    """Test text with broken lines and numbers."""
    with TiffFile(build(Tag(34118, ASCII, text + '\0\0\0\0\0\0\0\0'))) as tif:
        assert tif.is_sem
        assert isinstance(tif.sem_metadata[''], tuple)
        assert 'scale' not in tif.series[0].attr
        assert tif.series[0].asarray().shape == (5, 6)
    assert not caplog.records


def test_damaged_bytes(caplog):
    """Test bytes that are no text."""
    data = b'AP_WD\nWD = \x81\x8d\x8f mm'
    with TiffFile(build(Tag(34118, BYTE, data))) as tif:
        assert tif.series[0].shape == (5, 6)
        assert tif.sem_metadata == {}
        assert len(caplog.records) == 1
        assert 'read_cz_sem raised' in caplog.text
        assert tif.pages[0].tags[34118].value == data
