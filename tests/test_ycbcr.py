# tests/test_ycbcr.py

"""Test images of subsampled YCbCr, and of old-style JPEG compression.

Pixels of uncompressed images are compared with a plain model of data units.
Old-style JPEG files are made of the parts of JPEG streams whose image is
known from decoding the whole streams.

"""

from __future__ import annotations

import io
import itertools
import random
import struct
import zlib
from typing import Any

import numpy
import pytest
from builder import (
    LONG,
    RATIONAL,
    SHORT,
    Page,
    build_tiff,
    reverse_bits,
)

from tifffile import TiffFile, TiffFileError, imread, imwrite

FACTORS = [(1, 2), (2, 1), (2, 2), (4, 1), (4, 2), (4, 4), (1, 4)]


def open_page(page: Page | list[Page], **kwargs: Any) -> Any:
    """Return TiffFile of page."""
    return TiffFile(io.BytesIO(build_tiff(page, **kwargs)))


# subsampled samples


def reduce_color(image: Any, factors: tuple[int, int]) -> Any:
    """Return image in which color is the same for all pixels of blocks."""
    h, v = factors
    result = image.copy()
    for y, x in numpy.ndindex(image.shape[:2]):
        result[y, x, 1:] = image[y - y % v, x - x % h, 1:]
    return result


def pack_units(image: Any, factors: tuple[int, int]) -> Any:
    """Return samples of data units of image."""
    h, v = factors
    length, width, _ = image.shape
    image = numpy.pad(image, ((0, -length % v), (0, -width % h), (0, 0)))
    samples = []
    for y in range(0, length, v):
        for x in range(0, width, h):
            block = image[y : y + v, x : x + h]
            samples += [*block[..., 0].flat, *block[0, 0, 1:]]
    return numpy.array(samples, image.dtype)


def make_image(shape: tuple[int, int], dtype: str = 'uint8') -> Any:
    """Return random YCbCr image."""
    rng = numpy.random.default_rng(shape[0])
    return rng.integers(0, 256, (*shape, 3)).astype(dtype)


def subsampled_page(
    image: Any,
    factors: tuple[int, int],
    *,
    tile: tuple[int, int] = (),  # type: ignore[assignment]
    rowsperstrip: int | None = None,
    compression: int = 1,
    byteorder: str = '<',
    crop: bool = False,
    fillorder: int = 1,
    **kwargs: Any,
) -> Page:
    """Return page of image whose color is subsampled."""
    length, width, _ = image.shape
    rows, columns = tile or (rowsperstrip or length, width)
    segments = []
    for y in range(0, length, rows):
        for x in range(0, width, columns):
            part = image[y : y + rows, x : x + columns]
            if tile and not crop:
                pad = rows - part.shape[0], columns - part.shape[1]
                part = numpy.pad(part, ((0, pad[0]), (0, pad[1]), (0, 0)))
            units = pack_units(part, factors)
            data = units.astype(units.dtype.newbyteorder(byteorder)).tobytes()
            if compression == 8:
                data = zlib.compress(data)
            if fillorder == 2:
                data = reverse_bits(data)
            segments.append(data)
    tags = {530: (SHORT, factors), **kwargs.pop('tags', {})}
    return Page(
        segments=segments,
        width=width,
        length=length,
        samples=3,
        bitspersample=8 * image.itemsize,
        tile=tile,
        rowsperstrip=rowsperstrip,
        compression=compression,
        photometric=6,
        fillorder=fillorder,
        tags=tags,
        **kwargs,
    )


@pytest.mark.parametrize('compression', [1, 8])
@pytest.mark.parametrize('factors', FACTORS)
@pytest.mark.parametrize('shape', [(1, 1), (5, 7), (16, 32), (13, 33)])
def test_strips(
    shape: tuple[int, int], factors: tuple[int, int], compression: int
) -> None:
    """Test strips of images whose size is no multiple of blocks."""
    image = reduce_color(make_image(shape), factors)
    for rowsperstrip in (None, factors[1], 2 * factors[1]):
        page = subsampled_page(
            image, factors, rowsperstrip=rowsperstrip, compression=compression
        )
        with open_page(page) as tif:
            page0 = tif.pages.first
            assert page0.is_subsampled
            assert not page0.is_final
            assert not page0.is_memmappable
            numpy.testing.assert_array_equal(tif.asarray(), image)
            numpy.testing.assert_array_equal(
                page0.asarray(maxworkers=3), image
            )


@pytest.mark.parametrize('compression', [1, 8])
@pytest.mark.parametrize('crop', [False, True])
@pytest.mark.parametrize('factors', FACTORS)
def test_tiles(factors: tuple[int, int], crop: bool, compression: int) -> None:
    """Test tiles, which may be cropped."""
    image = reduce_color(make_image((37, 53)), factors)
    page = subsampled_page(
        image, factors, tile=(16, 32), crop=crop, compression=compression
    )
    with open_page(page) as tif:
        numpy.testing.assert_array_equal(tif.asarray(), image)
        for segment, position, shape in tif.pages.first.segments():
            assert shape == (1, 16, 32, 3)
            y, x = position[2:4]
            expected = image[y : y + 16, x : x + 32]
            size = expected.shape
            numpy.testing.assert_array_equal(
                segment[0, : size[0], : size[1]], expected
            )


@pytest.mark.parametrize(
    'layout', [{'rowsperstrip': 4}, {'tile': (16, 16)}, {}]
)
def test_regions(layout: dict[str, Any]) -> None:
    """Test reading parts of images."""
    image = reduce_color(make_image((41, 39)), (4, 2))
    with open_page(subsampled_page(image, (4, 2), **layout)) as tif:
        page = tif.pages.first
        for key in (
            numpy.s_[3:4],
            numpy.s_[5:30, 7:9],
            numpy.s_[..., 1],
            numpy.s_[17, 38, 2],
            numpy.s_[40:, :5, 1:],
        ):
            numpy.testing.assert_array_equal(
                page.asarray(selection=key), image[key]
            )


@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_sixteen_bits(byteorder: str) -> None:
    """Test samples of 16 bits."""
    image = reduce_color(make_image((11, 18), 'uint16') * 250, (2, 2))
    page = subsampled_page(image, (2, 2), byteorder=byteorder, compression=8)
    with open_page(page, byteorder=byteorder) as tif:
        numpy.testing.assert_array_equal(tif.asarray(), image)


def test_fillorder() -> None:
    """Test samples whose bits are reversed."""
    image = reduce_color(make_image((11, 18)), (2, 2))
    with open_page(subsampled_page(image, (2, 2), fillorder=2)) as tif:
        numpy.testing.assert_array_equal(tif.asarray(), image)


def test_series_of_subsampled() -> None:
    """Test pages of a series, also read as Zarr."""
    zarr = pytest.importorskip('zarr')
    images = [
        reduce_color(make_image((9 + 0 * i, 10)) + i, (2, 2)) for i in range(5)
    ]
    pages = [subsampled_page(image, (2, 2)) for image in images]
    with open_page(pages) as tif:
        series = tif.series[0]
        numpy.testing.assert_array_equal(series.asarray(), images)
        with tif.aszarr() as store:
            data = zarr.open(store, mode='r')
            numpy.testing.assert_array_equal(data[...], images)


def test_pages_of_different_factors() -> None:
    """Test that pages are decoded with their own factors."""
    factors = [(2, 2), (2, 1), (2, 2), (4, 4)]
    images = [
        reduce_color(make_image((16, 16)) + i, pair)
        for i, pair in enumerate(factors)
    ]
    pages = [
        subsampled_page(image, pair)
        for image, pair in zip(images, factors, strict=True)
    ]
    with open_page(pages) as tif:
        for page, image in zip(tif.pages, images, strict=True):
            numpy.testing.assert_array_equal(page.asarray(), image)
        for series in tif.series:
            numpy.testing.assert_array_equal(
                series.asarray().reshape(-1, 16, 16, 3),
                [images[page.index] for page in series.pages],
            )


@pytest.mark.parametrize('compression', [1, 8])
@pytest.mark.parametrize('layout', [{}, {'tile': (16, 16)}])
def test_missing_factors(compression: int, layout: dict[str, Any]) -> None:
    """Test default factors, which not all writers mean."""
    image = reduce_color(make_image((21, 22)), (2, 2))
    page = subsampled_page(
        image, (2, 2), compression=compression, tags={530: None}, **layout
    )
    with open_page(page) as tif:
        numpy.testing.assert_array_equal(tif.asarray(), image)
    page = Page(image, compression=compression, photometric=6, **layout)
    with open_page(page) as tif:
        assert tif.pages.first.is_subsampled
        numpy.testing.assert_array_equal(tif.asarray(), image)
    page = Page(
        image, compression=8, photometric=6, predictor=2, rowsperstrip=5
    )
    with open_page(page) as tif:
        numpy.testing.assert_array_equal(tif.asarray(), image)


def test_not_subsampled() -> None:
    """Test that only YCbCr images are subsampled."""
    image = make_image((21, 22))
    for photometric, factors in ((2, (2, 2)), (6, (1, 1)), (8, (4, 4))):
        page = Page(
            image, photometric=photometric, tags={530: (SHORT, factors)}
        )
        with open_page(page) as tif:
            numpy.testing.assert_array_equal(tif.asarray(), image)


def test_own_files() -> None:
    """Test YCbCr images written by library are not subsampled."""
    image = make_image((21, 22))
    for compression in (None, 'zlib'):
        stream = io.BytesIO()
        imwrite(stream, image, photometric='ycbcr', compression=compression)
        stream.seek(0)
        numpy.testing.assert_array_equal(imread(stream), image)


@pytest.mark.parametrize('compression', [1, 8])
@pytest.mark.parametrize('layout', [{}, {'tile': (16, 16)}])
@pytest.mark.parametrize('shape', [(1, 1), (13, 11)])
def test_short(
    shape: tuple[int, int], layout: dict[str, Any], compression: int
) -> None:
    """Test that segments which are too short are refused."""
    image = make_image(shape)
    for size in (1, 3, 9, 10, product(shape) * 3 // 2 - 1):
        page = subsampled_page(
            image, (4, 4), compression=compression, **layout
        )
        expected = len(pack_units(image, (4, 4)))
        if not 0 < size < expected:
            continue
        data = bytes(size)
        if compression == 8:
            data = zlib.compress(data)
        page.segments = [data]
        with open_page(page) as tif, pytest.raises(TiffFileError):
            tif.asarray()


def product(shape: tuple[int, ...]) -> int:
    """Return product of integers."""
    result = 1
    for size in shape:
        result *= size
    return result


@pytest.mark.parametrize(
    'change',
    [
        {'tags': {530: (SHORT, (0, 0))}},
        {'tags': {530: (SHORT, (3, 3))}},
        {'tags': {530: (SHORT, (65535, 65535))}},
        {'samples': 4},
        {'bitspersample': 4},
        {'predictor': 2},
        {'planarconfig': 2},
    ],
)
def test_unsupported(change: dict[str, Any]) -> None:
    """Test that what is not supported is refused."""
    page = subsampled_page(make_image((8, 8)), (2, 2))
    for name, value in change.items():
        setattr(page, name, value)
    with (
        open_page(page) as tif,
        pytest.raises((NotImplementedError, TiffFileError)),
    ):
        tif.pages.first.asarray()


@pytest.mark.parametrize('value', [2, (2, 2, 2), ()])
def test_invalid_factors(value: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Test that tag with wrong number of values is ignored."""
    image = reduce_color(make_image((8, 8)), (2, 2))
    page = subsampled_page(image, (2, 2), tags={530: (SHORT, value)})
    with open_page(page) as tif:
        numpy.testing.assert_array_equal(tif.asarray(), image)
    assert 'YCbCrSubSampling' in caplog.text or '530' in caplog.text


# old-style JPEG


class Parts:
    """Parts of JPEG stream.

    Parameters:
        stream: Baseline or lossless JPEG stream.

    """

    def __init__(self, stream: bytes) -> None:
        self.segments: list[tuple[int, bytes]] = []
        pos = 2
        marker = 0
        while marker != 0xDA:
            marker = stream[pos + 1]
            end = pos + 2 + int.from_bytes(stream[pos + 2 : pos + 4], 'big')
            self.segments.append((marker, stream[pos:end]))
            pos = end
        assert stream.endswith(b'\xff\xd9')
        self.coded = stream[pos:-2]

    def join(self, *markers: int) -> bytes:
        """Return segments of markers."""
        return b''.join(
            data for mark, data in self.segments if mark in markers
        )

    def tables(self, marker: int, kind: int) -> list[bytes]:
        """Return tables of quantization (0xDB) or Huffman codes (0xC4)."""
        result = []
        for mark, data in self.segments:
            pos = 4
            while mark == marker and pos < len(data):
                size = 64
                if marker == 0xC4:
                    size = 16 + sum(data[pos + 1 : pos + 17])
                if data[pos] >> 4 == kind:
                    result.append(data[pos + 1 : pos + 1 + size])
                pos += 1 + size
        return result


def smooth_image(length: int, width: int) -> Any:
    """Return RGB image."""
    y, x = numpy.mgrid[:length, :width]
    return numpy.stack(
        (128 + 90 * numpy.sin(x / 9), 2 * y + 30, 3 * x + y), axis=-1
    ).astype('uint8')


def encode_jpeg(
    image: Any, level: int = 85, **kwargs: Any
) -> tuple[Parts, Any]:
    """Return parts of JPEG stream, and image decoded from stream."""
    imagecodecs = pytest.importorskip('imagecodecs')
    stream = bytes(imagecodecs.jpeg8_encode(image, level=level, **kwargs))
    if kwargs.get('colorspace', 'RGB') == 'RGB' and image.ndim == 3:
        kwargs = {'outcolorspace': 'RGB'}
    else:
        kwargs = {}
    return Parts(stream), imagecodecs.jpeg8_decode(stream, **kwargs)


# offset of block of data in files made by build_ojpeg
BLOCK = 16


def build_ojpeg(
    block: bytes, page: Page, tags: dict[int, Any], byteorder: str = '<'
) -> bytes:
    """Return TIFF file with block of data at offset BLOCK."""
    page.tags = {**page.tags, **tags}
    data = build_tiff(page, byteorder=byteorder)
    assert len(block) < 60000
    # make room for the block: shift is a multiple of all alignments
    shift = BLOCK + (len(block) + 15) // 16 * 16
    return shift_file(data, shift, block, byteorder)


def shift_file(data: bytes, shift: int, block: bytes, byteorder: str) -> bytes:
    """Return classic TIFF file whose content is moved behind block."""
    file = bytearray(data)
    (ifd,) = struct.unpack_from(f'{byteorder}I', file, 4)
    struct.pack_into(f'{byteorder}I', file, 4, ifd + shift)
    (number,) = struct.unpack_from(f'{byteorder}H', file, ifd)
    sizes = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1}
    for i in range(number):
        pos = ifd + 2 + 12 * i
        code, dtype, count, value = struct.unpack_from(
            f'{byteorder}HHII', file, pos
        )
        if sizes[dtype] * count > 4:
            struct.pack_into(f'{byteorder}I', file, pos + 8, value + shift)
            pos = value
        else:
            pos += 8
        if code in {273, 324}:
            char = {3: 'H', 4: 'I'}[dtype]
            fmt = f'{byteorder}{count}{char}'
            offsets = struct.unpack_from(fmt, file, pos)
            struct.pack_into(fmt, file, pos, *(i + shift for i in offsets))
    head = bytes(file[:8]) + bytes(BLOCK - 8) + block
    return head + bytes(shift + 8 - len(head)) + bytes(file[8:])


def ojpeg_page(
    segments: list[bytes], length: int, width: int, **kwargs: Any
) -> Page:
    """Return page of old-style JPEG segments."""
    kwargs = {'samples': 3, 'photometric': 6, **kwargs}
    return Page(
        segments=segments,
        compression=6,
        length=length,
        width=width,
        **kwargs,
    )


def table_tags(parts: Parts, components: int) -> tuple[bytes, dict[int, Any]]:
    """Return tables, and tags that tell where in the file they are."""
    block = b''
    tags = {}
    for code, marker, kind in ((519, 0xDB, 0), (520, 0xC4, 0), (521, 0xC4, 1)):
        tables = parts.tables(marker, kind)
        offsets = []
        for i in range(components if tables else 0):
            offsets.append(BLOCK + len(block))
            block += tables[min(i, len(tables) - 1)]
        if tables:
            tags[code] = (LONG, tuple(offsets))
    return block, tags


def assert_image(data: bytes, expected: Any) -> None:
    """Assert image, and regions of it, are read from file."""
    with TiffFile(io.BytesIO(data)) as tif:
        page = tif.pages.first
        numpy.testing.assert_array_equal(page.asarray(), expected)
        numpy.testing.assert_array_equal(
            page.asarray(selection=numpy.s_[3:-2, 5:9]), expected[3:-2, 5:9]
        )
        numpy.testing.assert_array_equal(page.asarray(maxworkers=2), expected)
        with page.aszarr() as store:
            zarr = pytest.importorskip('zarr')
            data = zarr.open(store, mode='r')
            numpy.testing.assert_array_equal(data[...], expected)


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize(
    ('subsampling', 'factors'),
    [('444', (1, 1)), ('422', (2, 1)), ('420', (2, 2)), ('411', (4, 1))],
)
def test_tables_in_tags(
    subsampling: str, factors: tuple[int, int], byteorder: str
) -> None:
    """Test streams whose tables are in tags."""
    parts, expected = encode_jpeg(
        smooth_image(43, 61), subsampling=subsampling
    )
    block, tags = table_tags(parts, 3)
    page = ojpeg_page([parts.coded], 43, 61)
    tags |= {512: (SHORT, 1), 530: (SHORT, factors)}
    assert_image(build_ojpeg(block, page, tags, byteorder), expected)


def test_grayscale() -> None:
    """Test grayscale image."""
    parts, expected = encode_jpeg(smooth_image(43, 61)[..., 0].copy())
    block, tags = table_tags(parts, 1)
    page = ojpeg_page([parts.coded], 43, 61, samples=1, photometric=1)
    assert_image(build_ojpeg(block, page, tags), expected)


@pytest.mark.parametrize('predictor', [1, 4, 7])
def test_lossless(predictor: int) -> None:
    """Test lossless process."""
    imagecodecs = pytest.importorskip('imagecodecs')
    image = smooth_image(43, 61)[..., 0].copy()
    stream = imagecodecs.jpeg8_encode(
        image, lossless=True, predictor=predictor
    )
    parts = Parts(bytes(stream))
    block, tags = table_tags(parts, 1)
    tags |= {512: (SHORT, 14), 517: (SHORT, predictor), 518: (SHORT, 0)}
    page = ojpeg_page([parts.coded], 43, 61, samples=1, photometric=1)
    assert_image(build_ojpeg(block, page, tags), image)


def split_image(image: Any, rows: int, columns: int, **kwargs: Any) -> Any:
    """Return parts of JPEG streams of segments, and decoded image."""
    allparts = []
    expected = numpy.empty_like(image)
    for y in range(0, image.shape[0], rows):
        for x in range(0, image.shape[1], columns):
            segment = image[y : y + rows, x : x + columns]
            pad = rows - segment.shape[0], columns - segment.shape[1]
            if columns == image.shape[1]:
                pad = 0, 0
            padded = numpy.pad(
                segment, ((0, pad[0]), (0, pad[1]), (0, 0)), 'edge'
            )
            parts, decoded = encode_jpeg(padded, optimize=False, **kwargs)
            allparts.append(parts)
            expected[y : y + rows, x : x + columns] = decoded[
                : segment.shape[0], : segment.shape[1]
            ]
    return allparts, expected


@pytest.mark.parametrize('layout', ['strips', 'tiles'])
@pytest.mark.parametrize('source', ['tags', 'stream', 'first segment'])
def test_segments(source: str, layout: str) -> None:
    """Test strips and tiles, wherever their common header is."""
    image = smooth_image(70, 61)
    rows, columns = (16, 61) if layout == 'strips' else (32, 48)
    allparts, expected = split_image(image, rows, columns, subsampling='420')
    segments = [parts.coded for parts in allparts]
    first = allparts[0]
    tags = {530: (SHORT, (2, 2))}
    block = b''
    if source == 'tags':
        block, tabletags = table_tags(first, 3)
        tags |= tabletags
    elif source == 'stream':
        # size of frame is that of image, and scan is in first segment
        frame = bytearray(first.join(0xC0))
        struct.pack_into('>HH', frame, 5, 70, 61)
        block = b'\xff\xd8' + first.join(0xDB, 0xC4) + bytes(frame)
        tags |= {513: (LONG, BLOCK), 514: (LONG, len(block))}
        segments[0] = first.join(0xDA) + segments[0]
    else:
        segments[0] = b'\xff\xd8' + first.join(0xDB, 0xC4, 0xDA) + segments[0]
    kwargs: Any = (
        {'rowsperstrip': 16} if layout == 'strips' else {'tile': (32, 48)}
    )
    page = ojpeg_page(segments, 70, 61, **kwargs)
    assert_image(build_ojpeg(block, page, tags), expected)


def test_restart_markers() -> None:
    """Test restart markers that are numbered through all strips."""
    image = smooth_image(96, 64)
    allparts, expected = split_image(image, 32, 64, subsampling='444')
    # a restart interval is a row of blocks: encode rows apart
    rows, _ = split_image(image, 8, 64, subsampling='444')
    segments = []
    number = itertools.count()
    for i in range(0, 12, 4):
        segment = b''
        for parts in rows[i : i + 4]:
            segment += parts.coded
            segment += bytes((0xFF, 0xD0 + next(number) % 8))
        segments.append(segment)
    block, tags = table_tags(allparts[0], 3)
    tags |= {515: (SHORT, 8), 530: (SHORT, (1, 1))}
    page = ojpeg_page(segments, 96, 64, rowsperstrip=32)
    assert_image(build_ojpeg(block, page, tags), expected)


@pytest.mark.parametrize('shift', [-3, 0, 5])
def test_strip_in_stream(shift: int) -> None:
    """Test strip that is a wrong part of a whole stream."""
    parts, expected = encode_jpeg(smooth_image(43, 61))
    head = b'\xff\xd8' + parts.join(0xDB, 0xC4, 0xC0, 0xDA)
    block = head + parts.coded + b'\xff\xd9'
    tags = {
        273: (LONG, BLOCK + len(head) + shift),
        279: (LONG, len(parts.coded) - 300),
        513: (LONG, BLOCK),
        514: (LONG, len(block)),
    }
    page = ojpeg_page([b''], 43, 61)
    data = bytearray(build_ojpeg(block, page, tags))
    # the offset of the strip was moved, too
    moved = struct.pack('<I', tags[273][1] + (len(block) + 15) // 16 * 16 + 16)
    assert data.count(moved) == 1
    pos = data.find(moved)
    data[pos : pos + 4] = struct.pack('<I', tags[273][1])
    assert_image(bytes(data), expected)


def test_whole_streams() -> None:
    """Test strips that are streams."""
    imagecodecs = pytest.importorskip('imagecodecs')
    image = smooth_image(48, 61)
    streams = [
        bytes(imagecodecs.jpeg8_encode(image[i : i + 16].copy()))
        for i in range(0, 48, 16)
    ]
    expected = numpy.concatenate(
        [imagecodecs.jpeg8_decode(stream) for stream in streams]
    )
    page = ojpeg_page(streams, 48, 61, rowsperstrip=16)
    assert_image(build_tiff(page), expected)


def test_pages_have_own_tables() -> None:
    """Test that pages are decoded with their own tables."""
    images, pages = [], []
    for level in (30, 60, 90, 95):
        allparts, image = split_image(
            smooth_image(32, 16), 16, 16, level=level
        )
        images.append(image)
        # the first strip has the tables of the page
        tables = b'\xff\xd8' + allparts[0].join(0xDB, 0xC4)
        segments = [parts.join(0xDA) + parts.coded for parts in allparts]
        segments[0] = tables + segments[0]
        pages.append(ojpeg_page(segments, 32, 16, rowsperstrip=16))
        pages[-1].tags = {530: (SHORT, (2, 2))}
    assert len({image.tobytes() for image in images}) == 4
    with open_page(pages) as tif:
        numpy.testing.assert_array_equal(tif.asarray(), images)
        tif.pages.useframes = True
        tif.pages.set_keyframe(0)
        frame = tif.pages[2]
        assert frame.is_frame
        numpy.testing.assert_array_equal(frame.asarray(), images[2])
        numpy.testing.assert_array_equal(
            frame.asarray(selection=numpy.s_[20:25]), images[2][20:25]
        )
        for (segment, (_, _, y, _, _), _), y0 in zip(
            frame.segments(), (0, 16), strict=True
        ):
            assert y == y0
            numpy.testing.assert_array_equal(segment[0], images[2][y : y + 16])


def test_reference_black_white() -> None:
    """Test conversion of YCbCr whose range is that of video."""
    imagecodecs = pytest.importorskip('imagecodecs')
    y, x = numpy.mgrid[:32, :32]
    ycbcr = numpy.stack((16 + 5 * y, 100 + x, 150 - y), -1).astype('uint8')
    stream = bytes(
        imagecodecs.jpeg8_encode(
            ycbcr,
            level=95,
            colorspace='YCBCR',
            outcolorspace='YCBCR',
            subsampling='444',
        )
    )
    ycbcr = imagecodecs.jpeg8_decode(stream, outcolorspace='YCBCR')
    luma = (ycbcr[..., 0] - 16.0) * 255 / 219
    cb, cr = ((ycbcr[..., i] - 128.0) * 127 / 112 for i in (1, 2))
    red = luma + 1.402 * cr
    blue = luma + 1.772 * cb
    green = (luma - 0.114 * blue - 0.299 * red) / 0.587
    expected = numpy.rint(numpy.stack((red, green, blue), -1)).clip(0, 255)
    reference = (16, 1, 235, 1, 128, 1, 240, 1, 128, 1, 240, 1)
    for tag in (
        (RATIONAL, reference),
        (LONG, reference[::2]),
    ):
        page = ojpeg_page([stream], 32, 32)
        page.tags = {530: (SHORT, (1, 1)), 532: tag}
        with open_page(page) as tif:
            image = tif.asarray()
        assert image.dtype == 'uint8'
        assert numpy.abs(image - expected).max() <= 1


@pytest.mark.parametrize(
    'tag',
    [
        {532: (LONG, (16, 16, 128, 128, 128, 128))},
        {532: (RATIONAL, (16, 0) * 6)},
        {532: (LONG, (16, 235))},
        {529: (RATIONAL, (0, 1) * 3)},
        {529: (SHORT, 5)},
    ],
)
def test_invalid_reference(tag: dict[int, Any]) -> None:
    """Test that invalid parameters of conversion are ignored."""
    imagecodecs = pytest.importorskip('imagecodecs')
    stream = bytes(imagecodecs.jpeg8_encode(smooth_image(32, 32)))
    page = ojpeg_page([stream], 32, 32)
    page.tags = {530: (SHORT, (2, 2)), **tag}
    with open_page(page) as tif:
        numpy.testing.assert_array_equal(
            tif.asarray(), imagecodecs.jpeg8_decode(stream)
        )


def test_truncated_ojpeg() -> None:
    """Test that truncated entropy-coded data are refused."""
    parts, _ = encode_jpeg(smooth_image(43, 61), subsampling='444')
    block, tags = table_tags(parts, 3)
    tags[530] = (SHORT, (1, 1))
    for size in (0, 1, 100, len(parts.coded) // 2):
        page = ojpeg_page([parts.coded[:size]], 43, 61)
        data = build_ojpeg(block, page, tags)
        with TiffFile(io.BytesIO(data)) as tif:
            if size == 0:
                # the strip is missing
                assert not tif.asarray().any()
                continue
            with pytest.raises(TiffFileError):
                tif.asarray()


@pytest.mark.parametrize(
    'tags',
    [
        {519: None},
        {520: None},
        {520: (LONG, (1, 2, 3))},
        {521: (LONG, (2**31, 2**31, 2**31))},
        {519: (LONG, (0, 0, 0))},
        {530: (SHORT, (200, 300))},
        {512: (SHORT, 14), 517: (SHORT, 60000)},
        {513: (LONG, 2**31), 514: (LONG, 2**32 - 1), 519: None},
        {515: (SHORT, 1)},
    ],
)
def test_corrupted_ojpeg(tags: dict[int, Any]) -> None:
    """Test that wrong tags raise errors."""
    parts, expected = encode_jpeg(smooth_image(43, 61), subsampling='444')
    block, tabletags = table_tags(parts, 3)
    page = ojpeg_page([parts.coded], 43, 61)
    page.tags = {**tabletags, 530: (SHORT, (1, 1))}
    data = build_ojpeg(block, page, tags)
    with TiffFile(io.BytesIO(data)) as tif:
        try:
            image = tif.asarray()
        except (TiffFileError, NotImplementedError):
            return
    assert image.shape == expected.shape


def test_planar_ojpeg() -> None:
    """Test that separate planes without own headers are refused."""
    parts, _ = encode_jpeg(smooth_image(43, 61)[..., 0].copy())
    block, tags = table_tags(parts, 1)
    page = ojpeg_page([parts.coded] * 3, 43, 61, planarconfig=2)
    tags[530] = (SHORT, (1, 1))
    data = build_ojpeg(block, page, tags)
    with TiffFile(io.BytesIO(data)) as tif:
        with pytest.raises(TiffFileError, match='does not tell its size'):
            tif.asarray()


def test_ojpeg_corrupted() -> None:
    """Test that corrupted files raise typed errors, or yield an image."""
    rng = random.Random(6)
    parts, _ = encode_jpeg(smooth_image(32, 48), subsampling='420')
    block, tags = table_tags(parts, 3)
    tags[530] = (SHORT, (2, 2))
    data = build_ojpeg(block, ojpeg_page([parts.coded], 32, 48), tags)
    start = struct.unpack_from('<I', data, 4)[0]
    for _ in range(300):
        file = bytearray(data)
        for _ in range(rng.choice((1, 2, 4))):
            pos = rng.choice(
                (rng.randrange(8, len(data)), rng.randrange(start, len(data)))
            )
            file[pos] = rng.choice((0, 1, 255, rng.randrange(256)))
        try:
            with TiffFile(io.BytesIO(bytes(file))) as tif:
                page = tif.pages.first
                if page.size < 2**24:
                    assert page.asarray().shape == page.shape
        except (TiffFileError, NotImplementedError, ValueError):
            continue
