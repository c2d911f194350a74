# tests/formats/real_files.py

"""Compare series of real files with those that are expected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shared_data import all_entries, hash_array

from tifffile import TiffFile


def entries_of(*prefixes: str) -> list[Any]:
    """Return what is known about files whose paths start with prefixes."""
    return [
        entry for entry in all_entries() if entry['path'].startswith(prefixes)
    ]


def check_series(
    folder: Path, entry: dict[str, Any], release: str = '2022.8.3'
) -> TiffFile:
    """Assert that file has expected series and return closed file."""
    known = entry['reference'][release]
    with TiffFile(folder / entry['path']) as tif:
        assert len(tif.pages) == known['pages']
        assert len(tif.series) == len(known['series'])
        for series, expected in zip(tif.series, known['series'], strict=True):
            assert series.kind == expected['kind']
            assert series.axes == expected['axes']
            assert list(series.shape) == expected['shape']
            assert series.dtype.name == expected['dtype']
            assert hash_array(series.asarray()) == expected['sha1']
    return tif
