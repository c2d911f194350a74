# tests/formats/test_svs.py

"""Test slides by Aperio."""

from __future__ import annotations

from typing import Any

import imagecodecs
import numpy
import pytest
from builder import DOUBLE, LONG, Page, split_jpeg
from slides import assert_series, make_image, make_page, open_pages

from tifffile import TiffFile, svs_description_metadata

DESCRIPTION = (
    'Aperio Image Library v11.2.1 \r\n192x128 [0,0 192x128] (32x32) RAW'
    '|AppMag = 20|MPP = 0.4990|Filename = CMU-1|Title = a = b|Flag|'
    'ICC Profile = ScanScope v1|ScanScope ID = CPAPERIOCS'
)
METADATA = {
    'Header': (
        'Aperio Image Library v11.2.1 \r\n192x128 [0,0 192x128] (32x32) RAW'
    ),
    'AppMag': 20,
    'MPP': 0.499,
    'Filename': 'CMU-1',
    'Title': 'a = b',
    'ICC Profile': 'ScanScope v1',
    'ScanScope ID': 'CPAPERIOCS',
}
HEADER = 'Aperio Image Library v11.2.1\r\n'


def make_slide(**kwargs: Any) -> list[Page]:
    """Return pages of slide."""
    return [
        make_page(128, 192, 3, tile=(32, 32), description=DESCRIPTION),
        make_page(32, 48, 3, seed=1, compression=5, rowsperstrip=10),
        make_page(32, 48, 3, seed=2, tile=(32, 32), **kwargs),
        make_page(16, 24, 3, tile=(32, 32), **kwargs),
        make_page(21, 19, 3, compression=5, subfiletype=1),
        make_page(20, 60, 3, compression=8, subfiletype=9),
    ]


@pytest.mark.parametrize('bigtiff', [False, True])
def test_slide(bigtiff: bool, caplog: Any) -> None:
    """Test levels and associated images."""
    pages = make_slide()
    with open_pages(pages, bigtiff=bigtiff) as tif:
        assert tif.is_svs
        assert tif.pages[0].is_svs
        assert 'svs' in tif.flags
        assert tif.svs_metadata == METADATA
        series = tif.series
        assert [s.name for s in series] == [
            *('Baseline', 'Thumbnail', 'Label', 'Macro')
        ]
        assert {s.kind for s in series} == {'SVS'}
        baseline, thumbnail, label, macro = series
        assert [level.name for level in baseline.levels] == [
            *('Baseline', 'Resolution', 'Resolution')
        ]
        for level, i in zip(baseline.levels, (0, 2, 3), strict=True):
            assert_series(level, pages[i], axes='YXS')
        assert_series(thumbnail, pages[1])
        assert_series(label, pages[4])
        assert_series(macro, pages[5])
        attr = baseline.attr
        assert attr['scale'] == {'X': 0.499, 'Y': 0.499}
        assert attr['unit'] == {'X': 'micrometer', 'Y': 'micrometer'}
        assert attr['magnification'] == 20
        assert baseline.mpp == (0.499, 0.499)
        level = baseline.levels[1]
        assert level.mpp == (4 * 0.499, 4 * 0.499)
        assert level.scale == {'X': 4 * 0.499, 'Y': 4 * 0.499}
        assert level.units == baseline.units == attr['unit']
        assert level.attr['magnification'] == 5
        assert label.mpp is None
        assert label.scale == label.coord_scales == label.coord_units == {}
    assert not caplog.records


def test_associated_images() -> None:
    """Names are in descriptions or told by NewSubfileType."""
    pages = make_slide()
    with open_pages([*pages[:4], pages[5]]) as tif:
        assert [s.name for s in tif.series][2:] == ['Macro']
    pages[4].subfiletype = pages[5].subfiletype = None
    pages[4].description = HEADER + 'macro 1280x431'
    pages[5].description = HEADER + 'label 387x463'
    with open_pages(pages) as tif:
        assert [s.name for s in tif.series][2:] == ['Macro', 'Label']
        assert len(tif.series[0].levels) == 3
    with open_pages([pages[0], *pages[4:]]) as tif:
        assert [s.name for s in tif.series] == ['Baseline', 'Macro', 'Label']


def test_few_pages() -> None:
    """Slides may lack thumbnail or levels."""
    pages = make_slide()
    with open_pages(pages[:1]) as tif:
        assert [s.name for s in tif.series] == ['Baseline']
        assert_series(tif.series[0], pages[0])
    with open_pages(pages[:2]) as tif:
        assert [s.name for s in tif.series] == ['Baseline', 'Thumbnail']
    with open_pages([pages[0], *pages[2:4]]) as tif:
        assert [s.name for s in tif.series] == ['Baseline']
        assert len(tif.series[0].levels) == 3


def test_not_tiled() -> None:
    """Slides whose first page is not tiled are generic series."""
    pages = make_slide()
    pages[0].tile = ()
    with open_pages(pages) as tif:
        assert tif.pages[0].is_svs
        assert not tif.is_svs
        assert tif.svs_metadata is None
        assert tif.series[0].kind == 'Generic'
        assert_series(tif.series[0], pages[0])


def test_override() -> None:
    """Test argument is_svs."""
    pages = make_slide()
    with open_pages(pages, is_svs=False) as tif:
        assert not tif.is_svs
        assert tif.series[0].kind == 'Generic'
    pages[0].description = 'text'
    with open_pages(pages, is_svs=True) as tif:
        assert tif.series[0].kind == 'SVS'
        assert tif.svs_metadata == {}


def test_focal_planes() -> None:
    """Pages of the same size are focal planes."""
    pages = make_slide()
    planes = [
        [
            make_page(*pages[i].data.shape, tile=(32, 32), seed=10 + z)
            for z in (1, 2)
        ]
        for i in (0, 2, 3)
    ]
    pages = [
        *pages[:2],
        *planes[0],
        pages[2],
        *planes[1],
        pages[3],
        *planes[2],
        *pages[4:],
    ]
    with open_pages(pages) as tif:
        assert [s.name for s in tif.series] == [
            *('Baseline', 'Thumbnail', 'Label', 'Macro')
        ]
        levels = tif.series[0].levels
        assert [level.shape for level in levels] == [
            (3, 128, 192, 3),
            (3, 32, 48, 3),
            (3, 16, 24, 3),
        ]
        assert_series(levels[0], pages[0], *pages[2:4], axes='ZYXS')
        assert_series(levels[2], *pages[7:10], axes='ZYXS')
        assert 'depth' not in levels[0]._coords
    # planes tell their positions
    for i, z in ((0, -1.5), (2, 0), (3, 1.5)):
        pages[i].description = f'{DESCRIPTION}|OffsetZ = {z}'
    with open_pages(pages) as tif:
        levels = tif.series[0].levels
        assert [*levels[0].coords['depth']] == [-1.5, 0.0, 1.5]
        assert 'depth' not in levels[1]._coords


def test_incomplete_planes(caplog: Any) -> None:
    """Only the first plane is read if levels have different numbers."""
    pages = make_slide()
    plane = make_page(128, 192, 3, tile=(32, 32), seed=10)
    with open_pages([*pages[:2], plane, *pages[2:]]) as tif:
        baseline = tif.series[0]
        assert_series(baseline, pages[0], axes='YXS')
        assert len(baseline.levels) == 3
    assert 'different numbers of focal planes' in caplog.text


def test_missing_tiles() -> None:
    """Missing tiles are zero."""
    pages = make_slide()
    pages[0].sparse = {0, 5}
    with open_pages(pages) as tif:
        expected = pages[0].data.copy()
        expected[:32, :32] = 0
        expected[:32, 160:] = 0
        numpy.testing.assert_array_equal(tif.asarray(), expected)


@pytest.mark.parametrize('photometric', [2, 6])
def test_jpeg(photometric: int) -> None:
    """RGB streams without JFIF marker are not YCbCr."""
    image = numpy.zeros((32, 48, 3), 'u1')
    image[:16], image[16:] = (200, 100, 50), (20, 180, 90)
    colors = {2: 'rgb', 6: 'ycbcr'}[photometric]
    tiles = []
    tables = b''
    for y in (0, 16):
        for x in (0, 16, 32):
            stream = imagecodecs.jpeg8_encode(
                image[y : y + 16, x : x + 16].copy(),
                level=98,
                colorspace='rgb',
                outcolorspace=colors,
                subsampling='444',
                optimize=False,
            )
            tables, tile = split_jpeg(bytes(stream))
            tiles.append(tile)
    # remove JFIF and Adobe markers
    tiles = [strip_markers(tile) for tile in tiles]
    page = Page(
        image,
        segments=tiles,
        tile=(16, 16),
        compression=7,
        photometric=photometric,
        jpegtables=tables,
        description=DESCRIPTION,
    )
    with open_pages(page) as tif:
        assert tif.series[0].kind == 'SVS'
        numpy.testing.assert_allclose(tif.asarray(), image, atol=2)


def strip_markers(stream: bytes) -> bytes:
    """Return JPEG stream without APPn segments."""
    pos = 2
    result = stream[:2]
    while 0xE0 <= stream[pos + 1] <= 0xEF:
        pos += 2 + int.from_bytes(stream[pos + 2 : pos + 4], 'big')
    return result + stream[pos:]


@pytest.mark.parametrize(
    ('compression', 'photometric'), [(33005, 2), (33003, 6)]
)
def test_jpeg2000(compression: int, photometric: int) -> None:
    """JPEG 2000 samples are stored without color transform."""
    page = make_page(
        40,
        50,
        3,
        tile=(32, 32),
        compression=compression,
        photometric=photometric,
        description=DESCRIPTION,
        encodeargs={'level': 0, 'mct': False, 'reversible': True},
    )
    with open_pages(page) as tif:
        assert_series(tif.series[0], page)


def test_description() -> None:
    """Test metadata from image description."""
    assert svs_description_metadata(DESCRIPTION) == METADATA
    # converted slides have a second header
    text = 'Aperio v10\r\n46x32\r\n;Aperio v9\r\n4x3|AppMag=40|'
    assert svs_description_metadata(text) == {
        'Header': text.partition('|')[0],
        'AppMag': 40,
    }
    assert svs_description_metadata('Aperio ') == {'Header': 'Aperio'}
    for bad in ('', 'aperio |a = 1', 'SVS'):
        with pytest.raises(ValueError, match='Aperio'):
            svs_description_metadata(bad)


def test_bad_pages(caplog: Any) -> None:
    """Levels of other type of samples are left out; MPP may be invalid."""
    pages = make_slide()
    pages[0].description = 'Aperio v1|MPP = none|AppMag = '
    pages[3] = make_page(16, 24, tile=(32, 32))
    with open_pages(pages) as tif:
        assert len(tif.series[0].levels) == 2
        assert tif.series[0].attr == {}
        assert tif.series[0].levels[1].attr == {}
    page = make_page(64, 48, 3, tile=(16, 16), description='Aperio v1')
    page.tags = {282: (5, (5000, 1)), 283: (5, (4000, 1)), 296: (3, 3)}
    with open_pages(page) as tif:
        assert tif.series[0].attr['scale'] == {'X': 2.0, 'Y': 2.5}
    page.tags = {55001: (DOUBLE, 40.0), 55002: (DOUBLE, 0.25)}
    with open_pages(page) as tif:
        assert tif.series[0].mpp == (0.25, 0.25)
        assert tif.series[0].attr['magnification'] == 40
    page = Page(make_image(16, 16), tile=(16, 16), description='Aperio v1')
    page.tags = {256: (LONG, 0)}
    with open_pages(page) as tif:
        assert not tif.series[0].size


def test_real_file(shared_data: Any) -> None:
    """Test region of slide with JPEG 2000 compression."""
    (path,) = (shared_data / 'svs').iterdir()
    with TiffFile(path) as tif:
        (series,) = tif.series
        assert series.kind == 'SVS'
        assert series.name == 'Baseline'
        assert series.shape == (3000, 4000, 3)
        assert series.attr['scale']['X'] == 0.499
        assert tif.svs_metadata['Filename'] == 'CMU-1'
        part = series.asarray(selection=(slice(700, 730), slice(100, 140)))
        assert part.mean() == pytest.approx(200, abs=50)
