"""Addresses of networks on servers as parameters: what is taken, what is refused, and the sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider, QgsProject

from waternet_plugin.store import servers

TOWN = "postgresql:///water?service=gis&schema=town"


def _refusal(provider: QgsProcessingProvider, name: str, **parameters: Any) -> str:
    able, sentence = (
        provider.algorithm(name).create().checkParameterValues(parameters, QgsProcessingContext())
    )
    return "" if able else sentence


@pytest.mark.parametrize("address", [TOWN, "qgis:水司?schema=城东", TOWN.upper().replace("SCHEMA", "schema")])
def test_network_takes_an_address(provider: QgsProcessingProvider, address: str) -> None:
    assert _refusal(provider, "listbatches", NETWORK=address) == ""


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql:///water?service=gis", "names no schema"),
        ("qgis:?schema=a", "names no connection"),
        ("postgresql://a:geheim@h/water?schema=b", "never has a password"),
    ],
)
def test_an_address_with_a_fault_is_refused(
    provider: QgsProcessingProvider, address: str, words: str
) -> None:
    for name, parameter in (("listbatches", "NETWORK"), ("createnetwork", "OUTPUT")):
        sentence = _refusal(provider, name, **{parameter: address, **_more(name)})
        assert words in sentence and "geheim" not in sentence


def _more(name: str) -> dict[str, Any]:
    return {"CRS": "EPSG:4547"} if name == "createnetwork" else {}


def test_other_files_are_no_networks(provider: QgsProcessingProvider, tmp_path: Path) -> None:
    sentence = _refusal(provider, "listbatches", NETWORK=str(tmp_path / "town.txt"))
    assert "is not the required type of file: WaterNet network (*.gpkg)" in sentence


def test_places_of_new_networks_take_an_address_and_other_outputs_do_not(
    provider: QgsProcessingProvider, tmp_path: Path
) -> None:
    assert _refusal(provider, "createnetwork", CRS="EPSG:4547", OUTPUT=TOWN) == ""
    assert _refusal(provider, "restorebackup", BACKUP=str(tmp_path / "b.gpkg"), OUTPUT=TOWN) == ""
    assert "does not exist" in _refusal(provider, "buildproject", NETWORK=TOWN, OUTPUT=TOWN)


def test_a_server_that_cannot_be_opened_is_told_in_one_sentence(
    provider: QgsProcessingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "_DRIVER", "nothing_of_that_name")
    feedback = QgsProcessingFeedback()
    algorithm = provider.algorithm("listbatches").create()
    _results, is_done = algorithm.run({"NETWORK": TOWN}, QgsProcessingContext(), feedback)
    assert not is_done
    assert "opening it takes the Python package" in feedback.textLog()


def test_a_project_keeps_the_address_of_a_server_as_it_is(tmp_path: Path) -> None:
    from waternet_plugin.gui.session import memory
    from waternet_plugin.processing.job import project_network

    project = QgsProject()
    project.setFileName(str(tmp_path / "town.qgz"))
    memory.write_network(project, TOWN)
    assert project_network(project) == TOWN
    memory.write_network(project, str(tmp_path / "x" / "town.gpkg"))
    assert project.readEntry("WaterNet", "network")[0] == "x/town.gpkg"
    assert project_network(project) == str(tmp_path / "x" / "town.gpkg")
