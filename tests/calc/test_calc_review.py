"""Days in a stage, the gap by stage against its definition in 50 digits, the bottleneck and the forecast."""

import datetime as dt
import math
import statistics
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_kpi.calc import KpiError, StageTimes, bottleneck, forecast_total, gap_by_stage, stage_days, stage_times

APRIL = [dt.date(2026, 4, day) for day in range(1, 31)]
NAMES = ["リード数", "MQL化率", "受注率"]

volumes = st.one_of(st.just(0), st.integers(1, 10**6), st.floats(1e-3, 1e6))
pairs = st.integers(1, 7).flatmap(
    lambda n: st.tuples(st.lists(volumes, min_size=n, max_size=n), st.lists(volumes, min_size=n, max_size=n))
)


# --- days


def test_s3_the_median_of_the_days():
    left = [APRIL[2], APRIL[7], APRIL[29]]  # 2, 7 and 29 days
    assert stage_days(APRIL[:1] * 3, left) == 7
    assert stage_days(APRIL[:1] * 3, left, "mean") == Fraction(38, 3)
    assert stage_days(APRIL[:1] * 3, left, "min") == 2
    assert stage_days(APRIL[:1] * 3, left, " MAX ") == 29
    assert stage_days(APRIL[:1] * 2, left[:2]) == Fraction(9, 2)  # between two


def test_who_is_still_there_or_left_before_coming_is_counted_apart():
    came = [APRIL[0], APRIL[0], APRIL[9], None, APRIL[5], None]
    left = [APRIL[4], None, APRIL[8], APRIL[3], APRIL[5], ""]
    assert stage_times(came, left) == StageTimes(days=[4, 0], blanks=2, negatives=1)
    assert stage_days(came, left) == 2


def test_a_time_of_day_does_not_count():
    assert stage_days([dt.datetime(2026, 4, 1, 23, 59)], [dt.datetime(2026, 4, 2, 0, 1)]) == 1
    assert stage_days(APRIL[0], APRIL[3]) == 3  # one cell each


@given(st.lists(st.integers(0, 400), min_size=1, max_size=40))
def test_the_statistics_are_pythons(days):
    came = [APRIL[0]] * len(days)
    left = [APRIL[0] + dt.timedelta(days=wait) for wait in days]
    assert stage_days(came, left) == statistics.median(days)
    assert stage_days(came, left, "mean") == Fraction(sum(days), len(days))


@pytest.mark.parametrize(
    ("arguments", "code", "argument", "position"),
    [
        ((APRIL[:2], APRIL[:3]), "#VALUE!", "to_dates", None),
        ((APRIL[:2], [APRIL[3], "4 May"]), "#VALUE!", "to_dates", 2),
        (([APRIL[0], 46000], APRIL[1:3]), "#VALUE!", "from_dates", 2),
        (([APRIL[0], "#N/A"], APRIL[1:3]), "#N/A", "from_dates", 2),
        ((APRIL[:2], APRIL[:2], "mode"), "#VALUE!", "statistic", None),
        ((APRIL[:2], APRIL[:2], None), "#VALUE!", "statistic", None),
        ((APRIL[:2], [None, None]), "#N/A", "to_dates", None),
        (([], []), "#N/A", "to_dates", None),
    ],
)
def test_days_that_can_not_be_counted(arguments, code, argument, position):
    with pytest.raises(KpiError) as caught:
        stage_days(*arguments)
    assert (caught.value.code, caught.value.argument, caught.value.position) == (code, argument, position)


def test_the_message_says_why_no_row_is_left():
    with pytest.raises(KpiError) as caught:
        stage_days([APRIL[5], APRIL[1], APRIL[2]], [APRIL[1], None, None])
    assert "No row has both dates in the right order (2 blank, 1 reversed)." in str(caught.value)


# --- gap


def divisia(plan: list, actual: list) -> list:
    """The definition in 50 digits, for volumes above 0: L(a, p) × ln of each factor's change."""
    with mpmath.workdps(50):
        plan, actual = [mpmath.mpf(v) for v in plan], [mpmath.mpf(v) for v in actual]
        a, p = actual[-1], plan[-1]
        mean = a if a == p else (a - p) / (mpmath.log(a) - mpmath.log(p))
        then = [plan[0], *(b / a for a, b in zip(plan, plan[1:]))]
        now = [actual[0], *(b / a for a, b in zip(actual, actual[1:]))]
        return [mean * mpmath.log(x / y) for x, y in zip(now, then)]


def test_r10_each_stage_gets_its_part_in_orders():
    # L = (22 − 40) ÷ ln(22/40) = 30.109; × ln 1.1 = 2.870 for the leads, 0 for the same first rate,
    # × ln(0.1/0.2) = −20.870 for the last one
    parts = gap_by_stage([1000, 200, 40], [1100, 220, 22])
    assert parts == [pytest.approx(2.8697, abs=1e-4), 0, pytest.approx(-20.8697, abs=1e-4)]
    assert sum(parts) == pytest.approx(-18, rel=1e-12)


def test_a_single_cause_has_the_whole_gap():
    assert gap_by_stage([1000, 200, 40], [500, 100, 20]) == [-20, 0, 0]
    assert gap_by_stage([1000, 200, 40], [1000, 200, 30]) == [0, 0, -10]
    assert gap_by_stage([1000, 200, 40], [1000, 100, 20]) == [0, -20, 0]
    assert gap_by_stage([40], [30]) == [-10]  # a funnel of orders alone
    assert gap_by_stage(40, 30) == [-10]


def test_the_same_figures_have_no_gap():
    assert gap_by_stage([1000, 200, 40], [1000, 200, 40]) == [0, 0, 0]


def test_more_leads_and_a_worse_rate_can_cancel():
    # orders are equal, so L = 40 and the parts are ±40 ln 2
    parts = gap_by_stage([1000, 40], [2000, 40])
    assert parts == pytest.approx([40 * math.log(2), -40 * math.log(2)], rel=1e-14)


@given(pairs)
def test_the_parts_always_add_up_to_the_gap(pair):
    plan, actual = pair
    parts = gap_by_stage(plan, actual)
    gap = actual[-1] - plan[-1]
    assert len(parts) == len(plan)
    assert all(map(math.isfinite, parts))
    assert abs(math.fsum(parts) - gap) <= 1e-9 * max(1, abs(gap), *map(abs, parts))


@given(pairs)
def test_without_zeros_each_part_is_the_definition(pair):
    plan, actual = ([volume or 1 for volume in side] for side in pair)
    size = max(plan[-1], actual[-1])
    for part, expected in zip(gap_by_stage(plan, actual), divisia(plan, actual)):
        # relative to the orders: close volumes are typed decimals here and doubles there
        assert abs(part - expected) <= 1e-11 * size


@given(pairs)
def test_plan_and_actual_exchanged_change_the_sign(pair):
    plan, actual = pair
    assert gap_by_stage(actual, plan) == pytest.approx(
        [-part for part in gap_by_stage(plan, actual)], rel=1e-9, abs=1e-6
    )


def test_where_nothing_is_left_the_whole_gap_falls_to_the_stage_that_dried_up():
    assert gap_by_stage([1000, 200, 100, 40], [900, 50, 0, 0]) == [0, 0, -40, 0]
    assert gap_by_stage([1000, 200, 100, 40], [0, 0, 0, 0]) == [-40, 0, 0, 0]
    assert gap_by_stage([1000, 200, 100, 40], [900, 50, 20, 0]) == [0, 0, 0, -40]
    # and where nothing was planned, to the stage from which on nothing was
    assert gap_by_stage([1000, 0, 0, 0], [900, 50, 20, 8]) == [0, 8, 0, 0]
    assert gap_by_stage([0, 0], [0, 0]) == [0, 0]
    assert gap_by_stage([10, 0], [20, 0]) == [0, 0]


def test_the_rule_for_zero_is_the_limit_of_ever_fewer():
    """With 10^-k instead of 0 the parts come ever nearer to the rule, in 50 digits."""
    plan, rule = [1000, 200, 100, 40], gap_by_stage([1000, 200, 100, 40], [900, 50, 0, 0])
    distances = []
    for k in (100, 1_000, 10_000):
        few = mpmath.mpf(10) ** -k
        parts = divisia(plan, [900, 50, few, few])
        distances.append(max(abs(part - limit) for part, limit in zip(parts, rule)))
    # the other parts fade like 1/k: ten times the digits, a tenth of the distance
    assert distances[0] < 1
    assert distances[1] == pytest.approx(distances[0] / 10, rel=0.05)
    assert distances[2] == pytest.approx(distances[1] / 10, rel=0.05)


def test_a_stage_of_zero_with_orders_behind_it_passes_its_part_on():
    # 200 → 0 → 20: the proposals were not noted; the last stage answers for 200 → 20 against 200 → 40
    assert gap_by_stage([1000, 200, 100, 40], [1000, 200, 0, 20]) == [0, 0, 0, -20]
    assert gap_by_stage([0, 40], [1000, 20]) == [0, -20]


def test_numbers_of_any_size_are_compared():
    assert gap_by_stage([1e300, 1e-300], [1e300, 2e-300]) == [0, pytest.approx(1e-300)]


@pytest.mark.parametrize(
    ("plan", "actual", "code", "argument", "position"),
    [
        ([1, 2], [1], "#VALUE!", "actual", None),
        ([1, 2], [1, 2, 3], "#VALUE!", "actual", None),
        ([1, -2], [1, 2], "#NUM!", "plan", 2),
        ([1, 2], [None, 2], "#VALUE!", "actual", 1),
        ([1, 2], [1, "#DIV/0!"], "#DIV/0!", "actual", 2),
        ([], [], "#VALUE!", "plan", None),
    ],
)
def test_volumes_that_can_not_be_compared(plan, actual, code, argument, position):
    for calculate in (gap_by_stage, lambda *sides: bottleneck(NAMES[: len(plan)], *sides)):
        with pytest.raises(KpiError) as caught:
            calculate(plan, actual)
        assert (caught.value.code, caught.value.argument, caught.value.position) == (code, argument, position)


# --- bottleneck


def test_r10_the_bottleneck_is_the_largest_loss():
    assert bottleneck(NAMES, [1000, 200, 40], [1100, 220, 22]) == "受注率"
    assert bottleneck(NAMES, [1000, 200, 40], [500, 150, 30]) == "リード数"
    assert bottleneck(NAMES, [1000, 200, 40], [1000, 150, 30]) == "MQL化率"


@pytest.mark.parametrize("actual", [[1000, 200, 40], [1100, 220, 44], [0.1 * 10_000, 200, 40]])
def test_where_nothing_is_lost_there_is_no_bottleneck(actual):
    assert bottleneck(NAMES, [1000, 200, 40], actual) == ""


def test_a_loss_counts_even_where_the_orders_are_reached():
    assert bottleneck(NAMES, [1000, 200, 40], [2000, 200, 40]) == "MQL化率"


def test_names_may_be_numbers_and_end_with_blanks():
    assert bottleneck([1, 2, 3, None], [1000, 200, 40], [1000, 200, 30]) == "3"
    assert bottleneck("orders", 40, 30) == "orders"


@given(pairs)
def test_the_bottleneck_is_behind_plan(pair):
    plan, actual = pair
    names = [f"stage {place}" for place in range(len(plan))]
    parts = dict(zip(names, gap_by_stage(plan, actual)))
    name = bottleneck(names, plan, actual)
    assert min(parts.values()) >= -1e-6 if not name else parts[name] == min(parts.values()) < 0


@pytest.mark.parametrize(
    ("names", "code", "position"),
    [
        (["a", "b"], "#VALUE!", None),
        (["a", "b", "c", "d"], "#VALUE!", None),
        (["a", "", "c"], "#VALUE!", 2),
        (["a", "#NAME?", "c"], "#NAME?", 2),
        (["a", True, "c"], "#VALUE!", 2),
        ([["a"], "b", "c"], "#VALUE!", 1),
    ],
)
def test_every_stage_needs_a_name(names, code, position):
    with pytest.raises(KpiError) as caught:
        bottleneck(names, [1000, 200, 40], [1000, 200, 30])
    assert (caught.value.code, caught.value.argument, caught.value.position) == (code, "names", position)


# --- forecast


def test_the_forecast_is_what_was_reached_over_its_share_of_the_season():
    assert forecast_total(30, [0.2, 0.3, 0.2, 0.3], 1) == 150  # 30 ÷ 0.2
    assert forecast_total([10, 20], [1] * 12, 2) == 180  # 30 in 2 of 12 equal months
    assert forecast_total(30, [1] * 12, 12) == 30  # the year is over
    assert forecast_total(0, [1] * 12, 3) == 0
    assert forecast_total(-5, [1] * 12, 6) == -10  # a figure may be negative (cash flow)


def test_a_month_that_is_over_in_part_counts_in_part():
    assert forecast_total(30, [1, 2, 1], 1.5) == 60  # 1 + half of 2 of 4: the half
    assert forecast_total(30, [4], 0.25) == 120


@given(st.integers(1, 10**6), st.lists(st.integers(1, 100), min_size=1, max_size=36), st.data())
def test_a_year_that_goes_as_the_season_is_forecast_from_any_month(total, season, data):
    months = data.draw(st.integers(1, len(season)))
    so_far = [Fraction(total * weight, sum(season)) for weight in season[:months]]
    assert forecast_total(so_far, season, months) == total


@pytest.mark.parametrize(
    ("arguments", "code", "argument"),
    [
        ((30, [1, 1], 0), "#NUM!", "months_elapsed"),
        ((30, [1, 1], 2.5), "#NUM!", "months_elapsed"),
        ((30, [1, 1], -1), "#NUM!", "months_elapsed"),
        ((30, [0, 1], 1), "#DIV/0!", "season"),
        ((30, [0, 0], 1), "#DIV/0!", "season"),
        ((30, [1, -1], 1), "#NUM!", "season"),
        ((30, [], 1), "#VALUE!", "season"),
        (([30, None, 5], [1, 1], 1), "#VALUE!", "actual"),
        ((None, [1, 1], 1), "#VALUE!", "actual"),
    ],
)
def test_what_can_not_be_forecast(arguments, code, argument):
    with pytest.raises(KpiError) as caught:
        forecast_total(*arguments)
    assert (caught.value.code, caught.value.argument) == (code, argument)
