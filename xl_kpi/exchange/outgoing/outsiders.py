"""Who works outside the sender's company, and what they get: their own sheets alone, unless somebody says otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from xl_kpi.exchange.outgoing.workbook import NONE, VISIBLE, Outgoing
from xl_kpi.exchange.people import Person


def domain_of(mail: str) -> str:
    """The domain of an address, in small letters."""
    return mail.rpartition("@")[2].casefold()


@dataclass(frozen=True)
class Company:
    """The domain that is the company's own: the sender's (``sent``), else that of most people on the list.

    ``own`` "" where neither tells: nobody sends, and two domains are equally frequent (``tied``).
    """

    own: str
    sent: bool = False
    tied: tuple[str, ...] = ()

    @classmethod
    def of(cls, sender: str, people: Sequence[Person]) -> Company:
        """Arguments: ``sender`` an address, or "".  A domain below one that is listed counts with that."""
        if sender:
            return cls(domain_of(sender), sent=True)
        domains = [domain_of(person.mail) for person in people]
        wholes = [min((one for one in domains if _is_within(domain, one)), key=len) for domain in domains]
        ranked = Counter(wholes).most_common()
        if not ranked:
            return cls("")
        first = [domain for domain, count in ranked if count == ranked[0][1]]
        return cls(first[0]) if len(first) == 1 else cls("", tied=tuple(sorted(first)))

    def is_outside(self, person: Person) -> bool:
        """Whether somebody works elsewhere: not at the domain, nor at one below it."""
        return bool(self.own) and not _is_within(domain_of(person.mail), self.own)


def _is_within(domain: str, whole: str) -> bool:
    return domain == whole or domain.endswith(f".{whole}")


class OutgoingByPerson:
    """The workbooks of one distribution where some see the sheets of others and some do not; each way is built once.

    Arguments: ``make`` builds the workbooks for "visible" or "none"; ``is_bare`` who gets the second.
    """

    def __init__(self, make: Callable[[str], Outgoing], is_bare: Callable[[Person], bool]):
        self._make, self._is_bare = lru_cache(None)(make), is_bare

    def _of(self, person: Person) -> Outgoing:
        return self._make(NONE if self._is_bare(person) else VISIBLE)

    def ids(self, person: Person) -> tuple[str, ...]:
        """What is open to a person."""
        return self._of(person).ids(person)

    def kind(self, person: Person) -> tuple[bool, tuple[str, ...]]:
        """Equal for people who get the same kind of workbook."""
        return self._is_bare(person), self.ids(person)

    def workbook(self, person: Person) -> bytes:
        """The person's workbook."""
        return self._of(person).workbook(person)
