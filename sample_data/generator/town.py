"""The town's books: nodes, pipes and other rows while they are made, and lines that become pipes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .layout import ground
from .plane import Point, at, cut, length, mm, nearest, snap

# Letters of each system in ids, as the trade abbreviates its classes.
LETTERS = {
    "raw_water": "JY", "potable": "JS", "reclaimed": "ZS", "fire": "XS", "sewage": "WS", "storm": "YS",
    "combined": "HS",
}  # fmt: skip
DRAINS = ("sewage", "storm", "combined")
Row = dict[str, Any]


class Town:
    """Everything that will be written, by table."""

    def __init__(self) -> None:
        self.nodes: dict[str, Row] = {}
        self.pipes: dict[str, Row] = {}
        self.compounds: list[Row] = []
        self.zones: list[Row] = []
        self.customers: list[Row] = []
        self.failures: list[Row] = []
        self.inspections: list[Row] = []
        self.defects: list[Row] = []
        self.road_works: list[Row] = []
        self.readings: list[Row] = []
        self.volumes: list[Row] = []
        self.contracts: list[Row] = []
        self.work_items: list[Row] = []
        self.indicators: list[Row] = []
        self.programme_items: list[Row] = []
        self.shutoffs: list[Row] = []
        self.projects: list[Row] = []
        self.targets: list[Row] = []
        self.base: dict[str, list[Row]] = {
            "parks": [],
            "water": [],
            "blocks": [],
            "roads": [],
            "buildings": [],
        }
        self.faults: list[Row] = []
        self.leaks: list[Row] = []
        self._counts: dict[str, int] = {}
        self._runs: list[Run] = []

    def number(self, prefix: str, width: int = 4) -> str:
        """Return the next id of a prefix."""
        self._counts[prefix] = self._counts.get(prefix, 0) + 1
        return f"{prefix}{self._counts[prefix]:0{width}d}"

    def add_node(self, system: str, kind: str, point: Point, **more: Any) -> str:
        """Add a point asset and return its id."""
        node_id = self.number(LETTERS[system] + "D-")
        place = snap(point)
        row = {
            "node_id": node_id,
            "kind": kind,
            "system": system,
            "status": "in_use",
            "ground_m": ground(place),
        }
        self.nodes[node_id] = {**row, **more, "xy": place}
        return node_id

    def add_pipe(self, system: str, line: Sequence[Point], start: str, stop: str, **more: Any) -> str:
        """Add a pipe between two nodes and return its id; its ends are put on the nodes."""
        pipe_id = self.number(LETTERS[system] + "-")
        points = [self.nodes[start]["xy"], *map(snap, line[1:-1]), self.nodes[stop]["xy"]]
        row = {"pipe_id": pipe_id, "system": system, "status": "in_use", "from_node": start, "to_node": stop}
        self.pipes[pipe_id] = {**row, **more, "line": points}
        return pipe_id

    def run(self, system: str, line: Sequence[Point], **attributes: Any) -> Run:
        """Begin a line that becomes pipes when the town is finished."""
        run = Run(self, system, list(line), attributes)
        self._runs.append(run)
        return run

    def lay_pipes(self) -> None:
        """Turn all lines into pipes between their stations."""
        for run in self._runs:
            run.lay()
        self._runs = []

    def pipes_of(self, *systems: str) -> Iterator[Row]:
        """Yield the pipes of some systems in the order they were made."""
        return (pipe for pipe in self.pipes.values() if pipe["system"] in systems)


class Run:
    """A line on which stations are set; between two stations in turn lies one pipe."""

    def __init__(self, town: Town, system: str, line: list[Point], attributes: Row) -> None:
        self.town, self.system, self.line, self.attributes = town, system, line, attributes
        self.length = length(line)
        self.stations: list[tuple[float, str]] = []
        self.changes: list[tuple[float, float, Row]] = []

    def add(self, s: float, kind: str, **more: Any) -> str:
        """Set a new node at a chainage."""
        node = self.town.add_node(self.system, kind, at(self.line, s), **{**self._place(), **more})
        self.stations.append((s, node))
        return node

    def begin(self, node: str) -> None:
        """Let the line start at a node that is there already."""
        self.line[0] = self.town.nodes[node]["xy"]
        self.length = length(self.line)
        self.stations.append((0.0, node))

    def finish(self, node: str) -> None:
        """Let the line end at a node that is there already; the last thing done to its ends."""
        self.line[-1] = self.town.nodes[node]["xy"]
        self.length = length(self.line)
        self.stations.append((self.length, node))

    def tap(self, point: Point, kind: str, *, reuse: float = 0.0, gap: float = 5.0, **more: Any) -> str:
        """Return a node near a point: one within ``reuse`` metres, else a new one ``gap`` from others."""
        s, _ = nearest(self.line, point)
        s = min(max(s, 0.0), self.length)
        near = sorted(
            (abs(t - s), node) for t, node in self.stations if self.town.nodes[node]["kind"] == kind
        )
        if near and near[0][0] <= reuse:
            return near[0][1]
        taken = [t for t, _ in self.stations]
        for step in range(60):
            shift = (step + 1) // 2 * (1.0 if step % 2 else -1.0)
            if gap <= s + shift <= self.length - gap and all(abs(t - s - shift) >= gap for t in taken):
                return self.add(s + shift, kind, **more)
        if near:
            return near[0][1]
        return self.add(self.length / 2, kind, **more)

    def change(self, start: float, stop: float, **attributes: Any) -> None:
        """Give the pipes between two chainages other attributes (a stretch that was renewed)."""
        self.changes.append((start, stop, attributes))

    def lay(self) -> None:
        """Make the pipes."""
        ordered = sorted(self.stations)
        for (s0, start), (s1, stop) in zip(ordered, ordered[1:]):
            middle = (s0 + s1) / 2
            attributes = dict(self.attributes)
            for low, high, other in self.changes:
                if low <= middle <= high:
                    attributes.update(other)
            self.town.add_pipe(self.system, cut(self.line, s0, s1), start, stop, **attributes)

    def _place(self) -> Row:
        keys = ("street", "compound_id", "install_year", "dma_id", "owner")
        return {key: self.attributes[key] for key in keys if key in self.attributes}


def level(value: float) -> float:
    """Round a level or a depth to centimetres, as surveyors write it."""
    return round(mm(value), 2) + 0.0
