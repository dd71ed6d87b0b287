"""Worse and better are said of like runs alone; a change of limits is said as such."""

from __future__ import annotations

import datetime
from typing import Any

import pandas as pd
import pytest
from support.health_frames import failures

from waternet_plugin.core.health.risk import comparability
from waternet_plugin.core.health.risk.comparing import SETTINGS, compare_runs
from waternet_plugin.core.health.risk.worsening import Worsening, worsened
from waternet_plugin.core.reports.health.risk import worsening_figures, worsening_sentence
from waternet_plugin.core.reports.setting_words import changes_sentence
from waternet_plugin.core.schema.settings import Settings, defaults

DAY = datetime.date(2020, 12, 31)


def parameters(**changed: str) -> dict[str, Any]:
    settings = {key: one.value for key, one in defaults().items() if key.startswith("health.")}
    settings.update({f"health.{key}": value for key, value in changed.items()})
    return {"MODEL": "auto", "WINDOW_START": "", "HORIZON": 5.0, "settings": settings}


def frame(rows: dict[str, tuple[str, float]]) -> pd.DataFrame:
    return pd.DataFrame(
        [(pipe, name, rate, None, None) for pipe, (name, rate) in rows.items()],
        columns=["pipe_id", "class", "rate_per_100km_y", "reasons", "reason_facts"],
    )


BEFORE = frame({"a": ("priority", 10.0), "b": ("monitor", 8.0), "c": ("in_service", 2.0)})
NOW = frame({"a": ("renew_now", 10.0), "b": ("priority", 8.0), "c": ("in_service", 2.0)})


def since(changed: tuple[comparability.SettingDifference, ...], now: pd.DataFrame = NOW) -> Worsening:
    return worsened(
        BEFORE,
        now,
        failures([]),
        run_id="R0001",
        before_as_of=DAY,
        as_of=DAY,
        settings=Settings(),
        changed=changed,
    )


def test_a_moved_limit_makes_no_pipe_worse() -> None:
    changed = comparability.changed(parameters(), parameters(renew_now_share="0.05"))
    worse = since(changed)
    assert (worse.by_class, worse.by_rate, len(worse.pipes)) == (0, 0, 0)
    said = worsening_sentence(worse)
    assert "Limits were changed" in said and "2 % → 5 %" in said and "no rate changed" in said
    assert "worse class" not in said
    assert worsening_figures(worse)["changed"][0]["key"] == "health.renew_now_share"  # type: ignore[index]
    compared = compare_runs(BEFORE, NOW, alike=comparability.classes_alike(changed))
    assert compared["change"].tolist() == [SETTINGS, SETTINGS, "same"]


def test_rates_are_still_compared_where_only_limits_moved() -> None:
    changed = comparability.changed(parameters(), parameters(priority_share="0.2"))
    grown = frame({"a": ("renew_now", 30.0), "b": ("priority", 8.0), "c": ("in_service", 2.0)})
    worse = since(changed, grown)
    assert worse.pipes["pipe_id"].tolist() == ["a"] and worse.rates_changed == 1
    said = worsening_sentence(worse)
    assert "1 rate changed" in said and "rate that has risen sharply" in said


def test_weights_change_neither_classes_nor_rates() -> None:
    key = "weight.likelihood.record"
    changed = comparability.changed(parameters(), parameters(**{key: "70"}))
    assert comparability.classes_alike(changed) and comparability.rates_alike(changed)
    said = worsening_sentence(since(changed))
    assert "Weights were changed" in said and "2 pipes are in a worse class" in said


def test_where_rates_are_made_otherwise_nothing_is_compared() -> None:
    for now in (parameters(pipe_prior="2"), {**parameters(), "WINDOW_START": "2010-01-01"}):
        changed = comparability.changed(parameters(), now)
        grown = frame({"a": ("renew_now", 30.0), "b": ("priority", 8.0), "c": ("in_service", 2.0)})
        worse = since(changed, grown)
        assert (worse.by_class, worse.by_rate) == (0, 0)
        assert "Neither" in worsening_sentence(worse) or "neither" in worsening_sentence(worse)


def test_like_runs_are_compared_as_ever() -> None:
    assert comparability.changed(parameters(), parameters()) == ()
    worse = since(())
    assert worse.by_class == 2 and worsening_sentence(worse).startswith("Since run R0001")
    # A run of before that kept no settings, and a number written otherwise, are no change.
    assert comparability.changed({}, parameters()) == ()
    assert comparability.changed(parameters(renew_now_share="0.020"), parameters()) == ()


def test_what_only_tests_or_warns_is_no_change() -> None:
    now = parameters(warning_ratio="2", backtest_origins="4", sewer_prior="3", grade_years="7")
    assert comparability.changed(parameters(), now) == ()


@pytest.mark.parametrize("key", [key for key in defaults() if key.startswith("health.")])
def test_every_setting_is_told(key: str) -> None:
    assert comparability.moved_by(key) in (
        comparability.BANDS,
        comparability.CLASSES,
        comparability.RATES,
        "",
    )
    if comparability.moved_by(key):
        changed = comparability.SettingDifference(
            key, defaults()[key].value, defaults()[key].value, comparability.moved_by(key)
        )
        assert defaults()[key].label in changes_sentence([changed], 0)


def test_many_changes_are_counted() -> None:
    now = parameters(renew_now_share="0.05", priority_share="0.1", hazard_failures="3", hazard_years="5")
    assert "and 1 more" in changes_sentence(comparability.changed(parameters(), now), 0)
