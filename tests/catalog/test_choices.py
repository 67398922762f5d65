"""The lists that a person chooses from: every choice has words in both languages, and each word means one choice."""

from __future__ import annotations

import pytest

from xl_kpi import catalog
from xl_kpi.calc.funnel import ROUNDINGS

LISTS = ("kind", "rounding", "outlook_age", "better", "rhythm", "answer", "currency", "lang", "unit",
         "example_marks")  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_a_word_means_one_choice_in_whatever_letters(name):
    meant: dict[str, str] = {}
    for choice in catalog.choices(name):
        assert all(choice.words[lang] for lang in catalog.LANGUAGES)
        for word in {word.casefold() for word in (choice.id, *choice.words.values(), *choice.also)}:
            assert meant.setdefault(word, choice.id) == choice.id
            assert catalog.find_choice(name, word.upper()) == choice
    assert catalog.find_choice(name, "") is None


@pytest.mark.parametrize(
    ("name", "typed", "meant"),
    [
        ("kind", "売上高", "revenue"), ("kind", "New customers", "customers"), ("currency", "千円", "thousand_yen"),
        ("currency", "JPY m", "million_yen"), ("rounding", "At each stage", "each"), ("lang", "日本語", "ja"),
        ("better", "↓", "down"), ("rhythm", "毎週", "weekly"), ("unit", "円/件", "yen_per"),
        ("answer", "合意", "agreed"),
    ],
)  # fmt: skip
def test_words_of_either_language_and_ids_are_understood(name, typed, meant):
    assert catalog.find_choice(name, typed).id == meant
    assert catalog.find_choice(name, meant).id == meant


def test_the_mathematics_knows_the_ways_of_rounding_that_can_be_chosen():
    # calc stands below the catalog and can't read it
    assert catalog.choice_ids("rounding") == ROUNDINGS
