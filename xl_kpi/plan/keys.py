"""The stable key of an entry: ``kgi_value``, ``tbl_stages[mql].rate``, ``tbl_season[4]``, ``actual[web:cv][2026-04]``.

The text form stands in records, on 履歴 and 保管, in what was sent: it is the same in every version.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

STAGES, CHANNELS, KPIS = "tbl_stages", "tbl_channels", "tbl_kpis"
SEASON, PIPELINE, AGREEMENT = "tbl_season", "tbl_pipeline", "tbl_agreement"
RATES = "tbl_rates"  # of a channel: the row is "<channel>.<stage>"
COSTS, SEGMENTS, PEOPLE, WORKDAYS = "tbl_costs", "tbl_segments", "tbl_people", "tbl_workdays"
ACTUAL = "actual"
STATE = "state"  # what an answer on 合意 is decided by

_ACTUAL = re.compile(rf"{ACTUAL}\[([^\]]+)\]\[([1-9][0-9]{{3}})-(0[1-9]|1[0-2])\]")
_ROW = re.compile(r"(tbl_\w+)\[(.*)\](?:\.(\w+))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class EntryKey:
    """One entry: a single one (``table`` is its name, ``row`` None), one of a table's row, or an actual.

    ``row`` is the id of the row: "mql", "web.cvr", "4" (April), "stage:mql"; ``month`` the first day of an actual's.
    Example: ``EntryKey.parse("tbl_stages[mql].rate")`` is ``EntryKey("tbl_stages", "mql", "rate")``.
    """

    table: str
    row: str | None = None
    column: str = ""
    month: dt.date | None = None

    @staticmethod
    def parse(key: str) -> EntryKey:
        """The key that this text stands for; a text that is none of ours is taken for a single entry's name."""
        return _parsed(key)

    def __str__(self) -> str:
        if self.month is not None:
            return f"{ACTUAL}[{self.row}][{self.month:%Y-%m}]"
        if self.row is None:
            return self.table
        return f"{self.table}[{self.row}].{self.column}" if self.column else f"{self.table}[{self.row}]"

    @property
    def kind(self) -> str:
        """The table and its column: ``tbl_stages.rate``, ``tbl_season``; a single entry's name."""
        return f"{self.table}.{self.column}" if self.column else self.table

    @property
    def is_actual(self) -> bool:
        return self.month is not None

    @property
    def is_answer(self) -> bool:
        """Whether it is a part of an answer on 合意."""
        return self.table == AGREEMENT and bool(self.row) and bool(self.column)

    @property
    def owner(self) -> str:
        """What stands before the point or the colon of a row: the channel of a KPI or rate, "stage" in "stage:mql"."""
        return self._parts[0]

    @property
    def id(self) -> str:
        """What stands behind it: the KPI of a channel, the stage; the whole row where it has one part."""
        return self._parts[1]

    @property
    def _parts(self) -> tuple[str, str]:
        row = self.row or ""
        sign = "." if self.table in (KPIS, RATES) else ":"
        owner, found, id_ = row.partition(sign)
        return (owner, id_) if found else ("", row)

    def beside(self, column: str) -> str:
        """The key of another column of the same row, as text."""
        return f"{self.table}[{self.row}].{column}"


def actual_key(what: str, month: dt.date) -> str:
    """The key of an actual, as text: ``what`` is "stage:<id>" or "<channel>:<kpi>"."""
    return f"{ACTUAL}[{what}][{month:%Y-%m}]"


def rate_key(channel_id: str, stage_id: str) -> str:
    """The key of a channel's own rate from a stage to the next one, as text."""
    return f"{RATES}[{channel_id}.{stage_id}]"


@lru_cache(maxsize=250_000)  # the same keys are asked for again and again; a list of 5,000 rows has 90,000
def _parsed(key: str) -> EntryKey:
    if found := _ACTUAL.fullmatch(key):
        return EntryKey(ACTUAL, found[1], month=dt.date(int(found[2]), int(found[3]), 1))
    if found := _ROW.fullmatch(key):
        return EntryKey(found[1], found[2], found[3] or "")
    return EntryKey(key)
