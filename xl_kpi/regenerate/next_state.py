"""Plan and records as a command leaves them, from what stands in a workbook: the same for files and open books."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from xl_kpi.plan.agreement import with_numbers
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.history.renewal import Renewed, renew
from xl_kpi.plan.merging.take_in import take_in
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Records
from xl_kpi.workbook.reading.findings import faults_of
from xl_kpi.workbook.reading.plan_reader import ReadPlan


class Known(Protocol):
    """What is known of a workbook: what is typed in it, and what it remembers."""

    @property
    def read(self) -> ReadPlan: ...

    @property
    def records(self) -> Records: ...


def next_state(known: Known, plan: Plan, records: Records, log: Mapping[str, Any]) -> Renewed:
    """The next state of plan and records, choices made on 統合 and new answers on 合意 included.

    Arguments: ``known`` the workbook as it was read; ``plan`` and ``records`` what the command has made of it;
    ``log`` the command's id, who runs it and when: ``command``, ``who`` and ``now`` of ``renew``.
    """
    read = known.read
    taken = take_in(plan, records, (), log["now"].date())
    plan = taken.plan
    errors = [fault for fault in [*read.faults, *faults_of(plan)] if fault.level == "error"]
    if not errors:  # numbers of an unsound plan mean nothing
        # an answer that the command has brought is about the number that came with it
        typed = entries_of(read.plan)
        brought = {key: value for key, value in entries_of(plan).items() if value != typed.get(key)}
        plan = with_numbers(plan, {**records.last, **brought} if records.last else None)
    return renew(read.plan, plan, taken.records, homeless=read.homeless, cleared=read.cleared, **log)
