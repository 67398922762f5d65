"""Rows are read below a table as well, but not the notes of ours that stand there."""

from __future__ import annotations

import pytest

from tests.agreement.selected import often
from tests.reading.test_plan_reader import book_of, saved, short
from xl_kpi.catalog import text
from xl_kpi.plan.pages.optional import OPTIONAL, with_pages
from xl_kpi.workbook.reading.plan_reader import read_with_faults

PAGES = with_pages(short("c1"), dict.fromkeys(OPTIONAL, True))


@pytest.mark.parametrize("lang", often(["ja", "en"], ["ja"]))
def test_pages_on_which_nothing_was_typed_hold_no_row(lang):
    found = read_with_faults(saved(book_of(PAGES.with_(lang=lang))), "plan.xlsx")
    assert (found.plan.tables, found.faults) == ({}, [])


def test_a_row_typed_right_above_a_note_is_the_only_one():
    book = book_of(PAGES)
    area = book.names["tbl_people"].refers_to_range
    below = [area.sheet.range((area.row + area.shape[0] + row, 2)) for row in range(2)]
    assert [one.value for one in below] == [None, text("people_note", "ja")]
    below[0].value = "商談"  # one of our words, but no note
    (row,) = read_with_faults(saved(book), "plan.xlsx").plan.tables["tbl_people"].values()
    assert list(row.values()) == ["商談"]
