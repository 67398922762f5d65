"""Mail rounds of chance: whatever people answer and however it comes, nothing is lost, nothing invented, counts add up.

What must come out follows from what the test types: every value that somebody typed stands in the plan or among those
to choose from, and no cell changes that nobody typed into.
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from tests.cli.terminal import xl
from tests.exchange.sent_books import Filled
from tests.regenerate.typing_in import places
from xl_kpi.commands.examine import open_workbook
from xl_kpi.commands.mail.collect import Collected, collect
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.same_value import same

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")]

HEADER = ["名前", "部門", "メール", "担当チャネル"]
PEOPLE = [
    ["山田 太郎", "マーケティング", "yamada@example.co.jp", "ads"],
    ["鈴木 一郎", "マーケティング", "suzuki@example.co.jp", "web;ads"],
    ["佐藤 花子", "マーケティング", "sato@example.co.jp", "web"],
    ["高橋 次郎", "マーケティング", "takahashi@example.co.jp", "web;ads"],
    ["代理店 田中", "マーケティング", "tanaka@agency.example.com", "ads"],
]
TITLE = "年間マーケティング計画"


class World:
    """A sender's folder, and what everybody typed: key → person → value."""

    def __init__(self, folder: Path, seed: int):
        self.folder, self.chance, self.plan = folder, random.Random(seed), folder / "計画.xlsx"
        assert xl("new", self.plan, "--months", "3", "--start", "2027-04").code == 0
        self.people = self.chance.sample(PEOPLE, self.chance.randint(3, 5))
        self.keys = [key for key in places(self.plan) if key.startswith(("actual[ads:", "actual[web:"))]
        self.said: dict[str, dict[str, float]] = {}
        self.count = 0  # of entries in all files, those sent twice as often as they came

    @property
    def entries(self) -> dict:
        return entries_of(open_workbook(self.plan, "ja").read.plan)

    def distribute(self, out: str, people: list[list[str]]) -> None:
        with (self.folder / "名簿.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADER, *people])
        (self.folder / f"返信_{out}").mkdir()
        sender = ("--from", "高木 <takagi@example.co.jp>")
        done = xl("distribute", self.plan, "--to", self.folder / "名簿.csv", "-o", self.folder / out, *sender)
        assert done.code == 0, done

    def answers(self, person: list[str], sent: str, to: str) -> None:
        """A reply with a few numbers, saved and sent in one of many ways."""
        name, _, mail, channels = person
        own = [key for key in self.keys if key.startswith(tuple(f"actual[{one}:" for one in channels.split(";")))]
        typed = {key: self.chance.randint(1, 9) * 100.0 for key in self.chance.sample(own[:8], 3)}
        data = Filled((self.folder / sent / f"{TITLE}_{name}.xlsx").read_bytes()).type(typed).bytes()
        if self.chance.random() < 0.3:  # a program saves it anew
            saved = io.BytesIO()
            openpyxl.load_workbook(io.BytesIO(data)).save(saved)
            data = saved.getvalue()
        called, folder = f"{sent}_Re 計画 {mail}.xlsx", self.folder / f"返信_{to}"
        way = self.chance.choice(["file", "twice", "zip", "mail"])
        if way in ("file", "twice"):
            (folder / called).write_bytes(data)
        if way == "twice":
            (folder / f"再送 {called}").write_bytes(data)
        if way == "zip":
            with zipfile.ZipFile(folder / f"{called}.zip", "w") as package:
                package.writestr(called, data)
        if way == "mail":
            message = EmailMessage()
            message["From"], message["Date"] = f"{name} <{mail}>", "Mon, 01 Jun 2026 10:00:00 +0900"
            message.set_content("入力しました。")
            message.add_attachment(data, maintype="application", subtype="octet-stream", filename=called)
            (folder / f"{called}.eml").write_bytes(message.as_bytes())
        for key, value in typed.items():
            self.said.setdefault(key, {})[mail] = value
        self.count += len(typed) * (2 if way == "twice" else 1)

    def collected(self, *rounds: str) -> Collected:
        """What a collect did, found sound."""
        before, folders = self.entries, [self.folder / f"返信_{one}" for one in rounds]
        done = collect(self.plan, folders, words="ja")
        now, asked = self.entries, {one.key: one for one in done.conflicts}
        for key in {*before, *now}:
            if not same(before.get(key), now.get(key)):
                assert now.get(key) in self.said.get(key, {}).values(), key
        for key, people in self.said.items():
            shown = [one.value for one in asked[key].opinions.values()] if key in asked else []
            assert all(same(now.get(key), value) or value in shown for value in people.values()), (key, people)
        assert [one for one in done.files if one.reason] == []
        assert not collect(self.plan, folders[::-1], words="ja").written  # again, and in another order
        return done


@pytest.mark.parametrize("seed", range(3))
def test_two_rounds(tmp_path, seed):
    world = World(tmp_path, seed)
    world.distribute("配布", world.people)
    silent, late, *others = world.people
    for person in others:
        world.answers(person, "配布", "配布")
    done = world.collected("配布")
    assert sum(one.entries for one in done.files) == world.count
    assert {one.person for one in done.silent} == {silent[2], late[2]}
    for one in done.conflicts[:2]:  # somebody chooses
        world.plan.write_bytes(Filled(world.plan.read_bytes()).choose(one.key, min(one.opinions)).bytes())
    left = {one.key for one in collect(world.plan, words="ja").conflicts}
    world.said = {key: people for key, people in world.said.items() if key in left}  # the rest is the plan's own now
    gone = others[0]  # leaves the list, and answers all the same
    world.distribute("配布2", [person for person in world.people if person is not gone])
    world.answers(late, "配布", "配布2")
    world.answers(gone, "配布", "配布2")
    world.answers(silent, "配布2", "配布2")
    world.collected("配布", "配布2")
