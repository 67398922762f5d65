"""Close the months of a plan through one of them: what was agreed for them stays; or open them again (K15)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from xl_kpi.build import Progress
from xl_kpi.calc import month_start
from xl_kpi.commands.examine import findings, open_workbook, raise_errors
from xl_kpi.commands.rewrite import Rewritten, rewrite
from xl_kpi.errors import Fault, InputFaults, Words, told_in
from xl_kpi.kpi.agreed_targets import closed_until
from xl_kpi.plan.input.dates import read_month
from xl_kpi.plan.input.raw_values import Unreadable
from xl_kpi.plan.model import Plan


def close(
    path: str | Path,
    month: str | None,
    *,
    again: bool = False,
    words: str,
    lang: str | None = None,
    now: dt.datetime | None = None,
    progress: Progress | None = None,
) -> tuple[Rewritten, str]:
    """Write a workbook with its months closed through ``month``.

    Arguments: ``month`` as people type it (2027-06, 2027年6月; None: no month is closed any more); ``again`` takes the
    targets anew as the plan asks for them now, for months that were closed before as well; ``words`` and ``lang`` as
    for ``open_workbook``, ``progress`` as for ``build``.
    Result: what was written, and the language of messages.
    Special cases: a month that was closed before has its targets of then again.
    Errors: InputFaults for a month that can't be read or is not one of the plan; otherwise as for ``rewrite``.
    """
    opened = open_workbook(path, words, lang)
    with told_in(opened.lang):
        raise_errors(findings(opened))
        plan = opened.read.plan
        until = None if month is None else _month(plan, month)
        closed = closed_until(plan, until, again=again)
        return rewrite(opened, closed, command="close", now=now, progress=progress), opened.lang


def months_to_close(path: str | Path, words: str, lang: str | None = None) -> list[str]:
    """The months of a plan as ``close`` understands them.  Errors: as for ``open_workbook``."""
    plan = open_workbook(path, words, lang).read.plan
    return [f"{month_start(plan.start, k):%Y-%m}" for k in range(plan.months)]


def _month(plan: Plan, typed: str) -> dt.date:
    """The month that was typed, one of the plan's."""
    try:
        found = read_month(typed)
    except Unreadable as refused:
        raise InputFaults([refused.fault(cell="MONTH")]) from None
    last = month_start(plan.start, plan.months - 1)
    if not plan.start <= found <= last:
        allowed = Words("closed_outside", first=f"{plan.start:%Y/%m}", last=f"{last:%Y/%m}")
        raise InputFaults([Fault(typed, allowed, cell="MONTH")])
    return found
