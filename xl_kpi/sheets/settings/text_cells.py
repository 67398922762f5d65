"""Whether cells that the plan is computed with hold text for a number, or a number that can't be, as Excel text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xl_kpi.plan import fields
from xl_kpi.plan.input.field import Field
from xl_kpi.plan.input.reading import MAX_LAG_DAYS, read_kind, read_listed, read_margin, read_share, read_text
from xl_kpi.sheets import channel_rates
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.places.funnel import FunnelAt, StageAt

_SIDES = {"low": "<", "high": ">"}  # of a number's bounds
_BOUNDS: dict[object, dict[str, float]] = {read_margin: {"low": -1, "high": 1}, read_share: {"low": 0, "high": 1}}
_OF_WORDS = (read_text, read_listed, read_kind)  # readers of what is text


def stands(ctx: Context) -> str:
    """Excel's text of whether there is any."""
    return f"OR({','.join(condition for _, condition in _places(ctx))})"


def names(ctx: Context) -> str:
    """Excel's text that names the entries on 設定 and the pages where there is."""
    return "TRIM(" + "&".join(f'IF({condition},"{label} ","")' for label, condition in _places(ctx)) + ")"


def beyond(ctx: Context) -> tuple[str, str]:
    """Excel's texts of whether a number stands somewhere that can't be, and of the entries on 設定 and the rows where.

    Excel refuses such a number as it is typed, but not what is pasted or what another program writes.
    """
    singles, stages, channels = [*_singles(ctx)], ctx.at(FunnelAt).stages, ctx.at(ChannelsAt)
    funnel = (stages[0], stages[-2], stages[0].open.to(stages[-2].open))
    found = [*(condition for _, condition in singles), _of_stages(*funnel)]
    named = [(f'"{label}"', condition) for label, condition in singles]
    named += [(f'"{ctx.sheet_names["funnel"]}:"&{one.name}', _of_stages(one, one, one.open)) for one in stages[:-1]]
    table, rates = channels.table, channels.rates
    own, last = [one.id for one in channel_rates.channels(ctx)], f"step {len(stages) - 2}"
    for id_, row in channels.rows.items():
        share, money = table.cell(id_, "share"), table.cell(id_, "capacity")
        step = str(rates.cell(id_, "step 0").to(rates.cell(id_, last))) if id_ in own else ""
        condition = _of_channels(str(share), str(share.to(money)), step)
        named.append((f'"{ctx.sheet_names["channels"]}:"&{row.name}', condition))
        found.append(condition)
    return f"OR({','.join(found)})", "TRIM(" + "&".join(f'IF({one},{name}&" ","")' for name, one in named) + ")"


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


def _of_stages(first: StageAt, last: StageAt, opened: object) -> str:
    """Whether rates, days or open items of rows of ファネル are such numbers."""
    rates, numbers = first.typed_rate.to(last.typed_rate), first.typed_rate.to(last.curve.last)
    return f"OR(MAX({rates})>1,MIN({numbers},{opened})<0,MAX({first.low.to(last.high)})>{MAX_LAG_DAYS})"


def _of_channels(share: str, numbers: str, rates: str) -> str:
    """Whether the share, the cost, the limit or rates of a row of チャネル are."""
    of_rates = f",MIN({rates})<0,MAX({rates})>1" if rates else ""
    return f"OR(MAX({share})>1,MIN({numbers})<0{of_rates})"


def _places(ctx: Context) -> Iterator[tuple[str, str]]:
    """What each place is called, and whether text stands there."""
    for one in fields.SINGLES:
        if one.section and one.read not in _OF_WORDS:
            yield one.words("label", ctx.lang), f"ISTEXT({one.key})"
    yield ctx.t("section_season"), _among("season_weights")
    stages, channels = ctx.at(FunnelAt).stages, ctx.at(ChannelsAt)
    rates = stages[0].typed_rate.to(stages[-2].curve.last)
    opened = stages[0].open.to(stages[-1].open)
    yield ctx.sheet_names["funnel"], f"OR({_among(str(rates))},{_among(str(opened))})"
    columns = channels.table
    found = [_among(str(columns.down("share").first.to(columns.down("capacity").last)))]
    if own := [channels.rates.cell(one.id, "step 0") for one in channel_rates.channels(ctx)]:
        last = channels.rates.cell(channel_rates.channels(ctx)[-1].id, f"step {len(stages) - 2}")
        found.append(_among(str(own[0].to(last))))
    yield ctx.sheet_names["channels"], f"OR({','.join(found)})"


def _among(cells: str) -> str:
    """Whether some of the cells hold neither a number nor nothing."""
    return f"COUNTA({cells})>COUNT({cells})"
