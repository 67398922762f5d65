"""How often intervals of measured rates hold the truth: ``python -m benchmarks.rates [DRAWS] [LAW …]``."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from benchmarks.cohort_world import LAWS, LEADS, cohorts, drawn, sources
from xl_kpi.calc.chance import rate_interval
from xl_kpi.calc.cohorts.cohort import Cohort
from xl_kpi.exchange.cohorts.step_rates import StepRates, rates_by_part

DRAWS = 500


@dataclass
class Held:
    """Of how many draws a rate was taken, and in how many its interval held the truth; the plain one likewise."""

    draws: int = 0
    taken: int = 0
    held: int = 0
    plain: int = 0
    ways: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def count(self, rates: StepRates, truth: float) -> None:
        """One draw more."""
        self.draws += 1
        self.ways[rates.takes or "none"] += 1
        low, high = rate_interval(rates.gone_on, rates.entered)
        self.plain += low <= truth <= high
        if rates.taken:
            self.taken += 1
            self.held += rates.taken.low <= truth <= rates.taken.high


def coverage(law: str, draws: int, leads: int = LEADS, seed: int = 11) -> dict[tuple[str, int], Held]:
    """(source or "" for all, step) → how often the interval of the taken rate held the truth.

    The truth of all sources together is the mean of their rates by what entered the step from each.
    """
    world = sources(LAWS[law])
    found: dict[tuple[str, int], Held] = defaultdict(Held)
    for draw in range(draws):
        steps: dict[int, dict[str, Cohort]] = defaultdict(dict)
        for name, step, cohort in cohorts(drawn(world, np.random.default_rng([seed, draw]), leads)):
            steps[step][name] = cohort
        for step, parts in steps.items():
            truth = {name: world[name].steps[step][0] for name in parts}
            entered = {name: part.entered for name, part in parts.items()}
            truth[""] = sum(entered[name] * truth[name] for name in parts) / sum(entered.values())
            whole, alone = rates_by_part(parts)
            for name, rates in {"": whole, **alone}.items():
                found[name, step].count(rates, truth[name])
    return dict(found)


def main(arguments: list[str]) -> None:
    draws = int(arguments[0]) if arguments else DRAWS
    for law in arguments[1:] or LAWS:
        begun = time.perf_counter()
        found = coverage(law, draws)
        print(f"{law}: {draws} draws of {LEADS:,} leads, {time.perf_counter() - begun:.0f} s")
        for (name, step), one in sorted(found.items()):
            ways = ", ".join(f"{way} {count}" for way, count in sorted(one.ways.items()))
            holds = f"{one.held / one.taken:6.1%}" if one.taken else "     –"
            print(f"  {name or 'all':12} {step + 1}  holds {holds}  plain {one.plain / one.draws:6.1%}   {ways}")
        taken, held = sum(one.taken for one in found.values()), sum(one.held for one in found.values())
        plain, all_ = sum(one.plain for one in found.values()), sum(one.draws for one in found.values())
        print(
            f"  together: taken {taken / all_:.1%}, holds {held / max(taken, 1):.1%}, plain {plain / all_:.1%}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
