"""Nothing is collected while a workbook is made, and afterwards it is as it was."""

from __future__ import annotations

import gc

import pytest

from xl_kpi.workbook.uncollected import uncollected


def test_collecting_stops_and_goes_on_inside_another_call_and_after_an_error() -> None:
    assert gc.isenabled()
    with pytest.raises(ValueError, match="as it may"), uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
        raise ValueError("as it may")
    assert gc.isenabled()


def test_who_has_switched_it_off_finds_it_off() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
