"""使い方 / Start here: what the workbook is, the steps with links, the colours and signs."""

from __future__ import annotations

from xl_kpi.plan.periods.next_period import is_on
from xl_kpi.sheets.calculation import next_rows
from xl_kpi.sheets.context import Context, progress_style
from xl_kpi.workbook.addresses import quoted
from xl_kpi.workbook.cells.grid import MARK
from xl_kpi.workbook.sheet_kinds import tab_key
from xl_kpi.workbook.spec import SheetSpec

ROLES = ("input", "result")  # of the pages of the navigation that are a step each
LAST_STEPS = ("tabs", "regenerate")


def build(ctx: Context) -> SheetSpec:
    page = ctx.sheet("start")
    t = ctx.t
    page.widths.update({2: 5, 3: 22, 4: 78, 5: 20})
    page.put(1, 1, f"{MARK}{page.key}", "key")
    page.put(2, 2, ctx.plan.title, "title")
    page.put(3, 2, t("start_subtitle"), "subtitle")
    page.put(5, 2, None, "sentence", formula="=plan_sentence")
    for column in (3, 4, 5):
        page.put(5, column, None, "sentence")
    page.merges.append("B5:E5")
    page.heights[5] = 64
    if is_on(ctx.plan):
        page.put(6, 2, None, "note", formula=next_rows.sentence(ctx))
        page.merges.append("B6:E6")
        page.heights[6] = 30
    page.put(7, 2, t("start_steps"), "section")
    for column in (3, 4, 5):
        page.put(7, column, None, "section")
    row = 8
    steps = [kind.key for kind in ctx.navigation if kind.role in ROLES]
    for number, key in enumerate((*steps, *LAST_STEPS), 1):
        text = f"step_{key}"
        page.put(row, 2, number, "step")
        name, target = _target(ctx, key)
        page.put(row, 3, name, "link" if target else "label")
        if target:
            page.links[row, 3] = target
        page.put(row, 4, t(text), "body")
        page.put(row, 5, t(f"{text}_who"), "body")
        page.heights[row] = 34
        row += 1
    row = _tabs(ctx, page, row + 1)
    if ctx.record_keys:
        row = _records(ctx, page, row + 1)
    row = _legend(ctx, page, row + 1)
    page.print_area = f"$A$1:$E${row}"
    page.landscape = False
    return page


def _target(ctx: Context, key: str) -> tuple[str, str]:
    if key == "tabs":
        names = [ctx.sheet_names[tab_key(channel.id)] for channel in ctx.plan.channels_on]
        return ctx.t("start_tabs"), f"#{quoted(names[0])}!A1" if names else ""
    if key == "regenerate":
        return ctx.t("start_regenerate"), ""
    name = ctx.sheet_names[key]
    return name, f"#{quoted(name)}!A1"


def _tabs(ctx: Context, page: SheetSpec, row: int) -> int:
    page.put(row, 2, ctx.t("start_tabs"), "section")
    for column in (3, 4, 5):
        page.put(row, column, None, "section")
    for channel in ctx.plan.channels_on:
        row += 1
        name = ctx.sheet_names[tab_key(channel.id)]
        page.put(row, 2, None, "label")
        page.put(row, 3, name, "link")
        page.links[row, 3] = f"#{quoted(name)}!A1"
        if ctx.plan.brings(channel):
            said = ctx.t("start_tab_line", stage=ctx.plan.stages[ctx.targets.stage_index(channel.stage)].name)
        else:
            said = ctx.t("start_tab_line_customers")
        page.put(row, 4, said, "body")
        page.put(row, 5, channel.owner or None, "body")
    return row + 1


def _records(ctx: Context, page: SheetSpec, row: int) -> int:
    """The pages that are there only while they have something to show."""
    page.put(row, 2, ctx.t("start_records"), "section")
    for column in (3, 4, 5):
        page.put(row, column, None, "section")
    for key in ctx.record_keys:
        row += 1
        name, target = _target(ctx, key)
        page.put(row, 2, None, "label")
        page.put(row, 3, name, "link")
        page.links[row, 3] = target
        page.put(row, 4, ctx.t(f"{key}_subtitle"), "body")
        page.put(row, 5, ctx.t("step_regenerate_who"), "body")
        page.heights[row] = 34
    return row + 1


def _legend(ctx: Context, page: SheetSpec, row: int) -> int:
    """What the colours and signs mean."""
    page.put(row, 2, ctx.t("start_legend"), "section")
    for column in (3, 4, 5):
        page.put(row, column, None, "section")
    samples = (
        (ctx.t("legend_input"), "input.center", "legend_input_note"),
        (ctx.t("legend_value"), "value.center", "legend_value_note"),
        (1.1, "value.attain", "legend_good"),
        (1.0, "value.attain", "legend_fair"),
        (0.8, "value.attain", "legend_poor"),
        (0.25, progress_style(ctx), "legend_progress"),
    )
    for value, style, key in samples:
        row += 1
        page.put(row, 2, None, "label")
        # a sample of an input looks like one and stays locked
        page.put(row, 3, value, style if not style.startswith("input") else "input_sample.center")
        page.put(row, 4, ctx.t(key), "body")
        page.put(row, 5, None, "body")
        page.heights[row] = 34 if key == "legend_input_note" else 20
    return row
