"""What may be typed into a column 根拠 / Basis: where a rate comes from."""

from __future__ import annotations

from xl_kpi import catalog
from xl_kpi.sheets.context import Context
from xl_kpi.workbook.spec import Validation


def basis_rule(ctx: Context, ref: str, title: str) -> Validation:
    """The list of own data, published and guess for the cells ``ref``; ``title`` the key of the column's header."""
    words, allowed = basis_list(ctx)
    return Validation(ref, "list", words, title=ctx.t(title), prompt=allowed, error=allowed)


def basis_list(ctx: Context) -> tuple[str, str]:
    """The choices of such a list, with commas, and the words shown to who types."""
    words = [choice.words[ctx.lang] for choice in catalog.choices("basis")]
    return ",".join(words), ctx.t("allowed_basis", choices=" / ".join(words))
