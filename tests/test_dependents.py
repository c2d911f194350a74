# tests/test_dependents.py

"""Test what projects that use the library rely on beyond its documentation.

Every test names the projects whose code breaks without it. They import
private names, replace methods, and match the texts of messages.

"""

import asyncio
import io
import logging
import os
import re
import sys
from pathlib import Path
from unittest import mock

import numpy
import pytest
from builder import Page, build_tiff
from interpreter import run_python
from numpy.testing import assert_array_equal
from tifffile.tifffile import (
    imagej_description,
    imagej_metadata_tag,
    svs_description_metadata,
)

import tifffile
from tifffile import (
    COMPRESSION,
    PHOTOMETRIC,
    TIFF,
    FileHandle,
    FileSequence,
    TiffFile,
    TiffFileError,
    TiffFrame,
    TiffPage,
    TiffPages,
    TiffPageSeries,
    TiffSequence,
    TiffTag,
    TiffTags,
    TiffWriter,
    imread,
    imwrite,
    memmap,
    natural_sorted,
)
from tifffile import tifffile as submodule

ROOT = Path(tifffile.__file__).parent
IMAGE = numpy.arange(2 * 5 * 7, dtype='uint16').reshape(2, 5, 7)

# an OME-XML of two planes
OMEXML = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">'
    '<Image ID="Image:0" Name="{name}"><Pixels ID="Pixels:0" Type="uint16" '
    'DimensionOrder="XYZCT" SizeX="7" SizeY="5" SizeZ="{z}" SizeC="{c}" '
    'SizeT="1"><TiffData/></Pixels></Image></OME>'
)


@pytest.fixture
def path(tmp_path):
    """Return path of file of two pages."""
    path = tmp_path / 'test.tif'
    imwrite(path, IMAGE, photometric='minisblack', metadata={'axes': 'ZYX'})
    return path


# -- names --------------------------------------------------------------------


def test_submodule_holds_same_objects():
    """AFMReader, PartSeg, aicsimageio, bfio, napari-tiff, opentile."""
    import tifffile.tifffile

    assert tifffile.tifffile is submodule
    for name in (
        *('COMPRESSION', 'FileHandle', 'PHOTOMETRIC', 'TIFF', 'TiffFile'),
        *('TiffFileError', 'TiffPage', 'TiffPages', 'TiffTags', 'imread'),
    ):
        assert getattr(submodule, name) is getattr(tifffile, name)


def test_module_of_classes(path):
    """CaImAn, PartSeg."""
    with TiffFile(path) as tif:
        assert 'tifffile' in str(type(tif))
        assert 'tifffile' in str(type(tif.pages[0]))
    module = sys.modules[submodule.TiffPage.__module__]
    assert module.TiffPage is TiffPage


def test_star_import():
    """Many."""
    names = {}
    exec('from tifffile import *', names)
    assert names['imread'] is imread
    assert 'numpy' not in names
    for name in tifffile.__all__:
        assert name in names


def test_version():
    """CaImAn, PartSeg, imageio, tiffslide."""
    from packaging.version import parse

    parts = tifffile.__version__.split('.')
    assert len(parts) == 3
    assert [int(part) for part in parts] > [2026, 11, 8]
    assert parse(tifffile.__version__) > parse('2026.11.8')


def test_geodb():
    """geotiff."""
    from tifffile.geodb import GCS, GCSE, PCS, Datum, DatumE, Ellipse, Proj

    from tifffile import geodb

    for enum in (PCS, Datum, DatumE, Ellipse, GCS, GCSE, Proj):
        members = dict(enum.__members__.items())
        assert len(members) > 30
        assert all(isinstance(int(item), int) for item in members.values())
    assert GCS(4326).name == 'WGS_84'
    assert geodb.GeoKeys.GTModelTypeGeoKey == 1024


@pytest.mark.parametrize(
    'name',
    [
        *('ALLOCATIONGRANULARITY', 'COMPRESSION', 'COMPRESSORS'),
        *('DATA_DTYPES', 'DATA_FORMATS', 'FILE_EXTENSIONS', 'FILE_FLAGS'),
        *('PHOTOMETRIC', 'PLANARCONFIG', 'PREDICTORS', 'RESUNIT', 'TAGS'),
    ],
)
@pytest.mark.filterwarnings('ignore::DeprecationWarning')
def test_constants(name):
    """bfio, CaImAn, aicsimageio, imageio, large_image, napari, odc-geo."""
    assert getattr(TIFF, name) is not None
    assert getattr(submodule.TIFF, name) is not None


@pytest.mark.filterwarnings('ignore::DeprecationWarning')
def test_values_of_constants():
    """aicsimageio, bfio, large_image, napari, ngff-zarr, tiffslide, xtiff."""
    assert TIFF.PHOTOMETRIC.RGB == PHOTOMETRIC.RGB == 2
    assert TIFF.COMPRESSION.ADOBE_DEFLATE == 8
    assert TIFF.COMPRESSION.APERIO_JP2000_RGB == 33005
    assert COMPRESSION.JPEG2000 == 34712
    assert TIFF.PLANARCONFIG.CONTIG == 1
    assert [TIFF.RESUNIT[name] for name in ('NONE', 'INCH')] == [1, 2]
    assert TIFF.TAGS['ImageWidth'] == 256
    assert TIFF.TAGS[256] == 'ImageWidth'
    assert TIFF.DATA_FORMATS[3] == '1H'
    assert TIFF.DATA_DTYPES['H'] == 3
    assert 'tif' in TIFF.FILE_EXTENSIONS and 'svs' in TIFF.FILE_EXTENSIONS
    assert 'ome' in TIFF.FILE_FLAGS
    assert 1 in TIFF.COMPRESSORS and 8 in TIFF.COMPRESSORS
    assert 2 in TIFF.PREDICTORS
    assert TIFF.ALLOCATIONGRANULARITY >= 4096
    assert 'LZW' in COMPRESSION.__members__.keys()  # noqa: SIM118


@pytest.mark.parametrize('name', ['MAXWORKERS', 'MAXIOWORKERS'])
def test_number_of_threads_is_assigned(tmp_path, monkeypatch, name):
    """The number of threads can be set, and takes effect."""
    used = []
    run = tifffile.run_concurrently

    def run_concurrently(function, items, maxworkers):
        used.append(maxworkers)
        run(function, items, maxworkers)

    monkeypatch.setattr(tifffile, 'run_concurrently', run_concurrently)
    monkeypatch.setattr(TIFF, name, 3)
    path = tmp_path / 'test.tif'
    image = numpy.zeros((512, 512), 'uint16')
    imwrite(path, image, tile=(64, 64), compression='zlib')
    if name == 'MAXWORKERS':
        used.clear()
        imread(path)
    else:
        imread([path] * 5, ioworkers=None)
    assert 3 in used
    assert max(used) == 3


# -- functions ----------------------------------------------------------------


def test_svs_description():
    """napari-tiff, opentile, tiffslide."""
    text = 'Aperio Image Library v1.0\r\n100x200 |AppMag = 20|MPP = 0.5'
    result = svs_description_metadata(text)
    assert result['AppMag'] == 20
    assert result['MPP'] == 0.5


def test_imagej_functions():
    """Code that rewrites descriptions of ImageJ."""
    text = imagej_description((2, 3, 4, 5, 6, 1))
    assert text.startswith('ImageJ=')
    assert 'images=24' in text
    tags = imagej_metadata_tag({'Info': 'text'}, '<')
    assert [tag[0] for tag in tags] == [50839, 50838]


def test_readers_take_file_handles(path):
    """roiextractors."""
    with FileHandle(path, 'rb') as fh:
        assert 'Summary' not in tifffile.read_micromanager_metadata(fh)
        with pytest.raises(ValueError, match='not a ScanImage'):
            tifffile.read_scanimage_metadata(fh)
    with open(path, 'rb') as fh:
        assert 'Summary' not in tifffile.read_micromanager_metadata(fh)
        with pytest.raises(ValueError, match='not a ScanImage'):
            tifffile.read_scanimage_metadata(fh)
    with FileHandle(io.BytesIO(b'not a TIFF file')) as fh:
        with pytest.raises(ValueError, match='not a Micro-Manager'):
            tifffile.read_micromanager_metadata(fh)


def test_file_handle(tmp_path):
    """bfio, opentile, rosettasciio, imagecodecs."""
    path = tmp_path / 'test.bin'
    path.write_bytes(bytes(range(32)))
    with FileHandle(path) as fh:
        assert fh.path == os.path.realpath(path)
        assert fh.name == 'test.bin'
        assert fh.fileno() > 0
        assert fh.seek(2) == fh.tell() == 2
        assert fh.read(2) == b'\2\3'
        assert_array_equal(fh.read_array('<u2', 2), [0x0504, 0x0706])
        record = fh.read_record([('a', 'u1'), ('b', '>u2')])
        assert (record['a'], record['b']) == (8, 0x090A)
        segments = fh.read_segments([1, 5], [2, 1])
        assert list(segments) == [(b'\1\2', 0), (b'\5', 1)]
    assert fh.closed
    with FileHandle(str(path), 'r+b', name=None, offset=4, size=8) as fh:
        assert fh.size == 8
        assert fh.read(1) == b'\4'
        fh.write(b'abc')
        fh.flush()
    assert path.read_bytes()[4:9] == b'\4abc\x08'
    with open(path, 'rb') as stream, FileHandle(stream) as fh:
        assert fh.read(1) == b'\0'


def test_helpers():
    """dask-image, lfdfiles, cmapfile, oiffile, PartSeg, phasorpy."""
    assert natural_sorted(['a10', 'a9'], key=str) == ['a9', 'a10']
    kwargs = {'a': 1, 'b': 2}
    assert tifffile.parse_kwargs(kwargs, 'a', c=3) == {'a': 1, 'c': 3}
    assert kwargs == {'b': 2}
    tifffile.update_kwargs(kwargs, b=0, d=4)
    assert kwargs == {'b': 2, 'd': 4}
    assert submodule.asbool('true') is True
    assert tifffile.enumarg(PHOTOMETRIC, 'rgb') is PHOTOMETRIC.RGB
    assert tifffile.astype('1.5') == 1.5
    assert tifffile.product([2, 3]) == 6


# -- writer -------------------------------------------------------------------


def test_data_offset_of_writer(tmp_path):
    """ome-writers maps the data of pages while they are written."""
    path = tmp_path / 'test.tif'
    with TiffWriter(path, ome=True, bigtiff=True) as tif:
        for i in range(5):
            tif.write(IMAGE[i % 2] + i, contiguous=True)
            assert tif._fh.fileno() > 0
            offset = tif._dataoffset
            assert offset > 0
            # others see frames once they are written
            stored = numpy.fromfile(path, '<u2', offset=offset)
            stored = stored[: (i + 1) * IMAGE[0].size]
            stored = stored.reshape(i + 1, *IMAGE.shape[1:])
            for j in range(i + 1):
                assert_array_equal(stored[j], IMAGE[j % 2] + j)
        tif._fh.flush()
        assert tif.filehandle is tif._fh
    assert imread(path).shape == (5, *IMAGE.shape[1:])


def test_private_handles(path):
    """ome-writers, palom, and others."""
    with TiffFile(path) as tif:
        assert tif._fh is tif.filehandle
        assert tif._fh.path == os.path.realpath(path)
        tif._fh.seek(0)
        assert tif._fh.read(2) in {b'II', b'MM'}
    with TiffWriter(io.BytesIO()) as tif:
        assert tif._ifdoffset in {4, 8}
        assert tif.tiff.offsetsize == 4
        assert tif.tiff.offsetformat[1] == 'I'
        assert tif.tiff.tagsize == 12


def test_old_spellings(tmp_path):
    """CSBDeep, CaImAn, apeer-ometiff-library, cellpose, suite2p."""
    path = tmp_path / 'test.tif'
    with pytest.warns(DeprecationWarning):
        tifffile.imsave(path, IMAGE[0])
    assert_array_equal(imread(path), IMAGE[0])
    with TiffWriter(path) as tif, pytest.warns(DeprecationWarning):
        tif.save(IMAGE[0], photometric='minisblack', metadata={'a': 1})
    assert_array_equal(imread(path), IMAGE[0])


def test_new_spellings(tmp_path):
    """odc-geo, opentile, napari-tiff, webknossos, phasorpy, ome-writers."""
    path = tmp_path / 'test.tif'
    with TiffWriter(path, shaped=False) as tif:
        tif.write(IMAGE[0], iccprofile=b'profile')
    with TiffFile(path, is_mmstack=False, is_ome=False) as tif:
        assert not tif.is_shaped
        assert tif.pages[0].iccprofile == b'profile'
    assert imread(path, is_mmstack=False).shape == (5, 7)
    out = numpy.zeros((5, 7), 'uint16')
    assert imread(path, out=out, chunkmode=0) is out
    assert_array_equal(imread(path, selection=(2, 3)), IMAGE[0, 2, 3])
    files = [tmp_path / 'a_x.tif', tmp_path / 'a_y.tif']
    for file in files:
        imwrite(file, IMAGE[0])
    sequence = TiffSequence(
        files, pattern=r'_(?P<c>\w)', categories={'c': {'x': 1, 'y': 0}}
    )
    assert sequence.indices == ((1,), (0,))
    assert isinstance(tifffile.logger(), logging.Logger)


def test_positional_arguments(tmp_path):
    """All."""
    path = tmp_path / 'test.tif'
    imwrite(path, IMAGE[0])
    with TiffWriter(path) as tif:
        tif.write(IMAGE[0])
    with TiffFile(path) as tif:
        assert_array_equal(tif.asarray(0), IMAGE[0])
    assert_array_equal(imread(path), IMAGE[0])
    assert_array_equal(memmap(path), IMAGE[0])
    for mode in ('r', 'c', 'r+'):
        assert_array_equal(memmap(path, mode=mode), IMAGE[0])
    assert memmap(path, series=0, _multifile=False).shape == (5, 7)


# -- IFDs written by others ---------------------------------------------------


def test_frames_made_by_hand(path):
    """bfio reads and writes IFDs around a writer."""
    with TiffFile(path, _useframes=True) as tif:
        pages = tif.pages
        pages._seek(1)
        offset = tif.filehandle.tell()
        frame = TiffFrame(tif, 1)
        assert frame.offset == offset
        assert frame.index == 1
        assert len(frame.dataoffsets) == len(frame.databytecounts) == 1
        assert frame._nextifd() == 0
        pages._seek(0)
        assert TiffFrame(tif, 0)._nextifd() == offset
        for names in (
            ('offsets', 'bytecounts'),
            ('dataoffsets', 'databytecounts'),
        ):
            values = dict(zip(names, ((8,), (70,)), strict=True))
            frame = TiffFrame(tif, 5, keyframe=pages[0], **values)
            assert tuple(frame.dataoffsets) == (8,)
            assert tuple(frame.databytecounts) == (70,)


def test_tags_made_by_hand(path):
    """bfio."""
    with TiffFile(path) as tif:
        tag = TiffTag(tif, 10, 256, 4, 1, 7, 18)
        assert (tag.code, tag.dtype, tag.count) == (256, 4, 1)
        assert (tag.value, tag.valueoffset) == (7, 18)
        assert tag.name == 'ImageWidth'
        assert tag.dtype_name == 'LONG'
        assert hasattr(tif.pages[0], 'aszarr')


# -- pages --------------------------------------------------------------------


def test_private_attributes_of_pages(tmp_path):
    """opentile, large_image."""
    path = tmp_path / 'test.tif'
    image = numpy.arange(40 * 50, dtype='uint16').reshape(40, 50)
    imwrite(path, image, tile=(16, 16), compression='zlib')
    with TiffFile(path) as tif:
        page = tif.pages[0]
        offsets, bytecounts = page._offsetscounts
        assert tuple(offsets) == tuple(page.dataoffsets)
        assert tuple(bytecounts) == tuple(page.databytecounts)
        assert page.keyframe._dtype == 'uint16'
        assert page.keyframe.shaped == (1, 1, 40, 50, 1)
        assert isinstance(page.hash, int)
        tif.filehandle.seek(page.dataoffsets[1])
        data = tif.filehandle.read(page.databytecounts[1])
        tile, position, shape = page.decode(data, 1)
        assert_array_equal(tile.reshape(16, 16), image[:16, 16:32])
        assert position[-2:] == (16, 0) and shape == (1, 16, 16, 1)
        tiles = [segment[0] for segment in page.segments()]
        assert_array_equal(tiles[1].reshape(16, 16), image[:16, 16:32])
        assert page.chunks == page.tile == (16, 16)
        assert page.chunked == (3, 4)
        assert page.aspage() is page


def test_omexml_is_replaced(tmp_path):
    """large_image sets the OME-XML before series are read."""
    path = tmp_path / 'test.ome.tif'
    pages = [
        Page(plane, description=OMEXML.format(name='a', z=2, c=1))
        for plane in IMAGE
    ]
    path.write_bytes(build_tiff(pages))
    with TiffFile(path) as tif:
        assert tif.series[0].axes == 'ZYX'
    with TiffFile(path) as tif:
        tif._omexml = OMEXML.format(name='b', z=1, c=2)
        assert tif.series[0].axes == 'CYX'
        assert tif.series[0].name == 'b'
        assert 'Name="b"' in tif.ome_metadata
        assert_array_equal(tif.asarray(), IMAGE)


# -- replacing ----------------------------------------------------------------


def test_methods_are_replaced(path, monkeypatch):
    """tiffslide, PartSeg."""
    valueof = TiffTags.valueof
    monkeypatch.setattr(
        TiffTags,
        'valueof',
        lambda self, key, *args, **kwargs: (
            'other' if key == 305 else valueof(self, key, *args, **kwargs)
        ),
    )
    with TiffFile(path) as tif:
        assert tif.pages[0].tags.valueof(305) == 'other'
        assert tif.pages[0].tags.valueof(256) == 7
        assert tif.pages[0].tags.valueof(1, default=3) == 3
    calls = []
    asarray = TiffPage.asarray

    def report(self, *args, **kwargs):
        calls.append(self)
        return asarray(self, *args, **kwargs)

    monkeypatch.setattr(tifffile.tifffile.TiffPage, 'asarray', report)
    with TiffFile(path) as tif:
        assert_array_equal(tif.pages[0].asarray(), IMAGE[0])
        assert len(calls) == 1
        tif.report_func = print
        assert tif.report_func is print


def test_functions_are_replaced(path, monkeypatch):
    """PartSeg replaces xml2dict; test suites replace all kinds of names."""
    for name in ('xml2dict', 'imread', 'imwrite', 'memmap', 'TiffFile'):
        with mock.patch(f'tifffile.{name}', return_value=3) as patched:
            assert getattr(tifffile, name)() == 3
            assert patched.called
        assert getattr(tifffile, name) is getattr(submodule, name)
    with mock.patch.object(TiffPageSeries, 'asarray', return_value=3):
        with TiffFile(path) as tif:
            assert tif.series[0].asarray() == 3
    with mock.patch.object(TiffPages, '__len__', return_value=3):
        with TiffFile(path) as tif:
            assert len(tif.pages) == 3


def test_subclasses(path):
    """lfdfiles, and others."""

    class File(TiffFile):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.extra = 1

    class Writer(TiffWriter):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)

    class Sequence(FileSequence):
        def __init__(self, *args, **kwargs):
            super().__init__(imread, *args, **kwargs)

    with File(path) as tif:
        assert type(tif) is File
        assert_array_equal(tif.asarray(), IMAGE)
    with Writer(path, bigtiff=True) as tif:
        assert type(tif) is Writer
        tif.write(IMAGE[0])
    with Sequence(str(path)) as sequence:
        assert type(sequence) is Sequence
        assert_array_equal(sequence.asarray(), IMAGE[:1])


def test_private_keywords(path):
    """roiextractors, brainglobe-utils."""
    with TiffFile(path, _multifile=False, _useframes=True) as tif:
        assert tif.series[0].shape == IMAGE.shape
        for name in ('_parent', '_root'):
            with TiffFile(path, **{name: tif}) as other:
                assert other.root is tif
    assert imread(path, _multifile=False).shape == IMAGE.shape
    assert memmap(path, _multifile=False).shape == IMAGE.shape


# -- Zarr ---------------------------------------------------------------------


def test_zarr_submodule(path):
    """tiffslide, spatialdata-io."""
    pytest.importorskip('zarr')
    from tifffile.zarr import (
        ZarrFileSequenceStore,
        ZarrStore,
        ZarrTiffStore,
    )

    with imread(path, aszarr=True) as store:
        assert isinstance(store, ZarrTiffStore)
        assert isinstance(store, ZarrStore)
        assert not store.is_multiscales
        assert b'"shape"' in bytes(store['.zarray'])
        assert store['.zattrs']
    store = TiffSequence([path]).aszarr()
    assert isinstance(store, ZarrFileSequenceStore)


def test_zarr_get_is_replaced(path, monkeypatch):
    """tiffslide counts requests to stores."""
    zarr = pytest.importorskip('zarr')
    if int(zarr.__version__.split('.')[0]) < 3:
        pytest.skip('stores of zarr 2 are mappings')
    from tifffile.zarr import ZarrTiffStore

    keys = []
    get = ZarrTiffStore.get

    async def counted(self, key, *args, **kwargs):
        keys.append(key)
        return await get(self, key, *args, **kwargs)

    monkeypatch.setattr(ZarrTiffStore, 'get', counted)
    with imread(path, aszarr=True) as store:
        assert asyncio.iscoroutinefunction(type(store).get)
        assert_array_equal(zarr.open(store, mode='r')[:], IMAGE)
    assert any(re.search(r'\d', key) for key in keys)


def test_zarr_segments_are_located(tmp_path):
    """tiffslide looks up the sizes of tiles."""
    path = tmp_path / 'test.tif'
    image = numpy.random.default_rng(1).integers(0, 9, (40, 50), 'uint8')
    imwrite(path, image, tile=(16, 16), compression='zlib')
    with TiffFile(path) as tif, tif.aszarr() as store:
        page = tif.pages[0]
        keyframe, _, index, offset, bytecount = store._parse_key('1.2')
        assert keyframe is page
        assert index == 6
        assert offset == page.dataoffsets[6]
        assert bytecount == page.databytecounts[6]
        with pytest.raises(KeyError):
            store._parse_key('9.9')


def test_write_fsspec(path, tmp_path):
    """kerchunk."""
    import json

    target = tmp_path / 'refs.json'
    with TiffFile(path) as tif:
        with tif.series[0].aszarr() as store:
            store.write_fsspec(target, url='http://host')
    refs = json.loads(target.read_text())
    assert '.zarray' in refs
    with open(target, 'w') as fh, TiffFile(path, name='x.tif') as tif:
        with tif.aszarr() as store:
            store.write_fsspec(fh, url='')
    others = json.loads(target.read_text())
    names = {value[0] for value in refs.values() if isinstance(value, list)}
    assert names == {f'http://host/{path.name}'}
    assert others == {
        key: ['x.tif', *value[1:]] if isinstance(value, list) else value
        for key, value in refs.items()
    }


# -- messages -----------------------------------------------------------------


def test_loggers(path, caplog):
    """iohub, large_image, roiextractors, spatialdata-io."""
    assert tifffile.logger() is logging.getLogger('tifffile')
    assert not tifffile.logger().handlers
    # filters of the second name do not fail
    other = logging.getLogger('tifffile.tifffile')
    assert other.parent is tifffile.logger()


def test_log_of_missing_data(tmp_path, caplog):
    """large_image matches the text."""
    path = tmp_path / 'test.ome.tif'
    xml = OMEXML.format(name='a', z=3, c=1)
    pages = [Page(plane, description=xml) for plane in IMAGE]
    path.write_bytes(build_tiff(pages))
    with caplog.at_level('WARNING'):
        assert imread(path).shape == (3, 5, 7)
    text = '\n'.join(record.getMessage() for record in caplog.records)
    assert 'OME series expected ' in text or 'Missing data are zeroed' in text


def test_log_starts_with_object(caplog):
    """large_image, roiextractors filter messages by their start."""
    page = Page(numpy.zeros((2, 3), 'u1'), tags={65000: (2, 'x' * 20)})
    data = bytearray(build_tiff([page]))
    with TiffFile(io.BytesIO(data)) as tif:
        position = tif.pages[0].tags[65000].offset
    data[position + 8 : position + 12] = b'\xff\xff\xff\x7f'
    with caplog.at_level('WARNING'):
        with TiffFile(io.BytesIO(data)) as tif:
            assert 65000 not in tif.pages[0].tags
    assert '<tifffile.TiffTag 65000 @' in caplog.text


def test_text_of_errors(tmp_path):
    """bioio, and others."""
    bad = tmp_path / 'bad.tif'
    bad.write_bytes(b'bad file content')
    with pytest.raises(TiffFileError, match='not a TIFF file'):
        TiffFile(bad)
    assert issubclass(TiffFileError, Exception)
    path = tmp_path / 'jpeg.tif'
    imwrite(path, IMAGE[0].astype('u1'), compression='jpeg')
    code = (
        'import sys; sys.modules["imagecodecs"] = None\n'
        'import tifffile\n'
        f'tifffile.imread({str(path)!r})'
    )
    process = run_python('-c', code, check=False)
    assert (
        "<COMPRESSION.JPEG: 7> requires the 'imagecodecs' package"
        in process.stderr
    )
    assert 'ValueError' in process.stderr
