"""Metered areas as a script has them proposed."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from support.headless import must, run
from support.proposal_networks import lattice_streets, street_frames

from waternet_plugin import store


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lattice of streets."""
    path = tmp_path_factory.mktemp("areas 分区") / "town.gpkg"
    pipes, nodes, customers = street_frames(lattice_streets(12))
    with store.create_network(path, "EPSG:4547") as made, made.write("adopt") as batch:
        batch.insert("pipe", pipes)
        batch.insert("node", nodes)
        batch.insert("customer", customers)
    return path


@pytest.mark.slow
def test_a_proposal_is_written_compared_and_kept_as_a_scenario(network: Path, tmp_path: Path) -> None:
    results = must(
        "proposedma",
        NETWORK=network,
        COUNT=5,
        SIZE_BY="length",
        SCENARIO="方案 A",
        OUTPUT=tmp_path / "zones.gpkg",
        OUTPUT_PIPES=tmp_path / "pipes.csv",
        OUTPUT_BOUNDARY=tmp_path / "boundary.csv",
        REPORT=tmp_path / "proposal.html",
    )
    zones = gpd.read_file(tmp_path / "zones.gpkg")
    assert results["ZONES"] == len(zones) == 5
    assert zones["size"].between(zones["size"].mean() / 2, 1.5 * zones["size"].mean()).all()
    pipes = pd.read_csv(tmp_path / "pipes.csv")
    boundary = pd.read_csv(tmp_path / "boundary.csv")
    assert set(pipes["zone_id"].dropna()) == set(zones["zone_id"])
    assert results["DEVICES"] == len(boundary)
    assert set(boundary["device"]) == {"meter", "close"}
    inlets = boundary[boundary["device"] == "meter"].groupby("zone_in").size()
    assert inlets.max() <= 2
    figures = json.loads((tmp_path / "proposal.json").read_text(encoding="utf-8"))
    assert set(figures["solutions"]) == {"fewest_devices", "most_even", "cheapest"}
    assert figures["solutions"]["fewest_devices"]["devices"] == results["DEVICES"]
    assert "Hydraulics not checked" in (tmp_path / "proposal.html").read_text(encoding="utf-8")
    with store.open_network(network) as opened:
        scenario = opened.read("zone_scenario").set_index("scenario_id")
        assert scenario.loc[results["SCENARIO_ID"], "name"] == "方案 A"
        assert len(opened.read("scenario_zone")) == 5
        assert len(opened.read("scenario_device")) == results["DEVICES"]
        stored = opened.read("scenario_pipe").set_index("pipe_id")["zone_id"]
        assert stored.to_dict() == pipes.dropna(subset=["zone_id"]).set_index("pipe_id")["zone_id"].to_dict()
        # Live stays as it is, and one undo takes the scenario away.
        assert opened.read("pipe", ["pipe_id", "dma_id"])["dma_id"].isna().all()
        opened.undo()
        assert opened.count("zone_scenario") == opened.count("scenario_pipe") == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"COUNT": 5, "TARGET_SIZE": 9}, "Give either COUNT"),
        ({"COUNT": 30, "MIN_SIZE": 5000, "MAX_SIZE": 9000}, "30 zones are too many"),
        ({"COUNT": 1, "MIN_SIZE": 1, "MAX_SIZE": 20}, "1 zones are too few"),
        ({"COUNT": 5, "FIXED_ZONES": "Z1"}, "no metered area “Z1”"),
        ({"COUNT": 5, "SIZE_BY": "demand", "MAX_INLETS": 0}, "MAX_INLETS is not greater"),
    ],
)
def test_what_cannot_be_fails_with_one_sentence(
    network: Path, tmp_path: Path, options: dict[str, object], words: str
) -> None:
    answer = run(
        "proposedma", NETWORK=network, OUTPUT=tmp_path / "zones.csv", **{"SIZE_BY": "length", **options}
    )
    assert answer.status == 1
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tmp_path / "zones.csv").exists()
