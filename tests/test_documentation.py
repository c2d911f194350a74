# tests/test_documentation.py

"""Test that documentation is complete."""

import enum
import importlib.util
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tifffile

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / 'docs'


def is_simple(obj):
    """Return if object has no parameters that users care about."""
    return isinstance(obj, type) and issubclass(obj, enum.Enum | Exception)


def undocumented(obj):
    """Return what the docstring of an object does not describe."""
    doc = inspect.getdoc(obj)
    if not doc or not doc.strip():
        return ['docstring']
    if is_simple(obj) or not callable(obj) or 'deprecated' in doc.lower():
        return []
    try:
        parameters = inspect.signature(obj).parameters.values()
    except (TypeError, ValueError):
        return []
    described = doc.partition('Parameters:')[2]
    return [
        parameter.name
        for parameter in parameters
        if parameter.name not in {'self', 'cls'}
        and not parameter.name.startswith('_')
        and parameter.kind
        not in {parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL}
        and not re.search(rf'\b{parameter.name}\b', described)
    ]


def public_members(cls):
    """Return names and functions of public members of class."""
    for name, member in vars(cls).items():
        if name.startswith('_'):
            continue
        if isinstance(member, staticmethod | classmethod):
            member = member.__func__
        isproperty = isinstance(member, property) or hasattr(member, 'func')
        if inspect.isfunction(member) or isproperty:
            yield name, member


@pytest.mark.parametrize('name', tifffile.__all__)
def test_docstrings(name):
    """Public names, and public members of classes, are documented."""
    obj = getattr(tifffile, name)
    if not callable(obj):
        assert obj.__doc__
        return
    problems = {name: undocumented(obj)}
    # methods of stores are those that zarr documents
    if isinstance(obj, type) and not is_simple(obj):
        if not issubclass(obj, tifffile.ZarrStore):
            for member, function in public_members(obj):
                problems[f'{name}.{member}'] = undocumented(function)
    assert not {key: value for key, value in problems.items() if value}


def test_reference_names_exist():
    """The reference names objects of the module, each once."""
    text = (DOCS / 'api.rst').read_text('utf-8')
    names = re.findall(r':: (?:tifffile\.|(?=[A-Z]))(\w+)', text)
    assert len(names) == len(set(names))
    assert [name for name in names if not hasattr(tifffile, name)] == []
    assert set(names) <= set(tifffile.__all__)


def test_pages_are_linked():
    """All pages are in a table of contents."""
    linked = set()
    for path in DOCS.rglob('*.rst'):
        text = path.read_text('utf-8')
        for block in re.findall(r'toctree::((?:\n(?: .*)?)+)', text):
            linked |= {
                (path.parent / name).relative_to(DOCS).as_posix()
                for name in block.split()
                if re.fullmatch(r'[a-z_/]+', name)
            }
    pages = {
        path.relative_to(DOCS).with_suffix('').as_posix()
        for path in DOCS.rglob('*.rst')
        if '_build' not in path.parts
    }
    assert pages - linked == {'index'}


def test_version():
    """The version is the same everywhere."""
    line = f':Version: {tifffile.__version__}'
    assert line in (ROOT / 'README.rst').read_text('utf-8').splitlines()
    assert line in tifffile.__doc__.splitlines()
    changes = (ROOT / 'CHANGES.rst').read_text('utf-8')
    assert f'\n{tifffile.__version__}\n----' in changes


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec('sphinx') is None, reason='no Sphinx'
)
def test_site(tmp_path):
    """The site is built without warnings, with all public names."""
    command = [sys.executable, '-m', 'sphinx', '-q', '-W', '--keep-going']
    process = subprocess.run(
        [*command, '-b', 'html', DOCS, tmp_path],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert process.returncode == 0, process.stderr
    text = (tmp_path / 'api.html').read_text('utf-8')
    anchors = set(re.findall(r'id="tifffile\.(\w+)"', text))
    assert set(tifffile.__all__) - anchors == set()
    assert 'href="#tifffile.TiffFile.asarray"' in text
