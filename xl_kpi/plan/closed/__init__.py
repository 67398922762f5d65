"""Closed months: what was agreed for them, what they brought, what is left."""
