"""使い方 and 設定 say how many leads a month the plan takes: over the months that need any, with the most of one."""

from __future__ import annotations

from statistics import mean

import pytest

from tests.agreement.books import built, template_plan
from tests.agreement.selected import often_rows
from xl_kpi.plan.model import Plan
from xl_kpi.plan.targets import Targets
from xl_kpi.workbook.writing.stored_values import evaluate


def sentence(base: Plan) -> str:
    """The plan in one sentence, as a workbook shows it."""
    values = evaluate(built(base).data).values()
    starts = ("新しく必要な", "Needed: ")
    return next(one for one in values if isinstance(one, str) and len(one) > 60 and any(word in one for word in starts))


@pytest.mark.parametrize(
    ("lang", "words"),
    often_rows(
        [
            ("ja", "（必要な{months}か月の平均で1か月{average:,}件、最も多い月は{peak:,}件）"),
            ("en", "(over {months} months {average:,} a month, {peak:,} at the most)"),
        ],
        [0],
    ),
)
def test_months_without_need_are_not_averaged_in(lang, words):
    """A year of which the last months need no lead any more: their orders would come too late for the goal."""
    base = template_plan("default", lang).with_(months=12)
    need = [one for one in Targets(base).whole_new[0].months if one]
    assert len(need) < 12  # what 逆算 shows, else there is nothing to see
    said = words.format(months=len(need), average=round(mean(need)), peak=max(need))
    assert said in sentence(base)


def test_where_every_month_needs_as_many_the_average_says_all():
    assert "（1か月あたり300件）" in sentence(template_plan("c1", "ja"))  # C1: 300 leads a month


def test_without_need_nothing_is_said_of_months():
    base = template_plan("c1", "ja")
    assert "新しく必要なリードは0件、" in sentence(base.with_(pipeline={base.stages[0].id: 100_000.0}))
