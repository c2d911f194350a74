# tests/builder.py

"""Build TIFF files from first principles.

The builder shares no code with the library it helps to test. It encodes
samples, predictors and packed bits with NumPy, and compressed streams with
zlib, lzma and imagecodecs.

A page is described by a :py:class:`Page`, a file by a list of pages:

>>> image = numpy.arange(6, dtype='uint16').reshape(2, 3)
>>> data = build_tiff([Page(image, compression=8)], byteorder='>')
>>> data[:4]
b'MM\\x00*'

Everything can be made wrong on purpose: tags replaced, repeated, or left
out, counts and offsets forged, segments left out or cut, and the links
between directories bent.

"""

from __future__ import annotations

import dataclasses
import io
import lzma
import math
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy

BYTE, ASCII, SHORT, LONG, RATIONAL = 1, 2, 3, 4, 5
SBYTE, UNDEFINED, SSHORT, SLONG, SRATIONAL = 6, 7, 8, 9, 10
FLOAT, DOUBLE, IFD, LONG8, SLONG8, IFD8 = 11, 12, 13, 16, 17, 18

# TIFF 6.0 section 2 and BigTIFF; rationals are pairs of the given type
DTYPES = {
    BYTE: 'u1',
    ASCII: 'S1',
    SHORT: 'u2',
    LONG: 'u4',
    RATIONAL: 'u4',
    SBYTE: 'i1',
    UNDEFINED: 'u1',
    SSHORT: 'i2',
    SLONG: 'i4',
    SRATIONAL: 'i4',
    FLOAT: 'f4',
    DOUBLE: 'f8',
    IFD: 'u4',
    LONG8: 'u8',
    SLONG8: 'i8',
    IFD8: 'u8',
}

# schemes whose streams describe an image; no predictor, no fill order
IMAGE_CODECS = {
    7: 'jpeg_encode',
    33007: 'jpeg_encode',
    34892: 'jpeg_encode',
    33003: 'jpeg2k_encode',
    33004: 'jpeg2k_encode',
    33005: 'jpeg2k_encode',
    34712: 'jpeg2k_encode',
    34887: 'lerc_encode',
    34927: 'webp_encode',
    34933: 'png_encode',
    34934: 'jpegxr_encode',
    22610: 'jpegxr_encode',
    50001: 'webp_encode',
    50002: 'jpegxl_encode',
    52546: 'jpegxl_encode',
}

_ORDERS: dict[str, Literal['little', 'big']] = {'<': 'little', '>': 'big'}


class Tag(NamedTuple):
    """Tag record.

    Parameters:
        code: Number of tag.
        type: Number of data type.
        value:
            Number, sequence of numbers, text, or bytes to be stored as is.
        count: Number of values to claim; by default the true one.
        offset:
            Content of the offset field. The value is not stored.
        inline:
            Store value in the record, or outside. By default, values are
            stored in the record if they fit.

    """

    code: int
    type: int
    value: Any = b''
    count: int | None = None
    offset: int | None = None
    inline: bool | None = None


@dataclasses.dataclass(eq=False)
class Page:
    """Image file directory and its image.

    Parameters:
        data:
            Image of shape ``([depth,] length, width [, samples])``, or
            ``([samples,] [depth,] length, width)`` if `planarconfig` is 2.
        segments:
            Encoded strips or tiles, used in place of those made from `data`.
            None is a segment that is missing.
        width, length, depth, samples:
            Size of image if there is no `data`.
        volume:
            First dimension after planes is depth, stored as ImageDepth.
        tile: Length and width, or depth, length, and width of tiles.
        rowsperstrip: Number of rows in a strip. All by default.
        bitspersample:
            Width of samples, or of each sample, as stored.
            Taken from `data` by default.
        sampleformat: SampleFormat. Taken from `data` by default.
        encode:
            Function to encode a segment of shape (depth, length, width,
            samples), in place of the one for `compression`.
        encodeargs: Keyword arguments of imagecodecs' encoder.
        sparse: Indices of segments to leave out.
        crop:
            Store tiles at the border without padding. If 'length', only
            the width is padded.
        padstrip: Pad last strip to full number of rows.
        nodata: Text of the GDAL_NODATA tag.
        description: One or more ImageDescription tags.
        tags:
            Tags to be set, by code: ``(type, value)``, or a :py:class:`Tag`.
            None removes the tag. If the value is None, only the type is
            changed.
        extratags: Tags to be added, even if the code is present.
        sort: Sort tags by code.
        subifds: Pages, or bare offsets, of SubIFDs tag.
        next: Page, or bare offset, that follows in the chain.

    All other parameters are values of the tags of that name.

    """

    data: Any = None
    _: dataclasses.KW_ONLY
    segments: Sequence[bytes | None] | None = None
    width: int = 0
    length: int = 0
    depth: int = 1
    samples: int = 1
    volume: bool = False
    tile: tuple[int, ...] = ()
    rowsperstrip: int | None = None
    compression: int = 1
    predictor: int = 1
    photometric: int | None = None
    planarconfig: int = 1
    bitspersample: int | tuple[int, ...] | None = None
    sampleformat: int | None = None
    extrasamples: tuple[int, ...] | None = None
    fillorder: int = 1
    encode: Callable[[Any], bytes] | None = None
    encodeargs: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    sparse: Collection[int] = ()
    crop: bool | str = False
    padstrip: bool = False
    jpegtables: bytes | None = None
    nodata: str | None = None
    description: str | bytes | Sequence[str | bytes] = ()
    subfiletype: int | None = None
    tags: Mapping[int, Any] = dataclasses.field(default_factory=dict)
    extratags: Sequence[Tag] = ()
    sort: bool = True
    subifds: Sequence[Page | int] = ()
    next: Page | int | None = None

    def __post_init__(self) -> None:
        if self.data is None:
            if self.bitspersample is None:
                self.bitspersample = 8
            if self.sampleformat is None:
                self.sampleformat = 1
            return
        self.data = numpy.asarray(self.data)
        dtype = self.data.dtype
        if self.bitspersample is None:
            self.bitspersample = 1 if dtype.kind == 'b' else dtype.itemsize * 8
        if self.sampleformat is None:
            self.sampleformat = {'i': 2, 'f': 3, 'c': 6}.get(dtype.kind, 1)
        shape = self.data.shape
        if self.planarconfig == 2 and len(shape) > 2 + self.volume:
            self.samples, *shape = shape
        elif len(shape) > 2 + self.volume:
            *shape, self.samples = shape
        if self.volume:
            self.depth, *shape = shape
        self.length, self.width = shape
        if self.photometric is None:
            self.photometric = 2 if self.samples > 2 else 1

    @property
    def planes(self) -> int:
        """Number of planes that are stored separately."""
        return self.samples if self.planarconfig == 2 else 1

    @property
    def contig(self) -> int:
        """Number of samples that are stored together."""
        return 1 if self.planarconfig == 2 else self.samples

    @property
    def bits(self) -> tuple[int, ...]:
        """Width of each sample."""
        if isinstance(self.bitspersample, tuple):
            return self.bitspersample
        assert self.bitspersample is not None
        return (self.bitspersample,) * self.samples

    def positions(self) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Return iterator over position and full shape of segments."""
        tilesize = (1, *self.tile)[-3:]
        if not self.tile:
            rows = self.length
            if self.rowsperstrip is not None:
                rows = min(rows, self.rowsperstrip)
            tilesize = (1, rows, self.width)
        for plane in range(self.planes):
            for z in range(0, self.depth, tilesize[0]):
                for y in range(0, self.length, tilesize[1]):
                    for x in range(0, self.width, tilesize[2]):
                        yield (plane, z, y, x), tilesize

    def encoded(self, byteorder: str) -> list[bytes | None]:
        """Return encoded segments."""
        if self.segments is not None:
            return list(self.segments)
        if self.data is None:
            return []
        shape = self.planes, self.depth, self.length, self.width, self.contig
        image = self.data.reshape(shape)
        return [
            None
            if i in self.sparse
            else encode_segment(
                self, self._segment(image, position, size), byteorder
            )
            for i, (position, size) in enumerate(self.positions())
        ]

    def _segment(
        self,
        image: Any,
        position: tuple[int, ...],
        size: tuple[int, ...],
    ) -> Any:
        """Return segment of image, padded to its stored shape."""
        plane, z, y, x = position
        segment = image[
            plane, z : z + size[0], y : y + size[1], x : x + size[2]
        ]
        short = [n - i for n, i in zip(size, segment.shape, strict=False)]
        if self.crop == 'length':
            short[:2] = 0, 0
        elif self.crop or not (self.tile or self.padstrip):
            short = [0, 0, 0]
        return numpy.pad(segment, [*((0, n) for n in short), (0, 0)], 'edge')

    def records(
        self,
        offsets: Sequence[int],
        bytecounts: Sequence[int],
        subifds: Sequence[int],
        bigtiff: bool,
    ) -> list[Tag]:
        """Return all tags of page."""
        long = LONG8 if bigtiff else LONG
        formats = (self.sampleformat,) * self.samples
        excess = self.samples - {2: 3, 5: 4, 6: 3, 8: 3}.get(
            self.photometric or 0, 1
        )
        extrasamples = self.extrasamples
        if extrasamples is None:
            extrasamples = (0,) * max(0, excess)
        descriptions = self.description
        if isinstance(descriptions, str | bytes):
            descriptions = (descriptions,)

        records = [
            Tag(256, LONG, self.width),
            Tag(257, LONG, self.length),
            Tag(258, SHORT, self.bits),
            Tag(259, SHORT, self.compression),
            Tag(262, SHORT, self.photometric or 0),
            *(Tag(270, ASCII, text) for text in descriptions),
            Tag(277, SHORT, self.samples),
            Tag(284, SHORT, self.planarconfig),
            Tag(339, SHORT, formats),
        ]
        if self.subfiletype is not None:
            records.append(Tag(254, LONG, self.subfiletype))
        if self.fillorder != 1:
            records.append(Tag(266, SHORT, self.fillorder))
        if self.tile:
            records += [
                Tag(322, LONG, self.tile[-1]),
                Tag(323, LONG, self.tile[-2]),
                Tag(324, long, offsets),
                Tag(325, long, bytecounts),
            ]
            if len(self.tile) == 3:
                records.append(Tag(32998, LONG, self.tile[0]))
        else:
            rows = self.rowsperstrip
            records += [
                Tag(273, long, offsets),
                Tag(278, LONG, self.length if rows is None else rows),
                Tag(279, long, bytecounts),
            ]
        if self.predictor != 1:
            records.append(Tag(317, SHORT, self.predictor))
        if self.subifds:
            records.append(Tag(330, IFD8 if bigtiff else IFD, subifds))
        if extrasamples:
            records.append(Tag(338, SHORT, extrasamples))
        if self.jpegtables is not None:
            records.append(Tag(347, UNDEFINED, self.jpegtables))
        if self.volume:
            records.append(Tag(32997, LONG, self.depth))
        if self.nodata is not None:
            records.append(Tag(42113, ASCII, self.nodata))
        return self._amend(records)

    def _amend(self, records: list[Tag]) -> list[Tag]:
        """Return tags with those replaced that the user asked for."""
        changes = dict(self.tags)
        result = []
        for tag in records:
            if tag.code in changes:
                change = changes.pop(tag.code)
                if change is None:
                    continue
                if not isinstance(change, Tag):
                    change = Tag(tag.code, *change)
                if change.value is None:
                    change = change._replace(value=tag.value)
                tag = change
            result.append(tag)
        for code, change in changes.items():
            if change is not None:
                if not isinstance(change, Tag):
                    change = Tag(code, *change)
                result.append(change)
        result += self.extratags
        if self.sort:
            result.sort(key=lambda tag: tag.code)
        return result


# encoding of samples


def samples(*shape: int, dtype: Any = 'uint16', seed: int = 0) -> Any:
    """Return random image."""
    rng = numpy.random.default_rng(seed)
    return (rng.random(shape) * 250).astype(dtype)


def encode_segment(page: Page, segment: Any, byteorder: str) -> bytes:
    """Return encoded segment of shape (depth, length, width, samples)."""
    if page.encode is not None:
        return page.encode(segment)
    if page.compression in IMAGE_CODECS:
        import imagecodecs

        image = segment.reshape(
            [n for n in segment.shape[:1] if n > 1]
            + list(segment.shape[1:3])
            + [n for n in segment.shape[3:] if n > 1]
        )
        encode = getattr(imagecodecs, IMAGE_CODECS[page.compression])
        return bytes(encode(numpy.ascontiguousarray(image), **page.encodeargs))
    data = encode_samples(
        segment,
        page.bitspersample,
        page.sampleformat,
        page.predictor,
        byteorder,
    )
    rowsize = len(data) // max(1, math.prod(segment.shape[:2]))
    data = compress(data, page.compression, rowsize, **page.encodeargs)
    return reverse_bits(data) if page.fillorder == 2 else data


def encode_samples(
    segment: Any,
    bitspersample: int | tuple[int, ...] | None,
    sampleformat: int | None,
    predictor: int = 1,
    byteorder: str = '<',
) -> bytes:
    """Return samples as stored, before compression."""
    if isinstance(bitspersample, tuple):
        return pack_pixels(segment, bitspersample, byteorder)
    bits = bitspersample or segment.dtype.itemsize * 8
    if predictor in {3, 34894, 34895}:
        dist = {3: 1, 34894: 2, 34895: 4}[predictor]
        return predict_float(segment, bits, dist)
    if predictor != 1:
        dist = {2: 1, 34892: 2, 34893: 4}[predictor]
        segment = predict_horizontal(segment, bits, dist)
    if sampleformat == 5:
        pairs = numpy.stack((segment.real, segment.imag), axis=-1)
        return pairs.astype(f'{byteorder}i{bits // 16}').tobytes()
    if sampleformat == 3 and bits == 24:
        return pack_float24(segment, byteorder)
    if bits in {8, 16, 32, 64, 128}:
        dtype = segment.dtype
        if dtype.kind in 'bui' and dtype.itemsize * 8 != bits:
            dtype = numpy.dtype(
                f'{"i" if dtype.kind == "i" else "u"}{bits // 8}'
            )
        return segment.astype(dtype.newbyteorder(byteorder)).tobytes()
    return pack_integers(segment, bits)


def predict_horizontal(segment: Any, bits: int, dist: int = 1) -> Any:
    """Return differences of samples that are `dist` pixels apart."""
    dtype = segment.dtype
    values = numpy.ascontiguousarray(segment).view(f'u{dtype.itemsize}')
    result = values.copy()
    result[..., dist:, :] -= values[..., :-dist, :]
    if bits < dtype.itemsize * 8:
        result &= values.dtype.type(2**bits - 1)
    return result


def predict_float(segment: Any, bits: int, dist: int = 1) -> bytes:
    """Return bytes encoded with floating point predictor."""
    *rows, width, samples = segment.shape
    if bits == 24:
        data = pack_float24(segment, '>')
    else:
        data = segment.astype(f'>f{bits // 8}').tobytes()
    planes = numpy.frombuffer(data, 'u1')
    planes = planes.reshape(math.prod(rows), width * samples, bits // 8)
    planes = planes.swapaxes(1, 2).reshape(math.prod(rows), -1)
    result = planes.copy()
    dist *= samples
    result[:, dist:] -= planes[:, :-dist]
    return result.tobytes()


def pack_integers(segment: Any, bits: int) -> bytes:
    """Return integers packed, most significant bit first, in padded rows."""
    values = segment.astype('i8' if segment.dtype.kind == 'i' else 'u8')
    values = values.view('u8').reshape(math.prod(segment.shape[:-2]), -1, 1)
    shifts = numpy.arange(bits - 1, -1, -1, dtype='u8')
    stream = ((values >> shifts) & numpy.uint64(1)).astype('u1')
    stream = stream.reshape(len(values), -1)
    return numpy.packbits(stream, axis=-1).tobytes()


def pack_pixels(segment: Any, bits: tuple[int, ...], byteorder: str) -> bytes:
    """Return samples of each pixel packed into one word, first on top."""
    words = numpy.zeros(segment.shape[:-1], 'u4')
    for i, n in enumerate(bits):
        words = (words << numpy.uint32(n)) | segment[..., i]
    size = next(n for n in (8, 16, 32) if n >= sum(bits))
    return words.astype(f'{byteorder}u{size // 8}').tobytes()


def pack_float24(segment: Any, byteorder: str) -> bytes:
    """Return floats as 1 sign, 7 exponent (bias 63), and 16 mantissa bits.

    Only zero and normal numbers are supported. The mantissa is truncated.

    """
    raw = segment.astype('f4').view('u4')
    sign = raw >> numpy.uint32(31)
    exponent = ((raw >> numpy.uint32(23)) & numpy.uint32(255)).astype('i8')
    mantissa = (raw >> numpy.uint32(7)) & numpy.uint32(0xFFFF)
    zero = exponent == 0
    exponent = numpy.where(zero, 0, exponent - 127 + 63)
    if exponent.min() < 0 or exponent.max() > 126:
        raise ValueError('value out of range of 24-bit float')
    words = (
        (sign.astype('u8') << numpy.uint64(23))
        | (exponent.astype('u8') << numpy.uint64(16))
        | numpy.where(zero, 0, mantissa).astype('u8')
    )
    raw = words.astype('>u4').reshape(-1).view('u1').reshape(-1, 4)[:, 1:]
    if byteorder == '<':
        raw = raw[:, ::-1]
    return raw.tobytes()


def reverse_bits(data: bytes) -> bytes:
    """Return bytes with order of bits reversed."""
    return numpy.packbits(
        numpy.unpackbits(numpy.frombuffer(data, 'u1'), bitorder='little')
    ).tobytes()


def compress(
    data: bytes, compression: int, rowsize: int = 0, **kwargs: Any
) -> bytes:
    """Return compressed bytes."""
    if compression == 1:
        return data
    if compression in {8, 32946, 50013}:
        return zlib.compress(data, **kwargs)
    if compression == 34925:
        return lzma.compress(data, check=lzma.CHECK_CRC32, **kwargs)

    import imagecodecs

    if compression == 5:
        return bytes(imagecodecs.lzw_encode(data))
    if compression in {34926, 50000}:
        return bytes(imagecodecs.zstd_encode(data, **kwargs))
    if compression == 32773:
        step = rowsize or len(data)
        return b''.join(
            bytes(imagecodecs.packbits_encode(data[i : i + step]))
            for i in range(0, len(data), step)
        )
    raise ValueError(f'cannot encode compression {compression}')


def split_jpeg(stream: bytes) -> tuple[bytes, bytes]:
    """Return JPEG stream as tables and abbreviated image streams."""
    tables = [b'\xff\xd8']
    image = [b'\xff\xd8']
    pos = 2
    while pos < len(stream):
        marker = stream[pos + 1]
        if marker == 0xDA:
            image.append(stream[pos:])
            break
        end = pos + 2 + int.from_bytes(stream[pos + 2 : pos + 4], 'big')
        target = tables if marker in {0xDB, 0xC4} else image
        target.append(stream[pos:end])
        pos = end
    tables.append(b'\xff\xd9')
    return b''.join(tables), b''.join(image)


# layout of files


@dataclasses.dataclass(frozen=True)
class Format:
    """Byte order and sizes of a file format."""

    byteorder: str = '<'
    bigtiff: bool = False
    ndpi: bool = False

    @property
    def offsetsize(self) -> int:
        return 8 if self.bigtiff or self.ndpi else 4

    @property
    def countsize(self) -> int:
        return 8 if self.bigtiff else 2

    @property
    def fieldsize(self) -> int:
        return 8 if self.bigtiff else 4

    def integer(self, value: int, size: int) -> bytes:
        """Return unsigned integer in file byte order."""
        value %= 2 ** (8 * size)
        return value.to_bytes(size, _ORDERS[self.byteorder])

    def header(self, offset: int) -> bytes:
        """Return file header."""
        mark = b'II' if self.byteorder == '<' else b'MM'
        version = self.integer(43 if self.bigtiff else 42, 2)
        sizes = self.integer(8, 2) + bytes(2) if self.bigtiff else b''
        return mark + version + sizes + self.integer(offset, self.offsetsize)

    def ifdsize(self, records: int) -> int:
        """Return size of IFD without values."""
        recordsize = 4 + 2 * self.fieldsize + (4 if self.ndpi else 0)
        return self.countsize + records * recordsize + self.offsetsize

    def value(self, tag: Tag) -> tuple[int, bytes]:
        """Return number and bytes of tag values."""
        dtype = numpy.dtype(DTYPES.get(tag.type, 'u1'))
        itemsize = dtype.itemsize * (2 if tag.type in {5, 10} else 1)
        value = tag.value
        if isinstance(value, str):
            value = value.encode() + b'\0'
        if not isinstance(value, bytes):
            if self.ndpi and tag.type in {LONG, SLONG, IFD}:
                wide = numpy.atleast_1d(value)
                if wide.size == 1 and int(wide[0]) >= 2**32:
                    return 1, self.integer(int(wide[0]), 8)
            value = numpy.asarray(value, dtype.newbyteorder(self.byteorder))
            value = value.tobytes()
        count = len(value) // itemsize if tag.count is None else tag.count
        return count, value

    def is_inline(self, tag: Tag, value: bytes) -> bool:
        """Return whether value is stored in the tag record."""
        if tag.inline is not None:
            return tag.inline
        if self.ndpi:
            if tag.type == ASCII:
                return False
            if tag.type in {LONG, SLONG, IFD} and len(value) == 8:
                return not numpy.shape(tag.value) or len(tag.value) == 1
        return len(value) <= self.fieldsize

    def directory(
        self, tags: Sequence[Tag], offset: int, next: int = 0
    ) -> Directory:
        """Return IFD at offset, followed by its values."""
        records = [self.integer(len(tags), self.countsize)]
        highwords = []
        values = []
        relocatable = []
        where = {}
        size = 8 if self.ndpi else self.fieldsize
        pos = self.ifdsize(len(tags))
        record = self.countsize
        for tag in tags:
            count, value = self.value(tag)
            field = record + 4 + self.fieldsize
            if tag.offset is not None:
                value = self.integer(tag.offset, size)
            elif self.is_inline(tag, value):
                where[tag.code] = field
            else:
                where[tag.code] = pos
                relocatable.append(field)
                values.append(value + bytes(len(value) % 2))
                value = self.integer(offset + pos, size)
                pos += len(values[-1])
            value = value.ljust(8, b'\0')
            records += [
                self.integer(tag.code, 2),
                self.integer(tag.type, 2),
                self.integer(count, self.fieldsize),
                value[: self.fieldsize],
            ]
            highwords.append(value[4:])
            record += 4 + 2 * self.fieldsize
        records.append(self.integer(next, self.offsetsize))
        if self.ndpi:
            records += highwords
        return Directory(
            b''.join(records + values), record, relocatable, where
        )


class Directory(NamedTuple):
    """Bytes of an IFD and positions of fields in them."""

    data: bytes
    next: int
    relocatable: list[int]
    where: dict[int, int]


class _Node:
    """Page while it is placed in a file."""

    def __init__(self, page: Page, format: Format) -> None:
        self.page = page
        self.format = format
        self.offset = 0
        self.next: Page | int | None = page.next
        self.segments = page.encoded(format.byteorder)
        self.bytecounts = [len(data or b'') for data in self.segments]
        self.offsets = [0] * len(self.segments)

    def tags(self, offsetof: Callable[[Page | int | None], int]) -> list[Tag]:
        return self.page.records(
            self.offsets,
            self.bytecounts,
            [offsetof(page) for page in self.page.subifds],
            self.format.bigtiff,
        )


def build_blocks(
    pages: Sequence[Page],
    *,
    byteorder: str = '<',
    bigtiff: bool = False,
    ndpi: bool = False,
    ifd_first: bool = False,
    contiguous: bool = False,
    gap: int = 0,
    start: int = 0,
    first: int | None = None,
) -> list[tuple[int, bytes]]:
    """Return file as list of offsets and bytes.

    Parameters:
        pages: Pages in main chain.
        byteorder: '<' or '>'.
        bigtiff: Use 64-bit offsets.
        ndpi: Use Hamamatsu's layout with high words after the IFD.
        ifd_first: Place IFD before, not after, its segments.
        contiguous: Place segments of all pages first, then all IFDs.
        gap: Number of bytes to leave free before each segment.
        start: Number of bytes to leave free after the header.
        first: Offset of first IFD to claim.

    """
    format = Format(byteorder, bigtiff, ndpi)
    nodes: dict[int, _Node] = {}

    def add(page: Page) -> None:
        nodes[id(page)] = _Node(page, format)
        for subifd in page.subifds:
            if isinstance(subifd, Page) and id(subifd) not in nodes:
                add(subifd)

    def offsetof(page: Page | int | None) -> int:
        if isinstance(page, Page):
            return nodes[id(page)].offset
        return page or 0

    for page in pages:
        if id(page) not in nodes:
            add(page)
    for page, follower in zip(pages, [*pages[1:], None], strict=False):
        node = nodes[id(page)]
        if node.next is None:
            node.next = follower

    pos = len(format.header(0)) + start
    blocks = []

    def place_segments(node: _Node) -> None:
        nonlocal pos
        for i, data in enumerate(node.segments):
            if data is not None:
                pos += gap
                node.offsets[i] = pos
                blocks.append((pos, data))
                pos += len(data)
        pos += pos % 2

    def place_directory(node: _Node) -> None:
        nonlocal pos
        node.offset = pos
        pos += len(format.directory(node.tags(offsetof), pos).data)

    steps = [place_segments, place_directory]
    if ifd_first:
        steps.reverse()
    if contiguous:
        for step in steps:
            for node in nodes.values():
                step(node)
    else:
        for node in nodes.values():
            for step in steps:
                step(node)

    for node in nodes.values():
        directory = format.directory(
            node.tags(offsetof), node.offset, offsetof(node.next)
        )
        blocks.append((node.offset, directory.data))
    if first is None:
        first = offsetof(pages[0]) if pages else 0
    blocks.append((0, format.header(first)))
    return blocks


def build_tiff(pages: Sequence[Page] | Page, **kwargs: Any) -> bytes:
    """Return file. Arguments are those of :py:func:`build_blocks`."""
    blocks = build_blocks(
        [pages] if isinstance(pages, Page) else pages, **kwargs
    )
    result = bytearray(max(pos + len(data) for pos, data in blocks))
    for pos, data in blocks:
        result[pos : pos + len(data)] = data
    return bytes(result)


def build_file(*pages: Page, **kwargs: Any) -> io.BytesIO:
    """Return file in memory. Arguments are those of :py:func:`build_tiff`."""
    return io.BytesIO(build_tiff(pages, **kwargs))


def write_tiff(
    path: str | Path, pages: Sequence[Page] | Page, **kwargs: Any
) -> None:
    """Write file. Unused ranges, however large, are holes in the file."""
    blocks = build_blocks(
        [pages] if isinstance(pages, Page) else pages, **kwargs
    )
    with open(path, 'wb') as fh:
        for pos, data in blocks:
            fh.seek(pos)
            fh.write(data)


class HolesIO(io.RawIOBase):
    """File in memory whose unused ranges, however large, take no space.

    Parameters: those of :py:func:`build_blocks`.

    """

    def __init__(self, pages: Sequence[Page] | Page, **kwargs: Any) -> None:
        pages = [pages] if isinstance(pages, Page) else pages
        self._blocks = sorted(build_blocks(pages, **kwargs))
        self._size = max(pos + len(data) for pos, data in self._blocks)
        self._pos = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._pos

    def seek(self, offset: int, whence: int = 0) -> int:
        self._pos = offset + (0, self._pos, self._size)[whence]
        return self._pos

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast('B')
        size = max(0, min(len(view), self._size - self._pos))
        view[:size] = bytes(size)
        for pos, data in self._blocks:
            start = max(pos, self._pos)
            end = min(pos + len(data), self._pos + size)
            if start < end:
                view[start - self._pos : end - self._pos] = data[
                    start - pos : end - pos
                ]
        self._pos += size
        return size


def build_chain(
    n: int,
    pages: Page | Sequence[Page],
    *,
    data: Any = None,
    segments: Sequence[bytes] | None = None,
    byteorder: str = '<',
    bigtiff: bool = False,
    ifd_first: bool = False,
    contiguous: bool = False,
    gaps: int = 0,
    seed: int = 0,
) -> bytes:
    """Return file of many pages like a few.

    Parameters:
        n: Number of pages in file.
        pages:
            Templates of pages with one strip. If more than one, they are
            used at random.
        data:
            Uncompressed images of shape ``(n, ...)``, in place of those of
            the templates.
        segments: Encoded images, in place of those of the templates.
        byteorder, bigtiff: Format of file.
        ifd_first: Place IFD before, not after, its strip.
        contiguous: Place all strips first, then all IFDs.
        gaps: Largest number of random 16-byte units between IFDs.
        seed: Seed of random choices.

    """
    format = Format(byteorder, bigtiff)
    rng = numpy.random.default_rng(seed)
    templates = [pages] if isinstance(pages, Page) else list(pages)
    kinds = rng.integers(len(templates), size=n)
    directories = []
    strips = []
    for page in templates:
        node = _Node(page, format)
        (strip,) = node.segments
        strips.append(strip or b'')
        directories.append(format.directory(node.tags(lambda _: 0), 0))

    stripsizes = numpy.array([len(strip) for strip in strips])[kinds]
    if data is not None:
        data = numpy.ascontiguousarray(data)
        data = data.astype(data.dtype.newbyteorder(byteorder), copy=False)
        data = data.reshape(n, -1).view('u1').reshape(n, -1)
        stripsizes = numpy.full(n, data.shape[1])
    elif segments is not None:
        stripsizes = numpy.fromiter(map(len, segments), 'i8', n)

    ifdsizes = numpy.array([len(d.data) for d in directories])[kinds]
    ifdsizes += ifdsizes % 2
    spaces = stripsizes + stripsizes % 2
    if gaps:
        ifdsizes += 16 * rng.integers(gaps + 1, size=n)
    stripoffsets, ifdoffsets, end = _arrange(
        spaces, ifdsizes, len(format.header(0)), ifd_first, contiguous
    )

    result = numpy.zeros(end, 'u1')
    header = format.header(int(ifdoffsets[0]))
    result[: len(header)] = numpy.frombuffer(header, 'u1')
    if data is not None:
        _put(result, stripoffsets, data)
    elif segments is not None:
        view = memoryview(result)
        for offset, segment in zip(
            stripoffsets.tolist(), segments, strict=True
        ):
            view[offset : offset + len(segment)] = segment
    following = numpy.append(ifdoffsets[1:], 0)
    for kind, (page, directory) in enumerate(
        zip(templates, directories, strict=True)
    ):
        rows = numpy.flatnonzero(kinds == kind)
        if data is None and segments is None:
            _put(result, stripoffsets[rows], strips[kind])
        block = numpy.frombuffer(directory.data, 'u1')
        block = numpy.tile(block, (len(rows), 1))
        fields = {directory.next: following[rows]}
        for position in directory.relocatable:
            field = directory.data[position : position + format.offsetsize]
            base = int.from_bytes(field, _ORDERS[byteorder])
            fields[position] = ifdoffsets[rows] + base
        where = directory.where
        fields[where[324 if page.tile else 273]] = stripoffsets[rows]
        fields[where[325 if page.tile else 279]] = stripsizes[rows]
        _set_fields(block, fields, f'{byteorder}u{format.offsetsize}')
        _put(result, ifdoffsets[rows], block)
    return result.tobytes()


def _arrange(
    strips: Any, ifds: Any, start: int, ifd_first: bool, contiguous: bool
) -> tuple[Any, Any, int]:
    """Return offsets of strips and IFDs, and end of file."""
    if contiguous:
        ends = start + numpy.cumsum(strips)
        ifdends = ends[-1] + numpy.cumsum(ifds)
        return ends - strips, ifdends - ifds, int(ifdends[-1])
    ends = start + numpy.cumsum(strips + ifds)
    starts = ends - strips - ifds
    if ifd_first:
        return starts + ifds, starts, int(ends[-1])
    return starts, starts + strips, int(ends[-1])


def _set_fields(block: Any, fields: Mapping[int, Any], dtype: str) -> None:
    """Set integers at byte positions of all rows of block."""
    size = numpy.dtype(dtype).itemsize
    for position, values in fields.items():
        field = values.astype(dtype).view('u1').reshape(-1, size)
        block[:, position : position + size] = field


def _put(target: Any, offsets: Any, rows: Any) -> None:
    """Copy rows of bytes to offsets of target."""
    if isinstance(rows, bytes):
        rows = numpy.frombuffer(rows, 'u1')
    size = rows.shape[-1]
    if size == 0 or len(offsets) == 0:
        return
    steps = numpy.diff(offsets)
    if len(offsets) > 1 and steps.min() == steps.max() >= size:
        step = int(steps[0])
        view = numpy.lib.stride_tricks.as_strided(
            target[offsets[0] :], (len(offsets), size), (step, 1)
        )
        view[:] = rows
    else:
        columns = numpy.arange(size)
        for i in range(0, len(offsets), 4096):
            part = offsets[i : i + 4096, None] + columns
            target[part] = rows if rows.ndim == 1 else rows[i : i + 4096]
