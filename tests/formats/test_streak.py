# tests/formats/test_streak.py

"""Test files by Hamamatsu streak cameras."""

from __future__ import annotations

import io

import numpy
import pytest
from builder import Page, build_tiff
from tifffile.tifffile import streak_description_metadata

from tifffile import FileHandle, TiffFile

TEXT = """[Application],Date="2/9/2018",Time="14:28:59.5",Application=2,Empty=
[Camera],ExposureTime=20.01 ms,HWidth=9,areSource="0,0,9,8",Step=9.74436e-06
[Streak],Time Range="5",Gate Mode=Normal,Rate=5%,Delay=.5,Clock=14:28:59
[Scaling],ScalingXType=2,ScalingXScale=1,ScalingXUnit="nm",{scaling}
[Comment .-_1],UserComment="",Note="a, [b],c=d",Number="1.5",Hash="#5"
""".replace('\n', '\r\n')

EXPECTED = {
    'Application': {
        'Date': '2/9/2018',
        'Time': '14:28:59.5',
        'Application': 2,
        'Empty': None,
    },
    'Camera': {
        'ExposureTime': 20.01,
        'HWidth': 9,
        'areSource': (0, 0, 9, 8),
        'Step': 9.74436e-06,
    },
    'Streak': {
        'Time Range': 5,
        'Gate Mode': 'Normal',
        'Rate': 5,
        'Delay': 0.5,
        'Clock': '14:28:59',
    },
    'Scaling': {
        'ScalingXType': 2,
        'ScalingXScale': 1,
        'ScalingXUnit': 'nm',
        'ScalingYScalingFile': 'Focus mode',
    },
    'Comment .-_1': {
        'UserComment': '',
        'Note': 'a, [b],c=d',
        'Number': 1.5,
        'Hash': '#5',
    },
}

XSCALING = numpy.linspace(400, 500, 9, dtype='<f4')
YSCALING = numpy.linspace(0, 5, 8, dtype='<f4')


def build(scaling, *, text=TEXT, append=b'', **kwargs):
    """Return file of one page, of 8 rows and 9 columns."""
    image = numpy.arange(72, dtype='uint16').reshape(8, 9)
    page = Page(image, description=text.replace('{scaling}', scaling))
    return io.BytesIO(build_tiff([page], **kwargs) + append)


def test_streak(caplog):
    """Test flags and metadata."""
    with TiffFile(build('ScalingYScalingFile="Focus mode"')) as tif:
        assert tif.is_streak
        assert tif.pages[0].is_streak
        assert tif.streak_metadata == EXPECTED
        for section, values in EXPECTED.items():
            for key, value in values.items():
                assert type(tif.streak_metadata[section][key]) is type(value)
        assert tif.series[0].kind == 'Generic'
        assert 'scale' not in tif.series[0].attr
    with TiffFile(build(''), is_streak=False) as tif:
        assert tif.streak_metadata is None
    assert not caplog.records


@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_scaling(byteorder):
    """Test arrays of scaling at the end of the file."""
    template = (
        'ScalingXScalingFile="#{:07},#0009",'
        'ScalingYUnit="ns",ScalingYScalingFile="#{:07},#0008"'
    )
    append = XSCALING.tobytes() + YSCALING.tobytes()
    size = len(build(template.format(0, 0), byteorder=byteorder).getvalue())
    file = build(
        template.format(size, size + 36), append=append, byteorder=byteorder
    )
    with TiffFile(file) as tif:
        scaling = tif.streak_metadata['Scaling']
        assert scaling['ScalingXScalingFile'] == (size, 9)
        assert scaling['ScalingYScalingFile'] == (size + 36, 8)
        for ax, expected in (('X', XSCALING), ('Y', YSCALING)):
            values = scaling[f'Scaling{ax}Scaling']
            assert values.dtype == numpy.float32
            numpy.testing.assert_array_equal(values, expected)
        series = tif.series[0]
        numpy.testing.assert_array_equal(series.coords['width'], XSCALING)
        numpy.testing.assert_array_equal(series.coords['height'], YSCALING)
        assert series.attr['unit'] == {'X': 'nm', 'Y': 'ns'}
        assert 'scale' not in series.attr


def test_closed(tmp_path, caplog):
    """Test arrays of scaling are not read from closed file."""
    path = tmp_path / 'closed.tif'
    path.write_bytes(bytes(100))
    with FileHandle(path) as fh:
        pass
    text = '[Scaling],ScalingXScalingFile="8,9"'
    assert streak_description_metadata(text, fh) == {
        'Scaling': {'ScalingXScalingFile': (8, 9)}
    }
    assert not caplog.records


def test_linear():
    """Test scales of pixels."""
    text = (
        '[Scaling],ScalingXType=1,ScalingXScale=2.5,ScalingXUnit="nm",'
        'ScalingYType=1,ScalingYScale=5,ScalingYUnit="ps"'
    )
    with TiffFile(build('', text=text)) as tif:
        attr = tif.series[0].attr
        assert attr['scale'] == pytest.approx({'X': 0.0025, 'Y': 5e-12})
        assert attr['unit'] == {'X': 'micrometer', 'Y': 'second'}


@pytest.mark.parametrize(
    'place',
    ['#9999999,#9', '-4,9', '8,-9', '8,999999999999', '1.5,9', '8,0', '0,1e9'],
)
def test_damaged_scaling(place, caplog):
    """Test arrays of scaling that are not in the file."""
    file = build(f'ScalingXScalingFile="{place}"')
    with TiffFile(file) as tif:
        for _ in range(2):
            scaling = tif.streak_metadata['Scaling']
            assert 'ScalingXScaling' not in scaling
        assert tif.series[0].shape == (8, 9)
        assert len(caplog.records) == 1
        assert 'are not in file' in caplog.text


@pytest.mark.parametrize(
    'text',
    [
        '[A],x="unterminated, y=5\r\n[B],z=1',
        '[A],=,==,x==,"",[',
        '[A],x="1,,2",y=",",z="1,a"',
        '[],[Scaling],ScalingXType=1,ScalingXScale=x,ScalingYType=1',
        '[Scaling],ScalingXType=1,ScalingXScale=-1,ScalingXScalingFile="8"',
        '[Scaling],ScalingXScalingFile="1,2,3",ScalingXScaling=5',
        '[Scaling],ScalingXType=1,ScalingXScale=1e999',
    ],
)
def test_damaged_text(text, caplog):
    """Test broken text."""
    with TiffFile(build('', text=text)) as tif:
        assert tif.is_streak
        assert isinstance(tif.streak_metadata, dict)
        assert tif.series[0].asarray().shape == (8, 9)
        assert 'scale' not in tif.series[0].attr
        assert isinstance(tif.series[0].coords, dict)
    assert not caplog.records


@pytest.mark.parametrize(
    'text', ['', '[A]', '[A]=1', '[' + 'A' * 40 + '],x=1', 'A],x=1']
)
def test_other(text):
    """Test other descriptions."""
    with TiffFile(build('', text=text)) as tif:
        assert not tif.is_streak
        assert tif.streak_metadata is None
