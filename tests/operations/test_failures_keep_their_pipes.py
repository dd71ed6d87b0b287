"""Whatever becomes of pipes and their ids, each failure is on the pipe or the part it happened on.

``WATERNET_SEQUENCES`` says how many random sequences the sweep tries, ``WATERNET_SEED`` with which seed they
begin.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from support.edited_streets import OFF_M, Hand, failure_beside, frame_of, write_streets

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.exchange.mapping.mapping_file import from_dict
from waternet_plugin.operations.adoption import adopt_layers
from waternet_plugin.operations.health.assess_health import AssessRequest, assess_health
from waternet_plugin.store import open_network
from waternet_plugin.store.network import Network

SEQUENCES = int(os.environ.get("WATERNET_SEQUENCES", "500"))
FIRST_SEED = int(os.environ.get("WATERNET_SEED", "1"))


@pytest.fixture(scope="session")
def _streets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("streets") / "streets.gpkg"
    write_streets(path)
    return path


@pytest.fixture
def network(_streets: Path, tmp_path: Path) -> Iterator[Network]:
    """The streets, open."""
    with open_network(shutil.copy(_streets, tmp_path / "streets.gpkg"), by="li") as opened:
        yield opened


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


@pytest.mark.slow
@pytest.mark.parametrize(
    "way", ["prefix", "shift", "split", "split_in_place", "add_again", "exchange", "merge", "together"]
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


@pytest.mark.slow
def test_an_assessment_after_new_failures_leaves_the_others_where_they_are(network: Network) -> None:
    hand = Hand(network)
    hand.shift()
    hand.adopt()
    assess_health(network, AssessRequest())
    assert not wrong(network)


@pytest.mark.slow
def test_a_file_of_later_months_may_use_the_old_numbers(network: Network) -> None:
    hand = Hand(network)
    name, _fid, row = hand.some()
    hand.prefix()
    with network.write("adopt") as batch:
        batch.insert("failure", frame_of([failure_beside("LATE", name, row["geom"], 0.5)]))
    hand.match()
    assert not wrong(network)
    late = network.read("failure", ids=["LATE"]).iloc[0]
    assert name in late["match_reason"] and late["pipe_id"] in late["match_reason"]


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_pipe_that_a_person_gave_a_failure_is_kept(network: Network) -> None:
    hand = Hand(network)
    (fid,) = network.read("failure", ["fid"], ids=["F-0001"], geometry=False)["fid"]
    ((key, row),) = network.rows("failure", [int(fid)]).items()
    hand.save(RowEdit("failure", key, row, {**row, "pipe_id": "P-0007"}))
    hand.match()
    assert network.read("failure", ids=["F-0001"])["pipe_id"].tolist() == ["P-0007"]


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
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
