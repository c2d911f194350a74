# tests/formats/test_avs.py

"""Test slides by Argos."""

from __future__ import annotations

from typing import Any

import pytest
from builder import ASCII, BYTE, LONG, RATIONAL, SHORT, UNDEFINED, Page
from slides import assert_series, make_page, open_pages

XML = (
    '<Argos.Scan.Metadata>'
    '<ObjectiveMagnification>20</ObjectiveMagnification>'
    '<AcquisitionDate>01.31.2024</AcquisitionDate>'
    '<AcquisitionTime>13:04:05</AcquisitionTime>'
    '<ZRange>3.0</ZRange></Argos.Scan.Metadata>'
)
RESOLUTION = {
    282: (RATIONAL, (40000, 1)),
    283: (RATIONAL, (20000, 1)),
    296: (SHORT, 3),
}


def make_slide(
    planes: int = 3, xml: str = XML, type: int = ASCII
) -> list[Page]:
    """Return pages of slide."""
    value = xml if type == ASCII else xml.encode() + b'\0'
    pages = [
        make_page(*shape, tile=(32, 32), seed=plane)
        for plane in range(planes)
        for shape in ((128, 192, 3), (64, 96, 3), (32, 48, 3))
    ]
    pages[0].tags = {65000: (type, value), **RESOLUTION}
    pages.append(make_page(14, 31, 3))
    pages.append(make_page(50, 148, 3))
    return pages


@pytest.mark.parametrize('type', [ASCII, BYTE, UNDEFINED])
def test_focal_planes(type: int, caplog: Any) -> None:
    """Test planes, levels, and associated images."""
    pages = make_slide(type=type)
    with open_pages(pages, bigtiff=True) as tif:
        assert tif.is_avs
        assert tif.pages[0].is_avs
        assert not tif.pages[1].is_avs
        assert tif.avs_metadata == XML
        assert [s.name for s in tif.series] == ['Baseline', 'Map', 'Macro']
        assert {s.kind for s in tif.series} == {'AVS'}
        baseline, map_, macro = tif.series
        for i in range(3):
            assert_series(baseline.levels[i], *pages[i:9:3], axes='ZYXS')
        assert_series(map_, pages[9])
        assert_series(macro, pages[10])
        assert baseline.attr['scale'] == {'X': 0.25, 'Y': 0.5, 'Z': 1.5}
        assert baseline.attr['unit']['Z'] == 'micrometer'
        assert baseline.attr['magnification'] == 20
        assert baseline.attr['datetime'] == '2024-01-31T13:04:05'
        assert [*baseline.coords['depth']] == [0.0, 1.5, 3.0]
        level = baseline.levels[1]
        assert level.attr['scale'] == {'X': 0.5, 'Y': 1.0, 'Z': 1.5}
        assert level.attr['magnification'] == 10
    assert not caplog.records


def test_one_plane() -> None:
    """Test slide without focal planes, with metadata in attributes."""
    xml = '<Argos.Scan.Metadata ObjectiveMagnification="40" ZRange="0"/>'
    pages = make_slide(1, xml)
    with open_pages(pages) as tif:
        baseline = tif.series[0]
        assert_series(baseline, pages[0], axes='YXS')
        assert len(baseline.levels) == 3
        assert baseline.attr['scale'] == {'X': 0.25, 'Y': 0.5}
        assert baseline.attr['magnification'] == 40
        assert 'datetime' not in baseline.attr


def test_no_associated_images(caplog: Any) -> None:
    """Images are not named if their number is not expected."""
    pages = make_slide(2)
    with open_pages(pages[:-1]) as tif:
        baseline, other = tif.series
        assert_series(baseline, pages[0], pages[3], axes='ZYXS')
        assert other.name == ''
    assert caplog.text.count('expected 3 series, not 2') == 1


@pytest.mark.parametrize(
    ('xml', 'message'),
    [
        ('<Argos', 'malformed XML'),
        ('<Argos.Scan.Metadata/>', ''),
        (XML.replace('3.0', '.').replace('20<', 'x<'), ''),
        (XML.replace('3.0', '9' * 400), ''),
        (XML.replace('01.31', '31.01').replace('20<', '-<'), ''),
    ],
)
def test_bad_metadata(xml: str, message: str, caplog: Any) -> None:
    """Slides with bad metadata have series."""
    pages = make_slide(2, xml)
    with open_pages(pages) as tif:
        assert tif.avs_metadata == xml
        baseline = tif.series[0]
        assert_series(baseline, pages[0], pages[3], axes='ZYXS')
        assert 'X' in baseline.attr['scale']
    assert len(caplog.records) == bool(message)
    assert message in caplog.text


@pytest.mark.parametrize(
    'tag', [(ASCII, '<argos'), (ASCII, ''), (LONG, 7), (SHORT, (1, 2, 3))]
)
def test_not_argos(tag: Any) -> None:
    """The tag is of others as well."""
    pages = make_slide()
    pages[0].tags = {65000: tag}
    with open_pages(pages) as tif:
        assert not tif.is_avs
        assert tif.avs_metadata is None
        assert tif.series[0].kind == 'Generic'


def test_override() -> None:
    """Test argument is_avs."""
    pages = make_slide()
    with open_pages(pages, is_avs=False) as tif:
        assert tif.series[0].kind == 'Generic'
    pages[0].tags = {}
    with open_pages(pages, is_avs=True) as tif:
        assert tif.avs_metadata == ''
        assert tif.series[0].kind == 'AVS'
