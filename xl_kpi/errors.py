"""The errors of the whole package: what they mean, and the exit code the command line gives them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong in what was typed: where it stands, what was found, what is allowed, what to do.

    ``file``, ``sheet`` and ``cell`` are empty where they do not apply (an option of the command line has
    its name in ``cell``).  ``found`` is the value as typed.  ``allowed`` is a finished phrase in the
    user's language and holds the question where there is one ("20% ?").
    """

    found: str
    allowed: str
    cell: str = ""
    sheet: str = ""
    file: str = ""
    level: str = "error"  # "error" or "warning"

    def line(self) -> str:
        """The fault as the one line that a user sees."""
        place = "!".join(part for part in (self.sheet, self.cell) if part)
        parts = [part for part in (self.file, place) if part]
        if any("\u3041" <= char <= "\u3096" for char in self.allowed):  # every Japanese sentence has hiragana
            found = f"「{self.found}」" if self.found else "（空欄）"
        else:
            found = f"'{self.found}'" if self.found else "(blank)"
        return " ".join(parts) + (": " if parts else "") + f"{found} → {self.allowed}"


@dataclass(frozen=True)
class ManyFaults(Fault):
    """The same about many, told in one line: ``found`` names the first of them, ``each`` all."""

    each: tuple[str, ...] = ()


class XlKpiError(Exception):
    """Anything that ends a command with a clear message instead of a result."""

    exit_code = 2


class InputFaults(XlKpiError):
    """What was typed can't be used; holds every fault found in one pass."""

    exit_code = 2

    def __init__(self, faults: list[Fault] | tuple[Fault, ...]):
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.line() for fault in self.faults))


class BadFile(XlKpiError):
    """A file that was given is missing, not a workbook, damaged, locked by a password or hostile."""

    exit_code = 2


class Refused(XlKpiError):
    """The command could lose somebody's work (file open in Excel, folder read-only), so it did nothing."""

    exit_code = 3


class EngineDisagrees(XlKpiError):
    """A generated cell has an error value or differs from Python's own number: nothing is written."""

    exit_code = 3
