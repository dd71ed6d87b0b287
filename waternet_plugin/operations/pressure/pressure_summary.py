"""What the panel says of pressure and search: the lowest point, zones, loggers, the month's kilometres."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.months import month_of
from waternet_plugin.core.pressure.pressure_points import PointQuestion, point_figures
from waternet_plugin.core.readings.local_clock import night_window
from waternet_plugin.core.readings.recorded_series import PRESSURE
from waternet_plugin.core.schema.use import OUT_OF_USE
from waternet_plugin.core.units import DAY_S, KM_M
from waternet_plugin.operations.pressure.pressure_overview import clock_of_network, newest_pressure
from waternet_plugin.operations.pressure.read_pressure_points import required_pressure
from waternet_plugin.operations.rows.node_readings import latest_s, read_readings
from waternet_plugin.operations.rows.work_items import CANCELLED, DONE
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import Between

# Of the newest readings so many days count, as in the pane.
_DAYS = 31
_SEARCH = "locate"


@dataclass(frozen=True)
class PressureSummary:
    """Pressure and search of a network.

    Parameters
    ----------
    zones
        Stored pressure zones.
    loggers
        Loggers of noise and pressure in use.
    searches
        Search orders that are not cancelled.
    worst_node, lowest_mpa
        The point of the lowest pressure in the month up to the newest reading, MPa; '' and None for none.
    month
        The month that the kilometres are of, 1-12.
    searched_km, planned_km
        What is searched of the orders due in that month, and all of them.
    """

    zones: int = 0
    loggers: int = 0
    searches: int = 0
    worst_node: str = ""
    lowest_mpa: Optional[float] = None
    month: int = 1
    searched_km: float = 0.0
    planned_km: float = 0.0


def pressure_summary(network: Network, today: Optional[datetime.date] = None) -> PressureSummary:
    """Return pressure and search of a network on a day; that of the computer if None."""
    month = month_of(today or datetime.date.today())
    settings = network.settings()
    kinds = [
        *settings.words("pressure.logger_kinds.noise"), *settings.words("pressure.logger_kinds.pressure")
    ]  # fmt: skip
    nodes = network.read("node", ["status"], where={"kind": kinds}, geometry=False)
    items = network.read(
        "work_item", ["state", "due_on", "length_m"], where={"type": _SEARCH}, geometry=False
    )
    items = items[items["state"] != CANCELLED]
    due = items[items["due_on"].between(pd.Timestamp(month.first), pd.Timestamp(month.last))]
    worst_node, lowest_mpa = _lowest(network)
    return PressureSummary(
        len(network.read("zone", ["zone_id"], where={"kind": "pressure"}, geometry=False)),
        int((~nodes["status"].isin(OUT_OF_USE)).sum()),
        len(items),
        worst_node,
        lowest_mpa,
        month.number,
        float(due["length_m"][due["state"] == DONE].sum()) / KM_M,
        float(due["length_m"].sum()) / KM_M,
    )


def _lowest(network: Network) -> tuple[str, Optional[float]]:
    """Return the point of the lowest pressure in the newest month of readings, and that pressure, MPa."""
    newest = newest_pressure(network)
    if newest is None:
        return "", None
    clock, settings = clock_of_network(network), network.settings()
    day = newest.astimezone(clock.zone).date()
    first = np.array([day - datetime.timedelta(days=_DAYS - 1)], dtype="datetime64[D]")
    first_s = float(clock.moments(first, 0)[0])
    lead = datetime.datetime.fromtimestamp(first_s - DAY_S, datetime.timezone.utc)
    rows = read_readings(network, (PRESSURE,), time=Between(lead, None))
    try:
        required_mpa = required_pressure(settings)
        question = PointQuestion(
            first_s, None, latest_s(None), required_mpa, settings.real("pressure.most_mpa"), clock,
            night_window(settings),
        )  # fmt: skip
        frame = point_figures(rows, question).frame
    except InputError:
        # Readings in another unit, or a setting that is not a pressure: the pane says so.
        return "", None
    low = frame.sort_values(["lowest_mpa", "node_id"], kind="stable").iloc[0]
    return str(low["node_id"]), float(low["lowest_mpa"])
