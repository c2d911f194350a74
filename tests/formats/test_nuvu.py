# tests/formats/test_nuvu.py

"""Test files by Nuvu cameras."""

from __future__ import annotations

import pytest
from builder import ASCII, DOUBLE, LONG, Tag
from stacks import build_tagged, planes

from tifffile import TiffFile

TAGS = [
    Tag(65000, ASCII, "Field '65001' is 'AMP_TYPE'"),
    Tag(65001, LONG, 1),
    Tag(65002, ASCII, "Field '65003' is 'TEMP_CCD'"),
    Tag(65003, DOUBLE, -99.98),
    Tag(65004, ASCII, "Field '65005' is 'DATE'"),
    Tag(65005, ASCII, '2025-08-29 17:03:05.723'),
    Tag(65006, ASCII, "Field '65007' is 'MISSING'"),
    Tag(65008, ASCII, 'other text'),
    Tag(65010, ASCII, "Field '65011' is 'IT'S A NAME'"),
    Tag(65011, LONG, (1, 2)),
]

EXPECTED = {
    'AMP_TYPE': 1,
    'TEMP_CCD': -99.98,
    'DATE': '2025-08-29 17:03:05.723',
    "IT'S A NAME": (1, 2),
}


def build(tags, **kwargs):
    """Return file of two pages."""
    return build_tagged(planes(2, 6, 7), tags, **kwargs)


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize('bigtiff', [False, True])
def test_nuvu(bigtiff, byteorder, caplog):
    """Test flags and metadata."""
    file = build(TAGS, bigtiff=bigtiff, byteorder=byteorder)
    with TiffFile(file) as tif:
        assert tif.is_nuvu
        assert not tif.is_eer
        assert tif.pages[1].is_nuvu
        assert tif.nuvu_metadata == EXPECTED
        assert tif.pages[1].nuvu_tags == EXPECTED
        assert tif.series[0].shape == (2, 6, 7)
    assert not caplog.records


@pytest.mark.parametrize(
    'tags',
    [
        TAGS[1:],
        [TAGS[0], *TAGS[2:]],
        [Tag(65000, LONG, 5), *TAGS[1:]],
        [Tag(65000, ASCII, 'a'), *TAGS[1:]],
        [Tag(65000, ASCII, "Field '65003' is 'X'"), *TAGS[1:]],
        [Tag(65000, ASCII, "Field '65001' is 'X'", offset=2**31), *TAGS[1:]],
    ],
)
def test_other(tags, caplog):
    """Test other private tags."""
    with TiffFile(build(tags)) as tif:
        assert not tif.is_nuvu
        assert tif.nuvu_metadata is None
        assert len(tif.series) == 1


@pytest.mark.parametrize(
    'tag',
    [
        Tag(65003, DOUBLE, 1.0, offset=2**31),
        Tag(65002, ASCII, "Field '65003' is 'TEMP_CCD'", offset=2**31),
        Tag(65008, ASCII, 'other text', offset=2**31),
        Tag(65002, ASCII, "Field '99999999999' is 'TEMP_CCD'"),
        Tag(65002, ASCII, b"Field '65003\xff\x81' is 'TEMP_CCD'"),
    ],
)
def test_damaged_tag(tag, caplog):
    """Test tags that cannot be read are left out."""
    tags = [tag if tag.code == item.code else item for item in TAGS]
    with TiffFile(build(tags)) as tif:
        assert tif.is_nuvu
        expected = EXPECTED
        if tag.code != 65008:
            expected = {k: v for k, v in EXPECTED.items() if k != 'TEMP_CCD'}
        assert tif.nuvu_metadata == expected
        assert tif.nuvu_metadata == expected
        assert len(caplog.records) <= 1
        assert len(tif.series) == 1
        assert len(tif.pages) == 2
        assert [page.nuvu_tags for page in tif.pages] == [expected] * 2
