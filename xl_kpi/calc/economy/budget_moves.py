"""Which way to move budget: from the channels whose orders cost too much to those that have room for cheaper ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from xl_kpi.calc.errors import is_blank
from xl_kpi.calc.inputs import numbers, same_length
from xl_kpi.calc.number import above_zero, listed, zero_or_more


@dataclass(frozen=True)
class Move:
    """So much money from one channel to another, both counted from 0, and the orders that are more by it."""

    giver: int
    taker: int
    amount: Fraction
    orders: Fraction


def budget_moves(costs: object, spends: object, rooms: Sequence, allowed: object) -> list[Move]:
    """The moves of budget that bring each order within what it may cost, as far as there is room.

    Arguments: ``costs`` n costs of one order, one for each channel, above 0; ``spends`` n amounts that the plan spends
    on them, 0 or more; ``rooms`` n amounts that could be spent on them in addition, 0 or more (None: no limit is
    known); ``allowed`` what an order may cost, 0 or more; all in one unit.
    Result: moves, the one from the dearest to the cheapest channel first.
    Equation: channels whose order costs more than is allowed give, dearest first, the others take, cheapest first; the
    i-th gives from D(i−1) to D(i), the j-th takes from R(j−1) to R(j), both running totals, and what both of them have
    in common is the move: max(0, min(D(i), R(j)) − max(D(i−1), R(j−1))).  Orders = amount ÷ cost of the taker − amount
    ÷ cost of the giver.
    Special cases: of equal costs the earlier channel comes first; nothing moves where no channel has room, or none is
    too dear.  A channel without a limit takes all that comes.
    Errors: KpiError for a bad number and for lists of different length.
    Example: orders of 900,000 are too dear at 700,000; the cheapest channel has room for half of it.
    >>> [(move.giver, move.taker, int(move.amount)) for move in
    ...  budget_moves([900_000, 300_000, 500_000], [4_000_000, 3_000_000, 1_000_000], [None, 2_000_000, None], 700_000)]
    [(0, 1, 2000000), (0, 2, 2000000)]

    Source: S6.
    """
    prices = numbers(costs, "costs", above_zero)
    amounts = same_length(numbers(spends, "spends"), "spends", len(prices))
    limit = zero_or_more(allowed, "allowed")
    giving = sorted((place for place, price in enumerate(prices) if price > limit), key=lambda place: -prices[place])
    taking = sorted((place for place, price in enumerate(prices) if price <= limit), key=prices.__getitem__)
    everything = sum((amounts[place] for place in giving), Fraction(0))
    free = [
        everything if is_blank(room) else zero_or_more(room, "rooms", position)
        for position, room in enumerate(same_length(_padded(rooms, len(prices)), "rooms", len(prices)), 1)
    ]
    given = [0, *accumulate(amounts[place] for place in giving)]
    taken = [0, *accumulate(free[place] for place in taking)]
    moves = []
    for row, giver in enumerate(giving):
        for column, taker in enumerate(taking):
            amount = Fraction(min(given[row + 1], taken[column + 1]) - max(given[row], taken[column]))
            if amount > 0:
                moves.append(Move(giver, taker, amount, amount / prices[taker] - amount / prices[giver]))
    return moves


def _padded(rooms: Sequence, count: int) -> list:
    """The rooms with the blanks at their end, which mean something here."""
    items = listed(rooms)
    return [*items, *[None] * (count - len(items))]
