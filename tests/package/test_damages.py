"""Damaged workbooks: whatever happens to a file, a command reads it or says in one line why it does not."""

from __future__ import annotations

import pytest

from tests.how_often import often as many
from tests.package.damages import FAULT, KINDS, READ, REFUSED, Bench, damaged

AS_PLAN, AS_REPLY = range(many(3, 7)), range(7, 8)


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Bench:
    return Bench(tmp_path_factory.mktemp("damages"))


@pytest.mark.parametrize("kind", KINDS)
def test_no_damage_ends_in_an_unexpected_error(bench, kind):
    endings = [
        *(one for seed in AS_PLAN for one in bench.tried_as_plan(damaged(bench.master, kind, seed), seed + 2)),
        *(one for seed in AS_REPLY for one in bench.tried_as_reply(damaged(bench.reply, kind, seed))),
    ]
    assert [one.said for one in endings if one.outcome == FAULT] == []
    lines = [line for one in endings if one.outcome != READ for line in one.said.splitlines()]
    assert [line for line in lines if not line.startswith(("plan.xlsx", "damaged.xlsx"))] == []  # each names the file


def test_a_damaged_reply_keeps_nobody_elses_from_being_taken(bench, tmp_path):
    """Bytes that were lost on the way, as a mail program that changes the ends of lines loses them."""
    (first,) = bench.tried_as_reply(bench.reply)
    assert first.outcome == READ
    done = bench.collected(sound=bench.reply, damaged=bench.reply[:100] + bench.reply[103:])
    assert {file.file: bool(file.reason) for file in done.files} == {"damaged.xlsx": True, "sound.xlsx": False}
    assert [ending.outcome for ending in bench.tried_as_plan(bench.master[:100] + bench.master[103:])][0] == REFUSED
