"""From files to leads in one shape, in one call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from xl_kpi.exchange.exports.files import files_in
from xl_kpi.exchange.leads.channels import ChannelReader
from xl_kpi.exchange.leads.engine import Engine, engine
from xl_kpi.exchange.leads.roles import Roles, roles_of
from xl_kpi.exchange.leads.source import RawTable, large_table, raw_table
from xl_kpi.exchange.leads.table import Leads, canonical
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.model import Plan


@contextmanager
def read_leads(
    files: Sequence[Path], plan: Plan, asked: Asked, *, channel: str = "", remembered: Mapping[str, str] | None = None
) -> Iterator[list[tuple[RawTable, Roles, Leads]]]:
    """The leads of some files; their tables are there as long as the context is.

    Arguments: ``files`` of any kind that exports come in; ``plan`` whose stages and channels are looked for; ``asked``
    the answers, which gets the questions; ``channel`` to which all belong ("": told by what they say); ``remembered``:
    folded word → role.
    Errors: BadFile for a file that is no list of leads.
    """
    with engine() as opened:
        found, reader = [], ChannelReader(plan, asked)
        for raw in (raw for file in files for raw in _raw(opened, file, asked)):
            roles = roles_of(raw, plan, remembered)
            found.append((raw, roles, canonical(opened, raw, roles, plan, channel or reader)))
        yield found


def _raw(engine: Engine, file: Path, asked: Asked) -> Iterator[RawTable]:
    if (large := large_table(engine, file, asked)) is not None:
        yield large
        return
    for name, data in files_in(file.read_bytes(), file.name):
        yield raw_table(engine, data, name, asked)
