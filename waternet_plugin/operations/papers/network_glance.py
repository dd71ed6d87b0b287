"""The network at a glance."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import made_of
from waternet_plugin.core.health.rates.counting import within
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.papers.inventory import (
    INVENTORY_COLUMNS,
    counts_as_used,
    take_inventory,
)
from waternet_plugin.core.reports.papers.network_page import GlanceFacts, network_page
from waternet_plugin.core.schema.tables import table
from waternet_plugin.operations.papers.data_state import paper_head
from waternet_plugin.operations.papers.paper_request import PaperRequest, PapersResult, SubjectPaper
from waternet_plugin.store.network import Network

_YEARS = 5


def make_network_page(network: Network, request: PaperRequest, progress: Progress = SILENT) -> PapersResult:
    """Return the page of a network."""
    progress.at(0.0, table("pipe").label)
    pipes = network.read("pipe", list(INVENTORY_COLUMNS), geometry=False)
    last = request.day.year
    facts = GlanceFacts(
        take_inventory(pipes),
        _streets(network, pipes, request),
        _losses(network),
        f"{last - _YEARS + 1}–{last}",
    )
    head = paper_head(network, request)
    paper = SubjectPaper("", network_page(head, facts), fits_page=True)
    return PapersResult(head, (paper,), paper)


def _streets(network: Network, pipes: pd.DataFrame, request: PaperRequest) -> pd.DataFrame:
    """Return streets by failures that count of the last years: their own street, else that of the pipe."""
    failures = within(
        network.read("failure", ["date", "kind", "street", "pipe_id"], geometry=False),
        as_of=request.day,
        window_start=datetime.date(request.day.year - _YEARS + 1, 1, 1),
        settings=network.settings(),
    )
    street_of = dict(zip(pipes["pipe_id"], pipes["street"]))
    of_pipe = failures["pipe_id"].map(street_of)
    streets = failures["street"].astype(object).where(failures["street"].notna(), of_pipe).dropna()
    counts = streets.value_counts()
    used = pipes[counts_as_used(pipes)]
    metres = used.groupby("street")["length_m"].sum().reindex(counts.index).fillna(0.0)
    frame = made_of(
        {
            "street": counts.index.to_numpy(dtype=object),
            "failures": counts.to_numpy(dtype=float),
            "length_m": metres.to_numpy(dtype=float),
        }
    )
    ordered: pd.DataFrame = frame.sort_values(["failures", "street"], ascending=[False, True], kind="stable")
    return ordered.reset_index(drop=True)


def _losses(network: Network) -> pd.DataFrame:
    """Return the newest loss rate and leakage at night of each metered area that has any."""
    zones = network.read("zone", ["zone_id", "kind", "name"], where={"kind": "dma"}, geometry=False)
    balances = network.read("zone_balance", ["zone_id", "to_date", "loss_rate"], geometry=False)
    nights = network.read("zone_night", ["zone_id", "night", "leak_m3h"], geometry=False)
    balance = _newest(balances, "to_date", "loss_rate")
    night = _newest(nights, "night", "leak_m3h")
    zones = zones[zones["zone_id"].isin({*balance.index, *night.index})].sort_values("zone_id", kind="stable")
    ids = zones["zone_id"].to_numpy(dtype=object)
    day = balance["to_date"].reindex(ids).to_numpy()
    at_night = night["night"].reindex(ids).to_numpy()
    return made_of(
        {
            "zone_id": ids,
            "name": zones["name"].to_numpy(dtype=object),
            "day": pd.Series(np.where(np.isnat(day), at_night, day)),
            "loss_rate": balance["loss_rate"].reindex(ids).to_numpy(dtype=float),
            "leak_m3h": night["leak_m3h"].reindex(ids).to_numpy(dtype=float),
        }
    )


def _newest(rows: pd.DataFrame, day: str, value: str) -> pd.DataFrame:
    """Return the newest row of each zone in which a value is known."""
    known = rows.dropna(subset=[value]).sort_values(day, kind="stable")
    return known.drop_duplicates("zone_id", keep="last").set_index("zone_id")
