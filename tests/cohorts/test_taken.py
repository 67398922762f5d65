"""What a plan takes of measured rates: own data where it is sure enough, and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

import workbook_templates
from benchmarks.cohort_world import Source, cohorts, drawn, log_normal
from xl_kpi.calc.cohorts.cohort import Cohort
from xl_kpi.calc.lag import Lag
from xl_kpi.commands.imports.rates import Taken, steps_of, taken_of, with_rates
from xl_kpi.exchange.cohorts.counting import Counted
from xl_kpi.plan.examples.figures import as_template, remaining
from xl_kpi.plan.source import plan_from_source

DONE = dt.date(2026, 9, 30)
MANY = Cohort(gone=dict.fromkeys(range(10, 60), 10), waiting={400: 500})  # half go on, 20 days of 30, within 60
FEW = Cohort(gone=dict.fromkeys(range(10, 30), 1), waiting={400: 20})
QUICK = Cohort(gone={0: 150, 3: 150, 8: 100}, waiting={400: 400})  # the 200th of 400 on day 3
SLOW = Cohort(gone={5: 400, 300: 100}, waiting={700: 500})


@pytest.fixture(scope="module")
def plan():
    made = plan_from_source(workbook_templates.source("default"), "ja", "default")
    return as_template(made.with_(channel_rates={}))


def taken(plan, step, **parts):
    found = tuple(taken_of(plan, tuple(steps_of(plan, Counted(DONE, {step: parts})))))
    return found, with_rates(plan, found)


def stage(plan, id_="leads"):
    return next(one for one in plan.stages if one.id == id_)


def test_rate_and_days_become_own_data(plan):
    found, changed = taken(plan, ("leads", "mql"), web=MANY)
    new = stage(changed)
    assert (new.rate, new.basis) == (0.5, "own")
    # 20 of 50 days that end a conversion lie before day 30
    assert new.lag == Lag(curve=(0.4, 1.0))
    assert [(one.step.channel, one.rate) for one in found] == [("", 0.5)]
    assert stage(changed, "mql") == stage(plan, "mql")
    assert changed.channel_rates == {}


def test_what_was_taken_is_no_example_any_more(plan):
    key = "tbl_stages[leads].rate"
    assert key in remaining(plan)
    _, changed = taken(plan, ("leads", "mql"), web=MANY)
    assert not {key, "tbl_stages[leads].lag"} & set(remaining(changed))
    assert "tbl_stages[mql].rate" in remaining(changed)


def test_too_few_conversions_change_nothing(plan):
    found, changed = taken(plan, ("leads", "mql"), web=FEW)
    assert (found, changed) == ((), plan)


def test_channels_get_rates_where_the_plan_has_some_of_its_own(plan):
    with_own = plan.with_(channel_rates={("web", "leads"): 0.3})
    found, changed = taken(with_own, ("leads", "mql"), web=MANY, ads=QUICK, webinar=FEW)
    assert changed.channel_rates == {
        ("web", "leads"): pytest.approx(0.5, abs=1e-3),
        ("ads", "leads"): pytest.approx(0.5, abs=1e-3),
    }
    basis = {one.id: one.rate_basis for one in changed.channels}
    assert (basis["web"], basis["ads"], basis["webinar"]) == ("own", "own", "")
    assert {one.step.channel for one in found} == {"", "web", "ads"}


def test_the_rate_of_all_is_the_mean_by_their_leads(plan):
    other = Cohort(gone=dict.fromkeys(range(10, 60), 10), waiting={400: 1500})
    found, _ = taken(plan, ("leads", "mql"), web=MANY, ads=other)
    # 1,000 at 50 % and 2,000 at 25 %
    assert found[0].rate == pytest.approx(1 / 3, abs=1e-4)


def test_a_step_over_a_stage_without_days_is_not_taken(plan):
    steps = tuple(steps_of(plan, Counted(DONE, {("leads", "sql"): {"web": MANY}})))
    assert [one.direct for one in steps] == [False, False]
    assert steps[0].assumed == pytest.approx(stage(plan).rate * stage(plan, "mql").rate)
    assert tuple(taken_of(plan, steps)) == ()


def test_quick_steps_have_a_number_of_days_and_slow_ones_keep_theirs(plan):
    assert taken(plan, ("leads", "mql"), web=QUICK)[0][0].lag == Lag(3, 3)
    found, changed = taken(plan, ("leads", "mql"), web=SLOW)
    # a fifth takes longer than 180 days, which no curve can say
    assert (found[0].rate, found[0].lag) == (0.5, None)
    assert stage(changed).lag == stage(plan).lag


def test_channels_that_are_off_or_unknown_count_in_all(plan):
    some = plan.with_(channels=tuple(replace(one, on=one.id != "ads") for one in plan.channels))
    steps = tuple(steps_of(some, Counted(DONE, {("leads", "mql"): {"": MANY, "ads": MANY, "web": MANY}})))
    assert [(one.channel, one.found.entered) for one in steps] == [("", 3000), ("web", 1000)]


def test_a_rate_is_taken_to_four_digits(plan):
    world = {"web": Source(1, ((0.0234, log_normal(20, 0.8)),))}
    _, _, cohort = next(cohorts(drawn(world, np.random.default_rng(2), 50_000)))
    (one,), _ = taken(plan, ("leads", "mql"), web=cohort)
    assert isinstance(one, Taken)
    assert one.rate == float(f"{one.step.found.taken.rate:.4g}")
