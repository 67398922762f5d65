"""Builds and installs the Excel add-in xl_kpi.xlam."""
