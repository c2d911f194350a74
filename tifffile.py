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
import importlib.machinery
import logging
import sys
from collections.abc import Callable
from types import CodeType, ModuleType
from typing import Any

if __name__ == '__main__':  # import of tifffile must not make classes twice
    sys.modules['tifffile'] = sys.modules['__main__']

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

# -----------------------------------------------------------------------------
# Virtual submodules
#
# Users import submodules such as `tifffile.tiffcomment`. They are served from
# this one file by a finder on sys.meta_path and are built on first import. The
# module has an empty search path, so that no file or package found elsewhere
# can pass for a submodule.
#
# A submodule named like an object of this module *is* that object, with the
# names of the submodule as attributes: the import system binds a submodule in
# its parent, and that must not replace the function `tifffile.tiffcomment`.
# -----------------------------------------------------------------------------


def _build_tifffile() -> dict[str, Any]:
    """Return nothing to add to the module, which stands for itself."""
    return {}


_SUBMODULES: dict[str, Callable[[], dict[str, Any]]] = {
    'tifffile': _build_tifffile,
}


class _SubmoduleFinder:
    """Finder and loader of virtual submodules.

    Parameters:
        package: Name by which this module is imported.

    """

    package: str

    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return spec of submodule, or None if it is not served."""
        package, _, name = fullname.rpartition('.')
        if package != self.package or name not in _SUBMODULES:
            return None
        return importlib.machinery.ModuleSpec(
            fullname,
            self,  # type: ignore[arg-type]
            origin=__file__,
        )

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """Let import system make an empty module."""

    def exec_module(self, module: ModuleType) -> None:
        """Fill module, or replace it by the object of the same name."""
        fullname = module.__name__
        name = fullname.rpartition('.')[2]
        names = _SUBMODULES[name]()
        served = globals().get(name, module)
        vars(served).update(names)
        vars(served).setdefault('__spec__', module.__spec__)
        sys.modules[fullname] = served

    def get_code(self, fullname: str) -> CodeType:
        """Return code that ``python -m`` runs."""
        source = f'import sys\nfrom {fullname} import main\nsys.exit(main())\n'
        return compile(source, __file__, 'exec')

    def install(self) -> None:
        """Serve submodules, also after this module was reloaded."""
        for finder in sys.meta_path[:]:
            if getattr(finder, 'package', None) == self.package and (
                type(finder).__name__ == type(self).__name__
            ):
                sys.meta_path.remove(finder)
        for name in _SUBMODULES:
            sys.modules.pop(f'{self.package}.{name}', None)
        sys.meta_path.append(self)


__path__: list[str] = []

tifffile = sys.modules[__name__]

_SubmoduleFinder('tifffile' if __name__ == '__main__' else __name__).install()
