"""A plan of leak search with the coverage of its pipes and what contractors found."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.frames import records
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.leakage.searching.search_plan import LATER, STATES, SearchEffort, pipe_states
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.operations.leakage.locating import LOCATE
from waternet_plugin.operations.leakage.plan_search import (
    LeakSearchRequest,
    LeakSearchResult,
    plan_leak_search,
)
from waternet_plugin.operations.programmes.search_hits import (
    ContractorRate,
    contractor_rates,
    done_searches,
)
from waternet_plugin.operations.rows.work_items import RUNNING
from waternet_plugin.store.network import Network

_YEAR_D = 365


@dataclass(frozen=True)
class SearchOverview:
    """What the pane shows.

    Parameters
    ----------
    effort
        When and with how many.
    result
        The plan, not stored.
    contractors
        What each found in the year before the first night.
    open_items
        Orders to search that are not over.
    settings
        Of the network.
    """

    effort: SearchEffort
    result: LeakSearchResult
    contractors: tuple[ContractorRate, ...]
    open_items: tuple[str, ...]
    settings: Settings

    def lines(self, month: datetime.date) -> dict[str, bytes]:
        """Return the pipes of each of STATES but the last as WKB of their lines, for a month of the plan."""
        pipes, runs = self.result.pipes, self.result.plan.runs
        night = pipes["run_id"].map(dict(zip(runs["run_id"], runs["night"])))
        states = pipe_states(
            pipes["last_on"].to_numpy(dtype="datetime64[D]"),
            pd.to_datetime(night).to_numpy(dtype="datetime64[D]"),
            start=self.effort.start,
            month=month,
            settings=self.settings,
        )
        shapes = pipes[GEOMETRY_COLUMN].to_numpy()
        return {
            state: to_wkb(shapely.multilinestrings(shapely.get_parts(shapes[states == state])))
            for state in STATES
            if state != LATER and (states == state).any()
        }

    def line_of(self, run_id: str) -> Optional[bytes]:
        """Return the pipes of a run as WKB."""
        rows = self.result.runs
        found = rows.loc[(rows["run_id"] == run_id).to_numpy(), GEOMETRY_COLUMN]
        return to_wkb(found.iloc[0]) if len(found) and found.iloc[0] is not None else None

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The runs by night and crew, as `SearchPlan` has them; what is unknown is None."""
        every: list[dict[str, Any]] = records(self.result.plan.runs)
        return [{name: None if _is_unknown(one) else one for name, one in row.items()} for row in every]


def _is_unknown(value: Any) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, (float, np.floating)) and value != value)


def search_overview(network: Network, effort: SearchEffort, progress: Progress = SILENT) -> SearchOverview:
    """Return a plan with the coverage and the results so far; nothing is written.

    Raises
    ------
    InputError
        As `plan_leak_search`.
    """
    result = plan_leak_search(network, LeakSearchRequest("", effort), progress.part(0.0, 0.9))
    settings = network.settings()
    before = effort.start - datetime.timedelta(days=_YEAR_D)
    done = done_searches(network, Period(before, effort.start), settings)
    running = network.read(
        "work_item", ["item_id"], where={"type": LOCATE, "state": list(RUNNING)}, geometry=False
    )
    return SearchOverview(effort, result, contractor_rates(done), tuple(running["item_id"]), settings)
