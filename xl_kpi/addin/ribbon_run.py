"""What a ribbon button runs first: a look whether the add-in and the Python package are of one version."""

from __future__ import annotations

from xl_kpi import __version__
from xl_kpi.catalog import text


def require(version: str, lang: str) -> None:
    """Ends Python with a message, which Excel shows, when the add-in was built for another version.

    ``version`` the add-in's, ``lang`` the language of the message (ja or en).
    """
    if version != __version__:
        raise SystemExit(text("vba_versions_differ", lang, package="xl-kpi", expected=version, found=__version__))
