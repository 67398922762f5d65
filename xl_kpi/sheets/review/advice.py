"""アドバイス / Advice (R1–R10): which cause and action the review shows for a KPI; what a plan changes, what it adds.

Above the rows of the catalog with cells in which a plan says otherwise, below them the plan's own rows.  What is wrong
with a row is said as of the page's writing, and by 点検 and ``check``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from xl_kpi import catalog
from xl_kpi.catalog.advice import Advice, advice
from xl_kpi.kpi.review.advice_table import ALL, AdviceTable
from xl_kpi.kpi.review.figure_ids import BRAND, FUNNEL, GAP, stage_of
from xl_kpi.kpi.review.names import figure_name
from xl_kpi.plan.input.row_names import LIST_LENGTH
from xl_kpi.plan.pages.advice_tables import CHANGED, OWN, PAGE
from xl_kpi.plan.pages.tables import find_table
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks.head import Title
from xl_kpi.sheets.blocks.layout import Layout
from xl_kpi.sheets.blocks.table import Column, Fit, Row, Rule, Table
from xl_kpi.sheets.blocks.typed_rows import offered, rows_said, rule_of, spare_keys, style_of, typed_table
from xl_kpi.sheets.context import Context
from xl_kpi.workbook.addresses import CellAt, RangeAt
from xl_kpi.workbook.sheet_kinds import ROW_ID, is_there, kind_of
from xl_kpi.workbook.spec import Condition, SheetSpec

APART = 4  # blank rows between the tables: what is typed right below one belongs to it
WIDTHS = {
    "number": 5.0, "channel": 11.0, "kpi": 15.0, "comparison": 11.4, "threshold": 9.0, "although": 12.0,
    "said": 23.0, "cause": 17.5, "action": 18.0, "own": 9.0, "owner": 9.0, "use": 6.0, "check": 6.5,
}  # fmt: skip
FIT = Fit(most=8)


@dataclass(frozen=True)
class AdviceAt:
    """``kpis`` the cells with the names to choose from; None while the page is not there."""

    kpis: RangeAt | None


def place(ctx: Context) -> AdviceAt:
    if not is_there(kind_of(PAGE), ctx.plan, ctx.records):
        return AdviceAt(None)
    words = AdviceTable(ctx.plan).kpi_words
    cells = chart_data.reserve(ctx, len(words), 0)
    cells.cells[0, 0] = (ctx.t("advice_kpi_list"), "", "calc_header")
    for row, word in enumerate(words, 1):
        cells.cells[row, 0] = (word, "", "calc")
    first = CellAt(cells.sheet, cells.top + 1, cells.left)
    return AdviceAt(first.to(CellAt(cells.sheet, cells.top + len(words), cells.left)))


def build(ctx: Context) -> SheetSpec:
    t, found = ctx.t, AdviceTable(ctx.plan)
    standard, own = _standard_table(ctx), _own_table(ctx, found)
    title = Title(t("advice_title"), t("advice_subtitle", rows=rows_said(ctx)), standard.links())
    layout = Layout(ctx, PAGE, title, standard, own, fit_height=0, protected=False)
    for row in advice():
        if row.key in standard.keys:
            _standard(ctx, found, standard, row)
    for id_ in standard.keys:
        _changes(ctx, found, standard, id_)
    for number, id_ in enumerate(own.keys, 1):
        own.put(id_, "number", str(number))
        own.put(id_, "check", _said(ctx, found, OWN, id_))
        own.fit(id_, ("kpi", "although", "cause", "action"), FIT)
    for id_ in spare_keys(ctx, OWN):
        own.put(id_, "number", None)
        own.put(id_, "check", None)
    page = layout.sheet()
    for id_, typed in ctx.plan.tables.get(OWN, {}).items():
        if str(typed.get("comparison")).endswith("_plan") and isinstance(typed.get("threshold"), (int, float)):
            at = own.cell(id_, "threshold")
            page.cells[at.row, at.column] = replace(page.cells[at.row, at.column], style="input.rate")
    for table in (standard, own):
        area = table.down("check")
        page.conditions.append(Condition(area.free, f'={area.first.free}<>""', "poor"))
    return page


def _said(ctx: Context, table: AdviceTable, key: str, id_: str) -> str | None:
    """What is wrong with a row, in a few words."""
    words = (one.key.replace("plan_check_advice_", "advice_bad_") for one in table.of(key, id_))
    return " / ".join(dict.fromkeys(map(ctx.t, words))) or None


# --- the rows of the catalog


def _standard_table(ctx: Context) -> Table:
    about, t = find_table(CHANGED), ctx.t
    assert about is not None
    shown = [
        Column("number", t("advice_number"), WIDTHS["number"]),
        *(Column(name, t(f"advice_{name}"), WIDTHS[name]) for name in ("channel", "kpi", "comparison")),
        Column("bar", t("advice_bar"), WIDTHS["threshold"], "value_grey.exact"),
        Column("although", t("advice_although"), WIDTHS["although"]),
        Column("said", t("advice_said"), WIDTHS["said"]),
    ]
    typed = []
    for name in ("cause", "action", "threshold", "owner", "use"):
        one = about.find(name)
        assert one is not None
        width = WIDTHS["own" if name == "threshold" else name]
        typed.append(Column(name, t(about.header(name)), width, style_of(ctx, one), rule_of(ctx, one), margin=3))
    check = Column("check", t("column_check"), WIDTHS["check"])
    listed = [row.key for row in advice() if _is_there(ctx, row)]
    others = (id_ for id_ in ctx.plan.tables.get(CHANGED, {}) if id_ not in listed)
    body = [Row(id_, id_, 34) for id_ in (*listed, *others)]  # nothing that was typed is lost
    return Table(about.name, [*shown, *typed, check], body, name=CHANGED, mark=t(ROW_ID), header_height=45,
                 repeat=True, section=t("advice_standard_section"), above=1)  # fmt: skip


def _is_there(ctx: Context, row: Advice) -> bool:
    """Whether the plan has what a row is about: a row of a stage that it has not is never asked."""
    stage = stage_of(row.kpi) if row.channel == FUNNEL else ""
    return not stage or stage == ALL or stage in {one.id for one in ctx.plan.stages}


def _standard(ctx: Context, found: AdviceTable, table: Table, row: Advice) -> None:
    table.fill(
        row.key,
        number=row.id,
        channel=_channel(ctx, row.channel),
        kpi=_kpi(ctx, row),
        comparison=ctx.t(f"advice_comparison_{row.comparison}"),
        although=ctx.t("list_comma").join(_name(ctx, row.channel, one) for one in row.although) or None,
        said=row.text(ctx.lang),
    )
    table.put(row.key, "bar", found.bar(row), "value_grey.rate" if row.of_plan else "value_grey.exact")


def _changes(ctx: Context, found: AdviceTable, table: Table, id_: str) -> None:
    """The cells of a row in which the plan says otherwise."""
    about, typed = find_table(CHANGED), ctx.plan.tables.get(CHANGED, {}).get(id_, {})
    assert about is not None
    is_of_plan = any(row.key == id_ and row.of_plan for row in advice())
    for one in about.columns:
        value = typed.get(one.column)
        shown = offered(ctx, one).get(value, value) if one.choices and isinstance(value, str) else value
        table.put(id_, one.column, shown, "input.rate" if one.column == "threshold" and is_of_plan else None)
    table.put(id_, "check", _said(ctx, found, CHANGED, id_))
    table.fit(id_, ("kpi", "although", "said", "cause", "action"), FIT)


def _channel(ctx: Context, channel: str) -> str:
    """What a row of the catalog calls its channel, one that the plan has not by its name there."""
    if channel == ALL or channel in (FUNNEL, BRAND):
        return ctx.t("advice_all" if channel == ALL else f"advice_{channel}")
    own = next((one.name for one in ctx.plan.channels if one.id == channel), "")
    return own or catalog.channel(channel).name[ctx.lang]


def _kpi(ctx: Context, row: Advice) -> str:
    if "*" in row.kpi or row.kpi == "volume":
        return ctx.t(f"advice_any_{row.kpi.removeprefix('*_')}")
    return figure_name(ctx.plan, FUNNEL, GAP, ctx.lang) if row.kpi == GAP else _name(ctx, row.channel, row.kpi)


def _name(ctx: Context, channel: str, kpi: str) -> str:
    """A KPI by its name in the plan, else in the catalog, of the first channel that has it."""
    own = (one.name(ctx.lang) for one in ctx.plan.kpis if one.id == kpi and channel in (ALL, one.channel))
    standard = (one for one in catalog.channels() if channel in (ALL, one.id))
    known = (one.name[ctx.lang] for each in standard if (one := each.find_kpi(kpi)))
    return next(own, "") or next(known, "") or figure_name(ctx.plan, channel, kpi, ctx.lang)


# --- one's own rows


def _own_table(ctx: Context, found: AdviceTable) -> Table:
    t, names = ctx.t, ",".join(found.channel_words.values())
    listed = len(names) <= LIST_LENGTH and names.count(",") == len(found.channel_words) - 1
    channel = Rule("list", names, t("advice_channel"), t("advice_allowed_channel"), strict=False) if listed else None
    at = ctx.at(AdviceAt).kpis
    kpi = Rule("list", f"={at}", t("advice_kpi"), t("advice_allowed_kpi"), strict=False) if at else None
    about = find_table(OWN)
    assert about is not None
    action = about.find("action")
    assert action is not None
    columns: list[Column | tuple[str, float]] = [
        Column("number", t("advice_number"), WIDTHS["number"]),
        Column("channel", t("advice_channel"), WIDTHS["channel"], "input_wrap", channel),
        Column("kpi", t("advice_kpi"), WIDTHS["kpi"], "input_wrap", kpi, margin=3),
        *((name, WIDTHS[name]) for name in ("comparison", "threshold", "although")),
        Column("check", t("column_check"), WIDTHS["said"]),
        ("cause", WIDTHS["cause"]),
        Column("action", t("advice_action"), None, style_of(ctx, action), span=2, link=False),
        ("owner", WIDTHS["owner"]),
        ("use", WIDTHS["use"]),
    ]
    return typed_table(
        ctx, OWN, columns, above=APART, section=t("advice_section"), repeat=False, row_height=34, header_height=45
    )
