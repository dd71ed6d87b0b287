"""Updates through files and the store: the network is what the file says, undo gives the state before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.adoption_frames import CRS, mapping_of
from support.delivered_town import whole
from support.random_deliveries import FIELDS, PARTS, Pair, random_pairs, same_rows
from support.updating_frames import pipes

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


def _update(network: Network, path: Path, pair: Pair):
    read = read_foreign(str(path))
    choice = UpdateChoice(**pair.choice)
    part = adopt_layers.MappedFrame(path.name, read, mapping_of(FIELDS, **PARTS), "pipe", choice=choice)
    return adopt_layers.adopt_all(network, [part], backup=False)[0]


def _check(seed: int, folder: Path) -> None:
    pair = random_pairs(np.random.default_rng(seed), 20)
    # A file has one type a column: years and bores as texts, as a spreadsheet saves them.
    path = folder / f"next_{seed}.geojson"
    pair.frame().to_file(path, driver="GeoJSON")
    with _network(folder / f"town_{seed}.gpkg", pair) as network:
        before = whole(network)
        done = _update(network, path, pair)
        assert same_rows(network.read("pipe"), pair.expected()) is None
        names = [name for name in before if name not in (*FIELDS, "geom", "length_m") and "map_" not in name]
        after = whole(network)
        kept = after[after["pipe_id"].isin(before["pipe_id"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(kept[names], before[names])
        batches = len(network.batches())
        again = _update(network, path, pair)
        assert (again.batch_id, again.result.update.rows_changed) == ("", 0)
        assert len(network.batches()) == batches
        if done.batch_id:
            network.undo(done.batch_id)
        pd.testing.assert_frame_equal(whole(network), before)


@pytest.mark.slow
def test_networks_are_what_their_files_say(tmp_path: Path) -> None:
    _check(1, tmp_path)


@pytest.mark.slow
def test_two_hundred_networks_are_what_their_files_say(tmp_path: Path) -> None:
    for seed in range(2, 12):
        _check(seed, tmp_path)
