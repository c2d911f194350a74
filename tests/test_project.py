# tests/test_project.py

"""Test packaging: metadata, type stubs, and installed copies."""

import ast
import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

import tifffile

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope='module')
def stubs(tmp_path_factory):
    """Return folder with stub package, and its generator."""
    path = ROOT / 'setup_stubs.py'
    spec = importlib.util.spec_from_file_location('setup_stubs', path)
    setup_stubs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(setup_stubs)
    folder = tmp_path_factory.mktemp('stubs')
    paths = setup_stubs.write_stubs(ROOT / 'tifffile.py', folder)
    assert all(path.exists() for path in paths)
    return folder / 'tifffile-stubs', setup_stubs


def make_stub(setup_stubs, source):
    """Return lines of stub of source, without blank ones."""
    text = setup_stubs.Stub(source, 'module').module()
    compile(text, 'module.pyi', 'exec')
    return [line for line in text.splitlines() if line][1:]


def parse_names(body):
    """Return names that statements of stub define."""
    names = set()
    for node in body:
        if isinstance(
            node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        ):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign):
            names.add(ast.unparse(node.target))
        elif isinstance(node, ast.Assign):
            names.update(ast.unparse(target) for target in node.targets)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names.update(item.asname for item in node.names if item.asname)
    return names


def test_version_is_the_same_everywhere():
    """README and CHANGES are about the version of the module."""
    version = tifffile.__version__
    assert re.fullmatch(r'\d{4}\.\d{1,2}\.\d{1,2}', version)
    readme = (ROOT / 'README.rst').read_text('utf-8')
    assert f':Version: {version}\n' in readme
    assert re.search(rf'^Revisions\n-+\n\n{re.escape(version)}$', readme, re.M)
    changes = (ROOT / 'CHANGES.rst').read_text('utf-8')
    assert re.search(r'^\d{4}\.[\d.]+$', changes, re.M).group() == version


def test_all_names_exist():
    """Names in __all__ exist, once, and are documented."""
    assert len(set(tifffile.__all__)) == len(tifffile.__all__)
    for name in tifffile.__all__:
        value = getattr(tifffile, name)
        if callable(value):
            assert value.__doc__, name


def test_stub_has_all_names(stubs):
    """Stub has the names of the module that are public or defined there."""
    text = (stubs[0] / '__init__.pyi').read_text('utf-8')
    missing = {
        name
        for name, value in vars(tifffile).items()
        if name in tifffile.__all__
        or getattr(value, '__module__', None) == 'tifffile'
    } - parse_names(ast.parse(text).body)
    assert not missing


def test_stub_has_all_members(stubs):
    """Stub has the public members of public classes, also generated ones."""
    text = (stubs[0] / '__init__.pyi').read_text('utf-8')
    members = {
        node.name: parse_names(node.body)
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef)
    }
    missing = set()
    for cls in vars(tifffile).values():
        if not isinstance(cls, type) or cls.__module__ != 'tifffile':
            continue
        known = set().union(
            *(members.get(item.__name__, ()) for item in cls.__mro__)
        )
        missing |= {
            f'{cls.__name__}.{name}'
            for name in vars(cls)
            if not name.startswith('_') and name not in known
        }
    assert not missing


# packages that submodules need, and that are not installed with this one
OPTIONAL = {'numcodecs', 'xarray', 'zarr'}


def test_stub_of_submodules(stubs):
    """Every virtual submodule has a stub with the names that it has."""
    paths = {path.stem: path for path in stubs[0].iterdir()}
    assert set(paths) == {'__init__', *tifffile._SUBMODULES}
    for name in tifffile._SUBMODULES:
        try:
            submodule = importlib.import_module(f'tifffile.{name}')
        except ImportError as exc:
            assert exc.name in OPTIONAL, name
            continue
        built = tifffile._SUBMODULES[name]()
        names = built.get('__all__', built)
        for node in ast.parse(paths[name].read_text('utf-8')).body:
            if isinstance(node, ast.AnnAssign):
                assert hasattr(submodule, node.target.id)
                continue
            if isinstance(node, ast.ImportFrom) and node.module == 'typing':
                continue
            if not isinstance(node, ast.ImportFrom):
                assert ast.literal_eval(node.value) == sorted(names)
                continue
            for item in node.names:
                assert hasattr(tifffile, item.name)
                assert hasattr(submodule, item.asname), item.asname


def test_mypy_accepts_stubs(stubs, tmp_path):
    """Mypy finds no fault in stubs, and infers from them."""
    pytest.importorskip('mypy')
    check = tmp_path / 'check.py'
    check.write_text(
        'import tifffile\n'
        'import tifffile.tifffile\n'
        'from tifffile.tifffile import Limits\n'
        'from tifffile.tiffcomment import main, tiffcomment\n'
        'reveal_type(tifffile.Limits().tags)\n'
        'reveal_type(tifffile.tifffile.Limits().tags)\n'
        'reveal_type(Limits)\n'
        'reveal_type(main([]))\n'
        'reveal_type(tifffile.tiffcomment)\n'
    )
    copy = tmp_path / 'tifffile'
    stubs[0].parent.joinpath('tifffile-stubs').rename(copy)
    try:
        process = subprocess.run(
            [
                sys.executable,
                '-m',
                'mypy',
                '--strict',
                '--ignore-missing-imports',
                '--cache-dir',
                os.devnull,
                'tifffile',
                'check.py',
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            env={**os.environ, 'MYPYPATH': '', 'NO_COLOR': '1'},
        )
    finally:
        copy.rename(stubs[0])
    assert process.returncode == 0, process.stdout + process.stderr
    types = re.findall(r'Revealed type is "(.*)"', process.stdout)
    assert types[:2] == ['int', 'int'] or types[:2] == ['builtins.int'] * 2
    assert 'Limits' in types[2]
    assert types[3].endswith('int')
    assert types[4].startswith('def (')


def test_generator_keeps_signatures(stubs):
    """Signatures stay, bodies and long defaults go."""
    source = """
import functools
from typing import overload
if __name__ == '__main__':
    import skipped
@overload
def f(a: int) -> int: ...
@overload
def f(a: str) -> str: ...
def f(a): return a
async def g(a, /, b: int = -1, *c: int, d: str = 'd', **e: int) -> None:
    '''Docstring.'''
def h(a: str = 'a text that is too long to be kept', b: int = f(1)) -> int:  # type: ignore[x]
    return 1
"""  # noqa: E501
    assert make_stub(stubs[1], source) == [
        'import functools',
        'from typing import overload',
        '@overload',
        'def f(a: int) -> int:',
        '    ...',
        '@overload',
        'def f(a: str) -> str:',
        '    ...',
        "async def g(a, /, b: int=-1, *c: int, d: str='d', **e: int) -> None:",
        '    ...',
        'def h(a: str=..., b: int=...) -> int:  # type: ignore[x]',
        '    ...',
    ]


def test_generator_keeps_classes(stubs):
    """Attributes are declared once, those of instances as well."""
    source = """
class A:
    '''Docstring.'''
    __slots__ = ('a', 'b')
    kind: str
    n = 1
    def __init__(self, a: int, b=None):
        self.a = a
        self.b: list[int] | None = b
        self.c, self.d = 1, 'a'
        self.n = 2
    @property
    def p(self) -> int:
        return self._p
    @p.setter
    def p(self, value: int) -> None:
        self._p = value
    alias = p
class B(A, metaclass=M):
    kind = 'b'
    def close(self) -> None:
        self.a = None
        self.open = False
"""
    assert make_stub(stubs[1], source) == [
        'class A:',
        '    a: int',
        '    b: list[int] | None',
        '    c: int',
        '    d: str',
        '    _p: int',
        "    __slots__ = ('a', 'b')",
        '    kind: str',
        '    n: int',
        '    def __init__(self, a: int, b=None) -> None:',
        '        ...',
        '    @property',
        '    def p(self) -> int:',
        '        ...',
        '    @p.setter',
        '    def p(self, value: int) -> None:',
        '        ...',
        '    alias = p',
        'class B(A, metaclass=M):',
        '    open: bool',
        '    def close(self) -> None:',
        '        ...',
    ]


def test_generator_keeps_values(stubs):
    """Values stay where they are types or members, else their type is kept."""
    source = """
import dataclasses, enum
from typing import Any, Literal, NamedTuple, TypeVar
T = TypeVar('T')
Order = Literal['<', '>']
Path = str | bytes
A = 1
B: int = 2
C = {'a': 1}
D = [1, 'a']
E = f'{A}'
F, G = 1, 2
class Color(enum.IntEnum):
    RED = 1
    GREEN = RED
    BLUE = f()
class Data(NamedTuple):
    a: int
    b: int = 2
@dataclasses.dataclass(frozen=True)
class Fields:
    a: int = 1
    b: list[int] = dataclasses.field(default_factory=list)
class Names:
    Data = Data
    value = 1
Same = Fields
value = Fields()
"""
    assert make_stub(stubs[1], source)[2:] == [
        "T = TypeVar('T')",
        "Order = Literal['<', '>']",
        'Path = str | bytes',
        'A: int',
        'B: int',
        'C: dict[str, int]',
        'D: list[Any]',
        'E: str',
        'F: int',
        'G: int',
        'class Color(enum.IntEnum):',
        '    RED = 1',
        '    GREEN = RED',
        '    BLUE = ...',
        'class Data(NamedTuple):',
        '    a: int',
        '    b: int = ...',
        '@dataclasses.dataclass(frozen=True)',
        'class Fields:',
        '    a: int = ...',
        '    b: list[int] = dataclasses.field(default_factory=list)',
        '_Data_Names = Data',
        'class Names:',
        '    Data = _Data_Names',
        '    value: int',
        'Same = Fields',
        'value: Fields',
    ]


@pytest.fixture(scope='module')
def installed(tmp_path_factory):
    """Return Python of virtual environment with an installed copy."""
    for name, minimum in {'pip': 23, 'setuptools': 77}.items():
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            pytest.skip(f'{name} is not installed')
        if int(version.partition('.')[0]) < minimum:
            pytest.skip(f'{name} {version} is too old')
    folder = tmp_path_factory.mktemp('installed')
    source = folder / 'source'
    source.mkdir()
    for name in (
        'CHANGES.rst',
        'LICENSE',
        'MANIFEST.in',
        'README.rst',
        'pyproject.toml',
        'setup.py',
        'setup_stubs.py',
        'tifffile.py',
    ):
        (source / name).write_bytes((ROOT / name).read_bytes())
    environment = folder / 'environment'
    venv.create(environment, with_pip=False, symlinks=os.name != 'nt')
    scripts = 'Scripts' if os.name == 'nt' else 'bin'
    python = environment / scripts / 'python'
    purelib = subprocess.check_output(
        [
            python,
            '-c',
            'import sysconfig; print(sysconfig.get_path("purelib"))',
        ],
        text=True,
    ).strip()
    paths = {sysconfig.get_path('purelib'), sysconfig.get_path('platlib')}
    Path(purelib, 'dependencies.pth').write_text('\n'.join(sorted(paths)))
    subprocess.run(
        [
            *(sys.executable, '-m', 'pip', '--python', str(python)),
            *('install', '--quiet', '--no-deps', '--no-build-isolation'),
            *('--ignore-installed', '--no-index', str(source)),
        ],
        check=True,
        timeout=300,
    )
    return python, Path(purelib)


@pytest.mark.slow
def test_installed_files(installed):
    """Module, stubs, and scripts are installed, and nothing else."""
    _, purelib = installed
    (record,) = purelib.glob('tifffile-*.dist-info/RECORD')
    names = {line.partition(',')[0] for line in record.read_text().split()}
    names = {
        name
        for name in names
        if '.dist-info' not in name and '__pycache__' not in name
    }
    stubs = {f'tifffile-stubs/{name}.pyi' for name in tifffile._SUBMODULES}
    assert {name for name in names if not name.startswith('..')} == {
        'tifffile.py',
        'tifffile-stubs/__init__.pyi',
        *stubs,
    }
    scripts = {name for name in names if name.startswith('..')}
    assert {Path(name).stem for name in scripts} == SCRIPTS


SCRIPTS = {'lsm2bin', 'tiff2fsspec', 'tiffcomment', 'tifffile'}


@pytest.mark.slow
@pytest.mark.parametrize('name', sorted(SCRIPTS))
def test_installed_scripts(installed, name, tmp_path):
    """Installed scripts run."""
    python, _ = installed
    output = subprocess.check_output(
        [python.parent / name, '--version'], cwd=tmp_path, text=True
    )
    assert output == f'{name} {tifffile.__version__}\n'


@pytest.mark.slow
def test_installed_types(installed, tmp_path):
    """Mypy sees the types of an installed copy."""
    pytest.importorskip('mypy')
    python, _ = installed
    (tmp_path / 'check.py').write_text(
        'import tifffile\nreveal_type(tifffile.Limits().tags)\n'
    )
    process = subprocess.run(
        [
            *(sys.executable, '-m', 'mypy', '--python-executable'),
            *(str(python), '--cache-dir', os.devnull, 'check.py'),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert process.returncode == 0, process.stdout + process.stderr
    assert re.search(r'Revealed type is "(builtins\.)?int"', process.stdout)
