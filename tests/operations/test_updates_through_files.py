"""Updates through files and the store: the network is what the file says, undo gives the state before."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.adoption_frames import CRS, mapping_of
from support.delivered_town import whole
from support.random_deliveries import FIELDS, PARTS, Pair, random_pairs, same_rows
from support.updating_frames import pipes
from support.workbook_files import plain_workbook

from waternet_plugin import store
from waternet_plugin.core.exchange.adoption.outcome.changed_rows import UpdateChoice
from waternet_plugin.operations.adoption import adopt_layers
from waternet_plugin.store.foreign.foreign import read_foreign
from waternet_plugin.store.network import Network


def _network(path: Path, pair: Pair) -> Network:
    """Make the network as it was delivered, and let people set what they set."""
    rows = pipes([{"pipe_id": name, **row} for name, row in sorted(pair.network.items())])
    rows = rows[["pipe_id", "system", "status", "street", "material", "diameter_mm", "install_year", "geom"]]
    first = rows.copy()
    for at, name in enumerate(rows["pipe_id"]):
        for field in pair.persons.get(name, ()):
            if field == "geom":
                first.loc[at, "geom"] = rows["geom"][at].segmentize(40)
            else:
                other = {"material": "lead", "street": "before", "diameter_mm": 7.0, "install_year": 1950.0}
                first.loc[at, field] = other[field]
    network = store.create_network(path, CRS, by="li")
    with network.write("adopt") as batch:
        batch.insert("pipe", first)
    touched = [name for name in rows["pipe_id"] if name in pair.persons]
    if touched:
        with network.write("edit") as batch:
            batch.update("pipe", rows[rows["pipe_id"].isin(touched)].reset_index(drop=True))
    return network


ENDS = ("X1", "Y1", "X2", "Y2")
ENDINGS = ("geojson", "csv", "gpkg", "shp", "xlsx")


def _written(path: Path, pair: Pair) -> dict[str, Any]:
    """Write the file that comes next, and return what a mapping says of its places."""
    if path.suffix not in (".csv", ".xlsx"):
        frame = pair.frame()
        # A column of a table of features has one type.
        frame = frame.astype({"DN": float, "YEAR": float}) if path.suffix != ".geojson" else frame
        frame.to_file(path, engine="pyogrio")
        return {}
    names = list(FIELDS)
    rows = [[*FIELDS.values(), *ENDS]]
    rows += [
        [*(row[name] for name in names), *np.asarray(row["geom"].coords)[[0, -1]].ravel().tolist()]
        for row in pair.file
    ]
    if path.suffix == ".xlsx":
        path.write_bytes(plain_workbook({"管线": rows}))
    else:
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
    return {"geometry": dict(zip(("x", "y", "end_x", "end_y"), ENDS)), "crs": CRS}


def _update(network: Network, path: Path, pair: Pair, places: dict[str, Any]):
    read = read_foreign(str(path))
    choice = UpdateChoice(**pair.choice)
    mapping = mapping_of(FIELDS, **PARTS, **places)
    part = adopt_layers.MappedFrame(path.name, read, mapping, "pipe", choice=choice)
    return adopt_layers.adopt_all(network, [part], backup=False)[0]


def _check(seed: int, folder: Path, ending: str = "geojson", many: int = 20) -> None:
    pair = random_pairs(np.random.default_rng(seed), many)
    path = folder / f"next_{seed}.{ending}"
    places = _written(path, pair)
    with _network(folder / f"town_{seed}.gpkg", pair) as network:
        before = whole(network)
        done = _update(network, path, pair, places)
        assert same_rows(network.read("pipe"), pair.expected()) is None
        names = [name for name in before if name not in (*FIELDS, "geom", "length_m") and "map_" not in name]
        after = whole(network)
        kept = after[after["pipe_id"].isin(before["pipe_id"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(kept[names], before[names])
        batches = len(network.batches())
        again = _update(network, path, pair, places)
        assert (again.batch_id, again.result.update.rows_changed) == ("", 0)
        assert len(network.batches()) == batches
        if done.batch_id:
            network.undo(done.batch_id)
        pd.testing.assert_frame_equal(whole(network), before)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ENDINGS)
def test_networks_are_what_their_files_say(tmp_path: Path, ending: str) -> None:
    _check(1, tmp_path, ending, many=5)


@pytest.mark.slow
@pytest.mark.sweep
@pytest.mark.parametrize("ending", ENDINGS)
def test_two_hundred_networks_are_what_their_files_say(tmp_path: Path, ending: str) -> None:
    for seed in range(2, 22):
        _check(seed, tmp_path, ending, many=2)
