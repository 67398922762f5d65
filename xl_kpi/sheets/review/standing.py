"""達成状況: target and actual to date of stages and channels, and the orders that each gives or costs; live."""

from __future__ import annotations

from fractions import Fraction

from xl_kpi.kpi.figures import attainment, attainment_excel
from xl_kpi.kpi.review.attainment import CHANNEL
from xl_kpi.kpi.review.words import ReviewWords
from xl_kpi.sheets.blocks.table import Column, Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.review.columns import DIGITS, NAME, NUMBER, WIDE, difference, or_blank, row_of
from xl_kpi.sheets.review.rows import LEADS_PLANNED, LEADS_REACHED, LEADS_SHOWN, ReviewRowsAt, seen
from xl_kpi.workbook.addresses import CellAt

GAP = "gap"


def stages(ctx: Context) -> Table:
    """A row a stage, and the gap that the parts add up to."""
    rows = [row_of(f"stage:{stage.id}") for stage in ctx.plan.stages]
    columns = [
        *_columns(ctx, "reviewed_stage_head"),
        Column("cause", ctx.t("reviewed_cause"), NUMBER, "label", span=4, link=False),
        Column("owner", ctx.t("stage_owner"), WIDE, "label"),
    ]
    return Table("stages", columns, rows, section=ctx.t("reviewpage_stages"), header_height=32, foot=[GAP])


def channels(ctx: Context) -> Table | None:
    """A row for each channel in use that brings leads; None where there is none."""
    on = ctx.at(ReviewRowsAt).channels
    if not on:
        return None
    rows = [row_of(f"channel:{id_}") for id_ in on]
    columns = [
        *_columns(ctx, "reviewed_channel"),
        Column("cause", None, NUMBER, "label", span=4, link=False),
        Column("owner", ctx.t("channel_owner"), WIDE, "label"),
    ]
    return Table("channels", columns, rows, section=ctx.t("reviewpage_channels", stage=ctx.plan.stages[0].name),
                 header_height=32)  # fmt: skip


def _columns(ctx: Context, name: str) -> list[Column]:
    t = ctx.t
    return [
        Column("name", t(name), NAME, "label"),
        Column("whole", t("reviewed_whole"), NUMBER, "value.decimal"),
        Column("planned", t("reviewpage_planned"), NUMBER, "value.decimal"),
        Column("reached", t("reviewpage_reached"), NUMBER, "value.count"),
        Column("attained", t("reviewed_attained"), NUMBER, "value.attain"),
        Column("less", t("reviewpage_less"), NUMBER, "value.change"),
        Column("part", t("reviewpage_part"), NUMBER, "value_strong.change"),
    ]


def fill(ctx: Context, of_stages: Table, of_channels: Table | None) -> None:
    """The numbers."""
    at, gap = ctx.at(ReviewRowsAt), seen(ctx)
    plan, to_date = ctx.plan, gap.to_date
    wholes = {one.id: one.whole.target for one in ctx.review.attainment.stages}
    parts = {part.stage: gap.shown(part) for part in gap.by_stage}
    for index, stage in enumerate(plan.stages):
        key = f"stage:{stage.id}"
        cells = (at.planned(index), at.reached(index), at.shown(index))
        _line(
            ctx,
            of_stages,
            key,
            cells,
            float(to_date.planned[index]),
            or_blank(to_date.actual[index]),
            parts.get(stage.id),
        )
        before = plan.stages[index - 1].name if index else ""
        kind = "rate" if index else "volume"
        cause = ctx.t(f"reviewed_kind_{kind}", since=before, stage=stage.name)
        of_stages.fill(key, name=stage.name, whole=wholes.get(stage.id), cause=cause,
                       owner=stage.owner or None)  # fmt: skip
    of_stages.put(GAP, "name", ctx.t("reviewpage_gap"), "total.left")
    of_stages.blank(GAP, ["whole", "planned", "reached", "attained", "less", "cause", "owner"], "total")
    of_stages.put(GAP, "part", difference(gap.orders), "total.change", formula=f"={at.gap}")
    if of_channels is None:
        return
    lines = {one.channel: one.whole.target for one in ctx.review.attainment.all
             if one.what == CHANNEL and one.id == plan.stages[0].id}  # fmt: skip
    given = {part.channel: gap.shown(part) for part in gap.leads_by_channel}
    names, owners = ReviewWords(ctx.review, ctx.lang), {one.id: one.owner for one in plan.lead_channels}
    for id_ in at.channels:
        key = f"channel:{id_}"
        asked, came, gives = (at.lead(id_, one) for one in (LEADS_PLANNED, LEADS_REACHED, LEADS_SHOWN))
        planned, reached = to_date.by_channel.get(id_) or ([Fraction(0)], [None])
        numbers = to_date.gone.get(id_) or (planned[0], reached[0])
        _line(ctx, of_channels, key, (asked, came, gives), float(numbers[0]), or_blank(numbers[1]), given.get(id_))
        of_channels.fill(key, name=names.channel(id_), whole=lines.get(id_), cause=ctx.t("reviewed_kind_volume"),
                         owner=owners.get(id_) or None)  # fmt: skip


def _line(
    ctx: Context, table: Table, key: str, cells: tuple[CellAt, ...], planned: float, reached: float | str,
    part: float | None,
) -> None:  # fmt: skip
    asked, came, given = cells
    months, count = seen(ctx).to_date.months, ctx.at(ReviewRowsAt).count
    table.put(key, "planned", planned if months else "", formula=f'=IF({count}=0,"",{asked})')
    table.put(key, "reached", reached, formula=f"={came}")
    here, there = (table.cell(key, column).here for column in ("reached", "planned"))
    table.put(key, "attained", attainment(reached, planned), formula=attainment_excel(here, there))
    less = round(reached - planned, DIGITS) if not isinstance(reached, str) else ""
    table.put(key, "less", less, formula=f'=IF(ISNUMBER({here}),ROUND({here}-{there},{DIGITS}),"")')
    table.put(key, "part", "" if part is None else part, formula=f"={given}")
