# tifffile.py

# Copyright (c) 2026, the tifffile developers
# SPDX-License-Identifier: BSD-3-Clause

"""Read TIFF and the TIFF-like files of microscopes, scanners and cameras.

Tifffile reads images and metadata from TIFF, BigTIFF and related files as
NumPy arrays.

"""

from __future__ import annotations

__version__ = '2026.11.25'

__all__ = [
    'CHUNKMODE',
    'COMPRESSION',
    'DATATYPE',
    'EXTRASAMPLE',
    'FILETYPE',
    'FILLORDER',
    'FileCache',
    'FileHandle',
    'Limits',
    'NullContext',
    'OFILETYPE',
    'ORIENTATION',
    'PHOTOMETRIC',
    'PLANARCONFIG',
    'PREDICTOR',
    'RESUNIT',
    'SAMPLEFORMAT',
    'StoredShape',
    'TIFF',
    'TiffFile',
    'TiffFileError',
    'TiffFormat',
    'TiffFrame',
    'TiffLimitError',
    'TiffPage',
    'TiffPageSeries',
    'TiffPages',
    'TiffReader',
    'TiffSegmentError',
    'TiffTag',
    'TiffTagError',
    'TiffTagRegistry',
    'TiffTags',
    'Timer',
    '_TIFF',
    'astype',
    'create_output',
    'enumarg',
    'enumstr',
    'format_size',
    'hexdump',
    'imread',
    'lazyattr',
    'logger',
    'main',
    'matlabstr2py',
    'memmap',
    'natural_sorted',
    'nullfunc',
    'parse_kwargs',
    'pformat',
    'product',
    'rational',
    'repeat_nd',
    'reshape_axes',
    'reshape_nd',
    'squeeze_axes',
    'stripnull',
    'strptime',
    'tiffcomment',
    'transpose_axes',
    'update_kwargs',
    'validate_jhove',
    'xml2dict',
]

import contextlib
import copy
import dataclasses
import enum
import functools
import importlib
import importlib.machinery
import io
import itertools
import logging
import math
import operator
import os
import re
import struct
import sys
import threading
import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import CodeType, ModuleType
from typing import (
    IO,
    TYPE_CHECKING,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    SupportsIndex,
    final,
    overload,
)

import numpy

if TYPE_CHECKING:
    import argparse
    import datetime
    from collections.abc import Collection, Container
    from datetime import datetime as DateTime
    from fractions import Fraction
    from types import TracebackType
    from typing import Self, TypeAlias, TypeVar
    from xml.etree.ElementTree import Element

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    BytesLike: TypeAlias = bytes | bytearray | memoryview | NDArray[Any]
    ByteOrderCode: TypeAlias = Literal['S', '<', '>', '=', '|']
    DefaultT = TypeVar('DefaultT')
    EnumT = TypeVar('EnumT', bound=enum.Enum)
    FileInput: TypeAlias = 'str | os.PathLike[Any] | FileHandle | IO[bytes]'
    FileMode: TypeAlias = Literal['r', 'r+', 'w', 'x', 'rb', 'r+b', 'wb', 'xb']
    FactoryT = TypeVar('FactoryT', bound=Callable[[], Any])
    T = TypeVar('T')
    TextT = TypeVar('TextT', str, bytes)

    OutputType: TypeAlias = (
        str | os.PathLike[Any] | IO[bytes] | NDArray[Any] | None
    )

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
#
# The values that TIFF tags use as codes. All are integers, so they compare
# equal to the numbers in the file, and numbers without a member stay plain
# integers: no file is refused because of a code that is not listed here.
# Where two releases gave one value two names, the first is canonical and the
# second is an alias.
# =============================================================================


class DATATYPE(enum.IntEnum):
    """Data types of tag values (TIFF 6.0 §2, BigTIFF, TIFF/FX)."""

    BYTE = 1
    ASCII = 2
    SHORT = 3
    LONG = 4
    RATIONAL = 5
    SBYTE = 6
    UNDEFINED = 7
    SSHORT = 8
    SLONG = 9
    SRATIONAL = 10
    FLOAT = 11
    DOUBLE = 12
    IFD = 13
    UNICODE = 14
    COMPLEX = 15
    LONG8 = 16
    SLONG8 = 17
    IFD8 = 18


class COMPRESSION(enum.IntEnum):
    """Values of the Compression tag (259).

    The member ``NONE`` is false, all others are true.

    """

    NONE = 1
    CCITTRLE = 2
    CCITT_T4 = 3
    CCITTFAX3 = 3
    CCITT_T6 = 4
    CCITTFAX4 = 4
    LZW = 5
    OJPEG = 6
    JPEG = 7
    ADOBE_DEFLATE = 8
    JBIG_BW = 9
    JBIG_COLOR = 10
    JPEG_99 = 99
    IMPACJ = 103
    KODAK_262 = 262
    JPEGXR_NDPI = 22610
    NEXT = 32766
    SONY_ARW = 32767
    PACKED_RAW = 32769
    SAMSUNG_SRW = 32770
    CCIRLEW = 32771
    SAMSUNG_SRW2 = 32772
    PACKBITS = 32773
    THUNDERSCAN = 32809
    IT8CTPAD = 32895
    IT8LW = 32896
    IT8MP = 32897
    IT8BL = 32898
    PIXARFILM = 32908
    PIXARLOG = 32909
    DEFLATE = 32946
    DCS = 32947
    APERIO_JP2000_YCBC = 33003
    JPEG_2000_LOSSY = 33004
    APERIO_JP2000_RGB = 33005
    ALT_JPEG = 33007
    JBIG = 34661
    SGILOG = 34676
    SGILOG24 = 34677
    LURADOC = 34692
    JPEG2000 = 34712
    NIKON_NEF = 34713
    JBIG2 = 34715
    MDI_BINARY = 34718
    MDI_PROGRESSIVE = 34719
    MDI_VECTOR = 34720
    LERC = 34887
    JPEG_LOSSY = 34892
    LZMA = 34925
    ZSTD_DEPRECATED = 34926
    WEBP_DEPRECATED = 34927
    PNG = 34933
    JPEGXR = 34934
    JETRAW = 48124
    ZSTD = 50000
    WEBP = 50001
    JPEGXL = 50002
    PIXTIFF = 50013
    JPEGXL_DNG = 52546
    EER_V0 = 65000
    EER_V1 = 65001
    EER_V2 = 65002

    def __bool__(self) -> bool:
        return self > 1


class PREDICTOR(enum.IntEnum):
    """Values of the Predictor tag (317).

    The member ``NONE`` is false, all others are true.

    """

    NONE = 1
    HORIZONTAL = 2
    FLOATINGPOINT = 3
    HORIZONTALX2 = 34892
    HORIZONTALX4 = 34893
    FLOATINGPOINTX2 = 34894
    FLOATINGPOINTX4 = 34895

    def __bool__(self) -> bool:
        return self > 1


class PHOTOMETRIC(enum.IntEnum):
    """Values of the PhotometricInterpretation tag (262)."""

    MINISWHITE = 0
    MINISBLACK = 1
    RGB = 2
    PALETTE = 3
    MASK = 4
    SEPARATED = 5
    YCBCR = 6
    CIELAB = 8
    ICCLAB = 9
    ITULAB = 10
    CFA = 32803
    LOGL = 32844
    LOGLUV = 32845
    LINEAR_RAW = 34892
    DEPTH_MAP = 51177
    SEMANTIC_MASK = 52527


class FILETYPE(enum.IntFlag):
    """Bits of the NewSubfileType tag (254)."""

    UNDEFINED = 0
    REDUCEDIMAGE = 1
    PAGE = 2
    MASK = 4
    MACRO = 8
    ENHANCED = 16
    DNG = 65536


class OFILETYPE(enum.IntEnum):
    """Values of the deprecated SubfileType tag (255)."""

    UNDEFINED = 0
    IMAGE = 1
    REDUCEDIMAGE = 2
    PAGE = 3


class FILLORDER(enum.IntEnum):
    """Values of the FillOrder tag (266)."""

    MSB2LSB = 1
    LSB2MSB = 2


class ORIENTATION(enum.IntEnum):
    """Values of the Orientation tag (274): row 0, column 0."""

    TOPLEFT = 1
    TOPRIGHT = 2
    BOTRIGHT = 3
    BOTLEFT = 4
    LEFTTOP = 5
    RIGHTTOP = 6
    RIGHTBOT = 7
    LEFTBOT = 8


class PLANARCONFIG(enum.IntEnum):
    """Values of the PlanarConfiguration tag (284)."""

    CONTIG = 1
    SEPARATE = 2


class RESUNIT(enum.IntEnum):
    """Values of the ResolutionUnit tag (296).

    The member ``NONE`` is false, all others are true.
    TIFF 6.0 knows units up to ``CENTIMETER``.

    """

    NONE = 1
    INCH = 2
    CENTIMETER = 3
    MILLIMETER = 4
    MICROMETER = 5

    def __bool__(self) -> bool:
        return self > 1


class EXTRASAMPLE(enum.IntEnum):
    """Values of the ExtraSamples tag (338)."""

    UNSPECIFIED = 0
    ASSOCALPHA = 1
    UNASSALPHA = 2


class SAMPLEFORMAT(enum.IntEnum):
    """Values of the SampleFormat tag (339)."""

    UINT = 1
    INT = 2
    IEEEFP = 3
    VOID = 4
    COMPLEXINT = 5
    COMPLEXIEEEFP = 6


class CHUNKMODE(enum.IntEnum):
    """Kind of chunks in Zarr stores; not a TIFF value."""

    STRILE = 0
    PLANE = 1
    PAGE = 2
    FILE = 3


def enumarg(enumtype: type[EnumT], arg: Any, /) -> EnumT:
    """Return member of enumeration from its value or name.

    Parameters:
        enumtype: Enumeration to search.
        arg: Member, value, or case-insensitive name of member.

    Raises:
        ValueError: No member has the value or name.

    Examples:
        >>> enumarg(PHOTOMETRIC, 2)
        <PHOTOMETRIC.RGB: 2>
        >>> enumarg(PHOTOMETRIC, 'rgb')
        <PHOTOMETRIC.RGB: 2>

    """
    try:
        return enumtype(arg)
    except ValueError:
        pass
    if isinstance(arg, str):
        try:
            return enumtype[arg.upper()]
        except KeyError:
            pass
    raise ValueError(f'invalid argument {arg!r} for {enumtype.__name__}')


def enumstr(member: enum.Enum, /) -> str:
    """Return name of enumeration member, or string of unnamed flags.

    Examples:
        >>> enumstr(PHOTOMETRIC.RGB)
        'RGB'

    """
    name = member.name
    return str(member) if name is None else name


# =============================================================================
# 3  Tag registry
#
# Tags are rows of data. The first table holds the tags that the library itself
# reads or writes, with their properties; it is complete in that no other tag
# has any property. The texts below it only name the many tags that are passed
# on to the user, and are parsed when first needed. Decoders of structured tag
# values are added by the sections that know the structures.
#
# TIFF, the only instance of _TIFF, is where users find all tables. Sections
# below add to it with _TIFF.register. The private dicts are the same tables
# for inner loops: they must not be changed.
# =============================================================================

# TIFF 6.0 §2, BigTIFF. The struct formats lack the byte order.
_DATATYPE_FORMATS: dict[int, str] = {
    1: '1B',
    2: '1s',
    3: '1H',
    4: '1I',
    5: '2I',
    6: '1b',
    7: '1B',
    8: '1h',
    9: '1i',
    10: '2i',
    11: '1f',
    12: '1d',
    13: '1I',
    16: '1Q',
    17: '1q',
    18: '1Q',
}

_DATATYPE_SIZES: dict[int, int] = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}

# TIFF 6.0, TIFF technical notes, DNG, GeoTIFF, ImageJ.
# Columns: code; name; flags; enumeration of values; attribute of TiffPage.
# Flags:
#   E  value is read with the IFD, others when first accessed
#   T  value is always a tuple of numbers, never a number or an array
#   W  value is made by the writer, never by its caller
_MAIN_TAGS: tuple[
    tuple[int, str, str, type[enum.IntEnum] | type[enum.IntFlag] | None, str],
    ...,
] = (
    (254, 'NewSubfileType', '', FILETYPE, 'subfiletype'),
    (255, 'SubfileType', '', OFILETYPE, ''),
    (256, 'ImageWidth', 'W', None, 'imagewidth'),
    (257, 'ImageLength', 'W', None, 'imagelength'),
    (258, 'BitsPerSample', 'EW', None, ''),
    (259, 'Compression', 'W', COMPRESSION, 'compression'),
    (262, 'PhotometricInterpretation', 'W', PHOTOMETRIC, 'photometric'),
    (263, 'Thresholding', '', None, ''),
    (264, 'CellWidth', '', None, ''),
    (265, 'CellLength', '', None, ''),
    (266, 'FillOrder', 'W', FILLORDER, 'fillorder'),
    (269, 'DocumentName', '', None, ''),
    (270, 'ImageDescription', 'E', None, 'description'),
    (271, 'Make', '', None, ''),
    (272, 'Model', '', None, ''),
    (273, 'StripOffsets', 'ETW', None, ''),
    (274, 'Orientation', '', ORIENTATION, ''),
    (277, 'SamplesPerPixel', 'EW', None, 'samplesperpixel'),
    (278, 'RowsPerStrip', 'W', None, 'rowsperstrip'),
    (279, 'StripByteCounts', 'ETW', None, ''),
    (280, 'MinSampleValue', '', None, ''),
    (281, 'MaxSampleValue', '', None, ''),
    (282, 'XResolution', 'ET', None, ''),
    (283, 'YResolution', 'ET', None, ''),
    (284, 'PlanarConfiguration', 'W', PLANARCONFIG, 'planarconfig'),
    (285, 'PageName', '', None, ''),
    (286, 'XPosition', '', None, ''),
    (287, 'YPosition', '', None, ''),
    (288, 'FreeOffsets', '', None, ''),
    (289, 'FreeByteCounts', '', None, ''),
    (290, 'GrayResponseUnit', '', None, ''),
    (291, 'GrayResponseCurve', '', None, ''),
    (292, 'T4Options', '', None, ''),
    (293, 'T6Options', '', None, ''),
    (296, 'ResolutionUnit', '', RESUNIT, ''),
    (297, 'PageNumber', '', None, ''),
    (300, 'ColorResponseUnit', '', None, ''),
    (301, 'TransferFunction', '', None, ''),
    (305, 'Software', 'E', None, 'software'),
    (306, 'DateTime', '', None, ''),
    (315, 'Artist', '', None, ''),
    (316, 'HostComputer', '', None, ''),
    (317, 'Predictor', 'W', PREDICTOR, 'predictor'),
    (318, 'WhitePoint', '', None, ''),
    (319, 'PrimaryChromaticities', '', None, ''),
    (320, 'ColorMap', '', None, ''),
    (321, 'HalftoneHints', '', None, ''),
    (322, 'TileWidth', 'W', None, 'tilewidth'),
    (323, 'TileLength', 'W', None, 'tilelength'),
    (324, 'TileOffsets', 'ETW', None, ''),
    (325, 'TileByteCounts', 'ETW', None, ''),
    (326, 'BadFaxLines', '', None, ''),
    (327, 'CleanFaxData', '', None, ''),
    (328, 'ConsecutiveBadFaxLines', '', None, ''),
    (330, 'SubIFDs', 'ETW', None, 'subifds'),
    (332, 'InkSet', '', None, ''),
    (333, 'InkNames', '', None, ''),
    (334, 'NumberOfInks', '', None, ''),
    (336, 'DotRange', '', None, ''),
    (337, 'TargetPrinter', '', None, ''),
    (338, 'ExtraSamples', 'ETW', EXTRASAMPLE, 'extrasamples'),
    (339, 'SampleFormat', 'EW', SAMPLEFORMAT, ''),
    (340, 'SMinSampleValue', '', None, ''),
    (341, 'SMaxSampleValue', '', None, ''),
    (342, 'TransferRange', '', None, ''),
    (343, 'ClipPath', '', None, ''),
    (344, 'XClipPathUnits', '', None, ''),
    (345, 'YClipPathUnits', '', None, ''),
    (346, 'Indexed', '', None, ''),
    (347, 'JPEGTables', 'E', None, 'jpegtables'),
    (400, 'GlobalParametersIFD', 'W', None, ''),
    (512, 'JPEGProc', '', None, ''),
    (513, 'JPEGInterchangeFormat', 'ET', None, ''),
    (514, 'JPEGInterchangeFormatLength', 'ET', None, ''),
    (515, 'JPEGRestartInterval', '', None, ''),
    (517, 'JPEGLosslessPredictors', '', None, ''),
    (518, 'JPEGPointTransforms', '', None, ''),
    (519, 'JPEGQTables', '', None, ''),
    (520, 'JPEGDCTables', '', None, ''),
    (521, 'JPEGACTables', '', None, ''),
    (529, 'YCbCrCoefficients', '', None, ''),
    (530, 'YCbCrSubSampling', 'ET', None, 'subsampling'),
    (531, 'YCbCrPositioning', 'T', None, ''),
    (532, 'ReferenceBlackWhite', '', None, ''),
    (700, 'XMP', '', None, ''),
    (32997, 'ImageDepth', 'W', None, 'imagedepth'),
    (32998, 'TileDepth', 'W', None, 'tiledepth'),
    (33432, 'Copyright', '', None, ''),
    (33550, 'ModelPixelScaleTag', '', None, ''),
    (33628, 'UIC1tag', 'E', None, ''),
    (33723, 'IPTCNAA', '', None, ''),
    (33922, 'ModelTiepointTag', '', None, ''),
    (34264, 'ModelTransformationTag', '', None, ''),
    (34377, 'ImageResources', '', None, ''),
    (34665, 'ExifTag', 'W', None, ''),
    (34675, 'InterColorProfile', '', None, ''),
    (34735, 'GeoKeyDirectoryTag', '', None, ''),
    (34736, 'GeoDoubleParamsTag', 'T', None, ''),
    (34737, 'GeoAsciiParamsTag', '', None, ''),
    (34853, 'GPSTag', 'W', None, ''),
    (37724, 'ImageSourceData', '', None, ''),
    (40965, 'InteroperabilityTag', 'W', None, ''),
    (42112, 'GDAL_METADATA', '', None, ''),
    (42113, 'GDAL_NODATA', 'E', None, ''),
    (50838, 'IJMetadataByteCounts', 'ET', None, ''),
    (50839, 'IJMetadata', 'E', None, ''),
    (51123, 'MicroManagerMetadata', '', None, ''),
)

_TAG_LOAD = frozenset(row[0] for row in _MAIN_TAGS if 'E' in row[2])
_TAG_TUPLE = frozenset(row[0] for row in _MAIN_TAGS if 'T' in row[2])
_TAG_FILTERED = frozenset(row[0] for row in _MAIN_TAGS if 'W' in row[2])
_TAG_ATTRIBUTES = {row[0]: row[4] for row in _MAIN_TAGS if row[4]}
_TAG_ENUM = {row[0]: row[3] for row in _MAIN_TAGS if row[3] is not None}

# Calling an enumeration to get a member is slow. Combined flags are missing.
_ENUM_MEMBERS: dict[int, dict[int, enum.IntEnum | enum.IntFlag]] = {
    code: {int(member): member for member in enumtype.__members__.values()}
    for code, enumtype in _TAG_ENUM.items()
}

# Names of tags without properties. Lines starting with # name the sources.
# A code with several names, or a name with several codes: the first one wins.
_OTHER_TAGS = """\
# Exif 2.32, Exiv2
11 ProcessingSoftware
# TIFF-FX (RFC 2301), TIFF/EP, PageMaker technical notes
351 OPIProxy
401 ProfileType
402 FaxProfile
403 CodingMethods
404 VersionYear
405 ModeNumber
433 Decode
434 DefaultImageColor
435 T82Options
437 JPEGTables
559 StripRowCounts
# GDI+ property items; USPTO, ScanImage
769 GDIGamma
770 ICCProfileDescriptor
771 SRGBRenderingIntent
800 ImageTitle
907 SiffCompress
999 USPTO_Miscellaneous
# Andor Solis
4864 AndorId
4869 AndorTemperature
4876 AndorExposureTime
4878 AndorKineticCycleTime
4879 AndorAccumulations
4881 AndorAcquisitionCycleTime
4882 AndorReadoutTime
4884 AndorPhotonCounting
4885 AndorEmDacLevel
4890 AndorFrames
4896 AndorHorizontalFlip
4897 AndorVerticalFlip
4898 AndorClockwise
4899 AndorCounterClockwise
4904 AndorVerticalClockVoltage
4905 AndorVerticalShiftSpeed
4907 AndorPreAmpSetting
4908 AndorCameraSerial
4911 AndorActualTemperature
4912 AndorBaselineClamp
4913 AndorPrescans
4914 AndorModel
4915 AndorChipSizeX
4916 AndorChipSizeY
4944 AndorBaselineOffset
4966 AndorSoftwareVersion
# Windows Photo Gallery, Microsoft ICE
18246 Rating
18247 XP_DIP_XML
18248 StitchInfo
18249 RatingPercent
# GDI+ property items
20481 ResolutionXUnit
20482 ResolutionYUnit
20483 ResolutionXLengthUnit
20484 ResolutionYLengthUnit
20485 PrintFlags
20486 PrintFlagsVersion
20487 PrintFlagsCrop
20488 PrintFlagsBleedWidth
20489 PrintFlagsBleedWidthScale
20490 HalftoneLPI
20491 HalftoneLPIUnit
20492 HalftoneDegree
20493 HalftoneShape
20494 HalftoneMisc
20495 HalftoneScreen
20496 JPEGQuality
20497 GridSize
20498 ThumbnailFormat
20499 ThumbnailWidth
20500 ThumbnailHeight
20501 ThumbnailColorDepth
20502 ThumbnailPlanes
20503 ThumbnailRawBytes
20504 ThumbnailSize
20505 ThumbnailCompressedSize
20506 ColorTransferFunction
20507 ThumbnailData
20512 ThumbnailImageWidth
20513 ThumbnailImageHeight
20514 ThumbnailBitsPerSample
20515 ThumbnailCompression
20516 ThumbnailPhotometricInterp
20517 ThumbnailImageDescription
20518 ThumbnailEquipMake
20519 ThumbnailEquipModel
20520 ThumbnailStripOffsets
20521 ThumbnailOrientation
20522 ThumbnailSamplesPerPixel
20523 ThumbnailRowsPerStrip
20524 ThumbnailStripBytesCount
20525 ThumbnailResolutionX
20526 ThumbnailResolutionY
20527 ThumbnailPlanarConfig
20528 ThumbnailResolutionUnit
20529 ThumbnailTransferFunction
20530 ThumbnailSoftwareUsed
20531 ThumbnailDateTime
20532 ThumbnailArtist
20533 ThumbnailWhitePoint
20534 ThumbnailPrimaryChromaticities
20535 ThumbnailYCbCrCoefficients
20536 ThumbnailYCbCrSubsampling
20537 ThumbnailYCbCrPositioning
20538 ThumbnailRefBlackWhite
20539 ThumbnailCopyRight
20545 InteroperabilityIndex
20546 InteroperabilityVersion
20624 LuminanceTable
20625 ChrominanceTable
20736 FrameDelay
20737 LoopCount
20738 GlobalPalette
20739 IndexBackground
20740 IndexTransparent
20752 PixelUnit
20753 PixelPerUnitX
20754 PixelPerUnitY
20755 PaletteHistogram
# Sony SR2
28672 SonyRawFileType
28722 VignettingCorrParams
28725 ChromaticAberrationCorrParams
28727 DistortionCorrParams
# OPI, Wang (Kodak Imaging), Island Graphics, SGI
32781 ImageID
32931 WangTag1
32932 WangAnnotation
32933 WangTag3
32934 WangTag4
32953 ImageReferencePoints
32954 RegionXformTackPoint
32955 WarpQuadrilateral
32956 AffineTransformMat
32995 Matteing
32996 DataType
# Pixar
33300 ImageFullWidth
33301 ImageFullLength
33302 TextureFormat
33303 TextureWrapModes
33304 FieldOfViewCotangent
33305 MatrixWorldToScreen
33306 MatrixWorldToCamera
# TIFF/EP (ISO 12234-2), Exif 2.32
33405 Model2
33421 CFARepeatPatternDim
33422 CFAPattern
33423 BatteryLevel
33424 KodakIFD
33434 ExposureTime
33437 FNumber
# Molecular Dynamics GEL
33445 MDFileTag
33446 MDScalePixel
33447 MDColorTable
33448 MDLabName
33449 MDSampleInfo
33450 MDPrepDate
33451 MDPrepTime
33452 MDFileUnits
# NIFF (Navy Image File Format)
33465 NiffRotation
33466 NiffNavyCompression
33467 NiffTileIndex
# Olympus SIS; Advent Imaging; Universal Imaging STK
33471 OlympusINI
33560 OlympusSIS
33589 AdventScale
33590 AdventRevision
33629 UIC2tag
33630 UIC3tag
33631 UIC4tag
# Eastman Kodak; Intergraph raster; Leica
33858 ExtendedTagsOffset
33918 IntergraphPacketData
33919 IntergraphFlagRegisters
33920 IntergraphMatrixTag
33921 INGRReserved
33923 LeicaMagic
# TIFF/IT (ISO 12639)
34016 Site
34017 ColorSequence
34018 IT8Header
34019 RasterPadding
34020 BitsPerRunLength
34021 BitsPerExtendedRunLength
34022 ColorTable
34023 ImageColorIndicator
34024 BackgroundColorIndicator
34025 ImageColorValue
34026 BackgroundColorValue
34027 PixelIntensityRange
34028 TransparencyIndicator
34029 ColorCharacterization
34030 HCUsage
34031 TrapIndicator
34032 CMYKEquivalent
# Zeiss SEM, IPLab, AFCP, Leaf; Olympus FluoView; Zeiss LSM; FEI; Fax
34118 CZ_SEM
34122 IPLAB
34152 AFCP_IPTC
34232 PixelMagicJBIGOptions
34263 JPLCartoIFD
34306 WB_GRGBLevels
34310 LeafData
34361 MM_Header
34362 MM_Stamp
34363 MM_Unknown
34386 MM_UserBlock
34412 CZ_LSMINFO
34680 FEI_SFEG
34682 FEI_HELIOS
34683 FEI_TITAN
34687 FXExtensions
34688 MultiProfiles
34689 SharedData
34690 T88Options
34710 MarCCD
34732 ImageLayer
34750 JBIGOptions
34821 PIXTIFF
# Exif 2.32, TIFF/EP
34850 ExposureProgram
34852 SpectralSensitivity
34853 OlympusSIS2
34855 ISOSpeedRatings
34855 PhotographicSensitivity
34856 OECF
34857 Interlace
34858 TimeZoneOffset
34859 SelfTimerMode
34864 SensitivityType
34865 StandardOutputSensitivity
34866 RecommendedExposureIndex
34867 ISOSpeed
34868 ISOSpeedLatitudeyyy
34869 ISOSpeedLatitudezzz
# HylaFAX; SGI; FedEx; Leaf; Dimensional Imaging Aphelion
34908 HylaFAXFaxRecvParams
34909 HylaFAXFaxSubAddress
34910 HylaFAXFaxRecvTime
34911 FaxDcs
34929 FedexEDR
34954 LeafSubIFD
34959 Aphelion1
34960 Aphelion2
34961 AphelionInternal
# Exif 2.32; TVX (Pilatus, MarCCD)
36864 ExifVersion
36864 TVX_Unknown
36865 TVX_NumExposure
36866 TVX_NumBackground
36867 DateTimeOriginal
36867 TVX_ExposureTime
36868 DateTimeDigitized
36868 TVX_BackgroundTime
36870 TVX_Unknown
36873 GooglePlusUploadCode
36873 TVX_SubBpp
36874 TVX_SubWide
36875 TVX_SubHigh
36876 TVX_BlackLevel
36877 TVX_DarkCurrent
36878 TVX_ReadNoise
36879 TVX_DarkCurrentNoise
36880 OffsetTime
36880 TVX_BeamMonitor
36881 OffsetTimeOriginal
36882 OffsetTimeDigitized
37120 TVX_UserVariables
37121 ComponentsConfiguration
37122 CompressedBitsPerPixel
# Exif 2.32, TIFF/EP
37377 ShutterSpeedValue
37378 ApertureValue
37379 BrightnessValue
37380 ExposureBiasValue
37381 MaxApertureValue
37382 SubjectDistance
37383 MeteringMode
37384 LightSource
37385 Flash
37386 FocalLength
37387 FlashEnergy
37388 SpatialFrequencyResponse
37389 Noise
37390 FocalPlaneXResolution
37391 FocalPlaneYResolution
37392 FocalPlaneResolutionUnit
37393 ImageNumber
37394 SecurityClassification
37395 ImageHistory
37396 SubjectLocation
37397 ExposureIndex
37398 TIFFEPStandardID
37399 SensingMethod
# CIP3; SGI LogLuv
37434 CIP3DataFile
37435 CIP3Sheet
37436 CIP3Side
37439 StoNits
# Exif 2.32
37500 MakerNote
37510 UserComment
37520 SubsecTime
37521 SubsecTimeOriginal
37522 SubsecTimeDigitized
# Microsoft Office Document Imaging; Agilent; TVIPS; Photoshop
37679 MODIText
37680 MODIOLEPropertySetStorage
37681 MODIPositioning
37701 AgilentBinary
37702 AgilentString
37706 TVIPS
37707 TVIPS1
37708 TVIPS2
# Exif 2.32
37888 Temperature
37889 Humidity
37890 Pressure
37891 WaterDepth
37892 Acceleration
37893 CameraElevationAngle
# Pilatus; Media Cybernetics; Ricoh, fax
40000 XPos
40001 YPos
40001 MC_IpWinScal
40001 RecipName
40002 ZPos
40002 RecipNumber
40003 SenderName
40004 Routing
40005 CallerId
40006 TSID
40007 CSID
40008 FaxTime
# Windows Explorer; Media Cybernetics
40091 XPTitle
40092 XPComment
40093 XPAuthor
40094 XPKeywords
40095 XPSubject
40100 MC_IdOld
40106 MC_Unknown
# Exif 2.32
40960 FlashpixVersion
40961 ColorSpace
40962 PixelXDimension
40963 PixelYDimension
40964 RelatedSoundFile
# Samsung RAW
40976 SamsungRawPointersOffset
40977 SamsungRawPointersLength
41217 SamsungRawByteOrder
41218 SamsungRawUnknown
# TIFF/EP
41483 FlashEnergy
41484 SpatialFrequencyResponse
41485 Noise
41486 FocalPlaneXResolution
41487 FocalPlaneYResolution
41488 FocalPlaneResolutionUnit
41489 ImageNumber
41490 SecurityClassification
41491 ImageHistory
41492 SubjectLocation
41493 ExposureIndex
41494 TIFF-EPStandardID
41495 SensingMethod
# Exif 2.32
41728 FileSource
41729 SceneType
41730 CFAPattern
41985 CustomRendered
41986 ExposureMode
41987 WhiteBalance
41988 DigitalZoomRatio
41989 FocalLengthIn35mmFilm
41990 SceneCaptureType
41991 GainControl
41992 Contrast
41993 Saturation
41994 Sharpness
41995 DeviceSettingDescription
41996 SubjectDistanceRange
42016 ImageUniqueID
42032 CameraOwnerName
42033 BodySerialNumber
42034 LensSpecification
42035 LensMake
42036 LensModel
42037 LensSerialNumber
42080 CompositeImage
42081 SourceImageNumberCompositeImage
42082 SourceExposureTimesCompositeImage
42240 Gamma
# NIH Image; Samsung; Microsoft Expand
43314 NIHImageHeader
44992 ExpandSoftware
44993 ExpandLens
44994 ExpandFilm
44995 ExpandFilterLens
44996 ExpandScanner
44997 ExpandFlashLamp
# HD Photo (JPEG XR container)
48129 PixelFormat
48130 Transformation
48131 Uncompressed
48132 ImageType
48256 ImageWidth
48257 ImageHeight
48258 WidthResolution
48259 HeightResolution
48320 ImageOffset
48321 ImageByteCount
48322 AlphaOffset
48323 AlphaByteCount
48324 ImageDataDiscard
48325 AlphaDataDiscard
# Kodak; Oce; Media Cybernetics; USPTO; Canon CR2; ESRI LERC
50003 KodakAPP3
50215 OceScanjobDescription
50216 OceApplicationSelector
50217 OceIdentificationNumber
50218 OceImageLogicCharacteristics
50255 Annotations
50288 MC_Id
50289 MC_XYPosition
50290 MC_ZPosition
50291 MC_XYCalibration
50292 MC_LensCharacteristics
50293 MC_ChannelName
50294 MC_ExcitationWavelength
50295 MC_TimeStamp
50296 MC_FrameProperties
50341 PrintImageMatching
50495 PCO_RAW
50547 OriginalFileName
50560 USPTO_OriginalContentType
50561 USPTO_RotationCode
50648 CR2Unknown1
50649 CR2Unknown2
50656 CR2CFAPattern
50674 LercParameters
# DNG 1.7 with Alias, RPC (GeoTIFF), Panasonic, DGIWG tags
50706 DNGVersion
50707 DNGBackwardVersion
50708 UniqueCameraModel
50709 LocalizedCameraModel
50710 CFAPlaneColor
50711 CFALayout
50712 LinearizationTable
50713 BlackLevelRepeatDim
50714 BlackLevel
50715 BlackLevelDeltaH
50716 BlackLevelDeltaV
50717 WhiteLevel
50718 DefaultScale
50719 DefaultCropOrigin
50720 DefaultCropSize
50721 ColorMatrix1
50722 ColorMatrix2
50723 CameraCalibration1
50724 CameraCalibration2
50725 ReductionMatrix1
50726 ReductionMatrix2
50727 AnalogBalance
50728 AsShotNeutral
50729 AsShotWhiteXY
50730 BaselineExposure
50731 BaselineNoise
50732 BaselineSharpness
50733 BayerGreenSplit
50734 LinearResponseLimit
50735 CameraSerialNumber
50736 LensInfo
50737 ChromaBlurRadius
50738 AntiAliasStrength
50739 ShadowScale
50740 DNGPrivateData
50741 MakerNoteSafety
50752 RawImageSegmentation
50778 CalibrationIlluminant1
50779 CalibrationIlluminant2
50780 BestQualityScale
50781 RawDataUniqueID
50784 AliasLayerMetadata
50827 OriginalRawFileName
50828 OriginalRawFileData
50829 ActiveArea
50830 MaskedAreas
50831 AsShotICCProfile
50832 AsShotPreProfileMatrix
50833 CurrentICCProfile
50834 CurrentPreProfileMatrix
50844 RPCCoefficientTag
50879 ColorimetricReference
50885 SRawType
50898 PanasonicTitle
50899 PanasonicTitle2
50908 RSID
50909 GEO_METADATA
50931 CameraCalibrationSignature
50932 ProfileCalibrationSignature
50933 ExtraCameraProfiles
50933 ProfileIFD
50934 AsShotProfileName
50935 NoiseReductionApplied
50936 ProfileName
50937 ProfileHueSatMapDims
50938 ProfileHueSatMapData1
50939 ProfileHueSatMapData2
50940 ProfileToneCurve
50941 ProfileEmbedPolicy
50942 ProfileCopyright
50964 ForwardMatrix1
50965 ForwardMatrix2
50966 PreviewApplicationName
50967 PreviewApplicationVersion
50968 PreviewSettingsName
50969 PreviewSettingsDigest
50970 PreviewColorSpace
50971 PreviewDateTime
50972 RawImageDigest
50973 OriginalRawFileDigest
50974 SubTileBlockSize
50975 RowInterleaveFactor
50981 ProfileLookTableDims
50982 ProfileLookTableData
51008 OpcodeList1
51009 OpcodeList2
51022 OpcodeList3
# FIBICS, DNG 1.7, Micro-Manager, ZIF, Dectris
51023 FibicsXML
51041 NoiseProfile
51043 TimeCodes
51044 FrameRate
51058 TStop
51081 ReelName
51089 OriginalDefaultFinalSize
51090 OriginalBestQualitySize
51091 OriginalDefaultCropSize
51105 CameraLabel
51107 ProfileHueSatMapEncoding
51108 ProfileLookTableEncoding
51109 BaselineExposureOffset
51110 DefaultBlackRender
51111 NewRawImageDigest
51112 RawToPreviewGain
51113 CacheBlob
51114 CacheVersion
51125 DefaultUserCrop
51159 ZIFmetadata
51160 ZIFannotations
51177 DepthFormat
51178 DepthNear
51179 DepthFar
51180 DepthUnits
51181 DepthMeasureType
51182 EnhanceParams
51192 DectrisIFD
# DNG 1.7
52525 ProfileGainTableMap
52526 SemanticName
52528 SemanticInstanceID
52529 CalibrationIlluminant3
52530 CameraCalibration3
52531 ColorMatrix3
52532 ForwardMatrix3
52533 IlluminantData1
52534 IlluminantData2
52535 IlluminantData3
52536 MaskSubArea
52537 ProfileHueSatMapData3
52538 ReductionMatrix3
52543 RGBTables
52544 ProfileGainTableMap2
52545 C2PAManifestStore
52547 ColumnInterleaveFactor
52548 ImageSequenceInfo
52550 ImageStats
52551 ProfileDynamicRange
52552 ProfileGroupName
52553 JXLDistance
52554 JXLEffort
52555 JXLDecodeSpeed
# Aperio; Windows Photo (padding); JEOL; FlexImage
55000 AperioUnknown55000
55001 AperioMagnification
55002 AperioMPP
55003 AperioScanScopeID
55004 AperioDate
59932 Padding
59933 OffsetSchema
65027 JEOL_Header
65200 FlexXML
"""

# Adobe Camera Raw. These names win over those of other tags in Exif IFDs only.
_EXIF_TAGS = """\
65000 OwnerName
65001 SerialNumber
65002 Lens
65100 RawFile
65101 Converter
65102 WhiteBalance
65105 Exposure
65106 Shadows
65107 Brightness
65108 Contrast
65109 Saturation
65110 Sharpness
65111 Smoothness
65112 MoireFilter
"""

# Exif 2.32 §4.6.6
_GPS_TAGS = """\
0 GPSVersionID
1 GPSLatitudeRef
2 GPSLatitude
3 GPSLongitudeRef
4 GPSLongitude
5 GPSAltitudeRef
6 GPSAltitude
7 GPSTimeStamp
8 GPSSatellites
9 GPSStatus
10 GPSMeasureMode
11 GPSDOP
12 GPSSpeedRef
13 GPSSpeed
14 GPSTrackRef
15 GPSTrack
16 GPSImgDirectionRef
17 GPSImgDirection
18 GPSMapDatum
19 GPSDestLatitudeRef
20 GPSDestLatitude
21 GPSDestLongitudeRef
22 GPSDestLongitude
23 GPSDestBearingRef
24 GPSDestBearing
25 GPSDestDistanceRef
26 GPSDestDistance
27 GPSProcessingMethod
28 GPSAreaInformation
29 GPSDateStamp
30 GPSDifferential
31 GPSHPositioningError
"""

# Exif 2.32 §4.6.7, DCF 2.0
_IOP_TAGS = """\
1 InteroperabilityIndex
2 InteroperabilityVersion
4096 RelatedImageFileFormat
4097 RelatedImageWidth
4098 RelatedImageLength
"""

# Hamamatsu NDPI; the purpose of many codes between these is not known
_NDPI_TAGS = """\
65324 OffsetHighBytes
65325 ByteCountHighBytes
65420 FileFormat
65421 Magnification
65422 XOffsetFromSlideCenter
65423 YOffsetFromSlideCenter
65424 ZOffsetFromSlideCenter
65425 TissueIndex
65426 McuStarts
65427 SlideLabel
65428 AuthCode
65432 McuStartsHighBytes
65434 Fluorescence
65435 ExposureRatio
65436 RedMultiplier
65437 GreenMultiplier
65438 BlueMultiplier
65439 FocusPoints
65440 FocusPointRegions
65441 CaptureMode
65442 ScannerSerialNumber
65444 JpegQuality
65445 RefocusInterval
65446 FocusOffset
65447 BlankLines
65448 FirmwareVersion
65449 Comments
65450 LabelObscured
65451 Wavelength
65453 LampAge
65454 ExposureTime
65455 FocusTime
65456 ScanTime
65457 WriteTime
65458 FullyAutoFocus
65468 Barcode
65477 ScanProfile
65480 BarcodeType
65500 DefaultGamma
"""

# Dectris TIFF extension
_DECTRIS_TAGS = """\
0 IfdVersion
1 SeriesUniqueId
2 SeriesNumber
3 ImageNumber
4 ImageDateTime
5 ThresholdId
6 ThresholdEnergy
7 ExposureTime
9 IncidentEnergy
10 IncidentWavelength
18 LostPixelCount
22 BeamCenter
23 DetectorDistance
"""


def parse_tag_names(text: str, /) -> Iterator[tuple[int, str]]:
    """Yield code and name from lines of text, skipping # lines."""
    for line in text.splitlines():
        if line[0] != '#':
            code, name = line.split(' ', 1)
            yield int(code), name


class TiffTagRegistry:
    """Two-way map of tag codes and tag names.

    A code may have several names, and a name several codes. Pairs are kept in
    layers, each of which maps one to one; the first layer that holds a key
    answers for it. Registries can be changed at any time.

    Parameters:
        arg: Mapping of codes to names, pairs of code and name, or registry.

    Examples:
        >>> tags = TiffTagRegistry([(34853, 'GPSTag'), (34853, 'OlympusSIS2')])
        >>> tags.add(34853, 'GPSIFD')
        >>> tags['GPSTag'], tags['GPSIFD'], tags[34853]
        (34853, 34853, 'GPSTag')
        >>> tags.getall(34853)
        ['GPSTag', 'OlympusSIS2', 'GPSIFD']
        >>> len(tags)
        3

    """

    __slots__ = ('_layers', '_rest')

    _lock = threading.Lock()  # only held while reading deferred pairs

    _layers: list[dict[int | str, Any]]  # each holds both directions
    _rest: str  # names not parsed yet; never answer for a key in _layers

    def __init__(
        self,
        arg: TiffTagRegistry | dict[int, str] | Iterable[tuple[int, str]],
        /,
        *,
        _rest: str = '',
    ) -> None:
        self._layers = [{}]
        self._rest = ''
        self.update(arg)
        self._rest = _rest

    def _load(self) -> None:
        """Add deferred pairs."""
        if not self._rest:
            return
        with self._lock:
            for code, name in parse_tag_names(self._rest):
                self._insert(code, name)
            self._rest = ''

    def _insert(self, code: int, name: str, /) -> None:
        """Add pair to first layer that knows neither code nor name."""
        for layer in self._layers:
            if code in layer:
                if layer[code] == name:
                    return
            elif name not in layer:
                layer[code] = name
                layer[name] = code
                return
        self._layers.append({code: name, name: code})

    def update(
        self,
        arg: TiffTagRegistry | dict[int, str] | Iterable[tuple[int, str]],
        /,
    ) -> None:
        """Add pairs of code and name.

        Parameters:
            arg: Mapping of codes to names, pairs of code and name, or
                registry, whose pairs are copied.

        """
        if isinstance(arg, TiffTagRegistry):
            arg = arg._pairs()
        elif isinstance(arg, dict):
            arg = arg.items()
        for code, name in arg:
            self.add(code, name)

    def add(self, code: int, name: str, /) -> None:
        """Add code and name, unless they are a pair already."""
        self._load()
        self._insert(int(code), str(name))

    def _pairs(self) -> list[tuple[int, str]]:
        """Return all pairs of code and name, layer by layer."""
        self._load()
        return [
            (code, name)
            for layer in self._layers
            for code, name in layer.items()
            if isinstance(code, int)
        ]

    def items(self) -> list[tuple[int, str]]:
        """Return all pairs of code and name, sorted by code."""
        return sorted(self._pairs(), key=lambda pair: pair[0])

    @overload
    def get(self, key: int, /) -> str | None: ...

    @overload
    def get(self, key: int, /, default: DefaultT) -> str | DefaultT: ...

    @overload
    def get(self, key: str, /) -> int | None: ...

    @overload
    def get(self, key: str, /, default: DefaultT) -> int | DefaultT: ...

    def get(self, key: int | str, /, default: Any = None) -> Any:
        """Return first name of code, first code of name, or default."""
        for layer in self._layers:
            if key in layer:
                return layer[key]
        if self._rest:
            self._load()
            return self.get(key, default)
        return default

    @overload
    def getall(self, key: int, /) -> list[str] | None: ...

    @overload
    def getall(
        self, key: int, /, default: DefaultT
    ) -> list[str] | DefaultT: ...

    @overload
    def getall(self, key: str, /) -> list[int] | None: ...

    @overload
    def getall(
        self, key: str, /, default: DefaultT
    ) -> list[int] | DefaultT: ...

    def getall(self, key: int | str, /, default: Any = None) -> Any:
        """Return all names of code, all codes of name, or default."""
        self._load()
        found = [layer[key] for layer in self._layers if key in layer]
        return found or default

    @overload
    def __getitem__(self, key: int, /) -> str: ...

    @overload
    def __getitem__(self, key: str, /) -> int: ...

    def __getitem__(self, key: int | str, /) -> int | str:
        """Return first name of code or first code of name."""
        value: int | str | None = self.get(key)
        if value is None:
            raise KeyError(key)
        return value

    def __delitem__(self, key: int | str, /) -> None:
        """Delete all pairs with code or name."""
        self._load()
        found = [layer for layer in self._layers if key in layer]
        if not found:
            raise KeyError(key)
        for layer in found:
            del layer[layer.pop(key)]

    def __contains__(self, item: int | str, /) -> bool:
        """Return if code or name is registered."""
        return self.get(item) is not None

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Return iterator over pairs of code and name, sorted by code."""
        return iter(self.items())

    def __len__(self) -> int:
        """Return number of pairs."""
        return len(self._pairs())

    def __repr__(self) -> str:
        return f'<tifffile.TiffTagRegistry @0x{id(self):016X}>'

    def __str__(self) -> str:
        lines = (f'  ({code}, {name!r}),' for code, name in self.items())
        return '\n'.join(('TiffTagRegistry((', *lines, '))'))


# SampleFormat; first and last BitsPerSample; character of smallest NumPy type.
# Sizes between those of NumPy types are unpacked by the library.
_SAMPLE_DTYPES = (
    (SAMPLEFORMAT.UINT, 1, 1, '?'),
    (SAMPLEFORMAT.UINT, 2, 8, 'B'),
    (SAMPLEFORMAT.UINT, 9, 16, 'H'),
    (SAMPLEFORMAT.UINT, 17, 32, 'I'),
    (SAMPLEFORMAT.UINT, 33, 64, 'Q'),
    (SAMPLEFORMAT.VOID, 1, 1, '?'),
    (SAMPLEFORMAT.VOID, 2, 8, 'B'),
    (SAMPLEFORMAT.VOID, 9, 16, 'H'),
    (SAMPLEFORMAT.VOID, 17, 32, 'I'),
    (SAMPLEFORMAT.VOID, 33, 64, 'Q'),
    (SAMPLEFORMAT.INT, 2, 8, 'b'),
    (SAMPLEFORMAT.INT, 9, 16, 'h'),
    (SAMPLEFORMAT.INT, 17, 32, 'i'),
    (SAMPLEFORMAT.INT, 33, 64, 'q'),
    (SAMPLEFORMAT.IEEEFP, 16, 16, 'e'),
    (SAMPLEFORMAT.IEEEFP, 24, 24, 'f'),
    (SAMPLEFORMAT.IEEEFP, 32, 32, 'f'),
    (SAMPLEFORMAT.IEEEFP, 64, 64, 'd'),
    (SAMPLEFORMAT.COMPLEXINT, 16, 16, 'F'),
    (SAMPLEFORMAT.COMPLEXINT, 32, 32, 'F'),
    (SAMPLEFORMAT.COMPLEXINT, 64, 64, 'D'),
    (SAMPLEFORMAT.COMPLEXIEEEFP, 64, 64, 'F'),
    (SAMPLEFORMAT.COMPLEXIEEEFP, 128, 128, 'D'),
)


class _TIFF:
    """Constants and tables of TIFF files.

    Tables are made when first accessed. ``TIFF`` is the only instance.
    ``MAXWORKERS``, ``MAXIOWORKERS``, ``BUFFERSIZE`` and ``LIMITS`` may be set
    at any time; deleting them restores their initial value.

    """

    _factories: ClassVar[dict[str, Callable[[], Any]]] = {}

    BUFFERSIZE: int = 268435456
    """Number of bytes to read or encode in one pass."""

    LIMITS: Limits = Limits()
    """Bounds on what a file may make the library allocate or iterate."""

    MAXWORKERS: int
    """Maximum number of threads to de/compress segments.

    The value of environment variable ``TIFFFILE_NUM_THREADS``, or half of the
    number of CPUs available to the process, in range 1 to 32.
    """

    MAXIOWORKERS: int
    """Maximum number of threads to read or write files.

    The value of environment variable ``TIFFFILE_NUM_IOTHREADS``, or the number
    of CPUs available to the process plus 4, in range 1 to 32.
    """

    ALLOCATIONGRANULARITY: int
    """Alignment of the offset of memory maps in bytes."""

    TAGS: TiffTagRegistry
    """Codes and names of tags in IFDs of images."""

    EXIF_TAGS: TiffTagRegistry
    """Codes and names of tags in Exif IFDs."""

    GPS_TAGS: TiffTagRegistry
    """Codes and names of tags in GPS IFDs."""

    IOP_TAGS: TiffTagRegistry
    """Codes and names of tags in interoperability IFDs."""

    NDPI_TAGS: TiffTagRegistry
    """Codes and names of tags in Hamamatsu NDPI files."""

    DECTRIS_TAGS: TiffTagRegistry
    """Codes and names of tags in Dectris IFDs."""

    TAG_LOAD: frozenset[int] = _TAG_LOAD
    """Codes of tags whose values are read with the IFD."""

    TAG_TUPLE: frozenset[int] = _TAG_TUPLE
    """Codes of tags whose values are always tuples."""

    TAG_FILTERED: frozenset[int] = _TAG_FILTERED
    """Codes of tags that only the writer makes."""

    TAG_ATTRIBUTES: dict[int, str] = _TAG_ATTRIBUTES
    """Map codes of tags to attributes of :py:class:`TiffPage`."""

    TAG_ENUM: dict[int, type[enum.IntEnum] | type[enum.IntFlag]] = _TAG_ENUM
    """Map codes of tags to enumerations of values."""

    DATA_FORMATS: dict[int, str] = _DATATYPE_FORMATS
    """Map data types to struct formats."""

    DATA_DTYPES: dict[str, int] = {  # noqa: RUF012
        'B': 1,
        's': 2,
        'H': 3,
        'I': 4,
        '2I': 5,
        'b': 6,
        'h': 8,
        'i': 9,
        '2i': 10,
        'f': 11,
        'd': 12,
        'Q': 16,
        'q': 17,
    }
    """Map struct formats to data types."""

    SAMPLE_DTYPES: dict[tuple[int, int | tuple[int, ...]], str]
    """Map SampleFormat and BitsPerSample to NumPy type characters."""

    PHOTOMETRIC_SAMPLES: dict[int, int] = {  # noqa: RUF012
        PHOTOMETRIC.MINISWHITE: 1,
        PHOTOMETRIC.MINISBLACK: 1,
        PHOTOMETRIC.RGB: 3,
        PHOTOMETRIC.PALETTE: 1,
        PHOTOMETRIC.MASK: 1,
        PHOTOMETRIC.SEPARATED: 4,
        PHOTOMETRIC.YCBCR: 3,
        PHOTOMETRIC.CIELAB: 3,
        PHOTOMETRIC.ICCLAB: 3,
        PHOTOMETRIC.ITULAB: 3,
        PHOTOMETRIC.CFA: 1,
        PHOTOMETRIC.LOGL: 1,
        PHOTOMETRIC.LOGLUV: 3,
        PHOTOMETRIC.LINEAR_RAW: 1,
        PHOTOMETRIC.DEPTH_MAP: 1,
        PHOTOMETRIC.SEMANTIC_MASK: 1,
    }
    """Map PhotometricInterpretation to least number of samples."""

    IMAGE_COMPRESSIONS: set[int] = {  # noqa: RUF012
        COMPRESSION.OJPEG,
        COMPRESSION.JPEG,
        COMPRESSION.JPEGXR_NDPI,
        COMPRESSION.APERIO_JP2000_YCBC,
        COMPRESSION.JPEG_2000_LOSSY,
        COMPRESSION.APERIO_JP2000_RGB,
        COMPRESSION.ALT_JPEG,
        COMPRESSION.JPEG2000,
        COMPRESSION.JPEG_LOSSY,
        COMPRESSION.PNG,
        COMPRESSION.JPEGXR,
        COMPRESSION.JETRAW,
        COMPRESSION.WEBP,
        COMPRESSION.JPEGXL,
        COMPRESSION.JPEGXL_DNG,
        COMPRESSION.EER_V0,
        COMPRESSION.EER_V1,
        COMPRESSION.EER_V2,
    }
    """Compression schemes that make images, not bytes, of segments."""

    AXES_NAMES: dict[str, str] = {  # noqa: RUF012
        'X': 'width',
        'Y': 'height',
        'Z': 'depth',
        'S': 'sample',
        'I': 'sequence',
        'T': 'time',
        'C': 'channel',
        'A': 'angle',
        'P': 'phase',
        'R': 'tile',
        'H': 'lifetime',
        'E': 'lambda',
        'L': 'exposure',
        'V': 'event',
        'M': 'mosaic',
        'Q': 'other',
        'J': 'column',
        'K': 'row',
    }
    """Map characters of axes to names of dimensions."""

    AXES_CODES: dict[str, str]
    """Map names of dimensions to characters of axes."""

    FILE_EXTENSIONS: tuple[str, ...] = (
        'tif',
        'tiff',
        'ome.tif',
        'lsm',
        'stk',
        'qpi',
        'pcoraw',
        'qptiff',
        'ptiff',
        'ptif',
        'gel',
        'seq',
        'svs',
        'avs',
        'scn',
        'zif',
        'ndpi',
        'bif',
        'tf8',
        'tf2',
        'btf',
        'eer',
    )
    """Extensions of names of TIFF files."""

    FILEOPEN_FILTER: list[tuple[str, str]]
    """File types for open file dialogs."""

    FILE_PATTERNS: dict[str, str]
    """Regular expressions to parse file names of sequences."""

    CHUNKMODE = CHUNKMODE
    COMPRESSION = COMPRESSION
    DATATYPE = DATATYPE
    DATATYPES = DATATYPE
    EXTRASAMPLE = EXTRASAMPLE
    FILETYPE = FILETYPE
    FILLORDER = FILLORDER
    OFILETYPE = OFILETYPE
    ORIENTATION = ORIENTATION
    PHOTOMETRIC = PHOTOMETRIC
    PLANARCONFIG = PLANARCONFIG
    PREDICTOR = PREDICTOR
    RESUNIT = RESUNIT
    SAMPLEFORMAT = SAMPLEFORMAT

    @classmethod
    def register(cls, name: str, /) -> Callable[[FactoryT], FactoryT]:
        """Return decorator of function that makes the named constant.

        The function is called without arguments when the constant is first
        accessed. It may be called more than once by concurrent threads, all
        of which get the same result.

        """

        def decorator(factory: FactoryT) -> FactoryT:
            if hasattr(cls, name) or name in cls._factories:
                raise ValueError(f'TIFF.{name} exists already')
            cls._factories[name] = factory
            return factory

        return decorator

    @property
    def AXES_LABELS(self) -> dict[str, str]:
        """Map characters to names of axes, and names to characters."""
        warnings.warn(
            '<tifffile.TIFF.AXES_LABELS> is deprecated. '
            'Use TIFF.AXES_NAMES or TIFF.AXES_CODES',
            DeprecationWarning,
            stacklevel=2,
        )
        return {**self.AXES_NAMES, **self.AXES_CODES}

    def __getattr__(self, name: str) -> Any:
        factory = self._factories.get(name)
        if factory is None:
            raise AttributeError(
                f'TIFF has no constant {name!r}', name=name, obj=self
            )
        return self.__dict__.setdefault(name, factory())

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._factories})

    def __repr__(self) -> str:
        return '<tifffile.TIFF>'


TIFF = _TIFF()


@_TIFF.register('TAGS')
def make_tags() -> TiffTagRegistry:
    """Return registry of tags in IFDs of images."""
    return TiffTagRegistry((row[:2] for row in _MAIN_TAGS), _rest=_OTHER_TAGS)


@_TIFF.register('EXIF_TAGS')
def make_exif_tags() -> TiffTagRegistry:
    """Return registry of tags in Exif IFDs."""
    registry = TiffTagRegistry(parse_tag_names(_EXIF_TAGS))
    registry.update(TIFF.TAGS)
    return registry


@_TIFF.register('GPS_TAGS')
def make_gps_tags() -> TiffTagRegistry:
    """Return registry of tags in GPS IFDs."""
    return TiffTagRegistry(parse_tag_names(_GPS_TAGS))


@_TIFF.register('IOP_TAGS')
def make_iop_tags() -> TiffTagRegistry:
    """Return registry of tags in interoperability IFDs."""
    return TiffTagRegistry(parse_tag_names(_IOP_TAGS))


@_TIFF.register('NDPI_TAGS')
def make_ndpi_tags() -> TiffTagRegistry:
    """Return registry of tags in NDPI files."""
    registry = TiffTagRegistry(parse_tag_names(_NDPI_TAGS))
    for code in range(65420, 65501):
        if code not in registry:
            registry.add(code, str(code))
    return registry


@_TIFF.register('DECTRIS_TAGS')
def make_dectris_tags() -> TiffTagRegistry:
    """Return registry of tags in Dectris IFDs."""
    return TiffTagRegistry(parse_tag_names(_DECTRIS_TAGS))


@_TIFF.register('SAMPLE_DTYPES')
def make_sample_dtypes() -> dict[tuple[int, int | tuple[int, ...]], str]:
    """Return map of SampleFormat and BitsPerSample to NumPy characters."""
    dtypes: dict[tuple[int, int | tuple[int, ...]], str] = {
        (sampleformat, bits): dtype
        for sampleformat, first, last, dtype in _SAMPLE_DTYPES
        for bits in range(first, last + 1)
    }
    dtypes[SAMPLEFORMAT.UINT, (5, 6, 5)] = 'B'
    return dtypes


@_TIFF.register('AXES_CODES')
def make_axes_codes() -> dict[str, str]:
    """Return map of names of dimensions to characters of axes."""
    return {name: code for code, name in TIFF.AXES_NAMES.items()}


@_TIFF.register('FILEOPEN_FILTER')
def make_fileopen_filter() -> list[tuple[str, str]]:
    """Return file types for open file dialogs."""
    return [
        *(
            (f'{ext.upper()} files', f'*.{ext}')
            for ext in TIFF.FILE_EXTENSIONS
        ),
        ('All files', '*'),
    ]


@_TIFF.register('FILE_PATTERNS')
def make_file_patterns() -> dict[str, str]:
    """Return regular expressions to parse file names of sequences."""
    # the names of files in Olympus OIF and Leica TIFF series
    axis = r'_?(?:(ch|tp|[qlpactxyz])(\d{1,4}))'
    return {'axes': '(?i)' + axis + 6 * f'(?:{axis})?'}


@_TIFF.register('ALLOCATIONGRANULARITY')
def make_allocation_granularity() -> int:
    """Return alignment of memory maps."""
    import mmap

    return mmap.ALLOCATIONGRANULARITY


@_TIFF.register('MAXWORKERS')
def make_maxworkers() -> int:
    """Return maximum number of threads to de/compress segments."""
    count = read_environment_count('TIFFFILE_NUM_THREADS')
    return count or min(max(count_cpus() // 2, 1), 32)


@_TIFF.register('MAXIOWORKERS')
def make_maxioworkers() -> int:
    """Return maximum number of threads to read or write files."""
    count = read_environment_count('TIFFFILE_NUM_IOTHREADS')
    return count or min(count_cpus() + 4, 32)


def read_environment_count(name: str, /) -> int:
    """Return number >= 1 in environment variable, 0 if absent or invalid."""
    try:
        return max(int(os.environ[name]), 1)
    except (KeyError, ValueError):
        return 0


def count_cpus() -> int:
    """Return number of CPUs available to the process."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # Windows, macOS
        return os.cpu_count() or 1


# =============================================================================
# 4  Axes, shapes, text
#
# Pure functions and small value classes that know nothing of files and tags:
# axes and shapes of arrays, selections, text, numbers, dates, keyword
# arguments, XML and MATLAB text. All sections below may call them. They never
# change their arguments, update_kwargs and parse_kwargs apart. Text comes from
# files, so its parsers are bounded: no entities in XML, no deep nesting.
# =============================================================================


def product(iterable: Iterable[int], /) -> int:
    """Return product of integers, 1 if there are none.

    The result is a Python integer, which does not overflow.

    Examples:
        >>> product([2**8, 2**30])
        274877906944
        >>> product([])
        1

    """
    return math.prod(map(int, iterable))


@overload
def squeeze_axes(  # type: ignore[overload-overlap]
    shape: Sequence[int], axes: str, /, skip: str | Sequence[str] | None = None
) -> tuple[tuple[int, ...], str]: ...


@overload
def squeeze_axes(
    shape: Sequence[int],
    axes: Sequence[str],
    /,
    skip: str | Sequence[str] | None = None,
) -> tuple[tuple[int, ...], tuple[str, ...]]: ...


def squeeze_axes(
    shape: Sequence[int],
    axes: str | Sequence[str],
    /,
    skip: str | Sequence[str] | None = None,
) -> tuple[tuple[int, ...], str | tuple[str, ...]]:
    """Return shape and axes without dimensions of length one or zero.

    Parameters:
        shape: Lengths of dimensions.
        axes: Characters or names of dimensions.
        skip: Dimensions to keep whatever their length. The default is 'XY'.

    Returns:
        Shape and axes. The last dimension is kept if none is left.

    Raises:
        ValueError: Shape and axes differ in length.

    Examples:
        >>> squeeze_axes((5, 1, 2, 1, 1), 'TZYXC')
        ((5, 2, 1), 'TYX')
        >>> squeeze_axes((1, 1), 'TZ')
        ((1,), 'Z')

    """
    if len(shape) != len(axes):
        raise ValueError(
            f'dimensions of axes {axes!r} and shape {shape} do not match'
        )
    if skip is None:
        skip = 'XY'
    kept = [
        i
        for i, (size, axis) in enumerate(zip(shape, axes, strict=True))
        if size > 1 or axis in skip
    ]
    if not kept:
        kept = list(range(len(shape)))[-1:]
    names = [axes[i] for i in kept]
    return (
        tuple(shape[i] for i in kept),
        ''.join(names) if isinstance(axes, str) else tuple(names),
    )


@overload
def reshape_axes(  # type: ignore[overload-overlap]
    axes: str,
    shape: Sequence[int],
    newshape: Sequence[int],
    /,
    unknown: str | None = None,
) -> str: ...


@overload
def reshape_axes(
    axes: Sequence[str],
    shape: Sequence[int],
    newshape: Sequence[int],
    /,
    unknown: str | None = None,
) -> tuple[str, ...]: ...


def reshape_axes(
    axes: str | Sequence[str],
    shape: Sequence[int],
    newshape: Sequence[int],
    /,
    unknown: str | None = None,
) -> str | tuple[str, ...]:
    """Return axes of reshaped array.

    Parameters:
        axes: Characters or names of dimensions of array.
        shape: Shape of array.
        newshape: Shape of reshaped array.
        unknown: Axis of dimensions that are not in `shape`; 'Q' by default.

    Raises:
        ValueError: Array cannot be reshaped, or axes do not match its shape.

    Examples:
        >>> reshape_axes('YXS', (219, 301, 1), (219, 301))
        'YX'
        >>> reshape_axes('IYX', (12, 219, 301), (3, 4, 219, 1, 301, 1))
        'QQYQXQ'

    """
    if unknown is None:
        unknown = 'Q'
    if len(axes) != len(shape):
        raise ValueError(
            f'dimensions of axes {axes!r} and shape {shape} do not match'
        )
    if product(shape) != product(newshape):
        raise ValueError(f'cannot reshape {shape} to {newshape}')
    names: list[str] = []
    stride = newstride = 1
    index = len(shape) - 1
    for size in reversed(newshape):
        while index >= 0 and shape[index] == 1 and size != 1:
            index -= 1
        if index >= 0 and size == shape[index] and stride == newstride:
            names.append(axes[index])
            stride *= size
            index -= 1
        else:
            names.append(unknown)
        newstride *= size
    names.reverse()
    return ''.join(names) if isinstance(axes, str) else tuple(names)


def transpose_axes(
    image: NDArray[Any],
    axes: str | Sequence[str],
    /,
    asaxes: str | Sequence[str] | None = None,
) -> NDArray[Any]:
    """Return view of array with its axes in different order.

    Parameters:
        image: Array to transpose.
        axes: Characters or names of dimensions of array.
        asaxes:
            Dimensions of returned array; the ones missing in `axes` are of
            length one. The default is 'CTZYX'.

    Raises:
        ValueError: Axes do not match the array or are not in `asaxes`.

    Examples:
        >>> transpose_axes(numpy.zeros((2, 3, 4)), 'TYX', 'CTZYX').shape
        (1, 2, 1, 3, 4)

    """
    if asaxes is None:
        asaxes = 'CTZYX'
    if len(axes) != image.ndim or len(set(axes)) != image.ndim:
        raise ValueError(f'axes {axes!r} do not match shape {image.shape}')
    for axis in axes:
        if axis not in asaxes:
            raise ValueError(f'unknown axis {axis!r}')
    names = list(axes)
    missing = [axis for axis in asaxes if axis not in names]
    image = image.reshape((1,) * len(missing) + image.shape)
    names = missing + names
    return image.transpose([names.index(axis) for axis in asaxes])


@overload
def reshape_nd(
    data_or_shape: tuple[int, ...], ndim: int, /
) -> tuple[int, ...]: ...


@overload
def reshape_nd(data_or_shape: NDArray[Any], ndim: int, /) -> NDArray[Any]: ...


def reshape_nd(
    data_or_shape: tuple[int, ...] | NDArray[Any], ndim: int, /
) -> tuple[int, ...] | NDArray[Any]:
    """Return array or shape with at least `ndim` dimensions.

    Dimensions of length one are inserted in front.

    Examples:
        >>> reshape_nd((3, 4), 4)
        (1, 1, 3, 4)
        >>> reshape_nd(numpy.zeros((3, 4)), 4).shape
        (1, 1, 3, 4)

    """
    if isinstance(data_or_shape, tuple):
        return (1,) * (ndim - len(data_or_shape)) + data_or_shape
    missing = ndim - data_or_shape.ndim
    if missing <= 0:
        return data_or_shape
    return data_or_shape.reshape((1,) * missing + data_or_shape.shape)


def repeat_nd(a: ArrayLike, repeats: Sequence[int], /) -> NDArray[Any]:
    """Return copy of array with elements repeated along each axis.

    This is a zoom by integer factors without interpolation.

    Parameters:
        a: Array of any shape.
        repeats: Number of repetitions for each axis of array.

    Raises:
        ValueError: Numbers of repetitions and dimensions differ.

    Examples:
        >>> repeat_nd([[1, 2]], (2, 2))
        array([[1, 1, 2, 2],
               [1, 1, 2, 2]])

    """
    a = numpy.asarray(a)
    if len(repeats) != a.ndim:
        raise ValueError(f'{len(repeats)} repeats for {a.ndim} dimensions')
    shape: list[int] = []
    for size, repeat in zip(a.shape, repeats, strict=True):
        shape.extend((size, repeat))
    index = (slice(None), None) * a.ndim
    out = numpy.empty(shape, a.dtype)
    out[...] = a[index]
    return out.reshape([i * j for i, j in zip(a.shape, repeats, strict=True)])


def reorient(
    image: NDArray[Any], orientation: ORIENTATION | int | str, /
) -> NDArray[Any]:
    """Return view of image with row 0 on top and column 0 on the left.

    Parameters:
        image: Array of shape (..., length, width, samples).
        orientation: Orientation of image, for example from tag 274.

    Raises:
        ValueError: Orientation is unknown.

    """
    member = enumarg(ORIENTATION, orientation)
    if member >= ORIENTATION.LEFTTOP:  # rows are columns of image
        image = numpy.swapaxes(image, -3, -2)
    if member in _MIRRORED:
        image = image[..., ::-1, :]
    if member in _FLIPPED:
        image = image[..., ::-1, :, :]
    return image


# TIFF 6.0 §8: first row or column is at the visual right; at the bottom
_MIRRORED = frozenset(
    (
        ORIENTATION.TOPRIGHT,
        ORIENTATION.BOTRIGHT,
        ORIENTATION.RIGHTTOP,
        ORIENTATION.RIGHTBOT,
    )
)
_FLIPPED = frozenset(
    (
        ORIENTATION.BOTRIGHT,
        ORIENTATION.BOTLEFT,
        ORIENTATION.RIGHTBOT,
        ORIENTATION.LEFTBOT,
    )
)


def apply_colormap(
    image: NDArray[Any], colormap: NDArray[Any], /, contig: bool = True
) -> NDArray[Any]:
    """Return colors of palette image.

    Parameters:
        image: Integer array of indices of colors.
        colormap: Array of shape (channels, colors).
        contig: Return contiguous array.

    Returns:
        Array of the type of `colormap` and shape `image.shape + (channels,)`.

    Raises:
        IndexError: Image contains indices of colors not in colormap.

    Examples:
        >>> im = numpy.arange(2, dtype='u1')
        >>> apply_colormap(im, numpy.array([[1, 2], [3, 4], [5, 6]], 'u1'))
        array([[1, 3, 5],
               [2, 4, 6]], dtype=uint8)

    """
    if image.dtype.kind == 'i' and image.size > 0 and image.min() < 0:
        raise IndexError(f'negative index {image.min()} in palette image')
    colors = numpy.ascontiguousarray(numpy.moveaxis(colormap, 0, -1))
    result = numpy.take(colors, image, axis=0)
    return numpy.ascontiguousarray(result) if contig else result


def linspace(
    origin: float,
    delta: float,
    size: int,
    dtype: DTypeLike | None = None,
    endpoint: bool = False,
) -> NDArray[Any]:
    """Return `size` coordinates from `origin` in steps of `delta`."""
    stop = origin + delta * size
    return numpy.linspace(origin, stop, size, endpoint=endpoint, dtype=dtype)


def order_axes(
    indices: ArrayLike, /, *, squeeze: bool = False
) -> tuple[int, ...]:
    """Return order of axes, from slowest to fastest varying.

    Parameters:
        indices: Indices of items in order, of shape (items, axes).
        squeeze: Leave out axes of constant index.

    Examples:
        >>> order_axes([(0, 0), (1, 0), (0, 1), (1, 1)])
        (1, 0)

    """
    steps = numpy.diff(numpy.asarray(indices), axis=0)
    changes = numpy.count_nonzero(steps, axis=0).tolist()
    order = sorted(range(len(changes)), key=changes.__getitem__)
    return tuple(i for i in order if changes[i] or not squeeze)


def check_shape(
    page_shape: Sequence[int], series_shape: Sequence[int]
) -> bool:
    """Return if pages of same shape can be stacked to shape of series.

    Examples:
        >>> check_shape((3, 4), (2, 3, 4))
        True
        >>> check_shape((3, 4), (2, 4, 3))
        False

    """
    start = len(series_shape) - len(page_shape)
    return (
        start >= 0
        and 0 not in series_shape
        and tuple(series_shape[start:]) == tuple(page_shape)
    )


def create_output(
    out: OutputType,
    /,
    shape: Sequence[int],
    dtype: DTypeLike,
    *,
    mode: Literal['r+', 'w+', 'r', 'c'] = 'w+',
    suffix: str | None = None,
    fillvalue: float | None = 0,
) -> NDArray[Any]:
    """Return array where image data of shape and dtype can be copied.

    Parameters:
        out:
            Kind of array:

            - *None*: new array.
            - *numpy.ndarray*: the array itself, reshaped to `shape`.
            - *'memmap'* or *'memmap:DIRECTORY'*: memory-mapped array in
              temporary file, which vanishes with the array.
            - other *str*, path, or open file: memory-mapped array in file.

        shape: Shape of array.
        dtype: Type of image data, which must be safe to cast to type of `out`.
        mode: Mode to open memory-mapped file.
        suffix: End of name of temporary file. The default is '.memmap'.
        fillvalue:
            Initial value of new array or temporary file.
            *None* leaves values undefined.

    Raises:
        ValueError: `out` is an array that does not match shape and dtype.

    """
    shape = tuple(shape)
    dtype = numpy.dtype(dtype)
    if isinstance(out, numpy.ndarray):
        return reshape_output(out, shape, dtype)
    if out is None or product(shape) == 0:
        if fillvalue is None:
            return numpy.empty(shape, dtype)
        if fillvalue == 0:
            return numpy.zeros(shape, dtype)
        return numpy.full(shape, fillvalue, dtype)
    if isinstance(out, str) and (out == 'memmap' or out[:7] == 'memmap:'):
        import tempfile

        with tempfile.NamedTemporaryFile(
            dir=out[7:] or None, suffix=suffix or '.memmap'
        ) as fh:
            result: NDArray[Any] = numpy.memmap(fh, dtype, mode, shape=shape)
        if fillvalue:
            result.fill(fillvalue)
        return result
    return numpy.memmap(out, dtype, mode, shape=shape)


def reshape_output(
    out: NDArray[Any], shape: tuple[int, ...], dtype: numpy.dtype[Any], /
) -> NDArray[Any]:
    """Return view of array given as output, in shape of image data."""
    if out.size != product(shape):
        raise ValueError(
            f'incompatible output shape {out.shape}, expected {shape}'
        )
    if not numpy.can_cast(dtype, out.dtype):
        raise ValueError(
            f'incompatible output dtype {out.dtype}, expected {dtype}'
        )
    view = out.reshape(shape)
    if view.size > 0 and not numpy.may_share_memory(view, out):
        raise ValueError(
            f'incompatible output shape {out.shape} of non-contiguous array, '
            f'expected {shape}'
        )
    return view


def parse_selection(
    selection: Any, shape: Sequence[int], /
) -> tuple[int | slice, ...]:
    """Return one integer or slice per dimension from NumPy basic index.

    Parameters:
        selection:
            Integers, slices, and one Ellipsis, or tuple of these.
        shape: Shape of array to be indexed.

    Returns:
        Tuple that selects the same items. Integers are not negative. Slices
        have integer start, stop, and step; equal slices select equal items;
        use `slice.indices` to get the range of negative steps.

    Raises:
        TypeError: Selection contains None, booleans, or arrays.
        IndexError: Integer is out of bounds, or there are too many indices.
        ValueError: Step of slice is zero.

    Examples:
        >>> parse_selection((-1, ..., slice(None, None, 2)), (3, 4, 5))
        (2, slice(0, 4, 1), slice(0, 5, 2))

    """
    items = selection if isinstance(selection, tuple) else (selection,)
    ellipses = [i for i, item in enumerate(items) if item is Ellipsis]
    if len(ellipses) > 1:
        raise IndexError('selection has more than one ellipsis')
    missing = len(shape) - len(items) + len(ellipses)
    if missing < 0:
        raise IndexError(
            f'selection has {len(items) - len(ellipses)} indices '
            f'for {len(shape)} dimensions'
        )
    start = ellipses[0] if ellipses else len(items)
    items = (
        *items[:start],
        *(slice(None),) * missing,
        *items[start + 1 :],
    )
    return tuple(
        parse_index(item, axis, size)
        for axis, (item, size) in enumerate(zip(items, shape, strict=True))
    )


def parse_index(item: Any, axis: int, size: int, /) -> int | slice:
    """Return integer or slice without negative or missing values."""
    if isinstance(item, slice):
        indices = range(size)[item]
        if not indices:
            return slice(0, 0, 1)
        start, last, step = indices[0], indices[-1], indices.step
        if step > 0:
            return slice(start, last + 1, step)
        return slice(start, last - 1 if last > 0 else -size - 1, step)
    try:
        if isinstance(item, bool | numpy.bool_ | numpy.ndarray):
            raise TypeError
        index = operator.index(item)
    except TypeError:
        raise TypeError(
            f'selection of axis {axis} must be an integer or slice, '
            f'not {type(item).__name__}'
        ) from None
    if not -size <= index < size:
        raise IndexError(
            f'index {index} is out of bounds for axis {axis} with size {size}'
        )
    return index % size


@dataclasses.dataclass(frozen=True, slots=True, eq=False, repr=False)
class StoredShape:
    """Normalized shape of image array in TIFF pages.

    A sequence of the six integers up to `contig_samples`.

    Parameters:
        frames: Number of TIFF pages.
        separate_samples: Number of samples stored in separate planes.
        depth: Depth of volume.
        length: Height of image.
        width: Width of image.
        contig_samples: Number of samples stored with each pixel.
        extrasamples: Number of samples beyond those of color space.

    Raises:
        ValueError: Both numbers of samples are not one.

    """

    frames: int = 1
    separate_samples: int = 1
    depth: int = 1
    length: int = 1
    width: int = 1
    contig_samples: int = 1
    extrasamples: int = 0

    def __post_init__(self) -> None:
        if self.separate_samples != 1 and self.contig_samples != 1:
            raise ValueError('invalid samples')

    @property
    def size(self) -> int:
        """Number of values in all frames."""
        return abs(self.frames) * self.page_size

    @property
    def samples(self) -> int:
        """Number of samples of pixel."""
        return self.separate_samples * self.contig_samples

    @property
    def photometric_samples(self) -> int:
        """Number of samples of color space."""
        return self.samples - self.extrasamples

    @property
    def shape(self) -> tuple[int, int, int, int, int, int]:
        """Frames, separate_samples, depth, length, width, contig_samples."""
        return (self.frames, *self.page_shape)

    @property
    def page_shape(self) -> tuple[int, int, int, int, int]:
        """Shape without frames."""
        return (
            self.separate_samples,
            self.depth,
            self.length,
            self.width,
            self.contig_samples,
        )

    @property
    def page_size(self) -> int:
        """Number of values in one frame."""
        return product(self.page_shape)

    @property
    def squeezed(self) -> tuple[int, ...]:
        """Shape without frames, samples, or depth of one."""
        shape = [self.length, self.width]
        if self.depth > 1:
            shape.insert(0, self.depth)
        if self.separate_samples > 1:
            shape.insert(0, self.separate_samples)
        elif self.contig_samples > 1:
            shape.append(self.contig_samples)
        if self.frames > 1:
            shape.insert(0, self.frames)
        return tuple(shape)

    @property
    def is_valid(self) -> bool:
        """Shape is complete and not empty."""
        return all(size > 0 for size in self.shape)

    @property
    def is_planar(self) -> bool:
        """Samples are stored in separate planes."""
        return self.separate_samples > 1

    @property
    def planarconfig(self) -> PLANARCONFIG | None:
        """Value of PlanarConfiguration tag, None if there is one sample."""
        if self.separate_samples > 1:
            return PLANARCONFIG.SEPARATE
        if self.contig_samples > 1:
            return PLANARCONFIG.CONTIG
        return None

    def __len__(self) -> int:
        return 6

    @overload
    def __getitem__(self, key: int, /) -> int: ...

    @overload
    def __getitem__(self, key: slice, /) -> tuple[int, ...]: ...

    def __getitem__(self, key: int | slice, /) -> int | tuple[int, ...]:
        return self.shape[key]

    def __iter__(self) -> Iterator[int]:
        return iter(self.shape)

    def __eq__(self, other: object, /) -> bool:
        return isinstance(other, StoredShape) and self.shape == other.shape

    def __hash__(self) -> int:
        return hash(self.shape)

    def __repr__(self) -> str:
        fields = ', '.join(
            f'{field.name}={getattr(self, field.name)}'
            for field in dataclasses.fields(self)
        )
        return f'<StoredShape({fields})>'


def bytes2str(
    b: bytes, /, encoding: str | None = None, errors: str = 'strict'
) -> str:
    """Return text from bytes, by default UTF-8, else Windows-1252.

    Raises:
        UnicodeDecodeError: Bytes cannot be decoded.

    """
    if encoding is not None:
        return b.decode(encoding, errors)
    try:
        return b.decode('utf-8', errors)
    except UnicodeDecodeError:
        return b.decode('cp1252', errors)


def bytestr(s: str | bytes, /, encoding: str = 'cp1252') -> bytes:
    """Return bytes from text; bytes are returned unchanged."""
    return s.encode(encoding) if isinstance(s, str) else s


def stripnull(
    string: TextT, /, null: TextT | None = None, *, first: bool = True
) -> TextT:
    """Return text or bytes up to first NUL character.

    Parameters:
        string: Text to cut.
        null: Character to look for. The default is NUL.
        first: Cut at first character, else only remove trailing ones.

    Examples:
        >>> stripnull(b'bytes\\x00\\x00b\\x00')
        b'bytes'
        >>> stripnull(b'bytes\\x00\\x00b\\x00', first=False)
        b'bytes\\x00\\x00b'

    """
    if isinstance(string, bytes):
        nullbyte = b'\x00' if null is None else null
        if first:
            return string.partition(nullbyte)[0]
        return string.rstrip(nullbyte)
    nullchar = '\x00' if null is None else null
    if first:
        return string.partition(nullchar)[0]
    return string.rstrip(nullchar)


def stripascii(string: bytes, /) -> bytes:
    """Return bytes up to last one that is an ASCII character.

    Examples:
        >>> stripascii(b'string\\x00string\\n\\x01\\x00')
        b'string\\x00string\\n'

    """
    return re.sub(rb'[^\x09-\x7e]+\Z', b'', string)


def asbool(
    value: str | bytes,
    /,
    true: Sequence[str | bytes] | None = None,
    false: Sequence[str | bytes] | None = None,
) -> bool:
    """Return truth value of text.

    Parameters:
        value: Text, whose case and surrounding white space do not matter.
        true: Lower case texts that are true. The default is 'true'.
        false: Lower case texts that are false. The default is 'false'.

    Raises:
        TypeError: Value is neither.

    Examples:
        >>> asbool(' False ')
        False
        >>> asbool('ON', ['on'], ['off'])
        True

    """
    if isinstance(value, str | bytes):
        text = value.strip().lower()
        if text in (('true', b'true') if true is None else true):
            return True
        if text in (('false', b'false') if false is None else false):
            return False
    raise TypeError(f'{value!r} is not a boolean value')


def astype(
    value: Any, /, types: Sequence[Callable[..., Any]] | None = None
) -> Any:
    """Return text as one of types, or unchanged if none applies.

    Parameters:
        value: Text or bytes to convert. Other values are returned unchanged,
            unless `types` is given.
        types:
            Functions to try. The default is integer, float, boolean, text.

    Examples:
        >>> astype('42'), astype('3.14'), astype('True'), astype(b'Text')
        (42, 3.14, True, 'Text')

    """
    if types is None:
        if isinstance(value, str):
            return parse_value(value)
        if not isinstance(value, bytes):
            return value
        types = (lambda value: parse_value(bytes2str(value)),)
    for typ in types:
        try:
            return typ(value)
        except (ValueError, TypeError, AttributeError, OverflowError):
            pass
    return value


def parse_value(text: str, /) -> int | float | bool | str:
    """Return number or boolean from text, or text unchanged."""
    lower = text.strip().lower()
    if lower[:1] in '0123456789+-.in' and '_' not in lower:
        try:
            return int(lower)
        except ValueError:
            pass
        try:
            value = float(lower)
        except ValueError:
            return text
        return text if math.isinf(value) and 'inf' not in lower else value
    return lower == 'true' if lower in ('true', 'false') else text


def format_size(size: float, /, threshold: float = 1536) -> str:
    """Return number of bytes with unit.

    Parameters:
        size: Number of bytes.
        threshold: Number from which the next larger unit is used.

    Examples:
        >>> format_size(1000)
        '1000 B'
        >>> format_size(1234567890)
        '1177.38 MiB'

    """
    if size < threshold:
        return f'{int(size)} B'
    units = ['PiB', 'TiB', 'GiB', 'MiB', 'KiB']
    size /= 1024
    while size >= threshold and len(units) > 1:
        size /= 1024
        units.pop()
    return f'{size:.2f} {units[-1]}'


def natural_sorted(
    iterable: Iterable[T], /, *, key: Callable[[T], str] | None = None
) -> list[T]:
    """Return sorted list, with numbers in text ordered by value.

    Parameters:
        iterable: Texts or paths to sort.
        key: Function that returns text of item.

    Examples:
        >>> natural_sorted(['f10', 'f2', 'f1'])
        ['f1', 'f2', 'f10']

    """
    split = re.compile('([0-9]+)').split

    def sortkey(item: T) -> list[str | tuple[int, str]]:
        # text and digits alternate, so that only like is compared with like
        parts: list[Any] = split(str(item if key is None else key(item)))
        for i in range(1, len(parts), 2):
            digits = parts[i].lstrip('0')
            parts[i] = len(digits), digits
        return parts

    return sorted(iterable, key=sortkey)


def unique_strings(strings: Iterable[str], /) -> Iterator[str]:
    """Yield texts, numbering those seen before.

    Examples:
        >>> list(unique_strings(['a', 'b', 'a']))
        ['a', 'b', 'a2']

    """
    known: set[str] = set()
    numbers: dict[str, int] = {}
    for string in strings:
        unique = string
        while unique in known:
            numbers[string] = numbers.get(string, 1) + 1
            unique = f'{string}{numbers[string]}'
        known.add(unique)
        yield unique


def isprintable(string: str | bytes, /) -> bool:
    """Return if all characters are printable, surrounding spaces apart.

    Bytes must be UTF-8.

    """
    string = string.strip()
    if isinstance(string, bytes):
        try:
            string = string.decode()
        except UnicodeDecodeError:
            return False
    return string.isprintable()


def clean_whitespace(string: str, /, compact: bool = False) -> str:
    r"""Return text without superfluous spaces, tabs, and line breaks.

    Parameters:
        string: Text to clean.
        compact: Replace line breaks by spaces.

    Examples:
        >>> clean_whitespace(' a  b\t c\r\n\r\n d ')
        'a b c\n d'
        >>> clean_whitespace(' a  b\t c\r\n\r\n d ', compact=True)
        'a b c d'

    """
    if compact:
        return ' '.join(string.split())
    string = re.sub(r'[ \t]+', ' ', string)
    return re.sub(r' ?[\r\n]+', '\n', string).strip()


def indent(*args: Any) -> str:
    r"""Return texts as lines, of which all but the first are indented.

    Examples:
        >>> indent('First', 'Second\nThird', '')
        'First\n  Second\n  Third'

    """
    lines = '\n'.join(str(arg) for arg in args).splitlines()
    return '\n  '.join(line for line in lines if line)


def snipstr(
    string: TextT,
    /,
    width: int = 79,
    *,
    snipat: float | None = None,
    ellipsis: TextT | None = None,
) -> TextT:
    """Return text with lines cut to width.

    Parameters:
        string: Text or bytes to shorten.
        width: Maximum length of lines, ellipsis included.
        snipat:
            Where to cut: number of characters to keep at start of line, or
            fraction of them in range 0.0 to 1.0. An integer of 1 is a
            fraction, too. Negative integers count from `width`.
            The default is 0.5, the middle.
        ellipsis: Characters to insert where text was cut.
            The default is '…' for text and '...' for bytes.

    Examples:
        >>> snipstr('abcdefghijklmnop', 8)
        'abcd…nop'
        >>> snipstr('abcdefghijklmnop', 8, ellipsis='...', snipat=0)
        '...lmnop'

    """
    if isinstance(string, bytes):
        dots = b'...' if ellipsis is None else ellipsis
        return b'\n'.join(
            snip_line(line, width, snipat, dots)
            for line in string.split(b'\n')
        )
    marks = '…' if ellipsis is None else ellipsis
    return '\n'.join(
        snip_line(line, width, snipat, marks) for line in string.split('\n')
    )


def snip_line(
    line: TextT, width: int, snipat: float | None, ellipsis: TextT, /
) -> TextT:
    """Return line cut to width."""
    if len(line) <= width:
        return line
    width = max(width, 0)
    size = width - len(ellipsis)
    if size <= 0:
        return line[:width]
    head = min(find_snip(size, snipat, 0.5), size)
    return line[:head] + ellipsis + line[len(line) - size + head :]


def find_snip(size: int, snipat: float | None, default: float, /) -> int:
    """Return number of items before cut, from number or fraction of size."""
    if snipat is None:
        snipat = default
    if 0 <= snipat <= 1:
        return int(snipat * size + 0.5)
    return max(int(snipat) + (size if snipat < 0 else 0), 0)


def hexdump(
    data: bytes,
    /,
    *,
    width: int = 75,
    height: int = 24,
    snipat: float | None = 0.75,
    modulo: int = 2,
    ellipsis: str | None = None,
) -> str:
    """Return lines of hexadecimal numbers and ASCII characters of bytes.

    Parameters:
        data: Bytes to show.
        width: Maximum length of lines.
        height: Maximum number of lines.
        snipat:
            Where to cut data that need more lines: number of lines at start,
            or fraction of `height`. Negative numbers count from `height`.
        modulo: Number of bytes in line is multiple of this, if there are
            several lines.
        ellipsis: Line to show where data was cut.

    Examples:
        >>> print(hexdump(b'binary data'))
        62 69 6e 61 72 79 20 64 61 74 61 binary data

    """
    size = len(data)
    if size <= width // 4 or height == 1:
        data = data[: width // 4]
        return f'{data.hex(" ")} {format_ascii(data)}'.strip()
    digits = len(f'{size:x}')
    columns = (width - digits - 2) // (4 * modulo) * modulo
    if columns < 1 or height < 1:
        return ''

    def format_lines(first: int, last: int) -> Iterator[str]:
        for start in range(first * columns, last * columns, columns):
            part = data[start : start + columns]
            hexed = part.hex(' ').ljust(3 * columns - 1)
            yield f'{start:0{digits}x}: {hexed} {format_ascii(part)}'

    rows = -(-size // columns)
    if rows <= height:
        return '\n'.join(format_lines(0, rows))
    head = min(find_snip(height, snipat, 0.75), height - 1)
    tail = height - 1 - head
    if ellipsis is None:
        ellipsis = ' ' * ((digits + 3 * columns) // 2) + '...'
    lines = [
        *format_lines(0, head),
        ellipsis,
        *format_lines(rows - tail, rows),
    ]
    return '\n'.join(lines)


def format_ascii(data: bytes, /) -> str:
    """Return ASCII characters of bytes, with dots for the others."""
    return re.sub(rb'[^\x20-\x7e]', b'.', data).decode('ascii')


def pformat(
    arg: Any,
    /,
    *,
    width: int | None = 79,
    height: int | None = 24,
    linewidth: int | None = None,
    compact: bool = True,
) -> str:
    """Return object as text to print.

    Bytes are shown as text or as hexadecimal numbers, XML is indented, arrays
    are summarized.

    Parameters:
        arg: Object to format.
        width: Length of lines. None is 256.
        height: Maximum number of lines. None is 1024. If 1, line breaks are
            removed.
        linewidth: Length at which lines are cut. The default is `width`.
        compact: Put several items of sequences in one line.

    """
    width = width or 256
    height = height or 1024
    linewidth = linewidth or width
    if isinstance(arg, bytes):
        text = arg.rstrip(b'\x00')
        if not isprintable(re.sub(rb'[\t\r\n]', b'', text)):
            return hexdump(arg, width=width, height=height)
        arg = bytes2str(text)
    if not isinstance(arg, str):
        arg = pformat_object(arg, width, height, compact)
    elif arg.startswith('<?xml') or arg.rstrip().endswith('OME>'):
        arg = arg[: 4 * linewidth] if height == 1 else pformat_xml(arg)
    if height == 1:
        arg = clean_whitespace(arg[: 4 * linewidth], compact=True)
        return str(arg[:linewidth])
    lines = arg.rstrip().splitlines()
    if len(lines) > height:
        tail = (height - 1) // 2
        lines[height - 1 - tail : len(lines) - tail] = ['...']
    return '\n'.join(line[:linewidth] for line in lines)


def pformat_object(arg: Any, width: int, height: int, compact: bool, /) -> str:
    """Return Python object as text."""
    import pprint

    size = width * height  # number of items that do not fit
    if type(arg) in (tuple, list) and len(arg) > 2 * size:
        arg = arg[:size] + arg[-size:]  # pprint is slow
    if height == 1:
        width = 4 * width
    with numpy.printoptions(threshold=100, linewidth=width):
        return pprint.pformat(arg, width=width, compact=compact)


def pformat_xml(xml: str | bytes, /) -> str:
    r"""Return XML with tags on separate, indented lines.

    The XML is not parsed, and may be malformed.

    Examples:
        >>> pformat_xml('<a><b>1</b><c/></a>')
        '<a>\n <b>1</b>\n <c/>\n</a>'

    """
    if isinstance(xml, bytes):
        xml = bytes2str(xml)
    level = 0
    lines = []
    for line in re.sub(r'>\s*<', '>\n<', xml.strip()).split('\n'):
        line = line.strip()
        if line.startswith('</'):
            level -= 1
        lines.append(' ' * min(max(level, 0), 64) + line)
        if re.match(r'<[^/!?]', line) and not re.search('/[^<>/]*>$', line):
            level += 1
    return '\n'.join(lines)


def identityfunc(arg: T, /, *args: Any, **kwargs: Any) -> T:
    """Return first argument."""
    return arg


def nullfunc(*args: Any, **kwargs: Any) -> None:
    """Do nothing."""


def sequence(value: Any, /) -> Sequence[Any]:
    """Return list or tuple unchanged, other values as tuple of one item."""
    return value if isinstance(value, tuple | list) else (value,)


def peek_iterator(iterator: Iterator[T], /) -> tuple[T, Iterator[T]]:
    """Return first item of iterator, and iterator over all items.

    Raises:
        StopIteration: Iterator is empty.

    """
    first = next(iterator)

    def chain() -> Iterator[T]:
        yield first
        yield from iterator

    return first, chain()


def iter_images(data: NDArray[Any], /) -> Iterator[NDArray[Any]]:
    """Yield pages of array in normalized shape."""
    yield from data


def kwargs_notnone(**kwargs: Any) -> dict[str, Any]:
    """Return keyword arguments that are not None.

    Examples:
        >>> kwargs_notnone(one=1, none=None)
        {'one': 1}

    """
    return {key: value for key, value in kwargs.items() if value is not None}


def parse_kwargs(
    kwargs: dict[str, Any], /, *keys: str, **keyvalues: Any
) -> dict[str, Any]:
    """Move items from `kwargs` to returned dictionary.

    Parameters:
        kwargs: Keyword arguments. Items found are removed.
        *keys: Names of items to move.
        **keyvalues: Names of items to move, and values of missing ones.

    Examples:
        >>> kwargs = {'one': 1, 'two': 2, 'four': 4}
        >>> parse_kwargs(kwargs, 'two', 'three', four=None, five=5)
        {'two': 2, 'four': 4, 'five': 5}
        >>> kwargs
        {'one': 1}

    """
    result = {key: kwargs.pop(key) for key in keys if key in kwargs}
    for key, value in keyvalues.items():
        result[key] = kwargs.pop(key, value)
    return result


def update_kwargs(kwargs: dict[str, Any], /, **keyvalues: Any) -> None:
    """Add items to `kwargs` unless they exist.

    Examples:
        >>> kwargs = {'one': 1}
        >>> update_kwargs(kwargs, one=None, two=2)
        >>> kwargs
        {'one': 1, 'two': 2}

    """
    for key, value in keyvalues.items():
        kwargs.setdefault(key, value)


def recarray2dict(recarray: Any, /) -> dict[str, Any]:
    """Return record or array of records as dictionary of Python objects.

    Bytes are decoded. Fields of arrays that are arrays stay arrays.

    """

    def decode(value: Any) -> Any:
        if isinstance(value, bytes):
            return bytes2str(stripnull(value))
        if isinstance(value, list):
            return [decode(item) for item in value]
        return value

    isrecord = recarray.shape == ()
    result = {}
    for name in recarray.dtype.names:
        value = numpy.asarray(recarray[name])
        if value.dtype.kind == 'S' or value.ndim < 2 or isrecord:
            result[name] = decode(value.tolist())
        else:
            result[name] = value
    return result


def byteorder_isnative(byteorder: str, /) -> bool:
    """Return if byte order is that of this computer.

    Parameters:
        byteorder: '=', '<', '>', 'little', or 'big'. Others are not native.

    """
    return byteorder in ('=', sys.byteorder, NATIVE_BYTEORDER)


NATIVE_BYTEORDER = '<' if sys.byteorder == 'little' else '>'


def byteorder_compare(byteorder: str, other: str, /) -> bool:
    """Return if byte orders are compatible.

    Parameters:
        byteorder: '=', '<', '>', or '|'. The last is compatible with all.
        other: Byte order to compare with.

    """
    if byteorder == other or '|' in (byteorder, other):
        return True
    if byteorder == '=':
        return byteorder_isnative(other)
    return other == '=' and byteorder_isnative(byteorder)


def rational(arg: float | tuple[int, int], /) -> tuple[int, int]:
    """Return number as numerator and denominator that fit TIFF RATIONAL.

    Parameters:
        arg: Number, or numerator and denominator.

    Returns:
        Nearest fraction with numbers below 2**32.

    Raises:
        ValueError: Number is not finite, or its magnitude is 2**32 or more.

    Examples:
        >>> rational(0.1)
        (1, 10)
        >>> rational((600, 2))
        (300, 1)

    """
    from fractions import Fraction

    try:
        if isinstance(arg, Sequence):
            numerator, denominator = arg
            fraction = make_fraction(numerator) / make_fraction(denominator)
        else:
            fraction = make_fraction(arg)
    except (ZeroDivisionError, OverflowError, ValueError) as exc:
        raise ValueError(f'{arg!r} is not a rational number') from exc
    limit = 2**32 - 1
    if abs(fraction) > limit:
        raise ValueError(f'{arg!r} exceeds range of TIFF RATIONAL')
    if fraction:
        limit = min(limit, int(Fraction(limit) / abs(fraction)))
    fraction = fraction.limit_denominator(limit)
    return fraction.numerator, fraction.denominator


def make_fraction(arg: Any, /) -> Fraction:
    """Return exact value of Python or NumPy number."""
    from fractions import Fraction

    try:
        return Fraction(operator.index(arg))
    except TypeError:
        return arg if isinstance(arg, Fraction) else Fraction(float(arg))


# most common first; formats of different software do not match each other
_DATETIME_FORMATS = (
    '%Y:%m:%d %H:%M:%S',
    '%Y%m%d %H:%M:%S.%f',
    '%Y-%m-%dT%H %M %S.%f',
    '%Y-%m-%dT%H:%M:%S.%f',
    '%Y-%m-%dT%H:%M:%S',
    '%Y:%m:%d %H:%M:%S.%f',
    '%d/%m/%Y %H:%M:%S',
    '%d/%m/%Y %H:%M:%S.%f',
    '%m/%d/%Y %I:%M:%S %p',
    '%m/%d/%Y %I:%M:%S.%f %p',
    '%Y%m%d %H:%M:%S',
    '%Y/%m/%d %H:%M:%S',
    '%Y/%m/%d %H:%M:%S.%f',
    '%Y-%m-%dT%H:%M:%S%z',
    '%Y-%m-%dT%H:%M:%S.%f%z',
)


def strptime(
    datetime_string: str, format: str | None = None, /
) -> datetime.datetime:
    """Return date and time from text in one of many formats.

    Parameters:
        datetime_string: Text to parse.
        format: Format to try before those commonly found in TIFF files.

    Raises:
        ValueError: Text is in none of the formats.

    Examples:
        >>> strptime('2022:08:01 22:23:24')
        datetime.datetime(2022, 8, 1, 22, 23, 24)

    """
    import datetime

    formats = () if format is None else (format,)
    for form in (*formats, *_DATETIME_FORMATS):
        try:
            return datetime.datetime.strptime(datetime_string, form)
        except ValueError:
            pass
    raise ValueError(
        f'time data {datetime_string!r} does not match any format'
    )


def epics_datetime(sec: int, nsec: int, /) -> datetime.datetime:
    """Return local time from seconds and nanoseconds since 1990 in UTC."""
    import datetime

    date = datetime.datetime.fromtimestamp(sec + 631152000)
    return date + datetime.timedelta(microseconds=nsec // 1000)


def excel_datetime(
    timestamp: float, epoch: int | None = None, /
) -> datetime.datetime:
    """Return date and time from days since an epoch.

    Parameters:
        timestamp: Number of days.
        epoch: Ordinal of day zero. The default is December 30, 1899.

    Examples:
        >>> excel_datetime(1.5)
        datetime.datetime(1899, 12, 31, 12, 0)

    """
    import datetime

    date = datetime.datetime.fromordinal(693594 if epoch is None else epoch)
    return date + datetime.timedelta(timestamp)


def julian_datetime(
    julianday: int, milisecond: int = 0, /
) -> datetime.datetime:
    """Return date and time from MetaMorph Julian day and milliseconds.

    Raises:
        ValueError: Date is before year 1.

    Examples:
        >>> julian_datetime(2451576, 54362783)
        datetime.datetime(2000, 2, 2, 15, 6, 2, 783000)

    """
    import datetime

    ordinal = julianday - 1721424
    if ordinal < 1:
        raise ValueError(f'no datetime before year 1 ({julianday=})')
    date = datetime.datetime.fromordinal(ordinal)
    return date + datetime.timedelta(milliseconds=milisecond)


def parse_xml(xml: str | bytes, /) -> Element:
    """Return root element of XML from untrusted source.

    Raises:
        ValueError: XML declares entities, or is nested too deeply.
        xml.etree.ElementTree.ParseError: XML is malformed.

    """
    from xml.etree import ElementTree
    from xml.parsers import expat

    def refuse_entity(name: str, *args: Any) -> None:
        raise ValueError(f'XML entity declaration {name!r} is not allowed')

    guard = expat.ParserCreate()
    guard.EntityDeclHandler = refuse_entity
    try:
        guard.Parse(xml, True)
    except expat.ExpatError:
        pass  # ElementTree stops at the same place
    except LookupError as exc:
        raise ValueError(f'XML has {exc}') from exc
    root = ElementTree.fromstring(xml)
    level = [root]
    for _ in range(_XML_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return root
    raise ValueError(f'XML is nested deeper than {_XML_DEPTH} levels')


_XML_DEPTH = 256


def xml2dict(
    xml: str | bytes,
    /,
    sanitize: bool = True,
    prefix: tuple[str, str] | None = None,
    *,
    sep: str = '',
) -> dict[str, Any]:
    """Return XML as nested dictionary.

    Parameters:
        xml: XML text.
        sanitize: Remove namespaces from names of elements and attributes.
        prefix: Prefixes of keys of attributes and text.
        sep: Separator of numbers in text to be converted to tuples.

    Returns:
        Names of elements mapped to their text, converted to number or boolean
        if possible, or to a dictionary of their child elements, attributes,
        and the text under key 'value'. Repeated elements are in lists.

    Raises:
        ValueError: XML declares entities, or is nested too deeply.
        xml.etree.ElementTree.ParseError: XML is malformed.

    Examples:
        >>> xml2dict('<a x="1"><b>2</b><b>3.5</b><c>True</c><d/></a>')
        {'a': {'b': [2, 3.5], 'c': True, 'd': None, 'x': 1}}

    """
    attribute_prefix, text_prefix = ('', '') if prefix is None else prefix

    def clean(name: str) -> str:
        return name.rpartition('}')[2] if sanitize else name

    def convert(text: str) -> Any:
        if sep and sep in text:
            items = [astype(item, (int, float)) for item in text.split(sep)]
            if not any(isinstance(item, str) for item in items):
                return tuple(items)
        return astype(text)

    def flatten(element: Element) -> Any:
        items: dict[str, Any] = {}
        repeated = set()
        for child in element:
            key = clean(child.tag)
            value = flatten(child)
            if key not in items:
                items[key] = value
            elif key in repeated:
                items[key].append(value)
            else:
                items[key] = [items[key], value]
                repeated.add(key)
        for name, value in element.attrib.items():
            items[attribute_prefix + clean(name)] = convert(value)
        if element.text is None:
            return items or None
        text = element.text.strip()
        if not items:
            return convert(text)
        if text:
            items[text_prefix + 'value'] = convert(text)
        return items

    root = parse_xml(xml)
    return {clean(root.tag): flatten(root)}


_MATLAB_TOKEN = r"""\s*(?:
    '((?:[^']|'')*)'                    # quoted text
    | ([\[\]{};,])                      # brackets and separators
    | (<[^>]*>)                         # object
    | ((?:zeros|ones)\([0-9,\ ]*\))     # array
    | ([^\s\[\]{};']+)                  # number, name, or other text
    )"""


def matlabstr2py(matlabstr: str, /) -> Any:
    r"""Return Python object from text representation of MATLAB data.

    Parameters:
        matlabstr:
            Text of scalars, quoted strings, matrices and cell arrays.
            If it contains line breaks, lines of ``key = value``. Lines that
            are empty, or comments, or whose keys are not names are skipped.

    Returns:
        Boolean, integer, float, string, or nested lists of those. Lists of a
        single string or list are replaced by it. Malformed values and
        expressions are strings. Lines are a dictionary.

    Examples:
        >>> matlabstr2py('1')
        1
        >>> matlabstr2py("['x y z' true; 1 2.0]")
        [['x y z', True], [1, 2.0]]
        >>> matlabstr2py("a.b = [1;2]\nc = {}")
        {'a.b': [[1], [2]], 'c': []}

    """
    lines = re.split('[\r\n]+', matlabstr)
    if len(lines) == 1:
        return parse_matlab_value(matlabstr)
    result = {}
    for line in lines:
        key, equals, value = line.partition('=')
        key = key.strip()
        if equals and re.fullmatch(r"[^%\s';\[\]{}<>][^\s';\[\]{}<>]*", key):
            result[key] = parse_matlab_value(value)
    return result


def parse_matlab_value(text: str, /) -> Any:
    """Return Python object from text of one MATLAB value."""
    text = text.strip()
    # stack of open arrays: closing bracket, and list of rows
    stack: list[tuple[str, list[list[Any]]]] = [('', [[]])]
    position = 0
    match_token = re.compile(_MATLAB_TOKEN, re.VERBOSE).match
    while position < len(text):
        match = match_token(text, position)
        if match is None or len(stack) > _MATLAB_DEPTH:
            return text
        position = match.end()
        quoted, mark, other, array, word = match.groups()
        row = stack[-1][1][-1]
        if quoted is not None:
            row.append(quoted.replace("''", "'"))
        elif word is not None:
            isarray = len(stack) > 1 and word[0] != '@'
            words = word.split(',') if isarray else (word,)
            row.extend(parse_value(word) for word in words if word)
        elif array is not None:
            row.append(make_matlab_array(array))
        elif other is not None:
            row.append(other)
        elif mark in '[{':
            stack.append((']' if mark == '[' else '}', [[]]))
        elif len(stack) == 1:
            if mark != ',':
                return text
            row.append(mark)
        elif mark == ';':
            stack[-1][1].append([])
        elif mark == stack[-1][0]:
            rows = stack.pop()[1]
            stack[-1][1][-1].append(unbox_matlab_rows(rows))
        elif mark != ',':
            return text
    if len(stack) > 1:
        return text
    values = stack[0][1][0]
    return values[0] if len(values) == 1 else values or ''


_MATLAB_DEPTH = 64
_MATLAB_SIZE = 65536


def make_matlab_array(text: str, /) -> Any:
    """Return nested lists from call of MATLAB functions zeros or ones."""
    name, _, sizes = text[:-1].partition('(')
    if not re.fullmatch('[0-9]{1,5}(?:[, ]+[0-9]{1,5}){0,7}', sizes):
        return text
    shape = [int(size) for size in re.findall('[0-9]+', sizes)]
    if len(shape) == 1:
        shape *= 2
    if product(max(size, 1) for size in shape) > _MATLAB_SIZE:
        return text
    return numpy.full(shape, float(name == 'ones')).tolist()


def unbox_matlab_rows(rows: list[list[Any]], /) -> Any:
    """Return rows of array as list, single string, or single list."""

    def unbox(items: list[Any]) -> Any:
        if len(items) == 1 and isinstance(items[0], str | list):
            return items[0]
        return items

    if len(rows) > 1 and not rows[-1]:
        rows = rows[:-1]  # semicolon at end
    return unbox([unbox(row) for row in rows])


def log_debug(msg: str, /, *args: Any, **kwargs: Any) -> None:
    """Log message with level DEBUG."""
    logger().debug(msg, *args, **kwargs)


def log_warning(msg: str, /, *args: Any, **kwargs: Any) -> None:
    """Log message with level WARNING."""
    logger().warning(msg, *args, **kwargs)


def validate_jhove(
    filename: str,
    /,
    jhove: str | None = None,
    ignore: Collection[str] | None = None,
) -> None:
    """Validate TIFF file with JHOVE.

    Parameters:
        filename: Name of TIFF file to validate.
        jhove: Path of JHOVE program. The default is 'jhove'.
        ignore: Parts of messages to ignore. By default, JHOVE's limit of 50
            IFDs and its ignorance of predictors are.

    Raises:
        ValueError: JHOVE reports an error; its first message.

    """
    import subprocess

    if ignore is None:
        ignore = ('More than 50 IFDs', 'Predictor value out of range')
    output = subprocess.check_output(
        [jhove or 'jhove', filename, '-m', 'TIFF-hul'],
        text=True,
        errors='replace',
    )
    for line in output.splitlines():
        message = line.strip()
        if message.startswith('ErrorMessage: ') and not any(
            part in message for part in ignore
        ):
            raise ValueError(message)


class Timer:
    """Stopwatch that prints.

    Parameters:
        message: Text to print when starting.
        end: Text to print after message.
        started: Start value of clock in seconds. The default is now.

    Examples:
        >>> with Timer('sleep:'):  # doctest: +SKIP
        ...     time.sleep(1.05)
        sleep: 1.050000 s

    """

    __slots__ = ('duration', 'started', 'stopped')

    started: float
    """Value of clock when started, in seconds."""

    stopped: float
    """Value of clock when stopped, `started` if still running."""

    duration: float
    """Seconds from start to stop, 0.0 if still running."""

    def __init__(
        self,
        message: str | None = None,
        *,
        end: str = ' ',
        started: float | None = None,
    ) -> None:
        self.start(message, end=end)
        if started is not None:
            self.started = self.stopped = started

    def start(self, message: str | None = None, *, end: str = ' ') -> float:
        """Print message, start timer, and return value of clock."""
        if message is not None:
            print(message, end=end, flush=True)
        self.duration = 0.0
        self.started = self.stopped = Timer.clock()
        return self.started

    def stop(self, message: str | None = None, *, end: str = ' ') -> float:
        """Stop timer, print message, and return duration in seconds."""
        self.stopped = Timer.clock()
        self.duration = self.stopped - self.started
        if message is not None:
            print(message, end=end, flush=True)
        return self.duration

    def print(
        self, message: str | None = None, *, end: str | None = None
    ) -> None:
        """Print message and duration."""
        if message is not None:
            print(message, end=' ')
        print(self, end=end, flush=True)

    @staticmethod
    def clock() -> float:
        """Return value of clock in seconds."""
        from time import perf_counter

        return perf_counter()

    def __str__(self) -> str:
        import datetime

        duration = self.duration or Timer.clock() - self.started
        text = str(datetime.timedelta(seconds=duration))
        return re.sub('^0:(00:)?0?', '', text) + ' s'

    def __repr__(self) -> str:
        return f'Timer(started={self.started})'

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
        self.print()


class NullContext:
    """Context manager that does nothing, to be used in place of a lock.

    Examples:
        >>> with NullContext():
        ...     pass

    """

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    def __repr__(self) -> str:
        return 'NullContext()'


if TYPE_CHECKING:
    from functools import cached_property as _cached_property
else:

    class _cached_property:
        """Attribute whose value is computed on first access.

        Like functools.cached_property, which locks before Python 3.12.

        """

        def __init__(self, func: Callable[[Any], Any]) -> None:
            self.func = func
            self.name = func.__name__
            self.__doc__ = func.__doc__

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return self
            value = self.func(instance)
            instance.__dict__[self.name] = value
            return value


class lazyattr:
    """Attribute whose value is computed on first access.

    Deprecated. Use :py:func:`functools.cached_property`.

    Parameters:
        func:
            Function of instance that returns value. If it returns
            NotImplemented, the attribute of the parent class is used.

    """

    __slots__ = ('func', 'name', 'owner')

    def __init__(self, func: Callable[[Any], Any]) -> None:
        warnings.warn(
            '<tifffile.lazyattr> is deprecated. Use functools.cached_property',
            DeprecationWarning,
            stacklevel=2,
        )
        self.func = func
        self.name = func.__name__
        self.owner: type | None = None

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.owner = owner

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        try:
            value = self.func(instance)
        except AttributeError as exc:
            raise RuntimeError(exc) from exc
        if value is NotImplemented:
            parent = super(self.owner or type(instance), instance)
            return getattr(parent, self.name)
        setattr(instance, self.name, value)
        return value


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
                parser.prog,
                functools.partial(process_file, file),
                args.debug,
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
