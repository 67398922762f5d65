"""All steps off alike after a few months: more was open than is typed, and no rate multiplies with the others."""

import math
from fractions import Fraction

import pytest
from scipy import integrate, stats

from tests.closed_plans import as_shown
from tests.sheets.plans import template
from xl_kpi.plan.review.forecast import Forecast
from xl_kpi.plan.review.seen import Seen, estimate, miscounted
from xl_kpi.plan.targets import Targets

HALF = Fraction(1, 2)


@pytest.mark.parametrize("months", [1, 3, 6])
def test_months_that_are_all_above_or_below_the_plan_move_the_year_as_far_and_no_farther(months):
    """Every count of every month at a part of what was asked: the year ends between the goal and that part of it, but
    for what whole orders and few months leave (6 points), and the more the months brought the higher.

    Before, a month at 120 % was taken for a year at 134 %, one at 150 % for 217 %, one at 80 % for 73 %.
    """
    plan = as_shown(template("default", "ja"), months)
    said = {}
    for part in (0.5, 0.8, 1.0, 1.2, 1.5):
        scaled = {key: count * part for key, count in plan.actuals.items()}
        said[part] = float(Forecast(Targets(plan.with_(actuals=scaled))).of_goal)
        assert min(part, 1) - 0.06 <= said[part] <= max(part, 1) + 0.06
    assert list(said.values()) == sorted(said.values())


def test_one_step_that_is_off_is_a_rate_and_not_a_miscount():
    """Four steps as planned, one at 60 % of its rate: of that not a twentieth is taken out of any."""
    steps = [Seen(50, 100, 0.6)] * 4 + [Seen(30, 100, 0.6)]
    more, _ = miscounted([HALF] * 5, steps)
    assert abs(more) < abs(math.log(0.6)) / 20
    assert estimate(HALF, steps[-1], (more, 0.0)).value < Fraction(38, 100)


def test_all_steps_that_are_off_alike_are_a_miscount():
    """Five steps of open items alone, each at 130 %: nearly the whole of ln 1.3, no rate is far above the plan."""
    steps = [Seen(130, 200, 1.0)] * 5
    more, _ = miscounted([HALF] * 5, steps)
    assert 0.85 * math.log(1.3) < more < math.log(1.3)
    assert all(estimate(HALF, one, (more, 0.0)).value < Fraction(52, 100) for one in steps)


def test_months_as_planned_and_months_that_tell_nothing_show_no_miscount():
    assert miscounted([HALF] * 2, [Seen(50, 100, 0.6)] * 2)[0] == pytest.approx(0, abs=1e-9)
    assert miscounted([HALF] * 2, [None, Seen(90, 100, 1.0, taken=True)])[0] == 0


def test_what_is_taken_out_makes_no_rate_worse_than_planned():
    """A step of new leads alone keeps its rate; one as planned is not lowered; one below the plan is not raised by
    fewer open items than typed beyond it."""
    for more in (0.3, -0.3):
        assert estimate(HALF, Seen(60, 100, 0.0), (more, 0)) == estimate(HALF, Seen(60, 100, 0.0))
        assert estimate(HALF, Seen(50, 100, 1.0), (more, 0)).value == HALF
    assert estimate(HALF, Seen(55, 100, 1.0), (0.3, 0)).value == HALF
    assert estimate(HALF, Seen(45, 100, 1.0), (-0.3, 0)).value == HALF


def test_the_miscount_is_the_mean_of_both_cases_by_an_oracle():
    """SciPy integrates what all have in common over its density, case by case."""
    seen = [Seen(14, 20, 0.9), Seen(30, 50, 0.4, guessed=0.2), Seen(9, 12, 1.0, window=0.5)]
    terms = []
    for one in seen:
        off = math.log((one.gone_on + 0.5) / (one.over / 2 + 0.5))
        middle = (0.5 + one.gone_on) / (1 + one.over)
        chance = (1 - middle) / middle / one.over + (0.27 * one.guessed) ** 2
        days = (0.2**2 + 0.5**2 * one.window * (1 - one.window)) * one.opened**2
        terms.append((off, one.opened, chance, days))
    apart = math.prod(stats.norm.pdf(off, 0, (0.27**2 + chance + days) ** 0.5) for off, _, chance, days in terms)

    def alike(common, power):
        steps = (stats.norm.pdf(off, part * common, (chance + 0.05**2) ** 0.5) for off, part, chance, _ in terms)
        return common**power * stats.norm.pdf(common, 0, 0.5) * math.prod(steps)

    density, mean, square = (integrate.quad(alike, -3, 3, (power,), points=[0.3])[0] for power in range(3))
    likely = density / (density + math.e * apart)
    first, second = likely * mean / density, likely * square / density
    assert miscounted([HALF] * 3, seen) == pytest.approx((first, second - first**2), rel=1e-6)
