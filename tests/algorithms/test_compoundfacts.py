"""Facts of compounds and grids, headless, on the sample town."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.headless import must, run

from waternet_plugin.store import open_network

BUILDINGS = Path(__file__).resolve().parents[2] / "sample_data" / "town" / "base_buildings.geojson"
_ASSETS = ("pipe", "node", "customer")


@pytest.fixture(scope="module")
def town(sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample town, some of its assets without their compound."""
    path = tmp_path_factory.mktemp("compounds") / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    with open_network(path) as network, network.write("edit") as batch:
        for table in _ASSETS:
            rows = network.read(table, [f"{table}_id", "compound_id"], geometry=False)
            named = rows[rows["compound_id"].notna()].iloc[::2]
            batch.update(table, named.assign(compound_id=None).reset_index(drop=True))
        batch.update("compound", pd.DataFrame({"compound_id": ["XQ-01"], "grid_id": [None]}))
    return path


def _memberships(path: Path) -> dict[str, pd.Series]:
    with open_network(path) as network:
        return {
            table: network.read(table, [f"{table}_id", column], geometry=False)
            .set_index(f"{table}_id")[column]
            .astype(object)
            for table, column in (*((name, "compound_id") for name in _ASSETS), ("compound", "grid_id"))
        }


@pytest.mark.slow
def test_the_facts_of_the_town(town: Path, tmp_path: Path) -> None:
    given = {"NETWORK": town, "AS_OF": "2026-01-05", "BUILDINGS": BUILDINGS}
    outputs = {
        "OUTPUT": tmp_path / "u.gpkg",
        "OUTPUT_LENGTHS": tmp_path / "l.csv",
        "OUTPUT_EXITS": tmp_path / "e.gpkg",
        "OUTPUT_LEFT": tmp_path / "x.gpkg",
        "REPORT": tmp_path / "r.html",
    }
    done = must("compoundfacts", **given, **outputs)
    units, lengths = gpd.read_file(tmp_path / "u.gpkg"), pd.read_csv(tmp_path / "l.csv")
    assert (done["COMPOUNDS"], done["GRIDS"]) == (34, (units["unit"] == "grid").sum())
    assert done["BATCH_ID"] == "" and done["FILLED"] == 0
    compounds = units[units["unit"] == "compound"].set_index("compound_id")
    with open_network(town) as network:
        pipes = network.read("pipe", ["pipe_id", "system", "status"])
        nodes = network.read("node", ["node_id", "kind", "status"])
    drains = pipes[(pipes["system"] == "sewage") & (pipes["status"] == "in_use")].geometry.union_all()
    inside = {name: shape.intersection(drains).length for name, shape in compounds.geometry.items()}
    assert compounds["sewage_m"].to_dict() == pytest.approx(inside, abs=0.01)
    assert lengths.loc[lengths["system"] == "sewage"].groupby("compound_id")["length_m"].sum().to_dict() == (
        pytest.approx({name: metres for name, metres in inside.items() if metres > 1e-6}, abs=0.01)
    )
    tanks = nodes[nodes["kind"] == "septic_tank"]
    around = {name: int(tanks.intersects(shape).sum()) for name, shape in compounds.geometry.items()}
    assert compounds["septic_tanks"].to_dict() == around
    assert compounds["misconnections"].sum() == 2
    schedule = must("scheduletanks", NETWORK=town, AS_OF="2026-01-05", OUTPUT=tmp_path / "t.csv")
    assert schedule
    due = pd.read_csv(tmp_path / "t.csv")
    late = due[due["state"] == "overdue"].groupby("compound_id").size()
    assert compounds["overdue"].to_dict() == {name: int(late.get(name, 0)) for name in compounds.index}
    assert compounds["buildings"].sum() > 0
    # A grid has its compounds, each in one, and what lies between them.
    assert compounds["grid_id"].notna().all()
    grids = units[units["unit"] == "grid"].set_index("grid_id")
    assert (grids["users"] >= compounds.groupby("grid_id")["users"].sum()).all()
    exits, left = gpd.read_file(tmp_path / "e.gpkg"), gpd.read_file(tmp_path / "x.gpkg")
    assert len(exits) and exits["to_node"].notna().any()
    assert set(left["state"]) <= {"none", "two", "other"} and done["LEFT"] == len(left)
    figures = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert figures["misconnections"] == 2 and figures["compounds"] == 34
    assert len(figures["compound_rows"]) == 34


@pytest.mark.slow
def test_what_names_none_is_filled_in_and_undone(town: Path) -> None:
    before = _memberships(town)
    done = must("compoundfacts", NETWORK=town, STORE="true")
    after = _memberships(town)
    changed = 0
    for table, named in before.items():
        filled = named.isna() & after[table].notna()
        changed += int(filled.sum())
        # What was there stays.
        assert (after[table][named.notna()] == named[named.notna()]).all()
    assert changed == done["FILLED"] > 0
    assert after["compound"]["XQ-01"] == "PSG-01"
    again = must("compoundfacts", NETWORK=town, STORE="true")
    assert again["FILLED"] == 0 and again["BATCH_ID"] == ""
    must("undobatch", NETWORK=town, BATCH=done["BATCH_ID"])
    for table, named in _memberships(town).items():
        pd.testing.assert_series_equal(named, before[table])


@pytest.mark.slow
def test_bad_input_is_one_sentence(town: Path, tmp_path: Path) -> None:
    nothing = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Polygon()], crs="EPSG:4547")
    nothing.to_file(tmp_path / "none.gpkg")
    nothing.set_geometry([shapely.Point(1, 1)], crs="EPSG:4547").to_file(tmp_path / "points.gpkg")
    for given, words in (
        ({"AS_OF": "yesterday"}, "AS_OF"),
        ({"BUILDINGS": tmp_path / "none.gpkg"}, "BUILDINGS has no polygons"),
        ({"BUILDINGS": tmp_path / "points.gpkg"}, "BUILDINGS is not a polygon layer"),
        ({"BUILDINGS": tmp_path / "nowhere.gpkg"}, "BUILDINGS"),
        ({"OUTPUT": town}, "network"),
    ):
        answer = run("compoundfacts", NETWORK=town, **given)
        assert answer.status == 1, given
        assert words in answer.stderr and "Unexpected" not in answer.stderr, (given, answer.stderr)
