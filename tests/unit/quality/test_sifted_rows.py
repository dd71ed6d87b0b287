"""What is sifted out, or kept in no room, gives the answers of all rows."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.quality_frames import town_tables

from waternet_plugin.core.arrays import least_of_each
from waternet_plugin.core.frames import read_only, takes_no_room
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.context.joints import joints_of, leaving_alike, turns_deg
from waternet_plugin.core.schema.settings import Settings


@pytest.fixture(scope="module")
def town(repo_root: Path) -> dict[str, pd.DataFrame]:
    """The town with its faults."""
    return town_tables(repo_root / "sample_data" / "town")


def _subject(town: dict[str, pd.DataFrame]) -> CheckContext:
    return CheckContext(town, Settings(), today=datetime.date(2026, 1, 1))


@pytest.mark.slow
@pytest.mark.parametrize("least_deg", [0.0, 90.0, 178.0])
def test_pipes_leaving_alike_are_those_of_all_joints(town: dict[str, pd.DataFrame], least_deg: float) -> None:
    subject = _subject(town)
    joints = joints_of(subject)
    joints = joints.take((joints.pipe < joints.other) & (turns_deg(subject, joints) >= least_deg))
    one, two = leaving_alike(subject, least_deg)
    assert sorted(zip(one, two)) == sorted(zip(joints.pipe, joints.other))
    assert len(one) > 0


@pytest.mark.slow
def test_joints_of_some_pipes_are_among_all(town: dict[str, pd.DataFrame]) -> None:
    subject = _subject(town)
    among = np.arange(len(subject.pipes)) % 3 > 0
    joints, some = joints_of(subject), joints_of(subject, among)
    joints = joints.take(among[joints.pipe] & among[joints.other])
    for column in ("vertex", "pipe", "end", "other", "other_end"):
        np.testing.assert_array_equal(getattr(some, column), getattr(joints, column))


def test_least_of_each_group() -> None:
    random = np.random.default_rng(8)
    group, values = random.integers(0, 40, 300), random.integers(-5, 5, 300).astype(float)
    values[random.random(300) < 0.2] = np.nan
    expected = np.full(50, np.nan)
    np.fmin.at(expected, group, values)
    np.testing.assert_array_equal(least_of_each(group, values, 50), expected)


@pytest.mark.parametrize("column", ["street", "lined_year", "retired_on", "pipe_id", "width_mm"])
def test_columns_without_values_take_no_room_and_read_alike(column: str) -> None:
    unknown = {"street": None, "lined_year": np.nan, "retired_on": np.datetime64("NaT", "ns")}
    frame = pd.DataFrame({name: pd.Series([value] * 3) for name, value in unknown.items()})
    frame = frame.astype({"street": object}).assign(pipe_id=["a", None, "b"], width_mm=[np.nan, 1.0, 2.0])
    only = read_only(frame, list(frame.columns))
    rows, plain = TableRows("pipe", only), TableRows("pipe", frame)
    assert takes_no_room(only[column].to_numpy()) == (column in unknown)
    assert rows.has(column) and rows.known(column).tolist() == plain.known(column).tolist()
    if column == "retired_on":
        np.testing.assert_array_equal(rows.date(column), plain.date(column))
    elif column in ("street", "pipe_id"):
        assert rows.text(column).tolist() == plain.text(column).tolist()
        assert rows.codes(column)[0].tolist() == plain.codes(column)[0].tolist()
    else:
        np.testing.assert_array_equal(rows.number(column), plain.number(column))
