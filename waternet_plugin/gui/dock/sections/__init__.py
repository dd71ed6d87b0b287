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


def section_classes() -> list[type[PanelSection]]:
    """Return the class of every section whose capability is installed."""
    found = []
    for name in ORDER:
        if importlib.util.find_spec(f"{__name__}.{name}") is not None:
            found.append(
                getattr(importlib.import_module(f"{__name__}.{name}"), f"{name.capitalize()}Section")
            )
    return found
