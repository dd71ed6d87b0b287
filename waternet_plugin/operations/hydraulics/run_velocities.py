"""The newest run of EPANET that is kept, as pipes by their velocity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.schema.use import drinking_water_in_use
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.hydraulics.run_pressures import class_lines, newest_run
from waternet_plugin.store.network import Network

VELOCITY = "velocity_ms"
# The classes from low to high; a setting says where each but the first begins.
CLASSES = ("still", "slow", "usual", "fast")
_BOUNDS = tuple(f"pressure.{VELOCITY}.{code}" for code in CLASSES[1:])


@dataclass(frozen=True)
class RunVelocities:
    """Velocities of a run on the map: of each pipe the highest of the run's period.

    Parameters
    ----------
    run_id
        The run.
    lines
        The pipes of each class of CLASSES as one shape; those of none are left out.
    bounds_ms
        Where each class but the first begins, m/s.
    fastest
        The pipe of the highest velocity, the first by id of equal ones, and that velocity, m/s.
    still_m, length_m
        Length of the pipes of the first class, and of all with a velocity, m.
    """

    run_id: str
    lines: dict[str, bytes]
    bounds_ms: tuple[float, ...]
    fastest: Optional[tuple[str, float]]
    still_m: float
    length_m: float


def run_velocities(network: Network) -> RunVelocities:
    """Return the newest run that is kept; pipes out of use are left out.

    Raises
    ------
    InputError
        Where no run is kept, and for settings of classes that do not rise.
    """
    settings = network.settings()
    bounds_ms = tuple(settings.real(name) for name in _BOUNDS)
    if not 0 < bounds_ms[0] < bounds_ms[1] < bounds_ms[2]:
        message = tr("The velocities of the settings must rise: {names}. Correct them.")
        raise InputError(message.format(names=listed(_BOUNDS)))
    run_id = newest_run(network)
    where = {"run_id": run_id, "quantity": VELOCITY}
    results = network.read("model_result", ["asset", "highest"], where=where, geometry=False)
    highest = results.drop_duplicates("asset").set_index("asset")["highest"].astype(float)
    pipes = network.read("pipe", ["pipe_id", "length_m", "status", "system", "function"])
    pipes = pipes[drinking_water_in_use(pipes)].sort_values("pipe_id", kind="stable")
    velocity_ms = highest.reindex(pipes["pipe_id"]).abs().to_numpy()
    known = np.isfinite(velocity_ms)
    place = np.where(known, np.searchsorted(bounds_ms, velocity_ms, side="right"), -1)
    length_m = np.nan_to_num(pipes["length_m"].to_numpy(dtype=float))
    fastest = None
    if known.any():
        row = int(np.nanargmax(velocity_ms))
        fastest = str(pipes["pipe_id"].iloc[row]), float(velocity_ms[row])
    return RunVelocities(
        run_id,
        class_lines(pipes[GEOMETRY_COLUMN].to_numpy(), place, CLASSES),
        bounds_ms,
        fastest,
        float(length_m[place == 0].sum()),
        float(length_m[known].sum()),
    )
