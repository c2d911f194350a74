# tests/formats/test_vista.py

"""Test files by ISS Vista."""

from __future__ import annotations

import io

import numpy
import pytest
from builder import ASCII, LONG, Page, build_tiff

from tifffile import TiffFile


def build(pages, software, depth=3, **kwargs):
    """Return file whose pages have wrong depth; the first has software."""
    data = numpy.arange(pages * 64, dtype='uint16').reshape(pages, 8, 8)
    return data, io.BytesIO(
        build_tiff(
            [
                Page(
                    image,
                    tags={
                        32997: (LONG, depth),
                        305: None if i else (ASCII, software),
                    },
                )
                for i, image in enumerate(data)
            ],
            **kwargs,
        )
    )


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize('pages', [1, 3, 40])
@pytest.mark.parametrize('depth', [0, 1, 3, 2**31])
def test_vista(depth, pages, byteorder):
    """Test depth is ignored."""
    data, file = build(pages, 'ISS Vista', depth, byteorder=byteorder)
    with TiffFile(file) as tif:
        assert tif.is_vista
        assert not tif.pages[0].is_volumetric
        assert all(page.imagedepth == 1 for page in tif.pages)
        assert tif.pages[-1].shape == (8, 8)
        series = tif.series[0]
        assert len(tif.series) == 1
        assert series.axes == 'IYX'[3 - series.ndim :]
        numpy.testing.assert_array_equal(series.asarray(), data.squeeze())
        numpy.testing.assert_array_equal(tif.pages[-1].asarray(), data[-1])
    with TiffFile(file) as tif:
        tif.pages.useframes = True
        numpy.testing.assert_array_equal(tif.pages[-1].asarray(), data[-1])


def test_other():
    """Test depth of files by other software."""
    with TiffFile(build(1, 'ISS', 1)[1]) as tif:
        assert not tif.is_vista
    with TiffFile(build(1, 'ISS', 3)[1]) as tif:
        assert tif.pages[0].imagedepth == 3
