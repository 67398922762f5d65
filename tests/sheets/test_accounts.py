"""企業リスト and what it adds up to, counted once more row by row (T10, T11)."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from tests.sheets.accounts import account_rows, with_accounts
from tests.sheets.plans import template
from xl_kpi import catalog
from xl_kpi.plan.accounts.checks import check_accounts
from xl_kpi.plan.accounts.figures import ALL, BANTC, OTHER, TABLE, figures_of, stages_of, tiers
from xl_kpi.plan.checks import check
from xl_kpi.plan.input.field import STAGES_BY_NAME
from xl_kpi.plan.input.row_names import RowNames
from xl_kpi.plan.pages.named import read_named
from xl_kpi.plan.pages.tables import TABLES
from xl_kpi.sheets import book_spec
from xl_kpi.sheets.accounts import tables as account_tables
from xl_kpi.sheets.accounts.page import COLUMNS
from xl_kpi.sheets.blocks.typed_rows import offered
from xl_kpi.sheets.context import Context
from xl_kpi.workbook.spec import SheetSpec

PLAN = template("default", "ja")
COUNT = 120


ROWS = [*account_rows(PLAN, COUNT).values()]


@pytest.fixture(scope="module")
def figures():
    return figures_of(with_accounts(PLAN, COUNT))


def of_tier(tier: str) -> list[dict]:
    if tier == ALL:
        return ROWS
    return [row for row in ROWS if (row.get("tier") not in tiers() if tier == OTHER else row.get("tier") == tier)]


def ratio(part: float, whole: float) -> float:
    return pytest.approx(float(Fraction(part) / Fraction(whole)), rel=1e-12)


@pytest.mark.parametrize("tier", (*tiers(), OTHER, ALL))
def test_counts_and_sums_by_tier(figures, tier):
    rows = of_tier(tier)
    assert figures.count(tier) == len(rows) > 0
    sums = {}
    for column in ("leads", "key_people", "key_reached", "views"):
        sums[column] = sum(row[column] for row in rows if column in row)
        assert figures.total(column, tier) == sums[column]
    assert figures.reached(tier) == ratio(sums["key_reached"], sums["key_people"])
    assert figures.important_share(tier) == ratio(len([1 for row in rows if row.get("important", 0) > 0]), len(rows))
    opened = Counter(row.get("opened") for row in rows)
    assert figures.said_yes("opened", tier) == ratio(opened["yes"], opened["yes"] + opened["no"])
    by_stage = Counter(row.get("stage", OTHER) for row in rows)
    assert {stage: figures.count(tier, stage=stage) for stage in (*stages_of(PLAN), OTHER)} == {
        stage: by_stage[stage] for stage in (*stages_of(PLAN), OTHER)
    }


def test_what_is_known_of_bantc(figures):
    known = {column: sum(row.get(column) in ("yes", "no") for row in ROWS) for column in BANTC}
    for column in BANTC:
        assert figures.known(column) == ratio(known[column], COUNT)
    assert figures.all_known == ratio(sum(known.values()), 5 * COUNT)


def test_a_list_without_accounts_has_no_shares():
    figures = figures_of(with_accounts(PLAN, 0))
    assert (figures.count(), figures.total("leads")) == (0, 0)
    assert {figures.reached(), figures.important_share(), figures.known("budget"), figures.all_known} == {""}


def page_of(plan) -> SheetSpec:
    return book_spec(plan).sheet("accounts")


def test_the_page_has_a_row_an_account_and_blank_ones():
    page = page_of(with_accounts(PLAN, COUNT))
    header = next(row for (row, column), cell in page.cells.items() if column == 2 and cell.value == "会社名")
    ids = [page.cells[header + k, 1].value for k in range(1, COUNT + 31)]
    assert ids == [f"r{k}" for k in range(1, COUNT + 31)]
    assert page.freeze == f"C{header + 1}" and page.print_title_rows == f"${header}:${header}"
    assert page.filter == f"B{header}:S{header + COUNT + 30}"
    assert not page.protected
    # in words, as somebody types them
    assert page.cells[header + 1, 17].value in (
        "未接触",
        "リード",
        "MQL",
        "SQL",
        "商談",
        "案件・提案",
        "受注",
        "失注",
        None,
    )


def test_totals_stand_over_the_header():
    page = page_of(with_accounts(PLAN, COUNT))
    rows = {cell.value: row for (row, column), cell in page.cells.items() if column == 1}
    heads = {page.cells[rows["total:counts"] - 1, column].value: column for column in range(2, 20)}
    counts = rows["total:counts"]
    assert page.cells[counts, heads["会社数"]].value == COUNT
    assert page.cells[counts, heads["ランクB"]].value == len(of_tier("B"))
    assert page.cells[counts, heads["失注"]].value == sum(row.get("stage") == "lost" for row in ROWS)
    names = [name for name, _ in COLUMNS]
    assert page.cells[rows["total:sums"], 2 + names.index("leads")].value == sum(row["leads"] for row in ROWS)
    assert page.cells[rows["total:sums"], 2 + names.index("timing")].value == ratio(
        sum(row.get("timing") in ("yes", "no") for row in ROWS), COUNT
    )


def test_rules_and_marks_reach_as_far_as_rows_count():
    """As many as the list takes and 300 below, so that a list pasted today is counted, checked and painted at once."""
    page = page_of(with_accounts(PLAN, 3))
    rows = {cell.value: row for (row, column), cell in page.cells.items() if column == 1}
    last = rows["r1"] - 1 + 5300
    # the one of all pages is about the printed cells
    assert all(one.ref.endswith(str(last)) for one in page.conditions if one.ref != page.print_area.replace("$", ""))
    assert all(one.ref.endswith(str(last)) for one in page.validations)
    assert f"${last}" in page.cells[rows["total:counts"], 2].formula


def test_many_stages_take_a_further_line():
    stages = tuple(PLAN.stages[0].__class__(f"s{k}", f"段階{k}", "", 0.5 if k < 20 else None, PLAN.stages[0].lag)
                   for k in range(1, 21))  # fmt: skip
    channel = PLAN.channels[0].__class__("web", "Web", "s1", share=1.0)
    plan = with_accounts(PLAN.with_(stages=stages, channels=(channel,), kpis=(), pipeline={}), 30)
    page = page_of(plan)
    rows = {cell.value: row for (row, column), cell in page.cells.items() if column == 1}
    counted = [
        page.cells[rows[key], column].value for key in ("total:counts", "total:counts1") for column in range(8, 20)
        if (rows[key], column) in page.cells
    ]  # fmt: skip
    assert sum(counted) + sum(page.cells[rows["total:counts1"], column].value or 0 for column in range(2, 8)
                              if (rows["total:counts1"], column) in page.cells) == 30  # fmt: skip


def test_more_reached_than_there_are_is_pointed_out():
    rows = {"r4": {"name": "甲社", "key_people": 2.0, "key_reached": 3.0}, "r5": {"name": "乙社", "key_reached": 3.0}}
    plan = PLAN.with_(tables={TABLE: rows})
    assert [(fault.cell, fault.level) for fault in check_accounts(plan)] == [(f"{TABLE}[r4].key_reached", "warning")]
    assert any(fault.cell == f"{TABLE}[r4].key_reached" for fault in check(plan))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.key)
def test_each_word_that_a_cell_of_a_typed_table_offers_is_read(table):
    ctx = Context(template("default", "ja"))
    names = RowNames({one.id: one.name for one in ctx.plan.stages}, {}, catalog.find_stage)
    for one in (one for one in table.columns if one.choices):
        for id_, word in offered(ctx, one).items():
            reader, options = one.reader()
            named = one.refers == STAGES_BY_NAME
            assert (read_named(word, one=one, names=names) if named else reader(word, **options)) == id_, one.key


def test_what_is_sent_and_plans_without_the_page_show_nothing_of_it(monkeypatch):
    on, off = Context(with_accounts(PLAN, 3)), Context(PLAN)
    sent = Context(with_accounts(PLAN, 3), leaving=True)
    channel = PLAN.channels[0]
    known = type("Known", (), {"accounts": "reach"})
    monkeypatch.setattr(account_tables.catalog, "find_channel", lambda id_: known)
    assert [len(account_tables.tables(ctx, channel)) for ctx in (on, off, sent)] == [1, 0, 0]
