"""A new workbook from a template and a goal."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xl_kpi.build import Progress, build
from xl_kpi.catalog import text
from xl_kpi.commands.plans.set_options import SetOption
from xl_kpi.commands.plans.template import Tell, Template, changed, load
from xl_kpi.commands.user import user_name
from xl_kpi.errors import BadFile, Fault, InputFaults, Refused, Words, told_in
from xl_kpi.plan.history.records_codec import as_read
from xl_kpi.plan.history.renewal import first_state
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.model import Plan
from xl_kpi.workbook.package.save import save

SUFFIX = ".xlsx"
# Findings that say why a plan can't be reached as it stands.
CAPACITY = "plan_check_capacity"
UNREACHED = ("plan_check_outlook", "plan_check_late", "plan_check_shortage", CAPACITY, "plan_check_too_long",
             "plan_check_no_channel", "plan_check_no_leads")  # fmt: skip
DEMO = Path("demo", "plan.xlsx")


@dataclass(frozen=True)
class NewWorkbook:
    """A workbook that was written, its plan, and where the file that it replaced went."""

    path: Path
    plan: Plan
    backup: Path | None


def new(
    out: str | Path,
    *,
    template: str | Path | None = None,
    lang: str | None = None,
    words: str = "ja",
    changes: Sequence[SetOption] = (),
    force: bool = False,
    lite: bool = False,
    plan_id: str | None = None,
    who: str | None = None,
    now: dt.datetime | None = None,
    tell: Tell | None = None,
    adapt: Callable[[Plan], Plan] | None = None,
    progress: Progress | None = None,
) -> NewWorkbook:
    """Write the workbook of a plan.

    Arguments: ``out`` the file, ending in .xlsx; ``template``, ``lang``, ``words``, ``changes`` and
    ``tell`` as for ``plan_from``; ``force`` allows a file that exists to be replaced (a backup stays);
    ``lite`` puts the code for xlwings Lite into the workbook; ``plan_id`` by which returned copies are known to be
    of this plan (None: a new one), ``who`` makes it (None: the user of this computer) and ``now`` when (None: now),
    for the first line of 履歴 and for the start where none is given; ``adapt`` what else is made of the plan of the
    template and the changes, before anything is written; ``progress`` as for ``build``.
    Errors: InputFaults and BadFile for what was given, Refused where something would be lost,
    EngineDisagrees where the result could not be trusted.  In each case nothing was written.
    """
    tell = tell or (lambda line: None)
    target = Path(out)
    wrong = [] if target.suffix.lower() == SUFFIX else [Fault(target.name, Words("cli_out_suffix"), cell="OUT")]
    try:
        loaded = load(template, lang, words)
        plan = changed(loaded, changes, tell, now and now.date())
        plan = adapt(plan) if adapt else plan
    except InputFaults as faults:
        with told_in(faults.lang or lang or words):
            raise InputFaults([*wrong, *faults.faults]) from None
    if wrong:
        with told_in(lang or words):
            raise InputFaults(wrong)
    _look_at(target, loaded, plan.lang, force)
    _say_what_stays_behind(loaded, plan.lang, tell)
    styled_like = loaded.opened.styles if loaded.opened else None
    begun = first_state(
        plan,
        plan_id=plan_id or uuid.uuid4().hex,
        who=user_name() if who is None else who,
        now=now or dt.datetime.now(),
    )
    plan = begun.plan
    data = build(plan, records=as_read(begun.records), styled_like=styled_like, progress=progress)
    if lite:
        from xl_kpi.addin.lite.put_in import add_lite  # reads the whole project's sources: not for every start

        data = add_lite(data, plan.lang)
    saved = save(target, data, plan.lang)
    return NewWorkbook(target, plan, saved.backup)


def unreached(plan: Plan) -> list[Fault]:
    """Why a sound plan doesn't reach its goal as it stands, as `check` has it: what is short before the start, limits,
    days; empty where it does.  A limit has the name of its channel as ``sheet``."""
    from xl_kpi.plan.findings.doubts import doubts  # computes the plan's outlook: not for every start

    names = {channel.id: channel.name for channel in plan.channels}
    found = [one for one in doubts(plan) if one.key in UNREACHED]
    limits = {one.cell: names[EntryKey.parse(one.cell).id] for one in found if one.key == CAPACITY}
    return [replace(one, cell="", sheet=limits.get(one.cell, "")) for one in found]


def _look_at(target: Path, template: Template, lang: str, force: bool) -> None:
    """Is there a place for the new file?  Asked before the work begins; ``save`` asks again."""
    try:
        if not target.parent.is_dir():
            raise BadFile(text("save_no_folder", lang, file=target.name, folder=target.parent))
        there = target.exists() and not target.is_dir()
    except (OSError, ValueError):  # a name that is too long, or with a null character
        raise BadFile(text("save_bad_name", lang, file=target.name)) from None
    if there and not force:
        raise Refused(text("cli_out_exists", lang, file=target.name))
    lost = [*template.left_behind, *([text("word_macros", lang)] if template.has_macros else [])]
    if there and lost and template.opened is not None and target.samefile(template.opened.path):
        raise Refused(text("cli_out_is_template", lang, file=target.name, what=", ".join(lost)))


def _say_what_stays_behind(template: Template, lang: str, tell: Tell) -> None:
    if template.left_behind:
        tell(text("note_own_sheets", lang, names=", ".join(template.left_behind)))
    if template.has_macros:
        tell(text("note_macros", lang, file=template.name))
