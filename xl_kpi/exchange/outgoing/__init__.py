"""The workbook that each person gets."""
