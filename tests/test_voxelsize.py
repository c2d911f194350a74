# tests/test_voxelsize.py

"""Test size of voxels, and progress, when writing."""

import io
import math
import warnings

import numpy
import pytest
from numpy.testing import assert_array_equal

from tifffile import TiffFile, TiffWriter, imwrite

pytest.importorskip('imagecodecs')

GRAY = {'photometric': 'minisblack'}
AXES = {2: 'YX', 3: 'ZYX', 4: 'TZYX'}


def write(data, **kwargs):
    """Return stream of file that was written."""
    stream = io.BytesIO()
    imwrite(stream, data, **kwargs)
    stream.seek(0)
    return stream


# arguments, scale, units
SIZES = [
    (
        {'voxelsize': (0.25, 0.5)},
        {'Y': 0.25, 'X': 0.5},
        {'Y': 'micrometer', 'X': 'micrometer'},
    ),
    (
        {'voxelsize': 0.3},
        {'Y': 0.3, 'X': 0.3},
        {'Y': 'micrometer', 'X': 'micrometer'},
    ),
    (
        {'voxelsize': (2, 0.1, 1 / 3)},
        {'Z': 2.0, 'Y': 0.1, 'X': 1 / 3},
        dict.fromkeys('ZYX', 'micrometer'),
    ),
    (
        {'voxelsize': numpy.array([3.5, 65, 65.5]), 'voxelunit': 'nm'},
        {'Z': 0.0035, 'Y': 0.065, 'X': 0.0655},
        dict.fromkeys('ZYX', 'micrometer'),
    ),
    (
        {
            'voxelsize': {'T': 0.5, 'X': 0.1, 'Y': 0.1, 'Z': 1},
            'voxelunit': 'micron',
        },
        {'T': 0.5, 'Z': 1.0, 'Y': 0.1, 'X': 0.1},
        {'T': 'second', **dict.fromkeys('ZYX', 'micrometer')},
    ),
    (
        {
            'voxelsize': {'T': 250, 'X': 1, 'Y': 2, 'Z': 3},
            'voxelunit': {'T': 'ms', 'X': 'mm', 'Y': 'mm', 'Z': 'cm'},
        },
        {'T': 0.25, 'Z': 30000.0, 'Y': 2000.0, 'X': 1000.0},
        {'T': 'second', **dict.fromkeys('ZYX', 'micrometer')},
    ),
    (
        {'voxelsize': {'Z': 7}},
        {'Z': 7.0},
        {'Z': 'micrometer'},
    ),
    (
        {'voxelsize': (2, 3), 'voxelunit': 'pixel'},
        {'Y': 2.0, 'X': 3.0},
        {'Y': 'pixel', 'X': 'pixel'},
    ),
]


@pytest.mark.parametrize(('kwargs', 'scale', 'units'), SIZES)
@pytest.mark.parametrize('kind', ['shaped', 'imagej', 'ome'])
def test_voxelsize(kind, kwargs, scale, units):
    """Test that size of voxels is read as it was written."""
    data = numpy.zeros((2, 3, 20, 30), 'u1')
    with TiffFile(
        write(
            data,
            kind=kind,
            metadata={'axes': 'TZYX'},
            software=False,
            **GRAY,
            **kwargs,
        )
    ) as tif:
        series = tif.series[0]
        assert series.axes == 'TZYX'
        # pixels of ImageJ files without size have size one
        found = {ax: series.scale.get(ax) for ax in scale}
        assert found == pytest.approx(scale, rel=1e-8)
        assert {ax: series.units[ax] for ax in units} == units
        again = write(
            data,
            kind=kind,
            metadata={'axes': 'TZYX'},
            voxelsize=series.scale,
            voxelunit=series.units,
            software=False,
            **GRAY,
        )
        with TiffFile(again) as tif2:
            assert tif2.series[0].scale == pytest.approx(series.scale)
            assert tif2.series[0].units == series.units


@pytest.mark.parametrize('kind', ['shaped', 'ome', 'generic'])
def test_resolution_tags(kind):
    """Test that size of pixels is in tags."""
    with TiffFile(
        write(
            numpy.zeros((20, 30), 'u1'),
            kind=kind,
            voxelsize=(0.5, 0.25),
        )
    ) as tif:
        page = tif.pages.first
        assert page.resolution == (40000, 20000)
        assert page.resolutionunit == 3
        assert tif.series[0].scale == pytest.approx({'Y': 0.5, 'X': 0.25})


def test_tiny_voxels():
    """Test that sizes that tags cannot hold are in metadata only."""
    stream = write(
        numpy.zeros((20, 30), 'u1'), kind='ome', voxelsize=(1e-6, 2e-6)
    )
    with TiffFile(stream) as tif:
        assert tif.pages.first.resolution == (1, 1)
        assert tif.series[0].scale == pytest.approx({'Y': 1e-6, 'X': 2e-6})


def test_imagej_places():
    """Test that sizes are where ImageJ expects them."""
    with TiffFile(
        write(
            numpy.zeros((2, 3, 20, 30), 'u2'),
            imagej=True,
            metadata={'axes': 'TZYX', 'Info': 'text'},
            voxelsize={'X': 0.1, 'Y': 0.2, 'Z': 0.3, 'T': 100},
            voxelunit={'T': 'ms'},
        )
    ) as tif:
        metadata = tif.imagej_metadata
        assert metadata['unit'] == 'micron'
        assert metadata['spacing'] == 0.3
        assert metadata['finterval'] == 0.1
        assert metadata['Info'] == 'text'
        assert tif.pages.first.resolution == (10, 5)
        assert tif.pages.first.resolutionunit == 1


def test_levels():
    """Test sizes of voxels of pyramid."""
    stream = io.BytesIO()
    data = numpy.zeros((3, 64, 64), 'u1')
    with TiffWriter(stream, ome=True) as tif:
        tif.write(
            data,
            subifds=1,
            voxelsize=(3, 0.5, 0.5),
            metadata={'axes': 'ZYX'},
            **GRAY,
        )
        tif.write(
            data[:, ::2, ::2],
            subfiletype=1,
            voxelsize=(3, 1, 1),
            **GRAY,
        )
    stream.seek(0)
    with TiffFile(stream) as tif:
        levels = tif.series[0].levels
        assert levels[0].scale == {'Z': 3.0, 'Y': 0.5, 'X': 0.5}
        assert levels[1].scale == {'Z': 3.0, 'Y': 1.0, 'X': 1.0}
        page = levels[1].keyframe
        assert page.resolution == (10000, 10000)


# arguments, name in message
ERRORS = [
    ({'voxelsize': 'abc'}, 'voxelsize'),
    ({'voxelsize': (1,)}, 'voxelsize'),
    ({'voxelsize': (1, 2, 3, 4)}, 'voxelsize'),
    ({'voxelsize': (1, 0)}, 'positive'),
    ({'voxelsize': (1, math.nan)}, 'positive'),
    ({'voxelsize': {'X': 1}}, 'both X and Y'),
    ({'voxelsize': {'C': 1}}, 'axes X, Y, Z, and T'),
    ({'voxelsize': 1, 'voxelunit': 1}, 'voxelunit'),
    ({'voxelunit': 'um'}, 'voxelunit'),
    ({'voxelsize': 1, 'resolution': (1, 1)}, 'resolution'),
    ({'voxelsize': 1, 'resolutionunit': 'inch'}, 'resolution'),
    ({'voxelsize': 1, 'metadata': {'PhysicalSizeX': 1}}, 'PhysicalSizeX'),
    ({'voxelsize': {'Z': 1}, 'metadata': None}, 'without metadata'),
    ({'voxelsize': {'T': 1}, 'shaped': False}, 'without metadata'),
    ({'voxelsize': 1, 'imagej': True, 'metadata': {'unit': 'm'}}, 'unit'),
    ({'voxelsize': 1, 'ome': True, 'voxelunit': 'degree'}, 'XUnit'),
    (
        {
            'voxelsize': 1,
            'imagej': True,
            'voxelunit': {'X': 'pixel', 'Y': 'mm'},
        },
        'voxelunit',
    ),
    ({'progress': 1}, 'progress'),
]


@pytest.mark.parametrize(('kwargs', 'name'), ERRORS)
def test_errors(tmp_path, kwargs, name):
    """Test that bad arguments are named, and files not touched."""
    path = tmp_path / 'temp.tif'
    path.write_bytes(b'something else')
    with pytest.raises((ValueError, TypeError), match=name):
        imwrite(path, numpy.zeros((5, 7), 'u1'), **kwargs)
    assert path.read_bytes() == b'something else'


# -- progress -----------------------------------------------------------------

LAYOUTS = [
    {},
    {'compression': 'zlib'},
    {'compression': 'zlib', 'tile': (64, 64), 'maxworkers': 2},
    {'tile': (64, 64)},
    {'byteorder': '>'},
]


@pytest.mark.parametrize('kwargs', LAYOUTS)
@pytest.mark.parametrize('lazy', [False, True])
def test_progress(kwargs, lazy):
    """Test that progress is told up to the end."""
    data = numpy.arange(20 * 256 * 256, dtype='u2').reshape(20, 256, 256)
    told = []
    source = data
    if lazy and 'tile' not in kwargs:
        source = iter(data)
    stream = write(
        source,
        shape=data.shape,
        dtype=data.dtype,
        progress=lambda done, total: told.append((done, total)),
        **GRAY,
        **kwargs,
    )
    assert told[-1] == (data.nbytes, data.nbytes)
    assert 3 <= len(told) < 1000
    assert told == sorted(told)
    assert {total for _, total in told} == {data.nbytes}
    with TiffFile(stream) as tif:
        assert_array_equal(tif.asarray(), data)


class CancelledError(Exception):
    """Raised to cancel writing."""


@pytest.mark.parametrize('kwargs', LAYOUTS)
def test_cancel(tmp_path, kwargs):
    """Test that cancelled files have whole pages."""
    path = tmp_path / 'temp.tif'
    data = numpy.arange(20 * 256 * 256, dtype='u2').reshape(20, 256, 256)

    def progress(done, total):
        if done > total / 2:
            raise CancelledError

    with pytest.raises(CancelledError):
        imwrite(path, data, progress=progress, **GRAY, **kwargs)
    with TiffFile(path) as tif:
        assert 8 <= len(tif.pages) <= 12
        assert tif.series[0].shape == (len(tif.pages), 256, 256)
        assert_array_equal(tif.asarray(), data[: len(tif.pages)])


def test_progress_of_contiguous_series():
    """Test that each call tells its own progress."""
    stream = io.BytesIO()
    data = numpy.arange(4 * 5 * 7, dtype='u1').reshape(4, 5, 7)
    told = []
    with TiffWriter(stream) as tif:
        for frame in data:
            tif.write(
                frame,
                contiguous=True,
                progress=lambda *args: told.append(args),
            )
    assert told[-1] == (35, 35)
    assert told.count((35, 35)) == 4
    stream.seek(0)
    with TiffFile(stream) as tif:
        assert_array_equal(tif.asarray(), data)


def test_progress_bar(capsys):
    """Test progress bar of tqdm."""
    pytest.importorskip('tqdm')
    with warnings.catch_warnings():
        # about missing widgets of notebooks
        warnings.simplefilter('ignore')
        write(numpy.zeros((20, 256, 256), 'u1'), progress=True, **GRAY)
    assert '100%' in capsys.readouterr().err


def test_no_progress_bar(monkeypatch, tmp_path):
    """Test that a missing package is named before the file is touched."""
    monkeypatch.setitem(__import__('sys').modules, 'tqdm.auto', None)
    path = tmp_path / 'temp.tif'
    with pytest.raises(ImportError, match='tqdm'):
        imwrite(path, numpy.zeros((5, 7)), progress=True)
    assert not path.exists()
