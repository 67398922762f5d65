"""Lists of leads on their way into a plan: read, counted, and told in plain data that outlives the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from xl_kpi.catalog.exports import PERSONS, systems
from xl_kpi.exchange.exports.blocks import Block
from xl_kpi.exchange.exports.reading import LeftOut
from xl_kpi.exchange.leads.actuals import batch_of
from xl_kpi.exchange.leads.aggregates import counts_by_event
from xl_kpi.exchange.leads.channels import ChannelReader
from xl_kpi.exchange.leads.databases.address import Database
from xl_kpi.exchange.leads.databases.tables import brought_table, in_database
from xl_kpi.exchange.leads.engine import Engine, engine
from xl_kpi.exchange.leads.linking import Rows, linked, merged, numbers_by_mail
from xl_kpi.exchange.leads.problems import Problem, problems
from xl_kpi.exchange.leads.reading import ReadList, read_list
from xl_kpi.exchange.leads.rows import lead_rows, touch_rows
from xl_kpi.exchange.leads.source import RawTable, large_table, raw_table
from xl_kpi.exchange.leads.table import Leads
from xl_kpi.exchange.leads.totals import MOST_HELD, totals_of_leads
from xl_kpi.plan.imported.figures import Batch
from xl_kpi.plan.imported.questions import Asked
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
    sources; ``by_mail`` numbers made of addresses → those of the leads that have them; ``database`` what people call
    the one that holds it, "" for a file.
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
    is_actions: bool = False
    database: str = ""

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
        read.append((reader, read_list(counting, raw, plan, reader, channel)))
    names = [file.database.system if file.database else "" for file in files]
    taken = [_taken(one, reader, plan, with_leads, lang, name) for (reader, one), name in zip(read, names, strict=True)]
    first = next((place for place, one in enumerate(taken) if not one.is_actions), 0)
    taken[first] = replace(taken[first], totals=_totals([one.leads for _, one in read], plan))
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


def _taken(found: ReadList, reader: ChannelReader, plan: Plan, with_leads: bool, lang: str, database: str) -> TakenList:
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
        is_actions=leads.is_actions,
        database=database,
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


def _map_name(raw: RawTable) -> str:
    return raw.block.map.name if raw.block.map else ""


def _named_roles(found: ReadList) -> dict[str, str]:
    by_place = {column.place: role for role, column in found.roles.columns.items()}
    return {column.word: by_place.get(column.place, "") for column in found.raw.columns}
