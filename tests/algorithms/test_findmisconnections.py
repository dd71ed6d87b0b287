"""Misconnections and the next manhole, headless, on the sample town."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from support.headless import must, run

from waternet_plugin.store import open_network


@pytest.fixture(scope="module")
def town(sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample town."""
    path = tmp_path_factory.mktemp("drains") / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    return path


@pytest.mark.slow
def test_the_planted_ones_are_found_and_explained(town: Path, tmp_path: Path) -> None:
    found = must("findmisconnections", NETWORK=town, OUTPUT=tmp_path / "m.csv", REPORT=tmp_path / "r.html")
    rows = pd.read_csv(tmp_path / "m.csv")
    assert found["MISCONNECTIONS"] == 2
    wrong = rows[rows["rule"] == "M4"]
    assert len(wrong) == 2
    assert wrong["outfall_id"].notna().all()
    assert wrong["compound_id"].notna().all()
    assert [way.split(";")[0] for way in wrong["way"]] == wrong["pipe_id"].tolist()
    assert (wrong["length_m"] > 0).all()
    assert found["BATCH_ID"] == ""
    figures = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert figures["misconnections"] == 2
    assert figures["per_1000"] == pytest.approx(found["PER_1000"], abs=5e-4)


@pytest.mark.slow
def test_kept_findings_are_issues_of_one_batch(town: Path) -> None:
    with open_network(town) as network:
        before = network.read("issue", ["issue_id", "rule_id", "state"])
    done = must("findmisconnections", NETWORK=town, STORE="true")
    again = must("findmisconnections", NETWORK=town, STORE="true")
    with open_network(town) as network:
        after = network.read("issue", ["issue_id", "rule_id", "state"])
        batches = network.batches().set_index("batch_id")
    assert batches.loc[done["BATCH_ID"], "kind"] == "check"
    assert again["BATCH_ID"] != done["BATCH_ID"]
    mine = after[after["rule_id"] == "compound_to_other_system"]
    assert len(mine) == 2
    others = ~before["rule_id"].isin(mine["rule_id"])
    assert set(before[others]["issue_id"]) <= set(after["issue_id"])


@pytest.mark.slow
def test_the_next_manhole(town: Path, tmp_path: Path) -> None:
    must("findmisconnections", NETWORK=town, OUTPUT=tmp_path / "m.csv")
    rows = pd.read_csv(tmp_path / "m.csv")
    dirty = rows.loc[rows["rule"] == "M4", "node_id"].iloc[0]
    with open_network(town) as network:
        pipes = network.read("pipe", ["pipe_id", "system", "from_node", "to_node"], geometry=False)
    storm = pipes[pipes["system"] == "storm"]
    below = storm.loc[storm["from_node"] == dirty, "to_node"].iloc[0]
    found = must(
        "nextmanhole", NETWORK=town, DIRTY=below,
        OUTPUT=tmp_path / "c.csv", OUTPUT_CANDIDATES=tmp_path / "k.csv",
    )  # fmt: skip
    covers, candidates = pd.read_csv(tmp_path / "c.csv"), pd.read_csv(tmp_path / "k.csv")
    assert found["NEXT"] == covers["node_id"].iloc[0]
    assert covers["order"].tolist() == list(range(1, len(covers) + 1))
    assert dirty in set(candidates["node_id"])
    assert found["CANDIDATES"] == len(candidates)
    assert found["EXPECTED"] > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("algorithm", "given", "words"),
    [
        ("findmisconnections", {"NEAR": 50}, "NEAR"),
        ("nextmanhole", {"DIRTY": "nowhere"}, "nowhere"),
        ("nextmanhole", {"CLEAN": "YSD-0070"}, "No manhole is dirty"),
    ],
)
def test_bad_input_is_one_sentence(town: Path, algorithm: str, given: dict[str, object], words: str) -> None:
    failed = run(algorithm, NETWORK=town, **given)
    assert failed.status != 0
    assert words in failed.stderr


@pytest.mark.slow
def test_catchments_of_the_town(town: Path, tmp_path: Path) -> None:
    found = must(
        "outfallcatchments", NETWORK=town, OUTPUT=tmp_path / "c.gpkg", OUTPUT_PARTS=tmp_path / "p.gpkg"
    )
    catchments, parts = gpd.read_file(tmp_path / "c.gpkg"), gpd.read_file(tmp_path / "p.gpkg")
    assert found["PARTS"] == len(parts)
    assert {*catchments.geom_type, *parts.geom_type} == {"MultiPolygon"}
    assert found["OUTFALLS"] == catchments["outfall_id"].nunique() > 5
    # The parts cover their ground once, and each says how much it is.
    whole = parts.geometry.union_all().area
    assert parts["area_m2"].sum() == pytest.approx(whole, rel=1e-6)
    assert parts.geometry.area.sum() == pytest.approx(whole, rel=1e-6)
    wet = catchments[catchments["weather"] == "wet"].set_index("outfall_id")
    dry = catchments[catchments["weather"] == "dry"].set_index("outfall_id")
    assert set(dry.index) < set(wet.index)
    assert (wet["shared_m2"] <= wet["area_m2"] + 1e-6).all()
    assert wet["area_m2"].to_numpy() == pytest.approx(wet.geometry.area.to_numpy(), rel=1e-6)
    assert wet["confidence"].between(0.5, 1.0).all()
    one = must("outfallcatchments", NETWORK=town, AREA="XQ-01", OUTPUT_PARTS=tmp_path / "one.gpkg")
    assert 0 < one["PARTS"] < found["PARTS"]


@pytest.mark.slow
def test_plots_stand_for_compounds(town: Path, tmp_path: Path) -> None:
    with open_network(town) as network:
        compounds = network.read("compound", ["compound_id", "type"])
    compounds.to_file(tmp_path / "plots.geojson", driver="GeoJSON")
    own = must("outfallcatchments", NETWORK=town, OUTPUT=tmp_path / "a.csv")
    same = must(
        "outfallcatchments", NETWORK=town, PLOTS=tmp_path / "plots.geojson", OUTPUT=tmp_path / "b.csv"
    )
    assert same["OUTFALLS"] == own["OUTFALLS"]
    rows = [pd.read_csv(tmp_path / name).set_index(["outfall_id", "weather"]) for name in ("a.csv", "b.csv")]
    assert rows[1]["area_m2"].to_numpy() == pytest.approx(rows[0]["area_m2"].to_numpy(), rel=1e-3)
