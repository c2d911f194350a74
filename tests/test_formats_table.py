# tests/test_formats_table.py

"""Test table of formats in documentation."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

import tifffile

ROOT = Path(__file__).resolve().parents[1]
PATH = ROOT / 'docs' / 'formats.rst'


def read_table() -> list[dict[str, str]]:
    """Return rows of table."""
    text = PATH.read_text('utf-8')
    lines = [line.strip() for line in text.splitlines()]
    return list(csv.DictReader(line for line in lines if line[:1] == '"'))


def test_table_is_up_to_date():
    """Table is that made of the registry, the source code, and tests."""
    result = subprocess.run(
        [sys.executable, ROOT / 'docs' / 'make_formats.py', '--check'],
        check=False,
        capture_output=True,
        encoding='utf-8',
    )
    assert result.returncode == 0, (
        f'{result.stderr}run python docs/make_formats.py'
    )


def test_table_has_all_formats():
    """Table has the flags, kinds, and metadata of all formats."""
    rows = read_table()
    assert [row['Flag'].strip('`') for row in rows] == [
        fmt.flag for fmt in tifffile._FORMATS if fmt.__module__ == 'tifffile'
    ]
    for row in rows:
        assert hasattr(tifffile.TiffFile, 'is_' + row['Flag'].strip('`'))
        for name, where in re.findall(
            r'``(\w+)``( of pages)?', row['Metadata']
        ):
            cls = tifffile.TiffPage if where else tifffile.TiffFile
            assert hasattr(cls, name)


def test_orders_differ():
    """Order of detection does not depend on the order of definitions."""
    orders = [
        fmt.order for fmt in tifffile._FORMATS if fmt.__module__ == 'tifffile'
    ]
    assert len(set(orders)) == len(orders)
    assert min(orders) > 0


def test_table_tells_what_is_read():
    """What is read is found in the source code."""
    rows = {row['Flag'].strip('`'): row for row in read_table()}
    assert rows['ome']['Reads'] == 'series, levels, scale, channels'
    assert rows['stk']['Reads'] == 'series, scale, coords'
    assert rows['dng']['Reads'] == ''
    assert rows['svs']['Tests'] == 'made, real'
    assert rows['lsm']['Extensions'] == 'lsm'


def test_all_formats_are_tested():
    """Every format has a test with synthetic files."""
    missing = [
        row['Flag'] for row in read_table() if 'made' not in row['Tests']
    ]
    assert not missing
