"""Keys of tile services stay with their owner."""

from __future__ import annotations

import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from qgis.core import QgsProject, QgsRasterLayer

from waternet_plugin import store
from waternet_plugin.bridge import basemaps, map_keys
from waternet_plugin.bridge.project.project import build_project

KEY = "0123456789abcdef0123456789abcdef"
OWN = "type=xyz&url=https://t0.tianditu.gov.cn/DataServer?T%3Dvec_w%26tk%3Dmine"


@pytest.fixture
def project(tmp_path, qgis_app):
    path = tmp_path / "town.gpkg"
    store.create_network(path, "EPSG:4547").close()
    found = QgsProject.instance()
    assert found.read(str(build_project(path, language="en").path))
    basemaps.set_tianditu_key(KEY)
    found.writeProject.connect(in_tree)
    found.writeMapLayer.connect(in_layer)
    yield found
    found.writeProject.disconnect(in_tree)
    found.writeMapLayer.disconnect(in_layer)
    basemaps.set_tianditu_key("")
    found.clear()


def in_tree(document):
    map_keys.hide_in_tree(QgsProject.instance(), document)


def in_layer(layer, element, _document):
    map_keys.hide_in_layer(layer, element)


def content(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.slow
@pytest.mark.parametrize("key", [KEY, "a b&c=d%e/f"])
def test_the_key_stays_out_of_the_project_file_and_comes_back(project, tmp_path, key):
    basemaps.set_tianditu_key(key)
    layers = basemaps.add_service(project, "tianditu_image")
    sources = [layer.source() for layer in layers]
    names = [layer.name() for layer in layers]
    target = tmp_path / "handed on.qgz"
    assert project.write(str(target))
    assert [layer.source() for layer in layers] == sources
    text = content(target)
    assert map_keys.PLACEHOLDER in text
    leaks = [part for part in (KEY, "a b&c", "a%20b", "a%2520b", "a%252520b") if part in text]
    assert not leaks, [text[text.index(part) - 200 : text.index(part) + 90] for part in leaks]
    assert project.read(str(target))
    ours = {layer.name(): layer for layer in project.mapLayers().values() if map_keys.needs_key(layer)}
    assert set(ours) == set(names)
    assert map_keys.fill(project, key) == []
    for name in names:
        assert f"tk={key}" in unquote(unquote(ours[name].source()))
    assert not project.isDirty()


@pytest.mark.slow
def test_who_has_no_key_reads_so_in_the_tree_until_there_is_one(project, tmp_path):
    (first, _names) = basemaps.add_service(project, "tianditu_vector")
    name = first.name()
    target = tmp_path / "handed on.qgz"
    assert project.write(str(target)) and project.read(str(target))
    assert name in map_keys.fill(project, "")
    (layer,) = [one for one in project.mapLayers().values() if one.name().startswith(f"{name}: ")]
    assert layer.name() == "Tianditu streets: key missing"
    assert map_keys.PLACEHOLDER in layer.source()
    # Saved like that it is still the same layer for who has a key.
    assert project.write(str(target)) and project.read(str(target))
    assert map_keys.fill(project, KEY) == []
    assert name in [one.name() for one in project.mapLayers().values()]
    assert KEY in "".join(one.source() for one in project.mapLayers().values())


@pytest.mark.slow
def test_layers_of_others_keep_their_key(project, tmp_path):
    own = QgsRasterLayer(OWN, "own", "wms")
    project.addMapLayer(own)
    basemaps.add_service(project, "tianditu_vector")
    target = tmp_path / "town.qgz"
    assert project.write(str(target))
    assert "mine" in content(target) and KEY not in content(target)
    map_keys.fill(project, "")
    assert "mine" in own.source() and own.name() == "own"
