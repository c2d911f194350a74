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
import os
import sys
from collections.abc import Callable, Sequence
from types import CodeType, ModuleType
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

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
# Command line
# -----------------------------------------------------------------------------


def tiffcomment(
    arg: str | os.PathLike[Any] | FileHandle | IO[bytes],
    /,
    comment: str | bytes | None = None,
    pageindex: int | None = None,
    tagcode: int | str | None = None,
) -> Any:
    """Return or replace comment, or value of other tag, of TIFF file.

    Parameters:
        arg: File to be read or, if there is a `comment`, changed.
        comment:
            Value that replaces the one in the file.
            Text must be 7-bit ASCII. Bytes are written as they are.
        pageindex: Index of page. The first by default.
        tagcode: Code or name of tag. ImageDescription (270) by default.

    Returns:
        Value of tag, or None if it was replaced.

    Raises:
        IndexError: Page does not exist.
        ValueError: Tag does not exist.

    """
    index = 0 if pageindex is None else pageindex
    key = 270 if tagcode is None else tagcode
    with TiffFile(arg, mode='r' if comment is None else 'r+') as tif:
        page = tif.pages[index]
        if isinstance(page, TiffFrame):
            page = page.aspage()
        tag = page.tags.get(key)
        if tag is None:
            name = key if isinstance(key, str) else TIFF.TAGS.get(key, key)
            raise ValueError(f'no {name} tag found in page {index} of {tif!r}')
        if comment is None:
            return tag.value
        tag.overwrite(comment)
    return None


def main(argv: Sequence[str] | None = None) -> int:
    """Print structure of TIFF file.

    This is the function behind ``python -m tifffile`` and the script
    ``tifffile``.

    Parameters:
        argv: Name of program, and its arguments. ``sys.argv`` by default.

    Returns:
        Status of program: 0, or 1 if the file could not be read.

    Raises:
        SystemExit: Arguments are wrong, or ask for help or version.

    """
    import argparse
    import shutil

    parser = argparse.ArgumentParser(
        prog='tifffile', description='Print the structure of a TIFF file.'
    )
    parser.add_argument(
        'path', nargs='+', help='file, or pattern; the first match is read'
    )
    parser.add_argument(
        '-v',
        '--detail',
        type=int,
        default=2,
        metavar='LEVEL',
        help='0: one line, 1: series, pages, and tags, 2: long values and '
        'metadata (default), 3: all pages',
    )
    _add_common_options(parser)
    args = parser.parse_args(_get_arguments(argv))
    width = shutil.get_terminal_size().columns - 1

    def print_structure() -> None:
        with TiffFile(_find_file(' '.join(args.path))) as tif:
            _print_text(tif._str(args.detail, width))

    return _run_command(parser.prog, print_structure, args.debug)


def _run_tiffcomment(argv: Sequence[str] | None = None) -> int:
    """Print or replace comments of TIFF files.

    This is the function behind ``python -m tifffile.tiffcomment`` and the
    script ``tiffcomment``.

    Parameters:
        argv: Name of program, and its arguments. ``sys.argv`` by default.

    Returns:
        Status of program: 0, or 1 if any file could not be read or changed.

    Raises:
        SystemExit: Arguments are wrong, or ask for help or version.

    """
    import argparse

    parser = argparse.ArgumentParser(
        prog='tiffcomment',
        description='Print or replace the ImageDescription, or the value of '
        'another tag, in TIFF files.',
    )
    parser.add_argument('file', nargs='+', help='TIFF file')
    group = parser.add_mutually_exclusive_group()
    group.add_argument(
        '-s',
        '--set',
        metavar='TEXT',
        help='replace value by text, or by the content of the file named so',
    )
    group.add_argument(
        '--set-file', metavar='FILE', help='replace value by content of file'
    )
    parser.add_argument(
        '--page', type=int, default=0, help='index of page (default: 0)'
    )
    parser.add_argument(
        '--tag', default='270', help='code or name of tag (default: 270)'
    )
    _add_common_options(parser)
    args = parser.parse_args(_get_arguments(argv))
    tag = int(args.tag) if args.tag.isdecimal() else args.tag
    comment: bytes | None = None

    def read_comment() -> None:
        nonlocal comment
        if args.set_file is not None or os.path.isfile(args.set or ''):
            with open(args.set_file or args.set, 'rb') as fh:
                comment = fh.read()
        elif args.set is not None:
            comment = args.set.encode()

    def process_file(file: str) -> None:
        value = tiffcomment(file, comment, args.page, tag)
        if comment is None:
            if len(args.file) > 1:
                _print_text(f'# {file}')
            _print_text(bytes2str(value) if type(value) is bytes else value)

    status = _run_command(parser.prog, read_comment, args.debug)
    if status == 0:
        for file in args.file:
            status |= _run_command(
                parser.prog, lambda file=file: process_file(file), args.debug
            )
    return status


def _add_common_options(parser: argparse.ArgumentParser) -> None:
    """Add options that all programs have."""
    parser.add_argument(
        '--version', action='version', version=f'{parser.prog} {__version__}'
    )
    parser.add_argument(
        '--debug', action='store_true', help='print traceback of errors'
    )


def _get_arguments(argv: Sequence[str] | None) -> Sequence[str]:
    """Return arguments of program without its name."""
    return (sys.argv if argv is None else argv)[1:]


def _find_file(path: str) -> str:
    """Return path, or first file that it matches if it is a pattern."""
    if os.path.exists(path) or not ('*' in path or '?' in path):
        return path
    import glob

    matches = natural_sorted(glob.glob(path))
    if not matches:
        raise FileNotFoundError(f'no files match the pattern {path!r}')
    return matches[0]


def _print_text(value: object) -> None:
    """Print value, with escapes for what the output cannot encode."""
    encoding = sys.stdout.encoding or 'utf-8'
    text = str(value).encode(encoding, 'backslashreplace').decode(encoding)
    print(text)


def _run_command(
    program: str, command: Callable[[], None], debug: bool
) -> int:
    """Return status of command, print its errors in one line.

    Parameters:
        program: Name of program.
        command: Function to call.
        debug: Raise exceptions.

    """
    try:
        command()
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader of the output, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (OSError, ValueError, LookupError, ImportError) as exc:
        if debug:
            raise
        message = ' '.join(f'{type(exc).__name__}: {exc}'.split())
        print(f'{program}: {message}', file=sys.stderr)
        return 1
    return 0


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


def _build_tiffcomment() -> dict[str, Any]:
    """Return names of submodule of the command line."""
    return {'main': _run_tiffcomment, 'tiffcomment': tiffcomment}


_SUBMODULES: dict[str, Callable[[], dict[str, Any]]] = {
    'tiffcomment': _build_tiffcomment,
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

if __name__ == '__main__':
    sys.exit(main())
