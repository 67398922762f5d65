"""A series of days as a calendar file (iCalendar, RFC 5545) that Outlook, Google and Apple take in.

The series has the same UID each time it is written and a SEQUENCE that grows: taken in again it moves what is there
and adds nothing.  Days beside the rule are named one by one (RECURRENCE-ID), which these programs understand better
than rules of several parts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from xl_kpi import __version__

_SINCE = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)  # from here the seconds of SEQUENCE are counted
_MAKER = "PRODID:-//xl-kpi//"
_OCTETS = 75  # of a line, its end not counted
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})
ZONE = "Asia/Tokyo"
_OFFSET = dt.timedelta(hours=9)  # the same all year
_ZONE = (
    "BEGIN:VTIMEZONE", f"TZID:{ZONE}", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0900",
    "TZOFFSETTO:+0900", "TZNAME:JST", "END:STANDARD", "END:VTIMEZONE",
)  # fmt: skip


@dataclass(frozen=True)
class Series:
    """Days that follow a rule.

    ``uid`` the same for ever; ``rule`` without its end ("FREQ=WEEKLY"); ``days`` each as the rule gives it and as it is
    held; ``at`` the time of day in Tokyo (None: the whole day), ``minutes`` how long.
    """

    uid: str
    title: str
    text: str
    rule: str
    days: Sequence[tuple[dt.date, dt.date]]
    at: dt.time | None = None
    minutes: int = 60


def calendar_file(series: Series, now: dt.datetime) -> bytes:
    """The file.

    Arguments: ``series`` with at least one day; ``now`` with its time zone: a file of a later second takes the place of
    an earlier one.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"{_MAKER}{__version__}//JA", "METHOD:PUBLISH"]
    if series.at is not None:
        lines += _ZONE
    rule = f"RRULE:{series.rule};UNTIL={_until(series)}"
    lines += _event(series, now, series.days[0][0], [rule])
    for planned, held in series.days:
        if planned != held:
            lines += _event(series, now, held, [_stamp("RECURRENCE-ID", planned, series.at)])
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def is_series(path: Path, uid: str) -> bool:
    """Whether a file is a series with this UID that was written here, which the next one may replace."""
    try:
        lines = path.read_bytes().replace(b"\r\n ", b"").split(b"\r\n")
    except OSError:
        return False
    ours = any(line.startswith(_MAKER.encode()) for line in lines)
    uids = {line for line in lines if line.startswith(b"UID:")}
    return lines[0] == b"BEGIN:VCALENDAR" and ours and uids == {f"UID:{uid}".encode()}


def _event(series: Series, now: dt.datetime, day: dt.date, more: Sequence[str]) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{series.uid}"
    yield f"DTSTAMP:{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    yield f"SEQUENCE:{int((now - _SINCE).total_seconds())}"
    yield _stamp("DTSTART", day, series.at)
    if series.at is None:
        yield f"DTEND;VALUE=DATE:{day + dt.timedelta(days=1):%Y%m%d}"
    else:
        yield f"DURATION:PT{series.minutes}M"
    yield from more
    yield f"SUMMARY:{series.title.translate(_ESCAPED)}"
    yield f"DESCRIPTION:{series.text.translate(_ESCAPED)}"
    if series.at is None:
        yield "TRANSP:TRANSPARENT"  # a whole day does not make its people busy
    yield "END:VEVENT"


def _stamp(name: str, day: dt.date, at: dt.time | None) -> str:
    if at is None:
        return f"{name};VALUE=DATE:{day:%Y%m%d}"
    return f"{name};TZID={ZONE}:{day:%Y%m%d}T{at:%H%M%S}"


def _until(series: Series) -> str:
    """The last day of the rule, in the kind of its first: of times in UTC."""
    last = series.days[-1][0]
    if series.at is None:
        return f"{last:%Y%m%d}"
    return f"{dt.datetime.combine(last, series.at) - _OFFSET:%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, no sign cut in two; each part after the first begins with a space."""
    part, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > _OCTETS:
            yield part
            part, size = " ", 1
        part, size = part + sign, size + octets
    yield part
