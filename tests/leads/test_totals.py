"""Totals of leads too many for rows: what the pages count of them is what they count of the rows."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pandas as pd
import pytest

from tests.leads.made_leads import events, persons, plan, world
from xl_kpi.calc.lag import Lag
from xl_kpi.exchange.leads.reading import read_leads
from xl_kpi.exchange.leads.rows import lead_rows, touch_rows
from xl_kpi.exchange.leads.totals import totals_of_leads
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.leads.content import content_of
from xl_kpi.plan.leads.content_paths import paths_of
from xl_kpi.plan.leads.durations import Durations, days_of, days_of_counts
from xl_kpi.plan.leads.taking import take_rows, take_totals
from xl_kpi.plan.leads.totals import totals_of


def with_lags():
    made = plan()
    stages = tuple(dataclasses.replace(one, lag=Lag(7, 7)) for one in made.stages[:-1])
    return made.with_(stages=(*stages, made.stages[-1]), settings={"standard_mql": 12.0})


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The same leads as rows and as totals, and the frame of which the list was written."""
    frame = world(900)
    frame.loc[3, ["at_mql", "at_sql"]] = [dt.date(2026, 1, 1), dt.date(2026, 1, 2)]  # before it was a lead
    frame.loc[5, "source"] = None
    path = persons(frame, tmp_path_factory.mktemp("totals") / "leads.csv")
    given = with_lags()
    with read_leads([path], given, Asked()) as read:
        rows, totals = lead_rows(read[0].leads, given), totals_of_leads(read[0].leads, given)
    return take_rows(given, "tbl_leads", rows).plan, take_totals(given, totals).plan, frame


def test_durations_of_totals_are_those_of_rows(both):
    of_rows, of_totals = Durations(both[0]), Durations(both[1])
    assert (of_rows.is_totals, of_totals.is_totals) == (False, True)
    assert (of_rows.as_of, of_rows.count) == (of_totals.as_of, of_totals.count)
    assert of_rows.origins == of_totals.origins and len(of_rows.origins) == 4
    assert of_rows.reasons == of_totals.reasons
    for step in (*of_rows.steps, *of_rows.phases):
        for what in ("days", "over", "turned"):
            assert getattr(of_rows, what)(step) == getattr(of_totals, what)(step), (what, step)
        for origin in of_rows.origins:
            assert of_rows.days(step, origin) == of_totals.days(step, origin)
    for step in of_rows.steps:
        assert (of_rows.open(step), of_rows.waiting(step)) == (of_totals.open(step), of_totals.waiting(step))
        for origin in (None, *of_rows.origins):
            assert of_rows.reached(step.start, origin) == of_totals.reached(step.start, origin)
            assert of_rows.passed(step, origin) == of_totals.passed(step, origin)
    closing = of_rows.closing
    for origin in (None, *of_rows.origins):
        assert of_rows.won(closing, origin) == of_totals.won(closing, origin)
        assert of_rows.lost(closing.start, origin) == of_totals.lost(closing.start, origin)
    assert of_rows.lost() == of_totals.lost()


def test_rows_say_what_the_list_says(both):
    rows, frame = both[0].tables["tbl_leads"], both[2]
    assert len(rows) == len(frame)
    lost = frame["outcome"].eq("lost")
    told = pd.DataFrame(rows.values())
    assert told["outcome"].eq("lost").sum() == lost.sum()
    assert [row.get("lost_reason", "") for row in rows.values()] == [one or "" for one in frame["lost_reason"]]
    assert sum(row.get("amount", 0) for row in rows.values()) == pytest.approx(
        sum(float(one) for one in frame["amount"] if one), abs=1e-3
    )


def test_content_of_totals_is_that_of_rows(tmp_path):
    given, frame = with_lags(), world(200)
    with read_leads([events(frame, tmp_path / "events.csv")], given, Asked()) as read:
        leads = read[0].leads
        of_rows = take_rows(given, "tbl_leads", lead_rows(leads, given)).plan
        of_rows = take_rows(of_rows, "tbl_touches", touch_rows(leads)).plan
        of_totals = take_totals(given, totals_of_leads(leads, given)).plan
    one, other = content_of(of_rows), content_of(of_totals)
    assert other.is_live is False and one.base == other.base and one.base.leads == 200
    assert [*one.contents] == [*other.contents] and one.contents
    assert paths_of(one, totals_of(of_rows)).pace == paths_of(other, totals_of(of_totals)).pace


def test_counted_days_have_the_figures_of_the_days_themselves():
    for days in ([0], [4, 4], [1, 2, 3, 10], [0, 0, 7, 30, 30, 31, 400]):
        assert days_of_counts({day: days.count(day) for day in days}) == days_of(days)
    assert days_of_counts({}) == days_of([])
