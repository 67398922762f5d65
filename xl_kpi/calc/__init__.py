"""Pure mathematics of the plan: funnel, months, lags, pipeline.  Exact fractions, standard library only."""

from xl_kpi.calc.calendar import GoalMonth, goal_months, month_start, month_starts
from xl_kpi.calc.errors import KpiError
from xl_kpi.calc.funnel import (
    expected_orders,
    forward_funnel,
    goal_from_growth,
    orders_from_revenue,
    read_rates,
    required_leads,
    required_stages,
    rounded_stages,
)
from xl_kpi.calc.lag import Lag, as_lag
from xl_kpi.calc.number import clean_ceiling, exact
from xl_kpi.calc.pipeline import Need, credit, net, pipeline_orders
from xl_kpi.calc.schedule import Share, latest_dates, monthly_required, remaining_by_day, shares

__all__ = [
    "GoalMonth",
    "KpiError",
    "Lag",
    "Need",
    "Share",
    "as_lag",
    "clean_ceiling",
    "credit",
    "exact",
    "expected_orders",
    "forward_funnel",
    "goal_from_growth",
    "goal_months",
    "latest_dates",
    "month_start",
    "month_starts",
    "monthly_required",
    "net",
    "orders_from_revenue",
    "pipeline_orders",
    "read_rates",
    "remaining_by_day",
    "required_leads",
    "required_stages",
    "rounded_stages",
    "shares",
]
