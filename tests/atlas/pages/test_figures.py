"""Figures of sheets: sums by class, lengths as people read them."""

import numpy as np
import pytest
import shapely

from waternet_plugin.atlas.pages import figures
from waternet_plugin.atlas.sheets.sheet_pieces import grid_pieces
from waternet_plugin.atlas.sheets.sheets import Grid, cut, grid_index


def test_sums_over_sheets_equal_the_network():
    random = np.random.default_rng(11)
    start = random.uniform(0, 3000, (300, 2))
    shapes = shapely.linestrings(np.stack([start, start + random.normal(0, 250, (300, 2))], axis=1))
    given = random.uniform(1, 400, 300)
    grid = Grid(315, 250, 1)
    index = grid_index(shapes, grid, cut(shapes, grid))
    pieces = grid_pieces(cut(shapes, grid), index)
    lengths = pieces["share"].to_numpy() * given[pieces["line"]]
    materials = np.array(["pe", "pvc", None], dtype=object)[np.arange(300) % 3]
    rows = figures.tallies(pieces["sheet"].to_numpy(), materials[pieces["line"]], lengths)
    assert set(rows) == set(range(len(index)))
    total = sum(row.length_m for sheet in rows.values() for row in sheet)
    assert total == pytest.approx(given.sum(), rel=1e-12)
    pe = sum(row.length_m for sheet in rows.values() for row in sheet if row.key == "pe")
    assert pe == pytest.approx(given[::3].sum(), rel=1e-12)


def test_classes_come_by_falling_length():
    rows = figures.tallies(
        np.array([0, 0, 0]), np.array(["a", "b", None], dtype=object), np.array([1.0, 5.0, 3.0])
    )
    assert [(row.key, row.count, row.length_m) for row in rows[0]] == [
        ("b", 1, 5.0),
        ("", 1, 3.0),
        ("a", 1, 1.0),
    ]


@pytest.mark.parametrize(
    ("metres", "text"),
    [(0.0, "0 m"), (979.4, "979 m"), (9999.4, "9,999 m"), (9999.6, "10.0 km"), (824_512.0, "824.5 km")],
)
def test_lengths_as_people_read_them(metres, text):
    assert figures.metres(metres) == text
