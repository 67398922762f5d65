"""``build``: a workbook whose stored results differ from Python's own numbers is never handed out."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import pytest

import workbook_templates
from xl_kpi import build as builder
from xl_kpi.errors import EngineDisagrees
from xl_kpi.plan.source import plan_from_source
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.spec import Cell


@pytest.fixture(scope="module")
def plan():
    return plan_from_source(workbook_templates.source("c1"), "en", "c1").with_(months=1)


@pytest.fixture(scope="module")
def data(plan):
    return builder.build(plan)


def test_every_formula_with_a_value_of_its_own_is_compared(plan, data):
    spec = book_spec(plan)
    own = sum(cell.formula is not None and cell.value is not None
              for sheet in spec.sheets for cell in sheet.cells.values())  # fmt: skip
    assert builder.compare(spec, data) == own > 100


def changed(data: bytes, old: str, new: str) -> bytes:
    """The workbook with one stored result replaced."""
    file = BytesIO()
    with ZipFile(BytesIO(data)) as package, ZipFile(file, "w") as copy:
        for name in package.namelist():
            content = package.read(name)
            if name.startswith("xl/worksheets/") and old.encode() in content:
                content, old = content.replace(old.encode(), new.encode(), 1), "\0"
            copy.writestr(name, content)
    assert old == "\0", "nothing was replaced, so the test would prove nothing"
    return file.getvalue()


@pytest.mark.parametrize("wrong", ["1801", "1800.00001", "-1800"])
def test_a_number_that_differs_is_named_with_its_cell(plan, data, wrong):
    with pytest.raises(EngineDisagrees, match=r"^Channels!L7: the workbook calculates .*, the plan has 1800"):
        builder.compare(book_spec(plan), changed(data, "<v>1800</v>", f"<v>{wrong}</v>"))


def test_a_difference_in_the_last_digits_is_none(plan, data):
    builder.compare(book_spec(plan), changed(data, "<v>1800</v>", "<v>1800.0000000001</v>"))


def test_a_text_that_differs_is_named_too(plan, data):
    with pytest.raises(EngineDisagrees, match="the workbook calculates Leeds, the plan has Leads"):
        builder.compare(book_spec(plan), changed(data, "<v>Leads</v>", "<v>Leeds</v>"))


def test_a_result_that_is_missing_is_named(plan):
    spec = book_spec(plan)
    page = spec.sheet("backwards")
    below = max(row for row, _ in page.cells) + 1, 1  # the file has no cell there
    page.cells[below] = Cell(1.0, formula="=1")
    with pytest.raises(EngineDisagrees, match='the workbook calculates "", the plan has 1.0'):
        builder.compare(spec, builder.build(plan))


def test_at_most_twenty_cells_are_named(plan, data):
    spec = book_spec(plan)
    page = spec.sheet("calc")
    for place, cell in page.cells.items():
        if cell.formula is not None and isinstance(cell.value, float):
            page.cells[place] = replace(cell, value=cell.value + 7)
    with pytest.raises(EngineDisagrees) as refused:
        builder.compare(spec, data)
    lines = str(refused.value).splitlines()
    assert len(lines) == 21 and lines[-1].startswith("… and ")


def test_progress_is_told_from_start_to_end(plan):
    told = []
    builder.build(plan, progress=lambda step, done, steps: told.append((step, done, steps)))
    assert told[0] == ("Computing the plan", 0, 1) and told[-1][1] == told[-1][2]
    assert [done for _, done, _ in told[1:]] == sorted(done for _, done, _ in told[1:])
    assert {"Settings", "KPI tree", "Calculating the workbook"} <= {step for step, _, _ in told}
