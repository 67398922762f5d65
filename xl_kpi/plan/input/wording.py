"""How amounts are written in messages: 1,000万円 or JPY 10,000,000, 50件 or 50 orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from xl_kpi.calc import nearest
from xl_kpi.calc.calendar import month_start
from xl_kpi.catalog import text
from xl_kpi.errors import Phrase, Words
from xl_kpi.plan.model import MONEY_ROWS

FEW = 99.95  # counts below this, which is shown as 100, have a decimal where they are not whole


@dataclass(frozen=True)
class Money:
    """Yen as people read it.

    Result: Japanese in 兆, 億 and 万 where the amount is a whole number of 万, otherwise all digits; English
    with JPY and all digits.  Shown to the yen.
    Example: ``Money(24000000)("ja")`` is "2,400万円", ``Money(24000000)("en")`` is "JPY 24,000,000".
    """

    amount: float | Fraction

    def __call__(self, lang: str) -> str:
        yen = round(self.amount)
        sign, yen = ("-" if yen < 0 else ""), abs(yen)
        if lang != "ja":
            return f"{sign}JPY {yen:,}"
        if yen < 10_000 or yen % 10_000:
            return f"{sign}{yen:,}円"
        oku, man = divmod(yen // 10_000, 10_000)
        cho, oku = divmod(oku, 10_000)
        parts = (f"{number:,}{word}" for number, word in ((cho, "兆"), (oku, "億"), (man, "万")) if number)
        return f"{sign}{''.join(parts)}円"


EXPECTED_WHOLE = 9.95  # from here on an expected number is said whole

# From which size on an amount is said in which words (``amount_<key>``), and with how many decimals.
SCALES = {
    "ja": {"huge": (1_000_000_000_000, 2), "large": (100_000_000, 2), "middle": (10_000, 0)},
    "en": {"huge": (1_000_000_000_000, 2), "large": (1_000_000, 1), "middle": (1_000, 0)},
}


@dataclass(frozen=True)
class Rounded:
    """An amount of money to read at a glance, in the words of its size.

    Example: ``Rounded(942_300_000)("ja")`` is "9.42億円", in English "JPY 942.3 million".
    """

    amount: float | Fraction

    def __call__(self, lang: str) -> str:
        for key, (size, digits) in SCALES[lang].items():
            if self.amount >= size:
                return text(f"amount_{key}", lang, number=fixed(Fraction(self.amount) / size, digits))
        return text("amount_small", lang, number=fixed(self.amount))


def lowered(name: str, lang: str) -> str:
    """A name within a sentence: in English without its capital, where it is no abbreviation.

    Example: "Leads" is "leads", "MQL" and "リード" stay.
    """
    return name[:1].lower() + name[1:] if lang == "en" and name[1:2].islower() else name


@dataclass(frozen=True)
class InSentence:
    """A name as it stands within a sentence (``lowered``)."""

    name: str

    def __call__(self, lang: str) -> str:
        return lowered(self.name, lang)


def fixed(number: float | Fraction, digits: int = 0) -> str:
    """As FIXED(…,digits) writes it in a cell: halves go up; what is rounded to 0 has no sign."""
    exact = Fraction(number)
    value = Decimal(exact.numerator) / Decimal(exact.denominator)
    return f"{value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0:,}"


def said_months(months: Iterable[dt.date], lang: str) -> str:
    """Months by their first days, those in a row as one: 2026/04〜2026/06、2026/09."""
    runs: list[list[dt.date]] = []
    for month in months:
        if runs and month_start(runs[-1][-1], 1) == month:
            runs[-1].append(month)
        else:
            runs.append([month])
    ends = (sorted({run[0], run[-1]}) for run in runs)
    spans = (text("doubt_to", lang).join(f"{month:%Y/%m}" for month in run) for run in ends)
    return text("list_comma", lang).join(spans)


def expected(orders: float | Fraction) -> Phrase:
    """Expected orders, which are counted whole; below ten with a decimal and "about", where that is not whole.

    Example: ``expected(787.7)`` is said as "788 orders", ``expected(3.55)`` "about 3.6 orders" (of five: 71 %; tables
    show 4), ``expected(5)`` "5 orders".
    """
    few = orders < EXPECTED_WHOLE and nearest(Fraction(orders), 1) != nearest(Fraction(orders))
    return Words("outlook_few" if few else "outlook_count", number=fixed(nearest(Fraction(orders), few), few))


def goal_amount(amount: float | Fraction, kind: str) -> Phrase:
    """An amount of the KGI in its own unit: money for revenue and profit, 件 for orders, 社 for customers.

    Example: ``goal_amount(50, "customers")`` is said as "50 customers" in English.
    """
    if kind in MONEY_ROWS:
        return Money(amount)
    number = f"{round(amount):,}" if amount == round(amount) else f"{float(amount):,.2f}"
    return Words(f"plan_unit_{kind}", number=number)


def percent(share: float | Fraction) -> str:
    """A share in percent with at most two decimals: 0.9 is 90%."""
    return f"{float(share) * 100:.2f}".rstrip("0").rstrip(".") + "%"
