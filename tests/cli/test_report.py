"""``xl-kpi report``: a page and a PDF out of a workbook, and what it says where it writes none."""

from __future__ import annotations

import datetime as dt
import sys

import pytest

from tests.cli.terminal import xl
from tests.sheets.plans import in_the_year
from xl_kpi.build import build
from xl_kpi.commands.demo_files import write_downloads
from xl_kpi.report import fonts, paper

pytestmark = pytest.mark.slow  # a whole workbook is written and read back


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    made = tmp_path_factory.mktemp("report") / "計画.xlsx"
    made.write_bytes(build(in_the_year("ja")))
    return made


def test_a_page_and_again(path, tmp_path):
    before, out = path.read_bytes(), tmp_path / "レポート.html"
    for options in ((), ("--lang", "en", "--as-of", "2026-06-30")):
        answer = xl("report", path, "-o", out, *options)
        assert answer.code == 0, answer.err
        assert "レポート.html" in answer.out and "KB" in answer.out
    text = out.read_text("utf-8")
    assert '<html lang="en">' in text and "Actuals up to 2026/06 (3 of 12 months)" in text
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [out]


def test_another_file_of_that_name_stays(path, tmp_path):
    out = tmp_path / "page.html"
    out.write_text("<p>mine</p>", "utf-8")
    answer = xl("report", path, "-o", out)
    assert answer.code == 3 and "page.html" in answer.err and out.read_text("utf-8") == "<p>mine</p>"
    assert xl("report", path, "-o", out, "--force").code == 0
    assert out.read_text("utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("name", "code", "part"),
    [("report.docx", 2, ".html か .pdf"), ("nowhere/report.html", 2, "nowhere"), ("plan.xlsx", 2, ".html か .pdf")],
)
def test_where_it_can_not_be_written(path, tmp_path, name, code, part):
    answer = xl("report", path, "-o", tmp_path / name)
    assert answer.code == code and part in answer.err and len(answer.err.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_without_the_packages_one_line_names_the_extra(path, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    answer = xl("report", path, "-o", tmp_path / "report.html")
    assert answer.code == 2 and 'pip install "xl-kpi[report]"' in answer.err and "typst" in answer.err
    assert len(answer.err.strip().splitlines()) == 1


def test_without_a_japanese_font_there_is_no_pdf_of_boxes(path, tmp_path, monkeypatch):
    monkeypatch.setattr(paper, "font_for", lambda texts, _: fonts.font_for(texts, ["DejaVu Sans"]))
    answer = xl("report", path, "-o", tmp_path / "report.pdf")
    assert answer.code == 2 and "Noto Sans CJK JP" in answer.err and list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_three_commands_from_three_downloads_to_the_report(tmp_path, monkeypatch):
    """A plan, what ad managers and analytics say of three months, and the page for those who only read."""
    monkeypatch.chdir(tmp_path)
    downloads = write_downloads(tmp_path, dt.date(2026, 8, 1), "ja")
    made = xl("new", "計画.xlsx", "--start", "2026-08")
    taken = xl(
        "import", "計画.xlsx", *downloads, "--yes", "--answer", "channel:Paid*=leave", "--answer", "channel:*=web"
    )
    written = xl("report", "計画.xlsx", "-o", "レポート.html")
    assert [made.code, taken.code, written.code] == [0, 0, 0], (made.err, taken.err, written.err)
    text = (tmp_path / "レポート.html").read_text("utf-8")
    assert "2026/10まで（12か月のうち3か月）" in text and "先に確かめること" in text
