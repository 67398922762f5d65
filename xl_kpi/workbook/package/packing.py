"""How a part is packed into a file of ours: well, but never so well that our own gate takes it for an attack."""

from __future__ import annotations

import zlib
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from xl_kpi.workbook.package.safety import RATIO_FROM, is_suspicious

_LEVEL, _FASTEST = 6, 1


def put(package: ZipFile, info: ZipInfo, content: bytes) -> None:
    """Write a part.  ``info`` its name, date and way of packing; one that would become suspiciously small is packed
    less, or not at all: a file that was accepted is accepted again once we have written it."""
    for level in (_LEVEL, _FASTEST):
        if info.compress_type != ZIP_DEFLATED or not _too_well(content, level):
            package.writestr(info, content, compresslevel=level)
            return
    info.compress_type = ZIP_STORED
    package.writestr(info, content)


def _too_well(content: bytes, level: int) -> bool:
    return len(content) > RATIO_FROM and is_suspicious(len(content), len(zlib.compress(content, level)))
