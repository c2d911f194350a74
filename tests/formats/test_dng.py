# tests/formats/test_dng.py

"""Test DNG, TIFF/EP, C2PA, and files that are DICOM too."""

from __future__ import annotations

import io
import json
import pickle
from typing import Any

import numpy
import pytest
from builder import (
    ASCII,
    BYTE,
    DOUBLE,
    LONG,
    RATIONAL,
    SHORT,
    SRATIONAL,
    UNDEFINED,
    Page,
    build_tiff,
)
from real_files import entries_of
from shared_data import hash_array
from slides import assert_series, make_page, open_pages

from tifffile import TiffFile

CFA = {
    33421: (SHORT, (2, 2)),
    33422: (BYTE, (0, 1, 1, 2)),
    50714: (RATIONAL, (64, 1, 129, 2)),
    50717: (SHORT, 4095),
    50719: (LONG, (4, 2)),
    50720: (LONG, (40, 28)),
    50829: (LONG, (0, 0, 32, 48)),
    50712: (SHORT, range(16)),
}

DNG = {
    271: (ASCII, 'Maker'),
    50706: (BYTE, (1, 4, 0, 0)),
    50707: (BYTE, (1, 1, 0, 0)),
    50708: (ASCII, 'Maker Model'),
    50721: (SRATIONAL, (1, 2, -1, 4, 0, 1)),
    50728: (RATIONAL, (1, 2, 1, 1, 3, 0)),
    50730: (SRATIONAL, (-1, 4)),
    50740: (BYTE, b'private' * 10),
    51041: (DOUBLE, (0.5, 0.25)),
}


def make_dng(**kwargs: Any) -> list[Page]:
    """Return pages of preview, raw image, and another preview."""
    raw = make_page(
        32,
        48,
        dtype='u2',
        photometric=32803,
        subfiletype=0,
        tags=CFA,
        **kwargs,
    )
    small = make_page(16, 24, 3, photometric=2, subfiletype=1)
    mask = make_page(32, 48, photometric=1, subfiletype=0x10004)
    preview = make_page(
        8,
        12,
        3,
        photometric=2,
        subfiletype=1,
        tags=DNG,
        subifds=[raw, small, mask],
    )
    return [preview, raw, small, mask]


@pytest.mark.parametrize('compression', [1, 7, 8, 52546])
@pytest.mark.parametrize(
    ('byteorder', 'bigtiff'), [('<', False), ('>', False), ('<', True)]
)
def test_dng(byteorder, bigtiff, compression, caplog):
    """The preview, raw image, and mask are series."""
    kwargs: dict[str, Any] = {'compression': compression}
    if compression == 7:
        # lossless JPEG
        kwargs['encodeargs'] = {'lossless': True, 'bitspersample': 16}
    elif compression == 52546:
        kwargs['encodeargs'] = {'lossless': True}
    pages = make_dng(**kwargs)
    with open_pages(pages[0], byteorder=byteorder, bigtiff=bigtiff) as tif:
        assert tif.is_dng
        assert 'dng' in tif.flags
        assert tif.pages[0].is_dng
        series = tif.series
        assert [s.kind for s in series] == ['Generic'] * 4
        assert [s.name for s in series] == [
            *('preview', 'main image', 'preview', 'semantic mask')
        ]
        for item, page in zip(series, pages, strict=True):
            assert_series(item, page)
        raw = series[1]
        assert raw.attr == {
            'linearization_table': tuple(range(16)),
            'black_level': (64.0, 64.5),
            'white_level': 4095,
            'default_crop_origin': (4, 2),
            'default_crop_size': (40, 28),
            'active_area': (0, 0, 32, 48),
            'cfa_pattern': ('RG', 'GB'),
        }
        assert series[0].attr == {}
        metadata = tif.dng_metadata
        neutral = metadata.pop('AsShotNeutral')
        assert neutral[:2] == (0.5, 1.0)
        assert numpy.isnan(neutral[2])
        assert metadata == {
            'DNGVersion': '1.4.0.0',
            'DNGBackwardVersion': '1.1.0.0',
            'UniqueCameraModel': 'Maker Model',
            'ColorMatrix1': (0.5, -0.25, 0.0),
            'BaselineExposure': -0.25,
            'NoiseProfile': (0.5, 0.25),
        }
    assert not caplog.records


def test_linear_raw():
    """Test linear raw image of floating point numbers with predictor."""
    page = make_page(
        16,
        24,
        3,
        dtype='f4',
        photometric=34892,
        compression=8,
        predictor=3,
        tags=DNG,
    )
    with open_pages(page) as tif:
        assert tif.is_dng
        assert_series(tif.series[0], page, axes='YXS')
        assert tif.series[0].name == 'main image'


def test_metadata_is_plain():
    """Values are numbers and texts that kerchunk writes as JSON."""
    values = numpy.arange(1, 4001)
    tags = {
        **DNG,
        50709: (BYTE, [*b'Mod\xc3\xa8le\0']),
        50715: (SRATIONAL, values),
        50936: (BYTE, [*b'Profile of the camera\0']),
        50937: (LONG, (90, 30, 1)),
        51008: (UNDEFINED, bytes(40)),
    }
    with open_pages(make_page(4, 5, tags=tags)) as tif:
        metadata = tif.dng_metadata
        assert json.loads(json.dumps(metadata)).keys() == metadata.keys()
        assert metadata['ProfileHueSatMapDims'] == (90, 30, 1)
        assert metadata['LocalizedCameraModel'] == 'Modèle'
        assert metadata['ProfileName'] == 'Profile of the camera'
        assert metadata['BlackLevelDeltaH'] == tuple(
            values[::2] / values[1::2]
        )
        assert 'OpcodeList1' not in metadata


@pytest.mark.parametrize(
    ('sizes', 'colors', 'expected'),
    [
        ((1, 3), (0, 1, 2), ('RGB',)),
        ((2, 1), (3, 9), ('C', '?')),
        ((2, 2), (0, 1), None),
        ((0, 0), (0, 1), None),
        ((2,), (0, 1), None),
    ],
)
def test_color_filter(sizes, colors, expected):
    """Colors of filter are known if the tags agree."""
    tags = {**DNG, 33421: (SHORT, sizes), 33422: (BYTE, colors)}
    with open_pages(make_page(8, 12, photometric=32803, tags=tags)) as tif:
        assert tif.series[0].attr.get('cfa_pattern') == expected


def test_tiffep():
    """TIFF/EP files are told by their tag."""
    raw = make_page(
        32, 48, dtype='u2', photometric=32803, subfiletype=0, tags=CFA
    )
    tags = {37398: (BYTE, (1, 0, 0, 0))}
    pages = [make_page(8, 12, 3, subfiletype=1, tags=tags, subifds=[raw]), raw]
    with open_pages(pages[0]) as tif:
        assert tif.is_tiffep
        assert not tif.is_dng
        assert tif.dng_metadata is None
        assert tif.pages[0].is_tiffep
        assert tif.series[1].name == 'main image'
        assert tif.series[1].attr['cfa_pattern'] == ('RG', 'GB')
        for item, page in zip(tif.series, pages, strict=True):
            assert_series(item, page)
    with open_pages(pages[0], is_tiffep=False) as tif:
        assert not tif.is_tiffep
        assert tif.series[1].name == ''


def test_camera_profile(caplog):
    """DNG camera profiles have another version in the header."""
    data = bytearray(build_tiff(make_page(4, 5, tags=DNG)))
    data[2:4] = b'RC'
    with TiffFile(io.BytesIO(data)) as tif:
        assert tif.is_dng
        assert not tif.is_bigtiff
        assert tif.dng_metadata['UniqueCameraModel'] == 'Maker Model'
    assert not caplog.records


MANIFEST = b'\0\0\0\x10jumb' + bytes(range(50))


def make_manifest() -> Page:
    """Return page that only is a manifest."""
    page = make_page(1, 1, tags={52545: (UNDEFINED, MANIFEST)})
    codes = [*range(254, 300), 339]
    return Page(
        page.data,
        tags={**dict.fromkeys(codes), 52545: (UNDEFINED, MANIFEST)},
    )


@pytest.mark.parametrize('number', [1, 2, 20])
@pytest.mark.parametrize('bigtiff', [False, True])
def test_c2pa_in_last_page(number, bigtiff, caplog):
    """The manifest is no image."""
    pages = [make_page(8, 9, seed=i) for i in range(number)]
    with open_pages([*pages, make_manifest()], bigtiff=bigtiff) as tif:
        assert tif.is_c2pa
        assert tif.c2pa_metadata == MANIFEST
        assert len(tif.pages) == number + 1
        assert tif.pages[-1].is_c2pa
        assert not tif.pages[0].is_c2pa
        assert len(tif.series) == 1
        assert_series(tif.series[0], *pages)
        assert 'c2pa' in tif.flags
    assert not caplog.records


def test_c2pa_in_first_page():
    """The manifest is a tag among others."""
    page = make_page(8, 9, tags={52545: (UNDEFINED, MANIFEST)})
    with open_pages([page, make_page(8, 9, seed=1)]) as tif:
        assert tif.is_c2pa
        assert tif.c2pa_metadata == MANIFEST
        assert not tif.pages[0].is_c2pa
        assert tif.series[0].shape == (2, 8, 9)


def test_no_c2pa():
    """Files without manifest have no metadata."""
    for number in (1, 3):
        with open_pages([make_page(8, 9)] * number) as tif:
            assert not tif.is_c2pa
            assert tif.c2pa_metadata is None


def test_dicom():
    """DICOM files can begin with a TIFF header."""
    page = make_page(8, 9)
    data = bytearray(build_tiff(page, start=200))
    with TiffFile(io.BytesIO(data)) as tif:
        assert not tif.is_dicom
    data[128:132] = b'DICM'
    with TiffFile(io.BytesIO(data)) as tif:
        assert tif.is_dicom
        assert 'dicom' in tif.flags
        assert_series(tif.series[0], page)
    with open_pages(make_page(1, 1)) as tif:
        assert not tif.is_dicom


def test_pickle(tmp_path):
    """Series of raw files pickle."""
    pages = make_dng()
    path = tmp_path / 'raw.dng'
    path.write_bytes(build_tiff(pages[0]))
    with TiffFile(path) as tif:
        copied = pickle.loads(pickle.dumps(tif.series[1]))
        assert copied.name == 'main image'
        assert copied.attr == tif.series[1].attr
        numpy.testing.assert_array_equal(copied.asarray(), pages[1].data)
        copied.parent.close()


@pytest.mark.parametrize(
    'entry',
    entries_of('dng/', 'raw-'),
    ids=lambda entry: entry['path'],
)
def test_real_files(shared_data, entry):
    """Test files by cameras and converters."""
    isdng = entry['path'].endswith('.dng')
    with TiffFile(shared_data / entry['path']) as tif:
        assert tif.is_dng == isdng
        known = entry['reference']['2022.8.3']['series']
        assert [[*s.shape] for s in tif.series] == [s['shape'] for s in known]
        names = [series.name for series in tif.series]
        assert ('main image' in names) == isdng
        if isdng:
            assert tif.dng_metadata['DNGVersion'] in {'1.3.0.0', '1.4.0.0'}
            preview = tif.series[0].asarray()
            assert hash_array(preview) == known[0]['sha1']
