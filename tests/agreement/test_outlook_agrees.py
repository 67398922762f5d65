"""見込み (K14) in the cells: the forward run, recalculated, against the simulation day by day and against Python."""

from __future__ import annotations

import random
from collections.abc import Mapping
from math import ceil
from typing import Any

import pytest

from tests.agreement.books import Built, Editor, built, changed
from tests.agreement.comparison import RELATIVE, against_python, between_engines, other_formulas
from tests.agreement.sheet_xml import read_values
from tests.cases.case import FOLDER, read_case
from tests.plan.test_outlook import plan as some
from tests.plan.test_outlook import simulated, some_plan
from tests.told import told
from xl_kpi.catalog import text
from xl_kpi.commands.show import shown
from xl_kpi.plan.findings import doubts
from xl_kpi.plan.model import Plan
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.targets import Targets
from xl_kpi.sheets.backwards_rows import BEFORE, FIRST_MONTH, SECOND, TOTAL

YEAR = "a_year_of_a_billion_yen"


def year(lang: str = "ja", **changes: Any) -> Plan:
    return read_case(FOLDER / f"{YEAR}.toml").plan(lang).with_(**changes)


def row(book: Built, values: Mapping[Any, Any], key: str) -> dict[int, Any]:
    """A row of 逆算 by its id: column → what stands there."""
    page = book.spec.sheet("backwards")
    (number,) = (r for (r, c), cell in page.cells.items() if c == 1 and cell.value == key)
    return {column: values.get((page.name, number, column)) for column in range(2, FIRST_MONTH + book.plan.months)}


def landing(book: Built) -> tuple[float, list[float]]:
    """Orders in time and by month, as they stand in the file."""
    cells = row(book, read_values(book.data), "outlook_orders")
    return cells[TOTAL], [cells[FIRST_MONTH + k] for k in range(book.plan.months)]


def oracle(plan: Plan, age: str | None = None) -> tuple[float, list[float]]:
    """The same by the simulation, from what was typed."""
    lags = [list(one.lag.curve) or (one.lag.low, one.lag.high) for one in plan.stages[:-1]]
    caps = tuple(one.capacity for one in plan.channels_on)
    in_time, months = simulated(
        plan.rates, lags, [plan.pipeline.get(stage.id, 0) for stage in plan.stages], season=plan.season,
        months=plan.months, goal=plan.goal.value, value=plan.order_value, delivery=plan.delivery_days,
        caps=caps if any(caps) else (), age=age or plan.settings.get("outlook_age", "new"),
    )  # fmt: skip
    return float(in_time), [float(month) for month in months]


def is_near(found: tuple[float, list[float]], expected: tuple[float, list[float]]) -> bool:
    """To 9 digits; of a month that brings next to nothing, 12 digits of all orders."""
    floor = RELATIVE / 1000 * max(1.0, expected[0])
    return found[0] == pytest.approx(expected[0], rel=RELATIVE) and found[1] == pytest.approx(
        expected[1], rel=RELATIVE, abs=floor
    )


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


# The days of the next period's grid are as many as the lags in all need: made anew it stands in other rows.  The run
# itself is held against the simulation.
OTHER_ROWS_ANEW = {"lag, to a spread", "delivery"}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_typed_is_followed_at_once(name, books):
    file = changed(Editor(books["ja"]), CHANGES[name])
    assert landing(file) != landing(books["ja"])
    if name not in OTHER_ROWS_ANEW:
        assert against_python(file, read_values(file.data), "IronCalc") == []
        assert name == "curve away" or other_formulas(file) == []  # without a curve the formulas are shorter
    if name != "limits":  # the simulation's channels share the leads evenly
        assert is_near(landing(file), oracle(file.plan))


@pytest.mark.parametrize("seed", range(12))
def test_random_plans_land_in_the_cells_where_the_simulation_does(seed):
    given, age = some_plan(seed), random.Random(seed).choice(["new", "half"])
    in_time, months = simulated(**given, age=age)
    book = built(some(**given).with_(settings={"outlook_age": age}))
    assert is_near(landing(book), (float(in_time), [float(month) for month in months]))


def test_sheet_check_and_json_say_the_same(books):
    book = books["ja"]
    values, outlook = read_values(book.data), PlanOutlook(Targets(book.plan))
    json = shown(book.plan)["outlook"]
    cells = row(book, values, "outlook_orders")
    revenue = row(book, values, "outlook_revenue")
    assert (cells[TOTAL], cells[SECOND]) == pytest.approx((json["orders"], json["share"]), rel=RELATIVE)
    assert revenue[TOTAL] == pytest.approx(json["revenue"], rel=RELATIVE)
    for k, month in enumerate(json["by_month"]):
        found = (cells[FIRST_MONTH + k], revenue[FIRST_MONTH + k])
        assert found == pytest.approx((month["orders"], month["revenue"]), rel=RELATIVE, abs=1e-6)
    stages = {stage.id: row(book, values, f"new:{stage.id}")[BEFORE] for stage in book.plan.stages}
    short = {one["stage"]: one["count"] for one in json["shortage"]}
    assert {stage: count for stage, count in stages.items() if count} == {key: ceil(one) for key, one in short.items()}
    assert list(short) == ["mql", "sql", "opportunities", "proposals", "orders"]
    said = [fault.allowed for fault in told(doubts(book.plan), "ja")]
    page = "".join(str(value) for (sheet, _, _), value in values.items() if sheet == "設定")
    # 945,231,938 yen of 10億円
    short_words = "MQL 1,082件、SQL 804件、商談 531件、案件・提案 291件、受注 49件。"  # as 逆算 shows them, rounded up
    for words in ("この計画のままでは9.45億円（目標の95%）で", short_words):
        assert any(words in one for one in said) and words in page
    assert outlook.share == pytest.approx(0.945231938, rel=1e-9)


@pytest.mark.host
def test_libreoffice_computes_the_same(books, libreoffice, tmp_path):
    for name in ("ja", "half"):
        (path,) = libreoffice.convert([books[name].at(tmp_path, name)], "xlsx")
        theirs = read_values(path.read_bytes())
        assert against_python(books[name], theirs, "LibreOffice") == []
        assert between_engines(books[name], read_values(books[name].data), theirs) == []
