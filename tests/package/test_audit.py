"""Files that Excel opens without repair: openxml-audit, the order of the parts' elements, LibreOffice."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from lxml import etree
from openxml_audit import FileFormat, OpenXmlValidator

from tests.agreement.books import BOOKS as TEMPLATE_BOOKS
from tests.agreement.books import Built, built, template_book
from tests.agreement.selected import asked, often
from tests.agreement.variants import edge_plans
from tests.sheets.records import answered, records_of
from xl_kpi.build import build
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.writing.lambdas import lambda_names

# All of it runs with LibreOffice's part: 15 workbooks are built and audited, and `make unit` is to be quick.
pytestmark = pytest.mark.host

# Findings of openxml-audit that we accept: (part, description) -> why.  None so far.
ACCEPTED: dict[tuple[str, str], str] = {}

BOOKS = [f"{name}-{lang}" for name, lang in TEMPLATE_BOOKS]
# Parts that no template has: money rows with the pipeline, a curve, the longest plan, no channel at all.
EDGES = ["revenue in millions", "measured curves", "36 months in thousands of yen", "no channel",
         "every KPI of the catalog"]  # fmt: skip
RECORDS = "answers and records"  # the pages with filters and choices from cells
# In every run: a year and a curve, all KPIs, the records; the others are for the long run.
OFTEN = ["default-ja", "c4-en", "every KPI of the catalog", RECORDS]
ALL = pytest.mark.parametrize("name", often([*BOOKS, *EDGES, RECORDS], OFTEN))
TEMPLATE = pytest.mark.parametrize("name", often(BOOKS, OFTEN[:2]))

# Order of the children in the format's schema (ECMA-376 part 1, in the sections named), as far as we write them.
ORDER = {
    "worksheet": (  # 18.3.1.99
        "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetProtection autoFilter mergeCells "
        "conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks "
        "colBreaks drawing legacyDrawing tableParts extLst"
    ),
    "workbook": (  # 18.2.27
        "fileVersion workbookPr workbookProtection bookViews sheets externalReferences definedNames calcPr extLst"
    ),
    "styleSheet": (  # 18.8.39
        "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst"
    ),
    "font": "b i strike condense extend outline shadow u vertAlign sz color name family charset scheme",  # 18.8.22
    "border": "start end left right top bottom diagonal vertical horizontal",  # 18.8.4
    "xf": "alignment protection extLst",  # 18.8.45
    "dxf": "font numFmt fill alignment border protection extLst",  # 18.8.14
    "sheetView": "pane selection pivotSelection extLst",  # 18.3.1.87
    "dataValidation": "formula1 formula2",  # 18.3.1.32
    "c": "f v is extLst",  # 18.3.1.4
    "chartSpace": (  # 21.2.2.29
        "date1904 lang roundedCorners AlternateContent style clrMapOvr pivotFmts protection chart spPr txPr "
        "externalData printSettings userShapes extLst"
    ),
    "chart": (  # 21.2.2.27
        "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly dispBlanksAs "
        "extLst"
    ),
    "ser": (  # 21.2.2.170 and 21.2.2.172, bar and line series in one
        "idx order tx spPr invertIfNegative marker dPt dLbls trendline errBars cat val smooth shape extLst"
    ),
}


def by_name(name: str) -> Built:
    if name in BOOKS:
        return template_book(*name.split("-"))
    if name == RECORDS:
        plan = answered("ja")
        return Built(plan, book_spec(plan, records_of(plan)), build(plan, records=records_of(plan)))
    return built(edge_plans()[name])


class Files(dict[str, Built]):
    """Each workbook is built when a test asks for it."""

    def __missing__(self, name: str) -> Built:
        self[name] = by_name(name)
        return self[name]


@pytest.fixture(scope="module")
def files() -> Files:
    return Files()


def parts(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as package:
        return {info.filename: package.read(info) for info in package.infolist()}


def repacked(content: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as package:
        for name, data in content.items():
            package.writestr(name, data)
    return file.getvalue()


def findings(data: bytes, folder, file_format: FileFormat) -> list[tuple[str, str, str]]:
    """(severity, part, description) of all that openxml-audit has to say and we have not accepted."""
    path = folder / "book.xlsx"
    path.write_bytes(data)
    result = OpenXmlValidator(file_format, max_errors=0, security_validation=True).validate(path)
    return [
        (error.severity.value, error.part_uri, error.description)
        for error in result.errors
        if (error.part_uri, error.description) not in ACCEPTED
    ]


@ALL
def test_audit_finds_nothing(name, files, tmp_path) -> None:
    assert findings(files[name].data, tmp_path, FileFormat.MICROSOFT_365) == []


@pytest.mark.parametrize("name", often(["default-ja", "c4-en", "revenue in millions"], ["default-ja", "c4-en"]))
def test_audit_finds_nothing_that_excel_2010_would_not_know(name, files, tmp_path) -> None:
    """The oldest Excel that we promise; these three have every kind of part between them."""
    assert findings(files[name].data, tmp_path, FileFormat.OFFICE_2010) == []


@pytest.mark.parametrize(
    ("part", "damage", "replacement"),
    [
        ("sheet2.xml", rb"(<cols>.*</cols>)(<sheetData>.*</sheetData>)", rb"\2\1"),  # elements exchanged
        ("sheet2.xml", rb"mergeCells", rb"mergeCell5"),  # an element that the format does not know
        ("sheet2.xml", rb'orientation="landscape"', rb'orientation="sideways"'),  # a word that it does not know
        ("_rels/sheet2.xml.rels", rb'Id="[^"]*"', rb'Id="rId99"'),  # a relation that the sheet does not name
    ],
)
def test_audit_would_find_it(part: str, damage: bytes, replacement: bytes, files, tmp_path) -> None:
    """An audit that is always content says nothing."""
    content = parts(files["default-ja"].data)
    part = f"xl/worksheets/{part}"
    broken = re.sub(damage, replacement, content[part], flags=re.DOTALL)
    assert broken != content[part]
    assert findings(repacked(content | {part: broken}), tmp_path, FileFormat.MICROSOFT_365) != []


@ALL
def test_numbers_of_styles_and_texts_are_there(name, files) -> None:
    """What openxml-audit does not look at: a cell's style, its shared text, the look of a conditional format."""
    content = parts(files[name].data)
    styles = etree.fromstring(content["xl/styles.xml"])
    lists = {_local(child.tag): child for child in styles}
    for xf in (*lists["cellStyleXfs"], *lists["cellXfs"]):
        for key, parts_ in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
            assert 0 <= int(xf.get(key, 0)) < len(lists[parts_])
        assert 0 <= int(xf.get("xfId", 0)) < len(lists["cellStyleXfs"])
    texts = len(etree.fromstring(content["xl/sharedStrings.xml"]))
    for part, data in content.items():
        if not part.startswith("xl/worksheets/sheet"):
            continue
        for element in etree.fromstring(data).iter():
            kind = _local(element.tag)
            if kind == "c":
                assert 0 <= int(element.get("s", 0)) < len(lists["cellXfs"]), f"{part}: {element.get('r')}"
                if element.get("t") == "s":
                    assert 0 <= int(element[0].text) < texts, f"{part}: {element.get('r')}"
            elif kind == "cfRule":
                assert 0 <= int(element.get("dxfId")) < len(lists["dxfs"]), part


@ALL
def test_elements_stand_in_the_order_of_the_schema(name, files) -> None:
    """Excel repairs a file with two elements exchanged by throwing them away."""
    for part, content in parts(files[name].data).items():
        for element in etree.fromstring(content).iter():
            order = ORDER.get(_local(element.tag))
            if order is None:
                continue
            found = [_local(child.tag) for child in element]
            places = [order.split().index(child) for child in found]  # ValueError: not on the list, so look at it
            assert places == sorted(places), f"{part}: {_local(element.tag)} has {found}"


@TEMPLATE
def test_rows_and_cells_rise(name, files) -> None:
    """Each row once, each cell once in its row, both from the top left on."""
    for part, content in parts(files[name].data).items():
        if not part.startswith("xl/worksheets/sheet"):
            continue
        rows = [
            (int(row.get("r")), [openpyxl.utils.cell.coordinate_to_tuple(cell.get("r")) for cell in row])
            for row in etree.fromstring(content).iter()
            if _local(row.tag) == "row"
        ]
        numbers = [number for number, _ in rows]
        assert numbers == sorted(set(numbers)), part
        for number, cells in rows:
            assert {row for row, _ in cells} <= {number}, f"{part}: row {number}"
            assert [column for _, column in cells] == sorted({column for _, column in cells}), f"{part}: row {number}"


@TEMPLATE
def test_parts_and_relations_fit(name, files) -> None:
    """Every part has a content type and every relation a target; nothing lies in the package unreferenced."""
    content = parts(files[name].data)
    types = etree.fromstring(content["[Content_Types].xml"])
    overrides = {element.get("PartName")[1:] for element in types if _local(element.tag) == "Override"}
    defaults = {element.get("Extension") for element in types if _local(element.tag) == "Default"}
    untyped = [part for part in content if part not in overrides and part.rpartition(".")[2] not in defaults]
    assert untyped == ["[Content_Types].xml"] or untyped == []
    assert overrides <= set(content)
    targets = set()
    for part, data in content.items():
        if not part.endswith(".rels"):
            continue
        base = posixpath.dirname(posixpath.dirname(part))
        for relation in etree.fromstring(data):
            if relation.get("TargetMode") != "External":
                target = relation.get("Target")
                target = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(base, target))
                assert target in content, f"{part}: {target}"
                targets.add(target)
    lost = {part for part in content if not part.endswith(".rels") and part != "[Content_Types].xml"} - targets
    assert lost == set()


@TEMPLATE
def test_libreoffice_keeps_every_sheet_and_cell(name, files, as_libreoffice_saves_it) -> None:
    """Opened and saved again: the same sheets in the same order, and in each as many formulas, texts, numbers."""
    ours, theirs = openpyxl.load_workbook(BytesIO(files[name].data)), as_libreoffice_saves_it[name]
    assert theirs.sheetnames == ours.sheetnames
    for sheet in ours.sheetnames:
        assert _kinds(theirs[sheet]) == _kinds(ours[sheet]), sheet
        assert len(theirs[sheet]._charts) == len(ours[sheet]._charts), sheet
    # LibreOffice writes no more of a name than its reference, and does not know LAMBDA: the names that are
    # functions (nothing in a cell depends on them) come out of it changed or not at all
    functions = lambda_names()
    assert {key: _reference(value) for key, value in theirs.defined_names.items() if key not in functions} == {
        key: _reference(value) for key, value in ours.defined_names.items() if key not in functions
    }


@pytest.fixture(scope="module")
def as_libreoffice_saves_it(files, libreoffice, tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("audit")
    names = sorted(asked(request, "name"))
    paths = [files[name].at(folder, name) for name in names]
    return {
        name: openpyxl.load_workbook(path) for name, path in zip(names, libreoffice.convert(paths, "xlsx"), strict=True)
    }


def _kinds(sheet) -> Counter:
    """How many formulas, texts, numbers; a date is a number that is shown as one."""
    return Counter(
        "n" if cell.data_type == "d" else cell.data_type
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    )


def _reference(name) -> str:
    return name.attr_text.replace("'", "").replace("$", "")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
