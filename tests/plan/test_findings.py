"""What a sound plan makes one doubt, and what was typed since its sheets were written."""

from __future__ import annotations

from dataclasses import replace

from tests.agreement.books import template_plan
from tests.told import told
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.findings import FINDINGS, doubts, since_writing

C1, DEFAULT = template_plan("c1", "ja"), template_plan("default", "ja")


def test_a_plan_that_fits_makes_one_doubt_nothing():
    assert list(doubts(C1)) == []


def test_leads_that_are_needed_before_the_start_are_told():
    """The default plan: 5,000 leads, of which 1,384 fall before the start; nothing is open then."""
    (short,) = told(doubts(DEFAULT), "ja")
    assert (short.cell, short.level) == ("plan_start", "warning")
    assert short.allowed.startswith("計画開始前に1,384件のリードが必要ですが、進行中の件数では足りません。")
    (english,) = told(doubts(DEFAULT), "en")
    assert english.allowed.startswith("1,384 leads are needed before the start")
    assert list(doubts(DEFAULT.with_(pipeline={"leads": 5000.0}))) == []


def test_a_goal_and_a_growth_that_say_the_same_are_both_typed():
    goal = replace(C1.goal, baseline=40.0, growth=0.25)  # 40 × 1.25 = 50, the goal of C1
    (twice,) = told(doubts(C1.with_(goal=goal)), "ja")
    assert (twice.cell, twice.found, twice.level) == ("kgi_growth", "0.25", "warning")


def test_a_month_above_a_channels_limit_is_told_with_the_most_that_a_month_asks():
    """C1: 1,800 leads in 6 months, 300 a month, of the one channel."""
    (web,) = C1.channels_on
    assert list(doubts(C1.with_(channels=(replace(web, capacity=300.0),)))) == []
    (above,) = told(doubts(C1.with_(channels=(replace(web, capacity=299.0),))), "ja")
    assert (above.cell, above.found) == (f"tbl_channels[{web.id}].capacity", "299")
    assert above.allowed == "月間の上限を超えます（最も多い月は300件）。割合か上限を見直してください"


def test_what_was_typed_since_the_sheets_were_written():
    last = entries_of(C1)
    assert list(since_writing(C1, last)) == [] and list(since_writing(C1, {})) == []
    first, *rest = C1.stages
    typed = C1.with_(
        months=9,
        start=C1.start.replace(month=C1.start.month + 1),
        stages=(replace(first, lag=Lag(curve=(0.4, 1.0))), *rest),
    )
    assert [(one.cell, one.found, one.allowed.split("。")[0]) for one in told(since_writing(typed, last), "ja")] == [
        ("plan_months", "9", "月数が変わりました（シートは6か月分です）"),
        ("plan_start", "2026-05-01", "開始月が変わりました"),
        ("tbl_stages[leads].lag", "40% / 100%", "所要日数のカーブが入力されました"),
    ]


def test_no_level_but_an_error_ends_a_check_with_findings():
    assert {one.level for one in FINDINGS} == {"error", "warning"}
