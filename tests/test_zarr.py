# tests/test_zarr.py

"""Test Zarr stores with zarr 2 and zarr 3."""

import asyncio
import io
import itertools
import json
import os
import pickle
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy
import pytest
from builder import Page, build_file, build_tiff, samples
from interpreter import run_python
from shared_data import all_entries, is_malformed

import tifffile
from tifffile import (
    TIFF,
    TiffFile,
    TiffSegmentError,
    TiffSequence,
    ZarrFileSequenceStore,
    ZarrStore,
    ZarrTiffStore,
    imread,
    imwrite,
)

zarr = pytest.importorskip('zarr')

ROOT = Path(tifffile.__file__).parent
ZARR3 = int(zarr.__version__.split('.')[0]) > 2
FORMATS = (2, 3) if ZARR3 else (2,)
CHUNKMODES = ('STRILE', 'PLANE', 'PAGE', 'FILE')

needs_zarr3 = pytest.mark.skipif(not ZARR3, reason='needs zarr 3')


def open_array(store):
    """Return Zarr array of store."""
    array = zarr.open(store, mode='r')
    assert hasattr(array, 'chunks')
    return array


def check(store, data):
    """Check that Zarr array equals data, also in parts."""
    array = open_array(store)
    assert array.shape == data.shape
    assert array.dtype == data.dtype
    numpy.testing.assert_array_equal(array[:], data)
    part = tuple(
        slice(size // 3, size // 3 + max(size // 2, 1)) for size in data.shape
    )
    numpy.testing.assert_array_equal(array[part], data[part])


# -- reading ------------------------------------------------------------------

LAYOUTS = {
    'strips': {'rowsperstrip': 16},
    'one strip': {},
    'tiles': {'tile': (16, 32)},
    'large tile': {'tile': (128, 256)},
    'deflate strips': {'rowsperstrip': 7, 'compression': 8},
    'deflate tiles': {'tile': (32, 16), 'compression': 8, 'predictor': 2},
    'lzma tiles': {'tile': (64, 64), 'compression': 34925},
    'cropped tiles': {'tile': (32, 32), 'compression': 8, 'crop': True},
}
IMAGES = {
    'gray': ((45, 70), {}),
    'rgb': ((45, 70, 3), {'photometric': 2}),
    'planar': ((3, 45, 70), {'photometric': 2, 'planarconfig': 2}),
    'volume': ((5, 45, 70), {'volume': True}),
    'one row': ((1, 70), {}),
    'one column': ((45, 1), {}),
    'one sample': ((45, 70, 1), {}),
}


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize('image', IMAGES)
@pytest.mark.parametrize('layout', LAYOUTS)
def test_layouts(image, layout, byteorder):
    """Pages of all layouts are read in chunks of all kinds."""
    shape, kwargs = IMAGES[image]
    kwargs = {**kwargs, **LAYOUTS[layout]}
    if kwargs.get('volume') and 'tile' in kwargs:
        kwargs['tile'] = (2, *kwargs['tile'])
    data = samples(2, *shape)
    pages = [Page(page, **kwargs) for page in data]
    with TiffFile(build_file(*pages, byteorder=byteorder)) as tif:
        expected = tif.asarray()
        numpy.testing.assert_array_equal(expected.reshape(data.shape), data)
        for chunkmode in CHUNKMODES:
            with tif.aszarr(chunkmode=chunkmode) as store:
                check(store, expected)
        for zarr_format in FORMATS:
            with tif.aszarr(squeeze=False, zarr_format=zarr_format) as store:
                check(store, tif.asarray(squeeze=False))
        with tif.aszarr(key=1) as store:
            check(store, tif.pages[1].asarray())


@pytest.mark.parametrize(
    'dtype', ['bool', 'i1', 'u2', 'i4', 'u8', 'f2', 'f4', 'f8', 'c8', 'c16']
)
@pytest.mark.parametrize('zarr_format', FORMATS)
def test_dtypes(dtype, zarr_format):
    """Samples of all types are served in native byte order."""
    data = samples(33, 47, dtype=dtype)
    for byteorder in '<>':
        fh = build_file(Page(data, tile=(16, 16)), byteorder=byteorder)
        with imread(fh, aszarr=True) as store:
            check(store, data)
        with TiffFile(fh) as tif:
            with tif.aszarr(zarr_format=zarr_format) as store:
                check(store, data)


def test_packed_bits():
    """Samples of odd widths are unpacked."""
    data = samples(33, 47) % 13
    fh = build_file(Page(data, rowsperstrip=10, bitspersample=12))
    with imread(fh, aszarr=True) as store:
        check(store, data)


@pytest.mark.parametrize('chunkmode', CHUNKMODES)
@pytest.mark.parametrize('compression', [1, 8])
def test_sparse(chunkmode, compression):
    """Missing segments are filled, and not in the store."""
    data = samples(64, 64) + 10
    page = Page(
        data,
        tile=(32, 32),
        compression=compression,
        sparse=(1, 2),
        nodata='7',
    )
    with TiffFile(build_file(page)) as tif:
        expected = tif.asarray()
        assert (expected[:32, 32:] == 7).all()
        with tif.aszarr(chunkmode=chunkmode) as store:
            check(store, expected)
            assert json.loads(store['.zarray'])['fill_value'] == 7
        with tif.aszarr() as store:
            assert [f'{i}.{j}' in store for i in (0, 1) for j in (0, 1)] == [
                True,
                False,
                False,
                True,
            ]
            with pytest.raises(KeyError):
                store['0.1']
            assert store.get('0.1') is None
            assert store.get('0.1', 3) == 3
        with tif.aszarr(fillvalue=9) as store:
            expected[expected == 7] = 9
            check(store, expected)


def test_missing_page():
    """Missing pages of series are filled."""
    data = samples(2, 20, 30)
    with TiffFile(build_file(*map(Page, data))) as tif:
        series = tifffile.TiffPageSeries(
            [tif.pages[0], None, tif.pages[1]], (3, 20, 30), 'uint16', 'TYX'
        )
        expected = numpy.stack([data[0], data[0] * 0, data[1]])
        for chunkmode in CHUNKMODES:
            with series.aszarr(chunkmode=chunkmode) as store:
                check(store, expected)


@pytest.mark.parametrize('zarr_format', FORMATS)
def test_pyramid(zarr_format):
    """Images of several resolutions are groups of arrays."""
    data = samples(64, 64, dtype='uint8')
    base = Page(data, tile=(16, 16), compression=8)
    base.subifds = [
        Page(data[::2, ::2], tile=(16, 16), compression=8, subfiletype=1),
        Page(data[::4, ::4], tile=(16, 16), compression=8, subfiletype=1),
    ]
    with TiffFile(build_file(base)) as tif:
        series = tif.series[0]
        assert len(series.levels) == 3
        with tif.aszarr(zarr_format=zarr_format) as store:
            assert store.is_multiscales
            group = zarr.open(store, mode='r')
            assert sorted(group.array_keys()) == ['0', '1', '2']
            for i, level in enumerate(series.levels):
                numpy.testing.assert_array_equal(
                    group[str(i)][:], level.asarray()
                )
                assert group[str(i)].chunks == (16, 16)
        for i, level in enumerate(series.levels):
            with series.aszarr(level=i, zarr_format=zarr_format) as store:
                check(store, level.asarray())
                assert not store.is_multiscales
        with series.aszarr(multiscales=False) as store:
            check(store, data)
        with series.aszarr(level=1, multiscales=True) as store:
            group = zarr.open(store, mode='r')
            numpy.testing.assert_array_equal(group['0'][:], data[::2, ::2])


def test_pyramid_metadata():
    """Metadata of groups are those of Zarr format 2."""
    data = samples(64, 64, dtype='uint8')
    base = Page(data, tile=(16, 16))
    base.subifds = [Page(data[::2, ::2], tile=(16, 16), subfiletype=1)]
    with (
        TiffFile(build_file(base)) as tif,
        tif.aszarr(zattrs={'a': 1}) as store,
    ):
        assert list(store) == [
            '.zgroup',
            '.zattrs',
            '0/.zattrs',
            '0/.zarray',
            '1/.zattrs',
            '1/.zarray',
        ]
        assert store['.zgroup'] == b'{\n "zarr_format": 2\n}'
        attrs = json.loads(store['.zattrs'])
        assert attrs['a'] == 1
        (multiscales,) = attrs['multiscales']
        assert multiscales['datasets'] == [{'path': '0'}, {'path': '1'}]
        assert multiscales['version'] == '0.1'
        assert json.loads(store['0/.zattrs']) == {
            '_ARRAY_DIMENSIONS': ['Y', 'X']
        }
        assert json.loads(store['1/.zattrs']) == {
            '_ARRAY_DIMENSIONS': ['Y1', 'X1']
        }
        assert '1/0.1' in store
        assert '2/0.0' not in store
        assert '0.0' not in store


def test_array_metadata():
    """Metadata of arrays are those of Zarr format 2."""
    data = samples(40, 50)
    fh = build_file(Page(data, rowsperstrip=16), byteorder='>')
    with imread(fh, aszarr=True, zattrs={'b': [1]}) as store:
        assert isinstance(store, ZarrTiffStore)
        assert isinstance(store, ZarrStore)
        assert list(store) == ['.zattrs', '.zarray']
        assert len(store) == 2
        assert store
        assert json.loads(store['.zattrs']) == {
            '_ARRAY_DIMENSIONS': ['Y', 'X'],
            'b': [1],
        }
        array = json.loads(store['.zarray'])
        order = numpy.dtype('u2').str[0]
        assert array == {
            'chunks': [16, 50],
            'compressor': None,
            'dtype': f'{order}u2',
            'fill_value': 0,
            'filters': None,
            'order': 'C',
            'shape': [40, 50],
            'zarr_format': 2,
        }
        assert not store.is_multiscales
        assert store['0.0'].shape == (16, 50)
        assert store['2.0'].shape == (16, 50)
        assert repr(store).startswith('<tifffile.ZarrTiffStore @0x')
        assert str(store) == "ZarrTiffStore 'Unnamed binary stream'"
        assert store.read_only is False
    names = ['row', 'col']
    with TiffFile(fh) as tif, tif.aszarr(dimension_names=names) as store:
        assert json.loads(store['.zattrs'])['_ARRAY_DIMENSIONS'] == names


@pytest.mark.parametrize(
    ('nodata', 'value'),
    [('nan', 'NaN'), ('inf', 'Infinity'), ('-inf', '-Infinity'), ('5', 5.0)],
)
def test_fill_values(nodata, value):
    """Fill values that are no numbers are named."""
    page = Page(samples(8, 8, dtype='f4'), nodata=nodata, tile=(16, 16))
    page.sparse = (0,)
    with TiffFile(build_file(page)) as tif:
        with tif.aszarr() as store:
            assert json.loads(store['.zarray'])['fill_value'] == value
            check(store, tif.asarray())


KEYS = ['', '0', '0.0.0', 'a.b', '0.-1', '3.0', '0.1', '0/zarr.json', '².0']


@pytest.mark.parametrize('key', [*KEYS, '.zmetadata', '.zgroup', 'zarr.json'])
def test_unknown_keys(key):
    """Keys that are neither of metadata nor of chunks are missing."""
    fh = build_file(Page(samples(40, 50), rowsperstrip=16))
    with imread(fh, aszarr=True) as store:
        assert key not in store
        with pytest.raises(KeyError):
            store[key]
        assert store.get(key) is None
        assert store.get(key, 'x') == 'x'


def test_alternative_keys():
    """Keys of both formats of Zarr name chunks."""
    data = samples(40, 50)
    with imread(build_file(Page(data, rowsperstrip=16)), aszarr=True) as store:
        for key in ('1.0', '1/0', 'c/1/0'):
            numpy.testing.assert_array_equal(store[key], data[16:32])


def test_arguments():
    """Wrong arguments raise errors."""
    fh = build_file(Page(samples(4, 5)))
    with TiffFile(fh) as tif:
        with pytest.raises(TypeError, match='key must be an integer'):
            tif.aszarr(key=slice(1))
        with pytest.raises(IndexError):
            tif.aszarr(key=1)
        with pytest.raises(IndexError):
            tif.aszarr(series=1)
        with pytest.raises(IndexError):
            tif.aszarr(level=1)
        with pytest.raises(ValueError, match='zarr_format'):
            tif.aszarr(zarr_format=1)
        with pytest.raises(ValueError, match='CHUNKMODE'):
            tif.aszarr(chunkmode='nix')
        with pytest.raises(ValueError, match='names of'):
            tif.aszarr(dimension_names='A')
        with pytest.raises(TypeError, match='not a series or page'):
            ZarrTiffStore(tif)
        with pytest.raises(TypeError):
            tif.aszarr(nix=1)
        with pytest.raises(PermissionError):
            tif.aszarr(chunkmode=2, read_only=False)


def test_empty():
    """Images without samples have chunks of ones."""
    fh = io.BytesIO()
    with pytest.warns(UserWarning, match='zero-size'):
        imwrite(fh, shape=(0, 5), dtype='u1', metadata=None)
    fh.seek(0)
    with TiffFile(fh) as tif, tif.aszarr() as store:
        array = open_array(store)
        assert array.shape == tif.series[0].shape
        assert array[:].size == 0


def test_corrupted():
    """Segments that cannot be decoded raise an error that names them."""
    page = Page(samples(32, 32), tile=(16, 16), compression=8)
    segments = page.encoded('<')
    segments[1] = b'corrupted'
    page.segments = segments
    with imread(build_file(page), aszarr=True) as store:
        assert store['0.0'].shape == (16, 16)
        with pytest.raises(TiffSegmentError, match='tile 1 of 9 bytes @'):
            store['0.1']
        with pytest.raises(TiffSegmentError, match='tile 1 of 9 bytes @'):
            open_array(store)[:]


def test_truncated_file():
    """Segments that are not in the file raise an error."""
    page = Page(samples(32, 32), tile=(16, 16), sort=True)
    page.tags = {325: (4, [512, 512, 512, 100000])}
    with imread(build_file(page), aszarr=True) as store:
        with pytest.raises(TiffSegmentError, match='not in file'):
            store['1.1']


@pytest.mark.parametrize('contiguous', [True, False])
def test_contiguous_series(tmp_path, contiguous):
    """Pages that are implied by the first are served."""
    data = samples(7, 31, 33)
    path = tmp_path / 'test.tif'
    imwrite(path, data, truncate=contiguous, rowsperstrip=8)
    with imread(path, aszarr=True) as store:
        assert open_array(store).chunks == (1, 8, 33)
        check(store, data)


def test_transform():
    """Transform of series applies to chunks."""
    data = samples(40, 50)
    with TiffFile(build_file(Page(data, tile=(16, 16), compression=8))) as tif:
        series = tifffile.TiffPageSeries(
            tif.pages, (40, 50), 'float32', 'YX', transform=double
        )
        for chunkmode in CHUNKMODES:
            with series.aszarr(chunkmode=chunkmode) as store:
                check(store, double(data))
                assert store.read_only


def double(data):
    """Return twice the data."""
    return data.astype('float32') * 2


OME = (
    '<?xml version="1.0"?><OME UUID="urn:uuid:{0}" '
    'xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">'
    '<Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYZCT" '
    'Type="uint16" SizeX="50" SizeY="40" SizeZ="1" SizeC="1" SizeT="{1}">'
    '{2}</Pixels></Image></OME>'
)
TIFFDATA = (
    '<TiffData FirstT="{0}" IFD="0" PlaneCount="1">'
    '<UUID FileName="{0}.ome.tif">urn:uuid:{0}</UUID></TiffData>'
)


def write_set(path, data):
    """Write multi-file OME-TIFF."""
    blocks = ''.join(TIFFDATA.format(i) for i in range(len(data)))
    for i, image in enumerate(data):
        xml = OME.format(i, len(data), blocks)
        page = Page(image, tile=(16, 16), compression=8, description=xml)
        (path / f'{i}.ome.tif').write_bytes(build_tiff([page]))
    return path / '0.ome.tif'


@pytest.mark.parametrize('chunkmode', CHUNKMODES)
def test_multifile(tmp_path, chunkmode):
    """Series of many files are read with a bounded number of open files."""
    data = samples(13, 40, 50)
    path = write_set(tmp_path, data)
    with TiffFile(path) as tif:
        assert tif.series[0].is_multifile
        store = tif.aszarr(chunkmode=chunkmode, _openfiles=3)
    check(store, data)
    assert len(store._filecache) <= 4
    assert store.read_only
    other = pickle.loads(pickle.dumps(store))
    check(other, data)
    other.close()
    store.close()
    assert len(store._filecache) == 0


# -- life of stores -----------------------------------------------------------


def test_reopen(tmp_path):
    """Stores open files as needed, and close them."""
    data = samples(40, 50)
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff([Page(data, tile=(16, 16))]))
    with TiffFile(path) as tif:
        store = tif.aszarr()
        check(store, data)
    assert tif.filehandle.closed
    check(store, data)
    assert not tif.filehandle.closed
    store.close()
    assert tif.filehandle.closed
    store.close()
    check(store, data)
    store.close()
    with imread(path, aszarr=True) as store:
        fh = store._arg.parent.filehandle
        assert fh.closed
        check(store, data)
        assert not fh.closed
    assert fh.closed


def test_close_leaves_file_open(tmp_path):
    """Files that were opened by others stay open."""
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff([Page(samples(40, 50))]))
    with TiffFile(path) as tif:
        with tif.aszarr() as store:
            check(store, tif.asarray())
        assert not tif.filehandle.closed


@pytest.mark.parametrize('arg', ['series', 'level', 'page', 'frame'])
def test_pickle(tmp_path, arg):
    """Stores pickle as path and options."""
    data = samples(3, 64, 64)
    pages = [Page(page, tile=(16, 16), compression=8) for page in data]
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff(pages))
    with TiffFile(path, _useframes=arg == 'frame') as tif:
        image = {
            'series': tif.series[0],
            'level': tif.series[0].levels[0],
            'page': tif.pages[1],
            'frame': tif.pages[2],
        }[arg]
        expected = image.asarray()
        store = image.aszarr(zattrs={'a': 1}, chunkmode='PAGE')
    text = pickle.dumps(store)
    assert len(text) < 1500
    with pickle.loads(text) as other:
        assert other == store
        assert hash(other) == hash(store)
        assert isinstance(other, ZarrTiffStore)
        assert {**other} == {**store}
        check(other, expected)
        fh = other._arg.parent.filehandle
        assert fh is not store._arg.parent.filehandle
    assert fh.closed
    with tif.series[0].aszarr() as third:
        assert third != store
        assert third != 1
    store.close()


def test_pickle_stream():
    """Stores of streams do not pickle."""
    with imread(build_file(Page(samples(4, 5))), aszarr=True) as store:
        with pytest.raises(TypeError, match='cannot pickle'):
            pickle.dumps(store)


def test_pickle_many_pages(tmp_path):
    """Pickles of stores do not grow with the number of pages."""
    path = tmp_path / 'test.tif'
    data = samples(100_000, 2, 5, dtype='u1')
    imwrite(path, data, photometric='minisblack', metadata=None)
    with TiffFile(path) as tif:
        assert len(tif.series[0]) == 100_000
        store = tif.aszarr()
    text = pickle.dumps(store)
    assert len(text) < 10_000
    with pickle.loads(text) as other:
        array = open_array(other)
        assert array.shape == (100_000, 2, 5)
        numpy.testing.assert_array_equal(array[77_777], data[77_777])
    store.close()


def test_threads(tmp_path):
    """Threads share a store."""
    data = samples(20, 64, 64)
    pages = [Page(page, tile=(16, 16), compression=8) for page in data]
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff(pages))

    with TiffFile(path) as tif, tif.aszarr(cachesize=5000) as store:

        def read(seed):
            rng = numpy.random.default_rng(seed)
            for _ in range(200):
                t, y, x = rng.integers(0, (20, 4, 4))
                chunk = store[f'{t}.{y}.{x}']
                y, x = 16 * y, 16 * x
                assert (chunk == data[t, y : y + 16, x : x + 16]).all()
            return True

        with ThreadPoolExecutor(8) as executor:
            assert all(executor.map(read, range(8)))


# -- cache --------------------------------------------------------------------


@pytest.fixture
def count_decodes(monkeypatch):
    """Return list of positions of segments that were decoded."""
    decoded = []
    decode = tifffile._ByteDecoder.decode

    def spy(self, data, position, *args, **kwargs):
        decoded.append(position)
        return decode(self, data, position, *args, **kwargs)

    monkeypatch.setattr(tifffile._ByteDecoder, 'decode', spy)
    return decoded


def test_cache(tmp_path, count_decodes):
    """Segments are decoded once, also by copies of a store."""
    data = samples(64, 64)
    path = tmp_path / 'test.tif'
    page = Page(data, tile=(16, 16), compression=8)
    path.write_bytes(build_tiff([page]))
    with imread(path, aszarr=True) as store:
        check(store, data)
        assert len(count_decodes) == 16
        check(store, data)
        with pickle.loads(pickle.dumps(store)) as other:
            check(other, data)
        assert len(count_decodes) == 16
        with pytest.raises(ValueError, match='read-only'):
            store['0.0'][:] = 0
    with imread(path, aszarr=True) as store:
        check(store, data)
        assert len(count_decodes) == 32


def test_cache_size(count_decodes, monkeypatch):
    """Caches are as large as told, shared or not."""
    data = samples(64, 64)
    with TiffFile(build_file(Page(data, tile=(16, 16), compression=8))) as tif:
        with tif.aszarr(cachesize=0) as store:
            for _ in range(2):
                open_array(store)[:]
        assert len(count_decodes) == 32
        count_decodes.clear()
        with tif.aszarr(cachesize=512 * 4) as store:
            for _ in range(2):
                open_array(store)[:]
            assert store._cache.nbytes == 512 * 4
            assert len(store._cache) == 4
            count_decodes.clear()
            open_array(store)[:]
            assert 12 <= len(count_decodes) <= 16
        monkeypatch.setattr(TIFF, 'CACHESIZE', 512)
        with tif.aszarr() as store:
            store['0.0'], store['0.1'], store['0.1']
            shared = tifffile._SEGMENT_CACHE
            assert store._cache is shared
            assert shared.nbytes <= 512
            monkeypatch.undo()


def test_cache_drops_least_recently_used(count_decodes):
    """Segments that were read last are kept."""
    data = samples(64, 64)
    with TiffFile(build_file(Page(data, tile=(16, 16), compression=8))) as tif:
        with tif.aszarr(cachesize=512 * 2) as store:
            for key in ('0.0', '0.1', '0.0', '0.2', '0.0'):
                store[key]
            assert len(count_decodes) == 3
            store['0.1']
            assert len(count_decodes) == 4


def test_cache_of_file_that_changed(tmp_path):
    """Copies of a store do not use what was decoded of another file."""
    path = tmp_path / 'test.tif'

    def write(seed):
        data = samples(64, 64, seed=seed)
        page = Page(data, tile=(16, 16), compression=8)
        path.write_bytes(build_tiff([page]))
        os.utime(path, ns=(seed, seed))
        return data

    data = write(1)
    with imread(path, aszarr=True) as store:
        check(store, data)
        pickled = pickle.dumps(store)
    data = write(2)
    with pickle.loads(pickled) as other:
        check(other, data)


@needs_zarr3
def test_cached_without_thread(monkeypatch):
    """Chunks in the cache, and keys of metadata, do not start threads."""
    from zarr.core.buffer import default_buffer_prototype

    data = samples(64, 64)
    prototype = default_buffer_prototype()
    page = Page(data, tile=(16, 16), compression=8)
    with imread(build_file(page), aszarr=True) as store:

        async def get(key):
            return await store.get(key, prototype)

        expected = asyncio.run(get('1.2')).to_bytes()
        assert expected == data[16:32, 32:48].tobytes()
        monkeypatch.setattr(asyncio, 'to_thread', None)
        assert asyncio.run(get('1.2')).to_bytes() == expected
        assert asyncio.run(get('zarr.json')) is None
        with pytest.raises(TypeError):
            asyncio.run(get('1.3'))


def test_no_cache_of_raw(count_decodes):
    """Uncompressed segments are not cached, since they may be written."""
    data = samples(64, 64)
    with imread(build_file(Page(data, tile=(16, 16))), aszarr=True) as store:
        before = len(tifffile._SEGMENT_CACHE)
        check(store, data)
        assert len(tifffile._SEGMENT_CACHE) == before


# -- interface of zarr 3 ------------------------------------------------------


@needs_zarr3
def test_async_interface():
    """Stores are stores of zarr 3."""
    from zarr.abc.store import (
        OffsetByteRequest,
        RangeByteRequest,
        Store,
        SuffixByteRequest,
    )
    from zarr.core.buffer import default_buffer_prototype

    data = samples(40, 50)
    store = imread(
        build_file(Page(data, rowsperstrip=16, sparse=(1,))), aszarr=True
    )
    assert isinstance(store, Store)
    assert isinstance(store, ZarrTiffStore)
    prototype = default_buffer_prototype()
    expected = data[:16].tobytes()

    async def run():
        buffer = await store.get('0.0', prototype)
        assert buffer.to_bytes() == expected
        for request, part in (
            (RangeByteRequest(3, 9), expected[3:9]),
            (OffsetByteRequest(90), expected[90:]),
            (SuffixByteRequest(7), expected[-7:]),
            (SuffixByteRequest(0), b''),
            (SuffixByteRequest(9999), expected),
        ):
            buffer = await store.get('0.0', prototype, request)
            assert buffer.to_bytes() == part
        values = await store.get_partial_values(
            prototype,
            [
                ('0.0', RangeByteRequest(0, 4)),
                ('1.0', None),
                ('.zattrs', None),
            ],
        )
        assert values[0].to_bytes() == expected[:4]
        assert values[1] is None
        assert values[2].to_bytes() == store['.zattrs']
        assert await store.get('zarr.json', prototype) is None
        assert await store.get('nix', prototype=prototype) is None
        assert await store.exists('0.0')
        assert await store.exists('.zarray')
        assert not await store.exists('1.0')
        assert not await store.exists('zarr.json')
        keys = ['.zattrs', '.zarray', '0.0', '2.0']
        assert [key async for key in store.list()] == keys
        assert [key async for key in store.list_prefix('.z')] == keys[:2]
        assert [key async for key in store.list_dir('')] == keys[:2]
        assert not await store.is_empty('')
        assert await store.getsize('2.0') == 1600

    asyncio.run(run())
    assert not store.supports_deletes
    assert store.supports_listing
    store.close()


@needs_zarr3
def test_synchronous_interface():
    """Synchronous methods yield what the others do."""
    from zarr.abc.store import (
        OffsetByteRequest,
        RangeByteRequest,
        SuffixByteRequest,
    )
    from zarr.core.buffer import default_buffer_prototype

    data = samples(40, 50)
    prototype = default_buffer_prototype()
    requests = (
        None,
        RangeByteRequest(3, 9),
        RangeByteRequest(3, 9999),
        OffsetByteRequest(90),
        SuffixByteRequest(7),
    )

    async def get(store, key, request):
        return await store.get(key, prototype, request)

    for compression in (1, 8):
        page = Page(
            data, rowsperstrip=16, compression=compression, sparse=(1,)
        )
        with imread(build_file(page), aszarr=True) as store:
            for key in ('.zarray', '.zattrs', '0.0', '2.0'):
                for request in requests:
                    expected = asyncio.run(get(store, key, request))
                    result = store.get_sync(key, byte_range=request)
                    assert type(result) is prototype.buffer
                    assert result.to_bytes() == expected.to_bytes()
            assert (
                store.get_sync('0.0', prototype=prototype).to_bytes()
                == data[:16].tobytes()
            )
            for key in ('1.0', '3.0', '0', 'zarr.json', 'nix', ''):
                assert store.get_sync(key) is None


@needs_zarr3
def test_synchronous_writing():
    """Synchronous methods write and erase chunks."""
    from zarr.core.buffer import default_buffer_prototype

    data = samples(32, 32)
    new = samples(16, 16, seed=1)
    buffer = default_buffer_prototype().buffer.from_bytes(new.tobytes())
    fh = build_file(Page(data, tile=(16, 16)))
    with imread(fh, aszarr=True) as store:
        store.set_sync('0.1', buffer)
        data[:16, 16:] = new
        store.delete_sync('1.0')
        data[16:, :16] = 0
        store.delete_sync('2.0')
        check(store, data)
        with pytest.raises(KeyError):
            store.set_sync('2.0', buffer)
        with pytest.raises(TypeError, match=r"'0\.0' is not a buffer"):
            store.set_sync('0.0', new.tobytes())
        for key in ('.zarray', 'zarr.json'):
            with pytest.raises(PermissionError, match='fixed metadata'):
                store.set_sync(key, buffer)
        with pytest.raises(PermissionError, match='fixed metadata'):
            store.delete_sync('.zarray')
        with store.with_read_only(True) as other:
            with pytest.raises(PermissionError, match='read-only'):
                other.set_sync('0.0', buffer)
            with pytest.raises(PermissionError, match='read-only'):
                other.delete_sync('0.0')
    fh.seek(0)
    numpy.testing.assert_array_equal(imread(fh), data)


def test_units_of_multiscales():
    """Groups tell size of pixels and its unit, as far as known."""
    data = samples(64, 64)
    tags = {282: (5, (2, 1)), 283: (5, (4, 1)), 296: (3, 3)}
    base = Page(data, tile=(16, 16), tags=tags)
    base.subifds = [Page(data[::2, ::2], tile=(16, 16), subfiletype=1)]
    with TiffFile(build_file(base)) as tif:
        with tif.aszarr(zarr_format=3) as store:
            group = json.loads(store['zarr.json'])
    (multiscales,) = group['attributes']['ome']['multiscales']
    assert multiscales['axes'] == [
        {'name': 'Y', 'type': 'space', 'unit': 'micrometer'},
        {'name': 'X', 'type': 'space', 'unit': 'micrometer'},
    ]
    scales = [
        dataset['coordinateTransformations'][0]['scale']
        for dataset in multiscales['datasets']
    ]
    assert scales == [[2500.0, 5000.0], [5000.0, 10000.0]]


@needs_zarr3
def test_format3_metadata():
    """Metadata of Zarr format 3 are those of its specification."""
    data = samples(64, 64)
    base = Page(data, tile=(16, 16))
    base.subifds = [Page(data[::2, ::2], tile=(16, 16), subfiletype=1)]
    with TiffFile(build_file(base)) as tif:
        with tif.aszarr(zarr_format=3, zattrs={'a': 1}) as store:
            assert list(store) == ['zarr.json', '0/zarr.json', '1/zarr.json']
            group = json.loads(store['zarr.json'])
            assert group['node_type'] == 'group'
            assert group['attributes']['a'] == 1
            ome = group['attributes']['ome']
            assert ome['version'] == '0.5'
            (multiscales,) = ome['multiscales']
            assert multiscales['axes'] == [
                {'name': 'Y', 'type': 'space'},
                {'name': 'X', 'type': 'space'},
            ]
            assert multiscales['datasets'][1] == {
                'path': '1',
                'coordinateTransformations': [
                    {'type': 'scale', 'scale': [2.0, 2.0]}
                ],
            }
            assert store.is_multiscales
            numpy.testing.assert_array_equal(
                store['1/c/1/0'], data[::2, ::2][16:, :16]
            )
        with tif.aszarr(zarr_format=3, level=1, zattrs={'a': 1}) as store:
            array = json.loads(store['zarr.json'])
            endian = {'<': 'little', '>': 'big'}[numpy.dtype('u2').str[0]]
            assert array == {
                'zarr_format': 3,
                'node_type': 'array',
                'shape': [32, 32],
                'data_type': 'uint16',
                'chunk_grid': {
                    'name': 'regular',
                    'configuration': {'chunk_shape': [16, 16]},
                },
                'chunk_key_encoding': {
                    'name': 'default',
                    'configuration': {'separator': '/'},
                },
                'fill_value': 0,
                'codecs': [
                    {'name': 'bytes', 'configuration': {'endian': endian}}
                ],
                'dimension_names': ['Y', 'X'],
                'attributes': {'a': 1},
            }
            assert open_array(store).attrs['a'] == 1


@needs_zarr3
def test_modes():
    """zarr opens stores in the modes that they support."""
    fh = build_file(Page(samples(4, 5), compression=8))
    with imread(fh, aszarr=True) as store:
        assert store.read_only
        assert not store.supports_writes
        for mode in ('r+', 'a', 'w'):
            with pytest.raises(ValueError, match='read-only'):
                zarr.open(store, mode=mode)
        assert zarr.open(store).shape == (4, 5)
    with imread(build_file(Page(samples(4, 5))), aszarr=True) as store:
        assert not store.read_only
        array = zarr.open(store, mode='r')
        assert array.store.read_only
        # newer versions of zarr do not try to remove the array
        with pytest.raises((NotImplementedError, PermissionError)):
            zarr.open(store, mode='w')


def test_without_zarr(monkeypatch):
    """Stores are mappings if zarr is not installed."""
    tifffile._find_zarr_base.cache_clear()
    tifffile._add_zarr_base.cache_clear()
    monkeypatch.setitem(sys.modules, 'zarr.abc.store', None)
    try:
        data = samples(40, 50)
        with imread(build_file(Page(data)), aszarr=True) as store:
            assert type(store) is ZarrTiffStore
            numpy.testing.assert_array_equal(store['0.0'], data)
    finally:
        tifffile._find_zarr_base.cache_clear()
        tifffile._add_zarr_base.cache_clear()


# -- writing ------------------------------------------------------------------


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize('stored', [True, False])
@pytest.mark.parametrize('layout', ['strips', 'one strip', 'tiles'])
@pytest.mark.parametrize('image', IMAGES)
def test_write(tmp_path, image, layout, byteorder, stored):
    """Uncompressed images of all layouts are written in place."""
    shape, kwargs = IMAGES[image]
    kwargs = {**kwargs, **LAYOUTS[layout]}
    if kwargs.get('volume') and 'tile' in kwargs:
        kwargs['tile'] = (2, *kwargs['tile'])
    data = samples(2, *shape)
    path = tmp_path / 'test.tif'
    pages = [Page(page, **kwargs) for page in data]
    text = build_tiff(pages, byteorder=byteorder)
    path.write_bytes(text)
    with TiffFile(path, mode='r+') as tif:
        expected = tif.asarray()
        store = tif.aszarr()
    assert not store.read_only
    array = zarr.open(store, mode='r+')
    part = tuple(
        slice(size // 3, size // 3 + max(size // 2, 1))
        for size in expected.shape
    )
    expected[part] = samples(*expected[part].shape, seed=3)
    array[part] = expected[part]
    numpy.testing.assert_array_equal(array[:], expected)
    if stored:
        expected[:] = samples(*expected.shape, seed=4)
        array[:] = expected
    store.close()
    with TiffFile(path) as tif:
        numpy.testing.assert_array_equal(tif.asarray(), expected)
    assert path.stat().st_size == len(text)


def test_write_fill_value():
    """Chunks that equal the fill value are written too."""
    data = samples(40, 50) + 1
    fh = build_file(Page(data, tile=(16, 16)))
    with imread(fh, aszarr=True) as store:
        array = zarr.open(store, mode='r+')
        array[:20] = 0
        data[:20] = 0
        check(store, data)
        del store['2.0']
        data[32:, :16] = 0
        check(store, data)
        store['0.0'] = numpy.ones((16, 16), 'u2')
        store['0.1'] = numpy.ones((16, 16), 'u2').tobytes()
        data[:16, :32] = 1
        check(store, data)
        for value in (b'', bytes(512 - 2), bytes(512 + 2)):
            match = f"chunk '0.0' of {len(value)} bytes is not of shape"
            with pytest.raises(ValueError, match=match):
                store['0.0'] = value
        store.flush()
    fh.seek(0)
    numpy.testing.assert_array_equal(imread(fh), data)


def test_write_created(tmp_path):
    """Files created without data are filled via store."""
    path = tmp_path / 'test.ome.tif'
    imwrite(
        path,
        shape=(8, 80, 60),
        dtype='uint16',
        photometric='minisblack',
        tile=(16, 32),
        metadata={'axes': 'CYX'},
    )
    data = numpy.zeros((8, 80, 60), 'uint16')
    store = imread(path, mode='r+', aszarr=True)
    array = zarr.open(store, mode='r+')
    array[3, 10:20, 20:30:2] = 1024
    data[3, 10:20, 20:30:2] = 1024
    store.close()
    numpy.testing.assert_array_equal(imread(path), data)


def test_write_multiscales():
    """All resolutions of a pyramid are written."""
    data = samples(64, 64)
    base = Page(data, tile=(16, 16))
    base.subifds = [Page(data[::2, ::2], tile=(16, 16), subfiletype=1)]
    fh = build_file(base)
    with imread(fh, aszarr=True) as store:
        group = zarr.open(store, mode='r+')
        group['1'][3:7] = 5
        group['0'][6:14] = 5
    fh.seek(0)
    with TiffFile(fh) as tif:
        assert (tif.series[0].levels[1].asarray()[3:7] == 5).all()
        data[6:14] = 5
        numpy.testing.assert_array_equal(tif.asarray(), data)


def test_write_missing():
    """Chunks without space in the file cannot be written."""
    page = Page(samples(32, 32), tile=(16, 16), sparse=(1,))
    with imread(build_file(page), aszarr=True) as store:
        store['0.1'] = numpy.zeros((16, 16), 'u2')
        del store['0.1']
        with pytest.raises(ValueError, match=r"'0\.1', for which .* no space"):
            store['0.1'] = numpy.ones((16, 16), 'u2')


@pytest.mark.parametrize(
    'kwargs',
    [
        {'compression': 8},
        {'bitspersample': 12},
        {'predictor': 2},
        {'fillorder': 2},
    ],
)
def test_read_only(kwargs):
    """Images that are encoded in any way are read-only."""
    data = samples(32, 32)
    with TiffFile(build_file(Page(data, tile=(16, 16), **kwargs))) as tif:
        with tif.aszarr() as store:
            assert store.read_only
            with pytest.raises(PermissionError, match=r"read-only.* '0\.0'"):
                store['0.0'] = b''
            with pytest.raises(PermissionError, match='read-only'):
                del store['0.0']
            with pytest.raises(PermissionError, match='read-only'):
                store.clear()
            with pytest.raises(PermissionError, match='read-only'):
                store.flush()
            with pytest.raises(KeyError):
                store['.zarray'] = b''
            with pytest.raises(PermissionError, match='cannot be written'):
                store.with_read_only(False)
        with pytest.raises(PermissionError, match='cannot be written'):
            tif.aszarr(read_only=False)


def test_read_only_file(tmp_path):
    """Images in files that are open for reading are read-only."""
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff([Page(samples(32, 32))]))
    with imread(path, aszarr=True) as store:
        assert store.read_only
    with imread(path, aszarr=True, mode='r+') as store:
        assert not store.read_only
        with store.with_read_only(True) as other:
            assert other.read_only
            assert other != store
            check(other, store['0.0'])
        check(store, store['0.0'])
    with TiffFile(path, mode='r+') as tif:
        assert tif.aszarr(read_only=True).read_only
        assert tif.aszarr(chunkmode='PAGE').read_only


def test_write_pickled(tmp_path):
    """Copies of writable stores write to the same file."""
    path = tmp_path / 'test.tif'
    data = samples(64, 64)
    path.write_bytes(build_tiff([Page(data, rowsperstrip=16)]))
    with imread(path, aszarr=True, mode='r+') as store:
        with pickle.loads(pickle.dumps(store)) as other:
            assert not other.read_only
            other['1.0'] = data[:16]
            store['2.0'] = data[:16]
            assert (other['2.0'] == data[:16]).all()
            assert (store['1.0'] == data[:16]).all()
    data[16:32] = data[32:48] = data[:16]
    numpy.testing.assert_array_equal(imread(path), data)


# -- sequences of files -------------------------------------------------------


@pytest.fixture
def sequence(tmp_path):
    """Return sequence of five files in shape (2, 3), and their arrays."""
    data = samples(2, 3, 4, 5, dtype='u1')
    indices = list(numpy.ndindex(2, 3))
    indices.remove((1, 0))
    files = []
    for i, j in indices:
        path = tmp_path / f'img_t{i}_c{j}.tif'
        path.write_bytes(build_tiff([Page(data[i, j])]))
        files.append(str(path))
    data[1, 0] = 7
    return TiffSequence(files, pattern=r'_(t)(\d)_(c)(\d)'), data


@pytest.mark.parametrize('zarr_format', FORMATS)
def test_sequence(sequence, zarr_format):
    """Files of sequences are chunks."""
    files, data = sequence
    store = ZarrFileSequenceStore(
        files, fillvalue=7, zarr_format=zarr_format, dimension_names='TCYX'
    )
    array = open_array(store)
    assert array.chunks == (1, 1, 4, 5)
    check(store, data)
    other = pickle.loads(pickle.dumps(store))
    assert other == store
    assert isinstance(other, ZarrFileSequenceStore)
    check(other, data)
    assert store.read_only
    assert not store.is_multiscales
    assert '0.2.0.0' in store
    assert '1.0.0.0' not in store
    assert '2.0.0.0' not in store
    with pytest.raises(PermissionError):
        store['0.0.0.0'] = b''
    with pytest.raises(PermissionError):
        store.with_read_only(False)
    assert store.with_read_only(True) is store
    store.close()


def test_sequence_metadata(sequence):
    """Metadata have the fill value and attributes as given."""
    files, _ = sequence
    with ZarrFileSequenceStore(files, zattrs={'a': 1}) as store:
        assert json.loads(store['.zattrs']) == {'a': 1}
        assert json.loads(store['.zarray']) == {
            'chunks': [1, 1, 4, 5],
            'compressor': None,
            'dtype': '|u1',
            'fill_value': None,
            'filters': None,
            'order': 'C',
            'shape': [2, 3, 4, 5],
            'zarr_format': 2,
        }


def test_sequence_tiled(sequence):
    """Files are tiled along axes."""
    files, data = sequence
    with ZarrFileSequenceStore(
        files, fillvalue=7, chunkmode='FILE', axestiled={0: 0}
    ) as store:
        assert str(store) == (
            'ZarrFileSequenceStore\n'
            ' shape: 3, 8, 5\n'
            ' chunks: 1, 4, 5\n'
            ' dtype: uint8\n'
            ' fillvalue: 7'
        )
        check(store, data.swapaxes(0, 1).reshape(3, 8, 5))
        numpy.testing.assert_array_equal(store['2.1.0'], data[1, 2][None])
    with ZarrFileSequenceStore(
        files, fillvalue=7, axestiled={0: 0, 1: 1}
    ) as store:
        check(store, data.transpose(0, 2, 1, 3).reshape(8, 15))


def test_sequence_without_reading(sequence):
    """Files are not read if shape and data type are given."""
    files, data = sequence
    calls = []

    def read(name, **kwargs):
        calls.append(kwargs)
        return imread(name)

    files.imread = read
    with ZarrFileSequenceStore(
        files, chunkshape=(4, 5), chunkdtype='u1', imreadargs={'a': 1}, b=2
    ) as store:
        assert not calls
        numpy.testing.assert_array_equal(store['0.0.0.0'][0, 0], data[0, 0])
        assert calls == [{'a': 1, 'b': 2}]
    with ZarrFileSequenceStore(files, chunkshape=(4, 6), dtype='u1') as store:
        with pytest.raises(ValueError, match='is not of shape'):
            store['0.0.0.0']


def test_sequence_arguments(sequence):
    """Wrong arguments raise errors."""
    files, _ = sequence
    with pytest.raises(TypeError, match='not a FileSequence'):
        ZarrFileSequenceStore(['a.tif'])
    with pytest.raises(ValueError, match='chunkmode'):
        ZarrFileSequenceStore(files, chunkmode='PAGE')
    with pytest.raises(ValueError, match='written'):
        ZarrFileSequenceStore(files, read_only=False)
    with pytest.raises(ValueError, match='names of'):
        ZarrFileSequenceStore(files, dimension_names='YX')


def test_sequence_container(tmp_path):
    """Files in containers cannot be served."""
    path = tmp_path / 'test.zip'
    with zipfile.ZipFile(path, 'w') as archive:
        archive.writestr('a.tif', build_tiff([Page(samples(4, 5))]))
    with TiffSequence(container=path) as files:
        with pytest.raises(NotImplementedError, match='container'):
            files.aszarr()


def test_sequence_imread(sequence):
    """Function imread serves sequences."""
    files, data = sequence
    with imread(
        [*files], aszarr=True, pattern=r'_(t)(\d)_(c)(\d)', fillvalue=7
    ) as store:
        assert isinstance(store, ZarrFileSequenceStore)
        check(store, data)


# -- function imread ----------------------------------------------------------


def test_imread_arguments(tmp_path, count_decodes):
    """Function imread passes arguments on to store of file."""
    data = samples(32, 48)
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff([Page(data, tile=(16, 16), compression=8)]))
    for cachesize, count in ((0, 12), (1, 12), (2**20, 6), (None, 6)):
        before = len(count_decodes)
        with imread(path, aszarr=True, cachesize=cachesize) as store:
            for key in itertools.product('01', '012'):
                store['.'.join(key)]
                store['.'.join(key)]
        assert len(count_decodes) - before == count
    with imread(
        path, return_as='zarr', dimension_names=['lat', 'lon'], cachesize=0
    ) as store:
        attributes = json.loads(store['.zattrs'])
        assert attributes['_ARRAY_DIMENSIONS'] == ['lat', 'lon']
        with pickle.loads(pickle.dumps(store)) as other:
            check(other, data)
            assert other._cache is None
    with imread(path, aszarr=True, zarr_format=3) as store:
        assert json.loads(store['zarr.json'])['shape'] == [32, 48]
    with pytest.raises(ValueError, match='zarr_format'):
        imread(path, aszarr=True, zarr_format=4)


def test_imread_read_only(tmp_path):
    """Files that are open for writing can have stores that are read-only."""
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff([Page(samples(32, 32))]))
    for mode, read_only, expected in (
        ('r+', None, False),
        ('r+', False, False),
        ('r+', True, True),
        ('r', True, True),
    ):
        with imread(
            path, mode=mode, aszarr=True, read_only=read_only
        ) as store:
            assert store.read_only is expected
    with pytest.raises(PermissionError, match='cannot be written'):
        imread(path, aszarr=True, read_only=False)


@pytest.mark.parametrize('zarr_format', FORMATS)
def test_imread_sequence_arguments(sequence, zarr_format):
    """Function imread passes arguments on to store of sequence."""
    files, data = sequence
    with imread(
        [*files],
        aszarr=True,
        pattern=r'_(t)(\d)_(c)(\d)',
        fillvalue=7,
        zarr_format=zarr_format,
        dimension_names='tcyx',
        read_only=True,
        cachesize=0,
    ) as store:
        assert isinstance(store, ZarrFileSequenceStore)
        check(store, data)
        if zarr_format == 3:
            names = json.loads(store['zarr.json'])['dimension_names']
        else:
            names = json.loads(store['.zattrs'])['_ARRAY_DIMENSIONS']
        assert names == [*'tcyx']
    with pytest.raises(ValueError, match='cannot be written'):
        imread([*files], aszarr=True, read_only=False)


def test_imread_without_store(sequence):
    """Arguments of stores are errors, or of the function that reads files."""
    files, _ = sequence
    for value in (0, None):
        with pytest.raises(TypeError, match="arguments 'cachesize'"):
            imread([*files], cachesize=value)

    def read(name, **kwargs):
        calls.append(kwargs)
        return imread(name)

    calls = []
    kwargs = {'read_only': True, 'cachesize': 3}
    imread([*files], imread=read, **kwargs)
    assert calls == [kwargs] * 5


# -- size ---------------------------------------------------------------------


def test_terabyte(tmp_path):
    """What is asked of a sparse file of 1 TB does not depend on its size."""
    path = tmp_path / 'test.tif'
    size, tile = 2**20, 2**12
    number = (size // tile) ** 2
    imwrite(
        path,
        itertools.repeat(None, number),
        shape=(size, size),
        dtype='u1',
        photometric='minisblack',
        tile=(tile, tile),
        compression='zlib',
        resolution=(10000, 10000),
        resolutionunit='CENTIMETER',
        bigtiff=True,
    )
    filesize = path.stat().st_size
    assert filesize < 20 * number
    code = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests')!r}]
from memory import peak_memory
import zarr
from tifffile import FileHandle, TiffFile
read_at = FileHandle.read_at
counts = []
def count(self, offset, size, /):
    data = read_at(self, offset, size)
    counts.append(len(data))
    return data
FileHandle.read_at = count
before = peak_memory()
with TiffFile({str(path)!r}) as tif:
    series = tif.series[0]
    width = series.coords['width']
    with series.aszarr() as store:
        array = zarr.open(store, mode='r')
        print(array.shape, array.chunks, width[1], array[-1, -1])
        print('0.0' in store)
print(peak_memory() - before < 100_000_000)
print(sum(counts) < {2 * filesize}, len(counts) < 20)
"""
    process = run_python('-c', code, timeout=100)
    assert process.stdout.splitlines() == [
        f'({size}, {size}) ({tile}, {tile}) 1.0 0',
        'False',
        'True',
        'True True',
    ]


# -- real files ---------------------------------------------------------------


@pytest.mark.slow
def test_real_files(shared_data, report):
    """Stores of real files have the pixels that are read at once."""
    import warnings

    problems = []
    for entry in all_entries():
        path = shared_data / entry['path']
        if is_malformed(entry) or entry['bytes'] > 2**23:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            try:
                with TiffFile(path) as tif:
                    data = tif.series[0].asarray()
                    store = tif.series[0].aszarr(level=0)
            except (ValueError, NotImplementedError, IndexError):
                continue  # reading of these files is tested elsewhere
        with store:
            array = open_array(store)
            if data.nbytes > 2**24 or numpy.prod(store._levels[0].grid) > 999:
                continue
            same = numpy.array_equal(
                array[:], data, equal_nan=data.dtype.kind in 'fc'
            )
        report(
            'stores of real files', entry['path'], '' if same else 'differs'
        )
        if not same:
            problems.append(entry['path'])
    assert not problems
