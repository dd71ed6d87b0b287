"""What the plan of compounds rests on, read from a network."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.duties import node_duties
from waternet_plugin.core.drainage.compounds.duties.crews import Crew
from waternet_plugin.core.drainage.compounds.duties.done_work import DoneWork
from waternet_plugin.core.drainage.compounds.duties.drain_duties import drain_duties
from waternet_plugin.core.drainage.compounds.duties.duty_plan import PlanBasis
from waternet_plugin.core.drainage.compounds.duties.user_duties import user_duties
from waternet_plugin.core.drainage.compounds.membership import GRID, compound_of, grid_of, grid_rows, ids_of
from waternet_plugin.core.drainage.compounds.month_items import compounds_of_items
from waternet_plugin.core.drainage.compounds.tanks.day_depths import DEPTHS, local_days
from waternet_plugin.core.drainage.compounds.tanks.tank_schedule import TANK_COLUMNS, schedule_tanks
from waternet_plugin.core.frames import PlainFrames, stacked
from waternet_plugin.core.months import Month
from waternet_plugin.core.network.analysis.drain_flow import WAY_COLUMNS
from waternet_plugin.core.network.analysis.surrounding_areas import first_area
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.readings.clocks import clock_of
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.checks.check_network import read_drain_tables
from waternet_plugin.operations.compounds.month_crews import teams_of
from waternet_plugin.operations.rows.node_readings import read_readings
from waternet_plugin.operations.rows.work_items import OPEN
from waternet_plugin.store.network import Network

PLAN = "plan"
PLAN_COLUMNS = {
    name: tuple(dict.fromkeys((*WAY_COLUMNS[name], *TANK_COLUMNS.get(name, ()), *more)))
    for name, more in {
        "pipe": ("height_mm", "street"),
        "node": ("street",),
        "compound": ("name", "grid_id"),
        "customer": ("name", "kind", "permit_no", "permit_until", "key_user"),
    }.items()
}
ITEM_COLUMNS = (
    "item_id", "type", "state", "opened_on", "due_on", "closed_on", "asset", "compound_id", "source",
    "result", "visit",
)  # fmt: skip
_TABLES = ("pipe", "node", "customer")
_DEPOSIT, _FLUSH_RULE = "deposit_m", "dead_end_flush"
_TIME_ZONE = "general.time_zone"
_QUARTERS = 4


@dataclass(frozen=True)
class PlanInputs(PlainFrames):
    """What a plan is made from, and what its papers tell beside it.

    Parameters
    ----------
    basis
        What is to be done, where, by whom.
    subject
        Drains, nodes, compounds and customers.
    grids
        zone_id, team and person of grids.
    drafts
        Ids of the work items of an earlier plan of these months that nobody was sent yet.
    quarters
        How much of the secondary supply was overdue at the ends of quarters, the newest first.
    """

    basis: PlanBasis
    subject: NetworkFrame
    grids: pd.DataFrame
    drafts: tuple[str, ...]
    quarters: tuple[node_duties.OverdueRate, ...]


def read_plan_inputs(
    network: Network,
    months: Sequence[Month],
    crews: Sequence[Crew],
    as_of: datetime.date,
    progress: Progress = SILENT,
) -> PlanInputs:
    """Read what is due and what was done as of a day; without crews the teams of the grids are the crews."""
    settings = network.settings()
    tables = read_drain_tables(network, progress.part(0.0, 0.6), columns=PLAN_COLUMNS)
    subject = NetworkFrame(tables, settings)
    progress.at(0.6, table("work_item").label)
    zones = network.read("zone", ["zone_id", "kind", "team", "person"], where={"kind": GRID})
    compounds = tables["compound"]
    members = {name: compound_of(tables[name], compounds) for name in _TABLES}
    items = network.read("work_item", list(ITEM_COLUMNS))
    items = items.assign(compound_id=compounds_of_items(items, compounds, _by_asset(subject, members)))
    is_draft = _drafts(items, months)
    drafts = tuple(sorted(map(str, items.loc[is_draft, "item_id"])))
    items = items[~is_draft].reset_index(drop=True)
    progress.at(0.8, table("reading").label)
    readings = read_readings(network, DEPTHS)
    zone = clock_of(_TIME_ZONE, settings.text(_TIME_ZONE))
    work = DoneWork(items, as_of)
    progress.at(0.9, tr("Working out what is due"))
    schedule = schedule_tanks(subject, readings, items, as_of=as_of, zone=zone)
    deposits = readings[readings["quantity"] == _DEPOSIT]
    duties = [
        node_duties.tank_duties(schedule.frame, settings),
        drain_duties(
            subject,
            work,
            _days_of(deposits, zone),
            network.read("inspection", ["inspection_id", "pipe_id", "date"], geometry=False),
            as_of,
        ),
        node_duties.secondary_duties(subject, work, as_of),
        node_duties.intake_duties(subject, work),
        node_duties.flush_duties(_dead_ends(network, subject), work, settings),
        user_duties(tables["customer"], work, as_of, settings),
    ]
    placed = _placed(stacked(duties), subject, members, zones)
    in_grids = pd.DataFrame({"compound_id": compounds["compound_id"], "grid_id": grid_of(compounds, zones)})
    basis = PlanBasis(
        placed,
        in_grids,
        dict(zip(zones["zone_id"], zones["team"].fillna(""))),
        crews or teams_of(zones),
        work,
    )
    quarters = tuple(
        node_duties.overdue_rate(subject, DoneWork(items, day), day) for day in _quarter_ends(as_of)
    )
    return PlanInputs(basis, subject, zones, drafts, quarters)


def _drafts(items: pd.DataFrame, months: Sequence[Month]) -> Array:
    """Return the items of an earlier plan of some months that nobody was sent yet."""
    due = items["due_on"].to_numpy(dtype="datetime64[ns]").astype("datetime64[D]")
    first, last = np.datetime64(months[0].first, "D"), np.datetime64(months[-1].last, "D")
    is_mine = ((items["source"] == PLAN) & (items["state"] == OPEN)).to_numpy(dtype=bool)
    return np.asarray(is_mine & (due >= first) & (due <= last))


def _by_asset(subject: NetworkFrame, members: dict[str, Array]) -> pd.Series:
    """Return the compound of each asset by its id; an id of several tables belongs to the first."""
    ids = np.concatenate([subject.rows(name).ids for name in _TABLES])
    found = pd.Series(np.concatenate([members[name] for name in _TABLES]), index=ids, dtype=object)
    return found[~found.index.duplicated()]


def _days_of(deposits: pd.DataFrame, zone: datetime.tzinfo) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "node_id": deposits["node_id"].to_numpy(dtype=object),
            "day": local_days(deposits["time"], zone).astype("datetime64[ns]"),
            "depth_m": deposits["value"].to_numpy(dtype=float),
        }
    )


def _dead_ends(network: Network, subject: NetworkFrame) -> Array:
    """Return the dead ends that the last check found nothing to flush with."""
    where = {"rule_id": _FLUSH_RULE, "state": "open"}
    issues = network.read("issue", ["issue_id", "assets"], where=where, geometry=False)
    names = [str(assets).split(";", 1)[0] for assets in issues["assets"].dropna()]
    ids = np.array(sorted(set(names)), dtype=object)
    return ids[subject.nodes.row_of(ids) >= 0]


def _placed(
    duties: pd.DataFrame, subject: NetworkFrame, members: dict[str, Array], zones: pd.DataFrame
) -> pd.DataFrame:
    """Return duties with their compound, and the grid of what lies in none."""
    compound = np.full(len(duties), None, dtype=object)
    grid = compound.copy()
    grids = grid_rows(zones)
    kind = duties["table"].to_numpy(dtype=object)
    ids = duties["asset"].to_numpy(dtype=object)
    for name in _TABLES:
        of_kind, rows = np.flatnonzero(kind == name), subject.rows(name)
        row = rows.row_of(ids[of_kind])
        compound[of_kind] = members[name][row]
        outside = pd.isna(compound[of_kind])
        areas = first_area(rows.xy_of(row[outside]), grids.geometry, grids.ids)
        grid[of_kind[outside]] = ids_of(grids, areas)
    return duties.assign(compound_id=compound, grid_id=grid)


def _quarter_ends(as_of: datetime.date) -> list[datetime.date]:
    """Return the last days of the last complete quarters, the newest first."""
    first = Month(as_of.year, (as_of.month - 1) // 3 * 3 + 1)
    return [first.plus(-3 * number).first - datetime.timedelta(days=1) for number in range(_QUARTERS)]
