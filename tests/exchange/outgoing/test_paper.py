"""How the sender prints a sheet goes along with it: on a sheet of ours as it is built, dressed by hand here."""

from __future__ import annotations

from io import BytesIO

import openpyxl

from xl_kpi import engine
from xl_kpi.exchange.outgoing.paper import SentPaper
from xl_kpi.workbook.package.file_book import FileBook
from xl_kpi.workbook.package.package import tree_of
from xl_kpi.workbook.package.safety import package_parts

AS_BUILT = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/>
<pageMargins left="0.25" right="0.25" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>
<pageSetup orientation="landscape" paperSize="9" scale="70"/>
<headerFooter><oddFooter>&amp;L計画&amp;C&amp;A&amp;R&amp;D&amp;P/&amp;N</oddFooter></headerFooter></worksheet>"""
SCENARIOS = b'<scenarios><scenario name="A" count="1"><inputCells r="G14" val="9"/></scenario></scenarios>'


def sent(head: str = "", paper: int = 9, margin: float = 0.25, more: bytes = b"") -> SentPaper:
    """The paper of a workbook with one sheet of ours; ``more`` of its elements."""
    book = engine.new_book()
    book.sheets.add("広告").range("A1").value = "#tab:ads"
    file = openpyxl.load_workbook(BytesIO(book.api.to_bytes()))
    sheet = file["広告"]
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", paper
    sheet.page_margins.left = margin
    sheet.oddFooter.left.text, sheet.oddFooter.center.text, sheet.oddFooter.right.text = "計画", "&A", "&D&P/&N"
    sheet.oddHeader.center.text = head
    data = BytesIO()
    file.save(data)
    parts = {**package_parts(data.getvalue(), "plan.xlsx", "ja")}
    part = FileBook(parts, "plan.xlsx").sheets["広告"].part
    parts[part] = parts[part].replace(b"<pageMargins", more + b"<pageMargins", 1)
    return SentPaper(FileBook(parts, "plan.xlsx"), {"広告": "tab:ads"})


def test_header_paper_and_margins_go_along() -> None:
    paper = sent("社外秘 Confidential", 8, 1.5)
    root = tree_of(paper.onto("tab:ads", AS_BUILT.encode()))
    assert root.findtext(".//{*}oddHeader") == "&C社外秘 Confidential"
    assert root.find("{*}pageSetup").get("paperSize") == "8"  # A3
    assert root.find("{*}pageMargins").get("left") == "1.5"
    assert root.findtext(".//{*}oddFooter") == "&L計画&C&A&R&D&P/&N"  # ours stays
    assert "社外秘" in paper.mark  # a run that was begun without it does not go on


def test_a_sheet_that_nobody_has_set_up_is_as_built() -> None:
    paper = sent()
    root = tree_of(paper.onto("tab:ads", AS_BUILT.encode()))
    assert (root.findtext(".//{*}oddHeader"), root.find("{*}pageSetup").get("paperSize")) == (
        "&C",
        "9",
    )  # as openpyxl says it
    assert (paper.mark, [*paper.left({"tab:ads"})]) == ("", [])
    assert paper.onto("tab:web", b"as it was") == b"as it was"


def test_what_can_not_be_sent_is_named() -> None:
    """A picture lies in a part of its own; a scenario holds numbers that may be nobody's but the sender's."""
    paper = sent("社外秘&G", more=SCENARIOS)
    assert tree_of(paper.onto("tab:ads", AS_BUILT.encode())).findtext(".//{*}oddHeader") == "&C社外秘"
    assert [*paper.left({"tab:ads"})] == [("広告", "distribute_header_picture"), ("広告", "distribute_scenario")]
    assert [*paper.left({"calc"})] == []
