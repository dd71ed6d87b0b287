"""What the panel says of users and meters: how many users, what they need a day, meters due within a year."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Optional

import pandas as pd

from waternet_plugin.core.drainage.compounds.tanks.tank_codes import OVERDUE
from waternet_plugin.core.users.meter_schedule import METER_COLUMNS, schedule_meters
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class UserSummary:
    """Users and meters of a network.

    Parameters
    ----------
    users
        How many there are.
    demand_m3d
        What they need together as far as it was written down, m3/d; None where it is of nobody.
    meters
        Customer meters in use.
    meters_due
        Those of them that are overdue or due within a year.
    meters_overdue
        Those that are overdue.
    """

    users: int = 0
    demand_m3d: Optional[float] = None
    meters: int = 0
    meters_due: int = 0
    meters_overdue: int = 0


def user_summary(network: Network, today: Optional[datetime.date] = None) -> UserSummary:
    """Return users and meters of a network on a day; that of the computer if None."""
    demand = network.read("customer", ["demand_m3d"], geometry=False)["demand_m3d"]
    nodes = network.read("node", list(METER_COLUMNS), where={"kind": "meter"}, geometry=False)
    nobody = pd.DataFrame({"customer_id": [], "meter_id": []}, dtype=object)
    schedule = schedule_meters(nodes, nobody, network.settings(), today or datetime.date.today())
    return UserSummary(
        users=len(demand),
        demand_m3d=float(demand.sum()) if demand.notna().any() else None,
        meters=len(schedule.frame),
        meters_due=int(schedule.is_due.sum()),
        meters_overdue=int((schedule.frame["state"] == OVERDUE).sum()),
    )
