"""Names in place of ids: what a cell shows for a stage or a channel is read back as it, whatever people call them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_kpi import catalog
from xl_kpi.plan.input.row_names import LIST_LENGTH, Ambiguous, RowNames, shown_names

STAGES = {"leads": "リード", "mql": "MQL", "opportunities": "商談", "orders": "受注"}


def names(now=STAGES, before=None, known=catalog.find_stage):
    return RowNames(now, before or {}, known)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("商談", "opportunities"), ("opportunities", "opportunities"), ("Opportunities", "opportunities"),
        ("ｍｑｌ", "mql"), ("Leads", "leads"),  # the catalog's word in the other language
        ("案件", "案件"), ("", ""),
    ],
)  # fmt: skip
def test_a_row_is_found_by_its_name_its_id_and_the_catalogs_name_in_either_language(typed, meant):
    assert names().id_of(typed) == meant


def test_an_id_goes_before_a_name_and_a_name_of_today_before_one_of_before():
    assert names({"mql": "受注", "orders": "mql"}).id_of("mql") == "mql"
    swapped = {"leads": "MQL", "mql": "リード"}
    assert names(swapped, STAGES).id_of("リード") == "mql"
    assert names({"leads": "見込み客"}, STAGES).id_of("リード") == "leads"


def test_a_cell_that_nobody_touched_means_what_it_was_written_for():
    swapped = {"leads": "MQL", "mql": "リード"}
    assert names(swapped, STAGES).id_of("リード", "leads") == "leads"  # written when leads was called so
    assert names(swapped, STAGES).id_of("MQL", "leads") == "leads"  # typed: MQL of today
    assert names({"mql": "MQL"}, STAGES).id_of("リード", "leads") == "leads"  # its row is gone: the checks say so


def test_a_word_for_two_rows_is_asked_about():
    with pytest.raises(Ambiguous) as asked:
        names({"fair": "展示会", "expo": "展示会"}, known=catalog.find_channel).id_of("展示会")
    assert asked.value.ids == ("expo", "fair")


@pytest.mark.parametrize(
    "name", ["a,b", "展示会、春,秋", "リード*", "何?", "<5", "=A1", "2026", "", "  ", "mql", 'いわゆる"MQL"', "＊印"]
)
def test_a_name_that_could_not_stand_in_a_list_or_a_criterion_is_shown_as_the_id(name):
    assert shown_names({"leads": name, "mql": "MQL"}) == {"leads": "leads", "mql": "MQL" if name != "mql" else "mql"}


def test_a_name_of_two_rows_is_shown_as_their_ids():
    shown = shown_names({"fair": "展示会", "expo": "展示会", "web": "Web"})
    assert shown == {"fair": "fair", "expo": "expo", "web": "Web"}  # "Web" is the name and the id of one row


def test_names_that_are_too_long_for_a_list_are_shown_as_ids():
    long = {f"c{k}": "とても長い名前のチャネル" * 3 + chr(0x4E00 + k) for k in range(9)}
    assert shown_names(long) == {id_: id_ for id_ in long}


ids = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)


@given(
    st.dictionaries(
        ids, st.text(max_size=12) | st.sampled_from(["リード", "MQL", "ＭＱＬ", "mql", "a", "A"]), max_size=8
    )
)
def test_what_is_shown_reads_back_as_the_same_row(called):
    shown = shown_names(called)
    assert len(",".join(shown.values())) <= max(LIST_LENGTH, len(",".join(called)))
    assert len(set(shown.values())) == len(called)
    for id_, word in shown.items():
        assert names(called, known=catalog.find_channel).id_of(word) == id_
