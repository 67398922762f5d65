"""KPIツリー / KPI tree (K4): the nodes laid out left to right as boxes with lines between them."""

from __future__ import annotations

from collections.abc import Sequence

from xl_kpi.kpi.figures import attainment_excel, is_number
from xl_kpi.plan.money.cells import YEN
from xl_kpi.sheets.blocks import paper
from xl_kpi.sheets.blocks.head import Title, head
from xl_kpi.sheets.context import Context, mark_attainment, number_style
from xl_kpi.sheets.excel_text import digits_wide
from xl_kpi.sheets.places.backwards import closed_totals
from xl_kpi.sheets.tree import factors as tree_factors
from xl_kpi.sheets.tree import nodes as tree_nodes
from xl_kpi.sheets.tree.factors import Factor
from xl_kpi.sheets.tree.nodes import Node
from xl_kpi.workbook.addresses import absolute, relative
from xl_kpi.workbook.cells.grid import BOXES
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.theme import attained_style

FIRST_ROW = 6
BOX = 5  # cells: label, target, label, actual, state
LEVELS = 4
STRIDE = BOX + 2  # and two narrow ones for the lines
LAST_COLUMN = 1 + (LEVELS - 1) * STRIDE + BOX
PITCH = 3  # two rows of text and one of air
WIDTHS = (4.3, 9, 4.3, 9, 6.6)
STUB, TRUNK = 0.5, 2.5  # of the columns with the lines
HEIGHTS = (14, 14, 3)  # points of the rows of a slot
OWNER_DIGITS = 15  # of a name that needs no room for an owner beside it
LINE, NAME_DIGITS, LINE_DIGITS = 13.5, 18, 16  # of a name that takes several lines: points of each; what one holds
LARGE = 100_000_000  # yen
SLOTS_PER_PAGE = 19  # that many boxes below each other (six channels) still read well on one landscape A4 page


def build(ctx: Context) -> SheetSpec:
    page = ctx.sheet("tree")
    root = tree_nodes.build(ctx)
    for level in range(LEVELS):
        first = 2 + level * STRIDE
        page.widths.update({first + k: width for k, width in enumerate(WIDTHS)})
        if level < LEVELS - 1:
            page.widths.update({first + BOX: STUB, first + BOX + 1: TRUNK})
    title = Title(ctx.t("tree_title"), ctx.t("tree_subtitle"), [2, 4, 6, 9, 11, 13, 16, 18, 20, 23, 25])
    head(ctx, page, title, edge=LAST_COLUMN)
    for level, key in enumerate(("tree_level_kgi", "tree_level_stages", "tree_level_channels", "tree_level_actions")):
        for k in range(BOX):
            page.put(FIRST_ROW - 1, 2 + level * STRIDE + k, ctx.t(key) if k == 0 else None, "section")
    closed_totals(ctx, page, FIRST_ROW - 2, 2)
    slots: dict[str, int] = {}
    count = _slots(root, 0, slots)
    factors, left_out = tree_factors.shown(tree_factors.factors(ctx), max(count, SLOTS_PER_PAGE))
    _place(ctx, page, root, 0, slots)
    _marks(page, root, slots, factors)
    if factors or left_out:
        tree_factors.draw(ctx, page, factors, left_out, FIRST_ROW)
        count = max(count, tree_factors.FIRST_SLOT + sum(one.slots for one in factors))
    last = FIRST_ROW + PITCH * count
    for slot in range(count):
        row = FIRST_ROW + PITCH * slot
        name, value, air = HEIGHTS
        page.heights.update({row: max(name, page.heights.get(row, 0)), row + 1: value, row + 2: air})
    for row, key in enumerate(("tree_legend", "tree_legend_estimate"), last):
        page.put(row, 2, ctx.t(key), "note_line")
        paper.in_lines(page, row, 2, LAST_COLUMN)
    page.print_area = f"$A$1:{absolute(last + 1, LAST_COLUMN)}"
    page.fit_height = 1
    if not paper.fits_one(page, LAST_COLUMN, last + 1):
        _pages(page, root, slots, count)
    page.freeze = f"A{FIRST_ROW}"
    return page


def _slots(node: Node, slot: int, slots: dict[str, int]) -> int:
    """A box stands level with its first child; returns the next free slot."""
    slots[node.id] = slot
    if not node.children:
        return slot + 1
    for child in node.children:
        slot = _slots(child, slot, slots)
    return slot


def _pages(page: SheetSpec, root: Node, slots: dict[str, int], count: int) -> None:
    """Break between whole branches when the tree is too tall for one page."""
    page.fit_height = 0
    page.print_title_rows = f"${FIRST_ROW - 1}:${FIRST_ROW - 1}"
    whole = paper.room(page, LAST_COLUMN)
    header = paper.height(page, FIRST_ROW - 1, FIRST_ROW - 1)
    ends = [*(slots[branch.id] for branch in root.children[1:]), count]
    starts = []
    for branch, end in zip(root.children, ends, strict=True):
        starts.append(slots[branch.id])
        first, last = (FIRST_ROW + PITCH * slot for slot in (slots[branch.id], end))
        if not branch.apart and paper.height(page, first, last - 1) + header > whole:  # it is cut in any case
            starts += sorted({slots[child.id] for child in branch.children} - {slots[branch.id]})
    rows = [FIRST_ROW + PITCH * slot for slot in [*starts, count]]
    rows[-1] += 2  # the legend stays with the last of them
    parts = [(first, after - 1) for first, after in zip(rows, rows[1:])]
    page.row_breaks.extend(paper.breaks(page, parts, whole, header))


def _place(ctx: Context, page: SheetSpec, node: Node, level: int, slots: dict[str, int]) -> None:
    row, first = FIRST_ROW + PITCH * slots[node.id], 2 + level * STRIDE
    _box(ctx, page, node, row, first)
    for below in node.children:
        _place(ctx, page, below, level + 1, slots)
    joined = [child for child in node.children if not child.apart]
    if not joined:
        return
    stub, trunk = first + BOX, first + BOX + 1
    rows = [FIRST_ROW + PITCH * slots[child.id] for child in joined]
    page.put(row, stub, None, "line_b")
    for at in range(rows[0], rows[-1] + 1):
        child = next((c for c, r in zip(joined, rows) if r == at), None)
        is_first = at == rows[0]
        if child is None:
            page.put(at, trunk, None, "line_l")
        elif is_first:  # the trunk hangs below the line that comes from the parent
            page.put(at, trunk, child.operator or None, "line_b")
        else:
            page.put(at, trunk, child.operator or None, "line_lb")


def _box(ctx: Context, page: SheetSpec, node: Node, row: int, first: int) -> None:
    t = ctx.t
    name = node.name
    if node.unit.startswith("yen"):
        unit = t("currency_million_yen") if _is_large(ctx, node) else ctx.unit_label(node.unit)
        name = t("tree_name_with_unit", name=name, unit=unit)
    room = NAME_DIGITS if node.owner else NAME_DIGITS + OWNER_DIGITS
    lines = 1 if digits_wide(name) <= room else -(-digits_wide(name) // LINE_DIGITS)
    page.put(row, first, name, "box_name" if lines == 1 else "box_name_long")
    end = first + BOX - 1
    split = end - 2 if node.owner else end  # the last column of the name; the owner has the others
    for column in range(first + 1, min(split + 1, end)):
        page.put(row, column, None, "box_name_mid")
    page.merges += [f"{relative(row, first)}:{relative(row, split)}"]
    if node.owner:
        page.put(row, split + 1, node.owner, "box_owner")
        page.merges += [f"{relative(row, split + 1)}:{relative(row, end)}"]
    page.put(row, end, None, "box_owner_end")
    if lines > 1:
        page.heights[row] = max(LINE * lines, page.heights.get(row, 0))
    if node.link:  # LibreOffice breaks no name into lines that is a link
        page.links[row, split + 1 if lines > 1 and node.owner else first] = node.link
    below = row + 1
    look = number_style("box_value", node.unit, ctx.plan).replace(".count", ".whole")
    if _is_large(ctx, node):
        look = "box_value.in_millions"
    if node.id == "kgi" and node.unit == "count":
        look = "box_value.whole"  # a goal in pieces is whole; parts of it by month are not
    page.put(below, first, t("tree_target"), "box_label")
    page.put(below, first + 1, node.target.value, look, formula="=" + node.target.excel)
    page.put(below, first + 2, t("tree_estimate" if node.estimated else "tree_actual"), "box_label_mid")
    page.put(below, first + 3, node.actual.value, look, formula="=" + node.actual.excel)
    target, actual, state = (relative(below, first + k) for k in (1, 3, 4))
    formula = "=" + node.state.excel if node.state.excel else attainment_excel(actual, target)
    page.put(
        below, first + 4, node.state.value, attained_style(ctx.lang, "box_state", node.state.better), formula=formula
    )
    mark_attainment(page, state, state, node.state.better)


def _is_large(ctx: Context, node: Node) -> bool:
    """Whether an amount in yen is shown in millions: its digits would be too small to read in a box."""
    amounts = [one.value for one in (node.target, node.actual) if is_number(one.value)]
    return node.unit == ctx.plan.currency_unit == YEN and max(map(abs, amounts), default=0) >= LARGE


def _marks(page: SheetSpec, root: Node, slots: dict[str, int], factors: Sequence[Factor]) -> None:
    """In column A the ids of the boxes that stand side by side, so that a box is found again when it has moved.

    The lines left of a box go with it.
    """
    rows: dict[int, list[str]] = {}
    level = [root]
    for depth in range(LEVELS):
        for node in level:
            rows.setdefault(slots[node.id], [""] * LEVELS)[depth] = node.id
        level = [child for node in level for child in node.children]
    for slot, factor in tree_factors.slots_of(list(factors)):
        for k in range(factor.slots):
            rows.setdefault(slot + k, [""] * LEVELS)[0] = f"ksf:{factor.id}" + (f":{k}" if k else "")
    for slot, ids in rows.items():
        page.put(FIRST_ROW + PITCH * slot, 1, f"{BOXES}{2 + BOX - STRIDE}:{STRIDE}:{'|'.join(ids)}", "key")
