"""Lives in the records and the need to replace, with numbers."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from health_frames import matched, pipes
from simulated_city import city

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.longterm import first_failure_curves, long_term_need, watched_lives
from waternet_plugin.core.health.past import Past
from waternet_plugin.core.health.survival import Weibull
from waternet_plugin.core.schema.settings import Settings

AS_OF = datetime.date(2012, 12, 31)


def past_of(table: pd.DataFrame, failures: pd.DataFrame, start: datetime.date | None = None) -> Past:
    return Past(table, failures, test_years=3, window_start=start, radius_m=25.0, settings=Settings())


def test_a_life_begins_with_the_records_and_ends_with_the_first_failure() -> None:
    table = pipes([{"install_year": 1980.0}, {"install_year": 2005.0}, {"install_year": None}])
    known = matched([("P1", "2006-07-02"), ("P1", "2004-01-01")])
    past = past_of(table, known, datetime.date(2003, 1, 1))
    rows, entry, leave, failed = watched_lives(past.on(AS_OF), past.events)
    assert rows.tolist() == [0, 1]
    assert entry.tolist() == pytest.approx([23.0, 0.0], abs=0.01)
    assert leave.tolist() == pytest.approx([24.0, 8.0], abs=0.01)
    assert failed.tolist() == [True, False]


def test_constant_rates_have_a_shape_of_one() -> None:
    # Without a factor of its own, a pipe's first failure comes with the same rate at any age.
    town = city(7, 4000, heterogeneity=0.0, level=4.0)
    past = past_of(town.pipes, town.failures)
    curves = first_failure_curves(past.on(AS_OF), past.events)
    # Cohorts differ by year of laying, which looks a little like age.
    assert all(1.0 <= curve.shape < 1.4 for curve in curves.values())
    assert "cast_iron" in curves


def test_materials_with_few_failures_have_no_curve() -> None:
    past = past_of(pipes([{}]), matched([("P1", "2010-01-01")]))
    assert first_failure_curves(past.on(AS_OF), past.events) == {}


def test_need_by_material_and_year() -> None:
    table = pd.DataFrame({"material": ["steel", None], "install_year": [1950.0, 2000.0]})
    lives = {"steel": Weibull(4.0, 70.0), "unknown": Weibull(4.0, 90.0), "ductile_iron": Weibull(50.0, 900.0)}
    found = long_term_need(table, np.array([100.0, 200.0]), as_of_year=2020, years=30, curves=lives)
    assert found["year"].min() == 2021 and found["year"].max() == 2050
    assert found["material"].unique().tolist() == ["steel", "unknown"]
    steel = found.loc[found["material"] == "steel", "amount"].sum()
    left = lives["steel"].survival(np.array([70.0, 100.0]))
    assert steel == pytest.approx(100 * (left[0] - left[1]) / left[0])


def test_the_wave_follows_the_years_of_laying() -> None:
    table = pd.DataFrame({"material": ["cast_iron"] * 50, "install_year": [1960.0] * 50})
    found = long_term_need(table, np.full(50, 1000.0), as_of_year=2000, years=100)
    peak = int(found.loc[found["amount"].idxmax(), "year"])
    # Half of grey iron is left at 110 years: the most goes around that age.
    assert 2055 <= peak <= 2085
    assert found["amount"].sum() > 0.85 * 50_000


@pytest.mark.parametrize("years", [0, 201])
def test_senseless_horizons_are_refused(years: int) -> None:
    with pytest.raises(InputError):
        long_term_need(
            pd.DataFrame({"material": [], "install_year": []}), np.zeros(0), as_of_year=2020, years=years
        )


def test_no_pipes_need_nothing() -> None:
    empty = pd.DataFrame({"material": pd.Series(dtype=object), "install_year": pd.Series(dtype=float)})
    assert long_term_need(empty, np.zeros(0), as_of_year=2020, years=5).empty
