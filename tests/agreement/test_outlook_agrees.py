"""見込み (K14) in the cells: the forward run, recalculated, against the simulation day by day and against Python."""

from __future__ import annotations

import datetime as dt
import io
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from math import ceil
from typing import Any

import pytest

from tests.agreement.books import Built, Editor, built, changed, template_book
from tests.agreement.comparison import RELATIVE, against_python, between_engines, other_formulas
from tests.agreement.selected import often
from tests.agreement.sheet_xml import read_values
from tests.cases.case import FOLDER, read_case
from tests.plan.test_outlook import plan as some
from tests.plan.test_outlook import simulated, some_plan
from tests.told import told
from xl_kpi.calc import nearest_float
from xl_kpi.catalog import text
from xl_kpi.commands.plans.printed import print_plan
from xl_kpi.commands.plans.show import shown
from xl_kpi.plan.findings import doubts
from xl_kpi.plan.model import Plan
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.targets import Targets
from xl_kpi.sheets.places.backwards import BEFORE, FIRST_MONTH, SECOND, TOTAL
from xl_kpi.workbook.addresses import place_of

YEAR = "a_year_of_a_billion_yen"


def year(lang: str = "ja", **changes: Any) -> Plan:
    return read_case(FOLDER / f"{YEAR}.toml").plan(lang).with_(**changes)


def row(book: Built, values: Mapping[Any, Any], key: str) -> dict[int, Any]:
    """A row of 逆算 by its id: column → what stands there."""
    page = book.spec.sheet("backwards")
    (number,) = (r for (r, c), cell in page.cells.items() if c == 1 and cell.value == key)
    return {column: values.get((page.name, number, column)) for column in range(2, FIRST_MONTH + book.plan.months)}


Landing = tuple[float, list[float], float]  # orders in time in all, those of them in each month, those too late


def named(book: Built, values: Mapping[Any, Any], name: str) -> Any:
    """What stands in the cell with this name."""
    sheet, _, cell = book.spec.names[name].rpartition("!")
    place = place_of(cell.replace("$", ""))
    return values.get((sheet.strip("'"), *place)) if place else None


def landing(book: Built) -> Landing:
    """The same as it stands in the file, exact: on 計算 there is a line with them and what comes after the plan."""
    values, page = read_values(book.data), book.spec.sheet("calc")
    ((line, column),) = (place for place, cell in page.cells.items() if cell.value == "outlook:orders")
    found = (values[page.name, line, column + 1 + k] for k in range(book.plan.months + 3))
    total, *months, after, later = found
    assert (total, later) == (named(book, values, "outlook_orders"), named(book, values, "outlook_later"))
    assert after == 0  # the deadline is the plan's last day
    return total, months, later


def counted(in_time: Any, months: Sequence[Any], later: Any) -> Landing:
    """The same of a simulation that tells the orders of every month, whether they count or not: the first ones do."""
    upto = [min(total, in_time) for total in accumulate(months, initial=0)]
    return float(in_time), [float(now - then) for then, now in zip(upto, upto[1:])], float(later)


def oracle(plan: Plan, age: str | None = None) -> Landing:
    """The same by the simulation, from what was typed."""
    lags = [list(one.lag.curve) or (one.lag.low, one.lag.high) for one in plan.stages[:-1]]
    caps = tuple(one.capacity for one in plan.channels_on)
    in_time, months, later = simulated(
        plan.rates, lags, [plan.pipeline.get(stage.id, 0) for stage in plan.stages], season=plan.season,
        months=plan.months, goal=plan.goal.value, value=plan.order_value, delivery=plan.delivery_days,
        caps=caps if any(caps) else (), age=age or plan.settings.get("outlook_age", "new"),
    )  # fmt: skip
    return counted(in_time, months, later)


def is_near(found: Landing, expected: Landing) -> bool:
    """To 9 digits; of a month that brings next to nothing, and of what comes too late, 12 digits of all orders."""
    floor = RELATIVE / 1000 * max(1.0, expected[0])
    months, later = (pytest.approx(expected[k], rel=RELATIVE, abs=floor) for k in (1, 2))
    return found[0] == pytest.approx(expected[0], rel=RELATIVE) and (found[1], found[2]) == (months, later)


@pytest.fixture(scope="module")
def books() -> dict[str, Built]:
    half = {"outlook_age": "half"}
    return {"ja": built(year()), "half": built(year(settings=half)), "en": built(year("en", settings=half))}


def test_the_year_lands_where_the_simulation_does_whatever_the_age(books):
    for name, book in books.items():
        assert is_near(landing(book), oracle(book.plan)), name
    assert landing(books["ja"])[1] != landing(books["half"])[1]  # what is half way orders earlier


# What is typed into the finished file; an Editor gives the cells.
CHANGES = {
    "age": lambda file: {file.cell("outlook_age"): text("outlook_age_half", "ja")},
    "rate": lambda file: {file.of_stage("sql", "rate"): 0.55},
    "lag, to a spread": lambda file: {file.of_stage("mql", "high"): 40},
    "curve": lambda file: {file.of_stage("proposals", "curve30"): 0.2},
    "curve away": lambda file: {
        **{file.of_stage("proposals", f"curve{days}"): None for days in (30, 60, 90)},
        file.of_stage("proposals", "low"): 35,
    },
    "open": lambda file: {file.open_in("proposals"): 300, file.open_in("leads"): 30_000},
    "limits": lambda file: {file.of_channel("web", "capacity"): 1_500, file.of_channel("ads", "capacity"): 2_200},
    "delivery": lambda file: {file.cell("delivery_days"): 75},
    "season": lambda file: {file.season(4): 1.9, file.season(3): 0.4},
}  # fmt: skip


# The days of the next period's grid are as many as the lags in all need: made anew it stands in other rows, and what a
# channel can't bring gets a run of its own.  The run itself is held against the simulation.
OTHER_ROWS_ANEW = {"lag, to a spread", "delivery", "limits"}


@pytest.fixture(scope="module")
def editor() -> Editor:
    """Half a year of it."""
    plan = year(months=6)
    return Editor(built(plan.with_(goal=replace(plan.goal, value=plan.goal.value / 2))))


@pytest.mark.parametrize("name", often(CHANGES, ["limits"]))
def test_what_is_typed_is_followed_at_once(name, editor):
    file = changed(editor, CHANGES[name])
    assert landing(file) != landing(editor.original)
    if name not in OTHER_ROWS_ANEW:
        assert against_python(file, read_values(file.data), "IronCalc") == []
        assert name == "curve away" or other_formulas(file) == []  # without a curve the formulas are shorter
    if name == "limits":  # the simulation's channels share the leads evenly
        outlook = PlanOutlook(Targets(file.plan))
        assert landing(file)[::2] == pytest.approx((float(outlook.orders), float(outlook.later)), rel=RELATIVE)
    else:
        assert is_near(landing(file), oracle(file.plan))


def test_leads_that_nobody_wins_are_in_no_cell_of_the_outlook(editor):
    """No share, typed into the file; no channel that brings leads, before it is written."""
    plan = editor.original.plan
    off = tuple(replace(one, on=one not in plan.lead_channels) for one in plan.channels)
    typed = changed(editor, lambda file: {file.of_channel(one.id, "share"): 0 for one in plan.lead_channels})
    for book in (typed, built(plan.with_(channels=off))):
        outlook = PlanOutlook(Targets(book.plan))
        assert outlook.nobody_wins and outlook.orders < PlanOutlook(Targets(plan)).orders
        assert is_near(landing(book), counted(outlook.orders, outlook.orders_in_time.months, outlook.later))


@pytest.mark.parametrize("seed", often(range(12), range(2)))
def test_random_plans_land_in_the_cells_where_the_simulation_does(seed):
    given, age = some_plan(seed), random.Random(seed).choice(["new", "half"])
    in_time, months, later = simulated(**given, age=age)
    book = built(some(**given).with_(settings={"outlook_age": age}))
    assert is_near(landing(book), counted(in_time, months, later))


def test_leads_from_the_plans_end_to_a_later_deadline_in_the_cells():
    """12 orders in April and May, the sheet has April alone; of 6 leads a month the one channel brings 4: 8 orders."""
    given = some([1.0], [0], [0, 0], season=(1.0,) * 12, months=1, goal=12e6, value=1e6, delivery=0, caps=(4.0,))
    book = built(given.with_(goal=replace(given.goal, deadline=dt.date(2027, 5, 31))))
    values = read_values(book.data)
    assert against_python(book, values, "IronCalc") == []
    assert named(book, values, "outlook_orders") == pytest.approx(8, rel=RELATIVE)


def test_sheet_check_and_json_say_the_same(books):
    book = books["ja"]
    values, outlook = read_values(book.data), PlanOutlook(Targets(book.plan))
    json = shown(book.plan)["outlook"]
    cells, revenue = row(book, values, "outlook_orders"), row(book, values, "outlook_revenue")
    later = json["later"]["orders"], json["later"]["revenue"]
    assert (named(book, values, "outlook_later"), later[0] * 1.2e6) == pytest.approx(later, rel=RELATIVE)
    # whole orders and yen: the first k months show what has come by then, rounded, and so does the total
    assert (cells[TOTAL], revenue[TOTAL]) == (nearest_float(json["orders"]), nearest_float(json["revenue"]))
    # the share of 10億円 alone is said, none of 834 orders
    assert not cells.get(SECOND)
    assert revenue[SECOND] == pytest.approx(json["revenue"] / 1e9, rel=RELATIVE) == json["share"]
    assert named(book, values, "outlook_share") == revenue[SECOND]
    for shown_row, key in ((cells, "orders"), (revenue, "revenue")):
        months = [shown_row[FIRST_MONTH + k] for k in range(book.plan.months)]
        by_then = exact = list(accumulate(month[key] for month in json["by_month"]))
        if key == "orders":  # as those that are needed: what has come by then, up
            by_then = [min(cells[TOTAL], math.ceil(round(total, 6))) for total in by_then]
        assert list(accumulate(months)) == [nearest_float(total) for total in by_then]
        assert sum(months) == shown_row[TOTAL]
        assert exact[-1] + json["after_months"][key] == pytest.approx(json[key], rel=RELATIVE)
    stages = {stage.id: row(book, values, f"new:{stage.id}")[BEFORE] for stage in book.plan.stages}
    short = {one["stage"]: one["count"] for one in json["shortage"]}
    assert {stage: count for stage, count in stages.items() if count} == {key: ceil(one) for key, one in short.items()}
    assert [one["whole"] for one in json["shortage"]] == [ceil(one) for one in short.values()]
    assert list(short) == ["mql", "sql", "opportunities", "proposals", "orders"]
    said = [fault.allowed for fault in told(doubts(book.plan), "ja")]
    page = "".join(str(value) for (sheet, _, _), value in values.items() if sheet == "設定")
    # 945,231,938 yen of 10億円
    short_words = "MQL 1,082件、SQL 804件、商談 531件、案件・提案 291件、受注 49件。"  # as 逆算 shows them, rounded up
    for words in ("この計画のままでは9.45億円（目標の95%）で", short_words):
        assert any(words in one for one in said) and words in page
    # all of the need is covered or planned: what is not in time comes later; 834 orders × 1.2 million less 945,231,938
    assert "この計画のままなら9.45億円（目標の95%）、期限のあとに5,557万円。" in page
    assert later[1] == pytest.approx(834 * 1.2e6 - 945_231_938, abs=1)
    assert outlook.share == pytest.approx(0.945231938, rel=1e-9)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("ja", "この計画のままなら受注約3.5件（目標の71%）、期限のあとに受注約0.2件。"),
        pytest.param(
            "en",
            "Outlook: about 3.5 orders, 71% of the goal; after the deadline: about 0.2 orders more.",
            marks=pytest.mark.long,
        ),
    ],
)
def test_where_a_few_orders_are_said_with_a_decimal_it_says_about(lang, said):
    """C4 wants five customers, with nothing open: the simulation has 3.5 in time and 0.2 after the deadline; the table
    counts whole ones, 4."""
    case = {
        "rates": [0.25, 0.5, 0.2],
        "lags": [(10, 30), 30, [0.4, 0.7, 1.0]],
        "opened": [0] * 4,
        "season": (1.0,) * 12,
    }
    in_time, _, later = simulated(**case, months=12, goal=5, value=1, delivery=0, caps=(), age="new")
    assert (round(float(in_time), 1), round(float(later), 1)) == (3.5, 0.2)
    book = template_book("c4", lang)
    values = read_values(book.data)
    assert any(said in str(value) for value in values.values())
    assert row(book, values, "outlook_orders")[TOTAL] == 4
    out = io.StringIO()
    print_plan(shown(book.plan), lang, out)
    assert said.partition("（" if lang == "ja" else " (")[0].split("lands at ")[-1] in out.getvalue()


@pytest.mark.long  # the page of the whole book goes through LibreOffice in test_full_book
@pytest.mark.host
def test_libreoffice_computes_the_same(books, libreoffice, tmp_path):
    for name in ("ja", "half"):
        (path,) = libreoffice.convert([books[name].at(tmp_path, name)], "xlsx")
        theirs = read_values(path.read_bytes())
        assert against_python(books[name], theirs, "LibreOffice") == []
        assert between_engines(books[name], read_values(books[name].data), theirs) == []
