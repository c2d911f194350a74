# tests/formats/test_qptiff.py

"""Test slides by Akoya (PerkinElmer)."""

from __future__ import annotations

from typing import Any

import pytest
from builder import ASCII, Page
from slides import assert_series, make_page, open_pages

import tifffile

SOFTWARE = {305: (ASCII, 'PerkinElmer-QPI')}


def describe(kind: str = '', **items: str) -> str:
    """Return description, which declares a wrong encoding."""
    if kind:
        items['ImageType'] = kind
    text = ''.join(f'<{key}>{text}</{key}>' for key, text in items.items())
    return (
        '<?xml version="1.0" encoding="utf-16"?>\n'
        '<PerkinElmer-QPI-ImageDescription>'
        f'<DescriptionVersion>2</DescriptionVersion>{text}'
        '</PerkinElmer-QPI-ImageDescription>'
    )


def tiled(*shape: int, seed: int = 0, kind: str = '', **items: str) -> Page:
    """Return tiled page."""
    text = describe(kind, **items) if kind or items else ''
    return make_page(
        *shape, seed=seed, tile=(16, 16), description=text, tags=SOFTWARE
    )


def striped(*shape: int, kind: str = '', **kwargs: Any) -> Page:
    """Return page in strips."""
    text = describe(kind) if kind else ''
    return make_page(*shape, description=text, tags=SOFTWARE, **kwargs)


@pytest.mark.parametrize('typed', [True, False])
def test_bright_field(typed: bool, caplog: Any) -> None:
    """Test RGB pyramid, with and without ImageType."""
    kinds = (
        *('FullResolution', 'Thumbnail', 'ReducedResolution'),
        *('ReducedResolution', 'Overview', 'Label'),
    )
    if not typed:
        kinds = ('',) * 6
    pages = [
        tiled(
            *(64, 96, 3),
            kind=kinds[0],
            PixelSizeMicrons='0.5',
            ScanProfile='<root><Magnification>20</Magnification></root>',
        ),
        striped(8, 12, 3, kind=kinds[1]),
        tiled(32, 48, 3, kind=kinds[2]),
        tiled(16, 24, 3, kind=kinds[3]),
        striped(20, 50, 3, kind=kinds[4]),
        striped(20, 20, 3, kind=kinds[5]),
    ]
    with open_pages(pages) as tif:
        assert tif.is_qpi
        assert tif.pages[0].is_qpi
        assert tif.qpi_metadata == tif.pages[0].description
        assert [s.name for s in tif.series] == [
            *('Baseline', 'Thumbnail', 'Macro', 'Label')
        ]
        assert {s.kind for s in tif.series} == {'QPI'}
        baseline, thumbnail, macro, label = tif.series
        assert baseline.get_axes(squeeze=False) == 'CYXS'
        assert [level.name for level in baseline.levels] == [
            *('Baseline', 'Resolution', 'Resolution')
        ]
        for level, i in zip(baseline.levels, (0, 2, 3), strict=True):
            assert_series(level, pages[i], axes='YXS')
        assert_series(thumbnail, pages[1])
        assert_series(macro, pages[4])
        assert_series(label, pages[5])
        assert baseline.attr['scale'] == {'X': 0.5, 'Y': 0.5}
        assert baseline.attr['magnification'] == 20
        assert baseline.levels[2].attr['scale'] == {'X': 2.0, 'Y': 2.0}
    assert not caplog.records


def test_channels() -> None:
    """Test channels with names and colors."""
    names = ['DAPI', 'Opal 520 &amp; more', 'CD8', 'AF']
    pages = [
        *(
            tiled(64, 96, seed=i, Name=name, Color=f'{i},0,255')
            for i, name in enumerate(names)
        ),
        striped(8, 12, 3),
        *(tiled(32, 48, seed=i) for i in range(4)),
        *(tiled(16, 24, seed=i) for i in range(4)),
        striped(20, 50, 3),
    ]
    with open_pages(pages) as tif:
        baseline, thumbnail, macro = tif.series
        assert thumbnail.name == 'Thumbnail'
        assert macro.name == 'Macro'
        assert_series(baseline, *pages[:4], axes='CYX')
        assert_series(baseline.levels[1], *pages[5:9], axes='CYX')
        assert_series(baseline.levels[2], *pages[9:13], axes='CYX')
        attr = baseline.levels[2].attr
        assert attr['channel_names'] == [
            *('DAPI', 'Opal 520 & more', 'CD8', 'AF')
        ]
        assert attr['channel_colors'][1] == '1,0,255'
        for level in baseline.levels:
            assert [*level.coords['channel']] == attr['channel_names']


def test_component_data() -> None:
    """Test images that are not tiled."""
    pages = [
        striped(20, 30, dtype='f4', seed=i, rowsperstrip=5) for i in range(5)
    ]
    pages.append(striped(8, 12, 3))
    with open_pages(pages) as tif:
        baseline, thumbnail = tif.series
        assert_series(baseline, *pages[:5], axes='CYX')
        assert_series(thumbnail, pages[5])
        assert len(baseline.levels) == 1


@pytest.mark.parametrize('ceil', [0, 1])
def test_odd_sizes(ceil: int) -> None:
    """Sizes of levels are rounded down or up."""
    pages = [
        tiled(65, 97, 3),
        striped(8, 12, 3),
        tiled(32 + ceil, 48 + ceil, 3),
        tiled(16 + ceil, 24 + ceil, 3),
    ]
    with open_pages(pages) as tif:
        baseline, _ = tif.series
        assert len(baseline.levels) == 3
        assert_series(baseline.levels[2], pages[3])


def test_partial_level() -> None:
    """No page of an incomplete level is lost."""
    pages = [
        tiled(64, 96),
        tiled(64, 96, seed=1),
        striped(8, 12, 3),
        tiled(32, 48),
        tiled(32, 48, seed=1),
        tiled(16, 24),
    ]
    with open_pages(pages) as tif:
        baseline, thumbnail, last = tif.series
        assert len(baseline.levels) == 2
        assert_series(thumbnail, pages[2])
        assert_series(last, pages[5])


def test_malformed(caplog: Any) -> None:
    """Malformed descriptions do not prevent reading."""
    pages = [
        make_page(64, 96, tile=(16, 16), tags=SOFTWARE, description='<a><b'),
        striped(8, 12, 3),
        make_page(32, 48, tile=(16, 16), description='<a><b'),
    ]
    with open_pages(pages) as tif:
        assert_series(tif.series[0], pages[0])
        assert tif.series[1].name == 'Thumbnail'
        assert_series(tif.series[0].levels[1], pages[2])
    assert caplog.text.count('2 pages have malformed XML') == 1
    assert len(caplog.records) == 1


def test_override() -> None:
    """Test argument is_qpi, and extensions."""
    pages = [tiled(64, 96), striped(8, 12, 3)]
    with open_pages(pages, is_qpi=False) as tif:
        assert not tif.is_qpi
        assert tif.qpi_metadata is None
        assert tif.series[0].kind == 'Generic'
    assert {'qptiff', 'qpi'} <= {*tifffile.TIFF.FILE_EXTENSIONS}
