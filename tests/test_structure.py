# tests/test_structure.py

"""Test that the module reads from top to bottom."""

import ast
import re
from pathlib import Path

import tifffile

SOURCE = Path(tifffile.__file__).read_text('utf-8')
BANNER = re.compile(r'^# ={77}\n# (\d+)  (\w.*)\n#(?: =|$)', re.MULTILINE)


class Uses(ast.NodeVisitor):
    """Collect names that code uses when it runs.

    Annotations and code that only type checkers see are left out.

    """

    def __init__(self, node):
        self.names = []
        self.local = set()
        self.visit(node)

    def visit_Name(self, node):
        """Note name that is loaded."""
        if isinstance(node.ctx, ast.Load) and node.id not in self.local:
            self.names.append((node.id, node.lineno))

    def visit_arg(self, node):
        """Skip annotation of argument."""

    def visit_AnnAssign(self, node):
        """Skip annotation of variable."""
        if node.value is not None:
            self.visit(node.value)

    def visit_If(self, node):
        """Skip what only type checkers see."""
        if ast.unparse(node.test) != 'TYPE_CHECKING':
            self.generic_visit(node)

    def visit_FunctionDef(self, node):
        """Skip annotation of result, and local names."""
        for item in (*node.decorator_list, *node.args.defaults):
            self.visit(item)
        outer = self.local
        self.local = outer | local_names(node)
        for item in (node.args, *node.body):
            self.visit(item)
        self.local = outer

    visit_AsyncFunctionDef = visit_FunctionDef


def local_names(function):
    """Return names of arguments and variables of function."""
    names, shared = set(), set()
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Global):
            shared.update(node.names)
    return names - shared


def sections():
    """Return line numbers and titles of sections."""
    return [
        (SOURCE.count('\n', 0, match.start()) + 1, int(match[1]), match[2])
        for match in BANNER.finditer(SOURCE)
    ]


def defined(body):
    """Return line numbers of first definitions of names."""
    names = {}
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.setdefault(node.name, node.lineno)
            continue
        targets = getattr(node, 'targets', [getattr(node, 'target', None)])
        for target in targets:
            if isinstance(target, ast.Name):
                names.setdefault(target.id, node.lineno)
    return names


def test_sections_are_numbered():
    """Sections are numbered in order."""
    numbers = [number for _, number, _ in sections()]
    assert numbers == list(range(1, 17))


def test_sections_use_names_from_above():
    """Code of a section uses no names of sections below."""
    body = ast.parse(SOURCE).body
    names = defined(body)
    starts = [line for line, _, _ in sections()]

    def section(line):
        return sum(start <= line for start in starts)

    problems = [
        f'line {line}, section {section(line)}: {name} '
        f'of section {section(names[name])}'
        for node in body
        for name, line in Uses(node).names
        if name in names and section(names[name]) > section(line)
    ]
    assert not problems


def test_public_names_are_documented():
    """Public functions, classes, and methods have docstrings."""
    missing = []
    for node in ast.parse(SOURCE).body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        items = [node]
        if isinstance(node, ast.ClassDef):
            items += [i for i in node.body if isinstance(i, ast.FunctionDef)]
        missing += [
            f'line {item.lineno}: {node.name} {item.name}'
            for item in items
            if node.name in tifffile.__all__
            and not item.name.startswith('_')
            and not ast.get_docstring(item)
            and 'overload' not in map(ast.unparse, item.decorator_list)
            and not any(
                ast.unparse(i).endswith('.setter') for i in item.decorator_list
            )
        ]
    assert not missing
