"""The language of KPI formulas: read, computed by Python and by cells, in which order; it knows no plan."""
