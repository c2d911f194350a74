# tests/formats/test_indica.py

"""Test images by Indica Labs."""

from __future__ import annotations

import pickle
from typing import Any

import numpy
import pytest
from builder import ASCII, RATIONAL, SHORT, Page, build_tiff
from slides import assert_series, make_page, open_pages

from tifffile import TiffFile, imread

SOFTWARE = {305: (ASCII, 'IndicaLabsImageWriter v1.2.1')}
SHAPES = (64, 96), (32, 48), (16, 24)


def make_xml(
    dimensions: Any,
    names: Any = ('DAPI', 'Opal 520 &amp; more'),
    **kwargs: Any,
) -> str:
    """Return XML; dimensions are (level, channel, ifd)."""
    channels = ''.join(
        f'<channel id="{i}" name="{name}" rgb="1"/>'
        for i, name in enumerate(names)
    )
    items = ''.join(
        f'<dimension level="{level}" channel="{channel}" ifd="{ifd}" '
        'sizeX="1" sizeY="1"/>'
        for level, channel, ifd in dimensions
    )
    objective = kwargs.get('objective', '20')
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<indica><image>'
        f'<channels>{channels}</channels><pixels>{items}</pixels>'
        f'<objective value="{objective}"/></image></indica>'
    )


def make_image(channels: int = 2, **kwargs: Any) -> list[Page]:
    """Return pages of channels by level."""
    dimensions = [
        (level, channel, level * channels + channel)
        for level in range(len(SHAPES))
        for channel in range(channels)
    ]
    names = kwargs.pop('names', ('DAPI', 'Opal 520 &amp; more')[:channels])
    pages = [
        make_page(
            *shape,
            dtype='f4',
            seed=channel,
            tile=(32, 32),
            compression=8,
            tags={339: None},
        )
        for shape in SHAPES
        for channel in range(channels)
    ]
    xml = kwargs.get('xml', make_xml(dimensions, names, **kwargs))
    pages[0].description = xml
    pages[0].tags = {
        339: None,
        282: (RATIONAL, (20000, 1)),
        283: (RATIONAL, (40000, 1)),
        296: (SHORT, 3),
        **SOFTWARE,
    }
    return pages


@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_channels(byteorder: str, caplog: Any) -> None:
    """Test channels and levels of floats."""
    pages = make_image()
    with open_pages(pages, byteorder=byteorder) as tif:
        assert tif.is_indica
        assert tif.pages[0].is_indica
        assert tif.indica_metadata == pages[0].description
        assert tif.pages[3].dtype == 'float32'
        (series,) = tif.series
        assert {level.kind for level in series.levels} == {'Indica'}
        assert [level.name for level in series.levels] == [
            *('Baseline', 'Level 1', 'Level 2')
        ]
        for i, level in enumerate(series.levels):
            assert_series(level, *pages[2 * i : 2 * i + 2], axes='CYX')
        assert series.attr['scale'] == {'X': 0.5, 'Y': 0.25}
        assert series.attr['magnification'] == 20
        assert series.attr['channel_names'] == ['DAPI', 'Opal 520 & more']
        level = series.levels[2]
        assert level.attr['scale'] == {'X': 2.0, 'Y': 1.0}
        assert level.attr['magnification'] == 5
        assert level.attr['channel_names'] == ['DAPI', 'Opal 520 & more']
    assert not caplog.records


def test_one_channel() -> None:
    """Images of one channel have no axis of channels."""
    pages = make_image(1)
    with open_pages(pages) as tif:
        (series,) = tif.series
        assert_series(series, pages[0], axes='YX')
        assert_series(series.levels[1], pages[1], axes='YX')
        assert series.attr['channel_names'] == ['DAPI']


def test_order_of_dimensions() -> None:
    """Pages are ordered by level and channel, whatever their numbers."""
    pages = make_image()
    xml = make_xml([(2, 7, 2), (2, 9, 3), (1, 9, 1), (1, 7, 0)])
    pages[0].description = xml
    with open_pages(pages) as tif:
        (series,) = tif.series
        assert_series(series, *pages[:2], axes='CYX')
        assert_series(series.levels[1], *pages[2:4], axes='CYX')
        assert series.levels[1].name == 'Level 2'
        assert series.attr['channel_names'] == ['DAPI', 'Opal 520 & more']


def test_integers() -> None:
    """Images of integers are not floats."""
    pages = make_image(1)
    pages[0] = Page(
        pages[0].data.astype('u4'),
        description=pages[0].description,
        tags=SOFTWARE,
    )
    pages[1] = Page(numpy.arange(12, dtype='u2').reshape(3, 4), tags=SOFTWARE)
    with open_pages(pages) as tif:
        assert tif.pages[0].dtype == 'uint32'
        assert tif.pages[1].dtype == 'uint16'
        assert tif.pages[2].dtype == 'float32'
    for page in pages:
        page.tags = {339: None}
    with open_pages(pages) as tif:
        assert tif.pages[0].dtype == tif.pages[2].dtype == 'uint32'


def test_file(tmp_path: Any) -> None:
    """Pages read on their own, and from unpickled files, are floats."""
    pages = make_image()
    path = tmp_path / 'image.tif'
    path.write_bytes(build_tiff(pages))
    assert (imread(path, key=5) == pages[5].data).all()
    with TiffFile(path) as tif:
        with pickle.loads(pickle.dumps(tif)) as other:
            assert (other.pages[1].asarray() == pages[1].data).all()
            assert other.series[0].levels[1].dtype == 'float32'


@pytest.mark.parametrize(
    ('xml', 'message'),
    [
        ('', 'Indica series raised'),
        ('<indica><image>', 'Indica series raised'),
        ('<indica><image/></indica>', 'XML has no pixels'),
        ('<indica/>', 'XML has no pixels'),
        (make_xml([('x', 0, 0)]), 'XML has invalid dimension'),
        (make_xml([(0, -1, 0)]), 'XML has invalid dimension'),
        (make_xml([(0, 0, '')]), 'XML has invalid dimension'),
        (make_xml([(0, 0, 0), (0, 1, 99)]), 'Indica series raised'),
        (make_xml([(0, 0, 0), (0, 1, 3)]), 'does not match'),
        ('<!DOCTYPE a [<!ENTITY b "c">]><indica>&b;</indica>', 'entity'),
    ],
)
def test_malformed(xml: str, message: str, caplog: Any) -> None:
    """Images with bad metadata are generic series."""
    pages = make_image(xml=xml)
    with open_pages(pages) as tif:
        assert tif.is_indica
        assert tif.indica_metadata == xml
        assert tif.series[0].kind == 'Generic'
        assert_series(tif.series[0], *pages[:2], axes='IYX')
        assert tif.series[0].dtype == 'float32'
    assert len(caplog.records) == 1
    assert message in caplog.text


def test_no_dimensions(caplog: Any) -> None:
    """Images without levels are generic series."""
    pages = make_image(xml=make_xml([]))
    with open_pages(pages) as tif:
        assert tif.series[0].kind == 'Generic'


def test_other_levels(caplog: Any) -> None:
    """Levels of other number of channels are left out."""
    pages = make_image()
    xml = make_xml([(0, 0, 0), (0, 1, 1), (1, 0, 2), (2, 0, 4), (2, 1, 5)])
    pages[0].description = xml
    with open_pages(pages) as tif:
        levels = tif.series[0].levels
        assert [level.name for level in levels] == ['Baseline', 'Level 2']
    assert 'is not a level of' in caplog.text


def test_bad_numbers() -> None:
    """Numbers and names that are invalid are left out."""
    pages = make_image(names=('', ''), objective='x')
    pages[0].tags = {339: None, **SOFTWARE}
    with open_pages(pages) as tif:
        assert tif.series[0].kind == 'Indica'
        assert tif.series[0].attr == {}


def test_override() -> None:
    """Test argument is_indica."""
    pages = make_image()
    with open_pages(pages, is_indica=False) as tif:
        assert tif.indica_metadata is None
        assert tif.series[0].kind == 'Generic'
