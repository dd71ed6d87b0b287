"""Slopes and ends of drains, headless, on the sample town."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from support.headless import must, run

from waternet_plugin.core.schema.use import OUT_OF_USE, systems
from waternet_plugin.store import open_network


@pytest.fixture(scope="module")
def town(sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample town."""
    path = tmp_path_factory.mktemp("slopes") / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    return path


@pytest.mark.slow
def test_slopes_and_ends_of_the_town(town: Path, tmp_path: Path) -> None:
    found = must("checkdrainage", NETWORK=town, OUTPUT=tmp_path / "s.gpkg", OUTPUT_ENDS=tmp_path / "e.gpkg")
    slopes, ends = gpd.read_file(tmp_path / "s.gpkg"), gpd.read_file(tmp_path / "e.gpkg")
    with open_network(town) as network:
        pipes = network.read("pipe", ["pipe_id", "system", "status"], geometry=False)
        outfalls = network.read("node", ["node_id"], where={"kind": "outfall"}, geometry=False)
    used = pipes["system"].isin(systems("drain")) & ~pipes["status"].isin(OUT_OF_USE)
    assert set(slopes["pipe_id"]) == set(pipes.loc[used, "pipe_id"])
    assert (slopes["state"] == "adverse").sum() == found["ADVERSE"]
    assert (ends["end"] == "dead_end").sum() == found["DEAD_ENDS"]
    assert set(ends.loc[ends["end"] == "outfall", "node_id"]) <= set(outfalls["node_id"])
    assert (ends.loc[ends["end"] == "outfall", "upstream_m"] > 0).any()
    assert 0 <= found["NOT_RECORDED"] <= len(slopes)
    # What lies beyond the clip is its edge.
    west, south, east, north = slopes.total_bounds
    middle = f"{west},{(west + east) / 2},{south},{north}"
    must("checkdrainage", NETWORK=town, CLIP=middle, OUTPUT_ENDS=tmp_path / "half.csv")
    assert "clip_edge" in set(pd.read_csv(tmp_path / "half.csv")["end"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("clip", "words"), [("nowhere", "CLIP “nowhere” is neither an extent"), ("1,1,2,3", "CLIP “1,1,2,3”")]
)
def test_a_clip_that_is_none_is_refused_in_one_sentence(town: Path, clip: str, words: str) -> None:
    failed = run("checkdrainage", NETWORK=town, CLIP=clip)
    assert failed.status != 0
    assert words in failed.stderr
