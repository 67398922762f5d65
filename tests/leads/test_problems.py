"""What is odd about leads: counted by hand in small lists, and told with the rows in which it stands."""

from __future__ import annotations

from tests.leads.made_leads import plan
from xl_kpi.exchange.leads.problems import problems
from xl_kpi.exchange.leads.reading import read_leads
from xl_kpi.plan.imported.questions import Asked


def found(path, text):
    path.write_text(text, "utf-8")
    with read_leads([path], plan(), Asked()) as read:
        return {one.kind: (one.count, one.rows) for one in problems(read[0].leads)}


HEADER = "リードID,流入元,リード獲得日,MQL化日,SQL化日,受注日,会社名,メールアドレス\n"


def test_a_sound_list_has_none(tmp_path):
    assert (
        found(
            tmp_path / "a.csv",
            f"{HEADER[:-1]},結果\n1,紹介,2026/4/1,2026/4/1,2026/4/2,2026/5/1,A,a@x,受注\n2,紹介,2026/4/1,,,,B,,失注\n",
        )
        == {}
    )


def test_won_before_the_first_contact_reversed_and_skipped(tmp_path):
    rows = (
        "1,紹介,2026/4/10,2026/4/11,2026/4/12,2026/4/1,,\n"  # ordered before it was a lead
        "2,紹介,2026/4/10,2026/4/9,,,,\n"  # MQL before lead
        "3,紹介,2026/4/10,,2026/4/12,,,\n"  # no MQL
        "4,紹介,2026/4/10,2026/4/11,,,,\n"  # still on its way: nothing is skipped
        "5,,,,,,E,\n"
    )
    assert found(tmp_path / "a.csv", HEADER + rows) == {
        "won_before": (1, (2,)), "reversed": (2, (2, 3)), "skipped": (1, (4,)), "no_day": (1, (6,)),
        "no_channel": (1, (6,)), "no_lost": (1, (2,)),
    }  # fmt: skip


def test_the_same_address_or_company_twice(tmp_path):
    rows = (
        "1,紹介,2026/4/1,,,,株式会社アルファ,A@example.com\n2,紹介,2026/4/2,,,,アルファ（株）,a@example.com\n"
        "3,紹介,2026/4/3,,,,アルファ㈱,c@example.com\n4,紹介,2026/4/4,,,,ベータ,\n5,紹介,2026/4/5,,,,,\n6,紹介,2026/4/5,,,,,\n"
    )
    told = found(tmp_path / "a.csv", HEADER + rows)
    # two of three rows of アルファ repeat its name, one of two its address; blanks are no name
    assert told == {"same_mail": (1, (2,)), "same_company": (2, (2,))}
