"""Whether the value of a parameter can be used, in words."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProperty,
)

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.modes import is_special
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.processing.destinations import (
    MOST_BYTES_THERE,
    destination_text,
    strange_format,
    too_long,
    unwritable,
)
from waternet_plugin.processing.job import sayable

# Marks the place of a network that is made: the address of a server, too.
MAKES_NETWORK = "makes_network"
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


def is_beyond_limits(definition: Any, value: Any) -> bool:
    """Return whether a value is such a number as a parameter takes, but for its limits."""
    is_number = isinstance(definition, QgsProcessingParameterNumber) and isinstance(value, (str, int, float))
    # QGIS takes a whole number that is too large for it for none.
    return (
        is_number
        and _is_number(definition, value)
        and not definition.minimum() <= float(value) <= definition.maximum()
    )


def _unsayable(definition: Any, value: Any) -> str:
    """Return the sentence for a text with a character that no file, table or window takes, '' for others."""
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        value = value.sink
    if isinstance(value, QgsProperty):
        value = value.staticValue()
    for text in value if isinstance(value, (list, tuple)) else [value]:
        if isinstance(text, str) and ("\0" in text or sayable(text) != text):
            return tr(
                "{name}: the text has a character that can't be used: a NUL, or half of one of another "
                "encoding. Type it again, or rename the file."
            ).format(name=definition.name())
    return ""


def _is_on_server(text: str) -> bool:
    # Late: core is not loaded when QGIS starts.
    from waternet_plugin.store.addresses import is_server

    return is_server(text)


def _no_network(value: str) -> str:
    """Return the sentence for what can't be the place of a network, '' for others."""
    from waternet_plugin.store.addresses import parse

    if _is_on_server(value):
        try:
            parse(value)
        except InputError as error:
            return error.message
        return ""
    if Path(value).suffix.lower() == ".gpkg":
        return ""
    return tr("{name}: “{value}” is not the required type of file: {kind}.").format(
        name="NETWORK", value=value, kind=tr("WaterNet network (*.gpkg)")
    )


def _no_file(definition: Any, path: str) -> str:
    """Return the sentence for a path that no file can have, or that is a pipe or a device; '' for others."""
    if definition.name() == "NETWORK" and (_no_network(path) or _is_on_server(path)):
        return _no_network(path)
    if too_long(path, MOST_BYTES_THERE):
        return too_long(path, MOST_BYTES_THERE)
    if is_special(Path(path)):
        return tr("{name}: {path} is not an ordinary file. Choose a file on a disk.").format(
            name=definition.name(), path=path
        )
    return ""


def _no_destination(definition: Any, value: Any, context: Any) -> str:
    """Return the sentence for what can't be written, '' for others."""
    text = destination_text(value, context)
    if definition.metadata().get(MAKES_NETWORK) and _is_on_server(text):
        return _no_network(text)
    return unwritable(value, context)


def unusable(definition: Any, value: Any, context: Any = None) -> str:
    """Return the sentence that says why a parameter's value can't be used, '' when it can."""
    if value is None or value == "":
        return ""
    if _unsayable(definition, value):
        return _unsayable(definition, value)
    if isinstance(definition, QgsProcessingParameterFeatureSink) and strange_format(value, context):
        return strange_format(value, context)
    if definition.isDestination():
        return _no_destination(definition, value, context)
    if isinstance(definition, QgsProcessingParameterFile) and _no_file(definition, str(value)):
        return _no_file(definition, str(value))
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
    if is_number and definition.checkValueIsAcceptable(value) and not is_beyond_limits(definition, value):
        return ""
    if isinstance(definition, QgsProcessingParameterEnum):
        return tr("{name}: “{value}” is not one of the choices. Give one of: {choices}.").format(
            name=definition.name(), value=value, choices=listed(definition.options())
        )
    if isinstance(definition, QgsProcessingParameterNumber):
        least, most = definition.minimum(), definition.maximum()
        whole = definition.dataType() == QgsProcessingParameterNumber.Type.Integer
        kind = tr("a whole number") if whole else tr("a number")
        return tr("{name}: “{value}” can't be used. Give {kind} from {least} to {most}.").format(
            name=definition.name(), value=value, kind=kind, least=f"{least:.15g}", most=f"{most:.15g}"
        )
    if isinstance(definition, QgsProcessingParameterFile) and definition.fileFilter():
        return tr("{name}: “{value}” is not the required type of file: {kind}.").format(
            name=definition.name(), value=value, kind=definition.fileFilter()
        )
    return tr("{name}: “{value}” can't be used.").format(name=definition.name(), value=value)
