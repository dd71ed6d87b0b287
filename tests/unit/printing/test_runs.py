"""Runs of labels: pieces of one text end to end."""

import numpy as np
import shapely

from waternet_plugin.core.printing.labels.runs import runs_of


def _line(*ats):
    return shapely.LineString(ats)


def _pieces_of(runs):
    return sorted(sorted(run.pieces) for run in runs)


def test_pieces_of_one_text_that_touch_are_one_run():
    lines = [_line((0, 0), (10, 0)), _line((20, 0), (10, 0)), _line((20, 0), (30, 0))]
    (run,) = runs_of(lines, ["DN100", "DN100", "DN100"])
    assert run.pieces == (0, 1, 2)
    assert run.length_mm == 30.0
    assert run.xy[[0, -1]].tolist() == [[0, 0], [30, 0]]


def test_another_text_begins_another_run():
    lines = [_line((0, 0), (10, 0)), _line((10, 0), (20, 0)), _line((20, 0), (30, 0))]
    assert _pieces_of(runs_of(lines, ["DN100", "DN200", "DN100"])) == [[0], [1], [2]]


def test_a_run_goes_straight_on_at_a_branch():
    lines = [_line((0, 0), (10, 0)), _line((10, 0), (10, 10)), _line((10, 0), (20, 1))]
    assert _pieces_of(runs_of(lines, ["a"] * 3)) == [[0, 2], [1]]


def test_a_run_turns_a_corner_but_not_back():
    corner = [_line((0, 0), (10, 0)), _line((10, 0), (10, 10))]
    hairpin = [_line((0, 0), (10, 0)), _line((10, 0), (0, 1))]
    assert _pieces_of(runs_of(corner, ["a", "a"])) == [[0, 1]]
    assert _pieces_of(runs_of(hairpin, ["a", "a"])) == [[0], [1]]


def test_a_ring_is_one_run_that_ends():
    lines = [
        _line((0, 0), (10, 0)),
        _line((10, 0), (10, 10)),
        _line((10, 10), (0, 10)),
        _line((0, 10), (0, 0)),
    ]
    (run,) = runs_of(lines, ["a"] * 4)
    assert run.length_mm == 40.0


def test_a_pipe_that_leaves_the_sheet_and_returns_is_in_two_runs():
    parts = shapely.MultiLineString([[(0, 0), (10, 0)], [(50, 0), (60, 0)]])
    lines = [parts, _line((60, 0), (70, 0))]
    assert _pieces_of(runs_of(lines, ["a", "a"])) == [[0], [0, 1]]


def test_pieces_without_a_text_are_in_no_run():
    assert runs_of([_line((0, 0), (10, 0))], [None]) == []


def test_order_of_the_rows_changes_no_run():
    rng = np.random.default_rng(7)
    lines = [_line((at, 0), (at + 1, 0)) for at in range(40)]
    keys = ["a" if at < 25 else "b" for at in range(40)]
    order = rng.permutation(40)
    runs = runs_of([lines[row] for row in order], [keys[row] for row in order])
    assert sorted(run.length_mm for run in runs) == [15.0, 25.0]
