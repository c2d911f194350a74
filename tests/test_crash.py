# tests/test_crash.py

"""Test that interrupted writing leaves files with complete pages."""

import contextlib
import errno
import io
import itertools
import logging
import os
import subprocess
import sys
import threading

import numpy
import pytest
from numpy.testing import assert_array_equal

import tifffile
from tifffile import TiffFile, TiffFileError, TiffPage, TiffWriter, tiffcomment

pytest.importorskip('imagecodecs')


@pytest.fixture(autouse=True)
def _silent():
    """Do not log what is missing in interrupted files."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


# what the operating system stores completely or not at all
SECTOR = 512


def make_pages(number, shape=(5, 7), dtype='u2', seed=0):
    """Return array of pages that differ from each other."""
    rng = numpy.random.default_rng(seed)
    return rng.integers(1, 255, (number, *shape)).astype(dtype)


class Recorder(io.BytesIO):
    """Stream that records how its content is changed."""

    def __init__(self, content=b''):
        super().__init__(content)
        self.start = content
        self.record = []

    def write(self, data):
        """Record offset and data."""
        self.record.append((self.tell(), bytes(data)))
        return super().write(data)

    def truncate(self, size=None):
        """Record size."""
        size = self.tell() if size is None else size
        self.record.append((size, None))
        return super().truncate(size)


def apply(content, offset, data):
    """Change content of file as recorded."""
    if data is None:
        del content[offset:]
        content.extend(bytes(offset - len(content)))
        return
    content.extend(bytes(max(offset - len(content), 0)))
    content[offset : offset + len(data)] = data


def tears(size, offset, data):
    """Return how many bytes might be written by interrupted writes.

    What is appended can end anywhere, what is overwritten between sectors.

    """
    if data is None:
        return []
    stop = len(data)
    sectors = range(SECTOR - offset % SECTOR, stop, SECTOR)
    cuts = {*sectors[:: len(sectors) // 8 + 1], *sectors[-1:]}
    if offset >= size:
        cuts |= {1, 3, 9, stop // 3, stop // 2, stop - 5, stop - 1}
    return sorted(cut for cut in cuts if 0 < cut < stop)


def replay(recorder, check):
    """Check all contents that the file might have after interruption.

    The function returns the number of complete pages, which never shrinks.

    """
    content = bytearray(recorder.start)
    number = check(bytes(content))
    states = 0
    for offset, data in recorder.record:
        for cut in tears(len(content), offset, data):
            torn = bytearray(content)
            apply(torn, offset, data[:cut])
            assert check(bytes(torn)) >= number
            states += 1
        apply(content, offset, data)
        complete = check(bytes(content))
        assert complete >= number
        number = complete
        states += 1
    assert bytes(content) == recorder.getvalue()
    return number, states


def find_next(page):
    """Return offset of IFD that follows page."""
    tiff = page.parent.tiff
    offset = page.offset + tiff.tagnosize + len(page.tags) * tiff.tagsize
    data = page.parent.filehandle.read_at(offset, tiff.offsetsize)
    return int.from_bytes(data, tiff.endian)


class Check:
    """Check that all pages and series of file are complete.

    Parameters:
        pages: Expected pages of main chain.
        levels: Expected lists of levels of pages.

    """

    def __init__(self, pages, levels=()):
        self.pages = list(pages)
        self.levels = levels

    def __call__(self, content):
        """Return number of pages and of levels that are offered."""
        try:
            tif = TiffFile(io.BytesIO(content))
        except TiffFileError:
            # header was not written yet
            assert len(content) < 16
            return 0
        with tif:
            number = 0
            for i, page in enumerate(tif.pages):
                assert_array_equal(page.asarray(), self.pages[i])
                number += 1
                number += self.check_levels(i, page.aspage())
            self.check_series(tif)
            return number

    def check_levels(self, index, page):
        """Return number of levels of page that are offered."""
        number = 0
        if page.pages is None:
            return number
        for k, level in enumerate(page.pages):
            assert_array_equal(level.asarray(), self.levels[index][k])
            number += 1
        while number and (offset := find_next(level)):
            # levels are chained
            level = TiffPage(page.parent, (index, number), offset=offset)
            assert_array_equal(level.asarray(), self.levels[index][number])
            number += 1
        return number

    def check_series(self, tif):
        """Check that series contain what was written, in order."""
        for series in tif.series:
            data = series.asarray()
            start = series.keyframe.index
            if len(series.keyframe.treeindex) > 1:
                # level of which the file does not tell yet
                continue
            size = numpy.prod(series.keyframe.shape, dtype=int)
            data = data.reshape(-1, size)
            stop = start + len(data)
            expected = [page.ravel() for page in self.pages[start:stop]]
            assert_array_equal(data, expected)
            for level in series.levels[1:]:
                level.asarray()


# -- record and replay --------------------------------------------------------

GRAY = {'photometric': 'minisblack'}


def write_separate(tif, **kwargs):
    """Write each page as a series."""
    pages = make_pages(6)
    for page in pages:
        tif.write(page, **kwargs)
    return pages


def write_stack(tif, **kwargs):
    """Write two stacks of different sizes."""
    first, second = make_pages(7), make_pages(4, (33, 20), seed=1)
    tif.write(first, **GRAY, **kwargs)
    tif.write(second, **GRAY, **kwargs)
    return [*first, *second]


def write_large(tif, **kwargs):
    """Write pages that exceed what is collected in memory."""
    pages = make_pages(3, (400, 500))
    tif.write(pages, **GRAY, **kwargs)
    return pages


def write_frames(tif, **kwargs):
    """Write stack frame by frame, and another one."""
    pages = make_pages(11)
    for page in pages:
        tif.write(page, contiguous=True, **kwargs)
    last = make_pages(1, (3, 3), seed=2)
    if not kwargs.get('imagej'):
        tif.write(last[0])
        pages = [*pages, *last]
    return pages


def write_described(tif):
    """Write frames and descriptions that cross sectors."""
    result = []
    for i in range(6):
        pages = make_pages(2, (3, 1 + i % 5), seed=i)
        metadata = {'k': 'x' * (i * 97 % 512)}
        for page in pages:
            tif.write(page, contiguous=True, metadata=metadata)
            result.append(page)
    return result


def write_planar(tif):
    """Write planar RGB pages in tiles."""
    pages = make_pages(3, (3, 40, 20), 'u1')
    for kwargs in ({}, {'compression': 'zlib'}):
        tif.write(
            pages,
            photometric='rgb',
            planarconfig='separate',
            tile=(16, 16),
            **kwargs,
        )
    return [*pages, *pages]


def write_descriptions(tif):
    """Write stack and replace its description."""
    pages = make_pages(3)
    tif.write(pages, **GRAY)
    tif.overwrite_description('short')
    tif.write(pages, **GRAY)
    tif.overwrite_description('long' * 400)
    return [*pages, *pages]


def write_empty(tif):
    """Write pages that are zero."""
    for _ in range(2):
        tif.write(shape=(3, 60, 70), dtype='u2', **GRAY)
    return numpy.zeros((6, 60, 70), 'u2')


WRITERS = [
    (write_separate, {}, {}),
    (write_separate, {'bigtiff': True}, {}),
    (write_separate, {'byteorder': '>'}, {'compression': 'zlib'}),
    (write_separate, {'ome': True}, {}),
    (write_stack, {}, {}),
    (write_stack, {'bigtiff': True, 'byteorder': '>'}, {}),
    (write_stack, {}, {'compression': 'lzw', 'rowsperstrip': 2}),
    (write_stack, {'bigtiff': True}, {'tile': (16, 16)}),
    (write_stack, {'ome': True}, {}),
    (write_stack, {'ome': True}, {'compression': 'zlib'}),
    (write_stack, {'shaped': False}, {}),
    (write_large, {}, {}),
    (write_large, {'bigtiff': True}, {'compression': 'zlib'}),
    (write_large, {'imagej': True}, {}),
    (write_large, {'ome': True}, {'tile': (128, 128)}),
    (write_frames, {}, {}),
    (write_frames, {'bigtiff': True}, {}),
    (write_frames, {'ome': True}, {}),
    (write_described, {}, {}),
    (write_planar, {}, {}),
    (write_descriptions, {}, {}),
    (write_descriptions, {'bigtiff': True}, {}),
    (write_empty, {}, {}),
]


@pytest.mark.parametrize(('writer', 'options', 'kwargs'), WRITERS)
def test_replay(writer, options, kwargs):
    """Test that every prefix of what is written is a file of whole pages."""
    recorder = Recorder()
    with TiffWriter(recorder, **options) as tif:
        pages = writer(tif, **kwargs)
    number, states = replay(recorder, Check(pages))
    assert number == len(pages)
    assert states > 9


def test_replay_imagej():
    """Test prefixes of ImageJ hyperstack that is written by frames."""
    pages = make_pages(11)
    recorder = Recorder()
    with TiffWriter(recorder, imagej=True) as tif:
        for page in pages:
            tif.write(page, contiguous=True, metadata={'Info': 'x' * 300})
    assert replay(recorder, Check(pages))[0] == len(pages)
    recorder.seek(0)
    with TiffFile(recorder) as tif:
        assert tif.is_imagej
        assert_array_equal(tif.asarray(), pages)


@pytest.mark.parametrize('subifds', [2, -2])
@pytest.mark.parametrize('options', [{}, {'bigtiff': True}, {'ome': True}])
@pytest.mark.parametrize(
    'kwargs', [{}, {'compression': 'zlib', 'tile': (16, 16)}]
)
def test_replay_levels(subifds, options, kwargs):
    """Test that pyramids grow level by level."""
    number = 3
    series = []
    recorder = Recorder()
    with TiffWriter(recorder, **options) as tif:
        for i in range(2):
            stack = make_pages(number, (32 + i, 48), 'u1', seed=i)
            levels = [stack, stack[:, ::2, ::2], stack[:, ::4, ::4]]
            tif.write(levels[0], subifds=subifds, **GRAY, **kwargs)
            for level in levels[1:]:
                tif.write(level, subfiletype=1, **GRAY, **kwargs)
            series.append(levels)
    pages = [page for levels in series for page in levels[0]]
    expected = [
        [level[i] for level in levels[1:]]
        for levels in series
        for i in range(number)
    ]
    check = Check(pages, expected)
    assert replay(recorder, check)[0] == len(pages) * (1 + abs(subifds))


@pytest.mark.parametrize('options', [{}, {'bigtiff': True}])
@pytest.mark.parametrize('kwargs', [{}, {'compression': 'zlib'}])
def test_replay_append(options, kwargs):
    """Test that pages of file that is appended to are never lost."""
    pages = make_pages(3)
    stream = io.BytesIO()
    with TiffWriter(stream, **options) as tif:
        tif.write(pages, **GRAY)
    for i in range(4):
        recorder = Recorder(stream.getvalue() + bytes(i))
        more = make_pages(3 + i, (9, 8), seed=i)
        with TiffWriter(recorder, append=True) as tif:
            tif.write(more, **GRAY, **kwargs)
            tif.write(more[0], **kwargs)
        pages = [*pages, *more, more[0]]
        assert replay(recorder, Check(pages))[0] == len(pages)
        stream = recorder


@pytest.mark.parametrize('options', [{}, {'bigtiff': True}])
@pytest.mark.parametrize('size', [0, 3, 22, 600, 5000])
@pytest.mark.parametrize('offset', [0, 1, 480, 500])
def test_replay_overwrite(options, size, offset):
    """Test that tags have old or new value, and that pages can be read."""
    pages = make_pages(2)
    stream = io.BytesIO()
    # move IFDs relative to sectors
    old = 'o' * offset + 'ld'
    with TiffWriter(stream, **options) as tif:
        for page in pages:
            tif.write(page, description=old, metadata=None)
    recorder = Recorder(stream.getvalue())
    new = 'n' * size
    with TiffFile(recorder, mode='r+') as tif:
        tif.pages[1].tags[270].overwrite(new)
    check = Check(pages)

    def check_tag(content):
        with TiffFile(io.BytesIO(content)) as tif:
            text = tif.pages[1].description
            # single sectors are written at once
            if len(old) < SECTOR and len(new) > len(old) + 1:
                assert text in {old, new}
            assert tif.pages[0].description == old
        return check(content)

    assert replay(recorder, check_tag)[0] == 2
    with TiffFile(io.BytesIO(recorder.getvalue())) as tif:
        assert tif.pages[1].description == new


def test_replay_comment(tmp_path):
    """Test that tiffcomment writes like TiffTag.overwrite."""
    path = tmp_path / 'temp.tif'
    tifffile.imwrite(path, make_pages(1)[0], description='old')
    before = path.read_bytes()
    tiffcomment(path, 'new' * 1000)
    after = path.read_bytes()
    with TiffFile(path) as tif:
        entry = tif.pages[0].tags[270].offset
    # all but the entry and the old value are the same
    assert after[:entry] == before[:entry]
    assert after[len(before) :].startswith(b'new')


def test_files_are_written_like_streams(tmp_path, monkeypatch):
    """Test that files are written in the same order as streams."""
    if not hasattr(os, 'pwrite'):
        pytest.skip('files are written like streams')
    record = []
    pwrite = os.pwrite

    def write(descriptor, data, offset):
        record.append((offset, bytes(data)))
        return pwrite(descriptor, data, offset)

    monkeypatch.setattr(os, 'pwrite', write)
    recorder = Recorder()
    # plans are made for the first file
    for file in (io.BytesIO(), tmp_path / 'temp.tif', recorder):
        with TiffWriter(file) as tif:
            write_stack(tif, compression='zlib')
            write_frames(tif)
            for page in (*make_pages(4), *make_pages(4, (300, 200))):
                tif.write(page)
    assert record == recorder.record
    assert len(record) > 10


def test_system_writes_less(tmp_path, monkeypatch):
    """Test that files are complete if the system writes less than asked."""
    if not hasattr(os, 'pwrite'):
        pytest.skip('files are written like streams')
    pwrite = os.pwrite
    pages = [
        page.astype('>u2')
        for shape in ((5, 7), (300, 200))
        for page in make_pages(4, shape)
    ]
    counts = itertools.cycle([1, 150, 301, 10000])
    calls = []

    def write(descriptor, data, offset):
        part = memoryview(data).cast('B')[: next(counts)]
        calls.append(len(part))
        return pwrite(descriptor, part, offset)

    monkeypatch.setattr(os, 'pwrite', write)
    for byteorder in '<>':
        with TiffWriter(tmp_path / 'temp.tif', byteorder=byteorder) as tif:
            for page in pages:
                tif.write(page)
        with TiffFile(tmp_path / 'temp.tif') as tif:
            assert len(tif.pages) == 8
            for page, expected in zip(tif.pages, pages, strict=True):
                assert numpy.array_equal(page.asarray(), expected)
    assert len(calls) > 100


# -- killed processes ---------------------------------------------------------

# forks processes that write files, and kills them
KILLER = """
import os, random, signal, sys, time
import numpy
from tifffile import TiffFile, TiffWriter, imwrite, tiffcomment

folder, number, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random.seed(seed)


def make_page(i):
    return numpy.arange(i, i + 60 * 50, dtype='u2').reshape(60, 50)


def write(path, done, **kwargs):
    options = {'bigtiff': kwargs.pop('bigtiff', False)}
    with TiffWriter(path, **options) as tif:
        for i in range(2000):
            tif.write(make_page(i), **kwargs)
            done(1)


def write_pages(path, done, **kwargs):
    def pages():
        for i in range(2000):
            # the writer asks for another page before it wrote this one
            yield make_page(i)
    imwrite(path, pages(), shape=(2000, 60, 50), dtype='u2',
            photometric='minisblack', **kwargs)
    done(2000)


def append(path, done, **kwargs):
    for i in range(2000):
        imwrite(path, make_page(i), append=True, **kwargs)
        done(1)


def overwrite(path, done):
    pages = numpy.stack([make_page(i) for i in range(3)])
    imwrite(path, pages, photometric='minisblack', metadata=None,
            description='d')
    done(3)
    for i in range(2000):
        tiffcomment(path, 'd' * (i % 700), pageindex=0)


TASKS = [
    lambda path, done: write(path, done),
    lambda path, done: write(path, done, compression='zlib', bigtiff=True),
    lambda path, done: write(path, done, tile=(16, 16), metadata=None),
    lambda path, done: write(path, done, contiguous=True),
    lambda path, done: write_pages(path, done),
    lambda path, done: write_pages(path, done, compression='zlib'),
    lambda path, done: append(path, done),
    lambda path, done: append(path, done, compression='zlib'),
    overwrite,
]
for index in range(number):
    path = os.path.join(folder, f'{index}.tif')
    log = os.open(path + '.log', os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    pid = os.fork()
    if pid == 0:
        task = TASKS[index % len(TASKS)]
        task(path, lambda count: os.write(log, b'.' * count))
        os._exit(0)
    time.sleep(random.random() ** 2 * 0.2)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(log)
"""


def kill_writers(folder, number, seed):
    """Kill processes that write files and check what they left."""
    if not hasattr(os, 'fork'):
        pytest.skip('processes cannot be forked')
    path = os.path.dirname(tifffile.__file__)
    result = subprocess.run(
        [sys.executable, '-c', KILLER, str(folder), str(number), str(seed)],
        env={**os.environ, 'PYTHONPATH': path},
        capture_output=True,
        timeout=300 + number,
    )
    assert result.returncode == 0, result.stderr.decode()
    total = 0
    for index in range(number):
        file = folder / f'{index}.tif'
        committed = os.path.getsize(f'{file}.log')
        if not file.exists() or file.stat().st_size == 0:
            assert committed == 0
            continue
        with TiffFile(file) as tif:
            found = len(tif.pages)
            if index % 9 == 3:
                # pages of contiguous series are linked when it is finished
                assert found in {0, 1, 2000}
            else:
                assert found >= committed
            total += found
            for i, page in enumerate(tif.pages):
                expected = numpy.arange(i, i + 3000, dtype='u2')
                assert_array_equal(page.asarray().ravel(), expected)
            if index % 9 == 8 and found:
                comment = tif.pages[0].description
                assert comment == 'd' * len(comment)
            if found:
                assert tif.asarray().size >= 3000
    return total


def test_killed(tmp_path):
    """Test files of processes that were killed."""
    assert kill_writers(tmp_path, 27, 1) > 10


@pytest.mark.slow
@pytest.mark.parametrize('seed', range(2, 12))
def test_killed_often(tmp_path, seed):
    """Test files of many processes that were killed."""
    assert kill_writers(tmp_path, 90, seed) > 100


# -- exceptions ---------------------------------------------------------------


class FullDisk(io.BytesIO):
    """Stream that cannot grow beyond a size, and writes what fits."""

    def __init__(self, limit, content=b''):
        super().__init__(content)
        self.limit = limit

    def write(self, data):
        """Write as much as fits."""
        room = self.limit - self.tell()
        if room < len(data):
            super().write(bytes(data)[: max(room, 0)])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(data)


LAYOUTS = [
    {},
    {'compression': 'zlib'},
    {'tile': (16, 16)},
    {'bigtiff': True, 'rowsperstrip': 3, 'compression': 'lzw'},
    {'ome': True},
    {'ome': True, 'compression': 'zlib'},
    {'imagej': True},
    {'metadata': None},
]


def split(kwargs):
    """Return arguments of TiffWriter, and of its method write."""
    options = {
        key: kwargs[key]
        for key in ('bigtiff', 'ome', 'imagej')
        if key in kwargs
    }
    return options, {
        'photometric': 'minisblack',
        **{key: kwargs[key] for key in kwargs if key not in options},
    }


@pytest.mark.parametrize('kwargs', LAYOUTS)
@pytest.mark.parametrize('size', [20, 300])
def test_full_disk(size, kwargs):
    """Test that pages on a full disk can be read, and errors are raised."""
    options, kwargs = split(kwargs)
    pages = make_pages(4, (size, size))
    stream = io.BytesIO()
    with TiffWriter(stream, **options) as tif:
        tif.write(pages, **kwargs)
    total = len(stream.getvalue())
    for limit in range(0, total, max(total // 25, 1)):
        stream = FullDisk(limit)
        with pytest.raises(OSError, match='space') as excinfo:
            with TiffWriter(stream, **options) as tif:
                tif.write(pages, **kwargs)
        assert excinfo.value.errno == errno.ENOSPC
        Check(pages)(stream.getvalue())


@pytest.mark.parametrize('kwargs', LAYOUTS)
def test_full_disk_append(kwargs):
    """Test that pages of file on a full disk are kept."""
    options, kwargs = split(kwargs)
    if options.get('imagej'):
        pytest.skip('ImageJ hyperstacks cannot be appended to')
    pages = make_pages(2)
    stream = io.BytesIO()
    with TiffWriter(stream, **options) as tif:
        tif.write(pages, **kwargs)
    content = stream.getvalue()
    for room in (0, 100, 200, 600, 1000, 2000):
        stream = FullDisk(len(content) + room, content)
        with contextlib.suppress(OSError):
            with TiffWriter(stream, append='force') as tif:
                tif.write(make_pages(9)[2:], **kwargs)
        assert Check(make_pages(9))(stream.getvalue()) >= 2


def test_full_disk_overwrite():
    """Test that tags on a full disk are kept."""
    pages = make_pages(2)
    stream = io.BytesIO()
    with TiffWriter(stream) as tif:
        tif.write(pages, **GRAY, metadata=None, description='old')
    content = stream.getvalue()
    stream = FullDisk(len(content) + 100, content)
    with TiffFile(stream, mode='r+') as tif:
        tag = tif.pages[0].tags[270]
        with pytest.raises(OSError, match='space'):
            tag.overwrite('new' * 100)
        assert tag.value == 'old'
    with TiffFile(io.BytesIO(stream.getvalue())) as tif:
        assert tif.pages[0].description == 'old'
        assert_array_equal(tif.asarray(), pages)


@pytest.mark.parametrize('kwargs', LAYOUTS)
@pytest.mark.parametrize('error', [RuntimeError, KeyboardInterrupt, OSError])
@pytest.mark.parametrize('count', [0, 1, 3])
def test_failed_iterator(tmp_path, count, error, kwargs):
    """Test that exceptions of iterators leave whole pages, or no file."""
    options, kwargs = split(kwargs)
    path = tmp_path / 'temp.tif'
    data = make_pages(5, (33, 48))

    def generate():
        for page in data[:count]:
            if 'tile' in kwargs:
                for i in range(0, 33, 16):
                    for j in range(0, 48, 16):
                        yield page[i : i + 16, j : j + 16]
                yield page[:16, :16] * 0
                continue
            yield page
        raise error('stop')

    kwargs.update(shape=data.shape, dtype=data.dtype)
    if 'tile' in kwargs:
        # one tile too many for a page is the start of another
        kwargs['shape'] = (5, 33, 48)
        data = data[: max(count, 1)]
    with pytest.raises(error, match='stop'):
        with TiffWriter(path, **options) as tif:
            tif.write(generate(), **kwargs)
    if count == 0:
        assert not path.exists()
        return
    if 'tile' in kwargs:
        with TiffFile(path) as tif:
            assert_array_equal(tif.pages[0].asarray(), data[0])
        return
    assert Check(data)(path.read_bytes()) == count
    with TiffFile(path) as tif:
        assert tif.series[0].size == data[:count].size
        assert_array_equal(tif.asarray().squeeze(), data[:count].squeeze())
    # what was left is a file that can be appended to
    with TiffWriter(path, append='force') as tif:
        tif.write(data[-1], metadata=None)
    with TiffFile(path) as tif:
        assert_array_equal(tif.pages[-1].asarray(), data[-1])
        assert len(tif.pages) == count + 1


@pytest.mark.parametrize('kwargs', LAYOUTS)
def test_failed_first_page(tmp_path, kwargs):
    """Test that streams of the caller are kept, and files are restored."""
    options, kwargs = split(kwargs)
    path = tmp_path / 'temp.tif'
    data = make_pages(2, (1500, 500), 'u1')
    kwargs.update(shape=data.shape, dtype=data.dtype)

    def generate():
        if kwargs.get('tile'):
            yield data[0, :16, :16]
        yield from ()
        raise KeyboardInterrupt

    with path.open('w+b') as fh:
        with pytest.raises(KeyboardInterrupt):
            with TiffWriter(fh, **options) as tif:
                tif.write(generate(), **kwargs)
        assert not fh.closed
    assert path.exists()
    path.write_bytes(b'something else')
    kwargs['shape'] = ('a',)
    with pytest.raises(TypeError):
        with TiffWriter(path, **options) as tif:
            tif.write(generate(), **kwargs)
    assert path.read_bytes() == b'something else'


def test_interrupted_threads(tmp_path, monkeypatch):
    """Test that Ctrl-C ends encoding on threads."""
    path = tmp_path / 'temp.tif'
    data = make_pages(40, (256, 256))
    running = threading.Semaphore(0)
    encode = tifffile._Task.run

    def run(task):
        running.release()
        try:
            return encode(task)
        finally:
            assert running.acquire(blocking=False)

    monkeypatch.setattr(tifffile._Task, 'run', run)

    def generate():
        for i in range(40):
            if i == 20:
                raise KeyboardInterrupt
            yield data[i]

    with pytest.raises(KeyboardInterrupt):
        tifffile.imwrite(
            path,
            generate(),
            shape=data.shape,
            dtype=data.dtype,
            compression='zlib',
            rowsperstrip=64,
            maxworkers=4,
            **GRAY,
        )
    assert not running.acquire(blocking=False)
    number = Check(data)(path.read_bytes())
    assert 0 < number <= 20
