# tests/formats/test_sis.py

"""Test Olympus SIS files."""

from __future__ import annotations

import datetime
import io
import struct

import pytest
from builder import ASCII, BYTE, Page, Tag, build_tiff
from stacks import check_stack, planes
from tifffile.tifffile import olympus_ini_metadata, olympusini_metadata

from tifffile import TiffFile

INI = """; comment
[Dimension]
Z=1
Band=2
Time=3

[Info]
Name=test
Empty=
Values=1,2.5,abc

[Z]
ZPos1=0.5
Unit=um

[Time]
TimePos1=0
TimePos2=100
TimePos3=200
TimePos4=300

[Band]
BandName1=DAPI
LUT0=16711680
LUT1=66051
BandName2=FITC
LUT0=1
Color2=4

[ASD]
Count=2
Name1=a
Name2=b
Other3=c
"""


def build_structure(offset, magic=b'SIS0', month=10, exponent=-6):
    """Return SIS structure that is stored at offset."""
    data = struct.pack(
        '<4s6x5h6x32sH', magic, 30, 14, 24, month, 122, b'image name\0x', 2
    )
    data += struct.pack('<HHI', 10, 1, 0)
    data += struct.pack('<HHI', 1, 1, offset + len(data) + 8)
    data += struct.pack(
        '<10xhdd8xd2x34s32s', exponent, 0.25, 0.5, 60.0, b'XM10\0', b'RGB'
    )
    return data


def build(data, ini=INI, structure=True, **kwargs):
    """Return SIS file."""
    pages = [Page(plane) for plane in data]
    blob = b''
    byteorder = kwargs.get('byteorder', '<')
    if structure:
        blob = build_structure(8, **kwargs.pop('fields', {}))
        tag = Tag(33560, BYTE, b'', count=len(blob), offset=8)
        pages[0].tags = {33560: tag}
    if ini is not None:
        pages[0].tags = {**pages[0].tags, 33471: (ASCII, ini)}
    result = bytearray(
        build_tiff(pages, start=len(blob) + len(blob) % 2, byteorder=byteorder)
    )
    result[8 : 8 + len(blob)] = blob
    return bytes(result)


def check(tif, axes, data):
    """Assert that series is as expected."""
    assert tif.is_sis
    return check_stack(tif, 'SIS', axes, data)


@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_sis(byteorder):
    """Test file with all metadata."""
    data = planes(2, 3, 5, 7)
    file = build(data.reshape(6, 5, 7), byteorder=byteorder)
    with TiffFile(io.BytesIO(file), name='a.tif') as tif:
        series = check(tif, 'CTYX', data)
        assert series.name == 'image name'
        assert series.attr == {
            'scale': {'X': 0.25, 'Y': 0.5, 'T': 0.1},
            'unit': {
                'X': 'micrometer',
                'Y': 'micrometer',
                'T': 'second',
            },
            'channel_names': ['DAPI', 'FITC'],
            'magnification': 60.0,
        }
        assert tif.pages[0].is_sis
        assert not tif.pages[1].is_sis
        metadata = tif.sis_metadata
        assert list(metadata) == [
            'Dimension',
            'axes',
            'shape',
            'Info',
            'Z',
            'Time',
            'Band',
            'ASD',
            'name',
            'datetime',
            'pixelsizex',
            'pixelsizey',
            'magnification',
            'cameraname',
            'picturetype',
        ]
        assert metadata['axes'] == 'CT'
        assert metadata['shape'] == (2, 3)
        assert metadata['pixelsizex'] == pytest.approx(2.5e-7)
        assert metadata['pixelsizey'] == pytest.approx(5e-7)
        assert metadata['datetime'] == datetime.datetime(2022, 11, 24, 14, 30)
        assert metadata['cameraname'] == 'XM10'
        assert metadata['picturetype'] == 'RGB'
    with TiffFile(io.BytesIO(file), name='a.vsi') as tif:
        assert not tif.is_sis
        assert tif.sis_metadata is None
        assert tif.series[0].kind == 'Generic'
    with TiffFile(io.BytesIO(file), is_sis=False) as tif:
        assert tif.series[0].kind == 'Generic'


def test_structure_only():
    """Test RGB file without INI metadata."""
    data = planes(5, 7, 3, dtype='uint8')
    file = build(data[None], ini=None, fields={'month': 12})
    with TiffFile(io.BytesIO(file)) as tif:
        check(tif, 'YXS', data)
        assert 'datetime' not in tif.sis_metadata


def test_ini_only():
    """Test INI metadata that lack sections."""
    data = planes(3, 5, 7)
    ini = '[Dimension]\nZ=3\n[Z]\nZPos1=0\nZPos2=1.5\nZPos3=3\nZPos4=4\n'
    file = build(data, ini, structure=False)
    with TiffFile(io.BytesIO(file)) as tif:
        series = check(tif, 'ZYX', data)
        assert series.attr['scale'] == {'Z': 1.5}
        assert tif.sis_metadata['Z']['ZPos'].tolist() == [0.0, 1.5, 3.0]


def test_mismatch(caplog):
    """Test dimensions that do not match pages."""
    data = planes(4, 5, 7)
    with TiffFile(io.BytesIO(build(data))) as tif:
        check(tif, 'IYX', data)
    assert 'has 4 pages' in caplog.text


@pytest.mark.parametrize('fields', [{'magic': b'SIS1'}, {'exponent': 10000}])
def test_malformed(fields, caplog):
    """Test structure that is wrong."""
    data = planes(3, 5, 7)
    file = build(data, None, fields=fields)
    with TiffFile(io.BytesIO(file)) as tif:
        check(tif, 'IYX', data)
        assert 'pixelsizex' not in tif.sis_metadata


def test_ini_metadata():
    """Test parsing INI text."""
    metadata = olympusini_metadata(INI)
    bands = metadata['Band']
    assert [band.pop('LUT').tolist() for band in bands] == [
        [[0, 0, 255], [3, 2, 1]],
        [[1, 0, 0]],
    ]
    assert metadata['Z'].pop('ZPos').tolist() == [0.5]
    times = metadata['Time'].pop('TimePos')
    assert times.dtype == 'int32'
    assert times.tolist() == [0, 100, 200]
    assert metadata == {
        'Dimension': {'Z': 1, 'Band': 2, 'Time': 3},
        'axes': 'CT',
        'shape': (2, 3),
        'Info': {'Name': 'test', 'Empty': None, 'Values': (1, 2.5, 'abc')},
        'Z': {'Unit': 'um'},
        'Time': {},
        'Band': [{'BandName': 'DAPI'}, {'BandName': 'FITC', 'Color': 4}],
        'ASD': [{'Name': 'a'}, {'Name': 'b'}],
    }
    assert olympus_ini_metadata is olympusini_metadata


@pytest.mark.parametrize(
    'text',
    [
        '',
        'a=b',
        '[]\na=b',
        '[Band]\nBandName1=a\nLUT1=1',
        '[ASD]\nCount=99999999999\nName1=x',
        '[ASD]\nCount=x',
        '[Dimension]\nBand=999999999999\n[Band]\nLUT5=1\nBandName1=2',
        '[Z]\nZPos1=x\n[Time]',
        '[Dimension]\nZ=x\n[Z]\nZPos1=y\nZPos2=2',
        '[Dimension]\n=\nZ=\n[Z]\nZPos=1',
    ],
)
def test_ini_malformed(text):
    """Test INI text that is wrong."""
    assert isinstance(olympusini_metadata(text), dict)
