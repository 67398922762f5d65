"""Formulas of the user's that lose what they point at are kept, and come back when that is there again."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.new_files import new_file
from tests.open_book.open_books import contents, open_book
from tests.regenerate.described import moves
from tests.regenerate.test_files import NOW, own, plan, regenerate
from tests.regenerate.typing_in import add_sheet, parts_of, places, type_in, type_in_cells
from tests.relocation.test_book_moves import PLAN, without
from xl_kpi.commands.rewrite import Rewritten
from xl_kpi.open_book import regenerate as open_regenerate
from xl_kpi.open_book.snapshot import fetched
from xl_kpi.plan.language import in_language
from xl_kpi.plan.model import Plan
from xl_kpi.regenerate.change_report import change_report
from xl_kpi.workbook.relocation.book_moves import BookMoves
from xl_kpi.workbook.relocation.precedents import described, resolved

pytestmark = pytest.mark.slow  # whole workbooks are described, written and read back

OFF, ON = {"tbl_channels[ads].on": "×"}, {"tbl_channels[ads].on": "○"}


# --- what a formula points at, in words that outlive addresses -------------------------------------------

WITHOUT_ADS, LONGER = without(PLAN, "ads"), PLAN.with_(months=18)
EARLIER = PLAN.with_(start=dt.date(2026, 2, 1))
LATER = (PLAN, EARLIER.with_(months=18), in_language(PLAN, "en"))
_KNOWN: dict[tuple[int, int], BookMoves] = {}


def between(old: Plan, new: Plan) -> BookMoves:
    """The moves between two of these plans, described once."""
    key = id(old), id(new)
    if key not in _KNOWN:
        _KNOWN[key] = moves(old, new)
    return _KNOWN[key]


# 広告 has its months from column G, April first, so that a start in February puts April into I; 18 months end in X.
AIMS = [
    ("広告!H9*2", "広告!J9*2", "'Ads'!H9*2"),
    ("SUM(広告!G9:I9)", "SUM(広告!I9:K9)", "SUM('Ads'!G9:I9)"),  # April to June
    ("SUM(広告!$G$9:$R$23)", "SUM(広告!$G$9:$X$23)", "SUM('Ads'!$G$9:$R$23)"),  # all rows, all months
    ("SUM(広告!G:R)", "SUM(広告!G:X)", "SUM('Ads'!G:R)"),
    ("広告!9:9", "広告!9:9", "'Ads'!9:9"),
    ("COUNT(act_ads)", "COUNT(act_ads)", "COUNT(act_ads)"),
    ("広告!H9+サービスサイト!G9", "広告!J9+サービスサイト!I9", "'Ads'!H9+'Website'!G9"),
    ("SUM(サービスサイト:広告!G9)", "SUM(サービスサイト:広告!G9)", "SUM('Website:Ads'!G9)"),
]


@pytest.mark.parametrize(("formula", "earlier", "english"), AIMS)
def test_a_reference_is_found_again_wherever_it_is_then(formula, earlier, english):
    left = between(PLAN, WITHOUT_ADS)
    aim = described(formula, "自分", left)
    assert resolved(aim, left) is None  # while the channel is off
    found = [
        resolved(aim, between(WITHOUT_ADS, later)).replace("'サービスサイト:広告'", "サービスサイト:広告")
        for later in LATER
    ]
    assert found == [formula, earlier, english]


def test_a_month_outside_the_plan_is_waited_for():
    shorter, longer = PLAN.with_(months=2), PLAN.with_(months=6)
    aim = described("広告!I9", "自分", moves(PLAN, shorter))
    assert resolved(aim, moves(shorter, shorter)) is None
    assert resolved(aim, moves(shorter, longer)) == "広告!I9"


def test_a_kpi_that_went_is_known_by_its_id():
    """The second and the third KPI of サービスサイト go and come back behind the others: row 16 becomes row 22."""
    gone = [kpi for kpi in PLAN.kpis_of("web") if kpi.id in ("form_visits", "form_completion")]
    fewer = PLAN.with_(kpis=tuple(kpi for kpi in PLAN.kpis if kpi not in gone))
    again = fewer.with_(kpis=(*fewer.kpis, *gone))
    aim = described("サービスサイト!G16", "自分", moves(PLAN, fewer))
    assert resolved(aim, moves(fewer, fewer)) is None
    assert resolved(aim, moves(fewer, again)) == "サービスサイト!G22"


# --- what can't be re-aimed is told ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("INDEX(広告!G9:R9,14)", True),
        ("INDEX(out_months,2,5)", True),
        ("SUM(INDEX(order_costs,2))", False),  # one a channel, whatever the months
        ("INDEX(広告!G9:I9,2)", False),  # three months, as before
        ("SUM(広告!G9:R9)", False),
        ("VLOOKUP(A1,自分!A1:C9,2)", False),
    ],
)
def test_numbers_that_count_rows_or_columns_are_to_be_looked_at_where_these_are_others(formula, told):
    """Half a year more: 広告 has its months in G to X, behind them nothing; out_months (on 計算) has six more."""
    assert between(PLAN, LONGER).trail(formula, "自分").check is told
    assert not between(PLAN, PLAN).trail(formula, "自分").check


def test_a_cell_from_which_others_are_counted_is_told_where_these_are_others():
    """Two months earlier what was one column beside the year's total is now three."""
    assert between(PLAN, EARLIER).trail("offset(広告!F9,0,1)", "自分").check
    assert not between(PLAN, LONGER).trail("offset(広告!F9,0,1)", "自分").check


def test_a_block_of_the_calculation_sheet_whose_months_or_rows_are_others_is_told():
    """Two months earlier its first column is February; turned about, its rows are other channels."""
    assert between(PLAN, EARLIER).trail("INDEX(out_channels,1,1)", "自分").check
    turned = moves(PLAN, PLAN.with_(channels=PLAN.channels[::-1]))
    assert turned.trail("INDEX(out_channels,1,1)", "自分").check
    assert not turned.trail("INDEX(out_months,1,1)", "自分").check
    assert not between(PLAN, in_language(PLAN, "en")).trail("INDEX(out_channels,1,1)", "自分").check


def test_another_order_of_the_channels_is_told_too():
    turned = moves(PLAN, PLAN.with_(channels=PLAN.channels[::-1]))
    assert turned.trail("INDEX(チャネル!F7:F11,2)", "自分").check
    assert not turned.trail("INDEX(ファネル!F7:F11,2)", "自分").check


def test_cells_of_the_calculation_sheet_are_known_by_month_and_column():
    """Its months begin in row 16, stages from the orders in column L on backwards."""
    assert between(PLAN, EARLIER).formula("計算!F16", "自分") == "計算!F18"  # April
    fewer = PLAN.with_(stages=tuple(stage for stage in PLAN.stages if stage.id != "proposals"))
    moved = moves(PLAN, fewer)
    assert moved.formula("計算!N17", "自分") == "計算!M17"  # of the stage before the one that went
    assert moved.trail("計算!M17", "自分").lost


# --- on files --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def begun() -> bytes:
    return new_file(plan())


@pytest.fixture
def path(begun, tmp_path) -> Path:
    file = tmp_path / "計画.xlsx"
    file.write_bytes(begun)
    return file


FORMULAS = {
    "A1": "=広告!G9*2",
    "A2": "=SUM(広告!G9:I9)",
    "A3": "=COUNT(act_ads)",
    "A4": "=サービスサイト!G9+広告!H9",
    "A5": "=広告!I9*2",
}


def beside(path: Path, sheet: str, cell: str, formula: str) -> None:
    """A formula (or number) of the user's on a sheet of ours, beside what is printed."""
    row = re.sub(r"\D", "", cell)
    typed = (
        f'<c r="{cell}"><f>{formula[1:]}</f><v>1</v></c>'
        if formula[0] == "="
        else f'<c r="{cell}"><v>{formula}</v></c>'
    )
    edit(path, sheet, rf'(<row r="{row}"[ >].*?)</row>', rf"\g<1>{typed}</row>")


def edit(path: Path, sheet: str, pattern: str, new: str) -> None:
    """The XML of a sheet (or of the workbook, "") with something in place of something else."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    part = parts_of(parts)[sheet] if sheet else "xl/workbook.xml"
    xml, count = re.subn(pattern, new, parts[part].decode(), count=1, flags=re.DOTALL)
    assert count == 1
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**parts, part: xml.encode()}.items():
            package.writestr(name, content)


def kept_formulas(done) -> dict[str, str]:
    return {key: one.value for key, one in done.records.archive.items() if key.startswith("formula[")}


@pytest.fixture(scope="module")
def switched_off(begun, tmp_path_factory) -> tuple[bytes, Rewritten]:
    """The workbook with the user's formulas, a channel switched off, and what the command told."""
    path = tmp_path_factory.mktemp("gone") / "計画.xlsx"
    path.write_bytes(begun)
    add_sheet(path, "自分", {cell: (formula, 1.0) for cell, formula in FORMULAS.items()})
    beside(path, "サービスサイト", "T9", "=広告!G9+1")
    edit(path, "", "</definedNames>", "<definedName name=\"広告費\">'広告'!$G$9</definedName></definedNames>")
    type_in(path, OFF)
    done = regenerate(path)
    return path.read_bytes(), done


@pytest.fixture
def gone(switched_off, path) -> Path:
    path.write_bytes(switched_off[0])
    return path


def test_a_formula_that_loses_its_target_is_kept_as_it_read(switched_off, gone):
    assert own(gone)["A1"] == own(gone)["A5"] == "=#REF!*2"
    wanted = {f"formula[自分!{cell}]": formula for cell, formula in FORMULAS.items()}
    wanted |= {"formula[サービスサイト!T9]": "=広告!G9+1", "formula[広告費]": "='広告'!$G$9"}
    assert kept_formulas(switched_off[1]) == wanted
    kept = {row[1].value: row[3].value for row in openpyxl.load_workbook(gone)["保管"].iter_rows(min_row=8)}
    assert kept["自分!A1 の数式"] == "=広告!G9*2" and kept["サービスサイト!T9 の数式"] == "=広告!G9+1"


def test_it_comes_back_with_its_target(gone):
    # Excel and LibreOffice store #REF! as the result of what points nowhere
    edit(gone, "自分", r'<c r="A1">(<f>.*?</f>)<v>1.0</v></c>', r'<c r="A1" t="e">\1<v>#REF!</v></c>')
    type_in(gone, ON)
    back = regenerate(gone)
    assert own(gone) == FORMULAS and back.records.archive == {}
    book = openpyxl.load_workbook(gone)
    assert book["サービスサイト"]["T9"].value == "=広告!G9+1" and book.defined_names["広告費"].attr_text == "広告!$G$9"
    lines = list(change_report((), (), back.kept, back.returned, back.formulas, "ja", 20))
    assert "数式が復帰: 自分!A4  =サービスサイト!G9+#REF! → =サービスサイト!G9+広告!H9" in lines
    assert sum("数式" in line for line in lines) == 7  # each is told once
    with zipfile.ZipFile(gone) as package:
        xml = package.read(parts_of({name: package.read(name) for name in package.namelist()})["自分"]).decode()
    assert '<c r="A1"><f>広告!G9*2</f></c>' in xml  # to be calculated anew
    assert "保管" not in book.sheetnames and regenerate(gone).unchanged


def test_what_the_user_has_changed_stays_his_and_is_kept_on(gone):
    type_in_cells(gone, {"自分": {"A1": 7, "A4": ("=サービスサイト!G9", 1.0)}})
    type_in(gone, ON)
    done = regenerate(gone)
    assert own(gone) == {**FORMULAS, "A1": 7, "A4": "=サービスサイト!G9"}
    assert kept_formulas(done) == {"formula[自分!A1]": FORMULAS["A1"], "formula[自分!A4]": FORMULAS["A4"]}


@pytest.mark.long
def test_rows_inserted_above_do_not_matter(gone):
    """Three rows down, as programs write it: two formulas that read alike keep their order."""
    for row in range(5, 0, -1):
        edit(gone, "自分", rf'<row r="{row}"><c r="A{row}"', f'<row r="{row + 3}"><c r="A{row + 3}"')
    type_in(gone, ON)
    done = regenerate(gone)
    assert own(gone) == {f"A{int(cell[1:]) + 3}": formula for cell, formula in FORMULAS.items()}
    assert kept_formulas(done) == {}


@pytest.mark.long
def test_the_second_target_that_goes_does_not_take_the_first_one_s_place(gone):
    type_in(gone, {"tbl_channels[web].on": "×"})
    both = regenerate(gone)
    assert own(gone)["A4"] == "=#REF!+#REF!"
    assert kept_formulas(both)["formula[自分!A4]"] == "=サービスサイト!G9+広告!H9"
    type_in(gone, {**ON, "tbl_channels[web].on": "○", "plan_start": dt.date(2026, 3, 1)})
    regenerate(gone)
    assert own(gone)["A4"] == "=サービスサイト!H9+広告!I9"  # April is the second month now


def test_an_open_book_does_the_same(gone):
    type_in(gone, ON)
    book = open_book(gone.read_bytes())
    done = open_regenerate.regenerate(book, fetched(book), now=NOW)
    assert {f"A{row}": formula for (row, _), formula in contents(book)["自分"].items()} == FORMULAS
    assert contents(book)["サービスサイト"][9, 20] == "=広告!G9+1" and "保管" not in contents(book)
    assert "数式が復帰: 広告費  =#REF! → =広告!$G$9" in done.message  # the first of many


def test_an_input_cell_keeps_the_number_where_its_formula_loses_its_target(path):
    type_in(path, {"tbl_channels[web].unit_cost": ("=広告!G9+15000", 15000.0), **OFF})
    done = regenerate(path)
    sheet, cell = places(path)["tbl_channels[web].unit_cost"]
    assert openpyxl.load_workbook(path)[sheet][cell].value == 15000
    assert kept_formulas(done) == {f"formula[{sheet}!{cell}]": "=広告!G9+15000"}
    assert [(one.place, one.new, one.lost) for one in done.formulas] == [(f"{sheet}!{cell}", "15000", True)]


def test_what_points_at_the_user_s_own_cells_follows_them_to_the_sheet_that_stays(path):
    for cell, typed in {"T9": "33", "T10": "=T9+1", "U9": "=G9+1"}.items():
        beside(path, "広告", cell, typed)
    add_sheet(
        path, "自分", {"A1": ("=広告!T9*2", 66.0), "A2": ("=SUM(広告!T9:T10)", 67.0), "A3": ("=広告!G9+広告!T9", 1.0)}
    )
    type_in(path, OFF)
    done = regenerate(path)
    rest = "'広告（残り）'"
    assert own(path) == {"A1": f"={rest}!T9*2", "A2": f"=SUM({rest}!T9:T10)", "A3": f"=#REF!+{rest}!T9"}
    # what points at a cell of ours there keeps its result, and its words on 保管
    assert own(path, "広告（残り）") == {"T9": 33, "T10": "=T9+1", "U9": 1}
    assert done.records.archive["cell[広告!U9]"].value == "=G9+1"
    assert [one.place for one in done.formulas if one.lost] == ["自分!A3"]
    type_in(path, ON)
    regenerate(path)
    assert own(path)["A3"] == f"=広告!G9+{rest}!T9"
