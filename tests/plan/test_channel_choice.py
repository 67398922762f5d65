"""Channels switched on and off by their ids: shares stay a whole, nothing typed is lost."""

from __future__ import annotations

import itertools

import pytest

import workbook_templates
from xl_kpi.plan.channel_choice import choices, with_channels
from xl_kpi.plan.model import Plan
from xl_kpi.plan.source import plan_from_source
from xl_kpi.workbook.findings import faults_of


def plan(template: str = "c2", lang: str = "ja") -> Plan:
    return plan_from_source(workbook_templates.source(template), lang, template)


def shares(plan: Plan) -> dict[str, float]:
    return {channel.id: channel.share for channel in plan.channels_on}


def test_the_catalog_offers_what_the_plan_lacks():
    # C1 has the web site alone and only the stages leads and orders, so inside sales (opportunities) has no place
    assert [(choice.id, choice.on) for choice in choices(plan("c1"))] == [
        ("web", True),
        ("ads", False),
        ("webinar", False),
        ("trade_show", False),
    ]


def test_nothing_wanted_changes_nothing():
    before = plan()
    assert with_channels(before, [channel.id for channel in before.channels_on]) == before


def test_a_new_channel_comes_with_the_catalog_s_kpis_and_no_share():
    after = with_channels(plan("c1"), ["web", "ads"])
    assert shares(after) == {"web": 1.0, "ads": 0.0}
    assert [kpi.id for kpi in after.kpis_of("ads")][:2] == ["impressions", "clicks"]
    assert after.kpis_of("web") == plan("c1").kpis_of("web")
    assert [fault for fault in faults_of(after) if fault.level == "error"] == []


def test_the_rest_takes_over_what_a_channel_delivered():
    # half of the leads from each of two channels, then one goes
    two = with_channels(plan("c1"), ["web", "ads"])
    two = two.with_(channels=tuple(channel.__class__(**{**vars(channel), "share": 0.5}) for channel in two.channels))
    one = with_channels(two, ["ads"])
    assert shares(one) == {"ads": 1.0}
    assert [channel.id for channel in one.channels] == ["web", "ads"] and not one.channels[0].on
    assert one.kpis == two.kpis  # what was typed for it stays in the dictionary
    # it comes back with its typed share, and both are scaled to the whole: 0.5 of 1.5 and 1.0 of 1.5
    assert shares(with_channels(one, ["web", "ads"])) == pytest.approx({"web": 1 / 3, "ads": 2 / 3}, rel=1e-15)


def test_where_nobody_has_a_share_all_get_the_same():
    three = with_channels(plan("c1"), ["web", "ads", "webinar"])
    assert shares(with_channels(three, ["ads", "webinar"])) == {"ads": 0.5, "webinar": 0.5}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_choice_of_channels_is_a_sound_plan(lang):
    before = plan("default", lang)
    offered = [choice.id for choice in choices(before)]
    for count in (1, 2, len(offered)):
        for wanted in itertools.combinations(offered, count):
            after = with_channels(before, wanted)
            assert {channel.id for channel in after.channels_on} == set(wanted)
            errors = [fault.line() for fault in faults_of(after) if fault.level == "error"]
            assert errors == [], wanted


def test_an_unknown_channel_is_an_error():
    with pytest.raises(KeyError):
        with_channels(plan(), ["fax"])
