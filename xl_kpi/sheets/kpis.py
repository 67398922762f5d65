"""KPI辞書 / KPI dictionary: every KPI with definition, unit, owner, formula; the rows drive the channel tabs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from xl_kpi import catalog
from xl_kpi.catalog.messages import worded
from xl_kpi.formulas.formula import is_input
from xl_kpi.kpi.graph import PARTS, check_kpis
from xl_kpi.kpi.splits import gaps
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.input.amounts import least_as_yen
from xl_kpi.plan.input.row_names import LIST_LENGTH
from xl_kpi.plan.model import Kpi
from xl_kpi.plan.money.cells import YEN
from xl_kpi.sheets.blocks import paper
from xl_kpi.sheets.blocks.basis import basis_rule
from xl_kpi.sheets.blocks.head import Title, head
from xl_kpi.sheets.context import Context, number_style
from xl_kpi.sheets.excel_text import digits_wide
from xl_kpi.workbook.addresses import CellAt, RangeAt, absolute, column_letters, relative
from xl_kpi.workbook.cells.grid import HEAD
from xl_kpi.workbook.spec import Condition, SheetSpec, Validation

HEADER_ROW = 6
SPARE_ROWS = 15
SUBTITLE, AGAIN = 3, 5  # row; the last of the columns that are printed on each page
LINE, AIR, LEAST = 13.5, 3.0, 18.0  # points of a line of text, of a row besides, and of a row at least
COLUMNS = (
    ("kpi_channel", 13), ("kpi_id", 14), ("kpi_on", 5), ("kpi_name_ja", 16), ("kpi_name_en", 17),
    ("kpi_definition", 41.5),
    ("kpi_unit", 8), ("kpi_better", 6.4), ("kpi_owner", 12), ("kpi_rhythm", 7), ("kpi_source", 14),
    ("kpi_target", 16), ("kpi_value", 10.1), ("kpi_basis", 9), ("kpi_actual", 14), ("kpi_decomposition", 14),
    ("kpi_weight", 11.5), ("kpi_parent", 10), ("kpi_split", 8), ("column_check", 12.5),
)  # fmt: skip
NAMES = sum(width for _, width in COLUMNS[: AGAIN - 1])  # how wide these are together
_AT = {key: column for column, (key, _) in enumerate(COLUMNS, 2)}
CHANNEL, ON, LAST_LEFT, VALUE, PARENT, CHECK = (
    _AT[key] for key in ("kpi_channel", "kpi_on", "kpi_source", "kpi_value", "kpi_parent", "column_check")
)


@dataclass(frozen=True)
class KpisAt:
    """The cell of each KPI's assumption, by channel and id; the columns with the channels, ○ or ×, and the parents."""

    values: Mapping[tuple[str, str], CellAt]
    channels: RangeAt
    ons: RangeAt
    parents: RangeAt


def place(ctx: Context) -> KpisAt:
    sheet = ctx.sheet_names["kpis"]
    rows = enumerate(ctx.plan.kpis, HEADER_ROW + 1)
    values = {(kpi.channel, kpi.id): CellAt(sheet, row, VALUE) for row, kpi in rows}
    last = HEADER_ROW + len(ctx.plan.kpis) + SPARE_ROWS
    columns = (
        CellAt(sheet, HEADER_ROW + 1, column).to(CellAt(sheet, last, column)) for column in (CHANNEL, ON, PARENT)
    )
    return KpisAt(values, *columns)


def build(ctx: Context) -> SheetSpec:
    page = ctx.sheet("kpis", fit_height=0)
    t = ctx.t
    page.widths.update({column: width for column, (_, width) in enumerate(COLUMNS, 2)})
    head(ctx, page, Title(t("kpis_title"), t("kpis_subtitle"), [2, 3, 5, 6, 7, 9, 11, 12]), line_style="note")
    page.put(HEADER_ROW - 1, 2, t("kpis_grammar"), "note")
    for at, text in ((SUBTITLE, t("kpis_subtitle")), (HEADER_ROW - 1, t("kpis_grammar"))):
        # in the columns that each printed page has, so that it is cut on none
        page.merges.append(f"B{at}:{column_letters(AGAIN)}{at}")
        page.heights[at] = LINE * math.ceil(digits_wide(text) * 10 / 11 / (NAMES - 2)) + AIR
    page.put(HEADER_ROW, 1, f"{HEAD}kpis", "key")
    for column, (key, _) in enumerate(COLUMNS, 2):
        page.put(HEADER_ROW, column, t(key), "header")
    page.heights[HEADER_ROW] = 40
    row = HEADER_ROW
    said = _remarks(ctx)
    for kpi, typed in zip(ctx.plan.kpis, ctx.in_yen.kpis, strict=True):
        row += 1
        _kpi_row(ctx, page, row, replace(typed, value=kpi.value), said.get((kpi.channel, kpi.id)))
    last = row + SPARE_ROWS
    for blank in range(row + 1, last + 1):
        page.put(blank, 1, None, "key")
        for column in range(2, CHECK):
            page.put(blank, column, None, "input.center" if column == ON else "input_wrap")
        page.put(blank, CHECK, None, "warning")
    ctx.name("tbl_kpis", page.ref(HEADER_ROW, 1, last, CHECK - 1))
    _validations(ctx, page, HEADER_ROW + 1, last)
    page.conditions.append(
        Condition(f"B{HEADER_ROW + 1}:{column_letters(CHECK)}{last}", f'=${column_letters(ON)}{HEADER_ROW + 1}="×"',
                  "value_grey")
    )  # fmt: skip
    page.print_area = f"$A$1:${column_letters(CHECK)}${row}"
    page.print_title_rows = f"${HEADER_ROW}:${HEADER_ROW}"
    page.print_title_columns = f"$A:${column_letters(AGAIN)}"
    page.zoom, page.column_breaks = paper.LEAST_ZOOM, [LAST_LEFT]
    starts = {HEADER_ROW: range(HEADER_ROW + 1, row + 1)}
    page.row_breaks = paper.breaks(page, [(HEADER_ROW, row)], paper.room(page, CHECK), page.heights[HEADER_ROW], starts)
    page.print_parts = [(row, LAST_LEFT)]  # what each KPI is; how it is computed stands in words on its channel's page
    page.freeze = f"F{HEADER_ROW + 1}"
    return page


def _kpi_row(ctx: Context, page: SheetSpec, row: int, kpi: Kpi, remark: tuple[str, str] | None) -> None:
    """One KPI; ``remark`` what its check cell says, and in which style, where there is something to say."""
    t = ctx.t
    basis, rhythm = (
        t(f"{kind}_{said}") if said else "" for kind, said in (("basis", kpi.basis), ("rhythm", kpi.rhythm))
    )
    values = (
        ctx.channel_words.get(kpi.channel, kpi.channel), kpi.id, "○" if kpi.on else "×", kpi.name_ja,
        kpi.name_en, kpi.definition,
        ctx.unit_word(kpi.unit), t(f"better_{kpi.better}"), kpi.owner, rhythm, kpi.source,
        kpi.target, kpi.value, basis, kpi.actual, kpi.decomposition, kpi.weight, kpi.parent, kpi.split,
    )  # fmt: skip
    page.put(row, 1, f"{kpi.channel}.{kpi.id}", "key")
    for column, value in enumerate(values, 2):
        style = number_style("input", kpi.unit, ctx.plan) if column == VALUE else "input_wrap"
        style = "input.center" if column == ON else style
        page.put(row, column, value if value != "" else None, style)
    page.heights[row] = _height([*values, remark[0] if remark else ""])
    if remark or kpi.unit != YEN or ctx.money == 1 or not is_input(kpi.target):
        page.put(row, CHECK, *(remark or (t("check_ok"), "note_line")))
        return
    least, texts = least_as_yen(ctx.money), [t("check_amounts", unit=ctx.unit_label(YEN)), t("check_ok")]
    said = texts[0] if (kpi.value or 0) >= least else texts[1]
    text = f'=IF(N({relative(row, VALUE)})>={least},"{texts[0]}","{texts[1]}")'
    page.put(row, CHECK, said, "warning", formula=text)
    page.conditions.append(Condition(relative(row, CHECK), f'={absolute(row, CHECK)}="{texts[1]}"', "clear"))


def _height(texts: Sequence[object]) -> float:
    lines = (
        math.ceil(digits_wide(text) * 10 / 11 / (width - 1))
        for (_, width), text in zip(COLUMNS, texts, strict=True)
        if isinstance(text, str)
    )
    return max(LEAST, LINE * max(lines) + AIR)


def _remarks(ctx: Context) -> dict[tuple[str, str], tuple[str, str]]:
    """What is said about a row as of its writing: text and style of its check cell.

    Where something is wrong with formulas it is about rows that are on no tab: of all others it would be an error.
    """
    plan, found = ctx.plan, {}
    shown = {(kpi.channel, kpi.id) for channel in plan.channels_on for kpi in shown_kpis(plan, channel)}
    for kpi in plan.kpis:
        key = (kpi.channel, kpi.id)
        if not kpi.on:
            found[key] = (ctx.t("check_kpi_kept" if key in shown else "check_kpi_off"), "note_line")
    for kpi, column, words in check_kpis(plan.kpis, [stage.id for stage in plan.stages], catalog.dimension_of):
        if column == PARTS:
            found[kpi.channel, kpi.id] = (f"▲ {worded(words, ctx.lang)}", "warning")
        elif (kpi.channel, kpi.id) not in shown:
            found[kpi.channel, kpi.id] = (ctx.t("check_formula"), "warning")
    for gap in gaps(plan, ctx.targets):
        said = ctx.t("check_split", split=gap.split or ctx.t("split_any"))
        found[gap.parent.channel, gap.parent.id] = (said, "warning")
    return found


def _validations(ctx: Context, page: SheetSpec, first: int, last: int) -> None:
    t = ctx.t
    lists = (
        ("kpi_channel", list(ctx.channel_words.values())),
        ("kpi_on", ["○", "×"]),
        ("kpi_unit", [ctx.unit_word(unit.id) for unit in catalog.units()]),
        ("kpi_better", [t("better_up"), t("better_down")]),
        ("kpi_rhythm", [t("rhythm_weekly"), t("rhythm_monthly")]),
    )
    basis = column_letters(_AT["kpi_basis"])
    page.validations.append(basis_rule(ctx, f"{basis}{first}:{basis}{last}", "kpi_basis"))
    for key, choices in lists:
        column = column_letters(_AT[key])
        if len(",".join(choices)) > LIST_LENGTH:
            continue
        allowed = t("allowed_choice", choices=" / ".join(choices))[:250]
        page.validations.append(
            Validation(f"{column}{first}:{column}{last}", "list", ",".join(choices), title=t(key), prompt=allowed,
                       error="" if key == "kpi_channel" else allowed)  # ids, and channels that are new, may be typed
        )  # fmt: skip
