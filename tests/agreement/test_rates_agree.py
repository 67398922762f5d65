"""Rates of channels in the cells: what is typed on チャネル moves every number at once, as Python has it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.agreement.books import Built, Editor, built, changed, template_plan
from tests.agreement.comparison import against_python, between_engines, other_formulas
from tests.agreement.sheet_xml import read_values
from xl_kpi.plan.model import Goal, Plan

RATES = {("web", "leads"): 0.4, ("ads", "leads"): 0.1, ("ads", "proposals"): 0.3, ("webinar", "sql"): 1.0}


def own(lang: str = "ja") -> Plan:
    """The default plan for two months more than half a year, in revenue, with rates of channels; one of them is off."""
    plan = template_plan("default", lang)
    channels = tuple(replace(one, on=one.id != "trade_show") for one in plan.channels)
    rates = {**RATES, ("trade_show", "leads"): 0.9}
    return plan.with_(goal=Goal("revenue", 90_000_000.0), delivery_days=20, channels=channels, channel_rates=rates)


@pytest.fixture(scope="module")
def book() -> Built:
    return built(own())


def rate_cell(file: Editor, channel: str, step: int):
    """The cell of a step (from 0) behind the id, the visible id and the name."""
    return file.row("tbl_rates", channel)[3 + step]


CHANGES = {
    "another rate": lambda file: {rate_cell(file, "web", 0): 0.15, rate_cell(file, "webinar", 4): 0.9},
    "back to the plan's": lambda file: {rate_cell(file, *row): None for row in
                                        (("web", 0), ("ads", 0), ("ads", 4), ("webinar", 2))},
    "a rate of the funnel": lambda file: {file.of_stage("leads", "rate"): 0.5},
    "shares": lambda file: {file.of_channel("web", "share"): 0.0, file.of_channel("ads", "share"): 0.9},
}  # fmt: skip


def test_every_cell_is_what_python_has(book):
    assert against_python(book, read_values(book.data), "IronCalc") == []


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_typed_is_followed_at_once(name, book):
    file = changed(Editor(book), CHANGES[name])
    assert file.plan.rates != book.plan.rates
    assert against_python(file, read_values(file.data), "IronCalc") == []
    assert other_formulas(file) == []


def test_what_is_typed_comes_back_with_its_places(book):
    file = changed(Editor(book), lambda file: {rate_cell(file, "trade_show", 1): 0.25})
    assert file.plan.channel_rates == {**own().channel_rates, ("trade_show", "mql"): 0.25}


@pytest.mark.host
def test_libreoffice_computes_the_same(book, libreoffice, tmp_path):
    (path,) = libreoffice.convert([book.at(tmp_path, "rates")], "xlsx")
    theirs = read_values(path.read_bytes())
    assert against_python(book, theirs, "LibreOffice") == []
    assert between_engines(book, read_values(book.data), theirs) == []
