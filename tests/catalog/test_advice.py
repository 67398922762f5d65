"""The advice table: every rule of the domain is there, in both languages, and speaks exactly at its threshold."""

from __future__ import annotations

import doctest
import importlib
import math
import re
from dataclasses import replace

import pytest

from xl_kpi import catalog
from xl_kpi.calc import KpiError
from xl_kpi.catalog.advice import COMPARISONS, advice, find_advice, kpi_advice
from xl_kpi.kpi.review.figure_ids import LTV_CAC, NEGATIVE, OF_CHANNEL, SCORES, UNANSWERED

JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ一-鿿]")
ROWS = [pytest.param(row, id=f"{row.id} {row.channel}.{row.kpi} {row.comparison}") for row in advice()]


def test_every_rule_of_the_domain_is_there():
    assert [row.id for row in advice()] == sorted((row.id for row in advice()), key=lambda id: int(id[1:]))
    assert {row.id for row in advice()} == {f"R{number}" for number in range(1, 11)}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_is_complete_in_both_languages(row):
    assert row.comparison in COMPARISONS
    for versions in (row.cause, row.action):
        assert set(versions) == {"ja", "en"}
        assert JAPANESE.search(versions["ja"]) and versions["ja"].endswith("。")
        assert versions["en"].isascii() and versions["en"].endswith(".")
    assert row.action["ja"].endswith("ください。")  # an action asks for something


@pytest.mark.parametrize("row", ROWS)
def test_a_row_speaks_of_ids_that_exist(row):
    if row.channel == "funnel":
        stages = {"*"} | {stage.id for stage in catalog.stages()}
        assert row.kpi == "gap" or row.kpi.rsplit("_", 1)[0] in stages
    elif row.channel == "brand":
        assert row.kpi in {*SCORES, NEGATIVE, UNANSWERED}
    else:
        channels = [catalog.channel(row.channel)] if row.channel != "*" else catalog.channels()
        known = [{kpi.id for kpi in channel.kpis} for channel in channels]
        assert row.kpi in {OF_CHANNEL, LTV_CAC} or any(row.kpi in ids for ids in known)
        assert all(any(row.kpi in ids and one in ids for ids in known) for one in row.although)
    assert not row.although or row.comparison == "below_plan"


def test_no_row_stands_in_the_shadow_of_another():
    places = [(row.channel, row.kpi, row.comparison, row.known) for row in advice()]
    assert len(set(places)) == len(places)
    for row in advice():
        channel = "web" if row.channel == "*" else row.channel
        kpi = row.kpi.replace("*", "proposals")
        plan = 100.0
        actual = row.threshold * (plan if row.comparison.endswith("_plan") else 1)
        actual += -1 if row.comparison.startswith("below") else 1
        known = {row.although[0]: (1.0, 1.0)} if row.known else {}
        assert find_advice(channel, kpi, plan, actual, others=known) is row


@pytest.mark.parametrize(
    ("channel", "kpi", "plan", "quiet", "speaks", "rule"),
    [
        # the thresholds stand in advice.toml: a tenth below or above the plan, half of a standard, the bars 3 and 0
        ("webinar", "registrations", 200, 180, 179.9, "R1"),
        ("webinar", "registration_rate", 0.05, 0.045, 0.0449, "R1"),
        ("webinar", "opps", 10, 9, 8, "R2"),
        ("ads", "cvr", 0.02, 0.018, 0.0179, "R3"),
        ("mail", "cvr", 0.02, 0.018, 0.0179, "R3"),
        ("funnel", "mql_rate", 0.3, 0.27, 0.26, "R4"),
        ("funnel", "mql_days", 10, 11, 12, "R5"),
        ("customer_success", "ltv_cac", 5, 3, 2.99, "R6"),
        ("ads", "ltv_cac", 2, 3, 2, "R6"),  # the bar is 3, even where less was planned
        ("funnel", "leads_days", 20, 22, 23, "R7"),
        ("funnel", "leads_days", 20, 10, 9.9, "R7"),
        ("funnel", "leads_waiting", 20, 20, 21, "R7"),
        ("customer_success", "nps", 30, 0, -1, "R8"),
        ("brand", "negative_mentions", 5, 5, 6, "R8"),
        ("brand", "satisfaction", 3.5, 3.5, 3.4, "R8"),
        ("brand", "unanswered", 0, 0, 1, "R8"),
        ("web", "form_completion", 0.3, 0.27, 0.26, "R9"),
        ("funnel", "gap", 0, -0.5, -0.6, "R10"),  # half an order: whole actuals of exact targets
        ("funnel", "sql_rate", 0.5, 0.45, 0.44, "R10"),
        ("trade_show", "volume", 100, 90, 89, "R10"),
    ],
)
def test_a_rule_speaks_only_beyond_its_threshold(channel, kpi, plan, quiet, speaks, rule):
    assert find_advice(channel, kpi, plan, quiet) is None
    assert find_advice(channel, kpi, plan, speaks).id == rule


def test_long_and_short_stays_ask_for_different_things():
    assert "ナーチャリング" in kpi_advice("funnel", "sql_days", 10, 20)
    assert "すぐに連絡" in kpi_advice("funnel", "sql_days", 10, 4)
    # the MQL stage has a rule of its own for too long
    assert find_advice("funnel", "mql_days", 10, 20).id == "R5"
    assert find_advice("funnel", "mql_days", 10, 4).id == "R7"


def test_keys_name_one_row_each():
    assert len({row.key for row in advice()}) == len(advice()) and all(row.key for row in advice())


def test_r9_holds_only_where_the_form_is_reached():
    low = ("web", "form_completion", 0.3, 0.2)
    assert find_advice(*low, others={"form_visits": (1000, 1000)}).id == "R9"
    assert find_advice(*low, others={"form_visits": (1000, 900)}) is None
    assert find_advice(*low, others={"sessions": (1000, 100)}).id == "R9"  # nothing known about the form


def test_r3_holds_only_where_people_open_and_click():
    low = ("ads", "cvr", 0.02, 0.01)
    assert find_advice(*low, others={"ctr": (0.01, 0.02)}).id == "R3"
    assert find_advice(*low, others={"ctr": (0.01, 0.005)}) is None
    # of a channel of which nobody knows opens or clicks the cause speaks of none; asked without others it is the usual
    assert find_advice(*low, others={"ctr": (0.01, 0.02)}).key == find_advice(*low).key == "r3_cvr"
    alone = find_advice(*low, others={"sessions": (100, 100)})
    assert alone.key == "r3_cvr_alone" and "クリック" not in alone.cause["ja"]


def test_the_text_is_cause_and_action():
    assert kpi_advice("web", "form_completion", 0.3, 0.2) == (
        "フォームには到達していますが、フォーム自体で離脱している可能性があります。"
        " → 入力項目を減らし、エラー表示とスマートフォンでの使いやすさを改善してください。"
    )
    assert kpi_advice("funnel", "gap", 0, -3, "en") == (
        "This stage loses very many orders against the plan. → Give this stage priority."
    )


def test_where_nothing_is_wrong_or_known_nothing_is_said():
    assert kpi_advice("web", "cv", 100, 1) == ""  # no row for it
    assert kpi_advice("nothing", "nothing", 1, 2) == ""
    assert kpi_advice("webinar", "opps", 0, 0) == ""  # nothing planned, nothing missing


def test_a_table_of_ones_own_is_used_instead():
    own = replace(advice()[0], id="own", channel="web", kpi="cv", threshold=0.5)
    assert find_advice("web", "cv", 100, 49, table=[own]).id == "own"
    assert find_advice("webinar", "registrations", 100, 1, table=[own]) is None


@pytest.mark.parametrize(
    ("arguments", "code", "argument"),
    [
        (("", "cv", 1, 1), "#VALUE!", "channel"),
        (("web", None, 1, 1), "#VALUE!", "kpi"),
        (("web", 5, 1, 1), "#VALUE!", "kpi"),
        (("web", "#REF!", 1, 1), "#REF!", "kpi"),
        (("web", "cv", None, 1), "#VALUE!", "plan"),
        (("web", "cv", 1, "many"), "#VALUE!", "actual"),
        (("web", "cv", 1, True), "#VALUE!", "actual"),
        (("web", "cv", 1, "#DIV/0!"), "#DIV/0!", "actual"),
        (("web", "cv", math.nan, 1), "#NUM!", "plan"),
    ],
)
def test_figures_and_ids_are_checked(arguments, code, argument):
    with pytest.raises(KpiError) as caught:
        kpi_advice(*arguments)
    assert (caught.value.code, caught.value.argument) == (code, argument)


def test_the_worked_examples_are_right():
    # by name: the package may have a function of the same name as the module
    result = doctest.testmod(importlib.import_module("xl_kpi.catalog.advice"))
    assert result.failed == 0
    assert result.attempted >= 3
