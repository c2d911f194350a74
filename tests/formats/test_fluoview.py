# tests/formats/test_fluoview.py

"""Test Olympus FluoView files."""

from __future__ import annotations

import io
import struct

import numpy
import pytest
from builder import BYTE, DOUBLE, Page, build_tiff
from numpy.testing import assert_array_equal
from stacks import check_stack, planes
from tifffile.tifffile import fluoview_description_metadata

from tifffile import TIFF, TiffFile


def pack_dimension(byteorder, name='', size=0, step=0.0, unit=''):
    """Return record of dimension."""
    return struct.pack(
        f'{byteorder}16sidd64s', name.encode(), size, 0.0, step, unit.encode()
    )


def build_header(byteorder, *dimensions, name='my image.oib'):
    """Return MM_Header."""
    records = [pack_dimension(byteorder, *args) for args in dimensions]
    records += [pack_dimension(byteorder)] * (10 - len(records))
    result = (
        struct.pack(
            f'{byteorder}hB257sIiIIiI', 1, 2, name.encode(), 0, 0, 0, 0, 0, 0
        )
        + b''.join(records)
        + struct.pack(f'{byteorder}Ih', 0, 3)
        + struct.pack(f'{byteorder}4d', 0, 1, 2, 4095)
        + struct.pack(f'{byteorder}Idd', 0, 0.5, 1.5)
        + pack_dimension(byteorder, 'Gray', 4096, 1.0, 'level')
        + struct.pack(f'{byteorder}IiI', 0, 0, 7)
    )
    assert len(result) == 1454
    return result


def build(data, header, byteorder='<', stamp=8):
    """Return FluoView file."""
    pages = []
    for i, plane in enumerate(data):
        tags = {34362: (DOUBLE, [float(i + j) for j in range(stamp)])}
        pages.append(Page(plane, tags=tags))
    if header is not None:
        pages[0].tags[34361] = (BYTE, header)
    return build_tiff(pages, byteorder=byteorder)


def check(tif, axes, data):
    """Assert that series is as expected."""
    assert tif.is_fluoview
    return check_stack(tif, 'FluoView', axes, data)


@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_fluoview(byteorder):
    """Test dimensions and metadata."""
    data = planes(2, 3, 6, 7)
    header = build_header(
        byteorder,
        ('X', 7, 0.25, 'um'),
        ('Y', 6, 0.5, 'um'),
        ('T', 3, 2.0, 's'),
        ('Ch', 2, 1.0, 'Ch'),
    )
    file = build(data.reshape(6, 6, 7), header, byteorder)
    with TiffFile(io.BytesIO(file)) as tif:
        series = check(tif, 'CTYX', data)
        assert series.name == 'my image.oib'
        assert series.get_axes(squeeze=False) == 'CTYX'
        assert series.attr['scale'] == {'X': 0.25, 'Y': 0.5, 'T': 2.0}
        assert series.attr['unit'] == {
            'X': 'micrometer',
            'Y': 'micrometer',
            'T': 'second',
        }
        assert tif.pages[1].is_fluoview
        metadata = tif.fluoview_metadata
        assert list(metadata) == [f[0] for f in TIFF.MM_HEADER] + ['Stamp']
        assert metadata['ImageName'] == 'my image.oib'
        assert metadata['ImageType'] == 2
        assert metadata['MaxValue'] == 4095.0
        assert metadata['OffsetVoiceField'] == 7
        assert len(metadata['Dimensions']) == 10
        assert metadata['Dimensions'][3] == ('Ch', 2, 0.0, 1.0, 'Ch')
        assert metadata['Dimensions'][4] == ('', 0, 0.0, 0.0, '')
        assert metadata['GrayChannel'] == ('Gray', 4096, 0.0, 1.0, 'level')
        assert_array_equal(metadata['Stamp'], numpy.arange(8.0))
        tags = tif.pages[1].tags
        assert_array_equal(tags['MM_Stamp'].value, numpy.arange(1.0, 9.0))
    with TiffFile(io.BytesIO(file), is_fluoview=False) as tif:
        assert tif.fluoview_metadata is None
        assert tif.series[0].kind == 'Generic'


@pytest.mark.parametrize(
    ('dimensions', 'axes', 'shape'),
    [
        ((('Z', 2), ('Time', 3)), 'TZ', (3, 2)),
        ((('Event', 2), ('XY', 2), ('foo', 1)), 'RV', (2, 2)),
        ((('Wavelength', 3), ('Exposure', 2)), 'LC', (2, 3)),
        ((('bar', 2), ('', 3), ('T', 2)), 'TQ', (2, 2)),
        ((), '', ()),
    ],
)
def test_dimensions(dimensions, axes, shape):
    """Test names of dimensions."""
    data = planes(*shape, 6, 7)
    header = build_header('<', ('x', 7), ('y', 6), *dimensions)
    with TiffFile(io.BytesIO(build(data.reshape(-1, 6, 7), header))) as tif:
        check(tif, axes + 'YX', data)


def test_mismatch(caplog):
    """Test header that does not match pages."""
    data = planes(5, 6, 7)
    header = build_header('<', ('X', 7), ('Y', 6), ('Z', 7))
    with TiffFile(io.BytesIO(build(data, header))) as tif:
        check(tif, 'IYX', data)
    assert 'has 5 pages' in caplog.text


def test_no_header(caplog):
    """Test file without header."""
    data = planes(5, 6, 7)
    with TiffFile(io.BytesIO(build(data, None))) as tif:
        assert list(tif.fluoview_metadata) == ['Stamp']
        assert tif.series[0].kind == 'Generic'
    assert 'no header' in caplog.text
    with TiffFile(io.BytesIO(build(data, b'short'))) as tif:
        assert tif.series[0].kind == 'Generic'


def test_user_block():
    """Test tags of numbers."""
    page = Page(
        planes(6, 7),
        tags={
            34362: (DOUBLE, [0.0] * 8),
            34363: (BYTE, bytes(range(9))),
            34386: (DOUBLE, [1.5, 2.5]),
        },
    )
    with TiffFile(io.BytesIO(build_tiff(page, byteorder='>'))) as tif:
        tags = tif.pages[0].tags
        assert_array_equal(tags['MM_Unknown'].value, numpy.arange(9))
        assert_array_equal(tags['MM_UserBlock'].value, [1.5, 2.5])


def test_description_metadata():
    """Test sections of description."""
    text = (
        '[Acquisition Parameters]\nDate=01-01-2020\nPinhole=1.5\n'
        '[Sub]\nNumber=3\nOn=True\n[Sub End]\nflag\na=b=c\n'
        '[Acquisition Parameters End]\n\n'
        '[Intensity Mapping]\nMap Ch0: Range=00000 to 02047\n'
        '[Intensity Mapping End]\n'
        '[LUT Ch0]\nRGB 0=0 1 2\nRGB 1=255 0 3\nContrast=0\n[LUT Ch0 End]\n'
        '[Protocol Description]\n raw = line\n[x]\n'
        '[Protocol Description End]\n'
        '[Last]\nb=2\n'
    )
    metadata = fluoview_description_metadata(text)
    lut = metadata.pop('LUT Ch0')
    assert lut.dtype == 'uint8'
    assert lut.tolist() == [[0, 1, 2], [255, 0, 3]]
    assert metadata == {
        'Acquisition Parameters': {
            'Date': '01-01-2020',
            'Pinhole': 1.5,
            'flag': None,
            'a': 'b=c',
        },
        'Sub': {'Number': 3, 'On': True},
        'Intensity Mapping': {'Map Ch0: Range': '00000 to 02047'},
        'Protocol Description': ' raw = line\n[x]',
        'Last': {'b': 2},
    }
    metadata = fluoview_description_metadata(text, {'Last'})
    assert metadata['Last'] == 'b=2'
    assert metadata['Protocol Description'] == {'raw': 'line'}
    with pytest.raises(ValueError, match='FluoView'):
        fluoview_description_metadata('a=b')


def test_description_malformed():
    """Test sections that are not closed or opened."""
    text = '[A]\n[B End]\n[C End]\nx=1\n[LUT]\n[LUT x]\nRGB=1 2\nfoo\n' * 9
    metadata = fluoview_description_metadata(text)
    assert metadata['x'] == 1 or metadata['A'] == {}
    assert metadata['LUT x'].shape == (0, 3)
    deep = ''.join(f'[{i}]\n' for i in range(20000))
    assert len(fluoview_description_metadata(deep)) == 20000
