"""The text sources of the templates: the published cases C1–C5 and the default plan, by their arithmetic."""

from __future__ import annotations

import re
import tomllib
from fractions import Fraction

import pytest

import workbook_templates
from xl_kpi import catalog
from xl_kpi.plan.checks import check
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.source import plan_from_source

SOURCES = {name: tomllib.loads(workbook_templates.source(name)) for name in workbook_templates.names()}
EACH = pytest.mark.parametrize("name", SOURCES)

TOP_KEYS = {"title", "order_value", "delivery_days", "currency_unit", "rounding", "season", "goal", "period", "stage"}
TOP_KEYS |= {"about", "channel", "pipeline", "kpi", "pages"}
GOAL_KEYS = {"kind", "value", "deadline", "baseline", "growth", "monthly", "customers"}
CHANNEL_KEYS = {"id", "share", "on", "unit_cost", "capacity", "kpis", "name", "owner", "stage"}


def exact(typed: str) -> Fraction:
    """A rate, share or growth as the source writes it: 25%, +15% or 50/1800."""
    return Fraction(typed.rstrip("%")) / 100 if typed.endswith("%") else Fraction(typed)


def orders(source: dict) -> Fraction:
    goal = source["goal"]
    amount = goal["value"] if "value" in goal else goal["baseline"] * (1 + exact(goal["growth"]))
    return Fraction(amount) / source["order_value"] if goal["kind"] == "revenue" else Fraction(amount)


def required(source: dict) -> dict[str, Fraction]:
    """Exact volume of each stage: the goal divided by the rates, from the last stage up."""
    volumes, volume = {}, orders(source)
    for stage in reversed(source["stage"]):
        volume /= exact(stage.get("rate", "1"))
        volumes[stage["id"]] = volume
    return dict(reversed(volumes.items()))


def kpi_field(source: dict, channel: str, kpi: str, field: str):
    override = source.get("kpi", {}).get(channel, {}).get(kpi, {})
    return override.get(field, getattr(catalog.channel(channel).find_kpi(kpi), field))


def assumption(source: dict, channel: str, kpi: str) -> Fraction:
    typed = kpi_field(source, channel, kpi, "value")
    return exact(typed) if isinstance(typed, str) else Fraction(str(typed))


def test_the_default_the_five_cases_and_the_small_company_are_there():
    assert workbook_templates.names() == ("default", "c1", "c2", "c3", "c4", "c5", "small")


def test_an_unknown_template_is_refused_with_the_known_names():
    with pytest.raises(KeyError, match="no template 'c9'; known: default, c1, c2, c3, c4, c5, small"):
        workbook_templates.source("c9")


def test_a_path_is_not_a_template():
    with pytest.raises(KeyError):
        workbook_templates.source("../workbook_templates/c1")


@EACH
def test_only_keys_of_the_schema(name):
    source = SOURCES[name]
    assert set(source) <= TOP_KEYS
    assert set(source["goal"]) <= GOAL_KEYS
    assert set(source["period"]) == {"start", "months"}
    for stage in source["stage"]:
        assert set(stage) <= {"id", "rate", "lag", "name", "owner"}
    for channel in source["channel"]:
        assert set(channel) <= CHANNEL_KEYS


@EACH
def test_title_and_own_names_stand_in_both_languages(name):
    source = SOURCES[name]
    texts = [source["title"], *(stage[key] for stage in source["stage"] for key in ("name", "owner") if key in stage)]
    for text in texts:
        assert set(text) == {"ja", "en"} and all(text.values())
        assert re.search(r"[ぁ-ゖァ-ヺ一-鿿]", text["ja"]) and text["en"].isascii()


@EACH
def test_stages_are_known_in_funnel_order_and_the_last_has_no_rate(name):
    stages = SOURCES[name]["stage"]
    positions = [[stage.id for stage in catalog.stages()].index(stage["id"]) for stage in stages]
    assert positions == sorted(set(positions)) and stages[-1]["id"] == "orders"
    assert all("rate" in stage and "lag" in stage for stage in stages[:-1])
    assert not {"rate", "lag"} & set(stages[-1])
    assert all(0 < exact(stage["rate"]) <= 1 for stage in stages[:-1])


@EACH
def test_shares_of_the_channels_of_one_stage_add_up_to_100_percent(name):
    source = SOURCES[name]
    shares: dict[str, Fraction] = {}
    for channel in source["channel"]:
        stage = catalog.channel(channel["id"]).stage
        assert stage in {row["id"] for row in source["stage"]}
        shares[stage] = shares.get(stage, Fraction(0)) + exact(channel["share"])
    assert set(shares.values()) == {1}


def in_use(channel: dict) -> list[str]:
    """The KPIs of a channel of a source that are on: those that it lists, else those that are in the catalog."""
    known = catalog.channel(channel["id"]).kpis
    return channel.get("kpis", [kpi.id for kpi in known if kpi.on])


@EACH
def test_K10_each_channel_has_three_to_five_kpis_in_the_catalogs_order(name):
    for channel in SOURCES[name]["channel"]:
        kpis = in_use(channel)
        assert 3 <= len(kpis) <= 5
        order = [kpi.id for kpi in catalog.channel(channel["id"]).kpis]
        assert kpis == [id for id in order if id in kpis]


@EACH
def test_kept_kpis_need_no_kpi_or_stage_that_was_left_out(name):
    source = SOURCES[name]
    stages = {stage["id"] for stage in source["stage"]}
    for channel in source["channel"]:
        kept = set(in_use(channel))
        assert catalog.channel(channel["id"]).anchor.id in kept
        for kpi in kept:
            fields = {key: kpi_field(source, channel["id"], kpi, key) for key in ("target", "actual", "decomposition")}
            fields["weight"] = kpi_field(source, channel["id"], kpi, "weight")
            if "kpis" not in channel:
                del fields["decomposition"]  # the others are there, and the tree leaves out what is off
            for key, formula in fields.items():
                used = set(re.findall(r"[a-z_][a-z0-9_]*", formula)) - {"input"}
                assert used <= (kept | stages if key == "target" else kept), f"{channel['id']}.{kpi} {key}"


@EACH
def test_overrides_name_kpis_that_are_kept_and_fields_of_the_catalog(name):
    source = SOURCES[name]
    kept = {channel["id"]: in_use(channel) for channel in source["channel"]}
    for channel, kpis in source.get("kpi", {}).items():
        for kpi, override in kpis.items():
            assert kpi in kept[channel]
            assert set(override) <= {"value", "decomposition"}


@pytest.mark.parametrize("lang", catalog.LANGUAGES)
@EACH
def test_each_source_is_a_plan_and_only_C5_has_something_to_check(name, lang):
    plan = plan_from_source(workbook_templates.source(name), lang, f"{name}.toml")
    assert plan.title == SOURCES[name]["title"][lang]
    assert sum(kpi.on for kpi in plan.kpis) == sum(len(in_use(channel)) for channel in SOURCES[name]["channel"])
    for channel in plan.channels:  # and nothing else stands on a tab
        assert {kpi.id for kpi in shown_kpis(plan, channel)} == {kpi.id for kpi in plan.kpis_of(channel.id) if kpi.on}
    # 200万円 × 12 ≠ 1,000万円 and 10 × 50万円 ≠ 1,000万円
    expected = [("kgi_monthly", "error"), ("kgi_customers", "error")] if name == "c5" else []
    assert [(fault.cell, fault.level) for fault in check(plan)] == expected


def test_C1_1800_leads_300_a_month_from_10000_visits():
    source = SOURCES["c1"]
    volumes = required(source)
    assert source["goal"] == {"kind": "customers", "value": 50}
    assert volumes == {"leads": 1800, "orders": 50}
    assert float(volumes["orders"] / volumes["leads"]) == pytest.approx(0.0278, abs=5e-5)  # the case says 2.78 %
    a_month = volumes["leads"] / source["period"]["months"]
    assert a_month == 300
    # sessions = cv ÷ cvr
    assert kpi_field(source, "web", "sessions", "target") == "cv / cvr"
    assert a_month / assumption(source, "web", "cvr") == 10000


def test_C2_15_percent_more_revenue_from_200_visits_and_100_participants_a_month():
    source = SOURCES["c2"]
    volumes = required(source)
    months = source["period"]["months"]
    assert exact(source["goal"]["growth"]) == Fraction(15, 100)
    assert orders(source) == 230  # 1,150,000,000 ÷ 5,000,000 yen
    assert volumes["opportunities"] / months == 200
    webinar = next(channel for channel in source["channel"] if channel["id"] == "webinar")
    registrations = volumes["leads"] / months * exact(webinar["share"])
    assert registrations * assumption(source, "webinar", "attendance_rate") == 100
    visits = next(stage for stage in source["stage"] if stage["id"] == "opportunities")
    assert visits["name"] == {"ja": "訪問", "en": "Sales visits"}


def test_C3_5_orders_a_month_back_to_500_leads():
    source = SOURCES["c3"]
    assert source["goal"]["monthly"] * source["period"]["months"] == source["goal"]["value"] == 60
    # the arithmetic in the file: 5 ÷ 20 % = 25 ÷ 50 % = 50 ÷ 50 % = 100 ÷ 20 % = 500 a month
    assert [volume / 12 for volume in required(source).values()] == [500, 100, 50, 25, 5]


def test_C4_five_customers_a_year_back_to_200_hot_leads():
    source = SOURCES["c4"]
    assert source["goal"] == {"kind": "customers", "value": 5} and source["period"]["months"] == 12
    # 5 ÷ 20 % = 25 ÷ 50 % = 50 ÷ 25 % = 200
    assert required(source) == {"leads": 200, "opportunities": 50, "proposals": 25, "orders": 5}
    assert source["stage"][0]["name"] == {"ja": "ホットリード", "en": "Hot leads"}


def test_C5_states_numbers_that_contradict_each_other():
    source = SOURCES["c5"]
    goal, months = source["goal"], source["period"]["months"]
    assert (goal["kind"], goal["value"]) == ("revenue", 10_000_000)
    assert goal["monthly"] * months == 24_000_000 != goal["value"]  # 2,000,000 × 12; five months would fit
    assert goal["customers"] * source["order_value"] == 5_000_000 != goal["value"]  # 10 × 500,000


def test_the_default_plan_comes_out_in_round_numbers_with_all_channels_on():
    source = SOURCES["default"]
    # the arithmetic in the file: 60 ÷ 40 % ÷ 60 % ÷ 50 % ÷ 40 % ÷ 25 %
    assert list(required(source).values()) == [5000, 1250, 500, 250, 150, 60]
    # T1–T5; those of T6–T12 are a switch away
    assert [channel["id"] for channel in source["channel"]] == [channel.id for channel in catalog.channels()][:5]
    assert all(channel["on"] for channel in source["channel"])
    assert source["period"] == {"start": "2026-04", "months": 12}
    assert source["order_value"] > 20_000 / 0.012 + 30_000 / 0.24  # a lead of the dearest channel, and its calls


def test_the_catalogs_assumptions_fit_the_default_plan():
    source = SOURCES["default"]
    calls = catalog.channel("inside_sales")
    assert calls.find_kpi("won_value").value == source["order_value"]
    ads = next(channel for channel in source["channel"] if channel["id"] == "ads")
    assert ads["unit_cost"] == catalog.channel("ads").find_kpi("cpa").value
