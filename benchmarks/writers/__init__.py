"""The same workbook by each writer that is measured: by other libraries alone, and by ours."""
