"""``xl-kpi functions``: every Excel function for people and as JSON, in both languages, on any console."""

from __future__ import annotations

import json
import re

import pytest

from tests.cli.terminal import ENGLISH, JAPANESE, xl
from xl_kpi.catalog.functions import HOSTS, categories, functions

NAMES = [entry.name for entry in functions()]
IN_LANGUAGE = pytest.mark.parametrize(("lang", "env"), [("ja", JAPANESE), ("en", ENGLISH)])


def as_json(*more: str, env: dict[str, str] = JAPANESE) -> list[dict]:
    answer = xl("functions", "--json", *more, env=env)
    assert (answer.code, answer.err) == (0, "")
    return json.loads(answer.out)


def test_json_lists_every_function_once_in_the_order_of_the_catalog():
    assert [entry["name"] for entry in as_json()] == NAMES
    assert len(NAMES) == len(set(NAMES)) == 25  # the 24 of the design's table, and KPI_ERROR


def test_a_function_in_full():
    # expected: the entry in functions.toml; 50 ÷ (0.2 × 0.3) = 833.3…, rounded up
    assert as_json(env=ENGLISH)[0] == {
        "name": "REQUIRED_LEADS",
        "category": "funnel",
        "syntax": "REQUIRED_LEADS(goal, rates, [rounding])",
        "does": "How many leads the goal needs, worked back through the rates and rounded up.",
        "arguments": [
            {"name": "goal", "optional": False, "help": "orders wanted, 0 or more"},
            {"name": "rates", "optional": False, "help": "rates of the stages in funnel order, 20% or 0.2 each"},
            {
                "name": "rounding",
                "optional": True,
                "help": "total (default): rounded up once at the end; each: at every stage",
            },
        ],
        "result": "a whole number of leads",
        "example": "=REQUIRED_LEADS(50,{0.2,0.3})",
        "value": 834,
        "hosts": ["windows", "lite", "names"],
    }


def test_where_each_works():
    hosts = {entry["name"]: entry["hosts"] for entry in as_json()}
    # design §6: column L
    for name in ("REQUIRED_STAGES", "GOAL_CHANCE", "NPS", "LTV_CAC"):
        assert hosts[name] == list(HOSTS)
    for name in ("LEADS_FOR_CHANCE", "START_BY", "LEAD_SCORE", "KPI_ADVICE"):
        assert hosts[name] == ["windows", "lite"]


@IN_LANGUAGE
def test_the_texts_are_in_the_language(lang, env):
    for entry, source in zip(as_json(env=env), functions(), strict=True):
        assert (entry["does"], entry["result"]) == (source.does[lang], source.result[lang])
        assert [argument["help"] for argument in entry["arguments"]] == [one.text[lang] for one in source.arguments]
        assert (entry["example"], entry["value"]) == source.example_in(lang)
    assert as_json("--lang", lang, env=JAPANESE) == as_json(env=env)


@IN_LANGUAGE
def test_for_people_every_function_with_arguments_example_and_places(lang, env):
    answer = xl("functions", env=env)
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert re.findall(r"^  (\w+)\(", answer.out, re.MULTILINE) == NAMES
    assert [line for line in lines if line and not line.startswith(" ")] == [
        names[lang] for names in categories().values()
    ]
    for source in functions():
        assert f"  {source.syntax}" in lines
        assert f"      {source.does[lang]}" in lines
        for argument in source.arguments:
            assert f"        {argument.name}: {argument.text[lang]}" in lines
    if lang == "en":
        assert not re.search("[ぁ-んァ-ヶ一-龠]", answer.out)


def test_an_example_and_the_places_as_they_are_printed():
    out = xl("functions", env=ENGLISH).out
    assert "      Example: =REQUIRED_STAGES(6,{0.5,0.1}) → {120,60,6}\n" in out
    everywhere = "Excel for Windows with the add-in; xlwings Lite (Windows, Mac, web); "
    everywhere += "Microsoft 365 and Excel 2024 with nothing installed"
    assert out.count(f"      Available in: {everywhere}\n") == sum(bool(entry.formula) for entry in functions())
    assert "      例: =REQUIRED_STAGES(6,{0.5,0.1}) → {120,60,6}\n" in xl("functions").out


def test_a_console_without_japanese_gets_json_that_any_reader_understands():
    answer = xl("functions", "--json", charset="cp1252")
    assert answer.out.isascii()
    assert json.loads(answer.out) == as_json()


def test_it_takes_no_file():
    answer = xl("functions", "plan.xlsx", env=ENGLISH)
    assert (answer.code, answer.out) == (2, "")
    assert answer.faults[0] == "usage error: Unexpected extra argument: plan.xlsx"
