"""Units: each factor as its definition says, and the ways that people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from waternet_plugin.core import units
from waternet_plugin.core.cells.written_numbers import unit_named
from waternet_plugin.core.exchange.epanet.reading.units import FLOW_UNITS, units_of_flow
from waternet_plugin.core.exchange.units.reading_units import FLOW, PRESSURE, factor_to_ours


def test_lengths_are_exact_and_the_same_as_floats() -> None:
    assert units.EXACT_METRES["foot"] == 12 * units.EXACT_METRES["inch"]
    assert units.EXACT_METRES["mile"] == 5280 * units.EXACT_METRES["foot"]
    assert units.EXACT_METRES["us_survey_foot"] * 3937 == pytest.approx(Decimal(1200))
    assert units.METRES["us_survey_foot"] == 1200 / 3937
    assert (units.FOOT_M, units.INCH_MM) == (0.3048, 25.4)


def test_a_metre_of_water_is_one_pressure_in_whatever_unit() -> None:
    # 1 psi = 0.45359237 kg under standard gravity on a square inch.
    assert pytest.approx(0.45359237 * 9.80665 / 0.0254**2 / 1e6, rel=1e-12) == units.PSI_MPA
    assert pytest.approx(101.97162, rel=1e-7) == units.MPA_METRES
    assert factor_to_ours(PRESSURE, "psi") == units.PSI_MPA
    assert factor_to_ours(PRESSURE, "kgf/cm²") == pytest.approx(10 * units.METRE_MPA)


def test_a_flow_is_one_flow_in_a_model_and_in_a_reading() -> None:
    names = {"GPM": "gpm", "LPS": "L/s", "LPM": "L/min", "MLD": "ML/d", "CMH": "m3/h", "CMS": "m3/s"}
    for flow, written in names.items():
        factor = factor_to_ours(FLOW, written)
        assert factor is not None
        assert units_of_flow(flow).m3d == pytest.approx(24 * factor)
    assert all(units_of_flow(flow).m3d > 0 for flow in FLOW_UNITS)


def test_every_length_that_a_cell_may_name_is_known() -> None:
    assert [unit_named(word) for word in ("毫米", "公分", "ft", "英寸", "rod")] == [
        "mm",
        "cm",
        "foot",
        "inch",
        "",
    ]
