"""Customers counted in one way: which pipe supplies each, what each weighs, and what nobody recorded.

A customer is supplied by the pipe that it names. Where it names none that supplies water and is in use, it is
supplied by the nearest drinking water pipe in use within a setting. Where it drains is said by
`core.drainage.drained_customers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.end_coordinates import column, lines_of
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import OUT_OF_USE, systems
from waternet_plugin.core.shapes.packed_shapes import Shapes
from waternet_plugin.core.texts import listed, tr

# How the pipe or place of a customer is known; None where it is not.
BY_PIPE, BY_OUTLET, BY_COMPOUND, BY_PLACE = "pipe", "outlet", "compound", "place"
FOUND_BY = "found_by"
# The figure that says whether the network knows its customers.
RECORDED = "customers_recorded"
# What is counted of customers.
USER_COLUMNS = ("households", "persons", "critical", "demand_m3d", FOUND_BY)
_REACH = "network.customer_reach_m"
_CONNECTOR = "connector"
_TAPPED = "potable"


def reach_m(settings: Settings) -> float:
    """Return how far the nearest pipe of a customer may be, m."""
    return settings.real(_REACH)


def with_supply(
    customers: pd.DataFrame, pipes: pd.DataFrame, settings: Settings, *, lines: Shapes | None = None
) -> pd.DataFrame:
    """Return customers with ``pipe_id`` of the nearest pipe where they name none that supplies them.

    The column ``found_by`` says how it is known: BY_PIPE, BY_PLACE, None where it is not.

    Parameters
    ----------
    customers
        pipe_id and ``geom``; those that have the column already stay as they are.
    pipes
        pipe_id, system, status, function and ``geom``.
    settings
        How far the nearest pipe may be.
    lines
        The lines of the pipes where they are no column of the frame.
    """
    if FOUND_BY in customers:
        return customers
    if customers.empty:
        # Nobody to find a pipe for: the pipes need not be looked through.
        nothing = {name: pd.Series([], index=customers.index, dtype=object) for name in ("pipe_id", FOUND_BY)}
        named: pd.DataFrame = customers.assign(**nothing)
        return named
    names, ids = column(customers, "pipe_id"), column(pipes, "pipe_id")
    used = ~pd.Series(column(pipes, "status"), dtype=object).isin(OUT_OF_USE).to_numpy(dtype=bool)
    system = pd.Series(column(pipes, "system"), dtype=object)
    drains = system.isin(systems("drain")).to_numpy(dtype=bool)
    by_pipe = pd.Series(names, dtype=object).isin(set(ids[used & ~drains]) - {None}).to_numpy(dtype=bool)
    on_drain = pd.Series(names, dtype=object).isin(set(ids[used & drains]) - {None}).to_numpy(dtype=bool)
    tapped = used & (system == _TAPPED).to_numpy(dtype=bool) & (column(pipes, "function") != _CONNECTOR)
    searched = np.flatnonzero(~by_pipe & ~on_drain)
    lines = lines_of(pipes) if lines is None else lines
    near = nearest_lines(lines_of(customers)[searched], lines, np.flatnonzero(tapped), ids, settings)
    is_near = near >= 0
    supplied, how = names.copy(), np.full(len(names), None, dtype=object)
    supplied[searched[is_near]] = ids[near[is_near]]
    how[by_pipe] = BY_PIPE
    how[searched[is_near]] = BY_PLACE
    supplied_customers: pd.DataFrame = customers.assign(
        pipe_id=pd.Series(supplied, index=customers.index, dtype=object),
        **{FOUND_BY: pd.Series(how, index=customers.index, dtype=object)},
    )
    return supplied_customers


def nearest_lines(points: Array, lines: Shapes, rows: Array, ids: Array, settings: Settings) -> Array:
    """Return the row of the nearest line of each point, the first by id of equally near ones; -1 for none.

    Parameters
    ----------
    points
        Points, None for unknown ones.
    lines, ids
        Lines and their ids.
    rows
        Lines that may be meant.
    settings
        How far the nearest one may be.
    """
    nearest = np.full(len(points), -1, dtype=np.int64)
    searched = np.flatnonzero(~shapely.is_missing(points) & ~shapely.is_empty(points))
    if not len(searched):
        return nearest
    drawn = lines[rows]
    is_drawn = ~shapely.is_missing(drawn)
    rows, drawn = rows[is_drawn], drawn[is_drawn]
    if not len(rows):
        return nearest
    tree = shapely.STRtree(drawn)
    point, line = tree.query_nearest(points[searched], max_distance=max(reach_m(settings), 1e-9))
    order = np.lexsort((ids[rows[line]].astype(str), point))
    point, first = np.unique(point[order], return_index=True)
    nearest[searched[point]] = rows[line[order][first]]
    return nearest


def households_of(customers: pd.DataFrame, *, unknown: float = 1.0) -> Array:
    """Return the households of each customer, as many as ``unknown`` where nobody recorded them (U,)."""
    households = _numbers(customers, "households")
    return np.where(np.isnan(households), unknown, households)


def persons_of(customers: pd.DataFrame, per_household: float) -> Array:
    """Return the persons of each customer: those counted, else so many a household (U,)."""
    persons = _numbers(customers, "persons")
    return np.where(np.isnan(persons), households_of(customers) * per_household, persons)


def are_recorded(customers: pd.DataFrame) -> bool:
    """Return whether the pipe of any customer is known: without, nobody can say who loses water.

    Parameters
    ----------
    customers
        All customers of the network, as `with_supply` returns them.
    """
    return bool(customers[FOUND_BY if FOUND_BY in customers else "pipe_id"].notna().any())


@dataclass(frozen=True)
class UserCount:
    """Some customers counted; None where nobody recorded it.

    Parameters
    ----------
    customers
        Number of customers.
    households
        Their households, one where unknown.
    households_unknown
        Of how many the households are unknown.
    persons
        Their persons, as far as they are recorded; None where they are of none.
    critical
        How many are critical; None where none is known to be and of some it is not recorded.
    critical_unknown
        Of how many it is not recorded whether they are.
    demand_m3d
        What they draw, as far as it is known, m³/d; None where it is of none.
    by_place
        How many count by their place alone.
    """

    customers: int
    households: int
    households_unknown: int
    persons: int | None
    critical: int | None
    critical_unknown: int
    demand_m3d: float | None
    by_place: int

    def figures(self) -> dict[str, Any]:
        """Return the numbers by name, as results and reports have them."""
        return {
            "customers": self.customers,
            "households": self.households,
            "households_unknown": self.households_unknown,
            "persons": self.persons,
            "critical": self.critical,
            "critical_unknown": self.critical_unknown,
            "demand_m3d": self.demand_m3d,
            "customers_by_place": self.by_place,
        }

    @classmethod
    def of(cls, customers: pd.DataFrame) -> UserCount:
        """Count customers.

        Parameters
        ----------
        customers
            households, persons, critical, demand_m3d and found_by; missing columns count as unknown.
        """
        critical = column(customers, "critical")
        yes, no = int((critical == "yes").sum()), int((critical == "no").sum())
        unknown = len(customers) - yes - no
        persons, demand = _numbers(customers, "persons"), _numbers(customers, "demand_m3d")
        known, drawn = np.isfinite(persons), np.isfinite(demand)
        return cls(
            len(customers),
            round(float(households_of(customers).sum())),
            int(np.isnan(_numbers(customers, "households")).sum()),
            round(float(persons[known].sum())) if known.any() or not len(customers) else None,
            None if unknown and not yes else yes,
            unknown,
            float(demand[drawn].sum()) if drawn.any() or not len(customers) else None,
            int((column(customers, FOUND_BY) == BY_PLACE).sum()),
        )


def _numbers(customers: pd.DataFrame, name: str) -> Array:
    if name not in customers:
        return np.full(len(customers), np.nan)
    return np.asarray(customers[name].to_numpy(dtype=float))


def place_note(by_place: int, settings: Settings) -> str:
    """Say how many customers count by their place; '' for none."""
    if not by_place:
        return ""
    text = tr(
        "%n customer(s) name no pipe in use: each counts at the nearest one within {reach} m.", "", by_place
    )
    return text.format(reach=f"{reach_m(settings):g}")


def users_text(count: UserCount | None) -> str:
    """Say who some customers are: number, households, critical ones; of None that nobody recorded any."""
    if count is None:
        return tr("customers not recorded")
    parts = [tr("%n customer(s)", "", count.customers), tr("%n household(s)", "", count.households)]
    if count.critical is None:
        parts.append(tr("critical ones not recorded"))
    elif count.critical:
        parts.append(tr("%n critical", "", count.critical))
    return listed(parts)
