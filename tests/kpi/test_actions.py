"""Actions: what each brings back against a run by hand, what moves the same, and who looks after it (R1–R10)."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.closed_plans import small
from tests.kpi import test_review
from tests.kpi.actions_by_hand import changed, lacking
from tests.kpi.test_advice_fires import poor
from tests.plan.forecast_worlds import world
from tests.sheets.on_plan import on_plan
from tests.sheets.plans import in_the_year, template, with_actuals
from xl_kpi import calc
from xl_kpi.catalog.advice import advice
from xl_kpi.commands.reviews.figures import as_data
from xl_kpi.kpi.review.actions import Actions, owner_of
from xl_kpi.kpi.review.levers import Lever
from xl_kpi.kpi.review.names import action_names, said
from xl_kpi.kpi.review.review import Review
from xl_kpi.kpi.review.words import ReviewWords
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.advice_tables import OWN


def with_leads_by_channel() -> Plan:
    """Six months of leads in rows; of webinars a third fewer MQL become SQL."""
    plan = template("default", "ja")
    return plan.with_(actuals=test_review._typed(plan), tables={"tbl_leads": test_review._rows(plan, "webinar", "sql")})


PLANS = [
    pytest.param(with_leads_by_channel, id="leads by channel"),
    pytest.param(poor, id="everything wrong"),
    pytest.param(lambda: with_actuals(template("default", "ja"), 4), id="default"),
    pytest.param(lambda: with_actuals(template("c2", "ja"), 3), id="c2"),
    pytest.param(lambda: in_the_year("ja"), id="revenue, pipeline, delivery"),
    *(pytest.param(lambda seed=seed: world(seed).known(5), id=f"world {seed}") for seed in range(6)),
]


@pytest.mark.parametrize("made", PLANS)
def test_what_each_action_brings_back_is_what_a_run_by_hand_says(made):
    review = Review(made())
    known = [one for one in review.actions if one.lever]
    assert known
    for one in known:
        assert float(one.brings_back) == pytest.approx(changed(review, [one.lever]), rel=1e-9, abs=1e-9), one.lever
    together = changed(review, [one.lever for one in known if not one.overlaps])
    assert float(review.together) == pytest.approx(together, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(24))
def test_single_actions_never_add_up_to_more_than_all_of_them(seed):
    """Of every lever that a plan has, those that overlap with one before left out: products grow with each factor."""
    review = Review(world(seed, rates=0.5, leads=0.5).known(2 + seed % 9))
    actions = review._proposed
    levers = [f"rate:{stage.id}" for stage in review.plan.stages[:-1]]
    levers += [f"leads:{channel.id}" for channel in review.plan.lead_channels]
    single = [actions.levers.brings(lever) for lever in levers]
    assert min(single) >= 0
    assert sum(single) <= actions.levers.together(levers)
    alone = [one for one in review.actions if one.lever and not one.overlaps]
    assert sum(one.brings_back for one in alone) <= review.together
    for place, one in enumerate(alone):
        assert not any(actions.levers.overlap(one.lever, other.lever) for other in alone[:place])


@pytest.mark.parametrize("seed", range(12))
def test_so_it_is_of_any_levers_of_a_plan_with_channels_of_later_stages(seed):
    """Whatever is taken at once: also what a channel brings of a later stage is a term of products."""
    rng = random.Random(seed)
    plan = poor()
    typed = {key: value * rng.uniform(0.2, 1.3) for key, value in plan.actuals.items() if key[1] <= seed % 4}
    review = Review(plan.with_(actuals=typed))
    levers = sorted({one.lever for one in review.actions if one.lever})
    assert any(lever.startswith("volume:") for lever in levers)
    moves, some = review._proposed.levers, []
    for lever in rng.sample(levers, len(levers)):
        if not any(moves.overlap(lever, other) for other in some):
            some.append(lever)
    assert sum(moves.brings(lever) for lever in some) <= moves.together(some)


def half_a_year(actual: float = 0.5, **other: float) -> Review:
    """Six months of the plan as it is shipped at ``actual`` of everything, some stages at another part."""
    plan = on_plan(template("default", "ja"), lambda series, month: month < 6)
    typed = {key: value * other.get(key[0].removeprefix("stage:"), actual) for key, value in plan.actuals.items()}
    return Review(plan.with_(actuals=typed))


@pytest.mark.parametrize("seed", range(6))
def test_all_together_is_no_more_than_all_leads_and_rates_on_plan_and_no_less_than_any(seed):
    rng = random.Random(seed)
    parts = {stage: rng.uniform(0.3, 0.9) for stage in ("mql", "sql", "opportunities", "proposals", "orders")}
    review = half_a_year(rng.uniform(0.3, 0.9), **parts)
    moves, plan, forecast = review._proposed.levers, review.plan, review.forecast
    assert review._proposed.figures.worst  # the figures tell what is known of later stages
    [*review._proposed.figures.all()]
    levers = [f"rate:{stage.id}" for stage in plan.stages[:-1]]
    levers += [f"leads:{channel.id}" for channel in plan.lead_channels] + [*moves.known]
    assert "volume:inside_sales:opportunities" in levers
    rates = {at: max(calc.exact(rate), forecast.rates[at].value) for at, rate in enumerate(plan.rates)}
    most = forecast.orders_with(rates=rates, leads=max(calc.exact(1), forecast.leads.value)) - forecast.orders
    # what closed months were asked for is whole numbers there, so that leads on plan are so to a thousandth
    for some in (levers, *(rng.sample(levers, rng.randint(2, len(levers))) for _ in range(3))):
        whole = moves.together(some)
        assert max(map(moves.brings, some)) <= whole <= most * calc.exact(1.001)
    assert 0 <= review.together <= most * calc.exact(1.001)


def test_inside_sales_is_not_blamed_for_leads_that_are_missing():
    """At half of everything SQL go on as planned: the leads are what is missing, channel by channel."""
    review = half_a_year()
    assert review._proposed.levers.brings("volume:inside_sales:opportunities") <= review._proposed.levers.brings(
        "leads:"
    )
    assert "inside_sales" not in {one.channel for one in review.actions}
    assert {one.lever for one in review.actions} >= {"leads:web", "leads:ads", "leads:trade_show"}
    assert not any(one.overlaps for one in review.actions)


def test_a_later_channel_is_as_above_where_its_own_step_is_short_too():
    """A third of the opportunities: the step into them is short; it has the number, inside sales is the same."""
    review = half_a_year(1.0, opportunities=0.33, proposals=0.33, orders=0.33, **{"inside_sales:appointments": 0.33})
    typed = {
        key: value * (0.33 if key[0].startswith("inside_sales:") else 1) for key, value in review.plan.actuals.items()
    }
    found = Review(review.plan.with_(actuals=typed)).actions
    assert found[0].lever == "rate:sql" and not found[0].overlaps and found[0].brings_back > 0
    later = [one for one in found if one.channel == "inside_sales" and one.lever.startswith("volume:")]
    assert later and all(one.overlaps for one in later)


def test_the_bottleneck_s_own_action_is_first_whatever_it_brings():
    seen = 0
    for seed in range(8):
        found = Review(world(seed, rates=0.5, leads=0.5).known(4 + seed)).actions
        if any(one.is_bottleneck for one in found):
            seen += 1
            assert found[0].is_bottleneck
            rest = [one.brings_back for one in found[1:] if one.brings_back is not None and not one.overlaps]
            assert rest == sorted(rest, reverse=True)
    assert seen > 4


def test_what_brings_nothing_has_no_date_and_says_why():
    """Web brings twice its leads; its CVR is short, and no opens or clicks are known of it: no cause of mails."""
    plan = on_plan(template("default", "ja"), lambda series, month: month < 4)
    times = {"web:cv": 2, "web:sessions": 3}
    typed = {key: value * times.get(key[0], 1) for key, value in plan.actuals.items()}
    review = Review(plan.with_(actuals=typed))
    one = next(one for one in ReviewWords(review, "ja").actions if one.of.kpi == "cvr")
    assert (one.of.advice.key, one.of.brings_back, one.of.by, one.until) == ("r3_cvr_alone", 0, None, "")
    assert one.brings == "リードは目標を上回っているため、戻る受注はありません"


def test_a_rate_of_a_channel_that_its_leads_tell_is_a_lever():
    worst = next(one for one in Review(with_leads_by_channel()).actions if one.is_bottleneck)
    assert (worst.channel, worst.kpi, worst.lever) == ("webinar", "mql_rate", "step:webinar:sql")
    assert worst.brings_back > 0 and worst.actual == pytest.approx(worst.plan * 2 / 3, rel=0.05)
    assert action_names(with_leads_by_channel(), worst, "ja") == ("ウェビナー", "MQL→SQLの転換率")


def test_what_moves_the_same_is_said():
    levers = Review(in_the_year("ja"))._proposed.levers
    same = [
        ("leads:ads", "leads:ads"), ("leads:", "leads:ads"), ("leads:webinar", "volume:webinar:opportunities"),
        ("rate:mql", "volume:inside_sales:opportunities"), ("step:web:sql", "leads:web"),
        ("leads:ads", "volume:inside_sales:opportunities"), ("step:web:sql", "volume:inside_sales:opportunities"),
        ("volume:webinar:opportunities", "volume:inside_sales:opportunities"),
    ]  # fmt: skip
    apart = [
        ("leads:ads", "leads:web"), ("leads:ads", "rate:leads"), ("rate:mql", "rate:sql"),
        ("rate:opportunities", "volume:inside_sales:opportunities"), ("step:web:sql", "leads:ads"),
        ("leads:ads", "volume:webinar:opportunities"), ("step:web:orders", "volume:inside_sales:opportunities"),
    ]  # fmt: skip
    assert all(levers.overlap(*pair) and levers.overlap(*reversed(pair)) for pair in same)
    assert not any(levers.overlap(*pair) or levers.overlap(*reversed(pair)) for pair in apart)


@pytest.mark.parametrize("name", ["default", "c1", "c2", "c3", "c4", "small"])
def test_on_plan_no_action_is_proposed(name):
    """Every cell has its target as it is shown, in whole numbers."""
    assert Review(on_plan(template(name, "ja"))).actions == []


def test_the_largest_loss_always_has_an_action():
    """By seed another rate or channel is worst; what is lost is more than half an order."""
    told = 0
    for seed in range(20):
        review = Review(world(seed).known(6))
        worst = review.gap.bottleneck
        if worst is None or worst.orders >= -0.5:
            continue
        told += 1
        assert any(one.is_bottleneck for one in review.actions), seed
    assert told > 10


def test_general_advice_is_said_where_nothing_else_moves_the_same():
    plan = with_actuals(template("default", "ja"), 4)
    short = {key: value * (0.5 if key[0] in ("trade_show:cards", "ads:cv", "ads:clicks") else 1)
             for key, value in plan.actuals.items()}  # fmt: skip
    found = {one.lever: one.advice.key for one in Review(plan.with_(actuals=short)).actions if one.channel != "funnel"}
    assert found["leads:trade_show"] == "r10_volume"
    levers = [one.lever for one in Review(plan.with_(actuals=short)).actions if one.advice.general]
    assert len(levers) == len(set(levers))


def test_money_is_orders_by_the_order_value():
    plan = with_actuals(template("default", "ja"), 4)
    for value, times in ((3_000_000, 3_000_000), (None, None)):
        first = Review(plan.with_(order_value=value)).actions[0]
        assert first.money == (None if times is None else first.brings_back * times)
    monthly = plan.with_(settings={**plan.settings, "revenue_way": "monthly", "monthly_fee": 50_000})
    assert all(one.money is None for one in Review(monthly).actions)


def test_owners_of_an_action():
    plan = with_actuals(template("default", "ja"), 4)
    rate = next(one for one in Review(plan).actions if one.channel == "funnel")
    assert owner_of(plan, rate) == next(stage.owner for stage in plan.stages if stage.id == "mql")
    assert owner_of(plan, replace(rate, advice=replace(rate.advice, owner="営業企画"))) == "営業企画"
    leads = next(one for one in Review(plan).actions if one.channel == "trade_show")
    named = plan.with_(channels=tuple(replace(one, owner="展示会係") for one in plan.channels))
    assert owner_of(named, leads) == "展示会係"
    assert action_names(plan, leads, "ja") == ("展示会", "リードの数")
    assert (said(rate, 0.33967), said(leads, 189.4)) == ("33.97%", "189")


def test_one_s_own_row_is_tried_first():
    review = Review(with_actuals(template("default", "ja"), 4))
    own = replace(next(one for one in advice() if one.key == "r4_mql_rate"), id="1", key="r1", is_own=True)
    found = Actions(review.to_date, review.forecast, review.gap, [own, *advice()]).all()
    assert [one.advice.key for one in found if one.kpi == "mql_rate"] == ["r1"]


@pytest.mark.parametrize("name", ["default", "c1", "c4", "small"])
def test_without_actuals_there_is_nothing_to_do(name):
    review = Review(template(name, "ja").with_(actuals={}))
    assert review.actions == [] and review.together == 0


def test_what_is_not_told_says_nothing():
    """A blank month of SQL: neither its rate nor the next one is known, and no action is about them."""
    plan = with_actuals(template("default", "ja"), 4)
    less = {key: value for key, value in plan.actuals.items() if key[0] != "stage:sql"}
    assert not {one.lever for one in Review(plan.with_(actuals=less)).actions} & {"rate:mql", "rate:sql"}


def test_where_channel_and_stage_contradict_each_other_the_smaller_gap_counts():
    """Inside sales tells half of the 商談 that the stage tells: it can't lack more than the stage does."""
    plan = in_the_year("ja")
    opps = {key: value / 2 for key, value in plan.actuals.items() if key[0] == "inside_sales:opps_created"}
    short = {key: value * 0.9 for key, value in plan.actuals.items() if key[0] == "stage:opportunities"}
    assert opps and short
    review = Review(plan.with_(actuals={**plan.actuals, **opps, **short}))
    lever = "volume:inside_sales:opportunities"
    found = [one for one in review.actions if one.lever == lever]
    assert found and all(one.contradicts for one in found)
    assert not any(one.contradicts for one in review.actions if one.lever != lever)
    place = [stage.id for stage in plan.stages].index("opportunities")
    stage = 1 - float(review.to_date.actual[place] / review.to_date.planned[place])
    own = lacking(review, Lever.parse(lever))
    assert 0 < stage < own
    assert float(review._proposed.levers._lacks(Lever.parse(lever))) == pytest.approx(stage, rel=1e-9)
    assert sum(one.brings_back for one in review.actions if one.lever and not one.overlaps) <= review.together
    said_ = [ReviewWords(review, lang).brings(replace(found[0], overlaps=False)) for lang in ("ja", "en")]
    assert "不足の少ないほう" in said_[0] and "smaller gap" in said_[1]


BARRED = {"channel": "サービスサイト", "kpi": "CVR", "comparison": "below", "threshold": 0.05, "action": "直す"}


def barred(plan: Plan, **changes: object) -> Review:
    """The review of a plan with a row of its own that holds a figure against a fixed value."""
    return Review(plan.with_(tables={**plan.tables, OWN: {"r1": {**BARRED, **changes}}}))


def test_a_figure_on_plan_but_under_a_fixed_value_brings_nothing_back():
    """3 % are planned and reached, 5 % are wanted: nothing comes of going back to plan."""
    review = barred(on_plan(template("default", "ja")))
    (one,) = review.actions
    assert (one.bar, one.lever, one.brings_back, one.money or 0, one.by) == (0.05, "", 0, 0, None)
    first, _, last = ReviewWords(review, "ja").lines_of(ReviewWords(review, "ja").actions[0])
    assert first == "1. サービスサイト CVR: 基準 5% を下回っています（実績 3%、計画 3%）"
    assert last.startswith("計画どおりのため、戻る受注はありません")
    (data,) = as_data(review, "ja")["actions"]
    assert (data["bar"], data["brings_back"], data["contradicts"]) == (0.05, 0.0, False)
    assert data["plan"] == pytest.approx(0.03, abs=1e-6)


def test_a_figure_under_a_fixed_value_and_under_plan_brings_back_what_the_plan_has():
    plan = on_plan(template("default", "ja"), lambda series, month: month < 4)
    cv = {key: value * 0.5 for key, value in plan.actuals.items() if key[0] == "web:cv"}
    one = next(one for one in barred(plan.with_(actuals={**plan.actuals, **cv})).actions if one.advice.is_own)
    assert (one.lever, one.bar, one.is_on_plan) == ("leads:web", 0.05, False)
    assert one.brings_back > 0 and one.plan == pytest.approx(0.03, abs=1e-6)


def test_what_the_plan_asks_nothing_of_is_said_without_a_plan():
    """LTV ÷ CAC, NPS and unanswered mentions of the catalog: a bar, and a plan only where a KPI has one."""
    review = Review(poor())
    said_ = {
        (one.of.channel, one.of.kpi): one.finding for one in ReviewWords(review, "ja").actions if one.of.bar is not None
    }
    assert said_["web", "ltv_cac"].startswith("サービスサイト LTV ÷ CAC: 基準 3 を下回っています（実績 ")
    assert said_["brand", "unanswered"].endswith("基準 0 を上回っています（実績 1）")
    assert said_["customer_success", "nps"].endswith("（実績 -5.0、計画 10.0）")
    data = {(one["channel"], one["kpi"]): one for one in as_data(review, "en")["actions"]}
    assert (data["web", "ltv_cac"]["plan"], data["web", "ltv_cac"]["bar"]) == (None, 3.0)
    assert data["customer_success", "nps"]["plan"] == 10.0 and data["funnel", "mql_rate"]["bar"] is None


@pytest.mark.parametrize("rate", [0.919, 0.921])
def test_r10_of_two_losses_of_a_size_each_has_its_action_whichever_is_larger(rate):
    """Ads bring 80 % of their 40 % of the leads, 0.92 of all; 0.92 of the planned part of MQL goes on (36.8 %): ln 0.92
    each, of ten orders 0.7 to 0.8.  A hair decides which of them is called the bottleneck, not which has an action."""
    plan = small(reached=0)
    asked = Review(plan.with_(actuals={("stage:mql", 0): 0.0})).to_date
    web, ads = (float(asked.asked(channel, 0)) for channel in asked.channels)
    came = [float(row[0]) * 0.92 * (rate if place > 1 else 1) for place, row in enumerate(asked.planned_by_month)]
    typed = {(f"stage:{stage.id}", 0): one for stage, one in zip(plan.stages[1:], came[1:])}
    review = Review(plan.with_(actuals={**typed, ("web:cv", 0): web, ("ads:cv", 0): 0.8 * ads}))
    large = {part.kind: part for part in review.gap.parts if part.orders < -0.5}
    leads, gone_on = large["volume"], large["rate"]
    assert leads.orders == pytest.approx(gone_on.orders, rel=0.05)
    assert review.gap.bottleneck == (gone_on if rate < 0.92 else leads)
    assert {one.lever for one in review.actions} == {"leads:ads", "rate:mql"}
    assert sum(one.is_bottleneck for one in review.actions) == 1 and not any(one.overlaps for one in review.actions)
    assert review.together >= sum(one.brings_back for one in review.actions)
