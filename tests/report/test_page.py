"""The report as a web page: whole, escaped, without a script or an address, small; its numbers are the review's."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser

import pytest

from tests.agreement.full_book import full_plan
from tests.closed_plans import closed, small
from tests.report.states import STATES, contents_of
from tests.sheets.plans import in_the_year, template, with_actuals
from xl_kpi.kpi.review.words import few
from xl_kpi.report.charts import PAPER, painted
from xl_kpi.report.page import page, parts
from xl_kpi.report.tree import NARROW, PAGE, WIDE, Box, cut, drawn
from xl_kpi.report.wording import NOT_KNOWN, attained, number

LARGEST = 400 * 1024  # bytes of a page
VOID = {"meta", "link", "br", "img"}
NAMES = ('<script>alert("x")</script>', "A & B \"quoted\" 'single'", "🚀展示会🎪", "とても長い名前のチャネル" * 20)


class Reader(HTMLParser):
    """What stands in a page: its tags, balanced, their attributes, and its text."""

    def __init__(self, html: str):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("state", STATES)
def test_every_state_gives_a_whole_page_in_either_language(state, lang):
    html = page(contents_of(STATES[state](lang)))
    read = Reader(html)
    assert len(html.encode()) < LARGEST
    assert dict(read.tags)["html"]["lang"] == lang
    assert [tag for tag, _ in read.tags if tag in ("h1", "main", "header", "footer", "title")].count("h1") == 1
    for wrong in ("report_", "reviewed_", "None", "nan", "Undefined"):
        assert wrong not in read.text, wrong
    if lang == "en":
        assert not re.search(r"[぀-ヿ一-鿿]", read.text), "Japanese in English"


def test_nothing_is_asked_of_anybody():
    """No script, no address but the name spaces of SVG: whoever opens the file opens it alone."""
    html = page(contents_of(in_the_year("ja")))
    assert "<script" not in html and "@import" not in html and "url(" not in html
    addresses = set(re.findall(r"[a-z]+://[^\"'<> ]+", html))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    for tag, attributes in Reader(html).tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert attributes.get("href", "#")[:1] == "#" or attributes["href"] == "data:,", attributes


def test_texts_of_a_user_are_texts():
    plan = with_actuals(template("default", "ja"), 4)
    named = [replace(one, name=name) for one, name in zip(plan.channels, NAMES)]
    stages = [replace(one, name=name, owner=name) for one, name in zip(plan.stages, NAMES)]
    plan = plan.with_(title=NAMES[0], channels=(*named, *plan.channels[4:]), stages=(*stages, *plan.stages[4:]))
    html = page(contents_of(plan))
    read = Reader(html)
    assert "script" not in [tag for tag, _ in read.tags] and "<script" not in html
    for name in NAMES:
        assert " ".join(name.split()) in read.text
    assert len(html.encode()) < LARGEST


@pytest.mark.parametrize("lang", ["ja", pytest.param("en", marks=pytest.mark.long)])
def test_the_largest_plan_stays_small(lang):
    """All pages, 36 months, every channel of the catalog."""
    plan = full_plan(lang, 36)
    assert len(plan.channels_on) >= 12
    html = page(contents_of(plan))
    assert len(html.encode()) < LARGEST
    assert all(channel.name in Reader(html).text for channel in plan.channels_on)


def test_figures_are_those_of_the_review():
    contents = contents_of(in_the_year("ja"))
    review, text = contents.review, Reader(page(contents)).text
    assert f"受注 {few(review.forecast.orders)}件" in text
    low, high = (f"{round(one):,}" for one in review.forecast.band)
    assert f"80%の幅 {low}〜{high}件" in text
    first = contents.steps[0]
    assert (first.actual, first.planned) == (number(review.to_date.actual[0]), number(review.to_date.planned[0]))
    for sentence in (contents.words.gap, contents.words.bottleneck, contents.words.forecast):
        assert sentence and sentence in text
    way = contents.way
    assert way[0].orders == pytest.approx(float(review.to_date.planned[-1]), abs=0.101)  # as shown
    assert way[-1].orders == pytest.approx(float(review.to_date.actual[-1]))
    assert sum(one.orders for one in way[1:-1]) == pytest.approx(round(float(review.gap.orders), 1), abs=1e-9)
    assert [one.begin for one in way[1:-1]] == pytest.approx([one.end for one in way[:-2]])
    assert f"{few(review.actions[0].brings_back)}件" in text


def test_the_trend_ends_where_the_forecast_does():
    """The orders of the default plan are due at once: all of the months' orders count for the goal."""
    contents = contents_of(with_actuals(template("default", "ja"), 4))
    trend, forecast = contents.trend, contents.review.forecast
    assert len(trend.actual) == 4 and len(trend.forecast) == contents.plan.months - 4
    assert trend.forecast[-1] == pytest.approx(float(forecast.orders))
    assert trend.low < trend.forecast[-1] < trend.high
    assert sum(forecast.by_month, Fraction(0)) == forecast.orders


def test_orders_won_before_the_start_stand_in_every_line_of_the_trend():
    """2 of the goal's orders: they are none of the months', but the goal has them."""
    plan = template("default", "ja")
    plan = plan.with_(pipeline={**plan.pipeline, "orders": 2})
    contents = contents_of(with_actuals(plan, 2))
    trend, to_date, forecast = contents.trend, contents.to_date, contents.review.forecast
    assert trend.planned[0] == pytest.approx(2 + float(to_date.planned_by_month[-1][0]))
    assert trend.actual[-1] == pytest.approx(2 + float(to_date.actual[-1]))
    assert trend.forecast[-1] == pytest.approx(float(forecast.orders))
    assert contents.steps[-1].expected == number(sum(forecast.run.entries[-1]) - 2)


def test_with_closed_months_the_target_ends_at_the_goal_and_the_tree_says_why_it_adds_up_to_more():
    """60 orders; April to June were asked for about 30 and won 9, so that July to September are asked for 51."""
    contents = contents_of(closed(small(), 3))
    trend, asked = contents.trend, contents.to_date.asked_by_month[-1]
    assert trend.planned[2] == pytest.approx(float(sum(asked[:3]))) and trend.planned[2] == pytest.approx(30, abs=1)
    assert trend.planned[5] == pytest.approx(60, abs=1)  # less than an order is rounding: months agreed are whole
    assert float(sum(asked)) == pytest.approx(30 + 51, abs=1)
    assert "不足分" in contents.trend_note and "不足分" in contents.tree_note
    assert "不足分" not in contents_of(small()).tree_note


def test_without_actuals_nothing_is_said_to_be_missed():
    contents = contents_of(template("default", "ja"))
    text = Reader(page(contents)).text
    assert "実績がまだないため" in text and "▼" not in text.partition("付録")[0] and "打ち手" not in text
    assert contents.trend.actual == () and contents.way == []


def test_a_month_without_an_actual_is_not_known():
    plan = with_actuals(template("default", "ja"), 4)
    typed = {key: one for key, one in plan.actuals.items() if key != ("stage:orders", 2)}
    contents = contents_of(plan.with_(actuals=typed))
    assert contents.steps[-1].actual == contents.steps[-1].reached.words == NOT_KNOWN
    assert contents.way == [] and len(contents.trend.actual) == 2
    assert [one.value for one in contents.cards if "実績" in one.label] == ["未入力"]
    text = Reader(page(contents)).text
    assert any("受注" in one and "2026/06" in one for one in contents.checks)
    assert all(one in text for one in contents.checks)


def test_pictures_have_words_and_tables_have_heads():
    read = Reader(page(contents_of(in_the_year("ja"))))
    images = [attributes for _, attributes in read.tags if attributes.get("role") == "img"]
    assert len(images) == 6 and all(len(one["aria-label"]) > 10 for one in images)
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in read.tags if tag == "th")
    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in zip(levels, levels[1:]))


def test_every_colour_of_a_chart_is_one_of_the_page_and_of_paper():
    made = parts(contents_of(in_the_year("ja")))
    for name in ("steps_chart", "way_chart", "trend_chart", "channels_chart"):
        used = set(re.findall(r"var\((--[a-z]+)\)", made[name]))
        assert used <= set(PAPER)
        assert "var(" not in painted(made[name], "Noto Sans CJK JP")
        assert not re.findall(r"(?:fill|stroke)=\"#", made[name]), "a colour that does not follow the page"


# --- drawing the tree


def _box(name: str, *children: Box, apart: bool = False) -> Box:
    return Box(name, "", "1", "2", attained(None), "", apart, children)


@pytest.mark.parametrize("shape", [WIDE, NARROW], ids=["wide", "narrow"])
def test_no_box_lies_on_another_and_none_is_cut(shape):
    root = _box("KGI", *(_box(f"stage {k}", *(_box(f"{k} {n}") for n in range(k))) for k in range(9)))
    drawing = drawn(root, shape)
    placed = [one for piece in drawing.pieces for one in piece.boxes]
    assert len(placed) == sum(1 for _ in root.walk())
    for piece in drawing.pieces:
        assert piece.height <= PAGE
        assert all(piece.top <= one.y and one.y + shape.height <= piece.top + piece.height for one in piece.boxes)
    corners = {(one.x, one.y) for one in placed}
    assert len(corners) == len(placed)
    assert all(one.x + shape.width <= drawing.width and one.y + shape.height <= drawing.height for one in placed)


def test_boxes_have_a_line_more_where_figures_are_long():
    long = Box("Goal", "", "JPY 3,600.0 million", "JPY 360.0 million", attained(0.9), "", False)
    assert drawn(long, WIDE).shape.height > WIDE.height and drawn(long, NARROW).shape == NARROW


def test_what_stands_apart_has_no_line():
    assert len(drawn(_box("KGI", _box("a")), WIDE).pieces[0].lines) == 2
    assert drawn(_box("KGI", _box("a", apart=True)), WIDE).pieces[0].lines == ()


@pytest.mark.parametrize(
    ("words", "letters", "cut_to"),
    [("サービスサイト", 8, "サービ…"), ("ads", 8, "ads"), ("", 8, ""), ("🚀🚀🚀", 5, "🚀…"), ("リード", 6, "リード")],
)
def test_a_name_is_cut_to_its_room(words, letters, cut_to):
    assert cut(words, letters) == cut_to


# --- numbers


@pytest.mark.parametrize(
    ("value", "unit", "lang", "words"),
    [
        (None, "count", "ja", NOT_KNOWN),
        ("", "rate", "ja", NOT_KNOWN),
        (0, "count", "ja", "0"),
        (0.031, "rate", "ja", "3.1%"),
        (69.5, "count", "ja", "69.5"),
        (2328.4, "count", "ja", "2,328"),
        (942_300_000, "yen", "ja", "9.42億円"),
        (21_343.4, "yen_per", "ja", "21,343円"),
        (21_343.4, "yen_per", "en", "JPY 21,343"),
        (12, "days", "ja", "12"),
        (Fraction(1, 2), "points", "en", "0.5"),
    ],
)
def test_a_number_in_its_unit(value, unit, lang, words):
    assert number(value, unit, lang) == words


@pytest.mark.parametrize(
    ("share", "state", "words"),
    [(1.045, "good", "▲ 105%"), (1.0449, "fair", "● 104%"), (0.945, "fair", "● 95%"), (0.9449, "poor", "▼ 94%"),
     (0, "poor", "▼ 0%"), (None, "", NOT_KNOWN), ("", "", NOT_KNOWN), ("▲", "good", "▲"),
     (Fraction(1, 2), "poor", "▼ 50%")],
)  # fmt: skip
def test_an_attainment_bears_the_sign_of_the_sheets(share, state, words):
    """The bounds are those of the sheets' number format (theme, ``attain``)."""
    found = attained(share)
    assert (found.state, found.words) == (state, words)


def test_a_box_says_that_its_share_is_to_date():
    found = page(contents_of(in_the_year("ja")))
    assert "累計比 ▼" in found or "累計比 ●" in found or "累計比 ▲" in found
    assert "開始前に始まった分や進行中の案件も含みます" in found
