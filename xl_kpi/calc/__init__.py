"""Pure mathematics of the plan: funnel, months, lags, pipeline, chance, money, scores, shares, review.

Exact fractions but for probabilities, scores and logarithms; standard library only.
"""

from xl_kpi.calc.allocation import allocate_leads, spread, whole_parts, whole_rest, whole_table
from xl_kpi.calc.calendar import GoalMonth, coming_start, goal_months, month_start, month_starts
from xl_kpi.calc.chance import goal_chance, leads_for_chance, rate_interval
from xl_kpi.calc.economics import cac, ltv, ltv_cac, payback_months
from xl_kpi.calc.errors import KpiError
from xl_kpi.calc.funnel import (
    expected_orders,
    forward_funnel,
    goal_from_growth,
    orders_from_revenue,
    read_rates,
    required_leads,
    required_rate,
    required_stages,
    rounded_stages,
    stage_ratios,
)
from xl_kpi.calc.lag import Lag, as_lag
from xl_kpi.calc.number import clean_ceiling, exact, nearest, nearest_float, nearest_parts
from xl_kpi.calc.outlook import Outlook, entered_by_day, outlook
from xl_kpi.calc.pipeline import Need, credit, net, pipeline_orders
from xl_kpi.calc.review.channels import GapPart, gap_by_channel
from xl_kpi.calc.review.days import StageTimes, stage_days, stage_times
from xl_kpi.calc.review.forecast import forecast_total
from xl_kpi.calc.review.gap import bottleneck, gap_by_stage
from xl_kpi.calc.schedule import (
    Share,
    entered_for_goal,
    last_days,
    latest_dates,
    monthly_required,
    needed_by_day,
    orders_left,
    remaining_by_day,
    shares,
    start_by,
)
from xl_kpi.calc.scoring import action_score, lead_score, nps
from xl_kpi.calc.under_way import under_way

__all__ = [
    "GapPart",
    "GoalMonth",
    "KpiError",
    "Lag",
    "Need",
    "Outlook",
    "Share",
    "StageTimes",
    "action_score",
    "allocate_leads",
    "as_lag",
    "bottleneck",
    "cac",
    "clean_ceiling",
    "coming_start",
    "credit",
    "entered_by_day",
    "entered_for_goal",
    "exact",
    "expected_orders",
    "forecast_total",
    "forward_funnel",
    "gap_by_channel",
    "gap_by_stage",
    "goal_chance",
    "goal_from_growth",
    "goal_months",
    "last_days",
    "latest_dates",
    "lead_score",
    "leads_for_chance",
    "ltv",
    "ltv_cac",
    "month_start",
    "month_starts",
    "monthly_required",
    "nearest",
    "nearest_float",
    "nearest_parts",
    "needed_by_day",
    "net",
    "nps",
    "orders_from_revenue",
    "orders_left",
    "outlook",
    "payback_months",
    "pipeline_orders",
    "rate_interval",
    "read_rates",
    "remaining_by_day",
    "required_leads",
    "required_rate",
    "required_stages",
    "rounded_stages",
    "shares",
    "spread",
    "stage_days",
    "stage_ratios",
    "stage_times",
    "start_by",
    "under_way",
    "whole_parts",
    "whole_rest",
    "whole_table",
]
