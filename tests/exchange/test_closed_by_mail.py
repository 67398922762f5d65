"""Closed months on the way of a mail: what was agreed stays at home and in every copy, whoever types what (K15)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.terminal import xl
from tests.closed_plans import asked, closed, small
from tests.exchange.sent_books import SATO, SUZUKI, TANAKA, Filled, Office
from xl_kpi.calc import month_start
from xl_kpi.commands.close import close
from xl_kpi.commands.examine import open_workbook
from xl_kpi.commands.mail.collect import collect
from xl_kpi.exchange.outgoing.versions import fingerprint
from xl_kpi.exchange.people import Person
from xl_kpi.kpi.agreed_targets import closed_until
from xl_kpi.plan.model import Plan

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

NOW = dt.datetime(2026, 8, 20, 10, 30)
CLOSED = 2  # April and May, when the mails go out
CLICKS, LATE = "actual[ads:clicks][2026-07]", "actual[ads:clicks][2026-05]"  # of an open month, of a closed one
ORDERS = "actual[stage:orders][2026-06]"


@pytest.fixture(scope="module")
def office() -> Office:
    return Office(closed(small(), CLOSED)).send((TANAKA, SATO, SUZUKI))


@pytest.fixture(scope="module")
def made(office) -> bytes:
    return office.master()


@pytest.fixture
def master(made, tmp_path) -> Path:
    path = tmp_path / "計画.xlsx"
    path.write_bytes(made)
    return path


def reply(office: Office, person: Person, folder: Path, entries: dict, unlocked: dict | None = None) -> Path:
    """What comes back: entries typed where they may be, and on 設定 after somebody has lifted its protection."""
    book = office.book(person).type(entries)
    for name, value in (unlocked or {}).items():
        area = book.area(name)
        sheet = book.trees[area.sheet]
        for lock in [child for child in sheet if child.tag.endswith("}sheetProtection")]:
            sheet.remove(lock)
        book.put(area.sheet, area.row, area.column, value)
    path = folder / f"返送_{person.name}.xlsx"
    path.write_bytes(book.bytes())
    return path


def plan_in(path: Path) -> Plan:
    return open_workbook(path, "ja").read.plan


def agreed(plan: Plan, months: int = CLOSED) -> dict:
    return {key: value for key, value in plan.agreed.months.items() if key[1] < months}


def test_a_copy_shows_the_closed_months_as_they_were_agreed(office):
    """What must be newly won of the orders stands on 逆算, in the copy as at home."""
    copy = office.book(TANAKA)
    sheet = copy.area("act_stages").sheet
    tree = copy.trees[sheet]
    row = next(int(line.get("r")) for line in tree.iter() if line.tag.endswith("}row")
               and copy.value(sheet, int(line.get("r")), 1) == "new:orders")  # fmt: skip
    place = copy.place("actual[stage:orders][2026-04]")
    shown = [copy.value(sheet, row, place[2] + month) for month in range(office.plan.months)]
    assert shown == asked(office.plan)[-1] and shown[:CLOSED] != [0, 0]


def test_a_reply_of_before_neither_opens_nor_replans_a_month(office, master, tmp_path):
    """June is closed and the goal raised while the mails are out; then actuals come back, one of a closed month."""
    file = reply(office, TANAKA, tmp_path, {CLICKS: 800, LATE: 900})
    orders = reply(office, SATO, tmp_path, {})
    close(master, "2026-06", words="ja", now=NOW)
    before = plan_in(master)
    done = collect(master, [file, orders], words="ja", now=NOW)
    after = plan_in(master)
    assert done.clean and {change.key for change in done.changes} == {CLICKS, LATE}
    assert after.closed_months == CLOSED + 1 and agreed(after, CLOSED + 1) == agreed(before, CLOSED + 1)
    assert after.agreed.first == before.agreed.first == office.plan.agreed.first
    assert asked(after) == asked(before)  # clicks lead to no other number of the plan


def test_two_people_who_close_different_months_are_both_told_and_nothing_is_closed(office, master, tmp_path):
    """設定 is locked in a copy; who takes the lock away and types there is heard, but the plan's owner decides."""
    months = {TANAKA: dt.date(2026, 6, 1), SUZUKI: dt.date(2026, 7, 1)}
    files = [reply(office, person, tmp_path, {}, {"closed_until": month}) for person, month in months.items()]
    before = plan_in(master)
    done = collect(master, files, words="ja", now=NOW)
    told = [(Path(fault.file).name, fault.sheet, fault.found) for fault in done.faults]
    assert told == [(file.name, "設定", f"{month}") for file, month in zip(files, months.values())]
    assert not done.clean and not done.written
    assert plan_in(master).closed_months == before.closed_months == CLOSED


@pytest.mark.parametrize("command", [("close", "2026-06"), ("regenerate",)], ids=" ".join)
def test_a_copy_is_not_closed_nor_made_anew(office, tmp_path, command):
    """Who has the command would take away by what the copy is known when it comes back."""
    file = reply(office, TANAKA, tmp_path, {CLICKS: 800})
    data = file.read_bytes()
    said = xl(command[0], file, *command[1:])
    assert said.code == 3 and len(said.faults) == 1 and "そのまま返送してください" in said.err
    assert file.read_bytes() == data


def test_closing_while_a_choice_is_open_keeps_it_open(office, master, tmp_path):
    """Two people differ about an actual of a month that is closed meanwhile: the choice is still to be made, and what
    was agreed does not depend on it."""
    files = [reply(office, TANAKA, tmp_path, {LATE: 900}), reply(office, SUZUKI, tmp_path, {LATE: 950})]
    assert len(collect(master, files, words="ja", now=NOW).conflicts) == 1
    close(master, "2026-07", words="ja", now=NOW)
    closed_plan = plan_in(master)
    master.write_bytes(Filled(master.read_bytes()).choose(LATE, SUZUKI.mail).bytes())
    done = collect(master, (), words="ja", now=NOW)
    plan = plan_in(master)
    assert [change.new.value for change in done.changes] == [950] and plan.actuals["ads:clicks", 1] == 950
    assert plan.closed_months == 4 and agreed(plan, 4) == agreed(closed_plan, 4)


def test_closing_anew_is_another_plan_to_send():
    """With the same entries the targets of closed months are others: a second run of ``distribute`` sends them."""
    plan = closed(small(), CLOSED)
    raised = plan.with_(goal=replace(plan.goal, value=90.0))
    anew = closed_until(raised, month_start(plan.start, CLOSED - 1), again=True)
    assert fingerprint(raised, [TANAKA]) == fingerprint(raised.with_(title=raised.title), [TANAKA])
    assert fingerprint(raised, [TANAKA]) != fingerprint(anew, [TANAKA])
