"""No word of the other language: in the texts of the catalog, and in what every page of a small plan shows."""

from __future__ import annotations

import re

import pytest

from tests.catalog.test_one_term import texts_of
from tests.closed_plans import closed, small
from xl_kpi.catalog import text
from xl_kpi.plan.pages.optional import OPTIONAL, with_pages
from xl_kpi.sheets import book_spec

JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ一-鿿]")
LATIN = re.compile(r"[A-Za-z]{2,}")
# What is no word: placeholders, what is typed at a prompt or into a file, addresses, files, names of variables.
CODE = re.compile(
    r"\{[^{}]*\}|「xl-kpi [^」]*」|xl-kpi [a-z]+|xl-kpi|pip install \S+"
    r"|--[a-z-]+(?: (?:visible|none))?|[\w.=/?:{}]*\w@\S+|[a-z]+:///\S+"
    r"|[\w{}]*\.(?:xls[xmb]?|xlam|csv|eml|msg|ics|html|pdf|toml|dat|zip)(?![a-z])|\bxl_kpi\b|[A-Z]+(?:_[A-Z]+)+"
)
# Proper names, and words of Japanese business that are written so; those in capitals (KPI, MQL, CSV) are all right.
NAMES = set(
    "Excel Python Windows Mac Web Lite xlwings IronCalc LibreOffice OpenDocument Office Outlook Word PowerPoint Numbers"
    " Apple Google Microsoft OneDrive SharePoint Parquet Noto Sans Shift Strict Open Walter Wilson BtoB SaaS English"
    " Paid Ctrl".split()
)
# Texts about words that are typed as they stand: of the command line, of formulas, of files, of functions.
TYPED = re.compile(
    r"texts_(?:cli|kpi_formula|lite|lead_import|maps|pages|channels|demo|distribute|remind|plan) |functions "
    r"|collect_msg_missing|collect_other_plan|agreement_id|addin_no_writer|dialog_none|help_|kpis_grammar|lang_|source_|_usage$"
    r"|unit_ambiguous|close_said|score_equation|collect_choose|pending_people"
)
BOTH = ("lang_ja", "lang_en", "unit_ambiguous", "help_baseline")  # name the other language, or what is typed in it


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_text_has_a_word_of_the_other_language(lang):
    found = {}
    for where, said in texts_of(lang):
        if lang == "en" and JAPANESE.search(said) and not where.endswith(BOTH):
            found[where] = said
        elif lang == "ja" and not TYPED.search(where.replace(".toml", "")):
            words = {word for word in LATIN.findall(CODE.sub(" ", said)) if not word.isupper()} - NAMES
            if words:
                found[where] = words
    assert found == {}


def pages(lang: str):
    """(page, cell, text) of all that a closed plan shows with every page on, ids and inner pages aside."""
    plan = with_pages(closed(small(lang), 2), dict.fromkeys(OPTIONAL, True))
    for page in book_spec(plan).sheets:
        others = {column for (_, column), cell in page.cells.items() if cell.value in OTHERS}
        for (row, column), cell in page.cells.items():
            if column > 1 and column not in others and cell.style != "key" and page.key not in INNER:
                if isinstance(cell.value, str) and not cell.value.startswith(WORDS_OF_DATA[lang]):
                    yield page.key, (row, column), cell.value


INNER = {"calc", "record", "functions", "lead_days", "content_rows", "score_calc"}  # arguments are words of formulas
# Columns in which something stands as it is typed into a formula, or in the other language.
OTHERS = {
    "ID",
    "名前（英語）",
    "Name (Japanese)",
    "目標（式）",
    "実績（式）",
    "構成式",
    "加重に使うKPI",
    "親KPI",
    "英語",
    "Japanese",
}
WORDS_OF_DATA = {lang: text("content_usual", lang, words="") for lang in ("ja", "en")}  # in either language


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_page_shows_a_word_of_the_other_language(lang):
    found = {}
    for page, at, said in pages(lang):
        words = {word for word in LATIN.findall(CODE.sub(" ", said)) if not word.isupper()} - NAMES - {"input", "min"}
        if JAPANESE.search(said) if lang == "en" else words:
            found[page, at] = said
    assert found == {}
