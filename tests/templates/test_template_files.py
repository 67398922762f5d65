"""The template workbooks say what their text sources say, and are what the sources make today."""

from __future__ import annotations

import pytest

import workbook_templates
from tests.agreement.selected import often
from tests.lite.workbook_parts import read_main_py
from tests.reading.sound_plans import read_plan
from workbook_templates import __main__ as maker
from xl_kpi import engine
from xl_kpi.addin.lite import bundle
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.targets import Targets
from xl_kpi.workbook.package.safety import read_package
from xl_kpi.workbook.reading.records_reader import read_records

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

EACH = pytest.mark.parametrize("file", workbook_templates.WORKBOOKS)


def test_the_default_in_both_languages_and_each_published_case():
    wanted = {"default_ja.xlsx", "default_en.xlsx", "c1.xlsx", "c2.xlsx", "c3.xlsx", "c4.xlsx"}
    wanted |= {"default_ja_lite.xlsx", "default_en_lite.xlsx", "revenue_ja.xlsx", "revenue_en.xlsx"}
    assert set(workbook_templates.WORKBOOKS) == wanted
    assert {path.name for path in maker.FOLDER.glob("*.xlsx")} == wanted


@pytest.mark.parametrize(
    "file", often(workbook_templates.WORKBOOKS, ["default_en_lite.xlsx", "revenue_ja.xlsx", "c4.xlsx"])
)
def test_a_workbook_read_back_is_the_plan_of_its_source(file):
    read_package(maker.FOLDER / file, workbook_templates.WORKBOOKS[file][1])
    book = engine.open_book(maker.FOLDER / file)
    read = read_plan(book, file)
    assert read.plan == maker.plan_of(file)
    # what is typed into a downloaded one is told from what it said, as in one that `new` makes
    assert read_records(book, file).last == entries_of(read.plan)


@EACH
def test_a_workbook_is_what_its_source_makes(file):
    made, stands = (
        maker.parts_of(data, code=False) for data in (maker.made_from_source(file), (maker.FOLDER / file).read_bytes())
    )
    assert list(made) == list(stands)
    # `make templates` writes them anew after a change of the sheets
    assert [part for part in made if made[part] != stands[part]] == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_with_the_code_for_xlwings_lite_the_sheets_are_the_same(lang):
    plain, lite = (
        (maker.FOLDER / f"default_{lang}{end}").read_bytes() for end in (".xlsx", workbook_templates.WITH_LITE)
    )
    code = read_main_py(lite)
    assert code is not None and bundle.is_ours(code) and not bundle.is_edited(code)
    assert read_main_py(plain) is None
    one, other = maker.parts_of(plain), maker.parts_of(lite)
    same = [name for name in one if name.startswith(("xl/worksheets/sheet", "xl/charts/chart", "xl/drawings/drawing"))]
    # what the first page says of the functions differs
    assert len([name for name in same if one[name] != other[name]]) <= 1 < len(same)


def test_a_goal_in_money_asks_for_what_the_same_orders_do():
    """60 orders at 3 million yen."""
    revenue, orders = (maker.plan_of(f"{name}_ja.xlsx") for name in ("revenue", "default"))
    assert (revenue.goal.kind, revenue.goal.value) == ("revenue", 180_000_000)
    assert Targets(revenue).required == Targets(orders).required


def test_a_file_that_differs_is_named_and_written_anew(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(maker, "FOLDER", tmp_path)
    monkeypatch.setattr(workbook_templates, "WORKBOOKS", {"c1.xlsx": ("c1", "ja")})
    assert maker.main(["--check"]) == 1
    assert capsys.readouterr().out == "c1.xlsx\n" and list(tmp_path.iterdir()) == []
    assert maker.main([]) == 0
    assert maker.main(["--check"]) == 0
    (tmp_path / "c1.xlsx").write_bytes(maker.made_from_source("c1.xlsx").replace(b"c1", b"c1"))
    before = (tmp_path / "c1.xlsx").stat().st_mtime_ns
    assert maker.main([]) == 0 and (tmp_path / "c1.xlsx").stat().st_mtime_ns == before


def test_other_arguments_are_refused():
    assert maker.main(["--force"]) == 2
