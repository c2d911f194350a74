# tests/formats/test_pilatus.py

"""Test files by Dectris Pilatus detectors."""

from __future__ import annotations

import datetime
import io
import math

import numpy
import pytest
from builder import ASCII, LONG, Page, Tag, build_tiff
from tifffile.tifffile import pilatus_description_metadata

from tifffile import TIFF, TiffFile

TEXT = """# Pixel_size 172e-6 m x 171e-6 m
# Silicon sensor, thickness 0.000320 m
# Exposure_time 5.000000 s
# Exposure_period 5.001 s
# Tau = 0 s
# Count_cutoff 1048574 counts
# Threshold_setting: not set
# Gain_setting: mid gain (vrf = -0.200)
# N_excluded_pixels = 19
# Excluded_pixels: badpix_mask.tif
# Flat_field: (nil)
# Trim_file: p6m_E12398.bin
# Image_path: /ramdisk/
# Energy_range (0, 12.5) eV
# Beam_xy (1231.50, 1263.50) pixels
# Oscillation_axis X, CW
# Detector: PILATUS 300K, 3-0101
# Some_key a  b, c
#Tight 1
# 2011-07-22T10:11:12.343

comment
"""

EXPECTED = {
    'Pixel_size': (0.000172, 0.000171),
    'Silicon': 0.00032,
    'Exposure_time': 5.0,
    'Exposure_period': 5.001,
    'Tau': 0.0,
    'Count_cutoff': 1048574,
    'Gain_setting': 'mid gain',
    'N_excluded_pixels': 19,
    'Excluded_pixels': 'badpix_mask.tif',
    'Flat_field': 'nil',
    'Trim_file': 'p6m_E12398.bin',
    'Image_path': '/ramdisk/',
    'Energy_range': (0.0, 12.5),
    'Beam_xy': (1231.5, 1263.5),
    'Oscillation_axis': 'X CW',
    'Detector': 'PILATUS 300K 3-0101',
    'Some_key': 'a b c',
    'DateTime': datetime.datetime(2011, 7, 22, 10, 11, 12, 343000),
}


def build(description=TEXT, software='TVX TIFF v 1.3', tags=()):
    """Return file of one page."""
    page = Page(
        numpy.arange(-10, 32, dtype='int32').reshape(6, 7),
        description=description,
        tags={305: (ASCII, software)},
        extratags=tags,
    )
    return io.BytesIO(build_tiff([page]))


def test_pilatus():
    """Test flags, metadata, and size of pixels."""
    with TiffFile(build(tags=[Tag(36865, LONG, 3)])) as tif:
        assert tif.is_pilatus
        assert tif.pages[0].is_pilatus
        metadata = dict(tif.pilatus_metadata)
        assert math.isnan(metadata.pop('Threshold_setting'))
        assert metadata == EXPECTED
        assert tif.pages[0].tags['TVX_NumExposure'].value == 3
        series = tif.series[0]
        assert series.dtype == 'i4'
        assert series.attr['scale'] == pytest.approx({'X': 172.0, 'Y': 171.0})
        assert series.attr['unit'] == {'X': 'micrometer', 'Y': 'micrometer'}
        assert series.asarray()[0, 0] == -10


@pytest.mark.parametrize(
    'kwargs', [{'software': 'TVX'}, {'description': '#x'}]
)
def test_other(kwargs):
    """Test other software and description."""
    with TiffFile(build(**kwargs)) as tif:
        assert not tif.is_pilatus
        assert tif.pilatus_metadata is None


def test_description(caplog):
    """Test values of known keys."""
    assert pilatus_description_metadata('Tau = 0 s') == {}
    assert pilatus_description_metadata('') == {}
    assert pilatus_description_metadata('# \n# :\n#  \n') == {}
    assert pilatus_description_metadata('# 2008/Jan/14 15:04:16.291') == {
        'DateTime': datetime.datetime(2008, 1, 14, 15, 4, 16, 291000)
    }
    assert not caplog.records
    assert len(TIFF.PILATUS_HEADER) == 38
    for key, (places, dtype) in TIFF.PILATUS_HEADER.items():
        text = f'# {key} 1 2 3 4 5'
        value = pilatus_description_metadata(text)[key]
        if isinstance(value, tuple):
            assert len(value) == len(places) > 1
            value = value[0]
        assert type(value) is dtype


def test_damaged(caplog):
    """Test lines that lack values are left out."""
    text = """# Pixel_size 172e-6
# Tau
# Tau = x s
# Count_cutoff not set
# Detector
# Silicon sensor
# Exposure_time 1.5 s
# 99999-07-22T10:11:12.343
"""
    with TiffFile(build(text)) as tif:
        for _ in range(2):
            assert tif.pilatus_metadata == {
                'Detector': '',
                'Exposure_time': 1.5,
                '99999-07-22T10': '11 12.343',
            }
        assert tif.series[0].shape == (6, 7)
        assert 'scale' not in tif.series[0].attr
        assert len(caplog.records) == 1
        assert "invalid line '# Pixel_size 172e-6'" in caplog.text


@pytest.mark.parametrize(
    'size', ['not set', '-1 m x -1 m', '0 m x 0 m', 'nan m x inf m']
)
def test_damaged_size(size, caplog):
    """Test sizes of pixels that are none."""
    with TiffFile(build(f'# Pixel_size {size}\n')) as tif:
        assert 'Pixel_size' in tif.pilatus_metadata
        assert 'scale' not in tif.series[0].attr
    assert not caplog.records
