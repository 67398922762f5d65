"""The columns of a list by what they mean, each in its type, whatever the list lacks of them as missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xl_kpi.catalog.choices import by_spelling
from xl_kpi.catalog.exports import folded
from xl_kpi.exchange.leads.days import Unread
from xl_kpi.exchange.leads.endings import Endings, reasons
from xl_kpi.exchange.leads.engine import Engine, twice
from xl_kpi.exchange.leads.roles import AT, DID, TRAITS, Roles, is_of_events, stage_named
from xl_kpi.exchange.leads.source import ROW, RawTable, name_of
from xl_kpi.exchange.leads.values import DATE, MONEY, NUMBER, TEXT, Columns, Read, by_words, without_marks
from xl_kpi.plan.model import Plan

if TYPE_CHECKING:
    import ibis.expr.types as ir

WON, LOST = "won", "lost"
UNNAMED, BY_MAIL = "#", "@"  # before the row, or the address, of a lead whose list gives it no id
# New column → roles that it is made of, the first of them that the list has.
TEXTS = {
    "id": ("id", "record_no"),
    "content": ("content",),
    "content_type": ("content_type",),
    **{trait: (trait,) for trait in TRAITS},
    "size": ("size", "employees"),
    "authority": ("authority", "position"),
    "person": ("name", "last_name"),
    "company": ("company", "account"),
    "mail": ("email",),
    "event": ("event", "stage"),
}
DAYS = {
    "day_created": ("created", "met_date", "registered_at"),
    "day_event": ("at", "created"),
    "day_closed": ("close",),
    "day_lost": ("lost_on",),
}
NUMBERS = ("seconds", "scroll")
_STAGE, _OUTCOME = ("stage", "event", "status", "lead_status"), ("outcome", "stage", "event", "status")


@dataclass(frozen=True)
class Typed:
    """The columns of a list in their types.

    ``table``: ``TEXTS``, ``DAYS``, ``NUMBERS``, ``source``, ``channel``, ``amount``, ``lead``, ``row``,
    ``at_<stage id>`` of each stage of the plan, ``stage`` and ``outcome`` (ids, by their words).  ``repeats``: some
    lead has several rows; ``unread``: cells of days that are none; ``is_actions``: it is a list of actions alone.
    ``by_source``: source → channel where it is just the source that tells it, and there are few; else None.
    """

    table: ir.Table
    repeats: bool
    unread: tuple[Unread, ...]
    is_actions: bool
    by_source: Mapping[str, str] | None


def typed(engine: Engine, raw: RawTable, roles: Roles, plan: Plan, channel: Read | str) -> Typed:
    """The columns of a list in their types.

    Arguments: ``channel`` reads the channel of each source; text: the id of that to which all belong.
    Special cases: an id that is a mail address is none, so that no address becomes a number of a lead; a row without
    an id gets one from the row in which it stands, of what people did from the address.  What a list of actions alone
    calls a source is that of an action and not of a lead: nobody is asked whose channel it is.
    """
    import ibis

    made = Columns(engine, raw.table)
    made.as_is(ROW, ROW)

    def places(*known: str) -> list[str]:
        return [name_of(roles.columns[role].place) for role in known if role in roles.columns]

    plain = repeats = False
    for into, known in TEXTS.items():
        if not places(*known):
            made.missing(into)
        elif into == "id" and not raw.is_text:
            plain, repeats = _plain_ids(engine, raw.table[places(*known)[0]].cast("string"))
            made.as_is(into, places(*known)[0]) if plain else made.text(into, *places(*known)[:1])
        else:
            made.text(into, *places(*known)[:1])
    stages = {word: stage.id for word, stage in stage_named(plan).items()}
    ends = {folded(word): choice.id for word, choice in by_spelling("lead_outcome").items()}
    said = _Said(roles)
    several: dict[str, list[str]] = {"stage": [], "outcome": []}  # the first column that means something counts
    endings = Endings(ends, raw.reading)
    for into, roles_of, meaning in (("stage", _STAGE, by_words(stages)), ("outcome", _OUTCOME, endings)):
        for name in dict.fromkeys(places(*roles_of)):
            several[into].append(f"{into}_{name}")
            made.meaning(several[into][-1], said.heard(meaning), name)
    read: dict[str, tuple[tuple[str, ...], Read]] = {
        "source": (("source",), said.unless_actions(without_marks)),
        "lost_reason": (("loss_reason",), reasons),
    }
    if not isinstance(channel, str):
        read["channel"] = (("channel", "source"), said.unless_actions(channel))
    for into, (known, meaning) in read.items():
        made.meaning(into, meaning, *places(*known)) if places(*known) else made.missing(into)
    if isinstance(channel, str):
        made.missing("channel")
    days = DAYS | {f"{AT}{stage.id}": (f"{AT}{stage.id}",) for stage in plan.stages}
    if f"{AT}opportunities" in days:
        days[f"{AT}opportunities"] += ("converted_date",)
    for into, known in days.items():
        column = roles.place(*known)
        made.missing(into, DATE) if column is None else made.days(into, name_of(column.place), column.word, raw.reading)
    for into in NUMBERS:
        made.number(into, *places(into)) if places(into) else made.missing(into, NUMBER)
    money = roles.place("amount")
    made.missing("amount", MONEY) if money is None else made.money(
        "amount", name_of(money.place), money.word, raw.reading
    )
    table = made.done()
    for into, parts in several.items():
        told = ibis.coalesce(*(table[part] for part in parts)) if parts else ibis.null(TEXT)
        table = table.mutate(**{into: told}).drop(*parts)
    changed = {"lead": table["id"].cast("string")} if plain else _identified(table, by_mail=is_of_events(roles))
    changed["mail"] = changed.get("mail", table["mail"]).lower()
    if isinstance(channel, str) and channel and not said.is_actions:
        changed["channel"] = ibis.literal(channel)
    settled = engine.settled(table.mutate(**changed).drop("id"), keep=raw.is_text)
    repeats = repeats if plain else _repeats(engine, settled)
    by_source = None if places("channel") else made.few.get("channel")
    return Typed(settled, repeats, tuple(made.unread), said.is_actions, by_source)


class _Said:
    """Whether the words of a list name any stage or end; where none does, events are actions alone."""

    def __init__(self, roles: Roles):
        is_events = bool(roles.place(*DID)) or (roles.kind == "events" and "created" not in roles.columns)
        self.is_actions = is_events and "event" in roles.columns and not roles.dated and not roles.place("loss_reason")

    def heard(self, read: Read) -> Read:
        """To be read before what depends on it."""

        def of(values: list[str]) -> Mapping[str, Any]:
            found = read(values)
            self.is_actions &= not any(found.values())
            return found

        return of

    def unless_actions(self, read: Read) -> Read:
        return lambda values: {} if self.is_actions else read(values)


def _repeats(engine: Engine, table: ir.Table) -> bool:
    """Whether a lead has several rows.

    Special cases: two leads that only look alike to the engine are taken for one here, and told apart by what follows.
    """
    if engine.keeps:
        return bool(twice(table["lead"].hash()))
    found = table.aggregate(rows=table.count(), leads=table["lead"].nunique()).execute()
    return bool(found["rows"][0] > found["leads"][0])


def _plain_ids(engine: Engine, ids: Any) -> tuple[bool, bool]:
    """Whether each row has an id that is none of a person's and has nothing around it, and whether some stands twice.

    Special cases: two ids that only look alike to the engine are taken for one here, and told apart by what follows.
    """
    odd = ids.isnull() | ids.contains("@") | (ids == "") | ids.startswith(" ") | ids.endswith(" ")
    if engine.keeps:
        import ibis

        repeats = twice(odd.ifelse(ibis.null("int64"), ids.hash()))
        return repeats is not None, bool(repeats)
    found = ids.as_table().aggregate(rows=ids.count(), leads=ids.nunique(), odd=odd.any()).execute()
    return not found["odd"][0], bool(found["rows"][0] > found["leads"][0])


def _identified(table: ir.Table, *, by_mail: bool) -> dict[str, Any]:
    """The id of each lead where some are addresses or missing, and the address where it was one.

    Arguments: ``by_mail``: rows of the same address are of the same lead, else each is one.
    """
    import ibis

    is_mail, nothing = table["id"].contains("@").fill_null(False), ibis.null("string")
    own = is_mail.ifelse(nothing, table["id"].nullif(""))
    mail = table["mail"].fill_null(is_mail.ifelse(table["id"], nothing))
    if by_mail:
        own = own.fill_null(BY_MAIL + mail.strip().lower().nullif(""))
    return {"mail": mail, "lead": own.fill_null(UNNAMED + table[ROW].cast("string"))}
