# tests/test_writing.py

"""Test writing of TIFF files."""

import datetime
import errno
import gc
import io
import itertools
import json
import os
import struct
import threading
import warnings
import weakref

import numpy
import pytest
from numpy.testing import assert_array_equal

import tifffile
from tifffile import (
    PHOTOMETRIC,
    TIFF,
    FileHandle,
    TiffFile,
    TiffFileError,
    TiffWriter,
    imread,
    imsave,
    imwrite,
    memmap,
)

imagecodecs = pytest.importorskip('imagecodecs')


def make_data(shape, dtype, high=100):
    """Return array of random samples."""
    rng = numpy.random.default_rng(42)
    dtype = numpy.dtype(dtype)
    if dtype.kind == 'b':
        return rng.random(shape) > 0.5
    if dtype.kind in 'fc':
        return (rng.random(shape) * high).astype(dtype)
    return rng.integers(0, high, shape).astype(dtype)


def write(*args, **kwargs):
    """Return stream of file that was written."""
    stream = io.BytesIO()
    imwrite(stream, *args, **kwargs)
    stream.seek(0)
    return stream


def offsets(stream):
    """Return offsets of IFDs and of first segments, and size of file."""
    size = len(stream.getvalue())
    stream.seek(0)
    with TiffFile(stream) as tif:
        pages = list(tif.pages)
        ifds = [page.offset for page in pages]
        return ifds, [page.dataoffsets[0] for page in pages], size


# -- layout -------------------------------------------------------------------

# shape, dtype, arguments, offsets of IFDs and of data, size of file
ANCHORS = [
    ((5, 7), 'u1', {}, [8], [256], 291),
    ((5, 7), 'u1', {'bigtiff': True}, [16], [368], 403),
    (
        (5, 7),
        'u1',
        {'metadata': None, 'software': False},
        [8],
        [176],
        211,
    ),
    (
        (5, 7),
        'u1',
        {'metadata': None, 'description': 'hi'},
        [8],
        [224],
        259,
    ),
    (
        (3, 5, 7),
        '>u2',
        {'photometric': 'rgb', 'planarconfig': 'separate'},
        [8],
        [288],
        498,
    ),
    (
        (2, 40, 50),
        'f4',
        {
            'photometric': 'minisblack',
            'tile': (16, 16),
            'resolution': (300, 300),
            'datetime': '2020:01:02 03:04:05',
            'description': 'hi',
        },
        [8, 12688],
        [400, 12960],
        25248,
    ),
    (
        (32, 48, 64),
        'u1',
        {'photometric': 'minisblack', 'tile': (16, 16, 16)},
        [8],
        [432],
        98736,
    ),
    (
        (4, 5, 7),
        'u2',
        {'photometric': 'minisblack', 'truncate': True},
        [8],
        [272],
        552,
    ),
    (
        (16, 17, 3),
        'u1',
        {'bigtiff': True, 'compression': 'zlib', 'predictor': True},
        [16],
        [416],
        None,
    ),
]


@pytest.mark.parametrize(
    ('shape', 'dtype', 'kwargs', 'ifds', 'data', 'size'), ANCHORS
)
def test_offsets(shape, dtype, kwargs, ifds, data, size):
    """Test where IFDs and data are in files."""
    stream = write(numpy.zeros(shape, dtype), **kwargs)
    found = offsets(stream)
    assert found[:2] == (ifds, data)
    assert size is None or found[2] == size


def test_offsets_of_levels():
    """Test where SubIFDs are in file."""
    stream = io.BytesIO()
    data = numpy.zeros((2, 64, 64), 'u1')
    kwargs = {'photometric': 'minisblack'}
    with TiffWriter(stream, byteorder='<') as tif:
        tif.write(data, subifds=2, **kwargs)
        tif.write(data[:, ::2, ::2], subfiletype=1, **kwargs)
        tif.write(data[:, ::4, ::4], subfiletype=1, **kwargs)
        tif.write(data[0, :8, :8])
    ifds, _, size = offsets(stream)
    assert ifds == [8, 8464, 12082]
    assert size == 12384
    stream.seek(0)
    with TiffFile(stream) as tif:
        assert tif.pages[0].subifds == (8650, 11138)
        assert tif.pages[1].subifds == (10960, 11904)


def test_offsets_of_imagej():
    """Test where pages of ImageJ hyperstack are in file."""
    ifds, data, size = offsets(
        write(
            numpy.zeros((3, 4, 5, 7), 'u2'),
            imagej=True,
            metadata={
                'axes': 'TZYX',
                'spacing': 1.5,
                'unit': 'um',
                'Labels': ['a', 'b'],
                'Info': 'x=1',
            },
        )
    )
    assert ifds[:2] == [8, 1288]
    assert data[0] == 448
    assert size == 3114


def test_imagej_unit():
    """Test unit that is not ASCII."""
    with TiffFile(
        write(
            numpy.zeros((5, 7), 'u2'),
            imagej=True,
            resolution=(2, 2),
            metadata={'unit': '\xb5m'},
        )
    ) as tif:
        assert '\nunit=\\u00B5m' in tif.pages.first.description
        assert tif.series[0].scale == {'Y': 0.5, 'X': 0.5}
        assert tif.series[0].units['X'] == 'micrometer'


def test_axes_are_checked(caplog):
    """Test warning about axes that do not match shape."""
    write(numpy.zeros((5, 7)), metadata={'axes': 'YX'})
    assert not caplog.records
    write(numpy.zeros((5, 7)), metadata={'axes': 'ZCYX'})
    assert "'ZCYX' do not match shape (5, 7)" in caplog.text


def test_offsets_of_series():
    """Test where IFDs and data of several series are."""
    stream = io.BytesIO()
    with TiffWriter(stream) as tif:
        for _ in range(3):
            tif.write(numpy.zeros((5, 7), 'u2'))
    assert offsets(stream)[:2] == ([8, 326, 646], [256, 576, 896])
    with TiffFile(stream) as tif:
        assert len(tif.series) == 3


def test_offsets_of_contiguous_series():
    """Test where IFDs, data, and description of contiguous series are."""
    stream = io.BytesIO()
    metadata = {'axes': 'YX', 'k': 1}
    with TiffWriter(stream) as tif:
        for i in range(3):
            tif.write(
                numpy.full((5, 7), i, 'u2'), contiguous=True, metadata=metadata
            )
            assert tif._dataoffset == 272
    assert offsets(stream) == ([8, 482, 648], [272, 342, 412], 814)
    stream.seek(0)
    with TiffFile(stream) as tif:
        tag = tif.pages[0].tags[270]
        assert tag.count == 43
        assert tag.value == '{"axes": "YX", "k": 1, "shape": [3, 5, 7]}'
        assert tif.pages[1].description == ''


@pytest.mark.parametrize('bigtiff', [False, True])
@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_header_only(tmp_path, bigtiff, byteorder):
    """Test file without pages."""
    path = tmp_path / 'temp.tif'
    TiffWriter(path, bigtiff=bigtiff, byteorder=byteorder).close()
    data = path.read_bytes()
    assert len(data) == (16 if bigtiff else 8)
    with TiffFile(path) as tif:
        assert len(tif.pages) == 0
        assert tif.byteorder == byteorder
        assert tif.is_bigtiff == bigtiff


def test_links_do_not_cross_sectors():
    """Test that offsets of IFDs are written completely or not at all."""
    stream = io.BytesIO()
    with TiffWriter(stream) as tif:
        for i in range(200):
            tif.write(numpy.zeros((2 + i % 7, 3), 'u1'), metadata=None)
    stream.seek(0)
    with TiffFile(stream) as tif:
        assert len(tif.pages) == 200
        for page in tif.pages:
            link = page.offset + 2 + 12 * len(page.tags)
            assert link // 512 == (link + 3) // 512


@pytest.mark.parametrize('bigtiff', [False, True])
@pytest.mark.parametrize('number', [1, 2, 3, 4])
def test_pages_alike(bigtiff, number):
    """Test pages whose values are stored inline or not."""
    stream = io.BytesIO()
    data = make_data((number * 2, 9), 'u1')
    with TiffWriter(stream, bigtiff=bigtiff) as tif:
        for text in ('abc', 'abc', 'xyz', 'long' * 9):
            tif.write(data, rowsperstrip=2, metadata=None, description=text)
    stream.seek(0)
    with TiffFile(stream) as tif:
        for _ in range(2):
            pages = list(tif.pages)
            assert [page.description for page in pages] == [
                *('abc', 'abc', 'xyz', 'long' * 9)
            ]
            for page in pages:
                assert page.databytecounts == (18,) * number
                assert page.tags[279].value == (18,) * number
                assert_array_equal(page.asarray(), data)


# -- round trips --------------------------------------------------------------

SHAPES = [
    ((), {}),
    ((5,), {}),
    ((19, 35), {}),
    ((19, 35, 1), {}),
    ((2, 19, 35), {'photometric': 'minisblack'}),
    ((19, 35, 3), {'photometric': 'rgb'}),
    ((19, 35, 4), {'photometric': 'rgb', 'extrasamples': 'assocalpha'}),
    ((2, 3, 19, 35), {'photometric': 'rgb', 'planarconfig': 'separate'}),
    ((2, 5, 19, 35), {'photometric': 'minisblack', 'volumetric': True}),
    ((19, 35, 2), {'photometric': 'minisblack', 'planarconfig': 'contig'}),
    ((19, 35, 4), {'photometric': 'separated'}),
]
DTYPES = [
    '?',
    'u1',
    'u2',
    'u4',
    'u8',
    'i1',
    'i2',
    'i4',
    'i8',
    'f2',
    'f4',
    'f8',
    'c8',
    'c16',
]
LAYOUTS = [{}, {'tile': (16, 32)}, {'rowsperstrip': 5}]
# scheme, predictor, kinds and sizes of data types that are accepted
ANY = dict.fromkeys('buifc', 16)
SCHEMES = [
    (None, None, ANY),
    ('zlib', None, ANY),
    ('deflate', True, {'u': 4, 'i': 4, 'f': 8}),
    ('lzw', True, {'u': 4, 'i': 4, 'f': 8}),
    ('lzw', None, ANY),
    ('zstd', 34892, {'u': 4, 'i': 4}),
    ('zstd', 34895, {'f': 8}),
    ('packbits', None, ANY),
    ('lzma', None, ANY),
    ('lerc', None, {'u': 4, 'i': 4, 'f': 8}),
    ('png', None, {'u': 2}),
]


@pytest.mark.parametrize(('scheme', 'predictor', 'sizes'), SCHEMES)
@pytest.mark.parametrize('dtype', DTYPES)
def test_round_trip(dtype, scheme, predictor, sizes):
    """Test pixels and metadata that are written and read."""
    for (shape, options), layout, byteorder in itertools.product(
        SHAPES, LAYOUTS, '<>'
    ):
        data = make_data(shape, dtype)
        kwargs = {
            'byteorder': byteorder,
            'bigtiff': byteorder == '>' and 'tile' in layout,
            'compression': scheme,
            'predictor': predictor,
            **options,
            **layout,
        }
        accepted = data.itemsize <= sizes.get(data.dtype.kind, 0)
        if scheme == 'lerc' and data.dtype == 'f2':
            accepted = False
        stream = io.BytesIO()
        try:
            imwrite(stream, data, **kwargs)
        except (ValueError, NotImplementedError):
            assert not accepted, (shape, kwargs)
            assert stream.getvalue() == b''
            continue
        assert accepted
        stream.seek(0)
        with TiffFile(stream) as tif:
            assert tif.byteorder == byteorder
            series = tif.series[0]
            assert series.kind == 'Shaped'
            assert series.shape == shape or shape == ()
            result = tif.asarray()
            assert result.dtype == data.dtype
            assert_array_equal(result.reshape(shape), data)
            page = tif.pages[0]
            if scheme:
                name = {'zlib': 'ADOBE_DEFLATE'}.get(scheme, scheme.upper())
                assert page.compression.name == name
            assert (page.predictor > 1) == bool(predictor)


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize('bits', range(1, 33))
def test_packed_bits(bits, byteorder):
    """Test integers of any number of bits."""
    dtype = 'u1' if bits <= 8 else 'u2' if bits <= 16 else 'u4'
    for shape, kwargs in (
        ((2, 9, 13), {'photometric': 'minisblack'}),
        ((9, 13, 3), {'photometric': 'rgb', 'rowsperstrip': 4}),
        ((9, 13), {'tile': (16, 16)}),
    ):
        data = make_data(shape, dtype, 2**bits)
        stream = write(data, bitspersample=bits, byteorder=byteorder, **kwargs)
        with TiffFile(stream) as tif:
            assert tif.pages[0].bitspersample == bits
            assert_array_equal(tif.asarray(), data)


@pytest.mark.parametrize(
    ('scheme', 'args', 'shape', 'dtype', 'tolerance'),
    [
        ('jpeg', {'level': 95}, (64, 64, 3), 'u1', 100),
        ('jpeg', {'level': 95}, (64, 64), 'u1', 20),
        ('jpeg', {}, (64, 64), 'u2', 60),
        ('jpeg', {'lossless': True}, (64, 64, 3), 'u1', 0),
        ('jpeg', {'lossless': True}, (64, 64), 'u2', 0),
        ('webp', {'lossless': True}, (64, 64, 3), 'u1', 0),
        ('jpeg2000', {}, (64, 64, 3), 'u1', 0),
        ('jpeg2000', {}, (64, 64), 'i2', 0),
        ('jpegxr', {}, (64, 64, 3), 'u1', 0),
        ('jpegxl', {'lossless': True}, (64, 64), 'u2', 0),
        ('lerc', {'compression': 'zstd'}, (64, 64), 'f4', 0),
    ],
)
@pytest.mark.parametrize('tile', [None, (32, 32)])
def test_image_compression(scheme, args, shape, dtype, tolerance, tile):
    """Test compression schemes that make images of segments."""
    data = make_data(shape, dtype)
    stream = write(
        data, compression=scheme, compressionargs=dict(args), tile=tile
    )
    result = imread(stream)
    assert result.shape == data.shape
    difference = numpy.abs(result.astype('i8') - data.astype('i8'))
    assert difference.max() <= tolerance


@pytest.mark.parametrize('subsampling', [(1, 1), (2, 1), (2, 2), (4, 1)])
def test_jpeg_subsampling(subsampling):
    """Test JPEG compression with subsampling."""
    data = numpy.full((70, 90, 3), (100, 90, 80), 'u1')
    kwargs = {'compression': 'jpeg', 'photometric': 'rgb'}
    stream = write(data, subsampling=subsampling, rowsperstrip=20, **kwargs)
    with TiffFile(stream) as tif:
        page = tif.pages[0]
        assert page.photometric == PHOTOMETRIC.YCBCR
        assert page.subsampling == subsampling
        assert page.rowsperstrip % (8 * max(subsampling)) == 0
        assert 532 in page.tags
        assert numpy.abs(page.asarray().astype(int) - data).max() < 6
    if max(subsampling) > 2:
        with pytest.raises(ValueError, match='multiple of 32'):
            write(data, subsampling=subsampling, tile=(16, 16), **kwargs)


def test_jpeg_rgb():
    """Test JPEG compression without conversion of color space."""
    data = numpy.full((16, 16, 3), (100, 90, 80), 'u1')
    stream = write(
        data,
        compression='jpeg',
        subsampling=(1, 1),
        compressionargs={'outcolorspace': 'rgb', 'level': 99},
    )
    with TiffFile(stream) as tif:
        page = tif.pages[0]
        assert page.photometric == PHOTOMETRIC.RGB
        assert numpy.abs(page.asarray().astype(int) - data).max() < 3


def test_compressionargs_are_not_changed():
    """Test that dictionaries of the caller are not changed."""
    args = {'level': 90}
    metadata = {'axes': 'YX'}
    write(
        numpy.zeros((16, 16), 'u1'),
        compression='jpeg2000',
        compressionargs=args,
        metadata=metadata,
    )
    assert args == {'level': 90}
    assert metadata == {'axes': 'YX'}


@pytest.mark.parametrize(
    ('compression', 'code'),
    [
        (None, 1),
        (False, 1),
        (0, 1),
        (1, 1),
        ('None', 1),
        (True, 8),
        ('zlib', 8),
        ('deflate', 32946),
        (('zlib', 6), 8),
        (('zlib', 6, {}), 8),
        (tifffile.COMPRESSION.LZW, 5),
        (50000, 50000),
    ],
)
def test_compression_spellings(compression, code):
    """Test spellings of compression schemes."""
    data = make_data((7, 9), 'u1')
    stream = write(data, compression=compression)
    with TiffFile(stream) as tif:
        assert tif.pages[0].compression == code
        assert_array_equal(tif.asarray(), data)


def test_segments_are_threaded():
    """Test that threads do not change what is written."""
    data = make_data((3, 512, 512), 'u2')
    kwargs = {'photometric': 'minisblack', 'compression': 'zlib'}
    for layout in ({'tile': (64, 64)}, {'rowsperstrip': 16}):
        one, many = (
            write(data, maxworkers=n, **kwargs, **layout).getvalue()
            for n in (1, 4)
        )
        assert one == many


# -- sample layout ------------------------------------------------------------

# shape, arguments, shape of page, number of pages, photometric, extrasamples
SAMPLES = [
    ((5,), {}, (1, 1, 1, 5, 1), 1, 1, ()),
    ((2, 5, 7), {}, (1, 1, 5, 7, 1), 2, 1, ()),
    ((5, 7, 3), {}, (1, 1, 5, 7, 3), 1, 2, ()),
    ((5, 7, 4), {}, (1, 1, 5, 7, 4), 1, 2, (2,)),
    ((5, 7, 2), {}, (1, 1, 7, 2, 1), 5, 1, ()),
    ((5, 7, 1), {}, (1, 1, 5, 7, 1), 1, 1, ()),
    ((3, 3, 3), {}, (1, 1, 3, 3, 3), 1, 2, ()),
    ((3, 2, 5, 7), {}, (1, 1, 5, 7, 1), 6, 1, ()),
    ((3, 5, 7), {'photometric': 1}, (1, 1, 5, 7, 1), 3, 1, ()),
    ((5, 7, 4), {'photometric': 1}, (1, 1, 7, 4, 1), 5, 1, ()),
    (
        (5, 7, 4),
        {'photometric': 1, 'planarconfig': 'contig'},
        (1, 1, 5, 7, 4),
        1,
        1,
        (0, 0, 0),
    ),
    (
        (3, 5, 7),
        {'planarconfig': 'contig'},
        (1, 1, 3, 5, 7),
        1,
        1,
        (0,) * 6,
    ),
    (
        (5, 7, 4),
        {'planarconfig': 'separate'},
        (5, 1, 7, 4, 1),
        1,
        1,
        (0,) * 4,
    ),
    ((5, 7, 5), {'photometric': 'rgb'}, (1, 1, 5, 7, 5), 1, 2, (0, 0)),
    (
        (5, 7, 5),
        {'photometric': 'rgb', 'extrasamples': (1, 0)},
        (1, 1, 5, 7, 5),
        1,
        2,
        (1, 0),
    ),
    (
        (5, 7, 2),
        {'photometric': 1, 'extrasamples': 'unassalpha'},
        (1, 1, 5, 7, 2),
        1,
        1,
        (2,),
    ),
    (
        (2, 5, 7, 3),
        {'photometric': 'rgb', 'volumetric': True},
        (1, 2, 5, 7, 3),
        1,
        2,
        (),
    ),
    (
        (2, 4, 5, 7, 5),
        {'photometric': 'rgb', 'volumetric': True},
        (4, 5, 7, 5, 1)[:1] + (5, 7, 5, 1),
        2,
        2,
        (2,),
    ),
    (
        (3, 5, 7),
        {'photometric': 1, 'volumetric': True},
        (1, 3, 5, 7, 1),
        1,
        1,
        (),
    ),
    ((5, 7, 4), {'extrasamples': ()}, (1, 1, 7, 4, 1), 5, 1, ()),
    ((5, 7), {'photometric': 'cfa'}, (1, 1, 5, 7, 1), 1, 32803, ()),
]


@pytest.mark.parametrize(
    ('shape', 'kwargs', 'shaped', 'pages', 'photometric', 'extra'), SAMPLES
)
def test_sample_layout(shape, kwargs, shaped, pages, photometric, extra):
    """Test which dimensions are stored as samples."""
    data = make_data(shape, 'u1')
    with TiffFile(write(data, **kwargs)) as tif:
        page = tif.pages[0]
        assert len(tif.pages) == pages
        assert page.shaped == shaped
        assert page.photometric == photometric
        assert tuple(page.extrasamples) == extra
        assert_array_equal(tif.asarray().reshape(shape), data)


@pytest.mark.parametrize(
    ('shape', 'dtype', 'warned'),
    [
        ((3, 5, 7), 'u1', True),
        ((2, 3, 5, 7), 'u1', True),
        ((5, 7, 3), 'u2', False),
        ((5, 7, 3), 'f4', True),
    ],
)
def test_ambiguous_rgb(shape, dtype, warned):
    """Test warning about data that might not be meant to be RGB."""
    data = make_data(shape, dtype)
    for _ in range(2):
        with warnings.catch_warnings(record=True) as record:
            warnings.simplefilter('always')
            stream = write(data)
        assert bool(record) == warned
        if record:
            assert record[0].category is DeprecationWarning
            assert record[0].filename == __file__
            assert '<tifffile.TiffWriter.write>' in str(record[0].message)
        assert_array_equal(imread(stream), data)


def test_bilevel():
    """Test that bilevel images are not inverted."""
    data = make_data((3, 9, 13), '?')
    with TiffFile(write(data)) as tif:
        page = tif.pages[0]
        assert page.photometric == PHOTOMETRIC.MINISWHITE
        assert page.bitspersample == 1
        assert 258 not in page.tags
        assert_array_equal(tif.asarray(), data)


def test_mask():
    """Test transparency mask."""
    data = make_data((9, 13), '?')
    with TiffFile(write(data, subfiletype=4)) as tif:
        assert tif.pages[0].photometric == PHOTOMETRIC.MASK
    with pytest.raises(ValueError, match='MASK'):
        write(data.astype('u1'), subfiletype=4)


@pytest.mark.parametrize(('dtype', 'size'), [('u1', 256), ('u2', 65536)])
def test_colormap(dtype, size):
    """Test palette images."""
    data = make_data((9, 13), dtype)
    colormap = make_data((3, size), 'u2', 65536)
    with TiffFile(write(data, colormap=colormap)) as tif:
        page = tif.pages[0]
        assert page.photometric == PHOTOMETRIC.PALETTE
        assert_array_equal(page.colormap, colormap)
    with pytest.raises(ValueError, match='colormap shape'):
        write(data, colormap=colormap[:, :7])
    with pytest.raises(ValueError, match='palette'):
        write(data.astype('f4'), colormap=colormap)


@pytest.mark.parametrize('shape', [(0,), (3, 0, 5), (0, 0, 3)])
def test_zero_size(shape):
    """Test arrays without samples."""
    with pytest.warns(UserWarning, match='zero-size'):
        stream = write(numpy.zeros(shape, 'u1'), compression='zlib')
    with TiffFile(stream) as tif:
        metadata = json.loads(tif.pages[0].description)
        assert metadata == {'truncated': True, 'shape': list(shape)}
        assert tif.pages[0].imagewidth == 0


@pytest.mark.parametrize(
    'array',
    [
        numpy.arange(2 * 19 * 35, dtype='u2').reshape(2, 35, 19),
        numpy.arange(2 * 19 * 35, dtype='f4').reshape(19, 35, 2).T,
        numpy.arange(2 * 38 * 35, dtype='u1').reshape(2, 38, 35)[:, ::-2],
        numpy.arange(2 * 19 * 35, dtype='>i4').reshape(2, 19, 35),
        numpy.asfortranarray(make_data((2, 19, 35), 'u2')),
        numpy.broadcast_to(make_data((19, 35), 'u2'), (2, 19, 35)),
    ],
)
@pytest.mark.parametrize(
    'kwargs', [{}, {'tile': (16, 16)}, {'compression': 'zlib'}]
)
@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_memory_layout(array, kwargs, byteorder):
    """Test arrays that are not contiguous or in native byte order."""
    stream = write(
        array, photometric='minisblack', byteorder=byteorder, **kwargs
    )
    assert_array_equal(imread(stream), array)


def test_byteorder():
    """Test byte order of files."""
    data = make_data((5, 7), '>u2')
    with TiffFile(write(data)) as tif:
        assert tif.byteorder == '>'
        assert_array_equal(tif.asarray(), data)
    stream = io.BytesIO()
    with TiffWriter(stream, byteorder='<') as tif:
        tif.write(data)
    stream.seek(0)
    with TiffFile(stream) as tif:
        assert tif.byteorder == '<'
        assert_array_equal(tif.asarray(), data)


def test_lists_are_float64():
    """Test array-like objects without data type."""
    assert imread(write([[0, 1]])).dtype == 'float64'
    assert imread(write([[0, 1]], dtype='u1')).dtype == 'uint8'


# -- lazy data ----------------------------------------------------------------


class Lazy:
    """Array that counts how much of it is read at once."""

    def __init__(self, array):
        self.array = array
        self.shape = array.shape
        self.dtype = array.dtype
        self.largest = 0

    def __getitem__(self, key):
        part = self.array[key]
        self.largest = max(self.largest, part.size)
        return part


@pytest.mark.parametrize(
    ('shape', 'kwargs', 'largest'),
    [
        ((2, 1, 5, 70, 90), {'tile': (32, 32)}, 1024),
        ((2, 5, 70, 90), {'compression': 'zlib', 'rowsperstrip': 8}, 720),
        ((2, 5, 70, 90), {}, 6300),
        ((3, 70, 90), {'planarconfig': 'separate', 'tile': (16, 16)}, 256),
        ((4, 70, 90, 3), {'tile': (16, 16), 'photometric': 'rgb'}, 768),
    ],
)
def test_lazy_arrays(shape, kwargs, largest):
    """Test that arrays are read in parts."""
    data = make_data(shape, 'u2')
    kwargs.setdefault('photometric', 'minisblack')
    lazy = Lazy(data)
    assert_array_equal(imread(write(lazy, **kwargs)), data)
    assert lazy.largest <= largest


@pytest.mark.parametrize('kwargs', [{}, {'tile': (16, 16)}])
def test_dask_and_zarr(tmp_path, kwargs):
    """Test arrays of dask and zarr."""
    dask = pytest.importorskip('dask.array')
    zarr = pytest.importorskip('zarr')
    data = make_data((3, 33, 44), 'u2')
    kwargs['photometric'] = 'minisblack'
    lazy = dask.from_array(data, chunks=(1, 20, 20))
    assert_array_equal(imread(write(lazy, **kwargs)), data)
    store = zarr.open(
        str(tmp_path / 'test.zarr'),
        mode='w',
        shape=data.shape,
        dtype=data.dtype,
        chunks=(1, 20, 20),
    )
    store[:] = data
    assert_array_equal(imread(write(store, **kwargs)), data)


def pages_of(data):
    """Yield pages."""
    yield from data


def tiles_of(data, length, width):
    """Yield tiles of pages, those at edges are smaller."""
    for page in data:
        for y in range(0, page.shape[0], length):
            for x in range(0, page.shape[1], width):
                yield page[y : y + length, x : x + width]


@pytest.mark.parametrize(
    'kwargs',
    [
        {},
        {'compression': 'zlib', 'rowsperstrip': 8},
        {'bitspersample': 12},
        {'compression': 'zlib', 'predictor': True},
    ],
)
def test_iterator_of_pages(kwargs):
    """Test iterators of pages."""
    data = make_data((3, 33, 44), 'u2')
    data[1] = 0
    pages = (None if i == 1 else page for i, page in enumerate(data))
    stream = write(
        pages,
        shape=data.shape,
        dtype=data.dtype,
        photometric='minisblack',
        **kwargs,
    )
    assert_array_equal(imread(stream), data)


@pytest.mark.parametrize('compression', [None, 'zlib', 'jpegxl'])
@pytest.mark.parametrize('samples', [1, 3])
def test_iterator_of_tiles(compression, samples):
    """Test iterators of tiles."""
    shape = (3, 33, 44, 3)[: None if samples > 1 else 3]
    data = make_data(shape, 'u1')
    data[0, :32, :16] = 0
    tiles = (
        None if i == 0 else tile
        for i, tile in enumerate(tiles_of(data, 32, 16))
    )
    stream = write(
        tiles,
        shape=data.shape,
        dtype=data.dtype,
        photometric='rgb' if samples > 1 else 'minisblack',
        tile=(32, 16),
        compression=compression,
    )
    with TiffFile(stream) as tif:
        page = tif.pages[0]
        assert page.dataoffsets[0] == page.databytecounts[0] == 0
        assert_array_equal(tif.asarray(), data)


def test_iterator_of_volume_tiles():
    """Test iterators of tiles with depth."""
    data = make_data((20, 33, 44), 'u1')
    tiles = (
        data[z : z + 16, y : y + 16, x : x + 16]
        for z in range(0, 20, 16)
        for y in range(0, 33, 16)
        for x in range(0, 44, 16)
    )
    stream = write(
        tiles,
        shape=data.shape,
        dtype='u1',
        photometric='minisblack',
        tile=(16, 16, 16),
        compression='zlib',
    )
    assert_array_equal(imread(stream), data)


def test_sparse_tiles():
    """Test offsets of tiles that are missing."""
    tiles = [
        numpy.ones((16, 16), 'u1'),
        None,
        numpy.ones((10, 12), 'u1'),
        None,
    ]
    stream = write(iter(tiles), shape=(30, 31), dtype='u1', tile=(16, 16))
    with TiffFile(stream) as tif:
        page = tif.pages[0]
        assert tuple(page.dataoffsets) == (288, 0, 544, 0)
        assert tuple(page.databytecounts) == (256, 0, 256, 0)
        assert tif.asarray().sum() == 256 + 120


@pytest.mark.parametrize('astuple', [False, True])
@pytest.mark.parametrize('layout', [{'tile': (16, 16)}, {'rowsperstrip': 8}])
def test_iterator_of_encoded_segments(layout, astuple):
    """Test iterators of bytes."""
    data = make_data((2, 32, 48), 'u2')
    source = write(
        data, photometric='minisblack', compression='zlib', **layout
    )
    with TiffFile(source) as tif:
        fh = tif.filehandle
        segments = [
            fh.read_at(offset, size)
            for page in tif.pages
            for offset, size in zip(
                page.dataoffsets, page.databytecounts, strict=True
            )
        ]
        if astuple:
            segments = [
                (segment + b'junk', len(segment)) for segment in segments
            ]
    stream = write(
        iter(segments),
        shape=data.shape,
        dtype=data.dtype,
        photometric='minisblack',
        compression='zlib',
        **layout,
    )
    assert_array_equal(imread(stream), data)


def test_iterator_of_memoryviews():
    """Test encoded tiles that are views of large items."""
    data = make_data((2, 256, 512), 'u2')
    views = (
        memoryview(data[i, :, j : j + 256].ravel())
        for i in range(2)
        for j in (0, 256)
    )
    stream = write(
        views,
        shape=data.shape,
        dtype='u2',
        tile=(256, 256),
        photometric='minisblack',
    )
    assert_array_equal(imread(stream), data)


def test_iterator_of_raw_bytes():
    """Test iterator of bytes of contiguous data."""
    data = make_data((3, 5, 7), 'u2')
    chunks = [data.tobytes()[i : i + 11] for i in range(0, data.nbytes, 11)]
    kwargs = {'shape': data.shape, 'dtype': 'u2', 'photometric': 'minisblack'}
    assert_array_equal(imread(write(iter(chunks), **kwargs)), data)
    for wrong in (chunks[:-1], [*chunks, b'12']):
        if wrong is not chunks[:-1] and len(wrong) > len(chunks):
            wrong[-2] += b'12'
        with pytest.raises(ValueError, match='wrong number of bytes'):
            write(iter(wrong), **kwargs)


def test_iterator_errors():
    """Test iterators that yield the wrong things."""
    kwargs = {'shape': (2, 32, 32), 'dtype': 'u1', 'photometric': 'minisblack'}
    page = numpy.zeros((32, 32), 'u1')
    tile = {'tile': (16, 16), **kwargs}
    with pytest.raises(ValueError, match='exhausted in page 1'):
        write(iter([page]), compression='zlib', **kwargs)
    with pytest.raises(ValueError, match='dtype of tile'):
        write(iter([numpy.zeros((16, 16), 'u2')]), **tile)
    with pytest.raises(ValueError, match='too large'):
        write(iter([numpy.zeros((17, 16), 'u1')]), **tile)
    with pytest.raises(ValueError, match='dtype of page'):
        write(iter([page.astype('f4')]), compression='zlib', **kwargs)
    with pytest.raises(ValueError, match='does not match'):
        write(iter([page[:3]]), compression='zlib', **kwargs)
    with pytest.raises(ValueError, match='no data'):
        write(iter([]), **kwargs)
    with pytest.raises(TypeError, match='bytes'):
        write(iter([(page, 1)]), **kwargs)
    with pytest.raises(ValueError, match='shape'):
        write(iter([page]), dtype='u1')


def test_empty():
    """Test images without data."""
    for kwargs in ({}, {'tile': (16, 16)}, {'rowsperstrip': 2}):
        stream = write(
            shape=(2, 5, 7), dtype='u2', photometric='minisblack', **kwargs
        )
        assert_array_equal(imread(stream), numpy.zeros((2, 5, 7), 'u2'))
    with pytest.raises(ValueError, match='empty'):
        write(shape=(5, 7), dtype='u2', compression='zlib')
    with pytest.raises(ValueError, match="'shape' or 'dtype'"):
        write(shape=(5, 7))


# -- tags ---------------------------------------------------------------------


def test_tags():
    """Test values of tags."""
    data = make_data((5, 7), 'u1')
    stream = write(
        data,
        description='text',
        software='program',
        datetime=datetime.datetime(2020, 1, 2, 3, 4, 5),
        resolution=(0.1, (600, 2)),
        subfiletype=1,
        iccprofile=b'profile',
    )
    with TiffFile(stream) as tif:
        page = tif.pages[0]
        tags = page.tags
        assert [tag.code for tag in tags] == sorted(tag.code for tag in tags)
        assert page.description == 'text'
        assert json.loads(page.description1) == {'shape': [5, 7]}
        assert page.software == 'program'
        assert tags[306].value == '2020:01:02 03:04:05'
        assert tags[282].value == (1, 10)
        assert tags[283].value == (300, 1)
        assert tags[296].value == 2
        assert tags[254].value == 1
        assert tags[34675].value == b'profile'
    with TiffFile(write(data)) as tif:
        tags = tif.pages[0].tags
        assert tags[305].value == 'tifffile.py'
        assert tags[282].value == (1, 1)
        assert tags[296].value == 1
        assert 306 not in tags
        assert tags[270].count == 18


EXTRATAGS = [
    ((65000, 's', None, 'text'), 'text'),
    ((65000, 2, 0, b'text'), 'text'),
    ((65000, 'B', 1, 1), b'\x01'),
    ((65000, '<H', 3, (1, 2, 3)), (1, 2, 3)),
    ((65000, 'H', 1, [1]), 1),
    ((65000, 'I', 2, numpy.array([1, 2])), (1, 2)),
    ((65000, '2I', 2, (1, 2, 3, 4)), (1, 2, 3, 4)),
    ((65000, '2i', 1, ((-1, 2),)), (-1, 2)),
    ((65000, 'f', 1, 0.5), 0.5),
    ((65000, 'd', 2, (0.5, 0.25)), (0.5, 0.25)),
    ((65000, 'Q', 1, 2**40), 2**40),
    ((65000, 'b', 2, struct.pack('bb', -1, 2)), (-1, 2)),
    ((65000, 7, None, b'bytes'), b'bytes'),
    (('DocumentName', 's', 0, 'name'), 'name'),
]


@pytest.mark.parametrize(('item', 'value'), EXTRATAGS)
@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_extratags(item, value, byteorder):
    """Test tags of the caller."""
    stream = write(
        numpy.zeros((5, 7), 'u1'), extratags=[item], byteorder=byteorder
    )
    with TiffFile(stream) as tif:
        assert tif.pages[0].tags[item[0]].value == value


@pytest.mark.parametrize(
    ('item', 'error'),
    [
        ((65000, 'x', 1, 1), ValueError),
        ((65000, 'H', None, 1), ValueError),
        ((65000, 'H', 2, 1), TypeError),
        ((65000, 'H', 1, 2**16), struct.error),
        ((65000, 'I', 1, b'123'), ValueError),
        ((65000, 's', 1, 1), ValueError),
        ((65000, 's', 1, '\xb5'), ValueError),
        ((65000, 's', 1), TypeError),
        (('NoSuchTag', 's', 1, ''), KeyError),
        (('NoSuchTag', 's', 1, ''), ValueError),
    ],
)
def test_extratags_errors(item, error):
    """Test tags that cannot be written."""
    stream = io.BytesIO()
    with pytest.raises(error):
        imwrite(stream, numpy.zeros((5, 7), 'u1'), extratags=[item])
    assert stream.getvalue() == b''


def test_extratags_once(caplog):
    """Test tags that are written once, or not at all."""
    stream = write(
        numpy.zeros((2, 5, 7), 'u1'),
        extratags=[
            (65000, 'H', 1, 1, True),
            (65001, 'H', 1, 2),
            (256, 'H', 1, 3),
            (305, 's', 0, 'other'),
        ],
    )
    assert 'not writing extratag 256' in caplog.text
    assert 'not writing extratag 305' in caplog.text
    with TiffFile(stream) as tif:
        first, second = tif.pages[0].tags, tif.pages[1].aspage().tags
        assert 65000 in first
        assert 65000 not in second
        assert first[65001].value == second[65001].value == 2
        assert first[256].value == 7


def test_copy_tags():
    """Test that tags that were read can be written."""
    data = make_data((5, 7), 'u1')
    source = write(data, extratags=[(65000, 'd', 3, (1, 2, 3))])
    with TiffFile(source) as tif:
        items = [tag.astuple() for tag in tif.pages[0].tags if tag.code > 6e4]
    with TiffFile(write(data, extratags=items)) as tif:
        assert tif.pages[0].tags[65000].value == (1, 2, 3)


BAD_ARGUMENTS = [
    ({'subfiletype': 'a'}, 'subfiletype'),
    ({'subfiletype': -4}, 'subfiletype'),
    ({'maxworkers': 'a'}, 'maxworkers'),
    ({'maxworkers': -3}, 'maxworkers'),
    ({'buffersize': 'a'}, 'buffersize'),
    ({'metadata': 5}, 'metadata'),
    ({'metadata': {'a': object()}}, 'metadata'),
    ({'compression': 'zlib', 'compressionargs': 5}, 'compressionargs'),
    ({'compression': 'zlib', 'compressionargs': {'foo': 5}}, 'foo'),
    ({'tile': 16}, 'tile'),
    ({'tile': 'a'}, 'tile'),
    ({'compression': 'jpeg', 'subsampling': 2}, 'subsampling'),
    ({'extratags': [(1,)]}, 'extratag'),
    ({'jpegtables': 'a'}, 'jpegtables'),
    ({'photometric': 'nope'}, 'photometric'),
    ({'photometric': 99}, 'photometric'),
    ({'planarconfig': 'nope'}, 'planarconfig'),
    ({'compression': 'nope'}, 'compression'),
    ({'compression': 'next'}, 'NEXT'),
    ({'compression': ('zlib',)}, 'compression'),
    ({'predictor': True}, 'predictor'),
    ({'predictor': 'nope', 'compression': 'zlib'}, 'predictor'),
    ({'predictor': 3, 'compression': 'zlib'}, 'predictor'),
    ({'predictor': True, 'compression': 'png'}, 'predictor'),
    ({'tile': (16,)}, 'tile'),
    ({'tile': (15, 16)}, 'tile'),
    ({'tile': (0, 16)}, 'tile'),
    ({'tile': (2, 16, 16)}, 'volumes'),
    ({'bitspersample': 9}, 'bitspersample'),
    ({'bitspersample': 4, 'compression': 'zlib'}, 'bitspersample'),
    ({'bitspersample': 'x'}, 'bitspersample'),
    ({'rowsperstrip': -1}, 'rowsperstrip'),
    ({'rowsperstrip': 1.5}, 'rowsperstrip'),
    ({'extrasamples': True}, 'extrasamples'),
    ({'extrasamples': 'nope'}, 'extrasamples'),
    ({'description': '\xb5'}, 'description'),
    ({'description': 1}, 'description'),
    ({'software': '\xb5'}, 'software'),
    ({'datetime': 'yesterday'}, 'datetime'),
    ({'resolution': (1,)}, 'resolution'),
    ({'resolution': (-1, 1)}, 'resolution'),
    ({'resolution': ('a', 1)}, 'resolution'),
    ({'resolutionunit': 'mile'}, 'resolutionunit'),
    ({'metadata': {'x': object()}}, 'object'),
    ({'subsampling': (3, 3), 'compression': 'jpeg'}, 'subsampling'),
    ({'align': 0}, 'align'),
    ({'shape': (5, 8)}, 'shape'),
    ({'dtype': 'u2'}, 'dtype'),
    ({'truncate': True, 'compression': 'zlib'}, 'truncate'),
    ({'jpegtables': 'x'}, 'jpegtables'),
    ({'iccprofile': 'x'}, 'iccprofile'),
    ({'colormap': [1]}, 'colormap'),
    ({'subifds': 'x'}, 'subifds'),
    ({'extratags': 1}, 'extratags'),
]


@pytest.mark.parametrize(('kwargs', 'name'), BAD_ARGUMENTS)
def test_bad_arguments(tmp_path, kwargs, name):
    """Test that bad arguments are refused before the file is touched."""
    path = tmp_path / 'temp.tif'
    path.write_bytes(b'precious')
    data = numpy.zeros((32, 48, 3), 'u1')
    data = data[..., 0] if 'subsampling' not in kwargs else data
    with pytest.raises((ValueError, TypeError), match=name):
        with TiffWriter(path) as tif:
            tif.write(data, **kwargs)
    assert path.read_bytes() == b'precious'
    path.unlink()
    with pytest.raises((ValueError, TypeError), match=name):
        with TiffWriter(path) as tif:
            tif.write(data, **kwargs)
    assert not path.exists()


@pytest.mark.parametrize(
    ('kwargs', 'name'),
    [
        ({'byteorder': 'x'}, 'byteorder'),
        ({'mode': 'a'}, 'mode'),
        ({'append': 'no'}, 'append'),
        ({'kind': 'lsm'}, 'kind'),
        ({'mode': 'w', 'append': True}, 'append mode'),
    ],
)
def test_bad_writer_arguments(tmp_path, kwargs, name):
    """Test arguments of TiffWriter."""
    path = tmp_path / 'temp.tif'
    with pytest.raises(ValueError, match=name):
        TiffWriter(path, **kwargs)
    assert not path.exists()


@pytest.mark.parametrize('dtype', ['S1', 'O', 'M8[s]', 'V3', 'g', 'G'])
def test_bad_dtype(dtype):
    """Test data types that cannot be written."""
    if numpy.dtype(dtype).itemsize == 8 and dtype == 'g':
        pytest.skip('long double is double')
    stream = io.BytesIO()
    with pytest.raises(ValueError, match='data type'):
        imwrite(stream, numpy.zeros((5, 7), dtype))
    assert stream.getvalue() == b''


def test_too_large():
    """Test data that do not fit in classic TIFF."""
    lazy = Lazy(numpy.broadcast_to(numpy.uint8(0), (2**17, 2**16)))
    with pytest.raises(ValueError, match='too large'):
        write(lazy, bigtiff=False)
    with pytest.raises(ValueError, match='shape'):
        write(shape=(1, 2**32), dtype='u1', bigtiff=True)


def test_too_large_series(tmp_path):
    """Test that pages are kept if the following do not fit in the file."""
    path = tmp_path / 'temp.tif'
    data = make_data((5, 7), 'u1')
    with TiffWriter(path) as tif:
        for _ in range(3):
            tif.write(data, contiguous=True)
        # pretend that the file is large
        out = tif._out
        out.flush()
        base = out._base
        out._base = 2**32 - 35 - 600
        for frame in (data, iter([data])):
            with pytest.raises(ValueError, match='too large'):
                tif.write(frame, shape=data.shape, dtype='u1', contiguous=True)
        with pytest.raises(ValueError, match='too large'):
            tif.write(numpy.stack([data] * 9), photometric='minisblack')
        out._base = base
    with TiffFile(path) as tif:
        assert tif.series[0].shape == (3, 5, 7)
        assert_array_equal(tif.asarray()[2], data)


@pytest.mark.parametrize('compression', [None, 'zlib'])
def test_repeated_calls_of_large_files(tmp_path, compression):
    """Test that pages alike are written across the 4 GB boundary."""
    path = tmp_path / 'temp.tif'
    data = [make_data((300, 200), 'u2') + numpy.uint16(i) for i in range(4)]
    with TiffWriter(path, bigtiff=True) as tif:
        tif.write(data[0], compression=compression)
        # leave a hole in the file
        tif._out.flush()
        tif._out._base = 2**32 - 2**16 - 2**15
        for image in data[1:]:
            tif.write(image, compression=compression)
    with TiffFile(path) as tif:
        assert len(tif.pages) == 4
        assert tif.pages[1].offset < 2**32 < tif.pages[3].offset
        for page, image in zip(tif.pages, data, strict=True):
            assert_array_equal(page.asarray(), image)


# -- descriptions -------------------------------------------------------------


def test_json_description():
    """Test JSON descriptions."""
    describe = tifffile.tifffile.json_description
    parse = tifffile.tifffile.json_description_metadata
    text = describe((2, numpy.int64(3)), axes='YX', shape=(1, 1))
    assert text == '{"axes": "YX", "shape": [2, 3]}'
    assert parse(text) == {'axes': 'YX', 'shape': [2, 3]}


def test_metadata_none():
    """Test files that do not describe themselves."""
    data = make_data((2, 5, 7), 'u1')
    for kwargs in ({'metadata': None}, {'shaped': False}):
        with TiffFile(write(data, **kwargs)) as tif:
            assert 270 not in tif.pages[0].tags
            assert not tif.is_shaped
    with TiffFile(
        write(data, metadata=None, extratags=[(270, 's', 0, 'text')])
    ) as tif:
        assert tif.pages[0].description == 'text'


def test_shaped_metadata():
    """Test metadata of shaped files."""
    data = make_data((2, 3, 5, 7), 'u1')
    metadata = {'axes': 'TZYX', 'name': 'name', 'custom': [1, 2]}
    with TiffFile(
        write(data, photometric='minisblack', metadata=metadata)
    ) as tif:
        assert tif.series[0].axes == 'TZYX'
        assert tif.series[0].name == 'name'
        assert tif.shaped_metadata[0]['custom'] == [1, 2]


# -- series -------------------------------------------------------------------


def test_contiguous():
    """Test which arrays extend the previous series."""
    stream = io.BytesIO()
    data = make_data((2, 5, 7), 'u2')
    with TiffWriter(stream) as tif:
        for _ in range(2):
            tif.write(data, contiguous=True)
        tif.write(iter(data), shape=data.shape, dtype='u2', contiguous=True)
        tif.write(data.tolist(), dtype='u2', contiguous=True)
        tif.write(shape=data.shape, dtype='u2', contiguous=True)
        with pytest.raises(ValueError, match='contiguous'):
            tif.write(data, contiguous=True, compression='zlib')
        tif.write(data.astype('>u2'), contiguous=True)
        tif.write(data[:1], contiguous=True)
        tif.write(data.astype('u1'), contiguous=True)
    stream.seek(0)
    with TiffFile(stream) as tif:
        assert [series.shape for series in tif.series] == [
            (6, 2, 5, 7),
            (1, 5, 7),
            (2, 5, 7),
        ]
        result = tif.asarray()
        for i in (0, 1, 2, 3, 5):
            assert_array_equal(result[i], data)
        assert not result[4].any()


CALLS = [
    {},
    {'compression': 'zlib'},
    {'compression': 'zlib', 'compressionargs': {'level': 1}},
    {'compression': True},
    {'compression': 1},
    {'compression': 'zlib', 'predictor': True},
    {'compression': 'zlib', 'predictor': 1},
    {'description': 'text'},
    {'metadata': None},
    {'metadata': {'key': 'value'}},
    {'rowsperstrip': 2},
    {'software': False},
    {'tile': (16, 16)},
    {'colormap': numpy.arange(768, dtype='u2').reshape(3, 256)},
    {'extratags': [(65000, 's', 0, 'text', True)]},
    {'align': 64},
    {'bitspersample': 7},
    {'contiguous': True},
]


@pytest.mark.parametrize('options', [{}, {'bigtiff': True}, {'ome': True}])
def test_repeated_calls(options):
    """Test that calls do not depend on the calls before."""
    rng = numpy.random.default_rng(1)
    calls = [
        CALLS[i]
        for i in rng.integers(len(CALLS), size=60)
        for _ in range(rng.integers(1, 5))
    ]
    stream = io.BytesIO()
    written = []
    with TiffWriter(stream, **options) as tif:
        for i, call in enumerate(calls):
            if 'ome' in options and 'description' in call:
                continue
            shape = (5, 7) if i % 11 else (7, 5)
            data = make_data(shape, 'u1') + numpy.uint8(i % 20)
            if 'metadata' in call and call['metadata'] and i % 3:
                # changed in place
                call['metadata']['key'] = f'{i}'
            tif.write(data, **call)
            written.append((data, dict(call, metadata={}), str(call)))
    stream.seek(0)
    with TiffFile(stream) as tif:
        assert len(tif.pages) == len(written)
        for page, (data, call, text) in zip(tif.pages, written, strict=True):
            assert_array_equal(page.asarray(), data)
            page = page.aspage()
            if 'contiguous' in call:
                continue
            compression = call.get('compression')
            iszlib = compression is True or compression == 'zlib'
            assert page.compression == (8 if iszlib else 1)
            predictor = call.get('predictor') is True
            assert page.predictor == (2 if predictor else 1)
            assert page.is_tiled == ('tile' in call)
            if 'rowsperstrip' in call:
                assert page.rowsperstrip == 2
            assert (320 in page.tags) == ('colormap' in call)
            assert (65000 in page.tags) == ('extratags' in call)
            if 'align' in call:
                assert page.dataoffsets[0] % 64 == 0
            assert page.bitspersample == call.get('bitspersample', 8)
            if options.get('ome'):
                continue
            assert (305 in page.tags) == ('software' not in call)
            if "'metadata': {" in text:
                assert page.description.startswith(
                    text.split('metadata')[1][3:].replace("'", '"')[:-2]
                )
            assert (page.description == 'text') == ('description' in call)


def test_changed_arguments():
    """Test that arguments can be changed in place between calls."""
    data = make_data((64, 64), 'u1')
    stream = io.BytesIO()
    tile, voxelsize = [64, 64], [1.0, 1.0]
    with TiffWriter(stream) as tif:
        for size in (64, 64, 64, 32):
            tile[:] = size, size
            tif.write(data, tile=tile)
        for size in (1, 1, 1, 2):
            voxelsize[:] = size, size
            tif.write(data, voxelsize=voxelsize, metadata=None)
    stream.seek(0)
    with TiffFile(stream) as tif:
        pages = [page.aspage() for page in tif.pages]
        assert [page.tilewidth for page in pages[:4]] == [64, 64, 64, 32]
        assert pages[6].resolution == (10000, 10000)
        assert pages[7].resolution == (5000, 5000)


def test_contiguous_after_compressed():
    """Test that data are not appended to compressed series."""
    stream = io.BytesIO()
    data = make_data((5, 7), 'u2')
    with TiffWriter(stream) as tif:
        tif.write(data, compression='zlib')
        tif.write(data, contiguous=True)
        tif.write(data, contiguous=True)
    stream.seek(0)
    with TiffFile(stream) as tif:
        assert [s.shape for s in tif.series] == [(5, 7), (2, 5, 7)]
        assert_array_equal(tif.series[1].asarray()[1], data)


def test_many_contiguous_pages(monkeypatch):
    """Test IFDs of remaining pages that are written in blocks."""
    monkeypatch.setattr(tifffile, '_BLOCK_IFDS', 7)
    data = make_data((50, 5, 7), 'u1')
    for kwargs in (
        {},
        {'bigtiff': True, 'byteorder': '>'},
        {'rowsperstrip': 2},
    ):
        stream = write(data, **kwargs)
        with TiffFile(stream) as tif:
            assert len(tif.pages) == 50
            for page, expected in zip(tif.pages, data, strict=True):
                assert_array_equal(page.asarray(), expected)


@pytest.mark.parametrize('subifds', [2, -2])
@pytest.mark.parametrize('kwargs', [{}, {'compression': 'zlib'}])
def test_subifds(subifds, kwargs):
    """Test levels of pyramids."""
    kwargs['photometric'] = 'minisblack'
    stream = io.BytesIO()
    data = make_data((3, 64, 64), 'u1')
    with TiffWriter(stream) as tif:
        tif.write(data, subifds=subifds, metadata={'axes': 'CYX'}, **kwargs)
        with pytest.raises(ValueError, match='SubIFDs in SubIFDs'):
            tif.write(data[:, ::2, ::2], subifds=1, **kwargs)
        with pytest.raises(ValueError, match='pages'):
            tif.write(data[:2, ::2, ::2], **kwargs)
        for step in (2, 4):
            tif.write(
                data[:, ::step, ::step],
                subfiletype=1,
                metadata={'axes': 'CYX'},
                **kwargs,
            )
        tif.write(data[0, :8, :8], **kwargs)
    stream.seek(0)
    with TiffFile(stream) as tif:
        assert len(tif.pages) == 4
        for index in range(3):
            page = tif.pages[index].aspage()
            assert len(page.subifds) == (2 if subifds > 0 else 1)
            subpages = page.pages
            assert_array_equal(subpages[0].asarray(), data[index, ::2, ::2])
            if subifds > 0:
                assert_array_equal(
                    subpages[1].asarray(), data[index, ::4, ::4]
                )
        if subifds > 0:
            assert [level.shape for level in tif.series[0].levels] == [
                (3, 64, 64),
                (3, 32, 32),
                (3, 16, 16),
            ]
        assert_array_equal(tif.pages[3].asarray(), data[0, :8, :8])


def test_missing_levels():
    """Test file that lacks announced levels."""
    stream = io.BytesIO()
    data = make_data((64, 64), 'u1')
    with TiffWriter(stream) as tif:
        tif.write(data, subifds=2)
        tif.write(data[::2, ::2])
    stream.seek(0)
    with TiffFile(stream) as tif:
        assert_array_equal(tif.pages[0].asarray(), data)
        subifds = tif.pages[0].subifds
        assert subifds[0] > 0
        assert subifds[1:] in {(), (0,)}


def test_truncate():
    """Test series with one IFD."""
    data = make_data((4, 5, 7), 'u2')
    with TiffFile(write(data, photometric='minisblack', truncate=True)) as tif:
        assert len(tif.pages) == 1
        assert json.loads(tif.pages[0].description) == {
            'truncated': True,
            'shape': [4, 5, 7],
        }
        assert_array_equal(tif.asarray(), data)
    with pytest.raises(ValueError, match='truncated series'):
        with TiffWriter(io.BytesIO()) as tif:
            tif.write(data, truncate=True, subifds=1, photometric=1)


def test_returnoffset():
    """Test where image data are."""
    data = make_data((2, 5, 7), 'u2')
    stream = io.BytesIO()
    with TiffWriter(stream) as tif:
        offset, size = tif.write(data, returnoffset=True, align=64)
        assert offset % 64 == 0
        again, _ = tif.write(data, returnoffset=True, contiguous=True)
        assert again == offset + data.nbytes
        assert tif.write(data, compression='zlib', returnoffset=True) is None
    assert size == data.nbytes
    for start in (offset, again):
        part = stream.getvalue()[start : start + size]
        assert part == data.tobytes()


def test_overwrite_description():
    """Test replacing the last description."""
    data = make_data((5, 7), 'u1')
    for text in ('short', 'long' * 50, b'\xc2\xb5m'):
        stream = io.BytesIO()
        with TiffWriter(stream) as tif:
            tif.write(data, contiguous=True)
            tif.write(data, contiguous=True)
            tif.overwrite_description(text)
            with pytest.raises(ValueError, match='no ImageDescription'):
                tif.overwrite_description(text)
        stream.seek(0)
        with TiffFile(stream) as tif:
            assert len(tif.pages) == 2
            value = tif.pages[0].description
            expected = text if isinstance(text, str) else text.decode()
            assert value == expected
    with pytest.raises(ValueError, match='no ImageDescription'):
        with TiffWriter(io.BytesIO()) as tif:
            tif.write(data, metadata=None)
            tif.overwrite_description('text')


# -- files --------------------------------------------------------------------


@pytest.mark.parametrize('bigtiff', [False, True])
@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_append(tmp_path, bigtiff, byteorder):
    """Test appending to files."""
    path = tmp_path / 'temp.tif'
    data = make_data((3, 5, 7), 'u2')
    kwargs = {'photometric': 'minisblack'}
    imwrite(
        path, data, append=True, bigtiff=bigtiff, byteorder=byteorder, **kwargs
    )
    before = path.read_bytes()
    imwrite(path, data[:2], append=True, **kwargs)
    imwrite(path, data[0], mode='r+', compression='zlib')
    with FileHandle(path, 'r+b') as fh, TiffWriter(fh) as tif:
        tif.write(data[1])
    after = path.read_bytes()
    changed = [
        i
        for i, (a, b) in enumerate(zip(before, after, strict=False))
        if a != b
    ]
    size = 8 if bigtiff else 4
    assert changed and changed[-1] - changed[0] < size
    with TiffFile(path) as tif:
        assert tif.byteorder == byteorder
        assert tif.is_bigtiff == bigtiff
        assert [s.shape for s in tif.series] == [
            (3, 5, 7),
            (2, 5, 7),
            (5, 7),
            (5, 7),
        ]
        assert_array_equal(tif.series[1].asarray(), data[:2])
        assert_array_equal(tif.series[3].asarray(), data[1])


def test_append_stream():
    """Test appending to streams."""
    data = make_data((5, 7), 'u2')
    stream = write(data)
    imwrite(stream, data, append=True)
    stream.seek(0)
    with TiffFile(stream) as tif:
        assert len(tif.pages) == 2


def test_append_errors(tmp_path):
    """Test files that cannot be appended to."""
    path = tmp_path / 'temp.tif'
    path.write_bytes(b'not a TIFF file')
    with pytest.raises(TiffFileError):
        TiffWriter(path, append=True)
    assert path.read_bytes() == b'not a TIFF file'
    with FileHandle(path, 'rb') as fh, pytest.raises(ValueError, match='mode'):
        TiffWriter(fh)
    imwrite(path, numpy.zeros((4, 4), 'uint8'), imagej=True)
    size = path.stat().st_size
    with pytest.raises(ValueError, match=r"temp\.tif': cannot append to file"):
        TiffWriter(path, append=True)
    assert path.stat().st_size == size


def test_append_to_unreadable_file(tmp_path, monkeypatch):
    """Test that files are not replaced if they cannot be read."""
    path = tmp_path / 'temp.tif'
    data = make_data((5, 7), 'u2')
    imwrite(path, data)

    def fail(*args, **kwargs):
        raise OSError(errno.EIO, 'input/output error')

    with monkeypatch.context() as patch:
        patch.setattr(tifffile, 'TiffFile', fail)
        with pytest.raises(OSError, match='input/output'):
            imwrite(path, data, append=True)
    assert_array_equal(imread(path), data)
    imwrite(tmp_path / 'new.tif', data, append=True)
    assert_array_equal(imread(tmp_path / 'new.tif'), data)


def test_modes(tmp_path):
    """Test modes in which files are opened."""
    path = tmp_path / 'temp.tif'
    data = make_data((5, 7), 'u2')
    imwrite(path, data, mode='x')
    with pytest.raises(FileExistsError):
        imwrite(path, data, mode='x')
    imwrite(path, data[:3, :3], mode='w')
    assert imread(path).shape == (3, 3)
    assert path.stat().st_size < 350
    with pytest.raises(FileNotFoundError):
        imwrite(tmp_path / 'missing' / 'temp.tif', data)


def test_shorter_file(tmp_path):
    """Test that nothing is left of a file that is overwritten."""
    path = tmp_path / 'temp.tif'
    imwrite(path, numpy.zeros((500, 500), 'u1'))
    imwrite(path, numpy.zeros((5, 7), 'u1'))
    assert path.stat().st_size == 291


def test_embedded():
    """Test file in file."""
    data = make_data((5, 7), 'u2')
    stream = io.BytesIO(b'head')
    stream.seek(4)
    imwrite(stream, data)
    stream.seek(4)
    assert_array_equal(imread(stream), data)
    assert stream.getvalue()[:4] == b'head'


def test_stream_stays_open(tmp_path):
    """Test that streams of the caller are not closed."""
    with open(tmp_path / 'temp.tif', 'w+b') as fh:
        imwrite(fh, numpy.zeros((5, 7), 'u1'))
        assert not fh.closed
        assert fh.tell() == 291
        fh.seek(0)
        assert imread(fh).shape == (5, 7)


def test_closed_writer(tmp_path):
    """Test that nothing is written to a descriptor that was closed."""
    path, other = tmp_path / 'temp.tif', tmp_path / 'other.bin'
    data = make_data((5, 7), 'u1')
    tif = TiffWriter(path)
    tif.write(data)
    tif.close()
    # takes over the descriptor
    with open(other, 'wb') as fh:
        fh.write(bytes(4096))
        fh.flush()
        for kwargs in ({}, {'contiguous': True}):
            with pytest.raises(ValueError, match='closed file'):
                tif.write(data, **kwargs)
        with pytest.raises(ValueError, match='closed file'):
            tif.overwrite_description('text')
    assert other.read_bytes() == bytes(4096)
    with TiffFile(path) as tif:
        assert len(tif.pages) == 1
        assert_array_equal(tif.asarray(), data)


def test_closed_handle(tmp_path):
    """Test that nothing is written if the handle was closed by others."""
    path, other = tmp_path / 'temp.tif', tmp_path / 'other.bin'
    data = make_data((5, 7), 'u1')
    with TiffWriter(path) as tif:
        tif.write(data)
        tif.filehandle.close()
        with open(other, 'wb') as fh:
            fh.write(bytes(4096))
            fh.flush()
            with pytest.raises(ValueError, match='closed file'):
                tif.write(data)
        assert other.read_bytes() == bytes(4096)
    assert_array_equal(imread(path), data)


def test_streams_are_released():
    """Test that streams are not kept alive by what later calls reuse."""

    class Stream(io.BytesIO):
        pass

    stream = Stream()
    imwrite(stream, make_data((5, 7, 11), 'u1'), photometric='minisblack')
    reference = weakref.ref(stream)
    del stream
    gc.collect()
    assert reference() is None


def test_failed_iterator(tmp_path):
    """Test that pages written before an exception can be read."""
    data = make_data((5, 33, 44), 'u2')

    def generator():
        yield from data[:3]
        raise RuntimeError('stop')

    for i, kwargs in enumerate(({}, {'compression': 'zlib'})):
        path = tmp_path / f'temp{i}.tif'
        with pytest.raises(RuntimeError, match='stop'):
            imwrite(
                path,
                generator(),
                shape=data.shape,
                dtype='u2',
                photometric='minisblack',
                **kwargs,
            )
        with TiffFile(path) as tif:
            assert len(tif.pages) == 3
            assert tif.series[0].kind == 'Shaped'
            assert_array_equal(tif.asarray(), data[:3])
            last = tif.pages[2]
            assert path.stat().st_size >= last.dataoffsets[-1]


def test_failed_first_page(tmp_path):
    """Test that a file without pages is not left behind."""
    path = tmp_path / 'temp.tif'

    def generator():
        yield numpy.zeros((1024, 1024), 'u1')
        raise KeyboardInterrupt

    kwargs = {'shape': (2048, 1024), 'dtype': 'u1'}
    with pytest.raises(KeyboardInterrupt):
        imwrite(path, generator(), **kwargs)
    assert not path.exists()
    with TiffWriter(path) as tif:
        tif.write(numpy.zeros((5, 7), 'u1'))
        with pytest.raises(KeyboardInterrupt):
            tif.write(generator(), **kwargs)
        tif.write(numpy.ones((5, 7), 'u1'))
    with TiffFile(path) as tif:
        assert len(tif.pages) == 2
        assert tif.pages[1].asarray().all()
    assert path.stat().st_size < 1000


class FullDisk(io.BytesIO):
    """Stream that cannot grow beyond a size."""

    limit = 10**9

    def write(self, data):
        if self.tell() + len(data) > self.limit:
            raise OSError(28, 'No space left on device')
        return super().write(data)


@pytest.mark.parametrize('kwargs', [{}, {'compression': 'zlib'}])
@pytest.mark.parametrize('size', [40, 500])
def test_full_disk(size, kwargs):
    """Test that earlier pages can be read if the disk is full."""
    data = make_data((4, size, size), 'u2', 65536)
    kwargs['photometric'] = 'minisblack'
    reference = len(write(data, **kwargs).getvalue())
    for limit in range(0, 3 * reference, max(3 * reference // 20, 1)):
        stream = FullDisk()
        stream.limit = limit
        written = 0
        try:
            with TiffWriter(stream) as tif:
                for _ in range(2):
                    tif.write(data, **kwargs)
                    written += 1
        except OSError as exc:
            assert exc.errno == 28
        else:
            assert limit >= 2 * reference - 100
        stream.seek(0)
        if written == 0 and len(stream.getvalue()) < 8:
            continue
        with TiffFile(stream) as tif:
            assert len(tif.pages) >= (1 if written else 0)
            for i, page in enumerate(tif.pages):
                assert_array_equal(page.asarray(), data[i % 4])


def test_memmap(tmp_path):
    """Test memory maps of new files."""
    path = tmp_path / 'temp.tif'
    for byteorder in ('<', '>', None):
        image = memmap(
            path,
            shape=(2, 5, 7),
            dtype='f4',
            byteorder=byteorder,
            photometric='minisblack',
        )
        assert image.offset % TIFF.ALLOCATIONGRANULARITY == 0
        image[1, 2, 3] = 1.5
        image.flush()
        del image
        result = imread(path)
        assert result.sum() == 1.5
        image = memmap(path, page=1, mode='r')
        assert image[2, 3] == 1.5
        del image
    with pytest.raises(ValueError, match='empty'):
        memmap(path, shape=(5, 7), dtype='u1', compression='zlib')
    with pytest.raises(ValueError, match='memory-mappable'):
        memmap(path, shape=(50, 70), dtype='u1', tile=(16, 16))


@pytest.mark.parametrize('mode', ['r', 'r+', 'c'])
def test_memmap_embedded(tmp_path, mode):
    """Test memory maps of files within files."""
    data = make_data((2, 5, 7), 'u2')
    stream = io.BytesIO()
    imwrite(stream, data, photometric='minisblack', byteorder='>')
    path = tmp_path / 'temp.bin'
    content = b'before' + stream.getvalue() + b'behind'
    path.write_bytes(content)
    size = len(stream.getvalue())
    image = memmap(path, mode=mode, offset=6, size=size)
    assert_array_equal(image, data)
    assert image.dtype == '>u2'
    if mode == 'r':
        with pytest.raises(ValueError, match='read-only'):
            image[0] = 1
    else:
        image[0] = 1
        image.flush()
        changed = imread(path, offset=6, size=size)
        assert_array_equal(changed[0], 1 if mode == 'r+' else data[0])
        assert_array_equal(changed[1], data[1])
        assert path.read_bytes()[:6] == b'before'
    del image
    image = memmap(path, page=1, mode='r', offset=6)
    assert_array_equal(image, data[1])
    del image
    with pytest.raises(TiffFileError):
        memmap(path, mode=mode)


def test_memmap_of_other_file(tmp_path):
    """Test memory map of image that is in another file of a set."""
    xml = (
        '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" '
        'UUID="urn:uuid:{}"><Image ID="Image:0"><Pixels ID="Pixels:0" '
        'DimensionOrder="XYZCT" Type="uint8" SizeX="7" SizeY="5" SizeZ="1" '
        'SizeC="1" SizeT="1"><TiffData IFD="0"><UUID FileName="1.ome.tif">'
        'urn:uuid:1</UUID></TiffData></Pixels></Image></OME>'
    )
    for i in range(2):
        imwrite(
            tmp_path / f'{i}.ome.tif',
            numpy.full((5, 7), i, 'u1'),
            description=xml.format(i),
            metadata=None,
            ome=False,
        )
    assert imread(tmp_path / '0.ome.tif').min() == 1
    image = memmap(tmp_path / '0.ome.tif', mode='r')
    assert image.min() == 1
    del image


def test_deprecated_spellings():
    """Test names of functions of older releases."""
    data = make_data((5, 7), 'u1')
    stream = io.BytesIO()
    with pytest.warns(DeprecationWarning, match='imsave'):
        imsave(stream, data)
    stream = io.BytesIO()
    with TiffWriter(stream) as tif:
        with pytest.warns(DeprecationWarning, match='TiffWriter.save'):
            tif.save(data)
    stream.seek(0)
    assert_array_equal(imread(stream), data)


def test_writer_attributes(tmp_path):
    """Test attributes of TiffWriter."""
    path = tmp_path / 'temp.tif'
    with TiffWriter(path, bigtiff=True, byteorder='>') as tif:
        assert tif.tiff is TIFF.BIG_BE
        assert repr(tif) == "<tifffile.TiffWriter 'temp.tif'>"
        tif.write(numpy.zeros((5, 7), 'u1'))
        assert tif.filehandle.size == path.stat().st_size
        assert tif._fh.fileno() >= 0
        tif.close()


def test_automatic_bigtiff(monkeypatch):
    """Test when BigTIFF is written by default."""
    made = []

    class Stop(Exception):
        pass

    def init(self, file, /, *, bigtiff, **kwargs):
        made.append(bigtiff)
        raise Stop

    monkeypatch.setattr(TiffWriter, '__init__', init)
    large = {'shape': (2**16, 2**16), 'dtype': 'u1'}
    for kwargs in (
        {**large},
        {**large, 'compression': 'none'},
        {**large, 'compression': 'zlib'},
        {**large, 'imagej': True},
        {**large, 'kind': 'imagej'},
        {**large, 'truncate': True},
        {**large, 'bigtiff': False},
        {'shape': (5, 7), 'dtype': 'u1'},
    ):
        with pytest.raises(Stop):
            imwrite('unused', **kwargs)
    assert made == [True, True, False, False, False, False, False, False]


def test_threads_write_files(tmp_path):
    """Test that threads can write files at the same time."""
    data = make_data((64, 64), 'u2')
    failed = []

    def work(number):
        try:
            for i in range(10):
                path = tmp_path / f'{number}-{i}.tif'
                imwrite(path, data + number, compression='zlib')
                assert_array_equal(imread(path), data + number)
        except Exception as exc:
            failed.append(exc)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(os.listdir(tmp_path)) == 40


# -- other readers ------------------------------------------------------------

PILLOW = [
    ((33, 44), 'u1', {}),
    ((33, 44), '?', {}),
    ((33, 44), 'u2', {}),
    ((33, 44), 'f4', {}),
    ((33, 44, 3), 'u1', {}),
    ((33, 44, 4), 'u1', {}),
    ((33, 44), 'u1', {'compression': 'zlib'}),
    ((33, 44, 3), 'u1', {'compression': 'lzw', 'predictor': True}),
    ((33, 44, 3), 'u1', {'compression': 'zstd', 'tile': (16, 16)}),
    ((33, 44), 'u1', {'compression': 'packbits'}),
    ((33, 44), '?', {'compression': 'packbits'}),
    ((33, 44), 'u1', {'bigtiff': True}),
]


@pytest.mark.parametrize(('shape', 'dtype', 'kwargs'), PILLOW)
def test_pillow(shape, dtype, kwargs):
    """Test that Pillow reads what was written."""
    image = pytest.importorskip('PIL.Image')
    data = make_data(shape, dtype)
    with image.open(write(data, **kwargs)) as im:
        assert_array_equal(numpy.asarray(im), ~data if dtype == '?' else data)


def test_pillow_pages():
    """Test that Pillow reads all pages."""
    image = pytest.importorskip('PIL.Image')
    sequence = pytest.importorskip('PIL.ImageSequence')
    data = make_data((5, 33, 44), 'u1')
    for kwargs in ({}, {'compression': 'zlib'}):
        with image.open(write(data, **kwargs)) as im:
            pages = [numpy.array(frame) for frame in sequence.Iterator(im)]
        assert_array_equal(numpy.stack(pages), data)


GDAL = [
    ((33, 44), 'u1', {}),
    ((33, 44), 'i2', {'byteorder': '>'}),
    ((33, 44), 'f4', {'compression': 'zlib', 'predictor': 3}),
    ((33, 44), 'f8', {'compression': 'zstd', 'predictor': 3, 'bigtiff': True}),
    ((33, 44), 'u4', {'compression': 'lzw', 'predictor': 2}),
    ((33, 44), 'u2', {'bitspersample': 12}),
    ((33, 44), 'c8', {'tile': (16, 16)}),
    ((33, 44, 3), 'u1', {'tile': (16, 32), 'compression': 'lzma'}),
    (
        (3, 33, 44),
        'u2',
        {'photometric': 'rgb', 'planarconfig': 'separate', 'tile': (16, 16)},
    ),
    ((33, 44), 'u1', {'compression': 'jpegxl'}),
    ((33, 44), 'u2', {'compression': 'lerc'}),
    ((33, 44, 4), 'u1', {'compression': 'webp'}),
]


@pytest.mark.parametrize(('shape', 'dtype', 'kwargs'), GDAL)
@pytest.mark.filterwarnings('ignore:Dataset has no geotransform')
def test_gdal(tmp_path, shape, dtype, kwargs):
    """Test that GDAL reads what was written."""
    rasterio = pytest.importorskip('rasterio')
    data = make_data(shape, dtype)
    path = tmp_path / 'temp.tif'
    imwrite(path, data, **kwargs)
    try:
        with rasterio.open(path) as src:
            result = src.read()
    except rasterio.errors.RasterioIOError as exc:
        pytest.skip(str(exc))
    if data.ndim == 2:
        result = result[0]
    elif shape[-1] in {3, 4}:
        result = numpy.moveaxis(result, 0, -1)
    assert_array_equal(result, data)
