"""Compounds to renovate: leakage, pressure and quality, what is to be done, and what it costs."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.id_lookup import IdLookup
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.leakage.balance.standard_rates import DAYS_A_YEAR
from waternet_plugin.core.renewal import costs
from waternet_plugin.core.schema.settings import Settings

YES, NO, UNKNOWN = "yes", "no", "unknown"
RENEW_NOW, RISER = "renew_now", "riser"
COST_COLUMNS = ("cost_leakage", "cost_works", "cost_meters", "cost_repairs", "cost_operation")
SCREEN_COLUMNS = (
    "compound_id", "supply_m3", "sold_m3", "loss_m3", "loss_rate", "coverage", "pressure", "quality",
    "must_renovate", "reasons", "pipes_m", "risers_m", "pump_rooms_due", "meters_due", *COST_COLUMNS, "cost",
)  # fmt: skip
PIPE_COLUMNS = (
    "pipe_id", "compound_id", "function", "material", "diameter_mm", "length_m", "road_class",
)  # fmt: skip
_CENTS = 100.0
_METRES_A_KM = 1000.0


@dataclass(frozen=True)
class CompoundAssets(PlainFrames):
    """What lies in compounds.

    Parameters
    ----------
    pipes
        PIPE_COLUMNS of the drinking water pipes in use, and ``class`` of the shown assessment, None where
        nobody assessed them.
    pump_rooms
        compound_id and install_year of the pump rooms of secondary supply in use.
    meters_due
        Compound of each meter that is overdue or due.
    failures
        Compound of each failure of the last years that are counted; None where no failure is on record.
    """

    pipes: pd.DataFrame
    pump_rooms: pd.DataFrame
    meters_due: pd.Series
    failures: pd.Series | None


def _flags(values: pd.Series) -> Array:
    """Return yes, no or unknown (C,)."""
    return np.asarray(values.where(values.isin((YES, NO)), UNKNOWN).to_numpy(dtype=object))


def must_renovate(loss_rate: Array, pressure: Array, quality: Array, limit: float) -> Array:
    """Return whether compounds must be renovated: yes where one reason holds, no where all are known not to.

    Parameters
    ----------
    loss_rate
        0-1, NaN unknown (C,).
    pressure, quality
        yes, no or unknown (C,).
    limit
        Rate above which leakage is a reason, 0-1.
    """
    with np.errstate(invalid="ignore"):
        over = loss_rate > limit
    some = over | (pressure == YES) | (quality == YES)
    none = np.isfinite(loss_rate) & ~over & (pressure == NO) & (quality == NO)
    return np.where(some, YES, np.where(none, NO, UNKNOWN)).astype(object)


def pipe_costs(pipes: pd.DataFrame, settings: Settings) -> Array:
    """Return what renewing each pipe costs without mobilisation, money, by the method that suits it."""
    trenchless = costs.is_trenchless(pipes, settings)
    method = np.where(trenchless, settings.text("renewal.trenchless_method"), "open_cut")
    material = np.where(
        trenchless,
        settings.text("renewal.trenchless_material"),
        costs.new_material(costs.sizes(pipes["diameter_mm"], settings), settings),
    )
    return np.asarray(costs.pipe_cents(pipes, material, method, settings) / _CENTS)


def screen(
    compounds: pd.DataFrame,
    losses: pd.DataFrame,
    assets: CompoundAssets,
    period: Period,
    settings: Settings,
    *,
    limit: float,
) -> pd.DataFrame:
    """Return compounds with the reasons to renovate them, what is to be done, and the cost.

    Parameters
    ----------
    compounds
        compound_id, households, pressure_flag and quality_flag.
    losses
        As `compound_loss.compound_losses`, in the same order.
    assets
        What lies in them.
    period
        Loss is scaled to 365 days; pump rooms are judged on its last day.
    settings
        Unit costs, and the age from which pump rooms are due.
    limit
        Rate above which leakage is a reason, 0-1.

    Returns
    -------
    pandas.DataFrame
        SCREEN_COLUMNS without reasons; lengths in m, costs in money: leakage of a year, works, meters,
        repairs of a year, operation of a year. What is not known is NaN, and so is its sum.
    """
    index, count = IdLookup(compounds["compound_id"]), len(compounds)
    pressure, quality = _flags(compounds["pressure_flag"]), _flags(compounds["quality_flag"])
    loss, rate = (losses[name].to_numpy(dtype=float) for name in ("loss_m3", "loss_rate"))
    must = must_renovate(rate, pressure, quality, limit)
    pipes = assets.pipes
    at = index.rows(pipes["compound_id"])
    pipes, at = pipes[at >= 0], at[at >= 0]
    length = pipes["length_m"].to_numpy(dtype=float)
    is_renewed = must[at] == YES
    unassessed = pipes["class"].isna().to_numpy() & ~is_renewed
    done = is_renewed | (pipes["class"] == RENEW_NOW).to_numpy()
    riser = (pipes["function"] == RISER).to_numpy()
    # One pipe that nobody assessed leaves the works of its compound open.
    is_open = np.bincount(at, unassessed, minlength=count) > 0

    def summed(values: Array, chosen: Array) -> Array:
        return np.where(is_open, np.nan, np.bincount(at[chosen], values[chosen], minlength=count))

    rooms_due = _pump_rooms_due(index, assets.pump_rooms, period.last, settings)
    households = compounds["households"].to_numpy(dtype=float)
    km = np.bincount(at, length, minlength=count) / _METRES_A_KM
    frame = losses.drop(columns=["why", "bulk_meters", "users"]).assign(
        pressure=pd.Series(pressure, dtype=object),
        quality=pd.Series(quality, dtype=object),
        must_renovate=pd.Series(must, dtype=object),
        pipes_m=summed(length, done & ~riser),
        risers_m=summed(length, done & riser),
        pump_rooms_due=rooms_due,
        meters_due=_counted(index, assets.meters_due),
        cost_leakage=loss * DAYS_A_YEAR / period.days * settings.real("users.water_price"),
        cost_works=summed(pipe_costs(pipes, settings), done)
        + rooms_due * settings.real("users.pump_room_cost"),
        cost_meters=households * settings.real("users.household_meter_cost"),
        cost_repairs=_repairs(index, assets.failures, settings),
        cost_operation=km * settings.real("users.operation_km")
        + households * settings.real("users.operation_household"),
    )
    result: pd.DataFrame = frame.assign(cost=frame[list(COST_COLUMNS)].sum(axis=1, skipna=False))
    return result


def _counted(index: IdLookup, compounds: pd.Series) -> Array:
    """Return how many rows name each compound (C,)."""
    at = index.rows(compounds)
    return np.asarray(np.bincount(at[at >= 0], minlength=len(index)).astype(float))


def _pump_rooms_due(index: IdLookup, rooms: pd.DataFrame, last: datetime.date, settings: Settings) -> Array:
    """Return how many pump rooms of each compound are due; NaN where the year of one is not known."""
    at = index.rows(rooms["compound_id"])
    rooms, at = rooms[at >= 0], at[at >= 0]
    year = rooms["install_year"].to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        due = year <= last.year - settings.real("users.pump_room_years")
    undated = np.bincount(at[~np.isfinite(year)], minlength=len(index)) > 0
    return np.where(undated, np.nan, np.bincount(at[due], minlength=len(index)))


def _repairs(index: IdLookup, failures: pd.Series | None, settings: Settings) -> Array:
    """Return what repairs of each compound cost a year, money; NaN where no failure is on record at all."""
    if failures is None:
        return np.full(len(index), np.nan)
    years = settings.real("users.repair_years")
    return np.asarray(_counted(index, failures) / years * settings.real("users.repair_cost"))
