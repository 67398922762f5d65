"""From a template and the options of ``new`` to a sound Plan; every fault of both in one pass."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import workbook_templates
from xl_kpi.calc import coming_start
from xl_kpi.catalog import text
from xl_kpi.catalog.messages import line, worded
from xl_kpi.commands.examine import Opened, faults_of, open_workbook
from xl_kpi.commands.plans.set_options import Changes, SetOption, key_of
from xl_kpi.errors import Fault, InputFaults, Words
from xl_kpi.plan.examples.figures import as_template, without
from xl_kpi.plan.findings import questions
from xl_kpi.plan.input.raw_values import nearest
from xl_kpi.plan.language import in_language
from xl_kpi.plan.model import Plan
from xl_kpi.plan.source import plan_from_source
from xl_kpi.workbook.reading.our_sheets import foreign_sheets
from xl_kpi.workbook.reading.plan_reader import NO_START, ReadPlan

Tell = Callable[[str], None]
MACRO_SUFFIX = ".xlsm"


@dataclass(frozen=True)
class Template:
    """Where a new plan begins: one of ours (``opened`` is None), or a workbook."""

    name: str
    plan: Plan
    opened: Opened | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def left_behind(self) -> list[str]:
        """The sheets of the workbook that are none of ours."""
        return foreign_sheets(self.opened.book) if self.opened else []

    @property
    def has_macros(self) -> bool:
        return self.opened is not None and self.opened.path.suffix.lower() == MACRO_SUFFIX


def plan_from(
    template: str | Path | None,
    lang: str | None,
    changes: Sequence[SetOption] = (),
    *,
    words: str = "ja",
    tell: Tell | None = None,
    today: dt.date | None = None,
) -> tuple[Plan, ReadPlan | None]:
    """The plan of a template with some entries changed.

    Arguments: ``template`` a built-in name (None: "default") or the path of a workbook made from one;
    ``lang`` "ja" or "en" (None: the workbook's own language, ``words`` for a built-in one); ``changes`` what
    the user typed, as typed; ``words`` the language of messages about the file; ``tell`` is called with one
    line for each thing that is not taken over and each warning; ``today`` (None: this day) where the start of a
    template that has passed is none any more.
    Result: the plan, and for a workbook what was read from it.
    Errors: BadFile for the file; InputFaults with every error of the template, of the changes and of the
    plan that they make.
    """
    loaded = load(template, lang, words)
    plan = changed(loaded, changes, tell or (lambda line: None), today)
    return plan, loaded.opened.read if loaded.opened else None


def load(template: str | Path | None, lang: str | None, words: str) -> Template:
    """The template itself, in ``lang`` if one is asked for.  Arguments and errors: as for ``plan_from``."""
    name = "default" if template is None else os.fspath(template)
    if name in workbook_templates.names():
        language = lang or words
        return Template(name, as_template(plan_from_source(workbook_templates.source(name), language, name)))
    if re.fullmatch(r"\w{0,99}", name) and not (name and Path(name).exists()):  # a path has a suffix or a folder
        raise InputFaults([_unknown(name)])
    opened = open_workbook(name, lang or words, lang, remembers=False)  # a new plan remembers nothing of it
    plan = opened.read.plan
    return Template(opened.path.name, in_language(plan, lang or plan.lang), opened, opened.read.faults)


def _unknown(name: str) -> Fault:
    known = workbook_templates.names()
    allowed = Words("cli_template_unknown", known=", ".join(known))
    likely = nearest(name, known)
    if likely:
        allowed = Words("plan_ask", likely=likely, allowed=allowed)
    return Fault(name, allowed, cell="--template")


def changed(template: Template, changes: Sequence[SetOption], tell: Tell, today: dt.date | None = None) -> Plan:
    """The template's plan with the changes, once nothing about either is wrong; it begins in the coming months.

    What a change gives is no example, whatever its value.
    Arguments: ``today`` (None: this day) decides whether the template's start has passed, where no change says one.
    """
    moved = _moved(template, changes, today or _today())
    applied = Changes(template.plan, [*changes, *moved], built_in=template.opened is None)
    plan = applied.plan
    found = [*_not_replaced(template, applied), *applied.faults]
    in_cells = []
    for fault in faults_of(plan):
        option = applied.option_of(fault.cell)
        if applied.is_unread(fault.cell):
            continue
        if fault.cell == "kgi_deadline" and option is None:
            allowed = Words("cli_deadline_kept", allowed=fault.allowed)
            fault = replace(fault, allowed=allowed)
        if option is None and template.opened is not None:
            in_cells.append(fault)
        else:
            found.append(replace(fault, cell=option or key_of(fault.cell)))
    if template.opened is not None:
        found += template.opened.read.located(in_cells, template.name)
    errors = [fault for fault in found if fault.level == "error"]
    if errors:
        raise InputFaults(errors)
    found += [replace(fault, cell=applied.option_of(fault.cell) or key_of(fault.cell)) for fault in questions(plan)]
    if moved and template.opened is not None:
        tell(text("note_start", plan.lang, old=f"{template.plan.start:%Y/%m}", new=f"{plan.start:%Y/%m}"))
    for note in applied.notes:
        tell(worded(note, plan.lang))
    for fault in found:
        tell(f"{text(f'level_{fault.level}', plan.lang)}: {line(fault, plan.lang)}")
    return without(plan, [key for key in plan.examples if applied.option_of(key)])


def _today() -> dt.date:
    return dt.date.today()


def _moved(template: Template, changes: Sequence[SetOption], today: dt.date) -> list[SetOption]:
    """Another start where that of the template has passed and nobody gives one."""
    start = template.plan.start
    if start == NO_START or start >= today or any(change.name == "plan_start" for change in changes):
        return []
    return [SetOption("plan_start", f"{coming_start(today):%Y-%m}", "--start")]


def _not_replaced(template: Template, applied: Changes) -> list[Fault]:
    """What can't be read in the template, but for the cells in whose place an option stands.

    A start that can't be read stays a fault: the months of the actuals count from it.
    """
    if template.opened is None:
        return []
    replaced = {
        (place.sheet, place.cell)
        for key, places in template.opened.read.places.items()
        if key != "plan_start" and applied.option_of(key)
        for place in places
    }
    return [fault for fault in template.faults if (fault.sheet, fault.cell) not in replaced]
