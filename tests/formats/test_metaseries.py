# tests/formats/test_metaseries.py

"""Test MetaMorph MetaSeries files."""

from __future__ import annotations

import datetime
import io
import uuid

import numpy
import pytest
from builder import ASCII, Page, build_tiff
from real_files import check_series, entries_of
from tifffile.tifffile import (
    metaseries_description_metadata,
    read_metaseries_catalog,
)

from tifffile import TiffFile

GUID = '12345678-1234-5678-1234-567812345678'
XML = f"""<MetaData>
<prop id="Description" type="string"
 value="Exposure: 100 ms&amp;#13;&amp;#10;Binning: 1"/>
<prop id="MetaDataVersion" type="float" value="1"/>
<prop id="ApplicationVersion" type="string" value="7.8.6.0"/>
<PlaneInfo>
<prop id="pixel-size-x" type="int" value="7"/>
<prop id="spatial-calibration-state" type="bool" value="on"/>
<prop id="autoscale-state" type="bool" value="off"/>
<prop id="other-state" type="bool" value="maybe"/>
<prop id="modification-time-local" type="time"
 value="20200102 03:04:05.678"/>
<prop id="plane-guid" type="guid" value="{GUID}"/>
<prop id="gamma" type="float" value="x"/>
<prop id="color" type="colorref" value="4D0000"/>
<custom-prop id="no type" value="a"/>
<custom-prop id="no value" type="int"/>
</PlaneInfo>
<SetInfo><prop id="number-of-planes" type="int" value="1"/></SetInfo>
</MetaData>"""

EXPECTED = {
    'Description': 'Exposure: 100 ms\nBinning: 1',
    'MetaDataVersion': 1.0,
    'ApplicationVersion': '7.8.6.0',
    'PlaneInfo': {
        'pixel-size-x': 7,
        'spatial-calibration-state': True,
        'autoscale-state': False,
        'other-state': 'maybe',
        'modification-time-local': datetime.datetime(
            2020, 1, 2, 3, 4, 5, 678000
        ),
        'plane-guid': uuid.UUID(GUID),
        'gamma': 'x',
        'color': '4D0000',
        'no type': 'a',
        'no value': '',
    },
    'SetInfo': {'number-of-planes': 1},
}


def build(software='MetaSeries', description=XML):
    """Return file of two pages."""
    pages = [
        Page(
            numpy.zeros((5, 7), 'uint16'),
            description=description,
            tags={305: (ASCII, software)},
        )
        for _ in range(2)
    ]
    return io.BytesIO(build_tiff(pages))


def test_metaseries():
    """Test flags and metadata."""
    with TiffFile(build()) as tif:
        assert tif.is_metaseries
        assert tif.pages[0].is_metaseries
        assert not tif.pages[1].is_metaseries
        assert tif.metaseries_metadata == EXPECTED
        assert tif.series[0].kind == 'Generic'
        assert tif.series[0].axes == 'IYX'
    with TiffFile(build(), is_metaseries=False) as tif:
        assert tif.metaseries_metadata is None


def test_other_software():
    """Test other software and description."""
    for file in (build('MetaMorph'), build(description='<MetaData>')):
        with TiffFile(file) as tif:
            assert not tif.is_metaseries
            assert tif.metaseries_metadata is None


def test_description_metadata():
    """Test parser of description."""
    assert metaseries_description_metadata(XML) == EXPECTED
    with pytest.raises(ValueError, match='MetaSeries'):
        metaseries_description_metadata('<Other/>')
    deep = '<a>' * 1000 + '</a>' * 1000
    with pytest.raises(ValueError, match='nested'):
        metaseries_description_metadata(f'<MetaData>{deep}</MetaData>')


def test_malformed(caplog):
    """Test description that is no XML."""
    with TiffFile(build(description='<MetaData><a></MetaData>')) as tif:
        assert tif.metaseries_metadata == {}
    assert 'ParseError' in caplog.text


def make_plane(**kwargs):
    """Return XML of PlaneInfo."""
    return ''.join(
        f'<prop id="{name.replace("_", "-")}" type="{kind}" value="{value}"/>'
        for name, (kind, value) in kwargs.items()
    ).join(('<MetaData><PlaneInfo>', '</PlaneInfo></MetaData>'))


@pytest.mark.parametrize(
    ('state', 'unit', 'size', 'expected'),
    [
        ('on', 'nm', '650', {'X': 0.65, 'Y': 0.65}),
        ('on', 'Pixels', '2', {'X': 2.0, 'Y': 2.0}),
        ('off', 'um', '1', None),
        ('maybe', 'um', '1', None),
        ('on', 'um', '0', None),
        ('on', 'um', '-1', None),
        ('on', 'um', 'inf', None),
        ('on', 'um', 'x', None),
    ],
)
def test_calibration(state, unit, size, expected, caplog):
    """Test size of pixels."""
    xml = make_plane(
        spatial_calibration_state=('bool', state),
        spatial_calibration_units=('string', unit),
        spatial_calibration_x=('float', size),
        spatial_calibration_y=('float', size),
        _IllumSetting_=('string', 'FITC'),
    )
    xml = xml.replace('-IllumSetting-', '_IllumSetting_')
    with TiffFile(build(description=xml)) as tif:
        attr = tif.series[0].attr
        assert attr['channel_names'] == ['FITC']
        assert attr.get('scale') == (
            expected if expected is None else pytest.approx(expected)
        )
        if unit == 'Pixels':
            assert attr['unit']['X'] == 'pixel'
    with TiffFile(
        build(description='<MetaData><a id="PlaneInfo"/></MetaData>')
    ) as tif:
        assert tif.series[0].attr == {}
    assert not caplog.records


def test_catalog():
    """Test catalog is not supported."""
    with pytest.raises(NotImplementedError):
        read_metaseries_catalog(io.BytesIO())


@pytest.mark.parametrize(
    'entry', entries_of('metaseries/'), ids=lambda entry: entry['path']
)
def test_real_files(entry, shared_data):
    """Test real files."""
    check_series(shared_data, entry)
    with TiffFile(shared_data / entry['path']) as tif:
        assert tif.is_metaseries
        metadata = tif.metaseries_metadata
        assert metadata['PlaneInfo']['pixel-size-x'] > 0
        attr = tif.series[0].attr
        assert attr['scale'] == {'X': 8.74752, 'Y': 10.9344}
        assert attr['unit'] == {'X': 'micrometer', 'Y': 'micrometer'}
        assert attr['channel_names'] == [
            metadata['PlaneInfo']['_IllumSetting_']
        ]
