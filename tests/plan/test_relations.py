"""連携 (S9) and ブランド・信頼 (S11, S12): the numbers, against counting by hand and ``calc.nps``."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.agreement.books import template_plan
from tests.sheets.relations_plans import LIMITS, day, rows, with_relations
from tests.told import told
from xl_kpi.calc import nps
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.findings.pages.relations import relations
from xl_kpi.plan.relations.alignment import Alignment, handover, median_days
from xl_kpi.plan.relations.brand import Brand
from xl_kpi.plan.relations.dated import trend

PLAN = with_relations("ja")
C1 = template_plan("c1", "ja")
MONTHS = [dt.date(2026, month, 1) for month in (4, 5, 6)]


def first_three(values):
    return list(values[:3])


# --- 連携


@pytest.mark.parametrize(
    ("lag", "days"),
    [(None, 0), (Lag(7, 7), 7), (Lag(10, 30), 20), (Lag(curve=(0.4, 1.0)), 35), (Lag(curve=(0.5, 1.0)), 30),
     (Lag(curve=(0.0, 0.0, 1.0)), 75)],
)  # fmt: skip
def test_S9_half_have_gone_on_after(lag, days):
    # 40 % within 30 days, so 10 of the other 60 % until half: 30 + 30 × 10 ÷ 60 = 35
    assert median_days(lag) == pytest.approx(days)


def test_S9_the_rate_is_of_the_months_in_which_both_are_known():
    plan = template_plan("default", "ja").with_(
        actuals={("stage:mql", 0): 100, ("stage:sql", 0): 30, ("stage:mql", 1): 50, ("stage:sql", 2): 7}
    )
    lines = Alignment(plan).lines
    assert first_three(lines["rate"].months) == [0.3, "", ""] and lines["rate"].total == 0.3
    assert lines["rate_plan"].months[0] == 0.4  # of the default plan
    assert lines["days_plan"].months[0] == 7
    assert lines["rate_gap"].months[0] == pytest.approx(-0.1)


def test_S9_a_funnel_without_mql_has_no_rate_but_feedback():
    assert handover(C1) is None
    assert "rate" not in Alignment(C1).lines and "feedback" in Alignment(C1).lines


def test_S9_a_stage_between_the_two_multiplies_rates_and_adds_days():
    plan = template_plan("default", "ja")
    leads, mql, *rest = plan.stages
    between = replace(mql, id="checked", rate=0.5, lag=Lag(3, 3))
    lines = Alignment(plan.with_(stages=(leads, mql, between, *rest))).lines
    assert (lines["rate_plan"].months[0], lines["days_plan"].months[0]) == (pytest.approx(0.4 * 0.5), 10)


def test_S9_days_of_two_rows_for_a_month_are_their_mean():
    assert first_three(Alignment(PLAN).lines["days"].months) == [7.5, 10, (9 + 12) / 2]


def test_S9_feedback_and_meetings_by_month_and_in_all():
    """Counted by hand: two voices in April, none in May, two in June; of three that were judged one was acted on."""
    lines = Alignment(PLAN).lines
    assert lines["feedback"].months[:4] == [2, 0, 2, ""] and lines["feedback"].total == 4
    assert lines["concrete"].months[:4] == [1, 0, 1, ""]
    assert lines["concrete_share"].months[:4] == [0.5, "", 1, ""] and lines["concrete_share"].total == 2 / 3
    assert lines["acted_share"].total == 1 / 3
    assert lines["meetings"].months[:4] == [2, 1, 1, ""]  # one without a day counts nowhere
    assert lines["held"].months[:4] == [1, 1, 0, ""]
    assert lines["held_share"].total == 2 / 3  # two held, one cancelled; one is still to come
    assert (lines["marketing"].total, lines["sales"].total) == (3 + 2, 2)
    assert lines["both"].total == 1  # sales came to one of the two


# --- ブランド・信頼


@pytest.mark.parametrize(
    ("scores", "expected"), [([6, 6, 6], -100), ([9, 9], 100), ([7, 8], 0), ([10, 9, 8, 3], 25), ([0], -100)]
)
def test_S12_nps_of_raw_answers(scores, expected):
    """The score of every month and in all is that of the function NPS; [10, 9, 8, 3] is its published example."""
    answers = rows("on nps", *((day(4, 1), score) for score in scores))
    line = Brand(PLAN.with_(tables={"tbl_answers": answers})).lines["nps"]
    assert line.months[0] == line.total == expected == float(nps(scores))
    assert line.months[1] == ""


def test_S12_only_whole_numbers_from_0_to_10_are_answers():
    """11, -1 and 9.5 are none: of 10, 9 and 3 the score is 100 × (2 − 1) ÷ 3; of 5, 1, 6, 0, 2.5 the mean is 3."""
    scores = (10, 11, -1, 9.5, 9, 3)
    answers = rows("on nps satisfaction", *zip([day(4, 1)] * 6, scores, (5, 1, 6, 0, 2.5, None), strict=True))
    lines = Brand(PLAN.with_(tables={"tbl_answers": answers})).lines
    expected = {"answers": 3, "promoters": 2, "passives": 0, "detractors": 1, "nps": pytest.approx(100 / 3),
                "satisfied": 2, "satisfaction": 3}  # fmt: skip
    assert {key: lines[key].months[0] for key in expected} == expected
    assert {key: lines[key].total for key in expected} == expected


def test_S12_without_answers_there_is_no_score():
    lines = Brand(PLAN.with_(tables={})).lines
    assert {value for line in lines.values() for value in (*line.months, line.total)} == {""}


def test_S12_answers_without_a_day_count_in_all_alone():
    lines = Brand(PLAN).lines
    assert first_three(lines["answers"].months) == [4, "", 3] and lines["answers"].total == 8
    assert lines["satisfaction"].total == pytest.approx((5 + 4 + 4 + 2 + 3 + 2 + 5) / 7)
    assert lines["promoters"].total + lines["passives"].total + lines["detractors"].total == 8


def test_S11_awareness_is_the_share_of_those_who_were_asked_about_the_brand():
    latest, before, first = Brand(PLAN).surveys
    assert (latest.on, before.on, first.on) == (day(6, 10), day(4, 10), dt.date(2025, 10, 1))
    # 10 April: 51 + 30 of 250 know us; the second competitor was named to 150 only
    assert before.shares == {"own": 81 / 250, "rival1": 90 / 250, "rival2": 30 / 150}
    assert before.lead == pytest.approx(0.324 - 0.36)
    assert Brand(PLAN).lines["searches"].months[:3] == [1200, 1500, 1300]  # two rows for May add up


def test_S12_reviews_are_weighted_by_their_number():
    lines = Brand(PLAN).lines
    assert lines["review"].months[0] == pytest.approx((4.2 * 30 + 3.6 * 10) / 40)
    assert lines["review"].months[1] == pytest.approx(4.1)  # nobody knows how many wrote on the other site


@pytest.mark.parametrize(
    ("typed", "late"),
    [({}, ["r3"]), ({"answer_days": 0}, ["r3"]), ({"answer_days": 11}, []), ({"answer_days": 10}, ["r3"]),
     ({"brand_date": day(7, 1)}, ["r3", "r5"]), ({"brand_date": day(6, 3)}, [])],
)  # fmt: skip
def test_S12_negative_mentions_wait_for_an_answer_so_many_days(typed, late):
    """r3 of 1 June and r5 of 12 June are unanswered; the last date is 12 June, two days are allowed."""
    brand = Brand(PLAN.with_(settings={**PLAN.settings, **typed}))
    assert [id_ for id_, _ in brand.late] == late
    assert sum(value for value in brand.lines["late"].months if value != "") == len(late)


def test_the_latest_number_is_held_against_the_one_before_it():
    found = trend(MONTHS, [0.4, "", 0.35], 3, 0.36)
    assert (found.at, found.before_at, found.change, found.fails) == (MONTHS[2], MONTHS[0], -0.05, True)
    assert not trend(MONTHS, [0.4, "", 0.36], 3, 0.36).fails  # just as much is enough
    assert trend(MONTHS, [7, 8, 9.5], 1, 9, "down").fails
    nothing = trend(MONTHS, ["", "", ""], 1, 9)
    assert (nothing.at, nothing.value, nothing.change, nothing.fails) == ("", "", "", False)
    assert trend(MONTHS, ["", 3, ""], 1).change == ""


def test_check_tells_what_is_beyond_its_limit_and_only_on_pages_that_are_on():
    found = {one.cell: one for one in told(relations(PLAN), "ja")}
    assert set(found) == {
        "handover_rate_alert", "handover_days_alert", "feedback_alert", "acted_alert", "awareness_alert", "nps_alert",
        "satisfaction_alert", "review_alert", "tbl_mentions[r3].answered_on",
    }  # fmt: skip
    assert {one.level for one in found.values()} == {"warning"}
    assert "NPSが2026/06に-33.3で、基準の10.0を下回っています" in found["nps_alert"].allowed
    assert "2026/06/10に27.78%" in found["awareness_alert"].allowed  # 50 of 180
    assert "2日の期限" in found["tbl_mentions[r3].answered_on"].allowed
    assert "below the limit of 10.0" in next(one.allowed for one in told(relations(PLAN), "en") if "nps" in one.cell)
    assert list(relations(PLAN.with_(settings=LIMITS))) == []


def test_more_who_know_us_than_were_asked():
    surveys = rows("on answers own", (day(4, 1), 100, 35), (day(5, 1), 100, 350))
    (found,) = relations(PLAN.with_(settings={"page_brand": "on"}, tables={"tbl_surveys": surveys}))
    assert (found.cell, found.found) == ("tbl_surveys[r2].own", "350")
