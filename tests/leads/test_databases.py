"""Leads in data bases: the figures of the same leads in a CSV, nothing written, no password anywhere."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import replace

import pandas as pd
import pytest

from tests.leads.made_leads import HEADERS, events, persons, plan, world
from xl_kpi.errors import BadFile
from xl_kpi.exchange.leads.databases.address import database_at, is_address
from xl_kpi.exchange.leads.databases.tables import block_of, brought_table, in_database
from xl_kpi.exchange.leads.engine import engine
from xl_kpi.exchange.leads.reading import read_leads
from xl_kpi.exchange.leads.taking import ListFile, taken_lists
from xl_kpi.plan.imported.questions import Asked

WON = {"won": "受注", "lost": "失注", None: ""}


def put_in_duckdb(frame: pd.DataFrame, path, name: str = "leads") -> str:
    """Days as days, under the words of the CSV."""
    import duckdb

    typed = frame.copy()
    typed["outcome"] = typed["outcome"].map(WON)
    for column in [one for one in typed.columns if one.startswith("at_")]:
        typed[column] = pd.to_datetime(typed[column])
    shown = typed.rename(columns=HEADERS)
    days = ", ".join(f'CAST("{word}" AS DATE) AS "{word}"' for key, word in HEADERS.items() if key.startswith("at_"))
    with duckdb.connect(str(path)) as opened:
        opened.register("shown", shown)
        opened.execute(f"CREATE TABLE {name} AS SELECT * REPLACE ({days}) FROM shown")
    return f"duckdb://{path}"


def put_in_sqlite(frame: pd.DataFrame, path, name: str = "leads") -> str:
    """Days as text in columns that are called DATE, as programs write them."""
    shown = frame.map(lambda cell: cell.isoformat() if isinstance(cell, dt.date) else cell)
    shown["outcome"] = shown["outcome"].map(WON)
    shown = shown.rename(columns=HEADERS)
    kinds = {word: "DATE" if key.startswith("at_") else "TEXT" for key, word in HEADERS.items()}
    opened = sqlite3.connect(path)
    shown.to_sql(name, opened, index=False, dtype=kinds)
    opened.close()
    return f"sqlite://{path}"


def taken(*sources, asked=None):
    with engine() as ours:
        found = [block_of(database_at(one), ours) for one in sources]
    lists = [ListFile(one.named, block, database=one) for one, block in found]
    return taken_lists(lists, plan(), asked or Asked())


def said(one):
    """What a list says, without the name of the file it stands in."""
    counted = (one.leads, one.reached, one.batch.figures, one.listed, one.touches, one.totals)
    return *counted, [(odd.kind, odd.count, odd.rows) for odd in one.problems]


@pytest.fixture(scope="module")
def frame():
    made = world(700)
    made.loc[3, ["at_mql", "at_sql"]] = [dt.date(2026, 1, 1), dt.date(2026, 1, 2)]  # before it was a lead
    return made


@pytest.fixture(scope="module")
def of_csv(frame, tmp_path_factory):
    from xl_kpi.exchange.leads.source import table_in

    path = persons(frame, tmp_path_factory.mktemp("csv") / "leads.csv")
    block, others = table_in(path.read_bytes(), path.name)
    (one,) = taken_lists([ListFile(path.name, block, others)], plan(), Asked())
    return one


@pytest.mark.parametrize("put", [put_in_duckdb, put_in_sqlite])
def test_a_data_base_says_what_the_csv_says(put, frame, of_csv, tmp_path):
    path = tmp_path / "リード.db"
    source = put(frame, path)
    before = path.read_bytes()
    (one,) = taken(f"{source}?table=leads")
    assert said(one) == said(of_csv)
    assert (one.database, one.batch.system) == (("DuckDB",) * 2 if "duckdb" in source else ("SQLite",) * 2)
    assert one.file == f"{source}?table=leads"
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_the_only_table_needs_no_name(frame, tmp_path):
    source = put_in_duckdb(frame.head(20), tmp_path / "a.duckdb", "見込み客")
    (one,) = taken(source)
    assert (one.file, one.leads) == (f"{source}?table=見込み客", 20)


def test_of_several_tables_one_is_named(frame, tmp_path):
    put_in_duckdb(frame.head(20), tmp_path / "a.duckdb", "leads")
    source = put_in_duckdb(frame.head(9), tmp_path / "a.duckdb", "old")
    assert taken(f"{source}?table=old")[0].leads == 9
    for wrong, key in ((source, "source_tables"), (f"{source}?table=nothing", "source_table_missing")):
        with pytest.raises(BadFile) as problem:
            taken(wrong)
        assert problem.value.key == key
        assert problem.value.words.values["known"] == "leads, old"


def test_two_data_bases_and_a_file_are_read_together(frame, tmp_path):
    one = database_at(put_in_duckdb(frame.head(30), tmp_path / "a.duckdb"))
    other = database_at(put_in_sqlite(frame.tail(40), tmp_path / "b.db"))
    with read_leads([one, other, events(frame.head(5), tmp_path / "c.csv")], plan(), Asked()) as read:
        assert [each.leads.table.count().execute() for each in read] == [30, 40, 5]


def test_what_an_engine_cannot_count_is_counted_here(frame, tmp_path, monkeypatch):
    """A back end that counts itself gets no table of ours: it gives its rows then, and questions are asked once."""
    from xl_kpi.exchange.leads.databases import tables

    monkeypatch.setattr(tables, "_COUNT", ("sqlite",))
    database, asked, tried = database_at(put_in_sqlite(frame, tmp_path / "a.db")), Asked(), []

    def read(counting, raw):
        from xl_kpi.exchange.leads.channels import ChannelReader
        from xl_kpi.exchange.leads.reading import read_list

        tried.append(counting)
        asked.ask("channel:x", "")
        return read_list(counting, raw, plan(), ChannelReader(plan(), asked)).leads.table.count().execute()

    with engine() as ours:
        found, block = block_of(database, ours)
        assert in_database(found, block, ours, plan(), asked, read) == len(frame)
        assert len(tried) == 2 and tried[1] is ours and len(asked.open) == 1
        assert brought_table(found, block, ours, plan(), asked).table.count().execute() == len(frame)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("postgres://user:geheim@127.0.0.1:1/db?table=leads", "postgres://127.0.0.1:1/db?table=leads"),
        ("postgresql://user:ge@he#im/@host/db?password=geheim", "postgresql://host/db"),
        ("mysql://user:ge?heim@host/db", "mysql://"),
        ("snowflake://u:geheim@account/db/schema?warehouse=w&token=geheim&table=x", "snowflake://account/db/schema?table=x"),
        ("bigquery://project/data?table=leads", "bigquery://project/data?table=leads"),
        ("SPARK://local?table=leads", "spark://local?table=leads"),
    ],
)  # fmt: skip
def test_secrets_are_shown_nowhere(source, shown):
    found = database_at(source)
    assert found.named == shown
    assert "geheim" not in repr(found) + str(found)


def test_faults_are_one_line_without_secrets(tmp_path):
    (tmp_path / "broken.duckdb").write_bytes(b"no data base" * 500)
    (tmp_path / "broken.db").write_bytes(b"no data base" * 500)
    for source, keys in (
        ("postgres://user:geheim@127.0.0.1:1/db", {"source_unreachable", "source_needs_package"}),
        ("oracle://user:geheim@127.0.0.1/db", {"source_kind_unknown"}),
        (f"duckdb://{tmp_path}/none.duckdb?token=geheim", {"file_missing"}),
        (f"duckdb://{tmp_path}/broken.duckdb?token=geheim", {"source_unreachable"}),
        (f"sqlite://{tmp_path}/broken.db?token=geheim", {"source_unreachable"}),
    ):
        with pytest.raises(BadFile) as problem:
            taken(source)
        assert problem.value.key in keys, source
        assert problem.value.exit_code == 2
        assert "geheim" not in repr(problem.value) + str(problem.value.words)
        assert problem.value.__cause__ is None
    assert not (tmp_path / "none.duckdb").exists()


def test_files_are_no_addresses():
    assert not any(map(is_address, ("leads.csv", "C:\\data\\leads.db", "/data/a.db", "a:b/c")))
    windows = replace(database_at("spark://local"), address="duckdb:///C:/data/%E3%83%AA.db")
    assert windows.path.as_posix() == "C:/data/リ.db"
