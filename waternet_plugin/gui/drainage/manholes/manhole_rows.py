"""A search for the source of sewage as it is listed and drawn: candidates, covers, what was opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waternet_plugin.core.colours import ACCENT, PASSED, SEVERE, WARNING
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network.overlay import BADGE, DOT, RING, OverlayLine, OverlayMark
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.drainage.searched_manholes import SearchedManholes

DIRTY, CLEAN = "dirty", "clean"
_DIRTY, _CLEAN, _NEXT, _CANDIDATE = SEVERE, PASSED, ACCENT, WARNING
_POSSIBLE_PX = 5
_MOST_DOTS = 2000
_PULSE = (1.0, 1.35)


def columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of a cover."""
    return (
        TableColumn("order", tr("No."), decimals=0, width=34),
        TableColumn("node_id", table("node").field("node_id").label, width=90, fills=True),
        TableColumn("if_dirty", tr("Left if dirty"), decimals=0, width=76),
        TableColumn("if_clean", tr("Left if clean"), decimals=0, width=76),
    )


def drawn(
    found: SearchedManholes, opened: dict[str, str], chosen: str, *, is_wide: bool
) -> tuple[list[OverlayLine], list[OverlayMark]]:
    """Return what the map shows: candidates, opened manholes with D or C, the next cover, which pulses.

    Parameters
    ----------
    found
        What is left.
    opened
        DIRTY or CLEAN by manhole.
    chosen
        The manhole whose answer is typed next, '' for none.
    is_wide
        Whether the sign of the next cover is the wide one of its pulse.
    """
    lines = [OverlayLine(found.possible, _CANDIDATE, _POSSIBLE_PX)] if found.possible is not None else []
    signs = [OverlayMark(row["x"], row["y"], _CANDIDATE, DOT) for row in found.candidates[:_MOST_DOTS]]
    letters = {DIRTY: ("D", _DIRTY), CLEAN: ("C", _CLEAN)}
    for name, answer in opened.items():
        if name in found.places:
            text, colour = letters[answer]
            signs.append(OverlayMark(*found.places[name], colour, BADGE, text))
    name = chosen or found.next
    if name in found.places:
        signs.append(OverlayMark(*found.places[name], _NEXT, RING, "?", scale=_PULSE[is_wide]))
    return lines, signs
