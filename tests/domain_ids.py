"""The ids of the domain page, and where code, catalog and tests name them."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "domain.md").read_text("utf-8")
ID = r"[KTSRC][0-9]{1,2}"
IDS = rf"{ID}(?:(?:, | and |–){ID})*"
# How an id is named, so that a cell (C5) or a constant (C1) is not taken for one: after these words, alone or first in
# parentheses, or in front of a colon at the beginning.
NAMED = re.compile(
    rf"(?:Source: |\bdomain:? |\bcase )(?P<a>{IDS})\b|\((?:domain,? )?(?P<b>{IDS})(?=[,)]| \()|^(?P<c>{IDS}): ",
    re.MULTILINE,
)


def entries() -> dict[str, str]:
    """The rows of the page by id."""
    rows = re.findall(rf"^\| ({ID}) \| (.+) \|$", PAGE, re.MULTILINE)
    assert len(rows) == len(dict(rows)), "an id has two entries"
    return dict(rows)


def words(path: Path) -> Iterator[str]:
    """Comments and docstrings of a Python file in which an id may be, the comments of a TOML file."""
    source = path.read_text("utf-8")
    if path.suffix == ".toml":
        yield from (line.lstrip("# ") for line in source.splitlines() if line.startswith("#"))
        return
    if not re.search(ID, source):
        return  # to take a file apart takes long
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string.lstrip("# ")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and (said := ast.get_docstring(node)):
            yield said


def ids(said: str) -> Iterator[str]:
    """The ids in a text, those of a range (R1–R10) one by one."""
    for match in NAMED.finditer(said):
        named = next(group for group in match.groups() if group)
        for part in re.split(r", | and ", named):
            first, _, last = part.partition("–")
            yield from (f"{first[0]}{number}" for number in range(int(first[1:]), int((last or first)[1:]) + 1))


@cache
def named_in() -> dict[Path, frozenset[str]]:
    """The ids that each file of code, catalog, functions, templates and tests names."""
    found: dict[Path, frozenset[str]] = {}
    for folder in ("xl_kpi", "udfs", "workbook_templates", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".toml") and path.name not in (Path(__file__).name, "test_domain.py"):
                found[path.relative_to(ROOT)] = frozenset(one for said in words(path) for one in ids(said))
    return found


def named() -> dict[str, Path]:
    """Every id that is named, with a file that does."""
    return {one: path for path, found in named_in().items() for one in found}
