"""Published figures: every one of them with source, date and definition, and what they make together (K9)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from xl_kpi import catalog
from xl_kpi.catalog.reference_figures import (
    published_kpi,
    published_lead_cost,
    published_rate,
    reference_figures,
    stages_published,
)

FIGURES = reference_figures()


def test_each_has_an_id_of_its_own_and_says_where_it_is_from():
    assert len({one.id for one in FIGURES}) == len(FIGURES)
    for one in FIGURES:
        assert one.source and one.definition["ja"] and one.definition["en"], one.id
        assert one.what in {"rate", "kpi", "cost", "ratio", "cac", "days"}, one.id
        assert 0 <= one.low <= one.high, one.id
        if one.what in ("rate", "kpi"):
            assert one.high <= 1, one.id


def test_their_stages_are_those_of_the_catalog():
    assert stages_published() <= {stage.id for stage in catalog.stages()}


@pytest.mark.parametrize(
    ("start", "end", "low", "high"),
    [  # the lowest and the highest number of that step in reference_figures.md
        ("leads", "mql", "0.15", "0.5"),  # 15–30 % one range, 50 % of ABM
        ("mql", "sql", "0.13", "0.5"),  # 13–22 % compiled, 30–50 % a range
        ("sql", "opportunities", "0.3", "0.75"),
        ("opportunities", "orders", "0.15", "0.35"),
        # 20–30 % as such, down to one source's ranges in a row: 15 % × 30 % × 50 %
        ("leads", "opportunities", "0.0225", "0.3"),
        ("mql", "orders", "0.0078", "0.13"),  # 13 % × 30 % × 20 %; 13 % of the marketplace's cohorts
    ],
)
def test_the_bands_of_a_step_taken_together(start, end, low, high):
    band = published_rate(start, end)
    assert band is not None and (band.low, band.high) == (Fraction(low), Fraction(high))
    assert band.holds(band.low) and band.holds(band.high) and not band.holds(band.high + Fraction(1, 10**6))


def test_steps_of_different_sources_are_not_multiplied():
    """35 % (compiled) × 75 % (another's range) × 50 % would be more than any source says of MQL to order: 13 %."""
    band = published_rate("mql", "orders")
    assert band is not None and band.high == Fraction("0.13")


def test_what_was_published_of_kpis_and_costs():
    attended, cost = published_kpi("webinar", "attendance_rate"), published_lead_cost()
    assert attended is not None and (attended.low, attended.high) == (Fraction("0.3"), Fraction("0.7"))
    assert cost is not None and (cost.low, cost.high) == (500, 90_000)  # 自社サイト 500円; 数万円
    assert published_kpi("webinar", "nothing") is None and published_rate("orders", "leads") is None


def test_the_rows_of_the_catalog_that_figures_name_lie_within_them():
    """A default is an example, but none that `check` would speak of."""
    for channel in catalog.channels():
        for kpi in channel.kpis:
            band = published_kpi(channel.id, kpi.id)
            if band is not None and kpi.value is not None:
                assert band.holds(Fraction(str(kpi.value))), kpi.id
