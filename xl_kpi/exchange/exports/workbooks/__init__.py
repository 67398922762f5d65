"""What the package of a downloaded workbook says beyond the values of its cells."""
