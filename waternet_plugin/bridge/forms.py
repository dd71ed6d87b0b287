"""Field names, value lists, defaults and form pages of a layer, from the schema."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsAttributeEditorField,
    QgsDefaultValue,
    QgsEditFormConfig,
    QgsEditorWidgetSetup,
    QgsExpression,
    QgsFieldConstraints,
    QgsOptionalExpression,
    QgsVectorLayer,
)

from waternet_plugin.bridge.styling.expressions import text
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.compat import form_tab
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.tables import FID_COLUMN, Field, Table

# What QGIS's value map stores for NULL.
_NULL_VALUE = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"
_TABS = ("basics", "valve", "meter", "tank", "position", "condition", "belongs", "history")
# Tabs that only nodes of a family have; a station has the tank's page.
_FAMILY_TABS = {"valve": ("valve",), "meter": ("meter",), "tank": ("tank", "station")}
# What the store fills and nobody needs to read.
_HIDDEN = frozenset({"map_class", "batch_id", "row_version"})
# What counts is the time in UTC, and QGIS's clock is local: seconds since 1970 are the same everywhere.
_MOMENT = (
    "to_datetime('1970-01-01T00:00:00Z') + to_interval(to_string(floor(epoch(now()) / 1000)) || ' seconds')"
)
_UTC_NOW = f"format_date({_MOMENT}, 'yyyy-MM-dd') || 'T' || format_date({_MOMENT}, 'HH:mm:ss') || 'Z'"
_DEFAULTS = {"status": "'in_use'"}


def _widget(field: Field, chosen: Look) -> QgsEditorWidgetSetup:
    """Return the widget in which a field is edited."""
    if field.name in _HIDDEN:
        return QgsEditorWidgetSetup("Hidden", {})
    if field.domain:
        values = [
            {f"{chosen.label(code)} {code.code}": code.code} for code in domains.domain(field.domain).values()
        ]
        if not field.required:
            values.insert(0, {"": _NULL_VALUE})
        return QgsEditorWidgetSetup("ValueMap", {"map": values})
    if field.type in ("date", "datetime"):
        shown = "yyyy-MM-dd" if field.type == "date" else "yyyy-MM-dd HH:mm:ss"
        return QgsEditorWidgetSetup(
            "DateTime",
            {"display_format": shown, "field_format": shown, "calendar_popup": True, "allow_null": True},
        )
    return QgsEditorWidgetSetup("TextEdit", {"IsMultiline": field.name in ("note", "reasons")})


def _alias(field: Field, chosen: Look) -> str:
    label = field.label_zh if chosen.language == "zh_CN" else field.label_en
    if not field.unit:
        return label
    return f"{label}（{field.unit}）" if chosen.language == "zh_CN" else f"{label} ({field.unit})"


def _tab_of(field: Field) -> str:
    return field.tab if field.tab in _TABS else "basics"


def _visibility(tab: str) -> QgsOptionalExpression:
    """Return when a page of nodes shows: for the kinds of its families."""
    families = _FAMILY_TABS[tab]
    kinds = [code.code for code in domains.domain("node_kind").values() if code.family in families]
    listed = ", ".join(text(kind) for kind in kinds)
    return QgsOptionalExpression(QgsExpression(f'"kind" IN ({listed})'), True)


def _pages(layer: QgsVectorLayer, table: Table, chosen: Look, config: QgsEditFormConfig) -> None:
    """Sort the fields into pages."""
    config.setLayout(QgsEditFormConfig.EditorLayout.TabLayout)
    config.clearTabs()
    root = config.invisibleRootContainer()
    for tab in _TABS:
        on_page = (field for field in table.fields if _tab_of(field) == tab and field.name not in _HIDDEN)
        fields = [field for field in on_page if layer.fields().lookupField(field.name) >= 0]
        if not fields:
            continue
        page = form_tab(chosen.word(f"tab_{tab}"), root)
        for field in fields:
            page.addChildElement(
                QgsAttributeEditorField(field.name, layer.fields().lookupField(field.name), page)
            )
        if tab in _FAMILY_TABS:
            page.setVisibilityExpression(_visibility(tab))
        config.addTab(page)


def _apply(layer: QgsVectorLayer, index: int, field: Field, chosen: Look, config: Any) -> None:
    """Set up one field."""
    layer.setFieldAlias(index, _alias(field, chosen))
    layer.setEditorWidgetSetup(index, _widget(field, chosen))
    config.setReadOnly(index, field.origin != "user")
    if field.required and field.origin == "user":
        layer.setFieldConstraint(
            index,
            QgsFieldConstraints.Constraint.ConstraintNotNull,
            QgsFieldConstraints.ConstraintStrength.ConstraintStrengthHard,
        )
    if field.name == "edited_by":
        layer.setDefaultValueDefinition(index, QgsDefaultValue("@user_account_name", True))
    elif field.name == "edited_on":
        layer.setDefaultValueDefinition(index, QgsDefaultValue(_UTC_NOW, True))
    elif field.name in _DEFAULTS and field.domain == "status":
        layer.setDefaultValueDefinition(index, QgsDefaultValue(_DEFAULTS[field.name], False))


def configure(layer: QgsVectorLayer, table: Table, chosen: Look) -> None:
    """Give a layer's fields their names, value lists, defaults and pages.

    Parameters
    ----------
    layer
        A layer of the table, or of a view that has the table's columns.
    table
        The table as the schema describes it.
    chosen
        Palette and language.
    """
    config = layer.editFormConfig()
    config.setSuppress(QgsEditFormConfig.FeatureFormSuppress.SuppressDefault)
    for field in table.fields:
        index = layer.fields().lookupField(field.name)
        if index >= 0:
            _apply(layer, index, field, chosen, config)
    for hidden in (FID_COLUMN, "OGC_FID"):
        index = layer.fields().lookupField(hidden)
        if index >= 0:
            layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("Hidden", {}))
    _pages(layer, table, chosen, config)
    layer.setEditFormConfig(config)
