"""Where a network lies, for files of which that decides between several readings."""

from __future__ import annotations

import pandas as pd
import shapely

from waternet_plugin.core.places.deciding.decision_facts import NetworkFacts
from waternet_plugin.core.places.network_facts import OtherPlaces, place_facts
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.schema.tables import table as table_of
from waternet_plugin.core.schema.use import TAKEN_OUT
from waternet_plugin.store.network import Network

# Tables beside nodes and pipes that say where the network lies.
_PLACED = ("customer", "zone", "compound")


def network_places(network: Network) -> NetworkFacts:
    """Return where a network lies."""
    other = read_other_places(network)
    nodes = network.read("node", ["node_id", "status", "ground_m"])
    pipes = network.read("pipe", ["pipe_id", "status"])
    there = with_shape(nodes[~nodes["status"].isin(TAKEN_OUT)].reset_index(drop=True))
    planned = pipes["status"] == "planned"
    return place_facts(
        other, there, pipes[~planned].reset_index(drop=True), pipes[planned].reset_index(drop=True)
    )


def read_other_places(network: Network) -> OtherPlaces:
    """Read users, areas and transform sets; each frame of places has its ids first."""
    placed = tuple(network.read(name, [table_of(name).id_field]) for name in _PLACED)
    datum = network.settings().text("printing.height_datum")
    return OtherPlaces(network.crs, placed, network.read("transform_set"), datum)


def with_shape(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have a geometry: other programs may leave some without."""
    shapes = rows[GEOMETRY_COLUMN].to_numpy(object)
    lacking = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    return rows[~lacking].reset_index(drop=True) if lacking.any() else rows


def places_of_nodes(nodes: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return x, y of the nodes that have a place, by their ids."""
    placed = with_shape(nodes[["node_id", GEOMETRY_COLUMN]])
    return {str(name): (shape.x, shape.y) for name, shape in zip(placed["node_id"], placed[GEOMETRY_COLUMN])}
