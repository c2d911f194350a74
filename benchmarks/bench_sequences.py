#!/usr/bin/env python3
# benchmarks/bench_sequences.py

"""Measure reading of file sequences against reading the bytes of the files.

Usage: ``python benchmarks/bench_sequences.py [--quick] [--check] [NAME ...]``

Every item compares the CPU time of ``imread`` of 500 files to that of opening
the files in turn and reading their samples into the same array. Both are run
in turn in the same process, and the best run of each counts. With ``--check``
the status is 1 if an item exceeds its limit.

"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy

from tifffile import TiffFile, imread, imwrite

# name -> limit of ratio, shape of images, function that returns options
# to write the file of a number
Item = tuple[float, tuple[int, ...], Callable[[int], dict[str, Any]]]

ITEMS: dict[str, Item] = {
    'small': (3.0, (256, 256), lambda i: {}),
    'large': (3.0, (1024, 1024), lambda i: {}),
    'dated': (
        3.0,
        (512, 512),
        lambda i: {'datetime': f'2020:01:01 00:{i // 60:02}:{i % 60:02}'},
    ),
    'big_endian': (3.0, (512, 512), lambda i: {'byteorder': '>'}),
    'imagej': (3.0, (512, 512), lambda i: {'imagej': True}),
    'ome': (3.0, (512, 512), lambda i: {'ome': True}),
    'stacks': (3.0, (10, 256, 256), lambda i: {'photometric': 'minisblack'}),
    # texts of different lengths, so that samples are at different positions
    'described': (
        3.0,
        (512, 512),
        lambda i: {'description': f'image {i}', 'metadata': None},
    ),
    'labelled': (
        3.0,
        (512, 512),
        lambda i: {'metadata': {'label': i % 30 * 'text '}},
    ),
    'imagej_labelled': (
        3.0,
        (512, 512),
        lambda i: {'imagej': True, 'metadata': {'label': i % 30 * 'text '}},
    ),
    'ome_named': (
        3.0,
        (512, 512),
        lambda i: {'ome': True, 'metadata': {'Name': i % 30 * 'text '}},
    ),
    # files that differ in more than their samples must be parsed
    'by_others': (
        20.0,
        (512, 512),
        lambda i: {'software': f'software {i}'},
    ),
}


def measure(function: Callable[[], Any]) -> float:
    """Return CPU time of call."""
    start = time.process_time()
    function()
    return time.process_time() - start


def run(name: str, folder: Path, quick: bool) -> float:
    """Return ratio of times of item, and print it."""
    limit, shape, options = ITEMS[name]
    number = 100 if quick else 500
    image = numpy.random.default_rng(1).integers(0, 4096, shape, 'uint16')
    files = []
    for i in range(number):
        path = folder / f'{name}_{i:03}.tif'
        imwrite(path, image + numpy.uint16(i), **options(i))
        files.append(str(path))
    offsets = []
    for file in files:
        with TiffFile(file) as tif:
            offset = tif.series[0].dataoffset
            assert offset is not None
            offsets.append(offset)
    out = numpy.zeros((number, *shape), 'uint16')
    parts = [memoryview(part.reshape(-1).view('u1')) for part in out]

    def bare() -> None:
        for file, offset, part in zip(files, offsets, parts, strict=True):
            with open(file, 'rb', buffering=0) as fh:
                fh.seek(offset)
                fh.readinto(part)

    def subject() -> None:
        imread(files, out=out)

    times = [
        (measure(bare), measure(subject)) for _ in range(2 if quick else 5)
    ]
    for i in (0, number // 2, number - 1):
        assert numpy.array_equal(out[i], image + numpy.uint16(i))
    for file in files:
        Path(file).unlink()
    best = [min(column) for column in zip(*times, strict=True)]
    ratio = best[1] / best[0]
    verdict = 'ok' if ratio <= limit else 'SLOW'
    print(
        f'{name:<15} {ratio:6.2f} x reading bytes (limit {limit:.0f})  '
        f'{best[1] / number * 1e6:6.0f} us a file  {verdict}'
    )
    return ratio


def main() -> int:
    """Run benchmarks and return status."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('name', nargs='*', help=', '.join(ITEMS))
    parser.add_argument('--quick', action='store_true', help='100 files')
    parser.add_argument('--check', action='store_true', help='judge limits')
    args = parser.parse_args()
    status = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in args.name or ITEMS:
            if name not in ITEMS:
                parser.error(f'unknown benchmark {name!r}')
            if run(name, Path(folder), args.quick) > ITEMS[name][0]:
                status = 1
    return status if args.check else 0


if __name__ == '__main__':
    sys.exit(main())
