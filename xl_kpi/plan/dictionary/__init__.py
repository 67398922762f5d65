"""The KPI dictionary: which of its rows the tabs show."""
