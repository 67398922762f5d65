"""The Excel add-in (ribbon, VBA wrappers) and the code that a workbook carries for xlwings Lite."""
