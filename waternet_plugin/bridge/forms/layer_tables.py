"""The table of a layer as its network has it, told by the layer and its form alone."""

from __future__ import annotations

import json

from qgis.core import QgsVectorLayer

from waternet_plugin import compat
from waternet_plugin.core.schema import own_codes, own_fields
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.tables import Field, Table, table

_OWN_CODES = "waternet/own_codes"


def table_of_layer(layer: QgsVectorLayer, name: str) -> Table:
    """Return a table with the fields and codes of one's own that its layer and the form of that have."""
    described = table(name)
    codes = _codes(layer)
    if name not in own_fields.tables_that_take_fields():
        return described.with_own((), codes)
    fields = layer.fields()
    own: list[Field] = []
    for field_index in range(fields.count()):
        field = fields.at(field_index)
        kind = compat.kind_of(field)
        is_of_file = fields.fieldOrigin(field_index) == type(fields).FieldOrigin.OriginProvider
        if not is_of_file or not kind or field.name() in described.field_names:
            continue
        if own_fields.is_usable(field.name()):
            label = layer.attributeDisplayName(field_index)
            own.append(own_fields.made(name, field.name(), kind, label=label, label_zh=label))
    return described.with_own(tuple(own), codes)


def keep_codes(layer: QgsVectorLayer, described: Table) -> None:
    """Keep in a layer the codes that its form offers beyond those of the schema."""
    codes = [own_codes.row_of_code(code) for code in described.own_codes]
    layer.setCustomProperty(_OWN_CODES, json.dumps(codes, ensure_ascii=False))


def _codes(layer: QgsVectorLayer) -> tuple[Code, ...]:
    try:
        rows = json.loads(str(layer.customProperty(_OWN_CODES) or "[]"))
        codes = [own_codes.described_by(row) for row in rows]
    except (ValueError, AttributeError, TypeError):
        # Another program wrote something else there: a project built anew has them.
        return ()
    return tuple(code for code in codes if code is not None)
