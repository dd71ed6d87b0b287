"""The list of duties: its columns, made in one way by each kind of duty."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.duties.done_work import NEVER
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.units import YEAR_DAYS

# What is to be done, by the types of work items.
CLEAN, INSPECT, FLUSH, PERMIT, SERVICE = "clean", "inspect", "flush", "permit", "service"
PIPE, NODE, CUSTOMER = "pipe", "node", "customer"
# Why it is to be done; those of tanks have their own.
INTERVAL, DEPOSIT, HEAVY_TWICE, STORM, RATE = "interval", "deposit", "heavy_twice", "storm", "rate"
NO_PERMIT, PERMIT_ENDS = "no_permit", "permit_ends"
DAYS_A_MONTH = YEAR_DAYS / 12


# The columns that most kinds of duties leave as they are, with their types.
_FURTHER: dict[str, tuple[Any, Any]] = {
    "interval_d": (np.nan, float),
    "last_on": (NEVER, "datetime64[D]"),
    "length_m": (0.0, float),
    "is_cover": (False, bool),
    "is_storm": (False, bool),
    "notice_d": (0, int),
    "is_listed": (True, bool),
}


def duty_rows(
    duty: str, table: str, assets: Array, due_on: Array, basis: Any, *, hours: Any, **further: Any
) -> pd.DataFrame:
    """Return duties of one kind, a row each.

    Parameters
    ----------
    duty
        Type of the work item.
    table
        The table of the assets.
    assets
        Their ids.
    due_on
        When each is due (datetime64[D]), NaT for unknown.
    basis
        What that rests on, a code.
    hours
        Work at each, h.
    further
        ``interval_d``, days from one time to the next, NaN for work that is done once; ``last_on``, when it
        was done last, NaT for never or unknown; ``length_m`` of drains that are cleaned; ``is_cover``,
        whether it counts among the manholes and inlets cleaned or inspected; ``is_storm``, whether it is such
        a cover around a ponding place; ``notice_d``, days before ``due_on`` from which it is to be done;
        ``is_listed``, whether it is listed where nobody knows when it is due.
    """
    unknown = set(further) - set(_FURTHER)
    if unknown:
        raise KeyError(unknown)
    columns = {
        "duty": (duty, object),
        "table": (table, object),
        "asset": (assets, object),
        "due_on": (due_on, "datetime64[D]"),
        "basis": (basis, object),
        "hours": (hours, float),
        **{name: (further.get(name, usual), kind) for name, (usual, kind) in _FURTHER.items()},
    }
    return made_of({name: _filled(column, len(assets), kind) for name, (column, kind) in columns.items()})


def _filled(column: Any, size: int, kind: Any) -> Array:
    made = np.full(size, column, dtype=kind) if np.ndim(column) == 0 else np.asarray(column, dtype=kind)
    # pandas keeps days in nanoseconds.
    return made.astype("datetime64[ns]") if np.issubdtype(made.dtype, np.datetime64) else made


def after(last_on: Array, interval_d: Any) -> Array:
    """Return the day that lies an interval after another, rounded down; NaT after NaT or without interval."""
    days = np.broadcast_to(np.asarray(interval_d, dtype=float), np.shape(last_on))
    whole = np.where(np.isfinite(days), days, 0).astype(np.int64)
    return np.where(np.isfinite(days), last_on.astype("datetime64[D]") + whole, NEVER)
