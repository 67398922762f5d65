"""Three-way merge of random edits: whatever the order and the batches of return, nothing is lost or invented."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plan.merging import (
    CLICKS,
    LEADS,
    PEOPLE,
    ROW,
    SATO,
    TANAKA,
    Master,
    answer,
    file,
)
from xl_kpi.plan.merging.merge import Returned
from xl_kpi.plan.records import MASTER, Value
from xl_kpi.plan.same_value import told

# --- any order, any batches ----------------------------------------------------------------------------------

KEYS = [f"actual[ads:{kpi}][2026-{month:02d}]" for kpi in ("clicks", "leads", "cost") for month in range(4, 10)]


def expected(base: Mapping[str, Value], own: Mapping[str, Value], said: Mapping[str, Mapping[str, Value]]):
    """The rule itself, entry by entry: (what the master must hold, which entries are in conflict)."""
    result, conflicts = {}, set()
    for key in base:
        opinions = {
            told(entries[key]): entries[key] for entries in said.values() if told(entries[key]) != told(base[key])
        }
        if told(own[key]) != told(base[key]):
            opinions[told(own[key])] = own[key]
        if len(opinions) == 1:
            result[key] = next(iter(opinions.values()))
        else:
            result[key] = own[key]
            conflicts |= {key} if opinions else set()
    return {key: value for key, value in result.items() if value is not None}, conflicts


def collected(base, own, said, order: Sequence[str], cuts: set[int]) -> Master:
    """The files of ``order``, with a new collect at each cut."""
    master = Master(base)
    for key, value in own.items():
        master.type(key, value)
    batch: list[Returned] = []
    for position, person in enumerate(order):
        batch.append(file(person, said[person]))
        if position in cuts or position == len(order) - 1:
            master.collect(*batch)
            batch = []
    return master


def random_edits(seed: int, edits: int = 100):
    """100 edits by five people and the master at once; few values, so that some agree by chance."""
    chance = random.Random(seed)
    base: dict[str, Value] = {key: chance.choice([None, 10, 20]) for key in KEYS}
    own = dict(base)
    said = {person: dict(base) for person in PEOPLE}
    for _ in range(edits):
        whose = chance.choice([*said.values(), own] if chance.random() < 0.2 else list(said.values()))
        whose[chance.choice(KEYS)] = chance.choice([None, 10, 20, 30, 40, 0.25])
    return chance, base, own, said


@pytest.mark.parametrize("seed", range(20))
def test_a_hundred_edits_by_five_people_in_any_order_of_return(seed):
    chance, base, own, said = random_edits(seed)
    entries, conflicts = expected(base, own, said)
    assert conflicts and len(conflicts) < len(KEYS), "the edits hold conflicts, and other things"
    first = None
    for _ in range(12):
        order = chance.sample(PEOPLE, len(PEOPLE))
        master = collected(base, own, said, order, {k for k in range(5) if chance.random() < 0.5})
        assert master.entries == entries
        assert master.open == conflicts
        first = first or master.records
        assert master.records == first, "also what is remembered does not depend on the order"
        for person in chance.sample(PEOPLE, len(PEOPLE)):
            assert master.collect(file(person, said[person])).changes == {}
        assert master.records == first, "the same files twice change nothing"


VALUES = st.sampled_from([None, 0, 10, 20, 30, 0.25])


@st.composite
def exchanges(draw):
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=5, unique=True))
    base = {key: draw(VALUES) for key in keys}
    own = {key: draw(st.just(base[key]) | VALUES) for key in keys}
    people = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=5, unique=True))
    said = {person: {key: draw(st.just(base[key]) | VALUES) for key in keys} for person in people}
    return base, own, said, draw(st.permutations(people)), draw(st.sets(st.integers(0, 4)))


@given(exchanges())
def test_no_conflict_is_missed_and_none_invented(exchange):
    base, own, said, order, cuts = exchange
    master = collected(base, own, said, order, cuts)
    entries, conflicts = expected(base, own, said)
    assert master.entries == entries
    assert master.open == conflicts


@given(exchanges(), st.data())
def test_choices_are_applied_once_and_stand_until_something_new_is_said(exchange, data):
    base, own, said, order, cuts = exchange
    master = collected(base, own, said, order, cuts)
    choices = {}
    for key in sorted(master.open):
        people = [one.person for one in master.records.proposals if one.key == key]
        choices[key] = data.draw(st.sampled_from([MASTER, *people]))
        master.choose(key, choices[key])
    master.collect()
    assert master.open == set()
    for key, choice in choices.items():
        value = own[key] if choice == MASTER else said[choice][key]
        assert told(master.entries.get(key)) == told(value)
    settled = dict(master.entries)
    for person in data.draw(st.permutations(order)):
        assert master.collect(file(person, said[person])).changes == {}
    assert (master.entries, master.open) == (settled, set())
    if choices:
        key = sorted(choices)[0]
        master.collect(file(order[0], {**said[order[0]], key: 99}))
        assert key in master.open and master.entries == settled


@st.composite
def resent(draw):
    """Two people, each with up to three files, and orders in which these arrive."""
    keys = [CLICKS, LEADS]
    base = {key: draw(VALUES) for key in keys}
    files = [
        Returned(person, "1", {key: draw(st.just(base[key]) | VALUES) for key in keys}, saved=f"2026-05-1{number}")
        for person in (SATO, TANAKA)
        for number in range(draw(st.integers(1, 3)))
    ]
    return base, files, [draw(st.permutations(files)) for _ in range(2)]


def arrived(base: Mapping[str, Value], order: Sequence[Returned]) -> Master:
    """The files one by one, as ``collect`` hands them over."""
    master, newest = Master(base), {}
    for one in order:
        old = one.saved < newest.get(one.person, "")
        newest[one.person] = max(one.saved, newest.get(one.person, ""))
        master.collect(Returned(one.person, one.version, one.entries, saved=one.saved, old=old))
    return master


@given(resent())
def test_files_of_one_person_in_any_order_ask_the_same_and_lose_nothing(case):
    base, files, orders = case
    masters = [arrived(base, order) for order in orders]
    assert masters[0].entries == masters[1].entries and masters[0].open == masters[1].open
    assert masters[0].records.proposals == masters[1].records.proposals
    for key in base:
        said = {told(one.entries[key]) for one in files} - {told(base[key])}
        settled = key not in masters[0].open
        last = [max((f for f in files if f.person == person), key=lambda f: f.saved).entries[key] for person in
                dict.fromkeys(one.person for one in files)]  # fmt: skip
        if settled and said:
            assert told(masters[0].entries.get(key)) in {told(value) for value in last}


ANSWERS = st.builds(
    answer, st.sampled_from([None, "agreed", "objected"]), st.sampled_from([None, "佐藤", "田中"]),
    st.sampled_from([None, 10, 12]), st.sampled_from([None, "多い", "承知"]), st.just(250),
)  # fmt: skip


@given(ANSWERS, st.dictionaries(st.sampled_from(PEOPLE), ANSWERS, min_size=1), st.data())
def test_answers_do_not_depend_on_the_order_either(base, said, data):
    base = {**base, f"{ROW}.value": 200 if base[f"{ROW}.state"] else None}
    masters = []
    for _ in range(2):
        order = data.draw(st.permutations(sorted(said)))
        masters.append(collected(base, base, said, order, data.draw(st.sets(st.integers(0, 4)))))
    assert masters[0].entries == masters[1].entries
    assert masters[0].records == masters[1].records
    states = {
        one[f"{ROW}.state"]
        for one in said.values()
        if spoke(one, base) and (one[f"{ROW}.state"] or base[f"{ROW}.state"])
    }
    assert masters[0].open == ({f"{ROW}.state"} if len(states) > 1 else set())


def spoke(one: Mapping[str, Value], base: Mapping[str, Value]) -> bool:
    return any(one[f"{ROW}.{column}"] != base[f"{ROW}.{column}"] for column in ("state", "by", "on", "comment"))
