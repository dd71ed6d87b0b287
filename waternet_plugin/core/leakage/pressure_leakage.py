"""Leakage and pressure: FAVAD, from night to day, background leakage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.settings import Settings

_LITRES = 1000.0
# The head to which the parts of background leakage refer.
REFERENCE_M = 50.0


def leakage_at(leak_m3h: Array, head_m: Array, other_head_m: Array, n1: float) -> Array:
    """Return leakage at another pressure head: L1 = L0 (P1/P0)^N1 (FAVAD, May 1994).

    Parameters
    ----------
    leak_m3h, head_m
        Leakage and the head at which it was found, m3/h and m.
    other_head_m
        The other head, m.
    n1
        Exponent, 0.5 (fixed openings) to 1.5 (background leakage, splits of plastic pipes).
    """
    return np.asarray(leak_m3h * (np.asarray(other_head_m) / head_m) ** n1)


def night_day_factor(hourly_head_m: Array, night_head_m: float, n1: float) -> float:
    """Return the hours a day by which leakage of a night hour becomes that of a day, h/d.

    NDF = sum over 24 hours of (P / P of the night)^N1; 24 at a constant pressure.

    Parameters
    ----------
    hourly_head_m
        Mean head of each hour of the day, m (24,).
    night_head_m
        Head at the time of the least night flow, m.
    n1
        Exponent, 0.5 to 1.5.
    """
    return float(((np.asarray(hourly_head_m, dtype=float) / night_head_m) ** n1).sum())


@dataclass(frozen=True)
class BackgroundRates:
    """Parts of background leakage at 50 m: litres per hour and kilometre, connection, property.

    Parameters
    ----------
    main_l_km_h, connection_l_h, property_l_h
        Mains, connections up to the meter, inside of properties.
    exponent
        Exponent of pressure.
    icf
        Infrastructure condition factor of mains and connections, 1 to 4.
    """

    main_l_km_h: float = 20.0
    connection_l_h: float = 1.25
    property_l_h: float = 0.25
    exponent: float = 1.5
    icf: float = 1.0


def background_rates(settings: Settings) -> BackgroundRates:
    """Return the parts that are in force for a network."""
    return BackgroundRates(
        settings.real("leakage.background_main_l_km_h"),
        settings.real("leakage.background_connection_l_h"),
        settings.real("leakage.background_property_l_h"),
        settings.real("leakage.background_exponent"),
        settings.real("leakage.icf"),
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
    pressure = (np.asarray(head_m, dtype=float) / REFERENCE_M) ** rates.exponent
    return np.asarray((lines + inside) * pressure / _LITRES)
