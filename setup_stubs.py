# setup_stubs.py

"""Write the type stubs of ``tifffile.py`` as package ``tifffile-stubs``.

The stubs are made from the syntax tree of the module, so that a build needs
neither NumPy nor the module's other dependencies. They keep signatures,
annotations, overloads, class attributes, properties, and enum members, and
drop function bodies and values. Properties that the module generates from
its registry of formats, and its virtual submodules, are added.

"""

from __future__ import annotations

import ast
import copy
import importlib.util
import io
import re
import sys
import textwrap
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

FORMAT = 'Format'  # base class of the classes in the registry of formats
FORMAT_USERS = 'TiffFile', 'TiffPage'  # classes with properties per format
SUBMODULES = '_SUBMODULES'  # table of virtual submodules

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

TYPE_FACTORIES = {
    'NewType',
    'ParamSpec',
    'TypeAliasType',
    'TypeVar',
    'TypeVarTuple',
}
TYPE_FORMS = {
    'Annotated',
    'Callable',
    'Iterable',
    'Iterator',
    'Literal',
    'Mapping',
    'Optional',
    'Sequence',
    'Union',
    'dict',
    'frozenset',
    'list',
    'set',
    'tuple',
    'type',
}


def write_stubs(source: Path, folder: Path) -> list[Path]:
    """Write stub package of module, return paths of written files.

    Parameters:
        source: Python file of the module.
        folder: Directory in which ``<module>-stubs`` is written.

    """
    name = source.stem
    stub = Stub(source.read_text('utf-8'), name, source)
    package = folder / f'{name}-stubs'
    package.mkdir(parents=True, exist_ok=True)
    files = {'__init__': stub.module(), **stub.submodules()}
    paths = []
    for stem, text in files.items():
        path = package / f'{stem}.pyi'
        path.write_text(text, 'utf-8', newline='\n')
        paths.append(path)
    return paths


class Stub:
    """Stubs of one module.

    Parameters:
        source: Text of the module.
        name: Name of the module.
        path: File of the module, to find properties that it generates.

    """

    def __init__(
        self, source: str, name: str, path: Path | None = None
    ) -> None:
        self.name = name
        self.path = path
        body = ast.parse(source).body
        self.body = list(iter_statements(body))
        self.runtime = list(iter_statements(body, typing=False))
        self.ignores = find_ignores(source)
        self.classes = {
            node.name: node
            for node in self.body
            if isinstance(node, ast.ClassDef)
        }

    def module(self) -> str:
        """Return stub of module."""
        lines = ['from typing import Any']
        lines += self.scope(self.body, None)
        return '\n'.join(lines) + '\n'

    def submodules(self) -> dict[str, str]:
        """Return stubs of virtual submodules by name."""
        stubs = {}
        for name, builder in self.builders().items():
            if name == self.name:
                names = {key: key for key in self.names() - self.renamed()}
            else:
                names = self.built(builder)
            lines = [
                f'from {self.name} import {names[key]} as {key}'
                if names[key].isidentifier()
                else f'{key}: Any'
                for key in sorted(names)
            ]
            if any(line.endswith(': Any') for line in lines):
                lines.insert(0, 'from typing import Any')
            if name != self.name:
                lines.append(f'__all__ = {sorted(names)}')
            stubs[name] = '\n'.join(lines) + '\n'
        return stubs

    def names(self) -> set[str]:
        """Return names that the module defines when it runs."""
        names: set[str] = set()
        for node in self.runtime:
            if isinstance(node, FunctionNode | ast.ClassDef):
                names.add(node.name)
            else:
                names.update(assigned(node))
        return {
            name
            for name in names
            if name != self.name and not name.startswith('__')
        } | {'__version__'}

    def renamed(self) -> set[str]:
        """Return names of imports under other names, not exported."""
        return {
            item.asname
            for node in self.body
            if isinstance(node, ast.ImportFrom)
            for item in node.names
            if item.asname not in {None, item.name}
        }

    def builders(self) -> dict[str, str]:
        """Return names of functions that build submodules."""
        for node in self.body:
            if SUBMODULES in assigned(node):
                value = getattr(node, 'value', None)
                assert isinstance(value, ast.Dict)
                return {
                    ast.literal_eval(key): ast.unparse(item)
                    for key, item in zip(value.keys, value.values, strict=True)
                    if key is not None
                }
        return {}

    def built(self, builder: str) -> dict[str, str]:
        """Return names in the dictionary literal that a builder returns."""
        names: dict[str, str] = {}
        for node in self.body:
            if isinstance(node, FunctionNode) and node.name == builder:
                for item in ast.walk(node):
                    if isinstance(item, ast.Return) and isinstance(
                        item.value, ast.Dict
                    ):
                        names |= {
                            ast.literal_eval(key): ast.unparse(value)
                            for key, value in zip(
                                item.value.keys, item.value.values, strict=True
                            )
                            if key is not None
                        }
        return {k: v for k, v in names.items() if not k.startswith('__')}

    def scope(
        self, body: Iterable[ast.stmt], parent: ast.ClassDef | None
    ) -> list[str]:
        """Return lines of statements of module or class."""
        lines: list[str] = []
        done: set[str] = set()
        for node in body:
            if isinstance(node, FunctionNode):
                kind = decoration(node)
                if node.name not in done or kind == 'variant':
                    lines += self.function(node)
                done.add(node.name)
            elif isinstance(node, ast.ClassDef):
                lines += self.class_(node)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                if getattr(node, 'module', None) != '__future__':
                    lines.append(ast.unparse(node))
            elif isinstance(node, ast.AnnAssign | ast.Assign | ast.AugAssign):
                lines += self.assignment(node, parent, done)
                done.update(assigned(node))
        return lines

    def function(self, node: FunctionNode) -> list[str]:
        """Return lines of function or method."""
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        last = node.body[0].lineno
        node = copy.copy(node)
        node.args = arguments = copy.copy(node.args)
        arguments.defaults = [shorten(item) for item in arguments.defaults]
        arguments.kw_defaults = [
            None if item is None else shorten(item)
            for item in arguments.kw_defaults
        ]
        node.body = [ast.Expr(ast.Constant(...))]
        if node.returns is None and node.name == '__init__':
            node.returns = ast.Constant(None)
        lines = ast.unparse(node).splitlines()
        for lineno in range(first, last):
            if lineno in self.ignores:
                index = len(node.decorator_list)
                lines[index] += f'  # {self.ignores[lineno]}'
                break
        return ['', *lines]

    def class_(self, node: ast.ClassDef) -> list[str]:
        """Return lines of class."""
        attributes = [
            f'{name}: {annotation}'
            for name, annotation in self.attributes(node).items()
        ]
        lines = self.scope(iter_statements(node.body), node)
        lines = attributes + lines + self.generated(node)
        bases = [ast.unparse(base) for base in node.bases]
        bases += [ast.unparse(keyword) for keyword in node.keywords]
        head = f'class {node.name}'
        if bases:
            head += f'({", ".join(bases)})'
        head += ':'
        if node.lineno in self.ignores:
            head += f'  # {self.ignores[node.lineno]}'
        # a class attribute cannot be an alias of the name that it has itself
        aliases = [
            f'_{name}_{node.name} = {name}'
            for item in iter_statements(node.body)
            for name in assigned(item)
            if self.is_namesake(item, name)
        ]
        return [
            '',
            *aliases,
            *(f'@{ast.unparse(item)}' for item in node.decorator_list),
            head,
            *textwrap.indent('\n'.join(lines) or '...', '    ').splitlines(),
        ]

    def attributes(self, node: ast.ClassDef) -> dict[str, str]:
        """Return types of attributes that methods assign to self."""
        known = self.declared(node)
        for parent in list(self.lineage(node))[1:]:
            known.update(self.attributes(parent))
        found: dict[str, str] = {}
        for method in iter_statements(node.body):
            if isinstance(method, FunctionNode) and method.args.args:
                self_name = method.args.args[0].arg
                types = {
                    arg.arg: ast.unparse(arg.annotation)
                    for arg in all_arguments(method.args)
                    if arg.annotation is not None
                }
                for name, annotation in self.assigned_to(
                    method, self_name, types
                ):
                    if name not in known and found.get(name, 'Any') == 'Any':
                        found[name] = annotation
        return found

    def assigned_to(
        self, method: FunctionNode, self_name: str, types: dict[str, str]
    ) -> Iterator[tuple[str, str]]:
        """Yield names and types of attributes that method assigns to self."""
        for item in ast.walk(method):
            if not isinstance(item, ast.AnnAssign | ast.Assign):
                continue
            for target, value in iter_targets(item):
                if (
                    isinstance(target, ast.Attribute)
                    and isinstance(target.value, ast.Name)
                    and target.value.id == self_name
                ):
                    kind = (
                        ast.unparse(item.annotation)
                        if isinstance(item, ast.AnnAssign)
                        else self.infer(value, types)
                    )
                    yield target.attr, kind

    def declared(self, node: ast.ClassDef) -> set[str]:
        """Return names declared by class or its bases in this module."""
        names: set[str] = set()
        for class_ in self.lineage(node):
            for item in iter_statements(class_.body):
                if isinstance(item, FunctionNode):
                    names.add(item.name)
                elif isinstance(item, ast.AnnAssign) or class_ is node:
                    names.update(assigned(item))
        return names

    def lineage(self, node: ast.ClassDef) -> Iterator[ast.ClassDef]:
        """Yield class and its base classes in this module."""
        yield node
        for base in node.bases:
            parent = self.classes.get(ast.unparse(base))
            if parent is not None:
                yield from self.lineage(parent)

    def derives(self, node: ast.ClassDef, pattern: str) -> bool:
        """Return whether name of any base class matches pattern."""
        return any(
            re.fullmatch(pattern, ast.unparse(base).rpartition('.')[2])
            for class_ in self.lineage(node)
            for base in class_.bases
        )

    def generated(self, node: ast.ClassDef) -> list[str]:
        """Return lines of properties generated from registry of formats."""
        if node.name not in FORMAT_USERS:
            return []
        known = self.declared(node)
        lines: list[str] = []
        pairs = self.registered(node)
        if self.path is not None:
            pairs |= find_properties(self.path, node.name)
        for name, annotation in pairs.items():
            if name not in known:
                lines += [
                    '',
                    '@property',
                    f'def {name}(self) -> {annotation}:',
                    '    ...',
                ]
        return lines

    def registered(self, node: ast.ClassDef) -> dict[str, str]:
        """Return properties of flags and metadata by classes of formats."""
        pairs: dict[str, str] = {}
        for format_ in self.classes.values():
            if not self.derives(format_, FORMAT):
                continue
            flag = constant(format_, 'flag') or constant(format_, 'kind')
            names = {name for item in format_.body for name in names_of(item)}
            isfile = node.name == FORMAT_USERS[0]
            if flag and (isfile or not names.isdisjoint(('detect', 'marks'))):
                pairs[f'is_{flag.lower()}'] = 'bool'
            if flag and isfile and not names.isdisjoint(('metadata', 'tags')):
                pairs[f'{flag.lower()}_metadata'] = 'Any'
        return pairs

    def assignment(
        self,
        node: ast.AnnAssign | ast.Assign | ast.AugAssign,
        parent: ast.ClassDef | None,
        done: set[str],
    ) -> list[str]:
        """Return lines of assignment."""
        names = assigned(node)
        if not names or names == ['__path__']:
            return []
        if parent is None and names == [self.name]:
            return [f'from . import {self.name} as {self.name}']
        if isinstance(node, ast.AugAssign):
            return [ast.unparse(node)] if names == ['__all__'] else []
        if isinstance(node, ast.AnnAssign):
            return self.declaration(node, parent)
        value = ast.unparse(node.value)
        if parent is not None and self.derives(parent, r'\w*(Enum|Flag)'):
            if not isinstance(node.value, ast.Name) and not is_literal(
                node.value
            ):
                value = '...'
            return [f'{name} = {value}' for name in names]
        if parent is not None and self.is_namesake(node, value):
            return [f'{value} = _{value}_{parent.name}']
        known = self.names() if parent is None else self.declared(parent)
        if names[0] in {'__all__', '__slots__'} or is_alias(node.value, known):
            return [ast.unparse(node)]
        inherited: set[str] = set()
        if parent is not None:
            for class_ in list(self.lineage(parent))[1:]:
                inherited |= self.declared(class_)
        return [
            f'{target.id}: {self.infer(value, {})}'
            for target, value in iter_targets(node)
            if isinstance(target, ast.Name)
            and target.id not in inherited | done
        ]

    def is_namesake(self, node: ast.stmt, name: str) -> bool:
        """Return whether statement assigns a global to the same name."""
        return ast.unparse(node) == f'{name} = {name}' and name in self.names()

    def declaration(
        self, node: ast.AnnAssign, parent: ast.ClassDef | None
    ) -> list[str]:
        """Return lines of annotated assignment."""
        annotation = ast.unparse(node.annotation)
        line = f'{ast.unparse(node.target)}: {annotation}'
        if node.value is None:
            return [line]
        if re.search(r'\b(TypeAlias|Final)$', annotation):
            return [f'{line} = {ast.unparse(node.value)}']
        if parent is not None and 'ClassVar' not in annotation:
            if isinstance(node.value, ast.Call) and ast.unparse(
                node.value.func
            ).endswith('field'):
                return [f'{line} = {ast.unparse(node.value)}']
            if self.derives(parent, 'NamedTuple') or any(
                'dataclass' in ast.unparse(item)
                for item in parent.decorator_list
            ):
                return [f'{line} = ...']
        return [line]

    def infer(self, node: ast.expr | None, types: dict[str, str]) -> str:
        """Return type of value, or Any if it is not evident.

        Parameters:
            node: Value that is assigned.
            types: Types of names.

        """
        match node:
            case ast.Constant(value=None) | None:
                return 'Any'
            case ast.Constant(value=value):
                return type(value).__name__
            case ast.JoinedStr():
                return 'str'
            case ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return 'bool'
            case ast.IfExp(body=body, orelse=orelse):
                return self.common([body, orelse], types)
            case ast.UnaryOp(operand=operand):
                return self.infer(operand, types)
            case ast.Name(id=name):
                return types.get(name, 'Any')
            case ast.Call(func=ast.Name(id=name)) if name in self.classes:
                return name
            case ast.Call(func=ast.Name(id=name)) if name in {
                'bool',
                'bytes',
                'float',
                'int',
                'len',
                'str',
            }:
                return 'int' if name == 'len' else name
            case ast.Tuple(elts=items) if items:
                kinds = [self.infer(item, types) for item in items]
                if len(kinds) > 4 and len(set(kinds)) == 1:
                    return f'tuple[{kinds[0]}, ...]'
                return f'tuple[{", ".join(kinds)}]'
            case ast.List(elts=items) | ast.Set(elts=items) if items:
                name = type(node).__name__.lower()
                return f'{name}[{self.common(items, types)}]'
            case ast.Dict(keys=keys, values=values) if keys:
                key = self.common(keys, types)
                return f'dict[{key}, {self.common(values, types)}]'
        return 'Any'

    def common(
        self, nodes: Iterable[ast.expr | None], types: dict[str, str]
    ) -> str:
        """Return type that all values have, else Any."""
        kinds = {self.infer(node, types) for node in nodes}
        return kinds.pop() if len(kinds) == 1 else 'Any'


def iter_statements(
    body: Iterable[ast.stmt], typing: bool = True
) -> Iterator[ast.stmt]:
    """Yield statements, also those in conditional blocks.

    Parameters:
        body: Statements.
        typing: Include statements that only type checkers see.

    """
    for node in body:
        if isinstance(node, ast.If):
            test = ast.unparse(node.test)
            if '__name__' in test:
                continue
            if typing or 'TYPE_CHECKING' not in test:
                yield from iter_statements(node.body, typing)
            if not typing or 'TYPE_CHECKING' not in test:
                yield from iter_statements(node.orelse, typing)
        elif isinstance(node, ast.Try):
            yield from iter_statements(node.body, typing)
        else:
            yield node


def find_ignores(source: str) -> dict[int, str]:
    """Return comments that silence type checkers, by line number."""
    return {
        token.start[0]: match.group()
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
        and (match := re.search(r'type: ignore\[[^]]+\]', token.string))
    }


def assigned(node: ast.stmt) -> list[str]:
    """Return names that statement assigns to."""
    return [
        target.id
        for target, _ in iter_targets(node)
        if isinstance(target, ast.Name)
    ]


def iter_targets(
    node: ast.stmt,
) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Yield targets of assignment, with their values if evident."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from unpack(target, node.value)
    elif isinstance(node, ast.AnnAssign | ast.AugAssign):
        yield node.target, node.value


def unpack(
    target: ast.expr, value: ast.expr | None
) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Yield targets in tuple of targets, with their values if evident."""
    if not isinstance(target, ast.Tuple | ast.List):
        yield target, value
        return
    values: list[ast.expr | None] = [None] * len(target.elts)
    if isinstance(value, ast.Tuple | ast.List) and (
        len(value.elts) == len(values)
    ):
        values = [*value.elts]
    for item, itemvalue in zip(target.elts, values, strict=True):
        yield from unpack(item, itemvalue)


def decoration(node: FunctionNode) -> str:
    """Return 'variant' if function may share its name with earlier ones."""
    for item in node.decorator_list:
        name = ast.unparse(item).rpartition('.')[2]
        if name in {'overload', 'setter', 'deleter'}:
            return 'variant'
    return ''


def names_of(node: ast.stmt) -> list[str]:
    """Return names that statement in class defines."""
    if isinstance(node, FunctionNode):
        return [node.name]
    return assigned(node)


def find_properties(path: Path, name: str) -> dict[str, str]:
    """Return public properties of class and their types.

    The module generates properties from its registry of formats when it is
    imported, which needs NumPy.

    """
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = sys.modules.get(path.stem)
    if module is None or getattr(module, '__file__', '') != str(path):
        module = importlib.util.module_from_spec(spec)
        known = sys.modules.get(path.stem)
        sys.modules[path.stem] = module
        try:
            spec.loader.exec_module(module)
        finally:
            if known is not None:
                sys.modules[path.stem] = known
    return {
        key: 'bool' if key.startswith('is_') else 'Any'
        for key, value in vars(getattr(module, name)).items()
        if isinstance(value, property) and key[0] != '_'
    }


def constant(node: ast.ClassDef, name: str) -> str:
    """Return text that class attribute is assigned, else empty string."""
    for item in node.body:
        if name in assigned(item):
            value = getattr(item, 'value', None)
            if isinstance(value, ast.Constant) and isinstance(
                value.value, str
            ):
                return value.value
    return ''


def all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    """Return named arguments of function."""
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def is_alias(node: ast.expr, names: set[str]) -> bool:
    """Return whether value is a type, or another name of one of the names."""
    match node:
        case ast.Name(id=name):
            return name in names
        case ast.Call(func=function):
            return ast.unparse(function).rpartition('.')[2] in TYPE_FACTORIES
        case ast.Subscript(value=value):
            return ast.unparse(value).rpartition('.')[2] in TYPE_FORMS
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return not is_literal(left) and not is_literal(right)
    return False


def is_literal(node: ast.expr) -> bool:
    """Return whether expression is a literal."""
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


def shorten(node: ast.expr) -> ast.expr:
    """Return default value of argument if it is short, else an ellipsis."""
    if is_literal(node) and len(ast.unparse(node)) < 24:
        return node
    return ast.Constant(...)
