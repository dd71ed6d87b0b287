"""The colours of grades of drains: 1 the best to 5; 0 of EN 13508-2 is drawn as 1."""

from __future__ import annotations

from waternet_plugin.core.colours import CALM, CAUTION, GREY, SEVERE, WARNING, WORST

NOT_GRADED = GREY
_COLOURS = (CALM, CAUTION, WARNING, SEVERE, WORST)


def colour_of(grade: int | None) -> str:
    """Return the colour of a grade; None is not graded."""
    return NOT_GRADED if grade is None else _COLOURS[min(max(grade, 1), len(_COLOURS)) - 1]
