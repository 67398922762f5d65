"""What stands in a column, whatever is written above it: days, numbers, mail addresses, few words or many."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xl_kpi.catalog.exports import is_missing
from xl_kpi.catalog.roles import Role
from xl_kpi.exchange.exports.dates import read_dates
from xl_kpi.exchange.exports.numbers import read_numbers

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MOST_ROWS = 400  # of a table that are looked at, spread over all of it
_NEARLY = 0.85  # of the cells: what a column holds
_FEW = 0.5  # of the rows: as many different words at most make groups
_FLAGS = 4  # different cells at most
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LINK = re.compile(r"(https?://|/)\S*|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_TIME = re.compile(r"\d{1,3}:\d{2}(:\d{2})?|(\d+ ?(h|m|s|min|sec|時間|分|秒) ?)+", re.IGNORECASE)
_LONG = re.compile(r"[12][0-9]{5}|[12][0-9]{7}")  # 202604, 20260401: a day or a number, as the header says


@dataclass(frozen=True)
class Profile:
    """A column by its cells.

    ``filled``: the part of its rows in which something stands.  ``days``, ``months``, ``mails``, ``links``,
    ``times``: the part of the filled cells that are such; ``numbers``: a float a row, NaN where there is none, of
    ``share`` of the filled cells; ``whole``: they have no decimals; ``percent``: most bear the sign.  ``at``: the day
    of each row as a number, NaN where there is none.  ``different``: how many different cells there are, ``words``:
    they, as they are compared.
    """

    filled: float
    days: float
    months: float
    mails: float
    links: float
    times: float
    share: float
    whole: bool
    percent: bool
    plain: bool  # its days could be numbers as well
    different: int
    rows: int
    words: tuple[str, ...]
    numbers: np.ndarray[Any, Any]
    at: np.ndarray[Any, Any]

    @property
    def is_empty(self) -> bool:
        return not self.words

    @property
    def is_number(self) -> bool:
        return self.share >= _NEARLY and (self.plain or max(self.days, self.months) < _NEARLY)

    @property
    def is_day(self) -> bool:
        return self.days >= _NEARLY

    @property
    def is_text(self) -> bool:
        """Words: none of what has a form of its own."""
        return max(self.share, self.days, self.months, self.mails) < _NEARLY

    def matching(self, role: Role) -> float:
        """The part of the different cells that fit the pattern of a role."""
        if role.pattern is None or not self.words:
            return 0.0
        return sum(bool(role.pattern.fullmatch(word)) for word in self.words) / len(self.words)


def profile(cells: pd.Series[Any]) -> Profile:
    """What stands in some cells of a column."""
    import numpy as np

    texts = [_text(cell) for cell in cells]
    full = [text for text in texts if not is_missing(text)]
    words = tuple(dict.fromkeys(full))
    found = read_numbers(cells)
    dates = read_dates(cells)
    is_there = (~dates.missing).to_numpy()
    good = is_there & ~dates.bad.to_numpy()
    monthly = dates.monthly and any("月" in word or len(word) >= 6 for word in words)
    days = float(good.sum()) / max(1, int(is_there.sum())) if not dates.monthly else 0.0
    numbers = np.array([np.nan if one is None else float(one) for one in found.values], dtype=float)
    known = numbers[~np.isnan(numbers)]
    at = np.array([np.nan if day is None else day.toordinal() for day in dates.days], dtype=float)
    return Profile(
        len(full) / max(1, len(texts)),
        days,
        float(good.sum()) / max(1, int(is_there.sum())) if monthly else 0.0,
        _part(full, _MAIL),
        _part(full, _LINK),
        _part(full, _TIME),
        (len(known) + int(found.bounded.sum())) / max(1, len(full)),
        bool(len(known)) and bool(np.all(known == np.floor(known))),
        int(found.shares.sum()) * 2 > len(known),
        bool(words) and all(_LONG.fullmatch(word) for word in words),
        len(words),
        len(texts),
        words,
        numbers,
        at,
    )


def _text(cell: Any) -> str:
    return unicodedata.normalize("NFKC", str(cell)).strip().casefold()


def _part(words: Sequence[str], pattern: re.Pattern[str]) -> float:
    return sum(bool(pattern.fullmatch(word)) for word in words) / max(1, len(words))


def fits(role: Role, found: Profile) -> bool:
    """Whether what stands in a column can be what a role holds; of an empty column anything."""
    if found.is_empty:
        return True
    return _FITS[role.holds](found)


def _is_share(found: Profile) -> bool:
    import numpy as np

    return found.is_number and (found.percent or bool(np.nanmax(found.numbers, initial=0) <= 1000))


_FITS = {
    "count": lambda found: found.is_number and not found.percent,
    "money": lambda found: found.is_number and not found.percent,
    "each": lambda found: found.is_number and not found.percent,
    "share": _is_share,
    "day": lambda found: found.is_day or found.times >= _NEARLY,
    "month": lambda found: found.months >= _NEARLY or found.is_day or found.is_number and found.whole,
    "time": lambda found: found.times >= _NEARLY or found.is_number and not found.percent,
    "text": lambda found: found.is_text,
    "group": lambda found: found.is_text,
    "mark": lambda found: not found.is_day and found.mails < _NEARLY and not found.percent,
    "mail": lambda found: found.mails >= _FEW,
    "link": lambda found: found.links >= _FEW or found.is_text,
    "flag": lambda found: found.different <= _FLAGS and not found.is_day,
    "any": lambda found: not found.is_day and found.mails < _NEARLY,
}


def looks_like(role: Role, found: Profile) -> bool:
    """Whether a column's cells alone let one think of a role that has no pattern of its own."""
    many = found.different > found.rows * _FEW
    if role.holds in ("count", "money"):
        return found.is_number and not found.percent and (found.whole or role.holds == "money")
    if role.holds == "group":
        return found.is_text and not many
    if role.holds == "text":
        return found.is_text and many
    if role.holds == "mark":
        return found.different == found.rows and found.filled == 1 and not found.is_day and fits(role, found)
    if role.holds == "month":
        return found.months >= _NEARLY
    return fits(role, found)
