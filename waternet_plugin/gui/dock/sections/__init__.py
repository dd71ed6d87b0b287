"""The sections of the dock, in the order in which people see them first."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator

from waternet_plugin.gui.panes.section import PanelSection

# A module of this room each, with one class: network.py has NetworkSection.
ORDER = (
    "network", "issues", "health", "plan", "survey", "dma", "drainage", "compounds", "users",
    "pressure", "programme", "print",
)  # fmt: skip


def section_classes() -> Iterator[type[PanelSection]]:
    """Yield the class of every section whose capability is installed; each is loaded when it is asked for."""
    for name in ORDER:
        if importlib.util.find_spec(f"{__name__}.{name}") is not None:
            yield getattr(importlib.import_module(f"{__name__}.{name}"), f"{name.capitalize()}Section")
