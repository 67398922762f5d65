"""What INDIRECT and its like are given in words: told where the words no longer lead to the same cells."""

from __future__ import annotations

import pytest

from tests.field.foreign_parts import OWN, own_sheet
from tests.graft.plain import ADS, Plain, made
from tests.torture.package import Parts
from xl_kpi.workbook.graft.book import WorkbookPart
from xl_kpi.workbook.graft.old_sheet import SharedTexts
from xl_kpi.workbook.graft.pointing.in_words import WordsAsked
from xl_kpi.workbook.package.package import Package

CELLS = {"A1": f"{ADS}!H10", "A2": ADS, "A3": f"'{ADS}'!$H$30", "A4": "自分", "A5": "8"}


@pytest.fixture(scope="module")
def package() -> Package:
    book = Parts(made())
    rows = "".join(
        f'<row r="{cell[1:]}"><c r="{cell}" t="inlineStr"><is><t>{words}</t></is></c></row>'
        for cell, words in CELLS.items()
    )
    own_sheet(book, rows)
    return Package(book.zipped(), "plan.xlsx", "ja")


def asked(package: Package, moves: Plain) -> WordsAsked:
    names = {ADS: moves.names.get(ADS, ADS), "ファネル": "ファネル"}
    book, texts = WorkbookPart(package), SharedTexts.of(package)
    return WordsAsked(package, book, texts, names, moves.formula)


RENAMED, MOVED = Plain({ADS: "Web広告"}), Plain({}, ADS, row=20, down=2)


@pytest.mark.parametrize(
    ("formula", "renamed", "moved"),
    [
        ("INDIRECT(A1)", True, False),
        ("INDIRECT(A3)", True, True),
        (f"INDIRECT({OWN}!A2&\"!H30\")*2", True, True),
        ('INDIRECT("\'"&A2&"\'!R30C8",FALSE)', True, True),
        ('INDIRECT(A2&"!H"&ROW())', True, False),  # which row nobody knows
        (f'INDIRECT(ADDRESS(1,2,1,1,"{ADS}"))', True, False),
        (f'HYPERLINK("[plan.xlsx]{ADS}!H30",A4)', True, True),
        (f'HYPERLINK("https://example.com/{ADS}!H30")', False, False),
        (f'SUM(A1)&"{ADS}"', False, False),
        ('INDIRECT(A4&"!A1")', False, False),
        ('INDIRECT("ファネル!E8")', False, False),
        ('INDIRECT(A9)', False, False),
        ('INDIRECT(', False, False),
    ],
)  # fmt: skip
def test_words_that_lead_elsewhere(package, formula, renamed, moved):
    assert asked(package, RENAMED).goes(formula, OWN) is renamed
    assert asked(package, MOVED).goes(formula, OWN) is moved
