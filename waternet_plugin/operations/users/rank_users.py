"""Users or compounds by what they took in a period: top of a trade, a band of volumes, a sample."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Optional

import geopandas as gpd
import pandas as pd
import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.leakage.water_balance import Sheet
from waternet_plugin.core.reports.users.ranking import RankContext, rank_report, rank_sheets, rank_summary
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.core.users.rectifications import ITEM_COLUMNS, SERVICE, with_notices
from waternet_plugin.core.users.user_ranking import (
    COMPOUND,
    CUSTOMER,
    NO,
    USER_COLUMNS,
    YES,
    RankChoice,
    chosen,
    ranked,
)
from waternet_plugin.operations.rows.newest_rows import finish_without_batch, no_outputs
from waternet_plugin.operations.users.consumed_volumes import (
    asked_period,
    customer_rows,
    plain_ids,
    refuse_backwards,
    taken_in,
)
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class RankRequest:
    """What is asked.

    Parameters
    ----------
    first, last
        The period, both days included; None: from the first or to the last day of customers' volumes.
    by
        CUSTOMER or COMPOUND.
    trades
        Codes of the list ``trade``; empty for all.
    level
        1 managed by the city, 2 by the district; None for all.
    choice
        Which of the ranked ones are wanted.

    Raises
    ------
    InputError
        For a period that ends before it begins, and for numbers that make no choice.
    """

    first: Optional[datetime.date] = None
    last: Optional[datetime.date] = None
    by: str = CUSTOMER
    trades: tuple[str, ...] = ()
    level: Optional[int] = None
    choice: RankChoice = field(default_factory=RankChoice)

    def __post_init__(self) -> None:
        refuse_backwards(self.first, self.last)
        choice = self.choice
        if self.level not in (None, 1, 2):
            message = tr("LEVEL: {value} is neither 1 (managed by the city) nor 2 (by the district).")
            raise InputError(message.format(value=self.level))
        if choice.from_m3 is not None and choice.to_m3 is not None and choice.from_m3 > choice.to_m3:
            message = tr("FROM_M3 ({first:g}) is above TO_M3 ({last:g}). Give them the other way round.")
            raise InputError(message.format(first=choice.from_m3, last=choice.to_m3))
        for name, value in (("TOP", choice.top), ("SAMPLE", choice.sample)):
            if value is not None and value < 0:
                message = tr("{name}: {value} is not a number of users. Give 0 or more.")
                raise InputError(message.format(name=name, value=value))
        if choice.sample_share is not None and not 0.0 <= choice.sample_share <= 1.0:
            raise InputError(
                tr(
                    "SAMPLE_SHARE: {value:g} is not a share. Give a number from 0 to 1, such as 0.1 for 10 %."
                ).format(value=choice.sample_share)
            )


@dataclass(frozen=True)
class RankResult(PlainFrames):
    """Users by what they took.

    Parameters
    ----------
    users
        As `core.users.user_ranking.ranked`, those that are wanted, with their notices
        (`core.users.rectifications`) and the place in ``geom``.
    period
        The days that were counted.
    sheets
        What a workbook holds: title, headings and rows of each sheet.
    summary, notes
        The answer in sentences, and what to know and to doubt.
    """

    users: gpd.GeoDataFrame
    period: Period
    report: Report
    sheets: tuple[Sheet, ...]
    summary: tuple[str, ...]
    notes: tuple[str, ...] = ()


def rank_users(
    network: Network,
    request: RankRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[RankResult], Any] = no_outputs,
) -> RankResult:
    """Return users or compounds by what they took in a period; nothing is written to the network.

    Raises
    ------
    InputError
        Where a trade is not in the list, or nothing tells the period.
    """
    settings = network.settings()
    _refuse_unknown_trades(network, request.trades)
    progress.at(0.0, table("customer").label)
    where: dict[str, Any] = {}
    if request.trades:
        where["trade"] = list(request.trades)
    if request.level is not None:
        where["level"] = request.level
    users = network.read("customer", list(USER_COLUMNS), where=where or None)
    parents = network.read("node", ["meter_parent"], where={"kind": "meter"}, geometry=False)["meter_parent"]
    is_sub = users["meter_id"].isin(set(parents.dropna()) - {""})
    users["sub_metered"] = pd.Series([YES if one else NO for one in is_sub], dtype=object)
    progress.at(0.2, table("volume").label)
    ids = plain_ids(users, "customer_id")
    rows = customer_rows(network, ids)
    period = asked_period(rows, request.first, request.last)
    progress.at(0.7, tr("Ranking users"))
    taken = taken_in(network, rows, ids, plain_ids(users, "meter_id"), period, settings)
    every = ranked(pd.DataFrame(users), taken.taken, request.by, period, settings)
    items = network.read("work_item", list(ITEM_COLUMNS), where={"type": SERVICE}, geometry=False)
    wanted = with_notices(chosen(every, request.choice), items)
    placed = _placed(network, users, wanted, request.by)
    context = RankContext(
        network.title, period, request.by, len(every), float(every["m3"].sum()), request.choice,
        (*taken.notes, *_doubts(users, request.by)),
    )  # fmt: skip
    result = RankResult(
        placed, period, rank_report(wanted, context), rank_sheets(wanted, context),
        tuple(rank_summary(wanted, context)), context.notes,
    )  # fmt: skip
    return finish_without_batch(result, before_commit)


def _refuse_unknown_trades(network: Network, trades: tuple[str, ...]) -> None:
    known = network.table("customer").field("trade").codes
    strange = [one for one in trades if one not in known]
    if strange:
        message = tr("TRADE: the list of trades has no {names}. Choose one of: {known}.")
        raise InputError(message.format(names=listed(strange), known=listed(known)))


def _doubts(users: pd.DataFrame, by: str) -> list[str]:
    """Return what to know of quotas and compounds."""
    found = []
    zero = users.loc[(users["quota_m3_y"] == 0).to_numpy(), "customer_id"]
    if len(zero):
        text = tr("The quota of these users is 0, so the share used is not computed: {names}.")
        found.append(text.format(names=shortened(map(str, zero))))
    if by == COMPOUND:
        lost = int((users["compound_id"].isna() | (users["compound_id"] == "")).sum())
        if lost:
            found.append(tr("%n user(s) name no compound and are in no sum.", "", lost))
    return found


def _placed(network: Network, users: gpd.GeoDataFrame, rows: pd.DataFrame, by: str) -> gpd.GeoDataFrame:
    """Return ranked rows at their places: customers, or a point inside each compound."""
    if by == CUSTOMER:
        key, frame = "customer_id", users
    else:
        key = "compound_id"
        frame = network.read("compound", ["compound_id"], ids=[str(one) for one in rows[key]])
    shapes = frame[GEOMETRY_COLUMN].to_numpy()
    points = shapely.force_2d(shapes) if by == CUSTOMER else shapely.point_on_surface(shapes)
    place = pd.Series(points, index=pd.Index(frame[key], dtype=object))
    place = place[~place.index.duplicated()]
    geometry = gpd.GeoSeries(rows[key].map(place).to_numpy(), crs=network.crs)
    return gpd.GeoDataFrame(rows, geometry=geometry).rename_geometry(GEOMETRY_COLUMN)
