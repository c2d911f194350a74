# tests/test_sweep.py

"""Test that arrays of all kinds are read as they were written."""

import io
import itertools
import json

import numpy
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from tifffile import TIFF, TiffFile, imread, imwrite

pytest.importorskip('imagecodecs')

# name -> shape, arguments, axes
LAYOUTS = {
    'gray': ((37, 43), {}, 'YX'),
    'row': ((1, 19), {}, 'YX'),
    'column': ((23, 1), {}, 'YX'),
    'pages': ((3, 20, 31), {'photometric': 'minisblack'}, 'ZYX'),
    'white': ((20, 31), {'photometric': 'miniswhite'}, 'YX'),
    'rgb': ((33, 21, 3), {'photometric': 'rgb'}, 'YXS'),
    'rgba': (
        (2, 20, 33, 4),
        {'photometric': 'rgb', 'extrasamples': ('assocalpha',)},
        'IYXS',
    ),
    'planar': (
        (2, 3, 21, 33),
        {'photometric': 'rgb', 'planarconfig': 'separate'},
        'TSYX',
    ),
    'five': (
        (20, 18, 5),
        {'photometric': 'minisblack', 'planarconfig': 'contig'},
        'YXS',
    ),
    'cmyk': ((20, 18, 4), {'photometric': 'separated'}, 'YXS'),
    'volume': (
        (2, 5, 19, 17),
        {'photometric': 'minisblack', 'volumetric': True},
        'TZYX',
    ),
    '5d': ((2, 1, 3, 18, 17), {'photometric': 'minisblack'}, 'TZCYX'),
}

# arguments that divide pages into segments
DIVISIONS = {
    'default': {},
    'strips': {'rowsperstrip': 7},
    'tiles': {'tile': (16, 32)},
}

# scheme -> arguments
SCHEMES = {
    'none': {},
    'zlib': {'compressionargs': {'level': 1}},
    'lzw': {},
    'packbits': {},
    'zstd': {},
    'lzma': {'compressionargs': {'level': 0}},
    'deflate': {},
    'lerc': {},
    'png': {},
    'jpegxr': {'compressionargs': {'level': 1.0}},
    'jpeg2000': {},
    'jpegxl': {},
    'webp': {'compressionargs': {'lossless': True}},
    'jpeg': {'compressionargs': {'level': 95}},
}

# schemes that give back about the same
LOSSY = {'jpeg': 24}

DTYPES = (*'?bBhHiIqQefdFD',)

FILES = [
    {'byteorder': order, 'bigtiff': bigtiff}
    for order in '<>'
    for bigtiff in (False, True)
]

# errors of arrays that a scheme cannot encode
REFUSALS = (ValueError, NotImplementedError, TypeError)


def make_data(shape, dtype):
    """Return array of smooth samples with some noise."""
    grid = numpy.add.outer(
        numpy.arange(shape[-2]) * 3, numpy.arange(shape[-1]) * 2
    )
    data = numpy.zeros(shape, numpy.int64) + grid
    data += numpy.arange(data.size).reshape(shape) % 5
    dtype = numpy.dtype(dtype)
    if dtype.kind == 'b':
        return data % 7 < 3
    if dtype.kind in 'ui':
        data = data % 120
        if dtype.itemsize > 1:
            data *= 7
        return (data - (40 if dtype.kind == 'i' else 0)).astype(dtype)
    data = data * 0.125 - 3
    if dtype.kind == 'c':
        data = data + 1j * data[..., ::-1]
    return data.astype(dtype)


def check(dtype, layout, division, scheme, predictor, file):
    """Write and read array. Return 1, or 0 if it is refused."""
    shape, kwargs, axes = LAYOUTS[layout]
    kwargs = {**kwargs, **DIVISIONS[division], **SCHEMES[scheme], **file}
    if kwargs.get('volumetric') and 'tile' in kwargs:
        kwargs['tile'] = (2, *kwargs['tile'])
    if scheme != 'none':
        kwargs.update(compression=scheme, predictor=predictor)
    data = make_data(shape, dtype)
    metadata = {'axes': axes, 'key': 'value'}
    stream = io.BytesIO(b'nothing')
    try:
        imwrite(
            stream, data, metadata=metadata, resolution=(300, 400), **kwargs
        )
    except REFUSALS:
        # nothing was changed
        assert stream.getvalue() == b'nothing'
        return 0
    stream.seek(0)
    with TiffFile(stream) as tif:
        assert tif.byteorder == file['byteorder']
        assert tif.is_bigtiff == file['bigtiff']
        assert len(tif.series) == 1
        series = tif.series[0]
        assert series.shape == shape
        assert series.dtype == data.dtype
        assert series.axes == axes
        page = tif.pages.first
        assert page.get_resolution() == (300, 400)
        assert json.loads(page.description)['key'] == 'value'
        assert (
            page.compression
            == TIFF.COMPRESSION[
                {
                    'zlib': 'ADOBE_DEFLATE',
                    'jpeg2000': 'JPEG2000',
                }.get(scheme, scheme.upper())
            ]
        )
        assert page.is_tiled == (division == 'tiles')
        result = tif.asarray()
        if len(tif.pages) > 1:
            # a single page of the series
            last = tif.pages[-1].asarray()
            assert_array_equal(
                last.ravel(), result.ravel()[result.size - last.size :]
            )
    if scheme in LOSSY:
        scale = 1 if data.dtype.itemsize == 1 else 16
        assert_allclose(
            result.astype('f8'),
            data.astype('f8'),
            atol=LOSSY[scheme] * scale,
        )
    else:
        assert_array_equal(result, data, strict=True)
    return 1


def list_cases(scheme):
    """Return arguments of all cases of compression scheme."""
    predictors = (
        (False, True)
        if scheme in {'zlib', 'lzw', 'zstd', 'lzma', 'packbits', 'deflate'}
        else (False,)
    )
    return list(
        itertools.product(
            DTYPES, LAYOUTS, DIVISIONS, [scheme], predictors, FILES
        )
    )


@pytest.mark.parametrize('scheme', SCHEMES)
def test_sweep(scheme):
    """Test a part of all combinations."""
    # a step that is prime visits all values of each argument
    cases = list_cases(scheme)[::13]
    number = sum(check(*case) for case in cases)
    assert number > 0


@pytest.mark.slow
@pytest.mark.parametrize('scheme', SCHEMES)
def test_sweep_all(scheme):
    """Test all combinations."""
    cases = list_cases(scheme)
    number = sum(check(*case) for case in cases)
    assert number > 0


# schemes that take any array but complex numbers and 64-bit integers
GENERAL = ('none', 'zlib', 'lzw', 'zstd', 'lzma', 'deflate', 'packbits')


@pytest.mark.parametrize('scheme', GENERAL)
@pytest.mark.parametrize('dtype', DTYPES)
def test_general_schemes_refuse_nothing(scheme, dtype):
    """Test that any array can be compressed without loss."""
    for layout in ('gray', 'pages', 'volume'):
        for division in DIVISIONS:
            assert check(dtype, layout, division, scheme, False, FILES[0])


def test_refused_file(tmp_path):
    """Test that refused calls do not change files."""
    path = tmp_path / 'temp.tif'
    path.write_bytes(b'something else')
    count = 0
    for scheme, dtype, predictor in itertools.product(
        SCHEMES, DTYPES, (False, True)
    ):
        data = make_data((20, 31, 5), dtype)
        try:
            imwrite(
                path,
                data,
                photometric='minisblack',
                planarconfig='contig',
                compression=scheme,
                predictor=predictor,
            )
        except REFUSALS as exc:
            assert str(exc)
            count += 1
            assert path.read_bytes() == b'something else'
            continue
        if scheme not in LOSSY:
            assert_array_equal(imread(path), data)
        path.write_bytes(b'something else')
    assert count > 50


def test_number_of_cases():
    """Test that a few thousand cases are listed."""
    number = sum(len(list_cases(scheme)) for scheme in SCHEMES)
    assert number > 5000
