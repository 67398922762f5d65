"""The add-in as a file: the same bytes each time, whole for four readers, and nothing in it that nobody put there."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from lxml import etree
from openxml_audit import FileFormat, OpenXmlValidator
from pyopenvba import ExcelFile, check_file

from tests.addin.parts import addin, modules, texts
from xl_kpi import __version__
from xl_kpi.addin.desktop import ribbon, xlam, xlam_package

ROOT = Path(__file__).parents[2]
PARTS = {
    "[Content_Types].xml",
    "_rels/.rels",
    "customUI/customUI14.xml",
    "docProps/core.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/theme/theme1.xml",
    "xl/vbaProject.bin",
    "xl/workbook.xml",
    "xl/worksheets/sheet1.xml",
}
# Findings of openxml-audit that we accept: description -> why.  None.
ACCEPTED: dict[str, str] = {}


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    return xlam.build(tmp_path_factory.mktemp("addin"))


def parts(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_folder_gets_the_file_under_its_own_name(file):
    assert file.name == "xl_kpi.xlam"
    assert file.read_bytes() == addin()


def test_a_file_name_is_taken_as_it_is(tmp_path):
    assert xlam.build(tmp_path / "other.xlam").read_bytes() == addin()


def test_built_twice_gives_the_same_bytes():
    assert xlam.addin_bytes() == addin()


def test_another_process_on_another_day_builds_the_same_bytes(tmp_path):
    script = (
        "import time; real = time.localtime; time.localtime = lambda s=None: real(0); "
        f"from xl_kpi.addin.desktop import xlam; xlam.build({str(tmp_path)!r})"
    )
    command = [sys.executable, "-c", script]
    subprocess.run(command, check=True, cwd=ROOT, timeout=60, env={"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"})
    assert (tmp_path / "xl_kpi.xlam").read_bytes() == addin()


def test_the_parts():
    assert set(parts(addin())) == PARTS


def test_every_part_has_a_content_type_and_every_relation_its_part():
    found = parts(addin())
    types = etree.fromstring(found["[Content_Types].xml"])
    extensions = {one.get("Extension") for one in types if one.tag.endswith("Default")}
    named = {one.get("PartName").lstrip("/") for one in types if one.tag.endswith("Override")}
    assert named <= set(found)
    assert all(name in named or name.rpartition(".")[2] in extensions for name in found)
    for rels, folder in (("_rels/.rels", ""), ("xl/_rels/workbook.xml.rels", "xl/")):
        targets = [folder + one.get("Target") for one in etree.fromstring(found[rels])]
        assert set(targets) <= set(found) and len(targets) == len(set(targets))


def test_the_custom_ui_is_related_as_office_2010_wants_it():
    # [MS-CUSTOMUI2] 1.3: this relation type is that of the part with the 2009/07 namespace.
    relations = {one.get("Target"): one.get("Type") for one in etree.fromstring(parts(addin())["_rels/.rels"])}
    assert (
        relations["customUI/customUI14.xml"]
        == "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
    )
    assert parts(addin())["customUI/customUI14.xml"] == ribbon.custom_ui()


def test_the_file_tells_its_version():
    assert xlam_package.version_of(addin()) == __version__


def test_no_person_no_computer_and_no_time_is_in_it():
    found = parts(addin())
    assert b"<dcterms" not in found["docProps/core.xml"]
    author = metadata.metadata("pyOpenVBA")["Author-email"].split("<")[0].strip().encode()  # its templates carry it
    assert author
    for name, content in found.items():
        assert author not in content and str(ROOT).encode() not in content, name
    with ZipFile(BytesIO(addin())) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# --- readers


def test_pyopenvba_reads_every_module_back(file):
    with ExcelFile(file) as book:
        assert set(book.module_names()) == {*modules(), "Sheet1"}
        for name, source in modules().items():
            if name not in ("ThisWorkbook", "Dictionary"):  # a header is put before these
                assert book.get_module(name).replace("\r\n", "\n").rstrip() == source.rstrip(), name
        assert (
            book.get_module("ThisWorkbook").replace("\r\n", "\n").rstrip().endswith(modules()["ThisWorkbook"].rstrip())
        )
        assert {reference.name for reference in book.references()} == {"stdole", "Office"}


def test_pyopenvba_finds_the_file_whole(file):
    report = check_file(file)
    assert report.ok, report.issues


def test_openxml_audit_has_no_finding(file):
    result = OpenXmlValidator(file_format=FileFormat.MICROSOFT_365).validate(file)
    found = [error.description for error in result.errors if error.description not in ACCEPTED]
    assert found == []


def test_openpyxl_reads_the_texts():
    book = openpyxl.load_workbook(BytesIO(as_workbook(addin())), read_only=True)
    read = {key: {"ja": ja, "en": en} for key, ja, en in book.worksheets[0].iter_rows(values_only=True)}
    assert read == {key: dict(said) for key, said in texts().items()}


def as_workbook(data: bytes) -> bytes:
    """The same parts as a workbook with macros: openpyxl and LibreOffice open no file that is called an add-in."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in parts(data).items():
            archive.writestr(name, content.replace(b"ms-excel.addin.macro", b"ms-excel.sheet.macro"))
    return made.getvalue()


@pytest.mark.host
def test_libreoffice_reads_texts_and_modules(libreoffice, tmp_path):
    path = tmp_path / "addin.xlsm"
    path.write_bytes(as_workbook(addin()))
    (converted,) = libreoffice.convert([path], "ods")
    found = parts(converted.read_bytes())
    assert texts()["ribbon_regenerate_tip"]["ja"] in found["content.xml"].decode("utf-8")
    for name in ("KpiCall", "KpiFunctions", "KpiRibbon", "KpiStart", "KpiTexts", "KpiVersion", "xlwings"):
        module = etree.fromstring(found[f"Basic/VBAProject/{name}.xml"])
        read = [line.rstrip() for line in module.text.splitlines() if line.strip()]
        # LibreOffice turns attributes into remarks and puts lines of its own at the top.
        ours = [
            line.rstrip()
            for line in modules()[name].splitlines()
            if line.strip() and not line.startswith("Attribute VB_")
        ]
        assert [line for line in read if not line.startswith(("Rem Attribute ", "Option VBASupport"))] == ours, name


# --- what stops a build


def test_without_the_writer_of_vba_a_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyopenvba", None)
    with pytest.raises(xlam.NoVbaWriter, match=re.escape('pip install "xl-kpi[addin]"')):
        xlam.addin_bytes("en")


def test_the_texts_are_whole_in_both_languages():
    assert all(said["ja"].strip() and said["en"].strip() for said in texts().values())
    assert all(len(value) <= 32_767 for said in texts().values() for value in said.values())  # a cell's limit
