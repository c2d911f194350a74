# tests/formats/test_scanimage.py

"""Test ScanImage files."""

from __future__ import annotations

import functools
import io
import json
import struct

import pytest
import stacks
from builder import ASCII, HolesIO, Page, build_tiff
from numpy.testing import assert_array_equal
from real_files import check_series, entries_of
from stacks import check_stack, iter_ifds
from tifffile.tifffile import (
    scanimage_artist_metadata,
    scanimage_description_metadata,
)

from tifffile import TiffFile, read_scanimage_metadata

planes = functools.partial(stacks.planes, dtype='int16')

ROI = {'RoiGroups': {'imagingRoiGroup': {'ver': 1}}}


def build_big(data, frames, saved='[1;2]', version=4, roi=ROI, extra=''):
    """Return BigTIFF file with header block."""
    text = (
        'SI.VERSION_MAJOR = 2016\n'
        f'SI.hChannels.channelSave = {saved}\n'
        "SI.hChannels.channelName = {'Red' 'Green' 'Blue' 'Far'}\n"
        f'SI.hStackManager.framesPerSlice = {frames}\n{extra}'
    )
    frame = text.encode() + b'\0'
    rois = b'\0' if roi is None else json.dumps(roi).encode() + b'\0'
    head = struct.pack('<IIII', 117637889, version, len(frame), len(rois))
    head += frame + rois
    pages = [
        Page(
            plane,
            description=f'frameNumbers = {i}\nepoch = [1 2]',
            tags={305: (ASCII, text)},
        )
        for i, plane in enumerate(data)
    ]
    result = bytearray(
        build_tiff(pages, bigtiff=True, start=len(head) + len(head) % 2)
    )
    result[16 : 16 + len(head)] = head
    return bytes(result)


def build_classic(data, description='', software='', **kwargs):
    """Return classic TIFF file."""
    tags = {305: (ASCII, software)} if software else {}
    pages = [Page(plane, description=description, tags=tags) for plane in data]
    return build_tiff(pages, **kwargs)


def check(tif, axes, data):
    """Assert that series is as expected."""
    assert tif.is_scanimage
    return check_stack(tif, 'ScanImage', axes, data)


@pytest.mark.parametrize(
    ('version', 'saved', 'frames', 'shape', 'axes'),
    [
        (3, '[1;2]', '1', (6, 2), 'ZC'),
        (4, '1', 'Inf', (5,), 'T'),
        (4, '[1;3]', '2', (3, 2, 2), 'ZTC'),
        (4, '[1 3]', '2', (3, 2, 2), 'ZTC'),
        (4, '[1;2]', 'Inf', (9, 2), 'TC'),
        (4, '[2]', '10', (7,), 'T'),
    ],
)
def test_bigtiff(version, saved, frames, shape, axes):
    """Test files with header block."""
    data = planes(*shape, 6, 7)
    file = build_big(data.reshape(-1, 6, 7), frames, saved, version)
    with TiffFile(io.BytesIO(file)) as tif:
        series = check(tif, axes + 'YX', data)
        assert series.get_axes(squeeze=False) == 'ZTCYX'
        metadata = tif.scanimage_metadata
        assert metadata['version'] == version
        assert metadata['RoiGroups'] == ROI['RoiGroups']
        assert metadata['FrameData']['SI.VERSION_MAJOR'] == 2016
        assert tif.pages[1].is_scanimage
        page = tif.pages[1]
        assert scanimage_description_metadata(page.description) == {
            'frameNumbers': 1,
            'epoch': [1, 2],
        }
    with TiffFile(io.BytesIO(file), is_scanimage=False) as tif:
        assert tif.scanimage_metadata is None
        assert tif.series[0].kind in {'Generic', 'Uniform'}


def test_not_divisible(caplog):
    """Test number of pages that is no multiple of channels."""
    data = planes(5, 6, 7)
    with TiffFile(io.BytesIO(build_big(data, 'Inf'))) as tif:
        check(tif, 'IYX', data)
    assert '5 pages of 2 channels' in caplog.text


def test_incomplete_volume():
    """Test last volume that is incomplete is left out."""
    data = planes(11, 6, 7)
    with TiffFile(io.BytesIO(build_big(data, '2'))) as tif:
        check(tif, 'ZTCYX', data[:8].reshape(2, 2, 2, 6, 7))


def test_attributes():
    """Test physical sizes and names of channels."""
    extra = (
        'SI.hRoiManager.scanFramePeriod = 0.25\n'
        'SI.hStackManager.stackZStepSize = 2\n'
        'SI.hRoiManager.imagingFovUm = [-7 -3;7 -3;7 3;-7 3]\n'
    )
    file = build_big(planes(4, 6, 7), '1', '[1;4]', extra=extra)
    with TiffFile(io.BytesIO(file)) as tif:
        attr = tif.series[0].attr
        assert attr['scale'] == {'T': 0.25, 'Z': 2.0, 'X': 2.0, 'Y': 1.0}
        assert attr['unit']['T'] == 'second'
        assert attr['channel_names'] == ['Red', 'Far']


def make_volumes(slices=3, volumes='2', flyback=None, **extra):
    """Return header of volumes scanned while the focus moves."""
    values = {
        'hFastZ.enable': 'true',
        'hStackManager.numSlices': slices,
        'hStackManager.numVolumes': volumes,
        'hRoiManager.scanFramePeriod': 0.25,
        **extra,
    }
    if flyback is not None:
        values['hFastZ.numDiscardFlybackFrames'] = flyback
    return ''.join(f'SI.{key} = {value}\n' for key, value in values.items())


@pytest.mark.parametrize(
    ('header', 'frames', 'shape', 'axes', 'flyback'),
    [
        (make_volumes(), '1', (2, 3, 2), 'TZC', None),
        (make_volumes(volumes='Inf'), '1', (4, 3, 2), 'TZC', None),
        # aborted, or in several files
        (make_volumes(volumes=9), '1', (4, 3, 2), 'TZC', None),
        (make_volumes(flyback=0), '1', (4, 3, 2), 'TZC', None),
        # frames between volumes are not saved, or are saved
        (make_volumes(flyback=2), '1', (2, 3, 2), 'TZC', None),
        (make_volumes(flyback=2), '1', (2, 5, 2), 'TZC', 2),
        # that is not known
        (make_volumes(flyback=2, volumes='Inf'), '1', (15, 2), 'ZC', None),
        (make_volumes(flyback=2), '1', (7, 2), 'ZC', None),
        (make_volumes(), '1', (5, 2), 'ZC', None),
        (make_volumes(slices=1), '1', (6, 2), 'ZC', None),
        (make_volumes(slices='[3 3]'), '1', (6, 2), 'ZC', None),
        (make_volumes(), '3', (2, 3, 2), 'ZTC', None),
        (
            make_volumes(**{'hFastZ.enable': 'false'}),
            '1',
            (6, 2),
            'ZC',
            None,
        ),
        (make_volumes(**{'hFastZ.enable': '[1 1]'}), '1', (6, 2), 'ZC', None),
    ],
)
def test_volumes(header, frames, shape, axes, flyback, caplog):
    """Volumes are told apart if their number is beyond doubt."""
    data = planes(*shape, 6, 7)
    file = build_big(data.reshape(-1, 6, 7), frames, extra=header)
    with TiffFile(io.BytesIO(file)) as tif:
        series = check(tif, axes + 'YX', data)
        assert series.attr.get('flyback_frames') == flyback
        if axes == 'TZC':
            number = 5 if 'FlybackFrames = 2' in header else 3
            assert series.scale['T'] == 0.25 * number
    assert not caplog.text


def make_roi(name, width, length, x=0, **kwargs):
    """Return region of interest."""
    return {
        'name': name,
        'zs': 0,
        'discretePlaneMode': 0,
        'enable': 1,
        'scanfields': {
            'pixelResolutionXY': [width, length],
            'centerXY': [x, 1],
            'sizeXY': [width / 10, length / 5],
        },
        **kwargs,
    }


def build_rois(data, rois, block=True):
    """Return file of frames made up of regions of interest."""
    roi = {'RoiGroups': {'imagingRoiGroups': {'rois': rois}}}
    extra = (
        'SI.hRoiManager.mroiEnable = 1\n'
        'SI.objectiveResolution = 15\n'
        'SI.hRoiManager.scanFramePeriod = 0.25\n'
        'SI.hRoiManager.imagingFovUm = [-7 -3;7 -3;7 3;-7 3]\n'
    )
    if block:
        return build_big(data, 'Inf', '1', roi=roi, extra=extra)
    header = 'SI.hChannels.channelSave = 1\n' + extra
    pages = [
        Page(
            plane,
            tags={305: (ASCII, header), 315: (ASCII, json.dumps(roi))},
        )
        for plane in data
    ]
    return build_tiff(pages)


@pytest.mark.parametrize('block', [True, False])
@pytest.mark.parametrize('gap', [0, 3])
def test_rois(gap, block, caplog):
    """Rows of regions of interest are told."""
    lengths = 4, 6, 5
    rois = [
        make_roi(f'roi {i}', 7, length, i) for i, length in enumerate(lengths)
    ]
    data = planes(4, sum(lengths) + 2 * gap, 7)
    with TiffFile(io.BytesIO(build_rois(data, rois, block))) as tif:
        series = check(tif, 'TYX', data)
        assert [roi['name'] for roi in series.attr['rois']] == [
            'roi 0',
            'roi 1',
            'roi 2',
        ]
        start = 0
        for i, roi in enumerate(series.attr['rois']):
            stop = start + lengths[i]
            image = series.asarray()[..., roi['rows'], :]
            assert_array_equal(image, data[:, start:stop])
            assert roi['center'] == (i, 1)
            assert roi['size'] == (0.7, lengths[i] / 5)
            start = stop + gap
        assert start - gap == data.shape[1]
        assert series.attr['scale'] == pytest.approx(
            {'T': 0.25, 'X': 1.5, 'Y': 3}
        )
    assert not caplog.text


def test_one_roi(caplog):
    """MATLAB does not write lists of one item."""
    data = planes(4, 6, 7)
    with TiffFile(io.BytesIO(build_rois(data, make_roi('a', 7, 6)))) as tif:
        series = check(tif, 'TYX', data)
        assert series.attr['rois'][0]['rows'] == slice(0, 6)
    assert not caplog.text


FIELDS = [
    {'pixelResolutionXY': size, 'centerXY': [0, 0], 'sizeXY': [1, 1]}
    for size in ([7, 3], [7, 2])
]


@pytest.mark.parametrize(
    'rois',
    [
        # rows do not make up frames
        [make_roi('a', 7, 5), make_roi('b', 7, 6)],
        [make_roi('a', 7, 3), make_roi('b', 7, 3), make_roi('c', 7, 3)],
        [make_roi('a', 7, 5)],
        # other widths
        [make_roi('a', 6, 5), make_roi('b', 7, 5)],
        # regions are not in all frames
        [make_roi('a', 7, 5), make_roi('b', 7, 5, enable=0)],
        [
            make_roi('a', 7, 5, discretePlaneMode=1),
            make_roi('b', 7, 5, zs=5, discretePlaneMode=1),
        ],
        # sizes change
        [make_roi('a', 7, 5), make_roi('b', 7, 3, scanfields=FIELDS)],
        # invalid
        [make_roi('a', 7, 10.0)],
        [make_roi('a', 7, -1), make_roi('b', 7, 11)],
        [make_roi('a', 7, 10, scanfields=None)],
        [None],
        [],
        None,
        5,
    ],
)
def test_unknown_rois(rois, caplog):
    """Rows of regions are not told if they might be others."""
    data = planes(4, 10, 7)
    with TiffFile(io.BytesIO(build_rois(data, rois))) as tif:
        series = check(tif, 'TYX', data)
        assert 'rois' not in series.attr
        assert series.attr['scale'] == {'T': 0.25}
    assert caplog.text.count('ScanImage regions raised') == 1


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize(
    'description',
    [
        'state.configPath = 1\rstate.acq.numberOfFrames=8\r',
        'Frame Number = 1\n' * 99 + 'scanimage.SI.x = 1\n',
        'SI.',
    ],
)
def test_classic(description, byteorder):
    """Test classic TIFF files of all versions."""
    data = planes(8, 6, 7)
    if description == 'SI.':
        kwargs = {'software': 'SI.LINE_FORMAT_VERSION = 1'}
    else:
        kwargs = {'description': description}
    file = build_classic(data, byteorder=byteorder, **kwargs)
    with TiffFile(io.BytesIO(file)) as tif:
        check(tif, 'IYX', data)
        assert tif.scanimage_metadata == {}
        assert tif.pages[3].description == description.strip() or (
            tif.pages[3].software
        )


def test_no_block():
    """Test BigTIFF without header block."""
    data = planes(8, 6, 7)
    file = build_classic(data, software='SI.x = 1', bigtiff=True)
    with TiffFile(io.BytesIO(file)) as tif:
        check(tif, 'IYX', data)
        assert tif.scanimage_metadata == {}


def make_header(prefix, sep, **lines):
    """Return description of old releases."""
    return ''.join(f'{prefix}{k}{sep}{v}\n' for k, v in lines.items())


@pytest.mark.parametrize(
    ('lines', 'pages', 'shape', 'axes', 'scale'),
    [
        ({}, 6, (6,), 'T', {'T': 0.5}),
        ({'channelsSave': '[1;3]'}, 6, (3, 2), 'TC', {'T': 0.5}),
        ({'stackNumSlices': 3}, 6, (3, 2), 'ZT', {'T': 0.5, 'Z': 5.0}),
        (
            {'stackNumSlices': 3, 'channelsSave': '[1 2]'},
            12,
            (3, 2, 2),
            'ZTC',
            {'T': 0.5, 'Z': 5.0},
        ),
        # aborted, in slice
        ({'stackNumSlices': 3}, 4, (2, 2), 'ZT', {'T': 0.5, 'Z': 5.0}),
        ({'stackNumSlices': 3}, 5, (5,), 'I', None),
        ({'stackNumSlices': 3, 'channelsSave': '[1 2]'}, 5, (5,), 'I', None),
        (
            {'stackNumSlices': 3, 'channelsSave': '[1 2]'},
            6,
            (3, 2),
            'IC',
            None,
        ),
        # averaged
        (
            {'stackNumSlices': 3, 'acqNumAveragedFrames': 2},
            3,
            (3,),
            'Z',
            {'T': 1.0, 'Z': 5.0},
        ),
        # not limited
        (
            {'stackNumSlices': 3, 'acqNumFrames': 'Inf'},
            12,
            (3, 4),
            'ZT',
            {'T': 0.5, 'Z': 5.0},
        ),
        ({'acqNumFrames': 'Inf'}, 7, (7,), 'T', {'T': 0.5}),
        ({'stackNumSlices': 4, 'acqNumFrames': 'Inf'}, 7, (7,), 'I', None),
        # fast
        (
            {'stackNumSlices': 3, 'fastZEnable': 1},
            12,
            (4, 3),
            'TZ',
            {'T': 1.75, 'Z': 5.0},
        ),
        (
            {'stackNumSlices': 3, 'fastZEnable': 1, 'channelsSave': '[1;2]'},
            12,
            (2, 3, 2),
            'TZC',
            {'T': 1.75, 'Z': 5.0},
        ),
        ({'stackNumSlices': 3, 'fastZEnable': 1}, 2, (2,), 'I', None),
        # damaged
        ({'stackNumSlices': 'x', 'acqNumFrames': '[]'}, 3, (3,), 'T', None),
        ({'channelsSave': '[]'}, 3, (3,), 'T', None),
        ({'channelsSave': 'x', 'scanFramePeriod': '-1'}, 3, (3,), 'T', None),
        ({'acqNumFrames': -5, 'stackNumSlices': -1}, 3, (3,), 'T', None),
        (
            {'acqNumFrames': 1e300, 'stackNumSlices': 2, 'stackZStepSize': 0},
            4,
            (2, 2),
            'ZT',
            None,
        ),
    ],
)
@pytest.mark.parametrize('release', ['SI4', 'SI5'])
def test_release5(release, lines, pages, shape, axes, scale, caplog):
    """Test files by ScanImage 4 and 5."""
    text = 'Frame Tag = 00000033\n' + make_header(
        f'scanimage.{release}.',
        ' = ',
        **{
            'channelsSave': 1,
            'stackNumSlices': 1,
            'acqNumFrames': 2,
            'acqNumAveragedFrames': 1,
            'fastZEnable': 'false',
            'fastZPeriod': 1.75,
            'fastZNumVolumes': 9999,
            'scanFramePeriod': 0.5,
            'stackZStepSize': 5,
            **lines,
        },
    )
    text += 'scanimage.SI = 0'
    data = planes(pages, 6, 7)
    file = build_classic(data, description=text)
    with TiffFile(io.BytesIO(file)) as tif:
        series = check(tif, axes + 'YX', data.reshape(*shape, 6, 7))
        if scale is None:
            assert series.attr.get('scale', {}).get('Z', 5.0) == 5.0
        else:
            assert series.attr['scale'] == scale
        assert tif.scanimage_metadata == {}
    assert not caplog.records


@pytest.mark.parametrize(
    ('lines', 'pages', 'shape', 'axes'),
    [
        ({}, 6, (6,), 'I'),
        ({'savingChannel1': 0, 'savingChannel2': 0}, 6, (6,), 'I'),
        ({'savingChannel1': 1, 'savingChannel2': 0}, 6, (6,), 'T'),
        ({'savingChannel1': 1, 'savingChannel2': 1}, 6, (3, 2), 'TC'),
        ({'savingChannel2': 1, 'numberOfZSlices': 3}, 6, (3, 2), 'ZT'),
        (
            {'savingChannel2': 1, 'numberOfZSlices': 3, 'averaging': 1},
            3,
            (3,),
            'Z',
        ),
        (
            {'savingChannel1': 1, 'numberOfZSlices': '2', 'frameRate': 0},
            4,
            (2, 2),
            'ZT',
        ),
    ],
)
def test_release3(lines, pages, shape, axes):
    """Test files by ScanImage 3."""
    text = make_header(
        'state.acq.',
        '=',
        **{'numberOfFrames': 2, 'frameRate': 4, 'zStepSize': 5, **lines},
    ).replace('\n', '\r')
    data = planes(pages, 6, 7)
    file = build_classic(data, description=text)
    with TiffFile(io.BytesIO(file)) as tif:
        series = check(tif, axes + 'YX', data.reshape(*shape, 6, 7))
        if 'T' in axes and 'frameRate' not in lines:
            assert series.attr['scale']['T'] == 0.25
        if 'Z' in axes:
            assert series.attr['scale']['Z'] == 5.0


@pytest.mark.parametrize('bigtiff', [False, True])
@pytest.mark.parametrize('tag', ['software', 'description'])
def test_header_in_tags(tag, bigtiff):
    """Test frame data of recent releases without header block."""
    lines = {
        'hChannels.channelSave': '[1;2]',
        'hChannels.channelName': "{'Red' 'Green' 'Blue'}",
        'hStackManager.framesPerSlice': 1,
        'hRoiManager.scanFramePeriod': 0.25,
    }
    data = planes(3, 2, 6, 7)
    prefix = {'software': 'SI.', 'description': 'scanimage.SI.'}[tag]
    file = build_classic(
        data.reshape(-1, 6, 7),
        bigtiff=bigtiff,
        **{tag: make_header(prefix, ' = ', **lines)},
    )
    with TiffFile(io.BytesIO(file)) as tif:
        series = check(tif, 'ZCYX', data)
        assert series.attr['channel_names'] == ['Red', 'Green']
        assert series.attr['scale'] == {'T': 0.25}
        assert tif.scanimage_metadata == {}


def build_large(number=70, size=2**25):
    """Return file of more than 2 GB, of which IFDs are not linked."""
    file = HolesIO([Page(planes(6, 7))])
    blocks = []
    data = planes(number, 6, 7)
    base = build_tiff(
        [Page(planes(6, 7), description='state.x = 1') for _ in range(2)],
        ifd_first=True,
    )
    first, second = iter_ifds(base)
    ifdsize = second - first
    for i in range(number):
        ifd = bytearray(base[first:second])
        offset = 8 + i * size
        move = offset - first
        relocate(ifd, first, move)
        follower = offset + size if i < 5 else 0
        count = struct.unpack_from('<H', ifd)[0]
        struct.pack_into('<I', ifd, 2 + 12 * count, follower)
        image = data[i].astype('<i2').tobytes()
        ifd[ifdsize - len(image) :] = image
        blocks.append((offset, bytes(ifd)))
    blocks.append((0, struct.pack('<2sHI', b'II', 42, 8)))
    file._blocks = sorted(blocks)
    file._size = 8 + number * size
    return file, data


def relocate(ifd, first, move):
    """Move IFD: change offsets of values and of strip."""
    sizes = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8}
    number = struct.unpack_from('<H', ifd)[0]
    for i in range(number):
        pos = 2 + 12 * i
        code, dtype, count, value = struct.unpack_from('<HHII', ifd, pos)
        if code == 273 or sizes[dtype] * count > 4:
            value = (value + move) % 2**32
            struct.pack_into('<I', ifd, pos + 8, value)


def test_large(caplog):
    """Test images beyond 2 GB are found by their distance."""
    file, data = build_large()
    with TiffFile(file) as tif:
        assert len(tif.pages) == 70
        series = check(tif, 'IYX', data)
        assert series.pages[60].offset == 8 + 60 * 2**25
        assert series.pages[60].aspage().description == 'state.x = 1'
        assert series.pages[66].is_virtual
        assert_array_equal(tif.pages[66].asarray(), data[66])
        tif.pages.cache = False
        assert_array_equal(tif.pages[66].asarray(), data[66])
        assert_array_equal(tif.asarray(series=0, key=68), data[68])
    assert not caplog.records
    # the last image is truncated
    file._size -= 1
    with TiffFile(file) as tif:
        assert len(tif.pages) == 70
        check(tif, 'IYX', data)
    file._size -= 2**25 - 200
    with TiffFile(file) as tif:
        assert len(tif.pages) == 69
        check(tif, 'IYX', data[:69])


def test_large_irregular(caplog):
    """Test large file whose images are not at regular distances."""
    file, data = build_large()
    index = next(
        i for i, (pos, _) in enumerate(file._blocks) if pos == 8 + 2**25
    )
    ifd = bytearray(file._blocks[index][1])
    count = struct.unpack_from('<H', ifd)[0]
    struct.pack_into('<I', ifd, 2 + 12 * count, 8 + 3 * 2**25)
    file._blocks[index] = file._blocks[index][0], bytes(ifd)
    with TiffFile(file) as tif:
        assert len(tif.pages) == 5
        check(tif, 'IYX', data[[0, 1, 3, 4, 5]])
    assert 'not equidistant' in caplog.text


def test_read_metadata():
    """Test function to read metadata."""
    file = build_big(planes(2, 6, 7), '1', version=3)
    framedata, roidata, version = read_scanimage_metadata(io.BytesIO(file))
    assert framedata['SI.hChannels.channelSave'] == [[1], [2]]
    assert framedata['SI.hStackManager.framesPerSlice'] == 1
    assert roidata == ROI
    assert version == 3
    file = build_big(planes(2, 6, 7), '1', roi=None)
    assert read_scanimage_metadata(io.BytesIO(file))[1] == {}


@pytest.mark.parametrize(
    ('offset', 'data', 'message'),
    [
        (0, b'MM', 'not a ScanImage'),
        (2, b'*', 'not a ScanImage'),
        (16, b'x', 'magic'),
        (20, b'\5', 'version'),
        (24, b'\xff\xff\xff\xff', 'not in file'),
    ],
)
def test_invalid_metadata(offset, data, message):
    """Test header block that is wrong."""
    file = bytearray(build_big(planes(2, 6, 7), '1'))
    file[offset : offset + len(data)] = data
    with pytest.raises(ValueError, match=message):
        read_scanimage_metadata(io.BytesIO(file))
    with pytest.raises(ValueError, match='not a ScanImage'):
        read_scanimage_metadata(io.BytesIO(file[:20]))


def test_description_metadata(caplog):
    """Test parsers of tags."""
    assert scanimage_description_metadata(
        'state.a=1\rstate.b=[1 2]\rstate.c='
    ) == {'state.a': 1, 'state.b': [1, 2], 'state.c': ''}
    assert scanimage_artist_metadata(json.dumps(ROI)) == ROI
    assert scanimage_artist_metadata('{') is None
    assert scanimage_artist_metadata('[' * 10**5) is None
    assert 'scanimage_artist_metadata' in caplog.text


@pytest.mark.parametrize(
    'entry', entries_of('scanimage/'), ids=lambda entry: entry['path']
)
def test_real_files(entry, shared_data):
    """Test real files."""
    check_series(shared_data, entry)
