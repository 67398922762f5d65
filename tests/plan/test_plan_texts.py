"""The texts themselves: both languages, the same placeholders, English in ASCII but for ¥, and every key in use."""

import re
import string
import tomllib
from pathlib import Path

import pytest

import xl_kpi
from xl_kpi import catalog
from xl_kpi.plan.input.wording import SCALES

PACKAGE = Path(xl_kpi.__file__).parent
TEXTS = tomllib.loads((PACKAGE / "catalog" / "texts_plan.toml").read_text("utf-8"))
CODE = "\n".join(path.read_text("utf-8") for path in sorted((PACKAGE / "plan").rglob("*.py")))


def placeholders(words):
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_a_text_has_both_languages(key):
    versions = TEXTS[key]
    assert set(versions) == set(catalog.LANGUAGES)
    assert all(version.strip() for version in versions.values())
    # ¥ is the sign of money in either language; all else of English is ASCII.
    assert versions["en"].replace("¥", "").isascii()
    assert not versions["ja"].isascii()


@pytest.mark.parametrize("key", sorted(set(TEXTS) - {"plan_source_words", "plan_source_table"}))
def test_both_languages_have_the_same_placeholders(key):
    assert placeholders(TEXTS[key]["ja"]) == placeholders(TEXTS[key]["en"])


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_a_text_is_used(key):
    # Some keys are put together: a kind, a bound, the size of an amount, or the question that belongs to a phrase.
    built = rf"plan_(kind|range|unit)_\w+|plan_(rate|share|margin)_ask|amount_({'|'.join(SCALES['ja'])})"
    assert f'"{key}"' in CODE or re.fullmatch(built, key)


def test_some_whole_sentences():
    assert catalog.text("plan_share", "ja") == "60% または 0.6 のように入力してください（0以上1以下）"
    assert catalog.text("plan_source_words", "en") == (
        'Write a text in quotes, or both languages as {ja = "...", en = "..."}'
    )
    assert catalog.text("plan_check_deadline_late", "ja", latest="2028-09-30") == (
        "期限は計画の終わりから24か月以内（2028-09-30 まで）にしてください"
    )
