"""Which channel a campaign belongs to: patterns, and few questions about many names."""

from __future__ import annotations

import pytest

import workbook_templates
from tests.exports.made import text
from xl_kpi.catalog.messages import worded
from xl_kpi.exchange.exports.export import read_export
from xl_kpi.exchange.exports.figures import LEAVE, ORIGINS, sorted_figures, with_origins
from xl_kpi.exchange.exports.origins import ANY, MOST_QUESTIONS, fits, groups_of
from xl_kpi.plan.channel_choice import with_channels
from xl_kpi.plan.imported.maps import FileMap
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.model import Plan
from xl_kpi.plan.source import plan_from_source

HEAD = ["Date", "Session default channel group", "Sessions", "Key events"]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_from_source(workbook_templates.source("default"), "ja", "default")


def sessions(plan: Plan, names: list[str], answers: dict[str, str]):
    """One session for each name."""
    rows = [HEAD, *(["20260401", name, "1", "0"] for name in names)]
    asked = Asked(answers)
    export = read_export(text(rows).encode(), "ga4.csv", asked=asked)
    found = sorted_figures(export, plan, asked)
    return found, {(one.channel, one.kpi): one.value for one in found.batch.figures}, [one.id for one in asked.open]


def test_the_first_count_that_is_not_whole_is_told_with_its_place(plan):
    rows = [["キャンペーン", "日", "費用", "コンバージョン"], *(["a", "2026-04-01", "0.5", cv] for cv in ("2", "4.80"))]
    found = sorted_figures(read_export(text(rows).encode(), "ads.csv"), plan, Asked())
    told = {one.kpi: worded(one.first_part, "ja") for one in found.batch.figures}
    assert told == {"cost": None, "cv": "（整数でない最初の値は3行目の列「コンバージョン」の4.8）"}


@pytest.mark.parametrize(
    ("name", "pattern", "fit"),
    [
        ("展示会_春", "展示会*", True),
        ("春の展示会", "展示会*", False),
        ("春の展示会", "*展示会*", True),
        ("[検索] ブランド?", "[検索] ブランド?", True),  # no classes of letters, no single letter
        ("検", "[検索]", False),
        ("Ｂｒａｎｄ  A", "brand a", True),
        ("a\nb", "a*", True),
        ("", "*", True),
    ],
)
def test_only_the_asterisk_stands_for_other_letters(name, pattern, fit):
    assert fits(name, pattern) is fit


def test_few_names_are_asked_one_by_one():
    names = [f"展示会_{k}" for k in range(MOST_QUESTIONS)]
    assert [group.pattern for group in groups_of(dict.fromkeys(names, 1))] == names


def test_many_names_with_the_same_first_part_are_one_question():
    names = [f"{part}_{k}" for part in ("展示会", "検索", "SNS") for k in range(70)] + ["単独"]
    groups = groups_of(dict.fromkeys(names, 1))
    assert [(group.pattern, len(group.names)) for group in groups] == [
        ("展示会_*", 70), ("検索_*", 70), ("SNS_*", 70), ("単独", 1),
    ]  # fmt: skip


def test_of_many_names_without_order_the_rest_is_one_question():
    names = {f"名前{k}": 200 - k for k in range(200)}
    groups = groups_of(names)
    assert [group.pattern for group in groups] == [*(f"名前{k}" for k in range(7)), ANY]
    assert len(groups[-1].names) == 193
    assert {name for group in groups for name in group.names} == set(names)


def test_two_hundred_names_are_answered_in_eight_rounds_at_most(plan):
    names = [f"名前{k}" for k in range(150)] + [f"展示会_{k}" for k in range(50)]
    _, _, open_ = sessions(plan, names, {})
    assert len(open_) == MOST_QUESTIONS
    answers = dict.fromkeys(open_, "web") | {"channel:名前3": LEAVE}
    found, figures, open_ = sessions(plan, names, answers)
    assert open_ == []
    assert figures["web", "sessions"] == 199
    # What was answered is remembered name by name, so that a name to come is asked about.
    later = with_origins(plan, found.origins)
    _, figures, open_ = sessions(later, [*names, "新しい名前", "展示会_99"], {})
    assert open_ == ["channel:新しい名前"]
    assert figures["web", "sessions"] == 200
    assert len(later.tables[ORIGINS]) == 151


def test_a_pattern_may_be_answered(plan):
    answers = {"channel:Paid*": LEAVE, "channel:*": "web", "channel:Paid Social": "web"}
    found, figures, open_ = sessions(plan, ["Paid Search", "Paid Social", "Organic", "Direct"], answers)
    assert (open_, figures["web", "sessions"]) == ([], 3)
    assert dict(found.origins) == {"Paid Social": "web", "Organic": "web", "Direct": "web", "Paid*": LEAVE}


def test_every_row_of_a_file_is_used_or_left_out_for_a_reason(plan):
    """Sessions are no figure of ads; nothing is one of a channel that is off or that no file has figures of."""
    names = ["Organic", "Paid A", "Paid B", "Fair", "Email", "Direct", "Referral A", "Referral B"]
    rules = {"Paid*": "ads", "Fair": "trade_show", "Email": "email"}
    ruled = with_origins(with_channels(plan, ["web", "ads", "trade_show", "email"]), rules)
    ruled = with_channels(ruled, ["web", "ads", "trade_show"])
    answers = {"channel:Organic": "web", "channel:Direct": LEAVE}
    found, figures, open_ = sessions(ruled, names, answers)
    assert figures == {("web", "sessions"): 1, ("web", "cv"): 0} and open_ == [
        "channel:Referral A",
        "channel:Referral B",
    ]
    assert {one.reason: (one.count, one.first) for one in found.left_out} == {
        "channel": (1, 7), "open": (2, 8), "figures": (4, 3),
    }  # fmt: skip
    told = [worded(note, "ja") for note in found.notes]
    assert told[0].startswith("「広告」に割り当てた2行は使いません。「広告」に入るのは広告費、クリック、CVですが")
    assert told[1].startswith("「メール」の1行は使いません。「メール」は計画で使わないチャネルです。")
    assert told[2].startswith("「展示会」の1行は使いません。「展示会」には、ファイルから取り込める項目がありません。")
    assert worded(found.notes[0], "en").startswith("The 2 rows assigned to Ads are not used: Ads takes Ad spend,")


def test_a_long_name_is_known_by_its_beginning(plan):
    long = "広" * 32767
    _, _, open_ = sessions(plan, [long], {})
    assert open_ == ["channel:" + "広" * 100 + ANY]
    found, figures, _ = sessions(plan, [long], {open_[0]: "web"})
    assert figures["web", "sessions"] == 1
    assert sessions(with_origins(plan, found.origins), [long], {})[2] == []


def test_an_answer_that_the_table_gives_already_is_no_fault(plan):
    found, _, _ = sessions(plan, ["Organic"], {"channel:Organic": "web"})
    later = with_origins(plan, found.origins)
    for answer, used in (("web", {"channel:Organic"}), (LEAVE, set())):  # another one would be passed over
        asked = Asked({"channel:Organic": answer})
        export = read_export(text([HEAD, ["20260401", "Organic", "1", "0"]]).encode(), "ga4.csv", asked=asked)
        sorted_figures(export, later, asked)
        assert (asked.open, asked.used) == ([], used)


def test_the_media_of_a_list_by_hand_are_asked_about(plan):
    """A trade show among them is no advertising."""
    rows = [["日", "媒体", "クリック", "使ったお金"], ["2026-04-01", "Google広告", "10", "5000"],
            ["2026-04-02", "展示会", "40", "300000"]]  # fmt: skip
    made = FileMap("手作り", {"日": "date", "媒体": "platform", "クリック": "clicks", "使ったお金": "cost"})

    def taken(asked):
        return sorted_figures(read_export(text(rows).encode(), "hand.csv", asked=asked, maps=[made]), plan, asked)

    found = taken(Asked({"channel:Google広告": "ads", "channel:展示会": LEAVE}))
    figures = {(one.channel, one.kpi): one.value for one in found.batch.figures}
    assert figures == {("ads", "clicks"): 10, ("ads", "cost"): 5000}
    unanswered = Asked({})
    taken(unanswered)
    assert [one.id for one in unanswered.open] == ["channel:Google広告", "channel:展示会"]
