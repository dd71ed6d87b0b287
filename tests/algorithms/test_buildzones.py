"""Zero-discharge zones on the sample town."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from qgis.core import (
    QgsFeatureSource,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingProvider,
)

from waternet_plugin.store import open_network


@pytest.fixture(scope="module")
def town(
    sample_town: Path, tmp_path_factory: pytest.TempPathFactory, provider: QgsProcessingProvider
) -> Path:
    """The sample town, with its catchments beside it."""
    path = tmp_path_factory.mktemp("zones") / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    _must(provider, "findmisconnections", NETWORK=path, STORE=True)
    _must(provider, "outfallcatchments", NETWORK=path, OUTPUT=path.with_name("catchments.gpkg"))
    return path


@pytest.mark.slow
def test_zones_of_the_town(town: Path, tmp_path: Path, provider: QgsProcessingProvider) -> None:
    catchments = gpd.read_file(town.with_name("catchments.gpkg"))
    wet = catchments[catchments["weather"] == "wet"]
    given = {"NETWORK": town, "CATCHMENTS": town.with_name("catchments.gpkg"), "MIN_KM2": 0.1, "MAX_KM2": 0.4}
    found = _must(provider, "buildzones", **given, OUTPUT=tmp_path / "z.gpkg")
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


@pytest.mark.slow
def test_kept_zones_replace_drafts_and_undo(town: Path, provider: QgsProcessingProvider) -> None:
    given = {"NETWORK": town, "CATCHMENTS": town.with_name("catchments.gpkg"), "STORE": True}
    with open_network(town) as network:
        before = set(network.read("zone", ["zone_id"], geometry=False)["zone_id"])
    first = _must(provider, "buildzones", **given, MIN_KM2=0.05, MAX_KM2=0.15)
    second = _must(provider, "buildzones", **given, MIN_KM2=0.2, MAX_KM2=0.8)
    with open_network(town) as network:
        zones = network.read("zone", ["zone_id", "kind", "state", "verdict", "note"])
        batches = network.batches().set_index("batch_id")
    mine = zones[zones["zone_id"].str.startswith("ZD-")]
    assert first["ZONES"] + first["LEFT_OVER"] != len(mine) == second["ZONES"] + second["LEFT_OVER"]
    assert set(mine["kind"]) == {"zero_discharge"} and set(mine["state"]) == {"draft"}
    # The map tells the ready ones by this.
    assert ((mine["verdict"] == "not_valid") == mine["note"].str.contains("Blocked by: ")).all()
    assert (
        set(mine["verdict"]) <= {"valid", "not_valid"}
        and (mine["verdict"] == "valid").sum() == second["READY"]
    )
    assert set(zones["zone_id"]) - set(mine["zone_id"]) == before
    assert shapely.is_valid(mine.geometry.to_numpy()).all()
    assert batches.loc[second["BATCH_ID"], "kind"] == "drainage"
    _must(provider, "undobatch", NETWORK=town)
    _must(provider, "undobatch", NETWORK=town, BATCH=first["BATCH_ID"])
    with open_network(town) as network:
        assert set(network.read("zone", ["zone_id"], geometry=False)["zone_id"]) == before


@pytest.mark.slow
def test_bad_input_is_one_sentence(town: Path, tmp_path: Path, provider: QgsProcessingProvider) -> None:
    catchments = town.with_name("catchments.gpkg")
    points = gpd.read_file(catchments)
    points.assign(geometry=points.geometry.centroid).to_file(tmp_path / "points.gpkg")
    points.drop(columns="weather").to_file(tmp_path / "plain.gpkg")
    points.assign(geometry=shapely.Polygon()).to_file(tmp_path / "none.gpkg")
    pd.DataFrame({"outfall_id": ["a"], "weather": ["wet"]}).to_csv(tmp_path / "table.csv", index=False)
    for given, words in (
        ({"CATCHMENTS": tmp_path / "points.gpkg"}, "CATCHMENTS is not a polygon layer"),
        ({"CATCHMENTS": tmp_path / "table.csv"}, "CATCHMENTS is not a polygon layer"),
        ({"CATCHMENTS": tmp_path / "plain.gpkg"}, "CATCHMENTS has no column weather"),
        ({"CATCHMENTS": tmp_path / "none.gpkg"}, "CATCHMENTS has no polygons"),
        ({"CATCHMENTS": tmp_path / "nowhere.gpkg"}, "CATCHMENTS"),
        ({"CATCHMENTS": catchments, "MIN_KM2": 5, "MAX_KM2": 2}, "MIN_KM2 must be above 0"),
        ({"CATCHMENTS": catchments, "BOUNDARIES": tmp_path / "none.gpkg"}, "BOUNDARIES has no polygons"),
        (
            {"CATCHMENTS": catchments, "BOUNDARIES": tmp_path / "points.gpkg"},
            "BOUNDARIES is not a polygon layer",
        ),
    ):
        succeeded, said, _results = _run(provider, NETWORK=town, **given)
        assert not succeeded, given
        assert words in said and "Unexpected" not in said, (given, said)


@pytest.mark.slow
@pytest.mark.parametrize("limits", [{"MIN_KM2": 0.1, "MAX_KM2": 0.4}, {"BOUNDARIES": "points"}])
def test_a_run_holds_no_layers_when_it_is_over(
    limits: dict[str, Any], town: Path, tmp_path: Path, provider: QgsProcessingProvider
) -> None:
    # The layers that QGIS loads for a run belong to its context: freed late, they keep files open, and freed
    # after QGIS itself they end the process.
    catchments = town.with_name("catchments.gpkg")
    points = gpd.read_file(catchments)
    points.assign(geometry=points.geometry.centroid).to_file(tmp_path / "points.gpkg")
    given = {**limits, "BOUNDARIES": tmp_path / "points.gpkg"} if "BOUNDARIES" in limits else limits
    # What QGIS itself keeps of a run that failed is the frames of its callers: not the context, then.
    kinds = QgsFeatureSource if "BOUNDARIES" in limits else (QgsFeatureSource, QgsProcessingContext)
    gc.collect()
    before = _living(kinds)
    gc.disable()
    try:
        succeeded, said, _results = _run(provider, NETWORK=town, CATCHMENTS=catchments, **given)
        assert succeeded == ("BOUNDARIES" not in limits), said
        assert _living(kinds) == before
    finally:
        gc.enable()


def _living(kinds: Any) -> int:
    return sum(isinstance(one, kinds) for one in gc.get_objects())


def _run(
    provider: QgsProcessingProvider, name: str = "buildzones", **given: Any
) -> tuple[bool, str, dict[str, Any]]:
    """Whether a run in this process succeeds, what it says, and what comes out."""
    values = {key: str(value) if isinstance(value, Path) else value for key, value in given.items()}
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    able, sentence = provider.algorithm(name).create().checkParameterValues(values, context)
    if not able:
        return False, str(sentence), {}
    results, succeeded = provider.algorithm(name).create().run(values, context, feedback)
    return bool(succeeded), str(feedback.textLog()), results


def _must(provider: QgsProcessingProvider, name: str, **given: Any) -> dict[str, Any]:
    succeeded, said, results = _run(provider, name, **given)
    assert succeeded, said
    return results
