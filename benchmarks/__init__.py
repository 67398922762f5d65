"""How long a plan takes to build, against writing the same cells with openpyxl and XlsxWriter by hand."""
