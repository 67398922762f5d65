"""The workbook as data and the ways to and from it: spec, theme, formulas, renderer, reader, files."""
