"""Reading typed numbers: counts, rates, shares, money and growth, in Japanese and English ways of writing."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Any

from xl_kpi.errors import Phrase, Words
from xl_kpi.plan.input.raw_values import Unreadable, is_blank, number_of, plain, refusal, shown, shown_number
from xl_kpi.plan.input.wording import Money

LARGEST = 10**15  # a cell of a workbook holds 15 digits
_LONGEST = 64
_A_SUM, _ENORMOUS = 10**6, 10**11  # yen: a sum worth planning for; one that hardly any plan has
_MOST_GROWTH = 99  # a hundredfold

COUNTERS = ("件", "名", "社", "人", "回", "個", "台", "本", "枚", "通", "点")
# By the option ``counted`` of ``read_number``; the longest first, capitals or not.
SPANS = {
    "days": ("日間", "日", "days", "day"),
    "months": (*(f"{sign}月{end}" for end in ("間", "") for sign in "かヶケカヵ箇"), "months", "month"),
}
_YEN_SIGNS = "¥\\"  # the key ¥ of a Japanese keyboard types a backslash on Windows
_JPY = re.compile(r"jpy", re.I)  # our own way of writing ¥ in English
_SIGNS = {"+": 1, "-": -1, "△": -1, "▲": -1, "ー": -1}

_DIGITS = r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+"
_NUMBER = re.compile(_DIGITS)
_GROUP = re.compile(rf"({_DIGITS})\s*([十百千]?[兆億万]|千)")
_GROUPS = re.compile(rf"((?:(?:{_DIGITS})\s*(?:[十百千]?[兆億万]|千)\s*)+)([0-9,]*)")
_EXPONENT = re.compile(r"[0-9.]+[eE]\+?[0-9]+")  # what programs write for numbers that are too large
_TIMES = re.compile(rf"[×xX]\s*({_DIGITS})\s*倍?|({_DIGITS})\s*(?:倍|[×xX]|times)", re.I)
_TENTHS = re.compile(r"([1-9])割(?:([1-9])分)?")
_COMPARED = ("前年比", "前期比", "昨年比", "昨対")  # what a percentage behind it means is asked: 前年比115% is +15%
_POWER = {"": 0, "十": 1, "百": 2, "千": 3, "万": 4, "億": 8, "兆": 12}


def read_number(
    raw: Any,
    *,
    low: float | None = None,
    high: float | None = None,
    whole: bool = False,
    percent: bool = False,
    counted: str = "",
) -> float | int:
    """A plain number: a count of orders, of days, of months.

    Arguments: ``raw`` as typed; ``low`` and ``high`` are the smallest and largest that are allowed;
    ``whole`` asks for a whole number; ``percent`` lets ``120%`` stand for 1.2 (weights);
    ``counted`` "days" or "months" where it is so many of them: 20日 and 20 days, 12か月 and 12 months are read as well.
    Result: a float, or an int where ``whole``.
    Special cases: １，２００ · 1,200件 · 10万 · 1億2,000万 · △5 · (5) are read; bool, nan, 1.234,5 and 1,23
    are not; the end of 1万5 is unclear (10,005 or 15,000) and refused, 1万5千 and 1万0005 are not.
    Errors: Unreadable.
    Example: ``read_number("1億2,000万")`` is 120000000.0.
    """
    allowed = _range_phrase(low, high, whole)
    suffixes = (*(("%",) if percent else ()), *SPANS.get(counted, ()), *COUNTERS)
    value, _, _ = _amount(raw, allowed, suffixes, bounded=high is not None)
    if (
        (low is not None and value < (number_of(low) or 0))
        or (high is not None and value > (number_of(high) or 0))
        or (whole and value.denominator != 1)
    ):
        raise refusal(raw, allowed)
    return int(value) if whole else float(value)


def read_money(
    raw: Any, *, low: float | None = None, high: float | None = None, factor: int = 1, asks: str = ""
) -> float:
    """An amount of money.

    Arguments: ``raw`` as typed, with or without ¥, JPY or 円; ``low`` and ``high`` as in ``read_number``, in yen;
    ``factor`` how many yen a number without any word stands for: 1,000,000 where the header says 百万円; ``asks`` the
    id of that unit where no header stands beside what is typed, so that a number as large as if it were yen
    (``as_if_yen``) is refused with both readings.
    Result: yen as a float, always in yen: 500千円 is 500000.0, 10百万円 is 10000000.0, whatever the ``factor``.
    Errors: Unreadable, for other currencies too.
    Example: ``read_money("1.5億円")`` is 150000000.0, ``read_money(34, factor=1_000_000)`` is 34000000.0.
    """
    allowed = _range_phrase(low, high, False, "plan_money")
    value, _, _ = _amount(raw, allowed, ("円",), money=True, bounded=high is not None)
    if factor != 1 and is_bare(raw):
        if asks and as_if_yen(value, factor):
            readings = {"yen": Money(value), "amount": Money(value * factor)}
            raise refusal(raw, Words("plan_money_which", unit=Words(f"currency_{asks}"), **readings))
        value *= factor
        if abs(value) > LARGEST:
            raise refusal(raw, _at_most(allowed))
    if (low is not None and value < Fraction(str(low))) or (high is not None and value > Fraction(str(high))):
        raise refusal(raw, allowed)
    return float(value)


def as_if_yen(number: float | Fraction, factor: int) -> bool:
    """Whether a number alone was more likely meant in yen than in the unit that it is counted in.

    Arguments: ``factor`` how many yen that unit is.
    Result: from 1,000,000 on where that would be 1,000億円 or more; never where the unit is yen.
    Example: 1000000000 in 百万円 would be 1,000兆円: ``as_if_yen(10**9, 10**6)`` is True.
    """
    return factor != 1 and number >= least_as_yen(factor)


def least_as_yen(factor: int) -> int:
    """The smallest of these numbers: 1,000,000 in 百万円, 100,000,000 in 千円."""
    return max(_A_SUM, _ENORMOUS // factor)


def is_bare(raw: Any) -> bool:
    """Whether an amount is a number alone, so that the header says what it is counted in; ¥34, 34円 and 3万 are not.

    Example: ``is_bare("△1,000")`` is True, ``is_bare("1.5億")`` is False.
    """
    if number_of(raw) is not None:
        return True
    if not isinstance(raw, str):
        return False
    words = plain(raw)
    body, _, suffix = _taken_apart(words, ("円",), False)
    return not suffix and _NUMBER.fullmatch(body) is not None


def read_rate(raw: Any) -> float:
    """A conversion rate, above 0 and at most 1.

    Arguments: ``raw`` as typed: 20%, ２０％, 0.2.
    Result: a float, 0 < r <= 1.
    Special cases: 20 is never taken for 20%; the refusal asks.  0, 130%, negatives and text are refused.
    Errors: Unreadable.
    Example: ``read_rate("２０％")`` is 0.2.
    """
    return _part_of_one(raw, "plan_rate", zero=False)


def read_share(raw: Any) -> float:
    """A share of a whole, from 0 to 1: as ``read_rate``, but 0 is allowed.

    Example: ``read_share("60%")`` is 0.6.
    """
    return _part_of_one(raw, "plan_share", zero=True)


def read_margin(raw: Any) -> float:
    """A gross margin, from -1 to 1: below 0 what is sold costs more than it brings.

    Special cases: 40 is never taken for 40%; the refusal asks.
    Example: ``read_margin("△10%")`` is -0.1.
    """
    return _part_of_one(raw, "plan_margin", zero=True, low=-1)


def read_growth(raw: Any) -> float:
    """Growth over a baseline: 0.15 for 15 % more.

    Arguments: ``raw`` as typed: +15%, 15%, 0.15, 前年比+15%, 15%増, 5%減, 1割増, 2倍, ×1.5, 2x, 1.5 times.
    Result: a float above -1; 2倍 is 1.0, 1.5倍 is 0.5.
    Special cases: 150% without a sign may mean 50 % more or 150 % more, and 1.5 may mean 1.5 times or 150 %
    more: both are refused with the question; +150% and 150%増 say that they are growth.
    Errors: Unreadable.
    Example: ``read_growth("1.5倍")`` is 0.5.
    """
    allowed = Words("plan_growth")
    words, compared, turned = raw, False, 0
    _no_formula(raw)
    if isinstance(raw, str):
        words = plain(raw)
        said = next((word for word in _COMPARED if words.startswith(word)), "")
        compared = bool(said)
        words = words.removeprefix(said).strip()
        times = _times(words)
        if times is not None:
            return _growth(times - 1, raw, allowed)
        turned = {"増": 1, "減": -1}.get(words[-1:], 0)
        words = words[:-1].strip() if turned else words
        if turned and (tenths := _TENTHS.fullmatch(words)):
            words = f"{tenths[1]}{tenths[2] or 0}%"
    try:
        value, suffix, signed = _amount(words, allowed, ("%",))
    except Unreadable:
        raise refusal(raw, allowed) from None
    if turned and (signed or not suffix):
        raise refusal(raw, allowed)
    if suffix and not signed and not turned and (value >= 1 or compared):
        both = {"one": f"{float((value - 1) * 100):+.12g}%", "other": f"+{shown_number(value * 100)}%"}
        raise refusal(raw, allowed, likely=Words("plan_growth_or", **both))
    if not suffix and 1 <= value <= 100:
        likely: Phrase = f"+{shown_number(value)}%"
        if value <= 3:
            likely = Words("plan_growth_times", times=shown_number(value), percent=likely)
        raise refusal(raw, allowed, likely=likely)
    return _growth(value * (turned or 1), raw, allowed)


def says_growth(raw: Any) -> bool:
    """Whether an amount was typed as growth over a baseline: 1.5倍, 2x, +15%, 15%増; 5% alone does not say so.

    Example: ``says_growth("1.5倍")`` is True, ``says_growth("1億円")`` is False.
    """
    if not isinstance(raw, str):
        return False
    words = plain(raw)
    return (
        _times(words) is not None
        or words.startswith(_COMPARED)
        or (words[-1:] in ("%", "増", "減") and words[-2:-1] != "" and (words[-1:] != "%" or words[0] in _SIGNS))
    )


def _times(words: str) -> Fraction | None:
    """How many times the baseline; None for words that do not say so."""
    found = _TIMES.fullmatch(words) if len(words) <= _LONGEST else None
    return Fraction((found[1] or found[2]).replace(",", "")) if found else None


def _growth(value: Fraction, raw: Any, allowed: Words) -> float:
    if not -1 < value <= _MOST_GROWTH:
        raise refusal(raw, allowed)
    return float(value)


def _part_of_one(raw: Any, key: str, *, zero: bool, low: int = 0) -> float:
    allowed = Words(key)
    if isinstance(raw, str) and (tenths := _TENTHS.fullmatch(plain(raw))):  # 6割
        raise _asked(raw, key, Fraction(f"{tenths[1]}{tenths[2] or 0}"))
    value, suffix, _ = _amount(raw, allowed, ("%",), ask_fraction=True)
    if value < low or value > 1 or (value == 0 and not zero):
        if not suffix and (1 < value <= 100 or 100 * low <= value < low):
            raise _asked(raw, key, value)
        raise refusal(raw, allowed)
    return float(value)


def _asked(raw: Any, key: str, percent: Fraction) -> Unreadable:
    """The question whether a percentage is meant, with both ways to type this one."""
    number = shown_number(float(percent / 100))
    return Unreadable(shown(raw), Words(f"{key}_ask", percent=f"{shown_number(percent)}%", number=number))


@lru_cache(maxsize=256)  # of the bounds of the fields, asked for with each cell
def _range_phrase(low: float | None, high: float | None, whole: bool, key: str = "") -> Words:
    """ "Type a whole number such as 12 (1 to 36)"."""
    what = Words(key or ("plan_whole" if whole else "plan_number"))
    if low is None and high is None:
        return Words("plan_type", what=what)
    bounds = {"low": f"{low:,}" if low is not None else "", "high": f"{high:,}" if high is not None else ""}
    which = "both" if low is not None and high is not None else "low" if low is not None else "high"
    return Words("plan_type_range", what=what, range=Words(f"plan_range_{which}", **bounds))


def _amount(
    raw: Any,
    allowed: Words,
    suffixes: tuple[str, ...],
    *,
    money: bool = False,
    ask_fraction: bool = False,
    bounded: bool = True,
) -> tuple[Fraction, str, bool]:
    """The exact value, the suffix it was typed with, and whether it had a sign; ``20%`` is 1/5.

    ``bounded``: ``allowed`` says already how large it may be.
    """
    value = number_of(raw)
    if value is not None and abs(value) <= LARGEST:
        return value, "", value < 0
    if value is not None and not bounded:
        raise refusal(raw, _at_most(allowed))
    if not isinstance(raw, str) or is_blank(raw):
        raise refusal(raw, allowed)
    words = plain(raw)
    _no_formula(raw)
    if len(words) > _LONGEST:
        raise refusal(raw, allowed)
    body, sign, suffix = _taken_apart(words, suffixes, money)
    value = _value(body)
    if not bounded and (_EXPONENT.fullmatch(body) if value is None else value > LARGEST):
        raise refusal(raw, _at_most(allowed))
    if value is None or value > LARGEST:
        raise refusal(raw, allowed, likely=_likely(words, ask_fraction))
    if suffix == "%":
        value /= 100
    return value * (sign or 1), suffix, sign != 0


def _at_most(allowed: Words) -> Words:
    return Words("plan_at_most", allowed=allowed, largest=f"{LARGEST:,}")


def _no_formula(raw: Any) -> None:
    """Unreadable for a formula that stands in a cell as text: nothing calculates it, however it is spelled."""
    if isinstance(raw, str) and plain(raw).startswith(("=", "@")):
        raise Unreadable(shown(raw), Words("plan_formula"))


def _taken_apart(words: str, suffixes: tuple[str, ...], money: bool) -> tuple[str, int, str]:
    """Digits, sign (1, -1, or 0 for none) and suffix; ``△¥1,000``, ``(1,000円)`` and ``-5件`` among them."""
    suffix = _suffix(words, suffixes)
    words = words[: len(words) - len(suffix)].strip()
    sign = 0
    if words.startswith("(") and words.endswith(")"):
        words, sign = words[1:-1].strip(), -1
        if not suffix:
            suffix = _suffix(words, suffixes)
            words = words[: len(words) - len(suffix)].strip()
    yen = not money
    if money:
        words = _JPY.sub("¥", words, count=1)
    while words:
        if words[0] in _SIGNS and not sign:
            sign = _SIGNS[words[0]]
        elif words[0] in _YEN_SIGNS and not yen:
            yen = True
        else:
            break
        words = words[1:].strip()
    return words, sign, suffix


def _suffix(words: str, suffixes: tuple[str, ...]) -> str:
    """The first of the suffixes that the words end with, capitals or not; "" for none."""
    return next((end for end in suffixes if words[-len(end) :].lower() == end), "")


def _value(body: str) -> Fraction | None:
    """The value of unsigned digits, with thousands separators or 兆, 億, 万, 千; None when it is unclear."""
    if _NUMBER.fullmatch(body):
        return Fraction(body.replace(",", ""))
    found = _GROUPS.fullmatch(body)
    if not found:
        return None
    groups = [
        (Fraction(digits.replace(",", "")), sum(_POWER[sign] for sign in power))
        for digits, power in _GROUP.findall(found[1])
    ]
    tail = found[2].replace(",", "")
    if tail:
        # Only a tail that fills all places below is clear: 1万0005, not 1万5.
        if (not _NUMBER.fullmatch(found[2])) or len(tail) != groups[-1][1]:
            return None
        groups.append((Fraction(tail), 0))
    for (_, above), (value, power) in zip(groups, groups[1:]):
        if value * 10**power >= 10**above:
            return None
    if len(groups) > 1 and any(value.denominator != 1 for value, _ in groups):
        return None
    return sum((value * 10**power for value, power in groups), Fraction(0))


def _likely(words: str, ask_fraction: bool) -> str:
    """What an unclear text probably means, for the question; empty when nothing is likely."""
    if re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+", words):
        return words.replace(".", "").replace(",", ".")
    if re.fullmatch(r"[0-9]+,[0-9]{1,2}", words):
        return words.replace(",", ".")
    if re.fullmatch(r"[0-9]{1,3}(?: [0-9]{3})+", words):
        return words.replace(" ", "")
    if ask_fraction and re.fullmatch(r"[0-9]+\s*/\s*[0-9]+", words):
        return f"={words}"
    return ""
