"""What may be typed into a column 根拠 / Basis: where a rate comes from."""

from __future__ import annotations

from xl_kpi import catalog
from xl_kpi.sheets.context import Context
from xl_kpi.workbook.spec import Validation


def basis_rule(ctx: Context, ref: str, title: str) -> Validation:
    """The list of own data, published and guess for the cells ``ref``; ``title`` the key of the column's header."""
    words = [choice.words[ctx.lang] for choice in catalog.choices("basis")]
    allowed = ctx.t("allowed_basis", choices=" / ".join(words))
    return Validation(ref, "list", ",".join(words), title=ctx.t(title), prompt=allowed, error=allowed)
