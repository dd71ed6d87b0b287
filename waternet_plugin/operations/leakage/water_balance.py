"""The water balance of a period: CJJ 92 and IWA, the tree of metered areas, bulk meters of compounds."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.editing.differing_rows import new_and_changed
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames, stacked
from waternet_plugin.core.leakage.balance.compound_meters import compound_rows
from waternet_plugin.core.leakage.balance.leakage_index import LeakageIndex, leakage_index
from waternet_plugin.core.leakage.balance.level_tree import (
    balance_rows,
    billed_coverage,
    whole_items,
    zone_rates,
)
from waternet_plugin.core.leakage.balance.periods import MONTH, STEPS, Period, periods_in
from waternet_plugin.core.leakage.balance.public_use import public_use
from waternet_plugin.core.leakage.balance.standard_rates import StandardRates, standard_rates
from waternet_plugin.core.leakage.balance.volume_rows import overlapping
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.leakage.balance_notes import balance_notes
from waternet_plugin.core.reports.leakage.balance_sections import BalanceContext, PublicFigures
from waternet_plugin.core.reports.leakage.water_balance import (
    Sheet,
    balance_report,
    balance_sheets,
    balance_summary,
    leakage_table,
)
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.leakage.balance_rows import (
    BalanceRows,
    read_balance_rows,
    whole_period,
    with_readings,
)
from waternet_plugin.operations.leakage.left_out_compounds import (
    left_out_notes,
    new_compounds,
    without_compounds,
)
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.rows.node_readings import latest_s
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_MOST_MPA, _MOST_FROST_M = 2.5, 5.0
# Shares that differ by less are the same.
_SAME_SHARE = 0.01


@dataclass(frozen=True)
class WaterBalanceRequest:
    """What is asked.

    Parameters
    ----------
    first, last
        The period, both days included; None: from the first or to the last day of supplied volumes.
    zones
        Ids of the zones; empty for the whole network and all zones.
    household_share
        Share of the supply that is read at meters of households, 0-1; None unknown.
    mean_pressure_mpa
        Yearly mean pressure at the outlets of the plants, MPa; None unknown.
    frost_depth_m
        Greatest depth of frost, m; None unknown.
    step
        ``month``, ``quarter`` or ``year``: by what the period is told a second time.
    now_s
        The moment after which readings are of the future, seconds since 1970 in UTC; None: a day from now.
    name
        What people see in the list of batches.
    store
        Whether loss and leakage rate of each zone and step are written, for the map.
    without_since
        Compounds taken over from this day on are left out, their supply and their consumption; None: none.

    Raises
    ------
    InputError
        For a period that ends before it begins, and for values in another unit.
    """

    first: Optional[datetime.date] = None
    last: Optional[datetime.date] = None
    zones: tuple[str, ...] = ()
    household_share: Optional[float] = None
    mean_pressure_mpa: Optional[float] = None
    frost_depth_m: Optional[float] = None
    step: str = MONTH
    now_s: Optional[float] = None
    name: str = ""
    store: bool = False
    without_since: Optional[datetime.date] = None

    def __post_init__(self) -> None:
        if self.first and self.last and self.first > self.last:
            message = tr("FROM ({first}) is after TO ({last}). Give them the other way round.")
            raise InputError(message.format(first=self.first, last=self.last))
        share, pressure, frost = self.household_share, self.mean_pressure_mpa, self.frost_depth_m
        if share is not None and not 0.0 <= share <= 1.0:
            raise InputError(
                tr(
                    "HOUSEHOLD_SHARE: {value} is not a share of the supply. Give a number from 0 to 1, such "
                    "as 0.45 for 45 %."
                ).format(value=f"{share:g}")
            )
        if pressure is not None and not 0.0 < pressure <= _MOST_MPA:
            raise InputError(
                tr(
                    "MEAN_PRESSURE: {value} is not the pressure of a network in MPa. Give MPa: 40 m of head "
                    "are 0.39, 4 bar are 0.4."
                ).format(value=f"{pressure:g}")
            )
        if frost is not None and not 0.0 <= frost <= _MOST_FROST_M:
            message = tr("FROST_DEPTH: {value} is not a depth of frost in m. Give m: 140 cm are 1.4.")
            raise InputError(message.format(value=f"{frost:g}"))
        if self.step not in STEPS:
            raise InputError(
                tr("STEP: “{value}” is not one of {known}.").format(value=self.step, known=" ".join(STEPS))
            )


@dataclass(frozen=True)
class WaterBalanceResult(Written, PlainFrames):
    """The balance of a period.

    Parameters
    ----------
    rows
        One row for the whole network (``zone_id`` is empty) and one for every zone, each below its parent;
        as `core.leakage.balance.level_tree.balance_rows`. Only the zones that were asked for, where any were.
    periods
        The same for every month, quarter or year, with from_date and to_date.
    compounds
        Bulk meters against sub-meters, as `core.leakage.balance.compound_meters.compound_rows`, with name.
    rates, index
        Leakage rate of CJJ 92 and leakage index of the whole network.
    report, paper
        The report, and the leakage table to print.
    sheets
        What a workbook holds: title, headings and rows of each sheet.
    summary, notes
        The answer in sentences, and what to know and to doubt.
    """

    rows: pd.DataFrame
    periods: pd.DataFrame
    compounds: pd.DataFrame
    period: Period
    rates: StandardRates
    index: LeakageIndex
    report: Report
    paper: Report
    sheets: tuple[Sheet, ...]
    summary: tuple[str, ...]
    notes: tuple[str, ...] = ()


def water_balance(
    network: Network,
    request: WaterBalanceRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[WaterBalanceResult], Any] = no_outputs,
) -> WaterBalanceResult:
    """Return the water balance of a period; leakage rates of zones are written where that is asked for.

    Raises
    ------
    InputError
        Where a zone is unknown, no volume can be used, or nothing tells the supply of the period.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """

    def work(again: tuple[str, ...]) -> WaterBalanceResult:
        seen = network.position()
        found = _balance(network, request, again, progress)
        if request.store:
            return _stored(network, request, found, seen, before_commit, progress)
        return finish_without_batch(found, before_commit)

    return with_newest_rows(work, progress)


def _stored(
    network: Network,
    request: WaterBalanceRequest,
    found: WaterBalanceResult,
    seen: str,
    before_commit: Callable[[WaterBalanceResult], Any],
    progress: Progress,
) -> WaterBalanceResult:
    """Write the leakage rates of zones as one batch: new rows are added, those that differ are changed."""
    progress.at(0.9, tr("Writing"))
    limit = network.settings().real("leakage.zone_limit_percent") / 100.0
    rows = zone_rates(found.periods, limit)
    new, changed = new_and_changed(rows, network.read("zone_balance"), "balance_id")
    if not len(new) and not len(changed):
        told = (
            tr("All of it is stored already: nothing was written.")
            if len(rows)
            else tr("No metered area has a leakage rate in this period: nothing was written.")
        )
        same = replace(found, summary=(*found.summary, told))
        return finish_without_batch(same, before_commit)
    facts = {"zones": int(rows["zone_id"].nunique()), "periods": int(rows["to_date"].nunique())}
    with network.write("dma", name=request.name, facts=facts, seen=seen, progress=progress) as batch:
        if len(new):
            batch.insert("zone_balance", new)
        if len(changed):
            batch.update("zone_balance", changed)
        return finish(batch, found, before_commit)


def _balance(
    network: Network, request: WaterBalanceRequest, again: tuple[str, ...], progress: Progress
) -> WaterBalanceResult:
    settings = network.settings()
    progress.at(0.0, tr("Reading volumes"))
    read = read_balance_rows(network, request.zones, settings)
    period = whole_period(read.basis.volumes, request.first, request.last)
    progress.at(0.4, tr("Reading zones and readings"))
    left_out, kept = new_compounds(network, read, period, request.without_since)
    compounds = _compounds(read, period, settings, left_out)
    read = without_compounds(read, left_out)
    basis, of_readings = with_readings(network, read, period, latest_s(request.now_s))
    progress.at(0.6, tr("Computing the water balance"))
    every = _with_public(balance_rows(basis, period), read, period)
    rows = _asked(every, request)
    if not rows["supply_m3"].notna().any():
        raise InputError(_no_supply(read, period))
    spans = periods_in(period, request.step)
    periods = stacked(
        [_dated(_asked(_with_public(balance_rows(basis, one), read, one), request), one) for one in spans]
    )
    rates, index = _indicators(every, read, request, period, settings)
    doubts = balance_notes(
        rows,
        basis.volumes,
        enough=settings.real("leakage.coverage"),
        bills=billed_coverage(basis.volumes, period),
        overlaps=overlapping(basis.volumes),
        unknown_km=read.mains.unknown_km,
        given=(request.household_share, request.mean_pressure_mpa, request.frost_depth_m),
    )
    notes = (
        *again, *left_out_notes(request.without_since, left_out, kept), *of_readings, *doubts,
        *_household_share(read, period, every, request),
    )  # fmt: skip
    public = PublicFigures(
        public_use(basis.volumes, basis.tree, read.points, period).by_use, read.points.points,
        read.points.metered, request.without_since, left_out,
    )  # fmt: skip
    context = BalanceContext(
        network.title,
        period,
        request.step,
        rates,
        index,
        whole_items(basis.volumes, period),
        settings,
        notes,
        public,
    )
    return WaterBalanceResult(
        "", rows, periods, compounds, period, rates, index,
        balance_report(rows, periods, compounds, context), leakage_table(rows, periods, compounds, context),
        balance_sheets(rows, periods, compounds, context), balance_summary(rows, compounds, context), notes,
    )  # fmt: skip


def _compounds(
    read: BalanceRows, period: Period, settings: Settings, left_out: tuple[str, ...]
) -> pd.DataFrame:
    """Return bulk meters against sub-meters, without the compounds that are left out."""
    rows = compound_rows(
        read.basis.volumes, period, read.compounds.node, read.compounds.customer,
        limit=settings.real("leakage.compound_loss_share"), enough=settings.real("leakage.coverage"),
    )  # fmt: skip
    rows = rows[~rows["compound_id"].isin(left_out)].reset_index(drop=True)
    names = [*map(read.compounds.name.get, rows["compound_id"])]
    rows.insert(1, "name", pd.Series(names, dtype=object))
    return rows


def _with_public(rows: pd.DataFrame, read: BalanceRows, period: Period) -> pd.DataFrame:
    """Return balances with what public points took in each zone and in the network."""
    tree = read.basis.tree
    found = public_use(read.basis.volumes, tree, read.points, period)
    of_zone = dict(zip(map(str, tree.zone_id), found.by_zone.tolist()))
    m3 = [of_zone[name] if name else found.m3 for name in rows["zone_id"]]
    return rows.assign(public_m3=pd.Series(m3, dtype=float))


def _asked(rows: pd.DataFrame, request: WaterBalanceRequest) -> pd.DataFrame:
    """Return the rows that were asked for: all, or those of some zones."""
    return rows[rows["zone_id"].isin(request.zones)].reset_index(drop=True) if request.zones else rows


def _dated(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Return rows with the days of their period."""
    dated: pd.DataFrame = rows.copy()
    dated.insert(0, "from_date", pd.Series([pd.Timestamp(period.first)] * len(rows), dtype="datetime64[ns]"))
    dated.insert(1, "to_date", pd.Series([pd.Timestamp(period.last)] * len(rows), dtype="datetime64[ns]"))
    return dated


def _indicators(
    every: pd.DataFrame, read: BalanceRows, request: WaterBalanceRequest, period: Period, settings: Settings
) -> tuple[StandardRates, LeakageIndex]:
    """Return the indicators of the whole network; unknown where its supply covers too few days."""
    whole = every.iloc[0]
    is_known = math.isfinite(float(whole["loss_m3"]))
    pressure = math.nan if request.mean_pressure_mpa is None else request.mean_pressure_mpa
    rates = standard_rates(
        float(whole["supply_m3"]) if is_known else math.nan,
        float(whole["authorised_m3"]),
        days=period.days,
        length_km=read.mains.standard_km,
        settings=settings,
        household_share=math.nan if request.household_share is None else request.household_share,
        pressure_mpa=pressure,
        frost_m=math.nan if request.frost_depth_m is None else request.frost_depth_m,
    )
    index = leakage_index(
        float(whole["real_m3"]),
        days=period.days,
        mains_km=read.mains.mains_km,
        connections=read.connections,
        pressure_mpa=pressure,
        settings=settings,
    )
    return rates, index


def _household_share(
    read: BalanceRows, period: Period, every: pd.DataFrame, request: WaterBalanceRequest
) -> tuple[str, ...]:
    """Return the share of household metering that bills tell, where none is given or another one is."""
    supply = float(every["supply_m3"].iloc[0])
    billed = float(read.basis.volumes.within(period)[read.of_household].sum())
    if not (math.isfinite(supply) and 0 < billed <= supply):
        return ()
    share = billed / supply
    given = request.household_share
    if given is not None and abs(given - share) <= _SAME_SHARE:
        return ()
    text = tr("Meters of households billed {share} % of the supply: HOUSEHOLD_SHARE would be {value}.")
    return (text.format(share=f"{100 * share:.1f}", value=f"{share:.3f}"),)


def _no_supply(read: BalanceRows, period: Period) -> str:
    """Return that nothing tells the supply, and from when to when there are volumes."""
    whole = whole_period(read.basis.volumes, None, None)
    return tr(
        "Nothing tells the supply from {first} to {last}: no volume of own_supply or bulk_import for the "
        "whole network, no metered volume and no reading of the boundary meters. Volumes run from {begin} "
        "to {end}: change FROM and TO, or adopt the volumes that are missing."
    ).format(first=period.first, last=period.last, begin=whole.first, end=whole.last)
