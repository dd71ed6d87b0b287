"""The History tab shows an asset as it was, and restores a value or all of it."""

from __future__ import annotations

import gc
from contextlib import contextmanager

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from qgis.gui import QgsAttributeForm
from qgis.PyQt.QtCore import QCoreApplication
from support.built_network import open_project

from waternet_plugin import store
from waternet_plugin.gui.forms.history_part import HistoryPart


@pytest.fixture
def session(plugin, small_network):
    """The session with the small network open; pipe P-1 was changed twice and moved once."""
    with store.open_network(small_network, by="Wang") as network:
        for values in ({"material": "pe", "diameter_mm": None}, {"street": "East Road"}):
            with network.write("edit") as batch:
                batch.update("pipe", pd.DataFrame([{"pipe_id": "P-1", **values}]))
        line = network.read("pipe", ["pipe_id"], ids=["P-1"])
        moved = gpd.GeoDataFrame(
            {"pipe_id": ["P-1"]}, geometry=shapely.transform(line["geom"], lambda xy: xy + 7.0), crs=line.crs
        ).rename_geometry("geom")
        with network.write("edit") as batch:
            batch.update("pipe", moved)
    return open_project(plugin, small_network.with_suffix(".qgz"))


@contextmanager
def tab(session, surroundings, asset="P-1"):
    """Show the form of a pipe with its history turned up."""
    layer = session.layer("pipe")
    feature = next(item for item in layer.getFeatures() if item["pipe_id"] == asset)
    form = QgsAttributeForm(layer, feature, surroundings)
    part = form.findChild(HistoryPart)
    # The page of the part is behind another one of the form.
    part.setParent(None)
    part.show()
    QCoreApplication.processEvents()
    try:
        yield part
    finally:
        part.hide()
        part.deleteLater()
        form.deleteLater()
        QCoreApplication.processEvents()
        gc.collect()


def values_of(part):
    items = [part.as_of.values.topLevelItem(row) for row in range(part.as_of.values.topLevelItemCount())]
    return {item.text(0): (item.text(1), item.text(2)) for item in items if item.font(0).bold()}


def line_of(part, text):
    items = [part.list.topLevelItem(row) for row in range(part.list.topLevelItemCount())]
    return next(item for item in items if text in item.text(2))


def pipe(path, asset="P-1"):
    return store.open_network(path).read("pipe", ids=[asset]).iloc[0]


@pytest.mark.slow
def test_the_slider_begins_at_now_and_goes_back_change_by_change(session, surroundings):
    with tab(session, surroundings) as part:
        slider = part.as_of.slider
        assert (slider.value(), slider.maximum(), part.as_of.when.text()) == (4, 4, "now")
        assert part.as_of.values.isHidden()
        assert not part.restore_asset.isEnabled()
        slider.setValue(1)
        assert ": 4 of " in part.as_of.when.text()
        assert values_of(part)["Material"] == ("Grey cast iron", "Polyethylene")
        assert values_of(part)["Street"][1] == "East Road"
        slider.setValue(2)
        assert "Material" not in values_of(part)
        slider.setValue(0)
        assert "it was not in the network" in part.as_of.when.text()
        assert not part.restore_asset.isEnabled()


@pytest.mark.slow
def test_a_change_that_is_chosen_moves_the_slider_to_before_it(session, surroundings):
    with tab(session, surroundings) as part:
        line_of(part, "Material").setSelected(True)
        assert part.as_of.slider.value() == 1
        assert part.restore_value.isEnabled() and part.restore_asset.isEnabled()


@pytest.mark.slow
def test_the_earlier_course_is_a_ghost_on_the_map_while_the_form_is_seen(session, surroundings):
    with tab(session, surroundings) as part:
        ghost = part.as_of.ghost
        assert ghost.is_empty
        part.as_of.slider.setValue(3)
        assert [line.colour for line in ghost.lines] == ["#734599"]
        part.hide()
        assert ghost.is_empty
        part.show()
        assert not ghost.is_empty
        part.as_of.slider.setValue(4)
        assert ghost.is_empty


@pytest.mark.slow
def test_one_value_is_restored_and_undone(session, surroundings, small_network, until, iface):
    with tab(session, surroundings) as part:
        line_of(part, "Material").setSelected(True)
        part.restore_value.click()
        until(lambda: "Restored as batch" in part.note.text())
        now = pipe(small_network)
        assert (now["material"], now["street"]) == ("cast_iron", "East Road")
        assert pd.isna(now["diameter_mm"])
        assert "Earlier state restored" in part.list.topLevelItem(0).text(2)
        assert part.as_of.when.text() == "now"
        said = next(item for item in iface.bar.items() if "Restored as batch" in item.text())
        said.findChild(object, "wn_message_button").click()
        until(lambda: pipe(small_network)["material"] == "pe")


@pytest.mark.slow
def test_a_value_is_chosen_among_those_of_a_time_too(session, surroundings, small_network, until):
    with tab(session, surroundings) as part:
        part.as_of.slider.setValue(1)
        assert not part.restore_value.isEnabled()
        values = part.as_of.values
        rows = [values.topLevelItem(row) for row in range(values.topLevelItemCount())]
        next(row for row in rows if row.text(0) == "Street").setSelected(True)
        part.restore_value.click()
        until(lambda: "Restored as batch" in part.note.text())
    now = pipe(small_network)
    assert (now["material"], now["street"]) == ("pe", None)


@pytest.mark.slow
def test_the_whole_asset_is_restored(session, surroundings, small_network, until):
    before = pipe(small_network)["geom"]
    with tab(session, surroundings) as part:
        part.as_of.slider.setValue(1)
        part.restore_asset.click()
        until(lambda: "Restored as batch" in part.note.text())
    now = pipe(small_network)
    assert (now["material"], now["diameter_mm"], now["street"]) == ("cast_iron", 150.0, None)
    assert not now["geom"].equals(before)


@pytest.mark.slow
def test_unsaved_edits_come_first(session, surroundings, small_network):
    layer = session.layer("pipe")
    with tab(session, surroundings) as part:
        layer.startEditing()
        fid = next(item.id() for item in layer.getFeatures() if item["pipe_id"] == "P-2")
        layer.changeAttributeValue(fid, layer.fields().lookupField("street"), "x")
        part.as_of.slider.setValue(1)
        part.restore_asset.click()
        assert "There are unsaved edits" in part.note.text()
        layer.rollBack()
    assert pipe(small_network)["material"] == "pe"
