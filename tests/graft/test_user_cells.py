"""The new sheets, asked before they are built and afterwards: whose cells are whose must not depend on it."""

from __future__ import annotations

from functools import cache

import pytest

from tests.graft.plain import Plain, made
from tests.regenerate.described import template
from tests.sheets.plans import five_months
from tests.torture.book import torture_set
from xl_kpi.build import build_spec
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.graft.book import WorkbookPart
from xl_kpi.workbook.graft.cells import Described, Now, as_stored
from xl_kpi.workbook.graft.old_sheet import SharedTexts
from xl_kpi.workbook.graft.run import graft
from xl_kpi.workbook.graft.styles import Sheaf
from xl_kpi.workbook.graft.user_cells import UserFile
from xl_kpi.workbook.package.package import Package
from xl_kpi.workbook.spec import TYPED, BookSpec
from xl_kpi.workbook.theme import ROLES, style


@cache
def described(name: str, lang: str) -> tuple[BookSpec, bytes]:
    """A template as it is described, and as it is built."""
    spec = book_spec(template(name, lang))
    return spec, build_spec(spec)


@pytest.mark.parametrize(("name", "lang"), [("default", "ja"), ("c4", "en")])
def test_a_sheet_says_the_same_before_it_is_built(name: str, lang: str):
    spec, data = described(name, lang)
    package = Package(data, name, lang)
    book, texts = WorkbookPart(package), SharedTexts.of(package)
    open_formats = Sheaf(package.tree(package.related(package.book, "styles"))).open
    for tab, sheet in zip(book.tabs, spec.sheets, strict=True):
        before, after = Described(sheet), Now.of(package.tree(tab.part), open_formats, texts)
        for place in {*sheet.cells, *after.cells}:
            assert before.holds(place) and after.holds(place), (sheet.name, place)
            if place in sheet.cells:
                assert before.cell(place) == after.cell(place), (sheet.name, place)


def test_cells_in_which_somebody_types_are_those_that_the_theme_leaves_open():
    assert {role for role in ROLES if not style(role).locked} == {*TYPED}


@pytest.mark.parametrize(
    ("value", "stored"), [(5.0, "5"), (0.1, "0.1"), (3, "3"), (True, "1"), (None, ""), ("訪問", "訪問")]
)
def test_a_constant_as_files_write_it(value: object, stored: str):
    assert as_stored(value) == stored


@pytest.mark.slow  # it grafts a whole workbook
def test_the_graft_loses_what_was_found_before_it():
    torture = torture_set()
    spec = book_spec(five_months("ja"))
    moves = Plain()
    names = {sheet.name: sheet.name for sheet in spec.sheets}
    found = UserFile(torture.data, "plan.xlsx", "ja").cells({sheet.name: sheet for sheet in spec.sheets}, moves, {})
    done = graft(torture.data, made(), names, moves=moves, lang="ja", name="plan.xlsx", found=found.carried)
    alone = graft(torture.data, made(), names, moves=moves, lang="ja", name="plan.xlsx")
    assert {*done.lost} == {*found.own.lost}
    assert done.data == alone.data
    assert found.own.carried  # the torture workbook has the user's cells beside ours
