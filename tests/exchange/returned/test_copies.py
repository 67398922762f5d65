"""A plain copy of the plan: held against the last state that both had in common, nothing taken back, nothing guessed.

What must come out follows from what the test itself types: an entry that only one side has changed is that side's, one
that both have changed differently is a question, and one that nobody has changed is nobody's.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.exchange.sent_books import Filled, quarter
from tests.told import raises_saying
from xl_kpi.build import build
from xl_kpi.catalog.messages import line
from xl_kpi.commands.examine import open_workbook
from xl_kpi.commands.mail.collect import Collected, collect
from xl_kpi.errors import BadFile
from xl_kpi.exchange.returned.copies import Copies, Copy, with_base
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Change, Records, Sent, Value
from xl_kpi.workbook.package.safety import few_parts

pytestmark = pytest.mark.slow

CLICKS, COST, SESSIONS = "actual[ads:clicks][2026-05]", "actual[ads:cost][2026-05]", "actual[web:sessions][2026-04]"
FILE = "計画 - コピー.xlsx"


def ran(command: str, day: int) -> Change:
    return Change(dt.datetime(2026, 5, day, 9), "山田", command, "", command)


MADE, BOTH, HERE, THERE = ran("new", 1), ran("regenerate", 2), ran("collect", 5), ran("regenerate", 6)


def with_actuals(plan: Plan, **numbers: float) -> Plan:
    months = {"clicks": ("ads:clicks", 1), "cost": ("ads:cost", 1)}
    return plan.with_(actuals={**plan.actuals, **{months[key]: number for key, number in numbers.items()}})


def book(plan: Plan, *history: Change) -> bytes:
    """A plan as its last command left it."""
    return build(plan, records=Records(history=history, last=entries_of(plan)))


@dataclass(frozen=True)
class Share:
    """The state in common, as a plan and as the file of whoever copied it then."""

    plan: Plan
    copy: bytes


@pytest.fixture(scope="module")
def share() -> Share:
    plan = quarter()
    return Share(plan, book(plan, MADE, BOTH))


def read(data: bytes | Filled, plan: Plan, *history: Change, path: Path = Path("nowhere.xlsx")) -> Copy:
    """What a copy says to a master that stands so after these commands."""
    data = data.bytes() if isinstance(data, Filled) else data
    records = Records(history=history, last=entries_of(plan))
    return Copies(plan, records, path, set(), "ja").read(few_parts(data, FILE, "ja"), FILE)


def saved_at(book: Filled, time: str) -> Filled:
    core = book.parts["docProps/core.xml"].decode()
    book.parts["docProps/core.xml"] = re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{time}", core).encode()
    return book


def said(copy: Copy) -> dict[str, Value]:
    return dict(copy.back.returned.entries)


def test_a_copy_in_which_nothing_was_typed_says_nothing(share):
    found = read(share.copy, share.plan, MADE, BOTH)
    assert said(found) == {} and found.common == BOTH and not found.back.faults


def test_what_was_typed_in_a_copy_is_what_differs_from_the_state_in_common(share):
    """The master went on since: its own entry is no opinion of the copy."""
    typed = Filled(share.copy).type({CLICKS: 1200, SESSIONS: None})
    found = read(typed, with_actuals(share.plan, cost=70.0), MADE, BOTH, HERE)
    assert said(found) == {CLICKS: 1200, SESSIONS: None} and found.common == BOTH
    assert dict(found.base.entries) == {SESSIONS: 5000} and not found.base.opened


def test_a_copy_that_went_on_with_commands_is_held_against_the_master_that_did_not(share):
    plan = with_actuals(share.plan, clicks=1200.0)
    found = read(book(plan, MADE, BOTH, THERE), share.plan, MADE, BOTH)
    assert said(found) == {CLICKS: 1200} and found.common == BOTH


def test_where_both_went_on_a_backup_holds_the_state_in_common(share, tmp_path):
    path = tmp_path / "計画.xlsx"
    folder = tmp_path / "計画.xlsx.backups"
    folder.mkdir()
    (folder / "20260505-090000-000000.xlsx").write_bytes(share.copy)
    (folder / "20260506-090000-000000.xlsx").write_bytes(b"damaged")
    there, here = with_actuals(share.plan, clicks=1200.0), with_actuals(share.plan, cost=70.0)
    went_on = book(there, MADE, BOTH, THERE)
    found = read(went_on, here, MADE, BOTH, HERE, path=path)
    assert said(found) == {CLICKS: 1200} and found.common == BOTH
    # without it nobody knows who changed what: each difference is a question
    lost = read(went_on, here, MADE, BOTH, HERE)
    assert said(lost) == {CLICKS: 1200, COST: None} and lost.common is None and lost.back.returned.old


def test_another_plan_is_none_of_ours(share):
    with raises_saying(BadFile, "共通する変更履歴がありません"):
        read(book(share.plan, ran("new", 3)), share.plan, MADE, BOTH)


def test_a_cell_that_can_t_be_read_says_nothing(share):
    typed = Filled(share.copy).type({CLICKS: "たくさん", COST: 50})
    found = read(typed, share.plan, MADE, BOTH)
    assert said(found) == {COST: 50} and CLICKS in found.back.returned.unread
    assert [fault.found for fault in found.back.faults if fault.level == "error"] == ["たくさん"]


def test_rows_that_one_of_both_has_alone_are_named_and_stay(share):
    less = share.plan.with_(
        channels=tuple(one for one in share.plan.channels if one.id != "trade_show"),
        kpis=tuple(one for one in share.plan.kpis if one.channel != "trade_show"),
    )
    gone = read(book(less, MADE, BOTH, THERE), share.plan, MADE, BOTH)
    new = read(share.copy, less, MADE, BOTH)  # the master lost the channel, and the copy has it as it was
    assert not [key for key in said(gone) if "trade_show" in key] and said(new) == {}
    (told,) = [line(fault, "ja") for fault in gone.back.faults]
    assert "展示会" in told and "コピーでは削除されている行です" in told


def test_a_row_that_only_a_copy_has_says_what_to_type_where_and_is_taken_then(share):
    model = next(one for one in share.plan.channels if one.id == "ads")
    more = share.plan.with_(channels=(*share.plan.channels, replace(model, id="agency", name="代理店", share=0.0)))
    copy = book(with_actuals(more, clicks=1200.0), MADE, BOTH, THERE)
    found = read(copy, share.plan, MADE, BOTH)
    assert said(found) == {CLICKS: 1200}
    (told,) = [line(fault, "ja") for fault in found.back.faults]
    assert "「代理店」 → コピーだけにある行です" in told and "「チャネル」シートにIDが「agency」の行を加え" in told
    assert "割合 0" in told and "もう一度取り込んで" in told
    # once the plan has the row, what the copy says about it is merged like everything else
    there = share.plan.with_(channels=(*share.plan.channels, replace(model, id="agency", name="代理店", share=0.1)))
    again = read(copy, there, MADE, BOTH, HERE)
    assert said(again)["tbl_channels[agency].share"] == 0 and said(again)[CLICKS] == 1200 and not again.back.faults


def test_a_base_stands_among_what_was_sent_by_its_time_and_grows():
    first, second = (Sent(str(day), dt.datetime(2026, 5, day), {"a@example.com": ("ads",)}, {}) for day in (1, 9))
    base = Sent("copy:x", dt.datetime(2026, 5, 3), {}, {CLICKS: 1.0})
    records = with_base(Records(sent=(first, second)), base)
    assert [one.version for one in records.sent] == ["1", "copy:x", "9"] and records.rounds == (first, second)
    again = with_base(records, Sent("copy:x", base.time, {}, {COST: 2.0}))
    assert [dict(one.entries) for one in again.sent] == [{}, {CLICKS: 1.0, COST: 2.0}, {}]


# --- the whole way -------------------------------------------------------------------------------------------------


def test_two_people_on_a_share_lose_nothing(share, tmp_path):
    master, copy = tmp_path / "計画.xlsx", tmp_path / FILE
    master.write_bytes(Filled(share.copy).type({CLICKS: 1300, SESSIONS: 4800}).bytes())
    copy.write_bytes(Filled(share.copy).type({CLICKS: 1200, COST: 50, SESSIONS: 4800}).bytes())

    def run(*files: Path) -> tuple[Collected, dict[str, Value]]:
        done = collect(master, files, words="ja", now=dt.datetime(2026, 5, 20, 10))
        return done, entries_of(open_workbook(master, "ja").read.plan)

    done, now = run(copy)
    (file,) = done.files
    assert (file.copy, file.entries, file.taken, file.conflicts) == (True, 3, 2, 1)  # 4,800 is what both say
    assert (now[CLICKS], now[COST], now[SESSIONS]) == (1300, 50, 4800)
    (conflict,) = done.conflicts
    assert conflict.master.value == 1300 and conflict.opinions[FILE].value == 1200
    assert not run(copy)[0].written

    master.write_bytes(Filled(master.read_bytes()).choose(CLICKS, FILE).bytes())
    done, now = run()
    assert now == {**now, CLICKS: 1200, COST: 50, SESSIONS: 4800} and done.clean
    # whoever has the copy types on, and saves it later: the state in common is the same as before
    copy.write_bytes(saved_at(Filled(copy.read_bytes()).type({COST: 60}), "2099-01-01T09:00:00Z").bytes())
    done, now = run(copy)
    assert (now[COST], now[CLICKS]) == (60, 1200) and [one.key for one in done.changes] == [COST]


def test_a_ready_workbook_in_which_no_command_ever_ran_is_asked_about(share, monkeypatch):
    """Nothing tells when both were the same: each difference is a question, and many are another plan's."""
    ready = build(share.plan, records=Records())
    found = read(Filled(ready).type({CLICKS: 1200}), share.plan, MADE, BOTH)
    assert said(found) == {CLICKS: 1200} and found.common is None and found.back.returned.old
    monkeypatch.setattr("xl_kpi.exchange.returned.copies.MOST_ASKED", 1)
    with raises_saying(BadFile, "共通する変更履歴がありません"):
        read(Filled(ready).type({CLICKS: 1200, COST: 5}), share.plan, MADE, BOTH)
