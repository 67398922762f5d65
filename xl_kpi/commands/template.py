"""From a template and the options of ``new`` to a sound Plan; every fault of both in one pass."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import workbook_templates
from xl_kpi.catalog import text
from xl_kpi.commands.changes import Change, Changes, key_of
from xl_kpi.commands.examine import Opened, faults_of, open_workbook
from xl_kpi.commands.language import in_language
from xl_kpi.errors import Fault, InputFaults
from xl_kpi.plan.model import Plan
from xl_kpi.plan.source import plan_from_source
from xl_kpi.plan.typed import nearest
from xl_kpi.workbook.reader import ReadPlan

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
        return own_sheets(self.opened.book, self.plan) if self.opened else []

    @property
    def has_macros(self) -> bool:
        return self.opened is not None and self.opened.path.suffix.lower() == MACRO_SUFFIX


def plan_from(
    template: str | Path | None, lang: str | None, changes: Sequence[Change] = (), tell: Tell | None = None
) -> tuple[Plan, ReadPlan | None]:
    """The plan of a template with some entries changed.

    Arguments: ``template`` a built-in name (None: "default") or the path of a workbook made from one;
    ``lang`` "ja" or "en" (None: the workbook's own language, "ja" for a built-in one); ``changes`` what the
    user typed, as typed; ``tell`` is called with one line for each thing that is not taken over.
    Result: the plan, and for a workbook what was read from it.
    Errors: BadFile for the file; InputFaults with every error of the template, of the changes and of the
    plan that they make.
    """
    loaded = load(template, lang)
    return changed(loaded, changes, tell or (lambda line: None)), loaded.opened and loaded.opened.read


def load(template: str | Path | None, lang: str | None) -> Template:
    """The template itself, in ``lang`` if one is asked for."""
    name = "default" if template is None else os.fspath(template)
    if name in workbook_templates.names():
        language = lang or "ja"
        return Template(name, plan_from_source(workbook_templates.source(name), language, name))
    if not Path(name).suffix and not Path(name).exists() and os.sep not in name:
        raise InputFaults([_unknown(name, lang or "ja")])
    opened = open_workbook(name, lang or "ja")
    plan = opened.read.plan
    return Template(opened.path.name, in_language(plan, lang or plan.lang), opened, opened.read.faults)


def _unknown(name: str, lang: str) -> Fault:
    known = workbook_templates.names()
    allowed = text("cli_template_unknown", lang, known=", ".join(known))
    likely = nearest(name, known)
    if likely:
        allowed = text("plan_ask", lang, likely=likely, allowed=allowed)
    return Fault(name, allowed, cell="--template")


def changed(template: Template, changes: Sequence[Change], tell: Tell) -> Plan:
    """The template's plan with the changes, once nothing about either is wrong."""
    applied = Changes(template.plan, changes, built_in=template.opened is None)
    plan = applied.plan
    lines = list(applied.notes)
    found = [*template.faults, *applied.faults]
    for fault in faults_of(plan):
        if applied.is_unread(fault.cell):
            continue
        option = applied.option_of(fault.cell)
        if fault.cell == "kgi_deadline" and option is None:
            allowed = text("cli_deadline_kept", plan.lang, allowed=fault.allowed)
            fault = Fault(fault.found, allowed, fault.cell, level=fault.level)
        if option is None and template.opened is not None:
            found += template.opened.read.located([fault], template.name)
        else:
            cell = option or key_of(fault.cell)
            found.append(Fault(fault.found, fault.allowed, cell, level=fault.level))
    errors = [fault for fault in found if fault.level == "error"]
    if errors:
        raise InputFaults(errors)
    for line in [*lines, *(fault.line() for fault in found)]:
        tell(line)
    return plan


def own_sheets(book: Any, plan: Plan) -> list[str]:
    """The names of the sheets that a user added: none of our names points at them, none of ours is called so."""
    ours = {text(f"sheet_{key}", lang).casefold() for lang in ("ja", "en") for key in _SHEETS}
    ours |= {channel.name.casefold() for channel in plan.channels}
    for name in book.names:
        if _is_ours(name.name):
            ours.add(_sheet_of(name.refers_to).casefold())
    return [sheet.name for sheet in book.sheets if sheet.name.casefold() not in ours]


_SHEETS = ("start", "settings", "funnel", "channels", "kpis", "backwards", "tree", "glossary", "calc")
_OUR_NAMES = ("kgi_", "tbl_", "act_", "out_", "plan_", "first_stage_", "curve_pending", "share_sum", "season_")


def _is_ours(name: str) -> bool:
    return "!" not in name and name.startswith(_OUR_NAMES)


def _sheet_of(reference: str) -> str:
    sheet = reference.removeprefix("=").rpartition("!")[0]
    return sheet.removeprefix("'").removesuffix("'").replace("''", "'")
