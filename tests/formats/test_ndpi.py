# tests/formats/test_ndpi.py

"""Test slides by Hamamatsu."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import imagecodecs
import numpy
import pytest
from builder import (
    ASCII,
    FLOAT,
    LONG,
    RATIONAL,
    SLONG,
    HolesIO,
    Page,
    Tag,
    build_tiff,
)

import tifffile
from tifffile import TIFF, TiffFile

SHAPE = 64, 128


def make_image(*shape: int, seed: int = 0) -> Any:
    """Return smooth image, which JPEG hardly changes."""
    rng = numpy.random.default_rng(seed)
    image = numpy.zeros(shape, 'u1')
    image[:] = rng.integers(20, 100, shape[-1])
    image += numpy.arange(shape[1], dtype='u1')[:, None] // 2
    image += numpy.arange(shape[0], dtype='u1')[:, None, None] // 2
    return image


def encode(image: Any, **kwargs: Any) -> bytes:
    """Return JPEG stream without subsampling."""
    kwargs = {'level': 95, 'subsampling': '444', 'optimize': False, **kwargs}
    return bytes(imagecodecs.jpeg8_encode(image, **kwargs))


def scan_position(stream: bytes) -> int:
    """Return position of entropy-coded segment."""
    pos = 2
    while True:
        marker = stream[pos + 1]
        pos += 2 + int.from_bytes(stream[pos + 2 : pos + 4], 'big')
        if marker == 0xDA:
            return pos


def frame_position(stream: bytes) -> int:
    """Return position of start of frame."""
    return stream.index(b'\xff\xc0')


def split(image: Any, interval: int) -> tuple[bytes, list[int]]:
    """Return JPEG stream with restart markers, and starts of intervals.

    Parameters:
        image: Image whose width is a multiple of the intervals, or which
            is divided into intervals of whole rows of blocks.
        interval: Number of blocks of 8x8 in interval.

    """
    length, width = image.shape[:2]
    blocks = -(-width // 8)
    rows = max(interval // blocks, 1)
    columns = max(blocks // interval, 1)
    whole = encode(image)
    head = bytearray(whole[: scan_position(whole)])
    pos = frame_position(head)
    head[pos:pos] = b'\xff\xdd\x00\x04' + interval.to_bytes(2, 'big')
    stream = bytes(head)
    starts = []
    step = -(-width // columns)
    for y in range(0, length, 8 * rows):
        for x in range(0, width, step):
            tile = image[y : y + 8 * rows, x : x + step]
            part = encode(numpy.ascontiguousarray(tile))
            if starts:
                stream += bytes((0xFF, 0xD0 + (len(starts) - 1) % 8))
            starts.append(len(stream))
            stream += part[scan_position(part) : -2]
    return stream + b'\xff\xd9', starts


def make_page(
    image: Any,
    magnification: float | None = 20.0,
    interval: int = 4,
    *,
    tags: dict[int, Any] | None = None,
    restart: bool = True,
    **kwargs: Any,
) -> Page:
    """Return page of NDPI file."""
    tags = {
        271: (ASCII, 'Hamamatsu'),
        272: (ASCII, 'C9600'),
        282: (RATIONAL, (20000, 1)),
        283: (RATIONAL, (20000, 1)),
        296: (3, 3),
        305: (ASCII, 'NDP.scan'),
        65420: (LONG, 1),
        **(tags or {}),
    }
    if magnification is not None:
        tags.setdefault(65421, (FLOAT, magnification))
    if 'compression' not in kwargs:
        stream, starts = split(image, interval)
        tags.setdefault(530, (3, (1, 1)))
        if restart:
            tags.setdefault(65426, (LONG, starts))
        else:
            stream = encode(image)
        kwargs.update(compression=7, photometric=6, segments=[stream])
    return Page(image, tags=tags, **kwargs)


def make_slide(**kwargs: Any) -> tuple[list[Page], list[Any]]:
    """Return pages and images of slide."""
    images = [
        make_image(64, 128, 3),
        make_image(32, 64, 3),
        make_image(16, 32, 3),
        make_image(24, 40, 3),
        make_image(10, 20, 1)[..., 0],
    ]
    pages = [
        make_page(image, 20.0 / 2**i, **kwargs)
        for i, image in enumerate(images[:3])
    ]
    pages.append(make_page(images[3], -1.0, 5, **kwargs))
    pages.append(make_page(images[4], -2.0, compression=1))
    return pages, images


def open_slide(pages: Any, name: str = 'a.ndpi', **kwargs: Any) -> TiffFile:
    """Return opened file in memory."""
    data = build_tiff(pages, ndpi=name.endswith('.ndpi'))
    return TiffFile(io.BytesIO(data), name=name, **kwargs)


def assert_close(actual: Any, expected: Any, tolerance: int = 4) -> None:
    """Assert that images differ by no more than JPEG changes them."""
    assert actual.shape == expected.shape
    difference = actual.astype(int) - expected
    assert abs(difference).max() <= tolerance


@pytest.mark.parametrize('restart', [True, False])
@pytest.mark.parametrize('name', ['a.ndpi', 'a.tif'])
def test_slide(name: str, restart: bool, caplog: Any) -> None:
    """Test levels, macro image, and map."""
    pages, images = make_slide(tags={65427: (ASCII, 'S1053')}, restart=restart)
    with open_slide(pages, name) as tif:
        assert tif.is_ndpi
        assert 'ndpi' in tif.flags
        assert tif.tiff.is_ndpi == (name == 'a.ndpi')
        series = tif.series
        assert [s.name for s in series] == ['S1053', 'Macro', 'Map']
        assert {s.kind for s in series} == {'NDPI'}
        assert [s.axes for s in series] == ['YXS', 'YXS', 'YX']
        levels = series[0].levels
        assert [level.shape for level in levels] == [
            (64, 128, 3),
            (32, 64, 3),
            (16, 32, 3),
        ]
        for level, image in zip(levels, images[:3], strict=True):
            assert level.kind == 'NDPI'
            assert_close(level.asarray(), image)
        assert_close(series[1].asarray(), images[3])
        numpy.testing.assert_array_equal(series[2].asarray(), images[4])
        assert levels[0].attr['scale'] == {'X': 0.5, 'Y': 0.5}
        assert levels[2].attr['scale'] == {'X': 2.0, 'Y': 2.0}
        assert levels[2].attr['unit'] == {'X': 'micrometer', 'Y': 'micrometer'}
        assert levels[2].attr['magnification'] == 5.0
        numpy.testing.assert_allclose(
            levels[1].coords['width'], numpy.arange(64.0)
        )
    assert not caplog.records


def test_tiles() -> None:
    """Restart intervals are tiles, which can be read one by one."""
    pages, images = make_slide()
    with open_slide(pages) as tif:
        page = tif.pages[0]
        assert page.is_tiled
        assert page.tile == (8, 32)
        assert page.chunked == (8, 4, 1)
        assert len(page.dataoffsets) == len(page.databytecounts) == 32
        whole = page.asarray()
        assert_close(whole, images[0])
        tiled = numpy.zeros_like(whole)
        for tile, (_, _, y, x, _), _ in page.segments():
            assert tile is not None
            tiled[y : y + 8, x : x + 32] = tile[0]
        numpy.testing.assert_array_equal(tiled, whole)
        part = page.asarray(selection=(slice(13, 27), slice(30, 97, 3)))
        numpy.testing.assert_array_equal(part, whole[13:27, 30:97:3])
        out = numpy.zeros_like(whole)
        assert page.asarray(out=out) is out
        numpy.testing.assert_array_equal(out, whole)


@pytest.mark.parametrize('interval', [1, 2, 16, 32, 64])
def test_intervals(interval: int) -> None:
    """Intervals are parts of, or several rows of blocks."""
    image = make_image(64, 128, 3, seed=1)
    with open_slide(make_page(image, interval=interval)) as tif:
        page = tif.pages[0]
        rows = max(interval // 16, 1)
        assert page.tile == (8 * rows, 8 * min(interval, 16))
        whole = page.asarray()
        page._undivided = None
        numpy.testing.assert_array_equal(page.asarray(), whole)
        assert_close(whole, image)


def test_border() -> None:
    """Blocks may exceed the image."""
    image = make_image(61, 100, 3, seed=2)
    with open_slide(make_page(image, interval=13)) as tif:
        page = tif.pages[0]
        assert page.tile == (8, 104)
        whole = page.asarray()
        part = page.asarray(selection=(slice(50, 61), slice(90, 100)))
        numpy.testing.assert_array_equal(part, whole[50:, 90:])
        assert_close(whole, image)


def test_size_in_tags() -> None:
    """Streams of tall images do not tell their length."""
    page = make_page(make_image(64, 128, 3))
    assert page.segments is not None
    stream = bytearray(page.segments[0] or b'')
    pos = frame_position(stream) + 5
    stream[pos : pos + 2] = bytes(2)
    page.segments = [bytes(stream)]
    with open_slide(page) as tif:
        assert_close(tif.asarray(), page.data)


@pytest.mark.parametrize(
    'change',
    ['interval', 'starts', 'order', 'frame', 'huge', 'one', 'text', 'partial'],
)
def test_bad_intervals(change: str, caplog: Any) -> None:
    """Streams that cannot be split are read as a whole, with a warning."""
    image = make_image(64, 128, 3)
    page = make_page(image)
    assert page.segments is not None
    stream = bytearray(page.segments[0] or b'')
    tags: Any = page.tags
    starts = tags[65426][1]
    if change == 'interval':
        pos = stream.index(b'\xff\xdd')
        del stream[pos : pos + 6]
        page.segments = [encode(image)]
    elif change == 'starts':
        tags[65426] = LONG, starts[:-1]
    elif change == 'order':
        tags[65426] = LONG, starts[::-1]
    elif change == 'frame':
        tags[65426] = LONG, [20, *starts[1:]]
    elif change == 'huge':
        tags[65426] = LONG, [*starts[:-1], 2**31]
    elif change == 'one':
        tags[65426] = LONG, starts[:1]
    elif change == 'text':
        tags[65426] = ASCII, 'no starts at all'
    else:
        # intervals of 3 blocks end in the next row
        pos = stream.index(b'\xff\xdd')
        stream[pos + 4 : pos + 6] = b'\0\3'
        page.segments = [bytes(stream)]
    with open_slide(page) as tif:
        first = tif.pages[0]
        assert not first.is_tiled
        assert first.shape == image.shape
        if change != 'partial':
            assert_close(first.asarray(), image)
    assert 'cannot split JPEG stream' in caplog.text


def test_jpeg_tile() -> None:
    """Test size and header of restart intervals."""
    stream, starts = split(make_image(64, 128, 3), 4)
    length, width, header = tifffile.ndpi_jpeg_tile(stream[: starts[0]])
    assert (length, width) == (8, 32)
    assert len(header) == starts[0]
    pos = frame_position(header) + 5
    assert header[pos : pos + 4] == b'\0\x08\0\x20'
    assert header[:pos] == stream[:pos]

    subsampled = encode(make_image(64, 128, 3), subsampling='420')
    pos = frame_position(subsampled)
    subsampled = subsampled[:pos] + b'\xff\xdd\0\4\0\2' + subsampled[pos:]
    assert tifffile.ndpi_jpeg_tile(subsampled)[:2] == (16, 32)

    for bad in (b'', b'\xff\xd8', stream[: starts[0] - 3], b'\xff\xd8abcdef'):
        with pytest.raises(ValueError, match='JPEG'):
            tifffile.ndpi_jpeg_tile(bad)
    with pytest.raises(ValueError, match='missing JPEG markers'):
        tifffile.ndpi_jpeg_tile(encode(make_image(64, 128, 3)))


def test_tags(caplog: Any) -> None:
    """Test metadata in tags."""
    tags = {
        65422: (SLONG, -1000),
        65427: (ASCII, 'AB'),
        65439: (SLONG, (1, 2, 3)),
        65449: (ASCII, 'Created=2011/05/23\r\nProduct=C9600'),
    }
    pages, _ = make_slide(tags=tags)
    pages[0].tags[65432] = LONG, numpy.zeros(32, 'u4')  # type: ignore[index]
    with open_slide(pages) as tif:
        tags = tif.pages[0].ndpi_tags
        metadata = tif.ndpi_metadata
        assert json.loads(json.dumps(metadata)).keys() == metadata.keys()
        assert metadata['FocusPoints'] == (1, 2, 3)
        assert tags.keys() - metadata.keys() == {'McuStarts'}
        assert [*tags][:4] == ['Make', 'Model', 'Software', 'FileFormat']
        assert tags['Make'] == 'Hamamatsu'
        assert tags['Magnification'] == 20.0
        assert tags['XOffsetFromSlideCenter'] == -1000
        assert tags['SlideLabel'] == 'AB'
        assert tags['Comments'].startswith('Created=')
        assert tags['FocusPoints'].tolist() == [1, 2, 3]
        assert tags['McuStarts'].dtype == 'uint64'
        assert tags['McuStarts'].shape == (32,)
        assert 'McuStartsHighBytes' not in tags
        assert tif.pages[0].tags[65426].value.dtype == 'uint32'
        assert tif.series[0].name == 'AB'
    assert not caplog.records

    page = make_page(make_image(64, 128, 3), tags={305: None})
    with open_slide(page) as tif:
        assert 'Software' not in tif.pages[0].ndpi_tags
    assert 'missing Software' in caplog.text
    with TiffFile(io.BytesIO(build_tiff(Page(make_image(8, 8, 3))))) as tif:
        assert not tif.is_ndpi
        assert tif.pages[0].ndpi_tags is None
        assert tif.ndpi_metadata is None


def test_focal_planes() -> None:
    """Pages of the same size are focal planes."""
    pages = []
    images = []
    for size in (64, 32, 16):
        for z in range(3):
            image = make_image(size, 2 * size, 3, seed=z)
            images.append(image)
            pages.append(
                make_page(
                    image,
                    20.0 * size / 64,
                    tags={65424: (SLONG, 1500 * (z - 1))},
                )
            )
    pages.append(make_page(make_image(24, 40, 3), -1.0, 5))
    with open_slide(pages) as tif:
        baseline, macro = tif.series
        assert baseline.name == 'Baseline'
        assert macro.name == 'Macro'
        assert baseline.axes == 'ZYXS'
        assert [level.shape for level in baseline.levels] == [
            (3, 64, 128, 3),
            (3, 32, 64, 3),
            (3, 16, 32, 3),
        ]
        assert baseline.levels[2].axes == 'ZYXS'
        assert_close(baseline.asarray(), numpy.stack(images[:3]))
        assert_close(baseline.levels[1].asarray(), numpy.stack(images[3:6]))
        part = baseline.asarray(selection=(1, slice(10, 20), slice(40)))
        assert_close(part, images[1][10:20, :40])
        assert baseline.coords['depth'].tolist() == [-1.5, 0.0, 1.5]
        assert baseline.levels[1].coords['depth'].size == 3
        assert baseline.levels[1].coord_scales['depth'] == 1.5
        assert baseline.coord_offsets['depth'] == -1.5


@pytest.mark.parametrize(
    ('offsets', 'step'),
    [
        # not all multiples of 0.7 are floating-point numbers
        ((0, 700, 1400, 2100), pytest.approx(0.7)),
        ((0, 700, 1400, 2200), None),
    ],
)
def test_distance_of_planes(offsets: Any, step: Any) -> None:
    """Focal planes have a scale if they are equidistant."""
    pages = [
        make_page(make_image(16, 32, 3), tags={65424: (SLONG, offset)})
        for offset in offsets
    ]
    with open_slide(pages) as tif:
        series = tif.series[0]
        assert series.axes == 'ZYXS'
        assert series.scale.get('Z') == step
        assert len(series.coords['depth']) == 4


@pytest.mark.parametrize('mode', [5, 17])
def test_fluorescence(mode: int) -> None:
    """Tags of pages are wrong if CaptureMode is 6 or greater."""
    rng = numpy.random.default_rng(3)
    images = [
        rng.integers(0, 4096, shape).astype('u2')
        for shape in ((64, 128), (32, 64))
    ]
    pages = []
    for i, image in enumerate(images):
        data = image if mode == 17 else make_image(*image.shape, 3)
        tags = {65441: (LONG, mode)}
        if mode == 17:
            tags |= {258: (3, (8, 8, 8)), 262: (3, 2), 277: (3, 3)}
        pages.append(
            make_page(
                data,
                20.0 / 2**i,
                tags=tags,
                compression=22610,
                encodeargs={'level': 100},
            )
        )
    pages.append(
        make_page(
            make_image(10, 20, 1)[..., 0],
            -2.0,
            tags={65441: (LONG, mode)},
            compression=1,
        )
    )
    with open_slide(pages) as tif:
        slide, map_ = tif.series
        assert map_.name == 'Map'
        assert map_.dtype == 'uint8'
        if mode == 5:
            assert slide.shape == (64, 128, 3)
            return
        assert slide.dtype == 'uint16'
        assert slide.axes == 'YX'
        assert [level.shape for level in slide.levels] == [
            (64, 128),
            (32, 64),
        ]
        for level, image in zip(slide.levels, images, strict=True):
            numpy.testing.assert_allclose(level.asarray(), image, atol=2)
        page = tif.pages[0]
        assert page.photometric == 1
        assert page.samplesperpixel == 1
        assert page.tags['SamplesPerPixel'].value == 3


HEADER = '[NanoZoomer Digital Pathology Image Set]'


def write_set(path: Any, number: int = 3) -> tuple[Any, Any]:
    """Write images of set, return path of set and array of images."""
    images = []
    for i in range(number):
        pages, levels = make_slide()
        pages[0] = make_page(make_image(64, 128, 3, seed=i))
        levels[0] = make_image(64, 128, 3, seed=i)
        (path / f'channel {i}.ndpi').write_bytes(build_tiff(pages, ndpi=True))
        images.append(levels[0])
    lines = [HEADER, f'NoImages={number}']
    # images are in order of the set, not of names
    names = [f'Image{i}=channel {number - i - 1}.ndpi' for i in range(number)]
    file = path / 'a.ndpis'
    file.write_text('\r\n'.join([*lines, *names, '']), newline='')
    return file, numpy.stack(images[::-1])


def test_set(tmp_path: Any) -> None:
    """Images of a set are channels."""
    file, images = write_set(tmp_path)
    assert_close(tifffile.imread(file), images)
    assert_close(tifffile.imread(str(file), level=0), images)
    assert tifffile.imread(file, level=1).shape == (3, 32, 64, 3)
    assert tifffile.imread(file, series=1).shape == (3, 24, 40, 3)
    part = tifffile.imread(file, selection=numpy.s_[1, 5:9, ..., 0])
    assert_close(part, images[1, 5:9, ..., 0])
    with tifffile.TiffSequence(file) as sequence:
        assert [name[-6:] for name in sequence] == [
            '2.ndpi',
            '1.ndpi',
            '0.ndpi',
        ]
        assert sequence.axes == 'C'
        assert sequence.dims == ('channel',)
        assert sequence.shape == (3,)
        assert_close(sequence.asarray(), images)
    with pytest.raises(tifffile.TiffFileError, match='not a TIFF file'):
        TiffFile(file)


def test_set_of_one(tmp_path: Any) -> None:
    """The shape has one dimension for channels, whatever their number."""
    file, images = write_set(tmp_path, 1)
    assert tifffile.imread(file).shape == (1, 64, 128, 3)
    file.write_text(f'{HEADER}\nnoimages = 1\nIMAGE0 = channel 0.ndpi')
    assert_close(tifffile.imread(file), images)


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('', 'not a NDPIS file'),
        ('[Other]\nNoImages=1\nImage0=channel 0.ndpi', 'not a NDPIS file'),
        (HEADER, 'contains no images'),
        (f'{HEADER}\nNoImages=0\nImage0=channel 0.ndpi', 'no images'),
        (f'{HEADER}\nNoImages=x\nImage0=channel 0.ndpi', 'no images'),
        (f'{HEADER}\nNoImages=-1\nImage0=channel 0.ndpi', 'no images'),
        (f'{HEADER}\nNoImages=2\nImage0=channel 0.ndpi', "image 1 '' is"),
        (f'{HEADER}\nNoImages={"9" * 18}', 'is missing'),
        (f'{HEADER}\nNoImages=1\nImage0=b.ndpi', "'b.ndpi' is missing"),
        (f'{HEADER}\nNoImages=1\nImage0=../secret.ndpi', 'is missing'),
        (f'{HEADER}\nNoImages=1\nImage0={{}}/secret.ndpi', 'is missing'),
        (f'{HEADER}\nNoImages=1\nImage0=..', 'is missing'),
    ],
)
def test_bad_set(text: str, message: str, tmp_path: Any) -> None:
    """Sets do not reach files elsewhere, and all images must be there."""
    folder = tmp_path / 'folder'
    folder.mkdir()
    file, _ = write_set(folder, 1)
    data = (folder / 'channel 0.ndpi').read_bytes()
    (tmp_path / 'secret.ndpi').write_bytes(data)
    file.write_text(text.format(tmp_path))
    with pytest.raises(tifffile.TiffFileError, match=message):
        tifffile.imread(file)
    with pytest.raises(tifffile.TiffFileError, match=message):
        tifffile.TiffSequence(file)


def test_large_file() -> None:
    """IFDs and strips may be beyond 4 GiB."""
    pages, images = make_slide()
    file = HolesIO(pages, ndpi=True, gap=2**32)
    with TiffFile(file, name='a.ndpi') as tif:
        assert tif.pages[0].dataoffsets[0] > 2**32
        assert tif.pages[1].offset > 2**33
        for level, image in zip(tif.series[0].levels, images[:3], strict=True):
            assert_close(level.asarray(), image)
            part = level.asarray(selection=(slice(3, 9), slice(8, 12)))
            assert_close(part, image[3:9, 8:12])


@pytest.mark.parametrize('highbytes', [True, False])
def test_large_strip(highbytes: bool) -> None:
    """Streams may be larger than 4 GiB."""
    image = make_image(16, 64, 3)
    stream, starts = split(image, 4)
    gaps = numpy.array([0, 0, 3 * 2**30, 6 * 2**30])
    ends = [*starts[1:], len(stream)]
    size = len(stream) + int(gaps[-1])
    page = make_page(image)
    page.segments = [b'']
    page.tags = {
        **page.tags,
        273: (LONG, 1000),
        279: Tag(279, LONG, size),
        65426: (LONG, (starts + gaps) % 2**32),
        65432: (LONG, (starts + gaps) >> 32) if highbytes else None,
    }
    file = HolesIO(page, ndpi=True, start=8192)
    file._blocks.append((1000, stream[: starts[0]]))
    file._blocks += [
        (1000 + int(gap) + start, stream[start:end])
        for gap, start, end in zip(gaps, starts, ends, strict=True)
    ]
    file._size = 1000 + size
    with TiffFile(file, name='a.ndpi') as tif:
        page = tif.pages[0]
        assert page.tile == (8, 32)
        assert page.dataoffsets[3] == 1000 + gaps[3] + starts[3]
        assert page.databytecounts[3] == len(stream) - starts[3]
        part = page.asarray(selection=(slice(8, 16), slice(32, 64)))
        assert_close(part, image[8:, 32:])


def test_override() -> None:
    """The argument is_ndpi determines layout and flag."""
    pages, images = make_slide()
    data = build_tiff(pages, ndpi=True)
    with TiffFile(io.BytesIO(data), is_ndpi=True) as tif:
        assert tif.tiff.is_ndpi
        assert_close(tif.asarray(), images[0])
    data = build_tiff(pages)
    with TiffFile(io.BytesIO(data), name='a.ndpi', is_ndpi=False) as tif:
        assert not tif.tiff.is_ndpi
        assert not tif.is_ndpi
        assert tif.series[0].kind == 'Generic'
        assert tif.series[0].name == ''


def test_extension() -> None:
    """The extension is among those of TIFF files."""
    assert 'ndpi' in TIFF.FILE_EXTENSIONS


def test_real_file(shared_data: Any, caplog: Any) -> None:
    """Test file of scanner C9600-12."""
    (path,) = (shared_data / 'ndpi').iterdir()
    caplog.set_level(logging.INFO)
    with TiffFile(path) as tif:
        baseline, macro, map_ = tif.series
        assert baseline.shape == (4864, 3968, 3)
        assert len(baseline.levels) == 4
        assert macro.name == 'Macro'
        assert map_.name == 'Map'
        assert baseline.attr['scale']['X'] == pytest.approx(0.228175)
        assert baseline.attr['channel_names'] == ['TRITC 2 (560)']
        page = tif.pages[0]
        assert page.tile == (8, 3968)
        part = page.asarray(selection=(slice(1000, 1100), slice(2000, 2600)))
        numpy.testing.assert_array_equal(
            part, baseline.asarray()[1000:1100, 2000:2600]
        )
        assert page.ndpi_tags['CaptureMode'] == 1
    assert not caplog.records
