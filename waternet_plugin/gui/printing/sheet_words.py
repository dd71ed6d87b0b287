"""Figures of printing in words."""

from __future__ import annotations

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets import amounts


def sheets_text(number: int) -> str:
    """Write how many sheets there are."""
    return tr("1 sheet") if number == 1 else tr("{n} sheets").format(n=amounts.number(number))


def duration_text(seconds: float) -> str:
    """Write how long printing will take, roughly."""
    if seconds < 50:
        return tr("about {n} s").format(n=max(5, 5 * round(seconds / 5)))
    return tr("about {n} min").format(n=amounts.number(max(1, round(seconds / 60))))
