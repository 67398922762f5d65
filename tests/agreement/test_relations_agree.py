"""連携, ブランド・信頼, their records: every cell in three engines, with entries and without, in one month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.agreement.books import Built, Editor, read_back, template_plan
from tests.agreement.comparison import against_python, between_engines
from tests.agreement.sheet_xml import read_values
from tests.agreement.test_formulas import ALLOWED, functions_of
from tests.sheets.relations_plans import with_relations
from xl_kpi.calc.lag import Lag
from xl_kpi.catalog import text
from xl_kpi.plan.model import Plan
from xl_kpi.workbook.writing.stored_values import evaluate

ON = {"page_alignment": "on", "page_brand": "on"}


def curved(plan: Plan) -> Plan:
    """MQL that go on along a measured curve."""
    leads, mql, *rest = plan.stages
    return plan.with_(stages=(leads, replace(mql, lag=Lag(curve=(0.2, 0.45, 0.9, 1.0))), *rest))


PLANS = {
    "typed": with_relations("ja"),
    "one month": curved(with_relations("en").with_(months=1, actuals={})),
    "no MQL, nothing typed": template_plan("c1", "en").with_(settings=ON),
}


@pytest.mark.parametrize("name", PLANS)
def test_stored_values_are_pythons(name, books, stored):
    assert against_python(books[name], stored[name], "stored") == []


@pytest.mark.parametrize("name", PLANS)
def test_functions_of_excel_2010_only(name, books):
    assert functions_of(books[name].spec) - ALLOWED == set()


def test_what_was_typed_is_read_back(books):
    plan, back = PLANS["typed"], read_back(books["typed"].data)
    assert back.tables == plan.tables
    assert back.settings == plan.settings


# Left of April are 10 and a satisfaction of 5; in all also 9, 0 and 7, and 2 and 5.
# Of the reviews 30 of April with 4.2 and 35 of June with 3.9.
NO_ANSWERS = {"r2": ("９", "４"), "r3": (9.5, 4.5), "r4": (-1, 6), "r5": (11, 0)}
LEFT = {  # April, in all
    "answers": (1, 4), "promoters": (1, 2), "passives": (0, 1), "detractors": (0, 1), "nps": (100, 25),
    "satisfied": (1, 3), "satisfaction": (5, 4),
    "reviews": (30, 65), "review": (pytest.approx(4.2), pytest.approx((4.2 * 30 + 3.9 * 35) / 65)),
}  # fmt: skip


def with_no_answers(book: Built) -> bytes:
    """The workbook with numbers and texts among the answers that can't be any."""
    editor = Editor(book)
    reviews = {editor.row("tbl_reviews", id_)[3]: score for id_, score in (("r2", 7), ("r3", -1))}
    cells = {editor.row("tbl_answers", id_)[column]: value
             for id_, typed in NO_ANSWERS.items() for column, value in zip((3, 4), typed)}  # fmt: skip
    return editor.typed({**cells, **reviews})


def left(values: Mapping, book: Built) -> dict[str, tuple]:
    """April and all of the rows of answers, as an engine has them."""
    page = book.spec.sheet("brand")
    names = {cell.value: row for (row, column), cell in page.cells.items() if column == 2}
    months = min(
        column for (row, column), cell in page.cells.items() if row == names[text("brand_nps", "ja")] and column > 3
    )
    rows = {key: names[text(f"brand_{key}", "ja")] for key in LEFT}
    return {key: tuple(values[page.name, row, column] for column in (months, 3)) for key, row in rows.items()}


def test_what_is_no_answer_counts_nowhere(books):
    assert left(evaluate(with_no_answers(books["typed"])), books["typed"]) == LEFT


@pytest.mark.long  # the page of the whole book goes through LibreOffice in test_full_book
@pytest.mark.host
def test_libreoffice_counts_no_other_answers(books, libreoffice, tmp_path):
    path = tmp_path / "answers.xlsx"
    path.write_bytes(with_no_answers(books["typed"]))
    (found,) = libreoffice.convert([path], "xlsx")
    assert left(read_values(found.read_bytes()), books["typed"]) == LEFT


@pytest.mark.long  # the page of the whole book goes through LibreOffice in test_full_book
@pytest.mark.host
def test_libreoffice_computes_the_same(books, stored, libreoffice, tmp_path):
    paths = [book.at(tmp_path, f"{number}") for number, book in enumerate(books.values())]
    for (name, book), path in zip(books.items(), libreoffice.convert(paths, "xlsx"), strict=True):
        found = read_values(path.read_bytes())
        assert against_python(book, found, "LibreOffice") == [], name
        assert between_engines(book, stored[name], found) == [], name
