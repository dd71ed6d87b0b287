"""Forms as QGIS shows them, and native editing of our layers without the plugin's help."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from qgis.core import (
    NULL,
    QgsFieldConstraints,
    QgsProject,
    QgsVectorLayerUtils,
)
from qgis.gui import (
    QgsAttributeForm,
    QgsEditorWidgetWrapper,
)
from qgis.PyQt.QtWidgets import QWidget
from support.form_frame import form_context
from support.slow_cases import a_few_quick

from waternet_plugin.bridge.forms import form_pages
from waternet_plugin.bridge.layers import relations
from waternet_plugin.bridge.project.layer_tree import layer_of
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.tables import FID_COLUMN, table


@pytest.fixture(scope="module")
def surroundings(qgis_app):
    """What a form finds around it in QGIS."""
    with form_context() as context:
        yield context


@pytest.fixture(scope="module")
def english(shared_network):
    """An English project that tests only read."""
    return build_project(shared_network, shared_network.with_name("forms.qgz"), language="en").path


@pytest.fixture(scope="module")
def shared(english):
    """The open project of a network that nobody changes."""
    project = QgsProject.instance()
    assert project.read(str(english))
    yield project
    project.clear()


@contextmanager
def shown(layer, feature, context):
    form = QgsAttributeForm(layer, feature, context)
    try:
        yield form
    finally:
        form.deleteLater()


def visible_fields(form: QgsAttributeForm) -> set[str]:
    """Return the fields on pages that a person can turn to."""
    result = set()
    for widget in form.findChildren(QWidget):
        wrapper = QgsEditorWidgetWrapper.fromWidget(widget)
        if wrapper is not None and _can_be_seen(widget, form):
            result.add(wrapper.field().name())
    return result


def _can_be_seen(widget: QWidget, form: QgsAttributeForm) -> bool:
    while widget is not form:
        stack = widget.parentWidget()
        if stack.objectName() == "qt_tabwidget_stackedwidget":
            # A page that is hidden is no longer among the tabs.
            return stack.parentWidget().indexOf(widget) >= 0
        widget = stack
    return True


def expected_fields(kind: str) -> set[str]:
    family = domains.domain("node_kind")[kind].family
    return {
        field.name
        for field in table("node").fields
        if field.name not in form_pages.HIDDEN and (not field.families or family in field.families)
    }


@pytest.mark.slow
def test_a_node_shows_the_fields_of_its_kind_and_no_others(shared, surroundings):
    layer = layer_of(shared, "node")
    features = list(layer.getFeatures())
    assert {feature["kind"] for feature in features} == set(domains.domain("node_kind"))
    for feature in features:
        with shown(layer, feature, surroundings) as form:
            assert visible_fields(form) == expected_fields(feature["kind"]), feature["kind"]


@pytest.mark.slow
def test_changing_the_kind_turns_the_page(shared, surroundings):
    layer = layer_of(shared, "node")
    layer.startEditing()
    feature = next(item for item in layer.getFeatures() if item["kind"] == "manhole")
    with shown(layer, feature, surroundings) as form:
        form.changeAttribute("kind", "valve")
        assert visible_fields(form) == expected_fields("valve")
    layer.rollBack()


@pytest.mark.parametrize("key", a_few_quick(["pipe", "pipe_health"], 1))
def test_a_pipe_shows_every_field_and_what_hangs_on_it(shared, surroundings, key):
    layer = layer_of(shared, key)
    there = {field.name() for field in layer.fields()}
    wanted = {field.name for field in table("pipe").fields} - form_pages.HIDDEN
    with shown(layer, next(layer.getFeatures()), surroundings) as form:
        assert visible_fields(form) == wanted & there
        # Without the plugin QGIS itself lists assessments, failures, inspections and changes.
        classes = [item.metaObject().className() for item in form.findChildren(QWidget)]
        assert classes.count("QgsRelationEditorWidget") == 4


@pytest.mark.parametrize("page", form_pages.FAMILY_PAGES)
def test_a_page_has_fields_that_all_its_kinds_have(page):
    fields = form_pages.fields_of(table("node"), page)
    assert fields
    assert all(set(form_pages.FAMILY_PAGES[page]) <= set(field.families) for field in fields)


def test_the_kind_stands_first():
    assert form_pages.fields_of(table("node"), "basics")[0].name == "kind"
    assert form_pages.fields_of(table("zone"), "basics")[0].name == "kind"


def test_relations_find_their_layers(shared):
    found = shared.relationManager().relations()
    assert set(found) == {link.relation_id for link in relations.links()}
    assert all(relation.isValid() for relation in found.values())


def test_tables_behind_the_forms_are_not_in_the_legend(shared):
    for key in ("assessment", "change_log"):
        layer = layer_of(shared, key)
        assert layer.flags() & layer.LayerFlag.Private
        assert shared.layerTreeRoot().findLayer(layer.id()) is not None


@pytest.mark.slow
def test_building_again_keeps_one_of_each_relation(filled_network):
    build_project(filled_network, language="en")
    path = build_project(filled_network, language="zh_CN").path
    project = QgsProject()
    project.read(str(path))
    assert len(project.relationManager().relations()) == len(relations.links())


@pytest.mark.parametrize(
    ("field", "value", "valid"),
    [
        ("diameter_mm", 200.0, True),
        ("diameter_mm", 0.0, False),
        ("diameter_mm", NULL, True),
        ("install_year", 1998, True),
        ("install_year", 1800, False),
        ("install_year", 9999, False),
        ("pressure_mpa", 300.0, False),
        ("pipe_id", NULL, False),
        ("pipe_id", "P-0", False),
        ("system", NULL, False),
    ],
)
def test_constraints_of_a_pipe(shared, field, value, valid):
    layer = layer_of(shared, "pipe")
    feature = QgsVectorLayerUtils.createFeature(layer)
    feature["pipe_id"] = "P-new"
    index = layer.fields().lookupField(field)
    feature[field] = value
    assert QgsVectorLayerUtils.validateAttribute(layer, feature, index)[0] is valid


def test_what_must_be_filled_is_what_the_store_asks_for(shared):
    hard = QgsFieldConstraints.ConstraintStrength.ConstraintStrengthHard
    not_null = QgsFieldConstraints.Constraint.ConstraintNotNull
    found = {}
    for key in ("pipe", "node"):
        fields = layer_of(shared, key).fields()
        found[key] = {
            field.name() for field in fields if field.constraints().constraintStrength(not_null) == hard
        }
        found[key] -= {FID_COLUMN}
    assert found == {"pipe": {"pipe_id", "system", "status"}, "node": {"node_id", "kind", "status"}}


def test_what_a_kind_wants_is_asked_for_and_stops_nobody(shared):
    layer = layer_of(shared, "node")
    hard = QgsFieldConstraints.ConstraintStrength.ConstraintStrengthHard
    soft = QgsFieldConstraints.ConstraintStrength.ConstraintStrengthSoft
    asked = {}
    for kind in ("junction", "valve", "manhole", "inlet", "septic_tank"):
        feature = QgsVectorLayerUtils.createFeature(layer)
        feature["kind"], feature["node_id"] = kind, "N-new"
        indexes = range(layer.fields().count())
        broken = [n for n in indexes if not QgsVectorLayerUtils.validateAttribute(layer, feature, n, soft)[0]]
        assert not any(
            not QgsVectorLayerUtils.validateAttribute(layer, feature, n, hard)[0] for n in indexes
        ), kind
        asked[kind] = [layer.fields()[n].name() for n in broken]
    assert asked == {
        "junction": ["system"],
        "valve": ["system", "valve_state"],
        "manhole": ["system", "ground_m"],
        "inlet": ["system", "ground_m"],
        "septic_tank": ["system", "cleaned_on"],
    }


def test_the_reason_of_a_constraint_is_in_the_language_of_the_project(shared):
    layer = layer_of(shared, "pipe")
    index = layer.fields().lookupField("diameter_mm")
    assert layer.constraintDescription(index).startswith("A diameter is more than 0")


def test_a_valve_without_state_is_asked_for_it_and_a_manhole_is_not(shared):
    layer = layer_of(shared, "node")
    index = layer.fields().lookupField("valve_state")
    for kind, valid in (("valve", False), ("manhole", True)):
        feature = QgsVectorLayerUtils.createFeature(layer)
        feature["kind"] = kind
        assert QgsVectorLayerUtils.validateAttribute(layer, feature, index)[0] is valid, kind
