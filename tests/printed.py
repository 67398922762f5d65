"""What LibreOffice prints of a workbook: of each page the sheet, the lines of text and the smallest type in points."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf

FOOT = 0.6 * 72  # points: the lower margin, with the footer in it


@dataclass(frozen=True)
class Printed:
    """One page on paper.

    ``footer`` as printed; ``lines`` of text, links on top and footer left out; ``smallest`` type among them in points;
    ``low`` how much of the page's height is used, 0–1.
    """

    footer: str
    lines: tuple[str, ...]
    smallest: float
    low: float
    landscape: bool
    sizes: Counter[float]


def printed(pdf: Path) -> list[Printed]:
    """The pages of a PDF, in order."""
    return [_page(page) for page in pypdf.PdfReader(pdf).pages]


def _page(page: pypdf.PageObject) -> Printed:
    found: list[tuple[float, float, float, str]] = []  # from the top, from the left, size, text

    def visit(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        if not text.strip():
            return
        scale = math.hypot(tm[0], tm[1]) * math.hypot(cm[0], cm[1])
        across = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        up = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        found.append((float(up), float(across), round(size * scale, 2), text.strip()))

    page.extract_text(visitor_text=visit)
    whole = float(page.mediabox.height)
    body = [one for one in found if one[0] > FOOT]
    lines: dict[int, list[tuple[float, str]]] = {}
    for up, across, _, text in body:
        lines.setdefault(round(-up / 3), []).append((across, text))
    return Printed(
        " ".join(text for up, _, _, text in sorted(found, key=lambda one: one[1]) if up <= FOOT),
        tuple(" ".join(text for _, text in sorted(line)) for _, line in sorted(lines.items())),
        min((size for _, _, size, _ in body), default=0.0),
        1 - min((up for up, *_ in body), default=whole) / whole,
        float(page.mediabox.width) > whole,
        Counter(size for _, _, size, _ in body),
    )
