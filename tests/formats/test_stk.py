# tests/formats/test_stk.py

"""Test MetaMorph STK format."""

import datetime
import io
import logging
import struct

import numpy
import pytest
from builder import LONG, RATIONAL, Page, Tag, build_tiff
from shared_data import all_entries, data_folder, hash_array

import tifffile
from tifffile import (
    TIFF,
    TiffFile,
    stk_description_metadata,
)

START = 4096  # bytes for structures after header
SHAPE = (5, 7)


class Heap:
    """Structures after the header, at offsets to be stored in tags."""

    def __init__(self):
        self.data = bytearray()

    def add(self, data):
        """Return offset of data."""
        offset = 8 + len(self.data)
        self.data += data + bytes(len(data) % 2)
        assert len(self.data) <= START
        return offset


def text(value):
    return struct.pack('<I', len(value) + 1) + value.encode('cp1252') + b'\0'


def prop(name, value):
    result = bytes([len(name)]) + name.encode()
    if isinstance(value, tuple):
        return result + struct.pack('<IBII', 1, 1, *value)
    return result + struct.pack('<IBB', 3, 2, len(value)) + value.encode()


def make_uic1(heap, planes):
    """Return items of UIC1tag."""
    return [
        (0, 1),
        (1, 10),
        (2, 4095),
        (3, 1),
        (4, heap.add(struct.pack('<II', 1, 4))),
        (5, heap.add(struct.pack('<II', 1, 2))),
        (6, heap.add(text('\xb5m'))),
        (7, heap.add(text('My Stack'))),
        (10, 77),
        (16, heap.add(struct.pack('<II', 2451576, 54362783))),
        (17, heap.add(struct.pack('<II', 0, 0))),
        (21, heap.add(struct.pack('<II', 3, 0))),
        (25, 0),
        (27, 500),
        (28, heap.add(struct.pack('<4I', 1, 2, 3, 4) * planes)),
        (36, heap.add(prop('Gain', (1, 8)))),
        (42, heap.add(struct.pack('<I', 1000))),
        (46, heap.add(struct.pack('<II', 2, 4))),
        (49, heap.add(struct.pack('<I', 0) + prop('Laser', 'on'))),
        (49, heap.add(struct.pack('<I', 1) + prop('Laser', 'off'))),
        (50, heap.add(bytes(range(256)) * 3)),
        (52, 4),
        (999, 42),
    ]


def make_uic4(planes):
    """Return bytes of UIC4tag."""
    fractions = struct.pack('<4I', 1, 2, 3, 4) * planes
    return b''.join(
        (
            struct.pack('<H', 28) + fractions,
            struct.pack('<H', 29) + fractions,
            struct.pack('<H', 37) + text('stage') * planes,
            struct.pack('<H', 40) + struct.pack('<II', 5, 2) * planes,
            struct.pack('<H', 41) + struct.pack('<I', 1) * planes,
            struct.pack('<H', 0),
        )
    )


def make_uic2(planes, distance=(2, 1), interval=1000):
    """Return numbers of UIC2tag."""
    return [
        (*distance, 2451576, 54362783 + interval * i, 2451577, 1000 + i)
        for i in range(planes)
    ]


def build_stk(
    data,
    *,
    uic2=None,
    uic1=None,
    uic3=True,
    uic4=True,
    compression=1,
    description=None,
    byteorder='<',
    **kwargs,
):
    """Return STK file."""
    heap = Heap()
    planes = len(data)
    items = make_uic1(heap, planes) if uic1 is None else uic1(heap)
    offset = heap.add(b''.join(struct.pack('<II', *item) for item in items))
    tags = [Tag(33628, LONG, count=len(items), offset=offset)]
    if uic2 is not False:
        rows = make_uic2(planes) if uic2 is None else uic2
        tags.append(Tag(33629, RATIONAL, sum(rows, ()), count=len(rows)))
    if uic3:
        waves = sum(((490 + 10 * i, 1) for i in range(planes)), ())
        tags.append(Tag(33630, RATIONAL, waves))
    if uic4:
        offset = heap.add(make_uic4(planes))
        tags.append(Tag(33631, LONG, count=planes, offset=offset))
    if description is None:
        description = b''.join(
            b'Plane: %i\r\nExposure: 100 ms\r\nno colon\r\n\0' % i
            for i in range(planes)
        )
    pages = [Page(plane, compression=compression, **kwargs) for plane in data]
    segments = [item for page in pages for item in page.encoded(byteorder)]
    page = Page(
        data[0],
        compression=compression,
        description=description,
        extratags=tags,
        segments=segments,
        **kwargs,
    )
    if compression == 1:
        number = len(pages[0].encoded(byteorder))
        sizes = [len(item) for item in segments[:number]]
        if number == 1:
            page.segments = [b''.join(segments)]
            page.tags = {279: (LONG, sizes)}
    file = bytearray(build_tiff(page, start=START, byteorder=byteorder))
    file[8 : 8 + len(heap.data)] = heap.data
    return io.BytesIO(file)


def make_data(planes, shape=SHAPE):
    size = planes * int(numpy.prod(shape))
    return numpy.arange(size, dtype='uint16').reshape(planes, *shape)


@pytest.mark.parametrize(
    'axis, rows',
    [
        ('Z', make_uic2(4)),
        ('T', make_uic2(4, (0, 1))),
        ('I', make_uic2(4, (0, 1), 0)),
    ],
)
def test_series(axis, rows):
    """Axis is from distances and times of planes."""
    data = make_data(4)
    with TiffFile(build_stk(data, uic2=rows)) as tif:
        assert tif.is_stk
        assert tif.pages[0].is_stk
        assert tif.pages[0].is_contiguous
        assert 'stk' in tif.flags
        assert len(tif.series) == 1
        series = tif.series[0]
        assert series.kind == 'STK'
        assert series.name == 'My Stack'
        assert series.axes == axis + 'YX'
        assert series.shape == (4, *SHAPE)
        assert series.dtype == 'uint16'
        assert len(series) == 1
        assert series.is_truncated
        assert series.dataoffset == tif.pages[0].dataoffsets[0]
        numpy.testing.assert_array_equal(series.asarray(), data)
        numpy.testing.assert_array_equal(tif.asarray(), data)
        numpy.testing.assert_array_equal(
            series.asarray(selection=(slice(1, 3), 2)), data[1:3, 2]
        )
        attr = series.attr
        assert attr['scale']['X'] == 0.25
        assert attr['scale']['Y'] == 0.5
        assert attr['unit']['X'] == 'micrometer'
        assert attr['wavelengths'] == [490.0, 500.0, 510.0, 520.0]
        if axis == 'Z':
            assert attr['scale']['Z'] == 2.0
            assert series.coords['depth'].tolist() == [0, 2, 4, 6]
        elif axis == 'T':
            assert attr['scale']['T'] == 1.0
            assert series.scale == {'X': 0.25, 'Y': 0.5, 'T': 1.0}
            assert series.units['T'] == 'second'
            assert series.coords['time'].tolist() == [0, 1, 2, 3]


def test_metadata(caplog):
    """All kinds of items of UIC tags are decoded."""
    with TiffFile(build_stk(make_data(3))) as tif:
        meta = tif.stk_metadata
        assert meta is tif.stk_metadata
        uic1 = tif.pages[0].tags['UIC1tag'].value
    assert meta['NumberPlanes'] == 3
    assert len(meta['PlaneDescriptions']) == 3
    assert stk_description_metadata(meta['PlaneDescriptions'][1]) == [
        {'Plane': 1, 'Exposure': '100 ms', '': ['no colon']}
    ]
    assert meta['AutoScale'] == 1
    assert meta['MaxScale'] == 4095
    assert meta['XCalibration'] == 0.25
    assert meta['CalibrationUnits'] == '\xb5m'
    assert meta['Name'] == 'My Stack'
    assert meta['_tagid_10'] == 77
    date = datetime.datetime(2000, 2, 2, 15, 6, 2, 783000)
    assert meta['CreateTime'] == date
    assert meta['LastSavedTime'] is None
    assert numpy.isnan(meta['grayX'])
    assert meta['grayUnitName'] == ''
    assert meta['wavelength'] == 500
    assert meta['ImageProperty'] == {
        'name': 'Gain',
        'flags': 1,
        'value': 0.125,
    }
    assert meta['Gamma'] == 1000
    assert meta['CameraBin'] == (2, 4)
    assert [item['value'] for item in meta['PlaneProperty']] == ['on', 'off']
    assert meta['UserLutTable'].shape == (256, 3)
    assert meta['RedAutoScaleLoInfo'] == 4  # invalid offset
    assert meta['_TagId999'] == 42
    assert 'StagePosition' not in uic1
    assert meta['StagePosition'].tolist() == [[0.5, 0.75]] * 3
    assert meta['CameraChipOffset'].shape == (3, 2)
    assert meta['StageLabel'] == ['stage'] * 3
    assert meta['AbsoluteZ'].tolist() == [2.5] * 3
    assert meta['AbsoluteZValid'].tolist() == [1] * 3
    assert meta['Wavelengths'].tolist() == [490.0, 500.0, 510.0]
    assert meta['ZDistance'].tolist() == [2.0] * 3
    assert meta['TimeCreated'].dtype == 'uint32'
    assert meta['DatetimeCreated'][1] == numpy.datetime64(
        '2000-02-02T15:06:03.783'
    )
    assert meta['DatetimeModified'].dtype == 'datetime64[ns]'
    assert 'invalid offset 4' in caplog.text


def test_two_planes():
    """Arrays of two planes are no fractions."""
    with TiffFile(build_stk(make_data(2))) as tif:
        assert tif.stk_metadata['AbsoluteZValid'].tolist() == [1, 1]
        assert tif.series[0].shape == (2, *SHAPE)


def test_single_plane():
    """One plane has no leading axis but an unsqueezed one."""
    data = make_data(1)
    with TiffFile(build_stk(data, uic4=False)) as tif:
        series = tif.series[0]
        assert series.axes == 'YX'
        assert series.get_axes(squeeze=False) == 'IYX'
        assert not series.is_truncated
        assert tif.stk_metadata['StagePosition'].tolist() == [[0.5, 0.75]]
        numpy.testing.assert_array_equal(series.asarray(), data[0])


def test_no_uic2(caplog):
    """Number of planes is one if it is not known."""
    file = build_stk(make_data(2), uic2=False, uic3=False, uic4=False)
    with TiffFile(file) as tif:
        assert tif.series[0].kind == 'STK'
        assert tif.series[0].shape == SHAPE
        meta = tif.stk_metadata
        assert meta['NumberPlanes'] == 1
        assert meta['UserLutTable'].shape == (256, 3)
        assert meta['Gamma'] == 1000
        assert meta['CameraBin'] == (2, 4)
        assert meta['StagePosition'].tolist() == [[0.5, 0.75]]
        assert 'ZDistance' not in meta


def test_old_uic1():
    """UIC1tag of rationals holds distances."""
    page = Page(
        make_data(1)[0], extratags=[Tag(33628, RATIONAL, (3, 2), count=1)]
    )
    with TiffFile(io.BytesIO(build_tiff(page))) as tif:
        assert tif.stk_metadata['ZDistance'].tolist() == [1.5]
        assert tif.series[0].kind == 'STK'


def test_one_item():
    """Single item that would fit in tag record is stored outside."""
    file = build_stk(
        make_data(1),
        uic1=lambda heap: [(7, heap.add(text('one')))],
        uic3=False,
        uic4=False,
    )
    with TiffFile(file) as tif:
        assert tif.pages[0].tags[33628].value == {'Name': 'one'}
        assert tif.series[0].name == 'one'


def test_no_name():
    """Text at offset zero is empty."""
    with TiffFile(build_stk(make_data(2), uic1=lambda _: [(7, 0)])) as tif:
        assert tif.stk_metadata['Name'] == ''
        assert tif.series[0].name == ''


def test_rgb():
    """Planes can be RGB."""
    data = make_data(3, (5, 7, 3))
    with TiffFile(build_stk(data)) as tif:
        assert tif.series[0].axes == 'ZYXS'
        numpy.testing.assert_array_equal(tif.asarray(), data)


@pytest.mark.parametrize('rowsperstrip', [2, 5])
def test_compressed(rowsperstrip):
    """Segments of all planes are listed if they are compressed."""
    data = make_data(3)
    file = build_stk(data, compression=5, rowsperstrip=rowsperstrip)
    with TiffFile(file) as tif:
        series = tif.series[0]
        assert series.axes == 'ZYX'
        numpy.testing.assert_array_equal(series.asarray(), data)
        numpy.testing.assert_array_equal(series.asarray(selection=1), data[1])


def test_compressed_missing(caplog):
    """Only the first plane can be read if segments are missing."""
    data = make_data(2)
    file = build_stk(
        data[:1], compression=5, uic2=make_uic2(2), uic3=False, uic4=False
    )
    with TiffFile(file) as tif:
        assert tif.series[0].shape == SHAPE
        numpy.testing.assert_array_equal(tif.asarray(), data[0])
    assert '2 planes need 2 segments' in caplog.text


def test_override():
    """Flag can be overridden."""
    with TiffFile(build_stk(make_data(2)), is_stk=False) as tif:
        assert tif.stk_metadata is None
        assert tif.series[0].kind == 'Generic'


def test_invalid_dates(caplog):
    """Dates that cannot be converted are None."""
    rows = [(0, 1, 5, 0, 2451576, 0), (0, 1, 2451576, 1, 2451576, 0)]
    with TiffFile(build_stk(make_data(2), uic2=rows)) as tif:
        meta = tif.stk_metadata
        assert meta['DatetimeCreated'] is None
        assert meta['DatetimeModified'].size == 2
        assert tif.series[0].axes == 'TYX'
    assert 'invalid date' in caplog.text


def test_big_endian(caplog):
    """Big-endian files are read as plain TIFF."""
    data = make_data(1)
    with TiffFile(build_stk(data, byteorder='>')) as tif:
        assert tif.is_stk
        assert tif.series[0].kind == 'Generic'
        assert isinstance(tif.pages[0].tags[33628].value, tuple)
        assert tif.stk_metadata['NumberPlanes'] == 1
        numpy.testing.assert_array_equal(tif.asarray(), data[0])


def test_truncated(caplog):
    """Items outside of the file are None."""
    file = build_stk(make_data(2), uic1=lambda _: [(4, 10**9), (7, 10**9)])
    with TiffFile(file) as tif:
        assert tif.pages[0].tags[33628].value == {
            'XCalibration': None,
            'Name': '',
        }
        assert tif.series[0].kind == 'STK'
    assert '<tifffile.read_uic_tag>' in caplog.text


def test_forged_count(caplog):
    """Number of planes is one if UIC2tag is not in the file."""
    data = make_data(4)
    file = bytearray(build_stk(data).getvalue())
    start = file.index(struct.pack('<HH', 33629, RATIONAL))
    file[start + 4 : start + 8] = struct.pack('<I', 2**31)
    with TiffFile(io.BytesIO(file)) as tif:
        assert tif.stk_metadata['NumberPlanes'] == 1
        numpy.testing.assert_array_equal(tif.asarray(), data[0])
    assert 'invalid value offset' in caplog.text


def test_plain_file_is_not_stk():
    """Other files have no metadata of STK."""
    with TiffFile(io.BytesIO(build_tiff(Page(make_data(1)[0])))) as tif:
        assert not tif.is_stk
        assert tif.stk_metadata is None


def test_description_metadata():
    """Descriptions of planes are split."""
    assert stk_description_metadata('') == []
    assert stk_description_metadata('a: 1\nb: x: y\0\0c: 2.5\n') == [
        {'a': 1, 'b': 'x: y'},
        {'c': 2.5},
    ]


def test_table():
    """Table of items is public."""
    assert len(TIFF.UIC_TAGS) == 66
    assert TIFF.UIC_TAGS[7][0] == 'Name'
    assert tifffile.read_uic_image_property is tifffile.read_uic_property


ENTRIES = [e for e in all_entries() if e['path'].startswith('stk/')]


@pytest.mark.parametrize('entry', ENTRIES, ids=lambda e: e['path'])
def test_real_files(entry, caplog):
    """Real files are read as expected."""
    caplog.set_level(logging.CRITICAL)
    expected = entry['reference']['2022.8.3']['series']
    with TiffFile(data_folder() / entry['path']) as tif:
        if 'STK' in {item['kind'] for item in expected}:
            assert tif.stk_metadata['NumberPlanes'] == 1
            assert tif.stk_metadata['Name']
        for series, item in zip(tif.series, expected, strict=True):
            if item['kind'] != 'STK':
                continue
            assert series.kind == item['kind']
            assert series.axes == item['axes']
            assert list(series.shape) == item['shape']
            assert hash_array(series.asarray()) == item['sha1']
