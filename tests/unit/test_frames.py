"""Texts of a frame stay objects with None, whatever pandas makes of a column."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from waternet_plugin.core import frames


@pytest.fixture
def mixed() -> gpd.GeoDataFrame:
    """A frame as pandas 3 makes it: texts are `str` with NaN."""
    return gpd.GeoDataFrame(
        {
            "pipe_id": pd.Series(["P1", "P2"], dtype="string"),
            "street": pd.Series(["甲路", None], dtype="string"),
            "length_m": [1.5, float("nan")],
            "laid": pd.to_datetime(["2001-05-01", None]),
        },
        geometry=gpd.GeoSeries([shapely.Point(1, 2), None]),
    )


def test_texts_become_objects_with_none(mixed: gpd.GeoDataFrame) -> None:
    found = frames.plain(mixed)
    assert isinstance(found, gpd.GeoDataFrame)
    assert found["street"].dtype == object and found["street"].tolist() == ["甲路", None]
    assert found["length_m"].dtype == float and found["laid"].dtype.kind == "M"
    assert isinstance(mixed["street"].dtype, pd.StringDtype), "the given frame is as it was"


def test_a_plain_frame_is_handed_on(mixed: gpd.GeoDataFrame) -> None:
    found = frames.plain(mixed)
    assert frames.plain(found) is found


def test_rows_have_none_for_unknown_texts(mixed: gpd.GeoDataFrame) -> None:
    assert [row["street"] for row in frames.records(mixed)] == ["甲路", None]
    assert [row.street for row in frames.tuples(mixed)] == ["甲路", None]


def test_frames_of_a_result_are_plain(mixed: gpd.GeoDataFrame) -> None:
    @dataclass(frozen=True)
    class Result(frames.PlainFrames):
        rows: pd.DataFrame
        tables: Mapping[str, pd.DataFrame | None]
        note: str = ""

    found = Result(mixed, {"pipe": mixed, "node": None})
    assert found.rows["street"].tolist() == ["甲路", None]
    assert found.tables["pipe"] is not None and found.tables["pipe"]["street"].tolist() == ["甲路", None]
    assert found.tables["node"] is None


def test_parts_one_below_the_other_take_the_type_that_is_known() -> None:
    parts = [
        pd.DataFrame({"a": [1.0], "b": ["x"], "d": pd.to_datetime(["2020-01-01"])}),
        pd.DataFrame({"a": [None], "b": [float("nan")], "d": [None]}),
        pd.DataFrame({"a": [], "b": [], "d": []}),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        whole = frames.stacked(parts)
        alone = frames.stacked(parts[2:])
    assert whole["a"].tolist()[0] == 1.0 and whole["a"].isna().tolist() == [False, True]
    assert whole["a"].dtype == float and str(whole["d"].dtype).startswith("datetime64")
    assert whole["b"].tolist() == ["x", None]
    assert len(alone) == 0 and list(alone.columns) == ["a", "b", "d"]
