"""Shown figures add up on every page: read as displayed, each total is the sum of its parts (K3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

from tests.agreement.books import Editor, built, changed
from tests.agreement.comparison import against_python
from tests.agreement.selected import often, often_rows
from tests.agreement.sheet_xml import read_values
from tests.agreement.variants import EDGES_OF_SUMS, EDGES_OFTEN, edge_plans, every_kpi, random_plans
from tests.cases.case import FOLDER, read_case
from tests.how_often import often as many
from tests.sheets.plans import NAMES, in_the_year, template
from tests.sheets.test_fit import shown
from xl_kpi import catalog
from xl_kpi.calc.lag import Lag
from xl_kpi.kpi.agreed_targets import closed_until, remembered
from xl_kpi.plan.agreement import items
from xl_kpi.plan.model import Goal, Plan
from xl_kpi.plan.targets import Targets
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.spec import BookSpec, SheetSpec
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


def wrong(plan: Plan, spec: BookSpec | None = None) -> Iterator[str]:
    """Each total that is not what its parts look like, and each month below 0."""
    spec = spec or book_spec(plan)
    yield from _backwards(plan, spec.sheet("backwards"))
    yield from _channels(plan, spec.sheet("channels"))
    for channel in plan.channels_on:
        yield from _tab(plan, spec.sheet(f"tab:{channel.id}"))
    yield from _tree(plan, spec.sheet("tree"))
    yield from _across(plan, spec)


def _backwards(plan: Plan, page: SheetSpec) -> Iterator[str]:
    rows, after = rows_of(page), FIRST + plan.months
    parts = [BEFORE, *range(FIRST, after + 1)]
    for key in [*(stage.id for stage in plan.stages), *(["revenue"] if "revenue" in rows else [])]:
        row = rows[key]
        if number(page, row, TOTAL) != sum(number(page, row, column) for column in parts):
            yield f"逆算 {key}"
    channels = {one.id: rows[one.id] for one in plan.channels_in_funnel}
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
    # with closed months what stands before the start is what they leave of the total: it may be less than nothing
    above = [column for column in parts if column > BEFORE or not plan.closed_months]
    yield from (f"逆算 R{row}C{c} < 0" for row in whole for c in above if number(page, row, c) < 0)
    last = plan.stages[-1].id
    orders, won, first = rows[f"new:{last}"], rows[f"stage:{last}:actual"], rows["cumulative_orders"]
    for column in range(FIRST, after):
        closed = column - FIRST < plan.closed_months and page.cells[won, column].value is not None
        added = number(page, won if closed else orders, column)
        if number(page, first, column) != number(page, first, column - 1) + added:
            yield f"逆算 cumulative {column}"
    yield from _by_month(plan, page, rows, parts)


def _by_month(plan: Plan, page: SheetSpec, rows: dict[str, int], parts: list[int]) -> Iterator[str]:
    """The outlook, the actuals, the first plan and the next period: a total and its months."""
    for key in ("outlook_need", "outlook_orders", "outlook_need_revenue", "outlook_revenue"):
        if key in rows and number(page, rows[key], TOTAL) != sum(number(page, rows[key], one) for one in parts):
            yield f"逆算 {key}"
    for key, row in rows.items():
        if not key.startswith("next:") and not (key.startswith("stage:") and key.endswith((":actual", ":first"))):
            continue
        months = sum(number(page, row, one) for one in parts[1:-1])
        if number(page, row, TOTAL) != months:
            yield f"逆算 {key}: {number(page, row, TOTAL)}, {months}"
        outside = number(page, row, BEFORE) + number(page, row, parts[-1]) if key.startswith("next:") else Decimal(0)
        if key.startswith("next:") and number(page, row, SECOND) != months + outside:
            yield f"逆算 {key}: in all"


def _channels(plan: Plan, page: SheetSpec) -> Iterator[str]:
    rows = rows_of(page)
    header = {cell.value: column for (row, column), cell in page.cells.items() if cell.style.startswith("header")}
    need = header[catalog.text("channel_need", plan.lang)]
    leads = [rows[one.id] for one in plan.channels_on if one.stage == plan.stages[0].id]
    if number(page, rows["total:"], need) != sum(number(page, row, need) for row in leads):
        yield "チャネル need"
    if number(page, rows["total:"], need + 1) != sum(number(page, row, need + 1) for row in leads):
        yield "チャネル cost"
    both = sum(number(page, rows[key], need + 1) for key in ("total:", "total_later:"))
    if number(page, rows["total_cost:"], need + 1) != both:
        yield "チャネル cost in all"


def _tab(plan: Plan, page: SheetSpec) -> Iterator[str]:
    summed = {kpi.id for kpi in plan.kpis if catalog.unit(kpi.unit).total == "sum"}
    for key, row in rows_of(page).items():
        name, _, side = key.partition(":")
        if name in ("plan", "next") or (side in ("target", "actual", "first") and name in summed):
            months = [number(page, row, TAB_FIRST + k) for k in range(plan.months)]
            if number(page, row, TAB_TOTAL) != sum(months):
                yield f"{page.key} {key}: {number(page, row, TAB_TOTAL)}, {sum(months)}"


def _across(plan: Plan, spec: BookSpec) -> Iterator[str]:
    """What a channel's sheet, チャネル and 合意 say is what 逆算 says, and the sheets of a stage add up to it."""
    page, channels, agreement = (spec.sheet(key) for key in ("backwards", "channels", "agreement"))
    rows, places, answers = rows_of(page), rows_of(channels), rows_of(agreement)
    columns = range(FIRST, FIRST + plan.months)
    following: dict[str, list[Decimal]] = {}
    for channel in plan.channels_in_funnel:
        tab, own = spec.sheet(f"tab:{channel.id}"), rows[channel.id]
        at = rows_of(tab)

        def months(key: str, tab=tab, at=at) -> list[Decimal]:
            return [number(tab, at[key], column) for column in (TAB_TOTAL, *range(TAB_FIRST, TAB_FIRST + plan.months))]

        asked = [number(page, own, column) for column in (TOTAL, *columns)]
        if months(f"plan:{channel.stage}") != asked or number(channels, places[channel.id], 12) != asked[0]:
            yield f"{channel.id}: another number than on 逆算"
        if (key := f"next:{channel.stage}") in at:
            so_far = following.get(key, [Decimal(0)] * (plan.months + 1))
            following[key] = [one + other for one, other in zip(so_far, months(key), strict=True)]
    for key, added in following.items():
        stage = key.partition(":")[2]
        shares = sum(one.share for one in plan.channels_on if one.stage == stage)
        if shares and added != [number(page, rows[key], column) for column in (TOTAL, *columns)]:
            yield f"the sheets' {key}"
    for item in items(plan):
        whole = rows[plan.stages[item.stage].id] if item.channel is None else rows[plan.channels[item.channel].id]
        if number(agreement, answers[item.key], 4) != number(page, whole, TOTAL):
            yield f"合意 {item.key}"


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


@pytest.mark.parametrize("lang", often(["ja", "en"], ["ja"]))
@pytest.mark.parametrize(
    "name", often([*NAMES, "in the year", "every KPI"], ["default", "c2", "in the year", "every KPI"])
)
def test_of_every_template(name, lang):
    made = {"in the year": in_the_year, "every KPI": every_kpi}
    assert list(wrong(made[name](lang) if name in made else template(name, lang))) == []


@pytest.mark.parametrize("unit", often(UNITS, ["million_yen"]))
def test_of_money_in_every_unit(unit):
    # 1,234,567,890 yen are 1,028.8 orders of 1.2 million, so 1,029; 百万円 shows 1,234.6
    plan = every_kpi("ja").with_(goal=Goal("revenue", 1_234_567_890.0), currency_unit=unit, order_value=1_200_000.0)
    assert list(wrong(plan)) == []
    page = book_spec(plan).sheet("backwards")
    said = {"yen": "1234567890", "thousand_yen": "1234568", "million_yen": "1234.6"}[unit]
    assert number(page, rows_of(page)["revenue"], TOTAL) == Decimal(said)


@pytest.mark.parametrize("name", often(EDGES_OF_SUMS, EDGES_OFTEN))
def test_at_the_edges(name):
    assert list(wrong(edge_plans()[name])) == []


@settings(max_examples=many(6, 15))
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


def small(lang: str = "ja") -> Plan:
    """Three months, two channels of leads, money in thousands; of what was asked nothing came as it was asked."""
    plan = every_kpi(lang)
    on = ("web", "ads")
    stages = [replace(stage, lag=Lag(days, days)) for stage, days in zip(plan.stages, (9, 4, 6, 11, 8))]
    plan = plan.with_(
        goal=Goal("revenue", 31_300_000.0), order_value=1_234_567.0, delivery_days=13, months=3,
        currency_unit="thousand_yen", stages=(*stages, plan.stages[-1]),
        channels=tuple(replace(one, on=one.id in on) for one in plan.channels),
        pipeline={"leads": 400, "sql": 21, "proposals": 9, "orders": 1},
    )  # fmt: skip
    return plan.with_(actuals=_off(plan))


def year(lang: str = "ja") -> Plan:
    plan = read_case(FOLDER / "a_year_of_a_billion_yen.toml").plan(lang).with_(currency_unit="million_yen")
    return plan.with_(actuals=_off(plan))


def _off(plan: Plan) -> dict[tuple[str, int], float]:
    """Actuals of two months: of every stage 30 % less than was asked in the first one, 10 % more in the second."""
    targets, typed = Targets(plan), {}
    for stage, new in zip(plan.stages[1:], targets.whole_new[1:], strict=True):
        typed |= {(f"stage:{stage.id}", k): float(round(new.months[k] * part)) for k, part in enumerate((0.7, 1.1))}
    for channel in plan.channels_on:
        months = targets.whole_of_channel(channel).months
        typed |= {(f"{channel.id}:cv", k): float(round(months[k] * part)) for k, part in enumerate((0.7, 1.1))}
    return typed | {("stage:revenue", 0): 7_654_321.0, ("stage:revenue", 1): 9_876_500.0, ("ads:cost", 0): 123_456.0}


UNIT_AND_CARRY = often_rows([("yen", "yes"), ("thousand_yen", "no"), ("million_yen", "yes")], [1])


@pytest.mark.parametrize("unit, carry", UNIT_AND_CARRY)
def test_after_another_unit_of_money(unit, carry):
    # agreed in yen, shown in another unit since: what was agreed is not rounded month by month
    plan = closed(small().with_(currency_unit="yen"), carry).with_(currency_unit=unit)
    book = built(plan)
    assert against_python(book, read_values(book.data), "IronCalc") == []
    assert list(wrong(plan, book.spec)) == []


@pytest.mark.parametrize(
    "name",
    often(
        ["revenue in millions", "pipeline larger than need", "deadline before the end"], ["pipeline larger than need"]
    ),
)
def test_at_some_edges_with_closed_months(name):
    book = built(closed(edge_plans()[name], "yes"))
    assert against_python(book, read_values(book.data), "IronCalc") == []
    assert list(wrong(book.plan, book.spec)) == []


@pytest.mark.parametrize("carry", ["", "yes"])
def test_half_an_order_where_each_stage_is_rounded_up(carry):
    plan = edge_plans()["rounding each"]
    plan = plan.with_(goal=replace(plan.goal, value=12.5), months=3)
    book = built(closed(plan, carry) if carry else plan)
    assert against_python(book, read_values(book.data), "IronCalc") == []
    assert list(wrong(book.plan, book.spec)) == []


def closed(plan: Plan, carry: str) -> Plan:
    """The plan with its first two months closed, then a goal that is a tenth higher."""
    until = dt.date(plan.start.year, plan.start.month + 1, 1)
    shut = closed_until(plan.with_(settings={**plan.settings, "carry_over": carry}), until)
    shut = shut.with_(agreed=remembered(Targets(shut)))
    return shut.with_(goal=replace(plan.goal, value=plan.goal.value * 1.1))


@pytest.mark.parametrize("made", often([small, year], [small]))
@pytest.mark.parametrize("carry", ["", "yes", "no"])
def test_with_and_without_closed_months(made, carry):
    plan = closed(made(), carry) if carry else made()
    assert plan.closed_months == (2 if carry else 0)
    assert list(wrong(plan)) == []


@pytest.mark.parametrize("lang", often(["ja", "en"], ["en"]))
def test_what_the_cells_show_adds_up_whatever_is_typed(lang):
    """The displayed text of the recalculated file: a month closed in its cell, another rate, limits, more open."""
    book = built(small(lang))
    assert against_python(book, read_values(book.data), "IronCalc") == []
    editor, months = Editor(book), [dt.date(2026, 4, 1), dt.date(2026, 5, 1)]
    assert book.plan.start == months[0]
    for month in (None, *months):

        def typed(file: Editor, month=month) -> dict:
            limit = file.of_channel("web", "capacity")
            cells = {file.of_stage("sql", "rate"): 0.37, file.open_in("mql"): 123, limit: 9}
            return cells | ({file.cell("closed_until"): month} if month else {})

        file = changed(editor, typed)
        assert list(wrong(file.plan, recalculated(book.spec, file.data))) == [], month


def recalculated(spec: BookSpec, data: bytes) -> BookSpec:
    """The pages with what the file's cells hold in place of Python's numbers."""
    values, pages = read_values(data), []
    for page in spec.sheets:
        cells = {
            (row, column): replace(cell, value=values.get((page.name, row, column)) if cell.formula else cell.value)
            for (row, column), cell in page.cells.items()
        }
        pages.append(replace(page, cells=cells))
    return replace(spec, sheets=pages)


def test_a_sum_that_is_off_is_noticed():
    # the check itself: one more in a month of 逆算
    spec = book_spec(template("default", "ja"))
    page = spec.sheet("backwards")
    place = rows_of(page)["leads"], FIRST + 2
    page.cells[place] = replace(page.cells[place], value=page.cells[place].value + 1)
    assert list(_backwards(template("default", "ja"), page)) == ["逆算 leads"]
