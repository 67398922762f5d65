"""Rows put in between by LibreOffice are read where they stand, and are rows like all others once regenerated."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from tests.new_files import few_pages, new_file
from tests.regenerate.described import template
from tests.regenerate.host_rows import PutIn, put_in
from tests.regenerate.typing_in import places
from xl_kpi.catalog import text
from xl_kpi.commands import open_workbook
from xl_kpi.commands.regenerate import regenerate
from xl_kpi.plan.pages.optional import with_pages

pytestmark = pytest.mark.slow

TYPED = {
    "tbl_actions": {"r1": {"finding": "CVRが低い"}, "r2": {"finding": "商談が遅い"}},
    "tbl_costs": {"r1": {"item": "MA", "amount": 100_000.0}, "r2": {"item": "SFA", "amount": 50_000.0}},
    "tbl_people": {"r1": {"of": "リード", "work": "連絡"}, "r2": {"of": "MQL", "work": "面談"}},
}


def above(key: str, at: dict[str, tuple[str, str]], **cells: float | str) -> PutIn:
    """A row above that of an entry; ``cells`` column → value, "up_E" for the row above the new one."""
    sheet, cell = at[key]
    row = int("".join(sign for sign in cell if sign.isdigit()))
    typed = {f"{name.removeprefix('up_')}{row - name.startswith('up_')}": value for name, value in cells.items()}
    return PutIn(sheet, row, typed)


def test_rows_that_a_program_puts_in_are_read_and_become_rows_like_all_others(soffice, tmp_path):
    """A stage, a channel, a KPI and rows of three pages; a step of 50 % becomes 80 % × 50 %: 5,000 ÷ 0.8 = 6,250."""
    plan = few_pages(template()).with_(months=3, tables=TYPED)
    plan = with_pages(plan, {"economics": True, "people": True, "actions": True})
    path = tmp_path / "計画.xlsx"
    path.write_bytes(new_file(plan))
    at = places(path)
    rows = [
        above("tbl_stages[opportunities].name", at, B="x", C="X", E=0.5, F=5, up_E=0.8, up_F=9),
        above("tbl_channels[webinar].name", at, B="expo", C="見本市", D="○", E="リード", F=0.1, up_F=0.2),
        above("tbl_kpis[web.cv].target", at, B="サービスサイト", C="extra", E="追加", H="件", M="input", N=5),
        above("tbl_actions[r2].finding", at, C="その間"),
        above("tbl_costs[r2].item", at, B="間の費用"),
        above("tbl_people[r2].of", at, B="SQL", C="間の仕事"),
    ]
    saved = put_in(soffice, tmp_path, path, rows)
    said = [cell.value for row in openpyxl.load_workbook(saved, data_only=True)["設定"] for cell in row if cell.value]
    assert any(text("warn_stages", "ja") in str(words) for words in said)  # as soon as it is typed, without Python
    for _ in range(2):  # as LibreOffice saved it, and regenerated
        _look(saved)
        done, _ = regenerate(saved)
    assert done.unchanged
    book = openpyxl.load_workbook(saved)
    for key, (sheet, cell) in places(saved).items():
        if key in ("tbl_stages[x].rate", "tbl_channels[expo].share", "tbl_kpis[web.extra].unit"):
            ruled = [area for rule in book[sheet].data_validations.dataValidation for area in str(rule.sqref).split()]
            row, column = book[sheet][cell].row, book[sheet][cell].column
            assert not book[sheet][cell].protection.locked, key
            assert any(a <= column <= c and b <= row <= d for a, b, c, d in map(range_boundaries, ruled)), key


def _look(path: Path) -> None:
    plan = open_workbook(path, "ja").read.plan
    assert [one.id for one in plan.stages] == "leads mql sql x opportunities proposals orders".split()
    assert [one.rate for one in plan.stages[2:4]] == [0.8, 0.5]
    assert [one.id for one in plan.channels] == ["web", "ads", "expo", "webinar", "trade_show", "inside_sales"]
    web = [one.id for one in plan.kpis if one.channel == "web"]
    assert web.index("extra") == web.index("cv") - 1
    for table, lead in (("tbl_actions", "finding"), ("tbl_costs", "item"), ("tbl_people", "work")):
        typed, found = ([row[lead] for row in tables[table].values()] for tables in (TYPED, plan.tables))
        assert [found[0], found[2]] == typed and "間" in found[1]
