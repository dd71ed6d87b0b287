"""Pressure zones as scripts draw and store them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider
from support.logger_town import write_town

from waternet_plugin.operations.pressure.draw_pressure_zones import PressureZonesRequest, draw_pressure_zones
from waternet_plugin.store import open_network


def run(provider: QgsProcessingProvider, name: str, **given: Any) -> dict[str, Any]:
    feedback, context = QgsProcessingFeedback(), QgsProcessingContext()
    parameters = {key: str(value) if isinstance(value, Path) else value for key, value in given.items()}
    algorithm = provider.algorithm(name).create()
    ok, said = algorithm.checkParameterValues(parameters, context)
    assert ok, said
    results, ok = algorithm.run(parameters, context, feedback)
    assert ok, feedback.textLog()
    return results


def stored(town: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the zone of each pipe, and the areas of zones."""
    with open_network(town) as network:
        pipes = network.read("pipe", ["pipe_id", "pressure_zone_id"], geometry=False)
        zones = network.read("zone", ["zone_id", "kind"])
    assert set(zones["kind"]) <= {"pressure"}
    areas = dict(zip(zones["zone_id"], zones["geom"]))
    return dict(zip(pipes["pipe_id"], pipes["pressure_zone_id"])), areas


def test_zones_are_listed(tmp_path: Path, provider: QgsProcessingProvider) -> None:
    town = write_town(tmp_path / "town.gpkg", A={"kind": "plant"}, D={"kind": "prv"})
    out, pipes = tmp_path / "zones.gpkg", tmp_path / "pipes.gpkg"
    listed = run(provider, "drawpressurezones", NETWORK=town, OUTPUT=out, OUTPUT_PIPES=pipes)
    assert (listed["ZONES"], listed["CHANGED"], listed["BATCH_ID"]) == (2, 4, "")
    rows = gpd.read_file(out)
    assert list(rows.columns)[:8] == [
        "zone_id", "pipe_count", "length_m", "doors", "sources", "feeds", "ground_min_m", "ground_max_m",
    ]  # fmt: skip
    assert rows.iloc[:, :6].to_numpy().tolist() == [
        ["PZ-1", 3, 300.0, "D", "A", 0], ["PZ-2", 1, 100.0, "D", "", 1],
    ]  # fmt: skip
    assert gpd.read_file(pipes)["zone_id"].tolist() == ["PZ-1", "PZ-1", "PZ-1", "PZ-2"]
    assert stored(town) == ({"AB": None, "BC": None, "CD": None, "DE": None}, {})


@pytest.mark.slow
def test_zones_are_stored_and_undone(tmp_path: Path, provider: QgsProcessingProvider) -> None:
    town = write_town(tmp_path / "town.gpkg", A={"kind": "plant"}, D={"kind": "prv"})
    assert run(provider, "drawpressurezones", NETWORK=town, STORE=True)["BATCH_ID"]
    names, areas = stored(town)
    assert names == {"AB": "PZ-1", "BC": "PZ-1", "CD": "PZ-1", "DE": "PZ-2"}
    assert set(areas) == {"PZ-1", "PZ-2"} and areas["PZ-1"].area > areas["PZ-2"].area > 0
    # Nothing moves when it is drawn again.
    assert run(provider, "drawpressurezones", NETWORK=town, STORE=True)["CHANGED"] == 0
    with open_network(town) as network, network.write("edit", name="no valve any more") as batch:
        nodes = network.read("node", ["node_id", "kind"], geometry=False)
        batch.update("node", nodes[nodes["node_id"] == "D"].assign(kind="junction"))
    again = run(provider, "drawpressurezones", NETWORK=town, STORE=True)
    assert (again["ZONES"], again["CHANGED"]) == (1, 1) and set(stored(town)[1]) == {"PZ-1"}
    run(provider, "undobatch", NETWORK=town, BATCH=again["BATCH_ID"])
    assert stored(town)[0]["DE"] == "PZ-2" and set(stored(town)[1]) == {"PZ-1", "PZ-2"}


@pytest.mark.slow
def test_the_outline_of_a_zone_that_somebody_named_stays(
    tmp_path: Path, provider: QgsProcessingProvider
) -> None:
    town = write_town(tmp_path / "town.gpkg", A={"kind": "plant"}, D={"kind": "prv"})
    drawn = shapely.MultiPolygon([shapely.box(500_000.0, 2_500_000.0, 500_001.0, 2_500_001.0)])
    with open_network(town) as network, network.write("edit", name="high town") as batch:
        zone = {"zone_id": ["high"], "kind": "pressure", "state": "in_operation"}
        shapes = gpd.GeoSeries([drawn], crs=network.crs)
        batch.insert("zone", gpd.GeoDataFrame(zone, geometry=shapes).rename_geometry("geom"))
        of_pipes = {"pipe_id": ["AB", "BC", "CD"], "pressure_zone_id": "high"}
        batch.update("pipe", pd.DataFrame(of_pipes))
    run(provider, "drawpressurezones", NETWORK=town, STORE=True)
    names, areas = stored(town)
    assert names == {"AB": "high", "BC": "high", "CD": "high", "DE": "PZ-1"}
    assert areas["high"].equals(drawn) and areas["PZ-1"].area > 0


@pytest.mark.slow
def test_rules_of_zones_that_hold_are_applied(tmp_path: Path, provider: QgsProcessingProvider) -> None:
    # C is closed between two zones and can't be operated; behind the closed D is water of none.
    town = write_town(
        tmp_path / "town.gpkg",
        A={"kind": "plant"},
        C={"kind": "valve", "valve_state": "closed", "operable": "no"},
        D={"kind": "junction"},
        E={"kind": "plant"},
    )
    with open_network(town) as network:
        found = draw_pressure_zones(network, PressureZonesRequest("zones"))
    assert found.zones["doors"].tolist() == ["C", "C"]
    assert found.faults["rule_id"].tolist().count("dma_valve_unreliable") == 1
    (text,) = found.faults.loc[(found.faults["rule_id"] == "dma_valve_unreliable").to_numpy(), "text"]
    assert "C" in text and "PZ-1" in text and "PZ-2" in text and text in found.notes
    # A pressure reducing valve is no closed valve, and rules about meters, inlets and users don't hold.
    sound = write_town(tmp_path / "sound.gpkg", A={"kind": "plant"}, D={"kind": "prv"})
    with open_network(sound) as network:
        assert draw_pressure_zones(network, PressureZonesRequest("zones")).faults.empty
