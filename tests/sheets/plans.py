"""Plans that the page tests draw: the templates, and one with money, pipeline and four months of actuals."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from functools import cache

import workbook_templates
from xl_kpi.plan.model import EXISTING_ROW, Goal, Plan
from xl_kpi.plan.source import plan_from_source
from xl_kpi.sheets import from_context
from xl_kpi.sheets.channel_tab.page import TabsAt
from xl_kpi.sheets.context import Context

NAMES = ("default", "c1", "c2", "c3", "c4")


@cache
def template(name: str, lang: str) -> Plan:
    return plan_from_source(workbook_templates.source(name), lang, name)


@cache
def in_the_year(lang: str) -> Plan:
    """10億円 in a year with 60 days of delivery (K7), an open pipeline (K8) and four months of actuals."""
    plan = template("default", lang).with_(
        goal=Goal("revenue", 1_000_000_000, dt.date(2027, 3, 31)),
        order_value=12_000_000,
        delivery_days=60,
        currency_unit="million_yen",
        pipeline={"leads": 300, "mql": 150, "sql": 60, "opportunities": 30, "proposals": 12},
    )
    return with_actuals(plan, 4)


@cache
def five_months(lang: str) -> Plan:
    """The first five months of it: every page and row of the year, for tests that do not count its months."""
    year = in_the_year(lang)
    return year.with_(months=5, goal=replace(year.goal, deadline=dt.date(2026, 8, 31)))


def with_actuals(plan: Plan, months: int) -> Plan:
    """The plan with actuals of its first months in every row that is typed, around the targets of these months."""
    ctx = Context(plan.with_(currency_unit="yen"))  # a plan has its actuals in yen, whatever its cells show
    from_context(ctx)
    chance, typed = random.Random(5), {}
    for channel in plan.channels_on:
        figures = ctx.at(TabsAt).tabs[channel.id].figures
        for kpi in figures.kpis:
            for month in range(months if kpi.actual == "input" else 0):
                target = figures.target[kpi.id].months[month]
                digits = 3 if target < 1 else 0
                typed[f"{channel.id}:{kpi.id}", month] = round(target * chance.uniform(0.7, 1.25), digits)
    for index, stage in enumerate(plan.stages[1:], 1):
        for month in range(months):
            need = float(ctx.targets.new[index].months[month])
            typed[f"stage:{stage.id}", month] = round(need * chance.uniform(0.75, 1.2))
    for row in (plan.goal.row, EXISTING_ROW if ctx.targets.existing else ""):
        for month in range(months if row else 0):
            whole = ctx.targets.existing if row == EXISTING_ROW else ctx.targets.goal
            typed[row, month] = round(float(whole) / plan.months * chance.uniform(0.8, 1.1), -5)
    return plan.with_(actuals=typed)
