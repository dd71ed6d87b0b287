"""The rows behind a figure of a compound to renovate: its pipes, pump rooms, meters, users and failures."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.schema.use import in_use
from waternet_plugin.core.users.compound_loss import BULK_COLUMNS, METER_KINDS, is_bulk
from waternet_plugin.core.users.compound_screen import RENEW_NOW, RISER, YES
from waternet_plugin.core.users.meter_schedule import METER_COLUMNS, schedule_meters
from waternet_plugin.operations.health.recorded_runs import read_runs
from waternet_plugin.store.network import Network

BULK_METERS, USERS, PIPES, RISERS, ALL_PIPES = "bulk_meters", "users", "pipes", "risers", "all_pipes"
PUMP_ROOMS, METERS_DUE, FAILURES = "pump_rooms", "meters_due", "failures"


@dataclass(frozen=True)
class FigureRequest:
    """What is wanted.

    Parameters
    ----------
    compound
        Its id.
    figure
        One of the constants of this module.
    last
        Last day of the period that was screened.
    must_renovate
        Verdict of the screening: yes, no or unknown; where yes, all its pipes are renewed.
    """

    compound: str
    figure: str
    last: datetime.date
    must_renovate: str


@dataclass(frozen=True)
class FigureRows:
    """Rows of a table of the network, by the field with their ids."""

    table: str
    field: str
    ids: tuple[str, ...]


def rows_behind(network: Network, request: FigureRequest) -> FigureRows:
    """Return the rows that a figure of a compound counts."""
    makers: dict[str, Callable[[Network, FigureRequest], FigureRows]] = {
        BULK_METERS: _bulk_meters, USERS: _users, PIPES: _pipes, RISERS: _pipes, ALL_PIPES: _pipes,
        PUMP_ROOMS: _pump_rooms, METERS_DUE: _meters_due, FAILURES: _failures,
    }  # fmt: skip
    return makers[request.figure](network, request)


def _listed(table: str, field: str, values: pd.Series) -> FigureRows:
    return FigureRows(table, field, tuple(sorted(str(one) for one in values)))


def _users(network: Network, request: FigureRequest) -> FigureRows:
    rows = network.read("customer", ["customer_id"], where={"compound_id": request.compound}, geometry=False)
    return _listed("customer", "customer_id", rows["customer_id"])


def _bulk_meters(network: Network, request: FigureRequest) -> FigureRows:
    nodes = network.read("node", list(BULK_COLUMNS), where={"kind": list(METER_KINDS)}, geometry=False)
    named = network.read("customer", ["meter_id"], geometry=False)["meter_id"].dropna()
    bulk = nodes[is_bulk(nodes, {str(one) for one in named if one})]
    return _listed("node", "node_id", bulk.loc[bulk["compound_id"] == request.compound, "node_id"])


def _pipes(network: Network, request: FigureRequest) -> FigureRows:
    where = {"system": "potable", "status": list(in_use()), "compound_id": request.compound}
    pipes = network.read("pipe", ["pipe_id", "function"], where=where, geometry=False)
    if request.figure != ALL_PIPES:
        riser = (pipes["function"] == RISER).to_numpy()
        keep = riser if request.figure == RISERS else ~riser
        run = read_runs(network).shown
        if request.must_renovate != YES and run is not None:
            wanted = {"run_id": run.run_id, "class": RENEW_NOW}
            urgent = network.read("assessment", ["pipe_id"], where=wanted, geometry=False)["pipe_id"]
            keep = keep & pipes["pipe_id"].isin(set(urgent)).to_numpy()
        pipes = pipes[keep]
    return _listed("pipe", "pipe_id", pipes["pipe_id"])


def _pump_rooms(network: Network, request: FigureRequest) -> FigureRows:
    where = {"kind": "secondary_supply", "status": list(in_use()), "compound_id": request.compound}
    rooms = network.read("node", ["node_id", "install_year"], where=where, geometry=False)
    built = request.last.year - network.settings().real("users.pump_room_years")
    return _listed("node", "node_id", rooms.loc[(rooms["install_year"] <= built).to_numpy(), "node_id"])


def _meters_due(network: Network, request: FigureRequest) -> FigureRows:
    where = {"kind": "meter", "compound_id": request.compound}
    nodes = network.read("node", list(METER_COLUMNS), where=where, geometry=False)
    nobody = pd.DataFrame({"customer_id": [], "meter_id": []}, dtype=object)
    schedule = schedule_meters(nodes, nobody, network.settings(), request.last)
    return _listed("node", "node_id", schedule.frame.loc[schedule.is_due, "node_id"])


def _failures(network: Network, request: FigureRequest) -> FigureRows:
    rows = network.read("failure", ["failure_id", "pipe_id", "date"])
    years = network.settings().integer("users.repair_years")
    first = pd.Timestamp(request.last) - pd.DateOffset(years=years)
    day = pd.to_datetime(rows["date"])
    rows = rows[((day > first) & (day <= pd.Timestamp(request.last))).to_numpy()]
    named = sorted({str(one) for one in rows["pipe_id"].dropna() if one})
    pipes = network.read("pipe", ["pipe_id", "compound_id"], ids=named, geometry=False)
    inside = rows["pipe_id"].isin(
        set(pipes.loc[(pipes["compound_id"] == request.compound).to_numpy(), "pipe_id"])
    )
    lost = ~rows["pipe_id"].isin(set(pipes["pipe_id"])).to_numpy()
    area = network.read("compound", ["compound_id"], ids=[request.compound])[GEOMETRY_COLUMN]
    around = np.zeros(len(rows), dtype=bool)
    if len(area):
        around = np.asarray(shapely.intersects(rows[GEOMETRY_COLUMN].to_numpy(), area.iloc[0]))
    return _listed("failure", "failure_id", rows.loc[inside.to_numpy() | (lost & around), "failure_id"])
