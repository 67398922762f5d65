"""What a user has set for paper on our sheets stays; what nobody touched is as we set it now."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from lxml import etree

from tests.agreement.selected import often
from tests.field.foreign_parts import put_cells
from tests.graft.anew import made_anew
from tests.graft.plain import ADS, MAIN, made, sheet_part
from tests.graft.test_our_charts import PLAN
from tests.torture.package import Parts
from xl_kpi.plan.model import Plan
from xl_kpi.workbook.addresses import plain_areas
from xl_kpi.workbook.cells.made_paper import MadePaper, read, written
from xl_kpi.workbook.spec import MARGINS, SheetSpec

pytestmark = pytest.mark.slow  # each test builds and grafts a whole workbook

PAPER = ("pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "printOptions", "pageSetUpPr")
MARGINS_OF = '<pageMargins left="{}" right="{}" top="{}" bottom="{}" header="0.3" footer="0.3"/>'
FRONT, BACKWARDS = "使い方", "逆算"


def paper(data: bytes, sheet: str) -> dict[str, str]:
    """The elements of a sheet that say how it is printed."""
    root = etree.fromstring(Parts(data).parts[sheet_part(data, sheet)])
    found = {name: list(root.iter(f"{MAIN}{name}")) for name in PAPER}
    assert all(len(each) <= 1 for each in found.values())
    return {name: "".join(etree.tostring(one, method="c14n", exclusive=True, with_tail=False).decode() for one in each)
            for name, each in found.items()}  # fmt: skip


def printed(data: bytes, sheet: str) -> dict[str, str]:
    """The names by which Excel knows what of a sheet is printed."""
    book = Parts(data)
    at = [*book.sheets()].index(sheet)
    names = re.findall(r"<definedName ([^>]*)>([^<]*)", book.text("xl/workbook.xml"))
    return {
        re.search(r'name="_xlnm\.(\w+)"', attributes)[1]: words
        for attributes, words in names
        if f'localSheetId="{at}"' in attributes
    }


def printing(area: str, titles: str = "", data: bytes | None = None) -> bytes:
    """A workbook on whose tab 広告 the user has set what is printed; "" where he has cleared it."""
    book = Parts(data or made())
    at = [*book.sheets()].index(ADS)
    xml = book.text("xl/workbook.xml")
    for name, words in (("Print_Area", area), ("Print_Titles", titles)):
        ours = re.search(rf'<definedName name="_xlnm.{name}" localSheetId="{at}"[^>]*>[^<]*</definedName>', xml)[0]
        xml = xml.replace(ours, re.sub(r">[^<]*<", f">{words}<", ours, count=1) if words else "")
    book.parts["xl/workbook.xml"] = xml.encode("utf-8")
    return book.zipped()


@pytest.mark.parametrize("titles", often(["広告!$A:$C,広告!$1:$7", ""], ["広告!$A:$C,広告!$1:$7"]))
def test_what_of_a_sheet_is_printed_stays_as_the_user_has_set_it(titles):
    """The first rows alone; a number beside ours stays in its cell, as what is ours is not what is printed."""
    book = Parts(printing("広告!$B$1:$I$22", titles))
    put_cells(book, ADS, {"AA9": "<v>5</v>"})
    now = made_anew(book.zipped(), PLAN.with_(title="来年の計画")).data
    assert printed(now, ADS).get("Print_Area") == "広告!$B$1:$I$22"
    assert printed(now, ADS).get("Print_Titles", "") == titles
    assert '<c r="AA9"><v>5</v></c>' in Parts(now).text(sheet_part(now, ADS))
    assert printed(now, BACKWARDS) == printed(made(), BACKWARDS)


def test_what_is_printed_as_we_set_it_is_renewed():
    """Also where a program has spelled whole columns otherwise, or has dropped all areas."""
    area = printed(made(), ADS)["Print_Area"]
    spelled = printing(area, "広告!$A$1:$C$1048576")
    assert printed(made_anew(spelled, PLAN).data, ADS) == printed(made(), ADS)
    book = Parts(made())
    xml = re.sub(r'<definedName name="_xlnm.Print_Area"[^>]*>[^<]*</definedName>', "", book.text("xl/workbook.xml"))
    book.parts["xl/workbook.xml"] = xml.encode("utf-8")
    assert printed(made_anew(book.zipped(), PLAN).data, ADS) == printed(made(), ADS)


def touched(*edits: tuple[str, str], sheet: str = ADS, data: bytes | None = None) -> bytes:
    """A workbook in which a pattern on a sheet is replaced, each exactly once."""
    book = Parts(data or made())
    part = sheet_part(data or made(), sheet)
    xml = book.text(part)
    for pattern, new in edits:
        xml, count = re.subn(pattern, new, xml, count=1)
        assert count == 1, pattern
    book.parts[part] = xml.encode("utf-8")
    return book.zipped()


def unrecorded(data: bytes) -> bytes:
    """The same without the record of our set-up, as former versions left it."""
    book = Parts(data)
    book.edit("xl/workbook.xml", 'name="made_paper"', 'name="made_paper_not"')
    return book.zipped()


def test_nobody_has_touched_anything():
    """Written again, and once more: the same, one element of each kind, also where columns end pages."""
    once = made_anew(made(), PLAN).data
    for sheet in (ADS, FRONT, BACKWARDS):
        assert paper(once, sheet) == paper(made(), sheet), sheet


UPRIGHT = '<pageSetup orientation="portrait" paperSize="9" fitToHeight="0" fitToWidth="2" pageOrder="overThenDown"/>'


@pytest.mark.long
def test_what_was_never_touched_is_renewed():
    """The pages of the record are those of before: other margins, upright, two pages across, a break after row 20."""
    old = touched(
        (r"<pageMargins [^>]*/>", MARGINS_OF.format(0.8, 0.8, 0.9, 0.9)),
        (r"<pageSetup [^>]*/>", UPRIGHT),
        (r"(</headerFooter>)", r'\1<rowBreaks count="1" manualBreakCount="1"><brk id="20" man="1"/></rowBreaks>'),
    )  # fmt: skip
    book = Parts(old)
    xml = book.text("xl/sharedStrings.xml").replace("[0.25,0.25,0.5,0.6]", "[0.8,0.8,0.9,0.9]")
    xml, count = re.subn(r'"tab:ads":\[.*?\],\[\]', '"tab:ads":[0,2,0,0,[20],[]', xml)
    assert count == 1
    book.parts["xl/sharedStrings.xml"] = xml.encode("utf-8")
    assert paper(made_anew(book.zipped(), PLAN).data, ADS) == paper(made(), ADS)


@pytest.mark.parametrize("version", ["recorded", "former"])
def test_what_the_user_has_set_stays(version):
    """Paper, upright, a scale, a wide margin, a break inside a block, words in the footer; ours stay beside it."""
    user = touched(
        (r'paperSize="9"', 'paperSize="8"'),
        (r'orientation="landscape"', 'orientation="portrait"'),
        (r'fitToPage="(1|true)"', 'fitToPage="0"'),
        (r'<pageSetup ', '<pageSetup scale="63" '),
        (r'left="[\d.]+"', 'left="1.2"'),
        (r"<oddHeader></oddHeader>", "<oddHeader>&amp;C社外秘</oddHeader>"),
    )  # fmt: skip
    was = paper(user, ADS)
    now = paper(made_anew(user if version == "recorded" else unrecorded(user), PLAN).data, ADS)
    for word in ('paperSize="8"', 'orientation="portrait"', 'scale="63"'):
        assert word in now["pageSetup"], word
    assert 'fitToPage="0"' in now["pageSetUpPr"] and 'left="1.2"' in now["pageMargins"]
    assert f'right="{MARGINS[1]:g}"' in now["pageMargins"]
    assert "社外秘" in now["headerFooter"] and now["rowBreaks"] == was["rowBreaks"]


def test_pages_across_and_a_word_in_front_of_the_title_are_the_user_s():
    user = touched((r'fitToWidth="\d"', 'fitToWidth="3"'), (r"(<oddFooter>&amp;L)", r"\1社外秘 "))
    now = paper(made_anew(user, PLAN.with_(title="来年の計画")).data, ADS)
    assert 'fitToWidth="3"' in now["pageSetup"] and "社外秘" in now["headerFooter"]


@pytest.mark.long
def test_a_break_of_ours_that_was_taken_away_stays_away():
    """KPI辞書 ends pages after columns: without them it still has none."""
    assert paper(made(), "KPI辞書")["colBreaks"]
    user = touched((r"<colBreaks.*?</colBreaks>", ""), sheet="KPI辞書")
    assert not paper(made_anew(user, PLAN).data, "KPI辞書")["colBreaks"]


@pytest.mark.long
def test_margins_of_former_versions_are_renewed():
    """Half an inch to the left and right, six tenths above and below: as 0.1 wrote every sheet."""
    old = touched(
        (r"<pageMargins [^>]*/>", MARGINS_OF.format(0.5, 0.5, 0.6, 0.6)),
    )  # fmt: skip
    assert paper(made_anew(unrecorded(old), PLAN).data, ADS)["pageMargins"] == paper(made(), ADS)["pageMargins"]


def test_the_record_reads_back():
    page = SheetSpec("funnel", "ファネル", landscape=False, fit_width=2, fit_height=0, row_breaks=[7, 30])
    made_so = MadePaper(False, (MARGINS,), (2, 0), 0, frozenset({7, 30}), frozenset(), "計画 A&B")
    assert read(written([page], "計画 A&B")) == {"funnel": replace(made_so, area="")}
    page.print_area, page.print_title_rows, page.print_title_columns = "$A$1:$L$50", "$6:$6", "A:C"
    page.print_rows = 42
    made_so = replace(made_so, area="$A$1:$L$50", last=42, titles=frozenset({"$6:$6", "A:C"}))
    assert read(written([page], "計画 A&B")) == {"funnel": made_so}
    page.print_parts = [(20, 12), (42, 6)]
    made_so = replace(made_so, parts=frozenset({"$A$1:$L$20", "$A$21:$F$42"}))
    assert read(written([page], "計画 A&B")) == {"funnel": made_so}


@pytest.mark.parametrize("areas, found", [
    ("", []), ("$A$1:$C$9", ["$A$1:$C$9"]), ("逆算!$A$1:$C$9,逆算!$A$10:$B$12", ["$A$1:$C$9", "$A$10:$B$12"]),
    ("'A,b ''c'!$A$1:$C$9,'A,b ''c'!$A$10", ["$A$1:$C$9", "$A$10"]), ("'x y'!$A:$B,'x y'!$6:$6", ["$A:$B", "$6:$6"]),
])  # fmt: skip
def test_areas_are_read_without_their_sheet(areas, found):
    assert plain_areas(areas) == found


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '{"margins":[1],"title":"a"}', '{"margins":["x"],"title":1,"pages":{}}']
)
def test_a_record_that_is_none_says_nothing(text):
    assert read(text) == {}


def test_a_record_too_long_for_a_cell_leaves_the_longest_out():
    pages = [SheetSpec("history", "変更履歴", row_breaks=[*range(9000)]), SheetSpec("funnel", "ファネル")]
    assert list(read(written(pages, "計画"))) == ["funnel"]
    assert isinstance(PLAN, Plan)
