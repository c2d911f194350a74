# tests/formats/test_lsm.py

"""Test Zeiss LSM format."""

import io
import struct

import numpy
import pytest
from builder import BYTE, LONG, SHORT, HolesIO, Page, Tag, build_blocks
from builder import build_tiff as build_plain

import tifffile
from tifffile import TIFF, FileHandle, TiffFile

START = 8192  # bytes for structures after header
FIELDS = dict(TIFF.CZ_LSMINFO)


def make_info(blocks=(), *, size=512, magic=67127628, **values):
    """Return CZ_LSMINFO structure at offset 8, and blocks it refers to."""
    record = numpy.dtype(list(TIFF.CZ_LSMINFO)).newbyteorder('<')
    info = numpy.zeros((), record)
    info['MagicNumber'] = magic
    info['StructureSize'] = size
    for axis in 'XYZ':
        info[f'VoxelSize{axis}'] = 1e-6 * (1 + 'XYZ'.index(axis))
    for name, value in values.items():
        info[name] = value
    data = b''
    for name, block in blocks:
        info[f'Offset{name}'] = 8 + 512 + len(data)
        data += block
    data = info.tobytes().ljust(512, b'\0')[:size].ljust(512, b'\0') + data
    assert len(data) <= START
    return data


def make_pages(data, info, *, thumbnails=True, image=None, **kwargs):
    """Return pages of images and thumbnails."""
    pages = []
    for i, plane in enumerate(data):
        tags = [Tag(34412, BYTE, count=512, offset=8)] if i == 0 else []
        pages.append(
            Page(
                plane,
                planarconfig=2,
                subfiletype=0,
                photometric=2 if len(plane) > 1 else 1,
                extratags=tags,
                **kwargs,
            )
        )
        if thumbnails:
            thumb = numpy.full((3, 4, 4), i, 'u1')
            pages.append(Page(thumb, planarconfig=2, subfiletype=1))
    return pages


def put_info(blocks, info):
    """Return file of blocks and structures."""
    return Holes([*blocks, (8, info)])


class Holes(HolesIO):
    """File of blocks at offsets."""

    def __init__(self, blocks):
        # headers are sorted before structures
        self._blocks = sorted(blocks)
        self._size = max(pos + len(data) for pos, data in self._blocks)
        self._pos = 0


def build_lsm(data, info, **kwargs):
    """Return LSM file."""
    pages = make_pages(data, info, **kwargs)
    return put_info(build_blocks(pages, start=START), info)


def make_data(planes, channels=1, shape=(6, 8), dtype='u1'):
    size = planes * channels * shape[0] * shape[1]
    data = numpy.arange(size) % 251
    return data.astype(dtype).reshape(planes, channels, *shape)


def sizes(**kwargs):
    """Return fields of dimensions."""
    values = {
        'DimensionX': 8,
        'DimensionY': 6,
        'DimensionZ': 1,
        'DimensionChannels': 1,
        'DimensionTime': 1,
    }
    names = dict(TIFF.CZ_LSMINFO_DIMENSIONS)
    values.update({names[key]: value for key, value in kwargs.items()})
    return values


@pytest.mark.parametrize(
    'scantype, dims, dtype, shape, axes, full',
    [
        (0, {'Z': 3, 'C': 2}, 'u1', (3, 2, 6, 8), 'ZCYX', 'TZCYX'),
        (0, {}, 'u1', (6, 8), 'YX', 'TCZYX'),
        (3, {'T': 4, 'C': 2}, 'u2', (4, 2, 6, 8), 'TCYX', 'ZTCYX'),
        (6, {'T': 2, 'Z': 3, 'C': 2}, 'u1', (2, 3, 2, 6, 8), 'TZCYX', 'TZCYX'),
        (6, {'T': 2, 'Z': 3}, 'u1', (2, 3, 6, 8), 'TZYX', 'CTZYX'),
        (
            6,
            {'P': 3, 'T': 2, 'Z': 2, 'C': 2},
            'u1',
            (3, 2, 2, 2, 6, 8),
            'PTZCYX',
            'PTZCYX',
        ),
        (
            0,
            {'M': 2, 'P': 2, 'Z': 2, 'C': 2},
            'u1',
            (2, 2, 2, 2, 6, 8),
            'MPZCYX',
            'MPTZCYX',
        ),
        (7, {'Z': 2, 'C': 2}, 'u1', (2, 2, 6, 8), 'ZCYX', 'ZTCYX'),
    ],
)
def test_series(scantype, dims, dtype, shape, axes, full):
    """Axes and shape are from dimensions and scan type."""
    channels = dims.get('C', 1)
    planes = int(numpy.prod(shape)) // 48 // channels
    data = make_data(planes, channels, dtype=dtype)
    info = make_info(ScanType=scantype, **sizes(**dims))
    with TiffFile(build_lsm(data, info)) as tif:
        assert tif.is_lsm
        assert tif.pages[0].is_lsm
        assert 'lsm' in tif.flags
        series = tif.series[0]
        assert series.kind == 'LSM'
        assert series.name == ''
        assert series.shape == shape
        assert series.axes == axes
        if full == 'TCZYX':
            assert series.get_axes(squeeze=False)[-2:] == 'YX'
        else:
            assert series.get_axes(squeeze=False) == full
        numpy.testing.assert_array_equal(series.asarray(), data.reshape(shape))
        numpy.testing.assert_array_equal(tif.asarray(), data.reshape(shape))
        assert series.scale['X'] == pytest.approx(1.0)
        assert series.scale['Y'] == pytest.approx(2.0)
        assert series.units['X'] == series.units['Y'] == 'micrometer'
        thumbs = tif.series[1]
        assert thumbs.kind == 'LSMreduced'
        assert thumbs.axes[-3:] == 'SYX'
        expected = numpy.zeros((planes, 3, 4, 4), 'u1')
        expected += numpy.arange(planes, dtype='u1')[:, None, None, None]
        numpy.testing.assert_array_equal(
            thumbs.asarray().reshape(expected.shape), expected
        )


def test_thumbnail_shape():
    """Thumbnails have the leading dimensions of the images."""
    data = make_data(3, 2)
    with TiffFile(build_lsm(data, make_info(**sizes(Z=3, C=2)))) as tif:
        assert tif.series[1].shape == (3, 3, 4, 4)
        assert tif.series[1].axes == 'ZSYX'


@pytest.mark.parametrize('number', [1, 3, 40])
def test_no_thumbnails(number):
    """All pages are images if there are no thumbnails."""
    data = make_data(number)
    file = build_lsm(data, make_info(**sizes(Z=number)), thumbnails=False)
    with TiffFile(file) as tif:
        assert len(tif.series) == 1
        assert tif.series[0].kind == 'LSM'
        numpy.testing.assert_array_equal(tif.asarray(), data.squeeze())


def test_unusual_layouts():
    """Image file without second page, and contiguous samples."""
    info = make_info(**sizes(Z=2, C=3))
    data = numpy.arange(2 * 6 * 8 * 3, dtype='u1').reshape(2, 6, 8, 3)
    pages = [Page(plane) for plane in data]
    pages[0].extratags = [Tag(34412, BYTE, count=512, offset=8)]
    blocks = build_blocks(pages, start=START)
    with TiffFile(put_info(blocks, info)) as tif:
        assert tif.series[0].axes == 'ZYXC'
        numpy.testing.assert_array_equal(tif.asarray(), data)


@pytest.mark.parametrize(
    'scantype, shape, dims, axes',
    [
        (2, (10, 8), {'T': 10, 'Y': 1}, 'CTX'),
        (1, (5, 8), {'Z': 5, 'Y': 1}, 'CZX'),
        (10, (10, 8), {'T': 10, 'Y': 1}, 'CTX'),
    ],
)
def test_line_scan(scantype, shape, dims, axes):
    """Rows of images are along time or depth."""
    data = make_data(1, 2, shape)
    info = make_info(ScanType=scantype, **sizes(C=2, **dims))
    with TiffFile(build_lsm(data, info)) as tif:
        assert tif.series[0].axes == axes
        assert tif.series[0].shape == (2, *shape)
        numpy.testing.assert_array_equal(tif.asarray(), data[0])


def test_time_series_of_lines():
    """Images of lines form a time series."""
    data = make_data(4, 2, (5, 8))
    info = make_info(ScanType=4, **sizes(C=2, T=4, Z=5, Y=1))
    with TiffFile(build_lsm(data, info)) as tif:
        assert tif.series[0].axes == 'TCZX'
        numpy.testing.assert_array_equal(tif.asarray(), data)


def test_bits_at_offset():
    """Two BitsPerSample are stored at an offset, or in the tag."""
    data = make_data(2, 2, dtype='u2')
    bits = struct.pack('<HH', 16, 16)
    info = make_info([('KsData', bits)], **sizes(Z=2, C=2))
    for tags in (
        {258: Tag(258, SHORT, count=2, offset=8 + 512)},
        {258: (SHORT, (16, 16))},
    ):
        file = build_lsm(data, info, tags=tags)
        with TiffFile(file) as tif:
            assert tif.pages[2].bitspersample == 16
            assert tif.series[0].kind == 'LSM'
            numpy.testing.assert_array_equal(tif.asarray(), data)


def test_bogus_strip():
    """Numbers of bits and strips exceed the number of channels."""
    data = make_data(1, 2, (10, 8))
    info = make_info(**sizes(C=2, Y=10))
    pages = make_pages(data, info)
    pages[0].segments = [*pages[0].encoded('<'), b'']
    pages[0].tags = {258: (SHORT, (8, 8, 0)), 277: (SHORT, 2)}
    blocks = build_blocks(pages, start=START)
    with TiffFile(put_info(blocks, info)) as tif:
        assert tif.series[0].axes == 'CYX'
        assert len(tif.pages[0].dataoffsets) == 2
        numpy.testing.assert_array_equal(tif.asarray(), data[0])


def test_unused_predictor():
    """Predictor is ignored without compression."""
    data = make_data(3, 2)
    file = build_lsm(
        data, make_info(**sizes(Z=3, C=2)), tags={317: (SHORT, 2)}
    )
    with TiffFile(file) as tif:
        assert tif.pages[0].predictor == 1
        assert tif.pages[2].predictor == 1
        numpy.testing.assert_array_equal(tif.asarray(), data)


@pytest.mark.parametrize('planes', [3, 30])
@pytest.mark.parametrize('dtype', ['u1', 'u2'])
def test_lzw(planes, dtype):
    """Sizes of compressed strips are those of uncompressed ones."""
    data = make_data(planes, 2, (30, 40), dtype=dtype)
    info = make_info(**sizes(Z=planes, C=2, X=40, Y=30))
    size = data[0, 0].nbytes
    file = build_lsm(
        data,
        info,
        compression=5,
        predictor=2,
        tags={279: (LONG, (size, size))},
    )
    with TiffFile(file) as tif:
        numpy.testing.assert_array_equal(tif.asarray(), data)
        numpy.testing.assert_array_equal(
            tif.series[0].asarray(selection=(1, 1)), data[1, 1]
        )
        assert tif.pages[2].databytecounts[0] < size
        numpy.testing.assert_array_equal(tif.pages[2].asarray(), data[1])
        numpy.testing.assert_array_equal(
            tif.pages[-2].asarray(), data[planes - 1]
        )
        tif.pages.useframes = True
        tif.pages.set_keyframe(0)
        numpy.testing.assert_array_equal(tif.pages[2].asarray(), data[1])
        assert tif.pages[2].is_frame


def build_large(offsets, info):
    """Return LSM file with data at offsets, which are wrapped in tags."""
    data = make_data(len(offsets))
    pages = []
    blocks = []
    for i, (plane, offset) in enumerate(zip(data, offsets, strict=True)):
        tags = {273: (LONG, offset % 2**32), 279: (LONG, 48)}
        page = Page(plane[0], segments=[], subfiletype=0, tags=tags)
        if i == 0:
            page.extratags = [Tag(34412, BYTE, count=512, offset=8)]
        pages.append(page)
        blocks.append((offset, plane.tobytes()))
        thumb = numpy.full((4, 4), i, 'u1')
        tags = {273: (LONG, (offset + 100) % 2**32), 279: (LONG, 16)}
        pages.append(Page(thumb, segments=[], subfiletype=1, tags=tags))
        blocks.append((offset + 100, thumb.tobytes()))
    return data, put_info(build_blocks(pages, start=START) + blocks, info)


def test_4gb():
    """Offsets wrap at 4 GB."""
    offsets = 100000, 3 * 10**9, 2**32 + 5000, 2**32 + 900000, 2**33 + 10000
    info = make_info(ScanType=3, **sizes(T=5))
    data, file = build_large(offsets, info)
    with TiffFile(file) as tif:
        assert tif.series[0].axes == 'TYX'
        numpy.testing.assert_array_equal(tif.asarray(), data.squeeze())
        assert tif.pages[8].dataoffsets == (2**33 + 10000,)
        assert tif.pages[9].dataoffsets == (2**33 + 10100,)
        numpy.testing.assert_array_equal(
            tif.series[1].asarray()[:, 0, 0], range(5)
        )


def test_4gb_positions():
    """Positions were visited at each time."""
    gb = 10**9
    # in order of recording: position varies faster than time
    recorded = [gb, 2 * gb, 4 * gb, 5 * gb, 8 * gb, 10 * gb]
    offsets = [recorded[t * 2 + p] for p in range(2) for t in range(3)]
    info = make_info(ScanType=3, **sizes(T=3, P=2))
    data, file = build_large(offsets, info)
    with TiffFile(file) as tif:
        assert tif.series[0].axes == 'PTYX'
        assert [tif.pages[2 * i].dataoffsets[0] for i in range(6)] == offsets
        numpy.testing.assert_array_equal(
            tif.asarray(), data.reshape(2, 3, 6, 8)
        )


def test_incomplete(caplog):
    """Images that were not recorded are zero."""
    data = make_data(3)
    info = make_info(ScanType=6, **sizes(T=2, Z=2))
    with TiffFile(build_lsm(data, info)) as tif:
        assert tif.series[0].shape == (2, 2, 6, 8)
        image = tif.asarray().reshape(4, 6, 8)
        numpy.testing.assert_array_equal(image[:3], data[:, 0])
        assert not image[3].any()
    assert 'Missing data are zeroed' in caplog.text


@pytest.mark.parametrize(
    'kwargs',
    [
        {'ScanType': 77},
        {'magic': 1},
        {'DimensionX': 9},
        {'DimensionZ': 2**31 - 1},
        {'DimensionTime': -4, 'DimensionZ': 7},
    ],
)
def test_generic(kwargs, caplog):
    """Files with invalid dimensions are read as plain TIFF."""
    data = make_data(2)
    info = make_info(**{**sizes(Z=2), **kwargs})
    with TiffFile(build_lsm(data, info)) as tif:
        assert tif.is_lsm
        assert tif.series[0].kind == 'Generic'
        numpy.testing.assert_array_equal(tif.asarray(), data.squeeze())
        assert (tif.lsm_metadata is None) == ('magic' in kwargs)
    assert 'LSM series raised' in caplog.text


def text(entry, value):
    value = value.encode() + b'\0'
    return struct.pack('<III', entry, 2, len(value)) + value


def scaninfo():
    """Return scan information."""
    end = struct.pack('<III', 0xFFFFFFFF, 0, 0)
    begin = [
        struct.pack('<III', entry, 0, 0)
        for entry in (0x10000000, 0x20000000, 0x40000000)
    ]
    channels = b''.join(
        (
            struct.pack('<III', 0xC0000000, 0, 0),
            struct.pack('<III', 0xD0000000, 0, 0),
            text(0xD0000001, 'Ch1'),
            struct.pack('<IIIi', 0xD0000006, 4, 4, 8),
            end,
            end,
        )
    )
    return b''.join(
        (
            begin[0],
            text(0x10000001, 'rec'),
            struct.pack('<IIId', 0x10000016, 5, 8, 1.5),
            struct.pack('<III', 0x10000099, 3, 0),
            begin[1],
            begin[2],
            text(0x4000000C, 'T1'),
            channels,
            end,
            end,
            end,
        )
    )


def lookuptable():
    """Return lookup tables."""
    blocks = b''.join(
        (
            struct.pack('<iidd', 1, 24, 1.0, 2.0),
            struct.pack('<ii8i', 4, 40, *range(8)),
            struct.pack('<iii8i', 5, 44, 2, *range(8)),
            struct.pack('<ii', 0, 8),
        )
    )
    header = struct.pack('<15i', 60 + len(blocks), 4, 2, 5, 1, 0, *range(9))
    return header + blocks


def channelcolors():
    """Return colors and names of channels."""
    names = b''.join(
        struct.pack('<I', len(name)) + name for name in (b'Red\0', b'Gr\0')
    )
    head = struct.pack('<6i', 32 + len(names), 2, 2, 24, 32, 1)
    return head + bytes(range(8)) + names


BLOCKS = [
    ('ScanInformation', scaninfo()),
    ('TimeStamps', struct.pack('<iidd', 24, 2, 10.0, 12.5)),
    (
        'EventList',
        struct.pack('<II', 0, 1)
        + struct.pack('<IdI', 22, 1.5, 3)
        + b'event\0',
    ),
    ('ChannelColors', channelcolors()),
    ('ChannelDataTypes', struct.pack('<III', 2, 1, 2)),
    ('ChannelWavelength', struct.pack('<idddd', 2, 4e-7, 5e-7, 5e-7, 6e-7)),
    ('Positions', struct.pack('<I3d', 1, 1, 2, 3)),
    ('TilePositions', struct.pack('<I3d', 1, 4, 5, 6)),
    ('InputLut', lookuptable()),
    ('OutputLut', lookuptable()),
    ('Roi', b'not decoded.'),
]


def test_metadata():
    """Structure and all known blocks are decoded."""
    data = make_data(2, 2)
    info = make_info(BLOCKS, ScanType=3, SpectralScan=1, **sizes(T=2, C=2))
    with TiffFile(build_lsm(data, info)) as tif:
        meta = tif.lsm_metadata
        series = tif.series[0]
    assert meta['MagicNumber'] == 67127628
    assert meta['DimensionX'] == 8
    assert meta['DimensionsReserved'] == [0] * 16
    assert meta['ScanInformation'] == {
        'Name': 'rec',
        'ZoomX': 1.5,
        'Entry0x10000099': 0,
        'Tracks': [
            {
                'Name': 'T1',
                'DataChannels': [{'Name': 'Ch1', 'BitsPerSample': 8}],
            }
        ],
    }
    assert meta['TimeStamps'].tolist() == [10.0, 12.5]
    assert meta['EventList'] == [(1.5, 3, 'event')]
    assert meta['ChannelColors'] == {
        'Mono': True,
        'Colors': [[0, 1, 2, 3], [4, 5, 6, 7]],
        'ColorNames': ['Red', 'Gr'],
    }
    assert meta['ChannelDataTypes'].tolist() == [1, 2]
    assert meta['ChannelWavelength'].shape == (2, 2)
    assert meta['Positions'].tolist() == [[1, 2, 3]]
    assert meta['TilePositions'].tolist() == [[4, 5, 6]]
    assert 'Roi' not in meta
    lut = meta['InputLut']
    assert lut['LutType'] == TIFF.CZ_LSM_LUTTYPE.GAMMA
    assert lut['NumberChannels'] == 2
    gamma, ramp, knots = lut['SubBlocks']
    assert gamma['Type'] == TIFF.CZ_LSM_SUBBLOCK_TYPE.GAMMA
    assert gamma['Data'].tolist() == [1.0, 2.0]
    assert ramp['Data'].shape == (2, 2, 2)
    assert knots['Data'].shape == (2, 2, 2)
    assert series.attr['channel_names'] == ['Red', 'Gr']
    assert series.attr['scale']['T'] == 2.5
    assert series.attr['unit']['T'] == 'second'
    assert series.coords['time'].tolist() == [0, 2.5]
    assert series.coords['width'][1] == pytest.approx(1.0)
    assert series.coords['channel'].tolist() == pytest.approx([4.5e-7, 5.5e-7])


def test_short_structure():
    """Old files have shorter structures."""
    info = make_info(size=156, **sizes(Z=2))
    with TiffFile(build_lsm(make_data(2), info)) as tif:
        assert list(tif.lsm_metadata)[-1] == 'OffsetNextRecording'
        assert tif.series[0].axes == 'ZYX'


@pytest.mark.parametrize('name', [name for name, _ in BLOCKS[:-1]])
def test_truncated_blocks(name, caplog):
    """Blocks that are truncated are missing."""
    block = dict(BLOCKS)[name][:-9]
    fh = FileHandle(io.BytesIO(block))
    with pytest.raises(tifffile.TiffFileError):
        TIFF.CZ_LSMINFO_READERS[name](fh)
    data, info = make_data(1), bytearray(make_info(**sizes()))
    record = numpy.dtype(list(TIFF.CZ_LSMINFO))
    offset = record.fields[f'Offset{name}'][1]
    info[offset : offset + 4] = struct.pack('<I', 2**31)
    with TiffFile(build_lsm(data, bytes(info))) as tif:
        assert name not in tif.lsm_metadata
        assert tif.series[0].kind == 'LSM'
    assert 'raised TiffTagError' in caplog.text


def test_invalid_blocks(caplog):
    """Blocks that are inconsistent give no values."""
    for name, block, expected in (
        ('TimeStamps', struct.pack('<iid', 17, 1, 0), ()),
        ('ScanInformation', struct.pack('<III', 1, 0, 0), {}),
        ('InputLut', struct.pack('<15i', *range(15)), {}),
        (
            'ChannelColors',
            struct.pack('<6i', 24, 2, 1, 24, 24, 0),
            {'Mono': False, 'Colors': [], 'ColorNames': []},
        ),
    ):
        value = TIFF.CZ_LSMINFO_READERS[name](FileHandle(io.BytesIO(block)))
        if name == 'TimeStamps':
            assert value.size == 0
        else:
            assert value == expected
        assert 'invalid LSM' in caplog.text
        caplog.clear()


def test_tables():
    """Tables are public."""
    assert len(TIFF.CZ_LSMINFO) == 58
    assert len(TIFF.CZ_LSMINFO_READERS) == 24
    assert len(TIFF.CZ_LSMINFO_SCANINFO_ATTRIBUTES) == 187
    assert TIFF.CZ_LSMINFO_SCANINFO_ATTRIBUTES[0x40000019] == 'PixelTime'
    assert TIFF.CZ_LSMINFO_SCANTYPE[6] == 'XYZTC'
    assert TIFF.CZ_LSMINFO_DATATYPES[5] == '32 bit float'
    assert len(TIFF.CZ_LSMINFO_TYPEOFDATA) == 4
    assert len(TIFF.CZ_LSMINFO_SCANINFO_ARRAYS) == 8
    assert len(TIFF.CZ_LSMINFO_SCANINFO_STRUCTS) == 8


def test_plain_file_is_not_lsm():
    """Other files have no metadata of LSM."""
    with TiffFile(io.BytesIO(build_plain(Page(make_data(1)[0, 0])))) as tif:
        assert not tif.is_lsm
        assert tif.lsm_metadata is None
