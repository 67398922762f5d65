"""``xl-kpi doctor``: a line for each thing, the cure beside what is missing, exit 0 or 1."""

from __future__ import annotations

import errno
from importlib import metadata

import pytest

from tests.cli.terminal import ENGLISH, xl
from xl_kpi.commands import doctor


def test_all_is_well_here():
    answer = xl("doctor", env=ENGLISH)
    lines = answer.out.splitlines()
    assert (answer.code, answer.err) == (0, "")
    assert all(line.startswith("✓ ") for line in lines)
    assert f"✓ xlwings {metadata.version('xlwings')} (needs >=0.37.8,<0.38)" in lines
    assert "✓ IronCalc calculates (1+1=2)" in lines
    assert "✓ 7 templates can be read" in lines


def test_a_package_of_another_version(monkeypatch):
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "0.40.1" if name == "xlwings" else real(name))
    answer = xl("doctor", env=ENGLISH)
    assert answer.code == 1
    assert [line for line in answer.out.splitlines() if not line.startswith("✓")] == [
        '✗ xlwings 0.40.1 (needs >=0.37.8,<0.38) → run: pip install "xlwings>=0.37.8,<0.38"'
    ]


def test_a_package_that_is_missing(monkeypatch):
    real = metadata.version

    def version(name):
        if name == "openpyxl":
            raise metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(metadata, "version", version)
    answer = xl("doctor")
    assert answer.code == 1
    assert (
        '✗ openpyxl 未インストール（必要: >=3.1.5,<4） → pip install "openpyxl>=3.1.5,<4" を実行してください'
        in answer.out
    )


@pytest.mark.parametrize(
    ("found", "wanted", "fine"),
    [
        ("0.37.8", ">=0.37.8,<0.38", True),
        ("0.37.12", ">=0.37.8,<0.38", True),
        ("0.37.7", ">=0.37.8,<0.38", False),
        ("0.38.0", ">=0.37.8,<0.38", False),
        ("1.0", ">=0.37.8,<0.38", False),
        ("6.1.3", ">=5.3", True),
        ("8.1", ">=8.1", True),
        ("3.2.0rc1", ">=3.1.5,<4", True),
        ("1.0", "", True),
    ],
)
def test_bounds_of_versions(found, wanted, fine):
    assert doctor.fits(found, wanted) is fine


def test_a_calculation_that_goes_wrong(monkeypatch):
    monkeypatch.setattr("xl_kpi.workbook.writing.stored_values.evaluate", lambda *_: {("A", 1, 1): 3.0})
    finding = doctor._calculates("en")
    assert not finding.fine and finding.words == "IronCalc can't calculate: 1+1=3"


def test_templates_that_are_missing(monkeypatch):
    monkeypatch.setattr("workbook_templates.names", tuple)
    assert not doctor._templates("en").fine


def test_a_folder_that_can_not_be_written(monkeypatch):
    def refuse(**_):
        raise OSError(errno.EACCES, "no")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    answer = xl("doctor", env=ENGLISH)
    assert answer.code == 1 and "→ change to a folder that you can write to" in answer.out


def test_excel_is_found_where_it_stands(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr(doctor, "_EXCEL_FOR_MAC", tmp_path)
    assert doctor._excel("en").words == f"Excel found: {tmp_path}"
    monkeypatch.setattr(doctor, "_EXCEL_FOR_MAC", tmp_path / "none")
    assert doctor._excel("en") == doctor.Finding(True, "Excel not found; files can be made without it")
    monkeypatch.setattr("sys.platform", "linux")
    assert doctor._excel("en") == doctor.Finding(True, "no Excel on this system; files can be made without it")
