"""Addresses of tables in data bases: what is in them, and what of it may be shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode

from xl_kpi.errors import BadFile

# Beginning of an address → the back end of Ibis, which is its extra too, and what people call it.
KINDS = {
    "duckdb": ("duckdb", "DuckDB"),
    "sqlite": ("sqlite", "SQLite"),
    "postgres": ("postgres", "PostgreSQL"),
    "postgresql": ("postgres", "PostgreSQL"),
    "mysql": ("mysql", "MySQL"),
    "bigquery": ("bigquery", "BigQuery"),
    "snowflake": ("snowflake", "Snowflake"),
    "trino": ("trino", "Trino"),
    "spark": ("pyspark", "Spark"),
    "pyspark": ("pyspark", "Spark"),
}
_IN_FILES = ("duckdb", "sqlite")
TABLE, PARQUET = "table", "parquet"
_ADDRESS = re.compile(r"(?P<kind>[A-Za-z][A-Za-z0-9+.-]+)://(?P<rest>.*)", re.DOTALL)
_DRIVE = re.compile(r"/[A-Za-z]:")


@dataclass(frozen=True)
class Database:
    """A table of a data base.

    ``address`` without the part that names the table, with whatever secrets it holds: it is printed nowhere.
    ``shown`` what may be: without user, password and options.  ``backend`` the back end of Ibis, ``system`` what
    people call it; ``table`` its name ("": the only one), ``parquet`` a file that Spark reads.
    """

    address: str
    shown: str
    backend: str
    system: str
    table: str = ""
    parquet: str = ""

    def __repr__(self) -> str:
        return f"Database({self.shown!r})"

    @property
    def named(self) -> str:
        """How it stands in messages, in previews and on データ元."""
        told = {TABLE: self.table, PARQUET: self.parquet}
        options = "&".join(f"{key}={value}" for key, value in told.items() if value)
        return self.shown + (f"?{options}" if options else "")

    @property
    def path(self) -> Path:
        """The file of a data base that is one.  Example: ``duckdb:///data/x.db`` is /data/x.db."""
        rest = unquote(parts_of(self.address)[1].partition("?")[0])
        return Path(rest[1:] if _DRIVE.match(rest) else rest)


def is_address(source: object) -> bool:
    """Whether this is an address (``postgres://…``) and no file."""
    return _ADDRESS.fullmatch(str(source)) is not None


def parts_of(address: str) -> tuple[str, str]:
    """The kind of an address, and what stands behind its ``://``."""
    found = _ADDRESS.fullmatch(address)
    assert found is not None, "no address"
    return found["kind"].lower(), found["rest"]


def database_at(source: str) -> Database:
    """The data base at an address.

    Special cases: user and password end at the last ``@`` before the options, whatever signs they hold; of the options
    only the name of the table is ever shown.
    Errors: BadFile for a kind that is not read, and for a missing file.
    """
    kind, after = parts_of(source)
    rest, _, query = after.partition("?")
    place = rest.rpartition("@")[2]
    if "@" in query and "@" not in rest and kind not in _IN_FILES:
        place = ""  # a password with a question mark: what stands before it is a part of it
    shown = f"{kind}://{place}"
    if kind not in KINDS:
        raise BadFile("source_kind_unknown", file=shown, known=", ".join(f"{one}://" for one in KINDS))
    backend, system = KINDS[kind]
    options = parse_qsl(query, keep_blank_values=True)
    own = {key: value for key, value in options if key in (TABLE, PARQUET)}
    others = urlencode([(key, value) for key, value in options if key not in own])
    address = f"{kind}://{rest}" + (f"?{others}" if others else "")
    made = Database(address, shown, backend, system, own.get(TABLE, ""), own.get(PARQUET, ""))
    if backend in _IN_FILES:
        made = replace(made, shown=f"{kind}://{rest}")
        if not made.path.is_file():
            raise BadFile("file_missing", file=made.shown)
    return made
