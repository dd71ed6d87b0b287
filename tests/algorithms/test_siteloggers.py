"""Places of loggers as scripts get them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider
from support.logger_town import write_town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The street with a noise logger at its first end."""
    return write_town(tmp_path_factory.mktemp("loggers") / "town.gpkg", A={"kind": "noise_sensor"})


def run(provider: QgsProcessingProvider, **given: Any) -> tuple[dict[str, Any], str]:
    """Return the results and what was said; no result when it is refused."""
    feedback, context = QgsProcessingFeedback(), QgsProcessingContext()
    parameters = {key: str(value) if isinstance(value, Path) else value for key, value in given.items()}
    algorithm = provider.algorithm("siteloggers").create()
    ok, said = algorithm.checkParameterValues(parameters, context)
    if not ok:
        return {}, said
    results, ok = algorithm.run(parameters, context, feedback)
    return (results if ok else {}), feedback.textLog()


def test_where_the_next_logger_belongs(town: Path, tmp_path: Path, provider: QgsProcessingProvider) -> None:
    out, pipes = tmp_path / "loggers.gpkg", tmp_path / "pipes.gpkg"
    results, said = run(provider, NETWORK=town, COUNT=1, OUTPUT=out, OUTPUT_PIPES=pipes)
    rows = gpd.read_file(out)
    assert list(rows.columns) == ["node_id", "order", "covers_m", "covered_share", "geometry"]
    assert rows.iloc[0, :4].tolist() == ["C", 1, 200.0, 1.0]
    covered = gpd.read_file(pipes)
    assert covered[["pipe_id", "node_id", "distance_m"]].to_numpy().tolist() == [
        ["AB", "A", 0.0], ["BC", "C", 0.0], ["CD", "C", 0.0], ["DE", "C", 100.0],
    ]  # fmt: skip
    assert (results["LOGGERS"], results["COVERED_SHARE"], results["EXISTING_LOGGERS"]) == (1, 1.0, 1)
    assert "100%" in said and "50%" in said
    east = run(provider, NETWORK=town, COUNT=1, AREA="500250,500500,2499000,2501000", EXISTING=False)[0]
    assert (east["COVERED_SHARE"], east["EXISTING_LOGGERS"]) == (1.0, 0)
    assert "fewer loggers" in run(provider, NETWORK=town, COUNT=2)[1]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"COUNT": 0}, "from 1 to 10000"),
        ({"COUNT": 1.5}, "whole number"),
        ({"COUNT": 9}, "only 4 places"),
        ({"KIND": "smell"}, "KIND"),
        ({"AREA": "nowhere"}, "AREA"),
    ],
)
def test_what_can_not_be_placed_is_refused(
    town: Path, provider: QgsProcessingProvider, given: dict[str, Any], said: str
) -> None:
    results, text = run(provider, NETWORK=town, **given)
    assert not results and said in text
