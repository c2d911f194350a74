# tests/test_codecs.py

"""Test codecs, predictors, and packing of samples.

Streams are made by the standard library, by imagecodecs, or by hand, and
samples by plain models that share no code with the library.

"""

from __future__ import annotations

import lzma
import math
import random
import struct
import sys
import zlib
from typing import TYPE_CHECKING, Any

import numpy
import pytest
from builder import (
    encode_samples,
    pack_float24,
    reverse_bits,
    split_jpeg,
)

import tifffile
from tifffile import COMPRESSION, PREDICTOR, TIFF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ERRORS = (RuntimeError, ValueError)


def skip_unless(compression: int) -> None:
    """Skip test if imagecodecs was built without codec."""
    pytest.importorskip('imagecodecs')
    if compression not in TIFF.DECOMPRESSORS:
        pytest.skip(f'{COMPRESSION(compression)!r} is not available')


def encode(name: str, *args: Any, **kwargs: Any) -> bytes:
    """Return stream encoded by imagecodecs."""
    imagecodecs = pytest.importorskip('imagecodecs')
    if not getattr(imagecodecs, name.upper()).available:
        pytest.skip(f'{name} is not available')
    return bytes(getattr(imagecodecs, f'{name}_encode')(*args, **kwargs))


@pytest.fixture(params=[False, True])
def fallback(request: pytest.FixtureRequest) -> bool:
    """Run test with imagecodecs, and without."""
    if request.param:
        request.getfixturevalue('no_imagecodecs')
    return bool(request.param)


@pytest.fixture
def no_imagecodecs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make imagecodecs impossible to import."""
    caches = (
        tifffile.find_function,  # type: ignore[attr-defined]
        tifffile.find_decoder,  # type: ignore[attr-defined]
    )
    for cache in caches:
        cache.cache_clear()
    with monkeypatch.context() as context:
        context.setitem(sys.modules, 'imagecodecs', None)
        yield
    for cache in caches:
        cache.cache_clear()


def find_decoder(compression: int) -> Any:
    """Return decoder of compression scheme."""
    return tifffile.find_decoder(compression)  # type: ignore[attr-defined]


def decode_array(
    compression: int,
    data: bytes,
    shape: tuple[int, ...],
    dtype: Any,
    info: dict[str, Any] | None = None,
    **kwargs: Any,
) -> Any:
    """Return array decoded from stream of array scheme."""
    if len(shape) == 2:
        shape = *shape, 1
    return tifffile.decode_array(  # type: ignore[attr-defined]
        find_decoder(compression),
        data,
        shape,
        numpy.dtype(dtype),
        tifffile._StreamInfo(**(info or {})),  # type: ignore[attr-defined]
        **kwargs,
    )


def own(name: str) -> Callable[..., Any]:
    """Return function that serves where imagecodecs is missing."""
    return tifffile._OWN_FUNCTIONS[name]  # type: ignore[attr-defined]


def ramp(dtype: str = 'uint8', samples: int = 3, width: int = 45) -> Any:
    """Return smooth image of 37 rows."""
    y, x = numpy.mgrid[:37, :width]
    planes = [
        128 + 60 * numpy.sin(x / (5 + i)) + (3 - i) * y / 2
        for i in range(samples)
    ]
    image = numpy.stack(planes, -1)
    if dtype in {'uint16', 'int16', 'int32', 'uint32'}:
        image = image * 100 - (9000 if dtype[0] == 'i' else 0)
    return image.astype(dtype)


# lookup


def test_lookup() -> None:
    """Test maps of compression schemes and predictors."""
    for mapping, codes in (
        (TIFF.COMPRESSORS, (1, 8, 32946, 34925, 50013)),
        (TIFF.DECOMPRESSORS, (1, 5, 8, 32773, 32809, 34676, 34677, 34925)),
        (TIFF.PREDICTORS, (1, 2, 3, 34892, 34893, 34894, 34895)),
        (TIFF.UNPREDICTORS, (1, 2, 3, 34892, 34893, 34894, 34895)),
    ):
        for code in codes:
            assert code in mapping
            assert callable(mapping[code])
            assert mapping[code] is mapping[code]
        assert set(codes) <= set(mapping)
        assert len(mapping) == len(list(mapping))
        assert 999 not in mapping
        assert 'deflate' not in mapping
        assert mapping.get(999) is None
    assert TIFF.DECOMPRESSORS[1](b'abc') == b'abc'
    array = numpy.arange(3)
    assert TIFF.PREDICTORS[1](array, axis=-2) is array


@pytest.mark.parametrize(
    ('mapping', 'code', 'message'),
    [
        ('DECOMPRESSORS', 32766, '<COMPRESSION.NEXT: 32766> not supported'),
        ('COMPRESSORS', 32766, '<COMPRESSION.NEXT: 32766> not supported'),
        ('DECOMPRESSORS', 12345, '12345 is not a known COMPRESSION'),
        ('COMPRESSORS', 6, '<COMPRESSION.OJPEG: 6> not implemented'),
        ('COMPRESSORS', 3, '<COMPRESSION.CCITT_T4: 3> not implemented'),
        ('UNPREDICTORS', 12345, '12345 is not a known PREDICTOR'),
    ],
)
def test_lookup_errors(mapping: str, code: int, message: str) -> None:
    """Test what is said about missing codecs."""
    with pytest.raises(KeyError) as error:
        getattr(TIFF, mapping)[code]
    assert error.value.args[0] == message
    if mapping == 'DECOMPRESSORS':
        with pytest.raises(ValueError) as error2:
            find_decoder(code)
        assert str(error2.value) == message


def test_all_schemes() -> None:
    """Test that all schemes that imagecodecs decodes are available."""
    pytest.importorskip('imagecodecs', '2026.3')
    optional = {COMPRESSION.JETRAW}
    for code in tifffile._CODECS:  # type: ignore[attr-defined]
        if code not in optional:
            assert code in TIFF.DECOMPRESSORS, COMPRESSION(code)


@pytest.mark.usefixtures('no_imagecodecs')
def test_lookup_without_imagecodecs() -> None:
    """Test which schemes are available without imagecodecs."""
    decoders = tifffile.CompressionCodec(False)  # type: ignore[attr-defined]
    encoders = tifffile.CompressionCodec(True)  # type: ignore[attr-defined]
    zstd = {50000, 34926} if sys.version_info >= (3, 14) else set()
    both = {1, 8, 32946, 50013, 32773, 34925} | zstd
    assert set(encoders) == both
    assert set(decoders) == both | {5, 32809, 34676, 34677}
    with pytest.raises(KeyError) as error:
        decoders[7]
    assert error.value.args[0] == (
        "<COMPRESSION.JPEG: 7> requires the 'imagecodecs' package"
    )
    assert 'pip install imagecodecs' in error.value.__notes__
    with pytest.raises(ValueError, match="requires the 'imagecodecs' package"):
        find_decoder(34712)


# byte schemes

PLAIN = bytes(range(200)) * 3 + b'\x07' * 300


def pack_codes(codes: list[int], *, isold: bool = False) -> bytes:
    """Return LZW codes of a short stream, all of 9 bits."""
    if isold:
        text = ''.join(f'{code:09b}'[::-1] for code in codes)
        text += '0' * (-len(text) % 8)
        return bytes(
            int(text[i : i + 8][::-1], 2) for i in range(0, len(text), 8)
        )
    text = ''.join(f'{code:09b}' for code in codes)
    text += '0' * (-len(text) % 8)
    return bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))


def encode_lzw(data: bytes) -> bytes:
    """Return LZW codes of TIFF 6.0 section 13, encoded plainly."""
    bits = []

    def put(code: int, width: int) -> None:
        bits.append(f'{code:0{width}b}')

    table = {bytes((i,)): i for i in range(256)}
    number, width = 258, 9
    put(256, 9)
    prefix = b''
    for i in data:
        item = prefix + bytes((i,))
        if item in table:
            prefix = item
            continue
        put(table[prefix], width)
        table[item] = number
        number += 1
        prefix = bytes((i,))
        if number == 4095:
            put(table[prefix], width)
            put(256, width)
            table = {bytes((i,)): i for i in range(256)}
            number, width, prefix = 258, 9, b''
        elif number in {512, 1024, 2048}:
            width += 1
    if prefix:
        put(table[prefix], width)
        number += 1
        if number in {512, 1024, 2048}:
            width += 1
    put(257, width)
    text = ''.join(bits)
    text += '0' * (-len(text) % 8)
    return bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))


def encode_packbits(data: bytes) -> bytes:
    """Return data as literal bytes and runs."""
    result = b''
    pos = 0
    while pos < len(data):
        count = 1
        while (
            count < 128
            and data[pos : pos + 1] * (count + 1)
            == (data[pos : pos + count + 1])
        ):
            count += 1
        if count > 1:
            result += bytes((257 - count, data[pos]))
        else:
            result += bytes((0, data[pos]))
        pos += count
    return result


def deflate_raw(data: bytes) -> bytes:
    """Return zlib stream."""
    return zlib.compress(data)


STREAMS: dict[int, Callable[[bytes], bytes]] = {
    1: bytes,
    5: encode_lzw,
    8: zlib.compress,
    32946: zlib.compress,
    50013: zlib.compress,
    32773: encode_packbits,
    34925: lzma.compress,
    34926: lambda data: encode('zstd', data),
    50000: lambda data: encode('zstd', data),
}


@pytest.mark.parametrize('compression', STREAMS)
def test_bytes(compression: int) -> None:
    """Test decoding to bytes, and into buffers."""
    data = STREAMS[compression](PLAIN)
    decoder = find_decoder(compression)
    assert decoder.codec.out == 'bytes'
    assert not decoder.codec.image
    assert bytes(decoder.decode(data)) == PLAIN
    assert bytes(decoder.decode(data, out=len(PLAIN))) == PLAIN
    out = numpy.zeros(len(PLAIN), 'u1')
    assert decoder.decode_into(data, out) == len(PLAIN)
    assert out.tobytes() == PLAIN
    # shorter than buffer
    out = numpy.full(len(PLAIN) + 20, 0xA5, 'u1')
    assert decoder.decode_into(memoryview(data), out) == len(PLAIN)
    assert out[: len(PLAIN)].tobytes() == PLAIN
    out = numpy.zeros(4, 'u1')
    out.flags.writeable = False
    with pytest.raises(ValueError, match='read-only'):
        decoder.decode_into(data, out)


@pytest.mark.parametrize('compression', STREAMS)
def test_bytes_too_long(compression: int) -> None:
    """Test streams that are longer than the output, or end with garbage."""
    data = STREAMS[compression](PLAIN)
    decoder = find_decoder(compression)
    for stream in (data, data + bytes(7), data + b'\x81\xff' * 9):
        for size in (1, 99, 600, len(PLAIN) - 1, len(PLAIN)):
            memory = numpy.full(len(PLAIN) + 64, 0xA5, 'u1')
            assert decoder.decode_into(stream, memory[:size]) == size
            assert memory[:size].tobytes() == PLAIN[:size]
            assert set(memory[size:].tolist()) == {0xA5}


@pytest.mark.parametrize('compression', STREAMS)
def test_bytes_truncated(compression: int) -> None:
    """Test that truncated streams raise, or yield fewer bytes."""
    data = STREAMS[compression](PLAIN)
    decoder = find_decoder(compression)
    for size in (0, 1, 2, 5, len(data) // 2, len(data) - 9):
        out = numpy.zeros(len(PLAIN), 'u1')
        try:
            count = decoder.decode_into(data[:size], out)
        except ERRORS:
            continue
        assert count < len(PLAIN) or size > len(data) // 2
        assert out[:count].tobytes() == PLAIN[:count]


@pytest.mark.parametrize('compression', [8, 32773, 34925])
def test_bytes_enough(compression: int) -> None:
    """Test that corrupted streams serve if they yield enough."""
    data = STREAMS[compression](PLAIN * 9)
    decoder = find_decoder(compression)
    data = data[: len(data) - 8]
    size = 8 * len(PLAIN)
    out = numpy.zeros(len(PLAIN) * 10, 'u1')
    assert decoder.decode_into(data, out, size) >= size
    assert out[:size].tobytes() == PLAIN * 8


@pytest.mark.parametrize('compression', STREAMS)
@pytest.mark.parametrize('fallback', [False, True])
def test_bytes_corrupted(
    compression: int, fallback: bool, request: pytest.FixtureRequest
) -> None:
    """Test that corrupted streams raise typed errors, and stay in bounds."""
    data = STREAMS[compression](PLAIN)
    if fallback:
        request.getfixturevalue('no_imagecodecs')
        try:
            find_decoder(compression)
        except ValueError:
            pytest.skip('no fallback')
    decoder = find_decoder(compression)
    rng = random.Random(compression)
    for _ in range(150):
        stream = bytearray(data)
        for _ in range(rng.choice((1, 2, 5))):
            stream[rng.randrange(len(stream))] = rng.randrange(256)
        memory = numpy.full(len(PLAIN) + 64, 0xA5, 'u1')
        try:
            size = decoder.decode_into(bytes(stream), memory[:-64])
        except ERRORS:
            size = 0
        assert 0 <= size <= len(PLAIN)
        assert set(memory[-64:].tolist()) == {0xA5}


@pytest.mark.parametrize('compression', [8, 34925, 50000])
def test_bombs(compression: int) -> None:
    """Test that streams of many bytes are cut."""
    data = STREAMS[compression](bytes(1 << 22))
    assert len(data) < 20000
    decoder = find_decoder(compression)
    out = numpy.ones(100, 'u1')
    assert decoder.decode_into(data, out) == 100
    assert not out.any()


@pytest.mark.parametrize('name', ['lzw', 'zlib', 'packbits', 'lzma'])
def test_own_decoders(name: str) -> None:
    """Test functions that serve where imagecodecs is missing."""
    codes = {'lzw': 5, 'zlib': 8, 'packbits': 32773, 'lzma': 34925}
    rng = numpy.random.default_rng(1)
    for plain in (
        b'',
        b'a',
        PLAIN,
        bytes(70000),
        rng.integers(0, 256, 9000).astype('u1').tobytes(),
        rng.integers(0, 4, 30000).astype('u1').tobytes(),
    ):
        data = STREAMS[codes[name]](plain)
        decode = own(f'{name}_decode')
        assert bytes(decode(data)) == plain
        assert bytes(decode(memoryview(data), out=9)) == plain[:9]
        out = bytearray(len(plain))
        decode(data, out=out)
        assert bytes(out) == plain
        if name != 'lzw':
            encoded = own(f'{name}_encode')(plain)
            assert bytes(decode(encoded)) == plain


def test_packbits_by_hand() -> None:
    """Test example of TIFF 6.0 section 9."""
    data = bytes.fromhex('FEAA 0280002A FDAA 0380002A22 F7AA')
    plain = bytes.fromhex('AAAAAA80002AAAAAAAAA80002A22') + b'\xaa' * 10
    assert bytes(find_decoder(32773).decode(data)) == plain
    assert bytes(own('packbits_decode')(data)) == plain
    # no operation
    assert bytes(own('packbits_decode')(b'\x80' + data + b'\x80')) == plain


@pytest.mark.parametrize('axis', [-1, -2])
@pytest.mark.parametrize('dtype', ['uint8', 'uint16'])
def test_packbits_encoder(dtype: str, axis: int) -> None:
    """Test rows are encoded separately."""
    rng = numpy.random.default_rng(2)
    for size in (1, 128, 259):
        image = rng.integers(0, 2, (5, size, 2)).astype(dtype)
        image[:, size // 3 :] = 3
        data = own('packbits_encode')(image, axis=axis)
        assert bytes(own('packbits_decode')(data)) == image.tobytes()
        rows = [
            own('packbits_encode')(row, axis=axis)
            for row in image.reshape(-1, *image.shape[axis:])
        ]
        assert b''.join(rows) == data


def test_lzw_by_hand() -> None:
    """Test example of TIFF 6.0 section 13, and old-style codes."""
    plain = bytes((7, 7, 7, 8, 8, 7, 7, 6, 6))
    codes = [256, 7, 258, 8, 8, 258, 6, 6, 257]
    assert encode_lzw(plain) == pack_codes(codes)
    for data in (pack_codes(codes), pack_codes(codes, isold=True)):
        assert bytes(own('lzw_decode')(data)) == plain
        assert bytes(find_decoder(5).decode(data, out=9)) == plain


def test_lzw_errors() -> None:
    """Test codes that are not in the table."""
    for codes in ([256, 259], [256, 7, 300], [256, 258]):
        with pytest.raises(ValueError, match='corrupted LZW'):
            own('lzw_decode')(pack_codes(codes))


@pytest.mark.usefixtures('no_imagecodecs')
@pytest.mark.parametrize('compression', [1, 5, 8, 32773, 34925])
def test_without_imagecodecs(compression: int) -> None:
    """Test reading and writing without imagecodecs."""
    plain = ramp().tobytes()
    decoder = find_decoder(compression)
    assert decoder.decode.__module__ == 'tifffile'
    out = numpy.zeros(len(plain), 'u1')
    data = STREAMS[compression](plain)
    assert decoder.decode_into(data, out) == len(plain)
    assert out.tobytes() == plain


# array schemes


class Scheme:
    """Stream of array scheme and what is in it."""

    def __init__(
        self,
        compression: int,
        codec: str,
        image: Any,
        info: dict[str, Any] | None = None,
        /,
        tolerance: int = 0,
        **kwargs: Any,
    ) -> None:
        self.compression = compression
        self.codec = codec
        self.image = image
        self.info = info
        self.tolerance = tolerance
        self.kwargs = kwargs

    def encoded(self) -> bytes:
        """Return stream."""
        skip_unless(self.compression)
        image = self.image
        if image.shape[-1] == 1:
            image = image[..., 0]
        return encode(
            self.codec, numpy.ascontiguousarray(image), **self.kwargs
        )

    def __repr__(self) -> str:
        dtype, samples = self.image.dtype, self.image.shape[-1]
        return f'{self.codec}-{self.compression}-{dtype}-{samples}'


SCHEMES = [
    Scheme(7, 'jpeg8', ramp(samples=1), level=98, tolerance=6),
    Scheme(7, 'jpeg8', ramp(), {'outcolorspace': 2}, level=98, tolerance=25),
    Scheme(6, 'jpeg8', ramp(), {'outcolorspace': 2}, level=98, tolerance=25),
    Scheme(33007, 'jpeg8', ramp(samples=1), level=98, tolerance=6),
    Scheme(34892, 'jpeg8', ramp(samples=1), level=98, tolerance=6),
    Scheme(7, 'jpeg8', ramp('uint16', 1), lossless=True),
    Scheme(34892, 'jpeg8', ramp('uint16', 1), lossless=True),
    Scheme(33003, 'jpeg2k', ramp(), codecformat='j2k'),
    Scheme(33004, 'jpeg2k', ramp(samples=1), codecformat='j2k'),
    Scheme(33005, 'jpeg2k', ramp('uint16'), codecformat='j2k'),
    Scheme(34712, 'jpeg2k', ramp('int16', 1), codecformat='jp2'),
    Scheme(34712, 'jpeg2k', ramp(samples=4), codecformat='jp2'),
    Scheme(34887, 'lerc', ramp()),
    Scheme(34887, 'lerc', ramp('int16', 1)),
    Scheme(34887, 'lerc', ramp('float32', 1), compression='zstd'),
    Scheme(34887, 'lerc', ramp('float64', 1), compression='deflate'),
    Scheme(34927, 'webp', ramp(), lossless=True),
    Scheme(50001, 'webp', ramp(samples=4), lossless=True),
    Scheme(34933, 'png', ramp(samples=1)),
    Scheme(34933, 'png', ramp('uint16', 4)),
    Scheme(34934, 'jpegxr', ramp()),
    Scheme(34934, 'jpegxr', ramp('uint16', 1)),
    Scheme(22610, 'jpegxr', ramp(samples=1)),
    Scheme(50002, 'jpegxl', ramp(), lossless=True),
    Scheme(50002, 'jpegxl', ramp('float32', 1), lossless=True),
    Scheme(52546, 'jpegxl', ramp('uint16', 1), lossless=True),
    Scheme(52546, 'jpegxl', ramp('float16', 1), lossless=True),
]


@pytest.mark.parametrize('scheme', SCHEMES, ids=str)
def test_arrays(scheme: Scheme) -> None:
    """Test decoding to new arrays, and into arrays of all layouts."""
    data = scheme.encoded()
    image = scheme.image
    shape, dtype = image.shape, image.dtype
    windowed = numpy.zeros((shape[0], shape[1] + 9, shape[2]), dtype)
    readonly = numpy.zeros(shape, dtype)
    readonly.flags.writeable = False
    results = []
    for out in (
        None,
        numpy.zeros(shape, dtype),
        windowed[:, 3:-6],
        numpy.zeros(shape, 'complex128'),
        readonly,
    ):
        result = decode_array(
            scheme.compression, data, shape, dtype, scheme.info, out=out
        )
        assert result.size == image.size
        assert result.dtype == dtype
        results.append(result.reshape(shape).copy())
    error = numpy.abs(results[0].astype('f8') - image.astype('f8')).max()
    assert error <= scheme.tolerance
    for result in results[1:]:
        numpy.testing.assert_array_equal(result, results[0])
    assert not readonly.any()
    assert not windowed[:, :3].any()
    assert not windowed[:, -6:].any()


@pytest.mark.parametrize('scheme', SCHEMES, ids=str)
def test_arrays_truncated(scheme: Scheme) -> None:
    """Test that truncated streams raise typed errors."""
    data = scheme.encoded()
    image = scheme.image
    args = image.shape, image.dtype, scheme.info
    expected = decode_array(scheme.compression, data, *args)
    for size in (
        *(0, 1, 2, 3, 4, 9, 16, 25, 40),
        *(len(data) // 3, len(data) // 2, len(data) * 9 // 10),
        *range(len(data) - 20, len(data)),
    ):
        try:
            result = decode_array(scheme.compression, data[:size], *args)
        except ERRORS:
            continue
        # what was cut is not needed
        numpy.testing.assert_array_equal(result, expected)
        assert size > len(data) * 9 // 10


@pytest.mark.parametrize('scheme', SCHEMES, ids=str)
def test_arrays_corrupted(scheme: Scheme) -> None:
    """Test that corrupted streams raise typed errors, or yield an array."""
    data = scheme.encoded()
    image = scheme.image
    rng = random.Random(len(data))
    for _ in range(40):
        stream = bytearray(data)
        limit = rng.choice((30, 100, len(data)))
        for _ in range(rng.choice((1, 2, 5))):
            pos = rng.randrange(min(len(data), limit))
            stream[pos] = rng.choice((0, 255, rng.randrange(256)))
        try:
            result = decode_array(
                scheme.compression,
                bytes(stream),
                image.shape,
                image.dtype,
                scheme.info,
            )
        except ERRORS:
            continue
        assert isinstance(result, numpy.ndarray)
        assert numpy.can_cast(result.dtype, image.dtype)


@pytest.mark.parametrize('scheme', SCHEMES, ids=str)
def test_arrays_of_other_shape(scheme: Scheme) -> None:
    """Test that streams of other images yield those, if they are not huge."""
    data = scheme.encoded()
    image = scheme.image
    result = decode_array(
        scheme.compression,
        data,
        (image.shape[0] - 5, *image.shape[1:]),
        image.dtype,
        scheme.info,
    )
    assert result.size == image.size
    expected = decode_array(
        scheme.compression, data, image.shape, image.dtype, scheme.info
    )
    args = scheme.compression, data, image.shape, 'bool', scheme.info
    if image.dtype == 'uint8' and scheme.codec != 'lerc':
        result = decode_array(*args)
        numpy.testing.assert_array_equal(result, expected != 0)
    else:
        with pytest.raises(ERRORS):
            decode_array(*args)


HUGE = {
    'jpeg8': lambda data: patch(data, frame_position(data) + 5, '>HH', 65000),
    'jpeg2k': lambda data: patch(
        data, data.index(b'\xff\x4f\xff\x51') + 8, '>II', 2**30
    ),
    'png': lambda data: patch(data, 16, '>II', 2**30),
    'jpegxl': lambda data: (
        b'\xff\x0a' + ((3 | (2**29) << 2) << 1).to_bytes(12, 'little')
    ),
    'lerc': lambda data: patch(data, 14, '<ii', 2**30),
}


def patch(data: bytes, pos: int, fmt: str, value: int) -> bytes:
    """Return data with two integers replaced."""
    size = struct.calcsize(fmt)
    return data[:pos] + struct.pack(fmt, value, value) + data[pos + size :]


def frame_position(data: bytes) -> int:
    """Return position of frame header in JPEG stream."""
    return min(
        pos
        for pos in (data.find(b'\xff\xc0'), data.find(b'\xff\xc3'))
        if pos > 0
    )


@pytest.mark.parametrize('codec', HUGE)
def test_giant_arrays(codec: str) -> None:
    """Test that streams of giant images are refused before decoding."""
    schemes = {scheme.codec: scheme for scheme in SCHEMES[::-1]}
    scheme = schemes[codec]
    data = HUGE[codec](scheme.encoded())
    with pytest.raises(ERRORS):
        decode_array(
            scheme.compression, data, scheme.image.shape, scheme.image.dtype
        )
    kind = find_decoder(scheme.compression).codec.kind
    with pytest.raises(ValueError, match='too large'):
        tifffile.check_stream_size(  # type: ignore[attr-defined]
            kind, data, scheme.image.shape
        )


# JPEG


def test_jpeg_tables() -> None:
    """Test streams whose tables are elsewhere."""
    image = ramp()
    data = encode('jpeg8', image, level=90)
    tables, stream = split_jpeg(data)
    info = {'outcolorspace': 2}
    expected = decode_array(7, data, image.shape, 'u1', info)
    for out in (None, numpy.zeros_like(image)):
        result = decode_array(
            7, stream, image.shape, 'u1', info, tables=tables, out=out
        )
        numpy.testing.assert_array_equal(result, expected)
    with pytest.raises(ERRORS):
        decode_array(7, stream, image.shape, 'u1', info)
    # header before stream
    result = decode_array(
        7, data[20:], image.shape, 'u1', info, header=data[:20]
    )
    numpy.testing.assert_array_equal(result, expected)


def test_jpeg_without_end() -> None:
    """Test complete streams without end marker, and with bytes after it."""
    for samples in (1, 3):
        image = ramp(samples=samples)
        data = encode('jpeg8', image.squeeze(), level=90)
        expected = decode_array(7, data, image.shape, 'u1')
        for stream in (data[:-2], data[:-1], data + bytes(9), data + b'\xff'):
            result = decode_array(7, stream, image.shape, 'u1')
            numpy.testing.assert_array_equal(result.ravel(), expected.ravel())


def test_jpeg_without_length() -> None:
    """Test streams that leave the number of rows open."""
    image = ramp(samples=1)
    data = encode('jpeg8', image[..., 0], level=90)
    expected = decode_array(7, data, image.shape, 'u1')
    pos = frame_position(data) + 5
    data = data[:pos] + b'\0\0' + data[pos + 2 :]
    result = decode_array(7, data, image.shape, 'u1')
    numpy.testing.assert_array_equal(result.ravel(), expected.ravel())


@pytest.mark.parametrize(
    (
        'photometric',
        'planarconfig',
        'extrasamples',
        'jfif',
        'samples',
        'space',
    ),
    [
        (6, 1, (), False, 3, (0, 2)),
        (6, 1, (), True, 3, (0, 2)),
        (2, 1, (), False, 3, (2, 2)),
        (2, 1, (), True, 3, (0, 2)),
        (5, 1, (), False, 4, (0, 4)),
        (0, 1, (), False, 1, (0, 0)),
        (1, 1, (), False, 1, (0, 0)),
        (2, 1, (2,), False, 4, (0, 0)),
        (6, 2, (), False, 3, (0, 1)),
        (2, 2, (), True, 3, (0, 1)),
        (32803, 1, (), False, 1, (0, 0)),
        (34892, 1, (), False, 3, (0, 0)),
    ],
)
def test_jpeg_colorspaces(
    photometric: int,
    planarconfig: int,
    extrasamples: tuple[int, ...],
    jfif: bool,
    samples: int,
    space: tuple[int, int],
) -> None:
    """Test color spaces of streams and images."""
    assert space == tifffile.jpeg_colorspaces(  # type: ignore[attr-defined]
        photometric, planarconfig, extrasamples, jfif, samples
    )


@pytest.mark.parametrize('out', [2, 3])
@pytest.mark.parametrize('subsampling', ['444', '420'])
def test_jpeg_ycbcr(out: int, subsampling: str) -> None:
    """Test conversion of color, or none."""
    image = ramp()
    data = encode('jpeg8', image, level=98, subsampling=subsampling)
    names = {2: 'RGB', 3: 'YCBCR'}
    imagecodecs = pytest.importorskip('imagecodecs')
    expected = imagecodecs.jpeg8_decode(data, outcolorspace=names[out])
    result = decode_array(7, data, image.shape, 'u1', {'outcolorspace': out})
    numpy.testing.assert_array_equal(result, expected)


def test_jpeg_segments() -> None:
    """Test reading of marker segments, also of garbage."""
    read = tifffile.read_jpeg_segments  # type: ignore[attr-defined]
    segments: dict[int, bytes] = {}
    stream = b'\xff\xd8\xff\xff\xdb\0\3a\xff\xdb\0\3b\xff\xda\0\3c\xff\0d'
    assert read(stream, segments) == stream.index(b'\xff\0')
    assert segments[0xDB] == b'\xff\xdb\0\3a\xff\xdb\0\3b'
    assert segments[0xDA] == b'\xff\xda\0\3c'
    for garbage in (b'', b'\xff', b'\xff\xdb\xff\xff', b'\xff\xdb\0\0aa'):
        segments = {}
        assert read(garbage, segments) == 0
        assert not segments
    rng = random.Random(3)
    for _ in range(200):
        data = b'\xff' + rng.randbytes(rng.randrange(9)) + b'\xff\xda'
        assert 0 <= read(data, {}) <= len(data)
        tifffile.count_jpeg_tables(data)  # type: ignore[attr-defined]


def test_restart_numbers() -> None:
    """Test restart markers are numbered from 0."""
    data = b'a\xff\xd5b\xff\0\xff\xd6' + b'c\xff\xd7' * 8
    expected = b'a\xff\xd0b\xff\0\xff\xd1' + b''.join(
        bytes((0x63, 0xFF, 0xD0 + i % 8)) for i in range(2, 10)
    )
    assert (
        tifffile.number_restarts(data)  # type: ignore[attr-defined]
        == expected
    )


# other array schemes


def test_webp_without_alpha() -> None:
    """Test opaque images of four samples whose alpha channel was dropped."""
    skip_unless(50001)
    image = ramp()
    data = encode('webp', image, lossless=True)
    result = decode_array(50001, data, (*image.shape[:2], 4), 'u1')
    numpy.testing.assert_array_equal(result[..., :3], image)
    assert (result[..., 3] == 255).all()


def test_lerc_mask() -> None:
    """Test invalid pixels of LERC streams."""
    skip_unless(34887)
    image = ramp('float32', 1)
    mask = numpy.ones(image.shape[:2], bool)
    mask[3:9, 5:7] = False
    data = encode('lerc', image[..., 0].copy(), masks=mask)
    result = decode_array(34887, data, image.shape, 'f4')
    expected = numpy.where(mask, image[..., 0], numpy.nan)
    numpy.testing.assert_array_equal(result.reshape(mask.shape), expected)


def code_bits(text: str) -> bytes:
    """Return bits as bytes."""
    text = text.replace(' ', '')
    text += '0' * (-len(text) % 8)
    return bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))


# rows of 8 pixels: 3 white, 2 black, 3 white; and all white
ROW = '1000 11 1000'
WHITE = '10011'
END = '000000000001'
FACSIMILES = {
    2: (code_bits(ROW) + code_bits(WHITE) + code_bits(ROW), 0),
    3: (code_bits(END + ROW + END + WHITE + END + ROW), 0),
    4: (code_bits('001 1000 11 1' + '0001 1 001 1000 11 1' + END * 2), 0),
}


@pytest.mark.parametrize('dtype', ['bool', 'uint8'])
@pytest.mark.parametrize('compression', [2, 3])
def test_facsimile(compression: int, dtype: str) -> None:
    """Test streams of CCITT schemes."""
    skip_unless(compression)
    data, options = FACSIMILES[compression]
    row = [0, 0, 0, 1, 1, 0, 0, 0]
    expected = numpy.array([row, [0] * 8, row], dtype)
    info = {'t4options': options}
    out = numpy.ones((3, 8, 1), dtype)
    result = decode_array(compression, data, (3, 8), dtype, info, out=out)
    assert result is out
    numpy.testing.assert_array_equal(result[..., 0], expected)
    for size in (0, 1):
        with pytest.raises(ERRORS):
            decode_array(compression, data[:size], (3, 8), dtype, info)
    for args in (((3, 8), 'uint16'), ((3, 8, 2), 'uint8')):
        with pytest.raises(ValueError, match='does not fit'):
            decode_array(compression, data, *args, info)


def test_facsimile_two_dimensional() -> None:
    """Test stream of CCITT T.6, whose end is marked."""
    skip_unless(4)
    # horizontal mode, then vertical mode that repeats the row above
    data = code_bits('001 1000 11 1' + '1 1 1' + END * 2)
    row = [0, 0, 0, 1, 1, 0, 0, 0]
    result = decode_array(4, data, (2, 8), 'bool')
    numpy.testing.assert_array_equal(
        result[..., 0], numpy.array([row, row], bool)
    )
    # rows after the end are white
    result = decode_array(4, data, (4, 8), 'bool')
    assert not result[2:].any()
    data = code_bits('001 1000 11 1' + '1 1 1')
    decode_array(4, data, (2, 8), 'bool')
    with pytest.raises(ValueError, match='truncated CCITT'):
        decode_array(4, data, (9, 8), 'bool')


@pytest.mark.parametrize('compression', [2, 3, 4])
def test_facsimile_corrupted(compression: int) -> None:
    """Test random streams of CCITT schemes."""
    skip_unless(compression)
    rng = random.Random(compression)
    for _ in range(300):
        data = rng.randbytes(rng.randrange(40))
        info = {'t4options': rng.randrange(8)}
        try:
            result = decode_array(compression, data, (5, 19), 'bool', info)
        except ERRORS:
            continue
        assert result.shape == (5, 19, 1)


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize('dtype', ['uint8', 'uint16', 'float32'])
def test_pixarlog(dtype: str, byteorder: str) -> None:
    """Test PixarLog streams in both byte orders."""
    skip_unless(32909)
    image = ramp('float32') / 300
    if dtype != 'float32':
        image = image * (255 if dtype == 'uint8' else 65535)
    image = image.astype(dtype)
    imagecodecs = pytest.importorskip('imagecodecs')
    codes = bytes(imagecodecs.pixarlog_encode(image, deflate=False))
    words = numpy.frombuffer(codes, 'u2')
    stream = zlib.compress(words.astype(f'{byteorder}u2').tobytes())
    info = {'byteorder': byteorder}
    result = decode_array(32909, stream, image.shape, dtype, info)
    error = numpy.abs(result.astype('f8') - image).max()
    assert error <= 0.01 * image.max()
    short = zlib.compress(words[:-5].tobytes())
    with pytest.raises(ERRORS):
        decode_array(32909, short, image.shape, dtype, info)


def test_eer() -> None:
    """Test stream of electron events."""
    skip_unless(65002)
    fields = [(3, 7), (0, 4), (5, 7), (0, 4), (110, 7), (0, 4)]
    # distances to events are packed from the least significant bit
    bits = ''.join(f'{value:0{size}b}'[::-1] for value, size in fields)
    bits += '0' * (-len(bits) % 64)
    data = bytes(int(bits[i : i + 8][::-1], 2) for i in range(0, len(bits), 8))
    info = {'eerbits': (7, 2, 2)}
    out = numpy.ones((10, 12, 1), 'u1')
    result = decode_array(65002, data, (10, 12), 'u1', info, out=out)
    assert numpy.flatnonzero(result).tolist() == [3, 9]
    with pytest.raises(ERRORS):
        decode_array(65002, data, (10, 12), 'u1', {'eerbits': (99, 2, 2)})


def test_thunderscan() -> None:
    """Test codes of ThunderScan streams."""
    data = bytes(
        (
            0xC0 | 5,  # value 5
            3,  # three times more
            0x40 | 0b01_10_11,  # one more, same, one less
            0x80 | 0b011_101,  # three more, three less
        )
    )
    row = [5, 5, 5, 5, 6, 5, 8, 5]
    for size in (len(row), len(row) - 1):
        result = decode_array(32809, data, (1, size), 'u1')
        assert result.ravel().tolist() == row[:size]
    result = decode_array(32809, data * 2, (2, len(row)), 'u1')
    assert result[..., 0].tolist() == [row, row]
    with pytest.raises(ValueError, match='truncated ThunderScan'):
        decode_array(32809, data, (1, len(row) + 1), 'u1')


def test_sgilog() -> None:
    """Test runs of SGILOG streams."""
    # high bytes, then low bytes of three pixels in each of two rows
    data = b'\x81\x3f\x03\1\2\3' + b'\3\x40\x41\x42\x81\7'
    result = decode_array(34676, data, (2, 3), 'i2')
    expected = [[0x3F01, 0x3F02, 0x3F03], [0x4007, 0x4107, 0x4207]]
    assert result[..., 0].tolist() == expected
    for size in (0, 1, 5, len(data) - 1):
        with pytest.raises(ValueError, match='too short'):
            decode_array(34676, data[:size], (2, 3), 'i2')
    with pytest.raises(ValueError, match='does not fit'):
        decode_array(34676, data, (2, 3), 'u1')
    color = b'\1\x40\1\0' + b'\1\x56\1\xc3'
    result = decode_array(34676, color, (1, 1, 3), 'i2')
    assert result[0, 0, 0] == 0x4000
    u, v = result[0, 0, 1:] / 32768
    assert abs(u - 86.5 / 410) < 1e-4
    assert abs(v - 195.5 / 410) < 1e-4


def test_sgilog24() -> None:
    """Test pixels of SGILOG24 streams."""
    result = decode_array(34677, b'\x80\0\0' * 2, (1, 2, 3), 'i2')
    assert result[0, 0, 0] == (0x80000 >> 8 & 0xFFD) + 13314
    with pytest.raises(ValueError, match='too short'):
        decode_array(34677, b'\x80\0\0', (1, 2, 3), 'i2')


# samples


def unpack(*args: Any, **kwargs: Any) -> Any:
    """Return samples from bytes."""
    return tifffile.unpack_samples(  # type: ignore[attr-defined]
        *args, **kwargs
    )


def pack_plainly(rows: list[list[int]], bits: int) -> bytes:
    """Return rows of unsigned integers, packed from most significant bit."""
    return b''.join(
        code_bits(''.join(f'{value:0{bits}b}' for value in row))
        for row in rows
    )


@pytest.mark.usefixtures('fallback')
@pytest.mark.parametrize('bits', range(1, 65))
def test_packed_integers(bits: int) -> None:
    """Test integers of all widths, in rows of odd lengths."""
    rng = random.Random(bits)
    size = next(n for n in (1, 2, 4, 8) if 8 * n >= bits)
    for runlen in (1, 2, 3, 7, 13):
        rows = [[rng.getrandbits(bits) for _ in range(runlen)] for _ in '123']
        data = pack_plainly(rows, bits)
        values = [value for row in rows for value in row]
        for byteorder in '<>':
            if bits in {8, 16, 32, 64} and byteorder == '<':
                continue
            args = bits, byteorder
            result = unpack(data, 1, *args, f'u{size}', runlen)
            assert result.dtype == f'u{size}'
            assert result.tolist() == values
            out = numpy.zeros(len(values), f'u{size}')
            part = unpack(data, 1, *args, f'u{size}', runlen, out=out)
            assert part.base is out
            assert out.tolist() == values
            # an incomplete row
            rowsize = len(data) // 3
            result = unpack(
                data[: -rowsize // 2], 1, *args, f'u{size}', runlen
            )
            assert result.tolist() == values[: result.size]
            assert 2 * runlen <= result.size + (rowsize == 1) * runlen
            if bits > 1:
                signed = unpack(data, 2, *args, f'i{size}', runlen)
                sign = 1 << bits - 1
                assert signed.tolist() == [
                    value - 2 * (value & sign) for value in values
                ]
        if bits == 1:
            result = unpack(data, 1, 1, '<', 'bool', runlen)
            assert result.dtype == 'bool'
            assert result.tolist() == [bool(value) for value in values]
        if bits not in {8, 16, 32, 64} or size == 1:
            array = numpy.array(values, f'u{size}')
            packed = tifffile.pack_samples(  # type: ignore[attr-defined]
                array, bits, runlen
            )
            assert packed == data


def test_packed_integers_by_hand() -> None:
    """Test examples of packed integers."""
    data = bytes.fromhex('123456789ABC')
    for byteorder in '<>':
        result = unpack(data, 1, 12, byteorder, 'u2', 4)
        assert result.tolist() == [0x123, 0x456, 0x789, 0xABC]
        result = unpack(data, 1, 24, byteorder, 'u4', 2)
        assert result.tolist() == [0x123456, 0x789ABC]
        result = unpack(data, 2, 24, byteorder, 'i4', 2)
        assert result.tolist() == [0x123456, 0x789ABC]
    result = unpack(bytes((0xA0, 0x40)), 1, 1, '<', 'bool', 3)
    assert result.tolist() == [True, False, True, False, True, False]
    for bits, dtype in ((12, 'u2'), (24, 'u4'), (63, 'u8')):
        assert unpack(b'', 1, bits, '<', dtype, 4).size == 0
    assert unpack(b'', 1, 1, '<', 'bool', 4).size == 0


def test_pack_errors() -> None:
    """Test values that do not fit."""
    pack = tifffile.pack_samples  # type: ignore[attr-defined]
    for values, dtype, bits in (
        ([16], 'u1', 4),
        ([8], 'i1', 4),
        ([-9], 'i1', 4),
        ([1], 'u1', 65),
        ([1], 'f4', 4),
    ):
        with pytest.raises(ValueError):
            pack(numpy.array(values, dtype), bits)
    assert pack(numpy.array([-8, 7], 'i1'), 4) == b'\x87'


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize(
    'dtype', ['u1', 'i1', 'u2', 'i4', 'u8', 'f2', 'f4', 'f8', 'c8', 'c16']
)
def test_plain_samples(dtype: str, byteorder: str) -> None:
    """Test samples as in memory, of both byte orders."""
    rng = numpy.random.default_rng(4)
    values = rng.integers(0, 100, 9).astype(dtype)
    data = values.astype(numpy.dtype(dtype).newbyteorder(byteorder)).tobytes()
    bits = 8 * values.itemsize
    kinds = {'u': 1, 'i': 2, 'f': 3, 'c': 6}
    args = kinds[dtype[0]], bits, byteorder, dtype, 9
    result = unpack(data + bytes(values.itemsize - 1), *args)
    assert result.dtype.isnative
    numpy.testing.assert_array_equal(result, values)
    out = numpy.zeros(12, dtype)
    assert unpack(data, *args, out=out).size == 9
    numpy.testing.assert_array_equal(out[:9], values)
    assert not out[9:].any()
    if result.itemsize == 1:
        assert not result.flags.owndata


@pytest.mark.usefixtures('fallback')
@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_float24(byteorder: str) -> None:
    """Test 24-bit floating-point numbers."""
    values = numpy.array([0, 1, -1, 2, 0.5, 1.5, -123.25, 2.0**63], 'f4')
    data = pack_float24(values, byteorder)
    result = unpack(data + b'\0', 3, 24, byteorder, 'f4', 8)
    assert result.dtype == 'f4'
    numpy.testing.assert_array_equal(result, values)
    for raw, value in (
        ('7f0000', math.inf),
        ('ff0000', -math.inf),
        ('3f0000', 1.0),
        ('800000', -0.0),
        ('000001', 2.0**-78),
        ('7f0001', math.nan),
    ):
        data = bytes.fromhex(raw)
        if byteorder == '<':
            data = data[::-1]
        result = unpack(data, 3, 24, byteorder, 'f4', 1)
        numpy.testing.assert_array_equal(result, numpy.float32(value))
        assert math.isnan(value) or (
            numpy.signbit(result[0]) == numpy.signbit(value)
        )


@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_complex_integers(byteorder: str) -> None:
    """Test complex integers, the last of which is cut."""
    for bits, dtype in ((32, 'c8'), (64, 'c16')):
        parts = numpy.array([1, -2, 3, -4], f'{byteorder}i{bits // 16}')
        data = parts.tobytes() + bytes(bits // 8 - 1)
        result = unpack(data, 5, bits, byteorder, dtype, 2)
        assert result.dtype == dtype
        assert result.tolist() == [1 - 2j, 3 - 4j]


def test_unpack_errors() -> None:
    """Test samples that are not supported."""
    for args in (
        (3, 12, '<', 'f4', 1),
        (1, 65, '<', 'u8', 1),
        (1, 0, '<', 'u1', 1),
        (1, 16, '<', 'u1', 1),
        (3, 24, '<', 'f8', 1),
    ):
        with pytest.raises(ValueError):
            unpack(bytes(16), *args)


@pytest.mark.parametrize('byteorder', ['<', '>'])
def test_rgb565(byteorder: str) -> None:
    """Test pixels packed in words."""
    words = numpy.array([0xF800, 0x8410, 0x001F], f'{byteorder}u2').tobytes()
    result = unpack(words, 1, (5, 6, 5), byteorder, 'u1', 9)
    assert result.tolist() == [255, 0, 0, 132, 130, 132, 0, 0, 255]
    result = tifffile.unpack_rgb(words, f'{byteorder}B', (5, 6, 5), False)
    assert result.tolist() == [31, 0, 0, 16, 32, 16, 0, 0, 31]
    words = numpy.array([0x7C00], f'{byteorder}u2').tobytes()
    result = tifffile.unpack_rgb(words, f'{byteorder}B', (5, 5, 5))
    assert result.tolist() == [255, 0, 0]
    words = numpy.array([0x3FF00001], f'{byteorder}u4').tobytes()
    result = tifffile.unpack_rgb(words, f'{byteorder}H', (10, 10, 10))
    assert result.tolist() == [65535, 0, 64]
    for bits in ((9, 5, 5), (0, 5, 5), (8, 8, 8, 8, 8)):
        with pytest.raises(ValueError, match='sample size not supported'):
            tifffile.unpack_rgb(bytes(8), f'{byteorder}B', bits)


@pytest.mark.usefixtures('fallback')
def test_reverse_bits() -> None:
    """Test order of bits."""
    reverse = tifffile.reverse_bits  # type: ignore[attr-defined]
    assert bytes(reverse(b'\x13\xf0\x01')) == b'\xc8\x0f\x80'
    data = bytes(range(256))
    for kind in (bytes, bytearray, memoryview):
        assert bytes(reverse(kind(data))) == reverse_bits(data)
    # does not change what was passed
    array = numpy.frombuffer(bytearray(data), 'u2')
    assert bytes(reverse(array.tobytes())) == reverse_bits(data)
    assert array.tobytes() == data
    own('bitorder_decode')(array, out=array)
    assert array.tobytes() == reverse_bits(data)


# predictors


def undo(*args: Any, **kwargs: Any) -> Any:
    """Return samples from differences."""
    return tifffile.undo_predictor(  # type: ignore[attr-defined]
        *args, **kwargs
    )


def random_samples(dtype: str, width: int = 12) -> Any:
    """Return segment of shape (1, 5, width, 3)."""
    rng = numpy.random.default_rng(5)
    dt = numpy.dtype(dtype)
    if dt.kind == 'f':
        values = rng.normal(size=(1, 5, width, 3)) * 100
        return values.astype(dtype)
    raw = rng.integers(0, 256, (1, 5, width, 3 * dt.itemsize))
    return raw.astype('u1').view(dt)


@pytest.mark.usefixtures('fallback')
@pytest.mark.parametrize('predictor', [2, 34892, 34893])
@pytest.mark.parametrize(
    'dtype', ['u1', 'i1', 'u2', 'i2', 'u4', 'i8', 'f2', 'f4', 'f8']
)
def test_horizontal(
    dtype: str,
    predictor: int,
) -> None:
    """Test differences of integers, and of bits of floating-point numbers."""
    for width in (1, 3, 8, 13):
        samples = random_samples(dtype, width)
        bits = 8 * samples.itemsize
        data = encode_samples(samples, bits, 1, predictor, '=')
        raw = numpy.frombuffer(data, dtype).reshape(samples.shape)
        assert not raw.flags.writeable
        numpy.testing.assert_array_equal(undo(predictor, raw), samples)
        array = raw.copy()
        assert undo(predictor, array) is array
        numpy.testing.assert_array_equal(array, samples)
        wide = numpy.zeros((1, 5, width + 2, 4), dtype)
        out = wide[:, :, 1:-1, :3]
        assert undo(predictor, raw, out=out) is out
        numpy.testing.assert_array_equal(out, samples)
        assert not wide[..., 3].any()
        encoded = tifffile.find_predictor(  # type: ignore[attr-defined]
            predictor, encode=True
        )(samples, axis=-2)
        assert encoded.tobytes() == data


@pytest.mark.parametrize('bits', [1, 2, 4, 6, 10, 12, 14, 24, 31, 40])
def test_horizontal_packed(bits: int) -> None:
    """Test differences of packed integers."""
    rng = numpy.random.default_rng(bits)
    size = next(n for n in (1, 2, 4, 8) if 8 * n >= bits)
    for kind in 'ui':
        if bits == 1 and kind == 'i':
            continue
        high = 1 << (bits - (kind == 'i'))
        low = -high if kind == 'i' else 0
        dtype = 'bool' if bits == 1 else f'{kind}{size}'
        samples = rng.integers(low, high, (1, 3, 7, 2)).astype(dtype)
        values = samples.astype('i8')
        values[:, :, 1:] -= samples[:, :, :-1].astype('i8')
        values &= (1 << bits) - 1
        if kind == 'i':
            values -= (values & (1 << bits - 1)) * 2
        result = undo(2, values.astype(dtype), bits)
        assert result.dtype == samples.dtype
        numpy.testing.assert_array_equal(result, samples)


@pytest.mark.usefixtures('fallback')
@pytest.mark.parametrize('predictor', [3, 34894, 34895])
@pytest.mark.parametrize('dtype', ['f2', 'f4', 'f8'])
def test_floatingpoint(
    dtype: str,
    predictor: int,
) -> None:
    """Test differences of bytes of floating-point numbers."""
    for width in (1, 3, 8, 13):
        samples = random_samples(dtype, width)
        bits = 8 * samples.itemsize
        streams = [
            encode_samples(
                samples.astype(f'{order}{dtype}'), bits, 3, predictor
            )
            for order in '<>'
        ]
        assert streams[0] == streams[1]
        raw = numpy.frombuffer(streams[0], dtype).reshape(samples.shape)
        numpy.testing.assert_array_equal(undo(predictor, raw), samples)
        numpy.testing.assert_array_equal(undo(predictor, raw.copy()), samples)
        wide = numpy.zeros((1, 5, width + 2, 4), dtype)
        out = wide[:, :, 1:-1, :3]
        assert undo(predictor, raw, out=out) is out
        numpy.testing.assert_array_equal(out, samples)
        for encode_, source in ((True, samples), (False, raw)):
            function = tifffile.find_predictor(  # type: ignore[attr-defined]
                predictor, encode=encode_
            )
            result = function(source.copy(), axis=-2)
            expected = raw if encode_ else samples
            assert result.tobytes() == expected.tobytes()


@pytest.mark.parametrize('predictor', [3, 34894, 34895])
def test_floatingpoint24(predictor: int) -> None:
    """Test differences of bytes of 24-bit floating-point numbers."""
    samples = numpy.array([1, -2, 0, 1.5, 100, 0.25, -7, 3] * 3, 'f4').reshape(
        1, 2, 4, 3
    )
    data = encode_samples(samples, 24, 3, predictor)
    raw = numpy.frombuffer(data, 'u1').reshape(*samples.shape, 3)
    result = undo(predictor, raw)
    assert result.dtype == 'f4'
    numpy.testing.assert_array_equal(result, samples)
    with pytest.raises(NotImplementedError):
        undo(2, raw)


def test_predictor_errors() -> None:
    """Test predictors that do not apply to samples."""
    array = numpy.zeros((1, 2, 3, 1), 'u1')
    with pytest.raises(ValueError, match='12345 is not a known PREDICTOR'):
        undo(12345, array)
    with pytest.raises(NotImplementedError, match='FLOATINGPOINT'):
        undo(PREDICTOR.FLOATINGPOINT, array)
    with pytest.raises(NotImplementedError, match='HORIZONTAL'):
        undo(PREDICTOR.HORIZONTAL, array.astype('c8'))
