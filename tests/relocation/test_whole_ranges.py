"""Ranges over whole blocks and words beside ours, through real files: all months stay all months, memos stay memos."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import LineChart, Reference
from openpyxl.workbook.defined_name import DefinedName

from tests.new_files import few_pages, new_file
from tests.regenerate.described import template
from tests.regenerate.typing_in import type_in
from xl_kpi.commands import open_workbook
from xl_kpi.commands.rewrite import Rewritten, rewrite
from xl_kpi.plan.channel_choice import with_channels

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

NOW = dt.datetime(2026, 6, 3, 9, 0, 0)
TAB, OWN = "サービスサイト", "自分"  # the tab has its months from column G; 12 end in R, 18 in X, 6 in L
FORMULAS = {
    12: {"B1": "SUM({tab}!G9:R9)", "B2": "SUM({tab}!$G$8:$R$9)", "B3": "{tab}!T9", "B4": "{tab}!C60"},
    18: {"B1": "SUM({tab}!G9:X9)", "B2": "SUM({tab}!$G$8:$X$9)", "B3": "{tab}!Z9", "B4": "{tab}!C60"},
    6: {"B1": "SUM({tab}!G9:L9)", "B2": "SUM({tab}!$G$8:$L$9)", "B3": "{tab}!N9", "B4": "{tab}!C60"},
}
# words of the user's: beside a row of the table, its own sum, beside the chart, beside the definitions, and below all
MEMOS = {
    12: {"T9": "確認済み", "T10": "=SUM(G9:R9)", "T30": "グラフの右", "T44": "定義の右", "C60": "下の覚え書き"},
    18: {"Z9": "確認済み", "Z10": "=SUM(G9:X9)", "Z30": "グラフの右", "Z44": "定義の右", "C60": "下の覚え書き"},
    6: {"N9": "確認済み", "N10": "=SUM(G9:L9)", "N30": "グラフの右", "N44": "定義の右", "C60": "下の覚え書き"},
}


@pytest.fixture(scope="module")
def begun(tmp_path_factory) -> Path:
    """The template's year as the program leaves it, with a sheet, a name, a chart and words of the user's."""
    path = tmp_path_factory.mktemp("begun") / "計画.xlsx"
    path.write_bytes(new_file(few_pages(with_channels(template(), ["web", "ads"]))))
    book = openpyxl.load_workbook(path)
    own = book.create_sheet(OWN)
    for cell, formula in FORMULAS[12].items():
        own[cell] = "=" + formula.format(tab=TAB)
    for cell, words in MEMOS[12].items():
        book[TAB][cell] = words
    chart = LineChart()
    chart.add_data(Reference(book[TAB], min_col=7, max_col=18, min_row=9), from_rows=True)
    own.add_chart(chart, "D2")
    book.defined_names["sessions_all"] = DefinedName("sessions_all", attr_text=f"'{TAB}'!$G$9:$R$9")
    book.save(path)
    return path


@pytest.fixture
def path(begun, tmp_path) -> Path:
    file = tmp_path / begun.name
    file.write_bytes(begun.read_bytes())
    return file


def with_months(path: Path, months: int) -> Rewritten:
    type_in(path, {"plan_months": months})
    return rewrite(open_workbook(path, "ja"), command="regenerate", who="鈴木", now=NOW)


def stands(path: Path, months: int) -> None:
    """Everything of the user's is where it belongs in a plan of so many months."""
    book = openpyxl.load_workbook(path)
    formulas = {cell: book[OWN][cell].value.replace("'", "") for cell in FORMULAS[months]}
    assert formulas == {cell: "=" + words.format(tab=TAB) for cell, words in FORMULAS[months].items()}
    assert {cell: book[TAB][cell].value for cell in MEMOS[months]} == MEMOS[months]
    last = {12: "R", 18: "X", 6: "L"}[months]
    assert book.defined_names["sessions_all"].attr_text.replace("'", "") == f"{TAB}!$G$9:${last}$9"
    with zipfile.ZipFile(path) as package:
        charts = [package.read(name) for name in package.namelist() if name.startswith("xl/charts/")]
    series = f"{TAB}!$G$9:${last}$9".encode()
    assert sum(series in part.replace(b"'", b"") for part in charts) == 1


@pytest.mark.parametrize("months", [pytest.param(18, marks=pytest.mark.long), 6])
def test_there_and_back_everything_of_the_users_is_where_it_was(path, months):
    with_months(path, months)
    stands(path, months)
    with_months(path, 12)
    stands(path, 12)


@pytest.mark.long
def test_words_of_the_users_are_no_cells_that_go(path):
    """Nothing of the plan was changed: no cell of the tab goes, whatever stands beside and below it."""
    done = rewrite(open_workbook(path, "ja"), command="regenerate", who="鈴木", now=NOW, dry_run=True)
    assert sum(change.removed for change in done.sheets if change.sheet == TAB) == 0
    # six months less: the tab's rows are counted, the memos are not
    type_in(path, {"plan_months": 6})
    fewer = rewrite(open_workbook(path, "ja"), command="regenerate", who="鈴木", now=NOW, dry_run=True)
    (tab,) = (change for change in fewer.sheets if change.sheet == TAB)
    # in each of six months: header, leads of the plan, leads of the next period, orders and revenue of the leads
    # (the rows of what comes after the end have a total alone), three rows for each of five KPIs, but for the three
    # blank rows of actuals that are typed
    assert tab.removed == 6 * (1 + 1 + 1 + 2 + 5 * 3 - 3)
