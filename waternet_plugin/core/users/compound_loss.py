"""Bulk meters of compounds against what their customers took: loss, rate and coverage of a period."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.id_lookup import IdLookup
from waternet_plugin.core.schema.use import in_use
from waternet_plugin.core.users.customer_volumes import Consumption

# Why the loss of a compound is not told.
NO_BULK_METER, NO_USERS, NO_SUPPLY, LOW_COVERAGE = "no_bulk_meter", "no_users", "no_supply", "low_coverage"
METER_KINDS = ("meter", "flow_meter")
BULK_COLUMNS = ("node_id", "kind", "compound_id", "meter_parent", "status", "meter_state")


def is_bulk(nodes: pd.DataFrame, customer_meters: set[str]) -> Array:
    """Return which nodes are bulk meters of a compound (N,).

    Meters and flow meters of a compound below no other meter, which have meters below them or are no
    customer's meter.

    Parameters
    ----------
    nodes
        BULK_COLUMNS.
    customer_meters
        Meters that customers name.
    """

    def named(column: str) -> Array:
        return np.asarray((nodes[column].notna() & (nodes[column] != "")).to_numpy())

    parents = set(nodes.loc[named("meter_parent"), "meter_parent"])
    ids = nodes["node_id"]
    above = ids.isin(parents) | ~ids.isin(customer_meters)
    counts = nodes["kind"].isin(METER_KINDS) & above
    return np.asarray(counts.to_numpy() & named("compound_id") & ~named("meter_parent"))


def in_place(nodes: pd.DataFrame) -> Array:
    """Return which bulk meters are in their place (M,): in use, neither in stock nor scrapped.

    Parameters
    ----------
    nodes
        BULK_COLUMNS of the bulk meters (M,).
    """
    state = nodes["meter_state"]
    placed = nodes["status"].isin(in_use()) & (state.isna() | ~state.isin(("stock", "scrapped")))
    return np.asarray(placed.to_numpy())


def compound_losses(
    compounds: Array,
    bulk_compound: Array,
    bulk: Consumption,
    placed: Array,
    customer_compound: Array,
    taken: Consumption,
    *,
    enough: float,
) -> pd.DataFrame:
    """Return supply, sale and loss of each compound in a period.

    Parameters
    ----------
    compounds
        Ids, objects (C,).
    bulk_compound, customer_compound
        Compound of each bulk meter and customer, None for none, objects (M,), (U,).
    bulk, taken
        What bulk meters measured and customers took.
    placed
        Which bulk meters are in their place (M,). One that was taken out counts by what it measured before:
        its days are those that its successor lacks.
    enough
        Coverage from which the loss is told.

    Returns
    -------
    pandas.DataFrame
        compound_id, supply_m3, sold_m3, loss_m3, loss_rate (0-1), coverage (0-1, the lesser of the means of
        bulk meters and of customers), why (code of what keeps the loss from being told, None where it is),
        bulk_meters (those that are left out not counted), users; in the order of ``compounds``.
    """
    lookup, count = IdLookup(compounds), len(compounds)
    sums = {}
    every = np.ones(len(customer_compound), dtype=bool)
    for name, area, one, stays in (
        ("bulk", bulk_compound, bulk, placed), ("sold", customer_compound, taken, every),
    ):  # fmt: skip
        at = lookup.rows(area)
        # A meter that was taken out before the period is silent in it for a reason.
        inside = (at >= 0) & (stays | (one.coverage > 0))
        at, m3, coverage, stays = at[inside], one.m3[inside], one.coverage[inside], stays[inside]
        size, staying = np.bincount(at, minlength=count), np.bincount(at[stays], minlength=count)
        known = np.isfinite(m3)
        some = np.bincount(at[known], minlength=count) > 0
        volume = np.where(some, np.bincount(at[known], m3[known], minlength=count), np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            whole = np.bincount(at, coverage, minlength=count) / np.where(staying > 0, staying, size)
            mean = np.minimum(whole, 1.0)
        sums[name] = (size, volume, mean)
    (meters, supply, of_bulk), (users, sold, of_users) = sums["bulk"], sums["sold"]
    coverage = np.nan_to_num(np.fmin(np.nan_to_num(of_bulk), np.nan_to_num(of_users)))
    why = np.select(
        [meters == 0, users == 0, ~np.isfinite(supply) | ~(supply > 0), coverage < enough],
        [NO_BULK_METER, NO_USERS, NO_SUPPLY, LOW_COVERAGE],
        default="",
    )
    is_known = why == ""
    loss = np.where(is_known, supply - sold, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(is_known, loss / supply, np.nan)
    frame: pd.DataFrame = pd.DataFrame(
        {
            "compound_id": pd.Series(compounds, dtype=object),
            "supply_m3": supply,
            "sold_m3": sold,
            "loss_m3": loss,
            "loss_rate": rate,
            "coverage": coverage,
            "why": pd.Series([str(one) or None for one in why], dtype=object),
            "bulk_meters": meters,
            "users": users,
        }
    )
    return frame
