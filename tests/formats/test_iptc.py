# tests/formats/test_iptc.py

"""Test IPTC datasets and Photoshop image resources."""

from __future__ import annotations

import io

import numpy
import pytest
from builder import BYTE, LONG, UNDEFINED, Page, build_tiff
from hypothesis import given, settings, strategies

from tifffile import TiffFile, image_resources_metadata, iptc_metadata

IMAGE = numpy.arange(12, dtype='uint8').reshape(3, 4)


def dataset(record: int, number: int, value: bytes, extended=False) -> bytes:
    """Return IPTC dataset."""
    size = len(value)
    if extended:
        length = b'\x80\x04' + size.to_bytes(4, 'big')
    else:
        length = size.to_bytes(2, 'big')
    return bytes((0x1C, record, number)) + length + value


def resource(number: int, content: bytes, name: bytes = b'') -> bytes:
    """Return Photoshop image resource block."""
    pascal = bytes((len(name),)) + name
    return (
        b'8BIM'
        + number.to_bytes(2, 'big')
        + pascal
        + bytes(len(pascal) % 2)
        + len(content).to_bytes(4, 'big')
        + content
        + bytes(len(content) % 2)
    )


IPTC = (
    dataset(1, 90, b'\x1b%G')
    + dataset(2, 0, b'\0\4')
    + dataset(2, 5, 'Z\xfcrich'.encode())
    + dataset(2, 25, b'lake')
    + dataset(2, 25, b'town')
    + dataset(2, 80, b'Somebody')
    + dataset(2, 202, b'\0\1\2', extended=True)
    + dataset(2, 5, b'ignored')
    + dataset(9, 99, b'\xff')
)

EXPECTED = {
    'CodedCharacterSet': b'\x1b%G',
    'RecordVersion': 4,
    'ObjectName': 'Z\xfcrich',
    'Keywords': ('lake', 'town'),
    'By-line': ('Somebody',),
    'ObjectPreviewData': b'\0\1\2',
    '9:99': b'\xff',
}


def test_datasets(caplog):
    """Values are text, numbers, or bytes."""
    assert iptc_metadata(IPTC) == EXPECTED
    assert iptc_metadata(IPTC + bytes(3)) == EXPECTED
    assert iptc_metadata(b'') == iptc_metadata(b'abc') == {}
    assert not caplog.records


@pytest.mark.parametrize(
    ('value', 'expected'),
    [(b'Z\xfcrich', 'Z\xfcrich'), ('Z\xfcrich'.encode(), 'Z\xfcrich')],
)
def test_encoding(value, expected):
    """Text is UTF-8, else Western European, if that is not declared."""
    assert iptc_metadata(dataset(2, 90, value)) == {'City': expected}


@settings(max_examples=200, deadline=None, derandomize=True)
@given(strategies.binary(max_size=40), strategies.integers(0, len(IPTC)))
def test_any_bytes(data, position):
    """Any bytes are read, or skipped."""
    assert isinstance(iptc_metadata(data), dict)
    assert isinstance(iptc_metadata(IPTC[:position] + data), dict)
    assert isinstance(image_resources_metadata(data), dict)
    assert isinstance(
        image_resources_metadata(RESOURCES[:position] + data), dict
    )


def test_many_datasets():
    """Repeated datasets are collected in order."""
    number = 20000
    data = dataset(2, 25, b'word') * number
    assert iptc_metadata(data) == {'Keywords': ('word',) * number}


@pytest.mark.parametrize('size', range(0, len(IPTC), 3))
def test_truncated_datasets(size):
    """Datasets that are complete are read."""
    result = iptc_metadata(IPTC[:size])
    for name in [*result][:-1]:
        if name not in {'Keywords'}:
            assert result[name] == EXPECTED[name]


def test_bad_extended_size(caplog):
    """The size of a dataset can not be larger than the data."""
    start = dataset(2, 90, b'Here')
    bad = b'\x1c\x02\x05\x80\x09' + b'\xff' * 9
    assert iptc_metadata(start + bad) == {'City': 'Here'}
    bad = b'\x1c\x02\x05\x80\x08' + b'\xff' * 8
    assert iptc_metadata(start + bad) == {'City': 'Here'}
    assert 'truncated' in caplog.text


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize('dtype', [BYTE, UNDEFINED, LONG])
def test_tag(dtype, byteorder):
    """The value of the tag is its bytes, whatever the type."""
    value = IPTC + bytes(-len(IPTC) % 4)
    page = Page(IMAGE, tags={33723: (dtype, value)})
    with TiffFile(io.BytesIO(build_tiff(page, byteorder=byteorder))) as tif:
        assert tif.pages[0].tags['IPTCNAA'].value == value
        assert tif.pages[0].iptc_tags == EXPECTED
        assert tif.pages[0].photoshop_tags is None
        numpy.testing.assert_array_equal(tif.asarray(), IMAGE)


RESOURCES = (
    resource(1028, IPTC)
    + resource(1035, b'https://example.org', b'name')
    + resource(1034, b'\1', b'odd')
    + resource(4000, b'abc')
)


def test_image_resources():
    """Contents are bytes or text; IPTC datasets can be among them."""
    page = Page(IMAGE, tags={34377: (BYTE, RESOURCES)})
    with TiffFile(io.BytesIO(build_tiff(page))) as tif:
        page = tif.pages[0]
        assert page.tags['ImageResources'].value == RESOURCES
        assert page.photoshop_tags == {
            'IPTCNAA': IPTC,
            'URL': 'https://example.org',
            'CopyrightFlag': b'\1',
            '4000': b'abc',
        }
        assert page.iptc_tags == EXPECTED


def test_no_tags():
    """Pages without tags have no metadata."""
    with TiffFile(io.BytesIO(build_tiff(Page(IMAGE)))) as tif:
        assert tif.pages[0].iptc_tags is None
        assert tif.pages[0].photoshop_tags is None


@pytest.mark.parametrize('size', range(len(RESOURCES)))
def test_truncated_resources(size):
    """Blocks that are complete are read."""
    result = image_resources_metadata(RESOURCES[:size])
    expected = image_resources_metadata(RESOURCES)
    assert result.items() <= expected.items()


def test_real_files(shared_data):
    """Test files by Photoshop and OpenImageIO."""
    with TiffFile(shared_data / 'photoshop/dlemstra-Magick.NET__8Bim.tif') as (
        tif
    ):
        page = tif.pages[0]
        assert page.iptc_tags['CodedCharacterSet'] == b'\x1b%G'
        assert len(page.photoshop_tags['CaptionDigest']) == 16
    path = 'plain/AcademySoftwareFoundation-OpenImageIO__chanshuffle.tif'
    with TiffFile(shared_data / path) as tif:
        program = tif.pages[0].iptc_tags['OriginatingProgram']
        assert program.startswith('GraphicsMagick 1.3.6')
