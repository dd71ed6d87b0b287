"""The table of a layer as its network has it, told by the layer and its form alone."""

from __future__ import annotations

from qgis.core import QgsVectorLayer

from waternet_plugin import compat
from waternet_plugin.core.schema import own_fields
from waternet_plugin.core.schema.domains import Code, domain
from waternet_plugin.core.schema.tables import Field, Table, table


def table_of_layer(layer: QgsVectorLayer, name: str) -> Table:
    """Return a table with the fields and codes of one's own that its layer and the form of that have."""
    described = table(name)
    codes = tuple(code for field in described.fields for code in _codes(layer, field))
    if name not in own_fields.tables_that_take_fields():
        return described.with_own((), codes)
    fields = layer.fields()
    own: list[Field] = []
    for place in range(fields.count()):
        field = fields.at(place)
        kind = compat.kind_of(field)
        is_of_file = fields.fieldOrigin(place) == type(fields).FieldOrigin.OriginProvider
        if not is_of_file or not kind or field.name() in described.field_names:
            continue
        if own_fields.is_usable(field.name()):
            label = layer.attributeDisplayName(place)
            own.append(own_fields.made(name, field.name(), kind, label=label, label_zh=label))
    return described.with_own(tuple(own), codes)


def _codes(layer: QgsVectorLayer, field: Field) -> list[Code]:
    """Return what the list of a field in the form has beyond the schema's codes."""
    place = layer.fields().lookupField(field.name)
    if not field.domain or place < 0:
        return []
    listed = layer.editorWidgetSetup(place).config().get("map", [])
    pairs = [pair for one in listed if isinstance(one, dict) for pair in one.items()]
    known = domain(field.domain)
    return [
        Code(field.domain, code, label, label, "", "", (), "stated")
        for label, code in pairs
        # The entry for unknown has no label.
        if label and code not in known
    ]
