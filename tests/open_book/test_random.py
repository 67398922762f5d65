"""Whatever a person did to a workbook: regenerated open or as a file, the same entries, cells, words and looks."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook

from tests.open_book.open_books import contents, contents_in, writable
from tests.open_book.random_typing import OWN, Person
from tests.open_book.typed_books import NOW, numbers
from xl_kpi import engine
from xl_kpi.commands import open_workbook
from xl_kpi.commands import rewrite as rewriting
from xl_kpi.open_book import regenerate as open_regenerate
from xl_kpi.open_book.snapshot import fetched
from xl_kpi.workbook.package.save import SavedFile

pytestmark = [pytest.mark.slow, pytest.mark.long]  # whole workbooks are written

SEEDS = 7  # more of them find more; each takes as long as two regenerates


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("random")


@pytest.fixture(autouse=True)
def quick_save(monkeypatch):
    """Files are not read back before they are in place: here they are compared with something else anyway."""

    def save(path: Path, data: bytes, *_, **__) -> SavedFile:
        path.write_bytes(data)
        return SavedFile(path, None)

    monkeypatch.setattr(rewriting, "save", save)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_open_book_becomes_what_the_file_becomes(folder, seed):
    path = folder / "計画.xlsx"
    person = Person(seed, path)
    book = writable(engine.open_book(path))
    filed = rewriting.rewrite(open_workbook(path, "ja"), command="regenerate", who="", now=NOW)
    done = open_regenerate.regenerate(book, fetched(book), now=NOW)
    assert done.spec is not None and not filed.unchanged, person.notes
    assert done.changes == filed.changes, person.notes
    file = openpyxl.load_workbook(path)
    cells, made = numbers(contents(book)), numbers(contents_in(file))
    assert list(cells) == list(made), person.notes
    for sheet in made.keys() - {OWN}:
        assert cells[sheet] == made[sheet], (sheet, person.notes)
    # formulas that point at nothing of ours are not written: there the open book has its stored results
    written = {place: value for place, value in cells[OWN].items() if str(value).startswith("=")}
    assert written.items() <= made[OWN].items(), person.notes
    ours = [value for value in made[OWN].values() if "!" in str(value)]
    assert len(written) == len(ours), person.notes
    assert {name.name: name.refers_to for name in book.names if "!" not in name.name} == {
        name: f"={one.attr_text}" for name, one in file.defined_names.items()
    }, person.notes
    assert looks(book.impl.wb, file) == looks(file, file), person.notes


def looks(workbook: Workbook, as_in: Workbook) -> dict[tuple[str, tuple[int, int]], tuple[str | None, str]]:
    """Fill and number format of every cell that has any, but for those under the first of merged ones."""
    found = {}
    for ws in workbook.worksheets:
        merged = {place for area in as_in[ws.title].merged_cells.ranges for place in [*area.cells][1:]}
        for place, cell in ws._cells.items():
            look = cell.fill.fgColor.rgb if cell.fill.fill_type == "solid" else None, cell.number_format
            if place not in merged and look != (None, "General"):
                found[ws.title, place] = look
    return found
