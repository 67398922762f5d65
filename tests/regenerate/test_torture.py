"""Regenerate on the torture workbook: what Excel can hold besides our sheets is there afterwards, unchanged."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.agreement.selected import often
from tests.regenerate.typing_in import plan_entries, type_in
from tests.torture.book import ANALYSIS, OWN, Torture, torture_set
from tests.torture.package import Parts
from tests.torture.scenarios import CHARTS
from xl_kpi.commands import open_workbook
from xl_kpi.commands.rewrite import Rewritten, rewrite
from xl_kpi.plan.entries import entries_of

pytestmark = pytest.mark.slow

KINDS = {
    "xlsx": {},
    "1904": {"date1904": True},
    "en": {"lang": "en"},
    "pages": {"pages": True},
}
NOW = dt.datetime(2026, 6, 3, 9, 0, 0)


def regenerate(path: Path) -> Rewritten:
    return rewrite(open_workbook(path, "ja"), command="regenerate", who="鈴木", now=NOW)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.fixture(scope="module", params=often(KINDS, ("pages",)))
def tortured(request, tmp_path_factory) -> tuple[Torture, Path, Rewritten, bytes]:
    """The torture workbook after: goal raised, a channel that it does not point at off, two months more."""
    made = torture_set(**KINDS[request.param])
    path = tmp_path_factory.mktemp("torture") / "計画.xlsx"
    path.write_bytes(made.data)
    type_in(path, {"tbl_channels[webinar].on": "×", "plan_months": 14})
    before = path.read_bytes()
    return made, path, regenerate(path), before


def test_every_part_of_the_user_s_is_the_same_byte_for_byte(tortured):
    made, path, done, before = tortured
    old, new = parts(before), parts(path.read_bytes())
    assert made.users <= set(new)
    # the notes on our own sheet go with their cells; what points at nothing that moved is not touched
    moved = {name for name in made.users if new[name] != old[name]}
    follow = {name for name in moved if not name.startswith(("xl/userComments", "xl/drawings/userNotes"))}
    assert set(done.parts) & made.users == moved
    # a sum, a sparkline and two charts over all twelve months (to column R) are over fourteen (to T); nothing else
    # in their parts differs but the quotes around a name that needs none
    calculation = Parts(before).sheets()[ANALYSIS]
    assert follow == {calculation, *CHARTS}
    tab = "Ads" if "'Ads'!" in old[calculation].decode() else "広告"
    for name in follow:
        row = made.row
        wanted = re.sub(
            rf"'{tab}'!(\$?G\$?){row}:(\$?)R(\$?){row}", rf"{tab}!\g<1>{row}:\2T\g<3>{row}", old[name].decode()
        )
        assert new[name].decode() == wanted, name


def test_everything_typed_is_there(tortured):
    made, path, done, _ = tortured
    gone = {key for key in entries_of(made.plan) if "webinar:" in key or "channel:webinar" in key}
    changed = {"plan_months": 14, "tbl_channels[webinar].on": False}
    wanted = {key: value for key, value in entries_of(made.plan).items() if key not in gone}
    assert plan_entries(path) == {**wanted, **changed}
    assert {one.key: one.value for one in done.kept} == {key: entries_of(made.plan)[key] for key in gone}


@pytest.mark.long
def test_once_more_is_the_same_file(tortured):
    _, path, _, _ = tortured
    data = path.read_bytes()
    assert regenerate(path).unchanged and path.read_bytes() == data


@pytest.mark.long
def test_back_again_is_everything_that_was_typed(tortured, tmp_path):
    made, path, _, _ = tortured
    again = tmp_path / path.name
    again.write_bytes(path.read_bytes())
    type_in(again, {"tbl_channels[webinar].on": "○", "plan_months": made.plan.months})
    done = regenerate(again)
    assert plan_entries(again) == entries_of(made.plan)
    assert {key for key in done.records.archive if not key.startswith("cell[")} == set()


@pytest.mark.long
@pytest.mark.host
@pytest.mark.parametrize("kind", ["xlsx"])
def test_formulas_of_the_user_s_give_what_they_gave(kind, tmp_path, libreoffice_values):
    """Where inputs did not change; a month and a row before those that they point at came, so that they had to move."""
    made = torture_set(**KINDS[kind])
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    for path in (before, after):
        path.write_bytes(made.data)
    regenerate(after)  # from here on the workbook knows for which months its actuals were typed
    plan = made.plan
    entries = {"plan_start": dt.date(plan.start.year, plan.start.month - 1, 1), "plan_months": plan.months + 1}
    type_in(after, {**entries, "tbl_channels[web].on": "×"})
    done = regenerate(after)
    assert any(one.new != one.old for one in done.formulas)
    old, new = libreoffice_values(before, after)
    # targets and what is reached of them change with the period: a month's need, the goal by stage, and in column C
    # the attainment of the clicks and the target in the row below it
    moving = {(ANALYSIS, 5, 2), (ANALYSIS, 6, 2), (ANALYSIS, 3, 3), (ANALYSIS, 4, 3)}
    own = {place for place in old if place[0] in OWN} - moving
    assert len(own) > 20
    assert {place: new.get(place) for place in own} == {place: old[place] for place in own}
