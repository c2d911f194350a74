# tests/formats/test_scn.py

"""Test slides by Leica SCN400."""

from __future__ import annotations

from typing import Any

import pytest
from builder import Page
from slides import assert_series, make_page, open_pages

NAMESPACE = 'http://www.leica-microsystems.com/scn/2010/10/01'


def make_image(
    name: str, dimensions: Any, extra: str = '', attributes: str = ''
) -> str:
    """Return XML of image; dimensions are (r, c, z, ifd)."""
    items = ''.join(
        f'<dimension sizeX="9" sizeY="9" r="{r}" c="{c}" z="{z}" ifd="{ifd}"/>'
        for r, c, z, ifd in dimensions
    )
    return (
        f'<image name="{name}" uuid="u" {attributes}>{extra}'
        f'<pixels sizeX="96" sizeY="64">{items}</pixels></image>'
    )


def make_xml(*images: str) -> str:
    """Return XML of slide."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<scn xmlns="{NAMESPACE}"><collection name="c" sizeX="1" sizeY="1">'
        f'{"".join(images)}</collection></scn>'
    )


def make_pages(*shapes: tuple[int, ...], dtype: str = 'u1') -> list[Page]:
    """Return tiled pages."""
    return [
        make_page(*shape, tile=(32, 32), dtype=dtype, seed=i)
        for i, shape in enumerate(shapes)
    ]


def test_bright_field(caplog: Any) -> None:
    """Test images with levels."""
    pages = make_pages(
        *((32, 48, 3), (16, 24, 3)),
        *((64, 96, 3), (16, 24, 3), (4, 6, 3)),
        (10, 20, 3),
    )
    view = '<view sizeX="48000" sizeY="64000" offsetX="5" offsetY="6"/>'
    objective = (
        '<scanSettings><objectiveSettings><objective>20</objective>'
        '</objectiveSettings></scanSettings>'
    )
    xml = make_xml(
        make_image('macro', [(0, 0, 0, 0), (1, 0, 0, 1)]),
        make_image(
            'image_0',
            [(2, 0, 0, 4), (0, 0, 0, 2), (1, 0, 0, 3)],
            view + objective,
        ),
        '<supplementalImage type="label" ifd="5"/>',
    )
    pages[0].description = xml + '\n  '
    with open_pages(pages, bigtiff=True) as tif:
        assert tif.is_scn
        assert tif.pages[0].is_scn
        assert not tif.pages[1].is_scn
        assert tif.scn_metadata == xml
        macro, image, label = tif.series
        assert {s.kind for s in tif.series} == {'SCN'}
        assert macro.name == 'macro'
        assert label.name == 'label'
        assert [level.name for level in image.levels] == ['image_0'] * 3
        assert image.get_axes(squeeze=False) == 'CZYXS'
        assert len(macro.levels) == 2
        for level, page in zip(macro.levels, pages[:2], strict=True):
            assert_series(level, page, axes='YXS')
        for level, page in zip(image.levels, pages[2:5], strict=True):
            assert_series(level, page, axes='YXS')
        assert_series(label, pages[5])
        assert image.attr['scale'] == {'X': 0.5, 'Y': 1.0}
        assert image.levels[1].attr['scale'] == {'X': 2.0, 'Y': 4.0}
        assert image.attr['unit']['X'] == 'micrometer'
        assert image.attr['magnification'] == 20
        assert image.levels[1].attr['magnification'] == 5
        assert image.coord_scales == {'width': 0.5, 'height': 1.0}
        assert image.coord_offsets == {'width': 0.005, 'height': 0.006}
        assert image.coord_units == {
            'width': 'micrometer',
            'height': 'micrometer',
        }
        level = image.levels[1]
        assert level.mpp == (2.0, 4.0)
        assert level.coords['width'][1] == pytest.approx(2.005)
        assert 'scale' not in macro.attr
        assert macro.coord_offsets == {}
    assert not caplog.records


def test_fluorescence() -> None:
    """Test channels and focal planes."""
    pages = make_pages(*6 * [(64, 96)], *6 * [(16, 24)], dtype='u2')
    dimensions = [
        (r, c, z, 6 * r + 3 * c + z)
        for r in range(2)
        for c in range(2)
        for z in range(3)
    ]
    settings = (
        '<view sizeX="48000" sizeY="32000" spacingZ="1500"/>'
        '<scanSettings><channelSettings><channel index="0" name="DAPI"/>'
        '<channel index="1" name="FITC"/></channelSettings></scanSettings>'
    )
    # the number of focal planes may also be told by the image
    pages[0].description = make_xml(
        make_image('a', dimensions, settings, 'sizeZ="3"')
    )
    with open_pages(pages) as tif:
        (series,) = tif.series
        assert series.shape == (2, 3, 64, 96)
        assert series.axes == 'CZYX'
        assert series.attr['channel_names'] == ['DAPI', 'FITC']
        assert series.levels[1].shape == (2, 3, 16, 24)
        assert series.attr['scale'] == {'X': 0.5, 'Y': 0.5, 'Z': 1.5}
        assert [*series.coords['channel']] == ['DAPI', 'FITC']
        assert [*series.levels[1].coords['depth']] == [0.0, 1.5, 3.0]
        assert 'origin' not in series.attr
        data = series.asarray().reshape(6, 64, 96)
        for image, page in zip(data, pages[:6], strict=True):
            assert (image == page.data).all()
        data = series.levels[1].asarray(selection=(1, 2))
        assert (data == pages[11].data).all()


def test_missing_pages(caplog: Any) -> None:
    """Pages that are missing or of other shape are zero."""
    pages = make_pages((64, 96), (64, 96), (32, 32))
    pages[0].description = make_xml(
        make_image('a', [(0, 0, 0, 0), (0, 1, 0, 99), (0, 2, 0, 2)]),
        make_image('b', [(0, 0, 0, 77)]),
        make_image('c', []),
        make_image('', [(0, 0, 0, 1), (1, 'x', 0, 'y')]),
        '<image><pixels><dimension/></pixels></image>',
    )
    with open_pages(pages) as tif:
        first, second = tif.series
        assert second.name == 'Unknown'
        data = first.asarray()
        assert data.shape == (3, 64, 96)
        assert (data[0] == pages[0].data).all()
        assert not data[1:].any()
        assert_series(second, pages[1])
    assert 'does not match' in caplog.text
    assert 'invalid dimension' in caplog.text


@pytest.mark.parametrize(
    'xml',
    [
        'no xml</scn>',
        '<scn><collection></scn>',
        '<scn></scn>',
        make_xml(make_image('a', [(0, 99999999, 99999999, 0)])),
        '<!DOCTYPE a [<!ENTITY b "c">]><scn>&b;</scn>',
    ],
)
def test_malformed(xml: str, caplog: Any) -> None:
    """Slides with bad metadata are generic series."""
    page = make_page(32, 48, description=xml)
    with open_pages(page) as tif:
        assert tif.is_scn
        assert tif.scn_metadata == xml
        assert tif.series[0].kind == 'Generic'
        assert_series(tif.series[0], page)
    assert xml == '<scn></scn>' or 'SCN series raised' in caplog.text


def test_override() -> None:
    """Test argument is_scn."""
    pages = make_pages((32, 48))
    pages[0].description = make_xml(make_image('a', [(0, 0, 0, 0)]))
    with open_pages(pages, is_scn=False) as tif:
        assert not tif.is_scn
        assert tif.scn_metadata is None
        assert tif.series[0].kind == 'Generic'
