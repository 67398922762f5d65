"""A typed value before it is read: blank or not, full-width signs made plain, and the refusal itself."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from xl_kpi.errors import Fault, Phrase, Words, XlKpiError

# Only signs with one meaning are translated.  Unicode's own compatibility forms are not used: they would
# turn "10²" into 102 and "①" into 1.
_PLAIN: dict[int, int | str | None] = {0xFFE5: "¥", 0x301C: "~"}
_PLAIN |= {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # ！ … ～, the full-width ASCII signs
_PLAIN |= {ord(sign): " " for sign in "\u3000\u00a0\u2009\u202f\t\r\n"}
_PLAIN |= {ord(sign): "-" for sign in "\u2212\u2010\u2011\u2012\u2013\ufe63"}
_PLAIN |= {ord(sign): None for sign in "\u200b\u200e\u200f\ufeff"}  # invisible, come along when pasting

_LONGEST_SHOWN = 60
_WHOLE = 2**53  # below it a float that is whole is the number that its text says


class Unreadable(XlKpiError):
    """One typed value can't be read: ``found`` as typed, ``allowed`` what is allowed.

    ``missing`` is true where nothing was typed.
    """

    def __init__(self, found: str, allowed: Words, *, missing: bool = False):
        self.found = found
        self.allowed = allowed
        self.missing = missing
        super().__init__(allowed)

    def fault(self, *, cell: str = "", sheet: str = "", file: str = "") -> Fault:
        """The same as a fault with its place."""
        return Fault(self.found, self.allowed, cell=cell, sheet=sheet, file=file)


def plain(raw: str) -> str:
    """The text with full-width signs, odd spaces and odd minus signs made plain, without space around it."""
    return raw.translate(_PLAIN).strip()


def is_blank(raw: object) -> bool:
    """Nothing typed: None, an empty text, or spaces (full-width ones too)."""
    return raw is None or (isinstance(raw, str) and not raw[:1].isalnum() and not plain(raw))


def number_of(raw: Any) -> Fraction | None:
    """The exact number behind a numeric value, a float by its shortest decimal form (0.1 is 1/10).

    None for everything else: text, bool, dates, nan and infinity.
    """
    if isinstance(raw, bool) or not isinstance(raw, (int, float, Decimal, Fraction)):
        return None
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < _WHOLE:
        return Fraction(int(raw))
    if isinstance(raw, (float, Decimal)):
        return Fraction(str(raw)) if math.isfinite(raw) else None
    return Fraction(raw)


def shown_number(value: float | Fraction) -> str:
    """A number as a person would type it: no trailing ``.0``, at most 15 digits."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if not -(10**300) < value < 10**300:
        return format(value, ".15g") if isinstance(value, float) else "> 1e300"  # a fraction may be no float any more
    return str(int(value)) if value == int(value) and -(10**15) < value < 10**15 else format(float(value), ".15g")


def shown(raw: Any) -> str:
    """A value as it is shown back to the user in a fault."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, (int, float, Fraction)):
        return shown_number(raw)
    if isinstance(raw, dt.datetime) and raw.time() == dt.time():
        raw = raw.date()
    if isinstance(raw, (list, tuple)):
        return _cut(", ".join(shown(item) for item in raw))
    return _cut("".join(sign if sign.isprintable() else " " for sign in str(raw)).strip())


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST_SHOWN else words[: _LONGEST_SHOWN - 1] + "…"


def refusal(raw: Any, allowed: Words, *, likely: Phrase = "") -> Unreadable:
    """The refusal of ``raw``: says *missing* for a blank, asks "likely ?" where there is a likely meaning."""
    if is_blank(raw):
        return Unreadable("", Words("plan_missing", allowed=allowed), missing=True)
    if likely:
        allowed = Words("plan_ask", likely=likely, allowed=allowed)
    return Unreadable(shown(raw), allowed)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known name that looks most like ``word``, or an empty text when none does."""
    by_folded = {name.casefold(): name for name in known}
    found = get_close_matches(plain(word).casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else ""
