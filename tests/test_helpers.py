# tests/test_helpers.py

"""Test section 4, axes, shapes, text."""

import datetime
import io
import math
import os
import pickle
import stat
import sys
import time
from xml.etree import ElementTree

import hypothesis
import hypothesis.extra.numpy
import hypothesis.strategies as st
import numpy
import pytest
from numpy.testing import assert_array_equal

import tifffile
from tifffile import (
    ORIENTATION,
    PLANARCONFIG,
    NullContext,
    StoredShape,
    Timer,
    astype,
    create_output,
    format_size,
    hexdump,
    lazyattr,
    matlabstr2py,
    natural_sorted,
    nullfunc,
    parse_kwargs,
    pformat,
    product,
    rational,
    repeat_nd,
    reshape_axes,
    reshape_nd,
    squeeze_axes,
    stripnull,
    strptime,
    transpose_axes,
    update_kwargs,
    validate_jhove,
    xml2dict,
)


def small_shapes(**kwargs):
    return hypothesis.extra.numpy.array_shapes(
        **{'min_dims': 0, 'max_dims': 4, 'min_side': 0, 'max_side': 6} | kwargs
    )


class TestAxes:
    def test_product(self):
        assert product([]) == 1
        assert product([2**8, 2**30]) == 2**38
        assert product(iter((3, 4))) == 12
        assert product(numpy.array([2**31 - 1] * 3, 'i4')) == (2**31 - 1) ** 3
        assert type(product(numpy.array([2], 'u1'))) is int

    @pytest.mark.parametrize(
        ('shape', 'axes', 'skip', 'expected'),
        [
            ((5, 1, 2, 1, 1), 'TZYXC', None, ((5, 2, 1), 'TYX')),
            ((2, 1, 7, 9), 'TCYX', None, ((2, 7, 9), 'TYX')),
            ((1,), 'Q', None, ((1,), 'Q')),
            ((1, 1), 'TZ', None, ((1,), 'Z')),
            ((1, 1), 'YX', '', ((1,), 'X')),
            ((1, 1, 1), 'TYX', 'T', ((1,), 'T')),
            ((3, 0, 1, 4), 'TCYX', None, ((3, 1, 4), 'TYX')),
            ((), '', None, ((), '')),
            ([1, 2], ('time', 'channel'), None, ((2,), ('channel',))),
        ],
    )
    def test_squeeze_axes(self, shape, axes, skip, expected):
        assert squeeze_axes(shape, axes, skip) == expected

    def test_squeeze_axes_mismatch(self):
        with pytest.raises(ValueError, match='do not match'):
            squeeze_axes((1, 2), 'A')

    @pytest.mark.parametrize(
        ('axes', 'shape', 'newshape', 'expected'),
        [
            ('YXS', (5, 7, 1), (5, 7), 'YX'),
            ('IYX', (12, 5, 7), (3, 4, 5, 1, 7, 1), 'QQYQXQ'),
            ('IYX', (6, 20, 30), (2, 3, 20, 30), 'QQYX'),
            ('IYX', (6, 20, 30), (6, 1, 20, 1, 30), 'IQYQX'),
            ('TYX', (4, 8, 8), (4, 64), 'QQ'),
            ('YX', (8, 8), (8, 8, 1), 'YXQ'),
            ('YX', (5, 7), (7, 5), 'QQ'),
            ('TZCYX', (1, 1, 1, 5, 7), (5, 7), 'YX'),
            ('IYX', (0, 5, 7), (0, 5, 7), 'IYX'),
            ('Y', (1,), (), ''),
            ('', (), (), ''),
            ('', (), (1,), 'Q'),
            (('a', 'b'), (2, 3), [2, 3, 1], ('a', 'b', 'Q')),
        ],
    )
    def test_reshape_axes(self, axes, shape, newshape, expected):
        assert reshape_axes(axes, shape, newshape) == expected

    def test_reshape_axes_unknown(self):
        assert reshape_axes('YX', (8, 8), (8, 8, 1), unknown='S') == 'YXS'

    def test_reshape_axes_invalid(self):
        with pytest.raises(ValueError, match='cannot reshape'):
            reshape_axes('YX', (5, 7), (5, 8))
        with pytest.raises(ValueError, match='do not match'):
            reshape_axes('Y', (5, 7), (35,))

    @hypothesis.given(small_shapes(min_side=1, max_dims=5))
    def test_reshape_axes_identity(self, shape):
        axes = 'TZCYX'[: len(shape)]
        assert reshape_axes(axes, shape, shape) == axes
        padded = tuple(i for size in shape for i in (1, size))
        newaxes = reshape_axes(axes, shape, padded)
        assert len(newaxes) == len(padded)
        for axis, size in zip(newaxes, padded, strict=True):
            if axis != 'Q':
                assert shape[axes.index(axis)] == size

    @pytest.mark.parametrize(
        ('axes', 'asaxes', 'shape'),
        [
            ('YXC', None, (4, 1, 1, 2, 3)),
            ('YXC', 'CYX', (4, 2, 3)),
            ('TYX', 'XYT', (4, 3, 2)),
            (('y', 'x', 's'), ('s', 't', 'y', 'x'), (4, 1, 2, 3)),
        ],
    )
    def test_transpose_axes(self, axes, asaxes, shape):
        image = numpy.arange(24).reshape(2, 3, 4)
        result = transpose_axes(image, axes, asaxes)
        assert result.shape == shape
        assert numpy.shares_memory(result, image)
        assert_array_equal(numpy.sort(result.ravel()), image.ravel())

    def test_transpose_axes_values(self):
        image = numpy.arange(24).reshape(2, 3, 4)
        result = transpose_axes(image, 'YXC')
        assert_array_equal(result[:, 0, 0], numpy.moveaxis(image, -1, 0))

    @pytest.mark.parametrize(
        ('axes', 'match'),
        [
            ('AB', "unknown axis 'A'"),
            ('YXC', 'do not match shape'),
            ('YY', 'do not match shape'),
        ],
    )
    def test_transpose_axes_invalid(self, axes, match):
        with pytest.raises(ValueError, match=match):
            transpose_axes(numpy.zeros((2, 3)), axes)

    def test_reshape_nd(self):
        assert reshape_nd((1, 2), 4) == (1, 1, 1, 2)
        assert reshape_nd((1, 2), 1) == (1, 2)
        image = numpy.zeros((2, 3))
        assert reshape_nd(image, 4).shape == (1, 1, 2, 3)
        assert reshape_nd(image, 1) is image

    @hypothesis.given(small_shapes(max_dims=3), st.data())
    def test_repeat_nd(self, shape, data):
        repeats = data.draw(st.tuples(*[st.integers(0, 3)] * len(shape)))
        expected = a = numpy.arange(product(shape)).reshape(shape)
        for axis, repeat in enumerate(repeats):
            expected = numpy.repeat(expected, repeat, axis)
        result = repeat_nd(a, repeats)
        assert_array_equal(result, expected)
        assert result.shape == expected.shape
        assert not numpy.shares_memory(result, a)

    def test_repeat_nd_invalid(self):
        with pytest.raises(ValueError, match='1 repeats for 2 dimensions'):
            repeat_nd([[1, 2]], (2,))

    @pytest.mark.parametrize(
        ('orientation', 'expected'),
        [
            ('TOPLEFT', [[1, 2, 3], [4, 5, 6]]),
            ('TOPRIGHT', [[3, 2, 1], [6, 5, 4]]),
            ('BOTRIGHT', [[6, 5, 4], [3, 2, 1]]),
            ('BOTLEFT', [[4, 5, 6], [1, 2, 3]]),
            ('LEFTTOP', [[1, 4], [2, 5], [3, 6]]),
            ('RIGHTTOP', [[4, 1], [5, 2], [6, 3]]),
            ('RIGHTBOT', [[6, 3], [5, 2], [4, 1]]),
            ('LEFTBOT', [[3, 6], [2, 5], [1, 4]]),
        ],
    )
    def test_reorient(self, orientation, expected):
        image = numpy.array([[1, 2, 3], [4, 5, 6]])[..., None]
        result = tifffile.reorient(image, orientation.lower())
        assert_array_equal(result[..., 0], expected)
        stack = tifffile.reorient(image[None], ORIENTATION[orientation])
        assert_array_equal(stack[0], result)

    def test_reorient_invalid(self):
        with pytest.raises(ValueError, match='ORIENTATION'):
            tifffile.reorient(numpy.zeros((1, 1, 1)), 9)

    def test_apply_colormap(self):
        colormap = numpy.arange(12, dtype='u2').reshape(3, 4)
        image = numpy.array([[0, 1], [3, 3]], 'u1')
        result = tifffile.apply_colormap(image, colormap)
        assert result.dtype == 'u2'
        assert result.flags.c_contiguous
        assert result.tolist() == [
            [[0, 4, 8], [1, 5, 9]],
            [[3, 7, 11], [3, 7, 11]],
        ]
        for index in (4, -1):
            with pytest.raises(IndexError, match=str(index)):
                tifffile.apply_colormap(numpy.array([index]), colormap)

    def test_linspace(self):
        result = tifffile.linspace(1, 0.5, 3, 'f4')
        assert result.dtype == 'f4'
        assert result.tolist() == [1.0, 1.5, 2.0]

    @pytest.mark.parametrize(
        ('indices', 'squeeze', 'order'),
        [
            ([(0, 2), (1, 2)], False, (1, 0)),
            ([(0, 0), (0, 1), (1, 0), (1, 1)], False, (0, 1)),
            ([(0, 0), (1, 0), (0, 1), (1, 1)], False, (1, 0)),
            ([(0, 0, 0), (0, 1, 0)], False, (0, 2, 1)),
            ([(0, 0, 0), (0, 1, 0)], True, (1,)),
        ],
    )
    def test_order_axes(self, indices, squeeze, order):
        assert tifffile.order_axes(indices, squeeze=squeeze) == order

    @pytest.mark.parametrize(
        ('page_shape', 'series_shape', 'expected'),
        [
            ((2, 3), (4, 2, 3), True),
            ((2, 3), [2, 3], True),
            ((), (), True),
            ((2, 3), (4, 3, 2), False),
            ((5, 2, 3), (2, 3), False),
            ((2, 3), (6,), False),
            ((2, 3), (0, 2, 3), False),
        ],
    )
    def test_check_shape(self, page_shape, series_shape, expected):
        assert tifffile.check_shape(page_shape, series_shape) is expected


class TestCreateOutput:
    def test_new(self):
        out = create_output(None, [2, 3], 'u2')
        assert out.shape == (2, 3)
        assert out.dtype == 'u2'
        assert not out.any()
        assert create_output(None, (2,), 'f4', fillvalue=1.5).tolist() == [
            1.5,
            1.5,
        ]
        assert create_output(None, (2,), 'u1', fillvalue=None).shape == (2,)

    def test_array(self):
        array = numpy.zeros((6,), 'u2')
        out = create_output(array, (2, 3), 'u1')
        out[1, 2] = 7
        assert array[5] == 7
        assert create_output(array, (6,), 'u2').shape == (6,)

    @pytest.mark.parametrize(
        ('array', 'match'),
        [
            (numpy.zeros(7, 'u2'), 'incompatible output shape'),
            (numpy.zeros(6, 'u1'), 'incompatible output dtype'),
            (numpy.zeros((3, 2), 'u2').T, 'non-contiguous'),
        ],
    )
    def test_array_incompatible(self, array, match):
        with pytest.raises(ValueError, match=match):
            create_output(array, (6,), 'u2')

    def test_array_noncontiguous(self):
        array = numpy.zeros((4, 6), 'u2')
        out = create_output(array[::2, ::2], (1, 2, 3), 'u2')
        out[:] = 1
        assert array.sum() == 6

    @pytest.mark.parametrize('fillvalue', [0, 3, None])
    def test_memmap(self, tmp_path, fillvalue):
        out = create_output(
            f'memmap:{tmp_path}', (2, 3), 'u2', fillvalue=fillvalue
        )
        assert isinstance(out, numpy.memmap)
        assert out.shape == (2, 3)
        assert out.tolist() == [[fillvalue or 0] * 3] * 2
        out[:] = 1
        del out
        assert not list(tmp_path.iterdir())

    def test_memmap_in_default_directory(self):
        assert isinstance(create_output('memmap', (2,), 'u1'), numpy.memmap)

    def test_file(self, tmp_path):
        path = tmp_path / 'memmapped.bin'
        out = create_output(str(path), (2, 3), '<u2')
        out[1, 2] = 7
        out.flush()
        del out
        assert path.stat().st_size == 12
        out = create_output(path, (6,), '<u2', mode='r')
        assert out[5] == 7
        del out
        with open(path, 'r+b') as fh:
            out = create_output(fh, (6,), '<u2', mode='r+')
            assert out[5] == 7
            del out

    def test_empty_memmap(self):
        assert create_output('memmap', (0, 3), 'u1').shape == (0, 3)


class TestParseSelection:
    @pytest.mark.parametrize(
        ('selection', 'shape', 'expected'),
        [
            ((), (), ()),
            (Ellipsis, (), ()),
            (Ellipsis, (3, 4), (slice(0, 3, 1), slice(0, 4, 1))),
            (1, (3, 4), (1, slice(0, 4, 1))),
            (-1, (3,), (2,)),
            (numpy.uint8(2), (3,), (2,)),
            ((..., 1), (3, 4), (slice(0, 3, 1), 1)),
            ((1, ..., 1), (3, 4), (1, 1)),
            (slice(None, None, 3), (7,), (slice(0, 7, 3),)),
            (slice(None, None, 3), (6,), (slice(0, 4, 3),)),
            (slice(None, None, -1), (6,), (slice(5, -7, -1),)),
            (slice(4, 1, -2), (6,), (slice(4, 1, -2),)),
            (slice(-100, 100), (6,), (slice(0, 6, 1),)),
            (slice(5, 2), (6,), (slice(0, 0, 1),)),
            (slice(2, None), (2**40,), (slice(2, 2**40, 1),)),
        ],
    )
    def test_examples(self, selection, shape, expected):
        result = tifffile.parse_selection(selection, shape)
        assert result == expected
        assert all(type(item) in (int, slice) for item in result)

    @hypothesis.given(
        small_shapes().flatmap(
            lambda shape: st.tuples(
                st.just(shape),
                hypothesis.extra.numpy.basic_indices(shape),
            )
        )
    )
    def test_selects_same_items_as_numpy(self, case):
        shape, selection = case
        array = numpy.arange(product(shape)).reshape(shape)
        result = tifffile.parse_selection(selection, shape)
        assert len(result) == len(shape)
        assert_array_equal(array[result], array[selection])
        for item, size in zip(result, shape, strict=True):
            if isinstance(item, slice):
                assert None not in (item.start, item.stop, item.step)
                start, stop, step = item.indices(size)
                assert len(range(start, stop, step)) == len(range(size)[item])
            else:
                assert 0 <= item < size

    @hypothesis.given(
        st.integers(0, 9),
        st.lists(
            st.none() | st.integers(-12, 12), min_size=3, max_size=3
        ).filter(lambda items: items[2] != 0),
    )
    def test_equal_slices_select_equal_items(self, size, items):
        (result,) = tifffile.parse_selection(slice(*items), (size,))
        indices = range(size)[slice(*items)]
        again = tifffile.parse_selection(result, (size,))
        assert range(size)[result] == indices
        assert again == (result,)

    @pytest.mark.parametrize(
        'selection',
        [
            None,
            True,
            numpy.True_,
            1.0,
            '1',
            [0],
            numpy.array([0]),
            numpy.array(0),
            (0, None),
            (slice(None), [0, 1]),
            slice(0.5),
        ],
    )
    def test_unsupported(self, selection):
        with pytest.raises(TypeError):
            tifffile.parse_selection(selection, (3, 4))

    def test_unsupported_names_axis(self):
        with pytest.raises(TypeError, match=r'axis 1 .* NoneType'):
            tifffile.parse_selection((0, None), (3, 4))

    @pytest.mark.parametrize('index', [4, -5, 2**70])
    def test_out_of_bounds(self, index):
        match = f'index {index} is out of bounds for axis 1 with size 4'
        with pytest.raises(IndexError, match=match):
            tifffile.parse_selection((..., index), (3, 4))

    @pytest.mark.parametrize('selection', [(0, 0, 0), (..., 0, ...)])
    def test_too_many(self, selection):
        with pytest.raises(IndexError):
            tifffile.parse_selection(selection, (3, 4))

    def test_zero_step(self):
        with pytest.raises(ValueError, match='zero'):
            tifffile.parse_selection(slice(None, None, 0), (3,))


class TestStoredShape:
    @pytest.mark.parametrize(
        ('args', 'size', 'samples', 'squeezed', 'planarconfig'),
        [
            ((), 1, 1, (1, 1), None),
            ((2, 1, 1, 5, 7, 3), 210, 3, (2, 5, 7, 3), 1),
            ((1, 3, 1, 5, 7, 1), 105, 3, (3, 5, 7), 2),
            ((2, 1, 3, 5, 7, 4, 1), 840, 4, (2, 3, 5, 7, 4), 1),
            ((-1, 1, 1, 5, 7, 1), 35, 1, (5, 7), None),
        ],
    )
    def test_properties(self, args, size, samples, squeezed, planarconfig):
        shape = StoredShape(*args)
        assert shape.size == size
        assert shape.samples == samples
        assert shape.squeezed == squeezed
        assert shape.planarconfig == planarconfig
        assert shape.is_planar is (planarconfig == PLANARCONFIG.SEPARATE)
        assert shape.page_size == product(shape.page_shape)
        assert shape.shape == (shape.frames, *shape.page_shape)
        assert shape.photometric_samples == samples - shape.extrasamples

    def test_sequence(self):
        shape = StoredShape(2, 1, 1, 5, 7, 3, extrasamples=1)
        assert len(shape) == 6
        assert tuple(shape) == (2, 1, 1, 5, 7, 3)
        assert shape[0] == 2
        assert shape[-3:] == (5, 7, 3)
        with pytest.raises(IndexError):
            shape[6]

    def test_equality(self):
        shape = StoredShape(2, width=7)
        assert shape == StoredShape(2, width=7, extrasamples=1)
        assert hash(shape) == hash(StoredShape(2, width=7))
        assert shape != StoredShape(3, width=7)
        assert shape != tuple(shape)
        assert pickle.loads(pickle.dumps(shape)) == shape

    def test_validity(self):
        assert StoredShape().is_valid
        for field in ('frames', 'depth', 'length', 'width', 'contig_samples'):
            assert not StoredShape(**{field: 0}).is_valid
        with pytest.raises(ValueError, match='invalid samples'):
            StoredShape(separate_samples=3, contig_samples=3)
        with pytest.raises(AttributeError):
            StoredShape().width = 2

    def test_repr(self):
        assert repr(StoredShape(2, 1, 1, 5, 7, 3)) == (
            '<StoredShape(frames=2, separate_samples=1, depth=1, length=5, '
            'width=7, contig_samples=3, extrasamples=0)>'
        )


class TestText:
    def test_bytes2str(self):
        assert tifffile.bytes2str('ä'.encode()) == 'ä'
        assert tifffile.bytes2str(b'\xe4') == 'ä'
        assert tifffile.bytes2str(b'a\x00b') == 'a\x00b'
        assert tifffile.bytes2str(b'\xe4', 'latin-1') == 'ä'
        assert tifffile.bytes2str(b'a\xe4', 'ascii', 'ignore') == 'a'
        with pytest.raises(UnicodeDecodeError):
            tifffile.bytes2str(b'\x81')

    def test_bytestr(self):
        assert tifffile.bytestr('ä') == b'\xe4'
        assert tifffile.bytestr('ä', 'utf-8') == b'\xc3\xa4'
        assert tifffile.bytestr(b'ab') == b'ab'

    @pytest.mark.parametrize(
        ('args', 'first', 'expected'),
        [
            ((b'a\x00b\x00\x00',), True, b'a'),
            ((b'a\x00b\x00\x00',), False, b'a\x00b'),
            (('a\x00b\x00',), True, 'a'),
            (('a\x00b\x00',), False, 'a\x00b'),
            ((b'a b ', b' '), True, b'a'),
            (('a b ', ' '), False, 'a b'),
            (('ab',), True, 'ab'),
            ((b'',), True, b''),
        ],
    )
    def test_stripnull(self, args, first, expected):
        assert stripnull(*args, first=first) == expected

    @pytest.mark.parametrize(
        ('value', 'expected'),
        [
            (b'string\x00string\n\x01\x00', b'string\x00string\n'),
            (b'\x00', b''),
            (b'ab~\x7f\xff', b'ab~'),
            (b'', b''),
        ],
    )
    def test_stripascii(self, value, expected):
        assert tifffile.stripascii(value) == expected

    def test_asbool(self):
        assert tifffile.asbool('TRUE') is True
        assert tifffile.asbool(b' False ') is False
        assert tifffile.asbool('ON', ['on'], ['off']) is True
        assert tifffile.asbool(b'off', [b'on'], [b'off']) is False
        for value in ('yes', '1', b'', 1, None, True):
            with pytest.raises(TypeError, match='not a boolean'):
                tifffile.asbool(value)

    @pytest.mark.parametrize(
        ('value', 'expected'),
        [
            ('42', 42),
            (' -3 ', -3),
            ('3.14', 3.14),
            ('1e3', 1000.0),
            ('-Inf', -math.inf),
            ('True', True),
            ('false ', False),
            ('text', 'text'),
            ('', ''),
            (' ', ' '),
            ('0x10', '0x10'),
            ('1,2', '1,2'),
            ('1_000', '1_000'),
            ('1e999', '1e999'),
            ('9' * 5000, '9' * 5000),
            (b'42', 42),
            (b'x', 'x'),
            (b'', ''),
            (b'\x81', b'\x81'),
            (1.5, 1.5),
            (None, None),
        ],
    )
    def test_astype(self, value, expected):
        result = astype(value)
        assert result == expected
        assert type(result) is type(expected)

    def test_astype_types(self):
        assert type(astype('1', (float,))) is float
        assert astype('x', (int, float)) == 'x'
        assert astype('1_0', (int,)) == 10
        assert math.isnan(astype('nan'))

    @pytest.mark.parametrize(
        ('size', 'expected'),
        [
            (0, '0 B'),
            (1000, '1000 B'),
            (1535, '1535 B'),
            (1536, '1.50 KiB'),
            (1048576, '1024.00 KiB'),
            (1234567890, '1177.38 MiB'),
            (2**60, '1024.00 PiB'),
            (2**64, '16384.00 PiB'),
            (20.79 * 1024, '20.79 KiB'),
        ],
    )
    def test_format_size(self, size, expected):
        assert format_size(size) == expected

    def test_format_size_threshold(self):
        assert format_size(1536, 10000) == '1536 B'

    def test_natural_sorted(self):
        assert natural_sorted(['f1', 'f10', 'f2', 'F2', '10', 'a', '9']) == [
            '9',
            '10',
            'F2',
            'a',
            'f1',
            'f2',
            'f10',
        ]
        assert natural_sorted(iter(['b01', 'b1', 'b001', 'b'])) == [
            'b',
            'b01',
            'b1',
            'b001',
        ]
        assert natural_sorted(['²', '1' * 5000, '٣', '']) == [
            '',
            '1' * 5000,
            '²',
            '٣',
        ]

    def test_natural_sorted_key(self):
        items = [{'name': 'a10'}, {'name': 'a9'}]
        result = natural_sorted(items, key=lambda item: item['name'])
        assert result == items[::-1]

    @hypothesis.given(st.lists(st.text('ab019', max_size=5)))
    def test_natural_sorted_is_total(self, names):
        result = natural_sorted(names)
        assert sorted(result) == sorted(names)
        assert natural_sorted(result) == result

    def test_unique_strings(self):
        names = ['a', 'b', 'a', 'a2', 'a', 'a5', 'a']
        result = list(tifffile.unique_strings(names))
        assert result == ['a', 'b', 'a2', 'a22', 'a3', 'a5', 'a4']
        assert len(set(tifffile.unique_strings(['x'] * 1000))) == 1000

    @pytest.mark.parametrize(
        ('string', 'expected'),
        [
            ('abc ', True),
            ('', True),
            (b'', True),
            ('ä'.encode(), True),
            ('a\nb', False),
            (b'\xff', False),
            ('\x00', False),
        ],
    )
    def test_isprintable(self, string, expected):
        assert tifffile.isprintable(string) is expected

    @pytest.mark.parametrize(
        ('string', 'expected', 'compact'),
        [
            ('a  b\t c\r\nd', 'a b c\nd', 'a b c d'),
            ('a\n\n\nb', 'a\nb', 'a b'),
            (' a \n b ', 'a\n b', 'a b'),
            ('a\rb', 'a\nb', 'a b'),
        ],
    )
    def test_clean_whitespace(self, string, expected, compact):
        assert tifffile.clean_whitespace(string) == expected
        assert tifffile.clean_whitespace(string, compact=True) == compact

    def test_indent(self):
        assert tifffile.indent() == ''
        assert tifffile.indent(1, '', 'b\n\n c') == '1\n  b\n   c'

    @pytest.mark.parametrize(
        ('width', 'kwargs', 'expected'),
        [
            (8, {}, 'abcd…nop'),
            (8, {'ellipsis': '...'}, 'abc...op'),
            (8, {'snipat': 0}, '…jklmnop'),
            (8, {'snipat': 1}, 'abcdefg…'),
            (8, {'snipat': 2}, 'ab…lmnop'),
            (8, {'snipat': 100}, 'abcdefg…'),
            (8, {'snipat': -1}, 'abcdef…p'),
            (8, {'snipat': 0.0}, '…jklmnop'),
            (3, {'ellipsis': '...'}, 'abc'),
            (1, {}, 'a'),
            (0, {}, ''),
            (-1, {}, ''),
            (16, {}, 'abcdefghijklmnop'),
        ],
    )
    def test_snipstr(self, width, kwargs, expected):
        string = 'abcdefghijklmnop'
        assert tifffile.snipstr(string, width, **kwargs) == expected

    def test_snipstr_lines(self):
        assert tifffile.snipstr('abcdefgh\nabc\n', 5) == 'ab…gh\nabc\n'
        assert tifffile.snipstr(b'abcdefgh', 7) == b'ab...gh'

    @hypothesis.given(
        st.text('ab\n'),
        st.integers(0, 9),
        st.none() | st.integers(-9, 9) | st.floats(0, 1),
    )
    def test_snipstr_width(self, string, width, snipat):
        result = tifffile.snipstr(string, width, snipat=snipat)
        lines = result.split('\n')
        for line, full in zip(lines, string.split('\n'), strict=True):
            assert len(line) == min(width, len(full))

    def test_hexdump(self):
        assert hexdump(b'') == ''
        assert hexdump(b'abc\x00') == '61 62 63 00 abc.'
        assert hexdump(bytes(range(20))) == (
            '00: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f '
            '................\n'
            '10: 10 11 12 13                                     ....'
        )
        assert hexdump(b'A' * 40, height=1) == '41 ' * 18 + 'A' * 18

    @pytest.mark.parametrize(
        ('snipat', 'row'),
        [(None, 6), (0.75, 6), (0, 0), (2, 2), (-2, 6), (1.0, 7), (100, 7)],
    )
    def test_hexdump_snip(self, snipat, row):
        data = bytes(range(256)) * 40
        lines = hexdump(data, height=8, snipat=snipat).split('\n')
        assert len(lines) == 8
        assert lines[row].strip() == '...'
        rows = [*range(row), *range(640 - 7 + row, 640)]
        del lines[row]
        assert [int(line[:4], 16) for line in lines] == [16 * i for i in rows]

    def test_hexdump_layout(self):
        lines = hexdump(bytes(99), width=40, modulo=4, ellipsis='~').split()
        assert lines[0] == '00:'
        assert lines.index('08:') == 10
        assert hexdump(bytes(99), width=5) == ''
        assert '~' in hexdump(bytes(999), ellipsis='~').split('\n')

    @hypothesis.given(
        st.binary(max_size=99),
        st.integers(1, 40),
        st.integers(1, 9),
        st.integers(1, 4),
    )
    def test_hexdump_bounds(self, data, width, height, modulo):
        text = hexdump(data, width=width, height=height, modulo=modulo)
        lines = text.split('\n')
        assert len(lines) <= height
        assert max(len(line) for line in lines) <= max(width, 16)


class TestPformat:
    def test_values(self):
        assert pformat(1.5) == '1.5'
        assert pformat(None) == 'None'
        assert pformat(b'text\x00') == 'text'
        assert pformat(b'a\r\nb') == 'a\nb'
        assert pformat(b'\x00\xff') == '00 ff ..'
        assert pformat({'a': [1, 2]}) == "{'a': [1, 2]}"

    def test_lines(self):
        lines = pformat('\n'.join('x' * 100 for _ in range(50))).split('\n')
        assert len(lines) == 24
        assert lines[12] == '...'
        assert lines.pop(12) and {len(line) for line in lines} == {79}
        text = pformat('\n'.join('xy'), height=1)
        assert text == 'x y'
        assert len(pformat('x' * 1000, height=1)) == 79
        assert len(pformat('x' * 1000, width=0)) == 256
        assert len(pformat('x' * 1000, linewidth=100)) == 100
        assert pformat('a\n' * 5, height=None).count('\n') == 4

    def test_arrays(self):
        text = pformat(numpy.arange(2000))
        assert '...' in text
        assert text.startswith('array([')
        assert len(text) < 300

    def test_long_sequences(self):
        lines = pformat(tuple(range(10**6))).split('\n')
        assert len(lines) == 24
        assert lines[0].startswith('(0, 1, 2,')
        assert lines[-1].endswith(' 999999)')
        assert pformat(list(range(10**6)), height=1).startswith('[0, 1, 2')

    def test_xml(self):
        xml = '<?xml version="1.0"?><OME><b>1</b><c d="e/"/><f>\n</f></OME>'
        assert pformat(xml) == (
            '<?xml version="1.0"?>\n'
            '<OME>\n <b>1</b>\n <c d="e/"/>\n <f>\n </f>\n</OME>'
        )
        assert tifffile.pformat_xml(b'</a></b>') == '</a>\n</b>'
        assert pformat('<OME><b>1</b></OME>', height=1) == (
            '<OME><b>1</b></OME>'
        )
        nested = tifffile.pformat_xml('<a>' * 9999)
        assert max(len(line) for line in nested.split('\n')) < 80


class TestKwargs:
    def test_functions(self):
        assert tifffile.identityfunc('arg', 1, a=2) == 'arg'
        assert nullfunc(1, a=2) is None
        assert tifffile.sequence(1) == (1,)
        assert tifffile.sequence('ab') == ('ab',)
        assert tifffile.sequence([1]) == [1]

    def test_peek_iterator(self):
        first, iterator = tifffile.peek_iterator(iter('abc'))
        assert first == 'a'
        assert ''.join(iterator) == 'abc'
        with pytest.raises(StopIteration):
            tifffile.peek_iterator(iter(''))

    def test_iter_images(self):
        data = numpy.arange(12).reshape(3, 4)
        pages = list(tifffile.iter_images(data))
        assert_array_equal(pages, data)

    def test_parse_kwargs(self):
        kwargs = {'one': 1, 'two': 2, 'four': 4}
        result = parse_kwargs(kwargs, 'two', 'three', four=None, five=5)
        assert result == {'two': 2, 'four': 4, 'five': 5}
        assert kwargs == {'one': 1}

    def test_update_kwargs(self):
        kwargs = {'one': 1}
        update_kwargs(kwargs, one=None, two=2)
        assert kwargs == {'one': 1, 'two': 2}

    def test_kwargs_notnone(self):
        assert tifffile.kwargs_notnone(one=0, none=None) == {'one': 0}

    def test_recarray2dict(self):
        dtype = [('a', 'i4'), ('b', 'S4'), ('c', 'f4', (2,)), ('d', 'S2', 2)]
        records = numpy.zeros(2, dtype)
        records['b'] = b'x\x00y'
        result = tifffile.recarray2dict(records.view(numpy.recarray))
        assert_array_equal(result.pop('c'), numpy.zeros((2, 2), 'f4'))
        assert result == {
            'a': [0, 0],
            'b': ['x', 'x'],
            'd': [['', ''], ['', '']],
        }
        assert tifffile.recarray2dict(records[0]) == {
            'a': 0,
            'b': 'x',
            'c': [0.0, 0.0],
            'd': ['', ''],
        }

    def test_byteorder(self):
        native, other = '<>' if sys.byteorder == 'little' else '><'
        isnative = tifffile.byteorder_isnative
        assert isnative('=') and isnative(native) and isnative(sys.byteorder)
        assert not isnative('|') and not isnative(other)
        compare = tifffile.byteorder_compare
        for a in '<>|=':
            assert compare(a, a) and compare(a, '|') and compare('|', a)
        assert compare('=', native) and compare(native, '=')
        assert not compare('=', other) and not compare(other, '=')
        assert not compare('<', '>')

    def test_logging(self, caplog):
        caplog.set_level('DEBUG', 'tifffile')
        tifffile.log_warning('%s warns', 1)
        tifffile.log_debug('%s %s', 2, 'debugs')
        assert caplog.record_tuples == [
            ('tifffile', 30, '1 warns'),
            ('tifffile', 10, '2 debugs'),
        ]


class TestNumbers:
    @pytest.mark.parametrize(
        ('arg', 'expected'),
        [
            (0, (0, 1)),
            (1, (1, 1)),
            (0.1, (1, 10)),
            (72.25, (289, 4)),
            (1 / 3, (1, 3)),
            (-1.5, (-3, 2)),
            (1e-12, (0, 1)),
            (2**32 - 1, (2**32 - 1, 1)),
            ((600, 2), (300, 1)),
            ((1.5, 2), (3, 4)),
            (numpy.float64(72.5), (145, 2)),
            (numpy.float32(0.5), (1, 2)),
            (numpy.uint8(3), (3, 1)),
        ],
    )
    def test_rational(self, arg, expected):
        result = rational(arg)
        assert result == expected
        assert all(type(number) is int for number in result)

    @pytest.mark.parametrize(
        'arg',
        [math.nan, math.inf, 2**32, 1e12, (0, 0), (1, 0), 'x', (1, 2, 3)],
    )
    def test_rational_invalid(self, arg):
        with pytest.raises(ValueError, match=r'rational|RATIONAL'):
            rational(arg)

    @hypothesis.given(st.floats(0, 2**32 - 1))
    def test_rational_fits(self, number):
        numerator, denominator = rational(number)
        assert 0 <= numerator < 2**32
        assert 0 < denominator < 2**32
        assert abs(numerator / denominator - number) <= max(1, number) / 2

    @pytest.mark.parametrize(
        ('text', 'args'),
        [
            ('2010:01:02 03:04:05', (5,)),
            ('20100102 03:04:05.123', (5, 123000)),
            ('2010-01-02T03 04 05.5', (5, 500000)),
            ('2010-01-02T03:04:05.123', (5, 123000)),
            ('2010-01-02T03:04:05', (5,)),
            ('2010:01:02 03:04:05.6', (5, 600000)),
            ('02/01/2010 03:04:05', (5,)),
            ('02/01/2010 03:04:05.7', (5, 700000)),
            ('01/02/2010 03:04:05 AM', (5,)),
            ('01/02/2010 03:04:05.8 AM', (5, 800000)),
            ('20100102 03:04:05', (5,)),
            ('2010/01/02 03:04:05', (5,)),
            ('2010/01/02 03:04:05.9', (5, 900000)),
        ],
    )
    def test_strptime(self, text, args):
        assert strptime(text) == datetime.datetime(2010, 1, 2, 3, 4, *args)

    def test_strptime_timezone(self):
        utc = datetime.UTC
        expected = datetime.datetime(2010, 1, 2, 3, 4, 5, tzinfo=utc)
        assert strptime('2010-01-02T03:04:05Z') == expected
        assert strptime('2010-01-02T04:04:05.0+01:00') == expected

    def test_strptime_format(self):
        assert strptime('2010', '%Y').year == 2010
        assert strptime('2010:01:02 03:04:05', '%Y').day == 2
        for text in ('', '2010', '2010-13-01T00:00:00'):
            with pytest.raises(ValueError, match='does not match any format'):
                strptime(text)

    def test_excel_datetime(self):
        date = tifffile.excel_datetime(40237.5)
        assert date == datetime.datetime(2010, 2, 28, 12)
        assert tifffile.excel_datetime(0.5, 1).hour == 12

    def test_epics_datetime(self):
        date = tifffile.epics_datetime(802117916, 103746502)
        expected = datetime.datetime.fromtimestamp(802117916 + 631152000)
        assert date == expected.replace(microsecond=103746)

    def test_julian_datetime(self):
        date = tifffile.julian_datetime(2451576, 54362783)
        assert date == datetime.datetime(2000, 2, 2, 15, 6, 2, 783000)
        assert tifffile.julian_datetime(2451545).day == 2
        with pytest.raises(ValueError, match='before year 1'):
            tifffile.julian_datetime(1721423)


class TestXml:
    @pytest.mark.parametrize(
        ('xml', 'expected'),
        [
            (
                '<a x="1"><b>2</b><b>3.5</b><c>True</c><d/><e y="q">t</e></a>',
                {
                    'b': [2, 3.5],
                    'c': True,
                    'd': None,
                    'e': {'y': 'q', 'value': 't'},
                    'x': 1,
                },
            ),
            ('<a>1</a>', 1),
            ('<a> x </a>', 'x'),
            ('<a/>', None),
            ('<a> </a>', ''),
            ('<a x="1"/>', {'x': 1}),
            ('<a>t<b/></a>', {'b': None, 'value': 't'}),
            ('<a>1,2</a>', '1,2'),
            ('<a><b/><b/><b/></a>', {'b': [None, None, None]}),
            (
                '<a><b><c/><c/></b><b>1</b></a>',
                {'b': [{'c': [None, None]}, 1]},
            ),
            ('<n:a xmlns:n="u" n:c="1"><n:b>1</n:b></n:a>', {'b': 1, 'c': 1}),
            ('<!DOCTYPE a SYSTEM "http://localhost/a.dtd"><a>1</a>', 1),
            ('<!DOCTYPE a [<!ELEMENT a ANY>]><a>1</a>', 1),
            ('<?xml version="1.0" encoding="utf-16"?><a>ä</a>', 'ä'),
            ('<a>ä</a>'.encode('utf-16'), 'ä'),
            (b'<?xml version="1.0" encoding="cp1252"?><a>\xe4</a>', 'ä'),
        ],
    )
    def test_xml2dict(self, xml, expected):
        result = xml2dict(xml)
        assert result == {'a': expected}
        if isinstance(expected, dict):
            assert list(result['a']) == list(expected)

    def test_options(self):
        xml = '<n:a xmlns:n="u" x="1"><n:b y="2">3,4</n:b></n:a>'
        assert xml2dict(xml, sanitize=False, prefix=('@', '#')) == {
            '{u}a': {'{u}b': {'@y': 2, '#value': '3,4'}, '@x': 1}
        }
        assert xml2dict('<a>3,4.5</a>', sep=',') == {'a': (3, 4.5)}
        assert xml2dict('<a>3,x</a>', sep=',') == {'a': '3,x'}

    @pytest.mark.parametrize(
        'xml',
        [
            '<!DOCTYPE a [<!ENTITY e "e">]><a>&e;</a>',
            '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hosts">]><a>&e;</a>',
            '<!DOCTYPE a [<!ENTITY % e SYSTEM "file:///x"> %e;]><a/>',
            '<!DOCTYPE a [<!ENTITY e "e">]><a>&e;</a>'.encode('utf-16'),
        ],
    )
    def test_entities(self, xml):
        with pytest.raises(ValueError, match="entity declaration 'e'"):
            xml2dict(xml)

    def test_depth(self):
        assert xml2dict('<a>' * 256 + '</a>' * 256)
        for depth in (257, 20000):
            with pytest.raises(ValueError, match='deeper than 256'):
                xml2dict('<a>' * depth + '</a>' * depth)

    @pytest.mark.parametrize('xml', ['', '<a>', '<a>&e;</a>', '<a>\x00</a>'])
    def test_malformed(self, xml):
        with pytest.raises(ElementTree.ParseError):
            xml2dict(xml)

    def test_unknown_encoding(self):
        with pytest.raises(ValueError, match='unknown encoding'):
            xml2dict(b'<?xml version="1.0" encoding="unknown"?><a/>')


class TestMatlab:
    @pytest.mark.parametrize(
        ('text', 'expected'),
        [
            ('', ''),
            ('1', 1),
            ('+5', 5),
            ('-1.5', -1.5),
            ('1.', 1.0),
            ('.5', 0.5),
            ('1e3', 1000.0),
            ('Inf', math.inf),
            ('-Inf', -math.inf),
            ('true', True),
            ('False', False),
            ("'a;b'", 'a;b'),
            ("'it''s'", "it's"),
            ("''", ''),
            ('[]', []),
            ('{}', []),
            ('{[]}', []),
            ('[5]', [5]),
            ('[[5]]', [5]),
            ("{'a'}", 'a'),
            ('[1;2]', [[1], [2]]),
            ('[1 2; 3 4]', [[1, 2], [3, 4]]),
            ('[1.5 -2 3e2]', [1.5, -2, 300.0]),
            ('[1,2, 3]', [1, 2, 3]),
            ("{'a' 'b'}", ['a', 'b']),
            ("{'a';'b'}", ['a', 'b']),
            ("{1 [2 3] 's'}", [1, [2, 3], 's']),
            ('[[1 2] [3 4]]', [[1, 2], [3, 4]]),
            ("['x y z' true; 1 2.0]", [['x y z', True], [1, 2.0]]),
            ('zeros(2,3)', [[0.0] * 3] * 2),
            ('ones(1, 1)', [[1.0]]),
            ('ones(2)', [[1.0] * 2] * 2),
            ('zeros(0,2)', []),
            ('[zeros(1,2); ones(1,2)]', [[[0.0, 0.0]], [[1.0, 1.0]]]),
            ('@myfunc', '@myfunc'),
            ('<nonscalar struct/object>', '<nonscalar struct/object>'),
            ('{@f <a b>}', ['@f', '<a b>']),
            ('a b', ['a', 'b']),
            ('1:3', '1:3'),
            ('1-2', '1-2'),
            ('0x1F', '0x1F'),
            ('1_0', '1_0'),
            ('9' * 5000, '9' * 5000),
            ('[1 2', '[1 2'),
            ('1]', '1]'),
            ('[1}', '[1}'),
            ("'open", "'open"),
            ('[' * 1000 + ']' * 1000, '[' * 1000 + ']' * 1000),
            ('zeros(99999,99999)', 'zeros(99999,99999)'),
        ],
    )
    def test_values(self, text, expected):
        result = matlabstr2py(text)
        assert result == expected
        assert type(result) is type(expected)

    def test_nan(self):
        result = matlabstr2py('[NaN 1]')
        assert math.isnan(result[0])
        assert result[1] == 1

    @pytest.mark.parametrize('newline', ['\n', '\r', '\r\n'])
    def test_lines(self, newline):
        lines = (
            'SI.x = [1 2]',
            "SI.y = {'a=b' 1}",
            '% comment = 1',
            '',
            'no value',
            'two words = 1',
            "'quoted' = 1",
            'f=6',
            'empty = ',
        )
        assert matlabstr2py(newline.join(lines)) == {
            'SI.x': [1, 2],
            'SI.y': ['a=b', 1],
            'f': 6,
            'empty': '',
        }

    @hypothesis.given(st.text('[]{};,\' @<>1.e-azeros()"\n', max_size=40))
    def test_any_text(self, text):
        matlabstr2py(text)

    def test_time_is_linear(self):
        for text in ('[', '[1 2;', "'", '<', 'zeros(', '{@', '1,'):
            start = time.perf_counter()
            matlabstr2py(text * 20000)
            assert time.perf_counter() - start < 5.0


class TestTimer:
    @pytest.mark.parametrize(
        ('duration', 'expected'),
        [
            (1.05, '1.050000 s'),
            (0.5, '0.500000 s'),
            (10, '10 s'),
            (65, '1:05 s'),
            (600, '10:00 s'),
            (3700.5, '1:01:40.500000 s'),
            (100000, '1 day, 3:46:40 s'),
        ],
    )
    def test_str(self, monkeypatch, duration, expected):
        clock = [0.0]
        monkeypatch.setattr(Timer, 'clock', staticmethod(lambda: clock[0]))
        timer = Timer()
        clock[0] += duration
        assert str(timer) == expected
        assert timer.stop() == duration
        clock[0] += 1
        assert str(timer) == expected
        assert timer.duration == timer.stopped - timer.started

    def test_output(self, monkeypatch, capsys):
        monkeypatch.setattr(Timer, 'clock', staticmethod(lambda: 3.0))
        with Timer('message', started=1.0) as timer:
            pass
        timer.print('again', end='.\n')
        timer.start('start:', end='|')
        timer.stop('stop', end='|\n')
        assert capsys.readouterr().out == (
            'message 2 s\nagain 2 s.\nstart:|stop|\n'
        )

    def test_repr(self):
        assert repr(Timer(started=1.0)) == 'Timer(started=1.0)'
        assert Timer.clock() <= Timer.clock()


class TestSmallClasses:
    def test_nullcontext(self):
        lock = NullContext()
        with lock as value:
            assert value is lock
        assert repr(lock) == 'NullContext()'
        with pytest.raises(KeyError), NullContext():
            raise KeyError

    def test_lazyattr(self):
        calls = []
        with pytest.deprecated_call(match='cached_property'):

            class Base:
                value = 'base'

                @lazyattr
                def computed(self):
                    calls.append(self)
                    return 1

                @lazyattr
                def failing(self):
                    return self.missing

            class Derived(Base):
                @lazyattr
                def value(self):
                    return NotImplemented

        instance = Derived()
        assert instance.computed == 1
        assert instance.computed == 1
        assert calls == [instance]
        assert instance.value == 'base'
        assert isinstance(Base.computed, lazyattr)
        with pytest.raises(RuntimeError, match='missing'):
            _ = instance.failing


@pytest.mark.skipif(os.name == 'nt', reason='needs shell scripts')
class TestValidateJhove:
    @pytest.fixture
    def jhove(self, tmp_path):
        def make_program(*messages):
            path = tmp_path / 'jhove'
            lines = ''.join(f'echo " {line}"\n' for line in messages)
            path.write_text('#!/bin/sh\necho "$@"\n' + lines)
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
            return str(path)

        return make_program

    def test_valid(self, jhove):
        validate_jhove('file.tif', jhove('Status: Well-Formed and valid'))
        validate_jhove('file.tif', jhove('ErrorMessage: More than 50 IFDs'))

    def test_invalid(self, jhove):
        program = jhove(
            'ErrorMessage: More than 50 IFDs',
            'ErrorMessage: Tag out of order',
        )
        with pytest.raises(ValueError, match='ErrorMessage: Tag out of order'):
            validate_jhove('file.tif', program)
        with pytest.raises(ValueError, match='50 IFDs'):
            validate_jhove('file.tif', program, ignore=[])
        validate_jhove('file.tif', program, ignore=['out of', '50'])

    def test_missing_program(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            validate_jhove('file.tif', str(tmp_path / 'missing'))


def test_output_is_file_like():
    # streams without file descriptor cannot be memory mapped
    with pytest.raises(io.UnsupportedOperation):
        create_output(io.BytesIO(), (2,), 'u1')
