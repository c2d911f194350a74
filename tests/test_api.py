# tests/test_api.py

"""Test that the surface is that of the library this one replaces.

The file ``surface.txt`` names what user code can reach, one item a line: the
release it is from, its kind, name, and value or signature. ``2022`` are items
of release 2022.8.3, all of which exist here; ``new`` are those added by later
releases. Below are the differences that are deliberate.

"""

import ast
import dataclasses
import importlib
import inspect
import io
import json
import re
from pathlib import Path

import numpy
import pytest
from builder import Page, build_tiff

import tifffile
from tifffile import TIFF

SURFACE = Path(__file__).parent / 'surface.txt'
SPEC = Path(__file__).parent.parent.parent / 'shared' / 'spec'
SPECS = {'2022': 'api-2022.8.3.json', 'new': 'api-latest.json'}

# names, or patterns of names, that differ on purpose -> reason
DIFFERENCES = {
    r'TiffFile\.__getattr__|TiffReader\.__getattr__': (
        'flags are properties, which documentation and type checkers see'
    ),
    r'memmap\((series|level)\)': 'default None stands for 0',
    r'imagej_description(\(colormaped\)|\(\*\*kwargs\))': (
        'the later spelling `colormapped` exists too; metadata is the name '
        'of other arguments'
    ),
    r'Zarr\w*Store\.get\(default\)': (
        'the second argument is the prototype of buffers of zarr 3'
    ),
    r'ZarrStore\(\w+\)': 'arguments are those of the subclasses',
    r'TiffFrame\.(asarray|segments)\(\*\*?(args|kwargs)\)': (
        'all arguments are named'
    ),
    r'OmeXml\.validate\(_schema\)': 'the cache of schemas is no argument',
    r'jpeg_decode_colorspace': (
        'internal; depends on the number of samples too: jpeg_colorspaces'
    ),
    r'_TIFF\..*': 'constants are attributes of TIFF, made on first use',
    # later releases: what is internal there, or contradicts 2022.8.3
    r'series_\w+|TIFF\.SERIES': 'formats are classes here',
    r'TiffSeries.*': 'the series of a file are a list, as in 2022.8.3',
    r'(encode_chunks|iter_strips)': 'internal to the writer there',
    r'TiledSequence\.(axes|shape)_squeezed': 'internal to stores there',
    r'TiffFormat\.tagheaderformat': 'internal there',
    r'TiffPageSeries\.(__contains__|count|index)': (
        '`index` is the index of the series, as in 2022.8.3'
    ),
    r'TiffPageSeries\((attrs|units)\)': 'internal to formats there',
    r'create_output\(fillvalue\)': 'arrays are zeroed, as in 2022.8.3',
    r'xml2dict\(\w+\)': 'values are converted as in 2022.8.3',
    r'\w+\.asxarray\(.+\)': (
        'arguments that are passed on, or all of them, are named'
    ),
    r'excel_datetime\(epoch\)': 'default None stands for 1899-12-30',
    r'pformat\(linewidth\)': 'the width is `width`, as in 2022.8.3',
    r'pyramidize_series\((reduced|samplingfactors)\)': 'internal there',
    r'read_uic_tag\(\w+\)': 'internal',
    r'stack_pages\((tiled|lock)\)': 'ignored: other arguments are accepted',
    r'__version__ in __all__': 'a star import must not rename versions',
}


@dataclasses.dataclass(frozen=True)
class Item:
    """Item of the surface."""

    release: str
    kind: str
    name: str
    text: str = ''

    def __str__(self):
        return f'{self.release} {self.kind} {self.name}{self.text}'

    @classmethod
    def parse(cls, line):
        """Return item from line."""
        release, kind, rest = line.split(' ', 2)
        name = re.match(r'[\w.]+', rest)[0]
        return cls(release, kind, name, rest[len(name) :])


def read_surface():
    """Return items of file."""
    lines = SURFACE.read_text('utf-8').splitlines()
    return [Item.parse(line) for line in lines if line[:1] != '#']


def read_spec(release):
    """Return items of description of release."""
    path = SPEC / SPECS[release]
    if not path.exists():
        pytest.skip('descriptions of releases are missing')
    data = json.loads(path.read_text('utf-8'))
    items = [Item(release, 'public', name) for name in data['__all__']]
    for section in ('names', 'tifffile.tifffile (not in __all__)'):
        for name, value in data[section].items():
            items.extend(list_items(release, name, value))
    items.extend(
        Item(release, 'constant', f'TIFF.{name}')
        for name in data['TIFF namespace']
    )
    for name, module in data['submodules'].items():
        name = name.removeprefix('tifffile.')
        items.extend(
            Item(release, 'submodule', f'{name}.{key}')
            for key in module['names']
        )
    return sorted(items, key=lambda item: (item.kind, item.name))


def list_items(release, name, value):
    """Return items of description of one name."""
    kind = value['kind']
    signature = value.get('signature')
    text = '' if not signature else signature['text']
    text = re.sub(r'<[^>]*>', '...', text)
    if kind == 'enum':
        yield Item(release, 'enum', name)
        for member, number in value['members'].items():
            yield Item(release, 'member', f'{name}.{member}', f'={number}')
    elif kind == 'class':
        yield Item(release, 'class', name, text)
        for member, item in value['members'].items():
            if 'inherited_from' in item and member.startswith('__'):
                continue
            yield from list_items(release, f'{name}.{member}', item)
    elif kind in {'function', 'method', 'classmethod', 'staticmethod'}:
        yield Item(release, 'function', name, text)
    elif kind == 'class attribute' and name.endswith('__'):
        return
    else:
        yield Item(release, 'attribute', name)


# -- instances ----------------------------------------------------------------


@pytest.fixture(scope='module')
def instances(tmp_path_factory):
    """Return objects by name of class, to find attributes of instances."""
    path = tmp_path_factory.mktemp('api') / 'test.tif'
    pages = [Page(numpy.zeros((2, 3), 'u1')) for _ in range(2)]
    path.write_bytes(build_tiff(pages))
    tif = tifffile.TiffFile(path)
    result = {
        'TiffFile': tif,
        'TiffReader': tif,
        'TiffPages': tif.pages,
        'TiffPage': tif.pages[0],
        'TiffFrame': tifffile.TiffFrame(
            tif, 1, offset=tif.pages[1].offset, keyframe=tif.pages[0]
        ),
        'TiffTags': tif.pages[0].tags,
        'TiffTag': tif.pages[0].tags[256],
        'TiffFormat': tif.tiff,
        'TiffPageSeries': tif.series[0],
        'FileHandle': tif.filehandle,
        'FileCache': tifffile.FileCache(),
        'FileSequence': tifffile.FileSequence(tifffile.imread, [path]),
        'TiffSequence': tifffile.TiffSequence([path]),
        'TiledSequence': tifffile.TiledSequence((1,), (2,)),
        'TiffWriter': tifffile.TiffWriter(io.BytesIO()),
        'OmeXml': tifffile.OmeXml(),
        'StoredShape': tifffile.StoredShape(),
        'Timer': tifffile.Timer(),
        'NullContext': tifffile.NullContext(),
        'ZarrTiffStore': tif.aszarr(),
        'ZarrFileSequenceStore': tifffile.TiffSequence([path]).aszarr(),
        '_TIFF': TIFF,
    }
    yield result
    result['ZarrTiffStore'].close()
    tif.close()


def find(name, instances):
    """Return object of name, of an instance if it is not one of its class."""
    head, _, tail = name.partition('.')
    obj = getattr(tifffile, head)
    if not tail:
        return obj
    if hasattr(obj, tail):
        return getattr(obj, tail)
    if isinstance(obj, type) and tail in list_annotations(obj):
        return None
    return getattr(instances[head], tail)


def list_annotations(cls):
    """Return names of annotated attributes and slots of class."""
    names = set()
    for base in cls.__mro__:
        names.update(inspect.get_annotations(base))
        slots = base.__dict__.get('__slots__', ())
        names.update((slots,) if isinstance(slots, str) else slots)
    return names


def iter_parameters(text):
    """Return name, kind, and default of parameters of signature."""
    args = ast.parse(f'def f{text}: ...').body[0].args
    positional = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(positional) - len(args.defaults))
    defaults += args.defaults
    for i, (arg, default) in enumerate(zip(positional, defaults, strict=True)):
        isonly = i < len(args.posonlyargs)
        kind = 'POSITIONAL_ONLY' if isonly else 'POSITIONAL_OR_KEYWORD'
        yield arg.arg, kind, default
    if args.vararg is not None:
        yield args.vararg.arg, 'VAR_POSITIONAL', None
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield arg.arg, 'KEYWORD_ONLY', default
    if args.kwarg is not None:
        yield args.kwarg.arg, 'VAR_KEYWORD', None


def compare_signatures(name, text, obj):
    """Return problems of calls that the signature in text allows."""
    have = list(inspect.signature(obj).parameters.values())
    if have and have[0].name in {'self', 'cls'}:
        have = have[1:]
    wanted = [
        item
        for item in iter_parameters(text)
        if item[0] not in {'self', 'cls'}
    ]
    byname = {item.name: item for item in have}
    taken = set()
    for i, (param, kind, default) in enumerate(wanted):
        stars = {'VAR_POSITIONAL': '*', 'VAR_KEYWORD': '**'}.get(kind, '')
        label = f'{name}({stars}{param})'
        if stars:
            if not any(item.kind.name == kind for item in have):
                yield label
            continue
        item = byname.get(param)
        if name.endswith('__exit__') and have[0].kind.name == 'VAR_POSITIONAL':
            continue
        if kind == 'POSITIONAL_ONLY':
            # the name does not matter
            item = have[i] if i < len(have) else None
        if item is None or (
            item.kind.name != kind
            and item.kind.name != 'POSITIONAL_OR_KEYWORD'
        ):
            yield label
            continue
        if kind == 'POSITIONAL_OR_KEYWORD' and have[i] is not item:
            yield f'{label} at position {i}'
        taken.add(item.name)
        if default is not None and not is_default(default, item.default):
            yield label
    for item in have:
        if item.name not in taken and item.default is item.empty:
            if not item.kind.name.startswith('VAR'):
                yield f'{name}({item.name}) is required'


def is_default(node, value):
    """Return if value is the one of syntax tree."""
    text = ast.unparse(node)
    return text == '...' or text == repr(value) or (text == str(value))


def find_problems(item, instances):
    """Return what is wrong with item of surface, as list of names."""
    if item.kind == 'public':
        missing = item.name not in tifffile.__all__
        return [f'{item.name} in __all__'] if missing else []
    if item.kind == 'constant':
        return [] if hasattr(TIFF, item.name[5:]) else [item.name]
    if item.kind == 'submodule':
        module, _, name = item.name.rpartition('.')
        try:
            found = importlib.import_module(f'tifffile.{module}')
        except ImportError as exc:
            # a package that need not be installed
            is_optional = exc.name in {'numcodecs', 'xarray', 'zarr'}
            return [] if is_optional else [item.name]
        return [] if hasattr(found, name) else [item.name]
    try:
        obj = find(item.name, instances)
    except (AttributeError, KeyError):
        return [item.name]
    if item.kind == 'member':
        return [] if int(obj) == int(item.text[1:]) else [item.name]
    if item.kind in {'class', 'function'}:
        if not callable(obj):
            return [item.name]
        if item.text:
            return list(compare_signatures(item.name, item.text, obj))
    elif item.kind == 'attribute' and inspect.isfunction(obj):
        return [item.name]
    return []


def is_deliberate(name):
    """Return if difference is listed."""
    name = name.partition(' ')[0] if name.endswith(' required') else name
    return any(re.fullmatch(pattern, name) for pattern in DIFFERENCES)


@pytest.mark.filterwarnings('ignore::DeprecationWarning')
def test_surface(instances):
    """All of 2022.8.3, and what was taken of later releases, exists."""
    items = read_surface()
    assert sum(item.release == '2022' for item in items) > 1000
    problems = [
        name
        for item in items
        for name in find_problems(item, instances)
        if not is_deliberate(name)
    ]
    assert not problems


@pytest.mark.filterwarnings('ignore::DeprecationWarning')
@pytest.mark.parametrize('release', [*SPECS])
def test_surface_is_complete(instances, release):
    """The list is that of the description of the release."""
    expected = read_spec(release)
    items = {item for item in read_surface() if item.release == release}
    if release == '2022':
        assert items == {*expected}
        return
    older = {(item.kind, item.name) for item in read_spec('2022')}
    missing = [
        str(item)
        for item in expected
        if (item.kind, item.name) not in older
        and item not in items
        and not is_deliberate(item.name)
        and not is_deliberate(f'{item.name} in __all__')
    ]
    assert not missing


def test_differences_are_current(instances):
    """Differences that are no more are not listed."""
    items = read_surface()
    if (SPEC / SPECS['new']).exists():
        items += read_spec('new')
    with pytest.warns(DeprecationWarning):
        names = [
            name for item in items for name in find_problems(item, instances)
        ]
    if (SPEC / SPECS['new']).exists():
        stale = [
            pattern
            for pattern in DIFFERENCES
            if not any(re.fullmatch(pattern, name) for name in names)
        ]
        assert not stale
