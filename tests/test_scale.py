# tests/test_scale.py

"""Test distances of samples and names of channels of series."""

from __future__ import annotations

import io
import math
from typing import Any

import numpy
import pytest
from builder import RATIONAL, SHORT, Page, build_tiff

from tifffile import TiffFile, TiffPageSeries, TiffWriter, imwrite

MICROMETERS = {'X': 'micrometer', 'Y': 'micrometer'}


def resolution_tags(x: float, y: float, unit: int | None = None) -> Any:
    """Return tags of resolution."""
    tags: dict[int, Any] = {
        282: (RATIONAL, (round(x * 100), 100)),
        283: (RATIONAL, (round(y * 100), 100)),
    }
    if unit is not None:
        tags[296] = SHORT, unit
    return tags


def open_written(data: Any, **kwargs: Any) -> TiffFile:
    """Return file that is written by library."""
    fh = io.BytesIO()
    imwrite(fh, data, photometric='minisblack', **kwargs)
    fh.seek(0)
    return TiffFile(fh)


@pytest.mark.parametrize(
    ('tags', 'scale'),
    [
        (resolution_tags(100, 50, 3), {'X': 100.0, 'Y': 200.0}),
        (resolution_tags(254, 508, 2), {'X': 100.0, 'Y': 50.0}),
        (resolution_tags(254, 508), {'X': 100.0, 'Y': 50.0}),
        (resolution_tags(20, 10, 4), {'X': 50.0, 'Y': 100.0}),
        (resolution_tags(2, 4, 5), {'X': 0.5, 'Y': 0.25}),
        (resolution_tags(100, 50, 1), {}),
        (resolution_tags(100, 50, 9), {}),
        # placeholders
        (resolution_tags(1, 1, 2), {}),
        (resolution_tags(0, 0, 2), {}),
        ({282: (RATIONAL, (100, 1)), 296: (SHORT, 3)}, {}),
        ({296: (SHORT, 3)}, {}),
        ({}, {}),
    ],
)
@pytest.mark.parametrize('number', [1, 2, 9])
def test_plain(tags, scale, number):
    """Distances are from resolution tags if the unit is a length."""
    image = numpy.zeros((7, 9), 'uint8')
    data = build_tiff([Page(image, tags=tags)] * number)
    with TiffFile(io.BytesIO(data)) as tif:
        if number > 1:
            tif.asarray(key=slice(None))
        series = tif.series[0]
        assert series.scale == pytest.approx(scale)
        assert series.units == (MICROMETERS if scale else {})
        assert series.channel_names == ()
        if scale:
            assert series.mpp == pytest.approx((scale['X'], scale['Y']))
            width = series.coords['width']
            assert width[2] == pytest.approx(2 * scale['X'])
        else:
            assert series.mpp is None


def test_closed_file(tmp_path):
    """Distances are read when they are asked for, also from closed files."""
    path = tmp_path / 'image.tif'
    image = numpy.zeros((7, 9), 'uint8')
    path.write_bytes(build_tiff(Page(image, tags=resolution_tags(100, 50, 3))))
    with TiffFile(path) as tif:
        series = tif.series[0]
    assert series.scale == {'X': 100.0, 'Y': 200.0}
    assert series.units == MICROMETERS
    assert series.coords['height'][1] == 200.0
    assert tif.filehandle.closed


def test_other_file(tmp_path):
    """Distances are from tags of the first page, in whichever file."""
    image = numpy.zeros((7, 9), 'uint8')
    xml = (
        '<OME UUID="urn:uuid:0"><Image ID="Image:0"><Pixels ID="Pixels:0" '
        'DimensionOrder="XYZCT" Type="uint8" SizeX="9" SizeY="7" SizeZ="1" '
        'SizeC="1" SizeT="1"><TiffData IFD="0" PlaneCount="1">'
        '<UUID FileName="b.tif">urn:uuid:1</UUID></TiffData></Pixels></Image>'
        '</OME>'
    )
    tags = resolution_tags(100, 50, 3)
    (tmp_path / 'b.tif').write_bytes(build_tiff(Page(image, tags=tags)))
    path = tmp_path / 'a.ome.tif'
    path.write_bytes(build_tiff(Page(image, description=xml)))
    with TiffFile(path) as tif:
        series = tif.series[0]
        assert series.kind == 'OME'
        assert series.keyframe.parent is not tif
        assert series.keyframe.parent.filehandle.closed
        assert series.coords['height'][1] == 200.0
        assert series.scale == {'X': 100.0, 'Y': 200.0}
        assert series.keyframe.parent.filehandle.closed


def test_levels():
    """Distances in levels are in proportion to sizes."""
    pages = [
        Page(
            numpy.zeros((64, 101), 'uint8'), tags=resolution_tags(5e3, 1e4, 3)
        ),
        # of no importance in a level
        Page(numpy.zeros((32, 50), 'uint8'), tags=resolution_tags(72, 72, 2)),
        Page(numpy.zeros((16, 25), 'uint8')),
    ]
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        (series,) = tif.series
        assert len(series.levels) == 3
        assert series.scale == {'X': 2.0, 'Y': 1.0}
        assert series.levels[1].scale == {'X': 2.0 * 101 / 50, 'Y': 2.0}
        assert series.levels[2].scale == {'X': 2.0 * 101 / 25, 'Y': 4.0}
        assert all(level.units == MICROMETERS for level in series.levels)
        assert series.levels[1].coords['width'][1] == 4.04


def test_imagej():
    """Distances are from metadata and the resolution tags."""
    metadata = {
        'axes': 'TZCYX',
        'unit': r'\u00B5m',
        'spacing': 1.5,
        'finterval': 500,
        'tunit': 'ms',
    }
    with open_written(
        numpy.zeros((2, 3, 2, 8, 9), 'uint16'),
        imagej=True,
        resolution=(2.0, 4.0),
        metadata=metadata,
    ) as tif:
        tif.asarray()
        series = tif.series[0]
        assert series.scale == {'X': 0.5, 'Y': 0.25, 'Z': 1.5, 'T': 0.5}
        assert series.units == {
            **MICROMETERS,
            'Z': 'micrometer',
            'T': 'second',
        }


def test_imagej_without_unit():
    """The unit is pixel if there is none."""
    with open_written(
        numpy.zeros((2, 8, 9), 'uint16'),
        imagej=True,
        resolution=(1.0, 0.5),
        metadata={'axes': 'ZYX', 'spacing': 3.0},
    ) as tif:
        series = tif.series[0]
        assert series.scale == {'X': 1.0, 'Y': 2.0, 'Z': 3.0}
        assert series.units == dict.fromkeys('XYZ', 'pixel')
        assert series.mpp is None


def test_ome():
    """Distances and names are from OME-XML, also in levels."""
    fh = io.BytesIO()
    metadata = {
        'axes': 'CYX',
        'PhysicalSizeX': 250.0,
        'PhysicalSizeXUnit': 'nm',
        'PhysicalSizeY': 0.5,
        'Channel': {'Name': ['DAPI', 'FITC']},
    }
    data = numpy.zeros((2, 32, 64), 'uint8')
    with TiffWriter(fh, ome=True) as tif:
        tif.write(data, subifds=1, metadata=metadata)
        tif.write(data[:, ::2, ::4], subfiletype=1)
    fh.seek(0)
    with TiffFile(fh) as tif:
        series = tif.series[0]
        assert series.scale == {'X': 0.25, 'Y': 0.5}
        assert series.units == MICROMETERS
        assert series.channel_names == ('DAPI', 'FITC')
        level = series.levels[1]
        assert level.scale == {'X': 1.0, 'Y': 1.0}
        assert level.units == MICROMETERS
        assert level.channel_names == series.channel_names


def test_ome_without_names():
    """Identifiers are no names of channels."""
    with open_written(
        numpy.zeros((2, 8, 9), 'uint8'),
        ome=True,
        metadata={'axes': 'CYX'},
    ) as tif:
        assert 'Channel ID="Channel:0:1"' in tif.ome_metadata
        assert tif.series[0].channel_names == ()


@pytest.mark.parametrize(
    ('metadata', 'kwargs', 'scale', 'units', 'names'),
    [
        (
            {
                'PhysicalSizeX': 0.5,
                'PhysicalSizeXUnit': 'mm',
                'PhysicalSizeY': 500.0,
                'TimeIncrement': 2,
                'TimeIncrementUnit': 'min',
                'Channel': {'Name': ['a', 'b']},
            },
            {},
            {'X': 500.0, 'Y': 500.0, 'T': 120.0},
            {**MICROMETERS, 'T': 'second'},
            ('a', 'b'),
        ),
        (
            {'unit': 'nm', 'finterval': 0.5, 'Labels': ['c', 'd']},
            {'resolution': (0.1, 0.2), 'resolutionunit': 'NONE'},
            {'X': 0.01, 'Y': 0.005, 'T': 0.5},
            {**MICROMETERS, 'T': 'second'},
            ('c', 'd'),
        ),
        (
            {
                'scale': {'X': 0.1, 'Y': 0.2, 'T': 3, 'Q': 1, 'Z': 1},
                'units': {'X': 'Meters', 'Y': 'px'},
                'channel_names': ['e', 'f'],
            },
            {},
            {'X': 0.1, 'Y': 0.2, 'T': 3.0},
            {'X': 'meter', 'Y': 'pixel', 'T': 'pixel'},
            ('e', 'f'),
        ),
        (
            {'scale': 7, 'unit': 'foo', 'channel_names': 'ab'},
            {'resolution': (100, 100), 'resolutionunit': 'CENTIMETER'},
            {'X': 100.0, 'Y': 100.0},
            MICROMETERS,
            (),
        ),
        (
            {'fps': 4, 'TimeIncrementUnit': 7, 'PhysicalSizeXUnit': None},
            {},
            {'T': 0.25},
            {'T': 'second'},
            (),
        ),
        (
            {
                'scale': {'X': 'foo', 'Y': -1, 'T': float('inf')},
                'channel_names': ['too', 'many', 'names'],
                'Channel': 7,
            },
            {},
            {},
            {},
            (),
        ),
    ],
)
def test_shaped(metadata, kwargs, scale, units, names):
    """Distances are from metadata that users give when writing."""
    data = numpy.zeros((2, 2, 8, 9), 'uint16')
    with open_written(
        data, metadata={'axes': 'TCYX', **metadata}, **kwargs
    ) as tif:
        series = tif.series[0]
        assert series.kind == 'Shaped'
        assert series.scale == pytest.approx(scale)
        assert series.units == units
        assert series.channel_names == names


@pytest.mark.parametrize(
    'limits', [(-1e308, 1e308), (0.0, math.inf), (math.nan, 1.0)]
)
def test_extreme_coordinates(limits):
    """Coordinates that cannot be computed are left out."""
    with open_written(numpy.zeros((8, 9), 'uint8')) as tif:
        series = TiffPageSeries(
            [tif.pages[0]],
            attr={'scale': {'Y': 1e308}},
            coords={'width': limits},
        )
        assert series.coords['width'].tolist() == [*range(9)]
        assert series.coords['height'][0] == 0.0
        assert math.isinf(series.coords['height'][-1])


def test_user_series():
    """Distances are from attributes of any series."""
    with open_written(numpy.zeros((2, 8, 9), 'uint16')) as tif:
        series = TiffPageSeries(
            [tif.pages[0]],
            shape=(1, 8, 9),
            axes='ZYX',
            attr={'scale': {'Z': 2, 'X': 1, 'C': 1}, 'unit': '\xb5m'},
            coords={'height': (10, 2), 'depth': (0, 1), 'time': None},
        )
        assert series.coords['height'].tolist() == [*range(10, 2, -1)]
        assert series.coords['width'].tolist() == [*range(9)]
        assert [*series.coords] == ['height', 'width']
        assert series.axes == 'YX'
        assert series.scale == {'Z': 2.0, 'X': 1.0}
        assert series.units == {'Z': 'micrometer', 'X': 'micrometer'}


@pytest.mark.parametrize(
    ('path', 'scale', 'unit', 'names'),
    [
        (
            'fax/BitMiracle-libtiff.net__CCITT_1.TIF',
            {'X': 127.0, 'Y': 127.0},
            'micrometer',
            (),
        ),
        (
            'geotiff/MapServer-MapServer__east.tif',
            {'X': 0.703125, 'Y': 0.703125},
            'degree',
            (),
        ),
        (
            'geotiff/chai2010-tiff__erdas_spnad83.tif',
            {'X': 40.0, 'Y': 40.0},
            'US survey foot',
            (),
        ),
        (
            'geotiff/cogeotiff-rio-tiler__cog_tags.tif',
            {'X': 428.9063, 'Y': 428.9063},
            'meter',
            ('Green',),
        ),
        (
            'geotiff/locationtech-geotrellis__geotiff-off-origin.tif',
            {'X': 0.25, 'Y': 0.25},
            'degree',
            (),
        ),
        (
            'imagej/imagej-ImageJ__gray8-3x2-stack.tif',
            {'X': 352.858, 'Y': 352.858},
            'micrometer',
            (),
        ),
        (
            'ndpi/axondeepseg-ometiff-tests__test3-TRITC_2__560_.ndpi',
            {'X': 0.228175, 'Y': 0.228175},
            'micrometer',
            ('TRITC 2 (560)',),
        ),
        (
            '_sets/ndtiff-v3-12bit/12_bit_pycromanager_mda_NDTiffStack.tif',
            {'X': 1.0, 'Y': 1.0},
            'micrometer',
            ('DAPI', 'FITC'),
        ),
        (
            'stk/CellProfiler-CellProfiler__MetamorphImage.tif',
            {'X': 0.645, 'Y': 0.645},
            'micrometer',
            (),
        ),
        (
            'svs/Daniel-Alievsky-algart-tiff__CMU-1-JP2K-Region.svs',
            {'X': 0.499, 'Y': 0.499},
            'micrometer',
            (),
        ),
    ],
)
def test_real_files(shared_data, path, scale, unit, names):
    """Test files by many makers."""
    with TiffFile(shared_data / path) as tif:
        series = tif.series[0]
        assert series.scale == pytest.approx(scale, rel=1e-5)
        assert series.units == dict.fromkeys(scale, unit)
        assert series.channel_names == names
        for level in series.levels[1:]:
            ratio = series.sizes['width'] / level.sizes['width']
            assert level.scale['X'] == pytest.approx(ratio * scale['X'])


def test_huge_dimension():
    """Coordinates are not made of dimensions that no image has."""
    page = Page(numpy.zeros((3, 4), 'uint8'), tags={256: (4, 2**32 - 1)})
    with TiffFile(io.BytesIO(build_tiff([page]))) as tif:
        assert list(tif.pages[0].coords) == ['height']
        assert list(tif.series[0].coords) == ['height']
