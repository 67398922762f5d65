"""100 made worlds in which one rate of one channel is cut by a third: the review names both, in all of them (R10)."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tests.agreement.selected import often
from tests.plan.forecast_worlds import FUNNELS
from tests.sheets.plans import template
from xl_kpi.calc.calendar import DAY, month_start
from xl_kpi.kpi.review.review import Review
from xl_kpi.plan.model import Goal, Plan

MONTHS = 6  # of twelve that are over
NOISE = 0.03  # standard deviation of everything else: leads and rates that are as good as on plan
CUT = 2 / 3


def plan_of(rng: np.random.Generator) -> Plan:
    """Two to four channels with a tenth or more of the leads each, some rates of their own; three to five steps."""
    base = template("default", "ja")
    stages = [base.stages[place] for place in FUNNELS[rng.integers(3)]]
    rates = rng.uniform(0.45, 0.8, len(stages)).round(2)
    count = int(rng.integers(2, 5))
    shares = 0.1 + rng.dirichlet(np.full(count, 2.0)) * (1 - 0.1 * count)
    bring = [one for one in base.channels if one.id in ("web", "ads", "webinar", "trade_show")][:count]
    own = {
        (channel.id, stage.id): round(float(rng.uniform(0.45, 0.8)), 2)
        for channel in bring for stage in stages[:-1] if rng.random() < 0.3
    }  # fmt: skip
    made = [replace(one, rate=float(rate)) for one, rate in zip(stages[:-1], rates)]
    return base.with_(
        stages=(*made, replace(stages[-1], rate=None, lag=None)),
        goal=Goal("orders", float(rng.integers(150, 400))),
        channels=tuple(replace(one, share=float(share), capacity=None) for one, share in zip(bring, shares)),
        channel_rates=own,
        pipeline={},
        order_value=1e6,
    )


def world(seed: int) -> tuple[Plan, str, str]:
    """A plan with six months of leads by channel in the workbook; channel and stage of which the rate is cut."""
    rng = np.random.default_rng(seed)
    plan = plan_of(rng)
    to_date = Review(plan, month_start(plan.start, MONTHS) - DAY).to_date
    worst = int(rng.integers(len(to_date.channels)))
    broken = int(rng.integers(1, len(plan.stages)))
    rows: dict[str, dict] = {}
    sums = np.zeros(len(plan.stages), dtype=int)
    typed: dict[tuple[str, int], float] = {}
    for place, (channel, planned) in enumerate(zip(to_date.channels, to_date.planned_of_channels)):
        ratios = [float(after / before) for before, after in pairwise(planned)]
        volume, counts = float(planned[0]) * math.exp(rng.normal(0, NOISE)), []
        for stage, ratio in enumerate([1.0, *ratios]):
            cut = CUT if (place, stage) == (worst, broken) else 1.0
            volume *= ratio * cut * (math.exp(rng.normal(0, NOISE)) if stage else 1.0)
            counts.append(min(round(volume), counts[-1]) if counts else round(volume))
        for number in range(counts[0]):
            at = {stage.id: to_date.as_of for stage, count in zip(plan.stages, counts) if number < count}
            rows[f"r{len(rows)}"] = {"number": f"{channel.id}{number}", "channel": channel.name, **at}
        kpi = next(kpi for kpi in plan.kpis_of(channel.id) if kpi.target.strip() == channel.stage)
        typed |= {(f"{channel.id}:{kpi.id}", month): counts[0] * (month == MONTHS - 1) for month in range(MONTHS)}
        sums += counts
    for stage, count in zip(plan.stages[1:], sums[1:]):
        typed |= {(f"stage:{stage.id}", month): int(count) * (month == MONTHS - 1) for month in range(MONTHS)}
    known = plan.with_(actuals=typed, tables={"tbl_leads": rows})
    return known, to_date.channels[worst].id, plan.stages[broken].id


@pytest.mark.parametrize("seed", often(range(100), range(20)))
def test_r10_stage_and_channel_are_named(seed):
    plan, channel, stage = world(seed)
    gap = Review(plan).gap
    assert gap.is_by_channel and gap.bottleneck is not None
    assert (gap.bottleneck.channel, gap.bottleneck.stage, gap.bottleneck.kind) == (channel, stage, "rate")
    assert math.fsum(one.orders for one in gap.parts) == pytest.approx(float(gap.orders), abs=1e-9)
    assert math.fsum(one.money for one in gap.money_parts) == pytest.approx(float(gap.money), rel=1e-12)
