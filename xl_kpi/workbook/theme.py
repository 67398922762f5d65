"""How the workbook looks: every cell style by name, fonts, tab colours.  Data only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from xl_kpi import catalog
from xl_kpi.catalog.review_limits import review_limits
from xl_kpi.kpi.figures import SPENT
from xl_kpi.plan.input.wording import FEW

FONTS = {"ja": ("Calibri", "游ゴシック"), "en": ("Calibri", "游ゴシック")}  # (Latin, East Asian)

INK, NAVY, GREY, RULE = "1F2933", "1E3A5F", "66717F", "C9D1DA"
HEADER, BAND = "E6ECF3", "F5F7FA"
INPUT_INK, INPUT_PAPER = "1D4ED8", "FFFBEB"
FACTOR, FACTOR_PAPER = "2A7F9E", "EAF4F7"
GOOD, FAIR, POOR = "1B6E53", "7A5B00", "B3261E"
GOOD_PAPER, FAIR_PAPER, POOR_PAPER = "DDF1E8", "FBF0CC", "FADFDC"

# What each kind of sheet wears on its tab.
TAB_COLOURS = {
    "start": "66717F",
    "input": "E0A800",
    "result": "1E3A5F",
    "channel": "2A7F9E",
    "reference": "66717F",
    "calc": "C9D1DA",
}
# One hue per series, told apart also in grey print and by colour-blind readers (light to dark).
SERIES_COLOURS = ("1E3A5F", "2A7F9E", "7FB7BE", "E0A800", "B86B3A", "8C6BB1", "5B8C5A", "A0A7B0")
LINE_COLOUR = "B3261E"


@dataclass(frozen=True)
class Style:
    """One named cell style."""

    name: str
    size: float = 10
    bold: bool = False
    italic: bool = False
    color: str = INK
    fill: str | None = None
    number_format: str = "General"
    align: str = "general"
    valign: str = "center"
    wrap: bool = False
    indent: int = 0
    borders: tuple[tuple[str, str, str], ...] = ()
    locked: bool = True
    shrink: bool = False


def _rules(*sides: str, style: str = "thin", color: str = RULE) -> tuple[tuple[str, str, str], ...]:
    return tuple((side, style, color) for side in sides)


_GRID = _rules("top", "bottom", "left", "right")
_BOX = {"style": "thin", "color": NAVY}
_FACTOR = {"style": "thin", "color": FACTOR}
_SENTENCE = {"bold": True, "color": NAVY, "fill": BAND, "wrap": True, "indent": 1, "align": "left"}
_TOTAL = {
    "borders": (*_rules("left", "right", "bottom"), *_rules("top", style="medium", color=NAVY)),
    "bold": True,
}
_CARD = {
    "bold": True,
    "color": NAVY,
    "fill": BAND,
    "align": "center",
    "shrink": True,
    "borders": _rules("left", "right"),
}

_ATTAINED = f'[>={review_limits().above}]"▲ "0%;[>={review_limits().even}]"● "0%;"▼ "0%'

# Number formats by the part of a style's name behind the dot.  A count under 100 shows one decimal,
# because a month's share of a small goal is rarely whole.  The signs of attainment follow the percentage
# as it is shown: 105 % and more, 95–104 %, less.
FORMATS: dict[str, dict[str, Any]] = {
    "count": {"number_format": f"[=0]0;[<{FEW}]#,##0.0;#,##0", "align": "right"},
    "whole": {"number_format": "#,##0", "align": "right"},
    "exact": {"number_format": "#,##0.00", "align": "right"},
    "rate": {"number_format": "0.0%", "align": "right"},
    "rate2": {"number_format": "0.00%", "align": "right"},
    "percent": {"number_format": "0%", "align": "right"},
    "decimal": {"number_format": "#,##0.0", "align": "right"},
    "yen": {"number_format": "#,##0", "align": "right"},
    "full_yen": {"number_format": '"¥"#,##0', "align": "right"},
    "full_jpy": {"number_format": '"JPY "#,##0', "align": "right"},
    "thousand_yen": {"number_format": "#,##0", "align": "right"},
    "thousand_yen_typed": {"number_format": "#,##0.0##", "align": "right"},
    "million_yen": {"number_format": "#,##0.0", "align": "right"},
    "million_yen_typed": {"number_format": "#,##0.0#####", "align": "right"},
    "in_millions": {"number_format": "#,##0.0,,", "align": "right"},
    "month": {"number_format": "yyyy/mm", "align": "center"},
    "date": {"number_format": "yyyy/mm/dd", "align": "center"},
    "datetime": {"number_format": "yyyy/mm/dd hh:mm", "align": "center"},
    "day": {"number_format": "0", "align": "right"},
    "weight": {"number_format": "0.00", "align": "right"},
    "attain": {"number_format": _ATTAINED, "align": "right"},
    "state": {"number_format": _ATTAINED, "align": "center"},
    # What a figure has changed by: the sign says up or down, not good or bad.  Of a rate these are points, no percent.
    "change": {"number_format": '"▲ "#,##0.0;"▼ "#,##0.0;"● "0.0', "align": "right"},
    "change_whole": {"number_format": '"▲ "#,##0;"▼ "#,##0;"● "0', "align": "right"},
    "change_exact": {"number_format": '"▲ "#,##0.00;"▼ "#,##0.00;"● "0.00', "align": "right"},
    "change_rate": {"number_format": '"▲ "0.0%"pt";"▼ "0.0%"pt";"● "0.0%"pt"', "align": "right"},
    # The share of a budget that is spent: only above it is there a sign; in a narrow cell without the word.
    **{
        f"spent{lang}": {
            "number_format": f'[>={review_limits().above}]"▼ "{share};{share}'.replace('""', ""),
            "align": "right",
        }
        for lang, share in (("", "0%"), *((f"_{lang}", catalog.text("word_spent", lang)) for lang in catalog.LANGUAGES))
    },
    # A share of the whole period's target is no attainment, and stands in a row of them: so it bears its own name.
    **{
        f"progress_{lang}": {"number_format": f'"{catalog.text("word_progress", lang)} "0%', "align": "right"}
        for lang in catalog.LANGUAGES
    },
    "center": {"align": "center"},
    "left": {"align": "left"},
    "right": {"align": "right"},
    "raw": {"number_format": "General", "align": "right"},
}


def attained_style(lang: str, role: str, better: str) -> str:
    """The style of an attainment; of money ``SPENT`` the word stands beside the share (no ``lang``: no word)."""
    return f"{role}.spent{lang and f'_{lang}'}" if better == SPENT else f"{role}.attain"


ROLES: dict[str, dict[str, Any]] = {
    "text": {},
    "key": {"size": 8, "color": "BFC5CC", "number_format": ";;;"},
    "nav": {"color": "1D4ED8"},
    "title": {"size": 18, "bold": True, "color": NAVY},
    "title_fit": {"size": 18, "bold": True, "color": NAVY, "shrink": True},
    "title_lines": {"size": 11, "bold": True, "color": NAVY, "wrap": True},
    "subtitle": {"color": GREY},
    "section": {"size": 12, "bold": True, "color": NAVY, "borders": _rules("bottom", style="medium", color=NAVY)},
    "header": {"bold": True, "color": NAVY, "fill": HEADER, "align": "center", "wrap": True, "borders": _GRID},
    "label": {"borders": _GRID, "align": "left", "indent": 1, "shrink": True},
    "label_wrap": {"borders": _GRID, "align": "left", "indent": 1, "wrap": True},
    "label_strong": {"borders": _GRID, "align": "left", "indent": 1, "bold": True, "shrink": True},
    "label_strong_wrap": {"borders": _GRID, "align": "left", "indent": 1, "bold": True, "wrap": True},
    "note": {"color": GREY, "wrap": True, "valign": "top"},
    "note_line": {"color": GREY},
    "example": {"color": FAIR},
    "section_note": {"color": GREY, "borders": _rules("bottom", style="medium", color=NAVY)},
    "section_example": {"color": FAIR, "borders": _rules("bottom", style="medium", color=NAVY)},
    "unit": {"color": GREY, "borders": _GRID, "align": "left", "indent": 1, "wrap": True},
    "unit_line": {"color": GREY, "borders": _GRID, "align": "left", "indent": 1, "shrink": True},
    "sentence": {**_SENTENCE, "size": 12},
    "sentence_long": _SENTENCE,
    "unknown": {"color": "FFFFFF", "fill": "FFFFFF"},
    "clear": {"color": GOOD, "align": "left", "indent": 1},
    "warning": {"color": POOR, "wrap": True, "align": "left", "valign": "top", "indent": 1},
    "body": {"wrap": True, "align": "left", "borders": _GRID, "indent": 1},
    "step": {"size": 11, "bold": True, "color": NAVY, "fill": BAND, "align": "center", "borders": _GRID},
    "link": {"color": "1D4ED8", "borders": _GRID, "align": "left", "indent": 1},
    "input": {"color": INPUT_INK, "fill": INPUT_PAPER, "borders": _GRID, "locked": False},
    "input_wrap": {"color": INPUT_INK, "fill": INPUT_PAPER, "borders": _GRID, "locked": False, "wrap": True},
    "input_sample": {"color": INPUT_INK, "fill": INPUT_PAPER, "borders": _GRID},
    "value": {"borders": _GRID},
    "value_fit": {"borders": _GRID, "shrink": True},
    "value_grey": {"borders": _GRID, "color": GREY},
    "value_strong": {"borders": _GRID, "bold": True, "fill": BAND},
    "total": _TOTAL,
    "total_wrap": {**_TOTAL, "wrap": True},
    # The dashboard's cards: what it is, the number, a line below it; and the one sentence under them.
    "dash_label": {"color": GREY, "fill": BAND, "align": "center", "borders": _rules("left", "right", "top")},
    "dash_value": {**_CARD, "size": 24},
    "dash_words": {**_CARD, "size": 20},
    "dash_note": {"fill": BAND, "align": "center", "shrink": True, "borders": _rules("left", "right", "bottom")},
    "dash_said": {"size": 12, "bold": True, "color": NAVY, "align": "left", "shrink": True},
    "good": {"color": GOOD, "fill": GOOD_PAPER},
    "fair": {"color": FAIR, "fill": FAIR_PAPER},
    "poor": {"color": POOR, "fill": POOR_PAPER},
    # What Python computed, once inputs have changed since, and the line that says so.
    "old": {"color": GREY, "fill": "ECEFF2"},
    "old_word": {"color": POOR},
    "calc": {"size": 9, "color": GREY},
    "calc_header": {"size": 9, "bold": True, "color": GREY, "wrap": True},
    # The KPI tree: a box is two rows of five cells; lines are the borders of the narrow cells between.
    "box_name": {
        "bold": True,
        "color": NAVY,
        "fill": HEADER,
        "align": "left",
        "indent": 1,
        "shrink": True,
        "borders": _rules("top", "left", "bottom", **_BOX),
    },
    "box_name_long": {
        "bold": True,
        "color": NAVY,
        "fill": HEADER,
        "align": "left",
        "indent": 1,
        "wrap": True,
        "borders": _rules("top", "left", "bottom", **_BOX),
    },
    "box_name_mid": {"bold": True, "fill": HEADER, "borders": _rules("top", "bottom", **_BOX)},
    "box_owner": {
        "color": GREY,
        "fill": HEADER,
        "align": "right",
        "shrink": True,
        "borders": _rules("top", "bottom", **_BOX),
    },
    "box_owner_end": {
        "color": GREY,
        "fill": HEADER,
        "align": "right",
        "shrink": True,
        "borders": _rules("top", "bottom", "right", **_BOX),
    },
    "box_label": {"color": GREY, "align": "center", "borders": _rules("left", "bottom", **_BOX)},
    "box_label_mid": {"color": GREY, "align": "center", "borders": _rules("bottom", **_BOX)},
    "box_value": {"bold": True, "borders": _rules("bottom", **_BOX), "shrink": True},
    "box_state": {"bold": True, "borders": _rules("bottom", "right", **_BOX), "shrink": True},
    # The success factors beside it: words, in a colour of their own.
    "factor_name": {
        "bold": True,
        "color": FACTOR,
        "fill": FACTOR_PAPER,
        "align": "left",
        "indent": 1,
        "shrink": True,
        "borders": _rules("top", "left", "bottom", **_FACTOR),
    },
    "factor_name_mid": {"fill": FACTOR_PAPER, "borders": _rules("top", "bottom", **_FACTOR)},
    "factor_name_end": {"fill": FACTOR_PAPER, "borders": _rules("top", "right", "bottom", **_FACTOR)},
    "factor_kpi": {
        "align": "left",
        "indent": 1,
        "shrink": True,
        "borders": _rules("left", "bottom", **_FACTOR),
    },
    "factor_kpi_mid": {"borders": _rules("bottom", **_FACTOR)},
    "factor_state": {"bold": True, "borders": _rules("bottom", "right", **_FACTOR), "shrink": True},
    "factor_air": {"borders": _rules("left", "bottom", **_FACTOR)},
    "factor_air_mid": {"borders": _rules("bottom", **_FACTOR)},
    "factor_air_end": {"borders": _rules("right", "bottom", **_FACTOR)},
    "line": {"bold": True, "color": NAVY, "align": "center", "valign": "bottom"},
    "line_b": {
        "bold": True,
        "color": NAVY,
        "align": "center",
        "valign": "bottom",
        "borders": _rules("bottom", **_BOX),
    },
    "line_l": {"bold": True, "color": NAVY, "borders": _rules("left", **_BOX)},
    "line_lb": {
        "bold": True,
        "color": NAVY,
        "align": "center",
        "valign": "bottom",
        "borders": _rules("left", "bottom", **_BOX),
    },
}


@cache
def style(name: str) -> Style:
    """The style called ``role`` or ``role.format``; KeyError when either is unknown."""
    role, _, number_format = name.partition(".")
    attributes = dict(ROLES[role])
    if number_format:
        attributes.update(FORMATS[number_format])
    if role.startswith("input"):
        attributes.setdefault("align", "left")
    return replace(Style(name), **attributes)
