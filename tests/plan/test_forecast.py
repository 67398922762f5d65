"""Where a plan with closed months ends: the band holds the outcome as often as it says, the error is the smallest."""

import pytest
from scipy import stats

from tests.plan.forecast_worlds import world
from tests.sheets.plans import template
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.review.forecast import Forecast
from xl_kpi.plan.targets import Targets

QUARTERS = (3, 6, 9)  # 25, 50 and 75 % of the year


def tried(seeds, months):
    """How many bands hold, and the mean error of each way as a share of the outcome."""
    held, errors = 0, [0.0, 0.0, 0.0]
    for seed in seeds:
        year = world(seed)
        forecast = Forecast(Targets(year.known(months)))
        low, high = forecast.band
        held += low <= year.orders <= high
        for place, said in enumerate((float(forecast.orders), year.straight(months), year.seasonal(months))):
            errors[place] += abs(said - year.orders) / max(1, year.orders) / len(seeds)
    return held, errors


@pytest.mark.parametrize("months", QUARTERS)
def test_k14_bands_of_a_few_worlds_hold_and_the_error_is_the_smallest(months):
    """40 worlds: as many as 80 % may hold with a chance of 1 in 1,000 for more or fewer (binomial)."""
    held, (own, straight, seasonal) = tried(range(40), months)
    assert stats.binom.ppf(0.0005, 40, 0.8) <= held <= stats.binom.ppf(0.9995, 40, 0.8)
    assert own < min(straight, seasonal)


@pytest.mark.long
@pytest.mark.parametrize("months", QUARTERS)
def test_k14_bands_of_500_worlds_hold_in_80_percent(months):
    held, (own, straight, seasonal) = tried(range(500), months)
    assert 0.76 <= held / 500 <= 0.84
    assert own < min(straight, seasonal)


def test_with_nothing_closed_it_is_the_outlook():
    targets = Targets(template("default", "ja"))
    forecast = Forecast(targets)
    assert forecast.orders == PlanOutlook(targets).orders
    assert [one.value for one in forecast.rates] == [pytest.approx(rate) for rate in targets.plan.rates]
    assert forecast.leads.value == 1
    low, high = forecast.band
    assert low < float(forecast.orders) < high


def test_when_the_year_is_over_nothing_is_unsure():
    year = world(3)
    forecast = Forecast(Targets(year.known(12)))
    assert float(forecast.orders) == pytest.approx(year.orders)
    assert forecast.band == pytest.approx((year.orders, year.orders))


def test_what_is_decided_is_a_part_of_all():
    forecast = Forecast(Targets(world(1).known(6)))
    assert forecast.won <= forecast.decided <= forecast.orders
