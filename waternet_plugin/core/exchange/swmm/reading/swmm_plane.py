"""The plane that the coordinates of a SWMM file lie in."""

from __future__ import annotations

import math

import numpy as np
import pyproj

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.model_files.plane import Plane, plane_between
from waternet_plugin.core.exchange.swmm.reading.swmm_model import SwmmModel
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import FOOT_M

_NAMED = {"FEET": FOOT_M, "METERS": 1.0, "METRES": 1.0}
_DEGREES = "DEGREES"


def swmm_plane_of(model: SwmmModel, source: pyproj.CRS | None, target: pyproj.CRS | None) -> Plane:
    """Return the plane of an import.

    Parameters
    ----------
    source
        CRS of the file's coordinates, None when unknown: a local plane in the unit that the map names, else
        in that of feet and metres by which the lines are as long as the conduits.
    target
        CRS of the network, in metres; None for that of the coordinates.

    Raises
    ------
    InputError
        For a file in degrees without a CRS.
    """
    if source is None and target is None:
        unit = _map_unit(model)
        if unit == _DEGREES:
            message = tr(
                "The coordinates of the file are degrees. Give its CRS, and one in metres for the network."
            )
            raise InputError(message)
        return plane_between(None, None, _NAMED.get(unit) or _scale_of_lengths(model))
    return plane_between(source, target, 1.0)


def _map_unit(model: SwmmModel) -> str:
    """Return the unit that the map names in capitals, '' where it names none."""
    for section in ("MAP", "BACKDROP"):
        for _number, words in model.text.rows(section):
            if len(words) > 1 and words[0].upper() == "UNITS" and words[1].upper() != "NONE":
                return words[1].upper()
    return ""


def _scale_of_lengths(model: SwmmModel) -> float:
    """Return the metres in a unit, of feet and metres that one which fits the median conduit better."""
    places = model.nodes.drop_duplicates("node_id").set_index("node_id")[["x", "y"]]
    conduits = model.links[model.links["length_m"] > 0]
    starts, ends = (places.reindex(conduits[name]).to_numpy() for name in ("from_node", "to_node"))
    ratio = np.hypot(*(ends - starts).T) / conduits["length_m"].to_numpy()
    ratio = ratio[np.isfinite(ratio) & (ratio > 0)]
    if not len(ratio):
        return 1.0
    off = abs(float(np.median(np.log(ratio))))
    off_in_feet = abs(float(np.median(np.log(ratio * FOOT_M))))
    return FOOT_M if off_in_feet < off and not math.isclose(off, off_in_feet) else 1.0
