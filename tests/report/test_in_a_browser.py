"""Reports in Chromium: nothing is asked of anybody, every text can be read, nothing is cut, the order makes sense."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from tests.report.states import STATES, contents_of
from tests.report.test_page import NAMES
from xl_kpi.report.page import page

pytestmark = pytest.mark.host

WIDTHS, SCHEMES = (390, 1280), ("light", "dark")
CONTRAST = 4.5  # WCAG 2.2 AA for text below 18 pt

# Every text with the colour that it has and those that lie behind it: axe looks at HTML, this at SVG as well.
COLOURS = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
    if (!words || !element.checkVisibility() || ["STYLE", "TITLE", "title"].includes(element.tagName)) continue;
    const style = getComputedStyle(element), svg = element.closest("svg"), behind = [];
    for (let up = element; up; up = up.parentElement) {
      const colour = getComputedStyle(up).backgroundColor;
      if (!colour.endsWith(", 0)")) { behind.push(colour); break; }
    }
    const boxes = svg ? element.parentElement.querySelectorAll(":scope > rect") : [];
    for (const box of boxes) behind.push(getComputedStyle(box).fill);
    found.push({words, colour: svg ? style.fill : style.color, behind});
  }
  return found;
}"""
# Texts of drawings that reach over the edge of their drawing, or of their box.
CUT = """() => {
  const out = [];
  for (const svg of document.querySelectorAll("svg")) {
    if (!svg.checkVisibility()) continue;
    const edge = svg.getBoundingClientRect();
    for (const text of svg.querySelectorAll("text")) {
      const at = text.getBoundingClientRect();
      const box = text.parentElement.querySelector(":scope > rect")?.getBoundingClientRect();
      for (const side of [edge, ...(box ? [box] : [])])
        if (at.left < side.left - 1 || at.right > side.right + 1) out.push(text.textContent);
    }
  }
  for (const cell of document.querySelectorAll("th, td, dd, p, h1, h2, h3, li"))
    if (!cell.closest("thead") && cell.clientWidth && cell.scrollWidth > cell.clientWidth + 1 && cell.checkVisibility())
      out.push(cell.textContent);
  return out;
}"""
# Two texts of one drawing that lie over each other.
OVER = """() => [...document.querySelectorAll("svg")].filter(svg => svg.checkVisibility()).flatMap(svg => {
  const texts = [...svg.querySelectorAll("text")].filter(one => one.textContent.trim());
  const boxes = texts.map(one => one.getBoundingClientRect()), found = [];
  for (let a = 0; a < texts.length; a++) for (let b = a + 1; b < texts.length; b++) {
    const wide = Math.min(boxes[a].right, boxes[b].right) - Math.max(boxes[a].left, boxes[b].left);
    const high = Math.min(boxes[a].bottom, boxes[b].bottom) - Math.max(boxes[a].top, boxes[b].top);
    if (wide > 2 && high > 4) found.push(texts[a].textContent + " | " + texts[b].textContent);
  }
  return found;
})"""


@pytest.fixture(scope="module")
def browser(chromium) -> Iterator:
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as runner:
        opened = runner.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


def _reports() -> dict[str, tuple[str, str]]:
    """Name → state and language."""
    both = {f"{state}-{lang}": (state, lang) for state in STATES for lang in ("ja", "en")}
    return {name: one for name, one in both.items() if name in ("money-ja", "none-ja", "one month-en", "all above-en")}


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, Path]:
    folder, found = tmp_path_factory.mktemp("reports"), {}
    for name, (state, lang) in _reports().items():
        found[name] = folder / f"{name}.html"
        found[name].write_text(page(contents_of(STATES[state](lang))), "utf-8")
    plan = STATES["six months"]("ja")
    found["names"] = folder / "names.html"
    found["names"].write_text(page(contents_of(renamed(plan))), "utf-8")
    return found


def renamed(plan):
    """The plan with names that are hard to set."""
    from dataclasses import replace

    channels = [replace(one, name=name) for one, name in zip(plan.channels, NAMES)]
    stages = [replace(one, name=name) for one, name in zip(plan.stages, NAMES)]
    return plan.with_(channels=(*channels, *plan.channels[4:]), stages=(*stages, *plan.stages[4:]))


def luminance(colour: str) -> float:
    """Relative luminance of "rgb(1, 2, 3)" (WCAG 2.2)."""
    parts = [int(one) / 255 for one in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_of_black_and_white():
    assert contrast("rgb(0, 0, 0)", "rgb(255, 255, 255)") == pytest.approx(21)
    assert contrast("rgb(119, 119, 119)", "rgb(255, 255, 255)") == pytest.approx(4.48, abs=0.01)  # WCAG's own example


@pytest.mark.parametrize("name", [*_reports(), "names"])
def test_opened_on_a_phone_and_on_a_screen_in_light_and_dark(browser, written, name):
    for width, scheme in itertools.product(WIDTHS, SCHEMES):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True)
        said, asked = [], []
        opened = context.new_page()
        opened.on("console", lambda message, said=said: said.append(message.text))
        opened.on("pageerror", lambda error, said=said: said.append(str(error)))
        opened.on("request", lambda request, asked=asked: asked.append(request.url))
        opened.goto(written[name].as_uri())
        assert said == []
        assert [one for one in asked if not one.startswith("data:")] == [written[name].as_uri()]
        assert opened.evaluate("document.documentElement.scrollWidth") == width
        assert opened.evaluate(CUT) == []
        assert opened.evaluate(OVER) == []
        texts = opened.evaluate(COLOURS)
        weak = {
            (one["words"], one["colour"], behind)
            for one in texts
            for behind in one["behind"]
            if contrast(one["colour"], behind) < CONTRAST
        }
        assert len(texts) > 200 and weak == set()
        context.close()


@pytest.mark.parametrize("name", ["money-ja", "none-ja"])
def test_axe_finds_nothing(browser, written, name):
    """The rules of axe-core: WCAG A and AA, landmarks, order of headings, words of pictures, regions that scroll."""
    source = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
    for width, scheme in zip(WIDTHS, SCHEMES):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
        opened = context.new_page()
        opened.goto(written[name].as_uri())
        opened.evaluate(source)
        found = opened.evaluate("axe.run()")
        assert [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found["violations"]] == []
        assert len(found["passes"]) > 20, json.dumps(found)[:300]
        context.close()


def test_what_is_read_aloud_comes_in_order(browser, written):
    opened = browser.new_page()
    opened.goto(written["money-ja"].as_uri())
    heads = opened.evaluate("[...document.querySelectorAll('h1, h2')].map(one => one.textContent)")
    assert heads[1:] == ["ダッシュボード", "ファネル", "打ち手", "チャネル", "KPIツリー", "付録"]
    opened.close()


def test_printed_on_a4(browser, written, tmp_path):
    """No box of the tree lies across two pages, and nothing is wider than the page."""
    pypdf = pytest.importorskip("pypdf")
    opened = browser.new_page()
    opened.goto(written["money-ja"].as_uri())
    opened.pdf(path=tmp_path / "print.pdf", prefer_css_page_size=True)
    pages = pypdf.PdfReader(tmp_path / "print.pdf").pages
    assert 4 <= len(pages) <= 9
    assert [round(float(side)) for side in pages[0].mediabox[2:]] == [595, 842]  # A4 in points
    opened.close()
