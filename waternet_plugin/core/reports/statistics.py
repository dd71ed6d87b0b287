"""How long the network is: by system, diameter, material, decade and status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.schema import domains

COLUMNS = "system function status material diameter_mm width_mm height_mm length_m install_year".split()
GROUPS = ("system", "diameter", "material", "age", "status")
UNKNOWN = ""
# Upper limits of the bands of diameter in mm, as yearbooks of water supply print them.
DIAMETER_LIMITS_MM = (75.0, 100.0, 200.0, 300.0, 500.0, 800.0, 1200.0)


@dataclass(frozen=True)
class Share:
    """One line of a statistic.

    Parameters
    ----------
    code
        Code of the domain; of a diameter band its upper limit in mm (``>1200`` for the last), of a decade
        its first year; ``UNKNOWN`` where the field is empty.
    length_m
        Sum of ``length_m``.
    pipes
        Number of pipes.
    """

    code: str
    length_m: float
    pipes: int


@dataclass(frozen=True)
class Statistics:
    """Length in metres and number of pipes in use, and their shares by group (all statuses in ``status``)."""

    length_m: float
    pipes: int
    shares: dict[str, tuple[Share, ...]]


def _diameters(pipes: pd.DataFrame) -> pd.Series:
    """Return diameters in mm; a box counts as the circle of sqrt(width x height)."""
    box = np.sqrt(pipes["width_mm"].astype(float) * pipes["height_mm"].astype(float))
    diameters: pd.Series = pipes["diameter_mm"].astype(float).fillna(box)
    return diameters


def _bands(diameters: pd.Series) -> pd.Series:
    place = np.searchsorted(DIAMETER_LIMITS_MM, diameters.to_numpy(), side="left")
    codes = np.array([*(f"{limit:.0f}" for limit in DIAMETER_LIMITS_MM), f">{DIAMETER_LIMITS_MM[-1]:.0f}"])
    named = pd.Series(codes[np.minimum(place, len(codes) - 1)], index=diameters.index, dtype=object)
    known: pd.Series = named.where(diameters.notna(), UNKNOWN)
    return known


def _decades(years: pd.Series) -> pd.Series:
    decade = (years.astype(float) // 10 * 10).fillna(0).astype(int).astype(str).astype(object)
    known: pd.Series = decade.where(years.notna(), UNKNOWN)
    return known


def _shares(codes: pd.Series, lengths: pd.Series, order: Sequence[str] | None) -> tuple[Share, ...]:
    """Sum by code, in an order of codes or, without one, the longest first; the unknown last."""
    groups = lengths.groupby(codes.fillna(UNKNOWN).to_numpy())
    sums, counts = groups.sum(), groups.size()
    found = [Share(str(code), float(sums[code]), int(counts[code])) for code in sums.index]
    place = {code: number for number, code in enumerate(order or ())}

    def key(share: Share) -> tuple[bool, float, str]:
        first = place.get(share.code, len(place)) if order is not None else -share.length_m
        return share.code in (UNKNOWN, "unknown"), first, share.code

    return tuple(sorted(found, key=key))


def of_pipes(pipes: pd.DataFrame) -> Statistics:
    """Sum up the pipes of a network.

    Pipes in use, and those whose status is unknown, count; connectors of pumps and valves are no pipes.

    Parameters
    ----------
    pipes
        The table ``pipe`` with the columns ``COLUMNS``.
    """
    real = pipes[pipes["function"] != "connector"]
    used = real[real["status"].fillna("in_use") == "in_use"]
    lengths = used["length_m"].astype(float).fillna(0.0)
    bands = [f"{limit:.0f}" for limit in DIAMETER_LIMITS_MM] + [f">{DIAMETER_LIMITS_MM[-1]:.0f}"]
    decades = sorted(set(_decades(used["install_year"])))
    shares = {
        "system": _shares(used["system"], lengths, list(domains.domain("system"))),
        "diameter": _shares(_bands(_diameters(used)), lengths, bands),
        "material": _shares(used["material"], lengths, None),
        "age": _shares(_decades(used["install_year"]), lengths, decades),
        "status": _shares(
            real["status"], real["length_m"].astype(float).fillna(0.0), list(domains.domain("status"))
        ),
    }
    return Statistics(float(lengths.sum()), len(used), shares)


def label(group: str, code: str, language: str) -> str:
    """Return what people call a line of a statistic in ``en`` or ``zh_CN``."""
    if code == UNKNOWN:
        return {"zh_CN": "不详"}.get(language, "Unknown")
    if group in ("system", "material", "status"):
        known = domains.domain(group)
        return known[code].label_in(language) if code in known else code
    if group == "age":
        return f"{code}–{int(code) + 9}"
    if code.startswith(">"):
        return f"DN > {code[1:]}"
    limits = [f"{limit:.0f}" for limit in DIAMETER_LIMITS_MM]
    place = limits.index(code)
    return f"DN ≤ {code}" if place == 0 else f"DN {int(limits[place - 1]) + 1}–{code}"
