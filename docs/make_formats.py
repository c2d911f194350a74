# docs/make_formats.py

"""Make table of formats from registry, source code, and tests.

Run ``python docs/make_formats.py`` after formats were added or changed.

"""

from __future__ import annotations

import ast
import csv
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PATH = ROOT / 'docs' / 'formats.rst'

INTRODUCTION = """\
Formats
=======

.. This page is made by make_formats.py. Do not edit.

Formats are variants of TIFF by vendors, software, and standards. They are
tried in the order of this table: the first that a file is of makes its series;
others only set their flag and add metadata.

Flag
    ``TiffFile.is_FLAG`` tells if a file is of the format.
Kind
    ``TiffPageSeries.kind`` of series that the format makes.
Metadata
    Attributes of ``TiffFile`` and, if so named, of pages.
Reads
    What is read besides pixels and metadata: the arrangement of pages in
    `series`, `levels` of lower resolution, `scale` (``TiffPageSeries.scale``
    and ``units``), `channels` (``TiffPageSeries.channel_names``), and
    `coords` (``TiffPageSeries.coords``) that are not regular. The scale of
    other files is from the resolution tags.
Versions
    Of the format, or the software that writes it, where they differ.
Tests
    Use files that are `made` by the tests, and `real` files by many makers.

"""

HEADER = (
    *('Format', 'Flag', 'Kind', 'Metadata', 'Extensions', 'Reads'),
    *('Versions', 'Tests'),
)

# flag -> versions
VERSIONS: dict[str, str] = {
    'dng': '1.0 to 1.7',
    'eer': 'compression 65000 to 65002',
    'geotiff': '1.0, 1.1',
    'imagej': '1.x, 2.x',
    'lsm': 'LSM 510 to 880',
    'micromanager': '1.4, 2.0',
    'mmstack': '1.4, 2.0',
    'ndtiff': '2, 3',
    'ome': 'any schema',
    'scanimage': '3 to 2022; BigTIFF 3, 4',
    'tiffep': 'ISO 12234-2',
}

# kinds of most real files, which are read in test_shared_data.py
PLAIN_KINDS = ('shaped', 'uniform', 'generic')

# names in tests that read real files
REAL = re.compile(r'\b(shared_data|data_folder|entries_of)\b')

# flag and what only seems to be read
EXCEPTIONS = {
    ('agilent', 'levels'),  # taken apart
}


def main() -> None:
    """Write table, or check it if the argument is ``--check``."""
    text = make_text()
    if sys.argv[1:] == ['--check']:
        if PATH.read_text('utf-8') != text:
            sys.exit(f'{PATH.name} is out of date')
        return
    PATH.write_text(text, 'utf-8', newline='\n')


def make_text() -> str:
    """Return page of documentation."""
    sys.path.insert(0, str(ROOT))
    import tifffile

    source = Source(ast.parse(Path(tifffile.__file__).read_text('utf-8')))
    tests = [
        (path.name, function)
        for path in sorted(ROOT.glob('tests/**/test_*.py'))
        for function in iter_tests(path.read_text('utf-8'))
    ]
    # the generated page must not depend on formats that users register
    formats = [
        fmt for fmt in tifffile._FORMATS if fmt.__module__ == 'tifffile'
    ]
    table = io.StringIO()
    writer = csv.writer(table, quoting=csv.QUOTE_ALL, lineterminator='\n')
    writer.writerow(HEADER)
    for fmt in formats:
        writer.writerow(
            (
                summarize(fmt),
                f'``{fmt.flag}``',
                fmt.kind,
                ', '.join(find_metadata(fmt)),
                ', '.join(fmt.extensions),
                ', '.join(source.find_abilities(fmt)),
                VERSIONS.get(fmt.flag, ''),
                ', '.join(find_tests(fmt, tests)),
            )
        )
    lines = table.getvalue().splitlines()
    return '\n'.join(
        (
            INTRODUCTION + '.. csv-table::',
            '   :header-rows: 1',
            '',
            *(f'   {line}' for line in lines),
            '',
        )
    )


def summarize(fmt: Any) -> str:
    """Return first sentence of description of format."""
    paragraph = fmt.__doc__.split('\n\n')[0]
    return re.split(r'[.:;]\s', ' '.join(paragraph.split()) + ' ')[0]


def find_metadata(fmt: Any) -> Iterator[str]:
    """Return names of attributes that give metadata."""
    import tifffile

    if hasattr(tifffile.TiffFile, f'{fmt.flag}_metadata'):
        yield f'``{fmt.flag}_metadata``'
    for name in fmt.properties:
        yield f'``{name}``'
    if hasattr(tifffile.TiffPage, f'{fmt.flag}_tags'):
        yield f'``{fmt.flag}_tags`` of pages'


def find_tests(fmt: Any, tests: list[tuple[str, str]]) -> Iterator[str]:
    """Return kinds of files that tests of format use."""
    words = [rf'is_{fmt.flag}\b', rf'\b{fmt.flag}_', rf'\b{fmt.flag}[-/]']
    if fmt.kind:
        words.append(rf'[\'"](?i:{fmt.kind})[\'"]')
    pattern = re.compile('|'.join(words))
    kinds = {'real'} if fmt.kind.lower() in PLAIN_KINDS else set()
    for name, function in tests:
        if name == f'test_{fmt.flag}.py' or pattern.search(function):
            isreal = REAL.search(function)
            kinds.add('real' if isreal else 'made')
    yield from sorted(kinds)


def iter_tests(text: str) -> Iterator[str]:
    """Return source code of test functions, decorators included."""
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith('test_'):
            start = min(
                [node.lineno, *(item.lineno for item in node.decorator_list)]
            )
            yield '\n'.join(lines[start - 1 : node.end_lineno])


class Source:
    """Functions and classes of module.

    Parameters:
        module: Syntax tree of module.

    """

    def __init__(self, module: ast.Module) -> None:
        self.definitions: dict[str, ast.AST] = {
            node.name: node
            for node in module.body
            if isinstance(node, ast.ClassDef | ast.FunctionDef)
        }

    def find_abilities(self, fmt: Any) -> Iterator[str]:
        """Return what format reads, as found in the code it uses."""
        words: set[str] = set()
        for node in self.walk(fmt.__name__):
            words.update(get_words(node))
        if 'def series' in words:
            yield 'series'
        for ability, needles in (
            (
                'levels',
                {'levels.append', 'levels.extend', 'pyramidize_series'},
            ),
            ('scale', {'_make_scales', '_describe_slide', "'scale'"}),
            ('channels', {"'channel_names'"}),
            ('coords', {'coords=', '_coords'}),
        ):
            if words & needles and (fmt.flag, ability) not in EXCEPTIONS:
                yield ability

    def walk(self, name: str) -> Iterator[ast.AST]:
        """Return nodes of private definitions that one uses, and its own."""
        todo, seen = [name], {name}
        while todo:
            for node in ast.walk(self.definitions[todo.pop()]):
                yield node
                if (
                    isinstance(node, ast.Name)
                    and node.id.startswith('_')
                    and node.id in self.definitions
                    and node.id not in seen
                ):
                    seen.add(node.id)
                    todo.append(node.id)


def get_words(node: ast.AST) -> Iterator[str]:
    """Return names, keywords, and text in node itself."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
        if isinstance(node.value, ast.Attribute):
            yield f'{node.value.attr}.{node.attr}'
    elif isinstance(node, ast.Constant):
        yield repr(node.value)
    elif isinstance(node, ast.keyword):
        yield f'{node.arg}='
    elif isinstance(node, ast.FunctionDef):
        yield f'def {node.name}'


if __name__ == '__main__':
    main()
