"""What an import asks on a terminal, and how it is answered: by number, by id, by name, many at once."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import click
import pytest

from tests.closed_plans import small
from xl_kpi.cli.imports.asked import agreed, ask_all, say_questions
from xl_kpi.cli.imports.wording import as_role, shortened
from xl_kpi.errors import Words
from xl_kpi.plan.imported.questions import Question

PLAN = small()
PLAN = PLAN.with_(channels=(replace(PLAN.channels[0], name="サイト"), *PLAN.channels[1:]))
YEAR = Question("year:月@a.csv", Words("export_ask_year", column="月", first=4, last=6))
CHANNEL = Question("channel:検索", Words("import_ask_channel", name="検索"), ("web", "ads", "leave"))


def closed(month: int) -> Question:
    text = Words("import_ask_closed", kpi="CV", month=f"2026/{month:02}", old="1", new="2")
    return Question(f"closed:ads.cv:2026-{month:02}", text, ("take", "keep"))


def found(*questions: Question, lang: str = "ja") -> SimpleNamespace:
    return SimpleNamespace(questions=questions, plan=PLAN, lang=lang)


@pytest.fixture
def typing(monkeypatch):
    """What a person types, one line after the other; what is left over is a fault."""
    lines: list[str] = []
    monkeypatch.setattr(click, "prompt", lambda *_, **__: lines.pop(0))
    yield lines.extend
    assert lines == []


@pytest.mark.parametrize(
    ("typed", "answer"), [("2", "ads"), ("ads", "ads"), ("広告", "ads"), ("取り込まない", "leave")]
)
def test_a_choice_is_given_by_number_id_or_name(typing, typed, answer):
    typing([typed])
    assert ask_all(found(CHANNEL), {}) == {"channel:検索": answer}


def test_what_can_not_be_read_is_said_and_asked_again(typing, capsys):
    typing(["0", "4", "x\x1b[31m", "1", "2026"])
    assert ask_all(found(CHANNEL, YEAR), {YEAR.id: "去年"}) == {"channel:検索": "web", YEAR.id: "2026"}
    said = capsys.readouterr().out
    assert [line for line in said.splitlines() if "読めません" in line] == [
        "「0」は読めません。もう一度入力してください。",
        "「4」は読めません。もう一度入力してください。",
        "「x [31m」は読めません。もう一度入力してください。",
        "「去年」は読めません。もう一度入力してください。",
    ]
    assert "  1  サイト\n  2  広告\n  3  取り込まない\n" in said


def test_more_than_two_of_a_kind_are_answered_at_once(typing, capsys):
    months = [closed(month) for month in range(4, 8)]
    typing(["1", "2"])
    assert ask_all(found(*months, CHANNEL), {}) == {one.id: "take" for one in months} | {"channel:検索": "ads"}
    assert "以上の4件にまとめて答えますか\n  1  反映する\n  2  そのまま\n  3  一つずつ答える" in capsys.readouterr().out


def test_they_may_be_answered_one_by_one(typing):
    months = [closed(month) for month in range(4, 8)]
    typing(["3", "1", "2", "2", "1"])
    assert list(ask_all(found(*months), {}).values()) == ["take", "keep", "keep", "take"]


def test_two_are_asked_one_by_one(typing):
    typing(["1", "2"])
    assert list(ask_all(found(closed(4), closed(5)), {}).values()) == ["take", "keep"]


def test_without_a_terminal_the_options_are_told(capsys):
    say_questions(found(CHANNEL, YEAR, *map(closed, (4, 5, 6, 7)), lang="en"))
    said = capsys.readouterr().err.splitlines()
    assert said[1:5] == [
        "  Which channel does 検索 belong to?",
        '      --answer "channel:検索=ANSWER"  ANSWER: web (サイト), ads (Ads), leave (not imported)',
        "  Column 月 has months without a year (4 to 6). Which year is the first one, 4, in? (such as 2026)",
        '      --answer "year:月@a.csv=ANSWER"',
    ]
    assert said[-1] == '  one answer for all 4 of a kind: --answer "closed:*=ANSWER"'


@pytest.mark.parametrize(
    ("typed", "answer"), [(["はい"], True), ([""], True), (["no"], False), (["?", "いいえ"], False)]
)
def test_yes_or_no(typing, typed, answer):
    typing(typed)
    assert agreed("書き込みますか", "ja") is answer


def test_words_of_a_file_are_one_short_line():
    assert shortened("消化\n金額\x1b[0m") == "消化 金額 [0m"
    assert shortened("広" * 32767) == "広" * 60 + "…"
    assert (as_role("費用", "費用"), as_role("Cost", "費用")) == ("費用", "Cost → 費用")
