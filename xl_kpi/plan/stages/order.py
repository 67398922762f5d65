"""In which order the stages of a workbook stand: by the numbers beside them, or by where a row was put in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf

from xl_kpi.errors import Joined, Phrase, Words
from xl_kpi.plan.input.raw_values import shown_number

Key = tuple[float | Fraction, int, int]


@dataclass(frozen=True)
class StageRow:
    """One row of the stages as it stands in a workbook.

    ``was`` the id of the stage that the row was when the sheets were written ("": a new one), ``number`` its order as
    typed (None: blank), ``below`` whether it stands under the last stage, ``ends`` whether it is the last stage, whose
    cells that lead on are locked.
    """

    name: str
    was: str = ""
    number: Fraction | None = None
    below: bool = False
    ends: bool = False


@dataclass(frozen=True)
class Unplaced:
    """What is to be asked about the order of a row: ``row`` its place among the rows, ``found`` what stands there."""

    row: int
    found: str
    allowed: Words


def in_order(rows: Sequence[StageRow], before: Sequence[str], numbered: bool) -> tuple[list[int], list[Unplaced]]:
    """The places of the rows in the order of the stages, and what has to be asked about it.

    Arguments: ``rows`` as they stand; ``before`` the ids of the stages in their order when the sheets were written;
    ``numbered`` whether the workbook has the column of the order at all.
    Result: the order is a stand-in where anything is asked.
    Equation: rows stand by their numbers, the smallest first; a new row without one that was put in between stands
    where it was put in.  The last stage stays the last.
    Special cases: numbers that nobody has changed say nothing where rows were moved by hand; where both was done they
    have to agree.  A new row below the last stage, two equal numbers and a number above the last stage's are asked
    about, none is guessed.
    Example: stages 1 to 4 and a new row with 2.5 stand 1, 2, 2.5, 3, 4.
    """
    asked = list(_questions(rows, before, numbered))
    keys = _by_place(rows) if _moved(rows, before) and not _renumbered(rows, before) else _by_number(rows, before)
    return sorted(range(len(rows)), key=keys.__getitem__), asked


def _places(before: Sequence[str]) -> dict[str, int]:
    return {id_: place for place, id_ in enumerate(before, 1)}


def _number(row: StageRow, places: Mapping[str, int]) -> Fraction | None:
    """The number of a row: as typed; that of a stage that was there is where it stood."""
    return Fraction(places[row.was]) if row.number is None and row.was else row.number


def _moved(rows: Sequence[StageRow], before: Sequence[str]) -> bool:
    """Whether the stages that were there stand in another order than they did."""
    places = _places(before)
    found = [places[row.was] for row in rows if row.was]
    return found != sorted(found)


def _renumbered(rows: Sequence[StageRow], before: Sequence[str]) -> bool:
    places = _places(before)
    return any(row.was and _number(row, places) != places[row.was] for row in rows)


def _by_place(rows: Sequence[StageRow]) -> dict[int, Key]:
    return {at: (inf if row.ends else 0, 0, at) for at, row in enumerate(rows)}


def _by_number(rows: Sequence[StageRow], before: Sequence[str]) -> dict[int, Key]:
    places, above = _places(before), Fraction(-1)
    found: dict[int, Key] = {}
    for at, row in enumerate(rows):
        number = _number(row, places)
        if row.was and number is not None:
            above = number
        found[at] = (inf, 0, at) if row.ends else (above, 1, at) if number is None else (number, 0, at)
    return found


def _questions(rows: Sequence[StageRow], before: Sequence[str], numbered: bool) -> Iterator[Unplaced]:
    places = _places(before)
    ends = next((row for row in rows if row.ends), None)
    others = [number for row in rows if not row.ends and (number := _number(row, places)) is not None]
    last = _number(ends, places) if ends else None
    if ends and last is not None and ends.number is not None and last != len(before) and max(others) >= last:
        yield Unplaced(rows.index(ends), shown_number(last), Words("stage_order_last", last=ends.name))
        last = None
    taken: dict[Fraction, StageRow] = {}
    numbers = {number for row in rows if (number := _number(row, places)) is not None}
    by_hand, renumbered = _moved(rows, before), _renumbered(rows, before)
    apart = _apart(rows, places) if by_hand and renumbered else None
    for at, row in sorted(enumerate(rows), key=lambda one: not one[1].was):  # those that were there come first
        number, name = _number(row, places), row.name
        found = "" if row.number is None else shown_number(row.number)
        if number is None:
            if (row.below and ends) or not _stays_between(rows, at, places):
                words = (
                    {"name": name, "last": ends.name}
                    if ends and not numbered
                    else {"name": name, **_offer(rows, places)}
                )
                yield Unplaced(at, "", Words("stage_order_missing" if numbered else "stage_order_older", **words))
        elif ends and last is not None and number >= last and row.number is not None and not row.ends:
            yield Unplaced(at, found, Words("stage_order_end", name=name, last=ends.name, number=shown_number(last)))
        elif number in taken and row.number is not None and not row.ends:
            low, high = _free(number, numbers)
            numbers |= {low, high}
            sides = {"before": shown_number(low), "after": shown_number(high)}
            yield Unplaced(at, found, Words("stage_order_same", name=name, other=taken[number].name, **sides))
        elif row.number is not None and (at == apart or by_hand and not renumbered and not row.was):
            yield Unplaced(at, found, Words("stage_order_moved", name=name))
        if number is not None:
            taken.setdefault(number, row)


def _free(number: Fraction, taken: Collection[Fraction]) -> tuple[Fraction, Fraction]:
    """The numbers halfway to the next ones that are taken, below and above; 3.25 and 3.75 of 3.5 between 3 and 4."""
    low = max((one for one in taken if one < number), default=max(number - 1, Fraction(0)))
    high = min((one for one in taken if one > number), default=number + 1)
    return (low + number) / 2, (number + high) / 2


def _apart(rows: Sequence[StageRow], places: Mapping[str, int]) -> int | None:
    """The first stage that was there whose number contradicts the place of its row; None where they agree."""
    above = Fraction(-1)
    for at, row in enumerate(rows):
        number = _number(row, places) if row.was and not row.ends else None
        if number is not None and number < above:
            return at
        above = above if number is None else number
    return None


def _stays_between(rows: Sequence[StageRow], at: int, places: Mapping[str, int]) -> bool:
    """Whether the stages above and below a row that was put in still follow each other."""
    above = next((row for row in reversed(rows[:at]) if row.was), None)
    below = next((row for row in rows[at:] if row.was), None)
    if above is None or below is None or below.ends:
        return True
    low, high = (_number(row, places) for row in (above, below))
    between = (_number(row, places) for row in rows if row.was and row not in (above, below))
    return low is not None and high is not None and not any(low < one < high for one in between if one is not None)


def _offer(rows: Sequence[StageRow], places: Mapping[str, int]) -> dict[str, Phrase]:
    """The stages that were there with their numbers, and as an example two of them with a number in between."""
    there = sorted((number, row.name) for row in rows if row.was and (number := _number(row, places)) is not None)
    listed = Joined(tuple(f"{shown_number(number)} {name}" for number, name in there), Words("list_comma"))
    low, first = there[-3:][0] if there else (Fraction(1), "")
    high, second = there[-3:][1] if len(there) > 1 else (low, first)
    return {"listed": listed, "first": first, "second": second, "number": shown_number((low + high) / 2)}
