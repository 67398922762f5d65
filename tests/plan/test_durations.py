"""所要日数 (S3, S9, S10): small leads counted by hand, days against statistics, rates against scipy."""

from __future__ import annotations

import datetime as dt
import statistics
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from tests.sheets.lead_plans import with_leads
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.findings.pages.relations import leads as findings
from xl_kpi.plan.leads.durations import FAST, FEW, SLOW, WITHIN, Days, Durations, Rate, days_of
from xl_kpi.plan.model import Plan, Stage


def day(month: int, number: int) -> dt.date:
    return dt.date(2026, month, number)


LEADS = {
    # 10 days to MQL, 5 to SQL, open there since 16 April
    "r1": {"number": "1", "source": "Web", "leads": day(4, 1), "mql": day(4, 11), "sql": day(4, 16)},
    # the same day, then lost
    "r2": {"number": "2", "source": "web", "leads": day(4, 2), "mql": day(4, 2), "sql": day(4, 12), "outcome": "lost",
           "lost_reason": "Price"},
    # MQL before it was a lead
    "r3": {"number": "3", "channel": "広告", "leads": day(4, 20), "mql": day(4, 10)},
    # skipped MQL and SQL; an order without an outcome
    "r4": {"number": "4", "leads": day(4, 3), "opportunities": day(4, 13), "orders": day(5, 3)},
    "r5": {"number": "5", "source": "展示会", "leads": day(4, 30), "outcome": "lost", "lost_reason": "price"},
}  # fmt: skip
FOUND = Durations(with_leads(LEADS))
LEAD, MQL, SQL, OPPORTUNITY, PROPOSAL = FOUND.steps


def test_days_are_those_of_leads_with_both_days_in_order():
    assert FOUND.days(LEAD) == Days(2, 5.0, 5.0, 8.0)  # 0 and 10 days
    assert FOUND.days(MQL) == Days(2, 7.5, 7.5, 9.0)
    assert FOUND.days(SQL) == Days() and FOUND.days(PROPOSAL) == Days()  # r4 went another way
    assert [FOUND.turned(step) for step in FOUND.steps] == [1, 0, 0, 0, 0]
    whole = next(one for one in FOUND.phases if one.phase == "whole")
    assert FOUND.days(whole) == Days(1, 30.0, 30.0, 30.0)
    assert [(one.phase, one.start, one.end) for one in FOUND.phases] == [
        ("interest", "leads", "mql"), ("comparison", "mql", "opportunities"), ("decision", "opportunities", "orders"),
        ("whole", "leads", "orders"),
    ]  # fmt: skip


def test_open_leads_wait_in_their_last_stage_until_the_day_in_question():
    assert FOUND.as_of == day(5, 3)
    assert [FOUND.open(step) for step in FOUND.steps] == [0, 1, 1, 0, 0]  # r3 at MQL, r1 at SQL
    late = Durations(with_leads(LEADS, standard_mql=20, standard_sql=17)).late
    assert [(one.lead.row, one.days, one.since, one.standard) for one in late] == [("r3", 23, day(4, 10), 20.0)]
    late = Durations(with_leads(LEADS, standard_mql=20, standard_sql=16)).late
    assert [one.lead.row for one in late] == ["r3", "r1"]
    before = Durations(with_leads(LEADS, leads_as_of=day(4, 12)))  # r1 has yet to become an SQL
    assert [before.open(step) for step in before.steps] == [0, 1, 0, 0, 0]


def test_rates_and_reasons_by_origin_whatever_the_case_of_letters():
    assert FOUND.origins == ("Web", "広告", "展示会")
    assert FOUND.handover and FOUND.closing and FOUND.closing.start == "sql"
    assert FOUND.passed(FOUND.handover) == Rate(3, 2) and FOUND.passed(FOUND.handover, "WEB") == Rate(2, 2)
    assert FOUND.won(FOUND.closing) == Rate(2, 0)
    assert FOUND.reasons == (("Price", 2.0),)
    assert (FOUND.lost(), FOUND.lost("sql"), FOUND.lost("sql", "web", "PRICE"), FOUND.lost("", "広告")) == (2, 1, 1, 0)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_days_are_those_of_statistics(values):
    found, ordered = days_of(values), sorted(values)
    assert found.median == statistics.median(values)
    assert found.mean == pytest.approx(float(Fraction(sum(values), len(values))), rel=1e-15)
    place = Fraction(4 * (len(values) - 1), 5)  # as PERCENTILE: 80 % of the way from the first to the last
    low = ordered[int(place)]
    high = ordered[min(int(place) + 1, len(values) - 1)]
    assert found.p80 == pytest.approx(float(low + (place - int(place)) * (high - low)), rel=1e-12)


@pytest.mark.parametrize(("passed", "entered"), [(0, 5), (5, 5), (1, 30), (37, 120), (2999, 5000)])
def test_intervals_are_those_of_scipy(passed, entered):
    found = binomtest(passed, entered).proportion_ci(method="wilson")
    assert Rate(entered, passed).interval == pytest.approx((found.low, found.high), abs=1e-12)
    assert Rate(0, 0).share == "" and Rate(0, 0).interval == ("", "")


def test_standards_are_the_plans_days_or_as_typed():
    plan = with_leads(LEADS, standard_sql=3.5)
    first, second, third, *_ = plan.stages
    lagged = plan.with_(
        stages=(replace(first, lag=Lag(10, 30)), replace(second, lag=Lag(0, 0)), third, *plan.stages[3:])
    )
    found = Durations(lagged)
    assert [found.standard(step) for step in found.steps[:3]] == [20.0, "", 3.5]  # 0 days say nothing
    assert found.over(found.steps[1]) == "" and found.waiting(found.steps[1]) == ""
    assert found.standard(found.phases[1]) == 3.5  # MQL to opportunity: what is known of it


def test_a_stage_of_ones_own_lies_between_two_with_dates():
    """A demo after the SQL has no column: the days from SQL to opportunity count, its standard is both added up."""
    plan = with_leads(LEADS)
    at = [stage.id for stage in plan.stages].index("sql")
    stages = (*plan.stages[: at + 1], Stage("demo", "デモ", "IS", 0.5, Lag(4, 4)), *plan.stages[at + 1 :])
    found = Durations(plan.with_(stages=stages))
    step = found.steps[2]
    assert (step.start, step.end) == ("sql", "opportunities")
    assert found.standard(step) == Durations(plan).standard(SQL) + 4


def test_a_plan_without_mql_has_no_hand_over_and_no_phase_of_it():
    plan = with_leads(LEADS)
    found = Durations(plan.with_(stages=tuple(one for one in plan.stages if one.id != "mql")))
    assert found.handover is None and [one.phase for one in found.phases] == ["decision", "whole"]
    assert found.steps[0].end == "sql" and found.days(found.steps[0]).count == 2


def _same_days(count: int, days: int) -> Plan:
    row = {"leads": day(4, 1), "mql": day(4, 1) + dt.timedelta(days), "outcome": "lost"}
    return with_leads({f"r{k}": row for k in range(count)}, standard_leads=10)


@pytest.mark.parametrize(
    ("count", "days", "verdict"),
    [(29, 30, FEW), (30, 11, SLOW), (30, 10, WITHIN), (30, 6, WITHIN), (30, 5, FAST), (30, 0, FAST)],
)
def test_a_median_is_compared_once_there_are_thirty(count, days, verdict):
    plan = _same_days(count, days)
    found = Durations(plan)
    assert found.verdict(found.steps[0]) == verdict
    assert [one.key for one in findings(plan)] == ["plan_check_stage_slow"] * (verdict == SLOW)
    off = plan.with_(settings={**plan.settings, "page_durations": "off"})
    assert list(findings(off)) == []


def test_too_many_wait_when_more_than_half_of_thirty_do():
    def leads(late: int) -> Plan:
        rows = {f"r{k}": {"leads": day(4, 1) if k < late else day(4, 25)} for k in range(30)}
        return with_leads(rows, standard_leads=10, leads_as_of=day(5, 1))

    assert [one.key for one in findings(leads(16))] == ["plan_check_leads_wait"]
    assert list(findings(leads(15))) == []


def test_without_leads_there_is_nothing_to_say():
    found = Durations(with_leads({}))
    assert found.count == 0 and found.as_of is None and found.origins == () and found.reasons == ()
    assert all(found.days(step) == Days() and found.verdict(step) == "" for step in found.steps)
    assert list(findings(with_leads({}))) == []
