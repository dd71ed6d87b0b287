"""Zero-discharge zones on the sample town."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider
from support.headless import must

from waternet_plugin.store import open_network


@pytest.fixture(scope="module")
def town(sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample town, with its catchments beside it."""
    path = tmp_path_factory.mktemp("zones") / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    must("findmisconnections", NETWORK=path, STORE="true")
    must("outfallcatchments", NETWORK=path, OUTPUT=path.with_name("catchments.gpkg"))
    return path


def test_zones_of_the_town(town: Path, tmp_path: Path) -> None:
    catchments = gpd.read_file(town.with_name("catchments.gpkg"))
    wet = catchments[catchments["weather"] == "wet"]
    given = {"NETWORK": town, "CATCHMENTS": town.with_name("catchments.gpkg"), "MIN_KM2": 0.1, "MAX_KM2": 0.4}
    found = must("buildzones", **given, OUTPUT=tmp_path / "z.gpkg")
    zones = gpd.read_file(tmp_path / "z.gpkg")
    named = [name for names in zones["outfalls"] for name in names.split(";")]
    assert sorted(named) == sorted(wet["outfall_id"])
    within = zones["state"] == "within"
    assert found["ZONES"] == within.sum() > 0
    assert zones.loc[within, "area_km2"].between(0.1, 0.4).all()
    assert found["LEFT_OVER"] == (~within).sum()
    assert zones["area_km2"].to_numpy() == pytest.approx(zones.geometry.area.to_numpy() / 1e6, rel=1e-6)
    # They cover the ground of the catchments once.
    assert zones["area_km2"].sum() == pytest.approx(wet.geometry.union_all().area / 1e6, rel=1e-3)
    assert (zones["ready"] == zones["blocked_by"].isna()).all()
    # The two compounds that are joined wrongly block the zones of their outfalls.
    assert zones["blocked_by"].fillna("").str.contains("M4 ").any()
    assert found["BATCH_ID"] == ""


def test_kept_zones_replace_drafts_and_undo(town: Path) -> None:
    given = {"NETWORK": town, "CATCHMENTS": town.with_name("catchments.gpkg"), "STORE": "true"}
    with open_network(town) as network:
        before = set(network.read("zone", ["zone_id"], geometry=False)["zone_id"])
    first = must("buildzones", **given, MIN_KM2=0.05, MAX_KM2=0.15)
    second = must("buildzones", **given, MIN_KM2=0.2, MAX_KM2=0.8)
    with open_network(town) as network:
        zones = network.read("zone", ["zone_id", "kind", "state"])
        batches = network.batches().set_index("batch_id")
    mine = zones[zones["zone_id"].str.startswith("ZD-")]
    assert first["ZONES"] + first["LEFT_OVER"] != len(mine) == second["ZONES"] + second["LEFT_OVER"]
    assert set(mine["kind"]) == {"zero_discharge"} and set(mine["state"]) == {"draft"}
    assert set(zones["zone_id"]) - set(mine["zone_id"]) == before
    assert shapely.is_valid(mine.geometry.to_numpy()).all()
    assert batches.loc[second["BATCH_ID"], "kind"] == "drainage"
    must("undobatch", NETWORK=town)
    must("undobatch", NETWORK=town, BATCH=first["BATCH_ID"])
    with open_network(town) as network:
        assert set(network.read("zone", ["zone_id"], geometry=False)["zone_id"]) == before


def test_bad_input_is_one_sentence(town: Path, tmp_path: Path, provider: QgsProcessingProvider) -> None:
    catchments = town.with_name("catchments.gpkg")
    points = gpd.read_file(catchments)
    points.assign(geometry=points.geometry.centroid).to_file(tmp_path / "points.gpkg")
    points.drop(columns="weather").to_file(tmp_path / "plain.gpkg")
    points.assign(geometry=shapely.Polygon()).to_file(tmp_path / "none.gpkg")
    pd.DataFrame({"outfall_id": ["a"], "weather": ["wet"]}).to_csv(tmp_path / "table.csv", index=False)
    for given, words in (
        ({"CATCHMENTS": tmp_path / "points.gpkg"}, "CATCHMENTS is no layer"),
        ({"CATCHMENTS": tmp_path / "table.csv"}, "CATCHMENTS is no layer"),
        ({"CATCHMENTS": tmp_path / "plain.gpkg"}, "CATCHMENTS has no column weather"),
        ({"CATCHMENTS": tmp_path / "none.gpkg"}, "CATCHMENTS has no polygons"),
        ({"CATCHMENTS": tmp_path / "nowhere.gpkg"}, "CATCHMENTS"),
        ({"CATCHMENTS": catchments, "MIN_KM2": 5, "MAX_KM2": 2}, "MIN_KM2 must be above 0"),
        ({"CATCHMENTS": catchments, "BOUNDARIES": tmp_path / "none.gpkg"}, "BOUNDARIES has no polygons"),
        ({"CATCHMENTS": catchments, "BOUNDARIES": tmp_path / "points.gpkg"}, "BOUNDARIES is no layer"),
    ):
        succeeded, said = _run(provider, NETWORK=town, **given)
        assert not succeeded, given
        assert words in said and "Unexpected" not in said, (given, said)


def _run(provider: QgsProcessingProvider, **given: Any) -> tuple[bool, str]:
    """Whether a run in this process succeeds, and what it says."""
    values = {key: str(value) if isinstance(value, Path) else value for key, value in given.items()}
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    able, sentence = provider.algorithm("buildzones").create().checkParameterValues(values, context)
    if not able:
        return False, str(sentence)
    _results, succeeded = provider.algorithm("buildzones").create().run(values, context, feedback)
    return bool(succeeded), str(feedback.textLog())
