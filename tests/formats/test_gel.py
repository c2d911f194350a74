# tests/formats/test_gel.py

"""Test Molecular Dynamics GEL format."""

import io

import numpy
import pytest
from builder import ASCII, LONG, RATIONAL, SHORT, Page, Tag, build_tiff

from tifffile import TiffFile, imread


def make_tags(filetag, scale=(1, 21025)):
    """Return all tags of GEL."""
    return [
        Tag(33445, LONG, filetag),
        Tag(33446, RATIONAL, scale),
        Tag(33447, SHORT, tuple(range(17))),
        Tag(33448, ASCII, 'lab'),
        Tag(33449, ASCII, 'sample'),
        Tag(33450, ASCII, 'date'),
        Tag(33451, ASCII, 'time'),
        Tag(33452, ASCII, 'Counts'),
    ]


def build_gel(tags, *, own_page=False):
    """Return GEL file with tags in first or own page."""
    data = numpy.arange(600, dtype='u2').reshape(20, 30) * 100
    if own_page:
        drop = (256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 339)
        empty = Page(tags=dict.fromkeys(drop), extratags=tags)
        pages = [Page(data), empty]
    else:
        pages = [Page(data, extratags=tags)]
    return data, io.BytesIO(build_tiff(pages))


@pytest.mark.parametrize('own_page', [False, True])
@pytest.mark.parametrize('filetag', [2, 5, 128])
def test_series(filetag, own_page, caplog):
    """Intensities are linear, square rooted, or unknown."""
    data, file = build_gel(make_tags(filetag), own_page=own_page)
    expected = data.astype('f4')
    if filetag == 2:
        expected = expected**2
    expected = expected * numpy.float32(1 / 21025)
    with TiffFile(file) as tif:
        assert tif.is_mdgel
        assert tif.pages[0].is_mdgel != own_page
        assert not tif.is_uniform
        assert tif.mdgel_metadata == {
            'FileTag': filetag,
            'ScalePixel': (1, 21025),
            'ColorTable': tuple(range(17)),
            'LabName': 'lab',
            'SampleInfo': 'sample',
            'PrepDate': 'date',
            'PrepTime': 'time',
            'FileUnits': 'Counts',
        }
        assert len(tif.series) == 1
        series = tif.series[0]
        assert series.kind == 'MDGel'
        assert series.axes == 'YX'
        assert series.shape == (20, 30)
        assert series.attr['file_units'] == 'Counts'
        if filetag == 5:
            assert series.dtype == 'u2'
            expected = data
        else:
            assert series.dtype == 'f4'
        image = series.asarray()
        assert image.dtype == series.dtype
        numpy.testing.assert_allclose(image, expected, rtol=1e-6)
        numpy.testing.assert_allclose(
            series.asarray(selection=3), expected[3], rtol=1e-6
        )
        # integers are as stored
        numpy.testing.assert_array_equal(tif.asarray(), data)
    file.seek(0)
    numpy.testing.assert_array_equal(imread(file), data)


def test_invalid_scale(caplog):
    """Integers are not scaled by infinity."""
    data, file = build_gel(make_tags(2, (1, 0)))
    with TiffFile(file) as tif:
        assert tif.series[0].dtype == 'u2'
        numpy.testing.assert_array_equal(tif.series[0].asarray(), data)
    assert 'invalid MDScalePixel' in caplog.text


@pytest.mark.parametrize('number', [1, 2, 3])
def test_plain_file(number):
    """Other files, also of one page, have no metadata of GEL."""
    page = Page(numpy.zeros((4, 5), 'u2'))
    with TiffFile(io.BytesIO(build_tiff([page] * 1))) as tif:
        assert not tif.is_mdgel
        assert tif.mdgel_metadata is None
    pages = [Page(numpy.zeros((4, 5), 'u2')) for _ in range(number)]
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        assert not tif.is_mdgel
        assert tif.mdgel_metadata is None


def test_override():
    """Flag can be overridden."""
    _, file = build_gel(make_tags(2))
    with TiffFile(file, is_mdgel=False) as tif:
        assert tif.series[0].kind == 'Generic'
        assert tif.mdgel_metadata is None
    page = Page(numpy.zeros((4, 5), 'u2'))
    with TiffFile(io.BytesIO(build_tiff(page)), is_mdgel=True) as tif:
        assert tif.mdgel_metadata is None
        assert tif.series[0].asarray().shape == (4, 5)


@pytest.mark.parametrize(
    'names', [('green', 'red', 'green', 'red'), ('page',) * 4]
)
def test_agilent(names):
    """Scans by Agilent have tags of GEL but are not."""
    tags = [
        Tag(33445, LONG, 2),
        Tag(37701, ASCII, 'binary data'),
    ]
    shapes = (20, 30), (20, 30), (10, 15), (10, 15)
    data = [numpy.full(s, i, 'u2') for i, s in enumerate(shapes)]
    pages = [
        Page(d, extratags=[Tag(285, ASCII, name), *tags])
        for d, name in zip(data, names, strict=True)
    ]
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        assert tif.is_agilent
        assert tif.pages[0].is_agilent
        assert not tif.is_mdgel
        assert [s.kind for s in tif.series] == ['Generic', 'Generic']
        assert [s.shape for s in tif.series] == [(2, 20, 30), (2, 10, 15)]
        assert [s.axes for s in tif.series] == ['IYX', 'IYX']
        for series in tif.series:
            assert not series.is_pyramidal
            assert series.attr.get('channel_names') == (
                ['green', 'red'] if names[0] == 'green' else None
            )
