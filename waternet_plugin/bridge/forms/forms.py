"""Field names, value lists, defaults, constraints and form pages of a layer, from the schema."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsDefaultValue,
    QgsEditFormConfig,
    QgsEditorWidgetSetup,
    QgsFieldConstraints,
    QgsVectorLayer,
)

from waternet_plugin import compat
from waternet_plugin.bridge.forms import form_pages, layer_tables
from waternet_plugin.bridge.forms.finding_texts import rule_titles, told_finding
from waternet_plugin.bridge.styling.expressions import text
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.schema.constraints import constraints_of
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.tables import EDITING, FID_COLUMN, Field, Table
from waternet_plugin.core.schema.unit_labels import unit_label
from waternet_plugin.core.texts import joined

# What QGIS's value map stores for NULL.
NULL_VALUE = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"
# What counts is the time in UTC, and QGIS's clock is local: seconds since 1970 are the same everywhere.
_MOMENT = (
    "to_datetime('1970-01-01T00:00:00Z') + to_interval(to_string(floor(epoch(now()) / 1000)) || ' seconds')"
)
_UTC_NOW = f"format_date({_MOMENT}, 'yyyy-MM-dd') || 'T' || format_date({_MOMENT}, 'HH:mm:ss') || 'Z'"
# First letters of ids that are made up for what is drawn.
ID_LETTERS = {
    "pipe": "P",
    "node": "N",
    "compound": "C",
    "zone": "Z",
    "customer": "U",
    "failure": "F",
    "inspection": "I",
    "work_item": "W",
    "road_work": "R",
}
# What a new pipe takes over from the one drawn before it in the same system.
TEMPLATE_FIELDS = ("function", "material", "diameter_mm", "burial", "joint", "owner", "operator")
# What the loaded plugin offers for the next row, as variables of the process: QGIS's expressions read them
# with env(), which knows nothing without the plugin and so leaves the plain default. A function of our own
# would break the expression there, and eval() makes QGIS fill the form anew at every key.
NEXT_ID = "WATERNET_NEXT_"
LAST_USED = "WATERNET_LAST_"
# As the conditions of constraints write it in QGIS's expressions.
NEXT_YEAR = "(year(now()) + 1)"
_LENGTH = 'if("length_source" = \'given\' AND "length_m" IS NOT NULL, "length_m", length($geometry))'

_Kind = QgsFieldConstraints.Constraint
_Strength = QgsFieldConstraints.ConstraintStrength


def code_label(code: Code, chosen: Look) -> str:
    """Return how a value list names a code: label and code, the label alone where it has the code in it."""
    label = chosen.label(code)
    return label if code.code.replace("_", " ") in label.casefold() else f"{label} {code.code}"


def widget(field: Field, chosen: Look) -> QgsEditorWidgetSetup:
    """Return the widget in which a field is edited."""
    if field.name in form_pages.HIDDEN:
        return QgsEditorWidgetSetup("Hidden", {})
    if field.domain:
        codes = field.codes.values()
        values = [{code_label(code, chosen): code.code} for code in codes]
        if not field.required:
            values.insert(0, {"": NULL_VALUE})
        return QgsEditorWidgetSetup("ValueMap", {"map": values})
    if field.table == "issue" and field.name == "rule_id":
        titles = rule_titles(chosen.language).items()
        return QgsEditorWidgetSetup("ValueMap", {"map": [{title: rule_id} for rule_id, title in titles]})
    if field.type in ("date", "datetime"):
        shown = "yyyy-MM-dd" if field.type == "date" else "yyyy-MM-dd HH:mm:ss"
        return QgsEditorWidgetSetup(
            "DateTime",
            {"display_format": shown, "field_format": shown, "calendar_popup": True, "allow_null": True},
        )
    # No spin boxes for numbers: they round what they show, and saving the form would write that.
    return QgsEditorWidgetSetup("TextEdit", {"IsMultiline": field.name in ("note", "reasons")})


def alias(field: Field, chosen: Look) -> str:
    """Return what a field is called where its unit must be told with it."""
    label = field.label_in(chosen.language)
    if not field.unit:
        return label
    unit = unit_label(field.unit, chosen.language)
    return f"{label}（{unit}）" if chosen.language == "zh_CN" else f"{label} ({unit})"


def _id_default(table: Table) -> str:
    """Return the expression of a new id: the next number while the plugin is loaded, else a random one."""
    random = f"{text(ID_LETTERS[table.name] + '-')} || upper(substr(uuid(), 2, 8))"
    return f"coalesce(nullif(env({text(NEXT_ID + table.name)}), ''), {random})"


def last_used_name(field: str, system: str | None = None) -> str:
    """Return the variable in which the plugin offers what was last used in a field."""
    return f"{LAST_USED}{system}_{field}" if system else f"{LAST_USED}{field}"


def _last_used(field: Field) -> str:
    """Return the expression of what was last used in the system of the pipe."""
    name = f'{text(LAST_USED)} || "system" || {text("_" + field.name)}'
    environment_value = f"nullif(env({name}), '')"
    return f"to_real({environment_value})" if field.type == "real" else environment_value


def default_of(table: Table, field: Field) -> QgsDefaultValue | None:
    """Return what a field of a new row has, and what it gets at every change; None for nothing."""
    if field.name == "edited_by":
        return QgsDefaultValue("@user_account_name", True)
    if field.name == "edited_on":
        return QgsDefaultValue(_UTC_NOW, True)
    if field.name in ("batch_id", "row_version"):
        # The store's own: no copy of a row carries them along.
        return QgsDefaultValue("NULL", False)
    if field.name == table.id_field and table.name in ID_LETTERS:
        return QgsDefaultValue(_id_default(table), False)
    if field.name == "status" and field.domain == "status":
        return QgsDefaultValue("'in_use'", False)
    if table.name != "pipe":
        return None
    if field.name == "length_m":
        return QgsDefaultValue(_LENGTH, True)
    if field.name == "length_source":
        return QgsDefaultValue("'geometry'", False)
    if field.name == "system":
        offered = f"nullif(env({text(last_used_name(field.name))}), '')"
        return QgsDefaultValue(f"coalesce({offered}, 'potable')", False)
    if field.name in TEMPLATE_FIELDS:
        return QgsDefaultValue(_last_used(field), False)
    return None


def _constrain(layer: QgsVectorLayer, index: int, table: Table, field: Field, chosen: Look) -> None:
    """Set what a field takes, with the reason to tell."""
    if field.required and field.origin == "user":
        layer.setFieldConstraint(index, _Kind.ConstraintNotNull, _Strength.ConstraintStrengthHard)
    if field.name == table.id_field:
        # A split makes a second pipe of the same id, unless QGIS knows that ids are unique.
        layer.setFieldConstraint(index, _Kind.ConstraintUnique, _Strength.ConstraintStrengthHard)
    rules = constraints_of(table.name, field.name)
    if not rules:
        return
    # What is not known yet breaks no rule: QGIS takes NULL for a no.
    condition = " AND ".join(f"coalesce({rule.condition(NEXT_YEAR, table)}, true)" for rule in rules)
    reasons = [rule.reason_in(chosen.language) for rule in rules]
    layer.setConstraintExpression(index, condition, joined(reasons, chosen.language))
    hard = any(rule.hard for rule in rules)
    strength = _Strength.ConstraintStrengthHard if hard else _Strength.ConstraintStrengthSoft
    layer.setFieldConstraint(index, _Kind.ConstraintExpression, strength)


def _is_editable(field: Field) -> bool:
    """Return whether people fill a field; where a length is from is for them to say."""
    return field.origin == "user" or field.name == "length_source"


def _apply(
    layer: QgsVectorLayer, index: int, table: Table, field: Field, chosen: Look, config: QgsEditFormConfig
) -> None:
    """Set up one field."""
    layer.setFieldAlias(index, alias(field, chosen))
    if compat.kind_of(layer.fields().at(index)) == "boolean":
        # As GeoPackage itself has yes and no, in a column that somebody added.
        layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("CheckBox", {"AllowNullState": True}))
    else:
        layer.setEditorWidgetSetup(index, widget(field, chosen))
    config.setReadOnly(index, not _is_editable(field))
    if layer.readOnly():
        return
    _constrain(layer, index, table, field, chosen)
    default = default_of(table, field)
    if default is not None:
        layer.setDefaultValueDefinition(index, default)
    if field.name in EDITING:
        compat.take_default_in_copies(layer, index)


def _named(chosen: Look, domain: str, field: str) -> str:
    """Return the expression of the label of a code."""
    codes = chosen.codes(domain).values()
    pairs = ", ".join(f"{text(code.code)}, {text(chosen.label(code))}" for code in codes)
    return f"coalesce(map_get(map({pairs}), \"{field}\"), '')"


def _display(table: Table, chosen: Look) -> str:
    """Return how a row is named where QGIS lists rows."""
    day = "coalesce(format_date(\"date\", 'yyyy-MM-dd'), '')"
    named = {
        "failure": f"{day} || ' ' || {_named(chosen, 'failure_kind', 'kind')}",
        "inspection": f"{day} || ' ' || {_named(chosen, 'inspection_method', 'method')}",
        "assessment": f"\"run_id\" || ' ' || {_named(chosen, 'health_class', 'class')}",
        "change_log": f"\"at\" || ' ' || {_named(chosen, 'log_action', 'action')}",
        "node": f"{_named(chosen, 'node_kind', 'kind')} || ' ' || \"node_id\"",
        "compound": 'coalesce("name", "compound_id")',
        "zone": 'coalesce("name", "zone_id")',
        "survey_row": 'coalesce("point_no", to_string("row_no"))',
        "issue": told_finding(chosen.language),
    }
    return named.get(table.name, f'"{table.id_field}"')


def configure(layer: QgsVectorLayer, table: Table, chosen: Look, *, layer_key: str = "") -> None:
    """Give a layer's fields their names, value lists, defaults, constraints and pages.

    Parameters
    ----------
    layer
        A layer of the table, or of a view that has the table's columns.
    table
        The table as the network has it.
    chosen
        Palette and language.
    layer_key
        The table or the view that the layer shows; the table if empty.
    """
    config: Any = layer.editFormConfig()
    config.setSuppress(QgsEditFormConfig.FeatureFormSuppress.SuppressDefault)
    for field in table.fields:
        index = layer.fields().lookupField(field.name)
        if index >= 0:
            _apply(layer, index, table, field, chosen, config)
    for hidden in (FID_COLUMN, "OGC_FID"):
        index = layer.fields().lookupField(hidden)
        if index >= 0:
            layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("Hidden", {}))
    layer.setDisplayExpression(_display(table, chosen))
    layer_tables.keep_codes(layer, table)
    form_pages.lay_out(layer, layer_key or table.name, table, chosen, config)
    layer.setEditFormConfig(config)
