"""Channels switched on and off by their ids: shares stay a whole, nothing typed is lost."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

import workbook_templates
from xl_kpi.catalog.messages import line
from xl_kpi.plan.channel_choice import choices, with_channels
from xl_kpi.plan.model import Plan
from xl_kpi.plan.source import plan_from_source
from xl_kpi.workbook.reading.findings import faults_of


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
        ("customer_success", False),  # it needs no stage
        ("sns", False),
        ("field_sales", False),
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
    # it comes back with the half that stands in its row, and the other has the rest
    assert shares(with_channels(one, ["web", "ads"])) == {"web": 0.5, "ads": 0.5}


def test_off_and_on_again_gives_the_shares_from_before():
    """The template has 40, 30, 15 and 15 % of the leads, and inside sales by itself delivers opportunities."""
    before = plan("default")
    ids = [channel.id for channel in before.channels_on]
    for out in itertools.chain(itertools.combinations(ids[:4], 1), itertools.permutations(ids[:4], 2)):
        left, states = before, [set(ids)]
        for id_ in out:
            states.append(states[-1] - {id_})
            left = with_channels(left, states[-1])
        for state in reversed(states[:-1]):
            left = with_channels(left, state)
        assert left == before, out


def test_what_comes_back_with_more_than_there_is_is_scaled_with_the_others():
    """With 150 % in its row it leaves nothing for the other, which has 100 %: 1.5 and 1.0 of 2.5."""
    ads = with_channels(with_channels(plan("c1"), ["web", "ads"]), ["ads"])
    typed = ads.with_(channels=tuple(replace(each, share=1.0 if each.on else 1.5) for each in ads.channels))
    assert shares(with_channels(typed, ["web", "ads"])) == {"web": 0.6, "ads": 0.4}


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
            errors = [line(fault, lang) for fault in faults_of(after) if fault.level == "error"]
            assert errors == [], wanted


def test_an_unknown_channel_is_an_error():
    with pytest.raises(KeyError):
        with_channels(plan(), ["fax"])
