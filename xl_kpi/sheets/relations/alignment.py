"""連携 / Alignment: from MQL to SQL, what sales says and what comes of it, joint meetings, by month (S9)."""

from __future__ import annotations

from dataclasses import dataclass

from xl_kpi.plan.fields import SINGLES
from xl_kpi.plan.relations.alignment import LIMITS, Alignment, handover
from xl_kpi.sheets.blocks.head import Title
from xl_kpi.sheets.blocks.layout import Layout, Words
from xl_kpi.sheets.blocks.table import Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.economics.page import wide
from xl_kpi.sheets.funnel import FunnelAt
from xl_kpi.sheets.places.backwards import BackwardsAt
from xl_kpi.sheets.relations.alignment_log import AlignmentLogAt
from xl_kpi.sheets.relations.charts import handover_chart
from xl_kpi.sheets.relations.parts import Entries, Links, Months, paint_trend, put_trend, trend_table
from xl_kpi.workbook.spec import SheetSpec

PAGE = "align"  # begins the names of the figures
FORMATS = {
    "mql": "whole", "sql": "whole", "rate": "rate", "rate_plan": "rate", "rate_gap": "change_rate",
    "days": "decimal", "days_plan": "decimal", "days_gap": "change",
    "feedback": "whole", "concrete": "whole", "concrete_share": "rate", "acted": "whole", "acted_share": "rate",
    "meetings": "whole", "held": "whole", "held_share": "rate", "marketing": "whole", "sales": "whole",
    "both": "whole",
}  # fmt: skip


@dataclass(frozen=True)
class AlignmentAt:
    """The blocks of the page."""

    figures: Alignment
    months: Months
    trends: Table
    layout: Layout


def place(ctx: Context) -> AlignmentAt:
    figures = Alignment(ctx.plan)
    shown = {key: look for key, look in FORMATS.items() if key in figures.lines}
    months = Months(ctx, "out_alignment", PAGE, shown, figures.lines)
    trends = trend_table(ctx, "trend", PAGE, figures.trends)
    entries = Entries(ctx, "limits", [one.key for one in SINGLES if one.page == "alignment"], ctx.t("relations_limits"))
    note = ctx.t("align_note" if handover(ctx.plan) else "align_no_stages")
    title = Title(ctx.t("alignment_title"), ctx.t("alignment_subtitle"))
    charts = [handover_chart(ctx, months)] if handover(ctx.plan) else []
    blocks = (Links("links", ["alignment_log"]), trends, *charts, entries, months.table, Words("note", note, above=0))
    return AlignmentAt(figures, months, trends, Layout(ctx, "alignment", title, *blocks, **wide(ctx)))


def build(ctx: Context) -> SheetSpec:
    at = ctx.at(AlignmentAt)
    if handover(ctx.plan):
        _handover(ctx, at)
    _days(ctx, at)
    _feedback(ctx, at.months)
    _meetings(ctx, at.months)
    for key, one in at.figures.trends.items():
        put_trend(ctx, PAGE, at.trends, key, one, at.months.days, at.months.values(key), LIMITS[key], FORMATS[key])
    page = at.layout.sheet()
    paint_trend(ctx, page, at.trends)
    return page


def _handover(ctx: Context, at: AlignmentAt) -> None:
    """MQL and SQL as they were reached, their ratio, and the plan's."""
    places, months, backwards = handover(ctx.plan), at.months, ctx.at(BackwardsAt)
    assert places is not None
    count = range(ctx.plan.months)
    for key, stage in zip(("mql", "sql"), places, strict=True):
        cells = [str(backwards.cell(backwards.actual[stage], backwards.month(k))) for k in count]
        span = months.values(key)
        texts = [f'IF(ISNUMBER({cell}),{cell},"")' for cell in cells]
        months.put(key, texts, f'IF(COUNT({span})>0,SUM({span}),"")')
    mql, sql = months.values("mql"), months.values("sql")
    both = f'SUMIF({sql},">-9E+99",{mql})'
    total = f'IF({both}>0,SUMIF({mql},">-9E+99",{sql})/{both},"")'
    months.ratio("rate", "sql", "mql", total=total)
    planned = "*".join(str(one.rate) for one in ctx.at(FunnelAt).stages[places[0] : places[1]])
    months.put("rate_plan", [planned for _ in count], planned)
    months.less("rate_gap", "rate", "rate_plan")


def _days(ctx: Context, at: AlignmentAt) -> None:
    """Days as they were typed, and those of the plan."""
    months, log, places = at.months, ctx.at(AlignmentLogAt), handover(ctx.plan)
    month, days = log.column("tbl_handover", "month"), log.column("tbl_handover", "days")
    texts = []
    for k in range(ctx.plan.months):
        within = months.within(k, month)
        count = f'COUNTIFS({within},{days},">=0")'
        texts.append(f'IF({count}>0,SUMIFS({days},{within})/{count},"")')
    months.put("days", texts)
    if places:
        stages = range(*places)
        planned = "+".join(median_text(ctx, stage) for stage in stages)
        months.put("days_plan", [planned for _ in texts])
        months.less("days_gap", "days", "days_plan", total=False)


def median_text(ctx: Context, stage: int) -> str:
    """Excel's text of ``median_days``; a curve that is typed later counts once the sheets are made anew."""
    cells, lag = ctx.at(FunnelAt).stages[stage], ctx.plan.stages[stage].lag
    if lag is None or not lag.curve:
        low, high = str(cells.low), str(cells.high)
        return f"(N({low})+IF(ISNUMBER({high}),{high},N({low})))/2"
    first = cells.curve.first
    steps = [str(first._replace(column=first.column + k)) for k in range(len(lag.curve))]
    text = f"{30 * len(steps)}"
    for k in reversed(range(len(steps))):
        before = steps[k - 1] if k else "0"
        text = f"IF(N({steps[k]})>=0.5,30*({k}+(0.5-{before})/({steps[k]}-{before})),{text})"
    return text


def _feedback(ctx: Context, months: Months) -> None:
    """How often sales says something, how much of it is concrete, how much is acted on."""
    log, yes = ctx.at(AlignmentLogAt), ctx.t("yes_no_yes")
    days = log.column("tbl_feedback", "on")
    months.counts("feedback", days)
    for key in ("concrete", "acted"):
        column = log.column("tbl_feedback", key)
        months.counts(key, days, f',{column},"{yes}"')
        months.share(f"{key}_share", key, days, column, [yes, ctx.t("yes_no_no")])


def _meetings(ctx: Context, months: Months) -> None:
    """Meetings planned and held, and who came."""
    log = ctx.at(AlignmentLogAt)
    days, state, *sides = (log.column("tbl_meetings", one) for one in ("on", "state", "marketing", "sales"))
    words = [ctx.t(f"meeting_state_{one}") for one in ("held", "cancelled")]
    held = f',{state},"{words[0]}"'
    months.counts("meetings", days)
    months.counts("held", days, held)
    months.share("held_share", "held", days, state, words)
    for key, column in zip(("marketing", "sales"), sides, strict=True):
        months.sums(key, column, days, held)
    months.counts("both", days, held + "".join(f',{column},">0"' for column in sides))
