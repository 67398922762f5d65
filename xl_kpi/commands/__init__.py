"""What the command line does, as plain functions: no options, no printing, no exit codes."""

from xl_kpi.commands.demo import demo, demo_downloads, demo_import
from xl_kpi.commands.examine import check, faults_of, findings, is_cut_short, looked_over, open_workbook
from xl_kpi.commands.plans.new import NewWorkbook, new, unreached
from xl_kpi.commands.plans.set_options import SetOption
from xl_kpi.commands.plans.show import show, shown
from xl_kpi.commands.plans.template import plan_from

__all__ = [
    "SetOption",
    "NewWorkbook",
    "check",
    "demo",
    "demo_downloads",
    "demo_import",
    "faults_of",
    "findings",
    "is_cut_short",
    "looked_over",
    "new",
    "open_workbook",
    "plan_from",
    "show",
    "shown",
    "unreached",
]
