# tests/formats/test_nih.py

"""Test NIH Image files."""

from __future__ import annotations

import io

import numpy
import pytest
from builder import BYTE, LONG, SHORT, Page, build_tiff
from numpy.testing import assert_array_equal
from stacks import planes

from tifffile import TIFF, TiffFile


def build_header(byteorder='>', **fields):
    """Return NIHImageHeader."""
    dtype = numpy.dtype(TIFF.NIH_IMAGE_HEADER).newbyteorder(byteorder)
    assert dtype.itemsize == 312
    header = numpy.zeros((), dtype)
    values = {
        'FileID': b'IPICIMAG',
        'nLines': 6,
        'PixelsPerLine': 9,
        'Version': 160,
        'XScale': 2.5,
        'UnitsID': 1,
        'UMsize': 4,
        'UM': b'unit xxxx',
        'XUnitSize': 2,
        'XUnit': b'umxx',
        'PixelAspectRatio': 2.0,
        'p1': (1, 2),
        'Coeff': numpy.arange(6.0),
        'Colors': numpy.arange(96).reshape(3, 32),
        'ExtraColors': numpy.arange(18).reshape(6, 3),
        'BinaryPic': True,
        'Fill2': (7, 8, 9),
        **fields,
    }
    for name, value in values.items():
        header[name] = value
    return header.tobytes() + bytes(200)


def build(data, byteorder='>', colormap=False, **fields):
    """Return NIH Image file."""
    tags = {320: (SHORT, list(range(768)))} if colormap else {}
    photometric = 3 if colormap else 0
    pages = [
        Page(plane, photometric=photometric, tags={**tags}) for plane in data
    ]
    pages[0].tags[43314] = (BYTE, build_header(byteorder, **fields))
    return pages


@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_single(byteorder):
    """Test one page and metadata."""
    data = planes(6, 9, dtype='uint8')
    file = build_tiff(build([data], byteorder), byteorder=byteorder)
    with TiffFile(io.BytesIO(file)) as tif:
        assert tif.is_nih
        assert tif.pages[0].is_nih
        series = tif.series[0]
        assert series.kind == 'NIHImage'
        assert series.axes == 'YX'
        assert series.get_axes(squeeze=False) == 'IYX'
        assert_array_equal(series.asarray(), data)
        assert series.attr == {
            'scale': {'X': 0.4, 'Y': 0.8},
            'unit': {'X': 'micrometer', 'Y': 'micrometer'},
        }
        metadata = tif.nih_metadata
        assert list(metadata) == [f[0] for f in TIFF.NIH_IMAGE_HEADER]
        assert metadata['FileID'] == 'IPICIMAG'
        assert metadata['Version'] == 160
        assert metadata['XScale'] == 2.5
        assert metadata['UM'] == 'unit'
        assert metadata['XUnit'] == 'um'
        assert metadata['p1'] == (1, 2)
        assert metadata['Coeff'] == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
        assert metadata['Fill2'] == [7, 8, 9]
        assert metadata['BinaryPic'] is True
        assert_array_equal(metadata['Colors'], numpy.arange(96).reshape(3, 32))
        assert_array_equal(
            metadata['ExtraColors'], numpy.arange(18).reshape(6, 3)
        )
    with TiffFile(io.BytesIO(file), is_nih=False) as tif:
        assert tif.nih_metadata is None
        assert tif.series[0].kind == 'Generic'


def test_pages():
    """Test several pages with palette."""
    data = planes(5, 6, 9, dtype='uint8')
    file = build_tiff(build(data, colormap=True), byteorder='>')
    with TiffFile(io.BytesIO(file)) as tif:
        series = tif.series[0]
        assert series.kind == 'nihimage'
        assert series.axes == 'IYX'
        assert_array_equal(series.asarray(), data)


@pytest.mark.parametrize('slices', [4, 5])
def test_slices(slices):
    """Test images that follow that of the only page."""
    data = planes(4, 6, 9, dtype='uint8')
    page = build(data[:1], nSlices=slices)[0]
    page.segments = [data.tobytes()]
    page.tags[279] = (LONG, 54)
    file = build_tiff(page, byteorder='>')
    with TiffFile(io.BytesIO(file)) as tif:
        series = tif.series[0]
        if slices == 4:
            assert series.axes == 'IYX'
            assert series.is_truncated
            assert_array_equal(series.asarray(), data)
        else:
            # the directory is where the fifth image would be
            assert series.axes == 'YX'
            assert_array_equal(series.asarray(), data[0])


def test_mismatch(caplog):
    """Test pages of different sizes."""
    pages = [
        *build([planes(6, 9, dtype='uint8')]),
        Page(planes(5, 5, dtype='uint8')),
    ]
    with TiffFile(io.BytesIO(build_tiff(pages, byteorder='>'))) as tif:
        assert [s.kind for s in tif.series] == ['Generic', 'Generic']
    assert 'does not match' in caplog.text


def test_truncated_header(caplog):
    """Test header that is not in file."""
    page = Page(planes(6, 9, dtype='uint8'), tags={43314: (BYTE, b'IPICIMAG')})
    file = build_tiff(page, byteorder='>')
    with TiffFile(io.BytesIO(file)) as tif:
        assert tif.nih_metadata is None
        assert tif.series[0].kind == 'NIHImage'
        assert tif.pages[0].tags[43314].value == b'IPICIMAG'
    assert 'read_nih_image_header' in caplog.text


def test_constants():
    """Test names of values of fields."""
    assert TIFF.NIH_UNITS_TYPE[10] == 'OtherUnits'
    assert TIFF.NIH_CURVEFIT_TYPE[11] == 'UncalibratedOD'
    assert TIFF.NIH_COLORTABLE_TYPE[9] == 'Spectrum'
    assert TIFF.NIH_LUTMODE_TYPE[5] == 'CustomGrayscale'
    assert len(TIFF.NIH_IMAGE_HEADER) == 46
