"""Where rates come from: guesses that carry most of the goal, rates of which nobody has said it (K9)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.agreement.books import template_plan
from tests.plan.source_text import source_from_plan
from xl_kpi.calc.lag import Lag
from xl_kpi.catalog.check_limits import check_limits
from xl_kpi.catalog.messages import worded
from xl_kpi.errors import InputFaults
from xl_kpi.plan.entries import entries_of, with_entries
from xl_kpi.plan.examples.figures import as_template
from xl_kpi.plan.findings.origin import Carried, assumed, examples, guesses, without_basis
from xl_kpi.plan.labels import label
from xl_kpi.plan.model import Plan
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.source import plan_from_source
from xl_kpi.plan.targets import Targets

C1, DEFAULT = template_plan("c1", "ja"), template_plan("default", "ja")
(WEB,) = C1.channels_on


def with_basis(plan: Plan, **said: str) -> Plan:
    """The plan with a basis of some stages' rates."""
    return plan.with_(stages=tuple(replace(one, basis=said.get(one.id, one.basis)) for one in plan.stages))


def kpis_with(plan: Plan, basis: str, *ids: str) -> Plan:
    return plan.with_(
        kpis=tuple(replace(one, basis=basis) if f"{one.channel}.{one.id}" in ids else one for one in plan.kpis)
    )


def cells(plan: Plan) -> list[str]:
    return [fault.cell for fault in guesses(PlanOutlook(Targets(plan)))]


def carried(plan: Plan) -> Carried:
    return Carried(PlanOutlook(Targets(plan)))


def split(share: float) -> Plan:
    """C1 with a second channel; the first brings ``share`` of the leads and is the one with a rate of its own."""
    more = replace(WEB, id="fairs", name="展示会", share=1 - share)
    own = C1.stages[0].rate
    return C1.with_(
        channels=(replace(WEB, share=share), more), channel_rates={("fairs", C1.stages[0].id): own}, kpis=C1.kpis
    )


def test_in_a_plan_without_any_basis_nothing_is_said():
    for plan in (C1, DEFAULT):
        assert cells(plan) == [] and list(without_basis(plan)) == []


def test_a_rate_that_all_orders_go_through_and_is_a_guess():
    plan = with_basis(C1, leads="guess")
    assert carried(plan).by_step(0) == 1
    assert cells(plan) == ["tbl_stages[leads].basis"]
    for said in ("own", "published", ""):
        assert cells(with_basis(C1, leads=said)) == []


def test_the_last_stage_has_no_rate():
    assert cells(with_basis(C1, **{C1.stages[-1].id: "guess"})) == []


@pytest.mark.parametrize(("share", "told"), [(0.25, False), (0.5, False), (0.51, True)])
def test_more_than_half_has_to_rest_on_it(share, told):
    """Two channels alike, one of them with the rate as its own: the typed one carries the other's part."""
    assert check_limits().carries_most == 0.5
    plan = with_basis(split(share), leads="guess")
    assert carried(plan).by_step(0) == pytest.approx(share, abs=1e-12)
    assert (cells(plan) != []) == told


def test_what_is_open_goes_through_the_rates_from_its_stage_on():
    """An oracle by hand: the default plan has 100 proposals … open; with the rates of its stages.

    Orders of what is open at stages up to i = Σ open(j) × Π rates(j…); the rest are those of new leads, which go
    through all of them; all together are the goal's 60 where nothing is short.
    """
    plan = DEFAULT
    rates = [Fraction(str(one.rate)) for one in plan.stages[:-1]]
    chain = [Fraction(1)]
    for rate in reversed(rates):
        chain.insert(0, chain[0] * rate)
    opened = [Fraction(str(plan.pipeline.get(one.id, 0))) * chain[k] for k, one in enumerate(plan.stages)]
    outlook = PlanOutlook(Targets(plan))
    every = outlook.ever[-1]
    new = every - sum(opened)
    for index in range(len(rates)):
        assert Carried(outlook).by_step(index) == (new + sum(opened[: index + 1])) / every
    assert Carried(outlook).by_step(len(rates) - 1) == 1


def test_a_plan_that_brings_nothing_rests_on_nothing():
    plan = with_basis(C1.with_(channels=(replace(WEB, on=False),)), leads="guess")
    assert cells(plan) == []


def test_after_closed_months_what_was_open_rests_on_no_guess():
    plan = DEFAULT.with_(settings={**DEFAULT.settings, "closed_until": DEFAULT.start})
    assert 0 < carried(plan).by_step(len(plan.stages) - 2) <= 1


def test_an_assumption_of_a_channel_that_brings_most():
    """C1 has one channel: visits × CVR = leads."""
    assert [one.id for one in assumed(C1, WEB)] == ["cvr"]
    assert cells(kpis_with(C1, "guess", "web.cvr")) == ["tbl_kpis[web.cvr].basis"]
    # of the default plan the web site brings about a quarter
    assert cells(kpis_with(DEFAULT, "guess", "web.cvr")) == []
    # inside sales deliver all opportunities, which nine tenths of the orders go through: 6 of 60 come of open proposals
    found = cells(kpis_with(DEFAULT, "guess", "inside_sales.appointment_rate"))
    assert found == ["tbl_kpis[inside_sales.appointment_rate].basis"]


def test_an_assumption_of_which_no_volume_is_made_carries_nothing():
    pages = replace(C1.kpis[0], id="pages", target="input", value=3.0, actual="input", decomposition="", basis="guess")
    assert cells(C1.with_(kpis=(*C1.kpis, pages))) == []


def test_once_somebody_says_a_basis_the_rates_without_one_are_named():
    plan = with_basis(DEFAULT, leads="own")
    (hint,) = without_basis(plan)
    assert (hint.key, hint.level, hint.cell) == ("plan_check_basis", "hint", "tbl_stages[mql].basis")
    assert list(without_basis(with_basis(DEFAULT, **{one.id: "own" for one in DEFAULT.stages}))) == []


def test_what_is_told_as_an_example_is_not_told_again():
    plan = as_template(with_basis(DEFAULT, leads="own"))
    assert [one.key for one in examples(plan)] == ["plan_check_example"]
    assert list(without_basis(plan)) == []


def test_assumptions_of_the_catalog_are_placeholders_by_nature():
    said = with_basis(DEFAULT, **{one.id: "own" for one in DEFAULT.stages})
    typed = tuple(replace(one, value=0.07) if one.id == "cvr" and one.channel == "web" else one for one in said.kpis)
    (hint,) = without_basis(said.with_(kpis=typed))
    assert hint.cell == "tbl_kpis[web.cvr].basis"


def own(plan: Plan, basis: str) -> Plan:
    """The plan with a basis of the last channel's own rates."""
    return plan.with_(channels=(*plan.channels[:-1], replace(plan.channels[-1], rate_basis=basis)))


@pytest.mark.parametrize(("share", "told"), [(0.75, False), (0.5, False), (0.49, True)])
def test_a_channels_own_rate_that_is_a_guess(share, told):
    """Two channels alike: the one with the rate of its own brings what the other leaves of the orders."""
    found = list(guesses(PlanOutlook(Targets(own(split(share), "guess")))))
    assert [one.cell for one in found] == (["tbl_channels[fairs].rate_basis"] if told else [])
    assert [one.found for one in found] == (["2.78%"] if told else [])  # C1: 50 customers of 1,800 leads


def test_a_basis_without_a_rate_of_its_own_carries_nothing():
    plan = own(split(0.2), "guess").with_(channel_rates={})
    assert cells(plan) == []
    off = own(split(0.2), "guess")
    off = off.with_(channels=(replace(off.channels[0], share=1.0), replace(off.channels[1], on=False)))
    assert cells(off) == []


def test_own_rates_without_a_basis_are_named_once_one_is_given():
    stages = {one.id: "own" for one in C1.stages}
    (hint,) = without_basis(with_basis(split(0.5), **stages))
    assert hint.cell == "tbl_channels[fairs].rate_basis"
    assert list(without_basis(own(with_basis(split(0.5), **stages), "published"))) == []
    assert [one.cell for one in without_basis(own(split(0.5), "own"))] == ["tbl_stages[leads].basis"]


def test_the_basis_of_own_rates_as_an_entry_and_back():
    plan, key = own(split(0.5), "published"), "tbl_channels[fairs].rate_basis"
    assert entries_of(plan)[key] == "published" and key not in entries_of(split(0.5))
    assert with_entries(plan, {key: None}) == (split(0.5), {})
    assert worded(label(key, plan), "ja") == "展示会 › このチャネルの転換率の根拠"


def test_as_entries_and_back():
    plan = kpis_with(with_basis(DEFAULT, mql="published"), "guess", "web.cvr")
    entries = entries_of(plan)
    assert entries["tbl_stages[mql].basis"] == "published" and entries["tbl_kpis[web.cvr].basis"] == "guess"
    assert "tbl_stages[leads].basis" not in entries  # a blank is as good as none: older workbooks have the same entries
    back, left = with_entries(plan, {"tbl_stages[mql].basis": None, "tbl_kpis[web.cvr].basis": None})
    assert back == DEFAULT and left == {}


def test_in_the_text_source():
    plan = kpis_with(with_basis(DEFAULT, mql="published", leads="own"), "guess", "web.cvr", "ads.ctr")
    plan = own(plan, "guess")
    assert plan_from_source(source_from_plan(plan), "ja") == plan
    text = source_from_plan(DEFAULT).replace('id = "leads"', 'id = "leads"\nbasis = "仮置き"', 1)
    assert plan_from_source(text, "ja").stages[0].basis == "guess"
    wrong = source_from_plan(DEFAULT).replace('id = "leads"', 'id = "leads"\nbasis = "勘"', 1)
    with pytest.raises(InputFaults) as refused:
        plan_from_source(wrong, "ja")
    assert [(one.cell, one.found) for one in refused.value.faults] == [("stage[1].basis", "勘")]


def test_a_curve_changes_nothing_about_what_rests_on_a_rate():
    plan = C1.with_(stages=(replace(C1.stages[0], lag=Lag(curve=(0.4, 1.0))), *C1.stages[1:]))
    assert carried(plan).by_step(0) == 1
