"""``xl-kpi addin lite``: our code put into a workbook that exists and taken out again, all else byte for byte."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import xlsxwriter
from lxml import etree
from openxml_audit import FileFormat, OpenXmlValidator

from tests.agreement.selected import often
from tests.cli.terminal import ENGLISH, xl, xl_process
from tests.lite.workbook_parts import packed, parts, read_main_py
from tests.open_book.open_books import file_of
from xl_kpi import __version__
from xl_kpi.addin.lite import parts as lite_parts
from xl_kpi.addin.lite.bundle import main_py
from xl_kpi.addin.lite.put_in import add_lite, remove_lite
from xl_kpi.errors import BadFile, Refused
from xl_kpi.workbook.package.save import backups

pytestmark = pytest.mark.slow  # whole workbooks, unpacked and audited again and again

TYPES, RELS = "[Content_Types].xml", "_rels/.rels"
PANES, PANES_RELS = "xl/webextensions/taskpanes.xml", "xl/webextensions/_rels/taskpanes.xml.rels"
PART, SECOND = "xl/webextensions/webextension1.xml", "xl/webextensions/webextension2.xml"
OTHER = "wa104380862"  # an add-in of the store that is not xlwings Lite


def differing(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    """The parts that are in one only, or not the same in both."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


@pytest.fixture(scope="module")
def plan() -> bytes:
    """A plan of ours, in Japanese."""
    return file_of("c1", "ja")


@pytest.fixture(scope="module")
def users_book(tmp_path_factory) -> bytes:
    """A user's workbook with what openpyxl would drop: text box, note, sparkline, chart, macros, properties."""
    folder = tmp_path_factory.mktemp("users")
    (folder / "vba.bin").write_bytes(b"a macro project that nobody may touch")
    path = folder / "users.xlsm"
    book = xlsxwriter.Workbook(path)
    book.add_vba_project(folder / "vba.bin")
    book.set_custom_property("owner", "営業部")
    sheet = book.add_worksheet("集計")
    sheet.write_row("A1", [1, 2, 3])
    sheet.write_comment("A1", "確認済み")
    sheet.insert_textbox("C3", "社外秘")
    sheet.add_sparkline("D1", {"range": "集計!A1:C1"})
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=集計!$A$1:$C$1"})
    sheet.insert_chart("C10", chart)
    book.close()
    return path.read_bytes()


@pytest.fixture(scope="module")
def beside_another(users_book) -> bytes:
    """The user's workbook with the task pane of another add-in, as Excel stores it."""
    theirs = {PART: lite_parts.webextension({"view": "summary"}).encode().replace(b"wa200008175", OTHER.encode())}
    theirs[PART] = theirs[PART].replace(b"WA200008175", OTHER.upper().encode())
    return packed({**parts(add_lite(users_book, "en")), **theirs})


BOOKS = pytest.mark.parametrize("kind", often(["plan", "users_book", "beside_another"], ["plan", "beside_another"]))


@pytest.fixture
def book(kind, request) -> bytes:
    return request.getfixturevalue(kind)


@pytest.fixture
def path(book, tmp_path) -> Path:
    file = tmp_path / "計画.xlsm"
    file.write_bytes(book)
    return file


# --- putting in


NEW = {"plan": {PANES, PANES_RELS, PART}, "users_book": {PANES, PANES_RELS, PART}, "beside_another": {SECOND}}
GROWN = {"plan": {TYPES, RELS}, "users_book": {TYPES, RELS}, "beside_another": {TYPES, PANES, PANES_RELS}}


@BOOKS
def test_only_the_add_in_s_parts_come_and_only_the_lists_that_name_them_grow(kind, book, path):
    before = parts(book)
    answer = xl("addin", "lite", path)
    assert answer.code == 0 and f"バージョン{__version__}" in answer.out
    after = parts(path.read_bytes())
    assert after.keys() - before.keys() == NEW[kind]
    # in a plan of ours the LAMBDA names go: see test_lite_names
    names = {"xl/workbook.xml", *(name for name in before if b"functions_names)" in before[name])}
    assert differing(before, after) == NEW[kind] | GROWN[kind] | (names if kind == "plan" else set())
    assert [name for name in after if name in before] == list(before)  # the order of the parts, too
    assert read_main_py(path.read_bytes()) == main_py(__version__)
    for name in GROWN[kind]:  # each list is the old one with something put in before its end
        end = before[name].rindex(b"</")
        assert after[name].startswith(before[name][:end]) and after[name].endswith(before[name][end:])


@BOOKS
def test_the_former_file_is_kept(book, path):
    answer = xl("addin", "lite", path)
    (backup,) = backups(path)
    assert backup.read_bytes() == book
    assert str(backup) in answer.err


@BOOKS
def test_openxml_audit_finds_nothing_that_was_not_there(book, tmp_path):
    def findings(data: bytes) -> set[tuple[str, str]]:
        file = tmp_path / "audited.xlsx"
        file.write_bytes(data)
        result = OpenXmlValidator(FileFormat.MICROSOFT_365, max_errors=0, security_validation=True).validate(file)
        return {(error.part_uri, error.description) for error in result.errors}

    assert findings(add_lite(book, "en")) <= findings(book)


@BOOKS
def test_twice_is_the_same_file(book, path):
    xl("addin", "lite", path)
    once, kept = path.read_bytes(), backups(path)
    answer = xl("addin", "lite", path)
    assert (answer.code, answer.err) == (0, "") and "何も変更していません" in answer.out
    assert path.read_bytes() == once and backups(path) == kept


def test_ours_stands_beside_the_pane_of_another_add_in(beside_another):
    after = parts(add_lite(beside_another, "en"))
    assert after[PART] == parts(beside_another)[PART]
    assert lite_parts.ADDIN.encode() in after[SECOND] and OTHER.encode() not in after[SECOND]
    relations = {one.get("Id"): one.get("Target") for one in etree.fromstring(after[PANES_RELS])}
    assert relations == {"rId1": "webextension1.xml", "rId2": "webextension2.xml"}
    panes = [dict(reference.attrib) for pane in etree.fromstring(after[PANES]) for reference in pane]
    ident = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    assert panes == [{ident: "rId1"}, {ident: "rId2"}]
    overrides = [one.get("PartName") for one in etree.fromstring(after[TYPES]) if one.get("PartName")]
    assert overrides.count(f"/{SECOND}") == overrides.count(f"/{PART}") == overrides.count(f"/{PANES}") == 1


def test_an_add_in_inside_a_sheet_keeps_its_part(users_book):
    # a content add-in: its part has the name that ours would have, and is reached from a drawing
    content = {**parts(users_book), PART: b"<we:webextension xmlns:we='x'/>"}
    after = parts(add_lite(packed(content), "en"))
    assert after[PART] == content[PART] and lite_parts.ADDIN.encode() in after[SECOND]
    assert parts(remove_lite(packed(after), "en")) == content


def test_older_code_of_ours_is_replaced_beside_the_other_add_in_too(beside_another):
    older = parts(add_lite(beside_another, "en"))
    value = lite_parts.escaped(main_py("0.0.9")).encode()
    older[SECOND] = re.sub(rb'(name="main.py" value=")[^"]*', lambda found: found[1] + value, older[SECOND])
    assert read_main_py(packed(older)) == main_py("0.0.9")
    renewed = parts(add_lite(packed(older), "en"))
    assert read_main_py(packed(renewed)) == main_py(__version__)
    assert differing(older, renewed) == {SECOND}


@pytest.mark.parametrize("empty", [b"<we:properties/>", b"<we:properties></we:properties>"])
def test_an_xlwings_lite_pane_that_was_opened_but_never_used_takes_the_code(plan, empty):
    content, plan_parts = parts(add_lite(plan, "en")), parts(plan)
    opened = {**content, PART: re.sub(rb"<we:properties>.*</we:properties>", lambda _: empty, content[PART])}
    filled = parts(add_lite(packed(opened), "en"))
    assert differing(opened, filled) == {PART}
    assert read_main_py(packed(filled)) == main_py(__version__)
    assert filled[PART] == content[PART]
    # there is nothing of ours in it but that the LAMBDA names are away
    assert differing(opened, parts(remove_lite(packed(opened), "en"))) == differing(content, plan_parts) & {
        *plan_parts
    } - {TYPES, RELS}


# --- taking out


@BOOKS
def test_taken_out_every_part_is_as_it_was(book, path):
    xl("addin", "lite", path)
    answer = xl("addin", "lite", path, "--remove")
    assert answer.code == 0 and "取り除きました" in answer.out
    assert parts(path.read_bytes()) == parts(book)
    assert list(parts(path.read_bytes())) == list(parts(book))


@BOOKS
def test_where_there_is_nothing_to_take_out_nothing_happens(book, path):
    answer = xl("addin", "lite", path, "--remove", "--lang", "en")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"{path} contains no xlwings Lite code of xl-kpi. Nothing was changed.\n"
    assert path.read_bytes() == book and backups(path) == []


def test_lists_with_a_byte_order_mark_and_line_breaks_come_back_as_they_were(users_book):
    content = parts(users_book)
    for name in (TYPES, RELS):
        spread = content[name].replace(b"><", b">\r\n  <").replace(b"\r\n  </", b"\r\n</")
        content[name] = b"\xef\xbb\xbf" + spread + b"\r\n"
    assert parts(remove_lite(add_lite(packed(content), "en"), "en")) == content


# --- what is refused


def foreign(data: bytes) -> bytes:
    """Somebody else's code in the add-in's editor."""
    content = parts(add_lite(data, "en"))
    value = lite_parts.escaped("import xlwings as xw\n").encode()
    content[PART] = re.sub(rb'(name="main.py" value=")[^"]*', lambda found: found[1] + value, content[PART])
    return packed(content)


def edited(data: bytes) -> bytes:
    """Our code with a function that the user added."""
    content = parts(add_lite(data, "en"))
    value = lite_parts.escaped(main_py(__version__) + "\n@func\ndef mine(x):\n    return x\n").encode()
    content[PART] = re.sub(rb'(name="main.py" value=")[^"]*', lambda found: found[1] + value, content[PART])
    return packed(content)


@pytest.mark.parametrize("options", [[], ["--remove"]])
@pytest.mark.parametrize(
    ("change", "japanese", "english"),
    [(foreign, "ほかの人が書いた", "written by someone else"), (edited, "手で書き換えられて", "edited by hand")],
)
def test_code_that_is_not_ours_is_never_touched(plan, tmp_path, change, options, japanese, english):
    file = tmp_path / "plan.xlsx"
    data = change(plan)
    file.write_bytes(data)
    answer = xl("addin", "lite", file, *options)
    assert (answer.code, answer.out) == (3, "") and japanese in answer.err and "何も変更していません" in answer.err
    assert english in xl("addin", "lite", file, *options, "--lang", "en").err
    assert file.read_bytes() == data and backups(file) == []


def test_a_signed_workbook_is_refused(users_book):
    signed = packed({**parts(users_book), "_xmlsignatures/origin.sigs": b""})
    with pytest.raises(Refused, match="digital signature"):
        add_lite(signed, "en")
    assert remove_lite(signed, "en") == signed


def test_xlwings_lite_twice_is_refused(beside_another):
    content = parts(add_lite(beside_another, "en"))
    content[PART] = content[SECOND]
    for act in (add_lite, remove_lite):
        with pytest.raises(Refused, match="more than once"):
            act(packed(content), "en")


def test_a_workbook_open_in_excel_is_refused(plan, tmp_path):
    file = tmp_path / "plan.xlsx"
    file.write_bytes(plan)
    (tmp_path / "~$plan.xlsx").write_bytes(b"\x04user")
    assert xl("addin", "lite", file).code == 3
    assert file.read_bytes() == plan


@pytest.mark.parametrize(("content", "words"), [(None, "no such file"), (b"", "empty"), (b"name,sum\n", "text")])
def test_what_is_no_workbook_is_bad_input(tmp_path, content, words):
    file = tmp_path / "plan.xlsx"
    if content is not None:
        file.write_bytes(content)
    answer = xl("addin", "lite", file, env=ENGLISH)
    assert (answer.code, answer.out) == (2, "") and words in answer.err and len(answer.faults) == 1


def test_lists_in_another_encoding_are_not_guessed_at(users_book):
    content = parts(users_book)
    content[TYPES] = content[TYPES].replace(b"</Types>", b"<!-- \xff --></Types>")
    with pytest.raises(BadFile, match=re.escape(TYPES)):
        add_lite(packed(content), "en")


# --- words


def test_the_plan_s_language_is_that_of_the_messages(plan, users_book, tmp_path):
    file, other = tmp_path / "plan.xlsx", tmp_path / "users.xlsm"
    file.write_bytes(plan)
    other.write_bytes(users_book)
    assert "を入れました" in xl("addin", "lite", file, env=ENGLISH).out  # a Japanese plan
    assert "now contains the xlwings Lite code" in xl("addin", "lite", other, env=ENGLISH).out  # no plan at all


@pytest.mark.long
def test_nothing_else_is_said_of_what_stands_in_the_workbook(users_book, tmp_path):
    # openpyxl warns that sparklines would be removed: it only looks for a plan here and writes nothing
    (tmp_path / "users.xlsm").write_bytes(users_book)
    answer = xl_process("addin", "lite", "users.xlsm", cwd=tmp_path, env=ENGLISH)
    (backup,) = backups(tmp_path / "users.xlsm")
    assert (answer.code, len(answer.out.splitlines()), len(answer.faults)) == (0, 1, 1)
    assert backup.name in answer.faults[0]


@pytest.mark.parametrize(("lang", "words"), [("ja", "無料のアドイン"), ("en", "a free add-in")])
def test_the_help(lang, words):
    out = " ".join(xl("addin", "lite", "--help", "--lang", lang).out.split())
    assert words in out and "--remove" in out
