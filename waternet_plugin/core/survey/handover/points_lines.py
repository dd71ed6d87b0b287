"""The points and lines that are handed over: nodes, ends and vertices of pipes, each with a number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array, steps
from waternet_plugin.core.frames import PlainFrames, made_of, stacked
from waternet_plugin.core.network.model.graph import Graph
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.handover import codes, features
from waternet_plugin.core.survey.handover.given_levels import Levels, levels_of

PIPE_COLUMNS = tuple(
    "pipe_id system function material diameter_mm width_mm height_mm length_m length_source install_year "
    "street status from_node to_node invert_start_m invert_end_m depth_start_m depth_end_m burial owner "
    "verified_on survey_batch estimated".split()
)
NODE_COLUMNS = tuple(
    "node_id kind system status ground_m depth_m verified_on verified_by feature survey_code".split()
)
# Off by more than this an end is given at its node and not where it is drawn, m.
_MOVED_M = 0.001
# What of a length is shared out over the rows of its pipe, decimals of a metre.
_SHARED_DECIMALS = 3


@dataclass(frozen=True)
class HandedOver(PlainFrames):
    """Points and lines in the network's CRS, and what tables can't hold.

    Parameters
    ----------
    points
        point_no, x, y (east and north, m), ground, feature, appurtenance, code, subclass, system, depth,
        survey_date, surveyor. Nodes come first, then ends without a node, then vertices of pipes.
    vertex_count
        How many of the points are vertices of pipes.
    lines
        A row for each piece between two vertices, those of a pipe from its start to its end: pipe_id,
        start_no, end_no, depths and levels, length (given ones alone), material, sizes in mm, burial, owner,
        year, street, subclass, system, function, code.
    coordinates
        (n, 3), the vertices of the pipes, east, north and level, m.
    first
        (pipes + 1,) where the vertices of each pipe begin there.
    made_ends
        Numbers of the points made for ends without a node.
    moved_ends
        Ids of the pipes that are drawn off their node and end at it in the tables.
    lost_nodes
        Ids of the nodes that have no place, or no system and no pipe: no table is theirs.
    levels
        Levels and depths of the pipes.
    """

    points: pd.DataFrame
    vertex_count: int
    lines: pd.DataFrame
    coordinates: Array
    first: Array
    made_ends: tuple[str, ...]
    moved_ends: tuple[str, ...]
    lost_nodes: tuple[str, ...]
    levels: Levels


@dataclass(frozen=True)
class _Chains:
    """Vertices of all pipes one after the other: place, the number of its point, and whose they are."""

    xyz: Array
    pipe: Array
    step: Array
    first: Array
    is_first: Array
    is_last: Array

    @property
    def is_inner(self) -> Array:
        return np.asarray(~self.is_first & ~self.is_last)


def _chains_of(lines: Array) -> _Chains:
    sizes = shapely.get_num_points(lines).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(sizes)])
    step = steps(sizes)
    pipe = np.repeat(np.arange(len(lines)), sizes)
    xyz = shapely.get_coordinates(lines, include_z=True)
    return _Chains(xyz, pipe, step, first, step == 0, step == sizes[pipe] - 1)


def _free_numbers(wanted: list[str], taken: set[str]) -> Array:
    """Return numbers that no point has; one that is taken gets an underscore."""
    numbers = np.full(len(wanted), None, dtype=object)
    for index, number in enumerate(wanted):
        while number in taken:
            number += "_"
        numbers[index] = number
    return numbers


def _ends_xy(graph: Graph, vertex: Array, chains: _Chains) -> tuple[Array, Array]:
    """Return the place of both ends of each pipe in the tables (pipes, 2, 2), and how far each moved, m."""
    drawn = np.stack([chains.xyz[chains.is_first, :2], chains.xyz[chains.is_last, :2]], axis=1)
    end_xy = np.stack([graph.x_m[vertex], graph.y_m[vertex]], axis=2)
    end_xy = np.where(np.isfinite(end_xy), end_xy, drawn)
    return end_xy, np.hypot(*(end_xy - drawn).transpose(2, 0, 1))


def _directions(chains: _Chains) -> Array:
    """Return unit vectors along the pipes away from both ends, (pipes, 2, 2); NaN where there is no way."""
    begin, end = chains.first[:-1], chains.first[1:] - 1
    away = np.stack(
        [
            chains.xyz[begin + 1, :2] - chains.xyz[begin, :2],
            chains.xyz[end - 1, :2] - chains.xyz[end, :2],
        ],
        axis=1,
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(away / np.hypot(away[..., 0], away[..., 1])[..., None])


def _systems_of_nodes(nodes: pd.DataFrame, pipes: pd.DataFrame, vertex: Array) -> tuple[Array, Array]:
    """Return system and sub-class of the nodes, (nodes,) objects; a node without a system has its pipes'."""
    count = len(nodes)
    flat = vertex.reshape(-1)
    pipe = np.repeat(np.arange(len(pipes)), 2)
    at = np.flatnonzero(flat < count)[::-1]
    lowest = np.full(count, -1)
    lowest[flat[at]] = pipe[at]
    own = nodes["system"].to_numpy(dtype=object)
    # One that is not in the list is none either.
    unknown = ~nodes["system"].isin(list(domain("system"))).to_numpy()
    of_pipe = np.full(len(pipes) + 1, None, dtype=object)
    of_pipe[:-1] = pipes["system"].to_numpy(dtype=object)
    system = np.where(unknown, of_pipe[lowest], own)
    transports = pipes["subclass"].eq(codes.TRANSMISSION).to_numpy()[pipe]
    feeds = pipes["subclass"].eq(codes.DISTRIBUTION).to_numpy()[pipe]
    inside = flat < count
    most = np.bincount(flat[inside & transports], minlength=count) > 0
    most &= np.bincount(flat[inside & feeds], minlength=count) == 0
    subclass = np.full(count, None, dtype=object)
    for name in sorted({code for code in system.tolist() if code is not None}):
        in_system = system == name
        subclass[in_system & most] = codes.subclass_letters(name, "transmission")
        subclass[in_system & ~most] = codes.subclass_letters(name, None)
    return system, subclass


def _node_points(nodes: pd.DataFrame, pipes: pd.DataFrame, vertex: Array, by_pipes: Array) -> pd.DataFrame:
    """Return the nodes as points; ``by_pipes`` are the words of junctions at the nodes."""
    system, subclass = _systems_of_nodes(nodes, pipes, vertex)
    feature, appurtenance = features.words_of(nodes, subclass, by_pipes)
    name = np.where(pd.isna(feature), appurtenance, feature)
    given = nodes["survey_code"].to_numpy(dtype=object)
    known = codes.codes_of(subclass, name)
    return made_of(
        {
            "point_no": nodes["node_id"].to_numpy(dtype=object),
            "x": shapely.get_x(nodes["geom"].to_numpy()),
            "y": shapely.get_y(nodes["geom"].to_numpy()),
            "ground": nodes["ground_m"].to_numpy(dtype=float),
            "feature": feature,
            "appurtenance": appurtenance,
            "code": np.where(nodes["survey_code"].notna(), given, known),
            "subclass": subclass,
            "system": system,
            "depth": nodes["depth_m"].to_numpy(dtype=float),
            "survey_date": nodes["verified_on"].to_numpy(),
            "surveyor": nodes["verified_by"].to_numpy(dtype=object),
        }
    )


def _made_points(number: Array, xy: Array, pipes: pd.DataFrame, pipe: Array, word: str) -> pd.DataFrame:
    """Return points that no node stands for: the vertices of pipes, or ends without a node."""
    subclass = pipes["subclass"].to_numpy(dtype=object)[pipe]
    feature = np.full(len(number), word, dtype=object)
    return made_of(
        {
            "point_no": number,
            "x": xy[:, 0],
            "y": xy[:, 1],
            "ground": np.nan,
            "feature": feature,
            "appurtenance": np.full(len(number), None, dtype=object),
            "code": codes.codes_of(subclass, feature),
            "subclass": subclass,
            "system": pipes["system"].to_numpy(dtype=object)[pipe],
            "depth": np.nan,
            "survey_date": np.full(len(number), np.datetime64("NaT", "ns")),
            "surveyor": np.full(len(number), None, dtype=object),
        }
    )


def _given_lengths(pipes: pd.DataFrame, chains: _Chains) -> Array:
    """Return the given length of each piece, m, NaN for none; those of a pipe sum up to its own."""
    piece = ~chains.is_last
    pipe = chains.pipe[piece]
    drawn = np.hypot(*np.diff(chains.xyz[:, :2], axis=0).T)[piece[:-1]]
    count = len(pipes)
    drawn_m = np.bincount(pipe, drawn, count)
    pieces = np.bincount(pipe, minlength=count)
    share = np.where(drawn_m[pipe] > 0, drawn / np.maximum(drawn_m[pipe], 1e-300), 1.0 / pieces[pipe])
    given = np.where(pipes["length_source"] == "given", pipes["length_m"].to_numpy(dtype=float), np.nan)
    length = np.round(given[pipe] * share, _SHARED_DECIMALS)
    last = np.cumsum(pieces) - 1
    length[last] = 0.0
    length[last] = given - np.bincount(pipe, np.nan_to_num(length), count)
    # The last piece takes what rounding leaves over, without the noise of the sum.
    several = last[pieces > 1]
    length[several] = np.round(length[several], 6)
    return np.asarray(length)


def _line_rows(
    pipes: pd.DataFrame, chains: _Chains, number: Array, levels: Levels, level: Array
) -> pd.DataFrame:
    """Return a row for each piece of a pipe."""
    begins, ends = ~chains.is_last, ~chains.is_first
    pipe = chains.pipe[begins]
    depth = np.full((len(chains.pipe), 2), np.nan)
    depth[chains.is_first, 0], depth[chains.is_last, 1] = levels.depth.T
    length = _given_lengths(pipes, chains)
    columns = {
        "pipe_id": "pipe_id", "material": "material", "diameter_mm": "diameter_mm", "width_mm": "width_mm",
        "height_mm": "height_mm", "burial": "burial", "owner": "owner", "install_year": "year",
        "street": "street", "subclass": "subclass", "system": "system", "function": "function",
    }  # fmt: skip
    rows = {name: pipes[column].to_numpy()[pipe] for column, name in columns.items()}
    names = np.full(len(pipe), codes.PIPE, dtype=object)
    return made_of(
        {
            **rows,
            "start_no": number[begins],
            "end_no": number[ends],
            "start_depth": depth[begins, 0],
            "end_depth": depth[ends, 1],
            "start_level": level[begins],
            "end_level": level[ends],
            "length": length,
            "code": codes.codes_of(rows["subclass"], names),
        }
    )


def _numbers(
    pipes: pd.DataFrame, nodes: pd.DataFrame, graph: Graph, chains: _Chains
) -> tuple[Array, Array, Array, Array]:
    """Return the numbers of points: of each vertex of a line, and of each vertex of the graph.

    The others are the vertices of the graph without a node, and one end of a pipe (two a pipe) at each.
    """
    ids = pipes["pipe_id"].to_numpy(dtype=object)
    taken = set(nodes["node_id"].tolist())
    vertex = np.stack([graph.start, graph.end], axis=1)
    flat = np.where(vertex >= len(nodes), vertex, -1).reshape(-1)
    made, first_at = np.unique(flat, return_index=True)
    made, first_at = made[made >= 0], first_at[made >= 0]
    last = np.diff(chains.first) - 1
    wanted = [f"{ids[end // 2]}.{last[end // 2] if end % 2 else 0}" for end in first_at.tolist()]
    number_of = np.full(graph.node_count, None, dtype=object)
    number_of[: len(nodes)] = nodes["node_id"].to_numpy(dtype=object)
    number_of[made] = _free_numbers(wanted, taken)
    inner = chains.is_inner
    wanted = [f"{name}.{step}" for name, step in zip(ids[chains.pipe[inner]], chains.step[inner].tolist())]
    number = np.full(len(chains.pipe), None, dtype=object)
    number[inner] = _free_numbers(wanted, taken)
    number[chains.is_first], number[chains.is_last] = number_of[vertex].T
    return number, number_of, made, first_at


def handed_over(
    pipes: pd.DataFrame,
    nodes: pd.DataFrame,
    graph: Graph,
    *,
    listed: Array,
    level_of: str,
    settings: Settings,
) -> HandedOver:
    """Return the points and lines of a network.

    Parameters
    ----------
    pipes
        `PIPE_COLUMNS` and ``geom``: lines of two vertices or more, of a known system, one id each.
    nodes
        `NODE_COLUMNS` and ``geom``.
    graph
        Graph of both.
    listed
        (nodes,) bool, which nodes are handed over even where none of the pipes ends.
    level_of
        One of `LEVELS_OF`.
    settings
        From which turn on pipes form a bend, and how far depths and levels may differ.
    """
    subclass = [codes.subclass_letters(*row) for row in zip(pipes["system"], pipes["function"])]
    pipes = pipes.assign(subclass=np.array(subclass, dtype=object))
    chains = _chains_of(pipes["geom"].to_numpy())
    vertex = np.stack([graph.start, graph.end], axis=1)
    ends_xy, moved_m = _ends_xy(graph, vertex, chains)
    is_node = graph.asset >= 0
    ground = np.append(nodes["ground_m"].to_numpy(dtype=float), np.nan)
    ends_z = np.column_stack([chains.xyz[chains.is_first, 2], chains.xyz[chains.is_last, 2]])
    slack_m = settings.real("survey.level_slack_m")
    at_ends = ground[np.where(is_node, graph.asset, len(nodes))[vertex]]
    levels = levels_of(pipes, ends_z, at_ends, level_of, slack_m)

    by_pipes = features.junction_words(
        pipes, vertex, graph.node_count, _directions(chains), settings.real("survey.bend_deg")
    )
    used = listed.copy()
    used[vertex[vertex < len(nodes)]] = True
    points = _node_points(nodes, pipes, vertex, by_pipes[: len(nodes)])
    # A point needs a place and a sheet; where a pipe ends it has both.
    lost = points["x"].isna().to_numpy()
    flat = vertex.reshape(-1)
    at = flat[flat < len(nodes)]
    xy = np.full((len(nodes), 2), np.nan)
    xy[at[::-1]] = ends_xy.reshape(-1, 2)[flat < len(nodes)][::-1]
    points.loc[lost, ["x", "y"]] = xy[lost]
    has_sheet = points["x"].notna().to_numpy() & points["system"].notna().to_numpy()

    number, number_of, made, first_at = _numbers(pipes, nodes, graph, chains)

    level = levels.of_axis(chains.xyz[:, 2], chains.pipe)
    level[chains.is_first], level[chains.is_last] = levels.level.T
    places_xy = chains.xyz[:, :2].copy()
    places_xy[chains.is_first], places_xy[chains.is_last] = ends_xy[:, 0], ends_xy[:, 1]
    made_xy, inner = ends_xy.reshape(-1, 2)[first_at], chains.is_inner
    return HandedOver(
        points=stacked(
            [
                points[used & has_sheet],
                _made_points(number_of[made], made_xy, pipes, first_at // 2, features.END),
                _made_points(
                    number[inner], chains.xyz[inner, :2], pipes, chains.pipe[inner], features.STRAIGHT
                ),
            ]
        ),
        vertex_count=int(inner.sum()),
        lines=_line_rows(pipes, chains, number, levels, level),
        coordinates=np.column_stack([places_xy, level]),
        first=chains.first,
        made_ends=tuple(number_of[made]),
        moved_ends=tuple(pipes["pipe_id"].to_numpy(dtype=object)[(moved_m > _MOVED_M).any(axis=1)]),
        lost_nodes=tuple(nodes["node_id"].to_numpy(dtype=object)[used & ~has_sheet]),
        levels=levels,
    )
