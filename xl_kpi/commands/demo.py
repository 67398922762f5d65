"""The demonstration: a plan of a published case that began three months ago, and its actuals out of three downloads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xl_kpi.build import Progress
from xl_kpi.calc.calendar import month_start
from xl_kpi.catalog.demo import demo_data
from xl_kpi.commands.demo_files import write_downloads
from xl_kpi.commands.plans.new import DEMO, NewWorkbook, new
from xl_kpi.commands.plans.set_options import SetOption
from xl_kpi.errors import BadFile
from xl_kpi.exchange.exports.figures import with_origins
from xl_kpi.plan.channel_choice import with_channels
from xl_kpi.plan.entries import with_entries
from xl_kpi.plan.keys import CHANNELS
from xl_kpi.plan.model import Plan

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
    """The published case C1 with ads beside the site as demo/plan.xlsx in ``folder``; an earlier one is replaced.

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
    return new(target, template="c1", lang=lang, changes=begin, force=True, adapt=_with_its_channels, progress=progress)


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


def _with_its_channels(plan: Plan) -> Plan:
    """Its channels and their shares, and whose the visits are of which analytics tells the channel."""
    demo = demo_data()
    chosen = with_channels(plan, list(demo.shares))
    shared = with_entries(chosen, {f"{CHANNELS}[{id_}].share": share for id_, share in demo.shares.items()})[0]
    return with_origins(shared, demo.origins)
