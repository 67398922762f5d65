"""The parts of the add-in's file beside VBA and ribbon: written by hand, so that nothing else gets into it."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

VBA = "xl/vbaProject.bin"
RIBBON = "customUI/customUI14.xml"
SHEET = "xl/worksheets/sheet1.xml"
CORE = "docProps/core.xml"
TITLE = "KPI plan / KPI\u8a2d\u8a08"

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

CONTENT_TYPES = f"""<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.addin.macroEnabled.main+xml"/>\
<Override PartName="/{SHEET}" \
ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>\
<Override PartName="/xl/styles.xml" \
ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>\
<Override PartName="/xl/sharedStrings.xml" \
ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>\
<Override PartName="/xl/theme/theme1.xml" ContentType="application/vnd.openxmlformats-officedocument.theme+xml"/>\
<Override PartName="/{CORE}" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"""

PACKAGE_RELATIONS = f"""<Relationships xmlns="{RELATIONS}">\
<Relationship Id="rId1" Type="{DOCUMENT}/officeDocument" Target="xl/workbook.xml"/>\
<Relationship Id="rId2" \
Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="{CORE}"/>\
<Relationship Id="rId3" Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility" \
Target="{RIBBON}"/></Relationships>"""

WORKBOOK_RELATIONS = f"""<Relationships xmlns="{RELATIONS}">\
<Relationship Id="rId1" Type="{DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/>\
<Relationship Id="rId2" Type="{DOCUMENT}/styles" Target="styles.xml"/>\
<Relationship Id="rId3" Type="{DOCUMENT}/sharedStrings" Target="sharedStrings.xml"/>\
<Relationship Id="rId4" Type="{DOCUMENT}/theme" Target="theme/theme1.xml"/>\
<Relationship Id="rId5" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" \
Target="vbaProject.bin"/></Relationships>"""

# The code names bind the workbook and its sheet to their modules in the VBA project.
WORKBOOK = f"""<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><workbookPr codeName="ThisWorkbook"/>\
<sheets><sheet name="texts" sheetId="1" r:id="rId1"/></sheets></workbook>"""

STYLES = f"""<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>\
</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""

# Nobody sees the sheet; a workbook has a theme all the same, or Excel would add one on opening.
_COLORS = "".join(
    f'<a:{name}><a:srgbClr val="{color}"/></a:{name}>'
    for name, color in zip(
        ("dk1", "lt1", "dk2", "lt2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink"),
        ("000000", "FFFFFF", "404040", "F2F2F2", *["606060"] * 6, "0563C1", "954F72"),
    )
)
_FONT = '<a:latin typeface="Calibri"/><a:ea typeface=""/><a:cs typeface=""/>'
_FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
THEME = f"""<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="plain"><a:themeElements>\
<a:clrScheme name="plain">{_COLORS}</a:clrScheme><a:fontScheme name="plain"><a:majorFont>{_FONT}</a:majorFont>\
<a:minorFont>{_FONT}</a:minorFont></a:fontScheme><a:fmtScheme name="plain"><a:fillStyleLst>{_FILL * 3}\
</a:fillStyleLst><a:lnStyleLst>{f'<a:ln w="6350">{_FILL}</a:ln>' * 3}</a:lnStyleLst><a:effectStyleLst>\
{"<a:effectStyle><a:effectLst/></a:effectStyle>" * 3}</a:effectStyleLst><a:bgFillStyleLst>{_FILL * 3}\
</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"""


def package(vba: bytes, custom_ui: bytes, texts: Mapping[str, Mapping[str, str]], version: str) -> bytes:
    """The whole file; the same input gives the same bytes (no time, no name of a computer in it).

    ``vba`` and ``custom_ui`` the two parts, ``texts`` key → text by language for the sheet, ``version`` of the
    package, which the file's properties tell.
    """
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": PACKAGE_RELATIONS,
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": WORKBOOK_RELATIONS,
        SHEET: _sheet(len(texts)),
        "xl/sharedStrings.xml": _strings(texts),
        "xl/theme/theme1.xml": THEME,
        "xl/styles.xml": STYLES,
        CORE: _properties(version),
    }
    whole = {name: (DECLARATION + part).encode("utf-8") for name, part in parts.items()} | {VBA: vba, RIBBON: custom_ui}
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for name, content in whole.items():
            info = ZipInfo(name)  # 1980-01-01, whatever the day is
            info.compress_type = ZIP_DEFLATED
            info.create_system = 0  # else Windows and the others would differ
            archive.writestr(info, content)
    return file.getvalue()


def part(file: bytes, name: str) -> bytes:
    """One part of a package."""
    with ZipFile(BytesIO(file)) as archive:
        return archive.read(name)


def version_of(file: bytes) -> str:
    """The version that an add-in's properties tell; "" where they tell none.  Errors: those of zipfile."""
    _, found, rest = part(file, CORE).decode("utf-8").partition("<cp:version>")
    return rest.partition("</cp:version>")[0] if found else ""


def _sheet(count: int) -> str:
    """One row a text: key, Japanese, English, which follow each other in the shared strings."""
    rows = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{column}{row}" t="s"><v>{3 * row - 3 + place}</v></c>' for place, column in enumerate("ABC"))
        + "</row>"
        for row in range(1, count + 1)
    )
    return (
        f'<worksheet xmlns="{MAIN}"><sheetPr codeName="Sheet1"/><dimension ref="A1:C{count}"/>'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )


def _strings(texts: Mapping[str, Mapping[str, str]]) -> str:
    values = [value for key, said in texts.items() for value in (key, said["ja"], said["en"])]
    items = "".join(f'<si><t xml:space="preserve">{escape(value)}</t></si>' for value in values)
    return f'<sst xmlns="{MAIN}" count="{len(values)}" uniqueCount="{len(values)}">{items}</sst>'


def _properties(version: str) -> str:
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{TITLE}</dc:title><dc:creator>xl-kpi</dc:creator>'
        f"<cp:version>{escape(version)}</cp:version></cp:coreProperties>"
    )
