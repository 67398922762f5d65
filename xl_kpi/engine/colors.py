"""Colours between xlwings (tuples, hex texts, Excel's numbers) and the file (hex with a leading FF)."""

from __future__ import annotations

from typing import Any

from openpyxl.styles import Color


def hex_color(value: Any) -> str:
    """(r, g, b), "#RRGGBB" or Excel's number (blue first) as "FFRRGGBB"."""
    if isinstance(value, str):
        return "FF" + value.removeprefix("#").upper()
    if isinstance(value, int):
        value = value & 255, value >> 8 & 255, value >> 16 & 255
    return "FF{:02X}{:02X}{:02X}".format(*value)


def rgb(color: Color | None) -> tuple[int, int, int] | None:
    """(r, g, b) of a colour that says so itself; None for theme colours and for none."""
    if color is None or color.type != "rgb":
        return None
    red, green, blue = bytes.fromhex(color.rgb[-6:])
    return red, green, blue
