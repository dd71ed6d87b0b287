"""The two halves of a real city's records: what was chosen on the first, what it caught on the second."""

from __future__ import annotations

import datetime
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

# Real networks are large.
pytestmark = pytest.mark.slow

sys.path.insert(0, str(Path(__file__).resolve().parent))


@pytest.fixture(scope="module")
def source(data_dir: Path) -> Path:
    folder = data_dir / "kitchener"
    if not folder.is_dir():
        pytest.skip("needs the real data: no kitchener folder")
    return folder


@pytest.fixture(scope="module")
def found(source: Path) -> Any:
    """Run the script once; ``-s`` shows its tables."""
    if not os.environ.get("WATERNET_RATING"):
        pytest.skip("minutes of fitting with a city's records: make rating")
    import kitchener_halves

    result = kitchener_halves.halves(source)
    print(kitchener_halves.table(result))
    return result


def test_no_constant_has_a_better_value_beyond_chance(found: Any) -> None:
    least = found.beyond_chance
    assert {(row.name, row.value) for row in found.choosing if row.gains[-1] > least} == set()
    assert all(
        any(other.in_force for other in found.choosing if other.name == row.name) for row in found.choosing
    )


def test_combining_does_not_lose_where_records_are_few(found: Any) -> None:
    from waternet_plugin.core.schema.settings import Settings

    least = Settings().integer("health.combined_failures")
    first = next(row for row in found.thinned if row[1] >= 0.8 * least)
    # From there on it wins beyond chance, or is no worse.
    assert first[2] > found.beyond_chance
    assert all(gain > -found.beyond_chance for _, _, gain, _, _ in found.thinned)


def test_what_is_caught_on_the_judging_half(found: Any) -> None:
    judged = {one.model: one for one in found.judged}
    assert [len(judged["combined"].captured[ahead]) for ahead in (1, 3, 5)] == [8, 6, 4]
    # The half was looked at once, after everything was chosen; these hold what was seen.
    for ahead, least, worst in ((1, 51.8, 37.5), (3, 52.0, 49.0), (5, 51.7, 50.3)):
        assert 100 * judged["combined"].mean(ahead)[-1] >= least
        assert 100 * judged["combined"].worst(ahead) >= worst
        assert judged["combined"].mean(ahead)[-1] > judged["glm_eb"].mean(ahead)[-1]
        assert judged["combined"].mean(ahead)[-1] > judged["glm"].mean(ahead)[-1]
        # Cohorts alone are level with it: less than a quarter of a point ahead.
        assert judged["combined"].mean(ahead)[-1] > judged["hierarchy"].mean(ahead)[-1] - 0.0025


def test_without_any_records(found: Any) -> None:
    for ahead in (1, 3, 5):
        shares = found.without_records.mean(ahead)
        assert all(100 * share >= least for share, least in zip(shares, (18, 37, 64.5)))


def test_totals_of_five_years(found: Any) -> None:
    assert set(found.totals) == set(range(2006, 2011))
    assert all(0.75 <= ratio <= 1.25 for ratio in found.totals.values())


def test_parts_add_up_by_every_model(source: Path) -> None:
    from kitchener_frames import city
    from support.health_frames import usual_parts

    from waternet_plugin.core.health.evaluation.rankings import MODELS
    from waternet_plugin.core.health.evaluation.snapshot_cache import SnapshotCache
    from waternet_plugin.core.schema.settings import Settings

    pipes, failures = city(source)
    day = datetime.date(2010, 12, 31)
    past = SnapshotCache(
        pipes, failures, horizon_years=5, window_start=None, radius_m=25.0, settings=Settings()
    )
    origin = past.on(day)
    for model in MODELS:
        rated = past.rated(model, day)
        mean = float((rated.rate * origin.length_m)[origin.rated].sum() / origin.length_m[origin.rated].sum())
        usual = usual_parts(rated, np.where(origin.rated, origin.length_m, 0.0))
        parts = rated.against(mean, usual, known=(origin.frame["diameter_mm"] > 0).to_numpy())
        assert np.sum(list(parts.values()), axis=0) == pytest.approx(np.log(rated.rate / mean), abs=1e-9)
