"""Cross-checks of a plan: each rule with the value at its edge, all in one pass, in the plan's language."""

import datetime as dt
from dataclasses import replace

import pytest

from tests.told import told
from xl_kpi.calc.lag import Lag
from xl_kpi.plan import checks
from xl_kpi.plan.model import Channel, Goal, Kpi, Plan, Stage
from xl_kpi.sheets.context import sheet_names

KPIS = tuple(Kpi(id_, "web", id_, id_, "count", "input", "input", value=1.0) for id_ in ("sessions", "forms", "cv"))

SOUND = Plan(
    title="例",
    lang="en",
    goal=Goal("orders", 50.0),
    start=dt.date(2026, 4, 1),
    months=6,
    stages=(
        Stage("leads", "Leads", rate=0.2, lag=Lag(10, 30)),
        Stage("mql", "MQL", rate=0.25, lag=Lag(curve=(0.4, 1.0))),
        Stage("orders", "Orders"),
    ),
    channels=(Channel("web", "Website", "leads", share=1.0),),
    kpis=KPIS,
    pipeline={"mql": 3.0},
)


def check(plan):
    """What the checks find, as it is told in the plan's language."""
    return told(checks.check(plan), plan.lang)


def faults_of(plan):
    return {fault.cell: fault for fault in check(plan)}


def only(plan):
    """The one fault of a plan."""
    (fault,) = check(plan)
    return fault


def goal(**changes):
    return SOUND.with_(goal=replace(SOUND.goal, **changes))


def stage(position, **changes):
    stages = list(SOUND.stages)
    stages[position] = replace(stages[position], **changes)
    return SOUND.with_(stages=tuple(stages))


def channels(*made):
    """Channels from (id, share) or keyword dicts, each with three KPIs."""
    rows = tuple(Channel(**{"name": row["id"], "stage": "leads", "share": 1.0, **row}) for row in made)
    return SOUND.with_(channels=rows, kpis=tuple(replace(kpi, channel=row.id) for row in rows for kpi in KPIS))


def test_a_sound_plan_has_no_faults():
    assert check(SOUND) == []
    assert check(SOUND.with_(lang="ja")) == []


# --- goal ------------------------------------------------------------------------------------------------


def test_the_kind_must_be_known():
    fault = only(goal(kind="headcount"))
    assert (fault.cell, fault.found, fault.level) == ("kgi_kind", "headcount", "error")
    assert fault.allowed == "Type orders, revenue, profit or customers"


def test_the_goal_must_be_there():
    fault = only(goal(value=None))
    assert (fault.cell, fault.found) == ("kgi_value", "")
    assert fault.allowed == "missing. The goal must be a number above 0"


@pytest.mark.parametrize("value", [0, -5, float("nan"), float("inf"), "many", True])
def test_the_goal_must_be_above_zero(value):
    assert only(goal(value=value)).cell == "kgi_value"


def test_a_growth_goal_needs_its_baseline():
    assert check(goal(value=None, baseline=100.0, growth=0.15)) == []
    assert only(goal(value=None, growth=0.15)).cell == "kgi_baseline"
    assert only(goal(value=None, baseline=0.0, growth=0.15)).cell == "kgi_baseline"
    assert only(goal(value=None, baseline=100.0, growth=-1.0)).cell == "kgi_growth"
    assert check(goal(value=None, baseline=100.0, growth=1.5)) == []  # 2.5 times


def test_a_revenue_goal_needs_the_order_value():
    revenue = SOUND.with_(goal=Goal("revenue", 10_000_000.0))
    assert only(revenue).allowed == (
        "missing. To turn a goal of revenue or gross profit into orders, an order value (above 0) is needed"
    )
    assert only(revenue.with_(order_value=0.0)).cell == "order_value"
    assert check(revenue.with_(order_value=500_000.0)) == []
    assert only(SOUND.with_(order_value=-1.0)).cell == "order_value"


def test_delivery_days_are_whole_and_not_negative():
    assert check(SOUND.with_(delivery_days=730)) == []
    assert check(SOUND.with_(delivery_days=None)) == []  # they matter for a revenue goal alone
    for days in (-1, 0.5, 731):
        assert only(SOUND.with_(delivery_days=days)).cell == "delivery_days"


# --- period ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("months", [0, 37, 6.5, -1, None, True])
def test_months_are_1_to_36(months):
    assert only(SOUND.with_(months=months)).cell == "plan_months"
    assert only(SOUND.with_(months=months)).allowed.endswith("Type a whole number such as 12 (1 to 36)")


def test_months_at_the_edges():
    assert check(SOUND.with_(months=1)) == check(SOUND.with_(months=36)) == []


def test_the_start_is_the_first_of_a_month():
    fault = only(SOUND.with_(start=dt.date(2026, 4, 2)))
    assert fault.cell == "plan_start"
    assert fault.allowed == "A plan starts on the first day of a month. Did you mean 2026/4?"


def test_the_deadline_lies_between_the_start_and_24_months_after_the_end():
    # The plan ends on 30 September 2026; 24 months on is 30 September 2028.
    for day in (dt.date(2026, 4, 1), dt.date(2028, 9, 30)):
        assert check(goal(deadline=day)) == []
    early, late = only(goal(deadline=dt.date(2026, 3, 31))), only(goal(deadline=dt.date(2028, 10, 1)))
    assert early.cell == late.cell == "kgi_deadline"
    assert early.allowed == "The deadline must not be before the start of the plan, 2026-04-01"
    assert late.allowed == "The deadline must be within 24 months of the plan's end (by 2028-09-30)"


# --- stages ----------------------------------------------------------------------------------------------


def test_two_stages_are_the_fewest():
    two = SOUND.with_(stages=SOUND.stages[1:], channels=(replace(SOUND.channels[0], stage="mql"),))
    assert check(two) == []
    assert "tbl_stages" in faults_of(SOUND.with_(stages=()))
    assert "tbl_stages" in faults_of(SOUND.with_(stages=SOUND.stages[2:]))


def test_stage_ids_differ_in_more_than_case():
    plan = SOUND.with_(stages=(*SOUND.stages[:2], Stage("MQL", "again", rate=0.5, lag=Lag()), SOUND.stages[2]))
    assert set(faults_of(plan)) == {"tbl_stages[mql].id", "tbl_stages[MQL].id"}


@pytest.mark.parametrize("rate", [None, 0, -0.1, 1.3, "a lot", float("nan"), True])
def test_a_rate_that_is_missing_or_impossible(rate):
    assert only(stage(1, rate=rate)).cell == "tbl_stages[mql].rate"


def test_twenty_for_a_rate_is_asked():
    fault = only(stage(0, rate=20.0).with_(lang="ja"))
    assert fault.line() == (
        "tbl_stages[leads].rate: 「20」 → 20% のことですか？ 20% または 0.2 と入力してください（0より大きく1以下）"
    )


def test_a_rate_of_one_is_fine_and_one_after_the_last_stage_is_noticed():
    assert check(stage(0, rate=1.0)) == []
    fault = only(stage(2, rate=0.5))
    assert (fault.cell, fault.level) == ("tbl_stages[orders].rate", "warning")


@pytest.mark.parametrize(
    "lag",
    [
        None,
        Lag(-1, -1),
        Lag(30, 10),
        Lag(0, 731),
        Lag(0.5, 0.5),
        Lag(curve=(0.4, 0.9)),
        Lag(curve=(0.7, 0.4, 1.0)),
        Lag(curve=(-0.1, 1.0)),
        Lag(curve=(None, 1.0)),
        Lag(curve=(0.1,) * 6 + (1.0,)),
    ],
)
def test_an_impossible_lag(lag):
    assert only(stage(0, lag=lag)).cell == "tbl_stages[leads].lag"


def test_lags_at_the_edges():
    for lag in (Lag(), Lag(0, 730), Lag(curve=(1.0,)), Lag(curve=(0.0, 0.5, 0.5, 0.5, 0.5, 1.0))):
        assert check(stage(0, lag=lag)) == []


def test_the_pipeline_names_stages_and_is_not_negative():
    assert check(SOUND.with_(pipeline={"leads": 0.0, "orders": 2.0})) == []
    assert only(SOUND.with_(pipeline={"mql": -1.0})).cell == "tbl_pipeline[mql]"
    fault = only(SOUND.with_(pipeline={"mqls": 1.0}))
    assert fault.cell == "tbl_pipeline[mqls]"
    assert fault.allowed == "Did you mean mql? No such stage. Known stages: Leads, MQL, Orders"


# --- channels --------------------------------------------------------------------------------------------


def test_channel_ids_differ_in_more_than_case():
    plan = channels({"id": "web", "share": 0.5}, {"id": "WEB", "share": 0.5, "name": "other"})
    assert {"tbl_channels[web].id", "tbl_channels[WEB].id"} <= set(faults_of(plan))


@pytest.mark.parametrize("share", [-0.1, 1.1, 60, None, "half"])
def test_a_share_is_0_to_1(share):
    assert only(channels({"id": "web", "share": share})).cell == "tbl_channels[web].share"


def test_shares_of_one_stage_add_up_to_100_percent():
    thirds = [{"id": id_, "share": 0.3333} for id_ in ("web", "ads", "webinar")]
    assert check(channels(*thirds)) == []  # 99.99 % is rounding
    fault = only(channels({"id": "web", "share": 0.6}, {"id": "ads", "share": 0.3}))
    assert (fault.cell, fault.found, fault.level) == ("tbl_channels[web].share", "90%", "warning")
    assert fault.allowed == (
        "The shares of the channels that deliver Leads add up to 90%. They are scaled to 100%. "
        "Make the shares add up to 100%"
    )
    assert only(channels({"id": "web", "share": 0.9998})).found == "99.98%"


def test_a_share_that_can_not_be_read_is_one_fault_not_two():
    assert only(channels({"id": "web", "share": 60}, {"id": "ads", "share": 0.3})).cell == "tbl_channels[web].share"


def test_shares_that_add_up_to_nothing_are_an_error():
    fault = only(channels({"id": "web", "share": 0.0}))
    assert (fault.cell, fault.level) == ("tbl_channels[web].share", "error")


def test_shares_are_added_up_for_each_stage_and_for_channels_that_are_on():
    plan = channels({"id": "web"}, {"id": "inside_sales", "stage": "mql"}, {"id": "ads", "share": 0.5, "on": False})
    assert check(plan) == []


def test_a_channel_that_is_off_may_name_a_stage_that_is_not_in_the_plan():
    assert check(channels({"id": "web"}, {"id": "ads", "stage": "proposals", "on": False})) == []
    fault = only(channels({"id": "web"}, {"id": "ads", "stage": "lead", "share": 0.0}))
    assert fault.cell == "tbl_channels[ads].stage"
    assert fault.allowed == "Did you mean leads? No such stage. Known stages: Leads, MQL, Orders"


def test_at_least_one_channel_is_on():
    fault = only(channels({"id": "web", "on": False}))
    assert (fault.cell, fault.level) == ("tbl_channels[web].on", "warning")


def test_cost_and_capacity_are_not_negative():
    assert check(channels({"id": "web", "unit_cost": 0.0, "capacity": 0.0})) == []
    assert set(faults_of(channels({"id": "web", "unit_cost": -1.0, "capacity": -1.0}))) == {
        "tbl_channels[web].unit_cost",
        "tbl_channels[web].capacity",
    }


@pytest.mark.parametrize("name", ["Q1/Q2", "a[b]", "who?", "a:b", "x*y", "a\\b", "'web'", "w" * 32, " "])
def test_names_that_can_not_be_a_tab(name):
    fault = only(channels({"id": "web", "name": name}))
    assert (fault.cell, fault.level) == ("tbl_channels[web].name", "warning")


def test_names_of_tabs_at_the_edges():
    assert check(channels({"id": "web", "name": "w" * 31})) == []
    plan = channels({"id": "web", "name": "Site", "share": 0.5}, {"id": "ads", "name": "site", "share": 0.5})
    assert only(plan).cell == "tbl_channels[ads].name"


# --- KPIs and season -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "noticed"), [(0, True), (2, True), (3, False), (5, False), (6, True)])
def test_k10_three_to_five_kpis_for_one_channel(count, noticed):
    kpis = tuple(replace(KPIS[0], id=f"kpi{k}") for k in range(count))
    faults = check(SOUND.with_(kpis=kpis))
    assert [(fault.cell, fault.level) for fault in faults] == [("tbl_kpis[web]", "warning")] * noticed


def test_k10_in_words():
    few, many = SOUND.with_(kpis=KPIS[:2]), SOUND.with_(kpis=tuple(replace(KPIS[0], id=f"k{k}") for k in range(6)))
    assert only(few.with_(lang="ja")).allowed == (
        "チャネル「Website」のKPIは2個です。3〜5個が目安です（少なすぎると原因が見えません）。"
        "KPIを3〜5個に増やしてください"
    )
    assert only(many).allowed == (
        "Website uses 6 KPIs; aim for 3 to 5 (with too many, none gets attention). "
        "Keep the 3 to 5 KPIs that you review each time"
    )


def test_kpi_ids_differ_within_their_channel():
    plan = SOUND.with_(kpis=(*KPIS, replace(KPIS[0], id="CV")))
    assert set(faults_of(plan)) == {"tbl_kpis[web.cv].id", "tbl_kpis[web.CV].id"}


def test_a_kpi_belongs_to_a_channel_of_the_plan():
    fault = only(SOUND.with_(kpis=(*KPIS, replace(KPIS[0], channel="wev"))))
    assert fault.cell == "tbl_kpis[wev.sessions].channel"
    assert fault.allowed == "Did you mean web? No such channel. Known channels: Website (web)"


def test_an_assumed_rate_of_3_is_asked():
    rate = replace(KPIS[0], id="cvr", unit="rate", value=3.0)
    fault = only(SOUND.with_(kpis=(*KPIS, rate)))
    assert (fault.cell, fault.allowed[:16]) == ("tbl_kpis[web.cvr].value", "Did you mean 3%?")
    assert check(SOUND.with_(kpis=(*KPIS, replace(rate, value=None)))) == []
    assert check(SOUND.with_(kpis=(*KPIS, replace(rate, target="cv / sessions")))) == []


def test_the_season_has_twelve_weights():
    assert only(SOUND.with_(season=(1.0,) * 11)).cell == "tbl_season"
    negative = [1.0] * 12
    negative[3] = -1.0
    assert only(SOUND.with_(season=tuple(negative))).cell == "tbl_season[4]"
    assert only(SOUND.with_(season=(0.0,) * 12)).cell == "tbl_season"


def test_the_season_leaves_the_goal_a_month():
    winter = (1.0, 1.0, 1.0) + (0.0,) * 9  # January to March; the plan is April to September
    fault = only(SOUND.with_(season=winter))
    assert (
        fault.allowed
        == "The weights of all months from 2026/4 to 2026/9 are 0, so the goal can't be spread over the months: "
        "give at least one of them a weight above 0"
    )
    assert check(SOUND.with_(season=winter, months=10)) == []  # to January
    assert check(SOUND.with_(season=winter, goal=replace(SOUND.goal, deadline=dt.date(2027, 1, 31)))) == []


def test_everything_wrong_is_found_in_one_pass():
    plan = SOUND.with_(
        goal=Goal("orders", -1.0, deadline=dt.date(2020, 1, 1)),
        start=dt.date(2026, 4, 2),
        months=37,
        stages=(replace(SOUND.stages[0], rate=20.0), replace(SOUND.stages[1], lag=Lag(-1, -1)), SOUND.stages[2]),
        channels=(replace(SOUND.channels[0], share=1.3),),
        pipeline={"sql": 1.0},
        season=(1.0,) * 11 + (-1.0,),
    )
    assert [fault.cell for fault in check(plan)] == [
        "kgi_value",
        "plan_months",
        "plan_start",
        "kgi_deadline",
        "tbl_stages[leads].rate",
        "tbl_stages[mql].lag",
        "tbl_pipeline[sql]",
        "tbl_channels[web].share",
        "tbl_season[12]",
    ]
    assert {fault.level for fault in check(plan)} == {"error"}


@pytest.mark.parametrize(
    ("name", "tab", "said"),
    [
        ("History", "History (2)", "Excel reserves the name History"),  # the page of its tracked changes
        ("履歴", "履歴 (2)", "Excel reserves the name 履歴"),
        ("広告／SNS", "広告_SNS", "full-width"),  # refused by Excel on a Japanese Windows
        ("展示会：春", "展示会_春", "full-width"),
        ("’秋’", "秋", "full-width"),
    ],
)
def test_names_that_excel_refuses_for_a_tab_are_told_and_changed(name, tab, said):
    plan = channels({"id": "web", "name": name})
    fault = only(plan)
    assert (fault.level, fault.cell) == ("warning", "tbl_channels[web].name") and said in fault.allowed
    assert sheet_names(plan, {})["tab:web"] == tab
