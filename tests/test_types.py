# tests/test_types.py

"""Test that type checkers see the right types in examples."""

import doctest
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    ROOT / 'README.rst',
    *(
        ROOT / f'docs/{name}.rst'
        for name in ('tutorial', 'reading', 'howto/repair', 'howto/speed')
    ),
]

# types that users rely on; checked with what the stubs say
EXPECTED = """
from typing import Any, assert_type

import numpy
from numpy.typing import NDArray
from tifffile import (
    COMPRESSION,
    FileHandle,
    Limits,
    TiffFile,
    TiffFileError,
    TiffFrame,
    TiffPage,
    TiffPageSeries,
    TiffSequence,
    TiffTag,
    TiffTags,
    TiffWriter,
    ZarrFileSequenceStore,
    ZarrTiffStore,
    enumarg,
    imread,
    imshow,
    imwrite,
    memmap,
    natural_sorted,
    parse_filenames,
    tiffcomment,
)

assert_type(imread('x'), NDArray[Any])
assert_type(imread('x', key=0), NDArray[Any])
assert_type(imread(['x', 'y']), NDArray[Any])
assert_type(imread('x', aszarr=False), NDArray[Any])
assert_type(
    imread('x', aszarr=True), ZarrTiffStore | ZarrFileSequenceStore
)
assert_type(imwrite('x', [[1]]), tuple[int, int] | None)
assert_type(imshow('x'), tuple[Any, Any, Any])
assert_type(enumarg(COMPRESSION, 'lzw'), COMPRESSION)
array: numpy.memmap[Any, Any] = memmap('x')
names: list[str] = natural_sorted(['b', 'a'])
with TiffFile('x') as tif:
    assert_type(tif, TiffFile)
    assert_type(tif.asarray(), NDArray[Any])
    assert_type(tif.pages[0], TiffPage | TiffFrame)
    assert_type(tif.pages.first, TiffPage)
    assert_type(tif.pages[0].asarray(), NDArray[Any])
    assert_type(tif.pages.first.tags, TiffTags)
    assert_type(tif.pages.first.tags['ImageWidth'], TiffTag)
    assert_type(tif.pages.first.tags['ImageWidth'].name, str)
    assert_type(tif.pages.first.shape, tuple[int, ...])
    assert_type(tif.pages.first.axes, str)
    assert_type(tif.series[0], TiffPageSeries)
    assert_type(tif.series[0].levels, list[TiffPageSeries])
    assert_type(tif.series[0].asarray(), NDArray[Any])
    assert_type(tif.series[0].shape, tuple[int, ...])
    assert_type(tif.series[0].axes, str)
    assert_type(tif.series[0].dims, tuple[str, ...])
    assert_type(tif.series[0].sizes, dict[str, int])
    assert_type(tif.series[0].aszarr(), ZarrTiffStore)
    assert_type(tif.filehandle, FileHandle)
    assert_type(tif.is_ome, bool)
    assert_type(tif.pages.first.is_ome, bool)
    assert_type(tif.is_bigtiff, bool)
    assert_type(tif.flags, set[str])
    for page in tif.pages:
        assert_type(page, TiffPage | TiffFrame)
    for tag in tif.pages.first.tags:
        assert_type(tag, TiffTag)
with TiffWriter('x') as writer:
    assert_type(writer, TiffWriter)
with TiffSequence('x') as sequence:
    assert_type(sequence.asarray(), NDArray[Any])
    assert_type(sequence.shape, tuple[int, ...])
    assert_type(sequence.axes, str)
assert_type(Limits().tags, int)
error: ValueError = TiffFileError('')
"""

# lines that type checkers must refuse
WRONG = """
from tifffile import TiffFile, TiffWriter, imread, imwrite

imread('x', key='0')
imread('x', maxworkers='2')
imread(1.5)
imwrite('x', [[1]], tile=16)
TiffFile('x', mode=1)
TiffFile('x').pages['0']
TiffFile('x').no_such_attribute
TiffWriter('x').write([[1]], append=True)
"""


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """Return folder with stubs and files to check."""
    sys.path.insert(0, str(ROOT))
    try:
        from setup_stubs import write_stubs
    finally:
        sys.path.remove(str(ROOT))
    folder = tmp_path_factory.mktemp('types')
    write_stubs(ROOT / 'tifffile.py', folder / 'installed')
    # the search path of the checkers knows no suffix of stub packages
    shutil.move(
        folder / 'installed' / 'tifffile-stubs', folder / 'stubs' / 'tifffile'
    )
    (folder / 'expected.py').write_text(EXPECTED)
    (folder / 'wrong.py').write_text(WRONG)
    for path in PAGES:
        (folder / f'page_{path.stem.lower()}.py').write_text(examples(path))
    return folder


def examples(path):
    """Return source of examples of page that are not to raise errors."""
    parser = doctest.DocTestParser()
    source = ''.join(
        example.source
        for example in parser.get_examples(path.read_text('utf-8'))
        if example.exc_msg is None
    )
    # types of other packages are not at issue
    for name in ('zarr', 'dask', 'fsspec', 'pyplot'):
        source, count = re.subn(
            rf'^(from \S+ )?import {name}\b.*$', '', source, flags=re.MULTILINE
        )
        if count:
            source = f'{name}: Any = None\n{source}'
    return f'from typing import Any\n_: Any = None\n{source}'


def run_mypy(folder, *paths):
    """Return output lines of mypy, one for each error."""
    process = subprocess.run(
        [
            *(sys.executable, '-m', 'mypy', '--check-untyped-defs'),
            *('--no-error-summary', '--hide-error-context', '--no-pretty'),
            *('--ignore-missing-imports', '--cache-dir', str(folder / '.m')),
            *('--config-file', '', '--warn-return-any'),
            '--allow-redefinition',
            *(str(path) for path in paths),
        ],
        cwd=folder,
        env={**os.environ, 'MYPYPATH': str(folder / 'stubs')},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert not process.stderr, process.stderr
    # keyword arguments in a dictionary have the type of their union
    return [
        line
        for line in process.stdout.splitlines()
        if ': error:' in line and '"**dict[' not in line
    ]


def wrong_lines(lines):
    """Return numbers of lines with errors."""
    return {int(line.split(':')[1]) for line in lines}


def expected_wrong_lines():
    """Return numbers of lines that must be refused."""
    lines = WRONG.splitlines()
    return {i + 1 for i, line in enumerate(lines) if i > 2 and line}


@pytest.mark.slow
def test_mypy(folder):
    """Mypy accepts examples, and sees the types that are expected."""
    pytest.importorskip('mypy')
    paths = sorted(folder.glob('page_*.py'))
    assert len(paths) == len(PAGES)
    errors = run_mypy(folder, folder / 'expected.py', *paths)
    assert not errors, '\n'.join(errors)
    errors = run_mypy(folder, folder / 'wrong.py')
    assert wrong_lines(errors) == expected_wrong_lines()


def run_pyright(folder):
    """Return errors of pyright by name of file; skip if it cannot run."""
    if importlib.util.find_spec('pyright') is None:
        pytest.skip('no pyright')
    (folder / 'pyrightconfig.json').write_text(
        json.dumps(
            {
                'include': ['*.py'],
                'stubPath': 'stubs',
                'reportMissingImports': False,
                'reportMissingModuleSource': False,
                'reportUnusedExpression': False,
                'reportOptionalMemberAccess': True,
            }
        )
    )
    process = subprocess.run(
        [
            *(sys.executable, '-m', 'pyright', '--outputjson'),
            *('--pythonpath', sys.executable),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
    )
    try:
        report = json.loads(process.stdout)
    except ValueError:
        pytest.skip('pyright does not run')
    errors = {}
    for item in report['generalDiagnostics']:
        if item['severity'] == 'error':
            line = item['range']['start']['line'] + 1
            name = Path(item['file']).name
            errors.setdefault(name, []).append(
                f'{name}:{line}: {item["message"]}'
            )
    return errors


@pytest.mark.slow
def test_pyright(folder):
    """Pyright accepts examples, and sees the types that are expected."""
    errors = run_pyright(folder)
    wrong = errors.pop('wrong.py', [])
    assert not errors, '\n'.join(map(str, errors.values()))
    assert wrong_lines(wrong) == expected_wrong_lines()
