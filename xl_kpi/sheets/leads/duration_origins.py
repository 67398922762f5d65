"""Of 所要日数: MQL→SQL and what follows the hand-over by origin (S9, S10), and why leads are lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xl_kpi.catalog.durations import duration_rules
from xl_kpi.plan.leads.durations import REASONS, Durations, Rate, Step
from xl_kpi.sheets.blocks.layout import Block
from xl_kpi.sheets.blocks.table import Column, Row, Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import rate_interval
from xl_kpi.sheets.leads.duration_parts import NAME, NARROW, SAID, Put, RowsChart
from xl_kpi.sheets.leads.duration_stages import step_name
from xl_kpi.sheets.leads.lead_days import BASE, LeadDaysAt
from xl_kpi.workbook.spec import Series
from xl_kpi.workbook.theme import LINE_COLOUR, SERIES_COLOURS

HEADS, OTHER, ALL, REST, NONE = "heads", "other", "all", "rest", "none"
BESIDE = 5  # reasons that have a column beside the origins
RATES = {"entered": "whole", "passed": "whole", "rate": "rate", "low": "rate", "high": "rate", "median": "decimal"}
DOMINATES = "durations_dominates"


@dataclass(frozen=True)
class OriginsAt:
    """The tables by origin, those that the plan has stages for, and the reasons."""

    handover: Table | None
    closing: Table | None
    reasons: Table
    chart: RowsChart
    lost: Table | None

    @property
    def blocks(self) -> Sequence[Block]:
        every = (self.handover, self.closing, self.reasons, self.chart, self.lost)
        return [one for one in every if one is not None]


def place(ctx: Context, figures: Durations) -> OriginsAt:
    t = ctx.t
    rows = [Row(f"origin {k}", f"origin{k}") for k in range(1, len(figures.origins) + 1)]
    foot = (OTHER, ALL)
    name = Column("name", t("durations_origin"), NAME, "label")

    def rates(id: str, step: Step | None, *more: Column) -> Table | None:
        if step is None:
            return None
        names = step_name(ctx, step)[0].split(" → ")
        heads = {"entered": names[0], "passed": names[1]}
        columns = [
            Column(key, heads.get(key) or t(f"durations_{key}"), NARROW, f"value.{look}", link=False)
            for key, look in RATES.items()
        ]
        note = Column("note", t("durations_reading"), None, "label", span=SAID, link=False)
        section = t(f"durations_{id}", start=names[0], end=names[1])
        return Table(id, [name, *columns, *more, note], rows, section=section, foot=foot, header_height=34)

    lost = Column("lost", t("durations_lost"), NARROW, "value.whole", link=False)
    columns = [
        Column("name", t("leads_lost_reason"), NAME, "label"),
        Column("count", t("durations_count"), NARROW, "value.whole"),
        Column("share", t("durations_share"), NARROW, "value.rate"),
        Column("upto", t("durations_upto"), NARROW, "value.rate"),
        Column("said", t("durations_reading"), None, "label", span=2 * SAID, link=False),
    ]
    reasons = Table(
        "reasons",
        columns,
        [Row(f"reason {k}", f"reason{k}") for k in range(1, REASONS + 1)],
        section=t("durations_reasons"), foot=(REST, NONE, ALL),
    )  # fmt: skip
    series = {
        "share": Series("column_clustered", color=SERIES_COLOURS[1]),
        "upto": Series("line_markers", color=LINE_COLOUR),
    }
    chart = RowsChart("reasons_chart", t("durations_pareto"), reasons, [*reasons.keys, REST], series, "0%", 1)
    return OriginsAt(
        rates("handover", figures.handover), rates("closing", figures.closing, lost), reasons, chart,
        _lost_table(ctx, figures, name, rows),
    )  # fmt: skip


def _lost_table(ctx: Context, figures: Durations, name: Column, rows: Sequence[Row]) -> Table | None:
    """Origins × the most frequent reasons, which stand in its first row."""
    if figures.closing is None:
        return None
    columns = [
        Column(f"reason {k}", ctx.t("durations_rank", k=k), None, "value.whole", span=2, link=False)
        for k in range(1, BESIDE + 1)
    ]
    last = Column(REST, ctx.t("durations_rest_none"), None, "value.whole", span=2, link=False)
    section = ctx.t("durations_lost_by", stage=step_name(ctx, figures.closing)[0].split(" → ")[0])
    body = [Row(HEADS, "heads"), *rows]
    return Table("lost_by", [name, *columns, last], body, section=section, foot=(OTHER, ALL))


def build(ctx: Context, figures: Durations, at: OriginsAt, put: Put) -> None:
    if at.handover and figures.handover:
        step = figures.handover
        _rates(ctx, figures, at.handover, step, put, lambda origin: figures.passed(step, origin))
    if at.closing and figures.closing:
        closing = figures.closing
        _rates(ctx, figures, at.closing, closing, put, lambda origin: figures.won(closing, origin))
        _lost(ctx, figures, at.closing, closing, put)
    _reasons(ctx, figures, at.reasons, put)
    if at.lost and figures.closing:
        _lost_by(ctx, figures, at, figures.closing, put)


def _names(ctx: Context, figures: Durations, table: Table, put: Put) -> list[tuple[str, str]]:
    """The origins with their rows."""
    rows = list(zip(figures.origins, (key for key in table.keys if key.startswith("origin"))))
    for name, key in rows:
        table.put(key, "name", name)
    for key in (OTHER, ALL):
        table.put(key, "name", ctx.t(f"durations_origin_{key}"), "label_strong" if key == ALL else "label")
    return rows


def _rates(
    ctx: Context, figures: Durations, table: Table, step: Step, put: Put, rate: Callable[[str | None], Rate]
) -> None:
    """By origin how many went on, their share with its interval, and the median of the days."""
    cells, rows = ctx.at(LeadDaysAt), _names(ctx, figures, table, put)
    whole, named = rate(None), [rate(name) for name, _ in rows]
    won = f"({cells.column('outcome')}=1)*({cells.column(step.start)}>0)"
    passed = won if step == figures.closing else cells.took(step)
    found = {key: one for one, (_, key) in zip(named, rows)}
    found[OTHER] = Rate(
        *(_less(getattr(whole, one), [getattr(part, one) for part in named]) for one in ("entered", "passed"))
    )
    found[ALL] = whole
    first, last = (rows[0][1], rows[-1][1]) if rows else ("", "")
    for key, one in found.items():
        origin = "" if key in (OTHER, ALL) else table.cell(key, "name").here
        texts = {
            "entered": f"SUMPRODUCT({cells.of(origin)}({cells.column(step.start)}>0))",
            "passed": f"SUMPRODUCT({cells.of(origin)}{passed})",
        }
        if not origin:
            texts["entered"] = f"SUMPRODUCT(--({cells.column(step.start)}>0))"
        style = "value_strong" if key == ALL else "value"
        for column, text in texts.items():
            if key == OTHER:
                listed = f"-SUM({table.down(column, first, last).here})" if rows else ""
                text = f"{table.cell(ALL, column).here}{listed}"
            put(table, key, column, getattr(one, column), f"{style}.whole", text)
        entered, went = (table.cell(key, column).here for column in ("entered", "passed"))
        table.put(key, "rate", one.share, f"{style}.rate", formula=f'=IF({entered}>0,{went}/{entered},"")')
        for column, value, text in zip(
            ("low", "high"), one.interval, rate_interval(entered, went, duration_rules().level), strict=True
        ):
            table.put(key, column, value, "value_grey.rate", formula=f"={text}")
        if key == OTHER:  # which leads these are no formula says in few words
            table.put(key, "median", None, "value")
        else:
            name = next((name for name, row in rows if row == key), None)
            count = went if step != figures.closing else f"SUMPRODUCT({cells.of(origin)}{cells.took(step)})"
            put(
                table,
                key,
                "median",
                figures.days(step, name).median,
                f"{style}.decimal",
                cells.median(step, count, origin),
            )
        few = ctx.t("durations_few", n=(small := duration_rules().small))
        said = few if 0 < one.entered < small else ""
        table.put(key, "note", said, formula=f'=IF(AND({entered}>0,{entered}<{small}),"{few}","")')


def _lost(ctx: Context, figures: Durations, table: Table, step: Step, put: Put) -> None:
    """How many were lost after the hand-over, by origin."""
    cells, keys = ctx.at(LeadDaysAt), dict(zip(table.keys, figures.origins))
    here = f"({cells.column('outcome')}=-1)*({cells.column(step.start)}>0)"
    whole = figures.lost(step.start)
    values = {key: figures.lost(step.start, name) for key, name in keys.items()}
    for key, value in {**values, OTHER: _less(whole, list(values.values())), ALL: whole}.items():
        text = f"SUMPRODUCT({cells.of(table.cell(key, 'name').here if key in keys else '')}{here})"
        if key == OTHER:
            listed = f"-SUM({table.down('lost', *(list(keys)[k] for k in (0, -1))).here})" if keys else ""
            text = f"{table.cell(ALL, 'lost').here}{listed}"
        put(table, key, "lost", value, "value_strong.whole" if key == ALL else "value.whole", text)


def _reasons(ctx: Context, figures: Durations, table: Table, put: Put) -> None:
    """The most frequent reasons, sorted by the cells themselves, with their shares added up (S10)."""
    cells, t = ctx.at(LeadDaysAt), ctx.t
    ranks, reason = cells.column("reasons"), cells.column("reason")
    told = sum(count for _, count in figures.reasons)
    lost, upto = figures.lost(), 0.0
    known = f"({table.cell(ALL, 'count').here}-{table.cell(NONE, 'count').here})"
    first = table.keys[0]
    for k, key in enumerate(table.keys):
        name, count = figures.reasons[k] if k < len(figures.reasons) else ("", 0.0)
        upto += count
        rank, here = f"LARGE({ranks},{k + 1})", table.cell(key, "count").here
        put(table, key, "name", name, "label", f'IF({rank}>0,INDEX({reason},MATCH({rank},{ranks},0)),"")')
        put(table, key, "count", count or "", "value.whole", f'IF({rank}>0,INT({rank}/{BASE}),"")')
        table.put(key, "share", count / told if count else "", formula=f'=IF(ISNUMBER({here}),{here}/{known},"")')
        added = f"SUM({table.down('count', first, key).here})/{known}"
        table.put(key, "upto", upto / told if count else "", formula=f'=IF(ISNUMBER({here}),{added},"")')
        if k == 0:
            _dominates(ctx, figures, table, key, known)
        else:
            table.put(key, "said", None)
    rest = told - upto
    shown = f"SUM({table.down('count', first, table.keys[-1]).here})"
    here = table.cell(REST, "count").here
    table.put(REST, "name", t("durations_rest"), "label")
    table.put(REST, "count", rest, formula=f"={known}-{shown}")
    table.put(REST, "share", rest / told if rest else "", formula=f'=IF({here}>0,{here}/{known},"")')
    table.put(REST, "upto", 1.0 if rest else "", formula=f'=IF({here}>0,1,"")')
    put(table, NONE, "count", lost - told, "value.whole", f'SUMPRODUCT(({cells.column("outcome")}=-1)*({reason}=""))')
    put(table, ALL, "count", lost, "value_strong.whole", f"SUMPRODUCT(--({cells.column('outcome')}=-1))")
    for key, style in ((NONE, "label"), (ALL, "label_strong")):
        table.put(key, "name", t(f"durations_reason_{key}"), style)
        table.blank(key, ("share", "upto"), "value")
    table.blank(REST, ("said",), "value")
    table.blank(NONE, ("said",), "value")
    table.blank(ALL, ("said",), "value")


def _dominates(ctx: Context, figures: Durations, table: Table, key: str, known: str) -> None:
    rules, said, share = duration_rules(), ctx.t(DOMINATES), table.cell(key, "share").here
    many = f"AND({known}>={rules.small},N({share})>={rules.dominates})"
    table.put(key, "said", said if figures.dominating else "", formula=f'=IF({many},"{said}","")')


def _lost_by(ctx: Context, figures: Durations, at: OriginsAt, step: Step, put: Put) -> None:
    """Of those lost after the hand-over why, by origin."""
    table, closing, cells = at.lost, at.closing, ctx.at(LeadDaysAt)
    assert table is not None and closing is not None
    rows = _names(ctx, figures, table, put)
    table.put(HEADS, "name", ctx.t("leads_lost_reason"))
    here = f"({cells.column('outcome')}=-1)*({cells.column(step.start)}>0)"
    shown = [
        (f"reason {k}", figures.reasons[k - 1][0] if k <= len(figures.reasons) else "") for k in range(1, BESIDE + 1)
    ]
    sums = dict.fromkeys([*(key for _, key in rows), OTHER, ALL], 0.0)
    ranks, firsts = cells.column("reasons"), cells.column("first")
    for place, (column, reason) in enumerate(shown, 1):
        same = f"({firsts}=MATCH(LARGE({ranks},{place}),{ranks},0))"
        name, head = at.reasons.cell(column, "name").here, table.cell(HEADS, column).here
        table.put(HEADS, column, reason, "label", formula=f'={name}&""')
        values = {key: figures.lost(step.start, origin, reason) if reason else 0.0 for origin, key in rows}
        values[ALL] = figures.lost(step.start, None, reason) if reason else 0.0
        values[OTHER] = _less(values[ALL], [values[key] for _, key in rows])
        for key, value in values.items():
            sums[key] += value
            origin = "" if key in (OTHER, ALL) else table.cell(key, "name").here
            text = f"SUMPRODUCT({cells.of(origin)}{here}*{same})"
            if key == OTHER:
                listed = f"-SUM({table.down(column, rows[0][1], rows[-1][1]).here})" if rows else ""
                text = f"{table.cell(ALL, column).here}{listed}"
            style = "value_strong.whole" if key == ALL else "value.whole"
            put(table, key, column, value if reason else "", style, f'IF({head}="","",{text})')
    table.put(HEADS, REST, None, "value")
    lost = {key: figures.lost(step.start, origin) for origin, key in rows}
    lost[ALL] = figures.lost(step.start)
    lost[OTHER] = _less(lost[ALL], [lost[key] for _, key in rows])
    for key, value in lost.items():
        listed = table.across(key, shown[0][0], shown[-1][0]).here
        style = "value_strong.whole" if key == ALL else "value.whole"
        table.put(key, REST, value - sums[key], style, formula=f"={closing.cell(key, 'lost').here}-SUM({listed})")


def _less(whole: float, parts: Sequence[float]) -> float:
    return whole - sum(parts)
