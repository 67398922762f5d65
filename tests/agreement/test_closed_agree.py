"""締めた月 (K15) in the cells: a raised goal after five closed months, every cell as Python has it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from openpyxl.utils import range_boundaries

from tests.agreement.books import Built, built, read_back, template_plan
from tests.agreement.comparison import RELATIVE, against_python
from tests.agreement.selected import often_rows
from tests.agreement.sheet_xml import read_values
from tests.told import told
from xl_kpi.commands.plans.show import shown
from xl_kpi.kpi.agreed_targets import closed_until, remembered
from xl_kpi.plan.findings import doubts
from xl_kpi.plan.model import Plan
from xl_kpi.plan.targets import Targets

PLAN = template_plan("default", "ja")
FIFTH = dt.date(PLAN.start.year + (PLAN.start.month + 3) // 12, (PLAN.start.month + 3) % 12 + 1, 1)


def closed(**settings: str) -> Plan:
    """Five months closed, three orders in each of them, then the goal raised by half."""
    base = PLAN.with_(actuals={(f"stage:{PLAN.stages[-1].id}", month): 3.0 for month in range(5)})
    shut = closed_until(base.with_(settings={**base.settings, **settings}), FIFTH)
    shut = shut.with_(agreed=remembered(Targets(shut)))
    return shut.with_(goal=replace(shut.goal, value=shut.goal.value * 1.5))


@pytest.mark.parametrize(("settings",), often_rows([({},), ({"carry_over": "no", "outlook_age": "half"},)], [1]))
def test_the_cells_are_pythons(settings):
    plan = closed(**settings)
    book = built(plan)
    assert against_python(book, read_values(book.data), "IronCalc") == []
    names_are_json(book, shown(plan))
    page = "".join(str(value) for (sheet, _, _), value in read_values(book.data).items() if sheet == "設定")
    (short,) = (one.allowed for one in told(doubts(plan), "ja") if "の件数が足りません" in one.allowed)
    assert short.startswith("締めた月までの件数が足り") and short in page and "計画開始前の件数" not in page
    found = read_back(book.data)
    assert found.agreed == remembered(Targets(plan))
    before = Targets(PLAN).whole_new
    assert [new.months[:5] for new in Targets(found).whole_new] == [new.months[:5] for new in before]


def names_are_json(book: Built, told: dict[str, Any]) -> None:
    """out_months and the like, in closed months too, are what ``show --json`` tells, and add up as it does."""
    values, ids = read_values(book.data), [stage.id for stage in book.plan.stages]

    def block(name: str) -> list[list[float]]:
        sheet, _, area = book.spec.names[name].rpartition("!")
        left, top, right, bottom = range_boundaries(area)
        return [[values[sheet.strip("'"), row, column] for column in range(left, right + 1)]
                for row in range(top, bottom + 1)]  # fmt: skip

    def near(rows: list[list[float]]) -> list[Any]:
        return [pytest.approx(row, rel=RELATIVE, abs=1e-6) for row in rows]

    months = [[month[id_] for month in told["months"]] for id_ in ids]
    assert block("out_months") == near(months)
    assert block("out_new") == near([[month[id_] for month in told["new"]["months"]] for id_ in ids])
    assert block("out_channels") == near([channel["months"] for channel in told["channels"]])
    before, after = told["before_start"], told["next_period"]
    assert block("out_before") == near([[before[id_]] for id_ in ids])
    for stage, row in zip(told["stages"], months, strict=True):
        assert before[stage["id"]] + sum(row) + after[stage["id"]] == pytest.approx(stage["required"], rel=RELATIVE)
    closed = book.plan.closed_months
    for rows, what in ((block("out_months"), "{}:need"), (block("out_new"), "{}")):
        for stage, row in zip(ids, rows, strict=True):
            agreed = [book.plan.agreed.months[what.format(f"stage:{stage}"), k] for k in range(closed)]
            assert row[:closed] == agreed  # to the last digit
