"""Bring forms of a project up to date with the fields that a network's users added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from qgis.core import QgsAttributeEditorElement, QgsProject, QgsVectorLayer

from waternet_plugin.bridge.forms import forms
from waternet_plugin.bridge.forms.layer_tables import table_of_layer
from waternet_plugin.bridge.layers.sources import table_of
from waternet_plugin.bridge.project import layer_tree, switching
from waternet_plugin.core.schema.tables import Table


def refresh(project: QgsProject, tables: Mapping[str, Table]) -> tuple[str, ...]:
    """Put fields of one's own into the forms that lack them; return the keys of the layers.

    Layers that are being edited wait for the next time.

    Parameters
    ----------
    project
        A project we built or added our layers to; only in the main thread.
    tables
        Tables with fields of one's own, as the network has them, by name.
    """
    codes = {code: None for table in tables.values() for code in table.own_codes}
    chosen = replace(switching.look_of(project), own_codes=tuple(codes))
    done = []
    for key, layer in layer_tree.our_layers(project).items():
        table = tables.get(table_of(key))
        if table is None or layer.isEditable():
            continue
        lacking = {field.name for field in table.fields if field.is_own} - _shown(layer)
        if lacking:
            layer.reload()
        # Views and layers with joins of others have not all columns of their table.
        if not any(layer.fields().lookupField(name) >= 0 for name in lacking):
            continue
        manager = layer.styleManager()
        worn = manager.currentStyle()
        # A form is kept with each style.
        for style in manager.styles():
            manager.setCurrentStyle(style)
            forms.configure(layer, table, chosen, layer_key=key)
        manager.setCurrentStyle(worn)
        done.append(key)
    return tuple(done)


def lack_codes(project: QgsProject, tables: Mapping[str, Table]) -> bool:
    """Return whether a form of a project does not offer a code that its network's users added.

    Styles tell codes too: such a project is to be built anew, see `switching.switch`.

    Parameters
    ----------
    project, tables
        As of `refresh`.
    """
    for name, table in tables.items():
        layer = layer_tree.layer_of(project, name)
        offered = (
            {}
            if layer is None
            else {own_field.name: own_field for own_field in table_of_layer(layer, name).fields}
        )
        for field in table.fields:
            known = offered.get(field.name)
            if field.own_codes and known is not None and not field.codes.keys() <= known.codes.keys():
                return True
    return False


def _shown(layer: QgsVectorLayer) -> set[str]:
    """Return the names of the fields that stand in the form of a layer."""
    shown: set[str] = set()
    waiting: list[Any] = list(layer.editFormConfig().tabs())
    while waiting:
        element = waiting.pop()
        if element.type() == QgsAttributeEditorElement.AttributeEditorType.AeTypeField:
            shown.add(element.name())
        elif element.type() == QgsAttributeEditorElement.AttributeEditorType.AeTypeContainer:
            waiting += element.children()
    return shown
