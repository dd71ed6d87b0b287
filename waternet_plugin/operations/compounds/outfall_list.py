"""Outfalls by their risk, and of one what drains to it: compounds, users and drains, for the map."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.facts.outlets import (
    HIGH,
    SEPARATOR,
    exit_nodes,
    outfall_sources,
    upstream_of,
)
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import records
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.core.texts import tr, with_name
from waternet_plugin.operations.compounds.gather_facts import read_town
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class OutfallTrace:
    """What drains to an outfall; shapes as WKB in the network's coordinates.

    Parameters
    ----------
    compounds
        Ids with names, in the order of the ids.
    users
        How many.
    length_m
        Of the drains that lead there.
    drains
        Their lines together, None for none.
    grounds
        Polygons of the compounds.
    places
        x and y of the users that have a place.
    at
        Where the outfall is, None where that is not known.
    bounds
        Of all that shows, None for nothing: min x, min y, max x, max y.
    """

    node_id: str
    compounds: tuple[str, ...]
    users: int
    length_m: float
    drains: Optional[bytes]
    grounds: tuple[bytes, ...]
    places: tuple[tuple[float, float], ...]
    at: Optional[tuple[float, float]]
    bounds: Optional[tuple[float, float, float, float]]


def outfall_list(network: Network, progress: Progress = SILENT) -> tuple[dict[str, Any], ...]:
    """Return the outfalls in use, the riskiest first.

    A row has node_id, risk and type in words, is_high, compounds (how many) and users; these are None of
    outfalls that are not of high risk, for they are not followed before they are asked for.
    """
    town = read_town(network, datetime.date.today(), progress.part(0.0, 0.7))
    risks, types = domain("outfall_risk"), domain("outfall_type")
    rows = []
    for row in records(outfall_sources(town, exit_nodes(town.drains))):
        names = row["compounds"]
        rows.append(
            {
                "node_id": row["node_id"],
                "is_high": row["outfall_risk"] == HIGH,
                "risk": risks[row["outfall_risk"]].label if row["outfall_risk"] in risks else None,
                "type": types[row["outfall_type"]].label if row["outfall_type"] in types else None,
                "compounds": None if names is None else len([one for one in names.split(SEPARATOR) if one]),
                "users": None if row["users"] is None or row["users"] != row["users"] else int(row["users"]),
            }
        )
    return tuple(rows)


def trace_outfall(network: Network, node_id: str, progress: Progress = SILENT) -> OutfallTrace:
    """Return what drains to an outfall.

    Raises
    ------
    InputError
        When there is no such node.
    """
    town = read_town(network, datetime.date.today(), progress.part(0.0, 0.7))
    nodes, compounds, users = town.rows["node"], town.compounds, town.rows["customer"]
    row = int(nodes.row_of(np.array([node_id], dtype=object))[0])
    if row < 0:
        raise InputError(tr("There is no outfall {node} in this network.").format(node=node_id))
    upstream = upstream_of(town, exit_nodes(town.drains), row)
    lines = _known_shapes(town.drains.pipes.geometry[upstream.drains])
    grounds = _known_shapes(compounds.geometry[upstream.compounds])
    points = _known_shapes(users.geometry[upstream.users])
    outfall = _known_shapes(nodes.geometry[[row]])
    shapes = np.concatenate([lines, grounds, points, outfall])
    names = zip(compounds.ids[upstream.compounds], compounds.text("name")[upstream.compounds])
    together = shapely.multilinestrings(shapely.get_parts(shapely.force_2d(lines))) if len(lines) else None
    west, south, east, north = shapely.total_bounds(shapes).tolist() if len(shapes) else (0.0,) * 4
    return OutfallTrace(
        node_id,
        tuple(with_name(name, label) for name, label in sorted(names, key=lambda pair: str(pair[0]))),
        len(upstream.users),
        float(shapely.length(lines).sum()),
        None if together is None else to_wkb(together),
        tuple(to_wkb(shapely.force_2d(ground)) for ground in grounds),
        tuple((point.x, point.y) for point in points),
        (outfall[0].x, outfall[0].y) if len(outfall) else None,
        (west, south, east, north) if len(shapes) else None,
    )


def _known_shapes(shapes: Array) -> Array:
    """Return the shapes that are there."""
    return shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
