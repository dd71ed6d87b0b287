"""The depths of one tank: what was measured since its last cleaning, and when that says it is due."""

from __future__ import annotations

import datetime
from typing import Optional

import numpy as np

from waternet_plugin.core.drainage.compounds.tanks.day_depths import DEPTHS
from waternet_plugin.core.drainage.compounds.tanks.tank_plot import TankPlot, tank_plot
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.operations.compounds.schedule_tanks import read_tanks
from waternet_plugin.operations.rows.node_readings import read_readings
from waternet_plugin.store.network import Network


def tank_depths(
    network: Network, node_id: str, as_of: Optional[datetime.date] = None, progress: Progress = SILENT
) -> Optional[TankPlot]:
    """Return what the plot of a tank shows, None where none of its depths is on record.

    Parameters
    ----------
    node_id
        The tank.
    as_of
        The day on which it is judged; that of the computer if None.
    """
    if read_readings(network, DEPTHS, [node_id]).empty:
        return None
    # The people upstream count too, so that the whole network is read.
    schedule, _subject = read_tanks(network, as_of or datetime.date.today(), progress)
    row = np.flatnonzero(schedule.frame["node_id"].to_numpy(dtype=object) == node_id)
    return tank_plot(schedule, int(row[0])) if len(row) else None
