"""Tests for zero around the Excel text of a KPI formula, so that no cell ever divides by zero."""

from __future__ import annotations

Guard = tuple[str, bool]
"""A test for zero as Excel text, and whether it can be asked at any time.

A test that divides itself has to wait until its own denominators are known not to be zero.
"""


def guard_with(guards: list[Guard], known: frozenset[str], body: str) -> str:
    """``body``, blank where one of the tests holds."""
    waiting = [test for test, always in guards if not always]
    always = [test for test, always in guards if always]
    for test in reversed([test for test in dict.fromkeys(waiting) if test not in known]):
        body = f'IF({test},"",{body})'
    if first := [test for test in dict.fromkeys(always) if test not in known]:
        test = f"OR({','.join(first)})" if len(first) > 1 else first[0]
        body = f'IF({test},"",{body})'
    return body


def any_of(guards: list[Guard]) -> str:
    """One test that holds where any of these holds, none asked before its turn."""
    always = list(dict.fromkeys(test for test, always in guards if always))
    tests = [f"OR({','.join(always)})"] if len(always) > 1 else always
    tests += dict.fromkeys(test for test, always in guards if not always)
    result = tests.pop() if tests else "FALSE"
    for test in reversed(tests):
        result = f"IF({test},TRUE,{result})"
    return result
