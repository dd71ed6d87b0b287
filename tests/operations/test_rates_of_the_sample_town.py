"""The rates of the sample town, as its network holds it: parts that add up by every model."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import numpy as np
import pytest
from support.health_frames import usual_parts

from waternet_plugin import store
from waternet_plugin.core.health.evaluation.rankings import COMBINED, MODELS
from waternet_plugin.core.health.evaluation.snapshot_cache import SnapshotCache
from waternet_plugin.core.health.matching import matching
from waternet_plugin.core.health.rates.inservice import PIPE_COLUMNS
from waternet_plugin.core.health.risk.assessment import FAILURE_COLUMNS
from waternet_plugin.core.schema.settings import Settings

AS_OF = datetime.date(2024, 12, 31)


@pytest.fixture(scope="module")
def past(sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> SnapshotCache:
    path = tmp_path_factory.mktemp("town") / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    with store.open_network(path) as network:
        pipes = network.read("pipe", list(PIPE_COLUMNS))
        columns = dict.fromkeys([*FAILURE_COLUMNS, *matching.FAILURE_COLUMNS, *matching.MATCH_COLUMNS])
        failures = network.read("failure", list(columns))
    return SnapshotCache(
        pipes, failures, horizon_years=5, window_start=None, radius_m=25.0, settings=Settings()
    )


@pytest.mark.slow
def test_it_has_records_enough_to_combine_models(past: SnapshotCache) -> None:
    assert past.choice("auto", AS_OF).model == COMBINED


@pytest.mark.parametrize("model", MODELS)
def test_parts_add_up_to_the_rate_over_the_networks_mean(past: SnapshotCache, model: str) -> None:
    origin, found = past.on(AS_OF), past.rated(model, AS_OF)
    length = np.where(origin.rated, origin.length_m, 0.0)
    mean = float((found.rate * length).sum() / length.sum())
    parts = found.against(
        mean, usual_parts(found, length), known=(origin.frame["diameter_mm"] > 0).to_numpy()
    )
    whole = np.sum(list(parts.values()), axis=0)
    assert whole[origin.rated] == pytest.approx(np.log(found.rate / mean)[origin.rated], abs=1e-9)
