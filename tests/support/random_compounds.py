"""Random compounds with separate drains in a street that has both, led right or, some of them, wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from support.quality_frames import CRS, node_frame, pipe_frame
from waternet_plugin.core import frames

FALL_M = 0.3
SIDE = 100.0


@dataclass
class Street:
    """Nodes and drains by id while they are made; a drain is [upper, lower, system, function, compound]."""

    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    drains: dict[str, list[Any]] = field(default_factory=dict)
    level: dict[str, float] = field(default_factory=dict)
    customers: list[dict[str, Any]] = field(default_factory=list)
    compounds: list[dict[str, Any]] = field(default_factory=list)

    def node(self, name: str, at: tuple[float, float], level: float, **fields: Any) -> str:
        """Add a node."""
        self.nodes[name] = {"node_id": name, "kind": "manhole", "at": at, **fields}
        self.level[name] = level
        return name

    def drain(
        self, upper: str, lower: str, system: str, function: str = "branch", compound: Any = None
    ) -> str:
        """Add a drain that flows from one node to another."""
        name = f"{upper}-{lower}"
        self.drains[name] = [upper, lower, system, function, compound]
        return name


def random_street(chance: np.random.Generator, compounds: int = 3) -> Street:
    """Return compounds beside a street; every drain leads to its own system, down to plant and river."""
    street = Street()
    ends = {"sewage": "plant", "storm": "outfall"}
    for system, kind in ends.items():
        below = street.node(
            f"{system}_end", (-20.0, 0.0 if system == "sewage" else 3.0), 0.0, kind=kind, system=system
        )
        for number in range(compounds):
            at = (SIDE * number + 50, 0.0 if system == "sewage" else 3.0)
            here = street.node(f"{system}_{number}", at, FALL_M * (number + 1), system=system)
            street.drain(here, below, system)
            below = here
    for number in range(compounds):
        _compound(street, chance, number)
    return street


def _compound(street: Street, chance: np.random.Generator, number: int) -> None:
    name = f"X{number}"
    separate = chance.choice(["separate", None])
    west, south = SIDE * number + 5, 10.0
    ring = shapely.box(west, south, west + 90, south + 80)
    street.compounds.append({"compound_id": name, "drainage": separate, "geom": ring})
    named = name if chance.random() < 0.5 else None
    for system in ("sewage", "storm"):
        mine = [f"{system}_{number}"]
        for step in range(int(chance.integers(2, 7))):
            # The first one is the exit; the others hang from any before them.
            below = mine[0] if step == 0 else str(chance.choice(mine[1:]))
            at = (west + 2 + 84 * chance.random(), south + 2 + 76 * chance.random())
            here = street.node(f"{name}{system}{step}", at, street.level[below] + FALL_M, system=system)
            street.drain(here, below, system, compound=named)
            mine.append(here)
        for step in range(int(chance.integers(1, 5))):
            below = str(chance.choice(mine[1:]))
            at = (west + 2 + 84 * chance.random(), south + 2 + 76 * chance.random())
            kind = (
                "inlet"
                if system == "storm"
                else str(chance.choice(["septic_tank", "grease_trap", "manhole"]))
            )
            here = street.node(
                f"{name}{system}{kind}{step}", at, street.level[below] + FALL_M, kind=kind, system=system
            )
            street.drain(here, below, system, "lead" if system == "storm" else "branch", named)
            if system == "sewage":
                outlet = here if chance.random() < 0.7 else None
                street.customers.append(
                    {"customer_id": f"C{len(street.customers)}", "compound_id": name, "outlet_node": outlet}
                )


def spoilt(street: Street, chance: np.random.Generator, number: int) -> tuple[str, str]:
    """Lead one drain of a compound wrong; return its id and the code of the rule that says so."""
    name = f"X{number}"
    # Manholes with something above and below.
    inner = {
        system: [
            one for one, node in street.nodes.items()
            if one.startswith(f"{name}{system}") and node["kind"] == "manhole" and _passes(street, one)
        ]
        for system in ("sewage", "storm")
    }  # fmt: skip
    code = str(chance.choice(["M1", "M2", "M3", "M4", "M4 rain", "M5"]))
    mine = "storm" if code in ("M2", "M3", "M4 rain") else "sewage"
    other = {"sewage": "storm", "storm": "sewage"}[mine]
    if code.startswith("M4"):
        (pipe,) = [
            one
            for one, (_up, low, *_r) in street.drains.items()
            if one.startswith(name) and low == f"{mine}_{number}"
        ]
        street.drains[pipe][1] = f"{other}_{number}"
        return pipe, "M4"
    within = [
        one for one, (up, low, system, *_r) in street.drains.items()
        if one.startswith(f"{name}{mine}") and system == mine and low.startswith(name)
    ]  # fmt: skip
    kinds = {one: street.nodes[street.drains[one][0]]["kind"] for one in within}
    wanted = {"M3": ("inlet",), "M5": ("septic_tank", "grease_trap")}.get(code, ("manhole",))
    pipes = [one for one in within if kinds[one] in wanted and not _is_outlet(street, one, code)]
    if not pipes or not inner[other]:
        return "", ""
    pipe, target = str(chance.choice(pipes)), str(chance.choice(inner[other]))
    street.drains[pipe][1] = target
    if code == "M5":
        street.drains[pipe][2] = "storm"
    street.level[street.drains[pipe][0]] = max(
        street.level[street.drains[pipe][0]], street.level[target] + FALL_M
    )
    return pipe, code


def _passes(street: Street, node: str) -> bool:
    ends = [drain[:2] for drain in street.drains.values()]
    return any(up == node for up, _low in ends) and any(low == node for _up, low in ends)


def _is_outlet(street: Street, pipe: str, code: str) -> bool:
    """Return whether a customer drains where a drain begins, as a tank does."""
    begins = street.drains[pipe][0]
    return code == "M1" and any(one["outlet_node"] == begins for one in street.customers)


def street_tables(
    street: Street, chance: np.random.Generator, *, drawn: str, known: str
) -> dict[str, pd.DataFrame]:
    """Return a street as frames.

    ``drawn``: forward, backward or mixed; ``known``: flow, levels or nothing.
    """
    share = {"forward": 0.0, "backward": 1.0, "mixed": 0.5}[drawn]
    rows = []
    for name, (upper, lower, system, function, compound) in street.drains.items():
        turn = chance.random() < share
        ends = (lower, upper) if turn else (upper, lower)
        row: dict[str, Any] = {
            "pipe_id": name, "system": system, "function": function, "compound_id": compound,
            "from_node": ends[0], "to_node": ends[1], "line": [street.nodes[end]["at"] for end in ends],
            "diameter_mm": 300.0,
        }  # fmt: skip
        if known == "flow":
            row["flow"] = "reverse" if turn else "forward"
        elif known == "levels":
            row["invert_start_m"], row["invert_end_m"] = (street.level[end] for end in ends)
        rows.append(row)
    areas = gpd.GeoDataFrame(street.compounds, geometry="geom", crs=CRS)
    return {
        "pipe": pipe_frame(rows),
        "node": node_frame(list(street.nodes.values())),
        "compound": frames.conform(areas, "compound"),
        "customer": frames.conform(pd.DataFrame(street.customers), "customer"),
    }
