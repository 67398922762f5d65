"""A KPI or a stage chosen in a cell: shown by name, kept as an id (K2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sheets.plans import template
from xl_kpi.catalog.messages import worded
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.input.raw_values import Unreadable
from xl_kpi.plan.model import Kpi, Plan
from xl_kpi.plan.pages.kpi_links import KpiLinks
from xl_kpi.plan.source import plan_from_source

PLAN = template("default", "ja")


def renamed(plan: Plan, channel: str, kpi: str, name: str) -> Plan:
    kpis = tuple(
        Kpi(**{**vars(one), "name_ja": name}) if (one.channel, one.id) == (channel, kpi) else one for one in plan.kpis
    )
    return plan.with_(kpis=kpis)


def refused(links: KpiLinks, typed: str, before: str | None = None) -> str:
    with pytest.raises(Unreadable) as problem:
        links.reader(before)(typed)
    return worded(problem.value.allowed, "ja")


@pytest.mark.parametrize("typed", [
    "広告: クリック", "広告：クリック", " 広告 : ｸﾘｯｸ ", "ads.clicks", "ADS.CLICKS", "広告: Clicks", "広告 › クリック",
    "クリック",    "Ads: Clicks", "Ads：clicks",
])  # fmt: skip
def test_words_of_either_language_and_ids_mean_the_same_kpi(typed):
    assert KpiLinks.of(PLAN).reader()(typed) == "ads.clicks"


@pytest.mark.parametrize("typed", ["段階: MQL", "Stage: MQL", "MQL", "mql", "stage:mql", "段階：ＭＱＬ"])
def test_a_stage_can_be_linked_too(typed):
    assert KpiLinks.of(PLAN).reader()(typed) == "stage:mql"


def test_each_word_that_is_shown_means_its_id_in_both_languages():
    for lang in ("ja", "en"):
        links = KpiLinks.of(template("default", lang))
        assert {links.reader()(word) for word in links.words.values()} == set(links.words)
        assert not set(links.words.values()) & set(links.words)  # names all of them, no ids


def test_an_unknown_word_is_asked_with_the_nearest():
    links = KpiLinks.of(PLAN)
    assert refused(links, "広告: クリク").startswith("広告: クリック のことですか？")
    assert refused(links, "クリク数").startswith("広告: クリック のことですか？")
    assert "のことですか" not in refused(links, "天気")


def test_a_name_that_two_kpis_have_is_asked_with_their_ids():
    assert "ads.cv, web.cv" in refused(KpiLinks.of(PLAN), "CV")


def test_kpis_of_the_same_name_in_a_channel_are_shown_by_their_ids():
    links = KpiLinks.of(renamed(PLAN, "ads", "clicks", "CV"))
    assert links.words["ads.clicks"] == "ads.clicks" and links.words["ads.cv"] == "ads.cv"
    assert links.reader()("ads.cv") == "ads.cv"


def test_a_name_with_signs_of_a_criterion_is_shown_by_its_id():
    assert KpiLinks.of(renamed(PLAN, "ads", "clicks", "クリック*")).words["ads.clicks"] == "ads.clicks"


def test_the_id_stays_when_the_kpi_is_renamed():
    """The cell still shows the former name; another KPI may even have taken it."""
    last = entries_of(PLAN)
    links = KpiLinks.of(renamed(renamed(PLAN, "ads", "clicks", "流入"), "ads", "cv", "クリック"), last)
    assert links.reader("ads.clicks")("広告: クリック") == "ads.clicks"
    assert links.reader()("広告: クリック") == "ads.cv"  # typed today it is today's
    assert KpiLinks.of(renamed(PLAN, "ads", "clicks", "流入"), last).reader()("広告: クリック") == "ads.clicks"


def test_a_link_to_a_kpi_that_is_gone_stays():
    links = KpiLinks.of(PLAN.with_(kpis=()), entries_of(PLAN))
    assert links.reader("ads.clicks")("広告: クリック") == "ads.clicks" == links.reader("ads.clicks")("ads.clicks")
    assert refused(links, "広告: クリック")


def test_channels_that_are_off_are_not_offered():
    off = PLAN.with_(channels=tuple(type(one)(**{**vars(one), "on": one.id != "ads"}) for one in PLAN.channels))
    links = KpiLinks.of(off)
    assert "ads.clicks" not in links.active and "ads.clicks" in links.words and "web.cv" in links.active


def test_a_text_source_names_kpis():
    from tests.plan.test_source import SMALL

    rows = '\n[[rows.ksf]]\nfactor = "検索"\nkpi1 = "web.cv"\nkpi2 = "リード"\n'
    plan = plan_from_source(SMALL + rows, "ja")
    assert plan.tables["tbl_ksf"] == {"r1": {"factor": "検索", "kpi1": "web.cv", "kpi2": "stage:leads"}}


@pytest.mark.parametrize("id_, word", [
    ("funnel.mql_rate", "段階: MQL→SQLの転換率"),
    ("funnel.mql_days", "段階: MQLの所要日数（中央値）"),
    ("ads.volume", "広告: リードの数"),
])  # fmt: skip
def test_what_a_review_finds_beside_kpis_is_named_and_read_but_not_on_offer(id_, word):
    links = KpiLinks.of(PLAN)
    assert links.words[id_] == word and id_ not in links.active
    assert links.reader()(word) == links.reader()(id_) == id_


def test_a_figure_stays_when_its_stage_has_another_name():
    stages = tuple(replace(one, name="見込み客") if one.id == "mql" else one for one in PLAN.stages)
    links = KpiLinks.of(PLAN.with_(stages=stages), entries_of(PLAN))
    assert links.words["funnel.mql_rate"] == "段階: 見込み客→SQLの転換率"
    assert links.reader("funnel.mql_rate")("段階: MQL→SQLの転換率") == "funnel.mql_rate"


def test_a_kpi_called_like_a_figure_goes_first():
    links = KpiLinks.of(renamed(PLAN, "ads", "clicks", "リードの数"))
    assert links.words["ads.clicks"] == "広告: リードの数" and links.reader()("広告: リードの数") == "ads.clicks"
