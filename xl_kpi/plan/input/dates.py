"""Reading typed months and dates: 2026/4, 2026年4月, 令和8年4月, R8.4, April 2026.  A year is never guessed."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Any

from xl_kpi.errors import Words
from xl_kpi.plan.input.raw_values import number_of, plain, refusal

_YEARS = range(2000, 2200)
# Era name -> (the year before its first, first day, last day)
_ERAS = {
    "令和": (2018, dt.date(2019, 5, 1), dt.date.max),
    "平成": (1988, dt.date(1989, 1, 8), dt.date(2019, 4, 30)),
}
_ERA_LETTERS = {"r": "令和", "h": "平成"}
_EXCEL_ZERO = dt.date(1899, 12, 30)  # day 0 of Excel's numbering from March 1900 on

_YEAR = r"(?:(?P<year>[0-9]{4})|(?P<era>令和|平成|[RrHh])\s*(?P<count>元|[0-9]{1,2}))"
_NUMERIC = re.compile(
    rf"{_YEAR}\s*(?P<mark>[/.-])\s*(?P<month>[0-9]{{1,2}})"
    r"(?:\s*(?P=mark)\s*(?P<day>[0-9]{1,2})(?:[ T]00:00(?::00)?)?)?"
)
_JAPANESE = re.compile(rf"{_YEAR}\s*年\s*(?P<month>[0-9]{{1,2}})\s*月\s*(?:(?P<day>[0-9]{{1,2}})\s*日|(?P<end>末日?))?")
_ENGLISH = (
    re.compile(r"(?P<name>[A-Za-z]+)\.?,?[ -](?:(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? )?(?P<year>[0-9]{4})"),
    re.compile(r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[ -](?P<name>[A-Za-z]+)\.?,?[ -](?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4}) (?P<name>[A-Za-z]+)\.?(?: (?P<day>[0-9]{1,2}))?"),
)
_MONTHS = {name.casefold(): k for k, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: k for name, k in list(_MONTHS.items())} | {"sept": 9}


def read_month(raw: Any) -> dt.date:
    """The month in which something starts, as its first day.

    Arguments: ``raw`` as typed, or the date of a date cell whose day is 1.
    Result: the first day of the month.
    Special cases: a bare number such as 202604 is no month and is refused with the question "2026/4 ?";
    so is a date inside a month; 4月 without a year is refused.
    Errors: Unreadable.
    Example: ``read_month("令和8年4月")`` is 2026-04-01.
    """
    allowed = Words("plan_month")
    found = _parts(raw)
    if found is None:
        raise refusal(raw, _month_only(raw) or allowed, likely=_likely(raw, with_day=False))
    year, month, day, valid = found
    if not valid or day not in (None, 1):
        raise refusal(raw, allowed, likely=f"{year}/{month}" if year in _YEARS and 1 <= month <= 12 else "")
    return dt.date(year, month, 1)


def read_date(raw: Any) -> dt.date:
    """One day: a deadline, the date of a review.

    Arguments: ``raw`` as typed, or the date of a date cell.
    Result: the day.
    Special cases: 2026年9月末 is the last day of that month; 2026/9 without a day is refused with the
    question; 9/30/2026 and 30/9/2026 are refused, as the order of such dates differs by country.
    Errors: Unreadable.
    Example: ``read_date("令和8年9月30日")`` is 2026-09-30.
    """
    allowed = Words("plan_date")
    found = _parts(raw)
    if found is None:
        raise refusal(raw, _month_only(raw) or allowed, likely=_likely(raw, with_day=True))
    year, month, day, valid = found
    if day is None or not valid:
        real = year in _YEARS and 1 <= month <= 12
        last = calendar.monthrange(year, month)[1] if real else 0
        guess = last if day is None else day
        raise refusal(raw, allowed, likely=f"{year}/{month}/{guess}" if real and 1 <= guess <= last else "")
    return dt.date(year, month, day)


def _parts(raw: Any) -> tuple[int, int, int | None, bool] | None:
    """Year, month, day (None when not typed) and whether they exist; None when it is no date at all."""
    if isinstance(raw, dt.datetime):
        return (raw.year, raw.month, raw.day, raw.time() == dt.time() and raw.year in _YEARS)
    if isinstance(raw, dt.date):
        return (raw.year, raw.month, raw.day, raw.year in _YEARS)
    if not isinstance(raw, str):
        return None
    words = re.sub(r" +", " ", plain(raw).replace("\u32ff", "令和"))
    found = _NUMERIC.fullmatch(words) or _JAPANESE.fullmatch(words)
    if found:
        era = found["era"]
        if era:
            before, first, last = _ERAS[_ERA_LETTERS.get(era.casefold(), era)]
            year = before + (1 if found["count"] == "元" else int(found["count"]))
        else:
            year, first, last = int(found["year"]), dt.date.min, dt.date.max
        month, day = int(found["month"]), int(found["day"]) if found["day"] else None
        if found.groupdict().get("end") and 1 <= month <= 12:
            day = calendar.monthrange(year, month)[1]
        return (year, month, day, _exists(year, month, day, first, last))
    for pattern in _ENGLISH:
        found = pattern.fullmatch(words)
        if found and found["name"].casefold() in _MONTHS:
            year, month = int(found["year"]), _MONTHS[found["name"].casefold()]
            day = int(found["day"]) if found["day"] else None
            return (year, month, day, _exists(year, month, day, dt.date.min, dt.date.max))
    return None


def _exists(year: int, month: int, day: int | None, first: dt.date, last: dt.date) -> bool:
    if year not in _YEARS or not 1 <= month <= 12:
        return False
    days = calendar.monthrange(year, month)[1]
    if day is None:  # a month belongs to an era if one of its days does
        return dt.date(year, month, days) >= first and dt.date(year, month, 1) <= last
    return 1 <= day <= days and first <= dt.date(year, month, day) <= last


def _month_only(raw: Any) -> Words | None:
    """The question for the year, where only a month was typed."""
    words = plain(raw) if isinstance(raw, str) else ""
    found = re.fullmatch(r"([0-9]{1,2})\s*月(?:\s*[0-9]{1,2}\s*日|末日?)?", words)
    month = int(found[1]) if found else _MONTHS.get(words.casefold().rstrip("."), 0)
    if not 1 <= month <= 12:
        return None
    name = {"ja": f"{month}月", "en": calendar.month_name[month]}
    return Words("plan_year_missing", month=name)


def _likely(raw: Any, *, with_day: bool) -> str:
    """The date that an unclear entry probably means: 202604, 20260401, an Excel day number, 4/2026, Apr-26."""
    number = number_of(raw)
    words = str(int(number)) if number is not None and number.denominator == 1 else ""
    if isinstance(raw, str):
        words = plain(raw)
    year = month = day = 0
    if found := re.fullmatch(r"(20[0-9]{2})([0-9]{2})([0-9]{2})?", words):
        year, month, day = int(found[1]), int(found[2]), int(found[3] or 0)
    elif found := re.fullmatch(r"([0-9]{1,2})[/.-](20[0-9]{2})", words):
        year, month = int(found[2]), int(found[1])
    elif found := re.fullmatch(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-](20[0-9]{2})", words):
        # The order of day and month is known only where one of them is over 12.
        year, one, other = int(found[3]), int(found[1]), int(found[2])
        month, day = (one, other) if other > 12 else (other, one) if one > 12 else (0, 0)
    elif (found := re.fullmatch(r"([A-Za-z]+)\.?[ -]'?([0-9]{2})", words)) and found[1].casefold() in _MONTHS:
        year, month = 2000 + int(found[2]), _MONTHS[found[1].casefold()]
    elif re.fullmatch(r"[34567][0-9]{4}", words):
        date = _EXCEL_ZERO + dt.timedelta(int(words))
        year, month, day = date.year, date.month, date.day
    if year not in _YEARS or not 1 <= month <= 12:
        return ""
    if not with_day:
        return f"{year}/{month}"
    last = calendar.monthrange(year, month)[1]
    return f"{year}/{month}/{day or last}" if day <= last else ""
