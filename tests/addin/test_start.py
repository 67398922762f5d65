"""When Excel opens the add-in: help for every function in Excel's language, and a word where versions differ."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlwings

from tests.addin.parts import modules, texts, wrapped
from tests.addin.vba_host import MAC, Excel, VBARuntimeError, as_lists, parsed, readable
from xl_kpi import __version__
from xl_kpi.addin.desktop.install import Places, settings_for

JAPANESE, ENGLISH, GERMAN = 1041, 1033, 1031  # language ids of Windows (MS-LCID)


@pytest.fixture
def excel() -> Excel:
    return Excel(modules(), texts())


def run_start(excel: Excel) -> list[str]:
    excel.run("StartUp")
    return excel.told


def test_the_workbook_asks_excel_to_start_it_a_moment_later():
    module = parsed(modules()["ThisWorkbook"])
    assert [procedure.name for procedure in module.procedures] == ["Workbook_Open"]
    excel = Excel(modules(), texts())
    excel.vba.add_module(modules()["ThisWorkbook"].replace("Private Sub", "Public Sub"), name="Book")
    excel.run("Workbook_Open")
    assert excel.scheduled == ["'xl_kpi.xlam'!KpiStart.StartUp"]


@pytest.mark.parametrize(("language", "lang"), [(JAPANESE, "ja"), (ENGLISH, "en"), (GERMAN, "en")])
def test_every_function_gets_its_help_in_excels_language(excel, language, lang):
    excel.language = language
    excel.run("StartUp")
    assert [one["Macro"] for one in excel.described] == [f"'xl_kpi.xlam'!{one.name}" for one in wrapped()]
    for one, told in zip(wrapped(), excel.described, strict=True):
        assert told["Description"] == one.help[lang]
        assert told["Category"] == one.category[lang]
        assert as_lists(told["ArgumentDescriptions"]) == [argument.help[lang] for argument in one.arguments]


def test_categories_name_the_tab(excel):
    excel.language = JAPANESE
    excel.run("StartUp")
    assert excel.described[0]["Category"] == "KPI設計 逆算"


def test_where_excel_does_not_tell_its_language_the_country_decides(excel):
    excel.language = 0  # older Excel for Mac
    assert excel.run("Language") == "en"
    excel.application.members["international"] = lambda _: 81  # Japan
    assert excel.run("Language") == "ja"


def test_an_excel_that_refuses_help_still_starts(excel):
    def refuse(**_):
        raise VBARuntimeError(1004, "Cannot edit a macro on a hidden workbook.")

    excel.application.members["macrooptions"] = refuse
    assert run_start(excel) == []


def test_a_text_without_entry_shows_as_its_key(excel):
    assert excel.run("TextOf", "nowhere") == "nowhere"


# --- versions


def versions(excel: Excel, package: str | None, library: str | None = xlwings.__version__) -> str:
    """What is said with these versions in the Python files (None: the file is gone)."""
    for name, version in (("PACKAGE", package), ("XLWINGS", library)):
        excel.settings[f"{name}_FILE"] = f"{name}.py"
        if version is not None:
            excel.files[f"{name}.py"] = f'"""A package."""\nimport os\n__version__ = "{version}"\nother = "x"\n'
    return excel.run("VersionMessage")


def test_the_installed_packages_say_their_version_as_the_add_in_reads_it(excel):
    # On Windows a file with Unix line ends is one long line to VBA, which the search does not mind.
    excel.settings = settings_for(Places("win32", Path(), Path(), "cp1252"))
    excel.files |= {path: Path(path).read_text("utf-8") for key, path in excel.settings.items() if "_FILE" in key}
    assert excel.run("VersionMessage") == ""


def test_equal_versions_say_nothing(excel):
    assert versions(excel, __version__) == ""


def test_another_package_is_told_with_both_versions(excel):
    assert versions(excel, "9.9.0") == (
        f"The add-in was built for xl-kpi {__version__}, but 9.9.0 is installed. "
        'Run "xl-kpi addin install" in a terminal and start Excel again.'
    )


def test_another_xlwings_is_told_in_japanese(excel):
    excel.language = JAPANESE
    assert versions(excel, __version__, "99.1") == (
        f"アドインはxlwings {xlwings.__version__}用ですが、インストールされているのは99.1です。"
        "ターミナルで「xl-kpi addin install」を実行し、Excelを再起動してください。"
    )


def test_a_package_that_is_gone_is_told(excel):
    assert versions(excel, None).startswith("The Python package xl-kpi is missing.")


def test_an_add_in_that_was_copied_by_hand_says_nothing_at_the_start(excel):
    excel.settings = {}
    assert excel.run("VersionMessage") == ""


def test_the_message_is_shown_when_excel_starts(excel):
    message = versions(excel, "9.9.0")
    assert run_start(excel) == [message]


def test_on_the_mac_versions_come_from_the_settings_and_functions_are_left_alone():
    mac = Excel({name: text for name, text in modules().items() if name != "KpiStart"}, texts())
    mac.vba.add_module(readable(modules()["KpiStart"], MAC), name="KpiStart")
    mac.settings = {"PACKAGE_VERSION": "9.9.0", "XLWINGS_VERSION": xlwings.__version__}
    assert "but 9.9.0 is installed" in mac.run("VersionMessage")
    mac.run("StartUp")
    assert mac.described == []
