"""LAMBDA names and functions of xlwings Lite by the same names: one or the other in a workbook, never both.

Reported in xlwings-lite#33 (not seen by us): with both, no Python function of the workbook runs until Excel is
restarted.
"""

from __future__ import annotations

import json
import re
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import ironcalc
import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from tests.agreement.selected import often, often_rows
from tests.cli.terminal import xl
from tests.lite.workbook_parts import packed, parts, read_main_py
from tests.new_files import new_file
from tests.open_book.open_books import open_book, plan_of
from tests.regenerate.typing_in import add_sheet, type_in
from xl_kpi import __version__
from xl_kpi.addin.lite.bundle import main_py
from xl_kpi.addin.lite.put_in import add_lite, carries_lite, remove_lite, warnings_of
from xl_kpi.build import build
from xl_kpi.catalog import text
from xl_kpi.commands import open_workbook
from xl_kpi.open_book import regenerate as open_regenerate
from xl_kpi.open_book.lite_host import LiteHost
from xl_kpi.open_book.snapshot import fetched
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.workbook.writing.host import PlainHost
from xl_kpi.workbook.writing.lambdas import lambda_names

BOOK = "xl/workbook.xml"
OURS = {*lambda_names(), "functions_names"}
PAGE = {"ja": "関数", "en": "Functions"}
LANGS = pytest.mark.parametrize("lang", often(["ja", "en"], ["ja"]))


def with_functions(template: str, lang: str) -> Plan:
    """A template with the page of functions, which the templates leave off."""
    return with_pages(plan_of(template, lang), {"functions": True})


@cache
def file_of(template: str, lang: str) -> bytes:
    """Its file without a history."""
    return build(with_functions(template, lang))


@cache
def begun_file(template: str, lang: str) -> bytes:
    """Its file as the command ``new`` makes it."""
    return new_file(with_functions(template, lang))


def names(data: bytes) -> dict[str, str]:
    """The defined names of the whole workbook."""
    return {name: one.attr_text for name, one in openpyxl.load_workbook(BytesIO(data)).defined_names.items()}


def said(data: bytes, lang: str = "ja") -> str | None:
    """Which functions are at work, as the sheet shows it: ``names`` or ``lite``."""
    page = openpyxl.load_workbook(BytesIO(data), data_only=True)[PAGE[lang]]
    shown = {cell.value for row in page for cell in row}
    (found,) = [word for word in ("names", "lite") if text(f"functions_by_{word}", lang) in shown]
    return found


def with_names(data: bytes, elements: str) -> bytes:
    """The workbook with names of the user's at the end of its list."""
    content = parts(data)
    content[BOOK] = content[BOOK].replace(b"</definedNames>", elements.encode() + b"</definedNames>")
    return packed(content)


# --- a file


@LANGS
def test_with_the_code_the_names_go_and_the_sheet_says_so(lang):
    plain = file_of("c1", lang)
    lite = add_lite(plain, lang)
    assert names(plain).keys() & OURS == OURS and said(plain, lang) == "names"
    assert names(lite) == {name: refers for name, refers in names(plain).items() if name not in OURS}
    assert said(lite, lang) == "lite"
    assert parts(remove_lite(lite, "en")) == parts(plain)  # back in the plan's language, whoever asks for it


@LANGS
def test_a_plan_without_the_page_of_functions_gets_its_names_back_too(lang):
    """As a new plan is; what the names say is in the plan's language, whoever takes the code out."""
    plain = build(plan_of("c1", lang))
    assert names(plain).keys() & OURS == OURS - {"functions_names"}
    lite = add_lite(plain, lang)
    assert not names(lite).keys() & OURS
    assert parts(remove_lite(lite, {"ja": "en", "en": "ja"}[lang])) == parts(plain)


def test_of_the_sheet_nothing_changes_but_the_result_of_one_formula():
    before, after = parts(file_of("c1", "ja")), parts(add_lite(file_of("c1", "ja"), "ja"))
    (page,) = [name for name in before if name.startswith("xl/worksheets/") and before[name] != after[name]]
    result = re.compile(rb"<v>[^<]*Lite[^<]*</v>")
    (one,), (other,) = result.findall(before[page]), result.findall(after[page])
    assert one != other and before[page].replace(one, b"") == after[page].replace(other, b"")


def test_ironcalc_computes_what_is_stored(tmp_path):
    for number, data in enumerate((file_of("c1", "ja"), add_lite(file_of("c1", "ja"), "ja"))):
        file = tmp_path / f"{number}.xlsx"
        file.write_bytes(data)
        model = ironcalc.load_from_xlsx(str(file), "en", "UTC", "en")
        model.evaluate()
        sheet = openpyxl.load_workbook(file).sheetnames.index("関数")
        row = openpyxl.load_workbook(file)["関数"].max_row
        assert model.get_formatted_cell_value(sheet, row, 2) == text(f"functions_by_{said(data)}", "ja")


@pytest.mark.long
@pytest.mark.host
def test_libreoffice_computes_what_is_stored(libreoffice_values, tmp_path):
    books = [file_of("c1", "ja"), add_lite(file_of("c1", "ja"), "ja")]
    files = [tmp_path / f"{number}.xlsx" for number in range(2)]
    for file, data in zip(files, books, strict=True):
        file.write_bytes(data)
    for values, data in zip(libreoffice_values(*files), books, strict=True):
        row = openpyxl.load_workbook(BytesIO(data))["関数"].max_row
        assert values["関数", row, 2] == text(f"functions_by_{said(data)}", "ja")


def test_as_excel_saves_it_with_names_in_another_order_and_a_prefix():
    content = parts(file_of("c1", "ja"))
    listed = re.findall(rb"<definedName .*?</definedName>", content[BOOK], re.DOTALL)
    start, end = content[BOOK].split(listed[0])[0], content[BOOK].rpartition(b"</definedName>")[2]
    content[BOOK] = start + b"".join(sorted(listed)) + end
    content[BOOK] = re.sub(rb"<(/?)(workbook|definedNames?)\b", rb"<\1x:\2", content[BOOK]).replace(
        b"xmlns=", b"xmlns:x="
    )
    content[BOOK] = re.sub(rb"<(/?)(?!x:|\?)(\w)", rb"<\1x:\2", content[BOOK])
    excel = packed(content)
    assert names(excel) == names(file_of("c1", "ja"))
    lite = add_lite(excel, "ja")
    assert not names(lite).keys() & OURS and said(lite) == "lite"
    assert names(remove_lite(lite, "ja")) == names(excel) and said(remove_lite(lite, "ja")) == "names"


def test_code_that_was_deleted_in_the_editor_leaves_no_names_and_remove_brings_them_back():
    # as main.py says it is removed: Excel can't know of the names then
    content = parts(add_lite(file_of("c1", "ja"), "ja"))
    part = "xl/webextensions/webextension1.xml"
    content[part] = re.sub(rb'(name="main.py" value=")[^"]*', rb"\1&quot;&quot;", content[part])
    assert not carries_lite(packed(content), "ja")
    back = remove_lite(packed(content), "ja")
    assert names(back) == names(file_of("c1", "ja")) and said(back) == "names"


def test_a_workbook_that_is_no_plan_gets_no_names(tmp_path):
    book = openpyxl.Workbook()
    book.defined_names["mine"] = DefinedName("mine", attr_text="Sheet!$A$1")
    book.save(tmp_path / "own.xlsx")
    data = (tmp_path / "own.xlsx").read_bytes()
    assert parts(remove_lite(add_lite(data, "en"), "en")) == parts(data)
    assert names(add_lite(data, "en")) == {"mine": "Sheet!$A$1"}


# --- names of the user's


USERS = {
    "a cell": '<definedName name="Nps">設定!$C$7</definedName>',
    "a LAMBDA of another kind": '<definedName name="nps">_xlfn.LAMBDA(_xlpm.x,_xlpm.x*2)</definedName>',
    "of one sheet": '<definedName name="NPS" localSheetId="1">設定!$C$7</definedName>',
    "of a function that has no LAMBDA": '<definedName name="SPREAD">設定!$C$7</definedName>',
}

IN_OUR_PLACE = ("a cell", "a LAMBDA of another kind")  # one name for the whole workbook: there is none for ours


@pytest.mark.parametrize("kind", USERS)
def test_a_name_of_the_user_s_that_is_called_like_a_function_stays_and_is_told(kind, tmp_path):
    plain = file_of("c1", "ja")
    if kind in IN_OUR_PLACE:
        plain = packed(
            {**parts(plain), BOOK: re.sub(rb'<definedName name="NPS".*?</definedName>', b"", parts(plain)[BOOK])}
        )
    path = tmp_path / "plan.xlsx"
    path.write_bytes(with_names(plain, USERS[kind]))
    own = re.search(r'name="(\w+)"', USERS[kind])[1]
    for remove in ([], ["--remove"]):
        answer = xl("addin", "lite", path, *remove)
        assert answer.code == 0 and f"名前「{own}」" in answer.err and "名前を変えてください" in answer.err
        assert USERS[kind].encode() in parts(path.read_bytes())[BOOK]
    assert answer.err.count("名前「") == 1
    if kind in IN_OUR_PLACE:
        assert names(path.read_bytes()).keys() & OURS == OURS - {"NPS"}


def test_nothing_is_told_where_all_names_are_ours():
    assert warnings_of(file_of("c1", "ja"), "ja") == warnings_of(add_lite(file_of("c1", "ja"), "ja"), "ja") == []


# --- commands


def test_new_with_lite_has_no_names(tmp_path):
    assert xl("new", tmp_path / "plan.xlsx", "--lite", "--set", "page_functions=on").code == 0
    data = (tmp_path / "plan.xlsx").read_bytes()
    assert carries_lite(data, "ja") and not names(data).keys() & OURS and said(data) == "lite"


@pytest.fixture
def path(tmp_path) -> Path:
    """A plan with a formula of the user's that calls one of the functions, with the Lite part."""
    file = tmp_path / "計画.xlsx"
    file.write_bytes(begun_file("c1", "ja"))
    add_sheet(file, "自分", {"A1": ("=REQUIRED_LEADS(50,{0.2,0.3})", 834.0)})
    file.write_bytes(add_lite(file.read_bytes(), "ja"))
    return file


def formula_of_the_user(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data))["自分"]["A1"].value


def test_regenerate_of_a_file_with_the_code_brings_no_names(path):
    type_in(path, {"kgi_value": 72})
    assert xl("regenerate", path).code == 0
    data = path.read_bytes()
    assert not names(data).keys() & OURS and said(data) == "lite" and carries_lite(data, "ja")
    assert formula_of_the_user(data) == "=REQUIRED_LEADS(50,{0.2,0.3})"
    again = xl("regenerate", path)
    assert path.read_bytes() == data and "変わったところはありません" in again.out


@pytest.mark.long
def test_without_the_code_they_come_back_with_regenerate_too(path):
    content = parts(path.read_bytes())
    part = "xl/webextensions/webextension1.xml"
    content[part] = re.sub(rb'(name="main.py" value=")[^"]*', rb"\1&quot;&quot;", content[part])
    path.write_bytes(packed(content))
    assert xl("regenerate", path).code == 0
    assert names(path.read_bytes()).keys() >= OURS and said(path.read_bytes()) == "names"


def former_version(data: bytes) -> bytes:
    """A Lite workbook as the version before wrote it: with the names, without the sentence."""
    content, plain = parts(data), parts(begun_file("c1", "ja"))
    content[BOOK] = re.sub(rb'<definedName name="functions_names".*?</definedName>', b"", plain[BOOK])
    for name in content:
        if name.startswith("xl/worksheets/"):
            content[name] = re.sub(rb"<c [^>]*><f>[^<]*functions_names.*?</c>", b"", content[name])
    return packed(content)


def test_a_workbook_of_the_version_before_loses_the_names_and_its_old_sheet_is_told(path):
    path.write_bytes(former_version(add_lite(begun_file("c1", "ja"), "ja")))
    assert names(path.read_bytes()).keys() & OURS == OURS - {"functions_names"}
    answer = xl("addin", "lite", path)
    assert answer.code == 0 and "シート「関数」は以前のバージョン" in answer.err
    assert not names(path.read_bytes()).keys() & OURS
    assert read_main_py(path.read_bytes())
    assert xl("regenerate", path).code == 0
    assert not names(path.read_bytes()).keys() & OURS and said(path.read_bytes()) == "lite"


@pytest.mark.long
def test_regenerate_alone_mends_it_too(path):
    path.write_bytes(former_version(add_lite(begun_file("c1", "ja"), "ja")))
    assert xl("regenerate", path).code == 0
    assert not names(path.read_bytes()).keys() & OURS and said(path.read_bytes()) == "lite"


def with_code(data: bytes, code: str) -> bytes:
    """The workbook with another main.py."""
    value = escape(json.dumps(code), {'"': "&quot;", "\n": "&#10;"}).encode()
    return packed(
        {
            name: re.sub(rb'(name="main.py" value=")[^"]*', lambda found: found[1] + value, part)
            if name.startswith("xl/webextensions/webextension") else part
            for name, part in parts(data).items()
        }
    )  # fmt: skip


@pytest.mark.parametrize("edited", [False, True])
def test_regenerate_keeps_the_code_up_to_date_unless_somebody_edited_it(path, edited):
    """Code of a former version would take the names in the cells for ids."""
    old = main_py("0.0.9") + ("# mine" if edited else "")
    path.write_bytes(with_code(add_lite(path.read_bytes(), "ja"), old))
    type_in(path, {"kgi_value": 70})
    assert xl("regenerate", path).code == 0
    assert read_main_py(path.read_bytes()) == (old if edited else main_py(__version__))


@pytest.mark.parametrize(("options", "there"), often_rows([([], "names"), (["--lite"], "lite")], [1]))
def test_what_is_sent_from_a_master_with_the_code_has_the_one_or_the_other(path, tmp_path, options, there):
    people = tmp_path / "people.csv"
    people.write_text("name,mail,channels,department\n佐藤,sato@example.com,web,マーケティング\n", "utf-8")
    answer = xl("distribute", path, "--to", people, "-o", tmp_path / "out", *options)
    assert answer.code == 0, answer.err
    (sent,) = (tmp_path / "out").glob("*.xlsx")
    data = sent.read_bytes()
    assert carries_lite(data, "ja") == (there == "lite") and said(data) == there
    assert names(data).keys() & OURS == (set() if there == "lite" else OURS)
    assert not names(path.read_bytes()).keys() & OURS  # the master itself keeps its code


# --- an open book


def regenerated(data: bytes, host: type[PlainHost]) -> Any:
    book = open_book(data, lambda workbook: workbook["設定"].__setitem__("C8", 72))
    open_regenerate.regenerate(book, fetched(book), host=host(book))
    return {name.name for name in book.names} & OURS


class Lite(LiteHost):
    def show(self, sheet):  # of our engine, for want of an Excel
        sheet.api.activate()


class Plain(PlainHost):
    def show(self, sheet):
        sheet.api.activate()


def test_in_xlwings_lite_no_names_are_added_and_those_that_stand_go(path):
    assert regenerated(path.read_bytes(), Lite) == set()
    assert regenerated(begun_file("c1", "ja"), Lite) == set()


def test_in_an_open_excel_a_book_without_them_gets_none_and_others_keep_them(path):
    # Excel does not tell what an add-in keeps in a book; one of ours without the names carries the code
    assert regenerated(path.read_bytes(), Plain) == set()
    assert regenerated(begun_file("c1", "ja"), Plain) == OURS


def test_a_plan_is_read_the_same_with_and_without_them(path, tmp_path):
    other = tmp_path / "plain.xlsx"
    other.write_bytes(remove_lite(path.read_bytes(), "ja"))
    assert open_workbook(path, "ja").read.plan == open_workbook(other, "ja").read.plan
