# tests/test_dask.py

"""Test reading to, and writing from, dask arrays, also on a cluster."""

import io
import os
import pickle

import numpy
import pytest
from builder import Page, build_file, build_tiff, samples

import tifffile
from tifffile import TiffFile, TiffWriter, imread, imwrite

dask = pytest.importorskip('dask')
da = pytest.importorskip('dask.array')


# -- reading ------------------------------------------------------------------


@pytest.mark.parametrize('scheduler', ['synchronous', 'threads'])
@pytest.mark.parametrize(
    'kwargs',
    [
        {},
        {'rowsperstrip': 7},
        {'tile': (16, 32)},
        {'tile': (16, 32), 'compression': 8, 'predictor': 2},
    ],
    ids=str,
)
def test_asdask(kwargs, scheduler):
    """Images are read in chunks of whole segments."""
    data = samples(3, 45, 70, 3)
    with TiffFile(build_file(*(Page(page, **kwargs) for page in data))) as tif:
        segment = tif.pages.first.chunks
        with dask.config.set(scheduler=scheduler):
            for chunks in (None, 10, (2, 20, 20, 3), 'auto', {1: 20}, -1):
                array = tif.asdask(chunks=chunks)
                assert isinstance(array, da.Array)
                assert array.dtype == data.dtype
                numpy.testing.assert_array_equal(array, data)
                numpy.testing.assert_array_equal(
                    array[1:, 13:29, ::3, 1], data[1:, 13:29, ::3, 1]
                )
                for sizes, step in zip(array.chunks[1:], segment, strict=True):
                    assert not any(size % step for size in sizes[:-1])
            array = tif.pages[1].asdask()
            numpy.testing.assert_array_equal(array, data[1])
            array = tif.asdask(key=2, chunks=16)
            numpy.testing.assert_array_equal(array, data[2])


def test_chunks():
    """Chunks are of the size that dask is configured for."""
    data = samples(20, 64, 64, dtype='u1')
    pages = [Page(page, tile=(16, 16)) for page in data]
    with TiffFile(build_file(*pages)) as tif:
        for size, chunks in (
            ('1kB', (1, 16, 32)),
            ('512B', (1, 16, 32)),
            ('4kiB', (1, 64, 64)),
            ('20kB', (4, 64, 64)),
            ('1MB', (20, 64, 64)),
            ('1B', (1, 16, 16)),
        ):
            with dask.config.set({'array.chunk-size': size}):
                assert tif.asdask().chunksize == chunks
        array = tif.asdask(chunks=(3, (20, 44), 33))
        assert array.chunks[1:] == ((32, 32), (48, 16))
        array = tif.asdask(chunks=(3, 20, 20))
        assert array.chunks[1:] == ((32, 32), (32, 32))
        with pytest.raises(ValueError, match=r'[Cc]hunks'):
            tif.asdask(chunks=(1, 2))


def test_levels():
    """All resolutions of pyramids can be had."""
    data = samples(64, 64)
    base = Page(data, tile=(16, 16))
    base.subifds = [Page(data[::2, ::2], tile=(16, 16), subfiletype=1)]
    with TiffFile(build_file(base)) as tif:
        numpy.testing.assert_array_equal(tif.asdask(), data)
        level = tif.asdask(level=1)
        numpy.testing.assert_array_equal(level, data[::2, ::2])
        assert level.name != tif.asdask().name
        numpy.testing.assert_array_equal(
            tif.series[0].levels[1].asdask(), data[::2, ::2]
        )


def test_names(tmp_path):
    """Names of arrays tell images apart."""
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff([Page(samples(40, 50))]))
    with TiffFile(path) as tif, TiffFile(path) as other:
        name = tif.asdask().name
        assert name == other.asdask().name
        assert tif.asdask().name != tif.asdask(squeeze=False).name
        assert tif.asdask().name != tif.pages.first.asdask().name
    path.write_bytes(build_tiff([Page(samples(41, 50))]))
    with TiffFile(path) as other:
        assert name != other.asdask().name


def test_closed_file(tmp_path):
    """Arrays read from files that were closed, and pickle."""
    data = samples(3, 40, 50)
    path = tmp_path / 'test.tif'
    pages = [Page(page, tile=(16, 16), compression=8) for page in data]
    path.write_bytes(build_tiff(pages))
    with TiffFile(path) as tif:
        array = tif.asdask(chunks=(1, 16, 16))
        page = tif.pages[1].asdask()
    numpy.testing.assert_array_equal(array, data)
    assert tif.filehandle.closed
    for item, expected in ((array, data), (page, data[1])):
        text = pickle.dumps(item)
        assert len(text) < 10_000
        numpy.testing.assert_array_equal(pickle.loads(text), expected)


def test_from_zarr(tmp_path):
    """Stores are read as dask arrays."""
    pytest.importorskip('zarr')
    data = samples(3, 64, 64)
    base = Page(data[0], tile=(16, 16), compression=8)
    base.subifds = [
        Page(data[0, ::2, ::2], tile=(16, 16), compression=8, subfiletype=1)
    ]
    with imread(build_file(base), aszarr=True) as store:
        array = da.from_zarr(store, '0')
        assert array.chunksize == (16, 16)
        numpy.testing.assert_array_equal(array, data[0])
        array = da.from_zarr(store, '1')
        numpy.testing.assert_array_equal(array, data[0, ::2, ::2])
    pages = [Page(page, rowsperstrip=20) for page in data]
    with imread(build_file(*pages), aszarr=True) as store:
        array = da.from_zarr(store)
        assert array.chunksize == (1, 20, 64)
        numpy.testing.assert_array_equal(array, data)


# -- writing ------------------------------------------------------------------

LAYOUTS = {
    'contiguous': {},
    'strips': {'rowsperstrip': 13},
    'tiles': {'tile': (16, 32)},
    'deflate': {'compression': 'zlib', 'rowsperstrip': 16},
    'deflate tiles': {
        'compression': 'zlib',
        'tile': (32, 16),
        'predictor': True,
    },
}


@pytest.mark.parametrize('layout', LAYOUTS)
@pytest.mark.parametrize(
    ('shape', 'chunks', 'kwargs'),
    [
        ((45, 70), (20, 30), {}),
        ((5, 45, 70), (2, 20, 30), {}),
        ((5, 45, 70), (1, 20, 30), {}),
        ((2, 3, 45, 70), (1, 1, 45, 70), {}),
        ((2, 3, 45, 70), (2, 1, 45, 32), {}),
        ((2, 3, 45, 70), (1, 2, 20, 32), {}),
        ((3, 45, 70, 3), (1, 17, 70, 3), {'photometric': 'rgb'}),
        ((3, 45, 70, 3), (2, 17, 70, 2), {'photometric': 'rgb'}),
        (
            (2, 3, 45, 70),
            (1, 2, 16, 32),
            {'photometric': 'rgb', 'planarconfig': 'separate'},
        ),
    ],
    ids=str,
)
def test_imwrite(tmp_path, shape, chunks, kwargs, layout):
    """Arrays are written block by block as if they were in memory."""
    data = samples(*shape)
    kwargs = {'photometric': 'minisblack', **kwargs, **LAYOUTS[layout]}
    array = da.from_array(data, chunks=chunks)
    imwrite(tmp_path / 'a.tif', data, **kwargs)
    with dask.config.set(scheduler='synchronous'):
        imwrite(tmp_path / 'b.tif', array, **kwargs)
    assert (tmp_path / 'a.tif').read_bytes() == (
        tmp_path / 'b.tif'
    ).read_bytes()


@pytest.mark.parametrize('tile', [(2, 16, 16), (4, 32, 16)])
def test_imwrite_volume(tmp_path, tile):
    """Volumetric tiles are made of blocks."""
    data = samples(7, 45, 70)
    kwargs = {'tile': tile, 'volumetric': True, 'photometric': 'minisblack'}
    array = da.from_array(data, chunks=(3, 20, 30))
    imwrite(tmp_path / 'a.tif', data, **kwargs)
    imwrite(tmp_path / 'b.tif', array, **kwargs)
    assert (tmp_path / 'a.tif').read_bytes() == (
        tmp_path / 'b.tif'
    ).read_bytes()


@pytest.mark.parametrize('byteorder', '<>')
@pytest.mark.parametrize('kind', ['imagej', 'ome', 'shaped'])
def test_imwrite_kinds(kind, byteorder):
    """Kinds of files, types and orders of bytes are converted."""
    data = samples(3, 45, 70, dtype='float32')
    array = da.from_array(data, chunks=(1, 16, 70)) + 1
    fh = io.BytesIO()
    with TiffWriter(fh, kind=kind, byteorder=byteorder) as tif:
        tif.write(array, photometric='minisblack')
    fh.seek(0)
    with TiffFile(fh) as tif:
        numpy.testing.assert_array_equal(tif.asarray(), data + 1)


def test_imwrite_bilevel():
    """Bilevel images are packed."""
    data = samples(3, 45, 70) > 100
    array = da.from_array(data, chunks=(1, 16, 40))
    fh = io.BytesIO()
    imwrite(fh, array)
    fh.seek(0)
    with TiffFile(fh) as tif:
        assert tif.pages.first.bitspersample == 1
        numpy.testing.assert_array_equal(tif.asarray(), data)


@pytest.mark.parametrize('compression', [None, 'zlib'])
def test_imwrite_ahead(compression, monkeypatch):
    """A bounded number of blocks is computed, each once, in order."""
    monkeypatch.setattr(tifffile, '_DASK_BATCH_BYTES', 2 * 64 * 64)
    computed = []
    written = []

    def make(block_info=None):
        (t, *_) = block_info[None]['chunk-location']
        computed.append(t)
        assert len(computed) <= 64 * len(written) + 6
        return numpy.full((1, 64, 64), t, 'u1')

    array = da.map_blocks(
        make,
        chunks=((1,) * 40, (64,), (64,)),
        dtype='u1',
        meta=numpy.empty((0, 0, 0), 'u1'),
    )
    computed.clear()
    write = tifffile._Output.write

    def spy(self, data):
        written.append(1)
        return write(self, data)

    monkeypatch.setattr(tifffile._Output, 'write', spy)
    fh = io.BytesIO()
    with dask.config.set(scheduler='synchronous'):
        imwrite(fh, array, compression=compression, photometric='minisblack')
    assert sorted(computed) == list(range(40))
    fh.seek(0)
    numpy.testing.assert_array_equal(
        imread(fh)[:, 0, 0], numpy.arange(40, dtype='u1')
    )


def test_imwrite_failure(tmp_path):
    """Errors in blocks are raised, and the file is not kept open."""

    def fail(block):
        raise RuntimeError('block failed')

    array = da.zeros((3, 45, 70), 'u1', chunks=(1, 45, 70))
    array = array.map_blocks(fail, dtype='u1', meta=numpy.empty(0, 'u1'))
    with pytest.raises(RuntimeError, match='block failed'):
        imwrite(
            tmp_path / 'a.tif',
            array,
            compression='zlib',
            photometric='minisblack',
        )


def test_imwrite_unknown_shape():
    """Arrays of unknown shape cannot be written."""
    array = da.from_array(samples(45, 70), chunks=(20, 70))
    array = array[array[:, 0] > 10]
    with pytest.raises(ValueError, match=r'compute_chunk_sizes|NaN'):
        imwrite(io.BytesIO(), array)


# -- cluster ------------------------------------------------------------------


@pytest.fixture(scope='module')
def client():
    """Return client of cluster of two worker processes."""
    distributed = pytest.importorskip('distributed')
    with (
        dask.config.set({'distributed.admin.log-length': 0}),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            memory_limit='400MB',
            dashboard_address=None,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def test_cluster_read(client, tmp_path):
    """Workers read a tiled file lazily."""
    data = samples(4, 300, 400)
    path = tmp_path / 'test.tif'
    imwrite(
        path,
        data,
        photometric='minisblack',
        tile=(64, 64),
        compression='zlib',
    )
    with TiffFile(path) as tif:
        array = tif.asdask(chunks=(1, 192, 256))
    assert array.npartitions == 4 * 2 * 2
    numpy.testing.assert_array_equal(array.compute(), data)
    pids = array.map_blocks(
        get_pid, dtype=int, chunks=(1, 1, 1), meta=numpy.empty((0, 0, 0), int)
    ).compute()
    assert os.getpid() not in pids


def get_pid(block):
    """Return process that computes block."""
    return numpy.full((1, 1, 1), os.getpid())


def test_cluster_store(client, tmp_path):
    """Workers read a pyramid via Zarr."""
    pytest.importorskip('zarr')
    data = samples(300, 400)
    path = tmp_path / 'test.tif'
    with TiffWriter(path) as tif:
        kwargs = {'tile': (64, 64), 'compression': 'zlib'}
        tif.write(data, subifds=1, **kwargs)
        tif.write(data[::2, ::2], subfiletype=1, **kwargs)
    with imread(path, aszarr=True) as store:
        array = da.from_zarr(store, '1')
        numpy.testing.assert_array_equal(array.compute(), data[::2, ::2])


def test_cluster_multifile(client, tmp_path):
    """Workers read series of several files."""
    from test_zarr import write_set

    data = samples(7, 40, 50)
    path = write_set(tmp_path, data)
    with TiffFile(path) as tif:
        assert tif.series[0].is_multifile
        array = tif.asdask(chunks=(2, 16, 50))
    numpy.testing.assert_array_equal(array.compute(), data)


def test_cluster_write_store(client, tmp_path):
    """Workers write in parallel to an uncompressed file."""
    zarr = pytest.importorskip('zarr')
    path = tmp_path / 'test.tif'
    data = samples(4, 300, 400)
    imwrite(
        path,
        shape=data.shape,
        dtype=data.dtype,
        photometric='minisblack',
        tile=(64, 64),
    )
    array = da.from_array(data, chunks=(1, 128, 128))
    with imread(path, mode='r+', aszarr=True) as store:
        da.store(array, zarr.open(store, mode='r+'), lock=False)
    numpy.testing.assert_array_equal(imread(path), data)


@pytest.mark.parametrize('compression', [None, 'zlib'])
def test_cluster_imwrite(client, tmp_path, compression):
    """Workers encode what is written to a compressed file."""
    data = samples(4, 300, 400)
    array = da.from_array(data, chunks=(1, 128, 128))
    kwargs = {
        'photometric': 'minisblack',
        'tile': (64, 64),
        'compression': compression,
    }
    imwrite(tmp_path / 'a.tif', array, **kwargs)
    imwrite(tmp_path / 'b.tif', data, **kwargs)
    assert (tmp_path / 'a.tif').read_bytes() == (
        tmp_path / 'b.tif'
    ).read_bytes()


def test_cluster_encodes(client, monkeypatch, tmp_path):
    """Segments are not encoded in the process that writes them."""

    def encode(*args):
        raise AssertionError('encoded by client')

    array = da.random.default_rng(0).integers(
        0, 9, (200, 200), 'u1', chunks=(100, 200)
    )
    monkeypatch.setattr(tifffile._SegmentEncoder, 'encode', encode)
    path = tmp_path / 'test.tif'
    imwrite(path, array, compression='zlib', rowsperstrip=10)
    monkeypatch.undo()
    assert imread(path).max() == 8


@pytest.mark.slow
def test_cluster_larger_than_memory(client, tmp_path):
    """A file larger than the memory of all workers is computed."""
    path = tmp_path / 'test.tif'
    shape = (60, 4096, 4096)
    pages = da.arange(shape[0], dtype='u1', chunks=1)[:, None, None]
    array = da.broadcast_to(pages, shape, chunks=(1, 1024, 4096))
    imwrite(path, array, photometric='minisblack', tile=(256, 256))
    limit = sum(
        worker['memory_limit']
        for worker in client.scheduler_info()['workers'].values()
    )
    with TiffFile(path) as tif:
        assert tif.series[0].nbytes > limit
        array = tif.asdask(chunks=(1, 2048, 2048))
    result = array.astype('f4').mean(axis=(1, 2)).compute()
    numpy.testing.assert_array_equal(result, numpy.arange(60))
    out = tmp_path / 'out.tif'
    imwrite(out, array + 1, compression='zlib', tile=(256, 256))
    with TiffFile(out) as tif:
        assert tif.series[0].shape == shape
        assert (tif.asarray(key=59) == 60).all()
