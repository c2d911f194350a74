# tests/formats/test_sgi.py

"""Test volumes with SGI tags ImageDepth and TileDepth."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from builder import LONG, Page
from slides import assert_series, make_image, open_pages

from tifffile import TiffFile


@pytest.mark.parametrize(
    ('shape', 'dtype', 'kwargs', 'axes'),
    [
        ((4, 10, 12), 'u1', {'rowsperstrip': 5}, 'ZYX'),
        ((4, 10, 12), 'u1', {'rowsperstrip': 4}, 'ZYX'),
        ((4, 32, 48), 'u2', {'tile': (2, 16, 16)}, 'ZYX'),
        ((4, 32, 48), 'u2', {'tile': (2, 16, 16), 'compression': 8}, 'ZYX'),
        ((3, 16, 32, 3), 'u1', {'tile': (2, 16, 16)}, 'ZYXS'),
        ((5, 17, 33, 3), 'u1', {'tile': (2, 16, 16)}, 'ZYXS'),
        ((3, 3, 20, 10), 'u1', {'planarconfig': 2, 'photometric': 2}, 'SZYX'),
        ((4, 16, 32), 'u1', {'tile': (1, 16, 32)}, 'ZYX'),
        ((4, 16, 32), 'u1', {'tile': (16, 32)}, 'ZYX'),
    ],
)
@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_volume(
    shape: Any, dtype: str, kwargs: Any, axes: str, byteorder: str
) -> None:
    """Test strips and tiles of volumes."""
    page = Page(make_image(*shape, dtype=dtype), volume=True, **kwargs)
    with open_pages(page, byteorder=byteorder) as tif:
        assert tif.is_volumetric
        assert tif.pages[0].is_volumetric
        (series,) = tif.series
        assert series.kind == 'Generic'
        assert_series(series, page, axes=axes)
        part = series.asarray(selection=(slice(1, 3), slice(2, 9)))
        numpy.testing.assert_array_equal(part, page.data[1:3, 2:9])


def test_stack() -> None:
    """Test several volumes in one file."""
    pages = [
        Page(make_image(3, 10, 12, seed=i), volume=True) for i in range(2)
    ]
    with open_pages(pages) as tif:
        assert_series(tif.series[0], *pages, axes='IZYX')


def test_bad_counts(caplog: Any) -> None:
    """Volumes have no more strips than there are slices."""
    page = Page(make_image(3, 8, 12), volume=True, rowsperstrip=4)
    page.tags = {32997: (LONG, 2)}
    with open_pages(page) as tif:
        assert tif.series[0].shape == (2, 8, 12)
        numpy.testing.assert_array_equal(tif.asarray(), page.data[:2])


@pytest.mark.parametrize('depth', [0, 1, (1, 2), 2**31])
def test_bad_depth(depth: Any) -> None:
    """ImageDepth may be anything."""
    page = Page(make_image(8, 12), tags={32997: (LONG, depth)})
    with open_pages(page) as tif:
        try:
            image = tif.asarray()
        except ValueError as exc:
            assert str(exc)
        else:
            numpy.testing.assert_array_equal(
                image.reshape(-1, 8, 12)[0], page.data
            )


def test_real_files(shared_data: Any) -> None:
    """Test volumes of depth one."""
    paths = sorted((shared_data / 'sgi-volumetric').iterdir())
    assert paths
    for path in paths:
        with TiffFile(path) as tif:
            assert 32997 in tif.pages[0].tags
            assert not tif.is_volumetric
            image = tif.asarray()
            assert image.shape == tif.pages[0].shape
            assert image.any()
