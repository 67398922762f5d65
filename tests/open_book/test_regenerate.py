"""Regenerate in an open book gives what the command line makes of the same workbook, and takes the user's along."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName

from tests.open_book.open_books import contents, contents_of, open_book
from tests.open_book.typed_books import (
    NOW,
    another_language,
    another_start,
    by_file,
    channel_off,
    entries,
    in_the_way,
    numbers,
    renamed,
    structure,
    workbook,
)
from tests.regenerate.typing_in import add_sheet, places, type_in
from tests.told import raises_saying
from xl_kpi.catalog import text
from xl_kpi.errors import InputFaults, Refused
from xl_kpi.open_book import regenerate as open_regenerate
from xl_kpi.open_book import writing as open_write
from xl_kpi.open_book.regenerate import Regenerated
from xl_kpi.open_book.snapshot import Fetched, fetched
from xl_kpi.workbook.writing.host import PlainHost

pytestmark = pytest.mark.slow  # whole workbooks are written and read back


@pytest.fixture
def path(tmp_path) -> Path:
    file = tmp_path / "計画.xlsx"
    file.write_bytes(workbook(3))
    return file


def regenerate(book, found: Fetched | None = None) -> Regenerated:
    return open_regenerate.regenerate(book, found or fetched(book), now=NOW)


# --- as the command line does it -------------------------------------------------------------------------


WIDE = 12  # months: wide enough that the links in the first row stand above what is printed
WAYS = [(entries, WIDE), (channel_off, WIDE), *((way, 3) for way in (structure, another_start, another_language)),
        (renamed, 3), (in_the_way, 3)]  # fmt: skip
OFTEN = (structure,)  # in every run; another start: test_macros.py


@pytest.mark.parametrize(
    ("change", "months"),
    [pytest.param(*way, id=way[0].__name__, marks=[pytest.mark.long] * (way[0] not in OFTEN)) for way in WAYS],
)
def test_every_cell_and_name_is_as_the_command_line_makes_it(path, change, months):
    path.write_bytes(workbook(months))
    change(path)
    book = open_book(path.read_bytes())
    done, filed = regenerate(book), by_file(path)
    cells, made = numbers(contents(book)), numbers(contents_of(path.read_bytes()))
    assert list(cells) == list(made)
    for sheet in made:
        assert cells[sheet] == made[sheet], sheet
    defined = openpyxl.load_workbook(path).defined_names
    assert {name.name: name.refers_to for name in book.names if "!" not in name.name} == {
        name: f"={one.attr_text}" for name, one in defined.items()
    }
    assert done.changes == filed.changes and len(done.changes) > 0


def test_once_more_changes_nothing_and_writes_no_line(path):
    entries(path)
    by_file(path)
    book = open_book(path.read_bytes())
    before = contents(book)
    done = regenerate(book)
    assert done.spec is None and done.changes == () and "変わったところはありません" in done.message
    assert contents(book) == before


def test_what_lost_its_target_and_what_was_kept_is_told(path):
    channel_off(path)
    done = regenerate(open_book(path.read_bytes()))
    first = done.message.split("\n")[0]
    # typed: the channel and the months; then two actuals and one formula to 保管
    assert "変更履歴に5行、保管へ3件" in first
    assert "チャネルを使わない: 広告" in done.message
    assert "バックアップ" not in done.message


# --- what of the user's is on our sheets -----------------------------------------------------------------


def test_words_beside_our_tables_go_along_and_numbers_over_formulas_are_kept(path):
    type_in(path, {"plan_months": 5})
    book = open_book(path.read_bytes())
    at = places(path)["actual[web:cv][2026-04]"]
    row = int(re.sub(r"\D", "", at[1]))
    values, formulas = book.impl.wb, book.impl.formulas
    for sheets in (values, formulas):
        sheets["サービスサイト"].cell(row, 25, "確認済み")  # beside the tab, which ends in column L
        sheets["ファネル"].cell(60, 3, 7)  # below everything
        sheets["サービスサイト"].cell(row, 5, 999)  # over the formula of the total
    formulas["サービスサイト"].cell(row + 1, 25, f"={at[1]}*2")
    values["サービスサイト"].cell(row + 1, 25, 360)
    done = regenerate(book)
    after = contents(book)["サービスサイト"]
    # the tab is as wide as its words need, with three months and with five: what stood beside it stays
    assert after[row, 25] == "確認済み"
    assert after[row + 1, 25] == f"={at[1]}*2"
    assert contents(book)["ファネル"][60, 3] == 7
    (kept,) = [line for line in done.changes if line.key.startswith("cell[")]
    assert (kept.key, kept.old) == (f"cell[サービスサイト!E{row}]", "999")


class Note:
    """A note as the desktop tells it."""

    def __init__(self, cell, text: str):
        self.location, self.text = cell, text


def test_notes_go_with_their_cells_and_are_kept_where_these_go(path, monkeypatch):
    at = places(path)
    web, ads = at["actual[web:cv][2026-04]"], at["actual[ads:cost][2026-04]"]
    type_in(path, {"plan_start": dt.date(2026, 3, 1), "tbl_channels[ads].on": "×"})
    book, written = open_book(path.read_bytes()), []
    notes = {sheet: [Note(book.sheets[sheet].range(cell), f"{sheet}の確認")] for sheet, cell in (web, ads)}
    monkeypatch.setattr(type(book.sheets[0]), "notes", property(lambda sheet: notes.get(sheet.name, [])))
    monkeypatch.setattr(type(book.sheets[0].range("A1")), "add_note", lambda cell, text: written.append((cell, text)))
    done = regenerate(book)
    ((cell, text),) = written
    assert text == "サービスサイトの確認" and cell.sheet.name == "サービスサイト"
    old = re.fullmatch(r"([A-Z]+)(\d+)", web[1])
    assert cell.get_address(False, False) == f"{chr(ord(old[1]) + 1)}{old[2]}"  # one month further
    assert [line.old for line in done.changes if line.key.startswith("cell[")] == ["広告の確認"]


class Thing:
    """A chart, picture or shape as a host tells it."""

    def __init__(self, name: str, type: str = "auto_shape"):
        self.name, self.type = name, type


@pytest.mark.parametrize(
    ("kind", "thing", "word"),
    [
        ("shapes", Thing("四角形 1"), "図形"),
        ("pictures", Thing("ロゴ"), "画像"),
        ("tables", Thing("テーブル1"), "テーブル"),
        ("pivot_tables", Thing("ピボット"), "ピボットテーブル"),
    ],
)
def test_what_no_call_can_take_along_is_a_reason_not_to_begin(path, monkeypatch, kind, thing, word):
    type_in(path, {"kgi_value": 70})
    book = open_book(path.read_bytes())
    before = contents(book)
    real = type(book.sheets[0])
    things = property(lambda sheet: [thing] if sheet.name == "設定" else [])
    monkeypatch.setattr(real, kind, things)
    with pytest.raises(Refused, match=f"変更していません.*\n設定: {word}$"):
        regenerate(book)
    assert contents(book) == before


def test_shapes_that_are_our_charts_or_notes_do_not_stop_it(path, monkeypatch):
    type_in(path, {"kgi_value": 70})
    book = open_book(path.read_bytes())
    shapes = [Thing("xl_kpi 1", "chart"), Thing("Comment 1", "comment")]
    monkeypatch.setattr(type(book.sheets[0]), "shapes", property(lambda sheet: shapes))
    assert regenerate(book).spec is not None


def test_a_discussion_on_our_sheets_is_a_reason_not_to_begin(path):
    type_in(path, {"kgi_value": 70})
    book = open_book(path.read_bytes())
    found = fetched(book)
    found.threads.append("逆算")
    with pytest.raises(Refused, match="\n逆算: コメント$"):
        regenerate(book, found)


@pytest.mark.parametrize(("name", "stops"), [("memo", True), ("Print_Titles", False)])
def test_a_name_that_holds_on_one_of_our_sheets_alone_is_a_reason_not_to_begin(path, name, stops):
    type_in(path, {"kgi_value": 70})
    book = open_book(path.read_bytes())
    book.impl.wb["逆算"].defined_names[name] = DefinedName(name, attr_text="'逆算'!$1:$6")
    if stops:
        with pytest.raises(Refused, match="\n逆算: シート単位の名前$"):
            regenerate(book)
    else:  # Excel's own: it goes with the old sheet
        assert regenerate(book).spec is not None


def test_own_formulas_that_can_t_be_written_bring_everything_back(path, monkeypatch):
    """A sheet of the user's that is protected is played: its second formula can't be written."""
    at = "!".join(places(path)["actual[web:cv][2026-04]"])
    add_sheet(path, "自分", {"A1": (f"={at}", 180.0), "A2": (f"={at}*2", 360.0)})
    type_in(path, {"plan_start": dt.date(2026, 3, 1)})
    book = open_book(path.read_bytes())
    before, names = contents(book), {name.name: name.refers_to for name in book.names}
    real = PlainHost.put

    def protected(host, cell, formula):
        if cell.sheet.name == "自分" and cell.address == "$A$2":
            raise OSError("protected")
        real(host, cell, formula)

    monkeypatch.setattr(PlainHost, "put", protected)
    with pytest.raises(Refused, match="自分.*保護.*元のまま"):
        regenerate(book)
    after = contents(book)
    del after["自分"], before["自分"]
    assert own_formulas(book) == {"A1": f"={at}", "A2": f"={at}*2"}
    assert after == before
    assert {name.name: name.refers_to for name in book.names} == names


# --- the book around it ----------------------------------------------------------------------------------


def test_order_and_hidden_sheets_stay_as_the_user_has_them(path):
    add_sheet(path, "自分", {"A1": 1})
    type_in(path, {"kgi_value": 70, "tbl_channels[ads].on": "×"})
    book = open_book(path.read_bytes())
    for sheets in (book.impl.wb, book.impl.formulas):
        sheets.move_sheet("自分", -10)
        sheets.move_sheet("逆算", -4)
        sheets["点検"].sheet_state = "hidden"
        sheets["計算"].sheet_state = "visible"
        sheets.active = sheets.index(sheets["逆算"])
    before = [sheet.name for sheet in book.sheets]
    regenerate(book)
    after = [sheet.name for sheet in book.sheets]
    assert [name for name in after if name != "保管"] == [name for name in before if name != "広告"]
    assert after[after.index("保管") - 1] == "インサイドセールス"  # the last channel: 変更履歴 is off
    assert {sheet.name for sheet in book.sheets if not sheet.visible} == {"点検", "控え"}
    assert book.sheets.active.name == "逆算"


def test_the_user_s_own_sheet_stays_in_view(path):
    add_sheet(path, "自分", {"A1": 1})
    type_in(path, {"kgi_value": 70})
    book = open_book(path.read_bytes())
    book.impl.wb.active = book.impl.wb.index(book.impl.wb["自分"])
    regenerate(book)
    assert book.sheets.active.name == "自分"


def test_own_charts_and_rules_that_read_our_sheets_are_named_as_what_does_not_follow(path):
    add_sheet(path, "自分", {"A1": 1, "C9": 2})
    type_in(path, {"kgi_value": 70})
    book = open_book(path.read_bytes())
    own = book.sheets["自分"]
    own.charts.add(name="グラフ 1")
    own.range("B2:B4").data_validation.set_list(book.sheets["設定"].range("C7:C9"))
    own.range("C2:C4").data_validation.set_list(own.range("A1:A3"))
    own.range("A1:C9").conditional_formats.add_custom("='逆算'!$D$7>0", font_color="#FF0000")
    told = regenerate(book).message
    assert told.endswith("参照元をご確認ください。\n・自分: グラフ、条件付き書式、入力規則")


def test_rules_that_read_nothing_of_ours_are_not_named(path):
    add_sheet(path, "自分", {"A1": 1, "C9": 2})
    type_in(path, {"kgi_value": 70})
    book = open_book(path.read_bytes())
    book.sheets["自分"].range("C2:C4").data_validation.set_list(book.sheets["自分"].range("A1:A3"))
    message = regenerate(book).message
    assert text("regenerate_look", "ja") not in message and "自分" not in message


@pytest.mark.long
def test_where_nothing_changes_own_charts_are_not_named(path):
    add_sheet(path, "自分", {"A1": 1})
    by_file(path)
    book = open_book(path.read_bytes())
    book.sheets["自分"].charts.add(name="グラフ 1")
    done = regenerate(book)
    assert done.spec is None and "自分" not in done.message


# --- looks -----------------------------------------------------------------------------------------------


def test_what_the_user_dressed_stays_dressed_where_its_cell_goes(path):
    at = places(path)
    row = int(re.sub(r"\D", "", at["actual[web:cv][2026-04]"][1]))
    type_in(path, {"plan_start": dt.date(2026, 3, 1), "kgi_value": 70})
    book = open_book(path.read_bytes())
    tab, settings = book.impl.wb["サービスサイト"], book.impl.wb["設定"]
    tab.cell(row, 7).fill = PatternFill("solid", fgColor="FF00B0F0")  # April: the first month
    tab.cell(row, 8).number_format = "0.000"
    goal = settings[at["kgi_value"][1]]
    goal.fill, goal.number_format = PatternFill(), "#,##0.00"  # looks that other cells of ours have
    regenerate(book)
    new = book.impl.wb["サービスサイト"]
    # one month more in front: a column further
    assert [new.cell(row, column).fill.fgColor.rgb for column in (7, 8, 9)] == ["FFFFFBEB", "FF00B0F0", "FFFFFBEB"]
    assert [new.cell(row, column).number_format for column in (7, 8, 9)] == ["#,##0", "#,##0", "0.000"]
    goal = book.impl.wb["設定"][at["kgi_value"][1]]
    assert (goal.fill.fill_type, goal.number_format) == (None, "#,##0.00")


def test_a_cell_that_is_no_input_any_more_loses_the_look_of_one(path):
    row = int(re.sub(r"\D", "", places(path)["actual[web:cv][2026-04]"][1]))
    kpi = next(key for key in places(path) if re.fullmatch(r"tbl_kpis\[web[.:]cv\]\.actual", key))
    type_in(path, {kpi: "sessions * 2"})
    book = open_book(path.read_bytes())
    assert book.impl.wb["サービスサイト"].cell(row, 7).fill.fgColor.rgb == "FFFFFBEB"
    regenerate(book)
    assert book.impl.wb["サービスサイト"].cell(row, 7).fill.fill_type is None


# --- a sheet that goes -----------------------------------------------------------------------------------


def test_the_user_s_cells_on_a_tab_that_goes_stay_on_a_sheet_of_their_own(path):
    add_sheet(path, "自分", {"A1": ("=広告!Y9*2", 84.0)})
    type_in(path, {"tbl_channels[ads].on": "×"})
    book = open_book(path.read_bytes())
    for cells, formula in ((book.impl.wb, 42.0), (book.impl.formulas, "=Y8+2")):
        cells["広告"]["Y8"], cells["広告"]["Y9"] = 40, formula
    regenerate(book)
    after = contents(book)
    assert after["広告（残り）"] == {(8, 25): 40, (9, 25): "=Y8+2"}
    assert own_formulas(book)["A1"] == "='広告（残り）'!Y9*2"
    names = [sheet.name for sheet in book.sheets]
    assert names.index("広告（残り）") == names.index("サービスサイト") + 1  # where the tab was


def test_a_failure_takes_the_rest_of_a_tab_away_again(path, monkeypatch):
    type_in(path, {"tbl_channels[ads].on": "×"})
    book = open_book(path.read_bytes())
    for cells in (book.impl.wb, book.impl.formulas):
        cells["広告"]["Y8"] = 40
    before = contents(book)
    monkeypatch.setattr(
        "xl_kpi.workbook.writing.host.PlainHost.follow", lambda host, moves: (_ for _ in ()).throw(OSError("went away"))
    )
    with pytest.raises(Refused):
        regenerate(book)
    assert contents(book) == before


def test_words_between_our_blocks_are_kept(path):
    type_in(path, {"kgi_value": 70})
    book = open_book(path.read_bytes())
    for cells in (book.impl.wb, book.impl.formulas):
        cells["ファネル"]["D29"] = "確認済み"  # behind the chart, inside of what is printed
    (kept,) = [line for line in regenerate(book).changes if line.key.startswith("cell[")]
    assert (kept.key, kept.old) == ("cell[ファネル!D29]", "確認済み")


def test_an_actual_typed_under_a_moved_start_is_asked_about(path):
    at = places(path)["actual[web:cv][2026-05]"]
    type_in(path, {"plan_start": dt.date(2026, 5, 1), "!".join(at): 200})
    book = open_book(path.read_bytes())
    before = contents(book)
    with pytest.raises(InputFaults) as problem:
        regenerate(book)
    (fault,) = problem.value.faults
    assert (fault.sheet, fault.cell, fault.found) == (*at, "200")
    assert contents(book) == before


def test_a_step_that_is_broken_up_is_asked_about_and_told_then_and_now(path):
    """50 % in 14 days and 80 % × 50 % in 9 + 5 days: 40 % in all, so 5,000 × 50 % ÷ 40 % = 6,250 leads."""
    new = {"ファネル!B13": "x", "ファネル!C13": "X", "ファネル!E13": 0.5, "ファネル!F13": 5, "ファネル!O13": 3.5}
    type_in(path, new)
    with raises_saying(
        InputFaults, "「SQL→商談」の全体: 50%（14日） → 25%（19日）、必要なリードの合計: 5,000件 → 10,000件"
    ):
        regenerate(open_book(path.read_bytes()))
    type_in(path, {"ファネル!E9": 0.8, "ファネル!F9": 9})
    told = regenerate(open_book(path.read_bytes())).message.split("\n")
    assert "必要なリードの合計: 5,000件 → 6,250件" in told
    assert "「SQL→商談」の全体: 50%（14日） → 40%（14日）" in told


def test_what_does_not_read_back_is_never_written(path, monkeypatch):
    """A description that lost an entry is played."""
    type_in(path, {"kgi_value": 70})
    book = open_book(path.read_bytes())
    before, real = contents(book), open_regenerate.DescribedBook

    def losing(spec, name):
        made = real(spec, name)
        place = next(one for one in made.names if one.name == "kgi_value").reference
        made.sheets[place.sheet].values[place.row - 1][place.column - 1] = 71
        return made

    monkeypatch.setattr(open_regenerate, "DescribedBook", losing)
    with raises_saying(Refused, "kgi_value"):
        regenerate(book)
    assert contents(book) == before


@pytest.mark.parametrize("step", ["render", pytest.param("point", marks=pytest.mark.long)])
def test_a_failure_half_way_brings_everything_back(path, monkeypatch, step):
    channel_off(path)
    book = open_book(path.read_bytes())
    before = contents(book), {name.name: name.refers_to for name in book.names}
    texts = own_formulas(book)
    if step == "render":
        real = open_write.render

        def failing(spec, target, host=None):
            real(spec, target, host=host)
            raise OSError("Excel went away")

        monkeypatch.setattr(open_write, "render", failing)
    else:
        monkeypatch.setattr(
            "xl_kpi.workbook.writing.host.PlainHost.follow",
            lambda host, moves: (_ for _ in ()).throw(OSError("went away")),
        )
    with pytest.raises(OSError if step == "render" else Refused):
        regenerate(book)
    after = contents(book), {name.name: name.refers_to for name in book.names}
    for own in (before[0], after[0]):
        del own["自分"]  # compared below, by its formulas
    assert after == before
    assert own_formulas(book) == texts


def own_formulas(book) -> dict[str, object]:
    """The user's formulas, those that were written anew among them."""
    written, known = book.impl.wb["自分"], book.impl.formulas["自分"]
    found = {}
    for row in known:
        for cell in row:
            now = written[cell.coordinate].value
            found[cell.coordinate] = now if isinstance(now, str) and now.startswith("=") else cell.value
    return found
