"""Worked figures of night flow: background leakage, night use."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from waternet_plugin.core.leakage.night_use import night_use_m3h
from waternet_plugin.core.leakage.pressure_leakage import (
    BackgroundRates,
    background_leakage,
    background_rates,
)
from waternet_plugin.core.schema.settings import Settings


def test_background_of_a_zone_at_40_m() -> None:
    found = background_leakage(
        np.array([12_000.0]), np.array([1000.0]), np.array([1500.0]), np.array([40.0]), BackgroundRates()
    )
    assert found == pytest.approx([1.334], abs=0.0005)


def test_the_settings_have_the_parts_of_the_method() -> None:
    assert background_rates(Settings()) == BackgroundRates()


def test_a_bad_network_leaks_more_but_not_inside_of_properties() -> None:
    at = np.array([1000.0]), np.array([100.0]), np.array([100.0]), np.array([50.0])
    good, bad = (background_leakage(*at, BackgroundRates(icf=icf)) for icf in (1.0, 3.0))
    inside = 100 * 0.25 / 1000
    assert bad - inside == pytest.approx(3 * (good - inside))


def test_night_use_counts_households_and_classes_of_customers() -> None:
    customers = pd.DataFrame(
        {
            "kind": ["domestic", "domestic", "non_domestic", "public", None],
            "households": [200.0, np.nan, 5.0, np.nan, 10.0],
        }
    )
    use = 1000.0 * night_use_m3h(customers, Settings())
    assert use.tolist() == pytest.approx([340.0, 1.7, 6.3, 20.7, 17.0])
    other = 1000.0 * night_use_m3h(customers, Settings({"leakage.night_use_domestic_l_h": "3"}))
    assert other[0] == pytest.approx(600.0)
