"""Papers of real networks say what their files hold: mains of Kitchener, drains of Sudbury."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from qgis.core import QgsProcessingProvider
from support.headless import must
from support.paper_formats import GROUPS, check_inventory, make, table_of
from support.paper_reckoning import check_rows, counted, inside_m, shapes_of

from waternet_plugin import store

pytestmark = pytest.mark.slow

# Folder of the data, CRS, and the files or layers of pipes with their mappings.
NETWORKS = {
    "kitchener": ("kitchener_subnet", "EPSG:26917", {"subnet.gpkg|layername=pipes": "subnet_pipes"}),
    "sudbury": (
        "drainage/canada-sudbury",
        "EPSG:32617",
        {"mains.geojson": "sudbury_mains", "sanitary_mains.geojson": "sudbury_sanitary_mains"},
    ),
}


@pytest.fixture(params=NETWORKS)
def network(
    request: pytest.FixtureRequest,
    provider: QgsProcessingProvider,
    data_dir: Path,
    repo_root: Path,
    tmp_path: Path,
) -> Path:
    """A real network with two zones and a compound over its western half, to which its pipes belong."""
    name, crs, files = NETWORKS[request.param]
    folder, path = data_dir / name, tmp_path / "town.gpkg"
    if not folder.is_dir():
        pytest.skip(f"needs {folder}")
    must("createnetwork", CRS=crs, OUTPUT=path)
    for file, mapping in files.items():
        rules = repo_root / "tests" / "realdata" / "mappings" / f"{mapping}.json"
        must("adoptlayers", NETWORK=path, INPUT=folder / file, TABLE="pipe", MAPPING=rules)
    pipes = shapes_of(path, "pipe")
    west, south, east, north = shapely.total_bounds(pipes["geometry"].to_numpy())
    middle = (west + east) / 2
    halves = [
        shapely.MultiPolygon([shapely.box(*box)])
        for box in ((west, south, middle, north), (middle, south, east, north))
    ]
    zones: dict[str, Any] = {"zone_id": ["W", "E"], "kind": "district", "name": ["West", "East"]}
    own = pipes[shapely.within(pipes["geometry"].to_numpy(), halves[0])][["pipe_id"]]
    with store.open_network(path) as opened, opened.write("edit") as batch:
        batch.insert("zone", gpd.GeoDataFrame(zones, geometry=halves, crs=crs).rename_geometry("geom"))
        compound = gpd.GeoDataFrame({"compound_id": ["C"]}, geometry=halves[:1], crs=crs)
        batch.insert("compound", compound.rename_geometry("geom"))
        batch.update("pipe", own.assign(compound_id="C"))
    return path


def test_figures_are_those_of_the_file(network: Path, tmp_path: Path) -> None:
    pipes = counted(shapes_of(network, "pipe"))
    sheets, figures = make(network, tmp_path, "statistics")
    check_inventory(sheets, pipes, pipes["length_m"], GROUPS)
    zones = shapes_of(network, "zone")
    inside = {zone.zone_id: inside_m(pipes, zone.geometry) for zone in zones.itertuples()}
    rows = [
        (zone.zone_id, zone.name, float((inside[zone.zone_id] > 0).sum()), inside[zone.zone_id].sum())
        for zone in zones.itertuples()
    ]
    check_rows(table_of(sheets, "By district"), [*rows, ("Total", None, None, sum(row[3] for row in rows))])
    assert sum(row[3] for row in rows) == pytest.approx(figures["length_m"], abs=0.01)
    charts = ("By system", "By decade of installation", "By material")
    _sheets, glance = make(network, tmp_path, "network_page", charts=charts)
    assert (glance["count"], glance["length_m"]) == (len(pipes), pytest.approx(pipes["length_m"].sum()))
    own = pipes[pipes["compound_id"] == "C"]
    sheets, book = make(network, tmp_path, "compound_book")
    groups = {**GROUPS, "system": "5. Facilities handed over"}
    del groups["decade"]
    check_inventory(sheets, own, own["length_m"], groups)
    assert (book["pipe_count"], book["length_m"]) == (len(own), pytest.approx(own["length_m"].sum()))
    sheets, area = make(network, tmp_path, "area_file", SUBJECT="W")
    metres = inside["W"][inside["W"] > 0]
    groups = {name: title for name, title in GROUPS.items() if name != "owner"}
    check_inventory(sheets, pipes.loc[metres.index], metres, groups)
    assert area["length_m"] == pytest.approx(metres.sum())
