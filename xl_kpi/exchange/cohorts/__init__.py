"""Rates and lags out of lead tables: counted by days, measured, judged."""
