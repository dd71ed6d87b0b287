"""Import from SWMM and export to it as a script does it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.headless import must, run
from support.swmm_files import DRAINS

from waternet_plugin import store

COUNTS = "JUNCTIONS OUTFALLS STORAGES DIVIDERS PIPES PUMPS WEIRS ORIFICES OUTLETS SUBCATCHMENTS".split()


@pytest.fixture(scope="module")
def drains(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small file, imported."""
    folder = tmp_path_factory.mktemp("排水 inp")
    (folder / "drains.inp").write_text(DRAINS, encoding="utf-8")
    results = must(
        "importswmm",
        INPUT=folder / "drains.inp",
        OUTPUT=folder / "drains.gpkg",
        REPORT=folder / "drains.html",
    )
    assert [results[name] for name in COUNTS] == [4, 2, 1, 0, 4, 1, 1, 0, 0, 3]
    return folder


@pytest.mark.slow
def test_the_network_has_the_file_in_one_batch(drains):
    with store.open_network(drains / "drains.gpkg") as network:
        assert (network.count("pipe"), network.count("node"), network.count("zone")) == (6, 7, 1)
        assert network.batches()["kind"].tolist() == ["adopt", "create"]
    figures = json.loads((drains / "drains.json").read_text(encoding="utf-8"))
    assert figures["flow_unit"] == "CMS" and "TIMESERIES" in figures["sections_not_drawn"]


@pytest.mark.slow
def test_the_file_goes_back_as_it_was(drains, tmp_path):
    results = must("exportswmm", NETWORK=drains / "drains.gpkg", OUTPUT=tmp_path / "back.inp")
    assert [results[name] for name in COUNTS] == [4, 2, 1, 0, 4, 1, 1, 0, 0, 3]
    expected = DRAINS.replace("LIMITED  NO", "LIMITED  SLOPE").split()
    assert (tmp_path / "back.inp").read_text(encoding="utf-8").split() == expected


@pytest.mark.slow
def test_a_file_that_is_cut_off_leaves_nothing(tmp_path):
    (tmp_path / "half.inp").write_text(DRAINS[: DRAINS.index("[XSECTIONS]")], encoding="utf-8")
    answer = run("importswmm", INPUT=tmp_path / "half.inp", OUTPUT=tmp_path / "half.gpkg")
    assert answer.status != 0 and "half.inp can't be read" in answer.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["half.inp"]


@pytest.mark.slow
def test_a_swmm_file_is_no_epanet_model(drains, tmp_path):
    answer = run("importepanet", INPUT=drains / "drains.inp", OUTPUT=tmp_path / "b.gpkg")
    assert answer.status != 0 and "is a SWMM file" in answer.stderr
    assert not (tmp_path / "b.gpkg").exists()
