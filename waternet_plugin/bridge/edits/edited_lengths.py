"""Lengths of pipes that came into a layer by other ways than drawing: pasted, duplicated, made by tools."""

from __future__ import annotations

from typing import Any

from qgis.core import NULL, QgsFeature, QgsFeatureRequest, QgsVectorLayer

# A length as near as this to that of the line was measured, in metres.
_SAME_M = 1e-6


def _plain(value: Any) -> Any:
    return None if value is None or value == NULL else value


def settled(layer: QgsVectorLayer, pipe: QgsFeature) -> dict[str, Any]:
    """Return what must change so that the length of a new pipe and where it is from agree.

    A length from geometry is that of the line, whatever was copied with the row. QGIS measures a copy of a
    pipe with a given length anew: on the line of the original it takes back the given length, elsewhere it
    counts as measured.

    Parameters
    ----------
    layer
        The layer of pipes.
    pipe
        A row that is not saved yet.

    Returns
    -------
    Values by field: ``length_m`` in metres and ``length_source``.
    """
    geometry = pipe.geometry()
    if geometry.isNull():
        return {}
    measured = geometry.length()
    length, source = _plain(pipe["length_m"]), _plain(pipe["length_source"])
    is_measured = length is not None and abs(float(length) - measured) <= _SAME_M
    if source == "given" and length is not None and not is_measured:
        return {}
    given = _given_on_line(layer, pipe) if source == "given" else None
    if given is not None:
        return {} if given == length else {"length_m": given}
    wanted = {"length_m": measured, "length_source": "geometry"}
    same = {"length_m": is_measured, "length_source": source == "geometry"}
    return {name: value for name, value in wanted.items() if not same[name]}


def _given_on_line(layer: QgsVectorLayer, pipe: QgsFeature) -> float | None:
    """Return the given length of another pipe on the same line."""
    request = QgsFeatureRequest(pipe.geometry().boundingBox().buffered(_SAME_M))
    for other in layer.getFeatures(request):
        given = _plain(other["length_m"])
        if other.id() == pipe.id() or other["length_source"] != "given" or given is None:
            continue
        if other.geometry().equals(pipe.geometry()):
            return float(given)
    return None
