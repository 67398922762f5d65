"""A module whose functions have the same few local names everywhere, in the same order: that packs smaller."""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict
from collections.abc import Iterator

# The usual ones, so that what is read there still looks like the project.
NAMES = (
    "one", "row", "key", "found", "column", "name", "value", "rows", "stage", "k", "place", "part", "first", "last",
    "month", "channel", "said", "cell", "id_", "months", "number", "words", "kpi", "at", "t", "cells", "count",
)  # fmt: skip
_OF_PYTHON = {*dir(builtins)} - {"_"}  # some tools put their last answer there, so that it is not always one of them
_LOOKS_AT_NAMES = {"locals", "vars", "eval", "exec", "dir"}


def with_few_names(source: str) -> str:
    """The source with the local names of each function, in the order in which they stand there, called ``NAMES``.

    Result: source that does the same.  Arguments, attributes, and names of modules, classes and functions stay.
    Special cases: a name stays that is an argument, a function, an import or a caught error anywhere in its function,
    that stands in an f-string (of which Python tells no place before 3.12), or that the module or Python has as well;
    a function with a class in it, or one that looks at its names, stays as it is.
    """
    tree = ast.parse(source)
    elsewhere = {*_names_of_module(tree), *_OF_PYTHON}
    lines = source.encode("utf-8").split(b"\n")  # the tree counts bytes
    changes = [change for function in _functions(tree) for change in _changes(function, elsewhere)]
    for row, first, old, new in sorted(changes, reverse=True):
        line = lines[row - 1]
        lines[row - 1] = line[:first] + new.encode() + line[first + len(old.encode("utf-8")) :]
    return b"\n".join(lines).decode("utf-8")


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Functions of a module and of its classes, each with all that stands in it."""
    for node in tree.body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        yield from (one for one in inner if isinstance(one, ast.FunctionDef))


def _names_of_module(tree: ast.Module) -> Iterator[str]:
    """What the module's own lines bind, and its functions by ``global``."""
    waiting: list[ast.AST] = [*tree.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
            continue
        yield from _bound(node)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        waiting.extend(ast.iter_child_nodes(node))


def _bound(node: ast.AST) -> Iterator[str]:
    """Names that a node binds otherwise than as an ``ast.Name``."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
        yield from [node.name] if node.name else ()
    elif isinstance(node, ast.MatchMapping):
        yield from [node.rest] if node.rest else ()


def _changes(function: ast.FunctionDef, elsewhere: set[str]) -> Iterator[tuple[int, int, str, str]]:
    """Row, first byte, name as it is and as it is to be."""
    nodes = [*ast.walk(function)]
    uses: defaultdict[str, list[ast.Name]] = defaultdict(list)
    kept = {name for node in nodes for name in _bound(node)}
    for node in nodes:
        if isinstance(node, ast.Name):
            uses[node.id].append(node)
        elif isinstance(node, ast.JoinedStr):
            kept.update(one.id for one in ast.walk(node) if isinstance(one, ast.Name))
    outside = [*function.decorator_list, *function.args.defaults, *filter(None, function.args.kw_defaults)]
    kept.update(one.id for part in outside for one in ast.walk(part) if isinstance(one, ast.Name))
    if _LOOKS_AT_NAMES & {*uses} or any(isinstance(node, ast.ClassDef) for node in nodes):
        return
    own = [
        name for name, found in uses.items()
        if name not in kept | elsewhere and any(isinstance(one.ctx, ast.Store) for one in found)
    ]  # fmt: skip
    own.sort(key=lambda name: min((one.lineno, one.col_offset) for one in uses[name]))
    while len(own) > len(few := [name for name in NAMES if name not in kept | uses.keys() - {*own}]):
        own = own[: len(few)]  # what is beyond keeps its own name, which no other may have then
    for old, new in zip(own, few):
        yield from ((one.lineno, one.col_offset, old, new) for one in uses[old])
