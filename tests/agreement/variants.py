"""Plans at the edges, made from the default template, and random ones: what the three engines are held to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from hypothesis import strategies as st

import workbook_templates
from tests.agreement.books import template_plan
from tests.sheets.on_plan import on_plan
from xl_kpi import catalog
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.channel_choice import with_channels
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.model import MAX_MONTHS, Goal, Kpi, Plan
from xl_kpi.plan.source import plan_from_source


def _stages(plan: Plan, **changes: dict) -> Plan:
    """The plan with fields of some stages replaced, by stage id."""
    return plan.with_(stages=tuple(replace(stage, **changes.get(stage.id, {})) for stage in plan.stages))


def _channels(plan: Plan, **changes: dict) -> Plan:
    return plan.with_(channels=tuple(replace(one, **changes.get(one.id, {})) for one in plan.channels))


def _goal(plan: Plan, **changes) -> Plan:
    return plan.with_(goal=replace(plan.goal, **changes))


def _lags(plan: Plan, *lags: Lag) -> Plan:
    stages = [replace(stage, lag=lag) for stage, lag in zip(plan.stages, lags, strict=False)]
    return plan.with_(stages=(*stages, *plan.stages[len(stages) :]))


def _actuals(plan: Plan) -> Plan:
    """Actuals in some months of every row that is typed; round numbers, told apart by month and row."""
    typed = {}
    for place, stage in enumerate(plan.stages[1:], 1):
        typed.update({(f"stage:{stage.id}", month): 10.0 * place + month for month in range(min(4, plan.months))})
    for channel in plan.channels_on:
        inputs = [kpi for kpi in shown_kpis(plan, channel) if kpi.actual == "input"]
        for place, kpi in enumerate(inputs, 1):
            for month in range(min(3, plan.months)):
                step = {"rate": 0.1, "nps": 10.0}.get(kpi.unit, 100.0)  # an NPS is at most 100
                number = step * place + (0 if kpi.unit == "rate" else month)
                typed[f"{channel.id}:{kpi.id}", month] = number
    if plan.goal.kind == "revenue":
        typed["stage:revenue", 0] = 1_234_567.0
    return plan.with_(actuals=typed)


def every_kpi(lang: str) -> Plan:
    """The default plan with all channels of the catalog and all of their KPIs, of two for one stage each half of it."""
    source = re.sub(r"(?m)^kpis = .*$", "", workbook_templates.source("default"))
    plan = plan_from_source(source, lang, "default")
    plan = with_channels(plan, [channel.id for channel in catalog.channels()])
    plan = _channels(plan, trade_show={"share": 0.05}, sns={"share": 0.1}, inside_sales={"share": 0.5},
                     abm_inside_sales={"share": 0.5})  # fmt: skip
    return plan.with_(kpis=tuple(replace(kpi, on=True) for kpi in plan.kpis))


def _blanks(plan: Plan) -> Plan:
    """On plan, but that every row lacks another fifth of the months."""
    return on_plan(plan, lambda series, month: (len(series) + month) % 5 > 0)


def _odd_kpis(plan: Plan) -> Plan:
    """A channel without any KPI, an assumption from which no target follows, costs of nothing, a ratio of ratios."""
    kept = [kpi for kpi in plan.kpis if kpi.channel != "trade_show"]
    rates = [
        Kpi("won", "web", "受注数", "Won", "count", "orders", "input"),
        Kpi("won_rate", "web", "受注率", "Order rate", "rate", "input", "won / cv", value=0.012),
        Kpi("steps", "ads", "二段の率", "Rate of rates", "rate", "cvr * ctr", "cvr * ctr"),
        Kpi("answers", "ads", "回答", "Answers", "count", "input", "input"),
        Kpi("answer_rate", "ads", "回答率", "Answer rate", "rate", "input", "answers / cv", value=0.5),
        Kpi("score", "ads", "満足度", "Score", "nps", "input", "input", value=10.0, weight="cv"),
    ]
    plan = _actuals(plan.with_(kpis=(*kept, *rates), months=4))
    return plan.with_(actuals=plan.actuals | {("ads:cost", 0): 0.0, ("ads:score", 0): -20.0, ("ads:cv", 1): 0.0})


# Those that differ in how numbers become whole and add up; the engines are held to all of them.
EDGES_OF_SUMS = (
    "every KPI of the catalog", "on plan with blanks", "odd KPIs", "measured curves", "no lags", "one month",
    "a yearly goal in 18 months", "deadline two years after the end", "months of zero need",
    "pipeline larger than need", "revenue in millions", "rounding each", "a fractional goal", "tiny rates",
    "shares that need scaling", "no channel", "profit with existing customers",
    "revenue of existing customers in millions",
)  # fmt: skip
# Of these every run takes: the one with the most rows of each kind, and each way of rounding.
EDGES_OFTEN = (
    "odd KPIs", "measured curves", "one month", "deadline two years after the end", "pipeline larger than need",
    "revenue in millions", "rounding each", "shares that need scaling",
)  # fmt: skip


def _with_existing(plan: Plan, goal: Goal) -> Plan:
    own = {"gross_margin": 0.4, "existing_revenue": 250e6, "existing_churn": 0.1, "existing_upsell": 25e6}
    return plan.with_(goal=goal, order_value=2_000_000.0, delivery_days=30, settings={**plan.settings, **own})


@cache
def edge_plans(lang: str = "ja") -> Mapping[str, Plan]:
    """One plan for each edge of the calculation."""
    plan = template_plan("default", lang)
    revenue = plan.with_(goal=Goal("revenue", 1_000_000_000.0), delivery_days=60)
    curve, steep = Lag(curve=(0.4, 0.7, 1.0)), Lag(curve=(0.0, 0.05, 0.05, 0.333, 0.9, 1.0))
    no_lags = [Lag()] * 5
    need = 5000 / 365  # leads a day of the default plan: 60 orders ÷ 1.2 %, in 365 days
    return {
        "every KPI of the catalog": _actuals(every_kpi(lang)),
        "on plan with blanks": _blanks(every_kpi(lang)),
        "odd KPIs": _odd_kpis(every_kpi(lang)),
        "measured curves": _lags(plan, curve, Lag(7, 7), steep, curve, Lag(0, 90)),
        "wide spreads": _lags(plan, *[Lag(0, 90), Lag(5, 180), Lag(1, 2), Lag(30, 31), Lag(0, 365)]),
        "no lags": _lags(plan, *no_lags),
        "one month": _actuals(plan.with_(months=1)),
        "a yearly goal in 18 months": _goal(plan.with_(months=18), months=12),
        "36 months in thousands of yen": _actuals(revenue.with_(months=MAX_MONTHS, currency_unit="thousand_yen")),
        "deadline two years after the end": _goal(plan, deadline=dt.date(2029, 3, 31)),
        "deadline before the end": _goal(plan, deadline=dt.date(2026, 12, 24)),
        "deadline on the first day": _goal(plan, deadline=dt.date(2026, 4, 1)),
        "months of zero need": _actuals(
            _lags(plan.with_(season=(1, 0, 0, 1, 0, 2.5, 1, 0, 1, 1, 1, 0.25)), *no_lags)
        ),
        "one month has all": plan.with_(season=(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0)),
        "pipeline": _actuals(plan.with_(pipeline={"leads": 400, "sql": 37.5, "proposals": 3, "orders": 2})),
        "pipeline larger than need": _actuals(plan.with_(pipeline={"orders": 61})),
        # April to June need 30 + 31 + 30 days of leads; exactly that many are there
        "pipeline covers three months to the lead": _actuals(
            _lags(plan.with_(pipeline={"leads": 91 * need}), *no_lags)
        ),
        "pipeline is exactly the need": _actuals(plan.with_(pipeline={"opportunities": 250})),
        "growth of revenue": _goal(revenue, value=None, baseline=870_000_000.0, growth=0.5),
        "revenue in millions": _actuals(revenue.with_(currency_unit="million_yen", pipeline={"sql": 12})),
        # (250 − 10 % + 25) million × 40 % are 100 of the 200 million, 125 orders of 800,000 the rest
        "profit with existing customers": _actuals(_with_existing(plan, Goal("profit", 200_000_000.0))),
        "revenue of existing customers in millions": _actuals(
            _with_existing(plan, Goal("revenue", 700_000_000.0)).with_(currency_unit="million_yen", months=5)
        ),
        "existing customers bring it all": _with_existing(plan, Goal("revenue", 250_000_000.0)).with_(months=3),
        "rounding each": _stages(
            plan.with_(rounding="each"), leads={"rate": 0.07}, mql={"rate": 0.333}, sql={"rate": 1.0}
        ),
        # 7 ÷ (0.7 × 0.1) is 100 to the last bit that counts, not 101 (design §5)
        "a ceiling with binary noise": _stages(
            _goal(plan, value=7.0), leads={"rate": 0.7}, mql={"rate": 0.1}, sql={"rate": 1.0},
            opportunities={"rate": 1.0}, proposals={"rate": 1.0},
        ),
        "a fractional goal": _goal(plan, value=0.37),
        "tiny rates": _stages(plan, leads={"rate": 0.0001}, mql={"rate": 0.003}, sql={"rate": 0.01}),
        "shares that need scaling": _channels(plan, web={"share": 0.7}, ads={"share": 0.7}, webinar={"share": 0.0}),
        "no channel": plan.with_(channels=tuple(replace(one, on=False) for one in plan.channels)),
    }  # fmt: skip


def _lag() -> st.SearchStrategy[Lag]:
    days = st.integers(0, 120)
    spread = st.tuples(days, days).map(lambda pair: Lag(min(pair), max(pair)))
    steps = st.lists(st.integers(0, 100), min_size=0, max_size=5)
    curve = steps.map(lambda shares: Lag(curve=(*(share / 100 for share in sorted(shares)), 1.0)))
    return st.one_of(days.map(lambda day: Lag(day, day)), spread, curve)


@st.composite
def random_plans(draw, kind: str | None = None) -> Plan:
    """Sound plans of one to six months (short ones keep an example quick), with everything that moves numbers."""
    plan = template_plan("default", draw(st.sampled_from(("ja", "en"))))
    kind = kind or draw(st.sampled_from(("orders", "revenue", "customers")))
    months = draw(st.integers(1, 6))
    start = dt.date(draw(st.integers(2026, 2028)), draw(st.integers(1, 12)), 1)
    low, high = (1_000_000, 5_000_000_000) if kind == "revenue" else (1, 5_000)
    rates = [draw(st.integers(5, 100)) / 100 for _ in plan.stages[:-1]]
    stages = [replace(stage, rate=rate, lag=draw(_lag())) for stage, rate in zip(plan.stages[:-1], rates, strict=True)]
    deadline = draw(st.none() | st.integers(0, 300).map(lambda days: start + dt.timedelta(days=days)))
    season = draw(st.lists(st.integers(1, 300), min_size=12, max_size=12).map(lambda w: tuple(x / 100 for x in w)))
    opened = st.dictionaries(st.sampled_from([stage.id for stage in plan.stages]), st.integers(0, 400), max_size=3)
    typed = st.dictionaries(
        st.tuples(st.sampled_from(("stage:mql", "stage:orders", "web:cv", "ads:cost")), st.integers(0, months - 1)),
        st.integers(0, 1_000),
        max_size=6,
    )
    return plan.with_(
        goal=Goal(kind, float(draw(st.integers(low, high))), deadline),
        start=start,
        months=months,
        stages=(*stages, plan.stages[-1]),
        delivery_days=draw(st.integers(0, 120)),
        rounding=draw(st.sampled_from(("total", "each"))),
        season=season,
        pipeline=draw(opened),
        actuals=draw(typed),
    )
