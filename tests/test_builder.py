# tests/test_builder.py

"""Test the builder of TIFF files against independent readers."""

from __future__ import annotations

import io
import itertools
import struct
import warnings
from typing import Any

import imagecodecs
import numpy
import pytest
from builder import (
    ASCII,
    LONG,
    SHORT,
    HolesIO,
    Page,
    Tag,
    build_blocks,
    build_chain,
    build_tiff,
    encode_samples,
    split_jpeg,
    write_tiff,
)

FORMATS = list(itertools.product('<>', (False, True)))


def random_image(shape: tuple[int, ...], dtype: str) -> Any:
    """Return reproducible random samples of any value."""
    rng = numpy.random.default_rng(len(shape) + sum(shape))
    if dtype == 'bool':
        return rng.integers(2, size=shape).astype(bool)
    if numpy.dtype(dtype).kind in 'iu':
        info = numpy.iinfo(dtype)
        return rng.integers(info.min, info.max, shape, dtype, endpoint=True)
    image = rng.normal(size=shape)
    if numpy.dtype(dtype).kind == 'c':
        image = image + 1j * rng.normal(size=shape)
    return image.astype(dtype)


def read_pillow(data: bytes, page: int = 0) -> Any:
    """Return image read by Pillow."""
    pillow = pytest.importorskip('PIL.Image')
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        with pillow.open(io.BytesIO(data)) as image:
            image.seek(page)
            return numpy.array(image)


def read_gdal(data: bytes, tmp_path: Any, page: int = 0) -> Any:
    """Return image of shape (samples, length, width) read by GDAL."""
    rasterio = pytest.importorskip('rasterio')
    path = tmp_path / 'image.tif'
    path.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        with rasterio.open(f'GTIFF_DIR:{page + 1}:{path}') as dataset:
            return dataset.read()


@pytest.mark.parametrize(('byteorder', 'bigtiff'), FORMATS)
@pytest.mark.parametrize(
    'layout',
    [
        {},
        {'rowsperstrip': 7},
        {'rowsperstrip': 7, 'padstrip': True},
        {'tile': (16, 32)},
        {'planarconfig': 2, 'rowsperstrip': 9},
        {'planarconfig': 2, 'tile': (16, 16)},
    ],
    ids=str,
)
def test_layouts(
    layout: dict[str, Any], byteorder: str, bigtiff: bool, tmp_path: Any
) -> None:
    """Test layouts of segments against GDAL."""
    image = random_image((3, 33, 45), 'uint16')
    planar = layout.get('planarconfig') == 2
    page = Page(image if planar else numpy.moveaxis(image, 0, -1), **layout)
    data = build_tiff([page], byteorder=byteorder, bigtiff=bigtiff)
    numpy.testing.assert_array_equal(read_gdal(data, tmp_path), image)


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize(
    ('dtype', 'compression', 'predictor', 'fillorder'),
    [
        ('uint8', 5, 2, 1),
        ('uint16', 5, 2, 1),
        ('uint8', 8, 1, 2),
        ('uint16', 8, 2, 1),
        ('uint32', 32946, 2, 1),
        ('int16', 32773, 1, 1),
        ('int32', 8, 2, 1),
        ('float32', 8, 3, 1),
        ('float64', 5, 3, 1),
        ('float32', 50000, 1, 1),
        ('float32', 34925, 3, 1),
        ('complex64', 8, 1, 1),
        ('uint8', 1, 1, 2),
    ],
)
def test_codecs(
    dtype: str,
    compression: int,
    predictor: int,
    fillorder: int,
    byteorder: str,
    tmp_path: Any,
) -> None:
    """Test byte codecs and predictors against GDAL."""
    image = random_image((37, 29), dtype)
    page = Page(
        image,
        rowsperstrip=10,
        compression=compression,
        predictor=predictor,
        fillorder=fillorder,
    )
    data = build_tiff([page], byteorder=byteorder)
    numpy.testing.assert_array_equal(read_gdal(data, tmp_path)[0], image)


@pytest.mark.parametrize(
    ('compression', 'kwargs'),
    [
        (34712, {'codecformat': 'j2k'}),
        (50001, {'lossless': True}),
        (7, {'level': 90, 'colorspace': 'rgb', 'subsampling': '444'}),
    ],
)
def test_image_codecs(
    compression: int, kwargs: dict[str, Any], tmp_path: Any
) -> None:
    """Test image codecs against GDAL or Pillow."""
    image = random_image((16, 32, 3), 'uint8').cumsum(axis=1) // 32
    image = image.astype('uint8')
    page = Page(
        image,
        tile=(16, 16),
        compression=compression,
        encodeargs=kwargs,
        photometric=6 if compression == 7 else 2,
    )
    data = build_tiff([page])
    if compression == 34712:
        pytest.importorskip('PIL.Image')
        result = imagecodecs.jpeg2k_decode(page.encoded('<')[0])
        numpy.testing.assert_array_equal(result, image[:, :16])
        return
    result = numpy.moveaxis(read_gdal(data, tmp_path), 0, -1)
    if compression == 7:
        segments = page.encoded('<')
        image = numpy.hstack(
            [imagecodecs.jpeg_decode(segment) for segment in segments]
        )
        assert abs(result.astype(int) - image).max() < 3
    else:
        numpy.testing.assert_array_equal(result, image)


@pytest.mark.parametrize('dtype', ['bool', 'uint8', 'uint16'])
def test_pages(dtype: str, tmp_path: Any) -> None:
    """Test chains of pages against GDAL."""
    images = [random_image((5 + i, 7), dtype) for i in range(3)]
    for kwargs in (
        {},
        {'ifd_first': True},
        {'contiguous': True},
        {'gap': 5, 'start': 100},
        {'byteorder': '>', 'bigtiff': True},
    ):
        data = build_tiff([Page(image) for image in images], **kwargs)
        for i, image in enumerate(images):
            result = read_gdal(data, tmp_path, i)[0]
            numpy.testing.assert_array_equal(result, image)


@pytest.mark.parametrize('bits', [*range(1, 33), 64])
@pytest.mark.parametrize('predictor', [1, 2])
def test_packed_integers(bits: int, predictor: int) -> None:
    """Test packed integers and predictor against imagecodecs."""
    if bits == 24:  # older versions are wrong
        pytest.importorskip('imagecodecs', '2026.3')
    dtype = next(f'u{n // 8}' for n in (8, 16, 32, 64) if n >= bits)
    image = random_image((1, 3, 5, 2), dtype)
    image &= numpy.array(2**bits - 1, dtype)
    data = encode_samples(image, bits, 1, predictor, '>')
    assert len(data) == 3 * -(-10 * bits // 8)
    order = '=' if bits == 24 else '>'
    result = imagecodecs.packints_decode(data, order + dtype, bits, runlen=10)
    result = result.astype(dtype).reshape(image.shape)
    if predictor == 2:
        result = numpy.cumsum(result, axis=-2, dtype=dtype)
        result &= numpy.array(2**bits - 1, dtype)
    numpy.testing.assert_array_equal(result, image)


def test_packed_signed() -> None:
    """Test two's complement of packed integers."""
    image = numpy.array([-1, -2048, 2047], 'int16').reshape(1, 1, 3, 1)
    assert encode_samples(image, 12, 2) == b'\xff\xf8\x00\x7f\xf0'


@pytest.mark.parametrize('byteorder', '<>')
def test_float24(byteorder: str) -> None:
    """Test 24-bit floats against imagecodecs."""
    image = numpy.array([0.0, 1.0, -2.5, 0.1, 1e18, -1e-18], 'float32')
    data = encode_samples(image.reshape(1, 2, 3, 1), 24, 3, 1, byteorder)
    result = imagecodecs.float24_decode(data, byteorder=byteorder)
    numpy.testing.assert_allclose(result, image, rtol=2**-16)


def test_float24_predictor(tmp_path: Any) -> None:
    """Test floating point predictor of 24-bit floats against GDAL."""
    image = random_image((17, 19), 'float32')
    for byteorder in '<>':
        page = Page(image, bitspersample=24, compression=8, predictor=3)
        result = read_gdal(build_tiff(page, byteorder=byteorder), tmp_path)[0]
        numpy.testing.assert_allclose(result, image, rtol=2**-16)


@pytest.mark.parametrize('dtype', ['float16', 'float32', 'float64'])
@pytest.mark.parametrize(
    ('predictor', 'dist'), [(3, 1), (34894, 2), (34895, 4)]
)
def test_predict_float(dtype: str, predictor: int, dist: int) -> None:
    """Test floating point predictors against imagecodecs."""
    image = random_image((1, 3, 8, 2), dtype)
    data = encode_samples(image, None, 3, predictor, '>')
    result = imagecodecs.floatpred_decode(
        numpy.frombuffer(data, dtype).reshape(image.shape), axis=-2, dist=dist
    )
    numpy.testing.assert_array_equal(result, image)


@pytest.mark.parametrize(
    ('predictor', 'dist'), [(2, 1), (34892, 2), (34893, 4)]
)
def test_predict_horizontal(predictor: int, dist: int) -> None:
    """Test horizontal predictors against running sums."""
    image = random_image((1, 3, 9, 2), 'int16')
    data = encode_samples(image, None, 2, predictor, '<')
    result = numpy.frombuffer(data, '<i2').reshape(image.shape).copy()
    for i in range(dist):
        result[..., i::dist, :] = numpy.cumsum(
            result[..., i::dist, :], axis=-2, dtype='int16'
        )
    numpy.testing.assert_array_equal(result, image)


def test_other_samples() -> None:
    """Test pixels in words, complex integers, and wide integers."""
    image = numpy.array([31, 0, 1], 'uint8').reshape(1, 1, 1, 3)
    assert encode_samples(image, (5, 6, 5), 1) == b'\x01\xf8'
    assert encode_samples(image, (5, 6, 5), 1, 1, '>') == b'\xf8\x01'
    image = numpy.array([1 - 2j], 'complex64').reshape(1, 1, 1, 1)
    assert encode_samples(image, 32, 5, 1, '>') == b'\x00\x01\xff\xfe'
    image = numpy.array([1, 2], 'uint8').reshape(1, 1, 2, 1)
    assert encode_samples(image, 16, 1, 1, '>') == b'\x00\x01\x00\x02'


def test_volume() -> None:
    """Test order of segments of planar volumes."""
    image = random_image((2, 3, 20, 17), 'uint8')
    page = Page(image, volume=True, planarconfig=2, rowsperstrip=16)
    assert (page.samples, page.depth, page.length, page.width) == image.shape
    segments = page.encoded('<')
    assert len(segments) == 2 * 3 * 2
    assert segments[3] == image[0, 1, 16:].tobytes()
    page = Page(image, volume=True, planarconfig=2, tile=(2, 16, 16))
    segments = page.encoded('<')
    assert len(segments) == 2 * 2 * 2 * 2
    assert segments[9] is not None
    tile = numpy.frombuffer(segments[9], 'u1').reshape(2, 16, 16)
    numpy.testing.assert_array_equal(tile[:, :, 0], image[1, :2, :16, 16])


def test_borders() -> None:
    """Test tiles and strips at border of image."""
    image = random_image((20, 17), 'uint8')
    sizes = [
        [len(s or b'') for s in Page(image, **kwargs).encoded('<')]
        for kwargs in (
            {'tile': (16, 16), 'sparse': (0,)},
            {'tile': (16, 16), 'crop': True},
            {'tile': (16, 16), 'crop': 'length'},
            {'rowsperstrip': 16},
            {'rowsperstrip': 16, 'padstrip': True},
        )
    ]
    assert sizes == [
        [0, 256, 256, 256],
        [256, 16, 64, 4],
        [256, 256, 64, 64],
        [272, 68],
        [272, 272],
    ]


def test_tags() -> None:
    """Test tags that are replaced, retyped, removed, added, and forged."""
    page = Page(
        numpy.zeros((2, 2), 'uint8'),
        description=('first', b'second\0'),
        tags={
            256: Tag(256, SHORT, 7),
            257: (SHORT, None),
            258: None,
            262: Tag(262, 99, b'abc', count=2**31),
            305: (ASCII, 'name'),
            306: Tag(306, ASCII, count=20, offset=2**32 - 1),
        },
        extratags=[Tag(256, LONG, 5)],
    )
    data = build_tiff([page], ifd_first=True)
    (count,) = struct.unpack_from('<H', data, 8)
    records = [
        struct.unpack_from('<HHII', data, 10 + i * 12) for i in range(count)
    ]
    codes = [record[0] for record in records]
    assert codes == sorted(codes)
    assert codes.count(270) == 2
    assert 258 not in codes
    assert records[:3] == [
        (256, 3, 1, 7),
        (256, 4, 1, 5),
        (257, 3, 1, 2),
    ]
    assert (262, 99, 2**31, 0x636261) in records
    assert (306, 2, 20, 2**32 - 1) in records
    (offset,) = [record[3] for record in records if record[0] == 305]
    assert data[offset : offset + 5] == b'name\0'


def test_links() -> None:
    """Test SubIFDs and loops."""
    image = numpy.zeros((2, 2), 'uint8')
    child = Page(image)
    child.next = child
    page = Page(image, subifds=[child, 12345])
    page.next = page
    data = build_tiff([page])
    (offset,) = struct.unpack_from('<I', data, 4)
    (count,) = struct.unpack_from('<H', data, offset)
    end = offset + 2 + count * 12
    assert struct.unpack_from('<I', data, end) == (offset,)
    record = struct.pack('<HHI', 330, 13, 2)
    (value,) = struct.unpack_from('<I', data, data.index(record) + 8)
    child_offset, other = struct.unpack_from('<II', data, value)
    assert other == 12345
    (count,) = struct.unpack_from('<H', data, child_offset)
    end = child_offset + 2 + count * 12
    assert struct.unpack_from('<I', data, end) == (child_offset,)


def test_ndpi() -> None:
    """Test layout with high words after the IFD."""
    page = Page(
        numpy.zeros((2, 2), 'uint8'), tags={271: (ASCII, 'abc')}, sort=False
    )
    blocks = build_blocks([page], ndpi=True, gap=2**32, ifd_first=False)
    header = blocks[-1][1]
    offset, ifd = blocks[-2]
    assert header == b'II*\0' + struct.pack('<Q', offset)
    assert offset > 2**32
    (count,) = struct.unpack_from('<H', ifd)
    codes = struct.unpack_from('<' + 'HHII' * count, ifd, 2)[::4]
    lowwords = struct.unpack_from('<' + 'HHII' * count, ifd, 2)[3::4]
    highwords = struct.unpack_from(f'<{count}I', ifd, 2 + count * 12 + 8)
    words = {
        code: high << 32 | low
        for code, low, high in zip(codes, lowwords, highwords, strict=True)
    }
    assert words[273] == blocks[0][0] == 12 + 2**32
    assert words[256] == 2
    value = words[271] - offset
    assert ifd[value : value + 4] == b'abc\0'


def test_write_tiff(tmp_path: Any) -> None:
    """Test file with holes equals bytes."""
    path = tmp_path / 'holes.tif'
    page = Page(random_image((5, 7), 'uint8'))
    write_tiff(path, page, gap=100)
    assert path.read_bytes() == build_tiff(page, gap=100)


def test_holes() -> None:
    """Test file in memory with holes equals bytes."""
    pages = [Page(random_image((5, 7), 'uint8')) for _ in range(3)]
    data = build_tiff(pages, gap=100)
    with HolesIO(pages, gap=100) as stream:
        assert stream.read() == data
        assert stream.seek(-10, 2) == len(data) - 10
        assert stream.read(100) == data[-10:]
        assert stream.read(1) == b''
        stream.seek(90)
        assert stream.read(200) == data[90:290]
    with HolesIO(pages, gap=2**40, bigtiff=True) as stream:
        assert stream.seek(0, 2) > 3 * 2**40
        stream.seek(2**39)
        assert stream.read(10) == bytes(10)


def test_outside() -> None:
    """Test small values are stored outside of the record if asked for."""
    image = numpy.zeros((2, 2), 'uint8')
    page = Page(image, tags={65000: Tag(65000, SHORT, (7, 8), inline=False)})
    data = build_tiff(page, ifd_first=True)
    position = data.index(struct.pack('<HHI', 65000, 3, 2)) + 8
    (offset,) = struct.unpack_from('<I', data, position)
    assert data[offset : offset + 4] == b'\x07\0\x08\0'


def test_split_jpeg() -> None:
    """Test tables and abbreviated stream decode as the whole stream."""
    image = random_image((16, 16), 'uint8')
    stream = imagecodecs.jpeg_encode(image, level=80)
    tables, data = split_jpeg(stream)
    assert b'\xff\xdb' not in data
    numpy.testing.assert_array_equal(
        imagecodecs.jpeg_decode(data, tables=tables),
        imagecodecs.jpeg_decode(stream),
    )


@pytest.mark.parametrize(('byteorder', 'bigtiff'), FORMATS)
@pytest.mark.parametrize(
    'kwargs',
    [
        {},
        {'ifd_first': True},
        {'contiguous': True},
        {'gaps': 3},
    ],
    ids=str,
)
def test_chain(
    kwargs: Any, byteorder: str, bigtiff: bool, tmp_path: Any
) -> None:
    """Test chains of many pages against GDAL."""
    images = random_image((40, 5, 7), 'uint16')
    pages = [
        Page(images[0]),
        Page(images[0], tags={305: (ASCII, 'some software')}),
    ]
    kwargs = {**kwargs, 'byteorder': byteorder, 'bigtiff': bigtiff}
    for templates in (pages[0], pages):
        data = build_chain(len(images), templates, data=images, **kwargs)
        for i in (0, 1, 17, 39):
            result = read_gdal(data, tmp_path, i)[0]
            numpy.testing.assert_array_equal(result, images[i])
    data = build_chain(40, pages[0], **kwargs)
    result = read_gdal(data, tmp_path, 39)[0]
    numpy.testing.assert_array_equal(result, images[0])


def test_chain_segments() -> None:
    """Test chain of compressed pages."""
    images = random_image((40, 5, 7), 'uint8')
    images[:20] = 0
    page = Page(images[0], compression=8)
    segments = [
        Page(image, compression=8).encoded('<')[0] or b'' for image in images
    ]
    data = build_chain(40, page, segments=segments, gaps=2)
    with pytest.raises(EOFError):
        read_pillow(data, 40)
    for i in (0, 20, 39):
        numpy.testing.assert_array_equal(read_pillow(data, i), images[i])
