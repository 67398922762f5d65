"""例の数値 / example figures on the hidden sheet 計算: what a template said, and whether the cell still says it.

One row for each figure: its key, the template's value (money in yen), 1 while it stands there yet, its name.  Below
them a row for each block, with the line that its page shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xl_kpi.plan.examples.figures import MARKS, OFF, remaining
from xl_kpi.plan.keys import CHANNELS, PIPELINE, STAGES, EntryKey
from xl_kpi.plan.money.cells import is_amount
from xl_kpi.plan.records import Value
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks.closed_rows import block_cell
from xl_kpi.sheets.blocks.example_mark import block_of, line, name_of
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import ChartSource, Context
from xl_kpi.sheets.excel_text import words
from xl_kpi.sheets.places.funnel import FunnelAt
from xl_kpi.workbook.addresses import CellAt
from xl_kpi.workbook.sheet_kinds import EXAMPLE_LINES, EXAMPLES, EXAMPLES_LEFT

KEY, VALUE, LEFT, NAME = range(4)
_COLUMNS = {"share": "share", "unit_cost": "cost", "capacity": "capacity"}  # of チャネル


@dataclass(frozen=True)
class _Block:
    """The figures of one block: ``first`` the row of the first one in the source."""

    table: str
    keys: Sequence[str]
    first: int


def build(ctx: Context) -> None:
    """The table and its names; nothing in a workbook that knows no examples."""
    blocks, row = [], 1
    for table in EXAMPLE_LINES:
        keys = tuple(block_of(ctx, table))
        if keys:
            blocks.append(_Block(table, keys, row))
            row += len(keys)
    if not blocks:
        return
    source = chart_data.reserve(ctx, row - 1 + len(blocks), NAME)
    left = remaining(ctx.in_yen)
    source.cells[0, KEY] = (ctx.t("calc_examples"), "", "calc_header")
    every = block_cell(source, 1, LEFT).to(block_cell(source, row - 1, LEFT)).here
    source.cells[0, LEFT] = (len(left), f"=SUM({every})", "calc")
    for block in blocks:
        for number, key in enumerate(block.keys, block.first):
            source.cells[number, KEY] = (key, "", "calc")
            source.cells[number, VALUE] = (_as_cell(ctx.examples[key]), "", "calc")
            said = _stands(ctx, key, block_cell(source, number, VALUE).here)
            source.cells[number, LEFT] = (int(key in left), said, "calc")
            source.cells[number, NAME] = (name_of(ctx, key), "", "calc")
    for number, block in enumerate(blocks, row):
        _line(ctx, source, block, number, sum(key in left for key in block.keys))
    ctx.name(EXAMPLES, str(block_cell(source, 1, KEY).to(block_cell(source, row - 1, VALUE))))
    ctx.name(EXAMPLES_LEFT, str(block_cell(source, 0, LEFT)))


def _as_cell(value: Value) -> Value:
    """Days that are one number as a number: a host would take their text for one."""
    return float(value) if isinstance(value, str) and value.isdecimal() else value


def _line(ctx: Context, source: ChartSource, block: _Block, row: int, left: int) -> None:
    """How many figures of a block are left, and what its page says about them."""
    first, last = block.first, block.first + len(block.keys) - 1
    flags, names = (block_cell(source, first, one).to(block_cell(source, last, one)).here for one in (LEFT, NAME))
    count = block_cell(source, row, LEFT).here
    name = EXAMPLE_LINES[block.table]
    source.cells[row, KEY] = (name, "", "calc")
    source.cells[row, LEFT] = (left, f"=SUM({flags})", "calc")
    said = words(
        ctx.t("example_mark"),
        count=f"FIXED({count},0)",
        first=f"INDEX({names},MATCH(1,{flags},0))",
        more=f'IF({count}>1,"{ctx.t("example_more")}","")',
    )
    source.cells[row, NAME] = (line(ctx, block.table), f'=IF({count}=0,"",{said[1:]})', "calc")
    ctx.name(name, str(block_cell(source, row, NAME)))


def _stands(ctx: Context, key: str, value: str) -> str:
    """Excel text: 1 while the cell of an entry says what stands in the cell ``value``, and the marks are shown."""
    entry = EntryKey.parse(key)
    off = ctx.t(f"{MARKS}_{OFF}")
    if entry.kind == f"{STAGES}.lag":
        says = _lag(ctx, key)
    else:
        cell = _cell(ctx, entry)
        number = f"ROUND(N({cell})*{ctx.money},2)" if ctx.money > 1 and is_amount(ctx.in_yen, key) else f"N({cell})"
        says = f"ISNUMBER({cell}),{number}={value}"
    if entry.table == CHANNELS:
        table, row = ctx.at(ChannelsAt).table, str(entry.row)
        says += f',{table.cell(row, "on")}="○"'
        if entry.column == "share":  # the only channel of its stage has all of it
            says += f',COUNTIFS({table.down("on")},"○",{table.down("stage")},{table.cell(row, "stage")})>1'
    return f'=IF(AND({MARKS}<>"{off}",{says}),1,0)'


def _cell(ctx: Context, entry: EntryKey) -> CellAt | str:
    """The cell of an entry; a single one by its name."""
    if entry.table == CHANNELS:
        return ctx.at(ChannelsAt).table.cell(str(entry.row), _COLUMNS[entry.column])
    if entry.table not in (STAGES, PIPELINE):
        return entry.table
    stage = ctx.at(FunnelAt).stages[ctx.targets.stage_index(str(entry.row))]
    return stage.open if entry.table == PIPELINE else stage.typed_rate


def _lag(ctx: Context, key: str) -> str:
    """Whether the days of a stage are those of its lag: its shortest and longest, or each step of its curve."""
    index = ctx.targets.stage_index(str(EntryKey.parse(key).row))
    at, lag = ctx.at(FunnelAt).stages[index], ctx.targets.lags[index]
    if lag.curve:
        steps = (at.curve.first._replace(column=at.curve.first.column + step) for step in range(len(lag.curve)))
        shares = [f"ABS(N({cell})-{float(share)!r})<0.000000001" for cell, share in zip(steps, lag.curve, strict=True)]
        return ",".join([f"COUNT({at.curve})={len(lag.curve)}", *shares])
    high = f"IF(COUNT({at.high})=1,N({at.high}),N({at.low}))"
    return f"COUNT({at.curve})=0,N({at.low})={lag.low},{high}={lag.high}"
