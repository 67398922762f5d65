"""Measuring: contestants take turns, so that a slow moment of the machine hits all; the median counts."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from math import inf
from statistics import median
from time import perf_counter, process_time
from timeit import timeit


def interleaved(
    contestants: Mapping[str, Callable[[], object]], rounds: int, *, cpu: bool = False
) -> dict[str, list[float]]:
    """Seconds of each contestant in each round, of the clock or (``cpu``) of this process.

    A round before these warms up caches and imports; every other round goes from the last contestant to the first.
    """
    clock = process_time if cpu else perf_counter
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name in [*contestants][:: -1 if number % 2 else 1]:
            gc.collect()
            start = clock()
            contestants[name]()
            if number:
                times[name].append(clock() - start)
    return times


def medians(times: Mapping[str, list[float]]) -> dict[str, float]:
    return {name: median(each) for name, each in times.items()}


def fastest_calls(contestants: Mapping[str, Callable[[], object]], calls: int, rounds: int) -> dict[str, float]:
    """Seconds of one call of each, for calls that are too short to be timed alone.

    They take turns as above; the fastest round counts, since whatever else the machine does only adds to it.
    """
    best = dict.fromkeys(contestants, inf)
    for _ in range(rounds):
        for name, run in contestants.items():
            best[name] = min(best[name], timeit(run, number=calls) / calls)
    return best
