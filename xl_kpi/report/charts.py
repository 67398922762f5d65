"""The charts of a report: Vega-Lite descriptions, and the SVG that vl-convert makes of them.

Colours are CSS variables, so that a page has them in light and dark; ``painted`` puts in those of paper.  Names and
numbers stand above their bars, so that nothing is cut where names are long, and a phone shows them in full size.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from xl_kpi.kpi.review.words import few
from xl_kpi.report.contents import Bar, Contents, Line, Trend
from xl_kpi.report.tree import cut
from xl_kpi.report.wording import attained, number

WIDTH = 400  # pixels: what a phone shows in full size, and three of which stand side by side on a screen
ROW, THICK = 40, 12
TREND_HEIGHT = 250
MOST_TICKS = 6  # months with their names below the trend
LETTERS = 34  # of a name beside its figures, half-width
MOST_SHARE = 1.5  # of the target: more is drawn as this, its number says how much

# Variable → its colour on paper; the page has the same names (report.css).
PAPER = {
    "--ink": "#1f2933",
    "--muted": "#52606d",
    "--rule": "#c9d1da",
    "--plan": "#7b8794",
    "--actual": "#1e3a5f",
    "--expected": "#2a7f9e",
    "--good": "#1b6e53",
    "--poor": "#b3261e",
    "--fair": "#7a5b00",
    "--paper": "#ffffff",
    "--box": "#f5f7fa",
}
_STATES = {"good": "var(--good)", "fair": "var(--actual)", "poor": "var(--poor)", "": "var(--muted)"}
_KINDS = {"total": "var(--actual)", "loss": "var(--poor)", "gain": "var(--good)", "unknown": "var(--muted)"}


def painted(svg: str, font: str) -> str:
    """An SVG with the colours of paper and one font by its name."""
    svg = re.sub(r"var\((--[a-z]+)\)", lambda found: PAPER[found[1]], svg)
    return svg.replace('font-family="sans-serif"', f'font-family="{font}"')


def lines_chart(lines: Sequence[Line], contents: Contents) -> str:
    """How far each line is, in percent of its target to date, with actual and target as numbers."""
    rows: list[dict[str, Any]] = []
    for place, line in enumerate(lines):
        share = line.reached.share
        rows.append({
            "row": place,
            "name": cut(line.name, LETTERS),
            "words": f"{line.words}  {line.reached.words if line.reached.state else ''}".strip(),
            "share": None if share is None else max(0.0, min(MOST_SHARE, share)),
            "colour": _STATES[line.reached.state],
        })  # fmt: skip
    track = {"mark": {"type": "bar", "height": THICK, "yOffset": 8, "color": "var(--box)", "stroke": "var(--rule)"},
             "encoding": {"x": {"datum": MOST_SHARE, **_x([0, MOST_SHARE])}}}  # fmt: skip
    bars = {"mark": _bar(), "encoding": {"x": {"field": "share", **_x([0, MOST_SHARE])}, "color": _colour()}}
    once: dict[str, Any] = {"data": {"values": [{}]}}
    rule = {"type": "rule", "color": "var(--ink)", "strokeDash": [3, 2]}
    goal = {**once, "mark": rule, "encoding": {"x": {"datum": 1}}}
    mark = {"type": "text", "align": "center", "baseline": "top", "y": len(rows) * ROW + 2, "color": "var(--muted)"}
    words = {"value": contents.t("chart_goal")}
    label = {**once, "mark": mark, "encoding": {"x": {"datum": 1}, "y": None, "text": words}}
    return _rows_chart(rows, [track, bars, goal, *_words()], label)


def way_chart(bars: Sequence[Bar]) -> str:
    """From the target to the actual: one bar for each part of the gap, each from where the one above ends."""
    rows = [
        {"row": place, "name": cut(one.name, LETTERS), "words": one.words, "begin": one.begin, "end": one.end,
         "colour": _KINDS[one.kind]}
        for place, one in enumerate(bars)
    ]  # fmt: skip
    ends = [end for one in bars for end in (one.begin, one.end)]
    domain = [min(0.0, *ends), max(1e-9, *ends)]
    layer = {
        "mark": _bar(),
        "encoding": {"x": {"field": "begin", **_x(domain)}, "x2": {"field": "end"}, "color": _colour()},
    }
    return _rows_chart(rows, [layer, *_words()])


def trend_chart(trend: Trend, contents: Contents) -> str:
    """Orders added up by month: target, actual, forecast, and the band at the end."""
    lines = {"planned": trend.planned, "actual": trend.actual}
    values: list[dict[str, Any]] = [
        {"at": month, "what": what, "orders": orders}
        for what, row in lines.items()
        for month, orders in zip(trend.months, row)
    ]
    since = len(trend.actual)
    begin = [(trend.months[since - 1], trend.actual[-1])] if trend.actual else []
    values += [
        {"at": month, "what": "expected", "orders": orders}
        for month, orders in [*begin, *zip(trend.months[since:], trend.forecast)]
    ]
    styles = {
        "planned": ("var(--plan)", [6, 3], 2),
        "actual": ("var(--actual)", [1, 0], 3),
        "expected": ("var(--expected)", [2, 2], 2),
    }
    ticks = trend.months[:: -(-len(trend.months) // MOST_TICKS)]
    axis_x = {"values": [*ticks], "labelAngle": 0, "title": None, "grid": False, "labelOverlap": "greedy",
              "labelExpr": "substring(datum.value, 2)"}  # fmt: skip
    x = {
        "field": "at",
        "type": "ordinal",
        "sort": [*trend.months],
        "axis": axis_x,
        "scale": {"type": "point", "padding": 0.5},
    }
    y = {"field": "orders", "type": "quantitative", "axis": {"title": None, "tickCount": 5, "format": ",d"}}
    layers: list[dict[str, Any]] = []
    for what, (colour, dash, width) in styles.items():
        layers.append({
            "transform": [{"filter": f"datum.what === '{what}'"}],
            "mark": {"type": "line", "color": colour, "strokeDash": dash, "strokeWidth": width,
                     "point": {"color": colour, "size": 22} if what == "actual" else False},
            "encoding": {"x": x, "y": y},
        })  # fmt: skip
    goal = {"data": {"values": [{"goal": trend.goal}]}, "encoding": {"y": {"field": "goal", "type": "quantitative"}}}
    words = contents.t("trend_goal", goal=number(trend.goal))
    layers.append({**goal, "mark": {"type": "rule", "color": "var(--ink)"}})
    layers.append(
        {**goal, "mark": {"type": "text", "x": 4, "align": "left", "dy": -7, "color": "var(--ink)", "text": words}}
    )
    if contents.has_actuals and trend.high > trend.low:
        layers += _band(trend, x)
    spec = {"height": TREND_HEIGHT, "data": {"values": values}, "layer": layers}
    return _svg(spec)


def _band(trend: Trend, x: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The band of the forecast as a bar at the last month, with both of its ends as numbers."""
    data = {"values": [{"at": trend.months[-1], "low": trend.low, "high": trend.high}]}
    at = {**x, "field": "at"}
    span = {"type": "rule", "color": "var(--expected)", "strokeWidth": 5, "opacity": 0.55}
    layers: list[dict[str, Any]] = [
        {
            "data": data,
            "mark": span,
            "encoding": {"x": at, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
        }
    ]
    label = {"type": "text", "align": "right", "dx": -8, "color": "var(--ink)"}
    for end, words in (("high", number(round(trend.high))), ("low", number(round(trend.low)))):
        layers.append({
            "data": data,
            "mark": {**label, "dy": -4 if end == "high" else 6},
            "encoding": {"x": at, "y": {"field": end, "type": "quantitative"}, "text": {"value": words}},
        })  # fmt: skip
    return layers


def trend_words(trend: Trend, contents: Contents) -> str:
    """The trend in one sentence, for those who do not see the chart."""
    planned, goal = few(trend.planned[-1]), few(trend.goal)
    words = contents.t("trend_words", planned=planned, goal=goal, last=trend.months[-1])
    if not trend.actual:
        return words
    at = len(trend.actual) - 1
    share = attained(trend.actual[at] / trend.planned[at] if trend.planned[at] else None).words
    expected = few(trend.forecast[-1] if trend.forecast else trend.actual[-1])
    so_far = contents.t(
        "trend_so_far", month=trend.months[at], actual=few(trend.actual[at]), share=share, expected=expected
    )
    return f"{words}{so_far}"


# --- what the charts have in common


def _bar() -> dict[str, Any]:
    return {"type": "bar", "height": THICK, "yOffset": 8}


def _colour() -> dict[str, Any]:
    return {"field": "colour", "type": "nominal", "scale": None, "legend": None}


def _x(domain: Sequence[float]) -> dict[str, Any]:
    return {"type": "quantitative", "axis": None, "scale": {"domain": [*domain], "nice": False}}


def _words() -> list[dict[str, Any]]:
    """Name at the left and figures at the right, above the bar."""
    mark = {"type": "text", "yOffset": -7, "baseline": "middle", "color": "var(--ink)"}
    return [
        {"mark": {**mark, "align": "left"}, "encoding": {"x": {"value": 0}, "text": {"field": "name"}}},
        {"mark": {**mark, "align": "right"}, "encoding": {"x": {"value": "width"}, "text": {"field": "words"}}},
    ]


def _rows_chart(rows: list[dict[str, Any]], layers: list[dict[str, Any]], below: dict[str, Any] | None = None) -> str:
    y = {
        "field": "row",
        "type": "ordinal",
        "axis": None,
        "scale": {"type": "band", "paddingInner": 0, "paddingOuter": 0},
    }
    for layer in layers:
        layer.setdefault("encoding", {})
        if layer["mark"]["type"] != "rule":
            layer["encoding"]["y"] = y
    spec: dict[str, Any] = {
        "height": ROW * len(rows),
        "data": {"values": rows},
        "layer": [*layers, *([below] if below else [])],
    }
    return _svg(spec)


def _svg(spec: Mapping[str, Any]) -> str:
    """The SVG of a description."""
    import vl_convert

    axis = {f"{part}Color": "var(--rule)" for part in ("grid", "domain", "tick")}
    whole = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH - 10,
        "padding": 5,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "background": None,
        "config": {
            "font": "sans-serif",
            "aria": False,
            "view": {"stroke": None},
            "axis": {**axis, "labelColor": "var(--muted)", "labelFontSize": 11},
            "text": {"fontSize": 12},
        },
        **spec,
    }
    # What stands beside a chart says what it shows: the roles that Vega gives its parts say less, in English.
    return re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", vl_convert.vegalite_to_svg(whole))
