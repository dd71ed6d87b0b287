"""Figures of printing in words."""

from __future__ import annotations

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets import amounts


def sheets_text(number: int) -> str:
    """Write how many sheets there are."""
    return tr("1 sheet") if number == 1 else tr("{n} sheets").format(n=amounts.number(number))
