"""The pages as they are printed: how many, what stands on them, nothing as ####.  LibreOffice draws them."""

from __future__ import annotations

import subprocess

import pytest

from tests.agreement.books import BOOKS
from tests.sheets.plans import in_the_year, template
from xl_kpi import engine
from xl_kpi.plan.model import Channel
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.writing.render import render
from xl_kpi.workbook.writing.stored_values import with_stored_values

pytestmark = pytest.mark.host


def written(plan, path):
    book = engine.new_book()
    render(book_spec(plan), book)
    path.write_bytes(with_stored_values(book.api.to_bytes(), plan.lang))
    return path


def pages_of(pdf) -> list[str]:
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    return text.split("\f")[:-1]


def with_channels(count: int):
    """The default plan with ``count`` channels for the leads, each with the web site's KPIs."""
    plan = template("default", "ja")
    web = [kpi for kpi in plan.kpis if kpi.channel == "web"]
    ids = [f"web{k}" for k in range(count)]
    return plan.with_(
        months=3,  # the widest page is that of a year
        channels=tuple(Channel(id_, f"サイト{k}", "leads", share=1 / count) for k, id_ in enumerate(ids)),
        kpis=tuple(kpi.__class__(**{**vars(kpi), "channel": id_}) for id_ in ids for kpi in web),
    )


# Printed in every run: the smallest, and the widest; the others are for the long run (test_printed.py prints a year).


@pytest.fixture(scope="module", params=["few", pytest.param("others", marks=pytest.mark.long)])
def printed(request, libreoffice_pdf, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    if request.param == "few":
        plans = {("c1", "ja"): template("c1", "ja")}
        plans |= {(f"{count} channels", "ja"): with_channels(count) for count in (6, 20)}
    else:
        plans = {(name, lang): template(name, lang) for name, lang in {*BOOKS} - {("c1", "ja")}}
        plans |= {("in the year", lang): in_the_year(lang) for lang in ("ja", "en")}
    paths = [written(plan, folder / f"{number}.xlsx") for number, plan in enumerate(plans.values())]
    return {key: pages_of(pdf) for key, pdf in zip(plans, libreoffice_pdf(*paths), strict=True)}


def test_no_number_is_shown_as_hashes(printed):
    found = [(key, number) for key, pages in printed.items() for number, page in enumerate(pages, 1) if "###" in page]
    assert not found


def test_the_tree_fits_one_page_up_to_six_channels(printed):
    # the page footer names the sheet
    for key, pages in printed.items():
        tree = [page for page in pages if "KPIツリー" in page.splitlines()[-1] or "KPI tree" in page.splitlines()[-1]]
        if key[0] == "20 channels":
            assert len(tree) > 1
        else:
            assert len(tree) == 1, key


def test_a_taller_tree_breaks_between_whole_branches():
    page = book_spec(with_channels(20)).sheet("tree")
    boxes = {
        row for (row, column), cell in page.cells.items() if cell.style.startswith("box_name") and column in (9, 16)
    }
    for row in page.row_breaks:  # the page ends after this row, and a channel's or a rate's box begins on the next one
        assert row + 1 in boxes


def test_the_sentence_says_what_c1_needs(printed):
    if ("c1", "ja") not in printed:
        pytest.skip("C1 is printed with the few")
    # C1: 50 customers in six months from 1,800 leads, 300 a month
    first = printed["c1", "ja"][0].replace(" ", "").replace("\n", "")
    for piece in (
        "新規顧客数50件",
        "リードは1,800件",
        "1か月あたり300件",
        "計画開始前の不足:なし",
        "受注50件（目標の100%）",
    ):
        assert piece in first, piece


def test_every_page_has_a_footer_with_plan_and_page_number(printed):
    for key, pages in printed.items():
        for number, page in enumerate(pages, 1):
            assert page.rstrip().splitlines()[-1].rstrip().endswith(f"{number} / {len(pages)}"), key
