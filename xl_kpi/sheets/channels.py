"""チャネル / Channels: on or off, share, cost, capacity of each channel, and what the plan asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from xl_kpi import calc, catalog
from xl_kpi.calc import exact
from xl_kpi.kpi.figures import nearest_excel
from xl_kpi.plan.checks import names_of_tabs
from xl_kpi.plan.findings import FEW_KPIS, MANY_KPIS, of_sheet
from xl_kpi.plan.keys import CHANNELS
from xl_kpi.plan.model import Channel
from xl_kpi.plan.money.unit_costs import SLACK, StatedTwice, stated_twice
from xl_kpi.sheets import channel_rates, plan_words
from xl_kpi.sheets.blocks import brought_rows, mix_rows, paper
from xl_kpi.sheets.blocks.brought_rows import BroughtAt
from xl_kpi.sheets.blocks.example_mark import mark
from xl_kpi.sheets.blocks.head import FIRST_COLUMN, Title
from xl_kpi.sheets.blocks.layout import Layout, Words
from xl_kpi.sheets.blocks.mix_rows import MixAt
from xl_kpi.sheets.blocks.table import Column, Row, Rule, Table
from xl_kpi.sheets.context import Context, divided
from xl_kpi.sheets.excel_text import word_width, words
from xl_kpi.sheets.kpis import KpisAt
from xl_kpi.sheets.places.backwards import BackwardsAt, closed_totals
from xl_kpi.workbook.addresses import CellAt
from xl_kpi.workbook.spec import Condition, SheetSpec

EXAMPLE_ROW = 4  # above the table
SPARE_ROWS = 5
BASIS_WIDTH = 12.0  # of the column below in which the basis of a channel's rates is typed
LEAST_CHECK = 12.0  # of the column that takes what is left
ROW_HEIGHT = 26  # two lines
TOTAL, LATER, COST = (
    "total:",
    "total_later:",
    "total_cost:",
)  # rows below: the first stage's channels, the others, both in money
_BLANK = '""'


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
    table: Table
    rates: Table
    layout: Layout
    mix: MixAt
    brought: BroughtAt

    def own_rate(self, channel_id: str, step: int) -> CellAt | None:
        """Where a channel's own rate of a step (from 0) is typed; None: it has no row there."""
        return self.rates.cell(channel_id, f"step {step}") if channel_id in self.rates.keys else None


def place(ctx: Context) -> ChannelsAt:
    t = ctx.t
    rows = [Row(channel.id, channel.id, ROW_HEIGHT) for channel in ctx.plan.channels]
    columns = _columns(ctx)
    table = Table("channels", columns, rows, above=2, spare=SPARE_ROWS, foot=[TOTAL, LATER, COST],
                  header_height=40, name="tbl_channels", name_to="owner", frozen_to="name")  # fmt: skip
    title = Title(t("channels_title"), t("channels_subtitle"), table.links())
    rates = channel_rates.table(ctx, columns)
    note = Words("rates_note", t("rates_note", stage=ctx.plan.stages[0].name), above=0, height=30)
    layout = Layout(ctx, "channels", title, table, Words("note", t("channels_note"), above=0, height=28), rates, note)
    places = ("name", "owner", "used")
    at = {key: ChannelAt(*(table.cell(key, column) for column in places)) for key in table.keys}
    return ChannelsAt(at, table, rates, layout, mix_rows.placed(ctx), brought_rows.placed(ctx))


def _columns(ctx: Context) -> list[Column]:
    t = ctx.t

    def rule(kind: str, one: str, title: str, allowed: str, two: str = "", operator: str = "between") -> Rule:
        return Rule(kind, one, t(title), t(allowed), two, operator)

    stages = ",".join(ctx.stage_words.values())
    from_0 = "greater_than_or_equal"
    columns = [
        Column("id", t("channel_id"), 15, "input.left"),
        Column("name", t("channel_name"), 16 if ctx.lang == "ja" else 14, "input_wrap"),
        Column("on", t("channel_on"), 7, "input.center", rule("list", "○,×", "channel_on", "allowed_on")),
        Column("stage", t("channel_stage"), 12.5, "input_wrap",
               Rule("list", stages, t("channel_stage"), t("allowed_stage"), strict=False)),
        Column("share", t("channel_share"), 8, "input.rate",
               rule("decimal", "0", "channel_share", "allowed_share", "1")),
        Column("cost", t("channel_cost"), 10, "input.yen",
               rule("decimal", "0", "channel_cost", "allowed_cost", operator=from_0), link=False),
        Column("capacity", t("channel_capacity"), 9, "input.whole",
               rule("decimal", "0", "channel_capacity", "allowed_capacity", operator=from_0)),
        Column("owner", t("channel_owner"), 12, "input_wrap"),
        Column("counted", t("channel_counted"), 6.5, "value.center", link=False),
        Column("used", t("channel_used"), 7.5, "value.rate", link=False),
        Column("need", t("channel_need"), 9.2, "value.whole"),
        Column("spend", t("channel_spend", unit=ctx.unit_label("yen")), 13, f"value.{ctx.plan.currency_unit}"),
        Column("check", t("column_check"), 25 if ctx.lang == "ja" else 18, "warning"),
    ]  # fmt: skip
    heads = dict(enumerate(channel_rates.heads(ctx), 2))  # they stand below those columns
    basis = 1 + len(ctx.plan.stages)  # as does that of the rates, whose words take some room
    *widths, check = (
        max(one.width or 0, word_width(heads.get(k, "")), BASIS_WIDTH if k == basis else 0)
        for k, one in enumerate(columns)
    )
    check = max(LEAST_CHECK, min(check, paper.left_for_one(widths)))
    return [replace(one, width=width) for one, width in zip(columns, [*widths, check], strict=True)]


def build(ctx: Context) -> SheetSpec:
    at = ctx.at(ChannelsAt)
    for channel in ctx.plan.channels:
        _channel(ctx, at.table, channel)
    for number in range(1, SPARE_ROWS + 1):
        _spare(ctx, at.table, f"spare {number}")
    _totals(ctx, at.table)
    channel_rates.fill(ctx, at.rates, at.table, at.mix, at.brought)
    page = at.layout.sheet()
    mark(ctx, page, EXAMPLE_ROW, FIRST_COLUMN, CHANNELS)
    closed_totals(ctx, page, EXAMPLE_ROW + 1, FIRST_COLUMN)
    body = at.table.body()
    off = f'={at.table.down("on").first.in_column}="×"'
    page.conditions.append(Condition(body.free, off, "value_grey"))
    return page


def _channel(ctx: Context, table: Table, channel: Channel) -> None:
    """What was typed, and what the plan asks of the channel."""
    key, backwards = channel.id, ctx.at(BackwardsAt)
    table.fill(
        key, id=channel.id, name=channel.name, on="○" if channel.on else "×",
        stage=ctx.stage_words.get(channel.stage, channel.stage),
        share=channel.share if ctx.plan.brings(channel) else channel.share or None,
        cost=channel.unit_cost, capacity=channel.capacity, owner=channel.owner,
        counted=ctx.t("channel_counted_yes" if channel.on else "channel_counted_no"),
    )  # fmt: skip
    on, stage, share, cost, capacity, own, need = (
        table.cell(key, column).in_column for column in ("on", "stage", "share", "cost", "capacity", "used", "need")
    )
    shares = table.down("share").here
    # of the channels that bring the same stage, by its name or, as typed by whoever knows it, by its id
    same = _same_stage(ctx, channel, stage, lambda word: f"SUMIFS({shares},{_counting(ctx, word)})")
    used = ctx.targets.used_share(channel)
    counted = f'{table.cell(key, "counted").in_column}="{ctx.t("channel_counted_yes")}"'
    table.put(key, "used", float(used), formula=f'=IF(AND({on}="○",{counted},{same}>0),N({share})/{same},0)')
    brings, digits = ctx.plan.brings(channel), catalog.unit(ctx.plan.currency_unit).digits
    in_plan = ctx.targets.whole_of_channel(channel).in_plan
    # it has no row there until the sheets are made anew, and while it acts on customers there are
    asked = str(backwards.of_channel(key)) if channel.on and brings else "0"
    table.put(key, "need", in_plan, formula=f'=IFERROR({asked},"")')
    money = nearest_excel(f"{need}*{cost}{divided(ctx)}", digits)
    table.put(key, "spend", _spend(ctx, channel), formula=f'=IF(AND(ISNUMBER({cost}),ISNUMBER({need})),{money},"")')
    index = ctx.targets.stage_index(channel.stage) if brings else 0  # of which none is used
    above = f"{own}*MAX({backwards.exact.new.row(index)})>N({capacity})+0.000001"
    table.put(key, "check", formula=_check(ctx, table, channel, above, same))


def _spend(ctx: Context, channel: Channel) -> float | str:
    """What the channel's part costs, to what the plan's money shows; blank without a cost."""
    if channel.unit_cost is None:
        return ""
    money = ctx.targets.whole_of_channel(channel).in_plan * exact(channel.unit_cost) / ctx.money
    return float(calc.nearest(money, catalog.unit(ctx.plan.currency_unit).digits))


def _check(ctx: Context, table: Table, channel: Channel, above: str, total: str) -> str:
    """What does not fit in the row, one after the other.

    ``above`` says that a month asks for more than the limit, ``total`` adds up the shares of the row's stage.
    """
    on, name, capacity, share = (
        table.cell(channel.id, column).in_column for column in ("on", "name", "capacity", "share")
    )
    waits = f'{table.cell(channel.id, "counted").in_column}<>"{ctx.t("channel_counted_yes")}"'
    rows, own = ctx.at(KpisAt), ctx.channel_words[channel.id]  # as the rows were written
    # parts of another KPI are no further ones
    used = f'({rows.ons}<>"×")*({rows.parents}="")'
    kpis = _either(own, channel.id, lambda word: f"SUMPRODUCT(({rows.channels}={word})*{used})")
    twice = next((one for one in stated_twice(ctx.plan) if one.channel is channel), None)
    later = ctx.plan.brings(channel) and channel.stage != ctx.plan.stages[0].id
    conditions = {
        "check_pending": waits,
        "check_capacity": f"AND(ISNUMBER({capacity}),{above})",
        "check_too_dear": plan_words.too_dear(ctx, channel),
        "check_unit_cost": costs_differ(ctx, twice) if twice else "",
        # of the first stage 設定 tells
        "check_shares": f"AND({total}>0,ABS({total}-1)>0.0001)" if later else "",
        "check_shares_zero": f"{total}<=0" if later else "",
        "check_share_zero": f"AND(N({share})=0,{total}>0)" if ctx.plan.brings(channel) else "",
        "check_kpi_few": f"{kpis}<{FEW_KPIS}",
        "check_kpi_many": f"{kpis}>{MANY_KPIS}",
        "example_mark": "",  # a line of its own above the table
        # as of its writing: what Excel takes for a tab no formula tells
        "check_sheet_name": f'{name}="{channel.name.replace(chr(34), chr(34) * 2)}"'
        if _is_renamed(ctx, channel)
        else "",
    }
    keys = dict.fromkeys(one.words for one in of_sheet("channels"))
    shown = {"sum": f"FIXED({total}*100,1)", **plan_words.order_amounts(ctx, channel)}
    own_words = {"check_unit_cost": cost_amounts(ctx, twice)} if twice else {}
    lines = [
        f'IF({conditions[key]},{words(ctx.t(key), **own_words.get(key, shown))[1:]}&" ","")'
        for key in keys
        if conditions.get(key)
    ]
    # without a rate that can be used the volumes say nothing of a limit
    return f'=IF({on}="○",IFERROR(TRIM({"&".join(lines)}),""),"")'


def costs_differ(ctx: Context, one: StatedTwice) -> str:
    """Excel's text of whether the unit cost of a channel that is on is another than a KPI says."""
    cost, value, on = _both_costs(ctx, one)
    return f'AND({on}="○",ISNUMBER({cost}),ISNUMBER({value}),ABS(N({cost})-N({value}))>{SLACK:f})'


def cost_amounts(ctx: Context, one: StatedTwice) -> dict[str, str]:
    """Both in words, and the name of the KPI."""
    cost, value, _ = _both_costs(ctx, one)
    said = {key: words(ctx.t("amount_small"), number=f"FIXED(N({cell}),0)")[1:]
            for key, cell in (("cost", cost), ("value", value))}  # fmt: skip
    return {"kpi": f'"{one.kpi.name(ctx.lang).replace(chr(34), chr(34) * 2)}"', **said}


def _both_costs(ctx: Context, one: StatedTwice) -> tuple[str, str, str]:
    """The cells of the unit cost, of the KPI and of the channel's ○."""
    cost, on = (str(ctx.at(ChannelsAt).table.cell(one.channel.id, column)) for column in ("cost", "on"))
    return cost, str(ctx.at(KpisAt).values[one.channel.id, one.kpi.id]), on


def _spare(ctx: Context, table: Table, row: str) -> None:
    """A channel that is typed into a free row says at once that it is in no total yet."""
    id_, name, on = (table.cell(row, column).in_column for column in ("id", "name", "on"))
    typed, said = f'{id_}&{name}<>""', f'IF({id_}="","{ctx.t("check_pending_id")}","{ctx.t("check_pending")}")'
    table.put(row, "counted", "", formula=f'=IF({typed},"{ctx.t("channel_counted_no")}","")')
    table.put(row, "check", formula=f'=IF(AND({typed},{on}<>"×"),{said},"")')


def _is_renamed(ctx: Context, channel: Channel) -> bool:
    """Whether the channel's tab could not get the channel's name."""
    return any(fault.cell == f"{CHANNELS}[{channel.id}].name" for fault in names_of_tabs(ctx.plan))


def first_stage_channels(ctx: Context) -> str:
    """How many channels bring the first stage, for a formula on any sheet."""
    first = ctx.plan.stages[0].id
    return _either(ctx.stage_words[first], first, lambda word: f"COUNTIFS({_counting(ctx, word, far=True)})")


def _counting(ctx: Context, stage: str = "", far: bool = False) -> str:
    """The conditions of a channel that counts: it is on, and was when the sheets were written; and its stage.

    One that was switched on or typed since has no tab and no row on 逆算: it would be in some totals and not in others.
    """
    table = ctx.at(ChannelsAt).table
    ons, counted, stages = (table.down(one) if far else table.down(one).here for one in ("on", "counted", "stage"))
    found = f'{ons},"○",{counted},"{ctx.t("channel_counted_yes")}"'
    return f"{found},{stages},{stage}" if stage else found


def _either(word: str, id_: str, counted: Callable[[str], str]) -> str:
    """What is counted by a name and by its id; Excel's functions see no difference between capitals and others."""
    both = [word] if word.casefold() == id_.casefold() else [word, id_]
    return "+".join(counted(f'"{one}"') for one in both)


def _same_stage(ctx: Context, channel: Channel, cell: str, counted: Callable[[str], str]) -> str:
    """What is counted over the channels of the stage that a cell names, whether they name it or give its id."""
    id_ = channel.stage
    word = ctx.stage_words.get(id_, id_)
    if word.casefold() == id_.casefold():
        return counted(cell)
    name, code = f'"{word}"', f'"{id_}"'
    return f"({counted(cell)}+IF({cell}={name},{counted(code)},IF({cell}={code},{counted(name)},0)))"


def waiting(ctx: Context, far: bool = True) -> str:
    """How many channels were typed or switched on since the sheets were written, for a formula on any sheet."""
    table = ctx.at(ChannelsAt).table
    ids, names, ons, counted = (
        table.down(one) if far else table.down(one).here for one in ("id", "name", "on", "counted")
    )
    there = f'(({ids}<>"")+({names}<>"")>0)'  # also in a row that was put in between, without formulas
    return f'SUMPRODUCT({there}*({ons}<>"×")*({counted}<>"{ctx.t("channel_counted_yes")}"))'


def channels_on(ctx: Context) -> str:
    """How many channels are on, for a formula on any sheet."""
    return f"COUNTIFS({_counting(ctx, far=True)})"


def _costs(ctx: Context, table: Table, leads: str, known: str) -> None:
    """Money of the channels of leads, of the others and of all; blank where no unit cost is typed.

    ``leads`` the Excel text of the sum over those of leads, ``known`` of how many of them have one.
    """
    every = f'COUNTIFS({table.down("spend").here},">-1",{_counting(ctx)})'  # rows that are off show 0
    stage, money, look = ctx.plan.stages[0].id, table.down("spend").here, f"total.{ctx.plan.currency_unit}"
    spent = [(one.stage == stage, cost) for one in ctx.plan.channels_on if (cost := _spend(ctx, one)) != ""]
    first, later = ([float(cost) for of_leads, cost in spent if of_leads == side] for side in (True, False))
    cells = [table.cell(row, "spend").here for row in (TOTAL, LATER)]
    table.put(TOTAL, "spend", sum(first) if first else "", look, formula=f'=IF({known}=0,"",{leads})')
    table.put(LATER, "spend", sum(later) if later else "", look,
              formula=f'=IF({every}={known},"",SUM({money})-N({cells[0]}))')  # fmt: skip
    table.put(COST, "spend", sum(first) + sum(later) if spent else "", look,
              formula=f'=IF({every}=0,"",SUM({cells[0]},{cells[1]}))')  # fmt: skip


def _totals(ctx: Context, table: Table) -> None:
    """Leads asked for, their cost; the share is that of the channels that bring the first stage.

    Channels of later stages work on what these bring: their counts are the same people again and are added to nothing,
    so that no cost of opportunities is divided by leads.  Money alone is added up over all.
    That rows wait for a regenerate is told here too.
    """
    stage, targets = ctx.plan.stages[0].id, ctx.targets
    word = ctx.stage_words[stage]
    leads = [channel for channel in ctx.plan.channels_on if channel.stage == stage]
    shares, needs, money = (table.down(one).here for one in ("share", "need", "spend"))

    def total(summed: str) -> str:
        return _either(word, stage, lambda one: f"SUMIFS({summed},{_counting(ctx, one)})")

    table.put(TOTAL, "id", ctx.t("channels_total"), "total.left")
    table.blank(TOTAL, ("name", "on", "stage", "cost", "capacity", "owner", "counted", "used"), "total")
    share = float(sum(channel.share for channel in leads))
    table.put(TOTAL, "share", share, "total.rate", formula=f"={total(shares)}")
    ctx.name("share_sum", str(table.cell(TOTAL, "share")))
    need = sum(targets.whole_of_channel(channel).in_plan for channel in leads)
    table.put(TOTAL, "need", need, "total.whole", formula=f"={total(needs)}")
    _costs(ctx, table, total(money), _either(word, stage, lambda one: f'COUNTIFS({money},">-1",{_counting(ctx, one)})'))
    blank = ("name", "on", "stage", "share", "cost", "capacity", "owner", "counted", "used", "need")
    for row, label in ((LATER, "channels_later"), (COST, "channels_cost")):
        table.put(row, "id", ctx.t(label), "total.left")
        table.blank(row, blank, "total")
    said = words(ctx.t("check_waiting"))[1:]
    table.put(TOTAL, "check", formula=f'=IF({waiting(ctx, far=False)}>0,{said},"")')
