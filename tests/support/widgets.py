"""Parts of our windows as a person or a screen reader finds them: by object name, by what the map shows."""

from __future__ import annotations

from typing import Any

from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QFormLayout, QWidget

# What a pane marks on the map.
MARKED = "#d7165a"


def part(owner: QObject, name: str) -> Any:
    """Return the part of a window that has a name; where one replaced another, the newer one."""
    found = owner.findChildren(QObject, name)
    assert found, f"nothing in {owner.objectName() or owner} is named {name}"
    return found[-1]


def text(owner: QObject, name: str) -> str:
    """Return the plain text of a part."""
    found = part(owner, name)
    return str(found.toPlainText() if hasattr(found, "toPlainText") else found.text())


def rows(owner: QObject, name: str) -> list[dict[str, Any]]:
    """Return the rows that a list shows; none while there is no such list."""
    found = owner.findChildren(QObject, name)
    return list(found[-1].rows) if found else []


def click(owner: QObject, name: str) -> None:
    """Press a button."""
    part(owner, name).click()


def trigger(owner: QObject, name: str) -> None:
    """Choose an entry of a menu."""
    part(owner, name).trigger()


def section(plugin: Any, key: str) -> Any:
    """Return a section of the dock: network, issues, health, plan, print."""
    return part(plugin.dock, f"wn_section_{key}")


def note(of: QWidget) -> str:
    """Return the grey line under the title of a section."""
    return text(of, f"{of.objectName()}_note")


def button(of: QWidget) -> Any:
    """Return the one button of a section."""
    return part(of, f"{of.objectName()}_button")


def start(options: QWidget) -> None:
    """Press the button that starts what the options of a section are for."""
    click(options, f"{options.objectName()}_start")


def error(options: QWidget) -> str:
    """Return what the options of a section say is wrong with what was typed."""
    return text(options, f"{options.objectName()}_error")


def caption(field: QWidget) -> str:
    """Return the label beside a field."""
    for form in field.parentWidget().findChildren(QFormLayout):
        label = form.labelForField(field)
        if label is not None:
            return str(label.text())
    raise AssertionError(f"no label beside {field.objectName()}")


def marked(canvas: QgsMapCanvas, colour: str = MARKED) -> list[str]:
    """Return the shapes, as WKT, that a pane marks on the map, in a colour of its own where it has one."""
    bands = [item for item in canvas.scene().items() if isinstance(item, QgsRubberBand)]
    return [band.asGeometry().asWkt() for band in bands if band.strokeColor().name() == colour]
