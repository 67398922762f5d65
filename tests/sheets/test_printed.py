"""On A4, as LibreOffice prints it: what people print can be read, no page holds a row or two, no heading is cut."""

from __future__ import annotations

import pytest
from openpyxl.utils import range_boundaries

from tests.agreement.books import built
from tests.agreement.full_book import RECORDS, full_plan
from tests.printed import Printed, printed
from tests.sheets.plans import in_the_year, template, with_actuals
from tests.sheets.test_fit import text_width
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.sheets import book_spec
from xl_kpi.sheets.places.backwards import FIRST_MONTH, NAME, TOTAL
from xl_kpi.workbook.addresses import column_number
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.theme import style

PRINTED = {"start", "dashboard", "review", "backwards", "tree"}  # and each channel's sheet
ON_REQUEST = {
    "settings", "funnel", "channels", "kpis", "agreement", "checks", "economics", "people", "actions", "advice",
    "alignment", "alignment_log", "brand", "brand_log", "weeks", "sources", "content", "history", "glossary",
    "functions",
}  # fmt: skip
SMALLEST, CHARTS = 7.0, 0.05  # points; LibreOffice rounds the letters of a chart
LEAST_LINES = 8


def is_printed(key: str) -> bool:
    return key in PRINTED or key.startswith("tab:")


@pytest.mark.slow
@pytest.mark.host
@pytest.mark.parametrize("made", [
    lambda: built(in_the_year("ja")),
    pytest.param(lambda: built(in_the_year("en")), marks=pytest.mark.long),
    pytest.param(lambda: built(with_actuals(longer(18), 6)), marks=pytest.mark.long),
    pytest.param(lambda: built(full_plan("ja"), RECORDS), marks=pytest.mark.long),
    pytest.param(lambda: built(full_plan("en", 18), RECORDS), marks=pytest.mark.long),
], ids=["ja", "en", "18 months", "all", "all, 18 months"])  # fmt: skip
def test_what_people_print_can_be_read(made, libreoffice_pdf, tmp_path):
    book = made()
    found: dict[str, list[Printed]] = {}
    for page in printed(libreoffice_pdf(book.at(tmp_path, "book"))):
        said = page.footer.replace(" ", "")
        sheet = max((s for s in book.spec.sheets if s.name.replace(" ", "") in said), key=lambda s: len(s.name))
        found.setdefault(sheet.key, []).append(page)
    small = [
        (key, place, page.smallest)
        for key, pages in found.items()
        for place, page in enumerate(pages)
        if (is_printed(key) or key in ON_REQUEST) and page.smallest < SMALLEST - CHARTS
    ]
    assert not small, small
    # a page of few lines is the only one of its sheet, or has a chart on it
    thin = [(key, place) for key, pages in found.items() for place, page in enumerate(pages)
            if is_printed(key) and len(pages) > 1 and len(page.lines) < LEAST_LINES]  # fmt: skip
    assert not thin, thin


@pytest.mark.parametrize("made", [
    lambda: in_the_year("ja"),
    pytest.param(lambda: in_the_year("en"), marks=pytest.mark.long),
    lambda: full_plan("ja"),
    pytest.param(lambda: full_plan("en", 36), marks=pytest.mark.long),
])  # fmt: skip
def test_no_text_is_cut_where_its_columns_are_printed_again(made):
    """A heading that runs on over other columns ends with those that a second page repeats: "書き足し、作"."""
    found = []
    for page in book_spec(made()).sheets:
        again = column_number(page.print_title_columns.rpartition("$")[2]) if page.print_title_columns else 0
        if page.fit_width < 2 and not page.column_breaks or page.hidden:
            continue
        for (row, column), cell in page.cells.items():
            look = style(cell.style)
            if row == 1 or not 1 < column <= again or not isinstance(cell.value, str) or look.wrap or look.shrink:
                continue
            if text_width(cell.value, look) > sum(page.widths.get(c, 8.43) for c in range(column, again + 1)):
                found.append((page.key, row, cell.value))
    assert not found, found


def longer(months: int) -> Plan:
    """The default plan over more months, with the optional pages that show them."""
    pages = ("economics", "people", "alignment", "brand")
    return with_pages(template("default", "ja").with_(months=months), dict.fromkeys(pages, True))


@pytest.mark.parametrize("months, parts", [(12, 1), (13, 2), (24, 2), (36, 3)])
def test_no_sentence_and_no_chart_runs_over_the_edge_of_a_page(months, parts):
    """ "LTVは3,000,00": with more than twelve months a sentence over all columns went on overleaf."""
    for page in book_spec(longer(months)).sheets:
        edges = [0, *page.column_breaks, 10_000]
        if page.key in ("economics", "alignment", "brand"):
            assert len(edges) - 1 == parts, page.key
        again = column_number(page.print_title_columns.rpartition("$")[2]) if page.column_breaks else 0
        for area in [*page.merges, *(chart.ref for chart in page.charts)]:
            left, top, right, _ = range_boundaries(area)
            assert not any(left <= edge < right for edge in edges), (page.key, area)
            assert left > again or right <= again, (page.key, area)  # else it is printed again, cut


def backwards(months: int) -> SheetSpec:
    return book_spec(template("default", "ja").with_(months=months)).sheet("backwards")


@pytest.mark.parametrize("months, on_first", [(6, 6), (12, 6), (18, 9), (36, 9)])
def test_the_months_of_backwards_part_at_a_quarter(months, on_first):
    """At 70 % a page has 1534 pixels: names and totals 562, a month 83.1, so 9 beside them (1310) and not 12 (1559)."""
    page = backwards(months)
    assert page.column_breaks == [FIRST_MONTH - 1 + on_first * k for k in range(1, -(-months // on_first))]
    assert page.print_title_columns == ("$A:$B" if page.column_breaks else "")
    assert page.zoom >= 70 or not page.zoom and not page.column_breaks
    (chart,) = page.charts
    left, _, right, _ = range_boundaries(chart.ref)
    if page.column_breaks:  # in one piece, and not in the columns that each page has
        assert (left, right) == (TOTAL, page.column_breaks[0])
    headings = [cell for (_, column), cell in page.cells.items() if column == NAME and cell.style == "section"]
    assert all(len(str(cell.value)) <= 10 for cell in headings)  # of 22 digits: not cut where it is printed again


def test_its_pages_end_between_blocks():
    page = backwards(12)
    starts = {row for (row, column), cell in page.cells.items() if column == NAME and cell.style == "section"}
    starts.add(range_boundaries(page.charts[0].ref)[1])
    assert page.row_breaks and all({row + 1, row + 2} & starts for row in page.row_breaks)
