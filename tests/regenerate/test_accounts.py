"""企業リスト as people treat it: pasted, sorted, rows put in, deleted, copied, badly typed; nothing is lost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from tests.new_files import few_pages, new_file
from tests.regenerate.described import template
from tests.sheets.accounts import account_rows
from xl_kpi.catalog.messages import line
from xl_kpi.commands import open_workbook
from xl_kpi.commands.rewrite import Rewritten, rewrite
from xl_kpi.errors import InputFaults
from xl_kpi.plan.accounts.figures import TABLE
from xl_kpi.plan.pages.optional import with_pages

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

NOW = dt.datetime(2026, 6, 3, 9, 0, 0)
COUNT = 6
NAME, TIER, LEADS, BUDGET, STAGE, DUE = 2, 3, 5, 12, 17, 19


@pytest.fixture(scope="module")
def begun() -> bytes:
    plan = with_pages(few_pages(template()).with_(months=1), {"accounts": True})
    plan = plan.with_(tables={TABLE: account_rows(plan, COUNT)})
    return new_file(plan)


@pytest.fixture
def path(begun, tmp_path) -> Path:
    file = tmp_path / "計画.xlsx"
    file.write_bytes(begun)
    return file


class Edit:
    """The sheet in openpyxl, as somebody's program would change it; ``first`` the row of the first account."""

    def __init__(self, path: Path):
        self.path, self.book = path, openpyxl.load_workbook(path)
        self.sheet = self.book["企業リスト"]
        self.first = next(cell.row for cell in self.sheet["B"] if cell.value == "会社名") + 1

    def __enter__(self) -> Edit:
        return self

    def __exit__(self, *problem) -> None:
        self.book.save(self.path)

    def row(self, number: int) -> list:
        return [self.sheet.cell(self.first + number, column).value for column in range(1, 20)]

    def put(self, number: int, values: list) -> None:
        for column, value in enumerate(values, 1):
            self.sheet.cell(self.first + number, column).value = value

    def cell(self, number: int, column: int, value: object) -> str:
        at = self.sheet.cell(self.first + number, column)
        at.value = value
        return at.coordinate


def regenerate(path: Path) -> Rewritten:
    return rewrite(open_workbook(path, "ja"), command="regenerate", who="鈴木", now=NOW)


def accounts(path: Path) -> dict[str, dict]:
    return dict(open_workbook(path, "ja").read.plan.tables.get(TABLE, {}))


def faults(path: Path) -> list[tuple[str, str, str]]:
    return [(one.cell, one.level, line(one, "ja")) for one in open_workbook(path, "ja").read.faults]


@pytest.mark.long
def test_what_was_built_reads_back_and_is_not_written_again(path):
    before = path.read_bytes()
    assert accounts(path) == account_rows(template(), COUNT)
    assert regenerate(path).unchanged and path.read_bytes() == before


def test_a_sorted_list_keeps_its_ids_and_order(path):
    with Edit(path) as edit:
        rows = [edit.row(number) for number in range(COUNT)][::-1]
        for number, row in enumerate(rows):
            edit.put(number, row)
    done = regenerate(path)
    found = accounts(path)
    assert found == account_rows(template(), COUNT)
    assert list(found) == [f"r{k}" for k in range(COUNT, 0, -1)]  # in the order in which they stand now
    assert not [change for change in done.changes if change.key]  # no entry has changed


def test_rows_put_in_and_deleted(path):
    with Edit(path) as edit:
        rows = [edit.row(number) for number in range(COUNT)]
        new = [None, "新規の会社", "A", *[None] * 16]
        for number, row in enumerate([rows[0], new, *rows[2:], [None] * 19]):
            edit.put(number, row)
    done = regenerate(path)
    found, before = accounts(path), account_rows(template(), COUNT)
    (fresh,) = set(found) - set(before)
    assert found[fresh] == {"name": "新規の会社", "tier": "A"} and list(found)[1] == fresh
    assert fresh not in {f"r{k}" for k in range(1, COUNT + 31)}  # ids of the blank rows are theirs
    assert set(before) - set(found) == {"r2"}
    assert {change.old for change in done.changes if "[r2]" in change.key} == set(before["r2"].values())


def test_a_block_pasted_over_others_with_its_ids(path):
    with Edit(path) as edit:
        for number in (0, 1):
            edit.put(4 + number, edit.row(number))
        cells = [edit.sheet.cell(edit.first + number, NAME).coordinate for number in (0, 1, 4, 5)]
    told = [one for one in faults(path) if "コピー" in one[2]]
    assert [(cell, level) for cell, level, _ in told] == [(cells[2], "warning"), (cells[3], "warning")]
    assert cells[0] in told[0][2] and cells[1] in told[1][2]
    regenerate(path)
    found, before = list(accounts(path).values()), account_rows(template(), COUNT)
    assert found == [before[f"r{k}"] for k in (1, 2, 3, 4, 1, 2)]
    assert len(accounts(path)) == COUNT


@pytest.mark.long
def test_a_long_list_pasted_is_one_line_of_the_history_and_an_edit_its_own(path):
    with Edit(path) as edit:
        for number in range(300):
            edit.put(COUNT + number, [edit.row(COUNT + number)[0], f"取り込み{number:04d}", "ｂ", *[None] * 16])
        edit.cell(0, LEADS, 99)
    done = regenerate(path)
    typed = [change for change in done.changes if change.command == "typed"]
    assert [change.label for change in typed] == [
        "企業リスト：300行を追加",
        "企業リスト › 株式会社サンプル00001 › リード人数",
    ]
    assert typed[1].new == 99
    found = accounts(path)
    assert len(found) == COUNT + 300 and found["r1"]["leads"] == 99
    assert [row["tier"] for row in found.values()][COUNT:] == ["B"] * 300
    data = path.read_bytes()
    assert regenerate(path).unchanged and path.read_bytes() == data


def test_more_rows_than_the_list_takes_are_one_fault_and_the_file_stays(path):
    with Edit(path) as edit:
        for number in range(20_000 - COUNT):
            edit.sheet.cell(edit.first + COUNT + number, NAME).value = f"会社{number:05d}"
        beyond = f"B{edit.first + 5000}"
    data = path.read_bytes()
    with pytest.raises(InputFaults) as caught:
        regenerate(path)
    assert [(one.cell, one.found) for one in caught.value.faults if one.level == "error"] == [(beyond, "20,000")]
    assert path.read_bytes() == data


def test_each_slip_is_named_with_its_cell_in_one_pass(path):
    with Edit(path) as edit:
        wrong = {
            edit.cell(0, BUDGET, "たぶん"): "はい",
            edit.cell(1, LEADS, -3): "0",
            edit.cell(2, LEADS, 2.5): "",
            edit.cell(3, STAGE, "商談中"): "商談 のことですか",
            edit.cell(4, DUE, "来月"): "",
        }
    data = path.read_bytes()
    with pytest.raises(InputFaults) as caught:
        regenerate(path)
    told = {one.cell: line(one, "ja") for one in caught.value.faults if one.level == "error"}
    assert set(told) == set(wrong)
    for cell, words in wrong.items():
        assert words in told[cell], (cell, told[cell])
    assert {one.sheet for one in caught.value.faults} == {"企業リスト"}
    assert path.read_bytes() == data


@pytest.mark.long
def test_names_twice_and_missing_are_warnings_and_dates_in_eras_are_read(path):
    with Edit(path) as edit:
        edit.cell(0, NAME, "ＡＢＣ商事")
        other = edit.cell(3, NAME, "abc商事")
        blank = edit.cell(1, NAME, None)
        edit.cell(2, DUE, "令和9年4月1日")
        edit.cell(4, DUE, "2027/4/1")
        first = f"B{edit.first}"
    told = {cell: (level, words) for cell, level, words in faults(path)}
    assert told[other][0] == "warning" and first in told[other][1]
    assert told[blank][0] == "warning" and "会社名" in told[blank][1]
    regenerate(path)
    found = accounts(path)
    assert found["r3"]["due"] == found["r5"]["due"] == dt.date(2027, 4, 1)
    assert "name" not in found["r2"] and len(found) == COUNT


@pytest.mark.long
def test_rows_below_a_gap_are_not_lost(path):
    with Edit(path) as edit:
        edit.put(COUNT + 30 + 5, [None, "離れた会社", "A", *[None] * 16])
    regenerate(path)
    words = [cell.value for row in openpyxl.load_workbook(path)["企業リスト"] for cell in row]
    assert "離れた会社" in words
