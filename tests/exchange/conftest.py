"""What tests of collecting have in common: the plan that was sent, and the folder into which files come back."""

from __future__ import annotations

import pytest

from tests.exchange.collect_desk import Desk
from tests.exchange.sent_books import Office, quarter


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
