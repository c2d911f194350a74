# tifffile.py

# Copyright (c) 2026, the tifffile developers
# SPDX-License-Identifier: BSD-3-Clause

"""Read and write TIFF and the like files of microscopes, scanners, cameras.

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
    'OFILETYPE',
    'ORIENTATION',
    'PHOTOMETRIC',
    'PLANARCONFIG',
    'PREDICTOR',
    'RESUNIT',
    'SAMPLEFORMAT',
    'TIFF',
    '_TIFF',
    'FileCache',
    'FileHandle',
    'Limits',
    'NullContext',
    'OmeXml',
    'OmeXmlError',
    'StoredShape',
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
    'TiffWriter',
    'Timer',
    'astype',
    'create_output',
    'enumarg',
    'enumstr',
    'format_size',
    'hexdump',
    'imagej_description',
    'imagej_metadata_tag',
    'imread',
    'imsave',
    'imwrite',
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
    'read_gdal_structural_metadata',
    'read_micromanager_metadata',
    'read_ndtiff_index',
    'read_scanimage_metadata',
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
from collections.abc import (
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
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
    from collections.abc import Collection, Container, Generator
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
    view = out if out.shape == shape else out.reshape(shape)
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
#
# A FileHandle is a window on a source: a file, a stream, or a remote object.
# The library itself reads at offsets only (the methods named *_at, and
# read_ranges). Such reads share no file position, so that any number of
# threads read from one handle without locks. The position that seek, read and
# tell use is the underlying stream's and belongs to the user.
#
# Three layers: a _Channel moves bytes of an open stream; a _Source knows how
# to open, reopen and pickle what a channel is made for, and is shared by all
# windows on it; FileHandle adds the window, the names and the bounds. Sizes
# are compared with the size of the source before memory is allocated.
# =============================================================================

# smaller reads may ask for more than the file has, larger ones may not
_LOOK_AHEAD = 2**20

# bytes read in one pass of read_segments
_BUFFERSIZE = 2**28

# ranges up to that size are read together with adjacent ones
_SMALL_BYTES = 2**13
_RUN_BYTES = 2**18

# bytes that are read, and then converted while they are in the CPU cache
_CONVERT_BYTES = 2**19

_HAS_PREAD = hasattr(os, 'pread') and hasattr(os, 'pwrite')
_HAS_PREADV = hasattr(os, 'preadv')

# number of buffers that the system fills in one call
_IOV_MAX = (
    max(os.sysconf('SC_IOV_MAX'), 16)
    if 'SC_IOV_MAX' in getattr(os, 'sysconf_names', ())
    else 1024
)

_NO_LOCK: contextlib.AbstractContextManager[Any] = contextlib.nullcontext()

# such as memory://name or simplecache::https://host/name
_URL = re.compile(r'[A-Za-z][\w+.-]+(::[A-Za-z][\w+.-]+)*://', re.ASCII)

_FILE_MODES = {
    None: 'rb',
    'r': 'rb',
    'rb': 'rb',
    'r+': 'r+b',
    'r+b': 'r+b',
    'rb+': 'r+b',
    'w': 'wb',
    'wb': 'wb',
    'x': 'xb',
    'xb': 'xb',
}

_OPEN_FLAGS = {
    'rb': os.O_RDONLY,
    'r+b': os.O_RDWR,
    'wb': os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
    'xb': os.O_WRONLY | os.O_CREAT | os.O_EXCL,
}

# two handles of one stream must not move its position at the same time
_STREAM_LOCKS: weakref.WeakKeyDictionary[
    Any, contextlib.AbstractContextManager[Any]
] = weakref.WeakKeyDictionary()
_STREAM_LOCKS_GUARD = threading.Lock()


def _get_stream_lock(stream: Any) -> contextlib.AbstractContextManager[Any]:
    """Return lock that all channels of stream share."""
    try:
        with _STREAM_LOCKS_GUARD:
            return _STREAM_LOCKS.setdefault(stream, threading.RLock())
    except TypeError:
        # neither hashable nor weakly referable
        return threading.RLock()


def _view_bytes(buffer: Any) -> memoryview:
    """Return contiguous buffer as one-dimensional memoryview of bytes."""
    view = memoryview(buffer)
    if view.ndim == 1 and view.format == 'B' and view.c_contiguous:
        return view
    if view.nbytes == 0:
        return memoryview(bytearray())
    return view.cast('B')


_get_nbytes = operator.attrgetter('nbytes')


def _fill_views(views: Sequence[memoryview], data: bytes) -> int:
    """Copy data to views; return number of bytes copied."""
    start = 0
    for view in views:
        stop = min(start + view.nbytes, len(data))
        _view_bytes(view)[: stop - start] = data[start:stop]
        start = stop
    return start


def _skip_views(views: Sequence[memoryview], size: int) -> list[memoryview]:
    """Return what is left of views after their first bytes."""
    for index, view in enumerate(views):
        if size < view.nbytes:
            return [_view_bytes(view)[size:], *views[index + 1 :]]
        size -= view.nbytes
    return []


def _batch_views(
    views: Sequence[memoryview], size: int
) -> Iterator[list[memoryview]]:
    """Yield lists of views that have `size` bytes in total; split views."""
    batch: list[memoryview] = []
    room = size
    for view in views:
        while view.nbytes > room:
            view = _view_bytes(view)
            yield [*batch, view[:room]]
            view = view[room:]
            batch = []
            room = size
        batch.append(view)
        room -= view.nbytes
    if batch:
        yield batch


def _read_stream(stream: Any, size: int) -> bytes:
    """Return `size` bytes from position of stream, fewer at its end only."""
    data: bytes = stream.read(size) or b''
    if len(data) < size:
        parts = []
        while data:
            parts.append(data)
            size -= len(data)
            data = stream.read(size) if size > 0 else b''
        return b''.join(parts)
    if len(data) > size:
        raise OSError(f'{stream!r} returned {len(data)} bytes for {size}')
    return data


def _readinto_stream(stream: Any, views: Sequence[memoryview]) -> int:
    """Fill views from position of stream; return number of bytes read."""
    readinto = getattr(stream, 'readinto', None)
    done = 0
    for view in map(_view_bytes, views):
        start = 0
        while start < view.nbytes:
            if readinto is None:
                data = _read_stream(stream, view.nbytes - start)
                count = len(data)
                view[start : start + count] = data
            else:
                count = readinto(view[start:])
            if not count:
                return done + start
            start += count
        done += start
    return done


def _write_stream(stream: Any, data: Any) -> int:
    """Write all data at position of stream; return number of bytes."""
    view = _view_bytes(data)
    start = 0
    while start < view.nbytes:
        # streams that do not tell have written everything
        count = stream.write(view[start:] if start else data)
        if count == 0:
            raise OSError(f'{stream!r} does not take more bytes')
        start += view.nbytes if count is None else count
    return view.nbytes


def _seek_stream(stream: Any, offset: int, whence: int = 0) -> int:
    """Set position of stream and return it."""
    position = stream.seek(offset, whence)
    # mmap.seek returns None before Python 3.13
    return int(stream.tell() if position is None else position)


class _Channel:
    """Open stream, and the ways to move bytes at its offsets.

    Works with any stream: seeks, moves the bytes, and restores the position,
    under a lock. Subclasses do better where the stream allows it.

    """

    __slots__ = (
        '__weakref__',
        'lock',
        'owned',
        'stream',
    )

    positional = False
    """Threads move bytes at the same time."""

    remote = False
    """Reads take long but can be made at the same time."""

    pass_bytes = _CONVERT_BYTES
    """Bytes to read at once if they are copied afterwards."""

    lock: contextlib.AbstractContextManager[Any]

    def __init__(self, stream: Any, *, owned: bool) -> None:
        self.stream = stream
        self.owned = owned
        self.lock = _NO_LOCK if self.positional else _get_stream_lock(stream)

    @property
    def file(self) -> Any:
        """File object whose descriptor holds the bytes of the stream."""
        return _get_native_file(self.stream)

    @property
    def closed(self) -> bool:
        return bool(getattr(self.stream, 'closed', False))

    def writable(self) -> bool | None:
        """Return whether stream can be written, None if it does not tell."""
        writable = getattr(self.stream, 'writable', None)
        return None if writable is None else bool(writable())

    def read(self, offset: int, size: int) -> bytes:
        """Return `size` bytes, fewer at the end of the stream only."""
        if offset > sys.maxsize:
            return b''
        data: bytes = self._perform(offset, _read_stream, size)
        return data

    def read_many(
        self, offsets: Sequence[int], sizes: Sequence[int]
    ) -> list[bytes]:
        """Return what :py:meth:`read` returns for every range."""
        stream = self.stream
        result = [b''] * len(offsets)
        with self.lock:
            position = stream.tell()
            try:
                # compressed streams seek forward only
                for i in sorted(range(len(offsets)), key=offsets.__getitem__):
                    if offsets[i] <= sys.maxsize:
                        stream.seek(offsets[i])
                        result[i] = _read_stream(stream, sizes[i])
            finally:
                stream.seek(position)
        return result

    def readinto(self, offset: int, views: Sequence[memoryview]) -> int:
        """Fill views one after the other; return number of bytes read."""
        if offset > sys.maxsize:
            return 0
        count: int = self._perform(offset, _readinto_stream, views)
        return count

    def write(self, offset: int, data: Any) -> int:
        """Write all data; return number of bytes."""
        count: int = self._perform(offset, _write_stream, data)
        return count

    def measure(self) -> int:
        """Return size of stream."""
        with self.lock:
            position = self.stream.tell()
            try:
                return _seek_stream(self.stream, 0, os.SEEK_END)
            finally:
                self.stream.seek(position)

    def flush(self) -> None:
        """Hand over what the stream buffers."""
        flush = getattr(self.stream, 'flush', None)
        if flush is not None and not self.closed:
            with self.lock:
                flush()

    def close(self) -> None:
        """Close stream if it is owned."""
        if self.owned:
            with self.lock:
                self.stream.close()

    def _perform(
        self, offset: int, action: Callable[[Any, Any], Any], argument: Any
    ) -> Any:
        """Return result of action at offset; restore the position."""
        stream = self.stream
        with self.lock:
            position = stream.tell()
            try:
                stream.seek(offset)
                return action(stream, argument)
            finally:
                stream.seek(position)


def _unwrap_stream(stream: Any) -> Any:
    """Return file object in NamedTemporaryFile, or else the stream."""
    if type(stream).__module__ == 'tempfile':
        return getattr(stream, 'file', stream)
    return stream


def _get_native_file(stream: Any) -> Any:
    """Return file object whose descriptor holds the stream's bytes, or None.

    A ``fileno`` method does not suffice: that of GzipFile is for the
    compressed file. Wrappers and subclasses may transform what they read.

    """
    stream = _unwrap_stream(stream)
    if type(stream) is io.FileIO:
        return stream
    if type(stream) in {
        io.BufferedReader,
        io.BufferedRandom,
        io.BufferedWriter,
    }:
        try:
            return stream if type(stream.raw) is io.FileIO else None
        except ValueError:
            # detached
            pass
    return None


class _FileChannel(_Channel):
    """File with a descriptor, read and written with pread and pwrite.

    A thread may close the handle while others read. The system could then
    give the descriptor to another file, the bytes of which those threads
    would get. Hence `close` leaves it to the last reference, which reading
    threads hold, to close the descriptor.

    Parameters:
        stream: Stream of the file; does not close its descriptor if owned.
        file: File object in the stream.
        descriptor: Descriptor to close. By default, the stream is not owned.

    """

    __slots__ = ('_descriptor', '_fileno', '_flush', '_released')

    positional = True

    def __init__(
        self, stream: Any, file: Any, descriptor: int | None = None
    ) -> None:
        self._descriptor = descriptor
        self._released = False
        self.stream = stream
        self.owned = descriptor is not None
        self.lock = _NO_LOCK
        # fails if the file was closed by its owner
        self._fileno = file.fileno
        self._flush = None
        if file.writable():
            self._flush = file.flush
            # the size is not measured while it changes
            self.lock = threading.RLock()

    def __del__(self) -> None:
        if self._descriptor is None:
            return
        try:
            self.stream.close()
        except OSError:
            # bytes that cannot be written, which `close` reported
            pass
        finally:
            os.close(self._descriptor)
        if not self._released:
            warnings.warn(
                f'unclosed file {self.stream!r}', ResourceWarning, source=self
            )

    @property
    def _is_appending(self) -> bool:
        """The system writes to the end of the file wherever it is told to."""
        file = self.file
        return 'a' in getattr(file, 'raw', file).mode

    def read(self, offset: int, size: int) -> bytes:
        if self._flush is not None:
            self._flush_readable()
        try:
            data = os.pread(self._fileno(), size, offset)
        except OverflowError:
            # larger than any file
            return b''
        if not data or len(data) == size:
            return data
        parts = [data]
        while data and size > len(data):
            # end of file, or more than what the system reads in one go
            offset += len(data)
            size -= len(data)
            data = os.pread(self._fileno(), size, offset)
            parts.append(data)
        return b''.join(parts)

    def read_many(
        self, offsets: Sequence[int], sizes: Sequence[int]
    ) -> list[bytes]:
        if self._flush is not None:
            self._flush_readable()
        filenos = itertools.repeat(self._fileno())
        try:
            data = list(map(os.pread, filenos, sizes, offsets))
        except OverflowError:
            # larger than any file
            data = []
        if list(map(len, data)) != sizes:
            return list(map(self.read, offsets, sizes))
        return data

    def readinto(self, offset: int, views: Sequence[memoryview]) -> int:
        if self._flush is not None:
            self._flush_readable()
        done = 0
        for start in range(0, len(views), _IOV_MAX):
            batch = views[start : start + _IOV_MAX]
            size = sum(map(_get_nbytes, batch))
            while size:
                count = self._read_some(offset + done, batch)
                if count == 0:
                    return done
                done += count
                size -= count
                if size:
                    batch = _skip_views(batch, count)
        return done

    def _read_some(self, offset: int, views: Sequence[memoryview]) -> int:
        """Fill views as far as the system does; return number of bytes."""
        try:
            if _HAS_PREADV:
                return os.preadv(self._fileno(), views, offset)
            data = os.pread(self._fileno(), views[0].nbytes, offset)
        except OverflowError:
            # larger than any file
            return 0
        return _fill_views(views[:1], data)

    def write(self, offset: int, data: Any) -> int:
        if self._flush is None or self._is_appending:
            raise io.UnsupportedOperation(f'cannot write to {self.stream!r}')
        view = _view_bytes(data)
        self._flush()
        start = 0
        while start < view.nbytes:
            start += os.pwrite(self._fileno(), view[start:], offset + start)
        # a second time to drop what the stream has read ahead
        self._flush()
        return view.nbytes

    def measure(self) -> int:
        if self._flush is not None:
            self._flush()
        # devices have no size but an end
        return os.fstat(self._fileno()).st_size or super().measure()

    def close(self) -> None:
        if self._descriptor is None:
            return
        self._released = True
        if self._flush is not None and not self.stream.closed:
            self._flush()
            # network file systems report some errors only now
            os.close(os.dup(self._descriptor))

    def _flush_readable(self) -> None:
        """Flush stream, which must be readable too."""
        assert self._flush is not None
        self._flush()
        if not self.stream.readable():
            raise io.UnsupportedOperation(f'cannot read from {self.stream!r}')


class _MappedChannel(_Channel):
    """Memory map of a file, read and written by slicing."""

    __slots__ = ()

    positional = True

    def writable(self) -> bool:
        with memoryview(self.stream) as view:
            return not view.readonly

    def read(self, offset: int, size: int) -> bytes:
        return bytes(self.stream[offset : offset + size])

    def read_many(
        self, offsets: Sequence[int], sizes: Sequence[int]
    ) -> list[bytes]:
        return list(map(self.read, offsets, sizes))

    def readinto(self, offset: int, views: Sequence[memoryview]) -> int:
        done = 0
        with memoryview(self.stream) as mapped:
            for view in map(_view_bytes, views):
                with mapped[offset + done : offset + done + view.nbytes] as m:
                    view[: m.nbytes] = m
                    done += m.nbytes
                    if m.nbytes < view.nbytes:
                        break
        return done

    def write(self, offset: int, data: Any) -> int:
        view = _view_bytes(data)
        if offset + view.nbytes > len(self.stream):
            raise ValueError(
                f'cannot write {view.nbytes} bytes at offset {offset} '
                f'of memory map of {len(self.stream)} bytes'
            )
        self.stream[offset : offset + view.nbytes] = view
        return view.nbytes

    def measure(self) -> int:
        return len(self.stream)


class _RemoteChannel(_Channel):
    """File of a fsspec filesystem, read by ranges."""

    __slots__ = ('_fs', '_path', '_size', 'url')

    remote = True
    pass_bytes = 2**26

    gap_bytes = 2**18
    """Bytes between two ranges that are better read than skipped."""

    run_bytes = 2**23
    """Size of one request; larger ranges are split, smaller ones merged."""

    def __init__(self, fs: Any, path: str, url: str) -> None:
        info = fs.info(path)
        size = info.get('size')
        if info.get('type') == 'directory':
            raise IsADirectoryError(f'{url} is a directory')
        if size is None:
            raise ValueError(f'{url} is not seekable: its size is unknown')
        self.lock = threading.RLock()
        self.owned = True
        self.url = url
        self._fs = fs
        self._path = path
        self._size = int(size)
        self.stream = io.BufferedReader(_RangeStream(self), 2**16)

    @property
    def file(self) -> None:
        return None

    @property
    def closed(self) -> bool:
        return False

    def writable(self) -> bool:
        return False

    def read(self, offset: int, size: int) -> bytes:
        size = min(size, self._size - offset)
        if size <= 0:
            return b''
        if size <= self.run_bytes:
            stop = offset + size
            data = self._fs.cat_file(self._path, start=offset, end=stop)
            return self._check_range(data, offset, size)
        stop = offset + size
        offsets = range(offset, stop, self.run_bytes)
        sizes = [min(self.run_bytes, stop - start) for start in offsets]
        return b''.join(self.read_many(offsets, sizes))

    def read_many(
        self, offsets: Sequence[int], sizes: Sequence[int]
    ) -> list[bytes]:
        sizes = [
            max(min(size, self._size - offset), 0)
            for offset, size in zip(offsets, sizes, strict=True)
        ]
        ranges = [(o, s) for o, s in zip(offsets, sizes, strict=True) if s > 0]
        fetched = iter(
            self._fs.cat_ranges(
                [self._path] * len(ranges),
                [offset for offset, _ in ranges],
                [offset + size for offset, size in ranges],
                on_error='raise',
            )
            if ranges
            else ()
        )
        return [
            self._check_range(next(fetched), offset, size) if size > 0 else b''
            for offset, size in zip(offsets, sizes, strict=True)
        ]

    def readinto(self, offset: int, views: Sequence[memoryview]) -> int:
        done = 0
        for batch in _batch_views(views, self.pass_bytes):
            size = sum(map(_get_nbytes, batch))
            count = _fill_views(batch, self.read(offset + done, size))
            done += count
            if count < size:
                break
        return done

    def write(self, offset: int, data: Any) -> int:
        raise io.UnsupportedOperation(f'cannot write to {self.url}')

    def measure(self) -> int:
        return self._size

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def _check_range(self, data: Any, offset: int, size: int) -> bytes:
        """Return data if it can be the range.

        Servers that ignore the range send the whole file.

        """
        if isinstance(data, BaseException):
            raise data
        if len(data) != size:
            raise OSError(
                f'{self.url} sent {len(data)} bytes '
                f'for the range from {offset} to {offset + size}'
            )
        return bytes(data)


class _RangeStream(io.RawIOBase):
    """Stream with a position over the ranges of a remote file."""

    def __init__(self, channel: _RemoteChannel) -> None:
        self._channel = channel
        self._position = 0
        self.name = channel.url

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        start = (0, self._position, self._channel.measure())[whence]
        if start + offset < 0:
            raise ValueError(f'negative seek position {start + offset}')
        self._position = start + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Any, /) -> int:
        count = self._channel.readinto(self._position, [_view_bytes(buffer)])
        self._position += count
        return count


def _make_channel(stream: Any, *, owned: bool) -> _Channel:
    """Return channel that suits the stream.

    Raises:
        TypeError: Stream is not open in binary mode.
        ValueError: Stream is not seekable.

    """
    if isinstance(_unwrap_stream(stream), io.TextIOBase):
        raise TypeError(f'{stream!r} is not open in binary mode')
    from mmap import mmap

    channel: _Channel
    file = _get_native_file(stream)
    try:
        if file is not None and _HAS_PREAD and not owned:
            channel = _FileChannel(stream, file)
        elif isinstance(stream, mmap):
            channel = _MappedChannel(stream, owned=owned)
        else:
            channel = _Channel(stream, owned=owned)
        with channel.lock:
            stream.tell()
        seekable = stream.seekable() if hasattr(stream, 'seekable') else True
    except (AttributeError, OSError, ValueError) as exc:
        raise ValueError(f'binary stream is not seekable: {exc}') from exc
    if not seekable:
        raise ValueError('binary stream is not seekable')
    return channel


class _Source:
    """What handles read from: opens, reopens and pickles it."""

    remote = False
    """Source is read via fsspec."""

    mode: str
    """Mode in which source was first opened."""

    channel: _Channel | None = None
    """Open stream."""

    start = 0
    """Position of the stream after opening."""

    size: int | None = None
    """Size in bytes, if it was measured since the source was written."""

    dormant = False
    """Source was unpickled and opens itself when it is used."""

    _openmode: str
    _lock: contextlib.AbstractContextManager[Any]
    _holders = 0
    _temporary = False

    def __init__(self, mode: str) -> None:
        self.mode = self._openmode = mode
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        if self.mode in {'wb', 'xb'}:
            raise TypeError(
                f'cannot pickle {self.describe()} opened for writing '
                f'in mode {self.mode!r}'
            )
        if self.channel is not None:
            self.channel.flush()
        return (
            _unpickle_source,
            (type(self), self.pickle_arguments(), not self.closed),
        )

    @property
    def closed(self) -> bool:
        channel = self.channel
        if channel is None:
            return not self.dormant
        return channel.closed

    def connect(self, mode: str) -> _Channel:
        """Return channel to newly opened stream."""
        raise NotImplementedError

    def describe(self) -> str:
        """Return text that names the source in messages."""
        raise NotImplementedError

    def locate(self) -> tuple[str, str]:
        """Return folder and name of the source."""
        raise NotImplementedError

    def pickle_arguments(self) -> tuple[Any, ...]:
        """Return arguments to initialize the source in another process."""
        raise NotImplementedError

    def ready(self) -> _Channel:
        """Return channel of open source."""
        if self.channel is None and self.dormant:
            self.open()
        channel = self.channel
        if channel is None:
            raise ValueError(f'I/O operation on closed file {self.describe()}')
        return channel

    def measure(self) -> int:
        """Return size of source, measured anew."""
        self.acquire()
        try:
            channel = self.ready()
            with channel.lock:
                self.size = channel.measure()
                return self.size
        finally:
            self.release()

    def open(self) -> None:
        """Open source if it is closed."""
        with self._lock:
            self._open()
            self._temporary = False

    def _open(self) -> None:
        channel = self.channel
        if channel is not None and channel.closed:
            # behind the source's back
            self.channel = None
            channel.close()
            channel = None
        if channel is None:
            self.channel = channel = self.connect(self._openmode)
            if self.start:
                channel.stream.seek(self.start)
            self.size = None
            self.dormant = False
            if self._openmode in {'wb', 'xb'}:
                # do not erase the file when it is opened again
                self._openmode = 'r+b'

    def close(self) -> None:
        """Close source if it is open."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        channel = self.channel
        self.dormant = False
        self._temporary = False
        if channel is None:
            return
        self.channel = None
        channel.close()

    def acquire(self) -> bool:
        """Open source for a while; return whether it is closed otherwise."""
        with self._lock:
            if self.closed:
                self._open()
                self._temporary = True
            self._holders += 1
            return self._temporary

    def release(self) -> None:
        """Close source if it was opened for those who acquired it."""
        with self._lock:
            self._holders -= 1
            if self._holders == 0 and self._temporary:
                self._temporary = False
                self._close()


def _unpickle_source(
    source_type: Callable[..., _Source],
    arguments: tuple[Any, ...],
    opened: bool,
) -> _Source:
    """Return source that opens itself when it is used, if it was open."""
    source = source_type(*arguments)
    source.dormant = opened and source.channel is None
    return source


class _PathSource(_Source):
    """File of the local file system."""

    _realpath: str | None = None

    def __init__(self, path: str, mode: str) -> None:
        super().__init__(mode)
        if path and path[0] != '/' and not os.path.isabs(path):
            path = os.path.join(os.getcwd(), path)
        self.path = path

    @property
    def realpath(self) -> str:
        if self._realpath is None:
            self._realpath = os.path.realpath(self.path)
        return self._realpath

    def connect(self, mode: str) -> _Channel:
        if not _HAS_PREAD:
            return _Channel(open(self.path, mode), owned=True)
        descriptor = os.open(self.path, _OPEN_FLAGS[mode], 0o666)
        try:
            raw = io.FileIO(descriptor, mode, closefd=False)
        except OSError as exc:
            # a directory
            os.close(descriptor)
            exc.filename = self.path
            raise
        raw.name = self.path
        stream: Any
        if mode == 'rb':
            stream = io.BufferedReader(raw)
        elif mode == 'r+b':
            stream = io.BufferedRandom(raw)
        else:
            stream = io.BufferedWriter(raw)
        return _FileChannel(stream, stream, descriptor)

    def describe(self) -> str:
        return repr(self.path)

    def locate(self) -> tuple[str, str]:
        return os.path.split(self.realpath)

    def pickle_arguments(self) -> tuple[Any, ...]:
        return self.realpath, self.mode


class _RemoteSource(_Source):
    """File of a fsspec filesystem, given by URL or filesystem and path."""

    remote = True

    def __init__(self, url: str, fs: Any, path: str, mode: str) -> None:
        super().__init__(mode)
        self.url = url
        self.fs = fs
        self.path = path

    def connect(self, mode: str) -> _Channel:
        fs, path = self.fs, self.path
        if fs is None:
            fs, path = _resolve_url(self.url)
        if mode == 'rb':
            return _RemoteChannel(fs, path, self.url)
        stream = fs.open(path, mode)
        try:
            channel = _make_channel(stream, owned=True)
            stream.seek(0)
        except BaseException:
            stream.close()
            raise
        return channel

    def describe(self) -> str:
        return repr(self.url)

    def locate(self) -> tuple[str, str]:
        # of zip://folder/name::https://host/archive, the first link
        links = self.url.split('::')
        last = next((i for i, s in enumerate(links) if '://' in s), 0)
        url = '::'.join(links[: last + 1])
        if links[last].lower().startswith(('http:', 'https:')):
            url = re.split(r'[?#]', url)[0]
        dirname, _, name = url.rpartition('/')
        return dirname, name

    def pickle_arguments(self) -> tuple[Any, ...]:
        return self.url, self.fs, self.path, self.mode


class _StreamSource(_Source):
    """Stream of the user, which is neither opened nor closed."""

    channel: _Channel

    def __init__(self, stream: Any, mode: str) -> None:
        super().__init__(mode)
        self.channel = _make_channel(stream, owned=False)
        self._location = self._find_location()

    def __reduce__(self) -> tuple[Any, ...]:
        channel = self.channel
        file = channel.file
        if file is not None and not channel.closed:
            # a file that is still found by its name is as good as a path
            path = os.path.join(*self.locate())
            with contextlib.suppress(OSError, ValueError):
                if os.path.samestat(os.stat(path), os.fstat(file.fileno())):
                    source = _PathSource(path, self._get_file_mode())
                    source.dormant = True
                    return source.__reduce__()
        raise TypeError(
            f'cannot pickle {self.describe()}: '
            'open the file by its name instead of passing a stream'
        )

    def _open(self) -> None:
        # nothing to open
        if self.start:
            with self.channel.lock:
                self.channel.stream.seek(self.start)
            self.start = 0

    def _close(self) -> None:
        pass

    def describe(self) -> str:
        return os.path.join(*self.locate())

    def locate(self) -> tuple[str, str]:
        return self._location

    def _find_location(self) -> tuple[str, str]:
        """Return folder and name of stream."""
        channel = self.channel
        for attribute in ('name', 'path'):
            name = getattr(channel.stream, attribute, None)
            if isinstance(name, (str, bytes, os.PathLike)) and name:
                path = os.fsdecode(name)
                if channel.file is not None:
                    path = os.path.join(os.getcwd(), path)
                return os.path.split(path)
        return '', 'Unnamed binary stream'

    def _get_file_mode(self) -> str:
        """Return mode that opens the file of the stream."""
        file = self.channel.file
        if not file.writable():
            return 'rb'
        return 'r+b' if file.readable() else 'wb'


class _OpenerSource(_Source):
    """Object with an open method, such as a fsspec OpenFile."""

    def __init__(self, opener: Any, mode: str) -> None:
        super().__init__(mode)
        self.opener = opener

    def connect(self, mode: str) -> _Channel:
        stream = self.opener.open()
        try:
            return _make_channel(stream, owned=True)
        except BaseException:
            stream.close()
            raise

    def _close(self) -> None:
        was_open = self.channel is not None
        super()._close()
        # fsspec decompresses with a stream on a stream
        close = getattr(self.opener, 'close', None)
        if was_open and close is not None:
            close()

    def describe(self) -> str:
        return repr(self.opener)

    def locate(self) -> tuple[str, str]:
        path = getattr(self.opener, 'path', None)
        if isinstance(path, str) and path:
            return os.path.split(path)
        return '', 'Unnamed binary stream'

    def pickle_arguments(self) -> tuple[Any, ...]:
        return self.opener, self.mode


def _resolve_url(url: str) -> tuple[Any, str]:
    """Return fsspec filesystem and path from URL."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as exc:
        raise ImportError(
            f"opening {url!r} requires the 'fsspec' package"
        ) from exc
    fs, path = url_to_fs(url)
    return fs, path


def _is_local(fs: Any) -> bool:
    """Return whether paths of fsspec filesystem are those of the system."""
    protocol = fs.protocol
    return 'file' in ((protocol,) if isinstance(protocol, str) else protocol)


def _check_mode(mode: str | None) -> str:
    """Return mode in which binary file is opened."""
    try:
        return _FILE_MODES[mode]
    except KeyError:
        raise ValueError(f'invalid mode {mode!r}') from None


def _make_source(file: Any, mode: str | None) -> _Source:
    """Return unopened source from first arguments of FileHandle."""
    binmode = _check_mode(mode)
    if isinstance(file, str):
        if '://' not in file or _URL.match(file) is None:
            return _PathSource(file, binmode)
        fs, path = _resolve_url(file)
        if _is_local(fs):
            return _PathSource(path, binmode)
        return _RemoteSource(file, None, '', binmode)
    if isinstance(file, (bytes, bytearray, memoryview)):
        raise TypeError(
            f'{type(file).__name__} is not a file; '
            'wrap the content of a file in io.BytesIO'
        )
    if hasattr(file, 'seek'):
        return _StreamSource(file, binmode)
    if hasattr(file, 'fs') and hasattr(file, 'path'):
        return _make_fsspec_source(file, mode)
    if isinstance(file, os.PathLike):
        return _PathSource(os.fsdecode(file), binmode)
    if hasattr(file, 'open'):
        return _OpenerSource(file, binmode)
    raise ValueError(
        'the first parameter must be a file name or seekable binary file '
        f'object, not {type(file)}'
    )


def _make_fsspec_source(file: Any, mode: str | None) -> _Source:
    """Return unopened source from fsspec OpenFile or UPath."""
    openmode = getattr(file, 'mode', 'rb')
    if getattr(file, 'compression', None) or 'b' not in openmode:
        return _OpenerSource(file, _check_mode(mode))
    binmode = _check_mode(mode or openmode)
    if _is_local(file.fs):
        return _PathSource(file.path, binmode)
    url = file.fs.unstrip_protocol(file.path)
    return _RemoteSource(url, file.fs, file.path, binmode)


def _split_sizes(sizes: list[int], limit: int) -> Iterator[int]:
    """Yield stop indices of runs of sizes with a sum up to limit."""
    room = limit
    if sum(sizes) > limit:
        for index, size in enumerate(sizes):
            if index and size > room:
                yield index
                room = limit
            room -= max(size, 0)
    if sizes:
        yield len(sizes)


def _read_adjacent(
    channel: _Channel, offsets: list[int], sizes: list[int]
) -> list[bytes]:
    """Return bytes of small ranges, each of which starts where another ends.

    Slices of one large read cost less than many small reads.

    """
    step = max(_RUN_BYTES // max([1, *sizes]), 1)
    runs = [sizes[i : i + step] for i in range(0, len(sizes), step)]
    data = channel.read_many(offsets[::step], list(map(sum, runs)))
    result = []
    for run, part in zip(runs, data, strict=True):
        stops = list(itertools.accumulate(run))
        result += [
            part[stop - size : stop]
            for stop, size in zip(stops, run, strict=True)
        ]
    return result


def _read_remote(
    channel: _RemoteChannel, offsets: list[int], sizes: list[int]
) -> list[bytes]:
    """Return bytes of ranges, requesting those close to each other at once."""
    starts: list[int] = []
    stops: list[int] = []
    places = [(0, 0)] * len(offsets)
    for index in sorted(range(len(offsets)), key=offsets.__getitem__):
        start = offsets[index]
        stop = start + sizes[index]
        if (
            starts
            and start <= stops[-1] + channel.gap_bytes
            and stop <= starts[-1] + channel.run_bytes
        ):
            stops[-1] = max(stop, stops[-1])
        else:
            starts.append(start)
            stops.append(stop)
        places[index] = (len(starts) - 1, start - starts[-1])
    lengths = [stop - start for start, stop in zip(starts, stops, strict=True)]
    data = channel.read_many(starts, lengths)
    return [
        data[run][start : start + size]
        for (run, start), size in zip(places, sizes, strict=True)
    ]


class FileHandle:
    """Binary file, or a window on it.

    A handle reads from local files, streams, and remote files alike. The
    methods `read_at`, `readinto_at`, `read_ranges`, `read_array_at`,
    `read_record_at`, `read_segments`, and `write_at` take offsets and share
    no file position: any number of threads may use them at the same time. The
    methods `seek`, `tell`, `read`, `readinto`, `write`, and what is built on
    them, use the position of the underlying stream, like any file object.

    Offsets and positions are relative to the window.

    Handles of files and URLs can be pickled: they open themselves when they
    are first used in the other process.

    Parameters:
        file:
            File name or path; FileHandle; seekable binary stream;
            memory map; URL, OpenFile or UPath of fsspec.
            Streams are neither opened nor closed by the handle.
        mode:
            'r', 'r+', 'w' or 'x', with or without 'b'. The default is
            the mode of the other FileHandle, or else 'rb'.
        name:
            Name of the file. By default, that of the file or stream.
        offset:
            Start of the window in bytes. The default is the position of
            a stream, or else 0. It is relative to the window of another
            FileHandle.
        size:
            Size of the window in bytes. By default, up to the end. Windows
            on files that can be written grow when they are written to.

    Raises:
        OSError: File cannot be opened.
        TypeError: File is bytes, or stream is not open in binary mode.
        ValueError:
            Mode, offset or size are invalid, or stream is not seekable.
        ImportError: File is a URL and fsspec is not installed.

    """

    __slots__ = (
        '__weakref__',
        '_limit',
        '_lock',
        '_name',
        '_offset',
        '_owner',
        '_parent_names',
        '_source',
    )

    _source: _Source
    _offset: int
    _limit: int | None
    _name: str | None
    _parent_names: tuple[str, str] | None
    _owner: bool
    _lock: contextlib.AbstractContextManager[Any]

    def __init__(
        self,
        file: FileInput,
        /,
        mode: FileMode | None = None,
        *,
        name: str | None = None,
        offset: int | None = None,
        size: int | None = None,
    ) -> None:
        if (offset is not None and offset < 0) or (
            size is not None and size < 0
        ):
            raise ValueError(f'invalid window {offset=}, {size=}')
        self._name = name
        self._parent_names = None
        self._lock = _NO_LOCK
        self._offset = offset or 0
        self._limit = size
        if isinstance(file, FileHandle):
            self._owner = False
            self._init_window(file, mode)
        else:
            self._owner = True
            self._source = source = _make_source(file, mode)
            source.start = self._offset
            source._open()
            if offset is None and isinstance(source, _StreamSource):
                with source.channel.lock:
                    self._offset = source.channel.stream.tell()

    def _init_window(self, other: FileHandle, mode: str | None) -> None:
        """Make this a window on other handle."""
        self._source = other._source
        if mode is not None:
            binmode = _check_mode(mode)
            if binmode not in {'rb', other.mode}:
                raise ValueError(
                    f'FileHandle has wrong mode {other.mode!r}, not {mode!r}'
                )
        start = self._offset
        if other._limit is not None:
            room = max(other._limit - start, 0)
            self._limit = (
                room if self._limit is None else min(self._limit, room)
            )
        self._offset += other._offset
        self._lock = other._lock
        self._parent_names = other.dirname, other.name
        if start:
            stem, extension = os.path.splitext(other.name)
            window_name = f'{stem}@{self._offset}{extension}'
            self._parent_names = other.dirname, window_name
            if not self.closed:
                self.seek(0)

    def __getstate__(self) -> tuple[Any, ...]:
        return (
            self._source,
            self._offset,
            self._limit,
            self._name,
            self._parent_names,
            self.has_lock,
        )

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        (
            self._source,
            self._offset,
            self._limit,
            self._name,
            self._parent_names,
            has_lock,
        ) = state
        self._lock = _NO_LOCK
        self._owner = True
        self.set_lock(has_lock)
        if self._source.channel is None:
            self._source.start = self._offset

    def open(self) -> None:
        """Open file if it is closed.

        Files that were created by this handle are not erased.

        """
        self._source.open()

    def close(self) -> None:
        """Close file if it was opened by this handle.

        Reads of other threads that are under way are finished.

        """
        if self._owner:
            self._source.close()

    @contextlib.contextmanager
    def hold(self) -> Iterator[bool]:
        """Return context in which the file is open.

        The value of the context is whether the file was closed. If so, it is
        closed again after the last of all threads left the context.

        """
        closed = self._source.acquire()
        try:
            yield closed
        finally:
            self._source.release()

    def fileno(self) -> int:
        """Return file descriptor.

        Raises:
            OSError: File has no descriptor.

        """
        fileno = getattr(self._fh, 'fileno', None)
        if fileno is None:
            raise io.UnsupportedOperation(f'{self!r} has no file descriptor')
        return int(fileno())

    def writable(self) -> bool:
        """Return whether file can be written."""
        channel = self._source.channel
        if channel is None:
            return self.mode != 'rb'
        writable = channel.writable()
        return self.mode != 'rb' if writable is None else writable

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return position in window."""
        channel = self._source.ready()
        with channel.lock:
            return int(channel.stream.tell()) - self._offset

    def seek(self, offset: int, /, whence: int = 0) -> int:
        """Set position in window and return it.

        Parameters:
            offset: Position relative to `whence`.
            whence:
                0 is the start of the window, 1 the position, 2 the end.

        """
        channel = self._source.ready()
        with channel.lock:
            if whence == os.SEEK_CUR:
                offset += self.tell()
            elif whence == os.SEEK_END:
                offset += self.size
            elif whence != os.SEEK_SET:
                raise ValueError(f'invalid {whence=}')
            if offset < 0:
                raise ValueError(
                    f'negative position {offset} in {self.name!r}'
                )
            return (
                _seek_stream(channel.stream, self._offset + offset)
                - self._offset
            )

    def read(self, size: int = -1, /) -> bytes:
        """Return bytes from position, by default up to the end of window."""
        channel = self._source.ready()
        with channel.lock:
            return _read_stream(channel.stream, self._limit_size(size))

    def readinto(self, buffer: Any, /) -> int:
        """Fill buffer from position and return number of bytes read."""
        channel = self._source.ready()
        view = _view_bytes(buffer)
        with channel.lock:
            view = view[: self._limit_size(view.nbytes)]
            return _readinto_stream(channel.stream, [view])

    def write(self, buffer: Any, /) -> int:
        """Write buffer at position and return number of bytes written."""
        channel = self._source.ready()
        with channel.lock:
            self._source.size = None
            count = _write_stream(channel.stream, buffer)
            if self._limit is not None:
                self._limit = max(self._limit, self.tell())
            return count

    def flush(self) -> None:
        """Hand over written bytes to the operating system."""
        self._source.ready().flush()

    def sync(self) -> None:
        """Have the operating system store written bytes on the device."""
        channel = self._source.ready()
        channel.flush()
        if channel.file is not None:
            os.fsync(channel.file.fileno())

    def truncate(self, size: int | None = None, /) -> int:
        """Cut or extend file to end at `size` and return that.

        Parameters:
            size: Size of the window. The default is the position.

        """
        channel = self._source.ready()
        with channel.lock:
            size = self.tell() if size is None else size
            if size < 0:
                raise ValueError(f'invalid {size=}')
            self._source.size = None
            channel.stream.truncate(self._offset + size)
            if self._limit is not None:
                self._limit = size
            return size

    def read_at(self, offset: int, size: int, /) -> bytes:
        """Return bytes at offset, fewer only at the end of the file.

        Parameters:
            offset: Start of the range in the window.
            size: Number of bytes.

        Raises:
            ValueError: File is closed, or offset or size are negative.
            TiffFileError: Size exceeds that of the file, and 1 MiB.

        """
        if offset < 0 or size < 0:
            raise ValueError(f'invalid range {offset=}, {size=}')
        if size > _LOOK_AHEAD or self._limit is not None:
            size = self._bound_size(offset, size)
        channel = self._source.channel
        if channel is None:
            channel = self._source.ready()
        return channel.read(self._offset + offset, size)

    def readinto_at(self, offset: int, buffers: Any, /) -> int:
        """Fill buffers with bytes at offset and return number of bytes.

        Parameters:
            offset: Start of the range in the window.
            buffers:
                Contiguous writable buffer, or list of such, which are filled
                one after the other.

        Returns:
            Size of the buffers; less only at the end of the file.

        """
        if offset < 0:
            raise ValueError(f'invalid range {offset=}')
        if not isinstance(buffers, (list, tuple)):
            buffers = (buffers,)
        views: list[memoryview] = [memoryview(buffer) for buffer in buffers]
        if self._limit is not None:
            size = max(self._limit - offset, 0)
            views = next(_batch_views(views, size), []) if size else []
        channel = self._source.ready()
        return channel.readinto(self._offset + offset, views)

    def read_ranges(
        self, offsets: Sequence[int], sizes: Sequence[int], /
    ) -> list[bytes]:
        """Return bytes of many ranges, in the order of the ranges.

        Small ranges that are close to each other are read at once. Remote
        files are read concurrently.

        Parameters:
            offsets: Starts of the ranges in the window.
            sizes: Numbers of bytes.

        Returns:
            What :py:meth:`read_at` returns for every range.

        """
        starts = list(map(int, offsets))
        lengths = list(map(int, sizes))
        if len(starts) != len(lengths):
            raise ValueError(f'{len(starts)} offsets but {len(lengths)} sizes')
        if min(starts, default=0) < 0 or min(lengths, default=0) < 0:
            raise ValueError('offsets or sizes are negative')
        stops = list(map(operator.add, starts, lengths))
        if max(stops, default=0) > self.size:
            lengths = list(map(self._bound_size, starts, lengths))
            stops = list(map(operator.add, starts, lengths))
        is_adjacent = stops[:-1] == starts[1:]
        if self._offset:
            starts = [start + self._offset for start in starts]
        channel = self._source.ready()
        if isinstance(channel, _RemoteChannel):
            return _read_remote(channel, starts, lengths)
        if is_adjacent and max(lengths, default=0) <= _SMALL_BYTES:
            return _read_adjacent(channel, starts, lengths)
        return channel.read_many(starts, lengths)

    def write_at(self, offset: int, data: Any, /) -> int:
        """Write data at offset and return number of bytes written.

        Parameters:
            offset: Offset in the window. May be larger than the file.
            data: Contiguous buffer.

        """
        if offset < 0:
            raise ValueError(f'invalid {offset=}')
        channel = self._source.ready()
        with channel.lock:
            self._source.size = None
            count = channel.write(self._offset + offset, data)
            self._source.size = None
            if self._limit is not None:
                self._limit = max(self._limit, offset + count)
        return count

    def read_array(
        self,
        dtype: DTypeLike,
        count: int = -1,
        offset: int = 0,
        *,
        out: NDArray[Any] | None = None,
    ) -> NDArray[Any]:
        """Return array read from position, in native byte order.

        The position is moved to the end of what is read.

        Parameters:
            dtype: Type of the array's elements in the file.
            count: Number of elements. By default, all up to the end.
            offset: Offset in the window to read from if not 0.
            out: Array to read into.

        Raises:
            TiffSegmentError: File has not that many elements.
            ValueError: Size of `out` does not match.

        """
        start = offset or self.tell()
        array = self.read_array_at(dtype, count, start, out=out)
        self.seek(start + array.nbytes)
        return array

    def read_array_at(
        self,
        dtype: DTypeLike,
        count: int,
        offset: int,
        /,
        out: NDArray[Any] | None = None,
    ) -> NDArray[Any]:
        """Return array read at offset, in native byte order.

        Parameters:
            dtype: Type of the array's elements in the file.
            count: Number of elements. If negative, all up to the end.
            offset: Offset in the window.
            out:
                Array of the same size in bytes to read into. Its elements
                are of the type `dtype`, in any byte order, or reinterpreted.

        Raises:
            TiffSegmentError: File has not that many elements.
            ValueError: Size of `out` does not match.

        """
        dtype = numpy.dtype(dtype)
        if dtype.itemsize == 0 or dtype.hasobject:
            raise ValueError(f'cannot read array of {dtype!r}')
        if offset < 0:
            raise ValueError(f'invalid {offset=}')
        if count < 0:
            count = max(self.size - offset, 0) // dtype.itemsize
        size = count * dtype.itemsize
        if out is not None and out.nbytes != size:
            raise ValueError(f'size mismatch: {out.nbytes} != {size} bytes')
        self._require_range(offset, size)
        native = dtype.newbyteorder('=')
        array: NDArray[Any]
        if out is None:
            array = numpy.empty(count, native)
        elif out.flags.c_contiguous:
            array = out.reshape(-1)
        else:
            array = self.read_array_at(dtype, count, offset)
            if out.dtype.newbyteorder('=') != native:
                array = array.view(out.dtype)
            out[...] = array.reshape(out.shape)
            return out
        if array.dtype.newbyteorder('=') != native:
            array = array.view(native)
        if array.dtype == dtype:
            got = self._fill_array(array, offset)
        else:
            got = self._convert_array(array, dtype, offset)
        if got != size:
            raise self._make_short_error(offset, size, got)
        return array if out is None else out

    def _fill_array(self, array: NDArray[Any], offset: int) -> int:
        """Read bytes at offset into array; return number of bytes."""
        return self.readinto_at(offset, array.view(numpy.uint8))

    def _convert_array(
        self, array: NDArray[Any], dtype: numpy.dtype[Any], offset: int
    ) -> int:
        """Read elements of dtype into array; return number of bytes read.

        The elements are converted while they are in the CPU cache.

        """
        channel = self._source.ready()
        step = max(channel.pass_bytes // dtype.itemsize, 1)
        block = numpy.empty(min(step, array.size), dtype)
        got = 0
        for start in range(0, array.size, step):
            block = block[: array.size - start]
            count = self._fill_array(block, offset + got)
            got += count
            if count < block.nbytes:
                break
            array[start : start + step] = block
        return got

    def read_record(
        self,
        dtype: DTypeLike,
        shape: tuple[int, ...] | int | None = 1,
        *,
        byteorder: ByteOrderCode | None = None,
    ) -> Any:
        """Return NumPy record read from position.

        The position is moved to the end of what is read.

        Parameters:
            dtype: Type of the record.
            shape:
                Shape of the record array. One dimension may be -1.
                By default, the one record itself is returned.
                If None, all records up to the end are returned.
            byteorder: Byte order of the record, in place of that of `dtype`.

        Raises:
            TiffSegmentError: File has not that many records.

        """
        offset = self.tell()
        record = self.read_record_at(dtype, shape, offset, byteorder=byteorder)
        self.seek(offset + record.nbytes)
        return record

    def read_record_at(
        self,
        dtype: DTypeLike,
        shape: tuple[int, ...] | int | None,
        offset: int,
        /,
        *,
        byteorder: ByteOrderCode | None = None,
    ) -> Any:
        """Return NumPy record read at offset.

        Parameters:
            dtype, shape, byteorder: See :py:meth:`read_record`.
            offset: Offset in the window.

        Raises:
            TiffSegmentError: File has not that many records.

        """
        dtype = numpy.dtype(dtype)
        if byteorder is not None:
            dtype = dtype.newbyteorder(byteorder)
        if dtype.itemsize == 0 or dtype.hasobject:
            raise ValueError(f'cannot read record of {dtype!r}')
        if offset < 0:
            raise ValueError(f'invalid {offset=}')
        dims = (-1,) if shape is None else shape
        dims = (dims,) if isinstance(dims, int) else tuple(dims)
        known = math.prod(dim for dim in dims if dim >= 0)
        if dims.count(-1) > 1 or min(dims, default=0) < -1:
            raise ValueError(f'invalid {shape=}')
        if -1 in dims:
            count = max(self.size - offset, 0) // dtype.itemsize
            rest = count // known if known else 0
            dims = tuple(rest if dim == -1 else dim for dim in dims)
        size = math.prod(dims) * dtype.itemsize
        self._require_range(offset, size)
        data = bytearray(size)
        got = self.readinto_at(offset, data)
        if got != size:
            raise self._make_short_error(offset, size, got)
        record: Any = numpy.frombuffer(data, dtype).reshape(dims)
        record = record.view(numpy.recarray)
        return record[0] if shape == 1 else record

    def memmap_array(
        self,
        dtype: DTypeLike,
        shape: tuple[int, ...],
        offset: int = 0,
        *,
        mode: str = 'r',
        order: str = 'C',
    ) -> NDArray[Any]:
        """Return memory-mapped array of data in the file.

        Parameters:
            dtype: Type of the array's elements in the file.
            shape: Shape of the array.
            offset: Offset in the window.
            mode: 'r', 'r+' or 'c', see :py:class:`numpy.memmap`.
            order: 'C' or 'F'.

        Raises:
            ValueError: File has no descriptor.
            TiffSegmentError: File is shorter.

        """
        if not self.is_file:
            raise ValueError(
                f'cannot memory-map file without fileno: {self.name!r}'
            )
        channel = self._source.ready()
        channel.flush()
        dtype = numpy.dtype(dtype)
        shape = (shape,) if isinstance(shape, int) else tuple(shape)
        size = math.prod(shape) * dtype.itemsize
        self._require_range(offset, size)
        with channel.lock:
            # NumPy seeks the end of the file
            position = channel.stream.tell()
            try:
                array: NDArray[Any] = numpy.memmap(
                    channel.stream,
                    dtype=dtype,
                    mode=mode,  # type: ignore[call-overload]
                    offset=self._offset + offset,
                    shape=shape,
                    order=order,
                )
            finally:
                channel.stream.seek(position)
        return array

    def write_empty(self, size: int, /) -> int:
        """Move position by size and return it; the file reaches up to there.

        Bytes in a gap behind the end of the file are zero.

        """
        if size < 1:
            return 0
        self.seek(size - 1, os.SEEK_CUR)
        self.write(b'\x00')
        return size

    def write_array(
        self, data: ArrayLike, dtype: DTypeLike | None = None, /
    ) -> int:
        """Write array at position and return number of bytes written.

        Parameters:
            data: Array, written in C order.
            dtype:
                Type of elements in the file, including the byte order.
                The default is that of `data`.

        """
        array = numpy.atleast_1d(numpy.asarray(data))
        dtype = array.dtype if dtype is None else numpy.dtype(dtype)
        if dtype.hasobject:
            raise ValueError(f'cannot write array of {dtype!r}')
        if array.size == 0:
            return 0
        if array.flags.c_contiguous and array.dtype == dtype:
            return self.write(array.reshape(-1).view(numpy.uint8))
        # rows are copied one after the other, not all at once
        rows = max(_CONVERT_BYTES * len(array) // array.nbytes, 1)
        count = 0
        for start in range(0, len(array), rows):
            block = numpy.ascontiguousarray(array[start : start + rows], dtype)
            count += self.write(block.reshape(-1).view(numpy.uint8))
        return count

    def read_segments(
        self,
        offsets: Sequence[int],
        bytecounts: Sequence[int],
        /,
        indices: Sequence[int] | None = None,
        length: int | None = None,
        *,
        sort: bool = True,
        lock: contextlib.AbstractContextManager[Any] | None = None,
        buffersize: int | None = None,
        flat: bool = True,
    ) -> (
        Iterator[tuple[bytes | None, int]]
        | Iterator[list[tuple[bytes | None, int]]]
    ):
        """Return iterator over segments read from file, and their indices.

        Segments that extend beyond the end of the file are cut there.

        Parameters:
            offsets: Offsets of the segments in the window.
            bytecounts: Sizes of the segments.
            indices:
                Indices of the segments to return. The default is
                ``range(length)``.
            length:
                Number of segments. By default, that of the longer
                of `offsets` and `bytecounts`. Missing ones are empty.
            sort: Read segments in the order of their offsets.
            lock:
                Lock to hold while reading. The default is the handle's,
                which does nothing unless enabled.
            buffersize:
                Number of bytes to read in one pass. By default, up to
                256 MiB.
            flat:
                Iterate over segments. Else, iterate over the lists of
                segments that were read in one pass.

        Yields:
            Bytes of the segment, None if its offset or bytecount are not
            positive; and its index.

        """
        found = min(len(offsets), len(bytecounts))
        if length is None:
            length = max(len(offsets), len(bytecounts))
        if indices is None:
            indices = range(length)
        elif len(indices) < length:
            raise ValueError(f'{len(indices)} indices of {length} segments')
        if found < length:
            logger().warning(
                f'{self!r} read_segments: expected {length} segments, '
                f'got {found}'
            )
        missing = [0] * max(length - found, 0)
        found = min(found, length)
        starts = [*map(int, offsets[:found]), *missing]
        sizes = [*map(int, bytecounts[:found]), *missing]
        indices = indices[:length]
        if sort and any(map(operator.gt, starts, starts[1:])):
            order = sorted(range(length), key=starts.__getitem__)
            starts = [starts[i] for i in order]
            sizes = [sizes[i] for i in order]
            indices = [indices[i] for i in order]
        if buffersize is None:
            # files are read fastest by passes that fit in the CPU cache
            is_fast = flat and self.is_positional
            buffersize = _RUN_BYTES if is_fast else _BUFFERSIZE
        passes = self._read_passes(
            starts,
            sizes,
            indices,
            self._lock if lock is None else lock,
            buffersize,
        )
        return itertools.chain.from_iterable(passes) if flat else passes

    def _read_passes(
        self,
        offsets: list[int],
        sizes: list[int],
        indices: Sequence[int],
        lock: contextlib.AbstractContextManager[Any],
        buffersize: int,
    ) -> Iterator[list[tuple[bytes | None, int]]]:
        """Yield lists of segments that have up to buffersize bytes."""
        sizes = self._cut_segments(offsets, sizes)
        start = 0
        for stop in _split_sizes(sizes, buffersize):
            found = [i for i in range(start, stop) if sizes[i] >= 0]
            with lock:
                data = self.read_ranges(
                    [offsets[i] for i in found], [sizes[i] for i in found]
                )
            segments = dict(zip(found, data, strict=True))
            yield [(segments.get(i), indices[i]) for i in range(start, stop)]
            start = stop

    def _cut_segments(self, offsets: list[int], sizes: list[int]) -> list[int]:
        """Return how many bytes of segments are in the file, -1 for none."""
        stops = map(operator.add, offsets, sizes)
        if (
            min(offsets, default=1) > 0
            and min(sizes, default=1) > 0
            and max(stops, default=0) <= self.size
        ):
            return sizes
        total = self.refresh_size()
        return [
            max(min(size, total - offset), 0)
            if offset > 0 and size > 0
            else -1
            for offset, size in zip(offsets, sizes, strict=True)
        ]

    def _bound_size(self, offset: int, size: int) -> int:
        """Return how many bytes there are at offset, at most size.

        Raises:
            TiffFileError: Size exceeds that of the file, and 1 MiB.

        """
        total = self.size
        if offset + size > total:
            total = self.refresh_size()
            if size > max(total, _LOOK_AHEAD):
                raise TiffFileError(
                    f'cannot read {size} bytes at offset {offset} '
                    f'of {self.name!r}, which has {total} bytes'
                )
            size = max(min(size, total - offset), 0)
        return size

    def _limit_size(self, size: int | None) -> int:
        """Return how many bytes there are at position, at most size."""
        position = self.tell()
        if position < 0:
            raise ValueError(
                f'position {position} is before start of {self.name!r}'
            )
        if size is None or size < 0:
            return max(self.refresh_size() - position, 0)
        if size > _LOOK_AHEAD or self._limit is not None:
            total = self.size
            if position + size > total:
                total = self.refresh_size()
            size = max(min(size, total - position), 0)
        return size

    def _require_range(self, offset: int, size: int) -> None:
        """Raise TiffSegmentError if file does not have the range."""
        if offset < 0:
            raise ValueError(f'invalid {offset=}')
        if offset + size > self.size:
            total = self.refresh_size()
            if offset + size > total:
                raise self._make_short_error(
                    offset, size, max(total - offset, 0)
                )

    def _make_short_error(
        self, offset: int, size: int, got: int
    ) -> TiffSegmentError:
        """Return exception for range that is not in the file."""
        return TiffSegmentError(
            f'failed to read {size} bytes, got {got}, '
            f'at offset {offset} of {self.name!r}'
        )

    def refresh_size(self) -> int:
        """Return size of window, after other programs wrote to the file."""
        self._source.measure()
        return self.size

    @property
    def size(self) -> int:
        """Size of window in bytes.

        The size of the file is determined once, and after writing.

        """
        total = self._source.size
        if total is None:
            total = self._source.measure()
        total = max(total - self._offset, 0)
        return total if self._limit is None else min(total, self._limit)

    @property
    def mode(self) -> str:
        """Mode in which file is opened: 'rb', 'r+b', 'wb' or 'xb'."""
        return self._source.mode

    @property
    def name(self) -> str:
        """Name of file, without folder."""
        if self._name is not None:
            return self._name
        if self._parent_names is not None:
            return self._parent_names[1]
        return self._source.locate()[1]

    @property
    def dirname(self) -> str:
        """Folder of file."""
        if self._parent_names is not None:
            return self._parent_names[0]
        if self._name is not None and isinstance(self._source, _StreamSource):
            return ''
        return self._source.locate()[0]

    @property
    def path(self) -> str:
        """Absolute path or URL of file; names of windows extend it."""
        source = self._source
        if self._parent_names is None:
            if isinstance(source, _PathSource):
                return source.realpath
            if isinstance(source, _RemoteSource):
                return source.url
        return os.path.join(self.dirname, self.name)

    @property
    def extension(self) -> str:
        """File name extension in lower case, such as '.tif', '.ome.tif'."""
        stem, extension = os.path.splitext(self.name.lower())
        if extension and stem.endswith('.ome'):
            return '.ome' + extension
        return extension

    @property
    def closed(self) -> bool:
        """File is closed."""
        return self._source.closed

    @property
    def is_file(self) -> bool:
        """File is known to the operating system and can be memory-mapped."""
        channel = self._source.channel
        if channel is None:
            return isinstance(self._source, _PathSource)
        return channel.file is not None

    @property
    def is_remote(self) -> bool:
        """File is read via fsspec."""
        channel = self._source.channel
        return (self._source if channel is None else channel).remote

    @property
    def is_positional(self) -> bool:
        """Threads read at the same time, not one after the other.

        Ranges of remote files are better read by :py:meth:`read_ranges`.

        """
        channel = self._source.channel
        if channel is None:
            return isinstance(self._source, _PathSource) and _HAS_PREAD
        return channel.positional

    @property
    def lock(self) -> contextlib.AbstractContextManager[Any]:
        """Lock for users who share the position among threads.

        Does nothing unless enabled by ``set_lock(True)`` or ``lock = True``.

        """
        return self._lock

    @lock.setter
    def lock(self, value: bool) -> None:
        self.set_lock(value)

    @property
    def has_lock(self) -> bool:
        """Lock is enabled."""
        return self._lock is not _NO_LOCK

    def set_lock(self, lock: bool) -> None:
        """Enable or disable lock."""
        if bool(lock) != self.has_lock:
            self._lock = threading.RLock() if lock else _NO_LOCK

    @property
    def _fh(self) -> Any:
        """Underlying stream; None if file is closed."""
        if self._source.closed:
            return None
        return self._source.ready().stream

    def __getattr__(self, name: str, /) -> Any:
        """Return attribute of underlying stream."""
        if not name.startswith('_'):
            stream = self._fh
            if hasattr(stream, name):
                if self._offset or self._limit is not None:
                    warnings.warn(
                        f'{self!r} {name!r} does not respect the window',
                        UserWarning,
                        stacklevel=2,
                    )
                return getattr(stream, name)
        raise AttributeError(
            f'{type(self).__name__!r} object has no attribute {name!r}'
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f'<tifffile.FileHandle {self.name!r}>'

    def __str__(self) -> str:
        return '\n '.join(
            (
                'FileHandle',
                self.name,
                self.dirname,
                f'{self.size} bytes',
                'closed' if self.closed else 'open',
            )
        )


class FileCache:
    """Keep a limited number of file handles open.

    Handles that are open when they come into the cache stay so. Others are
    opened when they are needed; of those not in use, the least recently used
    are closed when there are more than `size`.

    Threads may share a cache.

    Parameters:
        size: Number of handles to keep open. The default is 8.
        lock: Reentrant lock to hold while handles are opened and closed.

    """

    __slots__ = ('files', 'keep', 'lock', 'past', 'size')

    size: int
    """Number of handles to keep open."""

    files: dict[FileHandle, int]
    """Number of users of handles."""

    keep: set[FileHandle]
    """Handles that are not closed."""

    past: list[FileHandle]
    """Handles, least recently used first."""

    lock: contextlib.AbstractContextManager[Any]
    """Lock to hold while handles are opened and closed."""

    def __init__(
        self,
        size: int | None = None,
        *,
        lock: contextlib.AbstractContextManager[Any] | None = None,
    ) -> None:
        self.size = 8 if size is None else int(size)
        self.files = {}
        self.keep = set()
        self.past = []
        self.lock = threading.RLock() if lock is None else lock

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as empty cache."""
        return FileCache, (self.size,)

    def open(self, fh: FileHandle, /) -> None:
        """Open handle, or use an open one."""
        with self.lock:
            if fh in self.files:
                if fh.closed:
                    # behind the cache's back
                    fh.open()
                self.files[fh] += 1
                if self.past[-1] is not fh:
                    self.past.remove(fh)
                    self.past.append(fh)
                return
            if fh.closed:
                fh.open()
                self.files[fh] = 1
            else:
                self.files[fh] = 2
                self.keep.add(fh)
            self.past.append(fh)

    def close(self, fh: FileHandle, /) -> None:
        """Stop using handle, which stays open if there is room."""
        with self.lock:
            if fh in self.files:
                self.files[fh] -= 1
            self._trim()

    def clear(self) -> None:
        """Close all handles that were opened by the cache."""
        with self.lock:
            for fh in self.past[:]:
                if fh not in self.keep:
                    self._drop(fh)

    def read(
        self, fh: FileHandle, /, offset: int, bytecount: int, whence: int = 0
    ) -> bytes:
        """Return bytes at offset of file, which is opened if necessary.

        Parameters:
            fh: Handle to read from.
            offset: Offset relative to `whence`.
            bytecount: Number of bytes.
            whence: 0 is the start of the file, 1 its position, 2 its end.

        """
        self.open(fh)
        try:
            offset = _resolve_offset(fh, offset, whence)
            return fh.read_at(offset, bytecount)
        finally:
            self.close(fh)

    def write(
        self, fh: FileHandle, /, offset: int, data: bytes, whence: int = 0
    ) -> int:
        """Write data at offset of file; return number of bytes written.

        Parameters:
            fh: Handle to write to.
            offset: Offset relative to `whence`.
            data: Bytes to write.
            whence: 0 is the start of the file, 1 its position, 2 its end.

        """
        self.open(fh)
        try:
            offset = _resolve_offset(fh, offset, whence)
            return fh.write_at(offset, data)
        finally:
            self.close(fh)

    def _trim(self) -> None:
        """Close least recently used handles that are not in use."""
        surplus = len(self.files) - self.size
        if surplus > 0:
            for fh in self.past[:]:
                if self.files[fh] <= 0 and fh not in self.keep:
                    self._drop(fh)
                    surplus -= 1
                    if surplus == 0:
                        break

    def _drop(self, fh: FileHandle) -> None:
        """Close handle and forget it."""
        del self.files[fh]
        self.past.remove(fh)
        fh.close()

    def __len__(self) -> int:
        """Return number of open files."""
        return len(self.files)

    def __repr__(self) -> str:
        return f'<tifffile.FileCache @0x{id(self):016X}>'


def _resolve_offset(fh: FileHandle, offset: int, whence: int) -> int:
    """Return offset from start of file."""
    if whence == os.SEEK_SET:
        return offset
    if whence == os.SEEK_CUR:
        return fh.tell() + offset
    if whence == os.SEEK_END:
        return fh.size + offset
    raise ValueError(f'invalid {whence=}')


# =============================================================================
# 6  Layout
#
# A TiffFormat tells how the header, IFDs and tags of a file are laid out:
# classic or BigTIFF, little or big-endian, and the NDPI variant of classic
# TIFF, whose offsets have 64 bits. The five instances are shared constants of
# the TIFF object.
# =============================================================================


@final
class TiffFormat:
    """Layout of header, IFDs, and tags of a TIFF file.

    Parameters:
        version: Version number in the file header; 42 or 43 (BigTIFF).
        byteorder: Byte order, '<' or '>'.
        offsetsize: Size in bytes of IFD offsets.
        offsetformat: Struct format of IFD offsets.
        tagnosize: Size in bytes of the number of tags in an IFD.
        tagnoformat: Struct format of the number of tags.
        tagsize: Size in bytes of a tag record.
        tagformat1: Struct format of the code and data type in a tag record.
        tagformat2: Struct format of the count and value in a tag record.
        tagoffsetthreshold: Size in bytes of the largest inline tag value.

    """

    __slots__ = (
        '_offset',
        '_record',
        '_tagno',
        'byteorder',
        'endian',
        'offsetformat',
        'offsetsize',
        'tagformat1',
        'tagformat2',
        'tagnoformat',
        'tagnosize',
        'tagoffsetthreshold',
        'tagsize',
        'version',
    )

    version: int
    byteorder: Literal['<', '>']
    offsetsize: int
    offsetformat: str
    tagnosize: int
    tagnoformat: str
    tagsize: int
    tagformat1: str
    tagformat2: str
    tagoffsetthreshold: int
    endian: Literal['little', 'big']
    """Name of byte order."""
    _record: struct.Struct
    _tagno: struct.Struct
    _offset: struct.Struct

    def __init__(
        self,
        version: int,
        byteorder: Literal['<', '>'],
        offsetsize: int,
        offsetformat: str,
        tagnosize: int,
        tagnoformat: str,
        tagsize: int,
        tagformat1: str,
        tagformat2: str,
        tagoffsetthreshold: int,
    ) -> None:
        self.version = version
        self.byteorder = byteorder
        self.offsetsize = offsetsize
        self.offsetformat = offsetformat
        self.tagnosize = tagnosize
        self.tagnoformat = tagnoformat
        self.tagsize = tagsize
        self.tagformat1 = tagformat1
        self.tagformat2 = tagformat2
        self.tagoffsetthreshold = tagoffsetthreshold
        self.endian = 'little' if byteorder == '<' else 'big'
        if offsetsize == 8 and tagsize == 12:
            # records of NDPI are patched with their high words
            self._record = struct.Struct('<HHI8s')
        else:
            self._record = struct.Struct(tagformat1 + tagformat2[1:])
        self._tagno = struct.Struct(tagnoformat)
        self._offset = struct.Struct(offsetformat)

    @property
    def is_bigtiff(self) -> bool:
        """Format is BigTIFF."""
        return self.version == 43

    @property
    def is_ndpi(self) -> bool:
        """Format is 32-bit TIFF with 64-bit offsets used by NDPI."""
        return self.version == 42 and self.offsetsize == 8

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TiffFormat) and (
            self.version,
            self.byteorder,
            self.offsetsize,
        ) == (other.version, other.byteorder, other.offsetsize)

    def __hash__(self) -> int:
        return hash((self.version, self.byteorder, self.offsetsize))

    def __reduce__(self) -> tuple[Any, ...]:
        return _tiff_format, (self.version, self.byteorder, self.offsetsize)

    def __repr__(self) -> str:
        bits = '32' if self.version == 42 else '64'
        endian = 'little' if self.byteorder == '<' else 'big'
        ndpi = ' with 64-bit offsets' if self.is_ndpi else ''
        return f'<tifffile.TiffFormat {bits}-bit {endian}-endian{ndpi}>'

    def __str__(self) -> str:
        attributes = [
            f'{name}: {getattr(self, name)!r}'
            for name in self.__slots__
            if name[0] != '_' and name != 'endian'
        ]
        return indent(repr(self), *attributes)


# version, byteorder, offset size and format, tag number size and format,
# tag size, formats, and offset threshold: TIFF 6.0 section 2, BigTIFF
_TIFF_FORMATS: dict[tuple[int, str, int], TiffFormat] = {
    (fmt.version, fmt.byteorder, fmt.offsetsize): fmt
    for fmt in (
        TiffFormat(42, '<', 4, '<I', 2, '<H', 12, '<HH', '<I4s', 4),
        TiffFormat(42, '>', 4, '>I', 2, '>H', 12, '>HH', '>I4s', 4),
        TiffFormat(43, '<', 8, '<Q', 8, '<Q', 20, '<HH', '<Q8s', 8),
        TiffFormat(43, '>', 8, '>Q', 8, '>Q', 20, '>HH', '>Q8s', 8),
        TiffFormat(42, '<', 8, '<Q', 2, '<H', 12, '<HH', '<I8s', 4),
    )
}


def _tiff_format(version: int, byteorder: str, offsetsize: int) -> TiffFormat:
    """Return shared TiffFormat instance."""
    return _TIFF_FORMATS[version, byteorder, offsetsize]


_TIFF.register('CLASSIC_LE')(functools.partial(_tiff_format, 42, '<', 4))
_TIFF.register('CLASSIC_BE')(functools.partial(_tiff_format, 42, '>', 4))
_TIFF.register('BIG_LE')(functools.partial(_tiff_format, 43, '<', 8))
_TIFF.register('BIG_BE')(functools.partial(_tiff_format, 43, '>', 8))
_TIFF.register('NDPI_LE')(functools.partial(_tiff_format, 42, '<', 8))


# versions of camera raw files that are laid out like classic TIFF
_CLASSIC_VERSIONS: dict[int, str] = {
    0x4E31: 'NIFF',
    0x0055: 'Panasonic RAW',
    0x4F52: 'Olympus RAW',
    0x5352: 'Olympus RAW',
    0x4352: '',  # DNG camera profile, nothing to report
}


def _parse_header(
    fh: FileHandle, header: bytes, is_ndpi: bool | None
) -> tuple[TiffFormat, int]:
    """Return layout of file and position of offset to first IFD."""
    mark = header[:2]
    byteorder: Literal['<', '>']
    if mark == b'II' or mark == b'EP':
        byteorder = '<'
    elif mark == b'MM':
        byteorder = '>'
    else:
        raise TiffFileError(
            f'{fh.name!r} is not a TIFF file: header={header[:8]!r}'
        )
    if len(header) < 8:
        raise TiffFileError(
            f'{fh.name!r} is not a TIFF file: header is truncated to '
            f'{len(header)} bytes'
        )
    version = struct.unpack(byteorder + 'H', header[2:4])[0]
    if version == 42:
        if byteorder == '<':
            if is_ndpi is None:
                is_ndpi = fh.extension == '.ndpi'
            if is_ndpi:
                return _tiff_format(42, '<', 8), 4
        return _tiff_format(42, byteorder, 4), 4
    if version == 43:
        if len(header) < 16:
            raise TiffFileError(
                f'{fh.name!r} is not a TIFF file: header is truncated to '
                f'{len(header)} bytes'
            )
        sizes = struct.unpack(byteorder + 'HH', header[4:8])
        if sizes != (8, 0):
            raise TiffFileError(
                f'{fh.name!r} has invalid BigTIFF offset size {sizes}'
            )
        return _tiff_format(43, byteorder, 8), 8
    kind = _CLASSIC_VERSIONS.get(version)
    if kind is None or (version == 0x4E31 and byteorder == '>'):
        raise TiffFileError(f'{fh.name!r} has invalid TIFF {version=}')
    if kind:
        logger().warning(f'{fh!r} {kind} format is not fully supported')
    return _tiff_format(42, byteorder, 4), 4


# =============================================================================
# 7  Tags and IFDs
#
# An IFD is read once, as undecoded records; values are decoded when asked
# for. _TagSource reads records and values from a file, _Ifd holds the records
# of one IFD, _IfdIndex is the only owner of a chain of IFDs, and _IfdTable
# holds the records of many IFDs of the same layout in NumPy columns. TiffTag
# and TiffTags objects are made only for users.
# =============================================================================

_BLOCKSIZE = 1024  # bytes to read at once where an IFD or value begins
_TUPLE_SIZE = 1024  # number of values up to which tuples are returned

# structured tag values: code -> function (fh, byteorder, dtype, count,
# offsetsize) -> value, reading from the current position of fh
_TAG_READERS: dict[int, Callable[[FileHandle, Any, int, int, int], Any]] = {}

# codes of tags that point to IFDs and are read as dictionaries
_IFD_POINTERS = frozenset((34665, 34853, 40965, 51192))

# codes of tags whose values are never in the tag record; formats add theirs
_OFFSET_TAGS: set[int] = {*_IFD_POINTERS}


_TagRecord = tuple[int, int, bytes, int]  # type, count, value field, offset


@final
class _TagSource:
    """Read tags from a file.

    Parameters:
        fh: File to read.
        tiff: Layout of file.
        limits: Limits to enforce.
        head: Bytes at the beginning of the file, if already read.

    """

    __slots__ = ('_window', 'blocksize', 'fh', 'limits', 'tiff')

    fh: FileHandle
    tiff: TiffFormat
    limits: Limits
    blocksize: int
    _window: tuple[int, bytes]

    def __init__(
        self,
        fh: FileHandle,
        tiff: TiffFormat,
        limits: Limits,
        head: bytes = b'',
    ) -> None:
        self.fh = fh
        self.tiff = tiff
        self.limits = limits
        # read ahead only what nobody can change behind our back
        self.blocksize = 0 if fh.mode != 'rb' else _BLOCKSIZE
        self._window = (0, head if self.blocksize else b'')

    def read(self, offset: int, size: int, /) -> bytes:
        """Return `size` bytes at offset, fewer at the end of the file."""
        start, data = self._window
        begin = offset - start
        if begin >= 0 and begin + size <= len(data):
            return data[begin : begin + size]
        if size >= self.blocksize:
            return self.fh.read_at(offset, size)
        data = self.fh.read_at(offset, self.blocksize)
        self._window = offset, data
        return data[:size]

    def read_ifd(self, offset: int, /) -> _Ifd:
        """Return undecoded tags of IFD at offset."""
        tiff = self.tiff
        tagnosize = tiff.tagnosize
        tagsize = tiff.tagsize
        try:
            tagno = tiff._tagno.unpack(self.read(offset, tagnosize))[0]
        except (struct.error, OverflowError) as exc:
            raise TiffFileError(
                f'{self.fh.name!r} corrupted tag list @{offset}'
            ) from exc
        if tagno > self.limits.tags:
            raise TiffFileError(
                f'{self.fh.name!r} suspicious number of tags {tagno} @{offset}'
            )
        size = tagno * tagsize
        data = self.read(offset + tagnosize, size)
        if len(data) < size:
            raise TiffFileError(
                f'{self.fh.name!r} corrupted IFD structure @{offset}: '
                f'expected {size} bytes, got {len(data)}'
            )
        if tiff.is_ndpi:
            data = self._append_highwords(offset, tagno, data)
        return _Ifd(self, offset, data)

    def _append_highwords(self, offset: int, tagno: int, data: bytes) -> bytes:
        """Return tag records of NDPI file with 64-bit value fields."""
        tiff = self.tiff
        highwords = self.read(
            offset + tiff.tagnosize + len(data) + tiff.offsetsize, 4 * tagno
        )
        if len(highwords) < 4 * tagno:
            raise TiffFileError(
                f'{self.fh.name!r} corrupted NDPI IFD structure @{offset}'
            )
        return b''.join(
            data[12 * i : 12 * i + 12] + highwords[4 * i : 4 * i + 4]
            for i in range(tagno)
        )

    def value_offset(
        self, code: int, dtype: int, count: int, field: bytes, /
    ) -> int:
        """Return offset of out-of-line value, or -1 if value is in field."""
        tiff = self.tiff
        threshold = tiff.tagoffsetthreshold
        if (
            count * _DATATYPE_SIZES[dtype] <= threshold
            and code not in _OFFSET_TAGS
            and not (dtype == 2 and tiff.is_ndpi)
        ):
            return -1
        if code in _IFD_POINTERS and dtype not in {4, 13, 16, 18}:
            return -1
        return int.from_bytes(field, tiff.endian)

    def raw(self, code: int, record: _TagRecord, /) -> bytes:
        """Return undecoded value of tag."""
        dtype, count, field, pos = record
        size = count * _DATATYPE_SIZES[dtype]
        offset = self.value_offset(code, dtype, count, field)
        if offset < 0:
            return field[:size]
        self.check_value(code, pos, offset, size)
        return self.read(offset, size)

    def check_value(self, code: int, pos: int, offset: int, size: int) -> None:
        """Raise TiffTagError if value is not in file or is too large."""
        if offset < 8 or offset + size > self.fh.size:
            raise TiffTagError(
                f'{self.fh.name!r} <tifffile.TiffTag {code} @{pos}> '
                f'invalid value offset {offset} for {size} bytes'
            )
        if size > self.limits.tag_bytes:
            raise TiffLimitError(
                f'{self.fh.name!r} <tifffile.TiffTag {code} @{pos}> '
                f'value of {size} bytes exceeds limit of '
                f'{self.limits.tag_bytes} bytes'
            )

    def value(self, code: int, record: _TagRecord, /) -> Any:
        """Return decoded value of tag."""
        dtype, count, field, pos = record
        tiff = self.tiff
        reader = _TAG_READERS.get(code)
        if count == 1 and reader is None:
            # fast path for the most common records
            if dtype == 3:
                number = int.from_bytes(field[:2], tiff.endian)
                return _interpret_number(code, number)
            if dtype == 4 or (dtype in {9, 13} and field[4:].strip(b'\0')):
                # single values of NDPI have 64 bits
                size = len(field) if tiff.is_ndpi else 4
                number = int.from_bytes(field[:size], tiff.endian)
                return _interpret_number(code, number)
        if reader is not None:
            return self._read_structured(reader, code, record)
        return _decode_value(
            code,
            dtype,
            count,
            self.raw(code, record),
            tiff.byteorder,
            f'{self.fh.name!r} <tifffile.TiffTag {code} @{pos}>',
        )

    def _read_structured(
        self,
        reader: Callable[[FileHandle, Any, int, int, int], Any],
        code: int,
        record: _TagRecord,
    ) -> Any:
        """Return structured value of tag, or plain value if reader fails."""
        dtype, count, field, pos = record
        tiff = self.tiff
        offset = self.value_offset(code, dtype, count, field)
        size = count * _DATATYPE_SIZES[dtype]
        name = f'{self.fh.name!r} <tifffile.TiffTag {code} @{pos}>'
        if offset < 0:
            cursor = FileHandle(io.BytesIO(field[:size]), name=self.fh.name)
        else:
            self.check_value(code, pos, offset, size)
            cursor = _file_cursor(self.fh, offset)
        try:
            return reader(
                cursor, tiff.byteorder, dtype, count, tiff.offsetsize
            )
        except Exception as exc:  # fence: a reader must not hide the tag
            logger().warning(f'{name} {reader.__name__} raised {exc!r:.128}')
        if code in _IFD_POINTERS:
            return offset
        return _decode_value(
            code, dtype, count, self.raw(code, record), tiff.byteorder, name
        )

    def integers(self, code: int, record: _TagRecord, /) -> Sequence[int]:
        """Return value of integer type as tuple or, if large, as view."""
        dtype, count, _, pos = record
        if count <= _TUPLE_SIZE:
            value = self.value(code, record)
            values = tuple(value) if count != 1 else value
            if isinstance(values, bytes):
                values = tuple(values)
            elif not isinstance(values, tuple):
                values = (values,)
            if all(isinstance(item, int) for item in values):
                return values
            raise TiffTagError(
                f'{self.fh.name!r} <tifffile.TiffTag {code} @{pos}> '
                f'is not an array of {count} integers'
            )
        char = _DATATYPE_FORMATS[dtype][1:]
        data = self.raw(code, record)
        if char not in 'BHIQbhiq' or len(data) < count * struct.calcsize(char):
            raise TiffTagError(
                f'{self.fh.name!r} <tifffile.TiffTag {code} @{pos}> '
                f'is not an array of {count} integers'
            )
        return _IntegerArray(
            numpy.frombuffer(data, self.tiff.byteorder + char).astype(
                numpy.int64
            )
        )


def _decode_value(
    code: int, dtype: int, count: int, data: bytes, byteorder: str, name: str
) -> Any:
    """Return value of tag without structured reader from bytes."""
    if dtype == 1 or dtype == 7:
        return data
    if dtype == 2:
        return _decode_ascii(data, name)
    char = _DATATYPE_FORMATS[dtype]
    number = count * int(char[0])
    if len(data) < number * struct.calcsize(char[1]):
        raise TiffTagError(f'{name} value is truncated to {len(data)} bytes')
    if count > _TUPLE_SIZE and code not in _TAG_TUPLE:
        return numpy.frombuffer(data, byteorder + char[1], number).astype(
            char[1]
        )
    values = struct.unpack(f'{byteorder}{number}{char[1]}', data)
    return _interpret_numbers(code, values)


def _decode_ascii(data: bytes, name: str) -> str | bytes:
    """Return text from bytes, or bytes if not decodable."""
    data = data.rstrip(b'\0')
    try:
        return data.decode().strip()
    except UnicodeDecodeError:
        pass
    try:
        return data.decode('cp1252').strip()
    except UnicodeDecodeError:
        logger().warning(f'{name} coercing invalid ASCII to bytes')
    return data


def _interpret_number(code: int, value: int) -> Any:
    """Return enum for number, or tuple for tags that are always tuples."""
    if code in _ENUM_MEMBERS:
        member = _ENUM_MEMBERS[code].get(value)
        if member is None:
            member = _interpret_unknown(code, (value,))[0]
        value = member
    return (value,) if code in _TAG_TUPLE else value


def _interpret_numbers(code: int, values: tuple[Any, ...]) -> Any:
    """Return enums for numbers, and item of tuple of length one."""
    members = _ENUM_MEMBERS.get(code)
    if members is not None:
        try:
            values = tuple([members[value] for value in values])
        except KeyError:
            values = _interpret_unknown(code, values)
    if len(values) == 1 and code not in _TAG_TUPLE:
        return values[0]
    return values


def _interpret_unknown(code: int, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return enums for numbers that include combined flags, or numbers."""
    try:
        return tuple(_TAG_ENUM[code](value) for value in values)
    except ValueError as exc:
        if code not in {259, 317}:
            logger().warning(f'<tifffile.TiffTag {code}> {exc}')
    return values


@final
class _IntegerArray(Sequence[int]):
    """Tuple-like view of array of integers.

    Parameters:
        array: One-dimensional array of integers.

    """

    __slots__ = ('array',)

    array: NDArray[numpy.int64]

    def __init__(self, array: NDArray[numpy.int64]) -> None:
        self.array = array

    @overload
    def __getitem__(self, key: SupportsIndex, /) -> int: ...

    @overload
    def __getitem__(self, key: slice, /) -> tuple[int, ...]: ...

    def __getitem__(
        self, key: SupportsIndex | slice, /
    ) -> int | tuple[int, ...]:
        if isinstance(key, slice):
            return tuple(self.array[key].tolist())
        return int(self.array[key.__index__()])

    def __len__(self) -> int:
        return self.array.size

    def __iter__(self) -> Iterator[int]:
        return iter(self.array.tolist())

    def __array__(
        self, dtype: Any = None, copy: bool | None = None
    ) -> NDArray[Any]:
        if copy:
            return self.array.astype(dtype or self.array.dtype, copy=True)
        return self.array.astype(dtype or self.array.dtype, copy=False)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, _IntegerArray):
            return bool(numpy.array_equal(self.array, other.array))
        if isinstance(other, tuple | list):
            return len(other) == self.array.size and self.array.tolist() == [
                *other
            ]
        return NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self.array.tolist()))

    def __reduce__(self) -> tuple[Any, ...]:
        return _IntegerArray, (self.array,)

    def __repr__(self) -> str:
        return f'<{self.array.size} integers from {self.array[0]}>'


@final
class _Ifd:
    """Undecoded tags of one IFD.

    Parameters:
        source: Reader of tags.
        offset: Position of IFD in file.
        data: Tag records. Those of NDPI files include high words.

    """

    __slots__ = ('_extra', '_records', 'data', 'offset', 'source')

    source: _TagSource
    offset: int
    data: bytes
    _records: dict[int, _TagRecord] | None
    _extra: list[tuple[int, _TagRecord]]

    def __init__(self, source: _TagSource, offset: int, data: bytes) -> None:
        self.source = source
        self.offset = offset
        self.data = data
        self._records = None

    @property
    def records(self) -> dict[int, _TagRecord]:
        """First record of every tag code, in order of file."""
        if self._records is None:
            self._parse()
        assert self._records is not None
        return self._records

    @property
    def extra(self) -> list[tuple[int, _TagRecord]]:
        """Further records with codes that occur in `records`."""
        if self._records is None:
            self._parse()
        return self._extra

    def _parse(self) -> None:
        """Split data into records."""
        records: dict[int, _TagRecord] = {}
        extra: list[tuple[int, _TagRecord]] = []
        tiff = self.source.tiff
        pos = self.offset + tiff.tagnosize
        for code, dtype, count, field in tiff._record.iter_unpack(self.data):
            if dtype not in _DATATYPE_SIZES:
                logger().error(
                    f'{self.source.fh.name!r} <tifffile.TiffTag {code} @{pos}>'
                    f' invalid data type {dtype!r}'
                )
            elif code in records:
                extra.append((code, (dtype, count, field, pos)))
            else:
                records[code] = (dtype, count, field, pos)
            pos += tiff.tagsize
        self._extra = extra
        self._records = records

    def __contains__(self, code: int) -> bool:
        return code in self.records

    def value(self, code: int, default: Any = None, /) -> Any:
        """Return value of tag, or default if absent or corrupted."""
        record = self.records.get(code)
        if record is None:
            return default
        try:
            return self.source.value(code, record)
        except TiffTagError as exc:
            self.drop(code, exc)
            return default

    def integers(self, code: int, /) -> Sequence[int] | None:
        """Return integers of tag, or None if absent or corrupted."""
        record = self.records.get(code)
        if record is None:
            return None
        try:
            return self.source.integers(code, record)
        except TiffTagError as exc:
            self.drop(code, exc)
            return None

    def drop(self, code: int, reason: Exception, /) -> None:
        """Log corrupted tag and forget it."""
        logger().error(f'{reason}')
        self.records.pop(code, None)


@final
class _IfdIndex:
    """Chain of IFDs, followed as far as needed.

    The index is the only owner of the chain: it knows the positions of IFDs
    and of the last link, where another IFD can be chained, enforces
    the limit of the number of IFDs, and cuts the chain where it is corrupted
    or runs into itself.

    Parameters:
        source: Reader of tags.
        link: Position of offset to first IFD of chain.
        offsets: Positions of IFDs that are not chained (SubIFDs).
        owner: File or page that owns chain, for messages.

    """

    __slots__ = (
        '_complete',
        '_link',
        '_lock',
        '_offsets',
        '_owner',
        '_seen',
        'source',
    )

    source: _TagSource
    _link: int
    _offsets: list[int]
    _seen: set[int]
    _complete: bool
    _lock: threading.RLock
    _owner: object

    def __init__(
        self,
        source: _TagSource,
        /,
        *,
        link: int = 0,
        offsets: Iterable[int] | None = None,
        owner: object = None,
    ) -> None:
        self.source = source
        self._owner = owner
        self._link = link
        self._lock = threading.RLock()
        self._complete = offsets is not None
        self._offsets = [] if offsets is None else list(offsets)
        self._seen = set(self._offsets)

    @property
    def is_complete(self) -> bool:
        """Chain has been followed to its end."""
        return self._complete

    @property
    def known(self) -> int:
        """Number of IFDs found so far."""
        return len(self._offsets)

    @property
    def link(self) -> int:
        """Position in file where another IFD can be chained."""
        self.extend(None)
        return self._link

    def __len__(self) -> int:
        self.extend(None)
        return len(self._offsets)

    def __getitem__(self, index: int, /) -> int:
        """Return position of IFD. Raise IndexError if there is none."""
        if index >= len(self._offsets):
            self.extend(index + 1)
        return self._offsets[index]

    def array(self) -> NDArray[numpy.int64]:
        """Return positions of all IFDs."""
        self.extend(None)
        return numpy.array(self._offsets, numpy.int64)

    def extend(self, number: int | None, /) -> None:
        """Follow chain until number of IFDs or, if None, its end."""
        if self._complete:
            return
        limit = self.source.limits.ifds
        target = limit if number is None else min(number, limit)
        with self._lock:
            while not self._complete and len(self._offsets) < target:
                if target - len(self._offsets) > 16:
                    self._follow_uniform(target)
                self._follow(target)
            if len(self._offsets) >= limit and not self._complete:
                self._cut(f'has more than {limit} IFDs', self._link)

    def _cut(self, reason: str, offset: int) -> None:
        """End chain and log reason."""
        logger().error(f'{self._owner!r} {reason} @{offset}')
        self._complete = True

    def _accept(self, offset: int) -> bool:
        """Add position of IFD to index unless it ends the chain."""
        if offset == 0:
            self._complete = True
        elif offset in self._seen:
            self._cut(
                f'invalid circular reference to IFD {offset}', self._link
            )
        elif offset >= self.source.fh.size:
            self._cut(f'invalid page offset {offset}', self._link)
        else:
            self._offsets.append(offset)
            self._seen.add(offset)
            return True
        return False

    def _first(self) -> bool:
        """Find first IFD of chain."""
        tiff = self.source.tiff
        data = self.source.read(self._link, tiff.offsetsize)
        if len(data) < tiff.offsetsize:
            self._cut('missing offset to first page', self._link)
            return False
        offset = struct.unpack(tiff.offsetformat, data)[0]
        if offset == 0:
            logger().warning(f'{self._owner!r} contains no pages')
        return self._accept(offset)

    def _follow(self, target: int) -> None:
        """Follow irregular part of chain."""
        if not self._offsets and not self._first():
            return None
        tiff = self.source.tiff
        read = self.source.fh.read_at
        unpack_tagno = tiff._tagno.unpack_from
        unpack_offset = tiff._offset.unpack_from
        tagnosize, tagsize = tiff.tagnosize, tiff.tagsize
        offsetsize, maxtags = tiff.offsetsize, self.source.limits.tags
        offsets, seen, size_ = self._offsets, self._seen, self.source.fh.size
        offset = offsets[-1]
        previous = offsets[-2] if len(offsets) > 1 else offset
        start, data = self.source._window
        uniform = 0
        step = offset - previous
        while len(offsets) < target:
            pos = offset - start
            if pos < 0 or pos + tagnosize > len(data):
                # read ahead only as far as the next few dozen IFDs
                size = 512
                if 0 < offset - previous <= 65536:
                    size = min(max(64 * (offset - previous), 8192), 1048576)
                start, pos = offset, 0
                data = read(start, size)
                if tagnosize > len(data):
                    return self._drop_last('corrupted tag list', offset)
            tagno = unpack_tagno(data, pos)[0]
            if tagno > maxtags:
                return self._drop_last('corrupted tag list', offset)
            pos += tagnosize + tagno * tagsize
            if pos + offsetsize > len(data):
                start, pos = start + pos, 0
                data = read(start, offsetsize)
                if len(data) < offsetsize:
                    return self._cut('invalid offset to page', start)
            self._link = start + pos
            previous = offset
            offset = unpack_offset(data, pos)[0]
            if offset == 0 or offset >= size_ or offset in seen:
                self._accept(offset)
                return None
            offsets.append(offset)
            seen.add(offset)
            if offset - previous == step:
                uniform += 1
                if uniform > 4 and target - len(offsets) > 16:
                    return None  # the bulk way is faster
            else:
                step = offset - previous
                uniform = 0
        return None

    def _drop_last(self, reason: str, offset: int) -> None:
        """Remove last IFD, which is corrupted, and end chain."""
        index = len(self._offsets) - 1
        self._cut(f'{reason} of page {index}', offset)
        if index > 0:
            self._offsets.pop()

    def _follow_uniform(self, target: int) -> None:
        """Follow part of chain where IFDs are alike and equidistant."""
        offsets = self._offsets
        if len(offsets) < 4:
            return
        stride = offsets[-1] - offsets[-2]
        tiff = self.source.tiff
        if (
            stride != offsets[-2] - offsets[-3]
            or not tiff.tagnosize < stride <= 16384
        ):
            return
        head = self.source.read(offsets[-1], tiff.tagnosize)
        if len(head) < tiff.tagnosize:
            return
        tagno = struct.unpack(tiff.tagnoformat, head)[0]
        link = tiff.tagnosize + tagno * tiff.tagsize
        size = link + tiff.offsetsize
        if tagno > self.source.limits.tags or size > stride:
            return
        while len(offsets) < target:
            number = min(
                4194304 // stride,
                (self.source.fh.size - offsets[-1] - size) // stride + 1,
                target - len(offsets) + 1,
            )
            if number < 2:
                return
            rows = _strided_rows(
                self.source.fh.read_at(
                    offsets[-1], (number - 1) * stride + size
                ),
                stride,
                size,
            )
            expected = offsets[-1] + stride * numpy.arange(
                1, len(rows) + 1, dtype=numpy.int64
            )
            good = (
                rows[:, : tiff.tagnosize] == rows[0, : tiff.tagnosize]
            ).all(axis=1)
            links = _column(rows, link, tiff.offsetformat)
            good &= links == expected
            accepted = len(rows) if good.all() else int(good.argmin())
            if accepted == 0:
                return
            found = expected[:accepted].tolist()
            # equidistant IFDs past the last cannot have been seen unless
            # the chain jumped back before
            if not self._seen.isdisjoint(found):
                return
            if found[-1] >= self.source.fh.size:
                found.pop()
                accepted -= 1
            offsets.extend(found)
            self._seen.update(found)
            if found:
                self._link = found[-1] - stride + link
            if accepted < number - 1:
                return


def _strided_rows(data: bytes, stride: int, size: int) -> NDArray[numpy.uint8]:
    """Return view of rows of `size` bytes, every `stride` bytes."""
    array = numpy.frombuffer(data, numpy.uint8)
    number = 0 if array.size < size else (array.size - size) // stride + 1
    return numpy.lib.stride_tricks.as_strided(
        array, (number, size), (stride, 1), writeable=False
    )


def _column(
    rows: NDArray[numpy.uint8], offset: int, fmt: str
) -> NDArray[numpy.int64]:
    """Return integers at offset in rows of bytes."""
    size = struct.calcsize(fmt)
    column = numpy.ascontiguousarray(rows[:, offset : offset + size])
    return column.view(fmt).reshape(-1).astype(numpy.int64)


def _gather_rows(
    source: _TagSource, offsets: NDArray[numpy.int64], size: int
) -> NDArray[numpy.uint8]:
    """Return `size` bytes from each offset in file; zeros past its end."""
    number = offsets.size
    rows = numpy.zeros((number, size), numpy.uint8)
    if number == 0 or size == 0:
        return rows
    read = source.fh.read_at
    span = int(offsets[-1]) - int(offsets[0])
    is_sorted = bool((offsets[1:] > offsets[:-1]).all())
    if not is_sorted or span > 8192 * number:
        for i, offset in enumerate(offsets.tolist()):
            data = read(offset, size)
            rows[i, : len(data)] = numpy.frombuffer(data, numpy.uint8)
        return rows
    first = 0
    while first < number:
        start = int(offsets[first])
        last = int(numpy.searchsorted(offsets, start + 4194304))
        last = max(last, first + 1)
        data = read(start, int(offsets[last - 1]) - start + size)
        buffer = numpy.zeros(int(offsets[last - 1]) - start + size, 'u1')
        buffer[: len(data)] = numpy.frombuffer(data, numpy.uint8)
        windows = numpy.lib.stride_tricks.sliding_window_view(buffer, size)
        rows[first:last] = windows[offsets[first:last] - start]
        first = last
    return rows


@final
class _IfdTable:
    """Records of many IFDs with the same tag codes and types, in columns.

    Parameters:
        source: Reader of tags.
        indices: Positions of IFDs in their chain.
        offsets: Positions of IFDs in file.
        rows: Tag records, of shape (number of IFDs, number of tags).

    """

    __slots__ = ('_columns', 'indices', 'offsets', 'rows', 'source')

    source: _TagSource
    indices: NDArray[numpy.int64]
    offsets: NDArray[numpy.int64]
    rows: NDArray[Any]
    _columns: dict[int, int]

    def __init__(
        self,
        source: _TagSource,
        indices: NDArray[numpy.int64],
        offsets: NDArray[numpy.int64],
        rows: NDArray[Any],
    ) -> None:
        self.source = source
        self.indices = indices
        self.offsets = offsets
        self.rows = rows
        self._columns = {}
        for column, code in enumerate(rows[0]['code'].tolist()):
            self._columns.setdefault(code, column)

    def __len__(self) -> int:
        return self.indices.size

    def __contains__(self, code: int) -> bool:
        return code in self._columns

    def take(self, mask: NDArray[numpy.bool_], /) -> _IfdTable:
        """Return table of selected IFDs."""
        if mask.all():
            return self
        return _IfdTable(
            self.source,
            self.indices[mask],
            self.offsets[mask],
            self.rows[mask],
        )

    def values(self, code: int, /) -> NDArray[Any] | None:
        """Return values of tag, of shape (number of IFDs, count).

        Return None if counts differ or values are outside the file.

        """
        column = self.rows[:, self._columns[code]]
        dtype = int(column[0]['dtype'])
        count = int(column[0]['count'])
        fmt = _DATATYPE_FORMATS[dtype]
        number = count * int(fmt[0])
        byteorder = self.source.tiff.byteorder
        size = count * _DATATYPE_SIZES[dtype]
        if not (column['count'] == count).all() or size > 65536:
            return None
        if size <= self.source.tiff.tagoffsetthreshold:
            raw = numpy.ascontiguousarray(column['value'])
            data = raw.view(numpy.uint8).reshape(len(self), -1)
        else:
            offsets = (
                column['value']
                .view(self.source.tiff.offsetformat)
                .astype(numpy.int64)
            )
            if (offsets < 8).any() or (
                offsets + size > self.source.fh.size
            ).any():
                return None
            data = _gather_rows(self.source, offsets, size)
        char = fmt[1] if fmt[1] != 's' else 'B'
        return (
            numpy.ascontiguousarray(data[:, :size])
            .view(byteorder + char)
            .reshape(len(self), number)
        )

    def alike(self, codes: Iterable[int], /) -> NDArray[numpy.bool_]:
        """Return which IFDs have the same values of tags as the first."""
        mask = numpy.ones(len(self), numpy.bool_)
        for code in codes:
            if code not in self._columns:
                continue
            column = self.rows[:, self._columns[code]]
            mask &= column['count'] == column[0]['count']
            if (
                int(column[0]['count'])
                * _DATATYPE_SIZES[int(column[0]['dtype'])]
                <= self.source.tiff.tagoffsetthreshold
            ):
                mask &= column['value'] == column[0]['value']
                continue
            values = self.take(mask).values(code)
            if values is None:
                mask[1:] = False
            else:
                mask[mask] = (values == values[0]).all(axis=1)
        return mask


def _read_ifd_tables(index: _IfdIndex, /) -> list[_IfdTable] | None:
    """Return IFDs of chain grouped by their tag codes and types.

    Return None if the chain is too irregular for columns to pay.

    """
    source = index.source
    tiff = source.tiff
    if tiff.is_ndpi:
        return None
    fields = [
        ('code', tiff.byteorder + 'u2'),
        ('dtype', tiff.byteorder + 'u2'),
        ('count', tiff.byteorder + 'u' + str(tiff.tagoffsetthreshold)),
        ('value', f'V{tiff.tagoffsetthreshold}'),
    ]
    tables: list[_IfdTable] = []
    offsets = index.array()
    indices = numpy.arange(offsets.size)
    while indices.size:
        if len(tables) > 16:
            return None
        head = source.read(int(offsets[0]), tiff.tagnosize)
        tagno = int(struct.unpack(tiff.tagnoformat, head)[0])
        if not 0 < tagno <= source.limits.tags:
            return None
        rows = _gather_rows(
            source, offsets, tiff.tagnosize + tagno * tiff.tagsize
        )
        mask = _column(rows, 0, tiff.tagnoformat) == tagno
        records = numpy.ascontiguousarray(rows[:, tiff.tagnosize :]).view(
            numpy.dtype(fields)
        )
        mask &= (records['code'] == records[0]['code']).all(axis=1)
        mask &= (records['dtype'] == records[0]['dtype']).all(axis=1)
        if not all(
            dtype in _DATATYPE_SIZES for dtype in records[0]['dtype'].tolist()
        ):
            return None
        tables.append(
            _IfdTable(source, indices[mask], offsets[mask], records[mask])
        )
        indices = indices[~mask]
        offsets = offsets[~mask]
    return tables


@final
class TiffTag:
    """TIFF tag.

    The value is read from the file when needed.

    Parameters:
        parent: TIFF file the tag belongs to.
        offset: Position of tag record in file.
        code: Decimal code of tag.
        dtype: Data type of tag value.
        count: Number of values of data type.
        value: Value of tag; read from file when needed if None.
        valueoffset: Position of value in file.

    """

    __slots__ = (
        '_value',
        'code',
        'count',
        'dtype',
        'offset',
        'parent',
        'valueoffset',
    )

    parent: Any
    offset: int
    code: int
    dtype: DATATYPE | int
    count: int
    valueoffset: int
    _value: Any

    def __init__(
        self,
        parent: Any,
        offset: int,
        code: int,
        dtype: DATATYPE | int,
        count: int,
        value: Any,
        valueoffset: int,
        /,
    ) -> None:
        self.parent = parent
        self.offset = int(offset)
        self.code = int(code)
        self.count = int(count)
        self._value = value
        self.valueoffset = valueoffset
        try:
            self.dtype = DATATYPE(dtype)
        except ValueError:
            self.dtype = int(dtype)

    @classmethod
    def fromfile(
        cls,
        parent: TiffFile,
        /,
        *,
        offset: int | None = None,
        header: bytes | None = None,
        validate: bool = True,
    ) -> TiffTag:
        """Return tag from file.

        Parameters:
            parent: TIFF file to read.
            offset: Position of tag record. The default is the file position.
            header: Tag record. By default, it is read from file.
            validate: Raise TiffFileError if data type or offset are invalid.

        Raises:
            TiffFileError: Data type or value offset are invalid.

        """
        source = parent._source
        tiff = source.tiff
        if offset is None:
            offset = parent.filehandle.tell()
        struct_ = tiff._record
        if header is None:
            header = source.read(offset, tiff.tagsize)
        if len(header) < struct_.size:
            header += bytes(struct_.size - len(header))
        code, dtype, count, field = struct_.unpack(header[: struct_.size])
        record = (dtype, count, field, offset)
        if dtype not in _DATATYPE_SIZES:
            msg = (
                f'<tifffile.TiffTag {code} @{offset}> '
                f'invalid data type {dtype!r}'
            )
            if validate:
                raise TiffTagError(f'{parent.filehandle.name!r} {msg}')
            logger().error(msg)
            return cls(parent, offset, code, dtype, count, None, 0)
        tag = _make_tag(parent, source, code, record)
        valueoffset = source.value_offset(code, dtype, count, field)
        if valueoffset >= 0 and code not in _IFD_POINTERS:
            try:
                source.check_value(
                    code, offset, valueoffset, count * _DATATYPE_SIZES[dtype]
                )
            except TiffFileError as exc:
                if validate:
                    raise
                logger().error(f'{exc}')
                tag.valueoffset = 0
        return tag

    @property
    def value(self) -> Any:
        """Value of tag, read from file if necessary.

        Raises:
            TiffFileError: Value cannot be read.

        """
        if self._value is None and self.valueoffset > 0:
            self._value = self._read_value()
        return self._value

    @value.setter
    def value(self, value: Any) -> None:
        self._value = value

    def _read_value(self) -> Any:
        """Return value from file."""
        fh = self.parent.filehandle
        if fh.closed:
            warnings.warn(
                f'{self!r} reading value from closed file',
                UserWarning,
                stacklevel=3,
            )
            fh.open()
            try:
                return self._read_value()
            finally:
                fh.close()
        source = _TagSource(fh, self.parent.tiff, TIFF.LIMITS)
        return source.value(self.code, self._record(source))

    def _record(self, source: _TagSource) -> _TagRecord:
        """Return tag record that describes value at `valueoffset`."""
        tiff = source.tiff
        threshold = tiff.tagoffsetthreshold
        position = self.offset + tiff.tagsize - threshold
        if self.valueoffset == position:
            field = source.fh.read_at(position, threshold)
            if tiff.is_ndpi:
                field += bytes(4)
        else:
            field = self.valueoffset.to_bytes(
                8 if tiff.is_ndpi else threshold,
                tiff.endian,
            )
        return int(self.dtype), self.count, field, self.offset

    def _raw_value(self) -> bytes:
        """Return undecoded value from file."""
        source = _TagSource(
            self.parent.filehandle, self.parent.tiff, TIFF.LIMITS
        )
        return source.raw(self.code, self._record(source))

    @property
    def dtype_name(self) -> str:
        """Name of data type of tag value."""
        if isinstance(self.dtype, DATATYPE):
            return self.dtype.name
        return f'TYPE{self.dtype}'

    @property
    def name(self) -> str:
        """Name of tag from registry, or its code."""
        name = TIFF.TAGS.get(self.code)
        return str(self.code) if name is None else name

    @property
    def dataformat(self) -> str:
        """Data type as struct format."""
        return _DATATYPE_FORMATS[int(self.dtype)]

    @property
    def valuebytecount(self) -> int:
        """Size in bytes of value in file."""
        return self.count * _DATATYPE_SIZES[int(self.dtype)]

    def astuple(self) -> tuple[int, int, int, bytes, bool]:
        """Return code, data type, count, encoded value, and True.

        The tuple can be passed as item of the `extratags` argument when
        writing. The value is encoded in the byte order of the file.

        """
        data = self.value
        if isinstance(data, bytes) and len(data) == self.valuebytecount:
            pass
        else:
            data = self._raw_value()
        return self.code, int(self.dtype), self.count, data, True

    def _astuple(self) -> tuple[int, int, int, bytes, bool]:
        """Return tag as tuple. Deprecated, use `astuple`."""
        warnings.warn(
            '<tifffile.TiffTag._astuple> is deprecated; use astuple',
            DeprecationWarning,
            stacklevel=2,
        )
        return self.astuple()

    def overwrite(
        self,
        value: Any,
        /,
        *,
        dtype: DATATYPE | int | str | None = None,
        erase: bool = True,
    ) -> TiffTag:
        """Write new value of tag to file and return new tag.

        The value is written in place if it fits, else appended to the file.
        The tag record is written last, so that the old or the new value can
        be read whenever writing is interrupted. Neither this instance nor
        attributes of pages are changed.

        Parameters:
            value:
                Value to write. Bytes are written as they are, text must be
                7-bit ASCII, rationals are flat sequences of integers.
            dtype:
                Data type of value, as DATATYPE or struct format.
                The default is the current data type.
            erase: Overwrite unused bytes of the old value with zeros.

        Raises:
            ValueError: Value, or data type, cannot be written.
            struct.error: Numbers are out of the range of the data type.

        """
        if self.offset < 8 or self.valueoffset < 8:
            raise ValueError(f'{self!r} cannot be overwritten')
        if hasattr(value, 'filehandle'):
            raise TypeError('file is not an argument of TiffTag.overwrite')
        fh: FileHandle = self.parent.filehandle
        tiff: TiffFormat = self.parent.tiff
        newtype = int(self.dtype) if dtype is None else _parse_datatype(dtype)
        count, data = _encode_tag_value(self, newtype, value, tiff.byteorder)
        threshold = tiff.tagoffsetthreshold
        position = self.offset + tiff.tagsize - threshold
        oldsize = self.valuebytecount
        isinline = self.valueoffset == position
        valueoffset = position
        if tiff.is_ndpi:
            _check_ndpi_value(self, newtype, count, data)
        fh.flush()
        if len(data) <= threshold and not (newtype == 2 and tiff.is_ndpi):
            field = data + bytes(threshold - len(data))
        else:
            end = fh.refresh_size()
            valueoffset = self.valueoffset
            if isinline or (
                len(data) > oldsize and valueoffset + oldsize != end
            ):
                valueoffset = end + end % 2
            field = valueoffset.to_bytes(threshold, tiff.endian)
            fh.write_at(valueoffset, data)
        fh.write_at(
            self.offset, tiff._record.pack(self.code, newtype, count, field)
        )
        if erase and not isinline:
            # unused rest of old value
            keep = len(data) if valueoffset == self.valueoffset else 0
            if keep < oldsize:
                fh.write_at(self.valueoffset + keep, bytes(oldsize - keep))
        fh.flush()
        return TiffTag(
            self.parent,
            self.offset,
            self.code,
            newtype,
            count,
            None,
            valueoffset,
        )

    def _names(self) -> str:
        """Return names of tag, each after a blank."""
        names = TIFF.TAGS.getall(self.code, [])
        return ' ' + '|'.join(names) if names else ''

    def __repr__(self) -> str:
        return f'<tifffile.TiffTag {self.code}{self._names()} @{self.offset}>'

    def __str__(self) -> str:
        return self._str()

    def _str(self, detail: int = 0, width: int = 79) -> str:
        """Return tag as text.

        Parameters:
            detail: Append whole value on following lines if greater zero.
            width: Maximum length of lines.

        """
        try:
            value = self.value
        except TiffFileError:
            value = 'CORRUPTED'
        else:
            value = _format_tag_value(self.code, value, detail, width)
        count = '' if self.count == 1 else f'[{self.count}]'
        dtype = f'{self.dtype_name}{count}'
        if detail <= 0:
            line = (
                f'TiffTag {self.code}{self._names()} @{self.offset} '
                f'{dtype} @{self.valueoffset} = '
            )
            line += ' '.join(value.split()) if '\n' in value else value
            return line[:width]
        return f'{self._names().strip() or self.code} {dtype}\n{value}'


def _parse_datatype(dtype: DATATYPE | int | str, /) -> int:
    """Return code of data type from enum, code, name, or struct format."""
    if isinstance(dtype, str):
        fmt = dtype[1:] if len(dtype) > 1 and dtype[0] in '<>|=' else dtype
        code = TIFF.DATA_DTYPES.get(fmt)
        if code is not None:
            return int(code)
    code = int(enumarg(DATATYPE, dtype))
    if code not in _DATATYPE_FORMATS:
        raise ValueError(f'invalid data type {dtype!r}')
    return code


def _encode_tag_value(
    tag: TiffTag, dtype: int, value: Any, byteorder: str, /
) -> tuple[int, bytes]:
    """Return count and bytes of value of tag."""
    if value is None:
        value = b''
    if dtype == 2:
        if isinstance(value, str):
            try:
                value = value.encode('ascii')
            except UnicodeEncodeError as exc:
                raise ValueError('TIFF strings must be 7-bit ASCII') from exc
        if not isinstance(value, bytes):
            raise ValueError(
                f'{tag!r} value of type {type(value)} is not str or bytes'
            )
        if value[-1:] != b'\0':
            value += b'\0'
        return len(value), value
    fmt = _DATATYPE_FORMATS[dtype]
    itemsize = _DATATYPE_SIZES[dtype]
    if isinstance(value, bytes):
        if len(value) % itemsize:
            raise ValueError(
                f'{tag!r} invalid packed binary data: {len(value)} bytes are '
                f'not a multiple of {itemsize}'
            )
        return len(value) // itemsize, value
    if isinstance(value, str):
        raise ValueError(f'{tag!r} value of type str does not match {fmt!r}')
    values = [*value] if hasattr(value, '__iter__') else [value]
    number = int(fmt[0])
    if len(values) % number or not values:
        raise ValueError(
            f'{tag!r} needs a multiple of {number} numbers, got {len(values)}'
        )
    data = struct.pack(f'{byteorder}{len(values)}{fmt[1]}', *values)
    return len(values) // number, data


def _check_ndpi_value(
    tag: TiffTag, dtype: int, count: int, data: bytes, /
) -> None:
    """Raise ValueError if value needs 64 bits, which cannot be rewritten."""
    if tag.valueoffset >= 2**32 or tag.parent.filehandle.size >= 2**32:
        raise ValueError(f'{tag!r} cannot overwrite 64-bit offset')
    if count == 1 and dtype in {4, 13} and isinstance(tag.value, int):
        if tag.value >= 2**32:
            raise ValueError(f'{tag!r} cannot overwrite 64-bit value')


def _format_tag_value(code: int, value: Any, detail: int, width: int) -> str:
    """Return text of tag value."""
    if isinstance(value, enum.Enum):
        return enumstr(value)
    if isinstance(value, tuple) and any(
        isinstance(item, enum.Enum) for item in value
    ):
        names = ', '.join(
            enumstr(item) if isinstance(item, enum.Enum) else str(item)
            for item in value
        )
        return f'({names})'
    if detail <= 0:
        if isinstance(value, str | bytes):
            text = pformat(value[: 4 * width], width=width, height=1)
        else:
            text = pformat(value, width=width, height=1)
        return text
    return pformat(value, width=width, height=detail * 8)


def _make_tag(
    parent: Any, source: _TagSource, code: int, record: _TagRecord
) -> TiffTag:
    """Return tag from undecoded record.

    Raises:
        TiffTagError: Value is not in file.

    """
    dtype, count, field, pos = record
    tag = TiffTag.__new__(TiffTag)
    tag.parent = parent
    tag.offset = pos
    tag.code = code
    tag.dtype = _DATATYPES[dtype]
    tag.count = count
    offset = source.value_offset(code, dtype, count, field)
    if offset < 0:
        tiff = source.tiff
        tag.valueoffset = pos + tiff.tagsize - tiff.tagoffsetthreshold
        tag._value = source.value(code, record)
        return tag
    size = count * _DATATYPE_SIZES[dtype]
    source.check_value(code, pos, offset, size)
    tag.valueoffset = offset
    tag._value = None
    if code not in _TAG_READERS:
        start, data = source._window
        if 0 <= offset - start <= len(data) - size:
            # might not be available after file is closed
            tag._value = source.value(code, record)
    return tag


_DATATYPES: dict[int, DATATYPE] = {int(member): member for member in DATATYPE}


@final
class TiffTags:
    """Multidict-like interface to the tags of a page.

    Tags are looked up by code or name. Iteration is over the tags, in order
    of their position in the file. More than one tag may have the same code.

    """

    __slots__ = ('_is_sorted', '_layers')

    _layers: list[dict[int, TiffTag]]
    _is_sorted: bool

    def __init__(self) -> None:
        self._layers = [{}]
        self._is_sorted = True

    @classmethod
    def _fromifd(cls, parent: Any, ifd: _Ifd) -> TiffTags:
        """Return tags of IFD, without those that are corrupted."""
        tags = cls()
        layer = tags._layers[0]
        source = ifd.source
        for code, record in ifd.records.items():
            try:
                layer[code] = _make_tag(parent, source, code, record)
            except TiffFileError as exc:
                logger().error(f'{exc}')
        for code, record in ifd.extra:
            try:
                tags.add(_make_tag(parent, source, code, record))
            except TiffFileError as exc:
                logger().error(f'{exc}')
        return tags

    def add(self, tag: TiffTag, /) -> None:
        """Add tag, keeping others of the same code."""
        self._is_sorted = False
        for layer in self._layers:
            if tag.code not in layer:
                layer[tag.code] = tag
                return
        self._layers.append({tag.code: tag})

    def keys(self) -> list[int]:
        """Return codes of tags."""
        return list(self._layers[0].keys())

    def values(self) -> list[TiffTag]:
        """Return all tags in order of their position in the file."""
        if self._is_sorted:
            return [*self._layers[0].values()]
        tags = [tag for layer in self._layers for tag in layer.values()]
        tags.sort(key=operator.attrgetter('offset'))
        return tags

    def items(self) -> list[tuple[int, TiffTag]]:
        """Return all codes and tags in order of position in the file."""
        return [(tag.code, tag) for tag in self.values()]

    def valueof(
        self, key: int | str, /, default: Any = None, index: int | None = None
    ) -> Any:
        """Return value of tag by code or name.

        Parameters:
            key: Code or name of tag.
            default: Value if there is no such tag or it cannot be read.
            index: Rank among tags of the same code.

        """
        tag = self.get(key, index=index)
        if tag is None:
            return default
        try:
            return tag.value
        except TiffFileError:
            return default

    def get(
        self,
        key: int | str,
        /,
        default: TiffTag | None = None,
        index: int | None = None,
    ) -> TiffTag | None:
        """Return tag by code or name.

        Parameters:
            key: Code or name of tag.
            default: Tag to return if there is no such tag.
            index: Rank among tags of the same code.

        """
        if index is None:
            layers = self._layers
        elif 0 <= index < len(self._layers):
            layers = [self._layers[index]]
        else:
            return default
        for layer in layers:
            tag = self._find(layer, key)
            if tag is not None:
                return tag
        return default

    @staticmethod
    def _find(layer: dict[int, TiffTag], key: int | str) -> TiffTag | None:
        """Return tag by code or name from layer."""
        tag = layer.get(key)  # type: ignore[arg-type]
        if tag is None and isinstance(key, str):
            for item in layer.values():
                if item.name == key:
                    return item
        return tag

    def getall(self, key: int | str, /, default: Any = None) -> Any:
        """Return list of all tags by code or name, or default if none."""
        tags = [
            tag
            for tag in (self._find(layer, key) for layer in self._layers)
            if tag is not None
        ]
        return tags or default

    def __getitem__(self, key: int | str, /) -> TiffTag:
        tag = self.get(key)
        if tag is None:
            raise KeyError(key)
        return tag

    def __setitem__(self, code: int, tag: TiffTag, /) -> None:
        if tag.code != code:
            raise ValueError(f'code {code} does not match {tag!r}')
        self.add(tag)

    def __delitem__(self, key: int | str, /) -> None:
        found = False
        for layer in self._layers:
            tag = self._find(layer, key)
            if tag is not None:
                del layer[tag.code]
                found = True
        if not found:
            raise KeyError(key)

    def __contains__(self, item: object, /) -> bool:
        if not isinstance(item, int | str):
            return False
        return self._find(self._layers[0], item) is not None

    def __iter__(self) -> Iterator[TiffTag]:
        return iter(self.values())

    def __len__(self) -> int:
        return sum(len(layer) for layer in self._layers)

    def __repr__(self) -> str:
        return f'<tifffile.TiffTags @0x{id(self):016X}>'

    def __str__(self) -> str:
        return self._str()

    def _str(self, detail: int = 0, width: int = 79) -> str:
        """Return tags as text.

        Parameters:
            detail: Append long values if greater zero.
            width: Maximum length of lines.

        """
        tags = self.values()
        info = [tag._str(width=width) for tag in tags]
        if detail <= 0:
            return '\n'.join(info) if info else repr(self)
        for tag in tags:
            if len(tag._str(width=10**6)) > width:
                info.append('\n' + tag._str(detail=detail, width=width))
        return '\n'.join(info)


def _file_cursor(fh: FileHandle, offset: int, /) -> FileHandle:
    """Return handle on file with a position of its own."""
    return FileHandle(
        _Cursor(fh, offset),  # type: ignore[arg-type]
        name=fh.name,
        offset=0,
    )


@final
class _Cursor(io.RawIOBase):
    """Seekable stream over positional reads of a file."""

    def __init__(self, fh: FileHandle, offset: int) -> None:
        self._fh = fh
        self._position = offset

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = 0, /) -> int:
        base = (0, self._position, self._fh.size)[whence]
        self._position = max(base + offset, 0)
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = max(self._fh.size - self._position, 0)
        data = self._fh.read_at(self._position, size)
        self._position += len(data)
        return data

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast('B')
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)


def read_tags(
    fh: FileHandle,
    /,
    byteorder: Literal['<', '>'],
    offsetsize: int,
    tagnames: TiffTagRegistry,
    *,
    maxifds: int | None = None,
    customtags: (
        dict[int, Callable[[FileHandle, Any, int, int, int], Any]] | None
    ) = None,
) -> list[dict[str, Any]]:
    """Return values of tags in chain of IFDs, for example EXIF.

    Parameters:
        fh: File positioned at the first IFD.
        byteorder: Byte order of file.
        offsetsize: Size in bytes of offsets; 4 or 8.
        tagnames: Names of tags by code.
        maxifds: Maximum number of IFDs to read.
        customtags: Functions to read values by tag code.

    Returns:
        A dictionary of values by name, or decimal code, for every IFD.

    Raises:
        TiffFileError: IFD structure or tag is corrupted.

    """
    if offsetsize not in {4, 8}:
        raise ValueError(f'invalid {offsetsize=}; must be 4 or 8')
    tiff = _tiff_format(42 if offsetsize == 4 else 43, byteorder, offsetsize)
    source = _TagSource(fh, tiff, TIFF.LIMITS)
    result: list[dict[str, Any]] = []
    seen: set[int] = set()
    offset = fh.tell()
    while offset and offset not in seen:
        if maxifds is not None and len(result) >= maxifds:
            break
        seen.add(offset)
        ifd = source.read_ifd(offset)
        result.append(_named_values(ifd, tagnames, customtags or {}))
        link = (
            offset
            + tiff.tagnosize
            + tiff.tagsize * (len(ifd.records) + len(ifd.extra))
        )
        data = source.read(link, offsetsize)
        if len(data) < offsetsize:
            break
        offset = struct.unpack(tiff.offsetformat, data)[0]
    return result


def _named_values(
    ifd: _Ifd,
    tagnames: TiffTagRegistry,
    customtags: dict[int, Callable[[FileHandle, Any, int, int, int], Any]],
) -> dict[str, Any]:
    """Return values of tags by name."""
    values: dict[str, Any] = {}
    source = ifd.source
    tiff = source.tiff
    for code, record in ifd.records.items():
        dtype, count, field, pos = record
        name = str(tagnames.get(code, str(code)))
        data = source.raw(code, record)
        if code in customtags:
            offset = source.value_offset(code, dtype, count, field)
            values[name] = customtags[code](
                FileHandle(io.BytesIO(data), name=source.fh.name)
                if offset < 0
                else _file_cursor(source.fh, offset),
                tiff.byteorder,
                dtype,
                count,
                tiff.offsetsize,
            )
            continue
        values[name] = _decode_value(
            code,
            dtype,
            count,
            data,
            tiff.byteorder,
            f'{source.fh.name!r} <tifffile.TiffTag {code} @{pos}>',
        )
    return values


def read_bytes(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
) -> bytes:
    """Return value of tag as bytes."""
    return fh.read(count * _DATATYPE_SIZES[dtype])


def read_utf8(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
) -> str:
    """Return value of tag as text."""
    return fh.read(count).decode()


def read_numpy(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
) -> NDArray[Any]:
    """Return value of tag as one-dimensional array in native byte order."""
    fmt = _DATATYPE_FORMATS[dtype]
    char = 'b' if fmt[1] == 's' else fmt[1]
    size = count * _DATATYPE_SIZES[dtype]
    data = fh.read(size)
    if len(data) < size:
        raise TiffTagError(
            f'{fh.name!r} value is truncated to {len(data)} bytes'
        )
    return numpy.frombuffer(data, byteorder + char).astype(char)


def read_colormap(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
) -> NDArray[Any]:
    """Return color map or transfer function as array of shape (3, -1)."""
    array = read_numpy(fh, byteorder, dtype, count, offsetsize)
    return array.reshape(3, -1) if count % 3 == 0 else array


def read_json(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
) -> Any:
    """Return value of tag as object decoded from JSON, None if invalid."""
    import json

    data = fh.read(count)
    try:
        return json.loads(bytes2str(stripnull(data)))
    except ValueError as exc:
        logger().warning(f'{fh.name!r} <tifffile.read_json> raised {exc!r}')
    return None


def read_exif_ifd(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
) -> dict[str, Any]:
    """Return EXIF tags as dictionary."""
    exif = read_tags(fh, byteorder, offsetsize, TIFF.EXIF_TAGS, maxifds=1)[0]
    for name in ('ExifVersion', 'FlashpixVersion'):
        if isinstance(exif.get(name), bytes):
            exif[name] = bytes2str(exif[name])
    comment = exif.get('UserComment')
    if isinstance(comment, bytes):
        encoding = {b'ASCII\0\0\0': 'utf-8', b'UNICODE\0': 'utf-16'}.get(
            comment[:8]
        )
        if encoding is not None:
            exif['UserComment'] = comment[8:].decode(encoding)
    return exif


def read_gps_ifd(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
) -> dict[str, Any]:
    """Return GPS tags as dictionary."""
    return read_tags(fh, byteorder, offsetsize, TIFF.GPS_TAGS, maxifds=1)[0]


def read_interoperability_ifd(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
) -> dict[str, Any]:
    """Return Interoperability tags as dictionary."""
    return read_tags(fh, byteorder, offsetsize, TIFF.IOP_TAGS, maxifds=1)[0]


_TAG_READERS.update(
    {
        301: read_colormap,  # TransferFunction
        320: read_colormap,  # ColorMap
        33723: read_bytes,  # IPTCNAA
        34665: read_exif_ifd,
        34853: read_gps_ifd,
        37724: read_bytes,  # ImageSourceData
        40965: read_interoperability_ifd,
        50839: read_bytes,  # IJMetadata
    }
)

_TIFF.register('TAG_READERS')(lambda: _TAG_READERS)


# =============================================================================
# 8  Geometry
#
# How the samples of a page are divided into segments (strips or tiles), as a
# pure value without tags or I/O. A page is a 5-dimensional array of planes,
# depth, length, width, and samples; one of planes and samples is 1. Segments
# have 4 dimensions: depth, length, width, samples. They are numbered in C
# order of the grid of planes, depth, length, and width (TIFF 6.0 sections 8
# and 15). All arithmetic of strips and tiles in this module is here.
# =============================================================================


class _Region(NamedTuple):
    """Half-open ranges of planes, depth, length, width, and samples."""

    planes: tuple[int, int]
    depth: tuple[int, int]
    length: tuple[int, int]
    width: tuple[int, int]
    samples: tuple[int, int]

    @property
    def shape(self) -> tuple[int, int, int, int, int]:
        """Number of planes, depth, length, width, and samples."""
        return tuple(stop - start for start, stop in self)  # type: ignore[return-value]


@final
@dataclasses.dataclass(frozen=True, slots=True)
class _PageGeometry:
    """Division of a page into segments.

    Parameters:
        planes: Number of separately stored sample planes.
        depth: Number of slices.
        length: Number of rows.
        width: Number of columns.
        samples: Number of samples stored contiguously per pixel.
        chunkdepth: Number of slices in segments; 1 for strips.
        chunklength: Number of rows in segments.
        chunkwidth: Number of columns in segments.
        tiled: Segments are tiles, which all have the same size.

    """

    planes: int
    depth: int
    length: int
    width: int
    samples: int
    chunkdepth: int
    chunklength: int
    chunkwidth: int
    tiled: bool

    @property
    def shaped(self) -> tuple[int, int, int, int, int]:
        """Shape of page, normalized to 5 dimensions."""
        return self.planes, self.depth, self.length, self.width, self.samples

    @property
    def size(self) -> int:
        """Number of samples in page."""
        return (
            self.planes * self.depth * self.length * self.width * self.samples
        )

    @property
    def grid(self) -> tuple[int, int, int, int]:
        """Number of segments along planes, depth, length, and width."""
        return (
            self.planes,
            -(-self.depth // self.chunkdepth),
            -(-self.length // self.chunklength),
            -(-self.width // self.chunkwidth),
        )

    @property
    def nsegments(self) -> int:
        """Number of segments."""
        planes, depth, length, width = self.grid
        return planes * depth * length * width

    @property
    def chunk(self) -> tuple[int, int, int, int]:
        """Shape of full segment."""
        return (
            self.chunkdepth,
            self.chunklength,
            self.chunkwidth,
            self.samples,
        )

    @property
    def chunksize(self) -> int:
        """Number of samples in full segment."""
        return (
            self.chunkdepth * self.chunklength * self.chunkwidth * self.samples
        )

    @property
    def region(self) -> _Region:
        """Region of whole page."""
        return _Region(
            (0, self.planes),
            (0, self.depth),
            (0, self.length),
            (0, self.width),
            (0, self.samples),
        )

    def position(self, index: int, /) -> tuple[int, int, int, int, int]:
        """Return position of segment in page."""
        _, depth, length, width = self.grid
        index, w = divmod(index, width)
        index, l = divmod(index, length)  # noqa: E741
        s, d = divmod(index, depth)
        return (
            s,
            d * self.chunkdepth,
            l * self.chunklength,
            w * self.chunkwidth,
            0,
        )

    def index(self, position: Sequence[int], /) -> int:
        """Return index of segment that contains position in page."""
        _, depth, length, width = self.grid
        index = position[0] * depth + position[1] // self.chunkdepth
        index = index * length + position[2] // self.chunklength
        return index * width + position[3] // self.chunkwidth

    def stored_shape(
        self, position: Sequence[int], /
    ) -> tuple[int, int, int, int]:
        """Return shape of segment in file: last strips may be short."""
        if self.tiled:
            return self.chunk
        return (
            1,
            min(self.chunklength, self.length - position[2]),
            self.width,
            self.samples,
        )

    def cropped_shape(
        self, position: Sequence[int], /
    ) -> tuple[int, int, int, int]:
        """Return shape of part of segment that is inside the page."""
        return (
            min(self.chunkdepth, self.depth - position[1]),
            min(self.chunklength, self.length - position[2]),
            min(self.chunkwidth, self.width - position[3]),
            self.samples,
        )

    def covers_rows(self, region: _Region, /) -> bool:
        """Return if segments are contiguous in array of region."""
        return (
            self.chunkwidth == self.width
            and region[3] == (0, self.width)
            and region[4] == (0, self.samples)
            and self.chunkdepth == 1
        )

    def segments_of(self, region: _Region, /) -> list[int]:
        """Return indices of segments that region touches, in C order."""
        if region == self.region:
            return list(range(self.nsegments))
        if 0 in region.shape:
            return []
        _, depth, length, width = self.grid
        (s0, s1), (d0, d1), (l0, l1), (w0, w1), _ = region
        columns = range(w0 // self.chunkwidth, (w1 - 1) // self.chunkwidth + 1)
        rows = range(l0 // self.chunklength, (l1 - 1) // self.chunklength + 1)
        slices = range(d0 // self.chunkdepth, (d1 - 1) // self.chunkdepth + 1)
        return [
            ((s * depth + d) * length + l) * width + w
            for s in range(s0, s1)
            for d in slices
            for l in rows  # noqa: E741
            for w in columns
        ]

    def overlap(
        self, position: Sequence[int], region: _Region, /
    ) -> tuple[tuple[Any, ...], tuple[slice, ...]]:
        """Return indices of the common part in region and in segment."""
        (s0, _), (d0, d1), (l0, l1), (w0, w1), (c0, c1) = region
        s, d, l, w, _ = position  # noqa: E741
        a = max(d, d0)
        b = min(d + self.chunkdepth, d1)
        e = max(l, l0)
        f = min(l + self.chunklength, l1)
        g = max(w, w0)
        h = min(w + self.chunkwidth, w1)
        return (
            (
                s - s0,
                slice(a - d0, b - d0),
                slice(e - l0, f - l0),
                slice(g - w0, h - w0),
            ),
            (
                slice(a - d, b - d),
                slice(e - l, f - l),
                slice(g - w, h - w),
                slice(c0, c1),
            ),
        )


# =============================================================================
# 9  Codecs
#
# A compression scheme is a row of _CODECS. Its functions come from the
# imagecodecs package, which is imported when the first of them is wanted. The
# most common ones also exist here: they serve where the package is missing,
# and read streams that the strict decoders of the package refuse.
#
# Decoders of byte schemes turn a stream into bytes. They take `out`, the
# number of bytes wanted or a buffer to fill, never write beyond it, and return
# fewer bytes if the stream is short. Decoders of array schemes turn a stream
# into an array of samples in native byte order. They are called by
# decode_array, which bounds what a stream can make them allocate.
#
# Bad streams raise RuntimeError (imagecodecs) or ValueError (this section).
# At the end are the steps between bytes and samples: order of bits, packed
# integers, predictors. Results may be views of the buffers that were passed.
# =============================================================================


class _Codec(NamedTuple):
    """Compression scheme."""

    code: int
    """Value of Compression tag."""

    mode: str
    """Read only ``'r'``, or read and write ``'rw'``."""

    names: str
    """Names of codecs in imagecodecs, the best first."""

    own: str
    """Name of codec in ``_OWN_FUNCTIONS``."""

    kind: str
    """Byte scheme ``'bytes'``, or key of ``_ARRAY_DECODERS``."""

    @property
    def image(self) -> bool:
        """Streams are images: FillOrder and Predictor do not apply."""
        return self.kind not in _SAMPLE_KINDS

    @property
    def out(self) -> str:
        """Buffers to decode into: ``'bytes'``, ``'array'``, ``'strided'``."""
        if self.kind == 'bytes':
            return 'bytes'
        return 'strided' if self.kind in _STRIDED_KINDS else 'array'


# Kinds of schemes that compress samples as they are in uncompressed segments.
_SAMPLE_KINDS = frozenset(('bytes', 'ccitt', 'lerc', 'pixarlog', 'rows'))

# Kinds of schemes that decode into arrays with gaps between rows.
_STRIDED_KINDS = frozenset(('png', 'webp'))

# imagecodecs.htj2k is not used: on corrupted streams it hangs or crashes the
# process. OpenJPEG decodes the same streams.
_CODEC_ROWS: tuple[_Codec, ...] = (
    _Codec(COMPRESSION.NONE, 'rw', '', 'none', 'bytes'),
    _Codec(COMPRESSION.CCITTRLE, 'r', 'ccittrle', '', 'ccitt'),
    _Codec(COMPRESSION.CCITT_T4, 'r', 'ccittfax3', '', 'ccitt'),
    _Codec(COMPRESSION.CCITT_T6, 'r', 'ccittfax4', '', 'ccitt'),
    _Codec(COMPRESSION.LZW, 'rw', 'lzw', 'lzw', 'bytes'),
    _Codec(COMPRESSION.OJPEG, 'r', 'jpeg', '', 'jpeg'),
    _Codec(COMPRESSION.JPEG, 'rw', 'jpeg', '', 'jpeg'),
    _Codec(COMPRESSION.ADOBE_DEFLATE, 'rw', 'deflate zlib', 'zlib', 'bytes'),
    _Codec(COMPRESSION.JPEGXR_NDPI, 'rw', 'jpegxr', '', 'jpegxr'),
    _Codec(COMPRESSION.PACKBITS, 'rw', 'packbits', 'packbits', 'bytes'),
    _Codec(COMPRESSION.THUNDERSCAN, 'r', '', 'thunderscan', 'rows'),
    _Codec(COMPRESSION.PIXARLOG, 'r', 'pixarlog', '', 'pixarlog'),
    _Codec(COMPRESSION.DEFLATE, 'rw', 'deflate zlib', 'zlib', 'bytes'),
    _Codec(COMPRESSION.APERIO_JP2000_YCBC, 'rw', 'jpeg2k', '', 'jpeg2k'),
    _Codec(COMPRESSION.JPEG_2000_LOSSY, 'rw', 'jpeg2k', '', 'jpeg2k'),
    _Codec(COMPRESSION.APERIO_JP2000_RGB, 'rw', 'jpeg2k', '', 'jpeg2k'),
    _Codec(COMPRESSION.ALT_JPEG, 'r', 'jpeg', '', 'jpeg'),
    _Codec(COMPRESSION.SGILOG, 'r', '', 'sgilog', 'rows'),
    _Codec(COMPRESSION.SGILOG24, 'r', '', 'sgilog24', 'rows'),
    _Codec(COMPRESSION.JPEG2000, 'rw', 'jpeg2k', '', 'jpeg2k'),
    _Codec(COMPRESSION.LERC, 'rw', 'lerc', '', 'lerc'),
    _Codec(COMPRESSION.JPEG_LOSSY, 'rw', 'jpeg8', '', 'jpeg'),
    _Codec(COMPRESSION.LZMA, 'rw', 'lzma', 'lzma', 'bytes'),
    _Codec(COMPRESSION.ZSTD_DEPRECATED, 'rw', 'zstd', 'zstd', 'bytes'),
    _Codec(COMPRESSION.WEBP_DEPRECATED, 'rw', 'webp', '', 'webp'),
    _Codec(COMPRESSION.PNG, 'rw', 'png', '', 'png'),
    _Codec(COMPRESSION.JPEGXR, 'rw', 'jpegxr', '', 'jpegxr'),
    _Codec(COMPRESSION.JETRAW, 'rw', 'jetraw', '', 'jetraw'),
    _Codec(COMPRESSION.ZSTD, 'rw', 'zstd', 'zstd', 'bytes'),
    _Codec(COMPRESSION.WEBP, 'rw', 'webp', '', 'webp'),
    _Codec(COMPRESSION.JPEGXL, 'rw', 'jpegxl', '', 'jpegxl'),
    _Codec(COMPRESSION.PIXTIFF, 'rw', 'deflate zlib', 'zlib', 'bytes'),
    _Codec(COMPRESSION.JPEGXL_DNG, 'rw', 'jpegxl', '', 'jpegxl'),
    _Codec(COMPRESSION.EER_V0, 'r', 'eer', '', 'eer'),
    _Codec(COMPRESSION.EER_V1, 'r', 'eer', '', 'eer'),
    _Codec(COMPRESSION.EER_V2, 'r', 'eer', '', 'eer'),
)

_CODECS: dict[int, _Codec] = {codec.code: codec for codec in _CODEC_ROWS}

# Adobe Photoshop TIFF Technical Note 3, and DNG 1.4 for the others.
_PREDICTORS: dict[int, tuple[str, int]] = {
    PREDICTOR.HORIZONTAL: ('delta', 1),
    PREDICTOR.HORIZONTALX2: ('delta', 2),
    PREDICTOR.HORIZONTALX4: ('delta', 4),
    PREDICTOR.FLOATINGPOINT: ('floatpred', 1),
    PREDICTOR.FLOATINGPOINTX2: ('floatpred', 2),
    PREDICTOR.FLOATINGPOINTX4: ('floatpred', 4),
}


@functools.cache
def find_function(name: str, /) -> Callable[..., Any] | None:
    """Return function of imagecodecs, or None if that is not available.

    Parameters:
        name: Name of function, such as ``'zlib_decode'``.

    """
    try:
        import imagecodecs
    except ImportError:
        return None
    constants = getattr(imagecodecs, name.rpartition('_')[0].upper(), None)
    if not getattr(constants, 'available', constants):
        return None
    function: Callable[..., Any] | None = getattr(imagecodecs, name, None)
    return function


@functools.cache
def find_own_function(name: str, /) -> Callable[..., Any] | None:
    """Return function of this module, or None if that is not available."""
    module = _OWN_REQUIREMENTS.get(name.rpartition('_')[0])
    if module is not None:
        try:
            __import__(module)
        except ImportError:
            return None
    return _OWN_FUNCTIONS.get(name)


def find_codec(code: int, /, *, encode: bool) -> Callable[..., Any]:
    """Return function to encode or decode compression scheme.

    Raises:
        KeyError: The scheme is not known or its codec is not available.

    """
    codec = _CODECS.get(code)
    try:
        member = repr(COMPRESSION(code))
    except ValueError:
        raise KeyError(f'{code} is not a known COMPRESSION') from None
    if codec is None:
        raise KeyError(f'{member} not supported')
    direction = 'encode' if encode else 'decode'
    if encode and codec.mode == 'r':
        raise KeyError(f'{member} not implemented')
    for name in codec.names.split():
        function = find_function(f'{name}_{direction}')
        if function is not None:
            return function
    function = find_own_function(f'{codec.own}_{direction}')
    if function is None:
        error = KeyError(f"{member} requires the 'imagecodecs' package")
        error.add_note('pip install imagecodecs')
        raise error
    return function


def find_predictor(code: int, /, *, encode: bool) -> Callable[..., Any]:
    """Return function to apply or undo predictor.

    Raises:
        KeyError: The predictor is not known.

    """
    try:
        codec, dist = _PREDICTORS[code]
    except KeyError:
        raise KeyError(f'{code} is not a known PREDICTOR') from None
    name = f'{codec}_encode' if encode else f'{codec}_decode'
    own = _OWN_FUNCTIONS[name]
    if dist == 1:
        return find_function(name) or own
    # imagecodecs.delta has no other distances
    return functools.partial(own, dist=dist)


class _LazyFunctions(Mapping[int, 'Callable[..., Any]']):
    """Read-only map of codes to functions, which are looked up when needed.

    Iterating yields the codes whose functions are available.

    """

    __slots__ = ('_codes', '_encode', '_find', '_functions')

    def __init__(
        self,
        find: Callable[..., Callable[..., Any]],
        codes: Iterable[int],
        encode: bool,
        /,
    ) -> None:
        self._find = find
        self._codes = tuple(codes)
        self._encode = bool(encode)
        self._functions: dict[int, Callable[..., Any]] = {1: identityfunc}

    def __getitem__(self, key: int, /) -> Callable[..., Any]:
        function = self._functions.get(key)
        if function is None:
            function = self._find(key, encode=self._encode)
            function = self._functions.setdefault(key, function)
        return function

    def __contains__(self, key: object, /) -> bool:
        return self.get(key) is not None  # type: ignore[call-overload]

    def __iter__(self) -> Iterator[int]:
        return (code for code in self._codes if code in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        direction = 'encode' if self._encode else 'decode'
        return f'<tifffile.{self.__class__.__name__} {direction}>'


class CompressionCodec(_LazyFunctions):
    """Map values of Compression tag to functions of codecs.

    Parameters:
        encode: Map to functions to encode, not to decode.

    Examples:
        >>> COMPRESSION.ADOBE_DEFLATE in TIFF.DECOMPRESSORS
        True
        >>> TIFF.COMPRESSORS[COMPRESSION.NEXT]
        Traceback (most recent call last):
        ...
        KeyError: '<COMPRESSION.NEXT: 32766> not supported'

    """

    __slots__ = ()

    def __init__(self, encode: bool) -> None:
        super().__init__(find_codec, _CODECS, encode)


class PredictorCodec(_LazyFunctions):
    """Map values of Predictor tag to functions to apply or undo predictors.

    Parameters:
        encode: Map to functions to apply, not to undo.

    """

    __slots__ = ()

    def __init__(self, encode: bool) -> None:
        super().__init__(find_predictor, (1, *_PREDICTORS), encode)


@_TIFF.register('COMPRESSORS')
def make_compressors() -> Mapping[int, Callable[..., Any]]:
    """Return map of Compression to functions to encode."""
    return CompressionCodec(True)


@_TIFF.register('DECOMPRESSORS')
def make_decompressors() -> Mapping[int, Callable[..., Any]]:
    """Return map of Compression to functions to decode."""
    return CompressionCodec(False)


@_TIFF.register('PREDICTORS')
def make_predictors() -> Mapping[int, Callable[..., Any]]:
    """Return map of Predictor to functions to apply predictors."""
    return PredictorCodec(True)


@_TIFF.register('UNPREDICTORS')
def make_unpredictors() -> Mapping[int, Callable[..., Any]]:
    """Return map of Predictor to functions to undo predictors."""
    return PredictorCodec(False)


@dataclasses.dataclass(frozen=True, slots=True)
class _Decoder:
    """Compression scheme and its function to decode segments."""

    codec: _Codec
    decode: Callable[..., Any]
    recover: Callable[..., Any] | None

    def decode_into(
        self, data: BytesLike, out: NDArray[Any], /, minsize: int | None = None
    ) -> int:
        """Decode stream of byte scheme into buffer.

        Streams that are too long, or are followed by garbage, fill the buffer.

        Parameters:
            data: Stream.
            out: Writable, contiguous, one-dimensional array of uint8.
            minsize:
                Number of bytes that suffice if the stream is corrupted.
                The default is the size of `out`.

        Returns:
            Number of bytes decoded.

        Raises:
            RuntimeError, ValueError: The stream is corrupted.

        """
        if not out.flags.writeable:
            # imagecodecs does not check
            raise ValueError('output is read-only')
        try:
            return len(self.decode(data, out=out))
        except (RuntimeError, ValueError):
            if self.recover is None:
                raise
            try:
                size = len(self.recover(data, out=out))
            except (RuntimeError, ValueError):
                size = -1
            if size < (out.size if minsize is None else minsize):
                raise
            return size


@functools.cache
def find_decoder(compression: int, /) -> _Decoder:
    """Return decoder of compression scheme.

    Raises:
        ValueError: The scheme is not known or its codec is not available.

    """
    try:
        function = find_codec(compression, encode=False)
    except KeyError as exc:
        error = ValueError(exc.args[0])
        for note in getattr(exc, '__notes__', ()):
            error.add_note(note)
        raise error from None
    codec = _CODECS[compression]
    recover = _RECOVER_FUNCTIONS.get(codec.own)
    return _Decoder(codec, function, None if recover is function else recover)


# -- byte schemes -------------------------------------------------------------


def view_bytes(data: BytesLike, /) -> memoryview:
    """Return view of bytes in C order; arrays may be copied."""
    if not isinstance(data, numpy.ndarray):
        return memoryview(data)
    data = numpy.ascontiguousarray(data).reshape(-1)
    return data.view(numpy.uint8).data


def read_outsize(out: int | BytesLike | None, /) -> int:
    """Return number of bytes wanted, or -1 if all."""
    if out is None:
        return -1
    if isinstance(out, int):
        return out
    return view_bytes(out).nbytes


def fill_output(data: BytesLike, out: int | BytesLike | None, /) -> BytesLike:
    """Return data, or the part of the buffer into which it was copied."""
    if out is None:
        return data
    if isinstance(out, int):
        return data if len(data) <= out else data[:out]
    if isinstance(out, numpy.ndarray) and not out.flags.c_contiguous:
        raise ValueError('output is not contiguous')
    target = view_bytes(out)
    size = min(len(data), len(target))
    target[:size] = view_bytes(data)[:size]
    if size == len(target):
        return out
    return out[:size] if isinstance(out, numpy.ndarray) else target[:size]


def decode_none(
    data: BytesLike, /, *, out: int | BytesLike | None = None
) -> BytesLike:
    """Return uncompressed data."""
    return fill_output(data, out)


def decode_zlib(
    data: BytesLike, /, *, out: int | BytesLike | None = None
) -> BytesLike:
    """Return decoded Deflate stream; what follows the stream is ignored."""
    import zlib

    size = read_outsize(out)
    if size == 0:
        return fill_output(b'', out)
    try:
        result = zlib.decompressobj().decompress(
            view_bytes(data), max(size, 0)
        )
    except zlib.error as exc:
        raise ValueError(f'corrupted Deflate stream: {exc}') from None
    return fill_output(result, out)


def encode_zlib(
    data: BytesLike, /, level: int | None = None, *, out: Any = None
) -> bytes:
    """Return Deflate stream."""
    import zlib

    return zlib.compress(view_bytes(data), 6 if level is None else level)


def decode_lzma(
    data: BytesLike, /, *, out: int | BytesLike | None = None
) -> BytesLike:
    """Return decoded LZMA stream; what follows the stream is ignored."""
    import lzma

    try:
        result = lzma.LZMADecompressor().decompress(
            view_bytes(data), read_outsize(out)
        )
    except lzma.LZMAError as exc:
        raise ValueError(f'corrupted LZMA stream: {exc}') from None
    return fill_output(result, out)


def encode_lzma(
    data: BytesLike,
    /,
    level: int | None = None,
    *,
    check: int | None = None,
    out: Any = None,
) -> bytes:
    """Return LZMA stream in xz container."""
    import lzma

    return lzma.compress(
        view_bytes(data), check=-1 if check is None else check, preset=level
    )


def decode_zstd(
    data: BytesLike, /, *, out: int | BytesLike | None = None
) -> BytesLike:
    """Return decoded Zstandard frame; what follows the frame is ignored."""
    zstd: Any = importlib.import_module('compression.zstd')
    try:
        decoder = zstd.ZstdDecompressor()
        result = decoder.decompress(data, read_outsize(out))
    except zstd.ZstdError as exc:
        raise ValueError(f'corrupted ZSTD stream: {exc}') from None
    return fill_output(result, out)


def encode_zstd(
    data: BytesLike, /, level: int | None = None, *, out: Any = None
) -> bytes:
    """Return Zstandard frame."""
    zstd: Any = importlib.import_module('compression.zstd')
    result: bytes = zstd.compress(view_bytes(data), level)
    return result


def recover_zstd(data: BytesLike, /, *, out: NDArray[Any]) -> BytesLike:
    """Return buffer filled from Zstandard frame that is too long.

    What follows the frame is ignored.

    """
    decode = find_function('zstd_decode') or decode_zstd
    framesize, size = measure_zstd_frame(data)
    if size > max(16 * out.size, 2**24):
        raise ValueError(f'ZSTD frame of {size} bytes is too large')
    size = max(size, out.size)
    return fill_output(decode(data[:framesize], out=size), out)


def measure_zstd_frame(data: BytesLike, /) -> tuple[int, int]:
    """Return size of Zstandard frame, and greatest size of its content.

    The layout of frames is from RFC 8878 §3.1.1.

    """
    if bytes(data[:4]) != b'\x28\xb5\x2f\xfd' or len(data) < 5:
        raise ValueError('not a ZSTD frame')
    flags = data[4]
    single = flags >> 5 & 1
    pos = 6 - single + (0, 1, 2, 4)[flags & 3] + (single, 2, 4, 8)[flags >> 6]
    size = 0
    last = False
    while not last:
        header = int.from_bytes(bytes(data[pos : pos + 3]), 'little')
        last, kind, blocksize = bool(header & 1), header >> 1 & 3, header >> 3
        size += 131072 if kind == 2 else blocksize
        pos += 3 + (1 if kind == 1 else blocksize)
        if pos > len(data):
            raise ValueError('truncated ZSTD frame')
    return pos + (flags & 4), size


def expand_runs(
    data: BytesLike,
    steps: bytes,
    counts: NDArray[Any],
    isrun: NDArray[Any],
    size: int,
    /,
) -> NDArray[Any]:
    """Return decoded run-length encoded bytes.

    Parameters:
        data: Headers, each followed by literal bytes or the byte to repeat.
        steps: Distance to next header, by value of header.
        counts: Number of decoded bytes, by value of header.
        isrun: Whether a byte is to be repeated, by value of header.
        size: Greatest number of bytes to return, or -1.

    """
    strides = bytes(data).translate(steps)
    heads = []
    pos = 0
    while pos < len(strides):
        heads.append(pos)
        pos += strides[pos]
    buffer = numpy.frombuffer(data, numpy.uint8)
    head = numpy.array(heads, numpy.intp)
    header = buffer[head]
    count = counts[header]
    run = isrun[header]
    if heads:
        # the last one may be truncated
        rest = len(strides) - heads[-1] - 1
        if rest < (1 if run[-1] else count[-1]):
            count[-1] = 0 if run[-1] else rest
    end = numpy.cumsum(count)
    if size >= 0:
        keep = int(numpy.searchsorted(end, size)) + 1
        head, count, run, end = (a[:keep] for a in (head, count, run, end))
    total = int(end[-1]) if end.size else 0
    index = numpy.arange(total)
    index -= numpy.repeat(end - count, count)
    index *= numpy.repeat(~run, count)
    index += numpy.repeat(head + 1, count)
    result: NDArray[Any] = buffer[index]
    return result if size < 0 else result[:size]


@functools.cache
def make_packbits_tables() -> tuple[bytes, NDArray[Any], NDArray[Any]]:
    """Return steps, counts, and isrun of PackBits headers (TIFF 6.0 §9)."""
    header = numpy.arange(256)
    isrun = header > 128
    counts = numpy.where(isrun, 257 - header, header + 1)
    steps = numpy.where(isrun, 2, header + 2)
    counts[128] = 0
    steps[128] = 1
    return steps.astype(numpy.uint8).tobytes(), counts, isrun


def decode_packbits(
    data: BytesLike, /, *, out: int | BytesLike | None = None
) -> BytesLike:
    """Return decoded PackBits runs; what follows the output is ignored."""
    result = expand_runs(data, *make_packbits_tables(), read_outsize(out))
    if out is None or isinstance(out, int):
        return result.tobytes()
    return fill_output(result, out)


def encode_packbits(
    data: BytesLike, /, *, axis: int | None = None, out: Any = None
) -> bytes:
    """Return PackBits encoded rows.

    Parameters:
        data: Bytes of one row, or array.
        axis: First axis of rows, which are encoded separately.
        out: Ignored.

    """
    buffer = numpy.frombuffer(view_bytes(data), numpy.uint8)
    size = buffer.size
    if size == 0:
        return b''
    isfirst = numpy.empty(size, bool)
    numpy.not_equal(buffer[1:], buffer[:-1], out=isfirst[1:])
    rowsize = size
    if isinstance(data, numpy.ndarray) and data.ndim > 0:
        rowsize //= product(data.shape[: -1 if axis is None else axis])
    isfirst[::rowsize] = True
    first = numpy.flatnonzero(isfirst)
    isrun = numpy.diff(first, append=size) > 2
    # join neighbors that are no runs, within rows
    isfirst = isrun.copy()
    isfirst[1:] |= isrun[:-1]
    isfirst |= first % rowsize == 0
    first = first[isfirst]
    isrun = isrun[isfirst]
    # split into parts of up to 128 bytes
    count = numpy.diff(first, append=size)
    parts = -(-count // 128)
    end = numpy.repeat(first + count, parts)
    part = numpy.arange(end.size)
    part -= numpy.repeat(numpy.cumsum(parts) - parts, parts)
    first = numpy.repeat(first, parts) + 128 * part
    isrun = numpy.repeat(isrun, parts)
    count = numpy.minimum(end - first, 128)
    # a run of one byte has the header of a literal byte
    header = numpy.where(isrun, 257 - count, count - 1) & 255
    count = numpy.where(isrun, 1, count)
    target = numpy.cumsum(count + 1) - count
    result = numpy.empty(int(target[-1] + count[-1]), numpy.uint8)
    result[target - 1] = header
    index = numpy.arange(int(count.sum()))
    index -= numpy.repeat(numpy.cumsum(count) - count, count)
    result[index + numpy.repeat(target, count)] = buffer[
        index + numpy.repeat(first, count)
    ]
    return result.tobytes()


def decode_lzw(
    data: BytesLike, /, *, out: int | BytesLike | None = None
) -> BytesLike:
    """Return decoded LZW codes.

    Codes are packed from the most significant bit and get wider one code
    early (TIFF 6.0 §13), or, in old files, neither.

    """
    size = read_outsize(out)
    data = bytes(data)
    isold = len(data) > 1 and data[0] == 0 and data[1] & 1 == 1
    table = [bytes((i,)) for i in range(256)]
    table += (b'', b'')
    result = bytearray()
    width, bits, nbits = 9, 0, 0
    last = b''
    for byte in data:
        if len(result) >= size >= 0:
            break
        bits = bits | byte << nbits if isold else bits << 8 | byte
        nbits += 8
        if nbits < width:
            continue
        nbits -= width
        if isold:
            code, bits = bits & (1 << width) - 1, bits >> width
        else:
            code, bits = bits >> nbits, bits & (1 << nbits) - 1
        if code == 256:
            del table[258:]
            width, last = 9, b''
            continue
        if code == 257:
            break
        if code > len(table) or (code == len(table) and not last):
            raise ValueError(f'corrupted LZW stream: {code=}')
        entry = table[code] if code < len(table) else last + last[:1]
        if last and len(table) < 4096:
            table.append(last + entry[:1])
        result += entry
        last = entry
        if len(table) + (not isold) >= 1 << width and width < 12:
            width += 1
    return fill_output(bytes(result), out)


# -- array schemes ------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class _StreamInfo:
    """What the tags of a page tell about its streams.

    Color spaces are those of libjpeg, see :py:func:`jpeg_colorspaces`.

    """

    byteorder: str = '<'
    bitspersample: int = 8
    colorspace: int = 0
    outcolorspace: int = 0
    t4options: int = 0
    eerbits: tuple[int, int, int] = (7, 2, 2)
    superres: int = 0


def decode_array(
    decoder: _Decoder,
    data: BytesLike,
    /,
    shape: tuple[int, int, int],
    dtype: numpy.dtype[Any],
    info: _StreamInfo,
    *,
    tables: bytes | None = None,
    header: bytes | None = None,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return array decoded from stream of array scheme.

    Parameters:
        decoder: Decoder of compression scheme.
        data: Stream.
        shape: Expected number of rows, columns, and samples.
        dtype: Expected type of samples in native byte order.
        info: Properties of page.
        tables: JPEG stream of tables.
        header: Bytes that precede the stream.
        out:
            Writable array of expected shape and type to decode into,
            if possible.

    Returns:
        `out`; or another array if the scheme or the layout of `out` do not
        allow to decode into it, or if the stream differs from expectation.
        The shape may then be any. The type can be cast safely to `dtype`,
        or differs only in sign.

    Raises:
        RuntimeError, ValueError:
            The stream is corrupted, or is much larger than expected.

    """
    codec = decoder.codec
    if (
        out is None
        or out.dtype != dtype
        or not out.flags.writeable
        or not (out.flags.c_contiguous or codec.out == 'strided')
    ):
        out = numpy.empty(shape, dtype)
    if header:
        data = header + bytes(data)
    if codec.kind == 'jpeg':
        result = decode_jpeg(
            data,
            tables=tables,
            bitspersample=info.bitspersample,
            colorspace=info.colorspace,
            outcolorspace=info.outcolorspace,
            shape=shape,
            out=out,
        )
    else:
        result = _ARRAY_DECODERS[codec.kind](decoder, data, out, info)
    if result is out or numpy.can_cast(result.dtype, dtype):
        return result
    if (
        result.dtype.kind in 'iu'
        and dtype.kind in 'iu'
        and result.dtype.itemsize == dtype.itemsize
    ):
        return result.view(dtype)
    raise ValueError(f'stream of {result.dtype} does not fit {dtype}')


def decode_image(
    decoder: _Decoder,
    data: BytesLike,
    out: NDArray[Any],
    info: _StreamInfo,
    /,
    **kwargs: Any,
) -> NDArray[Any]:
    """Return image decoded from stream, which tells its shape and type.

    The codecs compare the shapes of stream and output before they allocate
    anything, OpenJPEG excepted.

    """
    kind = decoder.codec.kind
    # jpegxr and jpegxl mistake output of float16 for uint16, and vice versa
    isambiguous = kind in {'jpegxr', 'jpegxl'} and out.itemsize > 1
    if kind == 'jpeg2k' or isambiguous:
        check_stream_size(kind, data, out.shape)
    if not isambiguous:
        try:
            decoder.decode(data, out=out, **kwargs)
            return out
        except ValueError:
            check_stream_size(kind, data, out.shape)
    result: NDArray[Any] = decoder.decode(data, **kwargs)
    return result


def decode_webp(
    decoder: _Decoder,
    data: BytesLike,
    out: NDArray[Any],
    info: _StreamInfo,
    /,
) -> NDArray[Any]:
    """Return image decoded from WebP stream.

    Encoders drop the alpha channel of opaque images.

    """
    if out.shape[-1] != 4:
        return decode_image(decoder, data, out, info)
    try:
        return decode_image(decoder, data, out, info, hasalpha=True)
    except TypeError:  # old versions of imagecodecs
        result = decode_image(decoder, data, out, info)
    if result.shape != (*out.shape[:-1], 3):
        return result
    out[..., :3] = result
    out[..., 3] = 255
    return out


def decode_jpeg(
    data: BytesLike,
    /,
    *,
    shape: tuple[int, ...],
    tables: bytes | None = None,
    header: bytes | None = None,
    bitspersample: int | None = None,
    colorspace: int = 0,
    outcolorspace: int = 0,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return image decoded from JPEG stream.

    Parameters:
        data: Baseline, progressive, or lossless JPEG stream.
        shape: Expected number of rows and columns.
        tables: JPEG stream of tables.
        header: Bytes that precede the stream.
        bitspersample: Number of bits per sample according to TIFF.
        colorspace: Color space of stream; 0 if that tells.
        outcolorspace: Color space of image; 0 if that of stream.
        out: Contiguous array to decode into, if its shape and type fit.

    Raises:
        RuntimeError, ValueError:
            The stream is corrupted, or is much larger than expected.

    """
    decode = find_function('jpeg8_decode')
    if decode is None:
        raise ValueError("JPEG requires the 'imagecodecs' package")
    kwargs: dict[str, Any] = {
        'tables': tables,
        'colorspace': colorspace,
        'outcolorspace': outcolorspace,
    }
    istall = max(shape) > 65500
    if istall:
        # the size exceeds what a JPEG header can tell
        kwargs['shape'] = shape[:2]
    if header:
        data = header + bytes(data)
    if out is not None:
        try:
            decode(data, out=out, **kwargs)
            return out
        except (RuntimeError, ValueError):
            pass
    if not istall:
        data = complete_jpeg(data, shape[0])
        check_stream_size('jpeg', data, shape)
    result: NDArray[Any]
    try:
        result = decode(data, **kwargs)
    except RuntimeError:
        # other libraries decode some more lossless images
        decode = find_function('jpeg_decode')
        if decode is None:
            raise
        result = decode(data, bitspersample=bitspersample, **kwargs)
        if result.size == 0:
            raise
    return result


def jpeg_colorspaces(
    photometric: int,
    planarconfig: int,
    extrasamples: tuple[int, ...],
    is_jfif: bool,
    samples: int,
) -> tuple[int, int]:
    """Return color spaces of JPEG stream and of image decoded from it.

    Parameters:
        photometric: PhotometricInterpretation of page.
        planarconfig: PlanarConfiguration of page.
        extrasamples: ExtraSamples of page.
        is_jfif: Streams start with JFIF marker.
        samples: SamplesPerPixel of page.

    Returns:
        Color spaces as in libjpeg: 0 unknown, 1 grayscale, 2 RGB, 3 YCbCr,
        4 CMYK, 5 YCCK.

    """
    if planarconfig != PLANARCONFIG.CONTIG:
        return 0, 1
    if extrasamples or samples == 1:
        return 0, 0
    if photometric == PHOTOMETRIC.YCBCR:
        return 0, 2
    if photometric == PHOTOMETRIC.RGB:
        # scanners by Aperio write RGB streams that look like YCbCr
        return 0 if is_jfif else 2, 2
    if photometric == PHOTOMETRIC.SEPARATED:
        return 0, 4
    return 0, 0


def decode_ccitt(
    decoder: _Decoder,
    data: BytesLike,
    out: NDArray[Any],
    info: _StreamInfo,
    /,
) -> NDArray[Any]:
    """Return bilevel image decoded from CCITT stream.

    Rows missing in the stream are zero.

    """
    if out.dtype.char not in '?B' or out.shape[-1] != 1:
        raise ValueError(f'CCITT stream does not fit {out.dtype} {out.shape}')
    plane = out.reshape(out.shape[:2])
    if decoder.codec.code == COMPRESSION.CCITT_T4:
        decoder.decode(data, *plane.shape, t4options=info.t4options, out=plane)
    else:
        decoder.decode(data, *plane.shape, out=plane)
    return out


def decode_eer(
    decoder: _Decoder,
    data: BytesLike,
    out: NDArray[Any],
    info: _StreamInfo,
    /,
) -> NDArray[Any]:
    """Return electron events decoded from EER stream."""
    plane = out.reshape(out.shape[:2])
    plane.fill(0)  # events are counted
    decoder.decode(
        data, plane.shape, *info.eerbits, superres=info.superres, out=plane
    )
    return out


def decode_rows(
    decoder: _Decoder,
    data: BytesLike,
    out: NDArray[Any],
    info: _StreamInfo,
    /,
) -> NDArray[Any]:
    """Return image decoded from stream that does not tell its shape."""
    out.fill(0)
    decoder.decode(data, out=out)
    return out


def decode_pixarlog(
    decoder: _Decoder,
    data: BytesLike,
    out: NDArray[Any],
    info: _StreamInfo,
    /,
) -> NDArray[Any]:
    """Return image decoded from PixarLog stream.

    The stream deflates 16-bit codes in the byte order of the file.

    """
    codes = numpy.empty(out.size, numpy.uint16)
    buffer = codes.view(numpy.uint8)
    size = find_decoder(COMPRESSION.DEFLATE).decode_into(data, buffer)
    if size < buffer.size:
        raise ValueError(f'PixarLog stream of {size} bytes is too short')
    if not byteorder_isnative(info.byteorder):
        codes.byteswap(inplace=True)
    decoder.decode(buffer, deflate=False, out=out)
    return out


def decode_lerc(
    decoder: _Decoder,
    data: BytesLike,
    out: NDArray[Any],
    info: _StreamInfo,
    /,
) -> NDArray[Any]:
    """Return image decoded from LERC stream.

    GDAL moves pixels that are not a number, or are transparent, to the mask
    of the stream, and writes samples with different masks as separate blobs.

    """
    compression = {0x28: COMPRESSION.ZSTD, 0x78: COMPRESSION.DEFLATE}.get(
        data[0] if len(data) else 0
    )
    if compression is not None:
        unpack = find_decoder(compression).decode
        data = unpack(data, out=2 * out.nbytes + 65536)
    check_stream_size('lerc', data, out.shape)
    shape, dtype, isplain = read_lerc_header(data)
    if isplain and dtype == out.dtype and shape == out.shape:
        decoder.decode(data, out=out)
        return out
    mask: NDArray[Any] | None = None
    try:
        result, mask = decoder.decode(data, masks=True)
    except AttributeError:  # imagecodecs, if there is no mask
        result = decoder.decode(data)
    if result.ndim == 3 and shape[2] == 1:
        result = numpy.moveaxis(result, 0, 2)
        mask = mask if mask is None else numpy.moveaxis(mask, 0, 2)
    result = result.reshape(*shape[:2], -1)
    if mask is not None:
        mask = mask.reshape(*shape[:2], -1)
        if result.dtype.kind == 'f':
            numpy.copyto(result, numpy.nan, where=~mask)
    if result.shape[2] == out.shape[2] - 1 and result.dtype == numpy.uint8:
        alpha = numpy.full((*shape[:2], 1), 255, numpy.uint8)
        if mask is not None:
            alpha *= mask
        result = numpy.concatenate((result, alpha), -1)
    return numpy.asarray(result)


@functools.cache
def make_thunderscan_steps() -> tuple[tuple[int, ...], ...]:
    """Return differences of values in ThunderScan codes 64 to 191."""
    two = (0, 1, None, -1)
    three = (0, 1, 2, 3, None, -3, -2, -1)
    steps = [
        *([two[code >> i & 3] for i in (4, 2, 0)] for code in range(64)),
        *([three[code >> i & 7] for i in (3, 0)] for code in range(64)),
    ]
    return tuple(
        tuple(step for step in group if step is not None) for group in steps
    )


def decode_thunderscan(
    data: BytesLike, /, *, out: NDArray[Any]
) -> NDArray[Any]:
    """Fill rows with 4-bit values decoded from ThunderScan stream.

    The upper two bits of a code tell that the lower six are 0: number of times
    to repeat the last value, 1: three 2-bit differences, 2: two 3-bit
    differences, 3: a value.

    """
    allsteps = make_thunderscan_steps()
    codes = iter(bytes(data))
    for row in out.reshape(out.shape[0], -1):
        values = bytearray()
        last = 0
        for code in codes:
            if code < 64:
                values += bytes((last,)) * code
            elif code > 191:
                last = code & 15
                values.append(last)
            else:
                for step in allsteps[code - 64]:
                    last = last + step & 15
                    values.append(last)
            if len(values) >= row.size:
                break
        size = min(len(values), row.size)
        row[:size] = numpy.frombuffer(values, numpy.uint8, size)
    return out


@functools.cache
def make_sgilog_tables() -> tuple[bytes, NDArray[Any], NDArray[Any]]:
    """Return steps, counts, and isrun of headers of SGILOG runs."""
    header = numpy.arange(256)
    isrun = header > 127
    counts = numpy.where(isrun, header - 126, header)
    steps = numpy.where(isrun, 2, header + 1)
    return steps.astype(numpy.uint8).tobytes(), counts, isrun


def decode_sgilog(data: BytesLike, /, *, out: NDArray[Any]) -> NDArray[Any]:
    """Fill array with int16 samples decoded from SGILOG stream.

    Samples are logarithmic luminance, and CIE (u', v') times 32768.
    The rows of the stream are sequences of planes, from most to least
    significant bytes of 16-bit L or 32-bit LogLuv pixels.

    """
    height, width, samples = out.shape
    if out.dtype != numpy.int16 or samples not in {1, 3}:
        raise ValueError(f'SGILOG stream does not fit {out.dtype} {out.shape}')
    count = 2 if samples == 1 else 4
    size = height * count * width
    runs = expand_runs(data, *make_sgilog_tables(), size)
    if runs.size < size:
        raise ValueError(f'SGILOG stream of {runs.size} bytes is too short')
    planes = runs.reshape(height, count, width)
    high = planes[:, 0].astype(numpy.uint16) << 8
    out[..., 0] = (high | planes[:, 1]).view(numpy.int16)
    if samples == 3:
        # 410 steps per unit
        scale = (numpy.arange(256) + 0.5) / 410 * 32768
        out[..., 1:] = numpy.moveaxis(scale[planes[:, 2:]], 1, 2)
    return out


# The (u', v') coordinates that SGILOG24 codes stand for, in rows of equal v':
# u' of the first code in millionths, and number of codes.
_SGILOG_ROWS = """
247663:4 243777:6 241681:7 237873:9 235906:10 232153:12 228352:14 226259:15
222371:17 220409:18 214710:21 212714:22 210722:23 204976:26 202985:27 199245:29
195525:31 193559:32 189878:34 186216:36 186216:36 182592:38 179002:40 175466:42
172000:44 172000:44 168612:46 168612:46 163576:49 158641:52 158641:52 158641:52
153815:55 153815:55 149097:58 149097:58 142745:62 142745:62 142745:62 138270:65
138270:65 138270:65 132165:69 132165:69 126204:73 126204:73 126204:73 120381:77
120381:77 120381:77 120381:77 112962:82 112962:82 112962:82 107450:86 107450:86
107450:86 107450:86 100343:91 100343:91 100343:91 95126:95 95126:95 95126:95
95126:95 88276:100 88276:100 88276:100 88276:100 81523:105 81523:105 81523:105
81523:105 74861:110 74861:110 74861:110 74861:110 68290:115 68290:115 68290:115
68290:115 63573:119 63573:119 63573:119 63573:119 57219:124 57219:124 57219:124
57219:124 50985:129 50985:129 50985:129 50985:129 50985:129 44859:134 44859:134
44859:134 44859:134 40571:138 40571:138 40571:138 40571:138 36339:142 36339:142
36339:142 36339:142 32139:146 32139:146 32139:146 32139:146 27947:150 27947:150
27947:150 23739:154 23739:154 23739:154 23739:154 19504:158 19504:158 19504:158
16976:161 16976:161 16976:161 16976:161 12639:165 12639:165 12639:165 9991:168
9991:168 9991:168 9016:170 9016:170 9016:170 6217:173 6217:173 5097:175
5097:175 5097:175 3909:177 3909:177 2340:177 2389:170 1068:164 1653:157 717:150
1614:143 270:136 484:129 1103:123 1242:115 1188:109 1011:103 709:97 301:89
2416:82 3251:76 3246:69 4141:62 5963:55 8838:47 10490:40 16994:31 23659:21
"""


@functools.cache
def make_sgilog_colors() -> NDArray[Any]:
    """Return samples u' and v' by SGILOG24 code."""
    step = 0.0035
    colors = numpy.empty((16384, 2), numpy.int16)
    # codes that are not used stand for white
    colors[:] = (0.210526 * 32768, 0.473684 * 32768)
    first = 0
    for row, pair in enumerate(_SGILOG_ROWS.split()):
        start, count = (int(i) for i in pair.split(':'))
        u = start * 1e-6 + (numpy.arange(count) + 0.5) * step
        v = 0.01694 + (row + 0.5) * step
        colors[first : first + count, 0] = u * 32768
        colors[first : first + count, 1] = v * 32768
        first += count
    return colors


def decode_sgilog24(data: BytesLike, /, *, out: NDArray[Any]) -> NDArray[Any]:
    """Fill array with int16 samples decoded from SGILOG24 stream.

    Samples are the same as of SGILOG. The stream is a sequence of 24-bit
    integers, 10 bits of luminance and 14 bits of index of color.

    """
    if out.dtype != numpy.int16 or out.shape[2] != 3:
        raise ValueError(f'SGILOG stream does not fit {out.dtype} {out.shape}')
    size = product(out.shape)
    if len(data) < size:
        raise ValueError(f'SGILOG stream of {len(data)} bytes is too short')
    codes = unpack_bits(data[:size], 24, 0, numpy.dtype(numpy.uint32))
    pixels = out.reshape(-1, 3)
    pixels[:, 0] = (codes >> 12 & 0xFFD) + 13314
    pixels[:, 1:] = make_sgilog_colors()[codes & 0x3FFF]
    return out


# -- headers of streams -------------------------------------------------------


def check_stream_size(
    kind: str, data: BytesLike, shape: tuple[int, ...], /
) -> None:
    """Raise ValueError if decoding stream may need very much memory.

    Parameters:
        kind: Kind of array scheme, a key of ``_STREAM_SHAPES``.
        data: Stream.
        shape: Expected shape of image.

    """
    try:
        size = product(_STREAM_SHAPES[kind](view_bytes(data)))
    except (IndexError, struct.error):
        raise ValueError(f'{kind} stream does not tell its size') from None
    if size > max(4 * product(shape), 2**24):
        raise ValueError(f'{kind} stream of {size} samples is too large')


# The following functions return the number of rows, columns, and, if known,
# samples. They raise IndexError or struct.error if the stream is too short.


def read_jpeg_shape(data: memoryview, /) -> tuple[int, ...]:
    """Return shape of JPEG stream (ITU T.81 B.2.2)."""
    return struct.unpack_from('>HHB', data, find_jpeg_frame(data) + 5)


def find_jpeg_frame(data: memoryview, /) -> int:
    """Return position of frame header in JPEG stream (ITU T.81 B.1.1)."""
    pos = 0
    while True:
        if data[pos] != 0xFF or data[pos + 1] in {0x00, 0xFF}:
            pos += 1
            continue
        marker = data[pos + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            return pos
        pos += 2
        if marker != 0x01 and not 0xD0 <= marker <= 0xD9:
            (size,) = struct.unpack_from('>H', data, pos)
            pos += max(size, 2)


def complete_jpeg(data: BytesLike, length: int, /) -> BytesLike:
    """Return JPEG stream with number of rows, if its header lacks that."""
    try:
        pos = find_jpeg_frame(view_bytes(data)) + 5
    except (IndexError, struct.error):
        return data
    if any(data[pos : pos + 2]):
        return data
    data = bytes(data)
    return data[:pos] + struct.pack('>H', length) + data[pos + 2 :]


def read_jpeg2k_shape(data: memoryview, /) -> tuple[int, ...]:
    """Return shape of JPEG 2000 code stream or file (ITU T.800 A.5.1)."""
    pos = 0
    if data[0] != 0xFF:
        pos = find_box(data, b'jp2c')
    if bytes(data[pos : pos + 4]) != b'\xff\x4f\xff\x51':
        raise IndexError('no image size')
    x1, y1, x0, y0 = struct.unpack_from('>4I', data, pos + 8)
    (samples,) = struct.unpack_from('>H', data, pos + 40)
    return y1 - y0, x1 - x0, samples


def find_box(data: memoryview, /, *names: bytes) -> int:
    """Return position of content of first box of ISO file with given name."""
    pos = 0
    while True:
        size, name = struct.unpack_from('>I4s', data, pos)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from('>Q', data, pos + 8)
            head = 16
        if name in names:
            return pos + head
        if size < head:
            raise IndexError('no box')
        pos += size


def read_png_shape(data: memoryview, /) -> tuple[int, ...]:
    """Return shape of PNG stream (RFC 2083 §4.1.1)."""
    width, height = struct.unpack_from('>II', data, 16)
    samples = {0: 1, 2: 3, 3: 4, 4: 2}.get(data[25], 4)
    return height, width, samples


def read_webp_shape(data: memoryview, /) -> tuple[int, ...]:
    """Return shape of WebP stream (RFC 9649 §2)."""
    name = bytes(data[12:16])
    if name == b'VP8X':
        bits = int.from_bytes(data[24:30], 'little')
        return (bits >> 24) + 1, (bits & 0xFFFFFF) + 1, 4
    if name == b'VP8L':
        (bits,) = struct.unpack_from('<I', data, 21)
        return (bits >> 14 & 0x3FFF) + 1, (bits & 0x3FFF) + 1, 4
    width, height = struct.unpack_from('<HH', data, 26)
    return height & 0x3FFF, width & 0x3FFF, 3


def read_jpegxl_shape(data: memoryview, /) -> tuple[int, ...]:
    """Return shape of JPEG XL code stream or file (ISO/IEC 18181-1 D.2)."""
    pos = 0
    if data[0] != 0xFF:
        pos = find_box(data, b'jxlc', b'jxlp')
        if data[pos] != 0xFF:
            pos += 4  # number of jxlp box
    if bytes(data[pos : pos + 2]) != b'\xff\x0a':
        raise IndexError('no image size')
    bits = int.from_bytes(data[pos + 2 : pos + 14], 'little')
    issmall, bits = bits & 1, bits >> 1
    height, bits = read_jpegxl_size(bits, issmall)
    ratio, bits = bits & 7, bits >> 3
    if ratio == 0:
        width, bits = read_jpegxl_size(bits, issmall)
    else:
        ratios = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
        numerator, denominator = ratios[ratio - 1]
        width = height * numerator // denominator
    return height, width, 4


def read_jpegxl_size(bits: int, issmall: int, /) -> tuple[int, int]:
    """Return length of side of JPEG XL image, and bits that follow."""
    if issmall:
        return ((bits & 31) + 1) * 8, bits >> 5
    count = (9, 13, 18, 30)[bits & 3]
    return (bits >> 2 & (1 << count) - 1) + 1, bits >> 2 + count


def read_jpegxr_shape(data: memoryview, /) -> tuple[int, ...]:
    """Return shape of JPEG XR file (ITU T.832 A.7)."""
    (pos,) = struct.unpack_from('<I', data, 4)
    (count,) = struct.unpack_from('<H', data, pos)
    sizes = {}
    for offset in range(pos + 2, pos + 2 + 12 * count, 12):
        code, dtype, _, value = struct.unpack_from('<HHII', data, offset)
        sizes[code] = value & {1: 0xFF, 3: 0xFFFF}.get(dtype, 0xFFFFFFFF)
    if 0xBC80 not in sizes or 0xBC81 not in sizes:
        raise IndexError('no image size')
    return sizes[0xBC81], sizes[0xBC80], 4


def read_lerc_shape(data: memoryview, /) -> tuple[int, ...]:
    """Return shape of first blob of LERC stream."""
    return read_lerc_header(data)[0]


def read_lerc_header(
    data: BytesLike, /
) -> tuple[tuple[int, int, int], numpy.dtype[Any], bool]:
    """Return shape and type of LERC blob, and if it is single and unmasked.

    The header is documented at https://github.com/Esri/lerc.

    """
    data = view_bytes(data)
    if bytes(data[:10]) == b'CntZImage ':
        height, width = struct.unpack_from('<ii', data, 18)
        return (height, width, 1), numpy.dtype(numpy.float32), False
    if bytes(data[:6]) != b'Lerc2 ':
        raise IndexError('no LERC header')
    (version,) = struct.unpack_from('<i', data, 6)
    fields = struct.unpack_from('<7i', data, 10 if version < 3 else 14)
    if version < 4:
        fields = (*fields[:2], 1, *fields[2:])
    height, width, samples, valid, _, size, dtype = fields[:7]
    if min(height, width, samples, dtype) < 0:
        raise IndexError('corrupted LERC header')
    return (
        (height, width, samples),
        numpy.dtype(('i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'f4', 'f8')[dtype]),
        valid == height * width and len(data) < size + 16,
    )


# -- samples ------------------------------------------------------------------


def reverse_bits(data: BytesLike, /) -> BytesLike:
    """Return data with order of bits in bytes reversed (FillOrder 2)."""
    function = find_function('bitorder_decode') or decode_bitorder
    result: BytesLike = function(data)
    return result


def decode_bitorder(
    data: BytesLike, /, *, out: NDArray[Any] | None = None
) -> BytesLike:
    """Return data with order of bits in bytes reversed.

    Contiguous arrays are reversed in place if they are passed as `out`.

    """
    table = make_bitorder_table()
    if not isinstance(data, numpy.ndarray):
        return bytes(data).translate(table)
    if out is None:
        out = numpy.empty_like(data, order='C')
    codes = numpy.frombuffer(table, numpy.uint8)
    buffer = numpy.ascontiguousarray(data).reshape(-1).view(numpy.uint8)
    out.reshape(-1).view(numpy.uint8)[:] = codes[buffer]
    return out


@functools.cache
def make_bitorder_table() -> bytes:
    """Return bytes with reversed order of bits."""
    return bytes(int(f'{i:08b}'[::-1], 2) for i in range(256))


def unpack_samples(
    data: BytesLike,
    /,
    sampleformat: int,
    bitspersample: int | tuple[int, ...],
    byteorder: Literal['<', '>', '='],
    dtype: DTypeLike,
    runlen: int,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return samples from bytes of uncompressed segment.

    Bytes and bits that do not make a sample are ignored.

    Parameters:
        data: Bytes of segment.
        sampleformat: SampleFormat of page.
        bitspersample: BitsPerSample of page; a tuple if samples differ.
        byteorder:
            Byte order of file. It does not matter for integers whose size is
            not a power of two, which are big-endian sequences of bits.
        dtype: Type of samples, see ``TIFF.SAMPLE_DTYPES``.
        runlen:
            Number of samples in row. Rows of packed integers start at bytes.
        out: Array in native byte order to fill.

    Returns:
        One-dimensional array in native byte order: the filled part of `out`,
        or a view of `data` if possible, or a new array.

    Raises:
        ValueError: Samples cannot be unpacked to `dtype`.

    """
    dtype = numpy.dtype(dtype).newbyteorder('=')
    result: NDArray[Any]
    if isinstance(bitspersample, tuple):
        # types of one byte have no byte order
        result = unpack_rgb(data, f'{byteorder}{dtype.char}', bitspersample)
    elif sampleformat == SAMPLEFORMAT.COMPLEXINT and dtype.kind == 'c':
        part = numpy.dtype(f'{byteorder}i{bitspersample // 16}')
        result = view_samples(data, part)
        result = result[: result.size // 2 * 2]
        result = result.astype(dtype.char.lower()).view(dtype)
    elif bitspersample == 8 * dtype.itemsize:
        result = view_samples(data, dtype.newbyteorder(byteorder))
    elif bitspersample == 24 and dtype == numpy.float32:
        result = unpack_float24(data, byteorder)
    elif dtype.kind in 'biu' and 1 <= bitspersample < 8 * dtype.itemsize:
        result = unpack_integers(data, bitspersample, runlen, dtype)
    else:
        raise ValueError(
            f'cannot unpack {bitspersample}-bit samples to {dtype}'
        )
    if out is None:
        return result.astype(dtype, copy=False)
    out = out.reshape(-1)[: result.size]
    out[:] = result[: out.size]
    return out


def view_samples(data: BytesLike, dtype: numpy.dtype[Any], /) -> NDArray[Any]:
    """Return data as array without last incomplete item."""
    return numpy.frombuffer(data, dtype, len(data) // dtype.itemsize)


def unpack_integers(
    data: BytesLike, bits: int, runlen: int, dtype: numpy.dtype[Any], /
) -> NDArray[Any]:
    """Return packed integers, or bilevel samples, as array of type."""
    if bits == 1 and dtype.kind in 'bu':
        return unpack_bilevel(data, runlen).view(dtype)
    unsigned = numpy.dtype(f'u{dtype.itemsize}')
    rowsize = (runlen * bits + 7) // 8
    function = None
    if bits <= 32 and bits != 24:  # old versions do not decode 24 bits
        function = find_function('packints_decode')
    if function is not None and (rowsize == 0 or len(data) % rowsize == 0):
        result = function(data, unsigned, bits, runlen=runlen)
    else:
        result = unpack_bits(data, bits, runlen, unsigned)
    return extend_sign(result, bits, dtype)


def extend_sign(
    array: NDArray[Any], bits: int, dtype: numpy.dtype[Any], /
) -> NDArray[Any]:
    """Return integers as type of same size, in place.

    If the type is signed, the sign bit is that of a narrower integer.

    """
    array = array.view(dtype)
    if dtype.kind == 'i':
        shift = 8 * dtype.itemsize - bits
        array <<= shift
        array >>= shift
    return array


def unpack_bilevel(data: BytesLike, runlen: int, /) -> NDArray[Any]:
    """Return bits of rows, which start at bytes, as uint8."""
    buffer = numpy.frombuffer(data, numpy.uint8)
    rowsize = (runlen + 7) // 8
    if rowsize * 8 == runlen:
        return numpy.unpackbits(buffer)
    rows = buffer.size // rowsize
    size = rows * rowsize
    result = numpy.unpackbits(
        buffer[:size].reshape(rows, rowsize), axis=1, count=runlen
    ).reshape(-1)
    if size < buffer.size:
        rest = numpy.unpackbits(buffer[size:])[:runlen]
        result = numpy.concatenate((result, rest))
    return result


def unpack_bits(
    data: BytesLike, bits: int, runlen: int, dtype: numpy.dtype[Any], /
) -> NDArray[Any]:
    """Return packed unsigned integers of 1 to 64 bits.

    Parameters:
        data: Big-endian sequence of bits.
        bits: Number of bits per integer.
        runlen: Number of integers in row; rows start at bytes. 0 if one row.
        dtype: Unsigned integer type to return.

    """
    buffer = numpy.frombuffer(data, numpy.uint8)
    if runlen <= 0:
        runlen = buffer.size * 8 // bits
    rowsize = (runlen * bits + 7) // 8
    if rowsize == 0:
        return numpy.empty(0, dtype)
    rows, rest = divmod(buffer.size, rowsize)
    count = rows * runlen + rest * 8 // bits
    # a group is the least number of integers that fill whole bytes
    groupsize = bits // math.gcd(bits, 8)
    grouplen = 8 * groupsize // bits
    groups = -(-runlen // grouplen)
    padded = numpy.zeros((rows + (rest > 0), groups * groupsize), numpy.uint8)
    padded[:rows, :rowsize] = buffer[: rows * rowsize].reshape(rows, rowsize)
    if rest:
        padded[rows, :rest] = buffer[rows * rowsize :]
    packed = padded.reshape(-1, groups, groupsize)
    result = numpy.empty((packed.shape[0], groups, grouplen), dtype)
    for i in range(grouplen):
        pos, skip = divmod(i * bits, 8)
        value = (packed[..., pos] & (0xFF >> skip)).astype(dtype)
        missing = bits - 8 + skip
        while missing >= 8:
            pos += 1
            value <<= 8
            value |= packed[..., pos]
            missing -= 8
        if missing > 0:
            value <<= missing
            value |= packed[..., pos + 1] >> (8 - missing)
        elif missing < 0:
            value >>= -missing
        result[..., i] = value
    result = result.reshape(result.shape[0], -1)[:, :runlen]
    return result.reshape(-1)[:count]


def pack_samples(
    data: NDArray[Any], /, bitspersample: int, runlen: int = 0
) -> bytes:
    """Return bytes of packed integers.

    The inverse of :py:func:`unpack_samples` for integers and bilevel samples.

    Parameters:
        data: Array of integers or bool.
        bitspersample: Number of bits per packed integer.
        runlen:
            Number of integers in row; rows are padded to bytes. 0 if one row.

    Raises:
        ValueError: Values of `data` do not fit in `bitspersample`.

    """
    dtype = data.dtype
    if dtype.kind not in 'biu' or not 1 <= bitspersample <= 64:
        raise ValueError(f'cannot pack {dtype} to {bitspersample} bits')
    data = data.reshape(-1, runlen) if runlen > 0 else data.reshape(1, -1)
    if data.size == 0:
        return b''
    if bitspersample == 1 and dtype.kind == 'b':
        return numpy.packbits(data, axis=-1).tobytes()
    bits = bitspersample - (dtype.kind == 'i')
    low, high = int(data.min()), int(data.max())
    if high >> bits > 0 or low >> bits < (-1 if dtype.kind == 'i' else 0):
        raise ValueError(
            f'values {low} to {high} do not fit in {bitspersample} bits'
        )
    size = max(dtype.itemsize, 1 << ((bitspersample - 1) // 8).bit_length())
    signed = data.astype(f'{"i" if dtype.kind == "i" else "u"}{size}')
    return pack_bits(signed.view(f'u{size}'), bitspersample)


def pack_bits(data: NDArray[Any], bits: int, /) -> bytes:
    """Return rows of unsigned integers packed to 1 to 64 bits.

    Higher bits of the integers are ignored.

    """
    rows, runlen = data.shape
    groupsize = bits // math.gcd(bits, 8)
    grouplen = 8 * groupsize // bits
    groups = -(-runlen // grouplen)
    padded = numpy.zeros((rows, groups * grouplen), data.dtype)
    padded[:, :runlen] = data
    padded = padded.reshape(rows, groups, grouplen)
    packed = numpy.zeros((rows, groups, groupsize), numpy.uint8)
    for i in range(grouplen):
        value = padded[..., i]
        pos, skip = divmod(i * bits, 8)
        rest = bits - 8 + skip
        part = value >> rest if rest > 0 else value << -rest
        packed[..., pos] |= (part & (0xFF >> skip)).astype(numpy.uint8)
        while rest >= 8:
            pos += 1
            rest -= 8
            packed[..., pos] = (value >> rest & 0xFF).astype(numpy.uint8)
        if rest > 0:
            part = value << (8 - rest) & 0xFF
            packed[..., pos + 1] = part.astype(numpy.uint8)
    rowsize = (runlen * bits + 7) // 8
    return packed.reshape(rows, -1)[:, :rowsize].tobytes()


def unpack_float24(data: BytesLike, byteorder: str, /) -> NDArray[Any]:
    """Return 24-bit floating-point numbers as float32."""
    data = data[: len(data) // 3 * 3]
    function = find_function('float24_decode') or decode_float24
    result: NDArray[Any] = function(data, byteorder=byteorder)
    return result


def decode_float24(
    data: BytesLike, /, *, byteorder: str = '<'
) -> NDArray[Any]:
    """Return 24-bit floating-point numbers as float32.

    The numbers have 7 bits of exponent and 16 bits of mantissa
    (Adobe Photoshop TIFF Technical Note 3).

    """
    parts = numpy.frombuffer(data, numpy.uint8).reshape(-1, 3)
    if byteorder == '<':
        parts = parts[:, ::-1]
    high = parts[:, 0].astype(numpy.uint32)
    mantissa = parts[:, 1].astype(numpy.uint32) << 8 | parts[:, 2]
    exponent = high & 127
    # biases are 63 and 127; infinities and NaN have the largest exponent
    result = numpy.where(exponent == 127, 255, exponent + 64) << 23
    result |= mantissa << 7
    result |= high >> 7 << 31
    result = result.astype(numpy.uint32).view(numpy.float32)
    subnormal = numpy.flatnonzero(exponent == 0)
    value = mantissa[subnormal].astype(numpy.float32) * 2.0**-78
    result[subnormal] = numpy.copysign(value, result[subnormal])
    return result


def unpack_rgb(
    data: BytesLike,
    /,
    dtype: DTypeLike | None = None,
    bitspersample: tuple[int, ...] | None = None,
    rescale: bool = True,
) -> NDArray[Any]:
    r"""Return samples of pixels that are packed in 8, 16, or 32-bit words.

    Parameters:
        data: Words in byte order of `dtype`.
        dtype: Type of samples to return. The default is ``'<B'``.
        bitspersample:
            Number of bits of samples, which start at the most significant
            bit used. The default is (5, 6, 5).
        rescale: Expand samples to the full range of `dtype`.

    Returns:
        One-dimensional array of samples.

    Raises:
        ValueError: Samples do not fit in words or `dtype`.

    Examples:
        >>> unpack_rgb(b'\x00\xf8\x10\x84')
        array([255,   0,   0, 132, 130, 132], dtype=uint8)
        >>> unpack_rgb(b'\x00\xf8\x10\x84', rescale=False)
        array([31,  0,  0, 16, 32, 16], dtype=uint8)

    """
    if bitspersample is None:
        bitspersample = (5, 6, 5)
    if dtype is None:
        dtype = '<B'
    byteorder = dtype[:1] if isinstance(dtype, str) else ''
    dtype = numpy.dtype(dtype)
    if byteorder not in {'<', '>'}:
        byteorder = dtype.byteorder.replace('|', '=')
    size = 8 * dtype.itemsize
    total = sum(bitspersample)
    if total > 32 or not all(0 < bits <= size for bits in bitspersample):
        raise ValueError(f'sample size not supported: {bitspersample}')
    wordsize = 1 if total <= 8 else 2 if total <= 16 else 4
    words = view_samples(data, numpy.dtype(f'{byteorder}u{wordsize}'))
    words = words.astype(numpy.uint64)
    result = numpy.empty((words.size, len(bitspersample)), dtype)
    for i, bits in enumerate(bitspersample):
        total -= bits
        values = words >> total & (1 << bits) - 1
        if rescale:
            # repeat the bits of the value until they fill the sample
            expanded = -(-size // bits) * bits
            values *= ((1 << expanded) - 1) // ((1 << bits) - 1)
            values >>= expanded - size
        result[:, i] = values
    return result.reshape(-1)


# -- predictors ---------------------------------------------------------------


def undo_predictor(
    predictor: int,
    array: NDArray[Any],
    /,
    bitspersample: int = 0,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return samples from their differences along the width axis.

    Parameters:
        predictor: Predictor of page, not 1.
        array:
            Samples of shape (depth, length, width, samples) in native byte
            order; the bytes of samples are taken as they are in the stream
            for predictors of floating-point samples.
            24-bit floating-point samples are bytes with a fifth axis of
            length 3. The array is overwritten if it is writable.
        bitspersample:
            Number of bits of integers that were packed; 0 if they were not.
        out:
            Array of shape and type of samples to fill. The default is
            `array` for integers, and a new array for floating-point samples.

    Returns:
        `out`.

    Raises:
        ValueError: The predictor is not known.
        NotImplementedError: The predictor does not apply to the samples.

    """
    try:
        name, dist = _PREDICTORS[predictor]
    except KeyError:
        raise ValueError(f'{predictor} is not a known PREDICTOR') from None
    kind = array.dtype.kind
    if array.ndim == 5:
        kind = 'f'
    if kind not in ('f' if name == 'floatpred' else 'biuf'):
        raise NotImplementedError(
            f'{PREDICTOR(predictor)!r} does not apply to {array.dtype}'
        )
    if name == 'floatpred':
        return undo_floatpred(array, dist, out)
    if array.ndim == 5:
        raise NotImplementedError(
            f'{PREDICTOR(predictor)!r} does not apply to 24-bit floats'
        )
    if out is None:
        out = array if array.flags.writeable else numpy.empty_like(array)
    accumulate(array, dist, out)
    if bitspersample == 1:
        out.view(numpy.uint8)[...] &= 1
    elif 0 < bitspersample < 8 * out.itemsize:
        if kind == 'i':
            extend_sign(out, bitspersample, out.dtype)
        else:
            out &= (1 << bitspersample) - 1
    return out


def accumulate(
    array: NDArray[Any], dist: int, out: NDArray[Any], /
) -> NDArray[Any]:
    """Set output to sums of integers along axis -2."""
    if array.dtype.kind == 'b':
        array = array.view(numpy.uint8)
        out = out.view(numpy.uint8)
    width, samples = array.shape[-2:]
    if (
        dist > 1
        and width % dist == 0
        and array.flags.c_contiguous
        and out.flags.c_contiguous
    ):
        # pixels at distance 1 of pixels with more samples
        shape = (*array.shape[:-2], width // dist, samples * dist)
        array, out, dist = array.reshape(shape), out.reshape(shape), 1
    function = find_function('delta_decode')
    if function is None or dist > 1:
        return decode_delta(array, axis=-2, dist=dist, out=out)
    result: NDArray[Any] = function(array, axis=-2, out=out)
    return result


def undo_floatpred(
    array: NDArray[Any], dist: int, out: NDArray[Any] | None, /
) -> NDArray[Any]:
    """Return floating-point samples from differences of their bytes.

    The rows of the stream are planes of bytes, from most to least significant.

    """
    if array.ndim == 5:
        dtype = numpy.dtype(numpy.float32)
        shape, size = array.shape[:4], array.shape[4]
    else:
        dtype = array.dtype
        shape, size = array.shape, array.itemsize
    if not (array.flags.c_contiguous and array.flags.writeable):
        array = array.copy()
    depth, length, width, samples = shape
    planes = array.view(numpy.uint8).reshape(-1, size * width, samples)
    accumulate(planes, dist, planes)
    planes = planes.reshape(depth, length, size, width, samples)
    if out is None:
        out = numpy.empty(shape, dtype)
    if size == 3:
        data = numpy.stack([planes[:, :, i] for i in range(3)], -1)
        out[...] = unpack_float24(data.reshape(-1), '>').reshape(shape)
        return out
    target = out
    if out.strides[-1] != size:
        target = numpy.empty(shape, dtype)
    view = target.view(numpy.uint8)
    for i in range(size):
        pos = size - 1 - i if sys.byteorder == 'little' else i
        view[..., pos::size] = planes[:, :, i]
    if target is not out:
        out[...] = target
    return out


def view_integers(array: NDArray[Any], /) -> NDArray[Any]:
    """Return integers, or bits of floating-point numbers, as integers."""
    if array.dtype.kind == 'f':
        return array.view(f'{array.dtype.byteorder}u{array.itemsize}')
    return array


def decode_delta(
    data: NDArray[Any],
    /,
    *,
    axis: int = -1,
    dist: int = 1,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return sums of differences of items along axis.

    Parameters:
        data: Differences of integers, or of bits of floating-point numbers.
        axis: Axis of differences.
        dist: Distance between items.
        out: Array to fill, may be `data`.

    """
    if out is None:
        out = numpy.empty_like(data)
    source = numpy.moveaxis(view_integers(data), axis, 0)
    target = numpy.moveaxis(view_integers(out), axis, 0)
    dtype = source.dtype.newbyteorder('=')
    for i in range(dist):
        numpy.add.accumulate(source[i::dist], 0, dtype, target[i::dist])
    return out


def encode_delta(
    data: NDArray[Any],
    /,
    *,
    axis: int = -1,
    dist: int = 1,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return differences of items along axis.

    The inverse of :py:func:`decode_delta`.

    """
    if out is None:
        out = numpy.empty_like(data)
    source = numpy.moveaxis(view_integers(data), axis, 0)
    target = numpy.moveaxis(view_integers(out), axis, 0)
    difference = source[dist:] - source[:-dist]
    target[:dist] = source[:dist]
    target[dist:] = difference
    return out


def decode_floatpred(
    data: NDArray[Any],
    /,
    *,
    axis: int = -1,
    dist: int = 1,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return floating-point numbers from differences of their bytes.

    Parameters:
        data: Stored bytes viewed as array of shape and type of result.
        axis: Axis of differences.
        dist: Distance between items.
        out: Array to fill.

    """
    shape = split_shape(data.shape, axis)
    array = data.astype(data.dtype, 'C').view(data.dtype.newbyteorder('='))
    result = undo_floatpred(array.reshape(1, *shape), dist, None)
    result = result.reshape(data.shape)
    if out is None:
        return result
    out[...] = result
    return out


def encode_floatpred(
    data: NDArray[Any],
    /,
    *,
    axis: int = -1,
    dist: int = 1,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Return differences of bytes of floating-point numbers.

    The inverse of :py:func:`decode_floatpred`.

    """
    rows, width, samples = split_shape(data.shape, axis)
    size = data.itemsize
    values = data.astype(data.dtype.newbyteorder('>'), 'C')
    planes = values.view(numpy.uint8).reshape(rows, width * samples, size)
    planes = numpy.moveaxis(planes, 2, 1).reshape(rows, size * width, samples)
    planes = encode_delta(planes, axis=-2, dist=dist)
    result = planes.reshape(-1).view(data.dtype).reshape(data.shape)
    if out is None:
        return result
    out[...] = result
    return out


def split_shape(shape: tuple[int, ...], axis: int, /) -> tuple[int, int, int]:
    """Return sizes before, of, and after axis of shape."""
    axis = operator.index(axis) % len(shape)
    return product(shape[:axis]), shape[axis], product(shape[axis + 1 :])


# -- tables of functions ------------------------------------------------------

_OWN_FUNCTIONS: dict[str, Callable[..., Any]] = {
    'bitorder_decode': decode_bitorder,
    'delta_decode': decode_delta,
    'delta_encode': encode_delta,
    'float24_decode': decode_float24,
    'floatpred_decode': decode_floatpred,
    'floatpred_encode': encode_floatpred,
    'lzma_decode': decode_lzma,
    'lzma_encode': encode_lzma,
    'lzw_decode': decode_lzw,
    'none_decode': decode_none,
    'packbits_decode': decode_packbits,
    'packbits_encode': encode_packbits,
    'sgilog24_decode': decode_sgilog24,
    'sgilog_decode': decode_sgilog,
    'thunderscan_decode': decode_thunderscan,
    'zlib_decode': decode_zlib,
    'zlib_encode': encode_zlib,
    'zstd_decode': decode_zstd,
    'zstd_encode': encode_zstd,
}

# Modules of the standard library that may be missing.
_OWN_REQUIREMENTS: dict[str, str] = {
    'lzma': 'lzma',
    'zlib': 'zlib',
    'zstd': 'compression.zstd',
}

# Functions that read what strict decoders refuse.
_RECOVER_FUNCTIONS: dict[str, Callable[..., Any]] = {
    'lzma': decode_lzma,
    'packbits': decode_packbits,
    'zlib': decode_zlib,
    'zstd': recover_zstd,
}

_ARRAY_DECODERS: dict[str, Callable[..., NDArray[Any]]] = {
    'ccitt': decode_ccitt,
    'eer': decode_eer,
    'jetraw': decode_rows,
    'jpeg2k': decode_image,
    'jpegxl': decode_image,
    'jpegxr': decode_image,
    'lerc': decode_lerc,
    'pixarlog': decode_pixarlog,
    'png': decode_image,
    'rows': decode_rows,
    'webp': decode_webp,
}

_STREAM_SHAPES: dict[str, Callable[[memoryview], tuple[int, ...]]] = {
    'jpeg': read_jpeg_shape,
    'jpeg2k': read_jpeg2k_shape,
    'jpegxl': read_jpegxl_shape,
    'jpegxr': read_jpegxr_shape,
    'lerc': read_lerc_shape,
    'png': read_png_shape,
    'webp': read_webp_shape,
}


# =============================================================================
# 10  Segment pipeline
#
# From the bytes of strips and tiles to pixels. A _SegmentDecoder, chosen once
# for all pages of the same geometry and codec, turns the bytes of a segment
# into an array: fill order, decompress, unpack, un-predict, fit shape.
# _read_segments plans which segments a region of some pages needs, reads runs
# of adjacent segments at once, and places the decoded samples in the output;
# a run is the unit of work of a thread. Uncompressed data skip the decoder:
# strips are read into the output, tiles are placed by rows of tiles.
# =============================================================================

_RUN_BYTES = 1 << 20  # encoded bytes to read at once
_RUN_GAP = 1 << 14  # unused bytes to read over rather than seek
_RUN_SEGMENTS = 16  # encoded segments per task
_RUN_BUFFERS = 512  # destinations of a scatter read


@dataclasses.dataclass(frozen=True, slots=True)
class _SampleCoding:
    """How samples of a page are encoded, besides its geometry.

    Parameters:
        compression: Compression scheme.
        predictor: Predictor scheme.
        fillorder: Order of bits in bytes.
        photometric: Photometric interpretation.
        planarconfig: Planar configuration.
        bitspersample: Number of bits per sample or of each sample.
        sampleformat: Format of samples.
        extrasamples: Kinds of extra samples.
        byteorder: Byte order of file.
        nodata: Value of missing samples.
        is_jfif: JPEG streams have JFIF markers.
        options: Parameters of compression scheme, see _StreamInfo.

    """

    compression: int
    predictor: int
    fillorder: int
    photometric: int
    planarconfig: int
    bitspersample: int | tuple[int, ...]
    sampleformat: int
    extrasamples: tuple[int, ...]
    byteorder: Literal['<', '>']
    nodata: float
    is_jfif: bool
    options: tuple[tuple[str, Any], ...]


class _SegmentDecoder:
    """Decode segments of pages with the same geometry and coding.

    This base class decodes array schemes, which yield samples.

    Parameters:
        geometry: Division of pages into segments.
        dtype: Data type of samples in native byte order.
        coding: Encoding of samples.

    Raises:
        ValueError: Compression or predictor scheme are not supported.

    """

    geometry: _PageGeometry
    dtype: numpy.dtype[Any]
    coding: _SampleCoding

    is_raw: bool = False
    """Samples are stored as in memory, but for byte order."""

    def __init__(
        self,
        geometry: _PageGeometry,
        dtype: numpy.dtype[Any],
        coding: _SampleCoding,
    ) -> None:
        self.geometry = geometry
        self.dtype = dtype
        self.coding = coding
        self._decoder = find_decoder(coding.compression)
        self._is_image = self._decoder.codec.image
        colorspaces = (0, 0)
        if self._decoder.codec.kind == 'jpeg':
            colorspaces = jpeg_colorspaces(
                coding.photometric,
                coding.planarconfig,
                coding.extrasamples,
                coding.is_jfif,
                max(geometry.samples, geometry.planes),
            )
        bits = coding.bitspersample
        self._info = _StreamInfo(
            byteorder=coding.byteorder,
            bitspersample=bits if isinstance(bits, int) else max(bits),
            colorspace=colorspaces[0],
            outcolorspace=colorspaces[1],
            **dict(coding.options),
        )
        if self._is_image and (coding.fillorder != 1 or coding.predictor != 1):
            logger().debug(
                'FillOrder and Predictor do not apply to compression '
                f'{coding.compression}'
            )

    @property
    def scratch_size(self) -> int:
        """Size in bytes of memory to decode segments to."""
        return 0

    def decode(
        self,
        data: BytesLike,
        position: Sequence[int],
        tables: bytes | None = None,
        header: bytes | None = None,
        scratch: NDArray[numpy.uint8] | None = None,
        out: NDArray[Any] | None = None,
    ) -> NDArray[Any]:
        """Return decoded segment.

        Parameters:
            data: Encoded segment.
            position: Position of segment in page.
            tables: JPEG tables shared by segments.
            header: JPEG header shared by segments.
            scratch: Memory to decode to.
            out: Array of stored shape of segment to decode to if possible.

        Returns:
            Array in native byte order of shape (depth, length, width,
            samples). Tiles may be cropped to the size of the page.

        Raises:
            TiffSegmentError: Number of decoded samples is wrong.
            RuntimeError, ValueError: Stream is corrupted.

        """
        shape = self.geometry.stored_shape(position)
        if self.coding.fillorder == 2 and not self._is_image:
            data = reverse_bits(data)
        array = decode_array(
            self._decoder,
            data,
            (shape[0] * shape[1], *shape[2:]),
            self.dtype,
            self._info,
            tables=tables,
            header=header,
            out=None if out is None else out.reshape(-1, *shape[2:]),
        )
        array = self.fit(array, position, shape)
        if self.coding.predictor != 1 and not self._is_image:
            array = undo_predictor(self.coding.predictor, array)
        return array

    def fit(
        self,
        array: NDArray[Any],
        position: Sequence[int],
        shape: tuple[int, int, int, int],
    ) -> NDArray[Any]:
        """Return array in shape of segment, or cropped to the page."""
        size = product(shape)
        if array.size == size:
            return array.reshape(shape)
        if array.ndim == 1 and array.size > size:
            return array[:size].reshape(shape)
        geometry = self.geometry
        if geometry.tiled:
            cropped = geometry.cropped_shape(position)
            for candidate in (
                cropped,
                (*cropped[:2], geometry.chunkwidth, geometry.samples),
            ):
                if array.size == product(candidate):
                    return array.reshape(candidate)
        else:
            depth, length, width, samples = shape
            rowsize = depth * width * samples
            if array.size > size and array.size % rowsize == 0:
                return array.reshape(depth, -1, width, samples)[:, :length]
        kind = 'tile' if geometry.tiled else 'strip'
        raise TiffSegmentError(
            f'corrupted {kind} cannot be reshaped '
            f'from {array.shape} to {shape}'
        )

    def pad(self, array: NDArray[Any]) -> NDArray[Any]:
        """Return segment padded with nodata to the full size."""
        shape = self.geometry.chunk
        if array.shape == shape:
            return array
        padded = numpy.full(shape, self.coding.nodata, array.dtype)
        padded[tuple(slice(size) for size in array.shape)] = array
        return padded


class _ByteDecoder(_SegmentDecoder):
    """Decode byte schemes, including no compression."""

    is_direct: bool
    """Samples can be decompressed to the output, and finished in place."""

    swap: bool
    """Byte order of samples is not native."""

    def __init__(
        self,
        geometry: _PageGeometry,
        dtype: numpy.dtype[Any],
        coding: _SampleCoding,
    ) -> None:
        super().__init__(geometry, dtype, coding)
        bits = coding.bitspersample
        is_plain = (
            isinstance(bits, int)
            and coding.sampleformat != SAMPLEFORMAT.COMPLEXINT
            and bits == dtype.itemsize * 8
            and dtype.kind != 'b'
        )
        is_float = coding.predictor in _FLOAT_PREDICTORS
        if coding.predictor != 1:
            self._check_predictor()
        self._is_float24 = is_float and bits == 24
        self._is_predicted_float = is_float
        self._is_compressed = coding.compression != 1
        self._packed_bits = (
            0 if is_plain or not isinstance(bits, int) else bits
        )
        self.is_raw = (
            is_plain
            and coding.compression == 1
            and coding.fillorder == 1
            and coding.predictor == 1
        )
        self.is_direct = is_plain and self._is_compressed and not is_float
        self.swap = (
            is_plain
            and dtype.itemsize > 1
            and not byteorder_isnative(coding.byteorder)
        )

    def _check_predictor(self) -> None:
        """Raise ValueError or NotImplementedError if not supported."""
        coding = self.coding
        if coding.predictor not in _PREDICTORS:
            raise ValueError(f'{coding.predictor} is not a known PREDICTOR')
        name = _PREDICTORS[coding.predictor][0]
        if self.dtype.kind not in ('f' if name == 'floatpred' else 'biuf') or (
            name == 'delta'
            and coding.bitspersample == 24
            and self.dtype.kind == 'f'
        ):
            raise NotImplementedError(
                f'predictor {coding.predictor} does not apply to samples of '
                f'format {coding.sampleformat}, {coding.bitspersample}-bit'
            )

    @property
    def scratch_size(self) -> int:
        # samples might not be packed in memory as tightly as in the file
        return self.geometry.chunksize * self.dtype.itemsize

    def decode(
        self,
        data: BytesLike,
        position: Sequence[int],
        tables: bytes | None = None,
        header: bytes | None = None,
        scratch: NDArray[numpy.uint8] | None = None,
        out: NDArray[Any] | None = None,
    ) -> NDArray[Any]:
        coding = self.coding
        shape = self.geometry.stored_shape(position)
        if coding.fillorder == 2:
            data = reverse_bits(data)
        if self._is_compressed:
            if scratch is None:
                scratch = numpy.empty(self.scratch_size, numpy.uint8)
            size = self._decoder.decode_into(
                data, scratch, self._count_bytes(position, shape)
            )
            data = scratch[:size]
        if self._is_predicted_float:
            return self._decode_float(data, position, shape)
        array = unpack_samples(
            data,
            coding.sampleformat,
            coding.bitspersample,
            coding.byteorder,
            self.dtype,
            shape[2] * shape[3],
        )
        array = self.fit(array, position, shape)
        if coding.predictor != 1:
            array = undo_predictor(coding.predictor, array, self._packed_bits)
        return array

    def _count_bytes(
        self, position: Sequence[int], shape: tuple[int, int, int, int]
    ) -> int:
        """Return number of bytes of segment that are needed at least."""
        if self.geometry.tiled:
            shape = self.geometry.cropped_shape(position)
        bits = self.coding.bitspersample
        bits = sum(bits) if isinstance(bits, tuple) else bits
        return shape[0] * shape[1] * (-(-shape[2] * shape[3] * bits // 8))

    def _decode_float(
        self,
        data: BytesLike,
        position: Sequence[int],
        shape: tuple[int, int, int, int],
    ) -> NDArray[Any]:
        """Return segment from bytes with floating-point predictor."""
        if self._is_float24:
            array = unpack_samples(data, 1, 8, '=', numpy.uint8, 0)
            array = array[: array.size // 3 * 3].reshape(-1, 3)
            order = numpy.arange(len(array))
            rows = self.fit(order, position, shape)
            array = array[: rows.size].reshape(*rows.shape, 3)
        else:
            # predictors define the order of bytes themselves
            array = unpack_samples(
                data,
                self.coding.sampleformat,
                self.coding.bitspersample,
                '=',
                self.dtype,
                0,
            )
            array = self.fit(array, position, shape)
        return undo_predictor(self.coding.predictor, array)

    def decode_to(self, data: BytesLike, out: NDArray[numpy.uint8]) -> bool:
        """Decompress segment to output. Return False if size is different."""
        if self.coding.fillorder == 2:
            data = reverse_bits(data)
        try:
            return self._decoder.decode_into(data, out) == out.size
        except (RuntimeError, ValueError):
            return False  # decode() copes, or tells what is wrong

    def finish(self, array: NDArray[Any]) -> None:
        """Swap and un-predict in place samples that were decoded to array.

        Parameters:
            array: Samples of shape (depth, length, width, samples).

        """
        if self.swap:
            array.byteswap(inplace=True)
        if self.coding.predictor != 1:
            undo_predictor(self.coding.predictor, array)


_FLOAT_PREDICTORS = frozenset(
    code for code, (name, _) in _PREDICTORS.items() if name == 'floatpred'
)


def _make_segment_decoder(
    geometry: _PageGeometry, dtype: numpy.dtype[Any], coding: _SampleCoding
) -> _SegmentDecoder:
    """Return decoder for pages of geometry and coding."""
    decoder: type[_SegmentDecoder] = _SegmentDecoder
    if find_decoder(coding.compression).codec.kind == 'bytes':
        decoder = _ByteDecoder
    return decoder(geometry, dtype, coding)


class _PageSegments(NamedTuple):
    """Where the segments of pages with the same geometry are in a file.

    Parameters:
        fh: File to read.
        offsets: Offsets of segments, of shape (pages, segments); 0 if missing.
        bytecounts: Sizes of segments, of shape (pages, segments).
        first: Position of first page in output.
        tables: JPEG tables.
        header: JPEG header.
        decoder: Decoder of segments, if not that of other pages.

    """

    fh: FileHandle
    offsets: NDArray[numpy.int64]
    bytecounts: NDArray[numpy.int64]
    first: int
    tables: bytes | None
    header: bytes | None
    decoder: _SegmentDecoder | None = None


class _Run(NamedTuple):
    """Segments that are adjacent in a file, in order of their offsets."""

    start: int
    size: int
    offsets: list[int]
    bytecounts: list[int]
    pages: list[int]
    indices: list[int]


def _iter_runs(
    segments: _PageSegments,
    indices: list[int],
    maxbytes: int,
    maxsegments: int,
) -> Iterator[_Run]:
    """Return runs of adjacent segments of pages."""
    npages = len(segments.offsets)
    index = numpy.array(indices, numpy.int64)
    if len(indices) == segments.offsets.shape[1]:
        offsets = segments.offsets.reshape(-1)
        bytecounts = segments.bytecounts.reshape(-1)
    else:
        offsets = segments.offsets[:, index].reshape(-1)
        bytecounts = segments.bytecounts[:, index].reshape(-1)
    pages = numpy.repeat(numpy.arange(npages) + segments.first, index.size)
    index = numpy.tile(index, npages)
    valid = (offsets > 0) & (bytecounts > 0)
    if not valid.all():
        offsets, bytecounts = offsets[valid], bytecounts[valid]
        pages, index = pages[valid], index[valid]
    if offsets.size == 0:
        return
    gaps = offsets[1:] - (offsets[:-1] + bytecounts[:-1])
    if (offsets[1:] < offsets[:-1]).any():
        order = numpy.argsort(offsets, kind='stable')
        offsets, bytecounts = offsets[order], bytecounts[order]
        pages, index = pages[order], index[order]
        gaps = offsets[1:] - (offsets[:-1] + bytecounts[:-1])
    block = offsets // maxbytes
    breaks = (gaps < 0) | (gaps > _RUN_GAP) | (block[1:] != block[:-1])
    bounds = [0, *(numpy.flatnonzero(breaks) + 1).tolist(), offsets.size]
    for first, last in itertools.pairwise(bounds):
        for start in range(first, last, maxsegments):
            part = slice(start, min(start + maxsegments, last))
            begin = int(offsets[start])
            end = int(offsets[part.stop - 1]) + int(bytecounts[part.stop - 1])
            yield _Run(
                begin,
                end - begin,
                offsets[part].tolist(),
                bytecounts[part].tolist(),
                pages[part].tolist(),
                index[part].tolist(),
            )


@final
class _SegmentReader:
    """Read region of pages into array.

    Parameters:
        decoder: Decoder of segments.
        region: Part of pages to read.
        out:
            Array of shape (pages, planes, depth, length, width, samples).
            Missing segments are not written to.
        buffersize: Number of bytes to fetch at once from remote files.

    """

    __slots__ = (
        '_flat',
        '_itemsize',
        '_local',
        '_view',
        'buffersize',
        'decoder',
        'geometry',
        'out',
        'region',
    )

    decoder: _SegmentDecoder
    geometry: _PageGeometry
    region: _Region
    out: NDArray[Any]
    buffersize: int
    _flat: NDArray[numpy.uint8] | None
    _view: memoryview
    _itemsize: int
    _local: threading.local

    def __init__(
        self,
        decoder: _SegmentDecoder,
        region: _Region,
        out: NDArray[Any],
        buffersize: int,
    ) -> None:
        self.decoder = decoder
        self.geometry = decoder.geometry
        self.region = region
        self.out = out
        self.buffersize = buffersize
        self._flat = None
        self._itemsize = out.dtype.itemsize
        self._local = threading.local()
        if (
            out.dtype == decoder.dtype
            and out.dtype.isnative
            and out.flags.c_contiguous
            and self.geometry.covers_rows(region)
            and out.size > 0
        ):
            # segments are contiguous in output
            self._flat = out.reshape(-1).view(numpy.uint8)
            self._view = memoryview(self._flat)  # type: ignore[arg-type]

    def read(self, segments: _PageSegments, maxworkers: int) -> None:
        """Read segments of pages.

        Raises:
            TiffSegmentError: Segment cannot be read or decoded.

        """
        decoder = self.decoder
        indices = self.geometry.segments_of(self.region)
        task: Callable[[_PageSegments, _Run, bytes | None], None]
        maxsegments = _RUN_SEGMENTS
        maxbytes = _RUN_BYTES
        if decoder.is_raw:
            maxsegments = _RUN_BUFFERS
            if self._flat is not None and not self.geometry.tiled:
                task = self._read_direct
                maxbytes *= 8  # not bound by memory of thread
            else:
                task = self._read_raw
        else:
            task = self._read_encoded
        runs = list(_iter_runs(segments, indices, maxbytes, maxsegments))
        if maxworkers > 1 and len(runs) < 4 * maxworkers and len(runs) > 0:
            number = sum(len(run.offsets) for run in runs)
            fewer = max(1, number // (4 * maxworkers))
            if fewer < maxsegments:
                runs = list(_iter_runs(segments, indices, maxbytes, fewer))
        self._run_tasks(task, segments, runs, maxworkers)

    def fill(self, segments: _PageSegments, value: float) -> None:
        """Set missing segments of pages to value."""
        missing = (segments.offsets <= 0) | (segments.bytecounts <= 0)
        if not missing.any():
            return
        for index in self.geometry.segments_of(self.region):
            pages = numpy.flatnonzero(missing[:, index]) + segments.first
            if pages.size:
                position = self.geometry.position(index)
                target, _ = self.geometry.overlap(position, self.region)
                self.out[(pages, *target)] = value

    def _run_tasks(
        self,
        task: Callable[[_PageSegments, _Run, bytes | None], None],
        segments: _PageSegments,
        runs: list[_Run],
        maxworkers: int,
    ) -> None:
        """Run task on runs, in threads if there is more than one worker."""
        maxworkers = min(maxworkers, len(runs))
        for batch, datas in self._fetch(segments.fh, runs):
            if maxworkers < 2:
                for run, data in zip(batch, datas, strict=True):
                    task(segments, run, data)
                continue
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(maxworkers) as executor:
                for _ in executor.map(
                    task, itertools.repeat(segments), batch, datas
                ):
                    pass

    def _fetch(
        self, fh: FileHandle, runs: list[_Run]
    ) -> Iterator[tuple[list[_Run], list[bytes | None]]]:
        """Return runs with their data if file is remote."""
        if not fh.is_remote:
            yield runs, [None] * len(runs)
            return
        batch: list[_Run] = []
        size = 0
        for i, run in enumerate(runs):
            batch.append(run)
            size += run.size
            if size >= self.buffersize or i == len(runs) - 1:
                datas: list[bytes | None] = [
                    *fh.read_ranges(
                        [r.start for r in batch], [r.size for r in batch]
                    )
                ]
                yield batch, datas
                batch, size = [], 0

    def _load(
        self, segments: _PageSegments, run: _Run, data: bytes | None
    ) -> memoryview:
        """Return bytes of run in memory that is reused by thread."""
        if data is not None:
            return memoryview(data)
        buffer = getattr(self._local, 'buffer', None)
        if buffer is None or len(buffer) < run.size:
            self._check_run(segments, run)
            buffer = bytearray(max(run.size, _RUN_BYTES))
            self._local.buffer = buffer
        view = memoryview(buffer)[: run.size]
        return view[: segments.fh.readinto_at(run.start, view)]

    def _check_run(self, segments: _PageSegments, run: _Run) -> None:
        """Raise TiffSegmentError if last segment is not in file."""
        if run.start + run.size > segments.fh.size:
            for i in range(len(run.offsets)):
                if run.offsets[i] + run.bytecounts[i] > segments.fh.size:
                    raise self._error(segments, run, i, 'not in file')

    def _error(
        self, segments: _PageSegments, run: _Run, i: int, reason: object
    ) -> TiffSegmentError:
        """Return error that names file, page, segment, and reason."""
        kind = 'tile' if self.geometry.tiled else 'strip'
        return TiffSegmentError(
            f'{segments.fh.name!r} page {run.pages[i]} {kind} '
            f'{run.indices[i]} of {run.bytecounts[i]} bytes '
            f'@{run.offsets[i]}: {reason}'
        )

    def _read_direct(
        self, segments: _PageSegments, run: _Run, data: bytes | None
    ) -> None:
        """Read uncompressed strips into output."""
        flat = self._view
        dests, rows, sizes = self._locate_rows(run)
        rowsize = self.geometry.width * self.geometry.samples * self._itemsize
        skips = numpy.maximum(self.region[2][0] - rows, 0) * rowsize
        short = numpy.array(run.bytecounts, numpy.int64) < skips + sizes
        if short.any():
            i = int(short.argmax())
            raise self._error(
                segments, run, i, f'expected {skips[i] + sizes[i]} bytes'
            )
        offsets = numpy.array(run.offsets, numpy.int64) + skips
        ends = offsets + sizes
        gaps = numpy.empty_like(offsets)
        gaps[0] = 0
        gaps[1:] = offsets[1:] - ends[:-1]
        if data is not None:
            for offset, dest, size in zip(
                (offsets - run.start).tolist(),
                dests.tolist(),
                sizes.tolist(),
                strict=True,
            ):
                flat[dest : dest + size] = data[offset : offset + size]
        else:
            # rows that are skipped may leave gaps larger than those of runs
            cuts = numpy.flatnonzero((gaps < 0) | (gaps > _RUN_GAP))
            for first, last in itertools.pairwise(
                [0, *cuts.tolist(), len(offsets)]
            ):
                part = slice(first, last)
                gaps[first] = 0
                self._scatter(
                    segments,
                    run,
                    int(offsets[first]),
                    int(ends[last - 1] - offsets[first]),
                    gaps[part],
                    dests[part],
                    sizes[part],
                )
        if isinstance(self.decoder, _ByteDecoder) and self.decoder.swap:
            for dest, size in zip(dests.tolist(), sizes.tolist(), strict=True):
                numpy.frombuffer(
                    flat[dest : dest + size], self.out.dtype
                ).byteswap(inplace=True)

    def _locate_rows(
        self, run: _Run
    ) -> tuple[
        NDArray[numpy.int64], NDArray[numpy.int64], NDArray[numpy.int64]
    ]:
        """Return where rows of segments are in output.

        Returns:
            Offsets in bytes in output, first rows of segments in page, and
            sizes in bytes of the rows that are in region.

        """
        geometry = self.geometry
        _, planes, depth, length, width, samples = self.out.shape
        region = self.region
        pages = numpy.array(run.pages, numpy.int64)
        index = numpy.array(run.indices, numpy.int64)
        index, row = numpy.divmod(index, geometry.grid[2])
        plane, slice_ = numpy.divmod(index, geometry.depth)
        row *= geometry.chunklength
        start = numpy.maximum(row, region[2][0])
        stop = numpy.minimum(row + geometry.chunklength, region[2][1])
        dests = pages * planes + plane - region[0][0]
        dests = dests * depth + slice_ - region[1][0]
        dests = dests * length + start - region[2][0]
        rowsize = width * samples * self._itemsize
        return dests * rowsize, row, (stop - start) * rowsize

    def _scatter(
        self,
        segments: _PageSegments,
        run: _Run,
        start: int,
        size: int,
        gaps: NDArray[numpy.int64],
        dests: NDArray[numpy.int64],
        sizes: NDArray[numpy.int64],
    ) -> None:
        """Read from file to places in output, with gaps in file."""
        flat = self._view
        # join what is adjacent in both file and output
        breaks = numpy.flatnonzero(
            (gaps[1:] != 0) | (dests[1:] != dests[:-1] + sizes[:-1])
        )
        first = numpy.concatenate([[0], breaks + 1])
        gaplist = gaps[first].tolist()
        begins = dests[first].tolist()
        ends = numpy.add.reduceat(sizes, first) + dests[first]
        buffers: list[memoryview] = []
        gap = memoryview(bytearray(max(gaplist)))
        for skip, begin, end in zip(
            gaplist, begins, ends.tolist(), strict=True
        ):
            if skip:
                buffers.append(gap[:skip])
            buffers.append(flat[begin:end])
        if segments.fh.readinto_at(start, buffers) != size:
            self._check_run(segments, run)
            raise self._error(
                segments, run, len(run.offsets) - 1, 'not in file'
            )

    def _read_raw(
        self, segments: _PageSegments, run: _Run, data: bytes | None
    ) -> None:
        """Read uncompressed tiles, or parts of strips."""
        geometry = self.geometry
        buffer = self._load(segments, run, data)
        if len(buffer) < run.size:
            self._check_run(segments, run)
        dtype = self.decoder.dtype.newbyteorder(self.decoder.coding.byteorder)
        size = geometry.chunksize * dtype.itemsize
        number = len(run.indices)
        if (
            geometry.tiled
            and geometry.chunkdepth == 1
            and run.size == number * size
            and set(run.bytecounts) == {size}
        ):
            samples = numpy.frombuffer(buffer, numpy.uint8)
            if data is None and self.decoder.swap:  # type: ignore[attr-defined]
                samples.view(dtype).byteswap(inplace=True)
                dtype = self.decoder.dtype
            tiles = samples.view(dtype).reshape(number, *geometry.chunk[1:])
            self._place_tile_rows(run, tiles)
            return
        for i in range(number):
            begin = run.offsets[i] - run.start
            part = buffer[begin : begin + run.bytecounts[i]]
            self._decode_segment(segments, run, i, part, None)

    def _place_tile_rows(self, run: _Run, tiles: NDArray[Any]) -> None:
        """Copy uncompressed tiles to output, as rows of tiles."""
        geometry = self.geometry
        columns = geometry.grid[3]
        number = len(run.indices)
        start = 0
        while start < number:
            index = run.indices[start]
            page = run.pages[start]
            stop = start + 1
            limit = min(number, start + columns - index % columns)
            while (
                stop < limit
                and run.indices[stop] == index + stop - start
                and run.pages[stop] == page
            ):
                stop += 1
            position = geometry.position(index)
            self._place_tile_row(page, position, tiles[start:stop])
            start = stop

    def _place_tile_row(
        self, page: int, position: Sequence[int], tiles: NDArray[Any]
    ) -> None:
        """Copy adjacent tiles of one row to output."""
        geometry = self.geometry
        region = self.region
        first, last = region[2]
        left, right = region[3]
        s, d, top, w, _ = position
        begin = max(first - top, 0)
        end = min(geometry.chunklength, last - top)
        plane = self.out[page, s - region[0][0], d - region[1][0]]
        rows = plane[top + begin - first : top + end - first]
        width = geometry.chunkwidth
        # whole tiles are copied at once, cropped ones one by one
        a = 0 if w >= left else 1
        b = min(len(tiles), (right - w) // width)
        if b > a and region[4] == (0, geometry.samples):
            column = w + a * width - left
            target = rows[:, column : column + (b - a) * width]
            _copy_tiles(target, tiles[a:b, begin:end])
        else:
            a = b = 0
        for i in (*range(a), *range(b, len(tiles))):
            x = w + i * width
            x0 = max(x, left)
            x1 = min(x + width, right)
            rows[:, x0 - left : x1 - left] = tiles[
                i, begin:end, x0 - x : x1 - x, slice(*region[4])
            ]

    def _read_encoded(
        self, segments: _PageSegments, run: _Run, data: bytes | None
    ) -> None:
        """Read and decode segments."""
        buffer = self._load(segments, run, data)
        if len(buffer) < run.size:
            self._check_run(segments, run)
        decoder = self.decoder
        parts = [
            buffer[offset - run.start : offset - run.start + bytecount]
            for offset, bytecount in zip(
                run.offsets, run.bytecounts, strict=True
            )
        ]
        rest: Iterable[int] = range(len(parts))
        scratch = None
        if isinstance(decoder, _ByteDecoder):
            if self._flat is not None and decoder.is_direct:
                rest = self._decode_direct(decoder, run, parts)
            scratch = getattr(self._local, 'scratch', None)
            if scratch is None and rest:
                scratch = numpy.empty(decoder.scratch_size, numpy.uint8)
                self._local.scratch = scratch
        for i in rest:
            self._decode_segment(segments, run, i, parts[i], scratch)

    def _decode_direct(
        self, decoder: _ByteDecoder, run: _Run, parts: list[memoryview]
    ) -> list[int]:
        """Decode segments into output. Return those that must be placed."""
        assert self._flat is not None
        flat = self._flat
        geometry = self.geometry
        first = self.region[2][0]
        rowsize = geometry.width * geometry.samples * self._itemsize
        dests, starts, sizes = self._locate_rows(run)
        lengths = geometry.length - starts
        if geometry.tiled:
            lengths[:] = geometry.chunklength
        numpy.minimum(lengths, geometry.chunklength, out=lengths)
        whole = (starts >= first) & (lengths * rowsize == sizes)
        rest = numpy.flatnonzero(~whole).tolist()
        finish = decoder.swap or decoder.coding.predictor != 1
        destlist, sizelist = dests.tolist(), sizes.tolist()
        for i in numpy.flatnonzero(whole).tolist():
            dest, size = destlist[i], sizelist[i]
            out = flat[dest : dest + size]
            if not decoder.decode_to(parts[i], out):
                rest.append(i)
            elif finish:
                decoder.finish(
                    numpy.frombuffer(out, self.out.dtype).reshape(
                        1, -1, geometry.width, geometry.samples
                    )
                )
        return rest

    def _decode_segment(
        self,
        segments: _PageSegments,
        run: _Run,
        i: int,
        data: memoryview,
        scratch: NDArray[numpy.uint8] | None,
    ) -> None:
        """Decode segment and place it in output."""
        geometry = self.geometry
        position = geometry.position(run.indices[i])
        target, source = geometry.overlap(position, self.region)
        view = self.out[run.pages[i]][target]
        fits = (
            view.dtype == self.decoder.dtype
            and view.shape == geometry.stored_shape(position)
        )
        try:
            array = self.decoder.decode(
                data,
                position,
                segments.tables,
                segments.header,
                scratch,
                view if fits else None,
            )
        except MemoryError:
            raise
        except Exception as exc:  # fence: codecs raise what they like
            raise self._error(segments, run, i, exc) from exc
        if not (fits and numpy.may_share_memory(array, view)):
            view[...] = array[source]


def _copy_tiles(target: NDArray[Any], tiles: NDArray[Any]) -> None:
    """Copy adjacent tiles to rows of output.

    Parameters:
        target: Output of shape (length, tiles * width, samples).
        tiles: Array of shape (tiles, length, width, samples).

    """
    number, length, width, samples = tiles.shape
    rowsize = width * samples
    target = target.reshape(length, number, rowsize)
    source = tiles.reshape(number, length, rowsize)
    if target.dtype == source.dtype:
        # rows of tiles are copied faster as few large items
        for dtype in (numpy.complex128, numpy.uint64):
            size = numpy.dtype(dtype).itemsize
            if (
                target.itemsize < size
                and rowsize * target.itemsize % size == 0
            ):
                target = target.view(dtype)
                source = source.view(dtype)
                break
    target[...] = source.swapaxes(0, 1)


def _read_region(
    decoder: _SegmentDecoder,
    segments: Iterable[_PageSegments],
    region: _Region,
    out: NDArray[Any],
    *,
    fill: float | None,
    maxworkers: int,
    buffersize: int | None = None,
) -> None:
    """Read region of pages into array.

    Parameters:
        decoder: Decoder of segments.
        segments: Segments of pages, for every file.
        region: Part of pages to read.
        out: Array of shape (pages, planes, depth, length, width, samples).
        fill: Value to set missing segments to; None if already set.
        maxworkers: Number of threads.
        buffersize: Number of bytes to fetch at once from remote files.

    Raises:
        TiffSegmentError: Segment cannot be read or decoded.

    """
    buffersize = buffersize or TIFF.BUFFERSIZE
    for fh, items in itertools.groupby(segments, key=lambda item: item.fh):
        # files of multi-file series are closed
        with fh.hold():
            for item in items:
                reader = _SegmentReader(
                    item.decoder or decoder, region, out, buffersize
                )
                if fill is not None:
                    reader.fill(item, fill)
                reader.read(item, maxworkers)


# =============================================================================
# 11  Pages
#
# TiffPage is an image in the file with all that its tags tell; TiffFrame is
# a light page that shares all but its data offsets with a keyframe page.
# TiffPages is a lazy sequence of pages of an IFD chain. Attributes that
# formats add to pages (is_svs, ...) are set by section 12.
# =============================================================================

_JPEG_COMPRESSIONS = frozenset((6, 7, 33007, 34892))

# tag code -> attribute for records that are copied to TiffPage attributes
# as they are
_PLAIN_ATTRIBUTES: dict[int, str] = {
    258: 'bitspersample',
    339: 'sampleformat',
    **{
        code: attribute
        for code, attribute in _TAG_ATTRIBUTES.items()
        if attribute not in {'description', 'software', 'subifds', 'nodata'}
    },
}


@contextlib.contextmanager
def _opened(fh: FileHandle, message: str) -> Iterator[None]:
    """Context manager to open file while it is closed, with a warning."""
    if not fh.closed:
        yield
        return
    warnings.warn(message, UserWarning, stacklevel=4)
    fh.open()
    try:
        yield
    finally:
        fh.close()


class _PageLike:
    """What TiffPage and TiffFrame have in common: reading of segments."""

    __slots__ = ()

    if TYPE_CHECKING:
        parent: TiffFile
        offset: int
        dataoffsets: Sequence[int]
        databytecounts: Sequence[int]
        subifds: tuple[int, ...] | None
        jpegtables: bytes | None

        @property
        def keyframe(self) -> TiffPage: ...

        @property
        def treeindex(self) -> tuple[int, ...]: ...

    @property
    def index(self) -> int:
        """Index of page in IFD chain or among SubIFDs."""
        return self.treeindex[-1]

    @property
    def is_subifd(self) -> bool:
        """Page is one of the SubIFDs of another page."""
        return len(self.treeindex) > 1

    @property
    def pages(self) -> TiffPages | None:
        """Sequence of SubIFD pages, None if there are none."""
        return None

    def _page_segments(self, first: int = 0) -> _PageSegments:
        """Return where segments of page are, of the number expected."""
        keyframe = self.keyframe
        number = keyframe._geometry.nsegments
        if number > max(len(self.dataoffsets), _MAX_MISSING):
            raise TiffFileError(
                f'{self.parent.filehandle.name!r} {self!r} has '
                f'{len(self.dataoffsets)} of {number} segments'
            )
        offsets = _as_row(self.dataoffsets, number)
        bytecounts = _as_row(self.databytecounts, number)
        if offsets is None or bytecounts is None:
            logger().warning(
                f'{self!r} is missing segments: expected {number}, got '
                f'{len(self.dataoffsets)} offsets and '
                f'{len(self.databytecounts)} bytecounts'
            )
            offsets = _pad_row(self.dataoffsets, number)
            bytecounts = _pad_row(self.databytecounts, number)
        return _PageSegments(
            self.parent.filehandle,
            offsets,
            bytecounts,
            first,
            self.jpegtables,
            keyframe.jpegheader,
        )

    def asarray(
        self,
        *,
        out: OutputType = None,
        selection: Any = None,
        squeeze: bool = True,
        lock: Any = None,
        maxworkers: int | None = None,
        buffersize: int | None = None,
    ) -> NDArray[Any]:
        """Return image of page, or part of it.

        Parameters:
            out:
                Where to store the image. An array of matching size; the
                name of, or open, file to memory-map; or 'memmap' to
                memory-map the image in the TIFF file if possible, else in
                a temporary file. By default, a new array is returned.
            selection:
                Part of page to read: integers, slices, and ellipsis to index
                an array of shape :py:attr:`TiffPage.shape`. Only
                the strips or tiles that the part touches are read.
            squeeze:
                Return array in shape :py:attr:`TiffPage.shape`, else
                :py:attr:`TiffPage.shaped`.
            lock: Ignored. Files are read without sharing a file position.
            maxworkers: Maximum number of threads to decode segments.
            buffersize: Number of bytes to fetch at once from remote files.

        Returns:
            Samples in native byte order. Color spaces are not converted but
            for JPEG, which yields RGB for YCbCr.

        Raises:
            ValueError: Compression or samples are not supported.
            TiffFileError: Segments are corrupted.
            IndexError: Selection is out of bounds.

        """
        with _opened(
            self.parent.filehandle,
            f'{self!r} reading array from closed file',
        ):
            page: Any = self
            if selection is not None:
                return _read_page_selection(
                    page, selection, out, maxworkers, buffersize
                )
            return _read_page(page, out, squeeze, maxworkers, buffersize)

    def segments(
        self,
        *,
        lock: Any = None,
        maxworkers: int | None = None,
        func: Callable[..., Any] | None = None,
        sort: bool = False,
        buffersize: int | None = None,
        _fullsize: bool | None = None,
    ) -> Iterator[
        tuple[
            NDArray[Any] | None,
            tuple[int, int, int, int, int],
            tuple[int, int, int, int],
        ]
    ]:
        """Return iterator over decoded tiles or strips of page.

        Parameters:
            lock: Ignored. Files are read without sharing a file position.
            maxworkers: Maximum number of threads to decode segments.
            func: Function to process items with.
            sort: Read segments in order of their position in the file.
            buffersize: Number of bytes to read at once.
            _fullsize: Pad segments to full size. The default is to pad tiles.

        Yields:
            - Decoded segment of 4 dimensions, None if missing.
            - Position of segment in the array of shape `shaped`.
            - Shape of segment: depth, length, width, samples.

        """
        keyframe = self.keyframe
        if _fullsize is None:
            _fullsize = keyframe.is_tiled
        decode = keyframe.decode
        item = self._page_segments()
        header = item.header

        def process(segment: Any) -> Any:
            result = decode(
                *segment,
                jpegtables=item.tables,
                jpegheader=header,
                _fullsize=_fullsize,
            )
            return result if func is None else func(result)

        if maxworkers is None or maxworkers < 1:
            maxworkers = keyframe.maxworkers
        batches = self.parent.filehandle.read_segments(
            item.offsets[0].tolist(),
            item.bytecounts[0].tolist(),
            sort=sort,
            buffersize=buffersize,
            flat=False,
        )
        if maxworkers < 2:
            for batch in batches:
                yield from map(process, batch)
            return
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(maxworkers) as executor:
            for batch in batches:
                yield from executor.map(process, batch)


# number of segments of a page that may be missing in its tags
_MAX_MISSING = 1 << 20


def _as_row(values: Sequence[int], number: int) -> NDArray[numpy.int64] | None:
    """Return integers as array of shape (1, number), None if too few."""
    if len(values) < number:
        return None
    if isinstance(values, _IntegerArray):
        return values.array[:number].reshape(1, number)
    try:
        return numpy.array(values[:number], numpy.int64).reshape(1, number)
    except OverflowError:
        return _pad_row(values, number)


def _pad_row(values: Sequence[int], number: int) -> NDArray[numpy.int64]:
    """Return integers as array of shape (1, number), with zeros appended."""
    row = numpy.zeros((1, number), numpy.int64)
    # no file is that large
    values = [min(value, 2**62) for value in values[:number]]
    row[0, : len(values)] = values
    return row


@final
class TiffPage(_PageLike):
    """TIFF image file directory (IFD) and the image it describes.

    Parameters:
        parent: TIFF file to read, positioned at the IFD.
        index: Index of page in IFD tree.
        keyframe: Ignored.
        offset: Position of IFD. The default is the position of the file.

    Raises:
        TiffFileError: IFD is corrupted.

    """

    # attributes with defaults of tags that may be missing
    subfiletype: int = 0
    imagewidth: int = 0
    imagelength: int = 0
    imagedepth: int = 1
    tilewidth: int = 0
    tilelength: int = 0
    tiledepth: int = 1
    samplesperpixel: int = 1
    bitspersample: int | tuple[int, ...] = 1
    sampleformat: int = SAMPLEFORMAT.UINT
    rowsperstrip: int = 4294967295
    compression: int = COMPRESSION.NONE
    planarconfig: int = PLANARCONFIG.CONTIG
    fillorder: int = FILLORDER.MSB2LSB
    photometric: int = PHOTOMETRIC.MINISWHITE
    predictor: int = PREDICTOR.NONE
    extrasamples: tuple[int, ...] = ()
    subsampling: tuple[int, int] | None = None
    subifds: tuple[int, ...] | None = None
    jpegtables: bytes | None = None
    jpegheader: bytes | None = None
    software: str = ''
    description: str = ''
    description1: str = ''
    nodata: float = 0
    """Value used for missing data."""

    parent: TiffFile
    """TIFF file the page belongs to."""
    offset: int
    """Position of IFD in file."""
    shape: tuple[int, ...]
    """Shape of image, without dimensions of length one."""
    shaped: tuple[int, int, int, int, int]
    """Shape of image: separate samples, depth, length, width, samples."""
    dtype: numpy.dtype[Any] | None
    """Data type of image in native byte order; None if not supported."""
    axes: str
    """Characters of dimensions of image."""
    dataoffsets: Sequence[int]
    """Positions of strips or tiles in file."""
    databytecounts: Sequence[int]
    """Sizes of strips or tiles in file."""

    _dtype: numpy.dtype[Any] | None
    _index: tuple[int, ...]
    _ifd: _Ifd
    _template: _PageTemplate | None = None
    # same image in one segment, which is faster to read as a whole
    _undivided: TiffPage | None = None

    is_frame: bool = False
    is_virtual: bool = False

    def __init__(
        self,
        parent: TiffFile,
        /,
        index: int | Sequence[int],
        *,
        keyframe: TiffPage | None = None,
        offset: int | None = None,
    ) -> None:
        if offset is None:
            offset = parent.filehandle.tell()
        self.parent = parent
        self.offset = offset
        self._index = (index,) if isinstance(index, int) else tuple(index)
        self.shape = ()
        self.shaped = (0, 0, 0, 0, 0)
        self.dtype = self._dtype = None
        self.axes = ''
        self.dataoffsets = self.databytecounts = ()
        self._ifd = ifd = parent._source.read_ifd(offset)
        if self._copy_template(ifd):
            _apply_page_quirks(self)
            return
        if not ifd.records or [*ifd.records] == [52545]:
            # FIBICS files have pages without tags; C2PA manifests no image
            return
        self._set_attributes(ifd)
        self._set_segments(ifd)
        self._fix_attributes(ifd)
        self._set_samples(ifd)
        self._set_shape()
        self._fix_segments()
        self._set_nodata(ifd)
        if _PageTemplate.accepts(self):
            # a template is made when a similar page is read
            parent._templates[len(ifd.data)] = ifd, self.__dict__.copy()
        _apply_page_quirks(self)

    # -- construction ---------------------------------------------------------

    def _copy_template(self, ifd: _Ifd) -> bool:
        """Set attributes from those of similar page, if there is one."""
        templates = self.parent._templates
        template = templates.get(len(ifd.data))
        if template is None:
            return False
        if isinstance(template, tuple):
            template = templates[len(ifd.data)] = _PageTemplate(*template)
        return template.apply(self)

    def _set_attributes(self, ifd: _Ifd) -> None:
        """Set attributes from tags."""
        values = self.__dict__
        records = ifd.records
        for code in records.keys() & _PLAIN_ATTRIBUTES.keys():
            try:
                value = ifd.source.value(code, records[code])
            except TiffTagError as exc:
                ifd.drop(code, exc)
                continue
            if value is not None:
                values[_PLAIN_ATTRIBUTES[code]] = value
        if 270 in ifd:
            description = ifd.value(270)
            if isinstance(description, str):
                self.description = description
            for code, record in ifd.extra:
                if code == 270:
                    with contextlib.suppress(TiffFileError):
                        description = ifd.source.value(code, record)
                        if isinstance(description, str):
                            self.description1 = description
                    break
        if 305 in ifd:
            software = ifd.value(305)
            if isinstance(software, str):
                self.software = software
        if 330 in ifd:
            subifds = ifd.integers(330)
            if subifds is not None:
                self.subifds = tuple(subifds)
        for code in (282, 283):
            # keep resolution available after file is closed
            if code in ifd and ifd.source.blocksize:
                ifd.value(code)
        if not isinstance(self.subfiletype, int):
            logger().warning(f'{self!r} invalid NewSubfileType')
            self.subfiletype = 0
        if self.subfiletype == 0 and 255 in ifd:
            # old SubfileType: 2 is a reduced image, 3 is a page
            self.subfiletype = {2: 1, 3: 2}.get(ifd.value(255), 0)
        self._check_attributes()

    def _check_attributes(self) -> None:
        """Reset attributes that are not of the type or size they need be."""
        values = self.__dict__
        for name in values.keys() & _INTEGER_ATTRIBUTES.keys():
            value = values[name]
            minimum = _INTEGER_ATTRIBUTES[name]
            if isinstance(value, int) and value >= minimum:
                continue
            default = getattr(type(self), name)
            logger().error(
                f'{self!r} invalid {name} {value!r:.64}; using {default}'
            )
            setattr(self, name, default)
        tables = self.jpegtables
        if tables is not None and not isinstance(tables, bytes):
            self.jpegtables = None

    def _set_segments(self, ifd: _Ifd) -> None:
        """Set offsets and bytecounts of segments from tags."""
        for code in (324, 273, 513):
            offsets = ifd.integers(code)
            if offsets is not None:
                self.dataoffsets = offsets
                break
        else:
            logger().error(f'{self!r} missing data offset tag')
        for code in (325, 279, 514):
            bytecounts = ifd.integers(code)
            if bytecounts is not None:
                self.databytecounts = bytecounts
                break

    def _fix_attributes(self, ifd: _Ifd) -> None:
        """Correct attributes of images with missing or wrong tags."""
        if (
            self.imagewidth == 0
            and self.imagelength == 0
            and self.dataoffsets
            and self.databytecounts
        ):
            self._set_size_from_jpeg(ifd)
        elif self.compression == 6:
            if 262 not in ifd or self.photometric == 2:
                self.photometric = PHOTOMETRIC.YCBCR
            if 258 not in ifd:
                self.bitspersample = 8
            if 277 not in ifd and self.photometric in {0, 1, 2, 6}:
                self.samplesperpixel = 3
        for amend in _PAGE_AMENDMENTS:
            amend(self)

    def _set_size_from_jpeg(self, ifd: _Ifd) -> None:
        """Set attributes of camera previews from start of JPEG stream."""
        data = ifd.source.fh.read_at(
            self.dataoffsets[0], min(self.databytecounts[0], 4096)
        )
        try:
            precision, length, width, samples = jpeg_shape(data)
        except (IndexError, struct.error):
            return
        self.imagelength = length
        self.imagewidth = width
        self.samplesperpixel = samples
        if 258 not in ifd:
            self.bitspersample = 8 if precision <= 8 else 16
        if 262 not in ifd and samples == 3:
            self.photometric = PHOTOMETRIC.YCBCR
        if 259 not in ifd:
            self.compression = COMPRESSION.OJPEG
        if 278 not in ifd:
            self.rowsperstrip = length

    def _set_samples(self, ifd: _Ifd) -> None:
        """Set number of bits, format, and data type of samples."""
        samples = self.samplesperpixel
        bits = self.bitspersample
        if isinstance(bits, tuple):
            bits = bits[:samples]
            self.bitspersample = bits[0] if len({*bits}) == 1 else bits
        elif isinstance(bits, numpy.ndarray):
            bits = tuple(bits[:samples].tolist())
            self.bitspersample = bits[0] if len({*bits}) == 1 else bits
        parts = self.bitspersample
        parts = parts if isinstance(parts, tuple) else (parts,)
        if not parts or not all(isinstance(part, int) for part in parts):
            logger().error(f'{self!r} invalid BitsPerSample {parts!r:.64}')
            self.bitspersample = 1
        sampleformat: Any = self.sampleformat
        if isinstance(sampleformat, tuple | numpy.ndarray):
            formats = {int(item) for item in sampleformat[:samples]}
            if len(formats) == 1:
                self.sampleformat = sampleformat[0]
            else:
                # samples of different formats are not supported
                self.sampleformat = 0
        char = TIFF.SAMPLE_DTYPES.get((self.sampleformat, self.bitspersample))
        if char is not None:
            self.dtype = self._dtype = numpy.dtype(char)
        rows: Any = self.rowsperstrip
        if not isinstance(rows, int) or rows < 1 or 278 not in ifd:
            rows = self.imagelength
        self.rowsperstrip = 0 if 322 in ifd else min(rows, self.imagelength)

    def _set_shape(self) -> None:
        """Set shape and axes from attributes."""
        samples = self.samplesperpixel
        shape: tuple[int, ...] = (self.imagelength, self.imagewidth)
        axes = 'YX'
        if self.imagedepth > 1:
            shape = (self.imagedepth, *shape)
            axes = 'ZYX'
        size = (self.imagedepth, self.imagelength, self.imagewidth)
        self.shaped = (1, *size, 1)
        if self.photometric == 2 or samples > 1:
            if self.planarconfig == 1:
                shape = (*shape, samples)
                axes += 'S'
                self.shaped = (1, *size, samples)
            else:
                shape = (samples, *shape)
                axes = 'S' + axes
                self.shaped = (samples, *size, 1)
        self.shape = shape
        self.axes = axes

    def _fix_segments(self) -> None:
        """Correct number of offsets and bytecounts."""
        if not self.databytecounts and self.dataoffsets:
            bits = self.bitspersample
            bits = bits if isinstance(bits, int) else max(bits)
            if self.compression != 1:
                logger().error(f'{self!r} missing ByteCounts tag')
            if self.compression == 1:
                size = product(self.shape) * (bits // 8)
            else:
                # up to the next IFD, or the end of the file
                size = self.parent.filehandle.size - self.dataoffsets[0]
                if self.offset > self.dataoffsets[0]:
                    size = self.offset - self.dataoffsets[0]
            self.databytecounts = (max(size, 0),)
        if (
            self.compression in {2, 3, 4}
            and len(self.databytecounts) == 1
            and self.databytecounts[0] == 0
            and len(self.dataoffsets) == 1
        ):
            logger().warning(
                f'{self!r} estimating ByteCounts for CCITT compressed strip'
            )
            end = self.parent.filehandle.size
            if self.offset > self.dataoffsets[0]:
                end = self.offset
            self.databytecounts = (end - self.dataoffsets[0],)
        if self.is_tiled or self.imagelength == 0 or self.rowsperstrip == 0:
            return
        expected = self._geometry.nsegments
        for name, label in (
            ('databytecounts', 'StripByteCounts'),
            ('dataoffsets', 'StripOffsets'),
        ):
            values = getattr(self, name)
            if len(values) != expected and not _keeps_segments(self):
                logger().error(
                    f'{self!r} incorrect {label} count '
                    f'({len(values)} != {expected})'
                )
                if len(values) > expected:
                    setattr(self, name, tuple(values[:expected]))

    def _set_nodata(self, ifd: _Ifd) -> None:
        """Set value of missing samples from GDAL_NODATA tag."""
        if self.dtype is None or 42113 not in ifd:
            return
        text = ifd.value(42113)
        try:
            self.nodata = _parse_nodata(text, self.dtype)
        except (AttributeError, TypeError, ValueError) as exc:
            logger().warning(f'{self!r} invalid GDAL_NODATA {text!r}: {exc}')

    # -- identity -------------------------------------------------------------

    @property
    def tags(self) -> TiffTags:
        """Tags of page."""
        tags = self.__dict__.get('_tags')
        if tags is None:
            if self._template is None:
                tags = TiffTags._fromifd(self.parent, self._ifd)
            else:
                tags = self._template.make_tags(self.parent, self._ifd)
            for decode in _TAGS_HOOKS:
                decode(self, tags)
            self.__dict__['_tags'] = tags
        assert isinstance(tags, TiffTags)
        return tags

    @tags.setter
    def tags(self, tags: TiffTags) -> None:
        self.__dict__['_tags'] = tags

    @property
    def keyframe(self) -> TiffPage:
        """Self."""
        return self

    @keyframe.setter
    def keyframe(self, index: TiffPage) -> None:
        return

    @property
    def treeindex(self) -> tuple[int, ...]:
        """Index of page in tree of IFDs."""
        return self._index

    @property
    def name(self) -> str:
        """Name of page."""
        index = self._index if len(self._index) > 1 else self._index[0]
        return f'TiffPage {index}'

    def aspage(self) -> TiffPage:
        """Return self."""
        return self

    @_cached_property
    def pages(self) -> TiffPages | None:
        """Sequence of SubIFD pages, None if there are none."""
        if self.subifds is None:
            return None
        return TiffPages(self, index=self._index)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore_page, (self.parent, self._index, self.offset)

    # -- geometry -------------------------------------------------------------

    @_cached_property
    def _geometry(self) -> _PageGeometry:
        """Division of page into segments."""
        planes, depth, length, width, samples = self.shaped
        if self.tilewidth > 0:
            chunk = (
                max(self.tiledepth, 1),
                self.tilelength or 1,
                self.tilewidth,
            )
        else:
            chunk = (1, max(self.rowsperstrip, 1), max(width, 1))
        return _PageGeometry(
            planes, depth, length, width, samples, *chunk, self.tilewidth > 0
        )

    @property
    def ndim(self) -> int:
        """Number of dimensions of image."""
        return len(self.shape)

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of dimensions of image."""
        names = TIFF.AXES_NAMES
        return tuple(names[ax] for ax in self.axes)

    @property
    def sizes(self) -> dict[str, int]:
        """Lengths of dimensions of image by name."""
        return dict(zip(self.dims, self.shape, strict=True))

    @_cached_property
    def coords(self) -> dict[str, NDArray[Any]]:
        """Coordinates of samples along dimensions by name.

        Spatial coordinates are in the unit of `resolutionunit`.

        """
        xres, yres = self.get_resolution()
        steps = {'X': xres, 'Y': yres, 'Z': xres if xres == yres else 1}
        coords: dict[str, NDArray[Any]] = {}
        for ax, dim, size in zip(
            self.axes, self.dims, self.shape, strict=True
        ):
            step = steps.get(ax, 1)
            names = self._sample_names() if ax == 'S' else None
            if names:
                coords[dim] = numpy.array(names)
            elif step in {0, 1} or size == 0:
                coords[dim] = numpy.arange(size)
            else:
                coords[dim] = numpy.linspace(
                    0, size / step, size, endpoint=False, dtype=numpy.float32
                )
        return coords

    def _sample_names(self) -> list[str] | None:
        """Return names of samples, None if not known."""
        if self.samplesperpixel < 1 or len(self.extrasamples) > 2:
            return None
        if self.photometric == 6 and self.compression in _JPEG_COMPRESSIONS:
            names = ['Red', 'Green', 'Blue']
        else:
            names = _SAMPLE_NAMES.get(int(self.photometric), [])
            if not names:
                return None
        names = names + [
            enumstr(item).title()
            if isinstance(item, EXTRASAMPLE)
            else 'Unspecified'
            for item in self.extrasamples
        ]
        return names if len(names) == self.samplesperpixel else None

    @property
    def attr(self) -> dict[str, Any]:
        """Arbitrary metadata of image; empty."""
        return {}

    @_cached_property
    def attrs(self) -> dict[str, Any]:
        """Metadata of image.

        Photometric interpretation, bits per sample, resolution unit, nodata,
        datetime, and plain text description, as far as known.

        """
        attrs: dict[str, Any] = {}
        if isinstance(self.photometric, PHOTOMETRIC):
            attrs['photometric'] = self.photometric.name.lower()
        if self.dtype is not None and self.bitspersample != (
            8 * self.dtype.itemsize
        ):
            attrs['bitspersample'] = self.bitspersample
        if 296 in self._ifd:
            unit = self._ifd.value(296)
            if isinstance(unit, RESUNIT):
                attrs['resolutionunit'] = unit.name.lower()
        if self.nodata:
            attrs['nodata'] = self.nodata
        if self.datetime is not None:
            attrs['datetime'] = self.datetime.isoformat()
        text = self.description
        if 0 < len(text) < 1024 and not text.startswith(
            ('{', '<', 'ImageJ', 'shape')
        ):
            attrs['description'] = text
        return attrs

    @_cached_property
    def size(self) -> int:
        """Number of samples in image."""
        return product(self.shape)

    @_cached_property
    def nbytes(self) -> int:
        """Size in bytes of image array; 0 if data type is not supported."""
        return 0 if self.dtype is None else self.size * self.dtype.itemsize

    @property
    def tile(self) -> tuple[int, ...] | None:
        """Tile depth (if not one), length, and width; None if not tiled."""
        if not self.is_tiled:
            return None
        if self.tiledepth > 1:
            return (self.tiledepth, self.tilelength, self.tilewidth)
        return (self.tilelength, self.tilewidth)

    @_cached_property
    def chunks(self) -> tuple[int, ...]:
        """Shape of strips or tiles."""
        geometry = self._geometry
        shape = list(geometry.chunk[1:3])
        if geometry.tiled:
            shape = [self.tilelength, self.tilewidth]
        else:
            shape = [self.rowsperstrip, self.imagewidth]
        if self.tiledepth > 1:
            shape.insert(0, self.tiledepth)
        if self.planarconfig == 1 and self.samplesperpixel > 1:
            shape.append(self.samplesperpixel)
        return tuple(shape)

    @_cached_property
    def chunked(self) -> tuple[int, ...]:
        """Numbers of strips or tiles along dimensions."""
        planes, depth, length, width = self._geometry.grid
        shape = [length, width]
        if self.imagedepth > 1:
            shape.insert(0, depth)
        if self.samplesperpixel > 1:
            if self.planarconfig == 1:
                shape.append(1)
            else:
                shape.insert(0, planes)
        return tuple(shape)

    @_cached_property
    def hash(self) -> int:
        """Number that identifies pages that can be decoded alike."""
        return hash(
            (
                self.shaped,
                self.parent.tiff,
                self.rowsperstrip,
                self.tilewidth,
                self.tilelength,
                self.tiledepth,
                self.sampleformat,
                self.bitspersample,
                self.fillorder,
                self.predictor,
                self.compression,
                self.extrasamples,
                self.photometric,
            )
        )

    # -- reading --------------------------------------------------------------

    @_cached_property
    def _decoder(self) -> _SegmentDecoder:
        """Decoder of segments.

        Raises:
            ValueError: Samples, compression, or predictor not supported.

        """
        dtype = self._dtype
        if dtype is None:
            raise _unsupported_dtype(self)
        if 0 in self.shaped:
            raise ValueError(
                f'{self.parent.filehandle.name!r} {self!r} empty image'
            )
        if self.is_subsampled and (
            self.planarconfig != 1
            or self.compression not in TIFF.IMAGE_COMPRESSIONS
        ):
            raise NotImplementedError(
                f'{self!r} chroma subsampling is not supported with '
                f'{_enum_name(self.compression)} compression'
            )
        coding = _SampleCoding(
            int(self.compression),
            int(self.predictor),
            int(self.fillorder),
            int(self.photometric),
            int(self.planarconfig),
            self.bitspersample,
            int(self.sampleformat),
            self.extrasamples,
            self.parent.tiff.byteorder,
            self.nodata,
            self.photometric == 2 and self.is_jfif,
            _decoder_options(self),
        )
        key = (self._geometry, dtype, coding)
        cache = self.parent.root._decoders
        decoder = cache.get(key)
        if decoder is None:
            self._check_segment_size()
            try:
                decoder = _make_segment_decoder(*key)
            except ValueError as exc:
                raise ValueError(
                    f'{self.parent.filehandle.name!r} {self!r} {exc}'
                ) from exc
            cache[key] = decoder
        return decoder

    def _check_segment_size(self) -> None:
        """Raise TiffLimitError if segments are too large."""
        assert self._dtype is not None
        size = self._geometry.chunksize * self._dtype.itemsize
        limits = self.parent._source.limits
        if size > limits.segment_bytes:
            raise TiffLimitError(
                f'{self.parent.filehandle.name!r} {self!r} segment of {size} '
                f'bytes exceeds limit of {limits.segment_bytes} bytes'
            )

    @_cached_property
    def decode(
        self,
    ) -> Callable[
        ...,
        tuple[
            NDArray[Any] | None,
            tuple[int, int, int, int, int],
            tuple[int, int, int, int],
        ],
    ]:
        """Return function to decode segment.

        The function takes the encoded segment (or None), and its index.
        Optional keyword arguments are `jpegtables`, `jpegheader`, and
        `_fullsize`, which pads the segment to its full size.

        It returns the decoded segment of 4 dimensions (or None), its position
        in the array of shape `shaped`, and its shape.
        The function raises ValueError if the page cannot be decoded.

        """
        try:
            decoder = self._decoder
        except NotImplementedError:
            raise
        except ValueError as exc:
            return functools.partial(_raise_decode_error, exc)
        return functools.partial(
            _decode_segment,
            decoder,
            f'{self.parent.filehandle.name!r} {self!r}',
        )

    def init_decode(self) -> None:
        """Create decode function."""
        _ = self.decode

    @property
    def maxworkers(self) -> int:
        """Maximum number of threads to decode segments by default."""
        if self._dtype is None or self.is_contiguous:
            return 0
        number = len(self.dataoffsets)
        if self.compression in TIFF.IMAGE_COMPRESSIONS:
            return min(TIFF.MAXWORKERS, number)
        size = product(self.chunks) * self._dtype.itemsize
        if size < 2048 or (self.compression == 5 and size < 14336):
            return 0
        if number < 4:
            return 1
        if self.compression != 1 or self.fillorder != 1 or self.predictor != 1:
            return min(TIFF.MAXWORKERS, number)
        return min(TIFF.MAXWORKERS, 2)

    def asrgb(
        self,
        *,
        uint8: bool = False,
        alpha: Container[int] | None = None,
        **kwargs: Any,
    ) -> NDArray[Any]:
        """Return image as RGB(A).

        Parameters:
            uint8: Reduce 16-bit color maps to 8 bits.
            alpha: Kinds of extra samples to return as alpha channel.
            **kwargs: Arguments passed to :py:meth:`TiffPage.asarray`.

        Raises:
            NotImplementedError: Photometric interpretation not supported.
            ValueError: Color map is missing or does not fit the image.

        """
        data = self.asarray(**kwargs)
        if self.photometric == 3:
            return self._apply_palette(data, uint8)
        if self.photometric != 2:
            raise NotImplementedError(
                f'{self!r} photometric {_enum_name(self.photometric)}'
            )
        keep = [0, 1, 2]
        for i, kind in enumerate(self.extrasamples):
            if alpha is None or kind in alpha:
                keep.append(3 + i)
                break
        if self.planarconfig == 1:
            return data[..., keep]
        return data[keep]

    def _apply_palette(self, data: NDArray[Any], uint8: bool) -> NDArray[Any]:
        """Return image with color map applied."""
        colormap = self.colormap
        if colormap is None:
            raise ValueError(f'{self!r} no colormap')
        if (
            colormap.ndim != 2
            or data.dtype.char not in 'BH'
            or colormap.shape[1] < 2 ** (8 * data.dtype.itemsize)
        ):
            if data.size == 0 or colormap.shape[-1] <= int(data.max()):
                raise ValueError(f'{self!r} cannot apply colormap')
        if uint8:
            colormap = (colormap >> 8).astype(numpy.uint8)
        return apply_colormap(data, colormap)

    # -- tags -----------------------------------------------------------------

    @property
    def colormap(self) -> NDArray[Any] | None:
        """Value of ColorMap tag."""
        value = self._ifd.value(320)
        return value if isinstance(value, numpy.ndarray) else None

    @property
    def transferfunction(self) -> NDArray[Any] | None:
        """Value of TransferFunction tag."""
        value = self._ifd.value(301)
        return value if isinstance(value, numpy.ndarray) else None

    @property
    def iccprofile(self) -> bytes | None:
        """Value of InterColorProfile tag."""
        value = self._ifd.value(34675)
        return value if isinstance(value, bytes) else None

    @property
    def resolution(self) -> tuple[float, float]:
        """Number of pixels per `resolutionunit` in X and Y directions."""
        x, y = self.get_resolution()
        return float(x), float(y)

    @property
    def resolutionunit(self) -> int:
        """Unit of resolution."""
        unit = self._ifd.value(296, RESUNIT.INCH)
        return unit if isinstance(unit, int) else RESUNIT.INCH

    def get_resolution(
        self,
        unit: RESUNIT | int | str | None = None,
        scale: float | None = None,
    ) -> tuple[int | float, int | float]:
        """Return number of pixels per unit in X and Y directions.

        Parameters:
            unit: Unit of result. The default is that of the file.
            scale: Factor to convert resolution to meter, or to multiply with
                if `unit` is None.

        """
        factor = 1.0 if scale is None else scale
        if unit is not None:
            unit = enumarg(RESUNIT, unit)
            if scale is None:
                factor = _UNITS_PER_METER.get(self.resolutionunit, 0.0)
                if factor == 0.0:
                    logger().warning(
                        f'{self!r} get_resolution: unknown unit '
                        f'{self.resolutionunit}'
                    )
                    factor = _UNITS_PER_METER[unit]
            factor /= _UNITS_PER_METER[unit]
        x = self._rational(282)
        y = self._rational(283)
        if factor == 1:
            return x, y
        return x * factor, y * factor

    def _rational(self, code: int) -> int | float:
        """Return quotient of rational tag value, 1 if missing or invalid."""
        value = self._ifd.value(code, (1, 1))
        try:
            if len(value) == 1:
                return float(value[0])
            numerator, denominator = value[:2]
            if denominator == 0:
                return int(numerator)
            if numerator % denominator == 0:
                return int(numerator // denominator)
            return float(numerator / denominator)
        except (TypeError, ValueError):
            return 1

    @property
    def datetime(self) -> DateTime | None:
        """Date and time from DateTime tag, None if invalid."""
        value = self._ifd.value(306)
        if isinstance(value, str):
            with contextlib.suppress(ValueError):
                return strptime(value)
        return None

    # -- flags ----------------------------------------------------------------

    @property
    def flags(self) -> set[str]:
        """Names of ``is_*`` attributes that are True."""
        return {name for name in _PAGE_FLAGS if getattr(self, 'is_' + name)}

    @property
    def is_reduced(self) -> bool:
        """Page is a reduced image of another image."""
        return bool(self.subfiletype & 1)

    @property
    def is_multipage(self) -> bool:
        """Page is part of multi-page image."""
        return bool(self.subfiletype & 2)

    @property
    def is_mask(self) -> bool:
        """Page is a transparency mask for another image."""
        return bool(self.subfiletype & 4)

    @property
    def is_mrc(self) -> bool:
        """Page is part of Mixed Raster Content."""
        return bool(self.subfiletype & 8)

    @property
    def is_tiled(self) -> bool:
        """Page contains tiled image."""
        return self.tilewidth > 0

    @property
    def is_volumetric(self) -> bool:
        """Page contains volumetric image."""
        return self.imagedepth > 1

    @property
    def is_subsampled(self) -> bool:
        """Page contains chroma subsampled image."""
        if self.subsampling is not None:
            return tuple(self.subsampling) != (1, 1)
        return self.photometric == 6 and 530 not in self._ifd

    @_cached_property
    def is_jfif(self) -> bool:
        """Page contains JFIF metadata."""
        if (
            self.compression not in _JPEG_COMPRESSIONS
            or not self.dataoffsets
            or not self.databytecounts
            or self.dataoffsets[0] == 0
            or self.databytecounts[0] < 11
        ):
            return False
        fh = self.parent.filehandle
        return fh.read_at(self.dataoffsets[0] + 6, 4) == b'JFIF'

    @_cached_property
    def is_contiguous(self) -> bool:
        """Image data are stored uncompressed in one block."""
        if (
            self.sampleformat == 5
            or self.compression != 1
            or self.bitspersample not in {8, 16, 32, 64}
        ):
            return False
        if 322 in self._ifd and not self._is_tiled_contiguously():
            return False
        offsets, bytecounts = self.dataoffsets, self.databytecounts
        if not offsets or not bytecounts or offsets[0] == 0:
            return False
        if len(offsets) == 1 or _keeps_segments(self):
            return True
        if len(offsets) != len(bytecounts):
            return False
        try:
            start = numpy.asarray(offsets, numpy.int64)
            size = numpy.asarray(bytecounts, numpy.int64)
        except OverflowError:
            return False  # no file has segments that far
        return (
            int(size.sum()) == self.nbytes
            and bool((size > 0).all())
            and bool((start[:-1] + size[:-1] == start[1:]).all())
        )

    def _is_tiled_contiguously(self) -> bool:
        """Return if tiles span the image width."""
        if (
            self.imagewidth != self.tilewidth
            or self.tilelength < 1
            or self.imagelength % self.tilelength
            or self.tilewidth % 16
            or self.tilelength % 16
        ):
            return False
        if 32997 in self._ifd and 32998 in self._ifd:
            return (
                self.imagelength == self.tilelength
                and self.tiledepth > 0
                and self.imagedepth % self.tiledepth == 0
            )
        return True

    @_cached_property
    def is_final(self) -> bool:
        """Image data are stored in final form."""
        return (
            self.is_contiguous
            and self.fillorder == 1
            and self.predictor == 1
            and not self.is_subsampled
        )

    @_cached_property
    def is_memmappable(self) -> bool:
        """Image data can be memory-mapped."""
        return (
            self.parent.filehandle.is_file
            and self.is_final
            and self.dtype is not None
            and self.dataoffsets[0] % self.dtype.itemsize == 0
        )

    # -- text -----------------------------------------------------------------

    def __repr__(self) -> str:
        index = self._index if len(self._index) > 1 else self._index[0]
        return f'<tifffile.TiffPage {index} @{self.offset}>'

    def __str__(self) -> str:
        return self._str()

    def _str(self, detail: int = 0, width: int = 79) -> str:
        """Return page as text.

        Parameters:
            detail: Append tags if greater than zero.
            width: Maximum length of lines.

        """
        index = self._index if len(self._index) > 1 else self._index[0]
        bits = self.bitspersample
        if isinstance(bits, tuple):
            bits = ''.join(str(item) for item in bits)  # type: ignore[assignment]
        dtype = f'{_enum_name(self.sampleformat)}{bits}'.lower()
        words = [_enum_name(self.photometric)]
        for name in ('reduced', 'mask', 'tiled'):
            if getattr(self, f'is_{name}'):
                words.append(name)
        for name in ('compression', 'planarconfig', 'predictor', 'fillorder'):
            value = getattr(self, name)
            if value != 1:
                words.append(_enum_name(value))
        words.extend(sorted(self.flags))
        for name in ('memmappable', 'final', 'contiguous'):
            if getattr(self, f'is_{name}'):
                words.append(name)
                break
        line = '  '.join(
            item
            for item in (
                f'TiffPage {index} @{self.offset}',
                'x'.join(str(size) for size in self.shape),
                dtype if self.shape else '',
                ' '.join(words).lower(),
            )
            if item
        )
        if detail <= 0:
            return line
        info = [line, self.tags._str(detail=detail - 1, width=width)]
        if detail > 3:
            try:
                data = self.asarray()
            except (ValueError, NotImplementedError) as exc:
                info.append(f'DATA\n{exc}')
            else:
                info.append(
                    'DATA\n' + pformat(data, width=width, height=detail * 8)
                )
        return '\n\n'.join(info)


def _parse_nodata(text: str, dtype: numpy.dtype[Any]) -> Any:
    """Return value of missing samples from text of GDAL_NODATA tag.

    Raises:
        ValueError: Text is no number, or not representable by data type.

    """
    text = text.strip().replace(',', '.')
    if dtype.kind == 'c':
        return complex(text)
    if dtype.kind == 'f':
        # spelling by C library of Microsoft
        match = re.fullmatch(r'([+-]?)1\.#(INF|QNAN|SNAN|IND)0*', text)
        if match is not None:
            text = match[1] + ('inf' if match[2] == 'INF' else 'nan')
        return float(text)
    try:
        value = int(text)
    except ValueError:
        if not float(text).is_integer():
            raise
        value = int(float(text))
    if dtype.kind == 'b':
        low, high = 0, 1
    else:
        info = numpy.iinfo(dtype)
        low, high = info.min, info.max
    if not low <= value <= high:
        raise ValueError(f'not representable as {dtype}')
    return bool(value) if dtype.kind == 'b' else value


# minimum of attributes that must be integers
_INTEGER_ATTRIBUTES: dict[str, int] = {
    'imagewidth': 0,
    'imagelength': 0,
    'imagedepth': 1,
    'tilewidth': 0,
    'tilelength': 0,
    'tiledepth': 1,
    'samplesperpixel': 0,
    'compression': 0,
    'photometric': 0,
    'planarconfig': 0,
    'predictor': 0,
    'fillorder': 0,
}

# names of samples by photometric interpretation: TIFF 6.0
_SAMPLE_NAMES: dict[int, list[str]] = {
    0: ['WhiteIsZero'],
    1: ['BlackIsZero'],
    2: ['Red', 'Green', 'Blue'],
    5: ['Cyan', 'Magenta', 'Yellow', 'Black'],
    6: ['Luma', 'Cb', 'Cr'],
}

# RESUNIT -> units per meter
_UNITS_PER_METER: dict[int, float] = {
    1: 1.0,
    2: 100.0 / 2.54,
    3: 100.0,
    4: 1000.0,
    5: 1000000.0,
}

# flags of pages; formats add theirs
_PAGE_FLAGS: list[str] = ['mrc', 'multipage', 'subifd', 'volumetric']


@final
class _PageTemplate:
    """What pages have in common whose tags differ in few values.

    Pages of stacks often differ only in offsets, so that all but a few bytes
    of their IFDs are equal. Their attributes are copied rather than parsed.

    Parameters:
        ifd: IFD of page.
        attributes: Attributes of page.

    """

    __slots__ = (
        '_tags',
        'attributes',
        'fixed',
        'geometry',
        'ifd',
        'segments',
        'text',
    )

    _tags: list[tuple[TiffTag, int, int]] | None
    ifd: _Ifd

    attributes: dict[str, Any]
    fixed: list[tuple[int, int, bytes]]
    segments: list[tuple[str, int, int, struct.Struct | None]]
    text: list[tuple[int, str]]
    geometry: list[tuple[int, bytes]]

    def __init__(self, ifd: _Ifd, attributes: dict[str, Any]) -> None:
        source = ifd.source
        self.ifd = ifd
        self._tags = None
        self.attributes = {
            name: value
            for name, value in attributes.items()
            if name not in _TEMPLATE_EXCLUDED
        }
        self.segments = []
        self.text = []
        self.geometry = []
        self.fixed = []
        start = 0
        recordsize = source.tiff._record.size
        fieldsize = source.tiff.tagoffsetthreshold
        for i, (code, record) in enumerate(ifd.records.items()):
            if not self._is_variable(source, code, record):
                continue
            stop = (i + 1) * recordsize - fieldsize
            self.fixed.append((start, stop, ifd.data[start:stop]))
            start = stop + fieldsize
        self.fixed.append((start, len(ifd.data), ifd.data[start:]))

    @staticmethod
    def accepts(page: TiffPage) -> bool:
        """Return if attributes of page can be shared."""
        ifd = page._ifd
        return (
            not ifd.extra
            and not ifd.source.tiff.is_ndpi
            and len(ifd.records) * ifd.source.tiff.tagsize == len(ifd.data)
            and page.dtype is not None
            and page.compression != 6
            and 330 not in ifd
            and 42113 not in ifd
            and not _keeps_segments(page)
            and (324 in ifd or 273 in ifd)
            and len(page.dataoffsets)
            == len(page.databytecounts)
            == page._geometry.nsegments
            == ifd.records[324 if 324 in ifd else 273][1]
        )

    def _is_variable(
        self, source: _TagSource, code: int, record: _TagRecord
    ) -> bool:
        """Return if value field of tag can differ, and remember how."""
        dtype, count, field, _ = record
        name = _SEGMENT_ATTRIBUTES.get(code)
        isinline = source.value_offset(code, dtype, count, field) < 0
        if name is not None:
            fmt = None
            if isinline:
                char = _DATATYPE_FORMATS[dtype][1]
                fmt = struct.Struct(f'{source.tiff.byteorder}{count}{char}')
            self.segments.append((name, code, len(self.fixed), fmt))
            return True
        if code in {270, 305}:
            self.text.append((code, _TAG_ATTRIBUTES[code]))
        if isinline:
            return False
        if code in _GEOMETRY_CODES or code in _PLAIN_ATTRIBUTES:
            self.geometry.append((code, source.raw(code, record)))
        return True

    def apply(self, page: TiffPage) -> bool:
        """Set attributes of page. Return False if page does not match."""
        ifd = page._ifd
        data = ifd.data
        for start, stop, expected in self.fixed:
            if data[start:stop] != expected:
                return False
        source = ifd.source
        for code, raw in self.geometry:
            try:
                if source.raw(code, ifd.records[code]) != raw:
                    return False
            except TiffFileError:
                return False
        values = page.__dict__
        values.update(self.attributes)
        values['_template'] = self
        for name, code, position, fmt in self.segments:
            if fmt is None:
                integers = ifd.integers(code)
                values[name] = () if integers is None else integers
            else:
                values[name] = fmt.unpack_from(data, self.fixed[position][1])
        for code, name in self.text:
            text = ifd.value(code)
            if isinstance(text, str):
                values[name] = text
        return True

    def make_tags(self, parent: TiffFile, ifd: _Ifd) -> TiffTags:
        """Return tags of IFD, which matches the template."""
        if self._tags is None:
            try:
                self._tags = self._make_models(parent)
            except TiffFileError:
                return TiffTags._fromifd(parent, ifd)
        tags = TiffTags()
        layer = tags._layers[0]
        new = TiffTag.__new__
        offset = ifd.offset
        unpack = ifd.source.tiff._offset.unpack_from
        size = ifd.source.fh.size
        for model, position, bytecount in self._tags:
            tag = new(TiffTag)
            tag.parent = parent
            tag.offset = offset + model.offset
            tag.code = code = model.code
            tag.dtype = model.dtype
            tag.count = model.count
            if position < 0:
                # same value in all pages
                tag.valueoffset = offset + model.valueoffset
                tag._value = model._value
            else:
                tag.valueoffset = start = unpack(ifd.data, position)[0]
                tag._value = None
                if start < 8 or start + bytecount > size:
                    return TiffTags._fromifd(parent, ifd)
            layer[code] = tag
        for _, code, position, fmt in self.segments:
            if fmt is not None:
                tag = layer[code]
                start = self.fixed[position][1]
                tag.valueoffset = offset + ifd.source.tiff.tagnosize + start
                tag._value = fmt.unpack_from(ifd.data, start)
        return tags

    def _make_models(self, parent: TiffFile) -> list[tuple[TiffTag, int, int]]:
        """Return tags, positions of their value offsets, and value sizes."""
        ifd = self.ifd
        source = ifd.source
        tiff = source.tiff
        inline = {code for _, code, _, fmt in self.segments if fmt is not None}
        models = []
        for i, (code, record) in enumerate(ifd.records.items()):
            tag = _make_tag(parent, source, code, record)
            tag.offset -= ifd.offset
            dtype, count, field, _ = record
            position = -1
            if source.value_offset(code, dtype, count, field) < 0:
                tag.valueoffset -= ifd.offset
            elif code not in inline:
                position = (i + 1) * tiff._record.size - tiff.offsetsize
            models.append((tag, position, count * _DATATYPE_SIZES[dtype]))
        return models


# tags of data offsets and bytecounts -> attributes of page
_SEGMENT_ATTRIBUTES: dict[int, str] = {
    273: 'dataoffsets',
    279: 'databytecounts',
    324: 'dataoffsets',
    325: 'databytecounts',
}

# attributes of page that its template does not share
_TEMPLATE_EXCLUDED = frozenset(
    (
        *('_ifd', '_index', 'databytecounts', 'dataoffsets', 'description'),
        *('offset', 'parent', 'software'),
    )
)

# tags that determine geometry and coding of pages
_GEOMETRY_CODES = (
    *(255, 256, 257, 258, 259, 262, 266, 277, 278, 284, 292, 317, 322),
    *(323, 338, 339, 347, 530, 32997, 32998, 42113, 65007, 65008, 65009),
)


def _enum_name(value: int) -> str:
    """Return name of enum member, or decimal number."""
    return enumstr(value) if isinstance(value, enum.Enum) else str(value)


def _apply_page_quirks(page: TiffPage) -> None:
    """Correct attributes of page of certain formats."""
    for fmt in _PAGE_QUIRKS:
        fmt(page)
    _correct_segments(page)


# functions of formats that correct finished pages, set by section 12
_PAGE_QUIRKS: list[Callable[[TiffPage], None]] = []

# functions that decode tags whose value depends on other tags of the page
_TAGS_HOOKS: list[Callable[[TiffPage, TiffTags], None]] = []

# functions of formats that correct pages before their shape is determined
_PAGE_AMENDMENTS: list[Callable[[TiffPage], None]] = []


def _correct_segments(page: TiffPage | TiffFrame) -> None:
    """Correct positions and sizes of segments if the format of file does."""
    correct = page.parent._segment_correction
    if correct is not None and len(page.treeindex) == 1:
        segments = correct(page.treeindex[0])
        if segments is not None:
            page.dataoffsets, page.databytecounts = segments


# functions that tell if segments of page are contiguous whatever tags tell
_SEGMENT_KEEPERS: list[Callable[[TiffPage], bool]] = []


def _keeps_segments(page: TiffPage) -> bool:
    """Return if segments are contiguous whatever tags tell."""
    for detect in _SEGMENT_KEEPERS:  # noqa: SIM110
        if detect(page):
            return True
    return False


def _fax_options(page: TiffPage) -> tuple[tuple[str, Any], ...]:
    """Return parameters of facsimile stream from tags."""
    options = page._ifd.value(292, 0)
    return (('t4options', options),) if isinstance(options, int) else ()


# compression scheme -> function that returns its parameters from tags
_DECODER_OPTIONS: dict[
    int, Callable[[TiffPage], tuple[tuple[str, Any], ...]]
] = {
    3: _fax_options,
}


def _decoder_options(page: TiffPage) -> tuple[tuple[str, Any], ...]:
    """Return parameters of compression scheme from tags."""
    options = _DECODER_OPTIONS.get(page.compression)
    return () if options is None else options(page)


def jpeg_shape(jpeg: bytes, /) -> tuple[int, int, int, int]:
    """Return bit depth and shape of JPEG stream.

    Returns:
        Number of bits per sample, rows, columns, and samples.

    Raises:
        IndexError, struct.error: There is no start of frame in the stream.

    """
    frame = find_jpeg_frame(memoryview(jpeg))
    precision, length, width, samples = struct.unpack_from(
        '>BHHB', jpeg, frame + 4
    )
    return precision, length, width, samples


def _raise_decode_error(exc: ValueError, *args: Any, **kwargs: Any) -> Any:
    """Raise error found when decoder was created."""
    raise exc


def _decode_segment(
    decoder: _SegmentDecoder,
    name: str,
    data: Any,
    index: int,
    /,
    *,
    jpegtables: bytes | None = None,
    jpegheader: bytes | None = None,
    _fullsize: bool = False,
) -> tuple[
    NDArray[Any] | None,
    tuple[int, int, int, int, int],
    tuple[int, int, int, int],
]:
    """Return decoded segment, its position and shape."""
    geometry = decoder.geometry
    position = geometry.position(index)
    shape = geometry.chunk if _fullsize else geometry.stored_shape(position)
    if data is None:
        return None, position, shape
    try:
        array = decoder.decode(data, position, jpegtables, jpegheader)
    except MemoryError:
        raise
    except Exception as exc:  # fence: codecs raise what they like
        raise TiffSegmentError(f'{name} segment {index}: {exc}') from exc
    if _fullsize:
        array = decoder.pad(array)
    return array, position, shape


def _restore_page(
    parent: TiffFile, index: tuple[int, ...], offset: int
) -> TiffPage:
    """Return page of unpickled file."""
    if len(index) == 1 and (index[0] == 0 or parent.pages.cache):
        page = parent.pages.get(index[0], None)
        if isinstance(page, TiffPage) and page.offset == offset:
            return page
    return TiffPage(parent, index, offset=offset)


def _check_array_size(page: TiffPage, nbytes: int) -> None:
    """Raise TiffLimitError if array is too large for the file."""
    limits = page.parent._source.limits
    if nbytes <= limits.array_bytes:
        return
    limit = max(
        limits.array_bytes, limits.expansion * page.parent.filehandle.size
    )
    if nbytes > limit:
        raise TiffLimitError(
            f'{page.parent.filehandle.name!r} {page!r} array of {nbytes} '
            f'bytes exceeds limit of {limit} bytes'
        )


def _read_page(
    page: TiffPage | TiffFrame,
    out: OutputType,
    squeeze: bool,
    maxworkers: int | None,
    buffersize: int | None,
) -> NDArray[Any]:
    """Return whole image of page."""
    keyframe = page.keyframe
    dtype = keyframe._dtype
    shape = keyframe.shape if squeeze else keyframe.shaped
    if 0 in keyframe.shaped:
        return _empty_array(keyframe, shape)
    fh = page.parent.filehandle
    if dtype is None:
        raise _unsupported_dtype(keyframe)
    if not page.dataoffsets:
        raise TiffFileError(f'{fh.name!r} {page!r} missing data offset')
    if keyframe.is_contiguous and keyframe.is_subsampled:
        raise NotImplementedError(f'{page!r} chroma subsampling')
    if isinstance(out, str) and out == 'memmap' and keyframe.is_memmappable:
        return fh.memmap_array(
            dtype.newbyteorder(page.parent.tiff.byteorder),
            shape,
            page.dataoffsets[0],
        )
    if keyframe.is_final and page.dataoffsets[0] > 0:
        return _read_contiguous(page, page.dataoffsets[0], shape, out)
    return _read_pages(keyframe, [page], shape, out, maxworkers, buffersize)


def _empty_array(page: TiffPage, shape: Sequence[int]) -> NDArray[Any]:
    """Return array without samples."""
    return numpy.empty(shape or (0,), page._dtype)


def _unsupported_dtype(page: TiffPage) -> ValueError:
    """Return error that tells which samples are not supported."""
    return ValueError(
        f'{page.parent.filehandle.name!r} {page!r} '
        f'data type not supported (SampleFormat '
        f'{page.sampleformat}, {page.bitspersample}-bit)'
    )


def _read_contiguous(
    page: TiffPage | TiffFrame,
    offset: int,
    shape: Sequence[int],
    out: OutputType,
) -> NDArray[Any]:
    """Return uncompressed samples that are contiguous in file.

    Parameters:
        page: Page that describes samples.
        offset: Position of first sample in file.
        shape: Shape of array.
        out: Where to store samples.

    """
    dtype = page.keyframe._dtype
    assert dtype is not None
    fh = page.parent.filehandle
    stored = dtype.newbyteorder(page.parent.tiff.byteorder)
    size = product(shape)
    _check_in_file(page, offset, size * dtype.itemsize)
    with fh.hold():
        if out is None:
            return fh.read_array_at(stored, size, offset).reshape(shape)
        result = create_output(out, shape, dtype)
        if result.dtype == dtype and result.flags.c_contiguous:
            fh.read_array_at(stored, size, offset, out=result)
        else:
            result[...] = fh.read_array_at(stored, size, offset).reshape(shape)
    return result


def _check_in_file(page: TiffPage | TiffFrame, offset: int, size: int) -> None:
    """Raise TiffSegmentError if contiguous image is not in file."""
    fh = page.parent.filehandle
    if offset + size > fh.size:
        raise TiffSegmentError(
            f'{fh.name!r} {page!r} failed to read {size} bytes @{offset}, '
            f'got {max(fh.size - offset, 0)}'
        )


def _read_pages(
    keyframe: TiffPage,
    pages: Sequence[TiffPage | TiffFrame | None],
    shape: Sequence[int],
    out: OutputType,
    maxworkers: int | None,
    buffersize: int | None,
) -> NDArray[Any]:
    """Return images of pages of the same geometry as stack of shape."""
    keyframe, pages = _undivide_pages(keyframe, pages)
    dtype = keyframe._dtype
    assert dtype is not None
    _check_array_size(keyframe, product(shape) * dtype.itemsize)
    decoder = keyframe._decoder
    segments = _collect_segments(keyframe, pages)
    result, fill = _create_result(
        keyframe, segments, len(pages), shape, out, dtype
    )
    stack = result.reshape(len(pages), *keyframe.shaped)
    _read_region(
        decoder,
        segments,
        decoder.geometry.region,
        stack,
        fill=fill,
        maxworkers=_count_workers(keyframe, len(pages), maxworkers),
        buffersize=buffersize,
    )
    return result


def _undivide_pages(
    keyframe: TiffPage, pages: Sequence[TiffPage | TiffFrame | None]
) -> tuple[TiffPage, Sequence[TiffPage | TiffFrame | None]]:
    """Return pages in one segment if all can be read like that."""
    if keyframe._undivided is None:
        return keyframe, pages
    undivided = [getattr(page, '_undivided', None) for page in pages]
    if any(
        page is not None and whole is None
        for page, whole in zip(pages, undivided, strict=True)
    ):
        return keyframe, pages
    return keyframe._undivided, undivided


def _collect_segments(
    keyframe: TiffPage, pages: Sequence[TiffPage | TiffFrame | None]
) -> list[_PageSegments]:
    """Return segments of pages, joined where pages are in the same file.

    Pages of the same shape and type may be stored in different ways.

    """
    if isinstance(pages, _FrameSequence):
        return pages.page_segments()
    result: list[_PageSegments] = []
    group: list[_PageSegments] = []
    for i, page in enumerate(pages):
        if page is None:
            continue
        item = page._page_segments(i)
        if page.keyframe is not keyframe and (
            page.keyframe.hash != keyframe.hash
        ):
            item = item._replace(decoder=page.keyframe._decoder)
        if group and not (
            group[0].fh is item.fh
            and group[0].decoder is item.decoder
            and group[0].tables == item.tables
            and group[-1].first + 1 == i
        ):
            result.append(_join_segments(group))
            group = []
        group.append(item)
    if group:
        result.append(_join_segments(group))
    if len(result) > 2:
        # open files only once
        order = {item.fh: i for i, item in reversed([*enumerate(result)])}
        result.sort(key=lambda item: order[item.fh])
    return result


def _join_segments(group: list[_PageSegments]) -> _PageSegments:
    """Return segments of consecutive pages as one item."""
    if len(group) == 1:
        return group[0]
    return group[0]._replace(
        offsets=numpy.concatenate([item.offsets for item in group]),
        bytecounts=numpy.concatenate([item.bytecounts for item in group]),
    )


def _create_result(
    keyframe: TiffPage,
    segments: list[_PageSegments],
    npages: int,
    shape: Sequence[int],
    out: OutputType,
    dtype: numpy.dtype[Any],
) -> tuple[NDArray[Any], float | None]:
    """Return output array, and value that missing segments must be set to."""
    _check_array_size(keyframe, product(shape) * dtype.itemsize)
    nodata = keyframe.nodata
    is_complete = sum(
        len(item.offsets) for item in segments
    ) == npages and all(
        bool((item.offsets > 0).all() and (item.bytecounts > 0).all())
        for item in segments
    )
    if out is None:
        if is_complete:
            _check_segments_in_file(keyframe, segments)
            return numpy.empty(shape, dtype), None
        if nodata == 0:
            return numpy.zeros(shape, dtype), None
        result = numpy.empty(shape, dtype)
    else:
        result = create_output(out, shape, dtype)
    if (
        not is_complete
        and sum(len(item.offsets) for item in segments) < npages
    ):
        result[...] = 0  # missing pages
    return result, None if is_complete else nodata


def _check_segments_in_file(
    keyframe: TiffPage, segments: list[_PageSegments]
) -> None:
    """Raise TiffSegmentError before allocating if segments are not in file."""
    for item in segments:
        size = item.fh.size
        if (
            item.offsets.size == 0
            or int((item.offsets + item.bytecounts).max()) <= size
        ):
            continue
        bad = item.offsets + item.bytecounts > size
        page, index = numpy.argwhere(bad)[0].tolist()
        kind = 'tile' if keyframe.is_tiled else 'strip'
        raise TiffSegmentError(
            f'{item.fh.name!r} page {page + item.first} {kind} {index} of '
            f'{item.bytecounts[page, index]} bytes '
            f'@{item.offsets[page, index]}: not in file of {size} bytes'
        )


def _count_workers(
    keyframe: TiffPage, npages: int, maxworkers: int | None
) -> int:
    """Return number of threads to decode segments of pages."""
    if maxworkers is not None and maxworkers > 0:
        return maxworkers
    if npages == 1:
        return keyframe.maxworkers
    if keyframe.is_contiguous:
        return 1
    dtype = keyframe._dtype
    assert dtype is not None
    geometry = keyframe._geometry
    if keyframe.compression == 1 and keyframe.predictor == 1:
        return 1
    total = npages * geometry.nsegments * geometry.chunksize * dtype.itemsize
    if total < 262144:
        return 1
    return min(TIFF.MAXWORKERS, npages * geometry.nsegments)


def _read_page_selection(
    page: TiffPage | TiffFrame,
    selection: Any,
    out: OutputType,
    maxworkers: int | None,
    buffersize: int | None,
) -> NDArray[Any]:
    """Return part of image of page."""
    keyframe = page.keyframe
    items = parse_selection(selection, keyframe.shape)
    if 0 in keyframe.shaped:
        return _empty_array(keyframe, keyframe.shape)[items]
    result = _read_pages_region(
        keyframe, [page], items, maxworkers, buffersize
    )[0]
    if out is None and result.base is not None and result.size > 0:
        # do not keep the whole region alive for a sparse selection
        if result.nbytes < result.base.nbytes // 2:
            result = result.copy()
    return _copy_to_output(result, out)


def _copy_to_output(result: NDArray[Any], out: OutputType) -> NDArray[Any]:
    """Return result, or output it was copied to."""
    if out is None:
        return result
    output = create_output(out, result.shape, result.dtype)
    output[...] = result
    return output


def _read_pages_region(
    keyframe: TiffPage,
    pages: Sequence[TiffPage | TiffFrame | None],
    items: Sequence[int | slice],
    maxworkers: int | None,
    buffersize: int | None,
) -> NDArray[Any]:
    """Return parts of images of pages of the same geometry.

    Parameters:
        keyframe: Page that describes all pages.
        pages: Pages to read; None if missing.
        items: Integers and slices to index arrays of shape `keyframe.shape`.
        maxworkers: Maximum number of threads to decode segments.
        buffersize: Number of bytes to fetch at once from remote files.

    Returns:
        Array of shape (pages, ...).

    """
    decoder = keyframe._decoder
    assert keyframe._dtype is not None
    region, inner = _bounding_region(keyframe, items)
    _check_array_size(
        keyframe,
        len(pages) * product(region.shape) * keyframe._dtype.itemsize,
    )
    segments = _collect_segments(keyframe, pages)
    parts = []
    for item in segments:
        geometry = (item.decoder or decoder).geometry
        indices = geometry.segments_of(region)
        parts.append(
            item._replace(
                offsets=item.offsets[:, indices],
                bytecounts=item.bytecounts[:, indices],
            )
        )
    result, fill = _create_result(
        keyframe,
        parts,
        len(pages),
        (len(pages), *region.shape),
        None,
        keyframe._dtype,
    )
    _read_region(
        decoder,
        segments,
        region,
        result,
        fill=fill,
        maxworkers=_count_workers(keyframe, len(pages), maxworkers),
        buffersize=buffersize,
    )
    shape = [
        size
        for size, keep in zip(
            region.shape, _squeezed_axes(keyframe), strict=True
        )
        if keep
    ]
    return result.reshape(len(pages), *shape)[(slice(None), *inner)]


def _squeezed_axes(page: TiffPage) -> tuple[bool, ...]:
    """Return which of the 5 dimensions of `shaped` are in `shape`."""
    axes = page.axes
    is_planar = 'S' in axes and page.planarconfig != 1
    is_contig = 'S' in axes and page.planarconfig == 1
    return (is_planar, 'Z' in axes, True, True, is_contig)


def _bounding_region(
    page: TiffPage, items: Sequence[int | slice]
) -> tuple[_Region, tuple[int | slice, ...]]:
    """Return smallest region with selection, and selection in region."""
    ranges: list[tuple[int, int]] = []
    inner: list[int | slice] = []
    position = 0
    for size, keep in zip(page.shaped, _squeezed_axes(page), strict=True):
        if not keep:
            ranges.append((0, size))
            continue
        item = items[position]
        position += 1
        if isinstance(item, int):
            ranges.append((item, item + 1))
            inner.append(0)
            continue
        indices = range(*item.indices(size))
        if not indices:
            ranges.append((0, 0))
            inner.append(slice(None))
            continue
        low, high = min(indices[0], indices[-1]), max(indices[0], indices[-1])
        ranges.append((low, high + 1))
        step = item.step or 1
        inner.append(slice(None, None, step))
    return _Region(*ranges), tuple(inner)


@final
class TiffFrame(_PageLike):
    """Lightweight page, which shares most properties with a keyframe.

    Parameters:
        parent: TIFF file the frame belongs to.
        index: Index of frame in IFD tree.
        offset: Position of IFD. The default is the position of the file.
            Frames without IFD have an offset of 0.
        keyframe: Page that describes the frame.
        offsets: Positions of segments. By default, read from file.
        bytecounts: Sizes of segments.
        dataoffsets: Same as `offsets`.
        databytecounts: Same as `bytecounts`.

    Raises:
        RuntimeError: Frame is not compatible with keyframe.
        TiffFileError: IFD is corrupted.

    """

    __slots__ = (
        '_index',
        '_keyframe',
        'databytecounts',
        'dataoffsets',
        'jpegtables',
        'offset',
        'parent',
        'subifds',
    )

    parent: TiffFile
    offset: int
    dataoffsets: Sequence[int]
    databytecounts: Sequence[int]
    subifds: tuple[int, ...] | None
    jpegtables: bytes | None
    _keyframe: TiffPage | None
    _index: tuple[int, ...]

    is_mdgel = False
    is_frame = True
    pages = None

    def __init__(
        self,
        parent: TiffFile,
        /,
        index: int | Sequence[int],
        *,
        offset: int | None = None,
        keyframe: TiffPage | None = None,
        offsets: Sequence[int] | None = None,
        bytecounts: Sequence[int] | None = None,
        dataoffsets: Sequence[int] | None = None,
        databytecounts: Sequence[int] | None = None,
    ) -> None:
        self.parent = parent
        self._index = (index,) if isinstance(index, int) else tuple(index)
        self._keyframe = None
        self.subifds = None
        self.jpegtables = None
        self.dataoffsets = ()
        self.databytecounts = ()
        offsets = dataoffsets if offsets is None else offsets
        bytecounts = databytecounts if bytecounts is None else bytecounts
        if offsets is not None:
            self.offset = 0 if offset is None else offset
            self.dataoffsets = tuple(offsets)
            self.databytecounts = tuple(bytecounts or ())
            if keyframe is not None:
                self.jpegtables = keyframe.jpegtables
                self.keyframe = keyframe
            return
        if offset is None:
            offset = parent.filehandle.tell()
        self.offset = offset
        self._read(keyframe)

    def _read(self, keyframe: TiffPage | None) -> None:
        """Set attributes from IFD."""
        ifd = self.parent._source.read_ifd(self.offset)
        for code in (324, 273):
            offsets = ifd.integers(code)
            if offsets is not None:
                self.dataoffsets = offsets
                break
        else:
            logger().warning(f'{self!r} is missing required tags')
        for code in (325, 279):
            bytecounts = ifd.integers(code)
            if bytecounts is not None:
                self.databytecounts = bytecounts
                break
        if 330 in ifd:
            subifds = ifd.integers(330)
            self.subifds = None if subifds is None else tuple(subifds)
        tables = ifd.value(347)
        self.jpegtables = tables if isinstance(tables, bytes) else None
        _correct_segments(self)
        if keyframe is None:
            return
        for code, value in (
            (256, keyframe.imagewidth),
            (257, keyframe.imagelength),
        ):
            # keyframes might have corrected sizes: compare tags
            expected = keyframe._ifd.value(code, value)
            if ifd.value(code, 0) != expected:
                raise RuntimeError('incompatible keyframe')
        self.keyframe = keyframe

    @property
    def keyframe(self) -> TiffPage:
        """Page that describes the frame.

        Raises:
            RuntimeError: Keyframe is not set, or cannot be set.

        """
        if self._keyframe is None:
            raise RuntimeError(f'{self!r} keyframe not set')
        return self._keyframe

    @keyframe.setter
    def keyframe(self, keyframe: TiffPage, /) -> None:
        if self._keyframe is not None:
            if self._keyframe is keyframe:
                return
            raise RuntimeError('cannot reset keyframe')
        if len(self.dataoffsets) != len(keyframe.dataoffsets):
            raise RuntimeError('incompatible keyframe')
        if keyframe.is_contiguous or not self.databytecounts:
            self.databytecounts = keyframe.databytecounts
        self._keyframe = keyframe

    @property
    def treeindex(self) -> tuple[int, ...]:
        """Index of frame in tree of IFDs."""
        return self._index

    @property
    def name(self) -> str:
        """Name of frame."""
        index = self._index if len(self._index) > 1 else self._index[0]
        return f'TiffFrame {index}'

    @property
    def is_virtual(self) -> bool:
        """Frame has no IFD in file."""
        return self.offset <= 0

    def aspage(self) -> TiffPage:
        """Return frame as page, read from file.

        Raises:
            ValueError: Frame has no IFD in file.

        """
        if self.is_virtual:
            raise ValueError(f'{self!r} cannot return virtual frame as page')
        with _opened(
            self.parent.filehandle, f'{self!r} reading page from closed file'
        ):
            return TiffPage(self.parent, self._index, offset=self.offset)

    def asrgb(self, *args: Any, **kwargs: Any) -> NDArray[Any]:
        """Return image as RGB(A)."""
        if self.is_virtual:
            return TiffPage.asrgb(
                self,  # type: ignore[arg-type]
                *args,
                **kwargs,
            )
        return self.aspage().asrgb(*args, **kwargs)

    def get_resolution(
        self,
        unit: RESUNIT | int | str | None = None,
        scale: float | None = None,
    ) -> tuple[int | float, int | float]:
        """Return number of pixels per unit in X and Y directions."""
        return self.keyframe.get_resolution(unit, scale)

    def __getattr__(self, name: str) -> Any:
        if name in _FRAME_ATTRIBUTES:
            return getattr(self.keyframe, name)
        raise AttributeError(
            f'{type(self).__name__!r} object has no attribute {name!r}'
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore_frame, (
            self.parent,
            self._index,
            self.offset,
            self._keyframe,
            self.dataoffsets,
            self.databytecounts,
        )

    def __repr__(self) -> str:
        index = self._index if len(self._index) > 1 else self._index[0]
        return f'<tifffile.TiffFrame {index} @{self.offset}>'

    def __str__(self) -> str:
        return self._str()

    def _str(self, detail: int = 0, width: int = 79) -> str:
        """Return frame as text."""
        if self._keyframe is None:
            shape = dtype = ''
        else:
            shape = 'x'.join(str(size) for size in self.keyframe.shape)
            dtype = str(self.keyframe.dtype)
        line = '  '.join(
            item
            for item in (f'{self.name} @{self.offset}', shape, dtype)
            if item
        )
        if detail <= 0:
            return line
        info = [
            line,
            f'keyframe: {self._keyframe!r}',
            f'subifds: {self.subifds!r}',
            f'dataoffsets: {self.dataoffsets!r}'[:width],
            f'databytecounts: {self.databytecounts!r}'[:width],
        ]
        return '\n'.join(info)


# attributes of frames that are those of the keyframe
_FRAME_ATTRIBUTES = frozenset(
    (
        '_decoder',
        '_dtype',
        '_geometry',
        'attrs',
        'axes',
        'chunked',
        'chunks',
        'compression',
        'coords',
        'datetime',
        'decode',
        'dims',
        'dtype',
        'hash',
        'is_contiguous',
        'is_final',
        'is_memmappable',
        'is_tiled',
        'maxworkers',
        'nbytes',
        'ndim',
        'nodata',
        'planarconfig',
        'resolution',
        'resolutionunit',
        'shape',
        'shaped',
        'size',
        'sizes',
        'tile',
    )
)


def _restore_frame(
    parent: TiffFile,
    index: tuple[int, ...],
    offset: int,
    keyframe: TiffPage | None,
    dataoffsets: Sequence[int],
    databytecounts: Sequence[int],
) -> TiffFrame:
    """Return frame of unpickled file."""
    return TiffFrame(
        parent,
        index,
        offset=offset,
        keyframe=keyframe,
        dataoffsets=dataoffsets,
        databytecounts=databytecounts,
    )


@final
class _FrameSequence(Sequence['TiffPage | TiffFrame | None']):
    """Frames of same geometry, made when asked for.

    Parameters:
        keyframe: First page, which describes all frames.
        indices: Indices of frames in IFD chain.
        offsets: Positions of IFDs; 0 for frames without IFD.
        dataoffsets: Positions of segments, of shape (frames, segments).
        databytecounts: Sizes of segments, of shape (frames, segments).

    """

    __slots__ = (
        'databytecounts',
        'dataoffsets',
        'indices',
        'keyframe',
        'offsets',
    )

    def __init__(
        self,
        keyframe: TiffPage,
        indices: NDArray[numpy.int64],
        offsets: NDArray[numpy.int64],
        dataoffsets: NDArray[numpy.int64],
        databytecounts: NDArray[numpy.int64],
    ) -> None:
        self.keyframe = keyframe
        self.indices = indices
        self.offsets = offsets
        self.dataoffsets = dataoffsets
        self.databytecounts = databytecounts

    def __len__(self) -> int:
        return len(self.indices)

    @overload
    def __getitem__(self, key: int, /) -> TiffPage | TiffFrame | None: ...

    @overload
    def __getitem__(
        self, key: slice, /
    ) -> Sequence[TiffPage | TiffFrame | None]: ...

    def __getitem__(self, key: int | slice, /) -> Any:
        if isinstance(key, slice):
            return self.take(numpy.arange(len(self))[key])
        index = int(self.indices[key])
        keyframe = self.keyframe
        if index == keyframe.index:
            return keyframe
        frame = TiffFrame.__new__(TiffFrame)
        frame.parent = keyframe.parent
        frame._index = (index,)
        frame.offset = int(self.offsets[key])
        frame.subifds = None
        frame.jpegtables = keyframe.jpegtables
        frame._keyframe = keyframe
        frame.dataoffsets = _tuple_or_view(self.dataoffsets[key])
        frame.databytecounts = _tuple_or_view(self.databytecounts[key])
        return frame

    def take(self, selected: NDArray[numpy.int64], /) -> _FrameSequence:
        """Return selected frames."""
        return _FrameSequence(
            self.keyframe,
            self.indices[selected],
            self.offsets[selected],
            self.dataoffsets[selected],
            self.databytecounts[selected],
        )

    def page_segments(self) -> list[_PageSegments]:
        """Return where segments of frames are."""
        keyframe = self.keyframe
        return [
            _PageSegments(
                keyframe.parent.filehandle,
                self.dataoffsets,
                self.databytecounts,
                0,
                keyframe.jpegtables,
                keyframe.jpegheader,
            )
        ]


def _tuple_or_view(row: NDArray[numpy.int64]) -> Sequence[int]:
    """Return integers as tuple or, if many, as view."""
    if row.size > _TUPLE_SIZE:
        return _IntegerArray(row)
    return tuple(row.tolist())


@final
class TiffPages(Sequence['TiffPage | TiffFrame']):
    """Sequence of pages of IFD chain, or SubIFDs, read when needed.

    Parameters:
        arg: TIFF file, or page with SubIFDs.
        index: Index of page in tree of IFDs.

    """

    parent: TiffFile
    _index: tuple[int, ...] | None
    _chain: _IfdIndex
    _cached: dict[int, TiffPage | TiffFrame]
    _cache: bool
    _useframes: bool
    _keyframe: TiffPage | None
    _last: int

    def __init__(
        self,
        arg: TiffFile | TiffPage | TiffFrame,
        /,
        *,
        index: Sequence[int] | int | None = None,
    ) -> None:
        self._index = None
        if index is not None:
            self._index = (index,) if isinstance(index, int) else tuple(index)
        self._cached = {}
        self._cache = False
        self._useframes = False
        self._keyframe = None
        if isinstance(arg, TiffPage | TiffFrame):
            self.parent = arg.parent
            # offsets of levels that are not written yet are zero
            offsets = tuple(itertools.takewhile(bool, arg.subifds or ()))
            if not offsets:
                logger().warning(f'{arg!r} contains invalid SubIFDs')
            self._chain = _IfdIndex(
                self.parent._source, offsets=offsets, owner=arg
            )
        else:
            self.parent = arg
            self._chain = _IfdIndex(arg._source, link=arg._link, owner=arg)
        try:
            offset = self._chain[0]
        except IndexError:
            return
        if not 8 <= offset < self.parent.filehandle.size:
            logger().warning(f'{self!r} invalid offset to first page')
            self._chain = _IfdIndex(self.parent._source, offsets=())
            return
        self._keyframe = self._read_page(0)
        self._cached[0] = self._keyframe

    @property
    def pages(self) -> list[TiffPage | TiffFrame | int]:
        """List of pages that are kept, and positions of other IFDs."""
        return [
            self._cached.get(i, self._chain[i])
            for i in range(self._chain.known)
        ]

    @property
    def first(self) -> TiffPage:
        """First page. Raises IndexError if there are no pages."""
        page = self._cached.get(0)
        if isinstance(page, TiffPage):
            return page
        return self.get(0)  # type: ignore[return-value]

    @property
    def is_multipage(self) -> bool:
        """IFD chain contains more than one page."""
        try:
            self._chain[1]
        except IndexError:
            return False
        return True

    @property
    def cache(self) -> bool:
        """Pages are kept once they are read."""
        return self._cache

    @cache.setter
    def cache(self, value: bool, /) -> None:
        value = bool(value)
        if self._cache and not value:
            self._clear()
        self._cache = value

    @property
    def useframes(self) -> bool:
        """Pages other than keyframes are read as TiffFrame."""
        return self._useframes

    @useframes.setter
    def useframes(self, value: bool, /) -> None:
        self._useframes = bool(value)

    @property
    def keyframe(self) -> TiffPage | None:
        """Page that describes new frames."""
        return self._keyframe

    def set_keyframe(self, index: int, /) -> None:
        """Set page that describes new frames.

        Parameters:
            index: Index of page.

        """
        index = self._normalize(index)
        page = self._cached.get(index)
        if not isinstance(page, TiffPage):
            page = self._cached[index] = self._read_page(index)
        self._keyframe = page

    @property
    def next_page_offset(self) -> int | None:
        """Position in file where another IFD can be chained."""
        if self._index is not None:
            return None
        return self._chain.link

    def get(
        self,
        key: int,
        /,
        default: TiffPage | TiffFrame | None = None,
        *,
        validate: int = 0,
        cache: bool = False,
        aspage: bool = True,
    ) -> TiffPage | TiffFrame:
        """Return page.

        Parameters:
            key: Index of page.
            default: Page to return if there is no such page.
            validate: Hash that page must have.
            cache: Keep page for the next time.
            aspage: Return TiffPage, not TiffFrame.

        Raises:
            IndexError: There is no such page and no default.
            RuntimeError: Page does not have the expected hash.
            TiffFileError: IFD is corrupted.

        """
        try:
            index = self._normalize(key)
        except IndexError:
            if default is None:
                raise
            return default
        page = self._cached.get(index)
        useframes = self._useframes and not aspage
        if page is not None and not page.is_virtual:
            usable = isinstance(page, TiffPage) or not aspage
            if not usable or (
                not self._cache
                and not isinstance(page, TiffPage)
                and not useframes
            ):
                page = None
        if page is None:
            page = (
                self._read_frame(index)
                if useframes
                else (self._read_page(index))
            )
            if self._cache or cache:
                self._cached[index] = page
        if validate and isinstance(page, TiffPage) and validate != page.hash:
            raise RuntimeError('page hash mismatch')
        return page

    def _normalize(self, key: int) -> int:
        """Return non-negative index of page that exists."""
        index = operator.index(key)
        if index < 0:
            index %= max(len(self), 1)
        self._chain[index]  # raises IndexError
        return index

    def _treeindex(self, index: int) -> tuple[int, ...]:
        """Return index of page in tree of IFDs."""
        return (index,) if self._index is None else (self._index[-1], index)

    def _check_open(self) -> None:
        """Raise ValueError if file is closed."""
        if self.parent.filehandle.closed:
            raise ValueError('seek of closed file')

    def _read_page(self, index: int) -> TiffPage:
        """Return new page."""
        self._check_open()
        return TiffPage(
            self.parent, self._treeindex(index), offset=self._chain[index]
        )

    def _read_frame(self, index: int) -> TiffFrame:
        """Return new frame."""
        self._check_open()
        return TiffFrame(
            self.parent,
            self._treeindex(index),
            offset=self._chain[index],
            keyframe=self._keyframe,
        )

    def _clear(self) -> None:
        """Forget all pages but the first and the keyframe."""
        keep = {
            index: page
            for index, page in self._cached.items()
            if index == 0 or page is self._keyframe or page.is_virtual
        }
        self._cached = keep

    def _replace(self, pages: Sequence[TiffPage | TiffFrame]) -> None:
        """Replace IFD chain with pages."""
        self._chain = _IfdIndex(
            self.parent._source, offsets=[page.offset for page in pages]
        )
        self._cached = dict(enumerate(pages))
        self._cache = True

    @overload
    def __getitem__(self, key: int, /) -> TiffPage | TiffFrame: ...

    @overload
    def __getitem__(
        self, key: slice | Iterable[int], /
    ) -> list[TiffPage | TiffFrame]: ...

    def __getitem__(
        self, key: int | slice | Iterable[int], /
    ) -> TiffPage | TiffFrame | list[TiffPage | TiffFrame]:
        if isinstance(key, int | numpy.integer):
            return self.get(int(key), aspage=not self._useframes)
        if isinstance(key, slice):
            indices: Iterable[int] = range(*self._slice_indices(key))
        elif isinstance(key, Iterable) and not isinstance(key, str):
            indices = key
        else:
            raise TypeError(
                f'key must be an integer, slice, or iterable, not {type(key)}'
            )
        return [self.get(int(i), aspage=not self._useframes) for i in indices]

    def _slice_indices(self, key: slice) -> tuple[int, int, int]:
        """Return start, stop, and step; index no more pages than needed."""
        start, stop, step = key.start, key.stop, key.step
        if (
            (step is None or step > 0)
            and stop is not None
            and stop >= 0
            and (start is None or start >= 0)
        ):
            self._chain.extend(stop)
            return key.indices(self._chain.known)
        return key.indices(len(self))

    def __iter__(self) -> Iterator[TiffPage | TiffFrame]:
        index = 0
        while True:
            try:
                page = self.get(index, aspage=not self._useframes)
            except IndexError:
                return
            yield page
            index += 1

    def __bool__(self) -> bool:
        return self._chain.known > 0

    def __len__(self) -> int:
        return len(self._chain)

    def __repr__(self) -> str:
        offset = self._chain[0] if self._chain.known else 0
        return f'<tifffile.TiffPages @{offset}>'


# =============================================================================
# 12  Series and formats
#
# A TiffPageSeries is an array made of pages with the same geometry. A Format
# is everything about one kind of file: how it is recognized, what is wrong
# with its tags, how its pages form series, and its metadata. Formats register
# themselves; the flags (is_svs), and metadata (svs_metadata) of TiffFile, and
# flags of TiffPage are made from the registry. The last section of the
# registry holds the formats that take any file: uniform and generic.
# =============================================================================


@final
class _SeriesKind(str):
    """Name of kind of series that is equal to any case of it."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return self.casefold() == other.casefold()
        return NotImplemented

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def __reduce__(self) -> tuple[Any, ...]:
        return _SeriesKind, (str(self),)


@final
class TiffPageSeries:
    """Sequence of pages that make up a multi-dimensional image.

    Parameters:
        pages: Pages of series, in C order of leading dimensions; None if
            missing.
        shape: Shape of image. The default is the shape of the keyframe.
        dtype: Data type of image.
        axes: Characters of dimensions of image.
        attr: Metadata of series.
        coords: Coordinates along dimensions by name.
        index: Index of series in file.
        parent: TIFF file the series belongs to.
        name: Name of series.
        kind: Kind of series.
        truncated: Only the first page of a contiguous series is in the file.
        multifile: Pages are in more than one file.
        squeeze: Remove dimensions of length one from shape by default.
        transform: Function to apply to image after reading.

    """

    levels: list[TiffPageSeries]
    """Series of reduced resolutions; the first is the series itself."""
    parent: TiffFile
    """TIFF file the series belongs to."""
    keyframe: TiffPage
    """Page that describes all pages."""
    dtype: numpy.dtype[Any]
    """Data type of image in native byte order."""
    kind: str
    """Kind of series; equal to any case of it."""
    name: str
    """Name of series."""
    index: int
    """Index of series in file."""
    transform: Callable[[NDArray[Any]], NDArray[Any]] | None
    """Function applied to image after reading."""
    is_multifile: bool
    """Pages are in more than one file."""
    is_truncated: bool
    """Only the first page of a contiguous series is in the file."""

    _pages: Sequence[TiffPage | TiffFrame | None]
    _squeeze: bool
    _shape: tuple[int, ...]
    _axes: str
    _base: TiffPageSeries | None

    def __init__(
        self,
        pages: Sequence[TiffPage | TiffFrame | None],
        /,
        shape: Sequence[int] | None = None,
        dtype: DTypeLike | None = None,
        axes: str | None = None,
        *,
        attr: dict[str, Any] | None = None,
        coords: Mapping[str, NDArray[Any] | None] | None = None,
        index: int | None = None,
        parent: TiffFile | None = None,
        name: str | None = None,
        kind: str | None = None,
        truncated: bool = False,
        multifile: bool = False,
        squeeze: bool = True,
        transform: Callable[[NDArray[Any]], NDArray[Any]] | None = None,
    ) -> None:
        if isinstance(pages, _FrameSequence):
            keyframe = pages.keyframe
        else:
            first = next((page for page in pages if page is not None), None)
            if first is None:
                raise ValueError('no pages in series')
            keyframe = first.keyframe
        self._pages = pages
        self.keyframe = keyframe
        self.parent = keyframe.parent if parent is None else parent
        self._shape = (
            keyframe.shape
            if shape is None
            else tuple(int(size) for size in shape)
        )
        self._axes = keyframe.axes if axes is None else axes
        if len(self._axes) != len(self._shape):
            raise ValueError(
                f'axes {self._axes!r} do not match shape {self._shape}'
            )
        self.dtype = numpy.dtype(keyframe.dtype if dtype is None else dtype)
        self.index = index  # type: ignore[assignment]
        self.name = name or ''
        self.kind = _SeriesKind(kind or '')
        self.transform = transform
        self.is_multifile = bool(multifile)
        self.is_truncated = bool(truncated)
        self.levels = [self]
        self._squeeze = bool(squeeze)
        self._attr = dict(attr or {})
        self._coords = {
            key: value
            for key, value in (coords or {}).items()
            if value is not None
        }
        self._base = None

    # -- shape ----------------------------------------------------------------

    def get_shape(self, squeeze: bool | None = None) -> tuple[int, ...]:
        """Return shape of image.

        Parameters:
            squeeze: Remove dimensions of length one.

        """
        if squeeze is None:
            squeeze = self._squeeze
        if squeeze:
            return squeeze_axes(self._shape, self._axes)[0]
        return self._shape

    def get_axes(self, squeeze: bool | None = None) -> str:
        """Return characters of dimensions of image.

        Parameters:
            squeeze: Remove dimensions of length one.

        """
        if squeeze is None:
            squeeze = self._squeeze
        if squeeze:
            return squeeze_axes(self._shape, self._axes)[1]
        return self._axes

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of image."""
        return self.get_shape()

    @property
    def axes(self) -> str:
        """Characters of dimensions of image."""
        return self.get_axes()

    @property
    def ndim(self) -> int:
        """Number of dimensions of image."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """Number of samples in image."""
        return product(self._shape)

    @property
    def nbytes(self) -> int:
        """Size in bytes of image."""
        return self.size * self.dtype.itemsize

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of dimensions of image, made unique by appending numbers."""
        names = TIFF.AXES_NAMES
        dims: list[str] = []
        for i, ax in enumerate(self.axes):
            name = names.get(ax, ax)
            dims.append(f'{name}{i}' if name in dims else name)
        return tuple(dims)

    @property
    def sizes(self) -> dict[str, int]:
        """Lengths of dimensions of image by name."""
        return dict(zip(self.dims, self.shape, strict=True))

    @property
    def coords(self) -> dict[str, NDArray[Any]]:
        """Coordinates along dimensions by name, where known.

        Coordinates given by the format go before those made from `scale` and
        `origin` in `attr`, and those before the coordinates of the keyframe.

        """
        sizes = self.sizes
        coords = {
            **self.keyframe.coords,
            **self._scaled_coords(),
            **self._coords,
        }
        return {
            dim: values
            for dim, values in coords.items()
            if sizes.get(dim) == len(values)
        }

    def _scaled_coords(self) -> dict[str, NDArray[Any]]:
        """Return coordinates along dimensions whose scale is known."""
        scale = self._attr.get('scale', {})
        origin = self._attr.get('origin', {})
        return {
            TIFF.AXES_NAMES.get(ax, ax): (
                origin.get(ax, 0.0) + scale[ax] * numpy.arange(size)
            )
            for ax, size in zip(self.axes, self.shape, strict=True)
            if ax in scale
        }

    def get_coords(
        self, squeeze: bool | None = None
    ) -> dict[str, NDArray[Any]]:
        """Return coordinates along dimensions by name, where known."""
        return self.coords

    @property
    def attr(self) -> dict[str, Any]:
        """Metadata of series."""
        return self._attr

    @property
    def attrs(self) -> dict[str, Any]:
        """Metadata of series."""
        return self._attr

    @property
    def is_pyramidal(self) -> bool:
        """Series contains reduced resolutions."""
        return len(self.levels) > 1

    @property
    def pages(self) -> TiffPageSeries:
        """Self, a sequence of pages."""
        return self

    # -- pages ----------------------------------------------------------------

    @_cached_property
    def dataoffset(self) -> int | None:
        """Position of image data if they are contiguous and final."""
        pages = self._pages
        if not self.keyframe.is_final or self.size == 0:
            return None
        nbytes = self.keyframe.nbytes
        if isinstance(pages, _FrameSequence):
            starts = pages.dataoffsets[:, 0]
            expected = starts[0] + nbytes * numpy.arange(len(pages))
            if not bool((starts == expected).all()):
                return None
            if pages.dataoffsets.shape[1] > 1:
                last = pages.dataoffsets - starts[:, None]
                if not bool((last == last[0]).all()):
                    return None
            first = int(starts[0])
        else:
            first = position = 0
            for page in pages:
                if page is None or not page.dataoffsets or not page.is_final:
                    return None
                start = page.dataoffsets[0]
                if start <= 0 or (position and start != position):
                    return None
                if (
                    page.parent.filehandle
                    is not self.keyframe.parent.filehandle
                ):
                    return None
                first = first or start
                position = start + page.nbytes
        if self.nbytes == nbytes * len(pages):
            return first
        if len(pages) == 1 and self._is_implied:
            return first
        return None

    @property
    def offset(self) -> int | None:
        """Position of image data. Deprecated, use `dataoffset`."""
        warnings.warn(
            '<tifffile.TiffPageSeries.offset> is deprecated; use dataoffset',
            DeprecationWarning,
            stacklevel=2,
        )
        return self.dataoffset

    @property
    def _is_implied(self) -> bool:
        """Image data of other pages follow those of the only stored page."""
        return self.is_truncated or _get_format(self.kind).is_implied

    def __len__(self) -> int:
        number = len(self._pages)
        if number == 1 and not self.is_truncated and self.keyframe.size > 0:
            return max(product(self._shape) // self.keyframe.size, 1)
        return number

    @overload
    def __getitem__(
        self, key: SupportsIndex, /
    ) -> TiffPage | TiffFrame | None: ...

    @overload
    def __getitem__(
        self, key: slice | Iterable[int], /
    ) -> list[TiffPage | TiffFrame | None]: ...

    def __getitem__(
        self, key: SupportsIndex | slice | Iterable[int], /
    ) -> TiffPage | TiffFrame | list[TiffPage | TiffFrame | None] | None:
        if isinstance(key, slice):
            return [self._getpage(i) for i in range(*key.indices(len(self)))]
        if isinstance(key, SupportsIndex):
            return self._getpage(operator.index(key))
        if isinstance(key, Iterable) and not isinstance(key, str):
            return [self._getpage(int(i)) for i in key]
        raise TypeError(
            f'key must be an integer, slice, or iterable, not {type(key)}'
        )

    def _getpage(self, index: int) -> TiffPage | TiffFrame | None:
        """Return page, which might not be kept."""
        number = len(self)
        if index < 0:
            index += number
        if not 0 <= index < number:
            raise IndexError(f'page index {index} out of range [0, {number})')
        if index < len(self._pages):
            return self._pages[index]
        first = self._pages[0]
        assert first is not None
        return self.parent.pages[first.index + index]

    def __iter__(self) -> Iterator[TiffPage | TiffFrame | None]:
        for index in range(len(self)):
            yield self._getpage(index)

    def _frames(
        self, indices: NDArray[numpy.int64] | None = None
    ) -> Sequence[TiffPage | TiffFrame | None]:
        """Return pages to read image data from, which may be virtual."""
        pages = self._pages
        number = max(self.size // max(self.keyframe.size, 1), 1)
        if len(pages) == 1 and number > 1 and self.dataoffset is not None:
            if indices is None:
                indices = numpy.arange(number)
            return _virtual_frames(self.keyframe, self.dataoffset, indices)
        if len(pages) < number and len(self) == number:
            pages = self[:]
        if indices is None:
            return pages
        if isinstance(pages, _FrameSequence):
            return pages.take(indices)
        missing = len(pages)
        return [pages[i] if i < missing else None for i in indices.tolist()]

    # -- reading --------------------------------------------------------------

    def asarray(
        self,
        *,
        level: int | None = None,
        selection: Any = None,
        **kwargs: Any,
    ) -> NDArray[Any]:
        """Return image of series, or part of it.

        Parameters:
            level: Index of reduced resolution.
            selection:
                Part of image to read: integers, slices, and ellipsis to
                index an array of the shape of the level. Only the strips or
                tiles that the part touches are read.
            **kwargs: Arguments passed to :py:meth:`TiffFile.asarray`.

        """
        series = self if level is None else self.levels[level]
        result = self.parent.asarray(
            series=series, selection=selection, **kwargs
        )
        return result if self.transform is None else self.transform(result)

    def _read(
        self,
        squeeze: bool | None,
        out: OutputType,
        maxworkers: int | None,
        buffersize: int | None,
    ) -> NDArray[Any]:
        """Return image of series."""
        keyframe = self.keyframe
        shape = self.get_shape(squeeze)
        dtype = keyframe._dtype
        fh = keyframe.parent.filehandle
        if self.size == 0:
            return _empty_array(keyframe, shape)
        if dtype is None:
            raise _unsupported_dtype(keyframe)
        if self.dataoffset is not None:
            if (
                isinstance(out, str)
                and out == 'memmap'
                and keyframe.is_memmappable
            ):
                return fh.memmap_array(
                    dtype.newbyteorder(keyframe.parent.tiff.byteorder),
                    shape,
                    self.dataoffset,
                )
            return _read_contiguous(keyframe, self.dataoffset, shape, out)
        pages = self._frames()
        if len(pages) == 1 and pages[0] is not None:
            if keyframe.size == self.size:
                result = _read_page(
                    pages[0], out, True, maxworkers, buffersize
                )
                return (
                    result if result.shape == shape else result.reshape(shape)
                )
        if len(pages) * keyframe.size != self.size:
            logger().warning(
                f'{self!r} {len(pages)} pages of shape {keyframe.shape} '
                f'do not make up shape {shape}'
            )
            shape = (len(pages), *keyframe.shape)
        return _read_pages(keyframe, pages, shape, out, maxworkers, buffersize)

    def _read_selection(
        self,
        selection: Any,
        squeeze: bool | None,
        out: OutputType,
        maxworkers: int | None,
        buffersize: int | None,
    ) -> NDArray[Any]:
        """Return part of image of series."""
        shape = self.get_shape(squeeze)
        items = parse_selection(selection, shape)
        if self.size == 0:
            return _empty_array(self.keyframe, shape)[items]
        if self.keyframe._dtype is None:
            raise _unsupported_dtype(self.keyframe)
        result = _read_stack_selection(
            self.keyframe,
            self._frames,
            shape,
            items,
            maxworkers,
            buffersize,
        )
        return _copy_to_output(result, out)

    # -- text -----------------------------------------------------------------

    def __reduce__(self) -> tuple[Any, ...]:
        base = self if self._base is None else self._base
        if base.index is None:
            raise TypeError(
                f'cannot pickle {self!r}, which is not a series of a file'
            )
        level = base.levels.index(self)
        return _restore_series, (self.parent, base.index, level)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f'<tifffile.TiffPageSeries {self.index}>'

    def __str__(self) -> str:
        return '  '.join(
            item
            for item in (
                f'TiffPageSeries {self.index}',
                snipstr(repr(self.name), 20) if self.name else '',
                'x'.join(str(size) for size in self.shape),
                str(self.dtype),
                self.axes,
                str(self.kind),
                f'{len(self.levels)} Levels' if self.is_pyramidal else '',
                f'{len(self)} Pages',
                '' if self.dataoffset is None else f'@{self.dataoffset}',
            )
            if item
        )


def _restore_series(
    parent: TiffFile, index: int, level: int
) -> TiffPageSeries:
    """Return series of unpickled file."""
    return parent.series[index].levels[level]


def _virtual_frames(
    keyframe: TiffPage, dataoffset: int, indices: NDArray[numpy.int64]
) -> _FrameSequence:
    """Return frames of contiguous image data without IFDs."""
    assert keyframe._dtype is not None
    sizes = _segment_sizes(keyframe)
    starts = numpy.concatenate([[0], numpy.cumsum(sizes)[:-1]])
    first = dataoffset + indices * keyframe.nbytes
    return _FrameSequence(
        keyframe,
        indices + keyframe.index,
        numpy.where(indices == 0, keyframe.offset, 0),
        first[:, None] + starts,
        numpy.broadcast_to(sizes, (len(indices), sizes.size)),
    )


def _segment_sizes(page: TiffPage) -> NDArray[numpy.int64]:
    """Return sizes in bytes of uncompressed segments."""
    assert page._dtype is not None
    geometry = page._geometry
    return numpy.array(
        [
            product(geometry.stored_shape(geometry.position(i)))
            * page._dtype.itemsize
            for i in range(geometry.nsegments)
        ],
        numpy.int64,
    )


def _read_stack_selection(
    keyframe: TiffPage,
    frames: Callable[
        [NDArray[numpy.int64]], Sequence[TiffPage | TiffFrame | None]
    ],
    shape: tuple[int, ...],
    items: tuple[int | slice, ...],
    maxworkers: int | None,
    buffersize: int | None,
) -> NDArray[Any]:
    """Return part of pages that make up array of shape.

    Parameters:
        keyframe: Page that describes all pages.
        frames: Function that returns pages by number.
        shape: Shape of array.
        items: Integers and slices to index array.
        maxworkers: Maximum number of threads to decode segments.
        buffersize: Number of bytes to fetch at once from remote files.

    """
    # the trailing dimensions are those of whole pages, best of one page
    split = len(shape)
    while split > 0 and product(shape[split:]) % keyframe.size:
        split -= 1
    if product(shape[split:]) % keyframe.size:
        raise ValueError(f'{keyframe!r} does not fit shape {shape}')
    step = product(shape[split:]) // keyframe.size
    groups = numpy.arange(product(shape[:split])).reshape(shape[:split])
    selected = numpy.asarray(groups[items[:split]])
    numbers = (selected.reshape(-1, 1) * step + numpy.arange(step)).reshape(-1)
    tail, tail_items = shape[split:], items[split:]
    page_items = (
        _match_page_items(tail, tail_items, keyframe) if step == 1 else None
    )
    pages = frames(numbers)
    if page_items is None:
        result = _read_pages(
            keyframe,
            pages,
            (len(pages), *keyframe.shape),
            None,
            maxworkers,
            buffersize,
        )
        result = result.reshape(selected.size, *tail)
    else:
        if len(pages) == 0:
            pages, numbers = frames(numpy.zeros(1, numpy.int64)), numbers[:0]
        result = _read_pages_region(
            keyframe, pages, page_items, maxworkers, buffersize
        )[: len(numbers)]
        lengths = [
            1 if isinstance(item, int) else len(range(*item.indices(size)))
            for size, item in zip(tail, tail_items, strict=True)
        ]
        if 1 in tail:
            # selections of dimensions that pages do not have
            lengths = [
                1 if size == 1 else length
                for size, length in zip(tail, lengths, strict=True)
            ]
        result = result.reshape(len(numbers), *lengths)
        tail_items = tuple(
            0 if isinstance(item, int) else item if size == 1 else slice(None)
            for size, item in zip(tail, tail_items, strict=True)
        )
    result = result[(slice(None), *tail_items)]
    return result.reshape(selected.shape + result.shape[1:])


def _match_page_items(
    shape: tuple[int, ...],
    items: tuple[int | slice, ...],
    page: TiffPage,
) -> tuple[slice, ...] | None:
    """Return slices to index page, None if its shape does not match.

    Shapes match if they are equal without dimensions of length one.

    """
    selected = [
        item if isinstance(item, slice) else slice(item, item + 1, 1)
        for size, item in zip(shape, items, strict=True)
        if size != 1
    ]
    if [size for size in shape if size != 1] != [
        size for size in page.shape if size != 1
    ]:
        return None
    iterator = iter(selected)
    return tuple(
        slice(0, 1, 1) if size == 1 else next(iterator) for size in page.shape
    )


@final
class _PageGroups:
    """Pages of an IFD chain, grouped by hash.

    Parameters:
        pages: Pages of chain.

    Raises:
        _IrregularChain: Pages must be read one by one.

    """

    __slots__ = ('groups',)

    groups: list[_FrameSequence]

    def __init__(self, pages: TiffPages) -> None:
        tables = _read_ifd_tables(pages._chain)
        if tables is None:
            raise _IrregularChain
        groups: dict[int, list[_FrameSequence]] = {}
        for table in tables:
            self._add_table(pages, table, groups)
        self.groups = sorted(
            (self._merge(parts) for parts in groups.values()),
            key=lambda group: int(group.indices[0]),
        )

    def _add_table(
        self,
        pages: TiffPages,
        table: _IfdTable,
        groups: dict[int, list[_FrameSequence]],
    ) -> None:
        """Add IFDs of table to groups of pages with same hash."""
        if 330 in table:
            raise _IrregularChain
        rest = numpy.ones(len(table), numpy.bool_)
        while rest.any():
            part = table.take(rest)
            mask = part.alike(_GEOMETRY_CODES)
            sequence = self._frames(pages, part.take(mask))
            parts = groups.setdefault(sequence.keyframe.hash, [])
            if parts and (
                347 in table
                or parts[0].dataoffsets.shape[1]
                != sequence.dataoffsets.shape[1]
            ):
                raise _IrregularChain
            parts.append(sequence)
            rest[rest] = ~mask
            if len(groups) > 64 or len(parts) > 64:
                raise _IrregularChain

    @staticmethod
    def _frames(pages: TiffPages, table: _IfdTable) -> _FrameSequence:
        """Return IFDs of same geometry as frames."""
        keyframe = pages.get(int(table.indices[0]))
        assert isinstance(keyframe, TiffPage)
        codes = (324, 325) if 324 in table else (273, 279)
        if (
            codes[0] not in table
            or codes[1] not in table
            or keyframe.dtype is None
            or _keeps_segments(keyframe)
        ):
            raise _IrregularChain
        arrays = [table.values(code) for code in codes]
        number = keyframe._geometry.nsegments
        for array in arrays:
            if (
                array is None
                or array.shape[1] != number
                or (array.dtype.kind != 'u')
            ):
                raise _IrregularChain
        return _FrameSequence(
            keyframe,
            table.indices,
            table.offsets,
            arrays[0].astype(numpy.int64),  # type: ignore[union-attr]
            arrays[1].astype(numpy.int64),  # type: ignore[union-attr]
        )

    @staticmethod
    def _merge(parts: list[_FrameSequence]) -> _FrameSequence:
        """Return frames in order of their indices."""
        if len(parts) == 1:
            return parts[0]
        first = min(parts, key=lambda part: int(part.indices[0]))
        indices = numpy.concatenate([part.indices for part in parts])
        order = numpy.argsort(indices)
        return _FrameSequence(
            first.keyframe,
            indices[order],
            numpy.concatenate([part.offsets for part in parts])[order],
            numpy.concatenate([part.dataoffsets for part in parts])[order],
            numpy.concatenate([part.databytecounts for part in parts])[order],
        )


class _IrregularChain(Exception):
    """IFDs of chain are too different to be read in columns."""


def subresolution(
    a: TiffPage | TiffPageSeries,
    b: TiffPage | TiffPageSeries,
    /,
    p: int = 2,
    n: int = 16,
) -> int | None:
    """Return level of subresolution of series or page `b` vs `a`.

    Parameters:
        a: Series or page of higher resolution.
        b: Series or page of lower resolution.
        p: Factor of reduction between levels.
        n: Maximum number of levels.

    Returns:
        Power of reduction, None if `b` is not a subresolution of `a`.

    """
    if a.axes != b.axes or a.dtype != b.dtype:
        return None
    level = None
    for ax, i, j in zip(a.axes.lower(), a.shape, b.shape, strict=True):
        if ax not in 'xyz':
            if i != j:
                return None
            continue
        if level is None:
            for r in range(n):
                if p**r > i:
                    break
                if abs(i / p**r - j) < 1.0:
                    level = r
                    break
            else:
                return None
            if level is None:
                return None
        elif abs(i / p**level - j) >= 1.0:
            return None
    return level


def pyramidize_series(
    series: list[TiffPageSeries], /, isreduced: bool = False
) -> None:
    """Move series of reduced resolution to levels of others, in place.

    Parameters:
        series: Series, from high to low resolution.
        isreduced: Only move series whose keyframes are flagged reduced.

    """
    done: list[TiffPageSeries] = []
    rest = list(series)
    while rest:
        a = rest.pop(0)
        done.append(a)
        if a.keyframe.is_subifd:
            continue
        factor = None
        for b in list(rest):
            if isreduced and not b.keyframe.is_reduced:
                continue
            factors = (2, 3, 4) if factor is None else (factor,)
            for p in factors:
                if subresolution(a.levels[-1], b, p=p, n=2) == 1:
                    factor = p
                    b._base = a
                    a.levels.append(b)
                    rest.remove(b)
                    break
    series[:] = done


# -- registry -----------------------------------------------------------------

# formats in order of detection
_FORMATS: list[type[Format]] = []

# name of method -> formats that define it, in order of detection
_FORMATS_OF: dict[str, list[type[Format]]] = {
    'annotate': [],
    'prepare': [],
    'series': [],
}


def _differs(fmt: type[Format], name: str) -> bool:
    """Return if format defines method of registry."""
    return any(name in cls.__dict__ for cls in fmt.__mro__[:-2])


class Format:
    """Base class of formats, and of the registry of formats.

    A subclass with a `kind` or `flag` registers itself. Everything about
    a format is in its class and beside it.

    """

    kind: ClassVar[str] = ''
    """Kind of series made by format; empty if it makes no series."""

    flag: ClassVar[str] = ''
    """Name of flag; the default is the lower case `kind`."""

    order: ClassVar[int] = 0
    """Rank among formats when series are made; lower come first."""

    extensions: ClassVar[tuple[str, ...]] = ()
    """File extensions, without leading dot."""

    is_implied: ClassVar[bool] = False
    """Image data of a series may follow those of its only page."""

    fallback: ClassVar[bool] = False
    """Try the next format if no series are made."""

    keeps_segments: ClassVar[bool] = False
    """Uncompressed segments of pages are contiguous whatever tags tell."""

    properties: ClassVar[Mapping[str, Callable[[TiffFile], Any]]] = {}
    """Functions that make further properties of files, by name."""

    decoder_options: ClassVar[
        Mapping[int, Callable[[TiffPage], tuple[tuple[str, Any], ...]]]
    ] = {}
    """Functions that return parameters of compression schemes, by scheme."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.flag:
            cls.flag = cls.kind.lower()
        if not cls.flag:
            return
        _FORMATS.append(cls)
        _FORMATS.sort(key=lambda fmt: fmt.order)
        for name, formats in _FORMATS_OF.items():
            if _differs(cls, name):
                formats.append(cls)
                formats.sort(key=lambda fmt: fmt.order)
        cls.asks_page = not _differs(cls, 'detect_file')
        if cls.detect is not Format.detect:
            setattr(TiffPage, 'is_' + cls.flag, _page_flag(cls))
            _PAGE_FLAGS.append(cls.flag)
        if cls.tags is not Format.tags:
            setattr(TiffPage, cls.flag + '_tags', _page_tags(cls))
        if cls.amend is not Format.amend:
            _PAGE_AMENDMENTS.append(cls.amend)
        if cls.quirks is not Format.quirks:
            _PAGE_QUIRKS.append(cls.quirks)
        if cls.keeps_segments:
            _SEGMENT_KEEPERS.append(cls.detect)
        _DECODER_OPTIONS.update(cls.decoder_options)
        for hook in _FORMAT_HOOKS:
            hook(cls)

    asks_page: ClassVar[bool] = True
    """File is of format if its first page is."""

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        """Return if page is of format. Must be fast and not read the file."""
        return False

    @classmethod
    def detect_file(cls, tif: TiffFile, /) -> bool:
        """Return if file is of format. The default is to ask first page."""
        return bool(tif.pages) and cls.detect(tif.pages.first)

    @staticmethod
    def amend(page: TiffPage, /) -> None:
        """Correct attributes of any page before its shape is determined."""

    @staticmethod
    def quirks(page: TiffPage, /) -> None:
        """Correct attributes of any page once it is made."""

    @staticmethod
    def prepare(tif: TiffFile, /) -> None:
        """Correct pages of file of format after it has been opened."""

    @classmethod
    def annotate(cls, tif: TiffFile, series: list[TiffPageSeries], /) -> None:
        """Add metadata to series that another format made of the file."""

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        """Return series of pages, None or empty if that fails."""
        return None

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> Any:
        """Return metadata of file of format."""
        return None

    @staticmethod
    def tags(page: TiffPage, /) -> dict[str, Any] | None:
        """Return metadata in tags of page of format."""
        return None


# functions called with every format that registers
_FORMAT_HOOKS: list[Callable[[type[Format]], None]] = []


def _page_flag(fmt: type[Format]) -> property:
    """Return property that tells if page is of format."""

    def is_format(page: TiffPage) -> bool:
        return bool(fmt.detect(page))

    is_format.__doc__ = f'Page is of {fmt.kind or fmt.flag} format.'
    return property(is_format)


def _page_tags(fmt: type[Format]) -> property:
    """Return property that is metadata in tags of page, or None."""
    name = f'_{fmt.flag}_tags'

    def tags(page: TiffPage) -> dict[str, Any] | None:
        if name not in page.__dict__:
            page.__dict__[name] = fmt.tags(page) if fmt.detect(page) else None
        return page.__dict__[name]  # type: ignore[no-any-return]

    tags.__doc__ = f'Metadata in tags of {fmt.kind or fmt.flag} page, or None.'
    return property(tags)


def _add_page_property(func: Callable[[TiffPage], Any], doc: str) -> None:
    """Add property to TiffPage, named like function but for underscore."""
    setattr(TiffPage, func.__name__.lstrip('_'), property(func, doc=doc))


def _get_format(kind: str, /) -> type[Format]:
    """Return format by kind, or Format if there is none."""
    for fmt in _FORMATS:
        if fmt.kind == kind:
            return fmt
    return Format


def _collect_frames(
    tif: TiffFile, keyframe: TiffPage, start: int, number: int
) -> Sequence[TiffPage | TiffFrame]:
    """Return consecutive pages of chain, validated to match keyframe.

    Raises:
        TiffFileError: Page does not match keyframe.

    """
    if number > 16:
        for group in tif._page_groups or ():
            first, last = numpy.searchsorted(
                group.indices, (start, start + number)
            ).tolist()
            if last - first == number and group.keyframe.hash == keyframe.hash:
                frames = group[first:last]
                assert isinstance(frames, _FrameSequence)
                frames.keyframe = keyframe
                return frames  # type: ignore[return-value]
    pages: list[TiffPage | TiffFrame] = [keyframe]
    for index in range(start + 1, start + number):
        page = tif.pages.get(index)
        if page.hash != keyframe.hash:
            raise TiffFileError(
                f'{tif.filehandle.name!r} {page!r} does not match {keyframe!r}'
            )
        pages.append(page)
    return pages


def _read_bytes(fh: FileHandle, size: int) -> bytes:
    """Return bytes from position of file.

    Raises:
        TiffTagError: The file ends before.

    """
    offset = fh.tell()
    if 0 <= size <= max(fh.size - offset, 0):
        data = fh.read(size)
        if len(data) == size:
            return data
    raise TiffTagError(
        f'{fh.name!r} structure @{offset} of {size} bytes exceeds file'
    )


def _read_values(fh: FileHandle, fmt: str) -> tuple[Any, ...]:
    """Return values of struct format from position of file."""
    return struct.unpack(fmt, _read_bytes(fh, struct.calcsize(fmt)))


def _read_numbers(fh: FileHandle, dtype: str, count: int) -> NDArray[Any]:
    """Return array in native byte order from position of file."""
    stored = numpy.dtype(dtype)
    data = _read_bytes(fh, max(count, 0) * stored.itemsize)
    return numpy.frombuffer(data, stored).astype(stored.newbyteorder('='))


# -- shaped -------------------------------------------------------------------


@final
class _Shaped(Format):
    """Files that tell shape and metadata of series in JSON descriptions."""

    kind = 'Shaped'
    order = 10
    is_implied = True

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return _shaped_description(page) is not None

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> tuple[dict[str, Any], ...]:
        result = []
        for series in tif.series:
            if series.kind == cls.kind:
                description = _shaped_description(series.keyframe)
                if description is not None:
                    result.append(json_description_metadata(description))
        return tuple(result)

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        series: list[TiffPageSeries] = []
        index = 0
        while True:
            try:
                keyframe = tif.pages.get(index)
            except IndexError:
                break
            assert isinstance(keyframe, TiffPage)
            number = cls._append(tif, keyframe, series)
            if number == 0:
                return None
            index += number
        pyramidize_series(series, isreduced=True)
        return series

    @classmethod
    def _append(
        cls,
        tif: TiffFile,
        keyframe: TiffPage,
        series: list[TiffPageSeries],
        siblings: Sequence[TiffPage] | None = None,
    ) -> int:
        """Append series that starts with keyframe, return number of pages.

        Parameters:
            tif: File that contains series.
            keyframe: First page of series.
            series: Series found so far.
            siblings: Pages that follow keyframe if it is a SubIFD.

        """
        description = _shaped_description(keyframe)
        if description is None:
            logger().error(
                f'{tif!r} invalid shaped series metadata or corrupted file'
            )
            return 0
        metadata = json_description_metadata(description)
        shape = tuple(int(size) for size in metadata['shape'])
        axes = metadata.get('axes')
        truncated = metadata.get('truncated')
        if truncated is None and keyframe.subifds is not None:
            truncated = False
        if axes is not None and len(axes) != len(shape):
            logger().error(f'{tif!r} axes do not match shape')
            axes = None
        number, rest = divmod(product(shape), max(keyframe.size, 1))
        if rest:
            logger().error(
                f'{tif!r} series shape {shape} does not match page shape '
                f'{keyframe.shape}'
            )
            return 0
        number = max(number, 1)
        pages: Sequence[TiffPage | TiffFrame]
        if siblings is not None:
            pages = siblings
        else:
            number = cls._count_pages(tif, keyframe, number, bool(truncated))
            pages = [keyframe]
            if number > 1 and not cls._is_contiguous(tif, keyframe, number):
                pages = _collect_frames(tif, keyframe, keyframe.index, number)
        series.append(
            cls._make(
                tif, keyframe, pages, number, axes, shape, truncated, metadata
            )
        )
        if siblings is None and keyframe.subifds is not None:
            if not cls._append_subifds(tif, keyframe, pages, series):
                return 0
        return number

    @staticmethod
    def _count_pages(
        tif: TiffFile, keyframe: TiffPage, number: int, truncated: bool
    ) -> int:
        """Return number of pages of series that are in the file."""
        if number == 1 or truncated:
            return 1
        tif.pages._chain.extend(keyframe.index + number)
        if tif.pages._chain.known < keyframe.index + number:
            return 1
        return number

    @staticmethod
    def _is_contiguous(tif: TiffFile, keyframe: TiffPage, number: int) -> bool:
        """Return if image data of pages follow each other."""
        if not keyframe.is_final or keyframe.subifds is not None:
            return False
        start = keyframe.dataoffsets[0]
        following = tif.pages._chain[keyframe.index + 1]
        if start <= following < start + keyframe.nbytes * number:
            return False
        page = tif.pages.get(keyframe.index + 1)
        return (
            page.is_final
            and page.hash == keyframe.hash
            and page.dataoffsets[0] == start + keyframe.nbytes
        )

    @staticmethod
    def _make(
        tif: TiffFile,
        keyframe: TiffPage,
        pages: Sequence[TiffPage | TiffFrame],
        number: int,
        axes: str | None,
        reshape: tuple[int, ...],
        truncated: bool | None,
        metadata: dict[str, Any],
    ) -> TiffPageSeries:
        """Return series from pages and metadata."""
        shape = reshape
        if axes is None:
            shape, axes = keyframe.shape, keyframe.axes
            if number > 1:
                shape, axes = (number, *shape), 'Q' + axes
            size, total = product(shape), product(reshape)
            if keyframe.is_contiguous and total > size and total % size == 0:
                if truncated is None:
                    truncated = True
                shape, axes = (total // size, *shape), 'Q' + axes
            try:
                axes = reshape_axes(axes, shape, reshape)
                shape = reshape
            except ValueError as exc:
                logger().error(f'{tif!r} failed to reshape: {exc}')
        elif len(pages) == 1 and number == 1 and truncated is None:
            truncated = product(shape) > keyframe.size
        attr = {
            key: value
            for key, value in metadata.items()
            if key not in {'shape', 'axes', 'truncated', 'name'}
        }
        return TiffPageSeries(
            pages,
            shape,
            keyframe.dtype,
            axes,
            parent=tif,
            name=metadata.get('name'),
            kind='Shaped',
            truncated=bool(truncated),
            squeeze=False,
            attr=attr,
        )

    @classmethod
    def _append_subifds(
        cls,
        tif: TiffFile,
        keyframe: TiffPage,
        pages: Sequence[TiffPage | TiffFrame],
        series: list[TiffPageSeries],
    ) -> bool:
        """Append series of SubIFDs of pages. Return False if that fails."""
        assert keyframe.subifds is not None
        for position in range(len(keyframe.subifds)):
            siblings: list[TiffPage] = []
            for page in pages:
                subifds = page.subifds
                if subifds is None or len(subifds) <= position:
                    logger().error(f'{tif!r} {page!r} SubIFDs are missing')
                    return False
                if subifds[position] == 0:
                    logger().warning(
                        f'{tif!r} {page!r} level {position + 1} is missing'
                    )
                    return True
                siblings.append(
                    TiffPage(
                        tif, (page.index, position), offset=subifds[position]
                    )
                )
            first = siblings[0]
            if any(page.hash != first.hash for page in siblings):
                logger().error(f'{tif!r} SubIFDs do not match')
                return False
            if not cls._append(tif, first, series, siblings):
                return False
        return True


def _shaped_description(page: TiffPage, /) -> str | None:
    """Return description that tells shape of series, None if there is none."""
    for description in (page.description, page.description1):
        if not description or '"mibi.' in description:
            continue
        if description[0] == '{' and '"shape":' in description:
            return description
        if description.startswith('shape='):
            return description
    return None


setattr(  # noqa: B010
    TiffPage,
    'shaped_description',
    property(
        _shaped_description,
        doc='Description that tells shape of series, or None.',
    ),
)


def json_description_metadata(description: str, /) -> dict[str, Any]:
    """Return metadata from JSON formatted image description.

    Parameters:
        description: JSON object, or text such as ``shape=(2, 3)``.

    Raises:
        ValueError: Description is of unknown format.

    >>> json_description_metadata('{"shape": [2, 3], "axes": "YX"}')
    {'shape': [2, 3], 'axes': 'YX'}

    """
    if description.startswith('shape='):
        sizes = description[7:].rstrip().rstrip(')').split(',')
        return {'shape': tuple(int(size) for size in sizes if size.strip())}
    if description.startswith('{') and description.endswith('}'):
        import json

        result = json.loads(description)
        assert isinstance(result, dict)
        return result
    raise ValueError('invalid JSON image description', description[:64])


# -- formats of microscopes ---------------------------------------------------

_LENGTH_UNITS: dict[str, float] = {  # in micrometers
    'pm': 1e-6,
    'picometer': 1e-6,
    'å': 1e-4,
    'angstrom': 1e-4,
    'nm': 1e-3,
    'nanometer': 1e-3,
    'um': 1.0,
    'µm': 1.0,
    'micron': 1.0,
    'micrometer': 1.0,
    'mm': 1e3,
    'millimeter': 1e3,
    'cm': 1e4,
    'centimeter': 1e4,
    'inch': 25400.0,
    'inche': 25400.0,
    'in': 25400.0,
    'm': 1e6,
    'meter': 1e6,
}

_TIME_UNITS: dict[str, float] = {  # in seconds
    'ns': 1e-9,
    'us': 1e-6,
    'µs': 1e-6,
    'microsecond': 1e-6,
    'ms': 1e-3,
    'msec': 1e-3,
    'millisecond': 1e-3,
    's': 1.0,
    'sec': 1.0,
    'second': 1.0,
    'min': 60.0,
    'minute': 60.0,
    'h': 3600.0,
    'hour': 3600.0,
}


def _make_scales(*scales: tuple[str, Any, str]) -> dict[str, Any]:
    """Return attributes of series that tell distances of pixels.

    Parameters:
        scales: Character of axis, distance of pixels, and its unit.

    Returns:
        'scale' and 'unit', which map characters of axes to distances and
        units: micrometers or seconds, where the unit is one of length or
        time, else as given. Invalid distances are left out.

    """
    scale: dict[str, float] = {}
    unit: dict[str, str] = {}
    for ax, value, name in scales:
        try:
            distance = float(value)
        except (TypeError, ValueError, OverflowError):
            continue
        if not 0.0 < distance < math.inf:
            continue
        # Greek mu, plural
        key = name.strip().lower().replace('\u03bc', '\u00b5')
        key = key.removesuffix('.')
        if len(key) > 2:
            key = key.replace('metre', 'meter').removesuffix('s')
        if key in _LENGTH_UNITS:
            distance *= _LENGTH_UNITS[key]
            name = 'micrometer'
        elif key in _TIME_UNITS:
            distance *= _TIME_UNITS[key]
            name = 'second'
        scale[ax] = distance
        unit[ax] = name
    return {'scale': scale, 'unit': unit} if scale else {}


# most planes that metadata may declare
_MAX_PLANES = 2**22


def _get_page(tif: TiffFile, index: int) -> TiffPage | None:
    """Return page of file, None if it is missing or corrupted."""
    try:
        page = tif.pages.get(index)
    except (IndexError, TiffFileError) as exc:
        logger().warning(f'{tif!r} page {index} raised {exc!r:.128}')
        return None
    assert isinstance(page, TiffPage)
    return page


def _select_frames(
    tif: TiffFile, keyframe: TiffPage, indices: NDArray[numpy.int64]
) -> Sequence[TiffPage | TiffFrame | None]:
    """Return pages that have shape and data type of keyframe, else None.

    Parameters:
        tif: File that contains pages.
        keyframe: Page to compare with, which may be in another file.
        indices: Indices of pages in chain.

    """
    if len(indices) > 16 and keyframe.subifds is None:
        for group in tif._page_groups or ():
            places = numpy.searchsorted(group.indices, indices)
            if (
                places.max() < len(group)
                and bool((group.indices[places] == indices).all())
                and group.keyframe.shaped == keyframe.shaped
                and group.keyframe.dtype == keyframe.dtype
            ):
                return group.take(places)
    pages: list[TiffPage | None] = []
    for index in indices.tolist():
        page: TiffPage | None = keyframe
        if index != keyframe.index or tif is not keyframe.parent:
            page = _get_page(tif, index)
        if page is not None and (
            page.shaped != keyframe.shaped or page.dtype != keyframe.dtype
        ):
            logger().warning(f'{page!r} does not match {keyframe!r}')
            page = None
        pages.append(page)
    return pages


def _has_room(page: TiffPage, number: int) -> bool:
    """Return if images can follow that of the page."""
    if not page.is_final or page.dataoffsets[0] <= 0:
        return False
    start = page.dataoffsets[0]
    stop = start + number * page.nbytes
    return (
        stop <= page.parent.filehandle.size
        and not start + page.nbytes <= page.offset < stop
    )


# -- ImageJ -------------------------------------------------------------------

# order of leading dimensions, first the one that changes fastest
_IMAGEJ_ORDERS = {
    'czt': 'TZC',
    'ctz': 'ZTC',
    'zct': 'TCZ',
    'ztc': 'CTZ',
    'tcz': 'ZCT',
    'tzc': 'CZT',
}


@final
class _ImageJ(Format):
    """Hyperstacks by ImageJ; images may follow those of the only page."""

    kind = 'ImageJ'
    order = 50
    is_implied = True

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return _imagej_description(page) is not None

    @staticmethod
    def decode_tags(page: TiffPage, tags: TiffTags, /) -> None:
        """Decode IJMetadata tag, which needs IJMetadataByteCounts."""
        if 50839 not in page._ifd:
            return
        tag = tags.get(50839)
        metadata = _read_imagej_tags(page)
        if tag is not None and metadata is not None:
            tag._value = metadata

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> dict[str, Any] | None:
        page = tif.pages.first
        description = _imagej_description(page)
        if description is None:
            return None
        result = imagej_description_metadata(description)
        result.update(_read_imagej_tags(page) or {})
        return result

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        page = tif.pages.first
        metadata = cls.metadata(tif)
        if metadata is None or not page.shape or page.dtype is None:
            return None
        counts = [metadata.get(name, 1) for name in _IMAGEJ_COUNTS]
        if not all(isinstance(count, int) and count > 0 for count in counts):
            logger().warning(f'{tif!r} ImageJ series has invalid dimensions')
            return None
        sizes = dict(zip('TZC', counts, strict=False))
        images = cls._count_images(tif, page, sizes, counts[3])
        pages = cls._collect(tif, page, images)
        if pages is None:
            return None
        shape, axes = cls._arrange(tif, page, sizes, images, metadata)
        return [
            TiffPageSeries(
                pages,
                shape,
                page.dtype,
                axes,
                parent=tif,
                kind=cls.kind,
                attr=cls._attr(page, metadata, sizes['C']),
                truncated=(
                    len(pages) == 1
                    and images > 1
                    and not tif.pages.is_multipage
                ),
            )
        ]

    @staticmethod
    def _count_images(
        tif: TiffFile, page: TiffPage, sizes: dict[str, int], images: int
    ) -> int:
        """Return number of images of series; correct number of channels."""
        stacked = sizes['T'] * sizes['Z']
        samples = page.samplesperpixel if 'S' in page.axes else 1
        if sizes['C'] > 1 and samples == sizes['C']:
            if page.planarconfig != 1:
                return stacked
            if images == stacked:
                sizes['C'] = 1  # RGB
        number = stacked * sizes['C']
        if number > 1:
            return number
        if tif.pages.is_multipage:
            return len(tif.pages)
        return images if _has_room(page, images) else 1

    @staticmethod
    def _collect(
        tif: TiffFile, page: TiffPage, images: int
    ) -> Sequence[TiffPage | TiffFrame] | None:
        """Return pages of series; only the first if images are contiguous."""
        if page.is_final and page.dataoffsets[0] > 0:
            start = page.dataoffsets[0]
            stop = start + images * page.nbytes
            ispacked = images > 1 and not tif.pages.is_multipage
            if stop > tif.filehandle.size or (
                ispacked and not _has_room(page, images)
            ):
                logger().warning(
                    f'{tif!r} ImageJ series metadata invalid or corrupted file'
                )
                return None
            if images == 1 or ispacked:
                return [page]
            second = tif.pages.get(1)
            if second.offset >= stop and (
                second.is_final
                and second.dataoffsets[0] == start + page.nbytes
            ):
                return [page]
        elif images == 1:
            return [page]
        number = len(tif.pages)
        if number != images:
            logger().warning(
                f'{tif!r} ImageJ series expected {images} pages, got {number}'
            )
            return None
        return _collect_frames(tif, page, 0, number)

    @staticmethod
    def _arrange(
        tif: TiffFile,
        page: TiffPage,
        sizes: dict[str, int],
        images: int,
        metadata: dict[str, Any],
    ) -> tuple[tuple[int, ...], str]:
        """Return shape and axes of series."""
        order = str(metadata.get('order', 'czt')).lower()
        if order not in _IMAGEJ_ORDERS:
            logger().warning(f'{tif!r} ImageJ series has unknown {order=}')
        axes = _IMAGEJ_ORDERS.get(order, 'TZC')
        pageaxes = page.axes
        if 'S' in pageaxes and page.planarconfig != 1:
            # planes are channels
            axes = axes.replace('C', '')
            pageaxes = 'C' + pageaxes[1:]
        shape = tuple(sizes[ax] for ax in axes)
        remain = images // product(shape)
        if remain > 1:
            logger().debug(f'{tif!r} ImageJ series has unidentified dimension')
            shape, axes = (remain, *shape), 'I' + axes
        shape, axes = shape + page.shape, axes + pageaxes
        if 'S' not in axes:
            shape, axes = (*shape, 1), axes + 'S'
        return shape, axes

    @staticmethod
    def _attr(
        page: TiffPage, metadata: dict[str, Any], channels: int
    ) -> dict[str, Any]:
        """Return metadata of series."""
        unit = str(metadata.get('unit', ''))
        unit = unit.replace('\\u00B5', 'µ').replace('\\u00b5', 'µ')
        if not unit and page.resolutionunit in {2, 3}:
            unit = ('inch', 'cm')[page.resolutionunit - 2]
        scales: list[tuple[str, Any, str]] = []
        if 282 in page._ifd and 283 in page._ifd:
            for ax, value in zip('XY', page.get_resolution(), strict=True):
                scales.append((ax, 1 / value if value else None, unit))
        scales.append(('Z', metadata.get('spacing'), unit))
        interval, fps = metadata.get('finterval'), metadata.get('fps')
        if not interval and isinstance(fps, int | float) and fps > 0:
            interval = 1 / fps
        tunit = str(metadata.get('tunit', 'second'))
        attr = _make_scales(*scales, ('T', interval, tunit))
        labels = metadata.get('Labels')
        if channels > 1 and isinstance(labels, list):
            if len(labels) == channels:
                attr['channel_names'] = labels
        if 'mode' in metadata:
            attr['mode'] = metadata['mode']
        return attr


_TAGS_HOOKS.append(_ImageJ.decode_tags)

_IMAGEJ_COUNTS = ('frames', 'slices', 'channels', 'images')


def _imagej_description(page: TiffPage, /) -> str | None:
    """Return description by ImageJ, None if there is none."""
    for description in (page.description, page.description1):
        if description and description.startswith(('ImageJ=', 'SCIFIO=')):
            return description
    return None


setattr(  # noqa: B010
    TiffPage,
    'imagej_description',
    property(_imagej_description, doc='Description by ImageJ, or None.'),
)


def _read_imagej_tags(page: TiffPage, /) -> dict[str, Any] | None:
    """Return decoded IJMetadata tag of page, None if absent or invalid."""
    data = page._ifd.value(50839)
    if not isinstance(data, bytes):
        return None
    try:
        return imagej_metadata(
            data,
            page._ifd.integers(50838) or (),
            page.parent.byteorder,
        )
    except ValueError as exc:
        logger().warning(f'{page!r} IJMetadata raised {exc!r:.128}')
    return None


def imagej_description_metadata(description: str, /) -> dict[str, Any]:
    r"""Return metadata from ImageJ image description.

    Parameters:
        description: Lines of ``key=value``. Other lines are ignored.

    Returns:
        Values converted to integer, float, or boolean if possible.

    Raises:
        ValueError: Description is not by ImageJ or SCIFIO.

    Examples:
        >>> imagej_description_metadata('ImageJ=1.53t\nimages=2\nloop=false')
        {'ImageJ': '1.53t', 'images': 2, 'loop': False}

    """
    result = {}
    for line in description.splitlines():
        key, equals, value = line.partition('=')
        if equals:
            result[key.strip()] = parse_value(value.strip())
    if 'ImageJ' not in result and 'SCIFIO' not in result:
        raise ValueError('not an ImageJ image description', description[:64])
    return result


def _decode_imagej_text(data: bytes, byteorder: str) -> str:
    """Return UTF-16 text."""
    encoding = 'utf-16-le' if byteorder == '<' else 'utf-16-be'
    return data.decode(encoding, 'replace')


def _decode_imagej_ranges(data: bytes, byteorder: str) -> tuple[float, ...]:
    """Return minima and maxima of display ranges."""
    number = len(data) // 8
    return struct.unpack(f'{byteorder}{number}d', data[: number * 8])


def _decode_imagej_luts(data: bytes, byteorder: str) -> NDArray[numpy.uint8]:
    """Return lookup table of shape (3, 256)."""
    return numpy.frombuffer(data, numpy.uint8).reshape(-1, 256)


# ij.io.TiffEncoder: type of items, key, function to decode items
_IMAGEJ_TYPES: dict[bytes, tuple[str, Callable[[bytes, str], Any]]] = {
    b'info': ('Info', _decode_imagej_text),
    b'labl': ('Labels', _decode_imagej_text),
    b'rang': ('Ranges', _decode_imagej_ranges),
    b'luts': ('LUTs', _decode_imagej_luts),
    b'plot': ('Plot', identityfunc),
    b'roi ': ('ROI', identityfunc),
    b'over': ('Overlays', identityfunc),
    b'prop': ('Properties', _decode_imagej_text),
}


def imagej_metadata(
    data: bytes, bytecounts: Sequence[int], byteorder: str, /
) -> dict[str, Any]:
    """Return metadata from value of ImageJ IJMetadata tag.

    Parameters:
        data: Value of IJMetadata tag.
        bytecounts: Value of IJMetadataByteCounts tag.
        byteorder: Byte order of TIFF file.

    Returns:
        Any of 'Info', 'Labels', 'Ranges', 'LUTs', 'Plot', 'ROI', 'Overlays',
        and 'Properties'. Values are lists if there is more than one item.

    Raises:
        ValueError: Header or byte counts are invalid.

    """
    if len(bytecounts) == 0:
        raise ValueError('no ImageJ metadata byte counts')
    if data[:4] not in {b'IJIJ', b'JIJI'}:
        raise ValueError(f'invalid ImageJ metadata header {data[:4]!r}')
    byteorder = '>' if data[:4] == b'IJIJ' else '<'
    start = int(bytecounts[0])
    if not 12 <= start <= 804 or start > len(data):
        raise ValueError(f'invalid size of ImageJ metadata header {start}')
    types = [
        (code if byteorder == '>' else code[::-1], count)
        for code, count in struct.iter_unpack(
            byteorder + '4sI', data[4 : 4 + (start - 4) // 8 * 8]
        )
    ]
    if sum(count for _, count in types) > len(bytecounts) - 1 or (
        sum(map(int, bytecounts)) > len(data)
    ):
        raise ValueError('invalid ImageJ metadata byte counts')
    result: dict[str, Any] = {}
    index = 1
    for code, count in types:
        key, decode = _IMAGEJ_TYPES.get(
            code, (bytes2str(code).strip(), identityfunc)
        )
        values = []
        for bytecount in bytecounts[index : index + count]:
            stop = start + int(bytecount)
            values.append(decode(data[start:stop], byteorder))
            start = stop
        index += count
        if key == 'Properties' and len(values) % 2 == 0:
            result[key] = dict(zip(values[::2], values[1::2], strict=True))
        elif values:
            result[key] = values[0] if count == 1 else values
    return result


# -- NIHImage -----------------------------------------------------------------

# NIH Image source code: TiffHdr and Globals
_NIH_UNITS = (
    'Nanometers',
    'Micrometers',
    'Millimeters',
    'Centimeters',
    'Meters',
    'Kilometers',
    'Inches',
    'Feet',
    'Miles',
    'Pixels',
    'OtherUnits',
)


@_TIFF.register('NIH_UNITS_TYPE')
def _make_nih_units() -> tuple[str, ...]:
    """Return names of UnitsID of NIHImageHeader."""
    return _NIH_UNITS


@_TIFF.register('NIH_CURVEFIT_TYPE')
def _make_nih_curvefits() -> tuple[str, ...]:
    """Return names of CurveFitType of NIHImageHeader."""
    return (
        'StraightLine',
        'Poly2',
        'Poly3',
        'Poly4',
        'Poly5',
        'ExpoFit',
        'PowerFit',
        'LogFit',
        'RodbardFit',
        'SpareFit1',
        'Uncalibrated',
        'UncalibratedOD',
    )


@_TIFF.register('NIH_COLORTABLE_TYPE')
def _make_nih_colortables() -> tuple[str, ...]:
    """Return names of Table of NIHImageHeader."""
    return (
        'CustomTable',
        'AppleDefault',
        'Pseudo20',
        'Pseudo32',
        'Rainbow',
        'Fire1',
        'Fire2',
        'Ice',
        'Grays',
        'Spectrum',
    )


@_TIFF.register('NIH_LUTMODE_TYPE')
def _make_nih_lutmodes() -> tuple[str, ...]:
    """Return names of LutMode of NIHImageHeader."""
    return (
        'PseudoColor',
        'OldAppleDefault',
        'OldSpectrum',
        'GrayScale',
        'ColorLut',
        'CustomGrayscale',
    )


@_TIFF.register('NIH_IMAGE_HEADER')
def _make_nih_header() -> list[tuple[Any, ...]]:
    """Return fields of NIHImageHeader."""
    point = [('x', 'i2'), ('y', 'i2')]
    return [
        ('FileID', 'S8'),
        ('nLines', 'i2'),
        ('PixelsPerLine', 'i2'),
        ('Version', 'i2'),
        ('OldLutMode', 'i2'),
        ('OldnColors', 'i2'),
        ('Colors', 'u1', (3, 32)),
        ('OldColorStart', 'i2'),
        ('ColorWidth', 'i2'),
        ('ExtraColors', 'u2', (6, 3)),
        ('nExtraColors', 'i2'),
        ('ForegroundIndex', 'i2'),
        ('BackgroundIndex', 'i2'),
        ('XScale', 'f8'),
        ('Unused2', 'i2'),
        ('Unused3', 'i2'),
        ('UnitsID', 'i2'),  # NIH_UNITS_TYPE
        ('p1', point),
        ('p2', point),
        ('CurveFitType', 'i2'),  # NIH_CURVEFIT_TYPE
        ('nCoefficients', 'i2'),
        ('Coeff', 'f8', 6),
        ('UMsize', 'u1'),
        ('UM', 'S15'),
        ('UnusedBoolean', 'u1'),
        ('BinaryPic', 'b1'),
        ('SliceStart', 'i2'),
        ('SliceEnd', 'i2'),
        ('ScaleMagnification', 'f4'),
        ('nSlices', 'i2'),
        ('SliceSpacing', 'f4'),
        ('CurrentSlice', 'i2'),
        ('FrameInterval', 'f4'),
        ('PixelAspectRatio', 'f4'),
        ('ColorStart', 'i2'),
        ('ColorEnd', 'i2'),
        ('nColors', 'i2'),
        ('Fill1', '3u2'),
        ('Fill2', '3u2'),
        ('Table', 'u1'),  # NIH_COLORTABLE_TYPE
        ('LutMode', 'u1'),  # NIH_LUTMODE_TYPE
        ('InvertedTable', 'b1'),
        ('ZeroClip', 'b1'),
        ('XUnitSize', 'u1'),
        ('XUnit', 'S11'),
        ('StackType', 'i2'),
    ]


@final
class _NihImage(Format):
    """Files by NIH Image; images may follow that of the only page."""

    kind = 'NIHImage'
    flag = 'nih'
    order = 210
    is_implied = True

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return 43314 in page._ifd

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> dict[str, Any] | None:
        value = tif.pages.first._ifd.value(43314)
        return value if isinstance(value, dict) else None

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        keyframe = tif.pages.first
        if not keyframe.shape:
            return None
        metadata = cls.metadata(tif) or {}
        number = len(tif.pages)
        pages: Sequence[TiffPage | TiffFrame] = [keyframe]
        slices = metadata.get('nSlices', 1)
        if number > 1:
            pages = _collect_frames(tif, keyframe, 0, number)
        elif slices > 1 and _has_room(keyframe, slices):
            number = slices
        return [
            TiffPageSeries(
                pages,
                (number, *keyframe.shape),
                keyframe.dtype,
                'I' + keyframe.axes,
                parent=tif,
                kind=cls.kind,
                attr=cls._attr(metadata),
                truncated=number > len(pages),
            )
        ]

    @staticmethod
    def _attr(metadata: dict[str, Any]) -> dict[str, Any]:
        """Return metadata of series."""
        scale = metadata.get('XScale', 0.0)
        unit = metadata.get('UnitsID', 9)
        if not scale > 0.0 or unit == 9 or not 0 <= unit < len(_NIH_UNITS):
            return {}
        name = _NIH_UNITS[unit]
        if name == 'OtherUnits':
            name = metadata.get('XUnit', '')
        aspect = metadata.get('PixelAspectRatio', 1.0)
        if not 0.0 < aspect < math.inf:
            aspect = 1.0
        return _make_scales(
            ('X', 1 / scale, name), ('Y', aspect / scale, name)
        )


def read_nih_image_header(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
) -> dict[str, Any]:
    """Return NIHImageHeader tag as dictionary."""
    record = fh.read_record(TIFF.NIH_IMAGE_HEADER, byteorder=byteorder)
    result = recarray2dict(record)
    for name, size in (('XUnit', 'XUnitSize'), ('UM', 'UMsize')):
        result[name] = result[name][: result[size]]
    for name in ('Colors', 'ExtraColors'):
        result[name] = numpy.asarray(record[name])
    return result


_TAG_READERS[43314] = read_nih_image_header


# -- OME-TIFF -----------------------------------------------------------------


@final
class _Ome(Format):
    """OME-TIFF: planes of images, which XML assigns to pages of files."""

    kind = 'OME'
    order = 40
    extensions = ('ome.tif',)
    fallback = True

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return page.description[-10:].rstrip().endswith(
            'OME>'
        ) and page.treeindex == (0,)

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> str:
        return tif._omexml or tif.pages.first.description

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        from xml.etree.ElementTree import ParseError

        root: Element | None
        try:
            root = parse_xml(cls.metadata(tif))
            if _local_name(root) != 'OME':
                raise ValueError(f'root element is {root.tag!r}')
            files = _OmeFiles(tif, root)
            binaryonly = _find_child(root, 'BinaryOnly')
            if binaryonly is not None:
                root = files.read_companion(binaryonly)
        except (ParseError, ValueError) as exc:
            logger().warning(f'{tif!r} OME series raised {exc!r:.128}')
            return None
        if root is None:
            logger().debug(f'{tif!r} OME series not in file with BinaryOnly')
            return None
        modulos = _parse_ome_modulos(root)
        series: list[TiffPageSeries] = []
        for image in _find_children(root, 'Image'):
            for pixels in _find_children(image, 'Pixels'):
                try:
                    item = _OmeImage(files, image, pixels, modulos).make()
                except _OmeOtherFiles:
                    return None
                except ValueError as exc:
                    name = image.get('Name', image.get('ID', ''))
                    logger().warning(
                        f'{tif!r} OME series cannot handle image {name!r}: '
                        f'{exc}'
                    )
                    continue
                if item is not None:
                    series.append(item)
        files.report_missing()
        return series


class _OmeOtherFiles(Exception):
    """Image refers to other files, which may not be opened."""


def _local_name(element: Element) -> str:
    """Return name of XML element without namespace."""
    return element.tag.rpartition('}')[2]


def _find_children(element: Element, name: str) -> Iterator[Element]:
    """Return iterator over children of XML element of any namespace."""
    return (child for child in element if _local_name(child) == name)


def _find_child(element: Element, name: str) -> Element | None:
    """Return first child of XML element, None if there is none."""
    return next(_find_children(element, name), None)


def _find_sibling(
    tif: TiffFile, name: str, isfile: Callable[[str], bool]
) -> str | None:
    """Return path of file that metadata refer to by name.

    File names in metadata are not trusted: the path is in the folder of the
    file or below. If it would be elsewhere, the folder is dropped from name.

    Parameters:
        tif: File that refers to other.
        name: Relative or absolute path of other file.
        isfile: Function that tells if path is of a file.

    Returns:
        Path, None if there is no such file.

    """
    dirname = tif.filehandle.dirname
    if not dirname or '\0' in name:
        return None
    parts = name.replace('\\', '/').split('/')
    paths = [parts, parts[-1:]] if len(parts) > 1 else [parts]
    for path in paths:
        if any(
            not part or part in {'.', '..'} or ':' in part for part in path
        ):
            continue
        result = '/'.join((dirname, *path))
        if tif.filehandle.is_remote or isfile(result):
            return result
    return None


@final
class _OmeFiles:
    """Files of OME-TIFF set by UUID, opened when needed.

    Parameters:
        tif: File that was opened by user.
        root: OME-XML in that file.

    """

    def __init__(self, tif: TiffFile, root: Element) -> None:
        self.tif = tif
        self._files: dict[str | None, TiffFile | None] = {
            root.get('UUID'): tif
        }
        self._paths: dict[str, TiffFile] = {tif.filehandle.path: tif}
        self._missing: list[str] = []
        self._planes = 0

    def count_planes(self, number: int) -> None:
        """Raise ValueError if images have more planes than is sane."""
        self._planes += number
        if self._planes > _MAX_PLANES:
            raise ValueError(f'{self._planes} planes exceed {_MAX_PLANES}')

    def get(self, uuid: str | None, name: str | None) -> TiffFile | None:
        """Return file, None if it is missing or not readable.

        Raises:
            _OmeOtherFiles: File may not be opened.

        """
        if uuid is None:
            return self.tif
        if uuid in self._files:
            return self._files[uuid]
        if name is not None and name.lower() == self.tif.filename.lower():
            self._files[uuid] = self.tif
            return self.tif
        if not self.tif._multifile:
            raise _OmeOtherFiles
        tif: TiffFile | None = None
        try:
            tif = self._open(uuid, name or '')
        except (OSError, ValueError, ImportError) as exc:
            if not self._missing:
                logger().warning(
                    f'{self.tif!r} OME series failed to read {name!r}, '
                    f'raised {exc!r:.128}. Missing data are zeroed'
                )
            self._missing.append(name or uuid)
        self._files[uuid] = tif
        return tif

    def _open(self, uuid: str, name: str) -> TiffFile:
        """Return file by name, without keeping it open."""
        path = _find_sibling(self.tif, name, os.path.isfile)
        if path is None:
            path = self._find_elsewhere(uuid, name)
        if path in self._paths:
            return self._paths[path]
        tif = self.tif._open_other(path)
        try:
            len(tif.pages)
        finally:
            tif.filehandle.close()
        self._paths[path] = tif
        self.tif._files[path] = tif
        return tif

    def _find_elsewhere(self, uuid: str, name: str) -> str:
        """Return path of file in another folder, if its UUID matches.

        Raises:
            FileNotFoundError: There is no such file.

        """
        dirname = self.tif.filehandle.dirname
        path = os.path.join(dirname, name)
        if dirname and '\0' not in name and os.path.isfile(path):
            with self.tif._open_other(path) as tif:
                xml = _Ome.metadata(tif) if tif.pages else ''
            if xml and parse_xml(xml).get('UUID') == uuid:
                return path
        raise FileNotFoundError(f'no file {name!r} in {dirname!r}')

    def read_companion(self, binaryonly: Element) -> Element | None:
        """Return OME-XML of other file, None if there is none.

        Raises:
            ValueError: XML is not valid.
            xml.etree.ElementTree.ParseError: XML is malformed.

        """
        name = binaryonly.get('MetadataFile')
        if not name or not self.tif._multifile:
            return None
        path = _find_sibling(self.tif, name, os.path.isfile)
        if path is None:
            return None
        try:
            with FileHandle(path) as fh:
                size = min(fh.size, self.tif._limits.tag_bytes)
                xml = fh.read_at(0, size)
            if xml[:2] in {b'II', b'MM'}:
                with self.tif._open_other(path) as tif:
                    xml = _Ome.metadata(tif).encode()
        except (OSError, ValueError, IndexError) as exc:
            logger().warning(
                f'{self.tif!r} OME series failed to read {name!r}, '
                f'raised {exc!r:.128}'
            )
            return None
        root = parse_xml(xml)
        uuid = binaryonly.get('UUID')
        if uuid is not None and root.get('UUID') != uuid:
            logger().warning(
                f'{self.tif!r} OME series {name!r} is of another data set'
            )
            return None
        return root if _find_child(root, 'BinaryOnly') is None else None

    def report_missing(self) -> None:
        """Log number of files that are missing."""
        if len(self._missing) > 1:
            logger().warning(
                f'{self.tif!r} OME series failed to read '
                f'{len(self._missing)} files'
            )


def _parse_ome_modulos(
    root: Element,
) -> dict[str, dict[str, tuple[str, int]]]:
    """Return subdivisions of dimensions of images.

    Returns:
        Map of ID of annotation to map of character of axis to character and
        size of the dimension that is part of it.

    """
    result: dict[str, dict[str, tuple[str, int]]] = {}
    for parent in _find_children(root, 'StructuredAnnotations'):
        for annotation in parent:
            namespace = annotation.get('Namespace', '').lower()
            if not namespace.endswith('modulo'):
                continue
            modulos: dict[str, tuple[str, int]] = {}
            for element in annotation.iter():
                name = _local_name(element)
                if not name.startswith('ModuloAlong') or len(name) != 12:
                    continue
                kind = element.get('Type', 'other').lower()
                size = _count_modulo(element)
                if size > 0:
                    code = TIFF.AXES_CODES.get(kind, 'Q')
                    modulos[name[-1]] = code, size
            result[annotation.get('ID', '')] = modulos
    return result


def _count_modulo(element: Element) -> int:
    """Return length of dimension, 0 if invalid."""
    labels = sum(1 for _ in _find_children(element, 'Label'))
    if labels:
        return labels
    try:
        start = float(element.get('Start', ''))
        stop = float(element.get('End', ''))
        number = (stop - start) / float(element.get('Step', '1'))
    except (ValueError, ZeroDivisionError):
        return 0
    if not 0 <= number < _MAX_PLANES:
        return 0
    return int(number + 1e-6) + 1


@final
class _OmeImage:
    """Pixels element of OME-XML, to be made a series.

    Parameters:
        files: Files of set.
        image: Image element.
        pixels: Pixels element.
        modulos: Subdivisions of dimensions by ID of annotation.

    Raises:
        ValueError: Element is not valid.

    """

    def __init__(
        self,
        files: _OmeFiles,
        image: Element,
        pixels: Element,
        modulos: dict[str, dict[str, tuple[str, int]]],
    ) -> None:
        self.files = files
        self.tif = files.tif
        self.image = image
        self.pixels = pixels
        self.channels = list(_find_children(pixels, 'Channel'))
        self.modulos: dict[str, tuple[str, int]] = {}
        for reference in _find_children(image, 'AnnotationRef'):
            self.modulos.update(modulos.get(reference.get('ID', ''), {}))
        order = pixels.get('DimensionOrder', '')
        if sorted(order) != sorted('XYCZT') or not order.startswith('XY'):
            raise ValueError(f'invalid DimensionOrder {order!r}')
        self.axes = order[::-1]
        self.sizes = {ax: _get_integer(pixels, 'Size' + ax) for ax in order}
        if any(size < 1 for size in self.sizes.values()):
            raise ValueError(f'invalid sizes {self.sizes}')
        files.count_planes(product(self.sizes[ax] for ax in 'ZCT'))

    def make(self) -> TiffPageSeries | None:
        """Return series, None if image has no data.

        Raises:
            ValueError: Image is not supported.

        """
        declared = self._count_samples()
        planes = _OmePlanes(self, declared)
        keyframe = planes.find_keyframe()
        if keyframe is None:
            return None
        samples = keyframe.samplesperpixel if 'S' in keyframe.axes else 1
        if samples != declared and self.sizes['C'] % samples == 0:
            # samples of pixels are not, or wrongly, declared
            planes = _OmePlanes(self, samples)
            keyframe = planes.find_keyframe()
            if keyframe is None:
                return None
        shape, axes = self._arrange(keyframe, planes.samples)
        number = product(shape) // keyframe.size
        pages = planes.collect(keyframe, number)
        shape, axes = self._subdivide(shape, axes)
        series = TiffPageSeries(
            pages,
            shape,
            keyframe.dtype,
            axes,
            parent=self.tif,
            name=self.image.get('Name'),
            kind=_Ome.kind,
            attr=self._attr(planes.samples),
            multifile=planes.is_multifile,
        )
        if keyframe.subifds:
            self._append_levels(series, keyframe, pages, shape, axes)
        return series

    def _count_samples(self) -> int:
        """Return declared number of samples of pixels of planes."""
        counts = {
            _get_integer(channel, 'SamplesPerPixel', 1)
            for channel in self.channels
        }
        if len(counts) > 1:
            raise ValueError('differing SamplesPerPixel')
        samples = counts.pop() if counts else 1
        if samples < 1 or self.sizes['C'] % samples:
            raise ValueError(
                f'SamplesPerPixel {samples} does not divide SizeC '
                f'{self.sizes["C"]}'
            )
        return samples

    def _arrange(
        self, keyframe: TiffPage, samples: int
    ) -> tuple[tuple[int, ...], str]:
        """Return shape and axes, including samples.

        Raises:
            ValueError: Planes and pages do not match.

        """
        sizes = {**self.sizes, 'C': self.sizes['C'] // samples, 'S': samples}
        axes = self.axes + 'S'
        if samples > 1 and keyframe.planarconfig != 1:
            axes = self.axes[:-2] + 'SYX'
        shape = tuple(sizes[ax] for ax in axes)
        page_shape = squeeze_axes(keyframe.shape, keyframe.axes)[0]
        if squeeze_axes(shape, axes)[0][-len(page_shape) :] != page_shape:
            raise ValueError(
                f'discontiguous storage of shape {keyframe.shape} in {shape}'
            )
        return shape, axes

    def _subdivide(
        self, shape: tuple[int, ...], axes: str
    ) -> tuple[tuple[int, ...], str]:
        """Return shape and axes with dimensions divided."""
        sizes: list[int] = []
        codes = ''
        for ax, size in zip(axes, shape, strict=True):
            code, length = self.modulos.get(ax, ('', 1))
            if code and size == length:
                sizes.append(size)
                codes += code
            elif code and size % length == 0:
                sizes += [size // length, length]
                codes += ax + code
            else:
                if code:
                    logger().warning(
                        f'{self.tif!r} OME series has invalid modulo '
                        f'{length} of dimension {ax} of length {size}'
                    )
                sizes.append(size)
                codes += ax
        return tuple(sizes), codes

    def _append_levels(
        self,
        series: TiffPageSeries,
        keyframe: TiffPage,
        pages: Sequence[TiffPage | TiffFrame | None],
        shape: tuple[int, ...],
        axes: str,
    ) -> None:
        """Append levels made of SubIFDs of pages to series."""
        assert keyframe.subifds is not None
        for number in range(len(keyframe.subifds)):
            subpages = [_read_subifd(page, number) for page in pages]
            level = next((page for page in subpages if page is not None), None)
            if level is None or level.dtype != keyframe.dtype:
                logger().warning(
                    f'{self.tif!r} OME series level {number + 1} is corrupted'
                )
                return
            for i, page in enumerate(subpages):
                if page is not None and page.shaped != level.shaped:
                    logger().warning(f'{page!r} does not match {level!r}')
                    subpages[i] = None
            sizes = {'X': level.imagewidth, 'Y': level.imagelength}
            series.levels.append(
                TiffPageSeries(
                    subpages,
                    tuple(
                        sizes.get(ax, size)
                        for ax, size in zip(axes, shape, strict=True)
                    ),
                    level.dtype,
                    axes,
                    parent=self.tif,
                    name=f'level {number + 1}',
                    kind=_Ome.kind,
                    multifile=series.is_multifile,
                )
            )

    def _attr(self, samples: int) -> dict[str, Any]:
        """Return metadata of series."""
        get = self.pixels.get
        attr = _make_scales(
            *(
                (
                    ax,
                    get('PhysicalSize' + ax),
                    get(f'PhysicalSize{ax}Unit', 'µm'),
                )
                for ax in 'XYZ'
            ),
            ('T', get('TimeIncrement'), get('TimeIncrementUnit', 's')),
        )
        names = [
            channel.get('Name', channel.get('ID', ''))
            for channel in self.channels
        ]
        if len(names) == self.sizes['C'] // samples and any(names):
            attr['channel_names'] = names
        return attr


def _get_integer(element: Element, name: str, default: int = -1) -> int:
    """Return attribute of XML element.

    Raises:
        ValueError: Attribute is not an integer, or missing without default.

    """
    text = element.get(name)
    if text is None:
        if default < 0:
            raise ValueError(f'{_local_name(element)} has no {name}')
        return default
    try:
        return int(text)
    except ValueError:
        raise ValueError(
            f'{_local_name(element)} has invalid {name} {text[:16]!r}'
        ) from None


def _read_subifd(
    page: TiffPage | TiffFrame | None, number: int
) -> TiffPage | None:
    """Return page of SubIFD, None if it is missing or corrupted."""
    if page is None or page.subifds is None or len(page.subifds) <= number:
        return None
    tif = page.parent
    offset = page.subifds[number]
    if not 8 <= offset < tif.filehandle.size:
        logger().warning(f'{page!r} invalid offset to SubIFD {number}')
        return None
    try:
        with tif.filehandle.hold():
            subpage = TiffPage(tif, (page.index, number), offset=offset)
    except TiffFileError as exc:
        logger().warning(f'{page!r} SubIFD {number} raised {exc!r:.128}')
        return None
    return subpage if subpage.shape else None


@final
class _OmePlanes:
    """Where planes of an OME image are.

    Parameters:
        image: Image that planes belong to.
        samples: Number of samples of pixels.

    Raises:
        ValueError: TiffData element is not valid.

    """

    def __init__(self, image: _OmeImage, samples: int) -> None:
        self.tif = image.tif
        self.files = image.files
        self.samples = samples
        self.axes = image.axes[:-2]
        sizes = {**image.sizes, 'C': image.sizes['C'] // samples}
        self.shape = tuple(sizes[ax] for ax in self.axes)
        number = product(self.shape)
        self._tifs: list[TiffFile] = []
        self._numbers: dict[TiffFile, int] = {}
        self._sources = numpy.full(number, -1, numpy.int32)
        self._indices = numpy.zeros(number, numpy.int64)
        self._logged: set[str] = set()
        for tiffdata in _find_children(image.pixels, 'TiffData'):
            self._place(tiffdata)

    @property
    def is_multifile(self) -> bool:
        """Pages are in more than one file."""
        return len(self._tifs) > 1

    def _log_once(self, message: str) -> None:
        """Log warning if it was not logged before."""
        if message not in self._logged:
            self._logged.add(message)
            logger().warning(f'{self.tif!r} OME series {message}')

    def _place(self, tiffdata: Element) -> None:
        """Set where planes of TiffData element are."""
        first = [_get_integer(tiffdata, 'First' + ax, 0) for ax in self.axes]
        start = 0
        for index, size in zip(first, self.shape, strict=True):
            if not 0 <= index < size:
                self._log_once('contains invalid TiffData index')
                return
            start = start * size + index
        ifd = max(_get_integer(tiffdata, 'IFD', 0), 0)
        count = 1 if 'IFD' in tiffdata.attrib else 0
        count = _get_integer(tiffdata, 'NumPlanes', count)
        count = _get_integer(tiffdata, 'PlaneCount', count)
        uuid = _find_child(tiffdata, 'UUID')
        if uuid is None:
            tif = self.files.get(None, None)
        else:
            text = (uuid.text or '').strip()
            tif = self.files.get(text, uuid.get('FileName'))
        if tif is None:
            return
        number = len(tif.pages)
        if count <= 0:
            count = number
        if ifd + count > number:
            self._log_once('index out of range')
            count = max(number - ifd, 0)
        expected = len(self._sources)
        if start + count > expected:
            self._log_once(f'expected {expected} frames, got {start + count}')
            count = expected - start
        if count <= 0:
            return
        source = self._numbers.setdefault(tif, len(self._tifs))
        if source == len(self._tifs):
            self._tifs.append(tif)
        self._sources[start : start + count] = source
        self._indices[start : start + count] = numpy.arange(ifd, ifd + count)

    def find_keyframe(self) -> TiffPage | None:
        """Return page of first plane that is in a file, None if none is."""
        for i in numpy.flatnonzero(self._sources >= 0).tolist():
            tif = self._tifs[self._sources[i]]
            with tif.filehandle.hold():
                page = _get_page(tif, int(self._indices[i]))
            if page is not None and page.shape and page.dtype is not None:
                return page
        return None

    def collect(
        self, keyframe: TiffPage, number: int
    ) -> Sequence[TiffPage | TiffFrame | None]:
        """Return pages, None if missing.

        Parameters:
            keyframe: First page.
            number: Number of pages.

        """
        sources, indices = self._sources[:number], self._indices[:number]
        pages: list[TiffPage | TiffFrame | None] = [None] * number
        for source, tif in enumerate(self._tifs):
            places = numpy.flatnonzero(sources == source)
            if places.size == 0:
                continue
            with tif.filehandle.hold():
                frames = _select_frames(tif, keyframe, indices[places])
            if places.size == number and (
                isinstance(frames, _FrameSequence) or None not in frames
            ):
                return frames
            for place, page in zip(places.tolist(), frames, strict=True):
                pages[place] = page
        missing = pages.count(None)
        if missing:
            self._log_once(
                f'is missing {missing} frames. Missing data are zeroed'
            )
        return pages


# -- MetaMorph STK ------------------------------------------------------------


@final
class _Stk(Format):
    """Stacks by MetaMorph: planes follow the image of the only page."""

    kind = 'STK'
    order = 80
    extensions = ('stk',)
    keeps_segments = True

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return 33628 in page._ifd

    @staticmethod
    def quirks(page: TiffPage, /) -> None:
        # the structure of UIC1tag depends on the count of UIC2tag
        if 33628 not in page._ifd or 33629 not in page._ifd:
            return
        tag = page.tags.get(33628)
        if tag is None:
            return
        tiff = page.parent.tiff
        try:
            tag.value = read_uic1tag(
                _file_cursor(page.parent.filehandle, tag.valueoffset),
                tiff.byteorder,
                int(tag.dtype),
                tag.count,
                tiff.offsetsize,
                planecount=page._ifd.records[33629][1],
            )
        except ValueError as exc:
            logger().warning(
                f'{page!r} <tifffile.read_uic1tag> raised {exc!r:.128}'
            )

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> dict[str, Any]:
        page = tif.pages.first
        tags = page.tags
        result: dict[str, Any] = {
            'PlaneDescriptions': page.description.rstrip('\0').split('\0'),
            'NumberPlanes': 1,
        }
        for code in (33628, 33630, 33631):
            value = tags.valueof(code)
            if isinstance(value, dict):
                result.update(value)
        uic2 = tags.valueof(33629)
        if isinstance(uic2, dict):
            result['NumberPlanes'] = max(uic2['ZDistance'].size, 1)
            result['ZDistance'] = uic2['ZDistance']
            result['TimeCreated'] = uic2['TimeCreated']
            result['TimeModified'] = uic2['TimeModified']
            for name in ('Created', 'Modified'):
                result[f'Datetime{name}'] = _julian_datetimes(
                    uic2[f'Date{name}'], uic2[f'Time{name}']
                )
        return result

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        page = tif.pages.first
        if not isinstance(page.tags.valueof(33628), dict):
            raise TiffTagError(f'{tif.filehandle.name!r} invalid UIC1tag')
        metadata = cls.metadata(tif)
        pages = cls._pages(page, metadata['NumberPlanes'])
        planes = metadata['NumberPlanes'] if pages else 1
        axis = cls._axis(planes, metadata)
        attr = cls._attributes(metadata)
        coords: dict[str, NDArray[Any] | None] = {}
        step = None
        if axis == 'Z':
            step = numpy.cumsum(metadata['ZDistance'])
            coords['depth'] = step = step - step[0]
        elif axis == 'T':
            coords['time'] = step = cls._seconds(metadata)
            attr['unit']['T'] = 's'
        if step is not None and numpy.allclose(numpy.diff(step, 2), 0):
            attr['scale'][axis] = float(step[1] - step[0])
        return [
            TiffPageSeries(
                pages or [page],
                (planes, *page.shape),
                page.dtype,
                axis + page.axes,
                attr=attr,
                coords=coords,
                parent=tif,
                name=metadata.get('Name'),
                kind=cls.kind,
                truncated=planes > 1 and len(pages) == 1,
            )
        ]

    @staticmethod
    def _pages(
        page: TiffPage, planes: int
    ) -> Sequence[TiffPage | TiffFrame | None]:
        """Return pages of planes; empty if only the first can be read."""
        if planes < 2 or page.is_final:
            return [page]
        # segments of all planes are listed if they are compressed
        number = page._geometry.nsegments
        offsets = numpy.asarray(page.dataoffsets, numpy.int64)
        bytecounts = numpy.asarray(page.databytecounts, numpy.int64)
        if bytecounts.size < planes * number:
            logger().warning(
                f'{page!r} {planes} planes need {planes * number} segments, '
                f'got {bytecounts.size}'
            )
            return []
        bytecounts = bytecounts[: planes * number]
        if offsets.size < bytecounts.size:
            offsets = offsets[0] + numpy.cumsum(bytecounts) - bytecounts
        return _FrameSequence(
            page,
            numpy.arange(planes) + page.index,
            numpy.where(numpy.arange(planes) == 0, page.offset, 0),
            offsets[: planes * number].reshape(planes, number),
            bytecounts.reshape(planes, number),
        )

    @staticmethod
    def _axis(planes: int, metadata: dict[str, Any]) -> str:
        """Return character of dimension along planes."""
        if planes > 1:
            distance = metadata.get('ZDistance', numpy.zeros(1))
            if numpy.all(numpy.isfinite(distance) & (distance != 0)):
                return 'Z'
            if numpy.all(numpy.diff(metadata.get('TimeCreated', [0, 0]))):
                return 'T'
        return 'I'

    @staticmethod
    def _attributes(metadata: dict[str, Any]) -> dict[str, Any]:
        """Return metadata of series."""
        scale: dict[str, float] = {}
        unit: dict[str, str] = {}
        units = metadata.get('CalibrationUnits') or ''
        if metadata.get('SpatialCalibration'):
            for axis in 'XY':
                size = metadata.get(f'{axis}Calibration')
                if isinstance(size, float) and size > 0:
                    scale[axis] = size
                    if units:
                        unit[axis] = units
        attr: dict[str, Any] = {'scale': scale, 'unit': unit}
        if metadata.get('Wavelengths') is not None:
            attr['wavelengths'] = metadata['Wavelengths'].tolist()
        return attr

    @staticmethod
    def _seconds(metadata: dict[str, Any]) -> NDArray[Any]:
        """Return seconds since first plane was created."""
        dates = metadata['DatetimeCreated']
        if dates is None:
            time = metadata['TimeCreated'].astype(numpy.float64) * 1e-3
        else:
            time = (dates - dates[0]) / numpy.timedelta64(1, 's')
        return numpy.asarray(time - time[0])


_OFFSET_TAGS.update((33628, 33629, 33630, 33631))

# MetaMorph Stack (STK) image file format: identifiers of UIC1tag. Kinds:
#   int            value in place of offset
#   skip           value in place of offset, for internal use
#   planeproperty  offset of offset and property of a plane
#   others         offset of value; N is the number of planes
_UIC_TAGS: tuple[tuple[str, str], ...] = (
    ('AutoScale', 'int'),
    ('MinScale', 'int'),
    ('MaxScale', 'int'),
    ('SpatialCalibration', 'int'),
    ('XCalibration', 'fraction'),
    ('YCalibration', 'fraction'),
    ('CalibrationUnits', 'string'),
    ('Name', 'string'),
    ('ThreshState', 'int'),
    ('ThreshStateRed', 'int'),
    ('tagid_10', 'skip'),
    ('ThreshStateGreen', 'int'),
    ('ThreshStateBlue', 'int'),
    ('ThreshStateLo', 'int'),
    ('ThreshStateHi', 'int'),
    ('Zoom', 'int'),
    ('CreateTime', 'datetime'),
    ('LastSavedTime', 'datetime'),
    ('currentBuffer', 'int'),
    ('grayFit', 'skip'),
    ('grayPointCount', 'skip'),
    ('grayX', 'fraction'),
    ('grayY', 'fraction'),
    ('grayMin', 'fraction'),
    ('grayMax', 'fraction'),
    ('grayUnitName', 'string'),
    ('StandardLUT', 'int'),
    ('wavelength', 'int'),
    ('StagePosition', 'fraction[N,2]'),
    ('CameraChipOffset', 'fraction[N,2]'),
    ('OverlayMask', 'skip'),
    ('OverlayCompress', 'skip'),
    ('Overlay', 'skip'),
    ('SpecialOverlayMask', 'skip'),
    ('SpecialOverlayCompress', 'skip'),
    ('SpecialOverlay', 'skip'),
    ('ImageProperty', 'property'),
    ('StageLabel', 'strings'),
    ('AutoScaleLoInfo', 'fraction'),
    ('AutoScaleHiInfo', 'fraction'),
    ('AbsoluteZ', 'fraction[N]'),
    ('AbsoluteZValid', 'uint32[N]'),
    ('Gamma', 'uint32'),
    ('GammaRed', 'uint32'),
    ('GammaGreen', 'uint32'),
    ('GammaBlue', 'uint32'),
    ('CameraBin', 'uint32[2]'),
    ('NewLUT', 'int'),
    ('ImagePropertyEx', 'skip'),
    ('PlaneProperty', 'planeproperty'),
    ('UserLutTable', 'uint8[256,3]'),
    ('RedAutoScaleInfo', 'int'),
    ('RedAutoScaleLoInfo', 'fraction'),
    ('RedAutoScaleHiInfo', 'fraction'),
    ('RedMinScaleInfo', 'int'),
    ('RedMaxScaleInfo', 'int'),
    ('GreenAutoScaleInfo', 'int'),
    ('GreenAutoScaleLoInfo', 'fraction'),
    ('GreenAutoScaleHiInfo', 'fraction'),
    ('GreenMinScaleInfo', 'int'),
    ('GreenMaxScaleInfo', 'int'),
    ('BlueAutoScaleInfo', 'int'),
    ('BlueAutoScaleLoInfo', 'fraction'),
    ('BlueAutoScaleHiInfo', 'fraction'),
    ('BlueMinScaleInfo', 'int'),
    ('BlueMaxScaleInfo', 'int'),
)

_UIC_PER_PLANE = frozenset((28, 29, 37, 40, 41))  # are in UIC4tag of stacks


@_TIFF.register('UIC_TAGS')
def _make_uic_tags() -> list[tuple[str, str]]:
    """Return names and kinds of items of UIC1tag and UIC4tag."""
    return list(_UIC_TAGS)


def read_uic1tag(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
    planecount: int = 0,
) -> dict[str, Any]:
    """Return MetaMorph STK UIC1tag as dictionary.

    Parameters:
        planecount: Number of planes, 0 if not known.

    Raises:
        TiffTagError: Data type or byte order are invalid, or tag is truncated.

    """
    if dtype not in {4, 5} or byteorder != '<':
        raise TiffTagError(f'{fh.name!r} invalid UIC1tag {byteorder}{dtype!r}')
    if dtype == 5:
        # before MetaMorph 2.5
        return {'ZDistance': _read_uic_fractions(fh, count)}
    result: dict[str, Any] = {}
    for _ in range(count):
        (tagid,) = _read_values(fh, '<I')
        if planecount > 1 and tagid in _UIC_PER_PLANE:
            _read_values(fh, '<I')
            continue
        name, value = read_uic_tag(fh, tagid, planecount, True)
        if name == 'PlaneProperty':
            result.setdefault(name, []).append(value)
        else:
            result[name] = value
    return result


def read_uic2tag(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
) -> dict[str, NDArray[Any]]:
    """Return MetaMorph STK UIC2tag as dictionary of arrays."""
    _check_uic_tag('UIC2tag', fh, byteorder, dtype, 5)
    values = _read_numbers(fh, '<u4', count * 6).reshape(count, 6)
    return {
        'ZDistance': _divide_fractions(values[:, :2]),
        'DateCreated': values[:, 2],  # Julian days
        'TimeCreated': values[:, 3],  # milliseconds
        'DateModified': values[:, 4],
        'TimeModified': values[:, 5],
    }


def read_uic3tag(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
) -> dict[str, NDArray[numpy.float64]]:
    """Return MetaMorph STK UIC3tag as dictionary of array of wavelengths."""
    _check_uic_tag('UIC3tag', fh, byteorder, dtype, 5)
    return {'Wavelengths': _read_uic_fractions(fh, count)}


def read_uic4tag(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
) -> dict[str, Any]:
    """Return MetaMorph STK UIC4tag as dictionary."""
    _check_uic_tag('UIC4tag', fh, byteorder, dtype, 4)
    result: dict[str, Any] = {}
    # a list without end is bounded: an item occurs once
    for _ in range(256):
        (tagid,) = _read_values(fh, '<H')
        if tagid == 0:
            break
        name, value = read_uic_tag(fh, tagid, count, False)
        result[name] = value
    return result


def _check_uic_tag(
    name: str, fh: FileHandle, byteorder: str, dtype: int, expected: int
) -> None:
    """Raise TiffTagError if data type or byte order of tag are invalid."""
    if dtype != expected or byteorder != '<':
        raise TiffTagError(f'{fh.name!r} invalid {name} {byteorder}{dtype!r}')


def read_uic_tag(
    fh: FileHandle, tagid: int, planecount: int, offset: bool, /
) -> tuple[str, Any]:
    """Return name and value of item of UIC1tag or UIC4tag.

    Parameters:
        fh: File positioned at value of item, or its offset.
        tagid: Identifier of item.
        planecount: Number of planes; 0 if not known.
        offset: Values other than integers are stored elsewhere.

    """
    if not 0 <= tagid < len(_UIC_TAGS):
        return f'_TagId{tagid}', _read_values(fh, '<I')[0]
    name, kind = _UIC_TAGS[tagid]
    if kind == 'skip':
        return f'_{name}', _read_values(fh, '<I')[0]
    if kind == 'int' or (kind == 'planeproperty' and not offset):
        return name, _read_values(fh, '<I')[0]
    if not offset:
        return name, _read_uic_value(fh, kind, planecount)
    (position,) = _read_values(fh, '<I')
    end = fh.tell()
    if position < 8:
        if kind == 'string':
            return name, ''
        if name != 'AbsoluteZValid':
            logger().warning(
                f'<tifffile.read_uic_tag> {fh.name!r} invalid offset '
                f'{position} of {name}'
            )
        return name, position
    fh.seek(position + 4 if kind == 'planeproperty' else position)
    try:
        return name, _read_uic_value(fh, kind, planecount)
    except ValueError as exc:
        logger().warning(f'<tifffile.read_uic_tag> {name} raised {exc!r:.128}')
        return name, '' if kind == 'string' else None
    finally:
        fh.seek(end)


def _read_uic_value(fh: FileHandle, kind: str, planecount: int) -> Any:
    """Return value of item of UIC1tag or UIC4tag."""
    if kind == 'fraction':
        return float(_read_uic_fractions(fh, 1)[0])
    if kind == 'datetime':
        day, milliseconds = _read_values(fh, '<II')
        try:
            return julian_datetime(day, milliseconds)
        except (ValueError, OverflowError) as exc:
            logger().warning(f'<tifffile.read_uic_tag> {exc}')
            return None
    if kind == 'string':
        return _read_uic_string(fh)
    if kind in {'property', 'planeproperty'}:
        return read_uic_property(fh)
    if planecount < 1:
        return None
    if kind == 'strings':
        return [_read_uic_string(fh) for _ in range(planecount)]
    if kind == 'fraction[N]':
        return _read_uic_fractions(fh, planecount)
    if kind == 'fraction[N,2]':
        return _read_uic_fractions(fh, 2 * planecount).reshape(-1, 2)
    if kind == 'uint32[N]':
        return _read_numbers(fh, '<u4', planecount)
    if kind == 'uint32[2]':
        return _read_values(fh, '<II')
    if kind == 'uint8[256,3]':
        return _read_numbers(fh, 'u1', 768).reshape(256, 3)
    return _read_values(fh, '<I')[0]


def _read_uic_string(fh: FileHandle) -> str:
    """Return text that follows its length."""
    (size,) = _read_values(fh, '<I')
    if size >= 1024:
        raise TiffTagError(f'{fh.name!r} invalid string length {size}')
    return bytes2str(stripnull(_read_bytes(fh, size)[:-1]))


def _read_uic_fractions(fh: FileHandle, count: int) -> NDArray[numpy.float64]:
    """Return quotients of pairs of integers."""
    return _divide_fractions(
        _read_numbers(fh, '<u4', 2 * count).reshape(count, 2)
    )


def _divide_fractions(
    fractions: NDArray[numpy.uint32],
) -> NDArray[numpy.float64]:
    """Return quotients of pairs of integers; NaN if not defined."""
    result = numpy.full(len(fractions), numpy.nan)
    valid = fractions[:, 1] > 0
    result[valid] = fractions[valid, 0] / fractions[valid, 1]
    return result


def read_uic_property(fh: FileHandle, /) -> dict[str, Any]:
    """Return name, flags, and value of image property of UIC tag."""
    (size,) = _read_values(fh, 'B')
    name = bytes2str(stripnull(_read_bytes(fh, size)))
    flags, kind = _read_values(fh, '<IB')
    value: Any
    if kind == 1:
        value = float(_read_uic_fractions(fh, 1)[0])
    else:
        (size,) = _read_values(fh, 'B')
        value = bytes2str(stripnull(_read_bytes(fh, size)))
    return {'name': name, 'flags': flags, 'value': value}


read_uic_image_property = read_uic_property

_TAG_READERS.update(
    {
        33628: read_uic1tag,
        33629: read_uic2tag,
        33630: read_uic3tag,
        33631: read_uic4tag,
    }
)


def _julian_datetimes(
    days: NDArray[Any], milliseconds: NDArray[Any]
) -> NDArray[numpy.datetime64] | None:
    """Return dates from Julian days and milliseconds; None if invalid."""
    if days.size and not 2333838 < days.min() <= days.max() < 2547339:
        # 1677-09-23 to 2262-04-10 can be counted in nanoseconds
        logger().warning(f'invalid date of STK plane: day {days.min()}')
        return None
    return numpy.array(
        [
            julian_datetime(day, time)
            for day, time in zip(
                days.tolist(), milliseconds.tolist(), strict=True
            )
        ],
        'datetime64[ns]',
    )


def stk_description_metadata(description: str, /) -> list[dict[str, Any]]:
    """Return metadata of planes from MetaMorph image description.

    Lines without colon are listed under an empty key.

    >>> stk_description_metadata('Exposure: 100 ms\\r\\nBinning: 2\\0')
    [{'Exposure': '100 ms', 'Binning': 2}]

    """
    result = []
    for plane in description.strip().split('\0'):
        if not plane.strip():
            continue
        items: dict[str, Any] = {}
        for line in plane.splitlines():
            name, colon, value = line.partition(':')
            if colon:
                items[name.strip()] = astype(value.strip())
            elif line.strip():
                items.setdefault('', []).append(line.strip())
        result.append(items)
    return result


# -- Zeiss LSM ----------------------------------------------------------------


@final
class _Lsm(Format):
    """Zeiss LSM 5 to 8: images and thumbnails alternate in IFD chain.

    Files of more than 4 GB have wrapped offsets, and compressed files wrong
    sizes of strips.

    """

    kind = 'LSM'
    order = 20
    extensions = ('lsm',)

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return 34412 in page._ifd

    @staticmethod
    def amend(page: TiffPage, /) -> None:
        record = page._ifd.records.get(258)
        if (
            record is None
            or (record[1] < 2 and page.predictor == 1)
            or not _is_in_lsm(page)
        ):
            return
        if page.compression == 1:
            # LSM 510 stores predictors without using them
            page.predictor = PREDICTOR.NONE
        if record[:2] == (3, 2):
            _amend_lsm_bits(page, record[2])
        # there can be offsets and sizes of strips that do not exist
        number = page.samplesperpixel
        if page.planarconfig == 2 and page.rowsperstrip >= page.imagelength:
            if len(page.dataoffsets) > number:
                page.dataoffsets = tuple(page.dataoffsets[:number])
            if len(page.databytecounts) > number:
                page.databytecounts = tuple(page.databytecounts[:number])

    @staticmethod
    def prepare(tif: TiffFile, /) -> None:
        pages = tif.pages
        is_large = tif.filehandle.size >= 2**32
        is_compressed = pages.first.compression != 1 or (
            pages.is_multipage and pages.get(1).compression != 1
        )
        if not is_large and not is_compressed:
            return
        segments = _LsmSegments(tif)
        if is_large:
            metadata = _Lsm.metadata(tif) or {}
            segments.unwrap_offsets(
                max(metadata.get('DimensionP', 0), 1)
                * max(metadata.get('DimensionM', 0), 1),
                metadata.get('DimensionTime', 1),
            )
        if is_compressed:
            segments.correct_bytecounts()
        tif._segment_correction = segments
        for page in pages._cached.values():
            _correct_segments(page)

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> dict[str, Any] | None:
        value = tif.pages.first.tags.valueof(34412)
        return value if isinstance(value, dict) else None

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        metadata = cls.metadata(tif)
        if metadata is None:
            raise TiffTagError(f'{tif.filehandle.name!r} invalid CZ_LSMINFO')
        segments = tif._segment_correction
        if not isinstance(segments, _LsmSegments):
            segments = _LsmSegments(tif)
        keyframe = segments.keyframes[0]
        frames = segments.frames(0)
        shape, axes = _lsm_shape(metadata, keyframe, len(frames))
        number = max(product(shape) // keyframe.size, 1)
        pages: Sequence[TiffPage | TiffFrame | None] = frames[:number]
        if number > len(pages):
            logger().warning(
                f'{tif!r} LSM series expected {number} pages, got '
                f'{len(pages)}. Missing data are zeroed'
            )
            pages = [*pages, *([None] * (number - len(pages)))]
        attr = _lsm_attributes(metadata, axes)
        series = [
            TiffPageSeries(
                pages,
                shape,
                keyframe.dtype,
                axes,
                attr=attr,
                coords=_lsm_coords(metadata, attr, shape, axes),
                parent=tif,
                kind=cls.kind,
            )
        ]
        if len(segments.keyframes) > 1:
            series.append(cls._thumbnails(tif, segments, shape, axes))
        return series

    @staticmethod
    def _thumbnails(
        tif: TiffFile,
        segments: _LsmSegments,
        shape: tuple[int, ...],
        axes: str,
    ) -> TiffPageSeries:
        """Return series of thumbnails of images of shape."""
        keyframe = segments.keyframes[1]
        frames = segments.frames(1)
        ndim = 0
        while ndim < len(shape) and product(shape[:ndim]) < len(frames):
            ndim += 1
        if product(shape[:ndim]) == len(frames):
            shape, axes = shape[:ndim], axes[:ndim]
        else:
            shape, axes = (len(frames),), 'I'
        return TiffPageSeries(
            frames,
            (*shape, *keyframe.shape),
            keyframe.dtype,
            axes + keyframe.axes,
            parent=tif,
            kind='LSMreduced',
        )


def _is_in_lsm(page: TiffPage) -> bool:
    """Return if page, or first page of its file, has CZ_LSMINFO tag."""
    if 34412 in page._ifd:
        return True
    pages: TiffPages | None = getattr(page.parent, 'pages', None)
    return bool(pages) and 34412 in pages.first._ifd  # type: ignore[union-attr]


def _amend_lsm_bits(page: TiffPage, field: bytes) -> None:
    """Read two BitsPerSample at offset where two numbers should be."""
    plausible = {8, 12, 16, 32}
    if plausible.issuperset(struct.unpack('<2H', field[:4])):
        return
    offset = int.from_bytes(field[:4], 'little')
    data = page._ifd.source.read(offset, 4)
    bits = struct.unpack('<2H', data) if len(data) == 4 else ()
    if not bits or not plausible.issuperset(bits):
        raise TiffTagError(f'{page!r} invalid BitsPerSample {field[:4]!r}')
    page.bitspersample = bits


@final
class _LsmSegments:
    """Positions and sizes of all strips of LSM file.

    Parameters:
        tif: LSM file.

    Raises:
        TiffFileError: Pages are not alike.

    """

    keyframes: list[TiffPage]
    """First image and, if there are thumbnails, first thumbnail."""
    offsets: list[NDArray[numpy.int64]]
    """Positions of strips of images, and thumbnails."""
    bytecounts: list[NDArray[numpy.int64]]
    """Sizes of strips of images, and thumbnails."""

    def __init__(self, tif: TiffFile) -> None:
        pages = tif.pages
        self._pages = pages
        self.keyframes = [pages.first]
        if pages.is_multipage:
            page = pages.get(1, cache=True)
            if isinstance(page, TiffPage) and page.is_reduced:
                self.keyframes.append(page)
        step = len(self.keyframes)
        self._offsets = pages._chain.array()
        self.offsets = []
        self.bytecounts = []
        for k, keyframe in enumerate(self.keyframes):
            number = len(range(k, self._offsets.size, step))
            shape = number, keyframe._geometry.nsegments
            self.offsets.append(numpy.zeros(shape, numpy.int64))
            self.bytecounts.append(numpy.zeros(shape, numpy.int64))
        tables = _read_ifd_tables(pages._chain)
        if tables is None:
            for index in range(self._offsets.size):
                self._read_page(index)
            return
        for table in tables:
            for k in range(step):
                mask = table.indices % step == k
                if mask.any():
                    self._read_table(table.take(mask), k)

    def _read_page(self, index: int) -> None:
        """Set strips from IFD."""
        source = self._pages._chain.source
        step = len(self.keyframes)
        ifd = source.read_ifd(int(self._offsets[index]))
        for code, arrays in ((273, self.offsets), (279, self.bytecounts)):
            row = arrays[index % step][index // step]
            values = ifd.integers(code) or ()
            if len(values) < row.size:
                raise TiffFileError(
                    f'{source.fh.name!r} IFD {index} has {len(values)} '
                    f'strips, expected {row.size}'
                )
            row[:] = values[: row.size]

    def _read_table(self, table: _IfdTable, k: int) -> None:
        """Set strips from IFDs."""
        keyframe = self.keyframes[k]
        step = len(self.keyframes)
        page = self._pages.get(int(table.indices[0]))
        codes = [code for code in _GEOMETRY_CODES if code != 258]
        if page.hash != keyframe.hash or not table.alike(codes).all():
            raise TiffFileError(
                f'{table.source.fh.name!r} pages are not like {keyframe!r}'
            )
        for code, arrays in ((273, self.offsets), (279, self.bytecounts)):
            array = arrays[k]
            values = table.values(code) if code in table else None
            if (
                values is None
                or values.dtype.kind != 'u'
                or values.shape[1] < array.shape[1]
            ):
                for index in table.indices.tolist():
                    self._read_page(index)
                return
            array[table.indices // step] = values[:, : array.shape[1]]

    def __call__(
        self, index: int
    ) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
        """Return positions and sizes of strips of page."""
        row, k = divmod(index, len(self.keyframes))
        if row >= len(self.offsets[k]):
            return None
        return (
            tuple(self.offsets[k][row].tolist()),
            tuple(self.bytecounts[k][row].tolist()),
        )

    def frames(self, k: int) -> _FrameSequence:
        """Return images or thumbnails."""
        step = len(self.keyframes)
        indices = numpy.arange(k, self._offsets.size, step)
        return _FrameSequence(
            self.keyframes[k],
            indices,
            self._offsets[indices],
            self.offsets[k],
            self.bytecounts[k],
        )

    def unwrap_offsets(self, positions: int, times: int) -> None:
        """Correct offsets that lack multiples of 2**32.

        Parameters:
            positions: Number of positions.
            times: Number of times. All positions were visited at each.

        """
        number = len(self.offsets[0])
        order = numpy.arange(number)
        if positions > 1 and times > 1:
            if number % (positions * times):
                raise TiffFileError(
                    f'{number} images are no multiple of {positions} '
                    f'positions and {times} times'
                )
            order = order.reshape(positions, times, -1).swapaxes(0, 1).ravel()
        parts = [
            numpy.pad(part, ((0, number - len(part)), (0, 0)))
            for part in self.offsets
        ]
        is_swapped = len(parts) > 1 and parts[1][0, 0] < parts[0][0, 0]
        if is_swapped:
            parts.reverse()
        rows = numpy.hstack(parts)[order]
        # strips that were not written have no offset
        mask = rows > 0
        valid = rows[mask]
        wraps = numpy.zeros(valid.size, numpy.int64)
        wraps[1:] = numpy.cumsum(valid[1:] < valid[:-1])
        rows[mask] = valid + (wraps << 32)
        rows[order] = rows.copy()
        split = parts[0].shape[1]
        parts = [rows[:, :split], rows[:, split:]][: len(parts)]
        if is_swapped:
            parts.reverse()
        self.offsets = [
            numpy.ascontiguousarray(new[: len(old)])
            for new, old in zip(parts, self.offsets, strict=True)
        ]

    def correct_bytecounts(self) -> None:
        """Set sizes of compressed strips to the distances of strips."""
        starts = numpy.unique(
            numpy.concatenate([part.ravel() for part in self.offsets])
        )
        size = self._pages.parent.filehandle.size
        starts = numpy.append(starts[starts > 0], size)
        for k, keyframe in enumerate(self.keyframes):
            if keyframe.compression == 1:
                continue
            offsets = self.offsets[k]
            index = numpy.searchsorted(starts, offsets, side='right')
            ends = starts[numpy.minimum(index, starts.size - 1)]
            # the last strip is followed by something else
            limits = offsets + 2 * self.bytecounts[k] + _BLOCKSIZE
            counts = numpy.minimum(ends, limits) - offsets
            self.bytecounts[k] = numpy.where(
                offsets > 0, numpy.maximum(counts, 0), 0
            )


def _lsm_shape(
    metadata: dict[str, Any], keyframe: TiffPage, number: int
) -> tuple[tuple[int, ...], str]:
    """Return shape and axes of images.

    Parameters:
        metadata: Values of CZ_LSMINFO.
        keyframe: First image.
        number: Number of images.

    Raises:
        TiffFileError: Dimensions do not match pages.

    """
    sizes = {
        axis: max(metadata.get(name, 0), 0 if axis in 'MP' else 1)
        for axis, name in _LSM_DIMENSIONS.items()
    }
    scantype = metadata.get('ScanType', 0)
    if scantype not in _LSM_SCANTYPES:
        raise TiffFileError(f'unknown LSM {scantype=}')
    order, line = _LSM_SCANTYPES[scantype][1:]
    channels = (
        'C'
        if keyframe.samplesperpixel > 1 or (keyframe.photometric == 2)
        else ''
    )
    leading = ''.join(
        axis for axis in reversed(order) if axis not in 'XY' + channels
    )
    leading = ''.join(axis for axis in 'MP' if sizes[axis]) + leading
    candidates = [(leading, 'Y')]
    if line:
        # lines of images are along another dimension
        rest = ''.join(a for a in leading if a != line and sizes[a] > 1)
        candidates.append((rest, line))
    for leading, rows in candidates:
        if (
            sizes[rows] != keyframe.imagelength
            or sizes['X'] != keyframe.imagewidth
            or (channels and sizes['C'] != keyframe.samplesperpixel)
        ):
            continue
        shape = [sizes[axis] for axis in leading]
        total = product(shape)
        if number < total <= 2 * number:
            # recording was stopped
            shape[0] = -(-number // product(shape[1:]))
        elif total != number:
            continue
        if keyframe.planarconfig == 1:
            axes = leading + rows + 'X' + channels
        else:
            axes = leading + channels + rows + 'X'
        shape += [sizes[axis] for axis in axes[len(shape) :]]
        return tuple(shape), axes
    raise TiffFileError(
        f'LSM dimensions {sizes} of {scantype=} do not match {number} images '
        f'of shape {keyframe.shape}'
    )


def _lsm_attributes(metadata: dict[str, Any], axes: str) -> dict[str, Any]:
    """Return metadata of series."""
    scale: dict[str, float] = {}
    unit: dict[str, str] = {}
    attr: dict[str, Any] = {'scale': scale, 'unit': unit}
    for axis in 'XYZ':
        size = metadata.get(f'VoxelSize{axis}', 0.0)
        attr[f'VoxelSize{axis}'] = size
        if size > 0 and axis in axes:
            scale[axis] = size * 1e6
            unit[axis] = '\xb5m'
    stamps = metadata.get('TimeStamps')
    interval = metadata.get('TimeIntervall', 0.0)
    if 'T' in axes and stamps is not None and stamps.size > 1:
        interval = float(numpy.diff(stamps).mean())
    if 'T' in axes and interval > 0:
        scale['T'] = interval
        unit['T'] = 's'
    names = metadata.get('ChannelColors', {}).get('ColorNames')
    if names:
        attr['channel_names'] = names
    return attr


def _lsm_coords(
    metadata: dict[str, Any],
    attr: dict[str, Any],
    shape: tuple[int, ...],
    axes: str,
) -> dict[str, NDArray[Any] | None]:
    """Return coordinates along dimensions of series."""
    coords: dict[str, NDArray[Any] | None] = {}
    for axis, size in zip(axes, shape, strict=True):
        name = TIFF.AXES_NAMES[axis]
        if axis in attr['scale']:
            coords[name] = numpy.arange(size) * attr['scale'][axis]
    stamps = metadata.get('TimeStamps')
    if stamps is not None and stamps.size:
        coords['time'] = stamps - stamps[0]
    wavelengths = metadata.get('ChannelWavelength')
    if metadata.get('SpectralScan') and wavelengths is not None:
        coords['channel'] = wavelengths.mean(axis=1)
    elif 'channel_names' in attr:
        coords['channel'] = numpy.array(attr['channel_names'])
    return coords


_LSM_DIMENSIONS: dict[str, str] = {
    'X': 'DimensionX',
    'Y': 'DimensionY',
    'Z': 'DimensionZ',
    'C': 'DimensionChannels',
    'T': 'DimensionTime',
    'P': 'DimensionP',
    'M': 'DimensionM',
}

# ScanType -> meaning; order of dimensions, first varies fastest; dimension
# along rows of images if these are not lines of a plane
_LSM_SCANTYPES: dict[int, tuple[str, str, str]] = {
    0: ('x-y-z stack', 'XYZCT', ''),
    1: ('x-z scan', 'XYZCT', 'Z'),
    2: ('line', 'XYZCT', 'T'),
    3: ('time series of planes', 'XYTCZ', ''),
    4: ('time series of x-z scans', 'XYZTC', 'Z'),
    5: ('time series of means of ROIs', 'XYTCZ', 'T'),
    6: ('time series of stacks', 'XYZTC', ''),
    7: ('spline scan', 'XYCTZ', ''),
    8: ('spline plane', 'XYCZT', 'Z'),
    9: ('time series of spline planes', 'XYTCZ', 'Z'),
    10: ('point', 'XYZCT', 'T'),
}

_LSM_DATATYPES: dict[int, str] = {
    0: 'varying data types',
    1: '8 bit unsigned integer',
    2: '12 bit unsigned integer',
    5: '32 bit float',
}

_LSM_TYPES_OF_DATA: dict[int, str] = {
    0: 'Original scan data',
    1: 'Calculated data',
    2: '3D reconstruction',
    3: 'Topography height map',
}

# Zeiss LSM file format description, release 6.0: CZ_LSMINFO structure
_CZ_LSMINFO: tuple[tuple[str, str], ...] = (
    ('MagicNumber', 'u4'),
    ('StructureSize', 'i4'),
    ('DimensionX', 'i4'),
    ('DimensionY', 'i4'),
    ('DimensionZ', 'i4'),
    ('DimensionChannels', 'i4'),
    ('DimensionTime', 'i4'),
    ('DataType', 'i4'),
    ('ThumbnailX', 'i4'),
    ('ThumbnailY', 'i4'),
    ('VoxelSizeX', 'f8'),
    ('VoxelSizeY', 'f8'),
    ('VoxelSizeZ', 'f8'),
    ('OriginX', 'f8'),
    ('OriginY', 'f8'),
    ('OriginZ', 'f8'),
    ('ScanType', 'u2'),
    ('SpectralScan', 'u2'),
    ('TypeOfData', 'u4'),
    ('OffsetVectorOverlay', 'u4'),
    ('OffsetInputLut', 'u4'),
    ('OffsetOutputLut', 'u4'),
    ('OffsetChannelColors', 'u4'),
    ('TimeIntervall', 'f8'),
    ('OffsetChannelDataTypes', 'u4'),
    ('OffsetScanInformation', 'u4'),
    ('OffsetKsData', 'u4'),
    ('OffsetTimeStamps', 'u4'),
    ('OffsetEventList', 'u4'),
    ('OffsetRoi', 'u4'),
    ('OffsetBleachRoi', 'u4'),
    ('OffsetNextRecording', 'u4'),
    ('DisplayAspectX', 'f8'),
    ('DisplayAspectY', 'f8'),
    ('DisplayAspectZ', 'f8'),
    ('DisplayAspectTime', 'f8'),
    ('OffsetMeanOfRoisOverlay', 'u4'),
    ('OffsetTopoIsolineOverlay', 'u4'),
    ('OffsetTopoProfileOverlay', 'u4'),
    ('OffsetLinescanOverlay', 'u4'),
    ('ToolbarFlags', 'u4'),
    ('OffsetChannelWavelength', 'u4'),
    ('OffsetChannelFactors', 'u4'),
    ('ObjectiveSphereCorrection', 'f8'),
    ('OffsetUnmixParameters', 'u4'),
    ('OffsetAcquisitionParameters', 'u4'),
    ('OffsetCharacteristics', 'u4'),
    ('OffsetPalette', 'u4'),
    ('TimeDifferenceX', 'f8'),
    ('TimeDifferenceY', 'f8'),
    ('TimeDifferenceZ', 'f8'),
    ('InternalUse1', 'u4'),
    ('DimensionP', 'i4'),
    ('DimensionM', 'i4'),
    ('DimensionsReserved', '16i4'),
    ('OffsetTilePositions', 'u4'),
    ('Reserved', '9u4'),
    ('OffsetPositions', 'u4'),
)

# type of entry in scan information -> name of list
_LSM_SCANINFO_ARRAYS: dict[int, str] = {
    0x20000000: 'Tracks',
    0x30000000: 'Lasers',
    0x60000000: 'DetectionChannels',
    0x80000000: 'IlluminationChannels',
    0xA0000000: 'BeamSplitters',
    0xC0000000: 'DataChannels',
    0x11000000: 'Timers',
    0x13000000: 'Markers',
}

# type of entry in scan information -> name of structure
_LSM_SCANINFO_STRUCTS: dict[int, str] = {
    0x40000000: 'Track',
    0x50000000: 'Laser',
    0x70000000: 'DetectionChannel',
    0x90000000: 'IlluminationChannel',
    0xB0000000: 'BeamSplitter',
    0xD0000000: 'DataChannel',
    0x12000000: 'Timer',
    0x14000000: 'Marker',
}

# hexadecimal type of entry in scan information, and name of attribute
_LSM_SCANINFO_ATTRIBUTES = """\
# Recording
10000001 Name
10000002 Description
10000003 Notes
10000004 Objective
10000005 ProcessingSummary
10000006 SpecialScanMode
10000007 ScanType
10000008 ScanMode
10000009 NumberOfStacks
1000000A LinesPerPlane
1000000B SamplesPerLine
1000000C PlanesPerVolume
1000000D ImagesWidth
1000000E ImagesHeight
1000000F ImagesNumberPlanes
10000010 ImagesNumberStacks
10000011 ImagesNumberChannels
10000012 LinscanXySize
10000013 ScanDirection
10000014 TimeSeries
10000015 OriginalScanData
10000016 ZoomX
10000017 ZoomY
10000018 ZoomZ
10000019 Sample0X
1000001A Sample0Y
1000001B Sample0Z
1000001C SampleSpacing
1000001D LineSpacing
1000001E PlaneSpacing
1000001F PlaneWidth
10000020 PlaneHeight
10000021 VolumeDepth
10000023 Nutation
10000034 Rotation
10000035 Precession
10000036 Sample0time
10000037 StartScanTriggerIn
10000038 StartScanTriggerOut
10000039 StartScanEvent
10000040 StartScanTime
10000041 StopScanTriggerIn
10000042 StopScanTriggerOut
10000043 StopScanEvent
10000044 StopScanTime
10000045 UseRois
10000046 UseReducedMemoryRois
10000047 User
10000048 UseBcCorrection
10000049 PositionBcCorrection1
10000050 PositionBcCorrection2
10000051 InterpolationY
10000052 CameraBinning
10000053 CameraSupersampling
10000054 CameraFrameWidth
10000055 CameraFrameHeight
10000056 CameraOffsetX
10000057 CameraOffsetY
10000059 RtBinning
1000005A RtFrameWidth
1000005B RtFrameHeight
1000005C RtRegionWidth
1000005D RtRegionHeight
1000005E RtOffsetX
1000005F RtOffsetY
10000060 RtZoom
10000061 RtLinePeriod
10000062 Prescan
10000063 ScanDirectionZ
# Track
40000001 MultiplexType
40000002 MultiplexOrder
40000003 SamplingMode
40000004 SamplingMethod
40000005 SamplingNumber
40000006 Acquire
40000007 SampleObservationTime
4000000B TimeBetweenStacks
4000000C Name
4000000D Collimator1Name
4000000E Collimator1Position
4000000F Collimator2Name
40000010 Collimator2Position
40000011 IsBleachTrack
40000012 IsBleachAfterScanNumber
40000013 BleachScanNumber
40000014 TriggerIn
40000015 TriggerOut
40000016 IsRatioTrack
40000017 BleachCount
40000018 SpiCenterWavelength
40000019 PixelTime
40000021 CondensorFrontlens
40000023 FieldStopValue
40000024 IdCondensorAperture
40000025 CondensorAperture
40000026 IdCondensorRevolver
40000027 CondensorFilter
40000028 IdTransmissionFilter1
40000029 IdTransmission1
40000030 IdTransmissionFilter2
40000031 IdTransmission2
40000032 RepeatBleach
40000033 EnableSpotBleachPos
40000034 SpotBleachPosx
40000035 SpotBleachPosy
40000036 SpotBleachPosz
40000037 IdTubelens
40000038 IdTubelensPosition
40000039 TransmittedLight
4000003A ReflectedLight
4000003B SimultanGrabAndBleach
4000003C BleachPixelTime
# Laser
50000001 Name
50000002 Acquire
50000003 Power
# DetectionChannel
70000001 IntegrationMode
70000002 SpecialMode
70000003 DetectorGainFirst
70000004 DetectorGainLast
70000005 AmplifierGainFirst
70000006 AmplifierGainLast
70000007 AmplifierOffsFirst
70000008 AmplifierOffsLast
70000009 PinholeDiameter
7000000A CountingTrigger
7000000B Acquire
7000000C PointDetectorName
7000000D AmplifierName
7000000E PinholeName
7000000F FilterSetName
70000010 FilterName
70000013 IntegratorName
70000014 ChannelName
70000015 DetectorGainBc1
70000016 DetectorGainBc2
70000017 AmplifierGainBc1
70000018 AmplifierGainBc2
70000019 AmplifierOffsetBc1
70000020 AmplifierOffsetBc2
70000021 SpectralScanChannels
70000022 SpiWavelengthStart
70000023 SpiWavelengthStop
70000026 DyeName
70000027 DyeFolder
# IlluminationChannel
90000001 Name
90000002 Power
90000003 Wavelength
90000004 Aquire
90000005 DetchannelName
90000006 PowerBc1
90000007 PowerBc2
# BeamSplitter
B0000001 FilterSet
B0000002 Filter
B0000003 Name
# DataChannel
D0000001 Name
D0000003 Acquire
D0000004 Color
D0000005 SampleType
D0000006 BitsPerSample
D0000007 RatioType
D0000008 RatioTrack1
D0000009 RatioTrack2
D000000A RatioChannel1
D000000B RatioChannel2
D000000C RatioConst1
D000000D RatioConst2
D000000E RatioConst3
D000000F RatioConst4
D0000010 RatioConst5
D0000011 RatioConst6
D0000012 RatioFirstImages1
D0000013 RatioFirstImages2
D0000014 DyeName
D0000015 DyeFolder
D0000016 Spectrum
D0000017 Acquire
# Timer
12000001 Name
12000002 Description
12000003 Interval
12000004 TriggerIn
12000005 TriggerOut
12000006 ActivationTime
12000007 ActivationNumber
# Marker
14000001 Name
14000002 Description
14000003 TriggerIn
14000004 TriggerOut
"""


class _LsmLutType(enum.IntEnum):
    """Types of lookup tables."""

    NORMAL = 0
    ORIGINAL = 1
    RAMP = 2
    POLYLINE = 3
    SPLINE = 4
    GAMMA = 5


class _LsmSubBlockType(enum.IntEnum):
    """Types of sub-blocks of lookup tables."""

    END = 0
    GAMMA = 1
    BRIGHTNESS = 2
    CONTRAST = 3
    RAMP = 4
    KNOTS = 5
    PALETTE_12_TO_12 = 6


@functools.cache
def _lsm_scaninfo_attributes() -> dict[int, str]:
    """Return names of attributes in scan information by type of entry."""
    return {
        int(code, 16): name
        for line in _LSM_SCANINFO_ATTRIBUTES.splitlines()
        if line[0] != '#'
        for code, name in (line.split(),)
    }


for _name, _table in (
    ('CZ_LSMINFO', lambda: list(_CZ_LSMINFO)),
    ('CZ_LSMINFO_DATATYPES', lambda: dict(_LSM_DATATYPES)),
    ('CZ_LSMINFO_DIMENSIONS', lambda: dict(_LSM_DIMENSIONS)),
    ('CZ_LSMINFO_READERS', lambda: dict(_LSM_READERS)),
    ('CZ_LSMINFO_SCANINFO_ARRAYS', lambda: dict(_LSM_SCANINFO_ARRAYS)),
    ('CZ_LSMINFO_SCANINFO_ATTRIBUTES', _lsm_scaninfo_attributes),
    ('CZ_LSMINFO_SCANINFO_STRUCTS', lambda: dict(_LSM_SCANINFO_STRUCTS)),
    (
        'CZ_LSMINFO_SCANTYPE',
        lambda: {key: value[1] for key, value in _LSM_SCANTYPES.items()},
    ),
    ('CZ_LSMINFO_TYPEOFDATA', lambda: dict(_LSM_TYPES_OF_DATA)),
    ('CZ_LSM_LUTTYPE', lambda: _LsmLutType),
    ('CZ_LSM_SUBBLOCK_TYPE', lambda: _LsmSubBlockType),
):
    _TIFF.register(_name)(_table)
del _name, _table


def read_cz_lsminfo(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
) -> dict[str, Any]:
    """Return CZ_LSMINFO tag as dictionary.

    Blocks that the structure refers to are read if their layout is known.
    Lengths are in meters, times in seconds.

    Raises:
        TiffTagError: Structure is invalid or truncated.

    """
    start = fh.tell()
    magic, size = _read_values(fh, '<II')
    if byteorder != '<' or magic not in {50350412, 67127628}:
        raise TiffTagError(
            f'{fh.name!r} invalid CZ_LSMINFO structure {magic=}'
        )
    # older versions have fewer fields
    record = numpy.dtype(list(_CZ_LSMINFO)).newbyteorder('<')
    fields = [
        name
        for name, field in (record.fields or {}).items()
        if field[1] + field[0].itemsize <= size
    ]
    fh.seek(start)
    data = _read_bytes(fh, min(size, record.itemsize))
    values = numpy.frombuffer(data.ljust(record.itemsize, b'\0'), record)[0]
    result: dict[str, Any] = {
        name: values[name].tolist() for name in fields if name != 'Reserved'
    }
    for name, reader in _LSM_READERS.items():
        offset = result.get('Offset' + name, 0)
        if reader is None or offset < 8:
            continue
        try:
            fh.seek(offset)
            result[name] = reader(fh)
        except ValueError as exc:
            logger().warning(
                f'<tifffile.{reader.__name__}> raised {exc!r:.128}'
            )
    return result


def read_lsm_channeldatatypes(fh: FileHandle, /) -> NDArray[Any]:
    """Return LSM channel data types from file."""
    (count,) = _read_values(fh, '<I')
    return _read_numbers(fh, '<u4', count)


def read_lsm_channelwavelength(fh: FileHandle, /) -> NDArray[Any]:
    """Return LSM ranges of wavelengths of channels from file."""
    (count,) = _read_values(fh, '<i')
    return _read_numbers(fh, '<f8', 2 * count).reshape(-1, 2)


def read_lsm_positions(fh: FileHandle, /) -> NDArray[Any]:
    """Return LSM positions in meters from file."""
    (count,) = _read_values(fh, '<I')
    return _read_numbers(fh, '<f8', 3 * count).reshape(-1, 3)


def read_lsm_timestamps(fh: FileHandle, /) -> NDArray[Any]:
    """Return LSM time stamps in seconds from file."""
    size, count = _read_values(fh, '<ii')
    if size != 8 + 8 * count:
        logger().warning(
            f'<tifffile.read_lsm_timestamps> invalid LSM TimeStamps block: '
            f'{size=}, {count=}'
        )
        return numpy.empty((0,), numpy.float64)
    return _read_numbers(fh, '<f8', count)


def read_lsm_eventlist(fh: FileHandle, /) -> list[tuple[float, int, str]]:
    """Return LSM events as times, types, and descriptions from file."""
    count = _read_values(fh, '<II')[1]
    events = []
    for _ in range(count):
        size, time, kind = _read_values(fh, '<IdI')
        text = bytes2str(stripnull(_read_bytes(fh, size - 16)))
        events.append((time, kind, text))
    return events


def read_lsm_channelcolors(fh: FileHandle, /) -> dict[str, Any]:
    """Return LSM colors and names of channels from file."""
    result: dict[str, Any] = {'Mono': False, 'Colors': [], 'ColorNames': []}
    start = fh.tell()
    values = _read_values(fh, '<6i')
    ncolors, nnames, coloroffset, nameoffset, mono = values[1:]
    if ncolors != nnames:
        logger().warning(
            '<tifffile.read_lsm_channelcolors> invalid LSM ChannelColors '
            f'block: {ncolors=} {nnames=}'
        )
        return result
    result['Mono'] = bool(mono)
    fh.seek(start + coloroffset)
    colors = _read_numbers(fh, 'u1', 4 * ncolors)
    result['Colors'] = colors.reshape(-1, 4).tolist()
    fh.seek(start + nameoffset)
    for _ in range(nnames):
        (size,) = _read_values(fh, '<I')
        name = stripnull(_read_bytes(fh, size))
        result['ColorNames'].append(bytes2str(name))
    return result


def read_lsm_lookuptable(fh: FileHandle, /) -> dict[str, Any]:
    """Return LSM lookup tables from file."""
    header = _read_values(fh, '<15i')
    size, number, channels, luttype, advanced, current = header[:6]
    if size < 60:
        logger().warning(
            '<tifffile.read_lsm_lookuptable> invalid LSM LookupTables '
            f'structure: {size=}'
        )
        return {}
    blocks: list[dict[str, Any]] = []
    for _ in range(number):
        start = fh.tell()
        code, blocksize = _read_values(fh, '<ii')
        data = _read_lsm_subblock(fh, code, channels)
        if code not in range(1, 7) or blocksize < 8:
            if code != 0:
                logger().warning(
                    '<tifffile.read_lsm_lookuptable> invalid LSM SubBlock '
                    f'type {code}'
                )
            break
        blocks.append({'Type': _LsmSubBlockType(code), 'Data': data})
        fh.seek(start + blocksize)
    return {
        'LutType': _LsmLutType(luttype) if luttype in range(6) else luttype,
        'Advanced': advanced,
        'NumberChannels': channels,
        'CurrentChannel': current,
        'SubBlocks': blocks,
    }


def _read_lsm_subblock(
    fh: FileHandle, code: int, channels: int
) -> NDArray[Any] | None:
    """Return data of sub-block of lookup table; None if type is unknown."""
    if code in {1, 2, 3}:
        return _read_numbers(fh, '<f8', channels)
    if code == 4:
        # documented as double
        return _read_numbers(fh, '<i4', channels * 4).reshape(-1, 2, 2)
    if code == 5:
        (knots,) = _read_values(fh, '<i')
        data = _read_numbers(fh, '<i4', channels * knots * 2)
        return data.reshape(channels, knots, 2)
    if code == 6:
        return _read_numbers(fh, '<i2', channels * 4096).reshape(-1, 4096)
    return None


def read_lsm_scaninfo(fh: FileHandle, /) -> dict[str, Any]:
    """Return LSM scan information as nested dictionaries from file."""
    value: Any = _read_lsm_entry(fh)[0]
    if value != 0x10000000:
        logger().warning(
            '<tifffile.read_lsm_scaninfo> invalid LSM ScanInformation '
            f'structure {value:#x}'
        )
        return {}
    result: dict[str, Any] = {}
    block: Any = result
    parents: list[Any] = []
    names = _lsm_scaninfo_attributes()
    while True:
        entry, value = _read_lsm_entry(fh)
        if entry in _LSM_SCANINFO_ARRAYS:
            new: Any = []
            name = _LSM_SCANINFO_ARRAYS[entry]
        elif entry in _LSM_SCANINFO_STRUCTS:
            new = {}
            name = _LSM_SCANINFO_STRUCTS[entry]
        elif entry == 0xFFFFFFFF:
            if not parents:
                return result
            block = parents.pop()
            continue
        else:
            new = None
            name = names.get(entry, f'Entry0x{entry:x}')
        if isinstance(block, list):
            block.append(value if new is None else new)
        else:
            block[name] = value if new is None else new
        if new is not None:
            parents.append(block)
            block = new


def _read_lsm_entry(fh: FileHandle) -> tuple[int, int | float | str]:
    """Return type and value of entry in scan information."""
    entry, dtype, size = _read_values(fh, '<III')
    value: int | float | str = 0
    if dtype == 2:
        value = bytes2str(stripnull(_read_bytes(fh, size)))
    elif dtype == 4:
        (value,) = _read_values(fh, '<i')
    elif dtype == 5:
        (value,) = _read_values(fh, '<d')
    return entry, value


# name of block -> reader; None if its layout is not known
_LSM_READERS: dict[str, Callable[[FileHandle], Any] | None] = {
    'ScanInformation': read_lsm_scaninfo,
    'TimeStamps': read_lsm_timestamps,
    'EventList': read_lsm_eventlist,
    'ChannelColors': read_lsm_channelcolors,
    'Positions': read_lsm_positions,
    'TilePositions': read_lsm_positions,
    'ChannelDataTypes': read_lsm_channeldatatypes,
    'ChannelWavelength': read_lsm_channelwavelength,
    'InputLut': read_lsm_lookuptable,
    'OutputLut': read_lsm_lookuptable,
    'VectorOverlay': None,
    'KsData': None,
    'Roi': None,
    'BleachRoi': None,
    'NextRecording': None,
    'MeanOfRoisOverlay': None,
    'TopoIsolineOverlay': None,
    'TopoProfileOverlay': None,
    'LinescanOverlay': None,
    'ChannelFactors': None,
    'UnmixParameters': None,
    'AcquisitionParameters': None,
    'Characteristics': None,
    'Palette': None,
}

_TAG_READERS[34412] = read_cz_lsminfo


# -- Olympus FluoView and SIS -------------------------------------------------


@_TIFF.register('MM_DIMENSIONS')
def _make_mm_dimensions() -> dict[str, str]:
    """Return map of FluoView dimensions to axes characters."""
    return {
        'X': 'X',
        'Y': 'Y',
        'Z': 'Z',
        'T': 'T',
        'CH': 'C',
        'WAVELENGTH': 'C',
        'TIME': 'T',
        'XY': 'R',
        'EVENT': 'V',
        'EXPOSURE': 'L',
    }


@_TIFF.register('MM_HEADER')
def _make_mm_header() -> list[tuple[Any, ...]]:
    """Return fields of FluoView MM_Header."""
    dimension = [
        ('Name', 'S16'),
        ('Size', 'i4'),
        ('Origin', 'f8'),
        ('Resolution', 'f8'),
        ('Unit', 'S64'),
    ]
    return [
        ('HeaderFlag', 'i2'),
        ('ImageType', 'u1'),
        ('ImageName', 'S257'),
        ('OffsetData', 'u4'),
        ('PaletteSize', 'i4'),
        ('OffsetPalette0', 'u4'),
        ('OffsetPalette1', 'u4'),
        ('CommentSize', 'i4'),
        ('OffsetComment', 'u4'),
        ('Dimensions', dimension, 10),
        ('OffsetPosition', 'u4'),
        ('MapType', 'i2'),
        ('MapMin', 'f8'),
        ('MapMax', 'f8'),
        ('MinValue', 'f8'),
        ('MaxValue', 'f8'),
        ('OffsetMap', 'u4'),
        ('Gamma', 'f8'),
        ('Offset', 'f8'),
        ('GrayChannel', dimension),
        ('OffsetThumbnail', 'u4'),
        ('VoiceField', 'i4'),
        ('OffsetVoiceField', 'u4'),
    ]


@final
class _FluoView(Format):
    """Files by Olympus FluoView; the header tells dimensions of pages."""

    kind = 'FluoView'
    order = 70

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return 34362 in page._ifd

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> dict[str, Any]:
        ifd = tif.pages.first._ifd
        header = ifd.value(34361)
        result = dict(header) if isinstance(header, dict) else {}
        result['Stamp'] = ifd.value(34362)
        return result

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        keyframe = tif.pages.first
        header = cls.metadata(tif)
        dimensions = header.get('Dimensions')
        if dimensions is None or not keyframe.shape:
            logger().warning(f'{tif!r} FluoView series has no header')
            return None
        shape: list[int] = []
        axes = ''
        scales: list[tuple[str, float, str]] = []
        for name, size, _, resolution, unit in reversed(dimensions):
            ax = TIFF.MM_DIMENSIONS.get(name.upper(), 'Q')
            if not name or size <= 0:
                continue
            scales.append((ax, resolution, unit))
            if ax not in 'XY':
                axes += ax
                shape.append(size)
        number = len(tif.pages)
        if product(shape) != number:
            logger().warning(
                f'{tif!r} FluoView series has {number} pages, '
                f'not shape {tuple(shape)}'
            )
            shape, axes = [number], 'I'
        return [
            TiffPageSeries(
                _collect_frames(tif, keyframe, 0, number),
                (*shape, *keyframe.shape),
                keyframe.dtype,
                axes + keyframe.axes,
                parent=tif,
                name=header.get('ImageName'),
                kind=cls.kind,
                attr=_make_scales(
                    *(scale for scale in scales if scale[0] in 'XYZT')
                ),
            )
        ]


def read_mm_header(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
) -> dict[str, Any]:
    """Return FluoView MM_Header tag as dictionary."""
    record = fh.read_record(TIFF.MM_HEADER, byteorder=byteorder)
    result = recarray2dict(record)
    result['Dimensions'] = [
        _decode_mm_dimension(item) for item in record['Dimensions']
    ]
    result['GrayChannel'] = _decode_mm_dimension(record['GrayChannel'])
    return result


def _decode_mm_dimension(record: Any) -> tuple[str, int, float, float, str]:
    """Return name, size, origin, resolution, and unit."""
    name, size, origin, resolution, unit = record.tolist()
    return (
        bytes2str(stripnull(name)).strip(),
        size,
        origin,
        resolution,
        bytes2str(stripnull(unit)).strip(),
    )


def read_mm_stamp(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
) -> NDArray[numpy.float64]:
    """Return FluoView MM_Stamp tag as array of eight numbers."""
    return fh.read_array(byteorder + 'f8', 8)


_TAG_READERS.update(
    {
        34361: read_mm_header,
        34362: read_mm_stamp,
        34363: read_numpy,  # MM_Unknown
        34386: read_numpy,  # MM_UserBlock
    }
)


def fluoview_description_metadata(
    description: str, /, ignoresections: Container[str] | None = None
) -> dict[str, Any]:
    r"""Return metadata from FluoView image description.

    Parameters:
        description:
            Sections, from ``[name]`` to ``[name End]``, of lines of
            ``key=value``. Sections can be nested.
        ignoresections:
            Names of sections to return as text. The default is
            'Region Info (Fields)' and 'Protocol Description'.

    Returns:
        Map of names of all sections to dictionaries of their values, which
        are converted to numbers or booleans if possible. Look-up tables are
        arrays of shape (-1, 3). The values of lines without '=' are None.

    Raises:
        ValueError: Description does not start with a section.

    Examples:
        >>> fluoview_description_metadata('[A]\nx=1\n[B]\ny=b\n[B End]\nz=2.5')
        {'A': {'x': 1, 'z': 2.5}, 'B': {'y': 'b'}}

    """
    if not description.startswith('['):
        raise ValueError('invalid FluoView image description')
    if ignoresections is None:
        ignoresections = ('Region Info (Fields)', 'Protocol Description')
    result: dict[str, Any] = {}
    stack: list[tuple[str, Any]] = [('', result)]
    for text in description.splitlines():
        name, section = stack[-1]
        line = text.strip()
        if name in ignoresections and line != f'[{name} End]':
            section.append(text)
        elif line.startswith('[') and line.endswith(' End]'):
            if len(stack) > 1:
                stack.pop()
        elif line.startswith('[') and line.endswith(']'):
            name = line[1:-1]
            islist = name in ignoresections or name.startswith('LUT ')
            result[name] = [] if islist else {}
            stack.append((name, result[name]))
        elif not line:
            continue
        elif isinstance(section, list):
            _append_fluoview_color(section, line)
        else:
            key, equals, value = line.partition('=')
            section[key.strip()] = (
                parse_value(value.strip()) if equals else None
            )
    for name, section in result.items():
        if not isinstance(section, list):
            continue
        if name in ignoresections:
            result[name] = '\n'.join(section)
        else:
            result[name] = numpy.array(section, numpy.uint8).reshape(-1, 3)
    return result


def _append_fluoview_color(colors: list[list[int]], line: str) -> None:
    """Append color of look-up table, such as 'RGB 0=1 2 3', to list."""
    try:
        color = [int(value) for value in line.partition('=')[2].split()]
    except ValueError:
        return
    if len(color) == 3 and all(0 <= value < 256 for value in color):
        colors.append(color)


@final
class _Sis(Format):
    """Files by Olympus Soft Imaging Solutions, with metadata in INI format."""

    kind = 'SIS'
    order = 85

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return not page._ifd.records.keys().isdisjoint((33471, 33560))

    @classmethod
    def detect_file(cls, tif: TiffFile, /) -> bool:
        return cls.detect(tif.pages.first) and not (
            tif.filename.lower().endswith('.vsi')
        )

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for code in (33471, 33560):
            value = tif.pages.first._ifd.value(code)
            if isinstance(value, dict):
                result.update(value)
        return result

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        keyframe = tif.pages.first
        if not keyframe.shape:
            return None
        metadata = cls.metadata(tif)
        number = len(tif.pages)
        shape, axes = metadata.get('shape', ()), metadata.get('axes', '')
        if number != product(shape):
            if axes:
                logger().warning(
                    f'{tif!r} SIS series has {number} pages, not {shape=}'
                )
            shape, axes = (number,), 'I'
        return [
            TiffPageSeries(
                _collect_frames(tif, keyframe, 0, number),
                shape + keyframe.shape,
                keyframe.dtype,
                axes + keyframe.axes,
                parent=tif,
                name=metadata.get('name'),
                kind=cls.kind,
                attr=cls._attr(
                    metadata, dict(zip(axes, shape, strict=True)).get('C', 1)
                ),
            )
        ]

    @staticmethod
    def _attr(metadata: dict[str, Any], channels: int) -> dict[str, Any]:
        """Return metadata of series."""
        scales = [
            ('X', metadata.get('pixelsizex'), 'm'),
            ('Y', metadata.get('pixelsizey'), 'm'),
        ]
        for ax, section, key, unit in (
            ('Z', 'Z', 'ZPos', 'um'),
            ('T', 'Time', 'TimePos', 'ms'),
        ):
            positions = metadata.get(section, {}).get(key, ())
            if len(positions) > 1:
                step = float(positions[-1] - positions[0])
                scales.append((ax, abs(step) / (len(positions) - 1), unit))
        attr = _make_scales(*scales)
        names = [band.get('BandName') for band in metadata.get('Band') or ()]
        if len(names) == channels and all(names):
            attr['channel_names'] = [str(name) for name in names]
        if 'magnification' in metadata:
            attr['magnification'] = metadata['magnification']
        return attr


def read_sis(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
) -> dict[str, Any]:
    """Return OlympusSIS structure as dictionary.

    The structure is always little-endian.

    """
    import datetime

    start = fh.tell()
    fields = struct.unpack('<4s6x5h6x32sH', fh.read(60))
    magic, minute, hour, day, month, year, name, number = fields
    if magic != b'SIS0':
        raise ValueError(f'invalid OlympusSIS structure {magic!r}')
    result: dict[str, Any] = {'name': bytes2str(stripnull(name))}
    try:
        result['datetime'] = datetime.datetime(
            1900 + year, month + 1, day, hour, minute
        )
    except ValueError:
        pass
    fh.seek(start + 60)
    items = fh.read(8 * number)
    for kind, _, offset in struct.iter_unpack(
        '<HHI', items[: len(items) // 8 * 8]
    ):
        if kind != 1:
            continue
        # general data
        fh.seek(offset)
        (
            exponent,
            scalex,
            scaley,
            magnification,
            cameraname,
            picturetype,
        ) = struct.unpack('<10xhdd8xd2x34s32s', fh.read(112))
        if abs(exponent) < 64:
            result['pixelsizex'] = scalex * 10.0**exponent
            result['pixelsizey'] = scaley * 10.0**exponent
        result['magnification'] = magnification
        result['cameraname'] = bytes2str(stripnull(cameraname))
        result['picturetype'] = bytes2str(stripnull(picturetype))
    return result


def read_sis_ini(
    fh: FileHandle,
    byteorder: Literal['<', '>'],
    dtype: int,
    count: int,
    offsetsize: int,
    /,
) -> dict[str, Any]:
    """Return OlympusINI tag as dictionary."""
    return olympusini_metadata(bytes2str(stripnull(fh.read(count))))


_TAG_READERS.update({33471: read_sis_ini, 33560: read_sis})


def olympusini_metadata(inistr: str, /) -> dict[str, Any]:
    r"""Return OlympusSIS metadata from text in INI format.

    Parameters:
        inistr: Sections, ``[name]``, of lines of ``key=value``.

    Returns:
        Map of names of sections to dictionaries, or lists of dictionaries for
        'Band' and 'ASD'. 'axes' and 'shape' are from section 'Dimension'.

    Examples:
        >>> olympusini_metadata('[Dimension]\nZ=2\n[X]\na=1')
        {'Dimension': {'Z': 2}, 'axes': 'Z', 'shape': (2,), 'X': {'a': 1}}

    """
    result: dict[str, Any] = {}
    name = ''
    values: list[tuple[str, str]] = []
    for line in [*inistr.splitlines(), '[]']:
        line = line.strip()
        if line.startswith('[') and line.endswith(']'):
            if name:
                _add_olympus_section(result, name, values)
            name, values = line[1:-1].strip(), []
        elif line and not line.startswith(';'):
            key, equals, value = line.partition('=')
            if equals:
                values.append((key.strip(), value.strip()))
    return result


olympus_ini_metadata = olympusini_metadata


def _parse_olympus_value(text: str) -> Any:
    """Return number, boolean, or text; tuple if separated by comma."""
    if not text:
        return None
    if ',' in text:
        return tuple(parse_value(item.strip()) for item in text.split(','))
    return parse_value(text)


def _add_olympus_section(
    result: dict[str, Any], name: str, items: list[tuple[str, str]]
) -> None:
    """Add section of INI text to result."""
    values = [(key, _parse_olympus_value(text)) for key, text in items]
    dimension = result.get('Dimension', {})
    if name == 'Dimension':
        result[name] = dict(values)
        sizes = [
            ('C' if key == 'Band' else key[:1].upper(), size)
            for key, size in values
            if isinstance(size, int) and size > 1
        ]
        result['axes'] = ''.join(ax for ax, _ in sizes)
        result['shape'] = tuple(size for _, size in sizes)
    elif name == 'Band':
        result[name] = _make_olympus_bands(dimension.get('Band'), values)
    elif name == 'ASD':
        result[name] = _make_olympus_items(dict(values).get('Count'), values)
    elif name in {'Z', 'Time'}:
        key, dtype = ('ZPos', 'f8') if name == 'Z' else ('TimePos', 'i4')
        result[name] = _make_olympus_positions(
            key, dtype, dimension.get(name), values
        )
    else:
        result[name] = dict(values)


def _make_olympus_positions(
    key: str, dtype: str, number: Any, values: list[tuple[str, Any]]
) -> dict[str, Any]:
    """Return section with numbered positions as array."""
    section: dict[str, Any] = {}
    positions: list[float] = []
    for name, value in values:
        if number is None or not (
            name.startswith(key) and name[len(key) :].isdecimal()
        ):
            section[name] = value
        elif isinstance(value, int | float):
            positions.append(value)
    if number is not None:
        stop = number if isinstance(number, int) else None
        section[key] = numpy.array(positions).astype(dtype)[:stop]
    return section


def _split_number(key: str, count: int) -> tuple[str, int] | None:
    """Return key without number at its end, and index from 0 to count."""
    name = key.rstrip('0123456789')
    number = key[len(name) :]
    if not number or len(number) > 9 or not 1 <= int(number) <= count:
        return None
    return name, int(number) - 1


def _make_olympus_items(
    count: Any, values: list[tuple[str, Any]]
) -> list[dict[str, Any]]:
    """Return dictionaries of numbered keys."""
    count = min(count, len(values)) if isinstance(count, int) else 0
    result: list[dict[str, Any]] = [{} for _ in range(max(count, 0))]
    for key, value in values:
        parts = _split_number(key, len(result))
        if parts is not None:
            result[parts[1]][parts[0]] = value
    return result


def _make_olympus_bands(
    count: Any, values: list[tuple[str, Any]]
) -> list[dict[str, Any]]:
    """Return bands as dictionaries; colors are in array 'LUT'."""
    colors = [item for item in values if item[0].startswith('LUT')]
    others = [item for item in values if not item[0].startswith('LUT')]
    result = _make_olympus_items(count, others)
    luts: list[list[int]] = [[] for _ in result]
    index = 0
    for key, value in values:
        if key.startswith('LUT'):
            if isinstance(value, int) and luts:
                luts[index].append(value)
            continue
        parts = _split_number(key, len(result))
        if parts is not None:
            index = parts[1]
    if colors:
        for band, lut in zip(result, luts, strict=True):
            if lut:
                packed = numpy.array(lut, numpy.int64).astype('<u4')
                rgb = packed.view(numpy.uint8).reshape(-1, 4)[:, :3]
                band['LUT'] = numpy.ascontiguousarray(rgb)
    return result


# -- Micro-Manager and NDTiff -------------------------------------------------

# Micro-Manager, "Micro-Manager File Formats", and NDTiffStorage: numbers that
# precede the parts of metadata
_MM_INDEXMAP = 54773648, 3453623
_MM_DISPLAY = 483765892, 347834724
_MM_COMMENTS = 99384722, 84720485
_MM_SUMMARY = 2355492
_MM_NDTIFF = 483729

_MM_INDEXMAP_COLUMNS = ('Channel', 'Slice', 'Frame', 'Position', 'Offset')


@final
class _MicroManager(Format):
    """Files by Micro-Manager, with metadata in JSON format in all pages."""

    flag = 'micromanager'
    order = 29

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return 51123 in page._ifd

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> dict[str, Any]:
        try:
            with tif.filehandle.hold():
                return read_micromanager_metadata(tif.filehandle)
        except ValueError as exc:
            logger().warning(f'{tif!r} Micro-Manager raised {exc!r:.128}')
        return {}


@final
class _MMStack(Format):
    """Image stacks by Micro-Manager, in one or more files."""

    kind = 'MMStack'
    order = 30
    fallback = True

    @classmethod
    def detect_file(cls, tif: TiffFile, /) -> bool:
        if not tif._is_format(_MicroManager):
            return False
        metadata = _get_micromanager_metadata(tif)
        return (
            metadata.get('MajorVersion') == 0
            and 'IndexMap' in metadata
            and isinstance(metadata.get('Summary'), dict)
        )

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        metadata = _get_micromanager_metadata(tif)
        summary = metadata['Summary']
        if 'MicroManagerVersion' not in summary or 'Frames' not in summary:
            logger().debug(f'{tif!r} MMStack summary lacks dimensions')
            return None
        axes = 'TR' if summary.get('TimeFirst', True) else 'RT'
        axes += 'ZC' if summary.get('SlicesFirst', True) else 'CZ'
        maps = [cls._get_map(tif, metadata, axes)]
        tifs = [tif]
        sizes = cls._declared_sizes(summary, axes)
        start = numpy.zeros(4, numpy.int64)
        stop = numpy.maximum(maps[0][:, :4].max(axis=0) + 1, sizes)
        if product(stop.tolist()) > len(maps[0]):
            for other in cls._open_others(tif, summary):
                tifs.append(other)
                maps.append(
                    cls._get_map(
                        other, _get_micromanager_metadata(other), axes
                    )
                )
            indices = numpy.concatenate(maps)[:, :4]
            start, end = indices.min(axis=0), indices.max(axis=0) + 1
            if (start != 0).any() or (end < stop).any():
                logger().warning(
                    f'{tif!r} MMStack series is missing files; '
                    f'expected shape {tuple(stop.tolist())}, '
                    f'got {tuple((end - start).tolist())}'
                )
            stop = end
        shape = tuple((stop - start).tolist())
        pages = cls._place(tif, tifs, maps, start, shape)
        keyframe = next((page for page in pages if page is not None), None)
        if keyframe is None:
            return None
        keyframe = keyframe.keyframe
        return [
            TiffPageSeries(
                pages,
                shape + keyframe.shape,
                keyframe.dtype,
                axes + keyframe.axes,
                parent=tif,
                name=str(summary.get('Prefix') or ''),
                kind=cls.kind,
                attr=_micromanager_attr(summary, shape[axes.index('C')]),
                multifile=len(tifs) > 1,
            )
        ]

    @staticmethod
    def _declared_sizes(
        summary: dict[str, Any], axes: str
    ) -> NDArray[numpy.int64]:
        """Return sizes of dimensions from summary."""
        names = {
            'T': 'Frames',
            'R': 'Positions',
            'Z': 'Slices',
            'C': 'Channels',
        }
        sizes = [summary.get(names[ax], 1) for ax in axes]
        return numpy.array(
            [
                min(max(size, 1), _MAX_PLANES) if isinstance(size, int) else 1
                for size in sizes
            ],
            numpy.int64,
        )

    @staticmethod
    def _get_map(
        tif: TiffFile, metadata: dict[str, Any], axes: str
    ) -> NDArray[numpy.int64]:
        """Return indices along axes and offsets of images, by offset.

        Raises:
            ValueError: Index map is empty or contains negative indices.

        """
        names = {'T': 'Frame', 'R': 'Position', 'Z': 'Slice', 'C': 'Channel'}
        columns = [metadata['IndexMap'][names[ax]] for ax in axes]
        columns.append(metadata['IndexMap']['Offset'])
        table = numpy.stack(columns, axis=1).astype(numpy.int64)
        # not all entries are used if acquisition was aborted
        table = table[table[:, -1] > 0]
        if len(table) == 0:
            raise ValueError('index map is empty')
        if int(table[:, :-1].max()) >= _MAX_PLANES:
            raise ValueError('index map is corrupted')
        return table[numpy.argsort(table[:, -1], kind='stable')]

    @classmethod
    def _open_others(
        cls, tif: TiffFile, summary: dict[str, Any]
    ) -> Iterator[TiffFile]:
        """Return iterator over other files of data set."""
        prefix, mark, _ = tif.filename.partition('_MMStack')
        dirname = tif.filehandle.dirname
        if not (
            mark and dirname and tif._multifile and tif.filehandle.is_file
        ):
            return
        name = summary.get('Prefix')
        if name and isinstance(name, str) and tif.filename.startswith(name):
            prefix = name
        prefix += '_MMStack'
        for name in natural_sorted(os.listdir(dirname)):
            if (
                not name.startswith(prefix)
                or not name.lower().endswith('.tif')
                or name == tif.filename
            ):
                continue
            try:
                other = tif._open_other(os.path.join(dirname, name))
                with other:
                    if not other._is_format(cls):
                        continue
                    len(other.pages)
            except (OSError, ValueError) as exc:
                logger().warning(
                    f'{tif!r} MMStack series failed to read {name!r}, '
                    f'raised {exc!r:.128}'
                )
                continue
            tif._files[other.filehandle.path] = other
            yield other

    @staticmethod
    def _place(
        tif: TiffFile,
        tifs: list[TiffFile],
        maps: list[NDArray[numpy.int64]],
        start: NDArray[numpy.int64],
        shape: tuple[int, ...],
    ) -> Sequence[TiffPage | TiffFrame | None]:
        """Return pages of all files in order of dimensions."""
        number = product(shape)
        if number > _MAX_PLANES:
            raise ValueError(f'{number} planes exceed {_MAX_PLANES}')
        keyframe = tif.pages.first
        pages: list[TiffPage | TiffFrame | None] = [None] * number
        for other, table in zip(tifs, maps, strict=True):
            places = numpy.ravel_multi_index(
                tuple((table[:, :4] - start).T), shape
            )
            with other.filehandle.hold():
                frames = _frames_at(other, keyframe, table[:, -1])
            if len(tifs) == 1 and isinstance(frames, _FrameSequence):
                order = numpy.argsort(places, kind='stable')
                if bool((places[order] == numpy.arange(number)).all()):
                    return frames.take(order)
            for place, page in zip(places.tolist(), frames, strict=True):
                pages[place] = page
        missing = pages.count(None)
        if missing:
            logger().warning(
                f'{tif!r} MMStack series is missing {missing} pages. '
                'Missing data are zeroed'
            )
        return pages


def _get_micromanager_metadata(tif: TiffFile) -> dict[str, Any]:
    """Return metadata of file."""
    metadata = getattr(tif, 'micromanager_metadata', None)
    return {} if metadata is None else metadata


def _find_frames(
    tif: TiffFile,
    keyframe: TiffPage,
    values: NDArray[numpy.int64],
    get_values: Callable[[_FrameSequence], NDArray[numpy.int64]],
) -> _FrameSequence | None:
    """Return pages with certain values in order of values.

    Parameters:
        tif: File that contains pages.
        keyframe: Page to compare with, which may be in another file.
        values: Values to look up.
        get_values: Function that returns values of pages.

    Returns:
        Pages, None if not all are found or they must be read one by one.

    """
    if len(values) <= 16:
        return None
    for group in tif._page_groups or ():
        candidates = get_values(group)
        order = numpy.argsort(candidates)
        places = numpy.searchsorted(candidates, values, sorter=order)
        if int(places.max()) >= len(group):
            continue
        places = order[places]
        ends = group.dataoffsets + group.databytecounts
        if (
            bool((candidates[places] == values).all())
            and group.keyframe.shaped == keyframe.shaped
            and group.keyframe.dtype == keyframe.dtype
            and int(ends.max()) <= tif.filehandle.size
        ):
            return group.take(places)
    return None


def _frames_at(
    tif: TiffFile, keyframe: TiffPage, offsets: NDArray[numpy.int64]
) -> Sequence[TiffPage | TiffFrame | None]:
    """Return pages by offsets of IFDs, None if not of shape of keyframe."""
    frames = _find_frames(
        tif, keyframe, offsets, operator.attrgetter('offsets')
    )
    if frames is not None:
        return frames
    pages: list[TiffPage | TiffFrame | None] = []
    for index, offset in enumerate(offsets.tolist()):
        page: TiffPage | None = None
        if offset == keyframe.offset and tif is keyframe.parent:
            page = keyframe
        elif 8 <= offset < tif.filehandle.size:
            try:
                page = TiffPage(tif, index, offset=offset)
            except TiffFileError as exc:
                logger().warning(f'{tif!r} IFD @{offset} raised {exc!r:.128}')
        if page is not None and (
            page.shaped != keyframe.shaped
            or page.dtype != keyframe.dtype
            or any(
                offset + size > tif.filehandle.size
                for offset, size in zip(
                    page.dataoffsets, page.databytecounts, strict=False
                )
            )
        ):
            logger().warning(f'{page!r} is incomplete or of another shape')
            page = None
        pages.append(page)
    return pages


def _micromanager_attr(
    summary: dict[str, Any], channels: int
) -> dict[str, Any]:
    """Return metadata of series from summary."""
    attr = _make_scales(
        ('X', summary.get('PixelSize_um'), 'um'),
        ('Y', summary.get('PixelSize_um'), 'um'),
        ('Z', summary.get('z-step_um'), 'um'),
        ('T', summary.get('Interval_ms'), 'ms'),
    )
    names = summary.get('ChNames')
    if isinstance(names, list) and len(names) == channels:
        attr['channel_names'] = [str(name) for name in names]
    return attr


def read_micromanager_metadata(
    fh: FileHandle | IO[bytes], /, keys: Container[str] | None = None
) -> dict[str, Any]:
    """Return Micro-Manager non-TIFF metadata from file.

    Source: Micro-Manager File Formats; NDTiffStorage.

    Parameters:
        fh: Open MMStack or NDTiff file.
        keys: Parts to read. By default, all.

    Returns:
        'MajorVersion' (0 for MMStack), 'MinorVersion' of NDTiff 3; 'Summary',
        'DisplaySettings', 'Comments': decoded JSON; 'IndexMap': arrays
        'Channel', 'Slice', 'Frame', 'Position', and 'Offset'. Parts that are
        not in the file, or corrupted, are left out.

    Raises:
        ValueError: File is not a TIFF file.

    """
    if not isinstance(fh, FileHandle):
        fh = FileHandle(fh, offset=0)
    byteorder = {b'II': '<', b'MM': '>'}.get(fh.read_at(0, 2))
    if byteorder is None:
        raise ValueError('not a Micro-Manager TIFF file')
    reader = _MMReader(fh, byteorder)
    result: dict[str, Any] = dict(reader.versions)
    for key, read in reader.parts.items():
        if keys is not None and key not in keys:
            continue
        try:
            value = read()
        except ValueError as exc:
            logger().warning(
                f'{fh.name!r} Micro-Manager {key} raised {exc!r:.128}'
            )
            continue
        if value is not None:
            result[key] = value
    return result


@final
class _MMReader:
    """Read parts of Micro-Manager metadata from file.

    Parameters:
        fh: Open file.
        byteorder: Byte order of file.

    """

    versions: dict[str, int]
    """Version of format."""

    parts: dict[str, Callable[[], Any]]
    """Functions to read parts by name."""

    def __init__(self, fh: FileHandle, byteorder: str) -> None:
        self._fh = fh
        self._byteorder = byteorder
        words = [self._read_words(offset) for offset in (8, 16, 24)]
        if words[0][0] == _MM_NDTIFF:
            self.versions = {'MajorVersion': words[0][1]}
            offset = 16
            if words[1][0] != _MM_SUMMARY:
                self.versions['MinorVersion'] = words[1][0]
                offset = 20
            self.parts = {'Summary': lambda: self._read_summary(offset)}
            return
        isndtiff = words[2][0] == _MM_NDTIFF
        self.versions = {'MajorVersion': words[2][1] if isndtiff else 0}
        self.parts = {
            'Summary': lambda: self._read_summary(32),
            'IndexMap': lambda: self._read_indexmap(*words[0]),
            'DisplaySettings': lambda: self._read_json(
                *_MM_DISPLAY, *words[1]
            ),
        }
        if not isndtiff:
            self.parts['Comments'] = lambda: self._read_json(
                *_MM_COMMENTS, *words[2]
            )

    def _read_words(self, offset: int) -> tuple[int, int]:
        """Return two numbers at offset, zeros if they are not in file."""
        data = self._fh.read_at(offset, 8)
        if len(data) < 8:
            return 0, 0
        first, second = struct.unpack(self._byteorder + 'II', data)
        return first, second

    def _find(self, number: int, offset: int) -> tuple[int, int]:
        """Return offset and size of what follows number.

        Offsets wrap at 4 GB.

        Raises:
            ValueError: Number is not found.

        """
        for start in range(offset, self._fh.size, 2**32):
            found, count = self._read_words(start)
            if found == number:
                return start + 8, count
        raise ValueError(f'invalid header @{offset}')

    def _decode(self, offset: int, size: int) -> Any:
        """Return object decoded from JSON at offset.

        Raises:
            ValueError: JSON is invalid.

        """
        import json

        data = self._fh.read_at(offset, min(size, self._fh.size))
        try:
            return json.loads(bytes2str(stripnull(data)))
        except RecursionError as exc:
            raise ValueError('JSON is nested too deeply') from exc

    def _read_summary(self, offset: int) -> Any:
        """Return summary metadata that follow header in file."""
        number, size = self._read_words(offset)
        if number != _MM_SUMMARY:
            raise ValueError(f'invalid header {number}')
        return self._decode(offset + 8, size)

    def _read_json(
        self, expected: int, number: int, found: int, offset: int
    ) -> Any:
        """Return object decoded from JSON, None if it is not in file."""
        if offset == 0:
            return None
        if found != expected:
            raise ValueError(f'invalid header {found}')
        return self._decode(*self._find(number, offset))

    def _read_indexmap(
        self, found: int, offset: int
    ) -> dict[str, NDArray[Any]] | None:
        """Return columns of index map, None if it is not in file."""
        if offset == 0:
            return None
        if found != _MM_INDEXMAP[0]:
            raise ValueError(f'invalid header {found}')
        offset, count = self._find(_MM_INDEXMAP[1], offset)
        if offset + 20 * count > self._fh.size:
            raise ValueError(f'{count} entries @{offset} are not in file')
        table = self._fh.read_array_at(
            self._byteorder + 'u4', 5 * count, offset
        ).reshape(count, 5)
        return {
            name: numpy.ascontiguousarray(table[:, i])
            for i, name in enumerate(_MM_INDEXMAP_COLUMNS)
        }


_TAG_READERS[51123] = read_json  # MicroManagerMetadata


# NDTiffStorage: data type of samples, number of samples
_NDTIFF_PIXELTYPES = {
    0: ('uint8', 1),
    1: ('uint16', 1),
    2: ('uint8', 3),
    3: ('uint16', 1),  # 10-bit
    4: ('uint16', 1),  # 12-bit
    5: ('uint16', 1),  # 14-bit
    6: ('uint16', 1),  # 11-bit
}


@final
class _NDTiff(Format):
    """Files by NDTiffStorage, with an index of images in a file beside."""

    kind = 'NDTiff'
    order = 60

    @classmethod
    def detect_file(cls, tif: TiffFile, /) -> bool:
        if not tif._is_format(_MicroManager) or not tif.filehandle.is_file:
            return False
        dirname = tif.filehandle.dirname
        return (
            _get_micromanager_metadata(tif).get('MajorVersion', 0) >= 2
            and dirname != ''
            and os.path.isfile(os.path.join(dirname, 'NDTiff.index'))
        )

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        dirname = tif.filehandle.dirname
        keyframe = tif.pages.first
        table = _NDTiffIndex(
            tif, read_ndtiff_index(os.path.join(dirname, 'NDTiff.index'))
        )
        if not table.names:
            return None
        pages, ismultifile = cls._place(tif, keyframe, table)
        if all(page is None for page in pages):
            return None
        summary = _get_micromanager_metadata(tif).get('Summary')
        attr = _micromanager_attr(
            summary if isinstance(summary, dict) else {},
            dict(zip(table.axes, table.shape, strict=True)).get('C', 1),
        )
        if 'C' in table.labels:
            attr['channel_names'] = table.labels['C']
        return [
            TiffPageSeries(
                pages,
                table.shape + keyframe.shape,
                keyframe.dtype,
                table.axes + keyframe.axes,
                parent=tif,
                kind=cls.kind,
                attr=attr,
                multifile=ismultifile,
            )
        ]

    @classmethod
    def _place(
        cls, tif: TiffFile, keyframe: TiffPage, table: _NDTiffIndex
    ) -> tuple[Sequence[TiffPage | TiffFrame | None], bool]:
        """Return pages, and if they are in more than one file.

        Raises:
            ValueError: There are too many pages.

        """
        number = product(table.shape)
        if number > _MAX_PLANES:
            raise ValueError(f'{number} planes exceed {_MAX_PLANES}')
        pages: list[TiffPage | TiffFrame | None] = [None] * number
        tifs = set()
        for name, (places, offsets) in table.files.items():
            other = cls._open(tif, name)
            if other is None:
                continue
            tifs.add(other)
            with other.filehandle.hold():
                frames = _frames_from(other, keyframe, offsets)
            if isinstance(frames, _FrameSequence) and (
                len(table.files) == 1 and len(offsets) == number
            ):
                order = numpy.argsort(places, kind='stable')
                if bool((places[order] == numpy.arange(number)).all()):
                    return frames.take(order), False
            for place, page in zip(places.tolist(), frames, strict=True):
                pages[place] = page
        missing = pages.count(None)
        if missing:
            logger().debug(f'{tif!r} NDTiff series is missing {missing} pages')
        return pages, len(tifs) > 1

    @staticmethod
    def _open(tif: TiffFile, name: str) -> TiffFile | None:
        """Return file of data set, None if it cannot be read."""
        if name == tif.filename:
            return tif
        path = _find_sibling(tif, name, os.path.isfile)
        if path is None or not tif._multifile:
            logger().warning(f'{tif!r} NDTiff file {name!r} is missing')
            return None
        if path in tif._files:
            return tif._files[path]
        try:
            other = tif._open_other(path)
            with other:
                len(other.pages)
        except (OSError, ValueError) as exc:
            logger().warning(
                f'{tif!r} NDTiff series failed to read {name!r}, '
                f'raised {exc!r:.128}'
            )
            return None
        tif._files[path] = other
        return other


def _frames_from(
    tif: TiffFile, keyframe: TiffPage, offsets: NDArray[numpy.int64]
) -> Sequence[TiffPage | TiffFrame | None]:
    """Return pages by offsets of image data, None if there are none.

    Pages are those of the file, or else frames without IFD.

    Parameters:
        tif: File that contains pages.
        keyframe: Page to compare with, which may be in another file.
        offsets: Positions of first segments.

    """
    frames = _find_frames(
        tif, keyframe, offsets, lambda group: group.dataoffsets[:, 0]
    )
    if frames is not None:
        return frames
    places = {}
    for index in range(len(tif.pages)):
        page = _get_page(tif, index)
        if (
            page is not None
            and page.dataoffsets
            and page.shaped == keyframe.shaped
            and page.dtype == keyframe.dtype
        ):
            places[page.dataoffsets[0]] = page
    first = next(iter(places.values()), None)
    pages: list[TiffPage | TiffFrame | None] = []
    for index, offset in enumerate(offsets.tolist()):
        page = places.get(offset)
        if page is not None or first is None:
            pages.append(page)
        elif first.is_final and offset + first.nbytes <= tif.filehandle.size:
            shift = offset - first.dataoffsets[0]
            pages.append(
                TiffFrame(
                    tif,
                    index,
                    keyframe=first,
                    dataoffsets=[pos + shift for pos in first.dataoffsets],
                    databytecounts=first.databytecounts,
                )
            )
        else:
            logger().warning(f'{tif!r} no image @{offset}')
            pages.append(None)
    return pages


@final
class _NDTiffIndex:
    """Index of images as array.

    Parameters:
        tif: File that was opened.
        records: Records from index file.

    """

    names: tuple[str, ...]
    """Names of dimensions, first the one that changes slowest."""

    axes: str
    """Characters of dimensions."""

    shape: tuple[int, ...]
    """Lengths of dimensions."""

    labels: dict[str, list[str]]
    """Names of coordinates by character of dimension."""

    files: dict[str, tuple[NDArray[numpy.int64], NDArray[numpy.int64]]]
    """Places in array, and offsets, of images in files."""

    def __init__(
        self, tif: TiffFile, records: Iterable[tuple[Any, ...]]
    ) -> None:
        self.names = ()
        self.axes = ''
        self.shape = ()
        self.labels = {}
        self.files = {}
        self._numbers: list[dict[str, int]] = []
        positions: list[list[int]] = []
        sources: list[tuple[str, int]] = []
        keyframe = tif.pages.first
        skipped = 0
        for record in records:
            position = self._locate(record[0])
            if position is None or not _matches_ndtiff(record, keyframe):
                skipped += 1
                continue
            positions.append(position)
            sources.append(record[1:3])
        if skipped:
            logger().warning(
                f'{tif!r} NDTiff index has {skipped} images of other '
                'dimensions, size, or type'
            )
        if positions:
            self._arrange(numpy.array(positions, numpy.int64), sources)
        else:
            self.names = ()

    def _locate(self, axes: dict[str, int | str]) -> list[int] | None:
        """Return integer coordinates, None if there are other dimensions."""
        if not self.names:
            self.names = tuple(axes)
            self._numbers = [{} for _ in axes]
        if len(axes) != len(self.names):
            return None
        position: list[int] = []
        for name, numbers in zip(self.names, self._numbers, strict=True):
            value = axes.get(name)
            if isinstance(value, str):
                value = numbers.setdefault(value, len(numbers))
            if not isinstance(value, int) or abs(value) >= 2**31:
                return None
            position.append(value)
        return position

    def _arrange(
        self,
        positions: NDArray[numpy.int64],
        sources: list[tuple[str, int]],
    ) -> None:
        """Set dimensions in order of storage, and places of images."""
        changes = (positions[1:] != positions[:-1]).sum(axis=0)
        order = numpy.argsort(changes, kind='stable')
        positions = positions[:, order]
        self.names = tuple(self.names[i] for i in order)
        codes = {**TIFF.AXES_CODES, 'position': 'R', 'z': 'Z'}
        self.axes = ''.join(
            codes.get(name.lower(), 'Q') for name in self.names
        )
        for code, i in zip(self.axes, order.tolist(), strict=True):
            if self._numbers[i]:
                self.labels[code] = list(self._numbers[i])
        start = positions.min(axis=0)
        shape = positions.max(axis=0) - start + 1
        self.shape = tuple(shape.tolist())
        if product(self.shape) > _MAX_PLANES:
            return
        places = numpy.ravel_multi_index(
            tuple((positions - start).T), self.shape
        )
        groups: dict[str, list[int]] = {}
        for i, (name, _) in enumerate(sources):
            groups.setdefault(name, []).append(i)
        offsets = numpy.array([offset for _, offset in sources], numpy.int64)
        self.files = {
            name: (places[group], offsets[group])
            for name, group in groups.items()
        }


def _matches_ndtiff(record: tuple[Any, ...], page: TiffPage) -> bool:
    """Return if record in index is of image like page."""
    width, length, pixeltype, compression = record[3:7]
    dtype, samples = _NDTIFF_PIXELTYPES.get(pixeltype, ('', 0))
    return bool(
        compression == 0
        and (width, length) == (page.imagewidth, page.imagelength)
        and (dtype, samples) == (str(page.dtype), page.samplesperpixel)
    )


def read_ndtiff_index(
    file: str | os.PathLike[Any], /
) -> Iterator[
    tuple[dict[str, int | str], str, int, int, int, int, int, int, int, int]
]:
    """Return iterator over records in NDTiff index file.

    Source: NDTiffStorage.

    Parameters:
        file: Path of file 'NDTiff.index'.

    Yields:
        Coordinates by name of dimension, name of file, data offset, width,
        length, pixel type, pixel compression, metadata offset, size, and
        compression. The iterator stops with a warning at a corrupt record.

    """
    import json

    with FileHandle(file) as fh:
        data = fh.read_at(0, fh.size)
        position = 0
        while position < len(data):
            try:
                axes, position = _read_ndtiff_text(data, position)
                name, position = _read_ndtiff_text(data, position)
                fields = struct.unpack_from('<IiiiiIii', data, position)
                coordinates = json.loads(axes)
            except (struct.error, ValueError, RecursionError) as exc:
                logger().warning(
                    f'{fh.name!r} NDTiff index is corrupted @{position}: '
                    f'{exc!r:.128}'
                )
                return
            if not isinstance(coordinates, dict):
                logger().warning(
                    f'{fh.name!r} NDTiff index has no coordinates'
                )
                return
            position += 32
            yield (coordinates, name, *fields)


def _read_ndtiff_text(data: bytes, position: int) -> tuple[str, int]:
    """Return text at position, and position of what follows.

    Raises:
        struct.error, ValueError: Text is truncated or not UTF-8.

    """
    size = struct.unpack_from('<I', data, position)[0]
    position += 4
    if position + size > len(data):
        raise ValueError('truncated text')
    return data[position : position + size].decode(), position + size


# -- ScanImage ----------------------------------------------------------------

_SCANIMAGE_MAGIC = 117637889


@final
class _ScanImage(Format):
    """Files by ScanImage; images of large files are at regular distances."""

    kind = 'ScanImage'
    order = 190

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return (
            page.software.startswith('SI.')
            or page.description.startswith('state.')
            or 'scanimage.SI' in page.description[-256:]
        )

    @staticmethod
    def prepare(tif: TiffFile, /) -> None:
        if tif.is_bigtiff or tif.filehandle.size < 2**31:
            return
        # offsets of IFDs beyond 2 GB are wrong
        frames = _make_scanimage_frames(tif)
        if frames is not None:
            tif.pages._replace(frames)  # type: ignore[arg-type]

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> dict[str, Any]:
        if not tif.is_bigtiff:
            return {}
        try:
            with tif.filehandle.hold():
                framedata, roidata, version = read_scanimage_metadata(
                    tif.filehandle
                )
        except ValueError as exc:
            logger().debug(f'{tif!r} ScanImage raised {exc!r:.128}')
            return {}
        return {**roidata, 'version': version, 'FrameData': framedata}

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        keyframe = tif.pages.first
        if not keyframe.shape:
            return None
        number = len(tif.pages)
        pages: Sequence[TiffPage | TiffFrame]
        if tif.pages.cache:
            pages = [tif.pages.get(i, aspage=False) for i in range(number)]
        else:
            pages = _collect_frames(tif, keyframe, 0, number)
        metadata = cls.metadata(tif).get('FrameData', {})
        shape, axes = cls._arrange(tif, number, metadata)
        return [
            TiffPageSeries(
                pages[: product(shape)],
                shape + keyframe.shape,
                keyframe.dtype,
                axes + keyframe.axes,
                parent=tif,
                kind=cls.kind,
                attr=cls._attr(keyframe, metadata),
            )
        ]

    @staticmethod
    def _arrange(
        tif: TiffFile, number: int, metadata: dict[str, Any]
    ) -> tuple[tuple[int, ...], str]:
        """Return shape and axes of leading dimensions."""
        saved = metadata.get('SI.hChannels.channelSave')
        if saved is None:
            return (number,), 'I'
        channels = max(len(saved), 1) if isinstance(saved, list) else 1
        frames = metadata.get('SI.hStackManager.framesPerSlice')
        try:
            frames = int(frames)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            frames, rest = divmod(number, channels)
            slices = 1
        else:
            frames = max(frames, 1)
            slices, rest = number // (frames * channels), 0
            if slices == 0:
                # acquisition was aborted
                slices = 1
                frames, rest = divmod(number, channels)
        if frames == 0 or rest:
            logger().warning(
                f'{tif!r} ScanImage series has {number} pages of '
                f'{channels} channels'
            )
            return (number,), 'I'
        return (slices, frames, channels), 'ZTC'

    @staticmethod
    def _attr(keyframe: TiffPage, metadata: dict[str, Any]) -> dict[str, Any]:
        """Return metadata of series."""
        scales: list[tuple[str, Any, str]] = [
            ('T', metadata.get('SI.hRoiManager.scanFramePeriod'), 's'),
            ('Z', metadata.get('SI.hStackManager.stackZStepSize'), 'um'),
        ]
        try:
            corners = numpy.asarray(
                metadata.get('SI.hRoiManager.imagingFovUm'), numpy.float64
            )
            width, length = numpy.ptp(corners.reshape(-1, 2), axis=0).tolist()
        except (TypeError, ValueError):
            pass
        else:
            scales.append(('X', width / keyframe.imagewidth, 'um'))
            scales.append(('Y', length / keyframe.imagelength, 'um'))
        attr = _make_scales(*scales)
        names = metadata.get('SI.hChannels.channelName')
        saved = metadata.get('SI.hChannels.channelSave')
        numbers: list[Any] = [
            item[0] if isinstance(item, list) and len(item) == 1 else item
            for item in (saved if isinstance(saved, list) else [saved])
        ]
        if isinstance(names, list) and all(
            isinstance(i, int) and 0 < i <= len(names) for i in numbers
        ):
            attr['channel_names'] = [str(names[i - 1]) for i in numbers]
        return attr


def _make_scanimage_frames(tif: TiffFile) -> _FrameSequence | None:
    """Return frames at regular distances, None if they are not."""
    try:
        first, second = tif.pages.first, tif.pages.get(1)
        offsets = numpy.array([tif.pages._chain[i] for i in range(1, 5)])
    except (IndexError, TiffFileError) as exc:
        logger().warning(f'{tif!r} ScanImage frames raised {exc!r:.128}')
        return None
    steps = numpy.diff(offsets)
    step = int(steps[0])
    start = second.dataoffsets[0] if second.dataoffsets else 0
    if (
        step <= 0
        or not bool((steps == step).all())
        or not first.is_contiguous
        or second.hash != first.hash
        or len(first.dataoffsets) != len(second.dataoffsets)
        or not 0 <= start - int(offsets[0]) < step
    ):
        logger().warning(f'{tif!r} ScanImage frames are not equidistant')
        return None
    end = max(map(operator.add, second.dataoffsets, second.databytecounts))
    number = max((tif.filehandle.size - end) // step, 0) + 2
    indices = numpy.arange(number)
    shifts = (indices - 1) * step
    ifds = offsets[0] + shifts
    ifds[0] = first.offset
    ifds[ifds >= 2**31] = 0
    dataoffsets = numpy.array(second.dataoffsets) + shifts[:, None]
    dataoffsets[0] = first.dataoffsets
    return _FrameSequence(
        first,
        indices,
        ifds,
        dataoffsets,
        numpy.broadcast_to(first.databytecounts, dataoffsets.shape),
    )


def read_scanimage_metadata(
    fh: FileHandle | IO[bytes], /
) -> tuple[dict[str, Any], dict[str, Any], int]:
    """Return ScanImage BigTIFF non-varying metadata from file.

    Source: ScanImage BigTiff Specification, versions 3 and 4.

    Parameters:
        fh: Open ScanImage file.

    Returns:
        Non-varying frame data, ROI group data, and version of format.

    Raises:
        ValueError: File is not a ScanImage BigTIFF version 3 or 4 file.

    """
    import json

    if not isinstance(fh, FileHandle):
        fh = FileHandle(fh, offset=0)
    header = fh.read_at(0, 32)
    if len(header) < 32 or header[:8] != b'II\x2b\0\x08\0\0\0':
        raise ValueError('not a ScanImage BigTIFF v3 or v4 file')
    magic, version, framesize, roisize = struct.unpack_from(
        '<IIII', header, 16
    )
    if magic != _SCANIMAGE_MAGIC or version not in {3, 4}:
        raise ValueError(f'invalid magic {magic} or version {version} number')
    if 32 + framesize + roisize > fh.size:
        raise ValueError(
            f'{framesize + roisize} bytes of metadata are not in file'
        )
    data = fh.read_at(32, framesize)
    framedata = matlabstr2py(bytes2str(stripnull(data)))
    if not isinstance(framedata, dict):
        framedata = {}
    roidata = {}
    if roisize > 1:
        data = stripnull(fh.read_at(32 + framesize, roisize))
        try:
            roidata = json.loads(bytes2str(data))
        except RecursionError as exc:
            raise ValueError('JSON is nested too deeply') from exc
    return framedata, roidata if isinstance(roidata, dict) else {}, version


def scanimage_description_metadata(description: str, /) -> Any:
    r"""Return metadata from ScanImage image description.

    Parameters:
        description: Lines of ``key = MATLAB value``.

    Examples:
        >>> scanimage_description_metadata('frameNumbers = 1\nepoch = [1 2]')
        {'frameNumbers': 1, 'epoch': [1, 2]}

    """
    return matlabstr2py(description)


def scanimage_artist_metadata(artist: str, /) -> dict[str, Any] | None:
    """Return metadata from ScanImage Artist tag, None if invalid.

    Parameters:
        artist: JSON object.

    """
    import json

    try:
        metadata = json.loads(artist)
    except (ValueError, RecursionError) as exc:
        logger().warning(
            f'<tifffile.scanimage_artist_metadata> raised {exc!r:.128}'
        )
        return None
    return metadata if isinstance(metadata, dict) else None


# -- MetaMorph MetaSeries -----------------------------------------------------


@final
class _MetaSeries(Format):
    """Files by MetaMorph, with metadata in XML format."""

    flag = 'metaseries'
    order = 310

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return (
            page.software == 'MetaSeries'
            and page.index == 0
            and page.description.startswith('<MetaData>')
            and page.description.endswith('</MetaData>')
        )

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> dict[str, Any]:
        from xml.etree.ElementTree import ParseError

        try:
            return metaseries_description_metadata(tif.pages.first.description)
        except (ParseError, ValueError) as exc:
            logger().warning(f'{tif!r} MetaSeries raised {exc!r:.128}')
        return {}


def metaseries_description_metadata(description: str, /) -> dict[str, Any]:
    """Return metadata from MetaSeries image description.

    Parameters:
        description: XML of 'prop' elements with attributes id, type, value.

    Returns:
        Map of ids to values: floats, integers, booleans, dates, UUIDs, or
        text if that is not of the type. Elements that group others are
        dictionaries.

    Raises:
        ValueError: Description is not by MetaSeries, or unsafe.
        xml.etree.ElementTree.ParseError: XML is malformed.

    """
    if not description.startswith('<MetaData>'):
        raise ValueError('invalid MetaSeries image description')

    def collect(element: Element, items: dict[str, Any]) -> dict[str, Any]:
        for child in element:
            name = child.get('id')
            if name is None:
                items[child.tag] = collect(child, {})
            else:
                items[name] = _parse_metaseries_value(
                    child.get('type', 'string'), child.get('value', '')
                )
        return items

    result = collect(parse_xml(description), {})
    text = result.get('Description')
    if isinstance(text, str):
        text = text.replace('&#13;&#10;', '\n')
        result['Description'] = text.replace('\r\n', '\n')
    return result


def _parse_metaseries_value(kind: str, text: str) -> Any:
    """Return value of type, or text if it is not of that type."""
    try:
        if kind == 'float':
            return float(text)
        if kind == 'int':
            return int(text)
        if kind == 'bool':
            return asbool(text, ('on',), ('off',))
        if kind == 'time':
            return strptime(text)
        if kind == 'guid':
            import uuid

            return uuid.UUID(text)
    except (TypeError, ValueError):
        pass
    return text


def read_metaseries_catalog(fh: FileHandle | IO[bytes], /) -> None:
    """Read MetaSeries non-TIFF hint catalog from file.

    Raises:
        NotImplementedError: The catalog is not documented.

    """
    raise NotImplementedError('MetaSeries hint catalog')


# -- other instruments --------------------------------------------------------

# -- Molecular Dynamics GEL ---------------------------------------------------


@final
class _MdGel(Format):
    """Scans by Molecular Dynamics: linear or square root encoded intensities.

    The tags are those of the image or of another, empty page.

    """

    kind = 'MDGel'
    order = 220
    extensions = ('gel',)

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return 33445 in page._ifd and 37701 not in page._ifd

    @classmethod
    def detect_file(cls, tif: TiffFile, /) -> bool:
        return _find_gel_tags(tif) is not None

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> dict[str, Any] | None:
        ifd = _find_gel_tags(tif)
        if ifd is None:
            return None
        return {
            TIFF.TAGS[code][2:]: ifd.value(code)
            for code in range(33445, 33453)
            if code in ifd
        }

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        metadata = cls.metadata(tif) or {}
        page = tif.pages.first
        transform = None
        dtype = page.dtype
        scale = metadata.get('ScalePixel', (1, 1))
        if metadata.get('FileTag') in {2, 128}:
            if isinstance(scale, tuple) and len(scale) == 2 and scale[1]:
                transform = functools.partial(
                    _scale_gel, metadata['FileTag'] == 2, scale[0] / scale[1]
                )
                dtype = numpy.dtype(numpy.float32)
            else:
                logger().warning(f'{tif!r} invalid MDScalePixel {scale!r:.64}')
        attr = {}
        if metadata.get('FileUnits'):
            attr['file_units'] = metadata['FileUnits']
        return [
            TiffPageSeries(
                [page],
                page.shape,
                dtype,
                page.axes,
                attr=attr,
                parent=tif,
                kind=cls.kind,
                transform=transform,
            )
        ]


def _find_gel_tags(tif: TiffFile) -> _Ifd | None:
    """Return IFD that has the tags of GEL, None if there is none."""
    if not tif.pages:
        return None
    page = tif.pages.first
    if _MdGel.detect(page):
        return page._ifd
    if 37701 in page._ifd or page.samplesperpixel != 1:
        return None
    if not tif.pages.is_multipage:
        return None
    try:
        ifd = tif._source.read_ifd(tif.pages._chain[1])
    except TiffFileError:
        return None
    return ifd if 33445 in ifd and 37701 not in ifd else None


def _scale_gel(
    is_root: bool, scale: float, data: NDArray[Any]
) -> NDArray[numpy.float32]:
    """Return intensities from stored numbers."""
    result = data.astype(numpy.float32)
    if is_root:
        result *= result
    result *= numpy.float32(scale)
    return result


@final
class _Agilent(Format):
    """Scans of microarrays by Agilent, which have some tags of GEL."""

    flag = 'agilent'
    order = 900

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return 37701 in page._ifd and 285 in page._ifd

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        # scans of half resolution are no levels of a pyramid
        series = [
            level
            for item in _Generic.series(tif) or ()
            for level in item.levels
        ]
        for item in series:
            item.levels = [item]
            item._base = None
        return series


# -- EER ----------------------------------------------------------------------

_EER_COMPRESSIONS = frozenset((65000, 65001, 65002))


def _eer_options(page: TiffPage) -> tuple[tuple[str, Any], ...]:
    """Return numbers of bits of codes in EER stream, and superresolution."""
    bits = (8, 2, 2) if page.compression == 65000 else (7, 2, 2)
    if page.compression == 65002:
        skip, horz, vert = (
            (page._ifd.integers(code) or (default,))[0]
            for code, default in zip((65007, 65008, 65009), bits, strict=True)
        )
        bits = skip, horz, vert
    return ('eerbits', bits), ('superres', min(page.parent._superres, 2))


@final
class _Eer(Format):
    """Electron event representation by Thermo Fisher Falcon detectors.

    The first page might be the sum of frames.

    """

    kind = 'EER'
    order = 170
    extensions = ('eer',)
    decoder_options = dict.fromkeys(_EER_COMPRESSIONS, _eer_options)

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        ifd = page._ifd
        if 65001 not in ifd or not page.parent.tiff.is_bigtiff:
            return False
        if page.compression in _EER_COMPRESSIONS:
            return True
        dtype, count, field, _ = ifd.records[65001]
        if dtype != 7 or count < 10:
            return False
        source = ifd.source
        offset = source.value_offset(65001, dtype, count, field)
        return offset > 0 and source.read(offset, 10) == b'<metadata>'

    @staticmethod
    def amend(page: TiffPage, /) -> None:
        if page.compression not in _EER_COMPRESSIONS:
            return
        if page.rowsperstrip >= page.imagelength:
            _join_eer_strips(page)
        factor = 2 ** min(page.parent._superres, 2)
        if factor > 1:
            page.imagewidth *= factor
            page.imagelength *= factor
            page.rowsperstrip *= factor

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> str | None:
        value = tif.pages.first._ifd.value(65001)
        if isinstance(value, bytes):
            value = bytes2str(stripnull(value))
        return value if isinstance(value, str) else None

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        pages = tif.pages
        metadata = _eer_tags(pages.first) or {}
        attr: dict[str, Any] = {
            name: metadata[name]
            for name in ('exposureTime', 'meanDoseRate', 'totalDose')
            if name in metadata
        }
        start = 0 if pages.first.compression in _EER_COMPRESSIONS else 1
        series = []
        if len(pages) > start:
            keyframe = pages.get(start)
            assert isinstance(keyframe, TiffPage)
            if keyframe.compression in _EER_COMPRESSIONS:
                frames = _collect_frames(
                    tif, keyframe, start, len(pages) - start
                )
                series.append(
                    TiffPageSeries(
                        frames,
                        (len(frames), *keyframe.shape),
                        keyframe.dtype,
                        'I' + keyframe.axes,
                        attr=attr,
                        parent=tif,
                        name='frames',
                        kind=cls.kind,
                    )
                )
            else:
                logger().warning(f'{tif!r} {keyframe!r} is not EER compressed')
        if start > 0:
            series.append(
                TiffPageSeries(
                    [pages.first],
                    attr=attr,
                    parent=tif,
                    name='integrated',
                    kind=cls.kind,
                )
            )
        return series


def _join_eer_strips(page: TiffPage) -> None:
    """Make one strip of adjacent parts of a stream."""
    offsets, bytecounts = page.dataoffsets, page.databytecounts
    if len(offsets) < 2 or len(offsets) != len(bytecounts):
        return
    start = numpy.asarray(offsets, numpy.int64)
    size = numpy.asarray(bytecounts, numpy.int64)
    if bool((start[:-1] + size[:-1] == start[1:]).all()):
        page.dataoffsets = (int(start[0]),)
        page.databytecounts = (int(size.sum()),)


def _eer_tags(page: TiffPage, /) -> dict[str, Any] | None:
    """Return metadata of EER page, None if it is not EER."""
    if not _Eer.detect(page):
        return None
    result: dict[str, Any] = {}
    for code in range(65001, 65007):
        value = page._ifd.value(code)
        if isinstance(value, bytes):
            value = bytes2str(stripnull(value))
        if isinstance(value, str) and value.startswith('<metadata>'):
            try:
                result.update(eer_xml_metadata(value))
            except (SyntaxError, ValueError) as exc:
                logger().warning(f'{page!r} invalid EER metadata: {exc}')
    return result


_add_page_property(_eer_tags, 'Metadata of EER page, None if it is not EER.')


def eer_xml_metadata(xmlstr: str, /) -> dict[str, Any]:
    """Return metadata from EER XML as dictionary.

    Units are values of keys that end with ``.unit``.

    Raises:
        ValueError: XML is not safe.
        xml.etree.ElementTree.ParseError: XML is malformed.

    >>> eer_xml_metadata(
    ...     '<metadata><item name="dose" unit="e">1.5</item></metadata>'
    ... )
    {'dose': 1.5, 'dose.unit': 'e'}

    """
    result: dict[str, Any] = {}
    for item in parse_xml(xmlstr).iter('item'):
        name = item.get('name')
        text = item.text
        if not name or not text:
            continue
        value: Any = {'Yes': True, 'No': False}.get(text)
        if value is None:
            value = astype(text)
        if name == 'timestamp':
            value = _parse_isoformat(text)
        result[name] = value
        unit = item.get('unit')
        if unit:
            result[f'{name}.unit'] = unit
    return result


def _parse_isoformat(text: str) -> Any:
    """Return date and time in ISO 8601 format, or text."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


# -- formats of slide scanners ------------------------------------------------


def _pixel_size(page: TiffPage) -> tuple[float, float] | None:
    """Return micrometers per pixel in X and Y from tags, None if not known."""
    if page.resolutionunit not in {2, 3, 4, 5} or not (
        282 in page._ifd and 283 in page._ifd
    ):
        return None
    x, y = page.get_resolution(RESUNIT.MICROMETER)
    if not (0.0 < x < math.inf and 0.0 < y < math.inf):
        return None
    return 1.0 / x, 1.0 / y


def _describe_slide(
    series: TiffPageSeries,
    pixelsize: tuple[float, float] | None,
    magnification: Any = None,
    zspacing: float | None = None,
    **attr: Any,
) -> None:
    """Set attributes of slide and, in proportion to sizes, of its levels.

    Parameters:
        series: Series of slide, with levels.
        pixelsize: Micrometers per pixel in X and Y.
        magnification: Power of objective. Ignored if not a positive number.
        zspacing: Distance of focal planes in micrometers.
        **attr: More attributes of series and levels; None if not known.

    """
    attr = {key: value for key, value in attr.items() if value is not None}
    size = dict(zip(series._axes, series._shape, strict=True))
    for level in series.levels:
        levelsize = dict(zip(level._axes, level._shape, strict=True))
        factors = {ax: size[ax] / max(levelsize[ax], 1) for ax in 'XY'}
        level._attr.update(attr)
        scale = {}
        if pixelsize is not None:
            for ax, value in zip('XY', pixelsize, strict=True):
                scale[ax] = value * factors[ax]
        if zspacing and 'Z' in levelsize:
            scale['Z'] = zspacing
        if scale:
            level._attr['scale'] = scale
            level._attr['unit'] = dict.fromkeys(scale, 'micrometer')
        if isinstance(magnification, int | float) and magnification > 0:
            level._attr['magnification'] = magnification / factors['X']


def _stack_series(
    tif: TiffFile,
    pages: Sequence[TiffPage],
    axis: str,
    kind: str,
    name: str,
) -> TiffPageSeries:
    """Return series of pages along leading axis."""
    keyframe = pages[0]
    return TiffPageSeries(
        pages,
        (len(pages), *keyframe.shape),
        keyframe.dtype,
        axis + keyframe.axes,
        parent=tif,
        name=name,
        kind=kind,
    )


def _get_index(element: Element, name: str, default: int = -1) -> int:
    """Return attribute of XML element, default if it is no small integer."""
    text = element.get(name, '').strip()
    return int(text) if text.isdecimal() and len(text) < 12 else default


def _find_float(text: str, pattern: str) -> float | None:
    """Return first number in text that pattern captures, None if absent."""
    match = re.search(pattern, text)
    with contextlib.suppress(ValueError):
        return None if match is None else float(match.group(1))
    return None


# -- Aperio SVS ---------------------------------------------------------------


@final
class _Svs(Format):
    """Slides by Aperio (Leica Biosystems) scanners."""

    kind = 'SVS'
    order = 90
    extensions = ('svs',)

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return page.description.startswith('Aperio ')

    @classmethod
    def detect_file(cls, tif: TiffFile, /) -> bool:
        first = tif.pages.first
        return first.is_tiled and cls.detect(first)

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        series = _group_slide_pages(tif, cls.kind)
        if series is None:
            return None
        baseline = series[0]
        metadata = cls.metadata(tif)
        mpp = metadata.get('MPP')
        pixelsize = (
            (float(mpp), float(mpp))
            if isinstance(mpp, int | float) and 0 < mpp < math.inf
            else _pixel_size(baseline.keyframe)
        )
        _describe_slide(baseline, pixelsize, metadata.get('AppMag'))
        return series

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> dict[str, Any]:
        try:
            return svs_description_metadata(tif.pages.first.description)
        except ValueError:
            # the flag was set by the user
            return {}


def _group_slide_pages(
    tif: TiffFile, kind: str
) -> list[TiffPageSeries] | None:
    """Return series of slide whose pages are ordered like those of Aperio.

    The pages are: tiled baseline, thumbnail, tiled levels, label, macro.
    Pages of several focal planes have the same size.

    Parameters:
        tif: File of slide.
        kind: Kind of series.

    Returns:
        Series Baseline, Thumbnail, Label, and Macro, as far as present;
        None if the first page is not tiled.

    """
    pages = [page for page in _Generic._iter_pages(tif) if page.shape]
    pages = [page for page in pages if not page.is_subifd]
    if not pages or not pages[0].is_tiled:
        return None
    levels: dict[tuple[Any, ...], list[TiffPage]] = {}
    others: list[TiffPage] = []
    thumbnail = pages[1] if _is_thumbnail(pages) else None
    for page in pages:
        if page is thumbnail:
            continue
        name = _associated_name(page)
        if others or name or not page.is_tiled or page.is_reduced:
            others.append(page)
        else:
            levels.setdefault((page.shape, page.dtype), []).append(page)
    planes = [*levels.values()]
    if len({len(group) for group in planes}) > 1:
        logger().warning(
            f'{tif!r} levels have different numbers of focal planes; '
            'reading the first plane'
        )
        planes = [group[:1] for group in planes]
    series = [
        _stack_series(tif, group, 'Z', kind, 'Resolution') for group in planes
    ]
    baseline = series[0]
    baseline.name = 'Baseline'
    baseline.levels.extend(
        level
        for level in series[1:]
        if level.dtype == baseline.dtype and level.axes == baseline.axes
    )
    result = [baseline]
    if thumbnail is not None:
        result.append(_page_series(tif, thumbnail, kind, 'Thumbnail'))
    for page in others:
        name = _associated_name(page)
        if not name:
            name = 'Macro' if page.subfiletype == 9 else 'Label'
        result.append(_page_series(tif, page, kind, name))
    return result


def _is_thumbnail(pages: list[TiffPage]) -> bool:
    """Return if second of pages is the thumbnail of the slide."""
    if len(pages) < 2:
        return False
    first, second = pages[:2]
    if second.subfiletype or _associated_name(second):
        return False
    if not second.is_tiled:
        return True
    # a level if others follow in order, or another focal plane
    if second.shape == first.shape:
        return False
    return len(pages) < 3 or (
        not pages[2].is_tiled or pages[2].imagewidth > second.imagewidth
    )


def _associated_name(page: TiffPage) -> str:
    """Return name of label or macro image if page description tells that."""
    match = re.search(r'(?m)^(label|macro)\b', page.description[:1024])
    return '' if match is None else match.group(1).title()


def _page_series(
    tif: TiffFile, page: TiffPage, kind: str, name: str
) -> TiffPageSeries:
    """Return series of one page."""
    return TiffPageSeries(
        [page],
        page.shape,
        page.dtype,
        page.axes,
        parent=tif,
        name=name,
        kind=kind,
    )


def svs_description_metadata(description: str, /) -> dict[str, Any]:
    r"""Return metadata from image description of Aperio slide.

    Parameters:
        description: Header, followed by items ``key = value``, which are
            separated by ``|``.

    Returns:
        Values by key, converted to number or boolean if possible.
        The header is the value of 'Header'.

    Raises:
        ValueError: Description is not from Aperio.

    Examples:
        >>> svs_description_metadata('Aperio v1\r\n9x9|AppMag = 20|MPP = 0.5')
        {'Header': 'Aperio v1\r\n9x9', 'AppMag': 20, 'MPP': 0.5}

    """
    if not description.startswith('Aperio '):
        raise ValueError('invalid Aperio image description')
    header, *items = description.split('|')
    result: dict[str, Any] = {'Header': header.strip()}
    for item in items:
        key, separator, value = item.partition('=')
        if separator:
            result[key.strip()] = astype(value.strip())
    return result


# -- Leica SCN ----------------------------------------------------------------


@final
class _Scn(Format):
    """Slides by Leica SCN400 scanners.

    XML in the first description tells which pages are channels, focal
    planes, and levels of several images.

    """

    kind = 'SCN'
    order = 110
    extensions = ('scn',)

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return page._index == (0,) and page.description[-10:].strip().endswith(
            '</scn>'
        )

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        result = []
        root = parse_xml(tif.pages.first.description)
        for collection in _find_children(root, 'collection'):
            for image in _find_children(collection, 'image'):
                for pixels in _find_children(image, 'pixels'):
                    series = cls._read_image(tif, image, pixels)
                    if series is not None:
                        result.append(series)
            for image in _find_children(collection, 'supplementalImage'):
                index = _get_index(image, 'ifd')
                page = _get_page(tif, index) if index >= 0 else None
                if page is not None and page.shape:
                    name = image.get('type', 'Unknown')
                    result.append(_page_series(tif, page, cls.kind, name))
        return result

    @classmethod
    def _read_image(
        cls, tif: TiffFile, image: Element, pixels: Element
    ) -> TiffPageSeries | None:
        """Return series of image, None if it has no pages."""
        planes: dict[int, dict[tuple[int, int], int]] = {}
        for dimension in _find_children(pixels, 'dimension'):
            r, c, z = (_get_index(dimension, key, 0) for key in 'rcz')
            ifd = _get_index(dimension, 'ifd')
            if min(r, c, z, ifd) < 0:
                logger().warning(f'{tif!r} invalid dimension in SCN metadata')
            else:
                planes.setdefault(r, {})[c, z] = ifd
        name = image.get('name') or 'Unknown'
        levels = [
            level
            for r in sorted(planes)
            if (level := cls._read_level(tif, planes[r], name)) is not None
        ]
        if not levels:
            return None
        series = levels[0]
        series.levels.extend(
            level
            for level in levels[1:]
            if level.dtype == series.dtype
            and level._axes == series._axes
            and level._shape[:2] == series._shape[:2]
        )
        objective = next(
            (e.text for e in image.iter() if _local_name(e) == 'objective'),
            None,
        )
        _describe_slide(
            series,
            cls._pixel_size(image, series),
            astype(objective),
            channel_names=cls._channel_names(image, series._shape[0]),
        )
        return series

    @classmethod
    def _read_level(
        cls, tif: TiffFile, planes: dict[tuple[int, int], int], name: str
    ) -> TiffPageSeries | None:
        """Return series of pages by channel and focal plane."""
        channels = max(c for c, _ in planes) + 1
        sizez = max(z for _, z in planes) + 1
        if channels * sizez > _MAX_PLANES:
            raise TiffFileError(f'{tif.filehandle.name!r} too many planes')
        pages: list[TiffPage | None] = [None] * (channels * sizez)
        keyframe = None
        for (c, z), ifd in sorted(planes.items()):
            page = _get_page(tif, ifd)
            if page is None or not page.shape:
                continue
            if keyframe is None:
                keyframe = page
            if page.shape != keyframe.shape or page.dtype != keyframe.dtype:
                logger().warning(f'{page!r} does not match {keyframe!r}')
                continue
            pages[c * sizez + z] = page
        if keyframe is None:
            return None
        return TiffPageSeries(
            pages,
            (channels, sizez, *keyframe.shape),
            keyframe.dtype,
            'CZ' + keyframe.axes,
            parent=tif,
            name=name,
            kind=cls.kind,
        )

    @staticmethod
    def _pixel_size(
        image: Element, series: TiffPageSeries
    ) -> tuple[float, float] | None:
        """Return micrometers per pixel from size of view in nanometers."""
        view = _find_child(image, 'view')
        if view is None:
            return _pixel_size(series.keyframe)
        x = _get_index(view, 'sizeX', 0) / series.keyframe.imagewidth
        y = _get_index(view, 'sizeY', 0) / series.keyframe.imagelength
        return (x / 1000.0, y / 1000.0) if x > 0 and y > 0 else None

    @staticmethod
    def _channel_names(image: Element, number: int) -> list[str] | None:
        """Return names of channels, None if not known."""
        names = [
            channel.get('name', '')
            for settings in image.iter()
            if _local_name(settings) == 'channelSettings'
            for channel in _find_children(settings, 'channel')
        ]
        return names if len(names) == number and any(names) else None

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> str:
        return tif.pages.first.description


# -- Roche BIF ----------------------------------------------------------------


@final
class _Bif(Format):
    """Slides by Roche (Ventana) iScan and DP scanners.

    Levels are made of tiles as scanned, which overlap. The series do not
    correct that; :py:func:`bif_stitch` does.

    """

    kind = 'BIF'
    order = 140
    extensions = ('bif',)

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return 700 in page._ifd and (
            'Ventana' in page.software
            or page.software.startswith('ScanOutputManager')
            or page.description
            in {'Label Image', 'Label_Image', 'Probability_Image'}
        )

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        levels: list[tuple[int, TiffPage]] = []
        series = []
        for page in _Generic._iter_pages(tif):
            if page.is_subifd or not page.shape:
                continue
            text = page.description
            if text.startswith('Label'):
                name = 'Label'
            elif text == 'Thumbnail' or text.startswith('Probability'):
                name = 'Thumbnail'
            elif 'level' in text:
                match = re.search(r'level\s*=\s*(\d{1,3})\b', text)
                number = int(match.group(1)) if match else len(levels)
                levels.append((number, page))
                continue
            else:
                name = 'Unknown'
            series.append(_page_series(tif, page, cls.kind, name))
        if not levels:
            return series
        levels.sort(key=lambda item: item[0])
        baseline = _page_series(tif, levels[0][1], cls.kind, 'Baseline')
        for number, page in levels[1:]:
            level = _page_series(tif, page, cls.kind, 'Resolution')
            if level.axes == baseline.axes and level.dtype == baseline.dtype:
                baseline.levels.append(level)
            else:
                logger().warning(f'{page!r} is not level {number} of baseline')
        cls._describe(tif, baseline)
        return [baseline, *series]

    @classmethod
    def _describe(cls, tif: TiffFile, baseline: TiffPageSeries) -> None:
        """Set attributes of baseline from XML in tags."""
        scan = _read_bif_scan(tif)
        page = baseline.keyframe
        resolution = _find_float(scan.get('ScanRes', ''), r'([\d.]+)')
        _describe_slide(
            baseline,
            (resolution, resolution) if resolution else _pixel_size(page),
            _find_float(scan.get('Magnification', ''), r'([\d.]+)')
            or _find_float(page.description, r'mag\s*=\s*([\d.]+)'),
            _find_float(scan.get('Z-spacing', ''), r'([\d.]+)'),
            barcode=scan.get('BarCode1D') or scan.get('BarCode'),
        )
        areas = _read_bif_areas(page)
        if not areas:
            return
        for level in baseline.levels:
            factor = page.imagewidth / level.keyframe.imagewidth
            level._attr['overlap'] = {
                'X': areas[0].overlap[1] / factor,
                'Y': areas[0].overlap[0] / factor,
            }
        if any(any(area.overlap) for area in areas):
            logger().warning(f'{tif!r} tiles of BIF series are not stitched')

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> str | None:
        return _read_bif_xml(tif.pages.first)


def _read_bif_xml(page: TiffPage) -> str | None:
    """Return text of XMP tag."""
    value = page._ifd.value(700)
    if isinstance(value, bytes):
        return bytes2str(value.rstrip(b'\0'))
    return value if isinstance(value, str) else None


def _parse_optional_xml(text: str | None, name: str) -> Iterator[Element]:
    """Return iterator over elements in XML, none if it is malformed."""
    from xml.etree.ElementTree import ParseError

    try:
        root = parse_xml(text or '<none/>')
    except (ParseError, ValueError) as exc:
        logger().warning(f'{name} has malformed XML: {exc}')
        return iter(())
    return root.iter()


def _read_bif_scan(tif: TiffFile) -> dict[str, str]:
    """Return attributes of iScan element."""
    page = tif.pages.first
    for element in _parse_optional_xml(_read_bif_xml(page), repr(page)):
        if _local_name(element) == 'iScan':
            return dict(element.attrib)
    return {}


@final
class _BifArea(NamedTuple):
    """Area of interest: scanned tiles that are stored row by row.

    Parameters:
        row: First row of tiles in image, from the top.
        column: First column of tiles.
        rows: Number of rows of tiles.
        columns: Number of columns of tiles.
        overlap: Mean overlap of adjacent tiles in Y and X.
        joints: Overlap of tile with that below or left of it, by row and
            column of tile in area, from the bottom left, and axis.

    """

    row: int
    column: int
    rows: int
    columns: int
    overlap: tuple[float, float]
    joints: dict[tuple[int, int, str], float]

    def positions(
        self, height: int, width: int
    ) -> Iterator[tuple[int, int, float, float]]:
        """Return iterator over positions of tiles when stitched.

        Parameters:
            height: Number of pixels of tile in Y.
            width: Number of pixels of tile in X.

        Yields:
            - Row and column of tile in area, from the bottom left.
            - Distance of tile from bottom left tile in Y and X.

        """
        meany, meanx = self.overlap
        below = [0.0] * self.columns
        for row in range(self.rows):
            x = 0.0
            for column in range(self.columns):
                if row:
                    overlap = self.joints.get((row, column, 'Y'), meany)
                    below[column] += height - overlap
                if column:
                    overlap = self.joints.get((row, column, 'X'), meanx)
                    x += width - overlap
                yield row, column, below[column], x


def _read_bif_areas(page: TiffPage) -> list[_BifArea]:
    """Return areas of interest from XML in tag of full resolution page."""
    if not page.is_tiled:
        return []
    images = []
    origins: dict[str, tuple[int, int]] = {}
    for element in _parse_optional_xml(_read_bif_xml(page), repr(page)):
        name = _local_name(element)
        if name == 'ImageInfo' and element.get('AOIScanned', '1') != '0':
            images.append(element)
        elif re.fullmatch(r'AOI\d+', name):
            origins[name[3:]] = (
                _get_index(element, 'OriginX', 0),
                _get_index(element, 'OriginY', 0),
            )
    grid = page._geometry.grid[2:]
    areas: list[_BifArea] = []
    for image in images:
        index = image.get('AOIIndex', str(len(areas)))
        rows = _get_index(image, 'NumRows', 0)
        columns = _get_index(image, 'NumCols', 0)
        x, y = origins.get(index, (0, 0))
        column = x // page.tilewidth
        row = grid[0] - y // page.tilelength - rows
        if min(rows, columns) < 1 or not (
            0 <= row <= grid[0] - rows and 0 <= column <= grid[1] - columns
        ):
            logger().warning(f'{page!r} area {index} exceeds image')
            continue
        overlap, joints = _read_bif_joints(image, rows, columns)
        areas.append(_BifArea(row, column, rows, columns, overlap, joints))
    return areas


def _read_bif_joints(
    image: Element, rows: int, columns: int
) -> tuple[tuple[float, float], dict[tuple[int, int, str], float]]:
    """Return mean overlap in Y and X, and overlaps of tiles."""

    def place(number: int) -> tuple[int, int]:
        # tiles are numbered from 1, boustrophedonic from the bottom left
        row, column = divmod(number - 1, columns)
        return row, columns - 1 - column if row % 2 else column

    joints: dict[tuple[int, int, str], float] = {}
    for joint in _find_children(image, 'TileJointInfo'):
        first, second = (
            _get_index(joint, key, 0) for key in ('Tile1', 'Tile2')
        )
        if not (
            0 < first <= rows * columns and 0 < second <= rows * columns
        ) or joint.get('FlagJoined', '1') not in {'1', 'true'}:
            continue
        (row1, column1), (row2, column2) = place(first), place(second)
        if row1 == row2 and abs(column1 - column2) == 1:
            key = (row1, max(column1, column2), 'X')
            value = joint.get('OverlapX', '')
        elif column1 == column2 and abs(row1 - row2) == 1:
            key = (max(row1, row2), column1, 'Y')
            value = joint.get('OverlapY', '')
        else:
            continue
        overlap = _find_float(value, r'(-?[\d.]+)')
        if overlap is not None:
            joints[key] = overlap
    means = []
    for ax in 'YX':
        values = [value for key, value in joints.items() if key[2] == ax]
        means.append(sum(values) / len(values) if values else 0.0)
    return (means[0], means[1]), joints


def bif_stitch(series: TiffPageSeries, /, *, level: int = 0) -> NDArray[Any]:
    """Return image of BIF slide, whose overlapping tiles are joined.

    Parameters:
        series: Baseline series of BIF file.
        level: Index of reduced resolution.

    Returns:
        Image of the axes of the series. Areas that were not scanned are set
        to the white point of the scanner.

    Raises:
        ValueError: File does not tell how tiles overlap.

    """
    page = series.keyframe
    areas = _read_bif_areas(page) if series.kind == 'BIF' else []
    if not areas:
        raise ValueError(f'{series!r} does not tell how tiles overlap')
    item = series.levels[level]
    axes = item._axes
    xaxis, yaxis = axes.index('X'), axes.index('Y')
    factor = page.imagewidth / item.keyframe.imagewidth
    height, width = page.tilelength, page.tilewidth
    bottom = page._geometry.grid[2]
    # position of tile in image, and of its lower left corner in result
    places: list[tuple[int, int, float, float]] = []
    for area in areas:
        meany, meanx = areas[0].overlap
        y0 = (bottom - area.row - area.rows) * (height - meany)
        x0 = area.column * (width - meanx)
        for row, column, y, x in area.positions(height, width):
            tile = area.row + area.rows - 1 - row, area.column + column
            places.append((*tile, y0 + y, x0 + x))
    x0 = min(place[3] for place in places)
    top = max(place[2] for place in places) + height
    shape = list(item._shape)
    shape[yaxis] = round((top - min(place[2] for place in places)) / factor)
    shape[xaxis] = round(
        (max(place[3] for place in places) + width - x0) / factor
    )
    white = _read_bif_scan(series.parent).get('ScanWhitePoint', '')
    _check_array_size(page, product(shape) * item.dtype.itemsize)
    fill = astype(white) if white.isdecimal() else 255
    result = numpy.full(shape, fill, item.dtype)
    for tiley, tilex, y, x in places:
        source = [slice(None)] * len(axes)
        target = [slice(None)] * len(axes)
        for axis, start, size, stop, new in (
            (yaxis, tiley, height, item._shape[yaxis], top - y - height),
            (xaxis, tilex, width, item._shape[xaxis], x - x0),
        ):
            begin = round(start * size / factor)
            end = min(round((start + 1) * size / factor), stop)
            place = round(new / factor)
            end = min(end, begin + shape[axis] - place)
            source[axis] = slice(begin, end)
            target[axis] = slice(place, place + end - begin)
        result[tuple(target)] = item.parent.asarray(
            series=item, selection=tuple(source), squeeze=False
        )
    return result.reshape(squeeze_axes(result.shape, axes)[0])


# -- Akoya QPTIFF -------------------------------------------------------------


@final
class _Qpi(Format):
    """Slides by Akoya (PerkinElmer) Vectra and PhenoImager."""

    kind = 'QPI'
    order = 120
    extensions = ('qptiff', 'qpi')

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return page.software.startswith('PerkinElmer-QPI')

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        pages = [
            page
            for page in _Generic._iter_pages(tif)
            if page.shape and not page.is_subifd
        ]
        if not pages:
            return None
        info = [_read_qpi_description(page) for page in pages]
        types = [item.get('ImageType', '') for item in info]
        number = cls._count_alike(pages, 0)
        baseline = _stack_series(
            tif, pages[:number], 'C', cls.kind, 'Baseline'
        )
        result = [baseline]
        index = number
        if index < len(pages) and types[index] in {'', 'Thumbnail'}:
            result.append(
                _page_series(tif, pages[index], cls.kind, 'Thumbnail')
            )
            index += 1
        while pages[0].is_tiled and index < len(pages):
            count = cls._count_alike(pages, index)
            if count != number or not cls._is_level(
                baseline.levels[-1].keyframe, pages[index], types[index]
            ):
                break
            baseline.levels.append(
                _stack_series(
                    tif,
                    pages[index : index + count],
                    'C',
                    cls.kind,
                    'Resolution',
                )
            )
            index += count
        names = {'Overview': 'Macro'}
        rest = ['Macro', 'Label'] if baseline.is_pyramidal else []
        for page, name in zip(pages[index:], types[index:], strict=True):
            default = rest.pop(0) if rest else 'Unknown'
            name = names.get(name, name) or default
            result.append(_page_series(tif, page, cls.kind, name))
        cls._describe(baseline, info[:number])
        return result

    @staticmethod
    def _count_alike(pages: list[TiffPage], start: int) -> int:
        """Return number of pages from start that have the same shape."""
        key = pages[start].shape, pages[start].dtype
        stop = start
        while stop < len(pages) and (
            (pages[stop].shape, pages[stop].dtype) == key
        ):
            stop += 1
        return stop - start

    @staticmethod
    def _is_level(previous: TiffPage, page: TiffPage, kind: str) -> bool:
        """Return if page has half the size of that of the previous level."""
        return (
            kind in {'', 'ReducedResolution'}
            and page.axes == previous.axes
            and page.dtype == previous.dtype
            and all(
                i in {j // 2, -(-j // 2)}
                for i, j in (
                    (page.imagewidth, previous.imagewidth),
                    (page.imagelength, previous.imagelength),
                )
            )
        )

    @staticmethod
    def _describe(
        baseline: TiffPageSeries, info: list[dict[str, str]]
    ) -> None:
        """Set attributes of baseline from descriptions of its pages."""
        size = _find_float(info[0].get('PixelSizeMicrons', ''), r'([\d.]+)')
        names = [item.get('Name', '') for item in info]
        colors = [item.get('Color', '') for item in info]
        _describe_slide(
            baseline,
            (size, size) if size else _pixel_size(baseline.keyframe),
            _find_float(info[0].get('Magnification', ''), r'([\d.]+)'),
            channel_names=names if any(names) else None,
            channel_colors=colors if any(colors) else None,
        )

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> str:
        return tif.pages.first.description


def _read_qpi_description(page: TiffPage) -> dict[str, str]:
    """Return text of first elements by name in description of page."""
    if not page.description.startswith('<'):
        return {}
    result: dict[str, str] = {}
    for element in _parse_optional_xml(page.description, repr(page)):
        text = (element.text or '').strip()
        if text:
            result.setdefault(_local_name(element), text)
    return result


# -- Hamamatsu NDPI -----------------------------------------------------------


@final
class _Ndpi(Format):
    """Slides by Hamamatsu NanoZoomer.

    Levels, macro image, and map are one strip each. Strips of up to many
    gigabytes are JPEG streams with restart markers, whose positions are in
    tags: the pages are made to look tiled.

    """

    kind = 'NDPI'
    order = 130
    extensions = ('ndpi',)

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return 65420 in page._ifd and 271 in page._ifd

    @staticmethod
    def amend(page: TiffPage, /) -> None:
        # tags of fluorescence images tell 8-bit RGB, streams 16-bit gray
        ifd = page._ifd
        if not _Ndpi.detect(page) or page.is_subifd:
            return
        first = ifd if page.index == 0 else page.parent.pages.first._ifd
        mode = first.value(65441)
        if not isinstance(mode, int) or mode < 6:
            return
        magnification = ifd.value(65421)
        if magnification is not None and not magnification > 0:
            return
        page.photometric = PHOTOMETRIC.MINISBLACK
        page.sampleformat = SAMPLEFORMAT.UINT
        page.samplesperpixel = 1
        page.bitspersample = 16

    @staticmethod
    def quirks(page: TiffPage, /) -> None:
        ifd = page._ifd
        if 65426 not in ifd or page.compression != 7:
            return
        if not _Ndpi.detect(page) or len(page.dataoffsets) != 1:
            return
        try:
            _split_ndpi_strip(page)
        except ValueError as exc:
            logger().warning(f'{page!r} cannot split JPEG stream: {exc}')

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        series = _Generic.series(tif) or []
        for item in series:
            keyframe = item.keyframe
            tags = keyframe._ifd
            magnification = tags.value(65421)
            channel = tags.value(65434)
            if item.is_pyramidal:
                item.name = str(tags.value(65427) or 'Baseline')
            elif magnification in {-1, -2}:
                item.name = 'Macro' if magnification == -1 else 'Map'
            for level in item.levels:
                cls._name_planes(level)
            _describe_slide(
                item,
                _pixel_size(keyframe),
                magnification,
                channel_names=None if channel is None else [str(channel)],
                wavelength=tags.value(65451),
            )
        return series

    @classmethod
    def _name_planes(cls, series: TiffPageSeries) -> None:
        """Make pages of series focal planes."""
        series.kind = _SeriesKind(cls.kind)
        if not series._axes.startswith('I'):
            return
        series._axes = 'Z' + series._axes[1:]
        if len(series._pages) < 2:
            return
        offsets = [
            page.keyframe._ifd.value(65424) if page is not None else None
            for page in series._pages
        ]
        if all(isinstance(offset, int) for offset in offsets):
            # nanometers to micrometers
            coords = numpy.array(offsets, numpy.float64) / 1000.0
            series._coords['depth'] = coords
            series._attr['origin'] = {'Z': float(coords[0])}

    @staticmethod
    def tags(page: TiffPage, /) -> dict[str, Any] | None:
        ifd = page._ifd
        result: dict[str, Any] = {}
        for code, name in ((271, 'Make'), (272, 'Model'), (305, 'Software')):
            value = ifd.value(code)
            if value is None:
                logger().warning(f'{page!r} missing {name} tag')
            else:
                result[name] = value
        for code in ifd.records:
            if code in TIFF.NDPI_TAGS:
                result[TIFF.NDPI_TAGS[code]] = ifd.value(code)
        if 65426 in ifd:
            with contextlib.suppress(ValueError):
                result['McuStarts'] = _ndpi_starts(ifd).astype(numpy.uint64)
        result.pop('McuStartsHighBytes', None)
        return result

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> Any:
        return getattr(tif.pages.first, 'ndpi_tags')  # noqa: B009


def _ndpi_starts(ifd: _Ifd) -> NDArray[numpy.int64]:
    """Return positions in JPEG stream of restart intervals.

    Raises:
        ValueError: Tags are invalid.

    """
    low, high = (numpy.asarray(ifd.value(code)) for code in (65426, 65432))
    if low.ndim != 1 or low.dtype.kind != 'u':
        raise ValueError('McuStarts is not an array of integers')
    starts = low.astype(numpy.int64)
    if high.shape == low.shape and high.dtype.kind == 'u':
        return starts + (high.astype(numpy.int64) << 32)
    # positions beyond 4 GiB wrap
    wraps = numpy.cumsum(numpy.diff(starts, prepend=0) < 0)
    return starts + (wraps << 32)


def _split_ndpi_strip(page: TiffPage) -> None:
    """Make restart intervals of JPEG stream in strip the tiles of page.

    Raises:
        ValueError: Stream cannot be split.

    """
    strip, bytecount = page.dataoffsets[0], page.databytecounts[0]
    starts = _ndpi_starts(page._ifd)
    if (
        starts.size < 2
        or not 0 < starts[0] <= 65536
        or (starts[-1] >= bytecount)
    ):
        raise ValueError('invalid McuStarts')
    data = page._ifd.source.fh.read_at(strip, int(starts[0]))
    length, width, header = ndpi_jpeg_tile(data)
    rows = -(-page.imagelength // length)
    columns = -(-page.imagewidth // width)
    if rows * columns != starts.size:
        raise ValueError(
            f'{starts.size} restart intervals do not make up '
            f'{rows} x {columns} tiles'
        )
    if max(page.imagewidth, page.imagelength) <= 65500 and bytecount < 2**31:
        page._undivided = TiffPage.__new__(TiffPage)
        page._undivided.__dict__.update(page.__dict__)
    page.tilelength = length
    page.tilewidth = width
    page.jpegheader = header
    page.dataoffsets = _IntegerArray(strip + starts)
    page.databytecounts = _IntegerArray(numpy.diff(starts, append=bytecount))
    page.__dict__.pop('_geometry', None)


def ndpi_jpeg_tile(jpeg: bytes, /) -> tuple[int, int, bytes]:
    """Return size of restart intervals and header of their JPEG stream.

    Parameters:
        jpeg: JPEG stream, at least up to the entropy-coded segment.

    Returns:
        - Length and width of image in restart interval.
        - Header to decode a restart interval with.

    Raises:
        ValueError: The stream has no restart interval, or it does not cover
            a rectangle.

    """
    interval = mcu_length = mcu_width = frame = width = 0
    pos = 2
    while True:
        if len(jpeg) < pos + 4 or jpeg[pos] != 0xFF:
            raise ValueError('missing JPEG marker')
        marker = jpeg[pos + 1]
        if marker == 0xFF:
            pos += 1
            continue
        size = int.from_bytes(jpeg[pos + 2 : pos + 4], 'big')
        segment = jpeg[pos + 4 : pos + 2 + size]
        if len(segment) < size - 2 or size < 2:
            raise ValueError('truncated JPEG header')
        if marker == 0xDD:  # DRI
            interval = int.from_bytes(segment[:2], 'big')
        elif marker in {0xC0, 0xC1} and len(segment) > 8:  # SOF
            frame = pos + 5
            width = int.from_bytes(segment[3:5], 'big')
            factors = segment[7::3]
            mcu_width = 8 * max(factor >> 4 for factor in factors)
            mcu_length = 8 * max(factor & 15 for factor in factors)
        pos += 2 + size
        if marker == 0xDA:  # SOS
            break
    if not (interval and mcu_width and mcu_length):
        raise ValueError('missing JPEG markers')
    rows = 1
    row = -(-width // mcu_width)
    if 0 < row < interval:
        rows, rest = divmod(interval, row)
        interval = row
        if rest:
            raise ValueError('JPEG restart intervals are not rectangles')
    elif row % interval:
        raise ValueError('JPEG restart intervals span rows')
    tilelength, tilewidth = rows * mcu_length, interval * mcu_width
    if max(tilelength, tilewidth) > 65500:
        raise ValueError('JPEG restart intervals are too large')
    shape = struct.pack('>HH', tilelength, tilewidth)
    return tilelength, tilewidth, jpeg[:frame] + shape + jpeg[frame + 4 : pos]


_TAG_READERS.update(
    {
        65426: read_numpy,  # McuStarts
        65432: read_numpy,  # McuStartsHighBytes
        65439: read_numpy,  # FocusPoints
        65459: read_bytes,
    }
)


# -- Philips ------------------------------------------------------------------


@final
class _Philips(Format):
    """Slides by Philips scanners, exported as TIFF.

    Sizes of levels are those of whole tiles. The size of pixels tells what
    they should be.

    """

    kind = 'Philips'
    order = 170

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return page.software.startswith('Philips DP') and (
            page.description[-16:].strip().endswith('</DataObject>')
        )

    @classmethod
    def prepare(cls, tif: TiffFile, /) -> None:
        tif.pages.cache = True
        pages = [page for page in _iter_chain(tif) if page.is_tiled]
        for page in pages:
            if page.dtype == numpy.uint8 and page.samplesperpixel == 3:
                # background is not stored
                page.nodata = 255
        spacings = _read_philips_spacings(tif.pages.first)
        if len(spacings) != len(pages):
            logger().warning(
                f'{tif!r} {len(pages)} levels do not match '
                f'{len(spacings)} values of DICOM_PIXEL_SPACING'
            )
            return
        for page, spacing in zip(pages[1:], spacings[1:], strict=True):
            length, width = (
                cls._correct_size(page, size, base, tile, ratio)
                for size, base, tile, ratio in (
                    (
                        page.imagelength,
                        pages[0].imagelength,
                        page.tilelength,
                        spacing[0] / spacings[0][0],
                    ),
                    (
                        page.imagewidth,
                        pages[0].imagewidth,
                        page.tilewidth,
                        spacing[1] / spacings[0][1],
                    ),
                )
            )
            page.imagelength, page.imagewidth = length, width
            page._set_shape()
            page.__dict__.pop('_geometry', None)

    @staticmethod
    def _correct_size(
        page: TiffPage, size: int, base: int, tile: int, ratio: float
    ) -> int:
        """Return size of level that has the same number of tiles."""
        factor = round(ratio)
        expected = base // factor if factor > 0 else 0
        if size - tile < expected <= size:
            return expected
        logger().warning(f'{page!r} size {size} is not close to {expected}')
        return size - tile + 1 if expected < size else size

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        pages = [*_iter_chain(tif)]
        tiled = [page for page in pages if page.is_tiled]
        spacings = _read_philips_spacings(tif.pages.first)
        if not tiled or len(spacings) != len(tiled):
            return None
        baseline = _page_series(tif, tiled[0], cls.kind, 'Baseline')
        for i, page in enumerate(tiled[1:]):
            level = _page_series(tif, page, cls.kind, f'Level{i + 1}')
            baseline.levels.append(level)
        y, x = spacings[0]
        _describe_slide(baseline, (1000.0 * x, 1000.0 * y))
        series = [baseline]
        for page in pages:
            if not page.is_tiled:
                match = re.match('Macro|Label', page.description)
                name = match.group() if match else 'Other'
                series.append(_page_series(tif, page, cls.kind, name))
        return series

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> str:
        return tif.pages.first.description


def _iter_chain(tif: TiffFile) -> Iterator[TiffPage]:
    """Return iterator over pages in main chain that are images."""
    for page in tif.pages:
        if isinstance(page, TiffPage) and page.shape:
            yield page


def _read_philips_spacings(page: TiffPage) -> list[tuple[float, float]]:
    """Return millimeters per pixel in Y and X of levels."""
    spacings: list[tuple[float, float]] = []
    every: list[tuple[float, float]] = []
    for element in _parse_optional_xml(page.description, repr(page)):
        if element.tag != 'DataObject':
            continue
        for attribute in element.iterfind('Attribute'):
            if attribute.get('Name') != 'DICOM_PIXEL_SPACING':
                continue
            values = (attribute.text or '').replace('"', ' ').split()
            numbers = [astype(value, (float,)) for value in values]
            if len(numbers) != 2 or not all(
                isinstance(value, float) and 0 < value < math.inf
                for value in numbers
            ):
                logger().warning(f'{page!r} invalid DICOM_PIXEL_SPACING')
                continue
            every.append((numbers[0], numbers[1]))
            if element.get('ObjectType') == 'PixelDataRepresentation':
                spacings.append(every[-1])
    # the first value is that of the scanned image
    return spacings or every[1:]


# -- other formats of slides --------------------------------------------------

# -- electron microscopes -----------------------------------------------------

# -- cameras, detectors, and telescopes ---------------------------------------

# -- flow and lifetime imaging ------------------------------------------------

# -- formats of satellites and cameras ----------------------------------------

# -- GeoTIFF ------------------------------------------------------------------


@final
class _GeoTiff(Format):
    """Georeferenced images; pages form generic series."""

    flag = 'geotiff'
    order = 220
    fallback = True

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return 34735 in page._ifd

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        # the layout of Cloud Optimized GeoTIFF tells which pages are levels
        structure = read_gdal_structural_metadata(tif.filehandle) or {}
        if structure.get('LAYOUT') != 'IFDS_BEFORE_DATA':
            return None
        return _Generic.make_series(tif, isreduced=True)

    @classmethod
    def annotate(cls, tif: TiffFile, series: list[TiffPageSeries], /) -> None:
        for item in series:
            tags = getattr(item.keyframe, 'geotiff_tags')  # noqa: B009
            if tags:
                _locate_series(item, tags)

    @staticmethod
    def tags(page: TiffPage, /) -> dict[str, Any] | None:
        return {**_read_geo_keys(page), **_read_geo_matrices(page)}

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> Any:
        return getattr(tif.pages.first, 'geotiff_tags')  # noqa: B009


@final
class _Gdal(Format):
    """Images with metadata by the Geospatial Data Abstraction Library."""

    flag = 'gdal'
    order = 221

    @staticmethod
    def detect(page: TiffPage, /) -> bool:
        return 42112 in page._ifd

    @classmethod
    def annotate(cls, tif: TiffFile, series: list[TiffPageSeries], /) -> None:
        for item in series:
            text = item.keyframe._ifd.value(42112)
            if not isinstance(text, str):
                continue
            metadata, bands = _parse_gdal_metadata(text)
            if metadata:
                item._attr['gdal_metadata'] = metadata
            if bands:
                item._attr['gdal_bands'] = bands
                names = [
                    bands.get(i, {}).get('DESCRIPTION', '')
                    for i in range(item.keyframe.samplesperpixel)
                ]
                if any(names):
                    item._attr['channel_names'] = names

    @classmethod
    def metadata(cls, tif: TiffFile, /) -> Any:
        return tif.pages.first._ifd.value(42112)

    @staticmethod
    def read_structure(tif: TiffFile, /) -> dict[str, str] | None:
        """Return structural metadata of file, None if there are none."""
        return read_gdal_structural_metadata(tif.filehandle)

    properties: ClassVar[Mapping[str, Callable[[TiffFile], Any]]] = {
        'gdal_structural_metadata': read_structure
    }


def read_gdal_structural_metadata(
    fh: FileHandle | IO[bytes], /
) -> dict[str, str] | None:
    """Return GDAL structural metadata from file, None if there are none.

    The metadata follow the file header. They tell, for example, how tiles
    are arranged in a Cloud Optimized GeoTIFF.

    Parameters:
        fh: TIFF file. The position of the file is not changed.

    """
    head = _read_head(fh, 64)
    if head[:2] not in {b'II', b'MM'}:
        return None
    version = head[2:4] if head[:2] == b'MM' else head[3:1:-1]
    offset = {b'\0*': 8, b'\0+': 16}.get(version)
    if offset is None:
        return None
    match = re.match(
        rb'GDAL_STRUCTURAL_METADATA_SIZE=(\d{6}) bytes\n', head[offset:]
    )
    if match is None:
        return None
    start = offset + match.end()
    data = _read_head(fh, start + int(match.group(1)))[start:]
    items = (line.partition('=') for line in bytes2str(data).splitlines())
    return {
        key.strip(): value.strip()
        for key, separator, value in items
        if separator
    }


def _read_head(fh: FileHandle | IO[bytes], size: int) -> bytes:
    """Return bytes at beginning of file."""
    if isinstance(fh, FileHandle):
        return fh.read_at(0, size)
    position = fh.tell()
    try:
        fh.seek(0)
        return fh.read(size)
    finally:
        fh.seek(position)


def _parse_gdal_metadata(
    xml: str, /
) -> tuple[dict[str, str], dict[int, dict[str, str]]]:
    """Return metadata of dataset and of bands by index."""
    metadata: dict[str, str] = {}
    bands: dict[int, dict[str, str]] = {}
    for item in parse_xml(xml).iter('Item'):
        key = item.get('name', '')
        if item.get('role') == 'description':
            key = 'DESCRIPTION'
        sample = item.get('sample', '')
        target = metadata
        if sample.isdecimal():
            target = bands.setdefault(int(sample), {})
        text = item.text or ''
        for entity, character in _XML_ENTITIES:
            # GDAL escapes text twice
            text = text.replace(entity, character)
        target[key] = text
    return metadata, bands


_XML_ENTITIES = (
    ('&lt;', '<'),
    ('&gt;', '>'),
    ('&quot;', '"'),
    ('&apos;', "'"),
    ('&amp;', '&'),
)


def _read_geo_keys(page: TiffPage) -> dict[Any, Any]:
    """Return GeoKeys of page by name: GeoTIFF 1.0 section 2.4."""
    directory = page._ifd.value(34735)
    if isinstance(directory, numpy.ndarray):
        directory = tuple(directory.tolist())
    if (
        not isinstance(directory, tuple)
        or len(directory) < 4
        or directory[0] != 1
    ):
        logger().warning(f'{page!r} invalid GeoKeyDirectoryTag')
        return {}
    result: dict[Any, Any] = {
        'KeyDirectoryVersion': directory[0],
        'KeyRevision': directory[1],
        'KeyRevisionMinor': directory[2],
    }
    number = min(directory[3], len(directory) // 4 - 1)
    if number < directory[3]:
        logger().warning(
            f'{page!r} GeoKeyDirectoryTag is truncated: '
            f'expected {directory[3]} keys, got {number}'
        )
    for i in range(4, 4 * number + 4, 4):
        code, location, count, value = directory[i : i + 4]
        try:
            key = TIFF.GEO_KEYS(code).name
        except ValueError:
            key = code
        if location:
            try:
                value = _read_geo_value(page, location, count, value)
            except ValueError as exc:
                logger().warning(f'{page!r} GeoKey {key}: {exc}')
                continue
        if code in TIFF.GEO_CODES and isinstance(value, int):
            with contextlib.suppress(ValueError):
                value = TIFF.GEO_CODES[code](value)
        result[key] = value
    return result


def _read_geo_value(page: TiffPage, code: int, count: int, offset: int) -> Any:
    """Return value of GeoKey that is stored in another tag."""
    ifd = page._ifd
    if code not in ifd:
        raise ValueError(f'tag {code} not found')
    if code == 34737:
        # offsets are in bytes
        data = ifd.source.raw(code, ifd.records[code])
        text = bytes2str(data[offset : offset + count])
        return text.rstrip('\0').removesuffix('|' if count > 1 else '')
    value = ifd.value(code)
    if isinstance(value, numpy.ndarray):
        value = tuple(value.tolist())
    if not isinstance(value, tuple):
        value = (value,)
    value = value[offset : offset + count]
    if len(value) < count or not value:
        raise ValueError(f'{count} values at {offset} not found in tag {code}')
    return value[0] if len(value) == 1 else value


# tag code -> name, number of values in row, number of rows; 0 if any
_GEO_MATRICES: dict[int, tuple[str, int, int]] = {
    33920: ('IntergraphMatrix', 4, 4),
    33550: ('ModelPixelScale', 3, 1),
    33922: ('ModelTiepoint', 6, 0),
    34264: ('ModelTransformation', 4, 4),
}

# name, first, and last value: GeoTIFF extension by Space Imaging, STDI-0002
_RPC_COEFFICIENTS: tuple[tuple[str, int, int], ...] = (
    ('ERR_BIAS', 0, 0),
    ('ERR_RAND', 1, 1),
    ('LINE_OFF', 2, 2),
    ('SAMP_OFF', 3, 3),
    ('LAT_OFF', 4, 4),
    ('LONG_OFF', 5, 5),
    ('HEIGHT_OFF', 6, 6),
    ('LINE_SCALE', 7, 7),
    ('SAMP_SCALE', 8, 8),
    ('LAT_SCALE', 9, 9),
    ('LONG_SCALE', 10, 10),
    ('HEIGHT_SCALE', 11, 11),
    ('LINE_NUM_COEFF', 12, 31),
    ('LINE_DEN_COEFF', 32, 51),
    ('SAMP_NUM_COEFF', 52, 71),
    ('SAMP_DEN_COEFF', 72, 91),
)


def _read_geo_matrices(page: TiffPage) -> dict[str, Any]:
    """Return transformations in tags of page by name."""
    ifd = page._ifd
    result: dict[str, Any] = {}
    for code, (name, columns, rows) in _GEO_MATRICES.items():
        if code not in ifd:
            continue
        values = numpy.atleast_1d(numpy.asarray(ifd.value(code)))
        if (
            values.dtype.kind not in 'fiu'
            or not values.size
            or (values.size % columns)
        ):
            if code == 33920 and values.dtype.kind == 'f':
                # 17 values of older files
                result[name] = values
            else:
                logger().warning(f'{page!r} invalid {name} tag')
            continue
        matrix = values.reshape(-1, columns)
        if rows and len(matrix) != rows:
            logger().warning(f'{page!r} invalid {name} tag')
        else:
            result[name] = (matrix[0] if len(matrix) == 1 else matrix).tolist()
    if 50844 in ifd:
        values = ifd.value(50844)
        if isinstance(values, tuple) and len(values) >= 92:
            result['RPCCoefficient'] = {
                name: values[first]
                if first == last
                else values[first : last + 1]
                for name, first, last in _RPC_COEFFICIENTS
            }
        else:
            logger().warning(f'{page!r} invalid RPCCoefficient tag')
    return result


def _geo_transform(tags: dict[Any, Any]) -> tuple[float, ...] | None:
    """Return coefficients of map from pixels to coordinates.

    Returns:
        X of origin, X per column, X per row, Y of origin, Y per column,
        Y per row; None if not known. The origin is where the tags tell: the
        outer corner of the first pixel, or its center if RasterPixelIsPoint.

    """
    matrix = tags.get('ModelTransformation')
    if matrix is not None:
        (a, b, _, x), (c, d, _, y) = matrix[:2]
        return (x, a, b, y, c, d)
    scale = tags.get('ModelPixelScale')
    tiepoint = tags.get('ModelTiepoint')
    if scale is None or tiepoint is None:
        return None
    if isinstance(tiepoint[0], list):
        if len(tiepoint) > 1:
            return None  # ground control points
        tiepoint = tiepoint[0]
    i, j, _, x, y, _ = tiepoint
    sx, sy = scale[:2]
    if not sx or not sy:
        return None
    return (x - i * sx, sx, 0.0, y + j * sy, 0.0, -sy)


def _locate_series(series: TiffPageSeries, tags: dict[Any, Any]) -> None:
    """Set coordinates and attributes of georeferenced series and levels."""
    attr = {
        key: tags[name]
        for key, name in (
            ('projected_crs', 'ProjectedCSTypeGeoKey'),
            ('geographic_crs', 'GeographicTypeGeoKey'),
            ('citation', 'GTCitationGeoKey'),
            ('raster_type', 'GTRasterTypeGeoKey'),
        )
        if name in tags
    }
    transform = _geo_transform(tags)
    unit = _geo_unit(tags)
    size = dict(zip(series._axes, series._shape, strict=True))
    shift = 0.5 if tags.get('GTRasterTypeGeoKey') == 2 else 0.0
    for level in series.levels:
        level._attr.update(attr)
        if transform is None:
            continue
        levelsize = dict(zip(level._axes, level._shape, strict=True))
        fx, fy = (size[ax] / max(levelsize[ax], 1) for ax in 'XY')
        x0, a, b, y0, c, d = transform
        a, b, c, d = a * fx, b * fy, c * fx, d * fy
        level._attr['geotransform'] = (
            x0 - shift * (transform[1] + transform[2]),
            *(a, b),
            y0 - shift * (transform[4] + transform[5]),
            *(c, d),
        )
        if b or c:
            continue
        level._attr['scale'] = {'X': abs(a), 'Y': abs(d)}
        if unit:
            level._attr['unit'] = {'X': unit, 'Y': unit}
        for dim, start, step, number in (
            ('width', x0, a, levelsize['X']),
            ('height', y0, d, levelsize['Y']),
        ):
            level._coords[dim] = start + step * numpy.arange(number)


def _geo_unit(tags: dict[Any, Any]) -> str:
    """Return name of unit of coordinates, empty if not known."""
    model = tags.get('GTModelTypeGeoKey')
    if model == 1:
        return _LINEAR_UNITS.get(tags.get('ProjLinearUnitsGeoKey', 0), '')
    if model == 2:
        unit = tags.get('GeogAngularUnitsGeoKey', 0)
        return (
            unit.name.lower() if isinstance(unit, enum.Enum) and unit else ''
        )
    if model == 3:
        return _LINEAR_UNITS.get(tags.get('GeogLinearUnitsGeoKey', 0), '')
    return ''


# EPSG unit codes: GeoTIFF 1.0 section 6.3.1.3
_LINEAR_UNITS: dict[int, str] = {
    9001: 'meter',
    9002: 'foot',
    9003: 'US survey foot',
    9004: 'modified American foot',
    9005: 'Clarke foot',
    9006: 'Indian foot',
    9007: 'link',
    9008: 'Benoit link',
    9009: 'Sears link',
    9010: 'Benoit chain',
    9011: 'Sears chain',
    9012: 'Sears yard',
    9013: 'Indian yard',
    9014: 'fathom',
    9015: 'nautical mile',
}

# GeoKey -> name of table of its values
_GEO_CODES: dict[int, str] = {
    1024: 'ModelType',
    1025: 'RasterPixel',
    2048: 'GCS',
    2051: 'PM',
    2052: 'Linear',
    2054: 'Angular',
    2056: 'Ellipse',
    2060: 'Angular',
    3072: 'PCS',
    3074: 'Proj',
    3075: 'CT',
    3076: 'Linear',
    4096: 'VertCS',
    4099: 'Linear',
}

# EPSG and POSC codes: GeoTIFF 1.0 section 6. Tables of names; a number is
# the code of the name that follows, other names have the code after the one
# before, and numbers in braces count up with the code.
_GEO_TABLES = """\
[GeoKeys]
1024 GTModelTypeGeoKey GTRasterTypeGeoKey GTCitationGeoKey 2048
GeographicTypeGeoKey GeogCitationGeoKey GeogGeodeticDatumGeoKey
GeogPrimeMeridianGeoKey GeogLinearUnitsGeoKey GeogLinearUnitSizeGeoKey
GeogAngularUnitsGeoKey GeogAngularUnitsSizeGeoKey GeogEllipsoidGeoKey
GeogSemiMajorAxisGeoKey GeogSemiMinorAxisGeoKey GeogInvFlatteningGeoKey
GeogAzimuthUnitsGeoKey GeogPrimeMeridianLongGeoKey GeogTOWGS84GeoKey 3059
ProjLinearUnitsInterpCorrectGeoKey 3072 ProjectedCSTypeGeoKey PCSCitationGeoKey
ProjectionGeoKey ProjCoordTransGeoKey ProjLinearUnitsGeoKey
ProjLinearUnitSizeGeoKey ProjStdParallel1GeoKey ProjStdParallel2GeoKey
ProjNatOriginLongGeoKey ProjNatOriginLatGeoKey ProjFalseEastingGeoKey
ProjFalseNorthingGeoKey ProjFalseOriginLongGeoKey ProjFalseOriginLatGeoKey
ProjFalseOriginEastingGeoKey ProjFalseOriginNorthingGeoKey ProjCenterLongGeoKey
ProjCenterLatGeoKey ProjCenterEastingGeoKey ProjCenterNorthingGeoKey
ProjScaleAtNatOriginGeoKey ProjScaleAtCenterGeoKey ProjAzimuthAngleGeoKey
ProjStraightVertPoleLongGeoKey ProjRectifiedGridAngleGeoKey 4096
VerticalCSTypeGeoKey VerticalCitationGeoKey VerticalDatumGeoKey
VerticalUnitsGeoKey
[ModelType]
1 Projected Geographic Geocentric
[RasterPixel]
1 IsArea IsPoint
[Linear]
9001 Meter Foot Foot_US_Survey Foot_Modified_American Foot_Clarke Foot_Indian
Link Link_Benoit Link_Sears Chain_Benoit Chain_Sears Yard_Sears Yard_Indian
Fathom Mile_International_Nautical
[Angular]
9101 Radian Degree Arc_Minute Arc_Second Grad Gon DMS DMS_Hemisphere
[PM]
8901 Greenwich Lisbon Paris Bogota Madrid Rome Bern Jakarta Ferro Brussels
Stockholm
[CT]
1 TransverseMercator TransvMercator_Modified_Alaska ObliqueMercator
ObliqueMercator_Laborde ObliqueMercator_Rosenmund ObliqueMercator_Spherical
Mercator LambertConfConic_2SP LambertConfConic_Helmert LambertAzimEqualArea
AlbersEqualArea AzimuthalEquidistant EquidistantConic Stereographic
PolarStereographic ObliqueStereographic Equirectangular CassiniSoldner Gnomonic
MillerCylindrical Orthographic Polyconic Robinson Sinusoidal VanDerGrinten
NewZealandMapGrid TransvMercator_SouthOriented CylindricalEqualArea 9815
HotineObliqueMercatorAzimuthCenter
[Ellipse]
7001 Airy_1830 Airy_Modified_1849 Australian_National_Spheroid Bessel_1841
Bessel_Modified Bessel_Namibia Clarke_1858 Clarke_1866 Clarke_1866_Michigan
Clarke_1880_Benoit Clarke_1880_IGN Clarke_1880_RGS Clarke_1880_Arc
Clarke_1880_SGA_1922 Everest_1830_1937_Adjustment Everest_1830_1967_Definition
Everest_1830_1975_Definition Everest_1830_Modified GRS_1980 Helmert_1906
Indonesian_National_Spheroid International_1924 International_1967
Krassowsky_1940 NWL_9D NWL_10D Plessis_1817 Struve_1860 War_Office WGS_84
GEM_10C OSU86F OSU91A Clarke_1880 Sphere
[VertCS]
5001 Airy_1830_ellipsoid Airy_Modified_1849_ellipsoid ANS_ellipsoid
Bessel_1841_ellipsoid Bessel_Modified_ellipsoid Bessel_Namibia_ellipsoid
Clarke_1858_ellipsoid Clarke_1866_ellipsoid 5010 Clarke_1880_Benoit_ellipsoid
Clarke_1880_IGN_ellipsoid Clarke_1880_RGS_ellipsoid Clarke_1880_Arc_ellipsoid
Clarke_1880_SGA_1922_ellipsoid Everest_1830_1937_Adjustment_ellipsoid
Everest_1830_1967_Definition_ellipsoid Everest_1830_1975_Definition_ellipsoid
Everest_1830_Modified_ellipsoid GRS_1980_ellipsoid Helmert_1906_ellipsoid
INS_ellipsoid International_1924_ellipsoid International_1967_ellipsoid
Krassowsky_1940_ellipsoid NWL_9D_ellipsoid NWL_10D_ellipsoid
Plessis_1817_ellipsoid Struve_1860_ellipsoid War_Office_ellipsoid
WGS_84_ellipsoid GEM_10C_ellipsoid OSU86F_ellipsoid OSU91A_ellipsoid 5101
Newlyn North_American_Vertical_Datum_1929 North_American_Vertical_Datum_1988
Yellow_Sea_1956 Baltic_Sea Caspian_Sea
[DatumE]
6001 Airy1830 AiryModified1849 AustralianNationalSpheroid Bessel1841
BesselModified BesselNamibia Clarke1858 Clarke1866 Clarke1866Michigan
Clarke1880_Benoit Clarke1880_IGN Clarke1880_RGS Clarke1880_Arc
Clarke1880_SGA1922 Everest1830_1937Adjustment Everest1830_1967Definition
Everest1830_1975Definition Everest1830Modified GRS1980 Helmert1906
IndonesianNationalSpheroid International1924 International1967 Krassowsky1960
NWL9D NWL10D Plessis1817 Struve1860 WarOffice WGS84 GEM10C OSU86F OSU91A
Clarke1880 Sphere
[Datum]
6201 Adindan Australian_Geodetic_Datum_1966 Australian_Geodetic_Datum_1984
Ain_el_Abd_1970 Afgooye Agadez Lisbon Aratu Arc_1950 Arc_1960 Batavia Barbados
Beduaram Beijing_1954 Reseau_National_Belge_1950 Bermuda_1957 Bern_1898 Bogota
Bukit_Rimpah Camacupa Campo_Inchauspe Cape Carthage Chua Corrego_Alegre
Cote_d_Ivoire Deir_ez_Zor Douala Egypt_1907 European_Datum_1950
European_Datum_1987 Fahud Gandajika_1970 Garoua Guyane_Francaise Hu_Tzu_Shan
Hungarian_Datum_1972 Indonesian_Datum_1974 Indian_1954 Indian_1975 Jamaica_1875
Jamaica_1969 Kalianpur Kandawala Kertau Kuwait_Oil_Company La_Canoa
Provisional_S_American_Datum_1956 Lake Leigon Liberia_1964 Lome Luzon_1911
Hito_XVIII_1963 Herat_North Mahe_1971 Makassar European_Reference_System_1989
Malongo_1987 Manoca Merchich Massawa Minna Mhast Monte_Mario M_poraloko
North_American_Datum_1927 NAD_Michigan North_American_Datum_1983 Nahrwan_1967
Naparima_1972 New_Zealand_Geodetic_Datum_1949 NGO_1948 Datum_73
Nouvelle_Triangulation_Francaise NSWC_9Z_2 OSGB_1936 OSGB_1970_SN OS_SN_1980
Padang_1884 Palestine_1923 Pointe_Noire Geocentric_Datum_of_Australia_1994
Pulkovo_1942 Qatar Qatar_1948 Qornoq Loma_Quintana Amersfoort RT38
South_American_Datum_1969 Sapper_Hill_1943 Schwarzeck Segora Serindung Sudan
Tananarive_1925 Timbalai_1948 TM65 TM75 Tokyo Trinidad_1903 Trucial_Coast_1948
Voirol_1875 Voirol_Unifie_1960 Bern_1938 Nord_Sahara_1959 Stockholm_1938 Yacare
Yoff Zanderij Militar_Geographische_Institut Reseau_National_Belge_1972
Deutsche_Hauptdreiecksnetz Conakry_1905 Dealul_Piscului_1930
Dealul_Piscului_1970 6322 WGS72 6324 WGS72_Transit_Broadcast_Ephemeris 6326
WGS84 6901 Ancienne_Triangulation_Francaise Nord_de_Guerre
[GCSE]
4001 Airy1830 AiryModified1849 AustralianNationalSpheroid Bessel1841
BesselModified BesselNamibia Clarke1858 Clarke1866 Clarke1866Michigan
Clarke1880_Benoit Clarke1880_IGN Clarke1880_RGS Clarke1880_Arc
Clarke1880_SGA1922 Everest1830_1937Adjustment Everest1830_1967Definition
Everest1830_1975Definition Everest1830Modified GRS1980 Helmert1906
IndonesianNationalSpheroid International1924 International1967 Krassowsky1940
NWL9D NWL10D Plessis1817 Struve1860 WarOffice WGS84 GEM10C OSU86F OSU91A
Clarke1880 Sphere
[GCS]
4201 Adindan AGD66 AGD84 Ain_el_Abd Afgooye Agadez Lisbon Aratu Arc_1950
Arc_1960 Batavia Barbados Beduaram Beijing_1954 Belge_1950 Bermuda_1957
Bern_1898 Bogota Bukit_Rimpah Camacupa Campo_Inchauspe Cape Carthage Chua
Corrego_Alegre Cote_d_Ivoire Deir_ez_Zor Douala Egypt_1907 ED50 ED87 Fahud
Gandajika_1970 Garoua Guyane_Francaise Hu_Tzu_Shan HD72 ID74 Indian_1954
Indian_1975 Jamaica_1875 JAD69 Kalianpur Kandawala Kertau KOC La_Canoa PSAD56
Lake Leigon Liberia_1964 Lome Luzon_1911 Hito_XVIII_1963 Herat_North Mahe_1971
Makassar EUREF89 Malongo_1987 Manoca Merchich Massawa Minna Mhast Monte_Mario
M_poraloko NAD27 NAD_Michigan NAD83 Nahrwan_1967 Naparima_1972 GD49 NGO_1948
Datum_73 NTF NSWC_9Z_2 OSGB_1936 OSGB70 OS_SN80 Padang Palestine_1923
Pointe_Noire GDA94 Pulkovo_1942 Qatar Qatar_1948 Qornoq Loma_Quintana
Amersfoort RT38 SAD69 Sapper_Hill_1943 Schwarzeck Segora Serindung Sudan
Tananarive Timbalai_1948 TM65 TM75 Tokyo Trinidad_1903 TC_1948 Voirol_1875
Voirol_Unifie Bern_1938 Nord_Sahara_1959 Stockholm_1938 Yacare Yoff Zanderij
MGI Belge_1972 DHDN Conakry_1905 4322 WGS_72 4324 WGS_72BE 4326 WGS_84 4801
Bern_1898_Bern Bogota_Bogota Lisbon_Lisbon Makassar_Jakarta MGI_Ferro
Monte_Mario_Rome NTF_Paris Padang_Jakarta Belge_1950_Brussels Tananarive_Paris
Voirol_1875_Paris Voirol_Unifie_Paris Batavia_Jakarta 4901 ATF_Paris NDG_Paris
4120 Greek GGRS87 4123 KKJ RT90 4133 EST92 4317 Dealul_Piscului_1970 4815
Greek_Athens
[Proj]
10101 Alabama_CS27_East Alabama_CS27_West 10131 Alabama_CS83_East
Alabama_CS83_West 10201 Arizona_Coordinate_System_east
Arizona_Coordinate_System_Central Arizona_Coordinate_System_west 10231
Arizona_CS83_east Arizona_CS83_Central Arizona_CS83_west 10301
Arkansas_CS27_North Arkansas_CS27_South 10331 Arkansas_CS83_North
Arkansas_CS83_South 10401 California_CS27_I California_CS27_II
California_CS27_III California_CS27_IV California_CS27_V California_CS27_VI
California_CS27_VII 10431 California_CS83_{1-6} 10501 Colorado_CS27_North
Colorado_CS27_Central Colorado_CS27_South 10531 Colorado_CS83_North
Colorado_CS83_Central Colorado_CS83_South 10600 Connecticut_CS27 10630
Connecticut_CS83 10700 Delaware_CS27 10730 Delaware_CS83 10901
Florida_CS27_East Florida_CS27_West Florida_CS27_North 10931 Florida_CS83_East
Florida_CS83_West Florida_CS83_North 11001 Georgia_CS27_East Georgia_CS27_West
11031 Georgia_CS83_East Georgia_CS83_West 11101 Idaho_CS27_East
Idaho_CS27_Central Idaho_CS27_West 11131 Idaho_CS83_East Idaho_CS83_Central
Idaho_CS83_West 11201 Illinois_CS27_East Illinois_CS27_West 11231
Illinois_CS83_East Illinois_CS83_West 11301 Indiana_CS27_East Indiana_CS27_West
11331 Indiana_CS83_East Indiana_CS83_West 11401 Iowa_CS27_North Iowa_CS27_South
11431 Iowa_CS83_North Iowa_CS83_South 11501 Kansas_CS27_North Kansas_CS27_South
11531 Kansas_CS83_North Kansas_CS83_South 11601 Kentucky_CS27_North
Kentucky_CS27_South 15303 Kentucky_CS83_North 11632 Kentucky_CS83_South 11701
Louisiana_CS27_North Louisiana_CS27_South 11731 Louisiana_CS83_North
Louisiana_CS83_South 11801 Maine_CS27_East Maine_CS27_West 11831
Maine_CS83_East Maine_CS83_West 11900 Maryland_CS27 11930 Maryland_CS83 12001
Massachusetts_CS27_Mainland Massachusetts_CS27_Island 12031
Massachusetts_CS83_Mainland Massachusetts_CS83_Island 12101
Michigan_State_Plane_East Michigan_State_Plane_Old_Central
Michigan_State_Plane_West 12111 Michigan_CS27_North Michigan_CS27_Central
Michigan_CS27_South 12141 Michigan_CS83_North Michigan_CS83_Central
Michigan_CS83_South 12201 Minnesota_CS27_North Minnesota_CS27_Central
Minnesota_CS27_South 12231 Minnesota_CS83_North Minnesota_CS83_Central
Minnesota_CS83_South 12301 Mississippi_CS27_East Mississippi_CS27_West 12331
Mississippi_CS83_East Mississippi_CS83_West 12401 Missouri_CS27_East
Missouri_CS27_Central Missouri_CS27_West 12431 Missouri_CS83_East
Missouri_CS83_Central Missouri_CS83_West 12501 Montana_CS27_North
Montana_CS27_Central Montana_CS27_South 12530 Montana_CS83 12601
Nebraska_CS27_North Nebraska_CS27_South 12630 Nebraska_CS83 12701
Nevada_CS27_East Nevada_CS27_Central Nevada_CS27_West 12731 Nevada_CS83_East
Nevada_CS83_Central Nevada_CS83_West 12800 New_Hampshire_CS27 12830
New_Hampshire_CS83 12900 New_Jersey_CS27 12930 New_Jersey_CS83 13001
New_Mexico_CS27_East New_Mexico_CS27_Central New_Mexico_CS27_West 13031
New_Mexico_CS83_East New_Mexico_CS83_Central New_Mexico_CS83_West 13101
New_York_CS27_East New_York_CS27_Central New_York_CS27_West
New_York_CS27_Long_Island 13131 New_York_CS83_East New_York_CS83_Central
New_York_CS83_West New_York_CS83_Long_Island 13200 North_Carolina_CS27 13230
North_Carolina_CS83 13301 North_Dakota_CS27_North North_Dakota_CS27_South 13331
North_Dakota_CS83_North North_Dakota_CS83_South 13401 Ohio_CS27_North
Ohio_CS27_South 13431 Ohio_CS83_North Ohio_CS83_South 13501 Oklahoma_CS27_North
Oklahoma_CS27_South 13531 Oklahoma_CS83_North Oklahoma_CS83_South 13601
Oregon_CS27_North Oregon_CS27_South 13631 Oregon_CS83_North Oregon_CS83_South
13701 Pennsylvania_CS27_North Pennsylvania_CS27_South 13731
Pennsylvania_CS83_North Pennsylvania_CS83_South 13800 Rhode_Island_CS27 13830
Rhode_Island_CS83 13901 South_Carolina_CS27_North South_Carolina_CS27_South
13930 South_Carolina_CS83 14001 South_Dakota_CS27_North South_Dakota_CS27_South
14031 South_Dakota_CS83_North South_Dakota_CS83_South 15302 Tennessee_CS27
14130 Tennessee_CS83 14201 Texas_CS27_North Texas_CS27_North_Central
Texas_CS27_Central Texas_CS27_South_Central Texas_CS27_South 14231
Texas_CS83_North Texas_CS83_North_Central Texas_CS83_Central
Texas_CS83_South_Central Texas_CS83_South 14301 Utah_CS27_North
Utah_CS27_Central Utah_CS27_South 14331 Utah_CS83_North Utah_CS83_Central
Utah_CS83_South 14400 Vermont_CS27 14430 Vermont_CS83 14501 Virginia_CS27_North
Virginia_CS27_South 14531 Virginia_CS83_North Virginia_CS83_South 14601
Washington_CS27_North Washington_CS27_South 14631 Washington_CS83_North
Washington_CS83_South 14701 West_Virginia_CS27_North West_Virginia_CS27_South
14731 West_Virginia_CS83_North West_Virginia_CS83_South 14801
Wisconsin_CS27_North Wisconsin_CS27_Central Wisconsin_CS27_South 14831
Wisconsin_CS83_North Wisconsin_CS83_Central Wisconsin_CS83_South 14901
Wyoming_CS27_East Wyoming_CS27_East_Central Wyoming_CS27_West_Central
Wyoming_CS27_West 14931 Wyoming_CS83_East Wyoming_CS83_East_Central
Wyoming_CS83_West_Central Wyoming_CS83_West 15001 Alaska_CS27_{1-10} 15031
Alaska_CS83_{1-10} 15101 Hawaii_CS27_{1-5} 15131 Hawaii_CS83_{1-5} 15201
Puerto_Rico_CS27 St_Croix 15230 Puerto_Rico_Virgin_Is 15914 BLM_{14-17}N_feet
16001 UTM_zone_{1-60}N 16101 UTM_zone_{1-60}S 16200 Gauss_Kruger_zone_{0-5}
17348 Map_Grid_of_Australia_{48-58} 17448 Australian_Map_Grid_{48-58} 18031
Argentina_{1-7} 18051 Colombia_3W Colombia_Bogota Colombia_3E Colombia_6E 18072
Egypt_Red_Belt Egypt_Purple_Belt Extended_Purple_Belt 18141
New_Zealand_North_Island_Nat_Grid New_Zealand_South_Island_Nat_Grid 19900
Bahrain_Grid 19905 Netherlands_E_Indies_Equatorial 19912 RSO_Borneo 19926
Stereo_70
[PCS]
20137 Adindan_UTM_zone_37N Adindan_UTM_zone_38N 20248 AGD66_AMG_zone_{48-58}
20348 AGD84_AMG_zone_{48-58} 20437 Ain_el_Abd_UTM_zone_{37-39}N 20499
Ain_el_Abd_Bahrain_Grid 20538 Afgooye_UTM_zone_38N Afgooye_UTM_zone_39N 20700
Lisbon_Portugese_Grid 20822 Aratu_UTM_zone_{22-24}S 20973 Arc_1950_Lo13 20975
Arc_1950_Lo15 20977 Arc_1950_Lo17 20979 Arc_1950_Lo19 20981 Arc_1950_Lo21 20983
Arc_1950_Lo23 20985 Arc_1950_Lo25 20987 Arc_1950_Lo27 20989 Arc_1950_Lo29 20991
Arc_1950_Lo31 20993 Arc_1950_Lo33 20995 Arc_1950_Lo35 21100 Batavia_NEIEZ 21148
Batavia_UTM_zone_{48-50}S 21413 Beijing_Gauss_zone_{13-23} 21473
Beijing_Gauss_{13-23}N 21500 Belge_Lambert_50 21790 Bern_1898_Swiss_Old 21817
Bogota_UTM_zone_17N Bogota_UTM_zone_18N 21891 Bogota_Colombia_3W
Bogota_Colombia_Bogota Bogota_Colombia_3E Bogota_Colombia_6E 22032
Camacupa_UTM_32S Camacupa_UTM_33S 22191 C_Inchauspe_Argentina_{1-7} 22332
Carthage_UTM_zone_32N 22391 Carthage_Nord_Tunisie Carthage_Sud_Tunisie 22523
Corrego_Alegre_UTM_23S Corrego_Alegre_UTM_24S 22832 Douala_UTM_zone_32N 22992
Egypt_1907_Red_Belt Egypt_1907_Purple_Belt Egypt_1907_Ext_Purple 23028
ED50_UTM_zone_{28-38}N 23239 Fahud_UTM_zone_39N Fahud_UTM_zone_40N 23433
Garoua_UTM_zone_33N 23846 ID74_UTM_zone_{46-53}N 23886 ID74_UTM_zone_{46-54}S
23947 Indian_1954_UTM_47N Indian_1954_UTM_48N 24047 Indian_1975_UTM_47N
Indian_1975_UTM_48N 24100 Jamaica_1875_Old_Grid 24200 JAD69_Jamaica_Grid 24370
Kalianpur_India_0 Kalianpur_India_I Kalianpur_India_IIa Kalianpur_India_IIIa
Kalianpur_India_IVa 24382 Kalianpur_India_IIb Kalianpur_India_IIIb
Kalianpur_India_IVb 24500 Kertau_Singapore_Grid 24547 Kertau_UTM_zone_47N
Kertau_UTM_zone_48N 24720 La_Canoa_UTM_zone_20N La_Canoa_UTM_zone_21N 24818
PSAD56_UTM_zone_{18-21}N 24877 PSAD56_UTM_zone_{17-20}S 24891
PSAD56_Peru_west_zone PSAD56_Peru_central PSAD56_Peru_east_zone 25000
Leigon_Ghana_Grid 25231 Lome_UTM_zone_31N 25391 Luzon_Philippines_I
Luzon_Philippines_II Luzon_Philippines_III Luzon_Philippines_IV
Luzon_Philippines_V 25700 Makassar_NEIEZ 25932 Malongo_1987_UTM_32S 26191
Merchich_Nord_Maroc Merchich_Sud_Maroc Merchich_Sahara 26237
Massawa_UTM_zone_37N 26331 Minna_UTM_zone_31N Minna_UTM_zone_32N 26391
Minna_Nigeria_West Minna_Nigeria_Mid_Belt Minna_Nigeria_East 26432
Mhast_UTM_zone_32S 26591 Monte_Mario_Italy_1 Monte_Mario_Italy_2 26632
M_poraloko_UTM_32N 26692 M_poraloko_UTM_32S 26703 NAD27_UTM_zone_{3-22}N 26729
NAD27_Alabama_East NAD27_Alabama_West NAD27_Alaska_zone_{1-10}
NAD27_California_I NAD27_California_II NAD27_California_III NAD27_California_IV
NAD27_California_V NAD27_California_VI NAD27_California_VII NAD27_Arizona_East
NAD27_Arizona_Central NAD27_Arizona_West NAD27_Arkansas_North
NAD27_Arkansas_South NAD27_Colorado_North NAD27_Colorado_Central
NAD27_Colorado_South NAD27_Connecticut NAD27_Delaware NAD27_Florida_East
NAD27_Florida_West NAD27_Florida_North NAD27_Hawaii_zone_{1-5}
NAD27_Georgia_East NAD27_Georgia_West NAD27_Idaho_East NAD27_Idaho_Central
NAD27_Idaho_West NAD27_Illinois_East NAD27_Illinois_West NAD27_Indiana_East
NAD27_BLM_14N_feet 26774 NAD27_Indiana_West NAD27_BLM_15N_feet 26775
NAD27_Iowa_North NAD27_BLM_16N_feet 26776 NAD27_Iowa_South NAD27_BLM_17N_feet
26777 NAD27_Kansas_North NAD27_Kansas_South NAD27_Kentucky_North
NAD27_Kentucky_South NAD27_Louisiana_North NAD27_Louisiana_South
NAD27_Maine_East NAD27_Maine_West NAD27_Maryland NAD27_Massachusetts
NAD27_Massachusetts_Is NAD27_Michigan_North NAD27_Michigan_Central
NAD27_Michigan_South NAD27_Minnesota_North NAD27_Minnesota_Cent
NAD27_Minnesota_South NAD27_Mississippi_East NAD27_Mississippi_West
NAD27_Missouri_East NAD27_Missouri_Central NAD27_Missouri_West 26801
NAD_Michigan_Michigan_East NAD_Michigan_Michigan_Old_Central
NAD_Michigan_Michigan_West 26903 NAD83_UTM_zone_{3-23}N 26929
NAD83_Alabama_East NAD83_Alabama_West NAD83_Alaska_zone_{1-10}
NAD83_California_{1-6} 26948 NAD83_Arizona_East NAD83_Arizona_Central
NAD83_Arizona_West NAD83_Arkansas_North NAD83_Arkansas_South
NAD83_Colorado_North NAD83_Colorado_Central NAD83_Colorado_South
NAD83_Connecticut NAD83_Delaware NAD83_Florida_East NAD83_Florida_West
NAD83_Florida_North NAD83_Hawaii_zone_{1-5} NAD83_Georgia_East
NAD83_Georgia_West NAD83_Idaho_East NAD83_Idaho_Central NAD83_Idaho_West
NAD83_Illinois_East NAD83_Illinois_West NAD83_Indiana_East NAD83_Indiana_West
NAD83_Iowa_North NAD83_Iowa_South NAD83_Kansas_North NAD83_Kansas_South 2205
NAD83_Kentucky_North 26980 NAD83_Kentucky_South NAD83_Louisiana_North
NAD83_Louisiana_South NAD83_Maine_East NAD83_Maine_West NAD83_Maryland
NAD83_Massachusetts NAD83_Massachusetts_Is NAD83_Michigan_North
NAD83_Michigan_Central NAD83_Michigan_South NAD83_Minnesota_North
NAD83_Minnesota_Cent NAD83_Minnesota_South NAD83_Mississippi_East
NAD83_Mississippi_West NAD83_Missouri_East NAD83_Missouri_Central
NAD83_Missouri_West 27038 Nahrwan_1967_UTM_{38-40}N 27120 Naparima_UTM_20N
27200 GD49_NZ_Map_Grid 27291 GD49_North_Island_Grid GD49_South_Island_Grid
27429 Datum_73_UTM_zone_29N 27500 ATF_Nord_de_Guerre 27581 NTF_France_I
NTF_France_II NTF_France_III 27591 NTF_Nord_France NTF_Centre_France
NTF_Sud_France 27700 British_National_Grid 28232 Point_Noire_UTM_32S 28348
GDA94_MGA_zone_{48-58} 28404 Pulkovo_Gauss_zone_{4-32} 28464
Pulkovo_Gauss_{4-32}N 28600 Qatar_National_Grid 28991 RD_Netherlands_Old
RD_Netherlands_New 29118 SAD69_UTM_zone_{18-22}N 29177 SAD69_UTM_zone_{17-25}S
29220 Sapper_Hill_UTM_20S Sapper_Hill_UTM_21S 29333 Schwarzeck_UTM_33S 29635
Sudan_UTM_zone_35N Sudan_UTM_zone_36N 29700 Tananarive_Laborde 29738
Tananarive_UTM_38S Tananarive_UTM_39S 29800 Timbalai_1948_Borneo 29849
Timbalai_1948_UTM_49N Timbalai_1948_UTM_50N 29900 TM65_Irish_Nat_Grid 30200
Trinidad_1903_Trinidad 30339 TC_1948_UTM_zone_39N TC_1948_UTM_zone_40N 30491
Voirol_N_Algerie_ancien Voirol_S_Algerie_ancien 30591 Voirol_Unifie_N_Algerie
Voirol_Unifie_S_Algerie 30600 Bern_1938_Swiss_New 30729
Nord_Sahara_UTM_{29-32}N 31028 Yoff_UTM_zone_28N 31121 Zanderij_UTM_zone_21N
31291 MGI_Austria_West MGI_Austria_Central MGI_Austria_East 31300
Belge_Lambert_72 31491 DHDN_Germany_zone_{1-5} 32001 NAD27_Montana_North
NAD27_Montana_Central NAD27_Montana_South 32005 NAD27_Nebraska_North
NAD27_Nebraska_South NAD27_Nevada_East NAD27_Nevada_Central NAD27_Nevada_West
NAD27_New_Hampshire NAD27_New_Jersey NAD27_New_Mexico_East
NAD27_New_Mexico_Cent NAD27_New_Mexico_West NAD27_New_York_East
NAD27_New_York_Central NAD27_New_York_West NAD27_New_York_Long_Is
NAD27_North_Carolina NAD27_North_Dakota_N NAD27_North_Dakota_S NAD27_Ohio_North
NAD27_Ohio_South NAD27_Oklahoma_North NAD27_Oklahoma_South NAD27_Oregon_North
NAD27_Oregon_South NAD27_Pennsylvania_N NAD27_Pennsylvania_S NAD27_Rhode_Island
NAD27_South_Carolina_N 32033 NAD27_South_Carolina_S NAD27_South_Dakota_N
NAD27_South_Dakota_S 2204 NAD27_Tennessee 32037 NAD27_Texas_North
NAD27_Texas_North_Cen NAD27_Texas_Central NAD27_Texas_South_Cen
NAD27_Texas_South NAD27_Utah_North NAD27_Utah_Central NAD27_Utah_South
NAD27_Vermont NAD27_Virginia_North NAD27_Virginia_South NAD27_Washington_North
NAD27_Washington_South NAD27_West_Virginia_N NAD27_West_Virginia_S
NAD27_Wisconsin_North NAD27_Wisconsin_Cen NAD27_Wisconsin_South
NAD27_Wyoming_East NAD27_Wyoming_E_Cen NAD27_Wyoming_W_Cen NAD27_Wyoming_West
NAD27_Puerto_Rico NAD27_St_Croix 32100 NAD83_Montana 32104 NAD83_Nebraska 32107
NAD83_Nevada_East NAD83_Nevada_Central NAD83_Nevada_West NAD83_New_Hampshire
NAD83_New_Jersey NAD83_New_Mexico_East NAD83_New_Mexico_Cent
NAD83_New_Mexico_West NAD83_New_York_East NAD83_New_York_Central
NAD83_New_York_West NAD83_New_York_Long_Is NAD83_North_Carolina
NAD83_North_Dakota_N NAD83_North_Dakota_S NAD83_Ohio_North NAD83_Ohio_South
NAD83_Oklahoma_North NAD83_Oklahoma_South NAD83_Oregon_North NAD83_Oregon_South
NAD83_Pennsylvania_N NAD83_Pennsylvania_S NAD83_Rhode_Island 32133
NAD83_South_Carolina NAD83_South_Dakota_N NAD83_South_Dakota_S NAD83_Tennessee
NAD83_Texas_North NAD83_Texas_North_Cen NAD83_Texas_Central
NAD83_Texas_South_Cen NAD83_Texas_South NAD83_Utah_North NAD83_Utah_Central
NAD83_Utah_South NAD83_Vermont NAD83_Virginia_North NAD83_Virginia_South
NAD83_Washington_North NAD83_Washington_South NAD83_West_Virginia_N
NAD83_West_Virginia_S NAD83_Wisconsin_North NAD83_Wisconsin_Cen
NAD83_Wisconsin_South NAD83_Wyoming_East NAD83_Wyoming_E_Cen
NAD83_Wyoming_W_Cen NAD83_Wyoming_West 32161 NAD83_Puerto_Rico_Virgin_Is 32201
WGS72_UTM_zone_{1-60}N 32301 WGS72_UTM_zone_{1-60}S 32401
WGS72BE_UTM_zone_{1-60}N 32501 WGS72BE_UTM_zone_{1-60}S 32601
WGS84_UTM_zone_{1-60}N 32701 WGS84_UTM_zone_{1-60}S 2100 GGRS87_Greek_Grid 2391
KKJ_Finland_zone_{1-4} 2400 RT90_2_5_gon_W 2600
Lietuvos_Koordinoei_Sistema_1994 3300 Estonian_Coordinate_System_of_1992 23700
HD72_EOV 31700 Dealul_Piscului_1970_Stereo_70 3053 Hjorsey_1955_Lambert 3057
ISN93_Lambert_1993 2176 ETRS89_Poland_CS2000_zone_5 ETRS89_Poland_CS2000_zone_6
2177 ETRS89_Poland_CS2000_zone_7 ETRS89_Poland_CS2000_zone_8 2180
ETRS89_Poland_CS92
"""


@functools.cache
def _make_geo_tables() -> dict[str, Any]:
    """Return enumerations of GeoTIFF codes by name."""
    tables: dict[str, Any] = {}
    for section in _GEO_TABLES.split('[')[1:]:
        name, _, text = section.partition(']')
        members: list[tuple[str, int]] = []
        if name != 'GeoKeys':
            members += [('Undefined', 0), ('User_Defined', 32767)]
        members += _parse_geo_table(text)
        tables[name] = enum.IntEnum(name, members, module='tifffile.geodb')
    return tables


def _parse_geo_table(text: str) -> Iterator[tuple[str, int]]:
    """Return iterator over names and codes in table."""
    code = 0
    for item in text.split():
        if item.isdigit():
            code = int(item)
            continue
        prefix, _, rest = item.partition('{')
        numbers, _, suffix = rest.partition('}')
        if not numbers:
            yield item, code
            code += 1
            continue
        first, last = numbers.split('-')
        for number in range(int(first), int(last) + 1):
            yield f'{prefix}{number}{suffix}', code
            code += 1


@_TIFF.register('GEO_KEYS')
def _make_geo_keys() -> type[enum.IntEnum]:
    """Return enumeration of GeoKeys."""
    return _make_geo_tables()['GeoKeys']  # type: ignore[no-any-return]


@_TIFF.register('GEO_CODES')
def _make_geo_codes() -> dict[int, type[enum.IntEnum]]:
    """Return map of GeoKeys to enumerations of their values."""
    tables = _make_geo_tables()
    return {code: tables[name] for code, name in _GEO_CODES.items()}


# -- uniform and generic ------------------------------------------------------


@final
class _Uniform(Format):
    """Files of at least 8 pages, which are all alike."""

    kind = 'Uniform'
    order = 1000

    @classmethod
    def detect_file(cls, tif: TiffFile, /) -> bool:
        if not tif.pages or tif.pages.first.subifds is not None:
            return False
        try:
            tif.pages._chain[7]
        except IndexError:
            return False
        groups = tif._page_groups
        if groups is not None:
            return len(groups) == 1
        first = tif.pages.first.hash
        if tif.pages.get(1).hash != first or tif.pages.get(-1).hash != first:
            return False
        return all(
            tif.pages.get(i).hash == first for i in range(2, len(tif.pages))
        )

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        keyframe = tif.pages.first
        if not keyframe.shape:
            return None
        pages = _collect_frames(tif, keyframe, 0, len(tif.pages))
        return [
            TiffPageSeries(
                pages,
                (len(pages), *keyframe.shape),
                keyframe.dtype,
                'I' + keyframe.axes,
                parent=tif,
                kind=cls.kind,
            )
        ]


@final
class _Generic(Format):
    """Any file: pages and SubIFDs are grouped by their hash."""

    kind = 'Generic'
    order = 1001

    @classmethod
    def detect_file(cls, tif: TiffFile, /) -> bool:
        return bool(tif.pages)

    @classmethod
    def series(cls, tif: TiffFile, /) -> list[TiffPageSeries] | None:
        return cls.make_series(tif)

    @classmethod
    def make_series(
        cls, tif: TiffFile, /, *, isreduced: bool = False
    ) -> list[TiffPageSeries]:
        """Return series of pages grouped by their hash.

        Parameters:
            tif: File to read.
            isreduced: Levels must be flagged as reduced images.

        """
        groups: Sequence[Sequence[TiffPage | TiffFrame]]
        if len(tif.pages) > 16 and tif._page_groups is not None:
            groups = tif._page_groups  # type: ignore[assignment]
        else:
            groups = cls._group(tif)
        series = []
        for pages in groups:
            keyframe = pages[0].keyframe
            shape = (len(pages), *keyframe.shape)
            axes = 'I' + keyframe.axes
            if 'S' not in axes:
                shape, axes = (*shape, 1), axes + 'S'
            series.append(
                TiffPageSeries(
                    pages,
                    shape,
                    keyframe.dtype,
                    axes,
                    parent=tif,
                    kind=cls.kind,
                )
            )
        pyramidize_series(series, isreduced)
        return series

    @classmethod
    def _group(cls, tif: TiffFile) -> list[list[TiffPage]]:
        """Return pages and their SubIFDs, grouped by hash."""
        groups: dict[int, list[TiffPage]] = {}
        for page in cls._iter_pages(tif):
            if not page.shape:
                continue
            groups.setdefault(page.hash, []).append(page)
        return list(groups.values())

    @staticmethod
    def _iter_pages(tif: TiffFile) -> Iterator[TiffPage]:
        """Return pages and their SubIFDs once, unless they are corrupted."""
        seen: set[int] = set()
        for index in range(len(tif.pages)):
            try:
                page = tif.pages.get(index)
            except TiffFileError as exc:
                logger().warning(f'{tif!r} page {index} raised {exc!r:.128}')
                continue
            assert isinstance(page, TiffPage)
            if page.offset not in seen:
                seen.add(page.offset)
                yield page
            for position, offset in enumerate(page.subifds or ()):
                if offset in seen:
                    continue
                seen.add(offset)
                if offset < 8 or offset >= tif.filehandle.size:
                    logger().warning(
                        f'{page!r} invalid offset to SubIFD {position}'
                    )
                    continue
                try:
                    yield TiffPage(tif, (index, position), offset=offset)
                except TiffFileError as exc:
                    logger().warning(
                        f'{page!r} SubIFD {position} raised {exc!r:.128}'
                    )


# =============================================================================
# 13  File
#
# TiffFile opens a file, owns its source and pages, and asks the registry of
# formats for flags, metadata, and series. No format is named here.
# =============================================================================


@final
class _SeriesList(list[TiffPageSeries]):
    """List of series of a file. Call it to select kind or squeezing.

    Parameters:
        tif: File that contains series.
        series: Series in file.

    """

    def __init__(
        self, tif: TiffFile, series: Iterable[TiffPageSeries]
    ) -> None:
        super().__init__(series)
        self._tif = tif

    def __call__(
        self, kind: str | None = None, squeeze: bool = True
    ) -> list[TiffPageSeries]:
        """Return series made by format.

        Parameters:
            kind: Kind of series. The default is that of the file.
            squeeze: Remove dimensions of length one from shapes.

        Raises:
            ValueError: Kind is not known.

        """
        return self._tif._get_series(kind, squeeze)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore_series_list, (self._tif,)


def _restore_series_list(tif: TiffFile) -> _SeriesList:
    """Return series of unpickled file."""
    return tif.series


class TiffFile:
    """Read image and metadata from TIFF file.

    Files must be closed after use with :py:meth:`TiffFile.close`, which
    leaving a `with` block does. Any number of threads can read from one
    instance. Instances opened by path or URL can be pickled.

    Parameters:
        file: File name, seekable binary stream, or URL.
        mode: File open mode; 'r' (default) or 'r+'.
        name: Name of stream. Determines whether the file is read as NDPI.
        offset: Position of embedded TIFF file.
        size: Size of embedded TIFF file.
        omexml: OME metadata in XML format that override those in the file.
        limits: Limits on what the file may make the library allocate.
        _multifile: Follow references to other files.
        _useframes: Read pages as :py:class:`TiffFrame`.
        _parent: File that refers to this file.
        **is_flags: Override flags of file, e.g., ``is_shaped=False``.

    Raises:
        TiffFileError: File is not a TIFF file, or its structure is corrupted.

    """

    tiff: TiffFormat
    """Layout of file."""
    pages: TiffPages
    """Pages of file."""
    root: TiffFile
    """File that refers to this file, or self."""

    _fh: FileHandle
    _source: _TagSource
    _link: int
    _flags: dict[str, bool]
    _overrides: dict[str, bool]
    _decoders: dict[Any, _SegmentDecoder]
    _templates: dict[int, _PageTemplate | tuple[_Ifd, dict[str, Any]]]
    _files: dict[str | None, TiffFile]
    _segment_correction: (
        Callable[[int], tuple[Sequence[int], Sequence[int]] | None] | None
    )
    _multifile: bool
    _useframes: bool
    _omexml: str | None

    def __init__(
        self,
        file: str | os.PathLike[Any] | FileHandle | IO[bytes],
        /,
        *,
        mode: str | None = None,
        name: str | None = None,
        offset: int | None = None,
        size: int | None = None,
        omexml: str | None = None,
        limits: Limits | None = None,
        superres: int | None = None,
        _multifile: bool | None = None,
        _useframes: bool | None = None,
        _parent: TiffFile | None = None,
        _root: TiffFile | None = None,
        **is_flags: bool | None,
    ) -> None:
        if mode not in {None, 'r', 'r+', 'rb', 'r+b'}:
            raise ValueError(f'invalid {mode=!r}; must be r or r+')
        self._overrides = _parse_flags(is_flags)
        self._omexml = _parse_omexml(omexml)
        if self._omexml is not None:
            self._overrides['ome'] = True
        self._superres = max(superres or 0, 0)
        self._multifile = _multifile is None or bool(_multifile)
        self._useframes = bool(_useframes)
        self._flags = dict(self._overrides)
        self._decoders = {}
        self._templates = {}
        self._segment_correction = None
        _parent = _root if _parent is None else _parent
        self.root = self if _parent is None else _parent.root
        self._limits = limits or TIFF.LIMITS
        fh = FileHandle(
            file,
            mode='r+b' if mode in {'r+', 'r+b'} else 'rb',
            name=name,
            offset=offset,
            size=size,
        )
        self._fh = fh
        self._files = {fh.path: self}
        try:
            head = fh.read_at(0, 2 * _BLOCKSIZE)
            self.tiff, self._link = _parse_header(
                fh, head, is_flags.get('is_ndpi')
            )
            self._source = _TagSource(fh, self.tiff, self._limits, head)
            self.pages = TiffPages(self)
            self._prepare()
        except Exception:
            fh.close()
            raise

    def _prepare(self) -> None:
        """Let the first format that wants to correct pages of file."""
        for fmt in _FORMATS_OF['prepare']:
            if self._is_format(fmt):
                try:
                    fmt.prepare(self)
                except Exception as exc:  # fence: format dispatch
                    logger().warning(
                        f'{self!r} {fmt.flag} raised {exc!r:.128}'
                    )
                return
        if self._useframes:
            self.pages.useframes = True

    # -- file -----------------------------------------------------------------

    @property
    def byteorder(self) -> Literal['<', '>']:
        """Byte order of file."""
        return self.tiff.byteorder

    @property
    def filehandle(self) -> FileHandle:
        """Handle of file."""
        return self._fh

    @property
    def filename(self) -> str:
        """Name of file."""
        return self._fh.name

    @_cached_property
    def fstat(self) -> Any:
        """Status of file, None if not known."""
        try:
            return os.fstat(self._fh.fileno())
        except (AttributeError, OSError, ValueError):
            return None

    def close(self) -> None:
        """Close this and all files it refers to."""
        for tif in self._files.values():
            tif.filehandle.close()

    def _open_other(self, path: str) -> TiffFile:
        """Return another file that this file refers to.

        Raises:
            OSError: File cannot be opened.
            TiffFileError: File is not a TIFF file.

        """
        return TiffFile(
            path, limits=self._limits, _multifile=False, _parent=self
        )

    def __enter__(self) -> TiffFile:
        return self

    def __exit__(self, *args: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        kwargs = {f'is_{flag}': is_ for flag, is_ in self._overrides.items()}
        kwargs['omexml'] = self._omexml  # type: ignore[assignment]
        kwargs['_multifile'] = self._multifile
        kwargs['_useframes'] = self._useframes
        return _restore_file, (type(self), self._fh, self._limits, kwargs)

    # -- reading --------------------------------------------------------------

    def asarray(
        self,
        key: int | slice | Iterable[int] | None = None,
        *,
        series: int | TiffPageSeries | None = None,
        kind: str | None = None,
        level: int | None = None,
        selection: Any = None,
        squeeze: bool | None = None,
        out: OutputType = None,
        maxworkers: int | None = None,
        buffersize: int | None = None,
    ) -> NDArray[Any]:
        """Return image of series or pages, or part of it.

        Parameters:
            key:
                Pages to read. If `series` is None, pages of the file, else
                pages of the series. By default, all pages of the series.
            series: Series to read. The default is the first.
            kind: Kind of series, to override that of the file.
            level: Index of reduced resolution of series.
            selection:
                Part of image to read: integers, slices, and ellipsis to index
                the array that is returned without it. Only the strips or
                tiles that the part touches are read.
            squeeze: Remove dimensions of length one from shape.
            out:
                Where to store the image. An array of matching size; the name
                of, or open, file to memory-map; or 'memmap' to memory-map the
                image in the TIFF file if possible, else in a temporary file.
            maxworkers: Maximum number of threads to decode segments.
            buffersize: Number of bytes to fetch at once from remote files.

        Returns:
            Samples in native byte order.

        Raises:
            IndexError: There is no such series, level, or page.
            RuntimeError: Pages are of different kinds.
            TiffFileError: Segments are corrupted.
            ValueError: Image cannot be decoded, or no pages are selected.

        """
        if not self.pages:
            return numpy.array([])
        if key is None and series is None:
            series = 0
        pages: Sequence[TiffPage | TiffFrame | None]
        if series is None:
            pages = self._select_pages(key)
        else:
            if not isinstance(series, TiffPageSeries):
                every = self.series if kind is None else self.series(kind)
                if not every:
                    return numpy.array([])
                series = every[series]
            if level is not None:
                series = series.levels[level]
            with self._opened(), series.keyframe.parent.filehandle.hold():
                if key is None and selection is None:
                    return series._read(squeeze, out, maxworkers, buffersize)
                if key is None:
                    return series._read_selection(
                        selection, squeeze, out, maxworkers, buffersize
                    )
            pages = _select_series_pages(series, key)
        with self._opened():
            return _read_selected_pages(
                pages,
                isinstance(key, int | numpy.integer),
                selection,
                squeeze is not False,
                out,
                maxworkers,
                buffersize,
            )

    @contextlib.contextmanager
    def _opened(self) -> Iterator[None]:
        """Context manager to open file while it is closed."""
        if not self._fh.closed:
            yield
            return
        with _opened(self._fh, f'{self!r} reading array from closed file'):
            yield

    def _select_pages(
        self, key: int | slice | Iterable[int] | None
    ) -> list[TiffPage | TiffFrame | None]:
        """Return pages of file, which must all be alike."""
        if isinstance(key, int | numpy.integer):
            return [self.pages[int(key)]]
        if isinstance(key, slice):
            keys: list[int] = list(range(*self.pages._slice_indices(key)))
        elif isinstance(key, Iterable) and not isinstance(key, str):
            keys = [int(i) for i in key]
        else:
            raise TypeError(
                f'key must be an integer, slice, or iterable, not {type(key)}'
            )
        if not keys:
            raise ValueError('no pages selected')
        keyframe = self.pages.get(keys[0])
        pages: list[TiffPage | TiffFrame | None] = [keyframe]
        for index in keys[1:]:
            page = self.pages.get(index)
            if page.hash != keyframe.hash:
                raise RuntimeError(
                    f'page hash mismatch: {page!r} does not match {keyframe!r}'
                )
            pages.append(page)
        return pages

    def aszarr(
        self,
        key: int | None = None,
        *,
        series: int | TiffPageSeries | None = None,
        level: int | None = None,
        **kwargs: Any,
    ) -> Any:
        """Return image of series or page as Zarr store."""
        raise NotImplementedError('Zarr stores are not implemented')

    # -- series ---------------------------------------------------------------

    @_cached_property
    def series(self) -> _SeriesList:
        """Series of pages that make up images."""
        series: list[TiffPageSeries] = []
        if self.pages:
            keyframe = self.pages.keyframe
            useframes = self.pages.useframes
            try:
                series = self._make_series()
                self._annotate_series(series)
            finally:
                self.pages._keyframe = keyframe
                self.pages.useframes = useframes
        for index, item in enumerate(series):
            item.index = index
            for level in item.levels[1:]:
                level.index = index
                level._base = item
        return _SeriesList(self, series)

    def _make_series(self) -> list[TiffPageSeries]:
        """Return series made by the first format that the file is of."""
        for fmt in _FORMATS_OF['series']:
            if not self._is_format(fmt):
                continue
            try:
                series = fmt.series(self)
            except Exception as exc:  # fence: format dispatch
                logger().warning(
                    f'{self!r} {fmt.kind} series raised {exc!r:.128}'
                )
                series = None
            if series:
                return series
            if not fmt.fallback:
                break
        return _Generic.series(self) or []

    def _annotate_series(self, series: list[TiffPageSeries]) -> None:
        """Let formats that do not make series add metadata to them."""
        for fmt in _FORMATS_OF['annotate']:
            if not self._is_format(fmt):
                continue
            try:
                fmt.annotate(self, series)
            except Exception as exc:  # fence: format dispatch
                logger().warning(
                    f'{self!r} {fmt.flag} metadata raised {exc!r:.128}'
                )

    def _get_series(
        self, kind: str | None, squeeze: bool
    ) -> list[TiffPageSeries]:
        """Return series of kind, squeezed or not."""
        if kind is None:
            series = list(self.series)
        else:
            fmt = next(
                (f for f in _FORMATS if f.kind.lower() == kind.lower()), None
            )
            if fmt is None:
                raise ValueError(f'unknown {kind=!r} of series')
            if fmt is not _Generic and not self._is_format(fmt):
                return []
            series = fmt.series(self) or []
            for index, item in enumerate(series):
                item.index = index
        for item in series:
            for level in item.levels:
                if level._squeeze != squeeze:
                    break
            else:
                continue
            item = copy.copy(item)
        return [_with_squeeze(item, squeeze) for item in series]

    @_cached_property
    def _page_groups(self) -> list[_FrameSequence] | None:
        """Pages grouped by hash, None if they must be read one by one."""
        if self._segment_correction is not None:
            return None
        try:
            return _PageGroups(self.pages).groups
        except (_IrregularChain, TiffFileError):
            return None

    # -- flags and metadata ---------------------------------------------------

    def _is_format(self, fmt: type[Format], /) -> bool:
        """Return if file is of format."""
        is_format = self._flags.get(fmt.flag)
        if is_format is None:
            if not self.pages:
                is_format = False
            elif fmt.asks_page:
                is_format = bool(fmt.detect(self.pages.first))
            else:
                is_format = bool(fmt.detect_file(self))
            self._flags[fmt.flag] = is_format
        return is_format

    @property
    def flags(self) -> set[str]:
        """Names of ``is_*`` attributes that are True."""
        return {
            flag for flag in TIFF.FILE_FLAGS if getattr(self, 'is_' + flag)
        }

    @property
    def is_bigtiff(self) -> bool:
        """File is BigTIFF."""
        return self.tiff.is_bigtiff

    @property
    def is_appendable(self) -> bool:
        """Pages can be appended to file without corrupting metadata."""
        return not any(
            self._flags.get(flag, getattr(self, 'is_' + flag, False))
            for flag in _NOT_APPENDABLE
        )

    # -- text -----------------------------------------------------------------

    def __repr__(self) -> str:
        return f'<tifffile.TiffFile {snipstr(self._fh.name, 32)!r}>'

    def __str__(self) -> str:
        return self._str()

    def _str(self, detail: int = 0, width: int = 79) -> str:
        """Return structure of file as text.

        Parameters:
            detail:
                0 for one line, 1 for series and their first pages, 2 for long
                values and metadata, 3 for all pages, 4 for image data.
            width: Maximum length of lines.

        """
        line = self._summary(width)
        if detail <= 0:
            return line
        parts = [line, '\n'.join(str(series) for series in self.series)]
        if detail >= 3:
            for page in self.pages:
                parts.append(page._str(detail=detail, width=width))
                if page.pages is not None:
                    parts.extend(
                        subpage._str(detail=detail, width=width)
                        for subpage in page.pages
                    )
        elif self.series:
            parts.extend(
                series.keyframe._str(detail=detail, width=width)
                for series in self.series
            )
        elif self.pages:
            parts.append(self.pages.first._str(detail=detail, width=width))
        if detail >= 2:
            for flag in sorted(self.flags):
                metadata = getattr(self, flag + '_metadata', None)
                if metadata:
                    text = pformat(metadata, width=width, height=detail * 24)
                    parts.append(f'{flag.upper()}_METADATA\n{text}')
        return '\n\n'.join(part for part in parts if part)

    def _summary(self, width: int) -> str:
        """Return one line that describes file."""
        isnative = byteorder_isnative(self.byteorder)
        endian = 'little' if self.byteorder == '<' else 'big'
        items = [
            format_size(self._fh.size),
            '' if isnative else f'{endian}-endian',
            'BigTiff' if self.is_bigtiff else '',
            ' '.join(sorted(self.flags)).lower(),
        ]
        for number, name in (
            (len(self.pages), 'Pages'),
            (len(self.series), 'Series'),
            (len(self._files), 'Files'),
        ):
            items.append(f'{number} {name}' if number > 1 else '')
        info = '  '.join(item for item in items if item)
        namewidth = max(12, width - len(info) - 14)
        return f'TiffFile {snipstr(self._fh.name, namewidth)!r}  {info}'


TiffReader = TiffFile

# flags of files whose metadata do not allow to append pages
_NOT_APPENDABLE = ('ome', 'lsm', 'stk', 'imagej', 'fluoview', 'micromanager')


def _parse_flags(is_flags: dict[str, bool | None]) -> dict[str, bool]:
    """Return overridden flags from keyword arguments."""
    flags: dict[str, bool] = {}
    known = {'is_' + fmt.flag for fmt in _FORMATS}
    known.update('is_' + flag for flag in _PAGE_FLAGS)
    for key, value in is_flags.items():
        if key not in known:
            raise TypeError(f'unexpected keyword argument: {key!r}')
        if value is not None:
            flags[key[3:]] = bool(value)
    return flags


def _parse_omexml(omexml: str | None) -> str | None:
    """Return OME-XML. Raise ValueError if it does not look like that."""
    if omexml is not None and not omexml.strip().endswith('OME>'):
        raise ValueError('invalid OME-XML')
    return omexml


def _restore_file(
    cls: type[TiffFile], fh: FileHandle, limits: Limits, kwargs: dict[str, Any]
) -> TiffFile:
    """Return unpickled file."""
    closed = fh.closed
    if closed:
        fh.open()
    mode: Any = 'r' if fh.mode == 'rb' else 'r+'
    tif = cls(fh, mode=mode, limits=limits, **kwargs)
    # the handle was made for this instance and must be closed with it
    tif._fh = tif._source.fh = fh
    tif._files = {fh.path: tif}
    if closed:
        fh.close()
    return tif


def _with_squeeze(series: TiffPageSeries, squeeze: bool) -> TiffPageSeries:
    """Return series, or copy of it with other default for squeezing."""
    if series._squeeze == squeeze:
        return series
    levels = [copy.copy(level) for level in series.levels]
    for level in levels:
        level._squeeze = squeeze
        level._base = levels[0]
        level.levels = [level]
    levels[0].levels = levels
    return levels[0]


def _select_series_pages(
    series: TiffPageSeries, key: int | slice | Iterable[int] | None
) -> Sequence[TiffPage | TiffFrame | None]:
    """Return selected pages of series."""
    number = len(series)
    if isinstance(key, int | numpy.integer):
        if not -number <= key < number:
            raise IndexError(f'page index {key} out of range of {number}')
        indices = [int(key) % number]
    elif isinstance(key, slice):
        indices = list(range(*key.indices(number)))
    elif isinstance(key, Iterable) and not isinstance(key, str):
        indices = [operator.index(i) for i in key]
        for index in indices:
            if not -number <= index < number:
                raise IndexError(
                    f'page index {index} out of range of {number}'
                )
        indices = [index % number for index in indices]
    else:
        raise TypeError(
            f'key must be an integer, slice, or iterable, not {type(key)}'
        )
    if not indices:
        raise ValueError('no pages selected')
    return series._frames(numpy.array(indices, numpy.int64))


def _read_selected_pages(
    pages: Sequence[TiffPage | TiffFrame | None],
    is_single: bool,
    selection: Any,
    squeeze: bool,
    out: OutputType,
    maxworkers: int | None,
    buffersize: int | None,
) -> NDArray[Any]:
    """Return images of selected pages as stack, or image of single page."""
    first = next((page for page in pages if page is not None), None)
    if first is None:
        raise ValueError('page is None' if is_single else 'pages are all None')
    keyframe = first.keyframe
    if is_single or len(pages) == 1:
        return first.asarray(
            out=out,
            selection=selection,
            squeeze=squeeze,
            maxworkers=maxworkers,
            buffersize=buffersize,
        )
    shape = (len(pages), *(keyframe.shape if squeeze else keyframe.shaped))
    if 0 in keyframe.shaped:
        return _empty_array(keyframe, shape)
    if keyframe._dtype is None:
        raise _unsupported_dtype(keyframe)
    if selection is None:
        return _read_pages(keyframe, pages, shape, out, maxworkers, buffersize)
    result = _read_stack_selection(
        keyframe,
        lambda numbers: [pages[i] for i in numbers.tolist()],
        shape,
        parse_selection(selection, shape),
        maxworkers,
        buffersize,
    )
    return _copy_to_output(result, out)


def stack_pages(
    pages: Sequence[TiffPage | TiffFrame | None],
    /,
    *,
    maxworkers: int | None = None,
    out: OutputType = None,
    **kwargs: Any,
) -> NDArray[Any]:
    """Return images of pages of the same kind as one array.

    Parameters:
        pages: Pages to read; missing pages are zeroed.
        maxworkers: Maximum number of threads to decode segments.
        out: Where to store the image.
        **kwargs: Ignored.

    Raises:
        ValueError: There are no pages.

    """
    return _read_selected_pages(
        pages, False, None, True, out, maxworkers, None
    ).reshape(len(pages), *pages[0].keyframe.shape)  # type: ignore[union-attr]


def _register_file_flag(fmt: type[Format]) -> None:
    """Add flag and metadata of format to TiffFile."""

    def is_format(tif: TiffFile) -> bool:
        return tif._is_format(fmt)

    is_format.__doc__ = f'File is of {fmt.kind or fmt.flag} format.'
    setattr(TiffFile, 'is_' + fmt.flag, property(is_format))
    for name, function in fmt.properties.items():
        setattr(TiffFile, name, property(function))
    if fmt.metadata.__func__ is Format.metadata.__func__:  # type: ignore[attr-defined]
        return

    def metadata(tif: TiffFile) -> Any:
        if not tif._is_format(fmt):
            return None
        cached = tif.__dict__.setdefault('_metadata', {})
        if fmt.flag not in cached:
            cached[fmt.flag] = fmt.metadata(tif)
        return cached[fmt.flag]

    metadata.__doc__ = f'Metadata of {fmt.kind or fmt.flag} file, or None.'
    setattr(TiffFile, fmt.flag + '_metadata', property(metadata))


def _structural_file_flag(flag: str) -> property:
    """Return property that tells flag of first page."""

    def is_flag(tif: TiffFile) -> bool:
        value = tif._overrides.get(flag)
        if value is None:
            value = bool(tif.pages) and bool(
                getattr(tif.pages.first, 'is_' + flag)
            )
        return value

    is_flag.__doc__ = f'First page is {flag}.'
    return property(is_flag)


for _flag in _PAGE_FLAGS[:4]:
    setattr(TiffFile, 'is_' + _flag, _structural_file_flag(_flag))
for _fmt in _FORMATS:
    _register_file_flag(_fmt)
del _flag, _fmt
_FORMAT_HOOKS.append(_register_file_flag)


@_TIFF.register('FILE_FLAGS')
def _make_file_flags() -> set[str]:
    """Return names of flags of files."""
    fallbacks = {_Generic, _Uniform}
    return {
        *_PAGE_FLAGS,
        *(fmt.flag for fmt in _FORMATS if fmt not in fallbacks),
    }


@_TIFF.register('PAGE_FLAGS')
def _make_page_flags() -> set[str]:
    """Return names of flags of pages."""
    return set(_PAGE_FLAGS)


# =============================================================================
# 14  Writing
#
# Writing an array takes three steps. The plan: check the arguments and make
# frozen values of them, which tell the shapes of pages, the division into
# segments, the encoder, and the bytes of the IFDs. Bad arguments are refused
# here, before the file is touched. Encode: turn samples into segments, lazily
# and on threads. Emit: append segments and IFDs to the file.
#
# A file can be read at any moment while it is written. IFDs are in front of
# the data of their page, but no IFD is linked before all that belongs to its
# page was handed to the operating system. The link, a single offset that does
# not cross a sector, is written last.
# =============================================================================


class _UnsupportedError(KeyError, ValueError):
    """Codec, data type, or tag is not supported or known."""

    __str__ = ValueError.__str__


# -- descriptions of shaped files ---------------------------------------------


def json_description(shape: Sequence[int], /, **metadata: Any) -> str:
    """Return JSON image description that tells shape and other metadata.

    Parameters:
        shape: Shape of array.
        **metadata: Other items of description. Must be serializable.

    Raises:
        TypeError: Metadata cannot be serialized.

    >>> json_description((256, 256, 3), axes='YXS')
    '{"axes": "YXS", "shape": [256, 256, 3]}'

    """
    import json

    metadata['shape'] = [int(size) for size in shape]
    return json.dumps(metadata)


shaped_description = json_description
shaped_description_metadata = json_description_metadata

# -- descriptions of ImageJ ---------------------------------------------------

# key, type in file, and encoding of values: ImageJ, TiffEncoder.java
_IMAGEJ_ITEMS: tuple[tuple[str, bytes, str], ...] = (
    ('Info', b'info', 'text'),
    ('Labels', b'labl', 'text'),
    ('Ranges', b'rang', 'numbers'),
    ('LUTs', b'luts', 'array'),
    ('Plot', b'plot', 'bytes'),
    ('ROI', b'roi ', 'bytes'),
    ('Overlays', b'over', 'bytes'),
    ('Properties', b'prop', 'text'),
)

_IMAGEJ_KEYS: dict[str, str] = {
    spelling: key
    for key, code, _ in _IMAGEJ_ITEMS
    for spelling in (key, key.lower(), code.decode().strip())
    if spelling not in {'labl', 'rang', 'over'}
}


def imagej_metadata_tag(
    metadata: dict[str, Any], byteorder: ByteOrderCode, /
) -> (
    tuple[()]
    | tuple[
        tuple[int, int, int, bytes, bool], tuple[int, int, int, bytes, bool]
    ]
):
    """Return IJMetadata and IJMetadataByteCounts tags from metadata.

    Parameters:
        metadata:
            May contain the following keys and values, or lists of those:

            - 'Info' (str): Human-readable information.
            - 'Labels' (list of str): Labels of channels or planes.
            - 'Ranges' (tuple of float): Lower and upper values of channels.
            - 'LUTs' (list of numpy.ndarray): Color palettes of channels, of
              shape (3, 256) and type uint8.
            - 'Plot' (bytes): Undocumented ImageJ format.
            - 'ROI' (bytes), 'Overlays' (list of bytes): Regions of interest
              in ImageJ ROI format.
            - 'Properties' (dict of str): Properties of image.

            Other keys are ignored.
        byteorder: Byte order of file.

    Returns:
        Items of the `extratags` argument when writing. Empty if there is
        nothing to write.

    >>> imagej_metadata_tag({'Info': 'x'}, '>')[1]
    (50838, 4, 2, b'\\x00\\x00\\x00\\x0c\\x00\\x00\\x00\\x02', True)

    """
    given = {
        _IMAGEJ_KEYS[key]: value
        for key, value in metadata.items()
        if key in _IMAGEJ_KEYS and value is not None
    }
    header = [b'IJIJ' if byteorder == '>' else b'JIJI']
    body: list[bytes] = []
    for key, code, encoding in _IMAGEJ_ITEMS:
        if key not in given:
            continue
        items = [
            _encode_imagej_item(key, item, encoding, byteorder)
            for item in _list_imagej_items(encoding, given[key])
        ]
        if items:
            header.append(code if byteorder == '>' else code[::-1])
            header.append(struct.pack(byteorder + 'I', len(items)))
            body.extend(items)
    if not body:
        return ()
    head = b''.join(header)
    data = head + b''.join(body)
    counts = struct.pack(
        f'{byteorder}{len(body) + 1}I', len(head), *map(len, body)
    )
    return (
        (50839, 1, len(data), data, True),
        (50838, 4, len(counts) // 4, counts, True),
    )


def _list_imagej_items(encoding: str, value: Any, /) -> Sequence[Any]:
    """Return items of ImageJ metadata that are stored one by one."""
    if isinstance(value, dict):
        return [str(item) for pair in value.items() for item in pair]
    if encoding == 'numbers':
        isflat = numpy.ndim(value) == 1
        return [value] if isflat else sequence(value)
    if encoding == 'array' and isinstance(value, numpy.ndarray):
        return [value] if value.ndim < 3 else list(value)
    return sequence(value)


def _encode_imagej_item(
    key: str, item: Any, encoding: str, byteorder: str, /
) -> bytes:
    """Return item of ImageJ metadata as stored in file."""
    if encoding == 'text' and isinstance(item, str):
        return item.encode('utf-16le' if byteorder == '<' else 'utf-16be')
    if encoding == 'numbers':
        return numpy.asarray(item, byteorder + 'f8').tobytes()
    if encoding == 'array':
        lut = numpy.asarray(item)
        if lut.dtype.kind not in 'iu' or lut.size != 768:
            raise ValueError(
                f'ImageJ {key} must be uint8 arrays of shape (3, 256), '
                f'not {lut.dtype} of shape {lut.shape}'
            )
        return lut.astype(numpy.uint8).tobytes()
    if encoding == 'bytes' and isinstance(item, bytes | bytearray):
        return bytes(item)
    raise TypeError(f'invalid ImageJ {key} of type {type(item).__name__}')


def imagej_shape(
    shape: Sequence[int],
    /,
    *,
    rgb: bool | None = None,
    axes: str | None = None,
) -> tuple[int, int, int, int, int, int]:
    """Return shape normalized to 6D ImageJ hyperstack TZCYXS.

    Parameters:
        shape: Shape of array.
        rgb: Array contains RGB images. By default, judged by the shape.
        axes: Codes of dimensions, a part of 'TZCYXS'.

    Raises:
        ValueError: Shape or axes are not those of a hyperstack.

    >>> imagej_shape((2, 3, 4, 5, 3), rgb=False)
    (2, 3, 4, 5, 3, 1)
    >>> imagej_shape((3, 4, 5, 7), axes='TZYX')
    (3, 4, 1, 5, 7, 1)

    """
    shape = tuple(int(size) for size in shape)
    ndim = len(shape)
    if not 1 <= ndim <= 6:
        raise ValueError(
            f'ImageJ hyperstacks have 1 to 6 dimensions, not {ndim}'
        )
    if axes is not None:
        return _order_imagej_shape(shape, axes.upper())
    if rgb is None:
        rgb = ndim > 2 and shape[-1] in {3, 4}
    if rgb and (ndim < 3 or shape[-1] not in {3, 4}):
        raise ValueError(f'invalid shape {shape} of ImageJ RGB hyperstack')
    if not rgb and ndim == 6 and shape[-1] != 1:
        raise ValueError(f'invalid shape {shape} of ImageJ hyperstack')
    if rgb or (shape[-1] == 1 and ndim > 2):
        return (1,) * (6 - ndim) + shape  # type: ignore[return-value]
    return (1,) * (5 - ndim) + shape + (1,)  # type: ignore[return-value]


def _order_imagej_shape(
    shape: tuple[int, ...], axes: str, /
) -> tuple[int, int, int, int, int, int]:
    """Return shape in order TZCYXS, which must be that of axes."""
    if len(axes) != len(shape):
        raise ValueError(
            f'ImageJ hyperstack shape {shape} and axes {axes!r} do not match'
        )
    known = 'TZCYXS'
    positions = [known.find(code) for code in axes]
    if -1 in positions or positions != sorted(set(positions)):
        raise ValueError(f'ImageJ axes {axes!r} must be in TZCYXS order')
    sizes = dict(zip(axes, shape, strict=True))
    if sizes.get('S', 1) not in {1, 3, 4}:
        raise ValueError(
            f'ImageJ hyperstack cannot have {sizes["S"]} samples; '
            'must be 1, 3, or 4'
        )
    return tuple(sizes.get(code, 1) for code in known)  # type: ignore[return-value]


def imagej_description(
    shape: Sequence[int],
    /,
    axes: str | None = None,
    *,
    rgb: bool | None = None,
    colormapped: bool = False,
    colormaped: bool | None = None,
    version: str | None = None,
    hyperstack: bool | None = None,
    mode: str | None = None,
    loop: bool | None = None,
    **metadata: Any,
) -> str:
    """Return ImageJ image description.

    Parameters:
        shape: Shape of array.
        axes: Codes of dimensions, a part of 'TZCYXS'.
        rgb: Array contains RGB images. By default, judged by the shape.
        colormapped: Image is shown with a color palette.
        colormaped: Deprecated spelling of `colormapped`.
        version: Version of ImageJ.
        hyperstack: Image is a hyperstack.
        mode: Display mode: 'grayscale', 'composite', or 'color'.
        loop: Animation is a loop.
        **metadata: Other items, such as `unit` and `spacing`.

    Raises:
        ValueError: Shape or axes are not those of a hyperstack.

    >>> print(imagej_description((3, 5, 7), unit='um'), end='')
    ImageJ=1.11a
    images=3
    channels=3
    hyperstack=true
    mode=grayscale
    unit=um

    """
    if colormaped is not None:
        warnings.warn(
            "<tifffile.imagej_description> argument 'colormaped' is "
            "deprecated; use 'colormapped'",
            DeprecationWarning,
            stacklevel=2,
        )
        colormapped = colormaped
    if colormapped:
        hyperstack = False
        rgb = False
    frames, slices, channels, *_, samples = imagej_shape(
        shape, rgb=rgb, axes=axes
    )
    if mode is None and samples == 1 and not colormapped:
        mode = 'grayscale'
    items: dict[str, Any] = {
        'ImageJ': version or metadata.pop('ImageJ', None) or '1.11a',
        'images': frames * slices * channels,
        'channels': channels if channels > 1 else None,
        'slices': slices if slices > 1 else None,
        'frames': frames if frames > 1 else None,
        'hyperstack': True if hyperstack is None else hyperstack,
        'mode': mode if hyperstack is None or hyperstack else None,
        'loop': False if loop is None and frames > 1 else loop,
    }
    for key, value in metadata.items():
        if key not in {'images', 'channels', 'slices', 'frames', 'SCIFIO'}:
            items[key.lower()] = value
    return ''.join(
        f'{key}={str(value).lower() if type(value) is bool else value}\n'
        for key, value in items.items()
        if value is not None
    )


# -- OME-XML ------------------------------------------------------------------

# OME data model 2016-06, https://www.openmicroscopy.org/Schemas/OME/2016-06
_OME_SCHEMA = 'http://www.openmicroscopy.org/Schemas/OME/2016-06'

_OME_TYPES: dict[str, str] = {
    'int8': 'int8',
    'int16': 'int16',
    'int32': 'int32',
    'uint8': 'uint8',
    'uint16': 'uint16',
    'uint32': 'uint32',
    'float32': 'float',
    'float64': 'double',
    'complex64': 'complex',
    'complex128': 'double-complex',
    'bool': 'bit',
}

_OME_ORDERS = ('XYCZT', 'XYZCT', 'XYZTC', 'XYCTZ', 'XYTCZ', 'XYTZC')

# axis and its type as modulo of axes T, Z, or C
_OME_MODULO: dict[str, str] = {
    'A': 'angle',
    'P': 'phase',
    'R': 'tile',
    'H': 'lifetime',
    'E': 'lambda',
    'Q': 'other',
}

# attributes copied from metadata
_OME_PIXELS = (
    'SignificantBits',
    'PhysicalSizeX',
    'PhysicalSizeXUnit',
    'PhysicalSizeY',
    'PhysicalSizeYUnit',
    'PhysicalSizeZ',
    'PhysicalSizeZUnit',
    'TimeIncrement',
    'TimeIncrementUnit',
)
_OME_CHANNEL = (
    'Name',
    'AcquisitionMode',
    'Color',
    'ContrastMethod',
    'EmissionWavelength',
    'EmissionWavelengthUnit',
    'ExcitationWavelength',
    'ExcitationWavelengthUnit',
    'Fluor',
    'IlluminationType',
    'NDFilter',
    'PinholeSize',
    'PinholeSizeUnit',
    'PockelCellSetting',
)
_OME_PLANE = (
    'DeltaT',
    'DeltaTUnit',
    'ExposureTime',
    'ExposureTimeUnit',
    'PositionX',
    'PositionXUnit',
    'PositionY',
    'PositionYUnit',
    'PositionZ',
    'PositionZUnit',
)
_OME_EXPERIMENTER = (
    'FirstName',
    'MiddleName',
    'LastName',
    'Email',
    'Institution',
    'UserName',
)
_OME_ANNOTATIONS = (
    'BooleanAnnotation',
    'CommentAnnotation',
    'DoubleAnnotation',
    'LongAnnotation',
    'MapAnnotation',
)
_OME_NO_ANNOTATIONS = (
    'FileAnnotation',
    'ListAnnotation',
    'TagAnnotation',
    'TermAnnotation',
    'TimestampAnnotation',
)
# metadata that are used in other places than those above
_OME_USED = frozenset(
    (
        'AcquisitionDate',
        'Channel',
        'Creator',
        'Dataset',
        'Description',
        'DimensionOrder',
        'Experimenter',
        'ID',
        'Interleaved',
        'Name',
        'Plane',
        'Project',
        'SizeC',
        'SizeT',
        'SizeX',
        'SizeY',
        'SizeZ',
        'StructuredAnnotations',
        'TiffData',
        'Type',
        'TypeDescription',
        'UUID',
        'axes',
        'shape',
        *_OME_PIXELS,
        *_OME_ANNOTATIONS,
        *_OME_NO_ANNOTATIONS,
    )
)


class OmeXmlError(Exception):
    """Array or metadata cannot be described by OME-XML."""


@dataclasses.dataclass(frozen=True, slots=True)
class _OmeDimensions:
    """Sizes of image in OME-XML.

    Parameters:
        order: Order of dimensions, fastest first, such as 'XYCZT'.
        sizes: Sizes of X, Y, C, Z, and T; that of C includes samples.
        samples: Number of samples of channels.
        interleaved: Samples are stored with pixels.
        modulos: Axis, parent axis, and size of dimensions that OME lacks.

    """

    order: str
    sizes: dict[str, int]
    samples: int
    interleaved: bool
    modulos: tuple[tuple[str, str, int], ...]

    @property
    def channels(self) -> int:
        """Number of channels."""
        return self.sizes['C'] // self.samples

    @property
    def planes(self) -> int:
        """Number of planes."""
        return self.sizes['T'] * self.sizes['Z'] * self.channels

    def iter_planes(self) -> Iterator[dict[str, int]]:
        """Yield positions of planes in order of storage."""
        sizes = {**self.sizes, 'C': self.channels}
        order = self.order[:1:-1]
        for index in itertools.product(*(range(sizes[ax]) for ax in order)):
            yield dict(zip(order, index, strict=True))


class OmeXml:
    """Create OME-TIFF XML metadata.

    Parameters:
        **metadata:
            Metadata of file. Known keys are `Creator`, `UUID`,
            `Experimenter`, and `Project`. A dictionary under key `OME` may
            hold those.

    >>> omexml = OmeXml(UUID='1a1d3b6c-54a7-11ee-a3f5-4b1f0a1e9b7c')
    >>> omexml.addimage('uint8', (3, 5, 7), (3, 1, 1, 5, 7, 1), axes='ZYX')
    >>> 'SizeX="7" SizeY="5" SizeC="1" SizeZ="3"' in omexml.tostring()
    True

    """

    __slots__ = (
        '_creator',
        '_ifd',
        '_uuid',
        'annotations',
        'datasets',
        'elements',
        'experimenters',
        'images',
        'projects',
    )

    images: list[str]
    """Image elements."""
    annotations: list[str]
    """Elements of StructuredAnnotations."""
    datasets: list[str]
    """Dataset elements."""
    experimenters: list[str]
    """Experimenter elements."""
    projects: list[str]
    """Project elements."""
    elements: list[str]
    """Other elements, which follow StructuredAnnotations."""
    _ifd: int  # index of first page of next image
    _creator: str
    _uuid: str

    def __init__(self, **metadata: Any) -> None:
        metadata = metadata.get('OME', metadata)
        self.images = []
        self.annotations = []
        self.datasets = []
        self.experimenters = []
        self.projects = []
        self.elements = []
        self._ifd = 0
        self._creator = str(
            metadata.get('Creator', f'tifffile.py {__version__}')
        )
        uuid = metadata.get('UUID')
        if uuid is None:
            from uuid import uuid1

            uuid = uuid1()
        self._uuid = str(uuid).rpartition(':')[2]
        for item in sequence(metadata.get('Project') or ()):
            self._add_project(item)
        for item in sequence(metadata.get('Experimenter') or ()):
            self._add_experimenter(item)

    def copy(self) -> OmeXml:
        """Return independent copy."""
        other = copy.copy(self)
        for name in (
            'annotations',
            'datasets',
            'elements',
            'experimenters',
            'images',
            'projects',
        ):
            setattr(other, name, [*getattr(self, name)])
        return other

    def addimage(
        self,
        dtype: DTypeLike,
        shape: Sequence[int],
        storedshape: tuple[int, int, int, int, int, int] | StoredShape,
        *,
        axes: str | None = None,
        **metadata: Any,
    ) -> None:
        """Add image to OME-XML.

        Parameters:
            dtype: Data type of array.
            shape: Shape of array.
            storedshape: Normalized shape of array in TIFF pages.
            axes: Codes of dimensions of array, such as 'TZCYX'.
            **metadata:
                Metadata of image. Keys are the names of attributes of OME
                Image, Pixels, Channel, and Plane. Values of dictionaries
                `Channel` and `Plane` are sequences with one item per
                channel or plane. Items under other keys are written as
                structured annotations.

        Raises:
            OmeXmlError: Array or metadata cannot be described by OME-XML.
            ValueError: Shapes and axes do not match.

        """
        index = len(self.images)
        metadata = _unwrap_ome_metadata(metadata, index)
        pixeltype = _OME_TYPES.get(numpy.dtype(dtype).name)
        if pixeltype is None:
            raise OmeXmlError(f'data type {dtype!r} not supported')
        if metadata.get('Type', pixeltype) not in {
            pixeltype,
            numpy.dtype(dtype).name,
        }:
            raise OmeXmlError(
                f'metadata Type {metadata["Type"]!r} does not match '
                f'data type {dtype!r}'
            )
        stored = (
            storedshape
            if isinstance(storedshape, StoredShape)
            else StoredShape(*storedshape)
        )
        shape = tuple(int(size) for size in shape)
        axes = metadata.get('axes') if axes is None else axes
        dims = _parse_ome_dimensions(shape, stored, axes, metadata)
        name = _format_attribute('Name', metadata.get('Name', f'Image{index}'))
        parts = [f'<Image ID="Image:{index}"{name}>']
        if 'AcquisitionDate' in metadata:
            parts.append(
                _format_element('AcquisitionDate', metadata['AcquisitionDate'])
            )
        for item in sequence(metadata.get('Experimenter') or ()):
            parts.append(
                f'<ExperimenterRef ID="{self._add_experimenter(item)}"/>'
            )
        if 'Description' in metadata:
            parts.append(
                _format_element('Description', metadata['Description'])
            )
        parts += self._format_pixels(index, pixeltype, dims, metadata)
        annotations = [
            *_format_modulos(dims, metadata),
            *_format_annotations(metadata),
        ]
        for annotation in annotations:
            name = f'Annotation:{len(self.annotations)}'
            self.annotations.append(
                annotation.replace('ID=""', f'ID="{name}"', 1)
            )
            parts.append(f'<AnnotationRef ID="{name}"/>')
        parts.append('</Image>')
        for item in sequence(metadata.get('Dataset') or ()):
            self._add_dataset(item, index)
        self.images.append(''.join(parts))
        self._ifd += dims.planes

    def _format_pixels(
        self,
        index: int,
        pixeltype: str,
        dims: _OmeDimensions,
        metadata: dict[str, Any],
    ) -> list[str]:
        """Return parts of Pixels element."""
        sizes = ''.join(f' Size{ax}="{dims.sizes[ax]}"' for ax in dims.order)
        interleaved = (
            f' Interleaved="{str(dims.interleaved).lower()}"'
            if dims.samples > 1
            else ''
        )
        parts = [
            f'<Pixels ID="Pixels:{index}" DimensionOrder="{dims.order}" '
            f'Type="{pixeltype}"{sizes}{interleaved}'
            f'{_format_attributes(_OME_PIXELS, metadata)}>'
        ]
        channel = metadata.get('Channel') or {}
        for c in range(dims.channels):
            attributes = _format_attributes(
                _OME_CHANNEL, _select_ome_item(channel, c)
            )
            parts.append(
                f'<Channel ID="Channel:{index}:{c}" '
                f'SamplesPerPixel="{dims.samples}"{attributes}>'
                '<LightPath/></Channel>'
            )
        parts.append(
            f'<TiffData IFD="{self._ifd}" PlaneCount="{dims.planes}"/>'
        )
        plane = metadata.get('Plane') or {}
        if plane:
            for p, pos in enumerate(dims.iter_planes()):
                attributes = _format_attributes(
                    _OME_PLANE, _select_ome_item(plane, p)
                )
                parts.append(
                    f'<Plane TheC="{pos["C"]}" TheZ="{pos["Z"]}" '
                    f'TheT="{pos["T"]}"{attributes}/>'
                )
        parts.append('</Pixels>')
        return parts

    def _add_dataset(self, item: Any, image: int) -> None:
        """Add Dataset that contains image."""
        item = item if isinstance(item, dict) else {'Name': item}
        name = _format_attribute('Name', item.get('Name'))
        self.datasets.append(
            f'<Dataset ID="Dataset:{len(self.datasets)}"{name}>'
            f'{_format_element("Description", item.get("Description"))}'
            f'<ImageRef ID="Image:{image}"/></Dataset>'
        )

    def _add_project(self, item: Any) -> None:
        """Add Project."""
        item = item if isinstance(item, dict) else {'Name': item}
        name = _format_attribute('Name', item.get('Name'))
        self.projects.append(
            f'<Project ID="Project:{len(self.projects)}"{name}>'
            f'{_format_element("Description", item.get("Description"))}'
            '</Project>'
        )

    def _add_experimenter(self, item: Any) -> str:
        """Add Experimenter unless it exists and return its identifier."""
        item = item if isinstance(item, dict) else {'UserName': item}
        attributes = _format_attributes(_OME_EXPERIMENTER, item)
        for i, element in enumerate(self.experimenters):
            if element.endswith(f'"{attributes}/>'):
                return f'Experimenter:{i}'
        name = f'Experimenter:{len(self.experimenters)}'
        self.experimenters.append(f'<Experimenter ID="{name}"{attributes}/>')
        return name

    def tostring(self, *, declaration: bool = False) -> str:
        """Return OME-XML as one line.

        Parameters:
            declaration: Precede by XML declaration.

        """
        annotations = ''.join(self.annotations)
        if annotations:
            annotations = (
                f'<StructuredAnnotations>{annotations}</StructuredAnnotations>'
            )
        head = '<?xml version="1.0" encoding="UTF-8"?>' if declaration else ''
        return ''.join(
            (
                head,
                f'<OME xmlns="{_OME_SCHEMA}" '
                'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
                f'xsi:schemaLocation="{_OME_SCHEMA} {_OME_SCHEMA}/ome.xsd" '
                f'UUID="urn:uuid:{_escape_xml(self._uuid)}"'
                f'{_format_attribute("Creator", self._creator)}>',
                *self.projects,
                *self.datasets,
                *self.experimenters,
                *self.images,
                annotations,
                *self.elements,
                '</OME>',
            )
        )

    @staticmethod
    def validate(
        omexml: str | bytes,
        /,
        omexsd: bytes | str | None = None,
        assert_: bool = True,
    ) -> bool | None:
        """Return if OME-XML is valid according to the XML schema.

        Requires the lxml package.

        Parameters:
            omexml: OME-XML.
            omexsd:
                Content of OME XML schema. By default, that of a file
                `ome.xsd` found beside this module or in the `ome_types`
                package.
            assert_: Raise exception if OME-XML is invalid.

        Returns:
            None if there is no schema.

        Raises:
            lxml.etree.DocumentInvalid: OME-XML is invalid.
            ImportError: The lxml package is not installed.

        """
        from lxml import etree

        xsd = _find_ome_schema() if omexsd is None else omexsd
        if xsd is None:
            return None
        try:
            schema = etree.XMLSchema(etree.fromstring(_strip_declaration(xsd)))
        except etree.Error:
            return None
        document = etree.fromstring(_strip_declaration(omexml))
        if assert_:
            schema.assertValid(document)
            return True
        return bool(schema.validate(document))

    def __repr__(self) -> str:
        return f'<tifffile.{type(self).__name__} @0x{id(self):016X}>'

    def __str__(self) -> str:
        """Return indented OME-XML."""
        xml = self.tostring(declaration=True)
        try:
            from lxml import etree
        except ImportError:
            return xml
        try:
            document = etree.fromstring(_strip_declaration(xml))
        except etree.Error as exc:
            warnings.warn(f'{self!r} {exc}', UserWarning, stacklevel=2)
            return xml
        return etree.tostring(  # type: ignore[no-any-return]
            document, encoding='utf-8', pretty_print=True, xml_declaration=True
        ).decode()


def _unwrap_ome_metadata(
    metadata: dict[str, Any], index: int, /
) -> dict[str, Any]:
    """Return metadata of one image, with those of Pixels merged."""
    for key in ('OME', 'Image'):
        if key in metadata:
            metadata = metadata[key]
            if isinstance(metadata, list | tuple):
                if index >= len(metadata):
                    raise ValueError(
                        f'metadata have no {key} item for image {index}'
                    )
                metadata = metadata[index]
    metadata = dict(metadata)
    pixels = dict(metadata.pop('Pixels', None) or {})
    pixels.pop('ID', None)
    metadata.update(pixels)
    return metadata


def _parse_ome_dimensions(
    shape: tuple[int, ...],
    stored: StoredShape,
    axes: str | None,
    metadata: dict[str, Any],
    /,
) -> _OmeDimensions:
    """Return OME dimensions from shape and axes of array."""
    if stored.depth != 1:
        raise OmeXmlError('ImageDepth not supported')
    if not shape or 0 in shape:
        raise OmeXmlError('empty arrays not supported')
    if axes is None:
        axes = _guess_ome_axes(shape, stored, metadata)
    axes = axes.upper()
    _check_ome_axes(axes, shape, stored)
    hassamples = 'S' in axes
    if not hassamples and stored.samples > 1:
        # channels that are stored as samples
        axes = axes.replace('C', 'S')
    samples = 1
    upper: list[tuple[str, int]] = []
    for ax, size in zip(axes, shape, strict=True):
        if ax == 'S':
            samples = size
        elif ax not in 'YX':
            upper.append((ax, size))
    order, sizes, modulos = _merge_ome_axes(upper)
    sizes['X'], sizes['Y'] = stored.width, stored.length
    sizes['C'] *= samples
    dims = _OmeDimensions(
        _find_ome_order(order, sizes, metadata),
        sizes,
        samples,
        stored.contig_samples > 1 or (samples > 1 and axes[-1] == 'S'),
        modulos,
    )
    for ax, size in sizes.items():
        if int(metadata.get(f'Size{ax}', size)) != size:
            raise OmeXmlError(
                f'metadata Size{ax} {metadata[f"Size{ax}"]} does not match '
                f'{size}'
            )
    if stored.frames != dims.planes:
        raise ValueError(
            f'shape {shape} with axes {axes!r} has {dims.planes} planes, '
            f'not {stored.frames}'
        )
    return dims


def _guess_ome_axes(
    shape: tuple[int, ...], stored: StoredShape, metadata: dict[str, Any], /
) -> str:
    """Return codes of dimensions from number of dimensions."""
    ndim = len(shape)
    if stored.contig_samples != 1 or (
        ndim > 2 and shape[-3:] == (stored.length, stored.width, 1)
    ):
        suffix = 'YXS'
    elif stored.separate_samples != 1 or (
        ndim == 6 and shape[-3:] == (1, stored.length, stored.width)
    ):
        suffix = 'SYX'
    else:
        suffix = 'YX'
    number = ndim - len(suffix)
    if not 0 <= number <= 3:
        raise OmeXmlError(f'{ndim} dimensions not supported')
    upper = str(metadata.get('DimensionOrder', 'XYCZT'))[:1:-1]
    return upper[len(upper) - number :] + suffix


def _check_ome_axes(
    axes: str, shape: tuple[int, ...], stored: StoredShape, /
) -> None:
    """Raise exception if axes do not match shape or are not supported."""
    if len(axes) != len(shape):
        raise ValueError(f'axes {axes!r} do not match shape {shape}')
    hassamples = 'S' in axes
    if not (
        axes.endswith(('YX', 'YXS'))
        or (axes.endswith('YXC') and not hassamples)
    ):
        raise OmeXmlError(
            f'dimension order {axes!r} does not end with YX, YXS, or YXC'
        )
    unknown = sorted(set(axes) - set('TZCYXSAPRHEQ'))
    if unknown or len(set(axes)) < len(axes):
        raise OmeXmlError(f'axes {axes!r} are unknown or repeated')
    if len(axes) > 8 + hassamples:
        raise OmeXmlError(f'more than 8 dimensions in {axes!r}')
    sizes = dict(zip(axes, shape, strict=True))
    if (sizes['Y'], sizes['X']) != (stored.length, stored.width):
        raise ValueError(
            f'shape {shape} does not match stored shape {stored.shape}'
        )
    ax = 'S' if hassamples else 'C'
    if stored.contig_samples > 1:
        isvalid = axes[-1] == ax and shape[-1] == stored.samples
    elif stored.separate_samples > 1:
        isvalid = axes[-3:-2] == ax and sizes[ax] == stored.samples
    else:
        isvalid = sizes.get('S', 1) == 1
    if not isvalid:
        raise ValueError(
            f'axes {axes!r} do not match samples of stored shape '
            f'{stored.shape}'
        )


def _merge_ome_axes(
    upper: list[tuple[str, int]], /
) -> tuple[str, dict[str, int], tuple[tuple[str, str, int], ...]]:
    """Return order and sizes of T, Z, C axes, and modulos merged with them."""
    sizes = {'T': 1, 'Z': 1, 'C': 1}
    given = [ax for ax, _ in upper if ax in sizes]
    unused = [ax for ax in sizes if ax not in given]
    order: list[str] = []
    modulos: list[tuple[str, str, int]] = []
    taken: set[str] = set()
    for ax, size in upper:
        if ax in sizes:
            order.append(ax)
            sizes[ax] *= size
            continue
        parent = order[-1] if order and order[-1] not in taken else None
        if parent is None:
            if not unused:
                raise OmeXmlError('more than 3 modulo dimensions')
            parent = unused.pop(0)
            order.append(parent)
        taken.add(parent)
        sizes[parent] *= size
        modulos.append((ax, parent, size))
    if len(modulos) > 3:
        raise OmeXmlError('more than 3 modulo dimensions')
    return ''.join(order), sizes, tuple(modulos)


def _find_ome_order(
    order: str, sizes: dict[str, int], metadata: dict[str, Any], /
) -> str:
    """Return DimensionOrder that contains order of upper axes of array."""
    wanted = metadata.get('DimensionOrder')
    candidates: tuple[str, ...] = _OME_ORDERS
    if wanted is not None:
        wanted = str(wanted).upper()
        if wanted not in _OME_ORDERS:
            raise OmeXmlError(f'invalid DimensionOrder {wanted!r}')
        candidates = (wanted, *_OME_ORDERS)
    for candidate in candidates:
        if order[::-1] in candidate:
            break
    else:
        raise OmeXmlError(f'dimension order {order!r} not supported')
    if wanted is not None:
        relevant = [ax for ax in order[::-1] if sizes[ax] > 1]
        positions = [wanted.index(ax) for ax in relevant]
        if positions != sorted(positions):
            raise OmeXmlError(
                f'metadata DimensionOrder {wanted!r} does not match order '
                f'{order[::-1]!r} of array'
            )
    return candidate


def _select_ome_item(items: Any, index: int, /) -> dict[str, Any]:
    """Return metadata of channel or plane.

    Raises:
        TypeError: Values are not sequences.
        IndexError: There are too few values.

    """
    if isinstance(items, list | tuple):
        return dict(items[index])
    result = {}
    for key, value in items.items():
        if not isinstance(value, list | tuple | numpy.ndarray):
            if index > 0:
                raise TypeError(
                    f'{key} of type {type(value).__name__!r} '
                    'is not a list or tuple'
                )
            result[key] = value
        elif index < len(value):
            result[key] = value[index]
        else:
            raise IndexError(
                f'{key} has {len(value)} items, but item {index} is needed'
            )
    return result


def _escape_xml(value: Any, /) -> str:
    """Return value as text in XML."""
    text = str(value)
    for char, entity in (
        ('&', '&amp;'),
        ('>', '&gt;'),
        ('<', '&lt;'),
        ('"', '&quot;'),
        ('\n', '&#10;'),
    ):
        text = text.replace(char, entity)
    # characters that XML cannot represent
    return re.sub('[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]', '\ufffd', text)


def _format_attribute(name: str, value: Any, /) -> str:
    """Return attribute of XML element, preceded by blank."""
    if value is None:
        return ''
    if isinstance(value, bool | numpy.bool_):
        value = str(value).lower()
    return f' {name}="{_escape_xml(value)}"'


def _format_attributes(names: Sequence[str], values: dict[str, Any], /) -> str:
    """Return attributes of XML element that have values."""
    return ''.join(_format_attribute(name, values.get(name)) for name in names)


def _format_element(name: str, value: Any, /) -> str:
    """Return XML element that contains text."""
    return '' if value is None else f'<{name}>{_escape_xml(value)}</{name}>'


def _format_modulos(
    dims: _OmeDimensions, metadata: dict[str, Any], /
) -> Iterator[str]:
    """Yield annotation of dimensions that OME lacks."""
    if not dims.modulos:
        return
    descriptions = metadata.get('TypeDescription') or {}
    modulos = ''.join(
        f'<ModuloAlong{parent} Type="{_OME_MODULO[ax]}"'
        f'{_format_attribute("TypeDescription", descriptions.get(ax))}'
        f' Start="0" End="{size - 1}"/>'
        for ax, parent, size in dims.modulos
    )
    yield (
        '<XMLAnnotation ID="" '
        'Namespace="openmicroscopy.org/omero/dimension/modulo"><Value>'
        '<Modulo namespace='
        '"http://www.openmicroscopy.org/Schemas/Additions/2011-09">'
        f'{modulos}</Modulo></Value></XMLAnnotation>'
    )


def _format_annotations(metadata: dict[str, Any], /) -> Iterator[str]:
    """Yield annotations from metadata, including all that has no place."""
    given = {**(metadata.get('StructuredAnnotations') or {}), **metadata}
    for kind in _OME_NO_ANNOTATIONS:
        if kind in given:
            warnings.warn(
                f'<tifffile.OmeXml> {kind} not supported',
                UserWarning,
                stacklevel=4,
            )
    for kind in _OME_ANNOTATIONS:
        value = given.get(kind)
        for item in value if isinstance(value, list) else [value]:
            if item is not None:
                yield _format_annotation(kind, item)
    other = {
        key: value for key, value in metadata.items() if key not in _OME_USED
    }
    for name, known in (('Channel', _OME_CHANNEL), ('Plane', _OME_PLANE)):
        items = metadata.get(name) or {}
        for i, item in enumerate(items if isinstance(items, list) else ()):
            other.update(
                (f'{name}.{i}.{key}', value)
                for key, value in item.items()
                if key not in known
            )
        if isinstance(items, dict):
            other.update(
                (f'{name}.{key}', value)
                for key, value in items.items()
                if key not in known
            )
    if other:
        yield _format_annotation(
            'MapAnnotation', {'Value': other, 'Namespace': 'tifffile.py'}
        )


def _format_annotation(kind: str, item: Any, /) -> str:
    """Return annotation from its value, or dict of value and attributes."""
    attributes: dict[str, Any] = {}
    value = item
    if isinstance(item, dict) and (kind != 'MapAnnotation' or 'Value' in item):
        attributes = item
        value = item.get('Value')
    if kind == 'MapAnnotation':
        if not isinstance(value, dict):
            raise ValueError(f'{kind} requires dict, not {type(value)}')
        text = ''.join(
            f'<M{_format_attribute("K", key)}>{_format_map_value(val)}</M>'
            for key, val in value.items()
        )
    elif kind == 'BooleanAnnotation':
        text = str(bool(value)).lower()
    else:
        text = _escape_xml(value)
    return (
        f'<{kind} ID=""'
        f'{_format_attribute("Namespace", attributes.get("Namespace"))}>'
        f'{_format_element("Description", attributes.get("Description"))}'
        f'<Value>{text}</Value></{kind}>'
    )


def _format_map_value(value: Any, /) -> str:
    """Return value of map as text in XML; JSON if it is structured."""
    if isinstance(value, dict | list | tuple | bool) or value is None:
        import json

        value = json.dumps(value, default=str)
    return _escape_xml(value)


def _strip_declaration(xml: str | bytes, /) -> bytes:
    """Return XML without declaration, which names an encoding."""
    data = xml.encode() if isinstance(xml, str) else xml
    return re.sub(rb'\A\s*<\?xml.*?\?>', b'', data, count=1)


def _find_ome_schema() -> bytes | None:
    """Return content of ome.xsd, or None if it is not found."""
    import importlib.util

    folders = [os.path.dirname(__file__)]
    spec = importlib.util.find_spec('ome_types')
    if spec is not None and spec.origin is not None:
        folders.append(os.path.dirname(spec.origin))
    for folder in folders:
        for name in ('ome.xsd', 'ome-2016-06.xsd'):
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                with open(path, 'rb') as fh:
                    return fh.read()
    return None


# -- arguments ----------------------------------------------------------------

_NO_COMPRESSION = frozenset((None, False, 0, 1, 'NONE', 'None', 'none'))
_NO_PREDICTOR = _NO_COMPRESSION

# data types that TIFF can store and this library can read back
_WRITABLE_DTYPES = frozenset('?bBhHiIlLqQefdFD')

# compressed strips are about this large if the caller does not tell
_STRIP_BYTES = 262144

# schemes whose segments are JPEG streams
_JPEG_SCHEMES = frozenset((6, 7, 33007, 34892))

# schemes that have no use for more than one thread per segment below this
# size in bytes
_THREAD_BYTES: dict[int, int] = {
    COMPRESSION.LZW: 32768,
    COMPRESSION.JPEG: 131072,
    COMPRESSION.ADOBE_DEFLATE: 32768,
    COMPRESSION.JPEGXR_NDPI: 8192,
    COMPRESSION.PACKBITS: 131072,
    COMPRESSION.DEFLATE: 32768,
    COMPRESSION.APERIO_JP2000_YCBC: 2048,
    COMPRESSION.JPEG_2000_LOSSY: 2048,
    COMPRESSION.APERIO_JP2000_RGB: 2048,
    COMPRESSION.ALT_JPEG: 131072,
    COMPRESSION.JPEG2000: 2048,
    COMPRESSION.LERC: 131072,
    COMPRESSION.JPEG_LOSSY: 131072,
    COMPRESSION.PNG: 8192,
    COMPRESSION.JPEGXR: 8192,
    COMPRESSION.ZSTD: 32768,
    COMPRESSION.JPEGXL: 2048,
    COMPRESSION.PIXTIFF: 32768,
    COMPRESSION.JPEGXL_DNG: 2048,
}


@dataclasses.dataclass(frozen=True, slots=True)
class _WriteArguments:
    """Arguments of TiffWriter.write, in forms that can be compared."""

    shape: tuple[int, ...] | None
    dtype: numpy.dtype[Any] | None
    photometric: Any
    planarconfig: Any
    extrasamples: Any
    volumetric: bool
    tile: tuple[int, ...] | None
    rowsperstrip: int | None
    bitspersample: int | None
    compression: Any
    compressionargs: Any
    predictor: Any
    subsampling: Any
    jpegtables: bytes | None
    iccprofile: bytes | None
    colormap: Any
    description: str | bytes | None
    datetime: Any
    resolution: Any
    resolutionunit: Any
    subfiletype: int | None
    software: Any
    subifds: int
    metadata: Any
    extratags: Any
    contiguous: bool
    truncate: bool
    align: int
    maxworkers: int | None
    buffersize: int | None


@dataclasses.dataclass(frozen=True, slots=True)
class _Scheme:
    """Compression scheme and how samples are prepared for it.

    Parameters:
        code: Value of Compression tag.
        args: Arguments of encoder.
        predictor: Value of Predictor tag.
        bits: Number of bits per sample in file.
        packed: Samples are packed to fewer bits than in memory.
        subsampling: Subsampling of JPEG, if it applies.
        photometric: Photometric interpretation of encoded segments.

    """

    code: int
    args: dict[str, Any]
    predictor: int
    bits: int
    packed: bool
    subsampling: tuple[int, int] | None
    photometric: int


@dataclasses.dataclass(frozen=True, slots=True)
class _Layout:
    """How dimensions of an array are stored in pages.

    Parameters:
        stored: Shape normalized to 6 dimensions.
        photometric: Photometric interpretation.
        extrasamples: Values of ExtraSamples tag.
        volumetric: Pages have depth.

    """

    stored: StoredShape
    photometric: PHOTOMETRIC
    extrasamples: tuple[int, ...]
    volumetric: bool


def _parse_enum(enumtype: type[EnumT], name: str, arg: Any, /) -> EnumT:
    """Return member of enumeration, naming the argument if there is none."""
    try:
        return enumarg(enumtype, arg)
    except (ValueError, TypeError):
        names = ', '.join(member.name.lower() for member in enumtype)
        raise ValueError(
            f'invalid argument {name}={arg!r}; must be one of {names}'
        ) from None


def _parse_count(name: str, arg: Any, least: int = 0, /) -> int:
    """Return argument that is an integer."""
    try:
        value = operator.index(arg)
    except TypeError:
        raise TypeError(
            f'invalid argument {name}={arg!r}; must be an integer'
        ) from None
    if value < least:
        raise ValueError(
            f'invalid argument {name}={value}; must be >= {least}'
        )
    return value


def _parse_subifds(subifds: Any, /) -> int:
    """Return number of SubIFDs, negative if they are chained."""
    if subifds is None:
        return 0
    if isinstance(subifds, Sequence) and not isinstance(subifds, str):
        return len(subifds)
    return _parse_count('subifds', subifds, -(2**16))


def _parse_shape(shape: Any, /) -> tuple[int, ...] | None:
    """Return shape as tuple of integers."""
    if shape is None:
        return None
    if not isinstance(shape, Iterable):
        shape = (shape,)
    return tuple(_parse_count('shape', size) for size in shape)


def _parse_compression(compression: Any, args: Any, /) -> tuple[int, Any]:
    """Return code of compression scheme and arguments of encoder."""
    if isinstance(compression, tuple | list):
        if not 1 < len(compression) < 4:
            raise ValueError(
                f'invalid argument {compression=!r}; must be a scheme'
            )
        scheme, level, *more = compression
        args = dict(more[0] or {}) if more else dict(args or {})
        if level is not None:
            args['level'] = level
        compression = scheme
    if compression is True:
        return COMPRESSION.ADOBE_DEFLATE, args
    try:
        if compression in _NO_COMPRESSION:
            return COMPRESSION.NONE, None
    except TypeError:
        pass
    if isinstance(compression, str) and compression.upper() == 'ZLIB':
        return COMPRESSION.ADOBE_DEFLATE, args
    code = _parse_enum(COMPRESSION, 'compression', compression)
    return code, args if code > 1 else None


def _find_encoder(code: int, /) -> Callable[..., Any]:
    """Return function to encode segments.

    Raises:
        KeyError, ValueError: There is no encoder.

    """
    try:
        return find_codec(code, encode=True)
    except KeyError as exc:
        error = _UnsupportedError(exc.args[0])
        for note in getattr(exc, '__notes__', ()):
            error.add_note(note)
        raise error from None


def _parse_predictor(
    predictor: Any, compression: int, dtype: numpy.dtype[Any], /
) -> int:
    """Return value of Predictor tag."""
    if predictor is not True:
        try:
            if predictor in _NO_PREDICTOR:
                return PREDICTOR.NONE
        except TypeError:
            pass
        predictor = _parse_enum(PREDICTOR, 'predictor', predictor)
    if compression == 1:
        raise ValueError(f'cannot use {predictor=!r} without compression')
    codec = _CODECS[compression]
    if codec.image or codec.kind != 'bytes':
        raise ValueError(
            f'cannot use {predictor=!r} with {COMPRESSION(compression)!r}'
        )
    isinteger = dtype.kind in 'iu' and dtype.itemsize <= 4
    if predictor is True:
        if dtype.kind == 'f':
            return PREDICTOR.FLOATINGPOINT
        if isinteger:
            return PREDICTOR.HORIZONTAL
    elif (isinteger and predictor in {2, 34892, 34893}) or (
        dtype.kind == 'f' and predictor in {3, 34894, 34895}
    ):
        return int(predictor)
    raise ValueError(f'cannot apply {predictor=!r} to {dtype} data')


def _parse_bits(
    bits: Any, compression: int, args: dict[str, Any], dtype: numpy.dtype[Any]
) -> int:
    """Return number of bits per sample in file."""
    size = dtype.itemsize * 8
    if bits is not None:
        bits = _parse_count('bitspersample', bits, 1)
    if dtype.kind == 'b':
        if bits not in {None, 1}:
            raise ValueError(
                f'invalid argument bitspersample={bits} for bool data; '
                'must be 1'
            )
        return 1
    if compression in _JPEG_SCHEMES:
        default = args.get('bitspersample')
        if default is None:
            default = 8
            if dtype.itemsize == 2:
                default = 16 if args.get('lossless') else 12
        return _check_bits(default if bits is None else bits, 2, 16, dtype)
    if _CODECS[compression].kind in {'jpeg2k', 'jpegxl'}:
        bits = bits or args.get('bitspersample') or size
        if bits > 24 and _CODECS[compression].kind == 'jpeg2k':
            if not args.get('level'):
                raise ValueError(
                    f'JPEG 2000 compresses at most 24 bits without loss, not '
                    f'{bits}; use bitspersample=24 if all values fit'
                )
        return _check_bits(bits, size // 2 + 1, size, dtype)
    if bits is None or bits == size:
        return size
    if dtype.kind != 'u' or dtype.itemsize > 4:
        raise ValueError(f'bitspersample={bits} does not match {dtype} data')
    least = 1 if size == 8 else size // 2 + 1
    _check_bits(bits, least, size, dtype)
    if compression > 1:
        raise ValueError(
            f'bitspersample={bits} cannot be used with compression'
        )
    return int(bits)


def _check_bits(
    bits: int, least: int, most: int, dtype: numpy.dtype[Any], /
) -> int:
    """Return number of bits that is in range."""
    most = min(most, dtype.itemsize * 8)
    if not least <= bits <= most:
        raise ValueError(
            f'bitspersample={bits} out of range {least} to {most} of '
            f'{dtype} data'
        )
    return bits


def _parse_colormap(
    colormap: Any, dtype: numpy.dtype[Any], bits: int, imagej: bool, /
) -> NDArray[Any] | None:
    """Return colormap as array of uint16."""
    if colormap is None:
        return None
    array = numpy.asarray(colormap)
    if array.dtype.kind not in 'iu' or (
        array.size and not 0 <= array.min() <= array.max() < 65536
    ):
        raise ValueError('invalid colormap values; must be uint16')
    array = array.astype(numpy.uint16)
    if dtype.char in 'BH':
        shape = 3, 2**bits
    elif imagej:
        shape = 3, 256
    else:
        raise ValueError(f'invalid data dtype {dtype} for palette mode')
    if array.shape != shape:
        raise ValueError(
            f'invalid colormap shape {array.shape}; must be {shape}'
        )
    return array


def _parse_tile(
    tile: tuple[int, ...] | None, volumetric: bool, /
) -> tuple[int, int, int] | None:
    """Return depth, length, and width of tiles."""
    if not tile:
        return None
    if (
        not 1 < len(tile) < 4
        or min(tile) < 1
        or tile[-1] % 16
        or tile[-2] % 16
        or max(tile) >= 2**31
    ):
        raise ValueError(
            f'invalid argument {tile=}; must be a length and width, which are '
            'multiples of 16, and optionally a depth before those'
        )
    depth = tile[0] if len(tile) == 3 else 1
    return depth, tile[-2], tile[-1]


def _parse_extrasamples(extrasamples: Any, /) -> tuple[int, ...] | None:
    """Return values of ExtraSamples tag, None if not specified."""
    if extrasamples is None or extrasamples is False:
        return None
    if extrasamples is True:
        raise ValueError('invalid argument extrasamples=True')
    return tuple(
        int(_parse_enum(EXTRASAMPLE, 'extrasamples', item))
        for item in sequence(extrasamples)
    )


# -- layout -------------------------------------------------------------------


@dataclasses.dataclass(slots=True)
class _LayoutParser:
    """Find out how an array is stored from its shape and a few hints.

    Parameters:
        shape: Shape of array.
        dtype: Data type of array.
        photometric: Photometric interpretation, if specified.
        planarconfig: Planar configuration, if specified.
        extrasamples: Values of ExtraSamples tag, if specified.
        volumetric: Store volumes in pages.
        special: File is ImageJ or OME.

    """

    shape: tuple[int, ...]
    dtype: numpy.dtype[Any]
    photometric: PHOTOMETRIC | None
    planarconfig: PLANARCONFIG | None
    extrasamples: tuple[int, ...] | None
    volumetric: bool
    special: bool

    def parse(self) -> _Layout:
        """Return layout of array.

        Raises:
            ValueError: Shape does not match hints.

        """
        number = 2
        if self.photometric is not None:
            number = max(TIFF.PHOTOMETRIC_SAMPLES[self.photometric], 2)
        original = self.shape
        self.shape = shape = reshape_nd(original, number)
        if len(shape) < 3:
            self.volumetric = False
        photometric = self.photometric
        if photometric is None:
            photometric = self._guess_photometric()
        samples = TIFF.PHOTOMETRIC_SAMPLES[photometric]
        if self.planarconfig is not None and len(shape) <= 2 + self.volumetric:
            self.planarconfig = None
            if samples > 1:
                photometric = PHOTOMETRIC.MINISBLACK
                samples = 1
        if photometric == PHOTOMETRIC.CFA:
            if len(shape) != 2:
                raise ValueError(
                    f'invalid shape {original} of CFA image; '
                    'must have 2 dimensions'
                )
            self.volumetric = False
        if samples > 1 or (
            self.planarconfig is not None and photometric != PHOTOMETRIC.CFA
        ):
            stored = self._store_samples(photometric, samples)
        else:
            stored = self._store_gray()
        return self._check(original, stored, photometric, samples)

    def _guess_photometric(self) -> PHOTOMETRIC:
        """Return photometric interpretation; set planar configuration."""
        shape, ndim = self.shape, len(self.shape)
        if self.dtype.kind == 'b':
            return PHOTOMETRIC.MINISWHITE
        if self.extrasamples is not None and self.planarconfig is None:
            if ndim < 3 or shape[-1] - len(self.extrasamples) != 3:
                return PHOTOMETRIC.MINISBLACK
            self.planarconfig = PLANARCONFIG.CONTIG
            return PHOTOMETRIC.RGB
        iscontig = ndim > 2 and shape[-1] in {3, 4}
        if self.volumetric:
            isplanar = ndim > 3 and shape[-4] in {3, 4}
        else:
            isplanar = ndim > 2 and shape[-3] in {3, 4}
        if self.planarconfig == PLANARCONFIG.CONTIG:
            isplanar = False
        elif self.planarconfig == PLANARCONFIG.SEPARATE:
            iscontig = False
        if iscontig:
            if self.dtype.char not in 'BH':
                self._warn('contiguous samples', '')
            self.planarconfig = PLANARCONFIG.CONTIG
            return PHOTOMETRIC.RGB
        if isplanar and not (self.special and self.planarconfig is None):
            self._warn('separate component planes', " and 'planarconfig'")
            self.planarconfig = PLANARCONFIG.SEPARATE
            return PHOTOMETRIC.RGB
        return PHOTOMETRIC.MINISBLACK

    def _warn(self, how: str, more: str) -> None:
        """Warn about RGB image that might not be meant to be one."""
        warnings.warn(
            f'<tifffile.TiffWriter.write> data with shape {self.shape} '
            f'and dtype {self.dtype.str!r} are stored as RGB with {how}. '
            'Future versions will store such data as MINISBLACK in separate '
            f"pages by default, unless the 'photometric'{more} "
            f'{"parameters are" if more else "parameter is"} specified.',
            DeprecationWarning,
            stacklevel=_find_stacklevel(),
        )

    def _store_samples(
        self, photometric: PHOTOMETRIC, number: int
    ) -> StoredShape:
        """Return stored shape of array that has a dimension of samples."""
        shape = self.shape
        if len(shape) < 3:
            raise ValueError(
                f'shape {shape} is not that of a {photometric!r} image'
            )
        if len(shape) < 4:
            self.volumetric = False
        axis = -4 if self.volumetric else -3
        planarconfig = self.planarconfig
        if planarconfig is None:
            allowed = {number}
            if photometric == PHOTOMETRIC.RGB and self.extrasamples != ():
                allowed.add(4)
            planarconfig = PLANARCONFIG.CONTIG
            if shape[-1] not in allowed and (
                shape[axis] in allowed or shape[-1] > shape[axis]
            ):
                planarconfig = PLANARCONFIG.SEPARATE
        if planarconfig == PLANARCONFIG.CONTIG:
            samples = shape[-1]
            sizes = (
                1,
                shape[-4] if self.volumetric else 1,
                shape[-3],
                shape[-2],
                samples,
            )
        else:
            samples = shape[axis]
            depth = shape[-3] if self.volumetric else 1
            sizes = samples, depth, shape[-2], shape[-1], 1
        return self._make(sizes, max(samples - number, 0))

    def _store_gray(self) -> StoredShape:
        """Return stored shape of array of single samples."""
        shape = self.shape
        if self.extrasamples:
            if len(shape) < 3:
                raise ValueError(
                    f'shape {shape} has no dimension for extrasamples'
                )
            if len(shape) < 4:
                self.volumetric = False
            depth = shape[-4] if self.volumetric else 1
            return self._make(
                (1, depth, shape[-3], shape[-2], shape[-1]), shape[-1] - 1
            )
        while len(shape) > 2 and shape[-1] == 1:
            shape = shape[:-1]
        if len(shape) < 3:
            self.volumetric = False
        depth = shape[-3] if self.volumetric else 1
        return self._make((1, depth, shape[-2], shape[-1], 1), 0)

    def _make(
        self, sizes: tuple[int, int, int, int, int], extrasamples: int
    ) -> StoredShape:
        """Return stored shape from shape of page."""
        size = product(sizes)
        frames = product(self.shape) // size if size else 1
        return StoredShape(frames, *sizes, extrasamples)

    def _check(
        self,
        shape: tuple[int, ...],
        stored: StoredShape,
        photometric: PHOTOMETRIC,
        number: int,
    ) -> _Layout:
        """Return layout if stored shape matches hints."""
        if stored.samples < number:
            raise ValueError(
                f'not enough samples for {photometric!r}: '
                f'expected {number}, got {stored.samples} '
                f'in data of shape {shape}'
            )
        if self.planarconfig is not None and stored.planarconfig not in {
            None,
            self.planarconfig,
        }:
            raise ValueError(
                f'{self.planarconfig!r} does not match data of shape {shape}'
            )
        extrasamples = self.extrasamples
        count = stored.extrasamples
        if count and extrasamples and len(extrasamples) != count:
            raise ValueError(
                f'wrong number of extrasamples {len(extrasamples)} != {count}'
            )
        if not extrasamples:
            isrgba = photometric == PHOTOMETRIC.RGB and count == 1
            extrasamples = (int(EXTRASAMPLE.UNASSALPHA) if isrgba else 0,)
            extrasamples *= count
        return _Layout(
            stored, photometric, extrasamples[:count], self.volumetric
        )


def _find_stacklevel() -> int:
    """Return level of first frame outside of this module, for warnings."""
    level = 1
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals is globals():
        frame = frame.f_back
        level += 1
    return level


def _list_bytecounts(geometry: _PageGeometry, itemsize: int, /) -> list[int]:
    """Return sizes in bytes of segments of page."""
    if not geometry.size:
        return [0]
    if geometry.nsegments == 1:
        return [product(geometry.stored_shape((0, 0, 0, 0, 0))) * itemsize]
    return [
        product(geometry.stored_shape(geometry.position(i))) * itemsize
        for i in range(geometry.nsegments)
    ]


def _divide_page(
    stored: StoredShape,
    itemsize: int,
    tile: tuple[int, int, int] | None,
    rowsperstrip: int | None,
    scheme: _Scheme,
    /,
) -> _PageGeometry:
    """Return division of pages into strips or tiles."""
    sizes = stored.page_shape
    if tile is not None:
        return _PageGeometry(*sizes, *tile, True)
    rowsize = max(stored.width * stored.contig_samples * itemsize, 1)
    length = max(stored.length, 1)
    # JPEG streams must have multiples of blocks
    block = 8 * max(scheme.subsampling) if scheme.subsampling else 1
    rows = rowsperstrip
    if rows is None:
        rows = _STRIP_BYTES // rowsize if scheme.code > 1 else length
    if scheme.code == COMPRESSION.JETRAW:
        rows = length
    rows = max(rows, block)
    if rows >= length:
        rows = length
    elif rows % block:
        rows += block - rows % block
    return _PageGeometry(*sizes, 1, rows, max(stored.width, 1), False)


# -- compression --------------------------------------------------------------


def _parse_scheme(
    args: _WriteArguments,
    code: int,
    bits: int,
    predictor: int,
    dtype: numpy.dtype[Any],
    layout: _Layout,
    planarconfig: PLANARCONFIG | None,
    /,
) -> _Scheme:
    """Return compression scheme for samples of layout.

    Raises:
        ValueError: Scheme cannot compress samples.
        NotImplementedError: Scheme cannot compress bilevel samples.

    """
    codec = _CODECS[code]
    options = dict(args.compressionargs or ())
    photometric = int(layout.photometric)
    subsampling = None
    if dtype.kind == 'b' and codec.kind != 'bytes':
        raise NotImplementedError(
            f'cannot compress bilevel image with {COMPRESSION(code)!r}'
        )
    if code == COMPRESSION.JPEG and (
        planarconfig == PLANARCONFIG.CONTIG and photometric in {2, 6}
    ):
        subsampling, photometric = _parse_subsampling(
            args.subsampling, options, layout
        )
    elif args.subsampling is not None and args.subsampling != (1, 1):
        logger().warning(
            f'<tifffile.TiffWriter.write> cannot apply subsampling '
            f'{args.subsampling!r}'
        )
    if codec.kind == 'jpeg2k':
        options['codecformat'] = 0
    if code == COMPRESSION.JPEGXL_DNG:
        update_kwargs(options, usecontainer=False, lossless=True)
    if code == COMPRESSION.LERC and options.get('compression') not in (
        _LERC_CODES
    ):
        raise ValueError(
            f'invalid LERC compression {options["compression"]!r}; must be '
            "None, 'deflate', or 'zstd'"
        )
    packed = bits != dtype.itemsize * 8 and dtype.kind == 'u' and code == 1
    if bits != dtype.itemsize * 8 and codec.kind in {
        'jpeg',
        'jpeg2k',
        'jpegxl',
    }:
        options['bitspersample'] = bits
    if codec.kind == 'jpeg' and dtype.itemsize == 2:
        options['bitspersample'] = bits
    return _Scheme(
        code, options, predictor, bits, packed, subsampling, photometric
    )


# second value of LercParameters tag
_LERC_CODES: dict[str | None, int] = {None: 0, 'deflate': 1, 'zstd': 2}

_SUBSAMPLINGS = ((1, 1), (2, 1), (2, 2), (4, 1))


def _parse_subsampling(
    subsampling: Any, options: dict[str, Any], layout: _Layout, /
) -> tuple[tuple[int, int], int]:
    """Return subsampling and photometric interpretation of JPEG streams.

    The options of the encoder are completed.

    """
    lossless = bool(options.get('lossless'))
    if subsampling is None:
        subsampling = (1, 1) if lossless else (2, 2)
    if subsampling not in _SUBSAMPLINGS:
        raise ValueError(
            f'invalid subsampling factors {subsampling!r}; '
            f'must be one of {_SUBSAMPLINGS}'
        )
    if layout.stored.extrasamples > 1:
        raise ValueError('JPEG subsampling requires RGB(A) images')
    default = layout.photometric if lossless else PHOTOMETRIC.YCBCR
    space = options.get('outcolorspace')
    space = default if space is None else space
    photometric = _parse_enum(PHOTOMETRIC, 'outcolorspace', space)
    options['subsampling'] = subsampling
    options['colorspace'] = layout.photometric.name
    options['outcolorspace'] = photometric.name
    return subsampling, int(photometric)


@final
class _SegmentEncoder:
    """Encode segments of pages.

    Parameters:
        dtype: Data type of samples in file.
        scheme: Compression scheme.

    Raises:
        KeyError, ValueError: There is no encoder.

    """

    __slots__ = (
        '_args',
        '_compress',
        '_isimage',
        '_isrows',
        '_predict',
        'dtype',
        'scheme',
    )

    def __init__(self, dtype: numpy.dtype[Any], scheme: _Scheme) -> None:
        code = scheme.code
        self.scheme = scheme
        codec = _CODECS[code]
        self._args = scheme.args
        self._isrows = code == COMPRESSION.PACKBITS
        self._isimage = codec.kind != 'bytes'
        self._compress = None if code == 1 else _find_encoder(code)
        self._predict = None
        if scheme.predictor > 1:
            self._predict = TIFF.PREDICTORS[scheme.predictor]
        # codecs of images take samples in native byte order
        self.dtype = (
            dtype if codec.kind == 'bytes' else dtype.newbyteorder('=')
        )

    def encode(
        self, segment: NDArray[Any] | None, shape: tuple[int, int, int, int]
    ) -> Any:
        """Return encoded segment.

        Parameters:
            segment: Samples that fit into `shape`. None if all are zero.
            shape: Depth, length, width, and samples of full segment.

        Returns:
            Bytes, or contiguous array.

        """
        segment = _pad_segment(segment, shape, self.dtype)
        scheme = self.scheme
        if segment.dtype.kind == 'b' or scheme.packed:
            rowlen = shape[2] * shape[3]
            if segment.dtype.kind == 'b':
                data: Any = numpy.packbits(
                    segment.reshape(-1, rowlen), axis=-1
                )
            else:
                native = segment.astype(segment.dtype.newbyteorder('='))
                data = pack_samples(native, scheme.bits, rowlen)
        elif self._predict is not None:
            native = numpy.ascontiguousarray(
                segment, self.dtype.newbyteorder('=')
            )
            data = self._predict(native, axis=-2)
            if native.dtype.kind != 'f':
                data = data.astype(self.dtype, copy=False)
        else:
            data = numpy.ascontiguousarray(segment, self.dtype)
        if self._compress is None:
            return data
        if self._isrows:
            rows = product(shape[:2])
            data = numpy.ascontiguousarray(data).reshape(rows, -1)
            return self._compress(data.view(numpy.uint8), axis=-1)
        if self._isimage:
            data = data.reshape(
                shape[0 if shape[0] > 1 else 1 : 3]
                + shape[3:] * (shape[3] > 1)
            )
        try:
            return self._compress(data, **self._args)
        except (RuntimeError, TypeError, ValueError) as exc:
            raise ValueError(
                f'cannot compress {self.dtype} segment of shape {shape} with '
                f'{COMPRESSION(scheme.code)!r}: {exc}'
            ) from exc


def _pad_segment(
    segment: NDArray[Any] | None,
    shape: tuple[int, int, int, int],
    dtype: numpy.dtype[Any],
    /,
) -> NDArray[Any]:
    """Return segment padded with zeros to shape."""
    if segment is not None and segment.shape == shape:
        return segment
    padded = numpy.zeros(shape, dtype)
    if segment is not None:
        padded[tuple(slice(size) for size in segment.shape)] = segment
    return padded


def _count_writers(
    maxworkers: int | None, code: int, segments: int, nbytes: int, /
) -> int:
    """Return number of threads to encode segments."""
    if code in {COMPRESSION.NONE, COMPRESSION.JETRAW} or segments < 2:
        return 1
    if maxworkers:
        return min(maxworkers, segments)
    if nbytes < max(_THREAD_BYTES.get(code, 0), 1024):
        return 1
    limit = 4 if code == COMPRESSION.LERC else TIFF.MAXWORKERS
    return min(limit, segments)


def _map_ordered(
    function: Callable[[Any], Any],
    items: Iterable[Any],
    maxworkers: int,
    number: int = 1,
    /,
) -> Iterator[Any]:
    """Yield results of function in order, computed by threads.

    Only a few items more than there are threads are taken in advance.
    If taking an item fails, the results of earlier items are yielded first.

    Parameters:
        function: Function to call with items.
        items: Iterable, which is only used by the calling thread.
        maxworkers: Number of threads.
        number: Number of items that a thread works off in one go.

    """
    if maxworkers < 2:
        yield from map(function, items)
        return
    from collections import deque
    from concurrent.futures import Future, ThreadPoolExecutor

    def process(batch: list[Any]) -> list[Any]:
        return [function(item) for item in batch]

    iterator = iter(items)
    pending: deque[Future[list[Any]]] = deque()
    failure: BaseException | None = None
    with ThreadPoolExecutor(maxworkers) as executor:
        try:
            while failure is None:
                batch: list[Any] = []
                try:
                    for item in itertools.islice(iterator, number):
                        batch.append(item)
                except BaseException as exc:
                    failure = exc
                if not batch:
                    break
                pending.append(executor.submit(process, batch))
                if len(pending) > 2 * maxworkers:
                    yield from pending.popleft().result()
            while pending:
                yield from pending.popleft().result()
            if failure is not None:
                raise failure
        finally:
            for future in pending:
                future.cancel()


def encode_strips(
    pagedata: NDArray[Any],
    encode: Callable[[NDArray[Any]], bytes],
    rowsperstrip: int,
    maxworkers: int,
    /,
) -> Iterator[bytes]:
    """Yield encoded strips of page.

    Parameters:
        pagedata: Array of planes, depth, length, width, and samples.
        encode: Function to encode array of length, width, and samples.
        rowsperstrip: Number of rows in strips.
        maxworkers: Number of threads.

    """
    strips = (
        image[start : start + rowsperstrip]
        for plane in pagedata
        for image in plane
        for start in range(0, image.shape[0], rowsperstrip)
    )
    return _map_ordered(encode, strips, maxworkers)


def encode_tiles(
    numtiles: int,
    tileiter: Iterator[NDArray[Any] | bytes | None],
    encode: Callable[[NDArray[Any]], bytes],
    shape: Sequence[int],
    dtype: numpy.dtype[Any],
    maxworkers: int,
    buffersize: int | None = None,
    /,
) -> Iterator[bytes | None]:
    """Yield encoded tiles.

    Parameters:
        numtiles: Number of tiles to take from `tileiter`.
        tileiter: Iterator over tiles. Those that are None or bytes are
            yielded unchanged.
        encode: Function to encode array of `shape`.
        shape: Shape to which tiles are padded with zeros.
        dtype: Data type of tiles.
        maxworkers: Number of threads.
        buffersize: Number of bytes to encode in one pass. Ignored.

    """
    tileshape = tuple(shape)

    def encode_tile(tile: NDArray[Any] | bytes | None) -> bytes | None:
        if tile is None or isinstance(tile, bytes):
            return tile
        if tile.shape != tileshape:
            padded = numpy.zeros(tileshape, dtype)
            padded[tuple(slice(size) for size in tile.shape)] = tile
            tile = padded
        return encode(tile)

    tiles = itertools.islice(tileiter, numtiles)
    return _map_ordered(encode_tile, tiles, maxworkers)


def iter_tiles(
    data: NDArray[Any], tile: tuple[int, ...], tiles: tuple[int, ...], /
) -> Iterator[NDArray[Any]]:
    """Yield tiles of array, those at its edges padded with zeros.

    Parameters:
        data:
            Array of frames, planes, depth, length, width, and samples.
        tile: Length and width, or depth, length, and width of tiles.
        tiles: Number of planes, and of tiles along dimensions of `tile`.

    """
    length, width = tile[-2:]
    depth = tile[0] if len(tile) > 2 else 1
    planes, *sizes, samples = data.shape[1:]
    shape = depth, length, width, samples
    geometry = _PageGeometry(
        planes, sizes[0], sizes[1], sizes[2], samples, *shape[:3], True
    )
    for frame in data:
        for index in range(geometry.nsegments):
            s, d, l, w, _ = geometry.position(index)  # noqa: E741
            part = frame[s, d : d + depth, l : l + length, w : w + width]
            padded = _pad_segment(part, shape, data.dtype)
            yield padded if len(tile) > 2 else padded[0]


# -- samples ------------------------------------------------------------------


@final
class _ArraySamples:
    """Samples of array that are read in parts.

    Arrays that are lazy, or not contiguous in memory, are never copied as a
    whole, but indexed by dimensions.

    Parameters:
        array: Object with attributes shape and dtype that can be indexed.
        stored: Shape normalized to 6 dimensions.

    """

    __slots__ = ('_axes', '_base', '_frames', 'array', 'stored')

    _base: NDArray[Any] | None  # view of contiguous array in stored shape
    _axes: list[int | None]  # page dimension that array dimension is, if any
    _frames: tuple[int, ...]  # sizes of array dimensions that make frames

    def __init__(self, array: Any, stored: StoredShape) -> None:
        self.array = array
        self.stored = stored
        self._base = None
        if isinstance(array, numpy.ndarray) and array.flags.c_contiguous:
            self._base = array.reshape(stored.shape)
            return
        self._axes = []
        sizes = list(stored.page_shape)
        for size in reversed(array.shape):
            while sizes and sizes[-1] == 1:
                sizes.pop()
            if size == 1:
                self._axes.append(None)
            elif sizes:
                assert sizes[-1] == size
                self._axes.append(len(sizes) - 1)
                sizes.pop()
            else:
                self._axes.append(-1)
        self._axes.reverse()
        self._frames = tuple(
            size
            for size, axis in zip(array.shape, self._axes, strict=True)
            if axis == -1
        )

    def read(
        self, frame: int, plane: int, region: Sequence[tuple[int, int]]
    ) -> NDArray[Any]:
        """Return samples of part of plane.

        Parameters:
            frame: Index of frame.
            plane: Index of plane of separate samples.
            region: Ranges of depth, length, and width.

        Returns:
            Array of depth, length, width, and samples.

        """
        (d0, d1), (l0, l1), (w0, w1) = region
        if self._base is not None:
            return self._base[frame, plane, d0:d1, l0:l1, w0:w1]
        slices = (
            slice(plane, plane + 1),
            slice(d0, d1),
            slice(l0, l1),
            slice(w0, w1),
            slice(None),
        )
        frames = iter(numpy.unravel_index(frame, self._frames or (1,)))
        key = tuple(
            0
            if axis is None
            else int(next(frames))
            if axis < 0
            else slices[axis]
            for axis in self._axes
        )
        part = numpy.asarray(self.array[key])
        return part.reshape(
            d1 - d0, l1 - l0, w1 - w0, self.stored.contig_samples
        )

    def iter_blocks(self, dtype: numpy.dtype[Any]) -> Iterator[NDArray[Any]]:
        """Yield contiguous arrays of all samples in order of storage."""
        stored = self.stored
        base = self._base
        if base is not None and base.dtype == dtype:
            yield base
            return
        pagebytes = max(stored.page_size * dtype.itemsize, 1)
        if base is not None and pagebytes < _BLOCK_BYTES:
            step = _BLOCK_BYTES // pagebytes
            for start in range(0, stored.frames, step):
                yield numpy.ascontiguousarray(
                    base[start : start + step], dtype
                )
            return
        rowbytes = stored.width * stored.contig_samples * dtype.itemsize
        step = max(_BLOCK_BYTES // max(rowbytes, 1), 1)
        for frame in range(stored.frames):
            for plane in range(stored.separate_samples):
                for d in range(stored.depth):
                    for l in range(0, stored.length, step):  # noqa: E741
                        rows = (l, min(l + step, stored.length))
                        part = self.read(
                            frame, plane, ((d, d + 1), rows, (0, stored.width))
                        )
                        yield numpy.ascontiguousarray(part, dtype)


# samples are converted in blocks of this size in bytes
_BLOCK_BYTES = 2**24


class _Segment(NamedTuple):
    """Samples of segment, or its encoded bytes, and shape of full segment."""

    data: Any
    shape: tuple[int, int, int, int]


def _iter_array_segments(
    samples: _ArraySamples, geometry: _PageGeometry, /
) -> Iterator[_Segment]:
    """Yield segments of all pages of array."""
    positions = [geometry.position(i) for i in range(geometry.nsegments)]
    parts = []
    for position in positions:
        s, d, l, w, _ = position  # noqa: E741
        depth, length, width, _ = geometry.cropped_shape(position)
        region = (d, d + depth), (l, l + length), (w, w + width)
        parts.append((s, region, geometry.stored_shape(position)))
    for frame in range(samples.stored.frames):
        for plane, region, shape in parts:
            yield _Segment(samples.read(frame, plane, region), shape)


def _iter_given_segments(
    items: Iterator[Any],
    geometry: _PageGeometry,
    dtype: numpy.dtype[Any],
    frames: int,
    /,
) -> Iterator[_Segment]:
    """Yield segments of all pages from iterator of the caller.

    Items are encoded segments, tiles, or pages that consist of strips.

    """
    positions = [geometry.position(i) for i in range(geometry.nsegments)]
    shapes = [geometry.stored_shape(position) for position in positions]
    for frame in range(frames):
        page: NDArray[Any] | None = None
        haspage = False
        for position, shape in zip(positions, shapes, strict=True):
            if haspage:
                yield _Segment(_cut_strip(page, position, shape), shape)
                continue
            try:
                item = next(items)
            except StopIteration:
                raise ValueError(
                    f'iterator is exhausted in page {frame} of {frames}'
                ) from None
            if isinstance(item, bytes | bytearray | memoryview | tuple):
                yield _Segment(item, shape)
            elif geometry.tiled:
                yield _Segment(_check_tile(item, shape, dtype), shape)
            else:
                haspage = True
                page = _check_page(item, geometry, dtype)
                yield _Segment(_cut_strip(page, position, shape), shape)


def _view_array(item: Any, /) -> NDArray[Any]:
    """Return item of iterator as array."""
    return numpy.asarray(item)


def _check_tile(
    tile: Any, shape: tuple[int, int, int, int], dtype: numpy.dtype[Any], /
) -> NDArray[Any] | None:
    """Return tile from iterator as array of 4 dimensions.

    Raises:
        ValueError: Tile is too large, or of wrong data type.

    """
    if tile is None:
        return None
    array = _view_array(tile)
    if array.dtype.newbyteorder('=') != dtype.newbyteorder('='):
        raise ValueError(
            f'dtype of tile does not match data: {array.dtype} != {dtype}'
        )
    original = array.shape
    if shape[3] == 1 and array.ndim == (3 if shape[0] > 1 else 2):
        array = array[..., numpy.newaxis]
    if array.ndim < 4:
        array = reshape_nd(array, 4)
    if array.ndim != 4 or any(
        size > most for size, most in zip(array.shape, shape, strict=True)
    ):
        if array.size == product(shape):
            return array.reshape(shape)
        raise ValueError(
            f'tile is too large: shape {original} does not fit in {shape}'
        )
    return array


def _check_page(
    page: Any, geometry: _PageGeometry, dtype: numpy.dtype[Any], /
) -> NDArray[Any] | None:
    """Return page from iterator as array of 5 dimensions.

    Raises:
        ValueError: Shape or data type of page are wrong.

    """
    if page is None:
        return None
    array = _view_array(page)
    if array.dtype.newbyteorder('=') != dtype.newbyteorder('='):
        raise ValueError(
            f'dtype of page does not match data: {array.dtype} != {dtype}'
        )
    if array.size != geometry.size:
        raise ValueError(
            f'shape {array.shape} of page from iterator does not match '
            f'{geometry.shaped}'
        )
    return array.reshape(geometry.shaped)


def _cut_strip(
    page: NDArray[Any] | None,
    position: Sequence[int],
    shape: tuple[int, int, int, int],
    /,
) -> NDArray[Any] | None:
    """Return strip of page."""
    if page is None:
        return None
    plane, depth, start, *_ = position
    strip: NDArray[Any] = page[
        plane, depth : depth + 1, start : start + shape[1]
    ]
    return strip


def _iter_given_blocks(
    items: Iterator[Any],
    plan: _WritePlan,
    /,
) -> Iterator[Any]:
    """Yield bytes or arrays of contiguous data from iterator of the caller.

    Raises:
        ValueError: There are fewer or more bytes than expected.

    """
    expected = plan.nbytes
    pagebytes = plan.pagebytes
    count = 0
    while count < expected:
        try:
            item = next(items)
        except StopIteration:
            raise ValueError(
                'iterator contains wrong number of bytes '
                f'{count} != {expected}'
            ) from None
        if item is None:
            item = bytes(pagebytes)
        elif isinstance(item, bytes | bytearray | memoryview):
            item = memoryview(item).cast('B')
        else:
            item = numpy.asarray(item)
            if item.dtype.newbyteorder('=') != plan.dtype.newbyteorder('='):
                raise ValueError(
                    'dtype of page does not match data: '
                    f'{item.dtype} != {plan.dtype}'
                )
            item = numpy.ascontiguousarray(item, plan.dtype)
        count += item.nbytes if hasattr(item, 'nbytes') else len(item)
        if count > expected:
            raise ValueError(
                'iterator contains wrong number of bytes '
                f'{count} != {expected}'
            )
        yield item


# -- tags ---------------------------------------------------------------------

# Extratags with these codes are not written, besides those of the plan:
# the writer decides on them, or they are offsets that do not stay valid.
_EXTRATAGS_SKIPPED = frozenset(
    (
        256,  # ImageWidth
        257,  # ImageLength
        258,  # BitsPerSample
        259,  # Compression
        262,  # PhotometricInterpretation
        266,  # FillOrder
        273,  # StripOffsets
        277,  # SamplesPerPixel
        278,  # RowsPerStrip
        279,  # StripByteCounts
        284,  # PlanarConfiguration
        317,  # Predictor
        322,  # TileWidth
        323,  # TileLength
        324,  # TileOffsets
        325,  # TileByteCounts
        330,  # SubIFDs
        338,  # ExtraSamples
        339,  # SampleFormat
        400,  # GlobalParametersIFD
        32997,  # ImageDepth
        32998,  # TileDepth
        34665,  # ExifIFD
        34853,  # GPSIFD
        40965,  # InteroperabilityIFD
    )
)

# SampleFormat of kinds of data types; others are unsigned integers
_SAMPLEFORMATS: dict[str, int] = {
    'i': SAMPLEFORMAT.INT,
    'f': SAMPLEFORMAT.IEEEFP,
    'c': SAMPLEFORMAT.COMPLEXIEEEFP,
}


@dataclasses.dataclass(frozen=True, slots=True)
class _WriteTag:
    """Tag to be written.

    Parameters:
        code: Code of tag.
        dtype: Data type of value.
        count: Number of values.
        data: Encoded value, which may be followed by reserved bytes.
        once: Tag is only written to the first page of a series.

    """

    code: int
    dtype: int
    count: int
    data: bytes
    once: bool = False


def _encode_text(name: str, value: Any, /) -> bytes:
    """Return text as bytes, terminated by NUL."""
    if isinstance(value, str):
        try:
            value = value.encode('ascii')
        except UnicodeEncodeError as exc:
            raise ValueError(
                f'invalid {name}: TIFF strings must be 7-bit ASCII; '
                'pass bytes to write other encodings'
            ) from exc
    elif not isinstance(value, bytes):
        raise ValueError(
            f'invalid {name} of type {type(value).__name__}: '
            'TIFF strings must be 7-bit ASCII'
        )
    data: bytes = value
    return data if data[-1:] == b'\0' else data + b'\0'


def _make_text_tag(
    code: int, name: str, value: Any, once: bool = True, reserved: int = 0, /
) -> _WriteTag:
    """Return tag of text."""
    data = _encode_text(name, value)
    return _WriteTag(code, 2, len(data), data + bytes(reserved), once)


def _make_tag_from_tuple(item: Any, byteorder: str, /) -> _WriteTag:
    """Return tag from item of extratags argument.

    Raises:
        ValueError, TypeError, struct.error: Item is invalid.
        KeyError: Name of tag is not known.

    """
    if not isinstance(item, Sequence) or not 4 <= len(item) <= 5:
        raise TypeError(
            f'invalid extratag {item!r}; '
            'must be code, dtype, count, value, writeonce'
        )
    code, dtype, count, value, *more = item
    once = bool(more and more[0])
    if isinstance(code, str):
        if code not in TIFF.TAGS:
            raise _UnsupportedError(f'{code!r} is not a known tag')
        code = TIFF.TAGS[code]
    code = _parse_count('extratag code', code)
    try:
        datatype = _parse_datatype(dtype)
    except (ValueError, TypeError):
        raise ValueError(
            f'unknown dtype {dtype!r} of extratag {code}'
        ) from None
    if datatype == DATATYPE.ASCII:
        return _make_text_tag(code, f'extratag {code}', value, once)
    fmt, itemsize = _DATATYPE_FORMATS[datatype], _DATATYPE_SIZES[datatype]
    if isinstance(value, bytes):
        number, rest = divmod(len(value), itemsize)
        if rest:
            raise ValueError(
                f'invalid packed binary data of extratag {code}: {len(value)} '
                f'bytes are not a multiple of {itemsize}'
            )
        return _WriteTag(code, datatype, number, value, once)
    if count is None:
        raise ValueError(f'invalid count None of extratag {code}')
    values = numpy.asarray(value, object if fmt[0] == '2' else None).ravel()
    number = _parse_count(f'count of extratag {code}', count)
    if len(values) != number * int(fmt[0]):
        raise TypeError(
            f'extratag {code} needs {number * int(fmt[0])} numbers, '
            f'got {len(values)}'
        )
    try:
        data = struct.pack(
            f'{byteorder}{len(values)}{fmt[1]}', *values.tolist()
        )
    except struct.error as exc:
        raise struct.error(f'value of extratag {code}: {exc}') from None
    return _WriteTag(code, datatype, number, data, once)


class _TagList:
    """Collect tags of IFD.

    Parameters:
        tiff: Layout of file.

    """

    __slots__ = ('tags', 'tiff')

    def __init__(self, tiff: TiffFormat) -> None:
        self.tiff = tiff
        self.tags: list[_WriteTag] = []

    def add(
        self, code: int, dtype: int, *values: int, once: bool = False
    ) -> None:
        """Add tag of numbers."""
        fmt = _DATATYPE_FORMATS[dtype]
        data = struct.pack(
            f'{self.tiff.byteorder}{len(values)}{fmt[1]}', *values
        )
        count = len(values) // int(fmt[0])
        self.tags.append(_WriteTag(code, dtype, count, data, once))

    def __contains__(self, code: int) -> bool:
        return any(tag.code == code for tag in self.tags)

    def add_geometry(self, geometry: _PageGeometry, layout: _Layout) -> None:
        """Add tags of size and division of page."""
        stored = layout.stored
        self.add(256, 4, stored.width)
        self.add(257, 4, stored.length)
        if layout.volumetric:
            self.add(32997, 4, stored.depth)
        if not geometry.tiled:
            self.add(278, 4, geometry.chunklength)
            return
        self.add(322, 4, geometry.chunkwidth)
        self.add(323, 4, geometry.chunklength)
        if layout.volumetric:
            self.add(32998, 4, geometry.chunkdepth)

    def add_samples(
        self,
        layout: _Layout,
        scheme: _Scheme,
        dtype: numpy.dtype[Any],
        has_extrasamples: bool,
    ) -> None:
        """Add tags of samples and their compression."""
        samples = layout.stored.samples
        if dtype.kind != 'b':
            self.add(258, 3, *([scheme.bits] * samples))
        self.add(259, 3, scheme.code)
        self.add(262, 3, scheme.photometric)
        self.add(277, 3, samples)
        if samples > 1:
            planarconfig = layout.stored.planarconfig
            assert planarconfig is not None
            self.add(284, 3, planarconfig)
        if scheme.predictor > 1:
            self.add(317, 3, scheme.predictor)
        if layout.extrasamples and has_extrasamples:
            self.add(338, 3, *layout.extrasamples)
        if dtype.kind in _SAMPLEFORMATS:
            self.add(339, 3, *([_SAMPLEFORMATS[dtype.kind]] * samples))
        subsampling = scheme.subsampling
        if subsampling is None and scheme.photometric == PHOTOMETRIC.YCBCR:
            subsampling = (1, 1)
        if subsampling is not None:
            self.add(530, 3, *subsampling)
        if scheme.photometric == PHOTOMETRIC.YCBCR:
            # TIFF 6.0 section 20: full range of 8 bits
            self.add(532, 5, 0, 1, 255, 1, 128, 1, 255, 1, 128, 1, 255, 1)
        if scheme.code == COMPRESSION.LERC:
            self.add(50674, 4, 4, _LERC_CODES[scheme.args.get('compression')])

    def add_resolution(self, args: _WriteArguments, imagej: bool) -> None:
        """Add tags of resolution."""
        resolution = ((1, 1), (1, 1))
        unit = RESUNIT.NONE
        if args.resolution is not None:
            try:
                x, y, *more = args.resolution
                resolution = rational(x), rational(y)
            except (TypeError, ValueError) as exc:
                raise type(exc)(
                    f'invalid argument resolution={args.resolution!r}: {exc}'
                ) from exc
            if min(resolution[0][0], resolution[1][0]) < 0:
                raise ValueError(
                    f'invalid argument resolution={args.resolution!r}'
                )
            if not imagej:
                unit = RESUNIT.INCH
            if more and more[0] is not None:
                unit = _parse_enum(RESUNIT, 'resolution', more[0])
        if args.resolutionunit is not None:
            unit = _parse_enum(RESUNIT, 'resolutionunit', args.resolutionunit)
        self.add(282, 5, *resolution[0])
        self.add(283, 5, *resolution[1])
        self.add(296, 3, unit)

    def add_texts(self, args: _WriteArguments) -> None:
        """Add tags of software and date."""
        software = args.software
        if software is None or software is True:
            software = 'tifffile.py'
        if software:
            self.tags.append(_make_text_tag(305, 'software', software))
        if args.datetime:
            self.tags.append(
                _make_text_tag(306, 'datetime', _format_date(args.datetime))
            )

    def add_blobs(self, args: _WriteArguments, colormap: Any) -> None:
        """Add tags of color map and binary data."""
        if colormap is not None:
            self.add(320, 3, *colormap.ravel().tolist())
        for code, name, data in (
            (347, 'jpegtables', args.jpegtables),
            (34675, 'iccprofile', args.iccprofile),
        ):
            if data is None:
                continue
            if not isinstance(data, bytes | bytearray):
                raise TypeError(
                    f'invalid argument {name} of type {type(data).__name__}; '
                    'must be bytes'
                )
            self.tags.append(_WriteTag(code, 7, len(data), bytes(data)))

    def add_extratags(self, extratags: Any, writer: Any) -> None:
        """Add tags of caller, but those that the writer decides on."""
        if not isinstance(extratags, Iterable):
            raise TypeError(f'invalid argument {extratags=!r}')
        present = {tag.code for tag in self.tags}
        for item in extratags:
            tag = _make_tag_from_tuple(item, self.tiff.byteorder)
            if not isinstance(item[0], str) and (
                tag.code in _EXTRATAGS_SKIPPED or tag.code in present
            ):
                logger().warning(f'{writer!r} not writing extratag {tag.code}')
                continue
            self.tags.append(tag)


def _format_date(date: Any, /) -> str | bytes:
    """Return date and time in format of TIFF."""
    if isinstance(date, str | bytes):
        text = date.decode('latin-1') if isinstance(date, bytes) else date
        if len(text) != 19 or text[16] != ':':
            raise ValueError(
                f'invalid datetime string {text!r}; '
                "must be of format '%Y:%m:%d %H:%M:%S'"
            )
        return date
    if not hasattr(date, 'strftime'):
        import datetime

        date = datetime.datetime.now()
    return str(date.strftime('%Y:%m:%d %H:%M:%S'))


# -- IFDs ---------------------------------------------------------------------

# devices and operating systems write this many bytes at once, or not at all
_SECTOR_BYTES = 512


@final
class _IfdTemplate:
    """Bytes of an IFD with its values, and where they differ between pages.

    Parameters:
        tiff: Layout of file.
        tags: Tags of IFD.
        segments: Number of segments.
        tiled: Segments are tiles.
        counttype: Data type of bytecounts.
        subifds: Number of SubIFDs.

    """

    __slots__ = (
        '_counts',
        '_data',
        '_offsets',
        '_values',
        'description',
        'next',
        'numsubifds',
        'segments',
        'size',
        'subifds',
        'tiff',
    )

    tiff: TiffFormat
    _data: bytes
    _values: list[tuple[int, int]]  # positions of offset, and of its value
    _offsets: tuple[int, struct.Struct]  # position and format of dataoffsets
    _counts: tuple[int, struct.Struct]  # position and format of bytecounts
    next: int  # position of offset to next IFD
    numsubifds: int  # number of offsets of SubIFDs
    segments: int  # number of segments
    size: int  # even size of IFD with values
    subifds: int  # position of offsets of SubIFDs, 0 if there are none
    # positions of tag and value, size and count of value
    description: tuple[int, int, int, int]

    def __init__(
        self,
        tiff: TiffFormat,
        tags: Sequence[_WriteTag],
        segments: int,
        tiled: bool,
        counttype: int,
        subifds: int,
    ) -> None:
        self.tiff = tiff
        self.segments = segments
        self.numsubifds = subifds
        bo = tiff.byteorder
        offsets = struct.Struct(f'{bo}{segments}{tiff.offsetformat[1]}')
        counts = struct.Struct(
            f'{bo}{segments}{_DATATYPE_FORMATS[counttype][1]}'
        )
        codes = (324, 325) if tiled else (273, 279)
        offsettype = 16 if tiff.offsetsize == 8 else 4
        mutable = [
            _WriteTag(codes[0], offsettype, segments, bytes(offsets.size)),
            _WriteTag(codes[1], counttype, segments, bytes(counts.size)),
        ]
        if subifds:
            ifdtype = 18 if tiff.offsetsize == 8 else 13
            mutable.append(
                _WriteTag(
                    330, ifdtype, subifds, bytes(subifds * tiff.offsetsize)
                )
            )
        items = sorted((*tags, *mutable), key=lambda tag: tag.code)
        positions = self._build(items)
        self._offsets = positions[codes[0]][1], offsets
        self._counts = positions[codes[1]][1], counts
        self.subifds = positions[330][1] if subifds else 0
        self.description = positions.get(270, (0, 0, 0, 0))

    def _build(
        self, tags: list[_WriteTag]
    ) -> dict[int, tuple[int, int, int, int]]:
        """Set bytes of IFD and return positions of tags."""
        tiff = self.tiff
        threshold = tiff.tagoffsetthreshold
        self.next = tiff.tagnosize + len(tags) * tiff.tagsize
        size = self.next + tiff.offsetsize
        records = [tiff._tagno.pack(len(tags))]
        values = [bytes(tiff.offsetsize)]
        positions = {}
        self._values = []
        for i, tag in enumerate(tags):
            position = tiff.tagnosize + i * tiff.tagsize
            field = position + tiff.tagsize - threshold
            data = tag.data
            inline = len(data) <= threshold
            if inline:
                valuepos = field
                records.append(
                    tiff._record.pack(
                        tag.code,
                        tag.dtype,
                        tag.count,
                        data + bytes(threshold - len(data)),
                    )
                )
            else:
                valuepos = size
                records.append(
                    tiff._record.pack(
                        tag.code, tag.dtype, tag.count, bytes(threshold)
                    )
                )
                self._values.append((field, valuepos))
                data += bytes(len(data) % 2)
                values.append(data)
                size += len(data)
            positions[tag.code] = (
                position,
                valuepos,
                len(tag.data),
                tag.count,
            )
        self._data = b''.join(records + values)
        self.size = size
        return positions

    def place(self, end: int, /) -> int:
        """Return first suitable offset of IFD at or after end of file.

        What is overwritten later must not cross a sector, to be written
        completely or not at all: the offsets to the next IFD and to SubIFDs,
        and count and offset of the description.

        """
        offset = end + end % 2
        size = self.tiff.offsetsize
        tag = self.description[0]
        while (
            0 < -(offset + self.next) % _SECTOR_BYTES < size
            or (tag and 0 < -(offset + tag + 4) % _SECTOR_BYTES < 2 * size)
            or (
                self.subifds
                and (gap := -(offset + self.subifds) % _SECTOR_BYTES)
                < self.numsubifds * size
                and gap % size
            )
        ):
            offset += 2
        return offset

    def make(
        self,
        offset: int,
        dataoffsets: Sequence[int],
        bytecounts: Sequence[int],
        /,
    ) -> bytearray:
        """Return bytes of IFD.

        Parameters:
            offset: Offset of IFD.
            dataoffsets: Offsets of segments.
            bytecounts: Sizes of segments.

        Raises:
            ValueError: File is too large for its format.

        """
        data = bytearray(self._data)
        pack_into = self.tiff._offset.pack_into
        try:
            for position, value in self._values:
                pack_into(data, position, offset + value)
            position, packer = self._offsets
            packer.pack_into(data, position, *dataoffsets)
            position, packer = self._counts
            packer.pack_into(data, position, *bytecounts)
        except struct.error as exc:
            raise ValueError(
                f'offsets or sizes of segments exceed the range of the file '
                f'format ({exc}); data too large for non-BigTIFF file'
            ) from exc
        return data

    def make_many(
        self,
        offset: int,
        dataoffsets: NDArray[numpy.int64],
        bytecounts: Sequence[int],
        /,
    ) -> NDArray[numpy.uint8]:
        """Return bytes of successive IFDs, linked to each other.

        Parameters:
            offset: Offset of first IFD.
            dataoffsets: Offsets of segments, a row per page.
            bytecounts: Sizes of segments, the same for all pages.

        """
        number = len(dataoffsets)
        dtype = numpy.dtype(f'{self.tiff.byteorder}u{self.tiff.offsetsize}')
        first = self.make(offset, dataoffsets[0].tolist(), bytecounts)
        result = numpy.empty((number, self.size), numpy.uint8)
        result[:] = numpy.frombuffer(first, numpy.uint8)
        starts = numpy.arange(number, dtype=numpy.int64) * self.size + offset

        def fill(position: int, values: NDArray[numpy.int64]) -> None:
            columns = values.astype(dtype).reshape(number, -1)
            columns = columns.view(numpy.uint8)
            result[:, position : position + columns.shape[1]] = columns

        for position, value in self._values:
            fill(position, starts + value)
        fill(self._offsets[0], dataoffsets)
        fill(self.next, starts + self.size)
        result[-1, self.next : self.next + dtype.itemsize] = 0
        return result


@final
class _IfdTemplates:
    """IFDs of first and, made when needed, of other pages of a series.

    Parameters:
        tags: Tags of first page.
        make: Function to make template of tags.

    """

    __slots__ = ('_make', '_rest', '_tags', 'first')

    def __init__(
        self,
        tags: Sequence[_WriteTag],
        make: Callable[[Sequence[_WriteTag]], _IfdTemplate],
    ) -> None:
        self.first = make(tags)
        self._tags = tags
        self._make = make
        self._rest: _IfdTemplate | None = None

    @property
    def rest(self) -> _IfdTemplate:
        """IFD of pages but the first."""
        if self._rest is None:
            self._rest = self._make(
                [tag for tag in self._tags if not tag.once]
            )
        return self._rest


@final
class _Output:
    """Append to file and link IFDs when all that they refer to was written.

    Small pieces are collected and written at once. Links to IFDs among those
    pieces are made in memory. Links from IFDs that are in the file already
    wait until the pieces were written.

    Parameters:
        fh: File.
        end: Offset at which to append.
        link: Position of the offset to the first IFD to be appended.
        start: Bytes to write at offset 0 of new file.

    """

    __slots__ = (
        '_base',
        '_clear',
        '_fh',
        '_links',
        '_pending',
        '_put',
        '_safe',
        'link',
        'pages',
        'tiff',
        'touched',
    )

    link: int  # position of offset to next IFD of main chain
    pages: int  # number of IFDs that were linked in the file
    touched: bool  # file was written to
    _base: int  # offset of pending bytes
    _links: list[tuple[int, int, int]]  # position, offset, next link
    _safe: int  # value of `link` for pages in the file

    def __init__(
        self,
        fh: FileHandle,
        tiff: TiffFormat,
        link: int,
        end: int,
        clear: bool,
    ) -> None:
        self._fh = fh
        self.tiff = tiff
        self.link = self._safe = link
        self._base = end
        self._pending = bytearray()
        self._links = []
        self._clear = clear
        self._put = _find_writer(fh)
        self.pages = 0
        self.touched = False

    @property
    def end(self) -> int:
        """Offset at which to append."""
        return self._base + len(self._pending)

    def write(self, data: Any) -> None:
        """Append bytes or contiguous array."""
        if isinstance(data, numpy.ndarray):
            data = data.reshape(-1).view(numpy.uint8).data
        pending = self._pending
        if len(data) < _PENDING_BYTES:
            pending += data
            if len(pending) >= _PENDING_BYTES:
                self.flush()
            return
        self.flush()
        self._write_at(self._base, data)
        self._base += len(data)

    def pad(self, offset: int) -> None:
        """Append zeros up to offset."""
        count = offset - self.end
        if count < _PENDING_BYTES:
            self._pending += bytes(count)
        else:
            self.skip(count)

    def skip(self, count: int) -> None:
        """Append zeros, which may be a hole in the file."""
        if count < 4096:
            self._pending += bytes(count)
            return
        self.flush()
        self._write_at(self._base + count - 1, b'\0')
        self._base += count

    def patch(self, offset: int, data: Any) -> None:
        """Replace bytes that were appended before."""
        start = offset - self._base
        if start >= 0:
            self._pending[start : start + len(data)] = data
            return
        self._write_at(offset, data)

    def commit(self, offset: int, nextlink: int, link: int = 0) -> None:
        """Link IFD that is complete.

        Parameters:
            offset: Offset of IFD.
            nextlink: Position of offset to next IFD.
            link:
                Position of offset to the IFD. By default, the IFD is
                appended to the main chain.

        """
        position = link or self.link
        if not link:
            self.link = nextlink
        # the header is not linked from anywhere, hence offers pages at once
        if position >= self._base and position > 8:
            start = position - self._base
            self.tiff._offset.pack_into(self._pending, start, offset)
            position = 0
        self._links.append((position, offset, 0 if link else nextlink))

    def flush(self) -> None:
        """Write all pending bytes, then links.

        Raises:
            OSError: File cannot be written. Pending bytes are lost.

        """
        if not self._pending and not self._links:
            return
        try:
            if self._pending:
                self._write_at(self._base, self._pending)
                self._base += len(self._pending)
                self._pending = bytearray()
            for position, offset, nextlink in self._links:
                if position:
                    self._write_at(position, self.tiff._offset.pack(offset))
                self.pages += 1
                if nextlink:
                    self._safe = nextlink
            self._links = []
        except BaseException:
            self._pending = bytearray()
            self._links = []
            self.link = self._safe
            raise

    def rollback(self, offset: int) -> None:
        """Forget all that was appended after offset."""
        if offset >= self._base:
            del self._pending[offset - self._base :]
        else:
            self._pending = bytearray()
            self._base = offset

    def _write_at(self, offset: int, data: Any) -> None:
        """Write bytes to file."""
        if self._clear:
            self._clear = False
            if self._fh.size:
                self._fh.truncate(0)
        self.touched = True
        self._put(offset, data)


def _find_writer(fh: FileHandle, /) -> Callable[[int, Any], Any]:
    """Return function to write all bytes at offset of file.

    Files of the operating system are written without detours.

    """
    stream = fh._fh
    raw = getattr(stream, 'raw', stream)
    if not (
        hasattr(os, 'pwrite')
        and fh.is_file
        and type(raw) is io.FileIO
        and 'a' not in raw.mode
    ):
        return fh.write_at
    descriptor = fh.fileno()
    base = fh._offset
    pwrite = os.pwrite
    fh.flush()

    def write(offset: int, data: Any) -> None:
        count = pwrite(descriptor, data, base + offset)
        size = len(data)
        if count < size:
            view = memoryview(data)
            while count < size:
                count += pwrite(
                    descriptor, view[count:], base + offset + count
                )

    return write


# pieces are collected up to this size in bytes
_PENDING_BYTES = 2**18


# -- plan ---------------------------------------------------------------------


@final
@dataclasses.dataclass(frozen=True, slots=True)
class _WritePlan:
    """Everything that is known about a series before it is written.

    Parameters:
        kind: Kind of file.
        shape: Shape of array.
        dtype: Data type of array in byte order of file.
        layout: How dimensions are stored in pages.
        scheme: Compression scheme.
        geometry: Division of pages into segments.
        encoder: Encoder of segments.
        colormap: Color palette.
        metadata: Metadata of caller.
        is_contiguous: Data of all pages are stored without gaps.
        truncate: Only the first page gets an IFD.
        align: Alignment of image data in bytes.
        maxworkers: Number of threads to encode segments.
        templates: IFDs of first and of other pages.
        bytecounts: Sizes in bytes of segments of page before encoding.
        subifds: Number of levels that follow, negative if they are chained.

    """

    kind: str
    shape: tuple[int, ...]
    dtype: numpy.dtype[Any]
    layout: _Layout
    scheme: _Scheme
    geometry: _PageGeometry
    encoder: _SegmentEncoder
    colormap: NDArray[Any] | None
    metadata: dict[str, Any] | None
    is_contiguous: bool
    truncate: bool
    align: int
    maxworkers: int
    templates: _IfdTemplates
    bytecounts: list[int]
    subifds: int

    @property
    def first(self) -> _IfdTemplate:
        """IFD of first page."""
        return self.templates.first

    @property
    def rest(self) -> _IfdTemplate:
        """IFD of other pages."""
        return self.templates.rest

    @property
    def stored(self) -> StoredShape:
        """Shape normalized to 6 dimensions."""
        return self.layout.stored

    @property
    def frames(self) -> int:
        """Number of pages."""
        return self.layout.stored.frames

    @property
    def pagebytes(self) -> int:
        """Size in bytes of samples of page."""
        return self.layout.stored.page_size * self.dtype.itemsize

    @property
    def nbytes(self) -> int:
        """Size in bytes of samples of all pages."""
        return self.pagebytes * self.frames


def _describe(
    kind: str,
    shape: tuple[int, ...],
    metadata: dict[str, Any] | None,
    samples: int,
    colormapped: bool,
    truncated: bool,
    /,
) -> str:
    """Return description of ImageJ or shaped series."""
    items = dict(metadata or {})
    if kind == 'imagej':
        for key in _IMAGEJ_KEYS:
            items.pop(key, None)
        axes = items.pop('axes', None)
        if axes is not None:
            axes = _fit_imagej_axes(axes, len(shape))
        return imagej_description(
            shape,
            axes,
            rgb=samples in {3, 4},
            colormapped=items.pop('colormaped', colormapped),
            **items,
        )
    if truncated:
        items['truncated'] = True
    return json_description(shape, **items)


def _fit_imagej_axes(axes: str, ndim: int, /) -> str | None:
    """Return axes for number of dimensions, which grows with each write."""
    if len(axes) == ndim + 1:
        return axes[1:]
    if len(axes) == ndim - 1:
        for ax in 'TZC':
            if ax not in axes.upper():
                return ax + axes
        return None
    return axes


@final
class _Planner:
    """Make plan from arguments of TiffWriter.write.

    Nothing is written, and everything that cannot be written is refused.

    Parameters:
        writer: For messages.
        tiff: Layout of file.
        kind: Kind of file: 'generic', 'shaped', 'imagej', or 'ome'.
        args: Arguments.
        shape: Shape of array.
        dtype: Data type of array.
        given: Samples are from 'array', 'empty', 'arrays', or 'bytes'.
        has_description: OME-XML is written to this series.
        is_level: Series is level of another one.

    """

    def __init__(
        self,
        writer: Any,
        tiff: TiffFormat,
        kind: str,
        args: _WriteArguments,
        shape: tuple[int, ...],
        dtype: numpy.dtype[Any],
        given: str,
        has_description: bool,
        is_level: bool,
    ) -> None:
        self.writer = writer
        self.tiff = tiff
        self.kind = kind
        self.args = args
        self.shape = shape
        self.dtype = dtype
        self.given = given
        self.has_description = has_description
        self.is_level = is_level
        self.metadata = None if args.metadata is None else dict(args.metadata)

    def plan(self) -> _WritePlan:
        """Return plan.

        Raises:
            ValueError, TypeError: Arguments are invalid.

        """
        args = self.args
        self._check_dtype()
        self._check_kind()
        isempty = 0 in self.shape
        code: int = COMPRESSION.NONE
        bits = 1 if self.dtype.kind == 'b' else self.dtype.itemsize * 8
        predictor: int = PREDICTOR.NONE
        compressionargs = None
        if not isempty:
            code, compressionargs = _parse_compression(
                args.compression, args.compressionargs
            )
            if code not in _CODECS:
                _find_encoder(code)
            predictor = _parse_predictor(args.predictor, code, self.dtype)
            bits = _parse_bits(
                args.bitspersample,
                code,
                dict(compressionargs or ()),
                self.dtype,
            )
        args = dataclasses.replace(args, compressionargs=compressionargs)
        colormap = _parse_colormap(
            args.colormap, self.dtype, bits, self.kind == 'imagej'
        )
        layout, planarconfig = self._find_layout(colormap)
        layout = self._check_mask(layout)
        scheme = _parse_scheme(
            args, code, bits, predictor, self.dtype, layout, planarconfig
        )
        encoder = _SegmentEncoder(
            self.dtype.newbyteorder(self.tiff.byteorder), scheme
        )
        geometry = self._find_geometry(layout, scheme)
        truncate = self._check_truncate(scheme, geometry, isempty)
        contiguous = self._is_contiguous(scheme, geometry)
        self._check_storage(scheme, geometry, contiguous)
        templates = self._make_templates(
            layout, scheme, geometry, colormap, truncate
        )
        return _WritePlan(
            self.kind,
            self.shape,
            encoder.dtype if code == 1 else self._file_dtype(),
            layout,
            scheme,
            geometry,
            encoder,
            colormap,
            self.metadata,
            contiguous,
            truncate,
            max(args.align, 1),
            _count_writers(
                args.maxworkers,
                code,
                geometry.nsegments * layout.stored.frames
                if geometry.size
                else 1,
                geometry.chunksize * self.dtype.itemsize,
            ),
            templates,
            _list_bytecounts(geometry, self.dtype.itemsize),
            args.subifds,
        )

    def _file_dtype(self) -> numpy.dtype[Any]:
        """Return data type in byte order of file."""
        return self.dtype.newbyteorder(self.tiff.byteorder)

    def _check_dtype(self) -> None:
        """Raise exception if data type or shape cannot be written."""
        if self.dtype.char not in _WRITABLE_DTYPES or self.dtype.itemsize > 16:
            raise _UnsupportedError(
                f'data type {self.dtype} cannot be written to TIFF'
            )
        if any(size >= 2**32 for size in self.shape):
            raise ValueError(f'invalid data shape {self.shape}')

    def _check_kind(self) -> None:
        """Raise exception if arguments do not suit the kind of file."""
        args = self.args
        names = {'ome': 'OME-TIFF', 'imagej': 'the ImageJ format'}
        name = names.get(self.kind)
        if name is None:
            return
        if args.description is not None:
            warnings.warn(
                f'{self.writer!r} not writing description to {self.kind} file',
                UserWarning,
                stacklevel=_find_stacklevel(),
            )
        if args.volumetric or (args.tile and len(args.tile) > 2):
            raise ValueError(f'{name} does not support ImageDepth')
        if self.kind == 'ome':
            return
        if self.dtype.char not in 'BHhf':
            raise ValueError(
                f'{name} does not support data type {self.dtype.char!r}; '
                'must be uint8, uint16, int16, or float32'
            )
        if (
            args.planarconfig
            and _parse_enum(PLANARCONFIG, 'planarconfig', args.planarconfig)
            == PLANARCONFIG.SEPARATE
        ):
            raise ValueError(f'{name} does not support planar samples')

    def _find_layout(
        self, colormap: Any
    ) -> tuple[_Layout, PLANARCONFIG | None]:
        """Return layout and planar configuration."""
        args = self.args
        photometric = None
        if args.photometric is not None:
            photometric = _parse_enum(
                PHOTOMETRIC, 'photometric', args.photometric
            )
        planarconfig = None
        if args.planarconfig:
            planarconfig = _parse_enum(
                PLANARCONFIG, 'planarconfig', args.planarconfig
            )
        extrasamples = _parse_extrasamples(args.extrasamples)
        if colormap is not None and self.dtype.char in 'BH':
            photometric = PHOTOMETRIC.PALETTE
            planarconfig = None
        shape = self.shape
        if self.kind == 'imagej':
            shape, photometric, planarconfig = self._parse_imagej(photometric)
        elif photometric is None and planarconfig is None:
            photometric = self._guess_from_axes()
        if 0 in shape:
            stored = StoredShape(1, 1, 1, 0, 0, 1)
            photometric = photometric or PHOTOMETRIC.MINISBLACK
            return _Layout(stored, photometric, (), False), None
        volumetric = args.volumetric or len(args.tile or ()) == 3
        layout = _LayoutParser(
            shape,
            self.dtype,
            photometric,
            planarconfig,
            extrasamples,
            volumetric,
            self.kind in {'imagej', 'ome'},
        ).parse()
        if layout.photometric == PHOTOMETRIC.PALETTE and (
            layout.stored.samples != 1
        ):
            raise ValueError(
                f'invalid shape {shape} or extrasamples for palette mode'
            )
        return layout, layout.stored.planarconfig

    def _guess_from_axes(self) -> PHOTOMETRIC | None:
        """Return photometric interpretation if axes tell that it is gray."""
        axes = (self.metadata or {}).get('axes')
        if (
            isinstance(axes, str)
            and self.kind == 'ome'
            and self.dtype.kind != 'b'
            and self.args.extrasamples is None
            and len(axes) == len(self.shape)
            and axes[-1:].upper() == 'X'
            and 'S' not in axes.upper()
        ):
            return PHOTOMETRIC.MINISBLACK
        return None

    def _parse_imagej(
        self, photometric: PHOTOMETRIC | None
    ) -> tuple[tuple[int, ...], PHOTOMETRIC, PLANARCONFIG | None]:
        """Return shape, photometric and planar configuration of hyperstack."""
        rgb = None
        if photometric == PHOTOMETRIC.RGB:
            if self.dtype.char != 'B':
                raise ValueError(
                    'the ImageJ format does not support RGB images of data '
                    f'type {self.dtype.char!r}; must be uint8'
                )
            rgb = True
        elif photometric is not None or self.dtype.char != 'B':
            rgb = False
        axes = (self.metadata or {}).get('axes')
        if axes is not None:
            axes = _fit_imagej_axes(axes, len(self.shape))
        if 0 in self.shape:
            return self.shape, photometric or PHOTOMETRIC.MINISBLACK, None
        shape = imagej_shape(self.shape, rgb=rgb, axes=axes)
        if shape[-1] in {3, 4}:
            if rgb is False:
                raise ValueError(
                    'the ImageJ format does not support RGB images of data '
                    f'type {self.dtype.char!r} or {photometric!r}'
                )
            return shape, PHOTOMETRIC.RGB, PLANARCONFIG.CONTIG
        if photometric is None:
            photometric = PHOTOMETRIC.MINISBLACK
        return shape, photometric, None

    def _check_mask(self, layout: _Layout) -> _Layout:
        """Return layout of mask if subfiletype says so."""
        subfiletype = self.args.subfiletype
        if not (subfiletype or 0) & FILETYPE.MASK:
            return layout
        if (
            self.dtype.kind != 'b'
            or layout.stored.samples != 1
            or layout.photometric not in {0, 1, 4}
        ):
            raise ValueError(
                f'invalid SubfileType MASK for {self.dtype} data with '
                f'{layout.photometric!r}'
            )
        return dataclasses.replace(layout, photometric=PHOTOMETRIC.MASK)

    def _find_geometry(
        self, layout: _Layout, scheme: _Scheme
    ) -> _PageGeometry:
        """Return division of pages into strips or tiles."""
        tile = _parse_tile(self.args.tile, layout.volumetric)
        if tile is not None and not layout.stored.page_size:
            tile = None
        if tile is not None:
            if tile[0] > 1 and not layout.volumetric:
                raise ValueError(
                    f'invalid argument tile={tile}: data of shape '
                    f'{self.shape} cannot be stored as volumes'
                )
            if tile[0] > 1 and _CODECS[scheme.code].kind != 'bytes':
                raise ValueError(
                    f'{COMPRESSION(scheme.code)!r} does not support '
                    f'volumetric tiles {tile}'
                )
            block = 8 * max(scheme.subsampling or (1,))
            if scheme.subsampling and (tile[1] % block or tile[2] % block):
                raise ValueError(f'tile shape not a multiple of {block}')
        itemsize = self.dtype.itemsize
        return _divide_page(
            layout.stored, itemsize, tile, self.args.rowsperstrip, scheme
        )

    def _check_truncate(
        self, scheme: _Scheme, geometry: _PageGeometry, isempty: bool
    ) -> bool:
        """Return if only the first page gets an IFD."""
        if isempty:
            warnings.warn(
                f'{self.writer!r} writing zero-size array to nonconformant '
                'TIFF',
                UserWarning,
                stacklevel=_find_stacklevel(),
            )
            return self.metadata is not None
        if not self.args.truncate or self.kind == 'ome':
            return False
        if self.args.subifds:
            raise ValueError('SubIFDs cannot be used with truncated series')
        if scheme.code > 1 or scheme.packed or geometry.tiled:
            raise ValueError(
                'truncate cannot be used with compression, packints, or tiles'
            )
        return True

    def _is_contiguous(self, scheme: _Scheme, geometry: _PageGeometry) -> bool:
        """Return if data of all pages are stored without gaps."""
        if not geometry.size:
            return True
        if scheme.code > 1 or scheme.packed or self.dtype.kind == 'b':
            return False
        return not geometry.tiled or (
            geometry.chunk[:3] == geometry.shaped[1:4]
        )

    def _check_storage(
        self,
        scheme: _Scheme,
        geometry: _PageGeometry,
        contiguous: bool,
    ) -> None:
        """Raise exception if samples cannot be stored."""
        if self.args.subifds and self.is_level:
            raise ValueError('SubIFDs in SubIFDs are not supported')
        if (
            self.given == 'empty'
            and not contiguous
            and (scheme.code > 1 or scheme.packed or not geometry.tiled)
        ):
            raise ValueError('cannot write non-contiguous empty file')

    def _make_templates(
        self,
        layout: _Layout,
        scheme: _Scheme,
        geometry: _PageGeometry,
        colormap: Any,
        truncate: bool,
    ) -> _IfdTemplates:
        """Return IFDs of first and other pages."""
        args = self.args
        tags = _TagList(self.tiff)
        if args.subfiletype is not None:
            tags.add(254, 4, int(args.subfiletype))
        self._add_descriptions(tags, layout, colormap, truncate)
        tags.add_geometry(geometry, layout)
        tags.add_samples(
            layout, scheme, self.dtype, args.extrasamples is not False
        )
        tags.add_resolution(args, self.kind == 'imagej')
        tags.add_texts(args)
        tags.add_blobs(args, colormap)
        if self.kind == 'imagej' and self.metadata:
            for item in imagej_metadata_tag(
                self.metadata, self.tiff.byteorder
            ):
                tags.tags.append(
                    _make_tag_from_tuple(item, self.tiff.byteorder)
                )
        if args.extratags is not None:
            tags.add_extratags(args.extratags, self.writer)
        segments = max(geometry.nsegments, 1)
        counttype = self._find_count_type(scheme, geometry, segments)
        subifds = 1 if args.subifds < 0 else args.subifds

        def make(items: Sequence[_WriteTag]) -> _IfdTemplate:
            return _IfdTemplate(
                self.tiff, items, segments, geometry.tiled, counttype, subifds
            )

        return _IfdTemplates(tags.tags, make)

    def _find_count_type(
        self, scheme: _Scheme, geometry: _PageGeometry, segments: int
    ) -> int:
        """Return data type of bytecounts."""
        if segments == 1:
            return 16 if self.tiff.offsetsize == 8 else 4
        nbytes = geometry.chunksize * self.dtype.itemsize
        if scheme.code > 1 or self.given == 'bytes':
            nbytes *= 10
        if nbytes < 2**16 and self.given != 'bytes':
            return 3
        return 4 if nbytes < 2**32 or self.tiff.offsetsize == 4 else 16

    def _add_descriptions(
        self,
        tags: _TagList,
        layout: _Layout,
        colormap: Any,
        truncate: bool,
    ) -> None:
        """Add descriptions by caller and of series."""
        args = self.args
        if self.kind == 'ome':
            if self.has_description:
                tags.tags.append(_WriteTag(270, 2, 1, b'\0', True))
            return
        if args.description is not None and self.kind != 'imagej':
            tags.tags.append(
                _make_text_tag(270, 'description', args.description)
            )
        if self.kind == 'generic' or (
            self.kind == 'shaped' and self.metadata is None
        ):
            return
        text = _describe(
            self.kind,
            self.shape,
            self.metadata,
            layout.stored.samples,
            colormap is not None,
            truncate,
        )
        reserved = 64 if self.kind == 'imagej' else 16
        data = text.encode('ascii') + bytes(1 + reserved)
        # not inline, because it will grow
        count = max(len(text) + 1, self.tiff.offsetsize + 1)
        tags.tags.append(_WriteTag(270, 2, count, data, True))


# -- writer -------------------------------------------------------------------


@dataclasses.dataclass(slots=True)
class _WrittenSeries:
    """Series that might not be finished.

    Parameters:
        plan: Plan of series.
        offset: Offset of first IFD.
        dataoffset: Offset of data of first page.
        frames: Number of pages whose data were written.
        writes: Number of arrays that were written contiguously.
        ifds: Offsets of IFDs that were written.
        is_level: Series is level of another one.
        finished: All IFDs were written.

    """

    plan: _WritePlan
    offset: int
    dataoffset: int
    frames: int
    ifds: list[int]
    is_level: bool
    writes: int = 1
    finished: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of all arrays that were written."""
        plan = self.plan
        if self.frames == plan.frames * self.writes:
            return (
                (self.writes, *plan.shape) if self.writes > 1 else plan.shape
            )
        # writing was interrupted
        page = [size for size in plan.stored.page_shape if size > 1]
        return self.frames, *page

    def describe(self) -> str:
        """Return description of shape of all arrays that were written."""
        plan, shape = self.plan, self.shape
        metadata = dict(plan.metadata or {})
        if self.frames != plan.frames * self.writes and (
            len(str(metadata.get('axes', ''))) != len(shape)
        ):
            metadata.pop('axes', None)
        return _describe(
            plan.kind,
            shape,
            metadata,
            plan.stored.samples,
            plan.colormap is not None,
            plan.truncate,
        )


@dataclasses.dataclass(slots=True)
class _Levels:
    """Positions of offsets to pages of levels in SubIFDs that follow.

    Parameters:
        links: Positions of offsets to pages of next level.
        remaining: Number of levels.
        step: Distance to positions for level thereafter; 0 if chained.

    """

    links: list[int]
    remaining: int
    step: int


_DEFAULT_METADATA: dict[str, Any] = {}

_WRITER_KINDS = ('generic', 'imagej', 'ome', 'shaped')


class TiffWriter:
    """Write NumPy arrays to TIFF file.

    Instances must be closed after use with :py:meth:`TiffWriter.close`, which
    leaving a `with` block does. They must not be shared by threads.

    The file is not touched before the first image was found to be writable.
    A new file is removed if writing its first page fails. Pages that were
    written before writing failed, or was interrupted, can be read.

    Parameters:
        file: File name, or seekable binary stream open for writing.
        mode:
            Mode in which file is opened: 'w' overwrites an existing file,
            'x' fails if there is one, 'r+' appends to it.
        bigtiff:
            Write 64-bit BigTIFF, which can exceed 4 GB.
        byteorder:
            Byte order of file, '<', '>', or native '=', which is the default.
        append:
            Add images to an existing TIFF file, of which format and byte
            order are kept. A new file is created if there is none. Files
            that describe their contents elsewhere are refused, unless
            'force' is given.
        kind:
            Kind of file: 'generic', 'shaped', 'imagej', or 'ome'. Replaces
            the following arguments.
        imagej: Write ImageJ hyperstack.
        ome:
            Write OME-TIFF. By default, if the extension of the file is
            '.ome.tif' or such, and the first image has no description.
        shaped:
            Describe shape and metadata of images in JSON. The default is
            to do so unless ImageJ or OME-TIFF are written.

    Raises:
        ValueError: Arguments are invalid, or file cannot be appended to.
        TiffFileError: File to append to is not a TIFF file.
        OSError: File cannot be opened.

    Examples:
        Write two images in a row:

        >>> data = numpy.zeros((2, 3, 5, 7), 'uint16')
        >>> with TiffWriter('temp.tif', bigtiff=True) as tif:
        ...     for image in data:
        ...         tif.write(image, photometric='minisblack')

    """

    tiff: TiffFormat
    """Layout of file."""
    _fh: FileHandle
    _kind: str | None  # kind of file, None if not decided
    _shaped: bool
    _out: _Output
    _series: _WrittenSeries | None
    _levels: _Levels | None
    _description: tuple[int, int, int, int] | None  # see _IfdTemplate
    _omexml: OmeXml | None
    _path: str | None  # name of file, unless it is a stream
    _created: bool  # file did not exist before
    _failed: bool  # writing failed
    _closed: bool

    def __init__(
        self,
        file: FileInput,
        /,
        *,
        mode: Literal['w', 'x', 'r+'] | None = None,
        bigtiff: bool = False,
        byteorder: ByteOrderCode | None = None,
        append: bool | str = False,
        kind: Literal['generic', 'imagej', 'ome', 'shaped'] | None = None,
        imagej: bool = False,
        ome: bool | None = None,
        shaped: bool | None = None,
    ) -> None:
        if byteorder not in {None, '<', '>', '=', '|'}:
            raise ValueError(
                f"invalid argument {byteorder=!r}; must be '<', '>', or '='"
            )
        self._series = None
        self._levels = None
        self._omexml = None
        self._description = None
        self._path = None
        self._created = False
        self._failed = False
        self._closed = False
        self._kind = _parse_kind(kind, imagej, ome, shaped)
        self._shaped = shaped is None or bool(shaped)
        append = _parse_append(file, mode, append)
        if append:
            found = _find_append_position(file, append == 'force')
            if found is not None:
                self.tiff, link = found
                self._fh = FileHandle(file, mode='r+b')
                self._out = _Output(
                    self._fh, self.tiff, link, self._fh.size, False
                )
                return
        if self._kind == 'imagej' and bigtiff:
            warnings.warn(
                f'{file!r:.64} writing nonconformant BigTIFF ImageJ',
                UserWarning,
                stacklevel=2,
            )
        if byteorder not in {'<', '>'}:
            byteorder = NATIVE_BYTEORDER  # type: ignore[assignment]
        size = 8 if bigtiff else 4
        self.tiff = _tiff_format(43 if bigtiff else 42, str(byteorder), size)
        self._fh, self._path, self._created = _create_file(file, mode)
        clear = self._path is not None and not self._created
        self._out = _Output(self._fh, self.tiff, size, 0, clear)
        mark = b'II' if byteorder == '<' else b'MM'
        version = '4sHHHQ' if bigtiff else '4sHI'
        header = (43, 8, 0, 0) if bigtiff else (42, 0)
        self._out.write(
            mark + struct.pack(f'{byteorder}{version}', b'', *header)[4:]
        )

    @property
    def filehandle(self) -> FileHandle:
        """Handle of file."""
        self._fh.refresh_size()
        return self._fh

    @property
    def _ifdoffset(self) -> int:
        """Position in file of offset to next IFD."""
        return self._out.link

    @property
    def _dataoffset(self) -> int | None:
        """Position in file of image data of current series."""
        return None if self._series is None else self._series.dataoffset

    def write(
        self,
        data: ArrayLike | Iterator[NDArray[Any] | bytes | Any] | None = None,
        *,
        shape: Sequence[int] | None = None,
        dtype: DTypeLike | None = None,
        photometric: PHOTOMETRIC | int | str | None = None,
        planarconfig: PLANARCONFIG | int | str | None = None,
        extrasamples: (
            Sequence[EXTRASAMPLE | int | str] | Literal[False] | str | None
        ) = None,
        volumetric: bool = False,
        tile: Sequence[int] | None = None,
        rowsperstrip: int | None = None,
        bitspersample: int | None = None,
        compression: COMPRESSION | int | str | bool | None = None,
        compressionargs: dict[str, Any] | None = None,
        predictor: PREDICTOR | int | str | bool | None = None,
        subsampling: tuple[int, int] | None = None,
        jpegtables: bytes | None = None,
        iccprofile: bytes | None = None,
        colormap: ArrayLike | None = None,
        description: str | bytes | None = None,
        datetime: str | bool | DateTime | None = None,
        resolution: (
            tuple[float | tuple[int, int], float | tuple[int, int]] | None
        ) = None,
        resolutionunit: RESUNIT | int | str | None = None,
        subfiletype: FILETYPE | int | None = None,
        software: str | bytes | bool | None = None,
        subifds: int | Sequence[int] | None = None,
        metadata: dict[str, Any] | None = _DEFAULT_METADATA,
        extratags: Sequence[tuple[Any, ...]] | None = None,
        contiguous: bool = False,
        truncate: bool = False,
        align: int | None = None,
        maxworkers: int | None = None,
        buffersize: int | None = None,
        returnoffset: bool = False,
    ) -> tuple[int, int] | None:
        """Write array to a series of TIFF pages.

        All arguments are checked before the file is touched.

        Parameters:
            data:
                Array, or array-like object such as a dask or zarr array,
                which is read in parts. Or iterator over tiles (arrays that
                fit in `tile`), pages, or encoded tiles or strips (bytes, or
                bytes and their number to be recorded). Items that are None
                are zero. By default, pages are zero.
            shape: Shape of array, if that is not known from `data`.
            dtype: Data type of array, if that is not known from `data`.
            photometric:
                Color space. The default is 'rgb' if the last or third to last
                dimension has length 3 or 4, 'miniswhite' for bool, else
                'minisblack'. A colormap makes it 'palette'.
            planarconfig:
                Samples are stored with pixels ('contig', in the last
                dimension) or in planes ('separate', in the dimension before
                that of rows).
            extrasamples:
                Meaning of samples beyond those of the color space:
                'unspecified', 'assocalpha', or 'unassalpha'. False to not
                write the tag, an empty tuple to have none.
            volumetric: Store volumes in pages, which few readers support.
            tile:
                Length and width of tiles, which are multiples of 16. Length
                of three: depth, length, and width.
            rowsperstrip:
                Number of rows in strips. The default is the length of the
                image, or about 256 KB if `compression` is used.
            bitspersample:
                Number of bits to which unsigned integers are packed.
            compression:
                Scheme to compress segments with, such as 'zlib', 'lzw',
                'zstd', or 'jpeg'.
            compressionargs:
                Arguments of the encoder, such as `level`.
            predictor:
                Scheme to apply to samples before compression. True selects
                one that suits the data type.
            subsampling: Factors by which JPEG reduces color.
            jpegtables: JPEG tables shared by encoded segments.
            iccprofile: ICC color profile.
            colormap: RGB values of all samples, of shape (3, 2**bits).
            description:
                Text to describe the image, 7-bit ASCII, or bytes. Not for
                OME and ImageJ.
            datetime:
                Date and time in format '%Y:%m:%d %H:%M:%S', or datetime, or
                True for the current one.
            resolution:
                Number of pixels per `resolutionunit` in X and Y direction,
                as numbers, or numerators and denominators.
            resolutionunit:
                Unit of resolution. The default is 'inch' if a resolution is
                given and ImageJ is not written, else 'none'.
            subfiletype: Bits to describe the kind of image.
            software: Name of software. False to not write the tag.
            subifds:
                Number of following series that are sub-resolutions of this
                one. A negative number chains them to each other.
            metadata:
                Additional metadata in JSON, ImageJ, or OME-XML format.
                Key `axes` names the dimensions. None to not describe the
                series.
            extratags:
                Tags to write: code or name, data type, count, value, and
                whether to write them to the first page only.
            contiguous:
                Append data to those of the previous series if shape and data
                type are the same. Other arguments are ignored then.
            truncate: Do not write IFDs of pages but the first.
            align: Alignment of image data in the file. The default is 16.
            maxworkers: Maximum number of threads to encode segments.
            buffersize: Number of bytes to encode in one pass.
            returnoffset: Return where the data are if they are contiguous.

        Returns:
            Offset and size in bytes of contiguous data, if requested.

        Raises:
            ValueError, TypeError: Arguments are invalid.
            NotImplementedError: Bilevel data cannot be compressed.
            OSError: File cannot be written.

        """
        if contiguous and self._extend_series(data, shape, dtype, colormap):
            series = self._series
            assert series is not None
            if compression or bitspersample or tile:
                raise ValueError(
                    'contiguous cannot be used with compression, tiles, etc.'
                )
            return self._append_contiguous(data, returnoffset)
        if metadata is not None:
            metadata = tuple(metadata.items())  # type: ignore[assignment]
        if compressionargs is not None:
            compressionargs = tuple(compressionargs.items())  # type: ignore[assignment]
        args = _WriteArguments(
            _parse_shape(shape),
            None if dtype is None else numpy.dtype(dtype),
            photometric,
            planarconfig,
            extrasamples,
            bool(volumetric),
            None if tile is None else tuple(map(operator.index, tile)),
            (
                None
                if rowsperstrip is None
                else _parse_count('rowsperstrip', rowsperstrip)
            ),
            bitspersample,
            compression,
            compressionargs,
            predictor,
            None if subsampling is None else tuple(subsampling),
            jpegtables,
            iccprofile,
            colormap,
            description,
            datetime,
            resolution,
            resolutionunit,
            subfiletype,
            software,
            _parse_subifds(subifds),
            metadata,
            extratags,
            bool(contiguous),
            bool(truncate),
            16 if align is None else _parse_count('align', align, 1),
            maxworkers,
            buffersize,
        )
        return self._write(data, args, returnoffset)

    def save(self, *args: Any, **kwargs: Any) -> tuple[int, int] | None:
        """Write array. Deprecated, use :py:meth:`TiffWriter.write`."""
        warnings.warn(
            '<tifffile.TiffWriter.save> is deprecated; use TiffWriter.write',
            DeprecationWarning,
            stacklevel=2,
        )
        return self.write(*args, **kwargs)

    # -- steps ----------------------------------------------------------------

    def _write(
        self, data: Any, args: _WriteArguments, returnoffset: bool
    ) -> tuple[int, int] | None:
        """Plan, encode, and emit series."""
        try:
            source, data, shape, dtype = _parse_data(data, args)
            plan = self._plan(args, shape, dtype, source)
            self._check_ome(plan)
        except BaseException:
            self._failed = True
            raise
        try:
            self._finish_series()
            if plan.is_contiguous:
                self._write_contiguous(plan, source, data)
            else:
                self._write_pages(plan, source, data)
        except BaseException:
            self._failed = True
            raise
        series = self._series
        if returnoffset and plan.is_contiguous and series is not None:
            return series.dataoffset, plan.nbytes
        return None

    def _plan(
        self,
        args: _WriteArguments,
        shape: tuple[int, ...],
        dtype: numpy.dtype[Any],
        source: str,
    ) -> _WritePlan:
        """Return plan of series, which may be that of the previous one."""
        if self._kind is None:
            isome = self._has_ome_name and args.description is None
            kind = 'ome' if isome else self._default_kind
        else:
            kind = self._kind
        is_level, number = self._expect_level()
        if kind == 'imagej' and self._series is not None:
            raise ValueError(
                'the ImageJ format does not support non-contiguous series'
            )
        key = None
        if kind != 'ome' and not args.subifds and args.datetime is None:
            key = _make_cache_key(
                args, shape, dtype, source, kind, is_level, self.tiff
            )
        plan = None if key is None else _PLANS.get(key)
        if plan is None:
            plan = _Planner(
                self,
                self.tiff,
                kind,
                args,
                shape,
                dtype,
                source,
                kind == 'ome' and self._omexml is None,
                is_level,
            ).plan()
            if key is not None and not _is_warned(args, plan):
                if len(_PLANS) >= 16:
                    _PLANS.clear()
                _PLANS[key] = plan
        if is_level and plan.frames != number:
            raise ValueError(
                f'SubIFD level of shape {shape} has {plan.frames} pages, '
                f'not {number}'
            )
        self._check_size(plan)
        self._kind = kind
        return plan

    def _expect_level(self) -> tuple[bool, int]:
        """Return if next series is a level, and its number of pages."""
        series, levels = self._series, self._levels
        if series is not None and not series.finished:
            if series.is_level:
                assert levels is not None
                return levels.remaining > 1, len(levels.links)
            if series.plan.subifds:
                return True, series.frames
        if levels is not None:
            return levels.remaining > 0, len(levels.links)
        return False, 0

    def _check_size(self, plan: _WritePlan) -> None:
        """Raise exception if data are too large for format of file."""
        if (
            self.tiff.offsetsize == 4
            and plan.kind != 'imagej'
            and plan.scheme.code == 1
            and not plan.scheme.packed
            and self._out.end + plan.nbytes > 2**32 - 1
        ):
            raise ValueError(
                f'data too large for standard TIFF file: {plan.nbytes} bytes; '
                'use bigtiff=True'
            )

    @property
    def _has_ome_name(self) -> bool:
        """Extension of name of file is that of OME-TIFF."""
        if self._path is None:
            return '.ome.' in self._fh.extension
        name = os.path.basename(self._path).lower()
        return os.path.splitext(name)[0].endswith('.ome')

    @property
    def _default_kind(self) -> str:
        """Kind of file that is neither ImageJ nor OME."""
        return 'shaped' if self._shaped else 'generic'

    def _check_ome(self, plan: _WritePlan) -> None:
        """Raise exception if series cannot be described by OME-XML."""
        if plan.kind != 'ome':
            return
        metadata = plan.metadata or {}
        omexml = self._omexml
        if omexml is None:
            self._omexml = OmeXml(**metadata)
            omexml = self._omexml.copy()
        else:
            omexml = omexml.copy()
        if self._expect_level()[0]:
            return
        series = self._series
        if series is not None and not (series.finished or series.is_level):
            self._add_ome_image(omexml, series)
        stored = plan.stored
        try:
            omexml.addimage(plan.dtype, plan.shape, stored, **metadata)
        except (OmeXmlError, ValueError, IndexError, KeyError):
            # more may follow contiguously
            if not plan.is_contiguous or 'axes' not in metadata:
                raise
            axes = metadata['axes']
            if len(axes) != len(plan.shape) + 1:
                raise

    def _write_contiguous(
        self, plan: _WritePlan, source: str, data: Any
    ) -> None:
        """Write data of all pages in one go, and the first IFD."""
        out = self._out
        mark = out.end
        offset = plan.first.place(mark)
        dataoffset = _round_up(offset + plan.first.size, plan.align)
        self._series = None
        out.pad(dataoffset)
        frames = plan.frames
        try:
            self._write_blocks(plan, source, data)
        except BaseException:
            pagebytes = plan.pagebytes
            frames = (out.end - dataoffset) // pagebytes if pagebytes else 0
            if frames < 1:
                out.rollback(mark)
                raise
            out.rollback(dataoffset + frames * pagebytes)
            self._commit_first(plan, offset, dataoffset, frames)
            raise
        self._commit_first(plan, offset, dataoffset, frames)

    def _commit_first(
        self, plan: _WritePlan, offset: int, dataoffset: int, frames: int
    ) -> None:
        """Write and link IFD of first page of contiguous series."""
        bytecounts = plan.bytecounts
        offsets = _sum_offsets(dataoffset, bytecounts)
        out = self._out
        out.patch(offset, plan.first.make(offset, offsets, bytecounts))
        self._commit(plan, plan.first, offset, 0)
        out.flush()
        self._begin_series(plan, offset, dataoffset, frames, [offset])

    def _write_blocks(self, plan: _WritePlan, source: str, data: Any) -> None:
        """Write data of contiguous series."""
        out = self._out
        if source == 'empty' or plan.nbytes == 0:
            out.skip(plan.nbytes)
        elif source == 'array' and _is_stored(data, plan.dtype):
            out.write(data)
        elif source == 'array':
            for block in _ArraySamples(data, plan.stored).iter_blocks(
                plan.dtype
            ):
                out.write(block)
        else:
            for block in _iter_given_blocks(data, plan):
                out.write(block)

    def _write_pages(self, plan: _WritePlan, source: str, data: Any) -> None:
        """Write pages one after the other: IFD, segments, link."""
        out = self._out
        self._series = None
        stream = _encode_segments(plan, source, data)
        ifds: list[int] = []
        done = out.pages
        dataoffset = 0
        try:
            for frame in range(plan.frames):
                template = plan.rest if frame else plan.first
                mark = out.end
                offset = template.place(mark)
                start = _round_up(offset + template.size, plan.align)
                try:
                    offsets, counts = _write_segments(
                        out, stream, start, template.segments
                    )
                    ifd = template.make(offset, offsets, counts)
                except BaseException:
                    out.rollback(mark)
                    raise
                out.patch(offset, ifd)
                self._commit(plan, template, offset, frame)
                dataoffset = dataoffset or start
                ifds.append(offset)
        finally:
            stream.close()
            try:
                if ifds:
                    out.flush()
            finally:
                frames = out.pages - done
                if frames:
                    self._begin_series(
                        plan, ifds[0], dataoffset, frames, ifds[:frames]
                    )

    def _commit(
        self,
        plan: _WritePlan,
        template: _IfdTemplate,
        offset: int,
        index: int,
    ) -> None:
        """Link IFD of page to previous page, or to page it is a level of."""
        levels = self._levels
        link = 0
        if levels is not None and levels.remaining > 0:
            link = levels.links[index]
        self._out.commit(offset, offset + template.next, link)

    def _begin_series(
        self,
        plan: _WritePlan,
        offset: int,
        dataoffset: int,
        frames: int,
        ifds: list[int],
    ) -> None:
        """Keep what is needed to finish series."""
        tag, value, size, count = plan.first.description
        if tag:
            self._description = offset + tag, offset + value, size, count
        self._series = _WrittenSeries(
            plan,
            offset,
            dataoffset,
            frames,
            ifds,
            self._levels is not None and self._levels.remaining > 0,
        )

    def _extend_series(
        self, data: Any, shape: Any, dtype: Any, colormap: Any
    ) -> bool:
        """Return if data are like those of previous contiguous series."""
        series = self._series
        if series is None or series.finished or series.is_level:
            return False
        plan = series.plan
        if not plan.is_contiguous or plan.subifds or plan.nbytes == 0:
            return False
        if series.frames != plan.frames * series.writes:
            return False
        if type(data) is not numpy.ndarray:
            if data is None or hasattr(data, '__next__'):
                if shape is None or dtype is None:
                    return False
            elif not hasattr(data, 'dtype'):
                data = numpy.asarray(data, dtype or numpy.float64)
        if hasattr(data, 'dtype'):
            shape, dtype = data.shape, data.dtype
        dtype = numpy.dtype(dtype)
        if tuple(shape) != plan.shape or (
            dtype != plan.dtype
            and dtype.newbyteorder(self.tiff.byteorder) != plan.dtype
        ):
            return False
        if colormap is None or plan.colormap is None:
            return colormap is plan.colormap
        return numpy.array_equal(plan.colormap, colormap)

    def _append_contiguous(
        self, data: Any, returnoffset: bool
    ) -> tuple[int, int] | None:
        """Append data to contiguous series."""
        series = self._series
        assert series is not None
        plan = series.plan
        out = self._out
        start = out.end
        try:
            if _is_stored(data, plan.dtype):
                out.write(data)
            else:
                source = 'array'
                if data is None:
                    source = 'empty'
                elif hasattr(data, '__next__'):
                    source = 'arrays'
                elif not hasattr(data, 'dtype'):
                    data = numpy.asarray(data, plan.dtype)
                self._write_blocks(plan, source, data)
            out.flush()
        except BaseException:
            self._failed = True
            out.rollback(start)
            raise
        series.frames += plan.frames
        series.writes += 1
        return (start, plan.nbytes) if returnoffset else None

    # -- finish ---------------------------------------------------------------

    def _finish_series(self) -> None:
        """Write remaining IFDs and description of previous series."""
        series = self._series
        if series is None or series.finished:
            return
        plan = series.plan
        ifds = self._write_remaining(series)
        series.finished = True
        if plan.kind == 'ome':
            if not series.is_level:
                assert self._omexml is not None
                self._add_ome_image(self._omexml, series)
        elif (
            series.shape != plan.shape
            and self._description is not None
            and (
                plan.kind == 'imagej'
                or (plan.kind == 'shaped' and plan.metadata is not None)
            )
        ):
            self._overwrite_description(
                _encode_text('description', series.describe())
            )
        self._link_remaining(series, ifds)
        self._advance_levels(series)
        self._out.flush()

    def _write_remaining(self, series: _WrittenSeries) -> Sequence[int]:
        """Write IFDs of pages of contiguous series but the first.

        Returns:
            Offsets of IFDs, which are not linked yet.

        """
        plan, out = series.plan, self._out
        number = series.frames - 1
        if not plan.is_contiguous or plan.truncate or number < 1:
            return ()
        template = plan.rest
        size = template.size
        if plan.subifds or series.is_level:
            # IFDs are linked one by one, at places that suit
            offset = out.end
            places: list[int] = []
            for _ in range(number):
                places.append(template.place(offset))
                offset = places[-1] + size
            ifds: Sequence[int] = places
        else:
            offset = out.end + out.end % 2 + (number - 1) * size
            offset = template.place(offset) - (number - 1) * size
            ifds = range(offset, offset + number * size, size)
        if self.tiff.offsetsize == 4 and ifds[-1] + size > 2**32 - 32:
            if plan.kind == 'imagej':
                warnings.warn(
                    f'{self!r} truncating ImageJ file',
                    UserWarning,
                    stacklevel=_find_stacklevel(),
                )
                return ()
            raise ValueError('data too large for non-BigTIFF file')
        bytecounts = plan.bytecounts
        first = numpy.array(
            _sum_offsets(series.dataoffset, bytecounts), numpy.int64
        )
        if not isinstance(ifds, range):
            for index, offset in enumerate(ifds, 1):
                offsets = (first + index * plan.pagebytes).tolist()
                out.pad(offset)
                out.write(template.make(offset, offsets, bytecounts))
            return ifds
        out.pad(offset)
        for index in range(0, number, _BLOCK_IFDS):
            count = min(_BLOCK_IFDS, number - index)
            pages = numpy.arange(1 + index, 1 + index + count)[:, None]
            block = template.make_many(
                ifds[index], first + pages * plan.pagebytes, bytecounts
            )
            if index + count < number:
                # link to next block
                link = self.tiff._offset.pack(ifds[index + count])
                block[-1, template.next : template.next + len(link)] = (
                    numpy.frombuffer(link, numpy.uint8)
                )
            out.write(block)
        return ifds

    def _link_remaining(
        self, series: _WrittenSeries, ifds: Sequence[int]
    ) -> None:
        """Link IFDs of pages of contiguous series but the first."""
        if not ifds:
            return
        template, out = series.plan.rest, self._out
        if isinstance(ifds, range):
            out.commit(ifds[0], ifds[-1] + template.next)
        else:
            for index, offset in enumerate(ifds, 1):
                self._commit(series.plan, template, offset, index)
            series.ifds.extend(ifds)
        out.flush()

    def _advance_levels(self, series: _WrittenSeries) -> None:
        """Find out where to link levels that follow series."""
        levels, plan = self._levels, series.plan
        if levels is not None and levels.remaining > 0:
            levels.remaining -= 1
            if levels.step:
                levels.links = [link + levels.step for link in levels.links]
            else:
                levels.links = [
                    ifd + (plan.rest.next if i else plan.first.next)
                    for i, ifd in enumerate(series.ifds)
                ]
            if levels.remaining == 0:
                self._levels = None
            return
        if plan.subifds and self._levels is not None:
            levels = self._levels
        if plan.subifds:
            self._levels = _Levels(
                [
                    ifd + (plan.rest.subifds if i else plan.first.subifds)
                    for i, ifd in enumerate(series.ifds)
                ],
                abs(plan.subifds),
                self.tiff.offsetsize if plan.subifds > 0 else 0,
            )

    def _add_ome_image(self, omexml: OmeXml, series: _WrittenSeries) -> None:
        """Add image of series to OME-XML."""
        plan = series.plan
        stored = dataclasses.replace(plan.stored, frames=series.frames)
        metadata = dict(plan.metadata or {})
        try:
            omexml.addimage(plan.dtype, series.shape, stored, **metadata)
        except (OmeXmlError, ValueError):
            if series.frames == plan.frames * series.writes:
                raise
            # what was written before writing failed
            metadata = {'Name': metadata.get('Name', 'incomplete')}
            omexml.addimage(plan.dtype, series.shape, stored, **metadata)

    def overwrite_description(self, description: str | bytes, /) -> None:
        """Overwrite value of last ImageDescription tag.

        Can be used to write OME-XML after writing images. Closing the file
        does not change the description again.

        Parameters:
            description: Text, 7-bit ASCII, or bytes.

        Raises:
            ValueError: Last series has no description.

        """
        if self._description is None:
            raise ValueError('no ImageDescription tag found')
        data = _encode_text('description', description)
        series = self._series
        if series is not None and not series.finished:
            self._link_remaining(series, self._write_remaining(series))
            if series.plan.kind == 'ome' and not series.is_level:
                assert self._omexml is not None
                self._add_ome_image(self._omexml, series)
            series.finished = True
            self._advance_levels(series)
        self._overwrite_description(data)
        self._description = None

    def _overwrite_description(self, data: bytes) -> None:
        """Overwrite value of last ImageDescription tag.

        At any time, either the old or the new value can be read.

        """
        assert self._description is not None
        tag, value, size, count = self._description
        tiff, out = self.tiff, self._out
        out.flush()
        number = len(data).to_bytes(tiff.offsetsize, tiff.endian)
        threshold = tiff.tagoffsetthreshold
        if len(data) <= threshold:
            field = data + bytes(threshold - len(data))
            out.patch(tag + 4, number + field)
        elif threshold < size and max(len(data), count) <= min(
            size, _SECTOR_BYTES - value % _SECTOR_BYTES
        ):
            # what follows the value is zero
            field = data + bytes(max(count - len(data), 0))
            if len(data) > count:
                out.patch(tag + 4, number)
                out.patch(value, field)
            else:
                out.patch(value, field)
                out.patch(tag + 4, number)
        else:
            out.pad(out.end + out.end % 2)
            value, size = out.end, len(data)
            out.write(data)
            out.flush()
            field = value.to_bytes(tiff.offsetsize, tiff.endian)
            out.patch(tag + 4, number + field)
        self._description = tag, value, size, len(data)

    def close(self) -> None:
        """Write what remains of last series and close file."""
        if self._closed:
            return
        self._closed = True
        try:
            self._finish()
        finally:
            if not self._fh.closed:
                self._fh.close()

    def _finish(self) -> None:
        """Finish file; remove it if writing failed and it has no pages."""
        out = self._out
        if self._failed and out.pages == 0:
            self._discard()
            return
        self._finish_series()
        if self._omexml is not None and self._description is not None:
            xml = self._omexml.tostring(declaration=True)
            self._overwrite_description(xml.encode() + b'\0')
        out.flush()
        if (
            self._failed
            and self._path is not None
            and (self._fh.refresh_size() > out.end)
        ):
            self._fh.truncate(out.end)
        if not self._fh.closed:
            self._fh.seek(out.end)

    def _discard(self) -> None:
        """Remove file unless it is one that was not touched."""
        self._fh.close()
        if self._path is None or not (self._created or self._out.touched):
            return
        if os.path.isfile(self._path):
            os.remove(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc_type is None:
            self.close()
            return
        self._failed = True
        try:
            self.close()
        except (OSError, ValueError, OmeXmlError) as exc:
            # the first exception tells more
            logger().warning(f'{self!r} failed to finish file: {exc!r}')

    def __repr__(self) -> str:
        return f'<tifffile.TiffWriter {snipstr(self._fh.name, 32)!r}>'


def _parse_kind(
    kind: str | None, imagej: bool, ome: bool | None, shaped: bool | None, /
) -> str | None:
    """Return kind of file, None if it depends on the first image."""
    if kind is not None:
        if str(kind).lower() not in _WRITER_KINDS:
            raise ValueError(
                f'invalid argument {kind=!r}; must be one of {_WRITER_KINDS}'
            )
        return str(kind).lower()
    if ome:
        return 'ome'
    if imagej:
        return 'imagej'
    if ome is None:
        return None
    return 'generic' if shaped is False else 'shaped'


def _parse_append(
    file: Any, mode: str | None, append: bool | str, /
) -> bool | str:
    """Return if an existing file is appended to."""
    if mode not in {None, 'w', 'x', 'r+', 'wb', 'xb', 'r+b'}:
        raise ValueError(
            f"invalid argument {mode=!r}; must be 'w', 'x', or 'r+'"
        )
    if append not in {False, True, 'force'}:
        raise ValueError(
            f"invalid argument {append=!r}; must be False, True, or 'force'"
        )
    isopen = isinstance(file, FileHandle) and file.mode == 'r+b'
    if mode in {'r+', 'r+b'} or (isopen and mode is None):
        return append or True
    if append and mode is not None:
        raise ValueError("append mode must be 'r+'")
    return append


def _find_append_position(
    file: Any, force: bool, /
) -> tuple[TiffFormat, int] | None:
    """Return layout of file, and position of offset to next IFD.

    Returns:
        None if file does not exist.

    Raises:
        ValueError: File must not be appended to.

    """
    position = None
    if not isinstance(file, FileHandle) and hasattr(file, 'seek'):
        position = file.tell()
    try:
        with TiffFile(file) as tif:
            if not force and not tif.is_appendable:
                raise ValueError('cannot append to file containing metadata')
            if tif.tiff.is_ndpi:
                raise ValueError('cannot append to NDPI file')
            return tif.tiff, tif.pages._chain.link
    except OSError:
        return None
    finally:
        if position is not None:
            file.seek(position)


def _create_file(
    file: FileInput, mode: str | None, /
) -> tuple[FileHandle, str | None, bool]:
    """Return handle of file, its name, and if it did not exist.

    The contents of existing files are not erased yet.

    """
    if not isinstance(file, str | os.PathLike) or (
        isinstance(file, str) and '://' in file
    ):
        return FileHandle(file, mode='wb'), None, False
    path = os.path.abspath(os.fspath(file))
    if mode in {'x', 'xb'}:
        return FileHandle(path, mode='xb'), path, True
    if os.path.isfile(path):
        return FileHandle(path, mode='r+b'), path, False
    return FileHandle(path, mode='wb'), path, True


def _parse_data(
    data: Any, args: _WriteArguments, /
) -> tuple[str, Any, tuple[int, ...], numpy.dtype[Any]]:
    """Return kind of data, data, and their shape and type.

    Raises:
        ValueError: Shape or data type are missing or do not match data.

    """
    shape, dtype = args.shape, args.dtype
    if data is None or hasattr(data, '__next__'):
        if shape is None or dtype is None:
            raise ValueError("missing required 'shape' or 'dtype' argument")
        if data is None:
            return 'empty', None, shape, dtype
        try:
            first, data = peek_iterator(data)
        except StopIteration:
            raise ValueError('iterator contains no data') from None
        if isinstance(first, tuple) and not isinstance(first[0], bytes):
            raise TypeError(
                'tuples from iterator must contain bytes and their number'
            )
        isbytes = isinstance(first, tuple | bytes | bytearray | memoryview)
        return 'bytes' if isbytes else 'arrays', data, shape, dtype
    if not (
        isinstance(getattr(data, 'dtype', None), numpy.dtype)
        and hasattr(data, 'shape')
        and hasattr(data, '__getitem__')
    ):
        data = numpy.asarray(data, dtype or numpy.float64)
    elif isinstance(data, numpy.ndarray | numpy.generic):
        data = numpy.asarray(data)
    datashape = tuple(int(size) for size in data.shape)
    if (
        dtype is not None
        and dtype != data.dtype
        and dtype.newbyteorder('=') != data.dtype.newbyteorder('=')
    ):
        raise ValueError(
            f'dtype argument {dtype} does not match data dtype {data.dtype}'
        )
    if shape is not None and shape != datashape:
        raise ValueError(
            f'shape argument {shape} does not match data shape {datashape}'
        )
    return 'array', data, datashape, data.dtype


def _make_cache_key(
    args: _WriteArguments,
    shape: tuple[int, ...],
    dtype: numpy.dtype[Any],
    source: str,
    kind: str,
    is_level: bool,
    tiff: TiffFormat,
    /,
) -> tuple[Any, ...] | None:
    """Return what a plan depends on, None if that can change unnoticed.

    Calls that might issue warnings are not to be remembered either.

    """
    if (
        0 in shape
        or args.extratags is not None
        or args.subsampling is not None
        or (kind == 'imagej' and args.description is not None)
    ):
        return None
    if args.metadata and any(
        type(value) is not str for _, value in args.metadata
    ):
        return None
    types = tuple(
        map(
            type,
            (
                args.compression,
                args.predictor,
                args.extrasamples,
                args.software,
            ),
        )
    )
    key = args, types, shape, dtype, source, kind, is_level, tiff
    try:
        hash(key)
    except TypeError:
        return None
    return key


def _is_warned(args: _WriteArguments, plan: _WritePlan, /) -> bool:
    """Return if a warning was issued about RGB that might not be meant."""
    return (
        args.photometric is None
        and plan.layout.photometric == PHOTOMETRIC.RGB
        and (plan.stored.is_planar or plan.dtype.char not in 'BH')
    )


# plans of recent calls, many of which are alike
_PLANS: dict[tuple[Any, ...], _WritePlan] = {}


def _encode_segments(
    plan: _WritePlan, source: str, data: Any, /
) -> Generator[Any]:
    """Yield encoded segments of all pages.

    Yields:
        Bytes, contiguous array, or bytes and size to be recorded. Empty bytes
        if the segment is missing.

    """
    geometry = plan.geometry
    segments: Iterator[_Segment]
    if source == 'array':
        samples = _ArraySamples(data, plan.stored)
        segments = _iter_array_segments(samples, geometry)
    elif source == 'empty':
        blank = numpy.zeros(geometry.chunk, plan.dtype)
        segments = itertools.repeat(
            _Segment(blank, geometry.chunk), geometry.nsegments * plan.frames
        )
    else:
        segments = _iter_given_segments(
            data, geometry, plan.dtype, plan.frames
        )
    encode = plan.encoder.encode

    def process(segment: _Segment) -> Any:
        data, shape = segment
        if isinstance(data, bytes | bytearray | memoryview | tuple):
            return data
        if data is None and geometry.tiled:
            return b''
        return encode(data, shape)

    nbytes = max(geometry.chunksize * plan.dtype.itemsize, 1)
    number = geometry.nsegments * plan.frames
    # of several segments per task, and several tasks per thread
    number = min(_TASK_BYTES // nbytes, number // (4 * plan.maxworkers))
    yield from _map_ordered(process, segments, plan.maxworkers, max(number, 1))


# tasks of threads encode about this many bytes
_TASK_BYTES = 2**19


def _write_segments(
    out: _Output, stream: Iterator[Any], start: int, number: int, /
) -> tuple[list[int], list[int]]:
    """Append segments of page and return their offsets and sizes."""
    offsets: list[int] = []
    bytecounts: list[int] = []
    out.pad(start)
    for data in itertools.islice(stream, number):
        if isinstance(data, tuple):
            data, size = data
            size = _parse_count('bytecount', size)
            if size > len(data):
                raise ValueError(
                    f'bytecount {size} is larger than segment of '
                    f'{len(data)} bytes'
                )
        else:
            size = data.nbytes if hasattr(data, 'nbytes') else len(data)
        offsets.append(out.end if size else 0)
        bytecounts.append(size)
        out.write(data)
    return offsets, bytecounts


def _is_stored(data: Any, dtype: numpy.dtype[Any], /) -> bool:
    """Return if array is in memory as it is in the file."""
    return (
        type(data) is numpy.ndarray
        and data.dtype == dtype
        and data.flags.c_contiguous
    )


def _round_up(offset: int, align: int, /) -> int:
    """Return offset that is a multiple of alignment."""
    return -(-offset // align) * align


def _sum_offsets(offset: int, bytecounts: Sequence[int], /) -> list[int]:
    """Return offsets of contiguous segments, zero if they are empty."""
    offsets = itertools.accumulate(bytecounts, initial=offset)
    return [
        start if size else 0
        for start, size in zip(offsets, bytecounts, strict=False)
    ]


# remaining IFDs are made in blocks of this number
_BLOCK_IFDS = 2**14


# =============================================================================
# 15  Stores and sequences
# =============================================================================

# -- codecs of Zarr -----------------------------------------------------------

# -- Zarr stores --------------------------------------------------------------

# -- fsspec references --------------------------------------------------------

# -- file sequences -----------------------------------------------------------

# -- lazy arrays --------------------------------------------------------------

# =============================================================================
# 16  Front door
# =============================================================================


def imread(
    files: (
        str
        | os.PathLike[Any]
        | FileHandle
        | IO[bytes]
        | Sequence[str | os.PathLike[Any]]
        | None
    ) = None,
    *,
    selection: Any = None,
    key: int | slice | Iterable[int] | None = None,
    series: int | None = None,
    kind: str | None = None,
    level: int | None = None,
    squeeze: bool | None = None,
    out: OutputType = None,
    maxworkers: int | None = None,
    buffersize: int | None = None,
    mode: str | None = None,
    name: str | None = None,
    offset: int | None = None,
    size: int | None = None,
    omexml: str | None = None,
    limits: Limits | None = None,
    superres: int | None = None,
    _multifile: bool | None = None,
    _useframes: bool | None = None,
    **kwargs: Any,
) -> NDArray[Any]:
    """Return image from TIFF file as NumPy array.

    Parameters:
        files: File name, seekable binary stream, or URL.
        selection: Part of image to read; see :py:meth:`TiffFile.asarray`.
        key: Pages to read; see :py:meth:`TiffFile.asarray`.
        series: Series to read; see :py:meth:`TiffFile.asarray`.
        kind: Kind of series; see :py:meth:`TiffFile.asarray`.
        level: Resolution level; see :py:meth:`TiffFile.asarray`.
        squeeze: Remove dimensions of length one from shape.
        out: Where to store image; see :py:meth:`TiffFile.asarray`.
        maxworkers: Maximum number of threads to decode segments.
        buffersize: Number of bytes to fetch at once from remote files.
        mode: File open mode; see :py:class:`TiffFile`.
        name: Name of stream; see :py:class:`TiffFile`.
        offset: Position of embedded file; see :py:class:`TiffFile`.
        size: Size of embedded file; see :py:class:`TiffFile`.
        omexml: OME metadata; see :py:class:`TiffFile`.
        limits: Limits of allocations; see :py:class:`TiffFile`.
        superres: Super-resolution level of EER files.
        _multifile: Follow references to other files.
        _useframes: Read pages as :py:class:`TiffFrame`.
        **kwargs: Flags of file; see :py:class:`TiffFile`.

    Returns:
        Samples in native byte order.

    Raises:
        TiffFileError: File is not a TIFF file or is corrupted.
        ValueError: Image cannot be decoded.

    """
    is_flags = {
        name_: value
        for name_, value in kwargs.items()
        if name_.startswith('is_')
    }
    if len(is_flags) < len(kwargs):
        names = ', '.join(
            repr(name_) for name_ in kwargs if name_ not in is_flags
        )
        raise TypeError(f'imread() got unexpected keyword arguments {names}')
    with TiffFile(
        _single_file(files),
        mode=mode,
        name=name,
        offset=offset,
        size=size,
        omexml=omexml,
        limits=limits,
        superres=superres,
        _multifile=_multifile,
        _useframes=_useframes,
        **is_flags,
    ) as tif:
        return tif.asarray(
            key=key,
            series=series,
            kind=kind,
            level=level,
            selection=selection,
            squeeze=squeeze,
            out=out,
            maxworkers=maxworkers,
            buffersize=buffersize,
        )


def _single_file(files: Any) -> Any:
    """Return only file of names, pattern, or sequence of names."""
    if isinstance(files, str) and ('*' in files or '?' in files):
        if not os.path.exists(files) and '://' not in files:
            import glob

            files = natural_sorted(glob.glob(files))
    if files is None or (isinstance(files, str | Sequence) and not files):
        raise ValueError('no files found')
    if isinstance(files, Sequence) and not isinstance(files, str):
        if len(files) > 1:
            raise NotImplementedError('reading of file sequences')
        return files[0]
    return files


def imwrite(
    file: FileInput,
    /,
    data: ArrayLike | Iterator[NDArray[Any] | bytes | Any] | None = None,
    *,
    mode: Literal['w', 'x', 'r+'] | None = None,
    bigtiff: bool | None = None,
    byteorder: ByteOrderCode | None = None,
    kind: Literal['generic', 'imagej', 'ome', 'shaped'] | None = None,
    imagej: bool = False,
    ome: bool | None = None,
    shaped: bool | None = None,
    append: bool | str = False,
    shape: Sequence[int] | None = None,
    dtype: DTypeLike | None = None,
    photometric: PHOTOMETRIC | int | str | None = None,
    planarconfig: PLANARCONFIG | int | str | None = None,
    extrasamples: (
        Sequence[EXTRASAMPLE | int | str] | Literal[False] | str | None
    ) = None,
    volumetric: bool = False,
    tile: Sequence[int] | None = None,
    rowsperstrip: int | None = None,
    bitspersample: int | None = None,
    compression: COMPRESSION | int | str | bool | None = None,
    compressionargs: dict[str, Any] | None = None,
    predictor: PREDICTOR | int | str | bool | None = None,
    subsampling: tuple[int, int] | None = None,
    jpegtables: bytes | None = None,
    iccprofile: bytes | None = None,
    colormap: ArrayLike | None = None,
    description: str | bytes | None = None,
    datetime: str | bool | DateTime | None = None,
    resolution: (
        tuple[float | tuple[int, int], float | tuple[int, int]] | None
    ) = None,
    resolutionunit: RESUNIT | int | str | None = None,
    subfiletype: FILETYPE | int | None = None,
    software: str | bytes | bool | None = None,
    metadata: dict[str, Any] | None = _DEFAULT_METADATA,
    extratags: Sequence[tuple[Any, ...]] | None = None,
    contiguous: bool = False,
    truncate: bool = False,
    align: int | None = None,
    maxworkers: int | None = None,
    buffersize: int | None = None,
    returnoffset: bool = False,
) -> tuple[int, int] | None:
    """Write NumPy array to TIFF file.

    BigTIFF is written, unless `bigtiff` is given, if the array is larger than
    4 GB less 32 MB, and is not to be compressed, truncated, or read by ImageJ.

    Parameters:
        file: File name, or seekable binary stream open for writing.
        data, shape, dtype:
            Array, or what else :py:meth:`TiffWriter.write` takes.
            The byte order of the array is that of the file by default.
        mode, bigtiff, byteorder, kind, imagej, ome, shaped, append:
            Kind of file; see :py:class:`TiffWriter`.
        photometric, planarconfig, extrasamples, volumetric, tile, \
        rowsperstrip, bitspersample, compression, compressionargs, predictor, \
        subsampling, jpegtables, iccprofile, colormap, description, datetime, \
        resolution, resolutionunit, subfiletype, software, metadata, \
        extratags, contiguous, truncate, align, maxworkers, buffersize, \
        returnoffset:
            Options; see :py:meth:`TiffWriter.write`.

    Returns:
        Offset and size in bytes of contiguous data, if requested.

    Raises:
        ValueError, TypeError: Arguments are invalid.
        OSError: File cannot be written.

    Examples:
        >>> imwrite('temp.tif', numpy.zeros((301, 219, 3), 'uint8'))

    """
    options: dict[str, Any] = dict(locals())
    for name in _WRITER_ARGUMENTS:
        del options[name]
    if data is None:
        if shape is None or dtype is None:
            raise ValueError("missing required 'shape' or 'dtype' argument")
        datatype = numpy.dtype(dtype)
        datasize = product(shape) * datatype.itemsize
        native: Any = datatype.byteorder
    else:
        datasize = int(getattr(data, 'nbytes', 0))
        native = getattr(getattr(data, 'dtype', None), 'byteorder', None)
    if bigtiff is None:
        bigtiff = (
            datasize > 2**32 - 2**25
            and not (imagej or kind == 'imagej' or truncate)
            and _parse_compression(compression, None)[0] == COMPRESSION.NONE
        )
    if byteorder is None:
        byteorder = native
    with TiffWriter(
        file,
        mode=mode,
        bigtiff=bigtiff,
        byteorder=byteorder,
        append=append,
        kind=kind,
        imagej=imagej,
        ome=ome,
        shaped=shaped,
    ) as tif:
        return tif.write(data, **options)


# arguments of imwrite that are not options of TiffWriter.write
_WRITER_ARGUMENTS = (
    'append',
    'bigtiff',
    'byteorder',
    'data',
    'file',
    'imagej',
    'kind',
    'mode',
    'ome',
    'shaped',
)


def imsave(*args: Any, **kwargs: Any) -> tuple[int, int] | None:
    """Write array to file. Deprecated, use :py:func:`imwrite`."""
    warnings.warn(
        '<tifffile.imsave> is deprecated; use imwrite',
        DeprecationWarning,
        stacklevel=2,
    )
    return imwrite(*args, **kwargs)


def memmap(
    filename: str | os.PathLike[Any],
    /,
    *,
    shape: Sequence[int] | None = None,
    dtype: DTypeLike | None = None,
    page: int | None = None,
    series: int | None = None,
    kind: str | None = None,
    level: int | None = None,
    squeeze: bool | None = None,
    mode: Literal['r+', 'r', 'c'] = 'r+',
    **kwargs: Any,
) -> numpy.memmap[Any, Any]:
    """Return memory-mapped array of image data in TIFF file.

    A new file is created if shape and data type are given, else the image
    data of an existing file are mapped.

    Parameters:
        filename: Name of TIFF file.
        shape: Shape of new array.
        dtype: Data type of new array.
        page: Index of page to map. By default, a series is mapped.
        series: Index of series to map.
        kind: Kind of series; see :py:meth:`TiffFile.asarray`.
        level: Index of resolution level to map.
        squeeze: Remove dimensions of length one from shape.
        mode:
            Access mode of memory map of existing file: 'r+' to change, 'r'
            to read, 'c' to change without writing to the file.
        **kwargs:
            Arguments passed to :py:func:`imwrite` or :py:class:`TiffFile`.

    Returns:
        Samples in byte order of file.

    Raises:
        ValueError: Image data are not memory-mappable: they are compressed,
            not contiguous, or need conversion.

    Examples:
        >>> image = memmap('temp.tif', shape=(2, 256, 256), dtype='float32')
        >>> image[1, 255, 255] = 1.0
        >>> image.flush()
        >>> del image

    """
    if shape is not None and dtype is not None:
        return _create_memmap(filename, shape, numpy.dtype(dtype), kwargs)
    with TiffFile(filename, **kwargs) as tif:
        if page is None:
            found = tif.series if kind is None else tif.series(kind)
            item = found[series or 0].levels[level or 0]
            if squeeze is not None:
                item = _with_squeeze(item, squeeze)
            dataoffset = item.dataoffset
            mapped: tuple[int, ...] = item.shape
            keyframe = item.keyframe
        else:
            tiffpage = tif.pages[page]
            keyframe = tiffpage.keyframe
            dataoffset = None
            if keyframe.is_memmappable:
                dataoffset = tiffpage.dataoffsets[0]
            mapped = keyframe.shape
        if dataoffset is None or keyframe.dtype is None:
            raise ValueError(
                f'{tif.filename!r} image data are not memory-mappable'
            )
        _check_in_file(
            keyframe, dataoffset, product(mapped) * keyframe.dtype.itemsize
        )
        datatype = keyframe.dtype.newbyteorder(tif.byteorder)
    return numpy.memmap(filename, datatype, mode, dataoffset, mapped, 'C')


def _create_memmap(
    filename: str | os.PathLike[Any],
    shape: Sequence[int],
    dtype: numpy.dtype[Any],
    kwargs: dict[str, Any],
    /,
) -> numpy.memmap[Any, Any]:
    """Return memory-mapped array of image data in new TIFF file."""
    byteorder = kwargs.get('byteorder')
    if byteorder is not None:
        dtype = dtype.newbyteorder(byteorder)
    kwargs.setdefault('align', TIFF.ALLOCATIONGRANULARITY)
    kwargs['returnoffset'] = True
    result = imwrite(filename, shape=shape, dtype=dtype, **kwargs)
    if result is None:
        raise ValueError(f'{filename!r} image data are not memory-mappable')
    shape = tuple(int(size) for size in shape)
    return numpy.memmap(filename, dtype, 'r+', result[0], shape, 'C')


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


def _build_geodb() -> dict[str, Any]:
    """Return names of submodule of GeoTIFF codes."""
    tables = _make_geo_tables()
    return {
        'Angular': tables['Angular'],
        'CT': tables['CT'],
        'Datum': tables['Datum'],
        'DatumE': tables['DatumE'],
        'Ellipse': tables['Ellipse'],
        'GCS': tables['GCS'],
        'GCSE': tables['GCSE'],
        'GEO_CODES': TIFF.GEO_CODES,
        'GeoKeys': tables['GeoKeys'],
        'LINEAR_UNIT_NAMES': _LINEAR_UNITS,
        'Linear': tables['Linear'],
        'ModelType': tables['ModelType'],
        'PCS': tables['PCS'],
        'PM': tables['PM'],
        'Proj': tables['Proj'],
        'RasterPixel': tables['RasterPixel'],
        'VertCS': tables['VertCS'],
    }


_SUBMODULES: dict[str, Callable[[], dict[str, Any]]] = {
    'geodb': _build_geodb,
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
