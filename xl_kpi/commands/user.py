"""Who runs a command, for the lines of 履歴."""

from __future__ import annotations

import getpass


def user_name() -> str:
    """The name under which somebody works at this computer; "" where it does not say."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
