"""企業リスト / Accounts (T10, T11): one row a target account; on top, beside the header, what all of them add up to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xl_kpi.plan.accounts.figures import ANSWERED, BANTC, LOST, OTHER, TABLE, figures_of, most_rows, tiers
from xl_kpi.sheets.accounts.cells import AccountCells, Result, known_words, stage_words
from xl_kpi.sheets.blocks import paper
from xl_kpi.sheets.blocks.head import FIRST_COLUMN, Title
from xl_kpi.sheets.blocks.layout import Layout, Words
from xl_kpi.sheets.blocks.table import Column, Fit, Row, Table
from xl_kpi.sheets.blocks.typed_rows import rows_said, typed_table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import word_width
from xl_kpi.workbook.addresses import RangeAt
from xl_kpi.workbook.spec import Condition, SheetSpec

ROOM = 300  # rows that somebody pastes below a full list count at once as well
INDENT = 0.4  # of what stands above the counts, in digits, less than what bold letters take
COLUMNS = (
    ("name", 28.0),
    ("tier", 9.0),
    ("owner", 14.0),
    ("leads", 12.0),
    ("key_people", 16.0),
    ("key_reached", 13.0),
    ("views", 12.0),
    ("important", 15.0),
    ("opened", 11.0),
    ("clicked", 12.0),
    ("budget", 9.0),
    ("authority", 10.5),
    ("needs", 9.0),
    ("timing", 12.0),
    ("competitor", 11.5),
    ("stage", 13.0),
    ("next_step", 32.0),
    ("due", 12.0),
)
SUMS = ("leads", "key_people", "key_reached", "views")
FIT = Fit(most=4)


@dataclass(frozen=True)
class AccountsAt:
    """The list, and the cells of its columns with room for rows below."""

    layout: Layout
    totals: Table
    rows: Table

    def column(self, name: str) -> RangeAt:
        """The cells of a column, as far down as rows count."""
        first = self.rows.head(name)
        top = first._replace(row=first.row + 1)
        return top.to(top._replace(row=max(first.row + most_rows() + ROOM, self.rows.body().last.row)))

    def cells(self, ctx: Context, *, here: bool = False) -> AccountCells:
        """The formulas over the list; ``here``: for the sheet itself."""
        areas = {name: self.column(name) for name, _ in COLUMNS}
        at = {name: area.here if here else str(area) for name, area in areas.items()}
        return AccountCells(figures_of(ctx.plan), at, stage_words(ctx), known_words(ctx))


def place(ctx: Context) -> AccountsAt:
    heads = _heads(ctx)
    widths = [
        (name, max(width, *(word_width(line.get(name, ("", ""))[1]) + INDENT for line in heads)))
        for name, width in COLUMNS
    ]
    rows = typed_table(
        ctx,
        TABLE,
        widths,
        above=0,
        frozen_to="name",
        filter=True,
        header_height=36,
        rules_to=most_rows() + ROOM,
        groups=[*ctx.plan.tables.get(TABLE, {})],
    )
    for key in rows.keys:
        rows.fit(key, ("name", "next_step"), FIT)
    first, *more = heads
    lines = [Row("counts", "total:counts")]
    for number in range(1, len(more) + 1):
        lines += [Row(f"heads {number}", f"total:heads{number}"), Row(f"counts {number}", f"total:counts{number}")]
    lines.append(Row("sums", "total:sums"))
    columns = [
        Column(name, word or None, style="value.whole", head_style="unit" if word else "text", link=False)
        for name, word in ((name, first.get(name, ("", ""))[1]) for name, _ in COLUMNS)
    ]
    totals = Table("account_totals", columns, lines, header_height=26)
    title = Title(ctx.t("accounts_title"), ctx.t("accounts_subtitle", rows=rows_said(ctx, most_rows())), rows.links())
    note = Words("account_note", ctx.t("account_note"), above=0, behind=True)
    ends = paper.columns_apart([width for _, width in widths], FIRST_COLUMN)
    layout = Layout(ctx, "accounts", title, note, totals, rows, protected=False, **paper.side_by_side(ends))
    return AccountsAt(layout, totals, rows)


def _heads(ctx: Context) -> list[dict[str, tuple[str, str]]]:
    """For each line of counts: column → what is counted there (of the tiers, the stages) and its word.

    The stages stand beside the tiers; more of them than there are columns go on in a further line.
    """
    names = [name for name, _ in COLUMNS]
    groups = [("", ctx.t("account_companies"))]
    groups += [(f"tier:{one}", ctx.t("account_tier_of", tier=one)) for one in tiers()]
    groups += [(f"tier:{OTHER}", ctx.t("account_others"))]
    stages = [(f"stage:{one}", word) for one, word in _stages(ctx).items()]
    lines = [dict(zip(names, groups))]
    free = names[len(groups) + 1 :]  # a blank one parts them
    for number in range(0, len(stages), len(free)):
        if number:
            lines.append({})
        lines[-1].update(zip(free, stages[number : number + len(free)]))
    return lines


def _stages(ctx: Context) -> Mapping[str, str]:
    """Where accounts can be, with what is said above the counts."""
    words = stage_words(ctx)
    found = {one: words[one] for one in figures_of(ctx.plan).stages}
    return {**found, OTHER: ctx.t("account_others")}


def build(ctx: Context) -> SheetSpec:
    at = ctx.at(AccountsAt)
    cells = at.cells(ctx, here=True)
    for number, line in enumerate(_heads(ctx)):
        for name, (what, word) in line.items():
            if number:
                at.totals.put(f"heads {number}", name, word, "unit")
            kind, _, id_ = what.partition(":")
            result = cells.count(**{kind: id_}) if kind else cells.count()
            _put(at.totals, f"counts {number}" if number else "counts", name, result, "value_strong.whole")
    at.totals.put("sums", "name", ctx.t("account_totals"), "label")
    for name, (result, style) in _sums(cells):
        _put(at.totals, "sums", name, result, style)
    page = at.layout.sheet()
    page.conditions.extend(_marks(ctx, at))
    return page


def _sums(cells: AccountCells) -> Iterator[tuple[str, tuple[Result, str]]]:
    """Column → what it comes to: numbers added up, of yes and no a share."""
    for name in SUMS:
        yield name, (cells.total(name), "value.whole")
    yield "important", (cells.saw_important(), "value.whole")
    for name in ANSWERED:
        yield name, (cells.said_yes(name), "value.percent")
    for name in BANTC:
        yield name, (cells.share_known(name), "value.percent")


def _put(table: Table, row: str, column: str, result: Result, style: str) -> None:
    number, formula = result
    table.put(row, column, number, style, formula=formula)


def _marks(ctx: Context, at: AccountsAt) -> Sequence[Condition]:
    """Painted over all rows: what is known of BANTC, accounts won and lost, numbers that can't be."""
    words, known = stage_words(ctx), known_words(ctx)
    answers = at.column(BANTC[0]).first.to(at.column(BANTC[-1]).last)
    stage = at.column("stage")
    people, reached = (at.column(name) for name in ("key_people", "key_reached"))
    name, due = at.column("name"), at.column("due")
    filled = f'COUNTIF({name.first.in_column}:{due.first.in_column},"<>")>0'
    won = ctx.plan.stages[-1].id
    return (
        Condition(answers.free, f'={answers.first.free}="{known["yes"]}"', "good"),
        Condition(answers.free, f'={answers.first.free}="{known["no"]}"', "fair"),
        Condition(stage.free, f'={stage.first.in_column}="{words[won]}"', "good"),
        Condition(stage.free, f'={stage.first.in_column}="{words[LOST]}"', "poor"),
        Condition(reached.free, f"=N({reached.first.in_column})>N({people.first.in_column})", "poor"),
        Condition(name.free, f'=AND({name.first.in_column}="",{filled})', "poor"),
    )  # fmt: skip
