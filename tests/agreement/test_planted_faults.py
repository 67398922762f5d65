"""`check` finds what a person plants (K9, K10, K11): one fault at a time, typed into a sound workbook.

Each fault is typed into cells found by name or key, as a person would: the workbook is built once, nothing else in it
is changed.  What is expected is the code of the finding and the cell to look at.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import workbook_templates
from tests.agreement.books import template_plan
from tests.agreement.selected import often
from tests.closed_plans import closed
from tests.new_files import new_file
from tests.regenerate.typing_in import places, type_in_cells
from tests.sheets.on_plan import on_plan
from tests.sheets.relations_plans import day, rows
from xl_kpi.catalog import LANGUAGES, text
from xl_kpi.commands import check, new, open_workbook
from xl_kpi.commands.examine import looked_over
from xl_kpi.commands.user import user_name
from xl_kpi.errors import Fault
from xl_kpi.plan.channel_choice import with_channels
from xl_kpi.plan.findings import CHECK, FINDINGS
from xl_kpi.plan.model import Answer, Goal, Kpi, Plan
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.workbook.reading.findings import findings_of

pytestmark = pytest.mark.slow  # whole workbooks are read, one for each fault

TODAY = dt.date(2026, 4, 15)  # in the first month of the plans
NOW = dt.datetime(2026, 4, 1, 9)
SOUND = template_plan("default", "ja")
# Nobody has answered for the MQL yet; the leads are agreed as they are.
ASKED = SOUND.with_(answers={"stage:leads": Answer("agreed", "佐藤", dt.date(2026, 4, 1), "", 5000.0)})
GROWING = SOUND.with_(goal=Goal("orders", baseline=50.0, growth=0.2))  # 60 orders, as the default plan
# 24,000,000 yen = 50 × 480,000, paid at once
REVENUE = template_plan("c1", "ja").with_(goal=Goal("revenue", 24_000_000.0), order_value=480_000.0, delivery_days=0)
# C1 with what it asks for reached in four months: 300 leads a month at 3 % of 10,000 visits, 8 or 9 orders
_C1 = template_plan("c1", "ja")
_REACHED = {"web:sessions": [10_000.0] * 4, "web:cv": [300.0] * 4, "stage:orders": [8.0, 8.0, 9.0, 8.0]}
HISTORY = closed(
    _C1.with_(actuals={(what, k): n for what, numbers in _REACHED.items() for k, n in enumerate(numbers)}), 4
)


# 24 million yen in six months, 4 of them a month; as many orders as planned came in the four that are closed.
_MONEY = _C1.with_(goal=Goal("revenue", 24_000_000.0), order_value=480_000.0, delivery_days=0)
MONEY = closed(on_plan(_MONEY, lambda series, month: month < 4), 4)

# Of the default plan without open proposals 94.9 % come out; at 48 % of the proposals 99.4 %, 59.7 orders, are said as
# 60, at 47 % not yet.
SHORT, RAISED = SOUND.with_(pipeline={**SOUND.pipeline, "proposals": 0.0}), 0.48


_MEDIA = [
    Kpi(f"visits_{part}", "web", f"訪問 {part}", f"Visits {part}", "times", "sessions * 0.5", "input",
        definition="その媒体からの訪問数", owner="広報", source="GA", parent="sessions", split="媒体")
    for part in "ab"
]  # fmt: skip
# The default plan with its optional pages: a split in two halves, customers that bring far more than they cost, people
# enough for the leads, a factor with its KPI, two accounts, a bad word answered the next day.
PAGES = with_pages(
    SOUND.with_(
        settings={**SOUND.settings, "ltv_first": 40_000_000, "gross_margin": 0.5, "answer_days": 2},
        kpis=(*SOUND.kpis, *_MEDIA),
        tables={
            "tbl_people": rows("of work team per_person present", (SOUND.stages[0].name, "連絡", "IS", 600, 2)),
            "tbl_ksf": rows("factor kpi1", ("検索", "web.cv")),
            "tbl_actions": rows("found_on finding due", (day(4, 2), "CVRが低い", day(5, 1))),
            "tbl_accounts": rows("name tier", ("ABC工業", "A"), ("山川商事", "B")),
            "tbl_mentions": rows(
                "on place tone answered_on",
                (day(4, 7), "X", "negative", day(4, 8)), (day(4, 13), "新聞", "positive", None),
            ),
        },
    ),
    {"economics": True, "people": True, "ksf": True, "accounts": True, "brand": True, "actions": True},
)  # fmt: skip


# One meeting of sales and marketing, held
MEETING = with_pages(
    SOUND.with_(tables={"tbl_meetings": rows("on topic state marketing sales", (day(4, 6), "定例", "held", 3, 2))}),
    {"alignment": True},
)

# Orders of 3,000,000, as the deals of the field sales have it
DEALS = with_channels(SOUND.with_(order_value=3_000_000.0), [*(one.id for one in SOUND.channels_on), "field_sales"])

# Sixty leads with an outcome: large companies order, small ones do not; the fit is the size alone
_SCORED = [("大企業", "なし", "won")] * 20 + [("大企業", "なし", "lost")] * 10 + [("中小", "あり", "lost")] * 30
SCORED = with_pages(
    SOUND.with_(
        settings={**SOUND.settings, **{f"weight_{one}": 0.0 for one in ("industry", "budget", "authority", "urgency")}},
        tables={
            "tbl_leads": rows(
                "number leads closed size budget outcome",
                *((f"L-{k}", day(4, 1), day(4, 20), *one) for k, one in enumerate(_SCORED)),
            ),
            "tbl_touches": rows("number on kind", ("L-1", day(4, 2), "資料請求")),
        },
    ),
    {"lead_scores": True},
)


WEEKLY = with_pages(SOUND, {"weeks": True})
A_WEEK = {"tbl_weeks[r1].week": dt.date(2026, 4, 6), "tbl_weeks[r1].kpi": "広告: クリック"}  # its Monday


@dataclass(frozen=True)
class Planted:
    """What is typed, by key or "sheet!cell", and what is found where: the first cell that is typed into, or ``at``.

    ``alone``: nothing else is found; of what follows from a row that is named already nothing is said.
    """

    code: str
    typed: Mapping[str, Any]
    at: str = ""
    plan: Plan = field(default=SOUND, repr=False)
    today: dt.date = TODAY
    alone: bool = False


def kpi(row: str, column: str) -> str:
    return f"tbl_kpis[{row}].{column}"


SHARES = [f"tbl_channels[{one.id}].share" for one in SOUND.channels if one.stage == "leads"]
LEADS_ON = [f"tbl_channels[{one.id}].on" for one in SOUND.lead_channels]
ON = [f"tbl_channels[{one.id}].on" for one in SOUND.channels]
FAULTS = [
    # --- can't be right -------------------------------------------------------------------------------
    Planted("plan_rate_ask", {"tbl_stages[leads].rate": 20}),
    Planted("plan_rate", {"tbl_stages[mql].rate": None}),
    Planted("plan_check_goal_positive", {"kgi_value": 0}),
    Planted("plan_type_range", {"budget": -1}),
    Planted("plan_check_deadline_early", {"kgi_deadline": dt.date(2026, 3, 31)}),
    Planted("plan_check_closed_outside", {"closed_until": dt.date(2028, 1, 1)}),
    Planted("plan_check_shares_zero", dict.fromkeys(SHARES, 0)),
    Planted("plan_check_duplicate", {"tbl_stages[mql].id": "leads"}, at="tbl_stages[leads].id"),
    Planted("plan_check_stage_unknown", {"tbl_channels[web].stage": "見込み客"}),
    Planted("formula_unknown_near", {kpi("web.cvr", "actual"): "cv / sesions"}),
    Planted("formula_unit", {kpi("web.cvr", "actual"): "cv * sessions"}),
    Planted("plan_check_growth_value", {"kgi_value": 70}, plan=GROWING),
    Planted("plan_monthly_differs", {"kgi_monthly": 6}),  # C5: 6 × 12 = 72, not 60
    Planted("plan_customers_differ", {"kgi_customers": 10}, plan=REVENUE),  # C5: 10 × 480,000 is no 24,000,000
    # --- a row that is broken is named once ---------------------------------------------------------------
    Planted("plan_id", {kpi("ads.clicks", "id"): None}, alone=True),
    Planted("plan_id", {"tbl_channels[ads].id": None}, alone=True),
    Planted("plan_id", {"tbl_stages[mql].id": None}, alone=True),
    Planted("plan_id", {}),  # a KPI typed without one
    Planted("plan_check_channel_unknown", {kpi("web.form_visits", "channel"): "テレビ"}, alone=True),
    # --- likely wrong ---------------------------------------------------------------------------------
    Planted("plan_check_shares", {"tbl_channels[web].share": 0.5}),  # 110 %
    Planted("plan_check_no_leads", dict.fromkeys(LEADS_ON, "×")),
    Planted("plan_check_no_channel", dict.fromkeys(ON, "×")),
    Planted("plan_check_capacity", {"tbl_channels[webinar].capacity": 20}),
    Planted("plan_check_unit_cost", {"tbl_channels[ads].unit_cost": 12_000}),  # 20,000 as CPA
    Planted("plan_check_too_dear", {"order_value": 300_000}, at="tbl_channels[web].unit_cost"),
    Planted("plan_check_order_small", {"order_value": 500}, plan=REVENUE),  # 500円, less than a lead costs: 500万円?
    Planted("plan_check_no_value", {kpi("ads.cvr", "value"): None}),
    Planted("plan_check_outlook", {"tbl_pipeline[proposals]": 0}, at="kgi_value"),
    Planted("plan_check_shortage", {"tbl_pipeline[proposals]": 0}, at="plan_start"),
    Planted("plan_check_budget", {"budget": 1_000_000}),
    Planted("plan_check_stated_again", {kpi("field_sales.won_value", "value"): 30_000_000}, plan=DEALS),
    Planted("plan_check_digits", {"actual[web:cv][2026-04]": 17_000}),
    Planted("plan_check_not_whole", {"actual[web:cv][2026-04]": 12.5}),
    Planted("plan_check_closed_blank", {"closed_until": dt.date(2026, 4, 1)}, at="actual[stage:leads][2026-04]"),
    Planted("plan_check_months_changed", {"plan_months": 9}),
    Planted("plan_check_unit_changed", {"currency_unit": "千円"}),
    Planted("plan_check_too_long", {"ファネル!F7": 400}, at="tbl_channels[web].stage"),
    Planted("plan_check_deadline_passed", {"kgi_deadline": dt.date(2026, 10, 31)}, today=dt.date(2026, 11, 29)),
    Planted("plan_check_rate_history", {"tbl_stages[leads].rate": 0.10}, plan=HISTORY),  # 33 of 1,200 were 2.8 %
    Planted("plan_check_money_apart", {"actual[stage:revenue][2026-05]": 3_000_000}, plan=MONEY),  # 1 of 16 million
    Planted("plan_check_no_path", {}),
    Planted("plan_check_kpi_many", {}),
    Planted("plan_check_twice", {kpi("web.sessions", "decomposition"): "form_visits + form_visits"}),
    Planted("plan_check_typed_over", {"逆算!D8": 1234}),
    Planted("plan_check_id_changed", {}),
    Planted("plan_check_id_twice", {}),
    Planted("plan_check_smart_title", {"plan_title": None}),
    Planted("plan_check_smart_name", {kpi("web.cvr", "name_ja"): "cvr"}),
    # nine tenths of the raise would not be enough
    Planted("plan_check_rate_raised", {"tbl_stages[proposals].rate": RAISED}, plan=SHORT),
    Planted("agreement_moved", {"kgi_value": 80}, at="tbl_agreement[stage:leads].state", plan=ASKED),
    Planted("agreement_objects", {"tbl_agreement[stage:mql].state": text("answer_objected", "ja")}, plan=ASKED),
    Planted("plan_check_agreement_late", {"tbl_agreement[stage:leads].state": text("answer_agreed", "ja")},
            at="tbl_agreement[stage:mql].state"),
    Planted("plan_check_closed_early", {"closed_until": dt.date(2026, 4, 1)}),  # seen in April
    Planted("plan_check_unsigned", {"tbl_agreement[stage:leads].state": text("answer_agreed", "ja")},
            at="tbl_agreement[stage:leads].by"),
    # --- on pages that a plan can do without ----------------------------------------------------------
    Planted("plan_check_split", {kpi("web.visits_a", "target"): "sessions * 0.4"}, at=kpi("web.sessions", "parent"),
            plan=PAGES),  # 90 %
    Planted("plan_check_ltv_cac", {"ltv_first": 40_000}, at="ltv_ratio", plan=PAGES),
    Planted("plan_check_lead_dear", {"tbl_channels[ads].unit_cost": 400_000}, plan=PAGES),
    Planted("plan_check_people_short", {"tbl_people[r1].present": 0.5}, plan=PAGES),
    Planted("plan_check_ksf_none", {"tbl_ksf[r1].kpi1": None}, plan=PAGES),
    Planted("plan_check_mention_late", {"tbl_mentions[r1].answered_on": None}, plan=PAGES),
    Planted("plan_check_score_unknown", {"tbl_leads[r3].size": "従業員ゼロ"}, plan=SCORED),
    Planted("plan_check_score_kinds", {"tbl_touches[r1].kind": "手紙"}, plan=SCORED),
    Planted("plan_check_score_weights", {"weight_size": 0}, at="weight_industry", plan=SCORED),
    Planted("plan_check_score_bounds", {"mql_maybe": 70}, plan=SCORED),
    Planted("plan_check_score_reversed", {"weight_budget": 10, "weight_size": 0}, at="fit_from_a", plan=SCORED),
    Planted("row_name_twice", {"tbl_accounts[r2].name": "ＡＢＣ工業"}, plan=PAGES),
    Planted("row_name_twice", {"tbl_ksf[r2].factor": "検索"}, plan=PAGES),
    Planted("plan_check_action_late", {"tbl_actions[r1].due": dt.date(2026, 4, 14)}, plan=PAGES),  # as of today
    Planted("plan_check_action_early", {"tbl_actions[r1].found_on": dt.date(2026, 5, 2)}, at="tbl_actions[r1].due",
            plan=PAGES),
    # answered the next day, 8 April; of the other, of 13 April, two days are over on the 16th
    Planted("plan_check_mention_late", {"tbl_mentions[r2].tone": "ネガティブ"}, at="tbl_mentions[r2].answered_on",
            plan=PAGES, today=dt.date(2026, 4, 16)),
    Planted("plan_check_to_come", {"tbl_mentions[r2].on": dt.date(2026, 4, 16)}, plan=PAGES),
    Planted("plan_check_meeting_to_come", {"tbl_meetings[r1].on": dt.date(2026, 4, 16)}, plan=MEETING),
    Planted("plan_check_next_late", {"tbl_accounts[r1].due": dt.date(2026, 4, 14)}, plan=PAGES),
    Planted("plan_check_weeks_waiting", {"tbl_weeks[r1].value": 700, **A_WEEK}, plan=WEEKLY),
    Planted("plan_check_weeks_wrong", {**A_WEEK, "tbl_weeks[r1].week": dt.date(2026, 4, 8), "tbl_weeks[r1].value": 700},
            plan=WEEKLY),  # a Wednesday
    Planted("plan_check_ksf_gone", {"tbl_channels[web].on": "×"}, at="tbl_ksf[r1].kpi1", plan=PAGES),
    Planted("plan_check_rates_unused", {"tbl_rates[web.leads]": 0.3, "tbl_channels[web].on": "×"}, plan=PAGES),
    # --- where a rate comes from ----------------------------------------------------------------------
    Planted("plan_check_guess", {"tbl_stages[proposals].basis": "仮置き"}),  # all orders go through it
    Planted("plan_check_basis", {"tbl_stages[leads].basis": "自社実績"}, at="tbl_stages[mql].basis"),
    # the only channel of leads: all orders go through its own rate
    Planted("plan_check_guess", {"tbl_channels[web].rate_basis": "仮置き", "tbl_rates[web.leads]": 0.03}, plan=_C1),
    # --- worth a look -------------------------------------------------------------------------------------
    Planted("plan_check_rate_published", {"tbl_stages[leads].rate": 0.9}),
    Planted("plan_check_kpi_published", {kpi("webinar.attendance_rate", "value"): 0.95}),
    Planted("plan_check_cost_published", {"tbl_channels[trade_show].unit_cost": 150}),
    Planted("plan_check_assumed_digits", {kpi("ads.cpa", "value"): 200_000}),
    Planted("plan_check_kpi_hard", {kpi("web.cvr", "value"): 0.06}, plan=HISTORY),  # 3 % in each of four months
    Planted("plan_check_kpi_easy", {kpi("web.cvr", "value"): 0.02}, plan=HISTORY),
    Planted("plan_check_goal_covered", {"tbl_pipeline[proposals]": 1_000}, at="kgi_value"),  # 40 % of them: 400 orders
    Planted("plan_check_goal_no_growth", {"kgi_growth": -0.05}, plan=GROWING),
    Planted("plan_check_smart_stage", {"ファネル!D8": None}),
    Planted("plan_check_smart_definition", {kpi("web.cvr", "definition"): None}),
    Planted("plan_check_smart_owner", {kpi("ads.cpa", "owner"): None}),
    Planted("plan_check_smart_rhythm", {kpi("web.cvr", "rhythm"): None}),
    Planted("plan_check_smart_source", {kpi("webinar.attendees", "source"): None}),
]  # fmt: skip


_BOOKS: dict[int, tuple[bytes, dict[str, tuple[str, str]]]] = {}


def book(plan: Plan, folder: Path) -> tuple[bytes, dict[str, tuple[str, str]]]:
    """The workbook of a plan, made once, and where its entries stand."""
    if id(plan) not in _BOOKS:
        data = new_file(plan, plan_id="p", who=user_name(), now=NOW)
        path = folder / "sound.xlsx"
        path.write_bytes(data)
        _BOOKS[id(plan)] = data, places(path)
    return _BOOKS[id(plan)]


_BEFORE: dict[tuple[int, dt.date], set[tuple[str, str, str]]] = {}


def found_before(plan: Plan, today: dt.date, path: Path, data: bytes) -> set[tuple[str, str, str]]:
    """What `check` finds while nothing is planted."""
    if (id(plan), today) not in _BEFORE:
        path.write_bytes(data)
        _BEFORE[id(plan), today] = {(one.key, one.sheet, str(one.cell)) for one in check(path, "ja", today=today)}
    return _BEFORE[id(plan), today]


def cell_of(key: str, known: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    if key in known:
        return known[key]
    sheet, _, cell = key.partition("!")
    return sheet, cell


def below(place: tuple[str, str]) -> tuple[str, str]:
    """The cell below."""
    letters, row = re.fullmatch(r"([A-Z]+)(\d+)", place[1]).groups()  # type: ignore[union-attr]
    return place[0], f"{letters}{int(row) + 1}"


def followers(known: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """A KPI that nobody needs, typed into the first blank row of the KPI dictionary."""
    last = SOUND.kpis[-1]
    row = {
        "channel": "web",
        "id": "followers",
        "name_ja": "フォロワー数",
        "definition": "SNSのフォロワーの数。",
        "unit": "人",
    }
    row |= {"owner": "広報", "source": "SNS", "target": "input", "value": 500, "actual": "input"}
    found = {}
    for column, value in row.items():
        sheet, cell = below(known[kpi(f"{last.channel}.{last.id}", column)])
        found[f"{sheet}!{cell}"] = value
    return found


def id_cell(known: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """The hidden id of the row of the web site's conversions."""
    sheet, cell = known["actual[web:cv][2026-04]"]
    return sheet, f"A{cell.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}"


SPECIAL: dict[str, Callable[[Mapping[str, tuple[str, str]]], tuple[dict[str, Any], tuple[str, str] | None]]] = {
    "plan_check_no_path": lambda known: (
        followers(known), below(known[kpi(f"{SOUND.kpis[-1].channel}.{SOUND.kpis[-1].id}", "target")])
    ),
    "plan_check_kpi_many": lambda known: (followers(known), None),
    "plan_id": lambda known: (
        {place: value for place, value in followers(known).items() if value != "followers"},
        below(known[kpi(f"{SOUND.kpis[-1].channel}.{SOUND.kpis[-1].id}", "id")]),
    ),
    "plan_check_id_changed": lambda known: ({"!".join(id_cell(known)): "cv2:actual"}, id_cell(known)),
    "plan_check_id_twice": lambda known: ({"!".join(id_cell(known)): "sessions:actual"}, id_cell(known)),
}  # fmt: skip


TYPED_OVER = {"plan_check_typed_over", "plan_check_id_changed", "plan_check_id_twice"}


def said_of(path: Path, fault: Planted) -> list[Fault]:
    """What `check` says, but that only where it matters cells are looked for that were typed over.

    This makes all sheets anew, which takes half of the time, and has tests of its own.
    """
    opened = open_workbook(path, "ja")
    if fault.alone or fault.code in TYPED_OVER:
        return looked_over(opened, fault.today)
    return findings_of(opened.read, opened.read.plan, path.name, opened.records, fault.today)


def test_there_are_forty_of_them_and_each_finding_of_check_alone_is_among_them():
    assert len(FAULTS) >= 40
    assert {one.key for one in FINDINGS if one.sheet == CHECK} <= {one.code for one in FAULTS}


# What `check` alone finds; what a page says as well, test_findings_agree.py tries on the page and with `check`.
OF_CHECK_ALONE = [one for one in FAULTS if one.code not in {each.key for each in FINDINGS if each.sheet != CHECK}]


@pytest.mark.parametrize("fault", often(FAULTS, OF_CHECK_ALONE), ids=lambda fault: fault.code)
def test_it_is_found_at_its_cell(fault, tmp_path, tmp_path_factory):
    data, known = book(fault.plan, tmp_path_factory.getbasetemp())
    typed, place = dict(fault.typed), None
    if fault.code in SPECIAL and not fault.typed:
        typed, place = SPECIAL[fault.code](known)
    elif fault.code != "plan_check_kpi_many":
        place = cell_of(fault.at or next(iter(fault.typed)), known)
    path = tmp_path / "plan.xlsx"
    path.write_bytes(data)
    cells: dict[str, dict[str, Any]] = {}
    for key, value in typed.items():
        sheet, cell = cell_of(key, known)
        cells.setdefault(sheet, {})[cell] = value
    type_in_cells(path, cells)
    everything = said_of(path, fault)
    found = [one for one in everything if one.key == fault.code]
    assert found, [(one.key, one.sheet, one.cell) for one in everything]
    assert not fault.alone or len(everything) == 1, [(one.key, one.sheet, one.cell) for one in everything]
    level = next((one.level for one in FINDINGS if one.key == fault.code), found[0].level)
    assert {one.level for one in found} == {level}
    if place:
        assert place in [(one.sheet, one.cell) for one in found]
        assert (fault.code, *place) not in found_before(fault.plan, fault.today, path, data)


@pytest.mark.parametrize(
    "plan",
    [SOUND, GROWING, REVENUE, HISTORY, PAGES, SCORED],
    ids=["default", "growth", "revenue", "closed", "pages", "scores"],
)
def test_before_that_nothing_is_found(plan, tmp_path, tmp_path_factory):
    today = dt.date(2026, 8, 1) if plan is HISTORY else TODAY  # after the months that are closed
    path = tmp_path / "plan.xlsx"
    path.write_bytes(book(plan, tmp_path_factory.getbasetemp())[0])
    assert [(one.key, one.cell, one.found) for one in check(path, "ja", today=today)] == []


@pytest.mark.parametrize(
    "name", often([name for name in workbook_templates.names() if name != "c5"], ["default", "c4"])
)
@pytest.mark.parametrize("lang", often(LANGUAGES, ["ja"]))
def test_of_a_sound_template_little_is_said(name, lang, tmp_path):
    """C5 is wrong on purpose; C4 says itself that it does not come out, which is a warning, not a hint."""
    path = tmp_path / "plan.xlsx"
    new(path, template=name, lang=lang, words=lang, changes=[], force=False, lite=False)
    levels = [one.level for one in check(path, lang)]
    assert levels.count("error") == 0 and levels.count("hint") <= 3, levels
