"""What stands in the way of a Save before anything of it begins."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProject, QgsVectorLayer

from waternet_plugin.core.texts import tr


def is_grouped(project: QgsProject) -> bool:
    """Return whether QGIS gathers edits in a way of its own, past any checks of ours."""
    if hasattr(project, "transactionMode"):
        mode: Any = project.transactionMode()
        return getattr(mode, "name", str(mode)) != "Disabled"
    return bool(project.autoTransaction())


def _is_in_command(layer: QgsVectorLayer) -> bool:
    """Return whether a step of the undo history is under way."""
    stack = layer.undoStack()
    # A macro that is open lets nobody step back or forth.
    in_macro = stack.count() > 0 and not stack.canUndo() and not stack.canRedo()
    return bool(layer.isEditCommandActive() or in_macro)


def _changes_fields(layer: QgsVectorLayer) -> bool:
    """Return whether columns were renamed or removed since editing began."""
    if layer.editBuffer().deletedAttributeIds():
        return True
    fields, stored = layer.fields(), layer.dataProvider().fields()
    origin = type(fields).FieldOrigin.OriginProvider
    return any(
        fields.at(field_index).name() != stored.at(fields.fieldOriginIndex(field_index)).name()
        for field_index in range(fields.count())
        if fields.fieldOrigin(field_index) == origin
    )


def save_blocker(layers: list[QgsVectorLayer]) -> str:
    """Return the sentence of what stands in the way of saving layers, '' where nothing does."""
    for layer in layers:
        if _is_in_command(layer):
            text = tr("An edit of the layer {layer} is still under way. Finish or undo it, then save again.")
            return text.format(layer=layer.name())
        if _changes_fields(layer):
            text = tr(
                "Fields of the layer {layer} were renamed or removed since editing began. Undo that, then "
                "save again; fields can be added, but not renamed or removed."
            )
            return text.format(layer=layer.name())
    return ""
