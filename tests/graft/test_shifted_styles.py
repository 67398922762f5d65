"""Cell formats whose numbers of named styles have shifted: openpyxl closes the gaps that LibreOffice leaves."""

from __future__ import annotations

import zipfile
from io import BytesIO

import openpyxl
from lxml import etree
from openpyxl.styles import Font, NamedStyle, PatternFill

from xl_kpi.workbook.graft.looks.own import CellLooks
from xl_kpi.workbook.graft.styles import OURS, Sheaf, Styles
from xl_kpi.workbook.package.package import Package

LEFT_OUT = 14  # LibreOffice numbers the named styles 0, 15, 16 …
STYLES = {
    "kpi body": ("FFFFFFFF", "General"),
    "kpi calc": ("FFEEEEEE", "General"),
    "kpi input.rate": ("FFFFFBEB", "0.0%"),
    "kpi value": ("FFDDEEFF", "#,##0"),
    "kpi warning": ("FFFFDDDD", "General"),
    "memo": ("FFABCDEF", "0.000"),  # of the user's own
}
CELLS = {name: f"A{row}" for row, name in enumerate(STYLES, 1)}
DRESSED, PLAIN = "A20", "A21"  # a cell of ours that the user has painted, one without any style


def written() -> bytes:
    book = openpyxl.Workbook()
    for name, (paper, code) in STYLES.items():
        style = NamedStyle(name, number_format=code, fill=PatternFill("solid", fgColor=paper))
        style.font = Font(name="Calibri", bold=name == "kpi warning")
        book.add_named_style(style)
        book.active[CELLS[name]].style = name
    book.active[DRESSED].style = "kpi warning"
    book.active[DRESSED].fill = PatternFill("solid", fgColor="FF00FFAA")
    book.active[PLAIN] = 1
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def with_gap(data: bytes) -> bytes:
    """The same as LibreOffice numbers the styles, with formats in between that no style bears."""
    parts = {
        info.filename: zipfile.ZipFile(BytesIO(data)).read(info) for info in zipfile.ZipFile(BytesIO(data)).infolist()
    }
    root = etree.fromstring(parts["xl/styles.xml"])
    formats = root.find("{*}cellStyleXfs")
    for _ in range(LEFT_OUT):
        formats.insert(1, etree.fromstring(etree.tostring(formats[0])))
    for each in (*root.find("{*}cellXfs"), *root.find("{*}cellStyles")):
        if each.get("xfId") != "0":
            each.set("xfId", str(int(each.get("xfId")) + LEFT_OUT))
    parts["xl/styles.xml"] = etree.tostring(root)
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def named(data: bytes) -> dict[str, str]:
    """Cell → the named style of ours that it is taken to wear, "" for none."""
    package = Package(data, "", "en")
    sheaf = Sheaf(package.tree("xl/styles.xml"))
    cells = package.tree("xl/worksheets/sheet1.xml").iter("{*}c")
    return {each.get("r"): sheaf.ours.get(each.get("s", "0"), "") for each in cells}


OURS_IN_CELLS = {cell: name if name.startswith(OURS) else "" for name, cell in CELLS.items()}
EXPECTED = {**OURS_IN_CELLS, DRESSED: "kpi warning", PLAIN: ""}


def test_each_format_is_known_by_its_look_where_the_numbers_have_shifted():
    gap = with_gap(written())
    assert named(gap) == EXPECTED  # a gap alone shifts nothing
    assert named(saved(openpyxl.load_workbook(BytesIO(gap)))) == EXPECTED


def test_what_is_written_after_the_shift_is_believed():
    book = openpyxl.load_workbook(BytesIO(with_gap(written())))
    book = openpyxl.load_workbook(BytesIO(saved(book)))
    book.active["B1"].style = "kpi value"  # by its number in the list as it is now
    assert named(saved(book)) == {**EXPECTED, "B1": "kpi value"}


def test_the_numbers_of_a_sound_file_are_believed_however_the_cells_are_dressed():
    book = openpyxl.load_workbook(BytesIO(written()))
    for name, cell in CELLS.items():
        book.active[cell].fill = PatternFill("solid", fgColor=STYLES.get(name, ("",))[0][:-1] + "0")
    assert named(saved(book)) == EXPECTED


def test_only_what_the_user_has_dressed_counts_as_his_where_the_numbers_have_shifted():
    data = saved(openpyxl.load_workbook(BytesIO(with_gap(written()))))
    user, made = Package(data, "", "en"), Package(written(), "", "en")
    looks = CellLooks(Styles(user, made))
    cells = {each.get("r"): each.get("s", "0") for each in user.tree("xl/worksheets/sheet1.xml").iter("{*}c")}
    assert [cell for cell, number in cells.items() if looks.is_own(number, looks.style("", (1, 1), number))] == [
        DRESSED
    ]
