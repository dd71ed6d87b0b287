"""The best prices of all that is scarce in the open part of a plan, by its linear program.

In the linear program packages may be split over years. Its dual values are the prices that give the lowest
bound (Geoffrion 1974, Lagrangean relaxation for integer programming). HiGHS holds the interpreter's lock
while it solves, so only small programs are asked: the largest takes some hundredths of a second.
"""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.renewal.solving.core import Core
from waternet_plugin.core.renewal.solving.core_prices import Prices

# Years that all packages together may take: more of them are too slow.
MOST_OPTIONS = 6000


class _Rows:
    """Limits under way: each adds rows to one sparse matrix and is found again by its place."""

    def __init__(self) -> None:
        self._parts: list[tuple[Array, Array, Array]] = []
        self._limits: list[Array] = []
        self._used = 0

    def add(self, row: Array, column: Array, value: Array, limit: Array) -> slice:
        """Add rows 0, 1, ... of a limit; return where they are."""
        self._parts.append((self._used + row, column, np.broadcast_to(value, len(row))))
        self._limits.append(np.asarray(limit, dtype=float))
        rows = slice(self._used, self._used + len(limit))
        self._used = rows.stop
        return rows

    def solved(self, gain: Array) -> Array | None:
        """Return the dual value of each row where ``gain`` is the most possible; None where none is found."""
        from scipy.optimize import linprog
        from scipy.sparse import coo_matrix

        row, column, value = (np.concatenate(parts) for parts in zip(*self._parts))
        # HiGHS works with numbers around 1.
        size = max(float(np.abs(gain).max(initial=0.0)), 1e-12)
        answer = linprog(
            -gain / size,
            A_ub=coo_matrix((value, (row, column)), shape=(self._used, len(gain))).tocsr(),
            b_ub=np.concatenate(self._limits),
            bounds=(0, None),
            method="highs-ds",
        )
        return np.maximum(-answer.ineqlin.marginals, 0.0) * size if answer.status == 0 else None


def exact_prices(core: Core) -> Prices | None:
    """Return the prices that give the lowest bound; None where the program is too large or has no answer."""
    package, year = np.nonzero(np.isfinite(core.gain))
    options, years = np.arange(len(package)), len(core.left)
    if not 0 < len(package) <= MOST_OPTIONS:
        return None
    rows = _Rows()
    ones = np.ones(len(package))
    rows.add(package, options, ones, np.ones(len(core.rows)))
    scale = np.maximum(core.left, 1).astype(float)
    cents = rows.add(year, options, core.cost[package, year] / scale[year], np.ones(years))
    capped = np.flatnonzero(core.group[package] >= 0) if len(core.room) else options[:0]
    full = rows.add(
        core.group[package[capped]] * years + year[capped], capped, ones[capped], core.room.ravel()
    )
    number = np.full(core.gain.shape, -1)
    number[package, year] = options
    both = number[core.apart].transpose(0, 2, 1).reshape(-1, 2)
    pair, side = np.nonzero(both >= 0)
    apart = rows.add(pair, both[pair, side], np.ones(len(pair)), np.ones(len(both)))
    slack = years if core.penalty else 0
    # Length of the year and what it lacks are at least the wish; lacking costs the penalty.
    lacks = np.arange(slack)
    short = rows.add(
        np.concatenate([year if slack else year[:0], lacks]),
        np.concatenate([options if slack else options[:0], len(package) + lacks]),
        -np.concatenate([core.length_m[package] if slack else ones[:0], np.ones(slack)]),
        -core.lacking_m[:slack],
    )
    worth = rows.solved(np.concatenate([core.gain[package, year], np.full(slack, -core.penalty)]))
    if worth is None:
        return None
    return Prices(
        worth[cents] / scale,
        np.minimum(worth[short], core.penalty) if slack else np.zeros(years),
        worth[full].reshape(core.room.shape),
        worth[apart].reshape(len(core.apart), years),
    )
