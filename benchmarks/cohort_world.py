"""A made world whose rates and lags are known: leads of six sources over 24 months, and how often intervals hold."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import gammainc, ndtr

from xl_kpi.calc.cohorts.cohort import Cohort

DAYS = 730  # 24 months
LEADS = 200_000
LONGEST = 4_000  # no lag of this world is longer

Law = Callable[[Any], Any]  # days → share that has gone on by then


def log_normal(median: float, width: float) -> Law:
    return lambda days: ndtr(np.log(np.maximum(days, 1e-12) / median) / width)


def gamma(shape: float, scale: float) -> Law:
    return lambda days: gammainc(shape, np.maximum(days, 0) / scale)


def weibull(shape: float, scale: float) -> Law:
    return lambda days: -np.expm1(-((np.maximum(days, 0) / scale) ** shape))


def uniform(first: float, last: float) -> Law:
    return lambda days: np.clip((days - first) / (last - first), 0, 1)


def by_months(*shares: float) -> Law:
    """A measured curve of ファネル: shares by 30, 60 … days, each day of a step alike."""
    return lambda days: np.interp(days, 30 * np.arange(len(shares) + 1), [0, *shares])


@dataclass(frozen=True)
class Source:
    """Where leads come from: how many of all, from which day on, and for each step the true rate and lag."""

    weight: float
    steps: tuple[tuple[float, Law], ...]
    since: int = 0


def sources(law: Callable[[float, float], Law] = log_normal) -> dict[str, Source]:
    """Six sources of different rates and speeds, the last one new; ``law`` makes a lag of a median and a width."""
    base = ((0.30, 14, 0.9), (0.40, 20, 0.8), (0.50, 25, 0.7), (0.30, 60, 0.6))
    kinds = {
        "web": (0.30, 1.0, 1.0, 0),
        "ads": (0.25, 0.7, 0.8, 0),
        "webinar": (0.15, 1.1, 1.3, 0),
        "trade_show": (0.12, 0.6, 2.0, 0),
        "white_paper": (0.12, 0.8, 1.5, 0),
        "sns": (0.06, 0.5, 1.0, 365),
    }
    return {
        name: Source(weight, tuple((rate * good, law(median * slow, width)) for rate, median, width in base), since)
        for name, (weight, good, slow, since) in kinds.items()
    }


LAWS: Mapping[str, Callable[[float, float], Law]] = {
    "log_normal": log_normal,
    # the same medians, about the same width, other shapes
    "gamma": lambda median, width: gamma(1 / width**2, median * width**2 * math.exp(width**2 / 3)),
    "weibull": lambda median, width: weibull(1 / width, median / math.log(2) ** width),
    "uniform": lambda median, width: uniform(0.2 * median, 1.8 * median),
    "by_months": lambda median, width: by_months(*_rounded(log_normal(median, width))),
}


def _rounded(law: Law) -> list[float]:
    """A law as a measured curve of six steps."""
    return [*(round(float(law(30 * step)), 2) for step in range(1, 6)), 1.0]


def drawn(world: Mapping[str, Source], rng: Any, leads: int = LEADS) -> dict[str, list[Any]]:
    """For each source the days on which its leads entered each stage; −1: not by the end.

    A lead that goes on after the last day has not gone on yet.
    """
    found = {}
    for name, source in world.items():
        count = rng.binomial(leads, source.weight)
        stages = [rng.integers(source.since, DAYS, count)]
        for rate, law in source.steps:
            by_day = np.diff(law(np.arange(LONGEST + 1.0)))
            cuts = by_day.cumsum() / by_day.sum()
            here = stages[-1]
            goes = (here >= 0) & (rng.random(len(here)) < rate)
            next_ = np.full(len(here), -1)
            next_[goes] = here[goes] + np.searchsorted(cuts, rng.random(int(goes.sum())))
            next_[next_ >= DAYS] = -1
            stages.append(next_)
        found[name] = stages
    return found


def cohorts(days: Mapping[str, list[Any]]) -> Iterator[tuple[str, int, Cohort]]:
    """Source, step and its cohort, of what ``drawn`` gives."""
    for name, stages in days.items():
        for step, (here, there) in enumerate(zip(stages, stages[1:])):
            entered, on = here >= 0, (here >= 0) & (there >= 0)
            gone = np.bincount((there - here)[on], minlength=1)
            waiting = np.bincount((DAYS - 1 - here)[entered & ~on], minlength=1)
            yield name, step, Cohort(gone=_counts(gone), waiting=_counts(waiting))


def _counts(by_day: Any) -> dict[int, int]:
    return {int(day): int(by_day[day]) for day in np.flatnonzero(by_day)}
