"""Workbooks as other programs write them: formulas without results, charts that lost their data."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from xl_kpi.commands import check, new, open_workbook

pytestmark = pytest.mark.slow  # whole workbooks are written


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("odd") / "plan.xlsx"
    new(path, template="c2")
    return path


@pytest.mark.parametrize(
    ("name", "right", "below", "formula"),
    [("plan_title", 0, 0, "=1+1"), ("tbl_channels", 1, 1, '="web"&1'), ("tbl_stages", 1, 1, '="x"')],
)
def test_a_text_that_is_a_formula_without_a_result_is_told_and_not_taken_for_blank(
    made, tmp_path, name, right, below, formula
):
    book = openpyxl.load_workbook(made)
    sheet, _, area = book.defined_names[name].attr_text.rpartition("!")
    first = book[sheet.strip("'")][area.split(":")[0].replace("$", "")]
    cell = first.offset(below, right)
    if right:  # the column of the names, wherever it stands
        header = {c.value: c.column for c in book[sheet.strip("'")][first.row]}
        column = header.get("チャネル名") or header.get("チャネル") or header.get("段階名") or header.get("段階")
        cell = book[sheet.strip("'")].cell(first.row + below, column)
    cell.value = formula
    path = tmp_path / "other.xlsx"
    book.save(path)
    found = [fault for fault in check(path, "ja") if fault.cell == cell.coordinate]
    assert [(fault.found, fault.level, fault.sheet) for fault in found] == [(formula, "error", sheet.strip("'"))]


def test_a_chart_that_lost_its_data_does_not_lock_the_plan(made, tmp_path):
    out = BytesIO()
    with ZipFile(made) as old, ZipFile(out, "w") as new_file:
        for info in old.infolist():
            content = old.read(info)
            if info.filename == "xl/charts/chart1.xml":
                content, count = re.subn(
                    rb"<(\w+:)?plotArea>.*</(\w+:)?plotArea>", rb"<\1plotArea/>", content, flags=re.S
                )
                assert count == 1
            new_file.writestr(info, content)
    path = tmp_path / "chart.xlsx"
    path.write_bytes(out.getvalue())
    assert open_workbook(path, "ja").read.plan == open_workbook(made, "ja").read.plan
