"""The colours of grades of drains: 1 the best to 5; 0 of EN 13508-2 is drawn as 1."""

from __future__ import annotations

NOT_GRADED = "#9aa5b1"
_COLOURS = ("#6f9ac4", "#f4c430", "#ef6c2f", "#99000d", "#5a0008")


def colour_of(grade: int | None) -> str:
    """Return the colour of a grade; None is not graded."""
    if grade is None:
        return NOT_GRADED
    return _COLOURS[min(max(grade, 1), len(_COLOURS)) - 1]
