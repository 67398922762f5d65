"""The success factors on the KPI tree (K2): words beside it, no part of its arithmetic."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.agreement.books import built
from tests.agreement.comparison import against_python
from tests.sheets.plans import template
from xl_kpi.plan.model import Plan
from xl_kpi.sheets import Context, book_spec, from_context
from xl_kpi.sheets.tree import factors as tree_factors
from xl_kpi.sheets.tree import nodes as tree_nodes
from xl_kpi.sheets.tree.page import FIRST_ROW, PITCH, SLOTS_PER_PAGE
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.writing.stored_values import evaluate

ROWS = {
    "r1": {"factor": "検索からの流入", "kpi1": "web.sessions", "kpi2": "web.cvr"},
    "r2": {"factor": "商談の質", "kpi1": "stage:sql", "kpi2": "stage:opportunities", "kpi4": "web.gone"},
    "r3": {"factor": "顧客満足"},
    "r4": {"factor": "やめたこと", "kpi1": "web.cv", "state": "dropped"},
    "r5": {"kpi1": "web.cv"},
}


def plan_of(rows: dict, **settings) -> Plan:
    plan = template("default", "ja").with_(settings={"page_ksf": "on", **settings}, tables={"tbl_ksf": rows})
    return plan.with_(actuals={("web:sessions", 0): 5000.0, ("stage:sql", 0): 12.0})


def tree(plan: Plan) -> SheetSpec:
    return book_spec(plan).sheet("tree")


def column_of_goal(page: SheetSpec) -> list[object]:
    return [cell.value for (row, column), cell in sorted(page.cells.items()) if column == 2 and row > FIRST_ROW + 1
            and cell.value is not None]  # fmt: skip


def test_factors_stand_below_the_goal_with_their_kpis():
    page = tree(plan_of(ROWS))
    said = column_of_goal(page)
    assert said[2:10] == [
        "検索からの流入", "サービスサイト: セッション", "サービスサイト: CVR", "商談の質", "段階: SQL", "段階: 商談",
        "web.gone", "顧客満足",
    ]  # fmt: skip
    assert not {"やめたこと"} & set(map(str, said))  # what was dropped is no factor any more


def test_what_a_kpi_reaches_is_that_of_its_own_box():
    ctx = Context(plan_of(ROWS))
    from_context(ctx)
    nodes = {node.id: node for node, _ in tree_nodes.walk(tree_nodes.build(ctx))}
    (first, _, state), *_ = [(words, link, figure) for words, figure, link in tree_factors.factors(ctx)[0].kpis]
    assert first == "サービスサイト: セッション" and state == nodes["web.sessions"].state


def test_nothing_of_the_tree_changes_by_them():
    """Every other cell of the page is where and what it was: the factors join no sum."""
    with_them, without = tree(plan_of(ROWS)), tree(plan_of(ROWS, tree_ksf="off"))
    mine = {place for place in with_them.cells if 2 <= place[1] <= 6 and place[0] > FIRST_ROW + 1}
    for place, cell in without.cells.items():
        if place[1] > 1 and place not in mine:
            assert with_them.cells[place] == cell, place
    assert with_them.print_area == without.print_area


@pytest.mark.parametrize("settings", [{"tree_ksf": "off"}, {"page_ksf": "off"}])
def test_they_can_be_left_out(settings):
    assert "検索からの流入" not in column_of_goal(tree(plan_of(ROWS, **settings)))
    assert "KSF（重要成功要因）" not in column_of_goal(tree(plan_of({})))


def test_boxes_are_known_by_their_ids():
    page = tree(plan_of(ROWS))
    marks = {row: str(cell.value) for (row, column), cell in page.cells.items() if column == 1 and row >= FIRST_ROW}
    assert "ksf:r1|" in marks[FIRST_ROW + PITCH * 2] and "ksf:r1:1|" in marks[FIRST_ROW + PITCH * 3]
    assert "ksf:r3|" in marks[FIRST_ROW + PITCH * 6]


def test_more_than_there_is_room_for_are_counted():
    rows = {f"r{k}": {"factor": f"要因{k}", "kpi1": "web.cv"} for k in range(1, 41)}
    said = column_of_goal(tree(plan_of(rows)))
    fits = SLOTS_PER_PAGE - tree_factors.FIRST_SLOT  # a slot each
    assert f"要因{fits}" in said and f"要因{fits + 1}" not in said
    assert f"ほか{40 - fits}件" in str(said[1])


def test_cells_are_what_python_says():
    book = built(plan_of(ROWS, closed_until=dt.date(2026, 4, 1)))
    assert against_python(book, evaluate(book.data), "IronCalc") == []
