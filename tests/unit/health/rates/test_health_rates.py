"""The rate engine, the window of records, factors, cohorts and costs, with numbers."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pandas as pd
import pytest
from support.health_frames import fitted_rates, pipes

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.rates.cohorts import Cohorts, cohorts_of, is_unknown, table_cohorts
from waternet_plugin.core.health.rates.factors import factors_of, survey_rate
from waternet_plugin.core.health.rates.window import find_window, watched
from waternet_plugin.core.health.risk.consequence import cost_of_failure
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings, defaults

END = datetime.date(2012, 12, 31)


def window_of(dates: list[str | None], as_of: datetime.date = END, given: datetime.date | None = None):
    return find_window(pd.Series(pd.to_datetime(dates)), as_of=as_of, given=given, settings=Settings())


def one_cohort(count: int) -> Cohorts:
    return cohorts_of(pipes([{}] * count), Settings())


def two_cohorts() -> Cohorts:
    return cohorts_of(pipes([{"material": "cast_iron"}, {"material": "pvc"}]), Settings())


def test_years_back_from_a_leap_day_end_on_the_last_of_february() -> None:
    # The day after the end is 29 February, which other years do not have.
    found = window_of(["2024-02-28", "2023-03-01", "2023-02-28", "2022-02-27"], datetime.date(2024, 2, 28))
    assert (found.yearly, found.start) == ((2, 1, 1), datetime.date(2021, 2, 28))


def test_rate_formula_by_hand() -> None:
    # Two pipes of one cohort: m = 10 and 20, E = 0.5 and 0.25 (100 km-years), n = 12 and 3.
    rates = fitted_rates(
        np.array([10.0, 20.0]),
        np.array([0.5, 0.25]),
        np.array([12.0, 3.0]),
        one_cohort(2),
        counted=np.array([True, True]),
        cell_extra=np.zeros(1),
        settings=Settings(),
    )
    scale = (15 + 1) / (10 + 1)
    cell = (15 + 5) / (scale * 10 + 5)
    first, second = scale * cell * 10, scale * cell * 20
    assert rates.of_cohorts.scale == pytest.approx(scale)
    assert rates.of_cohorts.cell_factor[0] == pytest.approx(cell)
    assert rates.rate[0] == pytest.approx(first * (1 + 12) / (1 + first * 0.5))
    assert rates.rate[1] == pytest.approx(second * (1 + 3) / (1 + second * 0.25))


@pytest.mark.slow
def test_ambiguous_failures_count_in_cohort_and_network_only() -> None:
    def fit(extra: float):
        return fitted_rates(
            np.array([10.0, 10.0]),
            np.array([1.0, 1.0]),
            np.array([10.0, 10.0]),
            two_cohorts(),
            counted=np.array([True, True]),
            cell_extra=np.array([extra, 0.0]),
            settings=Settings(),
        )

    assert fit(2.0).of_cohorts.cell_failures.tolist() == [12.0, 10.0]
    assert fit(2.0).of_cohorts.scale == pytest.approx(23 / 21)
    assert fit(2.0).of_cohorts.cell_factor[0] > fit(0.0).of_cohorts.cell_factor[0]


def test_pipes_that_do_not_count_are_rated_by_the_others() -> None:
    rates = fitted_rates(
        np.array([10.0, 10.0]),
        np.array([1.0, 0.0]),
        np.array([20.0, 0.0]),
        one_cohort(2),
        counted=np.array([True, False]),
        cell_extra=np.zeros(1),
        settings=Settings(),
    )
    assert rates.rate[1] == pytest.approx(rates.of_cohorts.scale * rates.of_cohorts.cell_factor[0] * 10)


def test_a_handful_of_failures_leaves_the_level_to_the_surveys() -> None:
    rates = fitted_rates(
        np.array([10.0, 10.0]),
        np.array([10.0, 10.0]),
        np.array([1.0, 0.0]),
        one_cohort(2),
        counted=np.array([True, True]),
        cell_extra=np.zeros(1),
        settings=Settings(),
    )
    # 200 expected, 1 recorded: the records are not complete, and the rates do not fall to nothing.
    assert rates.of_cohorts.scale == pytest.approx(2 / 201)
    assert rates.of_cohorts.level == 1.0
    assert rates.rate.min() > 4.0


def test_start_of_records_is_the_first_full_enough_year() -> None:
    # 1990: 1 record; 1991 to 2002 none; 2003 to 2012 ten a year.
    dates = ["1990-05-01"] + [
        f"{year}-{month:02d}-01" for year in range(2003, 2013) for month in range(1, 11)
    ]
    window = window_of(dates)
    assert (window.start, window.found) == (datetime.date(2003, 1, 1), "detected")
    assert window.years == pytest.approx(10.0, abs=0.01)
    assert window.yearly[:10] == (10,) * 10


def test_years_are_whole_years_back_from_the_day() -> None:
    dates = [f"{year}-12-01" for year in range(2003, 2012)]
    window = window_of(dates, as_of=datetime.date(2012, 6, 30))
    assert window.start == datetime.date(2003, 7, 1)
    assert window.yearly == (1,) * 9


def test_given_start_is_taken_as_it_is() -> None:
    window = window_of(["2010-01-01"], given=datetime.date(2001, 3, 4))
    assert (window.start, window.found) == (datetime.date(2001, 3, 4), "given")


@pytest.mark.parametrize("dates", [[], [None], ["2013-01-01"]])
def test_no_records_no_window(dates: list[str | None]) -> None:
    window = window_of(dates)
    assert (window.start, window.found, window.years) == (None, "none", 0.0)


def test_watched_from_install_year_to_retirement() -> None:
    window = window_of(["2003-06-01"], given=datetime.date(2003, 1, 1))
    year = np.array([1990.0, 2008.0, np.nan, 1990.0, 1990.0, -5.0])
    retired = np.array(["NaT", "NaT", "NaT", "2004-12-31", "2002-01-01", "NaT"], dtype="datetime64[ns]")
    _, _, years = watched(year, retired, window)
    assert years == pytest.approx([10, 5, 10, 2, 0, 10], abs=0.01)


def test_length_factor_falls_with_length_and_stops_at_its_limits() -> None:
    frame = pipes([{"length_m": length} for length in (2.0, 5.0, 50.0, 500.0, 6000.0)])
    factor = factors_of(frame, Settings()).length
    assert factor[0] == factor[1]
    assert factor[3] == factor[4]
    assert factor[1] / factor[3] == pytest.approx(100**0.15)
    lengths = frame.length_m.to_numpy()
    assert (factor * lengths).sum() / lengths.sum() == pytest.approx(1.0)


def test_diameter_factor_is_continuous_and_that_of_the_survey() -> None:
    frame = pipes([{"diameter_mm": size} for size in (150.0, 200.0, 280.0, 80.0, np.nan)])
    factor = factors_of(frame, Settings()).diameter
    assert factor[0] == pytest.approx(35.8 / 28.6, abs=0.001)
    assert factor[2] == pytest.approx(16.2 / 28.6, abs=0.001)
    assert factor[2] < factor[1] < factor[0]
    assert factor[3] == factor[0]
    assert factor[4] == 1.0


def test_soil_and_pressure_act_where_they_are_known() -> None:
    frame = pipes(
        [
            {"soil": "high", "pressure_mpa": 0.2},
            {"soil": None, "pressure_max_mpa": 0.4, "pressure_mpa": 0.1},
            {"soil": "low", "material": "pvc", "pressure_mpa": 0.3},
            {},
        ]
    )
    factors = factors_of(frame, Settings())
    assert factors.soil.tolist() == [1.2, 1.0, 1.0, 1.0]
    assert factors.pressure == pytest.approx([0.6, (4 / 3) ** 1.4, 1.0, 1.0])


def test_every_material_has_a_survey_rate() -> None:
    missing = [code for code in domain("material") if f"health.survey_rate.{code}" not in defaults()]
    assert missing == []
    assert survey_rate("cast_iron", Settings()) == 17.8
    assert survey_rate("no such thing", Settings()) == survey_rate("unknown", Settings()) == 6.9


def test_a_network_overrides_a_rate() -> None:
    own = Settings({"health.survey_rate.pe": "9.5"})
    assert factors_of(pipes([{"material": "pe"}]), own).survey.tolist() == [9.5]


def test_a_broken_curve_is_one_sentence() -> None:
    with pytest.raises(InputError, match=r"health\.diameter_curve\.cast_iron"):
        factors_of(pipes([{}]), Settings({"health.diameter_curve.cast_iron": "150=1"}))


def test_unknowns_are_cohorts_of_their_own() -> None:
    frame = pipes(
        [{}, {"material": None}, {"install_year": None}, {"diameter_mm": None}, {"install_year": 1999}]
    )
    cohorts = cohorts_of(frame, Settings())
    assert cohorts.size == 5
    assert table_cohorts(frame, Settings()).size == 4
    assert is_unknown(cohorts)[cohorts.cell].tolist() == [False, True, True, False, False]


def test_cohort_limits() -> None:
    frame = pipes([{"diameter_mm": size, "install_year": 1979} for size in (200.0, 201.0, 601.0)])
    cohorts = cohorts_of(frame, Settings())
    upper = cohorts.diameter_to[cohorts.cell]
    assert upper[:2].tolist() == [200.0, 300.0]
    assert math.isinf(upper[2])
    assert set(cohorts.year_from) == {1979.0}
    assert cohorts.label(0).endswith("laid 1977–1981")


def test_a_laying_year_counts_with_those_within_two_years_of_it() -> None:
    years = [1950.0, 1952.0, 1953.0, 1958.0, None]
    frame = pipes([{"install_year": year} for year in years] + [{"install_year": 1951.0, "material": "pvc"}])
    cohorts = cohorts_of(frame, Settings())
    ones = np.bincount(cohorts.cell, minlength=cohorts.size).astype(float)
    around = cohorts.with_neighbours(ones)[cohorts.cell]
    # 1950 has 1952; 1952 has 1950 and 1953; unknown years and other materials have themselves alone.
    assert around.tolist() == [2.0, 3.0, 2.0, 1.0, 1.0, 1.0]


def test_the_rate_of_a_laying_year_leans_on_its_neighbours() -> None:
    frame = pipes([{"install_year": year} for year in (1950.0, 1952.0, 1970.0)])
    rates = fitted_rates(
        np.full(3, 10.0),
        np.full(3, 1.0),
        np.array([0.0, 30.0, 0.0]),
        cohorts_of(frame, Settings()),
        counted=np.ones(3, bool),
        cell_extra=np.zeros(3),
        settings=Settings(),
    )
    assert (
        rates.of_cohorts.cell_factor[0] == rates.of_cohorts.cell_factor[1] > rates.of_cohorts.cell_factor[2]
    )
    assert rates.of_cohorts.cell_failures.tolist() == [0.0, 30.0, 0.0]


def test_tables_have_fixed_spans() -> None:
    frame = pipes([{"install_year": year} for year in (1940.0, 1959.0, 1960.0)])
    cohorts = table_cohorts(frame, Settings())
    assert [cohorts.label(place)[-9:] for place in range(cohorts.size)] == ["1940–1959", "1960–1979"]


def test_cost_of_a_failure_by_diameter_and_road() -> None:
    frame = pipes(
        [
            {"diameter_mm": 100.0},
            {"diameter_mm": 101.0, "road_class": "arterial"},
            {"diameter_mm": 2000.0, "road_class": "unknown"},
            {"diameter_mm": None},
        ]
    )
    assert cost_of_failure(frame, Settings()).tolist() == [20_000.0, 60_000.0, 1_000_000.0, 30_000.0]


def test_settings_name_source_and_certainty() -> None:
    ours = [setting for key, setting in defaults().items() if key.startswith("health.")]
    assert len(ours) > 80
    certainties = set(domain("certainty"))
    assert [setting.key for setting in ours if not setting.source] == []
    assert {setting.certainty for setting in ours} <= certainties
    assert [setting.key for setting in ours if not (setting.label_en and setting.label_zh)] == []
