"""What リード一覧 and 行動履歴 hold, as the pages that count it read it: rows, or totals of data too large for rows."""

from xl_kpi.plan.leads.rows import Lead, Touch, as_of, leads_of, touches_of
from xl_kpi.plan.leads.totals import FIGURES, Total, Totals, totals_of

__all__ = ["FIGURES", "Lead", "Total", "Totals", "Touch", "as_of", "leads_of", "totals_of", "touches_of"]
