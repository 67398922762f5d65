"""Steps that a stage breaks up, or joins by going: what has to be said anew, and what is an answer."""

from __future__ import annotations

from fractions import Fraction
from math import prod

import pytest

from tests.agreement.books import template_plan
from xl_kpi.calc.lag import Lag
from xl_kpi.catalog.messages import worded
from xl_kpi.errors import Fault
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.model import Plan, Stage
from xl_kpi.plan.stages.effect import _amounts, stage_changes
from xl_kpi.plan.stages.step_words import step_sentences, with_what_is_kept
from xl_kpi.plan.stages.steps import FormerStages, Funnel, unanswered

PLAN = template_plan("default", "ja")
LAST = entries_of(PLAN)
BEFORE = tuple(stage.id for stage in PLAN.stages)
RATES = {stage.id: Fraction(str(stage.rate)) for stage in PLAN.stages[:-1]}
LEADS = 60 / prod(RATES.values())  # 60 orders ÷ (25 % × 40 % × 50 % × 60 % × 40 %) = 5,000


def funnel(change: dict[str, dict] | None = None, order: str = "", last=LAST) -> Funnel:
    """The default plan's stages with other values, in another order; ids that it does not know are new ones."""
    stages = {stage.id: stage for stage in PLAN.stages}
    for id_, values in (change or {}).items():
        about = stages.get(id_, Stage(id_, id_.upper(), "", None, Lag()))
        stages[id_] = Stage(id_, about.name, about.owner, values.get("rate", about.rate), values.get("lag", about.lag))
    ids = order.split() or [*BEFORE]
    was = {id_: id_ for id_ in ids if id_ in BEFORE}
    return Funnel(tuple(stages[id_] for id_ in ids), FormerStages(BEFORE, was), last)


SPLIT = "leads mql sql x opportunities proposals orders"
JOINED = "leads mql opportunities proposals orders"


def found(one: Funnel, blank=(), again=(), rates=None) -> dict[str, str]:
    return {fault.cell: fault.key for fault in unanswered(one, rates or {}, blank, lambda key: key in again)}


def said(faults: list[Fault], lang: str = "ja") -> list[str]:
    return [worded(fault.allowed, lang) for fault in faults]


RATE, DAYS = "tbl_stages[sql].rate", "tbl_stages[sql].lag"


@pytest.mark.parametrize(
    ("change", "questions"),
    [
        ({"x": {"rate": 0.5, "lag": Lag(5, 5)}}, {RATE: "stage_step_rate", DAYS: "stage_step_days"}),
        ({"x": {"rate": 0.5, "lag": Lag(5, 5)}, "sql": {"rate": 0.8}}, {DAYS: "stage_step_days"}),
        ({"x": {"rate": 0.5, "lag": Lag(5, 5)}, "sql": {"rate": 0.8, "lag": Lag(9, 9)}}, {}),
        ({"x": {"rate": 1.0, "lag": Lag()}}, {}),  # 50 % × 100 %, 14 days + 0: the whole way is as it was
    ],
)
def test_a_stage_in_between_asks_for_both_parts_of_the_step(change, questions):
    assert found(funnel(change, SPLIT)) == questions


def test_the_same_value_typed_once_more_is_an_answer():
    split = funnel({"x": {"rate": 0.5, "lag": Lag(5, 5)}}, SPLIT)
    assert found(split, again=(RATE, DAYS)) == {}


def test_what_is_missing_in_the_new_row_is_asked_with_what_the_step_was():
    """50 % and 14 days were from SQL to 商談."""
    blank = ("tbl_stages[x].rate", "tbl_stages[x].lag")
    split = funnel({"x": {}, "sql": {"rate": 0.8, "lag": Lag(9, 9)}}, SPLIT)
    faults = list(unanswered(split, {}, blank, lambda key: False))
    assert [fault.cell for fault in faults] == [*blank]
    assert all("「X→商談」" in words and "「SQL→商談」" in words for words in said(faults))
    assert "50%" in said(faults)[0] and "14日" in said(faults)[1]


def test_the_question_offers_what_leaves_the_whole_way_as_it_was():
    """50 % ÷ 80 % = 62.5 %; 14 days − 5 = 9."""
    split = funnel({"x": {"rate": 0.8, "lag": Lag(5, 5)}}, SPLIT)
    rate, days = said(list(unanswered(split, {}, (), lambda key: False)))
    assert "62.5%" in rate and "9日" in days
    assert worded(next(unanswered(split, {}, (), lambda key: False)).allowed, "en").startswith(
        "Type the rate from SQL to X: 50% was the rate from SQL to 商談"
    )


def test_a_stage_that_goes_offers_the_product_and_the_sum_and_writes_neither():
    """MQL→SQL→商談: 40 % × 50 % = 20 %, 7 + 14 = 21 days."""
    faults = list(unanswered(funnel(order=JOINED), {}, (), lambda key: False))
    assert [fault.cell for fault in faults] == ["tbl_stages[mql].rate", "tbl_stages[mql].lag"]
    rate, days = said(faults)
    assert "40% は「MQL→SQL」" in rate and "20% とすれば" in rate and "21日" in days
    assert found(funnel({"mql": {"rate": 0.2, "lag": Lag(21, 21)}}, JOINED)) == {}


def test_stages_that_change_places_are_asked_about_one_by_one():
    moved = funnel(order="leads sql mql opportunities proposals orders")
    assert {cell for cell in found(moved) if cell.endswith("rate")} == {
        f"tbl_stages[{id_}].rate" for id_ in ("leads", "sql", "mql")
    }


def test_nothing_is_proposed_for_stages_that_change_places():
    """10 % for leads→SQL, 20 % for MQL→商談: each true alone, together 24,510 leads in place of 5,000."""
    moved = funnel(order="leads sql mql opportunities proposals orders")
    faults = list(unanswered(moved, {}, (), lambda key: False))
    assert len(faults) == 6 and not any("とすれば" in words for words in said(faults))


def test_rates_of_a_channel_are_asked_about_as_well():
    last = {**LAST, "tbl_rates[web.sql]": 0.7}
    split = funnel({"x": {"rate": 0.5, "lag": Lag()}, "sql": {"rate": 0.8}}, SPLIT, last)
    assert found(split, rates={("web", "sql"): 0.7}) == {"tbl_rates[web.sql]": "stage_step_rate"}
    assert found(split, rates={("web", "sql"): 0.9}) == {}


@pytest.mark.parametrize("last", [LAST, {}])
def test_nothing_is_said_where_nothing_changed(last):
    assert found(funnel(last=last)) == {}


def test_where_nothing_is_remembered_each_value_of_a_broken_step_is_to_be_typed_once_more():
    """As in a template downloaded from a former version: whether 80 % was typed since, nobody can tell."""
    split = funnel({"x": {"rate": 0.5, "lag": Lag(5, 5)}, "sql": {"rate": 0.8}}, SPLIT, {})
    assert found(split) == dict.fromkeys((RATE, DAYS), "stage_step_unknown")
    assert found(split, again=(RATE,)) == {DAYS: "stage_step_unknown"}
    assert found(split, again=(RATE, DAYS)) == {}
    own = found(split, again=(RATE, DAYS), rates={("web", "sql"): 0.7, ("web", "mql"): 0.7})
    assert own == {"tbl_rates[web.sql]": "stage_step_unknown"}
    (first, _) = said(list(unanswered(split, {}, (), lambda key: False)), "ja")
    assert first.startswith("「SQL→X」の値を、頭に = を付けて") and "「SQL→商談」の値のまま" in first


def test_a_new_first_stage_and_one_that_goes_at_either_end_break_up_no_step():
    first = funnel({"x": {"rate": 0.5, "lag": Lag(5, 5)}}, f"x {' '.join(BEFORE)}")
    assert found(first) == {}
    assert found(funnel(order=" ".join(BEFORE[1:]))) == {} == found(funnel(order=" ".join(BEFORE[:-1])))


def asked(one: Funnel, plan: Plan = PLAN, blank=(), lang: str = "ja") -> list[str]:
    faults = list(unanswered(one, {}, blank, lambda key: False))
    return said(with_what_is_kept(faults, plan.with_(stages=one.stages), one.last, one.former), lang)


def test_the_first_question_says_what_becomes_of_the_plan_where_the_rate_stays():
    """案件・提案→内示→受注: 40 % × 80 % = 32 %, 30 + 10 days; 60 ÷ (25 % × 40 % × 50 % × 60 % × 32 %) = 6,250."""
    late = funnel({"x": {"rate": 0.8, "lag": Lag(10, 10)}}, " ".join([*BEFORE[:-1], "x", BEFORE[-1]]))
    rate, days = asked(late)
    assert rate.endswith(
        "（そのときは、「案件・提案→受注」の全体: 40%（30日） → 32%（40日）、必要なリードの合計: 5,000件 → 6,250件）"
    )
    assert "そのときは" not in days
    assert asked(late, lang="en")[0].endswith(
        "(then 案件・提案 to 受注 in all: 40% (30 days) -> 32% (40 days), total required, リード: 5,000 -> 6,250)"
    )


def test_what_becomes_of_the_plan_is_not_known_before_the_rate_of_the_new_row():
    blank = ("tbl_stages[x].rate", "tbl_stages[x].lag")
    assert not any("そのときは" in words for words in asked(funnel({"x": {}}, SPLIT), blank=blank))


# --- what a regenerate tells


def told(one: Funnel, lang: str = "ja") -> list[str]:
    plan: Plan = PLAN.with_(stages=one.stages, lang=lang)
    return stage_changes(plan, one)


def steps(one: Funnel) -> list[str]:
    return step_sentences(PLAN.with_(stages=one.stages), one.last, one.former)


def test_a_new_stage_is_told_with_its_neighbours_and_what_it_makes_of_the_leads():
    """80 % × 50 % in place of 50 %: 60 ÷ (25 % × 40 % × 40 % × 60 % × 40 %) = 6,250."""
    split = funnel({"x": {"rate": 0.5, "lag": Lag(5, 5)}, "sql": {"rate": 0.8}}, SPLIT)
    now = LEADS * RATES["sql"] / (Fraction(8, 10) * Fraction(1, 2))
    assert (LEADS, now) == (5000, 6250)
    new, need, cost = told(split)
    assert new == "新しい段階「X」: 「SQL」と「商談」の間"
    assert steps(split) == [
        "「SQL→商談」50%（14日）は、「SQL→X」80%（14日）、「X→商談」50%（5日）になります",
        "「SQL→商談」の全体: 50%（14日） → 40%（19日）",
    ]
    assert need == f"必要なリードの合計: {int(LEADS):,}件 → {int(now):,}件"
    assert cost.startswith("費用（計画の期間）: ")
    assert told(split, "en")[0] == "new stage X: between SQL and 商談"


def test_the_days_of_a_measured_curve_are_in_no_sum():
    curve = funnel({"x": {"rate": 0.5, "lag": Lag(curve=(0.5, 1.0))}, "sql": {"rate": 0.8}}, SPLIT)
    assert "「SQL→商談」の全体: 50%（14日） → 40%" in steps(curve)
    assert "「X→商談」50%（実測のカーブ）" in steps(curve)[0]


@pytest.mark.parametrize(
    ("order", "line"),
    [
        (f"x {' '.join(BEFORE)}", "新しい段階「X」: 「リード」の前（最初の段階）"),
        (JOINED, "なくなる段階「SQL」: 「MQL」と「商談」の間にありました"),
        ("leads sql mql opportunities proposals orders", "移動する段階「MQL」: 「SQL」と「商談」の間へ"),
    ],
)
def test_one_that_goes_or_moves_is_told_too(order, line):
    assert line in told(funnel({"x": {"rate": 0.5}}, order))


def test_steps_that_become_one_are_told_with_it():
    assert "「MQL→SQL」40%（7日）、「SQL→商談」50%（14日）は、「MQL→商談」40%（7日）になります" in steps(
        funnel(order=JOINED)
    )


def test_nothing_is_told_where_the_stages_are_as_they_were():
    assert told(funnel({"sql": {"rate": 0.8}})) == []


def test_both_costs_stand_in_one_notation():
    """47,765,000 and 46,800,000 yen are told in 万; two that would look the same are told to the yen."""
    assert _amounts([Fraction(47_765_000), Fraction(46_800_000)], "ja") == ["4,777万円", "4,680万円"]
    assert _amounts([Fraction(46_801_000), Fraction(46_800_000)], "ja") == ["46,801,000円", "46,800,000円"]
    assert _amounts([Fraction(47_765_000), Fraction(46_800_000)], "en") == ["JPY 47.8 million", "JPY 46.8 million"]
