"""Compounds that must be renovated: leakage, pressure, quality, what is to be done and the cost."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.leakage.water_balance import Sheet
from waternet_plugin.core.reports.renewal.project_list import currency_label
from waternet_plugin.core.reports.users.renovation_sheet import renovation_paper, renovation_sheets
from waternet_plugin.core.reports.users.screening import (
    ScreenContext,
    reasons,
    screen_report,
    screen_sheets,
    screen_summary,
)
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.schema.use import in_use
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.core.users.compound_screen import (
    PIPE_COLUMNS,
    SCREEN_COLUMNS,
    YES,
    CompoundAssets,
    screen,
)
from waternet_plugin.core.users.meter_schedule import METER_COLUMNS, schedule_meters
from waternet_plugin.operations.health.recorded_runs import read_runs
from waternet_plugin.operations.rows.newest_rows import finish_without_batch, no_outputs
from waternet_plugin.operations.users.compound_volumes import read_compound_volumes
from waternet_plugin.operations.users.consumed_volumes import asked_period, refuse_backwards
from waternet_plugin.store.network import Network

_FACTS = ["compound_id", "households", "flag_reason"]
_COMPOUND = ["compound_id", "name", "households", "pressure_flag", "quality_flag", "flag_reason"]


@dataclass(frozen=True)
class ScreenRequest:
    """What is asked.

    Parameters
    ----------
    first, last
        The period, both days included; None: from the first or to the last day of customers' volumes.
    limit
        Leakage rate above which a compound must be renovated, 0-1; None: the setting.
    with_paper
        Whether the paper is wanted.
    subjects
        Compounds that get a sheet of the paper; empty for those that must be renovated.

    Raises
    ------
    InputError
        For a period that ends before it begins, and a limit that is not a share.
    """

    first: Optional[datetime.date] = None
    last: Optional[datetime.date] = None
    limit: Optional[float] = None
    with_paper: bool = False
    subjects: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        refuse_backwards(self.first, self.last)
        if self.limit is not None and not 0.0 <= self.limit <= 1.0:
            raise InputError(
                tr(
                    "LIMIT: {value:g} is not a leakage rate. Give a share from 0 to 1, such as 0.05 for 5 %."
                ).format(value=self.limit)
            )


@dataclass(frozen=True)
class ScreenResult(PlainFrames):
    """Compounds with the reasons to renovate them.

    Parameters
    ----------
    compounds
        SCREEN_COLUMNS, with the area in ``geom``; those that must be renovated first.
    period
        The days that were counted.
    paper
        The sheet of one compound, or the list and sheets of several; None unless it is wanted.
    sheets
        What a workbook holds: title, headings and rows of each sheet.
    summary, notes
        The answer in sentences, and what to know and to doubt.
    """

    compounds: gpd.GeoDataFrame
    period: Period
    report: Report
    paper: Optional[Report]
    sheets: tuple[Sheet, ...]
    summary: tuple[str, ...]
    notes: tuple[str, ...] = ()


def screen_compounds(
    network: Network,
    request: ScreenRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[ScreenResult], Any] = no_outputs,
) -> ScreenResult:
    """Return the compounds with what speaks for renovating them; nothing is written to the network.

    Raises
    ------
    InputError
        Where there is no compound, or none of these, or nothing tells the period.
    """
    settings = network.settings()
    compounds = network.read("compound", _COMPOUND).sort_values("compound_id").reset_index(drop=True)
    if not len(compounds):
        raise InputError(tr("There is no compound in this network. Draw or adopt compounds first."))
    strange = sorted(set(request.subjects) - set(compounds["compound_id"]))
    if strange:
        message = tr("There is no compound {names}. Give ids of compounds, or none.")
        raise InputError(message.format(names=shortened(strange)))
    progress.at(0.1, table("volume").label)
    volumes = read_compound_volumes(network, settings)
    period = asked_period(volumes.rows, request.first, request.last)
    losses, doubts = volumes.losses(compounds["compound_id"].to_numpy(dtype=object), period)
    progress.at(0.6, tr("Screening compounds"))
    limit = settings.real("leakage.compound_loss_share") if request.limit is None else request.limit
    assets, unassessed = _assets(network, compounds, period, settings)
    found = screen(pd.DataFrame(compounds), losses, assets, period, settings, limit=limit)
    found["reasons"] = pd.Series(reasons(found, losses, compounds["flag_reason"], limit=limit), dtype=object)
    shapes = gpd.GeoSeries(shapely.force_2d(compounds[GEOMETRY_COLUMN].to_numpy()), crs=network.crs)
    placed = gpd.GeoDataFrame(found[list(SCREEN_COLUMNS)], geometry=shapes).rename_geometry(GEOMETRY_COLUMN)
    order = {"yes": 0, "unknown": 1, "no": 2}
    placed = placed.assign(order=placed["must_renovate"].map(order)).sort_values(
        ["order", "loss_rate", "compound_id"], ascending=[True, False, True], na_position="last"
    )
    placed = placed.drop(columns="order").reset_index(drop=True)
    notes = list(doubts)
    if unassessed:
        notes.append(
            tr(
                "No run has assessed %n pipe(s) of compounds: the works of these compounds are not known.",
                "",
                unassessed,
            )
        )
    names = dict(zip(compounds["compound_id"], compounds["name"]))
    currency = currency_label(settings.text("general.currency"))
    context = ScreenContext(network.title, period, limit, names, tuple(notes), currency)
    report = screen_report(placed, context)
    paper = None
    if request.with_paper:
        facts = losses.merge(pd.DataFrame(compounds)[_FACTS], on="compound_id").set_index("compound_id")
        wanted = set(request.subjects) or set(placed.loc[placed["must_renovate"] == YES, "compound_id"])
        chosen = placed[placed["compound_id"].isin(wanted)]
        paper = renovation_paper(report, list(renovation_sheets(chosen, facts, context, settings).values()))
    result = ScreenResult(
        placed, period, report, paper, screen_sheets(placed, context),
        tuple(screen_summary(placed, context)), context.notes,
    )  # fmt: skip
    return finish_without_batch(result, before_commit)


def _assets(
    network: Network, compounds: gpd.GeoDataFrame, period: Period, settings: Settings
) -> tuple[CompoundAssets, int]:
    """Return what lies in compounds, and the number of their pipes that nobody assessed."""
    used = {"status": list(in_use())}
    pipes = network.read("pipe", list(PIPE_COLUMNS), where={"system": "potable", **used}, geometry=False)
    run = read_runs(network).shown
    assessed: dict[str, Any] = {}
    if run is not None:
        rows = network.read("assessment", ["pipe_id", "class"], where={"run_id": run.run_id}, geometry=False)
        assessed = dict(zip(rows["pipe_id"], rows["class"]))
    pipes["class"] = pd.Series([assessed.get(name) for name in pipes["pipe_id"]], dtype=object)
    rooms = network.read(
        "node", ["compound_id", "install_year"], where={"kind": "secondary_supply", **used}, geometry=False
    )
    meters = network.read("node", list(METER_COLUMNS), where={"kind": "meter"}, geometry=False)
    nobody = pd.DataFrame({"customer_id": pd.Series(dtype=object), "meter_id": pd.Series(dtype=object)})
    schedule = schedule_meters(meters, nobody, settings, period.last)
    due = schedule.frame["compound_id"][schedule.is_due]
    inside = pipes["compound_id"].isin(set(compounds["compound_id"]))
    failures = _failures(network, compounds, period, settings)
    return CompoundAssets(pipes, rooms, due, failures), int((inside & pipes["class"].isna()).sum())


def _failures(
    network: Network, compounds: gpd.GeoDataFrame, period: Period, settings: Settings
) -> Optional[pd.Series]:
    """Return the compound of each failure of the last years: of its pipe, else around its place."""
    if not network.count("failure"):
        return None
    rows = network.read("failure", ["pipe_id", "date"])
    last = np.datetime64(period.last, "D")
    years = settings.integer("users.repair_years")
    # A leap day has no counterpart: the last day of February stands for it.
    first = (pd.Timestamp(period.last) - pd.DateOffset(years=years)).to_numpy().astype("datetime64[D]")
    day = pd.to_datetime(rows["date"]).to_numpy().astype("datetime64[D]")
    rows = rows[(day > first) & (day <= last)].reset_index(drop=True)
    named = sorted({str(one) for one in rows["pipe_id"].dropna() if one})
    pipes = network.read("pipe", ["pipe_id", "compound_id"], ids=named, geometry=False)
    named_by = dict(zip(pipes["pipe_id"], pipes["compound_id"]))
    compound = np.array([named_by.get(name) for name in rows["pipe_id"]], dtype=object)
    left = np.flatnonzero(~rows["pipe_id"].isin(set(pipes["pipe_id"])).to_numpy())
    compound[left] = _around(compounds, rows[GEOMETRY_COLUMN].to_numpy()[left])
    return pd.Series(compound, dtype=object)


def _around(compounds: gpd.GeoDataFrame, places: Array) -> Array:
    """Return the compound around each place, None outside; of several the one whose id comes first."""
    found = np.full(len(places), None, dtype=object)
    point, area = shapely.STRtree(compounds[GEOMETRY_COLUMN].to_numpy()).query(places, predicate="intersects")
    order = np.lexsort((area, point))
    point, first = np.unique(point[order], return_index=True)
    found[point] = compounds["compound_id"].to_numpy(dtype=object)[area[order][first]]
    return found
