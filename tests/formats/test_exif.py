# tests/formats/test_exif.py

"""Test EXIF, GPS, and interoperability tags, and XMP."""

from __future__ import annotations

import io
from typing import Any

import numpy
import pytest
from builder import (
    ASCII,
    BYTE,
    LONG,
    RATIONAL,
    SHORT,
    SRATIONAL,
    UNDEFINED,
    Format,
    Page,
    Tag,
    build_tiff,
)
from real_files import entries_of

from tifffile import TIFF, TiffFile

IMAGE = numpy.arange(12, dtype='uint8').reshape(3, 4)

LAYOUTS = [('<', False), ('>', False), ('<', True), ('>', True)]


def build(
    tags: list[Tag],
    *,
    code: int = 34665,
    interop: list[Tag] | None = None,
    byteorder: str = '<',
    bigtiff: bool = False,
    **kwargs: Any,
) -> bytes:
    """Return file whose page has a tag that points to another IFD."""
    form = Format(byteorder, bigtiff)

    def build_page(offset: int) -> bytes:
        page = Page(IMAGE, tags={code: (LONG, offset)}, **kwargs)
        return build_tiff(page, byteorder=byteorder, bigtiff=bigtiff)

    size = len(build_page(0))
    if interop is not None:
        tags = [*tags, Tag(40965, LONG, 0)]
        offset = size + len(form.directory(tags, size).data)
        tags[-1] = Tag(40965, LONG, offset)
    tags.sort(key=lambda tag: tag.code)
    data = build_page(size) + form.directory(tags, size).data
    if interop is not None:
        data += form.directory(interop, len(data)).data
    return data


EXIF = [
    Tag(33434, RATIONAL, (1, 250)),
    Tag(33437, RATIONAL, (28, 10)),
    Tag(34850, SHORT, 2),
    Tag(34855, SHORT, 400),
    Tag(36864, UNDEFINED, b'0230'),
    Tag(36867, ASCII, '2020:01:02 03:04:05'),
    Tag(37121, UNDEFINED, b'\1\2\3\0'),
    Tag(37380, SRATIONAL, (-1, 3)),
    Tag(37500, UNDEFINED, b'Maker' * 50),
    Tag(37510, UNDEFINED, b'ASCII\0\0\0hello world\0'),
    Tag(40960, UNDEFINED, b'0100'),
    Tag(42034, RATIONAL, (24, 1, 70, 1, 28, 10, 28, 10)),
    Tag(65000, ASCII, 'Owner'),
    Tag(60123, LONG, (1, 2, 3)),
]

EXPECTED = {
    'ExposureTime': (1, 250),
    'FNumber': (28, 10),
    'ExposureProgram': 2,
    'ISOSpeedRatings': 400,
    'ExifVersion': '0230',
    'DateTimeOriginal': '2020:01:02 03:04:05',
    'ComponentsConfiguration': b'\1\2\3\0',
    'ExposureBiasValue': (-1, 3),
    'MakerNote': b'Maker' * 50,
    'UserComment': 'hello world',
    'FlashpixVersion': '0100',
    'LensSpecification': (24, 1, 70, 1, 28, 10, 28, 10),
    'OwnerName': 'Owner',
    '60123': (1, 2, 3),
}


@pytest.mark.parametrize(('byteorder', 'bigtiff'), LAYOUTS)
def test_exif(byteorder, bigtiff, caplog):
    """Values are a dictionary by names of tags."""
    interop = [Tag(1, ASCII, 'R98'), Tag(2, UNDEFINED, b'0100')]
    data = build(EXIF, interop=interop, byteorder=byteorder, bigtiff=bigtiff)
    with TiffFile(io.BytesIO(data)) as tif:
        page = tif.pages[0]
        exif = page.tags['ExifTag'].value
        offset = exif.pop('InteroperabilityTag')
        assert exif == EXPECTED
        assert [*exif][-1] == 'OwnerName'
        assert isinstance(offset, int)
        assert page.exif_tags == {
            **EXPECTED,
            'InteroperabilityTag': {
                'InteroperabilityIndex': 'R98',
                'InteroperabilityVersion': b'0100',
            },
        }
        assert page.gps_tags is None
        assert page.gps_location is None
        assert page.xmp is None
        numpy.testing.assert_array_equal(tif.asarray(), IMAGE)
    assert not caplog.records


@pytest.mark.parametrize(
    ('byteorder', 'comment', 'expected'),
    [
        ('<', b'UNICODE\0' + 'h\xe9'.encode('utf-16-le'), 'h\xe9'),
        ('>', b'UNICODE\0' + 'h\xe9'.encode('utf-16-be'), 'h\xe9'),
        ('>', b'UNICODE\0\xff\xfe' + 'h\xe9'.encode('utf-16-le'), 'h\xe9'),
        ('<', b'UNICODE\0\xfe\xff' + 'h\xe9'.encode('utf-16-be'), 'h\xe9'),
        ('<', b'UNICODE\0abc', b'UNICODE\0abc'),
        ('<', b'ASCII\0\0\0h\xe9', 'h\xe9'),
        ('<', b'JIS\0\0\0\0\0\x1b$B%F\x1b(B', '\u30c6'),
        ('<', bytes(8) + b'abc', bytes(8) + b'abc'),
        ('<', b'abc', b'abc'),
        ('<', b'', b''),
    ],
)
def test_user_comment(byteorder, comment, expected):
    """Comments are decoded if their code is known and right."""
    data = build([Tag(37510, UNDEFINED, comment)], byteorder=byteorder)
    with TiffFile(io.BytesIO(data)) as tif:
        assert tif.pages[0].exif_tags == {'UserComment': expected}


GPS = [
    Tag(0, BYTE, (2, 3, 0, 0)),
    Tag(1, ASCII, 'N'),
    Tag(2, RATIONAL, (46, 1, 30, 1, 1200, 100)),
    Tag(3, ASCII, 'W'),
    Tag(4, RATIONAL, (7, 1, 0, 1, 36, 1)),
    Tag(5, BYTE, 1),
    Tag(6, RATIONAL, (1001, 10)),
    Tag(29, ASCII, '2020:01:02'),
]


@pytest.mark.parametrize(('byteorder', 'bigtiff'), LAYOUTS)
def test_gps(byteorder, bigtiff, caplog):
    """Location is also in degrees and meters."""
    data = build(GPS, code=34853, byteorder=byteorder, bigtiff=bigtiff)
    with TiffFile(io.BytesIO(data)) as tif:
        page = tif.pages[0]
        gps = page.gps_tags
        assert gps == page.tags['GPSTag'].value
        assert gps['GPSVersionID'] == b'\2\3\0\0'
        assert gps['GPSLatitudeRef'] == 'N'
        assert gps['GPSLatitude'] == (46, 1, 30, 1, 1200, 100)
        assert gps['GPSDateStamp'] == '2020:01:02'
        assert page.gps_location == pytest.approx(
            (46 + 30 / 60 + 12 / 3600, -7.01, -100.1)
        )
        assert page.exif_tags is None
    assert not caplog.records


@pytest.mark.parametrize(
    ('replaced', 'expected'),
    [
        ({1: 'S', 3: 'E', 5: None}, (-46.503333333, 7.01, 100.1)),
        ({6: None}, (46.503333333, -7.01, None)),
        ({6: (1, 0)}, (46.503333333, -7.01, None)),
        ({2: (46, 1), 4: (15, 2, 0, 1)}, (46.0, -7.5, -100.1)),
        ({2: (0, 0, 0, 0, 0, 0)}, None),
        ({4: None}, None),
        ({1: None}, (46.503333333, -7.01, -100.1)),
    ],
)
def test_gps_location(replaced, expected):
    """Location is known if latitude and longitude are."""
    tags = [
        tag._replace(value=replaced.get(tag.code, tag.value)) for tag in GPS
    ]
    data = build([tag for tag in tags if tag.value is not None], code=34853)
    with TiffFile(io.BytesIO(data)) as tif:
        location = tif.pages[0].gps_location
        if expected is None:
            assert location is None
        else:
            assert location[:2] == pytest.approx(expected[:2])
            assert location[2] == expected[2]


def test_bad_value(caplog):
    """Values out of file are skipped, others are read."""
    tags = [*EXIF[:3], Tag(36867, ASCII, count=50, offset=2**31), *EXIF[3:5]]
    data = build(tags)
    with TiffFile(io.BytesIO(data)) as tif:
        assert [*tif.pages[0].exif_tags] == [
            *('ExposureTime', 'FNumber', 'ExposureProgram'),
            *('ISOSpeedRatings', 'ExifVersion'),
        ]
        numpy.testing.assert_array_equal(tif.asarray(), IMAGE)
    assert 'invalid value offset' in caplog.text


def test_bad_interoperability(caplog):
    """A bad pointer stays an offset."""
    data = build([*EXIF[:1], Tag(40965, LONG, 2**31)])
    with TiffFile(io.BytesIO(data)) as tif:
        assert tif.pages[0].exif_tags == {
            'ExposureTime': (1, 250),
            'InteroperabilityTag': 2**31,
        }
    assert 'Interoperability' in caplog.text


@pytest.mark.parametrize('code', [34665, 34853, 40965])
@pytest.mark.parametrize('offset', [0, 1, 9, 2**32 - 1])
def test_bad_pointer(code, offset):
    """Bad pointers to IFDs do not keep from reading the image."""
    page = Page(IMAGE, tags={code: (LONG, offset)})
    with TiffFile(io.BytesIO(build_tiff(page))) as tif:
        page = tif.pages[0]
        numpy.testing.assert_array_equal(tif.asarray(), IMAGE)
        assert page.exif_tags is None
        assert page.gps_tags is None
        assert page.gps_location is None


def test_interoperability_of_page():
    """The interoperability tag of a page is followed."""
    data = build([Tag(1, ASCII, 'THM')], code=40965)
    with TiffFile(io.BytesIO(data)) as tif:
        value = tif.pages[0].tags['InteroperabilityTag'].value
        assert value == {'InteroperabilityIndex': 'THM'}


@pytest.mark.parametrize(
    ('value', 'expected'),
    [
        (b'<x:xmpmeta/>', '<x:xmpmeta/>'),
        (b'\xef\xbb\xbf<a>\xc3\xa9</a>\0\0', '<a>\xe9</a>'),
        (b'\xfe\xff' + '<a/>'.encode('utf-16-be'), '<a/>'),
    ],
)
@pytest.mark.parametrize('dtype', [BYTE, UNDEFINED])
def test_xmp(dtype, value, expected):
    """XMP packets are text, the tag has their bytes."""
    page = Page(IMAGE, tags={700: (dtype, value)})
    with TiffFile(io.BytesIO(build_tiff(page))) as tif:
        assert tif.pages[0].tags['XMP'].value == value
        assert tif.pages[0].xmp == expected


def test_names():
    """Names are those of the registries."""
    assert TIFF.EXIF_TAGS[34855] == 'ISOSpeedRatings'
    assert TIFF.GPS_TAGS[31] == 'GPSHPositioningError'
    assert TIFF.IOP_TAGS[4098] == 'RelatedImageLength'


@pytest.mark.parametrize(
    'entry',
    entries_of('raw-arw/', 'dng/dlemstra', 'photoshop/'),
    ids=lambda entry: entry['path'],
)
def test_real_files(shared_data, entry):
    """Test files by cameras and Photoshop."""
    with TiffFile(shared_data / entry['path']) as tif:
        exif = tif.pages[0].exif_tags
        if entry['path'].startswith('photoshop/'):
            assert exif['ColorSpace'] in {1, 65535}
            assert exif['PixelXDimension'] == tif.pages[0].imagewidth
        else:
            assert exif['ExifVersion'] == '0231'
            assert len(exif['FNumber']) == 2
            assert tif.pages[0].xmp.lstrip('\ufeff').startswith('<?xpacket')


def test_real_location(shared_data):
    """Test file with GPS tags."""
    path = 'plain/AcademySoftwareFoundation-OpenImageIO__gps.tif'
    with TiffFile(shared_data / path) as tif:
        assert tif.pages[0].gps_location == pytest.approx(
            (40.039635, -105.25282, 2377.0)
        )
