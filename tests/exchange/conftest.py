"""What tests of sending and of collecting have in common: plans to send or sent, and where files come back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.terminal import xl
from tests.exchange.collect_desk import Desk
from tests.exchange.sent_books import ONLY_READ, Office, quarter
from tests.exchange.sent_plan import ROWS, written


@pytest.fixture(scope="module")
def office() -> Office:
    return Office(quarter()).send()


@pytest.fixture(scope="module")
def made(office) -> bytes:
    """The master once version 1 is sent."""
    return office.master()


@pytest.fixture
def desk(tmp_path, office, made) -> Desk:
    return Desk(tmp_path, office, made)


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> bytes:
    """The default plan cut to three months, with an actual and an answer typed by others."""
    path = tmp_path_factory.mktemp("made") / "plan.xlsx"
    assert xl("new", path, "--months", "3", *(f"--set=page_{page}=×" for page in ONLY_READ)).code == 0
    return path.read_bytes()


@pytest.fixture
def plan(book, tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(book)
    return path


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    written(path, ROWS)
    return path


@pytest.fixture(scope="module")
def first(book, tmp_path_factory) -> Path:
    """A folder with the plan, and its first version in ``out``: made once, as the first run makes it."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "plan.xlsx").write_bytes(book)
    written(folder / "people.csv", ROWS)
    assert xl("distribute", folder / "plan.xlsx", "--to", folder / "people.csv", "-o", folder / "out").code == 0
    return folder


@pytest.fixture
def sent(first, plan, tmp_path) -> Path:
    """The folder of the first version, which was sent."""
    plan.write_bytes((first / "plan.xlsx").read_bytes())
    shutil.copytree(first / "out", tmp_path / "out")
    return tmp_path / "out"
