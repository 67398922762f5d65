"""Texts for Excel: pieces of formulas that several sheets use, and how wide a text is."""

from __future__ import annotations

import re
from statistics import NormalDist

_WORDS = re.compile(r"[!-,.-~\u00c0-\u024f]+-?")  # a hyphen ends one


def ceiling(value: str) -> str:
    """Excel text for ``calc.clean_ceiling``: 14 significant digits, then up."""
    return f"IF({value}<=0,0,ROUNDUP(ROUND({value},13-INT(LOG10({value}))),0))"


def reached_whole(upto: str, asked: str, total: str, still: str = "") -> str:
    """Excel text for ``calc.whole_parts``: how many whole things are needed by a day.

    ``upto`` what is needed by then, ``asked`` what is needed in all, both exact; ``total`` the latter whole, which is
    reached only where the condition ``still`` holds.
    """
    whole = f"{upto}>{asked}*(1-1.23E-11)"
    return f"IF({f'AND({still},{whole})' if still else whole},{total},-INT({asked}*1.23E-11-{upto}))"


def amount(value: str, money: int) -> str:
    """Excel text for an amount in words, in units of ``money`` yen: whole where it is, else with two decimals."""
    if money == 1:
        return f"FIXED({value},0)"
    return f"IF(ROUND({value},0)=ROUND({value},6),FIXED({value},0),FIXED({value},2))"


def words(template: str, **expressions: str) -> str:
    """A text with {tokens} as an Excel formula that joins the words and the expressions."""
    parts = []
    for piece in re.split(r"(\{\w+\})", template):
        if piece.startswith("{"):
            parts.append(expressions[piece[1:-1]])
        elif piece:
            parts.append('"' + piece.replace('"', '""') + '"')
    return "=" + "&".join(parts)


def digits_wide(text: str) -> int:
    """How wide a text is, in digits of the same size: East Asian characters count two."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def number_width(shown: str, size: float = 10.0) -> float:
    """How wide a column is that shows a number: a comma or point takes half of a digit; ``size`` in points."""
    return (len(shown) - 0.5 * sum(map(shown.count, ",."))) * size / 11 + 0.6


def word_width(header: str) -> float:
    """How wide a column is that cuts no word of its header in two; Japanese may go on in a new line anywhere.

    Example: 10 bold letters of 10 points: ``word_width("Cumulative orders")`` → 10.07.
    """
    return max((len(word) * 0.945 + 0.62 for word in _WORDS.findall(header)), default=0.0)


def rate_interval(entered: str, passed: str, level: float) -> tuple[str, str]:
    """Both ends of ``calc.rate_interval`` as two texts; blank of none.

    Arguments: ``entered`` and ``passed`` cells, how many entered and how many of them went on.
    """
    z = -NormalDist().inv_cdf((1 - level) / 2)
    square, n, s = z * z, entered, passed
    upper = f"({s}+{square / 2}+{z}*({s}*({n}-{s})/{n}+{square / 4})^0.5)"
    low = f'IF(N({n})>0,IF({s}=0,0,{s}*{s}/{n}/{upper}),"")'
    return low, f'IF(N({n})>0,IF({s}={n},1,{upper}/({n}+{square})),"")'


def goal_times() -> str:
    """Excel's text of ``goal_scale``: months from start to deadline, the last one by its days, ÷ those stated."""
    begun = "(YEAR(deadline_used)-YEAR(plan_start))*12+MONTH(deadline_used)-MONTH(plan_start)"
    length = "DAY(DATE(YEAR(deadline_used),MONTH(deadline_used)+1,0))"
    return f"IF(N(goal_months)>0,({begun}+DAY(deadline_used)/{length})/N(goal_months),1)"
