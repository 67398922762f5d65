"""採算 and 人員 as sheets: each cell is Python's number, also after somebody types; off they are not there."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import openpyxl
import pytest

from tests.agreement.books import Built, Editor, built, read_back
from tests.agreement.comparison import against_python, between_engines
from tests.agreement.selected import often
from tests.agreement.sheet_xml import read_values
from tests.new_files import new_file
from tests.regenerate.typing_in import plan_entries, type_in
from tests.sheets.economic_plans import economic_plan
from xl_kpi.catalog import LANGUAGES, text
from xl_kpi.commands import open_workbook
from xl_kpi.commands.rewrite import rewrite
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.writing.stored_values import evaluate, with_stored_values

ECONOMICS, PEOPLE = text("sheet_economics", "ja"), text("sheet_people", "ja")
NOW = dt.datetime(2026, 4, 1, 9)
KINDS = [("ja", "yen"), pytest.param(("en", "million_yen"), marks=pytest.mark.long)]


@pytest.fixture(scope="module", params=KINDS, ids="-".join)
def book(request) -> Built:
    return built(economic_plan(*request.param))


def test_stored_values_are_pythons(book):
    assert against_python(book, read_values(book.data), "stored") == []


@pytest.mark.long
@pytest.mark.host
def test_libreoffice_computes_the_same(book, libreoffice, tmp_path):
    (converted,) = libreoffice.convert([book.at(tmp_path, "economics")], "xlsx")
    theirs = read_values(converted.read_bytes())
    assert against_python(book, theirs, "LibreOffice") == []
    assert between_engines(book, read_values(book.data), theirs) == []


def test_it_is_read_back_as_it_was_typed(book):
    read = read_back(book.data)
    assert read.tables == book.plan.tables
    assert {key: read.settings.get(key) for key in book.plan.settings} == dict(book.plan.settings)


@cache
def original() -> Built:
    return built(economic_plan(months=3))


TYPED = {
    "nobody leaves": {"ltv_churn": 0, "ltv_contract": 24},
    "no end": {"ltv_churn": 0, "ltv_contract": None},
    "bought once": {"ltv_frequency": None, "ltv_more": None, "ltv_churn": None, "ltv_contract": None},
    "all below": {"ltv_ratio": 20},
    "gone before the cost is back": {"ltv_first": 0, "ltv_value": 5_000, "tbl_segments[r1].cost": 40_000_000},
    "below cost": {"gross_margin": -0.1},
    "a segment below cost, one without customers": {
        "tbl_segments[r1].margin": -0.1, "tbl_segments[r3].margin": -0.2, "tbl_segments[r2].customers": 0,
    },
    "a gross margin": {"gross_margin": 0.35, "ltv_first": 700_000},
    "none below, the limit counts": {"ltv_ratio": 0.5, "tbl_channels[web].capacity": 100},
    "no cost of a lead is known": {f"tbl_channels[{id_}].unit_cost": None for id_ in ("web", "ads", "webinar")},
    "free leads": {"tbl_channels[web].unit_cost": 0, "tbl_channels[web].capacity": None},
    "nothing needs to be won": {"tbl_pipeline[orders]": 1_000},
    "other rows": {
        "tbl_costs[r3].amount": None, "tbl_costs[r1].kind": None,
        "tbl_segments[r3].lost": 41, "tbl_segments[r1].won": 0,
        "tbl_people[r2].per_person": 4, "tbl_people[r3].team": "IS", "tbl_workdays[r1].days": 0, "work_days": 18,
    },
}  # fmt: skip


# Those that touch most cells; the others are for the long run.
OFTEN = (
    "nobody leaves", "bought once", "below cost", "no cost of a lead is known", "nothing needs to be won",
    "other rows",
)  # fmt: skip


@pytest.mark.parametrize("name", often(TYPED, OFTEN))
def test_whatever_is_typed_the_sheets_follow_python(name, tmp_path):
    begun = original()
    path = type_in(begun.at(tmp_path, "typed"), TYPED[name])
    data = with_stored_values(path.read_bytes(), "ja")
    plan = read_back(data)
    fresh = Built(plan, book_spec(plan), data)
    pages = {ECONOMICS, PEOPLE}
    kept = [sheet for sheet in fresh.spec.sheets if sheet.name in pages]
    assert len(kept) == 2
    found = replace(fresh, spec=replace(fresh.spec, sheets=kept))
    assert against_python(found, read_values(data), "typed") == []


def words_on(data: bytes, sheet: str, lang: str = "ja") -> list[str]:
    return [value for (title, _, _), value in evaluate(data, lang).items() if title == sheet and isinstance(value, str)]


def test_a_kind_that_is_none_is_named_beside_its_line():
    """営業費 is not in the list: it counts as marketing, and 確認 says so; a blank one is marketing and fine."""
    begun = original()
    editor = Editor(begun)
    row = editor.row("tbl_costs", "r3")
    check, marketing = row[4].column + 1, text("econ_kind_unknown", "ja")
    values = evaluate(editor.typed({row[3]: "営業費"}))
    assert values[ECONOMICS, row[0].row, check] == marketing
    for typed in ("マーケ", None):
        assert not evaluate(editor.typed({row[3]: typed}))[ECONOMICS, row[0].row, check]
    shared = editor.row("tbl_costs", "r5")[0].row
    assert values[ECONOMICS, shared, check] == text("econ_shared_instead", "ja")


def test_the_words_for_a_board():
    """By hand: 広告 may cost 6,000 a lead (3,000,000 ÷ 3 × 10 % × 50 % × 12 %, the rest of the way), and costs more."""
    data = original().data
    said = words_on(data, ECONOMICS)
    # 1,442 + 540 + 541 leads × 1.2 % of customers who bring 2,921,164, 1,083 of ads × 0.6 % with 3,000,000: the mean
    assert any("LTVは2,935,094円" in words and "▼ 基準未満" in words for words in said)
    assert any(words.startswith("▼ リード1件") and "上限6,000円を超えています" in words for words in said)
    assert any(words.startswith("● 広告から サービスサイトへ") and "件増える見込み" in words for words in said)
    assert any("▼ FSは" in words for words in words_on(data, PEOPLE))


@pytest.mark.parametrize(
    "lang", [lang if lang == "ja" else pytest.param(lang, marks=pytest.mark.long) for lang in LANGUAGES]
)
def test_pages_that_are_off_are_not_there_and_change_no_other(lang):
    plan = economic_plan(lang, months=2)
    bare = with_pages(plan, {"economics": False, "people": False}).with_(
        tables={},
        settings={key: value for key, value in plan.settings.items() if not key.startswith(("ltv_", "page_"))},
    )
    spec = book_spec(bare)
    assert not {"economics", "people"} & {sheet.key for sheet in spec.sheets}
    assert not {name for name in spec.names if name.startswith(("ltv_", "tbl_costs", "tbl_people", "work_days"))}
    hidden = with_pages(plan, {"economics": False, "people": False})
    assert {sheet.key: sheet.hidden for sheet in book_spec(hidden).sheets if sheet.key in ("economics", "people")} == {
        "economics": True,
        "people": True,
    }


def test_single_entries_alone_keep_the_page():
    plan = economic_plan(months=2).with_(tables={})
    hidden = with_pages(plan, {"economics": False, "people": False})
    there = {sheet.key: sheet.hidden for sheet in book_spec(hidden).sheets}
    assert there["economics"] is True and "people" not in there
    assert read_back(built(hidden).data).settings["ltv_churn"] == 0.02


BAD = {
    "ltv_churn": 2, "ltv_contract": 1.5, "ltv_first": -1, "ltv_ratio": 0, "tbl_costs[r1].amount": -5,
    "tbl_costs[r1].kind": "rent", "tbl_segments[r1].margin": 60, "tbl_people[r1].per_person": "many",
    "tbl_workdays[r1].month": 13, "tbl_workdays[r1].days": 32, "work_days": 0,
}  # fmt: skip


def test_bad_input_is_named_with_sheet_and_cell_in_one_pass(tmp_path):
    """One fault for each entry, at its cell, and none beside them."""
    begun = original()
    opened = open_workbook(type_in(begun.at(tmp_path, "bad"), BAD), "ja")
    faults = [(fault.sheet, fault.cell) for fault in opened.read.faults if fault.level == "error"]
    places = [(at.sheet, at.cell) for key in BAD for at in opened.read.places[key]]
    assert sorted(faults) == sorted(places) and len(places) == len(BAD)
    assert {sheet for sheet, _ in places} == {ECONOMICS, PEOPLE}


@pytest.mark.long
@pytest.mark.slow  # a whole workbook is written and made anew twice
def test_what_was_typed_comes_back_with_its_page(tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(new_file(economic_plan(months=2), plan_id="p", now=NOW))
    before = plan_entries(path)
    for state in ("非表示", "表示"):
        type_in(path, {"page_economics": state, "page_people": state})
        rewrite(open_workbook(path, "ja"), command="regenerate", now=NOW, who="佐藤")
        shown = [sheet.sheet_state for sheet in openpyxl.load_workbook(path) if sheet.title in (ECONOMICS, PEOPLE)]
        assert shown == ["hidden" if state == "非表示" else "visible"] * 2
        typed = {key: value for key, value in plan_entries(path).items() if not key.startswith("page_")}
        assert typed == {key: value for key, value in before.items() if not key.startswith("page_")}
