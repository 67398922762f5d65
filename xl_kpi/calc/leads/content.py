"""What content does: how near to a purchase its use is, and which paths through it recur.

Floats: the same operations in the same order as the cells that show them, so that both give the same digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def intent_score(parts: Sequence[float | str], weights: Sequence[float]) -> float | str:
    """How near to a purchase the use of a content is, from 0 to 100.

    Arguments: ``parts`` shares from 0 to 1 (quality of the dwell time, share read, repeats, next action), "" where
    one is not known; ``weights`` one for each part, 0 or more.
    Equation: 100 × Σ part × weight ÷ Σ weight, over the parts that are known.
    Special cases: "" where nothing that counts is known.
    Example: half the standard time, nothing known of scrolling, every tenth use a repeat, every fifth followed.
    >>> intent_score([0.5, "", 0.1, 0.2], [30, 20, 20, 30])
    28.75

    Source: S7.
    """
    known = [(part, weight) for part, weight in zip(parts, weights, strict=True) if not isinstance(part, str)]
    total = 0.0
    for _, weight in known:
        total += weight
    if total <= 0:
        return ""
    score = 0.0
    for part, weight in known:
        score += weight * part
    return 100 * score / total


def paths(steps: Iterable[str], lengths: Sequence[int]) -> set[tuple[str, ...]]:
    """The runs of consecutive steps of one lead, each once; a step that repeats the one before is the same step.

    Example: article, article, case study, prices.
    >>> sorted(paths(["a", "a", "b", "c"], (2, 3)))
    [('a', 'b'), ('a', 'b', 'c'), ('b', 'c')]

    Source: S8.
    """
    row: list[str] = []
    for step in steps:
        if not row or row[-1] != step:
            row.append(step)
    return {tuple(row[at : at + length]) for length in lengths for at in range(len(row) - length + 1)}
