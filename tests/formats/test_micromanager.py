# tests/formats/test_micromanager.py

"""Test Micro-Manager MMStack and NDTiff."""

from __future__ import annotations

import io
import json
import pickle
import struct

import numpy
import pytest
from builder import ASCII, HolesIO, Page, build_tiff
from numpy.testing import assert_array_equal
from real_files import check_series, entries_of
from stacks import check_stack, iter_ifds, planes

import tifffile
from tifffile import (
    TiffFile,
    imread,
    read_micromanager_metadata,
    read_ndtiff_index,
)

SUMMARY = {
    'MicroManagerVersion': '2.0',
    'Prefix': 'mm',
    'Channels': 2,
    'Slices': 3,
    'Frames': 2,
    'Positions': 1,
    'SlicesFirst': True,
    'TimeFirst': True,
    'PixelSize_um': 0.5,
    'z-step_um': 2,
    'Interval_ms': 250,
    'ChNames': ['DAPI', 'FITC'],
}

IMAGEJ = 'ImageJ=1.53t\nimages=12\nchannels=2\nslices=3\nframes=2'


def make_pages(data, description=(), metadata=True, coords=None, **kwargs):
    """Return pages with metadata in JSON format, and coordinates in these."""
    pages = []
    for i, plane in enumerate(data):
        values = {'Frame': i}
        if coords is not None and coords[i] is not None:
            values['Axes'] = coords[i]
        tags = {51123: (ASCII, json.dumps(values))} if metadata else {}
        pages.append(Page(plane, tags=tags, **kwargs))
    pages[0].description = description
    return pages


def build_mmstack(
    data,
    indices,
    summary,
    byteorder='<',
    parts=('IndexMap', 'DisplaySettings', 'Comments'),
    version=None,
    **kwargs,
):
    """Return MMStack file, or NDTiff version 1.

    Parameters:
        data: Planes.
        indices: Channel, slice, frame, position of planes.
        summary: Summary metadata.

    """
    text = json.dumps(summary).encode()
    result = bytearray(
        build_tiff(
            make_pages(data, **kwargs),
            byteorder=byteorder,
            start=32 + len(text) + len(text) % 2,
            ifd_first=True,
        )
    )
    struct.pack_into(f'{byteorder}II', result, 32, 2355492, len(text))
    result[40 : 40 + len(text)] = text
    offsets = list(iter_ifds(result, byteorder))

    def append(position, numbers, content):
        values = numbers[0], len(result)
        struct.pack_into(f'{byteorder}II', result, position, *values)
        result.extend(struct.pack(f'{byteorder}I', numbers[1]))
        result.extend(content)

    if 'IndexMap' in parts:
        rows = [
            [*index, offset]
            for index, offset in zip(indices, offsets, strict=False)
        ]
        rows = numpy.array(rows, byteorder + 'u4')
        append(
            8,
            (54773648, 3453623),
            struct.pack(f'{byteorder}I', len(rows)) + rows.tobytes(),
        )
    for name, position, numbers in (
        ('DisplaySettings', 16, (483765892, 347834724)),
        ('Comments', 24, (99384722, 84720485)),
    ):
        if name in parts:
            text = json.dumps({'Name': name}).encode()
            size = struct.pack(f'{byteorder}I', len(text))
            append(position, numbers, size + text)
    if version is not None:
        struct.pack_into(f'{byteorder}II', result, 24, 483729, version)
    return bytes(result)


def make_indices(order, sizes):
    """Return channel, slice, frame, position of planes."""
    shape = [sizes[ax] for ax in order]
    grids = numpy.indices(shape).reshape(4, -1)
    rows = dict(zip(order, grids, strict=True))
    return numpy.stack([rows[ax] for ax in 'CZTR'], axis=1).tolist()


INDICES = make_indices('TRZC', {'T': 2, 'R': 1, 'Z': 3, 'C': 2})


@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_mmstack(byteorder):
    """Test stack in one file."""
    data = planes(2, 3, 2, 5, 7)
    file = build_mmstack(data.reshape(12, 5, 7), INDICES, SUMMARY, byteorder)
    with TiffFile(io.BytesIO(file), name='mm_MMStack_Pos0.tif') as tif:
        assert tif.is_micromanager
        assert tif.is_mmstack
        assert not tif.is_ndtiff
        assert {'micromanager', 'mmstack'} <= tif.flags
        assert tif.pages[1].is_micromanager
        series = check_stack(tif, 'mmstack', 'TZCYX', data)
        assert series.get_axes(squeeze=False) == 'TRZCYX'
        assert series.name == 'mm'
        assert series.attr == {
            'scale': {'X': 0.5, 'Y': 0.5, 'Z': 2.0, 'T': 0.25},
            'unit': {
                'X': 'micrometer',
                'Y': 'micrometer',
                'Z': 'micrometer',
                'T': 'second',
            },
            'channel_names': ['DAPI', 'FITC'],
        }
        metadata = tif.micromanager_metadata
        assert metadata['MajorVersion'] == 0
        assert metadata['Summary'] == SUMMARY
        assert metadata['DisplaySettings'] == {'Name': 'DisplaySettings'}
        assert metadata['Comments'] == {'Name': 'Comments'}
        indexmap = metadata['IndexMap']
        assert indexmap['Channel'].tolist() == [i[0] for i in INDICES]
        assert indexmap['Slice'].tolist() == [i[1] for i in INDICES]
        assert indexmap['Frame'].tolist() == [i[2] for i in INDICES]
        assert indexmap['Position'].tolist() == [0] * 12
        assert indexmap['Offset'].tolist() == list(iter_ifds(file, byteorder))
        tag = tif.pages[3].tags['MicroManagerMetadata']
        assert tag.value == {'Frame': 3}
        assert series.pages[3].aspage().tags[51123].value == {'Frame': 3}
    with TiffFile(io.BytesIO(file), is_mmstack=False) as tif:
        assert tif.series[0].kind == 'Uniform'
    with TiffFile(io.BytesIO(file), is_micromanager=False) as tif:
        assert tif.micromanager_metadata is None
        assert tif.series[0].kind == 'Uniform'


def test_mmstack_many():
    """Test stack of many pages that are stored in another order."""
    sizes = {'T': 10, 'R': 1, 'Z': 3, 'C': 2}
    data = planes(10, 3, 2, 5, 7)
    order = numpy.random.default_rng(0).permutation(60)
    indices = numpy.array(make_indices('TRZC', sizes))[order].tolist()
    summary = {**SUMMARY, 'Frames': 10}
    file = build_mmstack(data.reshape(60, 5, 7)[order], indices, summary)
    with TiffFile(io.BytesIO(file)) as tif:
        series = check_stack(tif, 'mmstack', 'TZCYX', data)
        assert [series.pages[int(i)].index for i in order] == list(range(60))
        # pages are not made one by one
        assert isinstance(series._frames(), tifffile._FrameSequence)


@pytest.mark.parametrize(
    ('slicesfirst', 'timefirst', 'axes'),
    [
        (True, True, 'TRZC'),
        (False, True, 'TRCZ'),
        (True, False, 'RTZC'),
        (False, False, 'RTCZ'),
    ],
)
def test_mmstack_order(slicesfirst, timefirst, axes):
    """Test order of dimensions."""
    sizes = {'T': 2, 'R': 2, 'Z': 3, 'C': 2}
    shape = tuple(sizes[ax] for ax in axes)
    data = planes(*shape, 5, 7)
    summary = {
        **SUMMARY,
        'Positions': 2,
        'SlicesFirst': slicesfirst,
        'TimeFirst': timefirst,
    }
    file = build_mmstack(
        data.reshape(-1, 5, 7), make_indices(axes, sizes), summary
    )
    with TiffFile(io.BytesIO(file)) as tif:
        check_stack(tif, 'mmstack', axes + 'YX', data)


def test_mmstack_incomplete(caplog):
    """Test image that is missing is zero."""
    data = planes(2, 3, 2, 5, 7)
    file = build_mmstack(data.reshape(12, 5, 7)[:11], INDICES, SUMMARY)
    data[1, 2, 1] = 0
    with TiffFile(io.BytesIO(file)) as tif:
        series = check_stack(tif, 'mmstack', 'TZCYX', data)
        assert series.pages[11] is None
    assert 'missing 1 pages' in caplog.text


def test_mmstack_aborted(caplog):
    """Test images that were not acquired, of many, are zero."""
    indices = make_indices('TRZC', {'T': 10, 'R': 1, 'Z': 3, 'C': 2})[:57]
    data = planes(60, 5, 7)
    summary = {**SUMMARY, 'Frames': 10}
    file = build_mmstack(data[:57], indices, summary)
    data[57:] = 0
    with TiffFile(io.BytesIO(file)) as tif:
        check_stack(tif, 'mmstack', 'TZCYX', data.reshape(10, 3, 2, 5, 7))
    assert 'missing 3 pages' in caplog.text


def test_mmstack_truncated(caplog):
    """Test image that is not in file is zero."""
    data = planes(2, 3, 2, 5, 7)
    indices = [*INDICES]
    file = bytearray(
        build_mmstack(data.reshape(12, 5, 7), indices, SUMMARY, parts=())
    )
    rows = [
        [*index, offset]
        for index, offset in zip(indices, iter_ifds(file, '<'), strict=True)
    ]
    rows[3][-1] = 2**31
    rows[4][-1] = 0
    rows = numpy.array(rows, '<u4')
    struct.pack_into('<II', file, 8, 54773648, len(file))
    file += struct.pack('<II', 3453623, 12) + rows.tobytes()
    data.reshape(12, 5, 7)[3:5] = 0
    with TiffFile(io.BytesIO(file)) as tif:
        check_stack(tif, 'mmstack', 'TZCYX', data)


def write_positions(path, data):
    """Write file for each position, return their names."""
    names = []
    sizes = {'T': 2, 'R': 1, 'Z': 3, 'C': 2}
    for position in range(data.shape[1]):
        indices = [[*row[:3], position] for row in make_indices('TRZC', sizes)]
        name = path / f'mm_MMStack_Pos{position}.ome.tif'
        name.write_bytes(
            build_mmstack(
                data[:, position].reshape(-1, 5, 7),
                indices,
                {**SUMMARY, 'Positions': data.shape[1]},
                '<>'[position],
            )
        )
        names.append(name)
    return names


def test_mmstack_multifile(tmp_path, caplog):
    """Test stack in two files."""
    data = planes(2, 2, 3, 2, 5, 7)
    names = write_positions(tmp_path, data)
    (tmp_path / 'mm_MMStack_other.tif').write_bytes(b'no TIFF')
    (tmp_path / 'other_MMStack_Pos0.tif').write_bytes(names[0].read_bytes())
    for name in names:
        with TiffFile(name) as tif:
            series = check_stack(tif, 'mmstack', 'TRZCYX', data)
            assert series.is_multifile
            restored = pickle.loads(pickle.dumps(series))
            assert_array_equal(restored.asarray(), data)
            restored.parent.close()
        with TiffFile(name, _multifile=False) as tif:
            assert tif.series[0].shape == (2, 3, 2, 5, 7)
    assert 'failed to read' in caplog.text
    names[0].unlink()
    with TiffFile(names[1]) as tif:
        check_stack(tif, 'mmstack', 'TZCYX', data[:, 1])
    assert 'missing files' in caplog.text


def test_mmstack_descriptions():
    """Test first page has descriptions."""
    data = planes(2, 3, 2, 5, 7)
    xml = (
        '<OME><Image><Pixels DimensionOrder="XYCZT" SizeX="7" SizeY="5" '
        'SizeZ="3" SizeC="2" SizeT="2"><TiffData/></Pixels></Image></OME>'
    )
    file = build_mmstack(
        data.reshape(12, 5, 7), INDICES, SUMMARY, description=[xml, IMAGEJ]
    )
    with TiffFile(io.BytesIO(file)) as tif:
        assert tif.is_ome
        assert tif.is_imagej
        check_stack(tif, 'mmstack', 'TZCYX', data)
        assert tif.series('OME')[0].axes == 'TZCYX'
    with TiffFile(io.BytesIO(file), is_mmstack=False) as tif:
        check_stack(tif, 'OME', 'TZCYX', data)


def test_mmstack_fallback():
    """Test summary without dimensions."""
    data = planes(2, 3, 2, 5, 7)
    file = build_mmstack(
        data.reshape(12, 5, 7), INDICES, {'Prefix': ''}, description=IMAGEJ
    )
    with TiffFile(io.BytesIO(file)) as tif:
        check_stack(tif, 'ImageJ', 'TZCYX', data)


def test_single_plane():
    """Test file of single plane, which has no index."""
    data = planes(5, 7)
    file = build_tiff(make_pages([data]))
    with TiffFile(io.BytesIO(file)) as tif:
        assert tif.is_micromanager
        assert not tif.is_mmstack
        assert tif.pages[0].tags['MicroManagerMetadata'].value == {'Frame': 0}
        check_stack(tif, 'Generic', 'YX', data)


def test_invalid_json(caplog):
    """Test metadata of page that are no JSON."""
    page = Page(planes(5, 7), tags={51123: (ASCII, 'no JSON at all')})
    with TiffFile(io.BytesIO(build_tiff(page))) as tif:
        assert tif.pages[0].tags[51123].value is None
    assert 'read_json' in caplog.text


@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_read_metadata(byteorder, tmp_path):
    """Test function to read metadata."""
    file = build_mmstack(planes(12, 5, 7), INDICES, SUMMARY, byteorder)
    metadata = read_micromanager_metadata(io.BytesIO(file))
    assert list(metadata) == [
        'MajorVersion',
        'Summary',
        'IndexMap',
        'DisplaySettings',
        'Comments',
    ]
    metadata = read_micromanager_metadata(io.BytesIO(file), {'Comments'})
    assert list(metadata) == ['MajorVersion', 'Comments']
    path = tmp_path / 'mm.tif'
    path.write_bytes(file)
    with open(path, 'rb') as fh:
        assert read_micromanager_metadata(fh)['Summary'] == SUMMARY
    with pytest.raises(ValueError, match='not a Micro-Manager'):
        read_micromanager_metadata(io.BytesIO(b'no TIFF file'))


def test_read_metadata_wrapped():
    """Test offsets beyond 4 GB."""
    text = b'{"a": 1}'
    holes = HolesIO([Page(planes(1, 1))])
    holes._blocks = [
        (0, struct.pack('<2sHI', b'II', 42, 0)),
        (8, struct.pack('<6I', 0, 0, 483765892, 100, 0, 0)),
        (32, struct.pack('<II', 2355492, len(text)) + text),
        (2**32 + 100, struct.pack('<II', 347834724, len(text)) + text),
    ]
    holes._size = 2**32 + 200
    metadata = read_micromanager_metadata(holes)
    assert metadata == {
        'MajorVersion': 0,
        'Summary': {'a': 1},
        'DisplaySettings': {'a': 1},
    }


def test_nested_metadata(caplog):
    """Test JSON that is nested too deeply is left out."""
    text = b'[' * 100000
    file = struct.pack('<2sHI24xII', b'II', 42, 0, 2355492, len(text)) + text
    metadata = read_micromanager_metadata(io.BytesIO(file))
    assert metadata == {'MajorVersion': 0}
    assert 'nested too deeply' in caplog.text


@pytest.mark.parametrize('size', [4, 8, 9, 20, 39, 45])
def test_truncated_metadata(size, caplog):
    """Test metadata of truncated file."""
    file = build_mmstack(planes(12, 5, 7), INDICES, SUMMARY)
    metadata = read_micromanager_metadata(io.BytesIO(file[:size]))
    assert metadata == {'MajorVersion': 0}
    assert caplog.records


def test_corrupted_metadata(caplog):
    """Test parts that are corrupted are left out."""
    file = bytearray(build_mmstack(planes(12, 5, 7), INDICES, SUMMARY))
    for position in (8, 16, 24):
        struct.pack_into('<I', file, position, 1)
    metadata = read_micromanager_metadata(io.BytesIO(file))
    assert list(metadata) == ['MajorVersion', 'Summary']
    assert len(caplog.records) == 3
    file = bytearray(build_mmstack(planes(12, 5, 7), INDICES, SUMMARY))
    offset = struct.unpack_from('<I', file, 12)[0]
    struct.pack_into('<I', file, offset + 4, 2**31)
    metadata = read_micromanager_metadata(io.BytesIO(file))
    assert 'IndexMap' not in metadata
    with TiffFile(io.BytesIO(file)) as tif:
        assert not tif.is_mmstack
        assert tif.series[0].kind == 'Uniform'


# NDTiff


def build_ndtiff(data, summary, version=3, byteorder='<', **kwargs):
    """Return NDTiff file of version 2 or 3."""
    text = json.dumps(summary).encode()
    words = [483729, version, 2355492, len(text)]
    if version > 2:
        words.insert(2, 2)
    size = 4 * len(words) + len(text)
    pages = make_pages(data, **kwargs)
    result = bytearray(
        build_tiff(
            pages,
            byteorder=byteorder,
            start=size + size % 2,
            ifd_first=True,
        )
    )
    struct.pack_into(f'{byteorder}{len(words)}I', result, 8, *words)
    result[8 + 4 * len(words) : 8 + size] = text
    return bytes(result)


def build_index(records):
    """Return NDTiff index.

    Parameters:
        records: Coordinates, file name, and fields.

    """
    result = b''
    for axes, name, *fields in records:
        for text in (json.dumps(axes).encode(), name.encode()):
            result += struct.pack('<I', len(text)) + text
        result += struct.pack('<IiiiiIii', *fields)
    return result


def write_ndtiff(path, files, pixeltype=1, **kwargs):
    """Write NDTiff data set, return path of first file.

    Parameters:
        path: Folder to write to.
        files: Name of file to coordinates and planes.

    """
    records = []
    for name, items in files.items():
        data = [plane for _, plane in items]
        file = build_ndtiff(data, **{'summary': SUMMARY, **kwargs})
        (path / name).write_bytes(file)
        with TiffFile(io.BytesIO(file)) as tif:
            offsets = [page.dataoffsets[0] for page in tif.pages]
        for (axes, plane), offset in zip(items, offsets, strict=True):
            size = plane.shape[1], plane.shape[0]
            records.append((axes, name, offset, *size, pixeltype, 0, 0, 0, 0))
    (path / 'NDTiff.index').write_bytes(build_index(records))
    return path / next(iter(files))


@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_ndtiff_v1(byteorder):
    """Test version 1, which has no index file."""
    data = planes(12, 5, 7)
    file = build_mmstack(
        data, INDICES, SUMMARY, byteorder, parts=('IndexMap',), version=1
    )
    with TiffFile(io.BytesIO(file)) as tif:
        metadata = tif.micromanager_metadata
        assert list(metadata) == ['MajorVersion', 'Summary', 'IndexMap']
        assert metadata['MajorVersion'] == 1
        assert not tif.is_mmstack
        assert not tif.is_ndtiff
        check_stack(tif, 'Uniform', 'IYX', data)


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize('frames', [5, 15])
def test_ndtiff_v2(byteorder, frames, tmp_path):
    """Test version 2, one file."""
    data = planes(frames, 2, 5, 7)
    items = [
        ({'channel': c, 'time': t}, data[t, c])
        for t in range(frames)
        for c in range(2)
    ]
    path = write_ndtiff(
        tmp_path, {'a_NDTiffStack.tif': items}, version=2, byteorder=byteorder
    )
    with TiffFile(path) as tif:
        assert tif.is_micromanager
        assert tif.is_ndtiff
        assert not tif.is_mmstack
        assert tif.micromanager_metadata == {
            'MajorVersion': 2,
            'Summary': SUMMARY,
        }
        series = check_stack(tif, 'ndtiff', 'TCYX', data)
        assert not series.is_multifile
        assert series.pages[3].aspage().tags[51123].value == {'Frame': 3}
        assert series.attr['channel_names'] == ['DAPI', 'FITC']
        assert series.attr['scale']['X'] == 0.5
    assert_array_equal(imread(path), data)
    with TiffFile(path, is_ndtiff=False) as tif:
        assert tif.series[0].kind == 'Uniform'
    with open(path, 'rb') as fh, TiffFile(io.BytesIO(fh.read())) as tif:
        assert not tif.is_ndtiff


def test_ndtiff_v3(tmp_path, caplog):
    """Test version 3, two files."""
    data = planes(5, 2, 5, 7)
    files = {'a.tif': [], 'a_1.tif': []}
    for t in range(5):
        for c in range(2):
            name = 'a.tif' if t < 3 else 'a_1.tif'
            files[name].append(({'channel': c, 'time': t}, data[t, c]))
    write_ndtiff(tmp_path, files)
    for name in files:
        with TiffFile(tmp_path / name) as tif:
            series = check_stack(tif, 'ndtiff', 'TCYX', data)
            assert tif.micromanager_metadata['MinorVersion'] == 2
            assert series.is_multifile
    with TiffFile(tmp_path / 'a.tif', _multifile=False) as tif:
        assert not tif.series[0].asarray()[3:].any()
    (tmp_path / 'a_1.tif').unlink()
    data[3:] = 0
    with TiffFile(tmp_path / 'a.tif') as tif:
        check_stack(tif, 'ndtiff', 'TCYX', data)
    assert 'is missing' in caplog.text
    (tmp_path / 'NDTiff.index').unlink()
    with TiffFile(tmp_path / 'a.tif') as tif:
        assert not tif.is_ndtiff
        assert tif.series[0].kind == 'Generic'


@pytest.mark.parametrize('number', [3, 20])
@pytest.mark.parametrize('version', [2, 3])
def test_ndtiff_no_index(version, number):
    """Coordinates are in metadata of pages if there is no index file."""
    data = planes(2, number, 5, 7)
    coords = [
        {'time': t, 'channel': name}
        for name in ('GFP', 'Cy5')
        for t in range(number)
    ]
    # out of order
    order = [*range(2 * number)]
    order[1:3] = 2, 1
    file = build_ndtiff(
        data.reshape(-1, 5, 7)[order],
        SUMMARY,
        version=version,
        coords=[coords[i] for i in order],
    )
    with TiffFile(io.BytesIO(file)) as tif:
        assert tif.is_ndtiff
        series = check_stack(tif, 'ndtiff', 'CTYX', data)
        assert series.attr['channel_names'] == ['GFP', 'Cy5']
        assert series.attr['scale']['X'] == 0.5
        assert not series.is_multifile


def test_ndtiff_no_index_multifile(tmp_path):
    """Files of a set that has no index are found by name."""
    data = planes(11, 5, 7)
    for i in range(11):
        name = f'a_NDTiffStack_{i}.tif' if i else 'a_NDTiffStack.tif'
        file = build_ndtiff(
            data[i : i + 1].repeat(2, axis=0),
            SUMMARY,
            coords=[{'z': i, 'time': t} for t in range(2)],
        )
        (tmp_path / name).write_bytes(file)
    (tmp_path / 'ab_NDTiffStack_1.tif').write_bytes(file)
    (tmp_path / 'a_NDTiffStack_x.tif').write_bytes(file)
    for name in ('a_NDTiffStack.tif', 'a_NDTiffStack_10.tif'):
        with TiffFile(tmp_path / name) as tif:
            expected = data[:, None].repeat(2, axis=1)
            series = check_stack(tif, 'ndtiff', 'ZTYX', expected)
            assert series.is_multifile
            assert len(tif._files) == 11
    with TiffFile(tmp_path / name, _multifile=False) as tif:
        check_stack(tif, 'ndtiff', 'TYX', data[[10, 10]])


@pytest.mark.parametrize('version', [0, 3])
@pytest.mark.parametrize(
    'coords',
    [
        [None] * 9,
        [None, *({'z': z} for z in range(8))],
        [*({'z': z} for z in range(8)), None],
        [*({'z': z} for z in range(8)), {}],
        [['z', z] for z in range(9)],
        [{'z': [z]} for z in range(9)],
        [{'z': None} for z in range(9)],
    ],
)
def test_ndtiff_no_coordinates(version, coords):
    """Series is of pages if these do not tell all coordinates."""
    data = planes(9, 5, 7)
    file = build_ndtiff(data, SUMMARY, version=version, coords=coords)
    with TiffFile(io.BytesIO(file)) as tif:
        check_stack(tif, 'Uniform', 'IYX', data)


@pytest.mark.parametrize('size', [0, 3, 20])
def test_ndtiff_truncated_index(size, tmp_path):
    """Coordinates are in metadata of pages if the index has no records."""
    data = planes(2, 3, 5, 7)
    coords = [{'time': t, 'z': z} for t in range(2) for z in range(3)]
    items = list(zip(coords, data.reshape(-1, 5, 7), strict=True))
    path = write_ndtiff(tmp_path, {'a.tif': items}, coords=coords)
    index = tmp_path / 'NDTiff.index'
    index.write_bytes(index.read_bytes()[:size])
    with TiffFile(path) as tif:
        check_stack(tif, 'ndtiff', 'TZYX', data)


def test_ndtiff_no_index_other_images(caplog):
    """Pages of another size or type are left out."""
    data = [*planes(3, 5, 7), planes(6, 7), planes(5, 7, dtype='u1')]
    coords = [{'z': z} for z in range(5)]
    file = build_ndtiff(data, SUMMARY, coords=coords)
    with TiffFile(io.BytesIO(file)) as tif:
        check_stack(tif, 'ndtiff', 'ZYX', planes(3, 5, 7))
    assert '2 images of other' in caplog.text


def test_ndtiff_names(tmp_path):
    """Test names of channels, and dimension of length one."""
    data = planes(5, 2, 5, 7)
    items = [
        ({'z': z, 'time': 0, 'channel': name}, data[z, c])
        for z in range(5)
        for c, name in enumerate(('Cy5', 'GFP'))
    ]
    path = write_ndtiff(tmp_path, {'a.tif': items}, pixeltype=4)
    with TiffFile(path) as tif:
        series = check_stack(tif, 'ndtiff', 'ZCYX', data)
        assert series.get_axes(squeeze=False) == 'TZCYX'
        assert series.attr['channel_names'] == ['Cy5', 'GFP']


def test_ndtiff_sparse(tmp_path):
    """Test negative coordinates, names, and cell that is missing."""
    data = planes(2, 3, 5, 7)
    items = [
        ({'row': row - 1, 'position': f'Pos{p}'}, data[row, p])
        for row in range(2)
        for p in range(3)
    ]
    del items[4]
    data[1, 1] = 0
    # p2 appears before p1 in row 1 only
    path = write_ndtiff(tmp_path, {'a.tif': items})
    with TiffFile(path) as tif:
        series = check_stack(tif, 'ndtiff', 'KRYX', data)
        assert series.pages[4] is None


def test_ndtiff_reordered(tmp_path):
    """Test order of names in records does not matter."""
    data = planes(2, 2, 5, 7)
    items = [
        ({'time': 0, 'channel': 0}, data[0, 0]),
        ({'channel': 1, 'time': 0}, data[0, 1]),
        ({'channel': 0, 'time': 1}, data[1, 0]),
        ({'time': 1, 'channel': 1}, data[1, 1]),
    ]
    path = write_ndtiff(tmp_path, {'a.tif': items})
    with TiffFile(path) as tif:
        check_stack(tif, 'ndtiff', 'TCYX', data)


def test_ndtiff_rgb(tmp_path):
    """Test RGB images."""
    data = planes(2, 5, 7, 3, dtype='uint8')
    items = [({'time': t}, data[t]) for t in range(2)]
    path = write_ndtiff(tmp_path, {'a.tif': items}, pixeltype=2)
    with TiffFile(path) as tif:
        check_stack(tif, 'ndtiff', 'TYXS', data)


def test_ndtiff_no_ifds(tmp_path):
    """Test images of which IFDs are missing."""
    data = planes(4, 5, 7)
    items = [({'time': t}, data[t]) for t in range(4)]
    path = write_ndtiff(tmp_path, {'a.tif': items})
    file = bytearray(path.read_bytes())
    second = list(iter_ifds(file, '<'))[1]
    file = file.replace(struct.pack('<I', second), bytes(4))
    path.write_bytes(file)
    with TiffFile(path) as tif:
        assert len(tif.pages) == 1
        series = check_stack(tif, 'ndtiff', 'TYX', data)
        assert series.pages[2].is_virtual


def test_ndtiff_other_images(tmp_path, caplog):
    """Test records of other images are skipped."""
    data = planes(2, 5, 7)
    items = [({'time': t}, data[t]) for t in range(2)]
    path = write_ndtiff(tmp_path, {'a.tif': items})
    index = (tmp_path / 'NDTiff.index').read_bytes()
    fields = (600, 7, 5, 1, 0, 0, 0, 0)
    others = [
        ({'z': 9}, 'a.tif', *fields),
        ({'time': 2, 'z': 9}, 'a.tif', *fields),
        ({'time': 2}, 'a.tif', 600, 8, 5, 1, 0, 0, 0, 0),
        ({'time': 2}, 'a.tif', 600, 7, 5, 0, 0, 0, 0, 0),
        ({'time': 2}, 'a.tif', 600, 7, 5, 1, 1, 0, 0, 0),
        ({'time': [2]}, 'a.tif', *fields),
    ]
    (tmp_path / 'NDTiff.index').write_bytes(index + build_index(others))
    with TiffFile(path) as tif:
        check_stack(tif, 'ndtiff', 'TYX', data)
    assert 'has 6 images of other' in caplog.text


def test_ndtiff_elsewhere(tmp_path, caplog):
    """Test index does not lead to files in other folders."""
    data = planes(2, 5, 7)
    folder = tmp_path / 'folder'
    folder.mkdir()
    items = [({'time': t}, data[t]) for t in range(1)]
    path = write_ndtiff(folder, {'a.tif': items})
    (tmp_path / 'b.tif').write_bytes(path.read_bytes())
    index = (folder / 'NDTiff.index').read_bytes()
    for name in ('../b.tif', str(tmp_path / 'b.tif')):
        record = ({'time': 1}, name, 600, 7, 5, 1, 0, 0, 0, 0)
        (folder / 'NDTiff.index').write_bytes(index + build_index([record]))
        with TiffFile(path) as tif:
            assert not tif.asarray()[1].any()
    assert 'is missing' in caplog.text


@pytest.mark.parametrize(
    'tail',
    [
        b'\0',
        b'\xff\xff\xff\xff{}',
        struct.pack('<I', 2) + b'[]' + bytes(36),
        struct.pack('<I', 2) + b'{x' + bytes(36),
        struct.pack('<I', 2) + b'\xff\xff' + bytes(36),
        struct.pack('<I', 2) + b'{}' + bytes(35),
    ],
)
def test_ndtiff_corrupted_index(tail, tmp_path, caplog):
    """Test index that is corrupted at the end."""
    data = planes(2, 5, 7)
    items = [({'time': t}, data[t]) for t in range(2)]
    path = write_ndtiff(tmp_path, {'a.tif': items})
    index = tmp_path / 'NDTiff.index'
    index.write_bytes(index.read_bytes() + tail)
    records = list(read_ndtiff_index(index))
    assert len(records) == 2
    assert records[0][:2] == ({'time': 0}, 'a.tif')
    assert records[0][3:] == (7, 5, 1, 0, 0, 0, 0)
    assert 'NDTiff index' in caplog.text
    with TiffFile(path) as tif:
        check_stack(tif, 'ndtiff', 'TYX', data)


def make_grid(factor, channels=('DAPI', 'FITC'), size=(6, 8), z=None):
    """Return coordinates and images of grid, and array of both."""
    data = planes(len(channels), 4 // factor, 4 // factor, *size) + factor
    items = [
        (
            {
                **({} if z is None else {'z': z}),
                'channel': name,
                'row': row,
                'column': column,
            },
            data[channel, row, column],
        )
        for channel, name in enumerate(channels)
        for row in range(4 // factor)
        for column in range(4 // factor)
    ]
    return items, data


def write_pyramid(path, files):
    """Write images of levels to folders, return path of first file."""
    for factor, items in files.items():
        name = f'Downsampled_x{factor}' if factor > 1 else 'Full resolution'
        (path / name).mkdir()
        half = len(items) // 2
        parts = {'a.tif': items[half:]}
        if half > 0:
            parts = {'a.tif': items[:half], 'a_1.tif': items[half:]}
        write_ndtiff(path / name, parts)
    return path / 'Full resolution' / 'a.tif'


def test_ndtiff_pyramid(tmp_path, caplog):
    """Test reduced images in folders beside."""
    items, data = make_grid(1)
    # order of images and dimensions does not matter
    reduced, half = make_grid(2, size=(5, 7))
    reduced = [
        (dict(reversed(axes.items())), plane)
        for axes, plane in reversed(reduced)
    ]
    last, quarter = make_grid(4, size=(5, 7))
    path = write_pyramid(tmp_path, {4: last, 2: reduced, 1: items})
    with TiffFile(path) as tif:
        series = check_stack(tif, 'ndtiff', 'CKJYX', data)
        assert series.attr['scale']['X'] == 0.5
        assert len(series.levels) == 3
        for level, expected, scale in (
            (series.levels[1], half, 1.0),
            (series.levels[2], quarter, 2.0),
        ):
            assert level.kind == 'NDTiff'
            assert level.axes == level.get_axes(squeeze=False) == 'CKJYX'
            assert level.shape == expected.shape
            assert (
                level.attr['scale']['X'] == level.attr['scale']['Y'] == scale
            )
            assert level.attr['channel_names'] == ['DAPI', 'FITC']
            assert_array_equal(level.asarray(), expected)
            assert_array_equal(level.asarray(selection=1), expected[1])
        assert series.is_multifile
        assert_array_equal(imread(path, level=1), half)
        level = pickle.loads(pickle.dumps(series.levels[1]))
        assert_array_equal(level.asarray(), half)
        level.parent.close()
    with pytest.warns(UserWarning, match='closed'):
        assert_array_equal(series.levels[1].asarray(), half)
    with TiffFile(tmp_path / 'Downsampled_x2' / 'a.tif') as tif:
        assert len(tif.series[0].levels) == 1
        assert tif.series[0].shape == half.shape
    with TiffFile(path, _multifile=False) as tif:
        assert len(tif.series[0].levels) == 1
    assert 'level' not in caplog.text


def test_ndtiff_pyramid_damaged(tmp_path, caplog):
    """Test folders that do not hold reduced images."""
    items, data = make_grid(1)
    reduced, half = make_grid(2)
    other, _ = make_grid(4, ('DAPI',))
    named, _ = make_grid(4, ('DAPI', 'Cy5'))
    more, _ = make_grid(4, z=0)
    path = write_pyramid(
        tmp_path,
        {1: items, 2: reduced, 4: other, 5: named, 6: more}
        | dict.fromkeys((8, 9, 10, 11), reduced),
    )
    (tmp_path / 'Downsampled_x8' / 'NDTiff.index').unlink()
    (tmp_path / 'Downsampled_x9' / 'NDTiff.index').write_bytes(b'abc')
    (tmp_path / 'Downsampled_x10' / 'a.tif').unlink()
    (tmp_path / 'Downsampled_x11' / 'a.tif').write_bytes(b'II*\0')
    (tmp_path / 'Downsampled_x12').write_bytes(b'')
    (tmp_path / 'Downsampled_xy').mkdir()
    (tmp_path / 'Downsampled_x13').mkdir()
    record = ({}, '../Full resolution/a.tif', 600, 8, 6, 1, 0, 0, 0, 0)
    (tmp_path / 'Downsampled_x13' / 'NDTiff.index').write_bytes(
        build_index([record])
    )
    with TiffFile(path) as tif:
        series = tif.series[0]
        assert_array_equal(series.asarray(), data)
        assert len(series.levels) == 2
        assert_array_equal(series.levels[1].asarray(), half)
    for factor in (4, 5, 6, 8, 9, 10, 11, 12, 13):
        assert f'level {factor} raised' in caplog.text


def test_ndtiff_too_sparse(tmp_path, caplog):
    """Test coordinates that span too many images."""
    data = planes(2, 5, 7)
    items = [({'time': t * 2**30}, data[t]) for t in range(2)]
    path = write_ndtiff(tmp_path, {'a.tif': items})
    with TiffFile(path) as tif:
        check_stack(tif, 'Generic', 'IYX', data)
    assert 'exceed' in caplog.text


@pytest.mark.parametrize(
    'entry',
    entries_of('_sets/ndtiff', 'micromanager/'),
    ids=lambda entry: entry['path'],
)
def test_real_files(entry, shared_data):
    """Test real files."""
    isset = entry['path'].startswith('_sets')
    check_series(shared_data, entry, '2026.3.3' if isset else '2022.8.3')


@pytest.mark.parametrize('name', ['ndtiff-v2/Full resolution', 'ndtiff-v3*'])
def test_real_files_no_index(name, shared_data):
    """Metadata of pages of real files tell the same as the index."""
    path = next((shared_data / '_sets').glob(f'{name}/*.tif'))
    with TiffFile(path) as tif, open(path, 'rb') as fh:
        with TiffFile(io.BytesIO(fh.read())) as other:
            series = check_stack(
                other, 'ndtiff', tif.series[0].axes, tif.series[0].asarray()
            )
            assert series.attr == tif.series[0].attr


def test_real_pyramid(shared_data):
    """Test reduced images of real data set."""
    folder = shared_data / '_sets' / 'ndtiff-v2-stitched'
    path = next((folder / 'Full resolution').glob('*.tif'))
    with TiffFile(path) as tif:
        levels = tif.series[0].levels
        assert [level.get_shape(squeeze=False) for level in levels] == [
            (1, 2, 2, 32, 32),
            *((1, 1, 1, 28, 28) for _ in range(4)),
        ]
        assert {level.axes for level in levels} == {'JKYX'}
        for factor, level in zip((2, 4, 8, 16), levels[1:], strict=True):
            name = folder / f'Downsampled_x{factor}' / path.name
            assert_array_equal(level.asarray()[0, 0], imread(name))
