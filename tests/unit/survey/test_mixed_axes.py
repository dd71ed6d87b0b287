"""Rows whose coordinates are exchanged are errors, whatever their numbers look like."""

from __future__ import annotations

import numpy as np
import pytest
from support.survey_cases import TODAY, project
from support.survey_frames import checked, line, placed, point, rules_of, survey_file

from waternet_plugin.core.places.deciding.decision_facts import FileFacts, NetworkFacts
from waternet_plugin.core.places.deciding.decisions import Decisions
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.decisions.deciding import decide

SETTINGS = Settings()
LON, LAT = 114.05 + np.linspace(0, 0.002, 8), 25.45 + np.linspace(0, 0.001, 8)
GRID = project(4547, LON, LAT)
NORTH, EAST = GRID[:, 1], GRID[:, 0]
NETWORK = NetworkFacts("EPSG:4547", GRID + 20.0)
EMPTY = NetworkFacts("EPSG:4547")


def decided(
    rows: list[int], first: np.ndarray, second: np.ndarray, network: NetworkFacts, **answers: object
) -> Decisions:
    """Return the decisions about a file in which some rows are exchanged."""
    first, second = first.copy(), second.copy()
    first[rows], second[rows] = second[rows], first[rows]
    return decide(FileFacts("a.csv", first, second), network, answers, settings=SETTINGS, today=TODAY)


@pytest.mark.parametrize("network", [NETWORK, EMPTY], ids=["beside assets", "empty"])
@pytest.mark.parametrize("rows", [[3], [1, 6], [4, 5, 6], [4, 5, 6, 7]], ids=len)
def test_rows_against_the_axes_that_are_answered_are_told(rows: list[int], network: NetworkFacts) -> None:
    found = decided(rows, NORTH, EAST, network, axes="x_north", crs="EPSG:4547")
    assert found.value("axes") == "x_north"
    assert np.flatnonzero(found.rows_against["axes_mixed"]).tolist() == rows


def test_a_file_that_is_mixed_by_half_is_asked_and_says_so() -> None:
    found = decided([4, 5, 6, 7], NORTH, EAST, NETWORK)
    assert found.value("axes") is None
    codes = [one.code for one in found.decided["axes"].evidence]
    assert codes == ["first_north", "second_north"]


LOCAL_FIRST, LOCAL_SECOND = NORTH - NORTH.min() + 52_311, EAST - EAST.min() + 18_234


@pytest.mark.parametrize("rows", [[3], [5, 6, 7], [4, 5, 6, 7]], ids=len)
def test_rows_of_a_local_grid_are_told_by_where_the_others_lie(rows: list[int]) -> None:
    found = decided(rows, LOCAL_FIRST, LOCAL_SECOND, EMPTY, axes="x_north", crs="EPSG:4547")
    assert np.flatnonzero(found.rows_against["axes_mixed"]).tolist() == rows


def test_rows_of_a_local_grid_are_told_by_where_the_network_lies() -> None:
    xy = np.column_stack([LOCAL_SECOND, LOCAL_FIRST])
    rows = [2, 3, 4, 5, 6]
    found = decided(
        rows, LOCAL_FIRST, LOCAL_SECOND, NetworkFacts("EPSG:4547", xy), axes="x_north", crs="EPSG:4547"
    )
    assert np.flatnonzero(found.rows_against["axes_mixed"]).tolist() == rows


def test_a_grid_whose_axes_are_alike_has_no_mixed_rows() -> None:
    first = np.array([1000.0, 1200, 1350, 1500, 1700, 9000])
    second = np.array([1100.0, 1150, 1400, 1450, 1800, 1200])
    found = decided([], first, second, EMPTY, axes="x_north", crs="EPSG:4547")
    assert "axes_mixed" not in found.rows_against


def test_a_line_of_more_than_20_km_is_an_error() -> None:
    points = [point("1", 2512400.0, 501200.0, 40), point("2", 2532500.0, 501200.0, 40)]
    result = checked(placed(survey_file(points, [line("1", "2")])))
    assert "line_too_long" in rules_of(result)
    assert len(result.left.assets.pipes) == 0
    drawn = {
        "size": "300",
        "vertices": np.array([[501200.0, 2512400.0, np.nan], [501200.0, 2532500.0, np.nan]]),
    }
    assert "line_too_long" in rules_of(checked(placed(survey_file((), [drawn]))))
