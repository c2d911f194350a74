# tests/formats/test_bif.py

"""Test slides by Roche (Ventana)."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from builder import ASCII, BYTE, LONG, Page
from slides import TILE, assert_series, make_image, make_page, open_pages

from tifffile import Limits, TiffFile, TiffLimitError, stitch_tiles

SCANNER = {305: (ASCII, 'ScanOutputManager 1.1.0.15854')}
SCAN = (
    '<Metadata><iScan Magnification="20" ScanRes="0.2500" Z-layers="1" '
    'Z-spacing="0.5" ScanWhitePoint="{white}" BarCode1D="S1">'
    '<AOI0 Left="1" Top="2" Right="3" Bottom="4"/></iScan></Metadata>'
)


def make_label(white: Any = 235, xml: str = SCAN, **kwargs: Any) -> Page:
    """Return page of label image with XML of scan."""
    kwargs = {'description': 'Label Image', **kwargs}
    tags = {700: (BYTE, xml.format(white=white).encode() + b'\0\0')}
    return make_page(40, 20, 3, tile=TILE, tags=SCANNER | tags, **kwargs)


def make_level(
    number: int, *shape: int, xml: str = '', mag: float = 20, **kwargs: Any
) -> Page:
    """Return page of level."""
    tags = {700: (BYTE, xml.encode())} if xml else {}
    kwargs = {'tile': TILE, **kwargs}
    return make_page(
        *shape,
        description=f'level={number} mag={mag / 2**number} quality=90',
        tags=tags,
        **kwargs,
    )


def make_slide(**kwargs: Any) -> list[Page]:
    """Return pages of slide."""
    return [
        make_label(**kwargs),
        make_page(16, 16, description='Probability_Image'),
        make_level(0, 64, 96, 3),
        make_level(1, 32, 48, 3),
        make_level(2, 16, 24, 3),
        make_level(3, 8, 12, 3),
    ]


def make_area(
    index: int,
    rows: int,
    columns: int,
    joints: Any = (),
    scanned: str = '1',
) -> str:
    """Return XML of area; joints are (direction, tile1, tile2, x, y, ok)."""
    items = ''.join(
        f'<TileJointInfo FlagJoined="{joined}" Confidence="90" '
        f'Direction="{direction}" Tile1="{tile1}" Tile2="{tile2}" '
        f'OverlapX="{x}" OverlapY="{y}"/>'
        for direction, tile1, tile2, x, y, joined in joints
    )
    return (
        f'<ImageInfo AOIScanned="{scanned}" AOIIndex="{index}" '
        f'NumRows="{rows}" NumCols="{columns}" Width="16" Height="16" '
        f'Pos-X="0" Pos-Y="0">{items}</ImageInfo>'
    )


def make_info(*areas: str, origins: Any = ((0, 0),)) -> str:
    """Return XML of tiles; origins of areas are (x, y), from the bottom."""
    items = ''.join(
        f'<AOI{i} OriginX="{x}" OriginY="{y}"/>'
        for i, (x, y) in enumerate(origins)
    )
    return (
        '<EncodeInfo Ver="2"><SlideInfo/>'
        f'<SlideStitchInfo>{"".join(areas)}</SlideStitchInfo>'
        f'<AoiOrigin>{items}</AoiOrigin></EncodeInfo>'
    )


def number_tile(row: int, column: int, columns: int) -> int:
    """Return number of tile, whose row is from the bottom."""
    return row * columns + (columns - column if row % 2 else column + 1)


def make_joints(
    rows: int, columns: int, overlapx: int, overlapy: int
) -> list[tuple[Any, ...]]:
    """Return joints of all adjacent tiles of area."""
    joints: list[tuple[Any, ...]] = []
    for row in range(rows):
        for column in range(columns):
            tile = number_tile(row, column, columns)
            if column + 1 < columns:
                other = number_tile(row, column + 1, columns)
                if row % 2:
                    joints.append(('LEFT', other, tile, overlapx, 3, 1))
                else:
                    joints.append(('RIGHT', tile, other, overlapx, 3, 1))
            if row + 1 < rows:
                other = number_tile(row + 1, column, columns)
                joints.append(('UP', tile, other, 3, overlapy, 1))
    return joints


def scan_image(
    image: Any, rows: int, columns: int, overlapx: int, overlapy: int
) -> Any:
    """Return image as scanned in overlapping tiles of 16 x 16."""
    result = numpy.zeros((rows * 16, columns * 16, *image.shape[2:]), 'u1')
    for row in range(rows):
        for column in range(columns):
            y, x = row * (16 - overlapy), column * (16 - overlapx)
            result[
                row * 16 : row * 16 + 16, column * 16 : column * 16 + 16
            ] = image[y : y + 16, x : x + 16]
    return result


@pytest.mark.parametrize('bigtiff', [False, True])
def test_slide(bigtiff: bool, caplog: Any) -> None:
    """Test levels and associated images."""
    pages = make_slide()
    with open_pages(pages, bigtiff=bigtiff) as tif:
        assert tif.is_bif
        assert [page.is_bif for page in tif.pages] == [True] + 5 * [False]
        assert tif.bif_metadata == SCAN.format(white=235)
        series = tif.series
        assert [s.name for s in series] == ['Baseline', 'Label', 'Thumbnail']
        assert {s.kind for s in series} == {'BIF'}
        baseline, label, thumbnail = series
        assert {level.kind for level in baseline.levels} == {'BIF'}
        assert [level.name for level in baseline.levels] == [
            *('Baseline', 'Resolution', 'Resolution', 'Resolution')
        ]
        for level, page in zip(baseline.levels, pages[2:], strict=True):
            assert_series(level, page, axes='YXS')
        assert_series(label, pages[0], axes='YXS')
        assert_series(thumbnail, pages[1], axes='YX')
        attr = baseline.attr
        assert attr['scale'] == {'X': 0.25, 'Y': 0.25}
        assert attr['unit'] == {'X': 'micrometer', 'Y': 'micrometer'}
        assert attr['magnification'] == 20
        assert attr['barcode'] == 'S1'
        assert attr['background'] == 235
        assert 'overlap' not in attr
        attr = baseline.levels[2].attr
        assert attr['scale'] == {'X': 1.0, 'Y': 1.0}
        assert attr['magnification'] == 5
        assert 'scale' not in label.attr
    assert not caplog.records


@pytest.mark.parametrize(
    ('software', 'description', 'is_bif'),
    [
        ('Ventana', '', True),
        ('by Ventana iScan', '', True),
        ('VENTANA', '', False),
        ('ScanOutputManager', '', True),
        ('a ScanOutputManager', '', False),
        ('', 'Label Image', True),
        ('', 'Label_Image', True),
        ('', 'Probability_Image', True),
        ('', 'Thumbnail', False),
        ('VENTANA', 'Label Image', True),
        ('', 'level=0 mag=20 quality=90', True),
        ('', 'level 0', False),
    ],
)
def test_detect(software: str, description: str, is_bif: bool) -> None:
    """Test what makes a slide by Roche."""
    page = make_page(16, 16, description=description)
    page.tags = {305: (ASCII, software), 700: (BYTE, b'<iScan/>')}
    with open_pages(page) as tif:
        assert tif.is_bif == is_bif
        assert tif.pages[0].is_bif == is_bif
        assert ('bif' in tif.flags) == is_bif
    page.tags = {305: (ASCII, software)}
    with open_pages(page) as tif:
        assert not tif.is_bif


def test_order_of_levels(caplog: Any) -> None:
    """Levels are ordered by their numbers; unknown images are named so."""
    pages = make_slide()
    extra = make_page(10, 12, description='Something')
    gray = make_level(4, 4, 6)
    shuffled = [pages[0], pages[5], pages[3], extra, pages[2], pages[4], gray]
    with open_pages(shuffled) as tif:
        baseline, label, unknown = tif.series
        for level, page in zip(baseline.levels, pages[2:], strict=True):
            assert_series(level, page)
        assert label.name == 'Label'
        assert unknown.name == 'Unknown'
        assert_series(unknown, extra)
    assert 'is not a level of' in caplog.text


def test_exported() -> None:
    """Files exported as TIFF have levels only."""
    pages = [
        make_level(0, 64, 96, 3, xml='<iScan Magnification="40"/>', mag=40),
        make_level(1, 32, 48, 3, mag=40),
    ]
    with open_pages(pages) as tif:
        (baseline,) = tif.series
        assert baseline.kind == 'BIF'
        assert len(baseline.levels) == 2
        assert baseline.attr['magnification'] == 40
        assert baseline.levels[1].attr['magnification'] == 20


def test_focal_planes() -> None:
    """Planes are in the depth of images."""
    pages = [
        make_label(),
        make_level(0, 3, 64, 96, 3, volume=True, tile=(1, *TILE)),
        make_level(1, 3, 32, 48, 3, volume=True, tile=(1, *TILE)),
    ]
    with open_pages(pages) as tif:
        baseline, _ = tif.series
        assert_series(baseline, pages[1], axes='ZYXS')
        assert_series(baseline.levels[1], pages[2], axes='ZYXS')
        assert baseline.attr['scale'] == {'X': 0.25, 'Y': 0.25, 'Z': 0.5}
        assert baseline.levels[1].attr['scale'] == {
            'X': 0.5,
            'Y': 0.5,
            'Z': 0.5,
        }


@pytest.mark.parametrize('volume', [False, True])
def test_stitch(volume: bool, caplog: Any) -> None:
    """Overlapping tiles are joined."""
    rows, columns, overlapx, overlapy = 4, 6, 4, 2
    shape = rows * 14 + 2, columns * 12 + 4, 3
    image = make_image(*shape)
    data = scan_image(image, rows, columns, overlapx, overlapy)
    info = make_info(
        make_area(
            0, rows, columns, make_joints(rows, columns, overlapx, overlapy)
        )
    )
    level0 = make_level(0, *data.shape, xml=info)
    level1 = make_level(1, data.shape[0] // 2, data.shape[1] // 2, 3)
    if volume:
        level0.data = numpy.stack([data, 255 - data])
        level0 = Page(
            level0.data,
            volume=True,
            tile=(1, *TILE),
            photometric=2,
            description=level0.description,
            tags=level0.tags,
        )
        image = numpy.stack([image, 255 - image])
        level1 = Page(
            level0.data[:, ::2, ::2],
            volume=True,
            tile=(1, *TILE),
            photometric=2,
            description=level1.description,
        )
    else:
        level0.data = data
        level1.data = data[::2, ::2]
    with open_pages([make_label(), level0, level1]) as tif:
        baseline = tif.series[0]
        numpy.testing.assert_array_equal(baseline.asarray(), level0.data)
        assert baseline.attr['overlap'] == {'X': 4.0, 'Y': 2.0}
        assert baseline.levels[1].attr['overlap'] == {'X': 2.0, 'Y': 1.0}
        numpy.testing.assert_array_equal(stitch_tiles(baseline), image)
        numpy.testing.assert_array_equal(
            stitch_tiles(baseline, level=1, maxworkers=1),
            image[..., ::2, ::2, :],
        )
        with pytest.raises(IndexError):
            stitch_tiles(baseline, level=2)
        for rows, columns in (
            (slice(None), slice(None)),
            (slice(13, 31), slice(5, 44)),
            (slice(20, 21), slice(-12, None)),
            (slice(0, 2), slice(0, 999)),
            (slice(9, 9), slice(0, 4)),
        ):
            numpy.testing.assert_array_equal(
                stitch_tiles(baseline, selection=(rows, columns)),
                image[..., rows, columns, :],
            )
        with pytest.raises(ValueError, match='steps of selection'):
            stitch_tiles(baseline, selection=(slice(0, 9, 2), slice(None)))
    assert caplog.text.count('not stitched') == 1


def test_stitch_joints() -> None:
    """Joints that are not defined are of average overlap."""
    # numbers of tiles from the bottom: 1 2 3, 6 5 4
    joints = [
        ('RIGHT', 1, 2, 2, 9, 1),
        ('RIGHT', 2, 3, 6, 9, 1),
        ('LEFT', 5, 4, 4, 9, 1),
        ('LEFT', 6, 5, 15, 9, 0),
        ('UP', 1, 6, 9, 3, 1),
        ('UP', 3, 4, 9, 5, 1),
        # to be ignored: no such tiles, not adjacent, or no number
        ('UP', 1, 7, 9, 9, 1),
        ('UP', 0, 1, 9, 9, 1),
        ('UP', 1, 5, 9, 9, 1),
        ('RIGHT', 1, 3, 9, 9, 1),
        ('RIGHT', 1, 2, 99, 9, 1),
        ('RIGHT', 1, 2, 'x', 9, 1),
        ('RIGHT', 1, 2, '9' * 400, 9, 1),
    ]
    page = make_level(0, 32, 48, xml=make_info(make_area(0, 2, 3, joints)))
    tiles = numpy.arange(1, 7).repeat(16).reshape(2, 48).repeat(16, 0)
    page.data = tiles.astype('u1')
    with open_pages([make_label(), page]) as tif:
        image = stitch_tiles(tif.series[0])
        assert tif.series[0].attr['overlap'] == {'X': 4.0, 'Y': 4.0}
        # length: 32 - 3, width: 48 - 4 - 4
        assert image.shape == (29, 40)
        expected = numpy.full((29, 40), 235, 'u1')
        # top row is of tiles 1 2 3 as stored, whose joints are 6 5 4
        expected[13:, 0:16] = 4
        expected[13:, 14:30] = 5
        expected[13:, 24:40] = 6
        for top, left, value in ((0, 0, 1), (1, 12, 2), (2, 24, 3)):
            expected[top : top + 16, left : left + 16] = value
        # tiles are placed from the bottom, those above last
        numpy.testing.assert_array_equal(image, expected)


def test_stitch_areas(caplog: Any) -> None:
    """Areas of interest are placed at their origins."""
    info = make_info(
        make_area(0, 2, 2, make_joints(2, 2, 4, 4)),
        make_area(1, 1, 1),
        make_area(2, 1, 1, scanned='0'),
        # to be ignored
        make_area(3, 9, 1),
        make_area(4, 0, 1),
        make_area(5, 1, 1),
        origins=[(0, 0), (48, 16), (32, 0), (0, 0), (0, 0), (640, 0)],
    )
    page = make_level(0, 32, 64, 3, xml=info)
    with open_pages([make_label('white'), page]) as tif:
        image = stitch_tiles(tif.series[0])
        # area 1 is at column 3 and row 1 of tiles that are 12 pixels apart
        assert image.shape == (28, 52, 3)
        assert (image[:16, 36:] == page.data[:16, 48:]).all()
        assert (image[16:, :12] == page.data[20:, :12]).all()
        assert (image[:, 28:36] == 255).all()
        assert (image[16:, 36:] == 255).all()
    assert 'area 3 exceeds image' in caplog.text
    assert 'area 4 exceeds image' in caplog.text
    assert 'area 5 exceeds image' in caplog.text


def test_stitch_background() -> None:
    """Color of area that was not scanned is limited by type of data."""
    areas = (make_area(0, 1, 1), make_area(1, 1, 1))
    info = make_info(*areas, origins=[(0, 0), (16, 16)])
    page = make_level(0, 32, 32, xml=info)
    for white, value in ((999, 255), (7, 7), (7777, 255), ('x', 255)):
        with open_pages([make_label(white), page]) as tif:
            image = stitch_tiles(tif.series[0])
            assert (image[:16, :16] == value).all()
            assert (image[16:, :16] == page.data[16:, :16]).all()


def test_stitch_errors(caplog: Any) -> None:
    """Slides that do not tell how tiles overlap are not stitched."""
    with open_pages(make_slide()) as tif:
        for series in tif.series:
            with pytest.raises(ValueError, match='how tiles overlap'):
                stitch_tiles(series)
    with open_pages(make_page(16, 16)) as tif:
        with pytest.raises(ValueError, match='how tiles overlap'):
            stitch_tiles(tif.series[0])
    # more tiles than there are
    areas = [make_area(i, 2, 2) for i in range(3)]
    page = make_level(0, 32, 32, xml=make_info(*areas))
    with open_pages([make_label(), page]) as tif:
        assert (stitch_tiles(tif.series[0]) == page.data).all()
    assert 'more tiles than image' in caplog.text
    # more tiles than are stored
    info = make_info(make_area(0, 2**27, 2**27))
    page = make_level(0, 32, 32, xml=info)
    page.tags = {**page.tags, 256: (LONG, 2**31), 257: (LONG, 2**31)}
    with open_pages([make_label(), page]) as tif:
        with pytest.raises(ValueError, match='how tiles overlap'):
            stitch_tiles(tif.series[0])


def test_stitch_limit() -> None:
    """The size of the array is limited."""
    # tiles that are placed far apart
    joints = [('RIGHT', 1, 2, -15, 0, 1), ('RIGHT', 2, 3, -15, 0, 1)]
    page = make_level(0, 16, 48, xml=make_info(make_area(0, 1, 3, joints)))
    pages = [make_label(), page]
    with open_pages(pages) as tif:
        assert stitch_tiles(tif.series[0]).shape == (16, 78)
    limits = Limits(array_bytes=1000, expansion=0)
    with open_pages(pages, limits=limits) as tif:
        with pytest.raises(TiffLimitError, match='exceeds limit'):
            stitch_tiles(tif.series[0])


@pytest.mark.parametrize('xml', ['', '<a', '<!DOCTYPE a [<!ENTITY b "c">]>'])
def test_malformed(xml: str, caplog: Any) -> None:
    """Slides with bad metadata have series."""
    pages = make_slide(xml=xml)
    pages[2].tags = {700: (BYTE, b'<EncodeInfo')}
    with open_pages(pages) as tif:
        assert tif.bif_metadata == xml
        baseline = tif.series[0]
        assert_series(baseline, pages[2])
        assert len(baseline.levels) == 4
        assert 'scale' not in baseline.attr
        # from the description
        assert baseline.attr['magnification'] == 20
    assert 'malformed XML' in caplog.text


def test_bad_numbers() -> None:
    """Numbers that are invalid are left out."""
    xml = '<iScan Magnification="x" ScanRes="1.2.3" Z-spacing="" />'
    pages = make_slide(xml=xml)
    pages[2].description = 'level=a mag=b'
    with open_pages(pages) as tif:
        baseline = tif.series[0]
        assert_series(baseline.levels[1], pages[3])
        assert baseline.attr == {}


def test_no_levels() -> None:
    """Slides may have no levels."""
    pages = make_slide()[:2]
    with open_pages(pages) as tif:
        assert [s.name for s in tif.series] == ['Label', 'Thumbnail']
        assert_series(tif.series[0], pages[0])


def test_override() -> None:
    """Test argument is_bif."""
    pages = make_slide()
    with open_pages(pages, is_bif=False) as tif:
        assert not tif.is_bif
        assert tif.bif_metadata is None
        assert tif.series[0].kind == 'Generic'
    del pages[0]
    with open_pages(pages) as tif:
        assert not tif.is_bif
    with open_pages(pages, is_bif=True) as tif:
        assert tif.bif_metadata is None
        assert tif.series[0].kind == 'BIF'
        assert len(tif.series[0].levels) == 4


def test_pickle(tmp_path: Any) -> None:
    """Stitching works with an unpickled file."""
    import pickle

    from builder import build_tiff

    info = make_info(make_area(0, 2, 2, make_joints(2, 2, 4, 4)))
    path = tmp_path / 'slide.bif'
    path.write_bytes(
        build_tiff([make_label(), make_level(0, 32, 32, xml=info)])
    )
    with TiffFile(path) as tif:
        with pickle.loads(pickle.dumps(tif)) as other:
            numpy.testing.assert_array_equal(
                stitch_tiles(other.series[0]), stitch_tiles(tif.series[0])
            )
