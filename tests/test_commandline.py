# tests/test_commandline.py

"""Test command line."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy
import pytest
from builder import Page, build_tiff
from tifffile.tiffcomment import main as tiffcomment_main

import tifffile
from tifffile import TiffFileError, main, tiffcomment

ROOT = Path(tifffile.__file__).parent


@pytest.fixture
def path(tmp_path):
    """Return path of file with two pages."""
    path = tmp_path / 'test.tif'
    image = numpy.arange(6, dtype='uint16').reshape(2, 3)
    pages = [
        Page(image, description='first'),
        Page(image, description='second', tags={305: (2, 'tool')}),
    ]
    path.write_bytes(build_tiff(pages))
    return path


@pytest.fixture
def bad(tmp_path):
    """Return path of file that is not a TIFF file."""
    path = tmp_path / 'bad.tif'
    path.write_bytes(b'not a TIFF file')
    return path


def run(*args, cwd):
    """Return completed process of Python in new interpreter."""
    return subprocess.run(
        [sys.executable, '-W', 'error', '-m', *map(str, args)],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding='utf-8',
        env={**os.environ, 'PYTHONPATH': str(ROOT), 'PYTHONUTF8': '1'},
        timeout=60,
    )


def test_main(path, capsys):
    """Structure of file is printed."""
    assert main(['tifffile', str(path)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("TiffFile 'test.tif'")
    assert 'TiffPageSeries 0' in out
    assert 'ImageWidth' in out
    assert not err


@pytest.mark.parametrize('option', ['-v', '--detail'])
def test_main_detail(path, capsys, option):
    """Detail selects how much is printed."""
    lengths = []
    for detail in '0123':
        assert main(['tifffile', option, detail, str(path)]) == 0
        lengths.append(len(capsys.readouterr().out.strip().splitlines()))
    assert lengths[0] == 1
    assert lengths == sorted(lengths)
    assert lengths[3] > lengths[0]


def test_main_pattern(path, tmp_path, monkeypatch, capsys):
    """First file that matches a pattern is read, in natural order."""
    for name in ('image10.tif', 'image9.tif'):
        (tmp_path / name).write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)
    assert main(['tifffile', 'image*.tif']) == 0
    assert "TiffFile 'image9.tif'" in capsys.readouterr().out
    assert main(['tifffile', 'nix*.tif']) == 1
    assert 'no files match' in capsys.readouterr().err


def test_main_name_with_special_characters(path, tmp_path, capsys):
    """Existing file is not a pattern; its name may contain spaces."""
    name = tmp_path / 'a [1] b.tif'
    name.write_bytes(path.read_bytes())
    assert main(['tifffile', *str(name).split(' ')]) == 0
    assert "'a [1] b.tif'" in capsys.readouterr().out


def test_main_errors(bad, tmp_path, capsys):
    """Errors are one line, and a status."""
    for path in (bad, tmp_path / 'missing.tif', tmp_path):
        assert main(['tifffile', str(path)]) == 1
        out, err = capsys.readouterr()
        assert not out
        assert err.startswith('tifffile: ')
        assert err.count('\n') == 1
        assert path.name in err
    with pytest.raises(TiffFileError):
        main(['tifffile', '--debug', str(bad)])


@pytest.mark.parametrize('program', [main, tiffcomment_main])
def test_usage(program, capsys):
    """Wrong arguments are a status of 2, help and version of 0."""
    for args, status in (
        ([], 2),
        (['--nix', 'file'], 2),
        (['--help'], 0),
        (['--version'], 0),
    ):
        with pytest.raises(SystemExit) as exc:
            program(['name', *args])
        assert exc.value.code == status
    assert capsys.readouterr().out.endswith(f'{tifffile.__version__}\n')


@pytest.mark.parametrize('name', ['tifffile', 'tifffile.tifffile'])
def test_run_main(name, path, bad):
    """Module runs, in any directory."""
    process = run(name, path.name, cwd=path.parent)
    assert process.returncode == 0, process.stderr
    assert process.stdout.startswith("TiffFile 'test.tif'")
    process = run(name, bad.name, cwd=path.parent)
    assert process.returncode == 1
    assert not process.stdout
    assert 'Traceback' not in process.stderr


def test_run_tiffcomment(path):
    """Submodule runs."""
    process = run('tifffile.tiffcomment', path, cwd=path.parent)
    assert process.returncode == 0, process.stderr
    assert process.stdout == 'first\n'
    assert not process.stderr


@pytest.mark.skipif(os.name == 'nt', reason='pipes differ')
def test_broken_pipe(path):
    """A reader that leaves early is no error to talk about."""
    process = subprocess.Popen(
        [sys.executable, '-m', 'tifffile', *['-v', '3'], str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    assert process.stderr.read() == b''
    process.stderr.close()
    assert process.wait(60) == 1


def test_tiffcomment(path):
    """Comments and other tags are returned."""
    assert tiffcomment(path) == 'first'
    assert tiffcomment(str(path), pageindex=1) == 'second'
    assert tiffcomment(path, None, 1, 'Software') == 'tool'
    assert tiffcomment(path, tagcode=256) == 3
    assert tiffcomment(io.BytesIO(path.read_bytes())) == 'first'


def test_tiffcomment_errors(path, bad):
    """Missing pages and tags are errors."""
    with pytest.raises(IndexError):
        tiffcomment(path, pageindex=2)
    with pytest.raises(ValueError, match=r'no Software tag .*test\.tif'):
        tiffcomment(path, tagcode=305)
    with pytest.raises(TiffFileError):
        tiffcomment(bad)


def test_tiffcomment_command(path, capsys):
    """Comments are printed, with names of files if there are more."""
    assert tiffcomment_main(['tiffcomment', str(path)]) == 0
    assert capsys.readouterr().out == 'first\n'
    args = ['tiffcomment', '--page', '1', '--tag', 'Software', str(path)]
    assert tiffcomment_main(args) == 0
    assert capsys.readouterr().out == 'tool\n'
    args = ['tiffcomment', '--tag', '256', str(path), str(path)]
    assert tiffcomment_main(args) == 0
    assert capsys.readouterr().out == f'# {path}\n3\n# {path}\n3\n'


def test_tiffcomment_command_errors(path, bad, capsys):
    """Other files are read if one is bad."""
    args = ['tiffcomment', '--page', '5', str(path)]
    assert tiffcomment_main(args) == 1
    assert re.match('tiffcomment: .*IndexError', capsys.readouterr().err)
    assert tiffcomment_main(['tiffcomment', str(bad), str(path)]) == 1
    out, err = capsys.readouterr()
    assert out == f'# {path}\nfirst\n'
    assert err.count('\n') == 1
    args = ['tiffcomment', '--set-file', 'missing.txt', str(path)]
    assert tiffcomment_main(args) == 1
    assert 'missing.txt' in capsys.readouterr().err
    assert tiffcomment(path) == 'first'
