# tests/formats/test_trestle.py

"""Test slides by Trestle."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from builder import ASCII, LONG, RATIONAL, SHORT, Page
from slides import TILE, assert_series, make_image, make_page, open_pages

from tifffile import stitch_tiles, trestle_description_metadata

DESCRIPTION = (
    'Background Color=C8D2E6;White Balance=1.5;Objective Power=20;'
    'JPEG Quality=75;OverlapsXY= 8 4 4 2'
)
METADATA = {
    'Background Color': 'C8D2E6',
    'White Balance': 1.5,
    'Objective Power': 20,
    'JPEG Quality': 75,
    'OverlapsXY': '8 4 4 2',
}
TAGS = {
    305: (ASCII, 'MedScan 2.0'),
    282: (RATIONAL, (1, 2)),
    283: (RATIONAL, (1, 4)),
    296: (SHORT, 1),
}


def scan_image(image: Any, overlapx: int, overlapy: int) -> Any:
    """Return image as stored: rows and columns that overlap are doubled."""
    rows = numpy.concatenate(
        [
            numpy.arange(i, min(i + 16, len(image)))
            for i in range(0, len(image) - overlapy, 16 - overlapy)
        ]
    )
    columns = numpy.concatenate(
        [
            numpy.arange(i, min(i + 16, image.shape[1]))
            for i in range(0, image.shape[1] - overlapx, 16 - overlapx)
        ]
    )
    return image[rows][:, columns]


def make_slide(
    description: str = DESCRIPTION, **kwargs: Any
) -> tuple[list[Any], list[Page]]:
    """Return images, and pages they are stored in."""
    images = [make_image(64, 83, 3), make_image(32, 42, 3)]
    pages = [
        Page(scan_image(image, x, y), tile=TILE)
        for image, x, y in zip(images, (8, 4), (4, 2), strict=True)
    ]
    pages[0].description = description
    pages[0].tags = kwargs.get('tags', TAGS)
    return images, pages


def test_slide(caplog: Any) -> None:
    """Test levels and metadata."""
    images, pages = make_slide()
    assert pages[0].data.shape == (80, 155, 3)
    with open_pages(pages) as tif:
        assert tif.is_trestle
        assert tif.pages[0].is_trestle
        assert not tif.pages[1].is_trestle
        assert tif.trestle_metadata == METADATA
        (series,) = tif.series
        assert [level.name for level in series.levels] == [
            *('Baseline', 'Resolution')
        ]
        assert {level.kind for level in series.levels} == {'Trestle'}
        for level, page in zip(series.levels, pages, strict=True):
            assert_series(level, page, axes='YXS')
        for i in range(2):
            numpy.testing.assert_array_equal(
                stitch_tiles(series, level=i), images[i]
            )
        attr = series.attr
        assert attr['scale'] == {'X': 0.5, 'Y': 0.25}
        assert attr['unit'] == {'X': 'micrometer', 'Y': 'micrometer'}
        assert attr['magnification'] == 20
        assert attr['overlap'] == {'X': 8.0, 'Y': 4.0}
        assert attr['background'] == (0xC8, 0xD2, 0xE6)
        attr = series.levels[1].attr
        # by sizes of images when stitched
        assert attr['scale']['X'] == pytest.approx(0.5 * 83 / 42)
        assert attr['magnification'] == pytest.approx(20 * 42 / 83)
        assert attr['overlap'] == {'X': 4.0, 'Y': 2.0}
    assert caplog.text.count('not stitched') == len(caplog.records) == 1


def test_no_overlap(caplog: Any) -> None:
    """Levels may not overlap; pages that are not levels are named so."""
    images = [make_image(64, 96, 3), make_image(32, 48, 3)]
    pages = [Page(image, tile=TILE) for image in images]
    pages[0].description = 'Objective Power=40'
    pages[0].tags = {
        33432: (ASCII, 'Copyright Trestle Corp. 2004'),
        282: (RATIONAL, (20000, 1)),
        283: (RATIONAL, (20000, 1)),
        296: (SHORT, 3),
    }
    pages.append(make_page(16, 24, tile=TILE))
    pages.append(make_page(10, 12, 3))
    with open_pages(pages) as tif:
        assert tif.is_trestle
        assert [s.name for s in tif.series] == [
            *('Baseline', 'Unknown', 'Unknown')
        ]
        baseline = tif.series[0]
        assert len(baseline.levels) == 2
        assert baseline.attr['scale'] == {'X': 0.5, 'Y': 0.5}
        assert baseline.levels[1].attr['magnification'] == 20
        assert 'overlap' not in baseline.attr
        assert 'background' not in baseline.attr
        numpy.testing.assert_array_equal(stitch_tiles(baseline), images[0])
        assert_series(tif.series[1], pages[2])
        assert_series(tif.series[2], pages[3])
    assert not caplog.records


@pytest.mark.parametrize('overlaps', ['16 0', '99 99', '', '5', '0 0 0 0'])
def test_bad_overlap(overlaps: str, caplog: Any) -> None:
    """Overlap must be less than the size of tiles."""
    _, pages = make_slide(f'OverlapsXY={overlaps}')
    with open_pages(pages) as tif:
        (series,) = tif.series
        x = 5 if overlaps == '5' else 0
        assert series.attr.get('overlap', {'X': 0})['X'] == x
        assert stitch_tiles(series).shape == (80, 155 - 9 * x, 3)


def test_missing_tiles(caplog: Any) -> None:
    """Slides that lack tiles are not stitched."""
    _, pages = make_slide()
    pages[0].tags = {**TAGS, 256: (LONG, 2**31), 257: (LONG, 2**31)}
    with open_pages(pages) as tif:
        with pytest.raises(ValueError, match='how tiles overlap'):
            stitch_tiles(tif.series[0])


def test_bad_metadata(caplog: Any) -> None:
    """Numbers that are invalid are left out."""
    _, pages = make_slide(
        'OverlapsXY=8 x;Objective Power=-;Background Color=red;=;text',
        tags={305: (ASCII, 'MedScan')},
    )
    with open_pages(pages) as tif:
        (series,) = tif.series
        assert_series(series, pages[0])
        assert series.attr == {}
    assert 'invalid OverlapsXY' in caplog.text


def test_not_tiled() -> None:
    """Files whose first page is not tiled are generic series."""
    _, pages = make_slide()
    pages[0].tile = ()
    with open_pages(pages) as tif:
        assert not tif.is_trestle
        assert tif.trestle_metadata is None
    pages[1].tile = ()
    with open_pages(pages, is_trestle=True) as tif:
        assert tif.series[0].kind == 'Generic'
        assert_series(tif.series[0], pages[0])


def test_description() -> None:
    """Test metadata from image description."""
    assert trestle_description_metadata(DESCRIPTION) == METADATA
    assert trestle_description_metadata('Background Color=000000') == {
        'Background Color': '000000'
    }
    assert trestle_description_metadata('') == {}
