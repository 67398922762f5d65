"""What can be typed: one row for each entry, in the order of 設定 and of the tables.

These read it: the text source, the reader of workbooks, ``--set``, the checks, 設定, the entries that are merged and
kept, and the pages that show them.  A new single entry is a row of ``SINGLES`` and its label in the catalog
(``label_<key>``; ``hint_<key>`` and ``allowed_<key>`` are said by its bounds where there are none): its value is then
``plan.settings[key]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from xl_kpi.calc.economy.lifetime import LONGEST
from xl_kpi.plan.input.field import GOAL, KPI, MONEY, Field
from xl_kpi.plan.input.reading import (
    MAX_LAG_DAYS,
    read_bool,
    read_date,
    read_growth,
    read_kind,
    read_lag,
    read_listed,
    read_margin,
    read_money,
    read_month,
    read_number,
    read_rate,
    read_share,
    read_text,
)
from xl_kpi.plan.keys import CHANNELS, KPIS, PIPELINE, RATES, SEASON, STAGES, EntryKey
from xl_kpi.plan.leads.content_inputs import CONTENT
from xl_kpi.plan.model import MAX_MONTHS, MONEY_ROWS, Goal, Plan
from xl_kpi.plan.pages import optional
from xl_kpi.plan.pages.lead_tables import LEAD_STAGES
from xl_kpi.plan.pages.tables import TABLES as TYPED_TABLES
from xl_kpi.plan.relations.inputs import RELATIONS
from xl_kpi.plan.scoring.inputs import SCORE_ENTRIES

_DAYS = {"low": 0, "high": MAX_LAG_DAYS, "whole": True, "counted": "days"}
_DAYS_TAKEN = {"low": 0, "high": MAX_LAG_DAYS, "counted": "days"}
_MONTHS = {"low": 1, "high": MAX_MONTHS, "whole": True, "counted": "months"}
_AT_LEAST_0 = {"low": 0}

SINGLES = (
    Field("kgi_kind", read_kind, "goal.kind", "section_goal", choices="kind", option="--kgi", metavar="KIND"),
    Field("kgi_value", read_number, "goal.value", "section_goal", "yen", optional=True, unit=GOAL, positive=True,
          option="--goal", metavar="N", figure=True),
    Field("kgi_baseline", read_number, "goal.baseline", "section_goal", "yen", optional=True, unit=GOAL, positive=True,
          option="--baseline", metavar="N", figure=True),
    Field("kgi_growth", read_growth, "goal.growth", "section_goal", "rate", optional=True, figure=True),
    Field("kgi_deadline", read_date, "goal.deadline", "section_goal", "date", optional=True,
          option="--deadline", metavar="YYYY-MM-DD"),
    Field("order_value", read_money, "order_value", "section_goal", "yen", optional=True, unit=MONEY, positive=True,
          option="--order-value", metavar="N", figure=True),
    Field("revenue_way", read_listed, section="section_goal", choices="revenue_way", default="once", optional=True),
    Field("monthly_fee", read_money, section="section_goal", format="yen", optional=True, unit=MONEY, positive=True,
          figure=True),
    Field("gross_margin", read_margin, section="section_goal", format="rate", optional=True, option="--gross-margin",
          metavar="RATE", figure=True),
    Field("delivery_days", read_number, "delivery_days", "section_goal", "day", _DAYS, optional=True,
          option="--delivery-days", metavar="DAYS", figure=True),
    Field("existing_revenue", read_money, section="section_existing", format="yen", bounds=_AT_LEAST_0, optional=True,
          unit=MONEY, figure=True),
    Field("existing_churn", read_share, section="section_existing", format="rate", optional=True, figure=True),
    Field("existing_upsell", read_money, section="section_existing", format="yen", bounds=_AT_LEAST_0, optional=True,
          unit=MONEY, figure=True),
    Field("plan_start", read_month, "start", "section_period", "month", source="period.start",
          option="--start", metavar="YYYY-MM"),
    Field("plan_months", read_number, "months", "section_period", "day", _MONTHS, source="period.months",
          option="--months", metavar="N"),
    Field("goal_months", read_number, "goal.months", "section_period", "day", _MONTHS, optional=True),
    Field("next_period", read_listed, section="section_period", choices="next_period", default="on", optional=True),
    Field("next_value", read_number, section="section_period", format="yen", bounds=_AT_LEAST_0, optional=True,
          unit=GOAL, positive=True),
    Field("outlook_age", read_listed, section="section_period", choices="outlook_age", default="new", optional=True),
    Field("closed_until", read_month, "", "section_closed", "month", optional=True, source="period.closed_until"),
    Field("carry_over", read_listed, "", "section_closed", choices="carry_over", optional=True, default="yes",
          source="period.carry_over"),
    Field("plan_title", read_text, "title", "section_display"),
    Field("currency_unit", read_listed, "currency_unit", "section_display", choices="currency", default="yen"),
    Field("rounding", read_listed, "rounding", "section_display", choices="rounding", default="total"),
    Field("plan_lang", read_listed, "lang", "section_display", choices="lang", option="--lang", is_set=False),
    Field("example_marks", read_listed, section="section_display", choices="example_marks", default="on",
          optional=True),
    Field("kgi_monthly", read_number, "goal.monthly", "section_stated", "yen", _AT_LEAST_0, optional=True, unit=GOAL,
          positive=True),
    Field("kgi_customers", read_number, "goal.customers", "section_stated", "whole", _AT_LEAST_0, optional=True,
          positive=True),
    Field("budget", read_money, section="section_stated", format="yen", bounds=_AT_LEAST_0, optional=True, unit=MONEY,
          positive=True),
    Field("ltv_first", read_money, format="yen", bounds=_AT_LEAST_0, optional=True, page="economics"),
    Field("ltv_frequency", read_number, format="exact", bounds=_AT_LEAST_0, optional=True, page="economics"),
    Field("ltv_value", read_money, format="yen", bounds=_AT_LEAST_0, optional=True, page="economics"),
    Field("ltv_more", read_money, format="yen", bounds=_AT_LEAST_0, optional=True, page="economics"),
    Field("ltv_churn", read_share, format="rate2", optional=True, page="economics"),
    Field("ltv_contract", read_number, format="day",
          bounds={"low": 1, "high": LONGEST, "whole": True, "counted": "months"}, optional=True, page="economics"),
    Field("ltv_ratio", read_number, format="decimal", bounds={"low": 0.1}, optional=True, page="economics"),
    Field("work_days", read_number, format="decimal", bounds={"low": 1, "high": 31, "counted": "days"}, optional=True,
          page="people"),
    *RELATIONS,
    *(
        Field(f"standard_{stage}", read_number, format="decimal", bounds=_DAYS_TAKEN, optional=True, page="durations")
        for stage in LEAD_STAGES[:-1]
    ),
    *CONTENT,
    Field("leads_as_of", read_date, format="date", optional=True, page="lead_list"),
    *SCORE_ENTRIES,
    *(
        Field(optional.switch(key), read_listed, section="section_pages", choices="page", default=default,
              optional=True, source=f"pages.{key}", label=f"sheet_{key}")
        for key, default in optional.OPTIONAL.items()
    ),
    Field("tree_ksf", read_listed, choices="tree_ksf", default="on", optional=True, page="ksf"),
    Field("review_rhythm", read_listed, choices="rhythm", default="monthly", optional=True, page="actions"),
    Field("review_as_of", read_date, format="date", optional=True, page="actions"),
)  # fmt: skip

COLUMNS = (
    Field("tbl_stages.name", read_text, label="label_name"),
    Field("tbl_stages.owner", read_text, optional=True, default=""),
    Field("tbl_stages.rate", read_rate, format="rate2", figure=True),
    Field("tbl_stages.lag", read_lag, label="label_lag", figure=True),
    Field("tbl_stages.basis", read_listed, choices="basis", optional=True, default=""),
    Field("tbl_channels.name", read_text, label="label_name"),
    Field("tbl_channels.on", read_bool, default=True),
    Field("tbl_channels.stage", read_text, is_set=False),
    Field("tbl_channels.share", read_share, format="rate", default=0.0, figure=True),
    Field("tbl_channels.unit_cost", read_money, format="yen", bounds=_AT_LEAST_0, optional=True, label="channel_cost",
          name="cost", figure=True),
    Field("tbl_channels.capacity", read_number, format="whole", bounds=_AT_LEAST_0, optional=True, figure=True),
    Field("tbl_channels.owner", read_text, optional=True, default=""),
    Field("tbl_channels.rate_basis", read_listed, choices="basis", optional=True, default=""),
    Field("tbl_kpis.unit", read_listed, choices="unit", is_set=False),
    Field("tbl_kpis.better", read_listed, choices="better", default="up", is_set=False),
    Field("tbl_kpis.rhythm", read_listed, choices="rhythm", optional=True, default="", is_set=False),
    Field("tbl_kpis.value", unit=KPI, optional=True),
    Field("tbl_kpis.basis", read_listed, choices="basis", optional=True, default=""),
    Field("tbl_kpis.on", read_bool, default=True),
    Field("tbl_kpis.parent", read_text, optional=True, default="", is_set=False),
    Field("tbl_kpis.split", read_text, optional=True, default="", is_set=False),
    Field("tbl_season", read_number, format="weight", bounds={"low": 0, "percent": True}, label="section_season"),
    Field("tbl_pipeline", read_number, format="whole", bounds=_AT_LEAST_0, optional=True, label="pipeline_open",
          figure=True),
    Field("tbl_rates", read_rate, format="rate2", optional=True, label="channel_rate"),
    Field("tbl_agreement.state", read_listed, choices="answer", is_set=False),
    Field("tbl_agreement.value", read_number, format="count", is_set=False),
    *(column for table in TYPED_TABLES for column in table.columns),
)  # fmt: skip

_COLUMNS = {one.key: one for one in COLUMNS}


# What ``--set`` calls the tables.
TABLES = {"stage": STAGES, "channel": CHANNELS, "kpi": KPIS, "pipeline": PIPELINE, "rate": RATES, "season": SEASON}


def set_shapes(**rows: str) -> list[str]:
    """The names for ``--set`` of each table, with these ids for a row: stage.ID.name|owner|rate|lag, season.MONTH …"""
    found = []
    for word, row in rows.items():
        columns = [one.name or one.column for one in COLUMNS if one.table == TABLES[word] and one.is_set]
        found.append(".".join(part for part in (word, row, "|".join(columns)) if part))
    return found


def find_field(entry: EntryKey) -> Field | None:
    """The row of this table for an entry; None where there is none, as for actuals."""
    return _COLUMNS.get(entry.kind) or next((one for one in SINGLES if one.key == entry.kind), None)


def field_of(kind: str) -> Field:
    """The row of this table for ``kgi_value`` or ``tbl_stages.rate``."""
    return _COLUMNS.get(kind) or next(one for one in SINGLES if one.key == kind)


def goal_unit(kind: str | None) -> str:
    """The unit in which a goal of this kind is typed."""
    return "yen" if kind in MONEY_ROWS else "count"


def with_values(plan: Plan, values: Mapping[str, Any]) -> Plan:
    """The plan with these values of single entries, by key; None is the entry's default."""
    goal: dict[str, Any] = {}
    own: dict[str, Any] = {}
    settings = {key: value for key, value in plan.settings.items() if key not in values}
    for one in SINGLES:
        value = one.default if values.get(one.key) is None else values[one.key]
        holder, _, name = one.at.rpartition(".")
        if one.key in values and name:
            (goal if holder else own)[name] = value
        elif one.key in values and value != one.default:
            settings[one.key] = value
    return plan.with_(goal=replace(plan.goal, **goal), settings=settings, **own)


def plan_of(values: Mapping[str, Any], **tables: Any) -> Plan:
    """The plan of the values of its single entries, by key, and of its tables."""
    goal, start, months = Goal(values["kgi_kind"]), values["plan_start"], values["plan_months"]
    frame = Plan(values["plan_title"], values["plan_lang"], goal, start, months, **tables)
    return with_values(frame, values)
