"""The ribbon tab of the add-in: which buttons there are, and the custom UI part that describes them to Excel."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from xml.etree import ElementTree

NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"  # Excel 2010 and later
TAB = "ribbon_tab"
CALLBACKS = {"getLabel": "KpiRibbon.RibbonLabel", "getSupertip": "KpiRibbon.RibbonTip", "run": "KpiRibbon.RibbonRun"}


@dataclass(frozen=True)
class Button:
    """A button: the function of udfs.macros that it calls, its group, and the Office icon that it shows.

    Its id, which is also the key of its label, is ``ribbon_`` and the macro's name; the key of its help ends
    in ``_tip``.
    """

    macro: str
    group: str
    icon: str
    large: bool = True

    @property
    def id(self) -> str:
        return f"ribbon_{self.macro}"


# Every button of the tab, in order.  A new one is a line here, a function in udfs/macros.py and two texts.
BUTTONS = (
    Button("regenerate", "plan", "RefreshAll"),
    Button("channels", "plan", "SheetInsert"),
    Button("pages", "plan", "ViewSheetGridlines"),
    Button("import_files", "plan", "GetExternalDataFromOtherSources"),
    Button("close", "plan", "SheetProtect"),
    Button("review", "plan", "ReviewTrackChangesMenu"),
    Button("report", "people", "FilePrintPreview"),
    Button("distribute", "people", "FileSendAsAttachment"),
    Button("collect", "people", "GetExternalDataFromText"),
    Button("check", "safety", "Spelling"),
    Button("restore", "safety", "Undo"),
    Button("guide", "safety", "Help", large=False),
)


class NoSuchMacro(Exception):
    """A button names a Python function that udfs.macros does not have."""


def check(macros: ModuleType, buttons: tuple[Button, ...] = BUTTONS) -> None:
    """Errors: NoSuchMacro when a button would call a function that ``macros`` does not offer."""
    offered = set(getattr(macros, "__all__", ()))
    missing = [button.macro for button in buttons if button.macro not in offered or not _callable(macros, button)]
    if missing:
        raise NoSuchMacro(f"{macros.__name__} has no {', '.join(missing)}")


def _callable(macros: ModuleType, button: Button) -> bool:
    return callable(getattr(macros, button.macro, None))


def groups(buttons: tuple[Button, ...] = BUTTONS) -> dict[str, list[Button]]:
    """Group → its buttons, both in the order of the table."""
    found: dict[str, list[Button]] = {}
    for button in buttons:
        found.setdefault(button.group, []).append(button)
    return found


def text_keys(buttons: tuple[Button, ...] = BUTTONS) -> tuple[str, ...]:
    """The keys of all texts that the ribbon shows."""
    keys = [TAB, *(f"ribbon_group_{group}" for group in groups(buttons))]
    return (*keys, *(key for button in buttons for key in (button.id, f"{button.id}_tip")))


def custom_ui(buttons: tuple[Button, ...] = BUTTONS) -> bytes:
    """The custom UI part: one tab; labels and help are asked for, so that they follow Excel's language."""
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.Element(f"{{{NAMESPACE}}}customUI")
    tabs = _child(_child(root, "ribbon"), "tabs")
    tab = _child(tabs, "tab", id=TAB, getLabel=CALLBACKS["getLabel"])
    for group, members in groups(buttons).items():
        box = _child(tab, "group", id=f"ribbon_group_{group}", getLabel=CALLBACKS["getLabel"])
        for button in members:
            _child(
                box,
                "button",
                id=button.id,
                tag=button.macro,
                size="large" if button.large else "normal",
                imageMso=button.icon,
                getLabel=CALLBACKS["getLabel"],
                getScreentip=CALLBACKS["getLabel"],
                getSupertip=CALLBACKS["getSupertip"],
                onAction=CALLBACKS["run"],
            )
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _child(parent: ElementTree.Element, name: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
