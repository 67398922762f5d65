"""KSF / Success factors (K2): what makes the goal come about, in words, each tied to the goal and to KPIs.

Below the factors stands every KPI with its way to the goal (K11) and the factor that it serves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xl_kpi.plan.fields import goal_unit
from xl_kpi.plan.findings.paths import off_the_way
from xl_kpi.plan.pages.tables import KSF_KPIS
from xl_kpi.sheets.blocks.head import Title
from xl_kpi.sheets.blocks.kpi_list import KpiListAt, place_list
from xl_kpi.sheets.blocks.layout import Layout
from xl_kpi.sheets.blocks.table import Column, Fit, Row, Table
from xl_kpi.sheets.blocks.typed_rows import rows_said, single, spare_keys, typed_table
from xl_kpi.sheets.context import Context, number_style
from xl_kpi.workbook.addresses import CellAt, RangeAt
from xl_kpi.workbook.spec import Condition, SheetSpec

TABLE, GOAL, TREE = "tbl_ksf", "kgi", "tree_ksf"
FIT = Fit(most=8)
CHECKS = {"none": "poor", "gone": "poor", "off": "fair", "ok": "good"}  # what 確認 may say → how it is painted
PATHS = {"no": "poor"}


@dataclass(frozen=True)
class _Page:
    ctx: Context
    factors: Table
    kpis: Table
    goal: Table
    off: frozenset[str]  # the KPIs from which no formula leads to the goal

    @property
    def rows(self) -> dict[str, dict[str, Any]]:
        return {id_: dict(row) for id_, row in self.ctx.plan.tables.get(TABLE, {}).items()}

    def column(self, name: str) -> RangeAt:
        """A column of the factors with the header, and one row more: a row put in at either end is counted too."""
        area = self.factors.down(name)
        last = CellAt(area.last.sheet, area.last.row + 1, area.last.column)
        return self.factors.head(name).to(last)


def place(ctx: Context) -> KpiListAt:
    return place_list(ctx)


def build(ctx: Context) -> SheetSpec:
    t = ctx.t
    shown: list[Column | tuple[str, float]] = [
        ("factor", 28.0), ("meaning", 24.0), ("goal", 13.0), *((key, 13.5) for key in KSF_KPIS), ("owner", 11.0),
        ("state", 9.0), Column("check", t("column_check"), 15, "label"),
    ]  # fmt: skip
    factors = typed_table(ctx, TABLE, shown, above=2, section=t("ksf_section"), frozen_to="factor", filter=True,
                          header_height=45,
                          repeat=False)  # fmt: skip
    kpis = Table("ksf_kpis", [
        Column("kpi", t("ksf_kpi"), style="label"), Column("path", t("ksf_path"), style="label"),
        Column("count", t("ksf_count"), style="value.whole"), Column("factor", t("ksf_of"), style="body", span=3),
    ], [Row(id_, f"kpi:{id_}", 20) for id_ in ctx.kpi_links.active], above=2, section=t("ksf_kpis"),
        header_height=34)  # fmt: skip
    page = _Page(ctx, factors, kpis, _goal_table(ctx), off_the_way(ctx.in_yen))
    title = Title(t("ksf_title"), t("ksf_subtitle", rows=rows_said(ctx)), factors.links())
    layout = Layout(ctx, "ksf", title, page.goal, factors, kpis, fit_height=0, protected=False)
    for id_ in [*factors.keys, *spare_keys(ctx, TABLE)]:
        _check(page, id_)
    for id_ in factors.keys:
        factors.fit(id_, ("factor", "meaning", "goal", *KSF_KPIS), FIT)
    for id_ in ctx.kpi_links.active:
        _kpi(page, id_)
    _goal(page)
    sheet = layout.sheet()
    _paint(sheet, factors.down("check"), {t(f"ksf_check_{key}"): paint for key, paint in CHECKS.items()})
    _paint(sheet, kpis.down("path"), {t(f"ksf_path_{key}"): paint for key, paint in PATHS.items()})
    return sheet


def _goal_table(ctx: Context) -> Table:
    """The goal that all of it serves, and what is missing, above the factors."""
    t = ctx.t
    return Table("ksf_goal", [
        Column("kind", t("ksf_goal_kind"), style="value.left"),
        Column("value", ctx.t("ksf_goal_value", unit=ctx.unit_label(_unit(ctx))), style=_money(ctx)),
        Column("deadline", t("label_deadline_used"), style="value.date"),
        *(Column(id, t(f"ksf_{id}"), style="value.whole") for id in ("factors", "without", "untied", "off")),
        single(ctx, TREE),
    ], [Row(GOAL, GOAL, 22)], header_height=45)  # fmt: skip


def _unit(ctx: Context) -> str:
    return goal_unit(ctx.plan.goal.kind)


def _money(ctx: Context) -> str:
    return number_style("value_strong", _unit(ctx), ctx.plan).replace(".count", ".whole")


def _goal(page: _Page) -> None:
    ctx, table = page.ctx, page.goal
    rows = page.rows
    table.put(GOAL, "kind", ctx.t(f"kind_{ctx.plan.goal.kind}"), formula="=kgi_kind")
    table.put(GOAL, "value", float(ctx.targets.goal), formula="=kgi_goal")
    table.put(GOAL, "deadline", ctx.targets.deadline, formula="=deadline_used")
    named = sum("factor" in row for row in rows.values())
    table.put(GOAL, "factors", named, formula=f"={_filled(page.column('factor').here)}-1")
    counts = [
        ("without", page.column("check"), ctx.t("ksf_check_none"), [_check_of(page, row) for row in rows.values()]),
        ("off", page.kpis.down("path"), ctx.t("ksf_path_no"), [_path(page, id_) for id_ in page.kpis.keys]),
    ]
    for column, area, word, found in counts:
        table.put(GOAL, column, found.count(word), formula=f'=COUNTIF({area.here},"{word}")')
    untied = sum(not _factors_of(page, id_) for id_ in page.kpis.keys)
    table.put(GOAL, "untied", untied, formula=f"=COUNTIF({page.kpis.down('count').here},0)")
    table.put(GOAL, TREE, ctx.t(f"{TREE}_{ctx.plan.settings.get(TREE, 'on')}"))
    ctx.name(TREE, str(table.cell(GOAL, TREE)))


def _filled(area: str) -> str:
    """Excel's text of how many cells are not blank."""
    return f'SUMPRODUCT(({area}<>"")*1)'


def _links(row: dict[str, Any]) -> list[str]:
    return [row[key] for key in KSF_KPIS if key in row]


def _check_of(page: _Page, row: dict[str, Any]) -> str:
    """What 確認 says: a factor without a KPI, with one that the plan does not use, with one that leads nowhere."""
    t, links = page.ctx.t, _links(row)
    if not links:
        return t("ksf_check_none") if "factor" in row else ""
    if not set(links) <= set(page.kpis.keys):
        return t("ksf_check_gone")
    return t("ksf_check_off") if page.off & set(links) else t("ksf_check_ok")


def _check(page: _Page, id_: str) -> None:
    t, table = page.ctx.t, page.factors
    cells = [table.cell(id_, key).in_column for key in KSF_KPIS]
    all_of = f"{cells[0]}:{cells[-1]}"
    words, paths = (page.kpis.down(column).here for column in ("kpi", "path"))
    known = "+".join(f"COUNTIF({words},{cell})" for cell in cells)
    off = "+".join(f'COUNTIFS({words},{cell},{paths},"{t("ksf_path_no")}")' for cell in cells)
    without = f'IF({table.cell(id_, "factor").in_column}="","","{t("ksf_check_none")}")'
    said = f'IF({off}>0,"{t("ksf_check_off")}","{t("ksf_check_ok")}")'
    formula = f'=IF({_filled(all_of)}=0,{without},IF({known}<{_filled(all_of)},"{t("ksf_check_gone")}",{said}))'
    table.put(id_, "check", _check_of(page, page.rows.get(id_, {})), formula=formula)


def _path(page: _Page, id_: str) -> str:
    return page.ctx.t("ksf_path_no" if id_ in page.off else "ksf_path_yes")


def _factors_of(page: _Page, id_: str) -> list[str]:
    """The factors with this KPI, those first that name it first."""
    rows = page.rows.values()
    return [str(row.get("factor", "")) for key in KSF_KPIS for row in rows if row.get(key) == id_]


def _kpi(page: _Page, id_: str) -> None:
    ctx, table = page.ctx, page.kpis
    word, found = table.cell(id_, "kpi").in_column, _factors_of(page, id_)
    columns = [page.column(key).here for key in KSF_KPIS]
    area = page.column(KSF_KPIS[0]).first.to(page.column(KSF_KPIS[-1]).last).here
    table.put(id_, "kpi", ctx.kpi_links.words[id_])
    table.put(id_, "path", _path(page, id_))
    table.put(id_, "count", len(found), formula=f"=COUNTIF({area},{word})")
    row = _first_match(word, columns)
    name = f'INDEX({page.column("factor").here},{row})&""'
    formula = f'=IF({table.cell(id_, "count").in_column}=0,"{ctx.t("ksf_none")}",{name})'
    table.put(id_, "factor", found[0] if found else ctx.t("ksf_none"), formula=formula)


def _first_match(word: str, columns: Sequence[str]) -> str:
    """Excel's text of the row in the first of some columns that has a word."""
    *others, text = [f"MATCH({word},{column},0)" for column in columns]
    for column, match in zip(reversed(columns[:-1]), reversed(others)):
        text = f"IF(COUNTIF({column},{word})>0,{match},{text})"
    return text


def _paint(sheet: SheetSpec, area: RangeAt, words: dict[str, str]) -> None:
    for word, paint in words.items():
        sheet.conditions.append(Condition(area.free, f'={area.first.in_column}="{word}"', paint))
