"""見直し (K13): what a review proposes comes onto the log once, and each row is held against its figure of today."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.sheets.plans import in_the_year, template
from xl_kpi.kpi.review.log import PROPOSED, TABLE, logged, proposals, with_proposals
from xl_kpi.kpi.review.review import Review
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.tables import find_table

JULY = dt.date(2026, 7, 31)  # the last day of the fourth month, the last with actuals


@pytest.fixture(scope="module")
def plan() -> Plan:
    return in_the_year("ja")


@pytest.fixture(scope="module")
def rows(plan) -> dict:
    return proposals(Review(plan))


def on_log(plan: Plan, **rows: dict) -> Plan:
    return plan.with_(tables={TABLE: rows})


def test_each_action_is_a_row_with_its_figure_of_now(plan, rows):
    actions = Review(plan).actions
    assert [row["figure"] for row in rows.values()] == [f"{one.channel}.{one.kpi}" for one in actions]
    for row, one in zip(rows.values(), actions):
        assert row["found_on"] == JULY and row["state"] == PROPOSED
        assert row["then"] == pytest.approx(one.actual, abs=1e-6)
        assert row.get("due") == one.by and row["action"] == one.advice.action["ja"]
        assert row.get("expected") == (None if one.overlaps else pytest.approx(float(one.brings_back), abs=0.05))


def test_blank_rows_that_were_sent_to_somebody_keep_their_ids(rows):
    spare = find_table(TABLE).spare
    assert [*rows] == [f"r{spare + k}" for k in range(1, len(rows) + 1)]
    assert [*proposals(Review(in_the_year("ja")), ["r7", "r20"])][0] == f"r{20 + spare + 1}"


def test_nothing_is_proposed_twice_while_it_is_open(plan, rows):
    assert proposals(Review(with_proposals(plan, rows))) == {}
    typed = {"figure": "funnel.mql_rate", "found_on": dt.date(2026, 5, 31)}
    left = {row["figure"] for row in proposals(Review(on_log(plan, r1=typed))).values()}  # a blank state is open
    assert left == {row["figure"] for row in rows.values()} - {"funnel.mql_rate"}
    by_hand = proposals(Review(on_log(plan, r1={"finding": "率が低い", "kpi": "stage:mql", "state": "doing"})))
    assert "funnel.mql_rate" not in {row["figure"] for row in by_hand.values()}


@pytest.mark.parametrize("state", ["done", "dropped"])
def test_what_is_over_is_proposed_again_in_a_later_review_only(plan, state):
    row = {"figure": "funnel.mql_rate", "state": state}
    again = proposals(Review(on_log(plan, r1={**row, "found_on": dt.date(2026, 6, 30)})))
    assert "funnel.mql_rate" in {one["figure"] for one in again.values()}
    same_day = proposals(Review(on_log(plan, r1={**row, "found_on": JULY})))
    assert "funnel.mql_rate" not in {one["figure"] for one in same_day.values()}


@pytest.mark.parametrize("state", ["done", "dropped"])
@pytest.mark.parametrize("off, again", [(0.0, False), (-0.01, False), (0.01, True)])
def test_what_was_over_is_proposed_again_only_once_it_is_worse(plan, rows, state, off, again):
    """``off``: how much higher the rate was then."""
    then = next(row["then"] for row in rows.values() if row["figure"] == "funnel.mql_rate") + off
    row = {"figure": "funnel.mql_rate", "state": state, "found_on": dt.date(2026, 6, 30), "then": then}
    assert ("funnel.mql_rate" in {one["figure"] for one in proposals(Review(on_log(plan, r1=row))).values()}) == again


def test_a_sum_to_date_says_nothing_of_worse_until_it_changes(plan, rows):
    name, then = next((row["figure"], row["then"]) for row in rows.values() if row["then"] > 10)
    for value, again in ((then, False), (then - 3, True)):
        row = {"figure": name, "state": "dropped", "found_on": dt.date(2026, 6, 30), "then": value}
        assert (name in {one["figure"] for one in proposals(Review(on_log(plan, r1=row))).values()}) == again


def test_rows_are_held_against_what_their_figure_is_now(plan):
    rows = {
        "r1": {"figure": "funnel.mql_rate", "then": 0.25, "state": "done", "result": "定義を見直した"},
        "r2": {"kpi": "ads.clicks", "finding": "少ない"},
        "r3": {"finding": "KPIなし"},
    }
    one, two, three = logged(Review(on_log(plan, **rows)))
    assert one.figure.actual == pytest.approx(Review(plan).figures[1].actual) and one.then == 0.25 and not one.is_open
    assert two.figure.kpi == "clicks" and two.then is None and two.is_open
    assert three.figure is None


def test_a_plan_without_actuals_proposes_nothing():
    assert proposals(Review(template("default", "en"))) == {}


def test_proposals_are_in_the_language_of_the_plan():
    first = next(iter(proposals(Review(in_the_year("en"))).values()))
    assert "planned " in first["finding"] and first["cause"].isascii()
