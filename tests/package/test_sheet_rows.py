"""Cutting rows and texts out of XML before it is parsed gives what parsing gives, or nothing at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.exchange.sent_books import TANAKA, Filled, Office, quarter
from xl_kpi.workbook.package.parts_book import PartsBook
from xl_kpi.workbook.package.safety import few_parts
from xl_kpi.workbook.package.sheet_rows import alone, cells_in, cells_of, cut, items_of, plain_text, whole_item

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SHEET = f'{HEAD}<worksheet xmlns="{MAIN}"><cols/><sheetData>%s</sheetData><x/></worksheet>'
ROWS = (
    '<row r="1"/><row r="2" spans="1:3"><c r="A2" s="5" t="s"><v>7</v></c><c r="B2"><v>1</v></c></row>'
    '<row r="4"><c r="B4" t="inlineStr"><is><t>x &lt;/row&gt;</t></is></c></row><row r="5"/>'
    '<row r="9"><c r="A9"/></row>'
)


def kept(content: str, keep=lambda number, letters, text: 9) -> list[str] | None:
    found = cut(content.encode(), keep)
    return None if found is None else [str(number) for number, _, _ in found]


def test_rows_with_cells_are_found_with_their_first_text():
    seen = []
    assert kept(SHEET % ROWS, lambda *row: seen.append(row) or 9 * (row[0] != 4)) == ["2", "9"]
    assert seen == [(2, "A", 7), (4, "", -1), (9, "", -1)]


@pytest.mark.parametrize(
    "content",
    [
        (SHEET % ROWS).replace("<cols/>", "<!-- <sheetData><row r='1'></row> -->"),
        (SHEET % ROWS).replace("x &lt;", "<![CDATA[</row>]]>"),
        (SHEET % ROWS).replace("<cols/>", "<?pi <sheetData> ?>"),
        (SHEET % ROWS).replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=").replace("<x:?", "<?"),
        (SHEET % ROWS).replace(' r="9"', ""),
        (SHEET % ROWS).replace("UTF-8", "ISO-8859-1"),
        "<worksheet/>",
        "",
    ],
)
def test_what_cannot_be_told_apart_is_left_to_the_parser(content):
    assert kept(content) is None


CELLS = [
    '<c r="A2"/>',
    '<c r="A2" s="5" t="s"><v>7</v></c><c r="C2"><v>1.5</v></c>',
    '<c r="B2" t="str"><f>IF(A1&lt;&gt;"",A1&amp;"円","")</f><v>a&amp;b</v></c>',
    '<c r="B2"><f t="shared" ref="B2:B9" si="3">A2*2</f><v>4</v></c><c r="C2"><f t="shared" si="3"/><v/></c>',
    '<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="D2" t="b"><v>1</v></c><c r="E2"><f aca="false">1</f></c>',
]
UNUSUAL = [
    '<c r="A2" t="inlineStr"><is><t>x</t></is></c>',
    '<c r="A2" cm="1"><v>1</v></c>',
    "<c><v>1</v></c>",
    '<c r="C2"><v>1</v></c><c r="B2"><v>2</v></c>',
    '<c r="A2" t="str"><v>&#12354;</v></c>',
    '<c r="A2" t="str"><v>a\tb</v></c>',
    '<c r="A2" t="str"><v xml:space="preserve"> a</v></c>',
    '<c r="A2"><v>1</v></c> <c r="B2"><v>2</v></c>',
]


def parsed(row: str) -> list:
    """The cells of a row as the parser has them."""
    sheet = (SHEET % row).encode()
    return list(cells_of(next(etree.fromstring(alone(sheet, row.encode())).iter(f"{{{MAIN}}}row"))))


@pytest.mark.parametrize("cells", CELLS)
def test_cells_are_what_a_parser_finds(cells):
    row = f'<row r="2" spans="1:9">{cells}</row>'
    found = parsed(row)
    assert cells_in(row.encode(), 9) == found
    assert cells_in(row.encode(), 2) == [cell for cell in found if cell.column <= 2]


@pytest.mark.parametrize("cells", UNUSUAL)
def test_cells_that_take_a_parser_to_tell(cells):
    row = f'<row r="2">{cells}</row>'
    assert cells_in(row.encode(), 9) is None and parsed(row)


@pytest.mark.parametrize("words", [b"\x1b[2J", b"\xff", b"&evil;", b"\x00"])
def test_what_no_xml_may_hold_is_left_to_the_parser_that_refuses_it(words):
    assert cells_in(b'<row r="2"><c r="A2" t="str"><v>' + words + b"</v></c></row>", 9) is None


def test_texts_one_by_one():
    items = ["<t>a</t>", '<t xml:space="preserve"> b </t>', "<t>&amp;</t>", "<r><t>c</t></r>", "<t/>"]
    content = f'<sst xmlns="{MAIN}">' + "".join(f"<si>{item}</si>" for item in items) + "</sst>"
    found = items_of(content.encode())
    assert [plain_text(item) for item in found] == ["a", " b ", None, None, None]
    assert ["".join(etree.fromstring(whole_item(item)).itertext()) for item in found] == ["a", " b ", "&", "c", ""]
    for strange in ("<si/>", "<!-- <si> -->", "<si x='1'><t/></si>"):
        assert items_of(content.replace("<si><t/></si>", strange).encode()) == []


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")))))
def test_any_text(words):
    root = etree.Element(f"{{{MAIN}}}sst", nsmap={None: MAIN})
    for one in words:
        etree.SubElement(etree.SubElement(root, f"{{{MAIN}}}si"), f"{{{MAIN}}}t").text = one
    content = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    found = items_of(content)
    assert len(found) == len(words) or not any(words)
    for item, one in zip(found, words):
        plain = plain_text(item)
        assert ("".join(etree.fromstring(whole_item(item)).itertext()) if plain is None else plain) == one


@pytest.fixture
def book() -> Filled:
    return Office(quarter()).send([TANAKA]).book(TANAKA)


@pytest.mark.parametrize("strange", ["sheets", "texts"])
def test_a_workbook_reads_the_same_with_and_without_cutting(book, strange):
    """A comment in every part makes the reader parse them whole."""

    def read(data: bytes) -> dict:
        parts = few_parts(data, "x", "ja")
        found = PartsBook(parts, "x", lambda name: name.startswith(("act_", "sent_")), lambda key: False)
        return {name.name: (area.options(ndim=2).value, area.options(ndim=2).formula)
                for name in found.names if (area := name.refers_to_range)}  # fmt: skip

    plain = read(book.bytes())
    for tree in book.trees.values() if strange == "sheets" else ():
        tree.insert(0, etree.Comment("nobody writes this"))
    if strange == "texts":
        book.parts["xl/sharedStrings.xml"] = book.parts["xl/sharedStrings.xml"].replace(b"<si>", b"<!----><si>", 1)
    assert read(book.bytes()) == plain and len(plain) == 10  # six blocks of actuals, four cells of the cover
