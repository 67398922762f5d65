"""The torture workbook after changes of structure: not a byte of the user's is lost or differs without a reason."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO

import openpyxl
import pytest
from lxml import etree
from openxml_audit import FileFormat, OpenXmlValidator

from tests.agreement.books import read_back
from tests.agreement.selected import often
from tests.graft.plain import MAIN, Plain, defined_names, sheet_names, sheet_part, sheet_root
from tests.torture.book import ANALYSIS, DATA, HIDDEN, OWN, PIVOT, SECRET, torture_set
from tests.torture.package import STYLES, TYPES, WORKBOOK, unzipped
from tests.torture.scenarios import SCENARIOS, regenerated
from xl_kpi.build import build
from xl_kpi.plan.entries import entries_of
from xl_kpi.workbook.graft.run import graft

# Whole workbooks are built, grafted and read again; LibreOffice opens them.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")]
VARIANTS = ({}, {"macro": True}, {"date1904": True})
# Those that touch most parts; the others are for the long run.
OFTEN = ("a month more", "the channel with it all gone")
SCENARIO = pytest.mark.parametrize("scenario", often(SCENARIOS, OFTEN))
MOVED = pytest.mark.parametrize("scenario", often(SCENARIOS, ("a month more",)))  # where most parts change
# Every change in the plain file; in its variants those that touch most parts.
FULL = [
    pytest.param(
        scenario,
        variant,
        id=f"{scenario}, {name}",
        marks=[pytest.mark.long] * (scenario != "a month more" if variant else scenario not in OFTEN),
    )
    for variant, name in zip(VARIANTS, ("xlsx", "xlsm", "1904"))
    for scenario in SCENARIOS
    if not variant or scenario in ("a channel more", "a month more")
]
# Parts of a generated workbook that are neither sheets, nor drawings and charts of ours, nor lists of what there is.
COMMON = {"xl/theme/theme1.xml", "docProps/app.xml", "docProps/core.xml", "_rels/.rels", "xl/sharedStrings.xml"}


def after(scenario: str, **variant: bool):
    suffix = ".xlsm" if variant.get("macro") else ".xlsx"
    return regenerated(torture_set("ja", **variant), scenario, suffix)


@pytest.mark.parametrize(("scenario", "variant"), FULL)
def test_the_users_parts_are_the_same_byte_for_byte(scenario, variant):
    """By part: all that the user brought, but for formulas that follow what they point at."""
    torture = torture_set("ja", **variant)
    before, now = unzipped(torture.data), unzipped(after(scenario, **variant)[1].data)
    differs = {part for part in torture.users | COMMON if before[part] != now.get(part)}
    assert differs == SCENARIOS[scenario].follow


@SCENARIO
def test_what_is_listed_as_the_same_is_the_same(scenario):
    done, before = after(scenario)[1], unzipped(torture_set("ja").data)
    now = unzipped(done.data)
    assert {part for part in {*before, *now} if before.get(part) == now.get(part)} == set(done.same)
    assert {*before, *now} - set(done.same) == set(done.changed)


@pytest.mark.parametrize(("scenario", "variant"), FULL)
def test_everything_that_was_typed_is_there(scenario, variant):
    plan, done = after(scenario, **variant)
    read = entries_of(read_back(done.data))
    # what was typed for a channel that is switched off has no cell: the commands put it on 保管
    off = tuple(f"actual[{channel.id}:" for channel in plan.channels if not channel.on)
    assert read == {key: value for key, value in entries_of(plan).items() if not (off and key.startswith(off))}


@pytest.mark.parametrize(
    ("scenario", "old", "new", "lost"),
    [
        pytest.param("a channel more", "", "", False, marks=pytest.mark.long),
        ("a month more", "'広告'!$G$14:$R$14", "広告!$G$14:$S$14", False),
        ("the channel with it all gone", "'広告'!$B$14, '広告'!$G$14:$R$14", "#REF!", True),
    ],
)
def test_charts_of_the_users_that_show_other_cells_are_listed(scenario, old, new, lost):
    """The torture set has one on the user's own sheet and one on ours, both of the row of clicks."""
    found = [(one.place, one.old, one.new, one.lost) for one in after(scenario)[1].followed]
    places = ("分析\u3000２０２６!Chart 2", "広告!Chart 2") if old else ()
    assert found == [(place, old, new, lost) for place in places]


@SCENARIO
def test_nothing_of_the_users_is_lost_from_our_sheet(scenario):
    """Two notes, a thread, a picture, two boxes, a chart, seven cells, a merge, a link, four rules, a sparkline."""
    torture, done = torture_set("ja"), after(scenario)[1]
    # where the sheet itself goes, what its formulas gave stays there, and what they said is told
    said = {(lost.cell, lost.text[0]) for lost in done.lost}
    gone = scenario == "the channel with it all gone"
    assert said == ({("T14", "="), ("T15", "="), ("T16", "="), ("U15", "=")} if gone else set())
    name = {"English": "Ads", "the channel with it all gone": "広告（残り）"}.get(scenario, torture.ads)
    parts, root = unzipped(done.data), sheet_root(done.data, name)
    values = [
        "".join(each.itertext()) for each in root.iter(f"{MAIN}c") if each.get("r") in ("B60", "C61", "U14", "V14")
    ]
    assert "自分用のメモ（表の下）" in values and "42" in values and "123" in values
    rels = parts[f"xl/worksheets/_rels/{sheet_part(done.data, name).rpartition('/')[2]}.rels"].decode()
    for kind in ("comments", "threadedComment", "vmlDrawing", "printerSettings", "hyperlink", "drawing"):
        assert f'/{kind}"' in rels, kind
    drawing = etree.fromstring(parts[re.search(r'Target="/?(xl/drawings/drawing\d+\.xml)"', rels)[1]])
    named = [each.get("name") for each in drawing.iter() if each.tag.endswith("}cNvPr")]
    ours = [] if scenario == "the channel with it all gone" else ["xl_kpi 1"]
    assert named == [*ours, "Picture 1", "Chart 2", "TextBox 3", "TextBox 4"]  # as XlsxWriter calls them
    assert len(re.findall(rb"<comment ", parts["xl/userComments2.xml"])) == 3
    kinds = [each.get("type") for each in root.iter(f"{MAIN}cfRule")]
    assert kinds.count("colorScale") == 1 and kinds.count("dataBar") == 1
    extensions = etree.tostring(root.find(f"{MAIN}extLst")).decode()
    assert extensions.count("sparkline>") == 2 and extensions.count("x14:conditionalFormatting>") == 1
    assert len([each for each in root.iter(f"{MAIN}mergeCell") if each.get("ref") in ("T20:U21", "U20:V21")]) == 1


@MOVED
def test_a_second_graft_gives_the_same_file(scenario):
    plan, done = after(scenario)
    new = build(plan)
    names = {name: name for name in sheet_names(new)}
    again = graft(done.data, new, names, moves=Plain(), lang="ja")
    assert again.changed == ()
    assert again.data == done.data


@SCENARIO
def test_the_users_sheets_keep_order_state_and_names(scenario):
    torture, done = torture_set("ja"), after(scenario)[1]
    book = unzipped(done.data)[WORKBOOK].decode()
    states = dict(re.findall(r'name="([^"]*)" sheetId="\d+" state="(\w+)"', book))
    assert [name for name in sheet_names(done.data) if name in OWN] == list(OWN)
    assert [states[name] for name in (ANALYSIS, DATA, PIVOT)] == ["visible"] * 3
    assert (states[HIDDEN], states[SECRET]) == ("hidden", "veryHidden")
    at = sheet_names(done.data).index(ANALYSIS)
    assert f'activeTab="{at}"' in book
    assert ("_xlnm.Print_Area", str(at), f"'{ANALYSIS}'!$A$1:$N$40") in defined_names(done.data)
    names = {name: text for name, _, text in defined_names(done.data)}
    assert (names["税率"], names["年度"], names["Slicer_担当"]) == ("0.1", f"'{ANALYSIS}'!$A$1", "#N/A")
    assert len(names) == len({name.casefold() for name in names})
    for end in ("</pivotCaches>", "</externalReferences>", "x15:slicerCaches"):
        assert end in book
    assert unzipped(torture.data)[TYPES] != b""


@SCENARIO
def test_styles_of_the_users_keep_their_numbers(scenario):
    before = etree.fromstring(unzipped(torture_set("ja").data)[STYLES])
    now = {each.tag: each for each in etree.fromstring(unzipped(after(scenario)[1].data)[STYLES])}
    for each in before:
        old = [etree.tostring(child, method="c14n") for child in each]
        new = [etree.tostring(child, method="c14n") for child in now[each.tag]]
        assert new[: len(old)] == old, each.tag


def test_days_are_the_same_in_a_workbook_that_counts_from_1904():
    """The first month of the plan and its deadline, in our cells and in the results stored beside formulas."""
    done = after("a month more", date1904=True)[1]
    book = openpyxl.load_workbook(BytesIO(done.data), data_only=True)
    assert book.epoch == dt.datetime(1904, 1, 1)
    assert book["広告"]["G6"].value == dt.datetime(2026, 4, 1)
    assert book["広告"]["S6"].value == dt.datetime(2027, 4, 1)
    for name, day in (("plan_start", dt.datetime(2026, 4, 1)), ("kgi_deadline", dt.datetime(2027, 4, 30))):
        ((sheet, cell),) = book.defined_names[name].destinations
        assert book[sheet][cell].value == day


@pytest.mark.host
@MOVED
def test_audit_finds_nothing(scenario, tmp_path):
    """Without its warnings about security: the torture set has a link, and a source in another workbook."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(after(scenario)[1].data)
    result = OpenXmlValidator(FileFormat.MICROSOFT_365, max_errors=0, security_validation=False).validate(path)
    assert [(error.part_uri, error.description) for error in result.errors] == []


@pytest.mark.host
@pytest.mark.long
@pytest.mark.parametrize("variant", often([{"date1904": True}, {}], [{"date1904": True}]), ids=["1904", "xlsx"])
def test_libreoffice_gives_the_users_formulas_the_same_values(variant, libreoffice_values, tmp_path):
    """Where inputs did not change: typed clicks, the goal, the user's own tables; all of them when only a name did."""
    suffix = ".xlsm" if variant.get("macro") else ".xlsx"
    done = [each.values[0] for each in FULL if each.values[1] == variant]
    told = ("nothing", "a stage renamed", "a channel more", "a month more", "English")
    scenarios = [name for name in done if name in told]
    files = [tmp_path / f"{number}{suffix}" for number in range(len(scenarios) + 1)]
    files[0].write_bytes(torture_set("ja", **variant).data)
    for path, scenario in zip(files[1:], scenarios, strict=True):
        path.write_bytes(after(scenario, **variant)[1].data)
    before, *later = libreoffice_values(*files)
    assert before[ANALYSIS, 3, 2] == pytest.approx(sum(clicks(torture_set("ja", **variant).plan)))
    for scenario, values in zip(scenarios, later, strict=True):
        for place in own_formulas(before, everything=scenario in ("nothing", "a stage renamed")):
            assert values.get(place) == pytest.approx(before[place]), (scenario, place)


def clicks(plan) -> list[float]:
    return [value for (key, _), value in plan.actuals.items() if key == "ads:clicks"]


def own_formulas(values: dict, *, everything: bool) -> list[tuple[str, int, int]]:
    """Cells of the user's sheets; without ``everything`` those that read nothing but what was typed.

    B2 and B3 clicks, B4 the goal, B7 the name of the clicks, C2 twice the clicks, D2 and D3 clicks, E2 another
    workbook, F2 a table; A1 of the hidden sheet.
    """
    typed = {(2, 2), (3, 2), (4, 2), (7, 2), (2, 3), (2, 4), (3, 4), (2, 5), (2, 6)}
    places = [place for place in values if place[0] in OWN]
    return [p for p in places if everything or p[0] != ANALYSIS or p[1:] in typed]


@pytest.mark.host
@pytest.mark.long
def test_a_file_that_libreoffice_has_saved_loses_nothing_and_does_not_grow(libreoffice, tmp_path):
    """It writes formats, rules and texts in its own way: ours are known again, and the user's beside them."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(torture_set("ja").data)
    saved = libreoffice.convert([path], "xlsx")[0].read_bytes()
    plan = torture_set("ja").plan
    new = build(plan)
    names = {name: name for name in sheet_names(new)}
    once = graft(saved, new, names, moves=Plain(), lang="ja")
    assert (once.lost, once.rest) == ((), {})
    assert rules(once.data) == rules(torture_set("ja").data)
    twice = graft(once.data, new, names, moves=Plain(), lang="ja")
    assert twice.data == once.data


def rules(data: bytes) -> dict[str, int]:
    """How many conditional formats and validations each sheet has."""
    tags = (f"{MAIN}cfRule", f"{MAIN}dataValidation")
    return {name: len(list(sheet_root(data, name).iter(*tags))) for name in sheet_names(data) if name not in OWN}
