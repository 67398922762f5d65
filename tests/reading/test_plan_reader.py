"""From a Plan into a workbook and back: nothing that was typed is lost, changed or invented."""

from __future__ import annotations

import datetime as dt
import string
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbook_templates
from tests.agreement.books import BOOKS
from tests.agreement.selected import often, often_rows
from tests.agreement.variants import edge_plans, random_plans
from tests.how_often import often as many
from tests.reading.sound_plans import read_plan
from tests.told import raises_saying
from xl_kpi import engine
from xl_kpi.calc.lag import Lag
from xl_kpi.errors import BadFile, Fault, InputFaults
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.history.records_codec import as_read
from xl_kpi.plan.model import Goal
from xl_kpi.plan.records import Records
from xl_kpi.plan.source import plan_from_source
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.reading.plan_reader import read_with_faults
from xl_kpi.workbook.writing.render import render

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

TEMPLATES = [*BOOKS, ("c5", "ja")]


def template(name: str, lang: str = "ja"):
    return plan_from_source(workbook_templates.source(name), lang, name)


def book_of(plan):
    """The plan's workbook, which remembers its entries as a new one does, still open for typing."""
    book = engine.new_book()
    render(book_spec(plan, as_read(Records(last=entries_of(plan)))), book)
    return book


def saved(book):
    """The book as it is read from its file.  No formula has a result: what is typed never stands in one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "plan.xlsx")
        path.write_bytes(book.api.to_bytes())
        return engine.open_book(path)


def short(name: str = "default"):
    """A template cut to one month: made and read in a fraction of the time, with the same rows of input."""
    return template(name).with_(months=1)


def there_and_back(plan):
    return read_plan(saved(book_of(plan)), "plan.xlsx").plan


@pytest.mark.parametrize(("name", "lang"), often_rows(TEMPLATES, (0, 2, 5, 7, 8)))
def test_every_template_comes_back_as_it_was(name, lang):
    assert there_and_back(template(name, lang)) == template(name, lang)


# Those of the edges that differ in what is typed, not only in the numbers.
EDGES = ("every KPI of the catalog", "measured curves", "wide spreads", "pipeline",
         "growth of revenue", "revenue in millions", "rounding each", "no channel")  # fmt: skip
EDGES_OFTEN = ("every KPI of the catalog", "measured curves", "growth of revenue", "revenue in millions", "no channel")


@pytest.mark.parametrize("name", often(EDGES, EDGES_OFTEN))
def test_every_plan_at_an_edge_comes_back_as_it_was(name):
    plan = edge_plans()[name].with_(months=4)
    assert there_and_back(plan) == plan


@settings(max_examples=many(2, 5))
@given(random_plans())
def test_random_plans_come_back_as_they_were(plan):
    assert there_and_back(plan) == plan


# Letters, signs that spreadsheets give a meaning of their own, digits; no spaces at the ends, which nobody sees.
words = st.text(alphabet=string.ascii_letters + string.digits + "リード営業（）=+-@'\"&<>%・ ,.:/#", max_size=20)
words = words.map(str.strip)


@settings(max_examples=many(2, 5))
@given(st.lists(words.filter(bool), min_size=3, max_size=3, unique_by=str.casefold), words, words)
def test_any_words_come_back_as_they_were(names, owner, definition):
    plan = short("c1")
    stages = tuple(replace(stage, name=name, owner=owner) for stage, name in zip(plan.stages, names))
    kpis = tuple(replace(kpi, name_ja=names[0], name_en=names[1], definition=definition, source=owner)
                 for kpi in plan.kpis)  # fmt: skip
    channels = tuple(replace(channel, owner=owner) for channel in plan.channels)
    plan = plan.with_(title=names[2], stages=stages, channels=channels, kpis=kpis)
    assert there_and_back(plan) == plan


@settings(max_examples=many(2, 5))
@given(
    st.builds(
        Goal, st.sampled_from(("orders", "revenue", "customers")), st.none() | st.integers(1, 10**12).map(float),
        st.none() | st.dates(dt.date(2026, 4, 1), dt.date(2028, 9, 30)), st.none() | st.integers(1, 10**9).map(float),
        st.sampled_from((None, 0.15, 1.0, 1 / 3, 20.0, -0.05)), st.none() | st.integers(1, 10**9).map(float),
        st.none() | st.integers(1, 10**6).map(float),
    ).filter(lambda goal: goal.value is not None or (goal.growth is not None and goal.baseline is not None)),
    st.sampled_from((1.0, 0.5, 1e-4, 50 / 1800, 1 / 3)),
)  # fmt: skip
def test_any_goal_and_rate_come_back_digit_by_digit(goal, rate):
    plan = short("c1")
    plan = plan.with_(goal=goal, stages=(replace(plan.stages[0], rate=rate), plan.stages[1]), order_value=333_333.0)
    assert there_and_back(plan) == plan


# --- what people do to the cells ---------------------------------------------------------------------------


def typed(book, name: str, value, row: int = 0, column: int = 0):
    """Type into a cell: that of a name, or the one so many rows and columns further on."""
    area = book.names[name].refers_to_range
    area.sheet.range((area.row + row, area.column + column)).value = value
    return f"{area.sheet.name}!{area.sheet.range((area.row + row, area.column + column)).get_address(False, False)}"


def faults_in(book) -> list[tuple[str, str]]:
    with pytest.raises(InputFaults) as refused:
        read_plan(saved(book), "plan.xlsx")
    return [(f"{fault.sheet}!{fault.cell}", fault.found) for fault in refused.value.faults]


def test_human_ways_to_write_are_read():
    book = book_of(short())
    for name, value in (("kgi_value", "１，２００件"), ("plan_start", "令和8年10月"), ("kgi_deadline", "R9.9.30"),
                        ("order_value", "50万円"), ("kgi_kind", "Orders"), ("rounding", "At each stage")):  # fmt: skip
        typed(book, name, value)
    typed(book, "tbl_stages", "２０％", 1, 4)
    typed(book, "tbl_channels", "はい", 1, 3)
    plan = read_plan(saved(book), "plan.xlsx").plan
    assert (plan.goal.value, plan.start, plan.goal.deadline) == (1200, dt.date(2026, 10, 1), dt.date(2027, 9, 30))
    assert (plan.order_value, plan.goal.kind, plan.rounding) == (500_000, "orders", "each")
    assert (plan.stages[0].rate, plan.channels[0].on) == (0.2, True)


def test_a_lag_of_two_columns_and_a_curve():
    book = book_of(short())
    typed(book, "tbl_stages", None, 1, 5)  # shortest of the leads: blank is 0
    typed(book, "tbl_stages", 30, 1, 6)  # longest of the leads
    typed(book, "tbl_stages", 3, 2, 6)  # longest of the MQL, below the shortest, 7
    typed(book, "tbl_stages", "50%", 3, 7)
    typed(book, "tbl_stages", 1, 3, 8)
    read = read_with_faults(saved(book), "plan.xlsx")
    assert read.plan.stages[0].lag == Lag(0, 30)
    assert read.plan.stages[2].lag == Lag(curve=(0.5, 1.0))
    assert [(fault.cell, fault.found) for fault in read.faults] == [("G8", "3")]


def test_a_hole_in_a_curve_is_named():
    book = book_of(short())
    typed(book, "tbl_stages", 0.5, 1, 7)
    typed(book, "tbl_stages", 1, 1, 9)
    assert faults_in(book) == [("ファネル!I7", "")]


def stage(book, row: int, *cells) -> None:
    """Type a row of the stages; rows count from the header."""
    for column, value in enumerate(cells, 1):
        typed(book, "tbl_stages", value, row, column)


def stages_in(book) -> list[tuple[str, float | None]]:
    return [(one.id, one.rate) for one in read_plan(saved(book), "plan.xlsx").plan.stages]


LEADS, ORDERS = ("leads", 50 / 1800), ("orders", None)  # case C1: two stages, and three free rows below them
BROKEN = ("leads", 0.3)  # the same once its step is broken up: its rate is asked for


def broken(book):
    """With the rate of the leads for the step that is left to them."""
    typed(book, "tbl_stages", BROKEN[1], 1, 4)
    return book


def test_stages_typed_below_the_last_one_stand_where_their_order_says():
    book = broken(book_of(short("c1")))
    stage(book, 3, "mql", "MQL", "", 0.5, 7, *[None] * 8, 1.8)
    stage(book, 5, "sql", "SQL", "", 0.4, *[None] * 9, 1.2)  # a blank row in between
    assert stages_in(book) == [BROKEN, ("sql", 0.4), ("mql", 0.5), ORDERS]


def test_without_an_order_it_is_asked_and_nothing_is_guessed():
    book = book_of(short("c1"))
    stage(book, 3, "mql", "MQL", "", 0.5, 7)
    assert faults_in(book) == [("ファネル!O9", "")]


def test_a_stage_typed_below_the_free_rows_is_one_but_a_note_is_none():
    book = broken(book_of(short("c1")))
    stage(book, 6, "mql", "MQL", "", 0.5, *[None] * 9, 1.5)  # the row behind the table's last one
    assert stages_in(book) == [BROKEN, ("mql", 0.5), ORDERS]
    book = book_of(short("c1"))
    stage(book, 6, "メモ")
    assert stages_in(book) == [LEADS, ORDERS]


@pytest.mark.parametrize("rate", [None, "—"])  # "—": the row of the last stage was copied
def test_without_a_rate_it_is_asked_in_one_line(rate):
    book = broken(book_of(short("c1")))
    stage(book, 3, "renewals", "更新", "", rate, *[None] * 9, 1.5)
    assert faults_in(book) == [("ファネル!E9", "")]


def test_the_last_stage_changes_when_its_id_and_name_are_typed_over():
    book = book_of(short("c1"))
    stage(book, 2, "renewals", "更新")  # its rate is locked
    stage(book, 3, "orders", "受注", "", 0.9, 30)
    assert stages_in(book) == [LEADS, ("orders", 0.9), ("renewals", None)]


def test_a_copied_row_stands_where_it_was_put_in_and_not_by_the_number_that_was_copied():
    book = book_of(short())  # リード, MQL, SQL …; the row of the MQL is copied over that of the SQL
    area = book.names["tbl_stages"].refers_to_range
    copied = [area.sheet.range((area.row + 2, area.column + column)).value for column in (0, 14)]
    assert copied == ["mql", 2]
    before = [id_ for id_, _ in stages_in(book)]
    for column, value in zip((0, 14), copied):
        typed(book, "tbl_stages", value, 3, column)
    stage(book, 3, "demo", "デモ", "", 0.5)
    assert [id_ for id_, _ in stages_in(book)] == [*before[:2], "demo", *before[3:]]


def test_the_last_stage_gets_a_rate_where_the_sheet_s_protection_is_off():
    book = book_of(short("c1"))
    stage(book, 2, "orders", "受注", "", 0.9)  # the dashes beside it stay: no days, no curve
    stage(book, 3, "renewals", "更新")
    assert stages_in(book) == [LEADS, ("orders", 0.9), ("renewals", None)]


def test_a_channel_below_the_free_rows_ends_at_the_total():
    book = book_of(short("c1"))
    area = book.names["tbl_channels"].refers_to_range
    row = area.shape[0]  # offset of the total
    for column, value in enumerate(("ads", "広告", "○", "leads", 0.5), 1):
        typed(book, "tbl_channels", value, row - 1, column)
    assert [one.id for one in read_plan(saved(book), "plan.xlsx").plan.channels] == ["web", "ads"]


def test_a_channel_and_a_kpi_typed_into_free_rows():
    book = book_of(short("c1"))
    for column, value in enumerate(("ads", "広告", "○", "リード", "50%"), 1):
        typed(book, "tbl_channels", value, 2, column)
    for column, value in ((1, "ads"), (2, "cost"), (4, "費用"), (7, "円"), (12, "input"), (13, "10万円")):
        typed(book, "tbl_kpis", value, 4, column)
    plan = read_plan(saved(book), "plan.xlsx").plan
    channel, kpi = plan.channels[1], plan.kpis[3]
    assert (channel.id, channel.name, channel.stage, channel.share) == ("ads", "広告", "leads", 0.5)
    assert (kpi.channel, kpi.id, kpi.name_ja, kpi.name_en, kpi.unit) == ("ads", "cost", "費用", "費用", "yen")
    assert (kpi.target, kpi.actual, kpi.value) == ("input", "input", 100_000)


def test_a_formula_that_excel_took_for_its_own_is_read_as_it_was_meant():
    book = book_of(short("c1"))
    area = book.names["tbl_kpis"].refers_to_range
    area.sheet.range((area.row + 1, area.column + 12)).formula = "=cv/cvr"
    assert read_plan(saved(book), "plan.xlsx").plan.kpis[0].target == "cv/cvr"


def test_every_entry_that_can_not_be_read_is_named_with_its_cell():
    book = book_of(short())
    places = {
        typed(book, "kgi_value", "たくさん"): "たくさん",
        typed(book, "plan_start", "春"): "春",
        typed(book, "plan_months", 37): "37",
        typed(book, "tbl_stages", 20, 1, 4): "20",
        typed(book, "tbl_stages", -1, 2, 5): "-1",
        typed(book, "tbl_channels", "半分", 1, 5): "半分",
        typed(book, "tbl_channels", "x", 2, 3): "x",
        typed(book, "tbl_kpis", "トン", 1, 7): "トン",
        typed(book, "tbl_kpis", "上", 2, 8): "上",
        typed(book, "tbl_season", -1, 3, 1): "-1",
        typed(book, "tbl_pipeline", "少し", 1, 3): "少し",
        typed(book, "currency_unit", "ドル"): "ドル",
    }
    # a pipeline below 0 or as text, a month's actual as text
    area = book.names["act_web"].refers_to_range
    row = next(k for k, line in enumerate(area.value) if line[0] == "cv:actual")
    places[typed(book, "act_web", "まだ", row, 6)] = "まだ"
    assert dict(faults_in(book)) == places


def test_a_formula_without_a_result_is_no_blank():
    book = book_of(short("c1"))
    area = book.names["kgi_deadline"].refers_to_range
    area.formula = "=TODAY()"  # our engine calculates nothing, as a file that was never opened in Excel
    assert faults_in(book) == [("設定!C11", "=TODAY()")]


# --- places ------------------------------------------------------------------------------------------------


def test_a_fault_of_the_checks_gets_the_cell_of_its_entry():
    read = read_plan(saved(book_of(short())), "plan.xlsx")
    keys = {
        "kgi_value": "設定!C8", "plan_months": "設定!C25", "tbl_stages[mql].rate": "ファネル!E8",
        "tbl_channels[ads].share": "チャネル!F8", "tbl_kpis[web.cv].target": "KPI辞書!M11",
        "tbl_kpis[web]": "KPI辞書!B6", "tbl_season[4]": "設定!G40", "tbl_pipeline[mql]": "ファネル!D21",
    }  # fmt: skip
    located = read.located([Fault("?", "!", key) for key in keys], "plan.xlsx")
    assert {key: f"{fault.sheet}!{fault.cell}" for key, fault in zip(keys, located)} == keys
    assert {fault.file for fault in located} == {"plan.xlsx"}


def test_rows_that_share_an_id_are_told_apart():
    book = book_of(short())
    typed(book, "tbl_stages", "leads", 2, 1)
    read = read_plan(saved(book), "plan.xlsx")
    located = read.located([Fault("leads", "!", "tbl_stages[leads].id")] * 2, "plan.xlsx")
    assert [fault.cell for fault in located] == ["B7", "B8"]


def test_nothing_more_is_said_about_a_cell_that_could_not_be_read():
    book = book_of(short())
    typed(book, "tbl_stages", 20, 1, 4)
    read = read_with_faults(saved(book), "plan.xlsx")
    assert read.located([Fault("", "missing", "tbl_stages[leads].rate")], "plan.xlsx") == []


# --- workbooks that are none of ours -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["kgi_value", "tbl_stages", "tbl_season", "tbl_kpis"])
def test_a_name_that_is_missing_is_named(name):
    book = book_of(short("c1"))
    book.names[name].delete()
    with raises_saying(BadFile, f"名前 {name} がありません"):
        read_plan(saved(book), "plan.xlsx")


def test_a_workbook_of_others_is_refused_without_our_names():
    book = book_of(short("c1"))
    book.names["plan_lang"].delete()
    with raises_saying(
        BadFile, "plan.xlsx: xl-kpi の計画ブックではありません。xl-kpi new で作ったブックを指定してください。"
    ):
        read_plan(saved(book), "plan.xlsx")


def test_a_name_whose_cells_were_deleted_counts_as_missing():
    book = book_of(short("c1"))
    book.names["kgi_value"].refers_to = "=#REF!"
    with raises_saying(BadFile, "名前 kgi_value がありません"):
        read_plan(saved(book), "plan.xlsx")


def test_a_header_that_is_missing_is_named():
    book = book_of(short("c1"))
    typed(book, "tbl_stages", "率", 0, 4)
    with raises_saying(BadFile, "plan.xlsx ファネル!A6: 表 tbl_stages の見出しが見つかりません: 次の段階への転換率"):
        read_plan(saved(book), "plan.xlsx")


def test_columns_are_known_by_their_headers_in_either_language_and_any_order():
    book = book_of(short("c1"))
    area = book.names["tbl_season"].refers_to_range
    sheet = area.sheet
    months = [area[row, 0].value for row in range(1, 13)]
    weights = [0.5 * row for row in range(1, 13)]
    for row, (one, other) in enumerate([("Weight", "Month"), *zip(weights, months)]):
        sheet.range((area.row + row, area.column)).value = one
        sheet.range((area.row + row, area.column + 1)).value = other
    assert read_plan(saved(book), "plan.xlsx").plan.season == tuple(weights)
