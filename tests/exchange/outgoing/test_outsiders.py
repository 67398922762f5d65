"""Whose domain is the company's own: the sender's, else that of most people; nothing is guessed where two tie."""

from __future__ import annotations

import pytest

from xl_kpi.exchange.outgoing.outsiders import Company
from xl_kpi.exchange.people import Person


def people(*mails: str) -> list[Person]:
    return [Person(mail, "", mail) for mail in mails]


@pytest.mark.parametrize(
    ("sender", "mails", "own", "outside"),
    [
        ("", ["a@x.co.jp", "b@x.co.jp", "c@agency.com"], "x.co.jp", ["c@agency.com"]),
        # who sends works for the company, however many others are on the list
        ("me@x.co.jp", ["a@agency.com", "b@agency.com"], "x.co.jp", ["a@agency.com", "b@agency.com"]),
        # a domain below the own one is the company's, in whatever letters; one that only ends the same is not
        (
            "",
            ["a@X.co.jp", "b@sales.x.co.jp", "c@max.co.jp", "d@agency.com"],
            "x.co.jp",
            ["c@max.co.jp", "d@agency.com"],
        ),
        ("", ["a@hr.x.co.jp", "b@sales.x.co.jp", "c@x.co.jp", "d@y.com", "e@y.com"], "x.co.jp", ["d@y.com", "e@y.com"]),
        ("", ["a@x.co.jp"], "x.co.jp", []),
        ("", [], "", []),
    ],
)
def test_own_and_outside(sender, mails, own, outside):
    company = Company.of(sender, people(*mails))
    assert company.own == own and not company.tied
    assert [one.mail for one in people(*mails) if company.is_outside(one)] == outside


def test_two_domains_as_frequent_are_asked_about():
    company = Company.of("", people("a@x.co.jp", "b@y.co.jp"))
    assert (company.own, company.tied) == ("", ("x.co.jp", "y.co.jp"))
    assert not company.is_outside(people("b@y.co.jp")[0]), "nobody knows"
    assert Company.of("me@y.co.jp", people("a@x.co.jp", "b@y.co.jp")).own == "y.co.jp"
