"""Files of satellite receivers (GPX): the layers with rows are taken, in adoption and in surveys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from support.small_surveys import bring, empty_network

from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.adoption.adopt_one_layer import AdoptLayerRequest, adopt_layer
from waternet_plugin.store.foreign.foreign_descriptions import read_layers
from waternet_plugin.store.network import Network

_POINTS = "".join(
    f'<wpt lat="22.{7000 + n}" lon="114.02"><ele>20</ele><name>F{n}</name><cmt>DN300</cmt></wpt>'
    for n in range(3)
)
_TRACK = (
    '<trk><name>G1</name><trkseg><trkpt lat="22.7" lon="114.02"/>'
    '<trkpt lat="22.701" lon="114.02"/></trkseg></trk>'
)


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    # As QGIS sets it for the whole process.
    monkeypatch.setenv("GPX_ELE_AS_25D", "YES")
    with empty_network(tmp_path / "n.gpkg") as made:
        yield made


def _file(folder: Path, name: str, inside: str) -> Path:
    head = '<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
    (folder / name).write_text(f"{head}{inside}</gpx>", encoding="utf-8")
    return folder / name


def test_waypoints_are_nodes_of_the_kind_that_the_name_says(network: Network, tmp_path: Path) -> None:
    path = _file(tmp_path, "阀门.gpx", _POINTS)
    done = adopt_layer(network, AdoptLayerRequest(str(path), dry_run=True)).adoption
    assert done.rows["node_id"].tolist() == ["F0", "F1", "F2"]
    assert set(done.rows["kind"]) == {"valve"}
    # Heights of a hand-held receiver are of no known datum.
    assert "ground_m" not in done.mapping.fields
    assert not shapely.has_z(done.rows.geometry.to_numpy()).any()


def test_layers_with_rows_are_listed_without_the_vertices_of_others(network: Network, tmp_path: Path) -> None:
    path = _file(tmp_path, "a.gpx", _POINTS + _TRACK)
    assert [layer.name for layer in read_layers(path)] == ["waypoints", "tracks"]
    with pytest.raises(InputError, match="it has: waypoints, tracks"):
        adopt_layer(network, AdoptLayerRequest(str(path), dry_run=True))
    with pytest.raises(InputError, match="contains no layer"):
        adopt_layer(network, AdoptLayerRequest(str(_file(tmp_path, "b.gpx", "")), dry_run=True))


def test_surveys_take_waypoints_and_tracks(network: Network, tmp_path: Path) -> None:
    path = _file(tmp_path, "a.gpx", _POINTS + _TRACK)
    decisions = json.dumps({"height_of": "ground", "level_of": "top"})
    bring(
        network,
        path,
        decisions=decisions,
        mapping='{"tables": [{"file": "*", "defaults": {"system": "potable"}}]}',
    )
    nodes = network.read("node", ["node_id", "ground_m"], geometry=False)
    assert nodes["node_id"].tolist() == ["F0", "F1", "F2"]
    assert nodes["ground_m"].isna().all()
    assert network.count("pipe") == 1
