"""A grid of streets, and somebody who edits its pipes in all ways in which edits reach the layer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.vertices import line_of, vertices_between, xyz
from waternet_plugin.operations.editing.save_edits import SaveRequest, SaveResult, save_edits
from waternet_plugin.operations.health.match_failures import MatchRequest, match_failures
from waternet_plugin.store import create_network
from waternet_plugin.store.network import Network

EAST, NORTH, SIDE, STEP_M = 500_000.0, 2_500_000.0, 3, 90.0
OFF_M = 0.42
# Where a copy of a pipe is pasted.
_ASIDE_M = np.array([1.84, 0.0])


def frame_of(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Return rows with their places."""
    return gpd.GeoDataFrame(rows, geometry="geom", crs="EPSG:4547")


def failure_beside(name: str, pipe: str, line: Any, share: float) -> dict[str, Any]:
    """Return a failure beside a pipe, as it is adopted: without a match."""
    spot = shapely.line_interpolate_point(line, share, normalized=True)
    row = {"failure_id": name, "kind": "main_break", "reported_pipe_id": pipe}
    return {**row, "date": pd.Timestamp("2019-05-06"), "geom": shapely.Point(spot.x + OFF_M, spot.y + 0.01)}


def write_streets(path: Path) -> None:
    """Write a grid of mains that are no straight lines, a failure on each, matched."""
    chance = np.random.default_rng(4)
    places = {
        (x, y): (EAST + STEP_M * x + chance.uniform(-9, 9), NORTH + STEP_M * y + chance.uniform(-9, 9))
        for x in range(SIDE)
        for y in range(SIDE)
    }
    names = {place: f"N-{number:04d}" for number, place in enumerate(places, 1)}
    pairs = [(one, (one[0] + 1, one[1])) for one in places] + [(one, (one[0], one[1] + 1)) for one in places]
    pairs = [(one, other) for one, other in pairs if other in places]
    common = {"system": "potable", "status": "in_use"}
    pipes = [
        {"pipe_id": f"P-{number:04d}", "from_node": names[one], "to_node": names[other], "material": "pe",
         "diameter_mm": 150.0, "install_year": 2001, "geom": shapely.LineString([places[one], places[other]]),
         **common}
        for number, (one, other) in enumerate(pairs, 1)
    ]  # fmt: skip
    nodes = [
        {"node_id": name, "kind": "junction", "geom": shapely.Point(places[place]), **common}
        for place, name in names.items()
    ]
    shares = chance.uniform(0.1, 0.9, len(pipes))
    failures = [
        failure_beside(f"F-{number:04d}", pipe["pipe_id"], pipe["geom"], share)
        for number, (pipe, share) in enumerate(zip(pipes, shares), 1)
    ]
    with create_network(path, "EPSG:4547", by="li") as network:
        with network.write("adopt") as batch:
            batch.insert("node", frame_of(nodes))
            batch.insert("pipe", frame_of(pipes))
        with network.write("adopt") as batch:
            batch.insert("failure", frame_of(failures))
        match_failures(network, MatchRequest())


class Hand:
    """Somebody who edits pipes in all ways in which edits reach the layer."""

    def __init__(self, network: Network, seed: int = 1) -> None:
        self.network = network
        self.chance = np.random.default_rng(seed)
        self.new_failures = 0
        self.saved = SaveResult("")

    def pipes(self) -> dict[str, tuple[int, Any]]:
        """Return number and row of all pipes by id."""
        fids = self.network.read("pipe", ["fid"], geometry=False)["fid"]
        rows = self.network.rows("pipe", [int(fid) for fid in fids])
        return {str(row["pipe_id"]): (fid, row) for fid, row in rows.items()}

    def some(self) -> tuple[str, int, Any]:
        """Return one pipe at random: its id, number and row."""
        pipes = self.pipes()
        name = sorted(pipes)[self.chance.integers(len(pipes))]
        return (name, *pipes[name])

    def save(self, *edits: RowEdit) -> str:
        """Save edits and return their batch."""
        self.saved = save_edits(self.network, SaveRequest(edits, self.network.position()))
        return self.saved.batch_id

    def rename_all(self, new: Callable[[str], str]) -> None:
        """Rename all pipes at once."""
        self.save(
            *(
                RowEdit("pipe", fid, row, {**row, "pipe_id": new(name)})
                for name, (fid, row) in self.pipes().items()
            )
        )

    # What is drawn of at random.

    def prefix(self) -> None:
        """Put letters before all ids, by the field calculator."""
        letters = "ABCDEF"[self.chance.integers(6)]
        self.rename_all(lambda name: f"{letters}{name}")

    def shift(self) -> None:
        """Give each pipe the id of the next one."""
        names = sorted(self.pipes())
        following = dict(zip(names, [*names[1:], f"Z-{len(names) + self.chance.integers(10**6)}"]))
        self.rename_all(following.__getitem__)

    def rename(self, name: str, new: str) -> None:
        """Rename one pipe."""
        fid, row = self.pipes()[name]
        self.save(RowEdit("pipe", fid, row, {**row, "pipe_id": new}))

    def exchange(self) -> None:
        """Exchange two ids, by way of a third: at once that is refused."""
        one, other = (self.some()[0] for _one in range(2))
        if one != other:
            # Where an exchange was undone in part, its third id is still there.
            third = f"{one}-{other}-between"
            self.rename(one, third)
            self.rename(other, one)
            self.rename(third, other)

    def _parts(self, row: Any, many: int) -> list[Any]:
        vertices = xyz(row["geom"])
        whole = float(row["geom"].length)
        cuts = [0.0, *np.sort(self.chance.uniform(0.1, 0.9, many - 1)) * whole, whole]
        return [line_of(vertices_between(vertices, *pair)) for pair in zip(cuts, cuts[1:])]

    def split(self, name: str = "") -> None:
        """Split a pipe as QGIS's tool does, one at random where none is named."""
        fid, row = self.pipes()[name or self.some()[0]]
        first, *others = self._parts(row, 2)
        self.save(
            RowEdit("pipe", fid, row, {**row, "geom": first}),
            *(RowEdit("pipe", -2, None, {**row, "geom": one}) for one in others),
        )

    def split_in_place(self) -> None:
        """Split a pipe into three new rows, as editing in place does."""
        name, fid, row = self.some()
        parts = self._parts(row, 3)
        names = [f"{name}_{number}" for number in range(len(parts))]
        if self.chance.random() < 0.5:
            names[int(self.chance.integers(3))] = name
        self.save(
            RowEdit("pipe", fid, row, None),
            *(
                RowEdit("pipe", -2 - number, None, {**row, "pipe_id": own, "geom": part})
                for number, (own, part) in enumerate(zip(names, parts))
            ),
        )

    def add_again(self) -> None:
        """Delete a pipe and add it under another id, as scripts do."""
        name, fid, row = self.some()
        self.save(RowEdit("pipe", fid, row, None), RowEdit("pipe", -2, None, {**row, "pipe_id": f"{name}x"}))

    def merge(self) -> None:
        """Merge two pipes that only meet each other, by a row that stays or by a new one."""
        pipes = self.pipes()
        ends: dict[str, list[str]] = {}
        for name, (_fid, row) in pipes.items():
            for node in (row["from_node"], row["to_node"]):
                ends.setdefault(node, []).append(name)
        pairs = sorted(names for names in ends.values() if len(names) == 2 and names[0] != names[1])
        if not pairs:
            return
        one, other = pairs[self.chance.integers(len(pairs))]
        line = shapely.line_merge(shapely.union_all([pipes[name][1]["geom"] for name in (one, other)]))
        if line.geom_type != "LineString":
            return
        (fid, row), (gone, lost) = pipes[one], pipes[other]
        if self.chance.random() < 0.5:
            self.save(RowEdit("pipe", gone, lost, None), RowEdit("pipe", fid, row, {**row, "geom": line}))
        else:
            new = RowEdit("pipe", -2, None, {**row, "pipe_id": f"{one}_1", "geom": line})
            self.save(RowEdit("pipe", gone, lost, None), RowEdit("pipe", fid, row, None), new)

    def together(self) -> None:
        """Split a pipe, put a node on one, draw one between two and paste one, all with one Save."""
        pipes = self.pipes()
        names = [sorted(pipes)[number] for number in self.chance.integers(len(pipes), size=5)]
        _fid, row = pipes[names[0]]
        first, second = self._parts(row, 2)
        # A pipe that is drawn may end on a part; what is on top of it is drawn after the split.
        lines = {name: pipes[name][1]["geom"] for name in names[1:]} | {names[0]: second}
        spots = [
            shapely.line_interpolate_point(lines[name], self.chance.uniform(0.2, 0.8), normalized=True)
            for name in names
        ]
        common = {"system": "potable", "status": "in_use"}
        edits = [
            RowEdit("pipe", pipes[names[0]][0], row, {**row, "geom": first}),
            RowEdit("pipe", -2, None, {**row, "geom": second}),
            RowEdit("node", -3, None, {"kind": "junction", "geom": spots[1], **common}),
        ]
        if spots[0].distance(spots[2]) > 1.0:
            drawn = shapely.LineString([spots[0], spots[2]])
            edits.append(RowEdit("pipe", -4, None, {"material": "pe", "geom": drawn, **common}))
        copied = pipes[names[3]][1]
        aside = shapely.transform(copied["geom"], lambda places: places + _ASIDE_M)
        edits.append(RowEdit("pipe", -5, None, {**copied, "geom": aside}))
        self.save(*edits)

    def undo(self) -> None:
        """Undo the newest edit that can be."""
        batches = self.network.batches()
        edits = batches[(batches["kind"] == "edit") & batches["undone"].isna()]["batch_id"]
        newest = batches[~batches["kind"].isin(["match", "undo"])]["batch_id"]
        if len(edits) and len(newest) and edits.iloc[0] == newest.iloc[0]:
            self.network.undo(edits.iloc[0])

    def match(self) -> None:
        """Match failures anew."""
        match_failures(self.network, MatchRequest())

    def adopt(self) -> None:
        """Adopt a failure of this month, by the id of the day."""
        name, _fid, row = self.some()
        self.new_failures += 1
        made = failure_beside(f"G-{self.new_failures:04d}", name, row["geom"], self.chance.uniform(0.1, 0.9))
        with self.network.write("adopt") as batch:
            batch.insert("failure", frame_of([made]))

    def play(self, steps: int) -> list[str]:
        """Do something at random, so often; return what."""
        ways = [
            *(self.prefix, self.shift, self.exchange, self.split, self.split, self.split_in_place),
            *(self.add_again, self.merge, self.merge, self.together, self.undo, self.match, self.adopt),
        ]
        done = []
        for _step in range(steps):
            way = ways[self.chance.integers(len(ways))]
            way()
            done.append(way.__name__)
        return done
