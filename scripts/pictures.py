"""Draws the README's pictures: front page, tree, backwards plan, unit economics and check, four months into a year.

    make pictures

Needs LibreOffice, poppler and a Japanese font, as the tests do.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.sheets.plans import in_the_year  # noqa: E402  the path comes first
from xl_kpi import engine  # noqa: E402
from xl_kpi.catalog import text  # noqa: E402
from xl_kpi.plan.pages.optional import with_pages  # noqa: E402
from xl_kpi.sheets import book_spec  # noqa: E402
from xl_kpi.workbook.writing.render import render  # noqa: E402
from xl_kpi.workbook.writing.stored_values import with_stored_values  # noqa: E402

PAGES = ("start", "tree", "backwards", "economics", "checks")
# 110 dots an inch, cut to the printed area of an A4 page (x, y, width, height), landscape but for the front page
CUT, UPRIGHT = ("20", "30", "1246", "800"), ("20", "30", "870", "1180")


def main() -> None:
    target = ROOT / "docs" / "pictures"
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for lang in ("ja", "en"):
            path = Path(folder) / f"{lang}.xlsx"
            book = engine.new_book()
            render(book_spec(with_pages(in_the_year(lang), {"economics": True})), book)
            path.write_bytes(with_stored_values(book.api.to_bytes(), lang))
            profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
            run("soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", folder, str(path))
            pdf = path.with_suffix(".pdf")
            for name in PAGES:
                page = str(page_of(pdf, text(f"sheet_{name}", lang)))
                x, y, width, height = UPRIGHT if name == "start" else CUT
                run("pdftoppm", "-r", "110", "-f", page, "-l", page, "-x", x, "-y", y, "-W", width, "-H", height,
                    "-png", "-singlefile", str(pdf), str(target / f"{name}_{lang}"))  # fmt: skip


def page_of(pdf: Path, sheet: str) -> int:
    """The first page whose footer names the sheet."""
    said = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    footers = [page.rstrip().splitlines()[-1] for page in said.split("\f")[:-1]]
    return next(number for number, footer in enumerate(footers, 1) if sheet in footer)


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
