"""週次実績 / Weekly actuals on its page (K13): how each week is split, live, and what is wrong with a row."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.agreement.books import built
from tests.agreement.comparison import against_python
from tests.agreement.selected import often
from tests.cli.terminal import xl
from tests.sheets.plans import template
from xl_kpi.build import build
from xl_kpi.commands import open_workbook
from xl_kpi.plan.model import Plan
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.writing.stored_values import evaluate

MONDAY = dt.date(2026, 3, 30)
ROWS = {
    "r1": {"week": MONDAY, "kpi": "ads.clicks", "value": 700.0},
    "r2": {"week": dt.date(2026, 4, 6), "kpi": "ads.clicks", "value": 10.0},
    "r3": {"week": dt.date(2026, 4, 8), "kpi": "stage:mql", "value": 3.0},
    "r4": {"week": dt.date(2026, 4, 6), "kpi": "ads.clicks", "value": 1.0},
    "r5": {"kpi": "ads.cost", "value": 5.0},
    "r6": {"week": dt.date(2026, 8, 31), "kpi": "ads.cost", "value": 100_000.0},
}


def plan_of(lang: str, rows: dict = ROWS, **changes) -> Plan:
    return template("default", lang).with_(
        months=6, settings={"page_weeks": "on"}, tables={"tbl_weeks": rows}, **changes
    )


def test_what_a_row_says():
    """700 of the week of 30 March: two days in March, five in April; 100,000 of 31 August: one and six."""
    page = book_spec(plan_of("ja")).sheet("weeks")
    rows = {cell.value: at for (at, column), cell in page.cells.items() if column == 1}
    said = {id_: [page.cells[rows[id_], column].value for column in (5, 6, 7, 8)] for id_ in ROWS}
    assert said["r1"] == [200.0, 5, 500.0, "月をまたぐ週: 日数で分けます"]
    assert said["r6"][:3] == [pytest.approx(100_000 / 7), 6, pytest.approx(600_000 / 7)]
    assert [said[id_][3] for id_ in ("r2", "r3", "r4", "r5")] == [
        "▲ 同じ週とKPIが2行あります", "▲ 月曜日の日付にしてください", "▲ 同じ週とKPIが2行あります",
        "▲ 週・KPI・実績をそろえてください",
    ]  # fmt: skip


@pytest.mark.parametrize("lang", often(["ja", "en"], ["ja"]))
def test_cells_are_what_python_says(lang):
    book = built(plan_of(lang))
    assert against_python(book, evaluate(book.data), "IronCalc") == []


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("weeks") / "plan.xlsx"
    sound = {id_: ROWS[id_] for id_ in ("r1", "r2", "r6")}
    path.write_bytes(build(plan_of("ja", sound, actuals={("ads:clicks", 0): 5.0})))
    return path


@pytest.mark.slow
def test_import_adds_the_weeks_up_and_asks_before_it_replaces(made, tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(made.read_bytes())
    answer = xl("import", path, "--weeks")
    assert answer.code == 2 and "typed:ads.clicks:2026-04" in answer.err and path.read_bytes() == made.read_bytes()
    assert (
        "2026/03/30の週（3月に2日、4月に5日）" in answer.out and "計画の期間にない月は使いません: 2026/03" in answer.out
    )
    answer = xl("import", path, "--weeks", "--answer", "typed:ads.clicks:2026-04=take")
    assert answer.code == 0, answer.err
    actuals = open_workbook(path, "ja").read.plan.actuals
    assert actuals[("ads:clicks", 0)] == 510.0
    assert actuals[("ads:cost", 4)] + actuals[("ads:cost", 5)] == pytest.approx(100_000.0, rel=1e-12)
    again = xl("import", path, "--weeks")
    assert again.code == 0 and "変わる実績はありません" in again.out


@pytest.mark.slow
def test_what_is_wrong_is_told_with_its_cell(tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(build(plan_of("ja")))
    answer = xl("import", path, "--weeks")
    assert answer.code == 2 and len(answer.faults) == 3
    assert any("週次実績!B" in line and "2026/04/06" in line for line in answer.faults)
    none = tmp_path / "none.xlsx"
    none.write_bytes(build(plan_of("ja", {})))
    answer = xl("import", none, "--weeks")
    assert answer.code == 2 and "--weeks" in answer.err and "週次実績に行がありません" in answer.err
