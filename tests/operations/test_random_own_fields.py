"""Whatever fields and codes users add: splitting, merging, copying out and adopting again keep them."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
import shapely
import shapely.ops
from hypothesis import given, settings
from support.random_own_fields import WHOLE_NETWORKS, OwnThings, Twins, own_things, same, twins
from support.store_helpers import CRS, pipe_frame

from waternet_plugin import store
from waternet_plugin.bridge.export.export_files import export_tables
from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.operations.adoption.adopt_one_layer import AdoptLayerRequest, adopt_layer
from waternet_plugin.operations.adoption.adoption_target import own_tables_of
from waternet_plugin.operations.editing.save_edits import SaveRequest, save_edits
from waternet_plugin.store.network import Network

ASSET = "P00001"
FEW = settings(WHOLE_NETWORKS, max_examples=2)


def made(path: Path, own: OwnThings) -> Network:
    network = store.create_network(path, CRS)
    with network.write("own") as batch:
        for field in own.fields:
            batch.add_field(field)
        batch.add_code(own.code)
    return network


def town(path: Path, own: OwnThings) -> Network:
    network = made(path, own)
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(3))
    with network.write("edit") as batch:
        batch.update("pipe", own.frame(ASSET, own.before))
    return network


def assert_have(network: Network, own: OwnThings, ids: list[str]) -> None:
    names = [field.name for field in own.fields]
    found = network.read(
        "pipe", ["pipe_id", *names, own.code.domain], ids=ids, geometry=False, as_stored=True
    )
    assert sorted(found["pipe_id"]) == sorted(ids)
    for _, row in found.iterrows():
        assert {name: row[name] for name in names if not same(row[name], own.before[name])} == {}
        assert row[own.code.domain] == own.code.code


def split_and_merge(network: Network, own: OwnThings) -> None:
    ((key, row),) = network.rows_where("pipe", "pipe_id", [ASSET]).items()
    halves = [shapely.ops.substring(row["geom"], *span, normalized=True) for span in ((0, 0.5), (0.5, 1))]
    edits = (
        RowEdit("pipe", key, row, {**row, "geom": halves[0]}),
        RowEdit("pipe", -2, None, {**row, "pipe_id": "HALF", "geom": halves[1]}),
    )
    done = save_edits(network, SaveRequest(edits, network.position()))
    assert_have(network, own, [ASSET, "HALF"])
    rows = network.rows_where("pipe", "pipe_id", [ASSET, "HALF"])
    (other,) = [fid for fid in rows if fid != key]
    edits = (
        RowEdit("pipe", key, rows[key], {**rows[key], "geom": row["geom"]}),
        RowEdit("pipe", other, rows[other], None),
    )
    merged = save_edits(network, SaveRequest(edits, network.position()))
    assert_have(network, own, [ASSET])
    network.undo(merged.batch_id)
    assert_have(network, own, [ASSET, "HALF"])
    network.undo(done.batch_id)
    assert_have(network, own, [ASSET])


def out_and_in(folder: Path, network: Network, own: OwnThings, suffix: str) -> None:
    """Export the pipes and adopt them by the mapping that is guessed, into a network with the same fields."""
    path = folder / f"out{suffix}"
    export_tables(network, ["pipe"], path)
    with made(folder / f"again{suffix}.gpkg", own) as again:
        looked = adopt_layer(again, AdoptLayerRequest(str(path), table="pipe", dry_run=True))
        assert looked.guessed_mapping is not None
        mapping = looked.guessed_mapping.to_json()
        wanted = {name for name, value in own.before.items() if value is not None}
        assert wanted <= set(json.loads(mapping)["fields"])
        known = own_tables_of(again)
        adopt_layer(again, AdoptLayerRequest(str(path), mapping=mapping, table="pipe", own=known))
        assert_have(again, own, [ASSET])


def check(own: OwnThings) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with town(folder / "town.gpkg", own) as network:
            split_and_merge(network, own)
            out_and_in(folder, network, own, ".gpkg")


@pytest.mark.slow
@FEW
@given(own=own_things())
def test_they_survive_splitting_merging_and_copying(own: OwnThings) -> None:
    check(own)


@pytest.mark.sweep
@settings(FEW, max_examples=30)
@given(own=own_things())
def test_they_survive_whatever_they_are(own: OwnThings) -> None:
    check(own)


def twin_town(path: Path, both: Twins) -> Network:
    with store.create_network(path, CRS) as network:
        both.add(network)
    return store.open_network(path)


def check_twins(both: Twins) -> None:
    """Split a pipe, copy it out and adopt it again: both fields hold the same all the way."""
    value = both.values[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with twin_town(folder / "town.gpkg", both) as network:
            with network.write("adopt") as batch:
                batch.insert("pipe", pipe_frame(3))
            with network.write("edit") as batch:
                batch.update("pipe", both.frame(ASSET, value))
            ((key, row),) = network.rows_where("pipe", "pipe_id", [ASSET]).items()
            halves = [
                shapely.ops.substring(row["geom"], *span, normalized=True) for span in ((0, 0.5), (0.5, 1))
            ]
            edits = (
                RowEdit("pipe", key, row, {**row, "geom": halves[0]}),
                RowEdit("pipe", -2, None, {**row, "pipe_id": "HALF", "geom": halves[1]}),
            )
            save_edits(network, SaveRequest(edits, network.position()))
            assert_alike(network, both, value, [ASSET, "HALF"])
            export_tables(network, ["pipe"], folder / "out.gpkg")
        with twin_town(folder / "again.gpkg", both) as again:
            source = str(folder / "out.gpkg")
            looked = adopt_layer(again, AdoptLayerRequest(source, table="pipe", dry_run=True))
            assert looked.guessed_mapping is not None
            if value is not None:
                assert {"here", "there"} <= set(looked.guessed_mapping.fields)
            mapping, known = looked.guessed_mapping.to_json(), own_tables_of(again)
            adopt_layer(again, AdoptLayerRequest(source, mapping=mapping, table="pipe", own=known))
            assert_alike(again, both, value, [ASSET, "HALF"])


def assert_alike(network: Network, both: Twins, value: object, ids: list[str]) -> None:
    found = network.read("pipe", ["pipe_id", "here", "there"], ids=ids, geometry=False)
    assert sorted(found["pipe_id"]) == sorted(ids)
    for _, row in found.iterrows():
        assert same(row["here"], value) and same(row["there"], both.there(value)), (both, row.to_dict())


@pytest.mark.slow
@FEW
@given(both=twins())
def test_two_forms_of_a_type_survive_splitting_and_copying_alike(both: Twins) -> None:
    check_twins(both)


@pytest.mark.sweep
@settings(FEW, max_examples=30)
@given(both=twins())
def test_two_forms_of_a_type_come_again_alike_whatever_they_hold(both: Twins) -> None:
    check_twins(both)
