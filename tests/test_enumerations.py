# tests/test_enumerations.py

"""Test section 2, enumerations."""

import enum

import pytest

import tifffile
from tifffile import (
    CHUNKMODE,
    COMPRESSION,
    DATATYPE,
    EXTRASAMPLE,
    FILETYPE,
    ORIENTATION,
    PHOTOMETRIC,
    PREDICTOR,
    RESUNIT,
    enumarg,
    enumstr,
)

# name of enumeration, number of names, number of values, sum of values
ENUMERATIONS = (
    ('DATATYPE', 18, 18, 171),
    ('COMPRESSION', 62, 60, 1767757),
    ('PREDICTOR', 7, 7, 139580),
    ('PHOTOMETRIC', 16, 16, 237136),
    ('FILETYPE', 7, 7, 65567),
    ('OFILETYPE', 4, 4, 6),
    ('FILLORDER', 2, 2, 3),
    ('ORIENTATION', 8, 8, 36),
    ('PLANARCONFIG', 2, 2, 3),
    ('RESUNIT', 5, 5, 15),
    ('EXTRASAMPLE', 3, 3, 3),
    ('SAMPLEFORMAT', 6, 6, 21),
    ('CHUNKMODE', 4, 4, 6),
)


@pytest.mark.parametrize(('name', 'names', 'values', 'total'), ENUMERATIONS)
def test_members(name, names, values, total):
    enumtype = getattr(tifffile, name)
    numbers = {int(member) for member in enumtype.__members__.values()}
    assert len(enumtype.__members__) == names
    assert len(numbers) == values
    assert sum(numbers) == total
    assert name in tifffile.__all__


def test_types():
    assert issubclass(FILETYPE, enum.IntFlag)
    assert issubclass(COMPRESSION, enum.IntEnum)
    assert COMPRESSION.LZW == 5
    assert {5: 'lzw'}[COMPRESSION.LZW] == 'lzw'
    assert DATATYPE(18) is DATATYPE.IFD8
    assert CHUNKMODE(3).name == 'FILE'


@pytest.mark.parametrize(
    ('name', 'alias', 'value'),
    [('CCITT_T4', 'CCITTFAX3', 3), ('CCITT_T6', 'CCITTFAX4', 4)],
)
def test_aliases(name, alias, value):
    assert COMPRESSION[name] is COMPRESSION[alias] is COMPRESSION(value)
    assert COMPRESSION(value).name == name


@pytest.mark.parametrize('enumtype', [COMPRESSION, PREDICTOR, RESUNIT])
def test_only_none_is_false(enumtype):
    assert [member.name for member in enumtype if not member] == ['NONE']


def test_zero_is_false_elsewhere():
    assert not PHOTOMETRIC.MINISWHITE
    assert PHOTOMETRIC.MINISBLACK
    assert not EXTRASAMPLE.UNSPECIFIED


def test_unknown_values_raise():
    with pytest.raises(ValueError, match='12345'):
        COMPRESSION(12345)


@pytest.mark.parametrize(
    ('enumtype', 'arg', 'expected'),
    [
        (PHOTOMETRIC, 2, PHOTOMETRIC.RGB),
        (PHOTOMETRIC, PHOTOMETRIC.RGB, PHOTOMETRIC.RGB),
        (PHOTOMETRIC, 'rgb', PHOTOMETRIC.RGB),
        (PHOTOMETRIC, 'MinIsBlack', PHOTOMETRIC.MINISBLACK),
        (COMPRESSION, 'none', COMPRESSION.NONE),
        (COMPRESSION, 'ccittfax3', COMPRESSION.CCITT_T4),
        (FILETYPE, 9, FILETYPE.REDUCEDIMAGE | FILETYPE.MACRO),
        (ORIENTATION, 'leftbot', 8),
    ],
)
def test_enumarg(enumtype, arg, expected):
    member = enumarg(enumtype, arg)
    assert member == expected
    assert isinstance(member, enumtype)


@pytest.mark.parametrize('arg', [12345, 'unknown', '2', None, b'RGB', 2.5])
def test_enumarg_invalid(arg):
    with pytest.raises(ValueError, match='invalid argument') as excinfo:
        enumarg(PHOTOMETRIC, arg)
    assert repr(arg) in str(excinfo.value)
    assert 'PHOTOMETRIC' in str(excinfo.value)


def test_enumstr():
    assert enumstr(PHOTOMETRIC.RGB) == 'RGB'
    assert enumstr(COMPRESSION.CCITTFAX4) == 'CCITT_T6'
    assert enumstr(FILETYPE(0)) == 'UNDEFINED'
    assert enumstr(FILETYPE(9)) == 'REDUCEDIMAGE|MACRO'
    assert '64' in enumstr(FILETYPE(64))
