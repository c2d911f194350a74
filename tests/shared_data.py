# tests/shared_data.py

"""Find and compare real files and what is known about them.

The folder is ``../shared/data`` beside the checkout, or what the environment
variable ``TIFFFILE_TEST_DATA`` names. Its ``expected.json`` tells, for every
file, what was read by releases of another library, and how that compares to
GDAL and Pillow.

"""

from __future__ import annotations

import functools
import hashlib
import json
import operator
import os
import warnings
from pathlib import Path
from typing import Any

import numpy

ENTRIES_KEY = 'expected.json'
READS = 'READS (tifffile does not)'
PLAIN_KINDS = {'generic', 'shaped', 'uniform'}
LOSSY = {6, 7, 22610, 33003, 33004, 33007, 34892, 50001, 50002, 52546}


@functools.cache
def data_folder() -> Path | None:
    """Return folder of real files, or None."""
    root = Path(__file__).parent.parent
    default = root.parent / 'shared' / 'data'
    folder = Path(os.environ.get('TIFFFILE_TEST_DATA', default))
    return folder if (folder / ENTRIES_KEY).is_file() else None


@functools.cache
def all_entries() -> tuple[dict[str, Any], ...]:
    """Return what is known about all files."""
    folder = data_folder()
    if folder is None:
        return ()
    with open(folder / ENTRIES_KEY, encoding='utf-8') as fh:
        return tuple(json.load(fh))


def is_malformed(entry: dict[str, Any]) -> bool:
    """Return whether file is known to be broken."""
    return str(entry['path']).startswith('_malformed/')


def is_verified(entry: dict[str, Any]) -> bool:
    """Return whether known pixels are confirmed by GDAL or Pillow."""
    return 'equal' in {entry['gdal'], entry['pillow']}


def hash_array(array: Any) -> str:
    """Return SHA-1 of array in native byte order."""
    array = numpy.asarray(array)
    dtype = array.dtype.newbyteorder('=')
    array = numpy.ascontiguousarray(array, dtype)
    return hashlib.sha1(array.reshape(-1).view('u1').data).hexdigest()


def read_independently(path: Path, page: int) -> dict[str, Any]:
    """Return images of page as read by other libraries, by their names.

    Images have shapes ``(length, width [, samples])``.

    """
    result = {}
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        for name, read in (('gdal', _read_gdal), ('pillow', _read_pillow)):
            try:
                result[name] = read(path, page)
            except ImportError:
                pass
            except Exception:  # whatever these libraries raise
                pass
    return result


def _read_gdal(path: Path, page: int) -> Any:
    import rasterio

    with rasterio.open(f'GTIFF_DIR:{page + 1}:{path}') as dataset:
        return numpy.moveaxis(dataset.read(), 0, -1)


def _read_pillow(path: Path, page: int) -> Any:
    import PIL.Image

    with PIL.Image.open(path) as image:
        image.seek(page)
        return numpy.array(image)


def largest_difference(page: Any, image: Any, other: Any) -> float:
    """Return largest difference of images, or infinity if not comparable.

    Parameters:
        page: Page of `image`.
        image: Image read from page.
        other: Image of shape ``(length, width [, samples])``.

    """
    if page.axes == 'SYX':
        image = numpy.moveaxis(image, 0, -1)
    image = image.squeeze()
    other = other.squeeze()
    if image.shape != other.shape:
        return float('inf')
    if is_raw_ycbcr(page):
        converted = convert_ycbcr(page, image)
        return min(
            float(numpy.abs(values.astype('i8') - other).max())
            for values in (image, converted)
        )
    if image.dtype.kind == 'b':
        other = other != 0
    if image.dtype.kind == 'c' or other.dtype.kind == 'c':
        return 0 if numpy.array_equal(image, other, equal_nan=True) else 1e9
    image = image.astype('f8')
    with numpy.errstate(invalid='ignore'):
        other = other.astype('f8')
    same = (image == other) | (numpy.isnan(image) & numpy.isnan(other))
    if same.all():
        return 0.0
    return float(numpy.abs(image - other)[~same].max())


def is_raw_ycbcr(page: Any) -> bool:
    """Return whether image is YCbCr, which GDAL converts to RGB."""
    return (
        page.photometric == 6
        and page.compression not in LOSSY
        and page.dtype == 'uint8'
        and page.axes == 'YXS'
        and page.samplesperpixel == 3
    )


def convert_ycbcr(page: Any, image: Any) -> Any:
    """Return RGB image of 8-bit YCbCr image (TIFF 6.0 sections 20 and 21)."""

    def numbers(code: int, default: tuple[float, ...]) -> tuple[float, ...]:
        if code not in page.tags:
            return default
        value = page.tags[code].value
        return tuple(map(operator.truediv, value[::2], value[1::2]))

    red, green, blue = numbers(529, (0.299, 0.587, 0.114))
    reference = numbers(532, (0, 255, 128, 255, 128, 255))
    y, cb, cr = (
        (image[..., i] - reference[2 * i])
        * (255, 127, 127)[i]
        / (reference[2 * i + 1] - reference[2 * i])
        for i in range(3)
    )
    r = cr * (2 - 2 * red) + y
    b = cb * (2 - 2 * blue) + y
    g = (y - blue * b - red * r) / green
    return numpy.clip(numpy.rint(numpy.stack((r, g, b), -1)), 0, 255)


def mean_luma_difference(image: Any, other: Any) -> float:
    """Return mean difference of brightness of RGB images."""
    weights = numpy.array((0.299, 0.587, 0.114))
    return float(numpy.abs(image @ weights - other @ weights).mean())
