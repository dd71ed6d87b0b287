"""Whether the value of a parameter can be used, in words."""

from __future__ import annotations

import math
from typing import Any

from qgis.core import (
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
)

from waternet_plugin.core.texts import listed, tr
from waternet_plugin.processing.job import MOST_BYTES_THERE, too_long, unwritable

_YES_NO = frozenset({"true", "false", "1", "0", "yes", "no", "on", "off", "t", "f", "y", "n"})


def _is_number(definition: Any, value: Any) -> bool:
    """Return whether a value is such a number; QGIS takes other texts for 0, and cuts fractions off."""
    if not isinstance(value, (str, int, float)):
        return True
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return False
    if definition.dataType() == QgsProcessingParameterNumber.Type.Integer:
        return math.isfinite(number) and number == round(number)
    return math.isfinite(number)


def unusable(definition: Any, value: Any, context: Any = None) -> str:
    """Return the sentence that says why a parameter's value can't be used, '' when it can."""
    if value is None or value == "":
        return ""
    if definition.isDestination():
        return unwritable(value, context)
    if isinstance(definition, QgsProcessingParameterFile) and too_long(str(value), MOST_BYTES_THERE):
        return too_long(str(value), MOST_BYTES_THERE)
    if isinstance(definition, QgsProcessingParameterBoolean):
        # QGIS takes any text that is not false for true.
        if not isinstance(value, str) or value.strip().casefold() in _YES_NO:
            return ""
        return tr("{name}: “{value}” can't be used. Give {kind}.").format(
            name=definition.name(), value=value, kind=tr("true or false")
        )
    if isinstance(definition, QgsProcessingParameterExtent):
        if definition.checkValueIsAcceptable(value, context):
            return ""
        return tr("“{text}” is not a valid area. Give it as xmin,xmax,ymin,ymax.").format(text=value)
    is_number = not isinstance(definition, QgsProcessingParameterNumber) or _is_number(definition, value)
    if is_number and definition.checkValueIsAcceptable(value):
        return ""
    if isinstance(definition, QgsProcessingParameterEnum):
        return tr("{name}: “{value}” is not one of the choices. Give one of: {choices}.").format(
            name=definition.name(), value=value, choices=listed(definition.options())
        )
    if isinstance(definition, QgsProcessingParameterNumber):
        least, most = definition.minimum(), definition.maximum()
        limits = [f"≥ {least:g}"] if least > -1e300 else []
        limits += [f"≤ {most:g}"] if most < 1e300 else []
        whole = definition.dataType() == QgsProcessingParameterNumber.Type.Integer
        kind = tr("a whole number") if whole else tr("a number")
        return tr("{name}: “{value}” can't be used. Give {kind}.").format(
            name=definition.name(), value=value, kind=" ".join([kind, *limits])
        )
    if isinstance(definition, QgsProcessingParameterFile) and definition.fileFilter():
        return tr("{name}: “{value}” is not the required type of file: {kind}.").format(
            name=definition.name(), value=value, kind=definition.fileFilter()
        )
    return tr("{name}: “{value}” can't be used.").format(name=definition.name(), value=value)
