"""The README's pictures show the pages as they are today: ``make pictures`` draws them anew."""

from __future__ import annotations

import re

from scripts.pictures import DRAWN_FROM, LANGUAGES, PAGES, ROOT, TARGET, drawn_from


def test_each_picture_was_drawn_from_the_page_of_today():
    # A digest of cells, sizes and print set-up: a picture itself differs by the fonts of a computer.
    assert (TARGET / DRAWN_FROM).read_text("utf-8") == drawn_from(), "make pictures"


def test_the_readme_shows_each_picture_and_no_other():
    shown = re.findall(r"\((docs/pictures/[^)]*)\)", (ROOT / "README.md").read_text("utf-8"))
    there = {path.relative_to(ROOT).as_posix() for path in TARGET.glob("*.png")}
    assert set(shown) == there == {f"docs/pictures/{name}_{lang}.png" for name in PAGES for lang in LANGUAGES}


def test_what_the_readme_links_to_is_there():
    linked = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert [path for path in linked if not (ROOT / path).exists()] == [] and len(linked) > len(PAGES)
