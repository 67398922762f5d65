"""Blocks that both pages are put together from: entries in single cells, links, figures by month, their trend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xl_kpi.kpi.figures import nearest_excel
from xl_kpi.plan.fields import field_of
from xl_kpi.plan.input.field import Field
from xl_kpi.plan.input.reading import read_date
from xl_kpi.plan.relations.dated import Line, Trend
from xl_kpi.sheets.blocks.head import FIRST_COLUMN
from xl_kpi.sheets.blocks.layout import Block
from xl_kpi.sheets.blocks.table import Column, MonthTable, Row, Rule, Table
from xl_kpi.sheets.context import Context
from xl_kpi.workbook.addresses import quoted, relative
from xl_kpi.workbook.spec import Condition, SheetSpec

NAME_WIDTH, VALUE_WIDTH, HINT_SPAN, SAID_SPAN = 24.4, 12.0, 9, 4
CHANGES = {"rate": "change_rate", "exact": "change_exact", "whole": "change_whole"}  # of a figure → of its change


class Entries(Table):
    """Entries in single cells, one a row: label, cell, hint.  Each cell bears the entry's name.

    ``foot`` keys of rows below, which the page fills; ``widths`` of label and cell.
    """

    def __init__(
        self, ctx: Context, id: str, keys: Sequence[str], section: str, *, foot: Sequence[str] = (),
        widths: tuple[float, float] = (NAME_WIDTH, VALUE_WIDTH), span: int = HINT_SPAN,
    ):  # fmt: skip
        columns = [
            Column("name", ctx.t("relations_item"), widths[0], "label"),
            Column("value", ctx.t("relations_value"), widths[1], "input"),
            Column("hint", ctx.t("relations_hint"), None, "unit", span=span, link=False),
        ]
        super().__init__(id, columns, keys, section=section, foot=foot)
        for key in keys:
            one = field_of(key)
            style = f"input.{one.format}" if one.format else "input.left"
            self.fill(key, name=one.words("label", ctx.lang), hint=one.words("hint", ctx.lang))
            self.put(key, "value", one.get(ctx.in_yen), style)

    def draw(self, ctx: Context, page: SheetSpec, last_column: int) -> None:
        super().draw(ctx, page, last_column)
        for key in self.keys:
            cell, rule = self.cell(key, "value"), _rule(ctx, field_of(key))
            ctx.name(key, str(cell))
            if rule:
                page.validations.append(rule.on(cell.to(cell)))


def _rule(ctx: Context, one: Field) -> Rule | None:
    title, allowed = one.words("label", ctx.lang), one.words("allowed", ctx.lang)
    if one.read is read_date:
        return Rule("date", "=DATE(2000,1,1)", title, allowed, operator="greater_than_or_equal")
    if not one.format:
        return None
    if one.format == "rate":
        return Rule("decimal", "0", title, allowed, "1")
    low, high = (str(one.bounds[side]) if side in one.bounds else "" for side in ("low", "high"))
    kind = "whole" if one.bounds.get("whole") else "decimal"
    return Rule(kind, low, title, allowed, high) if high else Rule(
        kind, low, title, allowed, operator="greater_than_or_equal")  # fmt: skip


class Links(Block):
    """Links to pages that stand beside this one, with the words around a sheet's name (the key of a text)."""

    def __init__(self, id: str, keys: Sequence[str], said: str = "relations_type_here"):
        super().__init__(id)
        self._keys, self._said = keys, said

    @property
    def rows(self) -> int:
        return len(self._keys)

    def draw(self, ctx: Context, page: SheetSpec, last_column: int) -> None:
        for down, key in enumerate(self._keys):
            row, name = self.top + down, ctx.sheet_names[key]
            page.put(row, FIRST_COLUMN, ctx.t(self._said, sheet=name), "nav")
            page.links[row, FIRST_COLUMN] = f"#{quoted(name)}!A1"


class Months:
    """Figures by month: each with Python's numbers and its formulas.

    Arguments: ``name`` of the table in the workbook; ``page`` begins the texts; ``rows`` figure → number
    format; ``lines`` Python's numbers.
    """

    def __init__(self, ctx: Context, name: str, page: str, rows: Mapping[str, str], lines: Mapping[str, Line]):
        self.ctx, self._page, self.formats, self.lines = ctx, page, rows, lines
        columns = [
            Column("name", ctx.t("relations_item"), NAME_WIDTH),
            Column("total", ctx.t("relations_total"), VALUE_WIDTH),
        ]
        self.table = MonthTable(
            ctx, "months", columns, [Row(key, key) for key in rows], section=ctx.t(f"{page}_months"), name=name,
            frozen_to="total",
        )  # fmt: skip

    def first(self, k: int) -> str:
        """The cell with the first day of a month."""
        return self.table.head(self.table.months[k]).here

    def within(self, k: int, days: str) -> str:
        """Criteria of COUNTIFS and SUMIFS: a day of this month."""
        first = self.first(k)
        return f'{days},">="&{first},{days},"<"&EDATE({first},1)'

    def covered(self, k: int, days: str) -> str:
        """Whether the month lies between the first and the last day that was typed."""
        first = self.first(k)
        return f"IF(COUNT({days})>0,AND(MIN({days})<EDATE({first},1),MAX({days})>={first}),FALSE)"

    @property
    def days(self) -> str:
        """The header: the first day of each month."""
        return self.table.head(self.table.months[0]).to(self.table.head(self.table.months[-1])).here

    def values(self, key: str) -> str:
        """The months of a row."""
        return self.table.span(key).here

    def counts(self, key: str, days: str, also: str = "") -> None:
        """A row that counts the rows of a table; ``also``: further criteria, each beginning with a comma."""
        months = range(self.ctx.plan.months)
        texts = [f'IF({self.covered(k, days)},COUNTIFS({self.within(k, days)}{also}),"")' for k in months]
        whole = f'COUNTIFS({days},">0"{also})'
        self.put(key, texts, f'IF(COUNT({days})>0,{whole},"")')

    def sums(self, key: str, column: str, days: str, also: str = "") -> None:
        """A row that adds up a column of a table, as ``counts``."""
        months = range(self.ctx.plan.months)
        texts = [f'IF({self.covered(k, days)},SUMIFS({column},{self.within(k, days)}{also}),"")' for k in months]
        self.put(key, texts, f'IF(COUNT({days})>0,SUMIFS({column},{days},">0"{also}),"")')

    def cell(self, key: str, k: int) -> str:
        return self.table.month(key, k).here

    def put(self, key: str, months: Sequence[str], total: str = "") -> None:
        """One row: a formula for each month without "=", and the one over everything."""
        line, look, table = self.lines[key], self.formats[key], self.table
        table.put(key, "name", self.ctx.t(f"{self._page}_{key}"), "label")
        table.put_months(key, line.months, f"value.{look}", [f"={one}" for one in months])
        if total:
            table.put(key, "total", line.total, f"value_strong.{look}", formula=f"={total}")
        else:
            table.put(key, "total", None, "value")

    def ratio(self, key: str, above: str, below: str, total: str = "") -> None:
        """A row over another; ``total`` where it is not the ratio of the totals shown."""
        months = [_ratio(self.cell(above, k), self.cell(below, k)) for k in range(self.ctx.plan.months)]
        whole = _ratio(*(self.table.cell(one, "total").here for one in (above, below)))
        self.put(key, months, total or whole)

    def share(self, key: str, above: str, days: str, column: str, words: Sequence[str]) -> None:
        """A row of counts over the rows in which one of some words was chosen."""

        def asked(criteria: str) -> str:
            return "(" + "+".join(f'COUNTIFS({criteria},{column},"{word}")' for word in words) + ")"

        months = [_ratio(self.cell(above, k), asked(self.within(k, days))) for k in range(self.ctx.plan.months)]
        self.put(key, months, _ratio(self.table.cell(above, "total").here, asked(f'{days},">0"')))

    def less(self, key: str, one: str, other: str, *, total: bool = True) -> None:
        """A row less another."""
        months = [_less(self.cell(one, k), self.cell(other, k)) for k in range(self.ctx.plan.months)]
        self.put(key, months, _less(*(self.table.cell(row, "total").here for row in (one, other))) if total else "")


def _ratio(above: str, below: str) -> str:
    return f'IF(ISNUMBER({above}),IF(N({below})>0,{above}/{below},""),"")'


def _less(one: str, other: str) -> str:
    return f'IF(AND(ISNUMBER({one}),ISNUMBER({other})),ROUND({one}-{other},9),"")'


def trend_table(ctx: Context, id: str, page: str, trends: Mapping[str, Trend]) -> Table:
    """A row for each figure that is followed."""
    t = ctx.t
    heads = ("at", "value", "before_at", "before", "change", "move", "limit")
    columns = [
        Column("name", t("relations_item"), NAME_WIDTH, "label"),
        *(Column(one, t(f"trend_{one}"), link=False) for one in heads),
        Column("said", t("trend_said"), None, "value.left", span=SAID_SPAN, link=False),
    ]
    return Table(id, columns, list(trends), section=t("trend_section"), header_height=34)


def put_trend(
    ctx: Context, page: str, table: Table, key: str, one: Trend, days: str, values: str,
    limit: tuple[str, str, int], look: str, month: str = "month", found: Sequence[str] = (),
) -> None:  # fmt: skip
    """The row of a figure: the latest number with its month, the one before, what changed, whether it is too far.

    Arguments: ``days`` and ``values`` two ranges of one shape; ``limit`` as in ``LIMITS``; ``look`` the number format;
    ``found`` the formulas of the latest day and of the one before, where ``days`` has blanks.
    """
    entry, better, digits = limit
    t, at, before_at = ctx.t, table.cell(key, "at").here, table.cell(key, "before_at").here
    there = f'({values}<>"")'
    table.put(key, "name", t(f"{page}_{key}"))
    latest, earlier = found or (
        f'IF(COUNT({values})>0,SUMPRODUCT(MAX({there}*{days})),"")',
        f'IF(COUNT({values})>1,SUMPRODUCT(MAX({there}*({days}<{at})*{days})),"")',
    )
    table.put(key, "at", one.at, f"value.{month}", formula=f"={latest}")
    table.put(key, "before_at", one.before_at, f"value.{month}", formula=f"={earlier}")
    for column, day, value in (("value", at, one.value), ("before", before_at, one.before)):
        style = f"value_strong.{look}" if column == "value" else f"value.{look}"
        table.put(key, column, value, style, formula=f'=IF(ISNUMBER({day}),SUMIF({days},{day},{values}),"")')
    value, before, change = (table.cell(key, column).here for column in ("value", "before", "change"))
    both = f"AND(ISNUMBER({value}),ISNUMBER({before}))"
    changed = f'=IF({both},{nearest_excel(f"{value}-{before}", digits)},"")'
    table.put(key, "change", one.change, f"value.{CHANGES.get(look, 'change')}", formula=changed)
    up, same, down = (t(f"trend_{word}") for word in ("better", "same", "worse"))
    up, down = (up, down) if better == "up" else (down, up)
    said = "" if isinstance(one.change, str) else up if one.change > 0 else down if one.change < 0 else same
    moved = f'IF({change}>0,"{up}",IF({change}=0,"{same}","{down}"))'
    table.put(key, "move", said, "value.center", formula=f'=IF(ISNUMBER({change}),{moved},"")')
    if not entry:
        table.put(key, "limit", None, "value")
        table.put(key, "said", None, "value")
        return
    typed = ctx.plan.settings.get(entry)
    shown = "" if typed is None else float(typed)
    table.put(key, "limit", shown, f"value.{look}", formula=f'=IF(ISNUMBER({entry}),{entry},"")')
    sign, bad = ("<", t("trend_below")) if better == "up" else (">", t("trend_above"))
    known = not isinstance(one.value, str) and typed is not None
    said = (bad if one.fails else t("trend_within")) if known else ""
    beyond = f'IF(ROUND({value},9){sign}{entry},"{bad}","{t("trend_within")}")'
    table.put(key, "said", said, formula=f'=IF(AND(ISNUMBER({value}),ISNUMBER({entry})),{beyond},"")')


def paint_trend(ctx: Context, page: SheetSpec, table: Table) -> None:
    """What got better and what is within its limit in one colour, the opposite in the other; the words say the same."""
    first, last = table.keys[0], table.keys[-1]
    move, said = table.cell(first, "move"), table.cell(first, "said")
    for area, cell, good, poor in (
        (table.down("move", first, last).free, move, ("trend_better",), ("trend_worse",)),
        (table.down("said", first, last).free, said, ("trend_within",), ("trend_below", "trend_above")),
    ):
        for keys, style in ((good, "good"), (poor, "poor")):
            any_of = ",".join(f'{relative(cell.row, cell.column)}="{ctx.t(key)}"' for key in keys)
            page.conditions.append(Condition(area, f"=OR({any_of})", style))
