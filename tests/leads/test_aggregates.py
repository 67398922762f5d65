"""What lists of leads add up to, against pandas on the frame from which the lists were written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest

from tests.leads.made_leads import SOURCES, STAGES, events, persons, plan, world
from xl_kpi.exchange.leads import aggregates
from xl_kpi.exchange.leads.reading import read_leads
from xl_kpi.plan.imported.questions import Asked

CHANNELS = {**SOURCES, "紹介": "web"}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return world(1500)


def read(path, result, **more):
    """What ``result`` makes of the leads of one file, of which nothing is asked."""
    asked = Asked()
    with read_leads([path], plan(), asked, **more) as found:
        assert asked.open == []
        return result(found[0].leads)


def truth_by_event(frame, cohort=False):
    found = Counter()
    for row in frame.to_dict("records"):
        for stage in STAGES:
            if (day := row[f"at_{stage}"]) is not None:
                month = row["at_leads"] if cohort else day
                found[stage, CHANNELS[row["source"]], month.replace(day=1)] += 1
    return found


@pytest.mark.parametrize("write", [persons, events])
def test_counts_by_event_and_by_cohort(frame, tmp_path, write):
    def result(leads):
        return aggregates.counts_by_event(leads), aggregates.counts_by_cohort(leads)

    by_event, by_cohort = read(write(frame, tmp_path / "leads.csv"), result)
    assert {(one.stage, one.channel, one.month): one.count for one in by_event} == truth_by_event(frame)
    assert {(one.stage, one.channel, one.cohort): one.count for one in by_cohort} == truth_by_event(frame, True)
    april = [one for one in by_event if (one.stage, one.channel, one.month.month) == ("leads", "web", 4)]
    days = [
        row["at_leads"]
        for row in frame.to_dict("records")
        if CHANNELS[row["source"]] == "web" and row["at_leads"].month == 4
    ]
    assert (april[0].first, april[0].last) == (min(days), max(days))


@pytest.mark.parametrize("write", [persons, events])
def test_durations_are_those_of_pandas(frame, tmp_path, write):
    found = read(write(frame, tmp_path / "leads.csv"), aggregates.durations)
    for one in aggregates.together(found, source=False):
        rows = frame[frame["source"].map(CHANNELS).eq(one.channel) & frame[f"at_{one.following}"].notna()]
        days = (pd.to_datetime(rows[f"at_{one.following}"]) - pd.to_datetime(rows[f"at_{one.step}"])).dt.days
        assert (one.count, float(one.median)) == (len(days), days.median())
        assert one.mean == Fraction(int(days.sum()), len(days))
        assert float(one.p80) == pytest.approx(days.quantile(0.8), abs=1e-9)  # straight between two days, in pandas too
        assert one.over(10) == int((days > 10).sum())
    steps = {(one.step, one.following) for one in found}
    assert steps == set(zip(STAGES, STAGES[1:]))


def test_reasons_and_sources(frame, tmp_path):
    def result(leads):
        return aggregates.lost_reasons(leads), aggregates.by_source(leads)

    lost, sources = read(persons(frame, tmp_path / "leads.csv"), result)
    told = Counter(row["lost_reason"] for row in frame.to_dict("records") if row["outcome"] == "lost")
    assert sum((Counter({one.key: one.count}) for one in lost), Counter()) == told
    for one in sources:
        rows = frame[frame["source"] == one.key]
        assert (one.count, one.won) == (len(rows), int(rows["outcome"].eq("won").sum()))
        assert one.amount == sum((Decimal(cell) for cell in rows["amount"] if cell), Decimal(0))


def test_medians_at_the_edges():
    """By hand: of 1, 2, 4 the middle is 2; of 1, 2, 4, 9 it is 3; 80 % lie 1.6 and 2.4 places behind the first."""
    of_three, of_four = (
        aggregates.Days("mql", "sql", "", "", days) for days in ({1: 1, 2: 1, 4: 1}, {1: 1, 2: 1, 4: 1, 9: 1})
    )
    assert (of_three.median, of_four.median) == (2, 3)
    assert (of_three.p80, of_four.p80) == (Fraction(16, 5), 6)  # 2 + 0.6 × 2; 4 + 0.4 × 5
    five = aggregates.Days("mql", "sql", "", "", {0: 4, 100: 1})
    assert (five.median, five.p80, five.mean) == (0, 20, 20)
    assert aggregates.Days("mql", "sql", "", "", {7: 1}).median == 7


def test_a_list_without_any_day_or_row_is_empty(tmp_path):
    path = tmp_path / "leads.csv"
    path.write_text("リードID,流入元,リード獲得日,MQL化日\n", "utf-8")
    assert read(path, aggregates.counts_by_event) == ()
    path.write_text("リードID,流入元,リード獲得日,MQL化日\n1,紹介,,\n2,紹介,,\n", "utf-8")
    assert read(path, aggregates.counts_by_event) == read(path, aggregates.durations) == ()
    assert read(path, aggregates.by_source)[0].count == 2


def test_days_are_numbers_and_back():
    assert aggregates.day_of_number((dt.date(2026, 12, 31) - dt.date(1970, 1, 1)).days) == dt.date(2026, 12, 31)
