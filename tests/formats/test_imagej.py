# tests/formats/test_imagej.py

"""Test ImageJ hyperstacks."""

from __future__ import annotations

import io
import logging
import pickle
import struct

import numpy
import pytest
from builder import BYTE, LONG, RATIONAL, HolesIO, Page, build_tiff
from numpy.testing import assert_array_equal
from real_files import check_series, entries_of
from stacks import planes
from tifffile.tifffile import imagej_description_metadata, imagej_metadata

from tifffile import TiffFile, imwrite


def describe(version='1.53t', **metadata):
    """Return description by ImageJ."""
    lines = [f'ImageJ={version}']
    lines += [f'{key}={value}' for key, value in metadata.items()]
    return '\n'.join(lines) + '\n'


def virtual(data, description, byteorder='<'):
    """Return file with one page, followed by other images."""
    first = Page(data[0], description=description)
    size = data[0].nbytes
    first.segments = [data.astype(f'{byteorder}u2').tobytes()]
    first.tags = {279: (LONG, size)}
    return io.BytesIO(build_tiff(first, byteorder=byteorder))


def stack(data, description, extratags=(), **kwargs):
    """Return file with one page an image."""
    keys = ('compression', 'planarconfig', 'photometric', 'tags')
    options = {key: kwargs.pop(key) for key in keys if key in kwargs}
    pages = [Page(image, **options) for image in data]
    pages[0].description = description
    pages[0].extratags = extratags
    return io.BytesIO(build_tiff(pages, **kwargs))


def build_metadata(byteorder):
    """Return value of IJMetadata, byte counts, and decoded values."""
    encoding = 'utf-16-le' if byteorder == '<' else 'utf-16-be'
    luts = planes(2, 3, 256, dtype='uint8')
    values = {
        'info': ['line 1\nÄ'],
        'labl': ['a', 'bc', 'def', ''],
        'rang': [(0.0, 255.0, -1.5, 4096.25)],
        'luts': list(luts),
        'plot': [b'plot'],
        'roi ': [b'Iout'],
        'over': [b'Iout1', b'Iout22'],
        'prop': ['key', 'value', 'n', '1'],
        'foo ': [b'unknown'],
    }
    expected = {
        'Info': 'line 1\nÄ',
        'Labels': ['a', 'bc', 'def', ''],
        'Ranges': (0.0, 255.0, -1.5, 4096.25),
        'LUTs': list(luts),
        'Plot': b'plot',
        'ROI': b'Iout',
        'Overlays': [b'Iout1', b'Iout22'],
        'Properties': {'key': 'value', 'n': '1'},
        'foo': b'unknown',
    }
    header = b'IJIJ' if byteorder == '>' else b'JIJI'
    body = b''
    counts = [4 + 8 * len(values)]
    for code, items in values.items():
        name = code.encode()
        header += name if byteorder == '>' else name[::-1]
        header += struct.pack(byteorder + 'I', len(items))
        for item in items:
            if isinstance(item, str):
                data = item.encode(encoding)
            elif isinstance(item, tuple):
                data = struct.pack(f'{byteorder}{len(item)}d', *item)
            else:
                data = bytes(item)
            body += data
            counts.append(len(data))
    return header + body, counts, expected


def assert_metadata(actual, expected):
    """Assert that metadata are equal."""
    assert list(actual) == list(expected)
    for key, value in expected.items():
        if key == 'LUTs':
            assert_array_equal(actual[key], value)
        else:
            assert actual[key] == value


@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_virtual(byteorder):
    """Test images that follow that of the only page."""
    data = planes(2, 3, 2, 5, 7)
    description = describe(
        images=12, channels=2, slices=3, frames=2, mode='composite'
    )
    file = virtual(data.reshape(12, 5, 7), description, byteorder)
    with TiffFile(file) as tif:
        assert tif.is_imagej
        assert 'imagej' in tif.flags
        assert tif.pages[0].is_imagej
        assert tif.pages[0].imagej_description == description.strip()
        assert len(tif.series) == 1
        series = tif.series[0]
        assert series.kind == 'ImageJ'
        assert series.kind == 'imagej'
        assert series.axes == 'TZCYX'
        assert series.get_axes(squeeze=False) == 'TZCYXS'
        assert series.get_shape(squeeze=False) == (2, 3, 2, 5, 7, 1)
        assert series.dataoffset == tif.pages[0].dataoffsets[0]
        assert series.is_truncated
        assert len(series.pages) == 1
        assert series.attr['mode'] == 'composite'
        assert_array_equal(series.asarray(), data)
        assert_array_equal(
            series.asarray(selection=(1, slice(None), 0, 2)), data[1, :, 0, 2]
        )
        assert_array_equal(tif.asarray(), data)


def test_override():
    """Test flag and other kinds."""
    file = virtual(planes(4, 5, 7), describe(images=4, slices=4))
    with TiffFile(file, is_imagej=False) as tif:
        assert not tif.is_imagej
        assert tif.imagej_metadata is None
        assert tif.series[0].kind == 'Generic'
        assert tif.series('imagej') == []
    file.seek(0)
    with TiffFile(file) as tif:
        assert tif.series('ImageJ')[0].shape == (4, 5, 7)
        assert tif.series('Generic')[0].shape == (5, 7)
    with TiffFile(io.BytesIO(build_tiff(Page(planes(5, 7))))) as tif:
        assert not tif.is_imagej
        assert not tif.pages[0].is_imagej
        assert tif.pages[0].imagej_description is None


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize('contiguous', [True, False])
def test_metadata(byteorder, contiguous):
    """Test all types of metadata, and pages before and after images."""
    data = planes(2, 2, 6, 8)
    value, counts, expected = build_metadata(byteorder)
    first = Page(
        data[0, 0],
        description=describe(
            images=4, channels=2, slices=2, hyperstack='true'
        ),
        tags={50838: (LONG, counts), 50839: (BYTE, value)},
    )
    pages = [first, *(Page(im) for im in data.reshape(4, 6, 8)[1:])]
    file = io.BytesIO(
        build_tiff(pages, byteorder=byteorder, contiguous=contiguous)
    )
    with TiffFile(file) as tif:
        series = tif.series[0]
        assert series.kind == 'ImageJ'
        assert series.axes == 'ZCYX'
        assert series.shape == (2, 2, 6, 8)
        assert not series.is_truncated
        assert [page.index for page in series.pages] == [0, 1, 2, 3]
        assert series.dataoffset == (
            tif.pages[0].dataoffsets[0] if contiguous else None
        )
        assert_array_equal(series.asarray(), data)
        metadata = tif.imagej_metadata
        assert_metadata(
            metadata,
            {
                'ImageJ': '1.53t',
                'images': 4,
                'channels': 2,
                'slices': 2,
                'hyperstack': True,
                **expected,
            },
        )
        assert_metadata(tif.pages[0].tags['IJMetadata'].value, expected)
        assert tif.pages[0].tags[50838].value == tuple(counts)
        assert 'IJMetadata' not in tif.pages[1].tags


def test_channel_names():
    """Test names of channels from labels."""
    names = [name.encode('utf-16-le') for name in ('DAPI', 'GFP')]
    value = b'JIJI' + b'lbal' + struct.pack('<I', 2) + b''.join(names)
    tags = {50838: (LONG, (12, 8, 6)), 50839: (BYTE, value)}
    data = planes(2, 5, 7)
    for dimension, expected in (
        ('channels', ['DAPI', 'GFP']),
        ('slices', None),
    ):
        description = describe(images=2, **{dimension: 2})
        page = Page(data[0], description=description, tags=tags)
        file = io.BytesIO(build_tiff([page, Page(data[1])]))
        with TiffFile(file) as tif:
            assert tif.imagej_metadata['Labels'] == ['DAPI', 'GFP']
            assert tif.series[0].attr.get('channel_names') == expected
            if expected is not None:
                names = tif.series[0].coords['channel']
                assert_array_equal(names, expected)


@pytest.mark.parametrize(
    ('tags', 'message'),
    [
        ({50839: (BYTE, b'IJIJinfo\0\0\0\1abcd')}, 'byte counts'),
        (
            {50838: (LONG, (12, 4)), 50839: (BYTE, b'IJXXinfo\0\0\0\1abcd')},
            'header',
        ),
        (
            {50838: (LONG, (11, 4)), 50839: (BYTE, b'IJIJinfo\0\0\0\1abcd')},
            'header',
        ),
        (
            {50838: (LONG, (12, 4)), 50839: (BYTE, b'IJIJinfo\xff\0\0\1abcd')},
            'byte counts',
        ),
        (
            {50838: (LONG, (12, 9)), 50839: (BYTE, b'IJIJinfo\0\0\0\1abcd')},
            'byte counts',
        ),
        (
            {50838: (LONG, (12, 4)), 50839: (BYTE, b'IJIJluts\0\0\0\1abcd')},
            'reshape',
        ),
    ],
)
def test_invalid_metadata(tags, message, caplog):
    """Test broken metadata stay bytes."""
    page = Page(planes(5, 7), description=describe(), tags=tags)
    with TiffFile(io.BytesIO(build_tiff(page, byteorder='>'))) as tif:
        assert tif.imagej_metadata == {'ImageJ': '1.53t'}
        assert tif.pages[0].tags[50839].value == tags[50839][1]
        assert message in caplog.text
        assert tif.series[0].kind == 'ImageJ'


@pytest.mark.parametrize(
    ('order', 'shape', 'axes'),
    [
        (None, (2, 3, 4), 'TZC'),
        ('czt', (2, 3, 4), 'TZC'),
        ('ctz', (3, 2, 4), 'ZTC'),
        ('zct', (2, 4, 3), 'TCZ'),
        ('ztc', (4, 2, 3), 'CTZ'),
        ('tcz', (3, 4, 2), 'ZCT'),
        ('TZC', (4, 3, 2), 'CZT'),
        ('xyz', (2, 3, 4), 'TZC'),
    ],
)
def test_order(order, shape, axes, caplog):
    """Test orders of dimensions."""
    data = planes(24, 3, 5)
    metadata = {'images': 24, 'channels': 4, 'slices': 3, 'frames': 2}
    if order:
        metadata['order'] = order
    with TiffFile(virtual(data, describe(**metadata))) as tif:
        series = tif.series[0]
        assert series.axes == axes + 'YX'
        assert series.shape == (*shape, 3, 5)
        assert_array_equal(series.asarray().reshape(24, 3, 5), data)
    assert ('unknown order' in caplog.text) == (order == 'xyz')


def test_planar():
    """Test planes of pages are channels."""
    data = planes(3, 6, 7, dtype='uint8')
    page = Page(
        data, planarconfig=2, description=describe(images=3, channels=3)
    )
    with TiffFile(io.BytesIO(build_tiff(page))) as tif:
        assert tif.series[0].axes == 'CYX'
        assert tif.series[0].get_axes(False) == 'TZCYXS'
        assert_array_equal(tif.asarray(), data)


def test_rgb_as_channels():
    """Test samples declared as channels."""
    data = planes(2, 6, 7, 3, dtype='uint8')
    file = stack(data, describe(images=2, channels=3, slices=2))
    with TiffFile(file) as tif:
        assert tif.series[0].axes == 'ZYXS'
        assert_array_equal(tif.asarray(), data)


def test_compressed():
    """Test compressed pages."""
    data = planes(2, 3, 5, 9)
    file = stack(
        data.reshape(6, 5, 9),
        describe(images=6, slices=3, frames=2),
        compression=8,
    )
    with TiffFile(file) as tif:
        assert tif.series[0].axes == 'TZYX'
        assert tif.series[0].dataoffset is None
        assert len(tif.series[0].pages) == 6
        assert_array_equal(tif.asarray(), data)
    with TiffFile(
        stack(data.reshape(6, 5, 9), describe(images=6), compression=8)
    ) as tif:
        assert tif.series[0].axes == 'IYX'
        assert tif.series[0].shape == (6, 5, 9)


def test_images_only():
    """Test one page, number of images without dimensions."""
    data = planes(6, 5, 9)
    with TiffFile(virtual(data, describe(images=6))) as tif:
        assert tif.series[0].axes == 'IYX'
        assert_array_equal(tif.asarray(), data)


def test_scifio():
    """Test description by SCIFIO."""
    data = planes(6, 5, 9)
    description = 'SCIFIO=0.1\naxes=X,Y,Z\nlengths=9,5,6\nimages=6\nslices=6'
    with TiffFile(stack(data, description)) as tif:
        assert tif.series[0].kind == 'ImageJ'
        assert tif.series[0].axes == 'ZYX'
        assert tif.imagej_metadata['lengths'] == '9,5,6'
        assert_array_equal(tif.asarray(), data)


def test_second_description():
    """Test description after another."""
    data = planes(3, 5, 9)
    for other in ('', 'other'):
        file = stack(data, [other, describe(images=3, slices=3)])
        with TiffFile(file) as tif:
            assert tif.is_imagej
            assert tif.series[0].axes == 'ZYX'


def test_large():
    """Test images beyond 4 GB."""
    shape = (9, 1 << 14, 1 << 14)
    size = shape[1] * shape[2] * 2
    page = Page(
        width=shape[2],
        length=shape[1],
        bitspersample=16,
        segments=[b''],
        description=describe(images=9, slices=9),
        tags={273: (LONG, 1024), 279: (LONG, size)},
    )
    file = HolesIO([page], byteorder='>')
    last = numpy.arange(1 << 14, dtype='>u2')
    file._blocks.append((1024 + 9 * size - last.nbytes, last.tobytes()))
    file._size = 1024 + 9 * size
    with TiffFile(file) as tif:
        series = tif.series[0]
        assert series.shape == shape
        assert series.axes == 'ZYX'
        assert series.is_truncated
        assert_array_equal(series.asarray(selection=(8, -1)), last)


def test_scale():
    """Test physical size of pixels."""
    data = planes(4, 5, 7)
    tags = {282: (RATIONAL, (4, 1)), 283: (RATIONAL, (2, 1)), 296: (3, 1)}
    description = describe(
        images=4,
        slices=2,
        frames=2,
        unit='\\u00B5m',
        spacing=1.5,
        finterval=250,
        tunit='ms',
    )
    pages = [Page(image, tags=tags) for image in data]
    pages[0].description = description
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        attr = tif.series[0].attr
        assert attr['scale'] == {'X': 0.25, 'Y': 0.5, 'Z': 1.5, 'T': 0.25}
        assert attr['unit'] == {
            'X': 'micrometer',
            'Y': 'micrometer',
            'Z': 'micrometer',
            'T': 'second',
        }
    for page in pages:
        page.tags = {**tags, 296: (3, 3)}
    pages[0].description = describe(images=4, slices=4, fps=4, spacing='nan')
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        attr = tif.series[0].attr
        assert attr['scale'] == {'X': 2500.0, 'Y': 5000.0, 'T': 0.25}
    pages[0].description = describe(images=4, slices=4, unit='foo')
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        assert tif.series[0].attr['unit'] == {'X': 'foo', 'Y': 'foo'}


def test_origin():
    """Test position of first pixel."""
    data = planes(3, 5, 7)
    tags = {282: (RATIONAL, (4, 1)), 283: (RATIONAL, (2, 1)), 296: (3, 1)}
    description = describe(
        images=3,
        slices=3,
        unit='nm',
        spacing=500,
        xorigin=2,
        yorigin='x',
        zorigin=-1.5,
        torigin='inf',
    )
    pages = [Page(image, tags=tags) for image in data]
    pages[0].description = description
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        series = tif.series[0]
        assert series.attr['origin'] == pytest.approx(
            {'X': -0.0005, 'Z': 0.75}
        )
        assert series.coords['depth'] == pytest.approx([0.75, 1.25, 1.75])
        assert series.coords['width'][2] == pytest.approx(0)
        assert series.coords['height'][0] == 0


def test_roi(shared_data):
    """Test region of interest in real file is read by another library."""
    roifile = pytest.importorskip('roifile')
    path = shared_data / 'imagej' / 'imagej-ImageJ__gray8-3x2-stack.tif'
    with TiffFile(path) as tif:
        data = tif.imagej_metadata['ROI']
    for roi in (roifile.ImagejRoi.frombytes(data), *roifile.roiread(path)):
        assert (roi.left, roi.top, roi.right, roi.bottom) == (0, 0, 3, 2)


def test_overlays(tmp_path):
    """Test regions that are written are read by another library."""
    roifile = pytest.importorskip('roifile')
    points = [[1.0, 2.0], [5.0, 1.0], [4.5, 4.5]]
    rois = [
        roifile.ImagejRoi.frompoints(points, name=f'R{i}', t=i)
        for i in range(3)
    ]
    path = tmp_path / 'overlays.tif'
    imwrite(
        path,
        planes(3, 5, 7),
        imagej=True,
        metadata={
            'ROI': rois[0].tobytes(),
            'Overlays': [roi.tobytes() for roi in rois[1:]],
        },
    )
    result = roifile.roiread(path)
    assert sorted(roi.name for roi in result) == ['R0', 'R1', 'R2']
    for roi in result:
        assert_array_equal(roi.coordinates(), points)


@pytest.mark.parametrize(
    'metadata',
    [
        {'images': 3, 'slices': 3},  # directory instead of third image
        {'images': 20, 'slices': 20},
        {'images': 2, 'slices': 2, 'frames': 0},
        {'images': 2, 'slices': 'x'},
        {'images': 10**20, 'slices': 10**20},
    ],
)
def test_malformed(metadata, caplog):
    """Test dimensions that are wrong."""
    data = planes(2, 5, 7)
    with TiffFile(virtual(data, describe(**metadata))) as tif:
        assert tif.series[0].kind == 'Generic'
        assert_array_equal(tif.asarray(), data[0])
    assert 'ImageJ series' in caplog.text


def test_wrong_number_of_pages(caplog):
    """Test compressed pages of another number."""
    data = planes(4, 5, 7)
    file = stack(data, describe(images=6, slices=6), compression=8)
    with TiffFile(file) as tif:
        assert tif.series[0].kind == 'Generic'
        assert_array_equal(tif.asarray(), data)
    assert 'expected 6 pages' in caplog.text


def test_pages_do_not_match(caplog):
    """Test pages of different sizes."""
    pages = [
        Page(planes(5, 7), description=describe(images=2), compression=8),
        Page(planes(4, 6), compression=8),
    ]
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        assert [s.kind for s in tif.series] == ['Generic', 'Generic']
    assert 'ImageJ series raised' in caplog.text


def test_distant_pages():
    """Test second page behind gap is not mistaken."""
    data = planes(2, 5, 7)
    pages = [
        Page(data[0], description=describe(images=2, slices=2)),
        Page(data[1]),
    ]
    file = build_tiff(pages, gap=1000)
    with TiffFile(io.BytesIO(file)) as tif:
        assert_array_equal(tif.asarray(), data)


def test_pickle(tmp_path):
    """Test series can be pickled."""
    data = planes(6, 5, 7)
    path = tmp_path / 'imagej.tif'
    path.write_bytes(virtual(data, describe(images=6, slices=6)).getvalue())
    with TiffFile(path) as tif:
        series = pickle.loads(pickle.dumps(tif.series[0]))
        with series.parent:
            assert_array_equal(series.asarray(), data)


def test_description_metadata():
    """Test parsing description."""
    text = (
        'ImageJ=1.1\nimages=12\nunit=um\nspacing=0.5\nloop=False\n'
        'info=a=b\nignored\nempty=\n'
    )
    assert imagej_description_metadata(text) == {
        'ImageJ': 1.1,
        'images': 12,
        'unit': 'um',
        'spacing': 0.5,
        'loop': False,
        'info': 'a=b',
        'empty': '',
    }
    assert imagej_description_metadata(text.replace('\n', '\r\n'))
    with pytest.raises(ValueError, match='ImageJ'):
        imagej_description_metadata('images=12')


def test_metadata_example():
    """Test example in both byte orders."""
    counts = (28, 6, 768, 2, 2)
    lut = bytes(range(256)) * 3
    big = (
        b'IJIJinfo\0\0\0\1luts\0\0\0\1prop\0\0\0\2\0a\0b\0c'
        + lut
        + b'\0a\0001'
    )
    little = (
        b'JIJIofni\1\0\0\0stul\1\0\0\0porp\2\0\0\0a\0b\0c\0'
        + lut
        + b'a\0001\0'
    )
    for data, byteorder in ((big, '>'), (little, '<')):
        metadata = imagej_metadata(data, counts, byteorder)
        assert metadata['Info'] == 'abc'
        assert metadata['LUTs'].shape == (3, 256)
        assert metadata['Properties'] == {'a': '1'}


@pytest.mark.parametrize(
    'entry', entries_of('imagej/'), ids=lambda entry: entry['path']
)
def test_real_files(entry, shared_data, caplog):
    """Test real files."""
    caplog.set_level(logging.CRITICAL)
    check_series(shared_data, entry)
