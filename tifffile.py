# tifffile.py

# Copyright (c) 2026, the tifffile developers
# SPDX-License-Identifier: BSD-3-Clause

"""Read TIFF and the TIFF-like files of microscopes, scanners and cameras.

Tifffile reads images and metadata from TIFF, BigTIFF and related files as
NumPy arrays.

>>> with TiffFile(BytesIO(EXAMPLE)) as tif:
...     tif.pages[0].shape
(2, 3)

"""

from __future__ import annotations

__version__ = '2026.11.25'

__all__ = ['TiffFileError']

import dataclasses
import logging

# =============================================================================
# 1  Errors and limits
#
# Everything that is wrong with a file is a TiffFileError, which is a
# ValueError; its subclasses tell what part of the file is to blame. Messages
# name the file, the offset and the cause. Wrong arguments are plain ValueError
# or TypeError. Limits bound what a file may make the library allocate or loop.
# =============================================================================


class TiffFileError(ValueError):
    """The file is not a TIFF file, or its structure is corrupted."""


class TiffTagError(TiffFileError):
    """A tag or its value cannot be read."""


class TiffSegmentError(TiffFileError):
    """A strip or tile is missing, too short, or cannot be decoded."""


class TiffLimitError(TiffFileError):
    """Reading would exceed one of the :py:class:`Limits`."""


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what a file may make the library allocate or iterate.

    The limits in force are ``TIFF.LIMITS``, or the `limits` argument of
    :py:class:`TiffFile` and :py:func:`imread`. Replace, do not modify, them:
    ``TIFF.LIMITS = dataclasses.replace(TIFF.LIMITS, ifds=1000)``.

    Parameters:
        tags: Number of tags in one IFD.
        ifds: Number of IFDs in one chain.
        tag_bytes: Size in bytes of one tag value.
        array_bytes:
            Size in bytes of an array that is always allowed.
        expansion:
            Size of a larger array, as multiple of the size of the file.
        segment_bytes: Decoded size in bytes of one strip or tile.

    """

    tags: int = 4096
    ifds: int = 2**32
    tag_bytes: int = 2**31
    array_bytes: int = 2**32
    expansion: int = 65536
    segment_bytes: int = 2**34


def logger() -> logging.Logger:
    """Return logger for tifffile."""
    return logging.getLogger('tifffile')


# =============================================================================
# 2  Enumerations
# =============================================================================

# =============================================================================
# 3  Tag registry
# =============================================================================

# =============================================================================
# 4  Axes, shapes, text
# =============================================================================

# =============================================================================
# 5  Byte sources
# =============================================================================

# =============================================================================
# 6  Layout
# =============================================================================

# =============================================================================
# 7  Tags and IFDs
# =============================================================================

# =============================================================================
# 8  Geometry
# =============================================================================

# =============================================================================
# 9  Codecs
# =============================================================================

# =============================================================================
# 10  Segment pipeline
# =============================================================================

# =============================================================================
# 11  Pages
# =============================================================================

# =============================================================================
# 12  Series and formats
# =============================================================================

# =============================================================================
# 13  File
# =============================================================================

# =============================================================================
# 14  Writing
# =============================================================================

# =============================================================================
# 15  Stores and sequences
# =============================================================================

# =============================================================================
# 16  Front door
# =============================================================================
