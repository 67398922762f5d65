"""What closed months say of a rate (K9): each is held against its own target, so that on plan none is doubted."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.agreement.books import built, template_plan
from tests.agreement.comparison import against_python
from tests.closed_plans import closed
from tests.plan.test_closing import on_plan
from tests.plan.test_outlook import plan, some_plan
from tests.sheets import on_plan as typed_on_plan
from xl_kpi.plan.closed.closing import rate_key
from xl_kpi.plan.closed.compared import seen_rate
from xl_kpi.plan.findings import doubts
from xl_kpi.plan.model import Plan
from xl_kpi.plan.targets import Targets
from xl_kpi.sheets import Context, from_context
from xl_kpi.sheets.tree import nodes as tree_nodes
from xl_kpi.workbook.reading.findings import plan_findings
from xl_kpi.workbook.writing.stored_values import evaluate

RATE = "plan_check_rate_history"


def said(shut: Plan) -> list[str]:
    """The cells of the rates that are doubted."""
    return [found.cell for found in doubts(shut) if found.key == RATE]


def times(base: Plan, part: float, only: str = "") -> Plan:
    """The plan with its actuals (of one stage) so many times as large."""
    return base.with_(actuals={key: value * (part if only in key[0] else 1) for key, value in base.actuals.items()})


@pytest.mark.parametrize("seed", range(60))
def test_exactly_on_plan_no_rate_is_doubted(seed):
    """Whatever the rates, the lags, the season and what is open at the start or short before it."""
    given = some_plan(seed)
    base = plan(**{**given, "months": max(4, given["months"])})
    count = random.Random(seed).randint(3, base.months)
    shut = closed(on_plan(base, count), count)
    assert said(shut) == []
    for index, rate in enumerate(base.rates):
        seen = seen_rate(shut, Targets(shut).closing, index)
        assert seen is None or float(seen.rate) == pytest.approx(rate)


@pytest.mark.parametrize("count", [4, 6])
def test_a_year_of_revenue_with_leads_open_at_the_start(count):
    """Four months on plan of the default funnel: 313 MQL and 991 new leads, of which 320 more were open; still 25 %."""
    base = template_plan("default", "ja")
    base = base.with_(goal=replace(base.goal, kind="revenue", value=180e6), order_value=3e6, delivery_days=0)
    base = typed_on_plan.on_plan(base, lambda series, month: month < count)
    assert not [found for found in plan_findings(closed(base, count)) if found.key == RATE]


@pytest.mark.parametrize("part", [0.8, 0.5, 1.3])
def test_as_much_less_of_everything_says_nothing_of_the_rates(part):
    base = times(on_plan(template_plan("default", "ja"), 4), part)
    assert said(closed(base, 4)) == []


def _steady(opened: float) -> Plan:
    """100 leads a month for a year, half of them orders 30 days later; at the start so many leads are open."""
    return plan([0.5], [30], [opened, 0], months=12, goal=600e6, value=1e6, delivery=0, season=(1,) * 12)


def test_fewer_leads_than_asked_while_those_open_bring_orders():
    """April's orders come of leads that were open: half of the leads asked for and three quarters of the orders by June
    are what 50 % bring, though orders ÷ leads of the same months is above it.
    """
    base = on_plan(_steady(101), 3)
    months = {("stage:leads", k): 50.0 for k in range(3)} | {("stage:orders", k): n for k, n in enumerate((50, 25, 25))}
    shut = closed(base.with_(actuals=months), 3)
    assert said(shut) == []


@pytest.mark.parametrize(("orders", "seen"), [(0.6, 0.3), (1.4, 0.7)])
def test_what_goes_on_in_another_part_is_told(orders, seen):
    shut = closed(times(on_plan(_steady(101), 5), orders, "orders"), 5)
    found = next(found for found in doubts(shut) if found.key == RATE)
    assert (found.cell, found.found) == ("tbl_stages[leads].rate", "50%")
    assert float(seen_rate(shut, Targets(shut).closing, 0).rate) == pytest.approx(seen, abs=0.005)


def test_a_rate_that_is_put_where_the_actuals_are_is_doubted_no_more():
    """Targets of closed months were made with 50 %, and 30 % went on: that is so too when the plan has 30 %."""
    shut = closed(times(on_plan(_steady(101), 5), 0.6, "orders"), 5)
    assert said(shut)
    first, *others = shut.stages
    assert said(shut.with_(stages=(replace(first, rate=0.3), *others))) == []
    assert said(shut.with_(stages=(replace(first, rate=0.18), *others))) == ["tbl_stages[leads].rate"]


def test_of_a_workbook_that_remembers_no_rate_the_present_one_counts():
    shut = closed(on_plan(_steady(101), 5), 5)
    kept = {key: value for key, value in shut.agreed.months.items() if key[0] != rate_key("leads")}
    older = shut.with_(agreed=replace(shut.agreed, months=kept))
    assert Targets(older).closing.rate_then(0, 0) == Targets(shut).closing.rate_then(0, 0)
    assert said(older) == []


def test_a_month_that_one_channel_has_not_told_counts_for_nothing():
    base = typed_on_plan.on_plan(template_plan("default", "ja"), lambda series, month: month < 4)
    series = "ads:cv"
    blank = {key: value for key, value in base.actuals.items() if key != (series, 2)}
    shut = closed(base.with_(actuals=blank), 4)
    assert not [found for found in plan_findings(shut) if found.key == RATE]


def test_the_tree_and_the_finding_say_the_same_rate_and_so_do_the_cells():
    """Four months with 80 % of the MQL that were asked for: 25 % are 20 %, also when the plan has 22 % since."""
    base = typed_on_plan.on_plan(template_plan("default", "ja"), lambda series, month: month < 4)
    shut = closed(times(base, 0.8, "stage:mql"), 4)
    for rate in (shut.stages[0].rate, 0.22):
        now = shut.with_(stages=(replace(shut.stages[0], rate=rate), *shut.stages[1:]))
        ctx = Context(now)
        from_context(ctx)
        boxes = {node.id: node for node, _ in tree_nodes.walk(tree_nodes.build(ctx))}
        seen = seen_rate(now, Targets(now).closing, 0)
        assert boxes["rate:leads"].actual.value == pytest.approx(float(seen.rate))
        assert float(seen.rate) == pytest.approx(0.8 * shut.stages[0].rate)
    book = built(now)
    assert against_python(book, evaluate(book.data), "IronCalc") == []
