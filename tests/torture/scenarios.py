"""What a year does to the torture workbook: a new structure each, and which of the user's parts have to follow it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.torture.book import Torture
from xl_kpi import engine
from xl_kpi.build import build
from xl_kpi.plan.channel_choice import with_channels
from xl_kpi.plan.language import in_language
from xl_kpi.plan.model import Plan
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.graft.run import Grafted, graft
from xl_kpi.workbook.reading.our_sheets import our_sheets, passing_names
from xl_kpi.workbook.relocation.book_moves import BookMoves

# The user's parts that hold formulas, or notes beside our cells.
ANALYSIS, HIDDEN = "xl/worksheets/sheet19.xml", "xl/worksheets/sheet22.xml"
CHARTS = {"xl/charts/user1_chart1.xml", "xl/charts/user2_chart1.xml"}
SHAPES = "xl/drawings/user1.xml"
NOTES = {"xl/userComments2.xml", "xl/drawings/userNotes2.vml"}


@dataclass(frozen=True)
class Scenario:
    """``change`` a plan; ``follow`` the user's parts that have to differ afterwards, and ``why``."""

    change: Callable[[Plan], Plan]
    follow: frozenset[str] = frozenset()
    why: str = ""


def _without(plan: Plan, channel: str) -> Plan:
    return plan.with_(
        channels=tuple(each for each in plan.channels if each.id != channel),
        kpis=tuple(each for each in plan.kpis if each.channel != channel),
        actuals={key: value for key, value in plan.actuals.items() if not key[0].startswith(f"{channel}:")},
    )


def _renamed_stage(plan: Plan) -> Plan:
    return plan.with_(stages=tuple(replace(s, name="有望リード") if s.id == "mql" else s for s in plan.stages))


def _month_more(plan: Plan) -> Plan:
    return plan.with_(months=plan.months + 1, goal=replace(plan.goal, deadline=dt.date(2027, 4, 30)))


def _another_channel(plan: Plan) -> Plan:
    """A channel of the user's own making: no channel of the catalog is left that the template has not."""
    model = next(channel for channel in plan.channels if channel.id == "webinar")
    kpis = tuple(replace(kpi, channel="partner") for kpi in plan.kpis_of("webinar"))
    halves = tuple(replace(c, share=c.share / 2) if c.id == "webinar" else c for c in plan.channels)
    partner = replace(model, id="partner", name="代理店", share=model.share / 2)
    return plan.with_(channels=(*halves, partner), kpis=(*plan.kpis, *kpis))


SCENARIOS = {
    "nothing": Scenario(lambda plan: plan),
    "a stage renamed": Scenario(_renamed_stage),
    "a channel more": Scenario(_another_channel),
    "a channel less": Scenario(
        lambda plan: _without(plan, "webinar"),
        frozenset({ANALYSIS}),
        "a list of choices reads the channels' rows 7 to 9, of which one is gone",
    ),
    "a channel switched off": Scenario(
        lambda plan: with_channels(plan, {c.id for c in plan.channels} - {"webinar"}),
    ),
    "a month more": Scenario(
        _month_more,
        frozenset({*NOTES, ANALYSIS, *CHARTS}),
        "a note stands beside the months, one column further now; a sum, a sparkline and two charts show all months",
    ),
    "English": Scenario(
        lambda plan: in_language(plan, "en"),
        frozenset({ANALYSIS, HIDDEN, SHAPES, *CHARTS}),
        "formulas, links and charts name our sheets, whose names are English now",
    ),
    "the channel with it all gone": Scenario(
        lambda plan: _without(plan, "ads"),
        frozenset({ANALYSIS, HIDDEN, *CHARTS}),
        "what they point at is gone: #REF!, as Excel itself says when a sheet is deleted",
    ),
}


@cache
def regenerated(torture: Torture, scenario: str, suffix: str = ".xlsx") -> tuple[Plan, Grafted]:
    """The torture workbook after a scenario, with the moves that the commands use."""
    plan = SCENARIOS[scenario].change(torture.plan)
    with TemporaryDirectory() as folder:
        path = Path(folder, f"plan{suffix}")
        path.write_bytes(torture.data)
        book = engine.open_book(path)
        spec = book_spec(plan)
        gone = [name for name in passing_names(book) if name not in spec.names]
        moves = BookMoves(book, our_sheets(book), spec, torture.plan.start, plan.start, gone)
        return plan, graft(torture.data, build(plan), moves.sheets, moves=moves, lang="ja", name=path.name)
