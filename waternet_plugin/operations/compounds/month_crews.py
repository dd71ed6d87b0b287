"""Crews of a month: the teams of drainage grids, and the hours that they have."""

from __future__ import annotations

import datetime

import pandas as pd

from waternet_plugin.core.drainage.compounds.duties.crews import Crew
from waternet_plugin.core.drainage.compounds.duties.visits import work_days
from waternet_plugin.core.drainage.compounds.membership import GRID
from waternet_plugin.core.months import Month
from waternet_plugin.core.texts import tr
from waternet_plugin.store.network import Network

_DAY_HOURS = "drainage.crew_day_h"


def teams_of(zones: pd.DataFrame) -> tuple[Crew, ...]:
    """Return the teams of grids as crews whose hours nobody said; one crew where no grid has a team."""
    names = sorted({str(team).strip() for team in zones["team"].dropna()} - {""})
    return tuple(Crew(name) for name in names) or (Crew(tr("Crew 1")),)


def month_crews(network: Network, month: Month, as_of: datetime.date) -> tuple[Crew, ...]:
    """Return the teams of grids with the hours that a crew usually has on the working days of a month.

    Parameters
    ----------
    month
        What is planned.
    as_of
        The days of the month before it are over.
    """
    zones = network.read("zone", ["zone_id", "team"], where={"kind": GRID}, geometry=False)
    hours = network.settings().real(_DAY_HOURS) * len(work_days(month, as_of))
    return tuple(Crew(crew.name, hours) for crew in teams_of(zones))
