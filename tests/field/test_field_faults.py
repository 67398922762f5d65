"""Files as they came from the field, each made by a generator of ours: what every command must answer."""

from __future__ import annotations

import random
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from benchmarks.styled import with_styles
from tests import how_often
from tests.agreement.selected import often
from tests.field.foreign_parts import own_sheet
from tests.graft.plain import made, sheet_part
from tests.torture.package import OFFICE, Parts, unzipped
from tests.torture.writers import AT_ONCE, LIBRARIES, WRITERS, file_of, files_of, tried
from xl_kpi.addin.lite.put_in import add_lite
from xl_kpi.commands import open_workbook
from xl_kpi.commands.channels import switch_channels
from xl_kpi.commands.regenerate import regenerate
from xl_kpi.workbook.package.safety import MOST_RATIO, RATIO_FROM, package_parts

pytestmark = pytest.mark.slow  # whole workbooks are written


def written(folder: Path, data: bytes) -> Path:
    path = folder / "plan.xlsx"
    path.write_bytes(data)
    return path


@pytest.fixture(scope="module")
def repetitive() -> bytes:
    """A sheet of the user's that packs to less than our limit takes, and came with it unpacked."""
    chance = random.Random(7)
    rows = []
    for row in range(1, 40_001):
        filler = "0" * 40 if row % 200 else f"{chance.random()}"
        rows.append(f'<row r="{row}"><c r="A{row}"><v>1.{filler}</v></c></row>')
    book = Parts(made())
    part = own_sheet(book, "".join(rows))
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in book.parts.items():
            if name != part:
                package.writestr(name, content, zipfile.ZIP_DEFLATED, 6)
        package.writestr(part, book.parts[part], zipfile.ZIP_STORED)
    return out.getvalue()


def test_no_part_is_packed_so_well_that_it_is_taken_for_a_bomb(repetitive, tmp_path):
    """What was accepted is accepted again once a command has written it: by the graft and by the part for Lite."""
    path = written(tmp_path, repetitive)
    switch_channels(path, off=["webinar"], words="ja")
    for data in (path.read_bytes(), add_lite(repetitive, "ja")):
        package_parts(data, "plan.xlsx", "ja")
        with zipfile.ZipFile(BytesIO(data)) as package:
            sizes = [(one.file_size, one.compress_size) for one in package.infolist() if one.file_size > RATIO_FROM]
        assert sizes and all(size <= MOST_RATIO * packed for size, packed in sizes)


def test_a_relation_of_ours_that_leads_nowhere_stops_nobody(tmp_path):
    """A program has dropped the boxes of notes and left the relation: check, regenerate and a channel less."""
    book = Parts(made())
    part = sheet_part(made(), "広告")
    rid = book.relate(part, "vmlDrawing", "xl/drawings/vmlDrawing9.vml")
    book.edit(part, "</worksheet>", f'<legacyDrawing xmlns:r="{OFFICE}" r:id="{rid}"/></worksheet>')
    path = written(tmp_path, book.zipped())
    switch_channels(path, off=["webinar"], words="ja")
    assert not next(one.on for one in open_workbook(path, "ja").read.plan.channels if one.id == "webinar")
    assert "vmlDrawing9" not in "".join(
        str(content) for name, content in unzipped(path.read_bytes()).items() if ".rels" in name
    )


@pytest.mark.long
def test_a_dry_run_says_what_the_run_does_where_results_are_not_stored(tmp_path):
    """openpyxl saves formulas without results: the sheets are written again, and both say so; then nothing changes."""
    out = BytesIO()
    openpyxl.load_workbook(BytesIO(made())).save(out)
    path = written(tmp_path, out.getvalue())
    told, _ = regenerate(path, dry_run=True)
    done, _ = regenerate(path)
    assert (told.unchanged, told.sheets) == (done.unchanged, done.sheets) and not done.unchanged
    again, _ = regenerate(path, dry_run=True)
    assert again.unchanged and not again.sheets


def test_many_cell_styles_are_looked_up_and_not_searched(tmp_path):
    """20,000 named styles and formats, as old workbooks collect them: nothing of them is lost or changed.

    The quick run has a tenth of them; how long 20,000 may take is measured by benchmarks/styled.
    """
    count = how_often.often(2_000, 20_000)
    path = written(tmp_path, with_styles(made(), count))
    switch_channels(path, off=["webinar"], words="ja")
    assert unzipped(path.read_bytes())["xl/styles.xml"].count(b'<cellStyle name="style ') == count


@pytest.mark.parametrize("writer", often(LIBRARIES, []))
def test_a_plan_that_another_library_has_written(writer, tmp_path):
    """The entries, the user's own sheet, and rest once it is written: with the seed 1.  Often: tests/programs."""
    assert tried(file_of(writer, 1), tmp_path) == "sound"


@pytest.mark.long
@pytest.mark.host
@pytest.mark.parametrize("first", range(0, 34, AT_ONCE))
@pytest.mark.parametrize("writer", WRITERS)
def test_two_hundred_plans_that_others_have_written(writer, first, tmp_path):
    """34 by each of six writers."""
    files = files_of(writer, range(first, min(first + AT_ONCE, 34)), tmp_path)
    assert [tried(data, tmp_path) for data in files] == ["sound"] * len(files)
