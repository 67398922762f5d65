"""The ribbon: valid against its schema, in Excel's language, and every button ends in a Python function."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from importlib.resources import files
from types import ModuleType

import pytest
from lxml import etree
from pyopenvba.interpreter import NOTHING

from tests.addin.parts import modules, texts
from tests.addin.vba_host import Excel, Stand, VBARuntimeError, parsed
from udfs import macros
from xl_kpi import __version__
from xl_kpi.addin import ribbon_run
from xl_kpi.addin.desktop import ribbon

# Microsoft's schema of the custom UI part of Office 2010, as openxml-audit carries it.
SCHEMA = "data/openxml/schemas/schemas_microsoft_com_office_2009_07_customui.json"
NAME = f"{{{ribbon.NAMESPACE}}}"


@pytest.fixture(scope="module")
def schema() -> dict[str, dict]:
    found = json.loads((files("openxml_audit") / SCHEMA).read_text("utf-8"))
    assert found["TargetNamespace"] == ribbon.NAMESPACE
    return {kind["Name"]: kind for kind in found["Types"]}


@pytest.fixture(scope="module")
def root() -> etree._Element:
    return etree.fromstring(ribbon.custom_ui())


def faults(element: etree._Element, kind: dict, schema: dict[str, dict]) -> list[str]:
    """What the schema forbids, for an element of the type ``kind`` and everything in it."""
    name = etree.QName(element).localname
    found = []
    allowed = {attribute["QName"].lstrip(":"): attribute for attribute in kind.get("Attributes", [])}
    for attribute, value in element.attrib.items():
        if attribute not in allowed:
            found.append(f"{name}: attribute {attribute}")
            continue
        rules = {
            argument["Name"]: argument["Value"]
            for validator in allowed[attribute].get("Validators", [])
            for argument in validator.get("Arguments", [])
        }
        if not int(rules.get("MinLength", 0)) <= len(value) <= int(rules.get("MaxLength", 10**6)):
            found.append(f"{name}: length of {attribute}")
        if rules.get("IsNcName") and not re.fullmatch(r"[A-Za-z_][\w.-]*", value):
            found.append(f"{name}: {attribute} is no name")
    children = {
        child["Name"].rpartition("/")[2].removeprefix("mso14:"): child["Name"] for child in kind.get("Children", [])
    }
    for child in element:
        local = etree.QName(child).localname
        if etree.QName(child).namespace != ribbon.NAMESPACE or local not in children:
            found.append(f"{name}: element {child.tag}")
        else:
            found += faults(child, schema[children[local]], schema)
    return found


def of_root(schema: dict[str, dict]) -> dict:
    return schema["mso14:CT_CustomUI/mso14:customUI"]


def test_the_custom_ui_is_valid(root, schema):
    assert root.tag == f"{NAME}customUI"
    assert faults(root, of_root(schema), schema) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda button: button.set("getlabel", "X"), "button: attribute getlabel"),
        (lambda button: button.set("id", "1st"), "button: id is no name"),
        (lambda button: button.set("tag", ""), "button: length of tag"),
        (lambda button: etree.SubElement(button, f"{NAME}button"), f"button: element {NAME}button"),
    ],
)
def test_the_check_against_the_schema_finds_faults(schema, change, fault):
    broken = etree.fromstring(ribbon.custom_ui())
    change(broken.find(f".//{NAME}button"))
    assert faults(broken, of_root(schema), schema) == [fault]


def test_attributes_that_exclude_each_other_do_not_stand_together(root):
    # [MS-CUSTOMUI] 2.2: label/getLabel, screentip/getScreentip, size/getSize, image/imageMso/getImage, id/idQ/idMso.
    for element in root.iter():
        for pair in (("label", "getLabel"), ("screentip", "getScreentip"), ("image", "imageMso", "getImage")):
            assert len(set(pair) & set(element.attrib)) <= 1


def test_ids_are_unique(root):
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert ids and len(ids) == len(set(ids))


def test_one_tab_with_the_name_of_the_project():
    assert texts()["ribbon_tab"] == {"ja": "KPI設計", "en": "KPI plan"}


# --- callbacks


def test_every_callback_stands_in_vba_with_the_arguments_that_excel_gives(root):
    # (control) for a click, (control, ByRef returned) for a text: [MS-CUSTOMUI] 2.2, onAction and get…
    asked = {
        (name, value) for element in root.iter() for name, value in element.attrib.items() if value.startswith("Kpi")
    }
    assert {value for _, value in asked} == set(ribbon.CALLBACKS.values())
    for attribute, callback in asked:
        module, _, procedure = callback.partition(".")
        found = {one.name: one for one in parsed(modules()[module], name=module).procedures}[procedure]
        assert len(found.params) == (1 if attribute == "onAction" else 2)
        assert found.scope == "public"


def test_every_button_ends_in_a_python_function(root):
    tags = [button.get("tag") for button in root.iter(f"{NAME}button")]
    assert tags == [button.macro for button in ribbon.BUTTONS]
    ribbon.check(macros)
    for tag in tags:
        assert tag in macros.__all__
        assert list(inspect.signature(getattr(macros, tag)).parameters) == ["book"]


def test_a_button_without_its_function_stops_the_build():
    buttons = (*ribbon.BUTTONS, ribbon.Button("make_coffee", "plan", "Coffee"))
    with pytest.raises(ribbon.NoSuchMacro, match="udfs.macros has no make_coffee"):
        ribbon.check(macros, buttons)


def test_a_function_that_is_not_offered_is_no_macro():
    hidden = ModuleType("hidden")
    hidden.regenerate = lambda book: None
    with pytest.raises(ribbon.NoSuchMacro):
        ribbon.check(hidden)


def test_groups_keep_the_order_of_the_table():
    buttons = [ribbon.Button(*names, "Icon") for names in (("a", "x"), ("b", "y"), ("c", "x"))]
    assert {group: [one.macro for one in members] for group, members in ribbon.groups(tuple(buttons)).items()} == {
        "x": ["a", "c"],
        "y": ["b"],
    }


# --- a click


@pytest.fixture
def excel() -> Excel:
    return Excel(modules(), texts())


def control(tag: str = "regenerate") -> Stand:
    return Stand("IRibbonControl", ID=f"ribbon_{tag}", Tag=tag)


def test_a_click_runs_the_python_function_with_the_open_book(excel):
    excel.run("RibbonRun", control())
    assert excel.ran == [
        f"import xl_kpi.addin.ribbon_run as r; r.require('{__version__}', 'en'); "
        "import xlwings; import udfs.macros as m; m.regenerate(xlwings.Book.caller())"
    ]
    assert excel.told == []


def test_after_a_click_no_permit_is_left(excel):
    # On the Mac RunPython takes one of the two; the other must not wait for a formula.
    excel.run("RibbonRun", control())
    assert excel.run("TakePermit") is False


def test_the_command_passes_both_shells(excel):
    # cmd.exe on Windows, sh inside AppleScript on the Mac; a bar parts the arguments of xlwings' script.
    for button in ribbon.BUTTONS:
        excel.run("RibbonRun", control(button.macro))
    assert not set("".join(excel.ran)) & set('"|<>&^%$`\\!\n')


def test_the_command_does_what_it_says():
    command = "import sys, types; sys.modules['udfs.macros'] = m = types.ModuleType('m'); m.regenerate = print; "
    command += "import xlwings; xlwings.Book.caller = lambda: 'the book'; "
    excel = Excel(modules(), texts())
    excel.run("RibbonRun", control())
    done = subprocess.run([sys.executable, "-c", command + excel.ran[0]], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("the book\n", "")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_python_of_another_version_ends_with_a_message_and_no_traceback(lang):
    with pytest.raises(SystemExit) as ended:
        ribbon_run.require("0.0.1", lang)
    for part in ("xl-kpi 0.0.1", __version__, "xl-kpi addin install"):
        assert part in ended.value.code


def test_python_of_the_same_version_goes_on():
    assert ribbon_run.require(__version__, "en") is None


def test_without_a_workbook_a_click_says_so(excel):
    excel.active_book = NOTHING
    excel.run("RibbonRun", control())
    assert (excel.ran, excel.told) == ([], ["Open a KPI plan first, then press the button again."])


def test_without_settings_a_click_says_what_to_do(excel):
    excel.files.clear()
    excel.language = 1041
    excel.run("RibbonRun", control())
    assert excel.ran == []
    assert excel.told == [texts()["vba_not_installed"]["ja"]]


def test_a_failing_click_says_why_and_leaves_no_permit(excel):
    def fail(_):
        raise VBARuntimeError(1000, "Could not load the library")

    excel.host.names["desktop"].members["ran"] = fail
    excel.run("RibbonRun", control())
    assert excel.told == ["Could not load the library"]
    assert excel.run("TakePermit") is False


@pytest.mark.parametrize(("language", "lang"), [(1041, "ja"), (1033, "en")])
def test_labels_and_help_follow_excels_language(excel, language, lang):
    excel.language = language
    excel.vba.add_module(
        "Public Function Asked(callback, control)\n"
        '    If callback = "RibbonLabel" Then RibbonLabel control, Asked Else RibbonTip control, Asked\n'
        "End Function\n",
        name="Asking",
    )
    assert excel.run("Asked", "RibbonLabel", control()) == texts()["ribbon_regenerate"][lang]
    assert excel.run("Asked", "RibbonTip", control()) == texts()["ribbon_regenerate_tip"][lang]


def test_labels_are_short_and_help_fits():
    # Longer labels make a large button wide; 1,024 characters is what a supertip may hold ([MS-CUSTOMUI]).
    for key in ribbon.text_keys():
        for lang, said in texts()[key].items():
            assert 0 < len(said) <= (1024 if key.endswith("_tip") else 16), (key, lang)
