#!/usr/bin/env python3
# benchmarks/bench_read.py

"""Measure reading against the bare minimum of work for the same result.

Usage: ``python benchmarks/bench_read.py [--quick] [--check] [NAME ...]``

Every item compares the CPU time, over all threads, of a call of the library
to that of the plainest code that gives the same result, or to a number of
microseconds a page. Both are run in turn in the same process, and the best
run of each counts. Wall times are shown, but not judged.

"""

from __future__ import annotations

import argparse
import dataclasses
import gc
import io
import json
import os
import platform
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / 'tests')]

import imagecodecs
import numpy
from builder import (
    ASCII,
    RATIONAL,
    SHORT,
    Page,
    build_chain,
    compress,
    write_tiff,
)

import tifffile
from tifffile import TIFF, TiffFile, imread

Function = Callable[[], Any]


@dataclasses.dataclass
class Case:
    """What to measure.

    Parameters:
        subject: Call of the library.
        bare: Plainest code for the same result. If None, times are absolute.
        check: Function that raises if the result of `subject` is wrong.
        items: Number of pages by which to divide absolute times.
        loops: Number of calls for each measurement.
        repeats: Number of measurements.
        path: File whose peak memory is to be measured.
        nbytes: Size of the image in the file at `path`.

    """

    subject: Function
    bare: Function | None = None
    check: Callable[[Any], None] | None = None
    items: int = 1
    loops: int = 1
    repeats: int = 5
    path: Path | None = None
    nbytes: int = 0


@dataclasses.dataclass
class Item:
    """Named benchmark and its limit."""

    name: str
    limit: float
    unit: str
    setup: Callable[[Path, bool], Case]
    memory_limit: float = 0.0


ITEMS: dict[str, Item] = {}


def item(
    limit: float, unit: str, memory_limit: float = 0.0
) -> Callable[[Callable[[Path, bool], Case]], Callable[[Path, bool], Case]]:
    """Return decorator to register a function that sets up a benchmark."""

    def register(
        setup: Callable[[Path, bool], Case],
    ) -> Callable[[Path, bool], Case]:
        name = setup.__name__
        ITEMS[name] = Item(name, limit, unit, setup, memory_limit)
        return setup

    return register


# images


def smooth_image(length: int, width: int, noise: int = 16) -> Any:
    """Return 16-bit image like those of a camera."""
    rng = numpy.random.default_rng(1)
    y = numpy.sin(numpy.arange(length) / 50)[:, None]
    x = numpy.cos(numpy.arange(width) / 70)
    image = (2000 + 900 * y * x).astype('uint16')
    for start in range(0, length, 256):
        part = image[start : start + 256]
        part += rng.integers(noise, size=part.shape, dtype='uint16')
    return image


def buffer(array: Any) -> Any:
    """Return bytes of contiguous array, not copied."""
    return memoryview(array.reshape(-1).view('u1'))


def split_tiles(image: Any, size: int) -> Any:
    """Return tiles of image, one after the other."""
    length, width = image.shape[:2]
    tiles = image.reshape(
        length // size, size, width // size, size, *image.shape[2:]
    )
    return numpy.ascontiguousarray(tiles.swapaxes(1, 2))


def equal_to(expected: Any) -> Callable[[Any], None]:
    """Return function that raises if array is not as expected."""

    def check(result: Any) -> None:
        assert result.dtype == expected.dtype
        assert numpy.array_equal(result, expected)

    return check


# uncompressed images


@item(1.1, 'numpy.fromfile')
def contiguous(folder: Path, quick: bool) -> Case:
    """1 GB in one strip."""
    length = 2048 if quick else 16384
    image = smooth_image(length, 32768)
    path = folder / 'contiguous.tif'
    write_tiff(
        path,
        Page(
            segments=[buffer(image)],
            width=32768,
            length=length,
            bitspersample=16,
            photometric=1,
        ),
    )
    with TiffFile(path) as tif:
        (offset,) = tif.pages[0].dataoffsets
    count = image.size
    return Case(
        lambda: imread(path),
        lambda: numpy.fromfile(path, 'uint16', count, offset=offset),
        equal_to(image),
        path=path,
        nbytes=image.nbytes,
    )


@item(1.5, 'the same, little-endian')
def big_endian(folder: Path, quick: bool) -> Case:
    """256 MB of the other byte order."""
    length = 1024 if quick else 8192
    image = smooth_image(length, 16384)
    native, other = '<>' if sys.byteorder == 'little' else '><'
    paths = [folder / 'native.tif', folder / 'other.tif']
    for path, byteorder in zip(paths, (native, other), strict=True):
        write_tiff(
            path,
            Page(
                segments=[buffer(image.astype(f'{byteorder}u2'))],
                width=16384,
                length=length,
                bitspersample=16,
                photometric=1,
            ),
            byteorder=byteorder,
        )
    return Case(
        lambda: imread(paths[1]), lambda: imread(paths[0]), equal_to(image)
    )


@item(3.0, 'one copy')
def pages(folder: Path, quick: bool) -> Case:
    """10,000 pages of one strip as one stack."""
    n = 1000 if quick else 10000
    images = smooth_image(n * 128, 128).reshape(n, 128, 128)
    path = folder / 'pages.tif'
    path.write_bytes(build_chain(n, Page(images[0]), data=images))
    return Case(lambda: imread(path), images.copy, equal_to(images))


def uncompressed_tiles(folder: Path, quick: bool, size: int) -> Case:
    """Return benchmark of uncompressed tiles."""
    length = 2048 if quick else 8192
    image = smooth_image(length, length)
    tiles = split_tiles(image, size)
    count = length // size
    path = folder / f'tiles{size}.tif'
    write_tiff(
        path,
        Page(
            segments=[buffer(tile) for row in tiles for tile in row],
            width=length,
            length=length,
            tile=(size, size),
            bitspersample=16,
            photometric=1,
        ),
    )

    def bare() -> Any:
        result = numpy.empty_like(image)
        view = result.reshape(count, size, count, size)
        view[:] = tiles.swapaxes(1, 2)
        return result

    return Case(
        lambda: imread(path),
        bare,
        equal_to(image),
        path=path,
        nbytes=image.nbytes,
    )


@item(2.0, 'reshape-transpose copy', memory_limit=1.3)
def tiles_256(folder: Path, quick: bool) -> Case:
    """8192 x 8192 uint16 in tiles of 256 x 256."""
    return uncompressed_tiles(folder, quick, 256)


@item(6.0, 'reshape-transpose copy')
def tiles_16(folder: Path, quick: bool) -> Case:
    """8192 x 8192 uint16 in tiles of 16 x 16."""
    return uncompressed_tiles(folder, quick, 16)


# compressed images


def decode_bare(
    segments: list[bytes], decode: Callable[[bytes, Any], Any], scratch: Any
) -> Function:
    """Return loop that decodes segments into a scratch for each thread."""
    workers = max(1, int(TIFF.MAXWORKERS))
    parts = [segments[i::workers] for i in range(workers)]
    scratches = [scratch.copy() for _ in parts]

    def run(part: list[bytes], scratch: Any) -> None:
        for segment in part:
            decode(segment, scratch)

    def bare() -> None:
        if workers == 1:
            run(parts[0], scratches[0])
            return
        with ThreadPoolExecutor(workers) as executor:
            list(executor.map(run, parts, scratches))

    return bare


def compressed_tiles(
    folder: Path,
    quick: bool,
    name: str,
    compression: int,
    encode: Callable[[Any], bytes],
    decode: Callable[[bytes, Any], Any],
    image: Any = None,
) -> Case:
    """Return benchmark of compressed tiles, of which 64 are different."""
    size = 256
    count = 8 if quick else 32
    if image is None:
        image = smooth_image(8 * size, 8 * size)
    distinct = split_tiles(image, size).reshape(64, size, size, -1).squeeze()
    encoded = [encode(tile) for tile in distinct]
    order = [y % 8 * 8 + x % 8 for y in range(count) for x in range(count)]
    samples = image.shape[2] if image.ndim > 2 else 1
    path = folder / f'{name}.tif'
    write_tiff(
        path,
        Page(
            segments=[encoded[i] for i in order],
            width=count * size,
            length=count * size,
            samples=samples,
            tile=(size, size),
            compression=compression,
            bitspersample=image.dtype.itemsize * 8,
            photometric=2 if samples == 3 else 1,
        ),
    )
    expected = image
    if compression == 7:
        decoded = [imagecodecs.jpeg8_decode(data) for data in encoded]
        rows = [numpy.hstack(decoded[i : i + 8]) for i in range(0, 64, 8)]
        expected = numpy.vstack(rows)
    repeat = count // 8
    scratch = numpy.empty_like(distinct[0])
    if compression != 7:
        scratch = scratch.reshape(-1).view('u1')
    check = equal_to(
        numpy.tile(expected, (repeat, repeat, 1)[: expected.ndim])
    )
    return Case(
        lambda: imread(path),
        decode_bare([encoded[i] for i in order], decode, scratch),
        check,
        repeats=3,
        path=path,
        nbytes=image.nbytes * repeat * repeat,
    )


@item(1.3, 'bare codec loop')
def tiles_zlib(folder: Path, quick: bool) -> Case:
    """8192 x 8192 uint16 in zlib tiles."""
    return compressed_tiles(
        folder,
        quick,
        'zlib',
        8,
        lambda tile: compress(tile.tobytes(), 8),
        lambda data, out: imagecodecs.deflate_decode(data, out=out),
    )


@item(1.3, 'bare codec loop')
def tiles_zstd(folder: Path, quick: bool) -> Case:
    """8192 x 8192 uint16 in zstd tiles."""
    return compressed_tiles(
        folder,
        quick,
        'zstd',
        50000,
        lambda tile: compress(tile.tobytes(), 50000),
        lambda data, out: imagecodecs.zstd_decode(data, out=out),
    )


@item(1.3, 'bare codec loop')
def tiles_lzw(folder: Path, quick: bool) -> Case:
    """8192 x 8192 uint16 in LZW tiles."""
    return compressed_tiles(
        folder,
        quick,
        'lzw',
        5,
        lambda tile: compress(tile.tobytes(), 5),
        lambda data, out: imagecodecs.lzw_decode(data, out=out),
    )


@item(1.3, 'bare codec loop')
def tiles_jpeg(folder: Path, quick: bool) -> Case:
    """8192 x 8192 RGB in JPEG tiles."""
    planes = [smooth_image(2048, 2048, 64) >> (4 + i) for i in range(3)]
    image = numpy.stack(planes, -1).astype('uint8')
    return compressed_tiles(
        folder,
        quick,
        'jpeg',
        7,
        lambda tile: bytes(
            imagecodecs.jpeg8_encode(
                tile, level=85, colorspace='rgb', outcolorspace='rgb'
            )
        ),
        lambda data, out: imagecodecs.jpeg8_decode(
            data, colorspace='rgb', outcolorspace='rgb', out=out
        ),
        image,
    )


@item(1.5, 'bare codec loop')
def pages_zlib(folder: Path, quick: bool) -> Case:
    """10,000 zlib pages of 64 x 64."""
    n = 1000 if quick else 10000
    images = smooth_image(n * 64, 64).reshape(n, 64, 64)
    segments = [compress(image.tobytes(), 8) for image in images]
    path = folder / 'pages_zlib.tif'
    page = Page(images[0], compression=8)
    path.write_bytes(build_chain(n, page, segments=segments))
    return Case(
        lambda: imread(path),
        decode_bare(
            segments,
            lambda data, out: imagecodecs.deflate_decode(data, out=out),
            numpy.empty(images[0].nbytes, 'uint8'),
        ),
        equal_to(images),
    )


# directories


def template(**kwargs: Any) -> Page:
    """Return page with the tags that are usual."""
    return Page(
        numpy.zeros((4, 4), 'uint8'),
        description='an image among others',
        tags={
            282: (RATIONAL, (300, 1)),
            283: (RATIONAL, (300, 1)),
            296: (SHORT, 2),
            305: (ASCII, 'some software'),
            306: (ASCII, '2026:01:02 03:04:05'),
            **kwargs,
        },
    )


def count_pages(folder: Path, quick: bool, irregular: bool) -> Case:
    """Return benchmark of counting pages."""
    n = 10000 if quick else 100000
    path = folder / f'chain{irregular}.tif'
    templates = [template()]
    if irregular:
        templates.append(
            dataclasses.replace(template(), description='of other length')
        )
    path.write_bytes(build_chain(n, templates, gaps=5 if irregular else 0))

    def subject() -> int:
        with TiffFile(path) as tif:
            return len(tif.pages)

    def check(result: int) -> None:
        assert result == n

    return Case(subject, check=check, items=n)


@item(0.6, 'µs a page')
def len_uniform(folder: Path, quick: bool) -> Case:
    """Count 100,000 pages that are spaced evenly."""
    return count_pages(folder, quick, irregular=False)


@item(1.5, 'µs a page')
def len_irregular(folder: Path, quick: bool) -> Case:
    """Count 100,000 pages that are spaced at random."""
    return count_pages(folder, quick, irregular=True)


@item(2.0, 'µs a page')
def series(folder: Path, quick: bool) -> Case:
    """Find series in 100,000 pages."""
    n = 10000 if quick else 100000
    path = folder / 'series.tif'
    path.write_bytes(build_chain(n, template()))

    def subject() -> tuple[int, ...]:
        with TiffFile(path) as tif:
            return tuple(tif.series[0].shape)

    def check(result: tuple[int, ...]) -> None:
        assert result == (n, 4, 4)

    return Case(subject, check=check, items=n)


@item(15.0, 'µs a page')
def tags(folder: Path, quick: bool) -> Case:
    """Read all tags of 10,000 pages."""
    n = 1000 if quick else 10000
    path = folder / 'tags.tif'
    path.write_bytes(build_chain(n, template()))

    def subject() -> int:
        count = 0
        with TiffFile(path) as tif:
            for page in tif.pages:
                for tag in page.tags:
                    count += tag.value is not None
        return count

    def check(result: int) -> None:
        assert result == n * 17

    return Case(subject, check=check, items=n)


@item(3.0, 'NumPy parsing two arrays')
def many_tiles(folder: Path, quick: bool) -> Case:
    """Open a page of 200,000 tiles."""
    n = 20000 if quick else 200000
    path = folder / 'many_tiles.tif'
    write_tiff(
        path,
        Page(
            segments=[b'x'] * n,
            width=16 * 100,
            length=16 * n // 100,
            tile=(16, 16),
            compression=8,
            photometric=1,
        ),
        bigtiff=True,
    )
    with TiffFile(path) as tif:
        positions = [tif.pages[0].tags[i].valueoffset for i in (324, 325)]

    def subject() -> tuple[Any, Any]:
        with TiffFile(path) as tif:
            page = tif.pages[0]
            offsets, bytecounts = page.dataoffsets, page.databytecounts
            assert len(offsets) == len(bytecounts) == n
            return offsets, bytecounts

    def bare() -> list[Any]:
        with open(path, 'rb') as fh:
            result = []
            for position in positions:
                fh.seek(position)
                data = fh.read(n * 8)
                result.append(numpy.frombuffer(data, '<u8').astype('i8'))
        return result

    def check(result: tuple[Any, Any]) -> None:
        for actual, expected in zip(result, bare(), strict=True):
            assert tuple(actual) == tuple(expected.tolist())

    return Case(subject, bare, check, loops=5, repeats=15)


# small files


class PlainTag:
    """Tag record and its value."""

    SIZES = (0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8)
    FORMATS = ('', 'B', 's', 'H', 'I', 'II', 'b', 'B', 'h', 'i', 'ii')

    def __init__(self, fh: Any, order: str, offset: int) -> None:
        fh.seek(offset)
        self.offset = offset
        code, dtype, count, field = struct.unpack(order + 'HHI4s', fh.read(12))
        self.code, self.dtype, self.count = code, dtype, count
        size = count * self.SIZES[dtype]
        self.valueoffset = offset + 8
        data = field[:size]
        if size > 4:
            (self.valueoffset,) = struct.unpack(order + 'I', field)
            fh.seek(self.valueoffset)
            data = fh.read(size)
        self.value: Any
        if dtype in {1, 7}:
            self.value = data
        elif dtype == 2:
            self.value = data.strip(b'\0').decode()
        else:
            form = self.FORMATS[dtype] * count
            values = struct.unpack(order + form, data)
            self.value = values[0] if len(values) == 1 else values


class PlainPage:
    """First page of a file, with the values of all tags."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with open(path, 'rb') as fh:
            mark, _, offset = struct.unpack('<2sHI', fh.read(8))
            order = {b'II': '<', b'MM': '>'}[mark]
            fh.seek(offset)
            (count,) = struct.unpack(order + 'H', fh.read(2))
            tags = [
                PlainTag(fh, order, offset + 2 + i * 12) for i in range(count)
            ]
        self.order = order
        self.tags = {tag.code: tag for tag in tags}
        self.width = self.value(256)
        self.length = self.value(257)
        self.bits = self.value(258, 1)
        self.compression = self.value(259, 1)
        self.photometric = self.value(262, 0)
        self.description = self.value(270, '')
        self.offsets = self.value(273)
        self.samples = self.value(277, 1)
        self.bytecounts = self.value(279)
        self.planarconfig = self.value(284, 1)
        self.sampleformat = self.value(339, 1)
        self.shape = self.length, self.width
        kind = {1: 'u', 2: 'i', 3: 'f'}[self.sampleformat]
        self.dtype = numpy.dtype(f'{order}{kind}{self.bits // 8}')

    def value(self, code: int, default: Any = None) -> Any:
        """Return value of tag."""
        tag = self.tags.get(code)
        return default if tag is None else tag.value

    def asarray(self) -> Any:
        """Return image."""
        with open(self.path, 'rb') as fh:
            fh.seek(self.offsets)
            data = fh.read(self.bytecounts)
        image = numpy.frombuffer(data, self.dtype).reshape(self.shape)
        return image.astype(self.dtype.newbyteorder('='))


@item(0.5, 'plain page with eager tags')
def small_file(folder: Path, quick: bool) -> Case:
    """Read a file of 64 x 64."""
    image = smooth_image(64, 64)
    path = folder / 'small.tif'
    page = template()
    write_tiff(path, Page(image, description=page.description, tags=page.tags))
    return Case(
        lambda: imread(path),
        lambda: PlainPage(path).asarray(),
        equal_to(image),
        loops=50 if quick else 200,
        repeats=10,
    )


@item(20.0, 'µs a file')
def detection(folder: Path, quick: bool) -> Case:
    """Ask which formats a plain file is of."""
    path = folder / 'detection.tif'
    page = template()
    image = smooth_image(64, 64)
    write_tiff(path, Page(image, description=page.description, tags=page.tags))
    data = io.BytesIO(path.read_bytes())
    tif = TiffFile(data)

    def subject() -> list[str]:
        # forget what is known about formats
        tif._flags.clear()
        tif._prepare()
        return [
            fmt.kind
            for name in ('series', 'annotate')
            for fmt in tif._iter_formats(name)
        ]

    def check(result: list[str]) -> None:
        assert result == ['Generic']

    return Case(subject, check=check, loops=1000, repeats=20)


# imports

IMPORT = (
    'import time; t = time.process_time(); import {}; '
    'print(time.process_time() - t)'
)


def import_time(name: str, folder: Path) -> Any:
    """Return CPU time to import compiled module in a fresh interpreter."""
    env = {
        **os.environ,
        'PYTHONPATH': str(ROOT),
        'PYTHONPYCACHEPREFIX': str(folder),
    }
    env.pop('PYTHONDONTWRITEBYTECODE', None)
    result = subprocess.run(
        [sys.executable, '-c', IMPORT.format(name)],
        env=env,
        capture_output=True,
        check=True,
        text=True,
    )
    return float(result.stdout)


@item(1.25, 'import numpy')
def import_tifffile(folder: Path, quick: bool) -> Case:
    """Import the module in a fresh interpreter."""
    return Case(
        lambda: import_time('tifffile', folder),
        lambda: import_time('numpy', folder),
        repeats=5 if quick else 15,
    )


# measuring


def measure(function: Function, loops: int) -> tuple[float, float]:
    """Return CPU and wall time of one call in seconds."""
    gc.collect()
    wall = time.perf_counter()
    cpu = time.process_time()
    for _ in range(loops):
        result = function()
    cpu = time.process_time() - cpu
    wall = time.perf_counter() - wall
    if isinstance(result, float):  # measured in another process
        return result, result
    return cpu / loops, wall / loops


MEMORY = """
import sys
sys.path[:0] = {folders!r}
import imagecodecs
from memory import peak_memory
from tifffile import imread
imread({warmup!r})
before = peak_memory()
imread({path!r})
print(peak_memory() - before)
"""


def measure_memory(path: Path, folder: Path) -> int:
    """Return peak of memory in bytes to read file in a fresh process."""
    warmup = folder / 'warmup.tif'
    write_tiff(warmup, Page(numpy.zeros((64, 64), 'uint8'), tile=(16, 16)))
    code = MEMORY.format(
        folders=sys.path[:2], warmup=str(warmup), path=str(path)
    )
    result = subprocess.run(
        [sys.executable, '-c', code],
        capture_output=True,
        check=True,
        text=True,
    )
    return int(result.stdout)


def run(item: Item, quick: bool) -> dict[str, Any]:
    """Return result of benchmark."""
    with tempfile.TemporaryDirectory(prefix='bench') as name:
        folder = Path(name)
        case = item.setup(folder, quick)
        if case.check is not None:
            case.check(case.subject())
        subject = []
        bare = []
        for _ in range(case.repeats):
            if case.bare is not None:
                bare.append(measure(case.bare, case.loops))
            subject.append(measure(case.subject, case.loops))
        memory = None
        if case.path is not None and sys.platform != 'win32':
            memory = measure_memory(case.path, folder) / case.nbytes
    cpu, wall = (min(times) for times in zip(*subject, strict=True))
    result: dict[str, Any] = {
        'name': item.name,
        'what': (item.setup.__doc__ or '').strip('.'),
        'limit': item.limit,
        'unit': item.unit,
        'cpu_seconds': cpu,
        'wall_seconds': wall,
    }
    if bare:
        bare_cpu, bare_wall = (min(t) for t in zip(*bare, strict=True))
        result['bare_cpu_seconds'] = bare_cpu
        result['bare_wall_seconds'] = bare_wall
        result['value'] = cpu / bare_cpu
        result['wall_value'] = wall / bare_wall
    else:
        result['value'] = cpu / case.items * 1e6
        result['wall_value'] = wall / case.items * 1e6
    result['passed'] = result['value'] <= item.limit
    if memory is not None:
        result['peak_memory'] = memory
        if item.memory_limit:
            result['memory_limit'] = item.memory_limit
            result['passed'] &= memory <= item.memory_limit
    return result


COLUMNS = '{:16} {:>8} {:>8} {:>8} {:>10} {:>10} {:>7}  {:6} {}'


def rows(results: list[dict[str, Any]]) -> Iterator[str]:
    """Return iterator over lines of table."""
    yield COLUMNS.format(
        *('name', 'limit', 'CPU', 'wall', 'ms', 'bare ms', 'memory'),
        *('', 'against'),
    )
    for r in results:
        bare = r.get('bare_cpu_seconds')
        memory = r.get('peak_memory')
        yield COLUMNS.format(
            r['name'],
            f'{r["limit"]:.2f}',
            f'{r["value"]:.2f}',
            f'{r["wall_value"]:.2f}',
            f'{r["cpu_seconds"] * 1e3:.3f}',
            '' if bare is None else f'{bare * 1e3:.3f}',
            '' if memory is None else f'{memory:.2f}',
            'ok' if r['passed'] else 'SHORT',
            r['unit'],
        )


def main(items: dict[str, Item], name: str, doc: str) -> int:
    """Run benchmarks.

    Parameters:
        items: Benchmarks by name.
        name: Stem of file for results.
        doc: Description.

    """
    parser = argparse.ArgumentParser(description=doc.split('\n')[0])
    parser.add_argument('names', nargs='*', metavar='NAME')
    parser.add_argument(
        '--quick', action='store_true', help='use files an eighth the size'
    )
    parser.add_argument(
        '--check', action='store_true', help='fail if any limit is exceeded'
    )
    parser.add_argument('--list', action='store_true', help='list benchmarks')
    parser.add_argument(
        '--json',
        type=Path,
        default=ROOT / 'benchmarks' / 'results' / f'{name}.json',
        help='file for results',
    )
    args = parser.parse_args()
    if args.list:
        for item in items.values():
            print(f'{item.name:16} {item.setup.__doc__}')
        return 0
    unknown = set(args.names) - set(items)
    if unknown:
        parser.error(f'unknown benchmarks: {", ".join(sorted(unknown))}')

    results = []
    for name in args.names or items:
        print(f'{name} ...', file=sys.stderr, flush=True)
        results.append(run(items[name], args.quick))
    print('\n'.join(rows(results)))
    summary = {
        'quick': args.quick,
        'tifffile': tifffile.__version__,
        'python': platform.python_version(),
        'numpy': numpy.__version__,
        'imagecodecs': imagecodecs.__version__,
        'machine': platform.machine(),
        'cpus': os.cpu_count(),
        'maxworkers': TIFF.MAXWORKERS,
        'results': results,
    }
    args.json.parent.mkdir(parents=True, exist_ok=True)
    args.json.write_text(json.dumps(summary, indent=1))
    failed = [r['name'] for r in results if not r['passed']]
    print(f'{len(results) - len(failed)} of {len(results)} within limits')
    return 1 if failed and args.check else 0


if __name__ == '__main__':
    sys.exit(main(ITEMS, 'bench_read', __doc__))
