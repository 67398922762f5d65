"""Shown figures add up on every page: read as displayed, each total is the sum of its parts (K3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

from tests.agreement.variants import edge_plans, every_kpi, random_plans
from tests.sheets.plans import NAMES, in_the_year, template
from tests.sheets.test_fit import shown
from xl_kpi import catalog
from xl_kpi.plan.model import Goal, Plan
from xl_kpi.plan.targets import Targets
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.theme import style

BACKWARDS_NAME, TOTAL, SECOND, BEFORE, FIRST = 2, 3, 4, 5, 6
TAB_TOTAL, TAB_FIRST = 5, 7
UNITS = ("yen", "thousand_yen", "million_yen")


def number(page: SheetSpec, row: int, column: int) -> Decimal:
    """What a person reads in a cell; blank is 0."""
    cell = page.cells[row, column]
    if cell.value in ("", None):
        return Decimal(0)
    text = shown(cell.value, style(cell.style)).replace(",", "")
    assert not text.startswith("-0") or Decimal(text) < 0, (page.key, row, column)
    return Decimal(text)


def rows_of(page: SheetSpec) -> dict[str, int]:
    return {
        cell.value: row for (row, column), cell in page.cells.items() if column == 1 and isinstance(cell.value, str)
    }


def wrong(plan: Plan) -> Iterator[str]:
    """Each total that is not what its parts look like, and each month below 0."""
    spec = book_spec(plan)
    yield from _backwards(plan, spec.sheet("backwards"))
    yield from _channels(plan, spec.sheet("channels"))
    for channel in plan.channels_on:
        yield from _tab(plan, spec.sheet(f"tab:{channel.id}"))
    yield from _tree(plan, spec.sheet("tree"))


def _backwards(plan: Plan, page: SheetSpec) -> Iterator[str]:
    rows, after = rows_of(page), FIRST + plan.months
    parts = [BEFORE, *range(FIRST, after + 1)]
    for key in [*(stage.id for stage in plan.stages), *(["revenue"] if "revenue" in rows else [])]:
        row = rows[key]
        if number(page, row, TOTAL) != sum(number(page, row, column) for column in parts):
            yield f"逆算 {key}"
    channels = {one.id: rows[one.id] for one in plan.channels_on}
    for index, stage in enumerate(plan.stages):
        row, need = rows[f"new:{stage.id}"], rows[stage.id]
        months = sum(number(page, row, column) for column in range(FIRST, after))
        if number(page, row, TOTAL) != months:
            yield f"逆算 new {stage.id}"
        outside = sum(number(page, row, column) for column in (SECOND, BEFORE, after))
        if number(page, row, after + 1) != outside or months + outside != number(page, need, TOTAL):
            yield f"逆算 new {stage.id}: in the plan and outside"
        same = [channels[one.id] for one in plan.channels_on if one.stage == stage.id and one.share]
        for column in [TOTAL, *parts] if same else []:
            if number(page, row, column) != sum(number(page, one, column) for one in same):
                yield f"逆算 channels of {stage.id}, column {column}"
        if index == 0 and same:
            total = rows["total:"]
            yield from (f"逆算 sum {c}" for c in [TOTAL, *parts] if number(page, total, c) != number(page, row, c))
    for row in channels.values():
        if number(page, row, TOTAL) != sum(number(page, row, column) for column in range(FIRST, after)):
            yield f"逆算 channel, row {row}"
    whole = [*channels.values(), *(rows[key] for stage in plan.stages for key in (stage.id, f"new:{stage.id}"))]
    yield from (f"逆算 R{row}C{c} < 0" for row in whole for c in parts if number(page, row, c) < 0)
    orders, first = rows[f"new:{plan.stages[-1].id}"], rows["cumulative_orders"]
    for column in range(FIRST, after):
        if number(page, first, column) != number(page, first, column - 1) + number(page, orders, column):
            yield f"逆算 cumulative {column}"


def _channels(plan: Plan, page: SheetSpec) -> Iterator[str]:
    rows = rows_of(page)
    header = {cell.value: column for (row, column), cell in page.cells.items() if cell.style.startswith("header")}
    need = header[catalog.text("channel_need", plan.lang)]
    leads = [rows[one.id] for one in plan.channels_on if one.stage == plan.stages[0].id]
    if number(page, rows["total:"], need) != sum(number(page, row, need) for row in leads):
        yield "チャネル need"
    if number(page, rows["total:"], need + 1) != sum(number(page, row, need + 1) for row in leads):
        yield "チャネル cost"


def _tab(plan: Plan, page: SheetSpec) -> Iterator[str]:
    summed = {kpi.id for kpi in plan.kpis if catalog.unit(kpi.unit).total == "sum"}
    for key, row in rows_of(page).items():
        name, _, side = key.partition(":")
        if name == "plan" or (side == "target" and name in summed):
            months = [number(page, row, TAB_FIRST + k) for k in range(plan.months)]
            if number(page, row, TAB_TOTAL) != sum(months):
                yield f"{page.key} {key}: {number(page, row, TAB_TOTAL)}, {sum(months)}"


def _tree(plan: Plan, page: SheetSpec) -> Iterator[str]:
    """The boxes of the first stage's channels, with what lies outside, are that stage's box."""
    boxes = {}
    for (row, column), cell in page.cells.items():
        if column == 1 and isinstance(cell.value, str) and cell.value.count("|"):
            for level, id_ in enumerate(cell.value.partition(":7:")[2].split("|")):
                boxes[id_] = (row + 1, 3 + 7 * level)  # its target
    first = plan.stages[0].id
    inside = [one.id for one in plan.channels_on if one.stage == first and one.share]
    if inside and number(page, *boxes[first]) != sum(number(page, *boxes[id_]) for id_ in [*inside, "outside"]):
        yield "tree"


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("name", [*NAMES, "in the year", "every KPI"])
def test_of_every_template(name, lang):
    made = {"in the year": in_the_year, "every KPI": every_kpi}
    assert list(wrong(made[name](lang) if name in made else template(name, lang))) == []


@pytest.mark.parametrize("unit", UNITS)
def test_of_money_in_every_unit(unit):
    # 1,234,567,890 yen are 1,028.8 orders of 1.2 million, so 1,029; 百万円 shows 1,234.6
    plan = every_kpi("ja").with_(goal=Goal("revenue", 1_234_567_890.0), currency_unit=unit, order_value=1_200_000.0)
    assert list(wrong(plan)) == []
    page = book_spec(plan).sheet("backwards")
    said = {"yen": "1234567890", "thousand_yen": "1234568", "million_yen": "1234.6"}[unit]
    assert number(page, rows_of(page)["revenue"], TOTAL) == Decimal(said)


@pytest.mark.parametrize("name", list(edge_plans()))
def test_at_the_edges(name):
    assert list(wrong(edge_plans()[name])) == []


@settings(max_examples=30)
@given(plan=random_plans())
def test_of_random_plans(plan):
    assert list(wrong(plan)) == []
    targets = Targets(plan)
    for index in range(len(plan.stages)):
        # nothing is planned after the last day that counts
        last = targets.latest_dates[index]
        late = [
            k for k in range(plan.months) if (plan.start.year * 12 + plan.start.month + k) > last.year * 12 + last.month
        ]
        assert all(targets.whole_needed[index].months[k] == 0 for k in late)


def test_a_sum_that_is_off_is_noticed():
    # the check itself: one more in a month of 逆算
    spec = book_spec(template("default", "ja"))
    page = spec.sheet("backwards")
    place = rows_of(page)["leads"], FIRST + 2
    page.cells[place] = replace(page.cells[place], value=page.cells[place].value + 1)
    assert list(_backwards(template("default", "ja"), page)) == ["逆算 leads"]
