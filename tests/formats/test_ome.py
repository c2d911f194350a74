# tests/formats/test_ome.py

"""Test OME-TIFF."""

from __future__ import annotations

import io
import os
import pickle
import time

import pytest
from builder import Page, build_tiff
from numpy.testing import assert_array_equal
from real_files import check_series, entries_of
from stacks import planes

from tifffile import TiffFile

NAMESPACE = 'http://www.openmicroscopy.org/Schemas/OME/2016-06'
MODULO = 'openmicroscopy.org/omero/dimension/modulo'


def pixels(order, content='<TiffData/>', **sizes):
    """Return Pixels element."""
    sizes = {'X': 7, 'Y': 5, 'Z': 1, 'C': 1, 'T': 1, **sizes}
    attributes = ''.join(
        f' {"Size" + key if len(key) == 1 else key}="{value}"'
        for key, value in sizes.items()
    )
    return (
        f'<Pixels ID="Pixels:0" DimensionOrder="{order}" Type="uint16"'
        f'{attributes}>{content}</Pixels>'
    )


def image(*args, name='first', before='', after='', **kwargs):
    """Return Image element."""
    return (
        f'<Image ID="Image:0" Name="{name}">{before}'
        f'{pixels(*args, **kwargs)}{after}</Image>'
    )


def ome(*content, uuid=None):
    """Return OME-XML."""
    uuid = f' UUID="{uuid}"' if uuid else ''
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!-- Warning -->\n'
        f'<OME xmlns="{NAMESPACE}"{uuid}>{"".join(content)}</OME>'
    )


def tiffdata(uuid, filename, **attributes):
    """Return TiffData element that refers to file."""
    text = ''.join(f' {key}="{value}"' for key, value in attributes.items())
    return (
        f'<TiffData{text}><UUID FileName="{filename}">{uuid}</UUID></TiffData>'
    )


def build(data, xml, **kwargs):
    """Return file with one page a plane."""
    keys = ('compression', 'planarconfig', 'tile', 'photometric')
    options = {key: kwargs.pop(key) for key in keys if key in kwargs}
    pages = [Page(plane, **options) for plane in data]
    if xml is not None:
        pages[0].description = xml
    return build_tiff(pages, **kwargs)


def check(tif, axes, data, index=0, full=None):
    """Assert that series is as expected."""
    series = tif.series[index]
    assert series.kind == 'OME'
    assert series.axes == axes
    assert series.shape == data.shape
    if full is not None:
        assert series.get_axes(squeeze=False) == full
    assert_array_equal(series.asarray(), data)
    selection = tuple(size - 1 for size in data.shape[:-1])
    assert_array_equal(
        series.asarray(selection=selection), data[selection], strict=True
    )
    return series


@pytest.fixture(params=[6, 24])
def length(request):
    """Return number of frames, few and many."""
    return request.param


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize('bigtiff', [False, True])
def test_single(byteorder, bigtiff):
    """Test one file, all planes in order."""
    data = planes(2, 3, 2, 5, 7)
    xml = ome(image('XYCZT', C=2, Z=3, T=2))
    file = build(
        data.reshape(12, 5, 7), xml, byteorder=byteorder, bigtiff=bigtiff
    )
    with TiffFile(io.BytesIO(file)) as tif:
        assert tif.is_ome
        assert tif.pages[0].is_ome
        assert not tif.pages[1].is_ome
        assert 'ome' in tif.flags
        assert tif.ome_metadata == xml
        series = check(tif, 'TZCYX', data, full='TZCYXS')
        assert len(tif.series) == 1
        assert series.name == 'first'
        assert series.get_shape(squeeze=False) == (2, 3, 2, 5, 7, 1)
        assert not series.is_multifile
        assert [page.index for page in series.pages] == list(range(12))
    with TiffFile(io.BytesIO(file), is_ome=False) as tif:
        assert tif.ome_metadata is None
        assert tif.series[0].kind == 'Uniform'


@pytest.mark.parametrize('order', ['XYZTC', 'XYTCZ', 'XYCTZ'])
def test_order(order, length):
    """Test orders of dimensions."""
    sizes = {'Z': length, 'C': 2, 'T': 3}
    shape = tuple(sizes[ax] for ax in order[:1:-1])
    data = planes(*shape, 5, 7)
    xml = ome(image(order, **sizes))
    with TiffFile(io.BytesIO(build(data.reshape(-1, 5, 7), xml))) as tif:
        check(tif, order[::-1], data)


def test_explicit(length):
    """Test planes in another order than pages."""
    data = planes(2, length, 5, 7)
    number = 2 * length
    content = ''.join(
        f'<TiffData IFD="{number - 1 - i}" FirstC="{i // length}" '
        f'FirstZ="{i % length}" PlaneCount="1"/>'
        for i in range(number)
    )
    xml = ome(image('XYZCT', content, C=2, Z=length))
    file = build(data.reshape(-1, 5, 7)[::-1], xml, byteorder='>')
    with TiffFile(io.BytesIO(file)) as tif:
        series = check(tif, 'CZYX', data)
        assert series.pages[0].index == number - 1
        assert series.pages[1].index == number - 2


def test_number_of_planes():
    """Test attributes that count planes."""
    data = planes(2, 3, 5, 7)
    for attributes in ('NumPlanes="6"', 'IFD="0" PlaneCount="6"', ''):
        xml = ome(image('XYZTC', f'<TiffData {attributes}/>', Z=3, T=2))
        with TiffFile(io.BytesIO(build(data.reshape(6, 5, 7), xml))) as tif:
            check(tif, 'TZYX', data)


def test_two_images():
    """Test images of different shapes."""
    one, two = planes(3, 5, 7), planes(2, 4, 9)
    xml = ome(
        image('XYZCT', '<TiffData PlaneCount="3"/>', name='one', Z=3),
        image(
            'XYZCT',
            '<TiffData IFD="3" PlaneCount="2"/>',
            name='two',
            C=2,
            X=9,
            Y=4,
        ),
    )
    with TiffFile(io.BytesIO(build([*one, *two], xml))) as tif:
        assert check(tif, 'ZYX', one).name == 'one'
        assert check(tif, 'CYX', two, index=1).name == 'two'
        assert tif.series[1].index == 1


def test_trailing_space():
    """Test description with trailing space."""
    data = planes(3, 5, 7)
    xml = ome(image('XYZCT', Z=3)) + ' \r\n\0'
    with TiffFile(io.BytesIO(build(data, xml))) as tif:
        check(tif, 'ZYX', data)


@pytest.mark.parametrize('planarconfig', [1, 2])
@pytest.mark.parametrize('declared', [True, False])
def test_samples(planarconfig, declared):
    """Test samples, declared or not."""
    shape = (3, 6, 7, 3) if planarconfig == 1 else (3, 3, 6, 7)
    axes = 'ZYXS' if planarconfig == 1 else 'ZSYX'
    data = planes(*shape, dtype='uint8')
    channel = '<Channel SamplesPerPixel="3"/>' if declared else ''
    xml = ome(image('XYCZT', channel + '<TiffData/>', C=3, Z=3, Y=6))
    file = build(data, xml, planarconfig=planarconfig)
    with TiffFile(io.BytesIO(file)) as tif:
        check(tif, axes, data)


def test_differing_samples(caplog):
    """Test image whose channels have differing numbers of samples."""
    data = planes(4, 5, 7)
    channels = '<Channel SamplesPerPixel="3"/><Channel SamplesPerPixel="1"/>'
    xml = ome(
        image('XYCZT', channels + '<TiffData PlaneCount="2"/>', C=4),
        image('XYCZT', '<TiffData IFD="2" PlaneCount="2"/>', name='b', C=2),
    )
    with TiffFile(io.BytesIO(build(data, xml))) as tif:
        assert check(tif, 'CYX', data[2:]).name == 'b'
    assert 'differing SamplesPerPixel' in caplog.text


def test_modulo():
    """Test subdivided dimensions."""
    data = planes(2, 2, 4, 5, 7)
    annotations = f"""<StructuredAnnotations><XMLAnnotation
        ID="Annotation:1" Namespace="{MODULO}"><Value>
        <Modulo namespace="http://www.openmicroscopy.org/2011-09">
        <ModuloAlongC Type="lifetime" Start="0" End="300" Step="100"/>
        <ModuloAlongZ Type="angle"><Label>a</Label><Label>b</Label>
        </ModuloAlongZ></Modulo></Value></XMLAnnotation>
        </StructuredAnnotations>"""
    reference = '<AnnotationRef ID="Annotation:1"/>'
    xml = ome(
        image('XYZCT', C=8, Z=2, after=reference).replace('XYZCT', 'XYCZT'),
        annotations,
    )
    with TiffFile(io.BytesIO(build(data.reshape(-1, 5, 7), xml))) as tif:
        check(tif, 'ACHYX', data, full='TACHYXS')
    # steps that are not exact
    xml = xml.replace('End="300" Step="100"', 'End="0.3" Step="0.1"')
    with TiffFile(io.BytesIO(build(data.reshape(-1, 5, 7), xml))) as tif:
        check(tif, 'ACHYX', data)


@pytest.mark.parametrize('step', ['0', '-1', '70', 'nan', 'x'])
def test_invalid_modulo(step):
    """Test subdivisions that do not fit are ignored."""
    data = planes(8, 5, 7)
    annotations = f"""<StructuredAnnotations><XMLAnnotation
        ID="1" Namespace="{MODULO}"><ModuloAlongC Type="lifetime" Start="0"
        End="300" Step="{step}"/></XMLAnnotation></StructuredAnnotations>"""
    reference = '<AnnotationRef ID="1"/>'
    xml = ome(image('XYCZT', C=8, after=reference), annotations)
    with TiffFile(io.BytesIO(build(data, xml))) as tif:
        check(tif, 'CYX', data)


def build_pyramid(data, xml, levels=(2, 4), **kwargs):
    """Return file with pyramids in SubIFDs."""
    pages = [
        Page(
            plane,
            tile=(16, 16),
            subifds=[
                Page(plane[::step, ::step], tile=(16, 16), subfiletype=1)
                for step in levels
            ],
        )
        for plane in data
    ]
    pages[0].description = xml
    return build_tiff(pages, **kwargs)


def check_pyramid(series, data):
    """Assert that levels are as expected."""
    assert series.is_pyramidal
    assert len(series.levels) == 3
    for level, step in zip(series.levels, (1, 2, 4), strict=True):
        assert level.axes == series.axes
        assert level.kind == 'OME'
        assert_array_equal(level.asarray(), data[..., ::step, ::step])
    assert [level.name for level in series.levels[1:]] == [
        'level 1',
        'level 2',
    ]
    assert_array_equal(series.asarray(level=1), data[..., ::2, ::2])


def test_pyramid():
    """Test reduced resolutions in SubIFDs."""
    data = planes(2, 32, 48)
    xml = ome(image('XYCZT', C=2, X=48, Y=32))
    file = build_pyramid(data, xml, bigtiff=True)
    with TiffFile(io.BytesIO(file)) as tif:
        series = check(tif, 'CYX', data)
        check_pyramid(series, data)
        assert series.levels[2].pages[1].treeindex == (1, 1)


def test_broken_pyramid(caplog):
    """Test SubIFD that is missing, and levels that are."""
    data = planes(2, 32, 48)
    xml = ome(image('XYCZT', C=2, X=48, Y=32))
    pages = [
        Page(data[0], description=xml, subifds=[Page(data[0, ::2, ::2]), 3]),
        Page(data[1], subifds=[10**8, 10**8]),
    ]
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        series = check(tif, 'CYX', data)
        assert len(series.levels) == 2
        level = series.levels[1].asarray()
        assert_array_equal(level[0], data[0, ::2, ::2])
        assert not level[1].any()
    assert 'invalid offset to SubIFD' in caplog.text


def write_set(path, data, uuids=('urn:uuid:0', 'urn:uuid:1'), **kwargs):
    """Write set of two files, return their names."""
    names = ['a_T0.ome.tif', 'a_T1.ome.tif']
    content = ''.join(
        tiffdata(
            uuids[t],
            names[t],
            FirstT=t,
            IFD=z,
            FirstZ=z,
            PlaneCount=1,
        )
        for t in range(2)
        for z in range(data.shape[1])
    )
    size = {'Z': data.shape[1], 'T': 2, 'Y': data.shape[2], 'X': data.shape[3]}
    for t in range(2):
        xml = ome(image('XYZCT', content, **size), uuid=uuids[t])
        make = kwargs.get('make', build)
        (path / names[t]).write_bytes(make(data[t], xml))
    return [path / name for name in names]


def test_multifile(tmp_path, length):
    """Test set of files, opened by any."""
    data = planes(2, length, 5, 7)
    for name in write_set(tmp_path, data):
        with TiffFile(name) as tif:
            series = check(tif, 'TZYX', data)
            assert series.is_multifile
            assert len(series.pages) == 2 * length
            assert series.dataoffset is None
            other = next(
                page for page in series.pages if page.parent is not tif
            )
            assert other.parent.filehandle.closed
            with pytest.warns(UserWarning, match='closed file'):
                assert other.asarray().shape == (5, 7)
            restored = pickle.loads(pickle.dumps(series))
            assert_array_equal(restored.asarray(), data)
            restored.parent.close()
        with TiffFile(name, _multifile=False) as tif:
            assert tif.series[0].kind in {'Generic', 'Uniform'}


def test_multifile_storage(tmp_path):
    """Test files of a set that store planes in different ways."""
    data = planes(2, 3, 5, 7)
    names = write_set(tmp_path, data)
    names[1].write_bytes(
        build(data[1], None, byteorder='>', bigtiff=True, compression=8)
    )
    with TiffFile(names[0]) as tif:
        check(tif, 'TZYX', data)
    names[1].write_bytes(build(data[1].astype('uint8'), None))
    with TiffFile(names[0]) as tif:
        expected = data.copy()
        expected[1] = 0
        check(tif, 'TZYX', expected)


def test_multifile_pyramid(tmp_path):
    """Test pyramids in set of files."""
    data = planes(2, 2, 32, 48)
    for name in write_set(tmp_path, data, make=build_pyramid):
        with TiffFile(name) as tif:
            check_pyramid(check(tif, 'TZYX', data), data)


def test_missing_file(tmp_path, caplog):
    """Test planes of missing file are zero."""
    data = planes(2, 3, 5, 7)
    names = write_set(tmp_path, data)
    os.remove(names[1])
    data[1] = 0
    with TiffFile(names[0]) as tif:
        check(tif, 'TZYX', data)
        assert tif.series[0].pages[3] is None
    assert 'Missing data are zeroed' in caplog.text
    names[1].write_bytes(b'no TIFF')
    with TiffFile(names[0]) as tif:
        check(tif, 'TZYX', data)


def test_stream(tmp_path, caplog):
    """Test streams do not refer to files."""
    data = planes(2, 3, 5, 7)
    names = write_set(tmp_path, data)
    data[1] = 0
    file = io.BytesIO(names[0].read_bytes())
    with TiffFile(file, name=str(names[0])) as tif:
        check(tif, 'TZYX', data)


def test_remote(tmp_path):
    """Test set of remote files."""
    fsspec = pytest.importorskip('fsspec')
    data = planes(2, 3, 5, 7)
    memory = fsspec.filesystem('memory')
    for name in write_set(tmp_path, data):
        memory.pipe(f'/test_ome/{name.name}', name.read_bytes())
    with TiffFile('memory://test_ome/a_T1.ome.tif') as tif:
        assert check(tif, 'TZYX', data).is_multifile


def test_same_name(tmp_path):
    """Test name of file that differs in case, without UUID."""
    data = planes(3, 5, 7)
    content = tiffdata('urn:uuid:9', 'SET.OME.TIF', PlaneCount=3)
    path = tmp_path / 'set.ome.tif'
    path.write_bytes(build(data, ome(image('XYZCT', content, Z=3))))
    with TiffFile(path) as tif:
        assert not check(tif, 'ZYX', data).is_multifile


@pytest.mark.parametrize('absolute', [True, False])
@pytest.mark.parametrize('match', [True, False])
def test_outside(tmp_path, absolute, match, caplog):
    """Test files elsewhere are read only if their UUID matches."""
    data = planes(2, 1, 5, 7)
    folder = tmp_path / 'folder'
    folder.mkdir()
    outside = tmp_path / 'secret.tif'
    xml = ome(image('XYZCT'), uuid='urn:uuid:1') if match else None
    outside.write_bytes(build(data[1], xml))
    name = str(outside) if absolute else '../secret.tif'
    content = tiffdata('urn:uuid:0', 'a.tif', PlaneCount=1)
    content += tiffdata('urn:uuid:1', name, FirstT=1, PlaneCount=1)
    path = folder / 'a.tif'
    path.write_bytes(
        build(data[0], ome(image('XYZCT', content, T=2), uuid='urn:uuid:0'))
    )
    expected = data[:, 0].copy()
    if not match:
        expected[1] = 0
    with TiffFile(path) as tif:
        check(tif, 'TYX', expected)
    assert ('no file' in caplog.text) != match
    # the file in the same folder is preferred
    (folder / 'secret.tif').write_bytes(build(data[1] + 1, None))
    expected[1] = data[1] + 1
    with TiffFile(path) as tif:
        check(tif, 'TYX', expected)


def test_subfolder(tmp_path):
    """Test file in folder below."""
    data = planes(2, 5, 7)
    (tmp_path / 'sub').mkdir()
    (tmp_path / 'sub' / 'b.tif').write_bytes(build(data[1:], None))
    content = '<TiffData PlaneCount="1"/>'
    content += tiffdata('urn:uuid:1', 'sub\\b.tif', FirstT=1, PlaneCount=1)
    path = tmp_path / 'a.tif'
    path.write_bytes(build(data[:1], ome(image('XYZCT', content, T=2))))
    with TiffFile(path) as tif:
        check(tif, 'TYX', data)


def test_companion(tmp_path, caplog):
    """Test metadata in companion file."""
    data = planes(3, 5, 7)
    path = tmp_path / 'image.tif'
    binaryonly = ome(
        '<BinaryOnly MetadataFile="set.companion.ome" UUID="urn:uuid:c"/>',
        uuid='urn:uuid:0',
    )
    path.write_bytes(build(data, binaryonly))
    with TiffFile(path) as tif:
        assert tif.is_ome
        assert tif.series[0].kind == 'Generic'
    content = tiffdata('urn:uuid:0', 'image.tif', PlaneCount=3)
    xml = ome(image('XYZCT', content, Z=3), uuid='urn:uuid:c')
    (tmp_path / 'set.companion.ome').write_text(xml)
    with TiffFile(path) as tif:
        check(tif, 'ZYX', data)
    with TiffFile(path, omexml=xml) as tif:
        assert tif.ome_metadata == xml
        check(tif, 'ZYX', data)
    with TiffFile(path, _multifile=False) as tif:
        assert tif.series[0].kind == 'Generic'
    (tmp_path / 'set.companion.ome').write_text(xml.replace(':c"', ':d"'))
    with TiffFile(path) as tif:
        assert tif.series[0].kind == 'Generic'
    assert 'another data set' in caplog.text
    (tmp_path / 'set.companion.ome').write_bytes(build(data[:1], xml))
    with TiffFile(path) as tif:
        check(tif, 'ZYX', data)


def test_companion_elsewhere(tmp_path):
    """Test companion is not read from other folder."""
    data = planes(3, 5, 7)
    (tmp_path / 'folder').mkdir()
    path = tmp_path / 'folder' / 'image.tif'
    path.write_bytes(
        build(data, ome('<BinaryOnly MetadataFile="../set.ome"/>'))
    )
    (tmp_path / 'set.ome').write_text(ome(image('XYZCT', Z=3)))
    with TiffFile(path) as tif:
        assert tif.series[0].kind == 'Generic'


def test_omexml():
    """Test metadata given by user."""
    data = planes(3, 5, 7)
    xml = ome(image('XYZCT', Z=3))
    with TiffFile(io.BytesIO(build(data, None)), omexml=xml) as tif:
        assert tif.is_ome
        assert tif.ome_metadata == xml
        check(tif, 'ZYX', data)
    with pytest.raises(ValueError, match='invalid OME-XML'):
        TiffFile(io.BytesIO(build(data, None)), omexml='<xml/>')


def test_fallback():
    """Test ImageJ is tried if there are no OME series."""
    data = planes(3, 5, 7)
    for xml in (ome('<BinaryOnly/>'), '<OME><x></OME>', ome()):
        file = build(data, [xml, 'ImageJ=1.53t\nimages=3\nslices=3'])
        with TiffFile(io.BytesIO(file)) as tif:
            assert tif.series[0].kind == 'ImageJ'
            assert tif.series[0].axes == 'ZYX'


@pytest.mark.parametrize(
    'xml',
    [
        '<x>OME>',
        '<notOME></notOME>',
        '<!DOCTYPE x [<!ENTITY a "b">]><OME>&a;</OME>',
        '<OME>' + '<a>' * 1000 + '</a>' * 1000 + '</OME>',
        ome(image('XYZC', Z=3)),
        ome(image('XYZCT', Z=3, X='x')),
        ome(image('XYZCT', Z=0)),
        ome(image('XYZCT', Z=10**12)),
        ome(image('XYZCT', Z=3, X=8)),
        ome(image('XYZCT', '', Z=3)),
        ome(image('XYZCT', '<TiffData IFD="7"/>', Z=3)),
        ome(image('XYZCT', '<TiffData FirstZ="7"/>', Z=3)),
        ome(image('XYZCT', '<TiffData PlaneCount="x"/>', Z=3)),
        ome('<Image/>'),
        ome(image('XYZCT', '<Channel SamplesPerPixel="2"/><TiffData/>', Z=3)),
    ],
)
def test_malformed(xml, caplog):
    """Test metadata that are wrong."""
    data = planes(3, 5, 7)
    with TiffFile(io.BytesIO(build(data, xml))) as tif:
        assert tif.series[0].kind == 'Generic'
        assert_array_equal(tif.asarray(), data)


def test_cropped(caplog):
    """Test more planes than dimensions allow for."""
    data = planes(3, 5, 7)
    content = ''.join(
        f'<TiffData IFD="{i}" FirstZ="{i}" PlaneCount="1"/>' for i in range(5)
    )
    xml = ome(image('XYZCT', content, Z=3))
    with TiffFile(io.BytesIO(build(data, xml))) as tif:
        check(tif, 'ZYX', data)
    assert 'invalid TiffData index' in caplog.text


def test_fewer_pages(caplog):
    """Test planes that are not in file are zero."""
    data = planes(5, 5, 7)
    xml = ome(image('XYZCT', '<TiffData PlaneCount="3"/>', Z=5))
    file = build(data[:3], xml)
    data[3:] = 0
    with TiffFile(io.BytesIO(file)) as tif:
        check(tif, 'ZYX', data)
    assert 'missing 2 frames' in caplog.text


def test_more_pages(caplog):
    """Test pages without planes."""
    data = planes(6, 5, 7)
    with TiffFile(io.BytesIO(build(data, ome(image('XYZCT'))))) as tif:
        check(tif, 'YX', data[0])
    assert 'expected 1 frames, got 6' in caplog.text


def test_mixed_pages(caplog):
    """Test planes of another shape are zero."""
    data = planes(3, 5, 7)
    pages = [Page(plane) for plane in data]
    pages[0].description = ome(image('XYZCT', Z=3))
    pages[1] = Page(planes(4, 4))
    data[1] = 0
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        check(tif, 'ZYX', data)
    assert 'does not match' in caplog.text


def test_mixed_compression():
    """Test planes that are compressed in different ways."""
    data = planes(4, 5, 7)
    pages = [
        Page(plane, compression=(1, 8, 5, 1)[i], rowsperstrip=i + 1)
        for i, plane in enumerate(data)
    ]
    pages[0].description = ome(image('XYZCT', Z=4))
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        check(tif, 'ZYX', data)
        assert_array_equal(
            tif.series[0].asarray(selection=(slice(None), 3, 2)),
            data[:, 3, 2],
        )


def test_ideas_files():
    """Test NewSubfileType and FillOrder of files by IDEAS software."""
    data = planes(3, 5, 7)
    pages = [
        Page(plane, tags={254: (1, b'\0\0'), 266: (3, 0)}) for plane in data
    ]
    pages[0].description = ome(image('XYZCT', Z=3))
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        check(tif, 'ZYX', data)


def test_attributes():
    """Test physical size of pixels and names of channels."""
    data = planes(2, 5, 7)
    content = (
        '<Channel ID="Channel:0:0" Name="DAPI"/><Channel ID="Channel:0:1"/>'
        '<TiffData/>'
    )
    xml = ome(
        image(
            'XYCZT',
            content,
            C=2,
            PhysicalSizeX=0.5,
            PhysicalSizeY=250,
            PhysicalSizeYUnit='nm',
            PhysicalSizeZ='0',
            TimeIncrement=2,
            TimeIncrementUnit='min',
        )
    )
    with TiffFile(io.BytesIO(build(data, xml))) as tif:
        attr = check(tif, 'CYX', data).attr
        assert attr['scale'] == {'X': 0.5, 'Y': 0.25, 'T': 120.0}
        assert attr['unit'] == {
            'X': 'micrometer',
            'Y': 'micrometer',
            'T': 'second',
        }
        assert attr['channel_names'] == ['DAPI', 'Channel:0:1']


def test_linear_time():
    """Test megabytes of metadata."""
    number = 20000
    content = ''.join(
        f'<TiffData IFD="{i % 3}" FirstZ="{i}" PlaneCount="1"/>'
        f'<Plane TheZ="{i}" TheC="0" TheT="0" DeltaT="{i}"/>'
        for i in range(number)
    )
    xml = ome(image('XYZCT', content, Z=number))
    file = io.BytesIO(build(planes(3, 5, 7), xml))
    start = time.perf_counter()
    with TiffFile(file) as tif:
        assert tif.series[0].shape == (number, 5, 7)
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize(
    'entry', entries_of('ome/'), ids=lambda entry: entry['path']
)
def test_real_files(entry, shared_data):
    """Test real files."""
    check_series(shared_data, entry)
