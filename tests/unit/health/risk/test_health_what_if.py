"""A recorded run classed again: the same values give the recorded classes, others those of a new run."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.health_frames import failures, pipes
from support.slow_cases import a_few_quick

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.matching import matching
from waternet_plugin.core.health.risk import what_if
from waternet_plugin.core.health.risk.assessment import Assessment, assess
from waternet_plugin.core.health.risk.classes import CLASSES
from waternet_plugin.core.schema.settings import Settings

AS_OF = datetime.date(2020, 12, 31)
COUNT = 400


@pytest.fixture(scope="module")
def town() -> tuple[Any, Any]:
    rng = np.random.default_rng(5)
    rows = [
        {
            "material": str(rng.choice(["cast_iron", "ductile_iron", "pvc", "asbestos_cement"])),
            "install_year": float(rng.integers(1940, 2018)) if number % 9 else None,
            "diameter_mm": float(rng.choice([100, 200, 400, 800])),
            "road_class": str(rng.choice(["arterial", "local", "footway"])),
            "length_m": float(rng.integers(1, 300)) if number % 50 else 0.5,
            "burial": "under_water" if number % 40 == 0 else None,
            "system": "sewage" if number % 30 == 0 else "potable",
        }
        for number in range(COUNT)
    ]
    frame = pipes(rows)
    hit = rng.choice(COUNT // 6, 300)
    events = failures(
        [{"reported_pipe_id": f"P{1 + pipe}", "date": f"{2005 + n % 16}-03-01"} for n, pipe in enumerate(hit)]
    )
    matched = matching.match_failures(events, frame, radius_m=25.0, settings=Settings())
    return frame, matching.with_matches(events, matched)


def _assess(town: tuple[Any, Any], settings: Settings) -> Assessment:
    from waternet_plugin.core.health.risk.crossings import crossings_of

    frame, events = town
    return assess(frame, events, as_of=AS_OF, crossing=crossings_of(frame["burial"], None), settings=settings)


def _recorded(town: tuple[Any, Any], made: Assessment) -> what_if.RunResults:
    frame, events = town
    return what_if.recorded(
        pd.DataFrame(frame.drop(columns="geom")),
        made.pipes,
        events,
        window=made.summary.window,
        horizon_years=5.0,
        impact=None,
        settings=Settings(),
    )


def _codes(place: Any) -> list[str]:
    return [CLASSES[each] for each in place]


def test_the_values_of_the_run_give_its_classes_and_bands(town: Any) -> None:
    made = _assess(town, Settings())
    found = _recorded(town, made)
    assert _codes(what_if.classes_of(found, Settings()).class_index) == made.pipes["class"].tolist()
    assert found.same[found.rated].all()
    assert found.matrix(what_if.bands_of(found, Settings())) == made.summary.matrix


@pytest.mark.parametrize(
    "shares", a_few_quick([("0.002", "0.03"), ("0.05", "0.2"), ("0", "0"), ("1", "0.1")], 1)
)
def test_other_shares_give_the_classes_of_a_new_run(town: Any, shares: tuple[str, str]) -> None:
    found = _recorded(town, _assess(town, Settings()))
    other = Settings(dict(zip(("health.renew_now_share", "health.priority_share"), shares)))
    assert (
        _codes(what_if.classes_of(found, other).class_index) == _assess(town, other).pipes["class"].tolist()
    )


@pytest.mark.slow
def test_other_weights_give_the_matrix_of_a_new_run(town: Any) -> None:
    found = _recorded(town, _assess(town, Settings()))
    other = Settings({"health.weight.likelihood.record": "20", "health.weight.likelihood.ageing": "80"})
    bands = what_if.bands_of(found, other)
    assert found.matrix(bands) == _assess(town, other).summary.matrix
    assert found.matrix(bands) != found.matrix(found.bands)


def test_weights_that_do_not_add_up_are_refused(town: Any) -> None:
    found = _recorded(town, _assess(town, Settings()))
    with pytest.raises(InputError, match="add up to 100"):
        what_if.bands_of(found, Settings({"health.weight.site.road": "31"}))


def test_steps_of_risk_are_those_of_the_matrix() -> None:
    from waternet_plugin.core.health.risk.matrix import RiskBands

    bands = RiskBands(
        np.array([1, 3, 5, 4, 5, 0], dtype=np.int8), np.array([3, 2, 2, 4, 5, 4], dtype=np.int8)
    )
    assert what_if.risk_step(bands).tolist() == [0, 1, 2, 3, 4, -1]
