"""What Excel calls: functions in cells, and later macros.  Thin; the mathematics is in ``xl_kpi.calc``."""
