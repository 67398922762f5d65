"""The words of the command line: both languages, help, usage errors, and which language is chosen when."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path

import pytest

import xl_kpi
from tests.cli.terminal import ENGLISH, xl
from xl_kpi.catalog import LANGUAGES, text
from xl_kpi.cli import words as cli_words
from xl_kpi.commands import doctor

PACKAGE = Path(xl_kpi.__file__).parent
TEXTS = tomllib.loads((PACKAGE / "catalog" / "texts_cli.toml").read_text("utf-8"))
CODE = "\n".join(path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py")))
COMMANDS = ("new", "show", "check", "demo", "doctor", "functions")


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_a_text_has_both_languages_with_the_same_placeholders(key):
    assert set(TEXTS[key]) == set(LANGUAGES)
    assert placeholders(TEXTS[key]["ja"]) == placeholders(TEXTS[key]["en"])
    assert TEXTS[key]["en"].isascii()  # English messages stay plain


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_a_text_is_used(key):
    # Some keys are put together from the name of a step, a level, a command or an option.
    built = (
        rf"build_(plan|calculate|compare)|level_\w+|help_({'|'.join(COMMANDS)})"
        rf"|help_addin_(build|install|remove|lite)|help_({'|'.join(cli_words.NEW_OPTIONS)})"
    )
    assert f'"{key}"' in CODE or re.fullmatch(built, key)


@pytest.mark.parametrize("command", ["", *COMMANDS])
@pytest.mark.parametrize(("lang", "usage"), [("ja", "使い方: xl-kpi"), ("en", "Usage: xl-kpi")])
def test_help_in_both_languages(command, lang, usage):
    answer = xl(*([command] if command else []), "--help", env={"LC_ALL": f"{lang}_XX.UTF-8"})
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(usage)
    assert bool(re.search("[ぁ-ん]", answer.out)) is (lang == "ja")
    # click's own words, which exist in English only
    assert "Show this message and exit" not in answer.out


def test_the_help_names_every_option_and_every_template():
    out = " ".join(xl("new", "--help", env=ENGLISH).out.split())
    for option in ("--template", "--lang", "--kgi", "--goal", "--start", "--months", "--order-value", "--deadline",
                   "--set", "--force"):  # fmt: skip
        assert option in out
    assert "default, c1, c2, c3, c4, c5, small" in out
    for name in cli_words.SET_NAMES:
        assert name in out


def test_nothing_at_all_shows_the_help():
    assert xl().out == xl("--help").out


@pytest.mark.parametrize(
    ("arguments", "japanese", "english"),
    [
        (["shwo", "x"], "shwo というコマンドはありません。show のことですか？",
         "No such command: shwo. Did you mean show?"),
        (["frobnicate"], "frobnicate というコマンドはありません。", "No such command: frobnicate."),
        (["new"], "OUT を指定してください。", "OUT is missing."),
        (["show"], "PLAN を指定してください。", "PLAN is missing."),
        (["new", "a.xlsx", "--gaol", "5"], "--gaol というオプションはありません。--goal のことですか？",
         "No such option: --gaol. Did you mean --goal?"),
        (["new", "a.xlsx", "--goal"], "--goal には値が必要です。", "--goal needs a value."),
        (["new", "a.xlsx", "--force=1"], "--force に値は指定できません。", "--force takes no value."),
        (["new", "a.xlsx", "b.xlsx"], "余分な引数があります: b.xlsx", "Unexpected extra argument: b.xlsx"),
        (["new", "a.xlsx", "--lang", "fr"], "--lang は ja または en です（fr）。", "--lang must be ja or en, not fr."),
    ],
)  # fmt: skip
def test_a_usage_error_is_exit_2_in_the_users_language(arguments, japanese, english):
    for env, said in (({"LC_ALL": "ja_JP"}, f"使い方の誤り: {japanese}"), (ENGLISH, f"usage error: {english}")):
        answer = xl(*arguments, env=env)
        assert (answer.code, answer.out) == (2, "")
        assert answer.faults[0] == said
        assert "--help" in answer.faults[1] and len(answer.faults) == 2


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({"LC_ALL": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "ja_JP.eucJP"}, "ja"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "en_GB"}, "en"),
        ({"LC_ALL": "ja_JP", "LANG": "en_US"}, "ja"),
        ({"LANG": "C.UTF-8"}, "ja"),  # says nothing about the person
        ({}, "ja"),
    ],
)
def test_the_language_of_the_computer(monkeypatch, environment, lang):
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr("sys.platform", "linux")
    assert cli_words.system_language() == lang


def test_the_language_that_is_asked_for_comes_before_that_of_the_plan_and_the_computer(small_book, tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(small_book)
    begun = ("--as-of", "2026-04-01")  # the plan's first day
    assert xl("check", path, *begun, env=ENGLISH).out == "plan.xlsx: 問題は見つかりませんでした。\n"  # a Japanese plan
    assert xl("check", path, *begun, "--lang", "en").out == "plan.xlsx: no problems found.\n"
    assert xl("check", tmp_path / "no.xlsx", env=ENGLISH).err == "no.xlsx: no such file. Check its name and folder.\n"
    assert (
        xl("check", tmp_path / "no.xlsx", "--lang=ja", env=ENGLISH).err
        == "no.xlsx: ファイルが見つかりません。ファイル名とフォルダーを確かめてください。\n"
    )


def test_the_version():
    assert xl("--version").out == f"xl-kpi {xl_kpi.__version__}\n"


# --- what nobody expected --------------------------------------------------------------------------------


def test_an_unexpected_error_is_one_line_and_exit_70(monkeypatch):
    def broken(*_):
        raise RuntimeError("a bug\nin two lines")

    monkeypatch.setattr(doctor, "findings", broken)
    answer = xl("doctor", env=ENGLISH)
    assert answer.code == 70
    assert answer.faults == [text("unexpected", "en", reason="a bug in two lines")]
    with_details = xl("doctor", "--debug", env=ENGLISH)
    assert with_details.code == 70 and "Traceback" in with_details.err and "in broken" in with_details.err


def test_an_interruption_is_one_line(monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(doctor, "findings", stopped)
    answer = xl("doctor", env=ENGLISH)
    assert (answer.code, answer.err.strip()) == (130, "Interrupted.")
