"""The marks of example figures in the cells say what Python says, figure by figure, and stay through round trips.

One small workbook: three months, two channels, a lag of each kind, money in 百万円.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.agreement.books import template_plan
from tests.regenerate.typing_in import type_in
from xl_kpi.build import build
from xl_kpi.calc.lag import Lag
from xl_kpi.commands import new, open_workbook
from xl_kpi.commands.rewrite import rewrite
from xl_kpi.plan.examples.figures import as_template, kept, remaining
from xl_kpi.plan.keys import CHANNELS, PIPELINE, STAGES
from xl_kpi.plan.model import Goal, Plan
from xl_kpi.plan.records_codec import as_read
from xl_kpi.plan.renewal import first_state
from xl_kpi.sheets import Context
from xl_kpi.sheets.blocks.example_mark import line
from xl_kpi.workbook.addresses import place_of
from xl_kpi.workbook.reading.tables import named_value
from xl_kpi.workbook.sheet_kinds import EXAMPLE_LINES, EXAMPLES_LEFT
from xl_kpi.workbook.writing.stored_values import evaluate

NOW = dt.datetime(2026, 4, 1, 9)
# where each block's line stands: sheet, row, column
PLACES = {"": ("設定", 4, 2), STAGES: ("ファネル", 4, 2), PIPELINE: ("ファネル", 16, 4), CHANNELS: ("チャネル", 4, 2)}


def small() -> Plan:
    """C3 in money and in a quarter: two channels for the leads, which wait for each a spread, and a curve."""
    plan = template_plan("c3", "ja")
    lags = (Lag(10, 30), Lag(7, 7), Lag(curve=(0.4, 0.7, 1.0)), Lag(0, 0))
    stages = [replace(stage, lag=lag) for stage, lag in zip(plan.stages, (*lags, None), strict=True)]
    channels = [replace(one, unit_cost=900.5) for one in plan.channels if one.stage == "leads"]
    return as_template(
        plan.with_(
            goal=Goal("revenue", 150_000_000.0), order_value=1_200_000.0, delivery_days=30, months=3,
            currency_unit="million_yen", pipeline={"mql": 12.5}, stages=tuple(stages), channels=tuple(channels),
            kpis=tuple(kpi for kpi in plan.kpis if kpi.channel in {one.id for one in channels}),
        )
    )  # fmt: skip


@cache
def made() -> bytes:
    begun = first_state(small(), plan_id="p", who="佐藤", now=NOW)
    return build(begun.plan, records=as_read(begun.records))


def written(path: Path, typed: Mapping[str, Any] | None = None) -> Path:
    path.write_bytes(made())
    return type_in(path, typed) if typed else path


def said_in_cells(path: Path, lang: str = "ja") -> dict[str, str]:
    """The line of each block, as IronCalc calculates it."""
    found = evaluate(path.read_bytes(), lang)
    return {table: found[place] for table, place in PLACES.items() if place in found}


def said_by_python(path: Path) -> dict[str, str]:
    ctx = Context(open_workbook(path, "ja").read.plan)
    return {table: line(ctx, table) for table in PLACES}


# what somebody types in place of an example: entry by entry, or the cell of a curve's step
TYPED: dict[str, dict[str, Any]] = {
    "nothing": {},
    "the goal, to the yen": {"kgi_value": 150.000001},
    "what an order brings": {"order_value": 1.3},
    "a rate, and another taken away and typed again": {"tbl_stages[leads].rate": 0.21, "tbl_stages[mql].rate": 0.5},
    "the longest of a spread": {"ファネル!G7": 31},
    "the shortest of days": {"ファネル!F8": 8},
    "days of nothing": {"ファネル!F10": 1},
    "a step of a curve": {"ファネル!H9": 0.5},
    "what is open": {"tbl_pipeline[mql]": 13},
    "nothing is open": {"tbl_pipeline[mql]": None},
    "a share": {"tbl_channels[web].share": 0.55, "tbl_channels[ads].share": 0.45},
    "a cost": {"tbl_channels[web].unit_cost": 900},
    "a channel off": {"tbl_channels[ads].on": "×", "tbl_channels[web].share": 1},
    "all of the days from order to revenue": {"delivery_days": 45},
    "their own": {"example_marks": "示さない"},
}


@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED)
def test_each_block_says_how_many_are_left_as_soon_as_one_is_replaced(typed, tmp_path):
    path = written(tmp_path / "plan.xlsx", typed)
    lines = said_by_python(path)
    assert said_in_cells(path) == lines
    plan = open_workbook(path, "ja").read.plan
    found = evaluate(path.read_bytes(), "ja")
    _, place = named_value(open_workbook(path, "ja").book, EXAMPLES_LEFT, "")
    row, column = place_of(place.cell)
    assert found[place.sheet, row, column] == len(remaining(plan))
    if not typed:
        # goal, order value, days to revenue; 4 rates and 4 lags; one open; 2 shares and 2 costs
        assert len(remaining(plan)) == 3 + 8 + 1 + 4
        assert lines[""] == "◇ 例の数値です。自社の数値に置き換えてください（あと3か所: 目標値 ほか）"
        assert lines[PIPELINE] == "◇ 例の数値です。自社の数値に置き換えてください（あと1か所: MQL › 進行中の件数）"
    if "example_marks" in typed:
        assert set(lines.values()) == {""}
    else:
        assert len(remaining(plan)) < 16 or not typed


def test_a_plan_without_examples_has_no_line_no_name_and_the_same_pages(tmp_path):
    """The plan of a company: what it wrote down is its own."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(build(small().with_(examples={})))
    book = open_workbook(path, "ja").book
    names = {name.name for name in book.names}
    assert not names & {*EXAMPLE_LINES.values(), EXAMPLES_LEFT, "tbl_examples"}
    assert not any("例の数値です" in str(value) for value in evaluate(path.read_bytes(), "ja").values())
    assert open_workbook(path, "ja").read.plan.examples == {}


@pytest.mark.slow  # the sheets are made anew several times
def test_what_is_left_stays_through_units_languages_and_other_plans(tmp_path):
    """Replaced once is replaced for good; the others are examples in 円 and in English, and in a plan made from it."""
    path = written(tmp_path / "plan.xlsx", {"kgi_value": 120, "tbl_stages[leads].rate": 0.3})
    before = kept(open_workbook(path, "ja").read.plan)
    assert len(before) == 16 - 2
    done = rewrite(open_workbook(path, "ja"), command="regenerate", who="佐藤", now=NOW)
    assert not any(fault.level == "hint" for fault in done.warnings)
    assert open_workbook(path, "ja").read.plan.examples == before
    # the old figure again, in another unit of money and another language
    type_in(path, {"tbl_stages[leads].rate": 0.2, "plan_lang": "English", "currency_unit": "円"})
    rewrite(open_workbook(path, "en"), command="regenerate", who="佐藤", now=NOW)
    plan = open_workbook(path, "en").read.plan
    assert (plan.lang, plan.currency_unit, plan.order_value) == ("en", "yen", 1_200_000)
    assert plan.examples == before == remaining(plan)
    found = evaluate(path.read_bytes(), "en").values()
    assert "◇ Example figures: put your own in their place (2 left: Order value and others)" in found
    # a plan made from it has what is left of them; what an option gives is its own
    fresh = new(tmp_path / "next.xlsx", template=path).plan
    assert fresh.examples == before
    # all of them replaced: nothing is left of it in the workbook
    rewrite(open_workbook(path, "en"), plan.with_(examples={}), command="regenerate", who="佐藤", now=NOW)
    assert open_workbook(path, "en").read.plan.examples == {}
    assert not any("Example figures" in str(value) for value in evaluate(path.read_bytes(), "en").values())
