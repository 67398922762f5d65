"""Cells that no longer wear our styles: ours are known by what we had written there, the user's are never lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from tests.closed_plans import small
from tests.regenerate.described import spec_of
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.merging.as_sent import plan_as_left
from xl_kpi.plan.records import Records
from xl_kpi.workbook.cells.rectangles import Rect
from xl_kpi.workbook.graft.cells import Described, UserCells, spelled
from xl_kpi.workbook.graft.old_sheet import OldSheet, SharedTexts
from xl_kpi.workbook.graft.styles import Sheaf
from xl_kpi.workbook.graft.user_cells import AsLeft
from xl_kpi.workbook.package.package import MAIN
from xl_kpi.workbook.spec import SheetSpec

NO_TEXTS = SharedTexts(lambda: ())
# Format 1 is one of our styles; the others are none.
STYLES = f"""<styleSheet xmlns="{MAIN}">
<cellStyleXfs><xf/><xf/></cellStyleXfs><cellXfs><xf xfId="0"/><xf xfId="1"/></cellXfs>
<cellStyles><cellStyle name="Normal" xfId="0"/><cellStyle name="kpi value" xfId="1"/></cellStyles></styleSheet>"""


def page(unit: str = "1") -> SheetSpec:
    """A row of ours with its id: words, a formula, a cell to type in, a number; a formula in a row without an id."""
    sheet = SheetSpec("settings", "設定")
    sheet.put(4, 1, "goal")
    sheet.put(4, 2, "目標", "label")
    sheet.put(4, 3, 7.0, "value", formula=f"='逆算'!$C$24/{unit}")
    sheet.put(4, 4, 91.35, "input.yen")
    sheet.put(4, 5, 91.35 if unit == "1" else 99.0, "value")
    sheet.put(6, 3, 7.0, "value", formula="=C4*2")
    return sheet


def old(cells: dict[str, str]) -> OldSheet:
    """The sheet in the user's file, no cell of it in one of our styles but a blank one."""
    rows: dict[str, list[str]] = {}
    for name, words in cells.items():
        inside = f"<f>{words[1:]}</f>" if words.startswith("=") else f"<v>{words}</v>"
        text = "" if words.startswith("=") or words.replace(".", "").isdigit() else ' t="str"'
        rows.setdefault(name[1:], []).append(f'<c r="{name}" s="0"{text}>{inside}</c>')
    written = "".join(f'<row r="{row}">{"".join(each)}</row>' for row, each in rows.items())
    blank = '<row r="9"><c r="B9" s="1"/></row>'
    root = etree.fromstring(f'<worksheet xmlns="{MAIN}"><sheetData>{written}{blank}</sheetData></worksheet>')
    here = lambda row, column: (row, column)  # noqa: E731
    return OldSheet("設定", ["設定"], "", root, Rect(1, 1, 9, 8), [], here, here, lambda formula: formula)


def lost(cells: dict[str, str], before: SheetSpec | None, now: SheetSpec | None = None) -> dict[str, str]:
    """What of a sheet would be kept on 保管."""
    was = old(cells)
    left = AsLeft(was, lambda: Described(before) if before else None, NO_TEXTS)
    found = UserCells(was, Described(now or page("1000")), Sheaf(etree.fromstring(STYLES)), NO_TEXTS).carried(left)
    return {one.cell: one.text for one in found.lost}


OURS = {"A4": "goal", "B4": "目標", "C4": "=逆算!$C$24/1", "E4": "91.34999999999999", "C6": "=C4*2"}


def test_what_we_had_written_there_is_ours_though_the_new_sheet_says_another_thing():
    assert lost(OURS, page()) == {}
    assert lost(OURS, None) == {"C4": "=逆算!$C$24/1", "E4": "91.34999999999999"}  # nothing is known of the old sheet


@pytest.mark.parametrize(
    "theirs",
    [
        {"C4": "=逆算!$C$24/2"},  # a formula of the user's over ours
        {"C4": "7"},  # a number over a formula of ours, though it is its result
        {"B4": "わが社の目標"},
        {"E4": "91.36"},
        {"A4": "mine", "E4": "91.35"},  # another row stands there now, which happens to hold the same number
    ],
)
def test_what_the_user_wrote_is_kept(theirs: dict[str, str]):
    assert lost({**OURS, **theirs}, page()) == theirs


def test_a_number_of_ours_where_a_formula_stands_now_is_only_known_without_an_id_where_nobody_types():
    left = {free: AsLeft(old({"C6": "2"}), lambda: Described(before), NO_TEXTS, free) for free in (False, True)}
    before = SheetSpec("calc", "計算")
    before.put(6, 3, 2, "calc")
    assert {free: one.has((6, 3), "2") for free, one in left.items()} == {False: False, True: True}
    was = old({"C6": "2"})
    was.cells[6, 3][0].set("s", "1")  # in a style of ours, but in none of the hidden sheet's
    cells = UserCells(was, Described(page()), Sheaf(etree.fromstring(STYLES)), NO_TEXTS)
    assert [one.cell for one in cells.carried(left[False]).lost] == ["C6"]
    assert cells.carried(left[True]).lost == []


def test_the_old_sheet_is_described_only_where_a_cell_does_not_look_like_ours():
    was = old({})
    UserCells(was, Described(page()), Sheaf(etree.fromstring(STYLES)), NO_TEXTS).carried(
        AsLeft(was, lambda: pytest.fail("described"), NO_TEXTS)
    )


def test_a_formula_that_the_new_sheet_has_anyway_is_not_kept_however_it_is_spelled():
    assert lost({"C4": "=逆算!$C$24/1000"}, None) == {}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("='逆算'!$C$24/2", "=逆算!$C$24/2", True),
        ("=A1*(1-1.23E-11)", "=A1*(1-0.0000000000123)", True),
        ("=A1*(1-1.23E-11)", "=A1*(1-0.0000000000124)", False),
        ("=A1+LOG10(2)", "=A1+LOG10(2.0)", True),
        ("=A1+LOG10(2)", "=A01+LOG10(2)", False),  # what belongs to a name is no number
        ("=$C$24", "=$C$240", False),
    ],
)
def test_programs_spell_formulas_each_in_their_own_way(one: str, other: str, same: bool):
    assert (spelled(one) == spelled(other)) is same


def test_a_plan_is_taken_back_to_what_the_last_command_left():
    plan = small(months=3)
    last = Records().with_(last=entries_of(plan))
    typed = plan.with_(
        currency_unit="million_yen",
        settings={**plan.settings, "next_period": "off"},
        goal=replace(plan.goal, value=plan.goal.value * 2),
        months=5,
    )
    assert spec_of(typed).sheet("settings").cells != spec_of(plan).sheet("settings").cells
    left = spec_of(plan_as_left(typed, last))
    assert [sheet.cells for sheet in left.sheets] == [sheet.cells for sheet in spec_of(plan).sheets]
    assert plan_as_left(typed, Records()) == typed  # nothing is known of the last command
