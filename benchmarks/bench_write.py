#!/usr/bin/env python3
# benchmarks/bench_write.py

"""Measure writing against the bare minimum of work for the same result.

Usage: ``python benchmarks/bench_write.py [--quick] [--check] [NAME ...]``

Every item compares the CPU time, over all threads, of writing a file to that
of the plainest code that writes the same bytes, or encodes the same tiles on
as many threads. The item `generator` gives peak memory in megabytes.

"""

from __future__ import annotations

import functools
import itertools
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import imagecodecs
import numpy
from bench_read import ROOT, Case, Item, buffer, main, smooth_image

from tifffile import TIFF, TiffWriter, imread, imwrite

ITEMS: dict[str, Item] = {}


def item(
    limit: float, unit: str
) -> Callable[[Callable[[Path, bool], Case]], Callable[[Path, bool], Case]]:
    """Return decorator to register a function that sets up a benchmark."""

    def register(
        setup: Callable[[Path, bool], Case],
    ) -> Callable[[Path, bool], Case]:
        name = setup.__name__
        ITEMS[name] = Item(name, limit, unit, setup)
        return setup

    return register


def is_file_of(path: Path, expected: Any) -> Callable[[Any], None]:
    """Return function that raises if file does not contain array."""

    def check(result: Any) -> None:
        del result
        image = imread(path, key=slice(None) if expected.ndim > 2 else 0)
        assert image.dtype == expected.dtype
        assert numpy.array_equal(image, expected)

    return check


# images


@item(1.1, 'write of the same bytes')
def contiguous(folder: Path, quick: bool) -> Case:
    """1 GB, uncompressed."""
    image = smooth_image(2048 if quick else 16384, 32768)
    # one path: what is not yet on the device slows the next run
    path = other = folder / 'image.tif'

    def bare() -> None:
        with open(other, 'wb', buffering=0) as fh:
            # what is in front of the data moves them in memory pages
            fh.write(bytes(256))
            data = buffer(image)
            written = 0
            while written < len(data):
                written += fh.write(data[written:])

    return Case(lambda: imwrite(path, image), bare, is_file_of(path, image))


def write_tiles(
    folder: Path,
    image: Any,
    compression: str,
    encode: Callable[[Any], Any],
    **kwargs: Any,
) -> Case:
    """Return case of compressed tiles."""
    path = folder / 'tiles.tif'
    workers = 2
    corners = list(
        itertools.product(
            range(0, image.shape[0], 256), range(0, image.shape[1], 256)
        )
    )

    def encode_tile(corner: tuple[int, int]) -> Any:
        y, x = corner
        return encode(numpy.ascontiguousarray(image[y : y + 256, x : x + 256]))

    def bare() -> None:
        with ThreadPoolExecutor(workers) as executor:
            for _ in executor.map(encode_tile, corners):
                pass

    return Case(
        lambda: imwrite(
            path,
            image,
            tile=(256, 256),
            compression=compression,
            maxworkers=workers,
            **kwargs,
        ),
        bare,
        None if compression == 'jpeg' else is_file_of(path, image),
        repeats=3 if len(corners) > 500 else 7,
    )


def sample_image(quick: bool) -> Any:
    """Return image of 128 MB."""
    return smooth_image(1024 if quick else 8192, 8192)


@item(1.15, 'bare encode loop')
def zlib_tiles(folder: Path, quick: bool) -> Case:
    """128 MB in tiles, zlib."""
    return write_tiles(
        folder, sample_image(quick), 'zlib', TIFF.COMPRESSORS[8]
    )


@item(1.15, 'bare encode loop')
def zstd_tiles(folder: Path, quick: bool) -> Case:
    """128 MB in tiles, Zstandard."""
    return write_tiles(
        folder, sample_image(quick), 'zstd', TIFF.COMPRESSORS[50000]
    )


@item(1.15, 'bare encode loop')
def lzw_tiles(folder: Path, quick: bool) -> Case:
    """128 MB in tiles, LZW."""
    return write_tiles(folder, sample_image(quick), 'lzw', TIFF.COMPRESSORS[5])


@item(1.15, 'bare encode loop')
def jpeg_tiles(folder: Path, quick: bool) -> Case:
    """96 MB of RGB in tiles, JPEG."""
    gray = smooth_image(512 if quick else 4096, 8192).astype('u1')
    image = numpy.stack([gray, gray[::-1], gray // 2], axis=-1)

    def encode(tile: Any) -> Any:
        return imagecodecs.jpeg8_encode(
            tile,
            colorspace='RGB',
            outcolorspace='YCBCR',
            subsampling=(2, 2),
        )

    return write_tiles(folder, image, 'jpeg', encode, photometric='rgb')


# pages


def sample_pages(quick: bool, size: int = 64) -> Any:
    """Return 10,000 pages of `size` x `size` samples."""
    image = smooth_image(size * (1250 if quick else 10000), size)
    return image.reshape(-1, size, size)


def is_stack_of(path: Path, pages: Any) -> Callable[[Any], None]:
    """Return function that raises if file does not contain pages."""

    def check(result: Any) -> None:
        del result
        assert numpy.array_equal(imread(path, key=slice(None)), pages)

    return check


def write_each(path: Path, pages: Any, **options: Any) -> None:
    """Write each page by a call of its own."""
    with TiffWriter(path) as tif:
        for page in pages:
            tif.write(page, **options)


def write_pages(folder: Path, pages: Any, contiguous: bool = False) -> Case:
    """Return benchmark of writing each page by a call of its own.

    The pages of a contiguous series have one description.

    """
    path, other = folder / 'pages.tif', folder / 'pages.bin'
    subject = functools.partial(write_each, path, pages, contiguous=contiguous)
    subject()
    rest = path.stat().st_size - pages.nbytes
    ifds = bytes(rest if contiguous else rest // len(pages))

    def bare() -> None:
        with open(other, 'wb') as fh:
            if contiguous:
                fh.write(ifds)
            for page in pages:
                if not contiguous:
                    fh.write(ifds)
                fh.write(page)

    return Case(subject, bare, is_stack_of(path, pages))


@item(2.0, 'write of the same bytes in a loop')
def separate_pages(folder: Path, quick: bool) -> Case:
    """10,000 pages of 128 KB, each with its own description."""
    return write_pages(folder, sample_pages(quick, 256))


@item(2.0, 'write of the same bytes in a loop')
def small_pages(folder: Path, quick: bool) -> Case:
    """10,000 pages of 8 KB, each with its own description."""
    return write_pages(folder, sample_pages(quick))


@item(1.5, 'write of the same bytes in a loop')
def contiguous_frames(folder: Path, quick: bool) -> Case:
    """10,000 frames of 128 KB, one series."""
    return write_pages(folder, sample_pages(quick, 256), contiguous=True)


@item(1.5, 'write of the same bytes in a loop')
def small_frames(folder: Path, quick: bool) -> Case:
    """10,000 frames of 8 KB, one series."""
    return write_pages(folder, sample_pages(quick), contiguous=True)


def encode_pages(folder: Path, pages: Any) -> Case:
    """Return benchmark of compressing each page by a call of its own."""
    path = folder / 'pages.tif'
    subject = functools.partial(write_each, path, pages, compression='zlib')
    encode = TIFF.COMPRESSORS[8]

    def bare() -> None:
        for page in pages:
            encode(page)

    return Case(subject, bare, is_stack_of(path, pages), repeats=3)


@item(1.2, 'bare encode loop')
def zlib_pages(folder: Path, quick: bool) -> Case:
    """10,000 pages of 128 KB, zlib."""
    return encode_pages(folder, sample_pages(quick, 256))


@item(1.2, 'bare encode loop')
def small_zlib_pages(folder: Path, quick: bool) -> Case:
    """10,000 pages of 8 KB, zlib."""
    return encode_pages(folder, sample_pages(quick))


# calls


@item(8.0, 'open, write, close')
def small_file(folder: Path, quick: bool) -> Case:
    """A file of 64 x 64 samples."""
    image = smooth_image(64, 64)
    path, other = folder / 'small.tif', folder / 'small.bin'
    imwrite(path, image)
    content = path.read_bytes()

    def bare() -> None:
        with open(other, 'wb') as fh:
            fh.write(content)

    return Case(
        lambda: imwrite(path, image),
        bare,
        is_file_of(path, image),
        loops=200 if quick else 1000,
    )


# memory

MEMORY = """
import sys
sys.path[:0] = {folders!r}
import imagecodecs
import numpy
from memory import peak_memory
from tifffile import imwrite

def tiles(number):
    tile = numpy.arange(256 * 256, dtype='u2').reshape(256, 256)
    for i in range(number):
        yield tile + numpy.uint16(i)

length = {length}
imwrite(
    {path!r},
    tiles((length // 256) * 128),
    shape=(length, 32768),
    dtype='u2',
    tile=(256, 256),
    bigtiff=True,
    compression={compression!r},
)
print(peak_memory())
"""


def peak_of_generator(folder: Path, quick: bool, compression: Any) -> Case:
    """Return case of memory in units of megabytes."""
    code = MEMORY.format(
        folders=[str(ROOT), str(ROOT / 'tests')],
        path=str(folder / 'temp.tif'),
        length=8192 if quick else 65536,
        compression=compression,
    )

    def subject() -> float:
        result = subprocess.run(
            [sys.executable, '-c', code],
            capture_output=True,
            check=True,
            text=True,
        )
        # the unit of absolute values is a millionth
        return int(result.stdout) / 2**20 * 1e-6

    return Case(subject, repeats=1)


@item(200, 'megabytes of memory')
def generator(folder: Path, quick: bool) -> Case:
    """4 GB of tiles, uncompressed."""
    return peak_of_generator(folder, quick, None)


@item(200, 'megabytes of memory')
def zstd_generator(folder: Path, quick: bool) -> Case:
    """4 GB of tiles, Zstandard."""
    return peak_of_generator(folder, quick, 'zstd')


if __name__ == '__main__':
    sys.exit(main(ITEMS, 'bench_write', __doc__))
