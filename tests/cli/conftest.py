"""Workbooks made once by the command itself, for tests that edit copies of them.

All but the default plan take the template's figures for a company's own, so that ``check`` has nothing to hint at.
"""

from __future__ import annotations

import pytest

from tests.cli.terminal import xl

OWN = "--set=example_marks=off"


@pytest.fixture(scope="session")
def default_book(tmp_path_factory) -> bytes:
    """The default plan in Japanese."""
    path = tmp_path_factory.mktemp("made") / "plan.xlsx"
    assert xl("new", path).code == 0
    return path.read_bytes()


@pytest.fixture(scope="session")
def c1_book(tmp_path_factory) -> bytes:
    """The published case C1 in Japanese."""
    path = tmp_path_factory.mktemp("made") / "c1.xlsx"
    assert xl("new", path, "--template", "c1", OWN).code == 0
    return path.read_bytes()


@pytest.fixture(scope="session")
def small_book(tmp_path_factory) -> bytes:
    """C1 cut to one month: read in a fraction of the time."""
    path = tmp_path_factory.mktemp("made") / "small.xlsx"
    assert xl("new", path, "--template", "c1", "--months", "1", OWN).code == 0
    return path.read_bytes()


@pytest.fixture(scope="session")
def quarter_book(tmp_path_factory) -> bytes:
    """The default plan with its five channels, cut to three months; nothing to warn of, as what is open covers it."""
    path = tmp_path_factory.mktemp("made") / "quarter.xlsx"
    given = ["--order-value=2000000", "--set=pipeline.proposals=300", "--set=channel.inside_sales.capacity=100"]
    assert xl("new", path, "--months", "3", OWN, *given).code == 0
    return path.read_bytes()


@pytest.fixture(scope="session")
def five_stages(tmp_path_factory) -> bytes:
    """The default plan, with its five rates, cut to one month and one channel."""
    path = tmp_path_factory.mktemp("made") / "five.xlsx"
    off = [f"--set=channel.{channel}.on=×" for channel in ("ads", "webinar", "trade_show", "inside_sales")]
    assert xl("new", path, "--months", "1", OWN, *off).code == 0
    return path.read_bytes()


@pytest.fixture
def target(tmp_path):
    """A file that a command wants to replace, and that must stay as it is when the command fails."""
    path = tmp_path / "target.xlsx"
    path.write_bytes(b"the old file")
    yield path
    assert path.read_bytes() == b"the old file"
    assert sorted(tmp_path.glob(".target*")) == [], "a temporary file was left behind"
