"""送付状 / Cover: the first page of a distributed workbook, once for everybody.

It is built with a line for everything that may be open to anybody and with marks where the recipient's own
data go; ``exchange.outgoing`` keeps the lines that are one person's and fills in the marks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xl_kpi.calc import month_start
from xl_kpi.plan.agreement import amount, items, numbers
from xl_kpi.plan.merging.permissions import OUTSIDE, opened_actuals, page_id, pages_of_rows
from xl_kpi.plan.model import Channel
from xl_kpi.sheets.channel_tab.page import TabsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.front.agreement import AgreementAt
from xl_kpi.sheets.places.backwards import BackwardsAt
from xl_kpi.workbook.addresses import quoted
from xl_kpi.workbook.cells.grid import MARK
from xl_kpi.workbook.sheet_kinds import tab_key
from xl_kpi.workbook.spec import SheetSpec

KEY = "cover"
LAST = 5  # column
AGAIN = "again:"  # before the key of an answer that is to be given again
# What is different for each recipient; the first four bear the names by which a returned file is known.
FIELDS = ("sent_plan", "sent_version", "sent_to", "sent_name", "department", "due", "request")


@dataclass
class Places:
    """Where the recipient's own data go: cells by field; rows by what has to be open for them to stand."""

    fields: dict[str, tuple[int, int]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)  # "ads", "stage:mql", "answers", "again:stage:mql"
    outside: dict[str, int] = field(default_factory=dict)  # likewise, of a channel of which an outsider types less


def build(ctx: Context, again: Mapping[str, float] | None = None) -> tuple[SheetSpec, Places]:
    """The page and its places.  Needs the addresses of all other sheets.

    Arguments: ``again`` the answers that are to be given again, with the number that had been agreed to.
    """
    name = _free_name(ctx)
    page = SheetSpec(key=KEY, name=name, role="start", landscape=False)
    places = Places()
    page.widths.update({1: 1.7, 2: 5, 3: 24, 4: 62, 5: 14})
    page.heights.update({1: 10, 2: 30, 3: 18, 5: 44})
    page.put(1, 1, f"{MARK}{KEY}", "key")
    page.put(2, 2, ctx.plan.title, "title")
    page.put(3, 2, ctx.t("cover_subtitle"), "subtitle")
    _field(page, places, "request", 5, 2, "sentence")
    _across(page, 5, "sentence", 3)
    page.merges.append("B5:E5")
    row = _facts(ctx, page, places, 7)
    row = _to_fill(ctx, page, places, row + 2, again or {})
    row = _how(ctx, page, row + 2)  # no print area: the page ends where a recipient's lines end
    _number(ctx, page, places, row + 2)
    for key in FIELDS[:4]:
        ctx.name(key, page.ref(*places.fields[key]))
    return page, places


def _free_name(ctx: Context) -> str:
    """The page's name, another one where a channel is called so."""
    wanted, taken = ctx.t("sheet_cover"), {name.casefold() for name in ctx.sheet_names.values()}
    return next(
        name for name in (wanted, *(f"{wanted} ({count})" for count in range(2, 99))) if name.casefold() not in taken
    )


def _across(page: SheetSpec, row: int, style: str, first: int = 2) -> None:
    for column in range(first, LAST + 1):
        page.put(row, column, None, style)


def _section(ctx: Context, page: SheetSpec, row: int, key: str) -> None:
    page.put(row, 2, ctx.t(key), "section")
    _across(page, row, "section", 3)


def _field(page: SheetSpec, places: Places, key: str, row: int, column: int, style: str) -> None:
    page.put(row, column, f"{{{key}}}", style)
    places.fields[key] = (row, column)


def _facts(ctx: Context, page: SheetSpec, places: Places, row: int) -> int:
    """For whom, until when, which version."""
    _section(ctx, page, row, "cover_facts")
    last = month_start(ctx.plan.start, ctx.plan.months - 1)
    lines = (
        ("cover_name", "sent_name"), ("cover_department", "department"), ("cover_mail", "sent_to"),
        ("cover_due", "due"), ("cover_period", f"{ctx.plan.start:%Y/%m} – {last:%Y/%m}"),
        ("cover_version", "sent_version"),
    )  # fmt: skip
    for key, value in lines:
        row += 1
        page.put(row, 2, ctx.t(key), "label")
        page.put(row, 3, None, "label")
        page.merges.append(f"B{row}:C{row}")
        if value in FIELDS:
            _field(page, places, value, row, 4, "label_strong" if value in ("sent_name", "due") else "label")
        else:
            page.put(row, 4, value, "label")
        page.put(row, 5, None, "label")
        page.merges.append(f"D{row}:E{row}")
        page.heights[row] = 20
    return row


def _to_fill(ctx: Context, page: SheetSpec, places: Places, row: int, again: Mapping[str, float]) -> int:
    """A line with a link for every page on which the recipient types something."""
    _section(ctx, page, row, "cover_to_fill")
    for channel in ctx.plan.channels_on:
        kpis, fewer = _typed(ctx, channel), _typed(ctx, channel, OUTSIDE)
        for some, rows_of in ((kpis, places.rows), *([(fewer, places.outside)] if fewer != kpis else [])):
            if some:
                row += 1
                words = ctx.t("cover_fill_tab", kpis=ctx.t("list_comma").join(some))
                _line(ctx, page, row, tab_key(channel.id), ctx.sheet_names[tab_key(channel.id)], words, "A1")
                rows_of[channel.id] = row
    rows = ctx.at(BackwardsAt)
    for index, stage in enumerate(ctx.plan.stages):
        if f"stage:{stage.id}" in ctx.at(TabsAt).sums:
            continue  # a sum of the channels: nothing to type
        row += 1
        own = "_existing" if rows.existing_actual else ""
        money = rows.revenue_actual and index == len(ctx.plan.stages) - 1  # who types the orders types the revenue
        words = ctx.t(f"cover_fill_{ctx.plan.goal.kind}{own}" if money else "cover_fill_stage", stage=stage.name)
        _line(ctx, page, row, "backwards", ctx.sheet_names["backwards"], words, f"B{rows.actual[index]}")
        places.rows[f"stage:{stage.id}"] = row
    if "agreement" in ctx.sheet_names:
        row += 1
        _line(ctx, page, row, "agreement", ctx.sheet_names["agreement"], ctx.t("cover_fill_answers"), "A1")
        places.rows["answers"] = row
        row = _again(ctx, page, places, row, again)
    for key in pages_of_rows(ctx.plan):
        if key in ctx.sheet_names:
            row += 1
            _line(ctx, page, row, key, ctx.sheet_names[key], ctx.t("cover_fill_page"), "A1")
            places.rows[page_id(key)] = row
    return row


def _again(ctx: Context, page: SheetSpec, places: Places, row: int, again: Mapping[str, float]) -> int:
    """A line for every answer that went blank because its number has moved."""
    asked = numbers(ctx.plan, ctx.targets) if again else {}
    for item in items(ctx.plan):
        if item.key not in again:
            continue
        row += 1
        stage = ctx.plan.stages[item.stage].name
        name = ctx.t("agreement_stage", stage=stage)
        if item.channel is not None:
            name = ctx.t("agreement_channel", channel=ctx.plan.channels[item.channel].name, stage=stage)
        old, new = amount(again[item.key]), amount(asked[item.key])
        words = ctx.t("cover_fill_again", name=name, old=old, new=new)
        cell = ctx.at(AgreementAt).answers.cell(item.key, "state").free
        _line(ctx, page, row, "agreement", ctx.sheet_names["agreement"], words, cell)
        places.rows[f"{AGAIN}{item.key}"] = row
    return row


def _typed(ctx: Context, channel: Channel, *more: str) -> list[str]:
    """The names of the KPIs whose actuals are typed on a channel's tab, by somebody with ``more`` ids."""
    open_rows = opened_actuals(ctx.plan, [channel.id, *more])
    return [kpi.name(ctx.lang) for kpi in ctx.plan.kpis_of(channel.id) if f"{channel.id}:{kpi.id}" in open_rows]


def _line(ctx: Context, page: SheetSpec, row: int, key: str, name: str, words: str, cell: str) -> None:
    page.put(row, 2, ctx.t("cover_mark"), "step")
    page.put(row, 3, name, "link")
    page.links[row, 3] = f"#{quoted(name)}!{cell}"
    page.put(row, 4, words, "body")
    page.put(row, 5, None, "body")
    page.merges.append(f"D{row}:E{row}")
    page.heights[row] = 34


def _how(ctx: Context, page: SheetSpec, row: int) -> int:
    """How to send it back, step by step, and what the file is."""
    _section(ctx, page, row, "cover_how")
    for number in (1, 2, 3, 4):
        row += 1
        page.put(row, 2, number, "step")
        page.put(row, 3, ctx.t(f"cover_step_{number}"), "body")
        _across(page, row, "body", 4)
        page.merges.append(f"C{row}:E{row}")
        page.heights[row] = 34
    row += 2
    page.put(row, 2, ctx.t("cover_note"), "note")
    _across(page, row, "note", 3)
    page.merges.append(f"B{row}:E{row}")
    page.heights[row] = 44
    return row


def _number(ctx: Context, page: SheetSpec, places: Places, row: int) -> None:
    """By what a returned file is known to belong to the plan: the last line, as it says nothing to who reads it."""
    page.put(row, 2, ctx.t("cover_plan"), "note_line")
    _field(page, places, "sent_plan", row, 4, "note_line")
