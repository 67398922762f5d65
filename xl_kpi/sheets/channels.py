"""チャネル / Channels: on or off, share, cost, capacity of each channel, and what the plan asks of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xl_kpi.sheets.backwards_rows import BackwardsAt
from xl_kpi.sheets.context import Context
from xl_kpi.workbook.addresses import CellAt
from xl_kpi.workbook.cells.grid import HEAD
from xl_kpi.workbook.spec import Condition, SheetSpec, Validation

HEADER_ROW = 6
SPARE_ROWS = 6
ID, NAME, ON, STAGE, SHARE, COST, CAPACITY, OWNER, USED, NEED, SPEND, CHECK = range(2, 14)


@dataclass(frozen=True)
class ChannelAt:
    """The cells of one channel that other pages show or count with."""

    name: CellAt
    owner: CellAt
    used_share: CellAt


@dataclass(frozen=True)
class ChannelsAt:
    """The channels' rows, by id."""

    rows: Mapping[str, ChannelAt]


def place(ctx: Context) -> ChannelsAt:
    sheet = ctx.sheet_names["channels"]
    rows = enumerate(ctx.plan.channels, HEADER_ROW + 1)
    return ChannelsAt(
        {one.id: ChannelAt(*(CellAt(sheet, row, column) for column in (NAME, OWNER, USED))) for row, one in rows}
    )


def build(ctx: Context) -> SheetSpec:
    page = ctx.sheet("channels")
    t, channels = ctx.t, ctx.plan.channels
    widths = (14, 20, 8, 14, 9, 12, 12, 18, 10, 13, 19, 26)
    page.widths.update({ID + k: width for k, width in enumerate(widths)})
    ctx.head(page, t("channels_title"), t("channels_subtitle"), [2, 3, 4, 5, 6, 8, 9, 11])
    keys = ("channel_id", "channel_name", "channel_on", "channel_stage", "channel_share", "channel_cost",
            "channel_capacity", "channel_owner", "channel_used", "channel_need", "channel_spend",
            "column_check")  # fmt: skip
    page.put(HEADER_ROW, 1, f"{HEAD}channels", "key")
    for column, key in enumerate(keys, ID):
        page.put(HEADER_ROW, column, t(key, unit=ctx.unit_label("yen")) if key == "channel_spend" else t(key), "header")
    page.heights[HEADER_ROW] = 34
    first = HEADER_ROW + 1
    last = HEADER_ROW + len(channels) + SPARE_ROWS
    for row in range(first, last + 1):
        index = row - first
        _channel_row(ctx, page, row, channels[index] if index < len(channels) else None)
    total = last + 1
    _totals(ctx, page, first, last, total)
    ctx.name("tbl_channels", page.ref(HEADER_ROW, 1, last, OWNER))
    _validations(ctx, page, first, last)
    page.put(total + 1, 2, t("channels_note"), "note")
    for column in range(3, CHECK + 1):
        page.put(total + 1, column, None, "note")
    page.merges.append(f"B{total + 1}:M{total + 1}")
    page.heights[total + 1] = 42
    page.conditions.append(Condition(f"B{first}:M{last}", f'=$D{first}="×"', "value_grey"))
    page.print_area = f"$A$1:$M${total + 1}"
    page.freeze = f"D{first}"
    return page


def _channel_row(ctx: Context, page: SheetSpec, row: int, channel) -> None:
    page.put(row, 1, channel.id if channel else None, "key")
    page.put(row, ID, channel.id if channel else None, "input.left")
    page.put(row, NAME, channel.name if channel else None, "input.left")
    page.put(row, ON, None if channel is None else ("○" if channel.on else "×"), "input.center")
    page.put(row, STAGE, channel.stage if channel else None, "input.left")
    page.put(row, SHARE, channel.share if channel else None, "input.rate")
    page.put(row, COST, channel.unit_cost if channel else None, "input.yen")
    page.put(row, CAPACITY, channel.capacity if channel else None, "input.whole")
    page.put(row, OWNER, channel.owner if channel else None, "input.left")
    if channel is None:
        return
    first, last = HEADER_ROW + 1, HEADER_ROW + len(ctx.plan.channels) + SPARE_ROWS
    same = f'SUMIFS($F${first}:$F${last},$D${first}:$D${last},"○",$E${first}:$E${last},$E{row})'
    used = ctx.targets.used_share(channel)
    page.put(row, USED, float(used), "value.rate", formula=f'=IF(AND($D{row}="○",{same}>0),N($F{row})/{same},0)')
    index = ctx.targets.stage_index(channel.stage)
    volumes = ctx.targets.new[index]
    in_plan = sum(volumes.months) * used
    page.put(row, NEED, float(in_plan), "value.count", formula=f"=$J{row}*{ctx.at(BackwardsAt).new_total(index)}")
    cost = None if channel.unit_cost is None else float(in_plan) * channel.unit_cost
    page.put(row, SPEND, cost if cost is not None else "", f"value.{ctx.plan.currency_unit}",
             formula=f'=IF(ISNUMBER($G{row}),$K{row}*$G{row},"")')  # fmt: skip
    peak = f"MAX({ctx.at(BackwardsAt).new_months(index)})"
    page.put(
        row,
        CHECK,
        None,
        "warning",
        formula=f'=IF(AND($D{row}="○",ISNUMBER($H{row}),$J{row}*{peak}>N($H{row})+0.000001),'
        f'"{ctx.t("check_capacity")}","")',
    )


def _totals(ctx: Context, page: SheetSpec, first: int, last: int, row: int) -> None:
    """Leads asked for, their cost; the share is that of the channels that bring the first stage."""
    stage = ctx.plan.stages[0].id
    lead_channels = [channel for channel in ctx.plan.channels_on if channel.stage == stage]
    page.put(row, 1, "total:", "key")
    page.put(row, 2, ctx.t("channels_total"), "total.left")
    for column in range(3, CHECK):
        page.put(row, column, None, "total")
    for column in (SHARE, SPEND, NEED):
        page.cells.pop((row, column))
    conditions = f'$D${first}:$D${last},"○",$E${first}:$E${last},"{stage}"'
    share = float(sum(channel.share for channel in lead_channels))
    page.put(row, SHARE, share, "total.rate", formula=f"=SUMIFS($F${first}:$F${last},{conditions})")
    ctx.name("share_sum", page.ref(row, SHARE))
    need = float(sum(sum(ctx.targets.of_channel(channel).months) for channel in lead_channels))
    page.put(row, NEED, need, "total.count", formula=f"=SUMIFS($K${first}:$K${last},{conditions})")
    spend = sum(float(sum(ctx.targets.of_channel(channel).months)) * (channel.unit_cost or 0)
                for channel in ctx.plan.channels)  # fmt: skip
    page.put(row, SPEND, spend, f"total.{ctx.plan.currency_unit}", formula=f"=SUM($L${first}:$L${last})")


def _validations(ctx: Context, page: SheetSpec, first: int, last: int) -> None:
    t = ctx.t

    def rule(column: str, kind: str, one: str, two: str, key: str, title: str, operator: str = "between") -> None:
        allowed = t(key)
        page.validations.append(
            Validation(f"{column}{first}:{column}{last}", kind, one, two, operator, t(title), allowed, allowed)
        )

    rule("D", "list", "○,×", "", "allowed_on", "channel_on")
    rule("E", "list", ",".join(stage.id for stage in ctx.plan.stages), "", "allowed_stage", "channel_stage")
    rule("F", "decimal", "0", "1", "allowed_share", "channel_share")
    rule("G", "decimal", "0", "", "allowed_cost", "channel_cost", "greater_than_or_equal")
    rule("H", "decimal", "0", "", "allowed_capacity", "channel_capacity", "greater_than_or_equal")
