"""A search for the source of sewage as it is listed and drawn: candidates, covers, what was opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import ACCENT, PASSED, SEVERE, WARNING
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network.overlay import BADGE, DOT, RING, OverlayLine, OverlayMark
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.store import Network

DIRTY, CLEAN = "dirty", "clean"
_DIRTY, _CLEAN, _NEXT, _CANDIDATE = SEVERE, PASSED, ACCENT, WARNING
_POSSIBLE_PX = 5
_MOST_DOTS = 2000
_PULSE = (1.0, 1.35)


@dataclass(frozen=True)
class SearchedManholes:
    """What a search has left: sentences, openings, covers (best first), candidates, lines, places."""

    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    expected: float = 0.0
    covers: list[dict[str, Any]] = field(default_factory=list)
    candidates: list[dict[str, Any]] = field(default_factory=list)
    possible: bytes | None = None
    places: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def next(self) -> str:
        """The cover to open next, '' where none is left."""
        return str(self.covers[0]["node_id"]) if self.covers else ""


def columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of a cover."""
    return (
        TableColumn("order", tr("No."), decimals=0, width=34),
        TableColumn("node_id", table("node").field("node_id").label, width=90, fills=True),
        TableColumn("if_dirty", tr("Left if dirty"), decimals=0, width=76),
        TableColumn("if_clean", tr("Left if clean"), decimals=0, width=76),
    )


def search(network: Network, opened: dict[str, str], progress: Progress) -> SearchedManholes:
    """Search with what was opened so far.

    Parameters
    ----------
    network
        The network.
    opened
        DIRTY or CLEAN by manhole; empty for the newest readings of the network.
    progress
        Told of the steps; may cancel.
    """
    from waternet_plugin.operations.drainage.find_misconnections import next_manhole

    dirty, clean = (
        tuple(name for name, answer in opened.items() if answer == wanted) for wanted in (DIRTY, CLEAN)
    )
    found = next_manhole(network, dirty, clean, progress)
    named = [*opened, *found.candidates["node_id"], *found.covers["node_id"]]
    nodes = network.read("node", ["node_id"], ids=sorted(set(map(str, named))))
    return SearchedManholes(
        found.summary,
        found.notes,
        found.expected,
        _rows(found.covers),
        _rows(found.candidates),
        _between(network, set(map(str, found.candidates["node_id"]))),
        {str(name): (shape.x, shape.y) for name, shape in zip(nodes["node_id"], nodes.geometry)},
    )


def _rows(frame: Any) -> list[dict[str, Any]]:
    from waternet_plugin.core.frames import records

    points = frame.geometry
    rows = records(frame.drop(columns=points.name))
    return [{**row, "x": float(x), "y": float(y)} for row, x, y in zip(rows, points.x, points.y)]


def _between(network: Network, candidates: set[str]) -> bytes | None:
    """Return the drains between candidates as one shape, None without any."""
    from waternet_plugin.core.schema.use import systems
    from waternet_plugin.gui.dma.boundaries.drawing_marks import lines_wkb

    if not candidates:
        return None
    where = {"system": list(systems("drain")), "from_node": sorted(candidates)}
    pipes = network.read("pipe", ["pipe_id", "to_node"], where=where)
    return lines_wkb(pipes.geometry.to_numpy()[pipes["to_node"].isin(candidates).to_numpy()])


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
