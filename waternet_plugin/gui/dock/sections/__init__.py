"""The sections of the dock, in the order in which people see them first."""

from __future__ import annotations

import importlib
import importlib.util

from waternet_plugin.gui.panes.section import PanelSection

# A module of this room each, with one class: network.py has NetworkSection.
ORDER = (
    "network", "issues", "health", "plan", "survey", "dma", "drainage", "compounds", "users",
    "pressure", "programme", "print",
)  # fmt: skip


def section_class(name: str) -> type[PanelSection] | None:
    """Return the class of a section, None where its capability is not installed."""
    if importlib.util.find_spec(f"{__name__}.{name}") is None:
        return None
    found: type[PanelSection] = getattr(
        importlib.import_module(f"{__name__}.{name}"), f"{name.capitalize()}Section"
    )
    return found


def section_classes() -> list[type[PanelSection]]:
    """Return the class of every section whose capability is installed."""
    return [found for found in map(section_class, ORDER) if found is not None]
