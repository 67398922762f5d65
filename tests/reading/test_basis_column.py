"""The columns 根拠 / Basis in a workbook: read, left out by older workbooks, refused in one clear line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reading.sound_plans import read_plan
from tests.reading.test_plan_reader import book_of, faults_in, saved, short, typed
from xl_kpi.errors import BadFile
from xl_kpi.workbook.reading.plan_reader import read_with_faults

PLAN = short("c1")
STAGE, KPI = 13, 14  # columns of the two tables, from the hidden ids on


def with_basis():
    stages = (replace(PLAN.stages[0], basis="published"), *PLAN.stages[1:])
    kpis = tuple(replace(one, basis="guess") if one.id == "cvr" else one for one in PLAN.kpis)
    return PLAN.with_(stages=stages, kpis=kpis)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_it_comes_back_in_both_languages(lang):
    plan = with_basis().with_(lang=lang)
    found = read_with_faults(saved(book_of(plan)), "plan.xlsx").plan
    assert [one.basis for one in found.stages] == ["published", ""]
    assert {one.id: one.basis for one in found.kpis if one.basis} == {"cvr": "guess"}


def test_words_and_ids_are_read_and_anything_else_is_named_with_its_cell():
    book = book_of(PLAN)
    typed(book, "tbl_stages", "own", 1, STAGE)
    assert read_plan(saved(book), "plan.xlsx").plan.stages[0].basis == "own"
    cells = [typed(book, "tbl_stages", "勘", 1, STAGE), typed(book, "tbl_kpis", "なんとなく", 1, KPI)]
    assert faults_in(book) == [(cells[0], "勘"), (cells[1], "なんとなく")]


def test_workbooks_from_before_there_was_such_a_column_have_none():
    book = book_of(PLAN)
    typed(book, "tbl_stages", None, 0, STAGE)  # without its header it is no column of ours
    typed(book, "tbl_kpis", None, 0, KPI)
    assert read_plan(saved(book), "plan.xlsx").plan == PLAN


def test_one_in_which_something_stood_has_to_be_there():
    book = book_of(with_basis())
    typed(book, "tbl_stages", None, 0, STAGE)
    with pytest.raises(BadFile):
        read_with_faults(saved(book), "plan.xlsx", {"tbl_stages[leads].basis": "published"})


def test_what_stood_beside_a_stage_that_is_the_last_one_now_is_kept():
    book = book_of(with_basis())
    sheet = book.names["tbl_stages"].refers_to_range.sheet
    sheet.range((8, 5)).value = None  # the orders' dash goes: no row is marked as the last one
    for column in range(2, 17):
        sheet.range((8, column)).value = None
    found = read_with_faults(saved(book), "plan.xlsx")
    assert found.homeless["tbl_stages[leads].basis"] == "published"
