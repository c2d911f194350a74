# tests/test_sequences.py

"""Test sequences of files."""

import dataclasses
import io
import os
import pickle
import re
import struct
import zipfile

import hypothesis
import hypothesis.strategies as st
import numpy
import pytest
from builder import ASCII, BYTE, LONG, SHORT, Page, build_tiff
from numpy.testing import assert_array_equal
from tifffile.tifffile import _TiffArrayReader

import tifffile
from tifffile import (
    TIFF,
    FileSequence,
    TiffFile,
    TiffFileError,
    TiffLimitError,
    TiffSequence,
    TiledSequence,
    imread,
    imwrite,
    natural_sorted,
    parse_filenames,
)


def image(number, shape=(5, 7), dtype='uint16'):
    """Return image that is unlike those of other numbers."""
    data = numpy.arange(numpy.prod(shape)).reshape(shape) + 41 * number
    return data.astype(dtype)


@pytest.fixture
def folder(tmp_path):
    """Return folder with six files of two dimensions."""
    for t in range(2):
        for c in range(3):
            imwrite(tmp_path / f'img_t{t}_c{c}.tif', image(3 * t + c))
    return tmp_path


@pytest.fixture
def filled(monkeypatch):
    """Return list that tells which files were read without being parsed."""
    result = []
    fill = _TiffArrayReader._fill_like

    def record(self, name, out):
        is_like = fill(self, name, out)
        result.append(is_like)
        return is_like

    monkeypatch.setattr(_TiffArrayReader, '_fill_like', record)
    return result


EXPECTED = numpy.array([image(i) for i in range(6)])


class TestTiledSequence:
    def test_stacked(self):
        tiled = TiledSequence((1, 2), (3, 4), axes='ABYX')
        assert tiled.shape == (1, 2, 3, 4)
        assert tiled.chunks == (1, 1, 3, 4)
        assert tiled.axes == 'ABYX'
        assert tiled.ndim == 4
        assert not tiled.is_tiled
        assert list(tiled.indices([(0, 1), None])) == [(0, 1, 0, 0), None]
        assert list(tiled.slices([(0, 1)])) == [
            (0, 1, slice(0, 3), slice(0, 4))
        ]
        assert TiledSequence((2,), (3,)).axes is None

    @pytest.mark.parametrize('axestiled', [{1: 0}, [(1, 0)], {-1: -2}])
    def test_one_axis(self, axestiled):
        tiled = TiledSequence((1, 2), (3, 4), axestiled, 'ABYX')
        assert tiled.shape == (1, 6, 4)
        assert tiled.chunks == (1, 3, 4)
        assert tiled.axes == 'AYX'
        assert tiled.is_tiled
        assert list(tiled.indices([(0, 1)])) == [(0, 1, 0)]
        assert list(tiled.slices([None, (0, 1)])) == [
            None,
            (0, slice(3, 6), slice(0, 4)),
        ]

    def test_all_axes(self):
        names = ('a', 'b', 'y', 'x')
        tiled = TiledSequence((2, 3), (4, 5), {0: 0, 1: 1}, names)
        assert tiled.shape == (8, 15)
        assert tiled.axes == ('y', 'x')
        assert next(tiled.slices([(1, 2)])) == (slice(4, 8), slice(10, 15))
        assert len(list(tiled.slices())) == 6
        assert '(8, 15)' in repr(tiled)

    @hypothesis.given(
        st.lists(st.integers(1, 3), min_size=1, max_size=3),
        st.lists(st.integers(1, 3), min_size=1, max_size=3),
        st.data(),
    )
    def test_parts_fill_array_once(self, stack, chunk, data):
        number = data.draw(st.integers(0, min(len(stack), len(chunk))))
        keys = data.draw(st.permutations(range(len(stack))))[:number]
        values = data.draw(st.permutations(range(len(chunk))))[:number]
        axestiled = dict(zip(keys, values, strict=True))
        tiled = TiledSequence(stack, chunk, axestiled)
        count = numpy.zeros(tiled.shape, int)
        for index in tiled.slices():
            assert count[index].shape == tuple(chunk)
            count[index] += 1
        assert (count == 1).all()
        grid = [
            size // step
            for size, step in zip(tiled.shape, tiled.chunks, strict=True)
        ]
        positions = list(tiled.indices(numpy.ndindex(*stack)))
        assert sorted(positions) == list(numpy.ndindex(*grid))

    @pytest.mark.parametrize(
        ('args', 'message'),
        [
            (((2, 3), (4, 5), [(0, 0), (0, 1)]), 'duplicate axis'),
            (((2, 3), (4, 5), {0: 0, 1: 0}), 'duplicate axis'),
            (((2, 3), (4, 5), {0: 2}), 'axis 2 out of range'),
            (((2, 3), (4, 5), {-3: 0}), 'axis -3 out of range'),
            (((2, 3), (4, 5), None, 'YX'), '2 axes do not match'),
        ],
    )
    def test_errors(self, args, message):
        with pytest.raises(ValueError, match=message):
            TiledSequence(*args)

    def test_wrong_index(self):
        tiled = TiledSequence((2, 3), (4, 5))
        for function in (tiled.indices, tiled.slices):
            with pytest.raises(ValueError, match='does not match sequence'):
                list(function([(1,)]))


class TestParseFilenames:
    @pytest.mark.parametrize(
        ('files', 'pattern', 'kwargs', 'expected'),
        [
            (
                ['a_c1t02.tif', 'a_c2t01.tif'],
                r'_(c)(\d)(t)(\d+)',
                {},
                (('c', 't'), (2, 2), [(0, 1), (1, 0)]),
            ),
            (
                ['x1y2', 'x3y4'],
                r'x(\d)y(\d)',
                {},
                (('Q', 'Q'), (3, 3), [(0, 0), (2, 2)]),
            ),
            (
                ['x1y2', 'x3y4'],
                r'x(?P<a>\d)y(?P<b>\d)',
                {'axesorder': (1, 0)},
                (('b', 'a'), (3, 3), [(0, 0), (2, 2)]),
            ),
            (
                ['p_dapi', 'p_gfp'],
                r'_(?P<ch>\w+)',
                {'categories': {'ch': {'dapi': 0, 'gfp': 2}}},
                (('ch',), (3,), [(0,), (2,)]),
            ),
            (
                ['a/1/f2.tif', 'a/3/f2.tif'],
                r'(\d)/f(\d)',
                {},
                (('Q', 'Q'), (3, 1), [(0, 0), (2, 0)]),
            ),
            (
                ['img_z3_t10.tif', 'img_z4_t12.tif'],
                re.compile(r'_(z)(\d+)_(t)(\d+)'),
                {'_shape': (4, 5)},
                (('z', 't'), (4, 5), [(0, 0), (1, 2)]),
            ),
            (
                ['s_C001T002.tif', 's_C002T001.tif'],
                'axes',
                {},
                (('C', 'T'), (2, 2), [(0, 1), (1, 0)]),
            ),
            (
                # groups that take no part are left out
                ['f1', 'f2'],
                r'f(\d)(?:_(\d))?',
                {},
                (('Q',), (2,), [(0,), (1,)]),
            ),
            (['d/a_7.tif'], r'^a_(\d)', {}, (('Q',), (1,), [(0,)])),
            (['d/a_7.tif'], r'/a_(\d)', {}, (('Q',), (1,), [(0,)])),
            (
                # directories do not take part
                ['/d1/a1.tif', '/d1/a2.tif'],
                r'(\d)',
                {},
                (('Q',), (2,), [(0,), (1,)]),
            ),
        ],
    )
    def test_names(self, files, pattern, kwargs, expected):
        result = parse_filenames(files, pattern, **kwargs)
        assert result == (*expected, files)

    def test_no_pattern(self):
        files = ['a', 'b']
        expected = (('I',), (2,), ((0,), (1,)), files)
        assert parse_filenames(files, None) == expected
        assert parse_filenames(files) == expected
        assert parse_filenames(files, None, _shape=(3,))[1] == (3,)
        for shape in ((1,), (1, 2)):
            with pytest.raises(ValueError, match='does not fit'):
                parse_filenames(files, None, _shape=shape)

    @pytest.mark.parametrize(
        ('args', 'message'),
        [
            ((['a1', 'b'], r'(\d)'), "does not match file name 'b'"),
            ((['a1'], r'a\d'), 'matches no index'),
            ((['a_b'], r'a_(b)'), 'matches no index'),
            ((['a1', 'a_'], r'a(\W|\d|_)'), "invalid index '_'"),
            ((['t1', 'z1'], r'(\w)(\d)'), 'dims do not match'),
            ((['a1'], ''), 'pattern is empty'),
            ((['a1'], '('), 'invalid pattern'),
            ((['a1'], 42), 'invalid pattern 42'),
            ((['a1b2'], r'(\d)\w(\d)', (0, 2)), 'invalid axesorder'),
            ((['a1'], r'(?P<x>\d)', None, {'x': {'2': 0}}), 'invalid index'),
            (([], r'(\d)'), 'files is empty'),
        ],
    )
    def test_errors(self, args, message):
        with pytest.raises(ValueError, match=message):
            parse_filenames(*args)

    def test_small_shape(self):
        with pytest.raises(ValueError, match='smaller than parsed'):
            parse_filenames(['a1', 'a3'], r'(\d)', _shape=(2,))


class TestFileSequence:
    def test_pattern(self, folder):
        with TiffSequence(
            str(folder / '*.tif'), pattern=r'_(t)(\d)_(c)(\d)'
        ) as sequence:
            assert sequence.shape == (2, 3)
            assert sequence.dims == ('t', 'c')
            assert sequence.axes == 'TC'
            assert sequence.indices[4] == (1, 1)
            assert sequence.files_missing == 0
            assert len(sequence) == 6
            assert sequence[1].endswith('img_t0_c1.tif')
            assert sequence[4:] == sequence.files[4:]
            assert list(sequence) == sequence.files
            assert sequence.files[2] in sequence
            assert sequence.index(sequence.files[2]) == 2
            assert sequence.commonpath() == str(folder)
            assert sequence.imread is imread
            assert_array_equal(
                sequence.asarray(), EXPECTED.reshape(2, 3, 5, 7)
            )
            assert str(sequence) == (
                'TiffSequence\n img_t0_c0.tif\n files: 6 (0 missing)\n'
                ' shape: 2, 3\n dims: t, c'
            )
            assert re.fullmatch(
                '<tifffile.TiffSequence @0x[0-9A-F]{16}>', repr(sequence)
            )
            with pytest.warns(DeprecationWarning, match='use dims'):
                assert sequence.labels == sequence.dims

    def test_default_files(self, folder, monkeypatch):
        monkeypatch.chdir(folder)
        (folder / 'other.txt').write_text('')
        sequence = TiffSequence()
        assert sequence.dims == ('sequence',)
        assert sequence.axes == 'I'
        assert sequence.shape == (6,)
        assert sequence.indices == tuple((i,) for i in range(6))
        assert_array_equal(sequence.asarray(), EXPECTED)
        assert len(FileSequence(imread, None)) == 7

    def test_names(self, folder):
        files = sorted(folder.iterdir())
        assert_array_equal(TiffSequence(files).asarray(), EXPECTED)
        names = [str(path) for path in reversed(files)]
        assert TiffSequence(names).files == names
        assert TiffSequence(names, sort=True).files == names[::-1]
        assert TiffSequence(names, sort=sorted).files == names[::-1]
        assert TiffSequence(names, sort=False).files == names
        single = TiffSequence(files[1])
        assert single.files == [str(files[1])]
        assert single.commonpath() == str(folder)
        assert_array_equal(single.asarray(), EXPECTED[1:2])

    def test_sorting_of_patterns(self, tmp_path):
        for i in (2, 10, 1):
            imwrite(tmp_path / f'i{i}.tif', image(i))
        pattern = str(tmp_path / '*.tif')
        names = [os.path.basename(name) for name in TiffSequence(pattern)]
        assert names == ['i1.tif', 'i2.tif', 'i10.tif']
        names = TiffSequence(pattern, sort=sorted).files
        assert names == sorted(names)
        assert sorted(TiffSequence(pattern, sort=False).files) == names

    def test_name_with_special_characters(self, tmp_path):
        """The name of an existing file is no pattern."""
        path = tmp_path / 'a[1]*.tif'
        imwrite(path, image(0))
        assert_array_equal(TiffSequence(str(path)).asarray()[0], image(0))

    def test_missing_files(self, folder):
        (folder / 'img_t1_c1.tif').unlink()
        sequence = TiffSequence(
            str(folder / '*.tif'), pattern=r'_(t)(\d)_(c)(\d)'
        )
        assert sequence.files_missing == 1
        expected = EXPECTED.reshape(2, 3, 5, 7).copy()
        expected[1, 1] = 0
        assert_array_equal(sequence.asarray(), expected)
        out = numpy.full(expected.shape, 7, 'uint16')
        assert sequence.asarray(out=out) is out
        assert_array_equal(out, expected)

    def test_last_of_same_position_counts(self, folder):
        files = [folder / f'img_t0_c{c}.tif' for c in range(3)]
        sequence = TiffSequence(files, pattern=r'_t(\d)')
        assert sequence.shape == (1,)
        for ioworkers in (1, 3):
            assert_array_equal(
                sequence.asarray(ioworkers=ioworkers), EXPECTED[2:3]
            )

    @pytest.mark.parametrize('ioworkers', [1, 2, 0, None])
    @pytest.mark.parametrize('compression', [None, 'zlib'])
    def test_tiled(self, tmp_path, ioworkers, compression):
        for t in range(2):
            for c in range(3):
                imwrite(
                    tmp_path / f'img_t{t}_c{c}.tif',
                    image(3 * t + c),
                    compression=compression,
                )
        result = TiffSequence(
            str(tmp_path / '*.tif'), pattern=r'_(t)(\d)_(c)(\d)'
        ).asarray(axestiled={0: 0, 1: 1}, ioworkers=ioworkers)
        expected = numpy.block(
            [[image(0), image(1), image(2)], [image(3), image(4), image(5)]]
        )
        assert_array_equal(result, expected)

    def test_other_function(self, folder):
        for i in range(3):
            numpy.save(folder / f'{i}.npy', image(i))
        sequence = FileSequence(numpy.load, str(folder / '*.npy'))
        assert_array_equal(sequence.asarray(), EXPECTED[:3])
        assert_array_equal(sequence.asarray(ioworkers=2), EXPECTED[:3])
        memmap = sequence.asarray(mmap_mode='r')
        assert_array_equal(memmap, EXPECTED[:3])
        memmap = sequence.asarray(imreadargs={'mmap_mode': 'r'})
        assert_array_equal(memmap, EXPECTED[:3])
        with pytest.raises(TypeError):
            sequence.asarray(nix=0)

    def test_in_place(self, folder):
        calls = []

        def read(name, out=None):
            calls.append(out is not None)
            return imread(name, out=out)

        sequence = FileSequence(read, str(folder / '*.tif'))
        assert_array_equal(sequence.asarray(out_inplace=True), EXPECTED)
        assert calls == [False] + [True] * 5
        calls.clear()
        result = sequence.asarray(
            out_inplace=True, chunkshape=(5, 7), chunkdtype='uint16'
        )
        assert_array_equal(result, EXPECTED)
        assert calls == [True] * 6

    def test_chunkshape(self, folder, filled):
        sequence = TiffSequence(str(folder / '*.tif'))
        result = sequence.asarray(chunkshape=(5, 7), chunkdtype='float32')
        assert result.dtype == 'float32'
        assert_array_equal(result, EXPECTED)
        with pytest.raises(ValueError, match='does not match'):
            sequence.asarray(chunkshape=(7, 5), chunkdtype='uint16')

    def test_scalars(self):
        sequence = FileSequence(float, ['1', '2.5'])
        assert_array_equal(sequence.asarray(), [1.0, 2.5])

    def test_outputs(self, folder, tmp_path):
        sequence = TiffSequence(str(folder / '*.tif'))
        result = sequence.asarray(out='memmap')
        assert isinstance(result, numpy.memmap)
        assert_array_equal(result, EXPECTED)
        path = tmp_path / 'out.raw'
        sequence.asarray(out=path).flush()
        stored = numpy.fromfile(path, 'uint16').reshape(EXPECTED.shape)
        assert_array_equal(stored, EXPECTED)
        wide = numpy.zeros((6, 5, 14), 'uint32')
        sequence.asarray(out=wide[..., ::2])
        assert_array_equal(wide[..., ::2], EXPECTED)
        assert not wide[..., 1::2].any()
        with pytest.raises(ValueError, match='incompatible output'):
            sequence.asarray(out=numpy.zeros((6, 5, 7), 'uint8'))

    @pytest.mark.parametrize(
        'selection',
        [
            2,
            (slice(1, None, 2), 3),
            (..., -1),
            (slice(None, None, -2), slice(4, 0, -2), slice(1, 5)),
            (slice(0, 0),),
            numpy.s_[-1, 2:4, ::3],
        ],
    )
    def test_selection(self, folder, selection):
        pattern = str(folder / '*.tif')
        result = imread(pattern, selection=selection)
        assert_array_equal(result, EXPECTED[selection])
        sequence = FileSequence(lambda name: imread(name), pattern)
        result = sequence.asarray(selection=selection)
        assert_array_equal(result, EXPECTED[selection])
        out = numpy.ones(EXPECTED[selection].shape, 'uint16')
        assert sequence.asarray(selection=selection, out=out) is out
        assert_array_equal(out, EXPECTED[selection])

    def test_selection_of_more_dimensions(self, folder):
        kwargs = {'pattern': r'_(t)(\d)_(c)(\d)', 'ioworkers': 2}
        selection = (1, slice(None, None, 2), slice(2, 4), 3)
        result = imread(str(folder / '*'), selection=selection, **kwargs)
        expected = EXPECTED.reshape(2, 3, 5, 7)[selection]
        assert_array_equal(result, expected)
        with pytest.raises(IndexError):
            imread(str(folder / '*'), selection=2, **kwargs)
        with pytest.raises(ValueError, match='cannot select'):
            imread(str(folder / '*'), selection=0, axestiled={0: 0}, **kwargs)

    def test_pickle(self, folder):
        sequence = TiffSequence(str(folder / '*.tif'), pattern=r'_c(\d)')
        other = pickle.loads(pickle.dumps(sequence))
        assert other.files == sequence.files
        assert other.indices == sequence.indices
        assert_array_equal(other.asarray(), sequence.asarray())

    def test_subclass(self, folder):
        class Sequence(FileSequence):
            def __init__(self, *args, **kwargs):
                super().__init__(imread, *args, **kwargs)

        with Sequence(str(folder / '*.tif')) as sequence:
            assert type(sequence) is Sequence
            assert_array_equal(sequence.asarray(), EXPECTED)
            assert '.Sequence @' in repr(sequence)

    @pytest.mark.parametrize(
        ('kwargs', 'message'),
        [
            ({'files': 'nix*.tif'}, 'no files found'),
            ({'files': []}, 'no files found'),
            ({'pattern': 'nix'}, 'failed to parse file names'),
            ({'container': 1}, 'invalid container'),
            (
                {'parse': lambda files: (('x',), (6,), [(6,)] * 6, files)},
                'not in',
            ),
            (
                {'parse': lambda files: (('x',), (1,), [()], files)},
                '1 indices',
            ),
        ],
    )
    def test_errors(self, folder, kwargs, message):
        files = kwargs.setdefault('files', str(folder / '*.tif'))
        with pytest.raises(ValueError, match=message):
            TiffSequence(**kwargs)
        with pytest.raises(ValueError, match='invalid imread function'):
            FileSequence('imread', files)

    def test_parse_error_has_cause(self, folder):
        with pytest.raises(ValueError, match='failed to parse') as exc:
            TiffSequence(str(folder / '*'), pattern='nix')
        assert 'does not match' in str(exc.value.__cause__)

    def test_huge_sequence(self, folder):
        """File names do not make the library allocate what they like."""
        files = [folder / 'img_t0_c0.tif', folder / '9999999999999.tif']
        (folder / 'img_t0_c0.tif').rename(folder / '0.tif')
        files[0] = folder / '0.tif'
        sequence = TiffSequence(files, pattern=r'(\d+)')
        with pytest.raises(TiffLimitError, match='exceeds limit'):
            sequence.asarray()


class TestContainer:
    @pytest.fixture
    def path(self, folder):
        """Return path of ZIP file."""
        path = folder / 'images.zip'
        with zipfile.ZipFile(path, 'w') as fh:
            for file in sorted(folder.glob('*.tif')):
                fh.write(file, file.name)
        return path

    def test_zip(self, path):
        kwargs = {'container': path, 'pattern': r'_(t)(\d)_(c)(\d)'}
        expected = EXPECTED.reshape(2, 3, 5, 7)
        with TiffSequence('*_t*.tif', **kwargs) as sequence:
            assert_array_equal(sequence.asarray(), expected)
            assert_array_equal(sequence.asarray(ioworkers=3), expected)
            assert 'images.zip' in str(sequence)
            other = pickle.loads(pickle.dumps(sequence))
            assert_array_equal(other.asarray(), expected)
            other.close()
        result = imread('*_t*.tif', **kwargs)
        assert_array_equal(result, expected)
        result = imread('img_t1_c0.tif', container=path)
        assert_array_equal(result, EXPECTED[3:4])
        result = imread(['img_t1_c0.tif'] * 2, container=str(path))
        assert_array_equal(result[1], EXPECTED[3])

    def test_open_container(self, path):
        container = zipfile.ZipFile(path)
        with TiffSequence('*.tif', container=container) as sequence:
            assert len(sequence) == 6
        assert container.fp is None

    def test_container_without_names(self):
        class Container:
            def open(self, name):
                data = build_tiff([Page(image(int(name)))])
                return io.BytesIO(data)

            def close(self):
                pass

        result = imread(['0', '1'], container=Container())
        assert_array_equal(result, EXPECTED[:2])
        with pytest.raises(ValueError, match='invalid container'):
            TiffSequence('*', container=Container())

    def test_close_after_error(self, path, monkeypatch):
        closed = []
        close = zipfile.ZipFile.close

        def spy(self):
            closed.append(self)
            close(self)

        monkeypatch.setattr(zipfile.ZipFile, 'close', spy)
        with pytest.raises(ValueError, match='no files found') as exc:
            TiffSequence('nix', container=path)
        assert exc.tb is not None
        assert len(closed) == 1

    def test_errors(self, path, folder):
        with pytest.raises(ValueError, match='invalid container'):
            TiffSequence('*', container=folder / 'img_t0_c0.tif')
        with pytest.raises(FileNotFoundError):
            TiffSequence('*', container='missing.zip')
        with pytest.raises(ValueError, match='no files found'):
            TiffSequence('nix', container=path)
        with pytest.raises(ValueError, match='streams cannot be read'):
            imread(io.BytesIO(), container=path)


class TestImread:
    def test_files(self, folder):
        files = natural_sorted(folder.glob('*.tif'))
        for arg in (str(folder / '*.tif'), files, tuple(map(str, files))):
            assert_array_equal(imread(arg), EXPECTED)
        assert_array_equal(imread(iter(files)), EXPECTED)
        assert_array_equal(imread(files[:1]), EXPECTED[0])
        assert_array_equal(imread(str(folder / '*c1.tif'))[1], EXPECTED[4])
        assert_array_equal(imread(files, out='memmap'), EXPECTED)

    def test_arguments_of_files(self, tmp_path):
        for i in range(2):
            with tifffile.TiffWriter(tmp_path / f'{i}.tif') as tif:
                for j in range(3):
                    tif.write(image(10 * i + j), contiguous=False)
        pattern = str(tmp_path / '*.tif')
        for key in (1, numpy.int32(1), -2):
            result = imread(pattern, key=key)
            assert_array_equal(result, [image(1), image(11)])
        result = imread(pattern, key=slice(1, 3), ioworkers=2)
        assert result.shape == (2, 2, 5, 7)
        assert_array_equal(result[1, 1], image(12))
        result = imread(pattern, series=2, is_shaped=True, maxworkers=1)
        assert_array_equal(result, [image(2), image(12)])
        result = imread(pattern, series=1, squeeze=False)
        assert_array_equal(result.squeeze(), [image(1), image(11)])
        with pytest.raises(IndexError):
            imread(pattern, series=3)

    def test_function(self, folder):
        def read(name, add=0):
            return imread(name) + numpy.uint16(add)

        pattern = str(folder / '*.tif')
        assert_array_equal(imread(pattern, imread=read, add=3), EXPECTED + 3)
        result = imread(pattern, imread=read, imreadargs={'add': 2})
        assert_array_equal(result, EXPECTED + 2)

    def test_function_of_single_file(self, tmp_path):
        path = tmp_path / '1.npy'
        numpy.save(path, EXPECTED)
        result = imread(path, imread=numpy.load)
        assert_array_equal(result, EXPECTED[None])

    @pytest.mark.parametrize('files', [None, '', [], (), 'nix*.tif'])
    def test_no_files(self, files):
        with pytest.raises(ValueError, match='no files found'):
            imread(files)

    def test_unexpected_arguments(self, folder):
        with pytest.raises(TypeError, match=r"arguments 'nix', 'nox'$"):
            imread(str(folder / '*.tif'), nix=1, nox=2)
        with pytest.raises(TypeError, match='is_nix'):
            imread(str(folder / '*.tif'), is_nix=True)


def swap(data, old, new, number=1):
    """Return bytes with item replaced that occurs once."""
    assert data.count(old) == number
    return data.replace(old, new)


class TestLikeFiles:
    """Files that are like the first are not parsed; pixels are never wrong."""

    def write(self, tmp_path, number=5, shape=(5, 7), dtype='uint16', **args):
        """Write images and return paths."""
        paths = []
        for i in range(number):
            path = tmp_path / f'{i}.tif'
            data = image(i, shape, dtype)
            imwrite(
                path,
                data,
                byteorder=args.get('byteorder', '<'),
                **{
                    key: value[i] if isinstance(value, list) else value
                    for key, value in args.items()
                    if key != 'byteorder'
                },
            )
            paths.append(path)
        return paths

    def check(self, paths, is_like, filled, **kwargs):
        """Assert that files are read like single files."""
        expected = [imread(path, **kwargs) for path in paths]
        for ioworkers in (1, 2):
            filled.clear()
            result = imread(paths, ioworkers=ioworkers, **kwargs)
            assert_array_equal(result, expected)
            number = len(paths) - 1 if is_like else 0
            assert filled.count(True) == number

    def test_extension(self, tmp_path, filled):
        """What is in files may depend on the extension of their names."""
        paths = self.write(tmp_path)[:2]
        expected = [imread(path) for path in paths]
        filled.clear()
        assert_array_equal(imread(paths), expected)
        assert filled == [True]
        paths[1] = paths[1].rename(paths[1].with_suffix('.tiff'))
        filled.clear()
        assert_array_equal(imread(paths), expected)
        assert filled == [False]

    @pytest.mark.parametrize('byteorder', ['<', '>'])
    @pytest.mark.parametrize('dtype', ['u1', 'i2', 'f4', 'c8', 'c16', '?'])
    @pytest.mark.parametrize('bigtiff', [False, True])
    def test_alike(self, tmp_path, filled, byteorder, dtype, bigtiff):
        paths = self.write(
            tmp_path, dtype=dtype, byteorder=byteorder, bigtiff=bigtiff
        )
        is_like = dtype not in {'?', 'c16'}
        self.check(paths, is_like, filled)

    @pytest.mark.parametrize(
        'kwargs',
        [
            {'shape': (2, 5, 7)},
            {'shape': (2, 5, 7), 'metadata': None},
            {'shape': (2, 5, 7), 'imagej': True},
            {'shape': (2, 5, 7), 'ome': True},
            {'shape': (5, 7, 3), 'dtype': 'u1', 'photometric': 'rgb'},
            {'rowsperstrip': 2},
            {'description': 'the same', 'metadata': None},
        ],
    )
    def test_kinds(self, tmp_path, filled, kwargs):
        self.check(self.write(tmp_path, **kwargs), True, filled)

    def test_dates_may_differ(self, tmp_path, filled):
        dates = [f'2020:01:01 00:00:0{i}' for i in range(5)]
        paths = self.write(tmp_path, datetime=dates)
        self.check(paths, True, filled)

    def test_pages(self, tmp_path, filled):
        paths = self.write(tmp_path)
        self.check(paths, True, filled, key=0)
        paths = self.write(tmp_path, shape=(2, 5, 7), metadata=None)
        self.check(paths, False, filled, key=slice(0, 2))
        expected = [image(i, (2, 5, 7))[1] for i in range(5)]
        assert_array_equal(imread(paths, key=1), expected)

    def test_model_is_given_up(self, tmp_path, filled):
        """Files are not read twice if few are like the first."""
        software = ['first', *['other'] * 59]
        paths = self.write(tmp_path, 60, software=software)
        assert_array_equal(imread(paths), [image(i) for i in range(60)])
        assert True not in filled
        assert 10 < filled.count(False) < 30

    @pytest.mark.parametrize(
        'kwargs',
        [
            {'compression': 'zlib'},
            {'tile': (16, 16)},
            {'description': list('abcde')},
            {'description': [10 * 'abcde'[i] for i in range(5)]},
            {'byteorder': '<', 'software': ['x' * (5 + i) for i in range(5)]},
        ],
    )
    def test_unlike(self, tmp_path, kwargs):
        paths = self.write(tmp_path, **kwargs)
        expected = [image(i) for i in range(5)]
        assert_array_equal(imread(paths), expected)
        assert_array_equal(imread(paths, ioworkers=2), expected)

    def differ(self, tmp_path, filled, change, is_like=False):
        """Return what is read if bytes of second of five files change."""
        paths = self.write(tmp_path)
        paths[1].write_bytes(change(paths[1].read_bytes()))
        try:
            expected = [imread(path) for path in paths]
        except ValueError as exc:
            expected = exc
        filled.clear()
        if isinstance(expected, ValueError):
            with pytest.raises(type(expected)):
                imread(paths)
            return expected
        if expected[1].shape != expected[0].shape:
            with pytest.raises(ValueError, match='does not match'):
                imread(paths)
            return None
        assert_array_equal(imread(paths), expected)
        assert filled == [is_like, True, True, True]
        return expected[1]

    def test_other_compression(self, tmp_path, filled):
        entry = struct.pack('<HHIHH', 259, 3, 1, 1, 0)
        other = struct.pack('<HHIHH', 259, 3, 1, 8, 0)
        exc = self.differ(
            tmp_path, filled, lambda data: swap(data, entry, other)
        )
        assert isinstance(exc, TiffFileError)

    def test_other_offset(self, tmp_path, filled):
        def change(data):
            with TiffFile(io.BytesIO(data)) as tif:
                tag = tif.pages[0].tags[273]
                position, value = tag.valueoffset, tag.value[0]
            return (
                data[:position]
                + struct.pack('<I', value - 2)
                + data[position + 4 :]
            )

        result = self.differ(tmp_path, filled, change, is_like=True)
        assert_array_equal(result.flat[1:], image(1).flat[:-1])

    def test_other_shape(self, tmp_path, filled):
        def change(data):
            for a, b in ((5, 7), (7, 5)):
                code = 257 if a == 5 else 256
                data = swap(
                    data,
                    struct.pack('<HHII', code, 4, 1, a),
                    struct.pack('<HHII', code, 4, 1, b),
                )
            data = swap(data, b'[5, 7]', b'[7, 5]')
            return swap(
                data,
                struct.pack('<HHII', 278, 4, 1, 5),
                struct.pack('<HHII', 278, 4, 1, 7),
            )

        assert self.differ(tmp_path, filled, change) is None

    @pytest.mark.parametrize('sampleformat', [1, 2])
    def test_other_type(self, tmp_path, filled, sampleformat):
        """Values are not cast to another type."""
        paths = self.write(tmp_path)
        imwrite(paths[1], image(1, dtype='int16'))
        with pytest.raises(ValueError, match='data type int16 does not match'):
            imread(paths)
        imwrite(paths[1], image(1, dtype='uint8'))
        result = imread(paths)
        assert result.dtype == 'uint16'
        assert_array_equal(result[1], image(1).astype('uint8'))

    def test_other_byteorder(self, tmp_path, filled):
        paths = self.write(tmp_path)
        imwrite(paths[1], image(1), byteorder='>')
        self.check_mixed(paths, filled)

    def test_bigtiff(self, tmp_path, filled):
        paths = self.write(tmp_path)
        imwrite(paths[1], image(1), byteorder='<', bigtiff=True)
        self.check_mixed(paths, filled)

    def check_mixed(self, paths, filled):
        """Assert that second of five files is parsed."""
        expected = [image(i) for i in range(5)]
        filled.clear()
        assert_array_equal(imread(paths), expected)
        assert filled == [False, True, True, True]

    def test_other_size(self, tmp_path, filled):
        """What follows the samples does not matter if no tag refers to it."""
        paths = self.write(tmp_path)
        data = paths[1].read_bytes()
        paths[1].write_bytes(data + b'\0')
        self.check(paths, True, filled)

    def test_more_pages(self, tmp_path, filled):
        paths = self.write(tmp_path)
        imwrite(paths[1], image(9), append=True, byteorder='<')
        self.check_mixed(paths, filled)

    @pytest.mark.parametrize('number', [1, 8, 60, 300])
    def test_truncated(self, tmp_path, filled, number):
        paths = self.write(tmp_path)
        data = paths[2].read_bytes()
        paths[2].write_bytes(data[:-number])
        try:
            expected = imread(paths[2])
        except ValueError as exc:
            with pytest.raises(type(exc)):
                imread(paths)
        else:
            assert_array_equal(imread(paths)[2], expected)

    def test_bad_files(self, tmp_path):
        paths = self.write(tmp_path)
        paths[3].write_bytes(b'not a TIFF file')
        for ioworkers in (1, 3):
            with pytest.raises(TiffFileError, match=r'3\.tif'):
                imread(paths, ioworkers=ioworkers)
        paths[3].unlink()
        with pytest.raises(FileNotFoundError, match=r'3\.tif'):
            imread(paths)

    @hypothesis.settings(
        suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
        deadline=None,
        max_examples=300,
    )
    @hypothesis.given(
        st.integers(0, 10**6),
        st.integers(1, 255),
        st.sampled_from(
            [
                {},
                {'datetime': [f'2020:01:01 00:00:0{i}' for i in range(3)]},
                *(
                    {'description': ['text', *texts], 'metadata': None}
                    for texts in (
                        ['more text', 'x'],
                        # inline values
                        ['', 'much more text'],
                    )
                ),
                {'metadata': [{'note': 'x' * i} for i in range(3)]},
                {
                    'imagej': True,
                    'metadata': [{'unit': 'micron'[i:]} for i in range(3)],
                },
                {
                    'ome': True,
                    'shape': (1, 5, 7),
                    'metadata': [{'Name': 'x' * i} for i in range(3)],
                },
            ]
        ),
    )
    def test_any_byte_that_differs(self, tmp_path, position, value, kwargs):
        """Whatever byte differs, the sequence is read like single files."""
        paths = self.write(tmp_path, 3, **kwargs)
        data = bytearray(paths[1].read_bytes())
        data[position % len(data)] ^= value
        paths[1].write_bytes(data)
        try:
            expected = imread(paths[1])
        except ValueError as exc:
            with pytest.raises(type(exc)):
                imread(paths)
            return
        if expected.shape == (5, 7) and expected.dtype == 'uint16':
            result = imread(paths)
            assert_array_equal(result[1], expected)
            assert_array_equal(result[0].reshape(5, 7), image(0))
            assert_array_equal(result[2].reshape(5, 7), image(2))
        else:
            try:
                result = imread(paths)
            except ValueError as exc:
                assert 'does not match' in str(exc)
            else:
                # a type that can be cast safely
                assert_array_equal(result[1], expected)

    @pytest.mark.parametrize(
        'kwargs',
        [
            {'description': [(9 - i) * 'text ' for i in range(5)]},
            # in the tag, or not
            {'description': ['a' * (i + 1) for i in range(5)]},
            {
                'description': ['a' * i for i in range(1, 6)],
                'datetime': [f'2020:01:01 00:00:0{i}' for i in range(5)],
                'byteorder': '>',
            },
            {'description': list('abcde'), 'bigtiff': True},
            {'description': list('abcde'), 'rowsperstrip': 2},
            {
                'description': ['text' * i for i in range(1, 6)],
                'shape': (5, 7, 3),
                'dtype': 'u1',
                'planarconfig': 'separate',
                'photometric': 'rgb',
            },
            {
                'extratags': [
                    [(315, 2, None, 'Name of artist'[i:], True)]
                    for i in range(5)
                ],
            },
        ],
    )
    def test_texts_may_differ(self, tmp_path, filled, kwargs):
        kwargs = {'metadata': None, **kwargs}
        self.check(self.write(tmp_path, **kwargs), True, filled)

    @pytest.mark.parametrize(
        ('kwargs', 'is_like'),
        [
            ({}, True),
            ({'shape': (2, 5, 7)}, False),
            ({'shape': (2, 5, 7), 'truncate': True}, True),
            ({'imagej': True}, True),
            ({'imagej': True, 'shape': (2, 5, 7)}, False),
            ({'ome': True}, True),
            ({'ome': True, 'shape': (2, 5, 7)}, False),
        ],
    )
    def test_metadata_may_differ(self, tmp_path, filled, kwargs, is_like):
        metadata = [
            {'Name': 'n' * i, 'note': 'x' * i, 'unit': 'micron'[i:]}
            for i in range(1, 6)
        ]
        paths = self.write(tmp_path, metadata=metadata, **kwargs)
        self.check(paths, is_like, filled)

    def test_description_that_is_removed(self, tmp_path, filled):
        """Files without description are not like those with."""
        paths = self.write(
            tmp_path, description=['a', None, 'b', 'c', 'd'], metadata=None
        )
        self.check_mixed(paths, filled)

    def test_tags_after_samples(self, tmp_path, filled):
        paths = []
        for i in range(4):
            page = Page(image(i, (60, 70)), description='text' * i)
            data = build_tiff(page)
            with TiffFile(io.BytesIO(data)) as tif:
                first = tif.pages.first
                assert first.is_final
                assert first.offset > first.dataoffsets[0] >= 8
            paths.append(tmp_path / f'{i}.tif')
            paths[-1].write_bytes(data)
        self.check(paths, True, filled)

    @pytest.mark.parametrize(
        'other',
        [
            # same tags, but not the same image
            {'byteorder': '>'},
            {'bigtiff': True},
            {'dtype': 'int16'},
            {'dtype': 'float16'},
            {'shape': (7, 5)},
            {'shape': (1, 5, 7)},
            {'shape': (2, 5, 7)},
            {'shape': (5, 7, 3)},
            {
                'shape': (3, 5, 7),
                'planarconfig': 'separate',
                'photometric': 'rgb',
            },
            {'shape': (3, 5, 7), 'volumetric': True},
            {'photometric': 'miniswhite'},
            {'compression': 'zlib'},
            {'compression': 'packbits', 'predictor': True},
            {'rowsperstrip': 2},
            {'tile': (16, 16)},
            {'bitspersample': 12},
            {'software': 'SI.'},
            {'colormap': numpy.zeros((3, 2**16), 'uint16')},
            {'extratags': [(42113, 2, None, '7', True)]},
            {'extratags': [(266, 3, 1, 2, True)]},
            {'extratags': [(274, 3, 1, 3, True)]},
            {'extratags': [(34412, 1, None, bytes(99), True)]},
            {'metadata': {}},
            {'description': '{"shape": [35]}'},
            {'description': '{"shape": [5, 7], "axes": "YX"}'},
            {'description': 'shape=(7, 5)'},
            {'description': 'ImageJ=1.11a\nimages=1\n'},
            {'description': '<OME></OME>'},
            {'description': 'state.x = 1'},
            {'description': 'FLIMimage parameters'},
        ],
    )
    @pytest.mark.parametrize('index', [0, 1, 2])
    def test_look_alikes(self, tmp_path, filled, other, index):
        """Files that differ in more than texts are not taken for alike."""
        kwargs = {'metadata': None, 'byteorder': '<', **other}
        shape = kwargs.pop('shape', (5, 7))
        data = image(index, shape, kwargs.pop('dtype', 'uint16'))
        if data.dtype.kind == 'f':
            data = data / 3
        paths = self.write(
            tmp_path,
            description=['a', 'few', 'words of', 'text', 'more of them'],
            metadata=None,
        )
        kwargs.setdefault('description', 'some other words')
        try:
            imwrite(paths[index], data.astype(data.dtype), **kwargs)
        except ValueError as exc:
            pytest.skip(f'cannot be written: {exc}')
        self.compare(paths)

    def compare(self, paths):
        """Assert that files are read like single files."""
        expected = [imread(path) for path in paths]
        shapes = {array.shape for array in expected}
        if len(shapes) > 1 or any(
            not numpy.can_cast(array.dtype, expected[0].dtype)
            for array in expected
        ):
            with pytest.raises(ValueError, match='does not match'):
                imread(paths)
            return
        result = imread(paths)
        assert result.dtype == expected[0].dtype
        assert_array_equal(result, expected)

    @pytest.mark.parametrize('index', [0, 1, 2])
    @pytest.mark.parametrize(
        'change',
        [
            {273: (LONG, 0)},
            {273: (LONG, 10**6)},
            {279: (LONG, 0)},
            {279: (LONG, 60)},
            {256: (LONG, 5), 257: (LONG, 7)},
            {258: (SHORT, 8)},
            {259: (SHORT, 8)},
            {262: (SHORT, 0)},
            {266: (SHORT, 2)},
            {274: (SHORT, 2)},
            {277: (SHORT, 3)},
            {278: (LONG, 2)},
            {284: (SHORT, 2)},
            {317: (SHORT, 2)},
            {339: (SHORT, 2)},
            {42113: (ASCII, '3')},
            {270: (BYTE, b'text')},
        ],
    )
    def test_other_tags(self, tmp_path, change, index):
        """Files of which a tag differs are read like single files."""
        paths = []
        for i in range(4):
            page = Page(
                image(i),
                description='text' * (4 - i),
                tags={266: (SHORT, 1), 274: (SHORT, 1), 317: (SHORT, 1)},
            )
            if i == index:
                page = dataclasses.replace(page, tags={**page.tags, **change})
            path = tmp_path / f'{i}.tif'
            path.write_bytes(build_tiff(page))
            paths.append(path)
        try:
            imread(paths[index])
        except ValueError as exc:
            with pytest.raises(type(exc)):
                imread(paths)
        else:
            self.compare(paths)

    def test_two_descriptions(self, tmp_path, filled):
        """The second description of a page might tell its shape."""
        paths = []
        for i in range(3):
            texts = ['a' * (i + 1)]
            if i == 1:
                texts.append('{"shape": [7, 5]}')
            path = tmp_path / f'{i}.tif'
            path.write_bytes(build_tiff(Page(image(i), description=texts)))
            paths.append(path)
        self.compare([paths[0], paths[2]])
        assert filled == [True]
        self.compare(paths)

    @pytest.mark.parametrize(
        ('text', 'others'),
        [
            (
                '{"shape": [5, 7], "note": "@"}',
                [
                    '{"shape": [1, 5, 7], "note": "long"}',
                    '{"shape": [7, 5], "note": "long"}',
                    '{"shape": [2, 5, 7], "note": "long"}',
                    '{"shape": [2, 5, 7], "truncated": true}',
                    '{"shape": [5, 7], "axes": "XY", "note": ""}',
                    '{"shape": [5, 7], "mibi.note": "long"}',
                    '{"shape": [5, 7], "note": "long"',
                    '{"shape": [5, "7"], "note": ""}',
                    '{"note": [5, 7]}',
                ],
            ),
            (
                'ImageJ=1.11a\nimages=1\nnote=@\n',
                [
                    'ImageJ=1.11a\nimages=2\nnote=long\n',
                    'ImageJ=1.11a\nslices=1\nframes=2\nnote=long\n',
                    'ImageJ=1.11a\nimages=-1\nnote=long\n',
                    'ImageJ=1.11a\nimages=1\nchannels=2\n',
                    'ImageJ 1.11a\nimages=1\nnote=long\n',
                ],
            ),
            (
                '<OME><Image ID="Image:0" Name="@"><Description>@'
                '</Description><Pixels ID="Pixels:0" DimensionOrder="XYZCT" '
                'Type="uint16" SizeX="7" SizeY="5" SizeZ="1" SizeC="1" '
                'SizeT="1"><TiffData/></Pixels></Image></OME>',
                [
                    ('SizeZ="1"', 'SizeZ="2"'),
                    ('SizeT="1"', 'SizeT="2"'),
                    ('SizeX="7" SizeY="5"', 'SizeX="5" SizeY="7"'),
                    ('"XYZCT"', '"XYCTZ"'),
                    ('"XYZCT"', '"YXCTZ"'),
                    ('<TiffData/>', '<TiffData IFD="1"/>'),
                    ('"@"', "'@' SizeZ='2'"),
                    ('<Pixels', '<!-- <Pixels'),
                    ('</Pixels>', ''),
                    ('<OME>', '<OMEX>'),
                    ('@</Desc', '@&nix;</Desc'),
                    ('@</Desc', '@\x01</Desc'),
                    ('@</Desc', '@<UUID/></Desc'),
                ],
            ),
        ],
    )
    def test_descriptions_that_differ(self, tmp_path, filled, text, others):
        """What of descriptions bears on images must be the same."""

        def write(name, number, text):
            # room for another image follows
            paths.append(tmp_path / f'{name}.tif')
            data = build_tiff(Page(image(number), description=text))
            paths[-1].write_bytes(data + bytes(70))

        paths = []
        for i in range(5):
            write(i, i, text.replace('@', 'text ' * i))
        self.check(paths, True, filled)
        for i, other in enumerate(others):
            if isinstance(other, tuple):
                assert text.count(other[0]) == 1
                other = text.replace(*other)
            paths = paths[:2]
            write(f'other{i}', 5 + i, other.replace('@', 'others'))
            filled.clear()
            self.compare(paths)
            assert filled == [True, False], other
            self.compare(paths[::-1])
            assert True not in filled[2:]

    def test_imagej_files_that_are_cut(self, tmp_path):
        """The size of files can tell the number of images."""
        paths = [tmp_path / f'{i}.tif' for i in range(3)]
        for i, path in enumerate(paths):
            text = f'ImageJ=1.11a\nimages=3\nnote={"long" * i}\n'
            imwrite(path, image(i), description=text, metadata=None)
            path.write_bytes(path.read_bytes() + bytes(140 if i else 0))
        assert imread(paths[0]).shape == (5, 7)
        assert imread(paths[1:]).shape == (2, 3, 5, 7)
        with pytest.raises(ValueError, match='does not match'):
            imread(paths)

    def test_samples_that_are_tags(self, tmp_path, filled):
        """An IFD within samples is not taken for samples."""
        paths = []
        for i in range(3):
            data = bytearray(build_tiff([Page(image(i, (40, 40)))]))
            with TiffFile(io.BytesIO(data)) as tif:
                page = tif.pages[0]
                tag = page.tags[273]
                size = page.databytecounts[0]
            # samples begin with the header
            struct.pack_into('<I', data, tag.valueoffset, 0)
            if len(data) < size:
                data += bytes(size - len(data))
            path = tmp_path / f'{i}.tif'
            path.write_bytes(data)
            paths.append(path)
        filled.clear()
        expected = [imread(path) for path in paths]
        assert_array_equal(imread(paths), expected)
        assert True not in filled

    def write_ome(self, tmp_path, xml):
        """Write two images described by content of OME, return paths."""
        paths = [tmp_path / f'{i}.ome.tif' for i in range(2)]
        for i, path in enumerate(paths):
            description = (
                '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/'
                '2016-06" UUID="urn:uuid:00000000-0000-0000-0000-00000000000'
                f'{i}">{xml}</OME>'
            )
            page = Page(image(i), description=description)
            path.write_bytes(build_tiff([page]))
        return paths

    def test_ome_files_that_refer_to_others(self, tmp_path, filled):
        paths = self.write_ome(
            tmp_path,
            '<Image ID="Image:0"><Pixels ID="Pixels:0" '
            'DimensionOrder="XYZCT" Type="uint16" SizeX="7" SizeY="5" '
            'SizeZ="2" SizeC="1" SizeT="1">'
            '<TiffData FirstZ="0" IFD="0" PlaneCount="1"><UUID '
            'FileName="0.ome.tif">urn:uuid:0</UUID></TiffData>'
            '<TiffData FirstZ="1" IFD="0" PlaneCount="1"><UUID '
            'FileName="1.ome.tif">urn:uuid:1</UUID></TiffData>'
            '</Pixels></Image>',
        )
        expected = imread(paths[0])
        assert expected.shape == (2, 5, 7)
        filled.clear()
        assert_array_equal(imread(paths), [expected, expected])
        assert not filled

    def test_ome_files_of_companion(self, tmp_path, filled):
        """What is in files may depend on their UUID."""
        paths = self.write_ome(
            tmp_path,
            '<BinaryOnly MetadataFile="missing.companion.ome" '
            'UUID="urn:uuid:1"/>',
        )
        assert_array_equal(imread(paths), [image(0), image(1)])
        assert not filled

    def test_urls(self, tmp_path, filled):
        """Remote files and streams do not have a model."""
        paths = self.write(tmp_path)
        urls = [path.as_uri() for path in paths]
        result = imread(urls)
        assert_array_equal(result, [image(i) for i in range(5)])

    def test_no_file_is_left_open(self, tmp_path):
        """Warnings of unclosed files are errors."""
        paths = self.write(tmp_path)
        paths[4].write_bytes(b'bad')
        with pytest.raises(TiffFileError):
            imread(paths)
        for path in paths:
            path.unlink()
        assert not list(tmp_path.iterdir())


def test_io_workers():
    """Number of threads can be set."""
    assert TIFF.MAXIOWORKERS >= 1


class TestZarr:
    def test_aszarr(self, folder):
        zarr = pytest.importorskip('zarr')
        sequence = TiffSequence(
            str(folder / '*.tif'), pattern=r'_(t)(\d)_(c)(\d)'
        )
        expected = EXPECTED.reshape(2, 3, 5, 7)
        store = sequence.aszarr()
        assert isinstance(store, tifffile.ZarrFileSequenceStore)
        assert_array_equal(zarr.open(store, mode='r')[:], expected)
        tiled = sequence.aszarr(axestiled={0: 0, 1: 1})
        assert_array_equal(
            zarr.open(tiled, mode='r')[:],
            sequence.asarray(axestiled={0: 0, 1: 1}),
        )

    def test_imread(self, folder):
        zarr = pytest.importorskip('zarr')
        pattern = str(folder / '*.tif')
        with imread(pattern, aszarr=True, fillvalue=3, key=0) as store:
            assert_array_equal(zarr.open(store, mode='r')[:], EXPECTED)
        with imread(pattern, aszarr=True, chunkmode='file') as store:
            assert_array_equal(zarr.open(store, mode='r')[2], EXPECTED[2])
        path = folder / 'img_t1_c1.tif'
        with imread(path, aszarr=True, chunkmode='page') as store:
            assert_array_equal(zarr.open(store, mode='r')[:], EXPECTED[4])
        with imread(path, aszarr=True, level=0, zattrs={'a': 1}) as store:
            array = zarr.open(store, mode='r')
            assert array.attrs['a'] == 1
            assert_array_equal(array[:], EXPECTED[4])

    def test_return_as(self, folder):
        path = folder / 'img_t1_c1.tif'
        assert_array_equal(imread(path, return_as='numpy'), EXPECTED[4])
        pytest.importorskip('zarr')
        with imread(path, return_as='zarr') as store:
            assert isinstance(store, tifffile.ZarrTiffStore)
        for files in (path, str(folder / '*.tif')):
            with pytest.raises(ValueError, match='selection of Zarr store'):
                imread(files, return_as='zarr', selection=0)
        with pytest.raises(ValueError, match='invalid return_as'):
            imread(path, return_as='nix')
        pytest.importorskip('xarray')
        array = imread(path, return_as='xarray')
        assert array.dims == ('height', 'width')
        path.unlink()
        assert_array_equal(array, EXPECTED[4])
        array = imread(
            folder / 'img_t1_c0.tif', return_as='xarray', selection=(..., 2)
        )
        assert_array_equal(array, EXPECTED[3, :, 2])
        with pytest.raises(NotImplementedError):
            imread(str(folder / '*.tif'), return_as='xarray')
