"""Readers for the entries that only a plan source has: fractions, texts in two languages, formulas."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any

from xl_kpi import catalog
from xl_kpi.errors import Words
from xl_kpi.plan.input.raw_values import Unreadable, is_blank, plain, refusal
from xl_kpi.plan.input.reading import read_margin, read_rate, read_text


def read_source_rate(raw: Any, reader: Callable[[Any], float] = read_rate) -> float:
    """A rate as a source gives it: as ``reader``, or a fraction of whole numbers such as 50/1800.

    Result: the float nearest to the fraction, 0 < r <= 1.
    Errors: Unreadable.
    """
    fraction = re.fullmatch(r"([0-9]{1,15})\s*/\s*([0-9]{1,15})", plain(raw)) if isinstance(raw, str) else None
    if not fraction:
        return reader(raw)
    above, below = int(fraction[1]), int(fraction[2])
    if not 0 < above <= below:
        raise refusal(raw, Words("plan_source_fraction"))
    return float(Fraction(above, below))


def read_words(raw: Any, *, lang: str, filled: bool = False) -> str:
    """A text, or the plan's language out of {ja = …, en = …}; ``filled`` refuses a blank."""
    words = raw.get(lang) if isinstance(raw, dict) and set(raw) <= set(catalog.LANGUAGES) else raw
    if not isinstance(words, str) or (filled and is_blank(words)):
        raise refusal(words if isinstance(words, str) else raw, Words("plan_source_words"))
    return words.strip()


def read_both(raw: Any) -> dict[str, str]:
    """A name in both languages; one text stands for both."""
    try:
        return {language: read_words(raw, lang=language, filled=True) for language in catalog.LANGUAGES}
    except Unreadable:
        raise refusal(raw, Words("plan_source_words")) from None


def read_twelve(raw: Any) -> list:
    """A list of twelve entries, not yet read."""
    if not isinstance(raw, list) or len(raw) != 12:
        raise refusal(raw, Words("plan_source_twelve"))
    return raw


def in_source(reader: Any, options: Mapping[str, Any], lang: str) -> tuple[Any, Mapping[str, Any]]:
    """The reader, with its options, that stands in for a reader of cells in a source of a plan in ``lang``."""
    if reader is read_text:
        return read_words, {"lang": lang, "filled": True}
    if reader is read_margin:
        return partial(read_source_rate, reader=read_margin), options
    return (read_source_rate if reader is read_rate else reader), options


def read_formula(raw: Any) -> str:
    """``input`` or a formula, as text; what it says is checked with the other formulas of its channel."""
    if not isinstance(raw, str) or not raw.strip():
        raise refusal(raw, Words("plan_source_formula"))
    return raw.strip()
