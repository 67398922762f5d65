"""The command line: one module for each command, put together in ``app``."""

from xl_kpi.cli.app import cli, main

__all__ = ["cli", "main"]
