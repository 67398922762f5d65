"""A report as a web page: one file without a script, readable on a phone, on paper and in the dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from xl_kpi import __version__
from xl_kpi.report import charts
from xl_kpi.report.appendix import terms
from xl_kpi.report.contents import Contents
from xl_kpi.report.tree import NARROW, WIDE, Drawing, drawn, tree_of

if TYPE_CHECKING:
    from jinja2 import Environment

SHAPES = {"wide": WIDE, "narrow": NARROW}
GENERATOR = "xl_kpi"  # by which a report of ours is known again


def page(contents: Contents) -> str:
    """The whole page."""
    values = parts(contents)
    drawings = {name: list(tree_pieces(drawn(values["tree"], shape), contents.t)) for name, shape in SHAPES.items()}
    style = (files(__package__) / "report.css").read_text("utf-8")
    return _environment().get_template("report.html").render(**values, **drawings, style=style)


def tree_pieces(drawing: Drawing, t: Callable[..., str]) -> Iterator[str]:
    """Each piece of a drawn tree as an SVG."""
    template = _environment().get_template("tree.svg")
    root = drawing.pieces[0].boxes[0].box
    for piece in drawing.pieces:
        yield template.render(drawing=drawing, piece=piece, root=root, t=t)


def parts(contents: Contents) -> dict[str, Any]:
    """What both templates show, by its name in them."""
    has_actuals, lead_channels, tree = contents.has_actuals, contents.lead_channels, tree_of(contents.named)
    return {
        "contents": contents,
        "t": contents.t,
        "lang": contents.lang,
        "generator": f"{GENERATOR} {__version__}",
        "steps_chart": charts.lines_chart(contents.steps, contents) if has_actuals else "",
        "way_chart": charts.way_chart(contents.way) if contents.way else "",
        "trend_chart": charts.trend_chart(contents.trend, contents),
        "trend_words": charts.trend_words(contents.trend, contents),
        "channels_chart": charts.lines_chart(lead_channels, contents) if has_actuals and lead_channels else "",
        "tree": tree,
        "boxes": sum(1 for _ in tree.walk()),
        "terms": terms(contents.lang),
    }


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    found = Environment(
        loader=PackageLoader(__package__, "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    found.filters["drawing"] = Markup  # of a chart that charts.py has made, its texts escaped by vl-convert
    return found
