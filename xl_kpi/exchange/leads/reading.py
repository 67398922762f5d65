"""From files to leads in one shape, in one call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from xl_kpi.exchange.exports.files import files_in
from xl_kpi.exchange.leads.channels import ChannelReader
from xl_kpi.exchange.leads.databases.address import Database
from xl_kpi.exchange.leads.databases.tables import block_of, brought_table
from xl_kpi.exchange.leads.engine import Engine, engine
from xl_kpi.exchange.leads.roles import Roles, roles_of
from xl_kpi.exchange.leads.source import RawTable, large_block, large_table, raw_table, table_in
from xl_kpi.exchange.leads.table import Leads, canonical
from xl_kpi.plan.imported.maps import maps_of
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.model import Plan


@dataclass(frozen=True)
class ReadList:
    """One list: as it stands, what its columns mean, and its leads."""

    raw: RawTable
    roles: Roles
    leads: Leads


@contextmanager
def read_leads(
    files: Sequence[Path | Database], plan: Plan, asked: Asked, *, channel: str = ""
) -> Iterator[list[ReadList]]:
    """The leads of some files; their tables are there as long as the context is.

    Arguments: ``files`` of any kind that exports come in, or tables of data bases; ``plan`` whose stages,
    channels and maps are looked for; ``asked`` the answers, which gets the questions; ``channel`` to which all
    belong ("": told by what they say). Errors: BadFile for a file that is no list of leads.
    """
    with engine() as opened:
        reader = ChannelReader(plan, asked)
        yield [
            read_list(opened, raw, plan, reader, channel) for file in files for raw in _raw(opened, file, plan, asked)
        ]


def read_list(engine: Engine, raw: RawTable, plan: Plan, reader: ChannelReader, channel: str = "") -> ReadList:
    """The leads of a table that was put into the engine.

    Arguments: ``reader`` who knows the channels of sources; ``channel`` as for ``read_leads``.
    """
    roles = roles_of(raw, plan)
    return ReadList(raw, roles, canonical(engine, raw, roles, plan, channel or reader))


def _raw(engine: Engine, file: Path | Database, plan: Plan, asked: Asked) -> Iterator[RawTable]:
    maps = maps_of(plan)
    if isinstance(file, Database):
        found, of_table = block_of(file, engine, maps)
        yield brought_table(found, of_table, engine, plan, asked)
        return
    if (large := large_block(file, maps)) is not None:
        yield large_table(engine, file, large, asked)
        return
    for name, data in files_in(file.read_bytes(), file.name):
        block, others = table_in(data, name, maps)
        yield raw_table(engine, block, others, name, asked)
