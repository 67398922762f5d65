"""Arguments for the Excel functions as cells give them: sensible ones, at the edge, and wrong ones among them."""

from __future__ import annotations

import random
from typing import Any

from xl_kpi.catalog.functions import Function

JUNK = (None, "", "abc", "20", True, -1, 0, 0.5, 1.3, 1e300, "#N/A", "#DIV/0!", 5e-324)
JUNK_SHARE = 0.15  # of the calls have one junk cell
START = 46113  # 1 April 2026 as Excel's number of the day

# Argument → a random cell of it; for lists a cell of the list.
SINGLE = {
    "goal": lambda r: r.choice([0, 1, r.randint(1, 500)]),
    "leads": lambda r: r.randint(0, 20_000),
    "rounding": lambda r: r.choice([None, "total", "each", "Each"]),
    "revenue": lambda r: r.choice([r.randint(0, 10**9), round(r.uniform(1, 1e6), 2)]),
    "order_value": lambda r: r.randint(1, 5_000_000),
    "position": lambda r: r.randint(1, 4),
    "chance": lambda r: round(r.uniform(0.01, 0.999), 3),
    "successes": lambda r: r.randint(0, 100),
    "trials": lambda r: r.randint(50, 10_000),
    "level": lambda r: r.choice([None, 0.8, 0.95, 0.99]),
    "deadline": lambda r: START + r.randint(0, 1000),
    "start": lambda r: START + 31 * r.randint(0, 1),
    "workdays": lambda r: r.choice([None, True, False]),
    "total": lambda r: r.randint(0, 10_000),
    "required": lambda r: r.randint(0, 500),
    "budget": lambda r: r.choice([None, None, r.randint(10**6, 10**8)]),
    "churn": lambda r: round(r.uniform(0.001, 1), 4),
    "margin": lambda r: r.choice([None, 0.3, 1]),
    "customers": lambda r: r.randint(1, 300),
    "ltv": lambda r: r.randint(0, 10**7),
    "cac": lambda r: r.randint(1, 10**6),
    "months_elapsed": lambda r: r.randint(1, 5),
    "statistic": lambda r: r.choice([None, "median", "mean"]),
    "channel": lambda r: r.choice(["web", "ads", "webinar", "trade_show", "inside_sales", "tv"]),
    "kpi": lambda r: r.choice(["cvr", "registrations", "clicks", "appointments"]),
    "language": lambda r: r.choice([None, "ja", "en"]),
}
LISTED = {
    "rates": lambda r: r.choice([1, round(r.uniform(0.01, 1), 3), round(r.random() or 1, 12)]),
    "lags": lambda r: r.randint(0, 120),
    "goals": lambda r: r.randint(0, 60),
    "holidays": lambda r: START + r.randint(0, 1000),
    "weights": lambda r: r.choice([0, r.randint(1, 9), round(r.uniform(0, 3), 2)]),
    "cost": lambda r: r.randint(100, 50_000),
    "capacity": lambda r: r.randint(0, 900),
    "rate": lambda r: round(r.uniform(0.05, 1), 2),
    "costs": lambda r: r.randint(0, 10**7),
    "scores": lambda r: r.randint(0, 10),
    "values": lambda r: r.randint(0, 5),
    "factors": lambda r: r.randint(0, 5),
    "actions": lambda r: r.randint(0, 9),
    "points": lambda r: r.randint(1, 20),
    "from": lambda r: START + r.randint(0, 60),
    "to": lambda r: START + r.randint(30, 120),
    "from_dates": lambda r: START + r.randint(0, 60),
    "to_dates": lambda r: START + r.randint(30, 120),
    "names": lambda r: r.choice(["リード", "MQL", "商談化", "受注"]),
    "plan": lambda r: r.choice([0, r.randint(1, 2000)]),
    "actual": lambda r: r.choice([0, r.randint(1, 2000)]),
    "season": lambda r: round(r.uniform(0, 0.4), 3),
}
FUNNEL = ("plan", "actual")  # in a row of stages each is smaller than the one before
PLAIN = {"KPI_ADVICE": ("plan", "actual")}  # where these are single cells


def arguments(entry: Function, r: random.Random) -> list[list[list[Any]]]:
    """One call: a block of cells for each argument, all lists of one length, rows or columns."""
    length, column = r.randint(1, 5), r.random() < 0.5
    blocks = []
    for argument in entry.arguments:
        single = argument.name in SINGLE or argument.name in PLAIN.get(entry.name, ())
        make = SINGLE.get(argument.name) or LISTED[argument.name]
        cells = [make(r) for _ in range(1 if single else length)]
        if argument.name in FUNNEL and not single:
            cells.sort(reverse=True)
        blocks.append([[cell] for cell in cells] if column else [cells])
    if r.random() < JUNK_SHARE:
        row = r.choice(r.choice(blocks))
        row[r.randrange(len(row))] = r.choice(JUNK)
    return blocks
