"""The workbook of a plan as the command ``new`` leaves it: with the first line of its history."""

from __future__ import annotations

import datetime as dt
import pickle
from functools import lru_cache

from xl_kpi.build import build
from xl_kpi.plan.history.records_codec import as_read
from xl_kpi.plan.history.renewal import first_state
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import with_pages

APRIL = dt.datetime(2026, 4, 1)


def few_pages(plan: Plan) -> Plan:
    """Without the two pages that only add up, for tests of single cells: a sixth of what a regenerate takes."""
    return with_pages(plan, {"dashboard": False, "review": False})


def new_file(plan: Plan, *, plan_id: str = "p1", who: str = "佐藤", now: dt.datetime = APRIL) -> bytes:
    """The bytes of the file, made once in a process for all tests that ask for the same."""
    return _made(pickle.dumps((plan, plan_id, who, now)))


@lru_cache(maxsize=32)
def _made(asked: bytes) -> bytes:
    plan, plan_id, who, now = pickle.loads(asked)
    state = first_state(plan, plan_id=plan_id, who=who, now=now)
    return build(state.plan, records=as_read(state.records))
