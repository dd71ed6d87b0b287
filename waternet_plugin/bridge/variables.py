"""Variables of layouts and layers.

QGIS's setters of one variable add a further one of the same name at each call: everything that asks for an
expression then copies all of them, and a book of 500 sheets is drawn in twice its time.
"""

from __future__ import annotations

from typing import Any

from qgis.core import QgsExpressionContextUtils, QgsLayout, QgsMapLayer


def set_layout_variable(layout: QgsLayout, name: str, value: str) -> None:
    """Give a variable of a layout a value; the others stay."""
    QgsExpressionContextUtils.setLayoutVariables(layout, {**_variables(layout), name: value})


def set_layer_variable(layer: QgsMapLayer, name: str, value: str) -> None:
    """Give a variable of a layer a value; the others stay."""
    QgsExpressionContextUtils.setLayerVariables(layer, {**_variables(layer), name: value})


def _variables(owner: Any) -> dict[str, str]:
    """Return the variables that a layout or layer itself has."""
    names, values = (
        [kept] if isinstance(kept, str) else list(kept or ())
        for kept in (owner.customProperty("variableNames"), owner.customProperty("variableValues"))
    )
    return dict(zip(names, values))
