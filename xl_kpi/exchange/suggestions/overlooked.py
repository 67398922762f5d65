"""Columns of a known system's file that none of its words names, though they count what nothing else in it counts."""

from __future__ import annotations

from collections.abc import Sequence

from xl_kpi.catalog.exports import figures_of, systems, usual_channel
from xl_kpi.exchange.exports.blocks import Block, Column
from xl_kpi.exchange.exports.days import DATE_ROLES
from xl_kpi.exchange.exports.recognised import unread_days
from xl_kpi.exchange.suggestions.suggest import UNSURE, suggested
from xl_kpi.plan.imported.maps import FileMap, additions, compared

DATE = "date"


def overlooked(block: Block, maps: Sequence[FileMap]) -> tuple[Column, ...]:
    """Such columns, with the roles that their words say.

    Arguments: ``block`` the table as its system reads it; ``maps`` those of the workbook: what stands there was
    decided about.
    Special cases: a column of days where the system has none by its words (of a file that was named as one of it).
    Example: a renamed ``ご利用金額`` in a file of Google Ads that has no other column of cost.
    """
    system = systems().get(block.systems[0]) if block.systems else None
    figures = figures_of(usual_channel(system.kind)) if system else {}
    decided = additions(maps, block.systems[0]) if block.systems else {}
    open_ = {one.place for one in block.columns if not one.role and compared(one.word) not in decided}
    if not figures or not open_ or block.last < block.first:
        return ()
    days = {one.place for one in unread_days(block)}
    there = {figures[one.role] for one in block.columns if one.role in figures}
    found: dict[str, Column] = {}
    for guess in suggested(block).guesses:
        kpi = figures.get(guess.column.role)
        if kpi and kpi not in there and guess.column.place in open_ and guess.confidence != UNSURE:
            found.setdefault(kpi, guess.column)
        elif guess.column.place in days & open_ and guess.column.role in DATE_ROLES:
            found.setdefault(DATE, guess.column)
    return tuple(found.values())
