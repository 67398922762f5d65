"""人員 from a plan: by hand for C1, its calls through the KPI dictionary, months that are over, nothing known."""

from fractions import Fraction

from tests.agreement.books import template_plan
from tests.agreement.variants import every_kpi
from xl_kpi.kpi.channel_figures import TARGET, ChannelFigures
from xl_kpi.kpi.people import People
from xl_kpi.plan.economics.inputs import EconomicInputs, Work
from xl_kpi.plan.targets import Targets

C1 = template_plan("c1", "ja")  # 300 leads a month from April on
LEADS = Work("contact", "初回連絡", "インサイドセールス", "leads", 120, 2)


def people(plan=C1, *work: Work, usual_days=20, days=None) -> People:
    return People(Targets(plan), EconomicInputs(ratio=3, work=work, usual_days=usual_days, days=days or {}))


def test_c1_by_hand():
    """300 leads at 120 a month: 2.5 people, three heads; two are one too few.  In August 12 of 20 days: 4.17."""
    (team,) = people(C1, LEADS, days={8: 12}).teams
    assert team.name == "インサイドセールス"
    assert team.needed[0] == Fraction(5, 2)
    assert team.needed[4] == Fraction(25, 6)
    assert team.heads == (3, 3, 3, 3, 5, 3)
    assert team.over == ((0, 1), (1, 1), (2, 1), (3, 1), (4, 3), (5, 1))


def test_the_work_that_takes_most_decides():
    more = Work("mails", "メール", LEADS.team, "leads", 100)
    (team,) = people(C1, LEADS, more).teams
    assert set(team.needed) == {3} and team.present == 2
    two = people(C1, LEADS, Work("mails", "メール", "マーケティング", "leads", 100)).teams
    assert [one.name for one in two] == ["インサイドセールス", "マーケティング"]
    assert two[1].present is None and two[1].over == ()


def test_calls_come_from_the_dictionary():
    plan = every_kpi("ja")
    calls = Work("calls", "架電", "インサイドセールス", "inside_sales:calls", 800, 3)
    (channel,) = (one for one in plan.channels_on if one.id == "inside_sales")
    targets = ChannelFigures(plan, Targets(plan), channel).months[TARGET, "calls"]
    (team,) = people(plan, calls).teams
    assert [float(one) for one in team.needed] == [number / 800 for number in targets]
    assert max(team.needed) > 0


def test_nothing_known():
    unknown = [
        Work("a", "a", "A", "no_such_stage", 5),
        Work("b", "b", "A", "inside_sales:calls", 5),  # C1 has no such channel
        Work("c", "c", "A", "leads"),
    ]
    found = people(C1, *unknown)
    assert [found.needed(one) for one in unknown] == [None, None, None]
    assert found.teams[0].heads == (0,) * 6
    assert people(C1).teams == []
    assert people(C1, LEADS, days={4: 0}).teams[0].needed[0] == 0  # nobody can work then
    assert people(C1, LEADS, usual_days=0).teams[0].heads == (0,) * 6
