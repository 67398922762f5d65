"""The parts of xlwings Lite in a workbook file: which, where, how escaped; the rest of the file untouched."""

from __future__ import annotations

import json
import re
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter
from lxml import etree
from openxml_audit import FileFormat, OpenXmlValidator

from tests.lite.workbook_parts import packed, parts, read_main_py
from tests.open_book.open_books import file_of
from xl_kpi import __version__
from xl_kpi.addin.lite import parts as lite_parts
from xl_kpi.addin.lite.bundle import main_py
from xl_kpi.addin.lite.put_in import add_lite, remove_lite
from xl_kpi.errors import BadFile, Refused

PANES, PANES_RELS = "xl/webextensions/taskpanes.xml", "xl/webextensions/_rels/taskpanes.xml.rels"
PART = "xl/webextensions/webextension1.xml"

# Findings of openxml-audit that we accept: (part, description) → why.  None so far.
ACCEPTED: dict[tuple[str, str], str] = {}

NASTY = 'def f():\n\t"""It\'s <a> & "b" \\n \\\\ a/b"""\r\n    return \'日本語　△\' # ]]> &amp; \x7f\u2028 😀\n'


@pytest.fixture(scope="module")
def plain() -> bytes:
    return file_of("c1", "ja")


@pytest.fixture(scope="module")
def lite(plain) -> bytes:
    return add_lite(plain, "ja")


def with_code(lite: bytes, code: str) -> bytes:
    """The workbook as if somebody had typed other code into the add-in's editor."""
    content = parts(lite)
    value = lite_parts.escaped(code).encode("utf-8")
    content[PART] = re.sub(rb'(name="main.py" value=")[^"]*', lambda found: found[1] + value, content[PART])
    return packed(content)


def test_three_parts_come_and_two_lists_grow_all_else_is_the_same(plain, lite):
    before, after = parts(plain), parts(lite)
    assert list(after) == [*before, PANES, PANES_RELS, PART]
    # the two lists; the LAMBDA names in the workbook's part (what 関数 says where a plan has it: see test_lite_names)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"}


def test_relations_and_content_types_are_as_the_add_in_writes_them(lite):
    # expected: as in workbooks that the add-in saved (version of July 2025)
    content = parts(lite)
    kinds = {
        override.get("PartName"): override.get("ContentType")
        for override in etree.fromstring(content["[Content_Types].xml"])
    }
    assert kinds[f"/{PANES}"] == "application/vnd.ms-office.webextensiontaskpanes+xml"
    assert kinds[f"/{PART}"] == "application/vnd.ms-office.webextension+xml"
    relations = etree.fromstring(content["_rels/.rels"])
    types = "http://schemas.microsoft.com/office/2011/relationships/"
    found = [(relation.get("Type"), relation.get("Target")) for relation in relations]
    assert found.count((f"{types}webextensiontaskpanes", PANES)) == 1
    assert len({relation.get("Id") for relation in relations}) == len(relations)
    (inner,) = etree.fromstring(content[PANES_RELS])
    assert (inner.get("Id"), inner.get("Type"), inner.get("Target")) == (
        "rId1", f"{types}webextension", "webextension1.xml",
    )  # fmt: skip
    pane = etree.fromstring(content[PANES])[0]
    assert dict(pane.attrib) == {"dockstate": "right", "visibility": "0", "width": "438", "row": "3"}


def test_the_add_in_s_part_names_xlwings_lite_and_holds_code_and_requirements(lite):
    root = etree.fromstring(parts(lite)[PART], etree.XMLParser(huge_tree=True))
    assert [etree.QName(child).localname for child in root] == [
        "reference", "alternateReferences", "properties", "bindings", "snapshot", "extLst",
    ]  # fmt: skip
    assert re.fullmatch(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", root.get("id"))
    assert dict(root[0].attrib) == {"id": "wa200008175", "version": "1.0.0.0", "store": "en-US", "storeType": "OMEX"}
    values = {element.get("name"): json.loads(element.get("value")) for element in root[2]}
    assert values == {"main.py": main_py(__version__), "requirements.txt": "xlwings\n"}
    extras = {ext.get("uri"): etree.QName(ext[0]).localname for ext in root[5]}
    assert extras == {
        "{D87F86FE-615C-45B5-9D79-34F1136793EB}": "containsCustomFunctions",
        "{7C84B067-C214-45C3-A712-C9D94CD141B2}": "customFunctionIdList",
    }


def test_a_value_is_json_then_xml():
    # by hand: the string's own quotes → &quot;   quote → \" → \&quot;   line break → \n   slash → \/   & → &amp;
    assert lite_parts.escaped('a"b\n/&<') == "&quot;a\\&quot;b\\n\\/&amp;&lt;&quot;"


def test_code_comes_back_as_it_was(lite):
    assert read_main_py(lite) == main_py(__version__)
    assert read_main_py(with_code(lite, NASTY)) == NASTY


def test_the_same_file_gives_the_same_bytes_and_a_second_time_changes_nothing(plain, lite):
    assert add_lite(plain, "en") == lite
    assert parts(add_lite(lite, "ja")) == parts(lite)


def test_it_goes_again_without_a_trace(plain, lite):
    assert parts(remove_lite(lite, "ja")) == parts(plain)
    assert remove_lite(plain, "ja") == plain


def audited(data: bytes, folder) -> set[tuple[str, str]]:
    path = folder / "lite.xlsx"
    path.write_bytes(data)
    result = OpenXmlValidator(FileFormat.MICROSOFT_365, max_errors=0, security_validation=True).validate(path)
    return {(error.part_uri, error.description) for error in result.errors}


def test_openxml_audit_finds_nothing(lite, tmp_path):
    assert audited(lite, tmp_path) == set(ACCEPTED)


def test_openxml_audit_looks_at_these_parts(lite, tmp_path):
    content = parts(lite)
    lost = {name: part for name, part in content.items() if name != PART}
    unknown = {**content, PANES: content[PANES].replace(b"dockstate=", b"dock=")}
    assert audited(packed(lost), tmp_path) and audited(packed(unknown), tmp_path)


def test_the_workbook_still_opens(lite):
    assert openpyxl.load_workbook(BytesIO(lite)).sheetnames[3] == "設定"


def test_a_workbook_of_another_program_takes_the_part(tmp_path):
    path = tmp_path / "other.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Plan").write("A1", 1)
    book.close()
    data = add_lite(path.read_bytes(), "en")
    assert read_main_py(data) == main_py(__version__)
    assert parts(remove_lite(data, "en")) == parts(path.read_bytes())


def test_our_older_code_is_replaced_and_what_the_add_in_keeps_beside_it_stays(lite):
    older = with_code(lite, main_py("0.0.9"))
    content = parts(older)
    more = b'<we:property name="addinVersion" value="&quot;1.0.0.0-35&quot;"/></we:properties>'
    content[PART] = content[PART].replace(b"</we:properties>", more).replace(b"xlwings\\n", b"xlwings\\npandas\\n")
    renewed = parts(add_lite(packed(content), "ja"))
    assert read_main_py(packed(renewed)) == main_py(__version__)
    assert b"addinVersion" in renewed[PART] and b"pandas" in renewed[PART]
    assert {name for name in content if content[name] != renewed[name]} == {PART}


def test_code_that_the_user_deleted_in_the_editor_may_be_written_again(lite):
    assert read_main_py(add_lite(with_code(lite, "\n"), "ja")) == main_py(__version__)


@pytest.mark.parametrize("act", [add_lite, remove_lite])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lite: with_code(lite, "import xlwings as xw\n"), "ほかの人が書いた"),
        (
            lambda lite: with_code(lite, main_py(__version__) + "\n@func\ndef mine(x):\n    return x\n"),
            "書き換えられて",
        ),
    ],
)
def test_what_is_not_ours_is_refused_with_the_reason(lite, act, change, words):
    with pytest.raises(Refused, match=words) as refused:
        act(change(lite), "ja")
    assert refused.value.exit_code == 3 and "何も変更していません" in str(refused.value)


def test_what_is_no_workbook_is_refused_in_words(lite):
    content = parts(lite)
    for data, part in (
        (b"no zip", "zip"),
        (packed({name: part for name, part in content.items() if name != "_rels/.rels"}), "_rels/.rels"),
        (packed({**content, PANES_RELS: b"<Relationships"}), PANES_RELS),
    ):
        with pytest.raises(BadFile, match=re.escape(part)):
            add_lite(data, "en")
