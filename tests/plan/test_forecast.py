"""Where a plan with closed months ends: the band holds the outcome as often as it says, the error is the smallest."""

import random
from dataclasses import replace
from math import prod

import pytest
from scipy import stats

from tests.agreement.selected import often
from tests.closed_plans import as_shown, closed, small
from tests.plan.forecast_worlds import world
from tests.sheets.plans import template, with_actuals
from xl_kpi import calc
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.model import EXISTING_ROW, Goal
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.review.forecast import Forecast
from xl_kpi.plan.targets import Targets

QUARTERS = (3, 6, 9)  # 25, 50 and 75 % of the year


def blanks(seed, year, months):
    """Two counts of a later stage and a closed month that nobody has typed."""
    cells = [(place, month) for place in range(1, len(year.plan.stages)) for month in range(months)]
    return set(random.Random(seed * 100 + months).sample(cells, 2))


def tried(seeds, months, *, aged=False, blank=False):
    """How many bands hold, and the mean error of each way as a share of the outcome."""
    held, errors = 0, [0.0, 0.0, 0.0]
    for seed in seeds:
        year = world(seed, aged=aged)
        forecast = Forecast(Targets(year.known(months, blanks(seed, year, months) if blank else ())))
        low, high = forecast.band
        held += low <= year.orders <= high
        for place, said in enumerate((float(forecast.orders), year.straight(months), year.seasonal(months))):
            errors[place] += abs(said - year.orders) / max(1, year.orders) / len(seeds)
    return held, errors


@pytest.mark.parametrize("months", often(QUARTERS, QUARTERS[1:2]))
def test_k14_bands_of_a_few_worlds_hold_and_the_error_is_the_smallest(months):
    """40 worlds: as many as 80 % may hold with a chance of 1 in 1,000 for more or fewer (binomial)."""
    held, (own, straight, seasonal) = tried(range(40), months)
    assert stats.binom.ppf(0.0005, 40, 0.8) <= held <= stats.binom.ppf(0.9995, 40, 0.8)
    assert own < min(straight, seasonal)


@pytest.mark.long
@pytest.mark.parametrize("kind", [{}, {"aged": True}, {"aged": True, "blank": True}], ids=["new", "aged", "blank"])
@pytest.mark.parametrize("months", QUARTERS)
def test_k14_bands_of_500_worlds_hold_in_80_percent(months, kind):
    """Every world has a season of its own, half of them a full pipeline at the start (``aged``: of any age).

    Run through, after 3, 6 and 9 of 12 months: 82.8, 80.6 and 78.2 % of the bands hold, with open items of any age
    79.6, 80.2 and 77.6 %, with two blank counts as well 78.8, 78.6 and 76.0 %.  The mean error is 24, 12 and 7 % of the
    outcome (a straight line 59, 25 and 11 %, seasonal naive 57, 24 and 10 %).  What is not held to these bounds: where
    of three months two have no orders, and open items are of any age, about 70 % hold.
    """
    held, (own, straight, seasonal) = tried(range(500), months, **kind)
    assert 0.76 <= held / 500 <= 0.84
    assert own < min(straight, seasonal)


@pytest.mark.parametrize("part", [1.0, 0.8])
def test_what_was_open_but_not_typed_makes_no_rate_better(part):
    """A quarter that brings each stage ``part`` of what the plan counts on, part of it from before the start.

    The rates are those of the plan, but for the rounding of shown targets; as planned throughout, the year ends at the
    goal; at 80 % no higher than with 80 % in the quarter and 90 % after it: 0.25 × 0.8 + 0.75 × 0.9 < 0.9.  Where 0 is
    typed as open, rates are no worse, but what the plan lacks stays lacking.
    """
    base = template("default", "ja").with_(pipeline={})
    targets = Targets(base)
    asked = [[float(month) * part for month in one.months[:3]] for one in targets.needed]
    typed = {(f"stage:{stage.id}", month): row[month]
             for stage, row in zip(base.stages[1:], asked[1:]) for month in range(3)}  # fmt: skip
    for channel in base.lead_channels:
        kpi = next(kpi for kpi in base.kpis_of(channel.id) if kpi.target.strip() == channel.stage)
        share = float(targets.used_share(channel))
        typed |= {(f"{channel.id}:{kpi.id}", month): share * asked[0][month] for month in range(3)}
    plan = closed(base.with_(actuals=typed), 3)
    blank = Forecast(Targets(plan))
    assert [float(one.value) for one in blank.rates] == pytest.approx(plan.rates, rel=0.01)
    assert float(blank.of_goal) == pytest.approx(1, abs=0.01) if part == 1 else blank.of_goal < 0.9
    nothing = Forecast(Targets(plan.with_(pipeline={stage.id: 0 for stage in plan.stages[:-1]})))
    assert (
        all(one.value > rate * 0.999 for one, rate in zip(nothing.rates, plan.rates))
        and nothing.of_goal < blank.of_goal
    )


def longer(base, days):
    """The plan with so many days more in each stage, some take twice as many more; nobody typed what is open."""
    more = (replace(one, lag=one.lag and Lag(one.lag.low + days, one.lag.high + 2 * days)) for one in base.stages)
    return base.with_(stages=tuple(more), pipeline={})


@pytest.mark.parametrize(
    "change",
    [
        lambda base: base,
        lambda base: base.with_(pipeline={}),
        lambda base: base.with_(goal=Goal("revenue", 120e6), order_value=2e6),
        lambda base: base.with_(stages=small().stages, pipeline={}),
        lambda base: longer(base, 10),
    ],
    ids=["open items", "none typed", "money", "short", "long"],
)
@pytest.mark.parametrize("months", [1, 2, 3, 6, 11])
def test_months_that_came_as_planned_end_where_the_plan_does(months, change):
    """Actuals just as the sheets ask: of 60 orders as many come as the plan's own outlook says after these months.

    Of 320 open leads the run forward has all gone on by 21 April; the target of April asks for 53 of their 80 MQL, and
    the other 27 are no loss: they come later.
    """
    plan = as_shown(change(template("default", "ja")), months)
    assert float(Forecast(Targets(plan)).of_goal) == pytest.approx(float(PlanOutlook(Targets(plan)).share), abs=0.011)


TOO_FEW = pytest.mark.parametrize(
    "change",
    [
        lambda base: base.with_(pipeline={stage: count / 2 for stage, count in base.pipeline.items()}),
        lambda base: base.with_(pipeline=dict.fromkeys(base.pipeline, 0)),
        lambda base: base.with_(goal=Goal("revenue", 1e9), order_value=5e6, months=18),
    ],
    ids=["half typed", "0 typed", "18 months"],
)


@TOO_FEW
@pytest.mark.parametrize("months", [1, 3, 6])
@pytest.mark.parametrize("part", [0.8, 1, 1.2])
def test_too_few_open_items_and_months_at_a_part_of_what_was_asked_end_at_that_part(change, months, part):
    """The plan lands at 88.6, 72.3 and 91.3 % for lack of open items; what was asked came, so that others were there.

    Seen: as asked, it ended where the plan had said at its start, 67 % of the orders of a plan that its other pages saw
    at 98 %: what came of items that nobody had typed was taken off what is under way.
    """
    plan = as_shown(change(template("default", "ja")), months)
    plan = plan.with_(actuals={key: round(count * part) for key, count in plan.actuals.items()})
    assert float(Forecast(Targets(plan)).of_goal) == pytest.approx(part, abs=0.08 if months == 1 else 0.04)


@TOO_FEW
@pytest.mark.parametrize("months", [1, 3, 6])
def test_too_few_open_items_and_months_as_these_bring_end_where_the_plan_said_at_its_start(change, months):
    plan = change(template("default", "ja"))
    start, shown = PlanOutlook(Targets(plan)), as_shown(plan, months)
    came = {(f"stage:{stage.id}", k): round(float(row[k]))
            for stage, row in list(zip(plan.stages, start.run.entries))[1:] for k in range(months)}  # fmt: skip
    found = Forecast(Targets(shown.with_(actuals={**shown.actuals, **came}))).of_goal
    assert float(found) == pytest.approx(float(start.share), abs=0.045)


@pytest.mark.parametrize("months", [1, 2, 4])
def test_what_is_open_beyond_what_goes_on_is_there_by_an_oracle(months):
    """By hand: each stage holds what was open + what came − what went on ÷ its rate; the rest of the leads comes."""
    base = template("default", "ja")
    forecast, new = Forecast(Targets(as_shown(base, months))), Targets(base).new
    rates = [calc.exact(one) for one in base.rates]
    came = [sum(row) for row in forecast.told]
    there = [base.pipeline[stage.id] + came[at] - came[at + 1] / rates[at] for at, stage in enumerate(base.stages[:-1])]
    there[0] += sum(new[0].months[months:])
    by_hand = came[-1] + sum(one * prod(rates[at:]) for at, one in enumerate(there))
    assert float(forecast.orders) == pytest.approx(float(by_hand), rel=0.002)


def test_what_nobody_has_typed_is_what_the_stages_before_bring_and_widens_the_band():
    """Orders of the last two of six months blank: they are won as far as they are typed, the rest is a guess."""
    year = world(1)
    last = len(year.plan.stages) - 1
    known, less = Forecast(Targets(year.known(6))), Forecast(Targets(year.known(6, {(last, 4), (last, 5)})))
    told = sum(year.counts[-1][:4])
    assert float(known.assumed) == 0 and float(less.won - less.assumed) == told
    assert less.told[-1][4:] == [None, None] and sum(less.filled[-1]) == pytest.approx(float(less.assumed))
    assert less.filled[-1][:4] == [0, 0, 0, 0] and less.assumed > 0
    width, wider = known.band[1] - known.band[0], less.band[1] - less.band[0]
    assert wider > width and less.band[0] >= told


def test_leads_that_one_channel_does_not_tell_are_those_asked_of_it_as_far_as_leads_come():
    """Half of the leads are asked of each of two channels: of one month one does not say what it brought."""
    plan = world(2).known(6)
    silent = next(key for key in plan.actuals if key[1] == 2 and not key[0].startswith("stage:"))
    forecast = Forecast(Targets(plan.with_(actuals={key: one for key, one in plan.actuals.items() if key != silent})))
    asked = forecast.silent_leads
    assert [month for month, one in enumerate(asked) if one] == [2]
    assert forecast.filled[0][2] == pytest.approx(float(asked[2] * forecast.leads.value))
    whole = sum(one for row in (forecast._flow[0][0],) for one in row)
    typed = sum(float(one) for key, one in plan.actuals.items() if not key[0].startswith("stage:") and key != silent)
    assert whole == pytest.approx(typed + forecast.filled[0][2])


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


def silent_from(plan, month, *, leads):
    """A plan of which nothing is told from a month on, of leads only where ``leads`` says so."""
    return plan.with_(actuals={
        key: one for key, one in plan.actuals.items()
        if key[1] < month or (not leads and not key[0].startswith("stage:"))
    })  # fmt: skip


@pytest.mark.parametrize("leads", [True, False], ids=["leads blank", "leads told"])
@pytest.mark.parametrize("seed", [0, 4])
def test_k14_the_forecast_lies_in_its_band_however_many_of_the_last_months_are_blank(seed, leads):
    """Months that pass while nobody types them tell nothing: the band stays that of the six months that are typed.

    It lies within 0.7 and 1.5 times as wide: leads that are typed alone may narrow it, and counts that differ within a
    month from its days move it.
    """
    year = world(seed)
    low, high = Forecast(Targets(year.known(6))).band
    for months in (8, 12):
        forecast = Forecast(Targets(silent_from(year.known(months), 6, leads=leads)))
        values = [one.value for one in forecast.rates]
        assert forecast.assumed > 0
        assert float(forecast._anew(values, forecast.leads.value)) == pytest.approx(float(forecast.orders), rel=1e-9)
        assert forecast.band[0] <= forecast.orders <= forecast.band[1]
        assert 0.7 * (high - low) <= forecast.band[1] - forecast.band[0] <= 1.5 * (high - low)


def test_rates_of_blank_months_know_that_leads_are_guessed_too():
    """Interim rates, of which blank months are made, are the final ones: the part of guessed leads counts in both."""
    plan = world(1).known(9)
    asked = {}
    forecast = Forecast(Targets(silent_from(plan, 5, leads=True)))
    forecast._flow_of(forecast.leads.value, lambda place, seen: asked.setdefault(place, seen) and 0.5)
    assert 0 < asked[0].guessed == pytest.approx(forecast.seen[0].guessed)


@pytest.mark.parametrize("months", [0, 4])
def test_of_a_goal_in_money_it_says_what_the_orders_and_existing_customers_bring(months):
    """Each order 2 million; 100 million less 10 % from existing customers: actuals of money are blank."""
    kept = {"existing_revenue": 100e6, "existing_churn": 0.1}
    plan = template("default", "ja").with_(goal=Goal("revenue", 300e6), order_value=2_000_000.0, settings=kept)
    if months:
        plan = closed(with_actuals(plan, months), months)
        money = plan.goal.row, EXISTING_ROW
        plan = plan.with_(actuals={key: value for key, value in plan.actuals.items() if key[0] not in money})
    forecast = Forecast(Targets(plan))
    assert float(forecast.reached) == pytest.approx(float(forecast.orders) * 2_000_000 + 90e6, rel=1e-9)


def test_of_a_goal_that_is_counted_it_says_no_money():
    assert Forecast(Targets(template("default", "ja").with_(goal=Goal("orders", 20.0)))).reached is None
