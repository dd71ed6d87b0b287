"""Whatever is done in whatever order, the network stays connected: sequences of random gestures.

``WATERNET_GESTURES`` sets how many sequences are tried; a failing one names its seed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import shapely
from support.settled_tables import Desk, Tables, node, pipe, row, tables
from support.slow_cases import a_few_quick

from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.network.settling.settling import Settled
from waternet_plugin.core.vertices import distances_along, line_of, vertices_between, xyz

SEQUENCES = int(os.environ.get("WATERNET_GESTURES", "60"))
QUICK = 12
STEPS = 12
SAME_M = 1e-3
Edit = tuple[str, int, Any]


def _town() -> Tables:
    """A grid of streets, 4 by 3 joints, with heights, two valves, failures and customers."""
    wide, high, step = 4, 3, 100.0
    names = {(x, y): f"N-{1 + x + wide * y:04d}" for x in range(wide) for y in range(high)}
    nodes = [node(name, (x * step, y * step, 1 + x + y / 2)) for (x, y), name in names.items()]
    for index in (4, 9):
        nodes[index].update(kind="valve", valve_state="open")
    pairs = [((x, y), (x + 1, y)) for x in range(wide - 1) for y in range(high)]
    pairs += [((x, y), (x, y + 1)) for x in range(wide) for y in range(high - 1)]
    known = {"install_year": 1990.0, "material": "PE", "diameter_mm": 100.0}
    pipes = [
        pipe(f"P-{number:04d}", [(x * step, y * step, 1 + x + y / 2) for x, y in pair],
             from_node=names[pair[0]], to_node=names[pair[1]], invert_start_m=1.0, invert_end_m=2.0, **known)
        for number, pair in enumerate(pairs, 1)
    ]  # fmt: skip
    failures = [
        row("failure", failure_id=f"F-{number}", pipe_id=one["pipe_id"],
            geom=one["geom"].interpolate(0.3 + 0.05 * (number % 8), normalized=True))
        for number, one in enumerate(pipes)
    ]  # fmt: skip
    return tables(pipe=pipes, node=nodes, failure=failures)


class Gestures:
    """Somebody who does at random what people do in QGIS, and who can take it back."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.desk = Desk(_town())
        self.undone: list[Tables] = []
        self.done: list[Tables] = []
        self.settled: Settled | None = None
        self.drawn = 0

    def _some(self, name: str) -> tuple[int, Row]:
        keys = list(self.desk.tables[name])
        key = keys[self.random.integers(len(keys))]
        return key, self.desk.tables[name][key]

    def _place(self) -> Any:
        """Return a place: a node, a place on a pipe, or anywhere."""
        choice = self.random.integers(3)
        if choice == 0:
            return xyz(self._some("node")[1]["geom"])[0]
        if choice == 1:
            line = self._some("pipe")[1]["geom"]
            spot = line.interpolate(self.random.uniform(0.1, 0.9), normalized=True)
            return np.array([spot.x, spot.y, 0.0])
        return np.append(np.round(self.random.uniform(-50, 350, 2), 3), 0.0)

    def _gesture(self, *edits: Edit) -> None:
        self.done.append(self.desk.tables)
        self.undone.clear()
        self.settled = self.desk.gesture(*edits)

    def draw(self) -> None:
        """Draw a pipe between two places."""
        self.drawn += 1
        ends = np.array([self._place(), self._place()])
        if np.hypot(*(ends[0] - ends[1])[:2]) > 1.0:
            self._gesture(("pipe", self.desk.new_key(), pipe(f"NEW-{self.drawn:04d}", ends)))

    def _moved(self, key: int, end: int, place: Any) -> Edit:
        one = self.desk.tables["pipe"][key]
        vertices = xyz(one["geom"]).copy()
        vertices[-1 if end else 0, :2] = place[:2]
        return ("pipe", key, {**one, "geom": line_of(vertices)})

    def _ends_at(self, name: str) -> list[tuple[int, int]]:
        return [
            (key, end)
            for key, one in self.desk.tables["pipe"].items()
            for end, column in enumerate(("from_node", "to_node"))
            if one[column] == name
        ]

    def _joint(self, *, with_node: bool, whole: bool) -> None:
        key, one = self._some("node")
        place = self._place()
        ends = self._ends_at(one["node_id"])
        if not whole and len(ends) > 1:
            ends = ends[: self.random.integers(1, len(ends))]
        edits = {pipe_key: self._moved(pipe_key, end, place) for pipe_key, end in ends}
        moved = [edit for edit in edits.values() if edit[2]["geom"].length > 1.0]
        if with_node:
            height = xyz(one["geom"])[0, 2]
            there = shapely.Point(*place[:2], height) if np.isfinite(height) else shapely.Point(*place[:2])
            moved.append(("node", key, {**one, "geom": there}))
        if moved:
            self._gesture(*moved)

    def joint(self) -> None:
        """Move the vertices of a joint, without its node."""
        self._joint(with_node=False, whole=True)

    def pull(self) -> None:
        """Pull some of the ends away from a joint."""
        self._joint(with_node=False, whole=False)

    def both(self) -> None:
        """Move the vertices of a joint and its node."""
        self._joint(with_node=True, whole=True)

    def node(self) -> None:
        """Move a node alone."""
        key, one = self._some("node")
        vertices = xyz(one["geom"])[0].copy()
        vertices[:2] += self.random.uniform(-20, 20, 2).round(3)
        there = vertices if np.isfinite(vertices[2]) else vertices[:2]
        self._gesture(("node", key, {**one, "geom": shapely.Point(*there)}))

    def valve(self) -> None:
        """Put a valve on a pipe."""
        self.drawn += 1
        spot = self._some("pipe")[1]["geom"].interpolate(self.random.uniform(0.2, 0.8), normalized=True)
        new = node(f"V-{self.drawn:04d}", (spot.x, spot.y), kind="valve", system=None)
        self._gesture(("node", self.desk.new_key(), new))

    def split(self) -> None:
        """Split a pipe as QGIS does."""
        key, one = self._some("pipe")
        vertices = xyz(one["geom"])
        whole = distances_along(vertices)[-1]
        at = whole * self.random.uniform(0.2, 0.8)
        parts = [line_of(vertices_between(vertices, *pair)) for pair in ((0.0, at), (at, whole))]
        self._gesture(
            ("pipe", key, {**one, "geom": parts[0]}),
            ("pipe", self.desk.new_key(), {**one, "geom": parts[1]}),
        )

    def merge(self) -> None:
        """Merge two pipes that meet, as QGIS does."""
        for _key, one in self.desk.tables["node"].items():
            ends = self._ends_at(one["node_id"])
            if len(ends) != 2 or ends[0][0] == ends[1][0]:
                continue
            (first, first_end), (second, second_end) = ends
            lines = [xyz(self.desk.tables["pipe"][key]["geom"]) for key in (first, second)]
            lines[0] = lines[0] if first_end else lines[0][::-1]
            lines[1] = lines[1][::-1] if second_end else lines[1]
            merged = {**self.desk.tables["pipe"][first], "geom": line_of(np.vstack([lines[0], lines[1][1:]]))}
            if self.random.random() < 0.5:
                self._gesture(("pipe", first, merged), ("pipe", second, None))
                return

    def delete(self) -> None:
        """Delete a pipe or a node."""
        name = "pipe" if self.random.random() < 0.5 else "node"
        if len(self.desk.tables["pipe"]) > 3:
            self._gesture((name, self._some(name)[0], None))

    def paste(self) -> None:
        """Paste a copy of a pipe somewhere."""
        _key, one = self._some("pipe")
        vertices = xyz(one["geom"]).copy()
        vertices[:, :2] += self.random.uniform(-150, 150, 2).round(3)
        copy = {**one, "geom": line_of(vertices), "batch_id": "B1"}
        self._gesture(("pipe", self.desk.new_key(), copy))

    def undo(self) -> None:
        """Take the last gesture back with all that followed."""
        if self.done:
            self.undone.append(self.desk.tables)
            self.desk.tables = self.done.pop()
            self.settled = None

    def redo(self) -> None:
        """Do again what was undone."""
        if self.undone:
            self.done.append(self.desk.tables)
            self.desk.tables = self.undone.pop()
            self.settled = None


GESTURES: tuple[Callable[[Gestures], None], ...] = (
    Gestures.draw, Gestures.joint, Gestures.node, Gestures.both, Gestures.pull, Gestures.valve,
    Gestures.split, Gestures.merge, Gestures.delete, Gestures.paste, Gestures.undo, Gestures.redo,
)  # fmt: skip


def _check_ends(found: Tables) -> None:
    """Every end names one node, at its place."""
    places = {one["node_id"]: xyz(one["geom"])[0] for one in found["node"].values()}
    assert len(places) == len(found["node"]), "two nodes have one id"
    for one in found["pipe"].values():
        for column, vertex in (("from_node", 0), ("to_node", -1)):
            place = xyz(one["geom"])[vertex]
            assert one[column] in places, f"{one['pipe_id']} names {one[column]}, which is not there"
            gap = np.hypot(*(places[one[column]] - place)[:2])
            assert gap <= SAME_M, f"{one['pipe_id']} lies {gap} m from {one[column]}"


def _check_new_nodes(settled: Settled | None, found: Tables) -> None:
    """No node that was made lies where another one is that may join."""
    if settled is None:
        return
    made = {followed.key for followed in settled.followed if followed.why == "junction_made"}
    new = {edit.now["node_id"] for edit in settled.edits if edit.key in made and edit.now}
    spots = {one["node_id"]: xyz(one["geom"])[0, :2] for one in found["node"].values()}
    systems = {one["node_id"]: one["system"] for one in found["node"].values()}
    for name in new:
        for other, place in spots.items():
            near = np.hypot(*(place - spots[name])) <= SAME_M
            assert other == name or not near or systems[other] != systems[name], (
                f"{name} and {other} coincide"
            )


def _check_heights(found: Tables, before: Tables) -> None:
    """What had all heights has all of them still."""
    for key, one in before["pipe"].items():
        now = found["pipe"].get(key)
        if now is not None and np.isfinite(xyz(one["geom"])[:, 2]).all():
            assert np.isfinite(xyz(now["geom"])[:, 2]).all(), one["pipe_id"]


def _check_parts(found: Tables) -> None:
    """Parts and loops are those of an own union-find over the places of ends."""
    import geopandas as gpd
    import pandas as pd

    frames = {
        name: gpd.GeoDataFrame(pd.DataFrame(list(found[name].values())), geometry="geom")
        for name in ("pipe", "node")
    }
    graph = build_graph(frames["pipe"], frames["node"]).graph
    chief: dict[Any, Any] = {}

    def root(one: Any) -> Any:
        while chief.setdefault(one, one) != one:
            one = chief[one]
        return one

    loops = 0
    for one in found["pipe"].values():
        ends = [root(tuple(np.round(xyz(one["geom"])[place, :2], 2))) for place in (0, -1)]
        loops += ends[0] == ends[1]
        chief[ends[0]] = ends[1]
    places = {
        tuple(np.round(xyz(one["geom"])[end, :2], 2)) for one in found["pipe"].values() for end in (0, -1)
    }
    parts = len({root(place) for place in places})
    used = np.unique(np.concatenate([graph.start, graph.end]))
    label = {vertex: vertex for vertex in used.tolist()}

    def head(one: int) -> int:
        while label[one] != one:
            one = label[one]
        return one

    circles = 0
    for first, last in zip(graph.start.tolist(), graph.end.tolist()):
        one, other = head(first), head(last)
        circles += one == other
        label[one] = other
    assert (parts, loops) == (len({head(one) for one in label}), circles)


def _joints(found: Tables) -> set[tuple[Any, ...]]:
    return {(one["pipe_id"], one["from_node"], one["to_node"]) for one in found["pipe"].values()}


def _check_links(found: Tables, before: Tables, split: set[str]) -> None:
    """Failures of a pipe that was split are on the nearest of its parts, and name a pipe that is there."""
    lines = {one["pipe_id"]: one["geom"] for one in found["pipe"].values()}
    there = {one["pipe_id"] for one in before["pipe"].values()}
    for key, one in found["failure"].items():
        was = before["failure"][key]["pipe_id"]
        if was not in split or one["pipe_id"] not in lines:
            continue
        parts = [name for name in lines if name == was or name not in there]
        nearest = min(lines[name].distance(one["geom"]) for name in parts)
        assert lines[one["pipe_id"]].distance(one["geom"]) <= nearest + 1e-6 or one["pipe_id"] in there


@pytest.mark.parametrize(
    "seed",
    a_few_quick(
        [*range(QUICK), *(pytest.param(one, marks=pytest.mark.slow) for one in range(QUICK, SEQUENCES))], 1
    ),
)
def test_the_network_stays_connected_whatever_is_done(seed: int) -> None:
    gestures = Gestures(seed)
    names = []
    for _ in range(STEPS):
        gesture = GESTURES[gestures.random.integers(len(GESTURES))]
        names.append(gesture.__name__)
        before = gestures.desk.tables
        gestures.settled = None
        gesture(gestures)
        found = gestures.desk.tables
        try:
            _check_ends(found)
            _check_new_nodes(gestures.settled, found)
            if gesture not in (Gestures.undo, Gestures.redo, Gestures.draw):
                _check_heights(found, before)
            _check_parts(found)
            if gesture is Gestures.split:
                _check_links(found, before, {one["pipe_id"] for one in before["pipe"].values()})
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, after {', '.join(names)}: {error}") from error
    joints = _joints(gestures.desk.tables)
    gestures.desk.save()
    _check_ends(gestures.desk.tables)
    assert _joints(gestures.desk.tables) == joints, f"seed {seed}: a Save joins otherwise than gestures"
