"""Things that a command switches on and off: what was typed for each, by id or by name, and what can't be both."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from xl_kpi.errors import Fault, Joined, Words
from xl_kpi.plan.input.raw_values import nearest


def switched(on: Collection[str], off: Collection[str], offered: Mapping[str, str], unknown: str, both: str,
             faults: list[Fault]) -> dict[str, bool]:  # fmt: skip
    """Id → whether it is to be on, of those that were named.

    Arguments: ``on`` and ``off`` as typed, upper and lower case counting as the same; ``offered`` id → name;
    ``unknown`` and ``both`` the texts that say what is wrong; ``faults`` takes a line for each thing that is.
    """
    more, less = (
        list(_ids(words, offered, option, unknown, faults)) for words, option in ((on, "--on"), (off, "--off"))
    )
    faults += [Fault(id_, Words(both), cell="--off") for id_ in less if id_ in more]
    return {**dict.fromkeys(more, True), **dict.fromkeys(less, False)}


def _ids(
    typed: Collection[str], offered: Mapping[str, str], option: str, unknown: str, faults: list[Fault]
) -> Iterator[str]:  # fmt: skip
    by_word = {word.casefold(): id_ for id_, name in offered.items() for word in (name, id_)}
    for word in typed:
        id_ = by_word.get(word.strip().casefold())
        if id_ is not None:
            yield id_
            continue
        known = Joined(tuple(f"{id_} ({name})" for id_, name in offered.items()), Words("list_comma"))
        allowed = Words(unknown, known=known)
        likely = nearest(word, list(by_word))
        if likely:
            allowed = Words("plan_ask", likely=likely, allowed=allowed)
        faults.append(Fault(word, allowed, cell=option))
