"""The texts of KpiError, the worked examples in the docstrings, and what the package imports."""

import doctest
import importlib
import pkgutil
import string
import subprocess
import sys

import pytest

import xl_kpi.calc
from xl_kpi.calc import KpiError, required_leads
from xl_kpi.calc.errors import TEXTS

MODULES = [
    module.name.removeprefix("xl_kpi.calc.")
    for module in pkgutil.walk_packages(xl_kpi.calc.__path__, "xl_kpi.calc.")
    if not module.ispkg
]


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_text_is_there_in_both_languages_with_the_same_fields():
    for key, text in TEXTS.items():
        assert set(text) == {"ja", "en"}, key
        assert text["ja"] and text["en"], key
        assert fields(text["ja"]) == fields(text["en"]), key
        assert text["en"].isascii(), key


@pytest.mark.parametrize(
    ("rates", "ja", "en"),
    [
        (
            [0.5, 20],
            "rates（転換率）の2番目: 「20」は使えません。20% のことですか？"
            " 20% または 0.2 と入力してください（0より大きく1以下）。",
            "rates, position 2: found 20. Did you mean 20%? Allowed: a rate above 0 and at most 1, so 20% or 0.2.",
        ),
        (
            [12.5],
            "rates（転換率）の1番目: 「12.5」は使えません。12.5% のことですか？"
            " 12.5% または 0.125 と入力してください（0より大きく1以下）。",
            "rates, position 1: found 12.5. Did you mean 12.5%? "
            "Allowed: a rate above 0 and at most 1, so 12.5% or 0.125.",
        ),
        (
            [0.5, None, 0.5],
            "rates（転換率）の2番目: 空欄は使えません。0より大きく1以下の率を入力してください（20% または 0.2）。",
            "rates, position 2: found (blank). Allowed: a rate above 0 and at most 1 (20% or 0.2).",
        ),
        (
            ["abc"],
            "rates（転換率）の1番目: 「abc」は使えません。0より大きく1以下の率を入力してください（20% または 0.2）。",
            "rates, position 1: found 'abc'. Allowed: a rate above 0 and at most 1 (20% or 0.2).",
        ),
    ],
)
def test_the_message_names_argument_position_found_and_allowed(rates, ja, en):
    with pytest.raises(KpiError) as caught:
        required_leads(50, rates)
    assert caught.value.message("ja") == ja
    assert caught.value.message("en") == str(caught.value) == en


def test_a_single_value_has_no_position():
    with pytest.raises(KpiError) as caught:
        required_leads(-3.0, [0.5])
    assert caught.value.position is None
    assert str(caught.value) == "goal: found -3. Allowed: a number, 0 or more."
    assert caught.value.message("ja") == "goal（目標）: 「-3」は使えません。0以上の数値を入力してください。"


def test_a_message_stays_one_short_line_whatever_was_typed():
    with pytest.raises(KpiError) as caught:
        required_leads(50, ["x" * 10_000])
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize("module", MODULES)
def test_the_worked_examples_are_right(module):
    result = doctest.testmod(importlib.import_module(f"xl_kpi.calc.{module}"))
    assert result.failed == 0
    assert result.attempted > 0 or module == "errors"  # errors has nothing to calculate


def test_the_package_exports_what_it_says():
    assert sorted(xl_kpi.calc.__all__) == xl_kpi.calc.__all__
    assert all(hasattr(xl_kpi.calc, name) for name in xl_kpi.calc.__all__)


def test_calc_starts_with_the_standard_library_alone():
    """Everything that the import pulls in is Python's own or calc's."""
    program = (
        "import sys; before = set(sys.modules); import xl_kpi.calc;"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert set(loaded) - set(sys.stdlib_module_names) == {"xl_kpi"}
