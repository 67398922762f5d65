"""The table of what can be typed: each row can be read, shown and named; a KPI's unit says what may be typed in it."""

from __future__ import annotations

import pytest

from tests.plan.test_source import SMALL
from xl_kpi import catalog
from xl_kpi.catalog.messages import worded
from xl_kpi.plan import fields
from xl_kpi.plan.input.field import actual_reader, value_reader
from xl_kpi.plan.input.reading import Unreadable, read_text
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.labels import label
from xl_kpi.plan.pages.tables import find_table
from xl_kpi.plan.source import plan_from_source
from xl_kpi.workbook import theme

ROWS = (*fields.SINGLES, *fields.COLUMNS)


def read(reader, raw):
    call, options = reader
    return call(raw, **{key: value for key, value in options.items() if key != "optional"})


@pytest.mark.parametrize("one", ROWS, ids=lambda one: one.key)
def test_a_row_has_a_label_a_format_of_the_theme_and_a_list_of_the_catalog(one):
    plan = plan_from_source(SMALL, "en")
    row = {"tbl_stages": "leads", "tbl_channels": "web", "tbl_kpis": "web.cv", "tbl_season": "4",
           "tbl_pipeline": "leads", "tbl_agreement": "stage:leads"}.get(one.table)  # fmt: skip
    row = row or ("r1" if find_table(one.table) else None)
    key = EntryKey(one.table, row, one.column)
    assert fields.find_field(key) is one
    assert worded(label(str(key), plan), "en") not in (str(key), "")
    assert not one.format or one.format in theme.FORMATS
    assert not one.choices or catalog.choices(one.choices)


@pytest.mark.parametrize("one", fields.SINGLES, ids=lambda one: one.key)
@pytest.mark.parametrize("lang", catalog.LANGUAGES)
def test_a_single_entry_has_words_for_its_page(one, lang):
    kinds = ("label", "hint") if one.read is read_text else ("label", "hint", "allowed")  # any text is allowed
    assert all(one.words(kind, lang) for kind in kinds)


@pytest.mark.parametrize(
    ("unit", "typed", "expected"),
    [
        # net promoter score: from -100 (all are detractors) to 100
        ("nps", -20, -20), ("nps", -100, -100), ("nps", 101, None), ("nps", -101, None),
        ("points", -20, -20), ("points", 1500, 1500),
        ("count", 0, 0), ("count", -1, None), ("yen", "1.5億円", 150_000_000), ("yen", -1, None),
        ("minutes", -1, None), ("days", 30, 30),
        ("rate", "20%", 0.2), ("rate", 1.2, None), ("rate", -0.1, None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("reader_of", [value_reader, actual_reader])
def test_assumption_and_actual_are_read_within_the_bounds_of_the_unit(reader_of, unit, typed, expected):
    if expected is not None:
        assert read(reader_of(unit), typed) == expected
        return
    with pytest.raises(Unreadable):
        read(reader_of(unit), typed)


def test_a_month_may_bring_nothing_but_no_rate_may_be_assumed_to_be_0():
    assert read(actual_reader("rate"), 0) == 0
    with pytest.raises(Unreadable):
        read(value_reader("rate"), 0)


def test_what_is_allowed_names_the_bounds():
    with pytest.raises(Unreadable) as refused:
        read(actual_reader("nps"), 120)
    assert "-100 to 100" in worded(refused.value.allowed, "en")
