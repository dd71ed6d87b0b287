"""Import from EPANET and export to it as a script does it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.epanet_files import TOWN, exchanged, read
from support.headless import must, run

from waternet_plugin import store


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small town, imported."""
    folder = tmp_path_factory.mktemp("模型 inp")
    (folder / "town.inp").write_text(TOWN, encoding="utf-8")
    results = must(
        "importepanet",
        INPUT=folder / "town.inp",
        CRS="EPSG:2234",
        TARGET_CRS="EPSG:26956",
        OUTPUT=folder / "town.gpkg",
        REPORT=folder / "town.html",
    )
    counts = {
        name: results[name] for name in ("JUNCTIONS", "RESERVOIRS", "TANKS", "PIPES", "PUMPS", "VALVES")
    }
    assert counts == {"JUNCTIONS": 6, "RESERVOIRS": 1, "TANKS": 1, "PIPES": 6, "PUMPS": 1, "VALVES": 2}
    return folder


@pytest.mark.slow
def test_the_network_has_the_file_in_one_batch(town):
    with store.open_network(town / "town.gpkg") as network:
        assert network.crs.to_epsg() == 26956
        assert (network.count("pipe"), network.count("node")) == (12, 11)
        assert network.batches()["kind"].tolist() == ["adopt", "create"]
        assert set(network.read("pipe", ["length_source"], geometry=False)["length_source"]) == {"given"}


@pytest.mark.slow
def test_the_report_has_the_figures(town):
    figures = json.loads((town / "town.json").read_text(encoding="utf-8"))
    assert (figures["pipes"], figures["flow_unit"], figures["warnings"]) == (6, "LPS", [])


@pytest.mark.slow
def test_the_file_goes_back_as_it_was(town, tmp_path):
    results = must("exportepanet", NETWORK=town / "town.gpkg", OUTPUT=tmp_path / "back.inp")
    assert results["PIPES"] == 6
    assert (tmp_path / "back.inp").read_text(encoding="utf-8").split() == TOWN.split()


@pytest.mark.slow
def test_a_new_network_stands_on_a_local_plane_without_crs(tmp_path):
    (tmp_path / "t.INP").write_text(TOWN, encoding="utf-8")
    must("importepanet", INPUT=tmp_path / "t.INP", OUTPUT=tmp_path / "t.gpkg")
    with store.open_network(tmp_path / "t.gpkg") as network:
        assert network.crs.is_engineering
    must("exportepanet", NETWORK=tmp_path / "t.gpkg", OUTPUT=tmp_path / "back.inp")
    assert (tmp_path / "back.inp").read_text(encoding="utf-8").split() == TOWN.split()
    must("buildproject", NETWORK=tmp_path / "t.gpkg", OUTPUT=tmp_path / "t.qgz")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("", "is empty. Choose an EPANET input file"),
        ("hello", "is not an EPANET input file"),
        (exchanged(" P1  J1  J2", " P1  J1  J9"), "Line 17, [PIPES]"),
    ],
)
def test_bad_files_leave_nothing_behind(tmp_path, data, sentence):
    (tmp_path / "bad.inp").write_text(data, encoding="utf-8")
    answer = run("importepanet", INPUT=tmp_path / "bad.inp", OUTPUT=tmp_path / "bad.gpkg")
    assert answer.status == 1
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["bad.inp"]


@pytest.mark.slow
def test_a_missing_file_is_one_sentence(tmp_path):
    answer = run("importepanet", INPUT=tmp_path / "none.inp", OUTPUT=tmp_path / "a.gpkg")
    assert answer.status == 1
    assert "none.inp" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"CRS": "EPSG:2234"}, "a network needs metres. Choose for example EPSG:26956"),
        ({"CRS": "EPSG:4326"}, "is not a plane coordinate system in metres"),
        ({"CRS": "nonsense"}, "“nonsense” is not a valid coordinate system"),
    ],
)
def test_systems_that_can_not_be_used(town, tmp_path, parameters, sentence):
    answer = run("importepanet", INPUT=town / "town.inp", OUTPUT=tmp_path / "a.gpkg", **parameters)
    assert answer.status == 1
    assert sentence in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_existing_network_is_left_alone(town):
    before = (town / "town.gpkg").stat().st_size
    answer = run("importepanet", INPUT=town / "town.inp", OUTPUT=town / "town.gpkg")
    assert answer.status == 1
    assert "is never replaced" in answer.stderr
    assert (town / "town.gpkg").stat().st_size == before


def test_a_broken_coordinate_is_a_warning_and_all_else_is_read(tmp_path):
    (tmp_path / "t.inp").write_text(exchanged(" J5  900   -50\n", " J5  900\n"), encoding="utf-8")
    answer = run("importepanet", INPUT=tmp_path / "t.inp", OUTPUT=tmp_path / "t.gpkg")
    assert answer.status == 0
    assert "Line 62, [COORDINATES]" in answer.stdout + answer.stderr
    assert answer.results["JUNCTIONS"] == 6


@pytest.mark.slow
def test_a_network_without_pipes_can_not_be_exported(tmp_path):
    must("createnetwork", CRS="EPSG:4547", OUTPUT=tmp_path / "n.gpkg")
    answer = run("exportepanet", NETWORK=tmp_path / "n.gpkg", OUTPUT=tmp_path / "n.inp")
    assert answer.status == 1
    assert "no pipes in use" in answer.stderr
    assert not (tmp_path / "n.inp").exists()


@pytest.mark.slow
def test_an_unknown_system_is_named(town, tmp_path):
    answer = run("exportepanet", NETWORK=town / "town.gpkg", SYSTEMS="beer", OUTPUT=tmp_path / "n.inp")
    assert answer.status == 1
    assert "There is no system beer" in answer.stderr


@pytest.mark.slow
def test_the_sample_town_becomes_a_file(tmp_path):
    must("loadsample", OUTPUT=tmp_path / "town")
    path = next((tmp_path / "town").glob("*.gpkg"))
    results = must("exportepanet", NETWORK=path, OUTPUT=tmp_path / "t.inp", REPORT=tmp_path / "t.html")
    model = read((tmp_path / "t.inp").read_bytes())
    assert len(model.links) == results["PIPES"] + results["VALVES"] > 500
    assert json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))["notes"]
