"""A channel that is switched off after months were closed: what these months reached stays (K15)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.agreement.books import built, read_back
from tests.agreement.comparison import against_python
from tests.agreement.sheet_xml import read_values
from tests.closed_plans import closed, small
from xl_kpi.kpi.agreed_targets import remembered
from xl_kpi.kpi.review.review import Review
from xl_kpi.kpi.review.words import ReviewWords
from xl_kpi.plan.closed.closing import first_stage_actuals, gone_rows
from xl_kpi.plan.closed.compared import seen_rate
from xl_kpi.plan.history.renewal import renew
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Records
from xl_kpi.plan.review.to_date import ToDate
from xl_kpi.plan.targets import Targets

NOW = dt.datetime(2026, 7, 1, 9)
REACHED = [200 + 110, 201 + 110, 202 + 110]  # website + ads, as typed for April to June


def switched(plan: Plan, records: Records, *on: str) -> tuple[Plan, Records]:
    """The plan with these channels on, as the next workbook has it."""
    chosen = plan.with_(channels=tuple(replace(one, on=one.id in on) for one in plan.channels))
    renewed = renew(plan, chosen, records, command="channels", who="佐藤", now=NOW)
    return renewed.plan.with_(agreed=remembered(Targets(renewed.plan))), renewed.records


@pytest.fixture(scope="module")
def before() -> Plan:
    return closed(small("en"), 3)


@pytest.fixture(scope="module")
def off(before) -> tuple[Plan, Records]:
    return switched(before, Records(plan_id="small"), "web")


def test_what_closed_months_reached_stays(before, off):
    plan, records = off
    assert first_stage_actuals(before)[:3] == REACHED
    assert first_stage_actuals(plan) == [*REACHED, None, None, None]
    assert gone_rows(plan) == {"ads": [110, 110, 110, 0, 0, 0]}
    assert {"ads:cv" in key for key in records.archive} == {True}  # the actuals themselves lie on 保管
    targets = [Targets(one).whole_new[0].months[:3] for one in (before, plan)]
    assert targets[0] == targets[1]
    july = dt.date(2026, 7, 1)
    assert ToDate(Targets(plan), july).actual[0] == sum(REACHED)


def test_leads_are_still_split_by_channel(before, off):
    """What each channel's leads cost until June is the same whether ads is off since or not; it is no bottleneck any
    more."""
    july = dt.date(2026, 7, 1)
    parts = [{one.channel: one.orders for one in Review(plan, july).gap.leads_by_channel} for plan in (before, off[0])]
    assert parts[1] == pytest.approx(parts[0]) and set(parts[1]) == {"web", "ads"}
    assert all(one.channel != "ads" for one in Review(off[0], july).gap.losses)


def test_a_channel_of_which_the_row_is_deleted_has_a_part_and_no_name(off):
    rows = {"channels": [one for one in off[0].channels if one.id == "web"],
            "kpis": [one for one in off[0].kpis if one.channel == "web"]}  # fmt: skip
    plan = off[0].with_(**{key: tuple(left) for key, left in rows.items()})
    review = Review(plan, dt.date(2026, 7, 1))
    assert {one.channel for one in review.gap.leads_by_channel} == {"web", "ads"}
    assert ReviewWords(review, "en").channel("ads") == "Removed channel"
    book = built(plan)
    assert against_python(book, read_values(book.data), "IronCalc") == []


def test_the_rate_is_read_from_all_that_came(before, off):
    rates = [seen_rate(one, Targets(one).closing, 0) for one in (before, off[0])]
    assert rates[0] == rates[1]


def test_it_stays_when_its_lines_are_deleted_and_is_the_sheets_own_when_the_channel_is_back(off):
    plan, records = off
    forgotten, _ = switched(plan, records.with_(archive={}), "web")
    assert first_stage_actuals(forgotten)[:3] == REACHED
    back, _ = switched(plan, records, "web", "ads")
    assert not gone_rows(back) and first_stage_actuals(back)[:3] == REACHED
    assert back.actuals["ads:cv", 0] == 110


def test_a_month_that_the_channel_never_told_is_compared_with_nothing(before):
    blank = before.with_(actuals={key: one for key, one in before.actuals.items() if key != ("ads:cv", 1)})
    plan, _ = switched(blank, Records(plan_id="small"), "web")
    assert first_stage_actuals(plan)[:3] == [310, 201, 312]
    assert ToDate(Targets(plan), dt.date(2026, 7, 1)).actual_by_month[0] == [310, None, 312]


def test_nothing_of_an_open_month_is_kept():
    plan, _ = switched(small("en"), Records(plan_id="small"), "web")
    assert first_stage_actuals(plan)[:3] == [200, 201, 202] and not gone_rows(plan)


def test_the_cells_say_the_same(off):
    plan = off[0]
    book = built(plan)
    assert against_python(book, read_values(book.data), "IronCalc") == []
    found = read_back(book.data)
    assert found.agreed == plan.agreed and first_stage_actuals(found) == first_stage_actuals(plan)
