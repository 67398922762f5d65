"""The demonstration: a plan that began three months ago, and its actuals: three downloads, the stages as typed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xl_kpi import catalog
from xl_kpi.build import Progress
from xl_kpi.calc.calendar import month_start
from xl_kpi.catalog.demo import demo_data
from xl_kpi.commands.demo_files import write_downloads
from xl_kpi.commands.plans.new import DEMO, NewWorkbook, new
from xl_kpi.commands.plans.set_options import SetOption
from xl_kpi.errors import BadFile
from xl_kpi.exchange.exports.figures import with_origins
from xl_kpi.plan.channel_choice import with_channels
from xl_kpi.plan.closed.closing import stage_key
from xl_kpi.plan.entries import with_entries
from xl_kpi.plan.examples.figures import as_template
from xl_kpi.plan.keys import CHANNELS
from xl_kpi.plan.model import Plan, Stage

if TYPE_CHECKING:
    from xl_kpi.commands.imports.files import Preview


@dataclass(frozen=True)
class Imported:
    """What was taken out of the downloads: the preview, and the plan as it was written."""

    found: Preview
    plan: Plan


def demo(
    folder: str | Path = ".", *, lang: str = "ja", today: dt.date | None = None, progress: Progress | None = None
) -> NewWorkbook:
    """The published case C1 with all stages, and ads beside the site, as demo/plan.xlsx in ``folder``.

    An earlier one is replaced.

    Arguments: ``today`` (None: this day): the plan begins so many months before its month as there are actuals.
    Errors: BadFile where the folder can't be made; otherwise as for ``new``.
    """
    target = Path(folder) / DEMO
    try:
        target.parent.mkdir(exist_ok=True)
    except OSError:
        raise BadFile("save_no_folder", file=target.name, folder=str(target.parent)) from None
    start = month_start(today or dt.date.today(), -demo_data().months)
    begin = [SetOption("plan_start", f"{start:%Y-%m}")]
    return new(target, template="c1", lang=lang, changes=begin, force=True, adapt=_as_shown, progress=progress)


def demo_downloads(made: NewWorkbook) -> list[Path]:
    """Writes the downloads of the demonstration beside its workbook, and gives their paths.  Errors: BadFile."""
    return write_downloads(made.path.parent, made.plan.start, made.plan.lang)


def demo_import(made: NewWorkbook, files: list[Path], *, progress: Progress | None = None) -> Imported:
    """Take the downloads into the workbook of the demonstration, as ``xl-kpi import`` does.

    Errors: NeedsData where the packages that read files are missing; otherwise as for ``import_files``.
    """
    from xl_kpi.commands.imports.files import import_files, preview

    lang = made.plan.lang
    found = preview(made.path, files, words=lang, lang=lang)
    return Imported(found, import_files(found, progress=progress).plan)


def _as_shown(plan: Plan) -> Plan:
    """Its stages, its channels and their shares, what is typed of the stages, whose the visits of the analytics are."""
    demo = demo_data()
    staged = plan.with_(stages=(*(_stage(plan, id_) for id_ in demo.rates), plan.stages[-1]))
    chosen = with_channels(staged, list(demo.shares))
    shared = with_entries(chosen, {f"{CHANNELS}[{id_}].share": share for id_, share in demo.shares.items()})[0]
    typed = {(stage_key(id_), month): float(n) for id_, ns in demo.typed.items() for month, n in enumerate(ns)}
    return with_origins(as_template(shared).with_(actuals=typed), demo.origins)


def _stage(plan: Plan, id_: str) -> Stage:
    """One of the usual stages, at the rate of the demonstration; like the case, it takes no time."""
    usual = catalog.stage(id_)
    return Stage(id_, usual.name[plan.lang], usual.owner[plan.lang], float(demo_data().rates[id_]), plan.stages[0].lag)
