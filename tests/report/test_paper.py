"""The report as a PDF: A4, tagged, Japanese written in a font that has it, texts of a user never code."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pypdf
import pytest

from tests.report.states import STATES, contents_of
from tests.report.test_page import NAMES
from xl_kpi.report.fonts import NoFont, font_for
from xl_kpi.report.paper import paper

A4 = [595, 842]  # points
TYPST = ("#panic()", "$x^2$", "= *title* _a_ @b <c>", "#let x = 1; `raw` \\u{1F600}")


def read(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(data))


def words(data: bytes) -> str:
    return "".join(page.extract_text() for page in read(data).pages)


@pytest.fixture(scope="module")
def money() -> bytes:
    return paper(contents_of(STATES["money"]("ja")))


def test_a4_tagged_with_title_and_language(money):
    found = read(money)
    assert all([round(float(side)) for side in page.mediabox[2:]] == A4 for page in found.pages)
    root = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "ja"
    assert found.metadata.title == "年間マーケティング計画" and "xl_kpi" in found.metadata["/Keywords"]
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_pictures_have_words_and_headings_their_level(money):
    kinds, told = set(), []
    waiting = [read(money).trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        here = waiting.pop().get_object()
        if isinstance(here, list):
            waiting += here
        elif isinstance(here, dict):
            kinds.add(here.get("/S"))
            told += [str(here["/Alt"])] if "/Alt" in here else []
            waiting += [here["/K"]] if "/K" in here else []
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/Figure"} <= kinds
    assert len(told) >= 5 and any(one.startswith("KPIツリー") for one in told)


def test_what_it_says(money):
    text = words(money).replace(" ", "").replace("\n", "")
    contents = contents_of(STATES["money"]("ja"))
    for sentence in (contents.words.bottleneck, contents.words.forecast, contents.actions[0].brings):
        assert sentence.replace(" ", "") in text
    for stage in contents.steps:
        assert f"{stage.name}{stage.planned}{stage.actual}".replace(" ", "") in text


@pytest.mark.parametrize(
    ("state", "lang"), [("none", "ja"), ("one month", "en"), ("full year", "en"), ("all below", "ja")]
)
def test_every_state_can_be_set(state, lang):
    assert len(read(paper(contents_of(STATES[state](lang)))).pages) >= 3


@pytest.mark.parametrize("names", [NAMES, TYPST], ids=["html", "typst"])
def test_texts_of_a_user_are_no_code(names):
    plan = STATES["one month"]("ja")
    channels = [replace(one, name=name, owner=name) for one, name in zip(plan.channels, names)]
    plan = plan.with_(title=names[0], channels=(*channels, *plan.channels[len(names) :]))
    text = words(paper(contents_of(plan))).replace(" ", "").replace("\n", "")
    for name in names:
        assert name.replace(" ", "").replace("🚀", "").replace("🎪", "")[:40] in text.replace("🚀", "").replace(
            "🎪", ""
        )


@pytest.mark.parametrize(
    ("families", "font"),
    [
        (["Arial", "Yu Gothic", "Meiryo"], "Yu Gothic"),  # Windows
        (["Helvetica Neue", "Hiragino Sans"], "Hiragino Sans"),  # macOS
        (["DejaVu Sans", "IPAexGothic"], "IPAexGothic"),  # Linux
    ],
)
def test_the_font_of_the_system(families, font):
    assert font_for(["目標"], families) == font


def test_without_a_japanese_font():
    with pytest.raises(NoFont):
        font_for(["Goal", "目標"], ["DejaVu Sans"])
    assert font_for(["Goal ▲ 105%"], ["DejaVu Sans"]) == "DejaVu Sans"
    assert font_for(["Goal"], []) == "Libertinus Serif"  # Typst brings it along
