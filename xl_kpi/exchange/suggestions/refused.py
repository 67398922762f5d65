"""Why a table that nobody knows is not read, as far as its headers tell."""

from __future__ import annotations

from collections.abc import Sequence

from xl_kpi.catalog.exports import folded, systems
from xl_kpi.exchange.exports.dates import is_time
from xl_kpi.exchange.exports.grids import Grid

UNKNOWN, ACROSS, NOBODY = "export_unknown", "export_months_across", "leads_no_person"
_SEVERAL = 3  # headers that are months or days
_ACTIONS = "lead_events"
_TOP = 20  # rows in which a header is looked for


def first_words(ways: Sequence[Grid]) -> tuple[str, ...]:
    """The words of the first row with several filled cells, of the ways in which a file can be read."""
    for one in ways:
        for row in one.cells.head(_TOP).itertuples(index=False):
            words = tuple(str(cell) for cell in row if str(cell).strip())
            if len(words) > 1:
                return words
    return ()


def why_not(headers: Sequence[str]) -> str:
    """The key of the words.

    Result: ``ACROSS`` where months or days stand above the columns, ``NOBODY`` for actions without a column that says
    whose they are, else ``UNKNOWN``.
    """
    if sum(is_time(word) for word in headers) >= _SEVERAL:
        return ACROSS
    roles = {systems()[_ACTIONS].roles.get(folded(word), "") for word in headers}
    who, *others = systems()[_ACTIONS].needs
    return NOBODY if not roles & {*who} and all(roles & {*needed} for needed in others) else UNKNOWN
