"""Fixtures for all tests: the hosts (LibreOffice, poppler) and how hypothesis runs."""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
import json
import os
import shutil
import subprocess
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import settings

from tests import how_often, new_files
from tests.quick_openpyxl import make_quick
from xl_kpi import build
from xl_kpi.addin.lite import bundle
from xl_kpi.commands import examine

# No deadline: two busy cores make single examples slow now and then, which says nothing about the code.
# In CI the examples are the same in every run, so that a red run can be repeated.
settings.register_profile("xl-kpi", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.register_profile("xl-kpi quick", settings.get_profile("xl-kpi"), max_examples=30)  # 100 where nothing is said
settings.load_profile("xl-kpi")


make_quick()


def pytest_configure(config: pytest.Config) -> None:
    how_often.tell(config.option.markexpr)
    if how_often.often(True, False):
        settings.load_profile("xl-kpi quick")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with whole workbooks first, so that the quick ones fill what is left at the end of a run on two cores.

    A file stays together: what its fixtures make is made once.
    """
    heavy = {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("host")}
    items.sort(key=lambda item: item.path not in heavy)


# Whole workbooks are hundreds of thousands of objects that are still in use: looking for circles among them every 700
# objects took a fifth of a run's time.  Circles are still found, only less often.
gc.set_threshold(2_000_000, 50, 100)

# A conversion takes about 2 s; the slowest that is allowed leaves room for 20 big workbooks on a busy machine.
CONVERSION_SECONDS = 240

BOOKS_KEPT = 8  # read, in memory

# 0 = always: every formula is computed anew, the results stored in the file are not believed.
RECALCULATE_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">\
<value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="ODFRecalcMode" oor:op="fuse">\
<value>0</value></prop></item>
</oor:items>
"""


def _host(*names: str) -> str:
    """The path of the first of these programs; without one a skip with its reason, in CI a failure."""
    for name in names:
        if found := shutil.which(name):
            return found
    reason = f"{names[0]} is not installed (scripts/hosts.sh says what to install)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


class LibreOffice:
    """LibreOffice without a window, in a profile of its own, so that parallel tests never share one."""

    def __init__(self, program: str, folder: Path):
        self.program = program
        self.folder = folder
        self.profile = folder / "profile"
        (self.profile / "user").mkdir(parents=True)
        (self.profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE_ALWAYS, "utf-8")
        self.runs = 0

    def convert(self, paths: list[Path], extension: str) -> list[Path]:
        """All ``paths`` converted in one run, in their order; the originals are not touched."""
        self.runs += 1
        inbox, outbox = (self.folder / f"{self.runs}-{name}" for name in ("in", "out"))
        inbox.mkdir()
        copies = [inbox / f"{number:03d}{path.suffix}" for number, path in enumerate(paths)]
        for path, copy in zip(paths, copies, strict=True):
            shutil.copyfile(path, copy)
        command = [self.program, "--headless", "--norestore", f"-env:UserInstallation={self.profile.as_uri()}"]
        command += ["--convert-to", extension, "--outdir", str(outbox), *map(str, copies)]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=CONVERSION_SECONDS,
            # The C locale is LibreOffice's English: TEXT() and number formats do not depend on the machine.
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        results = [outbox / f"{copy.stem}.{extension}" for copy in copies]
        lost = [str(path) for path, result in zip(paths, results, strict=True) if not result.exists()]
        assert not lost, f"LibreOffice did not convert {lost}: {done.stdout}{done.stderr}"
        return results


@pytest.fixture(scope="session", autouse=True)
def today() -> Iterator[dt.date]:
    """The day on which `new` looks at the clock in tests: the plans that it makes begin in April 2026."""
    day = dt.date(2026, 3, 10)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xl_kpi.commands.plans.template._today", lambda: day)
        yield day


@pytest.fixture(scope="session")
def of_the_run(tmp_path_factory) -> Path:
    """A folder for what all processes of a run make together."""
    own = tmp_path_factory.getbasetemp()  # of this process; that of the run lies above where there are several
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def _made_once(file: Path, make: Callable[[], bytes]) -> bytes:
    """What is in a file, made by the first who asks for it."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        done = make()
        made = file.with_suffix(f".{os.getpid()}")
        made.write_bytes(done)
        made.replace(file)  # another process may make the same at the same time
        return done


@pytest.fixture(scope="session", autouse=True)
def bundled_once(of_the_run) -> Iterator[None]:
    """What travels in the Lite part is found once in a run: it is the same in each process, and takes some seconds."""
    find = bundle.sources

    @cache
    def remembered() -> dict[str, str]:
        return json.loads(_made_once(of_the_run / "sources.json", lambda: json.dumps(dict(find())).encode()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundle, "sources", remembered)
        yield


@pytest.fixture(scope="session", autouse=True)
def calculated_once(of_the_run) -> Iterator[None]:
    """The results of a new workbook are calculated once in a run: the same bytes give the same bytes.

    Half of the workbooks that tests have made are made by others as well.  Whether the results are right, and the same
    for the same bytes, is tried in tests/writing and tests/agreement, which calculate for themselves.
    """
    folder = of_the_run / "calculated"
    folder.mkdir(exist_ok=True)
    calculate = build.with_stored_values

    def remembered(data: bytes, lang: str = "en") -> bytes:
        return _made_once(folder / f"{hashlib.sha256(data).hexdigest()}-{lang}", lambda: calculate(data, lang))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "with_stored_values", remembered)
        yield


@pytest.fixture(scope="session", autouse=True)
def new_files_once(of_the_run) -> Iterator[None]:
    """The file of a new plan that several tests ask for is made once in a run, not once in each process of it."""
    folder = of_the_run / "new_files"
    folder.mkdir(exist_ok=True)
    make = new_files._made.__wrapped__

    @lru_cache(maxsize=32)
    def remembered(asked: bytes) -> bytes:
        return _made_once(folder / hashlib.sha256(asked).hexdigest(), lambda: make(asked))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(new_files, "_made", remembered)
        yield


@pytest.fixture(scope="session", autouse=True)
def read_once() -> Iterator[None]:
    """A workbook is read once while tests work on it: a command reads back what the next one opens.

    Nothing of a book changes once it is read.  What is read by other means (a test has put something in the place of
    the reader) is read.
    """
    read_anew, known = examine._read, OrderedDict()

    def remembered(parts, name, read):
        how = read.func, tuple(sorted(read.keywords.items()))
        asked = name, how, tuple(sorted(parts.items()))
        if asked not in known:
            known[asked] = read_anew(parts, name, read)
            if len(known) > BOOKS_KEPT:
                known.popitem(last=False)
        known.move_to_end(asked)
        book, whole = known[asked]
        return book, replace(whole, read=replace(whole.read, faults=[*whole.read.faults]))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examine, "_read", remembered)
        yield


@pytest.fixture(scope="session")
def soffice() -> str:
    """The path of LibreOffice."""
    return _host("soffice", "libreoffice")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium, or of a browser that is one."""
    return _host("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def libreoffice(soffice, tmp_path_factory) -> LibreOffice:
    """A LibreOffice that computes every formula anew when it opens a file."""
    return LibreOffice(soffice, tmp_path_factory.mktemp("libreoffice"))


@pytest.fixture(scope="session")
def libreoffice_values(libreoffice):
    """``libreoffice_values(path)``: LibreOffice's own result of every cell, as {(sheet, row, column): value}.

    Several paths in one call start LibreOffice once and give a list, in the order of the paths.  A cell
    whose formula gives "" has the value None or "", an error its name ("#DIV/0!").
    """

    def read(*paths: Path) -> dict[tuple[str, int, int], object] | list[dict[tuple[str, int, int], object]]:
        all_values = []
        for converted in libreoffice.convert([Path(path) for path in paths], "xlsx"):
            book = openpyxl.load_workbook(converted, data_only=True)
            all_values.append(
                {
                    (sheet.title, cell.row, cell.column): cell.value
                    for sheet in book.worksheets
                    for row in sheet.iter_rows()
                    for cell in row
                    if cell.value is not None
                }
            )
            book.close()
        return all_values[0] if len(paths) == 1 else all_values

    return read


@pytest.fixture(scope="session")
def libreoffice_pdf(libreoffice):
    """``libreoffice_pdf(path)``: the workbook as it prints; several paths in one call give a list."""

    def render(*paths: Path) -> Path | list[Path]:
        rendered = libreoffice.convert([Path(path) for path in paths], "pdf")
        return rendered[0] if len(paths) == 1 else rendered

    return render


@pytest.fixture(scope="session")
def pdf_png():
    """``pdf_png(pdf, dpi=80)``: one PNG a page, in order, beside the PDF."""
    program = _host("pdftoppm")

    def draw(pdf: Path, dpi: int = 80) -> list[Path]:
        stem = pdf.with_suffix("")
        subprocess.run([program, "-png", "-r", str(dpi), str(pdf), str(stem)], check=True, timeout=CONVERSION_SECONDS)
        # pdftoppm pads the page numbers to one width, so that sorting by name is the order of the pages.
        return sorted(pdf.parent.glob(f"{stem.name}-*.png"))

    return draw
