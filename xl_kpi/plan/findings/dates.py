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
from xl_kpi.plan.pages.tables import find_table
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


def overdue(plan: Plan, today: dt.date | None) -> Iterator[Fault]:
    """Actions that were due before the day of the review and are not done, and those due before they were found.

    Arguments: ``today`` the day of the review where none is typed; None: then nothing is overdue.
    Source: K13.
    """
    as_of = plan.settings.get("review_as_of") or today
    if not is_on(plan, "actions"):
        return
    for id_, row in plan.tables.get("tbl_actions", {}).items():
        due, found_on = row.get("due"), row.get("found_on")
        if due and found_on and due < found_on:
            yield fault("plan_check_action_early", shown(due), f"tbl_actions[{id_}].due", due=shown(due),
                        seen=shown(found_on))  # fmt: skip
        elif due and as_of and due < as_of and row.get("state") not in _CLOSED:
            name = str(row.get("action") or row.get("finding") or "")
            yield fault("plan_check_action_late", shown(due), f"tbl_actions[{id_}].due", name=name, due=shown(due))


_MEETINGS = "tbl_meetings"
# What has happened on the day that is typed: table → its columns, and the page.
_HAPPENED = {
    "tbl_actions": ("found_on",),
    _MEETINGS: ("on",),
    "tbl_feedback": ("on",),
    "tbl_surveys": ("on",),
    "tbl_reviews": ("on",),
    "tbl_mentions": ("on", "answered_on"),
    "tbl_answers": ("on",),
}


def to_come(plan: Plan, today: dt.date) -> Iterator[Fault]:
    """Months that are closed and are not over, and records of what is yet to happen: one finding a table.

    Special cases: a meeting that is planned, or called off, may lie ahead.
    """
    until = plan.settings.get("closed_until")
    if isinstance(until, dt.date) and month_start(until, 1) > today:
        yield fault("plan_check_closed_early", shown(until), "closed_until", today=shown(today))
    for key, columns in _HAPPENED.items():
        table = find_table(key)
        if table is None or not is_on(plan, table.page):
            continue
        later = [
            (f"{key}[{id_}].{column}", row[column])
            for id_, row in plan.tables.get(key, {}).items()
            for column in columns
            if row.get(column) and row[column] > today and (key != _MEETINGS or row.get("state") == "held")
        ]
        if later:
            cell, day = later[0]
            values = {"day": shown(day), "count": fixed(len(later)), "today": shown(today)}
            told = "plan_check_meeting_to_come" if key == _MEETINGS else "plan_check_to_come"
            yield fault(told, shown(day), cell, **values)


def next_steps(plan: Plan, today: dt.date) -> Iterator[Fault]:
    """Next steps with accounts of which the day has passed: one finding, at the first.

    Special cases: none of an account that is won or lost.
    """
    if not is_on(plan, "accounts"):
        return
    done = ("lost", plan.stages[-1].id)
    late = [
        (id_, row)
        for id_, row in plan.tables.get("tbl_accounts", {}).items()
        if row.get("due") and row["due"] < today and row.get("stage") not in done
    ]
    if late:
        id_, row = late[0]
        values = {"name": str(row.get("name") or ""), "count": fixed(len(late)), "today": shown(today)}
        yield fault("plan_check_next_late", shown(row["due"]), f"tbl_accounts[{id_}].due", **values)


def unsigned(plan: Plan) -> Iterator[Fault]:
    """Answers on 合意 of which nobody knows by whom or when they were given: one finding, at the first."""
    found = []
    for item in items(plan):
        answer = plan.answers.get(item.key, Answer())
        lacking = "by" if not answer.by else "on" if not answer.on else ""
        if answer.state and lacking:
            found.append((f"{AGREEMENT}[{item.key}].{lacking}", item.name))
    if found:
        names = Joined(tuple(name for _, name in found), Words("list_comma"))
        yield fault("plan_check_unsigned", "", found[0][0], names=names)
