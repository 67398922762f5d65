"""Rates of channels in the cells: what is typed on チャネル moves every number at once, as Python has it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import openpyxl
import pytest

from tests.agreement.books import Built, Editor, built, changed, template_plan
from tests.agreement.comparison import against_python, between_engines, other_formulas
from tests.agreement.selected import often
from tests.agreement.sheet_xml import read_values
from tests.closed_plans import closed, small
from xl_kpi import engine
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.model import Goal, Plan
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.targets import Targets
from xl_kpi.workbook.reading.plan_reader import read_with_faults

ORDERS = 12  # the column of the orders on チャネル
RATES = {("web", "leads"): 0.4, ("ads", "leads"): 0.1, ("ads", "proposals"): 0.3, ("webinar", "sql"): 1.0}


def own(lang: str = "ja") -> Plan:
    """The default plan for half a year, in revenue, with rates of channels; one of them is off."""
    plan = template_plan("default", lang).with_(months=6)
    channels = tuple(replace(one, on=one.id != "trade_show") for one in plan.channels)
    rates = {**RATES, ("trade_show", "leads"): 0.9}
    return plan.with_(goal=Goal("revenue", 90_000_000.0), delivery_days=20, channels=channels, channel_rates=rates)


@pytest.fixture(scope="module")
def book() -> Built:
    return built(own())


@pytest.fixture(scope="module")
def editor(book) -> Editor:
    return Editor(book)


def rate_cell(file: Editor, channel: str, step: int):
    """The cell of a step (from 0) behind the id, the visible id and the name."""
    return file.row("tbl_rates", f"rates:{channel}")[3 + step]


CHANGES = {
    "another rate": lambda file: {rate_cell(file, "web", 0): 0.15, rate_cell(file, "webinar", 4): 0.9},
    "back to the plan's": lambda file: {rate_cell(file, *row): None for row in
                                        (("web", 0), ("ads", 0), ("ads", 4), ("webinar", 2))},
    "a rate of the funnel": lambda file: {file.of_stage("leads", "rate"): 0.5},
    "shares": lambda file: {file.of_channel("web", "share"): 0.0, file.of_channel("ads", "share"): 0.9},
}  # fmt: skip


def test_every_cell_is_what_python_has(book):
    assert against_python(book, read_values(book.data), "IronCalc") == []


def limited() -> Plan:
    """A late deadline, a spread and a measured curve; two channels can't bring what some months ask of them."""
    plan = own().with_(months=5, order_value=1_200_000.0, channel_rates=RATES)
    lags = {"leads": Lag(10, 45), "opportunities": Lag(curve=(0.4, 0.7, 1.0))}
    limits = {"web": 60.0, "ads": 30.5}
    return plan.with_(
        goal=replace(plan.goal, deadline=dt.date(2026, 11, 15)),
        stages=tuple(replace(one, lag=lags.get(one.id, one.lag)) for one in plan.stages),
        channels=tuple(replace(one, capacity=limits.get(one.id, one.capacity)) for one in plan.channels),
    )


CASES = {
    "limits": limited,
    "closed months": lambda: closed(small(), 3).with_(channel_rates=RATES),
    "all months closed": lambda: closed(small(reached=6), 6).with_(channel_rates=RATES),
}


@pytest.mark.parametrize("name", CASES)
def test_what_channels_bring_is_what_python_has(name):
    book = built(CASES[name]())
    values = read_values(book.data)
    assert against_python(book, values, "IronCalc") == []
    assert bool(PlanOutlook(Targets(book.plan)).excess) == (name == "limits")
    # whole numbers: what the leads of the channels and the rest bring is all, and the months of a tab with what comes
    # after them are its total
    page = book.spec.sheet("channels")
    ids = {cell.value: row for (row, column), cell in page.cells.items() if column == 1 and cell.value}
    shown = {key: values.get((page.name, ids[key], ORDERS)) for key in ("open:", "all:")}
    brought = 0.0
    for channel in book.plan.lead_channels:
        tab = book.spec.sheet(f"tab:{channel.id}")
        rows = {cell.value: row for (row, at), cell in tab.cells.items() if at == 1 and cell.value}
        cells = [values.get((tab.name, rows["brought:orders"], at)) for at in range(7, 7 + book.plan.months)]
        total, after = (values[tab.name, rows[f"brought:orders{part}"], 5] for part in ("", ":after"))
        assert sum(cell for cell in cells if isinstance(cell, (int, float))) + after == total and after >= 0
        brought += total
    assert brought + shown["open:"] == shown["all:"]


def test_a_limit_typed_since_hides_what_is_not_known(editor):
    """Until the sheets are made anew no run of what the channel can't bring is there: a blank, and no wrong number."""
    file = changed(editor, lambda file: {file.of_channel("web", "capacity"): 1})
    values, page = read_values(file.data), file.spec.sheet("tab:web")
    (row,) = (row for (row, at), cell in page.cells.items() if at == 1 and cell.value == "brought:orders")
    assert {values.get((page.name, row, at)) for at in (5, *range(7, 7 + file.plan.months))} <= {"", None}


@pytest.mark.parametrize("name", often(CHANGES, ["another rate", "shares"]))
def test_what_is_typed_is_followed_at_once(name, book, editor):
    file = changed(editor, CHANGES[name])
    assert file.plan.rates != book.plan.rates
    assert against_python(file, read_values(file.data), "IronCalc") == []
    assert other_formulas(file) == []


def test_what_is_typed_comes_back_with_its_places(editor):
    file = changed(editor, lambda file: {rate_cell(file, "trade_show", 1): 0.25})
    assert file.plan.channel_rates == {**own().channel_rates, ("trade_show", "mql"): 0.25}


def test_the_basis_of_a_channels_rates_is_read_and_written(editor):
    """It is the last cell of the row; what is none of the choices is a fault, and no guess is made."""
    assert not any(one.rate_basis for one in own().channels)
    file = changed(editor, lambda file: {file.row("tbl_rates", "rates:web")[-1]: "仮置き"})
    assert {one.id: one.rate_basis for one in file.plan.channels if one.rate_basis} == {"web": "guess"}


@pytest.mark.parametrize(
    "case", often(["no column", "a wrong word", "a channel that is gone"], ["a wrong word", "a channel that is gone"])
)
def test_a_basis_that_is_not_there_or_none_of_the_choices(book, tmp_path, case):
    file = openpyxl.load_workbook(book.at(tmp_path, "basis"))
    ((sheet, area),) = file.defined_names["tbl_rates"].destinations
    rows = {row[0].value: row for row in file[sheet][area]}
    if case == "no column":  # as in a workbook from before there was one
        rows["steps:"][-1].value = None
    rows["rates:webinar"][-1].value = "勘" if case == "a wrong word" else "公表値"
    if case == "a channel that is gone":
        rows["rates:webinar"][0].value = "rates:gone"
    file.save(tmp_path / "basis.xlsx")
    last = {"tbl_channels[web].rate_basis": "own"} if case == "no column" else {}
    read = read_with_faults(engine.open_book(tmp_path / "basis.xlsx"), "basis.xlsx", last)
    said = {one.id: one.rate_basis for one in read.plan.channels if one.rate_basis}
    faults = [(fault.sheet, fault.cell, fault.found) for fault in read.faults]
    if case == "no column":
        assert (said, faults) == ({"web": "own"}, [])  # what was there is kept
    elif case == "a wrong word":
        assert (said, faults) == ({}, [(sheet, rows["rates:webinar"][-1].coordinate, "勘")])
    else:
        assert (said, faults) == ({}, []) and read.homeless["tbl_channels[gone].rate_basis"] == "published"


@pytest.mark.long
def test_a_rate_in_a_row_of_no_channel_is_a_fault_and_nothing_is_guessed(book, tmp_path):
    file = openpyxl.load_workbook(book.at(tmp_path, "row"))
    ((sheet, area),) = file.defined_names["tbl_rates"].destinations
    (row,) = (row for row in file[sheet][area] if row[0].value == "rates:webinar")
    row[0].value = None  # as in a row that was put in between
    file.save(tmp_path / "row.xlsx")
    read = read_with_faults(engine.open_book(tmp_path / "row.xlsx"), "row.xlsx")
    assert (sheet, row[5].coordinate, "1") in [(fault.sheet, fault.cell, fault.found) for fault in read.faults]
    assert ("webinar", "sql") not in read.plan.channel_rates


@pytest.mark.long  # the page of the whole book goes through LibreOffice in test_full_book
@pytest.mark.host
def test_libreoffice_computes_the_same(book, libreoffice, tmp_path):
    (path,) = libreoffice.convert([book.at(tmp_path, "rates")], "xlsx")
    theirs = read_values(path.read_bytes())
    assert against_python(book, theirs, "LibreOffice") == []
    assert between_engines(book, read_values(book.data), theirs) == []
