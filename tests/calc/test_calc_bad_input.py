"""Every function against every kind of cell that it can't use: a KpiError that names the argument, never more."""

import datetime as dt
import math
from inspect import signature

import pytest

from xl_kpi.calc import (
    KpiError,
    action_score,
    allocate_leads,
    bottleneck,
    cac,
    expected_orders,
    forecast_total,
    gap_by_stage,
    goal_chance,
    lead_score,
    leads_for_chance,
    ltv,
    ltv_cac,
    monthly_required,
    nps,
    orders_from_revenue,
    payback_months,
    rate_interval,
    required_leads,
    required_rate,
    required_stages,
    spread,
    stage_days,
    start_by,
)

DAY = dt.date(2026, 4, 1)

# A call of each function that works; a list stands for a range.
WORKING = {
    action_score: ([2, 1], [5, 10]),
    allocate_leads: (10, [5, 8], [8, 8], [0.9, 0.9], 1_000),
    bottleneck: (["leads", "rate"], [100, 10], [100, 5]),
    cac: ([1, 2], 3),
    expected_orders: (100, [0.2, 0.5]),
    forecast_total: ([1, 2], [1, 1, 1], 2),
    gap_by_stage: ([100, 10], [100, 5]),
    goal_chance: (10, 100, [0.2, 0.5]),
    lead_score: ([2, 1], [5, 10]),
    leads_for_chance: (10, [0.2, 0.5], 0.9),
    ltv: (100, 0.1, 0.5),
    ltv_cac: (3, 1),
    monthly_required: ([1, 2], [0.5, 0.5], [10, 20], DAY),
    nps: ([9, 5],),
    orders_from_revenue: (100, 10),
    payback_months: (100, 10, 0.5),
    rate_interval: (5, 10, 0.9),
    required_leads: (10, [0.2, 0.5], "total"),
    required_rate: (10, 1_000, [0.2, 0.5], 2),
    required_stages: (10, [0.2, 0.5], "each"),
    spread: (10, [1, 2]),
    stage_days: ([DAY, DAY], [DAY, DAY], "mean"),
    start_by: (DAY, [1, 2], True, [DAY, DAY]),
}
# What a cell may hold that is no number, date, name or choice, with the error that stands for it.
WRONG = {
    "text": ("abc", "#VALUE!"),
    "complex": (1j, "#VALUE!"),
    "object": (object(), "#VALUE!"),
    "range in a cell": ([[1, 2], [3, 4]], "#VALUE!"),
    "#N/A": ("#N/A", "#N/A"),
    "#DIV/0!": ("#DIV/0!", "#DIV/0!"),
    "#REF!": ("#REF!", "#REF!"),
    "nan": (math.nan, "#NUM!"),
    "infinity": (math.inf, "#NUM!"),
    "true": (True, "#VALUE!"),
    "blank": (None, "#VALUE!"),
}
DATES = {"from_dates", "to_dates", "deadline", "start", "holidays", "statistic", "rounding", "workdays"}
# Where the value is no fault: a name may be any text or number, a cell may be TRUE, a date may be missing.
FINE = {
    ("names", "text"),
    ("names", "nan"),
    ("names", "infinity"),
    ("workdays", "true"),
    ("workdays", "blank"),
    ("from_dates", "blank"),
    ("to_dates", "blank"),
    ("budget", "blank"),
}


def slots():
    """(function, its arguments, which one, at which place of a range) for every single cell of every call."""
    for function, arguments in WORKING.items():
        names = list(signature(function).parameters)
        for number, value in enumerate(arguments):
            if isinstance(value, list):
                yield function, arguments, names[number], number, 0
            else:
                yield function, arguments, names[number], number, None


SLOTS = [pytest.param(*slot, id=f"{slot[0].__name__} {slot[2]}") for slot in slots()]


@pytest.mark.parametrize("function", WORKING, ids=lambda function: function.__name__)
def test_the_calls_work_as_they_stand(function):
    assert function(*WORKING[function]) is not None


@pytest.mark.parametrize(("function", "arguments", "name", "number", "place"), SLOTS)
def test_a_wrong_cell_is_named(function, arguments, name, number, place):
    for kind, (wrong, code) in WRONG.items():
        if (name, kind) in FINE:
            continue
        changed = list(arguments)
        changed[number] = wrong if place is None else [wrong, *arguments[number][1:]]
        with pytest.raises(KpiError) as caught:
            function(*changed)
        error = caught.value
        if name in DATES and kind in ("nan", "infinity"):
            code = "#VALUE!"  # no date and no choice at all
        assert (error.code, error.argument) == (code, name), kind
        is_table = name in ("values", "actions") and kind == "range in a cell"
        assert error.position == (None if place is None else (1, 1) if is_table else 1), kind
        for lang in ("ja", "en"):
            message = error.message(lang)
            assert message.startswith(name.removesuffix("_dates")), kind
            assert "\n" not in message and len(message) < 220, kind


# Ranges of any length are sensible here and read cell by cell: a fiftieth, the time grows in step (a million: 3 s).
LONG = {(cac, "costs"), (spread, "weights"), (start_by, "holidays"), (stage_days, "from_dates")}


@pytest.mark.parametrize("function", [f for f, a in WORKING.items() if any(isinstance(v, list) for v in a)])
def test_a_million_cells_are_answered(function):
    """A whole column instead of a range: a result or an error, soon."""
    for name, (number, value) in zip(signature(function).parameters, enumerate(WORKING[function])):
        if isinstance(value, list):
            changed = list(WORKING[function])
            changed[number] = value[:1] * (20_000 if (function, name) in LONG else 1_000_000)
            try:
                function(*changed)
            except KpiError as error:
                assert len(str(error)) < 200
