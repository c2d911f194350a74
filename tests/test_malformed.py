# tests/test_malformed.py

"""Test files that are broken, by accident or on purpose.

Whatever a file holds, reading it ends in an image, or in a TiffFileError or
ValueError that tells the file; it takes no more than a second, and no memory
beyond what the file, or the limits, account for.

"""

from __future__ import annotations

import contextlib
import io
import logging
import math
import re
import signal
import struct
import sys
import textwrap
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy
import pytest
from builder import (
    ASCII,
    BYTE,
    LONG,
    LONG8,
    SHORT,
    Page,
    Tag,
    build_blocks,
    build_chain,
    build_tiff,
    compress,
)
from interpreter import run_python
from shared_data import all_entries, is_malformed

import tifffile
from tifffile import Limits, TiffFile, TiffFileError, imread

SECONDS = 1.0
HUGE = 2**63

IMAGE = numpy.arange(15 * 17, dtype='uint16').reshape(15, 17)


class Hang(BaseException):
    """Reading takes far too long. Not caught by any fence."""


def exercise(file: Any, **kwargs: Any) -> list[Exception]:
    """Read everything in file, and return errors that are allowed.

    An error of any other kind is raised.

    """
    errors: list[Exception] = []

    def attempt(function: Callable[[], Any]) -> Any:
        try:
            return function()
        except (TiffFileError, ValueError) as exc:
            errors.append(exc)
        except NotImplementedError as exc:
            errors.append(exc)
        return None

    tif = attempt(lambda: TiffFile(file, **kwargs))
    if tif is None:
        return errors
    with tif:
        attempt(lambda: str(tif))
        npages = attempt(lambda: len(tif.pages)) or 0
        for i in sorted({*range(npages)[:2], *range(npages)[-1:]}):
            page = attempt(lambda i=i: tif.pages[i])
            if page is not None:
                exercise_page(page, attempt)
        series = attempt(lambda: list(tif.series)) or []
        for item in series[:8]:
            attempt(lambda item=item: str(item))
            data = attempt(item.asarray)
            if data is not None:
                assert data.dtype == item.dtype or item.dtype is None
            if 0 not in item.shape:
                attempt(lambda item=item: item.asarray(selection=0))
        attempt(tif.asarray)
    return errors


def exercise_page(
    page: Any, attempt: Callable[[Callable[[], Any]], Any], depth: int = 0
) -> None:
    """Read everything in page."""
    attempt(lambda: str(page))
    for tag in page.tags:
        attempt(lambda tag=tag: tag.value)
        attempt(lambda tag=tag: str(tag))
    attempt(lambda: page.flags)
    attempt(lambda: page.colormap)
    data = attempt(page.asarray)
    if data is not None and page.shape and 0 not in page.shape:
        assert data.shape == page.shape
    if page.shape and 0 not in page.shape:
        attempt(lambda: page.asarray(selection=(0,) * page.ndim))
    if math.prod(page.chunked) < 10000:
        attempt(lambda: sum(1 for _ in page.segments()))
    if depth < 2:
        subpages = attempt(lambda: page.pages)
        for i in range(min(attempt(lambda: len(subpages or ())) or 0, 4)):
            subpage = attempt(lambda i=i: subpages[i])
            if subpage is not None:
                exercise_page(subpage, attempt, depth + 1)


def exercise_quickly(file: Any, **kwargs: Any) -> list[Exception]:
    """Read everything in file, and return errors that are allowed."""
    start = time.process_time()
    with stop_after(10):
        errors = exercise(file, **kwargs)
    assert time.process_time() - start < SECONDS
    return errors


@contextlib.contextmanager
def stop_after(seconds: int) -> Iterator[None]:
    """Interrupt what hangs, where the system can."""

    def interrupt(signum: int, frame: Any) -> None:
        raise Hang(f'stopped after {seconds} s')

    if not hasattr(signal, 'setitimer'):
        yield
        return
    previous = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def build(page: Page | list[Page], **kwargs: Any) -> io.BytesIO:
    """Return file in memory."""
    return io.BytesIO(build_tiff(page, **kwargs))


def forge(**kwargs: Any) -> io.BytesIO:
    """Return file of one page with tags replaced."""
    tags = {int(key[1:]): value for key, value in kwargs.items()}
    return build(Page(IMAGE, tags=tags))


# files that are no TIFF


@pytest.mark.parametrize(
    'data',
    [
        b'',
        b'I',
        b'II',
        b'II*',
        b'II*\0',
        b'II*\0\x08\0\0',
        b'MM\0*\0\0\0',
        b'II+\0',
        b'II+\0\x08\0\0\0',
        b'II+\0\x08\0\0\0\x10\0\0\0\0\0\0',
        b'II+\0\x04\0\0\0' + bytes(8),
        b'II+\0\x08\0\x01\0' + bytes(8),
        b'MM+\0\x08\0\0\0' + bytes(8),
        b'IM*\0\x08\0\0\0',
        b'\0\0*\0\x08\0\0\0',
        b'II\xff\xff\x08\0\0\0',
        b'II\0*\x08\0\0\0',
        b'\x89PNG\r\n\x1a\n',
        b'<html></html>',
        bytes(1000),
    ],
    ids=repr,
)
def test_not_tiff(data: bytes, tmp_path: Path) -> None:
    """Test files that are no TIFF are refused, with their names."""
    path = tmp_path / 'name of file.tif'
    path.write_bytes(data)
    with pytest.raises(TiffFileError, match='name of file'):
        TiffFile(path)
    with pytest.raises(TiffFileError):
        TiffFile(io.BytesIO(data))
    with pytest.raises(TiffFileError):
        imread(path)
    path.unlink()  # would fail on some systems if file were still open


def test_missing_file(tmp_path: Path) -> None:
    """Test errors of the operating system are what they are."""
    with pytest.raises(FileNotFoundError):
        TiffFile(tmp_path / 'missing.tif')
    with pytest.raises(OSError):
        TiffFile(tmp_path)


@pytest.mark.parametrize('offset', [1, 4, 8, 100, 2**31, 2**32 - 1])
@pytest.mark.parametrize('bigtiff', [False, True])
def test_first_offset(
    offset: int, bigtiff: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Test offsets of first IFD that lead nowhere."""
    data = build_tiff([], bigtiff=bigtiff, first=offset)
    errors = exercise_quickly(io.BytesIO(data))
    assert errors or caplog.text


def test_no_pages(caplog: pytest.LogCaptureFixture) -> None:
    """Test file without pages reads as nothing."""
    with TiffFile(build([])) as tif:
        assert len(tif.pages) == 0
        assert not tif.pages
        assert len(tif.series) == 0
        assert tif.asarray().size == 0
        with pytest.raises(IndexError):
            tif.pages[0]
    assert 'no pages' in caplog.text


# truncated files

SMALL = {
    'classic': build_tiff(
        [
            Page(IMAGE, description='text' * 5, rowsperstrip=4),
            Page(IMAGE, tile=(16, 16), compression=8),
        ]
    ),
    'big': build_tiff(
        Page(IMAGE, rowsperstrip=8, compression=5),
        byteorder='>',
        bigtiff=True,
        ifd_first=True,
    ),
    'subifds': build_tiff(
        Page(
            IMAGE,
            subifds=[Page(IMAGE[::2, ::2], subfiletype=1)] * 2,
            tags={282: (5, (1, 2)), 320: (SHORT, range(48))},
        ),
        byteorder='>',
    ),
    'series': build_tiff(
        [Page(IMAGE[:3, :3], compression=8) for _ in range(9)]
    ),
    'shaped': build_tiff(
        Page(
            IMAGE[:3],
            segments=[IMAGE.tobytes()],
            description='{"shape": [5, 3, 17], "truncated": true}',
        ),
        ifd_first=True,
    ),
    'ndpi': build_tiff(Page(IMAGE, description='text'), ndpi=True),
}


@pytest.mark.parametrize('name', SMALL)
def test_truncated(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Test files that are cut at every byte."""
    data = SMALL[name]
    kwargs = {'name': 'image.ndpi'} if name == 'ndpi' else {}
    with TiffFile(io.BytesIO(data), **kwargs) as tif:
        whole = tif.asarray()
    for size in range(len(data)):
        caplog.clear()
        part = io.BytesIO(data[:size])
        errors = exercise_quickly(part, **kwargs)
        if errors or caplog.records:
            continue
        with TiffFile(io.BytesIO(data[:size]), **kwargs) as tif:
            numpy.testing.assert_array_equal(tif.asarray(), whole)


def test_truncated_readable() -> None:
    """Test pages before the cut are read."""
    images = [IMAGE + i for i in range(12)]
    data = build_tiff([Page(image) for image in images])
    with TiffFile(io.BytesIO(data[: len(data) * 3 // 4])) as tif:
        n = len(tif.pages)
        assert 6 < n < 12
        for i in range(n - 1):
            numpy.testing.assert_array_equal(tif.pages[i].asarray(), images[i])


@pytest.mark.parametrize('compression', [1, 8, 5])
def test_truncated_region(compression: int) -> None:
    """Test regions are read, but not the whole, of an image that is cut."""
    image = numpy.arange(64 * 64, dtype='uint16').reshape(64, 64)
    page = Page(image, rowsperstrip=8, compression=compression)
    data = build_tiff(page, ifd_first=True)
    with TiffFile(io.BytesIO(data[:-40])) as tif:
        actual = tif.pages[0]
        numpy.testing.assert_array_equal(
            actual.asarray(selection=numpy.s_[:48]), image[:48]
        )
        with pytest.raises(ValueError, match=r'.'):
            actual.asarray()
        with pytest.raises(ValueError, match=r'.'):
            actual.asarray(selection=numpy.s_[60:])


# loops


@pytest.mark.parametrize('bigtiff', [False, True])
@pytest.mark.parametrize('length', [1, 2, 3, 150])
@pytest.mark.parametrize('back', [0, -1, 1])
def test_loop(
    length: int, back: int, bigtiff: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """Test chains that lead back to one of their pages."""
    pages = [Page(IMAGE) for _ in range(length)]
    pages[-1].next = pages[min(back, length - 1)]
    data = build_tiff(pages, bigtiff=bigtiff)
    for access in (len, lambda pages: sum(1 for _ in pages)):
        caplog.clear()
        with TiffFile(io.BytesIO(data)) as tif:
            assert access(tif.pages) == length
        assert 'circular' in caplog.text
    exercise_quickly(io.BytesIO(data))


def test_loop_uniform(caplog: pytest.LogCaptureFixture) -> None:
    """Test loop in a long chain of equal pages."""
    data = bytearray(build_chain(5000, Page(IMAGE[:2, :2])))
    (first,) = struct.unpack_from('<I', data, 4)
    step = (len(data) - 8) // 5000
    last = first + 4999 * step
    (count,) = struct.unpack_from('<H', data, last)
    field = last + 2 + count * 12
    assert data[field : field + 4] == bytes(4)
    struct.pack_into('<I', data, field, first + 1234 * step)
    with TiffFile(io.BytesIO(data)) as tif:
        assert len(tif.pages) == 5000
        assert tif.asarray().shape == (5000, 2, 2)
    assert 'circular' in caplog.text


def test_loop_subifds() -> None:
    """Test SubIFDs that lead to their page, themselves, or each other."""
    page = Page(IMAGE)
    page.subifds = [page]
    exercise_quickly(build(page))
    child = Page(IMAGE)
    child.next = child
    child.subifds = [child]
    exercise_quickly(build(Page(IMAGE, subifds=[child, child])))
    one, two = Page(IMAGE), Page(IMAGE)
    one.subifds, two.subifds = [two], [one]
    exercise_quickly(build([one, two]))


@pytest.mark.parametrize('offset', [0, 1, 7, 8, 2**31, 2**32 - 1])
def test_subifd_offsets(offset: int) -> None:
    """Test SubIFDs that lead nowhere leave the page readable."""
    child = Page(IMAGE[:5])
    for subifds in ([offset], [child, offset], [offset, child]):
        file = build(Page(IMAGE, subifds=subifds))
        exercise_quickly(file)
        with TiffFile(file) as tif:
            numpy.testing.assert_array_equal(tif.pages[0].asarray(), IMAGE)
            numpy.testing.assert_array_equal(tif.asarray(), IMAGE)


def test_many_subifds() -> None:
    """Test thousands of SubIFDs that all are the page that has them."""
    page = Page(IMAGE)
    page.subifds = [page] * 2**14
    exercise_quickly(build(page))


# counts, sizes, offsets


@pytest.mark.parametrize(
    ('code', 'type'),
    [(270, ASCII), (305, ASCII), (65123, LONG), (65123, BYTE), (320, SHORT)]
    + [(33432, 7), (65123, 12), (34665, LONG), (50839, BYTE), (34735, SHORT)],
)
@pytest.mark.parametrize('offset', [None, 0, 1, 8, 2**32 - 1])
def test_forged_values(code: int, type: int, offset: int | None) -> None:
    """Test values that are larger than the file, or out of it."""
    for bigtiff, counts in (
        (False, (0, 2**16, 2**31, 2**32 - 1)),
        (True, (0, 2**32, 2**61, HUGE, 2**64 - 1)),
    ):
        for count in counts:
            tag = Tag(code, type, bytes(20), count, offset)
            file = build(Page(IMAGE, tags={code: tag}), bigtiff=bigtiff)
            exercise_quickly(file)
            with TiffFile(file) as tif:
                numpy.testing.assert_array_equal(tif.pages[0].asarray(), IMAGE)


@pytest.mark.parametrize('code', [273, 279, 258, 339, 330, 338, 324, 530])
def test_forged_counts(code: int) -> None:
    """Test numbers of values that the layout depends on."""
    for bigtiff, counts in (
        (False, (0, 2, 2**16, 2**31, 2**32 - 1)),
        (True, (0, 2, 2**32, 2**61, HUGE, 2**64 - 1)),
    ):
        for count in counts:
            tag = Tag(code, LONG, bytes(4), count)
            file = build(Page(IMAGE, tags={code: tag}), bigtiff=bigtiff)
            exercise_quickly(file)


@pytest.mark.parametrize('type', [0, 14, 15, 19, 99, 2**16 - 1])
@pytest.mark.parametrize('code', [256, 258, 270, 273, 65123])
def test_unknown_types(
    code: int, type: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Test tags of unknown types are skipped and reported."""
    for count in (1, 100, 2**32 - 1):
        caplog.clear()
        file = build(Page(IMAGE, tags={code: Tag(code, type, b'abcd', count)}))
        errors = exercise_quickly(file)
        assert errors or caplog.records
        if code in {270, 65123}:
            with TiffFile(file) as tif:
                numpy.testing.assert_array_equal(tif.asarray(), IMAGE)


@pytest.mark.parametrize('count', [0, 4097, 2**16 - 1])
def test_number_of_tags(count: int, caplog: pytest.LogCaptureFixture) -> None:
    """Test IFDs of too few or too many tags."""
    data = bytearray(build_tiff([Page(IMAGE), Page(IMAGE)]))
    (offset,) = struct.unpack_from('<I', data, 4)
    struct.pack_into('<H', data, offset, count)
    exercise_quickly(io.BytesIO(data))
    data = bytearray(build_tiff(Page(IMAGE), bigtiff=True))
    (offset,) = struct.unpack_from('<Q', data, 8)
    for large in (count, HUGE, 2**64 - 1):
        struct.pack_into('<Q', data, offset, large)
        caplog.clear()
        assert exercise_quickly(io.BytesIO(data)) or caplog.records


@pytest.mark.parametrize(
    'tags',
    [
        {256: (LONG, 2**31), 257: (LONG, 2**31)},
        {256: (LONG, 2**32 - 1), 257: (LONG, 2**32 - 1)},
        {256: (LONG, 2**32 - 1), 257: (LONG, 2)},
        {256: (LONG8, HUGE), 257: (LONG8, HUGE)},
        {256: (LONG8, 2**64 - 1)},
        {257: (LONG, 2**32 - 1), 278: (LONG, 1)},
        {257: (LONG8, HUGE), 278: (LONG, 1)},
        {277: (SHORT, 2**16 - 1), 256: (LONG, 2**20)},
        {277: (LONG8, HUGE)},
        {32997: (LONG, 2**31)},
        {32997: (LONG8, HUGE)},
        {256: (LONG, 2**24), 257: (LONG, 2**24), 259: (SHORT, 8)},
        {256: (LONG, 2**31), 257: (LONG, 2**31), 259: (SHORT, 7)},
        {256: (LONG, 2**31), 257: (LONG, 2**31), 42113: (ASCII, '7')},
    ],
    ids=str,
)
@pytest.mark.parametrize('tile', [(), (16, 16), (2**30, 2**30)])
def test_giant_images(
    tags: dict[int, Any], tile: tuple[int, ...], tmp_path: Path
) -> None:
    """Test small files that claim giant images."""
    path = tmp_path / 'giant.tif'
    segments = [b'garbage'] * (4 if tile else 1)
    for sparse in (False, True):
        page = Page(
            segments=[None] * len(segments) if sparse else segments,
            width=17,
            length=15,
            tile=tile,
            tags=tags,
        )
        bigtiff = any(value[0] == LONG8 for value in tags.values())
        path.write_bytes(build_tiff(page, bigtiff=bigtiff))
        assert path.stat().st_size < 1024
        errors = exercise_quickly(path)
        assert errors
        with pytest.raises(ValueError, match=r'.') as info:
            imread(path)
        assert 'giant.tif' in str(info.value)


@pytest.mark.parametrize('size', [0, 1, 2**16, 2**31, 2**32 - 1])
def test_tile_sizes(size: int) -> None:
    """Test tiles that are empty, or larger than anything."""
    for code in (322, 323, 32998):
        for compression in (1, 8, 7, 34712):
            page = Page(
                IMAGE,
                tile=(16, 16),
                compression=compression,
                segments=Page(IMAGE, tile=(16, 16)).encoded('<'),
                tags={code: (LONG, size)},
            )
            exercise_quickly(build(page))


@pytest.mark.parametrize('rows', [0, 1, 3, 2**31, 2**32 - 1])
def test_rowsperstrip(rows: int) -> None:
    """Test strips of any length."""
    page = Page(IMAGE, tags={278: (LONG, rows)})
    exercise_quickly(build(page))
    if rows >= 2**31:
        with TiffFile(build(page)) as tif:
            numpy.testing.assert_array_equal(tif.asarray(), IMAGE)


@pytest.mark.parametrize('count', [0, 1, 2**31, 2**32 - 1])
@pytest.mark.parametrize('offset', [0, 1, 8, 2**31, 2**32 - 1])
@pytest.mark.parametrize('compression', [1, 8, 7])
def test_segment_offsets(offset: int, count: int, compression: int) -> None:
    """Test strips and tiles out of the file, or giant."""
    for kwargs, codes in (
        ({'rowsperstrip': 4}, (273, 279)),
        ({'tile': (16, 16)}, (324, 325)),
    ):
        page = Page(IMAGE, **kwargs)
        n = len(page.encoded('<'))
        page.compression = compression
        page.segments = [b'garbage'] * n
        page.tags = {
            codes[0]: (LONG, [offset] * n),
            codes[1]: (LONG, [count] * n),
        }
        exercise_quickly(build(page))


@pytest.mark.parametrize(
    'tags',
    [
        {258: (SHORT, 0)},
        {258: (SHORT, 65)},
        {258: (SHORT, 2**16 - 1)},
        {258: (SHORT, (8, 16, 3))},
        {277: (SHORT, 0)},
        {277: (SHORT, 3), 258: (SHORT, (8, 16, 3))},
        {256: (LONG, 0)},
        {257: (LONG, 0)},
        {256: None, 257: None},
        {256: (ASCII, 'abc')},
        {257: (11, 1.5)},
        {257: (11, float('nan'))},
        {256: (6, -5)},
        {257: (9, -5)},
        {258: (ASCII, 'x')},
        {259: (SHORT, 12345)},
        {259: (SHORT, 0)},
        {259: (ASCII, 'x')},
        {262: (SHORT, 12345)},
        {262: (ASCII, 'x')},
        {266: (SHORT, 3)},
        {277: (ASCII, 'x')},
        {278: (ASCII, 'x')},
        {284: (SHORT, 3)},
        {284: (SHORT, 0)},
        {317: (SHORT, 12345), 259: (SHORT, 8)},
        {317: (SHORT, 3), 259: (SHORT, 8)},
        {338: (SHORT, range(100))},
        {339: (SHORT, 7)},
        {339: (SHORT, 3), 258: (SHORT, 8)},
        {339: (SHORT, 5)},
        {273: None, 279: None},
        {273: (ASCII, 'abc')},
        {273: (11, 1.5)},
        {279: (ASCII, 'abc')},
        {273: (9, -5)},
        {279: (9, -5)},
        {322: (LONG, 16)},
        {322: (LONG, 16), 323: (LONG, 16)},
        {330: (ASCII, 'abc')},
        {254: (7, b'abc')},
        {255: (ASCII, 'abc')},
        {320: (SHORT, (1, 2))},
        {347: (7, b'garbage'), 259: (SHORT, 7)},
        {530: (SHORT, (0, 0)), 262: (SHORT, 6)},
        {530: (SHORT, (2, 2)), 262: (SHORT, 6), 277: (SHORT, 3)},
        {282: (5, (1, 0)), 283: (5, (0, 0)), 296: (SHORT, 99)},
        {306: (ASCII, 'not a date')},
        {42113: (ASCII, 'not a number')},
        {32997: (LONG, 0)},
        {32998: (LONG, 0)},
        {34665: (LONG, 1)},
        {34735: (SHORT, (1, 1, 0, 99, 1024, 34736, 100, 100))},
    ],
    ids=str,
)
def test_nonsense(tags: dict[int, Any]) -> None:
    """Test values that make no sense."""
    exercise_quickly(build(Page(IMAGE, tags=tags)))
    exercise_quickly(build([Page(IMAGE, tags=tags) for _ in range(9)]))
    exercise_quickly(
        build([Page(IMAGE), Page(IMAGE, tags=tags), *[Page(IMAGE)] * 7])
    )
    exercise_quickly(build(Page(IMAGE, tile=(16, 16), tags=tags)))


@pytest.mark.parametrize(
    'compression',
    [2, 3, 4, 5, 6, 7, 8, 32773, 32946, 33003, 33005, 34676, 34677, 34712]
    + [34887, 34892, 34925, 34933, 34934, 48124, 50000, 50001, 50002, 65000],
)
@pytest.mark.parametrize('tile', [(16, 16), ()])
def test_garbage_segments(compression: int, tile: tuple[int, ...]) -> None:
    """Test streams that cannot be decoded."""
    rng = numpy.random.default_rng(compression)
    n = len(Page(IMAGE, tile=tile, rowsperstrip=8).encoded('<'))
    for segment in (b'\0', bytes(100), rng.bytes(100), b'\xff' * 100):
        for data in (IMAGE, IMAGE.astype('uint8'), IMAGE > 9):
            page = Page(
                data,
                tile=tile,
                rowsperstrip=8,
                compression=compression,
                segments=[segment] * n,
            )
            exercise_quickly(build(page))


@pytest.mark.parametrize('compression', [5, 8, 34925, 50000])
def test_bombs(compression: int) -> None:
    """Test streams that decompress to much more than the segment."""
    bomb = compress(bytes(2**26), compression)
    page = Page(IMAGE, compression=compression, segments=[bomb])
    file = build(page)
    tracemalloc.start()
    try:
        exercise_quickly(file)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2**24 + 4 * len(bomb)


@pytest.mark.parametrize(
    'text',
    [
        '{"shape": [2, 3]',
        '{"shape": 5}',
        '{"shape": []}',
        '{"shape": [-1, 15, 17]}',
        '{"shape": ["a"]}',
        '{"shape": [1e99]}',
        '{"shape": [0, 15, 17]}',
        '{"shape": null}',
        f'{{"shape": [{HUGE}, 15, 17]}}',
        f'{{"shape": [{HUGE}, 15, 17], "truncated": true}}',
        '{"shape": [1000, 15, 17], "truncated": true}',
        '{"shape": [1000, 15, 17]}',
        '{"shape": [17, 15]}',
        '{"shape": [15, 17], "axes": 5}',
        '{"shape": [15, 17], "axes": "ABC"}',
        '{"shape": [15, 17], "truncated": "x"}',
        '{"shape": ' + '[' * 100000,
        'shape=(1, 2',
        'shape=()',
        'shape=(a)',
        'shape=(-1,)',
        'ImageJ=1.0\nimages=1000000000\nslices=1000000000',
        'ImageJ=1.0\nimages=x\nhyperstack=true',
        '<OME',
        '<?xml version="1.0"?><OME><Image></OME>',
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><OME>&a;</OME>',
        'Aperio ',
        '\0\0\0',
    ],
    ids=lambda text: text[:50],
)
def test_nonsense_descriptions(text: str) -> None:
    """Test descriptions that make no sense leave the pages readable."""
    file = build(Page(IMAGE, description=text))
    exercise_quickly(file)
    with TiffFile(file) as tif:
        numpy.testing.assert_array_equal(tif.pages[0].asarray(), IMAGE)
    exercise_quickly(build([Page(IMAGE, description=text)] * 1))


# what messages tell


@pytest.mark.parametrize(
    'page',
    [
        Page(IMAGE, compression=8, segments=[b'garbage']),
        Page(IMAGE, tile=(16, 16), compression=5, segments=[b'', b'x']),
        Page(IMAGE, tags={273: (LONG, 2**31)}),
        Page(IMAGE, tags={273: (LONG, 2**31)}, compression=8),
        Page(IMAGE, segments=[b'too short']),
        Page(IMAGE, tags={259: (SHORT, 12345)}),
        Page(IMAGE, tags={258: (SHORT, 65)}),
    ],
    ids=range(7),
)
def test_messages(page: Page, tmp_path: Path) -> None:
    """Test errors tell the file."""
    path = tmp_path / 'name of file.tif'
    path.write_bytes(build_tiff(page))
    with pytest.raises(ValueError, match='name of file'):
        imread(path)
    with TiffFile(path) as tif:
        for read in (
            lambda: tif.asarray(key=0),
            lambda: tif.pages[0].asarray(),
            lambda: tif.pages[0].asarray(selection=numpy.s_[:2]),
        ):
            with pytest.raises(ValueError, match='name of file'):
                read()


def test_logger(caplog: pytest.LogCaptureFixture) -> None:
    """Test what is wrong but readable is logged once, with its place."""
    pages = [Page(IMAGE), Page(IMAGE)]
    data = build_tiff(pages, ifd_first=True)
    offset = build_blocks(pages, ifd_first=True)[3][0]
    with caplog.at_level(logging.DEBUG):
        with TiffFile(io.BytesIO(data[: offset + 20])) as tif:
            assert len(tif.pages) in {1, 2}
        records = [r for r in caplog.records if r.levelno >= logging.WARNING]
    assert len(records) == 1
    assert records[0].name == 'tifffile'
    assert re.search(r'\d', records[0].getMessage())


# limits


def test_limits() -> None:
    """Test limits are changeable, and kept."""
    image = numpy.zeros((1000, 1000), 'uint8')
    data = build_tiff(Page(image, compression=8))
    assert imread(io.BytesIO(data)).shape == image.shape
    limits = Limits(array_bytes=1000, expansion=2)
    for read in (
        lambda: imread(io.BytesIO(data), limits=limits),
        lambda: TiffFile(io.BytesIO(data), limits=limits).asarray(),
        lambda: TiffFile(io.BytesIO(data), limits=limits).pages[0].asarray(),
    ):
        with pytest.raises(TiffFileError):
            read()
    with TiffFile(io.BytesIO(data), limits=limits) as tif:
        region = tif.pages[0].asarray(selection=numpy.s_[:10, :10])
    assert region.shape == (10, 10)
    chain = build_tiff([Page(IMAGE) for _ in range(20)])
    with TiffFile(io.BytesIO(chain), limits=Limits(ifds=10)) as tif:
        try:
            assert len(tif.pages) == 10
        except TiffFileError:
            assert tif.pages[9].shape == IMAGE.shape
    with pytest.raises(TiffFileError):
        imread(io.BytesIO(data), limits=Limits(segment_bytes=1000))
    assert exercise_quickly(io.BytesIO(data), limits=Limits(tags=5))


# memory

MEASURE = """
    import sys

    sys.path[:0] = {folders!r}

    import logging

    import imagecodecs
    from memory import peak_memory
    from test_malformed import exercise

    logging.disable()
    exercise({warmup!r})
    before = peak_memory()
    for path in {paths!r}:
        exercise(path)
        after = peak_memory()
        print(after - before, path)
        before = after
"""


def measure_memory(paths: list[Path], warmup: Path) -> dict[str, int]:
    """Return increase of peak memory while files are read in turn."""
    tests = Path(__file__).parent
    code = textwrap.dedent(MEASURE).format(
        folders=[str(tests), str(Path(tifffile.__file__).parent)],
        warmup=str(warmup),
        paths=[str(path) for path in paths],
    )
    output = run_python('-c', code).stdout
    lines = [line.split(maxsplit=1) for line in output.splitlines()]
    return {Path(path).name: int(size) for size, path in lines}


@pytest.mark.skipif(sys.platform == 'win32', reason='no resource module')
def test_memory(tmp_path: Path) -> None:
    """Test hostile files take little memory."""
    warmup = tmp_path / 'warmup.tif'
    warmup.write_bytes(SMALL['classic'])
    sizes = {256: (LONG, 2**31), 257: (LONG, 2**31)}
    strips = {257: (LONG, 2**32 - 1), 278: (LONG, 1)}
    pages = {
        'image': Page(segments=[b'x'], width=1, length=1, tags=sizes),
        'tiles': Page(
            segments=[b'x'], width=1, length=1, tile=(16, 16), tags=sizes
        ),
        'tile': Page(segments=[b'x'], width=1, length=1, tile=(2**30, 2**30)),
        'zlib': Page(
            segments=[b'x'], width=1, length=1, compression=8, tags=sizes
        ),
        'strips': Page(segments=[b'x'], width=1, length=1, tags=strips),
        'count': Page(
            IMAGE, tags={65123: Tag(65123, LONG, b'x', HUGE, offset=8)}
        ),
        'offsets': Page(
            IMAGE, tags={273: Tag(273, LONG8, b'x', HUGE, offset=8)}
        ),
        'bytecount': Page(IMAGE, tags={279: (LONG8, HUGE)}, compression=8),
        'bomb': Page(
            IMAGE, compression=8, segments=[compress(bytes(2**28), 8)]
        ),
    }
    paths = []
    for name, page in pages.items():
        paths.append(tmp_path / f'{name}.tif')
        paths[-1].write_bytes(build_tiff(page, bigtiff=True))
    increases = measure_memory(paths, warmup)
    assert set(increases) == {path.name for path in paths}
    assert max(increases.values()) < 2**25, increases


# real files

MALFORMED = [entry['path'] for entry in all_entries() if is_malformed(entry)]


@pytest.mark.parametrize('path', MALFORMED)
def test_real_files(path: str, shared_data: Path, report: Any) -> None:
    """Test real files that are truncated, fuzzed, or hostile."""
    errors = exercise_quickly(shared_data / path)
    report(
        'malformed real files',
        path,
        '; '.join(sorted({f'{type(e).__name__}: {e}'[:200] for e in errors})),
    )


# random damage


def damage(data: bytes, seed: int) -> bytes:
    """Return data with a few bytes changed, doubled, or removed."""
    rng = numpy.random.default_rng(seed)
    result = bytearray(data)
    for _ in range(rng.integers(1, 5)):
        pos = int(rng.integers(len(result)))
        match int(rng.integers(5)):
            case 0:
                result[pos] ^= 1 << int(rng.integers(8))
            case 1:
                result[pos] = int(rng.choice([0, 1, 127, 128, 255]))
            case 2:
                size = int(rng.integers(1, 9))
                result[pos : pos + size] = rng.bytes(size)
            case 3:
                size = int(rng.choice([2, 4, 8]))
                result[pos : pos + size] = b'\xff' * size
            case _:
                del result[pos : pos + int(rng.integers(1, 5))]
    return bytes(result)


def check_damaged(name: str, seeds: range) -> None:
    """Read damaged copies of file."""
    kwargs = {'name': 'image.ndpi'} if name == 'ndpi' else {}
    for seed in seeds:
        data = damage(SMALL[name], seed)
        try:
            exercise_quickly(io.BytesIO(data), **kwargs)
        except BaseException as exc:
            exc.add_note(f'{name}, seed {seed}')
            raise


@pytest.mark.parametrize('name', SMALL)
def test_damaged(name: str) -> None:
    """Test files with a few bytes damaged."""
    check_damaged(name, range(150))


@pytest.mark.slow
@pytest.mark.parametrize('name', SMALL)
def test_damaged_often(name: str) -> None:
    """Test files with a few bytes damaged, many times."""
    check_damaged(name, range(150, 5000))


@pytest.mark.slow
def test_damaged_real_files(shared_data: Path) -> None:
    """Test small real files with a few bytes damaged."""
    for entry in all_entries():
        if entry['bytes'] > 10000 or is_malformed(entry):
            continue
        data = (shared_data / entry['path']).read_bytes()
        for seed in range(10):
            try:
                exercise_quickly(io.BytesIO(damage(data, seed)))
            except BaseException as exc:
                exc.add_note(f'{entry["path"]}, seed {seed}')
                raise


@pytest.mark.parametrize('code', [270, 305])
@pytest.mark.parametrize('index', [0, 1, 2])
def test_text_offset(index, code):
    """Test text of one of many pages is not in the file."""
    pages = []
    for i in range(3):
        text = f'text of page {i}'
        offset = 2**31 if i == index else None
        pages.append(
            Page(
                numpy.zeros((4, 5), 'uint8'),
                extratags=[Tag(code, ASCII, text, offset=offset)],
            )
        )
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        assert len(tif.series) == 1
        for i, page in enumerate(tif.pages):
            expected = None if i == index else f'text of page {i}'
            for _ in range(2):
                assert page.tags.valueof(code) == expected
            assert str(page)
