"""合意 (K12): the numbers that departments have to deliver, what they answered, and who still has to answer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from xl_kpi.catalog import choice_ids
from xl_kpi.catalog.agreement import changed_by
from xl_kpi.errors import Fault, Joined, Phrase, Words
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.keys import AGREEMENT, EntryKey
from xl_kpi.plan.model import Answer, Plan
from xl_kpi.plan.records import Change, Value
from xl_kpi.plan.same_value import same
from xl_kpi.plan.targets import Targets

STATES = choice_ids("answer")  # what can be answered; "" while nobody has
STATUSES = ("agreed", "changed", "objected", "open")  # what becomes of it
SPLIT = "split"  # people have answered differently, and nobody has chosen yet
REOPENED = ("state", "by", "on", "value")  # of an answer to be given again; what it was given with stays in sight


@dataclass(frozen=True)
class Item:
    """One number that a department has to deliver: a stage's volume, or a channel's part of its stage.

    ``key`` is "stage:<id>" or "channel:<id>", ``stage`` and ``channel`` positions in the plan (``channel``
    None for a stage).
    """

    key: str
    department: str
    name: str
    stage: int
    channel: int | None = None


def items(plan: Plan) -> tuple[Item, ...]:
    """Every number that somebody has to deliver, department by department, each where it first comes up."""
    positions = {stage.id: index for index, stage in enumerate(plan.stages)}
    found = [Item(f"stage:{stage.id}", stage.owner, stage.name, index) for index, stage in enumerate(plan.stages)]
    found += [
        Item(f"channel:{channel.id}", channel.owner, channel.name, positions[channel.stage], index)
        for index, channel in enumerate(plan.channels)
        if channel.on and channel.stage in positions
    ]
    order = list(dict.fromkeys(item.department for item in found))
    return tuple(sorted(found, key=lambda item: order.index(item.department)))


def numbers(plan: Plan, targets: Targets | None = None) -> dict[str, float]:
    """What the plan asks for at each item: a stage's required volume (rounded up), a channel's within the plan."""
    targets = targets or Targets(plan)
    return {
        item.key: float(
            targets.rounded[item.stage]
            if item.channel is None
            else targets.whole_of_channel(plan.channels[item.channel]).in_plan
        )
        for item in items(plan)
    }


def status(answer: Answer, number: float) -> str:
    """agreed, objected, open, or changed: agreed to a number from which the plan has moved away since."""
    if answer.state != "agreed":
        return answer.state or "open"
    said = answer.value
    moved = said != "" and abs(number - float(said)) > changed_by() * abs(float(said))
    return "changed" if moved else "agreed"


def with_numbers(plan: Plan, last: Mapping[str, Value] | None = None) -> Plan:
    """The plan with the number beside each answer that was given, or given again, since the last command.

    Arguments: ``plan``, sound; ``last`` the entries as the last command left them (``Records.last``).
    Result: an answer without a number gets the plan's present one; so does one of which state, name, date or
    comment has changed while the number has not: somebody has answered again.  The number goes with an answer that
    was taken back.
    """
    now = None
    answers = dict(plan.answers)
    entries = entries_of(plan) if last else {}
    for key, answer in plan.answers.items():
        if answer.state and (answer.value == "" or last and _said_again(key, entries, last)):
            now = now or numbers(plan)
            if key in now:
                answers[key] = replace(answer, value=now[key])
        elif last and _taken_back(key, entries, last):
            answers[key] = replace(answer, value="")
    return plan if answers == plan.answers else plan.with_(answers=answers)


def _said_again(key: str, entries: Mapping[str, Value], last: Mapping[str, Value]) -> bool:
    def moved(column: str) -> bool:
        entry = f"{AGREEMENT}[{key}].{column}"
        return not same(entries.get(entry), last.get(entry))

    return any(map(moved, ("state", "by", "on", "comment"))) and not moved("value")


def _taken_back(key: str, entries: Mapping[str, Value], last: Mapping[str, Value]) -> bool:
    """Whether there was an answer until now of which the number alone is left."""
    state, value = f"{AGREEMENT}[{key}].state", f"{AGREEMENT}[{key}].value"
    return state not in entries and state in last and value in last and same(entries.get(value), last[value])


def to_answer_again(plan: Plan, keys: Collection[str]) -> list[str]:
    """Those of the answers ``keys`` that agree to a number from which the plan has moved away since."""
    now = numbers(plan)
    return [key for key in keys if key in now and status(plan.answers.get(key, Answer()), now[key]) == "changed"]


def reopened(plan: Plan, keys: Collection[str]) -> Plan:
    """The plan with these answers blank again, but for their comments."""
    blank = dict.fromkeys(REOPENED, "")
    answers = {key: replace(one, **blank) if key in keys else one for key, one in plan.answers.items()}
    return plan.with_(answers={key: one for key, one in answers.items() if one != Answer()})


def numbers_before(plan: Plan, history: Sequence[Change], command: str) -> dict[str, float]:
    """For each open answer that ``command`` has made blank again the number that had been agreed to."""
    found: dict[str, float] = {}
    for change in history:
        entry = EntryKey.parse(change.key)
        is_number = entry.is_answer and entry.column == "value"
        if (
            is_number
            and entry.row
            and change.command == command
            and change.new is None
            and isinstance(change.old, (int, float))
        ):
            found[entry.row] = float(change.old)
    return {key: old for key, old in found.items() if not plan.answers.get(key, Answer()).state}


def is_answered(plan: Plan) -> bool:
    """Whether any department has answered."""
    return any(answer.state for answer in plan.answers.values())


def unsettled(plan: Plan, *, asked: bool = False, but: Collection[str] = ()) -> list[Fault]:
    """A warning for each objection and each number that moved, and for each department that has yet to answer.

    Arguments: ``plan``, sound; ``asked`` the plan was distributed, so that answers are due; ``but`` the keys of
    items about which answers are there and somebody has to choose.
    Result: ``cell`` is the key of the answer (``tbl_agreement[stage:mql].state``).
    Special cases: nothing while nobody was asked nor has answered: a new plan is not reminded.
    """
    if not asked and not is_answered(plan):
        return []
    now = numbers(plan)
    found: list[Fault] = []
    silent: dict[str, list[Item]] = {}
    for item in items(plan):
        answer = plan.answers.get(item.key, Answer())
        state = status(answer, now[item.key])
        who: dict[str, Phrase] = {"department": item.department or Words("agreement_nobody"), "name": item.name}
        cell = f"{AGREEMENT}[{item.key}].state"
        if item.key in but:
            continue
        if state == "open":
            silent.setdefault(item.department, []).append(item)
        elif state == "objected":
            parts = tuple(shown(part) for part in (answer.by, answer.comment) if part)
            said = Words("agreement_said", said=Joined(parts, Words("agreement_colon"))) if parts else ""
            allowed = Words("agreement_objects", said=said, number=amount(now[item.key]), **who)
            found.append(Fault(Words("answer_objected"), allowed, cell=cell, level="warning"))
        elif state == "changed":
            allowed = Words("agreement_moved", old=amount(float(answer.value)), new=amount(now[item.key]), **who)
            found.append(Fault(Words("answer_agreed"), allowed, cell=cell, level="warning"))
    for department, waiting in silent.items():
        names = Joined(tuple(item.name for item in waiting), Words("agreement_join"))
        who = {"department": department or Words("agreement_nobody"), "count": len(waiting), "names": names}
        cell = f"{AGREEMENT}[{waiting[0].key}].state"
        found.append(Fault("", Words("agreement_silent", **who), cell=cell, level="warning"))
    return found


def amount(number: float) -> str:
    """A number as messages write it: at most one decimal.

    Example: ``amount(1234.56)`` is "1,234.6", ``amount(50.0)`` is "50".
    """
    return f"{number:,.1f}".removesuffix(".0")
