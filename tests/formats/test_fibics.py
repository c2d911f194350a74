# tests/formats/test_fibics.py

"""Test files by Fibics and Zeiss Atlas."""

from __future__ import annotations

import pytest
from builder import ASCII, BYTE, Tag
from stacks import build_tagged, planes

from tifffile import TiffFile

XML = """<?xml version="1.0" encoding="iso-8859-1"?>
<Fibics version="1.0">
<Application><Version>NPVE v4.5</Version></Application>
<Image><Width>6</Width><Height>5</Height><Detector>InLens</Detector></Image>
<Scan>
<Dwell units="ns">1000</Dwell>
<FOV_X units="um">3.0</FOV_X><FOV_Y units="nm">5000</FOV_Y>
</Scan>
</Fibics>"""

EXPECTED = {
    'Fibics': {
        'Application': {'Version': 'NPVE v4.5'},
        'Image': {'Width': 6, 'Height': 5, 'Detector': 'InLens'},
        'Scan': {
            'Dwell': {'units': 'ns', 'value': 1000},
            'FOV_X': {'units': 'um', 'value': 3.0},
            'FOV_Y': {'units': 'nm', 'value': 5000},
        },
        'version': 1.0,
    }
}


def build(*tags, **kwargs):
    """Return file of one page with tags."""
    return build_tagged(planes(1, 5, 6, dtype='uint8'), tags, **kwargs)


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize('dtype', [ASCII, BYTE])
def test_fibics(dtype, byteorder, caplog):
    """Test flags, metadata, and size of pixels."""
    tag = Tag(51023, dtype, XML.encode() + b'\0')
    with TiffFile(build(tag, byteorder=byteorder)) as tif:
        assert tif.is_fibics
        assert tif.pages[0].is_fibics
        assert tif.fibics_metadata == EXPECTED
        series = tif.series[0]
        assert series.kind == 'Generic'
        assert series.scale == {'X': 0.5, 'Y': 1.0}
        assert series.units == {'X': 'micrometer', 'Y': 'micrometer'}
    with TiffFile(build()) as tif:
        assert not tif.is_fibics
        assert tif.fibics_metadata is None
    assert not caplog.records


@pytest.mark.parametrize(
    ('xml', 'message'),
    [
        ('', 'ParseError'),
        ('<Fibics><Scan></Fibics>', 'ParseError'),
        ('<a>' * 1000 + '</a>' * 1000, 'nested'),
        ('<!DOCTYPE a [<!ENTITY b "c">]><Fibics>&b;</Fibics>', 'Error'),
        ('<Fibics/>', ''),
        ('<Fibics>1</Fibics>', ''),
        ('<Fibics><Scan/></Fibics>', ''),
        ('<Fibics><Scan>1</Scan></Fibics>', ''),
        ('<Fibics><Scan><FOV_X>1</FOV_X></Scan></Fibics>', ''),
        ('<Fibics><Scan/><Scan/></Fibics>', ''),
        ('<Fibics><Scan><FOV_X units="um">x</FOV_X></Scan></Fibics>', ''),
        ('<Fibics><Scan><FOV_X units="um">-1</FOV_X></Scan></Fibics>', ''),
        ('<Other><Scan><FOV_X units="um">1</FOV_X></Scan></Other>', ''),
    ],
)
def test_damaged(xml, message, caplog):
    """Test XML that is malformed, or lacks sizes."""
    with TiffFile(build(Tag(51023, ASCII, xml + '\0' * 8))) as tif:
        assert tif.series[0].shape == (5, 6)
        assert tif.series[0].scale == {}
        assert bool(tif.fibics_metadata) == (not message)
        assert len(caplog.records) == bool(message)
    assert message in caplog.text
