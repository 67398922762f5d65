"""``xl-kpi templates``: every template with its source, in both languages, and c5 as the one that is wrong."""

from __future__ import annotations

import json

import pytest

import workbook_templates
from tests.cli.terminal import ENGLISH, JAPANESE, ROOT, xl
from xl_kpi.commands import plan_from
from xl_kpi.errors import InputFaults

IN_LANGUAGE = pytest.mark.parametrize(("lang", "env"), [("ja", JAPANESE), ("en", ENGLISH)])


def as_json(*more: str, env: dict[str, str] = JAPANESE) -> list[dict]:
    answer = xl("templates", "--json", *more, env=env)
    assert (answer.code, answer.err) == (0, "")
    return json.loads(answer.out)


def test_a_template_in_full():
    # expected: c1.toml
    assert as_json(env=ENGLISH)[1] == {
        "name": "c1",
        "title": "New product: 50 new customers in half a year",
        "shows": "50 new customers in half a year: 300 leads and 10,000 visits a month",
        "source": "Published case",
        "case": "C1",
        "languages": ["ja", "en"],
        "months": 6,
        "wrong": False,
    }


def test_every_case_of_the_domain_page_is_there_and_only_c5_is_wrong():
    found = as_json()
    assert [one["name"] for one in found] == list(workbook_templates.names())
    assert [one["case"] for one in found] == [None, "C1", "C2", "C3", "C4", "C5", None]
    domain = (ROOT / "docs" / "domain.md").read_text("utf-8")
    assert all(f"| {one['case']} |" in domain for one in found if one["case"])
    assert [one["name"] for one in found if one["wrong"]] == ["c5"]


@IN_LANGUAGE
@pytest.mark.parametrize("name", workbook_templates.names())
def test_what_is_called_wrong_is_refused_and_nothing_else(name, lang, env):
    wrong = next(one["wrong"] for one in as_json(env=env) if one["name"] == name)
    try:
        plan_from(name, lang)
    except InputFaults as faults:
        assert wrong and len(faults.faults) == 2  # C5: the revenue a month, and the customers
    else:
        assert not wrong


@IN_LANGUAGE
def test_for_people(lang, env):
    answer = xl("templates", env=env)
    assert (answer.code, answer.err) == (0, "")
    for one in as_json("--lang", lang):
        assert f"{one['name']}  {one['title']}" in answer.out and f"    {one['shows']}\n" in answer.out
        assert one["source"] in answer.out
    assert answer.out.count("▼ わざと間違えた例" if lang == "ja" else "▼ wrong on purpose") == 1


def test_on_a_console_without_Japanese_signs():
    answer = xl("templates", "--json", charset="cp1252")
    assert answer.code == 0 and json.loads(answer.out)
