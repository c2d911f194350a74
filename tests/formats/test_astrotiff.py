# tests/formats/test_astrotiff.py

"""Test Astro-TIFF files."""

from __future__ import annotations

import io

import numpy
import pytest
from builder import Page, build_tiff
from tifffile.tifffile import astrotiff_description_metadata

from tifffile import TiffFile

TEXT = """SIMPLE  =                    T / file conforms to FITS
BITPIX  =                   16
PATH    = 'a/b c'              / file / name
EXPTIME =                600.5 / [s] duration
CPLX    = (1.5, -2)
CPLI    = (1, 2)               / integers
FLAG    = F
UNDEF   =
UNDEF2  =                      /
QUOTE   = 'O''HARA  '          / a
EMPTY   = ''
EXPI    = 1E5
EXPD    = -1.25D-3
POINT   = .5
XPIXSZ  = 3.8
YPIXSZ  =                  7.6 / [um] size
HISTORY  done
HISTORY a = b

COMMENT  text / text
END"""

EXPECTED = {
    'SIMPLE': True,
    'SIMPLE:COMMENT': 'file conforms to FITS',
    'BITPIX': 16,
    'PATH': 'a/b c',
    'PATH:COMMENT': 'file / name',
    'EXPTIME': 600.5,
    'EXPTIME:COMMENT': '[s] duration',
    'EXPTIME:UNIT': 's',
    'CPLX': (1.5, -2.0),
    'CPLI': (1, 2),
    'CPLI:COMMENT': 'integers',
    'FLAG': False,
    'UNDEF': None,
    'UNDEF2': None,
    'QUOTE': "O'HARA  ",
    'QUOTE:COMMENT': 'a',
    'EMPTY': '',
    'EXPI': 100000.0,
    'EXPD': -0.00125,
    'POINT': 0.5,
    'XPIXSZ': 3.8,
    'YPIXSZ': 7.6,
    'YPIXSZ:COMMENT': '[um] size',
    'YPIXSZ:UNIT': 'um',
    'HISTORY:0': ' done',
    'HISTORY:1': 'a = b',
    'COMMENT:0': ' text / text',
    'END:0': '',
}


def build(description=TEXT):
    """Return file of one page."""
    page = Page(numpy.zeros((6, 7), 'uint16'), description=description)
    return io.BytesIO(build_tiff([page]))


def test_astrotiff(caplog):
    """Test flags, metadata, and size of pixels."""
    with TiffFile(build()) as tif:
        assert tif.is_astrotiff
        assert tif.pages[0].is_astrotiff
        metadata = tif.astrotiff_metadata
        assert metadata == EXPECTED
        for key, value in metadata.items():
            assert type(value) is type(EXPECTED[key])
        series = tif.series[0]
        assert series.kind == 'Generic'
        assert series.attr['scale'] == {'X': 3.8, 'Y': 7.6}
        assert series.attr['unit'] == {'X': 'micrometer', 'Y': 'micrometer'}
    assert not caplog.records


def test_coordinates():
    """Test increments of world coordinates."""
    text = (
        'SIMPLE  = T\nCDELT1  = -0.5\nCDELT2  = 0.25\n'
        "CUNIT2  = 'arcsec  '\nXPIXSZ  = 3.8\nEND"
    )
    with TiffFile(build(text)) as tif:
        assert tif.series[0].attr == {
            'scale': {'X': 0.5, 'Y': 0.25},
            'unit': {'X': 'degree', 'Y': 'arcsec'},
        }


@pytest.mark.parametrize(
    'text', [TEXT[:-1], 'SIMPLE= T\nEND', ' ' + TEXT[1:], 'SIMPLE']
)
def test_other(text):
    """Test other descriptions."""
    with TiffFile(build(text)) as tif:
        assert not tif.is_astrotiff
        assert tif.astrotiff_metadata is None


def test_separator():
    """Test separator of keys."""
    assert astrotiff_description_metadata(
        'HISTORY a\nFOCAL   = 5 / [mm] f', sep='.'
    ) == {
        'HISTORY.0': 'a',
        'FOCAL': 5,
        'FOCAL.COMMENT': '[mm] f',
        'FOCAL.UNIT': 'mm',
    }


def test_damaged(caplog):
    """Test cards of invalid values are left out."""
    text = (
        "SIMPLE  = T\nNOEND   = 'abc\nNOEND2  = 'abc / '' def\nBAD     = x\n"
        'PAIR    = (1, )\nPAIR2   = (1, 2, 3)\nDASH    = -\nHEX     = 0x5\n'
        f'HUGE    = {"9" * 5000}\nEXP     = 1E999\nUNIT    = 5 / [deg\n'
        'XPIXSZ  = T\nYPIXSZ  = 1E999\nBITPIX  = 8\nBITPIX  = 16\nEND'
    )
    with TiffFile(build(text)) as tif:
        for _ in range(2):
            assert tif.astrotiff_metadata == {
                'SIMPLE': True,
                'EXP': float('inf'),
                'UNIT': 5,
                'UNIT:COMMENT': '[deg',
                'XPIXSZ': True,
                'YPIXSZ': float('inf'),
                'BITPIX': 16,
                'END:0': '',
            }
        assert tif.series[0].shape == (6, 7)
        assert len(caplog.records) == 1
    assert 'NOEND: invalid string "\'abc"' in caplog.text
    assert "BAD: invalid value 'x'" in caplog.text


def test_duplicate(caplog):
    """Test last of duplicate keys wins."""
    text = 'A       = 1\nA       = 2'
    assert astrotiff_description_metadata(text) == {'A': 2}
    assert 'A: duplicate key' in caplog.text
