"""The stable keys of entries: their text form is kept in files, so it is what it always was."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.sheets.plans import template
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.keys import EntryKey, actual_key

APRIL = dt.date(2026, 4, 1)


@pytest.mark.parametrize(
    ("text", "parts", "kind"),
    [
        ("kgi_value", ("kgi_value", None, "", None), "kgi_value"),
        ("tbl_stages[mql].rate", ("tbl_stages", "mql", "rate", None), "tbl_stages.rate"),
        ("tbl_kpis[web.cvr].value", ("tbl_kpis", "web.cvr", "value", None), "tbl_kpis.value"),
        ("tbl_season[4]", ("tbl_season", "4", "", None), "tbl_season"),
        ("tbl_pipeline[mql]", ("tbl_pipeline", "mql", "", None), "tbl_pipeline"),
        ("tbl_agreement[stage:mql].state", ("tbl_agreement", "stage:mql", "state", None), "tbl_agreement.state"),
        ("actual[web:sessions][2026-04]", ("actual", "web:sessions", "", APRIL), "actual"),
        ("tbl_merge[actual[web:cv][2026-04]]", ("tbl_merge", "actual[web:cv][2026-04]", "", None), "tbl_merge"),
        ("tbl_channels[].name", ("tbl_channels", "", "name", None), "tbl_channels.name"),
        # damaged by hand: none of ours, and the same text again
        ("actual[web:sessions][2026-13]", ("actual[web:sessions][2026-13]", None, "", None), None),
        ("actual[web:sessions]", ("actual[web:sessions]", None, "", None), None),
        ("tbl_stages[mql", ("tbl_stages[mql", None, "", None), None),
        ("", ("", None, "", None), ""),
    ],
)
def test_the_parts_of_a_key_and_the_same_text_again(text, parts, kind):
    key = EntryKey.parse(text)
    assert (key.table, key.row, key.column, key.month) == parts
    assert str(key) == text
    assert kind is None or key.kind == kind


def test_what_a_row_belongs_to():
    # a KPI's channel before the point, an actual's and an answer's owner before the colon
    cases = {
        "tbl_kpis[web.cvr].value": ("web", "cvr"), "actual[stage:mql][2026-04]": ("stage", "mql"),
        "tbl_agreement[channel:ads].by": ("channel", "ads"), "tbl_stages[mql].rate": ("", "mql"), "kgi_value": ("", ""),
    }  # fmt: skip
    for text, expected in cases.items():
        key = EntryKey.parse(text)
        assert (key.owner, key.id) == expected
    assert EntryKey.parse("tbl_agreement[channel:ads].by").beside("state") == "tbl_agreement[channel:ads].state"
    assert actual_key("web:cv", APRIL) == "actual[web:cv][2026-04]"


def test_every_entry_of_a_plan_is_one_of_the_keys():
    keys = entries_of(template("c5", "ja"))
    assert keys["tbl_stages[leads].name"] == "リード" and all(str(EntryKey.parse(key)) == key for key in keys)
