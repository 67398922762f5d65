"""How many random cases a run tries: fewer where the long tests are left out, as in ``make test``."""

from __future__ import annotations

_run = {"long": False}


def tell(markers: str) -> None:
    """Which tests the run asks for, as ``-m`` says it; told before any test is collected."""
    _run["long"] = not markers


def often(few: int, many: int) -> int:
    """``few`` in ``make test``, ``many`` in ``make test-all`` and wherever no marker is asked for."""
    return many if _run["long"] else few
