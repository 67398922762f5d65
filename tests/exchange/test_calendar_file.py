"""The calendar file as a reader that is not ours reads it (icalendar, dateutil)."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil.rrule import rrulestr

from xl_kpi.commands.reviews.calendar import _rule
from xl_kpi.exchange.calendar_file import Series, calendar_file
from xl_kpi.plan.review.rhythm import meetings

NOW = dt.datetime(2026, 4, 1, 9, tzinfo=dt.UTC)
UNTIL = dt.date(2027, 4, 30)
TITLE, TEXT = "KPIレビュー: 売上, 利益; 「来期」\\ " + "長い題名" * 20, "1. 実績\n2. 打ち手"


def series(since: dt.date, rhythm: str, at: dt.time | None = None) -> Series:
    days = tuple((one.planned, one.held) for one in meetings(since, rhythm, UNTIL))
    return Series("review-1@xl-kpi", TITLE, TEXT, _rule(since, rhythm), days, at)


def expanded(data: bytes) -> list[dt.date | dt.datetime]:
    """The days on which a calendar shows the series: the rule's, but for those that an event of their own moves."""
    events = icalendar.Calendar.from_ical(data).walk("VEVENT")
    master, *moved = events
    start = master["DTSTART"].dt
    # dateutil knows times without a zone only: all of them are in Tokyo
    naive = start.replace(tzinfo=None) if isinstance(start, dt.datetime) else dt.datetime.combine(start, dt.time())
    end = master["RRULE"]["UNTIL"][0]
    until = (
        end.astimezone(ZoneInfo("Asia/Tokyo")).replace(tzinfo=None)
        if isinstance(end, dt.datetime)
        else dt.datetime.combine(end, dt.time())
    )
    rule = {**master["RRULE"], "UNTIL": [until]}
    by_rule = rrulestr(icalendar.vRecur(rule).to_ical().decode(), dtstart=naive)
    days = {one if isinstance(start, dt.datetime) else one.date() for one in by_rule}
    for event in moved:
        was, now = event["RECURRENCE-ID"].dt, event["DTSTART"].dt
        if isinstance(was, dt.datetime):
            was, now = was.replace(tzinfo=None), now.replace(tzinfo=None)
        days.remove(was)  # KeyError: it moves a day that the rule has not
        days.add(now)
    return sorted(days)


@pytest.mark.parametrize("day", [f"2026-01-{day:02}" for day in (1, 15, 28, 29, 30, 31)] + ["2026-02-27", "2026-04-30"])
@pytest.mark.parametrize("rhythm", ["weekly", "monthly"])
@pytest.mark.parametrize("at", [None, dt.time(10, 30), dt.time(8)])
def test_a_calendar_shows_the_reviews(day, rhythm, at):
    made = series(dt.date.fromisoformat(day), rhythm, at)
    held = [one for _, one in made.days]
    assert expanded(calendar_file(made, NOW)) == [dt.datetime.combine(one, at) if at else one for one in held]


def test_what_stands_in_it():
    data = calendar_file(series(dt.date(2026, 4, 15), "monthly", dt.time(10)), NOW)
    calendar = icalendar.Calendar.from_ical(data)
    events = calendar.walk("VEVENT")
    assert calendar["VERSION"] == "2.0" and calendar["PRODID"] and not calendar.errors
    assert {str(event["UID"]) for event in events} == {"review-1@xl-kpi"}
    assert str(events[0]["SUMMARY"]) == TITLE and str(events[0]["DESCRIPTION"]) == TEXT
    assert events[0]["DTSTART"].dt.utcoffset() == dt.timedelta(hours=9)
    assert calendar.walk("VTIMEZONE")[0]["TZID"] == "Asia/Tokyo"
    lines = data.split(b"\r\n")
    assert lines[-1] == b"" and max(map(len, lines)) <= 75 and b"\n" not in b"".join(lines)
    for line in lines:
        line.decode()  # no sign is cut in two


def test_a_later_file_takes_the_place_of_the_earlier_one():
    """The same UID and a higher SEQUENCE, which is how calendars know a new version of the same (RFC 5546)."""
    made = series(dt.date(2026, 4, 15), "monthly")
    first, second = (
        icalendar.Calendar.from_ical(calendar_file(made, now)).walk("VEVENT")[0]
        for now in (NOW, NOW + dt.timedelta(seconds=1))
    )
    assert first["UID"] == second["UID"] and first["SEQUENCE"] < second["SEQUENCE"] < 2**31
    assert calendar_file(made, NOW) == calendar_file(made, NOW)
