"""鮮度: the line below Python's numbers speaks up once an input has changed, whatever it is, and not before."""

from __future__ import annotations

import pytest

from tests.agreement.books import Editor, built
from tests.agreement.selected import often
from tests.agreement.sheet_xml import read_values
from tests.sheets.plans import in_the_year
from xl_kpi.workbook.sheet_kinds import REVIEW_MARK
from xl_kpi.workbook.writing.stored_values import evaluate

EDITS = {
    "an actual of a stage": lambda file: {file.actual("act_stages", "stage:orders", 1): 7},
    "a 0 where nothing was typed": lambda file: {file.actual("act_stages", "stage:orders", 6): 0},
    "an actual of a channel, by one": lambda file: {
        (cell := file.actual("act_ads", "clicks", 2)): cell.value + 1
    },
    "two months the other way round": lambda file: {
        (one := file.actual("act_web", "sessions", 0)): (two := file.actual("act_web", "sessions", 1)).value,
        two: one.value,
    },
    "a rate": lambda file: {file.of_stage("mql", "rate"): 0.123},
    "days": lambda file: {file.of_stage("mql", "low"): 19},
    "the goal, by a yen in a thousand million": lambda file: {file.cell("kgi_value"): 1000.001},
    "what is open": lambda file: {file.open_in("sql"): 61},
    "the season": lambda file: {file.season(5): 1.2},
    "a channel's share": lambda file: {file.of_channel("ads", "share"): 0.41},
    "an assumption": lambda file: {(cell := file.assumption("web", "cvr")): cell.value + 0.001},
    "a month that is closed": lambda file: {file.cell("closed_until"): file.cell("plan_start").value},
}  # fmt: skip


@pytest.fixture(scope="module")
def file() -> Editor:
    return Editor(built(in_the_year("ja")))


def mark_of(editor: Editor, values: dict) -> str:
    ((sheet, address),) = editor.book.defined_names[REVIEW_MARK].destinations
    cell = editor.book[sheet][address.replace("$", "")]
    return values.get((sheet, cell.row, cell.column)) or ""


def test_nothing_is_old_in_a_new_workbook(file):
    assert mark_of(file, evaluate(file.data)) == ""


OFTEN = (
    "an actual of a channel, by one", "two months the other way round",
    "the goal, by a yen in a thousand million", "a channel's share", "a month that is closed",
)  # fmt: skip


@pytest.mark.parametrize("edit", often(EDITS, OFTEN))
def test_each_change_shows(file, edit):
    assert mark_of(file, evaluate(file.typed(EDITS[edit](file)))) == "!"
    assert mark_of(file, evaluate(file.typed({file.cell("plan_title"): "別の名前"}))) == ""


@pytest.mark.long
def test_libreoffice_says_the_same(file, libreoffice, tmp_path):
    """Both sums of a new file are one, and one actual makes them two."""
    paths = [tmp_path / "new.xlsx", tmp_path / "typed.xlsx"]
    paths[0].write_bytes(file.data)
    paths[1].write_bytes(file.typed(EDITS["a 0 where nothing was typed"](file)))
    new, typed = (read_values(path.read_bytes()) for path in libreoffice.convert(paths, "xlsx"))
    assert (mark_of(file, new), mark_of(file, typed)) == ("", "!")
