# tests/test_formats_safety.py

"""Test cost of detecting formats, and safety of reading their metadata."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy
import pytest
from builder import ASCII, BYTE, SHORT, Page, build_tiff
from shared_data import all_entries, is_malformed

import tifffile
from tifffile import TiffFile, TiffFileError

IMAGE = numpy.arange(32 * 32, dtype='uint8').reshape(32, 32)
RGB = numpy.zeros((64, 64, 3), 'uint8')


# -- detection ----------------------------------------------------------------


@pytest.mark.parametrize(
    ('kwargs', 'limit'),
    [
        ({}, 5),
        ({'tags': {305: (ASCII, 'Some software 1.0')}}, 16),
        ({'description': 'Some description, not by a microscope'}, 16),
        (
            {
                'description': 'Some description',
                'tags': {305: (ASCII, 'Some software 1.0')},
            },
            25,
        ),
        ({'tile': (16, 16)}, 8),
    ],
)
def test_few_formats_are_asked(kwargs, limit):
    """Most formats are ruled out by tags that a plain file does not have."""
    with TiffFile(io.BytesIO(build_tiff(Page(IMAGE, **kwargs)))) as tif:
        assert tif._flags.keys() <= {'lsm', 'philips', 'scanimage'}
        assert tif.series[0].kind == 'Generic'
        assert len(tif._flags) <= limit
        assert [flag for flag, value in tif._flags.items() if value] == [
            'generic'
        ]


def test_formats_tell_codes():
    """Formats that can be ruled out by tags tell the codes of these."""
    missing = {
        fmt.flag
        for fmt in tifffile._FORMATS
        if fmt.__module__ == 'tifffile' and not fmt.codes
    }
    assert missing <= {'mdgel', 'c2pa', 'dicom', 'uniform', 'generic'}


def test_flags_are_asked():
    """Flags that the user sets go before tags that the file does not have."""
    data = build_tiff(Page(IMAGE))
    with TiffFile(io.BytesIO(data), is_geotiff=True) as tif:
        names = {fmt.flag for fmt in tif._iter_formats('series')}
        assert 'geotiff' in names
    with TiffFile(io.BytesIO(data)) as tif:
        names = {fmt.flag for fmt in tif._iter_formats('series')}
        assert names == {'generic'}


def test_codes_of_formats(shared_data):
    """Formats that are ruled out by tags do not claim real files."""
    number = 0
    for entry in all_entries():
        if is_malformed(entry):
            continue
        with TiffFile(shared_data / entry['path']) as tif:
            for name in ('prepare', 'series', 'annotate'):
                expected = [
                    fmt
                    for fmt in tifffile._FORMATS_OF[name]
                    if tif.pages and tif._is_format(fmt)
                ]
                assert [*tif._iter_formats(name)] == expected
                number += len(expected)
    assert number > 500


# -- metadata of large size ---------------------------------------------------


def wrap_ome(content: str, **sizes: int) -> Page:
    """Return page with OME-XML."""
    sizes = {'X': 32, 'Y': 32, 'Z': 1, 'C': 1, 'T': 1, **sizes}
    attributes = ' '.join(f'Size{ax}="{n}"' for ax, n in sizes.items())
    return Page(
        IMAGE,
        description=(
            '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">'
            '<Image ID="Image:0"><Pixels ID="Pixels:0" Type="uint8" '
            f'DimensionOrder="XYZCT" {attributes}>{content}</Pixels></Image>'
            '</OME>'
        ),
    )


def repeat(text: str, number: int) -> str:
    """Return text number times, with the counter in place of @."""
    return ''.join(text.replace('@', str(i)) for i in range(number))


BUILDERS: dict[str, Callable[[int], Page]] = {
    'ome planes': lambda n: wrap_ome(
        repeat('<TiffData IFD="0" FirstZ="@" PlaneCount="1"/>', n), Z=n
    ),
    'ome channels': lambda n: wrap_ome(
        repeat('<Channel ID="Channel:0:@" Name="n@"/>', n) + '<TiffData/>', C=n
    ),
    'scn': lambda n: Page(
        IMAGE,
        description=(
            '<scn><collection><image><pixels sizeX="32" sizeY="32">'
            + repeat(
                '<dimension sizeX="32" sizeY="32" r="0" c="@" ifd="0"/>', n
            )
            + '</pixels><view sizeX="9" sizeY="9"/></image></collection></scn>'
        ),
    ),
    'philips': lambda n: Page(
        RGB,
        tile=(16, 16),
        tags={305: (ASCII, 'Philips DP v1.0')},
        description=(
            '<?xml version="1.0"?><DataObject ObjectType="DPUfsImport">'
            + repeat(
                '<DataObject ObjectType="PixelDataRepresentation">'
                '<Attribute Name="DICOM_PIXEL_SPACING">'
                '&quot;0.1&quot; &quot;0.1&quot;</Attribute></DataObject>',
                n,
            )
            + '</DataObject>'
        ),
    ),
    'qpi': lambda n: Page(
        IMAGE,
        tile=(16, 16),
        tags={305: (ASCII, 'PerkinElmer-QPI')},
        description=(
            '<?xml version="1.0" encoding="utf-16"?>'
            '<PerkinElmer-QPI-ImageDescription><ImageType>FullResolution'
            f'</ImageType>{repeat("<Item@>t</Item@>", n)}'
            '</PerkinElmer-QPI-ImageDescription>'
        ),
    ),
    'metaseries': lambda n: Page(
        IMAGE,
        tags={305: (ASCII, 'MetaSeries')},
        description=(
            '<MetaData><PlaneInfo>'
            + repeat('<prop id="p@" type="float" value="@.5"/>', n)
            + '</PlaneInfo></MetaData>'
        ),
    ),
    'gdal': lambda n: Page(
        IMAGE,
        tags={
            42112: (
                ASCII,
                '<GDALMetadata>'
                + repeat('<Item name="I@" sample="0">v@</Item>', n)
                + '</GDALMetadata>',
            )
        },
    ),
    'indica': lambda n: Page(
        IMAGE.astype('float32'),
        tile=(16, 16),
        tags={305: (ASCII, 'IndicaLabsImageWriter 1')},
        description=(
            '<indica><image><channels>'
            + repeat('<channel id="@" name="n@"/>', n)
            + '</channels><pixels>'
            + repeat('<dimension level="0" channel="@" ifd="0"/>', n)
            + '</pixels></image></indica>'
        ),
    ),
    'avs': lambda n: Page(
        RGB,
        tile=(16, 16),
        tags={
            65000: (
                ASCII,
                '<Argos.Scan.Metadata>'
                + repeat('<Item@>x</Item@>', n)
                + '</Argos.Scan.Metadata>',
            )
        },
    ),
    'bif': lambda n: Page(
        RGB,
        tile=(16, 16),
        description='level=0 mag=20 quality=90',
        tags={
            305: (ASCII, 'Ventana'),
            700: (
                BYTE,
                (
                    '<EncodeInfo><SlideInfo><iScan Magnification="20" '
                    'ScanRes="0.5"/></SlideInfo><SlideStitchInfo>'
                    '<ImageInfo AOIScanned="1" NumRows="4" NumCols="4" '
                    'Width="16" Height="16">'
                    + repeat(
                        '<TileJointInfo FlagJoined="1" Confidence="100" '
                        'Direction="LEFT" Tile1="1" Tile2="2" OverlapX="0" '
                        'OverlapY="0"/>',
                        n,
                    )
                    + '</ImageInfo></SlideStitchInfo></EncodeInfo>'
                ).encode(),
            ),
        },
    ),
    'imagej': lambda n: Page(
        IMAGE, description='ImageJ=1.11a\nimages=1\n' + repeat('k@=v@\n', n)
    ),
    'shaped': lambda n: Page(
        IMAGE, description=json.dumps({'shape': [32, 32], 'x': [*range(n)]})
    ),
    'svs': lambda n: Page(
        RGB,
        tile=(16, 16),
        description='Aperio v1\r\n64x64' + repeat('|k@ = @', n),
    ),
    'fei': lambda n: Page(
        IMAGE, tags={34682: (ASCII, repeat('[S@]\r\na=@\r\n', n))}
    ),
    'pilatus': lambda n: Page(
        IMAGE,
        tags={305: (ASCII, 'TVX TIFF v 1.3')},
        description=(
            '# Pixel_size 172e-6 m x 172e-6 m\r\n'
            + repeat('# Key@ @ s\r\n', n)
        ),
    ),
    'streak': lambda n: Page(
        IMAGE, description='[Application],Date="x"' + repeat(',k@="v@"', n)
    ),
    'flimage': lambda n: Page(
        IMAGE,
        description=(
            'FLIMimage parameters\r\n' + repeat('State.a.k@ = @;\r\n', n)
        ),
    ),
}


def count_calls(data: bytes, flag: str) -> int:
    """Return number of function calls that reading metadata takes."""
    number = 0

    def count(frame: Any, event: str, arg: Any) -> None:
        nonlocal number
        number += event in {'call', 'c_call'}

    profile = sys.getprofile()
    sys.setprofile(count)
    try:
        with TiffFile(io.BytesIO(data)) as tif:
            series = tif.series[0]
            assert series.scale is not None
            assert series.channel_names is not None
            getattr(tif, flag + '_metadata')
    finally:
        sys.setprofile(profile)
    return number


@pytest.mark.parametrize('name', BUILDERS)
def test_time_is_linear(name):
    """The number of steps is in proportion to the size of metadata."""
    flag = name.split()[0]
    few, many = (build_tiff(BUILDERS[name](n)) for n in (400, 1600))
    with TiffFile(io.BytesIO(many)) as tif:
        assert getattr(tif, 'is_' + flag)
    count_calls(few, flag)  # imports
    steps = count_calls(few, flag), count_calls(many, flag)
    assert steps[1] < 5 * steps[0]


RUN = 500_000


@pytest.mark.parametrize(
    ('function', 'text'),
    [
        ('astrotiff_description_metadata', 'KEY     = ' + '1' * RUN + 'x'),
        ('astrotiff_description_metadata', "KEY     = '" + "''" * RUN),
        ('imagej_description_metadata', 'ImageJ=1\nx=' + '1' * RUN + 'x'),
        ('matlabstr2py', '[' + '< ' * (RUN // 10) + ']'),
        ('matlabstr2py', "'" * RUN),
        ('matlabstr2py', '[' * RUN),
        ('pformat_xml', '>' + ' ' * RUN + 'x' + '/' * RUN),
        ('pilatus_description_metadata', '# Pixel_size ' + '1' * RUN + ' m'),
        ('stripascii', b'\xff' * RUN + b'a'),
        ('streak_description_metadata', '[A],' + 'a' * RUN),
        ('streak_description_metadata', '[A],' + '[a' * RUN),
        ('streak_description_metadata', '[A],a="' + '1' * RUN + '.x"'),
        ('svs_description_metadata', 'Aperio ' + '|' * RUN),
        ('svs_description_metadata', 'Aperio |a=' + '1' * RUN + 'x'),
        ('xml2dict', '<a>' + '1' * RUN + 'x</a>'),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else 'bytes',
)
def test_long_runs(function, text):
    """Long runs of a character do not take long to parse."""
    args = [text]
    if function.startswith('streak'):
        args.append(tifffile.FileHandle(io.BytesIO()))
    start = time.perf_counter()
    with contextlib.suppress(ValueError):
        getattr(tifffile, function)(*args)
    # minutes if every character was tried with all others
    assert time.perf_counter() - start < 20.0


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
XML = [
    name
    for name, build in BUILDERS.items()
    if '<' in f'{build(1).description}{build(1).tags}'
]


def spoil(text: str, kind: str) -> str:
    """Return XML that declares entities, or is nested deeply."""
    if kind == 'bomb':
        if text.startswith('<?'):
            head, _, text = text.partition('?>')
            return f'{head}?>{BOMB}{text}'
        return BOMB + text
    head, _, tail = text.rpartition('</')
    return f'{head}{"<a>" * 5000}{"</a>" * 5000}</{tail}'


@pytest.mark.parametrize('kind', ['bomb', 'deep'])
@pytest.mark.parametrize('name', XML)
def test_unsafe_xml(name, kind):
    """Entities are refused, and pixels are read."""
    page = BUILDERS[name](1)
    flag = name.split()[0]
    if '<' in str(page.description):
        page.description = spoil(str(page.description), kind)
    page.tags = {
        code: (
            dtype,
            spoil(value, kind)
            if isinstance(value, str) and '<' in value
            else value,
        )
        for code, (dtype, value) in page.tags.items()
    }
    with TiffFile(io.BytesIO(build_tiff(page))) as tif:
        assert 'aaaaaaaaaaaaaaaaaaaa' not in repr(
            getattr(tif, flag + '_metadata')
        )
        assert len(str(tif)) < 2000
        series = tif.series[0]
        assert series.channel_names is not None
        array = tif.pages[0].asarray()
    numpy.testing.assert_array_equal(array, page.data)


DEEP = '[' * 100000 + ']' * 100000


@pytest.mark.parametrize(
    'page',
    [
        Page(IMAGE, description=f'{{"shape": [32, 32], "x": {DEEP}}}'),
        Page(IMAGE, description=f'{{"shape": {DEEP}}}'),
        Page(IMAGE, description='{"shape": 5}'),
        Page(IMAGE, description='{"shape": [1e400, 32]}'),
        Page(IMAGE, description='{"shape": [32, 32], "axes": 7}'),
        Page(IMAGE, description='{"shape": ["a", null]}'),
        Page(IMAGE, tags={51123: (BYTE, DEEP.encode())}),
        Page(IMAGE, tags={51123: (BYTE, b'5555')}),
        Page(
            IMAGE,
            description='scanimage.SI.x = 1',
            tags={305: (ASCII, f'SI.x = {DEEP}')},
        ),
        Page(IMAGE, description=f'FLIMimage parameters\r\nState.a = {DEEP};'),
        Page(IMAGE, description='ImageJ=1\nimages=' + '9' * 5000),
    ],
    ids=lambda page: str(page.description)[:32],
)
def test_unsafe_text(page):
    """Pixels are read whatever metadata tell."""
    with TiffFile(io.BytesIO(build_tiff(page))) as tif:
        for flag in tif.flags:
            try:
                getattr(tif, flag + '_metadata', None)
            except (RecursionError, TypeError, KeyError):
                pytest.fail(f'{flag}_metadata is not safe')
            except ValueError:
                pass
        series = tif.series[0]
        assert series.scale is not None
        numpy.testing.assert_array_equal(tif.pages[0].asarray(), page.data)
        numpy.testing.assert_array_equal(
            series.asarray().reshape(page.data.shape), page.data
        )


# -- names of files -----------------------------------------------------------


@pytest.fixture
def opened(monkeypatch):
    """Return list of paths that files opened for others are looked for at."""
    paths: list[str] = []
    isfile = os.path.isfile

    def record(path: Any) -> bool:
        paths.append(os.fspath(path))
        return isfile(path)

    monkeypatch.setattr(os.path, 'isfile', record)
    return paths


NAMES = [
    '../secret.tif',
    '..\\secret.tif',
    'sub/../../secret.tif',
    '{}/secret.tif',
    'file://{}/secret.tif',
    '\\\\host\\share\\secret.tif',
    '//host/share/secret.tif',
    'secret.tif\0',
    '..',
    '',
    'C:secret.tif',
    '/dev/zero',
]


@pytest.mark.parametrize('name', NAMES)
def test_ome_outside(tmp_path, opened, name):
    """OME-XML does not reach pixels of files elsewhere."""
    (tmp_path / 'folder' / 'sub').mkdir(parents=True)
    secret = Page(numpy.full((32, 32), 77, 'uint8'))
    (tmp_path / 'secret.tif').write_bytes(build_tiff(secret))
    name = name.format(tmp_path).replace('\0', '')
    page = wrap_ome(
        '<TiffData IFD="0" PlaneCount="1"/>'
        '<TiffData IFD="0" FirstZ="1" PlaneCount="1">'
        f'<UUID FileName="{name}">urn:uuid:1</UUID></TiffData>',
        Z=2,
    )
    path = tmp_path / 'folder' / 'image.ome.tif'
    path.write_bytes(build_tiff(page))
    with TiffFile(path) as tif:
        series = tif.series[0]
        assert series.kind == 'OME'
        array = series.asarray()
    numpy.testing.assert_array_equal(array[0], IMAGE)
    assert not array[1].any()
    assert not any('host' in path[:8] for path in opened)


@pytest.mark.parametrize('name', NAMES)
def test_ome_companion_outside(tmp_path, opened, name):
    """OME-XML of companion files elsewhere is not read."""
    (tmp_path / 'folder' / 'sub').mkdir(parents=True)
    name = name.format(tmp_path).replace('\0', '')
    xml = str(wrap_ome('<TiffData/>').description)
    (tmp_path / 'secret.tif').write_text(xml)
    page = Page(
        IMAGE,
        description=f'<OME><BinaryOnly MetadataFile="{name}"/></OME>',
    )
    path = tmp_path / 'folder' / 'image.ome.tif'
    path.write_bytes(build_tiff(page))
    with TiffFile(path) as tif:
        assert tif.series[0].kind == 'Generic'
        numpy.testing.assert_array_equal(tif.asarray(), IMAGE)
    folder = str(tmp_path / 'folder')
    assert all(path.startswith(folder) for path in opened)


@pytest.mark.parametrize('name', NAMES)
def test_ndtiff_outside(tmp_path, opened, name):
    """The index of NDTiff does not reach files elsewhere."""
    folder = tmp_path / 'folder'
    (folder / 'sub').mkdir(parents=True)
    secret = Page(numpy.full((32, 32), 77, 'uint8'))
    data = build_tiff(secret)
    (tmp_path / 'secret.tif').write_bytes(data)
    page = Page(IMAGE, tags={51123: (BYTE, b'{"Width": 32}')})
    summary = b'{"PixelSize_um": 1}'
    header = (
        numpy.array([483729, 3, 3, 2355492, len(summary)], '<u4').tobytes()
        + summary
    )
    content = bytearray(build_tiff(page, start=len(header)))
    content[8 : 8 + len(header)] = header
    path = folder / 'image.tif'
    path.write_bytes(content)
    index = b''
    with TiffFile(path) as tif:
        own = tif.pages[0].dataoffsets[0]
    with TiffFile(io.BytesIO(data)) as tif:
        other = tif.pages[0].dataoffsets[0]
    files = ('image.tif', own), (name.format(tmp_path), other)
    for i, (filename, offset) in enumerate(files):
        for text in (json.dumps({'z': i}), filename):
            encoded = text.encode()
            index += len(encoded).to_bytes(4, 'little') + encoded
        fields = numpy.array([offset, 32, 32, 0, 0, 0, 0, 0], '<u4')
        index += fields.tobytes()
    (folder / 'NDTiff.index').write_bytes(index)
    with TiffFile(path) as tif:
        assert tif.is_ndtiff
        series = tif.series[0]
        assert series.kind == 'NDTiff'
        assert series.shape == (2, 32, 32)
        array = series.asarray()
    numpy.testing.assert_array_equal(array[0], IMAGE)
    assert not array[1].any()
    assert all(path.startswith(str(folder)) for path in opened)


@pytest.mark.parametrize('name', ['NDTiff.index', 'a_MMStack.ome.tif'])
def test_sibling_is_no_tiff(tmp_path, name):
    """Files beside that are not what they seem do not keep from reading."""
    (tmp_path / name).write_bytes(b'\xff' * 100)
    page = Page(IMAGE, tags={51123: (BYTE, b'{"Width": 32}')})
    path = tmp_path / 'a_MMStack_1.ome.tif'
    path.write_bytes(build_tiff(page))
    with TiffFile(path) as tif:
        numpy.testing.assert_array_equal(tif.asarray(), IMAGE)
        with pytest.raises(TiffFileError):
            TiffFile(tmp_path / name)


# -- corrupted files ----------------------------------------------------------


def test_corrupted_ifd(caplog):
    """Pages before a corrupted IFD make up the generic series."""
    data = numpy.stack([IMAGE] * 9)
    content = build_tiff([Page(image) for image in data])
    with TiffFile(io.BytesIO(content)) as tif:
        assert tif.series[0].kind == 'Uniform'
        last = tif.pages[-1].offset
    for size in (last + 20, last + 3):
        with TiffFile(io.BytesIO(content[:size])) as tif:
            series = tif.series[0]
            assert series.kind == 'Generic'
            assert 7 < len(series) < 10
            assert tif._str(detail=3).count('\n\nTiffPage ') == len(tif.pages)
            numpy.testing.assert_array_equal(series.asarray()[:8], data[:8])


@pytest.mark.parametrize(
    ('software', 'code', 'value'),
    [
        ('IndicaLabsImageWriter', 258, [32] * 2000),
        ('ISS Vista', 32997, [3, 3]),
    ],
)
def test_corrupted_correction(software, code, value):
    """Formats do not assume that tags have the values they should have."""
    page = Page(IMAGE, tags={305: (ASCII, software), code: (SHORT, value)})
    content = build_tiff([Page(IMAGE), page])
    with TiffFile(io.BytesIO(content)) as tif:
        assert len(tif.series) in {1, 2}
        numpy.testing.assert_array_equal(tif.pages[0].asarray(), IMAGE)


class Broken(tifffile.Format):
    """Format whose functions all fail."""

    @classmethod
    def fail(cls, *args: Any) -> Any:
        raise KeyError('missing')


@pytest.mark.parametrize('kind', [None, 'svs'])
def test_failing_builder(kind, monkeypatch, caplog):
    """A format that fails to make series does so with one warning."""
    svs = tifffile.tifffile._get_format('SVS')
    monkeypatch.setattr(svs, 'series', Broken.fail)
    page = Page(RGB, tile=(16, 16), description='Aperio v1\r\n64x64')
    with TiffFile(io.BytesIO(build_tiff(page))) as tif:
        assert tif.is_svs
        series = tif.series(kind)
        if kind is None:
            assert [item.kind for item in series] == ['Generic']
            numpy.testing.assert_array_equal(series[0].asarray(), RGB)
        else:
            assert series == []
    # once when series are made, once when they are asked for by kind
    assert len(caplog.records) == (1 if kind is None else 2)
    assert 'SVS series raised KeyError' in caplog.text


def test_failing_correction(monkeypatch, caplog):
    """A format that fails to correct pages does not keep from reading."""
    page = Page(IMAGE, description='test_failing_correction')
    for name in ('_PAGE_AMENDMENTS', '_PAGE_QUIRKS'):
        functions = [*getattr(tifffile, name), Broken.fail]
        monkeypatch.setattr(tifffile, name, functions)
    with TiffFile(io.BytesIO(build_tiff(page))) as tif:
        numpy.testing.assert_array_equal(tif.series[0].asarray(), IMAGE)
    assert caplog.text.count('Broken.fail raised KeyError') >= 2
