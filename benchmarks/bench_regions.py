#!/usr/bin/env python3
# benchmarks/bench_regions.py

"""Measure reading of small regions of tiled pyramids.

Usage: ``python benchmarks/bench_regions.py [--quick] [--check] [CODEC ...]``

The same random regions are read by this library, through Zarr, and by GDAL
(rasterio), libvips (pyvips), and OpenSlide as far as these are installed and
read the file. The bare code decodes the tiles that the regions touch. All
run in turn in the same process, and the best run of each counts. No reader
may cache tiles.

First, everyone uses one thread, and CPU time is compared, since it depends
less on the load of the machine than wall time. Then, this library and GDAL
use as many threads as there are CPUs, and wall time is compared with that of
the best of the others, however many threads these use.

"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import imagecodecs
import numpy

import tifffile
from tifffile import TiffFile, TiffWriter

TILE = 256
SIZES = (256, 512)
LIMIT = 1.2  # of time of bare code

CODECS: dict[str, dict[str, Any]] = {
    'jpeg': {'compression': 'jpeg', 'compressionargs': {'level': 90}},
    'zstd': {'compression': 'zstd', 'predictor': True},
    'zlib': {'compression': 'zlib', 'predictor': True},
    'raw': {},
}

Read = Callable[[int, int, int], Any]  # x, y, size -> region


def make_image(size: int) -> Any:
    """Return RGB image with structures of all sizes, and some noise."""
    rng = numpy.random.default_rng(0)
    y, x = numpy.ogrid[:2048, :2048]
    plane = numpy.sin(x / 37) * numpy.cos(y / 53) + numpy.sin((x + y) / 7)
    noise = rng.normal(0, 3, (2048, 2048, 1))
    image = plane[..., None] * (30, 25, 20) + noise + (150, 140, 120)
    image = image.clip(0, 255).astype('uint8')
    repeats = -(-size // 2048)
    return numpy.tile(image, (repeats, repeats, 1))[:size, :size]


def write_pyramid(path: Path, image: Any, **kwargs: Any) -> None:
    """Write pyramid whose levels are pages."""
    with TiffWriter(path, bigtiff=True) as tif:
        for level in range(4):
            tif.write(
                image[:: 2**level, :: 2**level],
                photometric='rgb',
                tile=(TILE, TILE),
                subfiletype=int(level > 0),
                metadata=None,
                **kwargs,
            )


# -- readers ------------------------------------------------------------------


def read_tifffile(path: Path, threads: int = 1) -> Iterator[Read]:
    """Read regions with this library."""
    with TiffFile(path) as tif:
        series = tif.series[0]

        def read(x: int, y: int, size: int) -> Any:
            return series.asarray(
                selection=(slice(y, y + size), slice(x, x + size)),
                maxworkers=threads,
            )

        yield read


def read_zarr(path: Path) -> Iterator[Read]:
    """Read regions through a Zarr store of this library."""
    import zarr

    with TiffFile(path) as tif, tif.aszarr(level=0, cachesize=0) as store:
        array: Any = zarr.open(store, mode='r')
        yield lambda x, y, size: array[y : y + size, x : x + size]


def read_rasterio(path: Path, threads: int = 1) -> Iterator[Read]:
    """Read regions with GDAL."""
    import warnings

    import rasterio
    from rasterio.windows import Window

    warnings.simplefilter('ignore', rasterio.errors.NotGeoreferencedWarning)
    with (
        rasterio.Env(GDAL_CACHEMAX=0),
        rasterio.open(path, NUM_THREADS=threads) as src,
    ):

        def read(x: int, y: int, size: int) -> Any:
            return numpy.moveaxis(
                src.read(window=Window(x, y, size, size)), 0, -1
            )

        yield read


def read_pyvips(path: Path) -> Iterator[Read]:
    """Read regions with libvips."""
    import pyvips

    pyvips.cache_set_max(0)
    image = pyvips.Image.new_from_file(str(path), access='random')
    region = pyvips.Region.new(image)

    def read(x: int, y: int, size: int) -> Any:
        data = region.fetch(x, y, size, size)
        return numpy.frombuffer(data, 'u1').reshape(size, size, 3)

    yield read


def read_openslide(path: Path) -> Iterator[Read]:
    """Read regions with OpenSlide."""
    import openslide

    with openslide.OpenSlide(str(path)) as slide:
        slide.set_cache(openslide.OpenSlideCache(0))

        def read(x: int, y: int, size: int) -> Any:
            image = slide.read_region((x, y), 0, (size, size))
            return numpy.asarray(image)[..., :3]

        yield read


def read_bare(path: Path) -> Iterator[Read]:
    """Decode tiles that regions touch from memory, and place them nowhere.

    Uncompressed tiles are read from the file.

    """
    with TiffFile(path) as tif:
        page = tif.pages.first
        offsets, counts = page.dataoffsets, page.databytecounts
        columns = page.chunked[1]
        fh = tif.filehandle
        out = numpy.empty((TILE, TILE, 3), 'u1')
        scheme = int(page.compression)

    fh.open()
    data = path.read_bytes()

    def decode(index: int) -> None:
        part = data[offsets[index] : offsets[index] + counts[index]]
        if scheme == 1:
            fh.readinto_at(offsets[index], out)
        elif scheme == 7:
            imagecodecs.jpeg8_decode(
                part, outcolorspace=2, tables=page.jpegtables, out=out
            )
        else:
            function = (
                imagecodecs.zstd_decode
                if scheme == 50000
                else imagecodecs.deflate_decode
            )
            function(part, out=out.reshape(-1).data)
            imagecodecs.delta_decode(out, axis=1, out=out)

    def read(x: int, y: int, size: int) -> Any:
        for row in range(y // TILE, (y + size - 1) // TILE + 1):
            for column in range(x // TILE, (x + size - 1) // TILE + 1):
                decode(row * columns + column)

    yield read
    fh.close()


READERS = {
    'tifffile': read_tifffile,
    'bare': read_bare,
    'zarr': read_zarr,
    'rasterio': read_rasterio,
    'pyvips': read_pyvips,
    'openslide': read_openslide,
}
OTHERS = ('rasterio', 'pyvips', 'openslide')
THREADED = {'tifffile+': read_tifffile, 'rasterio+': read_rasterio}


# -- measuring ----------------------------------------------------------------


def open_readers(path: Path) -> tuple[dict[str, Read], list[Any]]:
    """Return functions to read regions, and what keeps files open."""
    functions = {}
    generators = []
    readers = [(name, reader(path)) for name, reader in READERS.items()]
    for name, threaded in THREADED.items():
        readers.append((name, threaded(path, os.cpu_count() or 1)))
    for name, generator in readers:
        try:
            functions[name] = next(generator)
        except Exception as exc:
            print(f'{name} skipped: {exc!r:.70}', file=sys.stderr)
            continue
        generators.append(generator)
    return functions, generators


def check_readers(
    functions: dict[str, Read], image: Any, size: int, codec: str
) -> None:
    """Drop readers whose regions are wrong; raise if one is of this library.

    Decoders of JPEG differ in rounding.

    """
    x, y = 300, 777
    expected = image[y : y + size, x : x + size].astype(int)
    for name in list(functions):
        if name == 'bare':
            continue
        try:
            result = functions[name](x, y, size)
            worst = abs(result.astype(int) - expected)
            assert result.shape == expected.shape
            assert worst.mean() < 5 if codec == 'jpeg' else not worst.any()
        except Exception as exc:
            if name in {'tifffile', 'tifffile+', 'zarr'}:
                raise
            print(f'{name} dropped: {exc!r:.70}', file=sys.stderr)
            del functions[name]


def measure(
    functions: dict[str, Read],
    regions: list[tuple[int, int]],
    size: int,
    repeats: int,
) -> tuple[dict[str, float], dict[str, float]]:
    """Return CPU and wall time in ms to read a region, best of all runs."""
    best = (
        dict.fromkeys(functions, float('inf')),
        dict.fromkeys(functions, float('inf')),
    )
    clocks = time.process_time, time.perf_counter
    for _ in range(repeats):
        for name, function in functions.items():
            starts = [clock() for clock in clocks]
            for x, y in regions:
                function(x, y, size)
            for times, clock, start in zip(best, clocks, starts, strict=True):
                seconds = clock() - start
                times[name] = min(times[name], 1e3 * seconds / len(regions))
    return best


def compare(
    times: dict[str, float], own: str, others: Iterable[str]
) -> dict[str, Any]:
    """Return times, and ratios to that of bare code and of best of others."""
    best = min(
        (times[name] for name in others if name in times),
        default=float('nan'),
    )
    return {
        'ms': times,
        'of_bare': times[own] / times['bare'],
        'of_best': times[own] / best,
    }


def run(codecs: list[str], quick: bool) -> tuple[list[dict[str, Any]], bool]:
    """Print and return results, and whether goals were reached."""
    length = 4096 if quick else 16384
    image = make_image(length)
    rng = numpy.random.default_rng(1)
    results = []
    passed = True
    names = [*READERS, *THREADED]
    head = [f'{name:>10}' for name in names]
    print('milliseconds per region; + as many threads as CPUs')
    print(f'{"codec":6}{"size":>5}{"time":>5}', *head, ' of bare', ' of best')
    with tempfile.TemporaryDirectory() as folder:
        for codec in codecs:
            path = Path(folder) / f'{codec}.tif'
            write_pyramid(path, image, **CODECS[codec])
            functions, generators = open_readers(path)
            for size in SIZES:
                check_readers(functions, image, size, codec)
                number = 20 if quick else 100
                regions = [
                    (int(x), int(y))
                    for x, y in rng.integers(0, length - size, (number, 2))
                ]
                both = measure(
                    functions, regions, size, repeats=3 if quick else 7
                )
                for kind, times, own, others in (
                    ('CPU', both[0], 'tifffile', OTHERS),
                    ('wall', both[1], 'tifffile+', (*OTHERS, 'rasterio+')),
                ):
                    result = compare(times, own, others)
                    passed &= result['of_bare'] <= LIMIT
                    passed &= not result['of_best'] > 1
                    results.append(
                        {'codec': codec, 'size': size, 'time': kind, **result}
                    )
                    cells = [
                        f'{times[name]:10.3f}' if name in times else ' ' * 10
                        for name in names
                    ]
                    print(
                        f'{codec:6}{size:5}{kind:>5}',
                        *cells,
                        f'{result["of_bare"]:8.2f}',
                        f'{result["of_best"]:8.2f}',
                    )
            for generator in reversed(generators):
                generator.close()
    return results, passed


def main() -> int:
    """Run benchmarks."""
    parser = argparse.ArgumentParser(description='Measure region reads.')
    parser.add_argument('codec', nargs='*', help=', '.join(CODECS))
    parser.add_argument('--quick', action='store_true', help='smaller files')
    parser.add_argument(
        '--check', action='store_true', help='fail if a goal is missed'
    )
    args = parser.parse_args()
    results, passed = run(args.codec or list(CODECS), args.quick)
    folder = ROOT / 'benchmarks' / 'results'
    folder.mkdir(exist_ok=True)
    (folder / 'bench_regions.json').write_text(
        json.dumps(
            {
                'tifffile': tifffile.__version__,
                'numpy': numpy.__version__,
                'imagecodecs': imagecodecs.__version__,
                'python': platform.python_version(),
                'results': results,
            },
            indent=1,
        )
    )
    return int(args.check and not passed)


if __name__ == '__main__':
    sys.exit(main())
