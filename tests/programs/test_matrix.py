"""Workbooks that other programs have saved go through check, regenerate and collect: nothing that was typed is lost.

Each as the plan's own workbook and as an answer that comes back by mail; docs/other_programs.md is the matrix in words.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from tests.cli.terminal import xl
from tests.programs.books import DRESSED, NOTE, NOTED, OWN, OWN_NUMBERS, PINK, master
from tests.programs.conftest import Job
from tests.regenerate.typing_in import parts_of, places
from tests.torture.package import unzipped
from xl_kpi.catalog.messages import line
from xl_kpi.commands.examine import looked_over, open_workbook
from xl_kpi.commands.mail.collect import collect
from xl_kpi.commands.regenerate import regenerate
from xl_kpi.plan.entries import entries_of

pytestmark = [pytest.mark.host, pytest.mark.slow, pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")]
# LibreOffice, Gnumeric, SheetJS, ExcelJS, openpyxl: alone; in the long run LibreOffice before or after another.
OFTEN, SELDOM = ("L", "G", "S", "E", "O"), ("LO", "LG", "GL", "LS", "SL", "LE", "EL", "OL")
CHAINS = [*OFTEN, *(pytest.param(chain, marks=pytest.mark.long) for chain in SELDOM)]
TYPED = 77.0
# What a sheet of ours has that some of these programs drop.
DROPPED = ("conditionalFormatting", "dataValidation", "sheetProtection", "mergeCell", "hyperlink", "drawing", "pane")
HIDDEN = {"計算", "控え"}
# What `check` says that none of our sheets has any more, and how it calls the program; see docs/other_programs.md.
LEFT_OUT = {
    "L": ("LibreOffice", "hint", "固定した行・列、LAMBDAの関数"),
    "G": ("Gnumeric", "warning", "グラフ、シートの非表示"),
    "S": (
        "SheetJS",
        "warning",
        "条件付き書式の色、入力規則、グラフ、セルの色・フォント・罫線、シートの保護、固定した行・列",
    ),
    "E": ("ほかのプログラム", "warning", "シートへのリンク、グラフ、LAMBDAの関数"),  # it calls itself Microsoft Excel
}


class Saved:
    """One distributed plan; by chain its own workbook and an answer, each with an entry typed in the program."""

    def __init__(self, folder: Path, save, chains: tuple[str, ...]):
        self.folder, self.plan = folder, folder / "計画.xlsx"
        self.plan.write_bytes(master())
        people = "".join(f"{chain},営業,{chain.lower()}@example.com,web;ads\n" for chain in chains)
        (folder / "名簿.csv").write_text(f"名前,部門,メール,担当チャネル\n{people}", "utf-8")
        sent = xl("distribute", self.plan, "--to", folder / "名簿.csv", "-o", folder / "送付")
        assert sent.code == 0, sent
        opened = open_workbook(self.plan, "ja")
        self.entries, self.archive = entries_of(opened.read.plan), opened.records.archive
        self.was = {(fault.sheet, fault.cell) for fault in looked_over(opened)}
        at = places(self.plan)
        blank = [key for key in at if re.match(r"actual\[(web|ads):", key) and key not in self.entries]
        self.keys = dict(zip(chains, blank, strict=False))
        self.masters = {chain: folder / f"{chain}.xlsx" for chain in chains}
        self.answers = {chain: next((folder / "送付").glob(f"*_{chain}.xlsx")) for chain in chains}
        jobs = []
        for chain in chains:
            self.masters[chain].write_bytes(self.plan.read_bytes())
            sheet, cell = at[self.keys[chain]]
            cells = {sheet: {cell: TYPED}}
            jobs += [Job(self.masters[chain], chain, cells), Job(self.answers[chain], chain, cells)]
        save(jobs)
        self.left_out = {chain: open_workbook(path, "ja").dropped for chain, path in self.masters.items()}

    def wanted(self, *chains: str) -> dict:
        """The entries of the plan, with those that were typed in these programs."""
        return self.entries | {self.keys[chain]: TYPED for chain in chains}


@pytest.fixture(scope="module")
def saved_by(tmp_path_factory, save):
    """``saved_by(chain)``: all that are shown often are made at once, the others at once when one is asked for."""
    made: dict[bool, Saved] = {}

    def ask(chain: str) -> Saved:
        often = chain in OFTEN
        if often not in made:
            made[often] = Saved(tmp_path_factory.mktemp("programs"), save, OFTEN if often else SELDOM)
        return made[often]

    return ask


@pytest.mark.parametrize("program", LEFT_OUT)
def test_check_says_what_a_program_left_out_with_the_way_out(saved_by, program):
    name, level, things = LEFT_OUT[program]
    told = saved_by(program).left_out[program]
    assert (told.level, told.sheet, told.cell) == (level, "", "")
    assert line(told, "ja").startswith(f"{program}.xlsx: 「{name}」 → ")
    assert f"保存されたため、{things}がなくなっています" in line(told, "ja") and "xl-kpi regenerate" in line(told, "ja")


def test_nothing_is_left_out_by_openpyxl_and_by_nobody(saved_by):
    saved = saved_by("O")
    assert saved.left_out["O"] is None and open_workbook(saved.plan, "ja").dropped is None


@pytest.mark.parametrize("chain", CHAINS)
def test_the_plans_workbook_reads_as_it_was_and_regenerates(saved_by, chain):
    saved = saved_by(chain)
    path = saved.masters[chain]
    opened = open_workbook(path, "ja")
    assert entries_of(opened.read.plan) == saved.wanted(chain)
    assert {(fault.sheet, fault.cell) for fault in looked_over(opened)} <= saved.was | {("", "")}
    done, _ = regenerate(path)
    assert bool(done.put_back) == bool(opened.dropped) and open_workbook(path, "ja").dropped is None
    assert entries_of(done.plan) == saved.wanted(chain)
    assert done.records.archive == saved.archive == {}  # nothing of ours is taken for the user's
    assert {change.key for change in done.changes} <= {saved.keys[chain], ""}
    before, now = looks(saved.plan), looks(path)
    assert {name: now[name] for name in before} == before  # what the program has dropped is there again
    book = openpyxl.load_workbook(path)
    assert book.defined_names["NPS"].attr_text.startswith("_xlfn.LAMBDA(")
    assert {sheet.title for sheet in book if sheet.sheet_state == "hidden"} == HIDDEN
    assert {cell: book[OWN][cell].value for cell in OWN_NUMBERS} == OWN_NUMBERS
    note = book[NOTED[0]][NOTED[1]].comment
    assert note is not None and NOTE in note.text
    assert book[OWN]["B1"].number_format == "General"
    assert book["設定"]["C9"].style.startswith("kpi ")
    if "S" in chain:  # it leaves no colours in the file
        assert "自分で付けたセルの色" in done.put_back[1]
    else:
        assert book[DRESSED[0]][DRESSED[1]].fill.fgColor.rgb == PINK and len(done.put_back) < 2


def test_answers_that_come_back_are_taken(saved_by):
    taken(saved_by(OFTEN[0]), OFTEN)


@pytest.mark.long
def test_answers_that_went_through_two_programs_are_taken(saved_by):
    taken(saved_by(SELDOM[0]), SELDOM)


def taken(saved: Saved, chains: tuple[str, ...]) -> None:
    plan = saved.folder / "集めた計画.xlsx"
    plan.write_bytes(saved.plan.read_bytes())
    done = collect(plan, list(saved.answers.values()), words="ja")
    told = {one.person: (one.taken, one.left, one.conflicts, one.reason) for one in done.files}
    assert told == {f"{chain.lower()}@example.com": (1, 0, 0, "") for chain in chains}
    assert done.faults == () and {one.key for one in done.changes} == {saved.keys[chain] for chain in chains}
    assert entries_of(open_workbook(plan, "ja").read.plan) == saved.wanted(*chains)


def looks(path: Path) -> dict[str, Counter]:
    """Sheet of ours → how many it has of each thing that programs drop."""
    parts = unzipped(path.read_bytes())
    found = {}
    for name, part in parts_of(parts).items():
        if name not in (OWN, "レビュー"):  # what stands on that page depends on the entry
            tags = re.findall(rf"<(?:\w+:)?({'|'.join(DROPPED)})[ />]", parts[part].decode("utf-8"))
            found[name] = Counter(tags)
    return found
