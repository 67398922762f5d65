"""Leads counted as cohorts by Ibis, against a count in plain Python; dates that are wrong are told, never swapped."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import ibis
import numpy as np
import pandas as pd
import pytest

from xl_kpi.calc.cohorts.cohort import Cohort
from xl_kpi.exchange.cohorts.counting import Problem, counted

STAGES = ("leads", "mql", "orders")
DAY = dt.date(2026, 1, 1)


def on(day):
    return None if day is None else DAY + dt.timedelta(days=day)


def table(*leads, stages=STAGES):
    """Leads as (days of each stage, channel, outcome, mail, company); what is left out is missing."""
    rows = []
    for place, (days, *more) in enumerate(leads):
        channel, outcome, mail, company = [*more, *[None] * (4 - len(more))]
        rows.append([place + 2, channel, outcome, mail, company, *map(on, days)])
    names = ["row", "channel", "outcome", "mail", "company", *(f"at_{stage}" for stage in stages)]
    types = ["int64", *["string"] * 4, *["date"] * len(stages)]
    frame = pd.DataFrame(rows, columns=names).astype(object)
    return ibis.memtable(frame, schema=ibis.schema(dict(zip(names, types))))


def one(found, step=("leads", "mql"), channel="web"):
    return found.steps[step][channel]


def test_days_are_counted_and_those_who_wait_are_watched():
    found = counted(table(([0, 10, 40], "web"), ([5, None, None], "web"), ([20, 30, None], "ads")), STAGES)
    assert found.as_of == on(40)
    assert one(found) == Cohort(gone={10: 1}, waiting={35: 1})
    assert one(found, channel="ads") == Cohort(gone={10: 1})
    assert one(found, ("mql", "orders")) == Cohort(gone={30: 1})
    assert one(found, ("mql", "orders"), "ads") == Cohort(waiting={10: 1})
    assert found.problems == ()


def test_a_skipped_stage_was_passed_within_the_days_around_it():
    found = counted(table(([0, None, 40], "web")), STAGES)
    assert one(found) == one(found, ("mql", "orders")) == Cohort(within={40: 1})
    assert found.problems == (Problem("skipped", 1, "mql", 2),)


def test_reversed_days_count_as_gone_on_and_are_not_swapped():
    found = counted(table(([10, 4, 40], "web")), STAGES)
    assert one(found) == Cohort(undated=1)
    assert one(found, ("mql", "orders")) == Cohort(gone={36: 1})
    assert found.problems == (Problem("reversed", 1, "mql", 2),)


def test_won_before_the_first_contact():
    found = counted(table(([10, 20, 4], "web"), ([0, 5, 40], "web")), STAGES)
    assert one(found, ("mql", "orders")) == Cohort(gone={35: 1}, undated=1)
    assert found.problems == (Problem("won_first", 1, "", 2), Problem("reversed", 1, "orders", 2))


def test_without_a_day_of_the_first_stage_it_is_no_lead_that_was_watched():
    found = counted(table(([None, 5, 40], "web")), STAGES)
    assert found.steps["leads", "mql"] == {}
    assert one(found, ("mql", "orders")) == Cohort(gone={35: 1})
    assert found.problems == (Problem("unbegun", 1, "leads", 2),)


def test_as_of_an_earlier_day_what_came_later_is_not_known_yet():
    leads = table(([0, 10, 40], "web"), ([30, None, None], "web"))
    found = counted(leads, STAGES, on(20))
    assert one(found) == Cohort(gone={10: 1})
    assert one(found, ("mql", "orders")) == Cohort(waiting={10: 1})
    assert found.problems == (Problem("later", 2, "", 2),)


def test_on_the_day_itself_it_has_happened():
    assert one(counted(table(([0, 10, None], "web")), STAGES, on(10))) == Cohort(gone={10: 1})
    assert one(counted(table(([0, 10, None], "web")), STAGES, on(9))) == Cohort(waiting={9: 1})


def test_lost_leads_wait_like_others_and_won_ones_without_a_day_are_told():
    found = counted(table(([0, 10, None], "web", "lost"), ([0, 10, None], "web", "won")), STAGES, on(50))
    assert one(found, ("mql", "orders")) == Cohort(waiting={40: 2})
    assert found.problems == (Problem("undated", 1, "orders", 3),)


def test_the_same_mail_and_company_and_no_channel_are_told():
    leads = [
        ([0, 10, None], "web", None, "a@example.com", "甲社"),
        ([1, 10, None], None, None, "a@example.com", "甲社"),
        ([2, 10, None], "web", None, None, "甲社"),
    ]
    found = counted(table(*leads), STAGES)
    assert found.problems == (Problem("unplaced", 1, "", 3), Problem("mail", 1), Problem("company", 2))
    assert one(found, channel="") == Cohort(gone={9: 1})


def test_a_day_too_far_back_is_a_slip():
    found = counted(table(([-50_000, 10, 40], "web")), STAGES)
    assert found.problems == (Problem("unbegun", 1, "leads", 2), Problem("old", 1, "", 2))


def test_a_day_that_is_still_to_come_makes_nobody_be_watched_until_then():
    leads = table(([0, 10, 40], "web"), ([5, 27_000, None], "web"))
    found = counted(leads, STAGES, today=on(60))
    assert found.as_of == on(40)
    assert one(found) == Cohort(gone={10: 1}, waiting={35: 1})
    assert found.problems == (Problem("later", 1, "", 3),)
    assert counted(leads, STAGES).as_of == on(27_000)


def test_no_day_at_all():
    assert counted(table(([None, None, None], "web")), STAGES) is None


def test_one_stage_has_no_step():
    assert counted(table(([3], "web"), stages=("leads",)), ("leads",)).steps == {}


def test_many_leads_are_counted_as_one_by_one():
    """Days drawn at random, missing and reversed ones among them; each lead by itself in plain Python."""
    rng, stages = np.random.default_rng(8), ("leads", "mql", "sql", "orders")
    leads = []
    for _ in range(600):
        days, day = [], int(rng.integers(0, 300))
        for _ in stages:
            days.append(None if rng.random() < 0.25 else day)
            day += int(rng.integers(-5, 60))
        leads.append((days, ["web", "ads", None][rng.integers(3)]))
    last = 310
    expected = defaultdict(lambda: [defaultdict(int), defaultdict(int), defaultdict(int), 0])
    for days, channel in leads:
        known = [day if day is not None and day <= last else None for day in days]
        for place in range(3):
            earlier = [day for day in known[: place + 1] if day is not None]
            later = [day for day in known[place + 1 :] if day is not None]
            counts = expected[stages[place], channel or ""]
            if not earlier:
                continue
            if not later:
                if known[place] is not None:
                    counts[2][last - known[place]] += 1
            elif later[0] < earlier[-1]:
                counts[3] += 1
            elif known[place] is not None and known[place + 1] is not None:
                counts[0][later[0] - earlier[-1]] += 1
            else:
                counts[1][later[0] - earlier[-1]] += 1
    found = counted(table(*leads, stages=stages), stages, on(last))
    for (stage, _), parts in found.steps.items():
        for channel, cohort in parts.items():
            gone, within, waiting, undated = expected[stage, channel]
            assert cohort == Cohort(gone, within, waiting, undated)
    assert found.leads == 600


@pytest.mark.parametrize("stages", [STAGES])
def test_the_sum_of_entries_is_no_more_than_the_leads(stages):
    found = counted(table(([0, 10, 40], "web"), ([0, None, None], "web"), ([None, 3, None], "web")), stages)
    assert [sum(part.entered for part in parts.values()) for parts in found.steps.values()] == [2, 2]
