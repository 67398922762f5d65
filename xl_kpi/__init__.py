"""xl_kpi: plan the KPIs of a B2B-marketing year inside an Excel workbook."""

__version__ = "0.2.0"
