"""Fields that a person added to a layer and did not save yet."""

from __future__ import annotations

from qgis.core import QgsField, QgsVectorLayer

from waternet_plugin import compat
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema import own_fields
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.own_fields import FieldRequest
from waternet_plugin.core.texts import listed, tr


def added(layer: QgsVectorLayer, table: str) -> tuple[FieldRequest, ...]:
    """Return the fields that were added to a layer of a table since editing began.

    Raises
    ------
    InputError
        For a field that the network can't have, because of its name or type.
    """
    return tuple(_request(layer, table, attribute) for attribute in layer.editBuffer().addedAttributes())


def _request(layer: QgsVectorLayer, table: str, field: QgsField) -> FieldRequest:
    kind = compat.kind_of(field)
    if kind not in domain("field_type"):
        known = listed(entry.label for entry in domain("field_type").values())
        message = tr(
            "The new field {field} of the layer {layer} has a type that the network can't store. Choose one "
            "of: {types}."
        )
        raise InputError(message.format(field=field.name(), layer=layer.name(), types=known))
    label = field.alias() or field.comment()
    request = FieldRequest(table, field.name(), kind, label=label, label_zh=label, any_name=True)
    # Before rows are compared: QGIS takes names that differ by case for one.
    own_fields.check(request, [provider_field.name() for provider_field in layer.dataProvider().fields()])
    return request
