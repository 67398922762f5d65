"""The sheet 関数 / Functions: every function, constants but for one sentence, and everything fits its cell."""

from __future__ import annotations

import pytest

from tests.sheets.plans import template
from tests.sheets.test_fit import misfits
from xl_kpi import catalog
from xl_kpi.catalog.functions import functions as catalog_functions
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.reference import functions

LANGS = pytest.mark.parametrize("lang", ["ja", "en"])


def page(lang: str):
    ctx = Context(template("default", lang))
    ctx.sheet_names.setdefault("functions", catalog.text("sheet_functions", lang))
    return functions.build(ctx)


def rows(spec) -> dict[str, int]:
    """Function → its row, by the hidden key."""
    first = functions.HEADER_ROW + 1
    return {cell.value: row for (row, column), cell in spec.cells.items() if column == 1 and row >= first}


@LANGS
def test_every_function_is_listed_with_all_its_arguments_and_its_example(lang):
    spec = page(lang)
    found = rows(spec)
    assert list(found) == [entry.name for entry in catalog_functions()]
    for entry in catalog_functions():
        row = found[entry.name]
        text = spec.cells[row, 4].value
        assert [line.split(":")[0] for line in text.split("\n")] == [
            argument.name + "*" * argument.optional for argument in entry.arguments
        ]
        assert spec.cells[row, 5].value == entry.example_in(lang)[0]
        assert entry.does[lang] in spec.cells[row, 3].value and entry.result[lang] in spec.cells[row, 3].value


@LANGS
def test_hosts_are_marked(lang):
    spec = page(lang)
    found = rows(spec)
    marks = {name: [spec.cells[found[name], column].value for column in (7, 8, 9)] for name in found}
    assert marks["LTV"] == ["○", "○", "○"]
    assert marks["SPREAD"] == ["○", "○", "–"]


@LANGS
def test_no_cell_depends_on_a_function(lang):
    (formula,) = [cell.formula for cell in page(lang).cells.values() if cell.formula is not None]
    assert not [entry.name for entry in catalog_functions() if f"{entry.name}(" in formula]


@LANGS
def test_one_sentence_says_which_functions_are_at_work(lang):
    # it looks for the name that comes and goes with those of the LAMBDAs
    formulas = [cell.formula for cell in page(lang).cells.values() if cell.formula is not None]
    lite, names = catalog.text("functions_by_lite", lang), catalog.text("functions_by_names", lang)
    assert formulas == [f'=IF(ISERROR(functions_names),"{lite}","{names}")']
    assert "xlwings Lite" in lite and "LAMBDA" in names
    assert max(len(lite), len(names)) <= 255  # the longest text that Excel takes inside a formula


@LANGS
def test_everything_fits(lang):
    assert misfits(page(lang)) == []
