"""Rows of the KPI dictionary: the order to compute them in, and every fault named with row and column."""

from __future__ import annotations

import pytest

from xl_kpi import catalog
from xl_kpi.catalog.messages import worded
from xl_kpi.formulas.formula import FormulaFault, parse
from xl_kpi.formulas.order import order
from xl_kpi.kpi.graph import check_kpis
from xl_kpi.plan.model import Kpi

STAGES = ("leads", "mql", "orders")
# Units in both ways to write a dimension: exponents by name, and (count, money, time).
UNITS = {
    "count": {"count": 1},
    "rate": {},
    "yen": (0, 1, 0),
    "yen_per": {"money": 1, "count": -1},
    "minutes": (0, 0, 1),
}


def row(id_: str, target: str = "input", actual: str = "input", unit: str = "count", **more) -> Kpi:
    return Kpi(id_, more.pop("channel", "web"), id_, id_, unit, target, actual, **more)


def web_tab(*more: Kpi) -> list[Kpi]:
    """The usual rows of the web channel (design §4)."""
    return [
        row("sessions", "cv / cvr"),
        row("cvr", "input", "cv / sessions", "rate"),
        row("cv", "leads", decomposition="sessions * cvr"),
        *more,
    ]


def findings(kpis: list[Kpi], lang: str = "en") -> list[tuple[str, str, str]]:
    return [(kpi.id, column, worded(words, lang)) for kpi, column, words in check_kpis(kpis, STAGES, UNITS.get)]


def test_the_usual_tab_has_no_fault():
    assert findings(web_tab()) == []


def test_a_row_that_a_user_added_has_no_fault():
    form = row("form_visits", "cv / form_rate", "input")
    rate = row("form_rate", "input", "cv / form_visits", "rate")
    cost = row("cost", "cv * cpa", "input", "yen")
    each = row("cpa", "input", "cost / cv", "yen_per")
    assert findings(web_tab(form, rate, cost, each)) == []


def test_order_puts_each_after_what_it_uses():
    formulas = {"sessions": parse("cv / cvr"), "cv": parse("leads"), "cvr": None, "clicks": parse("sessions * 0.1")}
    found = order(formulas)
    assert sorted(found) == ["clicks", "cv", "cvr", "sessions"]
    assert found.index("cv") < found.index("sessions") < found.index("clicks")
    assert found.index("cvr") < found.index("sessions")


@pytest.mark.parametrize(
    ("formulas", "path"),
    [
        ({"a": "b", "b": "c + 1", "c": "2 * a"}, {"a → b → c → a", "b → c → a → b", "c → a → b → c"}),
        ({"a": "a * 2"}, {"a → a"}),
    ],
)
def test_order_names_a_loop(formulas, path):
    with pytest.raises(FormulaFault) as caught:
        order({id_: parse(text) for id_, text in formulas.items()})
    assert caught.value.key == "formula_loop"
    assert caught.value.words.values["path"] in path


def test_an_unknown_id_is_named_with_the_nearest_one():
    assert findings(web_tab(row("bounce", "sesions * 0.4"))) == [
        ("bounce", "target", "no KPI in this channel and no stage has the id 'sesions'. Did you mean sessions?")
    ]
    assert findings(web_tab(row("bounce", "input", "Sessions * 0.4")), "ja") == [
        (
            "bounce",
            "actual",
            "ID「Sessions」は、このチャネルの KPI にも段階にもありません。「sessions」のことですか？",
        )
    ]
    assert findings(web_tab(row("bounce", "zzz"))) == [
        ("bounce", "target", "no KPI in this channel and no stage has the id 'zzz'")
    ]


def test_ids_of_another_channel_are_unknown():
    clicks = row("clicks", channel="ads")
    assert [finding[:2] for finding in findings([*web_tab(row("visits", "clicks")), clicks])] == [("visits", "target")]
    # The same id in two channels is no fault.
    assert findings([*web_tab(), row("cv", channel="ads")]) == []


@pytest.mark.parametrize("column", ["target", "actual", "decomposition"])
def test_a_loop_is_named_in_each_of_its_rows_and_in_no_other(column):
    kpis = [row("a", **{column: "b * 2"}), row("b", **{column: "a * 3"}), row("c", **{column: "a * 4"})]
    assert findings(kpis) == [
        ("a", column, "circular formulas: a → b → a"),
        ("b", column, "circular formulas: b → a → b"),
    ]


def test_target_and_actual_may_use_each_other_crosswise():
    # cvr: typed as a target, computed as an actual; sessions the other way round. No loop.
    assert findings(web_tab()) == []


@pytest.mark.parametrize("column", ["target", "actual", "decomposition"])
def test_bad_grammar_is_named_with_its_column(column):
    assert findings([row("a", **{column: "1 +"})]) == [
        ("a", column, "the formula '1 +' can't be read: check for missing or extra operators and brackets")
    ]


@pytest.mark.parametrize("column", ["target", "actual"])
def test_a_blank_formula(column):
    assert findings([row("a", **{column: " "})], "ja") == [
        ("a", column, "式がありません。input か、同じチャネルの KPI の ID を使った式を入力してください")
    ]


def test_stages_stand_in_targets_only():
    assert findings([row("a", "leads", "leads", decomposition="orders * 2")]) == [
        ("a", "actual", "the stage id 'leads' can only be used in a target formula"),
        ("a", "decomposition", "the stage id 'orders' can only be used in a target formula"),
    ]


def test_the_unit_of_the_row_and_of_its_formula():
    assert findings(web_tab(row("cpa", "sessions / cv", unit="yen_per"))) == [
        ("cpa", "target", "the formula gives a ratio, but the unit of this row, 'yen_per', is money ÷ count")
    ]
    assert findings(web_tab(row("cost", "leads", unit="yen")), "ja") == [
        ("cost", "target", "式の単位（件数）が、この行の単位「yen」（金額）と合いません")
    ]
    # A plain number fits every unit.
    assert findings([row("cost", "100000", unit="yen"), row("share", "0.3", unit="rate")]) == []


def test_unlike_units_within_a_formula():
    found = findings(web_tab(row("cost", unit="yen"), row("odd", "cost + cv")))
    assert [(id_, column) for id_, column, _ in found] == [("odd", "target")]
    assert "'cost' (money) and 'cv' (count)" in found[0][2]


def test_a_unit_that_does_not_exist():
    # Nothing is said about formulas over this row: what they give is not known.
    assert findings([row("a", unit="pieces"), row("b", "a * 2", unit="yen")]) == [
        ("a", "unit", "no such unit: 'pieces'")
    ]


def test_ids_that_clash():
    assert findings([row("a"), row("A"), row("mql"), row("Max"), row("input")]) == [
        ("a", "id", "the id 'a' appears more than once in this channel: give each row its own"),
        ("A", "id", "the id 'A' appears more than once in this channel: give each row its own"),
        ("mql", "id", "the id 'mql' is the id of a stage: choose another"),
        ("Max", "id", "the id 'Max' has a special meaning in formulas: choose another"),
        ("input", "id", "the id 'input' has a special meaning in formulas: choose another"),
    ]


def test_the_weight_of_a_ratio():
    dwell = {"unit": "minutes", "weight": "sessions"}
    assert findings(web_tab(row("dwell", **dwell))) == []
    assert findings(web_tab(row("dwell", **dwell | {"weight": "session"}))) == [
        ("dwell", "weight", "the weighting KPI 'session' is not in this channel. Did you mean sessions?")
    ]
    assert findings(web_tab(row("dwell", **dwell | {"weight": "dwell"}))) == [
        ("dwell", "weight", "a KPI can't be weighted by itself: type the id of a KPI that is a count")
    ]


def test_all_faults_come_in_one_pass_in_the_order_of_the_rows():
    kpis = [
        row("a", "nothing", "1 +", "pieces", weight="none"),
        row("b", channel="ads", target="b"),
        row("c", "leads", unit="yen"),
    ]
    assert [finding[:2] for finding in findings(kpis)] == [
        ("a", "unit"),
        ("a", "target"),
        ("a", "actual"),
        ("a", "weight"),
        ("b", "target"),
        ("c", "target"),
    ]


def test_the_catalog_itself_has_no_fault():
    kpis = [
        row(
            kpi.id,
            kpi.target,
            kpi.actual,
            kpi.unit,
            channel=channel.id,
            decomposition=kpi.decomposition,
            weight=kpi.weight,
        )
        for channel in catalog.channels()
        for kpi in channel.kpis
    ]
    units = {unit.id: unit.dimension for unit in catalog.units()}
    assert kpis
    assert check_kpis(kpis, [stage.id for stage in catalog.stages()], units.get) == []
