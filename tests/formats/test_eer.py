# tests/formats/test_eer.py

"""Test EER (electron event representation) format."""

import datetime
import io
import pickle

import numpy
import pytest
from builder import BYTE, LONG, UNDEFINED, Page, Tag, build_tiff

from tifffile import TiffFile, TiffPages, eer_xml_metadata, imread

pytest.importorskip('imagecodecs')

SIZE = 16
XML = (
    b'<metadata>'
    b'<item name="exposureTime" unit="s">2.360327</item>'
    b'<item name="meanDoseRate" unit="e/pixel/s">10</item>'
    b'<item name="gainCorrected">No</item>'
    b'<item name="acquired">Yes</item>'
    b'<item name="timestamp">2020-05-11T12:10:09.123</item>'
    b'<item name="serial">E-1</item>'
    b'<item name="empty"></item>'
    b'</metadata>'
)


def encode(mask, skip, horz, vert, sub=None):
    """Return stream of events in mask."""
    bits = []

    def put(value, size):
        bits.extend((value >> i) & 1 for i in range(size))

    limit = 2**skip - 1
    position = 0
    events = numpy.flatnonzero(mask).tolist()
    for number, event in enumerate([*events, mask.size]):
        gap = event - position
        while gap >= limit:
            put(limit, skip)
            gap -= limit
        put(gap, skip)
        h, v = (0, 0) if sub is None or event == mask.size else sub[number]
        put(h, horz)
        put(v, vert)
        position = event + 1
    bits += [0] * (-len(bits) % 64)
    return numpy.packbits(bits, bitorder='little').tobytes()


SCHEMES = [(65000, 8, 2, 2), (65001, 7, 2, 2), (65002, 6, 3, 3)]


def make_masks(number=3):
    rng = numpy.random.default_rng(42)
    return rng.random((number, SIZE, SIZE)) < 0.02


def build_eer(
    masks, scheme, *, integrated=None, parts=1, bigtiff=True, xml=XML
):
    """Return EER file."""
    compression, *bits = scheme
    pages = []
    for mask in masks:
        stream = encode(mask, *bits)
        step = len(stream) // parts
        segments = [stream[i : i + step] for i in range(0, step * parts, step)]
        tags = []
        if compression == 65002:
            tags = [
                Tag(65007, BYTE, bits[0]),
                Tag(65008, BYTE, bits[1]),
                Tag(65009, BYTE, bits[2]),
            ]
        pages.append(
            Page(
                segments=segments,
                width=SIZE,
                length=SIZE,
                bitspersample=1,
                compression=compression,
                photometric=1,
                extratags=tags,
            )
        )
    if integrated is not None:
        pages.insert(0, Page(integrated))
    pages[0].extratags = [
        *pages[0].extratags,
        Tag(65001, UNDEFINED, xml),
        Tag(65002, UNDEFINED, b'<metadata><item name="f">1</item></metadata>'),
    ]
    return io.BytesIO(build_tiff(pages, bigtiff=bigtiff))


@pytest.mark.parametrize('scheme', SCHEMES, ids=str)
@pytest.mark.parametrize('parts', [1, 2])
def test_frames(scheme, parts):
    """Frames are decoded to masks of events."""
    masks = make_masks()
    with TiffFile(build_eer(masks, scheme, parts=parts)) as tif:
        assert tif.is_eer
        assert tif.pages[0].is_eer
        assert len(tif.series) == 1
        series = tif.series[0]
        assert series.kind == 'eer'
        assert series.name == 'frames'
        assert series.axes == 'IYX'
        assert series.shape == (3, SIZE, SIZE)
        assert series.dtype == bool
        assert series.attr['exposureTime'] == 2.360327
        numpy.testing.assert_array_equal(series.asarray(), masks)
        numpy.testing.assert_array_equal(tif.pages[1].asarray(), masks[1])
        numpy.testing.assert_array_equal(
            series.asarray(selection=(1, 3)), masks[1, 3]
        )


@pytest.mark.parametrize('scheme', SCHEMES, ids=str)
def test_integrated(scheme):
    """First page can be the sum of frames."""
    masks = make_masks()
    integrated = masks.sum(axis=0).astype('u2')
    with TiffFile(build_eer(masks, scheme, integrated=integrated)) as tif:
        assert tif.is_eer
        frames, image = tif.series
        assert frames.name == 'frames'
        assert image.name == 'integrated'
        assert image.dtype == 'u2'
        assert image.shape == (SIZE, SIZE)
        numpy.testing.assert_array_equal(frames.asarray(), masks)
        numpy.testing.assert_array_equal(image.asarray(), integrated)


def test_many_frames(monkeypatch):
    """IFDs of frames of long movies are read at once, not one by one."""
    masks = make_masks(40)
    file = build_eer(masks, SCHEMES[1], integrated=masks[0].astype('u2'))
    indices = []
    get = TiffPages.get

    def spy(self, key, *args, **kwargs):
        indices.append(key)
        return get(self, key, *args, **kwargs)

    monkeypatch.setattr(TiffPages, 'get', spy)
    with TiffFile(file) as tif:
        assert len(tif.series[0]) == 40
        assert len(indices) < 8
        numpy.testing.assert_array_equal(tif.series[0].asarray(), masks)


def build_stream(stream):
    """Return file of one page that is encoded stream of events."""
    page = Page(
        segments=[stream],
        width=SIZE,
        length=SIZE,
        bitspersample=1,
        compression=65001,
        photometric=1,
        extratags=[Tag(65001, UNDEFINED, XML)],
    )
    return build_tiff(page, bigtiff=True)


def test_worked_example():
    """Bits are taken least significant first."""
    data = build_stream(bytes.fromhex('85feeb01'))
    for superres, events in (
        (None, [[0, 5], [15, 15]]),
        (-1, [[0, 5], [15, 15]]),
        (1, [[0, 11], [31, 31]]),
        (2, [[1, 23], [62, 62]]),
        (3, [[1, 23], [62, 62]]),
    ):
        image = imread(io.BytesIO(data), superres=superres)
        assert numpy.argwhere(image).tolist() == events
        with TiffFile(io.BytesIO(data), superres=superres) as tif:
            size = SIZE << min(max(superres or 0, 0), 2)
            assert tif.pages[0].shape == image.shape == (size, size)
            assert tif.pages[0].rowsperstrip == size


def test_pickle(tmp_path):
    """Unpickled files are read at the same resolution."""
    path = tmp_path / 'test.eer'
    path.write_bytes(build_eer(make_masks(), SCHEMES[1]).getvalue())
    with TiffFile(path, superres=1) as tif:
        expected = tif.asarray()
        with pickle.loads(pickle.dumps(tif)) as other:
            numpy.testing.assert_array_equal(other.asarray(), expected)
    assert expected.shape == (3, 2 * SIZE, 2 * SIZE)


def test_metadata():
    """Metadata are XML, and parsed."""
    with TiffFile(build_eer(make_masks(), SCHEMES[0])) as tif:
        assert tif.eer_metadata == XML.decode()
        tags = tif.pages[0].eer_tags
        assert tif.pages[1].eer_tags is None or not tif.pages[1].eer_tags
    assert tags == {
        'exposureTime': 2.360327,
        'exposureTime.unit': 's',
        'meanDoseRate': 10,
        'meanDoseRate.unit': 'e/pixel/s',
        'gainCorrected': False,
        'acquired': True,
        'timestamp': datetime.datetime(2020, 5, 11, 12, 10, 9, 123000),
        'serial': 'E-1',
        'f': 1,
    }


def test_xml_metadata():
    """Invalid dates are text, and entities are refused."""
    xml = '<metadata><item name="timestamp">now</item></metadata>'
    assert eer_xml_metadata(xml) == {'timestamp': 'now'}
    with pytest.raises(ValueError):
        eer_xml_metadata('<!DOCTYPE a [<!ENTITY b "c">]><a/>')


def test_broken_xml(caplog):
    """Broken metadata do not prevent reading."""
    masks = make_masks()
    with TiffFile(build_eer(masks, SCHEMES[1], xml=b'<metadata><')) as tif:
        assert tif.is_eer
        numpy.testing.assert_array_equal(tif.series[0].asarray(), masks)
    assert 'invalid EER metadata' in caplog.text


def test_other_second_page(caplog):
    """Pages after the integrated image must be frames."""
    image = numpy.zeros((4, 5), 'u2')
    pages = [
        Page(image, extratags=[Tag(65001, UNDEFINED, XML)]),
        Page(image, compression=8),
    ]
    with TiffFile(io.BytesIO(build_tiff(pages, bigtiff=True))) as tif:
        assert tif.is_eer
        assert [series.name for series in tif.series] == ['integrated']
    assert 'is not EER compressed' in caplog.text


def test_not_eer():
    """Files that are not BigTIFF or have other tags are not EER."""
    image = numpy.zeros((4, 5), 'u2')
    for bigtiff, tag in (
        (False, Tag(65001, UNDEFINED, XML)),
        (True, Tag(65001, LONG, 1)),
        (True, Tag(65001, UNDEFINED, b'other metadata')),
        (True, Tag(65001, UNDEFINED, b'<')),
    ):
        page = Page(image, extratags=[tag])
        with TiffFile(io.BytesIO(build_tiff(page, bigtiff=bigtiff))) as tif:
            assert not tif.is_eer
            assert tif.eer_metadata is None
            assert tif.pages[0].eer_tags is None


def test_corrupted():
    """Streams that are too short or long are errors or empty."""
    with (
        TiffFile(io.BytesIO(build_stream(b'\xff' * 40))) as tif,
        pytest.raises((ValueError, RuntimeError)),
    ):
        tif.asarray()
