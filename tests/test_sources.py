"""Test byte sources."""

from __future__ import annotations

import contextlib
import copy
import errno
import gc
import gzip
import io
import logging
import mmap
import os
import pathlib
import pickle
import random
import re
import subprocess
import sys
import tempfile
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy
import pytest
from builder import Page, build_tiff
from numpy.testing import assert_array_equal

import tifffile
from tifffile import (
    TIFF,
    FileCache,
    FileHandle,
    TiffFileError,
    TiffSegmentError,
)

ROOT = pathlib.Path(__file__).parents[1]

DATA = random.Random(42).randbytes(300_000)

needs_pread = pytest.mark.skipif(
    not hasattr(os, 'pread'), reason='system has no pread'
)


class MinimalStream:
    """Binary stream that has only what is required."""

    def __init__(self, data: bytes) -> None:
        self._stream = io.BytesIO(data)

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = None

    def read(self, size):
        # raw streams may return less than what there is
        return self._stream.read(min(size, 1000))

    def seek(self, offset, whence=0):
        return self._stream.seek(offset, whence)

    def tell(self):
        return self._stream.tell()


class Readers:
    """Open handles of the same data in many kinds of sources."""

    def __init__(self, folder: pathlib.Path, stack: contextlib.ExitStack):
        self.path = folder / 'data.bin'
        self.path.write_bytes(DATA)
        self.stack = stack

    def open(self, **kwargs):
        """Return open file."""
        return self.stack.enter_context(open(self.path, 'rb', **kwargs))

    def path_rb(self):
        return FileHandle(self.path)

    def path_rplusb(self):
        return FileHandle(str(self.path), 'r+')

    def bytesio(self):
        return FileHandle(io.BytesIO(DATA))

    def buffered(self):
        return FileHandle(self.open())

    def raw(self):
        return FileHandle(self.open(buffering=0))

    def temporary(self):
        stream = tempfile.NamedTemporaryFile()  # noqa: SIM115
        self.stack.enter_context(stream)
        stream.write(DATA)
        stream.seek(0)
        return FileHandle(stream)

    def mapped(self):
        mapped = mmap.mmap(self.open().fileno(), 0, access=mmap.ACCESS_READ)
        return FileHandle(self.stack.enter_context(mapped))

    def minimal(self):
        return FileHandle(MinimalStream(DATA))

    def gzipped(self):
        path = self.path.with_suffix('.gz')
        with gzip.open(path, 'wb', compresslevel=1) as file:
            file.write(DATA)
        return FileHandle(self.stack.enter_context(gzip.open(path)))

    def window(self):
        path = self.path.with_suffix('.window')
        path.write_bytes(b'x' * 100 + DATA + b'y' * 100)
        file = self.stack.enter_context(FileHandle(path))
        return FileHandle(file, offset=100, size=len(DATA))

    def nested(self):
        path = self.path.with_suffix('.nested')
        path.write_bytes(b'x' * 100 + DATA)
        file = self.stack.enter_context(FileHandle(path))
        window = FileHandle(file, offset=60, size=len(DATA) + 40)
        return FileHandle(window, offset=40)

    def memory(self):
        fsspec = pytest.importorskip('fsspec')
        fsspec.filesystem('memory').pipe_file('/sources/data.bin', DATA)
        return FileHandle('memory://sources/data.bin')

    def fsspec_file(self):
        fsspec = pytest.importorskip('fsspec')
        return FileHandle(fsspec.open(str(self.path)))


READERS = [name for name in vars(Readers) if name[0] != '_' and name != 'open']


@pytest.fixture
def readers(tmp_path):
    with contextlib.ExitStack() as stack:
        yield Readers(tmp_path, stack)


@pytest.fixture(params=READERS)
def reader(request, readers):
    """Handle with DATA."""
    with getattr(readers, request.param)() as fh:
        yield fh


@pytest.fixture
def path(tmp_path):
    """Path of file with DATA."""
    path = tmp_path / 'data.bin'
    path.write_bytes(DATA)
    return path


def test_read_at(reader):
    """Test positional reads do not move the position."""
    reader.seek(77)
    assert reader.size == len(DATA)
    assert reader.read_at(0, 10) == DATA[:10]
    assert reader.read_at(12345, 54321) == DATA[12345 : 12345 + 54321]
    assert reader.read_at(100, 0) == b''
    assert reader.read_at(0, len(DATA)) == DATA
    assert reader.read_at(len(DATA) - 5, 10) == DATA[-5:]
    assert reader.read_at(len(DATA), 10) == b''
    assert reader.read_at(len(DATA) + 5, 10) == b''
    assert reader.tell() == 77
    assert reader.read(3) == DATA[77:80]


@pytest.mark.parametrize('offset', [2**31, 2**62, 2**63, 2**64 - 1, 2**70])
def test_read_at_large_offset(reader, offset):
    """Test reads at offsets that no file has."""
    assert reader.read_at(offset, 10) == b''
    assert reader.readinto_at(offset, bytearray(10)) == 0
    assert reader.read_ranges([offset, 0], [10, 1]) == [b'', DATA[:1]]
    with pytest.raises(TiffSegmentError, match='failed to read 2 bytes, got'):
        reader.read_array_at('u1', 2, offset)


@pytest.mark.parametrize('size', [2**20 + 1, 2**31, 2**62, 2**63, 2**70])
def test_read_at_large_size(reader, size):
    """Test nothing is allocated for sizes that the file does not have."""
    with pytest.raises(TiffFileError, match=f'read {size} bytes at offset 8'):
        reader.read_at(8, size)
    with pytest.raises(TiffFileError, match=reader.name):
        reader.read_ranges([0, 8], [1, size])
    with pytest.raises(TiffSegmentError, match=f'failed to read {size} by'):
        reader.read_array_at('u1', size, 8)
    with pytest.raises(TiffSegmentError, match=f'got {len(DATA) - 8}, at off'):
        reader.read_record_at('u1', size, 8)
    # the methods of streams return what there is
    reader.seek(8)
    assert reader.read(size) == DATA[8:]


def test_read_at_invalid(reader):
    """Test negative arguments."""
    with pytest.raises(ValueError, match='offset=-1'):
        reader.read_at(-1, 1)
    with pytest.raises(ValueError, match='size=-1'):
        reader.read_at(1, -1)
    with pytest.raises(ValueError, match='offset=-1'):
        reader.readinto_at(-1, bytearray(1))
    with pytest.raises(ValueError, match='negative'):
        reader.read_ranges([-1], [1])
    with pytest.raises(ValueError, match='negative'):
        reader.read_ranges([1], [-1])
    with pytest.raises(ValueError, match='1 offsets but 2 sizes'):
        reader.read_ranges([1], [1, 1])
    with pytest.raises(ValueError, match='offset=-1'):
        reader.read_array_at('u1', 1, -1)
    with pytest.raises(ValueError, match='offset=-1'):
        reader.read_record_at('u1', 1, -1)
    with pytest.raises(ValueError, match='negative position'):
        reader.seek(-1)
    with pytest.raises(ValueError, match='whence'):
        reader.seek(0, 3)


def test_position(reader):
    """Test methods of streams."""
    assert reader.seekable()
    assert reader.tell() == 0
    assert reader.read(5) == DATA[:5]
    assert reader.seek(10) == 10
    assert reader.seek(5, 1) == 15
    assert reader.tell() == 15
    buffer = bytearray(4)
    assert reader.readinto(buffer) == 4
    assert buffer == DATA[15:19]
    assert reader.seek(-3, 2) == len(DATA) - 3
    assert reader.readinto(buffer) == 3
    assert buffer[:3] == DATA[-3:]
    assert reader.read() == b''
    assert reader.seek(100) == 100
    assert reader.read() == DATA[100:]
    assert reader.seek(200) == 200
    assert reader.read(0) == b''
    assert reader.read(-1) == DATA[200:]
    assert not reader.closed


def test_readinto_at(reader):
    """Test scattered reads."""
    buffers = [bytearray(n) for n in (3, 0, 1, 100, 70000)]
    assert reader.readinto_at(50, buffers) == 70104
    assert b''.join(buffers) == DATA[50 : 50 + 70104]
    array = numpy.zeros((2, 3), '>u2')
    assert reader.readinto_at(7, array) == 12
    assert array.tobytes() == DATA[7:19]
    arrays = [numpy.zeros((1, 2), 'i4'), numpy.zeros((0, 2), 'i4')]
    assert reader.readinto_at(7, (*arrays, memoryview(bytearray(1)))) == 9
    assert arrays[0].tobytes() == DATA[7:15]
    assert reader.readinto_at(7, []) == 0
    # end of file within a buffer
    buffers = [bytearray(4), bytearray(4), bytearray(4)]
    assert reader.readinto_at(len(DATA) - 6, buffers) == 6
    assert b''.join(buffers) == DATA[-6:] + bytes(6)
    array = numpy.zeros((3, 2), '<u2')
    assert reader.readinto_at(len(DATA) - 5, [array]) == 5
    assert array.tobytes() == DATA[-5:] + bytes(7)


def test_readinto_at_readonly(reader):
    """Test buffers that cannot be read into."""
    with pytest.raises((TypeError, ValueError, BufferError)):
        reader.readinto_at(0, b'123')
    with pytest.raises((TypeError, ValueError, BufferError)):
        reader.readinto_at(0, numpy.zeros(9, 'u1')[::2])


@pytest.mark.parametrize('count', [1023, 1024, 1025, 3000])
def test_readinto_at_many(reader, count):
    """Test more buffers than the system takes in one call."""
    buffers = [memoryview(bytearray(i % 50)) for i in range(count)]
    size = sum(len(buffer) for buffer in buffers)
    assert reader.readinto_at(13, buffers) == size
    assert b''.join(buffers) == DATA[13 : 13 + size]


@needs_pread
def test_short_system_calls(path, monkeypatch):
    """Test the system may read and write less than it is asked for."""
    pread, preadv, pwrite = os.pread, os.preadv, os.pwrite

    def preadv_less(fd, buffers, offset):
        if len(buffers[0]) < 7:
            return preadv(fd, buffers[:2], offset)
        return preadv(fd, [buffers[0][:7]], offset)

    monkeypatch.setattr(os, 'pread', lambda fd, n, o: pread(fd, min(n, 7), o))
    monkeypatch.setattr(os, 'preadv', preadv_less)
    monkeypatch.setattr(os, 'pwrite', lambda fd, b, o: pwrite(fd, b[:7], o))
    with FileHandle(path, 'r+b') as fh:
        assert fh.read_at(3, 30) == DATA[3:33]
        assert fh.read_at(len(DATA) - 20, 30) == DATA[-20:]
        assert fh.read_ranges([5, 50], [20, 8]) == [DATA[5:25], DATA[50:58]]
        buffers = [bytearray(20) for _ in range(5)]
        assert fh.readinto_at(9, buffers) == 100
        assert b''.join(buffers) == DATA[9:109]
        assert fh.write_at(1, bytes(range(30))) == 30
        assert fh.read_at(0, 32) == DATA[:1] + bytes(range(30)) + DATA[31:32]


@pytest.mark.parametrize('feature', ['_HAS_PREAD', '_HAS_PREADV'])
def test_missing_system_calls(path, monkeypatch, feature):
    """Test systems without positional reads or scattered reads."""
    monkeypatch.setattr(tifffile, feature, False)
    with FileHandle(path, 'r+b') as fh:
        assert fh.is_file
        assert fh.is_positional == (feature == '_HAS_PREADV')
        test_read_at(fh)
        fh.seek(0)
        test_position(fh)
        test_readinto_at(fh)
        fh.write_at(10, b'abc')
        assert fh.read_at(9, 5) == DATA[9:10] + b'abc' + DATA[13:14]
        assert_array_equal(
            fh.memmap_array('u1', (4,), 11),
            numpy.frombuffer(b'bc' + DATA[13:15], 'u1'),
        )
    with pytest.raises(ValueError, match='closed file'):
        fh.read_at(0, 1)


def test_read_ranges(reader):
    """Test ranges that are distant, adjacent, equal, overlapping, empty."""
    ranges = [
        [],
        [(5, 10)],
        [(5, 10), (100000, 20), (20, 30)],
        [(0, 100), (100, 10), (110, 1), (111, 0), (111, 5000)],
        [(40, 10), (40, 10), (30, 15), (44, 100), (300, 0)],
        [(0, 100000), (100000, 150000)],
        [(len(DATA) - 5, 10), (len(DATA), 3), (len(DATA) + 7, 9), (0, 2)],
        [(len(DATA) - 5, 3), (len(DATA) - 2, 3), (len(DATA) + 1, 3)],
        [(i * 100, 100) for i in range(2999)],
        [(i * 100, 90) for i in reversed(range(2999))],
    ]
    reader.seek(3)
    for case in ranges:
        offsets = [offset for offset, _ in case]
        sizes = [size for _, size in case]
        expected = [DATA[offset : offset + size] for offset, size in case]
        assert reader.read_ranges(offsets, sizes) == expected
        arrays = numpy.array(offsets, 'u8'), numpy.array(sizes, 'u8')
        assert reader.read_ranges(*arrays) == expected
    assert reader.tell() == 3


@pytest.mark.parametrize('kind', READERS)
def test_threads(readers, kind):
    """Test threads share one handle without locks."""
    fh = getattr(readers, kind)()
    if kind == 'gzipped':
        count = 3
    else:
        count = 60
    start = threading.Barrier(16)

    def read(seed):
        rng = random.Random(seed)
        start.wait()
        for _ in range(count):
            offset = rng.randrange(len(DATA))
            size = rng.randrange(5000)
            expected = DATA[offset : offset + size]
            assert fh.read_at(offset, size) == expected
            array = numpy.empty(len(expected), 'u1')
            assert fh.readinto_at(offset, array) == len(expected)
            assert array.tobytes() == expected
            assert fh.read_ranges([offset, 0], [size, 9]) == [
                expected,
                DATA[:9],
            ]

    fh.seek(55)
    with ThreadPoolExecutor(16) as executor:
        list(executor.map(read, range(16)))
    assert fh.tell() == 55
    fh.close()


def test_threads_share_stream():
    """Test threads read one stream through handles of their own."""
    stream = io.BytesIO(DATA)
    stream.seek(9)

    def read(seed):
        rng = random.Random(seed)
        for _ in range(100):
            fh = FileHandle(stream)
            offset = rng.randrange(len(DATA) - 9)
            assert fh.read_at(offset, 500) == DATA[9 + offset :][:500]

    with ThreadPoolExecutor(8) as executor:
        list(executor.map(read, range(8)))
    assert stream.tell() == 9


def test_threads_open(path):
    """Test threads open and close a handle while others read."""
    fh = FileHandle(path)
    fh.close()

    def read(seed):
        rng = random.Random(seed)
        for _ in range(100):
            offset = rng.randrange(len(DATA) - 500)
            with fh.hold():
                assert fh.read_at(offset, 500) == DATA[offset : offset + 500]

    with ThreadPoolExecutor(8) as executor:
        list(executor.map(read, range(8)))
    assert fh.closed

    with ThreadPoolExecutor(8) as executor:
        channels = set(
            executor.map(
                lambda _: fh.open() or fh._source.channel, range(1000)
            )
        )
    assert len(channels) == 1
    channels.clear()
    fh.close()


@needs_pread
def test_close_while_reading(path, tmp_path):
    """Test a descriptor in use is not given to another file."""
    fh = FileHandle(path)
    descriptor = fh.fileno()
    # a thread that is about to read
    channel = fh._source.channel
    fh.close()
    assert fh.closed
    with pytest.raises(ValueError, match='closed file'):
        fh.read_at(0, 1)
    with open(tmp_path / 'other', 'wb+') as other:
        assert other.fileno() != descriptor
        assert channel.read(10, 10) == DATA[10:20]
    del channel
    with pytest.raises(OSError, match='Bad file descriptor'):
        os.fstat(descriptor)


def test_closed_by_owner(path):
    """Test streams that were closed behind the handle's back."""
    with open(path, 'rb') as stream:
        fh = FileHandle(stream)
    assert fh.closed
    with open(path, 'rb'):
        for read in (fh.read_at, fh.read_array_at):
            args = (0, 1) if read == fh.read_at else ('u1', 1, 0)
            with pytest.raises(ValueError, match='closed file'):
                read(*args)
    fh.open()
    assert fh.closed
    with fh.hold() as closed:
        assert closed
    fh.close()

    fh = FileHandle(path)
    fh._fh.close()
    assert fh.closed
    fh.open()
    assert fh.read_at(0, 3) == DATA[:3]
    fh.close()


def test_closed(path):
    """Test closed handles, and opening them again."""
    with FileHandle(path) as fh:
        fh.seek(5)
    assert fh.closed
    assert fh.is_file
    assert fh.is_positional == hasattr(os, 'pread')
    assert fh._fh is None
    assert str(fh).endswith('closed')
    assert fh.size == len(DATA)
    assert fh.closed
    for call in (
        lambda: fh.read_at(0, 1),
        lambda: fh.readinto_at(0, bytearray(1)),
        lambda: fh.read_ranges([0], [1]),
        lambda: fh.read_array_at('u1', 1, 0),
        lambda: list(fh.read_segments([1], [1])),
        lambda: fh.write_at(0, b'1'),
        lambda: fh.read(1),
        lambda: fh.write(b'1'),
        fh.tell,
        lambda: fh.seek(0),
        fh.flush,
    ):
        with pytest.raises(ValueError, match=r'closed file .*data\.bin'):
            call()
    fh.close()
    fh.open()
    assert not fh.closed
    assert fh.tell() == 0
    assert fh.read(3) == DATA[:3]
    fh.open()
    assert fh.tell() == 3
    fh.close()


def test_hold(path):
    """Test temporarily opened handles."""
    fh = FileHandle(path)
    with fh.hold() as closed:
        assert not closed
    assert not fh.closed
    fh.close()
    with fh.hold() as closed:
        assert closed
        assert not fh.closed
        with fh.hold():
            assert fh.read_at(0, 2) == DATA[:2]
        assert not fh.closed
    assert fh.closed
    with pytest.raises(RuntimeError, match='fails'), fh.hold():
        raise RuntimeError('fails')
    assert fh.closed
    with fh.hold():
        fh.open()
    assert not fh.closed
    with fh.hold():
        fh.close()
        assert fh.closed
    assert fh.closed
    fh = FileHandle(io.BytesIO(DATA))
    with fh.hold() as closed:
        assert not closed
        assert fh.read_at(0, 2) == DATA[:2]


def test_unclosed(path):
    """Test handles that are not closed are reported like files."""
    fh = FileHandle(path)
    with pytest.warns(ResourceWarning, match='unclosed file'):
        del fh


def test_window(path):
    """Test windows."""
    with FileHandle(path, offset=100, size=50) as fh:
        assert fh.size == 50
        assert fh.name == 'data.bin'
        assert fh.tell() == 0
        assert fh.read() == DATA[100:150]
        assert fh.read() == b''
        assert fh.seek(40) == 40
        assert fh.read(20) == DATA[140:150]
        assert fh.read_at(40, 20) == DATA[140:150]
        assert fh.read_at(60, 20) == b''
        assert fh.read_ranges([0, 45], [5, 10]) == [
            DATA[100:105],
            DATA[145:150],
        ]
        assert fh.seek(-5, 2) == 45
        assert fh.read() == DATA[145:150]
        with pytest.raises(TiffSegmentError, match='51 bytes, got 50'):
            fh.read_array_at('u1', 51, 0)
        assert fh.read_array_at('u1', -1, 10).size == 40
        assert fh.memmap_array('u1', (3,), 2).tobytes() == DATA[102:105]
        with pytest.raises(TiffSegmentError, match='3 bytes, got 2'):
            fh.memmap_array('u1', (3,), 48)
        fh.close()
        fh.open()
        assert fh.tell() == 0
        assert fh.read(3) == DATA[100:103]

        inner = FileHandle(fh, offset=10)
        assert inner.size == 40
        assert inner.name == 'data@110.bin'
        assert inner.dirname == fh.dirname
        assert inner.path == os.path.join(fh.dirname, 'data@110.bin')
        assert inner.read(2) == DATA[110:112]
        assert inner.read_at(0, 100) == DATA[110:150]
        assert fh.tell() == 12
        innermost = FileHandle(inner, offset=5, size=100, name='a.svs')
        assert innermost.size == 35
        assert innermost.name == 'a.svs'
        assert innermost.read_at(0, 100) == DATA[115:150]
        outside = FileHandle(inner, offset=500)
        assert outside.size == 0
        assert outside.read_at(0, 10) == b''
        fh.seek(0)
        with pytest.raises(ValueError, match='before start'):
            inner.read(1)

        # windows neither close nor lose the file
        inner.close()
        assert not inner.closed
        fh.close()
        assert inner.closed
        fh.open()
        assert inner.read_at(0, 3) == DATA[110:113]
        same = FileHandle(inner)
        assert same.name == inner.name
        assert same.size == inner.size
        assert same.read_at(0, 3) == DATA[110:113]

    with FileHandle(path, offset=len(DATA) - 10) as fh:
        assert fh.size == 10
    with FileHandle(path, size=10**9) as fh:
        assert fh.size == len(DATA)
    with FileHandle(path, offset=10**9) as fh:
        assert fh.size == 0
        assert fh.read_at(0, 10) == b''
    for kwargs in ({'offset': -1}, {'size': -1}):
        with pytest.raises(ValueError, match='invalid window'):
            FileHandle(path, **kwargs)


def test_window_of_stream():
    """Test the window starts at the position of the stream."""
    stream = io.BytesIO(DATA)
    stream.seek(7)
    with FileHandle(stream) as fh:
        assert fh.tell() == 0
        assert fh.size == len(DATA) - 7
        assert fh.read_at(0, 3) == DATA[7:10]
        assert fh.read(3) == DATA[7:10]
        assert stream.tell() == 10
    with FileHandle(stream, offset=3) as fh:
        assert fh.tell() == 0
        assert fh.size == len(DATA) - 3
    with FileHandle(stream, offset=0) as fh:
        assert fh.tell() == 3
    assert not fh.closed


def test_growing_file(path):
    """Test files that other programs write to."""
    with FileHandle(path) as fh:
        assert fh.size == len(DATA)
        with open(path, 'ab') as file:
            file.write(bytes(3 * 2**20))
        assert fh.size == len(DATA)
        assert fh.read_at(len(DATA), 2) == bytes(2)
        assert fh.read_at(len(DATA), 2 * 2**20) == bytes(2 * 2**20)
        assert fh.size == len(DATA) + 3 * 2**20
        os.truncate(path, 10)
        assert fh.refresh_size() == 10
        assert fh.size == 10


@pytest.mark.parametrize('kind', ['path', 'bytesio', 'raw', 'memory'])
def test_write(tmp_path, kind):
    """Test writes at the position and at offsets are seen by reads."""
    path = tmp_path / 'data.bin'
    path.write_bytes(b'0123456789')
    with contextlib.ExitStack() as stack:
        if kind == 'path':
            fh = stack.enter_context(FileHandle(path, 'r+b'))
        elif kind == 'bytesio':
            fh = FileHandle(io.BytesIO(b'0123456789'), 'r+b')
        elif kind == 'raw':
            file = stack.enter_context(open(path, 'r+b', buffering=0))
            fh = FileHandle(file, 'r+b')
        else:
            fsspec = pytest.importorskip('fsspec')
            fs = fsspec.filesystem('memory')
            fs.pipe_file('/sources/write.bin', b'0123456789')
            url = 'memory://sources/write.bin'
            fh = stack.enter_context(FileHandle(url, 'r+b'))
        assert fh.writable()
        assert fh.read(2) == b'01'
        assert fh.write(b'ab') == 2
        assert fh.tell() == 4
        assert fh.read_at(0, 10) == b'01ab456789'
        assert fh.write_at(5, b'cd') == 2
        assert fh.tell() == 4
        assert fh.read(4) == b'4cd7'
        fh.write(b'ef')
        buffer = bytearray(4)
        assert fh.readinto_at(6, buffer) == 4
        assert buffer == b'd7ef'
        assert fh.size == 10
        fh.write(b'gh')
        assert fh.size == 12
        assert fh.write_at(14, numpy.array([1, 2], '>u2')) == 4
        assert fh.size == 18
        assert fh.read_at(10, 10) == b'gh\0\0\0\1\0\2'
        fh.write(b'ij')
        assert fh.read_ranges([0, 8], [2, 6]) == [b'01', b'efghij']
        fh.flush()
        fh.sync()
        assert fh.truncate(13) == 13
        assert fh.size == 13
        assert fh.read_at(0, 99) == b'01ab4cd7efghi'
        fh.seek(2)
        assert fh.truncate() == 2
        assert fh.size == 2
        with pytest.raises(ValueError, match='size=-1'):
            fh.truncate(-1)
        with pytest.raises(ValueError, match='offset=-1'):
            fh.write_at(-1, b'')


def test_write_window():
    """Test windows grow when they are written to."""
    stream = io.BytesIO(b'0123456789')
    fh = FileHandle(stream, 'r+b', offset=2, size=0)
    assert fh.size == 0
    assert fh.read_at(0, 10) == b''
    fh.write(b'ab')
    assert fh.size == 2
    assert fh.read_at(0, 10) == b'ab'
    fh.write_at(4, b'c')
    assert fh.size == 5
    assert fh.read_at(0, 10) == b'ab45c'
    assert fh.truncate(3) == 3
    assert fh.size == 3
    assert stream.getvalue() == b'01ab4'


def test_write_threads(path):
    """Test threads write and read one handle."""
    with FileHandle(path, 'r+b') as fh:

        def write(index):
            for i in range(50):
                offset = 1000 * (index + 8 * i)
                data = bytes([index]) * (500 + i)
                fh.write_at(offset, data)
                assert fh.read_at(offset, len(data)) == data
                assert fh.size >= offset + len(data)

        with ThreadPoolExecutor(8) as executor:
            list(executor.map(write, range(8)))
        assert fh.size == max(len(DATA), 1000 * (7 + 8 * 49) + 549)


def test_modes(tmp_path, path):
    """Test modes of files."""
    new = tmp_path / 'new.bin'
    with FileHandle(new, 'w') as fh:
        assert fh.mode == 'wb'
        assert fh.size == 0
        fh.write(b'0123')
        assert fh.size == 4
        with pytest.raises(OSError, match='cannot read'):
            fh.read_at(0, 1)
        with pytest.raises(OSError, match='read'):
            fh.read(1)
        assert fh.write_at(2, b'ab') == 2
    assert fh.writable()
    # writing is continued, not begun again
    fh.open()
    assert fh.read_at(0, 9) == b'01ab'
    assert fh.mode == 'wb'
    fh.close()
    assert new.read_bytes() == b'01ab'
    with pytest.raises(FileExistsError):
        FileHandle(new, 'x')
    with FileHandle(tmp_path / 'newer.bin', 'xb') as fh:
        assert fh.mode == 'xb'
    for mode in (None, 'r', 'rb'):
        with FileHandle(path, mode) as fh:
            assert fh.mode == 'rb'
            assert not fh.writable()
            with pytest.raises(OSError, match='write'):
                fh.write(b'0')
            with pytest.raises(OSError, match='cannot write'):
                fh.write_at(0, b'0')
    assert not fh.writable()
    for mode in ('r+', 'r+b', 'rb+'):
        with FileHandle(path, mode) as fh:
            assert fh.mode == 'r+b'
            assert FileHandle(fh).mode == 'r+b'
            assert FileHandle(fh, 'r+').mode == 'r+b'
            FileHandle(fh, 'rb')
            with pytest.raises(ValueError, match='has wrong mode'):
                FileHandle(fh, 'wb')
    for mode in ('q', 'rt', 'a', ''):
        with pytest.raises(ValueError, match='invalid mode'):
            FileHandle(path, mode)
        with pytest.raises(ValueError, match='invalid mode'):
            FileHandle(io.BytesIO(), mode)
    with open(path, 'ab+') as file:
        fh = FileHandle(file, 'r+b', offset=0)
        assert fh.read_at(0, 3) == DATA[:3]
        with pytest.raises(OSError, match='cannot write'):
            fh.write_at(0, b'0')


@pytest.mark.skipif(
    not os.path.exists('/dev/full'), reason='system has no /dev/full'
)
def test_close_reports_errors():
    """Test bytes that cannot be written are not lost silently."""
    fh = FileHandle('/dev/full', 'wb')
    fh.write(b'0')
    with pytest.raises(OSError) as info:
        fh.close()
    assert info.value.errno == errno.ENOSPC
    assert fh.closed


def test_invalid_sources(tmp_path, path):
    """Test what is not a file."""
    with pytest.raises(FileNotFoundError):
        FileHandle(tmp_path / 'missing')
    with pytest.raises(FileNotFoundError):
        FileHandle('')
    with pytest.raises(IsADirectoryError):
        FileHandle(tmp_path)
    for content in (b'II*\0', bytearray(4), memoryview(b'II*\0')):
        with pytest.raises(TypeError, match=r'io\.BytesIO'):
            FileHandle(content)
    for value in (None, 0, 3.14, [], numpy.zeros(3)):
        with pytest.raises(ValueError, match='file name or seekable'):
            FileHandle(value)
    with pytest.raises(TypeError, match='not open in binary mode'):
        FileHandle(io.StringIO())
    with (
        open(path, encoding='latin1') as file,
        pytest.raises(TypeError, match='not open in binary mode'),
    ):
        FileHandle(file)
    with (
        tempfile.NamedTemporaryFile('w+') as file,
        pytest.raises(TypeError, match='not open in binary mode'),
    ):
        FileHandle(file)
    stream = io.BytesIO()
    stream.close()
    with pytest.raises(ValueError, match='closed file'):
        FileHandle(stream)
    with open(path, 'rb') as file:
        pass
    with pytest.raises(ValueError, match='closed file'):
        FileHandle(file)
    read, write = os.pipe()
    with (
        os.fdopen(read, 'rb') as file,
        os.fdopen(write, 'wb'),
        pytest.raises(ValueError, match='stream is not seekable'),
    ):
        FileHandle(file)


def test_stream_returns_too_much():
    """Test streams that return more than they are asked for."""

    class Stream(io.BytesIO):
        def read(self, size=-1):
            return super().read()

    fh = FileHandle(Stream(DATA))
    with pytest.raises(OSError, match='returned 300000 bytes for 3'):
        fh.read_at(0, 3)
    assert fh.tell() == 0


def test_stream_takes_nothing():
    """Test streams that do not write."""

    class Stream(io.BytesIO):
        def write(self, data):
            return 0

    fh = FileHandle(Stream(DATA), 'r+b')
    with pytest.raises(OSError, match='does not take'):
        fh.write_at(3, b'abc')
    assert fh.tell() == 0


@pytest.mark.parametrize(
    ('name', 'extension'),
    [
        ('a.tif', '.tif'),
        ('a.ome.tif', '.ome.tif'),
        ('A.OME.TIF', '.ome.tif'),
        ('a.b.tif', '.tif'),
        ('a.companion.ome', '.ome'),
        ('a.ome', '.ome'),
        ('a', ''),
        ('.tif', ''),
    ],
)
def test_names(tmp_path, name, extension):
    """Test names of files and streams."""
    path = tmp_path / name
    path.write_bytes(DATA)
    folder = os.path.realpath(tmp_path)
    with FileHandle(path) as fh:
        assert fh.name == name
        assert fh.extension == extension
        assert fh.dirname == folder
        assert fh.path == os.path.join(folder, name)
        assert repr(fh) == f'<tifffile.FileHandle {name!r}>'
        assert str(fh).splitlines() == [
            'FileHandle',
            f' {name}',
            f' {folder}',
            ' 300000 bytes',
            ' open',
        ]
    with open(path, 'rb') as file:
        fh = FileHandle(file)
        assert (fh.name, fh.extension) == (name, extension)
        assert fh.dirname == str(tmp_path)
    with open(os.fsencode(path), 'rb') as file:
        assert FileHandle(file).name == name
    with open(os.open(path, os.O_RDONLY), 'rb') as file:
        assert FileHandle(file).name == 'Unnamed binary stream'
    fh = FileHandle(io.BytesIO(DATA), name=name)
    assert (fh.name, fh.dirname, fh.path) == (name, '', name)
    assert fh.extension == extension
    stream = io.BytesIO(DATA)
    fh = FileHandle(stream)
    assert (fh.name, fh.dirname) == ('Unnamed binary stream', '')
    assert fh.extension == ''
    with FileHandle(path, name='other.ndpi') as fh:
        assert (fh.name, fh.extension) == ('other.ndpi', '.ndpi')
        assert fh.path == os.path.join(folder, name)
        assert FileHandle(fh, offset=8).name == 'other@8.ndpi'


def test_names_are_absolute(tmp_path, monkeypatch):
    """Test names do not depend on the working folder later on."""
    (tmp_path / 'folder').mkdir()
    path = tmp_path / 'folder' / 'file.bin'
    path.write_bytes(DATA)
    monkeypatch.chdir(path.parent)
    with FileHandle('file.bin') as fh, open('file.bin', 'rb') as stream:
        other = FileHandle(stream)
        monkeypatch.chdir(tmp_path)
        assert fh.path == os.path.realpath(path)
        assert other.path == str(path)
        fh.close()
        fh.open()
        assert fh.read_at(0, 3) == DATA[:3]
    link = tmp_path / 'link'
    try:
        link.symlink_to(path)
    except OSError:
        return
    with FileHandle(link) as fh:
        assert fh.name == 'file.bin'
        assert fh.path == os.path.realpath(path)


@pytest.mark.parametrize(
    ('kind', 'is_file', 'is_positional', 'is_remote'),
    [
        ('path_rb', True, True, False),
        ('path_rplusb', True, True, False),
        ('buffered', True, True, False),
        ('raw', True, True, False),
        ('temporary', True, True, False),
        ('window', True, True, False),
        ('fsspec_file', True, True, False),
        ('mapped', False, True, False),
        ('bytesio', False, False, False),
        ('minimal', False, False, False),
        ('gzipped', False, False, False),
        ('memory', False, False, True),
    ],
)
@needs_pread
def test_kinds(readers, kind, is_file, is_positional, is_remote):
    """Test properties of sources."""
    with getattr(readers, kind)() as fh:
        assert fh.is_file == is_file
        assert fh.is_positional == is_positional
        assert fh.is_remote == is_remote
        if is_file:
            assert fh.fileno() > 0
            array = fh.memmap_array('>u2', (3, 2), 10)
            assert isinstance(array, numpy.memmap)
            assert array.tobytes() == DATA[10:22]
            del array
        else:
            with pytest.raises(ValueError, match='without fileno'):
                fh.memmap_array('u1', (3,))
        if kind in {'bytesio', 'minimal'}:
            with pytest.raises(OSError):
                fh.fileno()


def test_attributes(path):
    """Test attributes of the underlying stream."""
    with FileHandle(path) as fh:
        assert fh.readable()
        assert fh.peek(1)[:1] == DATA[:1]
        assert fh._fh.name == str(path)
        with pytest.raises(AttributeError, match="no attribute 'missing'"):
            _ = fh.missing
        with pytest.raises(AttributeError, match="no attribute '_missing'"):
            _ = fh._missing
        window = FileHandle(fh, offset=2)
        with pytest.warns(UserWarning, match='window'):
            assert window.readable()
        with warnings.catch_warnings():
            warnings.simplefilter('error')
            assert not hasattr(window, 'missing')
    assert not hasattr(fh, 'readable')
    stream = io.BytesIO(DATA)
    assert FileHandle(stream).getvalue() == DATA
    assert FileHandle(stream)._fh is stream


def test_lock(path):
    """Test lock is off by default."""
    with FileHandle(path) as fh:
        assert not fh.has_lock
        with fh.lock, fh.lock:
            pass
        fh.set_lock(True)
        assert fh.has_lock
        lock = fh.lock
        with fh.lock, fh.lock:
            fh.set_lock(True)
        assert fh.lock is lock
        assert FileHandle(fh).lock is lock
        fh.lock = False
        assert not fh.has_lock
        fh.lock = True
        assert pickle.loads(pickle.dumps(fh)).has_lock


DTYPES = ['u1', 'i2', 'u4', 'f4', 'f8', 'c8', 'S3', '?', 'f2', 'M8[s]']


@pytest.mark.parametrize('byteorder', ['<', '>'])
@pytest.mark.parametrize('dtype', DTYPES)
def test_read_array_dtypes(reader, dtype, byteorder):
    """Test arrays are returned in native byte order."""
    dtype = numpy.dtype(dtype).newbyteorder(byteorder)
    expected = numpy.frombuffer(DATA, dtype, 1001, 3)
    reader.seek(3)
    array = reader.read_array(dtype, 1001)
    assert array.dtype == dtype.newbyteorder('=')
    assert array.dtype.isnative
    assert array.flags.writeable
    assert (
        array.tobytes() == expected.astype(dtype.newbyteorder('=')).tobytes()
    )
    assert reader.tell() == 3 + 1001 * dtype.itemsize
    array = reader.read_array_at(dtype, 1001, 3)
    assert (
        array.tobytes() == expected.astype(dtype.newbyteorder('=')).tobytes()
    )


def test_read_array(reader):
    """Test counts and offsets."""
    expected = numpy.frombuffer(DATA, '>u2')
    assert_array_equal(reader.read_array('>u2'), expected)
    assert reader.tell() == len(DATA)
    assert reader.read_array('>u2').size == 0
    # one byte is left
    reader.seek(len(DATA) - 7)
    assert reader.read_array('>u2').size == 3
    assert reader.tell() == len(DATA) - 1
    assert_array_equal(reader.read_array('>u2', 4, 20), expected[10:14])
    assert reader.tell() == 28
    assert_array_equal(reader.read_array('>u2', 2), expected[14:16])
    assert reader.read_array('>u2', 0).shape == (0,)
    assert reader.tell() == 32
    record = numpy.dtype([('a', '>u2'), ('b', '<f4'), ('c', 'u1', (2,))])
    array = reader.read_array_at(record, 100, 5)
    assert array.dtype == record.newbyteorder('=')
    expected = numpy.frombuffer(DATA, record, 100, 5)
    for name in 'abc':
        assert_array_equal(array[name], expected[name])
    with pytest.raises(
        ValueError, match='failed to read 8 bytes, got 7, at offset 299993'
    ):
        reader.read_array_at('u8', 1, len(DATA) - 7)
    reader.seek(len(DATA) - 7)
    with pytest.raises(TiffSegmentError, match='failed to read 8 bytes, got'):
        reader.read_array('u8', 1)
    assert reader.tell() == len(DATA) - 7
    for dtype in ('O', 'V0', 'S0', [('a', 'O')]):
        with pytest.raises(ValueError, match='cannot read array'):
            reader.read_array_at(dtype, 1, 0)


def test_read_array_out(reader):
    """Test reading into arrays."""
    native = numpy.frombuffer(DATA, '>u2', 12).astype('u2')
    out = numpy.zeros((3, 4), 'u2')
    assert reader.read_array_at('>u2', 12, 0, out=out) is out
    assert_array_equal(out.ravel(), native)
    out = numpy.zeros((3, 4), 'u2')
    assert reader.read_array('>u2', 12, out=out) is out
    assert_array_equal(out.ravel(), native)
    assert reader.tell() == 24
    # in the other byte order
    for byteorder in '<>':
        out = numpy.zeros((3, 4), byteorder + 'u2')
        for dtype in ('<u2', '>u2'):
            expected = numpy.frombuffer(DATA, dtype, 12)
            reader.read_array_at(dtype, 12, 0, out=out)
            assert_array_equal(out.ravel(), expected)
    # reinterpreted
    for dtype in ('i2', 'u4', 'u1', 'f2'):
        out = numpy.zeros(24 // numpy.dtype(dtype).itemsize, dtype)
        reader.read_array_at('>u2', 12, 0, out=out)
        assert out.tobytes() == native.tobytes()
        # not contiguous
        out = numpy.zeros(48 // numpy.dtype(dtype).itemsize, dtype)[::2]
        assert reader.read_array_at('>u2', 12, 0, out=out) is out
        assert out.tobytes() == native.tobytes()
    with pytest.raises(ValueError, match='size mismatch'):
        reader.read_array_at('>u2', 11, 0, out=out)
    out = numpy.zeros(12, 'u2')
    out.flags.writeable = False
    for dtype in ('<u2', '>u2'):
        with pytest.raises((TypeError, ValueError, BufferError)):
            reader.read_array_at(dtype, 12, 0, out=out)


def test_read_array_blocks(tmp_path):
    """Test arrays that are converted in several blocks."""
    path = tmp_path / 'blocks.bin'
    array = numpy.arange(500_001, dtype='>u4')
    array.tofile(path)
    with FileHandle(path) as fh:
        assert_array_equal(fh.read_array_at('>u4', -1, 0), array)
        assert_array_equal(fh.read_array_at('>u4', -1, 4 * 7), array[7:])
        # truncated while it is read
        size = fh.size
        os.truncate(path, size - 3)
        with pytest.raises(TiffSegmentError, match=f'got {size - 3}, at'):
            fh.read_array_at('>u4', 500_001, 0)
        fh._source.size = size
        with pytest.raises(TiffSegmentError, match=f'got {size - 3}, at'):
            fh.read_array_at('>u4', 500_001, 0)
        fh._source.size = size
        with pytest.raises(TiffSegmentError, match=f'got {size - 3}, at'):
            fh.read_array_at('<u4', 500_001, 0)


def test_read_record(reader):
    """Test records."""
    dtype = [('a', 'u2'), ('b', 'u1')]
    reader.seek(5)
    record = reader.read_record(dtype, byteorder='>')
    assert record['a'] == record.a == int.from_bytes(DATA[5:7], 'big')
    assert record['b'] == record.b == DATA[7]
    assert reader.tell() == 8
    records = reader.read_record(dtype, 4, byteorder='<')
    assert reader.tell() == 20
    assert isinstance(records, numpy.recarray)
    assert records.shape == (4,)
    assert records.a[3] == int.from_bytes(DATA[17:19], 'little')
    records.b[0] = 7
    assert reader.read_record(dtype, (2, 3)).shape == (2, 3)
    assert reader.tell() == 38
    assert reader.read_record('>f4', (2, -1)).shape == (2, 37495)
    reader.seek(6)
    assert reader.read_record(dtype, None).shape == (99998,)
    assert reader.tell() == len(DATA)
    assert reader.read_record(dtype, 0).shape == (0,)
    assert reader.read_record(dtype, None).shape == (0,)
    reader.seek(2)
    assert reader.read_record('>u2') == int.from_bytes(DATA[2:4], 'big')
    assert reader.tell() == 4
    record = reader.read_record_at(dtype, 1, 9, byteorder='<')
    assert record.a == int.from_bytes(DATA[9:11], 'little')
    assert reader.tell() == 4
    with pytest.raises(TiffSegmentError, match='6 bytes, got 4, at offset'):
        reader.read_record_at(dtype, 2, len(DATA) - 4)
    for shape in ((-1, -1), (-2,), (2, -3)):
        with pytest.raises(ValueError, match='invalid shape'):
            reader.read_record_at(dtype, shape, 0)
    with pytest.raises(ValueError, match='cannot read record'):
        reader.read_record_at('O', 1, 0)


def test_write_array(tmp_path):
    """Test arrays are written in C order."""
    array = numpy.arange(24, dtype='u2').reshape(2, 3, 4)
    large = numpy.arange(400_000, dtype='i4').reshape(800, 500)
    arrays = [
        (array, None),
        (array.T, None),
        (array, '>u2'),
        (array[:, ::2], '<u2'),
        (array.astype('>u2'), None),
        (array.astype('>u2'), 'u2'),
        (array[0, 0, 0], None),
        (array[:0], None),
        (numpy.float16([1, 2]), None),
        (numpy.array(['2026-01-01'], 'M8[s]'), None),
        (large, '>i4'),
        (large.T, '<i4'),
        (large.reshape(1, -1), '>i4'),
    ]
    for stream in (io.BytesIO(), tmp_path / 'array.bin'):
        with FileHandle(stream, 'wb') as fh:
            expected = b''
            for data, dtype in arrays:
                count = fh.write_array(data, dtype)
                data = numpy.asarray(data, dtype)
                assert count == data.nbytes
                expected += data.tobytes()
                assert fh.tell() == len(expected)
            with pytest.raises(ValueError, match='cannot write array'):
                fh.write_array(numpy.array([None]))
            if isinstance(stream, io.BytesIO):
                assert stream.getvalue() == expected
    assert stream.read_bytes() == expected


def test_write_empty(tmp_path):
    """Test gaps are zero."""
    path = tmp_path / 'empty.bin'
    with FileHandle(path, 'wb') as fh:
        assert fh.write_empty(0) == 0
        assert fh.write_empty(-1) == 0
        assert fh.tell() == 0
        fh.write(b'a')
        assert fh.write_empty(5) == 5
        assert fh.tell() == 6
        assert fh.size == 6
    assert path.read_bytes() == b'a\0\0\0\0\0'


def test_memmap_array(path):
    """Test memory maps do not move the position."""
    with FileHandle(path, 'r+b') as fh:
        fh.seek(30)
        fh.write(b'abcd')
        array = fh.memmap_array('>u2', (2, 3), 28, mode='r+')
        assert fh.tell() == 34
        assert array.dtype == numpy.dtype('>u2')
        assert array.tobytes() == DATA[28:30] + b'abcd' + DATA[34:40]
        array[0, 0] = 0x4142
        array.flush()
        assert fh.read_at(28, 4) == b'ABab'
        assert os.path.samefile(array.filename, path)
        del array
        array = fh.memmap_array('u1', (2, 3), 28, order='F')
        assert array.flags.f_contiguous
        del array
        for mode in ('r', 'r+', 'c'):
            with pytest.raises(TiffSegmentError, match='failed to read'):
                fh.memmap_array('u1', (2**40, 2**40), mode=mode)
        assert fh.size == len(DATA)


def flatten(passes):
    """Return segments of all passes."""
    return [segment for segments in passes for segment in segments]


def test_read_segments(reader):
    """Test segments are read in order of their offsets."""
    n = len(DATA)

    def segments(offsets, counts, **kwargs):
        flat = list(reader.read_segments(offsets, counts, **kwargs))
        passes = list(
            reader.read_segments(offsets, counts, flat=False, **kwargs)
        )
        assert flatten(passes) == flat
        return flat

    reader.seek(9)
    assert segments([], []) == []
    assert segments([10], [3]) == [(DATA[10:13], 0)]
    assert segments([10], [3], indices=[7]) == [(DATA[10:13], 7)]
    assert segments([0], [3]) == [(None, 0)]
    assert segments([3], [0]) == [(None, 0)]
    assert segments([20, 10, 15], [3, 4, 2]) == [
        (DATA[10:14], 1),
        (DATA[15:17], 2),
        (DATA[20:23], 0),
    ]
    assert segments([20, 10], [3, 4], indices=[5, 6], sort=False) == [
        (DATA[20:23], 5),
        (DATA[10:14], 6),
    ]
    assert segments([10, 0, 20, -1], [3, 3, 0, 2]) == [
        (None, 3),
        (None, 1),
        (DATA[10:13], 0),
        (None, 2),
    ]
    assert segments([10, 0, 20], [3, -3, 2], sort=False) == [
        (DATA[10:13], 0),
        (None, 1),
        (DATA[20:22], 2),
    ]
    # cut at the end of the file
    assert segments([n - 4, n, n + 5, 2**63], [2**62, 3, 2**70, 3]) == [
        (DATA[-4:], 0),
        (b'', 1),
        (b'', 2),
        (b'', 3),
    ]
    # adjacent ones in any order, of any size
    for size in (30, 1000, 50000):
        offsets = list(range(5, n - size, size))
        counts = [size] * len(offsets)
        expected = [(DATA[o : o + size], i) for i, o in enumerate(offsets)]
        assert segments(offsets, counts) == expected
        assert segments(offsets[::-1], counts, sort=False) == [
            (data, len(offsets) - 1 - index) for data, index in expected[::-1]
        ]
    assert reader.tell() == 9
    arrays = numpy.array([20, 10], 'u8'), numpy.array([3, 4], 'u8')
    assert segments(*arrays) == [(DATA[10:14], 1), (DATA[20:23], 0)]
    assert segments((20, 10), (3, 4), indices=range(4, 6)) == [
        (DATA[10:14], 5),
        (DATA[20:23], 4),
    ]


def test_read_segments_passes(reader, monkeypatch):
    """Test passes have up to buffersize bytes."""

    def passes(counts, **kwargs):
        offsets = [10 * (i + 1) for i in range(len(counts))]
        result = list(
            reader.read_segments(offsets, counts, flat=False, **kwargs)
        )
        assert flatten(result) == list(
            reader.read_segments(offsets, counts, **kwargs)
        )
        return [[index for _, index in segments] for segments in result]

    assert passes([3, 3, 2]) == [[0, 1, 2]]
    assert passes([3, 3, 2], buffersize=8) == [[0, 1, 2]]
    assert passes([3, 3, 2], buffersize=7) == [[0, 1], [2]]
    assert passes([3, 3, 2], buffersize=5) == [[0], [1, 2]]
    assert passes([3, 3, 2], buffersize=1) == [[0], [1], [2]]
    assert passes([10, 10, 10], buffersize=20) == [[0, 1], [2]]
    assert passes([3, 0, 3, 0], buffersize=3) == [[0, 1], [2, 3]]
    assert passes([5, 0, 0], buffersize=3) == [[0, 1, 2]]
    monkeypatch.setattr(TIFF, 'BUFFERSIZE', 6)
    assert passes([3, 3, 2]) == [[0, 1], [2]]


def test_read_segments_length(reader, caplog):
    """Test offsets and counts of different lengths."""
    with caplog.at_level(logging.WARNING, 'tifffile'):
        assert list(reader.read_segments([10, 20], [3, 3], length=2)) == [
            (DATA[10:13], 0),
            (DATA[20:23], 1),
        ]
        assert list(reader.read_segments([10, 20], [3, 3], length=1)) == [
            (DATA[10:13], 0)
        ]
        assert not caplog.records
        assert list(reader.read_segments([10, 20], [3])) == [
            (None, 1),
            (DATA[10:13], 0),
        ]
        assert 'expected 2 segments, got 1' in caplog.text
        assert list(
            reader.read_segments([10], [3], [7, 8, 9], 3, sort=False)
        ) == [(DATA[10:13], 7), (None, 8), (None, 9)]
        assert 'expected 3 segments, got 1' in caplog.text
        assert list(reader.read_segments([], [], length=2)) == [
            (None, 0),
            (None, 1),
        ]
    with pytest.raises(ValueError, match='1 indices of 2 segments'):
        reader.read_segments([10, 20], [3, 3], [7])


def test_read_segments_lock(path):
    """Test lock is held while a pass is read."""
    entered = []

    class Lock:
        def __enter__(self):
            entered.append(True)

        def __exit__(self, *args):
            entered.append(False)

    with FileHandle(path) as fh:
        segments = fh.read_segments(
            [10, 20, 30], [5, 5, 5], lock=Lock(), buffersize=10
        )
        assert next(segments) == (DATA[10:15], 0)
        assert entered == [True, False]
        list(segments)
        assert entered == [True, False, True, False]
        fh.set_lock(True)
        assert len(list(fh.read_segments([10, 20], [5, 5]))) == 2


CHILD = """
import pickle, sys
fh, window, closed = pickle.load(sys.stdin.buffer)
assert not fh.closed and closed.closed
assert fh._source.channel is None
data = fh.read_at(10, 5), window.read_at(1, 3), window.read(2), window.size
assert closed.closed
assert fh.name == 'data.bin' and window.name == 'data@100.bin'
fh.close()
assert fh.closed
sys.stdout.buffer.write(pickle.dumps(data))
"""


def test_pickle_to_process(path):
    """Test handles open themselves in another process."""
    with FileHandle(path) as fh:
        closed = FileHandle(path)
        closed.close()
        window = FileHandle(fh, offset=100, size=20)
        handles = pickle.dumps((fh, window, closed))
        assert len(handles) < 1000
        process = subprocess.run(
            [sys.executable, '-W', 'error', '-c', CHILD],
            input=handles,
            capture_output=True,
            cwd=ROOT,
            check=False,
        )
        assert process.returncode == 0, process.stderr
        assert pickle.loads(process.stdout) == (
            DATA[10:15],
            DATA[101:104],
            DATA[100:102],
            20,
        )


@pytest.mark.parametrize('protocol', range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(path, protocol):
    """Test what is kept by pickling."""
    with FileHandle(path, 'r+b', name='a.svs', offset=8, size=50) as fh:
        fh.write(b'abc')
        other = pickle.loads(pickle.dumps(fh, protocol))
        assert not other.closed
        assert other._source.channel is None
        assert other.is_file
        assert other.mode == 'r+b'
        assert other.writable()
        assert other.name == 'a.svs'
        assert other.path == fh.path
        assert other.size == 50
        assert other._source.channel is None or other.tell() == 0
        assert other.read(3) == b'abc'
        assert other.read_at(40, 50) == DATA[48:58]
        other.close()
        assert other.closed
        other.open()
        assert other.read_at(0, 3) == b'abc'
        other.close()
    closed = pickle.loads(pickle.dumps(other, protocol))
    assert closed.closed
    with pytest.raises(ValueError, match='closed file'):
        closed.read_at(0, 1)
    with closed.hold():
        assert closed.read_at(0, 1) == b'a'
    again = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(fh))))
    assert again.closed
    # a handle that was not used yet
    with FileHandle(path) as fh:
        again = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(fh))))
    assert not again.closed
    assert again.read(3) == DATA[:3]
    again.close()


def test_pickle_shared(path):
    """Test windows share their file after pickling."""
    with FileHandle(path) as fh:
        window = FileHandle(fh, offset=10)
        fh2, window2, fh3 = pickle.loads(pickle.dumps((fh, window, fh)))
    assert fh2 is fh3
    assert fh2._source is window2._source
    assert window2.read_at(0, 3) == DATA[10:13]
    assert fh2.read_at(0, 3) == DATA[:3]
    fh2.close()
    assert window2.closed


def test_pickle_streams(path, tmp_path):
    """Test streams can be pickled only if they are files with a name."""
    with open(path, 'rb') as file:
        other = pickle.loads(pickle.dumps(FileHandle(file)))
        assert other.mode == 'rb'
        assert other.path == str(path)
        assert other.read_at(0, 3) == DATA[:3]
        other.close()
        moved = path.rename(tmp_path / 'moved')
        with pytest.raises(TypeError, match=r'cannot pickle .*data\.bin'):
            pickle.dumps(FileHandle(file))
        path.write_bytes(b'another file')
        with pytest.raises(TypeError, match='cannot pickle'):
            pickle.dumps(FileHandle(file))
    with open(moved, 'r+b') as file:
        other = pickle.loads(pickle.dumps(FileHandle(file, 'r+b')))
        assert other.mode == 'r+b'
    for stream in (io.BytesIO(DATA), MinimalStream(DATA)):
        with pytest.raises(TypeError, match='cannot pickle Unnamed binary'):
            pickle.dumps(FileHandle(stream))
        with pytest.raises(TypeError, match='cannot pickle'):
            copy.deepcopy(FileHandle(stream))
    for mode in ('wb', 'xb'):
        with (
            FileHandle(tmp_path / f'new.{mode}', mode) as fh,
            pytest.raises(TypeError, match=f"cannot pickle .*'{mode}'"),
        ):
            pickle.dumps(fh)
        with pytest.raises(TypeError, match='cannot pickle'):
            pickle.dumps(fh)
    with (
        open(tmp_path / 'new.wb', 'wb') as file,
        pytest.raises(TypeError, match='cannot pickle'),
    ):
        pickle.dumps(FileHandle(file, 'wb'))


@pytest.fixture
def memory():
    """Memory filesystem with some files."""
    fsspec = pytest.importorskip('fsspec')
    fs = fsspec.filesystem('memory')
    fs.pipe_file('/sources/a.ome.tif', DATA)
    yield fs
    fs.rm('/sources', recursive=True)


def test_fsspec(memory, path):
    """Test URLs and OpenFile."""
    import fsspec

    url = 'memory://sources/a.ome.tif'
    for file in (url, fsspec.open(url)):
        with FileHandle(file) as fh:
            assert fh.is_remote
            assert not fh.is_file
            assert not fh.writable()
            assert fh.name == 'a.ome.tif'
            assert fh.extension == '.ome.tif'
            assert fh.path.startswith('memory://')
            assert fh.size == len(DATA)
            assert fh.read_at(5, 5) == DATA[5:10]
            sibling = os.path.join(fh.dirname, fh.name)
            assert FileHandle(sibling).read_at(5, 5) == DATA[5:10]
            other = pickle.loads(pickle.dumps(fh))
            assert other._source.channel is None
            assert other.read_at(5, 5) == DATA[5:10]
            other.close()
            with pytest.raises(OSError, match='cannot write'):
                fh.write_at(0, b'')
            with pytest.raises(OSError):
                fh.write(b'0')
            window = FileHandle(fh, offset=10)
            assert window.name == 'a.ome@10.tif'
            assert window.read(3) == DATA[10:13]
            assert fh.tell() == 13
        assert fh.closed
        assert window.closed
        with pytest.raises(ValueError, match='closed file'):
            fh.read_at(0, 1)
        fh.open()
        assert fh.read_at(0, 1) == DATA[:1]
        fh.close()
        with pytest.raises(ValueError, match='closed file'):
            fh.tell()
    with pytest.raises(FileNotFoundError):
        FileHandle('memory://sources/missing.tif')
    with pytest.raises(IsADirectoryError):
        FileHandle('memory://sources')
    with pytest.raises(ValueError, match='nosuchprotocol'):
        FileHandle('nosuchprotocol://sources/a.tif')
    for file in (path.as_uri(), fsspec.open(path.as_uri())):
        with FileHandle(file) as fh:
            assert not fh.is_remote
            assert fh.path == os.path.realpath(path)
            assert fh.read_at(0, 3) == DATA[:3]
    with fsspec.open(url) as stream:
        fh = FileHandle(stream)
        assert fh.name == 'a.ome.tif'
        assert fh.read_at(0, 3) == DATA[:3]


def test_fsspec_compressed(path):
    """Test OpenFile that decompresses."""
    fsspec = pytest.importorskip('fsspec')
    packed = path.with_suffix('.gz')
    packed.write_bytes(gzip.compress(DATA, 1))
    with FileHandle(fsspec.open(str(packed), compression='gzip')) as fh:
        assert not fh.is_file
        assert fh.name == 'data.gz'
        assert fh.read_at(1000, 10) == DATA[1000:1010]
        other = pickle.loads(pickle.dumps(fh))
    assert fh.closed
    assert other.read_at(1000, 10) == DATA[1000:1010]
    other.close()
    with pytest.raises(TypeError, match='not open in binary mode'):
        FileHandle(fsspec.open(str(packed), 'rt', encoding='latin1'))


def test_fsspec_write(memory):
    """Test remote files are written and opened again."""
    with FileHandle('memory://sources/new.tif', 'wb') as fh:
        fh.write(b'0123')
        fh.write_at(2, b'abc')
        assert fh.size == 5
    assert memory.cat_file('/sources/new.tif') == b'01abc'
    fh.open()
    assert fh.read_at(0, 9) == b'01abc'
    fh.close()


def test_fsspec_names(memory):
    """Test names of chained URLs and URLs with a query."""
    source = tifffile._RemoteSource
    for url, dirname, name in (
        ('https://host/a/b.tif', 'https://host/a', 'b.tif'),
        ('https://host/a/b.tif?key=x/y.z#1', 'https://host/a', 'b.tif'),
        ('s3://bucket/a#1.tif', 's3://bucket', 'a#1.tif'),
        ('cached::https://h/b.tif?k=1', 'cached::https://h', 'b.tif'),
        ('zip://a/b.tif::https://h/c.zip', 'zip://a', 'b.tif'),
    ):
        assert source(url, None, '', 'rb').locate() == (dirname, name)
    with FileHandle('simplecache::memory://sources/a.ome.tif') as fh:
        assert fh.name == 'a.ome.tif'
        assert fh.read_at(7, 7) == DATA[7:14]
        assert fh.read_ranges([0, 9], [2, 2]) == [DATA[:2], DATA[9:11]]


def test_fsspec_missing(monkeypatch):
    """Test URLs without fsspec."""
    monkeypatch.setitem(sys.modules, 'fsspec', None)
    monkeypatch.setitem(sys.modules, 'fsspec.core', None)
    with pytest.raises(ImportError, match="requires the 'fsspec' package"):
        FileHandle('memory://sources/a.tif')


def test_fsspec_upath(memory, path):
    """Test UPath, which has a filesystem and a path."""

    class RemotePath:
        def __init__(self, path, fs):
            self.path = path
            self.fs = fs

        def open(self, mode='r'):
            raise AssertionError('not to be called')

    with FileHandle(RemotePath('/sources/a.ome.tif', memory)) as fh:
        assert fh.is_remote
        assert fh.read_at(5, 5) == DATA[5:10]
    import fsspec

    with FileHandle(RemotePath(str(path), fsspec.filesystem('file'))) as fh:
        assert fh.is_file


@pytest.mark.parametrize('fault', ['all', 'less', 'more', 'fail', None])
def test_fsspec_faulty_server(fault):
    """Test servers that ignore ranges, or send less or more."""
    fsspec = pytest.importorskip('fsspec')

    class Server(fsspec.AbstractFileSystem):
        protocol = 'faulty'
        cachable = False

        def info(self, path, **kwargs):
            return {'name': path, 'size': len(DATA), 'type': 'file'}

        def cat_file(self, path, start=None, end=None, **kwargs):
            requests.append((start, end))
            if fault == 'fail':
                raise ConnectionError('lost')
            return {
                'all': DATA,
                'less': DATA[start : end - 1],
                'more': DATA[start : end + 1],
            }.get(fault, DATA[start:end])

    requests: list[tuple[int, int]] = []
    file = fsspec.core.OpenFile(Server(), 'faulty/a.tif', 'rb')
    with FileHandle(file) as fh:
        calls = [
            lambda: fh.read_at(100, 50),
            lambda: fh.read_ranges([100], [50])[0],
            lambda: fh.read_array_at('u1', 50, 100).tobytes(),
            lambda: fh.seek(100) and fh.read(50),
        ]
        for call in calls:
            if fault is None:
                assert call() == DATA[100:150]
            elif fault == 'fail':
                with pytest.raises(ConnectionError, match='lost'):
                    call()
            else:
                with pytest.raises(
                    OSError, match=r'faulty/a\.tif. bytes 100-\d+: .* sent'
                ):
                    call()
        if fault == 'all':
            assert fh.read_ranges([0], [len(DATA)]) == [DATA]
        if fault is None:
            assert fh.read_at(len(DATA) - 5, 10) == DATA[-5:]
            # near ranges are requested at once
            start = requests[0][1]
            requests.clear()
            offsets = [start + 500, start + 10, start + 20]
            assert fh.read_ranges(offsets, [5, 5, 300]) == [
                DATA[start + 500 : start + 505],
                DATA[start + 10 : start + 15],
                DATA[start + 20 : start + 320],
            ]
            assert requests == [
                (start + 10, start + 320),
                (start + 500, start + 505),
            ]


def test_fsspec_large(memory, monkeypatch):
    """Test large ranges are requested in parts."""
    monkeypatch.setattr(tifffile._RemoteChannel, 'run_bytes', 1000)
    monkeypatch.setattr(tifffile._RemoteChannel, 'pass_bytes', 5000)
    with FileHandle('memory://sources/a.ome.tif') as fh:
        assert fh.read_at(7, 99999) == DATA[7 : 7 + 99999]
        assert fh.read_at(7, len(DATA)) == DATA[7:]
        assert_array_equal(
            fh.read_array_at('>u2', -1, 0), numpy.frombuffer(DATA, '>u2')
        )
        buffers = [bytearray(n) for n in (10, 7000, 1, 4999, 0, 30000)]
        assert fh.readinto_at(9, buffers) == 42010
        assert b''.join(buffers) == DATA[9 : 9 + 42010]
        offsets = [10000 * i for i in range(20)]
        assert fh.read_ranges(offsets, [3000] * 20) == [
            DATA[offset : offset + 3000] for offset in offsets
        ]


def test_fsspec_unknown_size(memory):
    """Test servers that do not tell the size of a file."""
    import fsspec

    class Server(fsspec.AbstractFileSystem):
        protocol = 'sizeless'

        def info(self, path, **kwargs):
            return {'name': path, 'size': None, 'type': 'file'}

    file = fsspec.core.OpenFile(Server(), 'sizeless/a.tif', 'rb')
    with pytest.raises(ValueError, match='not seekable'):
        FileHandle(file)


def test_cache(path):
    """Test handles are opened and closed."""
    cache = FileCache(2)
    assert cache.size == 2
    assert len(cache) == 0
    assert repr(cache) == str(cache)
    assert repr(cache).startswith('<tifffile.FileCache @0x')
    assert FileCache().size == 8
    assert FileCache(None).size == 8
    a, b, c, d = (FileHandle(path) for _ in range(4))
    for fh in (b, c, d):
        fh.close()

    # already open: never closed
    cache.open(a)
    assert cache.files == {a: 2}
    assert cache.keep == {a}
    assert cache.past == [a]
    # opened
    for fh in (b, c, d):
        cache.open(fh)
        assert not fh.closed
    # all in use
    assert cache.files == {a: 2, b: 1, c: 1, d: 1}
    assert cache.past == [a, b, c, d]
    assert len(cache) == 4
    cache.open(b)
    assert cache.files[b] == 2
    assert cache.past == [a, c, d, b]
    cache.close(b)
    assert not b.closed
    # trimmed until there is room
    cache.close(b)
    assert b.closed
    cache.close(c)
    assert c.closed
    assert cache.files == {a: 2, d: 1}
    cache.close(d)
    assert not d.closed
    assert cache.files == {a: 2, d: 0}
    cache.open(d)
    cache.close(d)
    for _ in range(3):
        cache.close(a)
    assert not a.closed
    # unknown
    cache.close(b)
    assert cache.files == {a: -1, d: 0}
    cache.clear()
    assert d.closed
    assert not a.closed
    assert cache.files == {a: -1}
    assert cache.past == [a]
    a.close()


def test_cache_recent(path):
    """Test the least recently used handle is closed first."""
    cache = FileCache(2)
    a, b, c = (FileHandle(path) for _ in range(3))
    for fh in (a, b, c):
        fh.close()
    cache.read(a, 0, 1)
    cache.read(b, 0, 1)
    cache.read(a, 0, 1)
    cache.read(c, 0, 1)
    assert not a.closed
    assert b.closed
    assert not c.closed
    # closed by somebody else
    a.close()
    assert cache.read(a, 3, 2) == DATA[3:5]
    cache.clear()
    assert len(cache) == 0
    assert a.closed
    assert c.closed


def test_cache_read_write(path):
    """Test reads and writes open handles."""
    cache = FileCache(1)
    fh = FileHandle(path, 'r+b')
    fh.close()
    assert cache.read(fh, 10, 5) == DATA[10:15]
    assert cache.read(fh, -5, 3, 2) == DATA[-5:-2]
    assert cache.write(fh, 10, b'ab') == 2
    assert cache.write(fh, -2, b'yz', 2) == 2
    assert cache.read(fh, offset=9, bytecount=4, whence=0) == (
        DATA[9:10] + b'ab' + DATA[12:13]
    )
    assert fh.tell() == 0
    fh.seek(10)
    assert cache.read(fh, 1, 1, 1) == b'b'
    with pytest.raises(ValueError, match='whence=3'):
        cache.read(fh, 0, 1, 3)
    assert cache.files == {fh: 0}
    cache.clear()
    assert fh.closed
    assert path.read_bytes() == DATA[:10] + b'ab' + DATA[12:-2] + b'yz'
    path.unlink()
    with pytest.raises(FileNotFoundError):
        cache.read(fh, 0, 1)
    assert len(cache) == 0
    stream = FileHandle(io.BytesIO(DATA))
    assert cache.read(stream, 3, 3) == DATA[3:6]
    assert pickle.loads(pickle.dumps(cache)).size == 1


def test_cache_lock(path):
    """Test cache uses the lock."""
    lock = threading.RLock()
    assert FileCache(lock=lock).lock is lock
    with FileCache().lock:
        pass


def test_cache_threads(tmp_path):
    """Test threads share a cache that is smaller than what they need."""
    handles = []
    for i in range(12):
        path = tmp_path / str(i)
        path.write_bytes(bytes([i]) * 1000)
        fh = FileHandle(path)
        fh.close()
        handles.append(fh)
    cache = FileCache(3)

    def read(seed):
        rng = random.Random(seed)
        for _ in range(100):
            i = rng.randrange(12)
            assert cache.read(handles[i], i, 100) == bytes([i]) * 100

    with ThreadPoolExecutor(8) as executor:
        list(executor.map(read, range(8)))
    assert len(cache) <= 3
    assert sum(not fh.closed for fh in handles) <= 3
    assert set(cache.files.values()) == {0}
    cache.clear()
    assert all(fh.closed for fh in handles)


@pytest.fixture
def packed(path):
    """Archives and compressed files by kind."""
    import bz2
    import lzma
    import tarfile
    import zipfile

    folder = path.parent / 'packed'
    folder.mkdir()
    for name, compress in (
        ('gz', gzip.compress),
        ('bz2', bz2.compress),
        ('xz', lzma.compress),
    ):
        (folder / f'a.{name}').write_bytes(compress(DATA))
    for name, method in (('deflated', 8), ('stored', 0)):
        with zipfile.ZipFile(folder / f'{name}.zip', 'w', method) as file:
            file.write(path, 'b/a.tif')
            file.writestr('c.tif', DATA[::-1])
    with tarfile.open(folder / 'a.tar', 'w') as file:
        file.add(path, 'b/a.tif')
    return folder


@pytest.mark.parametrize('kind', ['gz', 'bz2', 'xz'])
def test_decompressing_streams(packed, kind):
    """Test streams that decompress keep their position."""
    import bz2
    import lzma

    opener = {'gz': gzip.open, 'bz2': bz2.open, 'xz': lzma.open}[kind]
    with opener(packed / f'a.{kind}') as stream:
        fh = FileHandle(stream)
        assert fh.is_sequential
        stream.seek(50)
        assert fh.read_at(1000, 10) == DATA[1000:1010]
        assert stream.tell() == fh.tell() == 50
        assert fh.read_ranges([900, 100], [9, 9]) == [
            DATA[900:909],
            DATA[100:109],
        ]
        assert stream.read(3) == DATA[50:53]
        assert fh.size == len(DATA)
        assert fh.read(3) == DATA[53:56]


@pytest.mark.parametrize(
    'name',
    [
        'zip://b/a.tif::{}/deflated.zip',
        'zip://b/a.tif::{}/stored.zip',
        'zip://b/a.tif::file://{}/stored.zip',
        'tar://b/a.tif::{}/a.tar',
    ],
)
def test_archives(packed, name):
    """Test members of archives."""
    pytest.importorskip('fsspec')
    url = name.format(packed.as_posix())
    with FileHandle(url) as fh:
        assert fh.name == 'a.tif'
        assert fh.path == url
        assert fh.size == len(DATA)
        assert fh.seek(20) == 20
        assert fh.read_at(1000, 10) == DATA[1000:1010]
        assert fh.read_at(100, 10) == DATA[100:110]
        assert fh.tell() == 20
        assert fh.read(5) == DATA[20:25]
        assert fh.read_ranges([900, 100], [9, 9]) == [
            DATA[900:909],
            DATA[100:109],
        ]
        assert fh.readinto(buffer := bytearray(4)) == 4
        assert buffer == DATA[25:29]
        other = pickle.loads(pickle.dumps(fh))
        with ThreadPoolExecutor(4) as executor:
            offsets = [997 * i % 290000 for i in range(64)]
            for offset, data in zip(
                offsets,
                executor.map(lambda i: fh.read_at(i, 99), offsets),
                strict=True,
            ):
                assert data == DATA[offset : offset + 99]
    assert fh.closed
    for _ in range(2):
        with fh.hold():
            assert fh.read_at(1000, 10) == DATA[1000:1010]
        assert fh.closed
    assert other.read_at(1000, 10) == DATA[1000:1010]
    other.close()
    with pytest.raises(FileNotFoundError, match=re.escape(packed.as_posix())):
        FileHandle(url.replace('b/a', 'b/b'))
    with pytest.raises(IsADirectoryError, match="'b' is a directory"):
        FileHandle(url.replace('b/a.tif', 'b'))


def test_archive_is_no_archive(path):
    """Test archives that are not what they claim to be."""
    pytest.importorskip('fsspec')
    for protocol in ('zip', 'tar'):
        url = f'{protocol}://a.tif::{path.as_posix()}'
        with pytest.raises(OSError, match=re.escape(url)):
            FileHandle(url)


def test_openers(packed):
    """Test objects whose open method takes a mode."""
    import zipfile

    with zipfile.ZipFile(packed / 'stored.zip') as file:
        with FileHandle(zipfile.Path(file, 'b/a.tif')) as fh:
            assert fh.read_at(1000, 10) == DATA[1000:1010]

    class Opener:
        def open(self, mode):
            return open(packed / 'new.bin', mode)

    with FileHandle(Opener(), 'w') as fh:
        assert fh.write_at(0, b'0123') == 4
    with FileHandle(Opener(), 'r+') as fh:
        assert fh.write_at(2, b'ab') == 2
    with FileHandle(Opener()) as fh:
        assert fh.read_at(0, 9) == b'01ab'


def test_file_urls(path, monkeypatch):
    """Test URLs of local files, which do not need fsspec."""
    monkeypatch.setitem(sys.modules, 'fsspec', None)
    monkeypatch.setitem(sys.modules, 'fsspec.core', None)
    spaced = path.with_name('a b%20c#d.tif')
    spaced.write_bytes(DATA[:10])
    name = spaced.as_posix()
    for url in (
        f'file://{name}',
        f'FILE://{name}',
        f'local://{name}',
        f'file://localhost{name}',
        spaced.as_uri(),
    ):
        with FileHandle(url) as fh:
            assert fh.is_file
            assert fh.path == os.path.realpath(spaced)
            assert fh.read_at(0, 99) == DATA[:10]
    with pytest.raises(FileNotFoundError, match='none'):
        FileHandle(f'file://{name}/none')
    # not URLs
    for name in ('C://a.tif', 'file:a.tif', 'http:\\\\host\\a.tif'):
        with pytest.raises(FileNotFoundError):
            FileHandle(name)


def test_upper_case_url(memory):
    """Test names of protocols are in any case."""
    with FileHandle('Memory://sources/a.ome.tif') as fh:
        assert fh.read_at(5, 5) == DATA[5:10]


@pytest.mark.skipif(not hasattr(os, 'mkfifo'), reason='needs pipes')
def test_pipe(tmp_path):
    """Test opening a pipe does not wait for a writer."""
    os.mkfifo(tmp_path / 'pipe')
    for mode in ('r', 'r+', 'w'):
        with pytest.raises(OSError, match=r'pipe.*not seekable'):
            FileHandle(tmp_path / 'pipe', mode)
    reader, writer = os.pipe()
    with open(reader, 'rb') as file, open(writer, 'wb'):
        with pytest.raises(ValueError, match='not seekable'):
            FileHandle(file)


def test_cut_file(tmp_path):
    """Test files that are cut after they were opened."""
    image = numpy.arange(64 * 64, dtype='u2').reshape(64, 64)
    path = tmp_path / 'cut.tif'
    for page in (
        Page(image, tile=(16, 16)),
        Page(image, tile=(16, 16), compression=8),
        Page(image, rowsperstrip=4),
        Page(image, rowsperstrip=4, compression=8),
        Page(image),
    ):
        path.write_bytes(build_tiff(page, ifd_first=True))
        with tifffile.TiffFile(path) as tif:
            assert numpy.array_equal(tif.asarray(), image)
            os.truncate(path, path.stat().st_size - 10)
            with pytest.raises(
                tifffile.TiffSegmentError, match=r'not in file|failed to read'
            ):
                tif.asarray()


def test_unclosed_pickle(path, recwarn):
    """Handles that come out of a pickle need not be closed."""
    with FileHandle(path) as fh:
        data = pickle.dumps(fh)
        expected = fh.read_at(0, 4)
    restored = pickle.loads(data)
    assert restored.read_at(0, 4) == expected
    del restored
    gc.collect()
    assert not recwarn.list
