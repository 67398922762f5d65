"""Days that have passed, and ways that take longer than the days that are left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from xl_kpi.calc import month_start
from xl_kpi.errors import Fault, Joined, Words
from xl_kpi.plan.agreement import is_answered, items, numbers, status
from xl_kpi.plan.findings.outlook import LEAST_SHORTAGE
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.wording import fixed
from xl_kpi.plan.keys import AGREEMENT, CHANNELS
from xl_kpi.plan.model import Answer, Channel, Plan
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.plan.targets import Targets


def passed(targets: Targets, today: dt.date) -> Iterator[Fault]:
    """The deadline of a plan that is not closed, and agreements that are open though the plan has begun.

    Arguments: ``today`` the day on which is asked.
    Special cases: nobody is reminded of an agreement while nobody has answered.
    """
    plan = targets.plan
    if targets.deadline < today and plan.closed_months < plan.months:
        cell = "plan_months" if plan.goal.deadline is None else "kgi_deadline"
        yield fault("plan_check_deadline_passed", shown(targets.deadline), cell, today=shown(today))
    if plan.start < today and is_answered(plan):
        now = numbers(plan, targets)
        late = [one for one in items(plan) if status(plan.answers.get(one.key, Answer()), now[one.key]) == "open"]
        if late:
            cell = f"{AGREEMENT}[{late[0].key}].state"
            values = {"start": shown(plan.start), "name": late[0].name, "count": fixed(len(late))}
            yield fault("plan_check_agreement_late", Words("answer_open"), cell, **values)


def too_long(targets: Targets, today: dt.date | None = None) -> Iterator[Fault]:
    """The channels whose way to the goal takes longer than what is left until the deadline, even at its shortest.

    Equation: days from the channel's stage to the last, and to the revenue where that is the goal, > deadline − the
    first open day (or today, where that is later).
    Result: one finding for all of them, at the first, with the days of that one.
    Special cases: nothing of a stage for which there is enough open: what its channels bring is for the next period.
    """
    plan = targets.plan
    first = month_start(plan.start, plan.closed_months)
    left = (targets.deadline - (max(first, today) if today else first)).days
    ids = [stage.id for stage in plan.stages]
    late: list[tuple[Channel, int]] = []
    for channel in plan.channels_on:
        if channel.stage not in ids or left < 0:
            continue
        at = ids.index(channel.stage)
        days = sum(stage.lag.earliest for stage in plan.stages[at:-1] if stage.lag) + targets.delivery_days
        if days > left and targets.new[at].total > LEAST_SHORTAGE:
            late.append((channel, days))
    if late:
        channel, days = late[0]
        names = Joined(tuple(one.name for one, _ in late), Words("list_comma"))
        values = {"names": names, "days": fixed(days), "left": fixed(left)}
        yield fault("plan_check_too_long", fixed(days), f"{CHANNELS}[{channel.id}].stage", **values)


_CLOSED = ("done", "dropped")  # actions of which nothing is expected any more


def overdue(plan: Plan) -> Iterator[Fault]:
    """Actions that were due before the day of the review and are not done; none while no day is typed.

    Source: K13.
    """
    as_of = plan.settings.get("review_as_of")
    if as_of is None or not is_on(plan, "actions"):
        return
    for id_, row in plan.tables.get("tbl_actions", {}).items():
        due = row.get("due")
        if due and due < as_of and row.get("state") not in _CLOSED:
            name = str(row.get("action") or row.get("finding") or "")
            yield fault("plan_check_action_late", shown(due), f"tbl_actions[{id_}].due", name=name, due=shown(due))
