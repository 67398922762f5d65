"""Where tables of leads are computed: DuckDB inside this program unless a data base holds them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir

PACKAGES = ("ibis", "duckdb", "pandas", "pyarrow", "python_calamine")  # of the extra `data`
MEMORY = "1GB"  # that the engine takes before it goes on in its folder
AT_ONCE = 2**24  # numbers that are sorted at a time: 128 MiB
_BATCH = 2**19
_NUMBERS = itertools.count(1)


class CountsElsewhere(Exception):
    """The engine can't count this with what it may do: the rows are to be read and counted by ours."""


class Engine:
    """One data base while leads are read: what is put into it bears names that are given once.

    ``backend`` as Ibis opened it.  ``keeps``: results may be stored in it; otherwise they are views, computed anew
    each time, so that data of any size need no room.  ``writes``: views may be made in it; False: it is somebody's data
    base, in which nothing is ever written.  ``takes``: small tables of ours may stand beside its data for the session.
    """

    def __init__(self, backend: Any, *, keeps: bool, writes: bool = True, takes: bool = True):
        self.backend, self.keeps = backend, keeps
        self._writes, self._takes = writes, takes
        self._alive: list[Any] = []  # small tables of ours are there as long as somebody holds them

    def put(self, frame: Any, schema: Mapping[str, str]) -> ir.Table:
        """A frame of pandas as a table that stays."""
        import ibis

        return self.backend.create_table(_name(), frame, schema=ibis.schema(schema), temp=True)

    def small(self, columns: Mapping[str, list[Any]], schema: Mapping[str, str]) -> ir.Table:
        """A small table of ours beside the data.

        Errors: CountsElsewhere where the engine takes none.
        """
        if not self._takes:
            raise CountsElsewhere
        import ibis
        import pandas as pd

        made = ibis.memtable(pd.DataFrame(dict(columns)), schema=ibis.schema(schema))
        self._alive.append(made)
        return made

    def settled(self, table: ir.Table, *, keep: bool) -> ir.Table:
        """The same table under a name: what stands on it is quick to write down for the engine.

        Arguments: ``keep``: its rows are stored, as far as the engine keeps any.
        """
        if not self._writes:
            return table
        if keep and self.keeps:
            return self.backend.create_table(_name(), table, temp=True)
        return self.backend.create_view(_name(), table)

    def brought(self, batches: Any) -> ir.Table:
        """Rows of another data base, taken in a part at a time (batches of Arrow), in their order."""
        name, passing = _name(), _name()
        self.backend.con.register(passing, batches)
        self.backend.con.execute(f"CREATE TABLE {name} AS SELECT * FROM {passing}")
        self.backend.con.unregister(passing)
        return self.backend.table(name)


@contextmanager
def engine() -> Iterator[Engine]:
    """DuckDB, which works in a folder of its own where memory is not enough; nothing of it is left afterwards."""
    import ibis

    with TemporaryDirectory(prefix="xl-kpi-") as folder:
        opened = ibis.duckdb.connect(Path(folder) / "leads.duckdb", temp_directory=folder, memory_limit=MEMORY)
        try:
            yield Engine(opened, keeps=True)
        finally:
            opened.disconnect()


def rows_of(expression: ir.Table) -> list[tuple[Any, ...]]:
    """The rows of a small result, as plain numbers and text; None where nothing stands.

    Special cases: months and days should be numbers by then, since engines give dates in types of their own.
    """
    frame = expression.execute().astype(object)
    return list(frame.where(frame.notna(), None).itertuples(index=False, name=None))


def twice(numbers: ir.Column) -> bool | None:
    """Whether some number of a column stands twice, None where one is missing.

    Equation: sorted, equal ones are neighbours, which takes a third of the time and of the memory of counting the
    different ones.  More than ``AT_ONCE`` are looked at in parts, each of the numbers with one remainder.
    """
    table = numbers.name("number").as_table()
    count = int(table.count().execute())
    parts = count // AT_ONCE + 1
    found = []
    for part in range(parts):
        here = table["number"].isnull() | ((table["number"] % parts).abs() == part)
        found.append(_twice(table.filter(here) if parts > 1 else table, count // parts))
        if found[-1] is not False:
            break
    return found[-1]


def _twice(table: ir.Table, about: int) -> bool | None:
    """The same of a part, of which it is known about how many there are."""
    import numpy as np

    found, size = np.empty(about, dtype="int64"), 0
    for batch in table.to_pyarrow_batches(chunk_size=_BATCH):
        if batch.column(0).null_count:
            return None
        more = batch.column(0).to_numpy()
        if size + len(more) > len(found):
            found = np.resize(found, size + max(len(more), about // 16))
        found[size : size + len(more)] = more
        size += len(more)
    found = found[:size]
    found.sort()
    return bool((found[1:] == found[:-1]).any())


def _name() -> str:
    return f"xl_kpi_{next(_NUMBERS)}"
