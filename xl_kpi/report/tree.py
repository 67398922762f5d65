"""The KPI tree of a report: its boxes in words, and where each stands in a drawing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from unicodedata import east_asian_width

from xl_kpi.plan.model import Plan
from xl_kpi.plan.money.cells import YEN
from xl_kpi.report.wording import State, attained, number
from xl_kpi.sheets import Context, placed
from xl_kpi.sheets.tree import nodes
from xl_kpi.sheets.tree.nodes import Node


@dataclass(frozen=True)
class Box:
    """One box: ``operator`` joins it to the box above it, ``apart`` that nothing of the one above comes of it."""

    name: str
    owner: str
    target: str
    actual: str
    state: State
    operator: str
    apart: bool
    children: tuple[Box, ...] = ()

    def walk(self) -> Iterator[Box]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Shape:
    """How boxes are drawn: sizes in pixels; ``level`` how much further right a child stands, ``below`` whether it
    stands under its parent and not beside it; ``letters`` how many half-width letters have room in a line."""

    width: float
    height: float
    pitch: float
    level: float
    below: bool
    letters: int


WIDE = Shape(width=186, height=60, pitch=68, level=222, below=False, letters=24)
NARROW = Shape(width=300, height=60, pitch=68, level=18, below=True, letters=40)
TURN = 18  # from the edge of a box to where the lines part, or from its left edge to the line down
PAGE = 510  # pixels: as high may a piece be: half a page of A4, so that little stays empty where one begins
LABEL = 17  # half-width letters: the words before an actual and its attainment, and the room between the two
LINE = 16  # one more line of a box


@dataclass(frozen=True)
class Placed:
    """A box in its place, its name cut to the room that there is, and where its operator stands."""

    box: Box
    x: float
    y: float
    name: str
    sign: tuple[float, float]


@dataclass(frozen=True)
class Piece:
    """A part of a drawing, from one row to another, so that no page has to cut through a box."""

    top: float
    height: float
    boxes: tuple[Placed, ...]
    lines: tuple[str, ...]


@dataclass
class Drawing:
    """A whole tree as drawn: how wide, how high, and its pieces from the top down."""

    width: float
    height: float
    shape: Shape
    pieces: list[Piece] = field(default_factory=list)


def tree_of(plan: Plan) -> Box:
    """The KPI tree of a sound plan; money is in yen, whatever the cells hold."""
    ctx = Context(plan.with_(currency_unit=YEN))
    placed(ctx)
    return _box(nodes.build(ctx), plan.lang)


def _box(node: Node, lang: str) -> Box:
    return Box(
        node.name,
        node.owner,
        number(node.target.value, node.unit, lang),
        number(node.actual.value, node.unit, lang),
        attained(node.state.value),
        node.operator,
        node.apart,
        tuple(_box(child, lang) for child in node.children),
    )


def drawn(root: Box, shape: Shape) -> Drawing:
    """A tree drawn from left to right, or from the top down (``shape``).

    Special cases: where an actual and its attainment have no room beside each other, every box has one line more.
    """
    if any(_wide(f"{one.actual}{one.state.words}") + LABEL > shape.letters for one in root.walk()):
        shape = replace(shape, height=shape.height + LINE, pitch=shape.pitch + LINE)
    at_once = int(PAGE // shape.pitch)
    boxes: list[Placed] = []
    lines: list[str] = []
    rows = _place(root, shape, 0, 0, boxes, lines)
    drawing = Drawing(max(one.x for one in boxes) + shape.width + 2, rows * shape.pitch, shape)
    for top in range(0, rows, at_once):
        high = min(at_once, rows - top)
        inside = tuple(one for one in boxes if top <= one.y // shape.pitch < top + high)
        drawing.pieces.append(Piece(top * shape.pitch, high * shape.pitch, inside, tuple(lines)))
    return drawing


def _place(box: Box, shape: Shape, row: int, level: int, boxes: list[Placed], lines: list[str]) -> int:
    """Puts a box and those below it into ``boxes``, what joins them into ``lines``; the first free row after them."""
    x, y = 1 + level * shape.level, row * shape.pitch + 1
    middle = y + shape.height / 2
    sign = (x + shape.width - 16, y + 20) if shape.below else (x - TURN / 2, middle - 5)
    name = cut(box.name, shape.letters - (2 * level if shape.below else 0))
    boxes.append(Placed(box, x, y, name, sign))
    next_row = row + 1 if shape.below or not box.children else row
    turn = x + shape.level / 2 if shape.below else x + shape.width + TURN
    end = 0.0
    for child in box.children:
        at = next_row * shape.pitch + 1 + shape.height / 2
        next_row = _place(child, shape, next_row, level + 1, boxes, lines)
        if not child.apart:
            end = at
            lines.append(f"M{turn:g} {at:g}H{x + shape.level:g}")
    if end:
        begin = f"M{turn:g} {y + shape.height:g}" if shape.below else f"M{x + shape.width:g} {middle:g}H{turn:g}"
        lines.append(f"{begin}V{end:g}")
    return next_row


def cut(words: str, letters: int) -> str:
    """Words that have room in so many half-width letters; "…" where some had to go.

    Example: ``cut("サービスサイト", 8)`` is "サービ…".
    """
    if _wide(words) <= letters:
        return words
    while words and _wide(words) > letters - 2:
        words = words[:-1]
    return f"{words.rstrip()}…"


def _wide(words: str) -> int:
    """How many half-width letters some words are wide."""
    return sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in words)
