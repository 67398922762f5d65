"""Ids such as ``Source: K3`` lead to an entry in docs/domain.md, and each file that the page names is there."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

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
    """Comments and docstrings of a Python file, the comments of a TOML file."""
    source = path.read_text("utf-8")
    if path.suffix == ".toml":
        yield from (line.lstrip("# ") for line in source.splitlines() if line.startswith("#"))
        return
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
def named() -> dict[str, Path]:
    """Every id that code, catalog, functions, templates and tests name, with a file that does."""
    found: dict[str, Path] = {}
    for folder in ("xl_kpi", "udfs", "workbook_templates", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".toml") and path != Path(__file__):
                found |= {one: path.relative_to(ROOT) for said in words(path) for one in ids(said)}
    return found


def test_each_id_has_an_entry():
    lacking = {one: str(path) for one, path in named().items() if one not in entries()}
    assert not lacking


def test_many_ids_are_named():
    # a pattern that finds nothing would find no fault: these are named in more ways than one
    assert {"K1", "K3", "K7", "K8", "K12", "S6", "R1", "R10", "T1", "C1", "C5"} <= set(named())


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Source: K3, K7.", ["K3", "K7"]),
        ("the plan's numbers (K1, K3)", ["K1", "K3"]),
        ("Advice (R1–R3), as data", ["R1", "R2", "R3"]),
        ("C5: numbers that do not fit", ["C5"]),
        ("domain C5 and cell C6", ["C5"]),
        ("合意 (K12): what is agreed", ["K12"]),
        ("the cell C5 is a rate; T9 too", []),
        ("Source: K9 (achievable)", ["K9"]),
    ],
)
def test_an_id_is_told_from_a_cell(said, found):
    assert list(ids(said)) == found


def test_each_file_on_the_page_is_there():
    files = set(re.findall(r"`([\w/.-]+/[\w.-]+\.\w+)`", PAGE))
    assert len(files) > 40
    assert not [file for file in files if not (ROOT / file).is_file()]


def test_an_entry_says_where_it_is_met_or_that_it_is_not_yet():
    for one, row in entries().items():
        what, _, where = row.partition(" | ")
        assert what and ("`" in where or "Not yet" in where), one


def test_what_the_code_names_as_its_source_is_not_called_missing():
    """An entry that says nothing but "not yet" names a rule that no code claims to follow."""
    not_yet = {one for one, row in entries().items() if row.partition(" | ")[2] == "Not yet"}
    assert not not_yet & set(named())
