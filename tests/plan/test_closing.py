"""締めた月 / closed months (K15): what was agreed stays, the open months ask for what is missing.

The oracle goes day by day with fractions in dictionaries (``tests.calc.day_by_day``) and shares nothing with the code.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from fractions import Fraction
from math import prod

import pytest

from tests.agreement.books import template_plan
from tests.calc.day_by_day import by_month, earlier, goal_days, lag_days
from tests.plan.test_outlook import START, plan, some_plan
from xl_kpi.kpi.agreed_targets import closed_until, remembered, target_rows, targets_now
from xl_kpi.plan.closed.closing import is_target
from xl_kpi.plan.model import MONEY_ROWS, Channel, Goal, Kpi, Plan
from xl_kpi.plan.targets import Targets

AUGUST = dt.date(2027, 8, 1)
MONTHS = 5  # April to August


def closed(base: Plan, until: dt.date = AUGUST, **settings) -> Plan:
    """The plan closed through a month, with what was agreed as a workbook remembers it."""
    shut = closed_until(base.with_(settings={**base.settings, **settings}), until)
    return shut.with_(agreed=remembered(Targets(shut)))


def on_plan(base: Plan, months: int = MONTHS) -> Plan:
    """The plan with actuals of every stage exactly as they were asked for."""
    targets = Targets(base)
    return base.with_(
        actuals={
            (f"stage:{stage.id}", k): float(new.months[k])
            for stage, new in zip(base.stages, targets.whole_new)
            for k in range(months)
        }
    )


def new_by_month(targets: Targets) -> list[list[int]]:
    return [list(whole.months) for whole in targets.whole_new]


def test_a_raised_goal_leaves_the_closed_months_as_they_were():
    base = plan()
    before = new_by_month(Targets(base))
    raised = closed(base)
    raised = raised.with_(goal=replace(raised.goal, value=1.2e9))
    targets = Targets(raised)
    for then, now in zip(before, new_by_month(targets)):
        assert now[:MONTHS] == then[:MONTHS]  # to the last digit
    # 12億円 ÷ 120万円 = 1,000 orders, whether they are agreed for closed months or asked of the open ones
    assert targets.whole_new[-1].in_plan == 1000
    assert sum(targets.whole_needed[-1].months) == 1000
    assert sum(targets.shown_revenue) == 12 * 10**8


def test_on_plan_a_closed_month_moves_no_number():
    """No lag, nothing open: what was asked in the months came, so that nothing is over or under."""
    base = plan([0.5], [0], [0, 0], months=6, goal=60e6, value=1e6, delivery=0)
    shut, opened = Targets(closed(on_plan(base, 2), by_index(1))), Targets(base)
    assert shut.whole_needed == opened.whole_needed and shut.whole_covered == opened.whole_covered
    # exactly, what whole things of the closed months leave: less than one
    rests = [shut.closing.kept(f"stage:{id_}:need:rest") for id_ in (stage.id for stage in base.stages)]
    assert [one.before for one in shut.told_needed] == pytest.approx(rests) and all(-1 < rest <= 0 for rest in rests)


@pytest.mark.parametrize("carry", ["yes", "no"])
@pytest.mark.parametrize("value", [1e9, 1.2e9])
def test_what_is_shown_adds_up_to_what_is_required(carry, value):
    base = plan(opened=[12_000, 900, 250, 120, 80, 10]).with_(currency_unit="million_yen")
    base = base.with_(actuals={(f"stage:{id_}", k): 40 for id_ in ("orders", "mql") for k in range(MONTHS)})
    shut = closed(base, carry_over=carry)
    targets = Targets(shut.with_(goal=replace(shut.goal, value=value)))
    for total, whole, required, told in zip(
        targets.rounded, targets.whole_needed, targets.required, targets.told_needed, strict=True
    ):
        assert (whole.total, told.total) == (total, required)
    for total, new, covered, outside in zip(
        targets.rounded, targets.whole_new, targets.whole_covered, targets.whole_outside, strict=True
    ):
        assert new.total + covered == new.in_plan + outside == total
    assert sum(targets.shown_revenue) == value
    # of the orders: what was won (10 before the start, 40 a month), less what was agreed
    if carry == "yes":
        agreed = sum(targets.whole_needed[-1].months[:MONTHS])
        assert targets.whole_needed[-1].before == 10 + 5 * 40 - agreed


@pytest.mark.parametrize("carry", ["yes", "no"])
def test_what_was_won_is_counted_and_the_rest_carried_over_or_not(carry):
    # 834 orders (10億円 ÷ 120万円); 40 of them are won in each of five closed months, 10 before the start
    base = plan(opened=[12_000, 900, 250, 120, 80, 10])
    base = base.with_(actuals={("stage:orders", k): 40 for k in range(MONTHS)})
    targets, opened = Targets(closed(base, carry_over=carry)), Targets(base)
    asked = sum(targets.new[-1].months[MONTHS:])
    if carry == "yes":
        # each month brought so many more or less than it showed, and that is held against its exact target
        exact, shown = (sum(row.months[:MONTHS]) for row in (opened.new[-1], opened.whole_new[-1]))
        assert float(asked) == pytest.approx(float(834 - 10 - (exact + 5 * 40 - shown)))
        assert sum(targets.whole_new[-1].months[MONTHS:]) == 834 - 10 - 5 * 40
    else:  # the open months' own part of the year: orders come 30 days before the revenue
        days = earlier(goal_days(START, dt.date(2028, 3, 31), base.season), 30)
        later = sum(part for day, part in days.items() if day >= dt.date(2027, 9, 1).toordinal())
        assert asked == 834 * later


def test_more_than_the_goal_asks_for_nothing_more():
    base = plan().with_(actuals={("stage:orders", 0): 900})
    assert sum(Targets(closed(base)).new[-1].months[MONTHS:]) == 0


def test_all_months_closed_leaves_orders_that_are_too_late():
    targets = Targets(closed(on_plan(plan(), 12), dt.date(2028, 3, 1)))
    assert targets.closing.orders == 0
    assert float(targets.closing.too_late) == pytest.approx(69.5)  # of April's revenue, so many had to come before it
    assert [new.next for new in targets.new] == [0] * 6


def test_a_month_without_an_actual_counts_as_agreed():
    base = on_plan(plan())
    missing = base.with_(actuals={key: value for key, value in base.actuals.items() if key != ("stage:mql", 2)})
    full, part = Targets(closed(base)), Targets(closed(missing))
    assert part.closing.blanks == [("stage:mql", 2)] and full.closing.blanks == []
    assert new_by_month(part) == new_by_month(full)


def test_closed_opened_and_closed_again_is_the_same():
    base = on_plan(plan())
    once = closed(base)
    raised = once.with_(goal=replace(once.goal, value=1.5e9))
    opened = closed_until(raised, None)
    opened = opened.with_(agreed=remembered(Targets(opened)))
    assert new_by_month(Targets(opened)) == new_by_month(Targets(base.with_(goal=raised.goal)))
    again = closed_until(opened, AUGUST)
    assert new_by_month(Targets(again)) == new_by_month(Targets(raised))
    assert again.agreed.first == once.agreed.first


def test_again_takes_the_targets_of_now():
    once = closed(plan())
    raised = once.with_(goal=replace(once.goal, value=1.5e9))
    anew = closed_until(raised, AUGUST, again=True)
    now = new_by_month(Targets(plan(goal=1.5e9)))
    for then, row in zip(now, new_by_month(Targets(anew))):
        assert row[:MONTHS] == then[:MONTHS]
    assert anew.agreed.first == once.agreed.first  # 当初計画 stays


def test_the_first_plan_is_the_one_in_force_at_the_first_closing():
    base = plan()
    written = base.with_(agreed=remembered(Targets(base)))
    assert written.agreed.first == {} and written.agreed.ever == 0
    # typed into the cell, without any command: what stood in the workbook was agreed
    typed = written.with_(settings={"closed_until": AUGUST}, goal=Goal("revenue", 1.3e9))
    found = remembered(Targets(typed))
    assert (
        found.first == {key: value for key, value in written.agreed.months.items() if is_target(key[0])}
        and found.ever == MONTHS
    )
    months = {key: value for key, value in found.months.items() if key[1] < MONTHS}
    assert months == {key: value for key, value in written.agreed.months.items() if key[1] < MONTHS}


def test_the_first_stage_is_the_sum_of_its_channels():
    channels = tuple(Channel(id_, id_, "leads", share=0.5) for id_ in ("web", "ads"))
    kpis = (
        Kpi("cv", "web", "CV", "CV", "count", "leads", "visits * 0.1"),
        Kpi("visits", "web", "訪問", "Visits", "count", "cv / 0.1", "input"),
        Kpi("cv", "ads", "CV", "CV", "count", "leads", "input"),
    )
    base = plan().with_(channels=channels, kpis=kpis, actuals={("web:visits", 0): 1000, ("ads:cv", 0): 50})
    closing = Targets(closed(base)).closing
    assert closing.entered[0][0] == 150  # 1,000 visits × 0.1, and 50
    assert ("stage:leads", 1) in closing.blanks


@pytest.mark.parametrize("seed", range(25))
def test_the_open_months_equal_a_simulation_day_by_day(seed):
    dice = random.Random(seed)
    given = some_plan(seed)
    given.pop("age", None)
    base = plan(**given)
    rates, lags, opened, months = (given[key] for key in ("rates", "lags", "opened", "months"))
    count = dice.randint(1, months)
    age = dice.choice(["new", "half"])
    ids = [stage.id for stage in base.stages]
    actuals = {(f"stage:{id_}", k): dice.choice([0, 3, 12.5, 40]) for id_ in ids for k in range(count)}
    until = by_index(count - 1)
    base = base.with_(actuals=actuals, settings={"outlook_age": age, "closed_until": until})
    targets = Targets(base)
    since = by_index(count)
    expected = simulated(base, rates, lags, opened, actuals, since, count, age, float(targets.orders))
    for volumes, row in zip(targets.new, expected, strict=True):
        shortage, open_months, after = sum(row[: count + 1]), row[count + 1 : -1], row[-1]
        found = [volumes.before, *volumes.months[count:], volumes.next]
        assert [float(value) for value in found] == pytest.approx(
            [float(value) for value in (shortage, *open_months, after)], abs=1e-9, rel=1e-9
        )


def by_index(k: int) -> dt.date:
    return dt.date(START.year + (START.month - 1 + k) // 12, (START.month - 1 + k) % 12 + 1, 1)


def simulated(base, rates, lags, opened, actuals, since, count, age, orders):
    """What must be newly won at each stage, [before the start, months, after]: what is needed, day by day, for the
    orders that are missing, less what is in the stages on the day ``since``, earliest first."""
    today = since.toordinal()
    end = by_index(base.months) - dt.timedelta(1)
    days = earlier(goal_days(START, end, base.season), base.delivery_days)
    days = {day: part for day, part in days.items() if day >= today}
    whole = sum(days.values())
    last = base.stages[-1].id
    won = Fraction(str(opened[-1])) + sum(Fraction(str(actuals[f"stage:{last}", k])) for k in range(count))
    missing = max(Fraction(0), Fraction(str(orders)) - won)
    days = {day: part / whole * missing for day, part in days.items()} if whole else {}
    needs = [days]
    for rate, lag in zip(reversed(rates), reversed(lags)):
        days = {day: amount / Fraction(str(rate)) for day, amount in earlier(days, lag).items()}
        needs.append(days)
    needs.reverse()
    there = [Fraction(0)] * len(needs)
    for index, (stage, lag) in enumerate(zip(base.stages, lags)):
        for wait, probability in lag_days(lag).items():
            rest = wait if age == "new" else wait // 2
            there[index] += Fraction(str(opened[index])) * probability * (START.toordinal() + rest >= today)
            for k in range(count):
                month = range(by_index(k).toordinal(), by_index(k + 1).toordinal())
                stay = sum(day + wait >= today for day in month)
                there[index] += (
                    Fraction(str(actuals[f"stage:{stage.id}", k])) * probability * Fraction(stay, len(month))
                )
    rows = []
    for index, need in enumerate(needs):
        covered = sum(
            there[k] / prod((Fraction(str(rate)) for rate in rates[index:k]), start=Fraction(1))
            for k in range(index, len(rates))
        )
        left = {}
        for day in sorted(need):
            used = min(covered, need[day])
            covered -= used
            left[day] = need[day] - used
        rows.append(by_month(left, START, base.months))
    return rows


def test_what_is_remembered_has_every_row_with_its_numbers_the_revenue_too():
    """12 months of an even goal of 1,200 million: 100 million each, whatever the length of the month."""
    plan = template_plan("default", "ja").with_(
        goal=Goal("revenue", 1_200_000_000.0), order_value=3_000_000.0, delivery_days=0
    )
    targets = Targets(plan)
    now = targets_now(targets)
    assert [now[MONEY_ROWS["revenue"], month] for month in range(12)] == [100_000_000.0] * 12
    assert {what for what, _ in now} == {*target_rows(targets)}
