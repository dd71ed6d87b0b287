"""How many pipes are in use and how long they are, by system, size, material, decade and owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import tuples
from waternet_plugin.core.reports.health.statistics import (
    DIAMETER_LIMITS_MM,
    counted_diameters,
    decades_of,
    diameter_bands,
)
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.use import in_use

# Columns of pipes.
INVENTORY_COLUMNS = (
    "pipe_id", "system", "function", "status", "material", "diameter_mm", "width_mm", "height_mm", "length_m",
    "install_year", "owner", "compound_id", "street",
)  # fmt: skip
SYSTEM, SIZE, MATERIAL, DECADE, OWNER = "system", "dn_class", "material", "decade", "owner"
GROUPS = (SYSTEM, SIZE, MATERIAL, DECADE, OWNER)
UNKNOWN = "unknown"
_CONNECTOR = "connector"


@dataclass(frozen=True)
class InventoryLine:
    """Pipes of one code of a group: how many, and how long they are in all, m.

    Codes of ``dn_class`` are the upper limits of the class in mm, ``>1200`` for the last, those of
    ``decade`` its first year; UNKNOWN where the field is empty.
    """

    code: str
    count: int
    length_m: float


@dataclass(frozen=True)
class Inventory:
    """Pipes in use: how many, how long, m, and both by each of GROUPS, the unknown last."""

    count: int
    length_m: float
    groups: Mapping[str, tuple[InventoryLine, ...]]

    @property
    def figures(self) -> dict[str, Any]:
        """Everything by names that scripts read."""
        groups = {
            name: {line.code: {"count": line.count, "length_m": line.length_m} for line in lines}
            for name, lines in self.groups.items()
        }
        return {"count": self.count, "length_m": self.length_m, **groups}


def counts_as_used(pipes: pd.DataFrame) -> Array:
    """Return which pipes papers count: status in_use, and no connectors of pumps and valves."""
    return np.asarray(pipes["status"].isin(in_use()) & (pipes["function"] != _CONNECTOR))


def take_inventory(pipes: pd.DataFrame, lengths: Optional[Array] = None) -> Inventory:
    """Sum up the pipes that count among some.

    Parameters
    ----------
    pipes
        Rows with INVENTORY_COLUMNS.
    lengths
        What counts of each as its length, m (pipes,); None: ``length_m``, unknown as 0.
    """
    used = counts_as_used(pipes)
    rows = pipes[used]
    metres = np.nan_to_num(rows["length_m"].to_numpy(dtype=float) if lengths is None else lengths[used])
    sizes = diameter_bands(counted_diameters(rows[["diameter_mm", "width_mm", "height_mm"]]))
    limits = [f"{limit:.0f}" for limit in DIAMETER_LIMITS_MM]
    decades = decades_of(rows["install_year"])
    codes = {
        SYSTEM: (rows["system"], list(domain("system"))),
        SIZE: (sizes, [*limits, f">{limits[-1]}"]),
        MATERIAL: (rows["material"], None),
        DECADE: (decades, list(decades.cat.categories)),
        OWNER: (rows["owner"], None),
    }
    groups = {name: _lines(column, metres, order) for name, (column, order) in codes.items()}
    return Inventory(len(rows), float(metres.sum()), groups)


def _lines(codes: pd.Series, metres: Array, order: Optional[list[str]]) -> tuple[InventoryLine, ...]:
    """Return what each code comes to, in an order of codes or, without one, the longest first."""
    named = codes.astype(object).where(codes.notna() & (codes != ""), UNKNOWN).to_numpy(dtype=object)
    frame = pd.DataFrame({"code": named, "m": metres}, dtype=object).astype({"m": float})
    sums = frame.groupby("code")["m"].agg(["size", "sum"]).reset_index()
    place = {code: number for number, code in enumerate(order or ())}

    def key(line: InventoryLine) -> tuple[bool, float, str]:
        first = -line.length_m if order is None else place.get(line.code, len(place))
        return line.code == UNKNOWN, first, line.code

    lines = [InventoryLine(str(code), int(size), float(m)) for code, size, m in tuples(sums)]
    return tuple(sorted(lines, key=key))
