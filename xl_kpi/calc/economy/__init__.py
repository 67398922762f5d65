"""Unit economics: what a customer brings and costs, what may be spent for a lead, where budget goes, how many people.

Exact fractions; standard library only.  ``calc.economics`` has the short forms that are Excel functions.
"""

from xl_kpi.calc.economy.acquisition import AcquisitionCost, acquisition_cost, payback
from xl_kpi.calc.economy.allowed_cost import allowed_costs, cost_of_order
from xl_kpi.calc.economy.budget_moves import Move, budget_moves
from xl_kpi.calc.economy.lifetime import Lifetime, churn_rate, expected_months, lifetime
from xl_kpi.calc.economy.staffing import busiest, months_over, people_needed

__all__ = [
    "AcquisitionCost",
    "Lifetime",
    "Move",
    "acquisition_cost",
    "allowed_costs",
    "budget_moves",
    "busiest",
    "churn_rate",
    "cost_of_order",
    "expected_months",
    "lifetime",
    "months_over",
    "payback",
    "people_needed",
]
