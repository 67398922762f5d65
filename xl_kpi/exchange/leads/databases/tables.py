"""Leads where they are: a table of a data base, named by an address; only ever read there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib import import_module
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

from xl_kpi.errors import BadFile, XlKpiError
from xl_kpi.exchange.exports.blocks import Block
from xl_kpi.exchange.leads.databases.address import Database, parts_of
from xl_kpi.exchange.leads.engine import Engine, engine
from xl_kpi.exchange.leads.roles import roles_of
from xl_kpi.exchange.leads.source import ROW, RawTable, name_of, named_block, typed_table
from xl_kpi.plan.imported.maps import FileMap, maps_of
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.model import Plan

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Those that count by themselves.  SQLite knows no days and MySQL tells `a` from `A` only if it is told to: their rows
# are read and counted here.
_COUNT = ("postgres", "bigquery", "snowflake", "trino", "pyspark")
_IN_ORDER = ("duckdb", "sqlite")  # hand their rows out in the order in which they were put in
_WAIT = {"postgres": {"connect_timeout": 10}, "mysql": {"connect_timeout": 10}}  # seconds
_READ_ONLY = {"postgres": {"options": "-c default_transaction_read_only=on"}}
_NUMBERS = count(1)
Found = TypeVar("Found")


def block_of(database: Database, ours: Engine, maps: Sequence[FileMap] = ()) -> tuple[Database, Block]:
    """The columns of a table by their names, and the data base with the name of the table.

    Errors: as for ``reached``; BadFile where none of the names is known.
    """
    with reached(database, ours) as (found, table):
        try:
            block = named_block(table.columns, found.named, maps)
        except BadFile:
            raise BadFile("source_unknown", file=found.named) from None
        return found, block


def in_database(
    database: Database, block: Block, ours: Engine, plan: Plan, asked: Asked, read: Callable[[Engine, RawTable], Found]
) -> Found:
    """What is read of a table, counted by the data base itself where it can, else from its rows.

    Arguments: ``ours`` the engine of ours; ``read`` gets the engine that counts and the table.
    Errors: as for ``reached``.
    """
    with reached(database, ours) as (found, table):
        if found.backend in _COUNT:
            open_, used = list(asked.open), set(asked.used)
            try:
                return read(_engine_of(found, table), _raw(table, block, plan, asked, found))
            except XlKpiError:
                raise
            except Exception:  # what an engine can't do it says in a way of its own
                asked.open[:], asked.used = open_, used
        return read(ours, _brought(table, block, ours, plan, asked, found))


def in_one_database(database: Database, plan: Plan, asked: Asked, read: Callable[[Engine, RawTable], Found]) -> Found:
    """The same of a table that is read alone."""
    with engine() as ours:
        found, block = block_of(database, ours, maps_of(plan))
        return in_database(found, block, ours, plan, asked, read)


def brought_table(database: Database, block: Block, ours: Engine, plan: Plan, asked: Asked) -> RawTable:
    """The table where it is to be counted together with others, in the engine of ours.

    Errors: as for ``reached``.
    """
    if database.backend == "duckdb":
        return _raw(_attached(database, ours)[1], block, plan, asked, database)
    with reached(database, ours) as (found, table):
        return _brought(table, block, ours, plan, asked, found)


@contextmanager
def reached(database: Database, ours: Engine) -> Iterator[tuple[Database, ir.Table]]:
    """The table, as long as its data base is connected; and the data base with the name of the table.

    Errors: BadFile where it can't be reached, for a table that is not there or not named among several, and without
    the package that speaks to it.  None of them repeats what the data base has said: that may hold secrets.
    """
    if database.backend == "duckdb":
        yield _attached(database, ours)
        return
    with ExitStack() as closing:
        with _telling(database):
            backend = _connected(database, closing)
            found, table = _table(database, backend)
        yield found, table


def _attached(database: Database, ours: Engine) -> tuple[Database, ir.Table]:
    """A file of DuckDB beside our own data, which nobody can write into."""
    with _telling(database):
        name = f"source_{next(_NUMBERS)}"
        ours.backend.attach(str(database.path).replace("'", "''"), name, read_only=True)
        return _table(database, ours.backend, name)


def _connected(database: Database, closing: ExitStack) -> Any:
    import ibis

    extra = database.backend
    try:
        import_module(f"ibis.backends.{extra}")
    except ImportError:
        raise BadFile("source_needs_package", system=database.system, extra=extra) from None
    if extra == "pyspark":
        return _spark(database, closing)
    if extra == "sqlite":
        backend = ibis.sqlite.connect(database.path)
        closing.callback(backend.disconnect)
        backend.con.execute("PRAGMA query_only = ON")
        return backend
    more = {key: value for each in (_WAIT, _READ_ONLY) for key, value in each.get(extra, {}).items()}
    given = dict(parse_qsl(database.address.partition("?")[2]))
    backend = ibis.connect(database.address, **{key: value for key, value in more.items() if key not in given})
    closing.callback(backend.disconnect)
    return backend


def _spark(database: Database, closing: ExitStack) -> Any:
    """A session of Spark: in this program (``spark://local``) or of a master (``spark://host:7077``)."""
    import ibis
    from pyspark.sql import SparkSession

    rest, _, query = parts_of(database.address)[1].partition("?")
    host, _, warehouse = rest.partition("/")
    before = SparkSession.getActiveSession()
    builder = SparkSession.builder.master("local[*]" if host in ("", "local") else f"spark://{host}")
    builder = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
    if warehouse:
        builder = builder.config("spark.sql.warehouse.dir", f"/{warehouse}")
    for key, value in parse_qsl(query):
        builder = builder.config(key, value)
    session = before or builder.getOrCreate()
    if before is None:
        closing.callback(session.stop)
    return ibis.pyspark.connect(session)


def _table(database: Database, backend: Any, catalog: str = "") -> tuple[Database, ir.Table]:
    if database.parquet:
        return database, backend.read_parquet(database.parquet)
    schema, _, name = database.table.rpartition(".")
    if not name:
        known = _known(backend, catalog)
        if len(known) != 1:
            key = "source_tables" if known else "source_no_tables"
            raise BadFile(key, file=database.shown, known=", ".join(known))
        return replace(database, table=known[0]), _named(backend, catalog, known[0], "")
    try:
        return database, _named(backend, catalog, name, schema)
    except Exception:  # each back end has a class of its own for it
        known = _known(backend, catalog)
        if database.table in known:
            return database, _named(backend, catalog, database.table, "")
        raise BadFile("source_table_missing", file=database.named, known=", ".join(known)) from None


def _known(backend: Any, catalog: str) -> list[str]:
    return sorted(backend.list_tables(database=(catalog, "main")) if catalog else backend.list_tables())


def _named(backend: Any, catalog: str, name: str, schema: str) -> ir.Table:
    if catalog:
        return backend.table(name, database=(catalog, schema or "main"))
    return backend.table(name, database=tuple(schema.split(".")) if "." in schema else schema or None)


@contextmanager
def _telling(database: Database) -> Iterator[None]:
    try:
        yield
    except XlKpiError:
        raise
    except Exception:  # of whatever class: drivers differ, and what they say may hold the password
        raise BadFile("source_unreachable", file=database.named, system=database.system) from None


def _engine_of(database: Database, table: ir.Table) -> Engine:
    return Engine(table.get_backend(), keeps=False, writes=False, takes=database.backend == "pyspark")


def _raw(table: ir.Table, block: Block, plan: Plan, asked: Asked, database: Database) -> RawTable:
    """The table with numbered rows.

    Special cases: where rows have no order of their own they are numbered by all that they say, so that every query
    numbers them alike.
    """
    raw = typed_table(table, block, database.named, asked)
    if database.backend in _IN_ORDER:
        return raw
    return replace(raw, table=_in_order(_used(raw, plan)))


def _used(raw: RawTable, plan: Plan) -> ir.Table:
    """The columns that mean something, without the number of the row."""
    names = [name_of(column.place) for column in roles_of(raw, plan).columns.values()]
    return raw.table.select(*dict.fromkeys(names))


def _in_order(table: ir.Table) -> ir.Table:
    import ibis

    order = ibis.window(order_by=[table[name] for name in table.columns])
    return table.mutate(**{ROW: ibis.row_number().over(order).cast("int64") + 2})


def _brought(table: ir.Table, block: Block, ours: Engine, plan: Plan, asked: Asked, database: Database) -> RawTable:
    """The columns that mean something, read into our engine a part at a time."""
    raw = typed_table(table, block, database.named, asked)
    if database.backend == "duckdb":
        return raw
    used = _used(raw, plan)
    if database.backend == "sqlite":  # whose days are text, whatever the column is called
        days = [name for name, kind in used.schema().items() if kind.is_temporal()]
        used = used.mutate(**{name: used[name].cast("string") for name in days})
    else:
        used = used.order_by(*used.columns)
    with _telling(database):
        kept = ours.brought(used.to_pyarrow_batches())
    return replace(raw, table=_in_their_order(kept))


def _in_their_order(table: ir.Table) -> ir.Table:
    import ibis

    return table.mutate(**{ROW: ibis.row_number() + 2})
