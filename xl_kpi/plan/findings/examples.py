"""The figures of a template that stand in the plan yet."""

from __future__ import annotations

from collections.abc import Iterator

from xl_kpi.errors import Fault
from xl_kpi.plan.examples import figures
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.model import Plan


def examples(plan: Plan) -> Iterator[Fault]:
    """One hint for all of them, at the first: until they are replaced a plan says nothing about its company.

    Special cases: figures of one table are named one by one, those of several by their kinds.
    """
    left = figures.remaining(plan)
    if left:
        first = next(key for table in figures.BLOCKS for key in left if figures.table_of(key) == table)
        one_table = len({figures.table_of(key) for key in left}) == 1
        found = figures.listed(left, plan) if one_table else figures.kinds(left)
        yield fault("plan_check_example", figures.said(first, left[first]), first, figures=found)
