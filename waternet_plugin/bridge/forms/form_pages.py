"""The pages of a form: what people look for together stands together."""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import (
    QgsAttributeEditorContainer,
    QgsAttributeEditorField,
    QgsAttributeEditorRelation,
    QgsEditFormConfig,
    QgsExpression,
    QgsOptionalExpression,
    QgsVectorLayer,
)

from waternet_plugin.bridge.layers import relations
from waternet_plugin.bridge.layers.relations import LayerLink
from waternet_plugin.bridge.styling.expressions import text
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.compat import form_tab
from waternet_plugin.core.schema.constraints import kinds_of
from waternet_plugin.core.schema.tables import OWN_TAB, Field, Table

# Pages that only nodes of some families have, and those families.
FAMILY_PAGES = {
    "valve": ("valve",),
    "meter": ("meter",),
    "manhole": ("manhole",),
    "inlet": ("inlet",),
    "tank": ("tank",),
    "station": ("station",),
    "outfall": ("outfall",),
}
_PAGES = (
    "basics", *FAMILY_PAGES, "water_use", "position", "plan", "gates", "cost", "condition", "belongs",
    OWN_TAB, "history",
)  # fmt: skip
# What the store fills and nobody needs to read.
HIDDEN = frozenset(
    {
        "map_class",
        "map_code",
        "map_width",
        "map_rank",
        "map_flow",
        "batch_id",
        "row_version",
        "reason_facts",
        "match_facts",
    }
)
# What people do with the rows beneath an asset, in QGIS's own list of them.
_BUTTONS = {
    "failure": "ZoomToChildFeature",
    "inspection": "SaveChildEdits|AddChildFeature|DeleteChildFeature",
}
_WIDGETS = {
    relations.HISTORY: relations.HISTORY_WIDGET,
    relations.TANKS: relations.TANK_WIDGET,
    relations.USERS: relations.MONTHS_WIDGET,
    "assessment": relations.WHY_WIDGET,
}
# The pages of what hangs on an asset; else that of its condition.
_LINK_PAGES = {relations.HISTORY: "history", relations.TANKS: "tank", relations.USERS: "water_use"}
_LINK_WORDS = {"assessment": "why", relations.TANKS: "depths", relations.USERS: "months"}


def fields_of(table: Table, page: str) -> tuple[Field, ...]:
    """Return the fields that stand on a page, in the order of the form: the kind first."""
    shown = [field for field in table.fields if field.name not in HIDDEN]
    if page in FAMILY_PAGES:
        families = set(FAMILY_PAGES[page])
        own = [field for field in shown if families & set(field.families)]
        return tuple(sorted(own, key=lambda field: field.tab in ("basics", "position")))
    # A tab of a family without families shows to everybody.
    common = [field for field in shown if not field.families]
    page_fields = [field for field in common if (field.tab if field.tab in _PAGES else "basics") == page]
    return tuple(sorted(page_fields, key=lambda field: field.name != "kind"))


def shows_for(page: str, table: Table) -> QgsOptionalExpression:
    """Return when a page of nodes shows: for the kinds of its families."""
    listed = ", ".join(text(kind) for kind in kinds_of(FAMILY_PAGES[page], table))
    return QgsOptionalExpression(QgsExpression(f'"kind" IN ({listed})'), True)


def _relations_on(layer_key: str, page: str) -> Iterator[LayerLink]:
    for link in relations.links_of(layer_key):
        if page == _LINK_PAGES.get(link.child, "condition"):
            yield link


def _list(link: LayerLink, chosen: Look, page: QgsAttributeEditorContainer) -> QgsAttributeEditorRelation:
    """Return the part of a page that shows the rows of a relation."""
    part = QgsAttributeEditorRelation(link.child, link.relation_id, page)
    part.setLabel(chosen.word(_LINK_WORDS.get(link.child, link.child)))
    part.setShowLabel(True)
    buttons = _BUTTONS.get(link.child, "NoButton")
    settings = {"buttons": buttons, "show_first_feature": False, relations.CHILD_KEY: link.child}
    part.setRelationEditorConfiguration(settings)
    part.setRelationWidgetTypeId(_WIDGETS.get(link.child, "relation_editor"))
    return part


def lay_out(
    layer: QgsVectorLayer, layer_key: str, table: Table, chosen: Look, config: QgsEditFormConfig
) -> None:
    """Sort the fields of a layer and what hangs on it into pages.

    Parameters
    ----------
    layer
        A layer of the table, or of a view that has the table's columns.
    layer_key
        The table's or the view's name.
    table
        The table as the schema describes it.
    chosen
        Palette and language.
    config
        The form to change.
    """
    config.setLayout(QgsEditFormConfig.EditorLayout.TabLayout)
    config.clearTabs()
    root = config.invisibleRootContainer()
    for name in _PAGES:
        indexes = [(field.name, layer.fields().lookupField(field.name)) for field in fields_of(table, name)]
        present = [(field, index) for field, index in indexes if index >= 0]
        lists = list(_relations_on(layer_key, name))
        if not present and not lists:
            continue
        page = form_tab(chosen.word(f"tab_{name}"), root)
        for field, index in present:
            page.addChildElement(QgsAttributeEditorField(field, index, page))
        for link in lists:
            page.addChildElement(_list(link, chosen, page))
        if name in FAMILY_PAGES:
            page.setVisibilityExpression(shows_for(name, table))
        config.addTab(page)
