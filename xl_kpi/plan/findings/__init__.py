"""What sheets and ``xl-kpi check`` say about a plan: one table of all findings, and a module for each subject."""

from xl_kpi.plan.findings.capacity import LEAST_EXCESS, over, peak
from xl_kpi.plan.findings.doubts import doubts
from xl_kpi.plan.findings.goal import YEAR, questions
from xl_kpi.plan.findings.outlook import LEAST_SHORTAGE, landing, look, short, too_late, when
from xl_kpi.plan.findings.paths import ON_FORMULAS
from xl_kpi.plan.findings.table import (
    CHECK,
    FEW_KPIS,
    FINDINGS,
    FORMULAS,
    MANY_KPIS,
    SHARE_SLACK,
    Finding,
    fault,
    of_sheet,
    waits,
)
from xl_kpi.plan.findings.written import since_writing

__all__ = [
    "CHECK",
    "FEW_KPIS",
    "FINDINGS",
    "FORMULAS",
    "LEAST_EXCESS",
    "LEAST_SHORTAGE",
    "MANY_KPIS",
    "ON_FORMULAS",
    "SHARE_SLACK",
    "YEAR",
    "Finding",
    "doubts",
    "fault",
    "landing",
    "look",
    "of_sheet",
    "over",
    "peak",
    "questions",
    "short",
    "since_writing",
    "too_late",
    "waits",
    "when",
]
