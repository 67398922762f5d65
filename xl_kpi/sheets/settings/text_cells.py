"""Whether cells that the plan is computed with hold text for a number, or a number that can't be, as Excel text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from xl_kpi.plan import fields
from xl_kpi.plan.input.field import Field
from xl_kpi.plan.input.reading import MAX_LAG_DAYS, read_kind, read_listed, read_margin, read_share, read_text
from xl_kpi.sheets import channel_rates
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.places.funnel import FunnelAt

_ABOVE_ALL = "1E+300"  # text is greater than any number
_SIDES = {"low": "<", "high": ">"}  # of a number's bounds
_BOUNDS: dict[object, dict[str, float]] = {read_margin: {"low": -1, "high": 1}, read_share: {"low": 0, "high": 1}}
_OF_WORDS = (read_text, read_listed, read_kind)  # readers of what is text


def stands(ctx: Context) -> str:
    """Excel's text of whether there is any."""
    found = [*(condition for _, condition in _text_singles(ctx)), *(_among(one.cells) for one in _areas(ctx))]
    return f"OR({','.join(found)})"


def names(ctx: Context) -> str:
    """Excel's text that names the entries on 設定, and of each table elsewhere the first cell, where there is."""
    named = [*_text_singles(ctx)]
    parts = [f'IF({condition},"{label} ","")' for label, condition in named]
    parts += [one.said(_among(one.cells), f"{one.cells}>{_ABOVE_ALL}") for one in _areas(ctx)]
    return f"TRIM({'&'.join(parts)})"


def beyond(ctx: Context) -> tuple[str, str]:
    """Excel's texts of whether a number stands somewhere that can't be, and of the entries on 設定, and of each table
    elsewhere the first cell, where.

    Excel refuses such a number as it is typed, but not what is pasted or what another program writes.
    """
    singles, areas = [*_singles(ctx)], [*_areas(ctx)]
    found = [*(condition for _, condition in singles), *(one.beyond for one in areas)]
    parts = [f'IF({condition},"{label} ","")' for label, condition in singles]
    parts += [one.said(one.beyond, one.each_beyond) for one in areas]
    return f"OR({','.join(found)})", f"TRIM({'&'.join(parts)})"


def bounds_of(one: Field) -> Mapping[str, Any]:
    """The bounds of an entry: those of what reads it, else those that it states."""
    return _BOUNDS.get(one.read, one.bounds)


def _singles(ctx: Context) -> Iterator[tuple[str, str]]:
    """The labels of the entries on 設定 that have bounds, and whether they are outside."""
    for one in fields.SINGLES:
        bounds = bounds_of(one) or ({"low": 0} if one.positive else {})
        sides = [f"N({one.key}){sign}{bounds[side]}" for side, sign in _SIDES.items() if side in bounds]
        if one.section and sides:
            known = f"ISNUMBER({one.key})," if bounds.get("low", 0) > 0 else ""
            yield one.words("label", ctx.lang), f"AND({known}OR({','.join(sides)}))"
    yield ctx.t("section_season"), "MIN(season_weights)<0"


def _text_singles(ctx: Context) -> Iterator[tuple[str, str]]:
    """The labels of the entries on 設定 that are numbers, and whether text stands there."""
    for one in fields.SINGLES:
        if one.section and one.read not in _OF_WORDS:
            yield one.words("label", ctx.lang), f"ISTEXT({one.key})"
    yield ctx.t("section_season"), _among("season_weights")


class _Area(NamedTuple):
    """Cells of a table on another page that hold numbers of 0 or more, up to ``most`` (None: any)."""

    page: str
    cells: str
    most: float | None

    @property
    def beyond(self) -> str:
        most = f"MAX({self.cells})>{self.most}," if self.most else ""
        return f"OR({most}MIN({self.cells})<0)"

    @property
    def each_beyond(self) -> str:
        """The same of each cell, as an array."""
        most = f"({self.cells}>{self.most})*({self.cells}<{_ABOVE_ALL})+" if self.most else ""
        return f"{most}({self.cells}<0)>0"

    def said(self, condition: str, each: str) -> str:
        """Excel's text of the page and its first cell of those that ``each`` finds, where the ``condition`` holds."""
        place = f"(1000000-SUMPRODUCT(MAX(({each})*(1000000-ROW({self.cells})*1000-COLUMN({self.cells})))))"
        address = f"ADDRESS(INT({place}/1000),MOD({place},1000),4)"
        return f'IF({condition},"{self.page}"&IFERROR("!"&{address},"")&" ","")'


def _areas(ctx: Context) -> Iterator[_Area]:
    stages, channels, page = ctx.at(FunnelAt).stages, ctx.at(ChannelsAt), ctx.sheet_names["funnel"]
    first, last = stages[0], stages[-2]
    yield _Area(page, str(first.typed_rate.to(last.typed_rate)), 1)
    yield _Area(page, str(first.low.to(last.high)), MAX_LAG_DAYS)
    yield _Area(page, str(first.curve.first.to(last.curve.last)), 1)
    yield _Area(page, str(first.open.to(stages[-1].open)), None)
    page, columns = ctx.sheet_names["channels"], channels.table
    share, money = columns.down("share"), columns.down("cost")
    yield _Area(page, str(share), 1)
    yield _Area(page, str(money.first.to(columns.down("capacity").last)), None)
    if own := channel_rates.channels(ctx):
        end = channels.rates.cell(own[-1].id, f"step {len(stages) - 2}")
        yield _Area(page, str(channels.rates.cell(own[0].id, "step 0").to(end)), 1)


def _among(cells: str) -> str:
    """Whether some of the cells hold neither a number nor nothing."""
    return f"COUNTA({cells})>COUNT({cells})"
