"""Maps: drafted as TOML, read back with all faults in one pass, remembered in the plan, found by their headers."""

from __future__ import annotations

import tomllib

import pytest

import workbook_templates
from tests.exports.downloads import text
from tests.exports.unknown import mixed, unknown_tables
from xl_kpi.catalog.messages import worded
from xl_kpi.catalog.roles import roles
from xl_kpi.errors import BadFile, InputFaults
from xl_kpi.exchange.exports.export import read_export
from xl_kpi.exchange.suggestions.map_files import as_toml, kind_of_file, lacking, map_of, read_map
from xl_kpi.exchange.suggestions.overlooked import overlooked
from xl_kpi.exchange.suggestions.suggest import suggest
from xl_kpi.plan.imported.maps import MAPS, FileMap, free_name, maps_of, with_columns, with_map
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.plan.source import plan_from_source

MADE = FileMap("criteo", {"Day": "date", "Cost (USD)": "cost", "Klicks": "clicks", "Network": ""})
ROWS = [["Day", "Network", "Klicks", "Cost (USD)"], ["2026-04-01", "x", "12", "30.5"], ["2026-04-02", "y", "8", "9.5"]]


def test_a_draft_reads_back_as_what_was_suggested():
    for seed, one in enumerate(unknown_tables()[::3]):
        lang = ("ja", "en")[seed % 2]
        found = suggest(mixed(one, seed).data, f"{one.name}_2026-04.csv")
        drafted = as_toml(found, lang)
        made = read_map(drafted.encode(), "map.toml")
        assert (made.name, made.roles) == (map_of(found).name, found.roles)
        assert all(f"# {role}: " in drafted for role in roles())  # the words that may be used


def test_a_draft_says_why_beside_each_column():
    rows = [["日付", '言葉"と\n改行', "ご利用金額"], ["2026-04-01", "甲", "1200"], ["2026-04-02", "乙", "1000"]]
    drafted = as_toml(suggest(text(rows).encode(), "x.csv"), "ja")
    assert '"ご利用金額" = "cost" # 費用（おそらく: 見出しに「利用金額」を含む）' in drafted
    assert tomllib.loads(drafted)["columns"]['言葉"と\n改行'] == ""


def test_a_role_may_be_written_in_words():
    made = read_map('name = "媒体"\n[columns]\n"媒体費" = "費用"\n"日" = "Ｄａｔｅ"\n"備" = ""'.encode(), "m.toml")
    assert made == FileMap("媒体", {"媒体費": "cost", "日": "date", "備": ""})
    assert read_map(b'[columns]\n"a" = "cost"', "criteo_202604.toml").name == "criteo"


@pytest.mark.parametrize(
    ("written", "cells", "said"),
    [
        ('[columns]\n"a" = "cots"\n"b" = "謎"', ["a", "b"], "cost"),
        ('[columns]\n"a" = "cost"\n"b" = "費用"', ["b"], "「a」"),
        ('[columns]\n"Cost" = "cost"\n"cost " = ""', ["cost "], "「Cost」"),
        ('[columns]\n"a" = 1', ["a"], "意味を表す言葉"),
        ('name = "x"', ["[columns]"], "1行以上"),
        ('[columns]\n"a" = ""', ["[columns]"], "1行以上"),
        ('kind = "ads"\n[columns]\n"a" = "cost"', [""], "name, columns"),
    ],
)
def test_what_is_wrong_in_a_map_is_told_in_one_pass(written, cells, said):
    with pytest.raises(InputFaults) as refused:
        read_map(written.encode(), "m.toml")
    assert [fault.cell for fault in refused.value.faults] == cells
    assert {fault.file for fault in refused.value.faults} == {"m.toml"}
    assert said in worded(refused.value.faults[0].allowed, "ja")


@pytest.mark.parametrize("data", [b"[columns\n", b"\xff\xfe", b'"a" = '])
def test_what_is_no_toml_gives_one_line(data):
    with pytest.raises(BadFile) as refused:
        read_map(data, "m.toml")
    assert refused.value.key == "map_no_toml"


def test_a_map_is_found_again_by_its_headers_whatever_their_order():
    shuffled = [[row[k] for k in (3, 0, 2, 1)] for row in ROWS]
    for rows in (ROWS, shuffled):
        export = read_export(text(rows).encode(), "april.csv", maps=[MADE])
        assert (export.block.map, export.kind, export.called("ja"), export.currency) == (MADE, "ads", "criteo", "USD")
        assert sum(export.rows["cost"]) == 40  # 30.5 + 9.5
    without = [[row[0], row[1], row[2]] for row in ROWS]
    with pytest.raises(BadFile):
        read_export(text(without).encode(), "short.csv", maps=[MADE])
    assert [fault.found for fault in lacking(MADE, without[0], "short.csv")] == ["Cost (USD)"]


def test_a_small_map_does_not_take_the_file_of_a_known_system():
    head = ["キャンペーン", "日", "費用", "表示回数", "クリック数"]
    rows = [head, ["a", "2026-04-01", "100", "50", "5"]]
    export = read_export(text(rows).encode(), "x.csv", maps=[FileMap("小", {"日": "date", "費用": "revenue"})])
    assert (export.system, export.block.map) == ("google_ads", None)


def test_a_file_is_read_as_the_system_that_is_named():
    rows = [["日", "キャンペーン名", "コスト", "クリック数"], ["2026/4/1", "a", "500", "5"]]
    assert read_export(text(rows).encode(), "x.csv", only="yahoo_display").system == "yahoo_display"
    with pytest.raises(BadFile) as refused:
        read_export(text(rows).encode(), "x.csv", only="satori")
    assert refused.value.key == "export_not_so"


def test_the_plan_remembers_a_map_row_by_row():
    plan = with_map(plan_from_source(workbook_templates.source("default"), "ja", "default"), MADE)
    assert maps_of(plan) == [MADE]
    assert is_on(plan, "sources")
    assert with_map(plan, MADE) is plan  # nothing is new
    changed = with_map(plan, FileMap("criteo", {"Day": "date", "Cost (USD)": "", "Klicks": "clicks", "New": "reach"}))
    rows = changed.tables[MAPS]
    # what stays the same keeps its row, the header that has gone goes, another comes
    assert [rows[id_].get("role") for id_ in ("r1", "r2", "r3")] == ["date", None, "clicks"]
    assert ("r4" in rows, rows["r5"]["header"]) == (False, "New")
    both = with_map(changed, FileMap("他", {"a": "cost"}))
    assert [one.name for one in maps_of(both)] == ["criteo", "他"]


def test_kinds_of_files_never_share_a_name():
    assert [kind_of_file(name) for name in ("criteo_2026-04.csv", "202604.csv", "レポート(4).xlsx")] == [
        "criteo", "202604", "レポート",
    ]  # fmt: skip
    assert free_name("report", [FileMap("report", {}), FileMap("report 2", {})]) == "report 3"
    assert free_name("Google広告", []) == "Google広告 2"


def test_a_renamed_column_of_a_known_system_is_not_overlooked():
    head = ["キャンペーン", "日", "ご利用金額", "表示回数", "クリック数", "謎", "リンク先"]
    rows = [
        head,
        ["a", "2026-04-01", "1500", "900", "30", "x", "y"],
        ["a", "2026-04-02", "1700", "950", "31", "z", "w"],
    ]
    block = read_export(text(rows).encode(), "x.csv").block
    assert [(one.word, one.role) for one in overlooked(block, [])] == [("ご利用金額", "cost")]
    decided = FileMap("Google広告", {"ご利用金額": ""})
    assert overlooked(block, [decided]) == ()  # somebody has said that it is not used
    used = FileMap("Google広告", {"ご利用金額": "cost"})
    export = read_export(text(rows).encode(), "x.csv", maps=[used])
    assert (export.system, sum(export.rows["cost"])) == ("google_ads", 3200)  # 1,500 + 1,700
    whole = [[*head[:2], "費用", *head[3:]], *rows[1:]]
    assert overlooked(read_export(text(whole).encode(), "x.csv").block, []) == ()


def test_the_plan_remembers_columns_of_a_known_system():
    plan = plan_from_source(workbook_templates.source("default"), "ja", "default")
    once = with_columns(plan, "google_ads", {"ご利用金額": "cost"})
    twice = with_columns(once, "google_ads", {"謎": ""})
    assert maps_of(twice) == [FileMap("Google広告", {"ご利用金額": "cost", "謎": ""})]
