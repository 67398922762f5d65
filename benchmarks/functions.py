"""The Excel functions as xlwings calls them, as ratios within one run: nothing hangs on how fast the machine is.

Many leads at once against one by one, exact volumes against plain fractions, growth with what is asked.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import cycle
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.timing import fastest_calls, interleaved
from udfs import functions
from xl_kpi import calc

LEADS = 100_000
AT_ONCE = 50  # × faster than one by one, from the project's requirements
# × faster than fractions multiplied plainly, which is what exactness costs without care; measured 5 and 2.5.
TYPED_FASTER, COMPUTED_FASTER = 2.5, 1.5
CHANCE_LEADS = 100_000  # × as many leads
CHANCE_GROWTH = CHANCE_LEADS**0.5  # × the time: slower than their root
MONTHS_GROWTH = 9.0  # × the time for 3 × the months: each month of one stage meets each of the next
CELLS = 30_000
CELLS_GROWTH = 10**1.5  # × the time for 10 × the cells: half way from in step with them to their square
RATIO_ROUNDS = 5
CALLS, ROUNDS, GROWTH_ROUNDS = 300, 50, 5
# Reducing eleven fractions of up to 170 digits takes longer than all the rest: cells get their numbers without it.
FRACTIONS = "calc.required_stages, computed rates, reduced"
SEED = 3
PLAINLY, TIME = "× faster than plain fractions", "× the time"

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
    lines = [*scores_at_once(), *stages(), *chance(), *months(), *long_ranges()]
    table = Table(
        title="Excel functions, called as xlwings calls them; funnels of 10 stages; all as ratios within this run"
    )
    for heading in ("", "measured", "bar", "verdict"):
        table.add_column(heading, justify="right" if heading in ("measured", "bar") else "left")
    for line in lines:
        shown = f"{line.measured:.1f} {line.unit}"
        if line.bar is None:
            table.add_row(line.name, shown, "none", "")
            continue
        bar = f"{'at least' if line.at_least else 'below'} {line.bar:.3g} {line.unit}"
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
    typed = {
        "REQUIRED_STAGES, rates typed in a row": lambda: functions.required_stages(GOAL, [TYPED]),
        "REQUIRED_STAGES, rates typed in a column": lambda: functions.required_stages(GOAL, column),
        "calc.required_stages, rates typed": lambda: calc.required_stages(100.0, TYPED),
    }
    computed = {
        "REQUIRED_STAGES, computed rates": lambda: functions.required_stages(GOAL, [next(many)]),
        "calc.stage_ratios, computed rates": lambda: calc.stage_ratios(100.0, next(many)),
        FRACTIONS: lambda: calc.required_stages(100.0, next(many)),
    }
    plain = {"typed": lambda: plain_stages(100, TYPED), "computed": lambda: plain_stages(100, next(many))}
    fastest = fastest_calls({**plain, **typed, **computed}, CALLS, ROUNDS)
    for against, bar, runs in (("typed", TYPED_FASTER, typed), ("computed", COMPUTED_FASTER, computed)):
        for name in runs:
            ratio = fastest[against] / fastest[name]
            yield Line(name, ratio, None if name == FRACTIONS else bar, PLAINLY, at_least=True)


def plain_stages(goal: int, rates: list[float]) -> list[float]:
    """The definition as it stands: goal ÷ rate ÷ rate …, in fractions of the decimals as typed."""
    volumes = [Fraction(goal)]
    for rate in reversed(rates):
        volumes.insert(0, volumes[0] / Fraction(repr(rate)))
    return [float(volume) for volume in volumes]


def computed_rates(count: int) -> list[list[float]]:
    rng = random.Random(SEED)
    return [[rng.uniform(0.01, 1) for _ in TYPED] for _ in range(count)]


def chance() -> Iterator[Line]:
    """About 10² and about 10⁷ leads: once with a common and once with a rare rate."""
    runs = {}
    for goal, rate in ((50, 0.5), (1, 0.01)):
        few, many = ([[[goal * times]], [[rate]], [[0.9]]] for times in (1, CHANCE_LEADS))
        name = f"LEADS_FOR_CHANCE, {functions.leads_for_chance(*many):,} leads against {{}}"
        runs[name.format(f"{functions.leads_for_chance(*few):,}")] = few, many
    for name, (few, many) in runs.items():
        yield Line(name, _growth(functions.leads_for_chance, few, many), CHANCE_GROWTH, TIME)


def months() -> Iterator[Line]:
    """Six stages with wide spreads, over 36 months against 12."""
    stages = partial(calc.shares, lags=[(10, 99)] * 6, season=[1.1, 0.7, 1.3] * 4, delivery_days=60)
    short, long = ([dt.date(2026, 4, 1), count] for count in (12, 36))
    yield Line("calc.shares, 36 months against 12", _growth(stages, short, long), MONTHS_GROWTH, TIME)


def long_ranges() -> Iterator[Line]:
    """Ranges of any length that are read cell by cell."""
    day = dt.date(2026, 4, 1)
    for name, function, arguments in (
        ("calc.cac", calc.cac, lambda count: [[1000.0] * count, 50]),
        ("calc.spread", calc.spread, lambda count: [100, [1.0] * count]),
        ("calc.start_by, holidays", calc.start_by, lambda count: [day, [10], True, [day] * count]),
    ):
        growth = _growth(function, arguments(CELLS // 10), arguments(CELLS))
        yield Line(f"{name}, {CELLS:,} cells against {CELLS // 10:,}", growth, CELLS_GROWTH, TIME)


def _growth(function: Callable, small: list, large: list) -> float:
    """How many times as long the large call takes."""
    times = fastest_calls({"small": lambda: function(*small), "large": lambda: function(*large)}, 1, GROWTH_ROUNDS)
    return times["large"] / times["small"]
