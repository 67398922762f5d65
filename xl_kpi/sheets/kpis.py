"""KPI辞書 / KPI dictionary: every KPI with definition, unit, owner, formula; the rows drive the channel tabs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from xl_kpi import catalog
from xl_kpi.formulas.formula import is_input
from xl_kpi.kpi.graph import check_kpis
from xl_kpi.plan.input.amounts import least_as_yen
from xl_kpi.plan.input.row_names import LIST_LENGTH
from xl_kpi.plan.model import Kpi
from xl_kpi.plan.money.cells import YEN
from xl_kpi.sheets.context import Context, number_style
from xl_kpi.sheets.excel_text import digits_wide
from xl_kpi.workbook.addresses import CellAt, RangeAt, absolute, relative
from xl_kpi.workbook.cells.grid import HEAD
from xl_kpi.workbook.spec import Condition, SheetSpec, Validation

HEADER_ROW = 6
SPARE_ROWS = 15
COLUMNS = (
    ("kpi_channel", 13), ("kpi_id", 16), ("kpi_name_ja", 20), ("kpi_name_en", 22), ("kpi_definition", 44),
    ("kpi_unit", 9), ("kpi_better", 7), ("kpi_owner", 16), ("kpi_rhythm", 9), ("kpi_source", 18),
    ("kpi_target", 22), ("kpi_value", 11), ("kpi_actual", 20), ("kpi_decomposition", 20), ("kpi_weight", 12),
    ("column_check", 22),
)  # fmt: skip
CHANNEL, VALUE, CHECK = 2, 13, 17


@dataclass(frozen=True)
class KpisAt:
    """The cell of each KPI's assumption, by channel and id; the column with the channels."""

    values: Mapping[tuple[str, str], CellAt]
    channels: RangeAt


def place(ctx: Context) -> KpisAt:
    sheet = ctx.sheet_names["kpis"]
    rows = enumerate(ctx.plan.kpis, HEADER_ROW + 1)
    values = {(kpi.channel, kpi.id): CellAt(sheet, row, VALUE) for row, kpi in rows}
    last = HEADER_ROW + len(ctx.plan.kpis) + SPARE_ROWS
    return KpisAt(values, CellAt(sheet, HEADER_ROW + 1, CHANNEL).to(CellAt(sheet, last, CHANNEL)))


def build(ctx: Context) -> SheetSpec:
    page = ctx.sheet("kpis", fit_width=2, fit_height=0)
    t = ctx.t
    page.widths.update({column: width for column, (_, width) in enumerate(COLUMNS, 2)})
    ctx.head(page, t("kpis_title"), t("kpis_subtitle"), [2, 3, 4, 5, 6, 8, 10, 11])
    page.put(HEADER_ROW - 1, 2, t("kpis_grammar"), "note_line")
    page.put(HEADER_ROW, 1, f"{HEAD}kpis", "key")
    for column, (key, _) in enumerate(COLUMNS, 2):
        page.put(HEADER_ROW, column, t(key), "header")
    page.heights[HEADER_ROW] = 34
    row = HEADER_ROW
    for kpi, typed in zip(ctx.plan.kpis, ctx.in_yen.kpis, strict=True):
        row += 1
        _kpi_row(ctx, page, row, replace(typed, value=kpi.value))
    last = row + SPARE_ROWS
    for blank in range(row + 1, last + 1):
        page.put(blank, 1, None, "key")
        for column in range(2, CHECK):
            page.put(blank, column, None, "input_wrap")
        page.put(blank, CHECK, None, "warning")
    ctx.name("tbl_kpis", page.ref(HEADER_ROW, 1, last, CHECK - 1))
    _validations(ctx, page, HEADER_ROW + 1, last)
    page.print_area = f"$A$1:$Q${row}"
    page.print_title_rows = f"${HEADER_ROW}:${HEADER_ROW}"
    page.print_title_columns = "$A:$D"
    page.freeze = f"E{HEADER_ROW + 1}"
    return page


def _kpi_row(ctx: Context, page: SheetSpec, row: int, kpi: Kpi) -> None:
    t = ctx.t
    values = (
        ctx.channel_words.get(kpi.channel, kpi.channel), kpi.id, kpi.name_ja, kpi.name_en, kpi.definition,
        ctx.unit_word(kpi.unit), t(f"better_{kpi.better}"), kpi.owner, t(f"rhythm_{kpi.rhythm}"), kpi.source,
        kpi.target, kpi.value, kpi.actual, kpi.decomposition, kpi.weight,
    )  # fmt: skip
    page.put(row, 1, f"{kpi.channel}.{kpi.id}", "key")
    for column, value in enumerate(values, 2):
        style = number_style("input", kpi.unit, ctx.plan) if column == VALUE else "input_wrap"
        page.put(row, column, value if value != "" else None, style)
    page.heights[row] = max(34, 15 * -(-digits_wide(kpi.definition) // 44) + 4)
    off = (kpi.channel, kpi.id) in _doubtful(ctx)
    if off or kpi.unit != YEN or ctx.money == 1 or not is_input(kpi.target):
        page.put(row, CHECK, t("check_formula" if off else "check_ok"), "warning" if off else "note_line")
        return
    least, texts = least_as_yen(ctx.money), [t("check_amounts", unit=ctx.unit_label(YEN)), t("check_ok")]
    said = texts[0] if (kpi.value or 0) >= least else texts[1]
    text = f'=IF(N({relative(row, VALUE)})>={least},"{texts[0]}","{texts[1]}")'
    page.put(row, CHECK, said, "warning", formula=text)
    page.conditions.append(Condition(relative(row, CHECK), f'={absolute(row, CHECK)}="{texts[1]}"', "clear"))


def _doubtful(ctx: Context) -> set[tuple[str, str]]:
    """The rows of channels that are off in which something is wrong: of all others it would be an error."""
    stages = [stage.id for stage in ctx.plan.stages]
    off = [kpi for kpi in ctx.plan.kpis if kpi.channel not in {channel.id for channel in ctx.plan.channels_on}]
    return {(kpi.channel, kpi.id) for kpi, _, _ in check_kpis(off, stages, catalog.dimension_of)}


def _validations(ctx: Context, page: SheetSpec, first: int, last: int) -> None:
    t = ctx.t
    lists = (
        ("B", list(ctx.channel_words.values()), "kpi_channel"),
        ("G", [ctx.unit_word(unit.id) for unit in catalog.units()], "kpi_unit"),
        ("H", [t("better_up"), t("better_down")], "kpi_better"),
        ("J", [t("rhythm_weekly"), t("rhythm_monthly")], "kpi_rhythm"),
    )
    for column, choices, key in lists:
        if len(",".join(choices)) > LIST_LENGTH:
            continue
        allowed = t("allowed_choice", choices=" / ".join(choices))[:250]
        page.validations.append(
            Validation(f"{column}{first}:{column}{last}", "list", ",".join(choices), title=t(key), prompt=allowed,
                       error="" if key == "kpi_channel" else allowed)  # ids, and channels that are new, may be typed
        )  # fmt: skip
