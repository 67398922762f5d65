"""The cases in ``*.toml`` beside this file: each number of each comes out as its source says."""

from __future__ import annotations

import re

import pytest

from tests.cases.case import FOLDER, BadCase, all_cases, read_case

CASES = {case.name: case for case in all_cases()}


@pytest.mark.parametrize("name", CASES)
def test_case(name):
    differences = list(CASES[name].differences())
    assert not differences, "\n".join(differences)


def test_the_published_cases_are_there():
    assert {"c1", "c2", "c3", "c4", "c5", "k7_delivery"} <= set(CASES)


PLAN = """
title = "mine"
[goal]
kind = "orders"
value = 12
[period]
start = "2026-04"
months = 2
[[stage]]
id = "leads"
rate = "10%"
lag = "0"
[[stage]]
id = "orders"
[[channel]]
id = "web"
share = "100%"
"""


def written(tmp_path, expected: str, plan: str = PLAN):
    path = tmp_path / "mine.toml"
    path.write_text(plan + expected, "utf-8")
    return path


def test_a_number_that_differs_is_named_with_its_source(tmp_path):
    # 12 orders ÷ 10% = 120 leads, in two months 60 each
    numbers = '[[number]]\nstage = "leads"\nis = 120\nsource = "12 ÷ 10%"\n'
    numbers += '[[number]]\nstage = "leads"\nmonth = "2026-05"\nis = 61\nsource = "a slip"\n'
    (line,) = read_case(written(tmp_path, numbers)).differences()
    assert line == "mine: leads, 2026-05: 61 expected (a slip), 60 came out"


def test_a_finding_that_is_not_told_and_one_that_was_not_expected_are_named(tmp_path):
    finding = '[[finding]]\ncell = "kgi_monthly"\nlevel = "error"\nja = ["年100件"]\nen = []\nsource = "none"\n'
    lines = list(read_case(written(tmp_path, finding)).differences())
    assert lines[0] == "mine: errors in [], expected in ['kgi_monthly']"
    assert lines[1].startswith("mine: kgi_monthly does not say '年100件' (none)")


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        ("", r"mine.toml: no \[\[number\]\] and no \[\[finding\]\]"),
        ('[[number]]\nstage = "leads"\nis = 1\n', "number 1: no source"),
        ('[[number]]\nstage = "leads"\nsource = "x"\n', "needs either `is` or `last_day`"),
        ('[[number]]\nis = 1\nsource = "x"\n', "about one of kgi, stage, channel, kpi"),
        ('[[number]]\nstage = "leads"\nmonht = "2026-04"\nis = 1\nsource = "x"\n', "monht is none of"),
        ('[[finding]]\ncell = "kgi_value"\nsource = "x"\n', "finding 1: no en, ja, level"),
        ('[[number]]\nstage = "leads"\nis = 1\nsource = "x"\n[goal]\nvalue = 1\n', "not goal"),
        ("[[number]]\nis = \n", "mine.toml: "),
    ],
)
def test_a_case_that_says_too_little_is_refused(tmp_path, expected, words):
    with pytest.raises(BadCase, match=words):
        read_case(written(tmp_path, expected))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_case_says_at_its_top_what_it_shows(path):
    first = path.read_text("utf-8").splitlines()[0]
    assert re.fullmatch(r"# \S.{15,}", first)
