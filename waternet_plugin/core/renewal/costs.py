"""What renewing a pipe costs, by which method and in which new material.

Money is counted in whole cents from here on, so that sums are exact.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.settings import Settings, defaults


def _family(settings: Settings, name: str) -> dict[str, str]:
    """Return the settings ``renewal.<name>.<x>`` by x."""
    prefix = f"renewal.{name}."
    return {key[len(prefix) :]: settings.text(key) for key in defaults() if key.startswith(prefix)}


def _curve(settings: Settings) -> tuple[Array, Array]:
    """Return the diameters (mm) that have a unit cost, rising, and the costs per metre."""
    points = sorted((float(size), float(cost)) for size, cost in _family(settings, "unit_cost").items())
    return np.array([size for size, _ in points]), np.array([cost for _, cost in points])


def sizes(diameter_mm: Any, settings: Settings) -> Array:
    """Return the diameters that cost a pipe, mm; those that are unknown get the setting's."""
    known = pd.to_numeric(pd.Series(diameter_mm)).to_numpy(dtype=float)
    return np.asarray(np.where(known > 0, known, settings.real("renewal.unknown_diameter_mm")))


def unit_cost(diameter_mm: Array, settings: Settings) -> Array:
    """Return money per metre of open cut in ductile iron, linear between the listed diameters.

    Smaller pipes cost what the smallest listed one does; larger ones go on along the last two.
    """
    size, cost = _curve(settings)
    slope = (cost[-1] - cost[-2]) / (size[-1] - size[-2])
    beyond = np.maximum(diameter_mm - size[-1], 0.0) * slope
    return np.asarray(
        (np.interp(diameter_mm, size, cost) + beyond) * settings.real("renewal.unit_cost_factor")
    )


def new_material(diameter_mm: Array, settings: Settings) -> Array:
    """Return the recommended material of a new pipe laid in open cut."""
    steps = sorted((float(size), code) for size, code in _family(settings, "new_material").items())
    upper = np.array([size for size, _ in steps])
    codes = np.array([code for _, code in steps], dtype=object)
    step = np.minimum(np.searchsorted(upper, diameter_mm, side="left"), len(codes) - 1)
    return np.asarray(codes[step])


def suits_trenchless(pipes: pd.DataFrame, settings: Settings) -> Array:
    """Return which pipes can be renewed without digging: old ones that break, small enough."""
    diameter = sizes(pipes["diameter_mm"], settings)
    return np.asarray(
        pipes["material"].isin(settings.words("renewal.trenchless_old_materials")).to_numpy()
        & (diameter <= settings.real("renewal.trenchless_max_diameter_mm"))
    )


def is_trenchless(pipes: pd.DataFrame, settings: Settings) -> Array:
    """Return which pipes are renewed without digging: those that can, in roads that are not dug up."""
    needs_trenchless = pipes["road_class"].isin(settings.words("renewal.trenchless_road_classes")).to_numpy()
    return np.asarray(needs_trenchless & suits_trenchless(pipes, settings))


def pipe_cents(pipes: pd.DataFrame, material: Array, method: Array, settings: Settings) -> Array:
    """Return what renewing each pipe costs without mobilisation, whole cents.

    Parameters
    ----------
    pipes
        ``diameter_mm``, ``road_class`` and ``length_m``.
    material, method
        New material and method of each pipe.
    settings
        Unit costs and factors.
    """
    factor = np.ones(len(pipes))
    for family, codes in (
        ("road_factor", pipes["road_class"].fillna("unknown")),
        ("material_factor", pd.Series(material, index=pipes.index)),
        ("method_factor", pd.Series(method, index=pipes.index)),
    ):
        values = {code: float(value) for code, value in _family(settings, family).items()}
        factor *= codes.map(values).fillna(1.0).to_numpy(dtype=float)
    length = pipes["length_m"].fillna(0.0).to_numpy(dtype=float)
    money = unit_cost(sizes(pipes["diameter_mm"], settings), settings) * factor * length
    return np.asarray(np.rint(money * 100), dtype=np.int64)


def shares(total_cents: int | Array, group: Array, weight: Array) -> Array:
    """Return ``total_cents`` of each group split by weight among its members, to the last cent.

    Parameters
    ----------
    total_cents
        What each group has to share; one number for all, or one a group.
    group
        Group of each member, 0, 1, ...
    weight
        Weights, not negative; a group of zeros is split evenly.
    """
    sums = np.bincount(group, weights=weight)
    total = np.broadcast_to(np.asarray(total_cents, dtype=np.int64), len(sums))
    weight = np.where(sums[group] > 0, weight, 1.0)
    part = np.floor(total[group] * (weight / np.bincount(group, weights=weight)[group])).astype(np.int64)
    rest = total - np.bincount(group, weights=part).astype(np.int64)
    rank = pd.Series(group).groupby(group).cumcount().to_numpy()
    # Rounding may give a cent too much as well as too little.
    return np.asarray(part + (rank < rest[group]) - (rank < -rest[group]), dtype=np.int64)
