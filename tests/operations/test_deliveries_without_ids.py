"""Files without ids that come again: a row that was delivered is what it became, whatever people did."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from support.adoption_frames import CRS, frame, line, point
from support.delivered_town import column, deliver, edit
from support.edited_streets import Hand

from waternet_plugin import store
from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.operations.adoption.adopt_one_layer import AdoptLayerRequest, adopt_layer
from waternet_plugin.store.network import Network

MAPPING = {
    "fields": {"material": "MAT", "diameter_mm": "DN"},
    "values": {"material": {"CI": "cast_iron", "PE": "pe"}},
    "defaults": {"system": "potable", "status": "in_use"},
}
LINES = [line((0, 50 * k), (100, 50 * k), (120, 50 * k + 10)) for k in range(4)]
EVENTS = {"fields": {"date": "DAY", "kind": "KIND", "reported_pipe_id": "PIPE"}}


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with store.create_network(tmp_path / "town.gpkg", CRS, by="li") as made:
        yield made


def file_of(lines: list[Any] = LINES, **columns: list[Any]) -> gpd.GeoDataFrame:
    plain = {"MAT": ["PE"] * len(lines), "DN": [100.0] * len(lines)}
    return frame(list(lines), **{**plain, **columns})


def again(network: Network, rows: gpd.GeoDataFrame | None = None) -> tuple[int, list[str]]:
    """Deliver a file once more; return how many rows came in, and what is said of those that did not."""
    result, _batch = deliver(network, file_of() if rows is None else rows, MAPPING)
    return result.rows_written, result.rejected["reason"].tolist()


def row_of(network: Network, name: str) -> tuple[int, Any]:
    return next(iter(network.rows_where("pipe", "pipe_id", [name]).items()))


def split(network: Network, name: str) -> None:
    fid, row = row_of(network, name)
    halves = [shapely.ops.substring(row["geom"], *ends, normalized=True) for ends in ((0, 0.4), (0.4, 1))]
    Hand(network).save(
        RowEdit("pipe", fid, row, {**row, "geom": halves[0]}),
        RowEdit("pipe", -2, None, {**row, "pipe_id": f"{name}-2", "geom": halves[1]}),
    )


def move(network: Network, name: str) -> None:
    fid, row = row_of(network, name)
    moved = shapely.transform(row["geom"], lambda xy: xy + np.array([3.0, 4.0]))
    Hand(network).save(RowEdit("pipe", fid, row, {**row, "geom": moved}))


def rename(network: Network, name: str) -> None:
    fid, row = row_of(network, name)
    Hand(network).save(RowEdit("pipe", fid, row, {**row, "pipe_id": "OTHER"}))


def correct(network: Network, name: str) -> None:
    edit(network, pipe_id=[name], diameter_mm=[150.0], material=["cast_iron"])


CHANGES: list[Callable[[Network, str], None]] = [correct, split, move, rename]


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_a_pipe_that_was_changed_is_still_the_row_that_it_was(network: Network, change: Any) -> None:
    deliver(network, file_of(), MAPPING)
    change(network, "P-000002")
    before = network.count("pipe")
    count, reasons = again(network)
    assert (count, network.count("pipe")) == (0, before)
    # Another id alone is no other line.
    is_told = change is not rename
    assert ["was changed since it was delivered" in one for one in reasons] == [False, is_told, False, False]


@pytest.mark.slow
def test_all_that_people_do_at_once_and_the_file_a_third_time(network: Network) -> None:
    deliver(network, file_of(), MAPPING)
    for change, name in zip((correct, split, move, correct), network.read("pipe", ["pipe_id"])["pipe_id"]):
        change(network, name)
        (split if change is move else correct)(network, name)
    before = network.read("pipe")
    result, batch = deliver(network, file_of(), MAPPING)
    assert (result.rows_written, batch) == (0, "")
    assert any("4 of 4 are there already" in one for one in result.notes), result.notes
    assert any("4 of them were corrected" in one for one in result.notes), result.notes
    more = [*LINES, line((0, 300), (50, 300))]
    assert again(network, file_of(more))[0] == 1
    assert again(network, file_of(more))[0] == 0
    assert network.read("pipe", ids=before["pipe_id"].tolist()).equals(before)


@pytest.mark.slow
def test_pipes_that_were_merged_are_the_rows_of_both(network: Network) -> None:
    one, other = line((0, 0), (40, 0)), line((40, 0), (90, 0))
    deliver(network, file_of([one, other]), MAPPING)
    (first, row), (second, gone) = row_of(network, "P-000001"), row_of(network, "P-000002")
    merged = shapely.LineString([*one.coords, other.coords[-1]])
    Hand(network).save(
        RowEdit("pipe", second, gone, None), RowEdit("pipe", first, row, {**row, "geom": merged})
    )
    assert again(network, file_of([one, other]))[0] == 0
    # As one line it is there too.
    assert again(network, file_of([merged]))[0] == 0


@pytest.mark.slow
def test_what_the_next_file_corrects_as_well_is_there(network: Network) -> None:
    deliver(network, file_of(), MAPPING)
    correct(network, "P-000002")
    rows = file_of(MAT=["PE", "CI", "PE", "PE"], DN=[100.0, 150.0, 100.0, 100.0])
    assert again(network, rows)[0] == 0
    # What neither the file said before nor the network says now is new.
    assert again(network, file_of(DN=[100.0, 300.0, 100.0, 100.0]))[0] == 1


@pytest.mark.slow
def test_of_twins_each_stays_the_row_that_it_was(network: Network) -> None:
    rows = file_of([LINES[0]] * 2, DN=[100.0, 150.0])
    deliver(network, rows, MAPPING)
    edit(network, pipe_id=["P-000001"], diameter_mm=[150.0])
    assert again(network, rows)[0] == 0
    edit(network, pipe_id=["P-000002"], diameter_mm=[100.0])
    assert again(network, rows.iloc[::-1].reset_index(drop=True))[0] == 0
    assert again(network, file_of([LINES[0]] * 3, DN=[100.0, 150.0, 150.0]))[0] == 1


@pytest.mark.slow
def test_a_deleted_pipe_comes_in_again_and_is_named(network: Network) -> None:
    deliver(network, file_of(), MAPPING)
    correct(network, "P-000002")
    with network.write("edit") as batch:
        batch.delete("pipe", ["P-000002"])
    deleted = batch.batch_id
    result, batch_id = deliver(network, file_of(), MAPPING)
    assert result.rows_written == 1
    assert any("deleted in the network: P-000002" in one for one in result.notes), result.notes
    # Undone, nothing is deleted.
    network.undo(batch_id)
    network.undo(deleted)
    assert again(network)[0] == 0


@pytest.mark.slow
def test_an_adoption_that_was_undone_never_came(network: Network) -> None:
    batch = deliver(network, file_of(), MAPPING)[1]
    undone = network.undo(batch)
    result, second = deliver(network, file_of(), MAPPING)
    assert result.rows_written == 4
    assert not any("deleted" in one for one in result.notes), result.notes
    network.undo(second)
    network.undo(undone.batch_id)
    edit(network, pipe_id=["P-000001"], diameter_mm=[80.0])
    assert again(network)[0] == 0


@pytest.mark.slow
def test_a_file_that_comes_twice_through_the_door(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "管线 一月.geojson"
    file_of(DN=[100.0, 100.0, 200.0, 200.0]).to_file(path, driver="GeoJSON")
    request = AdoptLayerRequest(str(path), mapping=json.dumps(MAPPING), table="pipe")
    assert adopt_layer(network, request).adoption.rows_written == 4
    correct(network, "P-000001")
    split(network, "P-000003")
    before = column(network, "diameter_mm")
    done = adopt_layer(network, request)
    assert (done.batch_id, done.adoption.rows_written) == ("", 0)
    assert column(network, "diameter_mm") == before


def _events(days: list[str], kinds: list[str] | None = None) -> gpd.GeoDataFrame:
    many = len(days)
    shapes = [point(10 * k, 3) for k in range(many)]
    return frame(shapes, DAY=days, KIND=kinds or ["main_break"] * many, PIPE=[None] * many)


@pytest.mark.slow
@pytest.mark.parametrize(
    "values",
    [{"date": np.datetime64("2026-02-02", "ns")}, {"kind": "joint"}, {"reported_pipe_id": "A"}],
)
def test_an_event_that_was_corrected_is_still_the_row_that_it_was(
    network: Network, values: dict[str, Any]
) -> None:
    rows = _events(["2026-01-02", "2026-02-02", "2026-02-02"])
    deliver(network, rows, EVENTS, "failure")
    edit(network, table="failure", failure_id=["F-000001"], **{name: [one] for name, one in values.items()})
    result, _batch = deliver(network, rows, EVENTS, "failure")
    assert (result.rows_written, network.count("failure")) == (0, 3)
    assert ["was changed" in one for one in result.rejected["reason"]] == [True, False, False]
    # One more of the same is one more.
    more = _events(["2026-01-02", "2026-02-02", "2026-02-02", "2026-02-02"])
    assert deliver(network, more, EVENTS, "failure")[0].rows_written == 1
