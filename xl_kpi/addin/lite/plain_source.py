"""A module without what only people read and checkers ask for: docstrings, comments, types, blank lines."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator

KEPT = ("place",)  # functions of which something asks for the type of the result


def statements(tree: ast.AST) -> Iterator[ast.stmt | ast.ExceptHandler | ast.match_case]:
    """What stands under a node, at any depth, without the parts of expressions, which are nearly all of a tree."""
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        inner = getattr(tree, name, None)
        for one in inner if isinstance(inner, list) else ():
            yield one
            yield from statements(one)


def without_docstrings(source: str, tree: ast.AST) -> str:
    """The source with blank lines where its docstrings stand, which nobody reads in there: every line keeps its number.

    Arguments: ``tree`` what ``source`` says.
    Special cases: a docstring stays where nothing else is in its body, or where more stands on its lines.
    """
    lines = source.split("\n")
    for node in [tree, *statements(tree)]:
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if len(node.body) < 2 or ast.get_docstring(node, clean=False) is None:
            continue
        said = node.body[0]
        first, last = said.lineno - 1, said.end_lineno or said.lineno
        if lines[first][: said.col_offset].strip() or lines[last - 1].rstrip()[-3:] not in ('"""', "'''"):
            continue
        lines[first:last] = [""] * (last - first)
    return "\n".join(lines)


def without_comments(source: str) -> str:
    """The source without its comments; every line keeps its number and what it does."""
    if "#" not in source:
        return source
    lines = source.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    return "\n".join(lines)


def without_blank_lines(source: str) -> str:
    """The source without its blank lines, but for those within a text.

    An error there shows the line under another number than in the project.
    """
    within: set[int] = set()
    if '"""' in source or "'''" in source or "\\\n" in source:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            within.update(range(token.start[0], token.end[0]))  # none, but for a text of several lines
    return "\n".join(line for row, line in enumerate(source.split("\n")) if line.strip() or row in within) + "\n"


def without_annotations(source: str, tree: ast.Module | None = None) -> str:
    """The source without its types, which nothing asks for there: every line keeps its number.

    Arguments: ``tree`` what it says, where that is known; of one with docstrings and comments that are gone as well.
    Special cases: those of ``KEPT`` functions stay, by which pages say what they hand out; so does one that runs over
    several lines.  A class keeps a sign for each of its fields, which are what says that they are there.
    """
    lines = source.encode("utf-8").split(b"\n")  # the tree counts bytes
    for row, first, end, left in sorted(_types(tree or ast.parse(source), lines), reverse=True):
        lines[row - 1] = lines[row - 1][:first] + left + lines[row - 1][end:]
    return b"\n".join(lines).decode("utf-8")


def _types(tree: ast.AST, lines: list[bytes]) -> Iterator[tuple[int, int, int, bytes]]:
    """Where types stand: row, first column and the one after the last, what is left in their place."""
    found = [*statements(tree)]
    fields = {id(one) for node in found if isinstance(node, ast.ClassDef) for one in node.body}
    for node in found:
        if isinstance(node, ast.AnnAssign) and node.lineno == node.annotation.end_lineno:
            first, end = node.target.end_col_offset or 0, node.annotation.end_col_offset or 0
            if id(node) in fields or node.value is not None:
                yield node.lineno, first, end, b":0" if id(node) in fields else b""
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name not in KEPT:
            yield from _types_of_function(node, lines)


def _types_of_function(
    node: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[bytes]
) -> Iterator[tuple[int, int, int, bytes]]:
    about = node.args
    for one in (*about.posonlyargs, *about.args, *about.kwonlyargs, about.vararg, about.kwarg):
        if one and one.annotation and one.lineno == one.annotation.end_lineno:
            yield one.lineno, one.col_offset + len(one.arg.encode("utf-8")), one.annotation.end_col_offset or 0, b""
    if node.returns and node.returns.lineno == node.returns.end_lineno:
        before = lines[node.returns.lineno - 1][: node.returns.col_offset].rstrip()
        if before.endswith(b"->"):
            first = len(before[:-2].rstrip())
            yield node.returns.lineno, first, node.returns.end_col_offset or 0, b""
