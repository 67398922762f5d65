"""The gap in orders split over channels and stages: it adds up, follows its definition, and names what was broken."""

import math
import random
from fractions import Fraction

import mpmath
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xl_kpi.calc import KpiError, gap_by_channel, gap_by_stage

volumes = st.one_of(st.just(0), st.integers(1, 10**6), st.floats(1e-3, 1e6))


def rows(blanks: bool):
    one = st.one_of(st.none(), volumes) if blanks else volumes
    return st.tuples(st.integers(1, 5), st.integers(1, 6)).flatmap(
        lambda size: st.lists(
            st.tuples(
                st.lists(volumes, min_size=size[1] + 1, max_size=size[1] + 1),
                st.tuples(st.lists(one, min_size=size[1], max_size=size[1]), volumes).map(
                    lambda two: [*two[0], two[1]]
                ),
            ),
            min_size=size[0],
            max_size=size[0],
        )
    )


@given(rows(blanks=True))
def test_r10_each_channel_s_parts_are_its_own_gap(channels):
    plan, actual = [list(side) for side in zip(*channels)]
    parts = gap_by_channel(plan, actual)
    for place, (then, now) in enumerate(channels):
        gap = float(Fraction(now[-1]) - Fraction(then[-1]))
        own = [part.orders for part in parts if part.channel == place]
        assert sum(own) == pytest.approx(gap, abs=1e-9 * max(1, abs(gap), then[-1], now[-1]))


@given(rows(blanks=False))
def test_with_one_channel_it_is_the_gap_by_stage(channels):
    """Where something was ordered; without any order see below."""
    (then, now), *_ = channels
    assume(now[-1])
    parts = gap_by_channel([then], [now])
    leads = sum(part.orders for part in parts if part.kind in ("volume", "mix"))
    assert [leads, *(part.orders for part in parts if part.kind == "rate")] == pytest.approx(gap_by_stage(then, now))


def test_the_parts_are_those_of_the_definition_in_fifty_digits():
    """L × ln of each factor's ratio, by mpmath."""
    plan, actual = [[400, 100, 20], [600, 90, 9]], [[300, 80, 12], [900, 180, 30]]
    with mpmath.workdps(50):
        ratio = mpmath.mpf(1200) / 1000
        expected = []
        for then, now in zip(plan, actual):
            then, now = [mpmath.mpf(one) for one in then], [mpmath.mpf(one) for one in now]
            mean = (now[-1] - then[-1]) / (mpmath.log(now[-1]) - mpmath.log(then[-1]))
            expected.append(mean * mpmath.log(ratio))
            expected.append(mean * mpmath.log(now[0] / then[0] / ratio))
            for place in (1, 2):
                expected.append(mean * mpmath.log(now[place] / now[place - 1] / (then[place] / then[place - 1])))
        found = [part.orders for part in gap_by_channel(plan, actual)]
        assert found == pytest.approx([float(one) for one in expected], rel=1e-12)


def test_more_of_the_weaker_channel_is_mix_and_nothing_else():
    found = gap_by_channel([[100, 20], [100, 10]], [[50, 10], [150, 15]])
    assert {(part.channel, part.kind): round(part.orders, 9) for part in found if part.orders} == {
        (0, "mix"): -10, (1, "mix"): 5,
    }  # fmt: skip


def test_what_is_not_known_is_said_and_never_nothing():
    (leads, jump), (blind,) = (
        [part for part in gap_by_channel([[100, 50, 10], [100, 50, 10]], [[100, None, 5], [None, None, 8]])
         if part.channel == channel]
        for channel in (0, 1)
    )  # fmt: skip
    assert leads[1:4] == ("volume", 0, 0) and not leads.orders  # of the other channel no leads are known: no mix
    assert (jump.kind, jump.since, jump.stage) == ("rate", 0, 2) and jump.orders == pytest.approx(-5)
    assert (blind.kind, blind.since, blind.stage, blind.orders) == ("unknown", 0, 2, -2)


def test_no_order_yet_is_no_reason_to_blame_the_last_rate_alone():
    """By hand: 5 of 10 leads, a quarter instead of half goes on: 1.25 × 0.4 = 0.5 would be ordered of 2 planned."""
    parts = gap_by_channel([[10, 5, 2], [10, 5, 2]], [[5, Fraction(5, 4), 0], [15, 7.5, 3]])
    own = {(part.kind, part.stage): part.orders for part in parts if part.channel == 0}
    mean = (0.5 - 2) / math.log(0.5 / 2)
    assert own["rate", 2] == pytest.approx(-0.5)  # what is there would bring as much
    assert own["rate", 1] == pytest.approx(mean * math.log(0.25 / 0.5))
    assert own["mix", 0] == pytest.approx(mean * math.log(5 / 10)) and own["volume", 0] == 0
    assert sum(own.values()) == pytest.approx(-2)


def test_a_channel_without_leads_costs_by_its_share_and_with_no_leads_anywhere_by_their_number():
    kinds = {
        part.kind: part.orders for part in gap_by_channel([[10, 4], [30, 3]], [[0, 0], [40, 4]]) if part.channel == 0
    }
    assert (kinds["volume"], kinds["mix"], kinds["rate"]) == (0, -4, 0)
    kinds = {part.kind: part.orders for part in gap_by_channel([[10, 4]], [[0, 0]])}
    assert (kinds["volume"], kinds["mix"], kinds["rate"]) == (-4, 0, 0)


def test_r10_a_rate_of_a_channel_cut_by_a_third_is_named_in_all_of_100_worlds():
    """2 to 6 channels, 2 to 5 steps, one rate two thirds of what it should be, all else as planned."""
    rng = random.Random(1)
    for _ in range(100):
        channels, steps = rng.randint(2, 6), rng.randint(2, 5)
        rates = [[Fraction(rng.randint(15, 70), 100) for _ in range(steps)] for _ in range(channels)]
        leads = [rng.randint(500, 2000) for _ in range(channels)]
        plan = [volumes_of(lead, rate) for lead, rate in zip(leads, rates)]
        broken = rng.randrange(channels), rng.randrange(steps)
        rates[broken[0]][broken[1]] *= Fraction(2, 3)
        parts = gap_by_channel(plan, [volumes_of(lead, rate) for lead, rate in zip(leads, rates)])
        worst = min(parts, key=lambda part: part.orders)
        assert (worst.channel, worst.kind, worst.stage - 1) == (broken[0], "rate", broken[1])
        lost = float(plan[broken[0]][-1] / 3)  # a third of the channel's orders, and nothing else
        assert worst.orders == pytest.approx(-lost) and sum(part.orders for part in parts) == pytest.approx(-lost)


def volumes_of(leads, rates):
    found = [Fraction(leads)]
    for rate in rates:
        found.append(found[-1] * rate)
    return found


@pytest.mark.parametrize(
    ("plan", "actual", "argument", "position"),
    [
        ([[1, 2]], [[1, None]], "actual", 2),
        ([[1, 2]], [[1, -1]], "actual", 2),
        ([[1, -2]], [[1, 1]], "plan", 2),
        ([[1, 2]], [[1, 2, 3]], "actual", None),
        ([[1, 2], [1, 2, 3]], [[1, 2], [1, 2, 3]], "plan", None),
        ([[1, 2]], [], "actual", None),
    ],
)
def test_bad_volumes(plan, actual, argument, position):
    with pytest.raises(KpiError) as fault:
        gap_by_channel(plan, actual)
    assert (fault.value.argument, fault.value.position) == (argument, position)
