"""What a program left out of the user's own sheets is named where the file from before the last command has it."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from functools import cache
from pathlib import Path

import pytest

from tests.closed_plans import small
from tests.new_files import new_file
from tests.programs.books import OWN, add_note
from tests.torture.package import HEAD, OFFICE, Parts
from xl_kpi.catalog.messages import line
from xl_kpi.commands.examine import open_workbook
from xl_kpi.commands.regenerate import regenerate
from xl_kpi.workbook.package.save import backups

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CHART, PICTURE = "<c:chart/>", "<xdr:pic/>"
RULE = '<dataValidations><dataValidation sqref="E1"/></dataValidations>'
FORMULA = '<row r="2"><c r="B2"><f>1+1</f><v>2</v></c></row>'
COLOUR = '<conditionalFormatting sqref="B1"><cfRule type="expression" priority="1"><formula>1</formula></cfRule>'
COLOUR += "</conditionalFormatting>"


@cache
def plan_with(drawn: str = "", inside: str = "", has_note: bool = False, rows: str = "") -> bytes:
    """A plan with a sheet of the user's on which these stand."""
    book = Parts(new_file(small(months=1, reached=0), plan_id="p", who="田中", now=dt.datetime(2026, 4, 1, 9)))
    sheet = book.sheet(OWN, f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{inside}</worksheet>')
    if drawn:
        spaces = 'xmlns:xdr="urn:x" xmlns:c="urn:c"'
        part = book.add("xl/drawings/drawingOwn.xml", f"{HEAD}<xdr:wsDr {spaces}>{drawn}</xdr:wsDr>",
                        "application/vnd.openxmlformats-officedocument.drawing+xml")  # fmt: skip
        rid = book.relate(sheet, "drawing", part)
        book.edit(sheet, "</worksheet>", f'<drawing xmlns:r="{OFFICE}" r:id="{rid}"/></worksheet>')
    if has_note:
        add_note(book, sheet, "A1", "展示会を含みません")
    return book.zipped()


def saved_by_sheetjs(data: bytes) -> bytes:
    """Without the colours of any sheet, and with its name."""
    book = Parts(data)
    for part in [part for part in book.parts if part.startswith("xl/worksheets/sheet")]:
        colours = r"<conditionalFormatting.*?</conditionalFormatting>"
        book.parts[part] = re.sub(colours, "", book.text(part), flags=re.DOTALL).encode()
    app = re.sub("<Application>[^<]*<", "<Application>SheetJS<", book.text("docProps/app.xml"))
    book.parts["docProps/app.xml"] = app.encode()
    return book.zipped()


def kept(folder: Path, former: bytes, now: bytes) -> Path:
    """A plan and its former file, as a command leaves them."""
    path = folder / "計画.xlsx"
    path.write_bytes(now)
    path.with_name(f"{path.name}.backups").mkdir()
    (path.with_name(f"{path.name}.backups") / "20260402-090000-000000.xlsx").write_bytes(former)
    return path


FULL = (2 * CHART + PICTURE, COLOUR + RULE, True, FORMULA)


@pytest.mark.parametrize(
    ("now", "gone"),
    [
        ((), "グラフ 2個、画像 1個、メモ 1個、数式、入力規則、条件付き書式"),
        ((CHART + PICTURE, RULE, True, FORMULA), "グラフ 1個、条件付き書式"),
        ((2 * CHART + PICTURE, RULE, True, FORMULA), "条件付き書式"),
    ],
)
def test_what_is_gone_from_an_own_sheet_is_named_with_the_file_that_has_it(now, gone, tmp_path):
    opened = open_workbook(kept(tmp_path, plan_with(*FULL), saved_by_sheetjs(plan_with(*now))), "ja")
    (told,) = opened.lost
    assert line(told, "ja").startswith(
        f"計画.xlsx {OWN}: 「{gone}」 → SheetJSで保存されたため、このシートからなくなって"
    )
    assert "計画.xlsx.backups/20260402-090000-000000.xlsx をExcelで開き" in line(told, "ja") and told.level == "warning"


def test_nothing_is_told_without_another_program_or_a_former_file_that_can_be_read(tmp_path):
    path = kept(tmp_path, plan_with(*FULL), plan_with())
    assert open_workbook(path, "ja").lost == []  # the user may have deleted it
    path.write_bytes(saved_by_sheetjs(plan_with()))
    backups(path)[0].write_bytes(b"PK half a file")
    assert open_workbook(path, "ja").lost == []
    shutil.rmtree(backups(path)[0].parent)
    assert open_workbook(path, "ja").lost == []


@pytest.mark.slow  # a whole workbook is written
def test_a_regenerate_says_it_once(tmp_path):
    path = kept(tmp_path, plan_with(*FULL), saved_by_sheetjs(plan_with()))
    done, _ = regenerate(path)
    assert [fault.key for fault in done.warnings if fault.sheet == OWN] == ["save_dropped_own"]
    assert open_workbook(path, "ja").lost == []
