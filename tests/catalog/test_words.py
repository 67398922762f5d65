"""Stages (K5), units, terms and every text of the catalog: complete, unique, in both languages."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass

import pytest

from xl_kpi import catalog
from xl_kpi.catalog import loader
from xl_kpi.workbook import theme

JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ一-鿿]")
# Full-width punctuation would give away Japanese text in an English field as well.
NOT_ENGLISH = re.compile(r"[ぁ-ゖァ-ヺ一-鿿　-〿！-～]")
GARBAGE = re.compile(r"TODO|FIXME|XXX|TBD|lorem|dummy|\?\?|[{}]|\s\s|^\s|\s$|ほげ|未定|テキスト", re.IGNORECASE)


def everything():
    """Every catalog entry with a readable name for it."""
    for stage in catalog.stages():
        yield f"stage {stage.id}", stage
    for unit in (*catalog.units(), *catalog.currency_units()[1:]):
        yield f"unit {unit.id}", unit
    for term in catalog.terms():
        yield f"term {term.id}", term
    for channel in catalog.channels():
        yield f"channel {channel.id}", channel
        for kpi in channel.kpis:
            yield f"kpi {channel.id}.{kpi.id}", kpi


def texts():
    """(where, field, ja, en) of every text in both languages."""
    for where, item in everything():
        assert is_dataclass(item)
        for field in fields(item):
            value = getattr(item, field.name)
            if isinstance(value, dict) and field.name != "dimension":
                yield pytest.param(field.name, value, id=f"{where} {field.name}")


@pytest.mark.parametrize(("field", "versions"), list(texts()))
def test_every_text_stands_in_both_languages_and_reads_clean(field, versions):
    assert set(versions) == {"ja", "en"}
    assert bool(versions["ja"]) == bool(versions["en"]), "one language is blank"
    for version in versions.values():
        assert not GARBAGE.search(version)
    assert not NOT_ENGLISH.search(versions["en"])
    if field in ("definition", "basis") and versions["ja"]:
        assert JAPANESE.search(versions["ja"])
        assert versions["ja"].endswith("。") and versions["en"].endswith(".")


def test_only_what_may_be_blank_is_blank():
    blank = {
        (type(item).__name__, field.name)
        for _, item in everything()
        for field in fields(item)
        if getattr(item, field.name) == loader.NO_TEXT
    }
    # a term may have no formula; only assumptions have a basis, only parts a split
    assert blank == {
        ("Term", "formula"),
        ("CatalogKpi", "basis"),
        ("CatalogKpi", "split"),
    }


@pytest.mark.parametrize("kind", ["stages", "channels", "units", "terms"])
def test_ids_are_unique_and_can_stand_in_formulas(kind):
    ids = [item.id for item in getattr(catalog, kind)()]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", id) for id in ids)


def test_K5_the_six_stages_stand_in_funnel_order_under_the_names_of_the_domain():
    assert [(stage.id, stage.name["ja"]) for stage in catalog.stages()] == [
        ("leads", "リード"),
        ("mql", "MQL"),
        ("sql", "SQL"),
        ("opportunities", "商談"),
        ("proposals", "案件・提案"),
        ("orders", "受注"),
    ]
    # K5 gives these four examples of an MQL
    for example in ("資料を請求", "問い合わせ", "見積もりを依頼", "料金ページを再訪"):
        assert example in catalog.stage("mql").examples["ja"]
    assert {stage.unit for stage in catalog.stages()} == {"count"}


def test_K6_the_departments_own_the_numbers_that_the_domain_gives_them():
    assert {stage.id: stage.owner["ja"] for stage in catalog.stages()} == {
        "leads": "マーケティング",
        "mql": "マーケティング",
        "sql": "インサイドセールス",
        "opportunities": "インサイドセールス",
        "proposals": "フィールドセールス",
        "orders": "フィールドセールス",
    }


@pytest.mark.parametrize("unit", [*catalog.units(), *catalog.currency_units()[1:]], ids=lambda unit: unit.id)
def test_a_unit_has_a_dimension_a_format_of_the_theme_and_a_way_to_be_totalled(unit):
    assert set(unit.dimension) <= {"count", "money", "time"}
    assert all(unit.dimension.values()), "an exponent of 0 is left out"
    assert unit.total in ("sum", "ratio")
    assert unit.format in theme.FORMATS


@pytest.mark.parametrize("lang", catalog.LANGUAGES)
def test_units_can_be_told_apart_in_a_choice_list(lang):
    labels = [unit.label[lang] for unit in catalog.units()]
    assert len(set(labels)) == len(labels)
    assert not any("," in label for label in labels)  # the choices of an Excel list are separated by commas
    assert len(",".join(labels)) <= 255  # Excel's limit for a list that is typed into the rule


def test_a_unit_says_its_bounds():
    """Counts, money and times are never below 0; an NPS goes from all detractors to all promoters; points are free."""
    bounds = {unit.id: (unit.low, unit.high) for unit in catalog.units()}
    assert bounds.pop("rate") == (0, 1)
    assert bounds.pop("nps") == (-100, 100)
    assert bounds.pop("points") == (None, None)  # a score may be below 0
    assert set(bounds.values()) == {(0, None)}


def test_money_can_be_shown_in_three_units():
    assert [unit.label["ja"] for unit in catalog.currency_units()] == ["円", "千円", "百万円"]
    assert catalog.unit("million_yen").label["en"] == "JPY million"
    assert catalog.currency_units()[0] is catalog.unit("yen")  # the KPI unit and the money unit are one


@pytest.mark.parametrize(
    ("id", "dimension", "number_format", "total"),
    [
        # counts #,##0 (with a decimal under 100, 0 as 0), rates 0.0%, money in full
        ("count", {"count": 1}, "[=0]0;[<99.95]#,##0.0;#,##0", "sum"),
        ("people", {"count": 1}, "[=0]0;[<99.95]#,##0.0;#,##0", "sum"),
        ("times", {"count": 1}, "[=0]0;[<99.95]#,##0.0;#,##0", "sum"),
        ("views", {"count": 1}, "[=0]0;[<99.95]#,##0.0;#,##0", "sum"),
        ("rate", {}, "0.0%", "ratio"),
        ("yen", {"money": 1}, "#,##0", "sum"),
        ("yen_per", {"money": 1, "count": -1}, "#,##0", "ratio"),
        ("minutes_per", {"time": 1, "count": -1}, "#,##0.0", "ratio"),
    ],
)
def test_unit(id, dimension, number_format, total):
    """People, times and views are all counted, so that one may be divided by another and give a rate."""
    unit = catalog.unit(id)
    assert (dict(unit.dimension), theme.FORMATS[unit.format]["number_format"], unit.total) == (
        dimension,
        number_format,
        total,
    )


def test_the_glossary_holds_the_definitions_on_which_usage_differs():
    # the words that the design's section on definitions fixes
    fixed = "stage_rate closed_win_rate required_volume lag delivery_days before_start next_period cpa cpl cac cvr ctr"
    fixed += " next_goal ltv churn payback roi roas nps orders_from_revenue growth_goal ratio_of_totals"
    assert {catalog.term(id).origin for id in fixed.split()} == {"plan"}
    assert all(term.formula["en"] for term in catalog.terms() if term.id in ("cpa", "cvr", "ltv", "nps", "roi"))
    assert catalog.term("churn").source == {"ja": "この計画での定義", "en": "as defined for this plan"}


def test_the_glossary_explains_every_stage_in_the_words_of_the_catalog():
    words = {term.name["ja"].split("（")[0] for term in catalog.terms()}
    assert {stage.name["ja"] for stage in catalog.stages()} - words == {"受注"}  # an everyday word


def test_lookup_by_id_raises_and_find_gives_none():
    assert catalog.stage("mql").id == catalog.find_stage("mql").id == "mql"
    for find in (catalog.find_stage, catalog.find_channel, catalog.find_unit):
        assert find("nothing") is None
        assert find(None) is None
    for get in (catalog.stage, catalog.channel, catalog.unit, catalog.term):
        with pytest.raises(KeyError):
            get("nothing")


def test_the_files_are_read_once():
    assert catalog.channels() is catalog.channels()
    assert catalog.channel("web") is catalog.channels()[0]
