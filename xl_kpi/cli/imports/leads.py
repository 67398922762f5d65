"""What an import says of lists of leads: what was read, what is odd, what stands on リード一覧 afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xl_kpi.catalog.exports import systems
from xl_kpi.catalog.messages import worded
from xl_kpi.catalog.texts import is_text, text
from xl_kpi.cli.imports.wording import as_role, how_read, shortened

if TYPE_CHECKING:
    from xl_kpi.commands.imports.files import Preview
    from xl_kpi.exchange.leads.problems import Problem
    from xl_kpi.exchange.leads.taking import TakenList


def written_lines(found: Preview) -> Iterator[str]:
    """What becomes of リード一覧."""
    leads = found.leads
    if leads is None:
        return
    yield from (worded(note, found.lang) for note in leads.notes)
    if not leads.is_any:
        return
    if leads.totals:
        yield text("leads_totals_written", found.lang, count=f"{leads.totals:,}")
    else:
        yield text(
            "leads_rows_written", found.lang, added=f"{leads.added:,}", changed=f"{leads.changed:,}",
            same=f"{leads.same:,}",
        )  # fmt: skip


def list_json(one: TakenList, lang: str) -> dict[str, Any]:
    """A list as the other files of an import stand in its JSON, with its leads and what is odd about them."""
    grid = one.block.grid
    days = [day for figure in one.batch.figures for day in (figure.first, figure.last)]
    return {
        "file": one.file,
        "system": one.database or (one.block.map.name if one.block.map else one.system),
        "encoding": grid.text.encoding if grid.text else "",
        "delimiter": grid.delimiter,
        "header_line": one.block.header,
        "columns": dict(one.roles),
        "rows": {
            "read": one.rows + sum(left.count for left in one.left_out),
            "used": one.rows,
            "left_out": [{"reason": left.reason, "count": left.count} for left in one.left_out],
        },
        "control": [],
        "period": [f"{day:%Y-%m-%d}" for day in (min(days), max(days))] if days else [],
        "leads": one.leads,
        "reached": dict(one.reached),
        "notes": [worded(note, lang) for note in one.notes],
        "problems": [_problem_json(odd) for odd in one.problems],
    }


def _problem_json(odd: Problem) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": odd.kind, "count": odd.count, "rows": list(odd.rows)}
    return found | ({"column": odd.column, "example": odd.example} if odd.column else {})


def list_lines(one: TakenList, found: Preview) -> Iterator[tuple[str, str]]:
    """What was read of a list: key of a label and what stands behind it."""
    from xl_kpi.commands.imports.questions import named

    lang = found.lang
    yield "how", how_read(one.block, lang) or text("leads_typed", lang)
    yield "rows", text("import_rows", lang, read=one.rows + sum(left.count for left in one.left_out), used=one.rows)
    for left in one.left_out:
        reason = text(f"import_reason_{left.reason}", lang)
        yield "left", text("import_left", lang, count=left.count, reason=reason, first=left.first)
    between = text("list_comma", lang)
    yield "columns", between.join(as_role(word, _role(role, found)) for word, role in one.roles.items() if role)
    if unused := [shortened(word) for word, role in one.roles.items() if not role]:
        yield "unknown", between.join(unused)
    names = {stage.id: stage.name for stage in named(found).stages}
    reached = between.join(
        text("leads_stage_said", lang, stage=names.get(stage, stage), count=f"{count:,}")
        for stage, count in one.reached.items()
    )
    key = "leads_said" if reached else "leads_said_undated"
    yield "leads", text(key, lang, count=f"{one.leads:,}", stages=reached)
    yield from (("note", worded(note, lang)) for note in one.notes)
    for odd in one.problems:
        rows = ", ".join(str(row) for row in odd.rows) + (" …" if odd.count > len(odd.rows) else "")
        if odd.column:
            about = {"column": shortened(odd.column), "example": shortened(odd.example)}
            yield "note", text(f"leads_problem_{odd.kind}", lang, count=f"{odd.count:,}", rows=rows, **about)
            continue
        what = text(f"leads_problem_{odd.kind}", lang)
        yield "note", text("leads_problem", lang, what=what, count=f"{odd.count:,}", rows=rows)


def list_title(one: TakenList, lang: str) -> str:
    """The name of the file, and where it comes from."""
    known = one.block.map.name if one.block.map else systems()[one.system].name[lang] if one.system else ""
    system = one.database or known
    return shortened(one.file) + (f"  {system}" if system else "")


def _role(role: str, found: Preview) -> str:
    """What a column means, in words: of a stage's days its name."""
    from xl_kpi.commands.imports.questions import named

    stage = next((one for one in named(found).stages if role == f"at_{one.id}"), None)
    if stage is not None:
        return text("leads_stage_day", found.lang, stage=stage.name)
    return text(f"role_{role}", found.lang) if is_text(f"role_{role}") else role
