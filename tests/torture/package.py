"""A package as text: parts that are put in, related and listed by hand, so that no writer of ours has a say in it."""

from __future__ import annotations

import posixpath
import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office"
SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES, WORKBOOK, STRINGS, STYLES = "[Content_Types].xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"


def unzipped(data: bytes) -> dict[str, bytes]:
    """Part → content."""
    with ZipFile(BytesIO(data)) as package:
        return {info.filename: package.read(info) for info in package.infolist()}


class Parts:
    """The parts of a workbook in text; ``added`` are those that the user brought."""

    def __init__(self, data: bytes):
        self.parts = unzipped(data)
        self.added: set[str] = set()

    def text(self, part: str) -> str:
        return self.parts[part].decode("utf-8")

    def edit(self, part: str, old: str, new: str) -> None:
        """Replace a text that stands in a part exactly once."""
        content = self.text(part)
        assert content.count(old) == 1, f"{part}: {old!r} stands there {content.count(old)} times"
        self.parts[part] = content.replace(old, new).encode("utf-8")

    def add(self, part: str, content: str | bytes, content_type: str = "") -> str:
        """A part of the user's; ``content_type`` "" where its ending says it."""
        self.parts[part] = content.encode("utf-8") if isinstance(content, str) else content
        self.added.add(part)
        if content_type:
            self.edit(TYPES, "</Types>", f'<Override PartName="/{part}" ContentType="{content_type}"/></Types>')
        return part

    def ending(self, ending: str, content_type: str) -> None:
        if f'Extension="{ending}"' not in self.text(TYPES):
            default = f'<Default Extension="{ending}" ContentType="{content_type}"/>'
            self.parts[TYPES] = re.sub(r"(<Types [^>]*>)", rf"\1{default}", self.text(TYPES), count=1).encode("utf-8")

    def relate(self, part: str, kind: str, target: str, *, outside: bool = False) -> str:
        """The id of a new relation; ``kind`` the last word of an Office type, or a whole type."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.parts:
            space = "http://schemas.openxmlformats.org/package/2006/relationships"
            self.parts[rels] = f'{HEAD}<Relationships xmlns="{space}"></Relationships>'.encode()
            if part in self.added or not part:
                self.added.add(rels)
        rid = f"rIdUser{self.text(rels).count('<Relationship ') + 1}"
        mode = ' TargetMode="External"' if outside else ""
        beside = kind in ("comments", "vmlDrawing", "table")  # these are left alone as Excel writes them
        where = target if outside else posixpath.relpath(target, folder) if beside else f"/{target}"
        kind = kind if "/" in kind else f"{OFFICE}/{kind}"
        one = f'<Relationship Id="{rid}" Type="{kind}" Target="{where}"{mode}/>'
        self.edit(rels, "</Relationships>", f"{one}</Relationships>")
        return rid

    def string(self, item: str) -> int:
        """The number of a new shared text, given as the inside of its element."""
        number = self.text(STRINGS).count("<si>") + self.text(STRINGS).count("<si/>")
        self.edit(STRINGS, "</sst>", f"<si>{item}</si></sst>")
        return number

    def style(self, list_: str, entry: str) -> int:
        """The number of a new entry in a list of the styles."""
        content = self.text(STYLES)
        head = re.search(rf'<{list_} count="(\d+)"', content)
        assert head, list_
        number = int(head[1])
        content = content.replace(head[0], f'<{list_} count="{number + 1}"', 1)
        self.parts[STYLES] = content.replace(f"</{list_}>", f"{entry}</{list_}>", 1).encode("utf-8")
        return number

    def sheet(self, name: str, xml: str, state: str = "visible") -> str:
        """A sheet of the user's, behind the last one; gives its part."""
        numbers = [int(n) for part in self.parts for n in re.findall(r"^xl/worksheets/sheet(\d+)\.xml$", part)]
        part = self.add(f"xl/worksheets/sheet{max(numbers) + 1}.xml", xml, f"{SHEETML}.worksheet+xml")
        rid = self.relate(WORKBOOK, "worksheet", part)
        ids = [int(n) for n in re.findall(r'sheetId="(\d+)"', self.text(WORKBOOK))]
        element = f'<sheet xmlns:r="{OFFICE}" name="{name}" sheetId="{max(ids) + 7}" state="{state}" r:id="{rid}"/>'
        self.edit(WORKBOOK, "</sheets>", f"{element}</sheets>")
        return part

    def sheets(self) -> dict[str, str]:
        """Name → part of every sheet."""
        found = re.findall(r"<Relationship [^>]*?>", self.text("xl/_rels/workbook.xml.rels"))
        targets = {_value(each, "Id"): _value(each, "Target").removeprefix("/") for each in found}
        names = re.findall(r"<sheet [^>]*?>", self.text(WORKBOOK))
        return {_value(each, "name"): targets[_value(each, "r:id")] for each in names}

    def name(self, name: str, refers_to: str, more: str = "") -> None:
        one = f'<definedName name="{name}"{more}>{refers_to}</definedName>'
        self.edit(WORKBOOK, "</definedNames>", f"{one}</definedNames>")

    def zipped(self) -> bytes:
        """The file, with a part that is stored as it is and dates that are not ours."""
        file = BytesIO()
        with ZipFile(file, "w") as package:
            for name, content in self.parts.items():
                info = ZipInfo(name, (2024, 2, 29, 12, 30, 0))
                info.compress_type = ZIP_STORED if name.endswith((".png", ".bin")) else ZIP_DEFLATED
                package.writestr(info, content)
        return file.getvalue()


def _value(element: str, attribute: str) -> str:
    return re.search(rf'\b{attribute}="([^"]*)"', element)[1]
