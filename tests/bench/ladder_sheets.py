"""The index of the sheets of 1k to 100k pipes, next to a bare search of the pipes in the tree of its sheets.

python tests/bench/ladder_sheets.py [rows ...]
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from harness import Bench

SIZES = (1_000, 10_000, 100_000)
# Numbers, neighbours, pieces, counts and metres cost at most so many searches.
INDEX_LIMIT = 5.0
# Pipes of a town: about a hundred metres each, so many to the square kilometre.
_PIPES_PER_KM2 = 160


def basis_of(rows: int) -> Any:
    """Return pipes and nodes as sheets are cut from them, everything imported."""
    import pandas as pd
    import shapely

    from waternet_plugin.atlas.sheets.series_basis import SeriesBasis
    from waternet_plugin.atlas.sheets.sheets import strays_of

    random = np.random.default_rng(1)
    side_m = 1000.0 * (rows / _PIPES_PER_KM2) ** 0.5
    start = np.array([500_000.0, 2_500_000.0]) + random.uniform(0, side_m, (rows, 2))
    steps = random.normal(0, 40, (rows, 2, 2))
    shapes = shapely.linestrings(np.stack([start, start + steps[:, 0], start + steps.sum(axis=1)], axis=1))
    pipes = pd.DataFrame(
        {"pipe_id": [f"P{number}" for number in range(rows)], "length_m": shapely.length(shapes)}
    )
    pipes = pipes.assign(function="distribution", status="in_use", from_node=None, to_node=None)
    pipes["geom"] = pd.Series(shapes, dtype=object)
    return SeriesBasis(pipes, shapely.points(start), frozenset(), 0.0, strays_of(shapes))


def with_index(rows: int) -> tuple[Any, Any]:
    """Return the basis and the polygons of its sheets."""
    basis = basis_of(rows)
    return basis, cut(basis)["geom"].to_numpy()


def search(basis_and_polygons: tuple[Any, Any]) -> int:
    """Look which pipe meets which sheet, and nothing else."""
    import shapely

    basis, polygons = basis_and_polygons
    tree = shapely.STRtree(polygons)
    return int(tree.query(basis.pipes["geom"].to_numpy(), predicate="intersects").shape[1])


def cut(basis: Any) -> Any:
    """Return the index of the sheets at 1:1000 on A3."""
    from waternet_plugin.atlas.sheets.sheet_series import sheets_of

    return sheets_of(basis).index


def cut_again(basis_and_polygons: tuple[Any, Any]) -> int:
    """Cut the sheets."""
    return len(cut(basis_and_polygons[0]))


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("sheets", by_cpu=True)
    for rows in sizes:
        bare = "bare search of pipes on sheets"
        bench.run(bare, search, rows, rows=rows, prepare=with_index, repeat=3)
        # Fixed costs of some ms rule the small ones.
        limits = {"floor": bare, "limit": INDEX_LIMIT if rows >= SIZES[-1] else None}
        bench.run("index of sheets", cut_again, rows, rows=rows, prepare=with_index, repeat=3, **limits)
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
