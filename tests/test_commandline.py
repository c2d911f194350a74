# tests/test_commandline.py

"""Test command line."""

import doctest
import importlib.util
import io
import json
import os
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy
import pytest
from builder import Page, build_tiff
from numpy.testing import assert_array_equal
from tifffile.lsm2bin import main as lsm2bin_main
from tifffile.tiffcomment import main as tiffcomment_main

import tifffile
from tifffile import (
    TIFF,
    TiffFileError,
    imread,
    imwrite,
    lsm2bin,
    main,
    tiffcomment,
)

HAS_MATPLOTLIB = importlib.util.find_spec('matplotlib') is not None

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


@pytest.mark.parametrize('program', [main, tiffcomment_main, lsm2bin_main])
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


# -- tifffile -----------------------------------------------------------------


def read_png(data):
    """Return image in PNG file of eight bits without filters."""
    assert data[:8] == b'\x89PNG\r\n\x1a\n'
    pos, chunks = 8, []
    while pos < len(data):
        size = struct.unpack_from('>I', data, pos)[0]
        name = data[pos + 4 : pos + 8]
        content = data[pos + 8 : pos + 8 + size]
        crc = struct.unpack_from('>I', data, pos + 8 + size)[0]
        assert crc == zlib.crc32(name + content)
        chunks.append((name, content))
        pos += 12 + size
    assert [name for name, _ in chunks] == [b'IHDR', b'IDAT', b'IEND']
    width, length, bits, kind = struct.unpack_from('>IIBB', chunks[0][1])
    assert bits == 8
    rows = numpy.frombuffer(zlib.decompress(chunks[1][1]), 'u1')
    rows = rows.reshape(length, -1)
    assert (rows[:, 0] == 2).all()
    rows = numpy.cumsum(rows, axis=0, dtype='u1')
    return rows[:, 1:].reshape((length, width, 3)[: 3 if kind == 2 else 2])


class Terminal(io.StringIO):
    """Output to terminal."""

    encoding = 'utf-8'

    def isatty(self):
        return True


@pytest.fixture
def stack(tmp_path):
    """Return path of file with two series, levels, and three planes."""
    path = tmp_path / 'stack.tif'
    image = numpy.arange(3 * 64 * 96, dtype='uint16').reshape(3, 64, 96)
    with tifffile.TiffWriter(path, ome=True) as tif:
        options = {'photometric': 'minisblack', 'tile': (16, 16)}
        tif.write(image, subifds=1, metadata={'axes': 'ZYX'}, **options)
        tif.write(image[:, ::2, ::2], subfiletype=1, metadata=None, **options)
        tif.write(image[0, :, :3], metadata={'Name': '\u03bcm'})
    return path


def run_main(capsys, *args):
    """Return status and output of main."""
    status = main(['tifffile', *map(str, args)])
    out, err = capsys.readouterr()
    return status, out, err


def test_main_page(path, capsys):
    """Tags of a page are printed."""
    status, out, _ = run_main(capsys, '-p', 1, path)
    assert status == 0
    assert 'TiffPage 1 @' in out
    assert 'TiffPage 0 @' not in out
    assert '= tool' in out
    assert run_main(capsys, '--page', -1, path)[1].count('TiffPage 0') == 1


def test_main_series(stack, capsys):
    """Series and levels are selected."""
    status, out, _ = run_main(capsys, '-s', 1, stack)
    assert status == 0
    assert re.search('TiffPageSeries 1 .* 64x3 ', out)
    assert 'TiffPageSeries 0' not in out
    out = run_main(capsys, '-s', 0, '-l', 1, stack)[1]
    assert re.search('TiffPageSeries 0 .* 3x32x48 ', out)
    assert 'TiffPage (0, 0) @' in out


@pytest.mark.parametrize(
    'args',
    [
        ['-p', '9'],
        ['-s', '9'],
        ['-s', '0', '-l', '2'],
        ['--plot', 'missing/folder.png'],
        ['--thumbnail', 'missing/folder.png'],
    ],
)
def test_main_bad_choices(stack, capsys, args):
    """Pages, series, and levels that do not exist are errors of one line."""
    if '--plot' in args:
        pytest.importorskip('matplotlib')
    status, _, err = run_main(capsys, *args, stack)
    assert status == 1
    assert err.startswith('tifffile: ')
    assert err.count('\n') == 1


def test_main_show(stack, capsys):
    """Parts are selected."""
    out = run_main(capsys, '--show', 'series', stack)[1]
    assert len(out.splitlines()) == 2
    out = run_main(capsys, '--show', 'file', stack)[1]
    assert out.startswith('TiffFile') and out.count('\n') == 1
    out = run_main(capsys, '--show', 'pages', stack)[1]
    assert re.findall(r'^\S+ \S+', out) == ['TiffPage 0']
    assert 'TiffTag' not in out
    out = run_main(capsys, '--show', 'tags', stack)[1]
    assert out.startswith('TiffTag 25')
    out = run_main(capsys, '--show', 'metadata', stack)[1]
    assert out.startswith('OME_METADATA')
    with pytest.raises(SystemExit):
        main(['tifffile', '--show', 'nix', str(stack)])


def test_main_quiet(stack, capsys):
    """Nothing is printed."""
    assert run_main(capsys, '-q', stack) == (0, '', '')


@pytest.mark.parametrize(
    'args',
    [
        ['--nomultifile', '--interpol', 'nearest', '--maxplots', '0'],
        ['--no-multifile', '--interpolation', 'nearest', '--dpi', '50'],
        ['--vmin', '1', '--vmax', '2.5', '--cmap', 'gray', '-q'],
        ['--page', '0', '--series', '0', '--level', '0', '--quiet'],
        ['--maxworkers', '2', '--detail', '1'],
    ],
)
def test_main_options(stack, capsys, args):
    """Options of all generations are known."""
    maxworkers = TIFF.MAXWORKERS
    assert run_main(capsys, *args, stack)[0] == 0
    assert maxworkers == TIFF.MAXWORKERS


def test_main_json(stack, capsys):
    """JSON tells the same as text."""
    status, out, _ = run_main(capsys, '--json', stack)
    assert status == 0
    data = json.loads(out)
    assert data['name'] == 'stack.tif'
    assert data['size'] == stack.stat().st_size
    assert data['bigtiff'] is False
    assert data['flags'] == ['ome']
    assert (data['npages'], data['nseries']) == (4, 2)
    series = data['series'][0]
    assert series['shape'] == [3, 64, 96]
    assert series['axes'] == 'ZYX'
    assert series['dtype'] == 'uint16'
    assert series['levels'] == [[3, 64, 96], [3, 32, 48]]
    tags = {tag['name']: tag for tag in data['pages'][0]['tags']}
    assert tags['ImageWidth']['value'] == 96
    assert tags['Compression']['value'] == 'NONE'
    assert tags['TileOffsets']['count'] == len(tags['TileOffsets']['value'])
    assert data['metadata']['ome'].endswith('</OME>')
    assert '"\u03bcm"' in data['metadata']['ome']

    out = run_main(capsys, '--json', '-v', 0, stack)[1]
    assert 'series' not in json.loads(out)
    out = run_main(capsys, '--json', '-v', 3, stack)[1]
    assert len(json.loads(out)['pages']) == 4
    out = run_main(capsys, '--json', '--show', 'tags', '-p', 1, stack)[1]
    data = json.loads(out)
    assert [*data] == ['pages']
    assert data['pages'][0]['index'] == 1


def test_main_json_values(tmp_path, capsys):
    """All kinds of values can be written as JSON."""
    path = tmp_path / 'values.tif'
    tags = {
        65000: (12, (1.5, float('nan'), float('inf'))),
        65001: (7, b'\x00\xff\x1b'),
        65002: (2, 'text\0'),
        65003: (5, ((1, 3), (2, 5))),
        65004: (9, -5),
    }
    page = Page(numpy.zeros((2, 3), 'u1'), tags=tags)
    path.write_bytes(build_tiff([page]))
    out = run_main(capsys, '--json', path)[1]
    values = {
        tag['code']: tag['value']
        for tag in json.loads(out)['pages'][0]['tags']
    }
    assert values[65000] == [1.5, None, None]
    assert values[65001] == 'data:;base64,AP8b'
    assert values[65002] == 'text'
    assert values[65003] == [1, 3, 2, 5]
    assert values[65004] == -5


def test_main_files(path, stack, capsys):
    """Several files are read; one that is bad does not hide others."""
    status, out, _ = run_main(capsys, '-v', 0, path, stack)
    assert status == 0
    assert [line.split()[1] for line in out.splitlines()] == [
        "'test.tif'",
        "'stack.tif'",
    ]


def test_main_thumbnail(stack, tmp_path, capsys):
    """Small image is from middle plane of level that is large enough."""
    target = tmp_path / 'thumbnail.png'
    args = ['-q', '--thumbnail', target]
    assert run_main(capsys, *args, stack) == (0, '', '')
    image = read_png(target.read_bytes())
    assert image.shape == (64, 96)
    assert image.min() == 0 and image.max() == 255
    assert (numpy.diff(image.astype(int).ravel()) >= 0).all()
    run_main(capsys, *args, '--size', 32, stack)
    assert max(read_png(target.read_bytes()).shape) <= 32


@pytest.mark.parametrize(
    'kwargs',
    [
        {'photometric': 'rgb'},
        {'photometric': 'rgb', 'planarconfig': 'separate'},
    ],
)
def test_main_thumbnail_rgb(tmp_path, capsys, kwargs):
    """Colors are kept."""
    image = numpy.zeros((8, 16, 3), 'u1')
    image[:, :8] = 255, 128, 0
    path, target = tmp_path / 'rgb.tif', tmp_path / 'rgb.png'
    data = image.transpose(2, 0, 1) if len(kwargs) > 1 else image
    imwrite(path, data, **kwargs)
    assert run_main(capsys, '-q', '--thumbnail', target, path)[0] == 0
    assert_array_equal(read_png(target.read_bytes()), image)


@pytest.mark.parametrize('dtype', ['?', 'i2', 'f4', 'c8'])
def test_main_thumbnail_types(tmp_path, capsys, dtype):
    """Samples of all types are scaled."""
    path, target = tmp_path / 'image.tif', tmp_path / 'image.png'
    image = numpy.zeros((4, 8))
    image[:, 4:] = 1
    if dtype == 'f4':
        image[0, 0] = numpy.nan
    imwrite(path, image.astype(dtype))
    assert run_main(capsys, '-q', '--thumbnail', target, path)[0] == 0
    result = read_png(target.read_bytes())
    if dtype == '?':
        # stored with zero as white
        result = 255 - result
    assert (result[1:, :4] == 0).all() and (result[1:, 4:] > 0).all()


@pytest.mark.skipif(not HAS_MATPLOTLIB, reason='Matplotlib is missing')
def test_main_plot(stack, tmp_path, capsys):
    """Image is plotted without display, and without opening a window."""
    target = tmp_path / 'plot.png'
    args = ['--plot', target, '--dpi', 20, '--cmap', 'gray', '-q']
    assert run_main(capsys, *args, stack) == (0, '', '')
    data = target.read_bytes()
    assert data[:8] == b'\x89PNG\r\n\x1a\n'
    width, length = struct.unpack_from('>II', data, 16)
    assert (width, length) == (206, 126)
    from matplotlib import pyplot

    assert not pyplot.get_fignums()


def test_main_shows_images(stack, monkeypatch, capsys):
    """Viewer is opened if there is a terminal and a display."""
    shown = []

    def imshow(item, **kwargs):
        if len(shown) == 1:
            raise ValueError('cannot plot')
        shown.append((item, kwargs))

    calls = []
    terminal = Terminal()
    monkeypatch.setattr(tifffile, 'imshow', imshow)
    monkeypatch.setattr(tifffile, '_app_show', lambda: calls.append(1))
    monkeypatch.setattr(tifffile, '_has_display', lambda: True)
    monkeypatch.setattr(tifffile, '_has_matplotlib', lambda: True)
    args = ['tifffile', '--vmax', '9', str(stack)]
    assert main(args) == 0
    assert not shown
    capsys.readouterr()
    monkeypatch.setattr(sys, 'stdout', terminal)
    assert main(args) == 1
    assert len(shown) == len(calls) == 1
    assert shown[0][0].shape == (3, 64, 96)
    assert shown[0][1]['vmax'] == 9.0
    assert 'cannot plot' in capsys.readouterr().err
    for option in (['--maxplots', '0'], ['--json'], ['--show', 'file']):
        assert main([*args, *option]) == 0
    assert len(shown) == 1


@pytest.mark.parametrize('nocolor', [False, True])
def test_main_terminal(path, monkeypatch, nocolor):
    """Headings are bold unless NO_COLOR is set; no other codes pass."""
    data = path.read_bytes().replace(b'first', b'f\x1b[31')
    path.write_bytes(data)
    monkeypatch.setenv('TERM', 'xterm')
    monkeypatch.delenv('NO_COLOR', raising=False)
    if nocolor:
        monkeypatch.setenv('NO_COLOR', '1')
    terminal = Terminal()
    monkeypatch.setattr(sys, 'stdout', terminal)
    assert main(['tifffile', '--maxplots', '0', str(path)]) == 0
    assert tiffcomment_main(['tiffcomment', str(path)]) == 0
    text = terminal.getvalue()
    assert text.startswith('TiffFile' if nocolor else '\x1b[1mTiffFile')
    codes = set(re.findall('\x1b[^m]*m?', text))
    assert codes == (set() if nocolor else {'\x1b[1m', '\x1b[0m'})
    assert text.endswith('f\\x1b[31\n')


def test_stdin(path):
    """Minus stands for standard input."""
    process = subprocess.run(
        [sys.executable, '-m', 'tifffile', '-v', '0', '-'],
        cwd=ROOT,
        input=path.read_bytes(),
        capture_output=True,
        timeout=60,
    )
    assert process.returncode == 0, process.stderr
    assert process.stdout.startswith(b"TiffFile 'stdin'")
    process = subprocess.run(
        [sys.executable, '-m', 'tifffile', '-'],
        cwd=ROOT,
        input=b'',
        capture_output=True,
        timeout=60,
    )
    assert process.returncode == 1
    assert process.stderr.count(b'\n') == 1


def test_url(path, capsys):
    """Files are read by URL."""
    pytest.importorskip('fsspec')
    status, out, _ = run_main(capsys, '-v', 0, path.as_uri())
    assert status == 0
    assert "'test.tif'" in out


def test_no_file(monkeypatch, capsys):
    """User is asked for file if there is a display."""
    monkeypatch.setattr(tifffile, '_has_display', lambda: True)
    monkeypatch.setattr(tifffile, 'askopenfilename', lambda **kwargs: '')
    with pytest.raises(SystemExit) as exc:
        main(['tifffile'])
    assert exc.value.code == 2
    assert 'no file specified' in capsys.readouterr().err


def test_asked_file(path, monkeypatch, capsys):
    """File that user selects is read."""
    monkeypatch.setattr(tifffile, '_ask_path', lambda: str(path))
    status, out, _ = run_main(capsys, '-v', 0)
    assert status == 0
    assert "'test.tif'" in out


@pytest.mark.parametrize('failed', [0, 2])
def test_doctest(monkeypatch, failed):
    """Status tells if examples work."""
    folders = []

    def testmod(module, **kwargs):
        assert module is tifffile
        folders.append(Path.cwd())
        return doctest.TestResults(failed, 9)

    monkeypatch.setattr(doctest, 'testmod', testmod)
    previous = Path.cwd()
    assert main(['tifffile', '--doctest']) == (failed > 0)
    assert Path.cwd() == previous
    # examples write files
    assert folders[0] != previous and not folders[0].exists()


def test_interrupt(path, monkeypatch, capsys):
    """Interrupts have a status and no traceback."""

    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(tifffile, '_inspect_file', interrupt)
    assert run_main(capsys, path)[0] == 130


# -- lsm2bin ------------------------------------------------------------------


@pytest.fixture
def lsm(tmp_path, monkeypatch):
    """Return path of LSM file with axes TZCYX, and its image."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent / 'formats'))
    from test_lsm import build_lsm, make_data, make_info, sizes

    data = make_data(6, 2, (20, 30), 'u2')
    info = make_info(ScanType=6, **sizes(X=30, Y=20, T=2, Z=3, C=2))
    stream = build_lsm(data, info)
    stream.seek(0)
    path = tmp_path / 'test.lsm'
    path.write_bytes(stream.read())
    return path, data.reshape(2, 3, 2, 20, 30)


def test_lsm2bin(lsm, tmp_path, capsys):
    """Tiles of all depths and channels are written."""
    path, image = lsm
    assert lsm2bin(str(path), tile=(8, 10), verbose=False) is None
    files = sorted(tmp_path.glob('*.bin'))
    assert len(files) == 12
    assert files[0].name == 'test.lsm_(z3c2y8x10)_m0p0t000y0x0.bin'
    for file in files:
        t, y, x = map(
            int, re.search(r't(\d+)y(\d)x(\d)\.bin$', file.name).groups()
        )
        data = numpy.fromfile(file, 'u2').reshape(3, 2, 8, 10)
        expected = image[t, ..., y * 8 : y * 8 + 8, x * 10 : x * 10 + 10]
        assert_array_equal(data, expected)
        file.unlink()
    # no tile is complete
    lsm2bin(path, tmp_path / 'name')
    assert capsys.readouterr().out.count('.') >= 2
    assert not list(tmp_path.glob('*.bin'))


def test_lsm2bin_command(lsm, tmp_path, capsys):
    """Options are those of the function."""
    path, image = lsm
    target = tmp_path / 'out'
    args = ['lsm2bin', '--tile', '20', '30', '-q', str(path), str(target)]
    assert lsm2bin_main(args) == 0
    files = sorted(tmp_path.glob('out*.bin'))
    assert [file.name for file in files] == [
        f'out_(z3c2y20x30)_m0p0t00{t}y0x0.bin' for t in range(2)
    ]
    data = numpy.fromfile(files[1], 'u2').reshape(image.shape[1:])
    assert_array_equal(data, image[1])
    assert lsm2bin_main(['lsm2bin', '-q', str(path), 'none']) == 0
    assert capsys.readouterr() == ('', '')


def test_lsm2bin_errors(path, lsm, monkeypatch, capsys):
    """Other files are refused."""
    with pytest.raises(ValueError, match='not a LSM file'):
        lsm2bin(path)
    with pytest.raises(ValueError, match='invalid tile'):
        lsm2bin(lsm[0], tile=(0, 1))
    assert lsm2bin_main(['lsm2bin', str(path)]) == 1
    assert capsys.readouterr().err.count('\n') == 1
    assert imread(lsm[0]).shape == (2, 3, 2, 20, 30)


def test_run_lsm2bin(lsm):
    """Submodule runs."""
    process = run('tifffile.lsm2bin', lsm[0], 'none', cwd=lsm[0].parent)
    assert process.returncode == 0, process.stderr
    assert 'TZCYX (2, 3, 2, 20, 30)' in process.stdout
