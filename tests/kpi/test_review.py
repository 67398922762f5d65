"""The review: parts that add up to the gap, a bottleneck that is named, actions that bring what a re-run says."""

import datetime as dt
import random
from fractions import Fraction

import pytest

from tests.agreement.selected import often
from tests.plan.forecast_worlds import world
from tests.sheets.on_plan import on_plan
from tests.sheets.plans import in_the_year, template, with_actuals
from xl_kpi import calc
from xl_kpi.commands.reviews.figures import as_data
from xl_kpi.kpi.review.actions import owner_of
from xl_kpi.kpi.review.check_first import OPENED, UNTYPED
from xl_kpi.kpi.review.review import Review
from xl_kpi.plan.review.forecast import Forecast
from xl_kpi.plan.targets import Targets

DAY = dt.timedelta(days=1)


def varied(seed: int):
    """The default plan with actuals of some months, of which some are blank or 0."""
    rng = random.Random(seed)
    plan = with_actuals(template("default", "ja"), rng.randint(1, 12))
    typed = {key: 0 if rng.random() < 0.1 else value for key, value in plan.actuals.items() if rng.random() > 0.05}
    return plan.with_(actuals=typed)


@pytest.mark.parametrize("seed", often(range(30), range(12)))
def test_r10_parts_add_up_to_the_gap(seed):
    gap = Review(varied(seed)).gap
    if gap.orders is None:
        assert gap.parts == gap.by_stage == [] and gap.bottleneck is None
        return
    for parts in (gap.parts, gap.by_stage):
        assert sum(part.orders for part in parts) == pytest.approx(float(gap.orders), abs=1e-9)


@pytest.mark.parametrize("seed", often(range(30), range(12)))
def test_a_blank_is_not_known_and_never_nothing(seed):
    review = Review(varied(seed))
    to_date = review.to_date
    for stage, row, total in zip(review.plan.stages, to_date.actual_by_month, to_date.actual):
        assert (total is None) == (not row or None in row), stage.id
        if total is not None:
            assert total == sum(map(Fraction, row))
    known = {part.stage for part in review.gap.parts}
    assert not known & {stage.id for stage, one in zip(review.plan.stages, to_date.actual) if one is None}


def test_on_plan_nothing_is_to_be_done():
    """Every actual is the target, to the last digit."""
    plan = template("default", "ja")
    targets = Targets(plan)
    typed = {(f"stage:{stage.id}", 0): float(targets.new[place].months[0])
             for place, stage in enumerate(plan.stages) if place}  # fmt: skip
    for channel in plan.lead_channels:
        kpi = next(kpi for kpi in plan.kpis_of(channel.id) if kpi.target.strip() == channel.stage)
        typed[f"{channel.id}:{kpi.id}", 0] = float(targets.of_channel(channel).months[0])
    review = Review(plan.with_(actuals=typed))
    assert float(review.gap.orders) == pytest.approx(0, abs=1e-9) and review.gap.bottleneck is None
    assert [part.orders for part in review.gap.parts] == pytest.approx([0] * len(review.gap.parts), abs=1e-9)
    assert review.actions == []


def test_what_an_action_brings_back_is_what_a_run_with_this_change_says():
    """By hand: the same forecast with the plan's rate from MQL to SQL."""
    review = Review(in_the_year("ja"))
    action = next(one for one in review.actions if one.kpi == "mql_rate")
    place = [stage.id for stage in review.plan.stages].index("mql")
    forecast, planned = review.forecast, calc.exact(review.plan.rates[place])
    rates = [planned if at == place else one.value for at, one in enumerate(forecast.rates)]
    to_come = [day * forecast.leads.value for day in forecast.from_start.leads_by_day]
    there = [times for times, _ in forecast._there]  # of what is in each stage on the first open day
    again = calc.outlook(
        review.plan.start, review.plan.months, rates, forecast.targets.lags, to_come,
        [float(one) * times for one, times in zip(forecast.outlook.opened, there)],
        age=forecast.outlook.age, deadline=forecast.targets.deadline, delivery_days=forecast.targets.delivery_days,
        entered=[[day * times for day in row] for row, times in zip(forecast._flow[0], there)], by_day=True,
    )  # fmt: skip
    assert float(action.brings_back) == pytest.approx(float(again.in_time - forecast.orders), abs=1e-9)
    assert owner_of(review.plan, action) == "マーケティング" and action.advice.id == "R4"


@pytest.mark.parametrize("seed", range(12))
def test_actions_bring_no_more_than_all_of_them_together(seed):
    review = Review(world(seed).known(6))
    alone = sum((one.brings_back or 0 for one in review.actions if not one.overlaps), Fraction(0))
    assert float(alone) <= float(review.together) + 1e-9
    assert [one.brings_back for one in review.actions if one.brings_back is None] == [
        one.brings_back for one in review.actions[len([1 for one in review.actions if one.brings_back is not None]) :]
    ]


def test_leads_after_the_last_useful_day_bring_nothing():
    """Five steps of 20 and more days: after November nothing that is begun becomes an order in time."""
    plan = with_actuals(template("default", "ja"), 11)
    found = [one for one in Review(plan).actions if one.lever.startswith("leads:")]
    assert found and all(one.by <= calc.month_start(plan.start, 11) for one in found)
    assert all(float(one.brings_back) == pytest.approx(0, abs=1e-9) for one in found)


@pytest.mark.parametrize("name", ["default", "c4"])
def test_what_whole_counts_leave_of_a_plan_that_is_met_is_no_bottleneck(name):
    """Every actual is the target as a cell shows it; two orders fewer are more than rounding."""
    plan = on_plan(template(name, "ja"), lambda _, month: month < 4)
    assert Review(plan).gap.bottleneck is None
    fewer = {**plan.actuals, ("stage:orders", 0): plan.actuals["stage:orders", 0] - 2}
    assert Review(plan.with_(actuals=fewer)).gap.bottleneck.stage == "orders"


def test_as_of_takes_the_months_that_are_over():
    plan = with_actuals(template("default", "ja"), 6)
    end = calc.month_start(plan.start, 3)
    assert [Review(plan, day).to_date.months for day in (end - DAY, end, end - 2 * DAY)] == [3, 3, 2]
    assert Review(plan).to_date.months == 6
    assert Review(plan, plan.start - DAY).to_date.months == 0


def test_json_as_others_rely_on_it():
    found = as_data(Review(in_the_year("ja")), "ja")
    assert {"as_of", "gap", "forecast", "bottleneck", "actions"} <= set(found)
    assert {"stage", "channel", "kind", "orders"} <= set(found["gap"]["parts"][0])
    assert {"orders", "low", "high"} <= set(found["forecast"])
    assert {"kpi", "channel", "cause", "action", "brings_back", "by"} <= set(found["actions"][0])
    assert found["forecast"]["orders"] == pytest.approx(
        sum(found["forecast"][key] for key in ("won", "assumed", "open", "coming"))
    )
    assert found["bottleneck"] == {"stage": "sql", "channel": ""}


def test_a_rate_of_a_channel_is_named_out_of_the_leads_in_the_workbook():
    """Each channel's leads in rows; of webinars a third fewer MQL become SQL, all else is as planned."""
    plan = template("default", "ja")
    review = Review(plan.with_(actuals=_typed(plan), tables={"tbl_leads": _rows(plan, "webinar", "sql")}))
    assert review.gap.is_by_channel
    worst = review.gap.bottleneck
    assert (worst.channel, worst.stage, worst.kind) == ("webinar", "sql", "rate")
    assert sum(part.orders for part in review.gap.parts) == pytest.approx(float(review.gap.orders), abs=1e-9)


def _months(plan):
    """Half a year on, when nothing is typed yet."""
    return Review(plan, calc.month_start(plan.start, 6) - DAY).to_date


def _counts(plan, channel, broken):
    """Whole counts of each stage to date of a channel, the stage and all later ones by a third fewer."""
    to_date = _months(plan)
    place = [one.id for one in to_date.channels].index(channel)
    found, factor = [], 1.0
    for stage, planned in zip(plan.stages, to_date.planned_of_channels[place]):
        factor *= 2 / 3 if stage.id == broken else 1.0
        found.append(round(float(planned) * factor))
    return found


def _rows(plan, worst, broken):
    rows, day = {}, _months(plan).as_of
    for channel in _months(plan).channels:
        counts = _counts(plan, channel.id, broken if channel.id == worst else "")
        for number in range(counts[0]):
            row = {"number": f"{channel.id}{number}", "channel": channel.name}
            row |= {stage.id: day for stage, count in zip(plan.stages, counts) if number < count}
            rows[f"r{len(rows) + 1}"] = row
    return rows


def _typed(plan):
    """The same in the actuals of six months, all in the last one."""
    sums = {stage.id: 0 for stage in plan.stages}
    typed = {}
    for channel in _months(plan).channels:
        counts = _counts(plan, channel.id, "sql" if channel.id == "webinar" else "")
        kpi = next(kpi for kpi in plan.kpis_of(channel.id) if kpi.target.strip() == channel.stage)
        for month in range(6):
            typed[f"{channel.id}:{kpi.id}", month] = counts[0] if month == 5 else 0
        for stage, count in zip(plan.stages, counts):
            sums[stage.id] += count
    for stage in plan.stages[1:]:
        for month in range(6):
            typed[f"stage:{stage.id}", month] = sums[stage.id] if month == 5 else 0
    return typed


@pytest.mark.parametrize(("typed", "kind"), [(None, UNTYPED), (0, OPENED)], ids=["blank", "0"])
def test_more_than_came_is_told_as_open_items_that_nobody_typed(typed, kind):
    base = template("default", "ja")
    plan = base.with_(pipeline={} if typed is None else {stage.id: typed for stage in base.stages[:-1]})
    targets = Targets(plan)
    typed = {(f"stage:{stage.id}", 0): float(targets.new[place].months[0]) + 50
             for place, stage in enumerate(plan.stages) if place}  # fmt: skip
    review = Review(plan.with_(actuals=typed))
    told = {what for one in review.check_first() if one.kind == kind for what in (one.what, *one.others)}
    assert "stage:mql" in told
    assert Forecast(review.forecast.targets).orders == review.forecast.orders
