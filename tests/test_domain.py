"""Ids such as ``Source: K3`` lead to an entry in docs/domain.md, and each file that the page names is there."""

from __future__ import annotations

import re

import pytest

from tests.domain_ids import PAGE, ROOT, entries, ids, named


def test_each_id_has_an_entry():
    lacking = {one: str(path) for one, path in named().items() if one not in entries()}
    assert not lacking


def test_many_ids_are_named():
    # a pattern that finds nothing would find no fault: these are named in more ways than one
    assert {"K1", "K3", "K7", "K8", "K12", "S6", "R1", "R10", "T1", "C1", "C5"} <= set(named())


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Source: K3, K7.", ["K3", "K7"]),
        ("the plan's numbers (K1, K3)", ["K1", "K3"]),
        ("Advice (R1–R3), as data", ["R1", "R2", "R3"]),
        ("C5: numbers that do not fit", ["C5"]),
        ("domain C5 and cell C6", ["C5"]),
        ("合意 (K12): what is agreed", ["K12"]),
        ("the cell C5 is a rate; T9 too", []),
        ("Source: K9 (achievable)", ["K9"]),
    ],
)
def test_an_id_is_told_from_a_cell(said, found):
    assert list(ids(said)) == found


def test_each_file_on_the_page_is_there():
    files = set(re.findall(r"`([\w/.-]+/[\w.-]+\.\w+)`", PAGE))
    assert len(files) > 40
    assert not [file for file in files if not (ROOT / file).is_file()]


def test_an_entry_says_where_it_is_met_or_that_it_is_not_yet():
    for one, row in entries().items():
        what, _, where = row.partition(" | ")
        assert what and ("`" in where or "Not yet" in where), one


def test_what_the_code_names_as_its_source_is_not_called_missing():
    """An entry that says nothing but "not yet" names a rule that no code claims to follow."""
    not_yet = {one for one, row in entries().items() if row.partition(" | ")[2] == "Not yet"}
    assert not not_yet & set(named())
