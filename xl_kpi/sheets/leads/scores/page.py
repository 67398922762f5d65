"""リード評価 / Lead scores (S1, S2): back-test, whom to call first, what goes with orders; weights and points.

Figures of leads in rows are formulas over リード評価一覧; of larger data they are the totals that were imported.
"""

from __future__ import annotations

from xl_kpi.catalog.scoring import scoring
from xl_kpi.plan.input.wording import fixed
from xl_kpi.plan.leads import touches_of
from xl_kpi.plan.scoring.tested import BackTest
from xl_kpi.sheets.blocks.head import FIRST_COLUMN, Title
from xl_kpi.sheets.blocks.layout import Block, Layout, Words
from xl_kpi.sheets.blocks.table import Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import words
from xl_kpi.sheets.leads.lead_list import LeadListAt
from xl_kpi.sheets.leads.scores.bands import (
    RateChart,
    bands_table,
    build_bands,
    build_grid,
    build_ranks,
    grid_table,
    paint_ranks,
    ranks_table,
)
from xl_kpi.sheets.leads.scores.best import best_table, build_best, build_channels, channels_table
from xl_kpi.sheets.leads.scores.places import ScoreListAt, ScoresAt, StepsAt
from xl_kpi.sheets.leads.scores.points import (
    build_drivers,
    build_points,
    drivers_table,
    paint_points,
    points_table,
)
from xl_kpi.sheets.leads.scores.settings import build_own, build_settings, name_settings, own_points, settings
from xl_kpi.sheets.leads.touch_list import TouchListAt
from xl_kpi.sheets.relations.parts import Links
from xl_kpi.workbook.addresses import relative
from xl_kpi.workbook.sheet_kinds import is_there, kind_of
from xl_kpi.workbook.spec import Condition, SheetSpec

COLUMNS = 15  # of the widest table
SENTENCE = 26.0


def place(ctx: Context) -> ScoresAt:
    t, tested = ctx.t, _tested(ctx)
    typed, (fit, kinds) = settings(ctx), own_points(ctx)
    points, bands = points_table(ctx, tested), bands_table(ctx)
    said = Words("state", "")
    results: list[Block] = []
    if not tested.is_empty:
        method = Words("method", t("score_method", small=scoring().small), above=0, height=32)
        results = [ranks_table(ctx), bands, method, grid_table(ctx), RateChart(bands)]
        results += [best_table(ctx)] if tested.in_rows else []
        results += [drivers_table(ctx), Words("drivers_note", t("score_drivers_note"), above=0, height=32),
                    channels_table(ctx)]  # fmt: skip
    notes = [Words("equation", t("score_equation"), above=0, height=48)]
    links = [Links("links", ["score_list"], "scores_see")] if tested.in_rows else []
    if tested.is_empty:
        blocks = [said, typed, *notes, points, fit, kinds]
    else:
        blocks = [said, *links, *results, typed, *notes, points, fit, kinds]
    title = Title(t("lead_scores_title"), t("lead_scores_subtitle"))
    layout = Layout(ctx, "lead_scores", title, *blocks, fit_height=0)
    return ScoresAt(tested, typed, fit, kinds, points, bands, layout)


def _tested(ctx: Context) -> BackTest:
    """The figures; of no lead while the page is not there, for nobody looks at them."""
    there = is_there(kind_of("lead_scores"), ctx.plan, ctx.records)
    return BackTest(ctx.plan if there else ctx.plan.with_(tables={}))


def build(ctx: Context) -> SheetSpec:
    at = ctx.at(ScoresAt)
    tested, block = at.tested, at.layout.block
    listed = ctx.at(ScoreListAt) if tested.in_rows else None
    build_settings(ctx, at)
    build_own(ctx, at)
    build_points(ctx, at, listed, ctx.at(StepsAt))
    if not tested.is_empty:
        build_bands(ctx, at, listed)
        build_ranks(ctx, at, _table(block("ranks")), listed)
        build_grid(ctx, tested, _table(block("grid")), listed)
        build_drivers(ctx, at, _table(block("drivers")))
        build_channels(ctx, tested, _table(block("score_channels")), listed)
    if listed:
        build_best(ctx, tested, _table(block("best")), listed)
    top = block("state").top
    page = at.layout.sheet({top: SENTENCE})
    name_settings(ctx, page, at)
    _state(ctx, page, at, top)
    paint_points(ctx, page, at.points)
    if not tested.is_empty:
        paint_ranks(ctx, page, _table(block("ranks")))
        paint_points(ctx, page, _table(block("drivers")))
    return page


def _table(block: Block) -> Table:
    assert isinstance(block, Table), block.id
    return block


def _state(ctx: Context, page: SheetSpec, at: ScoresAt, row: int) -> None:
    """What the page is of, and whether rows were added since: a sentence over its width."""
    value, formula = _said(ctx, at)
    for column in range(FIRST_COLUMN, FIRST_COLUMN + COLUMNS):
        page.cells.pop((row, column), None)
        first = column == FIRST_COLUMN
        page.put(row, column, value if first else None, "sentence", formula=formula if first else None)
    page.merges.append(f"{relative(row, FIRST_COLUMN)}:{relative(row, FIRST_COLUMN + COLUMNS - 1)}")
    said = f"${relative(row, FIRST_COLUMN)}"
    sign = ctx.t("scores_waiting")[0]
    page.conditions.append(Condition(relative(row, FIRST_COLUMN), f'=LEFT({said},1)="{sign}"', "poor"))


def _said(ctx: Context, at: ScoresAt) -> tuple[str, str | None]:
    tested = at.tested
    if tested.is_empty:
        return ctx.t("scores_none"), None
    leads, closed = fixed(tested.all.leads), fixed(tested.all.closed)
    if not tested.in_rows:
        return ctx.t("scores_totals", leads=leads, closed=closed), None
    rows, listed, steps = ctx.at(LeadListAt), ctx.at(ScoreListAt), ctx.at(StepsAt)
    numbers, actions = rows.column("tbl_leads", "number"), ctx.at(TouchListAt).column("tbl_touches", "number")
    known = [f'SUMPRODUCT(({one}<>"")*1)' for one in (listed.column("number"), steps.column("number"))]
    new = [f"MAX(0,COUNTA({one})-1-{count})" for one, count in zip((numbers, actions), known, strict=True)]
    waiting = "+".join([*new, f'COUNTIF({listed.column("verdict")},"{ctx.t("score_stale")}")'])
    cells = [at.bands.cell("all", part).here for part in ("leads", "closed")]
    current = words(ctx.t("scores_current"), leads=f"FIXED({cells[0]},0)", touches=f"FIXED(COUNTA({actions})-1,0)",
                    closed=f"FIXED({cells[1]},0)")[1:]  # fmt: skip
    wait = words(ctx.t("scores_waiting"), count=f"FIXED({waiting},0)")[1:]
    done = sum(bool(one.number) for one in touches_of(ctx.plan))
    value = ctx.t("scores_current", leads=leads, touches=fixed(done), closed=closed)
    return value, f"=IF({waiting}>0,{wait},{current})"
