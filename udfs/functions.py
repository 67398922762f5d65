"""Excel functions: values of cells in, values for cells out.  Called from Python they are plain functions.

A range may be a number, a list or a list of rows; blanks at its end are ignored.  What can't be computed raises
``xl_kpi.calc.KpiError``, which names the argument, its position and what is allowed; in a cell it is the error's
Excel code.  What each function and argument means stands in ``xl_kpi/catalog/functions.toml``.
"""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

from udfs import error_message
from udfs.excel_function import excel_function
from udfs.excel_values import (
    are_rows,
    cleaned,
    date_cell,
    day,
    days,
    laid_out,
    line,
    number,
    numbers,
    one,
    quotients,
    table,
    word,
)
from xl_kpi import calc
from xl_kpi.calc import KpiError
from xl_kpi.calc.errors import is_blank
from xl_kpi.catalog import LANGUAGES
from xl_kpi.catalog.advice import kpi_advice as advice_for

Table = list[list]  # xlwings reads what a function gives: a list it knows, a Sequence it does not

# Where Excel itself hands over the cell, KPI_ERROR can read the formula in it.
CELL = {"convert": error_message.CellOrValue} if sys.platform.startswith("win") else {}


# --- backwards from the goal


@excel_function
def required_leads(goal: Any, rates: Any, rounding: Any = None) -> float:
    """How many leads the goal takes, rounded up."""
    goal, rates, rounding = one(goal, "goal"), line(rates, "rates"), word(rounding, "rounding", "total")
    return number(calc.required_leads(goal, rates, rounding), "goal", goal)


@excel_function
def required_stages(goal: Any, rates: Any, rounding: Any = None) -> Table:
    """How many must enter each stage, first stage first, beside or below each other as the rates are."""
    wanted, factors, way = one(goal, "goal"), line(rates, "rates"), word(rounding, "rounding", "total")
    return laid_out(quotients(calc.stage_ratios(wanted, factors, way), "goal", wanted), rates)


@excel_function
def expected_orders(leads: Any, rates: Any) -> float:
    """How many orders a number of leads gives."""
    leads, rates = one(leads, "leads"), line(rates, "rates")
    return number(calc.expected_orders(leads, rates), "leads", leads)


@excel_function
def required_orders(revenue: Any, order_value: Any) -> float:
    """How many orders a revenue takes, rounded up."""
    revenue, order_value = one(revenue, "revenue"), one(order_value, "order_value")
    return number(calc.orders_from_revenue(revenue, order_value), "revenue", revenue)


@excel_function
def required_rate(goal: Any, leads: Any, rates: Any, position: Any) -> float:
    """The rate that the stage at ``position`` needs, the others unchanged."""
    goal, leads, rates = one(goal, "goal"), one(leads, "leads"), line(rates, "rates")
    return number(calc.required_rate(goal, leads, rates, one(position, "position")), "goal", goal)


# --- how likely


@excel_function
def goal_chance(goal: Any, leads: Any, rates: Any) -> float:
    """The probability that the orders reach the goal."""
    return calc.goal_chance(one(goal, "goal"), one(leads, "leads"), line(rates, "rates"))


@excel_function
def leads_for_chance(goal: Any, rates: Any, chance: Any) -> float:
    """The smallest number of leads with that probability."""
    goal, rates = one(goal, "goal"), line(rates, "rates")
    return number(calc.leads_for_chance(goal, rates, one(chance, "chance")), "goal", goal)


@excel_function
def rate_interval(successes: Any, trials: Any, level: Any = None) -> Table:
    """The lower and the upper end of a measured rate, side by side."""
    successes, trials, level = one(successes, "successes"), one(trials, "trials"), one(level, "level")
    given = () if is_blank(level) else (level,)
    return [list(calc.rate_interval(successes, trials, *given))]


# --- dates


@excel_function
def start_by(deadline: Any, lags: Any, workdays: Any = None, holidays: Any = None) -> list[list[dt.datetime]]:
    """The latest date to enter each stage, first stage first, beside or below each other as the lags are."""
    last, chain = day(deadline, "deadline"), line(lags, "lags")
    working, off = one(workdays, "workdays"), days(holidays, "holidays")
    found = calc.start_by(last, chain, working, off)
    if not found:
        raise KpiError("#VALUE!", "lags", None, None, "values")
    return laid_out([date_cell(date, "deadline") for date in found], lags)


@excel_function
def monthly_required(goals: Any, rates: Any, lags: Any, start: Any) -> Table:
    """A row for each stage and one for the orders: needed before the start, then in each month."""
    goals, rates = line(goals, "goals"), line(rates, "rates")
    lags, start = line(lags, "lags"), day(start, "start")
    return [numbers(row, "goals") for row in calc.monthly_required(goals, rates, lags, start)]


# --- sharing out


@excel_function
def spread(total: Any, weights: Any) -> Table:
    """Whole numbers in the weights' proportion that add up to the total."""
    whole, factors = one(total, "total"), line(weights, "weights")
    return laid_out(numbers(calc.spread(whole, factors), "total", whole), weights)


@excel_function
def allocate_leads(required: Any, cost: Any, capacity: Any, rate: Any = None, budget: Any = None) -> Table:
    """Leads per channel at the least cost."""
    wanted, prices = one(required, "required"), line(cost, "cost")
    limits, quality = line(capacity, "capacity"), line(rate, "rate")
    found = calc.allocate_leads(wanted, prices, limits, quality or None, one(budget, "budget"))
    return laid_out(numbers(found, "required", wanted), cost)


# --- economics


@excel_function
def ltv(revenue: Any, churn: Any, margin: Any = None) -> float:
    """Lifetime value of a customer."""
    revenue, churn, margin = one(revenue, "revenue"), one(churn, "churn"), _margin(margin)
    return number(calc.ltv(revenue, churn, margin), "revenue", revenue)


@excel_function
def cac(costs: Any, customers: Any) -> float:
    """What it costs to win a customer."""
    costs, customers = line(costs, "costs"), one(customers, "customers")
    return number(calc.cac(costs, customers), "customers", customers)


@excel_function
def ltv_cac(ltv: Any, cac: Any) -> float:
    """LTV ÷ CAC."""
    ltv, cac = one(ltv, "ltv"), one(cac, "cac")
    return number(calc.ltv_cac(ltv, cac), "ltv", ltv)


@excel_function
def payback_months(cac: Any, revenue: Any, margin: Any = None) -> float:
    """Months until a customer has paid back what it cost to win."""
    cac, revenue, margin = one(cac, "cac"), one(revenue, "revenue"), _margin(margin)
    return number(calc.payback_months(cac, revenue, margin), "cac", cac)


# --- scores


@excel_function
def nps(scores: Any) -> float:
    """Net promoter score."""
    return float(calc.nps(line(scores, "scores")))


@excel_function
def lead_score(values: Any, factors: Any) -> Any:
    """Quality score: one number for one lead, a column for several."""
    return _scores(calc.lead_score, values, "values", factors, "factors")


@excel_function
def action_score(actions: Any, points: Any) -> Any:
    """Action score: one number for one lead, a column for several."""
    return _scores(calc.action_score, actions, "actions", points, "points")


# --- review


@excel_function
def stage_days(from_dates: Any, to_dates: Any, statistic: Any = None) -> float:
    """Median days for a stage, or how many rows had to be left out."""
    came, left = days(from_dates, "from_dates"), days(to_dates, "to_dates")
    what = word(statistic, "statistic", "median")
    if what in ("blanks", "negatives"):
        return getattr(calc.stage_times(came, left), what)
    return number(calc.stage_days(came, left, what), "to_dates")


@excel_function
def gap_by_stage(plan: Any, actual: Any) -> Table:
    """How many orders each stage gives or costs against the plan."""
    planned, real = line(plan, "plan"), line(actual, "actual")
    return laid_out(calc.gap_by_stage(planned, real), plan)


@excel_function
def bottleneck(names: Any, plan: Any, actual: Any) -> str:
    """The name of the stage that costs most."""
    labels = line(names, "names")
    planned, real = line(plan, "plan"), line(actual, "actual")
    return calc.bottleneck(labels, planned, real)


@excel_function
def forecast_total(actual: Any, season: Any, months_elapsed: Any) -> float:
    """Where the figure will end."""
    reached, weights = line(actual, "actual"), line(season, "season")
    return number(calc.forecast_total(reached, weights, one(months_elapsed, "months_elapsed")), "actual")


@excel_function
def kpi_advice(channel: Any, kpi: Any, plan: Any, actual: Any, language: Any = None) -> str:
    """Cause and action for a KPI that is off its plan."""
    channel, kpi = one(channel, "channel"), one(kpi, "kpi")
    plan, actual = one(plan, "plan"), one(actual, "actual")
    return advice_for(channel, kpi, plan, actual, _language(language))


@excel_function(cell=CELL)
def kpi_error(cell: Any, language: Any = None) -> str:
    """The message behind the error in a cell; "" where there is none."""
    return error_message.explained(cell, _language(language), globals())


def _margin(value: Any) -> Any:
    margin = one(value, "margin")
    return 1 if is_blank(margin) else margin


def _language(value: Any) -> str:
    lang = word(value, "language", LANGUAGES[0])
    if lang not in LANGUAGES:
        raise KpiError("#VALUE!", "language", None, lang, "language")
    return lang


def _scores(score: Any, values: Any, argument: str, weights: Any, weights_argument: str) -> Any:
    factors = line(weights, weights_argument)
    if are_rows(values):
        try:  # plain numbers, most likely, and many of them: no look at every cell
            found = score(values, factors)
        except KpiError:
            found = []  # the closer look below finds what is wrong, or what may be left out
        if len(found) > 1:
            return list(zip(found))  # rows of one; as lists they would take longer than the scores
    leads = table(values, len(factors))
    if len(leads) == 1:
        return score(cleaned(leads, argument)[0], factors)
    return list(zip(score(cleaned(leads, argument), factors)))


__all__ = [name for name, value in list(globals().items()) if hasattr(value, "__wrapped__")]
