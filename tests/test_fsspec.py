# tests/test_fsspec.py

"""Test references to image data for fsspec, and codecs of Zarr."""

import functools
import http.server
import io
import json
import lzma
import os
import pickle
import subprocess
import sys
import threading
import zlib
from pathlib import Path

import numpy
import pytest
from builder import Page, build_tiff, samples
from shared_data import all_entries, is_malformed

import tifffile
from tifffile import (
    FileSequence,
    TiffFile,
    TiffSequence,
    TiffWriter,
    ZarrFileSequenceStore,
    imread,
    imwrite,
    tiff2fsspec,
)

fsspec = pytest.importorskip('fsspec')
zarr = pytest.importorskip('zarr')
imagecodecs = pytest.importorskip('imagecodecs')

ZARR3 = int(zarr.__version__.split('.')[0]) > 2
FORMATS = (2, 3) if ZARR3 else (2,)

needs_zarr3 = pytest.mark.skipif(not ZARR3, reason='needs zarr 3')

pytestmark = [
    pytest.mark.filterwarnings('ignore:Numcodecs codecs are not in the Zarr'),
    pytest.mark.filterwarnings('ignore:.*asynchronous=False'),
]


@pytest.fixture(scope='module', autouse=True)
def codecs():
    """Register codecs."""
    import imagecodecs.numcodecs
    import tifffile.numcodecs
    import tifffile.zarr

    imagecodecs.numcodecs.register_codecs(force=True)
    tifffile.numcodecs.register_codec()
    tifffile.zarr.register_codec()


def open_references(name, protocol='file', path=None):
    """Return Zarr array or group of references in file."""
    if ZARR3:
        from zarr.storage import FsspecStore

        fs = fsspec.filesystem(
            'reference',
            fo=str(name),
            remote_protocol=protocol,
            asynchronous=True,
            skip_instance_cache=True,
            remote_options={
                'asynchronous': True,
                'skip_instance_cache': True,
            },
        )
        store = FsspecStore(fs, read_only=True, path='')
    else:
        store = fsspec.get_mapper(
            'reference://',
            fo=str(name),
            remote_protocol=protocol,
            skip_instance_cache=True,
        )
    return zarr.open(store, mode='r', path=path or '')


def check(path, data, **kwargs):
    """Check that references to TIFF file read back as data."""
    for zarr_format in FORMATS:
        for version in (0, 1):
            name = tiff2fsspec(
                path,
                path.parent.as_uri(),
                version=version,
                zarr_format=zarr_format,
                **kwargs,
            )
            array = open_references(name)
            assert array.dtype.newbyteorder('=') == data.dtype
            numpy.testing.assert_array_equal(array[:], data)


# -- segments of TIFF files ---------------------------------------------------


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize(
    'kwargs',
    [
        {},
        {'rowsperstrip': 12},
        {'tile': (32, 16)},
        {'tile': (32, 16), 'compression': 'zlib', 'predictor': True},
        {'rowsperstrip': 12, 'compression': 'zlib'},
        {'tile': (32, 16), 'compression': 'zstd'},
        {'tile': (32, 16), 'compression': 'lzma'},
        {'tile': (32, 16), 'compression': 'lzw', 'predictor': True},
        {'tile': (32, 16), 'compression': 'packbits'},
        {'tile': (32, 16), 'compression': 'png'},
    ],
    ids=str,
)
def test_lossless(tmp_path, kwargs, byteorder):
    """Pages of all lossless schemes are read back."""
    data = samples(2, 48, 70)
    path = tmp_path / 'test.tif'
    imwrite(
        path, data, photometric='minisblack', byteorder=byteorder, **kwargs
    )
    check(path, data)


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize('compression', ['zlib', 'lzw'])
def test_float_predictor(tmp_path, byteorder, compression):
    """Floating-point predictor is reverted by filter."""
    data = samples(48, 70, dtype='float32')
    path = tmp_path / 'test.tif'
    imwrite(
        path,
        data,
        byteorder=byteorder,
        tile=(16, 16),
        compression=compression,
        predictor=3,
    )
    check(path, data)


@pytest.mark.parametrize('planarconfig', ['contig', 'separate'])
def test_rgb(tmp_path, planarconfig):
    """Color images are read back."""
    shape = (48, 70, 3) if planarconfig == 'contig' else (3, 48, 70)
    data = samples(*shape, dtype='uint8')
    path = tmp_path / 'test.tif'
    imwrite(
        path,
        data,
        photometric='rgb',
        planarconfig=planarconfig,
        tile=(32, 16),
        compression='zlib',
        predictor=True,
    )
    check(path, data)


@pytest.mark.parametrize('compression', ['jpeg', 'webp', 'jpegxl', 'jpeg2000'])
@pytest.mark.parametrize('tables', [None, True])
def test_lossy(tmp_path, compression, tables):
    """Images of lossy schemes are read back as by this library."""
    if tables and compression != 'jpeg':
        pytest.skip('scheme has no tables')
    y, x, s = numpy.ogrid[:64, :64, :3]
    data = ((x * 3 + y * 2) // (s + 1) % 256).astype('uint8')
    path = tmp_path / 'test.tif'
    if tables:
        pytest.importorskip('PIL')
        from PIL import Image

        Image.fromarray(data).save(path, compression='jpeg')
        with TiffFile(path) as tif:
            assert tif.pages.first.jpegtables
    else:
        imwrite(
            path,
            data,
            photometric='rgb',
            tile=(32, 32),
            compression=compression,
        )
    check(path, imread(path))


def test_pyramid(tmp_path):
    """References to all resolutions are in a group."""
    data = samples(64, 64)
    base = Page(data, tile=(16, 16), compression=8)
    base.subifds = [
        Page(data[::2, ::2], tile=(16, 16), compression=8, subfiletype=1)
    ]
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff([base]))
    for zarr_format in FORMATS:
        for groupname in (None, 'first'):
            name = tiff2fsspec(
                path,
                path.parent.as_uri(),
                groupname=groupname,
                zarr_format=zarr_format,
                zattrs={'a': 1},
                out=tmp_path / f'{groupname}{zarr_format}.json',
            )
            group = open_references(name)
            if groupname:
                group = group[groupname]
            assert group.attrs['a'] == 1
            numpy.testing.assert_array_equal(group['0'][:], data)
            numpy.testing.assert_array_equal(group['1'][:], data[::2, ::2])


def test_text(tmp_path):
    """References of version 0 have the layout of the specification."""
    data = samples(4, 6)
    path = tmp_path / 'a.tif'
    path.write_bytes(build_tiff([Page(data)], byteorder='>'))
    with TiffFile(path) as tif:
        offset = tif.pages.first.dataoffsets[0]
    with imread(path, aszarr=True) as store:
        out = io.StringIO()
        store.write_fsspec(out, 'http://x.org/d')
        zarray = store['.zarray'].decode()
        order = numpy.dtype('u2').str[0]
        zarray = zarray.replace(f'"{order}u2"', '">u2"')
        assert out.getvalue() == (
            '{\n'
            f' ".zattrs": {json.dumps(store[".zattrs"].decode())},\n'
            f' ".zarray": {json.dumps(zarray)},\n'
            f' "0.0": ["http://x.org/d/a.tif", {offset}, 48]\n'
            '}'
        )


def test_text_version1(tmp_path):
    """References of version 1 have the layout of the specification."""
    data = samples(4, 6, dtype='u1')
    path = tmp_path / 'a.tif'
    path.write_bytes(build_tiff([Page(data)]))
    with TiffFile(path) as tif:
        offset = tif.pages.first.dataoffsets[0]
    with imread(path, aszarr=True) as store:
        out = io.StringIO()
        store.write_fsspec(out, None, version=1, groupname='g')
        zgroup = json.dumps('{\n "zarr_format": 2\n}')
        assert out.getvalue() == (
            '{\n'
            ' "version": 1,\n'
            ' "templates": {\n'
            '  "u": "a.tif"\n'
            ' },\n'
            ' "gen": [],\n'
            ' "refs": {\n'
            f'  ".zgroup": {zgroup},\n'
            f'  "g/.zattrs": {json.dumps(store[".zattrs"].decode())},\n'
            f'  "g/.zarray": {json.dumps(store[".zarray"].decode())},\n'
            f'  "g/0.0": ["{{{{u}}}}", {offset}, 24]\n'
            ' }\n}'
        )
        out = io.StringIO()
        store.write_fsspec(out, 'a\\b', version=1, templatename='x')
        refs = json.loads(out.getvalue())
        assert refs['templates'] == {'x': 'a/b/a.tif'}
        assert refs['refs']['0.0'][0] == '{{x}}'


def test_sparse(tmp_path):
    """There are no references to missing segments."""
    data = samples(64, 64)
    page = Page(data, tile=(32, 32), sparse=(1,), nodata='5')
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff([page]))
    refs = json.loads(Path(tiff2fsspec(path, '')).read_text())
    assert [key for key in refs if key[0] != '.'] == ['0.0', '1.0', '1.1']
    check(path, imread(path))


def test_page_chunks(tmp_path):
    """Pages that are stored in one piece are chunks."""
    data = samples(3, 40, 50)
    path = tmp_path / 'test.tif'
    path.write_bytes(
        build_tiff([Page(page, rowsperstrip=16) for page in data])
    )
    check(path, data, chunkmode='PAGE')
    with pytest.raises(ValueError, match='incomplete chunks are not supp'):
        tiff2fsspec(path, '')
    with pytest.raises(ValueError, match=r'<CHUNKMODE\.FILE: 3> is not supp'):
        tiff2fsspec(path, '', chunkmode='FILE')


def test_joined(tmp_path):
    """Files of the same kind are joined to one array."""
    data = samples(3, 40, 50)
    out = io.StringIO()
    for i, image in enumerate(data):
        path = tmp_path / f'{i}.tif'
        path.write_bytes(build_tiff([Page(image, tile=(16, 16))]))
        with imread(path, aszarr=True) as store:
            store.write_fsspec(
                out,
                tmp_path.as_uri(),
                _shape=[3],
                _axes='T',
                _index=[i],
                _append=i > 0,
                _close=i == 2,
            )
    name = tmp_path / 'joined.json'
    name.write_text(out.getvalue())
    array = open_references(name)
    numpy.testing.assert_array_equal(array[:], data)
    assert array.attrs['_ARRAY_DIMENSIONS'] == ['T', 'Y', 'X']


def test_multifile(tmp_path):
    """References name the files of multi-file series."""
    data = samples(3, 40, 50)
    handles = []
    for i, image in enumerate(data):
        path = tmp_path / f'file {i}.tif'
        path.write_bytes(build_tiff([Page(image, tile=(16, 16))]))
        handles.append(TiffFile(path))
    series = tifffile.TiffPageSeries(
        [tif.pages.first for tif in handles],
        data.shape,
        data.dtype,
        'TYX',
        multifile=True,
    )
    for version in (0, 1):
        name = tmp_path / f'{version}.json'
        with series.aszarr() as store:
            store.write_fsspec(name, str(tmp_path), version=version)
        numpy.testing.assert_array_equal(open_references(name)[:], data)
    templates = json.loads(name.read_text())['templates']
    assert list(templates) == ['u0', 'u1', 'u2']
    assert templates['u1'] == f'{tmp_path}/file 1.tif'
    for tif in handles:
        tif.close()


@pytest.mark.parametrize(
    ('kwargs', 'match'),
    [
        ({'compression': 2, 'bitspersample': 1}, 'COMPRESSION.*: 2.* is'),
        ({'compression': 8, 'fillorder': 2}, 'FILLORDER.*: 2.* is'),
        ({'bitspersample': 12}, 'BitsPerSample 12 is'),
        ({'rowsperstrip': 7}, 'incomplete chunks are'),
    ],
)
def test_refused(tmp_path, kwargs, match):
    """What references cannot express is an error."""
    path = tmp_path / 'test.tif'
    page = Page(samples(40, 50), **{**kwargs, 'bitspersample': None})
    page.bitspersample = kwargs.get('bitspersample', 16)
    if kwargs.get('compression') == 2:
        page = Page(None, segments=[b'\0'], width=8, length=8, compression=2)
        page.bitspersample = 1
    path.write_bytes(build_tiff([page]))
    with pytest.raises(ValueError, match=match + ' not supported by the fss'):
        tiff2fsspec(path, '')


LONG_LZW = imagecodecs.lzw_encode(bytes(range(64)) + b'x')
SHORT_ZLIB = zlib.compress(bytes(range(64)))[:-3]


@pytest.mark.parametrize(
    ('compression', 'stream', 'match'),
    [
        (5, LONG_LZW, 'decodes to 65 bytes instead of 64, is not supp'),
        (8, SHORT_ZLIB, 'does not decode: .*incomplete.*; this is not supp'),
        (34925, b'nix', 'does not decode: .*; this is not supported'),
        (50000, b'nix', 'does not decode: .*; this is not supported'),
    ],
)
@pytest.mark.parametrize('first', [False, True])
def test_verify(tmp_path, monkeypatch, compression, stream, match, first):
    """Segments that only this library reads are refused."""
    encode = {
        5: imagecodecs.lzw_encode,
        8: zlib.compress,
        34925: lzma.compress,
        50000: imagecodecs.zstd_encode,
    }
    good = encode[compression](bytes(range(64)))
    segments = [stream, good] if first else [good, stream]
    page = Page(
        None,
        segments=segments,
        width=8,
        length=16,
        rowsperstrip=8,
        compression=compression,
    )
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff([page]))
    out = tmp_path / 'out.json'
    match = rf'chunk \({1 - first}, 0\) of .* bytes @.*' + match
    for verify in (True, None):
        with pytest.raises(ValueError, match=match):
            tiff2fsspec(path, '', out=out, verify=verify)
        assert not out.exists()
    if not first:
        # by default, only so many segments are decoded
        for size in (1, 8192):
            monkeypatch.setattr(tifffile, '_VERIFY_BYTES', size)
            tiff2fsspec(path, '', out=out)
            out.unlink()
        monkeypatch.setattr(tifffile, '_VERIFY_BYTES', 8193)
        with pytest.raises(ValueError, match=match):
            tiff2fsspec(path, '', out=out)
    tiff2fsspec(path, '', out=out, verify=False)
    assert out.exists()
    out.unlink()
    # files that are not local are not read
    with TiffFile(io.BytesIO(path.read_bytes())) as tif:
        with tif.aszarr() as store:
            store.write_fsspec(out, '')
            with pytest.raises(ValueError, match='not supported'):
                store.write_fsspec(out, '', verify=True)


@pytest.mark.parametrize('size', [63, 64, 66])
def test_uncompressed_sizes(tmp_path, size):
    """References to uncompressed segments are to whole chunks."""
    data = samples(16, 8, dtype='u1')
    segments = [data[:8].tobytes(), (data[8:].tobytes() + b'xy')[:size]]
    page = Page(None, segments=segments, width=8, length=16, rowsperstrip=8)
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff([page]))
    if size > 63:
        check(path, data)
    else:
        out = tmp_path / 'out.json'
        with pytest.raises(ValueError, match='truncated chunks are not supp'):
            tiff2fsspec(path, '', out=out)
        assert not out.exists()


def list_names(folder):
    """Return sorted names of files in folder."""
    return sorted(path.name for path in folder.iterdir())


def test_older_references_stay(tmp_path):
    """Files of references are replaced when new ones are complete."""
    path = tmp_path / 'test.tif'
    out = tmp_path / 'out.json'
    data = samples(16, 8, dtype='u1')
    good = build_tiff([Page(data, rowsperstrip=8)])
    segments = [data[:8].tobytes(), data[8:].tobytes()[:-1]]
    short = Page(None, segments=segments, width=8, length=16, rowsperstrip=8)
    path.write_bytes(build_tiff([short]))
    with pytest.raises(ValueError, match='truncated chunks are not supp'):
        tiff2fsspec(path, '', out=out)
    assert list_names(tmp_path) == ['test.tif']
    path.write_bytes(good)
    tiff2fsspec(path, 'old', out=out)
    old = out.read_text('utf-8')
    path.write_bytes(build_tiff([short]))
    with pytest.raises(ValueError, match='truncated chunks are not supp'):
        tiff2fsspec(path, 'new', out=out)
    assert out.read_text('utf-8') == old
    with imread(path, aszarr=True) as store:
        with pytest.raises(ValueError, match='truncated chunks are not supp'):
            store.write_fsspec(out, 'new')
    assert out.read_text('utf-8') == old
    path.write_bytes(good)
    tiff2fsspec(path, 'new', out=out)
    assert out.read_text('utf-8') == old.replace('"old/', '"new/')
    assert list_names(tmp_path) == ['out.json', 'test.tif']


def test_file_that_cannot_be_replaced(tmp_path, monkeypatch):
    """Files are written to if their folder is read-only."""
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff([Page(samples(4, 5))]))
    out = tmp_path / 'out.json'
    with monkeypatch.context() as context:
        context.setattr(os, 'replace', None)
        context.setattr(os, 'access', lambda path, mode: False)
        out.write_text('old' * 1000, 'utf-8')
        tiff2fsspec(path, '', out=out)
    text = out.read_text('utf-8')
    tiff2fsspec(path, '', out=out)
    assert out.read_text('utf-8') == text


@pytest.mark.skipif(os.name == 'nt', reason='needs permissions and links')
def test_replaced_file(tmp_path):
    """Permissions and links of replaced files stay as they were."""
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff([Page(samples(4, 5))]))
    out = tmp_path / 'out.json'
    out.touch(0o640)
    out.chmod(0o640)
    link = tmp_path / 'link.json'
    link.symlink_to(out.name)
    tiff2fsspec(path, '', out=link)
    assert link.is_symlink()
    assert out.stat().st_mode & 0o777 == 0o640
    assert json.loads(out.read_text('utf-8'))
    new = tmp_path / 'new.json'
    plain = tmp_path / 'plain.json'
    plain.touch()
    tiff2fsspec(path, '', out=new)
    assert new.stat().st_mode == plain.stat().st_mode
    # what is not a file is written to
    tiff2fsspec(path, '', out=os.devnull)
    with pytest.raises(OSError):
        tiff2fsspec(path, '', out=tmp_path)
    assert not os.path.isfile(os.devnull)


def test_compressors(tmp_path):
    """Codecs can be replaced, and schemes refused."""
    data = samples(48, 48)
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff([Page(data, tile=(16, 16), compression=8)]))
    with imread(path, aszarr=True) as store:
        out = io.StringIO()
        store.write_fsspec(out, '', compressors={8: 'imagecodecs_zlib'})
        zarray = json.loads(json.loads(out.getvalue())['.zarray'])
        assert zarray['compressor'] == {'id': 'imagecodecs_zlib'}


def test_arguments(tmp_path):
    """Wrong arguments raise errors."""
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff([Page(samples(4, 5))]))
    with imread(path, aszarr=True) as store:
        out = io.StringIO()
        with pytest.raises(ValueError, match='version'):
            store.write_fsspec(out, '', version=2)
        with pytest.raises(ValueError, match='append'):
            store.write_fsspec(out, '', version=1, _append=True)
        with pytest.raises(ValueError, match='differ in length'):
            store.write_fsspec(out, '', _shape=[1], _axes='TC', _index=[1])
        with pytest.raises(ValueError, match='zarr_format'):
            store.write_fsspec(out, '', zarr_format=4)


# -- HTTP ---------------------------------------------------------------------


class RangeHandler(http.server.SimpleHTTPRequestHandler):
    """Serve ranges of files."""

    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        """Log nothing."""

    def do_GET(self):
        """Send file or part of it."""
        with open(self.translate_path(self.path), 'rb') as fh:
            data = fh.read()
        span = self.headers.get('Range')
        self.send_response(206 if span else 200)
        if span:
            first, _, last = span.removeprefix('bytes=').partition('-')
            first, stop = int(first), int(last or len(data) - 1) + 1
            self.send_header(
                'Content-Range', f'bytes {first}-{stop - 1}/{len(data)}'
            )
            data = data[first:stop]
        self.send_header('Accept-Ranges', 'bytes')
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def url(tmp_path):
    """Return URL of server of temporary files."""
    handler = functools.partial(RangeHandler, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f'http://127.0.0.1:{server.server_port}'
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize('zarr_format', FORMATS)
@pytest.mark.parametrize('version', [0, 1])
def test_http(tmp_path, url, version, zarr_format):
    """References to files on a server are read back."""
    pytest.importorskip('aiohttp')
    data = samples(48, 70)
    path = tmp_path / 'test.tif'
    path.write_bytes(
        build_tiff([Page(data, tile=(16, 16), compression=8, predictor=2)])
    )
    name = tiff2fsspec(path, url, version=version, zarr_format=zarr_format)
    array = open_references(name, 'http')
    numpy.testing.assert_array_equal(array[20:, :33], data[20:, :33])
    if ZARR3:
        from zarr.core.sync import sync

        async def close(fs):
            await (await fs.set_session()).close()

        sync(close(array.store.fs.fss['http']))


# -- command line -------------------------------------------------------------


def test_command_line(tmp_path):
    """Program writes references."""
    data = samples(48, 70)
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff([Page(data, tile=(16, 16))]))
    args = [
        sys.executable,
        '-W',
        'error',
        '-m',
        'tifffile.tiff2fsspec',
        str(path),
        tmp_path.as_uri(),
    ]
    process = subprocess.run(args, capture_output=True, text=True, timeout=60)
    assert process.returncode == 0, process.stderr
    assert not process.stdout
    name = tmp_path / 'test.tif.json'
    numpy.testing.assert_array_equal(open_references(name)[:], data)

    from tifffile.tiff2fsspec import main

    out = tmp_path / 'out.json'
    options = ['--ver', '1', '--zattrs', '{"a": 1}', '--chunkmode', '0']
    options += ['--no-squeeze', '--groupname', 'g', '--series', '0']
    assert main([*args[4:], '--out', str(out), *options]) == 0
    group = open_references(out)
    assert group['g'].attrs['a'] == 1
    numpy.testing.assert_array_equal(numpy.squeeze(group['g'][:]), data)
    assert main([*args[4:], '--series', '3']) == 1


# -- codecs -------------------------------------------------------------------


def test_numcodecs():
    """Codec of numcodecs encodes and decodes TIFF files."""
    import numcodecs
    import tifffile.numcodecs

    data = samples(1, 1, 24, 35)
    codec = tifffile.numcodecs.Tiff(
        compression='zlib', tile=(16, 16), predictor=True
    )
    assert isinstance(codec, numcodecs.abc.Codec)
    text = codec.encode(data)
    with TiffFile(io.BytesIO(text)) as tif:
        assert tif.pages.first.compression == 8
        assert tif.pages.first.tile == (16, 16)
    numpy.testing.assert_array_equal(codec.decode(text), data)
    out = numpy.empty_like(data)
    codec.decode(text, out=out)
    numpy.testing.assert_array_equal(out, data)
    config = codec.get_config()
    assert config['id'] == 'tifffile'
    assert config['compression'] == 'zlib'
    other = numcodecs.get_codec(config)
    assert other == codec
    assert type(other) is tifffile.numcodecs.Tiff
    assert pickle.loads(pickle.dumps(codec)) == codec
    assert repr(codec).startswith('Tiff(')
    assert tifffile.numcodecs.__all__ == ['Tiff', 'register_codec']


def test_numcodecs_in_zarr(tmp_path):
    """Arrays of Zarr format 2 hold TIFF files as chunks."""
    import tifffile.numcodecs

    data = samples(40, 70)
    codec = tifffile.numcodecs.Tiff(compression='zlib')
    kwargs = {'zarr_format': 2} if ZARR3 else {}
    array = zarr.open(
        str(tmp_path / 'a.zarr'),
        mode='w',
        shape=data.shape,
        chunks=(16, 32),
        dtype=data.dtype,
        compressor=codec,
        **kwargs,
    )
    array[:] = data
    array = zarr.open(str(tmp_path / 'a.zarr'), mode='r')
    numpy.testing.assert_array_equal(array[:], data)
    assert imread(tmp_path / 'a.zarr' / '0.0').shape == (16, 32)


@needs_zarr3
@pytest.mark.filterwarnings('ignore:.*does not have a Zarr V3 spec')
def test_zarr3_codec(tmp_path):
    """Arrays of Zarr format 3 hold TIFF files as chunks."""
    from tifffile.zarr import Tiff

    data = samples(40, 70)
    array = zarr.create_array(
        str(tmp_path / 'a.zarr'),
        shape=data.shape,
        chunks=(16, 32),
        dtype=data.dtype,
        serializer=Tiff(compression='zlib', tile=(16, 16)),
        compressors=None,
    )
    array[:] = data
    array = zarr.open(str(tmp_path / 'a.zarr'), mode='r')
    numpy.testing.assert_array_equal(array[:], data)
    with TiffFile(tmp_path / 'a.zarr' / 'c' / '1' / '1') as tif:
        assert tif.pages.first.tile == (16, 16)
    codec = Tiff(compression='zlib')
    assert codec == Tiff.from_dict(codec.to_dict())
    assert codec != Tiff()
    assert hash(codec) == hash(Tiff(compression='zlib'))
    assert codec.compression == 'zlib'
    assert pickle.loads(pickle.dumps(codec)) == codec
    with pytest.raises(TypeError):
        Tiff(nix=1)


@needs_zarr3
def test_zarr3_imagecodecs(tmp_path):
    """Codecs of imagecodecs encode chunks of Zarr format 3."""
    from tifffile.zarr import ImagecodecsDelta, ImagecodecsLzw, ImagecodecsPng

    data = samples(40, 70)
    for i, kwargs in enumerate(
        [
            {'compressors': [ImagecodecsLzw()]},
            {'serializer': ImagecodecsPng(), 'compressors': None},
            {'filters': [ImagecodecsDelta(axis=-1, dist=1)]},
        ]
    ):
        name = str(tmp_path / f'{i}.zarr')
        array = zarr.create_array(
            name, shape=data.shape, chunks=(16, 32), dtype='u2', **kwargs
        )
        array[:] = data
        array = zarr.open(name, mode='r')
        numpy.testing.assert_array_equal(array[:], data)


# -- sequences of files -------------------------------------------------------


@pytest.fixture
def sequence(tmp_path):
    """Return sequence of four files, and their array."""
    data = samples(2, 2, 4, 5, dtype='u1')
    files = []
    for i, j in numpy.ndindex(2, 2):
        path = tmp_path / f'{i}' / f'img {j}.tif'
        path.parent.mkdir(exist_ok=True)
        with TiffWriter(path) as tif:
            tif.write(data[i, j], compression='zlib')
        files.append(str(path))
    return TiffSequence(files, pattern=r'(\d).img (\d)'), data


@pytest.mark.parametrize('zarr_format', FORMATS)
@pytest.mark.parametrize('version', [0, 1])
def test_sequence(tmp_path, sequence, version, zarr_format):
    """Files of sequences are decoded by codec."""
    files, data = sequence
    name = tmp_path / 'test.json'
    with ZarrFileSequenceStore(files, zarr_format=zarr_format) as store:
        store.write_fsspec(
            name, str(tmp_path), version=version, quote=False, groupname='a'
        )
    array = open_references(name)['a']
    numpy.testing.assert_array_equal(array[:], data)


def test_sequence_text(sequence):
    """References are to whole files."""
    files, _ = sequence
    with ZarrFileSequenceStore(files, key=0) as store:
        out = io.StringIO()
        store.write_fsspec(out, 'http://x.org')
        refs = json.loads(out.getvalue())
        assert refs['1.0.0.0'] == ['http://x.org/1/img%200.tif']
        compressor = json.loads(refs['.zarray'])['compressor']
        assert compressor == {'id': 'tifffile', 'key': 0}
        out = io.StringIO()
        store.write_fsspec(out, 'd', version=1, codec_id='other')
        refs = json.loads(out.getvalue())
        assert refs['templates'] == {'u': 'd/'}
        assert refs['refs']['1.1.0.0'] == ['{{u}}1/img%201.tif']
        compressor = json.loads(refs['refs']['.zarray'])['compressor']
        assert compressor['id'] == 'other'


def test_sequence_codec(sequence):
    """Codec is that of the function that reads files."""
    files, _ = sequence
    kwargs = {'chunkshape': (4, 5), 'chunkdtype': 'u1'}
    files = FileSequence(imagecodecs.imread, files)
    kwargs['axestiled'] = {0: 0}
    for codec, expected in (
        ('jpeg8', 'imagecodecs_jpeg'),
        (['png'], 'imagecodecs_png'),
        (imagecodecs.webp_decode, 'imagecodecs_webp'),
    ):
        with ZarrFileSequenceStore(files, codec=codec, **kwargs) as store:
            out = io.StringIO()
            store.write_fsspec(out, '')
            zarray = json.loads(json.loads(out.getvalue())['.zarray'])
            assert zarray['compressor'] == {'id': expected}
    with ZarrFileSequenceStore(files, codec='nix', **kwargs) as store:
        with pytest.raises(ValueError, match='cannot determine codec_id'):
            store.write_fsspec(io.StringIO(), '')
    files = FileSequence(print, files)
    with ZarrFileSequenceStore(files, **kwargs) as store:
        with pytest.raises(ValueError, match='cannot determine codec_id'):
            store.write_fsspec(io.StringIO(), '')


# -- real files ---------------------------------------------------------------


@pytest.mark.slow
def test_real_files(shared_data, tmp_path):
    """References that are written to real files can be read."""
    import warnings

    problems = []
    out = tmp_path / 'out.json'
    for entry in all_entries():
        path = shared_data / entry['path']
        if is_malformed(entry) or entry['bytes'] > 2**23:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            try:
                with TiffFile(path) as tif:
                    series = tif.series[0]
                    if series.nbytes > 2**24:
                        continue
                    data = series.asarray()
                    with series.aszarr(level=0) as store:
                        store.write_fsspec(out, f'{path.parent}')
            except (ValueError, NotImplementedError, IndexError):
                continue  # refused, or cannot be read at all
            result = open_references(out)[...]
        if not numpy.array_equal(
            result, data, equal_nan=data.dtype.kind in 'fc'
        ):
            problems.append(entry['path'])
    assert not problems
