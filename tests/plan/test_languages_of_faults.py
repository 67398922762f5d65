"""The same faults in both languages, from one reading: what was found once can be told to any reader."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.agreement.books import template_plan
from xl_kpi.catalog import LANGUAGES
from xl_kpi.catalog.messages import line, record
from xl_kpi.errors import InputFaults
from xl_kpi.plan.checks import check
from xl_kpi.plan.input.reading import Collector, read_kind, read_lag, read_month, read_rate
from xl_kpi.plan.source import plan_from_source

PLAN = template_plan("c1", "ja")


def test_faults_of_a_plan_are_told_in_either_language():
    goal = replace(PLAN.goal, monthly=6.0)  # C1: 50 in 6 months
    stages = (replace(PLAN.stages[0], rate=20.0), *PLAN.stages[1:])
    faults = check(PLAN.with_(goal=goal, stages=stages))
    assert [line(fault, "ja") for fault in faults] == [
        "kgi_monthly: 「月 6社」 → 数値が合いません: 6社 × 6か月 = 36社 ≠ 50社（目標）。月 9社 なら合います",
        "tbl_stages[leads].rate: 「20」 → 20% のことですか？ 20% または 0.2 と入力してください（0より大きく1以下）",
    ]
    assert [line(fault, "en") for fault in faults] == [
        "kgi_monthly: '6 customers a month' → 6 customers x 6 months = 36 customers, but the goal is 50 customers. "
        "It would fit with 9 customers a month",
        "tbl_stages[leads].rate: '20' → Did you mean 20%? Type 20% or 0.2 (above 0, at most 1)",
    ]


def test_what_was_typed_is_read_once_and_told_in_either_language():
    collector = Collector()
    for reader, raw in ((read_rate, None), (read_lag, "2か月"), (read_month, "4月"), (read_kind, "受注け")):
        collector.read(reader, raw, cell=reader.__name__)
    assert [fault.key for fault in collector.faults] == ["plan_rate", "plan_lag", "plan_year_missing", "plan_kind"]
    for lang, beginnings in {
        "ja": (
            "（空欄） → 未入力です。", "「2か月」 → 60日 のことですか？", "「4月」 → 何年の4月ですか？",
            "「受注け」 → 受注 のことですか？",
        ),
        "en": ("(blank) → missing. ", "'2か月' → Did you mean 60 days? ",
               "'4月' → April of which year? ", "'受注け' → Did you mean orders? "),
    }.items():  # fmt: skip
        lines = [line(fault, lang).partition(": ")[2] for fault in collector.faults]
        assert [said.startswith(words) for said, words in zip(lines, beginnings, strict=True)] == [True] * 4, lines


def test_faults_as_data_hold_what_is_shown_and_a_code():
    (fault,) = check(PLAN.with_(stages=(replace(PLAN.stages[0], rate=20.0), *PLAN.stages[1:])))
    codes = {record(fault, lang)["code"] for lang in LANGUAGES}
    assert codes == {"plan_rate_ask"}
    assert record(fault, "en") == {
        "code": "plan_rate_ask",
        "found": "20",
        "allowed": "Did you mean 20%? Type 20% or 0.2 (above 0, at most 1)",
        "cell": "tbl_stages[leads].rate",
        "sheet": "",
        "file": "",
        "level": "error",
        "message": "tbl_stages[leads].rate: '20' → Did you mean 20%? Type 20% or 0.2 (above 0, at most 1)",
        "do": "Type 20% or 0.2",
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_language_of_a_plan_has_no_part_in_it(lang):
    with pytest.raises(InputFaults) as caught:
        plan_from_source('titel = "x"', lang, "plan.toml")
    assert line(caught.value.faults[0], "en").startswith("plan.toml titel: 'titel' → Did you mean title? No such key.")
