"""What an import leaves open, asked until it is answered: the same in a terminal and in a window."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.closed_plans import small
from xl_kpi.commands.imports.questions import in_words, labels, settled
from xl_kpi.errors import Words
from xl_kpi.plan.imported.questions import Question

YEAR = Question("year:月", Words("export_ask_year", column="月", first=4, last=6))
CHANNEL = Question("channel:検索", Words("import_ask_channel", name="検索"), ("web", "ads", "leave"))
CLOSED = Question("closed:x:2026-04", Words("import_ask_closed", kpi="CV", month="2026/04", old="1", new="2"),
                  ("take", "keep"))  # fmt: skip
PLAN = small()


def found(*questions: Question, lang: str = "ja") -> SimpleNamespace:
    return SimpleNamespace(questions=questions, plan=PLAN, lang=lang)


def test_rounds_go_on_until_nothing_is_open_and_answers_add_up():
    looked = []

    def look(answers, heard):  # a channel is asked about once the year is known
        looked.append(dict(answers))
        open_ = [one for one in (YEAR, CHANNEL) if one.id not in answers]
        return found(*open_[:1])

    done = settled(look, lambda seen, given: {seen.questions[0].id: "x"}, {"rate:USD": "150"})
    assert done.questions == ()
    assert looked == [
        {"rate:USD": "150"},
        {"rate:USD": "150", "year:月": "x"},
        {"rate:USD": "150", "year:月": "x", "channel:検索": "x"},
    ]


def test_an_answer_that_can_not_be_read_is_asked_for_again_with_what_was_typed():
    heard = []

    def look(answers, heard):
        return found() if answers.get("year:月") == "2026" else found(YEAR)

    def ask(seen, given):
        heard.append(given.get("year:月"))
        return {"year:月": "2026" if heard[-1] else "去年"}

    assert settled(look, ask).questions == ()
    assert heard == [None, "去年"]


def test_who_gives_up_gets_what_is_open():
    assert settled(lambda answers, heard: found(YEAR), lambda seen, given: None).questions == (YEAR,)


@pytest.mark.parametrize(
    ("question", "called"),
    [
        (CHANNEL, {"web": "サービスサイト", "ads": "広告", "leave": "取り込まない"}),
        (CLOSED, {"take": "反映する", "keep": "そのまま"}),
        (Question("decimal:費用", YEAR.text, (".", ",")), {".": "小数点", ",": "桁区切り"}),
        (Question("system", YEAR.text, ("google_ads", "meta")), {"google_ads": "Google広告", "meta": "Meta広告"}),
        (Question("currency", YEAR.text, ("EUR", "USD")), {"EUR": "EUR", "USD": "USD"}),
        (YEAR, {}),
    ],
)
def test_choices_are_called_by_words(question, called):
    assert labels(question, found(question)) == called


def test_in_a_terminal_the_words_stand_behind_the_question():
    assert in_words(CLOSED, found(CLOSED, lang="en")).endswith("Change it? (take: change it, keep: leave it)")
    assert in_words(YEAR, found(YEAR)) == "列「月」の月（4月〜6月）に年がありません。最初の4月は何年ですか（例: 2026）"
