"""Returned entries into plan and records: merged, and kept on 保管 where the plan has no place for them any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xl_kpi.catalog.messages import worded
from xl_kpi.plan.dictionary.counts import part_of_a_count
from xl_kpi.plan.entries import entries_of, with_entries
from xl_kpi.plan.labels import label
from xl_kpi.plan.merging.merge import Merged, Returned, merge
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Kept, Records, Value


@dataclass(frozen=True)
class TakenIn:
    """Plan and records after a merge; ``before`` the entries that it was held against, ``kept`` what went to 保管."""

    plan: Plan
    records: Records
    merged: Merged
    before: Mapping[str, Value]
    kept: tuple[Kept, ...] = ()


def take_in(plan: Plan, records: Records, returned: Sequence[Returned], today: dt.date) -> TakenIn:
    """Merge what came back, or the choices made on 統合 alone.

    Arguments: ``plan`` and ``records`` of the master, ``returned`` as for ``merge``; ``today`` the date of new lines
    on 保管.
    Special cases: an entry on 保管 counts as the master's own; a change of one that has no place in the plan changes
    it there.  Of what is counted one by one what is no whole number is a question.
    """
    before = {**{key: kept.value for key, kept in records.archive.items()}, **entries_of(plan)}
    merged = merge(before, records, returned, part_of_a_count(plan))
    plan, homeless = with_entries(plan, merged.changes)
    kept = tuple(
        Kept(key, worded(label(key, plan, records.last, month=False), plan.lang), value, today)
        for key, value in sorted(homeless.items())
        if value is not None
    )
    stay = {key: one for key, one in records.archive.items() if key not in homeless}
    archive = {**stay, **{one.key: one for one in kept}}
    return TakenIn(plan, merged.records.with_(archive=archive), merged, before, kept)
