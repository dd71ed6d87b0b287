"""Whatever becomes of pipes, no row of any table names one that is gone, unless the Save says so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.edited_streets import Hand, frame_of, write_streets

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.references import Reference, ids_in, references
from waternet_plugin.core.schema.tables import EDITING, Field, table
from waternet_plugin.operations.checks.repair_network import plan_repairs, write_repairs
from waternet_plugin.store import open_network
from waternet_plugin.store.network import Network

NAMING = [one for one in references() if "pipe" in one.targets and one.table != "failure"]
WAYS = ("prefix", "shift", "split", "split_in_place", "add_again", "exchange", "merge")


def _value(field: Field, number: int) -> Any:
    if field.domain:
        return next(iter(domain(field.domain)))
    if field.type in ("date", "datetime"):
        return pd.Timestamp("2024-05-06")
    return f"{field.name}-{number}" if field.type == "text" else number


def _rows(one: Reference, pipes: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each pipe that names it, with nothing but what it must have."""
    described = table(one.table)
    names = {field.name for field in described.fields if field.required} | {described.id_field}
    fields = [field for field in described.fields if field.name in names]
    rows = []
    for number, (name, line) in enumerate(zip(pipes["pipe_id"], pipes["geom"])):
        row = {field.name: _value(field, number) for field in fields} | {one.field: name}
        if described.id_field in described.field_names and described.id_field != one.field:
            # A table may name pipes in two fields.
            row[described.id_field] = f"{one.field}-{number}"
        if described.has_geometry:
            spot = shapely.line_interpolate_point(line, 0.5, normalized=True)
            shapes = {"MultiLineString": shapely.MultiLineString([line]), "Point": shapely.Point(spot)}
            row["geom"] = shapes[described.geometry]
        rows.append(row)
    if one.is_list:
        # Lists of two pipes each.
        for row, other in zip(rows, pipes["pipe_id"].tolist()[1:]):
            row[one.field] = f"{row[one.field]};{other}"
    if described.has_geometry:
        return gpd.GeoDataFrame(rows, geometry="geom", crs="EPSG:4547")
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def _named_streets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Streets with a row of every table and column that can name a pipe, for each of them."""
    path = tmp_path_factory.mktemp("named") / "streets.gpkg"
    write_streets(path)
    with open_network(path, by="li") as network:
        pipes = network.read("pipe", ["pipe_id"])
        with network.write("adopt") as batch:
            for one in NAMING:
                batch.insert(one.table, _rows(one, pipes))
    return path


@pytest.fixture
def network(_named_streets: Path, tmp_path: Path) -> Iterator[Network]:
    """The streets, open."""
    with open_network(shutil.copy(_named_streets, tmp_path / "streets.gpkg"), by="li") as opened:
        yield opened


def orphans(network: Network) -> set[tuple[str, str]]:
    """Return the tables and columns that name a pipe that is not there."""
    there = set(network.read("pipe", ["pipe_id"], geometry=False)["pipe_id"])
    found = set()
    for one in references():
        if "pipe" in one.targets:
            values = network.read(one.table, [one.field], geometry=False)[one.field].dropna()
            named = {name for value in values for name in ids_in(one.table, one.field, value)}
            if not named <= there:
                found.add((one.table, one.field))
    return found


def _kept(network: Network) -> dict[str, set[str]]:
    """Return the rows of all tables that name pipes, in words."""
    found = {}
    for one in NAMING:
        columns = [name for name in table(one.table).field_names if name not in EDITING]
        columns += ["batch_id"] if not table(one.table).is_editable else []
        frame = network.read(one.table, ["fid", *columns], geometry=False)
        found[one.table] = {str(row) for row in frame.itertuples(index=False)}
    return found


@pytest.mark.slow
def test_every_reference_is_walked(network: Network) -> None:
    assert {"assessment", "project_pipe", "survey_row"} <= {one.table for one in NAMING}
    assert all(network.count(one.table) for one in NAMING)


@pytest.mark.slow
@pytest.mark.parametrize(
    "way", ["merge", *(pytest.param(way, marks=pytest.mark.slow) for way in WAYS if way != "merge")]
)
def test_no_row_names_a_pipe_that_is_gone(network: Network, way: str) -> None:
    before = _kept(network)
    hand = Hand(network)
    if way == "merge":
        # What a split made is taken away by the merge.
        hand.split()
        hand.merge()
    else:
        getattr(hand, way)()
    assert not orphans(network)
    batches = network.batches()
    for batch in batches[batches["kind"] == "edit"]["batch_id"]:
        network.undo(batch)
    assert _kept(network) == before


@pytest.mark.parametrize("rule", ["tee_without_node", pytest.param("duplicate_pipe", marks=pytest.mark.slow)])
def test_no_repair_leaves_a_row_without_its_pipe(network: Network, rule: str) -> None:
    row = network.read("pipe").iloc[[0]].copy()
    common = {"system": "potable", "status": "in_use"}
    if rule == "duplicate_pipe":
        row["pipe_id"] = "P-AGAIN"
        with network.write("adopt") as batch:
            batch.insert("pipe", row.drop(columns=[*EDITING, "fid"], errors="ignore"))
    else:
        # A pipe that ends on the middle of another.
        line = row["geom"].iloc[0]
        middle = line.interpolate(0.5, normalized=True)
        far = shapely.Point(middle.x, middle.y - 20)
        nodes = [
            {"node_id": name, "kind": "junction", "geom": place, **common}
            for name, place in (("N-X", middle), ("N-Y", far))
        ]
        side = {"pipe_id": "P-SIDE", "from_node": "N-X", "to_node": "N-Y", "material": "pe",
                "diameter_mm": 100.0, "geom": shapely.LineString([middle, far]), **common}  # fmt: skip
        with network.write("adopt") as batch:
            batch.insert("node", frame_of(nodes))
            batch.insert("pipe", frame_of([side]))
    before = _kept(network)
    plan = plan_repairs(network, rule)
    assert plan.repaired.deleted["pipe"], plan.repaired.refused
    done = write_repairs(network, plan, name="Repair")
    assert not orphans(network)
    network.undo(done)
    assert _kept(network) == before


@pytest.mark.slow
def test_a_deleted_pipe_is_told_with_all_that_names_it(network: Network) -> None:
    hand = Hand(network)
    _name, fid, row = hand.some()
    hand.save(RowEdit("pipe", fid, row, None))
    told = {(one.table, one.field) for one in hand.saved.left}
    assert orphans(network) - {("scenario_pipe", "pipe_id"), ("scenario_device", "pipe_id")} <= told
    assert ("assessment", "pipe_id") in told


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_no_sequence_leaves_a_row_without_its_pipe(network: Network, seed: int) -> None:
    hand = Hand(network, seed)
    done = []
    for _step in range(6):
        way = WAYS[hand.chance.integers(len(WAYS))]
        getattr(hand, way)()
        done.append(way)
        assert not orphans(network), done
