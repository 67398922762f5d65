"""Records that the page tests draw: answers, three conflicts, thirty lines of history, six kept values."""

from __future__ import annotations

import datetime as dt

from tests.sheets.plans import in_the_year
from xl_kpi.catalog.messages import worded
from xl_kpi.plan.agreement import numbers
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.labels import label
from xl_kpi.plan.model import Answer, Plan
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.plan.records import Change, Decision, Kept, Proposal, Records, Sent

SENT_ON = dt.datetime(2026, 5, 1, 9, 30, 15)
SUZUKI, TANAKA, ITO = "suzuki@example.com", "tanaka@example.com", "ito.misaki@example.com"
WORDS = {
    "ja": ("佐藤 花子", "鈴木 一郎", "前年並みの予算を前提とします",
           "予算が月150万円のままでは届きません。単価の見直しか、ウェビナーへの振り替えを希望します。",
           "default から新しい計画を作成", "上期だけの目標として合意します"),
    "en": ("Hanako Sato", "Ichiro Suzuki", "Given the budget of last year",
           "Not within 1.5 million yen a month; let us look at the unit cost or move a part of it to webinars.",
           "New plan from default", "Agreed for the first half of the year only"),
}  # fmt: skip


def answered(lang: str) -> Plan:
    """A plan in which two numbers are agreed, one has moved since, one is objected to and seven are open."""
    plan = with_pages(in_the_year(lang), {"history": True, "glossary": True, "functions": True})
    asked = numbers(plan)
    sato, suzuki, budget, objection, *_ = WORDS[lang]
    on = dt.date(2026, 4, 3)
    return plan.with_(
        answers={
            "stage:leads": Answer("agreed", sato, on, "", asked["stage:leads"]),
            "stage:mql": Answer("agreed", sato, on, budget, asked["stage:mql"] * 0.9),
            "channel:ads": Answer("objected", suzuki, on, objection, asked["channel:ads"]),
            "stage:orders": Answer("agreed", sato, "", "", asked["stage:orders"]),
        }
    )


def records_of(plan: Plan) -> Records:
    """Everything that a workbook remembers after half a year."""
    return Records(
        plan_id="4f0c2b7e9d1a4c5f8e3b6a7d0c9e1f2a",
        history=_history(plan),
        archive={kept.key: kept for kept in _kept(plan)},
        sent=(Sent("1", SENT_ON, {SUZUKI: ("ads",), TANAKA: ("ads", "dept:x")}, {"actual[ads:clicks][2026-05]": 400}),),
        proposals=(
            Proposal("actual[ads:clicks][2026-05]", SUZUKI, "1", 420),
            Proposal("actual[ads:clicks][2026-05]", TANAKA, "1", 435),
            Proposal("actual[ads:cost][2026-05]", SUZUKI, "1", 1_250_000),
            Proposal("actual[ads:cost][2026-05]", TANAKA, "1", 1_310_000),
            Proposal("tbl_agreement[stage:sql].state", SUZUKI, "1", "agreed"),
            Proposal("tbl_agreement[stage:sql].state", TANAKA, "1", "objected"),
            Proposal("actual[web:cvr][2026-05]", SUZUKI, "1", 0.0185),
            Proposal("actual[web:sessions][2026-05]", SUZUKI, "1", 18_500),
            Proposal("actual[web:sessions][2026-05]", ITO, "1", 19_000),
            Proposal("tbl_agreement[stage:sql].by", TANAKA, "1", "田中"),
        ),
        decisions={
            one.key: one
            for one in (
                Decision("actual[ads:clicks][2026-05]", 400, 400, open=True),
                Decision("actual[ads:cost][2026-05]", None, None, open=True),
                Decision("tbl_agreement[stage:sql].state", None, None, open=True),
                Decision("actual[web:cvr][2026-05]", None, 0.0185),
                Decision("actual[web:sessions][2026-05]", 18_000, 19_000, choice=ITO),
                Decision("tbl_agreement[stage:sql].by", None, "田中"),
            )
        },
        last=entries_of(plan),
    )


def _history(plan: Plan) -> tuple[Change, ...]:
    """One line for the new plan, and 29 of every kind of entry in turn."""
    sato, _, budget, *_, made, _ = WORDS[plan.lang]
    turns = (
        ("kgi_value", 900_000_000, 1_000_000_000), ("tbl_stages[mql].rate", 0.25, 0.22),
        ("tbl_channels[webinar].on", True, False), ("actual[ads:clicks][2026-05]", None, 420),
        ("actual[web:cvr][2026-04]", 0.021, 0.0185), ("kgi_deadline", dt.date(2027, 3, 31), dt.date(2027, 2, 28)),
        ("tbl_stages[leads].lag", "30", "20..40"), ("plan_start", dt.date(2026, 3, 1), dt.date(2026, 4, 1)),
        ("tbl_agreement[stage:mql].state", None, "agreed"), ("tbl_agreement[channel:ads].comment", None, budget),
    )  # fmt: skip
    first = Change(SENT_ON - dt.timedelta(days=60), sato, "new", "", made)
    commands = (("typed", ""), ("collect", SUZUKI), ("regenerate", sato))
    changes = [first]
    for number in range(29):
        (key, old, new), (command, who) = turns[number % len(turns)], commands[number % len(commands)]
        time = SENT_ON - dt.timedelta(days=30 - number, minutes=7 * number)
        changes.append(Change(time, who, command, key, worded(label(key, plan), plan.lang), old, new))
    return tuple(changes)


def _kept(plan: Plan) -> list[Kept]:
    since = dt.date(2026, 7, 3)
    typed = {f"actual[sns:reach][2026-0{month}]": 12_000 + 850 * month for month in (5, 6, 7)}
    typed |= {"actual[ads:clicks][2026-03]": 315, "tbl_stages[demo].rate": 0.4}
    typed["tbl_agreement[channel:sns].comment"] = WORDS[plan.lang][-1]
    return [Kept(key, worded(label(key, plan, month=False), plan.lang), value, since) for key, value in typed.items()]
