"""A lattice of streets as an EPANET file, and an engine that tells what a test wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from waternet_plugin.core.dma.hydraulics import EngineError, HydraulicModel, HydraulicRun
from waternet_plugin.core.progress import Progress


def grid_file(side: int, *, duration: str = "24:00", control: str = "") -> str:
    """Return a lattice of ``side`` by ``side`` junctions, 100 m apart, fed by a reservoir at a corner."""
    nodes = [(across, along) for along in range(side) for across in range(side)]
    pipes = [(node, (node[0] + 1, node[1])) for node in nodes if node[0] + 1 < side]
    pipes += [(node, (node[0], node[1] + 1)) for node in nodes if node[1] + 1 < side]

    def name(node: tuple[int, int]) -> str:
        return f"J{node[0]}-{node[1]}"

    lines = ["[JUNCTIONS]", *(f" {name(node)} 10 0.5" for node in nodes)]
    lines += ["[RESERVOIRS]", " R1 40", "[PIPES]", f" P0 R1 {name((0, 0))} 50 300 110"]
    lines += [
        f" P{number} {name(one)} {name(other)} 100 150 110" for number, (one, other) in enumerate(pipes, 1)
    ]
    lines += ["[CONTROLS]", control, "[TIMES]", f" Duration {duration}", "[OPTIONS]", " Units LPS"]
    lines += [" Headloss H-W", "[COORDINATES]", " R1 -50 0"]
    lines += [f" {name(node)} {100 * node[0]} {100 * node[1]}" for node in nodes]
    return "\n".join([*lines, "[END]", ""])


@dataclass
class StandInEngine:
    """An engine that computes nothing: 20 m everywhere in the first model asked for, then what is given.

    Attributes
    ----------
    after
        Returns the pressures of the other models.
    asked
        What it was asked to compute, call by call.
    """

    after: Callable[[HydraulicModel], np.ndarray]
    has_duration: bool = True
    asked: list[list[HydraulicModel]] = field(default_factory=list)
    name: str = "stand-in"

    def run(
        self, models: Sequence[HydraulicModel], limit_s: float, progress: Progress
    ) -> list[HydraulicRun | EngineError]:
        """Return what the test wants."""
        assert limit_s > 0
        self.asked.append(list(models))
        progress.at(1.0)
        return [self._found(number, model) for number, model in enumerate(models)]

    def _found(self, number: int, model: HydraulicModel) -> HydraulicRun:
        count = len(model.nodes)
        pressure = self.after(model) if number else np.full(count, 20.0)
        age = np.full(len(model.age_at), 9.0 if number else 2.0) if self.has_duration else None
        return HydraulicRun(pressure, np.ones(count), age, 24.0 if self.has_duration else 0.0)
