"""Every style as a QML file: saved by QGIS, loaded again without a warning, and the same."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from qgis.core import QgsApplication, QgsProject, QgsVectorLayer

from waternet_plugin.bridge.project import fingerprint, layer_tree
from waternet_plugin.bridge.project.project import build_project


@pytest.fixture
def project(shared_network):
    """A project with all styles."""
    built = build_project(shared_network, shared_network.with_name("styles.qgz"), language="zh_CN")
    result = QgsProject.instance()
    assert result.read(str(built.path))
    yield result
    result.clear()


@pytest.fixture
def warnings():
    """What QGIS complains about meanwhile."""
    found: list[str] = []
    log = QgsApplication.messageLog()

    def note(text, tag, _level):
        found.append(f"{tag}: {text}")

    log.messageReceived.connect(note)
    yield found
    log.messageReceived.disconnect(note)


def styles(project: QgsProject) -> list[tuple[QgsVectorLayer, str]]:
    ours = layer_tree.our_layers(project).values()
    return [(layer, name) for layer in ours for name in layer.styleManager().styles() if layer.isSpatial()]


@pytest.mark.slow
def test_each_style_survives_a_qml_file(project, warnings, tmp_path):
    looked_at = 0
    for layer, name in styles(project):
        layer.styleManager().setCurrentStyle(name)
        path = str(tmp_path / "style.qml")
        message, saved = layer.saveNamedStyle(path)
        assert saved, message
        other = QgsVectorLayer(layer.source(), "other", "ogr")
        message, loaded = other.loadNamedStyle(path)
        assert loaded, f"{layer.name()}, {name}: {message}"
        before = layer.styleManager().style(name).xmlData()
        current = other.styleManager()
        after = current.style(current.currentStyle()).xmlData()
        assert fingerprint.of_style(after) == fingerprint.of_style(before), f"{layer.name()}, {name}"
        looked_at += 1
    assert looked_at >= 15
    assert warnings == []


def test_of_a_style_only_what_is_compared_is_read(monkeypatch):
    parts = (
        '<renderer-v2 type="merged"><renderer-v2 attr="a"/></renderer-v2><labeling type="simple"></labeling>'
    )
    xml = f"<!DOCTYPE qgis>\n<qgis><editform>{'<form/>' * 99}</editform>{parts}<mapTip>x</mapTip></qgis>"
    read = []
    parse = ElementTree.fromstring
    monkeypatch.setattr(
        fingerprint.ElementTree, "fromstring", lambda text: (read.append(text), parse(text))[1]
    )
    whole = fingerprint.of_style(xml)
    assert "".join(read) == parts
    assert whole == fingerprint.of_style(xml.replace("<form/>", ""))
    assert whole != fingerprint.of_style(xml.replace('attr="a"', 'attr="b"'))
    assert fingerprint.of_style("no style") == ""
