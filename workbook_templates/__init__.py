"""The plan templates that ship with the project: text sources (TOML) and the workbooks made from them.

``python -m workbook_templates`` writes the workbooks anew; with ``--check`` it says which differ.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

# File → (source, language).  C5 has none: its numbers contradict each other, so no workbook can be made.
WORKBOOKS = {
    "default_ja.xlsx": ("default", "ja"),
    "default_en.xlsx": ("default", "en"),
    "default_ja_lite.xlsx": ("default", "ja"),
    "default_en_lite.xlsx": ("default", "en"),
    "revenue_ja.xlsx": ("default", "ja"),
    "revenue_en.xlsx": ("default", "en"),
    "c1.xlsx": ("c1", "ja"),
    "c2.xlsx": ("c2", "ja"),
    "c3.xlsx": ("c3", "ja"),
    "c4.xlsx": ("c4", "ja"),
}
OF_REVENUE = "revenue_"  # how the names of those begin in which the default's orders are a goal in money
WITH_LITE = "_lite.xlsx"  # how the names of those end that hold the code for xlwings Lite: ribbon buttons on the web


@cache
def names() -> tuple[str, ...]:
    """The names of all templates: the default first, the others in alphabetical order."""
    found = (part.name.removesuffix(".toml") for part in files(__package__).iterdir() if part.name.endswith(".toml"))
    return tuple(sorted(found, key=lambda name: (name != "default", name)))


def source(name: str) -> str:
    """The text source of a template; KeyError with the known names if there is none of this name."""
    if name not in names():
        raise KeyError(f"no template {name!r}; known: {', '.join(names())}")
    return (files(__package__) / f"{name}.toml").read_text("utf-8")
