"""Leakage and pressure: background leakage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.settings import Settings

_LITRES = 1000.0


@dataclass(frozen=True)
class BackgroundRates:
    """Parts of background leakage at a head: litres per hour and kilometre, connection, property.

    Parameters
    ----------
    main_l_km_h, connection_l_h, property_l_h
        Mains, connections up to the meter, inside of properties.
    exponent
        Exponent of pressure.
    icf
        Infrastructure condition factor of mains and connections, 1 to 4.
    reference_m
        The head to which the parts refer, m.
    """

    main_l_km_h: float = 20.0
    connection_l_h: float = 1.25
    property_l_h: float = 0.25
    exponent: float = 1.5
    icf: float = 1.0
    reference_m: float = 50.0


def background_rates(settings: Settings) -> BackgroundRates:
    """Return the parts that are in force for a network."""
    return BackgroundRates(
        settings.real("leakage.background_main_l_km_h"),
        settings.real("leakage.background_connection_l_h"),
        settings.real("leakage.background_property_l_h"),
        settings.real("leakage.background_exponent"),
        settings.real("leakage.icf"),
        settings.real("leakage.background_reference_m"),
    )


def background_leakage(
    length_m: Array, connections: Array, properties: Array, head_m: Array, rates: BackgroundRates
) -> Array:
    """Return unavoidable background leakage of zones, m3/h.

    ICF x (mains + connections) + inside of properties, all x (AZNP / 50)^1.5 (IWA Water Loss Task Force).

    Parameters
    ----------
    length_m
        Length of mains, m.
    connections, properties
        How many there are.
    head_m
        Average zone night pressure, m.
    rates
        The parts.
    """
    mains = rates.main_l_km_h * np.asarray(length_m, dtype=float) / 1000.0
    lines = rates.icf * (mains + rates.connection_l_h * np.asarray(connections, dtype=float))
    inside = rates.property_l_h * np.asarray(properties, dtype=float)
    pressure = (np.asarray(head_m, dtype=float) / rates.reference_m) ** rates.exponent
    return np.asarray((lines + inside) * pressure / _LITRES)
