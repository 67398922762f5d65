"""The pages that a plan can do without, switched on and off; what was typed on one that goes stays in the workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from xl_kpi.build import Progress
from xl_kpi.catalog import text
from xl_kpi.commands.examine import findings, open_workbook, raise_errors
from xl_kpi.commands.rewrite import Rewritten, rewrite
from xl_kpi.commands.switched import switched
from xl_kpi.errors import Fault, InputFaults, told_in
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import OPTIONAL, is_on, with_pages


@dataclass(frozen=True)
class Page:
    """A page that can be switched: its id, its name, whether it is on."""

    id: str
    name: str
    on: bool


def pages_of(plan: Plan, lang: str) -> list[Page]:
    """Every page that can be switched, in the order of 設定."""
    return [Page(key, text(f"sheet_{key}", lang), is_on(plan, key)) for key in OPTIONAL]


def list_pages(path: str | Path, words: str, lang: str | None = None) -> tuple[list[Page], str]:
    """The pages of a workbook that can be switched, and its language.  Errors: as for ``open_workbook``."""
    opened = open_workbook(path, words, lang)
    return pages_of(opened.read.plan, opened.lang), opened.lang


def switch_pages(
    path: str | Path,
    on: Collection[str] = (),
    off: Collection[str] = (),
    *,
    words: str,
    lang: str | None = None,
    now: dt.datetime | None = None,
    progress: Progress | None = None,
) -> Rewritten:
    """Write a workbook with some pages switched on and others off.

    Arguments: ``on``, ``off`` ids or names of pages, in either language, upper and lower case counting as the same.
    Special cases: a page that goes is hidden while anything is typed on it.
    Errors: InputFaults for names of no page that can be switched, and for one that is to be on and off; otherwise as
    for ``rewrite``.
    """
    opened = open_workbook(path, words, lang)
    plan = opened.read.plan
    faults: list[Fault] = []
    names = {page.id: page.name for page in pages_of(plan, opened.lang)}
    switches = switched(on, off, names, "pages_unknown", "pages_both", faults)
    with told_in(opened.lang):
        raise_errors(findings(opened))
        if faults:
            raise InputFaults(faults)
        return rewrite(opened, with_pages(plan, switches), command="pages", now=now, progress=progress)
