"""連携 and ブランド・信頼: what they show fits, pages with one switch come and go together, nothing typed is lost."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from tests.new_files import few_pages, new_file
from tests.regenerate.typing_in import type_in
from tests.sheets.plans import template
from tests.sheets.relations_plans import TABLES, with_relations
from tests.sheets.test_fit import misfits
from tests.told import told
from xl_kpi.commands import check, open_workbook
from xl_kpi.commands.rewrite import rewrite
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.reading.spec_as_book import DescribedBook
from xl_kpi.workbook.sheet_kinds import passing_names

PAGES = ("alignment", "alignment_log", "brand", "brand_log", "brand_answers")


def shown(plan) -> dict[str, bool]:
    """Each of the pages that is there → whether it is to be seen."""
    return {page.key: not page.hidden for page in book_spec(plan).sheets if page.key in PAGES}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_text_and_number_fits_its_cell(lang):
    spec = book_spec(with_relations(lang))
    assert [line for key in PAGES for line in misfits(spec.sheet(key))] == []


def test_pages_with_one_switch_come_and_go_together():
    plan = template("default", "ja")
    assert shown(plan) == {}
    assert shown(plan.with_(settings={"page_brand": "on"})) == {key: True for key in PAGES if "brand" in key}
    answers = {"tbl_answers": TABLES["tbl_answers"]}
    assert shown(plan.with_(tables=answers)) == {key: False for key in PAGES if "brand" in key}
    assert shown(plan.with_(settings={"acted_alert": 0.5})) == {"alignment": False, "alignment_log": False}


def test_no_name_is_left_when_the_pages_go():
    spec = book_spec(with_relations("ja"))
    titles = [f"'{spec.sheet(key).name}'!" for key in PAGES]
    names = {name for name, area in spec.names.items() if area.startswith(tuple(titles))}
    assert {"out_alignment", "out_brand", "nps_alert", "tbl_surveys", "brand_as_of"} <= names <= passing_names()


def test_each_row_of_the_records_has_an_id_and_there_is_room_for_more():
    page = DescribedBook(book_spec(with_relations("ja"))).sheets["アンケート回答"]
    ids = [row[0] for row in page.range("A6:A48").options(ndim=2).value]
    assert ids[:9] == ["行ID", *(f"r{number}" for number in range(1, 9))]
    assert ids[9:39] == [f"r{number}" for number in range(9, 39)]


@pytest.mark.slow  # a whole workbook is written, read and regenerated
def test_what_was_typed_stays_while_the_pages_are_off_and_an_11_is_named_with_its_cell(tmp_path):
    path = tmp_path / "計画.xlsx"
    path.write_bytes(new_file(few_pages(with_relations("ja").with_(months=2)), plan_id="p"))
    type_in(path, {"tbl_answers[r4].nps": 11})
    (found,) = [one for one in told(check(path, "ja"), "ja") if one.level == "error"]
    assert (found.sheet, found.cell, found.found) == ("アンケート回答", "D10", "11")
    assert "0から10まで" in found.allowed
    type_in(path, {"tbl_answers[r4].nps": 4, "page_brand": "非表示", "page_alignment": "非表示"})
    before = open_workbook(path, "ja").read.plan
    rewrite(open_workbook(path, "ja"), command="regenerate", who="佐藤", now=dt.datetime(2026, 6, 3))
    book = openpyxl.load_workbook(path)
    assert {sheet.title for sheet in book if sheet.sheet_state == "hidden"} >= {"連携", "連携の記録", "アンケート回答"}
    after = open_workbook(path, "ja").read.plan
    assert after.tables == before.tables and after.settings == before.settings
    assert after.tables["tbl_answers"]["r4"]["nps"] == 4
    # somebody deletes two of the pages: what was typed on them is as the command left it
    for sheet in ("ブランド・信頼", "アンケート回答"):
        del book[sheet]
    book.save(path)
    opened = open_workbook(path, "ja")
    assert opened.read.plan.tables == after.tables and opened.read.plan.settings == after.settings
    assert [one.found for one in told(opened.read.faults, "ja")] == ["ブランド・信頼", "アンケート回答"]
