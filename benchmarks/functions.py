"""The Excel functions as xlwings calls them: many leads at once against one by one, and the time of single calls."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.timing import fastest_calls, interleaved
from udfs import functions
from xl_kpi import calc

LEADS = 100_000
AT_ONCE = 50  # × faster than one by one; this and the two below are the project's requirements
STAGES_MICROSECONDS = 20.0
CHANCE_MILLISECONDS = 50.0
RATIO_ROUNDS = 5
CALLS, ROUNDS = 300, 50
# Reducing eleven fractions of up to 170 digits takes longer than all the rest: cells get their numbers without it.
FRACTIONS = "calc.required_stages, computed rates, reduced"
SEED = 3

FACTORS = [[3, 2, 2, 1, 1]]  # size, industry, budget, authority, urgency
POINTS = [[5, 3, 10, 20, 8]]  # downloads, mails opened, webinars, trade shows, visits of the price page
TYPED = [0.3, 0.25, 0.6, 0.4, 0.5, 0.7, 0.45, 0.8, 0.35, 0.2]  # ten stages, as a person types their rates
GOAL = [[100.0]]


@dataclass(frozen=True)
class Line:
    """One measured number and its bar; None: it is told, and nothing hangs on it."""

    name: str
    measured: float
    bar: float | None
    unit: str
    at_least: bool = False

    @property
    def good(self) -> bool:
        if self.bar is None:
            return True
        return self.measured >= self.bar if self.at_least else self.measured < self.bar


def functions_speed(console: Console) -> bool:
    """Prints a table; False when a bar is missed."""
    lines = [*scores_at_once(), *stages(), *chance()]
    table = Table(
        title="Excel functions, called as xlwings calls them; funnels of 10 stages; one call against single calls"
    )
    for heading in ("", "measured", "bar", "verdict"):
        table.add_column(heading, justify="right" if heading in ("measured", "bar") else "left")
    for line in lines:
        shown = f"{line.measured:.1f} {line.unit}"
        if line.bar is None:
            table.add_row(line.name, shown, "none", "")
            continue
        bar = f"{'at least' if line.at_least else 'below'} {line.bar:g} {line.unit}"
        table.add_row(line.name, shown, bar, "[green]ok[/]" if line.good else "[red]too slow[/]")
    console.print(table)
    return all(line.good for line in lines)


def leads(count: int) -> list[list[float]]:
    """Leads with five columns of whole numbers from 0 to 5, as floats: so they come from cells."""
    rng = random.Random(SEED)
    return [[float(rng.randint(0, 5)) for _ in range(5)] for _ in range(count)]


def scores_at_once() -> Iterator[Line]:
    rows = leads(LEADS)
    for score, weights in ((functions.lead_score, FACTORS), (functions.action_score, POINTS)):
        times = interleaved(both_ways(score, rows, weights), RATIO_ROUNDS)
        ratio = median(single / together for together, single in zip(*times.values(), strict=True))
        name = f"{score.__name__.upper()}, {len(rows):,} leads in one call"
        yield Line(name, ratio, AT_ONCE, "× faster", at_least=True)


def both_ways(score: Callable, rows: list[list[float]], weights: list) -> dict[str, Callable[[], list]]:
    """One call for all rows, and one call for each."""
    return {"together": lambda: score(rows, weights), "single": lambda: [score([row], weights) for row in rows]}


def stages() -> Iterator[Line]:
    """Funnels of ten stages: rates as typed, and rates that were computed (16 digits), other ones in each call."""
    many = cycle(computed_rates(20_000))
    column = [[rate] for rate in TYPED]
    runs = {
        "REQUIRED_STAGES, rates typed in a row": lambda: functions.required_stages(GOAL, [TYPED]),
        "REQUIRED_STAGES, rates typed in a column": lambda: functions.required_stages(GOAL, column),
        "REQUIRED_STAGES, computed rates": lambda: functions.required_stages(GOAL, [next(many)]),
        "calc.required_stages, rates typed": lambda: calc.required_stages(100.0, TYPED),
        "calc.stage_ratios, computed rates": lambda: calc.stage_ratios(100.0, next(many)),
        FRACTIONS: lambda: calc.required_stages(100.0, next(many)),
    }
    for name, seconds in fastest_calls(runs, CALLS, ROUNDS).items():
        yield Line(name, 1e6 * seconds, None if name == FRACTIONS else STAGES_MICROSECONDS, "µs")


def computed_rates(count: int) -> list[list[float]]:
    rng = random.Random(SEED)
    return [[rng.uniform(0.01, 1) for _ in TYPED] for _ in range(count)]


def chance() -> Iterator[Line]:
    """About 10⁷ leads, once with a common and once with the rarest rate that is supported."""
    runs = {}
    for goal, rate in ((5_000_000, 0.5), (10, 1e-6)):
        wanted = [[goal]], [[rate]], [[0.9]]
        name = f"LEADS_FOR_CHANCE, {functions.leads_for_chance(*wanted):,} leads"
        runs[name] = lambda wanted=wanted: functions.leads_for_chance(*wanted)
    for name, seconds in fastest_calls(runs, 1, ROUNDS).items():
        yield Line(name, 1e3 * seconds, CHANCE_MILLISECONDS, "ms")
