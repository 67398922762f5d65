"""Figures that a template brought: which of a plan's entries they are, and when they are no examples any more."""

from __future__ import annotations

from dataclasses import replace

import pytest

import workbook_templates
from tests.told import told
from xl_kpi.catalog.messages import counted, worded
from xl_kpi.commands import SetOption, plan_from
from xl_kpi.errors import Fault, Words
from xl_kpi.plan.channel_choice import with_channels
from xl_kpi.plan.entries import entries_of, with_entries
from xl_kpi.plan.examples.figures import as_template, kept, kinds, listed, remaining, without
from xl_kpi.plan.fields import find_field
from xl_kpi.plan.findings import doubts
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.language import in_language
from xl_kpi.plan.model import Plan
from xl_kpi.plan.source import plan_from_source


def default(lang: str = "ja") -> Plan:
    return as_template(plan_from_source(workbook_templates.source("default"), lang, "default"))


def counts(keys) -> dict[str, int]:
    """How many entries of each kind."""
    found: dict[str, int] = {}
    for key in keys:
        kind = EntryKey.parse(key).kind
        found[kind] = found.get(kind, 0) + 1
    return found


def hints(plan: Plan) -> list[Fault]:
    return [fault for fault in doubts(plan) if fault.level == "hint"]


def test_every_figure_of_the_default_plan_is_an_example():
    """By default.toml: the goal and what an order brings; five stages lead on, each with rate, days and what is open in
    it; five channels with a cost, three of them with a limit.  Four share the leads; the fifth is alone at its stage.
    """
    assert counts(remaining(default())) == {
        "kgi_value": 1, "order_value": 1, "tbl_stages.rate": 5, "tbl_stages.lag": 5, "tbl_pipeline": 5,
        "tbl_channels.share": 4, "tbl_channels.unit_cost": 5, "tbl_channels.capacity": 3,
    }  # fmt: skip
    assert "tbl_channels[inside_sales].share" not in remaining(default())


def test_they_are_named_in_the_order_of_the_pages_also_before_a_workbook_was_read():
    """設定, then ファネル with what is open, then チャネル."""
    tables = [EntryKey.parse(key).table for key in remaining(default()) if EntryKey.parse(key).row]
    assert [*dict.fromkeys(tables)] == ["tbl_stages", "tbl_pipeline", "tbl_channels"]


@pytest.mark.parametrize("name", [one for one in workbook_templates.names() if one != "c5"])
def test_the_values_are_those_of_the_template_and_nobody_else_s(name):
    source = plan_from_source(workbook_templates.source(name), "ja", name)
    assert source.examples == {}  # what somebody writes down is theirs
    made, entries = as_template(source), entries_of(source)
    assert made == source and made.examples
    assert made.examples == {key: entries[key] for key in made.examples}
    assert all(find_field(EntryKey.parse(key)).figure for key in made.examples)


def test_a_figure_goes_when_it_is_replaced_and_the_others_stay():
    plan = default()
    more, _ = with_entries(plan, {"kgi_value": 72, "tbl_stages[mql].lag": "7..14", "tbl_pipeline[sql]": None})
    gone = {"kgi_value", "tbl_stages[mql].lag", "tbl_pipeline[sql]"}
    assert set(remaining(plan)) - set(remaining(more)) == gone
    assert set(kept(more)) == set(plan.examples) - gone
    names, _ = with_entries(
        plan, {"plan_title": "来期", "tbl_stages[mql].name": "有望", "tbl_channels[web].owner": "田中"}
    )
    assert remaining(names) == remaining(plan)  # a name is no figure


def test_what_an_option_gives_is_no_example_even_with_the_same_value():
    given = [SetOption("kgi_value", "60", "--goal"), SetOption.of_set("stage.leads.rate=25%"),
             SetOption.of_set("channel.ads.cost=2万円"), SetOption.of_set("pipeline.mql=40")]  # fmt: skip
    plan, _ = plan_from(None, "ja", given)
    assert plan.goal.value == 60 and plan.stages[0].rate == 0.25  # as in default.toml
    missing = set(plan_from(None, "ja")[0].examples) - set(plan.examples)
    assert missing == {"kgi_value", "tbl_stages[leads].rate", "tbl_channels[ads].unit_cost", "tbl_pipeline[mql]"}


def test_a_channel_that_is_off_has_no_figures_to_replace_until_it_is_on():
    plan = default()
    off = [replace(one, on=one.id != "trade_show") for one in plan.channels]
    without = plan.with_(channels=tuple(off))
    left = {key for key in remaining(plan) if "[trade_show]" in key}
    assert len(left) == 3  # share, cost and limit
    assert set(remaining(plan)) - set(remaining(without)) == left
    again = without.with_(channels=tuple(replace(one, on=True) for one in without.channels))
    assert set(remaining(again)) == set(remaining(plan))


def test_a_share_that_the_command_scaled_is_an_example_still_and_that_of_the_last_channel_is_none():
    plan = default()
    fewer = with_channels(plan, [one.id for one in plan.channels_on if one.id != "trade_show"])
    assert fewer.channels[0].share == pytest.approx(0.4 / 0.85)  # 100 % without the 15 % of the trade show
    assert set(remaining(plan)) - set(remaining(fewer)) == {key for key in remaining(plan) if "[trade_show]" in key}
    one = with_channels(plan, ["web"])
    assert one.channels[0].share == 1 and "tbl_channels[web].share" not in remaining(one)
    assert "tbl_channels[web].share" in remaining(with_channels(one, ["web", "ads"]))


def test_who_says_that_the_rest_is_their_own_sees_no_mark_and_loses_nothing():
    plan = default()
    own, _ = with_entries(plan, {"example_marks": "off"})
    assert remaining(own) == {} and hints(own) == []
    assert kept(own) == kept(plan)
    assert remaining(with_entries(own, {"example_marks": None})[0]) == remaining(plan)


def test_the_other_language_has_the_same_examples():
    assert remaining(in_language(default(), "en")) == remaining(default())
    assert remaining(default("en")) == remaining(default())


def test_check_says_in_one_hint_what_is_left_of_several_tables():
    plan, _ = with_entries(default(), {"kgi_value": 72, "tbl_stages[leads].lag": 25, "tbl_pipeline[leads]": 100})
    (found,) = told(hints(plan), "ja")
    assert (found.cell, found.found) == ("order_value", "3000000")
    kinds_left = ["受注単価", "次の段階への転換率", "所要日数", "割合", "単価（円/件）", "月間の上限", "進行中の案件"]
    assert sorted(found.allowed.partition(": ")[2].partition("。")[0].split("、")) == sorted(kinds_left)
    (english,) = told(hints(in_language(plan, "en")), "en")
    assert english.allowed.startswith("Still example figures: Order value, ") and "例" not in english.allowed


def test_the_figures_left_of_one_table_are_named_one_by_one():
    plan = default()
    given = {key for key in plan.examples if not key.startswith("tbl_pipeline[")}
    (found,) = told(hints(without(plan, given | {"tbl_pipeline[leads]"})), "ja")
    assert found.cell == "tbl_pipeline[mql]"
    assert found.allowed.startswith("例の数値のままです: 進行中の案件（MQL、SQL、商談、案件・提案）。自社")


def test_a_plan_without_examples_has_no_hint():
    assert hints(plan_from_source(workbook_templates.source("default"), "ja")) == []


def test_the_kinds_in_words_each_once():
    keys = ["kgi_value", "tbl_stages[leads].rate", "tbl_stages[mql].rate", "tbl_pipeline[mql]"]
    assert worded(kinds(keys), "ja") == "目標値、次の段階への転換率、進行中の案件"
    assert worded(listed(keys, default()), "en") == "Goal, Rate to next stage (リード, MQL), Open now (MQL)"


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ([], "plan.xlsx: no problems found."),
        (["warning"], "plan.xlsx: errors: 0, warnings: 1"),
        (["error", "hint", "hint"], "plan.xlsx: errors: 1, warnings: 0, hints: 2"),
    ],
)
def test_hints_are_counted_apart(levels, said):
    faults = [Fault("x", Words("plan_words"), level=level) for level in levels]
    assert counted(faults, "plan.xlsx", "en") == said
