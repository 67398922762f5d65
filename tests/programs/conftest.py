"""``save``: workbooks as other programs leave them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.programs.savers import TYPING, Job, by_gnumeric, by_libreoffice, by_openpyxl, exceljs, sheetjs
from tests.regenerate.typing_in import type_in_cells


@pytest.fixture(scope="session")
def save(libreoffice):
    """``save(jobs)``: every file as the last program of its chain leaves it."""

    programs = {
        "L": by_libreoffice(libreoffice),
        "G": by_gnumeric,
        "O": by_openpyxl,
        "E": exceljs(),
        "S": sheetjs(),
    }

    def save_all(jobs: Sequence[Job]) -> None:
        for job in jobs:
            if job.chain[-1] not in TYPING:
                type_in_cells(job.path, job.cells)
        for step in range(max(len(job.chain) for job in jobs)):
            for letter, program in programs.items():
                if now := [job for job in jobs if job.chain[step : step + 1] == letter]:
                    program(now, step)

    return save_all
