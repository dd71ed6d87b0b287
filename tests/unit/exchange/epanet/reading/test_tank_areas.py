"""Surfaces of tanks as an EPANET file has them."""

from __future__ import annotations

import math

import pytest

from waternet_plugin.core.exchange.epanet.reading.tank_areas import tank_areas
from waternet_plugin.core.exchange.epanet.reading.text import document_of


def test_a_tank_is_as_wide_as_its_diameter_or_its_curve_says() -> None:
    text = (
        "[TANKS]\n T1 50 2 0 5 20 0\n T2 50 2 0 5 20 0 C1 ;curve\n T3 50 2 0 5 0 0\n"
        "[CURVES]\n C1 0 0\n C1 2 100\n C1 5 500\n[OPTIONS]\n Units LPS\n"
    )
    found = tank_areas(document_of(text, "utf-8"))
    assert found == {"T1": pytest.approx(math.pi * 100), "T2": pytest.approx(100.0)}


def test_feet_are_turned_into_metres() -> None:
    found = tank_areas(document_of("[TANKS]\n T1 50 2 0 5 20 0\n[OPTIONS]\n Units GPM\n", "utf-8"))
    assert found["T1"] == pytest.approx(math.pi * (10 * 0.3048) ** 2)
