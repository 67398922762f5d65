"""Where things stand on リード評価, its list and its hidden page: what the three ask of each other (S1, S2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xl_kpi.catalog.scoring import scoring
from xl_kpi.plan.pages.lead_tables import LEAD_TRAITS
from xl_kpi.plan.scoring.scores import Scored
from xl_kpi.plan.scoring.tested import BackTest
from xl_kpi.sheets.blocks.layout import Layout
from xl_kpi.sheets.blocks.table import Table
from xl_kpi.workbook.addresses import CellAt, RangeAt, quoted

FIRST_STEP = 6  # the row of the first action on the hidden page
STEPS = ("place", "number", "kind", "times", "first", "points", "closed", "won")  # its columns, from 2 on
PLACES_ROW = 3  # there the numbers of the qualities stand side by side


@dataclass(frozen=True)
class ScoresAt:
    """The page: settings, points, and what is told of all leads."""

    tested: BackTest
    settings: Table
    fit: Table
    kinds: Table
    points: Table
    bands: Table
    layout: Layout
    _areas: dict[tuple[str, str], str] = field(default_factory=dict, repr=False, compare=False)

    def used(self, key: str) -> str:
        """The cell of what counts for an entry."""
        return str(self.settings.cell(key, "used"))

    def weights(self) -> str:
        return str(self.settings.down("used", *(f"weight_{LEAD_TRAITS[k]}" for k in (0, -1))))

    def of(self, of: str, column: str) -> str:
        """A column of the points of a quality, or of the kinds of action; "" where there are none."""
        if (of, column) not in self._areas:  # every row of the list asks for them
            keys = [key for key in self.points.keys if key.startswith(f"{of}:")]
            self._areas[of, column] = str(self.points.down(column, keys[0], keys[-1])) if keys else ""
        return self._areas[of, column]


@dataclass(frozen=True)
class ScoreListAt:
    """The list: a row for each lead, by the id of its row."""

    table: Table
    layout: Layout

    def column(self, name: str) -> str:
        """The cells of a column."""
        return str(self.table.down(name))


@dataclass(frozen=True)
class Block:
    """The rows of what one lead did on the hidden page: from ``first`` on, ``count`` of them."""

    first: int
    count: int


@dataclass(frozen=True)
class StepsAt:
    """The hidden page: where the rows of each lead stand."""

    sheet: str
    blocks: Mapping[str, Block]
    last: int

    def cell(self, row: int, column: str) -> CellAt:
        return CellAt(self.sheet, row, 2 + STEPS.index(column))

    def rows(self, block: Block, column: str) -> RangeAt:
        """The cells of one lead."""
        return self.cell(block.first, column).to(self.cell(block.first + block.count - 1, column))

    def column(self, name: str) -> str:
        """All cells of a column."""
        return str(self.cell(FIRST_STEP, name).to(self.cell(max(self.last, FIRST_STEP), name)))

    @property
    def places(self) -> str:
        """The numbers of the qualities, side by side."""
        first = CellAt(self.sheet, PLACES_ROW, 2)
        return str(first.to(first._replace(column=1 + len(LEAD_TRAITS))))


def far(area: RangeAt) -> str:
    """A range for another sheet whose rows follow when the formula is filled down."""
    return f"{quoted(area.first.sheet)}!{area.free}"


def blocks_of(leads: Sequence[Scored]) -> tuple[dict[str, Block], int]:
    """The rows of each lead that did something, and the last row of all."""
    found, row = {}, FIRST_STEP
    for one in leads:
        if one.used:
            found[one.lead.row] = Block(row, len(one.used))
            row += len(one.used)
    return found, row - 1


def has_lost(bands: Table) -> str:
    """Whether any lead is said to be lost: else orders are all outcomes, and there is no rate."""
    return f"{bands.cell('all', 'closed').here}>{bands.cell('all', 'won').here}"


def z_text() -> str:
    return repr(scoring().z)
