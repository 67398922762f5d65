"""採算, which way to move budget: from channels below the ratio to the best with room, in numbers and words (S6)."""

from __future__ import annotations

from fractions import Fraction

from xl_kpi.calc import nearest
from xl_kpi.calc.economy.budget_moves import DIGITS
from xl_kpi.plan.economics.figures import ChannelCost
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks.table import Column, Table
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import ChartSource, Context
from xl_kpi.sheets.economics.channels import profits
from xl_kpi.sheets.economics.places import GIVEN, GIVES, MONTHLY, RATIO, TAKEN, TAKES, EconomicsAt
from xl_kpi.sheets.excel_text import words
from xl_kpi.sheets.places.backwards import BackwardsAt
from xl_kpi.sheets.plan_words import in_unit
from xl_kpi.workbook.addresses import CellAt

NOISE = "1E-9"  # of what can be given: less is the last digits of running totals


def table(ctx: Context) -> Table:
    """A row for each channel that brings customers: what it gives, to whom, what that brings."""
    t, money = ctx.t, ctx.unit_label("yen")
    bringing = [one for one in ctx.plan.channels_on if one.stage == ctx.plan.stages[0].id]
    look = f"value.{ctx.plan.currency_unit}"
    columns = [
        Column("name", t("econ_from"), 22, "label"),
        Column("gives", t("econ_gives", unit=money), 12, look),
        Column("takes", t("econ_takes", unit=money), 12, look),
        *(Column(f"to {one.id}", t("econ_to", channel=one.name), 12, look,
                 head_formula=words(t("econ_to"), channel=str(ctx.at(ChannelsAt).rows[one.id].name)))
          for one in bringing),
        Column("orders", t("econ_more_orders"), 12, "value.decimal"),
    ]  # fmt: skip
    return Table("moves", columns, [one.id for one in bringing], above=2, section=t("econ_moves"), header_height=46)


def reserve(ctx: Context) -> ChartSource:
    """Room on the hidden sheet for what each channel's customers bring and the running totals."""
    bringing = [one for one in ctx.plan.channels_on if one.stage == ctx.plan.stages[0].id]
    return chart_data.reserve(ctx, max(len(bringing), 1), MONTHLY)


def build(ctx: Context, at: EconomicsAt) -> None:
    rows = at.figures.bringing
    _running(ctx, at, rows)
    moved = {(one.channel.id, other.channel.id): move for one, other, move in at.figures.moves}
    for place, one in enumerate(rows):
        key = one.channel.id
        at.moves.put(key, "name", one.channel.name, formula=f"={ctx.at(ChannelsAt).rows[key].name}")
        for column, part in (("gives", GIVES), ("takes", TAKES)):
            value = at.running.cells[1 + place, part][0]
            at.moves.put(key, column, value, formula=f"={at.hidden(place, part)}")
        for other_place, other in enumerate(rows):
            move = moved.get((key, other.channel.id))
            text = _move(at, place, other_place)
            value = float(move.amount / ctx.money) if move else 0.0
            at.moves.put(key, f"to {other.channel.id}", value, formula=f"={text}")
        gained = sum((move.orders for (giver, _), move in moved.items() if giver == key), Fraction(0))
        at.moves.put(key, "orders", float(gained), formula=f"={_gained(ctx, at, one, rows)}")


def _running(ctx: Context, at: EconomicsAt, rows: list[ChannelCost]) -> None:
    """The hidden block: who gives and takes how much, and the running totals in the order of the ratios."""
    cells, figures = at.running.cells, at.figures
    heads = ("econ_moves", "econ_ratio", "econ_gives", "econ_takes", "econ_given", "econ_taken",
             "econ_orders", "econ_ltv", "econ_figure_first", "econ_figure_monthly")  # fmt: skip
    for column, key in enumerate(heads):
        cells[0, column] = (ctx.t(key, unit=ctx.unit_label("yen")), "", "calc_header")
    movable = {one.channel.id for one in figures.movable}
    ratios, gives, takes = [], [], []
    wanted = Fraction(figures.inputs.ratio)
    for one in rows:
        known, ratio = one.channel.id in movable, figures.worth_of(one).ratio
        ratios.append(nearest(ratio, DIGITS) if known and ratio is not None else Fraction(0))
        gives.append(one.marketing if known and ratios[-1] < wanted else Fraction(0))
    for place, one in enumerate(rows):
        takes.append(Fraction(0))
        if one.channel.id in movable and ratios[place] >= wanted:
            takes[-1] = figures.room_of(one)
    for place, one in enumerate(rows):
        before = [k for k in range(len(rows)) if (ratios[k], k) <= (ratios[place], place)]
        after = [k for k in range(len(rows)) if (-ratios[k], k) <= (-ratios[place], place)]
        given = sum((gives[k] for k in before), Fraction(0))
        taken = sum((takes[k] for k in after), Fraction(0))
        numbers = [ratios[place], *(money / ctx.money for money in (gives[place], takes[place], given, taken))]
        cells[1 + place, 0] = (one.channel.id, "", "calc")
        texts = _texts(ctx, at, one, place)
        for column, (value, text) in enumerate([*zip(numbers, texts, strict=True), *profits(ctx, at, one)], 1):
            cells[1 + place, column] = ("" if value == "" else float(value), f"={text}", "calc")


def _texts(ctx: Context, at: EconomicsAt, one: ChannelCost, place: int) -> list[str]:
    key, wanted = one.channel.id, str(_of(at, "ratio"))
    table, channels = at.channels, ctx.at(ChannelsAt).table
    ratio, orders, used, units = (str(table.cell(key, column)) for column in ("ratio", "orders", "marketing", "units"))
    movable = f"IF(ISNUMBER({ratio}),AND({orders}>0,{used}>0),FALSE)"
    own = at.hidden(place, RATIO)
    backwards, limit = ctx.at(BackwardsAt), channels.cell(key, "capacity")
    months = backwards.channel_month(key, 0).to(backwards.channel_month(key, ctx.plan.months - 1))
    heads = CellAt(months.first.sheet, backwards.channel_header, months.first.column).to(
        CellAt(months.first.sheet, backwards.channel_header, months.last.column)
    )

    def left(limit: str) -> str:
        asked = f"({months}>0)*({months}<{limit})"
        return f"SUMPRODUCT({asked}*({limit}-{months})*({heads}>=EDATE(plan_start,closed_months)))"

    free = f"IF(ISNUMBER({limit}),{left(str(limit))},{left(f'MAX({months})')})"
    room = f"IF({units}>0,{free}*{used}/{units},0)"
    ratios = at.hidden_column(RATIO)
    above = [f"({ratios}<{own})*{at.hidden_column(GIVES)}", f"({ratios}>{own})*{at.hidden_column(TAKES)}"]
    same = [
        "+".join(f"({at.hidden(k, RATIO)}={own})*{at.hidden(k, part)}" for k in range(place + 1))
        for part in (GIVES, TAKES)
    ]
    return [
        f"IF({movable},ROUND({ratio},{DIGITS}),0)",
        f"IF({movable},IF({own}<{wanted},{used},0),0)",
        f"IF({movable},IF({own}>={wanted},{room},0),0)",
        f"SUMPRODUCT({above[0]})+{same[0]}",
        f"SUMPRODUCT({above[1]})+{same[1]}",
    ]


def _of(at: EconomicsAt, figure: str) -> CellAt:
    return at.customer.cell(f"figure:{figure}", "value")


def _move(at: EconomicsAt, giver: int, taker: int) -> str:
    """What of one's running total and of the other's is the same money."""
    given, gives = at.hidden(giver, GIVEN), at.hidden(giver, GIVES)
    taken, takes = at.hidden(taker, TAKEN), at.hidden(taker, TAKES)
    common = f"MIN({given},{taken})-MAX({given}-{gives},{taken}-{takes})"
    return f"IF({common}<={NOISE}*SUM({at.hidden_column(GIVES)}),0,{common})"


def _gained(ctx: Context, at: EconomicsAt, one: ChannelCost, rows: list[ChannelCost]) -> str:
    """The orders that are more: money ÷ what one more costs there, less those that it bought here."""

    def per_money(key: str) -> str:
        orders, used = (at.channels.cell(key, column).here for column in ("orders", "marketing"))
        return f"IF({used}>0,{orders}/{used},0)"

    key = one.channel.id
    here = per_money(key)
    parts = [
        f"{at.moves.cell(key, f'to {other.channel.id}').here}*({per_money(other.channel.id)}-{here})" for other in rows
    ]
    return "+".join(parts)


def sentences(ctx: Context, at: EconomicsAt) -> str:
    """All moves in words, a line for each channel that gives; or that there is none."""
    rows = at.figures.bringing
    lines = []
    for one in rows:
        key = one.channel.id
        takers = "&".join(
            f'IF({at.moves.cell(key, f"to {other.channel.id}").here}>0,{_taker(ctx, at, one, other)},"")'
            for other in rows
        )
        more = at.moves.cell(key, "orders").here
        name = str(ctx.at(ChannelsAt).rows[key].name)
        said = words(ctx.t("econ_move"), channel=name, takers=takers, orders=f"FIXED({more},1)")[1:]
        gives = "+".join(at.moves.cell(key, f"to {other.channel.id}").here for other in rows)
        lines.append(f'IF({gives}>0,{said}&CHAR(10),"")')
    joined = "&".join(lines) or '""'
    below = f"SUM({at.moves.down('gives').here})>0" if rows else "FALSE"
    known = f"COUNT({at.channels.down('ratio').here})>0"
    none = f'IF({known},IF({below},"{ctx.t("econ_no_room")}","{ctx.t("econ_no_move")}"),"{ctx.t("econ_unknown")}")'
    moved = "+".join(f"SUM({at.moves.down(f'to {one.channel.id}').here})" for one in rows) or "0"
    return f"=IF({moved}>0,{joined},{none})"


def limits_unknown(ctx: Context, at: EconomicsAt) -> str:
    """Which of the channels that could take budget have no limit, so that nobody knows by how much they can grow."""
    names = []
    for place, one in enumerate(at.figures.bringing):
        key, channels = one.channel.id, ctx.at(ChannelsAt)
        limit, name = str(channels.table.cell(key, "capacity")), str(channels.rows[key].name)
        said = words(ctx.t("econ_limit_name"), channel=name)[1:]
        names.append(f'IF(AND({at.hidden(place, RATIO)}>={_of(at, "ratio")},NOT(ISNUMBER({limit}))),{said},"")')
    if not names:
        return '=""'
    joined = "&".join(names)
    said = words(ctx.t("econ_limit_unknown"), channels=f"TRIM({joined})")[1:]
    return f'=IF(SUM({at.moves.down("gives").here})>0,IF({joined}="","",{said}),"")'


def _taker(ctx: Context, at: EconomicsAt, one: ChannelCost, other: ChannelCost) -> str:
    to = at.moves.cell(one.channel.id, f"to {other.channel.id}").here
    name = str(ctx.at(ChannelsAt).rows[other.channel.id].name)
    return words(ctx.t("econ_taker"), channel=name, amount=in_unit(ctx, to))[1:]
