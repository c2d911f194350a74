# tests/test_submodules.py

"""Test virtual submodules."""

import importlib
import importlib.util
import pickle
import sys

import pytest
from interpreter import ROOT, run_python

import tifffile


def run(*args, cwd=ROOT):
    """Return completed process of Python in new interpreter."""
    return run_python('-W', 'error', *args, cwd=cwd, check=False)


def run_code(code):
    """Return output of code that runs in new interpreter."""
    process = run('-c', code)
    assert process.returncode == 0, process.stderr
    assert not process.stderr
    return process.stdout


def test_module_is_its_own_submodule():
    """tifffile.tifffile is the module itself."""
    import tifffile.tifffile as submodule
    from tifffile.tifffile import TiffFileError

    assert submodule is tifffile
    assert tifffile.tifffile is tifffile
    assert sys.modules['tifffile.tifffile'] is tifffile
    assert TiffFileError is tifffile.TiffFileError
    assert tifffile.__spec__.name == 'tifffile'
    assert tifffile.__name__ == 'tifffile'


def test_module_without_import_of_submodule():
    """tifffile.tifffile is an attribute before it is imported."""
    code = """
import sys
import tifffile
assert 'tifffile.tifffile' not in sys.modules
print(tifffile.tifffile is tifffile)
"""
    assert run_code(code) == 'True\n'


@pytest.mark.parametrize('name', ['nix', 'numpy', 'os', 'tifffile_', 'a.b'])
def test_unknown_submodule(name):
    """Unknown submodules, also names of other modules, are not found."""
    with pytest.raises(ModuleNotFoundError, match='No module named'):
        importlib.import_module(f'tifffile.{name}')
    assert f'tifffile.{name}' not in sys.modules


def test_unknown_name():
    """Import of unknown name is an ImportError."""
    with pytest.raises(ImportError, match='cannot import name'):
        from tifffile import nix  # noqa: F401


def test_no_files_are_served(tmp_path, monkeypatch):
    """Modules beside the file are no submodules."""
    (tmp_path / 'geodbx.py').write_text('')
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    assert tifffile.__path__ == []
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module('tifffile.geodbx')


def test_find_spec():
    """Specs are found without import."""
    code = """
import sys
from importlib.util import find_spec
for name in ('tifffile', 'tiffcomment'):
    spec = find_spec(f'tifffile.{name}')
    print(spec.name, spec.origin.endswith('tifffile.py'), spec.parent)
    assert f'tifffile.{name}' not in sys.modules
print(find_spec('tifffile.nix'))
"""
    assert run_code(code).splitlines() == [
        'tifffile.tifffile True tifffile',
        'tifffile.tiffcomment True tifffile',
        'None',
    ]


def test_find_spec_after_import():
    """Specs are found after import."""
    importlib.import_module('tifffile.tiffcomment')
    assert importlib.util.find_spec('tifffile.tifffile').name == 'tifffile'
    spec = importlib.util.find_spec('tifffile.tiffcomment')
    assert spec.name == 'tifffile.tiffcomment'


def test_function_stays_function():
    """Import of submodule does not replace function of the same name."""
    code = """
import pickle
import tifffile
function = tifffile.tiffcomment
import tifffile.tiffcomment
from tifffile.tiffcomment import main, tiffcomment
import tifffile.tiffcomment as module
assert tifffile.tiffcomment is function
assert tiffcomment is function
assert module.main is main
assert pickle.loads(pickle.dumps(function)) is function
print(function.__module__, function.__name__)
"""
    assert run_code(code) == 'tifffile tiffcomment\n'


def test_pickle():
    """Classes pickle by either name."""
    for cls in (tifffile.TiffFileError, tifffile.Limits):
        assert pickle.loads(pickle.dumps(cls)) is cls
        other = f'ctifffile.tifffile\n{cls.__name__}\n.'.encode()
        assert pickle.loads(other) is cls
    limits = tifffile.tifffile.Limits(tags=7)
    assert pickle.loads(pickle.dumps(limits)) == limits


def test_pickle_loads_without_import():
    """Pickles with the name of the submodule load in a new interpreter."""
    code = """
import pickle
print(pickle.loads(b'ctifffile.tifffile\\nTiffFileError\\n.'))
"""
    assert run_code(code) == "<class 'tifffile.TiffFileError'>\n"


def test_reload():
    """Module reloads, its submodules are new, and served by one finder."""
    code = """
import importlib
import sys
import tifffile
import tifffile.tiffcomment
old = tifffile.tiffcomment
count = len(sys.meta_path)
assert importlib.reload(tifffile) is tifffile
assert importlib.reload(tifffile.tifffile) is tifffile
assert len(sys.meta_path) == count
from tifffile.tiffcomment import tiffcomment, main
from tifffile.tifffile import TiffFileError
assert tiffcomment is tifffile.tiffcomment
assert tiffcomment is not old
assert TiffFileError is tifffile.TiffFileError
print('done')
"""
    assert run_code(code) == 'done\n'


def test_import_in_threads():
    """Submodules are built once if imported by many threads."""
    code = """
import importlib
import threading
import tifffile
barrier = threading.Barrier(8)
found = []
def work():
    barrier.wait()
    found.append(importlib.import_module('tifffile.tiffcomment'))
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(found), set(found) == {tifffile.tiffcomment})
"""
    assert run_code(code) == '8 True\n'


def test_copy_under_other_name(tmp_path):
    """A copy inside another package serves its own submodules."""
    package = tmp_path / 'product'
    package.mkdir()
    (package / '__init__.py').write_text('')
    source = (ROOT / 'tifffile.py').read_text('utf-8')
    (package / 'tifffile.py').write_text(source, 'utf-8')
    code = """
import sys
import product.tifffile.tifffile
from product.tifffile.tiffcomment import main
assert product.tifffile.tifffile is product.tifffile
print('tifffile' in sys.modules, main.__module__)
"""
    process = run('-c', code, cwd=tmp_path)
    assert process.returncode == 0, process.stderr
    assert process.stdout == 'False product.tifffile\n'


def test_import_is_light():
    """Import loads NumPy and the standard library only."""
    code = """
import sys
import numpy
before = set(sys.modules)
import tifffile
loaded = {name.partition('.')[0] for name in set(sys.modules) - before}
print(sorted(loaded - set(sys.stdlib_module_names)))
print(sorted(loaded & {'argparse', 'asyncio', 'xml', 'concurrent', 'json'}))
"""
    assert run_code(code) == "['tifffile']\n[]\n"


@pytest.mark.parametrize('name', ['tifffile', 'tifffile.tifffile'])
def test_run_as_main(name):
    """Module and its namesake run."""
    process = run('-m', name, '--version')
    assert process.returncode == 0, process.stderr
    assert process.stdout == f'tifffile {tifffile.__version__}\n'
    assert not process.stderr


def test_classes_exist_once():
    """Module that runs as a script is the one that imports give."""
    path = str(ROOT / 'tifffile.py')
    code = f"""
import sys
__file__ = {path!r}
sys.argv = ['tifffile', '--version']
try:
    exec(compile(open(__file__, encoding='utf-8').read(), __file__, 'exec'))
except SystemExit as exc:
    print(exc.code)
import tifffile
from tifffile.tifffile import Limits as other
print(tifffile is sys.modules['__main__'])
print(tifffile.Limits is Limits, other is Limits)
"""
    process = run('-c', code)
    assert process.returncode == 0, process.stderr
    assert process.stdout.splitlines()[1:] == ['0', 'True', 'True True']
