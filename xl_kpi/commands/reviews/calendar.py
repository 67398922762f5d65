"""The reviews of a plan as a calendar file: by the rhythm of 見直し, to the review after the plan's last month."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from xl_kpi.calc.calendar import DAY, month_start
from xl_kpi.catalog import text
from xl_kpi.commands.examine import findings, open_workbook, raise_errors
from xl_kpi.errors import BadFile, Fault, InputFaults, Refused, Words, told_in
from xl_kpi.exchange.calendar_file import Series, calendar_file, is_series
from xl_kpi.plan.input.reading import Collector, read_date
from xl_kpi.plan.model import Plan
from xl_kpi.plan.review.rhythm import MONTHLY, WEEKLY, Meeting, is_at_end, meetings
from xl_kpi.workbook.package.atomic_write import write

SUFFIX = ".ics"
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])")
_EVERY_MONTH = 28  # a day that every month has


@dataclass(frozen=True)
class Written:
    """A calendar file that was written: which days are in it."""

    path: Path
    lang: str
    rhythm: str
    meetings: tuple[Meeting, ...]


def write_calendar(
    path: str | Path,
    out: str | Path,
    *,
    first: str | None = None,
    at: str | None = None,
    words: str,
    lang: str | None = None,
    force: bool = False,
    now: dt.datetime | None = None,
) -> Written:
    """Write the series of reviews; the workbook stays as it is.

    Arguments: ``first`` the day of the first review, as typed (None: the one after the day typed on 見直し);
    ``at`` the time of day in Tokyo, as typed (None: the whole day); ``words`` and ``lang`` as for ``open_workbook``;
    ``force``: a file that is no such series of this plan is overwritten, too; ``now`` with a time zone.
    Errors: Refused where such a file stands there; InputFaults with every fault of plan and options, among them no day
    at all and no review left before the review of the plan's last month; BadFile where the file can't be written.
    """
    opened, target = open_workbook(path, words, lang), Path(out)
    plan = opened.read.plan
    with told_in(opened.lang):
        faults = [fault for fault in findings(opened) if fault.level == "error"]
        collector = Collector()
        begin = collector.read(read_date, first, cell="--from", optional=True)
        faults += collector.faults
        time = _time(at)
        if at is not None and time is None:
            faults.append(Fault(at, Words("calendar_time"), cell="--time"))
        if target.suffix.casefold() != SUFFIX:
            faults.append(Fault(target.name, Words("calendar_suffix"), cell="-o"))
        since = begin or plan.settings.get("review_as_of")
        if since is None and not collector.faults:
            sheet = text("sheet_actions", plan.lang)
            faults.append(Fault("", Words("calendar_no_day", sheet=sheet), cell="--from"))
        raise_errors(faults)
        assert since is not None
        rhythm = plan.settings.get("review_rhythm", MONTHLY)
        until = month_start(plan.start, plan.months + 1) - DAY
        days = tuple(meetings(since, rhythm, until, first=0 if begin else 1))
        if not days:
            over = Words("calendar_over", last=f"{until:%Y/%m/%d}")
            raise InputFaults([Fault(f"{since:%Y/%m/%d}", over, cell="--from")])
        uid = f"review-{opened.records.plan_id or 'plan'}@xl-kpi"
        if not force and target.is_file() and not is_series(target, uid):
            raise Refused("calendar_exists", file=target.name)
        series = Series(
            uid,
            text("calendar_title", plan.lang, title=plan.title),
            _said(plan, opened.path.name, rhythm),
            _rule(since, rhythm),
            tuple((one.planned, one.held) for one in days),
            time,
        )
        try:
            write(target, calendar_file(series, now or dt.datetime.now(dt.UTC)))
        except OSError:
            raise BadFile("calendar_not_written", file=str(target)) from None
    return Written(target, opened.lang, rhythm, days)


def _time(typed: str | None) -> dt.time | None:
    found = _TIME.fullmatch((typed or "").strip())
    return dt.time(int(found[1]), int(found[2])) if found else None


def _rule(since: dt.date, rhythm: str) -> str:
    if rhythm == WEEKLY:
        return "FREQ=WEEKLY"
    if is_at_end(since):
        return "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
    if since.day <= _EVERY_MONTH:
        return f"FREQ=MONTHLY;BYMONTHDAY={since.day}"
    days = ",".join(map(str, range(_EVERY_MONTH, since.day + 1)))
    return f"FREQ=MONTHLY;BYMONTHDAY={days};BYSETPOS=-1"  # the last of them that the month has


def _said(plan: Plan, file: str, rhythm: str) -> str:
    """What is done in the review."""
    about = {"file": file, "sheet": text("sheet_actions", plan.lang)}
    return text(f"calendar_text_{rhythm}", plan.lang, **about).strip()
