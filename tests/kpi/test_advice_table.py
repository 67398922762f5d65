"""アドバイス: one's own rows by the names that people see, what is changed in standard ones, broken rows (R1–R10)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.agreement.books import read_back
from tests.regenerate.typing_in import type_in
from tests.sheets.economic_plans import economic_plan
from tests.sheets.plans import template, with_actuals
from xl_kpi.build import build
from xl_kpi.catalog.advice import advice
from xl_kpi.catalog.messages import worded
from xl_kpi.commands import check
from xl_kpi.kpi.review.advice_table import AdviceTable, advice_findings
from xl_kpi.kpi.review.review import Review
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.advice_tables import CHANGED, OWN, read_bar
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.sheets import book_spec

ROW = {"channel": "広告", "kpi": "CPA", "comparison": "above_plan", "threshold": 1.2, "action": "入札を見直す"}
PLAN = with_pages(with_actuals(template("default", "ja"), 4), {"advice": True})


def with_row(plan: Plan = PLAN, **changes: object) -> Plan:
    row = {key: value for key, value in {**ROW, **changes}.items() if value is not None}
    return plan.with_(tables={**plan.tables, OWN: {"r1": row}})


def own(plan: Plan) -> list[tuple[str, str]]:
    """Channel and KPI of the plan's own rows."""
    return [(one.channel, one.kpi) for one in AdviceTable(plan).rows if one.is_own]


def wrong(plan: Plan) -> list[tuple[str, str]]:
    """Finding and column of each fault."""
    return [(one.key.removeprefix("plan_check_advice_"), one.column) for one in AdviceTable(plan).broken]


@pytest.mark.parametrize(
    ("channel", "kpi", "found"),
    [
        ("広告", "CPA", [("ads", "cpa")]),
        ("ads", "cpa", [("ads", "cpa")]),
        ("広告", "Cost per conversion (CPA)", [("ads", "cpa")]),  # in the other language
        ("すべて", "ＣＶＲ", [("web", "cvr"), ("ads", "cvr"), ("sns", "cvr")]),  # width of letters
        (None, "cvr", [("web", "cvr"), ("ads", "cvr"), ("sns", "cvr")]),
        ("ファネル", "MQL→SQLの転換率", [("funnel", "mql_rate")]),
        ("funnel", "mql_rate", [("funnel", "mql_rate")]),
        ("ファネル", "SQLの所要日数（中央値）", [("funnel", "sql_days")]),
        ("Funnel", "Orders lost (the largest loss)", [("funnel", "gap")]),
        ("ブランド", "満足度", [("brand", "satisfaction")]),
        ("展示会", "LTV ÷ CAC", [("trade_show", "ltv_cac")]),
    ],
)
def test_names_that_people_see_are_the_ids(channel, kpi, found):
    ids = {one.id for one in PLAN.channels}
    plan = with_row(channel=channel, kpi=kpi)
    assert wrong(plan) == [] and set(own(plan)) == {one for one in found if one[0] in ids | {"funnel", "brand"}}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"channel": "広告屋"}, ("channel", "channel")),
        ({"kpi": "好感度"}, ("kpi", "kpi")),
        ({"kpi": None}, ("kpi", "kpi")),
        ({"channel": "ファネル"}, ("kpi", "kpi")),  # CPA is none of its figures
        ({"although": "CTR、好感度"}, ("kpi", "although")),
        ({"comparison": "少し"}, ("word", "comparison")),
        ({"comparison": None}, ("word", "comparison")),
        ({"threshold": "たくさん"}, ("threshold", "threshold")),
        ({"threshold": None}, ("threshold", "threshold")),
        ({"threshold": 90.0}, ("threshold", "threshold")),  # 9,000 % of the plan
        ({"threshold": 0.0}, ("threshold", "threshold")),
        ({"use": "たぶん"}, ("word", "use")),
        ({"action": None}, ("action", "action")),
    ],
)
def test_a_broken_row_is_named_and_the_others_are_used(changes, fault):
    plan = with_row(**changes)
    plan = plan.with_(tables={**plan.tables, OWN: {**plan.tables[OWN], "r2": ROW}})
    assert wrong(plan) == [fault]
    assert [one.key for one in AdviceTable(plan).rows if one.is_own] == ["r2"]


def test_two_kpis_of_one_name_are_told_apart_by_their_ids():
    twins = tuple(replace(one, name_ja="単価") if one.channel == "ads" and one.id in ("cpa", "cpc") else one
                  for one in PLAN.kpis)  # fmt: skip
    plan = PLAN.with_(kpis=twins)
    assert wrong(with_row(plan, kpi="単価")) == [("kpi", "kpi")]
    assert own(with_row(plan, kpi="cpc")) == [("ads", "cpc")]


def test_a_threshold_as_people_type_it():
    assert [read_bar(raw) for raw in ("90%", "９０％", 0.9, 3, "少し")] == [0.9, 0.9, 0.9, 3, "少し"]


def test_what_is_changed_in_a_standard_row():
    typed = {
        "r4_mql_rate": {"threshold": 0.5, "cause": "原因", "action": "打ち手", "owner": "営業企画"},
        "r9_form": {"use": "no"},
        "r1_registrations": {"threshold": "？"},
    }
    plan = PLAN.with_(tables={**PLAN.tables, CHANGED: typed})
    rows = {one.key: one for one in AdviceTable(plan).rows}
    assert wrong(plan) == [("threshold", "threshold")]
    assert rows["r4_mql_rate"].threshold == 0.5 and rows["r4_mql_rate"].owner == "営業企画"
    assert rows["r4_mql_rate"].text("en") == "原因 → 打ち手"
    assert "r9_form" not in rows and rows["r1_registrations"].threshold == 0.9
    assert [*rows] == [one.key for one in advice() if one.key != "r9_form"]


def test_ltv_cac_is_held_against_what_is_wanted():
    wanted = {**economic_plan().settings, "ltv_ratio": 4}
    typed = {CHANGED: {"r6_ltv_cac": {"threshold": 2.0}}}
    plans = [economic_plan(), economic_plan().with_(settings=wanted), economic_plan().with_(tables=typed)]
    bars = [one.threshold for plan in plans for one in AdviceTable(plan).rows if one.key == "r6_ltv_cac"]
    assert bars == [3, 4, 2]


def test_one_s_own_row_out_of_a_workbook_as_it_is_typed(tmp_path):
    """By the words of the lists, with 95 % typed as text; it speaks before the standard row."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(build(PLAN))
    type_in(path, {
        f"{OWN}[r1].channel": "ファネル", f"{OWN}[r1].kpi": "MQL→SQLの転換率", f"{OWN}[r1].comparison": "計画を下回る",
        f"{OWN}[r1].threshold": "95%", f"{OWN}[r1].action": "条件を営業と決め直す", f"{OWN}[r1].owner": "営業企画",
        f"{OWN}[r2].channel": "広告屋", f"{OWN}[r2].kpi": "CVR", f"{OWN}[r2].comparison": "計画を下回る",
        f"{OWN}[r2].threshold": 0.9, f"{OWN}[r2].action": "見直す", f"{CHANGED}[r9_form].use": "いいえ",
    })  # fmt: skip
    plan = read_back(path.read_bytes())
    assert plan.tables[OWN]["r1"]["comparison"] == "below_plan" and plan.tables[OWN]["r1"]["threshold"] == 0.95
    assert plan.tables[CHANGED] == {"r9_form": {"use": "no"}}
    spoken = [one for one in Review(plan).actions if one.kpi == "mql_rate"]
    assert [(one.advice.is_own, one.advice.id, one.advice.owner) for one in spoken] == [(True, "1", "営業企画")]
    told = [one for one in check(path, words="ja") if one.key.startswith("plan_check_advice")]
    assert [(one.key, one.sheet, one.found) for one in told] == [("plan_check_advice_channel", "アドバイス", "広告屋")]
    assert read_back(build(plan)) == plan


@pytest.mark.parametrize(("key", "bar"), [("r1_registrations", "90%"), ("r6_ltv_cac", "3")])
def test_a_broken_threshold_of_a_standard_row_says_what_is_used_meanwhile(key, bar):
    plan = PLAN.with_(tables={**PLAN.tables, CHANGED: {key: {"threshold": "？"}}})
    said = [worded(one.allowed, "ja") for one in advice_findings(plan)]
    assert len(said) == 1 and f"直すまでは標準の{bar}を使います。" in said[0]
    own_row = [worded(one.allowed, "ja") for one in advice_findings(with_row(threshold="？"))]
    assert len(own_row) == 1 and "標準" not in own_row[0]


@pytest.mark.parametrize("typed", [{}, {"r4_mql_rate": {"threshold": 0.8}}], ids=["untouched", "typed"])
def test_the_page_of_a_plan_without_mql_has_no_id_and_nothing_of_a_stage_that_is_not_there(typed):
    """What was typed into such a row stays, and the row says in words what it is about."""
    plan = template("c1", "ja")
    page = book_spec(with_pages(plan.with_(tables={**plan.tables, CHANGED: typed}), {"advice": True})).sheet("advice")
    words = [cell.value for (_, column), cell in page.cells.items() if column > 1 and isinstance(cell.value, str)]
    assert "各段階の転換率" in words and not [word for word in words if re.fullmatch("[a-z]+(_[a-z]+)+", word)]
    assert ("MQLから次の段階への転換率" in words) == bool(typed) and "MQLの所要日数（中央値）" not in words
