"""Who changed a row since it was read, when, and where it was before."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.slow_cases import a_few_quick
from support.store_helpers import CRS, foreign, rows, who

pytestmark = pytest.mark.either_store


def fid_of(network, asset: str) -> int:
    return int(rows(network.uri, "SELECT fid FROM pipe WHERE pipe_id = ?", asset)[0][0])


def update(network, by: str, asset: str, **values) -> None:
    with network.write("edit", by=by) as batch:
        batch.update(
            "pipe", pd.DataFrame({"pipe_id": [asset], **{one: [each] for one, each in values.items()}})
        )


def test_the_last_one_who_changed_a_row_is_named(town):
    key, other = fid_of(town, "P00003"), fid_of(town, "P00004")
    seen = town.position()
    update(town, "li", "P00003", material="steel")
    update(town, "wang", "P00003", street="人民路二段")
    found = town.row_changes("pipe", [key, other], seen)
    assert list(found) == [key]
    assert (found[key].action, found[key].by, found[key].former_geometry) == (
        "update",
        who(town, "wang"),
        None,
    )
    assert found[key].at == rows(town.uri, "SELECT max(at) FROM change_log")[0][0]


def test_what_came_before_the_position_does_not_count(town):
    update(town, "li", "P00003", material="steel")
    assert not town.row_changes("pipe", [fid_of(town, "P00003")], town.position())


def test_where_a_row_was_before_it_was_first_moved_is_told(town):
    key, seen = fid_of(town, "P00003"), town.position()
    was = town.read("pipe", ids=["P00003"])["geom"].iloc[0]
    for shift in (5.0, 9.0):
        moved = shapely.affinity.translate(was, shift)
        frame = gpd.GeoDataFrame({"pipe_id": ["P00003"]}, geometry=gpd.GeoSeries([moved], crs=CRS))
        with town.write("edit", by="li") as batch:
            batch.update("pipe", frame.rename_geometry("geom"))
    assert town.row_changes("pipe", [key], seen)[key].former_geometry.equals(was)


def test_a_row_that_was_renamed_and_deleted_is_followed(town):
    key, seen = fid_of(town, "P00003"), town.position()
    foreign(town, "UPDATE pipe SET pipe_id = 'X1', edited_by = 'li' WHERE pipe_id = 'P00003'")
    assert town.row_changes("pipe", [key], seen)[key].by == who(town, "li")
    foreign(town, "UPDATE pipe SET pipe_id = 'X2' WHERE pipe_id = 'X1'")
    assert town.row_changes("pipe", [key], seen)[key].action == "update"
    with town.write("edit", by="wang") as batch:
        batch.delete("pipe", ["X2"])
    found = town.row_changes("pipe", [key], seen)[key]
    assert (found.action, found.by) == ("delete", who(town, "wang"))
    assert found.former_geometry is not None


@pytest.mark.slow
def test_many_rows_are_asked_for_at_once(network):
    from support.store_helpers import pipe_frame

    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(1200))
    seen = network.position()
    with network.write("edit", by="li") as batch:
        batch.update("pipe", pipe_frame(1200, material="steel")[["pipe_id", "material"]])
    keys = [int(row[0]) for row in rows(network.uri, "SELECT fid FROM pipe")]
    assert set(network.row_changes("pipe", keys, seen)) == set(keys)


@pytest.mark.parametrize("seen", a_few_quick(["1 2020-01-01T00:00:00.000Z", "99999 x"], 1))
def test_the_log_of_another_network_tells_nothing(town, seen):
    update(town, "li", "P00003", material="steel")
    assert town.row_changes("pipe", [fid_of(town, "P00003")], seen) == {}
