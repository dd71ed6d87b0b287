"""Permits for discharge into drains: which users need one, and which have one."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.schema.settings import Settings

# Who needs none, whatever the trade says.
RESIDENTS = ("domestic",)


def needs_permit(customers: TableRows, settings: Settings) -> Array:
    """Return which users need a permit: those of some trades (a setting), residents never."""
    trades = settings.words("drainage.permit_trades")
    return np.asarray(customers.among("trade", trades) & ~customers.among("kind", RESIDENTS))


def has_permit(customers: TableRows) -> Array:
    """Return of which users a permit is recorded, by its number or by its end, in force or not."""
    numbered = pd.Series(customers.text("permit_no"), dtype=object).str.strip().fillna("").to_numpy() != ""
    return np.asarray(numbered | ~np.isnat(customers.date("permit_until")))


def has_ended(customers: TableRows, as_of: datetime.date) -> Array:
    """Return of which users the permit ended before a day; one without an end holds."""
    until = customers.date("permit_until")
    return np.asarray(~np.isnat(until) & (until < np.datetime64(as_of, "D")))
