# tests/formats/stacks.py

"""Help to test stacks of images."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from typing import Any

import numpy
from builder import Page, Tag, build_tiff

from tifffile import TiffFile


def planes(*shape: int, dtype: str = 'uint16') -> Any:
    """Return array of distinct values."""
    return numpy.arange(numpy.prod(shape)).reshape(shape).astype(dtype)


def build_tagged(data: Any, tags: Sequence[Tag], **kwargs: Any) -> io.BytesIO:
    """Return file with a page for each image of data, with tags."""
    pages = [Page(image, extratags=tags) for image in data]
    return io.BytesIO(build_tiff(pages, **kwargs))


def iter_ifds(data: bytes, byteorder: str = '<') -> Iterator[int]:
    """Return offsets of IFDs in chain of classic TIFF."""
    (offset,) = struct.unpack_from(byteorder + 'I', data, 4)
    while offset:
        yield offset
        (number,) = struct.unpack_from(byteorder + 'H', data, offset)
        link = offset + 2 + 12 * number
        (offset,) = struct.unpack_from(byteorder + 'I', data, link)


def check_stack(tif: TiffFile, kind: str, axes: str, data: Any) -> Any:
    """Assert that file has one series, which is as expected; return it."""
    assert len(tif.series) == 1
    series = tif.series[0]
    assert series.kind == kind
    assert series.axes == axes
    assert series.shape == data.shape
    numpy.testing.assert_array_equal(series.asarray(), data)
    selection = tuple(size - 1 for size in data.shape[:-1])
    numpy.testing.assert_array_equal(
        series.asarray(selection=selection), data[selection]
    )
    return series
