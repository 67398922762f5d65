"""Puts the code for xlwings Lite into a workbook, and takes it out."""
