"""Whether text stands in cells of numbers and dates that the plan is computed with, as Excel text."""

from __future__ import annotations

from collections.abc import Iterator

from xl_kpi.plan import fields
from xl_kpi.plan.input.reading import read_kind, read_listed, read_text
from xl_kpi.sheets import channel_rates
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.places.funnel import FunnelAt

_OF_WORDS = (read_text, read_listed, read_kind)  # readers of what is text


def stands(ctx: Context) -> str:
    """Excel's text of whether there is any."""
    return f"OR({','.join(condition for _, condition in _places(ctx))})"


def names(ctx: Context) -> str:
    """Excel's text that names the entries on 設定 and the pages where there is."""
    return "TRIM(" + "&".join(f'IF({condition},"{label} ","")' for label, condition in _places(ctx)) + ")"


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
