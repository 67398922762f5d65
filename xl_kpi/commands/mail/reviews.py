"""The parts of the review that go along with a distribution, each to whom it belongs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from xl_kpi.catalog import text
from xl_kpi.exchange.mail.drafts import Attached, Words
from xl_kpi.exchange.mail.own_review import OwnReview
from xl_kpi.exchange.people import Person
from xl_kpi.kpi.review.own_part import OwnPart
from xl_kpi.kpi.review.review import Review
from xl_kpi.plan.model import Plan

PLACE = "{review}"
TYPE = "text/html; charset=utf-8"


class Reviews:
    """Each person's part, of a review that is made once.

    Arguments: ``plan`` as it is sent; ``ids`` what is open to a person; ``names`` mail address → name of the files.
    """

    def __init__(self, plan: Plan, ids: Callable[[Person], tuple[str, ...]], names: Mapping[str, str]):
        self.plan, self._names = plan, names
        review = Review(plan)

        @cache
        def part(of: tuple[str, ...]) -> OwnReview:
            return OwnReview(OwnPart(review, of), plan.lang)

        self.of = lambda person: part(ids(person))
        self.span = part(()).span if review.to_date.months else ""

    def attached(self, person: Person) -> Sequence[Attached]:
        """The page; none for who looks after no channel and no stage."""
        one = self.of(person)
        if not one.part:
            return ()
        name = self._names[person.mail] + text("mailed_file", self.plan.lang)
        return (Attached(name, one.page(self.plan.title, person.name), TYPE),)


def with_reviews(words: Words, reviews: Reviews, people: Sequence[Person]) -> Words:
    """The words with each person's lines at {review}, at the end of the text where it has no such place."""
    body = words.body if PLACE in words.body else f"{words.body.rstrip()}\n\n{PLACE}\n"
    own = {
        person.mail: {
            **words.own.get(person.mail, {}),
            "review": one.lines() if (one := reviews.of(person)).part else "",
        }
        for person in people
    }
    return replace(words, body=body, own=own)
