"""What a distributed plan still waits for: answers, people of whom nothing came back, choices on 統合."""

from __future__ import annotations

from xl_kpi.catalog import text
from xl_kpi.errors import Fault
from xl_kpi.plan.agreement import is_answered, unsettled
from xl_kpi.plan.labels import label
from xl_kpi.plan.merge import latest_version
from xl_kpi.plan.model import Plan
from xl_kpi.plan.opened import opened_actuals, opened_answers
from xl_kpi.plan.opinions import listed, opinions
from xl_kpi.plan.records import Records


def pending(plan: Plan, records: Records) -> list[Fault]:
    """A warning for everything that somebody still has to do about a distributed plan.

    Arguments: ``plan``, sound, in the language of the messages.
    Result: ``cell`` is the key of the answer or of the line on 統合 (``tbl_merge[actual[web:sessions][2026-04]]``), ""
    for a person.
    Special cases: nothing for a plan that was never distributed; the departments that are open are left to the
    checks of the plan once one of them has answered.  Who sent a file back untouched is waited for as well.
    """
    if not records.sent:
        return []
    answers = [] if is_answered(plan) else unsettled(plan, asked=True)
    return [*answers, *_silent(plan, records), *_undecided(plan, records)]


def _silent(plan: Plan, records: Records) -> list[Fault]:
    """The people of whom no entry of the latest version that they got is known, version by version."""
    heard = {(one.version, one.person.casefold()) for one in (*records.seen, *records.proposals)}
    found = []
    for sent in records.sent:
        for person, ids in sorted(sent.opened.items()):
            latest = latest_version(records, person) == sent.version
            if not latest or (sent.version, person.casefold()) in heard:
                continue
            if opened_actuals(plan, ids) or opened_answers(plan, ids):
                values = {"version": sent.version, "day": f"{sent.time:%Y/%m/%d}"}
                allowed = text("pending_person", plan.lang, **values)
                found.append(Fault(person, allowed, level="warning"))
    return found


def _undecided(plan: Plan, records: Records) -> list[Fault]:
    """The conflicts on 統合 without a choice, with those who disagree."""
    said, comma, found = opinions(records), text("agreement_join", plan.lang), []
    for decision in listed(records):
        if decision.open and not decision.choice:
            people = [one.person for one in said.get(decision.key, ())]
            allowed = text("pending_choice", plan.lang, people=comma.join(people))
            words = label(decision.key, plan, records.last)
            found.append(Fault(words, allowed, cell=f"tbl_merge[{decision.key}]", level="warning"))
    return found
