"""The parts of a workbook file that xlwings Lite keeps its code in: their XML, and how a text is written into it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

TASKPANES, WEBEXTENSION = "xl/webextensions/taskpanes.xml", "xl/webextensions/webextension1.xml"
TASKPANES_TYPE = "application/vnd.ms-office.webextensiontaskpanes+xml"
WEBEXTENSION_TYPE = "application/vnd.ms-office.webextension+xml"
TASKPANES_RELATION = "http://schemas.microsoft.com/office/2011/relationships/webextensiontaskpanes"
WEBEXTENSION_RELATION = "http://schemas.microsoft.com/office/2011/relationships/webextension"
ADDIN = "wa200008175"  # xlwings Lite in Microsoft's store; part names and ids are compared without case
MAIN, REQUIREMENTS = "main.py", "requirements.txt"

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.microsoft.com/office/webextensions"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_REFERENCES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def escaped(value: str) -> str:
    """A text as the value of a property, without its quotes: a JSON string, then XML."""
    return quoteattr(json.dumps(value, ensure_ascii=False).replace("/", "\\/"), {'"': "&quot;"})[1:-1]


def property_of(prefix: str, name: str, value: str) -> str:
    """One property of the add-in."""
    return f'<{prefix}property name="{name}" value="{escaped(value)}"/>'


def taskpanes() -> str:
    """The part that says which pane stands where, with ours alone."""
    pane = taskpane("wetp:", "rId1")
    return f'{_DECLARATION}<wetp:taskpanes xmlns:wetp="{_OFFICE}/taskpanes/2010/11">{pane}</wetp:taskpanes>'


def taskpane(prefix: str, relation: str) -> str:
    """Our pane, hidden until the user opens the add-in; ``relation`` is the id of the relation to the add-in."""
    return (
        f'<{prefix}taskpane dockstate="right" visibility="0" width="438" row="3">'
        f'<{prefix}webextensionref xmlns:r="{_REFERENCES}" r:id="{relation}"/></{prefix}taskpane>'
    )


def taskpanes_rels(target: str) -> str:
    """The relation from our pane to the add-in's part."""
    return f'{_DECLARATION}<Relationships xmlns="{_RELATIONS}">{extension("", "rId1", target)}</Relationships>'


def extension(prefix: str, relation: str, target: str) -> str:
    """A relation from a pane to an add-in's part, ``target`` as seen from the panes' folder."""
    return f'<{prefix}Relationship Id="{relation}" Type="{WEBEXTENSION_RELATION}" Target="{target}"/>'


def webextension(properties: Mapping[str, str]) -> str:
    """The part that names the add-in and holds its properties.

    The id of this use of the add-in follows from the properties, so that the same code gives the same bytes.
    The versions of add-in and Pyodide, which the add-in notes when it saves, are left for it to write.
    """
    ident = uuid.uuid5(uuid.NAMESPACE_URL, "\0".join(f"{name}\0{value}" for name, value in properties.items()))
    values = "".join(property_of("we:", name, value) for name, value in properties.items())
    return (
        f'{_DECLARATION}<we:webextension xmlns:we="{_OFFICE}/webextension/2010/11" id="{{{str(ident).upper()}}}">'
        f'<we:reference id="{ADDIN}" version="1.0.0.0" store="en-US" storeType="OMEX"/>'
        f'<we:alternateReferences><we:reference id="{ADDIN.upper()}" version="1.0.0.0" store="{ADDIN.upper()}" '
        'storeType="OMEX"/></we:alternateReferences>'
        f"<we:properties>{values}</we:properties><we:bindings/>"
        f'<we:snapshot xmlns:r="{_REFERENCES}"/>'
        f'<we:extLst><a:ext xmlns:a="{_DRAWING}" uri="{{D87F86FE-615C-45B5-9D79-34F1136793EB}}">'
        f'<we:containsCustomFunctions/></a:ext><a:ext xmlns:a="{_DRAWING}" '
        'uri="{7C84B067-C214-45C3-A712-C9D94CD141B2}"><we:customFunctionIdList/></a:ext></we:extLst>'
        "</we:webextension>"
    )
