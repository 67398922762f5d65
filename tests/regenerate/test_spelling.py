"""A file that another program has saved: written again where something is missing, not where only the words differ."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tests.agreement.selected import often
from tests.cli.terminal import xl
from tests.open_book.open_books import open_book
from tests.open_book.random_typing import edit, small
from tests.open_book.typed_books import NOW, by_file
from tests.regenerate.typing_in import parts_of
from xl_kpi.open_book import regenerate as open_regenerate
from xl_kpi.open_book.snapshot import fetched

pytestmark = pytest.mark.slow  # whole workbooks are written


@pytest.fixture
def path(tmp_path) -> Path:
    """Saved by a program that writes sheets in its own words; some cells were dressed, none was typed into."""
    file = tmp_path / "計画.xlsx"
    file.write_bytes(small("ja"))
    blue = ("FF00B0F0", "0.000")
    edit(file, {}, {("広告", "G10"): blue, ("広告", "Z9"): blue, ("設定", "C9"): (None, "General")})
    return file


def test_other_words_and_looks_alone_are_no_reason_to_write_open_or_as_a_file(path):
    before = path.read_bytes()
    book = open_book(before)
    done = open_regenerate.regenerate(book, fetched(book), now=NOW)
    filed = by_file(path)
    assert (done.changes, done.spec) == ((), None)
    assert (filed.changes, filed.unchanged, filed.parts) == ((), True, ())
    assert path.read_bytes() == before


@pytest.mark.parametrize("element", often(["dataValidations", "mergeCells", "hyperlinks"], ["dataValidations"]))
def test_what_a_program_has_dropped_is_put_back_with_a_line(path, element):
    before = changed(path, "設定", lambda xml: re.sub(rf"<{element}\b.*</{element}>", "", xml, flags=re.DOTALL))
    assert f"<{element}" in before and f"<{element}" not in sheet(path, "設定")
    filed = by_file(path)
    assert [line.label for line in filed.changes] == ["シートを再生成しました"]
    assert f"<{element}" in sheet(path, "設定")


def test_results_that_a_program_has_not_stored_are_written_and_then_nothing_more(path):
    """openpyxl keeps the formulas and no results: previews and phones would show blanks."""
    file = path.with_name("他.xlsx")
    openpyxl.load_workbook(path).save(file)
    told = xl("regenerate", file, "--dry-run").out.splitlines()
    assert any(line.startswith("シート 逆算") for line in told) and told[-1].endswith("（--dry-run）。")
    assert xl("regenerate", file).code == 0
    stored = openpyxl.load_workbook(file, data_only=True)["逆算"]
    assert all(stored.cell(row, 3).value is not None for row in (7, 8, 9))  # what is required, of three stages
    again = xl("regenerate", file).out.splitlines()
    assert [line.rpartition(": ")[2] for line in again] == ["変わったところはありません。"]


def sheet(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as package:
        parts = {info: package.read(info) for info in package.namelist()}
    return parts[parts_of(parts)[name]].decode("utf-8")


def changed(path: Path, name: str, change: Callable[[str], str]) -> str:
    """Change the XML of a sheet; gives what it was."""
    before = sheet(path, name)
    with zipfile.ZipFile(path) as package:
        parts = {info: package.read(info) for info in package.namelist()}
    parts[parts_of(parts)[name]] = change(before).encode("utf-8")
    with zipfile.ZipFile(path, "w") as package:
        for part, content in parts.items():
            package.writestr(part, content)
    return before
