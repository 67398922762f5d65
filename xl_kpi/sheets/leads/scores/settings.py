"""リード評価, what is typed: weights and limits with what counts while they are blank; one's own points (S1, S2)."""

from __future__ import annotations

from xl_kpi.plan.fields import field_of
from xl_kpi.plan.scoring.inputs import SCORE_ENTRIES, standard_of
from xl_kpi.plan.scoring.points import FIT, POINTS
from xl_kpi.sheets.blocks.table import Column, Table
from xl_kpi.sheets.blocks.typed_rows import single, spare_keys, typed_table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.leads.scores.places import ScoresAt
from xl_kpi.sheets.leads.scores.points import NAME, SECOND, WIDTH
from xl_kpi.workbook.spec import SheetSpec

HINT_SPAN, CHECK_SPAN = 9, 3


def settings(ctx: Context) -> Table:
    """Entry, its cell, what counts, and what it is."""
    t = ctx.t
    columns = [
        Column("name", t("relations_item"), NAME, "label"),
        Column("value", t("relations_value"), SECOND, "input"),
        Column("used", t("score_used"), WIDTH, "value"),
        Column("hint", t("relations_hint"), None, "unit", span=HINT_SPAN, link=False),
    ]
    table = Table("settings", columns, [one.key for one in SCORE_ENTRIES], section=t("score_settings_section"))
    for one in SCORE_ENTRIES:
        table.fill(one.key, name=one.words("label", ctx.lang), hint=one.words("hint", ctx.lang))
        table.put(one.key, "value", ctx.plan.settings.get(one.key), f"input.{one.format}")
    return table


def own_points(ctx: Context) -> tuple[Table, Table]:
    """One's own points: of answers, and of kinds of action."""
    check = Column("check", ctx.t("column_check"), None, "warning", span=CHECK_SPAN, link=False)
    fit = typed_table(
        ctx, FIT, [("trait", NAME), ("answer", SECOND), ("points", WIDTH), check], section=ctx.t("tbl_fit_section"),
        repeat=False, above=2, header_height=48,
    )  # fmt: skip
    kinds = typed_table(
        ctx, POINTS, [("kind", NAME), ("points", SECOND), ("most", WIDTH), check], section=ctx.t("tbl_points_section"),
        repeat=False, above=4, header_height=48,
    )  # fmt: skip
    return fit, kinds


def build_settings(ctx: Context, at: ScoresAt) -> None:
    """What counts: as typed, else the standard."""
    for one in SCORE_ENTRIES:
        typed, standard = ctx.plan.settings.get(one.key), standard_of(one.key)
        used = standard if typed is None else float(typed)
        cell = at.settings.cell(one.key, "value").here
        other = '""' if standard is None else f"{standard:g}"
        at.settings.put(one.key, "used", "" if used is None else used, f"value.{one.format}",
                        formula=f"=IF(ISNUMBER({cell}),{cell},{other})")  # fmt: skip


def build_own(ctx: Context, at: ScoresAt) -> None:
    """A word that is in no row of the points yet counts once the sheets are made anew."""
    words, kinds_of = at.points.down("word").here, at.points.down("of").here
    said = ctx.t("score_own_waits")
    for key in [*at.fit.keys, *spare_keys(ctx, FIT)]:
        trait, answer = (at.fit.cell(key, column).in_column for column in ("trait", "answer"))
        known = f"SUMPRODUCT(({kinds_of}={trait})*({words}={answer}))"
        at.fit.put(key, "check", "", formula=f'=IF(AND({trait}<>"",{answer}<>""),IF({known}=0,"{said}",""),"")')
    for key in [*at.kinds.keys, *spare_keys(ctx, POINTS)]:
        kind = at.kinds.cell(key, "kind").in_column
        known = f'SUMPRODUCT(({kinds_of}="{ctx.t("score_kind")}")*({words}={kind}))'
        at.kinds.put(key, "check", "", formula=f'=IF({kind}<>"",IF({known}=0,"{said}",""),"")')


def name_settings(ctx: Context, page: SheetSpec, at: ScoresAt) -> None:
    """The names of the entries, and what may be typed."""
    for one in SCORE_ENTRIES:
        cell, rule = at.settings.cell(one.key, "value"), single(ctx, field_of(one.key).key).rule
        ctx.name(one.key, str(cell))
        if rule:
            page.validations.append(rule.on(cell.to(cell)))
