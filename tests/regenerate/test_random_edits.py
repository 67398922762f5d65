"""From any plan, any changes of its structure and the same taken back give the plan: nothing that was typed is lost."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agreement.variants import random_plans
from tests.how_often import often as many
from tests.new_files import new_file
from tests.regenerate.described import template
from tests.regenerate.edits import edits, filled_plans
from xl_kpi.commands import faults_of, open_workbook
from xl_kpi.commands.rewrite import rewrite
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.history.renewal import first_state, renew
from xl_kpi.plan.history.slots import has_place

pytestmark = pytest.mark.slow

NOW = dt.datetime(2026, 5, 7, 10, 30)


def regenerated(state, plan, homeless=()):
    """The next state, when ``plan`` is what is typed now; ``homeless`` keys that the reader finds without a place."""
    entries = entries_of(plan)
    elsewhere = {key: entries[key] for key in homeless if key in entries}
    return renew(plan, plan, state.records, command="regenerate", who="", now=NOW, homeless=elsewhere)


@settings(max_examples=many(50, 150))
@given(st.data())
def test_changes_and_their_inverses_give_the_first_plan(data):
    base = data.draw(
        st.one_of(random_plans(), st.sampled_from(("ja", "en")).map(lambda lang: template("default", lang)))
    )
    plan = data.draw(filled_plans(base.with_(actuals={}, pipeline={})))
    first = state = first_state(plan, plan_id="p", who="", now=NOW)
    assert state.kept == ()
    inverses = []
    for _ in range(data.draw(st.integers(1, 6))):
        change, inverse = data.draw(edits(state.plan))
        inverses.append(inverse)
        typed = change(state.plan)
        before = entries_of(state.plan)
        state = regenerated(state, typed)
        assert all(map(has_place(state.plan), entries_of(state.plan)))
        # on the way, every entry that had no place is on 保管 with its value
        for key, value in before.items():
            if key.startswith(("actual[", "tbl_pipeline[", "tbl_agreement[")):
                found = entries_of(state.plan).get(
                    key, state.records.archive.get(key) and state.records.archive[key].value
                )
                assert found == value, key
    for inverse in reversed(inverses):
        state = regenerated(state, inverse(state.plan))
    assert entries_of(state.plan) == entries_of(first.plan)
    assert state.records.archive == {}
    again = regenerated(state, state.plan)
    assert again.changes == () and again.records == state.records


@pytest.mark.long
@settings(max_examples=many(2, 4))
@given(st.data())
def test_the_same_through_real_files(data):
    base = template("default", data.draw(st.sampled_from(("ja", "en")))).with_(months=2, order_value=1e6)
    plan = data.draw(filled_plans(base))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "計画.xlsx")
        path.write_bytes(new_file(plan, plan_id="p", who="", now=NOW))
        opened = open_workbook(path, "ja")
        first = opened.read.plan
        typed, inverses = first, []
        for _ in range(3):
            change, inverse = data.draw(edits(typed))
            changed = change(typed)
            if not any(fault.level == "error" for fault in faults_of(changed)):  # what the checks refuse is not written
                typed, inverses = changed, [*inverses, inverse]
        rewritten(opened, typed)
        opened = open_workbook(path, "ja")
        typed = opened.read.plan
        for inverse in reversed(inverses):
            typed = inverse(typed)
        rewritten(opened, typed)
        again = open_workbook(path, "ja")
        assert entries_of(again.read.plan) == entries_of(first)
        assert again.records.archive == {} and again.read.homeless == {}
        data_now = path.read_bytes()
        assert rewritten(again, again.read.plan).unchanged and path.read_bytes() == data_now


def rewritten(opened, plan):
    return rewrite(opened, plan, command="regenerate", who="", now=NOW)
