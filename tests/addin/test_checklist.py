"""The checklist for a person with Excel: every line complete, numbered once, and true to what the project has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.addin.parts import texts
from udfs import functions
from xl_kpi.calc import KpiError
from xl_kpi.catalog import text
from xl_kpi.catalog.functions import functions as catalog_functions

PAGE = (Path(__file__).parents[2] / "docs" / "excel-checklist.md").read_text("utf-8")
LINES = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in re.findall(r"^\| ?[A-G]\d.*\|$", PAGE, re.M)]


def test_every_line_says_what_to_do_what_to_see_and_its_state():
    assert len(LINES) >= 50
    for line in LINES:
        assert len(line) == 4, line
        number, do, see, _ = line
        assert do.endswith(".") and see.endswith("."), number


def test_a_line_is_not_yet_run_or_tells_when_and_where():
    for number, *_, state in LINES:
        assert state == "*not yet run*" or re.match(r"\d{4}-\d\d-\d\d, Excel .+: .+", state), number


def test_numbers_are_given_once_and_in_order():
    numbers = [line[0] for line in LINES]
    by_part = {part: [int(number[1:]) for number in numbers if number[0] == part] for part in "ABCDEFG"}
    assert all(found == list(range(1, len(found) + 1)) for found in by_part.values())


def test_sheets_and_buttons_have_the_names_of_the_project():
    for key in ("settings", "funnel", "channels", "kpis", "backwards", "tree", "start"):
        assert f"{text(f'sheet_{key}', 'ja')} / {text(f'sheet_{key}', 'en')}" in PAGE
    assert f"{texts()['ribbon_tab']['ja']} ({texts()['ribbon_tab']['en']}" in PAGE
    for button in ("regenerate", "channels", "import_files", "close", "review", "report", "distribute", "collect",
                   "restore", "check"):  # fmt: skip
        assert f"{text(f'ribbon_{button}', 'ja')} / {text(f'ribbon_{button}', 'en')}" in PAGE
    for key in ("archive", "history", "merge"):
        assert f"{text(f'sheet_{key}', 'ja')} / {text(f'sheet_{key}', 'en')}" in PAGE


def test_functions_in_it_exist_and_give_what_it_says():
    named = set(re.findall(r"=([A-Z_]{4,})\(", PAGE)) - {"ISERROR"}
    assert named <= {entry.name for entry in catalog_functions()}
    assert functions.required_leads(50, [0.2, 0.3]) == 834
    assert [[round(value, 2) for value in row] for row in functions.required_stages(50, [[0.2], [0.3]])] == [
        [833.33],
        [166.67],
        [50],
    ]
    with pytest.raises(KpiError) as error:
        functions.required_leads(50, 20)
    assert error.value.code == "#NUM!" and "Did you mean 20%?" in error.value.message("en")
