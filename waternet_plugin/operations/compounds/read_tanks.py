"""What the schedule of tanks rests on, read from a network."""

from __future__ import annotations

import datetime

from waternet_plugin.core.drainage.compounds.tanks.day_depths import DEPTHS
from waternet_plugin.core.drainage.compounds.tanks.tank_schedule import (
    TANK_COLUMNS,
    TankSchedule,
    schedule_tanks,
)
from waternet_plugin.core.network.analysis.drain_flow import WAY_COLUMNS
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.readings.clocks import clock_of
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.checks.check_network import read_drain_tables
from waternet_plugin.operations.rows.node_readings import read_readings
from waternet_plugin.store.network import Network

_TIME_ZONE = "general.time_zone"
_ITEM_COLUMNS = ["item_id", "type", "state", "asset", "opened_on", "closed_on"]


def read_tanks(
    network: Network, as_of: datetime.date, progress: Progress = SILENT
) -> tuple[TankSchedule, NetworkFrame]:
    """Work out when each tank is due for cleaning on a day; with it the network that was read for that."""
    settings = network.settings()
    columns = {name: [*names, *TANK_COLUMNS.get(name, ())] for name, names in WAY_COLUMNS.items()}
    tables = read_drain_tables(network, progress.part(0.0, 0.6), columns=columns)
    subject = NetworkFrame(tables, settings)
    return tanks_of(network, subject, as_of, progress.part(0.6, 1.0)), subject


def tanks_of(
    network: Network, subject: NetworkFrame, as_of: datetime.date, progress: Progress = SILENT
) -> TankSchedule:
    """Work out when each tank is due on a day; the drains with `TANK_COLUMNS` were read before."""
    progress.at(0.0, table("reading").label)
    readings = read_readings(network, DEPTHS)
    items = network.read("work_item", _ITEM_COLUMNS, where={"type": "clean", "state": "done"}, geometry=False)
    progress.at(0.5, tr("Working out when tanks are due"))
    zone = clock_of(_TIME_ZONE, subject.settings.text(_TIME_ZONE))
    return schedule_tanks(subject, readings, items, as_of=as_of, zone=zone)
