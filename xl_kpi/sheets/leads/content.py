"""コンテンツ / Content: its use, how near to a purchase, who orders more often, paths before an order (S7, S8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from xl_kpi.catalog.content import PARTS, content_standards
from xl_kpi.plan.fields import SINGLES
from xl_kpi.plan.leads.content import Base, Engaged
from xl_kpi.plan.leads.content_inputs import usual_actions, weight_of
from xl_kpi.plan.leads.content_paths import ContentPaths, paths_of
from xl_kpi.plan.leads.totals import totals_of
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks.chart import AnyChart
from xl_kpi.sheets.blocks.head import Title
from xl_kpi.sheets.blocks.layout import Block, Layout, Words
from xl_kpi.sheets.blocks.table import Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import words
from xl_kpi.sheets.leads import content_pace
from xl_kpi.sheets.leads.content_rows import ContentRowsAt
from xl_kpi.sheets.leads.content_tables import Group, fill_lifts, fill_uses, lift_table, paint, use_table
from xl_kpi.sheets.relations.parts import Entries, Links
from xl_kpi.workbook.addresses import column_letters
from xl_kpi.workbook.spec import Series, SheetSpec
from xl_kpi.workbook.theme import SERIES_COLOURS

KEY = "content"
WIDE = 12  # columns of the page
CHART_ROWS = 11
SHORT = 14  # letters of a name below a bar
NOTE_HEIGHT, SENTENCE_HEIGHT = 44.0, 40.0


class RowChart(AnyChart):
    """One column for each of the first rows of a table: name with the number of leads, and a figure."""

    def __init__(self, id: str, title: str, table: Table, rows: Sequence[Engaged], figure: str, number_format: str):
        super().__init__(id, (1, len(rows)), tall=CHART_ROWS)
        self._title, self._table, self._rows, self._figure = title, table, rows, figure
        self._format = number_format

    def draw(self, ctx: Context, page: SheetSpec, last_column: int) -> None:
        table, keys = self._table, self._table.keys[: len(self._rows)]
        names = [f"{one.name[:SHORT]} (n={one.leads:.0f})" for one in self._rows]
        texts = [f'=LEFT({table.cell(key, "name")},{SHORT})&" (n="&{table.cell(key, "leads")}&")"' for key in keys]
        found = [table.at_cell(key, self._figure) for key in keys]
        values = ["" if one is None or one.value is None else one.value for one in found]
        cells = [f"={table.cell(key, self._figure)}" for key in keys]
        title = str(table.head_text(self._figure))
        chart_data.by_stage(self.source, [(title, f'="{title}"', values, cells)], names, texts)
        look = [Series("column_clustered", color=SERIES_COLOURS[1])]
        self.put(page, last_column, self._title, look, number_format=self._format)


@dataclass(frozen=True)
class ContentAt:
    """The blocks of the page."""

    rows: ContentRowsAt
    paths: ContentPaths
    tables: dict[str, Table]
    layout: Layout


def place(ctx: Context) -> ContentAt:
    t, rows = ctx.t, ctx.at(ContentRowsAt)
    figures = rows.figures
    paths = paths_of(figures, totals_of(ctx.plan))
    about = content_standards()
    tables: dict[str, Table] = {}
    blocks: list[Block] = []
    if figures.types:
        tables["type_uses"] = use_table(ctx, "type_uses", figures.types, t("content_type_uses"), "content_type",
                                        typed=False)  # fmt: skip
        first = figures.types[: about.bars]
        blocks.append(RowChart("score_chart", t("content_score_chart"), tables["type_uses"], first,
                               "score", "0"))  # fmt: skip
        blocks += [tables["type_uses"], _note(ctx, "score")]
    if figures.contents:
        tables["lifts"] = lift_table(ctx, "lifts", figures.contents, t("content_lifts"), "content_name")
        shown = [one for one in figures.contents if not figures.base.is_small(one, about)][: about.bars]
        if shown:
            blocks.append(RowChart("lift_chart", t("content_lift_chart"), tables["lifts"], shown, "ratio", "0.0"))
        note = _note(ctx, "lift", leads=about.small_leads, orders=about.small_orders, level=f"{about.level:.0%}")
        blocks += [tables["lifts"], note]
    if figures.types:
        tables["type_lifts"] = lift_table(ctx, "type_lifts", figures.types, t("content_type_lifts"), "content_type",
                                          typed=False)  # fmt: skip
        blocks.append(tables["type_lifts"])
    if figures.contents:
        tables["uses"] = use_table(ctx, "uses", figures.contents, t("content_uses"), "content_name")
        left = Words("left", t("content_left", count=figures.left_out), above=0)
        blocks += [tables["uses"], *([left] if figures.left_out else [])]
    if paths.paths:
        tables["paths"] = lift_table(ctx, "paths", paths.paths, t("content_paths"), "content_path", typed=False)
        blocks += [tables["paths"], Words("paths_state", "", above=0), _note(ctx, "paths")]
    if figures.base.used:
        tables["pace"] = content_pace.table(ctx)
        blocks += [tables["pace"], _note(ctx, "pace")]
    keys = [one.key for one in SINGLES if one.page == KEY]
    entries = Entries(ctx, "entries", keys, t("content_entries"), widths=(30.0, 16.0))
    usual = Words("usual", t("content_usual", words=usual_actions(ctx.lang)), above=0, height=44)
    links = Links("links", ["lead_list", "touch_list"])
    title = Title(t("content_title"), t("content_subtitle"))
    layout = Layout(ctx, KEY, title, Words("sentence", ""), Words("counted", "", above=0), Words("faults", "", above=0),
                    links, *blocks, entries,
                    usual, fit_height=0)  # fmt: skip
    return ContentAt(rows, paths, tables, layout)


def _note(ctx: Context, key: str, **values: object) -> Words:
    return Words(f"note_{key}", ctx.t(f"content_note_{key}", **values), above=0, height=NOTE_HEIGHT)


def build(ctx: Context) -> SheetSpec:
    at = ctx.at(ContentAt)
    rows, figures, tables = at.rows, at.rows.figures, at.tables
    quantile = str(rows.single("quantile"))
    everyone = Group(str(rows.single("leads")), str(rows.single("won")), figures.base)
    for kind, use, lifted, several in (
        ("type", "type_uses", "type_lifts", figures.types), ("content", "uses", "lifts", figures.contents),
    ):  # fmt: skip
        if not several:
            continue
        fill_uses(tables[use], rows, kind, figures, several)
        fill_lifts(
            ctx, tables[lifted], several, everyone, figures.base.rates_of,
            partial(_sum, rows, kind), quantile, typed=kind == "content",
        )  # fmt: skip
    if "paths" in tables:
        _paths(ctx, at, quantile)
    if "pace" in tables:
        content_pace.fill(ctx, tables["pace"], rows, at.paths)
    state = at.layout.block("paths_state").top if "paths" in tables else 0
    page = at.layout.sheet({at.layout.block("sentence").top: SENTENCE_HEIGHT})
    _said(page, at.layout.block("sentence").top, _sentence(ctx, at), "sentence", WIDE)
    _said(page, at.layout.block("counted").top, _counted(ctx, at), "note_line", 1)
    _said(page, at.layout.block("faults").top, _faults(ctx, at), "note_line", 1)
    if state:
        _said(page, state, content_pace.state(ctx, rows), "note_line", 1)
    for key in ("lifts", "type_lifts", "paths"):
        if key in tables:
            paint(ctx, page, tables[key])
    if "paths" in tables:
        content_pace.paint_stale(ctx, page, state, tables["paths"])
    ctx.name("out_content", page.ref(at.layout.block("sentence").top, 2))
    return page


def _sum(rows: ContentRowsAt, kind: str, number: int, what: str) -> str:
    return str(rows.sum(kind, number, what))


def _paths(ctx: Context, at: ContentAt, quantile: str) -> None:
    """Numbers as of the last time the sheets were made; what is divided from them are formulas."""
    base = at.rows.figures.base
    group = Group(f"{base.used:.0f}", f"{base.used_won:.0f}", _of_users(at))
    fill_lifts(ctx, at.tables["paths"], at.paths.paths, group, partial(at.paths.rates_of, base=base), None, quantile,
               typed=False)  # fmt: skip


def _of_users(at: ContentAt) -> Base:
    base = at.rows.figures.base
    return Base(leads=base.used, won=base.used_won)


def _said(page: SheetSpec, row: int, formula: str, style: str, columns: int) -> None:
    """A text that follows the cells, over so many columns."""
    for column in range(2, 2 + columns):
        page.cells.pop((row, column), None)
        page.put(row, column, None, style, formula=formula if column == 2 else None)
    if columns > 1:
        page.merges.append(f"B{row}:{column_letters(1 + columns)}{row}")


def _sentence(ctx: Context, at: ContentAt) -> str:
    """Which content goes with orders most, in words; without one, why not and what to do."""
    t, rows = ctx.t, at.rows
    if "lifts" not in at.tables:
        return f'="{t("content_none")}"'
    table = at.tables["lifts"]
    found = f"MATCH(1,{table.down('rank').here},0)"
    of = {one: f"INDEX({table.down(one).here},{found})" for one in ("name", "leads", "rate", "others", "low", "high")}
    rates = {one: f'FIXED(100*{of[one]},1)&"%"' for one in ("rate", "others")}
    said = words(t("content_best"), name=of["name"], leads=f"FIXED({of['leads']},0)", **rates,
                 low=f"FIXED({of['low']},1)", high=f"FIXED({of['high']},1)")[1:]  # fmt: skip
    unclear = f'"{t("content_unclear")}"'
    said = f'IF(COUNT({table.down("rank").here})>0,IF({of["low"]}>1,{said},{unclear}),"{t("content_few")}")'
    return f'=IF({rows.single("leads")}>0,{said},"{t("content_none")}")'


def _counted(ctx: Context, at: ContentAt) -> str:
    """What counts and what does not."""
    single = {one: f"FIXED({at.rows.single(one)},0)" for one in ("leads", "won", "used", "undated", "unknown", "late")}
    return words(ctx.t("content_counted"), **single)


def _faults(ctx: Context, at: ContentAt) -> str:
    """What `check` says of the page, too."""
    unknown, weights = at.rows.single("unknown"), "+".join(str(at.rows.single(weight_of(part))) for part in PARTS)
    said = words(ctx.t("content_unknown"), unknown=f"FIXED({unknown},0)")[1:]
    return f'=IF({weights}=0,"{ctx.t("content_no_weights")}","")&IF({unknown}>0,{said},"")'
