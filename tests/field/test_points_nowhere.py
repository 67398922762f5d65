"""What a user pointed at cells of ours that go: nothing points at a stranger in silence, and the rest follows."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.field.foreign_parts import OWN, own_sheet, put_cells, scenario, shape_and_link, what_if_table
from tests.graft.plain import made, sheet_part
from tests.torture.package import Parts, unzipped
from xl_kpi.catalog import text
from xl_kpi.catalog.messages import line
from xl_kpi.commands import open_workbook
from xl_kpi.commands.rewrite import Rewritten, rewrite
from xl_kpi.regenerate.change_report import change_report
from xl_kpi.workbook.package.file_book import FileBook
from xl_kpi.workbook.package.safety import package_parts

pytestmark = pytest.mark.slow  # whole workbooks are written

FUNNEL = "ファネル"


def row_of(data: bytes, sheet: str, id_: str) -> int:
    """The row of ours with an id."""
    cells = FileBook(package_parts(data, "plan.xlsx", "ja"), "plan.xlsx").sheets[sheet].range("A1:A40").value
    return [one for (one,) in cells].index(id_) + 1


@pytest.fixture(scope="module")
def user() -> bytes:
    """Scenario and what-if tables on ファネル, of MQL's row and of SQL's; all else on a sheet of one's own."""
    book = Parts(made())
    mql, sql = (row_of(made(), FUNNEL, id_) for id_ in ("mql", "sql"))
    scenario(book, FUNNEL, **{f"E{mql}": "0.3", f"E{sql}": "0.6"})
    what_if_table(book, FUNNEL, f"Z{mql - 1}", f"Z{mql - 1}:Z{mql - 1}", f"E{mql}")
    what_if_table(book, FUNNEL, f"Z{sql + 1}", f"Z{sql + 1}:Z{sql + 1}", f"E{sql}")
    put_cells(book, FUNNEL, {f"AA{sql + 1}": f"<f>E{sql}*2</f><v>1</v>"})
    what_if_table(book, FUNNEL, f"AD{mql}", f"AD{mql}:AD{sql}", f"E{sql}")  # its first row goes
    put_cells(book, FUNNEL, {f"AD{sql}": "<v>1</v>"})
    what_if_table(book, FUNNEL, f"AG{mql}", f"AG{mql}:AG{mql}", f"E{sql}")  # all of it goes
    cells = (
        f'<row r="1"><c r="A1"><f>INDIRECT("{FUNNEL}!E{sql}")</f><v>0.5</v></c>'
        f'<c r="B1"><f>HYPERLINK("#広告!A1","広告")</f><v>0</v></c>'
        f'<c r="C1"><f>{FUNNEL}!E{sql}</f><v>0.5</v></c></row>'
        f'<row r="3"><c r="A3" t="inlineStr"><is><t>{FUNNEL}</t></is></c><c r="B3"><f>INDIRECT(A3&amp;"!E{sql}")</f>'
        f'<v>0.5</v></c><c r="C3"><f>SUM({FUNNEL}:チャネル!E{sql})</f><v>1</v></c></row>'
    )
    rule = (
        f'<conditionalFormatting sqref="A1"><cfRule type="expression" priority="1"><formula>{FUNNEL}!$E${mql}&gt;0.5'
        f'</formula></cfRule><cfRule type="expression" priority="2"><formula>INDIRECT("{FUNNEL}!E{sql}")</formula>'
        "</cfRule></conditionalFormatting>"
        f'<hyperlinks><hyperlink ref="B2" location="{FUNNEL}!E{mql}"/></hyperlinks>'
    )
    x14 = 'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
    xm = 'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
    line = (
        f'<extLst><ext uri="{{05C60535-1F16-4fd2-B633-F4F36F0B64E0}}" {x14}><x14:sparklineGroups {xm}>'
        f"<x14:sparklineGroup><x14:sparklines><x14:sparkline><xm:f>{FUNNEL}!E{mql}:F{mql}</xm:f><xm:sqref>D1</xm:sqref>"
        "</x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext>"
        f'<ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" {x14}><x14:dataValidations {xm} count="1">'
        f'<x14:dataValidation type="list"><x14:formula1><xm:f>{FUNNEL}!$F${mql}</xm:f></x14:formula1>'
        "<xm:sqref>D2</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
    )
    part = own_sheet(book, cells, rule + line)
    shape_and_link(book, part, f"{FUNNEL}!$E${mql}", f"{FUNNEL}!E{sql}")
    return book.zipped()


@pytest.fixture(scope="module")
def done(user: bytes, tmp_path_factory) -> tuple[Rewritten, bytes, Path]:
    path = tmp_path_factory.mktemp("points") / "plan.xlsx"
    path.write_bytes(user)
    return *without_mql(path), path


def without_mql(path: Path, **how: bool) -> tuple[Rewritten, bytes]:
    opened = open_workbook(path, "ja")
    stages = tuple(one for one in opened.read.plan.stages if one.id != "mql")
    plan = opened.read.plan.with_(stages=stages)
    plan = plan.with_(actuals={key: n for key, n in plan.actuals.items() if key[0] != "stage:mql"})
    written = rewrite(opened, plan, command="regenerate", who="鈴木", now=dt.datetime(2026, 6, 3), **how)
    return written, path.read_bytes()


def part_of(data: bytes, sheet: str) -> str:
    return unzipped(data)[sheet_part(data, sheet)].decode("utf-8")


def test_a_scenario_keeps_the_cells_that_are_left(done):
    """MQL's row goes and SQL's comes into its place: the scenario must not put MQL's rate there."""
    _, data, _ = done
    sql = row_of(data, FUNNEL, "sql")
    assert re.findall(r'<inputCells [^>]*r="(\w+)" val="([\d.]+)"', part_of(data, FUNNEL)) == [(f"E{sql}", "0.6")]
    assert 'count="1"' in re.search(r"<scenario [^>]*>", part_of(data, FUNNEL))[0]


def test_a_what_if_table_varies_no_stranger(done):
    _, data, _ = done
    sql = row_of(data, FUNNEL, "sql")
    tables = re.findall(r'<f t="dataTable"[^>]*>', part_of(data, FUNNEL))
    assert ['r1="' in one for one in tables] == [False, True, True]
    assert 'del1="1"' in tables[0] and all(f'r1="E{sql}"' in one for one in tables[1:])
    assert f'ref="AD{sql}"' in tables[1]  # the rows that are left of it


def test_what_is_gone_is_told_and_kept_in_words(done):
    """On the terminal, on 保管 and in 履歴; what nothing can say in place of a cell, with what to do about it."""
    result, _, _ = done
    kept = " ".join(one.label for one in result.kept)
    assert "シナリオ" in kept and "データテーブル" in kept
    told = " ".join(line(fault, "ja") for fault in result.warnings)
    assert "{=TABLE(,E" in " ".join(str(one.value) for one in result.kept)
    assert f"{FUNNEL}!$F$" in told  # a list of choices as Excel writes it since 2010
    for kind in ("rule", "sparkline", "link", "shape"):
        assert text(f"graft_stranded_{kind}", "ja") in told, kind
    words = [fault.cell for fault in result.warnings if line(fault, "ja").count("文字で書かれた")]
    assert words == ["B3", ""]  # put together from a cell; a rule; that of A1 stands in the report of a regenerate
    assert [one.place for one in result.formulas if one.widened] == [f"{OWN}!C3"]  # through sheets: nothing follows
    in_words = [one.place for one in result.formulas if one.in_words]
    assert in_words == [f"{OWN}!A1"]  # 広告!A1 of B1 stands where it did
    report = change_report((), (), (), (), result.formulas, "ja", 9)
    assert text("regenerate_formula_words", "ja", place=f"{OWN}!A1") in [*report]
    assert f"plan.xlsx {OWN}" in told


def test_what_is_not_gone_follows(done):
    _, data, _ = done
    sql = row_of(data, FUNNEL, "sql")
    assert f"{FUNNEL}!E{sql}</f>" in part_of(data, OWN) or f"'{FUNNEL}'!E{sql}</f>" in part_of(data, OWN)
    assert re.search(rf"#'?{FUNNEL}'?!E{sql}\"", unzipped(data)["xl/drawings/_rels/drawing77.xml.rels"].decode("utf-8"))


@pytest.mark.long
def test_dry_run_says_the_same(user, done, tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(user)
    told, data = without_mql(path, dry_run=True)
    assert data == user
    assert [line(one, "ja") for one in done[0].warnings if "graft_" in one.key] == [
        line(one, "ja") for one in told.warnings if "graft_" in one.key
    ]
    assert [(one.label, one.value) for one in told.kept] == [(one.label, one.value) for one in done[0].kept]


def test_a_scenario_and_a_header_on_a_tab_that_goes_are_told(tmp_path):
    """A confidentiality marking, and a scenario: nothing else of the user's is on the tab."""
    book = Parts(made())
    macro = book.add("xl/vbaProject.bin", b"any", "application/vnd.ms-office.vbaProject")
    book.relate("xl/workbook.xml", "http://schemas.microsoft.com/office/2006/relationships/vbaProject", macro)
    scenario(book, "ウェビナー", H14="120")
    part = sheet_part(book.zipped(), "ウェビナー")
    book.parts[part] = re.sub(
        r"<oddHeader ?/>|<oddHeader></oddHeader>", "<oddHeader>&amp;C社外秘</oddHeader>", book.text(part)
    ).encode()
    path = tmp_path / "plan.xlsx"
    path.write_bytes(book.zipped())
    opened = open_workbook(path, "ja")
    channels = tuple(replace(one, on=one.on and one.id != "webinar") for one in opened.read.plan.channels)
    plan = opened.read.plan.with_(channels=channels)
    told = rewrite(opened, plan, command="channels", who="鈴木", now=dt.datetime(2026, 6, 3), dry_run=True)
    kept = {one.label: one.value for one in told.kept}
    assert kept["ウェビナー の印刷設定（シートがなくなりました）"] == "&C社外秘"
    assert any("シナリオ" in label for label in kept)
    assert [one.found for one in told.warnings if "マクロ（VBA）" in line(one, "ja")] == ["ウェビナー"]
