# tests/test_shared_data.py

"""Test reading real files of many makers."""

from __future__ import annotations

import contextlib
import math
import re
from pathlib import Path
from typing import Any

import pytest
from shared_data import (
    LOSSY,
    PLAIN_KINDS,
    READS,
    all_entries,
    hash_array,
    is_malformed,
    is_verified,
    largest_difference,
    mean_luma_difference,
    read_independently,
)

from tifffile import TiffFile, TiffFileError

VERIFIED = [e for e in all_entries() if is_verified(e) and not is_malformed(e)]
UNREAD = [e for e in all_entries() if READS in {e['gdal'], e['pillow']}]
OTHERS = [
    e
    for e in all_entries()
    if not (is_malformed(e) or is_verified(e) or e in UNREAD)
]

# of files that are broken or not supported, and of codecs
READ_ERRORS = (TiffFileError, ValueError, NotImplementedError, RuntimeError)

# path to reason of files that are not read as expected
EXCEPTIONS: dict[str, str] = {
    '_malformed/dvyukov-go-fuzz-corpus__'
    'c20bedd4577ea477a02ba25c0960b2b3f4b0c90f-1': 'stream is corrupted',
}


def entry_id(entry: dict[str, Any]) -> str:
    """Return short name of file for use in test names."""
    return re.sub(r'[^\w.-]+', '_', entry['path'])


def compare_page(page: Any, path: Path, tolerance: float) -> str:
    """Return how page differs from what other libraries read."""
    others = read_independently(path, page.index)
    if not others:
        return 'not compared; no other library reads the page'
    image = page.asarray()
    differences = {
        name: largest_difference(page, image, other)
        for name, other in others.items()
    }
    if min(differences.values()) <= tolerance:
        return ''
    return ', '.join(
        f'differs by {value:g} from {name}'
        for name, value in differences.items()
    )


def compare_luma(page: Any, path: Path) -> str:
    """Return how brightness of page differs from what other libraries read.

    They repeat subsampled color of old-style JPEG rather than interpolate.

    """
    differences = {
        name: mean_luma_difference(page.asarray(), other)
        for name, other in read_independently(path, page.index).items()
    }
    if differences and max(differences.values()) < 0.6:
        return ''
    return f'brightness differs by {differences}'


def compare_release(tif: Any, path: Path, known: dict[str, Any]) -> str:
    """Return how file differs from what one release read."""
    if 'error' in known:
        return known['error']
    if len(tif.pages) != known['pages']:
        return f'{len(tif.pages)} pages, not {known["pages"]}'
    series = list(tif.series)
    kinds = {item['kind'].lower() for item in known['series']}
    if not kinds <= PLAIN_KINDS and {s.kind.lower() for s in series} != kinds:
        return compare_first_page(tif, path, known)
    if len(series) != len(known['series']):
        return f'{len(series)} series, not {len(known["series"])}'
    for actual, item in zip(series, known['series'], strict=True):
        layout = [actual.axes, list(actual.shape), actual.dtype.name]
        expected = [item['axes'], item['shape'], item['dtype']]
        if layout != expected:
            return f'{layout}, not {expected}'
        problem = compare_series(actual, path, item['sha1'])
        if problem:
            return f'series {actual.index} {problem}'
    return ''


def compare_series(series: Any, path: Path, sha1: str | None) -> str:
    """Return how pixels of series differ from what is known."""
    try:
        data = series.asarray()
    except READ_ERRORS:
        if sha1 is None:
            return ''
        raise
    if data.shape != series.shape or data.dtype != series.dtype:
        return f'array is {data.shape} {data.dtype}'
    if sha1 is not None and hash_array(data) == sha1:
        return ''
    tolerance = 1.0 if int(series.keyframe.compression) in LOSSY else 0.0
    for page in series.pages:
        if page.index != page.treeindex[0]:
            return 'pixels differ in SubIFD'
        problem = compare_page(page, path, tolerance)
        if problem:
            return problem
    return ''


def compare_first_page(tif: Any, path: Path, known: dict[str, Any]) -> str:
    """Return how pixels of first page differ from what is known."""
    page = tif.pages.first
    if hash_array(page.asarray()) == known['page0_sha1']:
        return ''
    tolerance = 1.0 if int(page.compression) in LOSSY else 0.0
    return compare_page(page, path, tolerance)


@pytest.mark.parametrize('entry', VERIFIED, ids=entry_id)
def test_verified(
    entry: dict[str, Any], shared_data: Path, report: Any
) -> None:
    """Test files whose pixels are confirmed by GDAL or Pillow."""
    path = shared_data / entry['path']
    problems = {}
    try:
        with TiffFile(path) as tif:
            for release, known in sorted(
                entry['reference'].items(), reverse=True
            ):
                problems[release] = compare_release(tif, path, known)
                if not problems[release]:
                    break
        problem = '' if '' in problems.values() else str(problems)
    except Exception as exc:  # reported with the others, and raised below
        problem = f'{type(exc).__name__}: {exc}'
    if "requires the 'imagecodecs' package" in problem:
        pytest.importorskip('imagecodecs', '2026.3')
    report('verified real files', entry['path'], problem)
    if entry['path'] in EXCEPTIONS:
        assert problem, 'file is no exception any more'
        pytest.xfail(EXCEPTIONS[entry['path']])
    assert not problem


@pytest.mark.parametrize('entry', UNREAD, ids=entry_id)
def test_unread(entry: dict[str, Any], shared_data: Path, report: Any) -> None:
    """Test files that are known to be read by other libraries alone."""
    pytest.importorskip('imagecodecs')
    path = shared_data / entry['path']
    try:
        with TiffFile(path) as tif:
            page = tif.pages.first
            if page.compression == 6:
                problem = compare_luma(page, path)
            else:
                tolerance = 1.0 if int(page.compression) in LOSSY else 0.0
                problem = compare_page(page, path, tolerance)
    except READ_ERRORS as exc:
        problem = f'{type(exc).__name__}: {exc}'
    report(
        'real files that only GDAL or Pillow are known to read',
        entry['path'],
        problem,
    )
    if entry['path'] in EXCEPTIONS:
        assert problem, 'file is no exception any more'
        pytest.xfail(EXCEPTIONS[entry['path']])
    assert not problem or 'not compared' in problem


@pytest.mark.parametrize('entry', OTHERS, ids=entry_id)
def test_others(entry: dict[str, Any], shared_data: Path) -> None:
    """Test files without confirmed pixels are read or refused cleanly."""
    with (
        contextlib.suppress(*READ_ERRORS),
        TiffFile(shared_data / entry['path']) as tif,
    ):
        for series in tif.series:
            if math.prod(series.shape) < 2**26:
                data = series.asarray()
                assert data.shape == series.shape
                assert data.dtype == series.dtype
