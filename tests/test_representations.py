# tests/test_representations.py

"""Test text and HTML representations of objects."""

import base64
import html
import io
import pickle
import re

import numpy
import pytest
from builder import LONG, SHORT, Page, Tag, build_tiff
from PIL import Image

import tifffile
from tifffile import TiffFile, TiffWriter, imwrite

HEX = r'@0x[0-9A-F]{16}'


@pytest.fixture(scope='module')
def path(tmp_path_factory):
    """Return path of file with two series."""
    path = tmp_path_factory.mktemp('text') / 's.tif'
    with TiffWriter(path, byteorder='<') as tif:
        tif.write(
            numpy.zeros((3, 64, 48), 'uint16'),
            photometric='minisblack',
            metadata={'axes': 'ZYX'},
            extratags=[(65000, 'I', 40, list(range(40)))],
        )
        tif.write(numpy.zeros((20, 30, 3), 'uint8'), photometric='rgb')
    return path


@pytest.fixture
def tif(path):
    """Return open file with two series."""
    with TiffFile(path) as tif:
        yield tif


def open_tiff(tmp_path, *pages, name='image.tif', **kwargs):
    """Return open file of pages."""
    path = tmp_path / name
    path.write_bytes(build_tiff(list(pages), **kwargs))
    return TiffFile(path)


def thumbnail(text):
    """Return PNG file in HTML, and its image."""
    (data,) = re.findall('src="data:image/png;base64,([^"]+)"', text)
    png = base64.b64decode(data)
    with Image.open(io.BytesIO(png)) as image:
        return png, numpy.asarray(image)


def test_file(tif):
    """Files print in one line, or with details."""
    assert repr(tif) == "<tifffile.TiffFile 's.tif'>"
    line, *_ = lines = tif._str(detail=2).splitlines()
    assert re.fullmatch(
        r"TiffFile 's.tif'  2\d\.\d\d KiB  shaped  4 Pages  2 Series", line
    )
    assert str(tif) == tif._str(detail=0) == line
    assert lines[1] == ''
    assert lines[2] == str(tif.series[0])
    assert lines[3] == str(tif.series[1])
    assert lines[4] == ''
    assert lines[5] == str(tif.pages[0])
    assert lines[6] == ''
    assert lines[7] == str(tif.pages[0].tags[256])
    text = '\n'.join(lines)
    assert (
        '\n\nImageDescription ASCII[38]\n'
        '{"axes": "ZYX", "shape": [3, 64, 48]}\n\n'
    ) in text
    assert '\n\n65000 LONG[40]\n(0, 1, 2, 3, ' in text
    assert text.endswith(
        "\n\nSHAPED_METADATA\n({'axes': 'ZYX', 'shape': [3, 64, 48]}, "
        "{'shape': [20, 30, 3]})"
    )
    assert max(map(len, lines)) <= 79
    assert 'TiffPage 1' not in text
    assert str(tif.pages[1]) in tif._str(detail=3)
    assert 'SHAPED_METADATA' not in tif._str(detail=1)
    assert len(tif._str(detail=1, width=40).splitlines()[7]) <= 40


def test_file_names(tmp_path):
    """Long names are cut; other byte orders and layouts are told."""
    byteorder = '>' if tifffile.byteorder_isnative('<') else '<'
    path = tmp_path / ('name' * 20 + '.tif')
    imwrite(path, numpy.zeros((8, 8), 'uint8'), bigtiff=True, shaped=False)
    with TiffFile(path) as tif:
        assert re.fullmatch("<tifffile.TiffFile '.{32}'>", repr(tif))
        assert '…' in repr(tif)
        assert len(str(tif)) <= 79
        assert '…' in str(tif)
        assert '  BigTiff' in str(tif)
    imwrite(path, numpy.zeros((8, 8), 'uint8'), byteorder=byteorder)
    with TiffFile(path) as tif:
        name = 'little' if byteorder == '<' else 'big'
        assert f'  {name}-endian  ' in str(tif)
    with TiffFile(io.BytesIO(path.read_bytes())) as tif:
        assert str(tif).startswith("TiffFile 'Unnamed binary stream'  ")
    with TiffFile(
        io.BytesIO(bytes(100) + path.read_bytes()), offset=100
    ) as tif:
        assert repr(tif.filehandle).startswith('<tifffile.FileHandle ')


def test_series(tif):
    """Series print in one line."""
    first, second = tif.series
    assert repr(first) == '<tifffile.TiffPageSeries 0>'
    assert str(first) == (
        'TiffPageSeries 0  3x64x48  uint16  ZYX  Shaped  3 Pages  '
        f'@{first.dataoffset}'
    )
    assert str(second).startswith(
        'TiffPageSeries 1  20x30x3  uint8  YXS  Shaped  1 Pages  @'
    )
    first = pickle.loads(pickle.dumps(tif)).series[0]
    first.name = 'a name of more than 20 characters'
    with first.parent:
        assert "TiffPageSeries 0  'a name of…aracters'  3x64" in str(first)


def test_levels(tmp_path):
    """Number of levels is told."""
    image = numpy.zeros((64, 64), 'uint8')
    page = Page(image, subifds=[Page(image[::2, ::2], subfiletype=1)])
    with open_tiff(tmp_path, page) as tif:
        text = str(tif.series[0])
        assert '  YX  Generic  2 Levels  1 Pages  @' in text
        subpage = tif.pages[0].pages[0]
        assert repr(subpage) == (
            f'<tifffile.TiffPage (0, 0) @{subpage.offset}>'
        )
        assert str(subpage).startswith(f'TiffPage (0, 0) @{subpage.offset}  ')
        assert 'reduced' in str(subpage).split()


def test_pages(tif, tmp_path):
    """Pages and frames print in one line."""
    page = tif.pages[0]
    assert repr(page) == '<tifffile.TiffPage 0 @8>'
    assert str(page) == (
        'TiffPage 0 @8  64x48  uint16  minisblack shaped memmappable'
    )
    assert repr(tif.pages) == str(tif.pages) == '<tifffile.TiffPages @8>'
    tif.pages.useframes = True
    frame = tif.pages[1]
    assert repr(frame) == f'<tifffile.TiffFrame 1 @{frame.offset}>'
    assert str(frame) == f'TiffFrame 1 @{frame.offset}  64x48  uint16'
    path = tmp_path / 'words.tif'
    imwrite(
        path,
        numpy.zeros((3, 64, 64), 'uint8'),
        photometric='rgb',
        planarconfig='separate',
        tile=(16, 16),
        compression='zlib',
        predictor=True,
        metadata=None,
    )
    with TiffFile(path) as other:
        page = other.pages[0]
        assert str(page) == (
            f'TiffPage 0 @{page.offset}  3x64x64  uint8  '
            'rgb tiled adobe_deflate separate horizontal'
        )


def test_tags(tif):
    """Tags print in one line each."""
    tags = tif.pages[0].tags
    tag = tags[305]
    assert repr(tag) == f'<tifffile.TiffTag 305 Software @{tag.offset}>'
    assert str(tag) == (
        f'TiffTag 305 Software @{tag.offset} ASCII[12] @{tag.valueoffset} '
        '= tifffile.py'
    )
    assert str(tags[256]) == 'TiffTag 256 ImageWidth @10 LONG @18 = 48'
    assert str(tags[259]).endswith(' SHORT @54 = NONE')
    tag = tags[65000]
    assert repr(tag) == f'<tifffile.TiffTag 65000 @{tag.offset}>'
    assert str(tag).startswith(f'TiffTag 65000 @{tag.offset} LONG[40] @')
    assert len(str(tag)) <= 79
    assert re.fullmatch(f'<tifffile.TiffTags {HEX}>', repr(tags))
    assert str(tags).splitlines() == [str(tag) for tag in tags]
    registry = tifffile.TiffTagRegistry(((11, 'ProcessingSoftware'),))
    assert re.fullmatch(f'<tifffile.TiffTagRegistry {HEX}>', repr(registry))
    assert str(registry) == (
        "TiffTagRegistry((\n  (11, 'ProcessingSoftware'),\n))"
    )


def test_corrupted_tag(tmp_path):
    """Values that cannot be read do not prevent printing."""
    page = Page(
        numpy.zeros((8, 8), 'uint8'),
        tags={65001: Tag(65001, LONG, [1, 2, 3], offset=10**6)},
    )
    with open_tiff(tmp_path, page) as tif:
        tag = tif.pages[0].tags.get(65001)
        text = tif._str(detail=3)
    assert tag is None or 'CORRUPTED' in str(tag)
    assert 'TiffTag 256 ImageWidth' in text


def test_others(tif, path):
    """Other objects print as well."""
    fh = tif.filehandle
    assert repr(fh) == "<tifffile.FileHandle 's.tif'>"
    assert str(fh).splitlines() == [
        'FileHandle',
        ' s.tif',
        f' {path.parent}',
        f' {path.stat().st_size} bytes',
        ' open',
    ]
    name = '<tifffile.TiffFormat 32-bit little-endian>'
    assert repr(tif.tiff) == name
    first, *lines = str(tif.tiff).splitlines()
    assert first == name
    assert "  byteorder: '<'" in lines
    cache = tifffile.FileCache()
    assert re.fullmatch(f'<tifffile.FileCache {HEX}>', repr(cache))
    assert str(cache) == repr(cache)
    shape = tifffile.StoredShape(2, 1, 1, 5, 7, 3)
    assert (
        repr(shape)
        == str(shape)
        == (
            '<StoredShape(frames=2, separate_samples=1, depth=1, length=5, '
            'width=7, contig_samples=3, extrasamples=0)>'
        )
    )
    assert repr(tifffile.NullContext()) == 'NullContext()'
    assert repr(tifffile.Timer(started=1.0)) == 'Timer(started=1.0)'
    omexml = tifffile.OmeXml()
    assert re.fullmatch(f'<tifffile.OmeXml {HEX}>', repr(omexml))
    assert '<OME ' in str(omexml)
    with TiffWriter(io.BytesIO()) as writer:
        writer.write(numpy.zeros((2, 2)))
        assert repr(writer) == "<tifffile.TiffWriter 'Unnamed binary stream'>"


# -- notebooks ----------------------------------------------------------------


def gradient(shape, dtype='uint8'):
    """Return image that gets lighter to the right."""
    row = numpy.linspace(0, 250, shape[-1])
    return numpy.broadcast_to(row, shape).astype(dtype)


def check_gradient(image):
    """Check that image gets lighter to the right."""
    assert image.dtype == 'uint8'
    assert max(image.shape[:2]) <= 128
    row = image.reshape(*image.shape[:2], -1)[image.shape[0] // 2, :, 0]
    assert int(row[-1]) - int(row[0]) > 200
    assert (numpy.diff(row.astype(int)) >= 0).all()


@pytest.mark.parametrize('what', ['file', 'series', 'page', 'frame'])
def test_html(tmp_path, what):
    """Objects have a table and a thumbnail."""
    image = gradient((600, 800), 'uint16')
    with open_tiff(tmp_path, Page(image), Page(image)) as tif:
        if what == 'frame':
            tif.pages.useframes = True
        item = {
            'file': lambda: tif,
            'series': lambda: tif.series[0],
            'page': lambda: tif.pages[0],
            'frame': lambda: tif.pages[1],
        }[what]()
        text = item._repr_html_()
    assert 'image.tif' in text
    assert '600x800' in text
    assert 'uint16' in text
    png, picture = thumbnail(text)
    assert len(png) <= 20000
    assert picture.shape == (85, 114)
    check_gradient(picture)
    text = re.sub('<img[^>]*>', '', text)
    assert len(text) < 2000
    for tag in ('div', 'table', 'tr', 'th', 'td', 'strong'):
        assert len(re.findall(f'<{tag}[ >]', text)) == text.count(f'</{tag}>')


def test_html_is_escaped(tmp_path):
    """Texts of files are no markup."""
    name = '<script>alert(1)</script>'
    description = f'<OME><Image Name="{html.escape(name)}"/></OME>'
    page = Page(gradient((20, 30)), description=description)
    with open_tiff(tmp_path, page) as tif:
        tif.series[0].name = name
        for item in (tif, tif.series[0], tif.pages[0]):
            text = item._repr_html_()
            assert '<script' not in text
        assert '&lt;script&gt;' in tif.series[0]._repr_html_()
    stream = io.BytesIO(build_tiff([page]))
    with TiffFile(stream, name='<b>"&.tif') as tif:
        assert '<b>' not in tif._repr_html_()
        assert '&lt;b&gt;&quot;&amp;.tif' in tif._repr_html_()


@pytest.mark.parametrize(
    'page',
    [
        Page(gradient((300, 400)), rowsperstrip=7, compression=8),
        Page(gradient((300, 400), 'float32'), tile=(64, 64)),
        Page(gradient((300, 400)) > 125, photometric=1),
        Page(255 - gradient((300, 400)), photometric=0),
        Page(numpy.dstack([gradient((300, 400))] * 3)),
        Page(
            numpy.dstack([gradient((300, 400), 'uint16')] * 4), photometric=2
        ),
        Page(numpy.stack([gradient((300, 400))] * 3), planarconfig=2),
        Page(255 - numpy.dstack([gradient((300, 400))] * 4), photometric=5),
        Page(
            255 - gradient((300, 400)),
            photometric=3,
            tags={320: (SHORT, list(range(65535, -1, -257)) * 3)},
        ),
        Page(gradient((300, 400), 'complex64')),
        Page(gradient((3, 4))),
    ],
)
def test_thumbnail(tmp_path, page):
    """Thumbnails show images of any kind."""
    with open_tiff(tmp_path, page) as tif:
        png, image = thumbnail(tif._repr_html_())
    assert len(png) <= 20000
    check_gradient(image)
    if page.samples > 2 or page.photometric == 3:
        assert image.shape[2:] == (3,)


def test_thumbnail_of_noise(tmp_path):
    """Thumbnails become smaller until they fit."""
    rng = numpy.random.default_rng(42)
    image = rng.integers(0, 255, (128, 128, 3), 'uint8')
    with open_tiff(tmp_path, Page(image)) as tif:
        png, picture = thumbnail(tif._repr_html_())
    assert 5000 < len(png) <= 20000
    assert 32 <= picture.shape[0] < 128


def test_thumbnail_without_values(tmp_path):
    """Images may have no valid values, or one."""
    image = numpy.full((20, 30), numpy.nan, 'float32')
    with open_tiff(tmp_path, Page(image)) as tif:
        assert not thumbnail(tif._repr_html_())[1].any()
    image = gradient((20, 30), 'float32').copy()
    image[3:7] = -9999
    image[8, 8] = numpy.inf
    with open_tiff(tmp_path, Page(image, nodata='-9999')) as tif:
        check_gradient(thumbnail(tif._repr_html_())[1])


def count_bytes(monkeypatch):
    """Return list of numbers of bytes that are read from files."""
    numbers = []
    read_at = tifffile.FileHandle.read_at
    readinto_at = tifffile.FileHandle.readinto_at

    def counted_read(self, offset, size, /):
        numbers.append(size)
        return read_at(self, offset, size)

    def counted_readinto(self, offset, buffers, /):
        number = readinto_at(self, offset, buffers)
        numbers.append(number)
        return number

    monkeypatch.setattr(tifffile.FileHandle, 'read_at', counted_read)
    monkeypatch.setattr(tifffile.FileHandle, 'readinto_at', counted_readinto)
    return numbers


@pytest.mark.parametrize('compression', [1, 8])
def test_thumbnail_of_levels(tmp_path, monkeypatch, compression):
    """Thumbnails are made of the smallest level that is large enough."""
    image = gradient((2048, 2048), 'uint16')
    base, *levels = (
        Page(
            image[::step, ::step],
            tile=(64, 64),
            compression=compression,
            subfiletype=int(step > 1),
        )
        for step in (1, 2, 4, 8, 32)
    )
    base.subifds = levels
    with open_tiff(tmp_path, base) as tif:
        numbers = count_bytes(monkeypatch)
        png, picture = thumbnail(tif._repr_html_())
    assert len(png) <= 20000
    assert picture.shape == (128, 128)
    check_gradient(picture)
    assert sum(numbers) < 256 * 256 * 2 + 20000


@pytest.mark.parametrize('rowsperstrip', [None, 16])
def test_thumbnail_of_large_page(tmp_path, monkeypatch, rowsperstrip):
    """Of large pages, some rows are read."""
    page = Page(gradient((3000, 2500), 'uint16'), rowsperstrip=rowsperstrip)
    with open_tiff(tmp_path, page, byteorder='>') as tif:
        numbers = count_bytes(monkeypatch)
        _, picture = thumbnail(tif._repr_html_())
        assert picture.shape == (125, 105)
        check_gradient(picture)
        assert sum(numbers) < 2**22


def test_no_thumbnail_of_large_page(tmp_path, monkeypatch):
    """What would be expensive is not read."""
    monkeypatch.setattr(tifffile, '_MAX_PREVIEW_BYTES', 1000)
    for options in ({'compression': 8}, {'tile': (64, 64)}):
        rng = numpy.random.default_rng(42)
        page = Page(rng.integers(0, 255, (300, 400), 'uint8'), **options)
        with open_tiff(tmp_path, page) as tif:
            numbers = count_bytes(monkeypatch)
            text = tif._repr_html_()
            assert '300x400' in text
            assert '<img' not in text
            assert sum(numbers) < 1000


def test_middle_of_depth(tmp_path):
    """The thumbnail of a volume is that of its middle, of first channel."""
    data = numpy.zeros((2, 5, 20, 30), 'uint8')
    data[0, 2] = gradient((20, 30))
    path = tmp_path / 'volume.tif'
    imwrite(path, data, photometric='minisblack', metadata={'axes': 'CZYX'})
    with TiffFile(path) as tif:
        check_gradient(thumbnail(tif._repr_html_())[1])
        check_gradient(thumbnail(tif.series[0]._repr_html_())[1])
    imwrite(path, data[0], imagej=True, metadata={'axes': 'ZYX'})
    with TiffFile(path) as tif:
        check_gradient(thumbnail(tif._repr_html_())[1])


def test_html_of_bad_files(tmp_path):
    """Damaged and closed files have a description, too."""
    page = Page(gradient((20, 30)), compression=8, segments=[b'damaged'])
    with open_tiff(tmp_path, page) as tif:
        text = tif._repr_html_()
        assert '20x30' in text
        assert '<img' not in text
    for item in (tif, tif.series[0], tif.pages[0]):
        assert 'image.tif' in item._repr_html_()
    with open_tiff(tmp_path, Page(gradient((20, 30)))) as tif:
        pass
    assert 'image.tif' in tif._repr_html_()


def test_real_files(shared_data):
    """All files have a description with at most one small thumbnail."""
    number = 0
    for path in sorted(shared_data.glob('[b-g]*/*'))[::4]:
        try:
            tif = TiffFile(path)
        except (OSError, ValueError):
            continue
        with tif:
            text = tif._repr_html_()
            assert text.startswith('<div')
            assert len(text) < 32000
            number += '<img' in text
    assert number > 10
