"""The rows of the KPI dictionary: everything that is wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches

from xl_kpi import catalog
from xl_kpi.errors import Words
from xl_kpi.formulas.fault import Dimension, FormulaFault, as_dimension, dimension_name
from xl_kpi.formulas.formula import FUNCTIONS, INPUT, Formula, is_input, parse
from xl_kpi.formulas.order import ARROW, loops_in
from xl_kpi.plan.model import Kpi

COLUMNS = ("target", "actual", "decomposition")
PARTS = "parent"  # the column that says of which KPI a row is a part: nothing is computed with it
STAGE_DIMENSION: Dimension = (1, 0, 0)  # a stage is counted in leads, opportunities, orders …

Finding = tuple[Kpi, str, Words]
"""The row, the column of the row ("id", "unit", "target" …) and the message."""


def check_kpis(
    kpis: Iterable[Kpi],
    stage_ids: Collection[str],
    unit_dimension: Callable[[str], Dimension | Mapping[str, int] | None],
    lost: Collection[str] = (),
) -> list[Finding]:
    """Everything that is wrong with rows of the KPI dictionary, in one pass.

    ``kpis``: rows of one channel or of several; each channel is looked at by itself.
    ``stage_ids``: ids that a target formula may use besides the ids of its channel.
    ``unit_dimension``: unit id → exponents of count, money, time; None where there is no such unit.
    ``lost``: ids of rows that are told already, as those of a channel that is not there: who names one is not told.
    Result: (row, column, what is wrong), in the order of the rows; a loop is reported in each of its rows.
    """
    kpis = list(kpis)
    found: list[Finding] = []
    for channel in dict.fromkeys(kpi.channel for kpi in kpis):
        rows = _Rows([kpi for kpi in kpis if kpi.channel == channel], stage_ids, unit_dimension, lost)
        found += ((kpi, column, fault.words) for kpi, column, fault in rows.faults())
    place = {id(kpi): number for number, kpi in enumerate(kpis)}
    return sorted(found, key=lambda finding: place[id(finding[0])])


class _Rows:
    """The rows of one channel while they are checked."""

    def __init__(
        self,
        kpis: list[Kpi],
        stage_ids: Collection[str],
        unit_dimension: Callable[[str], Dimension | Mapping[str, int] | None],
        lost: Collection[str],
    ):
        self.kpis, self.lost = kpis, lost
        self.ids = {kpi.id for kpi in kpis}
        self.often = Counter(kpi.id.casefold() for kpi in kpis)
        self.stage_ids = set(stage_ids)
        self.dimensions = dict.fromkeys(stage_ids, STAGE_DIMENSION)  # of what has a known unit
        for kpi in kpis:
            exponents = unit_dimension(kpi.unit)
            if exponents is None:
                self.dimensions.pop(kpi.id, None)
            else:
                self.dimensions[kpi.id] = as_dimension(exponents)
        self.formulas: dict[str, dict[str, Formula | None]] = {column: {} for column in COLUMNS}

    def faults(self) -> Iterator[tuple[Kpi, str, FormulaFault]]:
        for kpi in self.kpis:
            yield from self.faults_of_id(kpi)
            if kpi.id not in self.dimensions:
                yield kpi, "unit", FormulaFault("kpi_unit_unknown", found=kpi.unit)
            for column in COLUMNS:
                yield from ((kpi, column, fault) for fault in self.faults_of_formula(kpi, column))
            yield from self.faults_of_weight(kpi)
            yield from ((kpi, PARTS, fault) for fault in self.faults_of_parent(kpi))
        for column, formulas in self.formulas.items():
            loops = loops_in(formulas)
            for kpi in self.kpis:
                if kpi.id in loops:
                    yield kpi, column, FormulaFault("formula_loop", path=ARROW.join(loops[kpi.id]))

    def faults_of_id(self, kpi: Kpi) -> Iterator[tuple[Kpi, str, FormulaFault]]:
        if self.often[kpi.id.casefold()] > 1:
            yield kpi, "id", FormulaFault("kpi_id_twice", found=kpi.id)
        if kpi.id.casefold() in {stage.casefold() for stage in self.stage_ids}:
            yield kpi, "id", FormulaFault("kpi_id_is_stage", found=kpi.id)
        if kpi.id.upper() in FUNCTIONS or kpi.id.lower() == INPUT:
            yield kpi, "id", FormulaFault("kpi_id_reserved", found=kpi.id)

    def faults_of_formula(self, kpi: Kpi, column: str) -> Iterator[FormulaFault]:
        text = getattr(kpi, column)
        if is_input(text) and column != "decomposition":
            return
        if column == "decomposition" and not text.strip():
            return
        try:
            formula = parse(text)
        except FormulaFault as fault:
            yield fault
            return
        self.formulas[column].setdefault(kpi.id, formula)
        yield from (wrong := list(self.faults_of_names(formula, column)))
        if not wrong and all(id_ in self.dimensions for id_ in (kpi.id, *formula.ids)):
            yield from self.faults_of_dimension(kpi, formula)

    def faults_of_names(self, formula: Formula, column: str) -> Iterator[FormulaFault]:
        """Ids that don't exist, and stages outside targets: no channel has an actual of its own for a stage."""
        usable = self.ids | (self.stage_ids if column == "target" else set())
        for id_ in formula.ids:
            if id_ in self.stage_ids - usable:
                yield FormulaFault("formula_stage_here", found=id_)
            elif id_ not in usable and id_ not in self.lost:
                yield unknown("formula_unknown", id_, usable)

    def faults_of_dimension(self, kpi: Kpi, formula: Formula) -> Iterator[FormulaFault]:
        expected = self.dimensions[kpi.id]
        try:
            found = formula.dimension(self.dimensions.__getitem__)
        except FormulaFault as fault:
            yield fault
            return
        if found is not None and found != expected:
            names = {"found": dimension_name(found), "expected": dimension_name(expected)}
            yield FormulaFault("formula_unit", unit=kpi.unit, **names)

    def faults_of_weight(self, kpi: Kpi) -> Iterator[tuple[Kpi, str, FormulaFault]]:
        if kpi.weight and kpi.weight == kpi.id:
            yield kpi, "weight", FormulaFault("kpi_weight_itself")
        elif kpi.weight and kpi.weight not in self.ids and kpi.weight not in self.lost:
            yield kpi, "weight", unknown("kpi_weight_unknown", kpi.weight, self.ids - {kpi.id})

    def faults_of_parent(self, kpi: Kpi) -> Iterator[FormulaFault]:
        """A part belongs to another KPI of its channel; both are amounts of the same unit, which can be added up."""
        if not kpi.parent:
            return
        parents = {one.id: one for one in self.kpis}
        if kpi.parent == kpi.id:
            yield FormulaFault("kpi_parent_itself")
        elif kpi.parent not in parents:
            if kpi.parent not in self.lost:
                yield unknown("kpi_parent_unknown", kpi.parent, self.ids - {kpi.id})
        elif loop := _up(kpi, parents):
            yield FormulaFault("formula_loop", path=ARROW.join(loop))
        elif self.is_ratio(kpi.unit) or self.is_ratio(parents[kpi.parent].unit):
            yield FormulaFault("kpi_parent_ratio")
        elif kpi.unit != parents[kpi.parent].unit:
            yield FormulaFault("kpi_parent_unit", parent=kpi.parent)

    @staticmethod
    def is_ratio(unit: str) -> bool:
        found = catalog.find_unit(unit)
        return found is not None and found.total == "ratio"


def _up(kpi: Kpi, parents: Mapping[str, Kpi]) -> list[str]:
    """The way from a KPI up to itself; empty where it ends."""
    way, above = [kpi.id], parents.get(kpi.parent)
    while above is not None and above.id not in way:
        way.append(above.id)
        above = parents.get(above.parent)
    return [*way, kpi.id] if above is not None and above.id == kpi.id else []


def unknown(key: str, found: str, names: Collection[str]) -> FormulaFault:
    """The fault ``key`` about a name that does not exist, with the nearest one that does."""
    by_lower = {name.lower(): name for name in sorted(names)}
    near = get_close_matches(found.lower(), by_lower, n=1)
    if near:
        return FormulaFault(f"{key}_near", found=found, near=by_lower[near[0]])
    return FormulaFault(key, found=found)
