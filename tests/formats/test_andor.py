# tests/formats/test_andor.py

"""Test files by Andor cameras."""

from __future__ import annotations

import numpy
import pytest
from builder import ASCII, DOUBLE, LONG, Tag
from stacks import build_tagged, planes

from tifffile import TiffFile

TAGS = [
    Tag(4864, LONG, 17),
    Tag(4869, DOUBLE, -70.0),
    Tag(4870, DOUBLE, 5.5),
    Tag(4876, DOUBLE, 0.1),
    Tag(4878, DOUBLE, 0.25),
    Tag(4890, LONG, 3),
    Tag(4908, ASCII, 'X-1234'),
    Tag(4914, ASCII, 'DU897_BV'),
    Tag(4966, ASCII, '4.23.30014.0'),
    Tag(5030, LONG, 1),
    Tag(5031, LONG, 2),
]

EXPECTED = {
    'Id': 17,
    'Temperature': -70.0,
    '4870': 5.5,
    'ExposureTime': 0.1,
    'KineticCycleTime': 0.25,
    'Frames': 3,
    'CameraSerial': 'X-1234',
    'Model': 'DU897_BV',
    'SoftwareVersion': '4.23.30014.0',
    '5030': 1,
}


def build(tags, pages=3, **kwargs):
    """Return data and file whose pages have tags."""
    data = planes(pages, 6, 7)
    return data, build_tagged(data, tags, **kwargs)


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize(('pages', 'kind'), [(3, 'Generic'), (20, 'Uniform')])
def test_andor(pages, kind, byteorder):
    """Test flags, metadata, and time between frames."""
    data, file = build(TAGS, pages, byteorder=byteorder)
    with TiffFile(file) as tif:
        assert tif.is_andor
        assert tif.pages[2].is_andor
        assert tif.andor_metadata == EXPECTED
        assert list(tif.andor_metadata) == list(EXPECTED)
        assert tif.pages[1].andor_tags == EXPECTED
        series = tif.series[0]
        assert series.kind == kind
        assert series.axes == 'IYX'
        assert series.attr['scale'] == {'I': 0.25}
        assert series.attr['unit'] == {'I': 'second'}
        assert series.coords['sequence'][-1] == 0.25 * (pages - 1)
        numpy.testing.assert_array_equal(series.asarray(), data)


def test_id_only():
    """Test file has no other tags."""
    with TiffFile(build(TAGS[:1])[1]) as tif:
        assert tif.andor_metadata == {'Id': 17}
        assert 'scale' not in tif.series[0].attr


def test_other():
    """Test file has no Id."""
    with TiffFile(build(TAGS[1:])[1]) as tif:
        assert not tif.is_andor
        assert tif.andor_metadata is None
        assert tif.pages[0].andor_tags is None


def test_damaged_tag(caplog):
    """Test value that is not in the file is left out."""
    tags = [*TAGS[:3], Tag(4876, DOUBLE, 0.1, offset=2**30), *TAGS[4:]]
    with TiffFile(build(tags)[1]) as tif:
        expected = EXPECTED.copy()
        del expected['ExposureTime']
        assert tif.andor_metadata == expected
        assert len(tif.series) == 1
        assert len(caplog.records) == 1
    assert 'invalid value offset' in caplog.text


@pytest.mark.parametrize(
    'tag',
    [
        Tag(4878, DOUBLE, -1.0),
        Tag(4878, DOUBLE, float('nan')),
        Tag(4878, ASCII, 'abc'),
        Tag(4878, DOUBLE, (1.0, 2.0)),
    ],
)
def test_damaged_cycle(tag, caplog):
    """Test time between frames is none."""
    data, file = build([TAGS[0], tag])
    with TiffFile(file) as tif:
        assert 'KineticCycleTime' in tif.andor_metadata
        assert 'scale' not in tif.series[0].attr
        numpy.testing.assert_array_equal(tif.asarray(), data)
    assert not caplog.records
