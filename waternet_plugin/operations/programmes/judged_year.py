"""The newest year of which the KPI sheet has anything to judge."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import numpy as np
import pandas as pd

from waternet_plugin.operations.leakage.locating import LOCATE
from waternet_plugin.operations.network.shutoff_times import network_clock
from waternet_plugin.operations.programmes.kpi_sheet import ENDED, NOT_PLANNED
from waternet_plugin.operations.rows.work_items import DONE
from waternet_plugin.store.network import Network


def newest_judged_year(network: Network, today: datetime.date) -> int:
    """Return the newest year up to today's with failures found, shut-offs, searches, projects or volumes.

    Without any it is today's: a sheet of meters alone belongs to no other year.
    """
    years = np.concatenate([part.to_numpy(dtype=float) for part in _years(network)])
    past = years[years <= today.year]
    return int(past.max()) if len(past) else today.year


def _years(network: Network) -> Iterator[pd.Series]:
    """Yield the years of the rows that the sheet counts, NaN where unknown."""
    clock = network_clock(network.settings())
    found_at = network.read("failure", ["found_at"], geometry=False)["found_at"]
    shutoffs = network.read("shutoff", ["reopened_at", "ends_at"], where={"state": ENDED}, geometry=False)
    for moments in (found_at, shutoffs["reopened_at"].fillna(shutoffs["ends_at"])):
        yield pd.to_datetime(moments, utc=True).dt.tz_convert(clock).dt.year
    searches = network.read("work_item", ["closed_on"], where={"type": LOCATE, "state": DONE}, geometry=False)
    volumes = network.read("volume", ["from_date"], geometry=False)
    for days in (searches["closed_on"], volumes["from_date"]):
        yield pd.to_datetime(days).dt.year
    projects = network.read("project", ["year", "state"], geometry=False)
    yield projects["year"][~projects["state"].isin(NOT_PLANNED)]
