"""What people type, turned into values without guessing; ``Collector`` gathers all faults in one pass.

Each ``read_…(raw)`` takes a number, text, date or None as a cell or a source file gives it and returns
the value, or raises ``Unreadable`` with what was found and what is allowed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any

from xl_kpi.calc.lag import Lag
from xl_kpi.catalog import by_spelling, choice_ids, find_choice
from xl_kpi.catalog import choices as list_of
from xl_kpi.errors import Fault, InputFaults, Joined, Phrase, Words
from xl_kpi.plan.input.amounts import read_growth, read_margin, read_money, read_number, read_rate, read_share
from xl_kpi.plan.input.dates import read_date, read_month
from xl_kpi.plan.input.raw_values import Unreadable, is_blank, nearest, number_of, plain, refusal, shown_number

__all__ = [
    "Collector",
    "Unreadable",
    "is_blank",
    "read_bool",
    "read_choice",
    "read_date",
    "read_growth",
    "read_id",
    "read_kind",
    "read_lag",
    "read_listed",
    "read_margin",
    "read_money",
    "read_month",
    "read_number",
    "read_rate",
    "read_share",
    "read_text",
]

MAX_LAG_DAYS = 730  # two years: more is a slip of the keyboard
MAX_CURVE_STEPS = 6  # 30 … 180 days: as many as the funnel sheet has columns for

_YES = ("true", "yes", "y", "on", "1", "○", "◯", "〇", "✓", "✔", "☑", "はい", "有効", "オン", "真")
_NO = ("false", "no", "n", "off", "0", "×", "✕", "✖", "✗", "☐", "いいえ", "無効", "オフ", "偽")

_DAYS = r"([0-9]+)(?:\s*(?:日間?|days?))?"
_FIXED = re.compile(r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)\s*(?:(日間?|days?)|(週間?|weeks?))?", re.I)
_SPREAD = re.compile(rf"{_DAYS}\s*(?:\.\.+|…|~|-|から|to)\s*{_DAYS}", re.I)
_IN_MONTHS = re.compile(r"([0-9]{1,2})\s*(?:[かヶケカヵ]月|months?)", re.I)


def read_lag(raw: Any) -> Lag:
    """Days from entering a stage to entering the next one.

    Arguments: ``raw`` as typed: 20, 20日, 2週間 (fixed); 10..30, 10〜30日, 10-30 (spread); a list, or a text
    such as 40%,70%,100% (the share that has gone on within 30, 60, 90 … days, rising to 100 %).
    Result: a Lag.
    Special cases: 10-30 typed into a cell becomes the date 30 October: asked "10..30 ?"; 2か月 is asked in
    days; 0,1 could be a decimal, so a curve in text needs % or a decimal point.
    Errors: Unreadable, also for negative days and for a curve that falls or does not end at 100 %.
    Example: ``read_lag("10〜30日")`` is Lag(10, 30).
    """
    allowed = Words("plan_lag", most=f"{MAX_LAG_DAYS:,}")
    if isinstance(raw, (list, tuple)):
        return _curve(raw, raw)
    if isinstance(raw, dt.date):
        raise refusal(raw, allowed, likely=f"{raw.month}..{raw.day}" if raw.month <= raw.day else "")
    number = number_of(raw)
    if number is not None:
        return _days(number, number, raw, allowed)
    if not isinstance(raw, str) or is_blank(raw):
        raise refusal(raw, allowed)
    words = plain(raw)
    if len(words) > 1000:
        raise refusal(raw, allowed)
    if found := _FIXED.fullmatch(words):
        days = int(re.sub("[^0-9]", "", words)) * (7 if found[2] else 1)
        return _days(days, days, raw, allowed)
    if found := _SPREAD.fullmatch(words):
        low, high = int(found[1]), int(found[2])
        if low > high:
            raise refusal(raw, allowed, likely=f"{high}..{low}")
        return _days(low, high, raw, allowed)
    if found := _IN_MONTHS.fullmatch(words):
        days = int(found[1]) * 30
        raise refusal(raw, allowed, likely={"ja": f"{days}日", "en": f"{days} days"})
    parts = [part.strip() for part in re.split("[,、;]", words)]
    percents = sum(part.endswith("%") for part in parts)
    if len(parts) > 1 and (percents == len(parts) or (not percents and "." in words)):
        return _curve(parts, raw)
    raise refusal(raw, allowed)


def _days(low: Any, high: Any, raw: Any, allowed: Words) -> Lag:
    if low != int(low) or not 0 <= low <= high <= MAX_LAG_DAYS:
        raise refusal(raw, allowed)
    return Lag(int(low), int(high))


def _curve(parts: Sequence[Any], raw: Any) -> Lag:
    allowed = Words("plan_lag_curve", steps=MAX_CURVE_STEPS, days=30 * MAX_CURVE_STEPS)
    numbers = [number for part in parts if (number := number_of(part)) is not None]
    rising = numbers and len(numbers) == len(parts) and numbers == sorted(numbers)
    if rising and numbers[0] >= 0 and numbers[-1] == 100:
        raise refusal(raw, allowed, likely=", ".join(f"{shown_number(number)}%" for number in numbers))
    try:
        shares = tuple(read_share(part) for part in parts)
    except Unreadable:
        raise refusal(raw, allowed) from None
    if not shares or len(shares) > MAX_CURVE_STEPS or list(shares) != sorted(shares) or shares[-1] != 1:
        raise refusal(raw, allowed)
    return Lag(curve=shares)


def read_kind(raw: Any) -> str:
    """The kind of the KGI: orders, revenue or customers, typed in either language.

    Errors: Unreadable, with the nearest known word as the question.
    Example: ``read_kind("売上")`` is "revenue".
    """
    words = by_spelling("kind")
    typed = re.sub(" +", " ", plain(raw).casefold()) if isinstance(raw, str) else ""
    if typed in words:
        return words[typed].id
    likely: Phrase = nearest(typed, words) if typed else ""
    if likely:
        likely = Words(f"plan_kind_{words[likely].id}")
    raise refusal(raw, Words("plan_kind"), likely=likely)


def read_bool(raw: Any) -> bool:
    """On or off: ○ ×, はい いいえ, TRUE FALSE, yes no, on off, 1 0.

    Special cases: the letters o and x are refused: x ticks a box in English and crosses it out in Japanese.
    Errors: Unreadable.
    Example: ``read_bool("○")`` is True.
    """
    if isinstance(raw, bool):
        return raw
    number = number_of(raw)
    typed = shown_number(number) if number is not None else plain(raw).casefold() if isinstance(raw, str) else ""
    if typed in _YES or typed in _NO:
        return typed in _YES
    raise refusal(raw, Words("plan_bool"))


def read_id(raw: Any) -> str:
    """A stable id: letters a–z, digits and underscore, beginning with a letter, at most 40 signs.

    Errors: Unreadable; ``trade-show`` is asked "trade_show ?".
    Example: ``read_id("ｗｅｂ")`` is "web".
    """
    typed = plain(raw) if isinstance(raw, str) else ""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,39}", typed):
        return typed
    likely = re.sub("[ .-]+", "_", typed)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,39}", likely):
        likely = ""
    raise refusal(raw, Words("plan_id"), likely=likely)


def read_choice(raw: Any, *, choices: Sequence[str]) -> str:
    """One of a few fixed words.

    Errors: Unreadable, with the nearest of them as the question.
    Example: ``read_choice("UP", choices=("up", "down"))`` is "up".
    """
    typed = plain(raw).casefold() if isinstance(raw, str) else ""
    for choice in choices:
        if typed == choice.casefold():
            return choice
    allowed = Words("plan_choice", choices=", ".join(choices))
    raise refusal(raw, allowed, likely=nearest(typed, choices) if typed else "")


def read_listed(raw: Any, *, choices: str) -> str:
    """The id of a choice of one of the catalog's lists, typed as its id or in words of either language.

    Errors: Unreadable, as ``read_choice``.
    Example: ``read_listed("千円", choices="currency")`` is "thousand_yen".
    """
    found = find_choice(choices, plain(raw)) if isinstance(raw, str) else None
    return found.id if found else read_choice(raw, choices=choice_ids(choices))


def read_word(raw: Any, *, choices: str) -> str:
    """As ``read_listed``, for who sees the words alone and never an id: they are what is allowed.

    Example: ``read_word("いいえ", choices="known")`` is "no".
    """
    found = find_choice(choices, plain(raw)) if isinstance(raw, str) else None
    if found:
        return found.id
    words = [choice.words for choice in list_of(choices)]
    near = nearest(plain(raw), [word for said in words for word in said.values()]) if isinstance(raw, str) else ""
    raise refusal(raw, Words("allowed_choice", choices=Joined(tuple(words), " / ")), likely=near)


def read_named(raw: Any, *, choices: str) -> str:
    """As ``read_word``, of a list that is too long to be said: what is allowed is told by the text ``allowed_<list>``.

    Example: ``read_named("費用", choices="role")`` is "cost".
    """
    found = find_named(choices, raw)
    if found:
        return found
    near = nearest(plain(raw), by_spelling(choices)) if isinstance(raw, str) else ""
    raise refusal(raw, Words(f"allowed_{choices}"), likely=near)


def find_named(choices: str, raw: Any) -> str:
    """The id of the choice that somebody names, in whatever width its signs are written, "" for anything else."""
    wanted = plain(raw).casefold() if isinstance(raw, str) else ""
    return next((one.id for word, one in by_spelling(choices).items() if plain(word).casefold() == wanted), "")


def read_suggested(raw: Any, *, choices: str) -> str:
    """The id of a choice of one of the catalog's lists where one is meant, else any text as it is.

    Errors: Unreadable for a blank.
    Example: ``read_suggested("ａ", choices="account_tier")`` is "A", "S" stays "S".
    """
    typed = read_text(raw)
    found = find_choice(choices, plain(typed))
    return found.id if found else typed


def read_text(raw: Any) -> str:
    """Any text that is not blank."""
    if is_blank(raw):
        raise refusal(raw, Words("plan_words"))
    return str(raw).strip()


class Collector:
    """Reads many values and keeps every fault, so that the user sees all of them at once.

    Example: ``collector = Collector(file="plan.xlsx")``, then ``collector.read(read_rate, raw, cell="C5")``
    for each value and ``collector.raise_if_any()`` at the end.
    """

    def __init__(self, *, file: str = ""):
        self.file = file
        self.faults: list[Fault] = []

    def read(
        self,
        reader: Callable[..., Any],
        raw: Any,
        *,
        cell: str = "",
        sheet: str = "",
        file: str = "",
        default: Any = None,
        optional: bool = False,
        **options: Any,
    ) -> Any:
        """The value that ``reader`` finds in ``raw``; ``default`` when it finds none, with a fault noted.

        ``optional`` makes a blank mean ``default`` without a fault.  ``options`` go to the reader.
        """
        if optional and is_blank(raw):
            return default
        try:
            return reader(raw, **options)
        except Unreadable as unreadable:
            self.faults.append(unreadable.fault(cell=cell, sheet=sheet, file=file or self.file))
            return default

    def add(self, found: Phrase, allowed: Words, *, cell: str = "", sheet: str = "", level: str = "error") -> None:
        """Note a fault that was found by other means."""
        self.faults.append(Fault(found, allowed, cell=cell, sheet=sheet, file=self.file, level=level))

    def raise_if_any(self) -> None:
        """Raise InputFaults with every fault, in the order found, unless there are only warnings."""
        if any(fault.level == "error" for fault in self.faults):
            raise InputFaults(self.faults)
