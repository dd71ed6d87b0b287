"""Start and end of adopted lines belong to the ids of their nodes: a line drawn against them is turned.

Where the nodes lie is known from the network, or else from the file: what several lines name by one id lies
where they meet, and an id that a single line names at the end that is left.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.adoption.adopted_assets import AdoptedAssets
from waternet_plugin.core.exchange.mapping.filled_fields import Filled
from waternet_plugin.core.network.model.opposite_ends import lie_opposite, nearer_ends
from waternet_plugin.core.network.model.row_groups import labels
from waternet_plugin.core.schema.flow import INFERRED, turned_to_nodes
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr

# Where nodes lie: asked for some ids, a row for each that is known, with the id as index and x and y, m.
NodePlaces = Callable[[Sequence[str]], pd.DataFrame]

ENDS = ("from_node", "to_node")
# What more lines name is no node but a word for one that nobody knows.
_MOST_LINES = 20


@dataclass(frozen=True)
class Turning:
    """Which source rows were turned, and which lie along the ids of both their ends, after that."""

    turned: Array = field(default_factory=lambda: np.zeros(0, dtype=bool))
    confirmed: Array = field(default_factory=lambda: np.zeros(0, dtype=bool))

    @property
    def count(self) -> int:
        """How many source rows were turned."""
        return int(self.turned.sum())


def no_places(_names: Sequence[str]) -> pd.DataFrame:
    """Return no places: nothing is known of any node."""
    places: pd.DataFrame = pd.DataFrame({"x": [], "y": []}, dtype=float, index=pd.Index([], dtype=object))
    return places


def turn_lines(assets: AdoptedAssets, filled: Filled, places_of: NodePlaces, tolerance_m: float) -> Turning:
    """Turn the lines that are drawn against the ids of their ends; fields stay as they are.

    Parameters
    ----------
    assets
        The pipes; their geometry is changed.
    filled
        The fields by source row.
    places_of
        Where the nodes of the network lie.
    tolerance_m
        Within which ends are one.
    """
    many = len(next(iter(filled.columns.values()), ()))
    nothing = np.zeros(many, dtype=bool)
    if any(name not in filled.columns for name in ENDS) or not len(assets.origin):
        return Turning(nothing, nothing)
    first = np.flatnonzero(assets.part <= 1)
    last = np.flatnonzero((assets.part == 0) | assets.last)
    origin = assets.origin[first]
    ids = np.column_stack([filled.columns[name][origin] for name in ENDS])
    ends = line_ends(assets.geometry[first], assets.geometry[last])
    places = _places(ids, ends, places_of, tolerance_m)
    against, along = lie_opposite(ends, places), lie_opposite(ends[:, ::-1], places)
    single = against & (first == last)
    assets.geometry[first[single]] = shapely.reverse(assets.geometry[first[single]])
    for row in np.flatnonzero(against & (first != last)):
        parts = slice(first[row], last[row] + 1)
        assets.geometry[parts] = shapely.reverse(assets.geometry[parts][::-1])
    was_turned, confirmed = nothing.copy(), nothing.copy()
    was_turned[origin[against]] = True
    confirmed[origin[against | along]] = True
    return Turning(was_turned, confirmed)


def turning_notes(count: int) -> list[str]:
    """Return what to say of lines that were turned."""
    if not count:
        return []
    text = tr(
        "%n line(s) were drawn against the ids of start and end and were turned; levels and depths stay with "
        "the ids.",
        "",
        count,
    )
    return [text]


def turned_pipes(pipes: pd.DataFrame, places_of: NodePlaces) -> pd.DataFrame:
    """Return the pipes of a network that lie against the nodes they name, as they are when turned.

    Parameters
    ----------
    pipes
        pipe_id, from_node, to_node, flow, flow_source, flow_confidence and geometry.
    places_of
        Where the nodes lie.
    """
    shapes = np.array(pipes[GEOMETRY_COLUMN].to_numpy(), dtype=object)
    drawn = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    ids = pipes[list(ENDS)].to_numpy(dtype=object, na_value=None)[drawn]
    places = node_xy(ids, places_of)
    against = drawn[lie_opposite(line_ends(shapes[drawn], shapes[drawn]), places)]
    rows: pd.DataFrame = pipes.iloc[against].drop(columns=list(ENDS)).reset_index(drop=True)
    rows[GEOMETRY_COLUMN] = shapely.reverse(shapes[against])
    emptied = (rows["flow_source"] == INFERRED).to_numpy()
    flow = [turned_to_nodes(flow, source) for flow, source in zip(rows["flow"], rows["flow_source"])]
    rows["flow"] = np.array(flow, dtype=object)
    for name in ("flow_source", "flow_confidence"):
        rows[name] = rows[name].where(~emptied, None)
    return rows


def line_ends(first: Array, last: Array) -> Array:
    """Return where lines begin and others end, (lines, 2, 2)."""
    points = shapely.get_point(first, 0), shapely.get_point(last, -1)
    return np.stack([shapely.get_coordinates(point) for point in points], axis=1)


def node_xy(ids: Array, places_of: NodePlaces) -> Array:
    """Return where nodes of the network lie, (lines, 2, 2), NaN for those that are not there."""
    flat = pd.Series(ids.ravel(), dtype=object)
    known = places_of(flat.dropna().unique().tolist())
    xy = known[["x", "y"]].reindex(flat.to_numpy()).to_numpy(dtype=float).copy()
    return np.asarray(xy.reshape(len(ids), 2, 2))


def _places(ids: Array, ends: Array, places_of: NodePlaces, tolerance_m: float) -> Array:
    """Return where the nodes of both ends lie, (lines, 2, 2); NaN where neither network nor file tells."""
    places = node_xy(ids, places_of)
    span = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    apart = np.stack([np.hypot(*(places - ends[:, [end, end]]).transpose(2, 0, 1)) for end in (0, 1)])
    # A node farther from both ends than these are apart tells nothing of the line.
    with np.errstate(invalid="ignore"):
        places[apart.min(axis=0) > span[:, None]] = np.nan
    unknown = np.isnan(places[:, :, 0])
    if not unknown.any():
        return places
    at = nearer_ends(ends, places)
    at = np.where(unknown, _shared_ends(ids, ends, tolerance_m), at)
    flat = pd.Series(ids.ravel(), dtype=object)
    alone = (flat.map(flat.value_counts()) == 1).to_numpy().reshape(ids.shape)
    for side in (0, 1):
        left = unknown[:, side] & (at[:, side] < 0) & alone[:, side] & (at[:, 1 - side] >= 0)
        at[left, side] = 1 - at[left, 1 - side]
    told, here = np.nonzero(unknown & (at >= 0))
    places[told, here] = ends[told, at[told, here]]
    return places


def _shared_ends(ids: Array, ends: Array, tolerance_m: float) -> Array:
    """Return at which end of its line each node lies by the other lines that name it, -1 where none tells."""
    # Ends in the same spot first: where thousands lie, their pairs would be millions.
    spots, spot = np.unique(np.round(ends.reshape(-1, 2), 3), axis=0, return_inverse=True)
    pairs = cKDTree(spots).query_pairs(tolerance_m, output_type="ndarray")
    _count, label = labels(len(spots), pairs[:, 0], pairs[:, 1])
    joint = label[spot.reshape(-1)].reshape(-1, 2)
    code = pd.factorize(ids.ravel())[0].reshape(-1, 2)
    open_lines = joint[:, 0] != joint[:, 1]
    rows = np.flatnonzero(open_lines)
    named = pd.DataFrame(
        {
            "code": code[rows][:, [0, 0, 1, 1]].ravel(),
            "joint": joint[rows][:, [0, 1, 0, 1]].ravel(),
            "row": np.repeat(rows, 4),
        }
    )
    named = named[named["code"] >= 0].drop_duplicates()
    counts = named.groupby(["code", "joint"]).size().reset_index(name="lines")
    most = counts.groupby("code")["lines"].transform("max")
    best = counts[(counts["lines"] == most) & (most > 1) & (most <= _MOST_LINES)]
    best = best[~best["code"].duplicated(keep=False)].set_index("code")["joint"]
    theirs = best.reindex(code.ravel()).to_numpy(dtype=float).reshape(-1, 2)
    at = np.where(theirs == joint[:, :1], 0, np.where(theirs == joint[:, 1:], 1, -1))
    at[~open_lines] = -1
    return np.asarray(at)
