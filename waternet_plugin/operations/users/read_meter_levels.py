"""Total meters with the meters below them, what each measured, and the loss of each level."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import records
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.leakage.balance.volume_rows import METERED
from waternet_plugin.core.months import Month, month_of
from waternet_plugin.core.network.analysis.parent_rings import in_rings
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.schema.use import in_use
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.core.users.compound_loss import METER_KINDS
from waternet_plugin.core.users.customer_volumes import CONSUMED, Consumption, DatedVolumes, dated_volumes
from waternet_plugin.core.users.level_losses import level_losses, parent_rows
from waternet_plugin.operations.users.consumed_volumes import plain_ids, read_meters, read_volumes, taken_in
from waternet_plugin.store.network import Network

MONTHS = 12
_NODE = ["node_id", "kind", "compound_id", "meter_parent", "diameter_mm"]
_EPOCH = datetime.date(1970, 1, 1)


@dataclass(frozen=True)
class MeterLevels:
    """The trees of meters.

    Parameters
    ----------
    rows
        Each meter of a tree: node_id, meter_parent, compound_id, m3, below, below_m3, loss_m3, loss_rate
        (0-1), coverage (0-1), ``xy`` (None without a place); unknown is None. Those without a total meter
        first, the largest loss first.
    period
        The days that were counted; None where no volume is on record.
    limit
        Loss rate above which compounds are told, 0-1.
    notes
        What to know.
    """

    rows: tuple[dict[str, Any], ...] = ()
    period: Optional[Period] = None
    limit: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LevelMonths:
    """A total meter beside the meters right below it, month by month, m3; NaN where unknown."""

    node_id: str
    months: tuple[Month, ...]
    total_m3: tuple[float, ...]
    below_m3: tuple[float, ...]
    loss_rate: tuple[float, ...]
    limit: float


class _MeterVolumes:
    """Volumes of meters: their own, else those of the customers that name them, else readings."""

    def __init__(self, network: Network, ids: Array, settings: Settings, *, is_few: bool = False) -> None:
        self._network, self._ids, self._settings = network, ids, settings
        where = {"meter_id": [str(one) for one in ids]} if is_few else None
        users = network.read("customer", ["customer_id", "meter_id"], where=where, geometry=False)
        self._meter = plain_ids(users, "meter_id")
        self._users = plain_ids(users, "customer_id")
        volumes = read_volumes(network, (*CONSUMED, METERED), ["node_id", "customer_id"])
        is_metered = (volumes["component"] == METERED).to_numpy()
        self.own = dated_volumes(volumes[is_metered], "node_id", ids)
        self.of_users: DatedVolumes = dated_volumes(volumes[~is_metered], "customer_id", self._users)

    def last_day(self) -> Optional[datetime.date]:
        """Return the last day with a volume, None for none."""
        days = [rows.span()[1] for rows in (self.own, self.of_users) if len(rows.owner)]
        return _EPOCH + datetime.timedelta(days=max(days)) if days else None

    def within(self, period: Period) -> Consumption:
        """Return what each meter measured (M,)."""
        count = len(self._ids)
        m3, coverage = self.own.in_period(period, count)
        taken = taken_in(
            self._network, self.of_users, self._users, np.full(len(self._users), None, dtype=object), period,
            self._settings,
        ).taken  # fmt: skip
        at = parent_rows(self._ids, self._meter)
        named = np.flatnonzero((at >= 0) & np.isfinite(taken.m3))
        sums = np.bincount(at[named], taken.m3[named], minlength=count)
        shares = np.bincount(at[named], taken.coverage[named], minlength=count)
        many = np.bincount(at[at >= 0], minlength=count)
        with np.errstate(divide="ignore", invalid="ignore"):
            of_users = np.where(np.bincount(at[named], minlength=count) > 0, shares / many, 0.0)
        better = of_users > coverage
        m3 = np.where(better, sums, m3)
        coverage = np.where(better, of_users, coverage)
        enough = self._settings.real("leakage.coverage")
        wanted = np.flatnonzero(coverage < enough)
        read = read_meters(self._network, [str(self._ids[row]) for row in wanted], period, self._settings)
        is_read = np.zeros(count, dtype=bool)
        for row in wanted.tolist():
            volume, share = read.get(str(self._ids[row]), (np.nan, 0.0))
            if share > coverage[row]:
                m3[row], coverage[row], is_read[row] = volume, share, True
        return Consumption(m3, coverage, is_read)


def read_meter_levels(
    network: Network, period: Optional[Period] = None, progress: Progress = SILENT
) -> MeterLevels:
    """Return the trees of meters in use with the loss of each level; None: the last 365 days with volumes."""
    settings = network.settings()
    where = {"kind": list(METER_KINDS), "status": list(in_use())}
    nodes = network.read("node", _NODE, where=where).sort_values("node_id", kind="stable")
    ids = plain_ids(nodes, "node_id")
    parent = parent_rows(ids, plain_ids(nodes, "meter_parent")).copy()
    ringed = in_rings(parent)
    parent[ringed] = -1
    progress.at(0.3, table("volume").label)
    volumes = _MeterVolumes(network, ids, settings)
    last = volumes.last_day()
    if period is None and last is not None:
        period = Period(last - datetime.timedelta(days=364), last)
    unknown = Consumption(np.full(len(ids), np.nan), np.zeros(len(ids)), np.zeros(len(ids), dtype=bool))
    taken = unknown if period is None else volumes.within(period)
    losses = level_losses(parent, taken, enough=settings.real("users.coverage"))
    in_tree = (parent >= 0) | (losses["below"] > 0).to_numpy()
    rows = []
    for place, (node, found) in enumerate(zip(records(nodes), records(losses))):
        if in_tree[place]:
            shape = node.pop(GEOMETRY_COLUMN)
            rows.append(
                {
                    "node_id": node["node_id"],
                    "meter_parent": ids[parent[place]] if parent[place] >= 0 else "",
                    "compound_id": node["compound_id"] or "",
                    "m3": _known(taken.m3[place]),
                    **{name: _known(value) for name, value in found.items()},
                    "xy": None if shape is None or shape.is_empty else (shape.x, shape.y),
                }
            )
    notes: tuple[str, ...] = ()
    if ringed.any():
        text = tr("These meters are above one another in a ring and stand alone: {names}.")
        notes = (text.format(names=shortened(map(str, ids[ringed]))),)
    rows.sort(key=lambda row: (row["meter_parent"] != "", -(row["loss_m3"] or 0.0), row["node_id"]))
    return MeterLevels(tuple(rows), period, settings.real("leakage.compound_loss_share"), notes)


def level_months(network: Network, node_id: str, last: Optional[datetime.date] = None) -> LevelMonths:
    """Return a total meter beside the meters below it in twelve months; None: up to the last volume.

    Raises
    ------
    InputError
        Where no meter of this network names it as its total meter.
    """
    settings = network.settings()
    below = network.read("node", ["node_id"], where={"meter_parent": node_id}, geometry=False)["node_id"]
    if not len(below):
        raise InputError(tr("No meter names {name} as its total meter.").format(name=node_id))
    ids = np.array([node_id, *sorted(map(str, below))], dtype=object)
    volumes = _MeterVolumes(network, ids, settings, is_few=True)
    day = last or volumes.last_day() or datetime.date.today()
    months = tuple(month_of(day).plus(place - MONTHS + 1) for place in range(MONTHS))
    parent = np.array([-1, *[0] * len(below)])
    total, sums, rates = [], [], []
    for month in months:
        taken = volumes.within(Period(month.first, month.last))
        found = level_losses(parent, taken, enough=settings.real("users.coverage")).iloc[0]
        total.append(float(taken.m3[0]))
        known = taken.m3[1:][np.isfinite(taken.m3[1:])]
        sums.append(float(known.sum()) if len(known) else math.nan)
        rates.append(float(found["loss_rate"]))
    limit = settings.real("leakage.compound_loss_share")
    return LevelMonths(node_id, months, tuple(total), tuple(sums), tuple(rates), limit)


def _known(value: Any) -> Any:
    return None if value != value else value
