"""Norms of night use as an algorithm, on the sample town."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider

COLUMNS = ["type", "households", "zones", "l_household_h", "lower", "upper"]


def run(provider: QgsProcessingProvider, **given: Any) -> tuple[dict[str, Any], bool, str]:
    feedback, context = QgsProcessingFeedback(), QgsProcessingContext()
    parameters = {key: str(value) for key, value in given.items()}
    algorithm = provider.algorithm("nightnorms").create()
    ok, said = algorithm.checkParameterValues(parameters, context)
    if not ok:
        return {}, False, said
    results, ok = algorithm.run(parameters, context, feedback)
    return results, ok, feedback.textLog()


@pytest.mark.slow
def test_no_area_of_the_sample_town_is_good_enough_and_each_is_told_with_why(
    sample_town: Path, tmp_path: Path, provider: QgsProcessingProvider
) -> None:
    town, out = sample_town / "en" / "sample_town.gpkg", tmp_path / "norms.gpkg"
    results, ok, log = run(provider, NETWORK=town, OUTPUT=out)
    assert ok, log
    assert "With an alarm in these nights: DMA-1, DMA-3." in log
    rows = gpd.read_file(out)
    assert list(rows.columns)[: len(COLUMNS)] == COLUMNS
    assert "Excess leakage unknown or too great: DMA-2." in log
    assert len(rows) == results["ZONES"] == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"FROM": "2025-12-04", "TO": "2025-12-03"}, "is after TO"),
        ({"FROM": "soon"}, "not a valid date"),
        ({"FROM": "2099-01-01"}, "No night from 2099-01-01"),
    ],
)
def test_bad_input_gets_one_sentence(
    sample_town: Path, provider: QgsProcessingProvider, given: dict[str, Any], said: str
) -> None:
    _results, ok, log = run(provider, NETWORK=sample_town / "en" / "sample_town.gpkg", **given)
    assert not ok and said in log and "Traceback" not in log
