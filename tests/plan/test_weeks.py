"""週次実績 (K13): weeks into months by days, exactly; what can't be added up is named, what stands is asked about."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sheets.plans import template
from xl_kpi.catalog.messages import worded
from xl_kpi.plan.findings.pages.weeks import of_weeks
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.imported.sources import taken_in
from xl_kpi.plan.imported.twice import is_doubtful
from xl_kpi.plan.imported.weeks import days_after, pieces, weekly, weekly_faults
from xl_kpi.plan.model import Plan

PLAN = template("default", "ja")
TODAY = dt.date(2026, 5, 7)
MONDAY = dt.date(2026, 3, 30)  # two days in March, five in April
VALUES = st.fractions(0, 10**7, max_denominator=1000)


def of(*rows: tuple, plan: Plan = PLAN, **changes) -> Plan:
    """The plan with rows of the page: (week, kpi, value), None for a blank."""
    names = ("week", "kpi", "value")
    table = {f"r{n}": {k: v for k, v in zip(names, row) if v is not None} for n, row in enumerate(rows, 1)}
    return plan.with_(tables={"tbl_weeks": table}, **changes)


def take(plan: Plan, answers=None):
    asked = Asked(answers or {})
    return taken_in(plan, [weekly(plan).batch], asked, today=TODAY), asked


@pytest.mark.parametrize("monday, days", [
    ("2026-03-30", [2, 5]), ("2026-04-27", [4, 3]), ("2026-06-01", [7]), ("2026-08-31", [1, 6]),
    ("2026-05-25", [7]), ("2026-12-28", [4, 3]), ("2028-02-28", [2, 5]),  # the 31st is a Sunday; a leap year
])  # fmt: skip
def test_a_week_is_split_by_its_days(monday, days):
    """Days: counted on a calendar."""
    day = dt.date.fromisoformat(monday)
    found = [*pieces(day, Fraction(7))]
    assert [one.days for one in found] == days == [one.value for one in found]
    assert days_after(day) == (days[1] if len(days) > 1 else 0)
    assert all(one.first.replace(day=1) == one.month == one.last.replace(day=1) for one in found)


@given(st.lists(st.tuples(st.integers(0, 200), VALUES), min_size=1, max_size=30, unique_by=lambda one: one[0]))
def test_months_add_up_to_the_weeks_exactly(weeks):
    split = [piece for week, value in weeks for piece in pieces(MONDAY + dt.timedelta(weeks=week), value)]
    assert sum(piece.value for piece in split) == sum(value for _, value in weeks)
    assert sum(piece.days for piece in split) == 7 * len(weeks)
    by_day = Fraction(0)  # the other way round: every day has a seventh
    months = {piece.month for piece in split}
    for month in months:
        days = [
            value / 7
            for week, value in weeks
            for day in range(7)
            if (MONDAY + dt.timedelta(weeks=week, days=day)).replace(day=1) == month
        ]
        assert sum(days, Fraction(0)) == sum((one.value for one in split if one.month == month), Fraction(0))
        by_day += sum(days, Fraction(0))
    assert by_day == sum(value for _, value in weeks)


def test_by_kpi_and_month():
    """700 in the week of 30 March: 200 in March, which is none of the plan, and 500 in April."""
    plan = of((MONDAY, "ads.clicks", 700.0), (dt.date(2026, 4, 6), "ads.clicks", 10.0), (MONDAY, "stage:mql", 7.0))
    found = weekly(plan)
    assert {(one.link, one.month.month): one.value for one in found.batch.figures} == {
        ("ads.clicks", 3): 200, ("ads.clicks", 4): 510, ("stage:mql", 3): 2, ("stage:mql", 4): 5,
    }  # fmt: skip
    april = next(one for one in found.batch.figures if (one.link, one.month.month) == ("ads.clicks", 4))
    assert (april.first, april.last, april.rows) == (dt.date(2026, 4, 1), dt.date(2026, 4, 12), 2)
    assert (found.rows, found.first, found.last) == (3, MONDAY, dt.date(2026, 4, 12))
    assert found.split == (MONDAY,) and found.outside == (dt.date(2026, 3, 1),)
    taken, _ = take(plan)
    assert taken.plan.actuals == {("ads:clicks", 0): 510.0, ("stage:mql", 0): 5.0}


def test_again_nothing_changes_and_a_corrected_week_replaces_its_days():
    first, _ = take(of((MONDAY, "ads.clicks", 700.0)))
    again, asked = take(first.plan)
    assert not again.writes and not asked.open and again.plan == first.plan
    rows = {"tbl_weeks": {"r1": {"week": MONDAY, "kpi": "ads.clicks", "value": 1400.0}}}
    corrected, asked = take(first.plan.with_(tables={**first.plan.tables, **rows}))
    assert corrected.plan.actuals == {("ads:clicks", 0): 1000.0} and not asked.open


def test_what_was_typed_for_the_month_is_asked_about():
    plan = of((MONDAY, "ads.clicks", 700.0), actuals={("ads:clicks", 0): 5.0})
    taken, asked = take(plan)
    assert [one.id for one in asked.open] == ["typed:ads.clicks:2026-04"] and taken.plan.actuals == plan.actuals
    for answer, wanted in (("take", 500.0), ("keep", 5.0)):
        taken, asked = take(plan, {"typed:ads.clicks:2026-04": answer})
        assert taken.plan.actuals == {("ads:clicks", 0): wanted} and not asked.open


def test_a_file_that_counts_the_same_is_never_simply_added():
    assert is_doubtful("Google広告", {"週次実績"}) and is_doubtful("Weekly actuals", {"Google Ads"})
    assert not is_doubtful("Google広告", {"Meta広告"}) and not is_doubtful("週次実績", set())


def test_everything_that_is_wrong_is_named_at_once():
    day = dt.date(2026, 4, 6)
    plan = of(
        (day, "ads.clicks", 1.0), (day, "ads.clicks", 2.0), (dt.date(2026, 4, 8), "ads.cost", 1.0),
        (day, "web.cvr", 0.1), (day, "stage:leads", 1.0), (None, "ads.cv", 1.0), (day, None, 1.0),
        (day, "ads.cv", None),
        (day, "gone.kpi", 1.0),
    )  # fmt: skip
    assert [(fault.cell, fault.key) for fault in weekly_faults(plan)] == [
        ("tbl_weeks[r2].week", "weeks_twice"), ("tbl_weeks[r3].week", "weeks_monday"),
        ("tbl_weeks[r4].kpi", "weeks_no_sum"), ("tbl_weeks[r5].kpi", "weeks_no_sum"),
        ("tbl_weeks[r6].week", "weeks_half"), ("tbl_weeks[r7].kpi", "weeks_half"),
        ("tbl_weeks[r8].value", "weeks_half"),
        ("tbl_weeks[r9].kpi", "weeks_no_sum"),
    ]  # fmt: skip
    assert weekly_faults(PLAN) == []


def test_a_week_of_nothing_is_an_actual():
    taken, _ = take(of((dt.date(2026, 4, 6), "ads.clicks", 0.0)))
    assert taken.plan.actuals == {("ads:clicks", 0): 0.0}


def found(plan: Plan) -> list[tuple[str, str]]:
    return [(fault.key, str(fault.cell)) for fault in of_weeks(plan.with_(settings={"page_weeks": "on"}))]


def test_what_is_not_in_the_months_yet_is_told_until_it_is():
    """Also what has changed since; what was kept out was decided about, and a page that is off says nothing."""
    plan = of((MONDAY, "ads.clicks", 700.0))
    assert found(plan) == [("plan_check_weeks_waiting", "tbl_weeks[r1].value")] and [*of_weeks(plan)] == []
    taken, _ = take(plan)
    assert found(taken.plan) == []
    rows = {"tbl_weeks": {"r1": {"week": MONDAY, "kpi": "ads.clicks", "value": 701.0}}}
    assert found(taken.plan.with_(tables={**taken.plan.tables, **rows})) == [
        ("plan_check_weeks_waiting", "tbl_weeks[r1].value")
    ]
    kept, _ = take(plan.with_(actuals={("ads:clicks", 0): 5.0}), {"typed:ads.clicks:2026-04": "keep"})
    assert found(kept.plan) == []
    before = of((dt.date(2026, 3, 2), "ads.clicks", 700.0))  # all of it before the plan begins
    assert found(before) == []
    wrong = of((MONDAY, "ads.clicks", 1.0), (MONDAY, "ads.clicks", 2.0), (MONDAY, "web.cvr", 0.1))
    assert found(wrong) == [
        ("plan_check_weeks_wrong", "tbl_weeks[r2].week"), ("plan_check_weeks_wrong", "tbl_weeks[r3].kpi"),
    ]  # fmt: skip


@pytest.mark.parametrize("rows, lines, more", [(9, 9, ""), (10, 10, ""), (13, 10, "（ほか3か所）")])
def test_every_wrong_row_is_named_up_to_ten(rows, lines, more):
    plan = of(*[(MONDAY + dt.timedelta(weeks=n), "web.cvr", 0.1) for n in range(rows)])
    said = [*of_weeks(plan.with_(settings={"page_weeks": "on"}))]
    assert [fault.cell for fault in said] == [f"tbl_weeks[r{n}].kpi" for n in range(1, lines + 1)]
    assert worded(said[-1].allowed, "ja").endswith(f"直すか消してください{more}")
    assert "（ほか" not in worded(said[0].allowed, "ja")


def test_the_last_digits_of_sevenths_are_no_change():
    """A program that saves 15 digits; what differs by more than 1e-9 is one."""
    first, _ = take(of((MONDAY, "ads.clicks", 5244.2)))
    sums = float(f"{first.plan.actuals['ads:clicks', 0]:.15g}")
    assert sums != first.plan.actuals["ads:clicks", 0]  # 3745.857142857143
    ((id_, row),) = first.plan.tables["tbl_sources"].items()
    saved = {**first.plan.tables, "tbl_sources": {id_: {**row, "value": sums}}}
    for table in (saved, first.plan.tables):
        plan = first.plan.with_(tables=table, actuals={("ads:clicks", 0): sums})
        again, asked = take(plan)
        assert not again.writes and not asked.open and again.plan == plan and found(plan) == []
    other = first.plan.with_(actuals={("ads:clicks", 0): sums * (1 + 2e-9)})
    assert [one.id for one in take(other)[1].open] == ["typed:ads.clicks:2026-04"]


def test_a_question_shows_six_digits():
    _, asked = take(of((MONDAY, "ads.clicks", 5399.6), actuals={("ads:clicks", 0): 5.0}))
    assert "3856.857143" in worded(asked.open[0].text, "ja") and "3856.8571428" not in worded(asked.open[0].text, "ja")
