"""What the plugin adds to forms: history, reasons of a score, searchable lists, units, reasons at fields."""

from __future__ import annotations

import gc
import sqlite3
from contextlib import closing, contextmanager

import pandas as pd
import pytest
from qgis.core import NULL, QgsVectorLayerUtils
from qgis.gui import QgsAttributeDialog, QgsAttributeEditorContext, QgsAttributeForm, QgsGui
from qgis.PyQt.QtCore import QCoreApplication, Qt
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QTabWidget,
    QTreeWidget,
    QWidget,
)

from waternet_plugin import language, store
from waternet_plugin.bridge.forms import history
from waternet_plugin.bridge.forms.form_pages import HIDDEN
from waternet_plugin.bridge.layers.relations import HISTORY_WIDGET, TANK_WIDGET, WHY_WIDGET
from waternet_plugin.core.schema.tables import table
from waternet_plugin.gui.forms.boxes import SearchableBox
from waternet_plugin.gui.forms.covers import Cover
from waternet_plugin.gui.forms.history_part import HistoryPart
from waternet_plugin.gui.forms.why_part import WhyPart


@pytest.fixture
def session(open_session):
    """The session with the small network open."""
    return open_session


@contextmanager
def shown(session, surroundings, key, asset, *, page=0):
    """Show the form of an asset with one of its pages turned up."""
    layer = session.layer(key)
    field = "node_id" if key == "node" else "pipe_id"
    feature = next(item for item in layer.getFeatures() if item[field] == asset)
    with opened(QgsAttributeForm(layer, feature, surroundings)) as form:
        yield form


@contextmanager
def opened(form):
    form.show()
    QCoreApplication.processEvents()
    try:
        yield form
    finally:
        form.deleteLater()
        QCoreApplication.processEvents()


def box_of(form, name):
    return next(box for box in form.findChildren(QComboBox) if box.objectName() == name)


def lines_of(form):
    listed = form.findChild(QTreeWidget, "wn_form_history_list")
    items = [listed.topLevelItem(number) for number in range(listed.topLevelItemCount())]
    return [(item.text(1), item.text(2)) for item in items]


def change(path, **values):
    with store.open_network(path, by="Wang") as network, network.write("edit", name="by hand") as batch:
        batch.update("pipe", pd.DataFrame([{"pipe_id": "P-1", **values}]))


@pytest.mark.slow
def test_parts_stand_in_every_pipe_form(session, surroundings):
    for key in ("pipe", "pipe_health"):
        with shown(session, surroundings, key, "P-1") as form:
            assert len(form.findChildren(HistoryPart)) == 1
            assert len(form.findChildren(WhyPart)) == 1


@pytest.mark.slow
def test_parts_find_their_relation_in_every_theme(session, surroundings):
    layer = session.layer("pipe")
    for style in layer.styleManager().styles():
        layer.styleManager().setCurrentStyle(style)
        with shown(session, surroundings, "pipe", "P-1") as form:
            assert form.findChild(HistoryPart).relation().id() == "waternet_pipe_change_log", style


@pytest.mark.slow
def test_history_says_who_changed_what_in_words(session, surroundings, small_network):
    change(small_network, material="pe", diameter_mm=None)
    with shown(session, surroundings, "pipe", "P-1") as form:
        assert lines_of(form) == [
            ("Wang", "Material: Grey cast iron → Polyethylene"),
            ("", "Nominal diameter: 150 mm → –"),
            ("Li", "Created (Adoption, B0002)"),
        ]


@pytest.mark.slow
def test_history_of_a_node_is_not_that_of_a_pipe_of_the_same_id(session, small_network):
    log = session.layer("change_log")
    assert [entry.by for entry in history.history_of(log, table("pipe"), "P-1").entries] == ["Li"]
    assert history.history_of(log, table("node"), "P-1").entries == ()


def fid_and_street(layer):
    fid = next(item.id() for item in layer.getFeatures() if item["pipe_id"] == "P-1")
    return fid, layer.fields().lookupField("street")


@pytest.mark.slow
def test_a_native_edit_is_one_entry_with_the_name_and_its_batch(session, small_network):
    layer = session.layer("pipe")
    layer.startEditing()
    fid, street = fid_and_street(layer)
    layer.changeAttributeValue(fid, street, "East Road")
    layer.moveVertex(500_000.0, 2_500_021.2, fid, 0)
    assert layer.commitChanges(), layer.commitErrors()
    newest = history.history_of(session.layer("change_log"), table("pipe"), "P-1").entries[0]
    said = {(one.label, one.before, one.after) for one in newest.changes}
    assert ("Street", "–", "East Road") in said
    assert ("Place on the map", "", "moved by 1.2 m") in said
    assert newest.by not in ("", "unknown client")
    with store.open_network(small_network) as network:
        saved = network.batches().iloc[0]
    assert (saved["kind"], newest.batch_id) == ("edit", saved["batch_id"])


@pytest.mark.slow
def test_undo_takes_the_batch_back(session, surroundings, small_network, until):
    change(small_network, material="pe")
    with shown(session, surroundings, "pipe", "P-1") as form:
        part = form.findChild(HistoryPart)
        part.list.topLevelItem(0).setSelected(True)
        assert part.undo.isEnabled()
        part.undo.click()
        until(lambda: "has been undone" in part.note.text())
    with closing(sqlite3.connect(small_network)) as database:
        found = database.execute("SELECT material FROM pipe WHERE pipe_id = 'P-1'").fetchone()
    assert found == ("cast_iron",)


@pytest.mark.slow
def test_a_native_edit_is_taken_back_in_its_form(session, surroundings, until):
    layer = session.layer("pipe")
    fid, street = fid_and_street(layer)
    before = layer.getFeature(fid)[street]
    layer.startEditing()
    layer.changeAttributeValue(fid, street, "East Road")
    assert layer.commitChanges(), layer.commitErrors()
    with shown(session, surroundings, "pipe", "P-1") as form:
        part = form.findChild(HistoryPart)
        part.list.topLevelItem(0).setSelected(True)
        part.undo.click()
        until(lambda: "has been undone" in part.note.text())
    assert layer.getFeature(fid)[street] == before


@pytest.mark.slow
def test_an_edit_without_a_batch_has_no_undo(session, surroundings):
    layer = session.layer("pipe")
    fid, street = fid_and_street(layer)
    # As other programs write.
    assert layer.dataProvider().changeAttributeValues({fid: {street: "East Road"}})
    with shown(session, surroundings, "pipe", "P-1") as form:
        part = form.findChild(HistoryPart)
        part.list.topLevelItem(0).setSelected(True)
        assert not part.undo.isEnabled()


def assess(path):
    run = {"run_id": "R-1", "as_of": pd.Timestamp("2026-01-01"), "horizon_years": 5.0}
    row = {
        "run_id": "R-1",
        "pipe_id": "P-1",
        "class": "renew_now",
        "evidence": "A",
        "reasons": "3 failures since 1990; high pressure; old <joints>; a fourth",
        "rate_per_100km_y": 120.0,
    }
    with store.open_network(path, by="Li") as network, network.write("assess") as batch:
        batch.insert("assessment_run", pd.DataFrame([run]))
        batch.insert("assessment", pd.DataFrame([row]))


@pytest.mark.slow
def test_why_says_class_three_reasons_and_the_evidence_in_words(session, surroundings, small_network):
    assess(small_network)
    session.written()
    with shown(session, surroundings, "pipe", "P-1") as form:
        said = form.findChild(WhyPart).prose.toPlainText()
    assert said.split("\n") == [
        "Renew now",
        "• 3 failures since 1990",
        "• high pressure",
        "• old <joints>",
        "Evidence: Own failures.",
    ]


@pytest.mark.slow
def test_why_names_what_other_runs_said(session, surroundings, small_network):
    assess(small_network)
    with store.open_network(small_network) as network, network.write("assess") as batch:
        batch.insert("assessment_run", pd.DataFrame([{"run_id": "R-2", "horizon_years": 5.0}]))
        row = {"run_id": "R-2", "pipe_id": "P-1", "class": "monitor", "evidence": "B"}
        batch.insert("assessment", pd.DataFrame([row]))
    session.written()
    with shown(session, surroundings, "pipe", "P-1") as form:
        said = form.findChild(WhyPart).prose.toPlainText().split("\n")
    assert (said[0], said[-1]) == ("Monitor", "Other assessments: R-1 Renew now.")


def looked_at(form):
    """Turn up the page that says why, and return what says it."""
    part = form.findChild(WhyPart)
    for tabs in form.findChildren(QTabWidget):
        (page,) = [number for number in range(tabs.count()) if tabs.widget(number).isAncestorOf(part)]
        tabs.setCurrentIndex(page)
    return part.prose


@pytest.mark.slow
def test_why_without_an_assessment_says_what_to_do(session, surroundings, until):
    with shown(session, surroundings, "pipe", "P-1") as form:
        prose = looked_at(form)
        until(lambda: prose.toPlainText().startswith("There is no assessment yet. Assess health"))


@pytest.mark.slow
def test_why_of_a_pipe_that_is_newer_than_the_assessment_is_what_that_says(
    session, surroundings, small_network, until
):
    assess(small_network)
    session.written()
    with shown(session, surroundings, "pipe", "P-2") as form:
        prose = looked_at(form)
        until(lambda: prose.toPlainText().startswith("Assessment R-1"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("球墨", "ductile_iron"),
        ("DI", "ductile_iron"),
        ("ductile_iron", "ductile_iron"),
        ("镀锌管", "galvanized_steel"),
        ("asbes", "asbestos_cement"),
        ("plutonium", "cast_iron"),
        ("iron", "cast_iron"),
    ],
)
def test_a_list_finds_labels_codes_and_aliases(session, surroundings, typed, code):
    session.layer("pipe").startEditing()
    with shown(session, surroundings, "pipe", "P-1") as form:
        box = box_of(form, "material")
        box.lineEdit().setText(typed)
        box.lineEdit().editingFinished.emit()
        assert box.currentData() == code
        assert box.currentText() == box.itemText(box.currentIndex())
        assert form.currentFormFeature()["material"] == code
    session.layer("pipe").rollBack()


@pytest.mark.slow
def test_a_list_offers_every_match_of_a_part(session, surroundings):
    with shown(session, surroundings, "pipe", "P-1") as form:
        completer = box_of(form, "material").completer()
        completer.setCompletionPrefix("铸铁")
        model = completer.completionModel()
        found = {model.index(row, 0).data(Qt.ItemDataRole.DisplayRole) for row in range(model.rowCount())}
    assert found == {"Ductile iron", "Grey cast iron"}


@pytest.mark.slow
def test_unknown_is_an_empty_field_with_a_grey_word(session, surroundings):
    with shown(session, surroundings, "pipe", "P-3") as form:
        material = form.findChild(QWidget, "install_year")
        wrapped = [item for item in form.findChildren(QWidget) if item.objectName() == "install_year"]
        assert material is not None
        edit = next(item for item in wrapped if hasattr(item, "placeholderText"))
        assert edit.text() == "" and edit.placeholderText() == "unknown"
        assert form.currentFormFeature()["install_year"] == NULL


def cover_of(form, name):
    return next(one for one in form.findChildren(Cover) if one.parent().objectName() == name)


@pytest.mark.slow
def test_a_list_that_cannot_be_used_shows_the_label_in_ink(session, surroundings):
    with shown(session, surroundings, "pipe", "P-1") as form:
        cover = cover_of(form, "system")
        assert cover.text() == "Drinking water" and not cover.isHidden()
        assert box_of(form, "system").currentText() == "Drinking water potable"
        ink = cover.palette().color(cover.foregroundRole())
        assert ink == form.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.Text)
        assert cover_of(form, "function").text() == "unknown"


@pytest.mark.slow
def test_a_list_that_can_be_used_is_not_covered(session, surroundings):
    session.layer("pipe").startEditing()
    with shown(session, surroundings, "pipe", "P-1") as form:
        assert cover_of(form, "system").isHidden()
    session.layer("pipe").rollBack()


@pytest.mark.slow
@pytest.mark.parametrize(("key", "asset"), [("pipe", "P-1"), ("node", "N-1")])
def test_a_note_has_three_lines(session, surroundings, key, asset):
    with shown(session, surroundings, key, asset) as form:
        note = form.findChild(QPlainTextEdit, "note")
        assert 3 <= note.height() / note.fontMetrics().lineSpacing() < 4


@pytest.mark.slow
def test_buttons_below_a_form_speak_our_language(session, surroundings):
    layer = session.layer("pipe")
    language.install("zh_CN")
    try:
        dialog = QgsAttributeDialog(layer, next(layer.getFeatures()), False, None, True, surroundings)
        with opened(dialog):
            (box,) = dialog.findChildren(QDialogButtonBox)
            words = {button.text() for button in box.buttons()}
    finally:
        language.install("en")
    assert words == {"确定", "取消"}


@pytest.mark.slow
def test_units_stand_behind_the_field(session, surroundings):
    with shown(session, surroundings, "pipe", "P-1") as form:
        unit = form.findChild(QLabel, "wn_unit_diameter_mm")
        labels = {item.text() for item in form.findChildren(QLabel)}
    assert unit.text() == "mm"
    assert "Nominal diameter" in labels and "Nominal diameter (mm)" not in labels


@pytest.mark.slow
def test_a_form_that_qgis_made_is_helped_as_well(session, surroundings):
    layer = session.layer("pipe")
    dialog = QgsAttributeDialog(layer, next(layer.getFeatures()), False, None, True, surroundings)
    with opened(dialog):
        assert box_of(dialog, "material").isEditable()
        assert dialog.findChild(QLabel, "wn_unit_diameter_mm").text() == "mm"
        # Python's collector must not take what stands on the widgets.
        gc.collect()
        lists = [field for field in table("pipe").fields if field.domain and field.name not in HIDDEN]
        assert len(dialog.findChildren(SearchableBox)) == len(lists) > 5
        covers = [item for item in dialog.findChildren(QLabel) if isinstance(item, Cover)]
        assert len(covers) > 10


@pytest.mark.slow
def test_the_reason_stands_at_the_field(session, surroundings):
    session.layer("pipe").startEditing()
    with shown(session, surroundings, "pipe", "P-1") as form:
        reason = form.findChild(QLabel, "wn_reason_diameter_mm")
        assert reason.isHidden()
        form.changeAttribute("diameter_mm", -5.0)
        assert not reason.isHidden() and reason.text().startswith("A diameter is more than 0")
        form.changeAttribute("diameter_mm", 200.0)
        assert reason.isHidden()
    session.layer("pipe").rollBack()


@pytest.mark.slow
def test_only_the_reason_of_the_rule_that_is_broken_is_told(session, surroundings):
    session.layer("node").startEditing()
    with shown(session, surroundings, "node", "N-1") as form:
        form.changeAttribute("kind", "manhole")
        reason = form.findChild(QLabel, "wn_reason_ground_m")
        assert reason.text() == "The ground level is not known: it is needed for depths and long profiles."
        form.changeAttribute("ground_m", 99_999.0)
        assert reason.text() == "This elevation in metres is not possible: check it."
        form.changeAttribute("ground_m", 12.0)
        assert reason.isHidden()
    session.layer("node").rollBack()


@pytest.mark.slow
def test_saving_a_form_writes_what_was_changed_and_nothing_else(session, surroundings, small_network):
    layer = session.layer("pipe")
    layer.startEditing()
    with shown(session, surroundings, "pipe", "P-3") as form:
        form.changeAttribute("street", "West Road")
        assert form.save()
    assert layer.commitChanges(), layer.commitErrors()
    newest = history.history_of(session.layer("change_log"), table("pipe"), "P-3").entries[0]
    assert [one.label for one in newest.changes] == ["Street"]


@pytest.mark.slow
def test_another_system_brings_what_was_last_used_in_it(session, surroundings):
    session.remember("last_pipe/potable", {"material": "pe", "diameter_mm": 110.0})
    session.remember("last_pipe/sewage", {"material": "concrete", "diameter_mm": 400.0})
    session.remember("last_system", "potable")
    layer = session.layer("pipe")
    layer.startEditing()
    feature = QgsVectorLayerUtils.createFeature(layer)
    assert feature["pipe_id"] == "P-4"
    form = QgsAttributeForm(layer, feature, surroundings)
    form.setMode(QgsAttributeEditorContext.Mode.AddFeatureMode)
    with opened(form):
        assert feature["material"] == "pe" and feature["diameter_mm"] == 110.0
        form.changeAttribute("system", "sewage")
        assert form.currentFormFeature()["material"] == "concrete"
        assert float(form.currentFormFeature()["diameter_mm"]) == 400.0
        form.changeAttribute("material", "pvc")
        form.changeAttribute("diameter_mm", 315.0)
        assert form.currentFormFeature()["material"] == "pvc"
        assert form.currentFormFeature()["pipe_id"] == "P-4"
    layer.rollBack()


def test_without_the_plugin_the_types_are_gone(plugin, iface):
    registry = QgsGui.relationWidgetRegistry()
    assert {HISTORY_WIDGET, TANK_WIDGET, WHY_WIDGET} <= set(registry.relationWidgetNames())
    plugin.forms.remove()
    try:
        assert not {HISTORY_WIDGET, TANK_WIDGET, WHY_WIDGET} & set(registry.relationWidgetNames())
    finally:
        plugin.forms.__init__(plugin.session)


def test_a_searchable_box_keeps_what_was_chosen(qgis_app):
    box = QComboBox()
    for code in ("pe", "pvc", "steel"):
        box.addItem(code.upper(), code)
    helper = SearchableBox(box, "material", "unknown")
    box.setCurrentIndex(1)
    assert helper.row_of("钢管") == 2
    assert helper.row_of("") == -1
    box.deleteLater()
