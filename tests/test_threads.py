# tests/test_threads.py

"""Test that many threads and processes read one open file without locks."""

from __future__ import annotations

import functools
import gc
import io
import itertools
import multiprocessing
import pickle
import sys
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy
import pytest
from builder import Page, build_tiff
from interpreter import run_python

from tifffile import TiffFile, imwrite, map_concurrently, run_concurrently

THREADS = 16
READS = 2000
PROCESSES = 4

LAYOUTS: dict[str, dict[str, Any]] = {
    'tiles': {'tile': (16, 32)},
    'tiles, zlib': {'tile': (16, 32), 'compression': 8},
    'tiles, lzw, predictor': {
        'tile': (32, 16),
        'compression': 5,
        'predictor': 2,
    },
    'strips': {'rowsperstrip': 6},
    'strips, zlib': {'rowsperstrip': 6, 'compression': 8},
    'strip': {},
    'strip, zstd': {'compression': 50000},
}


@pytest.fixture(autouse=True)
def switch_often() -> Iterator[None]:
    """Let threads take turns more often than usual."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    yield
    sys.setswitchinterval(interval)


@functools.cache
def make_images(n: int = 24) -> Any:
    """Return images in which every pixel is different."""
    size = 33 * 49
    image = numpy.arange(n * size, dtype='uint32').reshape(n, 33, 49)
    image[:, ::3] *= numpy.uint32(2654435761)
    return image


@functools.cache
def make_file(layout: str, byteorder: str) -> bytes:
    """Return file of many pages."""
    pages = [Page(image, **LAYOUTS[layout]) for image in make_images()]
    return build_tiff(pages, byteorder=byteorder)


def random_region(rng: Any) -> tuple[slice, slice]:
    """Return small part of image."""
    y, x = rng.integers(33), rng.integers(49)
    h, w = rng.integers(1, 20, size=2)
    return slice(int(y), int(y + h)), slice(int(x), int(x + w))


def read_page(tif: Any, images: Any, rng: Any) -> None:
    """Read image of page."""
    i = int(rng.integers(len(images)))
    numpy.testing.assert_array_equal(tif.pages[i].asarray(), images[i])


def read_region(tif: Any, images: Any, rng: Any) -> None:
    """Read region of page."""
    i = int(rng.integers(len(images)))
    region = random_region(rng)
    numpy.testing.assert_array_equal(
        tif.pages[i].asarray(selection=region), images[i][region]
    )


def read_series_region(tif: Any, images: Any, rng: Any) -> None:
    """Read region of series."""
    i = int(rng.integers(len(images)))
    region = i, *random_region(rng)
    numpy.testing.assert_array_equal(
        tif.asarray(selection=region), images[region]
    )


def read_key(tif: Any, images: Any, rng: Any) -> None:
    """Read one or a few pages of file."""
    i = int(rng.integers(len(images)))
    numpy.testing.assert_array_equal(tif.asarray(key=i), images[i])
    if rng.integers(10) == 0:
        keys = rng.integers(len(images), size=3).tolist()
        numpy.testing.assert_array_equal(tif.asarray(key=keys), images[keys])


def read_segment(tif: Any, images: Any, rng: Any) -> None:
    """Read and decode one segment."""
    i = int(rng.integers(len(images)))
    assert segment_equal(tif.pages[i], int(rng.integers(1000)), images[i])


def segment_equal(page: Any, pick: int, image: Any) -> bool:
    """Return whether a segment, read and decoded, is part of the image."""
    index = pick % len(page.dataoffsets)
    ((data, _),) = page.parent.filehandle.read_segments(
        [page.dataoffsets[index]], [page.databytecounts[index]]
    )
    segment, position, _ = page.decode(data, index)
    y, x = position[2:4]
    part = image[y : y + segment.shape[1], x : x + segment.shape[2]]
    height, width = part.shape
    return bool((segment[0, :height, :width, 0] == part).all())


def read_tags(tif: Any, images: Any, rng: Any) -> None:
    """Read tags of page."""
    page = tif.pages[int(rng.integers(len(images)))]
    assert page.tags['ImageWidth'].value == images.shape[2]
    assert page.shape == images.shape[1:]


READERS = [
    read_page,
    read_region,
    read_region,
    read_series_region,
    read_key,
    read_segment,
    read_segment,
    read_tags,
]


def read_at_random(tif: Any, images: Any, reads: int, seed: int) -> int:
    """Read file at random, compare all, and return number of reads."""
    rng = numpy.random.default_rng(seed)
    picks = rng.integers(len(READERS), size=reads).tolist()
    for pick in picks:
        READERS[pick](tif, images, rng)
    return len(picks)


def read_in_threads(tif: Any, threads: int, reads: int, seed: int = 0) -> None:
    """Read file at random in threads that start at the same time."""
    images = make_images()
    barrier = threading.Barrier(threads)

    def run(seed: int) -> int:
        barrier.wait()
        return read_at_random(tif, images, reads, seed)

    with ThreadPoolExecutor(threads) as executor:
        results = list(executor.map(run, range(seed, seed + threads)))
    assert results == [reads] * threads


@pytest.mark.parametrize('source', ['path', 'bytes'])
@pytest.mark.parametrize('layout', LAYOUTS)
def test_threads(layout: str, source: str, tmp_path: Path) -> None:
    """Test many threads read one open file at random."""
    data = make_file(layout, '>' if source == 'path' else '<')
    path = tmp_path / 'image.tif'
    path.write_bytes(data)
    file = path if source == 'path' else io.BytesIO(data)
    with TiffFile(file) as tif:
        assert not tif.filehandle.has_lock
        read_in_threads(tif, THREADS, 50)
        assert not tif.filehandle.has_lock


@pytest.mark.parametrize(
    ('source', 'reads'), [('path', READS), ('bytes', READS // 4)]
)
def test_threads_many_reads(source: str, reads: int, tmp_path: Path) -> None:
    """Test many threads read pages and segments of all layouts at random."""
    images = make_images()
    layouts = itertools.cycle(LAYOUTS.values())
    data = build_tiff(
        [
            Page(image, **layout)
            for image, layout in zip(images, layouts, strict=False)
        ]
    )
    path = tmp_path / 'image.tif'
    path.write_bytes(data)
    barrier = threading.Barrier(THREADS)
    with TiffFile(path if source == 'path' else io.BytesIO(data)) as tif:
        pages = list(tif.pages)

        def run(seed: int) -> int:
            rng = numpy.random.default_rng(seed)
            picks = rng.integers((len(pages), 1000), size=(reads, 2))
            barrier.wait()
            for i, pick in picks.tolist():
                if pick < 100:
                    equal = (pages[i].asarray() == images[i]).all()
                else:
                    equal = segment_equal(pages[i], pick, images[i])
                if not equal:
                    return i
            return -1

        with ThreadPoolExecutor(THREADS) as executor:
            results = list(executor.map(run, range(THREADS)))
    assert results == [-1] * THREADS


def test_first_access_in_threads(tmp_path: Path) -> None:
    """Test pages, series, and decoders are made once, in any thread."""
    path = tmp_path / 'image.tif'
    images = make_images()
    for layout in ('tiles, zlib', 'strip'):
        path.write_bytes(make_file(layout, '>'))
        for seed in range(10):
            with TiffFile(path) as tif:
                read_in_threads(tif, THREADS, 3, seed * THREADS)
            with TiffFile(path) as tif:
                barrier = threading.Barrier(THREADS)

                def run(
                    i: int, tif: Any = tif, barrier: Any = barrier
                ) -> tuple[int, ...]:
                    barrier.wait()
                    if i % 2:
                        return tif.series[0].shape
                    return len(tif.pages), *tif.pages[-1].shape

                with ThreadPoolExecutor(THREADS) as executor:
                    shapes = set(executor.map(run, range(THREADS)))
                assert shapes == {images.shape}


def read_in_process(pickled: bytes, seed: int) -> int:
    """Read file that another process has opened."""
    tif = pickle.loads(pickled)
    with tif:
        read_in_threads(tif, 4, READS // (4 * PROCESSES), seed)
        return read_at_random(tif, make_images(), 20, seed)


def test_processes(tmp_path: Path) -> None:
    """Test spawned processes read files that they got by pickle."""
    context = multiprocessing.get_context('spawn')
    jobs = []
    files = []
    for i, layout in enumerate(('tiles', 'tiles, zlib', 'strips', 'strip')):
        path = tmp_path / f'{i}.tif'
        path.write_bytes(make_file(layout, '<'))
        tif = TiffFile(path)
        files.append(tif)
        pickled = pickle.dumps(tif)
        assert len(pickled) < 2000
        jobs.append((pickled, 1000 * i))
    with context.Pool(PROCESSES) as pool:
        results = pool.starmap(read_in_process, jobs)
    assert results == [20] * len(jobs)
    for tif in files:
        read_at_random(tif, make_images(), 20, 1)
        tif.close()


def test_pickle_parts(tmp_path: Path) -> None:
    """Test pages and series pickle and read again."""
    path = tmp_path / 'image.tif'
    path.write_bytes(make_file('tiles, zlib', '<'))
    images = make_images()
    with TiffFile(path) as tif:
        page = pickle.loads(pickle.dumps(tif.pages[5]))
        series = pickle.loads(pickle.dumps(tif.series[0]))
    numpy.testing.assert_array_equal(page.asarray(), images[5])
    numpy.testing.assert_array_equal(series.asarray(), images)
    page.parent.close()
    series.parent.close()


@pytest.mark.parametrize('squeeze', [False, True])
def test_pickle_series_of_kind(tmp_path: Path, squeeze: bool) -> None:
    """Test series of another kind than that of the file pickle."""
    path = tmp_path / 'image.tif'
    images = make_images()[:8].reshape(2, 1, 4, 33, 49)
    imwrite(path, images, photometric='minisblack')
    with TiffFile(path) as tif:
        for kind in ('generic', 'uniform', 'shaped'):
            (series,) = tif.series(kind, squeeze)
            other = pickle.loads(pickle.dumps(series))
            assert other.kind == kind
            assert other.axes == series.axes
            assert other.shape == series.shape
            numpy.testing.assert_array_equal(
                other.asarray(squeeze=squeeze), series.asarray(squeeze=squeeze)
            )
            other.parent.close()


# -- tasks --------------------------------------------------------------------


class Counter:
    """Count threads that are in a context at the same time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.now = 0
        self.most = 0

    def __enter__(self) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)

    def __exit__(self, *args: object) -> None:
        with self.lock:
            self.now -= 1


@pytest.mark.parametrize('maxworkers', [0, 1, 2, 5, 300])
def test_run_concurrently(maxworkers: int) -> None:
    """Test all calls are made, by no more threads than allowed."""
    counter = Counter()
    done: list[int] = []

    def work(*args: int) -> None:
        with counter:
            done.append(sum(args))
            threading.Event().wait(0.001)

    run_concurrently(work, [(i, 1) for i in range(100)], maxworkers)
    assert sorted(done) == list(range(1, 101))
    assert counter.most <= max(maxworkers, 1)
    run_concurrently(work, iter(()), maxworkers)
    assert len(done) == 100


@pytest.mark.parametrize('maxworkers', [0, 1, 2, 5])
@pytest.mark.parametrize('number', [1, 3])
def test_map_concurrently(maxworkers: int, number: int) -> None:
    """Test results are in order, and few items are taken in advance."""
    counter = Counter()
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for i in range(100):
            taken = i + 1
            yield i

    def work(item: int) -> int:
        with counter:
            threading.Event().wait(0.001 * (item % 3))
            return item * item

    results = map_concurrently(work, items(), maxworkers, number)
    for i, result in enumerate(results):
        assert result == i * i
        assert taken <= i + 1 + number * (2 * maxworkers + 1)
    assert taken == 100
    assert counter.most <= max(maxworkers, 1)


@pytest.mark.parametrize('maxworkers', [1, 2, 5])
def test_first_failure_is_raised(maxworkers: int) -> None:
    """Test the failure is that of the first item in order."""
    begun: list[int] = []

    def work(item: int) -> int:
        begun.append(item)
        if item >= 10:
            # later items fail earlier
            threading.Event().wait(max(0, 0.02 - item / 1000))
            raise ValueError(f'item {item}')
        return item

    with pytest.raises(ValueError, match=r'item 10$'):
        run_concurrently(work, [(i,) for i in range(500)], maxworkers)
    assert set(begun) >= set(range(11))
    assert len(begun) < 500
    begun.clear()
    results = map_concurrently(work, range(500), maxworkers)
    assert list(itertools.islice(results, 10)) == list(range(10))
    with pytest.raises(ValueError, match=r'item 10$'):
        next(results)
    assert len(begun) < 500


def test_failure_of_items() -> None:
    """Test results of items before the one that cannot be taken are given."""

    def items() -> Iterator[int]:
        yield from range(7)
        raise KeyError('item')

    results = map_concurrently(lambda i: -i, items(), 3, 2)
    assert list(itertools.islice(results, 7)) == [-i for i in range(7)]
    with pytest.raises(KeyError, match='item'):
        next(results)


def test_interrupt() -> None:
    """Test an interrupt is raised though earlier results are missing."""
    main = threading.current_thread()
    begun, interrupted = threading.Event(), threading.Event()

    def work(item: int) -> int:
        if threading.current_thread() is main:
            assert begun.wait(10)
            interrupted.set()
            raise KeyboardInterrupt
        begun.set()
        assert interrupted.wait(10)
        return item

    with pytest.raises(KeyboardInterrupt):
        run_concurrently(work, [(i,) for i in range(5)], 2)
    begun.clear()
    interrupted.clear()
    with pytest.raises(KeyboardInterrupt):
        list(map_concurrently(work, range(5), 2))


def test_interrupt_of_items() -> None:
    """Test an interrupt while items are taken is raised after results."""

    def items() -> Iterator[int]:
        yield from range(3)
        raise KeyboardInterrupt

    results = map_concurrently(abs, items(), 2)
    assert list(itertools.islice(results, 3)) == [0, 1, 2]
    with pytest.raises(KeyboardInterrupt):
        next(results)
    results = map_concurrently(abs, items(), 2)
    assert next(results) == 0
    with pytest.raises(KeyboardInterrupt):
        results.close()


@pytest.mark.parametrize('number', [1, 20])
def test_failures_are_not_kept(number: int) -> None:
    """Test errors of tasks do not keep arguments in memory."""

    class Argument:
        """Object that can be referred to weakly."""

    def work(item: Argument) -> None:
        raise ValueError('item')

    def items() -> Iterator[Argument]:
        yield arguments[0]
        raise ValueError('items')

    def fail(function: Any, *args: Any) -> None:
        try:
            function(*args)
        except ValueError:
            return
        raise AssertionError

    gc.disable()
    try:
        arguments = [Argument() for _ in range(number)]
        references = [weakref.ref(item) for item in arguments]
        fail(run_concurrently, work, [(item,) for item in arguments], 4)
        fail(list, map_concurrently(work, iter(arguments), 4))
        fail(list, map_concurrently(bool, items(), 4))
        arguments.clear()
        for _ in range(100):
            if all(reference() is None for reference in references):
                break
            threading.Event().wait(0.01)  # for threads to let go of tasks
        assert [reference() for reference in references] == [None] * number
    finally:
        gc.enable()


def test_abandoned_tasks() -> None:
    """Test no task runs after results are no longer wanted."""
    counter = Counter()

    def work(item: int) -> int:
        with counter:
            threading.Event().wait(0.005)
        return item

    results = map_concurrently(work, range(100), 4)
    assert next(results) == 0
    results.close()
    assert counter.now == 0


def test_abandoned_as_garbage() -> None:
    """Test a task that collects the iterator it is of ends nevertheless."""
    main = threading.current_thread()
    begun, collect, ended = (threading.Event() for _ in range(3))

    class Holder:
        """Refers to itself."""

    def work(item: int) -> int:
        if item and threading.current_thread() is not main:
            begun.set()
            collect.wait(10)
            gc.collect()
            ended.set()
        return item

    gc.disable()
    try:
        holder: Any = Holder()
        holder.itself = holder
        holder.results = map_concurrently(work, range(100), 2)
        assert next(holder.results) == 0
        assert begun.wait(10)
        reference = weakref.ref(holder)
        del holder
        collect.set()
        assert ended.wait(10)
        assert reference() is None
    finally:
        gc.enable()


def test_nested_tasks() -> None:
    """Test tasks of tasks get done though all threads are taken."""

    def total(depth: int) -> int:
        if depth == 0:
            return 1
        sums: list[int] = []
        run_concurrently(
            lambda: sums.append(sum(map_concurrently(total, [depth - 1], 2))),
            [()] * 4,
            4,
        )
        return sum(sums)

    with ThreadPoolExecutor(8) as executor:
        assert list(executor.map(total, [5] * 8)) == [4**5] * 8


@pytest.mark.skipif(
    'fork' not in multiprocessing.get_all_start_methods(),
    reason='processes cannot be forked',
)
def test_tasks_after_fork() -> None:
    """Test a forked process starts threads of its own."""
    run_python(
        '-c',
        'import os, tifffile\n'
        'names = []\n'
        'def work(i):\n'
        '    names.append(i)\n'
        'def run():\n'
        '    names.clear()\n'
        '    tifffile.run_concurrently(work, [(i,) for i in range(99)], 4)\n'
        '    assert sorted(names) == list(range(99))\n'
        'run()\n'
        'pid = os.fork()\n'
        'run()\n'
        'if pid == 0:\n'
        '    os._exit(0)\n'
        'assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0\n',
    )


@pytest.mark.skipif(
    'fork' not in multiprocessing.get_all_start_methods(),
    reason='processes cannot be forked',
)
@pytest.mark.parametrize('end', ['list(results)', 'results.close() or ANY'])
def test_tasks_during_fork(end: str) -> None:
    """Test a forked process does tasks that its parent had begun."""
    run_python(
        '-c',
        'import os, threading, tifffile\n'
        'from unittest.mock import ANY\n'
        'begun, end = threading.Event(), threading.Event()\n'
        'parent = os.getpid()\n'
        'def work(i):\n'
        '    if i > 0 and os.getpid() == parent:\n'
        '        begun.set()\n'
        '        end.wait()\n'
        '    return i\n'
        'results = tifffile.map_concurrently(work, range(9), 4)\n'
        'assert next(results) == 0\n'
        'begun.wait()\n'
        'pid = os.fork()\n'
        'if pid:\n'
        '    status = os.waitpid(pid, 0)[1]\n'
        '    end.set()\n'
        '    assert os.waitstatus_to_exitcode(status) == 0\n'
        f'assert {end} == [*range(1, 9)]\n'
        'os._exit(0)\n',
    )


def test_tasks_without_threads() -> None:
    """Test tasks get done if the system does not start threads."""
    run_python(
        '-c',
        'import threading, tifffile\n'
        'def start(self):\n'
        '    raise RuntimeError("can\'t start new thread")\n'
        'threading.Thread.start = start\n'
        'done = []\n'
        'items = [(i,) for i in range(9)]\n'
        'tifffile.run_concurrently(done.append, items, 4)\n'
        'assert done == [*range(9)]\n'
        'assert [*tifffile.map_concurrently(abs, done, 4)] == done\n',
    )


def test_tasks_at_exit() -> None:
    """Test tasks get done when the interpreter starts no more threads."""
    process = run_python(
        '-c',
        'import atexit, tifffile\n'
        'def work(i):\n'
        '    names.append(i)\n'
        'def run():\n'
        '    tifffile.run_concurrently(work, [(i,) for i in range(99)], 4)\n'
        '    print(sorted(names) == list(range(99)))\n'
        '    print(list(tifffile.map_concurrently(abs, range(3), 2)))\n'
        'names = []\n'
        'atexit.register(run)\n',
    )
    assert process.stdout.split('\n')[:2] == ['True', '[0, 1, 2]']
