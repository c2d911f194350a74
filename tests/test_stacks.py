# tests/test_stacks.py

"""Test files of many equidistant pages, whose chain is not followed."""

from __future__ import annotations

import dataclasses
import io
import itertools
import json
import pickle
import struct
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy
import pytest
from builder import Page, build_tiff, split_jpeg
from numpy.testing import assert_array_equal
from server import Server

import tifffile
from tifffile import (
    Limits,
    TiffFile,
    TiffFileError,
    TiffFrame,
    TiffPage,
    imread,
    imwrite,
)

NUMBER = 300
IMAGES = (
    numpy.random.default_rng(5)
    .integers(0, 65536, (NUMBER, 48, 50))
    .astype('uint16')
)
SHAPED = json.dumps({'shape': IMAGES.shape})
IMAGEJ = 'ImageJ=1.54\nimages=300\nslices=75\nframes=4\nhyperstack=true\n'
OME = (
    '<OME><Image ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYZCT" '
    'Type="uint16" SizeX="50" SizeY="48" SizeZ="75" SizeC="1" SizeT="4">'
    '<TiffData IFD="0" PlaneCount="300"/></Pixels></Image></OME>'
)
DESCRIPTIONS = {'Shaped': SHAPED, 'ImageJ': IMAGEJ, 'OME': OME}
LAYOUTS = {
    'classic': {},
    'ifd-first': {'ifd_first': True},
    'big-endian': {'byteorder': '>', 'ifd_first': True},
    'bigtiff': {'bigtiff': True},
    'big-endian bigtiff': {'byteorder': '>', 'bigtiff': True},
}


class CountedIO(io.RawIOBase):
    """Stream that counts what is read of it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.size = len(data)
        self.position = 0
        self.reads = 0
        self.nbytes = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.position = offset + (0, self.position, self.size)[whence]
        return self.position

    def tell(self) -> int:
        return self.position

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast('B')
        size = max(0, min(len(view), self.size - self.position))
        view[:size] = self.get(self.position, size)
        self.position += size
        self.reads += 1
        self.nbytes += size
        return size

    def get(self, start: int, size: int) -> bytes:
        return self.data[start : start + size]


class TerabyteIO(CountedIO):
    """File of 262,144 pages of 4 MB, made when it is read.

    All pixels of a page are the index of the page, modulo 251.

    """

    NUMBER = 262144
    LENGTH = 2048

    def __init__(self, description: str) -> None:
        super().__init__(b'')
        self.description = description.encode() + b'\0'
        self.pagesize = self.LENGTH**2
        self.stride = self.pagesize + 208
        self.start = 16 + len(self.ifd(0))
        self.size = self.start + self.NUMBER * self.stride - 208

    def ifd(self, index: int) -> bytes:
        """Return IFD, and values of tags, of page."""
        offset = 16 if index == 0 else self.start + index * self.stride - 208
        description = self.description if index == 0 else b''
        size = 208 + 20 * (index == 0)
        tags = [
            (256, 3, 1, self.LENGTH),
            (257, 3, 1, self.LENGTH),
            (258, 3, 1, 8),
            (259, 3, 1, 1),
            (262, 3, 1, 1),
            (273, 16, 1, offset + size + len(description)),
            (277, 3, 1, 1),
            (278, 3, 1, self.LENGTH),
            (279, 16, 1, self.pagesize),
        ]
        if index == 0:
            tags.insert(5, (270, 2, len(description), offset + size))
            self.start = offset + size + len(description)
        following = self.start + (index + 1) * self.stride - 208
        if index + 1 == self.NUMBER:
            following = 0
        return b''.join(
            (
                struct.pack('<Q', len(tags)),
                *(struct.pack('<HHQQ', *tag) for tag in tags),
                struct.pack('<Q', following),
                bytes(size - 16 - 20 * len(tags)),
                description,
            )
        )

    def get(self, start: int, size: int) -> bytes:
        result = b''
        while len(result) < size:
            position = start + len(result)
            if position < self.start:
                head = struct.pack('<2sHHHQ', b'II', 43, 8, 0, 16)
                data = (head + self.ifd(0))[position:]
            else:
                index, rest = divmod(position - self.start, self.stride)
                data = bytes([index % 251]) * max(self.pagesize - rest, 0)
                data += self.ifd(index + 1)[max(rest - self.pagesize, 0) :]
            result += data[: size - len(result)]
        return result


def make_pages(description, images=IMAGES, **kwargs):
    """Return pages, of which the first has a description."""
    return [
        Page(image, description=() if i else description or (), **kwargs)
        for i, image in enumerate(images)
    ]


def make_file(kind, **kwargs):
    """Return bytes of stack, which can be edited."""
    return bytearray(build_tiff(make_pages(DESCRIPTIONS[kind]), **kwargs))


def locate_ifds(data):
    """Return offsets of IFDs."""
    with TiffFile(io.BytesIO(data)) as tif:
        return [page.offset for page in tif.pages]


def set_link(data, offset, link):
    """Set link in IFD of little-endian file."""
    number = int.from_bytes(data[offset : offset + 2], 'little')
    position = offset + 2 + 12 * number
    data[position : position + 4] = link.to_bytes(4, 'little')


def is_followed(tif, number=4):
    """Return if chain of IFDs was followed for more than number of IFDs."""
    return tif.pages._chain.known > number


# -- regular files ------------------------------------------------------------


@pytest.mark.parametrize('layout', LAYOUTS)
@pytest.mark.parametrize('kind', DESCRIPTIONS)
def test_regular(kind, layout):
    """Test shape is known from few IFDs, and pixels from their own IFDs."""
    stream = CountedIO(bytes(make_file(kind, **LAYOUTS[layout])))
    with TiffFile(stream) as tif:
        series = tif.series[0]
        assert series.kind == kind
        assert series.axes == ('QYX' if kind == 'Shaped' else 'TZYX')
        assert series.size == IMAGES.size
        assert len(tif.series) == 1
        assert len(series) == NUMBER
        images = IMAGES.reshape(series.shape)
        store = series.aszarr()
        chunks = json.loads(store['.zarray'])['chunks']
        assert chunks == [1] * (len(series.shape) - 2) + [48, 50]
        assert not is_followed(tif)
        assert stream.reads < 40
        assert stream.nbytes < 50000
        # some pages
        key = [0] * series.ndim
        name = '.'.join(map(str, key))
        assert bytes(store[name]) == IMAGES[0].tobytes()
        assert not is_followed(tif)
        assert_array_equal(series.asarray(key=[9, 0, 9]), IMAGES[[9, 0, 9]])
        assert not is_followed(tif, 10)
        key[-3] = 11
        name = '.'.join(map(str, key))
        assert bytes(store[name]) == IMAGES[11].tobytes()
        frame = series[100]
        assert isinstance(frame, TiffFrame)
        assert frame.index == 100
        assert_array_equal(frame.asarray(), IMAGES[100])
        assert not is_followed(tif, 101)
        assert isinstance(series[0], TiffPage)
        assert_array_equal(series.asarray(key=211), IMAGES[211])
        assert not is_followed(tif, 212)
        assert_array_equal(series.asarray(selection=-1), images[-1])
        assert isinstance(series[-1], TiffFrame)
        assert len(series[-3:]) == 3
        with pytest.raises(IndexError):
            series[NUMBER]
        assert '_page_groups' not in tif.__dict__
        # all pages
        assert_array_equal(tif.asarray(), images)
        assert '_page_groups' in tif.__dict__
        assert_array_equal(series.asarray(key=211), IMAGES[211])
        assert bytes(store[name]) == IMAGES[11].tobytes()
        assert len(tif.pages) == NUMBER
        for index in (0, 1, 150, -1):
            page = tif.pages[index]
            assert series[index].offset == page.offset
            assert series[index].dataoffsets == page.dataoffsets
            assert series[index].databytecounts == page.databytecounts


@pytest.mark.parametrize('kind', ['Shaped', 'ImageJ', 'OME'])
def test_terabyte(kind):
    """Test opening a file of very many pages reads next to nothing."""
    number = TerabyteIO.NUMBER
    description = {
        'Shaped': json.dumps({'shape': [number, 2048, 2048]}),
        'ImageJ': f'ImageJ=1.54\nimages={number}\nslices={number}\n',
        'OME': OME.replace('uint16', 'uint8')
        .replace('"50"', '"2048"')
        .replace('"48"', '"2048"')
        .replace('"75"', f'"{number // 4}"')
        .replace('"300"', f'"{number}"'),
    }[kind]
    stream = TerabyteIO(description)
    with TiffFile(stream) as tif:
        series = tif.series[0]
        assert series.kind == kind
        assert series.nbytes == number * 4194304
        assert json.loads(series.aszarr()['.zarray'])['chunks'][-2:] == [
            2048,
            2048,
        ]
        assert stream.reads < 40
        assert stream.nbytes < 50000
        for index in (0, 5, 300):
            frame = series[index]
            assert frame.index == index
            image = series.asarray(key=index)
            assert image.shape == (2048, 2048)
            assert image[0, 0] == image[-1, -1] == index % 251
            assert not is_followed(tif, max(index + 1, 4))
        assert stream.reads < 400


@pytest.mark.parametrize('kind', DESCRIPTIONS)
def test_xarray(tmp_path, kind):
    """Test lazy arrays read few IFDs."""
    pytest.importorskip('xarray')
    path = tmp_path / 'image.tif'
    path.write_bytes(make_file(kind))
    with TiffFile(path) as tif:
        series = tif.series[0]
        images = IMAGES.reshape(series.shape)
        array = series.asxarray()
        assert array.shape == series.shape
        assert not is_followed(tif)
        assert_array_equal(array[..., -2:, 3:5, 7], images[..., -2:, 3:5, 7])
        array = pickle.loads(pickle.dumps(array))
        assert_array_equal(array[(-1,) * (array.ndim - 2)], IMAGES[-1])


@pytest.mark.parametrize('rowsperstrip', [7, 16])
def test_strips(rowsperstrip):
    """Test pages have several strips, whose positions are read."""
    pages = make_pages(IMAGEJ, rowsperstrip=rowsperstrip)
    stream = CountedIO(build_tiff(pages))
    with TiffFile(stream) as tif:
        series = tif.series[0]
        assert series.kind == 'ImageJ'
        assert_array_equal(series.asarray(key=[250, 3]), IMAGES[[250, 3]])
        assert_array_equal(series[77].asarray(), IMAGES[77])
        assert not is_followed(tif, 251)
        assert_array_equal(imread(stream), IMAGES.reshape(series.shape))


def test_rgb():
    """Test pages with values of tags elsewhere."""
    images = IMAGES.reshape(NUMBER, 40, 20, 3)
    tags = {282: (5, (3, 1)), 305: (2, 'some software')}
    pages = make_pages(IMAGEJ, images, photometric=2, tags=tags)
    with TiffFile(io.BytesIO(build_tiff(pages, byteorder='>'))) as tif:
        series = tif.series[0]
        assert series.shape == (4, 75, 40, 20, 3)
        assert not is_followed(tif)
        assert_array_equal(series.asarray(selection=(2, 5)), images[155])
        assert not is_followed(tif, 156)


@pytest.mark.parametrize('compression', [1, 8])
def test_dense(monkeypatch, compression):
    """Test IFDs that are read at once are followed, but read when needed."""
    monkeypatch.setattr(tifffile, '_LAZY_NUMBER', 256)
    pages = make_pages(OME, compression=compression)
    with TiffFile(io.BytesIO(build_tiff(pages, contiguous=True))) as tif:
        series = tif.series[0]
        images = IMAGES.reshape(series.shape)
        assert series.shape == (4, 75, 48, 50)
        assert is_followed(tif)
        assert_array_equal(series.asarray(selection=(3, 9)), images[3, 9])
        assert_array_equal(series[210].asarray(), IMAGES[210])
        assert '_page_groups' not in tif.__dict__
        assert_array_equal(series.asarray(), images)
        assert '_page_groups' in tif.__dict__
        assert (series.dataoffset is None) is (compression != 1)


def test_dense_expected(monkeypatch):
    """Test many IFDs that are close to each other are not followed."""
    monkeypatch.setattr(tifffile, '_STACK_BYTES', 16384)
    for kind in DESCRIPTIONS:
        data = bytes(make_file(kind, contiguous=True))
        with TiffFile(CountedIO(data)) as tif:
            series = tif.series[0]
            assert not is_followed(tif)
            assert_array_equal(series.asarray(key=210), IMAGES[210])
            assert not is_followed(tif, 211)
            assert_array_equal(tif.asarray(), IMAGES.reshape(series.shape))


@pytest.mark.parametrize('number', [255, 256, 257, 299])
def test_counts(number):
    """Test files of few pages are followed."""
    images = IMAGES[:number]
    description = f'ImageJ=1.54\nimages={number}\nslices={number}\n'
    data = build_tiff(make_pages(description, images))
    with TiffFile(io.BytesIO(data)) as tif:
        assert tif.series[0].shape == images.shape
        assert is_followed(tif) is (number < 256)
        assert_array_equal(tif.asarray(selection=-1), images[-1])
        assert_array_equal(tif.asarray(), images)


def test_pages_are_followed():
    """Test pages of the file are found by following the chain."""
    with TiffFile(io.BytesIO(make_file('ImageJ'))) as tif:
        assert tif.series[0].size == IMAGES.size
        assert_array_equal(tif.pages[100].asarray(), IMAGES[100])
        assert tif.pages._chain.known >= 101
        assert_array_equal(tif.series[0][200].asarray(), IMAGES[200])
        assert len(tif.pages) == NUMBER


def test_limit():
    """Test limit of number of pages is obeyed."""
    data = make_file('ImageJ')
    with TiffFile(io.BytesIO(data), limits=Limits(ifds=280)) as tif:
        assert sum(len(series) for series in tif.series) == 280


@pytest.mark.parametrize('mode', ['r', 'r+'])
def test_writable(tmp_path, mode):
    """Test chains of files that can be edited are followed."""
    path = tmp_path / 'image.tif'
    path.write_bytes(make_file('ImageJ'))
    with TiffFile(path, mode=mode) as tif:
        assert tif.series[0].size == IMAGES.size
        assert is_followed(tif) is (mode == 'r+')


def test_plain():
    """Test files without metadata about pages are followed."""
    with TiffFile(io.BytesIO(build_tiff(make_pages(None)))) as tif:
        assert tif.series[0].kind == 'Uniform'
        assert is_followed(tif)


# -- sharing ------------------------------------------------------------------


def test_pickle(tmp_path):
    """Test series and frames pickle, and read few IFDs."""
    path = tmp_path / 'image.tif'
    path.write_bytes(make_file('OME'))
    with TiffFile(path) as tif:
        series = pickle.loads(pickle.dumps(tif.series[0]))
        assert not is_followed(series.parent)
        assert_array_equal(series.asarray(key=250), IMAGES[250])
        frame = pickle.loads(pickle.dumps(tif.series[0][299]))
        assert_array_equal(frame.asarray(), IMAGES[299])
        series.parent.close()


@pytest.mark.parametrize('is_read', [False, True])
@pytest.mark.parametrize('kind', ['Shaped', 'ImageJ'])
def test_pickle_misleading(tmp_path, kind, is_read):
    """Test series pickle as they are if metadata are not believed."""
    data = make_file(kind)
    offsets = locate_ifds(data)
    set_link(data, offsets[139], offsets[141])
    rest = numpy.delete(IMAGES, 140, axis=0)
    path = tmp_path / 'image.tif'
    path.write_bytes(data)
    with TiffFile(path) as tif:
        if is_read:
            tif.asarray()
        else:
            assert len(tif.pages) == NUMBER - 1
        series = tif.series[0]
        assert series.shape == rest.shape
        restored = pickle.loads(pickle.dumps(series))
        assert restored.kind == series.kind
        assert restored.shape == rest.shape
        assert_array_equal(restored.asarray(), rest)
        restored.parent.close()
        restored = pickle.loads(pickle.dumps(tif.series))[0]
        assert restored.shape == rest.shape
        restored.parent.close()
        with pickle.loads(pickle.dumps(series.aszarr())) as store:
            assert bytes(store['200.0.0']) == rest[200].tobytes()


def test_closed(tmp_path):
    """Test frames of closed file are found."""
    path = tmp_path / 'image.tif'
    path.write_bytes(make_file('OME'))
    with TiffFile(path) as tif:
        series = tif.series[0]
    frame = series[123]
    assert frame.index == 123
    assert tif.filehandle.closed
    assert series.dataoffset is None
    assert tif.filehandle.closed


def test_threads(tmp_path):
    """Test threads read pages while the chain is followed."""
    path = tmp_path / 'image.tif'
    path.write_bytes(make_file('Shaped'))
    barrier = threading.Barrier(4)

    def read(seed):
        rng = numpy.random.default_rng(seed)
        barrier.wait()
        for index in rng.integers(NUMBER, size=20).tolist():
            assert_array_equal(series.asarray(key=index), IMAGES[index])
            assert_array_equal(series[index].asarray(), IMAGES[index])
            if seed == 0 and index > 200:
                assert_array_equal(tif.asarray(), IMAGES)

    with TiffFile(path) as tif, ThreadPoolExecutor(4) as executor:
        series = tif.series[0]
        for result in [executor.submit(read, i) for i in range(4)]:
            result.result()


@pytest.mark.parametrize('contiguous', [False, True])
def test_remote(contiguous):
    """Test few requests tell shape, and position of page."""
    data = make_file('ImageJ', contiguous=contiguous, ifd_first=contiguous)
    with Server({'a.tif': bytes(data)}) as server:
        with TiffFile(server.url('a.tif')) as tif:
            series = tif.series[0]
            assert series.size == IMAGES.size
            assert not is_followed(tif)
            requests = len(server.requests)
            assert requests < 30
            assert server.sent < 200000
            assert_array_equal(series.asarray(key=2), IMAGES[2])
            assert not is_followed(tif)
            assert len(server.requests) <= requests + 6
            assert_array_equal(series.asarray(key=240), IMAGES[240])
            assert not is_followed(tif, 241)
            assert_array_equal(tif.asarray(), IMAGES.reshape(series.shape))


# -- irregular files ----------------------------------------------------------


def check_all(data, images=IMAGES):
    """Check that all ways to read pages give the right pixels."""
    with TiffFile(io.BytesIO(data)) as tif:
        for i in (140, 0, 1, 139, 141, 138, 142, 299, 37):
            series = tif.series[0]
            assert_array_equal(series.asarray(key=i), images[i])
            assert_array_equal(series[i].asarray(), images[i])
            assert_array_equal(tif.pages[i].asarray(), images[i])
    for index in (0, 139, 140, 141, 299):
        with TiffFile(io.BytesIO(data)) as tif:
            store = tif.series[0].aszarr()
            key = '.'.join(
                map(str, numpy.unravel_index(index, tif.series[0].shape[:-2]))
            )
            assert bytes(store[f'{key}.0.0']) == images[index].tobytes()
    with TiffFile(io.BytesIO(data)) as tif:
        assert_array_equal(tif.asarray(), images.reshape(tif.series[0].shape))
    assert_array_equal(imread(io.BytesIO(data), key=140), images[140])


def edit_page(data, index, image):
    """Return file and images, of which one is at the end of the file."""
    images = IMAGES.copy()
    images[index] = image
    offset = len(data)
    data += images[index].tobytes()
    return offset, images


@pytest.mark.parametrize('kind', DESCRIPTIONS)
def test_moved_data(kind):
    """Test data of page were moved to the end of the file."""
    data = make_file(kind)
    offset, images = edit_page(data, 140, IMAGES[140][::-1])
    with TiffFile(io.BytesIO(data)) as tif:
        tag = tif.pages[140].tags['StripOffsets']
    data[tag.valueoffset : tag.valueoffset + 4] = offset.to_bytes(4, 'little')
    check_all(data, images)


@pytest.mark.parametrize('kind', DESCRIPTIONS)
def test_moved_data_within_file(kind):
    """Test data of two pages were exchanged; the file is as large."""
    data = make_file(kind)
    images = IMAGES.copy()
    images[[37, 140]] = IMAGES[[140, 37]]
    with TiffFile(io.BytesIO(data)) as tif:
        pages = tif.pages[37], tif.pages[140]
        for page, other in (pages, pages[::-1]):
            start = page.tags['StripOffsets'].valueoffset
            data[start : start + 4] = other.dataoffsets[0].to_bytes(
                4, 'little'
            )
    with TiffFile(io.BytesIO(data)) as tif:
        assert tif.series[0].kind == kind
        assert not is_followed(tif)
    check_all(data, images)


@pytest.mark.parametrize('kind', DESCRIPTIONS)
def test_moved_ifd(kind):
    """Test IFD of page was moved to the end, as libtiff rewrites it."""
    data = make_file(kind)
    offsets = locate_ifds(data)
    offset, images = edit_page(data, 140, IMAGES[140][::-1])
    start = len(data)
    data += data[offsets[140] : offsets[141]]
    with TiffFile(io.BytesIO(data)) as tif:
        tag = tif.pages[140].tags['StripOffsets']
    position = tag.valueoffset - offsets[140] + start
    data[position : position + 4] = offset.to_bytes(4, 'little')
    set_link(data, offsets[139], start)
    with TiffFile(io.BytesIO(data)) as tif:
        assert tif.series[0].size == IMAGES.size
        assert not is_followed(tif)
    check_all(data, images)


@pytest.mark.parametrize('number', [12, 300])
def test_moved_ifd_of_contiguous(number):
    """Test IFD and data of page of contiguous series were moved."""
    fh = io.BytesIO()
    images = IMAGES[:number].copy()
    imwrite(fh, images)
    fh.seek(0)
    with TiffFile(fh) as tif:
        assert tif.series[0].dataoffset is not None
        page, following = tif.pages[9], tif.pages[10]
        tag = page.tags['StripOffsets']
    data = bytearray(fh.getvalue())
    images[9] = images[9, ::-1]
    start = len(data) + images[9].nbytes
    data += images[9].tobytes() + data[page.offset : following.offset]
    position = tag.valueoffset - page.offset + start
    data[position : position + 4] = (start - images[9].nbytes).to_bytes(
        4, 'little'
    )
    set_link(data, tif.pages._chain[8], start)
    with TiffFile(io.BytesIO(data)) as tif:
        assert tif.series[0].kind == 'Shaped'
        assert_array_equal(tif.asarray(), images)
        assert_array_equal(tif.series[0].asarray(key=9), images[9])


@pytest.mark.parametrize('kind', DESCRIPTIONS)
def test_moved_ifd_into_data(kind):
    """Test IFD of page was moved to where the data of another page end."""
    data = make_file(kind)
    offsets = locate_ifds(data)
    images = IMAGES.copy()
    start = offsets[37] - 400
    data[start : offsets[37]] = data[offsets[140] : offsets[140] + 400]
    # data are those of page 99
    with TiffFile(io.BytesIO(data)) as tif:
        tag = tif.pages[140].tags['StripOffsets']
        offset = tif.pages[99].dataoffsets[0]
    images[140] = IMAGES[99]
    position = tag.valueoffset - offsets[140] + start
    data[position : position + 4] = offset.to_bytes(4, 'little')
    set_link(data, offsets[139], start)
    images[37] = numpy.frombuffer(
        bytes(data), '<u2', 2400, offsets[37] - 4800
    ).reshape(48, 50)
    with TiffFile(io.BytesIO(data)) as tif:
        assert tif.series[0].size == IMAGES.size
        assert not is_followed(tif)
        assert_array_equal(tif.series[0].asarray(key=99), images[99])
        assert_array_equal(tif.series[0].asarray(key=140), images[140])
    check_all(data, images)


@pytest.mark.parametrize('kind', DESCRIPTIONS)
def test_compressed_page(kind):
    """Test page in the middle is compressed."""
    pages = make_pages(DESCRIPTIONS[kind])
    pages[140] = Page(IMAGES[140], compression=8)
    data = build_tiff(pages)
    if kind == 'OME':
        check_all(data)
    with TiffFile(io.BytesIO(data)) as tif:
        assert sum(len(series) for series in tif.series) == NUMBER
        assert is_followed(tif)
        assert_array_equal(tif.pages[140].asarray(), IMAGES[140])
        assert_array_equal(tif.series[0].asarray(key=139), IMAGES[139])


@pytest.mark.parametrize('kind', DESCRIPTIONS)
@pytest.mark.parametrize('code', [259, 262, 274, 277, 317, 339])
def test_other_page(monkeypatch, kind, code):
    """Test page in the middle is of another kind, but of the same size."""
    zarr = pytest.importorskip('zarr')
    value = {259: 32773, 262: 0, 274: 4, 277: 2, 317: 2, 339: 2}[code]
    tags = {274: (3, 1), 317: (3, 1), 339: (3, 1)}
    data = bytearray(build_tiff(make_pages(DESCRIPTIONS[kind], tags=tags)))
    with TiffFile(io.BytesIO(data)) as tif:
        tag = tif.pages[140].tags[code]
    data[tag.valueoffset : tag.valueoffset + 2] = value.to_bytes(2, 'little')
    with monkeypatch.context() as context:
        context.setattr(tifffile, '_STACK_NUMBER', 2**31)
        with TiffFile(io.BytesIO(data)) as tif:
            expected = [item.asarray() for item in tif.series]
            kinds = [item.kind for item in tif.series]
    with TiffFile(io.BytesIO(data)) as tif:
        series = tif.series[0]
        assert series.size == IMAGES.size
        assert not is_followed(tif)
        assert_array_equal(series.asarray(key=139), IMAGES[139])
        assert_array_equal(series.asarray(key=142), IMAGES[142])
        if kinds[0] == kind:
            assert_array_equal(series.asarray(), expected[0])
        else:
            with pytest.raises(TiffFileError, match='metadata'):
                series.asarray(key=140)
            position = numpy.unravel_index(140, series.shape[:-2])
            with pytest.raises(TiffFileError, match='metadata'):
                zarr.open(series.aszarr(), mode='r')[position]
            with pytest.raises(TiffFileError, match='metadata'):
                series.asarray()
        assert [item.kind for item in tif.series] == kinds
        for item, images in zip(tif.series, expected, strict=True):
            assert_array_equal(item.asarray(), images)
    assert_array_equal(imread(io.BytesIO(data)), expected[0])


@pytest.mark.parametrize('first', [False, True])
@pytest.mark.parametrize('others', [False, True])
def test_tables_of_jpeg_differ(first, others):
    """Test tables of JPEG of the first page are not those of others."""
    imagecodecs = pytest.importorskip('imagecodecs')
    images = (IMAGES >> 8).astype('uint8')
    pages = make_pages(IMAGEJ, images, compression=7)
    for index, page in enumerate(pages):
        stream = imagecodecs.jpeg_encode(images[index], level=80)
        if others if index else first:
            page.jpegtables, stream = split_jpeg(stream)
        # IFDs are equidistant
        page.segments = [stream.ljust(4000, b'\0')]
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        series = tif.series[0]
        assert series.kind == 'ImageJ'
        assert is_followed(tif) is (first != others)
        result = series.asarray(key=[0, 1, 200])
        for index, image in zip((0, 1, 200), result, strict=True):
            assert_array_equal(image, tif.pages[index].asarray())
            assert_array_equal(image, series[index].asarray())
            assert abs(image.astype(int) - images[index]).mean() < 40


@pytest.mark.parametrize('kind', DESCRIPTIONS)
def test_removed_page(kind):
    """Test page in the middle was unlinked, but metadata were not edited."""
    data = make_file(kind)
    offsets = locate_ifds(data)
    set_link(data, offsets[139], offsets[141])
    rest = numpy.delete(IMAGES, 140, axis=0)
    with TiffFile(io.BytesIO(data)) as tif:
        series = tif.series[0]
        assert_array_equal(series.asarray(key=200), IMAGES[201])
        assert len(tif.pages) == NUMBER - 1
        assert_array_equal(tif.pages[140].asarray(), IMAGES[141])
    with TiffFile(io.BytesIO(data)) as tif:
        series = tif.series[0]
        with pytest.raises(TiffFileError, match='does not contain 300'):
            series.asarray(key=299)
        assert tif.series[0] is not series
        result = tif.asarray().reshape(-1, 48, 50)
        assert_array_equal(result[: NUMBER - 1], rest)


@pytest.mark.parametrize('kind', DESCRIPTIONS)
@pytest.mark.parametrize('number', [299, 301, 280, 310])
def test_wrong_count(kind, number):
    """Test metadata tell more or fewer pages than there are."""
    description = DESCRIPTIONS[kind].replace('300', str(number))
    description = description.replace('75', str(number)).replace('4', '1')
    data = build_tiff(make_pages(description))
    with TiffFile(io.BytesIO(data)) as tif:
        tif.series  # noqa: B018
        assert is_followed(tif)
        result = tif.asarray().reshape(-1, 48, 50)
        number = min(len(result), NUMBER)
        assert_array_equal(result[:number], IMAGES[:number])


@pytest.mark.parametrize('kind', DESCRIPTIONS)
def test_moved_block(kind):
    """Test order of pages was changed by linking IFDs in other order."""
    data = make_file(kind)
    offsets = locate_ifds(data)
    order = [*range(40), *range(50, 200), *range(40, 50), *range(200, NUMBER)]
    for a, b in itertools.pairwise(order):
        set_link(data, offsets[a], offsets[b])
    with TiffFile(io.BytesIO(data)) as tif:
        assert tif.series[0].size == IMAGES.size
        assert not is_followed(tif)
    check_all(data, IMAGES[order])


@pytest.mark.parametrize('size', [4900, 700000])
@pytest.mark.parametrize('ifd_first', [False, True])
def test_truncated(ifd_first, size):
    """Test end of file is missing."""
    data = make_file('ImageJ', ifd_first=ifd_first)[:-size]
    with TiffFile(io.BytesIO(data)) as tif:
        series = tif.series[0]
        assert series.kind != 'ImageJ'
        assert_array_equal(series.asarray(key=100), IMAGES[100])
        assert_array_equal(tif.pages[100].asarray(), IMAGES[100])


@pytest.mark.parametrize('index', [0, 3, 139, 298, 299])
def test_cyclic(index):
    """Test chain runs into itself."""
    data = make_file('ImageJ')
    offsets = locate_ifds(data)
    set_link(data, offsets[index], offsets[index // 2])
    with TiffFile(io.BytesIO(data)) as tif:
        series = tif.series[0]
        assert series.shape
        assert len(tif.pages) == index + 1
        assert_array_equal(tif.pages[index].asarray(), IMAGES[index])
    with TiffFile(io.BytesIO(data)) as tif:
        result = tif.asarray().reshape(-1, 48, 50)
        assert_array_equal(result, IMAGES[: index + 1])


# -- tables of IFDs -----------------------------------------------------------


@pytest.mark.parametrize('size', [7, 100, 16384])
def test_tables(monkeypatch, size):
    """Test pages of several kinds are grouped, part by part."""
    monkeypatch.setattr(tifffile, '_TABLE_SIZE', size)
    number = 200
    images = IMAGES[:number]
    pages = make_pages('text', images)
    for i in range(0, number, 3):
        pages[i] = Page(images[i], compression=8, tags={305: (2, 'software')})
    for i in range(100, number, 7):
        pages[i] = Page(images[i, :30])
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        assert tif._page_groups is not None
        short = {*range(100, number, 7)}
        zipped = {*range(0, number, 3)} - short
        plain = {*range(number)} - short - zipped
        for series, indices in zip(
            tif.series, (zipped, plain, short), strict=True
        ):
            assert [page.index for page in series] == sorted(indices)
            assert_array_equal(
                series.asarray(),
                images[sorted(indices), : series.shape[1]],
            )


@pytest.mark.parametrize('size', [64, 16384])
@pytest.mark.parametrize('levels', [(80, 80), (80, 50)])
def test_tables_of_jpeg(monkeypatch, size, levels):
    """Test pages are grouped if they share tables of JPEG."""
    monkeypatch.setattr(tifffile, '_TABLE_SIZE', size)
    imagecodecs = pytest.importorskip('imagecodecs')
    image = (IMAGES[0] >> 8).astype('uint8')
    pages = []
    for level in levels:
        stream = imagecodecs.jpeg_encode(image, level=level)
        tables, segment = split_jpeg(stream)
        page = Page(
            image, compression=7, segments=[segment], jpegtables=tables
        )
        pages += [dataclasses.replace(page) for _ in range(64)]
    with TiffFile(io.BytesIO(build_tiff(pages))) as tif:
        series = tif.series[0]
        assert series.kind == 'Uniform'
        assert (tif._page_groups is not None) is (levels[0] == levels[1])
        for index in (0, 63, 64, 127):
            expected = tif.pages[index].asarray()
            assert_array_equal(series.asarray(key=index), expected)
            assert_array_equal(series.asarray()[index], expected)
