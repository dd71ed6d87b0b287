"""Whatever becomes of pipes and their ids, each failure is on the pipe or the part it happened on.

``WATERNET_SEQUENCES`` says how many random sequences the sweep tries, ``WATERNET_SEED`` with which seed they
begin.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.exchange.mapping.mapping_file import from_dict
from waternet_plugin.core.vertices import line_of, vertices_between, xyz
from waternet_plugin.operations import adopt_layers
from waternet_plugin.operations.assess_health import AssessRequest, assess_health
from waternet_plugin.operations.match_failures import MatchRequest, match_failures
from waternet_plugin.operations.save_edits import SaveRequest, save_edits
from waternet_plugin.store import create_network, open_network
from waternet_plugin.store.network import Network

EAST, NORTH, SIDE, STEP_M = 500_000.0, 2_500_000.0, 3, 90.0
OFF_M = 0.42
SEQUENCES = int(os.environ.get("WATERNET_SEQUENCES", "500"))
FIRST_SEED = int(os.environ.get("WATERNET_SEED", "1"))


def _frame(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry="geom", crs="EPSG:4547")


def _failure(name: str, pipe: str, line: Any, share: float) -> dict[str, Any]:
    """Return a failure beside a pipe, as it is adopted: without a match."""
    spot = shapely.line_interpolate_point(line, share, normalized=True)
    row = {"failure_id": name, "kind": "main_break", "reported_pipe_id": pipe}
    return {**row, "date": pd.Timestamp("2019-05-06"), "geom": shapely.Point(spot.x + OFF_M, spot.y + 0.01)}


@pytest.fixture(scope="session")
def _streets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A grid of mains that are no straight lines, a failure on each, matched."""
    path = tmp_path_factory.mktemp("streets") / "streets.gpkg"
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
        _failure(f"F-{number:04d}", pipe["pipe_id"], pipe["geom"], share)
        for number, (pipe, share) in enumerate(zip(pipes, shares), 1)
    ]
    with create_network(path, "EPSG:4547", by="li") as network:
        with network.write("adopt") as batch:
            batch.insert("node", _frame(nodes))
            batch.insert("pipe", _frame(pipes))
        with network.write("adopt") as batch:
            batch.insert("failure", _frame(failures))
        match_failures(network, MatchRequest())
    return path


@pytest.fixture
def network(_streets: Path, tmp_path: Path) -> Iterator[Network]:
    """The streets, open."""
    with open_network(shutil.copy(_streets, tmp_path / "streets.gpkg"), by="li") as opened:
        yield opened


class Hand:
    """Somebody who edits pipes in all ways in which edits reach the layer."""

    def __init__(self, network: Network, seed: int = 1) -> None:
        self.network = network
        self.chance = np.random.default_rng(seed)
        self.new_failures = 0

    def pipes(self) -> dict[str, tuple[int, Any]]:
        """Return number and row of all pipes by id."""
        fids = self.network.read("pipe", ["fid"], geometry=False)["fid"]
        rows = self.network.rows("pipe", [int(fid) for fid in fids])
        return {str(row["pipe_id"]): (fid, row) for fid, row in rows.items()}

    def some(self) -> tuple[str, int, Any]:
        pipes = self.pipes()
        name = sorted(pipes)[self.chance.integers(len(pipes))]
        return (name, *pipes[name])

    def save(self, *edits: RowEdit) -> str:
        return save_edits(self.network, SaveRequest(edits, self.network.position())).batch_id

    def rename_all(self, new: Callable[[str], str]) -> None:
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
        fid, row = self.pipes()[name]
        self.save(RowEdit("pipe", fid, row, {**row, "pipe_id": new}))

    def exchange(self) -> None:
        """Exchange two ids, by way of a third: at once that is refused."""
        one, other = (self.some()[0] for _one in range(2))
        if one != other:
            self.rename(one, "BETWEEN")
            self.rename(other, one)
            self.rename("BETWEEN", other)

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
        made = _failure(f"G-{self.new_failures:04d}", name, row["geom"], self.chance.uniform(0.1, 0.9))
        with self.network.write("adopt") as batch:
            batch.insert("failure", _frame([made]))

    def play(self, steps: int) -> list[str]:
        """Do something at random, so often; return what."""
        ways = [
            *(self.prefix, self.shift, self.exchange, self.split, self.split, self.split_in_place),
            *(self.add_again, self.merge, self.merge, self.undo, self.match, self.adopt),
        ]
        done = []
        for _step in range(steps):
            way = ways[self.chance.integers(len(ways))]
            way()
            done.append(way.__name__)
        return done


def wrong(network: Network) -> list[str]:
    """Return the failures that are on another pipe than they happened on, or on none."""
    frame = network.read("pipe", ["pipe_id"])
    pipes = dict(zip(frame["pipe_id"], frame["geom"]))
    rows = network.read("failure", ["failure_id", "pipe_id", "match_state"])
    found = []
    for row in rows.itertuples():
        if (
            row.match_state != "matched"
            or row.pipe_id not in pipes
            or pipes[row.pipe_id].distance(row.geom) > OFF_M + 0.02
        ):
            found.append(f"{row.failure_id} on {row.pipe_id}")
    return found


@pytest.mark.parametrize(
    "way", ["prefix", "shift", "split", "split_in_place", "add_again", "exchange", "merge"]
)
def test_failures_stay_after_an_edit_and_after_matching_anew(network: Network, way: str) -> None:
    hand = Hand(network)
    if way == "merge":
        hand.split()
    getattr(hand, way)()
    assert not wrong(network)
    hand.adopt()
    hand.match()
    assert not wrong(network)


def test_an_assessment_after_new_failures_leaves_the_others_where_they_are(network: Network) -> None:
    hand = Hand(network)
    hand.shift()
    hand.adopt()
    assess_health(network, AssessRequest())
    assert not wrong(network)


def test_a_file_of_later_months_may_use_the_old_numbers(network: Network) -> None:
    hand = Hand(network)
    name, _fid, row = hand.some()
    hand.prefix()
    with network.write("adopt") as batch:
        batch.insert("failure", _frame([_failure("LATE", name, row["geom"], 0.5)]))
    hand.match()
    assert not wrong(network)
    late = network.read("failure", ids=["LATE"]).iloc[0]
    assert name in late["match_reason"] and late["pipe_id"] in late["match_reason"]


def test_customers_and_orders_of_later_months_may_use_the_old_numbers(network: Network) -> None:
    hand = Hand(network, 3)
    name, _fid, row = hand.some()
    hand.split(name)
    hand.prefix()
    points = [shapely.line_interpolate_point(row["geom"], share, normalized=True) for share in (0.02, 0.98)]
    frame = gpd.GeoDataFrame({"ID": ["A", "B"], "PIPE": [name, name]}, geometry=points, crs="EPSG:4547")
    for table, id_field, field in (("customer", "customer_id", "pipe_id"), ("work_item", "item_id", "asset")):
        mapping = {"fields": {id_field: "ID", field: "PIPE"}}
        if table == "work_item":
            mapping["defaults"] = {"type": "patrol", "state": "open"}
        part = adopt_layers.MappedFrame(table, frame, from_dict(mapping), table)
        (written,) = adopt_layers.adopt_all(network, [part])
        assert any("former ids" in note for note in written.result.notes)
        lines = {one: row["geom"] for one, (_fid, row) in hand.pipes().items()}
        for adopted in network.read(table).itertuples():
            assert lines[getattr(adopted, field)].distance(adopted.geom) < 0.01


def test_a_failure_of_a_pipe_that_was_deleted_is_an_orphan(network: Network) -> None:
    hand = Hand(network)
    name, fid, row = hand.some()
    hand.save(RowEdit("pipe", fid, row, None))
    hand.match()
    states = network.read("failure", ["reported_pipe_id", "match_state"], geometry=False)
    assert states[states["match_state"] == "orphan"]["reported_pipe_id"].tolist() == [name]
    hand.network.undo(hand.network.batches().query("kind == 'edit'")["batch_id"].iloc[0])
    hand.match()
    assert not wrong(network)


def test_a_pipe_that_a_person_gave_a_failure_is_kept(network: Network) -> None:
    hand = Hand(network)
    (fid,) = network.read("failure", ["fid"], ids=["F-0001"], geometry=False)["fid"]
    ((key, row),) = network.rows("failure", [int(fid)]).items()
    hand.save(RowEdit("failure", key, row, {**row, "pipe_id": "P-0007"}))
    hand.match()
    assert network.read("failure", ids=["F-0001"])["pipe_id"].tolist() == ["P-0007"]


@pytest.mark.parametrize("seed", range(2))
def test_any_sequence_leaves_failures_on_their_pipes(network: Network, seed: int) -> None:
    hand = Hand(network, seed)
    done = hand.play(8)
    hand.match()
    assert not wrong(network), done


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + SEQUENCES))
def test_many_sequences_leave_failures_on_their_pipes(network: Network, seed: int) -> None:
    hand = Hand(network, 1000 + seed)
    done = hand.play(10)
    hand.match()
    assert not wrong(network), done
