"""Programs that put number formats at the wrong cells, or leave out formulas: what was typed is read all the same.

As openpyxl left formats in a file of LibreOffice's, 150 showed as 1900/05/29; and SheetJS what openpyxl had saved.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill

from tests.closed_plans import small
from tests.new_files import new_file
from tests.regenerate.typing_in import places, plan_entries, type_in
from tests.torture.package import unzipped
from xl_kpi.catalog.messages import line
from xl_kpi.commands.examine import open_workbook
from xl_kpi.commands.regenerate import regenerate
from xl_kpi.workbook.package.file_book import FileBook
from xl_kpi.workbook.package.named_parts import NamedParts

DATE, GENERAL = "14", "0"


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory) -> Path:
    """Two months, an actual of 150 orders and a budget that would be a day of 2036."""
    path = tmp_path_factory.mktemp("formats") / "計画.xlsx"
    path.write_bytes(new_file(small(months=2, reached=1), plan_id="p", who="田中", now=dt.datetime(2026, 4, 1, 9)))
    return type_in(path, {"actual[stage:orders][2026-05]": 150})


def misplaced(path: Path, to: Path) -> Path:
    """Every number as a date, every date as a number: what stands in the cells stays."""
    parts = unzipped(path.read_bytes())
    head, formats, tail = re.split(
        r"(?<=<cellXfs)(.*?)(?=</cellXfs>)", parts["xl/styles.xml"].decode(), flags=re.DOTALL
    )
    codes = dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]*)"', head))
    dates = {number for number, code in codes.items() if "yy" in code} | {DATE}
    turned = re.sub(r'numFmtId="(\d+)"', lambda n: f'numFmtId="{GENERAL if n[1] in dates else DATE}"', formats)
    parts["xl/styles.xml"] = f"{head}{turned}{tail}".encode()
    return write(to, parts)


def write(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def copied(path: Path, folder: Path) -> Path:
    to = folder / "計画.xlsx"
    to.write_bytes(path.read_bytes())
    return to


@pytest.mark.slow  # a whole workbook is written
def test_entries_in_the_wrong_formats_are_read_and_get_them_back(plan_file, tmp_path):
    path = misplaced(plan_file, tmp_path / "計画.xlsx")
    wanted = plan_entries(plan_file)
    assert wanted["actual[stage:orders][2026-05]"] == 150 and wanted["plan_start"] == dt.date(2026, 4, 1)
    opened = open_workbook(path, "ja")
    told = {fault.key: line(fault, "ja") for fault in opened.read.faults}
    assert told.keys() == {"file_shown_as_dates", "file_shown_as_numbers"}  # warnings, both with the way out
    assert all("計画.xlsx" in words and "xl-kpi regenerate" in words for words in told.values())
    done, _ = regenerate(path)
    assert {change.key for change in done.changes} <= {"actual[stage:orders][2026-05]", ""}
    again = open_workbook(path, "ja")
    assert again.read.faults == [] and plan_entries(path) == wanted
    again, _ = regenerate(path)
    assert again.unchanged


def bare(path: Path, to: Path) -> Path:
    """No style of ours by its name, as Gnumeric and ExcelJS leave them; every white cell says so, as Gnumeric does."""
    parts = unzipped(path.read_bytes())
    styles = re.sub(r"<cellStyles\b.*?</cellStyles>", "", parts["xl/styles.xml"].decode(), flags=re.DOTALL)
    styles = re.sub(r'xfId="\d+"', 'xfId="0"', styles)
    styles = re.sub(
        r"<cellStyleXfs.*?(<xf .*?(?:/>|</xf>)).*?</cellStyleXfs>", r"<cellStyleXfs>\1</cellStyleXfs>", styles
    )
    white = '<fill><patternFill patternType="solid"><fgColor rgb="FFFFFFFF"/></patternFill></fill>'
    parts["xl/styles.xml"] = re.sub(r"<fill>\s*<patternFill\s*/>\s*</fill>", white, styles, count=1).encode()
    return write(to, parts)


@pytest.mark.slow  # a whole workbook is written
def test_what_the_user_dressed_stays_where_a_program_dropped_the_names_of_our_styles(plan_file, tmp_path):
    """A row of labels in pink, one input in orange letters, one of two in another format: and nothing else is his."""
    book = openpyxl.load_workbook(plan_file)
    for cell in book["逆算"]["B10:F10"][0]:
        cell.fill = PatternFill("solid", fgColor="FFFFC0CB")
    inked, formatted = book["チャネル"]["B9"], book["設定"]["C8"]
    inked.font = Font(name="Calibri", size=10, bold=True, color="FFFF8000")
    formatted.number_format = "0.000"
    book.save(tmp_path / "named.xlsx")
    path = bare(tmp_path / "named.xlsx", tmp_path / "計画.xlsx")
    done, _ = regenerate(path)
    assert done.kept == () and not done.unchanged
    now = openpyxl.load_workbook(path)
    pink = {(sheet.title, cell.coordinate) for sheet in now for row in sheet.iter_rows() for cell in row
            if cell.fill.fgColor.rgb == "FFFFC0CB"}  # fmt: skip
    assert pink == {("逆算", f"{letter}10") for letter in "BCDEF"}
    assert now["逆算"]["B10"].style.startswith("kpi ") and now["逆算"]["B11"].fill.fgColor.rgb == "00000000"
    assert (now["チャネル"]["B9"].font.b, now["チャネル"]["B9"].font.color.rgb) == (True, "FFFF8000")
    assert not now["チャネル"]["B8"].font.b and now["設定"]["C8"].number_format == "0.000"
    again, _ = regenerate(path)
    assert again.unchanged


def test_months_whose_formulas_a_program_left_out_stand_above_their_numbers_again(plan_file, tmp_path):
    """SheetJS drops formulas without results, as openpyxl leaves them: the headers of the months among them."""
    path = type_in(copied(plan_file, tmp_path), {"actual[ads:clicks][2026-05]": 77})  # since the last command
    wanted = plan_entries(path)
    parts = unzipped(path.read_bytes())
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        cells = re.sub(rb"<c [^>]*?>(?=<f)(?:(?!</c>).)*</c>", b"", parts[name], flags=re.DOTALL)
        parts[name] = cells
    write(path, parts)
    opened = open_workbook(path, "ja")
    assert plan_entries(path) == wanted and wanted["actual[ads:clicks][2026-05]"] == 77
    assert opened.read.faults == [] and opened.dropped.level == "warning" and "数式" in line(opened.dropped, "ja")


def test_functions_that_two_programs_spoilt_are_missed(plan_file, tmp_path):
    """Gnumeric, then LibreOffice: the text of an error, cut short; two short ones may still be read."""
    path = copied(plan_file, tmp_path)
    parts = unzipped(path.read_bytes())
    one = rb'(<definedName[^>]*name="CAC"[^>]*>)_xlfn.LAMBDA([^<]{100})[^<]*'
    parts["xl/workbook.xml"] = re.sub(one, rb'\1error("_xlfn.lambda\2', parts["xl/workbook.xml"])
    write(path, parts)
    opened = open_workbook(path, "ja")
    assert opened.dropped is None  # by nobody who says so
    parts["docProps/app.xml"] = re.sub(rb"<Application>[^<]*<", b"<Application>LibreOffice<", parts["docProps/app.xml"])
    write(path, parts)
    told = open_workbook(path, "ja").dropped
    assert told.level == "hint" and "LAMBDAの関数がなくなっています" in line(told, "ja")


def test_a_day_where_a_number_is_asked_for_says_how_it_becomes_one(plan_file, tmp_path):
    """50,000 typed into such a cell shows as 2036/11/21, and is typed in vain until the format is changed."""
    path = copied(plan_file, tmp_path)
    at = places(path)["actual[stage:orders][2026-05]"]
    path = misplaced(type_in(path, {"actual[stage:orders][2026-05]": 50_000}), path)
    told = [line(fault, "ja") for fault in open_workbook(path, "ja").read.faults if fault.level == "error"]
    assert len(told) == 1 and told[0].startswith(f"計画.xlsx {'!'.join(at)}: 「2036-11-21」")
    assert "50000 という数のつもりなら、セルの書式を「標準」に" in told[0]


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("0", 0.0),
        ("0.2", 0.2),  # no time of the day: nobody plans these
        ("150", 150.0),  # 1900/05/29
        ("25568", 25568.0),  # the last day of 1969
        ("25569", dt.datetime(1970, 1, 1)),
        ("46113", dt.datetime(2026, 4, 1)),
        ("46113.5", dt.datetime(2026, 4, 1, 12)),
        ("109574", dt.datetime(2199, 12, 31)),
        ("109575", 109575.0),
        ("1000000", 1e6),
        ("-1", -1.0),
    ],
)
def test_what_a_number_with_the_format_of_a_date_is(plan_file, stored, read):
    parts = FileBook(NamedParts(unzipped(plan_file.read_bytes())), "計画.xlsx").parts
    style = min(parts.dated)
    assert parts._number(stored, "n", style) == read
    if isinstance(read, dt.datetime):
        assert parts.number(read) == float(stored)
