"""Our own path from a plan to the finished file, as a whole and stage by stage."""

from __future__ import annotations

from time import perf_counter

from xl_kpi import engine
from xl_kpi.build import build, compare
from xl_kpi.plan.model import Plan
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.writing.render import render
from xl_kpi.workbook.writing.stored_values import with_stored_values

STAGES = (
    "plan to sheets, with all numbers",
    "render through xlwings on our engine",
    "save",
    "recalculate, store values, compress",
    "compare with Python's numbers",
)

write = build  # what `xl-kpi new` does, but for the file itself


def staged(plan: Plan) -> tuple[dict[str, float], bytes]:
    """Seconds of each stage, and the file: the same steps as ``xl_kpi.build.build``, which a test compares."""
    times = [perf_counter()]

    def done() -> None:
        times.append(perf_counter())

    spec = book_spec(plan)
    done()
    book = engine.new_book()
    render(spec, book)
    done()
    data = book.api.to_bytes()
    done()
    data = with_stored_values(data, plan.lang)
    done()
    compare(spec, data)
    done()
    return {stage: end - begin for stage, begin, end in zip(STAGES, times, times[1:])}, data
