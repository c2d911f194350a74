# tests/test_omexml.py

"""Test OME-XML that is written, with the schema and a reader by others."""

import datetime
import importlib.util
import io
import math
import pathlib
import re
import socket
import warnings

import numpy
import pytest
from numpy.testing import assert_array_equal

from tifffile import (
    OmeXml,
    OmeXmlError,
    TiffFile,
    TiffWriter,
    imwrite,
    xml2dict,
)

pytest.importorskip('imagecodecs')
etree = pytest.importorskip('lxml.etree')

NAMESPACE = {'ome': 'http://www.openmicroscopy.org/Schemas/OME/2016-06'}
UUID = '1a1d3b6c-54a7-11ee-a3f5-4b1f0a1e9b7c'


def find_schema():
    """Return content of OME schema file, None if it is not installed."""
    spec = importlib.util.find_spec('ome_types')
    if spec is None or spec.origin is None:
        return None
    path = pathlib.Path(spec.origin).parent / 'ome-2016-06.xsd'
    return path.read_bytes() if path.exists() else None


XSD = find_schema()


@pytest.fixture
def validate(monkeypatch):
    """Return function that raises exception if OME-XML is not valid."""
    if XSD is None:
        pytest.skip('no schema of OME-XML')
    # nothing is to be read from other places
    monkeypatch.setattr(socket, 'socket', None)

    def check(xml):
        assert OmeXml.validate(xml, XSD) is True
        # also without any help of the function
        schema = re.sub(rb'schemaLocation="[^"]*"', b'', XSD)
        document = etree.fromstring(xml.encode())
        etree.XMLSchema(etree.fromstring(schema)).assertValid(document)
        return document

    return check


def parse(xml):
    """Return OME model of another reader."""
    ome_types = pytest.importorskip('ome_types')
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        return ome_types.from_xml(xml)


def describe(dtype, shape, stored=None, *, axes=None, **metadata):
    """Return OME-XML of image."""
    if stored is None:
        *_, length, width = shape
        number = math.prod(shape[:-2])
        stored = (number, 1, 1, length, width, 1)
    omexml = OmeXml(UUID=UUID)
    omexml.addimage(dtype, shape, stored, axes=axes, **metadata)
    return omexml.tostring(declaration=True)


# -- dimensions ---------------------------------------------------------------

# shape, axes, arguments of writer, order, sizes in order XYCZT, samples
DIMENSIONS = [
    ((5, 7), None, {}, 'XYCZT', (7, 5, 1, 1, 1), 1),
    ((5, 7), 'YX', {}, 'XYCZT', (7, 5, 1, 1, 1), 1),
    ((4, 5, 7), 'ZYX', {}, 'XYCZT', (7, 5, 1, 4, 1), 1),
    ((4, 5, 7), 'TYX', {}, 'XYCZT', (7, 5, 1, 1, 4), 1),
    ((4, 5, 7), 'CYX', {}, 'XYCZT', (7, 5, 4, 1, 1), 1),
    ((2, 4, 5, 7), 'ZCYX', {}, 'XYCZT', (7, 5, 4, 2, 1), 1),
    ((2, 4, 5, 7), 'CZYX', {}, 'XYZCT', (7, 5, 2, 4, 1), 1),
    ((2, 4, 5, 7), 'CTYX', {}, 'XYZTC', (7, 5, 2, 1, 4), 1),
    ((2, 3, 4, 5, 7), 'TZCYX', {}, 'XYCZT', (7, 5, 4, 3, 2), 1),
    ((2, 3, 4, 5, 7), 'TCZYX', {}, 'XYZCT', (7, 5, 3, 4, 2), 1),
    ((2, 3, 4, 5, 7), 'ZTCYX', {}, 'XYCTZ', (7, 5, 4, 2, 3), 1),
    ((2, 3, 4, 5, 7), 'ZCTYX', {}, 'XYTCZ', (7, 5, 3, 2, 4), 1),
    ((2, 3, 4, 5, 7), 'CZTYX', {}, 'XYTZC', (7, 5, 2, 3, 4), 1),
    ((2, 3, 4, 5, 7), 'CTZYX', {}, 'XYZTC', (7, 5, 2, 4, 3), 1),
    ((5, 7, 3), 'YXS', {}, 'XYCZT', (7, 5, 3, 1, 1), 3),
    ((5, 7, 3), 'YXC', {}, 'XYCZT', (7, 5, 3, 1, 1), 3),
    ((5, 7, 4), None, {}, 'XYCZT', (7, 5, 4, 1, 1), 4),
    ((2, 5, 7, 3), 'ZYXS', {}, 'XYCZT', (7, 5, 3, 2, 1), 3),
    ((2, 2, 5, 7, 3), 'CZYXS', {}, 'XYZCT', (7, 5, 6, 2, 1), 3),
    (
        (2, 3, 5, 7),
        'ZSYX',
        {'photometric': 'rgb', 'planarconfig': 'separate'},
        'XYCZT',
        (7, 5, 3, 2, 1),
        3,
    ),
    (
        (2, 3, 5, 7),
        'TCYX',
        {'photometric': 'minisblack', 'planarconfig': 'separate'},
        'XYCZT',
        (7, 5, 3, 1, 2),
        3,
    ),
]


@pytest.mark.parametrize(
    ('shape', 'axes', 'kwargs', 'order', 'sizes', 'samples'), DIMENSIONS
)
def test_dimensions(validate, shape, axes, kwargs, order, sizes, samples):
    """Test dimensions that readers find in files."""
    data = numpy.arange(math.prod(shape), dtype='u2').reshape(shape)
    if 'photometric' not in kwargs and samples == 1:
        kwargs = {**kwargs, 'photometric': 'minisblack'}
    elif 'photometric' not in kwargs:
        kwargs = {**kwargs, 'photometric': 'rgb'}
    metadata = {} if axes is None else {'axes': axes}
    stream = io.BytesIO()
    imwrite(stream, data, ome=True, metadata=metadata, **kwargs)
    stream.seek(0)
    with TiffFile(stream) as tif:
        assert tif.is_ome
        series = tif.series[0]
        assert series.kind == 'OME'
        assert_array_equal(tif.asarray().reshape(shape), data)
        xml = tif.ome_metadata
        pages = len(tif.pages)
    document = validate(xml)
    pixels = document.find('.//ome:Pixels', NAMESPACE)
    assert pixels.get('DimensionOrder') == order
    assert tuple(int(pixels.get(f'Size{ax}')) for ax in 'XYCZT') == sizes
    model = parse(xml).images[0].pixels
    found = (
        *(model.size_x, model.size_y, model.size_c),
        *(model.size_z, model.size_t),
    )
    assert found == sizes
    assert [channel.samples_per_pixel for channel in model.channels] == (
        [samples] * (sizes[2] // samples)
    )
    assert [block.plane_count for block in model.tiff_data_blocks] == [pages]
    assert pages == sizes[2] // samples * sizes[3] * sizes[4]


# shape, axes, sizes in order XYCZT, elements of modulo
MODULOS = [
    ((2, 3, 5, 7), 'TPYX', (7, 5, 1, 1, 6), {'T': 'phase'}),
    ((2, 3, 5, 7), 'AZYX', (7, 5, 1, 3, 2), {'T': 'angle'}),
    ((2, 3, 4, 5, 7), 'ZHCYX', (7, 5, 4, 6, 1), {'Z': 'lifetime'}),
    ((2, 2, 3, 2, 5, 7), 'TQCEYX', (7, 5, 6, 1, 4), {'T': '', 'C': 'lambda'}),
]


@pytest.mark.parametrize(('shape', 'axes', 'sizes', 'modulos'), MODULOS)
def test_modulos(validate, shape, axes, sizes, modulos):
    """Test dimensions that OME has no names for."""
    data = numpy.arange(math.prod(shape), dtype='u2').reshape(shape)
    stream = io.BytesIO()
    imwrite(
        stream,
        data,
        ome=True,
        photometric='minisblack',
        metadata={'axes': axes, 'TypeDescription': {axes[1]: 'told'}},
    )
    stream.seek(0)
    with TiffFile(stream) as tif:
        xml = tif.ome_metadata
        series = tif.series[0]
        assert series.shape == shape
        assert series.axes == axes
        assert_array_equal(tif.asarray(), data)
    document = validate(xml)
    pixels = document.find('.//ome:Pixels', NAMESPACE)
    assert tuple(int(pixels.get(f'Size{ax}')) for ax in 'XYCZT') == sizes
    elements = [
        element
        for element in document.iter()
        if 'ModuloAlong' in str(element.tag)
    ]
    assert {str(element.tag)[-1] for element in elements} == set(modulos)
    for element in elements:
        kind = modulos[str(element.tag)[-1]]
        assert element.get('Type') == (kind or 'other')


DTYPES = {
    '?': 'bit',
    'u1': 'uint8',
    'u2': 'uint16',
    'u4': 'uint32',
    'i1': 'int8',
    'i2': 'int16',
    'i4': 'int32',
    'f4': 'float',
    'f8': 'double',
    'c8': 'complex',
    'c16': 'double-complex',
}


@pytest.mark.parametrize('dtype', DTYPES)
def test_types(validate, dtype):
    """Test types of pixels."""
    xml = describe(dtype, (3, 5, 7), axes='ZYX')
    document = validate(xml)
    pixels = document.find('.//ome:Pixels', NAMESPACE)
    assert pixels.get('Type') == DTYPES[dtype]
    assert parse(xml).images[0].pixels.type.value == DTYPES[dtype]


@pytest.mark.parametrize('dtype', ['u8', 'i8', 'f2'])
def test_types_errors(tmp_path, dtype):
    """Test that types that OME has no names for are refused."""
    path = tmp_path / 'temp.ome.tif'
    path.write_bytes(b'something else')
    with pytest.raises(OmeXmlError, match='not supported'):
        imwrite(path, numpy.zeros((5, 7), dtype))
    assert path.read_bytes() == b'something else'


# -- metadata -----------------------------------------------------------------


def test_all_metadata(validate):
    """Test that all known metadata are written to their places."""
    stream = io.BytesIO()
    planes = range(6)
    with TiffWriter(stream, ome=True) as tif:
        tif.write(
            numpy.zeros((3, 2, 5, 7), 'u1'),
            photometric='minisblack',
            metadata={
                'axes': 'ZCYX',
                'UUID': f'urn:uuid:{UUID}',
                'Creator': 'someone',
                'Name': 'first <image> & "more"',
                'Description': 'line 1\nline 2 \u03bc',
                'AcquisitionDate': datetime.datetime(2021, 2, 3, 4, 5, 6),
                'Experimenter': [
                    {'FirstName': 'A', 'LastName': 'B', 'Email': 'a@b.c'},
                    'user',
                ],
                'Project': {'Name': 'project', 'Description': 'text'},
                'Dataset': ['dataset', {'Name': 'other'}],
                'SignificantBits': 7,
                'PhysicalSizeX': 0.1,
                'PhysicalSizeXUnit': 'um',
                'PhysicalSizeY': numpy.float32(0.5),
                'PhysicalSizeYUnit': 'nanometers',
                'PhysicalSizeZ': 3,
                'PhysicalSizeZUnit': '\u03bcm',
                'TimeIncrement': 0.25,
                'TimeIncrementUnit': 'sec',
                'Channel': {
                    'Name': ['one', 'two'],
                    'AcquisitionMode': ['WideField', 'Other'],
                    'Color': [-1, 16711935],
                    'ContrastMethod': ['Phase', 'DIC'],
                    'EmissionWavelength': [500, 600.5],
                    'EmissionWavelengthUnit': ['nm', 'angstrom'],
                    'ExcitationWavelength': [400, 450],
                    'Fluor': ['DAPI', 'GFP'],
                    'IlluminationType': ['Other', 'Epifluorescence'],
                    'NDFilter': [0.5, 0.25],
                    'PinholeSize': [1, 2],
                    'PockelCellSetting': [3, 4],
                },
                'Plane': {
                    'DeltaT': [i * 0.5 for i in planes],
                    'DeltaTUnit': ['ms' for _ in planes],
                    'ExposureTime': numpy.arange(6),
                    'PositionX': [math.inf, -math.inf, math.nan, 0, 1, 2],
                    'PositionXUnit': ['reference frame' for _ in planes],
                },
                'BooleanAnnotation': True,
                'CommentAnnotation': {
                    'Value': 'comment',
                    'Namespace': 'a/b',
                    'Description': 'text',
                },
                'DoubleAnnotation': [1.5, math.inf],
                'LongAnnotation': 2,
                'MapAnnotation': {'key': 'value'},
            },
        )
    stream.seek(0)
    with TiffFile(stream) as tif:
        xml = tif.ome_metadata
        assert tif.series[0].name == 'first <image> & "more"'
        assert tif.series[0].units == {
            'X': 'micrometer',
            'Y': 'micrometer',
            'Z': 'micrometer',
            'T': 'second',
        }
        assert tif.series[0].scale == pytest.approx(
            {'X': 0.1, 'Y': 0.0005, 'Z': 3.0, 'T': 0.25}
        )
    validate(xml)
    model = parse(xml)
    assert model.uuid == f'urn:uuid:{UUID}'
    assert model.creator == 'someone'
    assert model.experimenters[0].email == 'a@b.c'
    assert model.experimenters[1].user_name == 'user'
    assert model.projects[0].description == 'text'
    assert [item.name for item in model.datasets] == ['dataset', 'other']
    image = model.images[0]
    assert image.name == 'first <image> & "more"'
    assert image.description == 'line 1\nline 2 \u03bc'
    assert image.acquisition_date.isoformat() == '2021-02-03T04:05:06'
    pixels = image.pixels
    assert pixels.significant_bits == 7
    assert pixels.physical_size_x == 0.1
    assert pixels.physical_size_x_unit.value == '\xb5m'
    assert pixels.physical_size_y_unit.value == 'nm'
    assert pixels.physical_size_z == 3.0
    assert pixels.time_increment_unit.value == 's'
    channel = pixels.channels[1]
    assert channel.name == 'two'
    assert channel.emission_wavelength == 600.5
    assert channel.emission_wavelength_unit.value == '\xc5'
    assert channel.pockel_cell_setting == 4
    assert [plane.delta_t for plane in pixels.planes] == [
        *(0.0, 0.5, 1.0, 1.5, 2.0, 2.5)
    ]
    assert [(plane.the_z, plane.the_c) for plane in pixels.planes] == [
        *((0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1))
    ]
    annotations = model.structured_annotations
    assert [item.value for item in annotations if item.id[-1] == '0'] == [True]
    assert len(annotations) == 6


def test_unknown_metadata_are_annotations(validate):
    """Test that nothing is lost that OME has no place for."""
    metadata = {
        'axes': 'CYX',
        'Laser power': 0.5,
        'Flags': [True, False],
        'Nested': {'a': {'b': None}},
        'Text': '<&">\'\n\x00',
        'Empty': None,
        'Array': numpy.arange(3),
        'Channel': {'Name': ['a', 'b'], 'Gain': [1, 2]},
        'Plane': {'DeltaT': [0, 1], 'Temperature': [20.5, 21]},
    }
    xml = describe('u1', (2, 5, 7), **metadata)
    document = validate(xml)
    image = document.find('ome:Image', NAMESPACE)
    refs = [
        ref.get('ID') for ref in image.findall('ome:AnnotationRef', NAMESPACE)
    ]
    maps = document.findall('.//ome:MapAnnotation', NAMESPACE)
    assert [item.get('ID') for item in maps] == refs
    assert len(maps) == 1
    values = {
        item.get('K'): item.text
        for item in maps[0].find('ome:Value', NAMESPACE)
    }
    assert values == {
        'Laser power': '0.5',
        'Flags': '[true, false]',
        'Nested': '{"a": {"b": null}}',
        'Text': '<&">\'\n\ufffd',
        'Empty': 'null',
        'Array': '[0 1 2]',
        'Channel.Gain': '[1, 2]',
        'Plane.Temperature': '[20.5, 21]',
    }
    for name in ('FileAnnotation', 'TermAnnotation'):
        with pytest.warns(UserWarning, match=f'{name} not supported'):
            describe('u1', (5, 7), **{name: 'x'})


# metadata, text of error
ERRORS = [
    ({'PhysicalSizeX': 0}, 'PhysicalSizeX=0; must be a number greater than 0'),
    ({'PhysicalSizeX': 'abc'}, 'PhysicalSizeX'),
    ({'PhysicalSizeX': math.nan}, 'PhysicalSizeX'),
    ({'PhysicalSizeXUnit': 'parsecs'}, "'parsecs'; must be one of pm, "),
    ({'TimeIncrementUnit': 'mm'}, 'TimeIncrementUnit'),
    ({'SignificantBits': 1.5}, 'SignificantBits=1.5; must be an integer'),
    ({'SignificantBits': 0}, 'SignificantBits'),
    ({'AcquisitionDate': 'yesterday'}, 'AcquisitionDate'),
    ({'Channel': {'Color': ['red']}}, "Color='red'"),
    ({'Channel': {'AcquisitionMode': ['Fast']}}, "AcquisitionMode='Fast'"),
    ({'Plane': {'DeltaT': ['now']}}, "DeltaT='now'"),
    ({'LongAnnotation': 'x'}, 'LongAnnotation'),
    ({'DoubleAnnotation': 'x'}, 'DoubleAnnotation'),
    ({'MapAnnotation': 1}, 'MapAnnotation'),
    ({'UUID': 'x'}, 'UUID'),
]


@pytest.mark.parametrize(('metadata', 'match'), ERRORS)
def test_errors(tmp_path, metadata, match):
    """Test that values that OME does not allow are refused."""
    path = tmp_path / 'temp.ome.tif'
    path.write_bytes(b'something else')
    with pytest.raises(ValueError, match=match):
        imwrite(path, numpy.zeros((5, 7), 'u1'), metadata=metadata)
    assert path.read_bytes() == b'something else'


def test_channel_errors():
    """Test metadata of channels that do not match their number."""
    with pytest.raises(IndexError, match='Name has 1 items'):
        describe('u1', (2, 5, 7), axes='CYX', Channel={'Name': ['a']})
    with pytest.raises(TypeError, match='not a list'):
        describe('u1', (2, 5, 7), axes='CYX', Channel={'Name': 'a'})


# -- files --------------------------------------------------------------------


def test_many_images(validate, tmp_path):
    """Test file of several images, pyramid included, in another reader."""
    path = tmp_path / 'temp.ome.tif'
    rng = numpy.random.default_rng(3)
    stack = rng.integers(0, 255, (2, 3, 64, 64)).astype('u1')
    thumbnail = rng.integers(0, 255, (16, 16, 3)).astype('u1')
    with TiffWriter(path) as tif:
        kwargs = {'tile': (32, 32), 'photometric': 'minisblack'}
        tif.write(
            stack,
            subifds=2,
            metadata={
                'axes': 'TCYX',
                'Name': 'stack',
                'Channel': {'Name': ['r', 'g', 'b']},
            },
            **kwargs,
        )
        tif.write(stack[..., ::2, ::2], subfiletype=1, **kwargs)
        tif.write(stack[..., ::4, ::4], subfiletype=1, **kwargs)
        tif.write(thumbnail, photometric='rgb', metadata={'Name': 'thumb'})
        for frame in stack[:, 0]:
            tif.write(frame, contiguous=True, metadata={'Name': 'frames'})
    with TiffFile(path) as tif:
        xml = tif.ome_metadata
        assert [series.name for series in tif.series] == [
            *('stack', 'thumb', 'frames')
        ]
        assert len(tif.series[0].levels) == 3
        assert_array_equal(tif.asarray(series=1), thumbnail)
    validate(xml)
    ome_types = pytest.importorskip('ome_types')
    model = ome_types.from_tiff(path)
    assert [image.name for image in model.images] == [
        *('stack', 'thumb', 'frames')
    ]
    blocks = [
        (block.ifd, block.plane_count)
        for image in model.images
        for block in image.pixels.tiff_data_blocks
    ]
    assert blocks == [(0, 6), (6, 1), (7, 2)]
    assert model.images[2].pixels.size_c == 2
    with TiffFile(path) as tif:
        # planes are where the other reader expects them
        for index in range(6):
            assert_array_equal(
                tif.pages[index].asarray(), stack[divmod(index, 3)]
            )


def test_validate(monkeypatch):
    """Test that invalid OME-XML is told from valid."""
    xml = describe('u1', (5, 7))
    monkeypatch.setattr('tifffile._find_ome_schema', lambda: None)
    assert OmeXml.validate(xml) is None
    monkeypatch.undo()
    if XSD is None:
        pytest.skip('no schema of OME-XML')
    assert OmeXml.validate(xml)
    assert OmeXml.validate(xml.encode(), XSD.decode())
    wrong = xml.replace('SizeX="7"', 'SizeX="-7"')
    assert OmeXml.validate(wrong, assert_=False) is False
    with pytest.raises(etree.DocumentInvalid, match='SizeX'):
        OmeXml.validate(wrong)
    with pytest.raises(etree.DocumentInvalid):
        OmeXml.validate(wrong, XSD)


def test_text():
    """Test representations of OME-XML."""
    omexml = OmeXml(UUID=UUID, Creator='a"b')
    omexml.addimage('u1', (5, 7), (1, 1, 1, 5, 7, 1))
    xml = omexml.tostring()
    assert xml.startswith('<OME ')
    assert omexml.tostring(declaration=True) == (
        '<?xml version="1.0" encoding="UTF-8"?>' + xml
    )
    assert '\n  <Image ' in str(omexml)
    assert xml2dict(xml)['OME']['Creator'] == 'a"b'
