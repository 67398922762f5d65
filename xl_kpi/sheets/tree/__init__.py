"""The KPI tree: its boxes, the factors between them and the page."""
