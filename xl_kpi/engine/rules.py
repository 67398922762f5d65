"""Rules on a range: what may be typed into it, and formats that depend on what it holds."""

from __future__ import annotations

from typing import Any

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation as FileValidation
from xlwings import base_classes

from xl_kpi.engine.colors import hex_color, rgb

_KINDS = {
    "whole_number": "whole",
    "decimal": "decimal",
    "list": "list",
    "date": "date",
    "time": "time",
    "text_length": "textLength",
    "custom": "custom",
}
_KINDS_BACK = {file: name for name, file in _KINDS.items()}
_OPERATORS = {
    "between": "between",
    "not_between": "notBetween",
    "equal_to": "equal",
    "not_equal_to": "notEqual",
    "greater_than": "greaterThan",
    "less_than": "lessThan",
    "greater_than_or_equal": "greaterThanOrEqual",
    "less_than_or_equal": "lessThanOrEqual",
}
_OPERATORS_BACK = {file: name for name, file in _OPERATORS.items()}


class DataValidation(base_classes.DataValidation):
    """The validation of exactly this range.  A value that it does not allow is stopped."""

    def __init__(self, area: Any) -> None:
        self.area = area

    @property
    def api(self) -> DataValidation:
        return self

    def _found(self) -> FileValidation | None:
        area = CellRange(self.area.ref)
        for rule in self.area.sheet.ws.data_validations.dataValidation:
            if any(not area.isdisjoint(part) for part in rule.sqref.ranges):
                if str(rule.sqref) == self.area.ref or area.size == {"rows": 1, "columns": 1}:
                    return rule
                raise ValueError(f"{self.area.sheet.name}!{self.area.ref} overlaps the validation of {rule.sqref}")
        return None

    def _put(self, kind: str, formula1: str, formula2: str | None, operator: str | None, **more: Any) -> None:
        ws = self.area.sheet.book.writable() and self.area.sheet.ws
        self.delete()
        rule = FileValidation(
            type=kind,
            operator=operator,
            formula1=formula1.removeprefix("="),
            formula2=formula2.removeprefix("=") if formula2 else None,
            allow_blank=True,
            showErrorMessage=True,
            showInputMessage=True,
            errorStyle="stop",
            **more,
        )
        rule.add(self.area.ref)
        ws.add_data_validation(rule)

    def set_list(self, source: Any, in_cell_dropdown: bool = True) -> None:
        """A choice: from texts, from the cells of a range, or from a defined name."""
        if isinstance(source, list):
            formula = '"' + ",".join(text.replace('"', '""') for text in source) + '"'
        elif hasattr(source, "defined"):
            formula = source.name
        else:
            place = source.sheet.name.replace("'", "''")
            formula = f"'{place}'!{source.address}"
        self._put("list", formula, None, None, showDropDown=not in_cell_dropdown)  # the file means "hide it"

    def set_rule(self, rule_type: str, operator: str | None, formula1: str, formula2: str | None) -> None:
        self._put(_KINDS[rule_type], formula1, formula2, _OPERATORS[operator] if operator else None)

    def set_list_formula(self, formula: str) -> None:
        """A choice from whatever range a formula gives (``set_list`` of xlwings takes no formula)."""
        self._put("list", formula, None, None)

    def set_messages(self, title: str = "", error: str = "", prompt: str = "") -> None:
        """What Excel says beside the cell (``prompt``) and when it refuses a value (``error``), under a title."""
        self.area.sheet.book.writable()
        rule = self._found()
        if rule is None:
            raise ValueError(f"{self.area.sheet.name}!{self.area.ref} has no validation to carry messages")
        # Excel's limits: 32 characters for a title, 255 for a text; a longer one makes it call the file damaged.
        rule.errorTitle = rule.promptTitle = title[:32] or None
        rule.error, rule.prompt = error[:255] or None, prompt[:255] or None
        rule.showErrorMessage = bool(error)  # without words it refuses nothing: what is typed is judged by its reader

    def delete(self) -> None:
        rule = self._found()
        if rule is not None:
            self.area.sheet.book.writable()
            if str(rule.sqref) != self.area.ref:
                raise ValueError(f"{self.area.sheet.name}!{self.area.ref} is part of the validation of {rule.sqref}")
            self.area.sheet.ws.data_validations.dataValidation.remove(rule)

    def _read(self, name: str) -> Any:
        rule = self._found()
        return getattr(rule, name) if rule is not None else None

    @property
    def type(self) -> str:
        return _KINDS_BACK.get(self._read("type"), "none")

    @property
    def operator(self) -> str | None:
        operator = self._read("operator") or ("between" if self._read("formula2") else "")
        return _OPERATORS_BACK.get(operator)

    formula1 = property(lambda self: self._read("formula1"))
    formula2 = property(lambda self: self._read("formula2"))
    formula = property(lambda self: f"={self._read('formula1')}" if self.type == "custom" else None)
    source = property(lambda self: self._read("formula1") if self.type == "list" else None)
    in_cell_dropdown = property(lambda self: not self._read("showDropDown"))
    ignore_blank = property(lambda self: self._read("allow_blank"))
    input_title = property(lambda self: self._read("promptTitle"))
    input_message = property(lambda self: self._read("prompt"))
    show_input = property(lambda self: self._read("showInputMessage"))
    error_title = property(lambda self: self._read("errorTitle"))
    error_message = property(lambda self: self._read("error"))
    show_error = property(lambda self: self._read("showErrorMessage"))
    alert_style = property(lambda self: self._read("errorStyle"))


class ConditionalFormat(base_classes.ConditionalFormat):
    """One rule that formats a range while its formula is true."""

    type = "custom"

    def __init__(self, area: Any, rule: Rule) -> None:
        self.area = area
        self.rule = rule

    @property
    def api(self) -> ConditionalFormat:
        return self

    formula = property(lambda self: f"={self.rule.formula[0]}")
    stop_if_true = property(lambda self: bool(self.rule.stopIfTrue))
    fill_color = property(lambda self: rgb(self.rule.dxf.fill.bgColor) if self.rule.dxf.fill else None)
    font_color = property(lambda self: rgb(self.rule.dxf.font.color) if self.rule.dxf.font else None)
    font_bold = property(lambda self: self.rule.dxf.font.bold if self.rule.dxf.font else None)
    font_italic = property(lambda self: self.rule.dxf.font.italic if self.rule.dxf.font else None)


class ConditionalFormats(base_classes.ConditionalFormats):
    """The rules of exactly this range, first one first: a rule that was added earlier wins."""

    def __init__(self, area: Any) -> None:
        self.area = area

    @property
    def api(self) -> ConditionalFormats:
        return self

    def _rules(self) -> list[Rule]:
        formats = self.area.sheet.ws.conditional_formatting
        return [rule for part in formats if str(part.sqref) == self.area.ref for rule in part.rules]

    def add_custom(self, spec: dict[str, Any]) -> ConditionalFormat:
        self.area.sheet.book.writable()
        letters = {name: spec[f"font_{name}"] for name in ("bold", "italic") if f"font_{name}" in spec}
        if "font_color" in spec:
            letters["color"] = hex_color(spec["font_color"])
        fill = None
        if "fill_color" in spec:
            paint = hex_color(spec["fill_color"])
            fill = PatternFill("solid", fgColor=paint, bgColor=paint)
        rule = Rule(
            type="expression",
            formula=[spec["formula"].removeprefix("=")],
            stopIfTrue=spec["stop_if_true"] or None,
            dxf=DifferentialStyle(font=Font(**letters) if letters else None, fill=fill),
        )
        self.area.sheet.ws.conditional_formatting.add(self.area.ref, rule)
        return ConditionalFormat(self.area, rule)

    def __call__(self, index: int) -> ConditionalFormat:
        return ConditionalFormat(self.area, self._rules()[index - 1])

    def __len__(self) -> int:
        return len(self._rules())

    def __iter__(self) -> Any:
        return (ConditionalFormat(self.area, rule) for rule in self._rules())

    def clear(self) -> None:
        self.area.sheet.book.writable()
        formats = self.area.sheet.ws.conditional_formatting._cf_rules
        for part in [part for part in formats if str(part.sqref) == self.area.ref]:
            del formats[part]
