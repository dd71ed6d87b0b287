"""A folder of placemarks, a sheet, a layer says what its rows are, also the only one of its file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.adoption_frames import CRS, frame, line
from support.workbook_files import plain_workbook

from waternet_plugin import store
from waternet_plugin.operations.adoption.adopt_one_layer import AdoptLayerRequest, adopt_layer
from waternet_plugin.store.network import Network

_MARK = (
    "<Placemark><name>A{k}</name><LineString><coordinates>114.0{k},22.5 114.0{k},22.501</coordinates>"
    "</LineString></Placemark>"
)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with store.create_network(tmp_path / "n.gpkg", CRS) as made:
        yield made


def _placemarks(folder: Path, name: str) -> Path:
    path = folder / "20261126.kml"
    marks = "".join(_MARK.format(k=k) for k in range(3))
    path.write_text(f"<kml><Document><Folder><name>{name}</name>{marks}</Folder></Document></kml>")
    return path


def _sheet(folder: Path, name: str) -> Path:
    path = folder / "20261126.xlsx"
    rows = [["编号", "WKT"], *([f"A{k}", f"SRID=4547;{line((0, k), (9, k)).wkt}"] for k in range(3))]
    path.write_bytes(plain_workbook({name: rows}))
    return path


def _layer(folder: Path, name: str) -> Path:
    path = folder / "20261126.gpkg"
    frame([line((0, k), (9, k)) for k in range(3)], 编号=["A", "B", "C"]).to_file(
        path, driver="GPKG", layer=name
    )
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("name", "system"), [("污水管线", "sewage"), ("给水管线", "potable")])
@pytest.mark.parametrize("write", [_placemarks, _sheet, _layer])
def test_the_only_layer_gives_its_system(network: Network, tmp_path: Path, write, name: str, system: str):
    done = adopt_layer(network, AdoptLayerRequest(str(write(tmp_path, name)), dry_run=True))
    assert done.guessed_mapping is not None
    assert json.loads(done.guessed_mapping.to_json())["defaults"]["system"] == system
    assert done.adoption.table == "pipe"


@pytest.mark.slow
def test_a_name_that_says_nothing_gives_none(network: Network, tmp_path: Path) -> None:
    done = adopt_layer(network, AdoptLayerRequest(str(_layer(tmp_path, "export")), dry_run=True))
    assert done.guessed_mapping is not None and "system" not in done.guessed_mapping.defaults


def test_the_wizard_takes_it_too(tmp_path: Path) -> None:
    from waternet_plugin.gui.wizard.sources.file_reading import read_file

    (source,) = read_file(str(_placemarks(tmp_path, "污水管线")))
    assert source.mapping.defaults["system"] == "sewage" and source.name == "20261126.kml"
