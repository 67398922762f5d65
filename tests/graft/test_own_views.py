"""How a user looks at our sheets and prints them stays: hidden and grouped rows and columns, panes, filters, paper."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.scenario import InputCells, Scenario, ScenarioList

from tests.graft.anew import made_anew
from tests.graft.plain import ADS, made
from tests.graft.test_our_charts import PLAN, month_more
from tests.graft.test_own_looks import changed, kpi_first, row_of

pytestmark = pytest.mark.slow  # each test builds and grafts a whole workbook

KPIS = "KPI辞書"


def looked_at(book: Any) -> None:
    """On 広告: the clicks' attainment and June hidden, months grouped, another pane; on KPI辞書 arrows to filter."""
    sheet = book[ADS]
    sheet.row_dimensions[15].hidden = True  # clicks:attainment
    sheet.row_dimensions[28].hidden = True  # a row of ours without an id, below the table
    sheet.row_dimensions.group(16, 17, outline_level=1)
    sheet.column_dimensions["I"].hidden = True  # June
    sheet.column_dimensions.group("K", "L", outline_level=2)
    sheet.freeze_panes = "H9"  # ours is G7
    chosen = next(each for each in sheet.sheet_view.selection if each.pane == "bottomRight")
    chosen.activeCell = chosen.sqref = "J14"
    book[KPIS].auto_filter.ref = "B6:P46"
    book[KPIS].auto_filter.add_filter_column(0, ["ads"])


def view_of(data: bytes) -> dict[str, Any]:
    book = openpyxl.load_workbook(BytesIO(data))
    sheet = book[ADS]
    rows, columns = sheet.row_dimensions, sheet.column_dimensions
    chosen = next(each for each in sheet.sheet_view.selection if each.pane == "bottomRight")
    return {
        "hidden rows": {sheet.cell(row, 1).value or row for row in rows if rows[row].hidden},
        "grouped rows": {sheet.cell(row, 1).value: rows[row].outlineLevel for row in rows if rows[row].outlineLevel},
        "hidden columns": {name for name in columns if columns[name].hidden},
        "grouped columns": {
            number: one.outlineLevel
            for one in columns.values()
            if one.outlineLevel
            for number in range(one.min, one.max + 1)
        },
        "pane": sheet.freeze_panes,
        "chosen": (chosen.activeCell, chosen.sqref),
        "filter": (book[KPIS].auto_filter.ref, [one.filters.filter for one in book[KPIS].auto_filter.filterColumn]),
    }


@pytest.mark.long
def test_nothing_of_it_changes_when_nothing_has_changed():
    user = changed(looked_at)
    done = made_anew(user, PLAN)
    assert view_of(done.data) == view_of(user)
    assert view_of(done.data)["pane"] == "H9"
    settings = openpyxl.load_workbook(BytesIO(done.data))[ADS].sheet_format
    assert (settings.outlineLevelRow, settings.outlineLevelCol) == (1, 2)  # room for the buttons of the groups
    assert made_anew(done.data, PLAN).changed == ()


def test_rows_go_with_their_kpi_and_columns_with_their_month():
    user = changed(looked_at)
    done = made_anew(user, kpi_first()).data
    before, there = view_of(user), view_of(done)
    sheet = openpyxl.load_workbook(BytesIO(done))[ADS]
    assert row_of(sheet, "clicks:attainment") != 15  # it has moved, and the others with it
    for what in ("hidden rows", "grouped rows", "hidden columns", "grouped columns", "pane", "filter"):
        assert there[what] == before[what], what
    # the row of actual clicks has gone down with its KPI, and with it the cell that was chosen
    assert there["chosen"] == (f"J{row_of(sheet, 'clicks:actual')}",) * 2


@pytest.mark.long
def test_a_month_more_at_the_end_leaves_all_of_it():
    user = changed(looked_at)
    assert view_of(made_anew(user, month_more()).data) == view_of(user)


@pytest.mark.long
def test_all_columns_beside_ours_stay_hidden_also_when_ours_become_more():
    """Ours reach to L below the links; with a month more too, with 14 to T: what is beside them goes 8 to the right."""

    def hide(book: Any) -> None:
        rest = book[ADS].column_dimensions["S"]
        rest.min, rest.max, rest.hidden = 19, 16384, True

    def hidden(data: bytes) -> set[tuple[int, int]]:
        columns = openpyxl.load_workbook(BytesIO(data))[ADS].column_dimensions
        return {(one.min, one.max) for one in columns.values() if one.hidden}

    user = changed(hide)
    assert hidden(made_anew(user, PLAN).data) == {(19, 16384)}
    assert hidden(made_anew(user, month_more()).data) == {(19, 16384)}
    assert hidden(made_anew(user, replace(PLAN, months=14)).data) == {(19 + 8, 16384)}


@pytest.mark.long
def test_the_pane_of_ours_stays_where_it_is_and_one_that_was_taken_away_stays_away():
    assert openpyxl.load_workbook(BytesIO(made_anew(made(), month_more()).data))[ADS].freeze_panes == "G7"

    def thaw(book: Any) -> None:
        book[ADS].freeze_panes = None

    assert openpyxl.load_workbook(BytesIO(made_anew(changed(thaw), PLAN).data))[ADS].freeze_panes is None


def printed(book: Any) -> None:
    """On 広告: A3, lines between cells, a header, wide margins, pages that begin after the clicks; a scenario."""
    sheet = book[ADS]
    sheet.page_setup.paperSize = 8
    sheet.print_options.gridLines = True
    sheet.page_margins.left = 1.2
    sheet.oddHeader.center.text = "CONFIDENTIAL"
    sheet.row_breaks.append(Break(15))  # after the row BROKEN
    sheet.scenarios = ScenarioList([Scenario([InputCells("H14", val="120")], "A")])


BROKEN = "clicks:attainment"  # the row after which the user ends a page


def paper_of(data: bytes) -> dict[str, Any]:
    sheet = openpyxl.load_workbook(BytesIO(data))[ADS]
    return {
        "paper": sheet.page_setup.paperSize,
        "lines": sheet.print_options.gridLines,
        "left": sheet.page_margins.left,
        "header": sheet.oddHeader.center.text,
        "footer": sheet.oddFooter.left.text,
        # ours end pages between blocks and between KPIs of a table that is too long, none of them here
        "begins after": [id_ for one in sheet.row_breaks.brk if (id_ := sheet.cell(one.id, 1).value) == BROKEN],
        "scenario": [sheet[one.r].row for each in sheet.scenarios.scenario for one in each.inputCells],
    }


def test_paper_header_breaks_and_scenarios_stay_and_the_footer_has_the_new_title():
    user = changed(printed)
    before = paper_of(user)
    assert before["header"] == "CONFIDENTIAL" and before["begins after"] == [BROKEN]
    assert paper_of(made_anew(user, PLAN).data) == before
    made = made_anew(user, kpi_first().with_(title="来年の計画")).data
    after, sheet = paper_of(made), openpyxl.load_workbook(BytesIO(made))[ADS]
    moved = row_of(sheet, "clicks:actual")
    assert moved != 14  # the scenario's cell is that of the actual clicks, wherever they stand
    assert after == before | {"footer": "来年の計画", "scenario": [moved]}


@pytest.mark.long
def test_a_footer_of_the_user_s_stays():
    def signed(book: Any) -> None:
        book[ADS].oddFooter.center.text = "社外秘"

    user = changed(signed)
    footer = openpyxl.load_workbook(BytesIO(made_anew(user, PLAN.with_(title="来年の計画")).data))[ADS].oddFooter
    assert (footer.center.text, footer.left.text) == ("社外秘", PLAN.title)
