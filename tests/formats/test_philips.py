# tests/formats/test_philips.py

"""Test slides by Philips."""

from __future__ import annotations

import base64
import pickle
from typing import Any

import numpy
import pytest
from builder import ASCII, Page, build_tiff
from slides import assert_series, make_page, open_pages

from tifffile import TiffFile, philips_embedded_images

SOFTWARE = {305: (ASCII, 'Philips DP v1.0')}
TILE = 32, 32
WHOLE = [0.00025, 0.0005, 0.001]


def make_attribute(name: str, text: str, kind: str = 'IString') -> str:
    """Return XML of attribute."""
    return (
        f'<Attribute Name="{name}" Group="0x0028" Element="0x0030" '
        f'PMSVR="{kind}">{text}</Attribute>'
    )


def make_spacing(spacing: Any) -> str:
    """Return XML of pixel spacing in Y and X."""
    y, x = spacing if isinstance(spacing, tuple) else (spacing, spacing)
    return make_attribute(
        'DICOM_PIXEL_SPACING', f'"{y}" "{x}"', 'IDoubleArray'
    )


def make_xml(
    spacings: Any = WHOLE, scanned: Any = 0.00025, extra: str = ''
) -> str:
    """Return XML of slide."""
    items = ''.join(
        '<DataObject ObjectType="PixelDataRepresentation">'
        + make_spacing(spacing)
        + make_attribute('PIIM_PIXEL_DATA_REPRESENTATION_NUMBER', str(i))
        + '</DataObject>'
        for i, spacing in enumerate(spacings)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n'
        '<DataObject ObjectType="DPUfsImport">'
        + make_attribute('DICOM_MANUFACTURER', 'PHILIPS')
        + '<Attribute Name="PIM_DP_SCANNED_IMAGES" PMSVR="IDataObjectArray">'
        '<Array><DataObject ObjectType="DPScannedImage">'
        + make_attribute('PIM_DP_IMAGE_TYPE', 'WSI')
        + make_spacing(scanned)
        + '<Attribute Name="PIIM_PIXEL_DATA_REPRESENTATION_SEQUENCE" '
        f'PMSVR="IDataObjectArray"><Array>{items}</Array></Attribute>'
        f'</DataObject>{extra}</Array></Attribute></DataObject>'
    )


def make_slide(xml: str | None = None, **kwargs: Any) -> list[Page]:
    """Return pages of slide, whose levels are padded to whole tiles."""
    return [
        make_page(
            *(96, 128, 3),
            tile=TILE,
            description=make_xml() if xml is None else xml,
            tags=SOFTWARE,
        ),
        make_page(64, 64, 3, tile=TILE, **kwargs),
        make_page(32, 32, 3, tile=TILE),
        make_page(20, 40, 3, description='Macro'),
        make_page(20, 21, 3, description='Label'),
    ]


@pytest.mark.parametrize('bigtiff', [False, True])
def test_slide(bigtiff: bool, caplog: Any) -> None:
    """Test levels, whose sizes are corrected, and associated images."""
    pages = make_slide()
    with open_pages(pages, bigtiff=bigtiff) as tif:
        assert tif.is_philips
        assert tif.pages[0].is_philips
        assert not tif.pages[1].is_philips
        assert tif.philips_metadata == pages[0].description
        series = tif.series
        assert [s.name for s in series] == ['Baseline', 'Macro', 'Label']
        assert {s.kind for s in series} == {'Philips'}
        baseline, macro, label = series
        assert [level.name for level in baseline.levels] == [
            *('Baseline', 'Level1', 'Level2')
        ]
        assert_series(baseline, pages[0], axes='YXS')
        for i, shape in ((1, (48, 64, 3)), (2, (24, 32, 3))):
            level = baseline.levels[i]
            assert level.shape == shape
            expected = pages[i].data[: shape[0], : shape[1]]
            numpy.testing.assert_array_equal(level.asarray(), expected)
            numpy.testing.assert_array_equal(
                level.asarray(selection=(slice(3, 40), slice(5, 60))),
                expected[3:40, 5:60],
            )
            numpy.testing.assert_array_equal(tif.pages[i].asarray(), expected)
            # tags are not changed
            assert tif.pages[i].tags[257].value == pages[i].data.shape[0]
        assert_series(macro, pages[3])
        assert_series(label, pages[4])
        attr = baseline.attr
        assert attr['scale'] == pytest.approx({'X': 0.25, 'Y': 0.25})
        assert attr['unit'] == {'X': 'micrometer', 'Y': 'micrometer'}
        attr = baseline.levels[2].attr
        assert attr['scale'] == pytest.approx({'X': 1.0, 'Y': 1.0})
    assert not caplog.records


def test_spacing_order() -> None:
    """Spacing of rows comes before that of columns."""
    spacings = [(0.0005, 0.00025), (0.001, 0.0005), (0.002, 0.001)]
    with open_pages(make_slide(make_xml(spacings))) as tif:
        scale = tif.series[0].attr['scale']
        assert scale == pytest.approx({'X': 0.25, 'Y': 0.5})


def test_scanned_spacing() -> None:
    """Spacing of scanned image is not that of the levels."""
    spacings = [0.00032, 0.00064, 0.00128]
    with open_pages(make_slide(make_xml(spacings))) as tif:
        levels = tif.series[0].levels
        assert [level.shape for level in levels] == [
            *((96, 128, 3), (48, 64, 3), (24, 32, 3))
        ]
        assert levels[0].attr['scale'] == pytest.approx({'X': 0.32, 'Y': 0.32})


def test_old_metadata() -> None:
    """Objects of levels may have no type."""
    xml = make_xml().replace(' ObjectType="PixelDataRepresentation"', '')
    with open_pages(make_slide(xml)) as tif:
        assert tif.series[0].kind == 'Philips'
        assert [level.shape for level in tif.series[0].levels] == [
            *((96, 128, 3), (48, 64, 3), (24, 32, 3))
        ]


def test_detect() -> None:
    """Test software and description."""
    for software, xml, is_philips in (
        ('Philips DP v1', make_xml() + '\r\n \n', True),
        ('Philips', make_xml(), False),
        ('Other', make_xml(), False),
        ('Philips DP v1', make_xml() + 'text', False),
        ('Philips DP v1', '', False),
    ):
        pages = make_slide(xml)
        pages[0].tags = {305: (ASCII, software)}
        with open_pages(pages) as tif:
            assert tif.is_philips == is_philips
            if not is_philips:
                assert tif.philips_metadata is None
                assert [level.shape for level in tif.series[0].levels] == [
                    *((96, 128, 3),)
                ]


def test_missing_tiles(caplog: Any) -> None:
    """Tiles of background are not stored."""
    pages = make_slide()
    pages[0].sparse = {0, 5}
    pages[1].sparse = {3}
    with open_pages(pages) as tif:
        expected = pages[0].data.copy()
        expected[:32, :32] = 255
        expected[32:64, 32:64] = 255
        numpy.testing.assert_array_equal(tif.series[0].asarray(), expected)
        expected = pages[1].data[:48].copy()
        expected[32:, 32:] = 255
        level = tif.series[0].levels[1]
        numpy.testing.assert_array_equal(level.asarray(), expected)
    assert not caplog.records


def test_extra_tiles(caplog: Any) -> None:
    """Levels may have more, or less, tiles than they should have."""
    pages = make_slide()
    pages[1] = make_page(96, 64, 3, tile=TILE)
    pages[2] = make_page(16, 32, 3, tile=(16, 16))
    with open_pages(pages) as tif:
        levels = tif.series[0].levels
        assert levels[1].shape == (65, 64, 3)
        expected = pages[1].data[:65]
        numpy.testing.assert_array_equal(levels[1].asarray(), expected)
        assert levels[2].shape == (16, 32, 3)
        assert_series(levels[2], pages[2])
    assert 'size 96 is not close to 48' in caplog.text
    assert 'size 16 is not close to 24' in caplog.text


def test_partial_tiles(caplog: Any) -> None:
    """The number of tiles does not change if sizes are not padded."""
    pages = make_slide()
    pages[1] = make_page(70, 64, 3, tile=TILE)
    with open_pages(pages) as tif:
        level = tif.series[0].levels[1]
        assert level.shape == (65, 64, 3)
        expected = pages[1].data[:65]
        numpy.testing.assert_array_equal(level.asarray(), expected)
    assert 'size 70 is not close to 48' in caplog.text


@pytest.mark.parametrize(
    ('xml', 'message'),
    [
        (make_xml(WHOLE[:2]), '3 levels do not match 2 values'),
        (make_xml([]), '3 levels do not match 0 values'),
        (make_xml(WHOLE + [1.0]), '3 levels do not match 4 values'),
        ('<DataObject><</DataObject>', 'ParseError'),
        ('</DataObject>', 'ParseError'),
        ('<DataObject>&#0;</DataObject>', 'ParseError'),
        (
            '<!DOCTYPE a [<!ENTITY b "c">]><DataObject>&b;</DataObject>',
            'entity',
        ),
    ],
)
def test_bad_metadata(xml: str, message: str, caplog: Any) -> None:
    """Slides with bad metadata are generic series."""
    pages = make_slide(xml)
    with open_pages(pages) as tif:
        assert tif.is_philips
        assert tif.philips_metadata == pages[0].description
        assert tif.series[0].kind == 'Generic'
        assert_series(tif.series[0], pages[0])
        assert_series(tif.series[1], pages[1])
    assert len(caplog.records) == 1
    assert message in caplog.text


@pytest.mark.parametrize('value', ['x', '', '1.0', '1 2 3', '0 0', '-1 1'])
def test_bad_spacing(value: str, caplog: Any) -> None:
    """Values of spacing that are invalid are left out."""
    xml = make_xml().replace('"0.001" "0.001"', value)
    pages = make_slide(xml)
    with open_pages(pages) as tif:
        assert tif.series[0].kind == 'Generic'
    assert 'invalid DICOM_PIXEL_SPACING' in caplog.text
    assert '3 levels do not match 2 values' in caplog.text


def test_extreme_spacing(caplog: Any) -> None:
    """The ratio of spacings may be anything."""
    pages = make_slide(make_xml([1e-300, 1e300, 1e-320]))
    with open_pages(pages) as tif:
        levels = tif.series[0].levels
        assert [level.shape for level in levels] == [
            *((96, 128, 3), (33, 33, 3), (1, 1, 3))
        ]
        assert (levels[1].asarray() == pages[1].data[:33, :33]).all()
    assert 'is not close to 0' in caplog.text


@pytest.mark.parametrize('dtype', [None, 'u2'])
def test_other_levels(dtype: str | None, caplog: Any) -> None:
    """Pages of other type of samples are not levels."""
    pages = make_slide()
    if dtype is not None:
        pages[1] = make_page(64, 64, 3, tile=TILE, dtype=dtype)
    else:
        pages[1] = make_page(64, 64, tile=TILE)
    with open_pages(pages) as tif:
        levels = tif.series[0].levels
        assert [level.name for level in levels] == ['Baseline', 'Level2']
    assert 'is not a level' in caplog.text


def test_override() -> None:
    """Test argument is_philips."""
    pages = make_slide()
    with open_pages(pages, is_philips=False) as tif:
        assert not tif.is_philips
        assert tif.philips_metadata is None
        assert tif.series[0].kind == 'Generic'
        assert tif.pages[1].shape == (64, 64, 3)


def test_pickle(tmp_path: Any) -> None:
    """Sizes are corrected when file is unpickled."""
    path = tmp_path / 'slide.tiff'
    path.write_bytes(build_tiff(make_slide()))
    with TiffFile(path) as tif:
        with pickle.loads(pickle.dumps(tif)) as other:
            assert other.pages[1].shape == (48, 64, 3)
            assert other.series[0].levels[1].shape == (48, 64, 3)
        with pickle.loads(pickle.dumps(tif.series[0])).parent as other:
            assert other.series[0].levels[1].shape == (48, 64, 3)


def test_embedded_images() -> None:
    """Images in metadata are returned as they are."""
    streams = {'Macro': b'\xff\xd8 macro', 'Label': b'\xff\xd8 label'}
    extra = ''.join(
        '<DataObject ObjectType="DPScannedImage">'
        + make_attribute('PIM_DP_IMAGE_TYPE', kind)
        + make_attribute(
            'PIM_DP_IMAGE_DATA', '\n' + base64.b64encode(data).decode() + '\n'
        )
        + '</DataObject>'
        for kind, data in (
            ('MACROIMAGE', streams['Macro']),
            ('LABELIMAGE', streams['Label']),
            ('OTHER', b''),
        )
    )
    pages = make_slide(make_xml(extra=extra))
    with open_pages(pages) as tif:
        assert tif.series[0].kind == 'Philips'
        assert philips_embedded_images(tif.philips_metadata) == streams
    assert philips_embedded_images(make_xml()) == {}
    for bad in ('', '<a/>', '<DataObject'):
        with pytest.raises(ValueError, match=r'XML|Philips'):
            philips_embedded_images(bad)
    data = base64.b64encode(streams['Macro']).decode()
    with pytest.raises(ValueError, match='Macro image'):
        philips_embedded_images(make_xml(extra=extra).replace(data, 'A'))
