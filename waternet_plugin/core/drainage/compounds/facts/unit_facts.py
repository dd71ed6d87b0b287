"""What lies in each compound and each grid: one map of users, drains, tanks and exits as tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.facts.belonging import Belonging
from waternet_plugin.core.drainage.compounds.facts.outlets import ExitNodes, exit_nodes, outfall_sources
from waternet_plugin.core.drainage.compounds.facts.pipe_stretches import SYSTEM_COLUMNS, pipe_stretches
from waternet_plugin.core.drainage.compounds.facts.unplaced import unplaced_assets
from waternet_plugin.core.drainage.compounds.unsettled_misconnections import UnsettledMisconnections
from waternet_plugin.core.frames import PlainFrames, made_of
from waternet_plugin.core.network.analysis.permits import has_ended, has_permit
from waternet_plugin.core.network.analysis.surrounding_areas import first_area
from waternet_plugin.core.network.model.customers import persons_of
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN

COMPOUND, GRID = "compound", "grid"
# Columns of kinds of nodes, and which kind each counts.
_KINDS = {
    "manholes": "manhole",
    "inlets": "inlet",
    "septic_tanks": "septic_tank",
    "grease_traps": "grease_trap",
    "sediment_tanks": "sediment_tank",
}
COLUMNS = (
    "unit", "compound_id", "grid_id", "users", "permits", "persons", *SYSTEM_COLUMNS.values(), *_KINDS,
    "tank_volume_m3", "exits", "outfalls", "misconnections", "overdue", "buildings",
)  # fmt: skip
EXIT_COLUMNS = ("compound_id", "node_id", "system", "to_node")


@dataclass(frozen=True)
class KnownFindings:
    """What others have found, by which facts count; None where it was not looked for.

    Parameters
    ----------
    misconnections
        Those that are not settled, by rows of `Belonging.drains`.
    overdue
        Tanks that are overdue.
    """

    misconnections: UnsettledMisconnections | None = None
    overdue: tuple[str, ...] | None = None


@dataclass(frozen=True)
class CompoundFacts(PlainFrames):
    """What lies in compounds and grids; units, exits and what is left have their place in ``geom``.

    Parameters
    ----------
    units
        COLUMNS, compounds first, by id.
    lengths
        compound_id, system, owner (None for unknown), length_m.
    exits
        EXIT_COLUMNS: where drains leave a compound, a row a system, and the municipal node they reach.
    outfalls
        Outfalls in use with their risk, as `outfall_sources.outfall_sources` has them.
    left
        table, asset, state (none, two, other), unit, named, lies_in (the first by id of several).
    filled
        By table the rows that name no area and lie in one, with its id.
    shared_unnamed
        Assets in several compounds that name none: they count in the first by id and are not filled.
    split_compounds
        Compounds whose ground lies in several grids: they count in the one with most of it.
    lengths_unknown
        Pipes in use without line and length.
    volumes_unknown
        Tanks in use, in compounds or grids, of unknown volume.
    """

    units: pd.DataFrame
    lengths: pd.DataFrame
    exits: pd.DataFrame
    outfalls: pd.DataFrame
    left: pd.DataFrame
    filled: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    shared_unnamed: int = 0
    split_compounds: int = 0
    lengths_unknown: int = 0
    volumes_unknown: int = 0


def compound_facts(
    town: Belonging, *, known: KnownFindings | None = None, buildings: Array | None = None
) -> CompoundFacts:
    """Return what lies in each compound and each grid.

    An asset belongs to the compound that it names, else to that around it; to the grid of that compound, else
    to the grid around it. Pipes count where they lie, cut at the boundaries. Only permits in force on the
    day of the town count.

    Parameters
    ----------
    known
        Misconnections and overdue tanks; None where neither was looked for.
    buildings
        Polygons of buildings, None where there is no such layer: unknown.
    """
    known = KnownFindings() if known is None else known
    settings = town.settings
    stretches = pipe_stretches(town)
    nodes, customers = town.rows["node"], town.rows["customer"]
    in_use = town.live("node")
    columns: dict[str, Any] = {
        "users": town.sums("customer"),
        "permits": town.sums("customer", has_permit(customers) & ~has_ended(customers, town.as_of)),
        "persons": town.sums(
            "customer", persons_of(customers.frame, settings.real("drainage.persons_per_household"))
        ),
        **stretches.metres,
    }
    for name, kind in _KINDS.items():
        columns[name] = town.sums("node", in_use & nodes.among("kind", (kind,)))
    tanks = in_use & nodes.among("kind", settings.words("drainage.tanks"))
    volume_m3 = nodes.number("tank_volume_m3")
    # A volume of 0 is none.
    has_volume = tanks & (volume_m3 > 0)
    sums, measured = town.sums("node", np.where(has_volume, volume_m3, 0)), town.sums("node", has_volume)
    # Where there are tanks and no volume is known the sum is unknown.
    columns["tank_volume_m3"] = np.where((town.sums("node", tanks) > 0) & (measured == 0), np.nan, sums)
    exits = exit_nodes(town.drains)
    columns["exits"] = _exit_counts(town, exits)
    columns["outfalls"] = town.sums("node", in_use & nodes.among("kind", ("outfall",)))
    columns["misconnections"] = _misconnections(town, known.misconnections)
    columns["overdue"] = _overdue(town, known.overdue)
    columns["buildings"] = _buildings(town, buildings)
    unplaced = unplaced_assets(town)
    return CompoundFacts(
        _units(town, columns),
        stretches.frame,
        _exit_rows(town, exits),
        outfall_sources(town, exits),
        unplaced.frame,
        _filled(town),
        unplaced.shared_unnamed,
        unplaced.split_compounds,
        stretches.unknown,
        int((tanks & ~has_volume & town.is_member("node")).sum()),
    )


def _exit_counts(town: Belonging, exits: ExitNodes) -> Array:
    """Return how many places of exit each unit has, whatever the systems."""
    places = np.unique(np.column_stack([exits.compound, exits.vertex]), axis=0)
    return town.by_unit(places[:, 0], town.grid_of_compound[places[:, 0]])


def _exit_rows(town: Belonging, exits: ExitNodes) -> pd.DataFrame:
    subject = town.drains
    ids = np.append(subject.connected.graph.node_id, np.array([None], dtype=object))
    frame = made_of(
        {
            "compound_id": town.compounds.ids[exits.compound],
            "node_id": ids[exits.vertex],
            "system": exits.system,
            "to_node": ids[exits.municipal],
        },
        EXIT_COLUMNS,
    )
    xy = subject.vertex_xy[exits.vertex]
    frame[GEOMETRY_COLUMN] = shapely.points(xy)
    # Joints without a node are told apart by their place.
    keys = (frame[name].to_numpy(object).astype(str) for name in ("system", "node_id", "compound_id"))
    order = np.lexsort((xy[:, 1], xy[:, 0], *keys))
    rows: pd.DataFrame = frame.iloc[order].reset_index(drop=True)
    return rows


def _misconnections(town: Belonging, found: UnsettledMisconnections | None) -> Array:
    if found is None:
        return np.full(town.count, np.nan)
    in_town = town.rows["pipe"].row_of(town.drains.pipes.ids)
    outside = np.append(town.grid["pipe"][in_town], -1)[found.pipe]
    return town.by_unit(found.compound, town.grid_where(found.compound, outside))


def _overdue(town: Belonging, tanks: tuple[str, ...] | None) -> Array:
    if tanks is None:
        return np.full(town.count, np.nan)
    is_overdue = np.zeros(len(town.rows["node"]), dtype=bool)
    row = town.rows["node"].row_of(np.array(tanks, dtype=object))
    is_overdue[row[row >= 0]] = True
    return town.sums("node", is_overdue)


def _buildings(town: Belonging, shapes: Array | None) -> Array:
    """Return how many buildings each unit has; a building lies where a point inside it lies."""
    if shapes is None:
        return np.full(town.count, np.nan)
    drawn = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
    xy = shapely.get_coordinates(shapely.point_on_surface(drawn))
    compound = first_area(xy, town.compounds.geometry, town.compounds.ids)
    grid = first_area(xy, town.grids.geometry, town.grids.ids)
    return town.by_unit(compound, town.grid_where(compound, grid))


def _units(town: Belonging, columns: Mapping[str, Array]) -> pd.DataFrame:
    areas, grids = town.compounds, town.grids
    many, more = len(areas), len(grids)
    frame = made_of(
        {
            "unit": np.repeat(np.array([COMPOUND, GRID], dtype=object), (many, more)),
            "compound_id": np.concatenate([areas.ids, np.full(more, None, dtype=object)]),
            "grid_id": np.concatenate([town.grid_id_of_compound, grids.ids]),
            **columns,
        },
        COLUMNS,
    )
    frame[GEOMETRY_COLUMN] = np.concatenate([areas.geometry, grids.geometry])
    ids = np.concatenate([areas.ids, grids.ids]).astype(str)
    order = np.lexsort((ids, np.arange(many + more) >= many))
    result: pd.DataFrame = frame.iloc[order].reset_index(drop=True)
    return result


def _filled(town: Belonging) -> dict[str, pd.DataFrame]:
    """Return the rows that get the id of the area around them, those with any, by table."""
    filled = {}
    for table, rows in town.rows.items():
        located = town.located[table]
        chosen = np.flatnonzero(located.unassigned)
        columns = {
            rows.table.id_field: rows.ids[chosen],
            "compound_id": town.compounds.ids[located.inside[chosen]],
        }
        filled[table] = made_of(columns)
    areas = town.compounds
    free = np.flatnonzero((areas.text("grid_id") == None) & (town.grid_of_compound >= 0))  # noqa: E711
    filled["compound"] = made_of({"compound_id": areas.ids[free], "grid_id": town.grid_id_of_compound[free]})
    return {table: frame for table, frame in filled.items() if len(frame)}
