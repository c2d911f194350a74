# tests/formats/test_zif.py

"""Test Zoomify image files."""

from __future__ import annotations

import io
from typing import Any

import pytest
from builder import ASCII, BYTE, LONG, Page, build_tiff
from slides import assert_series, make_page

from tifffile import TiffFile


def make_file(**kwargs: Any) -> list[Page]:
    """Return pages of file, each of half the size."""
    return [
        make_page(
            128 >> i, 192 >> i, 3, tile=(64, 64), **(kwargs if i else {})
        )
        for i in range(4)
    ]


def open_file(pages: Any, name: str = 'a.zif', **kwargs: Any) -> TiffFile:
    """Return opened file of name in memory."""
    kwargs = {'bigtiff': True, **kwargs}
    return TiffFile(io.BytesIO(build_tiff(pages, **kwargs)), name=name)


@pytest.mark.parametrize('name', ['a.zif', 'B.ZIF'])
def test_extension(name: str, caplog: Any) -> None:
    """Test files that are recognized by name."""
    pages = make_file()
    with open_file(pages, name) as tif:
        assert tif.is_zif
        assert 'zif' in tif.flags
        assert tif.zif_metadata == {}
        (series,) = tif.series
        assert series.kind == 'Generic'
        assert series.name == 'Baseline'
        for level, page in zip(series.levels, pages, strict=True):
            assert_series(level, page, axes='YXS')
    assert not caplog.records


@pytest.mark.parametrize('type', [ASCII, BYTE])
def test_metadata(type: int) -> None:
    """Test files that are recognized by private tags."""
    pages = make_file()
    texts: list[Any] = ['<ZAS/>', '{"a": 1}']
    values = [
        text if type == ASCII else text.encode() + b'\0' for text in texts
    ]
    pages[0].tags = {51159: (type, values[0]), 51160: (type, values[1])}
    with open_file(pages, 'a.tif') as tif:
        assert tif.is_zif
        assert tif.zif_metadata == {
            'metadata': texts[0],
            'annotations': texts[1],
        }
    pages[0].tags = {51159: (LONG, 1)}
    with open_file(pages, 'a.tif') as tif:
        assert tif.zif_metadata == {}
        assert len(tif.series[0].levels) == 4


def test_other_files() -> None:
    """Other layouts, or files that are not tiled, are not ZIF."""
    pages = make_file()
    for kwargs in (
        {'name': 'a.tif'},
        {'name': 'zif'},
        {'bigtiff': False},
        {'byteorder': '>'},
    ):
        with open_file(pages, **kwargs) as tif:
            assert not tif.is_zif
            assert tif.zif_metadata is None
            assert tif.series[0].name == ''
            assert len(tif.series[0].levels) == 4
    pages[0].tile = ()
    with open_file(pages) as tif:
        assert not tif.is_zif


def test_one_page() -> None:
    """Files of one page have no levels."""
    pages = make_file()[:1]
    with open_file(pages) as tif:
        assert tif.is_zif
        assert tif.series[0].name == ''
        assert_series(tif.series[0], pages[0])
