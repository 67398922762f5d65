"""ブランド・信頼 / Brand and trust: how well known and liked, what is said, whether it is answered (S11, S12)."""

from __future__ import annotations

from dataclasses import dataclass

from xl_kpi.calc.scoring import DETRACTOR_TO, PROMOTER_FROM
from xl_kpi.plan.fields import SINGLES
from xl_kpi.plan.relations.brand import BRANDS, LIMITS, SURVEYS, TONES, Brand, answer_bounds
from xl_kpi.sheets.blocks.head import Title
from xl_kpi.sheets.blocks.layout import Layout, Words
from xl_kpi.sheets.blocks.table import Column, Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.economics.page import wide
from xl_kpi.sheets.relations.brand_answers import BrandAnswersAt
from xl_kpi.sheets.relations.brand_log import BrandLogAt
from xl_kpi.sheets.relations.charts import SurveyChart, nps_chart
from xl_kpi.sheets.relations.parts import (
    HINT_SPAN,
    NAME_WIDTH,
    VALUE_WIDTH,
    Entries,
    Links,
    Months,
    paint_trend,
    put_trend,
    trend_table,
)
from xl_kpi.workbook.sheet_kinds import BRAND_DATE
from xl_kpi.workbook.spec import SheetSpec

PAGE = "brand"
NAMES = ("brand_own", "brand_rival1", "brand_rival2")
FORMATS = {
    "searches": "whole", "answers": "whole", "promoters": "whole", "passives": "whole", "detractors": "whole",
    "nps": "decimal", "satisfied": "whole", "satisfaction": "exact", "reviews": "whole", "review": "exact",
    "media": "whole", "sns": "whole", "positive": "whole", "neutral": "whole", "negative": "whole",
    "open": "whole", "late": "whole",
}  # fmt: skip


@dataclass(frozen=True)
class BrandAt:
    """The blocks of the page."""

    figures: Brand
    as_of: Table
    surveys: Table
    months: Months
    trends: Table
    layout: Layout


def place(ctx: Context) -> BrandAt:
    figures = Brand(ctx.plan)
    entries = Entries(ctx, "limits", [one.key for one in SINGLES if one.page == "brand"], ctx.t("brand_limits"))
    columns = [
        Column("name", ctx.t("relations_item"), NAME_WIDTH, "label"),
        Column("value", ctx.t("relations_value"), VALUE_WIDTH, "value_strong.date"),
        Column("hint", ctx.t("relations_hint"), None, "unit", span=HINT_SPAN),
    ]
    as_of = Table("as_of", columns, [BRAND_DATE])
    months = Months(ctx, "out_brand", PAGE, FORMATS, figures.lines)
    trends, surveys = trend_table(ctx, "trend", PAGE, figures.trends), _survey_table(ctx)
    title = Title(ctx.t("brand_title"), ctx.t("brand_subtitle"))
    blocks = (
        Links("links", ["brand_log", "brand_answers"]), trends, surveys,
        SurveyChart(surveys, BRANDS), nps_chart(ctx, months), entries, as_of, months.table,
        Words("note", ctx.t("brand_note"), above=0),
    )  # fmt: skip
    return BrandAt(figures, as_of, surveys, months, trends, Layout(ctx, "brand", title, *blocks, **wide(ctx)))


def _survey_table(ctx: Context) -> Table:
    """The latest surveys; the brands are called as they are typed above."""
    names = []
    for key, name in zip(BRANDS, NAMES, strict=True):
        usual, typed = ctx.t(f"brand_{key}_usual"), ctx.plan.settings.get(name) or ""
        formula = f'=IF({name}="","{usual}",{name})'
        names.append(Column(key, typed or usual, None, "value.rate", link=False, head_formula=formula))
    columns = [
        Column("name", ctx.t("relations_item"), NAME_WIDTH, "label"),
        Column("on", ctx.t("surveys_on"), VALUE_WIDTH, "value.date"),
        Column("answers", ctx.t("survey_answers"), None, "value.whole", link=False),
        *names,
        Column("lead", ctx.t("survey_lead"), None, "value.change_rate", link=False),
    ]
    rows = [f"survey {k}" for k in range(1, SURVEYS + 1)]
    return Table("surveys", columns, rows, section=ctx.t("survey_section"), header_height=48)


def build(ctx: Context) -> SheetSpec:
    at = ctx.at(BrandAt)
    _as_of(ctx, at)
    _surveys(ctx, at)
    _searches(ctx, at.months)
    _answers(ctx, at.months)
    _reviews(ctx, at.months)
    _mentions(ctx, at.months)
    for key, one in at.figures.trends.items():
        if key == "awareness":
            _awareness(ctx, at)
        else:
            put_trend(ctx, PAGE, at.trends, key, one, at.months.days, at.months.values(key), LIMITS[key], FORMATS[key])
    page = at.layout.sheet()
    paint_trend(ctx, page, at.trends)
    return page


def _as_of(ctx: Context, at: BrandAt) -> None:
    log, day = ctx.at(BrandLogAt), at.figures.as_of
    days = f"{log.column('tbl_mentions', 'on')},{log.column('tbl_mentions', 'answered_on')}"
    formula = f'=IF(ISNUMBER(brand_date),brand_date,IF(COUNT({days})>0,MAX({days}),""))'
    at.as_of.put(BRAND_DATE, "name", ctx.t("brand_as_of"))
    at.as_of.put(BRAND_DATE, "value", "" if day is None else day, formula=formula)
    at.as_of.put(BRAND_DATE, "hint", ctx.t("brand_as_of_hint"))
    ctx.name(BRAND_DATE, str(at.as_of.cell(BRAND_DATE, "value")))


def _surveys(ctx: Context, at: BrandAt) -> None:
    log, table = ctx.at(BrandLogAt), at.surveys
    days, answers = log.column("tbl_surveys", "on"), log.column("tbl_surveys", "answers")
    above = ""
    for k, key in enumerate(table.keys):
        found = at.figures.surveys[k] if k < len(at.figures.surveys) else None
        table.put(key, "name", ctx.t("survey_latest") if not k else ctx.t("survey_before", count=k))
        day = table.cell(key, "on").here
        next_day = f'IF(COUNTIF({days},"<"&{above})>0,LARGE({days},COUNTIF({days},">="&{above})+1),"")'
        first = f'IF(COUNT({days})>0,MAX({days}),"")'
        formula = f'IF(ISNUMBER({above}),{next_day},"")' if k else first
        table.put(key, "on", found.on if found else "", formula=f"={formula}")
        said = f'IF(ISNUMBER({day}),SUMIFS({answers},{days},{day}),"")'
        table.put(key, "answers", found.answers if found else "", formula=f"={said}")
        for brand in BRANDS:
            column = log.column("tbl_surveys", brand)
            asked = f'SUMIFS({answers},{days},{day},{column},">=0")'
            share = f'IF({asked}>0,SUMIFS({column},{days},{day},{answers},">=0")/{asked},"")'
            value = found.shares[brand] if found else ""
            table.put(key, brand, value, formula=f'=IF(ISNUMBER({day}),{share},"")')
        own, rivals = table.cell(key, "own").here, table.across(key, "rival1", "rival2").here
        lead = f'=IF(AND(ISNUMBER({own}),COUNT({rivals})>0),ROUND({own}-MAX({rivals}),9),"")'
        table.put(key, "lead", found.lead if found else "", formula=lead)
        above = day


def _awareness(ctx: Context, at: BrandAt) -> None:
    """Of the surveys that asked about us the latest two."""
    table = at.surveys
    first, texts = table.cell(table.keys[0], "own"), []
    for number in (1, 2):
        text = '""'
        for key in reversed(table.keys):
            own, day = table.cell(key, "own"), table.cell(key, "on").here
            text = f"IF(AND(ISNUMBER({own.here}),COUNT({first.to(own).here})={number}),{day},{text})"
        texts.append(text)
    put_trend(
        ctx, PAGE, at.trends, "awareness", at.figures.trends["awareness"], table.down("on").here,
        table.down("own").here, LIMITS["awareness"], "rate", "date", texts,
    )  # fmt: skip


def _searches(ctx: Context, months: Months) -> None:
    log = ctx.at(BrandLogAt)
    month, count = log.column("tbl_searches", "month"), log.column("tbl_searches", "count")
    texts = [
        f'IF(COUNTIFS({months.within(k, month)},{count},">=0")>0,SUMIFS({count},{months.within(k, month)}),"")'
        for k in range(ctx.plan.months)
    ]
    whole = f'IF(COUNTIFS({month},">0",{count},">=0")>0,SUMIFS({count},{month},">0"),"")'
    months.put("searches", texts, whole)


def _answers(ctx: Context, months: Months) -> None:
    """NPS and satisfaction from the raw answers; those without a day count in the total alone.

    Only a whole number that can be chosen is an answer: each is counted by itself, between itself and itself, which
    passes over texts and all else that is typed.
    """
    log, count = ctx.at(BrandAnswersAt), range(ctx.plan.months)
    days, nps, satisfaction = (log.column("tbl_answers", one) for one in ("on", "nps", "satisfaction"))
    within = [f"{months.within(k, days)}," for k in count]

    def counted(column: str, low: int, high: int, criteria: str, *, times: bool = False) -> str:
        """The answers from one number to another, or these added up."""
        return "+".join(
            f'{f"{one}*" if times else ""}COUNTIFS({criteria}{column},">={one}",{column},"<={one}")'
            for one in range(low, high + 1)
        )

    lowest, highest = answer_bounds("nps")
    groups = {
        "promoters": (PROMOTER_FROM, highest),
        "passives": (DETRACTOR_TO + 1, PROMOTER_FROM - 1),
        "detractors": (lowest, DETRACTOR_TO),
    }
    # all answers are those of the three groups; a group is blank where there is none of any
    every = [counted(nps, lowest, highest, criteria) for criteria in (*within, "")]
    *by_month, whole = (f'IF({one}>0,{one},"")' for one in every)
    months.put("answers", by_month, whole)
    total = months.table.cell("answers", "total").here
    for key, (low, high) in groups.items():
        texts = [f'IF(ISNUMBER({months.cell("answers", k)}),{counted(nps, low, high, within[k])},"")' for k in count]
        months.put(key, texts, f'IF(ISNUMBER({total}),{counted(nps, low, high, "")},"")')
    promoters, detractors, answers = ("promoters", "detractors", "answers")
    texts = [
        f'IF(ISNUMBER({b}),100*({a}-{c})/{b},"")'
        for a, b, c in (tuple(months.cell(one, k) for one in (promoters, answers, detractors)) for k in count)
    ]
    a, b, c = (months.table.cell(one, "total").here for one in (promoters, answers, detractors))
    months.put("nps", texts, f'IF(ISNUMBER({b}),100*({a}-{c})/{b},"")')
    bounds = answer_bounds("satisfaction")
    *by_month, whole = (counted(satisfaction, *bounds, criteria) for criteria in (*within, ""))
    months.put("satisfied", [f'IF({one}>0,{one},"")' for one in by_month], f'IF({whole}>0,{whole},"")')
    cells = [*(months.cell("satisfied", k) for k in count), months.table.cell("satisfied", "total").here]
    sums = [counted(satisfaction, *bounds, criteria, times=True) for criteria in (*within, "")]
    *by_month, whole = (f'IF(ISNUMBER({cell}),({added})/{cell},"")' for cell, added in zip(cells, sums, strict=True))
    months.put("satisfaction", by_month, whole)


def _reviews(ctx: Context, months: Months) -> None:
    """The mean score, each weighted by its number of reviews."""
    log = ctx.at(BrandLogAt)
    days, score, number = (log.column("tbl_reviews", one) for one in ("on", "score", "count"))
    low, high = answer_bounds("score", "tbl_reviews")  # what can be no score counts nowhere
    weights, means = [], []
    bound, is_score = f'{score},">={low}",{score},"<={high}"', f"({score}>={low})*({score}<={high})"
    for k in range(ctx.plan.months):
        first, cell = months.first(k), months.cell("reviews", k)
        weight = f"SUMIFS({number},{months.within(k, days)},{bound})"
        weights.append(f'IF({weight}>0,{weight},"")')
        within = f"({days}>={first})*({days}<EDATE({first},1))*{is_score}"
        means.append(f'IF(ISNUMBER({cell}),SUMPRODUCT({within},{score},{number})/{cell},"")')
    whole = f'SUMIFS({number},{days},">0",{bound})'
    months.put("reviews", weights, f'IF({whole}>0,{whole},"")')
    total = months.table.cell("reviews", "total").here
    months.put("review", means, f'IF(ISNUMBER({total}),SUMPRODUCT(({days}>0)*{is_score},{score},{number})/{total},"")')


def _mentions(ctx: Context, months: Months) -> None:
    """By place and tone; the negative ones that nobody has answered, and of those the ones that should have been."""
    log = ctx.at(BrandLogAt)
    days, kind, tone, answered = (log.column("tbl_mentions", one) for one in ("on", "kind", "tone", "answered_on"))
    for key in ("media", "sns"):
        months.counts(key, days, f',{kind},"{ctx.t(f"mention_kind_{key}")}"')
    for key in TONES:
        months.counts(key, days, f',{tone},"{ctx.t(f"tone_{key}")}"')
    is_open = f',{tone},"{ctx.t("tone_negative")}",{answered},""'
    months.counts("open", days, is_open)
    months.counts("late", days, f'{is_open},{days},"<"&({BRAND_DATE}-N(answer_days))')
