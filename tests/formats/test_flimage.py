# tests/formats/test_flimage.py

"""Test FLIMage files."""

from __future__ import annotations

import io
import math

import numpy
import pytest
from builder import Page, build_tiff
from tifffile.tifffile import flimage_description_metadata

from tifffile import TiffFile

LINES = {
    'Format': 'Linear',
    'State.Acq.pixelsPerLine': 4,
    'State.Acq.linesPerFrame': 8,
    'State.Acq.nChannels': 2,
    'State.Acq.acquisition': '[True, True]',
    'State.Acq.acqFLIMA': '[True, True]',
    'State.Acq.fastZScan': 'False',
    'State.Acq.FastZ_nSlices': 3,
    'State.Acq.FastZ_umPerSlice': 0.5,
    'State.Acq.field_of_view': '[20, 80.0]',
    'State.Acq.imageInterval': 2.5,
    'State.Spc.spcData.n_dataPoint': 5,
    'State.Spc.spcData.resolution': '[250, 250]',
    'SaveChannels': '[True, True]',
    'ExpectedLaserPulseRate_MHz': 80,
}


def make_text(**lines):
    """Return description. Double underscores are dots."""
    changes = {k.replace('__', '.'): v for k, v in lines.items()}
    lines = {**LINES, **changes}
    return 'FLIMimage parameters\r\n' + ''.join(
        f'{key} = {value};\r\n'
        for key, value in lines.items()
        if value is not None
    )


def build(size=320, pages=1, dtype='uint16', text=None, **lines):
    """Return data and file of pages of one row."""
    data = numpy.arange(pages * size, dtype=dtype).reshape(pages, 1, size)
    text = make_text(**lines) if text is None else text
    return data, io.BytesIO(
        build_tiff(
            [
                Page(image, compression=5, description=() if i else text)
                for i, image in enumerate(data)
            ]
        )
    )


def check(file, data, shape, axes, pages=1):
    """Assert that file has one series of shape, and return it."""
    with TiffFile(file) as tif:
        assert tif.is_flimage
        assert tif.pages[0].is_flimage
        assert len(tif.series) == 1
        series = tif.series[0]
        assert series.kind == 'FLIMage'
        assert len(series) == pages
        assert series.shape == shape
        assert series.axes == axes
        expected = data.reshape(shape)
        numpy.testing.assert_array_equal(series.asarray(), expected)
        for item in (0, -1, (..., 1), (..., slice(1, 3), 0)):
            numpy.testing.assert_array_equal(
                tif.asarray(selection=item), expected[item]
            )
    return series


@pytest.mark.parametrize(
    ('order', 'shape', 'axes'),
    [
        ('Linear', (2, 8, 4, 5), 'CYXH'),
        ('ZLinear', (2, 8, 4, 5), 'CYXH'),
        ('Time_ChYX', (2, 8, 4, 5), 'CYXH'),
        ('ChTime_YX', (8, 4, 2, 5), 'YXCH'),
        ('ChYX_Time', (5, 2, 8, 4), 'HCYX'),
    ],
)
@pytest.mark.parametrize('pages', [1, 3, 20])
def test_formats(pages, order, shape, axes, caplog):
    """Test order of dimensions."""
    data, file = build(pages=pages, Format=order)
    if pages > 1:
        shape, axes = (pages, *shape), 'I' + axes
    series = check(file, data, shape, axes, pages)
    assert series.attr['Format'] == order
    assert series.attr['n_dataPoint'] == [5, 5]
    assert series.attr['ExpectedLaserPulseRate_MHz'] == 80
    scale = {'X': 5.0, 'Y': 10.0, 'H': 2.5e-10, 'Z': 0.5, 'I': 2.5}
    assert series.attr['scale'] == pytest.approx(scale)
    assert series.attr['unit']['H'] == 'second'
    assert series.coords['width'].tolist() == [0.0, 5.0, 10.0, 15.0]
    assert series.coords['lifetime'][4] == pytest.approx(1e-9)
    if pages > 1:
        assert series.coords['sequence'][2] == 5.0
    assert not caplog.records


def test_fastz():
    """Test slices."""
    lines = {'State.Acq.fastZScan': True, 'Format': 'ZLinear'}
    data, file = build(960, **lines)
    series = check(file, data, (3, 2, 8, 4, 5), 'ZCYXH')
    assert series.coords['depth'].tolist() == [0.0, 0.5, 1.0]


@pytest.mark.parametrize(
    ('lines', 'bins', 'shape', 'axes'),
    [
        ({'State.Acq.nChannels': 1}, [5], (8, 4, 5), 'YXH'),
        ({'SaveChannels': '[False, True]'}, [0, 5], (8, 4, 5), 'YXH'),
        ({'SaveChannels': '[False]'}, [0, 5], (8, 4, 5), 'YXH'),
        ({'State.Acq.acquisition': '[True,False]'}, [5, 0], (8, 4, 5), 'YXH'),
        ({'State.Acq.acqFLIMA': '[false, false]'}, [1, 1], (2, 8, 4), 'CYX'),
        (
            {'State.Acq.acqFLIMA': None, 'State.Acq.acqFLIM': 'False'},
            [1, 1],
            (2, 8, 4),
            'CYX',
        ),
        (
            {
                'State.Acq.acqFLIMA': None,
                'State.Acq.acquisition': None,
                'SaveChannels': '[]',
            },
            [5, 5],
            (2, 8, 4, 5),
            'CYXH',
        ),
    ],
)
def test_channels(lines, bins, shape, axes):
    """Test channels that are not acquired, saved, or have no lifetime."""
    data, file = build(math.prod(shape), **lines)
    series = check(file, data, shape, axes)
    assert series.attr['n_dataPoint'] == bins


@pytest.mark.parametrize('pages', [1, 3])
@pytest.mark.parametrize(
    'lines',
    [
        {'State.Acq.pixelsPerLine': 5},
        {'State.Acq.pixelsPerLine': 'x'},
        {'State.Acq.linesPerFrame': 8.0},
        {'State.Acq.linesPerFrame': -8},
        {'State.Acq.nChannels': 2**70},
        {'State.Acq.acqFLIMA': '[True, False]'},
        {'SaveChannels': '[False, False]'},
        {'State.Spc.spcData.n_dataPoint': '[5, 5]'},
        {'State.Spc.spcData.n_dataPoint': None},
        {'State.Acq.fastZScan': True, 'Format': 'ZLinear'},
    ],
)
def test_damaged_shape(lines, pages, caplog):
    """Test dimensions do not match size of pages."""
    data, file = build(pages=pages, **lines)
    shape, axes = ((1, 320), 'YX') if pages == 1 else ((3, 1, 320), 'IYX')
    series = check(file, data, shape, axes, pages)
    assert 'X' not in series.attr['scale']
    assert len(caplog.records) == 1
    assert 'does not match 320 samples' in caplog.text


@pytest.mark.parametrize(
    'lines',
    [
        {'State.Acq.field_of_view': '[a, b]'},
        {'State.Acq.field_of_view': '[1]'},
        {'State.Acq.field_of_view': 5},
        {'State.Acq.field_of_view': '[0, -1]'},
        {'State.Acq.field_of_view': '[inf, nan]'},
    ],
)
def test_damaged_scale(lines):
    """Test sizes of pixels that are none."""
    lines = {
        **lines,
        'State.Spc.spcData.resolution': '[]',
        'State.Acq.imageInterval': '"x"',
        'State.Acq.FastZ_umPerSlice': None,
    }
    data, file = build(**lines)
    assert 'scale' not in check(file, data, (2, 8, 4, 5), 'CYXH').attr


def test_mixed_pages(caplog):
    """Test pages of other sizes are in generic series."""
    pages = [
        Page(numpy.zeros((1, size), 'uint8'), description=make_text())
        for size in (320, 320, 100)
    ]
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        assert [series.kind for series in tif.series] == ['Generic'] * 2
        assert len(caplog.records) == 1


def test_description():
    """Test values in description."""
    text = (
        'FLIMimage parameters\r\na = ;\r\nb=1;\nc = "d; = e";\nd = [];\n'
        'e = [1, 2.5, x, "y", true]\nf = text;\ng = [;\nh = ";\ni = True;\n=\n'
    )
    assert flimage_description_metadata(text) == {
        'a': None,
        'b': 1,
        'c': 'd; = e',
        'd': [],
        'e': [1, 2.5, 'x', '"y"', True],
        'f': 'text',
        'g': '[',
        'h': '"',
        'i': True,
        '': None,
    }
    assert flimage_description_metadata('') == {}


def test_other():
    """Test other descriptions."""
    with TiffFile(build(text='FLIMage')[1]) as tif:
        assert not tif.is_flimage
        assert tif.flimage_metadata is None
    with TiffFile(build()[1], is_flimage=False) as tif:
        assert tif.series[0].kind == 'Generic'
        assert tif.series[0].shape == (1, 320)
    with TiffFile(build()[1]) as tif:
        assert tif.flimage_metadata['State.Acq.nChannels'] == 2
        assert tif.series('flimage')[0].kind == 'flimage'
