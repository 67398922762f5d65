"""The channels T1–T5 and their KPIs: complete, and with formulas that can be computed and agree with each other.

The formulas are read here by a small oracle of its own (a regular expression for the ids, Python's arithmetic
for the values), not by the compiler that puts them into the workbook.
"""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_kpi import catalog
from xl_kpi.kpi.graph import check_kpis
from xl_kpi.plan.model import Kpi

STAGES = [stage.id for stage in catalog.stages()]
CHANNELS = {channel.id: channel for channel in catalog.channels()}
KPIS = [
    pytest.param(channel, kpi, id=f"{channel.id}.{kpi.id}") for channel in catalog.channels() for kpi in channel.kpis
]

# The lists of the domain, in its order; ids as this project writes them.
T1 = "sessions form_visits form_reach form_completion cv cvr pages_per_session article_views dwell_time cta_rate"
T2 = "impressions clicks ctr cv cvr cpa cpc"
T2_SPLIT = "cv_search cv_display cv_social cv_creative_a cv_creative_b cv_brand cv_generic"
T3 = "registrations attendees attendance_rate survey_answers opps"
T4 = "cards opps opp_rate conversion_rate"
T5 = "calls connected connect_rate talk_time appointments appointment_rate mail_open_rate opps_created opp_rate deals"
T5 += " won win_rate order_amount"


def ids(formula: str) -> list[str]:
    return [] if formula == "input" else re.findall(r"[a-z_][a-z0-9_]*", formula)


def value(formula: str, values: dict) -> float | None:
    """The formula's value; None (a blank cell) where it divides by zero or uses a blank."""
    if any(values[id] is None for id in ids(formula)):
        return None
    try:
        return eval(formula, {"__builtins__": {}}, values)  # noqa: S307 - the catalog's own formulas, plain arithmetic
    except ZeroDivisionError:
        return None


def order(formulas: dict[str, str]) -> list[str]:
    """The ids in an order in which each can be computed; fails on a loop."""
    done, left = [], dict(formulas)
    while left:
        ready = [id for id, formula in left.items() if not set(ids(formula)) & set(left)]
        assert ready, f"loop among {sorted(left)}"
        done += ready
        for id in ready:
            del left[id]
    return done


def targets(channel, stage_volumes: dict[str, float], typed: dict[str, float] | None = None) -> dict[str, float]:
    """Every target of the channel for one month."""
    typed = typed or {}
    by_id = {kpi.id: kpi for kpi in channel.kpis}
    values = dict(stage_volumes)
    for id in order({kpi.id: kpi.target for kpi in channel.kpis}):
        kpi = by_id[id]
        values[id] = typed.get(id, kpi.value) if kpi.target == "input" else value(kpi.target, values)
    return values


class Quantity:
    """An amount that has a dimension and no number: adding unlike ones fails."""

    def __init__(self, dimension):
        self.dimension = {name: power for name, power in dimension.items() if power}

    def _times(self, other, sign):
        powers = dict(self.dimension)
        for name, power in getattr(other, "dimension", {}).items():
            powers[name] = powers.get(name, 0) + sign * power
        return Quantity(powers)

    def __mul__(self, other):
        return self._times(other, 1)

    def __truediv__(self, other):
        return self._times(other, -1)

    def __add__(self, other):
        assert isinstance(other, Quantity) and other.dimension == self.dimension
        return self

    __sub__ = __add__


@pytest.mark.parametrize(
    ("channel", "listed"),
    [
        pytest.param("web", T1, id="T1"),
        pytest.param("ads", T2, id="T2"),
        pytest.param("ads", T2_SPLIT, id="T2-split"),
        pytest.param("webinar", T3, id="T3"),
        pytest.param("trade_show", T4, id="T4"),
        pytest.param("inside_sales", T5, id="T5"),
    ],
)
def test_T1_to_T5_every_kpi_is_there_in_the_order_of_the_domain(channel, listed):
    listed = listed.split()
    assert [kpi.id for kpi in CHANNELS[channel].kpis if kpi.id in listed] == listed


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        ("web", "セッション フォーム到達数 フォーム到達率 フォーム完了率 CV CVR"),
        ("web", "回遊率 記事閲覧数 平均滞在時間 CTAクリック率"),
        ("ads", "インプレッション クリック CTR CV CVR CPA CPC"),
        ("webinar", "申込者数 参加者数 参加率 アンケート回答者数 商談数"),
        ("trade_show", "名刺獲得数 商談数 商談化率 コンバージョン率"),
        (
            "inside_sales",
            "架電数 通話数 通話率 通話時間 アポイント数 アポイント率 メール開封率 商談化数 商談化率 案件化数",
        ),
        ("inside_sales", "受注数 受注率 受注金額"),
    ],
)
def test_T1_to_T5_the_japanese_names_are_those_of_the_domain(channel, words):
    assert set(words.split()) <= {kpi.name["ja"] for kpi in CHANNELS[channel].kpis}


@pytest.mark.parametrize(
    ("channel", "kpi", "formula"),
    [
        # T1
        ("web", "form_reach", "form_visits / sessions"),
        ("web", "form_completion", "cv / form_visits"),
        ("web", "cvr", "cv / sessions"),
        # T2
        ("ads", "ctr", "clicks / impressions"),
        ("ads", "cvr", "cv / clicks"),
        ("ads", "cpa", "cost / cv"),
        ("ads", "cpc", "cost / clicks"),
        # T3
        ("webinar", "attendance_rate", "attendees / registrations"),
        # T4: a visitor whose card was taken
        ("trade_show", "opp_rate", "opps / cards"),
        ("trade_show", "conversion_rate", "won / cards"),
    ],
)
def test_T1_to_T4_ratios_are_defined_as_in_the_domain(channel, kpi, formula):
    assert CHANNELS[channel].find_kpi(kpi).actual == formula


def test_the_channels_stand_in_the_order_of_T1_to_T5_with_their_stage():
    assert [(channel.id, channel.stage) for channel in catalog.channels()] == [
        ("web", "leads"),
        ("ads", "leads"),
        ("webinar", "leads"),
        ("trade_show", "leads"),
        ("inside_sales", "opportunities"),
    ]


@pytest.mark.parametrize("lang", catalog.LANGUAGES)
def test_channel_names_can_be_sheet_tabs(lang):
    names = [channel.name[lang] for channel in catalog.channels()]
    assert len(set(names)) == len(names)
    for name in names:
        # Excel: at most 31 characters, none of []:*?/\ ; shorter here, so that all tabs can be seen at once
        assert 0 < len(name) <= 15 and not re.search(r"[\[\]:*?/\\']", name)


@pytest.mark.parametrize("channel", catalog.channels(), ids=lambda channel: channel.id)
def test_ids_and_names_are_unique_within_a_channel_and_no_id_is_a_stage(channel):
    for values in (
        [kpi.id for kpi in channel.kpis],
        [kpi.name["ja"] for kpi in channel.kpis],
        [kpi.name["en"] for kpi in channel.kpis],
    ):
        assert len(values) == len(set(values))
    assert not {kpi.id for kpi in channel.kpis} & set(STAGES)
    assert {kpi.channel for kpi in channel.kpis} == {channel.id}


@pytest.mark.parametrize(("channel", "kpi"), KPIS)
def test_each_kpi_has_a_known_unit_direction_and_rhythm(channel, kpi):
    assert catalog.find_unit(kpi.unit) is not None
    assert kpi.better in ("up", "down")
    assert kpi.rhythm in ("weekly", "monthly")
    assert re.fullmatch(r"[a-z][a-z0-9_]*", kpi.id)


def test_only_costs_are_better_when_they_fall():
    falling = {kpi.id for channel in catalog.channels() for kpi in channel.kpis if kpi.better == "down"}
    assert falling == {"cost", "cpa", "cpc"}


@pytest.mark.parametrize(("channel", "kpi"), KPIS)
def test_formulas_use_known_ids_and_the_arithmetic_of_the_grammar(channel, kpi):
    known = {other.id for other in channel.kpis}
    assert set(ids(kpi.target)) <= known | set(STAGES)
    assert set(ids(kpi.actual)) <= known  # a stage is what the plan asks: never an actual
    assert set(ids(kpi.decomposition)) <= known
    for formula in (kpi.target, kpi.actual, kpi.decomposition):
        assert re.fullmatch(r"[a-z0-9_ .*/+()-]*", formula)


@pytest.mark.parametrize(("channel", "kpi"), KPIS)
def test_a_typed_target_has_an_assumption_with_its_basis_and_no_other_has(channel, kpi):
    assert (kpi.target == "input") == (kpi.value is not None) == bool(kpi.basis["ja"])
    if kpi.value is not None:
        assert kpi.value > 0
        assert "仮の値" in kpi.basis["ja"] and "Placeholder" in kpi.basis["en"]
        if kpi.unit == "rate":
            assert kpi.value <= 1


@pytest.mark.parametrize(("channel", "kpi"), KPIS)
def test_a_typed_ratio_is_weighed_by_a_volume_and_nothing_else_is(channel, kpi):
    typed_ratio = catalog.unit(kpi.unit).total == "ratio" and "input" in (kpi.target, kpi.actual)
    assert bool(kpi.weight) == typed_ratio
    if kpi.weight:
        weight = channel.find_kpi(kpi.weight)
        assert catalog.unit(weight.unit).total == "sum"
        if kpi.actual != "input":  # then the weight is the ratio's denominator: totals are ratios of totals
            assert kpi.actual.endswith(f"/ {kpi.weight}")


@pytest.mark.parametrize("column", ["target", "actual"])
@pytest.mark.parametrize("channel", catalog.channels(), ids=lambda channel: channel.id)
def test_targets_and_actuals_can_be_computed_without_a_loop(channel, column):
    formulas = {kpi.id: getattr(kpi, column) for kpi in channel.kpis}
    assert sorted(order(formulas)) == sorted(formulas)


def test_the_loop_check_finds_a_loop():
    with pytest.raises(AssertionError, match="loop among"):
        order({"a": "b * 2", "b": "a / 2", "c": "input"})


@pytest.mark.parametrize(("channel", "kpi"), KPIS)
def test_formulas_come_out_in_the_dimension_of_their_unit(channel, kpi):
    quantities = {stage: Quantity({"count": 1}) for stage in STAGES}
    quantities |= {other.id: Quantity(catalog.unit(other.unit).dimension) for other in channel.kpis}
    for formula in (kpi.target, kpi.actual, kpi.decomposition):
        if formula not in ("input", ""):
            assert value(formula, quantities).dimension == catalog.unit(kpi.unit).dimension, formula


@pytest.mark.parametrize("channel", catalog.channels(), ids=lambda channel: channel.id)
def test_one_kpi_is_the_anchor_and_splits_into_two_or_three_leaves(channel):
    anchors = [kpi for kpi in channel.kpis if kpi.target == channel.stage]
    assert anchors == [channel.anchor]
    assert channel.anchor.actual == "input"
    assert 2 <= len(ids(channel.anchor.decomposition)) <= 3


@pytest.mark.parametrize(("channel", "kpi"), KPIS)
def test_a_decomposition_has_two_or_three_parts_and_never_itself(channel, kpi):
    if kpi.decomposition:
        assert 2 <= len(ids(kpi.decomposition)) <= 3
        assert kpi.id not in ids(kpi.decomposition)
        assert re.fullmatch(r"\w+( [*/+] \w+){1,2}", kpi.decomposition)


@pytest.mark.parametrize("lang", catalog.LANGUAGES)
@pytest.mark.parametrize("channel", catalog.channels(), ids=lambda channel: channel.id)
def test_the_checker_of_the_kpi_dictionary_finds_nothing(channel, lang):
    rows = [
        Kpi(
            kpi.id,
            channel.id,
            kpi.name["ja"],
            kpi.name["en"],
            kpi.unit,
            kpi.target,
            kpi.actual,
            decomposition=kpi.decomposition,
            weight=kpi.weight,
        )
        for kpi in channel.kpis
    ]
    dimensions = {unit.id: unit.dimension for unit in catalog.units()}
    assert check_kpis(rows, STAGES, dimensions.get) == []


@given(data=st.data())
@pytest.mark.parametrize("channel", catalog.channels(), ids=lambda channel: channel.id)
def test_targets_agree_with_every_decomposition_whatever_the_plan_asks_and_assumes(channel, data):
    volumes = {stage: data.draw(st.floats(0.01, 1e6), label=stage) for stage in STAGES}
    typed = {
        kpi.id: data.draw(st.floats(0.001, 1) if kpi.unit == "rate" else st.floats(0.1, 1e6), label=kpi.id)
        for kpi in channel.kpis
        if kpi.target == "input"
    }
    values = targets(channel, volumes, typed)
    assert values[channel.anchor.id] == volumes[channel.stage]
    for kpi in channel.kpis:
        if kpi.decomposition:
            # a handful of roundings of doubles, 1.1e-16 each
            assert math.isclose(value(kpi.decomposition, values), values[kpi.id], rel_tol=1e-14), kpi.id


@pytest.mark.parametrize("channel", catalog.channels(), ids=lambda channel: channel.id)
def test_actuals_that_meet_every_target_give_every_target_ratio(channel):
    """Volumes of the default template in a year without lags: 5,000 leads … 60 orders (its own comment)."""
    volumes = dict(zip(STAGES, (5000, 1250, 500, 250, 150, 60), strict=True))
    values = targets(channel, volumes)
    for kpi in channel.kpis:
        if kpi.actual != "input":
            # the typed rates of T4 and T5 are those of that template
            assert math.isclose(value(kpi.actual, values), values[kpi.id], rel_tol=1e-12), kpi.id


@given(cv=st.floats(0, 1e6))
def test_T2_each_split_of_the_ads_adds_up_to_its_whole(cv):
    values = targets(CHANNELS["ads"], {**dict.fromkeys(STAGES, 1.0), "leads": cv})
    for whole, parts in {
        "cv": ("cv_search", "cv_display", "cv_social"),
        "cv ": ("cv_creative_a", "cv_creative_b"),
        "cv_search": ("cv_brand", "cv_generic"),
    }.items():
        # one rounding for each of the three parts
        assert math.isclose(sum(values[part] for part in parts), values[whole.strip()], rel_tol=1e-15, abs_tol=1e-300)


def test_ads_cost_of_a_click_follows_from_cpa_and_cvr():
    # 100 conversions × 20,000 yen = 2,000,000 yen; 100 ÷ 2% = 5,000 clicks; 2,000,000 ÷ 5,000 = 400 yen a click
    values = targets(CHANNELS["ads"], {**dict.fromkeys(STAGES, 1.0), "leads": 100})
    assert [round(values[id], 9) for id in ("cost", "clicks", "cpc", "impressions")] == [2000000, 5000, 400, 500000]


@pytest.mark.parametrize("channel", catalog.channels(), ids=lambda channel: channel.id)
def test_where_nothing_is_asked_volumes_are_zero_and_their_ratios_blank(channel):
    values = targets(channel, dict.fromkeys(STAGES, 0.0))
    for kpi in channel.kpis:
        if catalog.unit(kpi.unit).total == "sum":
            assert values[kpi.id] == 0
        else:
            assert values[kpi.id] == (kpi.value if kpi.target == "input" else None)
