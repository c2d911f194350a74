# tests/test_registry.py

"""Test section 3, tag registry."""

import copy
import pickle
import re
import struct
import threading

import numpy
import pytest
from interpreter import run_python

import tifffile
from tifffile import (
    _TIFF,
    COMPRESSION,
    DATATYPE,
    FILETYPE,
    PHOTOMETRIC,
    PREDICTOR,
    SAMPLEFORMAT,
    TIFF,
    TiffTagRegistry,
)

PAIRS = [(1, 'one'), (2, 'two'), (2, 'zwei'), (3, 'two'), (3, 'drei')]


class TestTiffTagRegistry:
    def test_layers(self):
        registry = TiffTagRegistry(PAIRS)
        assert len(registry) == 5
        assert registry[2] == 'two'
        assert registry['two'] == 2
        assert registry['zwei'] == 2
        assert registry[3] == 'drei'
        assert registry.getall(2) == ['two', 'zwei']
        assert registry.getall(3) == ['drei', 'two']
        assert registry.getall('two') == [2, 3]

    def test_missing_keys(self):
        registry = TiffTagRegistry(PAIRS)
        for key in (4, 'four'):
            assert key not in registry
            assert registry.get(key) is None
            assert registry.get(key, -1) == -1
            assert registry.getall(key) is None
            assert registry.getall(key, ()) == ()
            with pytest.raises(KeyError, match=str(key)):
                registry[key]
            with pytest.raises(KeyError, match=str(key)):
                del registry[key]

    def test_add(self):
        registry = TiffTagRegistry({})
        registry.add(1, 'one')
        registry.add(1, 'one')
        assert registry.items() == [(1, 'one')]
        registry.add(DATATYPE.ASCII, 'two')
        assert type(registry['two']) is int
        registry.add(1, 'uno')
        registry.add(1, 'uno')
        assert registry.getall(1) == ['one', 'uno']

    @pytest.mark.parametrize(
        'arg', [PAIRS, iter(PAIRS), TiffTagRegistry(PAIRS)]
    )
    def test_update(self, arg):
        registry = TiffTagRegistry({4: 'four'})
        registry.update(arg)
        assert len(registry) == 6
        assert list(registry)[-1] == (4, 'four')

    def test_update_copies(self):
        source = TiffTagRegistry(PAIRS)
        registry = TiffTagRegistry(source)
        assert registry.items() == source.items()
        source.add(4, 'four')
        assert 4 not in registry

    def test_delete_code(self):
        registry = TiffTagRegistry(PAIRS)
        del registry[2]
        assert registry.items() == [(1, 'one'), (3, 'drei'), (3, 'two')]
        assert registry.getall('two') == [3]
        assert 'zwei' not in registry

    def test_delete_name(self):
        registry = TiffTagRegistry(PAIRS)
        del registry['two']
        assert sorted(registry) == [(1, 'one'), (2, 'zwei'), (3, 'drei')]

    def test_iteration_is_sorted(self):
        registry = TiffTagRegistry(reversed(PAIRS))
        codes = [code for code, name in registry]
        assert codes == [1, 2, 2, 3, 3]
        assert sorted(registry.items()) == sorted(PAIRS)

    def test_names_that_are_numbers(self):
        registry = TiffTagRegistry({65429: '65429'})
        assert registry[65429] == '65429'
        assert registry['65429'] == 65429
        assert len(registry) == 1

    def test_strings(self):
        registry = TiffTagRegistry(PAIRS[:2])
        assert str(registry) == (
            "TiffTagRegistry((\n  (1, 'one'),\n  (2, 'two'),\n))"
        )
        match = r'<tifffile.TiffTagRegistry @0x[0-9A-F]{16}>'
        assert re.fullmatch(match, repr(registry))

    def test_copies(self):
        registry = TiffTagRegistry(PAIRS)
        for clone in (
            copy.deepcopy(registry),
            pickle.loads(pickle.dumps(registry)),
        ):
            clone.add(4, 'four')
            assert clone[2] == 'two'
            assert 4 not in registry


class TestTags:
    @pytest.mark.parametrize(
        ('code', 'names'),
        [
            (254, ['NewSubfileType']),
            (256, ['ImageWidth']),
            (34853, ['GPSTag', 'OlympusSIS2']),
            (34855, ['ISOSpeedRatings', 'PhotographicSensitivity']),
            (36864, ['ExifVersion', 'TVX_Unknown']),
            (40001, ['YPos', 'MC_IpWinScal', 'RecipName']),
            (41493, ['ExposureIndex']),
            (50933, ['ExtraCameraProfiles', 'ProfileIFD']),
            (52555, ['JXLDecodeSpeed']),
            (65200, ['FlexXML']),
        ],
    )
    def test_names(self, code, names):
        assert TIFF.TAGS[code] == names[0]
        assert TIFF.TAGS.getall(code) == names

    @pytest.mark.parametrize(
        ('name', 'codes'),
        [
            ('ImageWidth', [256, 48256]),
            ('JPEGTables', [347, 437]),
            ('FlashEnergy', [37387, 41483]),
            ('TVX_Unknown', [36870, 36864]),
            ('TIFF-EPStandardID', [41494]),
        ],
    )
    def test_codes(self, name, codes):
        assert TIFF.TAGS.getall(name) == codes

    def test_number_of_pairs(self):
        assert len(TIFF.TAGS) == 670
        assert len(TIFF.EXIF_TAGS) == 684
        assert len(TIFF.GPS_TAGS) == 32
        assert len(TIFF.IOP_TAGS) == 5
        assert len(TIFF.NDPI_TAGS) == 83
        assert len(TIFF.DECTRIS_TAGS) == 13

    def test_codes_are_sorted_and_unique(self):
        for text in (
            tifffile._OTHER_TAGS,
            tifffile._EXIF_TAGS,
            tifffile._NDPI_TAGS,
            tifffile._GPS_TAGS,
            tifffile._IOP_TAGS,
            tifffile._DECTRIS_TAGS,
        ):
            pairs = list(tifffile.parse_tag_names(text))
            codes = [code for code, name in pairs]
            assert codes == sorted(codes)
            assert len(set(pairs)) == len(pairs)
            assert all(re.fullmatch(r'[\w-]+', name) for _, name in pairs)
        codes = [row[0] for row in tifffile._MAIN_TAGS]
        assert codes == sorted(set(codes))

    def test_main_tags_answer_first(self):
        for code, name, *_ in tifffile._MAIN_TAGS:
            assert TIFF.TAGS[code] == name
            assert TIFF.TAGS[name] == code

    def test_main_tags_need_no_parsing(self):
        registry = tifffile.make_tags()
        for code, name, *_ in tifffile._MAIN_TAGS:
            assert registry[code] == name
            assert registry[name] == code
        assert registry._rest
        assert registry[50706] == 'DNGVersion'
        assert not registry._rest

    @pytest.mark.parametrize(
        'use',
        [
            lambda tags: tags.add(65123, 'New'),
            lambda tags: tags.getall(256),
            lambda tags: len(tags),
            lambda tags: list(tags),
            lambda tags: TiffTagRegistry(tags),
            lambda tags: 65123 in tags,
            lambda tags: tags.get('New'),
        ],
    )
    def test_other_tags_are_parsed_when_needed(self, use):
        registry = tifffile.make_tags()
        use(registry)
        assert registry.getall(256) == ['ImageWidth']
        assert registry.getall('ImageWidth') == [256, 48256]
        assert 50706 in registry

    def test_delete_before_parsing(self):
        registry = tifffile.make_tags()
        del registry['ImageWidth']
        assert 256 not in registry
        assert 48256 not in registry

    def test_concurrent_parsing(self):
        registry = tifffile.make_tags()
        barrier = threading.Barrier(4)
        lengths = []

        def run():
            barrier.wait()
            lengths.append((registry['DNGVersion'], len(registry)))

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert lengths == [(50706, 670)] * 4

    def test_exif_names_win(self):
        assert TIFF.EXIF_TAGS['WhiteBalance'] == 65102
        assert TIFF.EXIF_TAGS[41987] == 'WhiteBalance'
        assert TIFF.EXIF_TAGS['ExifVersion'] == 36864
        assert TIFF.TAGS['WhiteBalance'] == 41987
        assert 65102 not in TIFF.TAGS

    def test_other_registries(self):
        assert TIFF.GPS_TAGS[0] == 'GPSVersionID'
        assert TIFF.IOP_TAGS[4096] == 'RelatedImageFileFormat'
        assert TIFF.NDPI_TAGS[65420] == 'FileFormat'
        assert TIFF.NDPI_TAGS[65429] == '65429'
        assert TIFF.DECTRIS_TAGS['BeamCenter'] == 22


class TestTables:
    def test_flags(self):
        assert len(TIFF.TAG_LOAD) == 21
        assert len(TIFF.TAG_TUPLE) == 14
        assert len(TIFF.TAG_FILTERED) == 25
        assert (
            {273, 324, 530}
            <= TIFF.TAG_TUPLE
            <= TIFF.TAG_LOAD
            | {
                531,
                34736,
            }
        )

    def test_attributes(self):
        assert len(TIFF.TAG_ATTRIBUTES) == 20
        assert TIFF.TAG_ATTRIBUTES[256] == 'imagewidth'
        assert TIFF.TAG_ATTRIBUTES[530] == 'subsampling'
        assert len(set(TIFF.TAG_ATTRIBUTES.values())) == 20

    def test_enumerations(self):
        assert TIFF.TAG_ENUM[254] is FILETYPE
        assert TIFF.TAG_ENUM[259] is COMPRESSION
        assert len(TIFF.TAG_ENUM) == 11

    def test_enumeration_members(self):
        assert tifffile._ENUM_MEMBERS.keys() == TIFF.TAG_ENUM.keys()
        assert tifffile._ENUM_MEMBERS[259][5] is COMPRESSION.LZW
        assert tifffile._ENUM_MEMBERS[259][3] is COMPRESSION.CCITT_T4
        assert tifffile._ENUM_MEMBERS[254][0] is FILETYPE.UNDEFINED
        assert 12345 not in tifffile._ENUM_MEMBERS[259]

    def test_data_types(self):
        assert TIFF.DATA_FORMATS[DATATYPE.RATIONAL] == '2I'
        assert len(TIFF.DATA_FORMATS) == 16
        assert {
            code: struct.calcsize('=' + dataformat)
            for code, dataformat in TIFF.DATA_FORMATS.items()
        } == tifffile._DATATYPE_SIZES
        assert TIFF.DATA_DTYPES['2i'] == DATATYPE.SRATIONAL
        assert len(TIFF.DATA_DTYPES) == 13
        for dtype, code in TIFF.DATA_DTYPES.items():
            assert TIFF.DATA_FORMATS[code].removeprefix('1') == dtype

    @pytest.mark.parametrize(
        ('sampleformat', 'bits', 'dtype'),
        [
            (SAMPLEFORMAT.UINT, 1, '?'),
            (SAMPLEFORMAT.UINT, 2, 'B'),
            (SAMPLEFORMAT.UINT, 8, 'B'),
            (SAMPLEFORMAT.UINT, 9, 'H'),
            (SAMPLEFORMAT.UINT, 24, 'I'),
            (SAMPLEFORMAT.UINT, 33, 'Q'),
            (SAMPLEFORMAT.UINT, (5, 6, 5), 'B'),
            (SAMPLEFORMAT.VOID, 1, '?'),
            (SAMPLEFORMAT.VOID, 12, 'H'),
            (SAMPLEFORMAT.INT, 2, 'b'),
            (SAMPLEFORMAT.INT, 12, 'h'),
            (SAMPLEFORMAT.INT, 17, 'i'),
            (SAMPLEFORMAT.INT, 63, 'q'),
            (SAMPLEFORMAT.IEEEFP, 16, 'e'),
            (SAMPLEFORMAT.IEEEFP, 24, 'f'),
            (SAMPLEFORMAT.IEEEFP, 64, 'd'),
            (SAMPLEFORMAT.COMPLEXINT, 16, 'F'),
            (SAMPLEFORMAT.COMPLEXINT, 64, 'D'),
            (SAMPLEFORMAT.COMPLEXIEEEFP, 128, 'D'),
        ],
    )
    def test_sample_dtypes(self, sampleformat, bits, dtype):
        assert TIFF.SAMPLE_DTYPES[int(sampleformat), bits] == dtype

    def test_sample_dtypes_hold_samples(self):
        for (sampleformat, bits), dtype in TIFF.SAMPLE_DTYPES.items():
            itemsize = numpy.dtype(dtype).itemsize
            bits = max(bits) if isinstance(bits, tuple) else bits
            assert bits <= itemsize * 8
            if sampleformat < 3 and itemsize > 1:
                assert bits > itemsize * 4
        for key in ((1, 65), (2, 1), (3, 32 + 1), (3, 128), (6, 32), (7, 8)):
            assert key not in TIFF.SAMPLE_DTYPES

    def test_photometric_samples(self):
        assert TIFF.PHOTOMETRIC_SAMPLES.keys() == set(PHOTOMETRIC)
        assert TIFF.PHOTOMETRIC_SAMPLES[2] == 3
        assert TIFF.PHOTOMETRIC_SAMPLES[PHOTOMETRIC.SEPARATED] == 4

    def test_image_compressions(self):
        assert len(TIFF.IMAGE_COMPRESSIONS) == 18
        assert COMPRESSION.JPEG in TIFF.IMAGE_COMPRESSIONS
        assert 34927 not in TIFF.IMAGE_COMPRESSIONS
        assert 34887 not in TIFF.IMAGE_COMPRESSIONS

    def test_axes(self):
        assert ''.join(TIFF.AXES_NAMES) == 'XYZSITCAPRHELVMQJK'
        assert TIFF.AXES_CODES['lifetime'] == 'H'
        assert len(TIFF.AXES_CODES) == len(TIFF.AXES_NAMES)

    def test_axes_labels_are_deprecated(self):
        with pytest.deprecated_call(match='AXES_NAMES'):
            labels = TIFF.AXES_LABELS
        assert labels['X'] == 'width'
        assert labels['width'] == 'X'
        assert len(labels) == 2 * len(TIFF.AXES_NAMES)

    def test_files(self):
        assert TIFF.FILE_EXTENSIONS[:3] == ('tif', 'tiff', 'ome.tif')
        assert TIFF.FILEOPEN_FILTER[2] == ('OME.TIF files', '*.ome.tif')
        assert TIFF.FILEOPEN_FILTER[-1] == ('All files', '*')
        assert len(TIFF.FILEOPEN_FILTER) == len(TIFF.FILE_EXTENSIONS) + 1

    @pytest.mark.parametrize(
        ('text', 'groups'),
        [
            ('c1', ['c', '1']),
            ('_C001T02.tif', ['C', '001', 'T', '02']),
            ('img_ch2_tp13_z0004', ['ch', '2', 'tp', '13', 'z', '0004']),
            ('q1l2p3a4c5t6x7y8', list('q1l2p3a4c5t6x7')),
            ('file', None),
        ],
    )
    def test_file_patterns(self, text, groups):
        match = re.search(TIFF.FILE_PATTERNS['axes'], text)
        if groups is None:
            assert match is None
        else:
            assert re.compile(TIFF.FILE_PATTERNS['axes']).groups == 14
            assert [g for g in match.groups() if g is not None] == groups

    def test_old_names_of_enumerations(self):
        for name in (
            'CHUNKMODE',
            'COMPRESSION',
            'DATATYPE',
            'EXTRASAMPLE',
            'FILETYPE',
            'FILLORDER',
            'OFILETYPE',
            'ORIENTATION',
            'PHOTOMETRIC',
            'PLANARCONFIG',
            'PREDICTOR',
            'RESUNIT',
            'SAMPLEFORMAT',
        ):
            assert getattr(TIFF, name) is getattr(tifffile, name)
        assert TIFF.DATATYPES is DATATYPE
        assert TIFF.PREDICTOR.HORIZONTAL is PREDICTOR.HORIZONTAL


class TestConstants:
    def test_tables_are_cached_and_listed(self):
        assert TIFF.TAGS is TIFF.TAGS
        assert {'TAGS', 'MAXWORKERS', 'LIMITS', 'AXES_NAMES'} <= set(dir(TIFF))
        assert repr(TIFF) == '<tifffile.TIFF>'

    def test_unknown_constant(self):
        with pytest.raises(AttributeError, match='UNKNOWN'):
            _ = TIFF.UNKNOWN
        assert not hasattr(TIFF, 'UNKNOWN')

    def test_register(self):
        class Constants(_TIFF):
            _factories = {}  # noqa: RUF012

        calls = []

        @Constants.register('VALUE')
        def make_value():
            calls.append(1)
            return object()

        constants = Constants()
        assert 'VALUE' in dir(constants)
        assert not calls
        assert constants.VALUE is constants.VALUE
        assert calls == [1]
        for name in ('VALUE', 'BUFFERSIZE'):
            with pytest.raises(ValueError, match=name):
                Constants.register(name)(make_value)
        assert not hasattr(TIFF, 'VALUE')

    @pytest.mark.parametrize(
        'name', ['MAXWORKERS', 'MAXIOWORKERS', 'BUFFERSIZE', 'LIMITS']
    )
    def test_settable(self, name):
        initial = getattr(TIFF, name)
        setattr(TIFF, name, 7)
        try:
            assert getattr(TIFF, name) == 7
        finally:
            delattr(TIFF, name)
        assert getattr(TIFF, name) == initial

    def test_values(self):
        assert TIFF.BUFFERSIZE == 256 * 1024**2
        assert tifffile.Limits() == TIFF.LIMITS
        assert TIFF.ALLOCATIONGRANULARITY >= 4096

    @pytest.mark.parametrize(
        ('count', 'workers', 'ioworkers'),
        [(1, 1, 5), (2, 1, 6), (7, 3, 11), (128, 32, 32)],
    )
    def test_workers(self, monkeypatch, count, workers, ioworkers):
        monkeypatch.delenv('TIFFFILE_NUM_THREADS', raising=False)
        monkeypatch.delenv('TIFFFILE_NUM_IOTHREADS', raising=False)
        monkeypatch.setattr(tifffile, 'count_cpus', lambda: count)
        assert tifffile.make_maxworkers() == workers
        assert tifffile.make_maxioworkers() == ioworkers

    @pytest.mark.parametrize(
        ('text', 'count'), [('3', 3), ('0', 1), ('-2', 1), ('100', 100)]
    )
    def test_workers_from_environment(self, monkeypatch, text, count):
        monkeypatch.setenv('TIFFFILE_NUM_THREADS', text)
        monkeypatch.setenv('TIFFFILE_NUM_IOTHREADS', text)
        assert tifffile.make_maxworkers() == count
        assert tifffile.make_maxioworkers() == count

    @pytest.mark.parametrize('text', ['', 'many', '1.5'])
    def test_invalid_environment(self, monkeypatch, text):
        monkeypatch.setattr(tifffile, 'count_cpus', lambda: 4)
        monkeypatch.setenv('TIFFFILE_NUM_THREADS', text)
        assert tifffile.make_maxworkers() == 2

    def test_count_cpus(self):
        assert tifffile.count_cpus() >= 1

    def test_import_makes_no_tables(self):
        code = (
            'import tifffile; '
            'assert not tifffile.TIFF.__dict__, tifffile.TIFF.__dict__'
        )
        run_python('-c', code)
