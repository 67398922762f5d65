"""Nothing on a page is cut and no number shows #### (issue "From a goal to a finished plan workbook", point 6).

Widths are estimated: a column of width w holds w digits of the standard font at 11 points; a Latin letter or
digit at s points takes s/11 of that (bold 6 % more), an East Asian one twice as much, a comma or point half of it
(0.507 em a digit, 0.252 em a comma in Calibri).  Calibri and 游ゴシック
measure a little less than that, so what fits here fits in Excel.
"""

from __future__ import annotations

import datetime as dt
import math
import re

import pytest
from openpyxl.utils import range_boundaries

from tests.agreement.selected import often
from tests.sheets.plans import NAMES, in_the_year, template
from xl_kpi.plan.examples.figures import as_template
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.theme import style

LINE = 1.3  # line height in font sizes
STANDARD_WIDTH = 8.43


def wide(char: str) -> bool:
    return ord(char) > 0x2E7F and not 0xFF61 <= ord(char) <= 0xFF9F


def text_width(text: str, look) -> float:
    units = sum(2 if wide(char) else 0.5 if char in ",." else 1 for char in text)
    return units * look.size / 11 * (1.06 if look.bold else 1) * 0.98


def shown(value, look) -> str:
    """A number as our formats show it."""
    code = look.number_format
    if isinstance(value, dt.date):
        return {"yyyy/mm": "2026/04", "yyyy/mm/dd": "2026/04/30"}.get(code, "2026/04/30 12:34")
    if code == ";;;":
        return ""
    if code.startswith("[>=1.045]"):
        return f"▲ {value:.0%}"
    if code.startswith("[>=1]"):  # amounts: fewer digits of a million and more
        code = code.removeprefix("[>=1]").split(";")[0 if value >= 1 else 1]
    if ";" in code and "▲" in code:  # by how much something has changed: up, down, not at all
        sign = code.split(";")[0 if value > 0 else 1 if value < 0 else 2].split('"')
        places = sign[2].strip("%;").partition(".")[2]
        number = f"{abs(value):,.{len(places)}{'%' if sign[2].startswith('0') and '%' in sign[2] else 'f'}}"
        return sign[1] + number + (sign[3] if len(sign) > 3 else "")
    if code.startswith('"') and code.endswith("%"):  # a word in front of a percentage
        return code.split('"')[1] + f"{value:.0%}"
    if code.endswith("%"):
        return f"{value:.{max(0, code.count('0') - 1)}%}"
    if code == "[=0]0;[<99.95]#,##0.0;#,##0":
        return "0" if value == 0 else f"{value:,.1f}" if value < 99.95 else f"{value:,.0f}"
    if code.startswith(('"¥"', '"JPY "')):
        sign = code.split('"')[1]
        return f"{sign}{value:,.0f}"
    if code.endswith("#"):  # digits that are shown where there are any
        least, most = code.split(".")[1].count("0"), len(code.split(".")[1])
        digits = f"{value:,.{most}f}"
        return digits[: len(digits) - most + max(least, len(digits.split(".")[1].rstrip("0")))]
    if code.startswith("#,##0"):
        scaled = value / 1000 ** (len(code) - len(code.rstrip(",")))
        return f"{scaled:,.{len(code.split('.')[1].rstrip(',')) if '.' in code else 0}f}"
    if code == "0.00":
        return f"{value:.2f}"
    return f"{value:g}"


def test_the_formats_are_known():
    # shown() above must know every format that the theme has
    from xl_kpi.workbook.theme import FORMATS

    known = re.compile(
        r'"▲ "(#,##)?0(\.0+)?(%"pt")?;"▼ "(#,##)?0(\.0+)?(%"pt")?;"● "0(\.0+)?(%"pt")?|'
        r'"[^"]+"0%|General|yyyy/mm(/dd( hh:mm)?)?|0|0\.00|0(\.0+)?%|'
        r'("¥"|"JPY ")?#,##0(\.0+#*)?,*|\[=0\]0;.*|\[>=1\.045\].*|\[>=1\]#,##0\.0#+;#,##0\.0#+'
    )
    for look in FORMATS.values():
        assert known.fullmatch(look.get("number_format", "General")), look


def sizes(page: SheetSpec) -> tuple:
    spans = {}
    for area in page.merges:
        left, top, right, bottom = range_boundaries(area)
        spans[top, left] = (bottom, right)
    return spans, lambda column: page.widths.get(column, STANDARD_WIDTH)


def misfits(page: SheetSpec) -> list[str]:
    spans, width_of = sizes(page)
    found = []
    for (row, column), cell in page.cells.items():
        if cell.value in (None, "") or page.key in ("calc", "record"):  # hidden
            continue
        look = style(cell.style)
        bottom, right = spans.get((row, column), (row, column))
        room = sum(width_of(c) for c in range(column, right + 1)) - 0.6 - look.indent
        height = sum(page.heights.get(r, page.default_height) for r in range(row, bottom + 1))
        if isinstance(cell.value, str):
            lines = cell.value.split("\n")
            if look.wrap:
                needed = sum(max(1, math.ceil(text_width(line, look) / max(room, 1))) for line in lines)
                # the last line may touch the border: half a point of air is enough
                if needed * look.size * LINE > height + 2:
                    found.append(
                        f"{page.key} R{row}C{column} needs {needed} lines in {height} points: {cell.value[:50]}"
                    )
                continue
            if look.number_format == ";;;":
                continue
            room *= 1.15 if look.shrink else 1  # a name may shrink a little and stays readable
            # an unwrapped text may run on over cells that are empty
            last = right
            while look.align in ("left", "general") and last < 60:
                beside = page.cells.get((row, last + 1))
                if beside is not None and beside.value not in (None, "") or beside is not None and beside.formula:
                    break
                last += 1
                room += width_of(last)
            if text_width(cell.value, look) > room:
                found.append(f"{page.key} R{row}C{column} is cut: {cell.value[:50]}")
        else:
            if text_width(shown(cell.value, look), look) > room + 0.3:
                found.append(f"{page.key} R{row}C{column} shows ####: {shown(cell.value, look)}")
    return found


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("name", often([*NAMES, "in the year"], ["default", "in the year"]))
def test_every_text_and_number_fits_its_cell(name, lang):
    plan = in_the_year(lang) if name == "in the year" else as_template(template(name, lang))  # its figures are marked
    found = [line for page in book_spec(plan).sheets for line in misfits(page)]
    assert not found, "\n".join(found)


def test_no_step_leaves_a_single_sign_on_its_second_line():
    page = book_spec(template("default", "ja")).sheet("start")
    for (row, column), cell in page.cells.items():
        if column == 4 and isinstance(cell.value, str):
            lines = text_width(cell.value, style(cell.style)) / (page.widths[column] - 0.6 - style(cell.style).indent)
            assert not 1 < lines < 1.05, (row, cell.value)  # of forty signs: less than two are left


def test_a_text_that_does_not_fit_is_noticed():
    # the check itself: 20 East Asian letters at 10 points take 36 digits' room
    page = SheetSpec("x", "x", widths={2: 10, 3: 10})
    page.put(1, 2, "あ" * 20, "label")
    page.put(1, 3, "次", "label")
    page.put(2, 2, 12_345_678_901.0, "value.yen")
    page.put(3, 2, "あ" * 20, "body")
    assert [line.split()[1] for line in misfits(page)] == ["R1C2", "R2C2", "R3C2"]
