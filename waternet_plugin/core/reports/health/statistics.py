"""How long the network is: by system, diameter, material, decade and status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.use import OUT_OF_USE

COLUMNS = "system function status material diameter_mm width_mm height_mm length_m install_year".split()
UNKNOWN = ""
# Upper limits of the bands of diameter in mm, as yearbooks of water supply print them.
DIAMETER_LIMITS_MM = (75.0, 100.0, 200.0, 300.0, 500.0, 800.0, 1200.0)


Lengths = np.ndarray[Any, np.dtype[np.float64]]


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


def counted_diameters(pipes: pd.DataFrame) -> pd.Series:
    """Return diameters in mm; a box counts as the circle of sqrt(width x height)."""
    box = np.sqrt(pipes["width_mm"].astype(float) * pipes["height_mm"].astype(float))
    return pipes["diameter_mm"].astype(float).fillna(box)


def diameter_bands(diameters: pd.Series) -> pd.Series:
    """Return the code of each diameter's band as a category, unknown as NaN."""
    size_mm = diameters.to_numpy(dtype=float)
    place = np.searchsorted(DIAMETER_LIMITS_MM, size_mm, side="left")
    codes = [*(f"{limit:.0f}" for limit in DIAMETER_LIMITS_MM), f">{DIAMETER_LIMITS_MM[-1]:.0f}"]
    return _categories(np.where(np.isnan(size_mm), -1, place), codes, diameters.index)


def decades_of(years: pd.Series) -> pd.Series:
    """Return the first year of each decade as a category, in their order, unknown as NaN."""
    decade = years.to_numpy(dtype=float) // 10 * 10
    is_known = ~np.isnan(decade)
    first_years, number = np.unique(decade[is_known], return_inverse=True)
    place = np.full(len(decade), -1)
    place[is_known] = number
    return _categories(place, [f"{year:.0f}" for year in first_years.tolist()], years.index)


def _categories(place: Array, codes: Sequence[str], index: pd.Index) -> pd.Series:
    words = pd.Index(np.array(codes, dtype=object), dtype=object)
    named = pd.Categorical.from_codes(place, words)
    column: pd.Series = pd.Series(named, index=index)
    return column


def _shares(codes: pd.Series, lengths: Lengths, order: Sequence[str] | None) -> tuple[Share, ...]:
    """Sum by code, in an order of codes or, without one, the longest first; the unknown last."""
    places, names = pd.factorize(codes)
    # Unknown has place -1; it becomes the last group.
    places = np.where(places < 0, len(names), places)
    sums = np.bincount(places, weights=lengths, minlength=len(names) + 1)
    counts = np.bincount(places, minlength=len(names) + 1)
    found = [
        Share(name, float(metres), int(number))
        for name, metres, number in zip([*map(str, names), UNKNOWN], sums, counts)
        if number
    ]
    place = {code: number for number, code in enumerate(order or ())}

    def key(share: Share) -> tuple[bool, float, str]:
        first = place.get(share.code, len(place)) if order is not None else -share.length_m
        return share.code in (UNKNOWN, "unknown"), first, share.code

    return tuple(sorted(found, key=key))


def of_pipes(pipes: pd.DataFrame) -> Statistics:
    """Sum up the pipes of a network.

    Pipes in use, and those whose status is unknown, count; connectors of pumps and valves are not pipes.

    Parameters
    ----------
    pipes
        The table ``pipe`` with the columns ``COLUMNS``.
    """
    is_pipe = (pipes["function"] != "connector").to_numpy()
    is_used = is_pipe & ~pipes["status"].isin(OUT_OF_USE).to_numpy()
    lengths = np.nan_to_num(pipes["length_m"].to_numpy(dtype=float))
    used = lengths[is_used]
    bands = [f"{limit:.0f}" for limit in DIAMETER_LIMITS_MM] + [f">{DIAMETER_LIMITS_MM[-1]:.0f}"]
    decades = decades_of(pipes["install_year"][is_used])
    sizes = diameter_bands(counted_diameters(pipes.loc[is_used, ["diameter_mm", "width_mm", "height_mm"]]))
    systems, statuses = list(domains.domain("system")), list(domains.domain("status"))
    shares = {
        "system": _shares(pipes["system"][is_used], used, systems),
        "diameter": _shares(sizes, used, bands),
        "material": _shares(pipes["material"][is_used], used, None),
        "age": _shares(decades, used, list(decades.cat.categories)),
        "status": _shares(pipes["status"][is_pipe], lengths[is_pipe], statuses),
    }
    return Statistics(float(used.sum()), int(is_used.sum()), shares)


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
