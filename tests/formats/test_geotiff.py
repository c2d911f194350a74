# tests/formats/test_geotiff.py

"""Test GeoTIFF, GDAL metadata, and Cloud Optimized GeoTIFF."""

from __future__ import annotations

import io
import pickle
from pathlib import Path
from typing import Any

import numpy
import pytest
from builder import ASCII, DOUBLE, SHORT, Page, build_tiff
from interpreter import run_python
from slides import assert_series, make_image, make_page, open_pages

import tifffile
from tifffile import TIFF, TiffFile, read_gdal_structural_metadata

TEXT = 'WGS 84 / UTM zone 29N|Potsdam|'
DOUBLES = (6378137.0, 298.257223563, 0.5, 1.0, 2.0, 3.0)

KEYS = [
    (1024, 0, 1, 1),
    (1025, 0, 1, 1),
    (1026, 34737, 22, 0),
    (2048, 0, 1, 4267),
    (2049, 34737, 8, 22),
    (2054, 0, 1, 9102),
    (2057, 34736, 1, 0),
    (2059, 34736, 1, 1),
    (2061, 34736, 1, 2),
    (2062, 34736, 3, 3),
    (3072, 0, 1, 26711),
    (3074, 0, 1, 60000),
    (3076, 0, 1, 9001),
    (5000, 0, 1, 77),
]
SCALE = (60.0, 30.0, 0.0)
TIEPOINT = (2.0, 4.0, 0.0, 440720.0, 3751320.0, 0.0)

EXPECTED = {
    'KeyDirectoryVersion': 1,
    'KeyRevision': 1,
    'KeyRevisionMinor': 0,
    'GTModelTypeGeoKey': 1,
    'GTRasterTypeGeoKey': 1,
    'GTCitationGeoKey': 'WGS 84 / UTM zone 29N',
    'GeographicTypeGeoKey': 4267,
    'GeogCitationGeoKey': 'Potsdam',
    'GeogAngularUnitsGeoKey': 9102,
    'GeogSemiMajorAxisGeoKey': 6378137.0,
    'GeogInvFlatteningGeoKey': 298.257223563,
    'GeogPrimeMeridianLongGeoKey': 0.5,
    'GeogTOWGS84GeoKey': (1.0, 2.0, 3.0),
    'ProjectedCSTypeGeoKey': 26711,
    'ProjectionGeoKey': 60000,
    'ProjLinearUnitsGeoKey': 9001,
    5000: 77,
    'ModelPixelScale': [60.0, 30.0, 0.0],
    'ModelTiepoint': [2.0, 4.0, 0.0, 440720.0, 3751320.0, 0.0],
}


def geo_tags(
    keys: Any = KEYS, scale: Any = SCALE, tiepoint: Any = TIEPOINT
) -> dict[int, Any]:
    """Return tags of georeferenced page."""
    directory = [1, 1, 0, len(keys)]
    for key in keys:
        directory += key
    tags = {
        34735: (SHORT, directory),
        34736: (DOUBLE, DOUBLES),
        34737: (ASCII, TEXT),
    }
    if scale is not None:
        tags[33550] = DOUBLE, scale
    if tiepoint is not None:
        tags[33922] = DOUBLE, tiepoint
    return tags


@pytest.mark.parametrize('bigtiff', [False, True])
@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_keys(byteorder: str, bigtiff: bool, caplog: Any) -> None:
    """Test names and values of keys."""
    page = make_page(20, 30, tags=geo_tags())
    with open_pages(page, byteorder=byteorder, bigtiff=bigtiff) as tif:
        assert tif.is_geotiff
        assert tif.pages[0].is_geotiff
        assert not tif.is_gdal
        assert tif.gdal_metadata is None
        metadata = tif.geotiff_metadata
        assert metadata == EXPECTED
        assert [*metadata] == [*EXPECTED]
        assert metadata == tif.pages[0].geotiff_tags
        geodb = TIFF.GEO_CODES
        assert metadata['GTModelTypeGeoKey'] is geodb[1024].Projected
        assert metadata['GeographicTypeGeoKey'].name == 'NAD27'
        assert metadata['ProjectedCSTypeGeoKey'].name == 'NAD27_UTM_zone_11N'
        assert type(metadata['ProjectionGeoKey']) is int
        series = tif.series[0]
        assert series.kind == 'Generic'
        attr = series.attr
        assert attr['scale'] == {'X': 60.0, 'Y': 30.0}
        assert attr['unit'] == {'X': 'meter', 'Y': 'meter'}
        assert series.scale == attr['scale']
        assert series.units == attr['unit']
        assert series.mpp == (6e7, 3e7)
        offsets = {'width': 440600.0, 'height': 3751440.0}
        assert series.coord_offsets == offsets
        assert attr['geotransform'] == (
            *(440600.0, 60.0, 0.0),
            *(3751440.0, 0.0, -30.0),
        )
        assert attr['citation'] == 'WGS 84 / UTM zone 29N'
        assert attr['projected_crs'] == 26711
        assert attr['geographic_crs'] == 4267
        assert series.coords['width'].tolist() == [
            440600.0 + 60.0 * i for i in range(30)
        ]
        assert series.coords['height'].tolist() == [
            3751440.0 - 30.0 * i for i in range(20)
        ]
        assert_series(series, page)
    assert not caplog.records


def test_pixel_is_point() -> None:
    """Coordinates are those of the center of pixels."""
    keys = [(1024, 0, 1, 2), (1025, 0, 1, 2), (2054, 0, 1, 9102)]
    tags = geo_tags(keys, (0.5, 0.5, 0.0), (0.0, 0.0, 0.0, 10.0, 50.0, 0.0))
    with open_pages(make_page(20, 30, tags=tags)) as tif:
        series = tif.series[0]
        assert series.attr['geotransform'] == (9.75, 0.5, 0, 50.25, 0, -0.5)
        assert series.coords['width'][0] == 10.0
        assert series.coords['height'][:2].tolist() == [50.0, 49.5]
        assert series.units == {'X': 'degree', 'Y': 'degree'}
        assert series.scale == {'X': 0.5, 'Y': 0.5}
        assert series.mpp is None


def test_large_image() -> None:
    """Coordinates are made when they are asked for, unless too many."""
    tags = geo_tags()
    page = Page(
        segments=[None],
        width=2**31 - 1,
        length=1000,
        bitspersample=8,
        rowsperstrip=1000,
        tags=tags,
    )
    with open_pages(page) as tif:
        series = tif.series[0]
        assert series.scale == {'X': 60.0, 'Y': 30.0}
        assert 'width' not in series.coords
        assert series.coords['height'].shape == (1000,)


def test_matrices() -> None:
    """Test other tags that tell location."""
    matrix = [2.0, 0.5, 0, 100, 0.25, -3, 0, 200, 0, 0, 1, 0, 0, 0, 0, 1]
    tags = {
        **geo_tags(scale=None, tiepoint=range(24)),
        34264: (DOUBLE, matrix),
        33920: (DOUBLE, range(16)),
        50844: (DOUBLE, range(92)),
    }
    page = make_page(20, 30, 2, tags=tags)
    with open_pages(page, byteorder='>') as tif:
        metadata = tif.geotiff_metadata
        assert metadata['ModelTransformation'] == [
            [2.0, 0.5, 0.0, 100.0],
            [0.25, -3.0, 0.0, 200.0],
            [0.0, 0.0, 1.0, 0.0],
            [0.0, 0.0, 0.0, 1.0],
        ]
        assert metadata['IntergraphMatrix'][1] == [4.0, 5.0, 6.0, 7.0]
        assert (
            metadata['ModelTiepoint']
            == numpy.arange(24.0).reshape(4, 6).tolist()
        )
        rpc = metadata['RPCCoefficient']
        assert [*rpc] == [
            *('ERR_BIAS', 'ERR_RAND', 'LINE_OFF', 'SAMP_OFF', 'LAT_OFF'),
            *('LONG_OFF', 'HEIGHT_OFF', 'LINE_SCALE', 'SAMP_SCALE'),
            *('LAT_SCALE', 'LONG_SCALE', 'HEIGHT_SCALE', 'LINE_NUM_COEFF'),
            *('LINE_DEN_COEFF', 'SAMP_NUM_COEFF', 'SAMP_DEN_COEFF'),
        ]
        assert rpc['HEIGHT_SCALE'] == 11.0
        assert rpc['LINE_NUM_COEFF'] == tuple(range(12, 32))
        assert rpc['LINE_DEN_COEFF'] == tuple(range(32, 52))
        assert rpc['SAMP_NUM_COEFF'] == tuple(range(52, 72))
        assert rpc['SAMP_DEN_COEFF'] == tuple(range(72, 92))
        attr = tif.series[0].attr
        assert attr['geotransform'] == (100.0, 2.0, 0.5, 200.0, 0.25, -3.0)
        assert 'scale' not in attr
    tags[33920] = DOUBLE, range(17)
    with open_pages(make_page(20, 30, tags=tags)) as tif:
        assert len(tif.geotiff_metadata['IntergraphMatrix']) == 17


@pytest.mark.parametrize(
    ('directory', 'count'),
    [
        ([1], 0),
        ([1, 1], 0),
        ([2, 1, 0, 0], 0),
        ([1, 1, 0, 2, 1024, 0, 1, 1, 1025, 0], 4),
        ([1, 1, 0, 65535, 1024, 0, 1, 1], 4),
        ([1, 1, 0, 1, 2057, 34700, 1, 0], 3),
        ([1, 1, 0, 1, 2057, 34736, 1, 6], 3),
        ([1, 1, 0, 1, 2057, 34736, 0, 0], 3),
    ],
)
def test_bad_directory(directory: Any, count: int, caplog: Any) -> None:
    """Invalid keys are skipped with a warning."""
    tags = {**geo_tags(scale=None, tiepoint=None), 34735: (SHORT, directory)}
    page = make_page(20, 30, tags=tags)
    with open_pages(page) as tif:
        assert len(tif.geotiff_metadata) == count
        assert_series(tif.series[0], page)
    assert len(caplog.records) == 1


@pytest.mark.parametrize('code', [33550, 33922, 34264, 50844])
def test_bad_matrices(code: int, caplog: Any) -> None:
    """Invalid matrices are skipped with a warning."""
    page = make_page(20, 30, tags={**geo_tags(), code: (DOUBLE, range(5))})
    with open_pages(page) as tif:
        assert len(tif.geotiff_metadata) in {18, 19}
        assert_series(tif.series[0], page)
    assert 'invalid' in caplog.text


GDAL_XML = (
    '<GDALMetadata>\n'
    '  <Item name="AREA_OR_POINT">Area</Item>\n'
    '  <Item name="TITLE">a &amp;lt; b</Item>\n'
    '  <Item name="DESCRIPTION" sample="0" role="description">red</Item>\n'
    '  <Item name="OFFSET" sample="1" role="offset">2.5</Item>\n'
    '  <Item name="DESCRIPTION" sample="1" role="description">nir</Item>\n'
    '</GDALMetadata>'
)


def test_gdal_metadata() -> None:
    """Test metadata of dataset and bands."""
    page = make_page(20, 30, 2, tags={42112: (ASCII, GDAL_XML)})
    with open_pages(page) as tif:
        assert tif.is_gdal
        assert not tif.is_geotiff
        assert tif.geotiff_metadata is None
        assert tif.pages[0].geotiff_tags is None
        assert tif.gdal_metadata == GDAL_XML
        attr = tif.series[0].attr
        assert attr['gdal_metadata'] == {
            'AREA_OR_POINT': 'Area',
            'TITLE': 'a < b',
        }
        assert attr['gdal_bands'] == {
            0: {'DESCRIPTION': 'red'},
            1: {'OFFSET': '2.5', 'DESCRIPTION': 'nir'},
        }
        assert attr['channel_names'] == ['red', 'nir']


def test_bad_gdal_metadata(caplog: Any) -> None:
    """Malformed XML does not prevent reading."""
    page = make_page(20, 30, tags={42112: (ASCII, '<GDALMetadata><Item')})
    with open_pages(page) as tif:
        assert_series(tif.series[0], page)
        assert tif.gdal_metadata == '<GDALMetadata><Item'
    assert 'gdal' in caplog.text


STRUCTURE = (
    'LAYOUT=IFDS_BEFORE_DATA\n'
    'BLOCK_ORDER=ROW_MAJOR\n'
    'BLOCK_LEADER=SIZE_AS_UINT4\n'
    'BLOCK_TRAILER=LAST_4_BYTES_REPEATED\n'
    'KNOWN_INCOMPATIBLE_EDITION=NO\n '
)


def make_cog(pages: list[Page], bigtiff: bool, **kwargs: Any) -> bytes:
    """Return file with structural metadata behind its header."""
    ghost = (
        f'GDAL_STRUCTURAL_METADATA_SIZE={len(STRUCTURE):06} bytes\n{STRUCTURE}'
    ).encode()
    data = build_tiff(
        pages,
        bigtiff=bigtiff,
        start=len(ghost) + len(ghost) % 2,
        ifd_first=True,
        contiguous=True,
        **kwargs,
    )
    header = 16 if bigtiff else 8
    return data[:header] + ghost + data[header + len(ghost) :]


def test_uniform() -> None:
    """Pages that are all alike are an uniform series, with coordinates."""
    pages = [make_page(20, 30, tags=geo_tags()) for _ in range(9)]
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        assert tif.is_geotiff
        (series,) = tif.series
        assert series.kind == 'Uniform'
        assert series.shape == (9, 20, 30)
        assert series.attr['scale'] == {'X': 60.0, 'Y': 30.0}


@pytest.mark.parametrize('bigtiff', [False, True])
@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_cog(byteorder: str, bigtiff: bool) -> None:
    """Pages flagged as reduced are levels; masks are a series of their own."""
    pages = []
    for i in range(3):
        shape = 64 >> i, 96 >> i
        flag = 1 if i else 0
        tags = {} if i else geo_tags()
        pages.append(
            make_page(*shape, tile=(16, 16), subfiletype=flag, tags=tags)
        )
        pages.append(
            Page(
                make_image(*shape) > 100,
                tile=(16, 16),
                subfiletype=flag | 4,
                photometric=4,
                compression=8,
            )
        )
    data = make_cog(pages, bigtiff, byteorder=byteorder)
    with TiffFile(io.BytesIO(data)) as tif:
        assert tif.gdal_structural_metadata == {
            'LAYOUT': 'IFDS_BEFORE_DATA',
            'BLOCK_ORDER': 'ROW_MAJOR',
            'BLOCK_LEADER': 'SIZE_AS_UINT4',
            'BLOCK_TRAILER': 'LAST_4_BYTES_REPEATED',
            'KNOWN_INCOMPATIBLE_EDITION': 'NO',
        }
        image, mask = tif.series
        assert len(image.levels) == len(mask.levels) == 3
        for i in range(3):
            assert_series(image.levels[i], pages[2 * i])
            assert_series(mask.levels[i], pages[2 * i + 1])
        assert mask.dtype == bool
        level = image.levels[2]
        assert level.attr['scale'] == {'X': 240.0, 'Y': 120.0}
        assert level.attr['geotransform'][:2] == (440600.0, 240.0)
        assert level.coords['width'][:2].tolist() == [440600.0, 440840.0]
        assert 'scale' not in mask.attr


def test_cog_without_reduced_flag() -> None:
    """Pages that are not flagged are no levels of Cloud Optimized GeoTIFF."""
    pages = [
        make_page(64, 96, tile=(16, 16), tags=geo_tags()),
        make_page(32, 48, tile=(16, 16)),
        make_page(16, 24, tile=(16, 16), subfiletype=1),
    ]
    with TiffFile(io.BytesIO(make_cog(pages, False))) as tif:
        first, second = tif.series
        assert [level.shape for level in first.levels] == [(64, 96), (16, 24)]
        assert_series(second, pages[1])
        assert len(second.levels) == 1
    with open_pages(pages) as tif:
        (series,) = tif.series
        assert len(series.levels) == 3


def test_structural_metadata(tmp_path: Path) -> None:
    """Test reading from streams and handles, also if there are none."""
    data = make_cog([make_page(16, 16)], True)
    stream = io.BytesIO(data)
    stream.seek(5)
    result = read_gdal_structural_metadata(stream)
    assert result is not None
    assert result['LAYOUT'] == 'IFDS_BEFORE_DATA'
    assert stream.tell() == 5
    path = tmp_path / 'cog.tif'
    path.write_bytes(data)
    with tifffile.FileHandle(path) as fh:
        assert read_gdal_structural_metadata(fh) == result
    for bad in (b'', b'II*\0', b'GDAL', build_tiff(make_page(8, 8))):
        assert read_gdal_structural_metadata(io.BytesIO(bad)) is None
    data = data.replace(b'SIZE=000', b'SIZE=abc')
    assert read_gdal_structural_metadata(io.BytesIO(data)) is None
    with open_pages(make_page(8, 8)) as tif:
        assert tif.gdal_structural_metadata is None


@pytest.mark.parametrize(
    ('dtype', 'text', 'nodata'),
    [
        ('i2', '-9999', -9999),
        ('i2', '-9999.0', -9999),
        ('u1', '255 ', 255),
        ('u1', '-9999', 0),
        ('u1', '1e40', 0),
        ('u1', '1.5', 0),
        ('u1', 'none', 0),
        ('u1', 'nan', 0),
        ('f4', '-1,5', -1.5),
        ('f4', 'nan', numpy.nan),
        ('f4', '1.#INF', numpy.inf),
        ('f8', '-1.#IND', numpy.nan),
        ('c8', '2', 2.0),
        ('?', '1', True),
        ('?', '0', False),
    ],
)
def test_nodata(dtype: str, text: str, nodata: Any, caplog: Any) -> None:
    """Missing tiles are filled with nodata."""
    image = make_image(32, 48) > 100
    page = Page(
        image if dtype == '?' else image.astype(dtype),
        tile=(16, 16),
        compression=8,
        sparse={1},
        nodata=text,
        tags=geo_tags(),
    )
    with open_pages(page) as tif:
        actual = tif.pages[0].nodata
        assert type(actual) is type(nodata) or actual == nodata
        expected = page.data.copy()
        expected[:16, 16:32] = nodata
        numpy.testing.assert_array_equal(tif.asarray(), expected)
    assert bool(caplog.records) == (
        dtype == 'u1' and text not in {'255', '255 '}
    )


@pytest.mark.parametrize('planarconfig', [1, 2])
def test_bands(planarconfig: int) -> None:
    """Bands are contiguous or separate."""
    shape = (20, 30, 5) if planarconfig == 1 else (5, 20, 30)
    page = make_page(
        *shape, planarconfig=planarconfig, photometric=1, tags=geo_tags()
    )
    with open_pages(page) as tif:
        axes = 'YXS' if planarconfig == 1 else 'SYX'
        assert_series(tif.series[0], page, axes=axes)
        assert tif.series[0].coords['height'].size == 20


def test_override() -> None:
    """Test argument is_geotiff."""
    page = make_page(20, 30, tags=geo_tags())
    with open_pages(page, is_geotiff=False) as tif:
        assert tif.geotiff_metadata is None
        assert tif.series[0].attr == {}


def test_geodb() -> None:
    """Test submodule of GeoTIFF codes."""
    import tifffile.geodb
    from tifffile.geodb import GEO_CODES, PCS, GeoKeys, Linear

    counts = {
        'GeoKeys': 48,
        'ModelType': 5,
        'RasterPixel': 4,
        'GCS': 142,
        'PM': 13,
        'Linear': 17,
        'Angular': 10,
        'Ellipse': 37,
        'PCS': 997,
        'Proj': 427,
        'CT': 31,
        'VertCS': 40,
        'GCSE': 37,
        'DatumE': 37,
        'Datum': 124,
    }
    for name, count in counts.items():
        table = getattr(tifffile.geodb, name)
        assert table.__name__ == name
        assert table.__module__ == 'tifffile.geodb'
        assert len(table.__members__) == count
        if name != 'GeoKeys':
            assert [item.value for item in table][:2] == [0, 32767]
    assert GeoKeys.ProjectedCSTypeGeoKey == 3072
    assert GeoKeys.VerticalUnitsGeoKey == 4099
    assert PCS.WGS84_UTM_zone_29N == 32629
    assert PCS.WGS84_UTM_zone_60S == 32760
    assert PCS.ETRS89_Poland_CS92 == 2180
    assert Linear.Mile_International_Nautical == 9015
    assert TIFF.GEO_KEYS is GeoKeys
    assert TIFF.GEO_CODES is GEO_CODES
    assert [*GEO_CODES] == [
        *(1024, 1025, 2048, 2051, 2052, 2054, 2056, 2060),
        *(3072, 3074, 3075, 3076, 4096, 4099),
    ]
    assert GEO_CODES[3072] is PCS
    assert tifffile.geodb.LINEAR_UNIT_NAMES[9001] == 'meter'
    assert pickle.loads(pickle.dumps(PCS(32629))) is PCS(32629)


def test_geodb_is_lazy() -> None:
    """Tables are made on first use."""
    code = (
        'import tifffile, pickle\n'
        'assert tifffile._make_geo_tables.cache_info().currsize == 0\n'
        'value = tifffile.TIFF.GEO_CODES[1024](1)\n'
        'print(pickle.dumps(value).hex())\n'
        'from tifffile.geodb import ModelType\n'
        'assert ModelType.Projected is value\n'
    )
    value = pickle.loads(bytes.fromhex(run_python('-c', code).stdout))
    assert value is TIFF.GEO_CODES[1024].Projected


def test_real_files(shared_data: Any) -> None:
    """Location of pixels is as read by GDAL."""
    rasterio = pytest.importorskip('rasterio')
    number = 0
    for path in sorted((shared_data / 'geotiff').iterdir()):
        with TiffFile(path) as tif:
            if not tif.is_geotiff:
                continue
            transform = tif.series[0].attr.get('geotransform')
        if transform is None:
            continue
        try:
            with rasterio.open(path) as dataset:
                expected = dataset.transform.to_gdal()
        except rasterio.errors.RasterioIOError:
            continue
        numpy.testing.assert_allclose(transform, expected, err_msg=path.name)
        number += 1
    assert number > 40
