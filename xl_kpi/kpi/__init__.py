"""The KPI-formula language, and the figures of a channel that follow from it."""
