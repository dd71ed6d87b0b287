"""Shares and weights are tried on the map before anything is recorded."""

from __future__ import annotations

import dataclasses
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsMapRendererCustomPainterJob, QgsProject
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QImage, QPainter
from qgis.PyQt.QtWidgets import QLabel
from support.widgets import click, part, section, text

from waternet_plugin import store
from waternet_plugin.gui.health.weigh import WeighPane
from waternet_plugin.gui.panes import pane
from waternet_plugin.operations.health import what_if_run
from waternet_plugin.operations.health.recorded_runs import read_runs

RENEW, SHARE = "#99000d", "health.renew_now_share"


@pytest.fixture
def weighing(plugin: Any, assessed_town: Path, open_kept: Any, until: Callable[..., None]) -> Any:
    """The pane of shares and weights with the newest run of the town."""
    plugin.session.iface.window.show()
    open_kept(assessed_town)
    until(lambda: plugin.session.network_path and section(plugin, "health").runs is not None)
    opened = pane.open_pane(plugin.session, WeighPane)
    until(lambda: text(opened, "wn_weigh_said").startswith("As recorded in assessment R0002."))
    return opened


def _layer(weighing: Any) -> Any:
    return weighing.session.layer("pipe_health")


def _is_previewed(weighing: Any) -> bool:
    return "wn_preview" in _layer(weighing).renderer().dump()


def _drawn(weighing: Any, colour: str) -> int:
    """Return how many pixels of a colour the map of the town shows."""
    canvas = weighing.session.iface.mapCanvas()
    settings = canvas.mapSettings()
    settings.setLayers([_layer(weighing)])
    settings.setDestinationCrs(_layer(weighing).crs())
    settings.setExtent(_layer(weighing).extent().buffered(50))
    settings.setOutputSize(QSize(300, 400))
    image = QImage(300, 400, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    job = QgsMapRendererCustomPainterJob(settings, painter)
    job.renderSynchronously()
    painter.end()
    wanted = int(colour[1:], 16) | 0xFF000000
    return sum(image.pixel(x, y) == wanted for x in range(300) for y in range(400))


def _try(weighing: Any, until: Callable[..., None], key: str, value: float) -> None:
    before = weighing.outcome
    boxes = {**weighing.shares.boxes, **weighing.weights[0].boxes, **weighing.weights[1].boxes}
    boxes[key].setValue(value)
    until(lambda: weighing.outcome is not before)


@pytest.mark.slow
def test_a_share_changes_map_legend_and_km_at_once_and_writes_nothing(weighing: Any, until: Any) -> None:
    own = _drawn(weighing, RENEW)
    with store.open_network(weighing.session.network_path) as network:
        batches, runs = len(network.batches()), network.count("assessment_run")
    # The pipes without a failure are of equal risk, which no edge splits: all of them, or none.
    _try(weighing, until, SHARE, 50.0)
    assert weighing.outcome.after_m["renew_now"] == 800.0
    _try(weighing, until, SHARE, 100.0)
    assert weighing.outcome.after_m["renew_now"] == 4600.0
    label = weighing.findChild(QLabel, "wn_weigh_metres_renew_now")
    assert "→" in label.text() and label.text().endswith("<b>4.6 km</b>")
    legend = [each.label() for each in _layer(weighing).renderer().legendSymbolItems()]
    assert any("4.6 km" in each for each in legend) and "Preview: nothing is recorded yet" in legend
    assert _drawn(weighing, RENEW) > 2 * own > 0
    with store.open_network(weighing.session.network_path) as network:
        assert (len(network.batches()), network.count("assessment_run")) == (batches, runs)


@pytest.mark.slow
def test_discard_gives_the_recorded_map_back(weighing: Any, until: Any) -> None:
    own = [each.label() for each in _layer(weighing).renderer().legendSymbolItems()]
    _try(weighing, until, SHARE, 50.0)
    assert [each.label() for each in _layer(weighing).renderer().legendSymbolItems()] != own
    weighing.discard()
    until(lambda: not _is_previewed(weighing))
    assert [each.label() for each in _layer(weighing).renderer().legendSymbolItems()] == own
    assert not weighing.is_changed
    assert _layer(weighing).customProperty("variableNames") is None


@pytest.mark.slow
def test_a_project_that_is_saved_meanwhile_knows_nothing_of_it(weighing: Any, until: Any) -> None:
    _try(weighing, until, SHARE, 50.0)
    project = QgsProject.instance()
    assert project.write()
    with zipfile.ZipFile(project.fileName()) as archive:
        text = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert "wn_preview" not in text and "renew_now" in text
    assert "wn_preview" in _layer(weighing).renderer().dump()


@pytest.mark.slow
def test_a_closed_pane_takes_its_preview_along(weighing: Any, until: Any) -> None:
    _try(weighing, until, SHARE, 50.0)
    weighing.close()
    assert "wn_preview" not in _layer(weighing).renderer().dump()


@pytest.mark.slow
def test_a_restyled_project_is_ours_still_and_the_preview_comes_back(weighing: Any, until: Any) -> None:
    from waternet_plugin.bridge.project import switching

    _try(weighing, until, SHARE, 50.0)
    kept = switching.switch(QgsProject.instance(), weighing.session.network_path, palette="print")
    assert kept == ()
    until(lambda: _is_previewed(weighing))
    assert "wn_preview" in _layer(weighing).renderer().dump()
    weighing.discard()
    until(lambda: not _is_previewed(weighing))
    assert not switching.switch(QgsProject.instance(), weighing.session.network_path, palette="screen")


@pytest.mark.slow
def test_weights_move_the_matrix_and_pairs_follow(weighing: Any, until: Any) -> None:
    before = weighing.outcome.matrix
    _try(weighing, until, "health.weight.likelihood.record", 10.0)
    assert weighing.weights[0].boxes["health.weight.likelihood.ageing"].value() == 90.0
    assert weighing.outcome.matrix != before
    assert weighing.outcome.after_m == weighing.outcome.before_m
    weighing.on_map.setCurrentIndex(1)
    until(lambda: any("x consequence" in word for word in weighing.outcome.words.values()))
    legend = [each.label() for each in _layer(weighing).renderer().legendSymbolItems()]
    assert any(each.startswith("Likelihood x consequence") for each in legend)


@pytest.mark.slow
def test_weights_that_do_not_add_up_are_said_and_not_applied(weighing: Any, until: Any) -> None:
    weighing.weights[1].boxes["health.weight.site.road"].setValue(50.0)
    assert (
        "add up to 120 %" in text(weighing, "wn_weigh_said")
        and not part(weighing, "wn_weigh_apply").isEnabled()
    )


@pytest.mark.slow
def test_apply_keeps_the_thresholds_and_assesses_the_same_day(weighing: Any, until: Any) -> None:
    _try(weighing, until, SHARE, 50.0)
    after = weighing.outcome.after_m
    click(weighing, "wn_weigh_apply")
    until(lambda: "As recorded in assessment R0003." in text(weighing, "wn_weigh_said"), seconds=60)
    assert not weighing.is_changed
    with store.open_network(weighing.session.network_path) as network:
        assert network.settings().real(SHARE) == 0.5
        shown = read_runs(network).shown
        made = network.read("assessment_run", geometry=False).iloc[-1]
    assert f"{made['as_of']:%Y-%m-%d}" == "2022-12-31"
    assert shown.renew_now_m == pytest.approx(after["renew_now"])
    assert not _is_previewed(weighing)


@pytest.mark.slow
def test_what_the_policy_list_adds_is_said(
    weighing: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = [1234.0]
    own = what_if_run.rehearse
    monkeypatch.setattr(
        what_if_run, "rehearse", lambda *asked: dataclasses.replace(own(*asked), policy_m=added[0])
    )
    said = part(weighing, "wn_weigh_policy")
    weighing.refresh()
    until(lambda: "1.2 km are added by the policy list" in said.text())
    assert said.isVisibleTo(weighing)
    added[0] = 0.0
    weighing.refresh()
    until(lambda: not said.isVisibleTo(weighing))


@pytest.mark.slow
def test_names_of_the_shares_are_read_whole(weighing: Any) -> None:
    from qgis.PyQt.QtWidgets import QLabel

    labels = [each for each in weighing.shares.findChildren(QLabel) if each.text()]
    assert len(labels) == 2
    for label in labels:
        assert label.minimumSizeHint().width() >= label.fontMetrics().horizontalAdvance(label.text())
    weights = [each for side in weighing.weights for each in side.findChildren(QLabel) if each.buddy()]
    assert len(weights) > 5 and all(each.wordWrap() and "…" not in each.text() for each in weights)
