"""No word of a header is cut in two: "Cumulativ e"."""

from __future__ import annotations

import re

import pytest

from tests.agreement.full_book import RECORDS, full_plan
from tests.sheets.test_fit import sizes, text_width
from xl_kpi.sheets import book_spec
from xl_kpi.sheets.excel_text import word_width
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.theme import style

WORDS = re.compile(r"[!-,.-~À-ɏ]+-?|-")  # Japanese goes on in a new line anywhere; a hyphen ends a word
AIR = 0.6  # digits, of a cell


def broken(page: SheetSpec) -> list[tuple[str, int, int, str]]:
    spans, width_of = sizes(page)
    found = []
    for (row, column), cell in page.cells.items():
        look = style(cell.style)
        if not isinstance(cell.value, str) or not look.wrap or not cell.style.startswith(("header", "unit")):
            continue
        _, right = spans.get((row, column), (row, column))
        room = sum(map(width_of, range(column, right + 1))) - AIR - look.indent
        if any(text_width(word, look) > room for word in WORDS.findall(cell.value)):
            found.append((page.key, row, column, cell.value))
    return found


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_header_has_a_word_that_is_wider_than_its_column(lang):
    found = [one for page in book_spec(full_plan(lang), RECORDS).sheets if not page.hidden for one in broken(page)]
    assert not found, found


def test_a_column_is_as_wide_as_the_longest_word_of_its_header():
    assert word_width("Cumulative orders") == pytest.approx(10 * 0.945 + 0.62)  # bold, 10 of 11 points, and the air
    assert word_width("follow-up") == pytest.approx(7 * 0.945 + 0.62)
    assert word_width("受注の累計（MQL）") == pytest.approx(3 * 0.945 + 0.62)
    assert word_width("受注") == 0
