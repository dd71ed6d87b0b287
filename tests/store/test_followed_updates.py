"""A kept network follows updates of pipes by what the log says, as if it had read them again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from support.store_helpers import foreign

from waternet_plugin.core.schema.own_codes import CodeRequest
from waternet_plugin.operations.network.live_network import LiveNetwork


@pytest.fixture
def kept(town):
    """The network, read before anything of it is changed."""
    network = LiveNetwork(town.uri)
    with network.answering():
        assert len(network.graph.pipes) == 20
    return network


@pytest.fixture
def tables_read(town, kept, monkeypatch):
    """Return the tables that are read from now on."""
    found = []
    kind = type(town)
    read = kind.read

    def noting(self, table, *arguments, **named):
        found.append(table)
        return read(self, table, *arguments, **named)

    monkeypatch.setattr(kind, "read", noting)
    return found


def _pipes(kept):
    with kept.answering():
        held = kept.graph
        frame = held.pipes.assign(measured_m=held.graph.length_m, wkb=shapely.to_wkb(held.pipes.geom))
        return pd.DataFrame(frame.drop(columns="geom")).sort_values("pipe_id", ignore_index=True)


def _assert_like_fresh(kept):
    pd.testing.assert_frame_equal(_pipes(kept), _pipes(LiveNetwork(kept.uri)))


@pytest.mark.either_store
def test_what_the_log_says_is_not_read(town, kept, tables_read):
    with town.write("edit") as batch:
        batch.update_rows(
            "pipe",
            {
                1: {"diameter_mm": 0.1 + 0.2, "street": '新街 "7"\t\\'},
                2: {"diameter_mm": None, "material": None},
                3: {"depth_start_m": -1e-7, "note": "dug up"},
                4: {"status": "abandoned", "flow": "reverse"},
            },
        )
    with town.write("edit") as batch:
        batch.update_rows("pipe", {1: {"diameter_mm": 100 / 3}, 3: {"depth_start_m": 2}})
    with kept.answering():
        pipes = kept.graph.pipes.set_index("pipe_id")
        assert pipes.loc["P00000", ["diameter_mm", "street"]].tolist() == [100 / 3, '新街 "7"\t\\']
        assert np.isnan(pipes.loc["P00001", "diameter_mm"]) and pipes.loc["P00001", "material"] is None
        assert pipes.loc["P00002", "depth_start_m"] == 2
    assert tables_read == []
    _assert_like_fresh(kept)


@pytest.mark.either_store
def test_codes_of_ones_own_count_as_ours(town, kept, tables_read):
    with town.write("setting") as batch:
        batch.add_code(CodeRequest("material", "k9_iron", "K9 iron", "K9球墨铸铁", "ductile_iron"))
    with town.write("edit") as batch:
        batch.update_rows("pipe", {1: {"material": "k9_iron"}})
    with kept.answering():
        assert kept.graph.pipes.set_index("pipe_id").loc["P00000", "material"] == "ductile_iron"
    assert tables_read == []
    _assert_like_fresh(kept)


@pytest.mark.either_store
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE pipe SET length_m = 7.5 WHERE fid = 2",
        "UPDATE pipe SET pipe_id = 'X1', diameter_mm = 90 WHERE fid = 2",
        "UPDATE pipe SET from_node = 'N1' WHERE fid = 2",
        "UPDATE pipe SET geom = (SELECT geom FROM pipe WHERE fid = 9) WHERE fid = 2",
        "DELETE FROM pipe WHERE fid = 2",
    ],
)
def test_rows_with_other_lines_lengths_or_ids_are_read(town, kept, tables_read, sql):
    foreign(town, "UPDATE pipe SET diameter_mm = 80, status = 'abandoned' WHERE fid = 5")
    foreign(town, sql)
    with kept.answering():
        pass
    assert tables_read == ["pipe"]
    _assert_like_fresh(kept)


@pytest.mark.parametrize("value", ["'thick'", "9e999", "1e300"])
def test_values_that_are_not_of_their_type_are_read(town, kept, tables_read, value):
    foreign(town, f"UPDATE pipe SET diameter_mm = {value} WHERE fid = 2")
    with kept.answering():
        pass
    assert tables_read == ["pipe"]
    _assert_like_fresh(kept)


def test_entries_that_cannot_be_read_have_the_row_read(town, kept, tables_read):
    foreign(town, "UPDATE pipe SET diameter_mm = 80 WHERE fid = 2")
    foreign(town, "UPDATE change_log SET after = 'nothing' WHERE seq = (SELECT max(seq) FROM change_log)")
    _assert_like_fresh(kept)
    assert tables_read[0] == "pipe"


@pytest.mark.either_store
def test_updates_are_told_by_id_and_field(town):
    seen = town.position()
    with town.write("edit") as batch:
        batch.update_rows("pipe", {1: {"diameter_mm": 80.0}, 2: {"street": None, "depth_start_m": 1.5}})
    with town.write("edit") as batch:
        batch.update_rows("pipe", {1: {"diameter_mm": 90.0}})
    updates = town.changed(seen, boxes=False).updates
    assert updates == {
        "pipe": {"P00000": {"diameter_mm": 90.0}, "P00001": {"street": None, "depth_start_m": 1.5}}
    }
    foreign(town, "DELETE FROM pipe WHERE fid = 9")
    assert town.changed(seen, boxes=False).updates == {}
