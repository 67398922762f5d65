"""Lists of leads and of what they did, together or one after the other: one row a lead, nothing lost or doubled."""

from __future__ import annotations

import random
from collections import Counter

import pandas as pd
import pytest

from tests.agreement.selected import often
from tests.leads.made_leads import events, persons, plan, world
from xl_kpi.commands.imports import leads as import_leads
from xl_kpi.commands.imports.leads import listed
from xl_kpi.exchange.leads import taking
from xl_kpi.exchange.leads.linking import merged
from xl_kpi.exchange.leads.reading import read_leads
from xl_kpi.exchange.leads.rows import lead_rows, touch_rows
from xl_kpi.exchange.leads.source import table_in
from xl_kpi.exchange.leads.taking import ListFile, taken_lists
from xl_kpi.exchange.leads.totals import totals_of_leads
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.leads.content import content_of
from xl_kpi.plan.leads.durations import Durations
from xl_kpi.plan.leads.taking import take_rows, take_totals
from xl_kpi.plan.scoring.tested import BANDS, BackTest

KINDS = ("資料請求", "ページ閲覧", "セミナー参加", "知らない行動")
POINTS = {
    "tbl_points": {"r1": {"kind": "知らない行動", "points": 9.0}, "r2": {"kind": "資料請求", "points": 1.5, "most": 1}},
    "tbl_fit": {"r1": {"trait": "industry", "answer": "製造業", "points": 9}},
}


def acts(frame, path, each=3, source=False):
    """What leads did, each on days of its own; ``source``: where each of the actions came from."""
    dice, rows = random.Random(5), []
    for row in frame.to_dict("records"):
        for k in range(each):
            day = row["at_leads"] + pd.Timedelta(days=dice.randrange(-5, 40))
            said = {
                "リードID": row["lead"],
                "イベント": KINDS[k % 4],
                "日時": f"{day:%Y-%m-%d}",
                "コンテンツ名": f"資料{k}",
            }
            rows.append(said | ({"流入元": "メルマガ"} if source else {}))
    path.write_text(pd.DataFrame(rows).to_csv(index=False), "utf-8")
    return path


def with_traits(path):
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    dice = random.Random(2)
    frame["業種"] = [dice.choice(["製造業", "小売業", "IT", ""]) for _ in frame.index]
    path.write_text(frame.to_csv(index=False), "utf-8")
    return path


def imported(given, *files):
    """The plan after some files came together, what was taken and what was asked."""
    asked, lists = Asked(), []
    for file in files:
        block, others = table_in(file.read_bytes(), file.name)
        lists.append(ListFile(file.name, block, others))
    taken = taken_lists(lists, given, asked)
    return listed(given, taken, asked, with_leads=False, known_rows={}), taken, [one.id for one in asked.open]


@pytest.fixture
def files(tmp_path):
    frame = world(60)
    return persons(frame, tmp_path / "persons.csv"), acts(frame, tmp_path / "acts.csv", source=True)


def test_actions_alone_ask_for_no_channel_and_count_no_actuals(files):
    found, (one,), asked = imported(plan(), files[1])
    assert (asked, one.batch.figures, one.problems, one.is_actions) == ([], (), (), True)
    assert len(found.plan.tables["tbl_touches"]) == 180


@pytest.mark.parametrize("order", often([(0, 1), (1, 0)], [(1, 0)]))
def test_leads_and_actions_together_are_what_they_are_one_after_the_other(files, order):
    together, taken, asked = imported(plan(), *(files[k] for k in order))
    leads, touches = (together.plan.tables[table].values() for table in ("tbl_leads", "tbl_touches"))
    assert (asked, together.added, together.changed, len(touches)) == ([], 60, 0, 180)
    assert max(Counter(row["number"] for row in leads).values()) == 1
    assert all(row["leads"] for row in leads) and "メルマガ" not in {row.get("source") for row in leads}
    assert [len(one.batch.figures) > 0 for one in taken] == [k == 0 for k in order]  # only persons count in months
    first = imported(plan(), files[0])[0]
    second = imported(first.plan, files[1])[0]
    assert second.plan.tables == together.plan.tables
    assert not imported(second.plan, *files)[0].changes  # again: nothing is new


def test_persons_and_their_stage_events_are_one_row_each(tmp_path):
    frame = world(60)
    files = persons(frame, tmp_path / "persons.csv"), events(frame, tmp_path / "events.csv")
    rows = imported(plan(), *files)[0].plan.tables["tbl_leads"].values()
    assert [row["number"] for row in rows] == [*frame["lead"]]
    for row, truth in zip(rows, frame.to_dict("records"), strict=True):
        assert all(row.get(stage) == truth[f"at_{stage}"] for stage in ("leads", "mql", "sql", "orders"))
        assert row.get("lost_reason", "") == (truth["lost_reason"] or "")  # only persons.csv says it


def few(monkeypatch, most):
    for module in (taking, import_leads):
        monkeypatch.setattr(module, "MOST_LEADS", most)


def test_more_leads_in_two_lists_become_totals_once(tmp_path, monkeypatch):
    frame = world(60)
    files = persons(frame, tmp_path / "persons.csv"), events(frame, tmp_path / "events.csv")
    few(monkeypatch, 50)
    found = imported(plan(), *files)[0]
    rows = found.plan.tables["tbl_lead_totals"].values()
    keys = Counter(tuple(row.get(one) for one in ("figure", "step", "channel", "key")) for row in rows)
    assert max(keys.values()) == 1 and found.totals == 60
    told = Durations(found.plan)
    assert told.reached("orders", None) == frame["at_orders"].notna().sum()


def test_halves_that_are_too_many_together_become_totals(tmp_path, monkeypatch):
    frame = world(60)
    halves = persons(frame[:30], tmp_path / "a.csv"), persons(frame[30:], tmp_path / "b.csv")
    few(monkeypatch, 50)
    found = imported(plan(), *halves)[0]
    assert found.totals == 60 and Durations(found.plan).reached("mql", None) == frame["at_mql"].notna().sum()
    first = imported(plan(), halves[0])[0].plan
    second = imported(first, halves[1])[0]  # no totals of the half that is there: nothing is taken away
    assert second.plan == first and [one.key for one in second.notes] == ["leads_rows_kept"]


def test_actions_take_nothing_away_from_totals(files, monkeypatch):
    few(monkeypatch, 50)
    first = imported(plan(), files[0])[0]
    second = imported(first.plan, files[1])[0]
    assert second.plan == first.plan and not second.changes
    assert [one.key for one in second.notes] == ["leads_actions_alone"]
    both = imported(plan(), *files)[0].plan  # together they count
    assert content_of(both).base.leads > 0 and not BackTest(both).is_empty


def test_more_actions_than_a_list_holds_are_totals_of_content(files, monkeypatch):
    live = imported(plan(), *files)[0].plan
    few(monkeypatch, 100)
    found = imported(plan(), *files)[0]
    assert [one.key for one in found.notes] == ["leads_touches_totals"] and found.notes[0].values["count"] == "180"
    assert len(found.plan.tables["tbl_leads"]) == 60 and "tbl_touches" not in found.plan.tables
    one, other = content_of(live), content_of(found.plan)
    assert (one.base, [*one.contents], [*one.types]) == (other.base, [*other.contents], [*other.types])
    assert not imported(found.plan, *files)[0].changes
    kept = imported(found.plan, files[0])[0].plan  # the list of leads again: the totals stay
    assert content_of(kept).base == one.base


def test_actions_that_no_longer_fit_leave_the_rows_that_are_there(files, tmp_path, monkeypatch):
    live = imported(plan(), *files)[0].plan
    few(monkeypatch, 200)
    more = imported(live, acts(world(60), tmp_path / "more.csv", each=5))[0]
    assert more.plan == live and not more.changes
    assert [one.key for one in more.notes] == ["leads_touches_kept"]


def test_scores_of_totals_are_those_of_rows(tmp_path):
    """Nine hundred leads with answers, actions and points of one's own."""
    frame, given = world(900), plan()
    given = given.with_(tables=given.tables | POINTS)
    files = with_traits(persons(frame, tmp_path / "persons.csv")), acts(frame, tmp_path / "acts.csv", each=4)
    with read_leads(files, given, Asked()) as read:
        leads = merged([one.leads for one in read])
        of_rows = take_rows(given, "tbl_leads", lead_rows(leads, given)).plan
        of_rows = take_rows(of_rows, "tbl_touches", touch_rows(leads)).plan
        of_totals = take_totals(given, totals_of_leads(leads, given)).plan
    one, other = BackTest(of_rows), BackTest(of_totals)
    assert (one.in_rows, other.in_rows, one.all.leads) == (True, False, 900)
    for group, bands in BANDS.items():
        assert [one.band(group, band) for band in bands] == [other.band(group, band) for band in bands]
        assert one.verdict(group) == other.verdict(group)
    assert [one.open_in(f, a) for f in "ABCD" for a in "1234"] == [other.open_in(f, a) for f in "ABCD" for a in "1234"]
    assert sum(one.band("act", band).leads > 0 for band in "1234") > 1  # the scores differ at all
    told = {(driver.point.of, driver.point.word): driver for driver in other.drivers}
    assert {key: driver.having for key, driver in told.items()} == {
        (driver.point.of, driver.point.word): driver.having for driver in one.drivers
    }
    assert (told["kind", "知らない行動"].point.points, told["industry", "製造業"].point.own) == (9.0, 9.0)
    for name in (*(channel.name for channel in given.channels),):
        assert one.channel([name]) == other.channel([name])


def test_more_than_can_be_held_have_no_scores_and_say_so(files, monkeypatch):
    few(monkeypatch, 50)
    monkeypatch.setattr("xl_kpi.exchange.leads.totals.MOST_HELD", 59)
    found = imported(plan(), *files)[0]
    assert [one.key for one in found.notes] == ["leads_no_scores"] and BackTest(found.plan).is_empty
    assert Durations(found.plan).count == 60


def test_actions_known_by_an_address_count_in_totals(tmp_path):
    frame, given = world(60), plan()
    people = persons(frame, tmp_path / "persons.csv")
    did = acts(frame, tmp_path / "acts.csv")
    words = pd.read_csv(did, dtype=str)
    words["リードID"] = words["リードID"].map(dict(zip(frame["lead"], frame["mail"])))
    by_mail = tmp_path / "by_mail.csv"
    by_mail.write_text(words.rename(columns={"リードID": "メールアドレス"}).to_csv(index=False), "utf-8")
    found = []
    for actions in (did, by_mail):
        with read_leads([people, actions], given, Asked()) as read:
            found.append(totals_of_leads(merged([one.leads for one in read]), given))
    assert found[0] == found[1]
