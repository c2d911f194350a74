# tests/formats/test_epics.py

"""Test files by EPICS areaDetector."""

from __future__ import annotations

import datetime
import io

import numpy
import pytest
from builder import ASCII, DOUBLE, LONG, Page, Tag, build_tiff

from tifffile import TiffFile, epics_datetime

NAME = 'EPICS areaDetector'

TAGS = [
    Tag(65000, DOUBLE, 802117891.5714135),
    Tag(65001, LONG, 15),
    Tag(65002, LONG, 802117891),
    Tag(65003, LONG, 571413578),
    Tag(65010, ASCII, 'Focus:0.6778'),
    Tag(65011, ASCII, 'Name:abc:def'),
    Tag(65012, ASCII, 'Flag:true'),
    Tag(65013, ASCII, 'Count:12'),
    Tag(65499, ASCII, 'Empty:'),
    Tag(65500, ASCII, 'Other:1'),
]

EXPECTED = {
    'timeStamp': 802117891.5714135,
    'uniqueID': 15,
    'epicsTSSec': 802117891,
    'epicsTSNsec': 571413578,
    'Focus': 0.6778,
    'Name': 'abc:def',
    'Flag': True,
    'Count': 12,
    'Empty': '',
}


def build(tags, *, software=None, description=(), **kwargs):
    """Return file of two pages."""
    pages = [
        Page(
            numpy.full((6, 7), i, 'uint16'),
            tags={} if software is None else {305: (ASCII, software)},
            description=description,
            extratags=tags,
        )
        for i in range(2)
    ]
    return io.BytesIO(build_tiff(pages, **kwargs))


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize('bigtiff', [False, True])
@pytest.mark.parametrize('name', ['software', 'description'])
def test_epics(name, bigtiff, byteorder, caplog):
    """Test flags and metadata."""
    file = build(TAGS, bigtiff=bigtiff, byteorder=byteorder, **{name: NAME})
    with TiffFile(file) as tif:
        assert tif.is_epics
        assert not tif.is_eer
        assert not tif.is_nuvu
        assert tif.epics_metadata == EXPECTED
        assert tif.pages[1].epics_tags == EXPECTED
        assert tif.series[0].shape == (2, 6, 7)
        assert tif.series[0].kind == 'Generic'
    assert not caplog.records


def test_other():
    """Test other software."""
    with TiffFile(build(TAGS, software='EPICS')) as tif:
        assert not tif.is_epics
        assert tif.epics_metadata is None


def test_datetime():
    """Test time stamp is local time."""
    date = epics_datetime(802117891, 571413578)
    utc = date.astimezone(datetime.UTC)
    assert utc.replace(tzinfo=None) == datetime.datetime(
        2015, 6, 2, 18, 31, 31, 571413
    )


@pytest.mark.parametrize(
    'tags',
    [
        [Tag(65000, ASCII, 'abc')],
        [Tag(65000, DOUBLE, (1.0, 2.0))],
        [Tag(65001, DOUBLE, float('nan'))],
        [Tag(65002, DOUBLE, float('inf')), Tag(65020, LONG, 5)],
        [Tag(65020, ASCII, 'no separator'), Tag(65021, ASCII, '')],
        [Tag(65020, 7, b'\0\1\2'), Tag(65021, LONG, ())],
    ],
)
def test_damaged_tags(tags, caplog):
    """Test tags of wrong type are left out."""
    expected = {
        key: value
        for key, value in EXPECTED.items()
        if key != {65000: 'timeStamp', 65001: 'uniqueID'}.get(tags[0].code)
        and key != {65002: 'epicsTSSec'}.get(tags[0].code)
    }
    codes = {tag.code for tag in tags}
    tags = [*(tag for tag in TAGS if tag.code not in codes), *tags]
    with TiffFile(build(tags, software=NAME)) as tif:
        assert tif.epics_metadata == expected
        assert tif.epics_metadata == expected
        assert tif.series[0].shape == (2, 6, 7)
        assert len(caplog.records) == 1
    assert 'invalid tag 65' in caplog.text


def test_damaged_offset(caplog):
    """Test value that is not in the file is left out."""
    tags = [*TAGS[:4], Tag(65010, ASCII, 'Focus:0.5', offset=2**31)]
    with TiffFile(build(tags, software=NAME)) as tif:
        assert list(tif.epics_metadata) == list(EXPECTED)[:4]
        assert len(caplog.records) == 1
