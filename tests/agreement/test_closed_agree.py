"""締めた月 (K15) in the cells: a raised goal after five closed months, every cell as Python has it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.agreement.books import built, read_back, template_plan
from tests.agreement.comparison import against_python
from tests.agreement.sheet_xml import read_values
from xl_kpi.kpi.agreed_targets import closed_until, remembered
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


@pytest.mark.parametrize("settings", [{}, {"carry_over": "no", "outlook_age": "half"}])
def test_the_cells_are_pythons(settings):
    plan = closed(**settings)
    book = built(plan)
    assert against_python(book, read_values(book.data), "IronCalc") == []
    found = read_back(book.data)
    assert found.agreed == remembered(Targets(plan))
    before = Targets(PLAN).whole_new
    assert [new.months[:5] for new in Targets(found).whole_new] == [new.months[:5] for new in before]
