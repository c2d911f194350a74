# tests/test_zarr_pipeline.py

"""Test codec pipelines of zarr 3 with stores."""

import asyncio
import contextlib
import io
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import hypothesis
import hypothesis.extra.numpy
import hypothesis.strategies as st
import numpy
import pytest
from builder import Page, build_tiff
from interpreter import run_python

import tifffile
from tifffile import (
    TIFF,
    TiffFile,
    TiffSegmentError,
    TiffSequence,
    imread,
    imwrite,
)

zarr = pytest.importorskip('zarr')

if int(zarr.__version__.split('.')[0]) < 3:
    pytest.skip('needs zarr 3', allow_module_level=True)

PATH = 'tifffile.zarr.ZarrCodecPipeline'

# since zarr 3.4
FUSED = 'zarr.core.codec_pipeline.FusedCodecPipeline'
HAS_FUSED = hasattr(zarr.core.codec_pipeline, 'FusedCodecPipeline')

needs_fused = pytest.mark.skipif(not HAS_FUSED, reason='needs zarr 3.4')


def samples(*shape, dtype='uint16'):
    """Return random array."""
    rng = numpy.random.default_rng(0)
    return rng.integers(0, 200, shape).astype(dtype)


def use_pipeline():
    """Return context in which arrays are opened with the pipeline."""
    import tifffile.zarr  # noqa: F401

    return zarr.config.set({'codec_pipeline.path': PATH})


def open_both(store, path=None, **kwargs):
    """Return array with the default pipeline and that of the library."""
    default = zarr.open_array(store, path=path or '', mode='r', **kwargs)
    with use_pipeline():
        own = zarr.open_array(store, path=path or '', mode='r', **kwargs)
    name = type(own._async_array.codec_pipeline).__name__
    assert name == 'ZarrCodecPipeline'
    name = type(default._async_array.codec_pipeline).__name__
    assert name == 'BatchedCodecPipeline'
    return default, own


def open_fused(store, mode='r', **kwargs):
    """Return array with the pipeline that uses synchronous methods."""
    with zarr.config.set({'codec_pipeline.path': FUSED}):
        array = zarr.open_array(store, mode=mode, **kwargs)
    name = type(array._async_array.codec_pipeline).__name__
    assert name == 'FusedCodecPipeline'
    return array


def read(function):
    """Return result of function, or type of error."""
    try:
        result = function()
    except Exception as exc:
        return type(exc)
    return result


def check_same(arrays, function):
    """Check that function of both arrays yields the same, or fails so."""
    expected, *results = (read(lambda a=a: function(a)) for a in arrays)
    assert results
    for result in results:
        assert type(result) is type(expected), (expected, result)
        if isinstance(expected, type):
            assert result is expected
            continue
        array = numpy.asanyarray(expected)
        result = numpy.asanyarray(result)
        assert result.dtype == array.dtype
        assert result.flags.f_contiguous == array.flags.f_contiguous
        numpy.testing.assert_array_equal(result, array, strict=True)


@pytest.fixture
def readers(monkeypatch):
    """Return list of sets of names of threads that copied chunks."""
    readers = []

    class Reader(tifffile._BatchReader):
        def __init__(self, *args):
            super().__init__(*args)
            self.names = set()
            readers.append(self.names)

        def _copy(self, index):
            self.names.add(threading.current_thread().name)
            super()._copy(index)

    monkeypatch.setattr(tifffile, '_BatchReader', Reader)
    return readers


# -- same as default pipeline -------------------------------------------------


def write_images():
    """Return files in memory, and arguments of stores, by name."""
    gray = samples(45, 70)
    planes = samples(2, 3, 20, 33)
    tiles = {'tile': (16, 32), 'compression': 8}
    return {
        'tiles': ([Page(gray, **tiles)], {}),
        'uncached': ([Page(gray, **tiles)], {'cachesize': 0}),
        'raw strips': ([Page(gray, rowsperstrip=7)], {}),
        'float': ([Page(gray.astype('f4'), predictor=3, **tiles)], {}),
        'complex': ([Page(gray.astype('c8'), rowsperstrip=9)], {}),
        'bits': ([Page(gray > 99, bitspersample=1)], {}),
        'rgb': ([Page(samples(45, 70, 3), photometric=2, **tiles)], {}),
        'missing': (
            [Page(gray, sparse=(0, 3), nodata='7', **tiles)],
            {},
        ),
        'pages': ([Page(planes[0, i], **tiles) for i in range(3)], {}),
        'whole pages': (
            [Page(planes[0, i], **tiles) for i in range(3)],
            {'chunkmode': 'PAGE'},
        ),
        'whole file': ([Page(gray, **tiles)], {'chunkmode': 'FILE'}),
        'planar': (
            [
                Page(part, photometric=2, planarconfig=2, **tiles)
                for part in planes
            ],
            {},
        ),
        'one pixel': ([Page(gray[:1, :1])], {}),
    }


IMAGES = write_images()
CASES = [
    (name, byteorder, zarr_format)
    for name in IMAGES
    for byteorder, zarr_format in (('<', 2), ('>', 3))
]


@pytest.fixture(scope='module', params=CASES, ids=lambda case: str(case))
def arrays(request):
    """Return arrays of same store, with all pipelines."""
    name, byteorder, zarr_format = request.param
    pages, kwargs = IMAGES[name]
    fh = io.BytesIO(build_tiff(pages, byteorder=byteorder))
    with TiffFile(fh) as tif:
        with tif.aszarr(zarr_format=zarr_format, **kwargs) as store:
            fused = (open_fused(store),) if HAS_FUSED else ()
            yield open_both(store) + fused


def index_arrays(size, **kwargs):
    """Return strategy of valid lists of indices of one dimension."""
    return st.lists(st.integers(-size, size - 1), **kwargs)


def orthogonal(shape):
    """Return strategy of selections of each dimension."""

    def select(size):
        return st.one_of(
            st.integers(-size, size - 1),
            st.slices(size).filter(lambda s: s.step is None or s.step > 0),
            index_arrays(size, min_size=1, max_size=9).map(numpy.array),
            hypothesis.extra.numpy.arrays(bool, size),
        )

    return st.tuples(*map(select, shape))


def coordinates(shape):
    """Return strategy of points in all dimensions."""
    return st.integers(1, 9).flatmap(
        lambda count: st.tuples(
            *(
                index_arrays(size, min_size=count, max_size=count)
                for size in shape
            )
        )
    )


def positive_steps(index):
    """Return whether steps of slices are supported by zarr."""
    return not any(
        isinstance(item, slice) and item.step is not None and item.step < 1
        for item in (index if isinstance(index, tuple) else (index,))
    )


@hypothesis.settings(max_examples=8, deadline=None, derandomize=True)
@hypothesis.given(st.data())
def test_selections(arrays, data):
    """All kinds of selections are the same as with the default pipeline."""
    shape = arrays[0].shape
    index = data.draw(hypothesis.extra.numpy.basic_indices(shape))
    if positive_steps(index):
        check_same(arrays, lambda a: a[index])
    chosen = data.draw(orthogonal(shape))
    check_same(arrays, lambda a: a.oindex[chosen])
    points = data.draw(coordinates(shape))
    check_same(arrays, lambda a: a.vindex[points])
    mask = data.draw(
        hypothesis.extra.numpy.arrays(bool, shape, fill=st.booleans())
    )
    check_same(arrays, lambda a: a.get_mask_selection(mask))
    block = tuple(
        data.draw(st.integers(0, -(-size // chunk) - 1))
        for size, chunk in zip(shape, arrays[0].chunks, strict=True)
    )
    check_same(arrays, lambda a: a.blocks[block])


@pytest.mark.parametrize(
    'index',
    [(), ..., -1, slice(0), slice(3, 3), slice(None, None, -1), 10**6, 'x'],
    ids=repr,
)
def test_odd_selections(arrays, index):
    """Empty and invalid selections are as with the default pipeline."""
    check_same(arrays, lambda a: a[index])


def test_output_buffer(arrays):
    """Output may be an array of any strides and data type."""
    from zarr.core.buffer import default_buffer_prototype

    cls = default_buffer_prototype().nd_buffer

    def fill(array):
        out = numpy.full((*array.shape, 2), 9, 'c16')[..., 1]
        array.get_basic_selection((), out=cls.from_ndarray_like(out))
        return out

    if arrays[0].dtype.kind != 'c':
        check_same(arrays, fill)


@pytest.mark.parametrize('order', 'CF')
def test_order(order):
    """Output is in the order that is configured."""
    page = Page(samples(45, 70, 3), photometric=2, rowsperstrip=16)
    store = imread(
        io.BytesIO(build_tiff([page])),
        aszarr=True,
        chunkmode='STRILE',
    )
    with store, TiffFile(io.BytesIO(build_tiff([page]))) as tif:
        for zarr_format in (2, 3):
            with tif.aszarr(zarr_format=zarr_format) as other:
                with zarr.config.set({'array.order': order}):
                    arrays = open_both(other)
                check_same(arrays, lambda a: a[:])
                check_same(arrays, lambda a: a[3:40, ::2])


def test_missing_chunks(readers):
    """Missing chunks are filled, or an error if zarr is told so."""
    page = Page(samples(64, 64), tile=(16, 16), compression=8, sparse=(1,))
    with imread(io.BytesIO(build_tiff([page])), aszarr=True) as store:
        # since zarr 3.2
        for value in (True, False):
            with zarr.config.set({'array.read_missing_chunks': value}):
                arrays = open_both(store)
            check_same(arrays, lambda a: a[:])
            check_same(arrays, lambda a: a[20:, 20:])
    assert len(readers) == 4


def test_no_dimensions():
    """An array without dimensions is one chunk."""
    with TiffFile(io.BytesIO(build_tiff([Page(samples(1, 1))]))) as tif:
        series = tifffile.TiffPageSeries(
            [tif.pages[0]], (), 'uint16', '', parent=tif
        )
        for zarr_format in (2, 3):
            with series.aszarr(zarr_format=zarr_format) as store:
                arrays = open_both(store)
                assert arrays[1].shape == ()
                check_same(arrays, lambda a: a[()])
                check_same(arrays, lambda a: a[...])


def test_no_samples():
    """Arrays of no samples have no chunks."""
    fh = io.BytesIO()
    with pytest.warns(UserWarning, match='zero-size'):
        imwrite(fh, shape=(0, 5), dtype='u1', metadata=None)
    fh.seek(0)
    with TiffFile(fh) as tif, tif.aszarr() as store:
        arrays = open_both(store)
        check_same(arrays, lambda a: a[:])
        check_same(arrays, lambda a: a[..., 1:3])


@pytest.mark.parametrize('zarr_format', [2, 3])
def test_pyramid(zarr_format, readers):
    """Arrays in groups have the pipeline, too."""
    data = samples(64, 96)
    base = Page(data, tile=(16, 32), compression=8)
    half = data[::2, ::2]
    base.subifds = [Page(half, tile=(16, 32), compression=8, subfiletype=1)]
    with TiffFile(io.BytesIO(build_tiff([base]))) as tif:
        with tif.aszarr(zarr_format=zarr_format) as store:
            with use_pipeline():
                group = zarr.open_group(store, mode='r')
                arrays = [group[level] for level in '01']
            for array, expected in zip(arrays, (data, half), strict=True):
                numpy.testing.assert_array_equal(
                    array[5:40, 7:], expected[5:40, 7:]
                )
            check_same(open_both(store, '1'), lambda a: a[3:, 4:])
    assert len(readers) == 3


@pytest.mark.parametrize('zarr_format', [2, 3])
@pytest.mark.parametrize('fillvalue', [None, 3])
def test_sequence(tmp_path, readers, zarr_format, fillvalue):
    """Files of sequences are read, missing ones are filled."""
    for i, j in ((0, 0), (0, 1), (1, 1)):
        imwrite(tmp_path / f'img_t{i}_c{j}.tif', samples(5, 6) + 10 * i + j)
    pattern = r'_(t)(\d)_(c)(\d)'
    with TiffSequence(f'{tmp_path}/*.tif', pattern=pattern) as files:
        with files.aszarr(
            zarr_format=zarr_format, fillvalue=fillvalue
        ) as store:
            arrays = open_both(store)
            check_same(arrays, lambda a: a[:])
            check_same(arrays, lambda a: a[1, :, 2:, ::2])
            check_same(
                arrays, lambda a: a.vindex[[0, 1], [1, 0], [2, 2], [3, 3]]
            )
    assert len(readers) == 3
    assert len(readers[0]) > 0


# -- how chunks are read ------------------------------------------------------


def make_store(*shape, **kwargs):
    """Return store of tiled image, and its samples."""
    data = samples(*shape)
    page = Page(data, tile=(16, 16), compression=8)
    return imread(io.BytesIO(build_tiff([page])), aszarr=True, **kwargs), data


def test_cached_in_loop(readers):
    """Chunks are read in threads, and copied from the cache in none."""
    store, data = make_store(64, 64)
    with store:
        array = open_both(store)[1]
        for _ in range(2):
            numpy.testing.assert_array_equal(array[5:60, 20:], data[5:60, 20:])
    first, second = readers
    assert first and 'zarr_io' not in first
    assert len(second) == 1
    assert second == {'zarr_io'} or not second & first


def test_large_copies_in_threads(readers, monkeypatch):
    """Many samples are not copied in the event loop."""
    store, data = make_store(64, 64)
    with store:
        array = open_both(store)[1]
        array[:]
        monkeypatch.setattr(tifffile, '_LOOP_BYTES', data.nbytes - 1)
        numpy.testing.assert_array_equal(array[:], data)
        array[:63]
    assert not readers[1] & readers[2]


def test_threads(monkeypatch):
    """Threads share the chunks of a selection, and one array."""
    monkeypatch.setattr(tifffile, 'count_cpus', lambda: 4)
    monkeypatch.setattr(TIFF, 'CACHESIZE', 2**16)
    store, data = make_store(160, 160)
    with store, ThreadPoolExecutor(6) as executor:
        array = open_both(store)[1]
        parts = [slice(i % 90, i % 90 + 70) for i in range(0, 600, 7)]
        results = executor.map(lambda part: array[part, 3:], parts)
        for part, result in zip(parts, results, strict=True):
            numpy.testing.assert_array_equal(result, data[part, 3:])


def test_event_loop():
    """Arrays can be read in the event loop of the user."""
    store, data = make_store(64, 64)

    async def run():
        array = open_both(store)[1]._async_array
        return await asyncio.gather(*(array.getitem(...) for _ in range(5)))

    with store:
        for result in asyncio.run(run()):
            numpy.testing.assert_array_equal(result, data)


@pytest.mark.parametrize('count', [1, 3])
def test_errors(monkeypatch, count):
    """Errors are those of the default pipeline, and end the reading."""
    monkeypatch.setattr(tifffile, 'count_cpus', lambda: count)
    data = samples(160, 16)
    page = Page(data, rowsperstrip=16, compression=8)
    content = bytearray(build_tiff([page]))
    with TiffFile(io.BytesIO(content)) as tif:
        offset = tif.pages[0].dataoffsets[0]
        bytecount = tif.pages[0].databytecounts[0]
    content[offset : offset + bytecount] = bytes(bytecount)
    loaded = []
    load = tifffile.ZarrTiffStore._load_chunk
    stop = tifffile._BatchReader.stop
    stopped = threading.Event()

    def spy_load(self, key):
        loaded.append(key)
        if key != '0.0':
            stopped.wait(9)
        return load(self, key)

    def spy_stop(self):
        stop(self)
        stopped.set()

    with imread(io.BytesIO(content), aszarr=True) as store:
        arrays = open_both(store)
        for array in arrays:
            with pytest.raises(TiffSegmentError, match='strip 0 of'):
                array[:]
            numpy.testing.assert_array_equal(array[16:], data[16:])
        store._cache.clear()
        monkeypatch.setattr(tifffile.ZarrTiffStore, '_load_chunk', spy_load)
        monkeypatch.setattr(tifffile._BatchReader, 'stop', spy_stop)
        with pytest.raises(TiffSegmentError, match='strip 0 of'):
            arrays[1][:]
        assert loaded[0] == '0.0'
        assert len(loaded) <= count


def test_closed_file():
    """Closed streams are the same error."""
    store, _ = make_store(64, 64)
    with store:
        arrays = open_both(store)
    check_same(arrays, lambda a: a[:])


# -- left to the default pipeline ---------------------------------------------


@pytest.mark.parametrize('zarr_format', [2, 3])
@pytest.mark.parametrize('codecs', ['compressed', 'bare', 'sharded'])
def test_other_stores(readers, zarr_format, codecs):
    """Arrays of other stores are read and written by zarr itself."""
    data = samples(45, 70)
    kwargs = {'zarr_format': zarr_format, 'chunks': (16, 32)}
    if codecs == 'bare':
        kwargs['compressors'] = None
    elif codecs == 'sharded':
        if zarr_format == 2:
            pytest.skip('no shards in format 2')
        kwargs.update(chunks=(8, 16), shards=(16, 32))
    with use_pipeline():
        array = zarr.create_array(
            zarr.storage.MemoryStore(),
            shape=data.shape,
            dtype=data.dtype,
            fill_value=0,
            **kwargs,
        )
        assert type(array._async_array.codec_pipeline).__name__ == (
            'ZarrCodecPipeline'
        )
        array[:] = data
        array[3:9, 5:] = 0
        data[3:9, 5:] = 0
        numpy.testing.assert_array_equal(array[:], data)
        numpy.testing.assert_array_equal(
            array.vindex[[1, 4], [2, 9]], data[[1, 4], [2, 9]]
        )
    assert not readers


def test_wrapped_store(readers):
    """Stores that wrap stores are read by zarr itself."""
    store, data = make_store(64, 64)
    with store:
        arrays = open_both(zarr.storage.WrapperStore(store))
        numpy.testing.assert_array_equal(arrays[1][:], data)
    assert not readers


def test_other_buffers(readers):
    """Buffers of other classes are filled by zarr itself."""
    from zarr.core.buffer import BufferPrototype, default_buffer_prototype

    default = default_buffer_prototype()

    class Other(default.nd_buffer):
        """Buffer that may not be of NumPy."""

    store, data = make_store(64, 64)
    with store:
        array = open_both(store)[1]
        prototype = BufferPrototype(default.buffer, Other)
        result = array.get_basic_selection((), prototype=prototype)
        numpy.testing.assert_array_equal(result, data)
        assert len(readers) == 1
        out = Other.from_ndarray_like(numpy.zeros_like(data))
        array.get_basic_selection((), out=out)
        numpy.testing.assert_array_equal(out.as_numpy_array(), data)
        assert len(readers) == 1


@pytest.mark.parametrize('zarr_format', [2, 3])
@pytest.mark.parametrize('write_empty', [True, False])
def test_write(tmp_path, zarr_format, write_empty):
    """Arrays of writable stores are written, and read again."""
    path = tmp_path / 'test.tif'
    data = samples(45, 70)
    path.write_bytes(build_tiff([Page(data, tile=(16, 32))]))
    with TiffFile(path, mode='r+') as tif:
        with tif.aszarr(zarr_format=zarr_format) as store:
            with use_pipeline():
                array = zarr.open_array(
                    store,
                    mode='r+',
                    config={'write_empty_chunks': write_empty},
                )
            for part, value in (
                (numpy.s_[3:20, 5:], 7),
                (numpy.s_[16:32, 32:64], 0),
                (numpy.s_[::2, 1], numpy.arange(23)),
            ):
                array[part] = data[part] = value
                numpy.testing.assert_array_equal(array[:], data)
            array.oindex[[1, 9], [3, 66]] = data[
                numpy.ix_([1, 9], [3, 66])
            ] = 5
            numpy.testing.assert_array_equal(array[:20], data[:20])
    numpy.testing.assert_array_equal(imread(path), data)


# -- fused pipeline of zarr 3.4 -----------------------------------------------


@needs_fused
def test_fused_is_synchronous(monkeypatch):
    """Chunks of local files are read without an event loop."""
    store, data = make_store(64, 64)
    with store:
        array = open_fused(store)
        wrapped = open_fused(zarr.storage.WrapperStore(store))
        monkeypatch.setattr(tifffile.ZarrStore, '_get_buffer', None)
        for _ in range(2):
            numpy.testing.assert_array_equal(array[5:60, 20:], data[5:60, 20:])
        monkeypatch.setattr(tifffile.ZarrTiffStore, '_read_chunk', None)
        numpy.testing.assert_array_equal(array[5:60, 20:], data[5:60, 20:])
        numpy.testing.assert_array_equal(wrapped[9:60, 20:], data[9:60, 20:])


@needs_fused
def test_fused_threads(monkeypatch):
    """Several threads decode chunks at the same time."""
    barrier = threading.Barrier(3)
    decode = tifffile.ZarrTiffStore._decode

    def spy(self, *args):
        barrier.wait(30)
        return decode(self, *args)

    monkeypatch.setattr(tifffile.ZarrTiffStore, '_decode', spy)
    store, data = make_store(48, 48)
    with store, zarr.config.set({'codec_pipeline.max_workers': 3}):
        array = open_fused(store)
        numpy.testing.assert_array_equal(array[:], data)


@needs_fused
def test_fused_remote(monkeypatch):
    """Remote files are read in more threads than there are processors."""
    fsspec = pytest.importorskip('fsspec')
    from zarr.abc.store import _store_supports_sync_io

    data = samples(64, 64)
    page = Page(data, tile=(16, 16), compression=8)
    fs = fsspec.filesystem('memory')
    fs.pipe('/pipeline/a.tif', build_tiff([page]))
    try:
        url = 'memory://pipeline/a.tif'
        with imread(url, aszarr=True) as store:
            assert not _store_supports_sync_io(store)
            monkeypatch.setattr(tifffile.ZarrStore, 'get_sync', None)
            array = open_fused(store)
            numpy.testing.assert_array_equal(array[:], data)
        with TiffSequence([url, url], pattern=None) as files:
            with files.aszarr() as store:
                assert not _store_supports_sync_io(store)
                array = open_fused(store)
                numpy.testing.assert_array_equal(array[1], data)
    finally:
        fs.rm('/pipeline', recursive=True)


@needs_fused
def test_fused_sequence(tmp_path, monkeypatch):
    """Files of sequences are read, missing ones are filled."""
    for i, j in ((0, 0), (0, 1), (1, 1)):
        imwrite(tmp_path / f'img_t{i}_c{j}.tif', samples(5, 6) + 10 * i + j)
    pattern = r'_(t)(\d)_(c)(\d)'
    with TiffSequence(f'{tmp_path}/*.tif', pattern=pattern) as files:
        with files.aszarr(fillvalue=3) as store:
            arrays = open_both(store)[0], open_fused(store)
            expected = arrays[0][:]
            assert (expected[1, 0] == 3).all()
            monkeypatch.setattr(tifffile.ZarrStore, '_get_buffer', None)
            numpy.testing.assert_array_equal(arrays[1][:], expected)


@needs_fused
def test_fused_errors():
    """Errors are those of the default pipeline."""
    page = Page(samples(64, 16), rowsperstrip=16, compression=8)
    content = build_tiff([page])
    with TiffFile(io.BytesIO(content)) as tif:
        offset = tif.pages[0].dataoffsets[1]
        bytecount = tif.pages[0].databytecounts[1]
    end = content[offset + bytecount :]
    content = content[:offset] + bytes(bytecount) + end
    with imread(io.BytesIO(content), aszarr=True) as store:
        array = open_fused(store)
        with pytest.raises(TiffSegmentError, match='strip 1 of'):
            array[:]
        check_same((open_both(store)[0], array), lambda a: a[32:])


@needs_fused
@pytest.mark.parametrize('zarr_format', [2, 3])
@pytest.mark.parametrize('write_empty', [True, False])
def test_fused_write(tmp_path, monkeypatch, zarr_format, write_empty):
    """Chunks are written without an event loop, in any number of threads."""
    path = tmp_path / 'test.tif'
    data = samples(45, 70)
    path.write_bytes(build_tiff([Page(data, tile=(16, 32))]))
    monkeypatch.setattr(tifffile.ZarrStore, 'set', None)
    monkeypatch.setattr(tifffile.ZarrStore, 'delete', None)
    with TiffFile(path, mode='r+') as tif:
        with tif.aszarr(zarr_format=zarr_format) as store:
            array = open_fused(
                store, mode='r+', config={'write_empty_chunks': write_empty}
            )
            for part, value in (
                (numpy.s_[3:20, 5:], 7),
                (numpy.s_[16:32, 32:64], 0),
                (numpy.s_[::2, 1], numpy.arange(23)),
                (numpy.s_[:], samples(45, 70)[::-1]),
            ):
                array[part] = data[part] = value
                numpy.testing.assert_array_equal(array[:], data)
    numpy.testing.assert_array_equal(imread(path), data)


@needs_fused
def test_fused_write_read_only():
    """Images that cannot be written are not."""
    store, data = make_store(64, 64)
    with store:
        with pytest.raises(ValueError, match='read-only'):
            open_fused(store, mode='r+')
        array = open_fused(store)
        with pytest.raises((ValueError, PermissionError), match='read-only'):
            array[:] = 0
        numpy.testing.assert_array_equal(array[:], data)


# -- configuration ------------------------------------------------------------


def test_submodule():
    """The pipeline is a class of the submodule."""
    import tifffile.zarr
    from zarr.core.codec_pipeline import BatchedCodecPipeline

    cls = tifffile.zarr.ZarrCodecPipeline
    assert 'ZarrCodecPipeline' in tifffile.zarr.__all__
    assert issubclass(cls, BatchedCodecPipeline)
    assert f'{cls.__module__}.{cls.__qualname__}' == PATH
    assert pickle.loads(pickle.dumps(cls)) is cls
    assert PATH in cls.__doc__


def test_registered_with_first_store(tmp_path):
    """The pipeline can be configured without importing the submodule."""
    path = tmp_path / 'test.tif'
    imwrite(path, samples(45, 70), tile=(16, 32), compression='zlib')
    code = f"""
import sys
import tifffile
assert 'zarr' not in sys.modules
with tifffile.imread({str(path)!r}, aszarr=True) as store:
    import zarr
    zarr.config.set({{'codec_pipeline.path': {PATH!r}}})
    array = zarr.open(store, mode='r')
    assert 'tifffile.zarr' not in sys.modules
    print(type(array._async_array.codec_pipeline).__name__, array[44, 69])
"""
    expected = f'ZarrCodecPipeline {samples(45, 70)[44, 69]}'
    assert run_python('-c', code).stdout.strip() == expected


def test_pickled_array(tmp_path):
    """Arrays are read by processes that configured nothing."""
    path = tmp_path / 'test.tif'
    data = samples(45, 70)
    imwrite(path, data, tile=(16, 32), compression='zlib')
    with imread(path, aszarr=True) as store:
        array = open_both(store)[1]
        pickled = tmp_path / 'array.pickle'
        pickled.write_bytes(pickle.dumps(array))
        result = pickle.loads(pickled.read_bytes())
        numpy.testing.assert_array_equal(result[:], data)
    code = f"""
import pickle
with open({str(pickled)!r}, 'rb') as fh:
    array = pickle.load(fh)
print(type(array._async_array.codec_pipeline).__module__, array[:].sum())
"""
    expected = f'tifffile.zarr {data.sum()}'
    assert run_python('-c', code).stdout.strip() == expected


def test_dask():
    """Threads of dask read chunks."""
    da = pytest.importorskip('dask.array')
    store, data = make_store(160, 160)
    with store:
        array = da.from_zarr(open_both(store)[1], chunks=(48, 80))
        with contextlib.suppress(AttributeError):
            assert array.numblocks == (4, 2)
        result = (array + 1).compute(scheduler='threads', num_workers=4)
    numpy.testing.assert_array_equal(result, data + 1)
