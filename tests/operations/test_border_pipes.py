"""A pipe in the files of two utilities counts once, in the one that its middle lies in."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from support.parted_networks import parted
from support.scored_utilities import AS_OF, CRS, results_of, town, unknown_as_none, write_utility

pyarrow = pytest.importorskip("pyarrow")
pytest.importorskip("pyarrow.parquet")

from waternet_plugin.core.health.risk.assessment import assess
from waternet_plugin.core.health.utilities.border_pipes import (
    count_elsewhere,
    distances_m,
    drawing_numbers,
    shared_numbers,
)
from waternet_plugin.core.health.utilities.pooled import Part
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.operations.utilities.score_utilities import (
    ScoreUtilitiesRequest,
    ScoreUtilitiesResult,
    score_utilities,
)

NEXT_ZONE = "EPSG:4548"
# Rows of the first utility that lie over the border, their middles in it.
OVER = 9


def _drawn(part: Part, x: float, *, over: int = 0) -> Part:
    """Return a part with its pipes one above the other, the last ones so long that they reach the next."""
    rows = np.arange(len(part.pipes))
    long = np.where(rows >= len(rows) - over, 400.0, 50.0)
    y = 3_400_000.0 + 9 * rows
    lines = shapely.linestrings(np.stack([[x + 0 * rows, y], [x + long, y]]).transpose(2, 0, 1))
    events = np.full(len(part.failures), None, dtype=object)
    return Part(part.pipes.assign(geom=lines), part.failures.assign(geom=events))


def _in_zone(pipes: pd.DataFrame, crs: str) -> pd.DataFrame:
    return pipes.assign(geom=gpd.GeoSeries(pipes["geom"].to_numpy(), crs=CRS).to_crs(crs).to_numpy())


@pytest.fixture
def folder(tmp_path: Path) -> tuple[Path, pd.DataFrame, pd.DataFrame]:
    """Two utilities in two zones; the second has pipes of the first, turned and under ids of its own."""
    pipes, failures = town()
    pipes["street"] = pipes["street"].where(np.arange(len(pipes)) % 5 > 0, None)
    first, second = parted(pipes, failures, 2)
    order = np.argsort(first.pipes["street"].isna().to_numpy(), kind="stable")
    first = _drawn(Part(first.pipes.iloc[order].reset_index(drop=True), first.failures), 500_000, over=OVER)
    second = _drawn(second, 500_390)
    over = first.pipes.tail(OVER)
    assert over["street"].isna().all()
    broken = first.failures[first.failures["pipe_id"].isin(over["pipe_id"])]
    assert len(broken)
    taken = over.assign(pipe_id="跨界 " + over["pipe_id"], geom=shapely.reverse(over["geom"].to_numpy()))
    beyond = Part(
        _in_zone(pd.concat([taken, second.pipes], ignore_index=True), NEXT_ZONE),
        pd.concat([broken.assign(pipe_id="跨界 " + broken["pipe_id"]), second.failures], ignore_index=True),
    )
    made = tmp_path / "in"
    made.mkdir()
    write_utility(made, "甲", first, shapes=True)
    write_utility(made, "B", beyond, shapes=True, crs=NEXT_ZONE)
    return made, pipes, failures


def score(folder: Path, pool: str) -> ScoreUtilitiesResult:
    return score_utilities(ScoreUtilitiesRequest([str(folder)], folder.parent / pool, AS_OF, pool))


def test_a_pipe_over_a_border_counts_once_and_a_copy_of_a_file_not_at_all(
    folder: tuple[Path, pd.DataFrame, pd.DataFrame],
) -> None:
    path, pipes, failures = folder
    result = score(path, "group")
    whole = unknown_as_none(assess(pipes, failures, as_of=AS_OF, settings=Settings()).pipes)
    pd.testing.assert_frame_equal(results_of(path.parent / "group"), whole, check_exact=True)
    said = f"{OVER} pipes lie in the files of several utilities; each counts where its middle lies."
    assert result.notes == (said,)
    assert score(path, "group").reused == 2
    for table in ("pipe", "failure"):
        shutil.copy(path / f"甲.{table}.parquet", path / f"Z.{table}.parquet")
    copied = score(path, "alone")
    assert [each.sentence for each in copied.left_out] == [
        "All pipes of 甲 lie in the files of others. Take one of them out."
    ]
    assert len(results_of(path.parent / "alone")) == len(pipes)


@pytest.mark.parametrize("pool", ["alone", "group"])
def test_pipes_of_a_utility_that_drops_out_count_in_the_others(
    folder: tuple[Path, pd.DataFrame, pd.DataFrame], pool: str
) -> None:
    path, first = folder[0], folder[0] / "甲.pipe.parquet"
    rows = pyarrow.parquet.read_table(first)
    twice = pyarrow.concat_tables([rows, rows.slice(0, 1)])
    pyarrow.parquet.write_table(twice, first)
    result = score(path, pool)
    assert [each.name for each in result.left_out] == ["甲"]
    assert result.notes == ()
    assert results_of(path.parent / pool).index.str.startswith("跨界").sum() == OVER


def test_numbers_are_of_how_a_pipe_is_drawn_and_the_nearest_utility_has_them() -> None:
    def degrees(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return x / 1e5, y / 1e5

    line = shapely.LineString([(0, 0), (50, 0), (100, 0)])
    bent = shapely.LineString([(0, 0), (50, 40), (100, 0)])
    other = shapely.LineString([(100, 0), (200, 0)])
    own = drawing_numbers(np.array([line, bent, other]), degrees)
    beyond = drawing_numbers(np.array([shapely.reverse(bent), other]), degrees)
    assert len(set(own.tolist())) == 3
    assert own[1:].tolist() == beyond.tolist() == [*own[1:].tolist()]
    assert set(shared_numbers([own, beyond, own[:0]]).tolist()) == set(beyond.tolist())
    assert shared_numbers([]).tolist() == drawing_numbers(np.zeros(0, dtype=object), degrees).tolist() == []
    lines = np.array([line, bent, other, None], dtype=object)
    assert distances_m(lines, np.array([1, 2])).tolist() == [40.0, 50.0]
    assert distances_m(lines[1:3], np.array([0, 1])).tolist() == [np.inf, np.inf]
    away = count_elsewhere(
        [own[1:], own[:0], beyond], [np.array([20.0, 50]), np.zeros(0), np.array([20, 7.0])]
    )
    assert [each.tolist() for each in away] == [[False, True], [], [True, False]]
    assert count_elsewhere([], []) == []
