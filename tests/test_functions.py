# tests/test_functions.py

"""Test functions and classes of the module that are not in ``__all__``.

Those that belong to one format are tested with it.

"""

import io
import struct

import numpy
import pytest
from builder import Page, build_tiff
from numpy.testing import assert_array_equal
from tifffile.tifffile import (
    CompressionCodec,
    PredictorCodec,
    apply_colormap,
    encode_strips,
    encode_tiles,
    imagej_metadata,
    imagej_metadata_tag,
    imagej_shape,
    iter_images,
    iter_tiles,
    jpeg_shape,
    pyramidize_series,
    read_bytes,
    read_colormap,
    read_json,
    read_numpy,
    read_tags,
    read_utf8,
    reorient,
    stack_pages,
    subresolution,
    unpack_rgb,
)

import tifffile
from tifffile import (
    ORIENTATION,
    TIFF,
    FileHandle,
    TiffFile,
    TiffTag,
    TiffTagError,
    imwrite,
)


@pytest.fixture
def tif(tmp_path):
    """Return open file of pages of several shapes."""
    path = tmp_path / 'test.tif'
    with tifffile.TiffWriter(path) as writer:
        for size in (64, 64, 32, 16, 15):
            image = numpy.arange(size * 48, dtype='uint8').reshape(size, 48)
            if size < 64:
                image = image[:, : 48 * size // 64]
            writer.write(image, contiguous=False, metadata=None)
    with TiffFile(path) as tif:
        yield tif


# -- pages and series ---------------------------------------------------------


def test_stack_pages(tif):
    """Pages are stacked, missing ones are zero."""
    pages = [tif.pages[0], None, tif.pages[1]]
    expected = numpy.zeros((3, 64, 48), 'uint8')
    expected[::2] = tif.pages[0].asarray()
    assert_array_equal(stack_pages(pages), expected)
    out = numpy.ones_like(expected)
    stack_pages(pages, out=out, maxworkers=2, tiled=None)
    assert_array_equal(out, expected)
    assert stack_pages(pages[:1]).shape == (1, 64, 48)
    assert_array_equal(stack_pages(pages[1:]), expected[1:])
    with pytest.raises(ValueError, match='pages'):
        stack_pages([])


def test_subresolution(tif):
    """Levels are powers of the factor, within a pixel."""
    pages = tif.pages
    assert subresolution(pages[0], pages[0]) == 0
    assert subresolution(pages[0], pages[2]) == 1
    assert subresolution(pages[0], pages[3]) == 2
    assert subresolution(pages[0], pages[3], p=4) == 1
    assert subresolution(pages[0], pages[3], 2, 2) is None
    assert subresolution(pages[2], pages[0]) is None


def test_pyramidize_series(tif):
    """Series of lower resolution become levels."""
    series = [
        tifffile.TiffPageSeries([tif.pages[i]], parent=tif) for i in (0, 2, 3)
    ]
    pyramidize_series(series)
    assert len(series) == 1
    assert [level.shape for level in series[0].levels] == [
        (64, 48),
        (32, 24),
        (16, 12),
    ]
    series = [
        tifffile.TiffPageSeries([tif.pages[i]], parent=tif) for i in (0, 2)
    ]
    pyramidize_series(series, isreduced=True)
    assert len(series) == 2


def test_pyramidize_series_of_one_factor():
    """Levels are reduced by the factor of the first."""
    sizes = (64, 32, 8)
    pages = [Page(numpy.zeros((size, size), 'u1')) for size in sizes]
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        shapes = [
            [level.shape[0] for level in series.levels]
            for series in tif.series
        ]
        assert shapes == [[64, 32], [8]]


# -- images -------------------------------------------------------------------


@pytest.mark.parametrize('orientation', ORIENTATION)
def test_reorient(orientation):
    """Corner that is first in file is where orientation tells."""
    image = numpy.arange(12).reshape(3, 4, 1)
    result = reorient(image, orientation)
    name = orientation.name
    y = 0 if 'TOP' in name else -1
    x = 0 if 'LEFT' in name else -1
    assert result[y, x, 0] == image[0, 0, 0]
    swapped = name[:3] not in {'TOP', 'BOT'}
    assert result.shape == ((4, 3, 1) if swapped else (3, 4, 1))
    # the next sample of the first row in file
    step = (1 if y == 0 else -2, x) if swapped else (y, 1 if x == 0 else -2)
    assert result[(*step, 0)] == image[0, 1, 0]


def test_apply_colormap():
    """Colors are in the last axis."""
    colormap = numpy.arange(3 * 4).reshape(3, 4)
    result = apply_colormap(numpy.array([[0, 3]]), colormap)
    assert_array_equal(result, [[[0, 4, 8], [3, 7, 11]]])
    with pytest.raises(IndexError):
        apply_colormap(numpy.array([4]), colormap)


def test_unpack_rgb():
    """Words of packed samples are unpacked and scaled."""
    data = struct.pack('<2H', 0b11111_000000_00000, 0b00001_000001_00001)
    assert_array_equal(unpack_rgb(data), [255, 0, 0, 8, 4, 8])
    assert_array_equal(unpack_rgb(data, rescale=False), [31, 0, 0, 1, 1, 1])
    data = struct.pack('>H', 0b0_00001_00010_00011)
    result = unpack_rgb(data, '>B', (5, 5, 5), rescale=False)
    assert_array_equal(result, [1, 2, 3])
    for bits in ((9, 8, 8), (16, 16, 16)):
        with pytest.raises(ValueError):
            unpack_rgb(data, '<B', bits)


def test_iter_tiles():
    """Tiles cover image, padded with zeros."""
    data = numpy.arange(1, 2 * 5 * 7 + 1, dtype='uint8')
    data = data.reshape(2, 1, 1, 5, 7, 1)
    tiles = list(iter_tiles(data, (4, 4), (1, 2, 2)))
    assert len(tiles) == 8
    assert_array_equal(tiles[0].reshape(4, 4), data[0, 0, 0, :4, :4, 0])
    last = tiles[7].reshape(4, 4)
    assert_array_equal(last[:1, :3], data[1, 0, 0, 4:, 4:, 0])
    assert not last[1:].any() and not last[:, 3:].any()
    images = list(iter_images(data))
    assert_array_equal(images[1], data[1])


@pytest.mark.parametrize('maxworkers', [1, 3])
def test_encode(maxworkers):
    """Tiles and strips are encoded in order."""
    tiles = [numpy.full((4, 4, 1), i, 'uint8') for i in range(5)]
    items = [*tiles[:2], None, b'encoded', tiles[4]]
    result = list(
        encode_tiles(
            5,
            iter(items),
            lambda data: data.tobytes()[:2],
            (4, 4, 1),
            numpy.dtype('uint8'),
            maxworkers,
        )
    )
    assert result == [b'\0\0', b'\1\1', None, b'encoded', b'\4\4']
    page = numpy.arange(30, dtype='uint8').reshape(1, 1, 5, 6, 1)
    result = encode_strips(
        page, lambda data: bytes(data.reshape(-1)[:1]), 2, maxworkers
    )
    assert list(result) == [bytes([i]) for i in (0, 12, 24)]


def test_jpeg_shape():
    """Shape is read from start of frame."""
    stream = (
        b'\xff\xd8\xff\xe0\x00\x04xx'
        b'\xff\xc0\x00\x11\x08\x00\x10\x00\x20\x03' + bytes(9)
    )
    assert jpeg_shape(stream) == (8, 16, 32, 3)
    for size in (0, 3, 8, 12, 17):
        with pytest.raises(ValueError, match='no start of frame'):
            jpeg_shape(stream[:size])


# -- codecs -------------------------------------------------------------------


@pytest.mark.parametrize('encode', [False, True])
def test_codecs(encode):
    """Codecs are found by code."""
    data = b'abc' * 10
    codecs = CompressionCodec(encode)
    assert codecs[1](data) == data
    assert 8 in codecs
    assert 12345 not in codecs
    with pytest.raises(KeyError):
        codecs[12345]
    packed = TIFF.COMPRESSORS[8](data)
    assert bytes(TIFF.DECOMPRESSORS[8](packed)) == data
    predictors = PredictorCodec(encode)
    assert predictors[1](data) == data
    assert 2 in predictors
    array = numpy.array([[1, 3, 6]], 'uint8')
    delta = TIFF.PREDICTORS[2](array, axis=-1)
    assert_array_equal(delta, [[1, 2, 3]])
    assert_array_equal(TIFF.UNPREDICTORS[2](delta, axis=-1), array)


# -- ImageJ -------------------------------------------------------------------


@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_imagej_metadata(byteorder):
    """Metadata survive the round trip."""
    luts = [numpy.arange(768, dtype='uint8').reshape(3, 256) for _ in range(2)]
    metadata = {
        'Info': 'some \u03bcm',
        'Labels': ['a', 'b'],
        'Ranges': (0.0, 1.5),
        'LUTs': luts,
        'Plot': b'plot',
        'Overlays': [b'roi1', b'roi2'],
    }
    tags = {tag[0]: tag for tag in imagej_metadata_tag(metadata, byteorder)}
    data = tags[50839][3]
    code = f'{byteorder}{tags[50838][2]}I'
    bytecounts = struct.unpack(code, tags[50838][3])
    assert tags[50839][2] == len(data)
    result = imagej_metadata(data, bytecounts, byteorder)
    for key, value in metadata.items():
        if key == 'LUTs':
            assert_array_equal(result[key], luts)
        else:
            assert result[key] == value
    assert list(imagej_metadata_tag({}, byteorder)) == []
    with pytest.raises(ValueError):
        imagej_metadata(b'XXXX' + data[4:], bytecounts, byteorder)
    with pytest.raises(ValueError):
        imagej_metadata(data, (), byteorder)


@pytest.mark.parametrize(
    ('shape', 'kwargs', 'expected'),
    [
        ((5, 7), {}, (1, 1, 1, 5, 7, 1)),
        ((2, 5, 7), {}, (1, 1, 2, 5, 7, 1)),
        ((5, 7, 3), {}, (1, 1, 1, 5, 7, 3)),
        ((5, 7, 3), {'rgb': False}, (1, 1, 5, 7, 3, 1)),
        ((2, 3, 4, 5, 7), {}, (2, 3, 4, 5, 7, 1)),
        ((2, 5, 7), {'axes': 'ZYX'}, (1, 2, 1, 5, 7, 1)),
    ],
)
def test_imagej_shape(shape, kwargs, expected):
    """Shapes are those of hyperstacks."""
    assert imagej_shape(shape, **kwargs) == expected


@pytest.mark.parametrize(
    ('shape', 'kwargs'),
    [
        ((), {}),
        ((1, 2, 3, 4, 5, 6, 7), {}),
        ((5, 7, 2), {'rgb': True}),
        ((5, 7), {'axes': 'XY'}),
        ((2, 5, 7), {'axes': 'QYX'}),
    ],
)
def test_imagej_shape_errors(shape, kwargs):
    """Other shapes are refused."""
    with pytest.raises(ValueError):
        imagej_shape(shape, **kwargs)


# -- tag readers --------------------------------------------------------------


@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_tag_readers(byteorder):
    """Values are read from position of file."""

    def call(function, data, dtype, count):
        with FileHandle(io.BytesIO(b'1234' + data)) as fh:
            fh.seek(4)
            return function(fh, byteorder, dtype, count, 4)

    assert call(read_bytes, b'abc\0', 1, 3) == b'abc'
    assert call(read_utf8, b'\xce\xbcm', 2, 3) == '\u03bcm'
    assert call(read_json, b'{"a": [1, 2]}', 2, 13) == {'a': [1, 2]}
    data = numpy.arange(3).astype(f'{byteorder}u2').tobytes()
    assert_array_equal(call(read_numpy, data, 3, 3), [0, 1, 2])
    colors = numpy.arange(3 * 256).astype(f'{byteorder}u2')
    result = call(read_colormap, colors.tobytes(), 3, 768)
    assert_array_equal(result, numpy.arange(768).reshape(3, 256))


def test_read_tags():
    """Tags of IFDs are read from their position."""
    data = build_tiff([Page(numpy.zeros((2, 3), 'u1'), description='text')])
    with TiffFile(io.BytesIO(data)) as tif:
        offset, byteorder = tif.pages[0].offset, tif.byteorder
    with FileHandle(io.BytesIO(data)) as fh:
        fh.seek(offset)
        tags = read_tags(fh, byteorder, 4, TIFF.TAGS)
    assert len(tags) == 1
    assert tags[0]['ImageWidth'] == 3
    assert tags[0]['ImageDescription'] == 'text'


def test_read_tags_of_chain():
    """IFDs are followed whatever the types of their tags."""
    data = build_tiff(
        [
            Page(numpy.zeros((2, width), 'u1'), tags={65000: (3, 1)})
            for width in (3, 4)
        ],
        byteorder='<',
    )
    record = struct.pack('<HH', 65000, 3)
    data = data.replace(record, struct.pack('<HH', 65000, 99), 1)
    with TiffFile(io.BytesIO(data)) as tif:
        offset = tif.pages[0].offset
    with FileHandle(io.BytesIO(data)) as fh:
        fh.seek(offset)
        tags = read_tags(fh, '<', 4, TIFF.TAGS)
    assert [item['ImageWidth'] for item in tags] == [3, 4]
    assert ['65000' in item for item in tags] == [False, True]


@pytest.mark.parametrize(
    ('dtype', 'valueoffset', 'reason'),
    [(99, 8, 'data type 99'), (2, 2**31, 'value offset 2147483648')],
)
def test_tag_fromfile(caplog, dtype, valueoffset, reason):
    """Corrupted tags are refused or have no value."""
    data = build_tiff(
        Page(numpy.zeros((2, 3), 'u1'), description='some text'),
        byteorder='<',
    )
    with TiffFile(io.BytesIO(data)) as tif:
        tag = tif.pages[0].tags[270]
        same = TiffTag.fromfile(tif, offset=tag.offset)
        assert (same.code, same.value) == (270, 'some text')
    header = struct.pack('<HHII', 270, dtype, 10, valueoffset)
    data = data[: tag.offset] + header + data[tag.offset + 12 :]
    with TiffFile(io.BytesIO(data)) as tif:
        with pytest.raises(TiffTagError, match=reason):
            TiffTag.fromfile(tif, offset=tag.offset)
        caplog.clear()
        same = TiffTag.fromfile(tif, offset=tag.offset, validate=False)
        assert reason in caplog.text
        assert (same.code, same.dtype, same.count) == (270, dtype, 10)
        assert same.value is None
        assert same.valueoffset == 0


@pytest.mark.parametrize('is_window', [False, True])
def test_tag_of_closed_file(tmp_path, is_window):
    """Values are read from closed files, which are closed again."""
    path = tmp_path / 'test.tif'
    value = bytes(range(256)) * 64
    page = Page(numpy.zeros((2, 3), 'u1'), tags={65000: (7, value)})
    path.write_bytes(build_tiff(page, ifd_first=True))
    with FileHandle(path) as fh:
        tif = TiffFile(fh if is_window else path)
        tag = tif.pages[0].tags[65000]
        tif.close()
    assert tif.filehandle.closed
    with pytest.warns(UserWarning, match='65000.* from closed file') as info:
        assert tag.value == value
    assert info[0].filename == __file__
    assert tif.filehandle.closed


# -- attributes of pages ------------------------------------------------------


def test_attributes_of_pages(tmp_path):
    """Structure is told by attributes."""
    path = tmp_path / 'test.tif'
    imwrite(
        path,
        numpy.zeros((5, 40, 50), 'uint16'),
        tile=(16, 16, 16),
        volumetric=True,
        photometric='minisblack',
        resolution=(300, 150),
        resolutionunit='inch',
        subfiletype=2,
    )
    with TiffFile(path) as tif:
        page = tif.pages[0]
        assert (page.imagedepth, page.imagelength, page.imagewidth) == (
            *(5, 40, 50),
        )
        assert (page.tiledepth, page.tilelength, page.tilewidth) == (16,) * 3
        assert page.is_volumetric and page.is_tiled and page.is_multipage
        assert not page.is_mask and not page.is_mrc and not page.is_jfif
        assert not page.is_subsampled and not page.is_memmappable
        assert page.jpegheader is None and page.transferfunction is None
        assert page.get_resolution() == (300, 150)
        x, y = page.get_resolution('centimeter')
        assert (x, y) == pytest.approx((300 / 2.54, 150 / 2.54))
        assert page.get_resolution('inch', 0.5)[0] > 0
        tag = page.tags['ImageWidth']
        assert tag.dtype_name == 'LONG' and tag.valuebytecount == 4
        assert page.tags.valueof(256) == 50
        assert page.tags.valueof('nix', default=3) == 3
        with pytest.raises(NotImplementedError):
            page.asrgb()
        assert tif.is_appendable
        assert tif.pages.next_page_offset > 0
        assert not tif.pages.is_multipage
        coords = tif.series[0].get_coords()
        assert set(coords) <= set(tif.series[0].dims)


def test_palette_as_rgb(tmp_path):
    """Colors of palettes are applied."""
    path = tmp_path / 'test.tif'
    colormap = numpy.arange(768, dtype='uint16').reshape(3, 256) * 85
    imwrite(
        path,
        numpy.array([[0, 255]], 'uint8'),
        photometric='palette',
        colormap=colormap,
    )
    with TiffFile(path) as tif:
        rgb = tif.pages[0].asrgb()
        assert_array_equal(rgb[0, 1], colormap[:, 255])
        rgb = tif.pages[0].asrgb(uint8=True)
        assert_array_equal(rgb[0, 1], colormap[:, 255] >> 8)
