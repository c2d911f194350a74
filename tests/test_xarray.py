# tests/test_xarray.py

"""Test reading images as xarray.DataArray, Dataset, and DataTree."""

import importlib.metadata
import io
import pickle

import numpy
import pytest
from builder import Page, build_file, build_tiff, samples

import tifffile
from tifffile import TiffFile, TiffWriter, imwrite

xarray = pytest.importorskip('xarray')


@pytest.fixture
def engine():
    """Return class of engine."""
    from tifffile.xarray import TiffBackendEntrypoint

    return TiffBackendEntrypoint


@pytest.fixture
def ome(tmp_path):
    """Return path of OME-TIFF pyramid with physical sizes, and its image."""
    data = samples(3, 64, 80, dtype='u1')
    path = tmp_path / 'test.ome.tif'
    with TiffWriter(path, ome=True) as tif:
        kwargs = {
            'photometric': 'minisblack',
            'tile': (16, 16),
            'compression': 'zlib',
        }
        tif.write(
            data,
            subifds=1,
            metadata={
                'axes': 'CYX',
                'PhysicalSizeX': 0.25,
                'PhysicalSizeXUnit': 'µm',
                'PhysicalSizeY': 0.5,
                'PhysicalSizeYUnit': 'µm',
                'Name': 'specimen',
            },
            **kwargs,
        )
        tif.write(data[:, ::2, ::2], subfiletype=1, **kwargs)
    return path, data


@pytest.fixture
def reads(monkeypatch):
    """Return list of selections that are read."""
    selections = []
    read = tifffile.TiffPageSeries._read_selection

    def spy(self, selection, *args):
        selections.append(selection)
        return read(self, selection, *args)

    monkeypatch.setattr(tifffile.TiffPageSeries, '_read_selection', spy)
    return selections


def test_lazy(ome, reads):
    """Only the part that is loaded is read."""
    path, data = ome
    with TiffFile(path) as tif:
        image = tif.asxarray()
        assert image.shape == data.shape
        assert image.dtype == data.dtype
        part = image[1, 10:30:3, ::-2]
        assert not reads
        numpy.testing.assert_array_equal(part, data[1, 10:30:3, ::-2])
        assert len(reads) == 1
        numpy.testing.assert_array_equal(
            image[{'width': [3, 1, 70], 'height': [5, 5, 60]}],
            data[:, [5, 5, 60]][:, :, [3, 1, 70]],
        )
        numpy.testing.assert_array_equal(
            image.isel(channel=0, height=3, width=4), data[0, 3, 4]
        )
    numpy.testing.assert_array_equal(image, data)
    other = pickle.loads(pickle.dumps(image))
    numpy.testing.assert_array_equal(other, data)
    assert other.dims == image.dims


def test_coords(ome):
    """Coordinates are in physical units."""
    path, data = ome
    with TiffFile(path) as tif:
        image = tif.asxarray()
        assert (
            image.dims
            == tif.series[0].dims
            == (
                'channel',
                'height',
                'width',
            )
        )
        assert image.name == 'specimen'
        numpy.testing.assert_allclose(
            image.coords['width'], numpy.arange(80) * 0.25
        )
        numpy.testing.assert_allclose(
            image.coords['height'], numpy.arange(64) * 0.5
        )
        assert image.coords['width'].attrs == {'units': 'micrometer'}
        assert image.attrs['photometric'] == 'minisblack'
        numpy.testing.assert_array_equal(
            image.sel(height=slice(5, 9.5), width=slice(0, 1)),
            data[:, 10:20, :5],
        )
        level = tif.asxarray(level=1)
        numpy.testing.assert_array_equal(level, data[:, ::2, ::2])
        numpy.testing.assert_allclose(
            level.coords['width'], numpy.arange(40) * 0.5
        )
        assert level.encoding['preferred_chunks'] == {
            'channel': 1,
            'height': 16,
            'width': 16,
        }


def test_without_coords():
    """Coordinates that are not known are left out."""
    data = samples(20, 30, 3, dtype='u1')
    with TiffFile(build_file(Page(data, photometric=2))) as tif:
        image = tif.asxarray()
        assert image.dims == ('height', 'width', 'sample')
        assert list(image.coords) == ['sample']
        assert image.coords['sample'].values.tolist() == [
            'Red',
            'Green',
            'Blue',
        ]
        assert image.sel(sample='Green').shape == (20, 30)


def test_resolution():
    """Coordinates are made from resolution tags."""
    fh = io.BytesIO()
    imwrite(
        fh,
        samples(20, 30),
        resolution=(100, 50),
        resolutionunit='CENTIMETER',
        metadata=None,
    )
    fh.seek(0)
    with TiffFile(fh) as tif:
        for image in (tif.asxarray(), tif.pages.first.asxarray()):
            numpy.testing.assert_allclose(
                image.coords['width'], numpy.arange(30) * 100
            )
            numpy.testing.assert_allclose(
                image.coords['height'], numpy.arange(20) * 200
            )
            assert image.coords['width'].units == 'micrometer'


def test_squeeze():
    """Dimensions of length one are kept on demand."""
    data = samples(1, 20, 30)
    fh = io.BytesIO()
    imwrite(fh, data, photometric='minisblack', metadata={'axes': 'TYX'})
    fh.seek(0)
    with TiffFile(fh) as tif:
        image = tif.asxarray(squeeze=True)
        assert image.dims == ('height', 'width')
        image = tif.asxarray(squeeze=False)
        assert image.dims == ('time', 'height', 'width')
        numpy.testing.assert_array_equal(image, data)


def test_pages():
    """Pages and frames are arrays of their own."""
    data = samples(3, 20, 30)
    with TiffFile(build_file(*map(Page, data)), _useframes=True) as tif:
        numpy.testing.assert_array_equal(tif.pages[1].asxarray(), data[1])
        numpy.testing.assert_array_equal(tif.asxarray(key=2), data[2])


def test_dask(ome):
    """Arrays are of dask if there are chunks."""
    pytest.importorskip('dask')
    path, data = ome
    with TiffFile(path) as tif:
        image = tif.asxarray(chunks=(1, 20, 32))
        assert image.chunks == ((1, 1, 1), (32, 32), (32, 32, 16))
        numpy.testing.assert_array_equal(image, data)
        image = tif.asxarray(chunks={1: 16})
        assert image.chunks[1] == (16,) * 4


# -- engine -------------------------------------------------------------------


def test_open_dataset(ome, engine, reads):
    """Files are opened as datasets."""
    path, data = ome
    with xarray.open_dataset(path, engine=engine) as dataset:
        assert list(dataset) == ['image']
        assert dataset.sizes == {'channel': 3, 'height': 64, 'width': 80}
        assert 'width' in dataset.coords
        assert not reads
        numpy.testing.assert_array_equal(
            dataset['image'][:, 5:9, 7], data[:, 5:9, 7]
        )
    with xarray.open_dataset(
        path, engine=engine, level=1, drop_variables='width'
    ) as dataset:
        assert dataset['image'].shape == (3, 32, 40)
        assert 'width' not in dataset.coords


def test_open_dataset_chunks(ome, engine):
    """Files are opened as datasets of dask arrays."""
    pytest.importorskip('dask')
    path, data = ome
    with xarray.open_dataset(path, engine=engine, chunks={}) as dataset:
        assert dataset['image'].chunks[1:] == ((16,) * 4, (16,) * 5)
        numpy.testing.assert_array_equal(dataset['image'], data)


def test_open_datatree(ome, engine):
    """Pyramids are opened as trees."""
    if not hasattr(xarray, 'open_datatree'):
        pytest.skip('xarray has no trees')
    path, data = ome
    with xarray.open_datatree(path, engine=engine) as tree:
        assert list(tree.children) == ['0', '1']
        assert tree.attrs['name'] == 'specimen'
        numpy.testing.assert_array_equal(tree['0/image'], data)
        numpy.testing.assert_array_equal(tree['1/image'], data[:, ::2, ::2])
        numpy.testing.assert_allclose(tree['1/width'], numpy.arange(40) / 2)


def test_engine_errors(tmp_path, engine):
    """Files are closed if they cannot be opened."""
    path = tmp_path / 'test.tif'
    path.write_bytes(build_tiff([Page(samples(4, 5))]))
    with pytest.raises(IndexError):
        xarray.open_dataset(path, engine=engine, series=1)
    with pytest.raises(IndexError):
        xarray.open_dataset(path, engine=engine, level=1)
    path.write_bytes(b'no TIFF')
    with pytest.raises(tifffile.TiffFileError):
        xarray.open_dataset(path, engine=engine)


def test_guess(engine):
    """Extensions of TIFF files are known."""
    guess = engine().guess_can_open
    assert guess('a.tif')
    assert guess('a.OME.TIFF')
    assert guess('https://example.org/a.svs')
    assert not guess('a.nc')
    assert not guess(io.BytesIO())


def test_entry_point(ome, engine):
    """Engine is found by its name."""
    found = [
        item
        for item in importlib.metadata.entry_points(group='xarray.backends')
        if item.name == 'tifffile'
    ]
    if not found:
        pytest.skip('package is not installed')
    path, data = ome
    assert found[0].load() is engine
    with xarray.open_dataset(path, engine='tifffile') as dataset:
        numpy.testing.assert_array_equal(dataset['image'], data)
