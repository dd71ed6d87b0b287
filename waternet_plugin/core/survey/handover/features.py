"""What stands at a point, in the words of CJJ 61: a feature (特征) or an appurtenance (附属物)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.survey.handover.codes import FEATURE, name_of, point_names

STRAIGHT = "直线点"
END = "起讫点"
_BEND, _SIZE, _MATERIAL = "弯头", "变径", "变材"
_BY_DEGREE = {1: END, 3: "三通", 4: "四通"}
_MANY = "多通"


def turns_deg(vertex: Array, count: int, direction: Array) -> Array:
    """Return by how much the two pipes at each vertex turn, (count,) degrees.

    Parameters
    ----------
    vertex
        (pipes, 2), the vertex of each end, below ``count``.
    count
        Number of vertices.
    direction
        (pipes, 2, 2), unit vectors that leave the vertex along the pipe at each end.

    Returns
    -------
    180 less the angle between the two; meaningless where not exactly two ends meet.
    """
    sums = np.zeros((count, 2))
    np.add.at(sums, vertex.reshape(-1), np.nan_to_num(direction.reshape(-1, 2)))
    # Two unit vectors at an angle of t have a sum of length 2 cos(t / 2).
    half = np.arccos(np.clip(np.hypot(sums[:, 0], sums[:, 1]) / 2, 0.0, 1.0))
    return np.asarray(180.0 - 2.0 * np.degrees(half))


def _differ(vertex: Array, count: int, values: Array) -> Array:
    """Return at which vertices pipes of different values meet, (count,) bool; -1 is unknown."""
    flat, each = vertex.reshape(-1), np.repeat(values, 2)
    known = each >= 0
    least = np.full(count, np.iinfo(np.int64).max)
    most = np.full(count, -1)
    np.minimum.at(least, flat[known], each[known])
    np.maximum.at(most, flat[known], each[known])
    return np.asarray(most > least)


def junction_words(
    pipes: pd.DataFrame, vertex: Array, count: int, direction: Array, bend_deg: float
) -> Array:
    """Return the feature of each vertex as if nothing but pipes met there, (count,) objects.

    Parameters
    ----------
    pipes
        material, diameter_mm, width_mm, height_mm.
    vertex, count, direction
        As for `turns_deg`.
    bend_deg
        From this turn on two pipes form a bend, degrees.
    """
    degree = np.bincount(vertex.reshape(-1), minlength=count)
    words = np.full(count, _MANY, dtype=object)
    for number, word in _BY_DEGREE.items():
        words[degree == number] = word
    words[degree == 0] = STRAIGHT
    words[degree == 2] = np.where(
        turns_deg(vertex, count, direction)[degree == 2] > bend_deg, _BEND, STRAIGHT
    )
    material = pd.factorize(pipes["material"])[0].astype(np.int64)
    sizes = pipes["diameter_mm"].fillna(pipes["width_mm"] * 10_000 + pipes["height_mm"])
    size = pd.factorize(sizes)[0].astype(np.int64)
    words[(degree == 2) & _differ(vertex, count, material)] = _MATERIAL
    words[(degree == 2) & _differ(vertex, count, size)] = _SIZE
    # A pipe that ends where it begins: the point is its end, not one of its vertices.
    loop = vertex[:, 0] == vertex[:, 1]
    words[vertex[loop, 0][degree[vertex[loop, 0]] == 2]] = END
    return words


def words_of(nodes: pd.DataFrame, subclass: Array, by_pipes: Array) -> tuple[Array, Array]:
    """Return features and appurtenances of nodes, (nodes,) objects each; one of the two is None.

    A feature that a survey gave a junction is given back.

    Parameters
    ----------
    nodes
        kind, feature.
    subclass
        (nodes,) letters of the sub-class.
    by_pipes
        (nodes,) `junction_words` at the nodes.
    """
    kind = nodes["kind"].to_numpy(dtype=object)
    feature, appurtenance = (np.full(len(nodes), None, dtype=object) for _ in range(2))
    is_junction = ~np.isin(kind.astype(str), list(point_names()))
    feature[is_junction] = by_pipes[is_junction]
    for code, letters in sorted(set(zip(kind[~is_junction].tolist(), subclass[~is_junction].tolist()))):
        target = feature if point_names()[code].column == FEATURE else appurtenance
        target[(kind == code) & (subclass == letters)] = name_of(code, letters)
    given = nodes["feature"].notna().to_numpy() & nodes["feature"].ne("").to_numpy()
    # Exactly one of both columns is filled: the kind of an appurtenance says more than a feature.
    given &= is_junction
    feature[given] = nodes["feature"].to_numpy(dtype=object)[given]
    return feature, appurtenance
