"""Lists of leads on their way into a plan: read, counted, and told in plain data that outlives the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

from xl_kpi.catalog.exports import PERSONS, system_called, systems
from xl_kpi.catalog.texts import text
from xl_kpi.errors import BadFile, Words
from xl_kpi.exchange.exports.blocks import Block
from xl_kpi.exchange.exports.figures import LEAVE, NO_CHANNEL
from xl_kpi.exchange.exports.reading import LeftOut
from xl_kpi.exchange.leads.actuals import batch_of, counted_by
from xl_kpi.exchange.leads.aggregates import counts_by_event
from xl_kpi.exchange.leads.channels import ChannelReader
from xl_kpi.exchange.leads.databases.address import Database
from xl_kpi.exchange.leads.databases.tables import brought_table, in_database
from xl_kpi.exchange.leads.engine import Engine, engine
from xl_kpi.exchange.leads.linking import Rows, linked, merged, numbers_by_mail
from xl_kpi.exchange.leads.problems import Problem, problems
from xl_kpi.exchange.leads.reading import ReadList, read_list
from xl_kpi.exchange.leads.roles import AT, has_days
from xl_kpi.exchange.leads.rows import is_unsure, lead_rows, numbers_before, touch_rows
from xl_kpi.exchange.leads.source import RawTable, large_table, raw_table
from xl_kpi.exchange.leads.table import Leads
from xl_kpi.exchange.leads.totals import MOST_HELD, totals_of_leads
from xl_kpi.plan.imported.figures import Batch
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.language import channel_called
from xl_kpi.plan.leads.totals import Total
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.lead_tables import MOST_LEADS

Row = Mapping[str, Any]


@dataclass(frozen=True)
class ListFile:
    """A list where it was found: ``block`` its table, ``others`` all tables of the file; ``path`` of one that the
    engine reads by itself; ``database`` of one that stands in one."""

    name: str
    block: Block
    others: tuple[Block, ...] = ()
    path: Path | None = None
    database: Database | None = None


@dataclass(frozen=True)
class TakenList:
    """What a list says.

    ``block`` where it stood; ``system`` and ``kind`` what it is; ``roles``: word above a column → role; ``rows`` how
    many it has, ``left_out`` those that do not count; ``leads`` how many leads, ``reached``: stage → how many have a
    day; ``batch`` its figures for the plan; ``listed`` and ``touches`` rows of リード一覧 and 行動履歴, none of more
    than ``MOST_LEADS`` leads and ``MOST_HELD`` actions; ``totals`` figures of all lists in place of
    more leads, in the first list that is not of actions alone (``is_actions``); ``origins`` what was answered about
    sources; ``by_mail`` numbers made of addresses → those of the leads that have them; ``before`` numbers of leads
    without ids → those that they had while less was known; ``database`` what people call the one that holds it, ""
    for a file; ``notes``: what is worth a line.
    """

    file: str
    block: Block
    system: str
    kind: str
    roles: Mapping[str, str]
    rows: int
    left_out: tuple[LeftOut, ...]
    leads: int
    reached: Mapping[str, int]
    batch: Batch
    problems: tuple[Problem, ...] = ()
    listed: Sequence[Row] = ()
    touches: Sequence[Row] = ()
    totals: Sequence[Total] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
    by_mail: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_actions: bool = False
    database: str = ""
    notes: tuple[Words, ...] = ()

    @property
    def unsure(self) -> list[str]:
        """The numbers of leads that only their source and their first day tell from others."""
        return [str(row["number"]) for row in self.listed if is_unsure(str(row["number"]))]

    @property
    def is_large(self) -> bool:
        """Whether it has more leads than a workbook lists."""
        return self.leads > MOST_LEADS


def taken_lists(
    files: Sequence[ListFile],
    plan: Plan,
    asked: Asked,
    *,
    channel: str = "",
    with_leads: bool = False,
    lang: str = "ja",
) -> tuple[TakenList, ...]:
    """What some lists say of a plan.

    Arguments: ``asked`` the answers, which gets the questions; ``channel`` the id of that to which all leads belong
    ("": told by what they say); ``with_leads``: who they are too; ``lang`` that of the plan.
    Errors: BadFile for a table that is no list of leads.
    """
    if not files:
        return ()
    with engine() as opened:

        def taken(raws: Sequence[tuple[Engine, RawTable]]) -> tuple[TakenList, ...]:
            return _all_taken(raws, files, plan, asked, channel, with_leads, lang)

        only = files[0].database
        if only and len(files) == 1:
            return in_database(only, files[0].block, opened, plan, asked, lambda there, raw: taken([(there, raw)]))
        return taken([(opened, _raw(opened, file, plan, asked)) for file in files])


def _all_taken(
    raws: Sequence[tuple[Engine, RawTable]],
    files: Sequence[ListFile],
    plan: Plan,
    asked: Asked,
    channel: str,
    with_leads: bool,
    lang: str,
) -> tuple[TakenList, ...]:
    read = []
    for counting, raw in raws:
        reader = ChannelReader(plan, asked)
        one = read_list(counting, raw, plan, reader, channel)
        name = _called(one, lang)
        if not has_days(one.roles):
            raise BadFile("leads_no_dates", file=one.raw.file, system=system_called(name))
        leads, notes = _with_channel(one.leads, plan, reader, name, lang)
        read.append((reader, replace(one, leads=leads), notes))
    names = [file.database.system if file.database else "" for file in files]
    taken = [
        _taken(one, notes, reader, plan, with_leads, lang, database)
        for (reader, one, notes), database in zip(read, names, strict=True)
    ]
    first = next((place for place, found in enumerate(taken) if not found.is_actions), 0)
    taken[first] = replace(taken[first], totals=_totals([one.leads for _, one, _ in read], plan))
    after = linked([Rows(one.listed, one.touches, one.by_mail) for one in taken], plan)
    return tuple(replace(one, listed=rows.listed, touches=rows.touches) for one, rows in zip(taken, after, strict=True))


def is_list(block: Block) -> bool:
    """Whether a row of a table is a lead, a deal or an event."""
    kind = block.map.kind if block.map else systems()[block.systems[0]].kind if block.systems else ""
    return kind in PERSONS and kind != "attendees"


def _raw(opened: Engine, file: ListFile, plan: Plan, asked: Asked) -> RawTable:
    if file.database is not None:
        return brought_table(file.database, file.block, opened, plan, asked)
    if file.path is not None:
        return large_table(opened, file.path, file.block, asked)
    return raw_table(opened, file.block, file.others, file.name, asked)


def _taken(
    found: ReadList,
    notes: tuple[Words, ...],
    reader: ChannelReader,
    plan: Plan,
    with_leads: bool,
    lang: str,
    database: str,
) -> TakenList:
    raw, leads, counts = found.raw, found.leads, counts_by_event(found.leads)
    count, reached = int(leads.table.count().execute()), dict[str, int]()
    for one in counts:
        reached[one.stage] = reached.get(one.stage, 0) + one.count
    return TakenList(
        raw.file,
        raw.block,
        found.roles.system,
        found.roles.kind,
        _named_roles(found),
        int(raw.table.count().execute()),
        raw.left_out,
        count,
        reached,
        batch_of(counts, plan, system=found.roles.system, file=raw.file, lang=lang, named=database or _map_name(raw)),
        problems(leads),
        lead_rows(leads, plan, with_persons=with_leads),
        touch_rows(leads, most=MOST_HELD),
        origins=reader.origins,
        by_mail=numbers_by_mail(leads),
        before=numbers_before(leads) if count <= MOST_LEADS else {},
        is_actions=leads.is_actions,
        database=database,
        notes=notes,
    )


def _totals(lists: Sequence[Leads], plan: Plan) -> list[Total]:
    """The totals of all leads of some lists, where they are more than a workbook lists."""
    about = [one.table.count().execute() for one in lists if not one.is_actions]
    if sum(about) <= MOST_LEADS:
        return []
    whole = merged(lists)
    if len(about) > 1 and whole.table.count().execute() <= MOST_LEADS:
        return []
    return totals_of_leads(whole, plan)


def _with_channel(
    leads: Leads, plan: Plan, reader: ChannelReader, name: str, lang: str
) -> tuple[Leads, tuple[Words, ...]]:
    """The leads with the channel of those that name none and no source, and what is worth a line about it.

    Arguments: ``reader`` who knows and asks; ``name`` of the system or map, "" for none; ``lang`` that of the plan.
    Equation: the table of the plan and the answers go before the usual channel of the system; without one it is asked
    (``channel:<name>（流入元なし）``).
    Special cases: leads without the day of any stage count nowhere and stay as they are; nothing is asked where the
    plan counts no channel by a stage that the list knows, nor while it is open whose some source is.
    """
    if reader.is_open or not any(one.of and one.stage in leads.dated for one in counted_by(plan)):
        return leads, ()
    has_day = reduce(or_, (leads.table[AT + stage].notnull() for stage in leads.dated))
    blank = leads.table["channel"].isnull() & leads.table["source"].isnull() & has_day
    count = int(leads.table.filter(blank).count().execute())
    if not count:
        return leads, ()
    usual = systems()[leads.system].channel if leads.system else ""
    usual = usual if usual in {one.id for one in plan.channels_on} else ""
    called = text("leads_no_source", lang, name=name or leads.file)
    told = reader.without_source(called, usual)
    if told in ("", NO_CHANNEL):
        return leads, ()
    if told == LEAVE:
        kept = leads.table.filter(~blank)
        did = leads.touches.semi_join(kept, "lead") if leads.touches is not None else None
        return replace(leads, table=kept, touches=did), ()
    channel = blank.ifelse(told, leads.table["channel"])
    notes: tuple[Words, ...] = ()
    if told == usual:
        notes = (Words("leads_usual_channel", count=f"{count:,}", channel=channel_called(plan, told)),)
    return replace(leads, table=leads.table.mutate(channel=channel)), notes


def _called(found: ReadList, lang: str) -> str:
    """What a list is called: its map or its system, "" for neither."""
    system = found.roles.system
    return _map_name(found.raw) or (systems()[system].name[lang] if system else "")


def _map_name(raw: RawTable) -> str:
    return raw.block.map.name if raw.block.map else ""


def _named_roles(found: ReadList) -> dict[str, str]:
    by_place = {column.place: role for role, column in found.roles.columns.items()}
    return {column.word: by_place.get(column.place, "") for column in found.raw.columns}
