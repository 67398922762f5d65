"""What English workbooks of earlier versions say is still understood: units, headers, notes."""

from __future__ import annotations

import pytest

from xl_kpi import catalog
from xl_kpi.plan.input.amounts import read_money
from xl_kpi.plan.input.wording import lowered
from xl_kpi.workbook.reading.tables import _former


@pytest.mark.parametrize(
    ("list_", "typed", "id_"),
    [
        ("unit", "yen", "yen"), ("unit", "yen each", "yen_per"), ("unit", "JPY each", "yen_per"),
        ("unit", "views per session", "per_session"), ("currency", "JPY k", "thousand_yen"),
        ("currency", "million yen", "million_yen"), ("currency", "JPY million", "million_yen"),
    ],
)  # fmt: skip
def test_units_are_understood_as_they_were_called(list_, typed, id_):
    assert catalog.find_choice(list_, typed).id == id_


def test_former_words_are_of_texts_that_say_something_else_now():
    for key, words in catalog.former_words().items():
        assert catalog.is_text(key)
        assert catalog.text(key, "en") not in words
        assert all(key in catalog.keys_of(one) for one in words)


def test_a_header_with_days_is_found_as_it_was():
    assert _former("stage_curve@30") == {"within 30 d"}
    assert _former("agreement_value") == {"Number then"}
    assert _former("stage_name") == set()


@pytest.mark.parametrize(("typed", "yen"), [("JPY 1,200,000", 1_200_000), ("jpy 500", 500), ("JPY 34", 34)])
def test_amounts_are_read_as_messages_write_them(typed, yen):
    # 34 with its sign is 34 yen, whatever the unit of the plan
    assert read_money(typed, factor=1_000_000) == yen


@pytest.mark.parametrize(
    ("name", "lang", "said"),
    [
        ("Leads", "en", "leads"),
        ("MQL", "en", "MQL"),
        ("リード", "ja", "リード"),
        ("Leads", "ja", "Leads"),
        ("", "en", ""),
    ],
)
def test_a_name_within_an_english_sentence_has_no_capital(name, lang, said):
    assert lowered(name, lang) == said
