"""The channels and their KPIs (domain T1–T12): complete, and with formulas that can be computed and agree.

The formulas are read here by a small oracle of its own (a regular expression for the ids, Python's arithmetic
for the values), not by the compiler that puts them into the workbook.
"""

from __future__ import annotations

import math
import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_kpi import catalog
from xl_kpi.kpi.graph import check_kpis
from xl_kpi.plan.dictionary.shown import shown_kpis
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
T6 = "churn_rate ltv nps"
T7 = "list_size open_rate click_rate"
T8 = "downloads mail_response_rate requests"
T9 = "reach impressions reactions hashtag_posts"
T10 = "mail_open_rate url_click_rate page_views key_page_rate lead_accounts lead_people key_person_rate"
T11 = "calls talk_time leads_won appointment_rate opps_created opp_rate bantc_rate won win_rate"
T12 = "won win_rate won_value margin collection_rate days_to_collect"
BRINGING = [channel for channel in catalog.channels() if channel.stage != "customers"]  # they have an anchor


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


def rows(channel, lang: str = "ja") -> list[Kpi]:
    """The channel's KPIs as rows of the dictionary."""
    same = ("id", "channel", "unit", "target", "actual", "decomposition", "weight", "on", "parent")
    return [
        Kpi(
            name_ja=kpi.name["ja"],
            name_en=kpi.name["en"],
            split=kpi.split[lang],
            **{key: getattr(kpi, key) for key in same},
        )
        for kpi in channel.kpis
    ]


def typed_volumes(channel) -> set[str]:
    """Volumes that are assumed, and what follows from them alone."""
    found = {kpi.id for kpi in channel.kpis if kpi.target == "input" and catalog.unit(kpi.unit).total == "sum"}
    for kpi in channel.kpis:
        if kpi.target != "input" and found & set(ids(kpi.target)):
            found.add(kpi.id)
    return found


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
        pytest.param("customer_success", T6, id="T6"),
        pytest.param("email", T7, id="T7"),
        pytest.param("white_paper", T8, id="T8"),
        pytest.param("sns", T9, id="T9"),
        pytest.param("abm_marketing", T10, id="T10"),
        pytest.param("abm_inside_sales", T11, id="T11"),
        pytest.param("field_sales", T12, id="T12"),
    ],
)
def test_T1_to_T12_every_kpi_is_there_in_the_order_of_the_domain(channel, listed):
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
        ("customer_success", "LTV 解約率 NPS"),
        ("email", "配信リスト数 開封率 クリック率"),
        ("white_paper", "ダウンロード数 資料請求数 メール反応率"),
        ("sns", "インプレッション リーチ 反応数 ハッシュタグ投稿数"),
        (
            "abm_marketing",
            "対象企業のPV 重要ページ到達率 メール開封率 URLクリック率 保有リード数（人） リード保有企業数",
        ),
        ("abm_inside_sales", "架電数 通話時間 商談化数 商談化率 アポイント率 受注数 受注率 BANTC記入率"),
        ("field_sales", "受注数 受注単価 利益率 受注率 回収率 回収日数"),
    ],
)
def test_T1_to_T12_the_japanese_names_are_those_of_the_domain(channel, words):
    # of which volumes a rate is stands in brackets where several have one name: 商談化率（アポ→商談）
    assert set(words.split()) <= {kpi.name["ja"].partition("（")[0] for kpi in CHANNELS[channel].kpis} | {
        kpi.name["ja"] for kpi in CHANNELS[channel].kpis
    }


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
        # T6, T7, T8, T10, T11, T12
        ("customer_success", "churn_rate", "lost / customers"),
        ("customer_success", "ltv", "revenue_per_customer * margin / churn_rate"),
        ("email", "open_rate", "opens / sent"),
        ("email", "click_rate", "clicks / sent"),
        ("white_paper", "mail_response_rate", "mail_responses / downloads"),
        ("abm_marketing", "key_page_rate", "key_visits / visits"),
        ("abm_inside_sales", "appointment_rate", "appointments / calls"),
        ("field_sales", "collection_rate", "collected / order_amount"),
    ],
)
def test_T1_to_T12_ratios_are_defined_as_in_the_domain(channel, kpi, formula):
    assert CHANNELS[channel].find_kpi(kpi).actual == formula


def test_the_channels_stand_in_the_order_of_T1_to_T12_with_their_stage():
    assert [(channel.id, channel.stage) for channel in catalog.channels()] == [
        ("web", "leads"),
        ("ads", "leads"),
        ("webinar", "leads"),
        ("trade_show", "leads"),
        ("inside_sales", "opportunities"),
        ("customer_success", "customers"),
        ("email", "mql"),
        ("white_paper", "mql"),
        ("sns", "leads"),
        ("abm_marketing", "sql"),
        ("abm_inside_sales", "opportunities"),
        ("field_sales", "orders"),
    ]


@pytest.mark.parametrize("channel", catalog.channels(), ids=lambda channel: channel.id)
def test_K10_three_to_five_kpis_of_each_channel_are_on(channel):
    on = [kpi for kpi in channel.kpis if kpi.on]
    assert 3 <= len(on) <= 5
    assert not [kpi for kpi in on if kpi.parent]  # a split is one switch away
    # and with what these are computed from the tab shows no more: a switch brings no further row along
    plan = SimpleNamespace(kpis_of=lambda id_: tuple(rows(channel)), channels_on=())
    shown = {kpi.id for kpi in shown_kpis(plan, SimpleNamespace(id=channel.id, stage=channel.stage))}
    assert shown == {kpi.id for kpi in on}


def test_K11_followers_are_no_kpi():
    assert not [kpi for kpi in CHANNELS["sns"].kpis if "follower" in kpi.id or "フォロワー" in kpi.name["ja"]]


@pytest.mark.parametrize("channel", BRINGING, ids=lambda channel: channel.id)
def test_the_anchor_and_what_it_is_made_of_is_on_the_tab(channel):
    """All that a tab needs is there with the three to five: the tree splits each anchor into parts that it shows."""
    plan = SimpleNamespace(kpis_of=lambda id_: tuple(rows(channel)), channels_on=())
    shown = {kpi.id for kpi in shown_kpis(plan, SimpleNamespace(id=channel.id, stage=channel.stage))}
    assert channel.anchor.id in shown
    if not channel.id == "web":  # its rates are those of the form
        assert set(ids(channel.anchor.decomposition)) <= shown


@pytest.mark.parametrize("lang", catalog.LANGUAGES)
def test_channel_names_can_be_sheet_tabs(lang):
    names = [channel.name[lang] for channel in catalog.channels()]
    assert len(set(names)) == len(names)
    for name in names:
        # Excel: at most 31 characters, none of []:*?/\ ; shorter here, so that all tabs can be seen at once
        assert 0 < len(name) <= 16 and not re.search(r"[\[\]:*?/\\']", name)


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
    assert falling == {"cost", "cpa", "cpc", "lost", "churn_rate", "days_to_collect"}


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


def test_what_acts_on_existing_customers_asks_the_plan_for_nothing():
    channel = CHANNELS["customer_success"]
    assert channel.anchor is None
    assert not [kpi for kpi in channel.kpis if set(ids(kpi.target)) & set(STAGES)]


@pytest.mark.parametrize("channel", BRINGING, ids=lambda channel: channel.id)
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
    dimensions = {unit.id: unit.dimension for unit in catalog.units()}
    assert check_kpis(rows(channel, lang), STAGES, dimensions.get) == []


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
    if channel.anchor:
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


def test_T6_ltv_of_a_worked_case():
    """100,000 yen a month × 70 % ÷ 1 % = 7,000,000 yen (design, §5: monthly revenue × margin ÷ monthly churn)."""
    values = targets(CHANNELS["customer_success"], dict.fromkeys(STAGES, 0.0))
    assert round(values["ltv"], 6) == 7_000_000
    assert (values["lost"], values["recurring_revenue"]) == (1, 10_000_000)  # 100 × 1 %, 100 × 100,000


def test_T7_a_mail_list_for_60_mql():
    # 60 ÷ 10 % = 600 clicks ÷ 3 % = 20,000 mails ÷ 2 a month = 10,000 addresses; 20,000 × 20 % = 4,000 opened
    values = targets(CHANNELS["email"], {**dict.fromkeys(STAGES, 1.0), "mql": 60})
    assert [round(values[id], 6) for id in ("clicks", "sent", "list_size", "opens")] == [600, 20_000, 10_000, 4_000]


@pytest.mark.parametrize("channel", BRINGING, ids=lambda channel: channel.id)
def test_where_nothing_is_asked_volumes_are_zero_and_their_ratios_blank(channel):
    values = targets(channel, dict.fromkeys(STAGES, 0.0))
    for kpi in channel.kpis:
        if kpi.id in typed_volumes(channel):
            continue  # posts of others, accounts: they are there whatever the plan asks
        if catalog.unit(kpi.unit).total == "sum":
            assert values[kpi.id] == 0
        else:
            assert values[kpi.id] == (kpi.value if kpi.target == "input" else None)
