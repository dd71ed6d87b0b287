"""What happened after a cut-off, on the pipes that were in service then."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.evaluation.capture import MIN_LENGTH_M
from waternet_plugin.core.health.rates.cutoff_snapshot import CutoffSnapshot, Events
from waternet_plugin.core.units import YEAR_DAYS


@dataclass(frozen=True)
class HoldoutPeriod:
    """The pipes that a ranking is judged on, and their failures up to a day.

    ``rows`` are the pipes of the origin that count, ``failures`` how often each failed, ``never_broken``
    which had no failure on record before. ``matched`` failures lie on them, ``everything`` are all of
    those years, with the ones on no such pipe.
    """

    until: datetime.date
    years: float
    rows: Array
    length_m: Array
    failures: Array
    never_broken: Array
    matched: int
    everything: int


def trial_of(origin: CutoffSnapshot, events: Events, until: datetime.date) -> HoldoutPeriod:
    """Return what happened after an origin, up to a day.

    Parameters
    ----------
    origin
        The cut-off and the pipes then.
    events
        Failures of all years that count.
    until
        The last day.
    """
    size = len(origin.rows)
    rows = np.flatnonzero(origin.rated & (origin.length_m >= MIN_LENGTH_M))

    def on_pipes(chosen: Array) -> Array:
        pipe = origin.row_of[events.pipe[chosen & (events.pipe >= 0)]]
        return np.bincount(pipe[pipe >= 0], minlength=size)[rows]

    later = events.after(origin.cutoff, until)
    failures = on_pipes(later).astype(float)
    earlier = on_pipes(events.day <= np.datetime64(origin.cutoff, "D"))
    return HoldoutPeriod(
        until=until,
        years=max((until - origin.cutoff).days, 0) / YEAR_DAYS,
        rows=rows,
        length_m=origin.length_m[rows],
        failures=failures,
        never_broken=earlier == 0,
        matched=int(failures.sum()),
        everything=int(later.sum()),
    )
