"""Draws the README's pictures: what is typed, what comes out, and where the plan stands, four months into a year.

    make pictures

Needs LibreOffice, poppler and a Japanese font, as the tests do.  Beside the pictures it writes what each was drawn from
(``drawn_from.txt``), by which tests/test_pictures.py sees that one is out of date.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "pictures"
sys.path.insert(0, str(ROOT))

from tests.sheets.plans import in_the_year  # noqa: E402  the path comes first
from xl_kpi import engine  # noqa: E402
from xl_kpi.catalog import LANGUAGES, text  # noqa: E402
from xl_kpi.sheets import book_spec  # noqa: E402
from xl_kpi.workbook.spec import BookSpec, SheetSpec  # noqa: E402
from xl_kpi.workbook.writing.render import render  # noqa: E402
from xl_kpi.workbook.writing.stored_values import with_stored_values  # noqa: E402

PAGES = ("settings", "tree", "backwards", "dashboard", "checks")
DRAWN_FROM = "drawn_from.txt"
# 110 dots an inch, cut to the printed area of an A4 page in landscape (x, y, width, height)
CUT = ("20", "30", "1246", "800")


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for lang in LANGUAGES:
            path = Path(folder) / f"{lang}.xlsx"
            book = engine.new_book()
            render(book_of(lang), book)
            path.write_bytes(with_stored_values(book.api.to_bytes(), lang))
            profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
            run("soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", folder, str(path))
            pdf = path.with_suffix(".pdf")
            for name in PAGES:
                page = str(page_of(pdf, text(f"sheet_{name}", lang)))
                x, y, width, height = CUT
                run("pdftoppm", "-r", "110", "-f", page, "-l", page, "-x", x, "-y", y, "-W", width, "-H", height,
                    "-png", "-singlefile", str(pdf), str(TARGET / f"{name}_{lang}"))  # fmt: skip
    (TARGET / DRAWN_FROM).write_text(drawn_from(), "utf-8", newline="\n")


def book_of(lang: str) -> BookSpec:
    """The workbook that is drawn."""
    return book_spec(in_the_year(lang))


def drawn_from() -> str:
    """A line for each picture: its name, and a digest of what its page shows."""
    books = {lang: book_of(lang) for lang in LANGUAGES}
    return "".join(f"{name}_{lang}.png {_digest(book.sheet(name))}\n" for lang, book in books.items() for name in PAGES)


def _digest(page: SheetSpec) -> str:
    """Of cells, sizes and how it is printed; of numbers what two computers agree on."""
    cells = [(place, _said(cell.value), cell.formula, cell.style) for place, cell in sorted(page.cells.items())]
    sizes = sorted(page.widths.items()), sorted(page.heights.items()), page.merges, page.default_height
    printed = page.print_area, page.landscape, page.fit_width, page.fit_height, page.row_breaks
    seen = repr((cells, sizes, printed, page.conditions, page.charts))
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def _said(value: object) -> object:
    return f"{value:.9g}" if isinstance(value, float) else value


def page_of(pdf: Path, sheet: str) -> int:
    """The first page whose footer names the sheet."""
    said = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    footers = [page.rstrip().splitlines()[-1] for page in said.split("\f")[:-1]]
    return next(number for number, footer in enumerate(footers, 1) if sheet in footer)


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
