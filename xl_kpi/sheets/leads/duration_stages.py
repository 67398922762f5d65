"""Of 所要日数: days by stage and by phase against their standards, and the open leads that wait longest (S3, R7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xl_kpi.catalog.durations import duration_rules
from xl_kpi.plan.leads.durations import FAST, FEW, LONGEST, SLOW, WITHIN, Durations, Step
from xl_kpi.sheets.blocks.layout import Block
from xl_kpi.sheets.blocks.table import Column, Row, Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.funnel import FunnelAt
from xl_kpi.sheets.leads.duration_parts import NAME, NARROW, SAID, Put, RowsChart
from xl_kpi.sheets.leads.lead_days import LeadDaysAt
from xl_kpi.sheets.leads.lead_list import LeadListAt
from xl_kpi.sheets.relations.alignment import median_text
from xl_kpi.workbook.sheet_kinds import LEAD_STANDARDS, LEADS_DAY
from xl_kpi.workbook.spec import Condition, Series, SheetSpec
from xl_kpi.workbook.theme import LINE_COLOUR, SERIES_COLOURS

FIGURES = {  # column → number format
    "count": "whole", "median": "decimal", "p80": "decimal", "mean": "decimal", "standard": "decimal", "over": "rate",
    "turned": "whole",
}  # fmt: skip
OPEN = ("open", "waiting")
WAITS = "durations_waits"


@dataclass(frozen=True)
class StagesAt:
    """The tables: a row for each step, one for each phase, one for each of the leads that wait longest."""

    steps: Table
    phases: Table
    chart: RowsChart
    late: Table

    @property
    def blocks(self) -> Sequence[Block]:
        return self.steps, self.phases, self.chart, self.late


def place(ctx: Context, figures: Durations) -> StagesAt:
    t = ctx.t
    numbers = [Column(key, t(f"durations_{key}"), NARROW, f"value.{look}", link=False) for key, look in FIGURES.items()]
    said = Column("said", t("durations_said"), None, "label", span=SAID, link=False)
    opened = [Column(key, t(f"durations_{key}_now"), NARROW, "value.whole", link=False) for key in OPEN]
    waits = Column("waits", t("durations_said"), None, "label", span=SAID, link=False)
    name = Column("name", t("durations_step"), NAME, "label")
    steps = Table(
        "steps", [name, *numbers, said, *opened, waits], [one.key for one in figures.steps],
        section=t("durations_stages"), header_height=34, name="out_durations",
    )  # fmt: skip
    phases = Table(
        "phases", [Column("name", t("durations_phase"), NAME, "label"), *numbers, said],
        [one.phase for one in figures.phases], section=t("durations_phases"), header_height=34,
    )  # fmt: skip
    series = {
        "median": Series("column_clustered", color=SERIES_COLOURS[1]),
        "p80": Series("column_clustered", color=SERIES_COLOURS[2]),
        "standard": Series("line_markers", color=LINE_COLOUR),
    }
    chart = RowsChart("steps_chart", t("durations_chart"), steps, steps.keys, series, "#,##0")
    late = [
        Column("name", t("leads_number"), NAME, "label"),
        Column("row", t("durations_row"), NARROW, "value.whole", link=False),
        Column("origin", t("durations_origin"), None, "label", span=2, link=False),
        Column("step", t("durations_step"), None, "label", span=3, link=False),
        Column("since", t("durations_since"), None, "value.date", link=False),
        Column("days", t("durations_days"), None, "value_strong.whole", link=False),
        Column("standard", t("durations_standard"), None, "value.decimal", link=False),
        Column("more", t("durations_more"), None, "value.decimal", link=False),
    ]
    rows = [] if figures.is_totals else [Row(f"late {k}", f"late{k}") for k in range(1, LONGEST + 1)]
    lines = Table("late", late, rows, section=t("durations_late", count=LONGEST), header_height=34)
    return StagesAt(steps, phases, chart, lines)


def build(ctx: Context, figures: Durations, at: StagesAt, put: Put) -> None:
    for step in figures.steps:
        _step(ctx, figures, at, at.steps, step.key, step, put)
        _open(ctx, figures, at.steps, step, put)
    for step in figures.phases:
        _step(ctx, figures, at, at.phases, step.phase, step, put)
    for k, key in enumerate(at.late.keys):
        _late(ctx, figures, at, key, k)


def step_name(ctx: Context, step: Step) -> tuple[str, str]:
    """From which stage to which, and Excel's text of it."""
    cells = {stage.id: (stage.name, cell.name) for stage, cell in zip(ctx.plan.stages, ctx.at(FunnelAt).stages)}
    (start, first), (end, last) = cells[step.start], cells[step.end]
    return f"{start} → {end}", f'{first}&" → "&{last}'


def _step(ctx: Context, figures: Durations, at: StagesAt, table: Table, row: str, step: Step, put: Put) -> None:
    """The figures of a step or phase."""
    cells, found, name = ctx.at(LeadDaysAt), figures.days(step), step_name(ctx, step)
    phase = f"{ctx.t(f'durations_phase_{step.phase}')} " if step.phase else ""
    shown, text = (f"{phase}({name[0]})", f'"{phase}("&{name[1]}&")"') if phase else name
    table.put(row, "name", shown, formula=f"={text}")
    start, end, took = cells.column(step.start), cells.column(step.end), cells.took(step)
    count, median, standard = (table.cell(row, one).here for one in ("count", "median", "standard"))
    put(table, row, "count", found.count, "value.whole", f"SUMPRODUCT({took})")
    put(table, row, "median", found.median, "value_strong.decimal", cells.median(step, count))
    put(table, row, "p80", found.p80, "value.decimal", cells.p80(step, count))
    mean = f'IF({count}>0,SUMPRODUCT({took}*({end}-{start}))/{count},"")'
    put(table, row, "mean", found.mean, "value.decimal", mean)
    table.put(row, "standard", figures.standard(step), formula=f"={_standard(ctx, figures, at, step)}")
    over = figures.over(step)
    share = over / found.count if not isinstance(over, str) and found.count else ""
    longer = f"SUMPRODUCT({took}*({end}-{start}>{standard}))/{count}"
    put(table, row, "over", share, "value.rate", f'IF(ISNUMBER({standard}),IF({count}>0,{longer},""),"")')
    turned = f"SUMPRODUCT(({start}>0)*({end}>0)*({end}<{start}))"
    put(table, row, "turned", figures.turned(step), "value.whole", turned)
    verdict, rules = figures.verdict(step), duration_rules()
    slow, fast, within, few = (f'"{_said(ctx, one)}"' for one in (SLOW, FAST, WITHIN, FEW))
    told = f"IF(ROUND({median},9)<={rules.fast}*{standard},{fast},{within})"
    told = f"IF({count}<{rules.small},{few},IF(ROUND({median},9)>{standard},{slow},{told}))"
    formula = f'=IF(AND(ISNUMBER({median}),ISNUMBER({standard})),{told},"")'
    table.put(row, "said", _said(ctx, verdict) if verdict else "", formula=formula)


def _said(ctx: Context, verdict: str) -> str:
    return ctx.t(f"durations_{verdict}", n=duration_rules().small)


def _standard(ctx: Context, figures: Durations, at: StagesAt, step: Step) -> str:
    """As typed, else the days of ファネル; of a phase what its stages have."""
    if step.phase:
        inside = figures.stages[figures.stages.index(step.start) : figures.stages.index(step.end)]
        cells = at.steps.down("standard", inside[0], inside[-1]).here
        return f'IF(COUNT({cells})>0,SUM({cells}),"")'
    ids = [stage.id for stage in ctx.plan.stages]
    days = "+".join(median_text(ctx, k) for k in range(ids.index(step.start), ids.index(step.end)))
    typed = f"standard_{step.start}"
    return f'IF(ISNUMBER({typed}),{typed},IF({days}>0,{days},""))'


def _open(ctx: Context, figures: Durations, table: Table, step: Step, put: Put) -> None:
    """How many are in the stage, how many for too long."""
    cells, number = ctx.at(LeadDaysAt), figures.steps.index(step) + 1
    opened, waiting = table.cell(step.key, "open").here, table.cell(step.key, "waiting").here
    standard, here = table.cell(step.key, "standard").here, f"({cells.column('place')}={number})"
    put(table, step.key, "open", figures.open(step), "value.whole", f"SUMPRODUCT({here}*({cells.column('waited')}>0))")
    late = f'IF(ISNUMBER({standard}),SUMPRODUCT({here}*({cells.column("late")}>0)),"")'
    put(table, step.key, "waiting", figures.waiting(step), "value_strong.whole", late)
    rules, said = duration_rules(), ctx.t(WAITS)
    many = f"AND({opened}>={rules.small},N({waiting})>{rules.slow_share}*{opened})"
    table.put(step.key, "waits", said if figures.too_many_wait(step) else "", formula=f'=IF({many},"{said}","")')


def _late(ctx: Context, figures: Durations, at: StagesAt, key: str, k: int) -> None:
    """The lead that waits longest, or the next one."""
    cells, listed, table = ctx.at(LeadDaysAt), ctx.at(LeadListAt), at.late
    one = figures.late[k] if k < len(figures.late) else None
    rank = f"LARGE({cells.column('late')},{k + 1})"
    row = table.cell(key, "row").here
    number = [lead.row for lead in figures.leads].index(one.lead.row) + 1 if one else ""
    table.put(key, "row", number, formula=f'=IF({rank}>0,MATCH({rank},{cells.column("late")},0),"")')

    def put(column: str, value: object, text: str) -> None:
        table.put(key, column, value if one else "", formula=f'=IF(ISNUMBER({row}),{text},"")')

    put("name", one and one.lead.number, f'INDEX({listed.column("tbl_leads", "number")},{row}+1)&""')
    put("origin", one and one.lead.origin, f"INDEX({cells.column('origin')},{row})")
    names = at.steps.down("name").here
    put("step", one and step_name(ctx, one.step)[0], f"INDEX({names},INDEX({cells.column('place')},{row}))")
    days, standard = table.cell(key, "days").here, table.cell(key, "standard").here
    put("days", one and one.days, f"INDEX({cells.column('waited')},{row})-1")
    put("since", one and one.since, f"{LEADS_DAY}-{days}")
    put("standard", one and one.standard, f"INDEX({LEAD_STANDARDS},INDEX({cells.column('place')},{row}))")
    put("more", one and one.days - one.standard, f"{days}-{standard}")


def paint(ctx: Context, page: SheetSpec, at: StagesAt) -> None:
    """What is said of days, in colour as well."""
    for table in (at.steps, at.phases):
        if not table.keys:
            continue
        said = table.down("said", table.keys[0], table.keys[-1])
        for key, style in ((SLOW, "poor"), (FAST, "good"), (WITHIN, "good")):
            page.conditions.append(Condition(said.free, f'={said.first.free}="{_said(ctx, key)}"', style))
    waits_ = at.steps.down("waits")
    page.conditions.append(Condition(waits_.free, f'={waits_.first.free}="{ctx.t(WAITS)}"', "poor"))
