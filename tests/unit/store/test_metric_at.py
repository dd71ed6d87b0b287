"""The metric CRS of a place: the 3-degree zone in China, UTM elsewhere."""

from __future__ import annotations

import pytest
from support.slow_cases import a_few_quick

from waternet_plugin.store.metric import metric_crs_at


@pytest.mark.parametrize(
    ("longitude", "latitude", "code"),
    a_few_quick(
        [
            (113.0, 28.2, "EPSG:4547"),
            (116.4, 39.9, "EPSG:4548"),
            (77.2, 28.6, "EPSG:32643"),
            (126.9, 37.5, "EPSG:32652"),
            (-80.5, 43.4, "EPSG:32617"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_a_place_has_a_metric_crs(longitude: float, latitude: float, code: str) -> None:
    assert metric_crs_at(longitude, latitude) == code
