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
    'TiffFileError',
    'TiffTagRegistry',
    'enumarg',
    'enumstr',
    'logger',
]

import dataclasses
import enum
import logging
import os
import threading
import warnings
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, ClassVar, TypeVar

    DefaultT = TypeVar('DefaultT')
    EnumT = TypeVar('EnumT', bound=enum.Enum)
    FactoryT = TypeVar('FactoryT', bound=Callable[[], Any])

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
