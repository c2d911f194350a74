# tests/test_reading.py

"""Test reading images from files made for the purpose.

Every test knows the array that a file was made from, and compares what is
read with it.

"""

from __future__ import annotations

import io
import itertools
import math
import os
from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy
import pytest
from builder import (
    ASCII,
    LONG,
    LONG8,
    SHORT,
    HolesIO,
    Page,
    Tag,
    build_chain,
    build_tiff,
    compress,
    split_jpeg,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tifffile
from tifffile import (
    TIFF,
    TiffFile,
    TiffFrame,
    TiffTag,
    TiffWriter,
    imread,
    imwrite,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

FORMATS = list(itertools.product('<>', (False, True)))

# shape of image and layout of segments
LAYOUTS: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {
    'pixel': ((1, 1), {}),
    'row': ((1, 31), {}),
    'strip': ((19, 21), {}),
    'strips': ((19, 21), {'rowsperstrip': 5}),
    'strips of one row': ((19, 21), {'rowsperstrip': 1}),
    'strips, last padded': ((19, 21), {'rowsperstrip': 5, 'padstrip': True}),
    'strips, samples': ((19, 21, 2), {'rowsperstrip': 5}),
    'strips, planar': ((3, 19, 21), {'rowsperstrip': 5, 'planarconfig': 2}),
    'strips, volume': ((4, 9, 21), {'rowsperstrip': 5, 'volume': True}),
    'strips, volume, samples': (
        (4, 9, 11, 3),
        {'rowsperstrip': 5, 'volume': True},
    ),
    'strips, volume, planar': (
        (3, 4, 9, 11),
        {'rowsperstrip': 5, 'volume': True, 'planarconfig': 2},
    ),
    'tile': ((16, 16), {'tile': (16, 16)}),
    'tile, larger than image': ((5, 7), {'tile': (16, 32)}),
    'tiles': ((35, 53), {'tile': (16, 32)}),
    'tiles, as wide as image': ((32, 16), {'tile': (16, 16)}),
    'tiles, odd size': ((35, 53), {'tile': (10, 7)}),
    'tiles, cropped': ((35, 53), {'tile': (16, 32), 'crop': True}),
    'tiles, cropped length': ((35, 53), {'tile': (16, 32), 'crop': 'length'}),
    'tiles, samples': ((35, 53, 4), {'tile': (16, 32)}),
    'tiles, planar': ((2, 35, 53), {'tile': (16, 32), 'planarconfig': 2}),
    'tiles, volume': ((5, 18, 33), {'tile': (2, 16, 16), 'volume': True}),
    'tiles, flat volume': ((3, 18, 33), {'tile': (16, 16), 'volume': True}),
    'tiles, volume, samples': (
        (5, 18, 33, 3),
        {'tile': (2, 16, 16), 'volume': True},
    ),
    'tiles, volume, planar': (
        (2, 5, 18, 33),
        {'tile': (2, 16, 16), 'volume': True, 'planarconfig': 2},
    ),
    'tiles, volume, cropped': (
        (5, 18, 33),
        {'tile': (2, 16, 16), 'volume': True, 'crop': True},
    ),
}

DTYPES = (
    *('bool', 'uint8', 'uint16', 'uint32', 'uint64'),
    *('int8', 'int16', 'int32', 'int64'),
    *('float16', 'float32', 'float64', 'complex64', 'complex128'),
)

# compression, predictor, dtypes
BYTE_CODECS = [
    (1, 1, DTYPES),
    (1, 2, ('uint8', 'int16', 'uint32', 'float32')),
    (1, 3, ('float16', 'float32', 'float64')),
    (5, 1, DTYPES),
    (5, 2, ('uint8', 'uint16', 'int32', 'uint64', 'float32')),
    (5, 3, ('float16', 'float32', 'float64')),
    (8, 1, DTYPES),
    (8, 2, ('uint8', 'int8', 'uint16', 'uint32', 'int64', 'float64')),
    (8, 3, ('float16', 'float32', 'float64')),
    (8, 34892, ('uint8', 'uint16')),
    (8, 34893, ('uint8', 'uint16')),
    (8, 34894, ('float16', 'float32')),
    (8, 34895, ('float16', 'float32')),
    (32773, 1, ('bool', 'uint8', 'uint16', 'float32')),
    (32773, 2, ('uint16',)),
    (32946, 1, ('uint16',)),
    (32946, 2, ('uint16',)),
    (34925, 1, ('uint16', 'float32')),
    (34925, 2, ('uint16',)),
    (34926, 1, ('uint16',)),
    (50000, 1, ('uint16', 'float32')),
    (50000, 2, ('uint16',)),
    (50000, 3, ('float32',)),
    (50013, 1, ('uint16',)),
]


def skip_without_codec(compression: int) -> None:
    """Skip test if there is no decoder of compression scheme."""
    if compression not in TIFF.DECOMPRESSORS:
        pytest.skip(f'no decoder of {compression}')


# three white, two black, and three white pixels around a row of white ones
FACSIMILE = numpy.zeros((3, 8), bool)
FACSIMILE[::2, 3:5] = True


def facsimile(compression: int, segment: bytes, tags: dict[int, Any]) -> Page:
    """Return page of one strip that decodes to FACSIMILE."""
    return Page(
        segments=[segment],
        length=3,
        width=8,
        compression=compression,
        photometric=0,
        bitspersample=1,
        tags=tags,
    )


def random_image(shape: tuple[int, ...], dtype: Any, bits: int = 0) -> Any:
    """Return reproducible image of random values, compressible in part."""
    dtype = numpy.dtype(dtype)
    rng = numpy.random.default_rng([len(shape), sum(shape), bits])
    if dtype.kind == 'b':
        return rng.integers(2, size=shape).astype(bool)
    if dtype.kind in 'iu':
        width = bits or dtype.itemsize * 8
        image = rng.integers(0, 2**64, size=shape, dtype='u8', endpoint=False)
        image >>= numpy.uint64(64 - width)
        if dtype.kind == 'i':
            image = image.view('i8')
            image -= (image >> (width - 1) & 1) << (width - 1) << 1
        image = image.astype(dtype)
    else:
        image = rng.normal(size=shape)
        if dtype.kind == 'c':
            image = image + 1j * rng.normal(size=shape)
        image = image.astype(dtype)
    image[: len(image) // 3] = image.ravel()[0]
    return image


def open_page(page: Page, **kwargs: Any) -> Any:
    """Return first page of file."""
    return TiffFile(io.BytesIO(build_tiff(page, **kwargs))).pages[0]


def assert_equal(actual: Any, expected: Any) -> None:
    """Raise if arrays differ in shape, type, byte order or any bit."""
    assert isinstance(actual, numpy.ndarray)
    assert actual.dtype == expected.dtype
    assert actual.dtype.isnative
    numpy.testing.assert_array_equal(actual, expected, strict=True)


def layout_page(layout: str, dtype: Any, **kwargs: Any) -> Page:
    """Return page of random values."""
    shape, options = LAYOUTS[layout]
    return Page(random_image(shape, dtype), **options, **kwargs)


# layouts


@pytest.mark.parametrize(('byteorder', 'bigtiff'), FORMATS)
@pytest.mark.parametrize('layout', LAYOUTS)
def test_layouts(layout: str, byteorder: str, bigtiff: bool) -> None:
    """Test layouts of segments with all dtypes, uncompressed."""
    for dtype in DTYPES:
        if dtype == 'bool' and LAYOUTS[layout][1].get('crop') is True:
            continue  # the width of packed rows would be unknown
        page = layout_page(layout, dtype)
        data = build_tiff(page, byteorder=byteorder, bigtiff=bigtiff)
        with TiffFile(io.BytesIO(data)) as tif:
            actual = tif.pages[0]
            assert actual.shape == page.data.shape
            assert actual.dtype == page.data.dtype
            assert actual.shaped[:1] + actual.shaped[-1:] == (
                page.planes,
                page.contig,
            )
            assert math.prod(actual.chunked) == len(page.encoded('<'))
            assert_equal(actual.asarray(), page.data)
            assert_equal(
                actual.asarray(squeeze=False), page.data.reshape(actual.shaped)
            )
            assert_equal(tif.asarray(), page.data)


@pytest.mark.parametrize('layout', LAYOUTS)
def test_compressed_layouts(layout: str) -> None:
    """Test layouts of segments, compressed with a predictor."""
    for dtype, predictor in (('uint8', 1), ('uint16', 2), ('float32', 3)):
        page = layout_page(layout, dtype, compression=8, predictor=predictor)
        assert_equal(open_page(page, byteorder='>').asarray(), page.data)


@pytest.mark.parametrize('layout', LAYOUTS)
def test_axes(layout: str) -> None:
    """Test axes of page and series."""
    page = layout_page(layout, 'uint8')
    axes = 'ZYX' if page.volume else 'YX'
    if page.samples > 1:
        axes = axes + 'S' if page.planarconfig == 1 else 'S' + axes
    actual = open_page(page)
    assert actual.axes == axes
    assert actual.ndim == len(axes)
    assert actual.sizes == dict(zip(actual.dims, actual.shape, strict=True))
    assert actual.size == page.data.size
    assert actual.nbytes == page.data.nbytes
    assert actual.is_tiled == bool(page.tile)
    assert actual.is_volumetric == (page.depth > 1)


@pytest.mark.parametrize('layout', LAYOUTS)
def test_segments(layout: str) -> None:
    """Test image is the sum of its decoded segments."""
    page = layout_page(layout, 'uint16', compression=8)
    actual = open_page(page)
    for fullsize in (True, False, None):
        image = numpy.zeros_like(page.data).reshape(actual.shaped)
        kwargs = {} if fullsize is None else {'_fullsize': fullsize}
        for segment, position, shape in actual.segments(**kwargs):
            if not page.crop or fullsize:
                assert segment.shape == shape
            target = image[position[0]]
            for axis, start in enumerate(position[1:4]):
                keep = slice(None, image.shape[axis + 1] - start)
                segment = segment[(slice(None),) * axis + (keep,)]
            stops = [
                i + n for i, n in zip(position[1:], segment.shape, strict=True)
            ]
            target[tuple(map(slice, position[1:], stops))] = segment
        assert_equal(image.reshape(page.data.shape), page.data)


@pytest.mark.parametrize(
    'kwargs',
    [
        {'ifd_first': True},
        {'gap': 3},
        {'gap': 1000, 'start': 123},
        {'contiguous': True},
    ],
    ids=str,
)
@pytest.mark.parametrize('layout', ['strips', 'tiles'])
def test_placement(layout: str, kwargs: dict[str, Any]) -> None:
    """Test segments at unaligned and separate offsets."""
    pages = [
        layout_page(layout, 'uint16'),
        layout_page(layout, 'uint16', compression=8),
    ]
    with TiffFile(io.BytesIO(build_tiff(pages, **kwargs))) as tif:
        for page, actual in zip(pages, tif.pages, strict=True):
            assert_equal(actual.asarray(), page.data)


@pytest.mark.parametrize('compression', [1, 8])
@pytest.mark.parametrize('layout', ['strips', 'tiles'])
def test_shuffled(layout: str, compression: int) -> None:
    """Test segments stored in any order, or shared."""
    page = layout_page(layout, 'uint16', compression=compression)
    offsets = open_page(page, ifd_first=True).dataoffsets
    segments = page.encoded('<')
    bytecounts = [len(segment or b'') for segment in segments]
    order = numpy.random.default_rng(7).permutation(len(segments))
    starts = numpy.zeros(len(segments), 'i8')
    start = offsets[0]
    for i in order:
        starts[i] = start
        start += bytecounts[i]
    codes = (324, 325) if page.tile else (273, 279)
    page.segments = [segments[i] for i in order]
    page.tags = {
        code: (LONG, values)
        for code, values in zip(codes, (starts, bytecounts), strict=True)
    }
    assert_equal(open_page(page, ifd_first=True).asarray(), page.data)

    page.segments = [segments[0]] * len(segments)
    page.tags = {
        code: (LONG, [value] * len(segments))
        for code, value in zip(codes, (offsets[0], bytecounts[0]), strict=True)
    }
    length, width = page.tile or (page.rowsperstrip, page.width)
    expected = numpy.tile(page.data[:length, :width], (4, 4))
    assert_equal(
        open_page(page, ifd_first=True).asarray(),
        expected[: page.length, : page.width],
    )


# codecs


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize('layout', ['strips', 'strips, samples', 'tiles'])
@pytest.mark.parametrize(
    ('compression', 'predictor', 'dtypes'),
    BYTE_CODECS,
    ids=[f'{c}-{p}' for c, p, _ in BYTE_CODECS],
)
def test_byte_codecs(
    compression: int,
    predictor: int,
    dtypes: tuple[str, ...],
    layout: str,
    byteorder: str,
) -> None:
    """Test codecs that know nothing of images, with predictors."""
    for dtype in dtypes:
        page = layout_page(
            layout, dtype, compression=compression, predictor=predictor
        )
        if predictor > 3:
            shape = *page.data.shape[:1], 40, *page.data.shape[2:]
            _, options = LAYOUTS[layout]
            page = Page(
                random_image(shape, dtype),
                compression=compression,
                predictor=predictor,
                **{**options, **({'tile': (16, 16)} if page.tile else {})},
            )
        actual = open_page(page, byteorder=byteorder)
        assert_equal(actual.asarray(), page.data)


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize(
    ('compression', 'dtype', 'samples', 'kwargs'),
    [
        (33003, 'uint8', 3, {'codecformat': 'j2k', 'mct': False}),
        (33005, 'uint8', 3, {'codecformat': 'j2k', 'mct': False}),
        (34712, 'uint8', 1, {'codecformat': 'j2k'}),
        (34712, 'uint16', 3, {'codecformat': 'jp2'}),
        (34712, 'int16', 1, {'codecformat': 'j2k'}),
        (34887, 'uint8', 1, {}),
        (34887, 'uint16', 3, {}),
        (34887, 'int32', 1, {}),
        (34887, 'float32', 1, {}),
        (34887, 'float64', 1, {}),
        (34927, 'uint8', 3, {'lossless': True}),
        (34933, 'uint8', 1, {}),
        (34933, 'uint8', 2, {}),
        (34933, 'uint16', 3, {}),
        (34933, 'uint16', 4, {}),
        (34934, 'uint8', 1, {}),
        (34934, 'uint16', 3, {}),
        (50001, 'uint8', 3, {'lossless': True}),
        (50001, 'uint8', 4, {'lossless': True}),
        (50002, 'uint8', 1, {'lossless': True}),
        (50002, 'uint16', 3, {'lossless': True}),
        (52546, 'uint16', 1, {'lossless': True, 'usecontainer': False}),
        (7, 'uint16', 1, {'lossless': True}),
    ],
)
@pytest.mark.parametrize('tile', [(16, 32), ()])
def test_image_codecs(
    compression: int,
    dtype: str,
    samples: int,
    kwargs: dict[str, Any],
    tile: tuple[int, ...],
    byteorder: str,
) -> None:
    """Test codecs of images, lossless."""
    shape = (35, 53, samples) if samples > 1 else (35, 53)
    if compression == 7 and not imagecodecs.JPEG8.available:
        pytest.skip('no lossless JPEG')
    page = Page(
        random_image(shape, dtype),
        tile=tile,
        rowsperstrip=16,
        compression=compression,
        encodeargs=kwargs,
    )
    skip_without_codec(compression)
    actual = open_page(page, byteorder=byteorder)
    assert_equal(actual.asarray(), page.data)
    assert_equal(
        actual.asarray(selection=numpy.s_[10:20, 30:40]),
        page.data[10:20, 30:40],
    )


def test_packbits_rows() -> None:
    """Test runs of PackBits that cross rows, and no-operations."""
    data = b'\x80' + b'\xf9\x07' + b'\x80' + b'\x03abcd'
    page = Page(segments=[data], width=6, length=2, compression=32773)
    expected = numpy.frombuffer(b'\x07' * 8 + b'abcd', 'u1').reshape(2, 6)
    assert_equal(open_page(page).asarray(), expected)


def test_surplus_bytes() -> None:
    """Test surplus bytes after the compressed stream are ignored."""
    image = random_image((16, 16), 'uint8')
    for compression in (5, 8, 32946):
        segment = compress(image.tobytes(), compression) + b'surplus'
        page = Page(image, segments=[segment], compression=compression)
        assert_equal(open_page(page).asarray(), image)


def test_surplus_rows() -> None:
    """Test surplus rows of strips are ignored."""
    image = random_image((20, 16), 'uint16')
    for compression in (1, 5, 8, 50000):
        page = Page(
            image, rowsperstrip=16, padstrip=True, compression=compression
        )
        assert_equal(open_page(page).asarray(), image)


@pytest.mark.parametrize('compression', [1, 5, 8, 32773])
@pytest.mark.parametrize('layout', ['strips', 'tiles'])
def test_fillorder(compression: int, layout: str) -> None:
    """Test reversed bits of segments."""
    for dtype, predictor in (('bool', 1), ('uint8', 1), ('uint16', 2)):
        page = layout_page(
            layout,
            dtype,
            compression=compression,
            predictor=predictor if compression != 1 else 1,
            fillorder=2,
        )
        actual = open_page(page)
        assert actual.fillorder == 2
        assert_equal(actual.asarray(), page.data)


def test_fillorder_contiguous() -> None:
    """Test reversed bits of a contiguous image."""
    page = layout_page('strip', 'uint16', fillorder=2)
    actual = open_page(page, byteorder='>')
    assert not actual.is_final
    assert_equal(actual.asarray(), page.data)


# samples


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize('signed', [False, True])
@pytest.mark.parametrize('bits', range(1, 65))
def test_integers(bits: int, signed: bool, byteorder: str) -> None:
    """Test integers of all widths."""
    if signed and bits == 1:
        pytest.skip('one bit leaves no room for a sign')
    size = next(n for n in (8, 16, 32, 64) if n >= bits)
    dtype = 'bool' if bits == 1 else f'{"i" if signed else "u"}{size // 8}'
    for layout, compression, predictor in (
        ('strip', 1, 1),
        ('strips, samples', 1, 1),
        ('tiles', 8, 1),
        ('strips, planar', 5, 1),
        ('strips, samples', 8, 2),
    ):
        if predictor == 2 and bits not in {8, 16, 32, 64}:
            continue
        shape, options = LAYOUTS[layout]
        page = Page(
            random_image(shape, dtype, bits),
            **options,
            bitspersample=bits,
            compression=compression,
            predictor=predictor,
        )
        actual = open_page(page, byteorder=byteorder)
        assert actual.bitspersample == bits
        assert_equal(actual.asarray(), page.data)
        assert_equal(
            actual.asarray(selection=numpy.s_[..., 2:7:2]),
            page.data[..., 2:7:2],
        )


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize('predictor', [1, 3])
@pytest.mark.parametrize('layout', ['strip', 'strips, samples', 'tiles'])
def test_float24(layout: str, predictor: int, byteorder: str) -> None:
    """Test 24-bit floats."""
    shape, options = LAYOUTS[layout]
    image = random_image(shape, 'float32')
    image = (image.view('u4') & numpy.uint32(0xFFFFFF80)).view('f4')
    page = Page(
        image,
        **options,
        bitspersample=24,
        compression=8 if predictor == 3 else 1,
        predictor=predictor,
    )
    assert_equal(open_page(page, byteorder=byteorder).asarray(), image)


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize(
    ('bits', 'dtype'), [(32, 'complex64'), (64, 'complex128')]
)
def test_complex_integers(bits: int, dtype: str, byteorder: str) -> None:
    """Test complex integers are read as complex floats."""
    parts = random_image((2, 19, 21), f'i{bits // 16}')
    image = parts[0] + parts[1].astype(dtype) * 1j
    for compression in (1, 8):
        page = Page(
            image.astype(dtype),
            rowsperstrip=5,
            bitspersample=bits,
            sampleformat=5,
            compression=compression,
        )
        actual = open_page(page, byteorder=byteorder)
        assert_equal(actual.asarray(), image.astype(dtype))


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize('compression', [1, 8])
def test_rgb565(compression: int, byteorder: str) -> None:
    """Test samples of differing widths are scaled to bytes."""
    rng = numpy.random.default_rng(565)
    image = rng.integers((32, 64, 32), size=(19, 21, 3)).astype('uint8')
    page = Page(
        image,
        rowsperstrip=5,
        bitspersample=(5, 6, 5),
        compression=compression,
    )
    actual = open_page(page, byteorder=byteorder)
    assert actual.bitspersample == (5, 6, 5)
    five = numpy.array([v << 3 | v >> 2 for v in range(32)], 'uint8')
    six = numpy.array([v << 2 | v >> 4 for v in range(64)], 'uint8')
    expected = numpy.stack(
        (five[image[..., 0]], six[image[..., 1]], five[image[..., 2]]), -1
    )
    assert_equal(actual.asarray(), expected)


def test_void() -> None:
    """Test samples of undefined format are unsigned integers."""
    page = layout_page('strips', 'uint16', sampleformat=4)
    assert_equal(open_page(page).asarray(), page.data)


def test_bits_per_sample_once() -> None:
    """Test a single value of BitsPerSample counts for all samples."""
    page = layout_page('strips, samples', 'uint16', tags={258: (SHORT, 16)})
    assert_equal(open_page(page).asarray(), page.data)


def test_bilevel_padding() -> None:
    """Test rows of bilevel images start at byte boundaries."""
    page = Page(segments=[b'\xa0\x40'], width=3, length=2, bitspersample=1)
    expected = numpy.array([[1, 0, 1], [0, 1, 0]], bool)
    assert_equal(open_page(page).asarray(), expected)


# missing segments


@pytest.mark.parametrize('nodata', [None, '7', '0'])
@pytest.mark.parametrize('compression', [1, 8])
@pytest.mark.parametrize('layout', ['strips', 'tiles', 'tiles, planar'])
def test_sparse(layout: str, compression: int, nodata: str | None) -> None:
    """Test missing segments are filled with nodata."""
    for dtype in ('uint8', 'int16', 'float32'):
        page = layout_page(
            layout, dtype, compression=compression, nodata=nodata
        )
        positions = list(page.positions())
        page.sparse = {0, 2, len(positions) - 1}
        expected = page.data.reshape(
            page.planes, page.depth, page.length, page.width, page.contig
        ).copy()
        for i in page.sparse:
            (s, z, y, x), (d, h, w) = positions[i]
            expected[s, z : z + d, y : y + h, x : x + w] = int(nodata or 0)
        expected = expected.reshape(page.data.shape)
        actual = open_page(page)
        assert actual.nodata == int(nodata or 0)
        assert_equal(actual.asarray(), expected)
        for selection in (
            numpy.s_[..., 3:30, 5:40],
            numpy.s_[..., -1, :],
            numpy.s_[..., :3, :2],
        ):
            assert_equal(
                actual.asarray(selection=selection), expected[selection]
            )
        segments = [segment for segment, _, _ in actual.segments()]
        assert {
            i for i, segment in enumerate(segments) if segment is None
        } == page.sparse
        page.sparse = range(len(positions))
        expected[:] = int(nodata or 0)
        assert_equal(open_page(page).asarray(), expected)


def test_nodata_nan() -> None:
    """Test missing tiles are filled with not-a-number."""
    page = layout_page('tiles', 'float32', nodata='nan', sparse=(1,))
    image = open_page(page).asarray()
    assert numpy.isnan(image[:16, 32:]).all()
    assert_equal(image[16:], page.data[16:])


def test_nodata_out_of_range(caplog: pytest.LogCaptureFixture) -> None:
    """Test nodata that the samples cannot hold are ignored."""
    page = layout_page('tiles', 'uint8', nodata='-9999', sparse=(1,))
    image = open_page(page).asarray()
    assert not image[:16, 32:].any()
    assert 'GDAL_NODATA' in caplog.text


# JPEG


def smooth_image(samples: int) -> Any:
    """Return image that suits lossy compression."""
    y, x = numpy.mgrid[:48, :64]
    planes = [
        128 + 100 * numpy.sin(x / (5 + i)) * numpy.cos(y / (9 - i))
        for i in range(samples)
    ]
    return numpy.stack(planes, -1).astype('uint8').squeeze()


def decode_tiles(
    segments: list[bytes | None], columns: int, **kwargs: Any
) -> Any:
    """Return image of JPEG tiles."""
    tiles = [
        imagecodecs.jpeg_decode(segment, **kwargs) for segment in segments
    ]
    rows = [
        numpy.concatenate(tiles[i : i + columns], axis=1)
        for i in range(0, len(tiles), columns)
    ]
    return numpy.concatenate(rows, axis=0)


@pytest.mark.parametrize('tables', [False, True])
@pytest.mark.parametrize(
    ('samples', 'photometric', 'extrasamples', 'encodeargs', 'decodeargs'),
    [
        (1, 1, (), {}, {}),
        (1, 0, (), {}, {}),
        (3, 6, (), {'subsampling': '420'}, {'outcolorspace': 'RGB'}),
        (3, 6, (), {'subsampling': '444'}, {'outcolorspace': 'RGB'}),
        (
            3,
            2,
            (),
            {'colorspace': 'RGB', 'outcolorspace': 'RGB'},
            {'colorspace': 'RGB', 'outcolorspace': 'RGB'},
        ),
        (3, 2, (), {}, {'outcolorspace': 'RGB'}),
        (
            4,
            5,
            (),
            {'colorspace': 'CMYK', 'outcolorspace': 'CMYK'},
            {'outcolorspace': 'CMYK'},
        ),
        (
            4,
            2,
            (2,),
            {'colorspace': 'CMYK', 'outcolorspace': 'CMYK'},
            {},
        ),
    ],
    ids=str,
)
def test_jpeg(
    samples: int,
    photometric: int,
    extrasamples: tuple[int, ...],
    encodeargs: dict[str, Any],
    decodeargs: dict[str, Any],
    tables: bool,
) -> None:
    """Test JPEG tiles in colour spaces, with and without tables."""
    page = Page(
        smooth_image(samples),
        tile=(16, 32),
        compression=7,
        photometric=photometric,
        extrasamples=extrasamples,
        encodeargs={'level': 90, **encodeargs},
    )
    segments = page.encoded('<')
    expected = decode_tiles(segments, 2, **decodeargs)
    if tables:
        parts = [split_jpeg(segment or b'') for segment in segments]
        page.segments = [stream for _, stream in parts]
        page.jpegtables = parts[0][0]
    if encodeargs.get('subsampling') == '420':
        page.tags = {530: (SHORT, (2, 2))}
    elif photometric == 6:
        page.tags = {530: (SHORT, (1, 1))}
    for byteorder in '<>':
        actual = open_page(page, byteorder=byteorder)
        assert_equal(actual.asarray(), expected)
        assert_equal(
            actual.asarray(selection=numpy.s_[10:33, 30:34]),
            expected[10:33, 30:34],
        )
    assert abs(expected.astype(int) - page.data).mean() < 4


def test_jpeg_planar() -> None:
    """Test planes of JPEG strips."""
    image = numpy.moveaxis(smooth_image(3), -1, 0)
    page = Page(
        image,
        rowsperstrip=16,
        planarconfig=2,
        compression=7,
        encodeargs={'level': 95},
    )
    segments = page.encoded('<')
    expected = numpy.stack(
        [decode_tiles(segments[i : i + 3], 1) for i in (0, 3, 6)]
    )
    assert_equal(open_page(page).asarray(), expected)


def test_jpeg_border() -> None:
    """Test JPEG strips whose last is shorter, and cropped tiles."""
    image = smooth_image(1)[:43, :51]
    for kwargs in (
        {'rowsperstrip': 16},
        {'tile': (16, 32)},
        {'tile': (16, 32), 'crop': True},
    ):
        page = Page(
            numpy.ascontiguousarray(image),
            compression=7,
            encodeargs={'level': 100},
            **kwargs,
        )
        actual = open_page(page).asarray()
        assert actual.shape == image.shape
        assert abs(actual.astype(int) - image).max() < 4


def test_jpeg_12bit() -> None:
    """Test 12-bit JPEG."""
    image = smooth_image(1).astype('uint16') * 16
    page = Page(
        image,
        compression=7,
        bitspersample=12,
        encodeargs={'level': 100, 'bitspersample': 12},
    )
    expected = imagecodecs.jpeg_decode(page.encoded('<')[0], bitspersample=12)
    assert_equal(open_page(page).asarray(), expected)
    assert expected.dtype == 'uint16'


# regions


@st.composite
def selections(draw: Any, shape: tuple[int, ...]) -> Any:
    """Return strategy for basic indices of arrays."""
    ndim = draw(st.integers(0, len(shape)))
    items: list[Any] = []
    for size in shape[:ndim]:
        if draw(st.booleans()):
            items.append(draw(st.integers(-size, size - 1)))
        else:
            items.append(draw(st.slices(size)))
    if draw(st.booleans()):
        split = draw(st.integers(0, ndim))
        tail = items[split:]
        items = [*items[:split], Ellipsis]
        for size in shape[len(shape) - len(tail) :]:
            items.append(draw(st.slices(size)))
    if len(items) == 1 and draw(st.booleans()):
        return items[0]
    return tuple(items)


@pytest.mark.parametrize('compression', [1, 8])
@pytest.mark.parametrize('layout', LAYOUTS)
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_regions(layout: str, compression: int, data: Any) -> None:
    """Test regions of pages are what NumPy selects of the image."""
    page, actual = region_page(layout, compression)
    selection = data.draw(selections(page.data.shape))
    result = numpy.asarray(actual.asarray(selection=selection))
    expected = numpy.asarray(page.data[selection])
    assert result.dtype == expected.dtype
    numpy.testing.assert_array_equal(result, expected, strict=True)


_PAGES: dict[tuple[str, int], tuple[Page, Any]] = {}


def region_page(layout: str, compression: int) -> tuple[Page, Any]:
    """Return page and what it is read as, made once."""
    key = layout, compression
    if key not in _PAGES:
        page = layout_page(layout, 'uint16', compression=compression)
        _PAGES[key] = page, open_page(page, byteorder='>')
    return _PAGES[key]


@pytest.mark.parametrize('compression', [1, 8, 7])
def test_region_reads_only_its_segments(compression: int) -> None:
    """Test segments outside of the region are not touched."""
    page = Page(
        random_image((64, 64), 'uint8'),
        tile=(16, 16),
        compression=compression,
    )
    segments = page.encoded('<')
    page.segments = [
        segment if i in {5, 6} else b'garbage'
        for i, segment in enumerate(segments)
    ]
    image = open_page(page).asarray(selection=numpy.s_[18:30, 20:40])
    if compression == 7:
        expected = decode_tiles(segments[5:7], 2)[2:14, 4:24]
    else:
        expected = page.data[18:30, 20:40]
    assert_equal(image, expected)


def count_bytes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return list of numbers of bytes that are read from files."""
    numbers = []
    readinto_at = tifffile.FileHandle.readinto_at

    def counted_readinto(self: Any, offset: int, buffers: Any, /) -> int:
        numbers.append(readinto_at(self, offset, buffers))
        return numbers[-1]

    monkeypatch.setattr(tifffile.FileHandle, 'readinto_at', counted_readinto)
    return numbers


@pytest.mark.parametrize(
    ('layout', 'selection', 'size'),
    [
        ({'tile': (256, 256)}, numpy.s_[250:300, 300:500], 50 * 512),
        ({'tile': (256, 256)}, numpy.s_[20:200, 300:800], 180 * 3 * 512),
        ({'rowsperstrip': 800}, numpy.s_[350:400, 5:], 50 * 1600),
        ({'rowsperstrip': 100}, numpy.s_[350:410, 5:], 60 * 1600),
    ],
    ids=str,
)
@pytest.mark.parametrize('byteorder', '<>')
def test_region_reads_only_its_rows(
    layout: dict[str, Any],
    selection: Any,
    size: int,
    byteorder: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Test rows of uncompressed segments that are not needed are not read."""
    image = random_image((800, 800), 'uint16')
    page = Page(image, **layout)
    actual = open_page(page, byteorder=byteorder)
    numbers = count_bytes(monkeypatch)
    assert_equal(actual.asarray(selection=selection), image[selection])
    # what is between the rows of adjacent tiles might be read over
    assert size <= sum(numbers) <= size + 3 * 131072


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize('layout', ['tile', 'strip', 'padded'])
def test_region_of_long_rows(
    layout: str, byteorder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Test few columns of long rows are read without the others."""
    image = random_image((20, 40000, 3), 'uint16')
    kwargs: dict[str, Any] = {'rowsperstrip': 16}
    if layout == 'tile':
        kwargs = {'tile': (16, 40000)}
    elif layout == 'padded':
        kwargs['padstrip'] = True
    actual = open_page(Page(image, **kwargs), byteorder=byteorder)
    numbers = count_bytes(monkeypatch)
    for selection in (
        numpy.s_[13:19, 30000:30100],
        numpy.s_[18:2:-3, 30000:30100:2, ::-1],
        numpy.s_[15, 39999, 1],
    ):
        numbers.clear()
        result = numpy.asarray(actual.asarray(selection=selection))
        assert_equal(result, numpy.asarray(image[selection]))
        assert sum(numbers) <= 17 * 100 * 6


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize('layout', [{}, {'tile': (1200, 1200)}], ids=str)
def test_region_of_large_segment(
    layout: dict[str, Any], byteorder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Test large segments are read in parts, which bounds memory."""
    image = random_image((1200, 1200, 3), 'uint16')
    actual = open_page(Page(image, **layout), byteorder=byteorder)
    numbers = count_bytes(monkeypatch)
    for selection in (
        numpy.s_[3:, :1100],
        numpy.s_[::-1, 200:1000:7, 1:],
        numpy.s_[1:1200, 1199],
    ):
        numbers.clear()
        assert_equal(actual.asarray(selection=selection), image[selection])
        assert max(numbers) <= 2**20


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize('planarconfig', [0, 1, 2])
@pytest.mark.parametrize('dtype', ['uint8', 'int16', 'float64', 'complex64'])
def test_region_of_large_tiles(
    dtype: str,
    planarconfig: int,
    byteorder: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Test rows of few large tiles are read without the others."""
    shape: tuple[int, ...] = (300, 400)
    if planarconfig == 1:
        shape = (*shape, 3)
    elif planarconfig == 2:
        shape = (3, *shape)
    image = random_image(shape, dtype)
    page = Page(image, tile=(128, 144), planarconfig=planarconfig or 1)
    actual = open_page(page, byteorder=byteorder)
    numbers = count_bytes(monkeypatch)
    samples = 3 if planarconfig == 1 else 1
    rowsize = 144 * samples * image.itemsize
    rng = numpy.random.default_rng(planarconfig)
    for _ in range(20):
        y, y1 = numpy.sort(rng.choice(301, 2, replace=False)).tolist()
        x, x1 = numpy.sort(rng.choice(401, 2, replace=False)).tolist()
        selection: Any = numpy.s_[y:y1, x:x1]
        planes = 1
        if planarconfig == 1:
            selection = (*selection, slice(int(rng.integers(3)), None))
        elif planarconfig == 2:
            plane = int(rng.integers(3))
            planes = 3 - plane
            selection = (slice(plane, None), *selection)
        numbers.clear()
        assert_equal(actual.asarray(selection=selection), image[selection])
        columns = (x1 - 1) // 144 - x // 144 + 1
        assert sum(numbers) == planes * columns * (y1 - y) * rowsize


def test_region_of_cut_tiles(tmp_path: Path) -> None:
    """Test tiles that are missing, too short, or were cut off later."""
    image = random_image((256, 256), 'uint16')
    page = Page(image, tile=(128, 128))
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff(page, ifd_first=True))
    with TiffFile(path) as tif:
        selection = numpy.s_[100:200, 100:200]
        result = tif.asarray(selection=selection)
        assert_equal(result, image[selection])
        os.truncate(path, path.stat().st_size - 128 * 2 * 60)
        with pytest.raises(ValueError, match=r'test.tif.*tile 3.*not in f'):
            tif.asarray(selection=selection)
        selection = numpy.s_[100:190, :128]
        result = tif.asarray(selection=selection)
        assert_equal(result, image[selection])
    segments = page.encoded('<')
    page.segments = [*segments[:3], segments[3][:-1]]
    actual = open_page(page)
    with pytest.raises(ValueError, match='corrupted'):
        actual.asarray(selection=numpy.s_[100:200, 100:200])
    page.segments = [*segments[:3], None]
    actual = open_page(page)
    image[128:, 128:] = 0
    selection = numpy.s_[100:200, 100:200]
    assert_equal(actual.asarray(selection=selection), image[selection])


@pytest.mark.parametrize('selection', [numpy.s_[20:30], numpy.s_[20:30, 5:40]])
@pytest.mark.parametrize(
    'layout', [{'rowsperstrip': 48}, {'tile': (16, 64)}], ids=str
)
def test_region_of_short_segment(
    layout: dict[str, Any], selection: Any
) -> None:
    """Test uncompressed segments that are too short are refused."""
    page = Page(random_image((64, 64), 'uint16'), **layout)
    segments = page.encoded('<')
    page.segments = [segment[: 16 * 128 - 1] for segment in segments]
    actual = open_page(page)
    with pytest.raises(ValueError, match=r'corrupted|expected'):
        actual.asarray(selection=selection)


@pytest.mark.parametrize(
    ('dtype', 'predictor'),
    [
        ('uint8', 2),
        ('uint16', 2),
        ('uint16', 34892),
        ('uint8', 34893),
        ('float32', 3),
        ('float64', 34894),
        ('float16', 34895),
    ],
)
@pytest.mark.parametrize('byteorder', '<>')
def test_region_predictor(dtype: str, predictor: int, byteorder: Any) -> None:
    """Test predictor is undone for the part of segments that is needed."""
    image = random_image((70, 96, 3), dtype)
    page = Page(image, tile=(32, 32), compression=8, predictor=predictor)
    actual = open_page(page, byteorder=byteorder)
    for selection in (
        numpy.s_[5:20, 3:30],
        numpy.s_[20:40, 20:90],
        numpy.s_[40:70, 80:, 1:],
        numpy.s_[::-9, ::7],
    ):
        assert_equal(actual.asarray(selection=selection), image[selection])


def test_region_errors() -> None:
    """Test selections that NumPy refuses are refused."""
    page, actual = region_page('tiles', 1)
    for selection in ((100,), (0, -54), (0, 0, 0), (..., 0, ...)):
        with pytest.raises(IndexError):
            page.data[selection]
        with pytest.raises(IndexError):
            actual.asarray(selection=selection)
    with pytest.raises((TypeError, IndexError)):
        actual.asarray(selection='abc')
    for selection in (numpy.s_[:, ::0], numpy.s_[::0]):
        with pytest.raises(ValueError, match='step'):
            actual.asarray(selection=selection)


def test_region_out() -> None:
    """Test region is read into array."""
    page, actual = region_page('tiles', 8)
    out = numpy.zeros((10, 20), 'uint16')
    result = actual.asarray(selection=numpy.s_[5:15, 20:40], out=out)
    assert result is out or numpy.shares_memory(result, out)
    assert_equal(out, page.data[5:15, 20:40])
    with pytest.raises(ValueError, match=r'shape|size'):
        actual.asarray(selection=numpy.s_[5:15, 20:41], out=out)


def series_file(n: int = 9, **kwargs: Any) -> tuple[Any, bytes]:
    """Return images and file of one series."""
    images = random_image((n, 35, 53), 'uint16')
    pages = [Page(image, **kwargs) for image in images]
    return images, build_tiff(pages)


@pytest.mark.parametrize(
    'kwargs',
    [{}, {'rowsperstrip': 8}, {'tile': (16, 16)}, {'compression': 8}],
    ids=str,
)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data())
def test_series_regions(kwargs: dict[str, Any], data: Any) -> None:
    """Test regions of series are what NumPy selects of the stack."""
    images, content = series_file(**kwargs)
    selection = data.draw(selections(images.shape))
    expected = numpy.asarray(images[selection])
    with TiffFile(io.BytesIO(content)) as tif:
        for result in (
            tif.series[0].asarray(selection=selection),
            tif.asarray(selection=selection),
            imread(io.BytesIO(content), selection=selection),
        ):
            numpy.testing.assert_array_equal(
                numpy.asarray(result), expected, strict=True
            )


def test_series_region_reads_only_its_pages() -> None:
    """Test pages outside of the region are not touched."""
    images = random_image((9, 35, 53), 'uint16')
    pages = [Page(image, compression=8) for image in images]
    for i in (0, 1, 2, 3, 5, 7, 8):
        pages[i].segments = [b'garbage']
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        assert_equal(tif.asarray(selection=4), images[4])
        assert_equal(
            tif.asarray(selection=numpy.s_[4:8:2, 30:, ::-2]),
            images[4:8:2, 30:, ::-2],
        )


# reading pages and series


@pytest.mark.parametrize(
    'layout', ['strip', 'strips', 'tiles', 'tiles, planar']
)
@pytest.mark.parametrize('compression', [1, 8])
def test_out(layout: str, compression: int, tmp_path: Any) -> None:
    """Test images are read into arrays and files."""
    page = layout_page(layout, 'uint16', compression=compression)
    actual = open_page(page, byteorder='>')
    out = numpy.zeros(page.data.shape, 'uint16')
    result = actual.asarray(out=out)
    assert numpy.shares_memory(result, out)
    assert_equal(out, page.data)
    out32 = numpy.zeros(page.data.shape, 'uint32')
    actual.asarray(out=out32)
    assert_equal(out32, page.data.astype('uint32'))
    for wrong in (
        numpy.zeros(page.data.shape, 'uint8'),
        numpy.zeros(page.data.size + 1, 'uint16'),
    ):
        with pytest.raises(ValueError, match=r'dtype|cast|size|shape|output'):
            actual.asarray(out=wrong)
    mapped = actual.asarray(out='memmap')
    assert isinstance(mapped, numpy.memmap)
    numpy.testing.assert_array_equal(mapped, page.data)
    path = tmp_path / 'out.bin'
    mapped = actual.asarray(out=str(path))
    assert isinstance(mapped, numpy.memmap)
    numpy.testing.assert_array_equal(mapped, page.data)
    assert path.stat().st_size == page.data.nbytes
    del mapped


@pytest.mark.parametrize('layout', ['strips', 'tiles'])
def test_out_of_surplus_bytes(layout: str) -> None:
    """Test segments with surplus bytes are read into wider samples."""
    page = layout_page(layout, 'uint8')
    segments = [bytes(data) + bytes(len(data)) for data in page.encoded('<')]
    surplus = layout_page(layout, 'uint8', segments=segments)
    out = numpy.zeros(surplus.data.shape, 'uint16')
    open_page(surplus).asarray(out=out)
    assert_equal(out, surplus.data.astype('uint16'))


@pytest.mark.parametrize('count', [0, 1, 2226, 10**9])
@pytest.mark.parametrize('n', [1, 3])
def test_wrong_bytecount(n: int, count: int) -> None:
    """Test parts of contiguous images are read like the whole."""
    images = random_image((n, 35, 53), 'uint16')
    description = f'ImageJ=1.53t\nimages={n}\nslices={n}\n'
    page = Page(
        images[0],
        segments=[images.astype('<u2').tobytes()],
        description=description,
        tags={279: (LONG, count)},
    )
    data = build_tiff(page)
    with TiffFile(io.BytesIO(data)) as tif:
        series = tif.series[0]
        assert_equal(
            series.asarray(squeeze=False).reshape(images.shape), images
        )
        for selection in (
            numpy.s_[0, ...],
            numpy.s_[0, 3:20, 5:],
            numpy.s_[:, 9],
        ):
            part = selection[n == 1 :]
            assert_equal(
                series.asarray(selection=part), images.squeeze()[part]
            )
        first = tif.pages.first
        assert_equal(first.asarray(), images[0])
        assert_equal(first.asarray(selection=numpy.s_[3:]), images[0, 3:])


def test_frame_of_other_order() -> None:
    """Test strips of frame are not in the order of those of the keyframe."""
    images = random_image((2, 12, 10), 'uint16')
    pages = [Page(image, rowsperstrip=4) for image in images]
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        offsets = tif.pages[1].dataoffsets
    pages[1] = Page(
        images[1],
        rowsperstrip=4,
        segments=pages[1].encoded('<')[::-1],
        tags={273: (LONG, offsets[::-1])},
    )
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        tif.pages.useframes = True
        tif.pages.set_keyframe(0)
        frame = tif.pages[1]
        assert isinstance(frame, TiffFrame)
        assert tif.pages[0].is_final
        assert not frame.is_contiguous
        assert not frame.is_final
        assert not frame.is_memmappable
        assert_equal(frame.asarray(), images[1])
        mapped = frame.asarray(out='memmap')
        numpy.testing.assert_array_equal(mapped, images[1])


@pytest.mark.parametrize('maxworkers', [None, 1, 2, 7])
@pytest.mark.parametrize('layout', ['strips', 'tiles'])
def test_maxworkers(layout: str, maxworkers: int | None) -> None:
    """Test any number of threads gives the same image."""
    shape, options = LAYOUTS[layout]
    shape = tuple(n * 5 for n in shape)
    for compression in (1, 5, 8):
        page = Page(
            random_image(shape, 'uint16'), **options, compression=compression
        )
        actual = open_page(page)
        assert_equal(actual.asarray(maxworkers=maxworkers), page.data)


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize(
    'kwargs',
    [
        {},
        {'rowsperstrip': 8},
        {'tile': (16, 16)},
        {'compression': 8},
        {'compression': 8, 'predictor': 2},
        {'tile': (16, 16), 'compression': 5},
    ],
    ids=str,
)
@pytest.mark.parametrize('n', [1, 2, 7, 8, 20])
def test_stacks(n: int, kwargs: dict[str, Any], byteorder: str) -> None:
    """Test pages are stacked."""
    images = random_image((n, 35, 53), 'uint16')
    pages = [Page(image, **kwargs) for image in images]
    for layout in ({}, {'contiguous': True}, {'ifd_first': True}):
        data = build_tiff(pages, byteorder=byteorder, **layout)
        with TiffFile(io.BytesIO(data)) as tif:
            assert len(tif.pages) == n
            assert len(tif.series) == 1
            series = tif.series[0]
            assert series.shape == (images.shape if n > 1 else images[0].shape)
            assert series.axes == ('IYX' if n > 1 else 'YX')
            assert_equal(series.asarray(), images.squeeze())
            assert_equal(tif.asarray(), images.squeeze())
            assert_equal(tif.asarray(key=n - 1), images[-1])
            out = numpy.zeros(images.squeeze().shape, 'uint16')
            tif.asarray(out=out)
            assert_equal(out, images.squeeze())
            if n > 2:
                key = slice(1, n, 2)
                assert_equal(tif.asarray(key=key), images[key].squeeze())
                assert_equal(tif.asarray(key=[n - 1, 0]), images[[n - 1, 0]])
                assert_equal(tif.asarray(key=[0, 2], series=0), images[[0, 2]])
        assert_equal(imread(io.BytesIO(data)), images.squeeze())


@pytest.mark.parametrize('gaps', [0, 3])
@pytest.mark.parametrize('bigtiff', [False, True])
@pytest.mark.parametrize('layout', [{}, {'ifd_first': True}])
def test_chains(gaps: int, bigtiff: bool, layout: dict[str, Any]) -> None:
    """Test chains of many pages, uniform and irregular."""
    n = 1500
    images = random_image((n, 4, 6), 'uint16')
    page = Page(images[0], description='text', tags={305: (ASCII, 'maker')})
    other = Page(images[0], tags={306: (ASCII, '2020:01:02 03:04:05')})
    for templates in (page, [page, other]):
        data = build_chain(
            n, templates, data=images, gaps=gaps, bigtiff=bigtiff, **layout
        )
        with TiffFile(io.BytesIO(data)) as tif:
            assert_equal(tif.asarray(key=1234), images[1234])
        with TiffFile(io.BytesIO(data)) as tif:
            assert len(tif.pages) == n
            assert_equal(tif.pages[n - 1].asarray(), images[n - 1])
            assert_equal(tif.pages[777].asarray(), images[777])
        with TiffFile(io.BytesIO(data)) as tif:
            assert_equal(tif.asarray(), images)
            assert_equal(
                tif.asarray(key=slice(None, None, 100)), images[::100]
            )
        segments = [compress(image.tobytes(), 8) for image in images]
        page.compression = other.compression = 8
        data = build_chain(
            n, templates, segments=segments, gaps=gaps, bigtiff=bigtiff
        )
        page.compression = other.compression = 1
        with TiffFile(io.BytesIO(data)) as tif:
            assert_equal(tif.asarray(), images)


def test_odd_page_in_chain() -> None:
    """Test a page that differs from the others is noticed."""
    images = random_image((40, 4, 6), 'uint16')
    for i in (3, 17, 38):
        pages = [Page(image) for image in images]
        pages[i] = Page(random_image((6, 4), 'uint16'))
        with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
            assert tif.pages[i].shape == (6, 4)
            assert tif.pages[i + 1].shape == (4, 6)
            shapes = [s.shape for s in tif.series]
            assert sorted(shapes) == [(6, 4), (39, 4, 6)]
            for series in tif.series:
                if len(series) == 1:
                    assert_equal(series.asarray(), pages[i].data)
                else:
                    assert_equal(
                        series.asarray(), numpy.delete(images, i, axis=0)
                    )


def test_mixed_pages() -> None:
    """Test pages of different shape, type and codec in one file."""
    layouts = ['strip', 'tiles', 'strips, planar', 'tiles, volume', 'pixel']
    pages = [
        layout_page(layout, dtype, compression=compression)
        for layout, dtype, compression in zip(
            layouts,
            ['uint8', 'float32', 'int16', 'bool', 'uint64'],
            [1, 8, 5, 1, 8],
            strict=True,
        )
    ]
    with TiffFile(io.BytesIO(build_tiff(pages, byteorder='>'))) as tif:
        assert len(tif.series) == len(pages)
        for page, actual in zip(pages, tif.pages, strict=True):
            assert_equal(actual.asarray(), page.data)
        for page, series in zip(pages, tif.series, strict=True):
            assert_equal(series.asarray(), page.data)
        for i in (4, 0, 3, 1, 2, 0):
            assert_equal(tif.pages[i].asarray(), pages[i].data)


def test_jpeg_tables_of_each_page() -> None:
    """Test pages of a stack are decoded with their own tables."""
    image = smooth_image(1)
    pages = []
    expected = []
    for level in (20, 50, 70, 95, 30, 40, 60, 80, 90):
        stream = imagecodecs.jpeg_encode(image, level=level)
        tables, segment = split_jpeg(stream)
        pages.append(
            Page(image, compression=7, segments=[segment], jpegtables=tables)
        )
        expected.append(imagecodecs.jpeg_decode(stream))
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        assert_equal(tif.asarray(), numpy.stack(expected))


@pytest.mark.parametrize('n', [1, 20])
def test_facsimile_options_of_each_page(n: int) -> None:
    """Test pages of a stack are decoded with their own T4Options."""
    skip_without_codec(3)
    zarr = pytest.importorskip('zarr')
    # ends of line, in two-dimensional streams with tag bit, and rows
    streams = ['END ROW END WHITE END ROW', 'END 1 ROW END 1 WHITE END 1 ROW']
    words = {'END': '0' * 11 + '1', 'ROW': '1000111000', 'WHITE': '10011'}
    pages = []
    for options in (0, 1) * n:
        items = streams[options].split()
        bits = ''.join(words.get(word, word) for word in items)
        bits += '0' * (-len(bits) % 8)
        segment = int(bits, 2).to_bytes(len(bits) // 8, 'big')
        pages.append(facsimile(3, segment, {292: (LONG, options)}))
    image = FACSIMILE
    images = numpy.stack([image] * 2 * n)
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        assert len(tif.series) == 1
        series = tif.series[0]
        assert_equal(series.asarray(), images)
        for i in (0, 2 * n - 1):
            assert_equal(series.asarray(selection=i), image)
        with series.aszarr() as store:
            assert_equal(zarr.open(store, mode='r')[...], images)


# SubIFDs and pyramids


def pyramid(levels: int, **kwargs: Any) -> list[Page]:
    """Return pages of halved sizes."""
    return [
        Page(
            random_image((128 >> i, 192 >> i), 'uint8'),
            subfiletype=1 if i else 0,
            **kwargs,
        )
        for i in range(levels)
    ]


@pytest.mark.parametrize(
    'kwargs',
    [{}, {'tile': (16, 16)}, {'tile': (32, 32), 'compression': 8}],
    ids=str,
)
@pytest.mark.parametrize('subifds', [False, True])
@pytest.mark.parametrize('bigtiff', [False, True])
def test_pyramid(kwargs: dict[str, Any], subifds: bool, bigtiff: bool) -> None:
    """Test levels in the main chain and in SubIFDs."""
    levels = pyramid(4, **kwargs)
    pages = levels
    if subifds:
        levels[0].subifds = levels[1:]
        pages = levels[:1]
    data = build_tiff(pages, bigtiff=bigtiff)
    with TiffFile(io.BytesIO(data)) as tif:
        assert len(tif.pages) == len(pages)
        assert len(tif.series) == 1
        series = tif.series[0]
        assert series.is_pyramidal
        assert len(series.levels) == 4
        assert series.levels[0] is series
        for i, level in enumerate(levels):
            assert series.levels[i].shape == level.data.shape
            assert_equal(series.levels[i].asarray(), level.data)
            assert_equal(tif.asarray(level=i), level.data)
            assert_equal(series.asarray(level=i), level.data)
            assert_equal(
                tif.asarray(level=i, selection=numpy.s_[3:9, 5:11]),
                level.data[3:9, 5:11],
            )
            assert_equal(imread(io.BytesIO(data), level=i), level.data)
        if subifds:
            page = tif.pages[0]
            assert len(page.subifds) == 3
            assert len(page.pages) == 3
            for i, subpage in enumerate(page.pages):
                assert subpage.is_subifd
                assert subpage.is_reduced
                assert subpage.treeindex == (0, i)
                assert_equal(subpage.asarray(), levels[i + 1].data)
        else:
            assert tif.pages[0].pages is None


def test_pyramid_stack() -> None:
    """Test every page of a stack has its levels."""
    stacks = [random_image((9, 64 >> i, 96 >> i), 'uint8') for i in range(3)]
    pages = [
        Page(
            stacks[0][i],
            subifds=[Page(stack[i], subfiletype=1) for stack in stacks[1:]],
        )
        for i in range(9)
    ]
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        assert len(tif.series) == 1
        assert [s.shape for s in tif.series[0].levels] == [
            stack.shape for stack in stacks
        ]
        for i, stack in enumerate(stacks):
            assert_equal(tif.asarray(level=i), stack)


def test_nested_subifds() -> None:
    """Test SubIFDs of SubIFDs, and SubIFDs of other kind than their page."""
    images = [random_image((20, 20 + i), 'uint16') for i in range(4)]
    inner = Page(images[2])
    middle = Page(images[1], subifds=[inner])
    page = Page(images[0], subifds=[middle, Page(images[3])])
    with TiffFile(io.BytesIO(build_tiff(page, byteorder='>'))) as tif:
        first = tif.pages[0]
        assert len(first.pages) == 2
        assert_equal(first.pages[0].asarray(), images[1])
        assert_equal(first.pages[1].asarray(), images[3])
        assert_equal(first.pages[0].pages[0].asarray(), images[2])
        assert first.pages[1].pages is None


# large offsets, and Hamamatsu's layout


def test_large_offsets() -> None:
    """Test offsets beyond 32 bits."""
    images = random_image((3, 35, 53), 'uint16')
    pages = [
        Page(images[0], tile=(16, 16)),
        Page(images[1], compression=8, rowsperstrip=16),
        Page(images[2]),
    ]
    for byteorder in '<>':
        stream = HolesIO(
            pages, bigtiff=True, byteorder=byteorder, gap=2**32 + 4
        )
        with TiffFile(stream) as tif:
            assert tif.filehandle.size > 2**33
            for page, image in zip(tif.pages, images, strict=True):
                assert page.dataoffsets[0] > 2**32
                assert_equal(page.asarray(), image)
                assert_equal(
                    page.asarray(selection=numpy.s_[20:, 20:]), image[20:, 20:]
                )


@pytest.mark.parametrize('gap', [0, 2**32])
def test_ndpi_layout(gap: int) -> None:
    """Test offsets with high words after the IFD."""
    images = random_image((2, 35, 53), 'uint16')
    pages = [
        Page(
            image,
            compression=8,
            tags={271: (ASCII, 'Hamamatsu'), 65420: (LONG, 1)},
        )
        for image in images
    ]
    stream = HolesIO(pages, ndpi=True, gap=gap)
    with TiffFile(stream, name='image.ndpi') as tif:
        assert tif.tiff.is_ndpi
        assert len(tif.pages) == 2
        for page, image in zip(tif.pages, images, strict=True):
            assert page.tags[271].value == 'Hamamatsu'
            assert page.dataoffsets[0] > gap
            assert_equal(page.asarray(), image)


# shaped files


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize(
    ('text', 'axes'),
    [
        ('{"shape": [2, 3, 5, 7]}', 'QQYX'),
        ('{"shape": [2, 3, 5, 7], "axes": "TCYX"}', 'TCYX'),
        ('shape=(2, 3, 5, 7)', 'QQYX'),
    ],
)
def test_shaped(text: str, axes: str, byteorder: str) -> None:
    """Test shape and axes from the library's own metadata."""
    images = random_image((2, 3, 5, 7), 'uint16')
    for kwargs, layout in (
        ({}, {}),
        ({}, {'contiguous': True}),
        ({'compression': 8}, {}),
        ({'rowsperstrip': 2}, {'ifd_first': True}),
    ):
        pages = [
            Page(image, description=() if i else text, **kwargs)
            for i, image in enumerate(images.reshape(6, 5, 7))
        ]
        data = build_tiff(pages, byteorder=byteorder, **layout)
        with TiffFile(io.BytesIO(data)) as tif:
            assert tif.is_shaped
            (series,) = tif.series
            assert series.kind.lower() == 'shaped'
            assert series.shape == (2, 3, 5, 7)
            assert series.axes == axes
            assert len(series) == 6
            assert_equal(series.asarray(), images)
            assert_equal(
                series.asarray(selection=numpy.s_[1, ::2, 3]),
                images[1, ::2, 3],
            )
            assert_equal(tif.asarray(key=5), images[1, 2])


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize('truncated', [True, False])
def test_shaped_truncated(byteorder: str, truncated: bool) -> None:
    """Test one page whose data go on for the whole series."""
    images = random_image((4, 3, 5, 7), 'uint16')
    text = '{"shape": [4, 3, 5, 7], "axes": "TZYX"'
    text += ', "truncated": true}' if truncated else '}'
    data = images.astype(f'{byteorder}u2').tobytes()
    page = Page(
        images[0, 0],
        segments=[data],
        description=text,
        tags={279: (LONG, 5 * 7 * 2)},
    )
    with TiffFile(io.BytesIO(build_tiff(page, byteorder=byteorder))) as tif:
        (series,) = tif.series
        assert series.shape == images.shape
        if truncated:
            assert series.axes == 'TZYX'
        assert_equal(series.asarray(), images)
        assert_equal(
            series.asarray(selection=numpy.s_[1:3, :, 2]), images[1:3, :, 2]
        )
        assert_equal(tif.pages[0].asarray(), images[0, 0])


def test_shaped_series() -> None:
    """Test several series of different shapes in one file."""
    first = random_image((3, 5, 7), 'uint16')
    second = random_image((2, 4, 6, 3), 'uint8')
    pages = [
        Page(image, description='{"shape": [3, 5, 7]}' if i == 0 else ())
        for i, image in enumerate(first)
    ] + [
        Page(
            image,
            compression=8,
            description='{"shape": [2, 4, 6, 3]}' if i == 0 else (),
        )
        for i, image in enumerate(second)
    ]
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        assert [series.shape for series in tif.series] == [
            first.shape,
            second.shape,
        ]
        assert_equal(tif.asarray(), first)
        assert_equal(tif.asarray(series=1), second)
        assert_equal(tif.asarray(series=1, key=1), second[1])


# tags


@pytest.mark.parametrize(('byteorder', 'bigtiff'), FORMATS)
def test_tag_types(byteorder: str, bigtiff: bool) -> None:
    """Test values of all types and lengths, inline and elsewhere."""
    rng = numpy.random.default_rng(42)
    for type, char in (
        (3, 'H'),
        (4, 'I'),
        (6, 'b'),
        (8, 'h'),
        (9, 'i'),
        (11, 'f'),
        (12, 'd'),
        (13, 'I'),
        (16, 'Q'),
        (17, 'q'),
        (18, 'Q'),
    ):
        for count in (1, 2, 3, 4, 8, 9, 1024, 1025, 5000):
            dtype = numpy.dtype(char)
            raw = rng.bytes(count * dtype.itemsize)
            values = numpy.frombuffer(raw, dtype)
            if dtype.kind == 'f':
                values = rng.normal(size=count).astype(dtype)
            page = layout_page('strip', 'uint8', tags={65123: (type, values)})
            tag = open_page(page, byteorder=byteorder, bigtiff=bigtiff).tags[
                65123
            ]
            assert (tag.code, tag.dtype, tag.count) == (65123, type, count)
            value = tag.value
            if count == 1:
                assert value == values[0]
                assert isinstance(value, int | float)
            elif count > 1024:
                assert_equal(value, values)
            else:
                assert value == tuple(values.tolist())
    for type, count in ((1, 1), (1, 4), (7, 5), (7, 5000)):
        raw = rng.bytes(count)
        page = layout_page('strip', 'uint8', tags={65123: (type, raw)})
        assert open_page(page, byteorder=byteorder).tags[65123].value == raw
    for type in (5, 10):
        page = layout_page('strip', 'uint8', tags={65123: (type, (3, 4))})
        assert open_page(page).tags[65123].value == (3, 4)
        page = layout_page('strip', 'uint8', tags={65123: (type, (3, 4) * 9)})
        assert open_page(page).tags[65123].value == (3, 4) * 9


@pytest.mark.parametrize(
    ('raw', 'value'),
    [
        (b'text\0', 'text'),
        (b'text', 'text'),
        (b' te xt \0\0\0', 'te xt'),
        (b'a\0b\0', 'a\0b'),
        ('\u00b5m\0'.encode(), '\u00b5m'),
        (b'\xb5m\0', '\u00b5m'),
        (b'\0', ''),
        (b'', ''),
    ],
)
def test_tag_text(raw: bytes, value: str) -> None:
    """Test texts are stripped and decoded."""
    page = layout_page('strip', 'uint8', tags={305: Tag(305, ASCII, raw)})
    assert open_page(page).tags['Software'].value == value


def test_duplicate_tags() -> None:
    """Test tags of the same code are all kept, the first counts."""
    page = layout_page('strip', 'uint8', description=('first', 'second'))
    actual = open_page(page)
    assert actual.description == 'first'
    assert actual.description1 == 'second'
    assert [tag.value for tag in actual.tags.getall(270)] == [
        'first',
        'second',
    ]
    page = Page(page.data, extratags=[Tag(256, LONG, 5)])
    assert open_page(page).shape == page.data.shape


@pytest.mark.parametrize('type', [SHORT, LONG, LONG8])
def test_offset_types(type: int) -> None:
    """Test offsets and byte counts of any integer type."""
    for layout, codes in (('strips', (273, 279)), ('tiles', (324, 325))):
        page = layout_page(
            layout,
            'uint8',
            compression=8,
            tags=dict.fromkeys(codes, (type, None)),
        )
        actual = open_page(page, bigtiff=type == LONG8)
        assert_equal(actual.asarray(), page.data)


def test_missing_tags() -> None:
    """Test pages without tags that have defaults."""
    image = random_image((19, 21), 'uint8')
    for codes in ((278,), (279,), (277, 284, 339), (262,), (259,), (278, 279)):
        page = Page(image, tags=dict.fromkeys(codes))
        assert_equal(open_page(page).asarray(), image)
    page = Page(random_image((19, 21), 'bool'), tags={258: None, 339: None})
    assert_equal(open_page(page).asarray(), page.data)


def test_offset_beyond_file() -> None:
    """Test offset that exceeds signed integers."""
    image = random_image((19, 21), 'uint8')
    page = Page(image, compression=8, tags={273: (LONG8, 2**63 + 8)})
    with pytest.raises(ValueError, match='not in file'):
        open_page(page, bigtiff=True).asarray()


@pytest.mark.parametrize('bigtiff', [False, True])
@pytest.mark.parametrize('compression', [None, 'zlib'])
@pytest.mark.parametrize('strips', [1, 2, 4, 5])
def test_alike_pages_with_values_in_records(
    bigtiff: bool, compression: str | None, strips: int
) -> None:
    """Segments of alike pages are found wherever their sizes are stored."""
    length = 2 * strips
    images = numpy.arange(3 * length * 8, dtype='uint8').reshape(3, length, 8)
    stream = io.BytesIO()
    with TiffWriter(stream, bigtiff=bigtiff) as tif:
        for image in images:
            tif.write(
                image,
                contiguous=False,
                metadata=None,
                rowsperstrip=2,
                compression=compression,
            )
    for _ in range(3):
        # the third file shares what was learned from the first two
        stream.seek(0)
        with TiffFile(stream) as tif:
            for page, image in zip(tif.pages, images, strict=True):
                assert len(page.databytecounts) == strips
                assert page.tags[279].value == page.databytecounts
                numpy.testing.assert_array_equal(page.asarray(), image)
            numpy.testing.assert_array_equal(tif.asarray(), images)


def test_alike_files_do_not_share_what_differs(tmp_path: Path) -> None:
    """Files whose IFDs have the same size are not taken for each other."""

    def read_tag(tif: TiffFile, tag: TiffTag) -> Any:
        return TiffTag.fromfile(tif, offset=tag.offset).value

    image = numpy.arange(64, dtype='uint16').reshape(8, 8)
    variants: list[tuple[NDArray[Any], dict[str, Any]]] = [
        (image, {}),
        (image.astype('int16'), {}),
        (image[:, :4], {}),
        (image, {'photometric': 'miniswhite'}),
        (image, {'byteorder': '>'}),
        (image, {'compression': 'zlib'}),
        (image, {'compression': 'zlib', 'predictor': True}),
        (image.astype('float16'), {'software': 'other'}),
        (image, {'description': 'other text'}),
    ]
    for _ in range(3):
        for i, (data, kwargs) in enumerate(variants):
            path = tmp_path / f'{i}.tif'
            imwrite(path, data, metadata=None, **kwargs)
            with TiffFile(path) as tif:
                page = tif.pages.first
                assert page.dtype == data.dtype
                assert page.description == kwargs.get('description', '')
                numpy.testing.assert_array_equal(page.asarray(), data)
                for tag in page.tags:
                    assert tag.parent is tif
                    expected = read_tag(tif, tag)
                    assert tag.value == expected, tag


def test_damaged_files_do_not_spoil_others(tmp_path: Path) -> None:
    """What files share is not taken from those with corrupted tags."""
    image = numpy.arange(64, dtype='uint16').reshape(8, 8)
    whole = tmp_path / 'whole.tif'
    imwrite(
        whole, image, description='x' * 77, software='y' * 33, metadata=None
    )
    expected = None
    for code in (None, 270, 282, 305, None):
        data = bytearray(whole.read_bytes())
        with TiffFile(whole) as tif:
            tags = tif.pages.first.tags
            values = {tag.code: tag.value for tag in tags}
            places = {tag.code: (tag.offset, tag.valueoffset) for tag in tags}
            if expected is None:
                expected = values, places
            assert (values, places) == expected
        if code is not None:
            start = places[code][0] + 8
            data[start : start + 4] = (2**30).to_bytes(4, 'little')
            damaged = tmp_path / f'{code}.tif'
            damaged.write_bytes(data)
            for _ in range(3):
                with TiffFile(damaged) as tif:
                    tags = tif.pages.first.tags
                    assert {tag.code for tag in tags} == {*values} - {code}
                    numpy.testing.assert_array_equal(tif.asarray(), image)


def test_alike_files_of_other_software() -> None:
    """Formats of files are not told by files that were read before."""
    image = random_image((8, 8), 'uint32')
    for _ in range(3):
        for software, dtype in (
            ('IndicaLabsImageWriter', 'float32'),
            ('SomeOtherImageWriter.', 'uint32'),
        ):
            page = Page(image, tags={339: None, 305: (ASCII, software)})
            actual = open_page(page)
            assert actual.dtype == dtype
            assert actual.software == software
            assert actual.tags[305].value == software
            assert_equal(actual.asarray(), image.view(dtype))


def test_pages_that_lost_tags_do_not_spoil_others() -> None:
    """No template is made of pages some of whose tags were dropped since."""
    image = random_image((8, 8), 'uint8')
    page = Page(image, tags={271: (ASCII, 'maker of camera')})
    data = bytearray(build_tiff([page] * 3))
    with TiffFile(io.BytesIO(data)) as tif:
        tag = tif.pages.first.tags[271]
        start = tag.offset + 8
    data[start : start + 4] = (2**30).to_bytes(4, 'little')
    for _ in range(3):
        with TiffFile(io.BytesIO(data)) as tif:
            first = tif.pages.first
            assert 271 in first._ifd
            assert first._ifd.value(271) is None
            assert first._ifd.complete() is None
            assert 271 not in first.tags
            for page_ in tif.pages[1:]:
                assert page_.tags[271].value == 'maker of camera'
                assert page_.tags[273].value == page_.dataoffsets
                assert_equal(page_.asarray(), image)


def test_alike_pages_with_sizes_in_streams() -> None:
    """Test pages whose tags tell nothing about the size of images."""
    pages, images = [], []
    missing = dict.fromkeys((256, 257, 258, 277, 278))
    for length in (16, 24, 32, 24):
        stream = imagecodecs.jpeg_encode(smooth_image(3)[:length])
        images.append(imagecodecs.jpeg_decode(stream))
        page = Page(
            segments=[stream],
            length=length,
            width=images[-1].shape[1],
            samples=3,
            compression=7,
            photometric=6,
            tags=missing,
        )
        pages.append(page)
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        for page, image in zip(tif.pages, images, strict=True):
            assert_equal(page.asarray(), image)


@pytest.mark.parametrize('n', [3, 20])
def test_alike_pages_without_bytecounts(n: int) -> None:
    """Test facsimiles whose sizes are estimated."""
    skip_without_codec(4)
    # rows and end of block
    segment = bytes.fromhex('31c66380080080')
    image = FACSIMILE
    pages = [
        facsimile(4, segment, {279: (LONG, bytecount)})
        for bytecount in [len(segment)] + [0] * (n - 1)
    ]
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        for page in tif.pages:
            assert page.databytecounts[0] >= len(segment)
            assert_equal(page.asarray(), image)
        assert_equal(tif.asarray(), numpy.stack([image] * n))
        tif.pages.useframes = True
        tif.pages.set_keyframe(0)
        frame = tif.pages[n - 1]
        assert frame.is_frame
        assert_equal(frame.asarray(), image)


def test_templates_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Test what files share is limited, and is that of the last files."""
    templates: dict[Any, Any] = {}
    monkeypatch.setattr(tifffile._TemplateCache, 'shared', templates)
    monkeypatch.setattr(tifffile, '_MAX_TEMPLATES', 3)
    image = random_image((4, 4), 'uint8')
    texts = (269, 271, 272, 285, 315, 316)
    for n in range(len(texts) + 1):
        page = Page(image, tags=dict.fromkeys(texts[:n], (ASCII, 'text')))
        for _ in range(3):
            assert_equal(open_page(page).asarray(), image)
        assert len(templates) <= 3
        assert any(template is not None for template in templates.values())


@pytest.mark.parametrize('kind', [None, 'OME'])
def test_squeeze_of_series(kind: str | None) -> None:
    """Series of other default for squeezing leave those of file alone."""
    fh = io.BytesIO()
    data = numpy.arange(216, dtype='uint8').reshape(1, 3, 1, 8, 9)
    imwrite(fh, data, ome=True, metadata={'axes': 'TZCYX'})
    fh.seek(0)
    with TiffFile(fh) as tif:
        series = tif.series[0]
        whole = tif.series(kind, squeeze=False)[0]
        assert whole.shape == (*data.shape, 1)
        assert whole.axes == 'TZCYXS'
        assert whole.levels == [whole]
        numpy.testing.assert_array_equal(
            whole.asarray(), data.reshape(whole.shape)
        )
        assert series.shape == tif.series[0].shape == (3, 8, 9)
        assert series.axes == 'ZYX'
        assert tif.series(kind)[0].shape == (3, 8, 9)
        if kind is None:
            assert tif.series()[0] is series
