"""A report as a PDF of A4 pages, set by Typst: it gets every text as data, so that none is read as code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any, Literal

from xl_kpi.errors import XlKpiError
from xl_kpi.report import page
from xl_kpi.report.charts import painted
from xl_kpi.report.contents import Contents, Step
from xl_kpi.report.fonts import font_for
from xl_kpi.report.tree import WIDE, drawn

STANDARD: Literal["ua-1"] = "ua-1"  # PDF/UA: headings, tables and pictures are tagged, pictures have words
NAMED = (
    *(f"section_{one}" for one in ("dashboard", "steps", "actions", "channels", "tree", "appendix")),
    "losses_title", "losses_note", "checks_title", "method_title", "terms_title", "kpis_title", "tree_note",
    "channel", "cause", "loss_orders",
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
    font = font_for(_texts(told), fonts.families())
    told = {**told, "font": font, **_pictures(parts, font)}
    source = (files(__package__) / "report.typ").read_bytes()
    try:
        return typst.compile(source, font_paths=fonts, sys_inputs={"data": json.dumps(told)}, pdf_standards=STANDARD)
    except RuntimeError as problem:  # typst.TypstError
        raise NoPaper("report_failed", reason=str(problem).splitlines()[0]) from problem


def as_data(contents: Contents, parts: Mapping[str, Any]) -> dict[str, Any]:
    """Every text of the report, as JSON has it."""
    t = contents.t
    kpi_heads = ["KPI", t("planned") if contents.has_actuals else t("whole"), t("actual"), t("attained"), t("owner")]
    return {
        "lang": contents.lang,
        "title": contents.title,
        "about": contents.about,
        "generator": parts["generator"],
        "footer": t("footer", made=f"{contents.made:%Y/%m/%d}"),
        "words": {key: t(key) for key in NAMED},
        "cards": [
            {"label": one.label, "value": one.value, "note": one.note, "state": one.state} for one in contents.cards
        ],
        "sentences": contents.sentences,
        "steps": steps_table(contents, contents.steps, t("stage"), with_end=True),
        "losses": contents.losses,
        "checks": contents.checks if contents.has_actuals else [],
        "actions": [_action(contents, number, one) for number, one in enumerate(parts["actions"], 1)],
        "no_actions": contents.no_actions if contents.has_actuals and not parts["actions"] else "",
        "together": parts["together"],
        "channels": steps_table(contents, contents.channels, t("channel"), with_end=False),
        "kpi_heads": kpi_heads,
        "kpis": [
            {
                "name": one.name,
                "rows": [[kpi.name, kpi.planned, kpi.actual, kpi.reached.words, kpi.owner] for kpi in one.kpis],
                "definitions": [[kpi.name, kpi.definition] for kpi in one.kpis if kpi.definition],
            }
            for one in parts["channel_kpis"]
        ],
        "tree_words": t("tree_words", name=parts["tree"].name, boxes=parts["boxes"]),
        "methods": contents.methods,
        "terms": parts["terms"],
    }


def steps_table(contents: Contents, steps: Sequence[Step], first: str, *, with_end: bool) -> dict[str, Any]:
    """The head and the rows of a table of stages or channels; the first and the last column are words."""
    t, number, seen = contents.t, contents.number, contents.has_actuals
    heads = [first, *([t("planned"), t("actual"), t("attained")] if seen else []), t("whole")]
    heads += [t("expected")] if seen and with_end else []
    rows = []
    for one in steps:
        row = [
            one.name,
            *([number(one.planned), number(one.actual), one.reached.words] if seen else []),
            number(one.whole),
        ]
        row += [number(one.expected)] if seen and with_end else []
        rows.append([*row, one.owner])
    return {"heads": [*heads, t("owner")], "rows": rows}


def _action(contents: Contents, number: int, one: Any) -> dict[str, str]:
    owner = contents.t("owned_by", owner=one.owner) if one.owner else ""
    return {
        "about": f"{number}. {one.about}",
        "figures": one.figures,
        "what": f"{one.cause} → {one.action}",
        "brings": one.brings,
        "more": contents.t("between").join(words for words in (one.by, owner) if words),
    }


def _pictures(parts: Mapping[str, Any], font: str) -> dict[str, Any]:
    """The charts with their words, and the pieces of the tree, in the colours of paper."""
    contents: Contents = parts["contents"]
    t = contents.t
    made = (
        (t("steps_title"), parts["steps_chart"], contents.steps_words(contents.steps), t("steps_note")),
        (t("way_title"), parts["way_chart"], contents.way_words, t("way_note")),
        (t("trend_title"), parts["trend_chart"], parts["trend_words"],
         t("trend_note") if contents.has_actuals else t("trend_note_none")),
        (t("channels_title", stage=contents.steps[0].name), parts["channels_chart"],
         contents.steps_words(contents.channels), t("steps_note")),
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
