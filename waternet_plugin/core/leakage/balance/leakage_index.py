"""The infrastructure leakage index (ILI) of the IWA: losses against those that can't be avoided."""

from __future__ import annotations

import math
from dataclasses import dataclass

from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import MPA_METRES

_LITRES = 1000.0


@dataclass(frozen=True)
class UnavoidableRates:
    """Parts of unavoidable annual real losses, litres a day and metre of pressure.

    Parameters
    ----------
    main_l_km, connection_l, private_l_km
        Of a kilometre of mains, of a connection up to the edge of the street, of a kilometre of private
        pipes from there to the meter.
    """

    main_l_km: float = 18.0
    connection_l: float = 0.8
    private_l_km: float = 25.0


def unavoidable_l_d(
    mains_km: float, connections: float, private_km: float, head_m: float, rates: UnavoidableRates
) -> float:
    """Return unavoidable real losses, L/d: UARL = (18 Lm + 0.8 Nc + 25 Lp) P (Lambert 1999).

    Parameters
    ----------
    mains_km
        Mains, km.
    connections
        Service connections.
    private_km
        All private pipes between the edge of streets and meters together, km; not a length a connection.
    head_m
        Mean pressure, m.
    rates
        The parts.
    """
    parts = rates.main_l_km * mains_km + rates.connection_l * connections + rates.private_l_km * private_km
    return parts * head_m


@dataclass(frozen=True)
class LeakageIndex:
    """The index and what it rests on.

    Parameters
    ----------
    ili
        Real losses through unavoidable ones; NaN where one of them, or the number of connections, is not
        known.
    mains_km, connections, head_m
        What the unavoidable losses are reckoned by.
    outside
        What lies outside the range that the method was made for: pressure, connections, density; then the
        index is not to be judged by.
    band
        A (good) to D (bad), '' where the index is unknown or outside its range.
    """

    ili: float
    mains_km: float
    connections: int
    head_m: float
    outside: tuple[str, ...] = ()
    band: str = ""


def leakage_index(
    real_m3: float,
    *,
    days: int,
    mains_km: float,
    connections: int,
    pressure_mpa: float,
    settings: Settings,
) -> LeakageIndex:
    """Return the leakage index of a period.

    Parameters
    ----------
    real_m3
        Real losses of the period, m3; NaN unknown.
    days
        Length of the period.
    mains_km, connections
        Mains in km and the number of connections.
    pressure_mpa
        Mean pressure, MPa; NaN unknown.
    settings
        Parts of the formula, its range, bands.
    """
    head = pressure_mpa * MPA_METRES
    rates = UnavoidableRates(
        settings.real("leakage.uarl_main"),
        settings.real("leakage.uarl_connection"),
        settings.real("leakage.uarl_private"),
    )
    least = unavoidable_l_d(mains_km, connections, settings.real("leakage.private_pipe_km"), head, rates)
    real = real_m3 * _LITRES / days
    # A network in which nobody recorded customers has connections all the same.
    is_known = math.isfinite(real) and connections > 0 and least > 0
    ili = real / least if is_known else math.nan
    density = connections / mains_km if mains_km > 0 else math.nan
    low, high = settings.real("leakage.ili_head_from_m"), settings.real("leakage.ili_head_to_m")
    outside = (
        ("connections", not connections > settings.integer("leakage.ili_connections")),
        ("density", not density > settings.real("leakage.ili_connections_per_km")),
        ("pressure", math.isfinite(head) and not low <= head <= high),
    )
    reasons = tuple(name for name, is_outside in outside if is_outside)
    limits = [settings.real(f"leakage.ili_band_{name}") for name in "bcd"]
    is_judged = math.isfinite(ili) and not reasons
    band = "ABCD"[min(sum(ili >= limit for limit in limits), 3)] if is_judged else ""
    return LeakageIndex(ili, mains_km, connections, head, reasons, band)
