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

from tests.agreement.books import Values, template_plan
from tests.agreement.sheet_xml import read_values
from tests.agreement.test_formulas import ALLOWED, functions_of
from tests.new_files import new_file
from tests.regenerate.typing_in import type_in
from xl_kpi.build import build
from xl_kpi.calc.lag import Lag
from xl_kpi.catalog import text
from xl_kpi.commands import new, open_workbook
from xl_kpi.commands.rewrite import rewrite
from xl_kpi.plan.examples.figures import as_template, kept, remaining
from xl_kpi.plan.keys import CHANNELS, PIPELINE, STAGES
from xl_kpi.plan.model import Goal, Plan
from xl_kpi.sheets import Context, book_spec
from xl_kpi.sheets.blocks.example_mark import line
from xl_kpi.workbook.reading.tables import named_range
from xl_kpi.workbook.sheet_kinds import EXAMPLE_LINES, EXAMPLES, EXAMPLES_LEFT
from xl_kpi.workbook.writing.stored_values import evaluate

NOW = dt.datetime(2026, 4, 1, 9)
# where each block's line stands: sheet, row, column
PLACES = {"": ("設定", 4, 2), STAGES: ("ファネル", 4, 2), PIPELINE: ("ファネル", 16, 5), CHANNELS: ("チャネル", 4, 2)}


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
    return new_file(small(), plan_id="p", now=NOW)


def written(path: Path, typed: Mapping[str, Any] | None = None) -> Path:
    path.write_bytes(made())
    return type_in(path, typed) if typed else path


# what somebody types in place of examples, and what replaces none
TYPED: dict[str, dict[str, Any]] = {
    "nothing": {},
    "some": {
        "kgi_value": 150.000001,  # 百万円: a yen more
        "tbl_stages[leads].rate": 0.21, "tbl_stages[mql].rate": 0.5,  # the latter as it was
        "ファネル!G7": 31,  # the longest of a spread
        "ファネル!F8": 8,  # the shortest, alone
        "tbl_pipeline[mql]": None,
        "tbl_channels[web].share": 0.55, "tbl_channels[ads].share": 0.45,
    },
    "the others": {
        "order_value": 1.3, "delivery_days": 45,
        "ファネル!H9": 0.5,  # a step of a curve
        "ファネル!F10": 1,
        "tbl_pipeline[mql]": 13, "tbl_channels[web].unit_cost": 900,
        # what is off need not be replaced, and the share of the channel that is left is 100 % in any case
        "tbl_channels[ads].on": "×",
    },
    "their own": {"example_marks": "非表示"},
}  # fmt: skip
LEFT = {
    "nothing": set(remaining(small())),
    "some": {
        "order_value", "delivery_days", "tbl_stages[mql].rate", "tbl_stages[sql].rate",
        "tbl_stages[opportunities].rate", "tbl_stages[sql].lag", "tbl_stages[opportunities].lag",
        "tbl_channels[web].unit_cost", "tbl_channels[ads].unit_cost",
    },
    "the others": {
        "kgi_value", "tbl_stages[leads].rate", "tbl_stages[mql].rate", "tbl_stages[sql].rate",
        "tbl_stages[opportunities].rate", "tbl_stages[leads].lag", "tbl_stages[mql].lag",
    },
    "their own": set(),
}  # fmt: skip


def left_in_cells(path: Path, found: Values) -> set[str]:
    """The keys beside which a 1 stands on the calculation sheet."""
    area = named_range(open_workbook(path, "ja").book, EXAMPLES, "")
    sheet, first = area.sheet.name, area.column
    rows = range(area.row, area.row + area.shape[0])
    return {found[sheet, row, first] for row in rows if found[sheet, row, first + 2] == 1}


@pytest.mark.parametrize("case", TYPED)
def test_each_figure_goes_as_soon_as_it_is_replaced(case, tmp_path):
    path = written(tmp_path / "plan.xlsx", TYPED[case])
    found, plan = evaluate(path.read_bytes(), "ja"), open_workbook(path, "ja").read.plan
    assert set(remaining(plan)) == left_in_cells(path, found) == LEFT[case]
    ctx = Context(plan)
    assert {table: found[place] for table, place in PLACES.items()} == {table: line(ctx, table) for table in PLACES}
    warned = text("warn_example", "ja", count=len(LEFT[case]))
    assert any(warned in str(value) for value in found.values()) == bool(LEFT[case])


def test_the_formulas_are_those_of_excel_2010():
    assert functions_of(book_spec(small())) <= ALLOWED


def test_the_lines_in_words(tmp_path):
    """Goal, order value and days to revenue; four rates and four lags; one open; two shares and two costs."""
    found = evaluate(made(), "ja")
    put = "◇ 例の数値です。自社の数値に置き換えてください"
    assert [found[place] for place in PLACES.values()] == [
        f"{put}（あと3か所: 目標値 ほか）",
        f"{put}（あと8か所: リード › 次の段階への転換率 ほか）",
        f"{put}（あと1か所: MQL › 進行中の案件）",
        f"{put}（あと4か所: サービスサイト › 割合 ほか）",
    ]


@pytest.mark.long  # the page of the whole book goes through LibreOffice in test_full_book
@pytest.mark.host
def test_libreoffice_says_the_same_and_keeps_what_is_left(libreoffice, tmp_path):
    path = written(tmp_path / "plan.xlsx", TYPED["some"])
    ours = evaluate(path.read_bytes(), "ja")
    (saved,) = libreoffice.convert([path], "xlsx")
    theirs = read_values(saved.read_bytes())
    assert left_in_cells(saved, theirs) == LEFT["some"]
    assert [theirs.get(place) or "" for place in PLACES.values()] == [ours[place] for place in PLACES.values()]
    assert set(remaining(open_workbook(saved, "ja").read.plan)) == LEFT["some"]


def test_a_plan_without_examples_has_no_line_no_name_and_the_same_pages(tmp_path):
    """The plan of a company: what it wrote down is its own."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(build(small().with_(examples={})))
    book = open_workbook(path, "ja").book
    names = {name.name for name in book.names}
    assert not names & {*EXAMPLE_LINES.values(), EXAMPLES_LEFT, EXAMPLES}
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
    assert "◇ Example figures: replace them with your own (2 left: Order value and others)" in found
    # a plan made from it has what is left of them; what an option gives is its own
    fresh = new(tmp_path / "next.xlsx", template=path).plan
    assert fresh.examples == before
    # all of them replaced: nothing is left of it in the workbook
    rewrite(open_workbook(path, "en"), plan.with_(examples={}), command="regenerate", who="佐藤", now=NOW)
    assert open_workbook(path, "en").read.plan.examples == {}
    assert not any("Example figures" in str(value) for value in evaluate(path.read_bytes(), "en").values())
