"""KSF / Success factors (K2, K11): the factors with their KPIs, what is missing, and the KPIs that lead nowhere."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from tests.agreement.books import Built, built
from tests.agreement.comparison import against_python
from tests.regenerate.typing_in import type_in_cells
from tests.sheets.plans import template
from xl_kpi import engine
from xl_kpi.catalog.messages import worded
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.findings.paths import off_the_way
from xl_kpi.plan.model import Kpi, Plan
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.reading.plan_reader import read_with_faults
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.writing.stored_values import evaluate

ROWS = {
    "r1": {"factor": "検索からの流入", "meaning": "安くリードが取れる", "kpi1": "web.sessions", "kpi2": "web.cvr"},
    "r2": {"factor": "商談の質", "kpi1": "stage:sql", "kpi3": "web.sessions", "owner": "営業", "state": "doing"},
    "r3": {"factor": "顧客満足"},
    "r4": {"factor": "知名度", "kpi1": "web.followers"},
    "r5": {"factor": "展示会", "kpi2": "trade_show.gone"},
}


def plan_of(lang: str, rows: dict | None = None, **settings: str) -> Plan:
    """The default plan with a KPI that no formula joins to anything."""
    plan = template("default", lang)
    followers = Kpi("followers", "web", "フォロワー数", "Followers", "count", "input", "input", value=1000)
    settings = {"page_ksf": "on", **settings}
    return plan.with_(
        kpis=(*plan.kpis, followers), settings=settings, tables={"tbl_ksf": ROWS if rows is None else rows}
    )


def page_of(plan: Plan) -> SheetSpec:
    return book_spec(plan).sheet("ksf")


def row_of(page: SheetSpec, id_: str) -> dict[int, object]:
    row = next(row for (row, column), cell in page.cells.items() if column == 1 and cell.value == id_)
    return {column: cell.value for (at, column), cell in page.cells.items() if at == row}


@pytest.fixture(scope="module")
def book() -> Built:
    return built(plan_of("ja"))


def test_followers_alone_lead_to_no_goal():
    assert off_the_way(plan_of("ja")) == {"web.followers"}  # a count that nothing is computed from (K11)
    assert off_the_way(template("default", "ja")) == frozenset()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_what_is_missing_stands_beside_each_factor_and_on_top(lang):
    page = page_of(plan_of(lang))
    said = [str(row_of(page, f"r{k}")[11])[0] for k in range(1, 6)]
    assert said == ["○", "○", "▼", "▲", "▼"]  # tied; tied; no KPI; one that leads nowhere; one that the plan lacks
    untied = len(page_kpis(page)) - 4  # sessions, CVR, SQL and the followers have a factor
    assert [row_of(page, "kgi")[column] for column in (5, 6, 7, 8)] == [5, 1, untied, 1]


def page_kpis(page: SheetSpec) -> list[str]:
    return [str(cell.value) for (_, column), cell in page.cells.items() if column == 1
            and str(cell.value).startswith("kpi:")]  # fmt: skip


def test_each_kpi_says_its_factor():
    page = page_of(plan_of("ja"))
    assert [row_of(page, "kpi:web.sessions")[column] for column in (4, 5)] == [2, "検索からの流入"]
    assert [row_of(page, "kpi:stage:mql")[column] for column in (4, 5)] == [0, "－ KSFなし"]
    assert str(row_of(page, "kpi:web.followers")[3])[0] == "▼"


def test_cells_are_what_python_says_also_with_nothing_typed(book):
    assert against_python(book, evaluate(book.data), "IronCalc") == []
    bare = built(plan_of("en", {}))
    assert against_python(bare, evaluate(bare.data), "IronCalc") == []


def test_what_was_typed_is_read_back(book, tmp_path):
    read = typed_into(book, tmp_path, {})
    assert not [fault for fault in read.faults if fault.level == "error"]
    assert read.plan.tables["tbl_ksf"] == ROWS and read.plan.settings["page_ksf"] == "on"


def test_a_page_that_is_off_keeps_what_was_typed():
    spec = book_spec(plan_of("ja", page_ksf="off"))
    assert spec.sheet("ksf").hidden
    nothing = book_spec(plan_of("ja", {}, page_ksf="off"))
    assert "ksf" not in [sheet.key for sheet in nothing.sheets]
    switched = book_spec(plan_of("ja", {}, page_ksf="off", tree_ksf="off"))
    assert switched.sheet("ksf").hidden  # what stands in a cell of the page is an entry too


def typed_into(book: Built, tmp_path, cells: dict[str, object]):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(book.data)
    type_in_cells(path, {"KSF": cells})
    return read_with_faults(engine.open_book(path), path.name, entries_of(book.plan))


def spare_row(book: Built) -> int:
    sheet = openpyxl.load_workbook(BytesIO(book.data))["KSF"]
    return next(row for row in range(1, 40) if sheet.cell(row, 1).value == "r6")


def test_names_are_typed_and_unknown_ones_asked(book, tmp_path):
    row = spare_row(book)
    read = typed_into(
        book, tmp_path, {f"B{row}": "広告", f"E{row}": "Ads: clicks", f"F{row}": "広告: CVRR", f"J{row}": "済"}
    )
    errors = [
        (one.sheet, one.cell, one.found, worded(one.allowed, "ja")) for one in read.faults if one.level == "error"
    ]
    assert [error[:3] for error in errors] == [("KSF", f"F{row}", "広告: CVRR"), ("KSF", f"J{row}", "済")]
    assert errors[0][3].startswith("広告: CVR のことですか？")
    assert read.plan.tables["tbl_ksf"]["r6"] == {"factor": "広告", "kpi1": "ads.clicks"}
