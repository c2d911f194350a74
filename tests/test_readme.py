# tests/test_readme.py

"""Test examples in README and documentation."""

import doctest
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy
import pytest
from builder import Page, build_tiff

import tifffile

ROOT = Path(__file__).resolve().parents[1]


def write_stack(path):
    """Write stack of 64 pages."""
    shape = 64, 301, 219
    stack = numpy.arange(numpy.prod(shape), dtype='uint32') % 4093
    stack = stack.astype('uint16').reshape(shape)
    path.write_bytes(build_tiff([Page(image) for image in stack]))


def write_pyramid(path):
    """Write pyramid of three levels of RGB tiles."""
    y, x, sample = numpy.ogrid[:512, :640, :3]
    image = ((x + 2 * y) // (sample + 1) % 256).astype('uint8')
    base, *levels = (
        Page(
            image[::step, ::step],
            tile=(128, 128),
            compression=8,
            predictor=2,
            subfiletype=int(step > 1),
        )
        for step in (1, 2, 4)
    )
    base.subifds = levels
    path.write_bytes(build_tiff([base]))


PAGES = [ROOT / 'README.rst', *sorted(ROOT.glob('docs/**/*.rst'))]


@pytest.mark.parametrize(
    'path',
    [path for path in PAGES if '\n>>> ' in path.read_text('utf-8')],
    ids=lambda path: path.stem,
)
def test_examples(path, tmp_path, monkeypatch):
    """Examples give the output that is printed below them."""
    text = path.read_text('utf-8')
    if 'imshow' in text:
        pytest.importorskip('matplotlib').use('Agg')
    names = re.findall(r'^>>> (?:import|from) (\w+)', text, re.MULTILINE)
    names += [name for name in ('dask', 'xarray') if f'.as{name}(' in text]
    for name in names:
        # examples print what zarr 3 does
        pytest.importorskip(name, '3' if name == 'zarr' else None)
    monkeypatch.chdir(tmp_path)
    write_stack(tmp_path / 'stack.tif')
    write_pyramid(tmp_path / 'pyramid.tif')
    result = doctest.testfile(
        str(path),
        module_relative=False,
        optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE,
        encoding='utf-8',
    )
    assert result.attempted
    assert not result.failed


def commands(path):
    """Return commands that run modules of the library on files."""
    return re.findall(
        r'^ +(?:\$ )?python (-m tifffile\S* .*)$',
        path.read_text('utf-8'),
        re.MULTILINE,
    )


@pytest.mark.parametrize(
    ('path', 'command'),
    [
        (path, command)
        for path in PAGES
        for command in commands(path)
        if 'lsm' not in command
    ],
    ids=lambda value: getattr(value, 'stem', value),
)
def test_command_line(path, command, tmp_path):
    """Commands run."""
    if '--plot' in command:
        pytest.importorskip('matplotlib')
    write_stack(tmp_path / 'stack.tif')
    write_pyramid(tmp_path / 'pyramid.tif')
    tifffile.imwrite(
        tmp_path / 'described.tif', [[1]], description='old', metadata=None
    )
    process = subprocess.run(
        f'"{sys.executable}" {command}',
        shell=True,
        cwd=tmp_path,
        env={
            **os.environ,
            'MPLBACKEND': 'Agg',
            'PYTHONPATH': str(ROOT),
            'PYTHONUTF8': '1',
        },
        capture_output=True,
        text=True,
        encoding='utf-8',
        timeout=300,
    )
    assert process.returncode == 0, process.stderr
    assert not process.stderr
    if '.png' in command:
        name = re.findall(r'\w+\.png', command)[0]
        assert (tmp_path / name).read_bytes()[:4] == b'\x89PNG'
    elif 'tiff2fsspec' in command:
        text = (tmp_path / 'pyramid.tif.json').read_text()
        assert 'https://example.com/images/pyramid.tif' in text
    elif '--set' not in command:
        assert process.stdout.strip()


def test_format_of_contributors(tmp_path):
    """The format that is shown to contributors works."""
    text = (ROOT / 'docs' / 'contributing.rst').read_text('utf-8')
    code = re.search(r'    @final\n(?:    .*\n|\n)+', text)[0]
    pages = [
        Page(
            numpy.full((8, 9), i, 'uint8'),
            tags={305: (2, 'Example 1.0')},
            description='spacing=1.5\nlens=20x',
        )
        for i in range(3)
    ]
    (tmp_path / 'example.exm').write_bytes(build_tiff(pages))
    script = (
        'import tifffile\n'
        f'exec({textwrap.dedent(code)!r}, vars(tifffile))\n'
        'with tifffile.TiffFile("example.exm") as tif:\n'
        '    series = tif.series[0]\n'
        '    print(tif.is_example, tif.example_metadata)\n'
        '    print(series.kind, series.axes, series.shape)\n'
        '    print(series.scale["Z"], series.units["Z"])\n'
    )
    output = subprocess.check_output(
        [sys.executable, '-c', script],
        cwd=tmp_path,
        env={**os.environ, 'PYTHONPATH': str(ROOT)},
        text=True,
        timeout=100,
    )
    assert output.splitlines() == [
        "True {'spacing': '1.5', 'lens': '20x'}",
        'Example ZYX (3, 8, 9)',
        '1.5 micrometer',
    ]


def test_docstrings(tmp_path, monkeypatch):
    """Examples in docstrings give the output that is printed below them."""
    pytest.importorskip('matplotlib').use('Agg')
    monkeypatch.chdir(tmp_path)
    result = doctest.testmod(
        tifffile, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    )
    assert result.attempted
    assert not result.failed


def test_commands():
    """README has two commands that set up everything."""
    text = (ROOT / 'README.rst').read_text('utf-8')
    assert re.findall(r'^    (python -m pip .*)$', text, re.MULTILINE) == [
        'python -m pip install ".[all]" && python examples/quickstart.py',
        'python -m pip install ".[test]" && python -m pytest',
    ]
