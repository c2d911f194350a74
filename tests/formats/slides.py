# tests/formats/slides.py

"""Help to test slides."""

from __future__ import annotations

import io
from typing import Any

import numpy
from builder import Page, build_tiff

from tifffile import TiffFile

TILE = 16, 16


def make_image(*shape: int, dtype: str = 'u1', seed: int = 0) -> Any:
    """Return random image."""
    rng = numpy.random.default_rng([seed, *shape])
    if dtype.startswith('f'):
        return rng.random(shape).astype(dtype)
    return rng.integers(0, 250, shape).astype(dtype)


def make_page(*shape: int, seed: int = 0, **kwargs: Any) -> Page:
    """Return page with random image."""
    dtype = kwargs.pop('dtype', 'u1')
    return Page(make_image(*shape, dtype=dtype, seed=seed), **kwargs)


def open_pages(pages: Any, **kwargs: Any) -> TiffFile:
    """Return opened file in memory."""
    options = {
        key: kwargs.pop(key)
        for key in ('bigtiff', 'byteorder', 'ndpi', 'start')
        if key in kwargs
    }
    return TiffFile(io.BytesIO(build_tiff(pages, **options)), **kwargs)


def assert_series(series: Any, *pages: Page, axes: str | None = None) -> None:
    """Assert that series is made of images of pages."""
    images = [page.data for page in pages]
    expected = images[0] if len(images) == 1 else numpy.stack(images)
    assert series.shape == expected.shape
    assert series.dtype == expected.dtype
    if axes is not None:
        assert series.axes == axes
    numpy.testing.assert_array_equal(series.asarray(), expected)
    if expected.ndim > 1:
        part = series.asarray(selection=(..., slice(1, 3)))
        numpy.testing.assert_array_equal(part, expected[..., 1:3])
