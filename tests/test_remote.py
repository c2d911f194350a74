# tests/test_remote.py

"""Test reading of remote files."""

import functools
import gc
import io
import itertools
import os
import pickle
import random
import re
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy
import pytest
from builder import Page, build_chain, build_tiff
from interpreter import run_python
from numpy.testing import assert_array_equal
from server import Server, _Handler

import tifffile
from tifffile import TIFF, FileHandle, TiffFile, imread

fsspec = pytest.importorskip('fsspec')
pytest.importorskip('aiohttp')
asyn = pytest.importorskip('fsspec.asyn')

KB = 1024
DATA = numpy.random.default_rng(7).integers(0, 255, 300000, 'u1').tobytes()
FAULTS = sorted(
    name[6:] for name in dir(_Handler) if name.startswith('fault_')
)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Do not wait long for what never comes."""
    monkeypatch.setattr(TIFF, 'TIMEOUT', 20.0)
    monkeypatch.setattr(tifffile, '_RETRY_DELAYS', (0.01, 0.01))


@pytest.fixture
def serve():
    """Return function that starts a server of files."""
    servers = []

    def start(**files):
        server = Server({f'{name}.tif': files[name] for name in files})
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def serve_faulty(serve, monkeypatch):
    """Return function that starts a server of a file that is to fail."""

    def start(data, fault):
        if fault in {'silent', 'stuck'}:
            monkeypatch.setattr(TIFF, 'TIMEOUT', 0.2)
        server = serve(a=data)
        server.files['moved/a.tif'] = data
        return server, server.url('a.tif')

    return start


def make_image(length=1536, width=1792, seed=3):
    """Return image that does not compress too well."""
    y, x = numpy.ogrid[:length, :width]
    noise = numpy.random.default_rng(seed).integers(0, 8, (length, width))
    return ((x * 7 + y * 3) % 251 + noise).astype('uint16')


@functools.cache
def compress(data):
    """Return compressed bytes of tile."""
    return zlib.compress(data, 1)


def make_pyramid(image, levels=4, **kwargs):
    """Return pages of pyramid."""
    kwargs = {
        'tile': (256, 256),
        'compression': 8,
        'encode': lambda tile: compress(tile.tobytes()),
        **kwargs,
    }
    return [
        Page(
            image[:: 2**level, :: 2**level],
            subfiletype=int(level > 0),
            **kwargs,
        )
        for level in range(levels)
    ]


IMAGE = make_image()


@pytest.fixture(scope='module')
def pyramids():
    """Files of a pyramid in different layouts."""
    base, *levels = make_pyramid(IMAGE)
    base.subifds = levels
    return {
        'cog': build_tiff(
            make_pyramid(IMAGE), ifd_first=True, contiguous=True
        ),
        'big': build_tiff(
            make_pyramid(IMAGE),
            ifd_first=True,
            contiguous=True,
            bigtiff=True,
        ),
        'end': build_tiff(make_pyramid(IMAGE), contiguous=True),
        'chain': build_tiff(make_pyramid(IMAGE), ifd_first=True),
        'late': build_tiff(make_pyramid(IMAGE)),
        'subifds': build_tiff(base, ifd_first=True),
    }


def ranges_of(server):
    """Return ranges that were requested, in order of offsets."""
    return sorted((item.start, item.stop) for item in server.requests)


# -- number and size of requests ----------------------------------------------


@pytest.mark.parametrize(
    ('layout', 'requests', 'size'),
    [
        ('cog', 2, 64),
        ('big', 2, 64),
        ('end', 4, 256),
        ('chain', 4, 256),
        ('subifds', 4, 256),
        # every IFD is far from all others, and from the header
        ('late', 5, 256),
    ],
)
def test_open(serve, pyramids, layout, requests, size):
    """Test few requests are made to open pyramids."""
    server = serve(a=pyramids[layout])
    with TiffFile(server.url('a.tif')) as tif:
        levels = tif.series[0].levels
        assert [level.shape for level in levels] == [
            (1536 >> i, 1792 >> i) for i in range(4)
        ]
        assert levels[0].keyframe.is_tiled
        assert str(tif)
        for level in levels:
            assert len(level.keyframe.dataoffsets) == product(
                -(-n // 256) for n in level.shape
            )
            assert level.keyframe.tags[256].value == level.shape[1]
    assert len(server.requests) <= requests
    assert server.sent <= size * KB
    assert {item.method for item in server.requests} == {'GET'}


def product(numbers):
    """Return product of numbers."""
    return int(numpy.prod(list(numbers)))


def test_subifds_are_requested_together(serve, pyramids):
    """Test IFDs at known positions are requested at the same time."""
    server = serve(a=pyramids['subifds'])
    server.gate = threading.Barrier(3)
    with TiffFile(server.url('a.tif')) as tif:
        assert len(tif.series[0].levels) == 4
    assert not server.gate.broken
    assert len(server.requests) == 4


@pytest.mark.parametrize('levels', range(3, 9))
def test_open_many_levels(serve, levels):
    """Test SubIFDs of pyramids are requested together if that is cheap."""
    base, *others = make_pyramid(
        IMAGE, levels, tile=(), rowsperstrip=64, compression=1, encode=None
    )
    base.subifds = others
    server = serve(a=build_tiff(base, ifd_first=True))
    with TiffFile(server.url('a.tif')) as tif:
        assert len(tif.series[0].levels) == levels
        assert len(server.requests) <= 4
        assert server.sent <= 256 * KB
        assert_array_equal(tif.asarray(level=2), IMAGE[::4, ::4])


@pytest.mark.parametrize('size', [20, 40, 60])
def test_open_large_header(serve, size):
    """Test header of cloud-optimized file may be larger than expected."""
    pages = make_pyramid(
        IMAGE[:1024, :1024],
        compression=1,
        encode=None,
        tags={65000: (7, bytes(size * KB // 4 - 2 * KB))},
        tile=(128, 128),
    )
    data = build_tiff(pages, ifd_first=True, contiguous=True)
    server = serve(a=data)
    with TiffFile(server.url('a.tif')) as tif:
        assert len(tif.series[0].levels) == 4
        header = tif.pages[0].dataoffsets[0]
        assert header <= 64 * KB
        assert len(server.requests) <= 2
        assert server.sent <= 64 * KB
        assert tif.pages[3].tags[65000].value[-1:] == b'\0'
        assert_array_equal(tif.pages[1].asarray(), IMAGE[:1024:2, :1024:2])


@pytest.mark.parametrize('layout', ['cog', 'end', 'chain', 'subifds'])
@pytest.mark.parametrize('start', [(0, 0), (300, 700), (1000, 1111)])
def test_region(serve, pyramids, layout, start):
    """Test only the tiles of a region are requested, at the same time."""
    server = serve(a=pyramids[layout])
    y, x = start
    with TiffFile(server.url('a.tif')) as tif:
        page = tif.series[0].keyframe
        rows = range(y // 256, (y + 511) // 256 + 1)
        columns = range(x // 256, (x + 511) // 256 + 1)
        needed = sum(
            page.databytecounts[row * 7 + column]
            for row in rows
            for column in columns
        )
        server.clear()
        server.gate = threading.Barrier(len(rows))
        image = tif.asarray(
            selection=(slice(y, y + 512), slice(x, x + 512)), maxworkers=2
        )
        assert_array_equal(image, IMAGE[y : y + 512, x : x + 512])
        assert len(server.requests) == len(rows) <= 3
        # some of them are in the header that was requested before
        assert needed - 32 * KB <= server.sent <= 1.1 * needed
        assert server.most == len(rows)
        assert not server.gate.broken


def test_region_of_level(serve, pyramids):
    """Test a small level is requested at once."""
    server = serve(a=pyramids['cog'])
    with TiffFile(server.url('a.tif')) as tif:
        server.clear()
        image = tif.asarray(level=3)
        assert_array_equal(image, IMAGE[::8, ::8])
        assert len(server.requests) == 1
        server.clear()
        assert_array_equal(tif.asarray(level=1), IMAGE[::2, ::2])
        assert server.sent == sum(tif.pages[1].databytecounts)


def test_small_file(serve):
    """Test a small file is requested once."""
    image = IMAGE[:64, :64]
    server = serve(a=build_tiff(Page(image, rowsperstrip=8)))
    assert_array_equal(imread(server.url('a.tif')), image)
    assert len(server.requests) == 1


@pytest.mark.parametrize('ifd_first', [False, True])
def test_equidistant_pages(serve, ifd_first):
    """Test chain of distant IFDs is followed by increasing steps."""
    images = numpy.arange(300 * 64 * 128, dtype='u2').reshape(300, 64, 128)
    data = build_chain(300, Page(images[0]), data=images, ifd_first=ifd_first)
    server = serve(a=data)
    with TiffFile(server.url('a.tif')) as tif:
        assert len(tif.pages) == 300
        assert len(server.requests) < 20 + 300
        following = [item for item in ranges_of(server) if item[0] > 0]
        assert max(stop - start for start, stop in following) <= 128 * KB
        rounds = len(server.requests)
        assert tif.series[0].shape == (300, 64, 128)
        assert rounds <= len(server.requests) <= rounds + 300
        assert server.sent < len(data) // 4
        assert_array_equal(tif.asarray(), images)


def test_adjacent_ifds(serve):
    """Test adjacent IFDs are requested by increasing steps."""
    images = numpy.arange(2000 * 64 * 4, dtype='u2').reshape(2000, 64, 4)
    data = build_chain(2000, Page(images[0]), data=images, contiguous=True)
    server = serve(a=data)
    with TiffFile(server.url('a.tif')) as tif:
        assert len(tif.pages) == 2000
        first = len(data) - tif.pages[0].offset
        assert len(server.requests) <= 12
        assert server.sent <= first + 64 * KB
        assert_array_equal(tif.pages[1000].asarray(), images[1000])
        assert_array_equal(tif.asarray(), images)
        assert len(server.requests) <= 24


def test_few_pages_of_many(serve):
    """Test following pages are not requested before they are needed."""
    images = numpy.arange(2000 * 64 * 4, dtype='u2').reshape(2000, 64, 4)
    data = build_chain(
        2000,
        Page(images[0]),
        data=images,
        contiguous=True,
    )
    server = serve(a=data)
    with TiffFile(server.url('a.tif')) as tif:
        assert_array_equal(tif.pages[4].asarray(), images[4])
        assert server.sent <= 81 * KB


def test_pages_are_requested_together(serve):
    """Test pages of different sizes are requested at the same time."""
    images = [IMAGE[i : i + 200, :300] for i in range(12)]
    pages = [
        Page(image, compression=8, tags={65000: (7, b'0' * i)})
        for i, image in enumerate(images)
    ]
    server = serve(a=build_tiff(pages, gap=60000))
    with TiffFile(server.url('a.tif')) as tif:
        assert len(tif.pages) == 12
        tif.asarray(key=0)
        assert tif.series[0].shape == (12, 200, 300)
        server.clear()
        server.gate = threading.Barrier(12)
        assert_array_equal(tif.asarray(), images)
        assert not server.gate.broken
        needed = sum(sum(page.databytecounts) for page in tif.pages)
        assert server.sent <= 1.1 * needed


def test_batches(serve):
    """Test the next segments are requested while others are decoded."""
    image = make_image(1024, 1024)
    data = build_tiff(Page(image, compression=8, rowsperstrip=16))
    server = serve(a=data)
    with TiffFile(server.url('a.tif')) as tif:
        bytecounts = tif.pages[0].databytecounts
        server.clear()
        size = 16 * max(bytecounts)
        for maxworkers in (1, 2):
            server.clear()
            result = tif.asarray(buffersize=size, maxworkers=maxworkers)
            assert_array_equal(result, image)
            assert len(server.requests) >= 4
            assert max(b - a for a, b in ranges_of(server)) <= size
        # an error while the next ones are requested
        server.healthy, server.fault = 2, 'missing'
        with pytest.raises(FileNotFoundError, match=r'a\.tif'):
            tif.asarray(buffersize=size)


def test_merged_ranges():
    """Test which ranges are requested together."""
    merge = tifffile._merge_ranges
    assert merge([], 1000, None) == ([], [])
    assert merge([(5, 9)], 1000, None) == ([(5, 9)], [0])
    # adjacent, overlapping, repeated, unordered
    assert merge([(20, 30), (0, 10), (10, 20), (5, 12), (0, 10)], 99, 0) == (
        [(0, 30)],
        [0] * 5,
    )
    # one tenth
    ranges = [(0, 100), (110, 200), (220, 300)]
    assert merge(ranges, 999, None) == ([(0, 200), (220, 300)], [0, 0, 1])
    # gaps of the same size are all read or all skipped
    ranges = [(0, 40), (50, 90), (100, 140), (150, 190)]
    assert merge(ranges, 999, None)[0] == ranges
    # limits
    assert merge([(0, 60), (60, 99), (99, 140)], 100, None)[0] == [
        (0, 99),
        (99, 140),
    ]
    assert merge([(0, 500), (100, 200), (500, 501)], 100, 9)[0] == [
        (0, 500),
        (500, 501),
    ]
    # a number of bytes
    ranges = [(0, 10), (110, 120), (170, 180), (480, 490)]
    assert merge(ranges, 999, 150)[0] == [(0, 180), (480, 490)]
    assert merge(ranges, 999, 149)[0] == [(0, 10), (110, 180), (480, 490)]
    # many requests cost more than gaps
    ranges = [(i * 100, i * 100 + 60) for i in range(100)]
    assert merge(ranges, 10**6, None)[0] == [(0, 9960)]
    assert len(merge(ranges[:20], 10**6, None)[0]) == 20


def test_merged_ranges_at_random():
    """Test ranges are parts of the requests that they are merged to."""
    rng = random.Random(5)
    for _ in range(500):
        ranges = []
        for _ in range(rng.randrange(12)):
            start = rng.randrange(1000)
            ranges.append((start, start + rng.randrange(1, 90)))
        limit = rng.choice([90, 300, 10000])
        spare = rng.choice([None, 0, 40])
        runs, places = tifffile._merge_ranges(ranges, limit, spare)
        assert runs == sorted(runs)
        for (start, stop), place in zip(ranges, places, strict=True):
            assert runs[place][0] <= start < stop <= runs[place][1]
        assert all(stop - start <= limit for start, stop in runs)
        if limit > 2000:
            needed = {i for start, stop in ranges for i in range(start, stop)}
            total = sum(stop - start for start, stop in runs)
            spare = len(needed) // 10 if spare is None else spare
            assert total <= len(needed) + spare


def test_cache():
    """Test cache returns what was added, up to a limit."""
    rng = random.Random(6)
    cache = tifffile._RangeCache(5000)
    for step in range(2000):
        start = rng.randrange(20000)
        stop = start + rng.randrange(1, rng.choice([10, 3000]))
        if step % 2:
            cache.add(start, DATA[start:stop])
        parts = cache.split(start, stop)
        assert parts[0][0] == start
        assert parts[-1][1] == stop
        for (_, end, _), (begin, _, _) in itertools.pairwise(parts):
            assert end == begin
        for begin, end, data in parts:
            assert begin < end
            assert data is None or data == DATA[begin:end]
        if step % 2 and stop - start <= 5000:
            assert all(data is not None for _, _, data in parts)
        assert cache._size == sum(map(len, cache._parts.values())) <= 5000
        assert cache._starts == sorted(cache._parts)
    cache.clear()
    assert cache.split(0, 9) == [(0, 9, None)]


def test_reading_ahead(serve):
    """Test reading in sequence makes fewer and fewer requests."""
    data = DATA * 12
    server = serve(a=data)
    with FileHandle(server.url('a.tif')) as fh:
        for offset in range(0, len(data), 1000):
            assert fh.read_at(offset, 1000) == data[offset : offset + 1000]
        assert fh.read_at(len(data) - 3, 9) == data[-3:]
        assert fh.read_at(len(data), 9) == b''
        assert len(server.requests) < 12
        assert server.sent == len(data)
        # at random
        server.clear()
        assert fh.read_at(1000000, 10) == data[1000000:1000010]
        assert len(server.requests) <= 1
        assert server.sent <= 48 * KB
        # at many places, less is read
        for i in range(24):
            offset = 100000 + 120000 * (i * 7 % 24)
            assert fh.read_at(offset, 9) == data[offset : offset + 9]
        assert server.sent <= 520 * KB
        server.clear()
        assert fh.read_at(3333333, 10) == data[3333333:3333343]
        assert server.sent <= 4 * KB


def test_reading_at_random(monkeypatch):
    """Test all ways to read give the bytes of the file."""
    for name, value in (
        ('head_bytes', 300),
        ('ahead_bytes', 2000),
        ('keep_bytes', 4000),
        ('cache_bytes', 20000),
        ('run_bytes', 1500),
        ('pass_bytes', 7000),
    ):
        monkeypatch.setattr(tifffile._RemoteChannel, name, value)
    fs = Objects({'a.tif': DATA})

    def read(seed):
        rng = random.Random(seed)
        for _ in range(60):
            number = rng.randrange(1, 6)
            starts = [rng.randrange(len(DATA) + 50) for _ in range(number)]
            if rng.randrange(2):
                starts = [starts[0] + rng.randrange(600) for _ in starts]
            sizes = [rng.randrange(rng.choice([5, 500, 9000])) for _ in starts]
            parts = [
                DATA[start : start + size]
                for start, size in zip(starts, sizes, strict=True)
            ]
            kind = rng.randrange(4)
            if kind == 0:
                assert fh.read_at(starts[0], sizes[0]) == parts[0]
            elif kind == 1:
                assert fh.read_ranges(starts, sizes) == parts
            elif kind == 2:
                fh.prefetch(starts, sizes)
                for start, size, part in zip(
                    starts, sizes, parts, strict=True
                ):
                    assert fh.read_at(start, size) == part
            else:
                buffers = [bytearray(size) for size in sizes]
                count = fh.readinto_at(starts[0], buffers)
                data = DATA[starts[0] : starts[0] + sum(sizes)]
                assert count == len(data)
                assert b''.join(buffers)[:count] == data
        return True

    with FileHandle(fsspec.core.OpenFile(fs, 'a.tif', 'rb')) as fh:
        assert read(0)
        with ThreadPoolExecutor(8) as executor:
            assert all(executor.map(read, range(1, 9)))
        assert max(stop - start for start, stop in fs.ranges) <= 4000


@pytest.mark.parametrize('count', [3000, 12000])
def test_huge_header(monkeypatch, count):
    """Test arrays of offsets are requested at once, and what follows."""
    monkeypatch.setattr(tifffile._RemoteChannel, 'ahead_bytes', 40 * KB)
    ones = numpy.ones((count, 4), 'u1')
    base = Page(ones, rowsperstrip=1)
    data = build_tiff(
        [base, Page(ones[:999], rowsperstrip=9), Page(ones[:99])],
        ifd_first=True,
        contiguous=True,
    )
    fs = Objects({'a.tif': data})
    with TiffFile(fsspec.core.OpenFile(fs, 'a.tif', 'rb')) as tif:
        assert len(tif.pages) == 3
        header = tif.pages[0].dataoffsets[0]
        assert len(fs.ranges) <= 3
        assert fs.ranges[-1][1] <= header + 64 * KB
        assert_array_equal(tif.pages[2].asarray(), ones[:99])


# -- failures -----------------------------------------------------------------

# kinds of faults and, for those that are errors, their type and message
PROBLEMS = {
    'broken': (OSError, 'status 500'),
    'busy': (OSError, 'status 503'),
    'dead': (OSError, 'isconnected'),
    'encoded': (OSError, 'encoded'),
    'endless': (OSError, 'ignores the range'),
    'forbidden': (PermissionError, 'status 403'),
    'garbage': (OSError, 'Bad status line'),
    'grown': (OSError, 'changed'),
    'less': (OSError, 'Content-Length'),
    'looped': (OSError, 'TooManyRedirects'),
    'missing': (FileNotFoundError, 'status 404'),
    'mirrored': None,
    'more': (OSError, 'more than the range'),
    'moved': None,
    'replaced': (OSError, 'changed'),
    'shifted': (OSError, 'Content-Range'),
    'short': (OSError, 'Content-Range'),
    'silent': (TimeoutError, '(?i)timed? ?out'),
    'sizeless': None,
    'stuck': (TimeoutError, '(?i)timed? ?out'),
    'truncated': (OSError, 'not completed'),
    'unlabelled': (OSError, 'Content-Range'),
    'unsatisfied': (OSError, 'status 416'),
    'whole': (OSError, 'simplecache'),
}


def test_problems_are_known():
    """Test all faults of the server are tested."""
    assert sorted(PROBLEMS) == FAULTS


@pytest.mark.parametrize('fault', PROBLEMS)
def test_faulty_region(serve_faulty, pyramids, fault):
    """Test servers that fail while an image is read."""
    data = pyramids['cog']
    server, url = serve_faulty(data, fault)
    with TiffFile(url) as tif:
        assert len(tif.series[0].levels) == 4
        server.fault = fault
        reads = (
            lambda: tif.asarray(selection=(slice(512), slice(512))),
            lambda: next(iter(tif.pages[2].segments()))[0],
            lambda: tif.pages[1].asarray(maxworkers=2)[:512, :512],
            lambda: tif.filehandle.read_array_at('u1', 512, 600000),
            lambda: tif.filehandle.seek(600000) and tif.filehandle.read(5),
        )
        images = (
            IMAGE[:512, :512],
            IMAGE[:1024:4, :1024:4].reshape(1, 256, 256, 1),
            IMAGE[:1024:2, :1024:2],
            numpy.frombuffer(data, 'u1', 512, 600000),
            data[600000:600005],
        )
        for read, image in zip(reads, images, strict=True):
            problem = PROBLEMS[fault]
            if problem is None:
                assert_array_equal(read(), image)
                continue
            error, reason = problem
            with pytest.raises(error, match=reason) as info:
                read()
            assert re.match(
                rf"'{re.escape(url)}' bytes \d+-\d+: ", str(info.value)
            )
        # servers recover
        server.fault = ''
        assert_array_equal(reads[0](), images[0])


@pytest.mark.parametrize('fault', PROBLEMS)
def test_faulty_opening(serve_faulty, pyramids, fault):
    """Test servers that fail before a file is opened."""
    server, url = serve_faulty(pyramids['end'], fault)
    server.fault = fault
    problem = PROBLEMS[fault]
    if fault in {'replaced', 'grown'}:
        # there was no other file before
        problem = None if fault == 'grown' else (ValueError, 'not a TIFF')
    if problem is None:
        with TiffFile(url) as tif:
            assert_array_equal(tif.asarray(level=3), IMAGE[::8, ::8])
        return
    error, reason = problem
    with pytest.raises(error, match=reason) as info:
        TiffFile(url)
    if issubclass(error, OSError):
        assert str(info.value).startswith(f"'{url}' bytes 0-32767: ")
    assert 'a.tif' in str(info.value)


@pytest.mark.parametrize('fault', ['missing', 'truncated', 'whole', 'broken'])
@pytest.mark.parametrize('healthy', range(1, 5))
def test_faulty_metadata(serve, pyramids, fault, healthy):
    """Test failures while metadata are read are not taken for damage."""
    server = serve(a=pyramids['subifds'])
    server.fault = fault
    server.healthy = healthy
    try:
        with TiffFile(server.url('a.tif')) as tif:
            levels = tif.series[0].levels
            assert [level.shape for level in levels] == [
                (1536 >> i, 1792 >> i) for i in range(4)
            ]
            image = tif.asarray(level=2)
    except OSError as exc:
        assert 'a.tif' in str(exc)
        assert 'bytes' in str(exc)
    else:
        assert_array_equal(image, IMAGE[::4, ::4])


@pytest.mark.parametrize('fault', ['dead', 'truncated', 'busy', 'broken'])
def test_retries(serve, pyramids, fault):
    """Test requests that failed by chance are made again."""
    server = serve(a=pyramids['cog'])
    server.fault = fault
    server.faulty = 1
    with TiffFile(server.url('a.tif')) as tif:
        server.faulty = 2
        assert_array_equal(tif.asarray(level=1), IMAGE[::2, ::2])
    assert server.faulty <= 0


OME = """<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">
<Image><Pixels SizeX="96" SizeY="64" SizeC="1" SizeZ="1" SizeT="2"
DimensionOrder="XYZCT" Type="uint16">
<TiffData FirstT="0" IFD="0"><UUID FileName="a.tif">urn:uuid:a</UUID>
</TiffData><TiffData FirstT="1" IFD="0">
<UUID FileName="b.tif">urn:uuid:b</UUID></TiffData></Pixels></Image></OME>"""


def test_files_of_set(serve, caplog):
    """Test other files of a data set are read unless they do not exist."""
    images = [IMAGE[i : i + 64, i : i + 96] for i in range(2)]
    files = [build_tiff(Page(image, description=OME)) for image in images]
    server = serve(a=files[0], b=files[1])
    with TiffFile(server.url('a.tif')) as tif:
        assert tif.series[0].kind == 'OME'
        assert_array_equal(tif.asarray(), images)
    # failures do not become zeros
    server.healthy, server.fault = 1, 'shifted'
    with TiffFile(server.url('a.tif')) as tif:
        with pytest.raises(OSError, match=r'b\.tif.*Content-Range'):
            tif.asarray()
    server.fault = ''
    del server.files['b.tif']
    with TiffFile(server.url('a.tif')) as tif:
        assert_array_equal(tif.asarray()[0], images[0])
        assert not tif.asarray()[1].any()
    assert "failed to read 'b.tif'" in caplog.text


def test_failure_is_not_damage(serve):
    """Test metadata are not dropped if they cannot be read."""
    page = Page(IMAGE[:8, :8], tags={34665: (4, 0)})
    data = bytearray(build_tiff(page, gap=100000))
    # an Exif IFD far away from the page
    place = data.index(bytes.fromhex('698704000100000000000000'))
    data += bytes(60000)
    data[place + 8 : place + 12] = len(data).to_bytes(4, 'little')
    data += build_tiff(Page(IMAGE[:8, :8]), ifd_first=True)[8:]
    data += bytes(200000)
    server = serve(a=bytes(data))
    with TiffFile(server.url('a.tif')) as tif:
        tag = tif.pages[0].tags[34665]
        for fault in ('missing', 'dead'):
            server.fault = fault
            with pytest.raises(OSError, match=r'a\.tif'):
                _ = tag.value
        server.fault = ''
        assert '256' in tag.value or 'ImageWidth' in tag.value


def test_redirection(serve, pyramids):
    """Test servers are not asked again for where a file is, until it moves."""
    data = pyramids['cog']
    server = serve(a=data)
    server.files['moved/a.tif'] = data
    server.fault = 'moved'
    with TiffFile(server.url('a.tif')) as tif:
        assert [item.path for item in server.requests] == [
            'a.tif',
            'moved/a.tif',
        ]
        server.clear()
        assert_array_equal(tif.asarray(level=2), IMAGE[::4, ::4])
        assert {item.path for item in server.requests} == {'moved/a.tif'}
        # the file is back
        del server.files['moved/a.tif']
        server.fault = ''
        server.clear()
        assert_array_equal(tif.asarray(level=2), IMAGE[::4, ::4])
        assert server.requests[-1].path == 'a.tif'
        # the file is nowhere
        del server.files['a.tif']
        with pytest.raises(FileNotFoundError, match='status 404'):
            tif.asarray(level=2)


def test_redirection_with_password(serve, pyramids):
    """Test credentials are not sent to where a server redirects to."""
    data = pyramids['cog']
    server, other = serve(a=data), serve(**{'moved/a': data})
    server.fault = 'moved'
    server.moved = other.url('moved/a.tif')
    file = fsspec.open(server.url('a.tif'), headers={'Authorization': 'key'})
    with TiffFile(file) as tif:
        assert_array_equal(tif.asarray(level=2), IMAGE[::4, ::4])
    assert all('Authorization' in item.headers for item in server.requests)
    assert other.requests
    assert not any('Authorization' in item.headers for item in other.requests)


def test_whole_file(serve):
    """Test servers that ignore ranges can send small files."""
    image = IMAGE[:64, :64]
    server = serve(a=build_tiff(Page(image)))
    server.fault = 'whole'
    assert_array_equal(imread(server.url('a.tif')), image)
    assert len(server.requests) == 1


def test_download(serve, pyramids, tmp_path):
    """Test files of servers that ignore ranges can be downloaded."""
    server = serve(a=pyramids['cog'])
    server.fault = 'whole'
    file = fsspec.open(
        'simplecache::' + server.url('a.tif'),
        simplecache={'cache_storage': str(tmp_path)},
    )
    with TiffFile(file) as tif:
        assert tif.filehandle.is_file
        assert tif.filehandle.is_positional
        assert tif.filename == 'a.tif'
        number = len(server.requests)
        assert_array_equal(tif.asarray(level=1), IMAGE[::2, ::2])
        assert len(server.requests) == number
        other = pickle.loads(pickle.dumps(tif))
    with other:
        assert_array_equal(other.asarray(level=1), IMAGE[::2, ::2])


# fsspec does not close the file of blocks
@pytest.mark.filterwarnings('ignore:unclosed file:ResourceWarning')
def test_block_cache(serve, pyramids, tmp_path):
    """Test blocks of a file that were downloaded are not requested again."""
    server = serve(a=pyramids['cog'])
    file = fsspec.open(
        'blockcache::' + server.url('a.tif'),
        blockcache={'cache_storage': str(tmp_path)},
        http={'block_size': 2**16},
    )
    with TiffFile(file) as tif:
        key = slice(500), slice(500)
        assert_array_equal(tif.asarray(selection=key), IMAGE[key])
        server.clear()
        assert_array_equal(tif.asarray(selection=key), IMAGE[key])
        assert not server.requests
    del tif, file
    gc.collect()


def test_empty_file(serve):
    """Test empty files, and those that are not TIFF."""
    server = serve(a=b'', b=b'<html></html>')
    for name in ('a.tif', 'b.tif'):
        with pytest.raises(tifffile.TiffFileError, match=name):
            TiffFile(server.url(name))
    with FileHandle(server.url('a.tif')) as fh:
        assert fh.size == 0
        assert fh.read_at(0, 9) == b''
    with pytest.raises(FileNotFoundError, match=r'c\.tif.*status 404'):
        imread(server.url('c.tif'))


def test_truncated_file(serve, pyramids):
    """Test segments that are not in the file."""
    data = pyramids['cog'][:-1000]
    server = serve(a=data)
    with TiffFile(server.url('a.tif')) as tif:
        assert_array_equal(tif.asarray(), IMAGE)
        with pytest.raises(
            tifffile.TiffSegmentError,
            match=r"'a\.tif' page 0 tile 0 .*not in file",
        ):
            tif.asarray(level=3)


def test_no_server():
    """Test addresses without a server."""
    with Server({}) as server:
        url = server.url('a.tif')
    with pytest.raises(OSError, match=re.escape(url)):
        TiffFile(url)


def test_passwords(serve):
    """Test passwords are not shown."""
    server = serve()
    url = server.url('a.tif').replace('://', '://user:secret@')
    with pytest.raises(FileNotFoundError, match=r'user:\*\*\*@') as info:
        TiffFile(url)
    assert 'secret' not in str(info.value)


def test_writing(serve):
    """Test remote files are not opened to be written in place."""
    server = serve(a=DATA)
    for mode in ('r+', 'r+b'):
        with pytest.raises(OSError, match=r'a\.tif.*in mode'):
            TiffFile(server.url('a.tif'), mode=mode)
    with pytest.raises(OSError, match=r'a\.tif.*in mode'):
        tifffile.imwrite(server.url('a.tif'), numpy.zeros((4, 4)))


def test_timeout_option(serve):
    """Test options of the filesystem take precedence over time-out."""
    import aiohttp

    server = serve(a=DATA)
    server.fault = 'silent'
    file = fsspec.open(
        server.url('a.tif'),
        client_kwargs={'timeout': aiohttp.ClientTimeout(sock_read=0.2)},
    )
    start = time.monotonic()
    with pytest.raises(TimeoutError, match=r'a\.tif'):
        FileHandle(file)
    assert time.monotonic() - start < TIFF.TIMEOUT / 2


def test_slow_server(serve, monkeypatch):
    """Test requests end although a server sends a few bytes now and then."""

    def trickle(self, data, start, stop):
        self._send_range(
            data, start, stop, {'Content-Length': str(stop - start)}, b''
        )
        while not self.owner.stopped.wait(0.05):
            self.wfile.write(b'0')
            self.wfile.flush()

    monkeypatch.setattr(_Handler, 'fault_trickle', trickle, raising=False)
    monkeypatch.setattr(TIFF, 'TIMEOUT', 0.2)
    monkeypatch.setattr(tifffile, '_SLOW_RATE', 2**16)
    server = serve(a=DATA)
    server.fault = 'trickle'
    with pytest.raises(TimeoutError, match=r'bytes 0-32767: timed out'):
        FileHandle(server.url('a.tif'))


# -- filesystems --------------------------------------------------------------


class Objects(asyn.AsyncFileSystem):
    """Filesystem of a store of objects that is not HTTP."""

    protocol = 'objects'
    cachable = False

    def __init__(self, files, fault='', **kwargs):
        super().__init__(**kwargs)
        self.files = files
        self.fault = fault
        self.ranges = []

    async def _info(self, path, **kwargs):
        if self.fault == 'slow-info':
            await wait()
        try:
            size = len(self.files[path])
        except KeyError:
            raise FileNotFoundError(path) from None
        return {'name': path, 'size': size, 'type': 'file'}

    async def _cat_file(self, path, start=None, end=None, **kwargs):
        self.ranges.append((start, end))
        data = self.files[path]
        if self.fault == 'slow':
            await wait()
        if self.fault == 'fail':
            raise RuntimeError('no luck')
        if self.fault == 'gone':
            raise FileNotFoundError(path)
        if self.fault == 'short':
            end -= 1
        if self.fault == 'whole':
            return data
        return data[start:end]


async def wait():
    """Wait for a long time."""
    import asyncio

    await asyncio.sleep(20)


@pytest.mark.parametrize(
    ('fault', 'error', 'reason'),
    [
        ('slow', TimeoutError, 'timed out'),
        ('fail', OSError, 'no luck'),
        ('gone', FileNotFoundError, 'a.tif'),
        ('short', OSError, 'sent'),
        ('whole', OSError, 'sent'),
    ],
)
def test_faulty_objects(pyramids, monkeypatch, fault, error, reason):
    """Test filesystems that fail."""
    monkeypatch.setattr(tifffile, '_SLOW_RATE', 2**24)
    fs = Objects({'a.tif': pyramids['cog']})
    with TiffFile(fsspec.core.OpenFile(fs, 'a.tif', 'rb')) as tif:
        assert_array_equal(tif.asarray(level=2), IMAGE[::4, ::4])
        fs.fault = fault
        monkeypatch.setattr(TIFF, 'TIMEOUT', 0.2)
        with pytest.raises(error, match=reason) as info:
            tif.asarray()
        assert re.match(r"'objects://a.tif' bytes \d+-\d+: ", str(info.value))


def test_objects(pyramids, monkeypatch):
    """Test number of requests to store of objects."""
    fs = Objects({'a.tif': pyramids['subifds']})
    with TiffFile(fsspec.core.OpenFile(fs, 'a.tif', 'rb')) as tif:
        assert len(tif.series[0].levels) == 4
        assert len(fs.ranges) <= 4
        assert_array_equal(tif.asarray(level=1), IMAGE[::2, ::2])
    with pytest.raises(FileNotFoundError, match=r'objects://b\.tif'):
        TiffFile(fsspec.core.OpenFile(fs, 'b.tif', 'rb'))
    monkeypatch.setattr(TIFF, 'TIMEOUT', 0.2)
    fs.fault = 'slow-info'
    with pytest.raises(TimeoutError, match=r'objects://a\.tif'):
        TiffFile(fsspec.core.OpenFile(fs, 'a.tif', 'rb'))


@pytest.fixture
def memory(pyramids):
    """Memory filesystem with pyramids."""
    fs = fsspec.filesystem('memory')
    for name, data in pyramids.items():
        fs.pipe_file(f'/remote/{name}.tif', data)
    yield fs
    fs.rm('/remote', recursive=True)


def test_kinds_of_files(serve, pyramids, memory):
    """Test URLs, OpenFiles, paths, and streams of fsspec."""
    server = serve(cog=pyramids['cog'])
    url = server.url('cog.tif')
    stream = fsspec.open(url).open()
    fs = fsspec.filesystem('http')
    files = [
        url,
        url + '?key=value',
        fsspec.open(url),
        stream,
        fs.open(url),
        'memory://remote/cog.tif',
        'simplecache::memory://remote/cog.tif',
        fsspec.open('memory://remote/cog.tif'),
    ]
    for file in files:
        with TiffFile(file) as tif:
            assert tif.filename.startswith('cog.tif')
            assert_array_equal(tif.asarray(level=2), IMAGE[::4, ::4])
    assert_array_equal(imread(url, level=2), IMAGE[::4, ::4])
    stream.close()


def test_filesystems_on_filesystems(serve, pyramids, memory):
    """Test filesystems that are made of others."""
    server = serve(cog=pyramids['cog'])
    folder = server.url('cog.tif').rpartition('/')[0]
    references = {
        'version': 1,
        'refs': {'cog.tif': [folder + '/cog.tif', 0, len(pyramids['cog'])]},
    }
    for fs in (
        fsspec.filesystem('dir', path='/remote', fs=memory),
        fsspec.filesystem('dir', path=folder, fs=fsspec.filesystem('http')),
        fsspec.filesystem('reference', fo=references, remote_protocol='http'),
    ):
        with TiffFile(fsspec.core.OpenFile(fs, 'cog.tif')) as tif:
            assert tif.filehandle.is_remote
            assert tif.filename == 'cog.tif'
            assert_array_equal(tif.asarray(level=2), IMAGE[::4, ::4])


def test_asynchronous(serve, pyramids):
    """Test files are read in a coroutine, but not by its event loop."""
    import asyncio

    server = serve(a=pyramids['cog'])
    url = server.url('a.tif')

    async def read():
        return imread(url, level=2)

    async def fail():
        fs = fsspec.filesystem('http', asynchronous=True)
        with pytest.raises(ValueError, match='asynchronous'):
            TiffFile(fsspec.core.OpenFile(fs, url))

    assert_array_equal(asyncio.run(read()), IMAGE[::4, ::4])
    asyncio.run(fail())


def test_addresses(monkeypatch):
    """Test addresses that lead nowhere are named."""
    for url in ('http://', 'https://nosuch.invalid/a.tif'):
        monkeypatch.setattr(TIFF, 'TIMEOUT', 5.0)
        with pytest.raises(OSError, match=re.escape(url)):
            TiffFile(url)


def test_upath(serve, pyramids, memory, tmp_path):
    """Test paths of universal_pathlib."""
    upath = pytest.importorskip('upath')
    server = serve(cog=pyramids['cog'])
    (tmp_path / 'cog.tif').write_bytes(pyramids['cog'])
    for name, is_remote in (
        (server.url('cog.tif'), True),
        ('memory://remote/cog.tif', True),
        (str(tmp_path / 'cog.tif'), False),
        ((tmp_path / 'cog.tif').as_uri(), False),
    ):
        path = upath.UPath(name)
        with TiffFile(path) as tif:
            assert tif.filehandle.is_remote is is_remote
            assert tif.filename == 'cog.tif'
            assert_array_equal(tif.asarray(level=2), IMAGE[::4, ::4])
            other = pickle.loads(pickle.dumps(tif))
        with other:
            assert_array_equal(other.asarray(level=3), IMAGE[::8, ::8])
    assert_array_equal(
        imread(upath.UPath('memory://remote') / 'cog.tif', level=3),
        IMAGE[::8, ::8],
    )


def test_options(serve, pyramids):
    """Test options of the filesystem are used, also by other processes."""
    server = serve(a=pyramids['cog'])
    file = fsspec.open(
        server.url('a.tif'), headers={'X-Key': '1', 'range': 'bytes=0-0'}
    )
    with TiffFile(file) as tif:
        pickled = pickle.dumps(tif)
    assert len(pickled) < 2000
    with pickle.loads(pickled) as tif:
        assert_array_equal(tif.asarray(level=3), IMAGE[::8, ::8])
    assert {item.headers['X-Key'] for item in server.requests} == {'1'}
    assert not any('range' in item.headers for item in server.requests)
    assert {item.headers['Accept-Encoding'] for item in server.requests} == {
        'identity'
    }


def test_pickle(serve, pyramids):
    """Test what users hold of a remote file pickles."""
    server = serve(a=pyramids['subifds'])
    with TiffFile(server.url('a.tif')) as tif:
        series = tif.series[0]
        for item in (series, series.levels[1], tif.pages[0], tif):
            other = pickle.loads(pickle.dumps(item))
            assert_array_equal(other.asarray(), item.asarray())
            parent = getattr(other, 'parent', other)
            parent.close()


def test_threads(serve, pyramids):
    """Test threads share a remote file."""
    server = serve(a=pyramids['subifds'])

    def read(seed):
        rng = random.Random(seed)
        level = rng.randrange(4)
        image = IMAGE[:: 2**level, :: 2**level]
        y = rng.randrange(image.shape[0] - 32)
        x = rng.randrange(image.shape[1] - 32)
        key = slice(y, y + 300), slice(x, x + 300)
        result = tif.asarray(level=level, selection=key, maxworkers=1)
        return numpy.array_equal(result, image[key])

    with TiffFile(server.url('a.tif')) as tif:
        with ThreadPoolExecutor(8) as executor:
            assert all(executor.map(read, range(64)))


def test_dask(serve, pyramids):
    """Test tasks that carry a remote file."""
    dask = pytest.importorskip('dask')
    server = serve(a=pyramids['cog'])

    @dask.delayed
    def read(tif, row):
        key = slice(256 * row, 256 * row + 256), slice(512)
        return tif.asarray(selection=key)

    with TiffFile(server.url('a.tif')) as tif:
        tasks = [read(tif, row) for row in range(4)]
        for scheduler in ('threads', 'synchronous'):
            rows = dask.compute(*tasks, scheduler=scheduler)
            assert_array_equal(numpy.concatenate(rows), IMAGE[:1024, :512])


@pytest.mark.parametrize('fault', ['', 'missing', 'forbidden', 'shifted'])
@pytest.mark.parametrize('kind', ['zarr', 'dask', 'xarray'])
def test_lazy_arrays(serve, pyramids, kind, fault):
    """Test chunks that cannot be read are not filled."""
    pytest.importorskip(kind)
    server = serve(a=pyramids['cog'])
    key = slice(600, 900), slice(100, 400)
    with TiffFile(server.url('a.tif')) as tif:
        if kind == 'zarr':
            import zarr

            store = tif.aszarr(level=1)
            array = zarr.open(store, mode='r')
        elif kind == 'dask':
            array = tif.series[0].levels[1].asdask()
        else:
            array = tif.series[0].levels[1].asxarray()
        server.fault = fault
        if fault:
            with pytest.raises(OSError, match=r'a\.tif. bytes'):
                numpy.asarray(array[key])
        else:
            assert_array_equal(array[key], IMAGE[::2, ::2][key])


def test_reopening(serve, pyramids):
    """Test files that are opened for a while are not asked for their size."""
    server = serve(a=pyramids['cog'])
    fh = FileHandle(server.url('a.tif'))
    fh.close()
    assert fh.closed
    server.clear()
    for _ in range(3):
        with fh.hold():
            assert fh.read_ranges([500000], [100]) == [
                pyramids['cog'][500000:500100]
            ]
        assert fh.closed
    assert len(server.requests) == 3
    assert server.sent == 300
    # another file than that
    server.fault = 'grown'
    with fh.hold(), pytest.raises(OSError, match='changed'):
        fh.read_ranges([500000], [100])
    fh.open()
    assert fh.size == 2 * len(pyramids['cog'])
    fh.close()
    with pytest.raises(ValueError, match='closed file'):
        fh.read_at(0, 1)


def test_window(serve, pyramids):
    """Test files embedded in others."""
    data = pyramids['subifds']
    server = serve(a=bytes(50001) + data + bytes(999))
    with TiffFile(server.url('a.tif'), offset=50001, size=len(data)) as tif:
        assert len(tif.series[0].levels) == 4
        assert_array_equal(tif.asarray(level=1), IMAGE[::2, ::2])
        fh = tif.filehandle
        fh.prefetch([len(data) - 5, 2 * len(data), -1], [100, 5, 5])
        server.clear()
        assert fh.read_at(len(data) - 5, 9) == data[-5:]
        assert not server.requests


def test_prefetch(tmp_path):
    """Test nothing is fetched from local files."""
    path = tmp_path / 'a.bin'
    path.write_bytes(b'012')
    with FileHandle(path) as fh:
        fh.prefetch([1], [1])
        assert fh.read_at(1, 1) == b'1'


def test_memory(serve):
    """Test large images are read by parts."""
    import tracemalloc

    image = make_image(4096, 2048)
    page = Page(
        image,
        compression=8,
        tile=(128, 128),
        encode=lambda tile: zlib.compress(tile.tobytes(), 1),
    )
    server = serve(a=build_tiff(page))
    with TiffFile(server.url('a.tif')) as tif:
        out = numpy.empty_like(image)
        tracemalloc.start()
        tif.asarray(out=out, buffersize=2**20, maxworkers=2)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert_array_equal(out, image)
    assert sum(tif.pages[0].databytecounts) > 8 * 2**20
    assert peak < 4 * 2**20


@pytest.mark.skipif(
    not (hasattr(os, 'fork') and hasattr(asyn, 'reset_after_fork')),
    reason='needs fork, and fsspec that copes with it',
)
def test_fork(serve, pyramids):
    """Test remote files are read after a fork."""
    server = serve(a=pyramids['cog'])
    script = """
import os, sys, warnings, zlib
warnings.simplefilter('ignore')
import tifffile
with tifffile.TiffFile(sys.argv[1]) as tif:
    expected = zlib.crc32(tif.asarray(level=2))
    child = os.fork()
    status = zlib.crc32(tif.asarray(level=2)) != expected
    if child:
        os._exit(status or os.waitpid(child, 0)[1])
    os._exit(status)
"""
    run_python('-c', script, server.url('a.tif'))


def test_stream(serve):
    """Test remote files are read by position."""
    server = serve(a=DATA)
    with FileHandle(server.url('a.tif')) as fh:
        stream = io.BytesIO(DATA)
        rng = random.Random(8)
        for _ in range(50):
            offset = rng.randrange(len(DATA))
            size = rng.randrange(5000)
            assert fh.seek(offset) == stream.seek(offset)
            assert fh.read(size) == stream.read(size)
            assert fh.tell() == stream.tell()
