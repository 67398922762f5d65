"""The benchmarks of functions and cells measure what they say, and a missed bar is a failure.  Nothing is timed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from rich.console import Console

from benchmarks import __main__ as bench
from benchmarks import cells
from benchmarks import functions as measured
from udfs import functions
from xl_kpi import calc


@pytest.mark.parametrize(
    ("score", "weights"), [(functions.lead_score, measured.FACTORS), (functions.action_score, measured.POINTS)]
)
def test_one_call_gives_what_the_single_calls_give(score, weights):
    rows = measured.leads(200)
    ways = {name: run() for name, run in measured.both_ways(score, rows, weights).items()}
    assert [one for (one,) in ways["together"]] == ways["single"]
    # by hand: Σ cell × weight, in whole numbers and so without rounding
    assert ways["single"] == [sum(cell * weight for cell, weight in zip(row, weights[0])) for row in rows]


def test_the_funnels_have_ten_stages_and_the_computed_rates_all_digits():
    rates = measured.computed_rates(50)
    assert len(measured.TYPED) == 10 and {len(each) for each in rates} == {10}
    assert sum(len(repr(rate)) >= 17 for each in rates for rate in each) > 450  # "0." and 15 digits or more
    assert len(set(map(tuple, rates))) == 50


def test_the_quick_ways_give_the_exact_volumes():
    # expected: the definition, goal ÷ Π rates, in fractions that stand for the decimals as typed
    for rates in [measured.TYPED, *measured.computed_rates(50)]:
        volumes = [Fraction(100)]
        for rate in reversed(rates):
            volumes.insert(0, volumes[0] / Fraction(repr(rate)))
        assert calc.required_stages(100.0, rates) == volumes
        assert [Fraction(above, below) for above, below in calc.stage_ratios(100.0, rates)] == volumes
        assert functions.required_stages(measured.GOAL, [rates]) == [[float(volume) for volume in volumes]]


@pytest.mark.parametrize(
    ("line", "good"),
    [
        (measured.Line("", 50.0, 50, "×", at_least=True), True),
        (measured.Line("", 49.9, 50, "×", at_least=True), False),
        (measured.Line("", 8.9, 9, "×"), True),
        (measured.Line("", 9.0, 9, "×"), False),  # "below 9 ×"
        (measured.Line("", 1e9, None, "×"), True),
    ],
)
def test_a_line_knows_on_which_side_of_its_bar_it_is(line, good):
    assert line.good is good


@pytest.fixture
def tiny(monkeypatch):
    """Sizes with which the benchmarks run and tell nothing."""
    for name, size in {"LEADS": 20, "CALLS": 2, "ROUNDS": 1, "GROWTH_ROUNDS": 1, "CELLS": 20}.items():
        monkeypatch.setattr(measured, name, size)
    for name, size in {"ROWS": 20, "ROUNDS": 1}.items():
        monkeypatch.setattr(cells, name, size)
    return monkeypatch


BARS = ("AT_ONCE", "TYPED_FASTER", "COMPUTED_FASTER", "CHANCE_GROWTH", "MONTHS_GROWTH", "CELLS_GROWTH")


@pytest.mark.long
@pytest.mark.parametrize(("missed", "code", "words"), [(False, 0, "ok"), (True, 1, "too slow")])
def test_the_benchmark_runs_and_its_exit_code_tells(tiny, capsys, missed, code, words):
    for name in BARS:
        faster = name in ("AT_ONCE", "TYPED_FASTER", "COMPUTED_FASTER")
        tiny.setattr(measured, name, 1e9 if faster == missed else 0)
    assert bench.main(["functions"]) == code
    printed = capsys.readouterr().out
    # two scores, five of the stages (the sixth has no bar), two chances, the months, three long ranges
    assert printed.count(words) == 13
    for name in ("LEAD_SCORE", "ACTION_SCORE", "REQUIRED_STAGES", "calc.required_stages", "LEADS_FOR_CHANCE",
                 "calc.shares", "calc.cac", "calc.spread", "calc.start_by"):  # fmt: skip
        assert name in printed


@pytest.mark.long
@pytest.mark.parametrize(("bar", "code", "words"), [(1e9, 0, "ok"), (0, 1, "too slow")])
def test_the_cells_are_held_to_their_libraries(tiny, capsys, bar, code, words):
    for name in ("WRITTEN", "DRESSED", "SAVED", "RECALCULATED"):
        tiny.setattr(cells, name, bar)
    assert bench.main(["cells"]) == code
    printed = capsys.readouterr().out
    assert printed.count(words) == 4 and printed.count("openpyxl") >= 3 and "IronCalc" in printed


def test_a_part_that_does_not_exist_is_named(capsys):
    assert bench.main(["functons"]) == 2
    assert capsys.readouterr().err == f"no such part: functons; there are {', '.join(bench.PARTS)}\n"


@pytest.mark.long
def test_every_table_fits_the_console(tiny):
    console = Console(width=110, record=True)
    measured.functions_speed(console)
    assert "…" not in console.export_text()
