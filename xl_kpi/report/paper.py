"""A report as a PDF of A4 pages, set by Typst: it gets every text as data, so that none is read as code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.resources import files
from typing import Any, Literal

from xl_kpi.errors import XlKpiError
from xl_kpi.report import page
from xl_kpi.report.charts import painted
from xl_kpi.report.contents import Contents, Line
from xl_kpi.report.fonts import beside, font_for
from xl_kpi.report.tree import WIDE, drawn

STANDARD: Literal["ua-1"] = "ua-1"  # PDF/UA: headings, tables and pictures are tagged, pictures have words
NAMED = (
    *(f"section_{one}" for one in ("dashboard", "steps", "actions", "channels", "tree", "appendix")),
    "losses_title", "losses_note", "checks_title", "method_title", "terms_title", "kpis_title",
)  # fmt: skip


class NoPaper(XlKpiError):
    """Typst could not set the report."""


def paper(contents: Contents) -> bytes:
    """The whole PDF.

    Errors: NoFont where Japanese can't be written; NoPaper where Typst gives up.
    """
    import typst

    parts = page.parts(contents)
    fonts = typst.Fonts()
    told = as_data(contents, parts)
    families = fonts.families()
    font = font_for(_texts(told), families)
    told = {**told, "font": font, "others": beside(families), **_pictures(parts, font)}
    source = (files(__package__) / "report.typ").read_bytes()
    inputs = {"data": json.dumps(told)}
    with suppress(RuntimeError):  # a sign that no font has, in a name for example, keeps a PDF from being PDF/UA
        return typst.compile(source, font_paths=fonts, sys_inputs=inputs, pdf_standards=STANDARD)
    try:
        return typst.compile(source, font_paths=fonts, sys_inputs=inputs)
    except RuntimeError as problem:  # typst.TypstError
        raise NoPaper("report_failed", reason=str(problem).splitlines()[0]) from problem


def as_data(contents: Contents, parts: Mapping[str, Any]) -> dict[str, Any]:
    """Every text of the report, as JSON has it."""
    t = contents.t
    return {
        "lang": contents.lang,
        "title": contents.title,
        "about": contents.about,
        "generator": parts["generator"],
        "footer": t("footer", made=f"{contents.made:%Y/%m/%d}"),
        "words": {**{key: t(key) for key in NAMED}, "tree_note": contents.tree_note},
        "cards": [
            {"label": one.label, "value": one.value, "note": one.note, "state": one.state} for one in contents.cards
        ],
        "sentences": contents.sentences,
        "steps": lines_table(contents, contents.steps, t("stage")),
        "losses": {"heads": contents.losses_heads, "rows": contents.losses},
        "checks": contents.checks,
        "actions": [
            {
                "about": f"{one.number}. {t('action_about', channel=one.channel, kpi=one.kpi)}",
                "figures": one.beyond or t("action_figures", plan=one.plan, actual=one.actual),
                "what": f"{one.cause} → {one.action}",
                "brings": one.brings,
                "more": contents.more(one),
            }
            for one in contents.actions
        ],
        "no_actions": contents.no_actions,
        "together": contents.together,
        "channels": lines_table(contents, contents.channels, t("channel")),
        "kpis": [{"name": name, "table": lines_table(contents, lines, "KPI")} for name, lines in contents.kpis],
        "definitions": contents.definitions,
        "tree_words": t("tree_words", name=parts["tree"].name, boxes=parts["boxes"]),
        "methods": contents.methods,
        "terms": parts["terms"],
    }


def lines_table(contents: Contents, lines: Sequence[Line], first: str) -> dict[str, Any]:
    """The head and the rows of a table of lines; the first and the last column are words."""
    t, seen = contents.t, contents.has_actuals
    ends = any(one.expected for one in lines)
    to_date = [t("planned"), t("actual"), t("attained"), contents.last_month] if seen else []
    agreed = [t("first")] if seen and contents.has_first else []
    heads = [first, *to_date, *agreed, t("whole"), *([t("expected")] if ends else []), t("owner")]
    rows = []
    for one in lines:
        to_date = [one.planned, one.actual, one.reached.words, one.month.words] if seen else []
        agreed = [one.first.words] if seen and contents.has_first else []
        rows.append([one.name, *to_date, *agreed, one.whole, *([one.expected] if ends else []), one.owner])
    return {"heads": heads, "rows": rows}


def _pictures(parts: Mapping[str, Any], font: str) -> dict[str, Any]:
    """The charts with their words, and the pieces of the tree, in the colours of paper."""
    contents: Contents = parts["contents"]
    t = contents.t
    made = (
        (t("steps_title"), parts["steps_chart"], contents.lines_words(contents.steps), t("steps_note")),
        (t("way_title"), parts["way_chart"], contents.way_words, t("way_note")),
        (t("trend_title"), parts["trend_chart"], parts["trend_words"], contents.trend_note),
        (t("channels_title", stage=contents.steps[0].name), parts["channels_chart"],
         contents.lines_words(contents.lead_channels), t("steps_note")),
    )  # fmt: skip
    pieces = [painted(svg, font) for svg in page.tree_pieces(drawn(parts["tree"], WIDE), t)]
    return {
        "charts": [_chart(*one, font=font) for one in made if one[1]],
        "tree": pieces,
    }


def _chart(title: str, svg: str, words: str, note: str, *, font: str) -> dict[str, str]:
    return {"title": title, "svg": painted(svg, font), "alt": words, "note": note}


def _texts(told: Any) -> Iterator[str]:
    """Every text in nested data."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, Mapping):
        for one in told.values():
            yield from _texts(one)
    elif isinstance(told, Sequence):
        for one in told:
            yield from _texts(one)
