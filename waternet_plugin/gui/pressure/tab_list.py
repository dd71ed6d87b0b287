"""The tabs of the pane, in their order: those whose room is there."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING

from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.gui.pressure.pressure_tab import PressureTab

_ROOM = "waternet_plugin.gui.pressure"


def tab_titles() -> dict[str, str]:
    """Return what each tab says, by its key; nothing of the tabs is imported."""
    titles = {
        "zones": tr("Zones", "of pressure"),
        "loggers": tr("Loggers"),
        "search": tr("Search", "for leaks"),
        "shutoffs": tr("Shut-offs"),
        "kpis": tr("KPI"),
    }
    return {
        key: title for key, title in titles.items() if importlib.util.find_spec(f"{_ROOM}.{key}") is not None
    }


def tab_class(key: str) -> type[PressureTab]:
    """Return the class of a tab: zones/zones_tab.py, in a room beside this module, has ZonesTab."""
    kind: type[PressureTab] = getattr(
        importlib.import_module(f"{_ROOM}.{key}.{key}_tab"), f"{key.capitalize()}Tab"
    )
    return kind
