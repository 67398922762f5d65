"""From leads to rows of リード一覧 and 行動履歴, without who the leads are unless that is asked for."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from xl_kpi.exchange.leads.roles import AT, TRAITS
from xl_kpi.exchange.leads.source import ROW
from xl_kpi.exchange.leads.table import PERSONAL, Leads
from xl_kpi.exchange.leads.typed import BY_MAIL, UNNAMED
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.lead_tables import LEAD_STAGES, MOST_LEADS

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]
LONGEST = 500  # signs of a text in a cell
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")


def lead_rows(leads: Leads, plan: Plan, *, with_persons: bool = False, most: int = MOST_LEADS) -> list[Row]:
    """A row for each lead, blanks left out; none of more than ``most``.

    Arguments: ``with_persons``: names, companies and addresses too.
    Special cases: a lead whose list has no ids is known by its address or by what else it says, from which nobody can
    read it back; days of stages that the catalog does not have, have no column.
    """
    frame = leads.table.order_by(ROW).limit(most + 1).execute()
    if len(frame) > most:
        return []
    names = {one.id: one.name for one in plan.channels}
    stages = [stage for stage in leads.stages if stage in LEAD_STAGES]
    numbers = _Numbers(leads.kind)
    found = []
    for one in _records(frame):
        row: Row = {"number": numbers.of(one)}
        row["channel"] = names.get(str(one["channel"]), "")
        row["outcome"] = one["outcome"] or ""
        row |= {name: _text(one[name]) for name in ("source", "lost_reason", *TRAITS)}
        row |= {stage: _day(one[AT + stage]) for stage in stages}
        row["closed"] = _day(one["closed"])
        row["amount"] = None if one["amount"] is None or one["amount"] < 0 else float(one["amount"])
        if with_persons:
            row |= {name: _text(one[name]) for name in PERSONAL}
        found.append({key: value for key, value in row.items() if value not in ("", None)})
    return found


def touch_rows(leads: Leads, *, most: int = MOST_LEADS) -> list[Row]:
    """A row for each lead, kind of action and content, added up; none of more than ``most`` or without any."""
    if leads.touches is None:
        return []
    table = leads.touches
    groups = table.group_by("lead", "kind", "content").aggregate(
        on=table["at"].max(), content_type=table["content_type"].max(), count=table.count(),
        seconds=table["seconds"].sum(), scroll=table["scroll"].max(), first=table[ROW].min(),
    )  # fmt: skip
    frame = groups.order_by("first").limit(most + 1).execute()
    if len(frame) > most:
        return []
    found = []
    for one in _records(frame):
        row: Row = {
            "number": _by_mail(_text(one["lead"])), "on": _day(one["on"]), "kind": _text(one["kind"]),
            "content": _text(one["content"]), "content_type": _text(one["content_type"]), "count": float(one["count"]),
            "seconds": one["seconds"], "scroll": None if one["scroll"] is None else min(1.0, max(0.0, one["scroll"])),
        }  # fmt: skip
        found.append({key: value for key, value in row.items() if value not in ("", None)})
    return found


def prefix_of(kind: str) -> str:
    """What stands before the numbers of a list: a deal is no lead of the same number."""
    return f"{kind}-" if kind == "deals" else ""


class _Numbers:
    """Numbers of leads: their own, else one made of what they say; each is given once."""

    def __init__(self, kind: str):
        self._before = prefix_of(kind)
        self._given: Counter[str] = Counter()

    def of(self, lead: Mapping[str, Any]) -> str:
        own = _text(lead["lead"])
        unnamed = own.startswith((UNNAMED, BY_MAIL))
        number = self._before + (_digest(lead) if unnamed else own)
        self._given[number] += 1
        return number if self._given[number] == 1 else f"{number}-{self._given[number]}"


def number_of_mail(mail: str) -> str:
    """The number of a lead of which only the address is known: the same in each list, and nobody reads it back."""
    return _hashed([mail])


def _by_mail(lead: str) -> str:
    return number_of_mail(lead.removeprefix(BY_MAIL)) if lead.startswith(BY_MAIL) else lead


def _digest(lead: Mapping[str, Any]) -> str:
    said = [lead["mail"]] if lead["mail"] else [lead[name] for name in ("company", "person", "source")]
    if not lead["mail"]:
        said += [lead[name] for name in lead if name.startswith(AT)]
    return _hashed([None if one is None else str(one) for one in said])


def _hashed(said: list[str | None]) -> str:
    return "x" + sha256(repr(said).encode()).hexdigest()[:12]


def _records(frame: pd.DataFrame) -> Iterator[Mapping[str, Any]]:
    cells = frame.astype(object)
    return iter(cells.where(cells.notna(), None).to_dict("records"))


def _day(value: Any) -> dt.date | None:
    if value is None:
        return None
    return value.date() if isinstance(value, dt.datetime) else value


def _text(value: Any) -> str:
    return "" if value is None else _CONTROL.sub("", str(value)).strip()[:LONGEST]
