"""Whatever a sheet says in words ``check`` says too, and the other way round: a workbook for each finding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import ironcalc
import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from tests.agreement.books import template_plan
from tests.agreement.findings_cases import C1, CASES, NOW, OPEN, STAGE_MORE, WEB, WITHOUT_WEB, Case
from tests.agreement.selected import often, often_rows
from tests.new_files import new_file
from tests.regenerate.typing_in import type_in
from xl_kpi.catalog import LANGUAGES, text
from xl_kpi.commands import check, open_workbook
from xl_kpi.commands.examine import findings
from xl_kpi.commands.user import user_name
from xl_kpi.errors import Fault
from xl_kpi.plan.findings import CHECK, FINDINGS
from xl_kpi.plan.input.wording import lowered
from xl_kpi.plan.model import Plan
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.writing.stored_values import evaluate

_MADE: list[tuple[Plan, bytes]] = []  # each plan is built once
_TOLD: list[tuple[Case, tuple[list[Fault], dict[str, list[str]]]]] = []  # what stands on two pages is looked at once


def made(plan: Plan) -> bytes:
    data = next((data for one, data in _MADE if one is plan), None)
    if data is None:
        data = new_file(plan, plan_id="p", who=user_name(), now=NOW)
        _MADE.append((plan, data))
    return data


def written(case: Case, path: Path) -> Path:
    """The workbook of the plan, and what is typed into it since."""
    path.write_bytes(made(case.plan))
    return type_in(path, case.typed) if case.typed else path


def pages(path: Path, lang: str) -> dict[str, list[str]]:
    """What stands on each page, as IronCalc calculates it."""
    names = {
        text(f"sheet_{key}", lang): key for key in dict.fromkeys(one.sheet for one in FINDINGS if one.sheet != CHECK)
    }
    found: dict[str, list[str]] = {}
    for (title, _, _), value in evaluate(path.read_bytes(), lang).items():
        if title in names and isinstance(value, str):
            found.setdefault(names[title], []).append(value)
    return found


def found_in(case: Case, path: Path) -> tuple[list[Fault], dict[str, list[str]]]:
    """What `check` finds, and what stands on each page.

    Without the search for cells that were typed over, which makes all sheets anew and says nothing on a page.
    """
    known = next((found for one, found in _TOLD if one.plan is case.plan and one.typed == case.typed), None)
    if known is None:
        written(case, path)
        known = findings(open_workbook(path, "ja")), pages(path, "ja")
        _TOLD.append((case, known))
    return known


def said_on(shown: Mapping[str, list[str]], sheet: str, words: str, lang: str) -> bool:
    """Whether the text stands on the page, whatever numbers are in it."""
    pattern = ".+".join(map(re.escape, re.split(r"\{\w+\}", text(words, lang))))
    return any(re.search(pattern, value) for value in shown.get(sheet, ()))


def test_every_finding_of_the_list_is_tried():
    """Those that `check` alone tells are planted in test_planted_faults.py."""
    assert set(CASES) == {(one.key, one.sheet) for one in FINDINGS if one.sheet != CHECK}


def _of_each_page() -> list[tuple[str, str]]:
    """Of each page the first case as it is built and the first in which something is typed: the others are variants."""
    kept: dict[tuple[str, bool], tuple[str, str]] = {}
    for (key, page), case in CASES.items():
        kept.setdefault((page, bool(case.typed)), (key, page))
    return list(kept.values())


@pytest.mark.parametrize("case", often(CASES, _of_each_page()), ids="-".join)
def test_the_sheet_and_check_both_say_it(case, tmp_path):
    key, sheet = case
    finding = next(one for one in FINDINGS if (one.key, one.sheet) == (key, sheet))
    told, shown = found_in(CASES[case], tmp_path / "plan.xlsx")
    assert {fault.level for fault in told if fault.key.startswith(key)} == {finding.level}, told
    assert said_on(shown, sheet, finding.words, "ja"), shown[sheet]
    if finding.level == "error":
        return  # the rest can't be computed
    # and nothing more on the pages than check says
    also = {one.words for one in FINDINGS if any(fault.key.startswith(one.key) for fault in told)}
    assert {one.words for one in FINDINGS if said_on(shown, one.sheet, one.words, "ja")} <= also


NEW_ROW = {"チャネル!C12": "展示会B", "チャネル!D12": "○", "チャネル!E12": "リード", "チャネル!F12": 0.5}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"tbl_channels[web].on": "○"}, "check_pending"),
        (NEW_ROW, "check_pending_id"),
        ({"チャネル!B12": "show_b", **NEW_ROW}, "check_pending"),
    ],
)
def test_a_channel_that_waits_for_its_sheets_is_in_no_total_and_its_row_says_so(typed, words, tmp_path):
    """What the channels of the first stage bring is the same number on チャネル and on 逆算, before and after."""
    before = evaluate(made(WITHOUT_WEB), "ja")
    after = evaluate(written(Case(WITHOUT_WEB, typed), tmp_path / "plan.xlsx").read_bytes(), "ja")
    totals = [
        {at: value for at, value in found.items() if at[0] == "逆算" and value != ""} for found in (before, after)
    ]
    assert totals[0] == totals[1]
    needs, checks, counted = (
        [{row: value for (title, row, at), value in found.items() if (title, at) == ("チャネル", column) and value}
         for found in (before, after)]
        for column in (12, 14, 10)
    )  # fmt: skip
    assert needs[0] == needs[1] and needs[0][6] == text("channel_need", "ja")
    assert text("check_waiting", "ja") in checks[1].values() and text("check_waiting", "ja") not in checks[0].values()
    (row,) = (row for row, value in checks[1].items() if text(words, "ja") in value)
    assert counted[1][row] == text("channel_counted_no", "ja") and text(words, "ja") not in "".join(checks[0].values())
    said = text("warn_waiting", "ja", count="1")
    assert [any(said in str(value) for value in found.values()) for found in (before, after)] == [False, True]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "check_stage_pending"),
        ({"B9": None}, "check_pending_id"),
        ({"O9": None}, "check_order"),
        ({"O9": 1}, "check_order"),  # the place of another stage
        ({"O9": 3}, "check_order"),  # after the goal
        ({"E9": None}, "check_rate_missing"),
        ({"E9": 1.2}, "check_rate"),
        ({"F9": None}, "check_lag_missing"),
        ({"F9": None, "H9": 0.5, "I9": 1}, "check_stage_pending"),
        ({"F9": 9, "G9": 3}, "check_lag_order"),
        ({"F9": "すぐ"}, "check_as_text"),
        (dict.fromkeys(("B9", "C9", "E9", "F9", "O9")), ""),
    ],
)
def test_a_new_stage_is_said_to_wait_where_its_row_can_be_used(typed, words):
    """A row that a regenerate refuses says what is wrong with it."""
    cells = {**STAGE_MORE, **{f"ファネル!{cell}": value for cell, value in typed.items()}}
    assert _row_check(cells) == (text(words, "ja") if words else "")


def _row_check(cells: Mapping[str, Any]) -> str:
    """What stands under 確認 of the row, computed by IronCalc from the cells of this block alone."""
    book = ironcalc.create("row", "en", "UTC", "en")
    typed = {at.partition("!")[2]: value for at, value in cells.items() if value is not None}
    for at, value in {"O7": 1, "O8": 2, **typed, "Q9": _check_of_a_free_row()}.items():
        row, column = coordinate_to_tuple(at)
        book.set_user_input(0, row, column, str(value))
    book.evaluate()
    return str(book.get_formatted_cell_value(0, 9, 17))


@cache
def _check_of_a_free_row() -> str:
    """The formula of C1's first row without a stage."""
    funnel = next(page for page in book_spec(C1).sheets if page.key == "funnel")
    return str(funnel.cells[9, 17].formula)


def test_each_finding_of_a_row_has_its_own_amounts(tmp_path):
    """Ads for 12,000 a lead, 20,000 as CPA; 5,000 leads for 60 orders, so 12,000 × 5,000 ÷ 60 = 1,000,000 an order."""
    typed = {"tbl_channels[ads].unit_cost": 12_000, "order_value": 900_000}
    shown = pages(written(Case(OPEN, typed), tmp_path / "plan.xlsx"), "ja")["channels"]
    assert "● 受注1件に100万円（得られるのは90万円） ▲ KPI辞書のCPAは20,000円" in shown


def test_settings_names_every_channel_above_its_limit_and_in_how_many_months(tmp_path):
    """C1's 1,800 leads with a season of 1.5 for three of the six months: of each half 180 in these, 120 in the others.

    1,800 × 1.5 ÷ (3 × 1.5 + 3 × 1) = 360, and 240; 119 are too few in all six months, 179 in three.
    """
    half = replace(WEB, share=0.5)
    channels = (half, replace(half, id="fairs", name="見本市"))
    season = tuple(1.5 if month in (4, 5, 6) else 1.0 for month in range(1, 13))
    plan = C1.with_(channels=channels, season=season)
    typed = {f"tbl_channels[{WEB.id}].capacity": 119, "tbl_channels[fairs].capacity": 179}
    shown = pages(written(Case(plan, typed), tmp_path / "plan.xlsx"), "ja")["settings"]
    line = text("warn_capacity", "ja", channels=f"{WEB.name} 6か月、見本市 3か月")
    assert any(line in value for value in shown), shown


@pytest.mark.parametrize("lang", often(LANGUAGES, ["ja"]))
def test_without_a_channel_the_sentence_says_that_nobody_wins_the_leads(lang, tmp_path):
    """C1 needs 1,800 new leads; its one channel is switched off, first in the workbook, then before it is written."""
    plan = template_plan("c1", lang)
    off = plan.with_(channels=(replace(plan.channels_on[0], on=False),))
    said = text("outlook_nobody", lang, stage=lowered(plan.stages[0].name, lang))
    book = written(Case(plan, {f"tbl_channels[{WEB.id}].on": "×"}), tmp_path / "plan.xlsx").read_bytes()
    for data, told_of in ((made(plan), False), (book, True), (made(off), True)):
        found = evaluate(data, lang)
        for title in (text("sheet_start", lang), text("sheet_settings", lang)):
            assert any(said in str(value) for (at, _, _), value in found.items() if at == title) == told_of, title


@pytest.mark.parametrize("lang", often(LANGUAGES, ["ja"]))
def test_of_a_plan_that_fits_neither_says_anything(lang, tmp_path):
    path = written(Case(template_plan("c1", lang)), tmp_path / "plan.xlsx")
    assert check(path, lang) == []
    shown = pages(path, lang)
    assert [one.words for one in FINDINGS if said_on(shown, one.sheet, one.words, lang)] == []
    assert any(value == text("warn_none", lang) for value in shown["settings"])


@pytest.mark.parametrize(
    ("key", "words", "named"),
    [
        ("kgi_value", "５０", "目標値"),
        ("plan_start", "令和8年4月", "開始月"),
        ("tbl_stages[leads].rate", "３％", "ファネル!E7"),
        ("tbl_pipeline[leads]", "10件", "ファネル!D16"),
        (f"tbl_channels[{WEB.id}].share", "100%", "チャネル!F7"),
        (f"tbl_rates[{WEB.id}.leads]", "3%", "チャネル!D22"),
        ("plan_months", "６か月", "月数"),
        ("ファネル!F7", "０日", "ファネル!F7"),
    ],
)
def test_where_text_stands_in_place_of_a_number_the_sentence_says_so_and_nothing_of_the_plan(
    key, words, named, tmp_path
):
    path = written(Case(typed={key: words}), tmp_path / "plan.xlsx")
    said = text("warn_as_text", "ja", names=named)
    found = evaluate(path.read_bytes(), "ja")
    for title in (text("sheet_start", "ja"), text("sheet_settings", "ja")):
        assert any(value == said for (at, _, _), value in found.items() if at == title), title
    shown = [value for (at, _, _), value in found.items() if at == text("sheet_settings", "ja")]
    assert not any("✓" in str(value) for value in shown)
    assert [one.key for one in check(path, "ja")] == ["plan_check_as_text"]
    errors = {at for (at, _, _), value in found.items() if str(value).startswith("#")}
    assert errors.isdisjoint({text("sheet_settings", "ja"), text("sheet_funnel", "ja")})
    for key in ("backwards", "dashboard", "review", "tree", "channels", "agreement"):
        assert any(value == said for (at, _, _), value in found.items() if at == text(f"sheet_{key}", "ja")), key


@pytest.mark.parametrize(
    ("key", "number", "named"),
    [
        ("tbl_stages[leads].rate", 20, "ファネル!E7"),  # meant as 20 %: 20 orders of each lead
        ("tbl_stages[leads].rate", -0.2, "ファネル!E7"),
        ("ファネル!F7", -7, "ファネル!F7"),
        (f"tbl_channels[{WEB.id}].share", -0.4, "チャネル!F7"),
        ("tbl_season[4]", -1, "季節配分"),
    ],
)
def test_a_number_that_can_not_be_is_named_and_nothing_is_said_of_the_plan(key, number, named, tmp_path):
    """As another program writes it, past what the cell allows."""
    shown = pages(written(Case(typed={key: number}), tmp_path / "plan.xlsx"), "ja")["settings"]
    said = text("warn_beyond", "ja", names=named)
    assert said in shown and sum(said in value for value in shown) == 2  # in place of the sentence, and in the warnings


@pytest.mark.parametrize(
    ("key", "number"),
    often_rows([("tbl_stages[leads].rate", 0), ("kgi_value", -3), ("ファネル!F7", -5), ("plan_start", None)], {0, 1}),
)
def test_wherever_a_cell_has_an_error_each_page_says_why_and_the_cell_looks_blank(key, number, tmp_path):
    """Cells look blank by a rule of their page (``_blank_while_unknown``), which asks for the line below the titles."""
    found = evaluate(written(Case(typed={key: number}), tmp_path / "plan.xlsx").read_bytes(), "ja")
    errors = {at for (at, _, _), value in found.items() if re.fullmatch(r"#[A-Z/0]+[!?]", str(value))}
    assert errors - {text("sheet_calc", "ja")}
    said = {found.get((text(f"sheet_{page}", "ja"), 3, 2)) for page in ("dashboard", "review", "tree", "channels")}
    assert len(said) == 1 and str(*said).startswith("▼")


def test_without_a_rate_the_page_says_that_nothing_is_computed_yet(tmp_path):
    """Where a rate is blank no volume is known: a sentence in place of an error, and never the ✓."""
    shown = pages(written(Case(typed={"tbl_stages[leads].rate": None}), tmp_path / "plan.xlsx"), "ja")["settings"]
    assert sum(text("warn_unknown", "ja") in value for value in shown) == 2  # in the sentence and in the warnings
    assert not any("#" in value or "✓" in value for value in shown)
