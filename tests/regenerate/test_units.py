"""Units of money: what is shown is what is typed; a changed unit converts what stands there, or asks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.agreement.variants import edge_plans
from tests.new_files import few_pages, new_file
from tests.regenerate.typing_in import type_in
from tests.told import raises_saying
from xl_kpi.commands.examine import open_workbook
from xl_kpi.commands.regenerate import regenerate
from xl_kpi.errors import InputFaults
from xl_kpi.plan.entries import entries_of

# A goal of 1,000,000,000 yen, 1,200,000 yen an order, actuals of revenue and of what the ads cost.
PLAN = few_pages(edge_plans()["revenue in millions"]).with_(months=5)
NOW = dt.datetime(2026, 4, 1, 9)
REVENUE, MAY = "actual[stage:revenue][2026-04]", "actual[stage:revenue][2026-05]"
WORDS = {"yen": "円", "thousand_yen": "千円", "million_yen": "百万円"}
_NOT_OURS_TO_COMPARE = ("控え", "変更履歴")  # what was done stands there


@pytest.fixture(scope="module")
def books() -> dict[str, bytes]:
    """The same plan in yen and in millions of yen."""
    found = {}
    for unit in ("yen", "million_yen"):
        now = dt.datetime.now()  # 点検 knows the day
        found[unit] = new_file(PLAN.with_(currency_unit=unit), plan_id="p", who="田中", now=now)
    return found


def entries(path: Path) -> dict[str, Any]:
    """What was typed, but for the unit."""
    found = entries_of(open_workbook(path, "ja").read.plan)
    return {key: value for key, value in found.items() if key != "currency_unit"}


def cells(path: Path) -> dict[tuple[str, str], tuple[Any, str]]:
    """Content and number format of every cell."""
    book = openpyxl.load_workbook(path)
    pages = [page for page in book if page.title not in _NOT_OURS_TO_COMPARE]
    rows = ((page.title, cell) for page in pages for row in page.iter_rows() for cell in row)
    return {
        (title, cell.coordinate): (cell.value, cell.number_format) for title, cell in rows if cell.value is not None
    }


def through_openpyxl(path: Path, libreoffice: Any) -> None:
    openpyxl.load_workbook(path).save(path)


def through_libreoffice(path: Path, libreoffice: Any) -> None:
    path.write_bytes(libreoffice.convert([path], "xlsx")[0].read_bytes())


def directly(path: Path, libreoffice: Any) -> None:
    pass


@pytest.mark.parametrize(
    "saved",
    [
        directly,
        pytest.param(through_openpyxl, marks=pytest.mark.long),
        pytest.param(through_libreoffice, marks=[pytest.mark.host, pytest.mark.long]),
    ],
    ids=lambda saved: saved.__name__,
)
def test_there_and_back_are_the_same_figures_and_formats(books, saved, tmp_path, request):
    libreoffice = request.getfixturevalue("libreoffice") if saved is through_libreoffice else None
    path = tmp_path / "計画.xlsx"
    path.write_bytes(books["yen"])
    typed, before = entries(path), cells(path)
    there = tmp_path / "百万円.xlsx"
    there.write_bytes(books["million_yen"])  # made in this unit from the beginning
    for unit, expected in (("million_yen", cells(there)), ("yen", before)):
        saved(path, libreoffice)
        type_in(path, {"currency_unit": WORDS[unit]})
        saved(path, libreoffice)
        done, _ = regenerate(path)
        assert [(one.key, one.old, one.new) for one in done.changes if one.key] == [
            ("currency_unit", *(("yen", "million_yen") if unit == "million_yen" else ("million_yen", "yen")))
        ]  # one step in the history
        assert entries(path) == typed
        found = cells(path)
        assert {key: (expected.get(key), found.get(key)) for key in expected.keys() | found.keys()
                if expected.get(key) != found.get(key)} == {}  # fmt: skip


def test_what_is_typed_is_in_the_unit_of_the_header(books, tmp_path):
    path = tmp_path / "計画.xlsx"
    path.write_bytes(books["million_yen"])
    type_in(path, {"order_value": 1.5, REVENUE: 34, "kgi_value": "12億円", "tbl_channels[ads].unit_cost": 9000})
    found = entries(path)
    assert (found["order_value"], found[REVENUE]) == (1_500_000, 34_000_000)
    assert found["kgi_value"] == 1_200_000_000  # an amount with a word is what it says
    assert found["tbl_channels[ads].unit_cost"] == 9000  # the header says 円/件


def test_amounts_typed_about_when_the_unit_was_changed_are_asked_about(books, tmp_path):
    path = tmp_path / "計画.xlsx"
    path.write_bytes(books["yen"])
    type_in(path, {"currency_unit": "百万円", "order_value": 2, REVENUE: 34, MAY: "9百万円"})
    with raises_saying(InputFaults, "2円か2百万円か区別できません(.|\n)*34円か34百万円か区別できません"):
        regenerate(path)
    for answer, factor in (("new", 1_000_000), ("old", 1)):
        out = tmp_path / f"{answer}.xlsx"
        regenerate(path, out=out, unit_typed=answer)
        found = entries(out)
        assert (found["order_value"], found[REVENUE]) == (2 * factor, 34 * factor)
        assert found[MAY] == 9_000_000  # with its unit nobody has to ask
        assert found["kgi_value"] == 1_000_000_000  # what stood there before is in the former unit


@pytest.mark.long
def test_no_amount_and_nothing_are_the_same_in_each_unit(books, tmp_path):
    path = tmp_path / "計画.xlsx"
    path.write_bytes(books["yen"])
    type_in(path, {"currency_unit": "千円", REVENUE: 0, "kgi_monthly": None})
    regenerate(path)
    assert entries(path)[REVENUE] == 0 and "kgi_monthly" not in entries(path)


@pytest.mark.long
def test_a_formula_in_an_amount_stays_one_where_it_names_no_cell(books, tmp_path):
    path = tmp_path / "計画.xlsx"
    path.write_bytes(books["yen"])
    type_in(path, {REVENUE: ("=40000000+5000000", 45e6), MAY: ("=C8/20", 5e7)})
    regenerate(path)
    type_in(path, {"currency_unit": "百万円"})
    done, _ = regenerate(path)
    sheet = openpyxl.load_workbook(path)["逆算"]
    (formula,) = [c for row in sheet.iter_rows() for c in row if c.value == "=(40000000+5000000)/1000000"]
    assert formula.offset(0, 1).value == 50
    assert (entries(path)[REVENUE], entries(path)[MAY]) == (45e6, 5e7)
    assert [one.old for one in done.formulas if one.lost] == ["=C8/20"]  # the value stays, and that is told
