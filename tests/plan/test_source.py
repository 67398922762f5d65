"""The text source of a plan: what it says, what the catalog fills in, and every fault with its key path."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import workbook_templates
from tests.plan.source_text import source_from_plan
from tests.told import told
from xl_kpi import catalog
from xl_kpi.calc.lag import Lag
from xl_kpi.errors import InputFaults
from xl_kpi.plan.checks import check
from xl_kpi.plan.model import Channel, Goal, Kpi, Plan, Stage
from xl_kpi.plan.source import plan_from_source

SMALL = """
title = {ja = "小さな計画", en = "A small plan"}
[goal]
kind = "customers"
value = 50
[period]
start = "2026-04"
months = 6
[[stage]]
id = "leads"
rate = "50/1800"
lag = "10..30"
[[stage]]
id = "orders"
[[channel]]
id = "web"
share = "100%"
kpis = ["sessions", "cvr", "cv"]
"""


def faults_of(source, lang="en"):
    with pytest.raises(InputFaults) as caught:
        plan_from_source(source, lang, "plan.toml")
    assert {fault.file for fault in caught.value.faults} == {"plan.toml"}
    return {fault.cell: fault for fault in told(caught.value.faults, lang)}


def test_a_small_plan_in_full():
    plan = plan_from_source(SMALL, "ja", "plan.toml")
    leads, orders, web = catalog.stage("leads"), catalog.stage("orders"), catalog.channel("web")
    assert plan.title == "小さな計画"
    assert plan.goal == Goal("customers", 50.0)
    assert (plan.start, plan.months) == (dt.date(2026, 4, 1), 6)
    assert plan.stages == (
        Stage("leads", leads.name["ja"], leads.owner["ja"], 50 / 1800, Lag(10, 30)),
        Stage("orders", orders.name["ja"], orders.owner["ja"]),
    )
    assert plan.channels == (Channel("web", web.name["ja"], "leads", True, 1.0, owner=web.owner["ja"]),)
    assert [kpi.id for kpi in plan.kpis] == ["sessions", "cvr", "cv"]
    assert (plan.season, plan.pipeline, plan.delivery_days) == ((1.0,) * 12, {}, None)
    assert (plan.currency_unit, plan.rounding, plan.order_value) == ("yen", "total", None)


def test_the_language_chooses_the_words():
    plan = plan_from_source(SMALL, "en")
    assert (plan.title, plan.lang) == ("A small plan", "en")
    assert plan.stages[0].name == catalog.stage("leads").name["en"]
    assert plan.kpis[0].definition == catalog.channel("web").find_kpi("sessions").definition["en"]
    # KPI names stay in both languages
    assert plan.kpis[0].name_ja == catalog.channel("web").find_kpi("sessions").name["ja"]


def test_a_kpi_comes_from_the_catalog():
    known = catalog.channel("web").find_kpi("cv")
    kpi = plan_from_source(SMALL, "en").kpis[2]
    assert kpi == Kpi(
        "cv", "web", known.name["ja"], known.name["en"], known.unit, known.target, known.actual,
        known.definition["en"], known.better, known.owner["en"], known.rhythm, known.source["en"],
        known.value, known.decomposition, known.weight,
    )  # fmt: skip


def test_all_kpis_of_the_catalog_without_a_list():
    plan = plan_from_source(SMALL.replace('kpis = ["sessions", "cvr", "cv"]', ""), "ja")
    assert [kpi.id for kpi in plan.kpis] == [kpi.id for kpi in catalog.channel("web").kpis]


def test_an_amount_that_is_more_likely_in_yen_is_asked_about():
    money = SMALL.replace('"customers"', '"revenue"').replace("value = 50", "value = 1000000000")
    source = f"order_value = 5\ncurrency_unit = 'million_yen'\n{money}"
    (fault,) = faults_of(source).values()
    assert fault.cell == "goal.value" and "JPY 1,000,000,000 or JPY 1,000,000,000,000,000" in fault.allowed
    assert plan_from_source(source.replace("1000000000", "1000"), "ja", "plan.toml").goal.value == 1e9


def test_everything_can_be_said():
    plan = plan_from_source(
        """
        title = "一つの言葉"
        order_value = "50万円"
        delivery_days = "60"
        currency_unit = "million_yen"
        rounding = "each"
        season = [1, 1, "120%", 0, 1, 1, 1, 1, 1, 1, 1, 0.5]
        [goal]
        kind = "売上"
        value = "1,000万円"
        deadline = 2027-03-31
        baseline = "9百万円"
        growth = "+15%"
        monthly = 0.83
        customers = "20社"
        [period]
        start = "令和8年4月"
        months = "12"
        [[stage]]
        id = "leads"
        rate = 0.1
        lag = [0.4, 0.7, 1.0]
        name = {ja = "見込み", en = "Prospects"}
        owner = "佐藤組"
        [[stage]]
        id = "demo"
        rate = "20%"
        lag = 14
        name = "実演"
        [[stage]]
        id = "orders"
        [[channel]]
        id = "ads"
        share = 0.4
        unit_cost = "5,000円"
        capacity = "400件"
        name = "検索広告"
        owner = "広告担当"
        stage = "demo"
        kpis = ["cv"]
        [[channel]]
        id = "fair"
        name = "見本市"
        stage = "leads"
        on = "×"
        [pipeline]
        demo = "3件"
        [kpi.ads.cv]
        owner = "広告担当"
        [kpi.fair.cards]
        name = {ja = "名刺", en = "Cards"}
        unit = "count"
        target = "leads"
        actual = "input"
        better = "up"
        rhythm = "weekly"
        """,
        "ja",
    )
    assert plan.goal == Goal("revenue", 1e7, dt.date(2027, 3, 31), 9e6, 0.15, 830000.0, 20.0)
    assert (plan.order_value, plan.delivery_days) == (500000.0, 60)
    assert (plan.currency_unit, plan.rounding) == ("million_yen", "each")
    assert plan.season == (1, 1, 1.2, 0, 1, 1, 1, 1, 1, 1, 1, 0.5)
    assert plan.stages[0] == Stage("leads", "見込み", "佐藤組", 0.1, Lag(curve=(0.4, 0.7, 1.0)))
    assert plan.stages[1] == Stage("demo", "実演", "", 0.2, Lag(14, 14))
    assert plan.channels == (
        Channel("ads", "検索広告", "demo", True, 0.4, 5000.0, 400.0, "広告担当"),
        Channel("fair", "見本市", "leads", False, 0.0),
    )
    assert plan.pipeline == {"demo": 3.0}
    assert [(kpi.channel, kpi.id) for kpi in plan.kpis] == [("ads", "cv"), ("fair", "cards")]
    assert plan.kpis[0].owner == "広告担当"
    assert plan.kpis[1] == Kpi("cards", "fair", "名刺", "Cards", "count", "leads", "input", rhythm="weekly")


def test_an_assumption_is_read_in_the_unit_of_its_kpi():
    def value(words):
        return plan_from_source(SMALL + f"[kpi.web.cvr]\nvalue = {words}", "ja").kpis[1].value

    assert value('"3%"') == 0.03
    assert value('""') is None  # takes the catalog's assumption away
    assert faults_of(SMALL + "[kpi.web.cvr]\nvalue = 3")["kpi.web.cvr.value"].allowed.startswith("Did you mean 3%? ")


def test_every_fault_with_its_key_path_in_one_pass():
    faults = faults_of("""
        titel = "x"
        order_value = "$100"
        delivery_days = -1
        currency_unit = "yens"
        rounding = 1
        season = [1, 1, 1, -1, 1, 1, 1, 1, 1, 1, 1, "many"]
        [goal]
        kind = "profits"
        value = "lots"
        deadline = "9月30日"
        growth = 15
        goal = 5
        [period]
        start = 202604
        months = 37
        [[stage]]
        id = "leads"
        rate = 20
        lag = -1
        [[stage]]
        id = "2nd"
        rate = "1800/50"
        lag = [0.4, 0.3]
        [[stage]]
        id = "demo"
        [[channel]]
        id = "web"
        share = "130%"
        on = "perhaps"
        unit_cost = -1
        kpis = ["sesions", "cv"]
        [[channel]]
        id = "fair"
        [pipeline]
        lead = 5
        leads = -5
        [kpi.web.cv]
        value = "many"
        bettr = "up"
        [kpi.web.mine]
        unit = "pound"
        [kpi.ads.cv]
        value = 5
        """)
    assert list(faults) == [
        # unknown keys, then what can be typed in the order of the page 設定
        "titel",
        "goal.goal",
        "goal.kind",
        "goal.value",
        "goal.growth",
        "goal.deadline",
        "order_value",
        "delivery_days",
        "period.start",
        "period.months",
        "title",
        "currency_unit",
        "rounding",
        "season[4]",
        "season[12]",
        "stage[1].rate",
        "stage[1].lag",
        "stage[2].id",
        "stage[2].name",
        "stage[2].rate",
        "stage[2].lag",
        "stage[3].name",
        "channel[1].on",
        "channel[1].share",
        "channel[1].unit_cost",
        "channel[2].name",
        "channel[2].stage",
        "channel[2].share",
        "kpi.ads",
        "channel[1].kpis[1]",
        "kpi.web.cv.bettr",
        "kpi.web.cv.value",
        "kpi.web.mine.name",
        "kpi.web.mine.unit",
        "kpi.web.mine.target",
        "kpi.web.mine.actual",
        "pipeline.lead",
        "pipeline.leads",
    ]
    assert faults["titel"].allowed.startswith(
        "Did you mean title? No such key. "
        "Known keys: order_value, revenue_way, monthly_fee, gross_margin, delivery_days, existing_revenue, "
        "existing_churn, existing_upsell, "
        "next_period, next_value, outlook_age, title,"
    )
    assert faults["titel"].found == "titel"
    assert faults["currency_unit"].allowed == "Did you mean yen? Type one of: yen, thousand_yen, million_yen"
    assert faults["period.start"].allowed == "Did you mean 2026/4? Type year and month like 2026/4 or April 2026"
    assert faults["stage[1].rate"].allowed == "Did you mean 20%? Type 20% or 0.2 (above 0, at most 1)"
    assert faults["stage[2].rate"].allowed == "Write it like 20%, 0.2 or 50/1800 (above 0, at most 1)"
    assert faults["channel[2].share"].allowed.startswith("missing. ")
    assert faults["channel[1].kpis[1]"].allowed.startswith("Did you mean sessions? No such id. Known ids: sessions,")
    assert faults["kpi.web.cv.bettr"].allowed.startswith("Did you mean better? No such key.")
    assert faults["pipeline.lead"].allowed.startswith("Did you mean leads? ")
    # All in the language that was asked for; the reason of a fault is ASCII in English.
    assert all(fault.allowed.isascii() for fault in faults.values())


def test_empty_and_missing():
    assert list(faults_of("")) == ["goal.kind", "period.start", "period.months", "title"]


def test_a_goal_that_is_not_typed_is_left_to_check():
    plan = plan_from_source(SMALL.replace("value = 50", ""), "ja")
    assert [fault.cell for fault in check(plan)] == ["kgi_value"]


@pytest.mark.parametrize("rate", ['"0/5"', '"5/0"', '"6/5"', '"-1/5"', '"1/5%"', '"1.5/5"', "0", '"130%"', '"many"'])
def test_a_fraction_is_above_0_and_at_most_1(rate):
    assert list(faults_of(SMALL.replace('"50/1800"', rate))) == ["stage[1].rate"]


def test_a_blank_rate_or_lag_is_left_to_check():
    plan = plan_from_source(SMALL.replace('rate = "50/1800"', 'rate = ""').replace('lag = "10..30"', ""), "ja")
    assert plan.stages[0].rate is None and plan.stages[0].lag is None
    assert [fault.cell for fault in check(plan)] == ["tbl_stages[leads].rate", "tbl_stages[leads].lag"]


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ("goal = 5", "goal"),
        ("stage = 5", "stage"),
        ("channel = [1, 2]", "channel"),
        ("pipeline = 5", "pipeline"),
        ("kpi = []", "kpi"),
        ("season = [1, 2]", "season"),
        ("season = 5", "season"),
        ("title = 5", "title"),
        ('title = {ja = "x"}', "title"),
        ('title = {de = "x"}', "title"),
        ('title = ""', "title"),
        ("kpi.web = 5\n[[channel]]\nid = 'web'\nshare = 1", "kpi.web"),
        ("kpi.web.cv = 5\n[[channel]]\nid = 'web'\nshare = 1", "kpi.web.cv"),
        ("[[channel]]\nid = 'web'\nshare = 1\nkpis = 'cv'", "channel[1].kpis"),
    ],
)
def test_a_value_of_the_wrong_shape(wrong, path):
    assert path in faults_of(wrong, "en" if "de" in wrong or "ja" in wrong else "ja")


def test_a_table_for_a_kpi_that_is_not_listed():
    assert list(faults_of(SMALL + "[kpi.web.form_visits]\nvalue = 5")) == ["kpi.web.form_visits"]


def test_what_is_no_toml_is_named_with_its_line():
    (fault,) = faults_of('title = "x"\nmonths == 6\n', "ja").values()
    assert (fault.cell, fault.found) == ("line 2", "months == 6")
    assert fault.allowed.startswith("TOMLとして読めません: ")
    assert list(faults_of("a = " + "[" * 5000)) == [""]


@pytest.mark.parametrize("lang", catalog.LANGUAGES)
@pytest.mark.parametrize("name", workbook_templates.names())
def test_templates_come_back_and_pass_check(name, lang):
    plan = plan_from_source(workbook_templates.source(name), lang, name)
    assert plan_from_source(source_from_plan(plan), lang) == plan
    # C5 is the example whose numbers do not fit together.
    assert [fault.cell for fault in check(plan)] == (["kgi_monthly", "kgi_customers"] if name == "c5" else [])


def test_a_plan_without_its_actuals_comes_back():
    plan = plan_from_source(SMALL, "ja").with_(actuals={("web:cv", 0): 5.0})
    assert plan_from_source(source_from_plan(plan), "ja") == plan.with_(actuals={})


words = (
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
    .map(str.strip)
    .filter(
        lambda found: (
            found and not found.isspace() and found.strip("\u200b\u200e\u200f\ufeff \t\r\n\u3000\u00a0\u2009\u202f")
        )
    )
)
amounts = st.floats(0.01, 1e12)
lags = st.builds(Lag, st.integers(0, 300), st.integers(300, 730)) | st.lists(st.floats(0, 1), max_size=5).map(
    lambda shares: Lag(curve=(*sorted(shares), 1.0))
)


@st.composite
def plans(draw):
    base = plan_from_source(workbook_templates.source("default"), draw(st.sampled_from(catalog.LANGUAGES)))
    kind = draw(st.sampled_from(("orders", "revenue", "customers")))
    stages = tuple(
        replace(stage, name=draw(words), owner=draw(words | st.just("")), rate=draw(st.floats(1e-6, 1)), lag=draw(lags))
        for stage in base.stages[:-1]
    )
    return base.with_(
        title=draw(words),
        goal=Goal(kind, draw(amounts), draw(st.none() | st.dates(dt.date(2026, 4, 1), dt.date(2028, 1, 1)))),
        stages=(*stages, base.stages[-1]),
        channels=tuple(
            replace(channel, on=draw(st.booleans()), share=draw(st.floats(0, 1)), unit_cost=draw(st.none() | amounts))
            for channel in base.channels
        ),
        kpis=tuple(replace(kpi, definition=draw(words), value=None) for kpi in base.kpis),
        season=tuple(draw(st.lists(st.floats(0, 10), min_size=12, max_size=12))),
        pipeline={stage.id: draw(st.floats(0, 1e6)) for stage in stages[:2]},
        order_value=draw(st.none() | amounts),
    )


@given(plans())
def test_any_plan_comes_back_from_its_text(plan):
    assert isinstance(plan, Plan)
    assert plan_from_source(source_from_plan(plan), plan.lang) == plan
