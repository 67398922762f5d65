"""What the columns of a list mean for a plan: the lead, the days of its stages, where it came from, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xl_kpi.catalog.exports import (
    PERSONS,
    folded,
    stage_date_words,
    stage_roles,
    stage_words,
    systems,
    without_currency,
)
from xl_kpi.errors import BadFile, Words
from xl_kpi.exchange.exports.blocks import Column
from xl_kpi.exchange.leads.source import RawTable, one_system
from xl_kpi.plan.imported.maps import FileMap
from xl_kpi.plan.model import Plan, Stage

PERSON, EVENT = "person", "event"
AT = "at_"  # before the id of a stage: the column with the days on which it began
TRAITS = ("industry", "size", "budget", "authority", "urgency")
DID = ("content", "content_type", "seconds", "scroll")  # roles of what people did
IDENTITY = ("id", "record_no", "email", "name", "company", "account", "last_name")
_DAYS = ("created", "at", "close", "met_date", "converted_date", "registered_at", "joined_at", "lost_on")
_GENERAL = ("lead_table", "lead_events")  # what their words mean holds where a system does not know a word


@dataclass(frozen=True)
class Roles:
    """The columns of one table.

    ``columns``: role → the column; roles of days are ``at_<stage id>``.  ``kind`` that of its system, one of
    ``PERSONS``; ``shape``: whether a row is a person (or a deal) or an event.
    """

    columns: Mapping[str, Column]
    system: str
    kind: str
    shape: str = PERSON

    def place(self, *roles: str) -> Column | None:
        """The first of these columns that is there."""
        return next((self.columns[role] for role in roles if role in self.columns), None)

    @property
    def dated(self) -> tuple[str, ...]:
        """Ids of the stages whose days stand in a column of their own."""
        return tuple(role.removeprefix(AT) for role in self.columns if role.startswith(AT))


def roles_of(raw: RawTable, plan: Plan) -> Roles:
    """What each column means.

    Arguments: ``raw`` the table; ``plan`` whose stages are looked for.
    Special cases: of two columns with one role the first counts; a word that its system does not know means what it
    means in lists of no system; a map that the user has confirmed goes before all else.
    Errors: BadFile for a table that is no list of leads.
    """
    stages = _stage_columns(plan)
    mapped = raw.block.map
    meanings = [[_role(one, id_, stages, mapped) for one in raw.columns] for id_ in raw.systems or ("",)]
    system = one_system(raw, meanings)
    roles = meanings[raw.systems.index(system)] if system else meanings[0]
    columns: dict[str, Column] = {}
    for column, role in zip(raw.columns, roles, strict=True):
        if role:
            columns.setdefault(role, column)
    kind = systems()[system].kind if system else mapped.kind if mapped else ""
    if not system and kind not in PERSONS:
        kind = "events" if "event" in columns else "leads"
    found = Roles(columns, system, kind)
    if not is_list(found):
        raise BadFile("leads_no_list", file=raw.file)
    return found


def is_list(roles: Roles) -> bool:
    """Whether a table is a list of leads, deals or events: it says who, and when.

    Special cases: a row with the days of two stages is one lead, whoever it is.
    """
    has_turns = len(roles.dated) + ("created" in roles.columns) > 1
    has_who = has_turns or any(role in roles.columns for role in (*IDENTITY, "attended", "record_start", "tags"))
    has_when = has_days(roles) or "sessions" in roles.columns
    return roles.kind in PERSONS and has_who and (has_when or roles.kind != "leads" or roles.system not in _GENERAL)


def has_days(roles: Roles) -> bool:
    """Whether a table has a column of days."""
    return any(role in _DAYS or role.startswith(AT) for role in roles.columns)


def _stage_columns(plan: Plan) -> dict[str, str]:
    """Folded word of a column of days → the role of its stage."""
    found: dict[str, str] = {}
    for stage in plan.stages:
        for word in stage_date_words(stage.id, stage.name):
            found.setdefault(word, f"{AT}{stage.id}")
    return found


def _role(column: Column, system: str, stages: Mapping[str, str], mapped: FileMap | None) -> str:
    word, _ = without_currency(folded(column.word))
    role = systems()[system].roles.get(word, "") if system else column.role
    if not role:
        role = stages.get(word, "")
    if not role and not mapped:
        role = next((known for id_ in _GENERAL if (known := systems()[id_].roles.get(word, ""))), "")
    return f"{AT}{stage_roles()[role]}" if role in stage_roles() else role


def shape_of(raw: RawTable, roles: Roles, repeats: bool) -> str:
    """Whether a row is a person or an event; asked where the table fits both.

    Arguments: ``repeats``: some lead has several rows.
    Equation: columns of days for stages: persons.  What people read or saw: events.  A column of events or stages and
    one of days: by the words above it where these fit the rows, else open.
    """
    if roles.place(*DID):
        return EVENT
    if roles.dated or roles.kind not in ("leads", "events") or not _has_events(roles):
        return PERSON
    if roles.kind == "events" and repeats:
        return EVENT
    if roles.kind == "leads" and not repeats:
        return PERSON
    return raw.reading.ask("rows", Words("leads_ask_rows"), PERSON, EVENT) or PERSON


def is_of_events(roles: Roles) -> bool:
    """Whether rows are surely what people did: then those of one address are of one lead."""
    return roles.place(*DID) is not None or roles.kind == "events"


def _has_events(roles: Roles) -> bool:
    return roles.place("event", "stage") is not None and roles.place("at", "created") is not None


def stage_named(plan: Plan) -> Mapping[str, Stage]:
    """Folded word → the stage of the plan that it names."""
    found: dict[str, Stage] = {}
    for stage in plan.stages:
        for word in (stage.id, stage.name, *stage_words(stage.id)):
            found.setdefault(folded(word), stage)
    return found
