"""What lists of leads add up to, against pandas on the frame from which the lists were written."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest

from tests.leads.made_leads import SOURCES, STAGES, events, persons, plan, world
from xl_kpi.exchange.leads import aggregates, engine
from xl_kpi.exchange.leads.reading import read_leads
from xl_kpi.plan.imported.questions import Asked

CHANNELS = {**SOURCES, "紹介": "web"}
FIGURES = (
    aggregates.counts_by_event, aggregates.counts_by_cohort, aggregates.durations, aggregates.by_source,
    aggregates.lost_reasons,
)  # fmt: skip


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


def test_where_sources_tell_channels_it_is_counted_by_source(frame, tmp_path):
    """The same figures as by the channel of each lead, which another table of the leads falls back to."""

    def result(leads):
        assert leads.by_source == {name: CHANNELS[name] for name in frame["source"].unique()}
        other = replace(leads, table=leads.table.mutate(channel=leads.table["channel"]))
        assert other.by_source is None
        return [[figure(one) for figure in FIGURES] for one in (leads, other)]

    by_source, by_channel = read(persons(frame, tmp_path / "leads.csv"), result)
    assert by_source == by_channel
    assert all(by_source)


def test_of_several_rows_a_channel_is_not_told_by_the_source(frame, tmp_path):
    """The first row that names a source need not be the first that names a channel."""
    assert read(events(frame, tmp_path / "leads.csv"), lambda leads: leads.by_source) is None


@pytest.mark.parametrize("at_once", [engine.AT_ONCE, 50])
@pytest.mark.parametrize(
    ("more", "told"), [([], False), ([-7], False), ([998], True), ([None], None), ([998, None], None)]
)
def test_whether_a_number_stands_twice(monkeypatch, at_once, more, told):
    """1,000 that differ and some more, all at once and in parts (21 of them)."""
    import ibis

    monkeypatch.setattr(engine, "AT_ONCE", at_once)
    numbers = ibis.memtable(pd.DataFrame({"n": pd.array([*range(1000), *more], dtype="Int64")}))["n"]
    assert engine.twice(numbers) is told
    assert engine.twice(numbers.as_table().filter(numbers < 0)["n"]) is False
