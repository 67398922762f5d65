"""How leads ended: by a reason, by the words of a column of states, or asked; nothing is won or lost by a guess."""

from __future__ import annotations

import pytest

from tests.leads.made_leads import plan
from tests.leads.test_table import read
from xl_kpi.exchange.leads.problems import problems
from xl_kpi.exchange.leads.reading import read_leads
from xl_kpi.plan.imported.questions import Asked


def test_a_lost_reason_without_an_order_is_a_loss(tmp_path):
    text = (
        "リードID,流入元,リード獲得日,受注日,失注理由\n1,紹介,2026/4/1,,予算\n2,紹介,2026/4/1,2026/5/1,価格\n"
        "3,紹介,2026/4/1,,\n4,紹介,2026/4/1,,なし\n5,紹介,2026/4/1,,-\n"
    )
    rows, _, asked, _ = read(tmp_path / "a.csv", text)
    assert [(row["outcome"], row["lost_reason"]) for row in rows] == [
        ("lost", "予算"), ("won", "価格"), (None, None), (None, None), (None, None),
    ]  # fmt: skip
    assert asked.open == []


@pytest.mark.parametrize("word", ["ステータス", "状態", "フェーズ", "結果", "Status"])
def test_a_column_of_states_says_how_a_lead_ended(tmp_path, word):
    states = ["失注", "受注", "商談中", "Closed Lost", "失注済み", ""]
    rows = "".join(f"{at},紹介,2026/4/1,{state}\n" for at, state in enumerate(states, 1))
    found, _, asked, _ = read(tmp_path / "a.csv", f"リードID,流入元,リード獲得日,{word}\n{rows}")
    assert [row["outcome"] for row in found] == ["lost", "won", None, "lost", "lost", None]
    assert asked.open == []


def test_the_first_column_that_says_an_end_counts(tmp_path):
    text = "リードID,流入元,リード獲得日,ステージ,ステータス\n1,紹介,2026/4/1,MQL,失注\n2,紹介,2026/4/1,受注,完了\n"
    rows, _, _, _ = read(tmp_path / "a.csv", text)
    assert [(row["stage"], row["outcome"]) for row in rows] == [("mql", "lost"), ("orders", "won")]


def test_what_only_looks_like_an_end_is_asked(tmp_path):
    text = "リードID,流入元,リード獲得日,ステータス\n1,紹介,2026/4/1,失注リスクあり\n"
    rows, _, asked, _ = read(tmp_path / "a.csv", text)
    assert ([one.id for one in asked.open], rows[0]["outcome"]) == (["outcome:失注リスクあり@a.csv"], None)
    rows, _, asked, _ = read(tmp_path / "a.csv", text, answers={"outcome:失注リスクあり": "open"})
    assert (asked.open, rows[0]["outcome"]) == ([], None)


def test_orders_without_any_loss_are_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("リードID,流入元,リード獲得日,受注日\n1,紹介,2026/4/1,2026/5/1\n2,紹介,2026/4/1,\n", "utf-8")
    with read_leads([path], plan(), Asked()) as found:
        assert [(one.kind, one.count, one.rows) for one in problems(found[0].leads)] == [("no_lost", 1, (2,))]
