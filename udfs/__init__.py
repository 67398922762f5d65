"""What Excel calls: functions in cells, and macros.  Thin; the mathematics is in ``xl_kpi.calc``."""
