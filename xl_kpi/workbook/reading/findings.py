"""Everything wrong or doubtful in a plan, its KPI formulas included, and in what was typed into a workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

from xl_kpi import catalog
from xl_kpi.errors import Fault, InputFaults, Joined, Phrase, Words
from xl_kpi.kpi.graph import PARTS, check_kpis
from xl_kpi.kpi.own_actuals import against_own_actuals
from xl_kpi.kpi.people import short_of_people
from xl_kpi.kpi.review.advice_table import advice_findings
from xl_kpi.kpi.slips import doubted_actuals
from xl_kpi.kpi.splits import split_findings
from xl_kpi.kpi.stated_again import differing
from xl_kpi.plan.checks import check
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.findings import ON_FORMULAS, doubts, fault, since_writing
from xl_kpi.plan.keys import KPIS, EntryKey
from xl_kpi.plan.merging.pending import with_pending
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Records
from xl_kpi.workbook.reading.plan_reader import ReadPlan, read_with_faults
from xl_kpi.workbook.reading.records_reader import with_choices
from xl_kpi.workbook.reading.spec_as_book import DescribedBook
from xl_kpi.workbook.spec import BookSpec

MOST_CELLS = 20  # that a finding names; the others are counted
LEVELS = ("error", "warning", "hint")  # the worst first
# What is wrong there changes no number of the plan: another statement of the goal, a channel's figures.
_BESIDE = ("kgi_monthly", "kgi_customers", "tbl_kpis[", "tbl_agreement[")


def findings_of(
    read: ReadPlan, plan: Plan, file: str, records: Records | None = None, today: dt.date | None = None
) -> list[Fault]:
    """What could not be read in a workbook, and what does not fit in its plan, with file, sheet and cell.

    Arguments: ``plan`` the plan of ``read``, or what a command has made of it; ``records`` where it shall
    be told as well what a distributed plan still waits for, and what was changed; ``today`` as for ``doubts``.
    """
    found = faults_of(plan) if _is_unread(read) else plan_findings(plan, records, today)
    if records:
        lines = (read.places.get(f"tbl_merge[{key}]", ()) for key in records.decisions)
        choices = {(place.sheet, place.cell) for places in lines for place in places}
        errors = [fault for fault in (*read.faults, *found) if fault.level == "error"]
        # no number of the plan depends on a choice that can't be read
        sound = all((fault.sheet, fault.cell) in choices for fault in errors)
        waiting = since_writing(plan, records.last, sound=sound, former=read.former)
        found = with_pending([*found, *waiting], plan, records, sound=sound)
    as_text = _as_text(read, file) if records else ()
    return worst_first([*read.faults, *as_text, *read.located(found, file)])


def is_cut_short(read: ReadPlan) -> bool:
    """Whether errors leave the numbers of a plan unknown, so that its doubts are not looked for yet."""
    return _is_unread(read) or _is_unknown(faults_of(read.plan))


def _is_unread(read: ReadPlan) -> bool:
    """Whether something could not be read: the plan has stand-ins in its place."""
    return any(fault.level == "error" for fault in read.faults)


def _is_unknown(faults: Iterable[Fault]) -> bool:
    """Whether there are errors among the faults of a plan that change its numbers."""
    return any(fault.level == "error" and not fault.cell.startswith(_BESIDE) for fault in faults)


def worst_first(faults: Iterable[Fault]) -> list[Fault]:
    """The faults by level, those of one level as they were found: `check` and 点検 tell them in this order."""
    return sorted(faults, key=lambda fault: LEVELS.index(fault.level))


def _as_text(read: ReadPlan, file: str) -> Iterator[Fault]:
    """The cells of numbers and dates that hold text: we read it, the formulas in the cells do not count with it."""
    if read.as_text:
        (first, typed), *_ = read.as_text.items()
        cells = [f"{place.sheet}!{place.cell}" for place in read.as_text]
        names: Phrase = Joined(tuple(cells[:MOST_CELLS]), Words("list_comma"))
        if more := cells[MOST_CELLS:]:
            names = Words("list_more", names=names, count=len(more))
        yield replace(fault("plan_check_as_text", typed, first.cell, cells=names), file=file, sheet=first.sheet)


def findings_on_sheets(spec: BookSpec, plan: Plan, records: Records) -> list[Fault]:
    """What `check` says about a workbook that is to be written, each with its sheet and cell there, the worst first.

    Arguments: ``spec`` its sheets, but for one that shows the result; ``plan`` and ``records`` what they were made of.
    """
    book = DescribedBook(spec)
    read = read_with_faults(book, "", records.last)
    with_choices(records, book, "", [], read.places)  # a pending decision is told at the cell where one chooses
    today = records.history[-1].time.date() if records.history else None  # when it was written
    rows = [fault for fault in read.faults if fault.level == "warning"]  # names that stand twice: cells tell, no plan
    return worst_first([*rows, *read.located(with_pending(plan_findings(plan, records, today), plan, records), "")])


def plan_findings(plan: Plan, records: Records | None = None, today: dt.date | None = None) -> list[Fault]:
    """Everything about a plan by itself: its faults and, where it can be computed, its doubts.

    Arguments: ``records`` and ``today`` as for ``findings_of``.
    """
    found = faults_of(plan)
    if _is_unknown(found):
        return found
    errors = [fault for fault in found if fault.level == "error"]
    broken = {EntryKey.parse(fault.cell).owner for fault in errors if fault.cell.startswith(f"{KPIS}[")}
    doubted = [
        *doubts(plan, records=records, today=today),
        *doubted_actuals(plan),
        *split_findings(plan),
        *short_of_people(plan),
        *advice_findings(plan),
        *differing(plan),
        *against_own_actuals(plan),
    ]
    # where a formula is broken it is not known what it leads to
    return [*found, *(one for one in doubted if not (one.key in ON_FORMULAS and _channel(one) in broken))]


def _channel(fault: Fault) -> str:
    return EntryKey.parse(fault.cell).owner


def raise_errors(faults: list[Fault]) -> None:
    """InputFaults with every error among ``faults``; warnings alone pass."""
    errors = [fault for fault in faults if fault.level == "error"]
    if errors:
        raise InputFaults(errors)


def faults_of(plan: Plan) -> list[Fault]:
    """The faults of a plan, those of its KPI formulas among them; ``cell`` is a key of ``plan.checks``.

    Special cases: a channel that is off computes nothing, nor does a KPI that is off and on no tab, so what is wrong in
    their formulas is a warning.  So is what is wrong with the parts of a KPI, with which nothing is computed.
    """
    faults = check(plan)
    told = {fault.cell for fault in faults}
    known = {channel.id for channel in plan.channels}
    shown = {(kpi.channel, kpi.id) for channel in plan.channels_on for kpi in shown_kpis(plan, channel)}
    kpis = [kpi for kpi in plan.kpis if kpi.channel in known]
    stages, lost = [stage.id for stage in plan.stages], {kpi.id for kpi in plan.kpis if kpi.channel not in known}
    for kpi, column, message in check_kpis(kpis, stages, catalog.dimension_of, lost):
        cell = f"tbl_kpis[{kpi.channel}.{kpi.id}].{column}"
        if cell not in told:
            wrong = (kpi.channel, kpi.id) in shown and column != PARTS
            faults.append(Fault(getattr(kpi, column), message, cell, level="error" if wrong else "warning"))
    return faults
