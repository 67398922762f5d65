"""From leads to rows of リード一覧 and 行動履歴, without who the leads are unless that is asked for."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from xl_kpi.catalog.exports import folded
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
# What numbers begin with that are made of an address, of company and name, and of source and first day.
_BY_MAIL, _BY_NAME, _BY_DAY = "x", "xn", "xt"  # the others of hexadecimal digits
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")


def lead_rows(leads: Leads, plan: Plan, *, with_persons: bool = False, most: int = MOST_LEADS) -> list[Row]:
    """A row for each lead, blanks left out; none of more than ``most``.

    Arguments: ``with_persons``: names, companies and addresses too.
    Special cases: a lead whose list has no ids is known by its address, else by company and name, else by its source
    and first day, from which nobody can read them back; days of stages that the catalog does not have, have no column.
    """
    names = {one.id: one.name for one in plan.channels}
    stages = [stage for stage in leads.stages if stage in LEAD_STAGES]
    found = []
    for one, number, _ in _numbered(leads, most):
        row: Row = {"number": number}
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


def numbers_before(leads: Leads, *, most: int = MOST_LEADS) -> dict[str, tuple[str, ...]]:
    """Number of a lead → the numbers that it had while less was known of it, the latest first.

    Example: of company and name, before its list had addresses or ids.
    """
    return {number: before for _, number, before in _numbered(leads, most) if before}


def _numbered(leads: Leads, most: int) -> Iterator[tuple[Mapping[str, Any], str, tuple[str, ...]]]:
    """Each lead with its number and those that it had before; none of more than ``most``."""
    frame = leads.table.order_by(ROW).limit(most + 1).execute()
    if len(frame) <= most:
        numbers = _Numbers(leads.kind)
        for one in _records(frame):
            yield one, *numbers.of(one)


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
    """Numbers of leads: their own, else one made of what tells them apart; each is given once."""

    def __init__(self, kind: str):
        self._before = prefix_of(kind)
        self._given: Counter[tuple[int, str]] = Counter()

    def of(self, lead: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
        """The number of a lead, and those that it had before."""
        own = _text(lead["lead"])
        made = _made_of(lead) if own.startswith((UNNAMED, BY_MAIL)) else [own, *_made_of(lead)]
        number, *before = (self._once(place, self._before + one) for place, one in enumerate(made))
        return number, tuple(before)

    def _once(self, place: int, number: str) -> str:
        self._given[place, number] += 1
        times = self._given[place, number]
        return number if times == 1 else f"{number}-{times}"


def number_of_mail(mail: str) -> str:
    """The number of a lead of which only the address is known: the same in each list, and nobody reads it back."""
    return _BY_MAIL + _hashed([mail])


def _by_mail(lead: str) -> str:
    return number_of_mail(lead.removeprefix(BY_MAIL)) if lead.startswith(BY_MAIL) else lead


def is_unsure(number: str) -> bool:
    """Whether only its source and its first day tell a lead from others, by its number."""
    return number.removeprefix(prefix_of("deals")).startswith(_BY_DAY)


def _made_of(lead: Mapping[str, Any]) -> list[str]:
    """The number of a lead without an id, by what of it does not change, and those that it had before."""
    company, person, source = (lead[name] for name in ("company", "person", "source"))
    named = _BY_NAME + _hashed([folded(str(one)) for one in (company, person)]) if company and person else ""
    if lead["mail"]:
        return [number_of_mail(str(lead["mail"])), *([named] if named else [])]
    days = [str(lead[name]) for name in lead if name.startswith(AT) and lead[name] is not None]
    by_day = _BY_DAY + _hashed([folded(str(one or "")) for one in (company, person, source)] + [min(days, default="")])
    # In workbooks of former versions of everything that was said, so that each new day made another one.
    said = [None if one is None else str(one) for one in (company, person, source)]
    said += [None if lead[name] is None else str(lead[name]) for name in lead if name.startswith(AT)]
    return [named or by_day, f"{_BY_MAIL}{_hashed(said)}"]


def _hashed(said: Sequence[str | None]) -> str:
    return sha256(repr(said).encode()).hexdigest()[:12]


def _records(frame: pd.DataFrame) -> Iterator[Mapping[str, Any]]:
    cells = frame.astype(object)
    return iter(cells.where(cells.notna(), None).to_dict("records"))


def _day(value: Any) -> dt.date | None:
    if value is None:
        return None
    return value.date() if isinstance(value, dt.datetime) else value


def _text(value: Any) -> str:
    return "" if value is None else _CONTROL.sub("", str(value)).strip()[:LONGEST]
