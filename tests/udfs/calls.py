"""One good call of every function, with the kind of each argument: what the tests of wrong input start from."""

from __future__ import annotations

import datetime as dt

APRIL = dt.datetime(2026, 4, 1)
MAY = dt.datetime(2026, 5, 1)

# function → argument → (kind, a value that is right); * marks an argument that may be left out
CALLS: dict[str, dict[str, tuple[str, object]]] = {
    "required_leads": {"goal": ("number", 50), "rates": ("rates", [0.2, 0.3]), "rounding": ("word*", "total")},
    "required_stages": {"goal": ("number", 6), "rates": ("rates", [0.5, 0.1]), "rounding": ("word*", "each")},
    "expected_orders": {"leads": ("number", 1800), "rates": ("rates", [0.5, 0.1])},
    "required_orders": {"revenue": ("number", 1e7), "order_value": ("divisor", 450_000)},
    "required_rate": {
        "goal": ("number", 60),
        "leads": ("divisor", 1200),
        "rates": ("rates", [0.4, 0.1]),
        "position": ("whole", 2),
    },
    "goal_chance": {"goal": ("number", 50), "leads": ("whole", 1800), "rates": ("rates", [0.2, 0.15])},
    "leads_for_chance": {"goal": ("number", 50), "rates": ("rates", [0.2, 0.15]), "chance": ("chance", 0.9)},
    "rate_interval": {"successes": ("whole", 5), "trials": ("whole", 100), "level": ("chance*", 0.95)},
    "start_by": {
        "deadline": ("date", MAY),
        "lags": ("numbers", [30, 20]),
        "workdays": ("choice*", True),
        "holidays": ("dates*", [APRIL, MAY]),
    },
    "monthly_required": {
        "goals": ("numbers", [0, 31]),
        "rates": ("rates", [0.5, 0.4]),
        "lags": ("numbers", [10, 20]),
        "start": ("date", APRIL),
    },
    "spread": {"total": ("whole", 100), "weights": ("numbers", [1, 1, 1])},
    "allocate_leads": {
        "required": ("number", 100),
        "cost": ("numbers", [5000, 8000]),
        "capacity": ("numbers", [1000, 800]),
        "rate": ("rates*", [0.05, 0.1]),
        "budget": ("number*", 10**9),
    },
    "ltv": {"revenue": ("number", 50_000), "churn": ("rate", 0.02), "margin": ("share*", 0.6)},
    "cac": {"costs": ("numbers", [3e6, 5e6]), "customers": ("divisor", 20)},
    "ltv_cac": {"ltv": ("number", 1.5e6), "cac": ("divisor", 450_000)},
    "payback_months": {"cac": ("number", 450_000), "revenue": ("divisor", 50_000), "margin": ("rate*", 0.6)},
    "nps": {"scores": ("numbers", [10, 9, 8, 3])},
    "lead_score": {"values": ("table", [[3, 5], [4, 1]]), "factors": ("factors", [2, 1])},
    "action_score": {"actions": ("table", [[2, 1], [0, 3]]), "points": ("factors", [5, 10])},
    "stage_days": {
        "from_dates": ("spans", [[APRIL], [APRIL]]),
        "to_dates": ("spans", [[MAY], [None]]),
        "statistic": ("word*", "median"),
    },
    "gap_by_stage": {"plan": ("numbers", [1000, 200, 40]), "actual": ("numbers", [1100, 220, 22])},
    "bottleneck": {
        "names": ("names", ["a", "b", "c"]),
        "plan": ("numbers", [1000, 200, 40]),
        "actual": ("numbers", [1100, 220, 22]),
    },
    "forecast_total": {
        "actual": ("factors", [10, 20]),
        "season": ("numbers", [0.2, 0.3, 0.5]),
        "months_elapsed": ("number", 1),
    },
    "kpi_advice": {
        "channel": ("id", "webinar"),
        "kpi": ("id", "registrations"),
        "plan": ("factor", 200),
        "actual": ("factor", 120),
        "language": ("word*", "en"),
    },
}

NAN, INFINITY = float("nan"), float("inf")
NO_NUMBERS = ("abc", "0.2", "20%", True, False, "#N/A", "#REF!", APRIL.isoformat())
NOT_ONE = ([1, 2], [[1], [2]], [[1, 2], [3, 4]])
NO_DATES = ("2026/4/1", "abc", True, "#N/A", 0, -5, 60, 10**9, NAN, dt.date(1899, 12, 31), dt.datetime(1900, 2, 28))


def in_line(right: list, wrong: object) -> list[list]:
    """The right values with a wrong one in the second place, as a row."""
    return [[right[0], wrong, *right[1:]]]


def wrong_values(kind: str, right: object) -> list[object]:
    """What must be refused where an argument of this kind belongs."""
    kind = kind.rstrip("*")
    single = {
        "number": (*NO_NUMBERS, -1, NAN, INFINITY, *NOT_ONE),
        "factor": (*NO_NUMBERS, NAN, INFINITY, *NOT_ONE),
        "divisor": (*NO_NUMBERS, 0, -1, NAN, INFINITY, *NOT_ONE),
        "whole": (*NO_NUMBERS, -1, 1.5, NAN, INFINITY, *NOT_ONE),
        "rate": (*NO_NUMBERS, 0, 20, -0.05, 1.3, NAN, *NOT_ONE),
        "share": (*NO_NUMBERS, 20, -0.05, 1.3, NAN, *NOT_ONE),
        "chance": (*NO_NUMBERS, 0, 20, -0.05, 1.3, 1, NAN, *NOT_ONE),
        "word": ("abc", 5, True, "#N/A", [["total", "each"]]),
        "choice": ("abc", "TRUE", 2, "#N/A", *NOT_ONE),
        "id": (5, True, "#N/A", [["a", "b"]]),
        "date": (*NO_DATES, [[APRIL, MAY]]),
    }
    if kind in single:
        return list(single[kind])
    if kind == "names":
        return [in_line(right[:-1], wrong) for wrong in (None, True, "#N/A")]
    if kind == "spans":
        return [[[wrong], [APRIL]] for wrong in NO_DATES] + [[[APRIL, MAY], [MAY, MAY]]]
    if kind == "dates":
        return [in_line(right, wrong) for wrong in (*NO_DATES, None)] + [[[APRIL, MAY], [MAY, MAY]]]
    if kind == "table":
        return [[right[0], [4, wrong]] for wrong in (*NO_NUMBERS, None, NAN, INFINITY)] + [[[3, 5, 1], [4, 1, 1]]]
    lists = {
        "numbers": (*NO_NUMBERS, None, "", " ", -1, NAN, INFINITY),
        "factors": (*NO_NUMBERS, None, "", " ", NAN, INFINITY),
        "rates": (*NO_NUMBERS, None, "", " ", 0, 20, -0.05, 1.3, NAN, INFINITY),
    }
    return [in_line(right, wrong) for wrong in lists[kind]] + [[[1, 2], [3, 4]]]
