"""Rows that name no coordinate system, adopted by a mapping: found by evidence, or refused by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.adoption.adopt_one_layer import (
    AdoptLayerRequest,
    AdoptLayerResult,
    adopt_layer,
)
from waternet_plugin.store.network import Network

# Without zones; diagonal places are as near to the pipes with x and y exchanged.
CRS = "EPSG:26917"


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with store.create_network(tmp_path / "n.gpkg", CRS) as made:
        lines = [shapely.LineString([(5e5 + 40 * k, 6e5), (5e5 + 30 + 40 * k, 6e5 + 10)]) for k in range(9)]
        lines += [shapely.LineString([(7e5, 7e5 + 40 * k), (7e5 + 9, 7e5 + 40 * k)]) for k in range(9)]
        frame = gpd.GeoDataFrame(
            {"pipe_id": [f"P{k}" for k in range(18)], "system": "potable", "status": "in_use"},
            geometry=lines,
            crs=CRS,
        )
        with made.write("adopt") as batch:
            batch.insert("pipe", frame.rename_geometry("geom"))
        yield made


def _failures(folder: Path, places: list[tuple[float, float]]) -> Path:
    rows = [f"F{k},2015-01-11,{x},{y}" for k, (x, y) in enumerate(places)]
    path = folder / "故障.csv"
    path.write_text("\n".join(["编号,日期,X,Y", *rows]) + "\n", encoding="utf-8")
    return path


def _adopted(network: Network, path: Path, **parts: object) -> AdoptLayerResult:
    fields = {"failure_id": "编号", "date": "日期"}
    mapping = json.dumps({"fields": fields, "defaults": {"kind": "unknown"}, **parts}, ensure_ascii=False)
    return adopt_layer(network, AdoptLayerRequest(str(path), mapping=mapping, table="failure"))


@pytest.mark.slow
@pytest.mark.parametrize("swapped", [False, True])
def test_rows_beside_the_pipes_are_found_by_evidence(network: Network, tmp_path: Path, swapped: bool) -> None:
    places = [(500_020.0 + 30 * k, 600_004.0 + 2 * (k % 5)) for k in range(9)]
    path = _failures(tmp_path, [xy[::-1] if swapped else xy for xy in places])
    found = _adopted(network, path)
    assert found.adoption.rows_written == 9
    assert any(CRS in note and "found by evidence" in note for note in found.adoption.notes)
    shapes = network.read("failure", ["failure_id"]).geometry
    assert sorted(shapes.x) == pytest.approx([x for x, _y in places])
    assert sorted(shapes.y) == pytest.approx(sorted(y for _x, y in places))


@pytest.mark.slow
def test_an_open_place_is_refused_with_what_fits(network: Network, tmp_path: Path) -> None:
    path = _failures(tmp_path, [(700_004.0 + 30.5 * k, 700_300.0 + 20 * k) for k in range(9)])
    with pytest.raises(InputError, match=f"The coordinate system of .*故障.csv is open: {CRS}"):
        _adopted(network, path)
    assert len(network.read("failure", ["failure_id"])) == 0
    # What the sentence says to give is enough.
    assert _adopted(network, path, crs=CRS).adoption.rows_written == 9
