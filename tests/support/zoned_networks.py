"""Random networks that are divided into metered areas as real ones are: most boundaries closed or metered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from support.dma_frames import model_of, zone_rows
from support.water_frames import Drawing
from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.scenario import DEVICE_COLUMNS, PIPE_COLUMNS, ZONE_COLUMNS, Scenario

# A holds B, B holds C; D stands alone; None is outside.
PARENTS = {"B": "A", "C": "B"}
ZONES: tuple[str | None, ...] = (None, "A", "B", "C", "D")
_DEVICES = ("meter", "closed", "unknown", "open", "none", "closed pipe")


def zoned_model(seed: int) -> DmaModel:
    """Return a multigraph with loops, parallel pipes, tanks and valves of every state, in zones.

    Networks of odd seeds have a device of any kind on each boundary and pipes in any zone; of even ones zones
    hang together and nearly every boundary is metered or closed, so that some are proven.
    """
    random = np.random.default_rng(seed)
    drawing = Drawing()
    count = int(random.integers(8, 30))
    weights = [0.55, 0.28, 0.14, 0.01, 0.01, 0.01] if seed % 2 == 0 else [0.3, 0.3, 0.15, 0.1, 0.1, 0.05]
    zones = random.choice(len(ZONES), size=count, p=[0.3, 0.2, 0.15, 0.15, 0.2])
    if seed % 2 == 0:
        zones.sort()
    zones[0] = 0
    for number in range(count):
        drawing.node(f"N{number}", 100.0 * number, 37.0 * (number * number % 7), **_inside(random, seed))
    drawing.node_rows[0].update(kind="source", valve_state=None)
    # Near ones first: what lies in one zone hangs together.
    pairs = [(int(random.integers(max(0, number - 3), number)), number) for number in range(1, count)]
    pairs += [(int(one), int(other)) for one, other in random.integers(0, count, (count // 2, 2))]
    for number, (one, other) in enumerate(pairs):
        _join(drawing, random, number, (one, other), zones, weights)
    if seed % 2:
        for row in drawing.pipe_rows:
            if random.random() < 0.1:
                row["dma_id"] = str(random.choice(["A", "B", "C", "D", "X"]))
    return model_of(drawing, zone_rows("A", "D", **PARENTS))


def _inside(random: np.random.Generator, seed: int) -> dict[str, Any]:
    """Return the device at a node inside a zone."""
    if random.random() < (0.95 if seed % 2 == 0 else 0.6):
        return {}
    states: list[dict[str, Any]] = [
        {"kind": "valve", "valve_state": "open"},
        {"kind": "valve", "valve_state": "closed"},
        {"kind": "valve", "valve_state": "unknown"},
        {"kind": "check_valve", "valve_state": "closed"},
        {"kind": "tank"},
        {"kind": "reservoir", "system": "fire"},
        {"kind": "valve", "valve_state": "closed", "status": "abandoned"},
    ]
    return states[int(random.integers(len(states)))]


def _join(
    drawing: Drawing,
    random: np.random.Generator,
    number: int,
    ends: tuple[int, int],
    zones: Any,
    weights: list[float],
) -> None:
    """Join two nodes by a pipe, over a device between two pipes where they lie in different zones."""
    start, end = (f"N{one}" for one in ends)
    inner, outer = (ZONES[zones[one]] for one in ends)
    if inner == outer:
        drawing.pipe(f"P{number}", start, end, dma_id=inner)
        return
    device, name = str(random.choice(_DEVICES, p=weights)), f"B{number}"
    x, y = drawing.places[start]
    into, out_of = (inner, outer) if random.random() < 0.5 else (outer, inner)
    fields: dict[str, Any] = {
        "meter": {"kind": "flow_meter", "meter_in": into, "meter_out": out_of},
        "closed": {"kind": "valve", "valve_state": "closed"},
        "unknown": {"kind": "valve", "valve_state": None},
        "open": {"kind": "valve", "valve_state": "open"},
    }.get(device, {})
    drawing.node(name, x + 1.0, y + 50.0, **fields)
    shut = "closed" if device == "closed pipe" else None
    drawing.pipe(f"P{number}a", start, name, dma_id=inner, initial_status=shut)
    drawing.pipe(f"P{number}b", name, end, dma_id=outer)


def scenario_of(model: DmaModel, seed: int) -> Scenario:
    """Return a scenario that moves pipes, adds a zone and closes, opens and meters at random."""
    random = np.random.default_rng(seed)
    pipes, nodes = (
        frame[name].tolist() for frame, name in ((model.pipes, "pipe_id"), (model.nodes, "node_id"))
    )
    moved = random.choice(pipes, min(4, len(pipes)), replace=False)
    zones = [*ZONES, "E"]
    devices = []
    for number in range(6):
        at = str(random.choice(nodes))
        here = model.pipes[(model.pipes["from_node"] == at) | (model.pipes["to_node"] == at)][
            "pipe_id"
        ].tolist()
        row = dict.fromkeys(DEVICE_COLUMNS) | {
            "device_id": f"V{number}",
            "kind": str(random.choice(["close", "open", "meter", "valve"])),
            "at_node": at,
            "pipe_id": str(random.choice(here)) if here and random.random() < 0.8 else None,
            "node_id": at if random.random() < 0.3 else None,
            "zone_in": zones[int(random.integers(len(zones)))],
            "zone_out": zones[int(random.integers(len(zones)))],
        }
        devices.append(row)
    new = dict.fromkeys(ZONE_COLUMNS) | {"zone_id": "E", "kind": "dma", "parent_id": "D", "state": "draft"}
    return Scenario(
        pd.DataFrame([new], columns=list(ZONE_COLUMNS), dtype=object),
        pd.DataFrame(
            [(str(name), zones[int(random.integers(len(zones)))]) for name in moved],
            columns=list(PIPE_COLUMNS),
            dtype=object,
        ),
        pd.DataFrame(devices, columns=list(DEVICE_COLUMNS), dtype=object),
    )
