"""Which way to move budget: from the channels that bring too little for their cost to those that have room for more."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from xl_kpi.calc.inputs import numbers, same_length
from xl_kpi.calc.number import above_zero, exact, nearest, zero_or_more

DIGITS = 9  # ratios are compared to so many: a cell's last ones are noise


@dataclass(frozen=True)
class Move:
    """So much money from one channel to another, both counted from 0, and the orders that are more by it."""

    giver: int
    taker: int
    amount: Fraction
    orders: Fraction


def budget_moves(ratios: object, costs: object, spends: object, rooms: object, least: object) -> list[Move]:
    """The moves of budget from the channels below a ratio to the best ones, as far as there is room.

    Arguments: ``ratios`` n ratios LTV ÷ CAC, one for each channel; ``costs`` what one more order costs
    there, above 0; ``spends`` the budgets that could go elsewhere, 0 or more; ``rooms`` how much more could be spent
    there, 0 or more; ``least`` the ratio that is wanted, 0 or more; money in one unit.
    Result: moves, the one from the worst to the best channel first.
    Equation: channels below the ratio give, worst first, the others take, best first; the i-th gives from D(i−1) to
    D(i), the j-th takes from R(j−1) to R(j), both running totals, and what both of them have in common is the move:
    max(0, min(D(i), R(j)) − max(D(i−1), R(j−1))).  Orders = amount ÷ cost of the taker − amount ÷ cost of the giver.
    Special cases: of equal ratios (to nine decimals) the earlier channel comes first; nothing moves where no channel
    has room, or none is below.
    Errors: KpiError for a bad number and for lists of different length.
    Example: twice is too little; the best channel has room for half of the budget.
    >>> moves = budget_moves([2, 6, 4], [900_000, 300_000, 450_000], [4_000_000, 0, 0], [0, 2_000_000, 9_000_000], 3)
    >>> [(move.giver, move.taker, int(move.amount)) for move in moves]
    [(0, 1, 2000000), (0, 2, 2000000)]

    Source: S6.
    """
    worth = [nearest(ratio, DIGITS) for ratio in numbers(ratios, "ratios", exact)]
    prices = same_length(numbers(costs, "costs", above_zero), "costs", len(worth))
    amounts = same_length(numbers(spends, "spends"), "spends", len(worth))
    limit = zero_or_more(least, "ratio")
    giving = sorted((place for place, ratio in enumerate(worth) if ratio < limit), key=worth.__getitem__)
    taking = sorted((place for place, ratio in enumerate(worth) if ratio >= limit), key=lambda place: -worth[place])
    free = same_length(numbers(rooms, "rooms"), "rooms", len(worth))
    given = [0, *accumulate(amounts[place] for place in giving)]
    taken = [0, *accumulate(free[place] for place in taking)]
    moves = []
    for row, giver in enumerate(giving):
        for column, taker in enumerate(taking):
            amount = Fraction(min(given[row + 1], taken[column + 1]) - max(given[row], taken[column]))
            if amount > 0:
                moves.append(Move(giver, taker, amount, amount / prices[taker] - amount / prices[giver]))
    return moves
