# tests/formats/test_huron.py

"""Test slides by Huron and Mikroscan, which are ordered like Aperio's."""

from __future__ import annotations

from typing import Any

import pytest
from builder import ASCII, RATIONAL, SHORT, Page
from slides import assert_series, make_page, open_pages

from tifffile import huron_description_metadata

DESCRIPTION = (
    'Scan Size = 2.41x4.20 mm\r\nResolution = 0.20 um\r\n'
    'Image Quality = 0.9\r\nDeviceID = LE176\r\nDate=a = b\r\ntext\r\n'
)
METADATA = {
    'Scan Size': '2.41x4.20 mm',
    'Resolution': '0.20 um',
    'Image Quality': 0.9,
    'DeviceID': 'LE176',
    'Date': 'a = b',
}
HURON = {
    271: (ASCII, 'Huron Technologies'),
    282: (RATIONAL, (50000, 1)),
    283: (RATIONAL, (25000, 1)),
    296: (SHORT, 3),
}
MIKROSCAN = 'Mikroscan SL5\r\n192x128|AppMag = 40|MPP = 0.25|Title = a|b'


def make_slide(description: str, tags: Any) -> list[Page]:
    """Return pages of slide."""
    return [
        make_page(
            *(128, 192, 3), tile=(32, 32), description=description, tags=tags
        ),
        make_page(32, 48, 3, seed=1, rowsperstrip=10),
        make_page(32, 48, 3, seed=2, tile=(32, 32)),
        make_page(8, 12, 3, tile=(16, 16)),
        make_page(23, 25, 3, compression=5, subfiletype=1),
        make_page(53, 27, 3, compression=8, subfiletype=9),
    ]


def check_slide(pages: list[Page], kind: str, caplog: Any) -> None:
    """Assert that series of pages are those of slide."""
    with open_pages(pages) as tif:
        flag = kind.lower()
        assert getattr(tif, f'is_{flag}')
        assert getattr(tif.pages[0], f'is_{flag}')
        assert not getattr(tif.pages[2], f'is_{flag}')
        assert flag in tif.flags
        assert not tif.is_svs
        assert [s.name for s in tif.series] == [
            *('Baseline', 'Thumbnail', 'Label', 'Macro')
        ]
        assert {s.kind for s in tif.series} == {kind}
        baseline, thumbnail, label, macro = tif.series
        for level, i in zip(baseline.levels, (0, 2, 3), strict=True):
            assert_series(level, pages[i], axes='YXS')
        assert [level.name for level in baseline.levels] == [
            *('Baseline', 'Resolution', 'Resolution')
        ]
        assert_series(thumbnail, pages[1])
        assert_series(label, pages[4])
        assert_series(macro, pages[5])
    assert not caplog.records


def test_huron(caplog: Any) -> None:
    """Test levels, associated images, and metadata."""
    pages = make_slide(DESCRIPTION, HURON)
    check_slide(pages, 'Huron', caplog)
    with open_pages(pages) as tif:
        assert tif.huron_metadata == METADATA
        levels = tif.series[0].levels
        assert levels[0].attr['scale'] == {'X': 0.2, 'Y': 0.4}
        assert levels[1].attr['scale'] == pytest.approx({'X': 0.8, 'Y': 1.6})
        assert levels[0].attr['unit'] == {'X': 'micrometer', 'Y': 'micrometer'}


def test_mikroscan(caplog: Any) -> None:
    """Test levels, associated images, and metadata."""
    pages = make_slide(MIKROSCAN, {})
    check_slide(pages, 'Mikroscan', caplog)
    with open_pages(pages) as tif:
        assert tif.mikroscan_metadata == {
            'Header': 'Mikroscan SL5\r\n192x128',
            'AppMag': 40,
            'MPP': 0.25,
            'Title': 'a',
        }
        levels = tif.series[0].levels
        assert levels[0].attr['scale'] == {'X': 0.25, 'Y': 0.25}
        assert levels[0].attr['magnification'] == 40
        assert levels[1].attr['magnification'] == 10
    pages[0].description = 'text'
    pages[0].tags = {305: (ASCII, 'Mikroscan Qumulus')}
    check_slide(pages, 'Mikroscan', caplog)


@pytest.mark.parametrize('maker', ['Huron', 'huron Digital', 'x', ''])
def test_not_huron(maker: str) -> None:
    """Makers of other names are not Huron."""
    pages = make_slide(DESCRIPTION, {271: (ASCII, maker)})
    with open_pages(pages) as tif:
        assert not tif.is_huron
        assert tif.huron_metadata is None
        assert tif.series[0].kind == 'Generic'


def test_not_tiled() -> None:
    """Slides whose first page is not tiled are generic series."""
    for description, tags in ((DESCRIPTION, HURON), (MIKROSCAN, {})):
        pages = make_slide(description, tags)
        pages[0].tile = ()
        with open_pages(pages) as tif:
            assert not tif.is_huron
            assert not tif.is_mikroscan
            assert tif.series[0].kind == 'Generic'
        for kind in ('huron', 'mikroscan'):
            with open_pages(pages, **{f'is_{kind}': True}) as tif:
                assert tif.series[0].kind == 'Generic'
                assert_series(tif.series[0], pages[0])


def test_bad_metadata(caplog: Any) -> None:
    """Metadata and tags may be missing or of other type."""
    tags = {271: (ASCII, 'Huron X'), 282: (RATIONAL, (1, 0)), 296: (SHORT, 3)}
    pages = make_slide('', tags)
    with open_pages(pages) as tif:
        assert tif.huron_metadata == {}
        assert tif.series[0].attr == {}
        assert_series(tif.series[0], pages[0])
    pages = make_slide('Mikroscan|MPP = -1|AppMag = x||=', {})
    with open_pages(pages) as tif:
        assert tif.series[0].attr == {}
        assert_series(tif.series[0], pages[0])
    pages[0].tags = {271: (SHORT, 7)}
    with open_pages(pages) as tif:
        assert not tif.is_huron
    assert not caplog.records


def test_description() -> None:
    """Test metadata from image description."""
    assert huron_description_metadata(DESCRIPTION) == METADATA
    assert huron_description_metadata('') == {}
