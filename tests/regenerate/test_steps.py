"""The steps of a regenerate, asked of a made-up file: what is found, kept, told and left as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.regenerate.described import DescribedBook, book_of, template
from xl_kpi.catalog import text
from xl_kpi.errors import InputFaults, Refused
from xl_kpi.kpi.agreed_targets import closed_until
from xl_kpi.plan.history.records_codec import as_read
from xl_kpi.plan.history.renewal import renew
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.plan.records import Kept, Records
from xl_kpi.regenerate.new_sheets import NewSheets
from xl_kpi.regenerate.steps import Settled, read_back, settled
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.cells.moves import LeftSheet, LostCell
from xl_kpi.workbook.reading.workbook_reader import read_whole
from xl_kpi.workbook.relocation.user_cells import OwnCells

BEGUN, NOW = dt.datetime(2026, 4, 1, 9, 0), dt.datetime(2026, 5, 1, 9, 0)
LOG = {"command": "regenerate", "who": "山田", "now": NOW}
ADS = "広告"


@dataclass
class MadeUp:
    """A carrier that answers what it is told to; ``asked`` what it was asked, in that order."""

    left: Mapping[str, LeftSheet] = field(default_factory=dict)
    gone: Sequence[LostCell] = ()
    same: bool = True
    asked: list[str] = field(default_factory=list)

    def cells(self, made: NewSheets) -> OwnCells:
        return OwnCells((), (), {})

    def leftovers(self, made: NewSheets) -> Mapping[str, LeftSheet]:
        self.asked.append("leftovers")
        return self.left

    def lost(self, made: NewSheets) -> Sequence[LostCell]:
        self.asked.append("lost")
        return self.gone

    def stands(self, made: NewSheets) -> bool:
        self.asked.append("stands")
        return self.same


def run(
    carrier: MadeUp,
    change: Any = None,
    own: Any = None,
    beside: Mapping[tuple[int, int], Any] | None = None,
    start: Plan | None = None,
    kept: Sequence[Kept] = (),
) -> Settled:
    """The steps on the workbook of a plan, the default template's where none is given.

    ``change`` what a command makes of its plan; ``own`` the user's sheets, ``beside`` his cells on 広告,
    ``kept`` what is on 保管 already.
    """
    plan = start or template()
    begun = renew(plan, plan, Records(), command="new", who="", now=BEGUN)
    spec = book_spec(begun.plan, as_read(begun.records.with_(archive={one.key: one for one in kept})))
    for place, value in (beside or {}).items():
        spec.sheet("tab:ads").put(*place, value)
    book = DescribedBook(spec, own)
    whole = read_whole(book, "plan.xlsx")
    changed = change(whole.read.plan) if change else None
    return settled(book, whole, carrier, LOG, name="plan.xlsx", plan=changed)


def without_ads(plan: Plan) -> Plan:
    channels = tuple(replace(channel, on=channel.on and channel.id != "ads") for channel in plan.channels)
    rest = sum(channel.share for channel in channels if channel.on)
    return plan.with_(channels=tuple(replace(c, share=c.share / rest) if c.on else c for c in channels))


def test_what_stands_there_already_is_left_as_it_is():
    carrier = MadeUp()
    done = run(carrier)
    assert carrier.asked == ["leftovers", "lost", "stands"]
    assert done.unchanged
    assert done.renewed.changes == ()


def test_a_change_of_the_plan_is_a_line_and_nobody_asks_whether_it_stands():
    carrier = MadeUp()
    done = run(carrier, lambda plan: plan.with_(goal=replace(plan.goal, value=120)))
    assert carrier.asked == ["leftovers", "lost"]
    assert not done.unchanged
    assert [change.key for change in done.renewed.changes] == ["kgi_value"]


def test_sheets_that_alone_are_new_leave_a_line_that_says_so():
    done = run(MadeUp(same=False), start=with_pages(template(), {"history": True}))
    assert not done.unchanged
    assert [(change.key, change.label) for change in done.renewed.changes] == [("", text("log_wrote", "ja"))]
    assert done.made.spec.sheet("history").cells  # 変更履歴 is among the sheets that are written


def test_what_finds_no_place_is_kept_in_words():
    done = run(MadeUp(gone=[LostCell(ADS, "T9", "cell", "覚え書き")]))
    kept = done.renewed.records.archive[f"cell[{ADS}!T9]"]
    assert (kept.label, kept.value) == (text("rewrite_lost", "ja", sheet=ADS, cell="T9"), "覚え書き")
    assert not done.unchanged
    assert any("覚え書き" in str(cell.value) for cell in done.made.spec.sheet("archive").cells.values())


def test_a_formula_follows_to_the_sheet_on_which_the_user_s_cells_stay():
    rest = {ADS: LeftSheet("広告の残り", frozenset({(60, 20)}))}
    followed = run(
        MadeUp(left=rest), without_ads, {"分析": {(1, 1): f"={ADS}!T60"}}, beside={(60, 20): 7}
    ).made.followers
    assert [(one.place, one.new) for one in followed if one.sheet == "分析"] == [("分析!A1", "='広告の残り'!T60")]


def test_a_formula_whose_target_goes_is_kept_as_it_read():
    done = run(MadeUp(), without_ads, {"分析": {(1, 1): f"={ADS}!C8*2"}})
    kept = done.renewed.records.archive["formula[分析!A1]"]
    assert kept.value == f"={ADS}!C8*2"
    assert kept in done.renewed.kept


def test_a_name_of_ours_that_goes_is_not_kept_as_the_user_s():
    def off(plan: Plan) -> Plan:
        return plan.with_(settings={**plan.settings, "next_period": "off"})

    done = run(MadeUp(), off)
    assert not done.renewed.kept and not done.renewed.records.archive
    assert "next_pending" in done.made.gone


def test_what_was_kept_of_a_name_of_ours_goes():
    former = Kept("formula[next_pending]", "", "='計算'!$C$414", NOW.date(), "=#REF!", '["gone"]')
    theirs = replace(former, key="formula[mine]")
    done = run(MadeUp(), kept=[former, theirs])
    assert [*done.renewed.records.archive] == [theirs.key]


def test_errors_in_the_plan_end_it_before_the_file_is_asked():
    carrier = MadeUp()
    with pytest.raises(InputFaults, match="plan_check_goal_positive"):
        run(carrier, lambda plan: plan.with_(goal=replace(plan.goal, value=0)))
    assert carrier.asked == []


def test_a_workbook_that_reads_back_otherwise_is_refused_and_says_where():
    done = run(MadeUp(), lambda plan: plan.with_(goal=replace(plan.goal, value=120)))
    again = read_whole(book_of(done.renewed.plan, records=done.made.records), "plan.xlsx")
    read_back(done.renewed, again, "plan.xlsx")
    other = replace(
        again, read=replace(again.read, plan=again.read.plan.with_(goal=replace(done.renewed.plan.goal, value=121)))
    )
    with pytest.raises(Refused, match="kgi_value"):
        read_back(done.renewed, other, "plan.xlsx")


def test_a_workbook_that_has_lost_what_was_agreed_is_refused():
    until = dt.date(2026, 5, 1)
    done = run(MadeUp(), lambda plan: closed_until(plan, until))
    done = run(MadeUp(), lambda plan: plan.with_(goal=replace(plan.goal, value=120)), start=done.renewed.plan)
    again = read_whole(book_of(done.renewed.plan, records=done.made.records), "plan.xlsx")
    read_back(done.renewed, again, "plan.xlsx")
    agreed = again.read.plan.agreed
    for months in ({}, {**agreed.months, ("stage:orders", 1): agreed.months["stage:orders", 1] + 1}):
        plan = again.read.plan.with_(agreed=replace(agreed, months=months))
        with pytest.raises(Refused, match="section_closed"):
            read_back(done.renewed, replace(again, read=replace(again.read, plan=plan)), "plan.xlsx")
