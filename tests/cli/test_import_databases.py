"""``--source``: leads in a data base through ``import`` and ``rates``, as the CSV of the same leads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.terminal import xl
from tests.leads.made_leads import persons, world
from tests.leads.test_databases import put_in_duckdb, put_in_sqlite
from xl_kpi.commands import open_workbook

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

ANSWERS = ("--answer", "channel:*=web")
REFUSED = "postgres://user:geheim@127.0.0.1:1/db"


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, tuple[str, str, str]]:
    """A small plan, and the same leads in a CSV, in DuckDB and in SQLite."""
    folder = tmp_path_factory.mktemp("databases")
    assert xl("new", folder / "plan.xlsx", "--template", "small", "--start", "2026-04", "--months", "12").code == 0
    frame = world(400)
    files = str(persons(frame, folder / "leads.csv")), put_in_duckdb(frame, folder / "leads.duckdb")
    return folder, (*files, put_in_sqlite(frame, folder / "leads.db"))


def test_import_takes_from_a_data_base_what_it_takes_from_the_csv(made):
    folder, (csv, *databases) = made
    plan = folder / "plan.xlsx"
    by_csv = json.loads(xl("import", plan, csv, *ANSWERS, "--dry-run", "--json").out)
    assert by_csv["writes"]
    for source, system in zip(databases, ("DuckDB", "SQLite"), strict=True):
        done = xl("import", plan, "--source", source, *ANSWERS, "--dry-run", "--json")
        found = json.loads(done.out)
        (file,) = found["files"]
        assert found["writes"] == by_csv["writes"]
        assert (file["system"], file["file"]) == (system, f"{source}?table=leads")
        assert [file[what] for what in ("leads", "reached", "rows", "problems", "columns")] == [
            by_csv["files"][0][what] for what in ("leads", "reached", "rows", "problems", "columns")
        ]


def test_what_is_written_names_its_source_without_secrets_and_the_same_again_changes_nothing(made, tmp_path):
    folder, (_, duckdb, _) = made
    plan = tmp_path / "plan.xlsx"
    plan.write_bytes((folder / "plan.xlsx").read_bytes())
    source = f"{duckdb}?table=leads&token=geheim"
    done = xl("import", plan, "--source", source, *ANSWERS, "--yes")
    assert done.code == 0 and "geheim" not in done.out + done.err
    read = open_workbook(plan, "ja").read.plan
    stands = {(row["system"], row["file"]) for row in read.tables["tbl_sources"].values()}
    assert stands == {("DuckDB", f"{duckdb}?table=leads")}
    assert "geheim" not in repr(read)
    again = json.loads(xl("import", plan, "--source", source, "--dry-run", "--json").out)
    assert again["writes"] == []


@pytest.mark.long
def test_rates_are_those_of_the_csv(made):
    folder, sources = made
    by_csv, *others = [
        json.loads(xl("rates", folder / "plan.xlsx", "--source", one, *ANSWERS, "--json").out) for one in sources
    ]
    assert by_csv["leads"] == 400 and by_csv["steps"]
    assert others == [by_csv, by_csv]


@pytest.mark.parametrize("command", [("import",), ("rates",), ("import", "as a file")])
def test_a_data_base_out_of_reach_gives_one_line_without_the_password(made, command):
    plan = made[0] / "plan.xlsx"
    done = xl("import", plan, REFUSED) if len(command) > 1 else xl(command[0], plan, "--source", REFUSED)
    assert done.code == 2
    assert len(done.err.strip().splitlines()) == 1
    assert "geheim" not in done.out + done.err


def test_nothing_to_import_is_told(made):
    assert xl("import", made[0] / "plan.xlsx").code == 2
    done = xl("import", made[0] / "plan.xlsx", "--source", made[1][1], "--suggest")
    assert (done.code, "--suggest" in done.err) == (2, True)
