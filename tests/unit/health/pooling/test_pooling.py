"""Sums of parts: in any order and any parts they are the same, and so is every pipe."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.parted_networks import OPTIONS, assessed_in_parts, by_id, parted
from support.simulated_city import city
from support.slow_cases import a_few_quick

from waternet_plugin.core.health.pooling.fixed_point import in_steps, sum_in_steps
from waternet_plugin.core.health.pooling.keyed_sums import KeyedSums
from waternet_plugin.core.health.pooling.sums import Norms, Sums
from waternet_plugin.core.health.rates.window import find_window
from waternet_plugin.core.health.risk.assessment import assess
from waternet_plugin.core.health.utilities.pooled import Part, norms_of_part, records_of_part
from waternet_plugin.core.schema.settings import Settings

AS_OF = datetime.date(2015, 12, 31)
PLAIN = Settings()


def town(size: int = 1500, seed: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return pipes of many streets with some pressures, some of unknown size or year, and their failures."""
    made = city(seed, size)
    number = np.arange(size)
    pipes = made.pipes.assign(
        street=np.where(number % 5 == 0, None, np.array([f"street {n // 12}" for n in number], dtype=object)),
        pressure_mpa=np.where(number % 7 == 0, 0.2 + number % 13 / 40.0, np.nan),
        diameter_mm=np.where(number % 11 == 0, np.nan, made.pipes["diameter_mm"]),
        install_year=np.where(number % 17 == 0, np.nan, made.pipes["install_year"]),
        road_class=np.where(number % 3 == 0, "arterial", "local"),
    )
    return pipes, made.failures


TOWN = town()


@pytest.fixture(scope="module")
def single() -> pd.DataFrame:
    result = assess(*TOWN, as_of=AS_OF, settings=PLAIN)
    assert result.summary.model == "combined"
    assert (result.pipes["class"] == "renew_now").any()
    return by_id(result.pipes)


@pytest.mark.parametrize("count", a_few_quick([1, 2, 10], 1))
def test_parts_are_assessed_as_the_whole_bit_by_bit(single: pd.DataFrame, count: int) -> None:
    found = assessed_in_parts(parted(*TOWN, count), AS_OF, PLAIN)
    pd.testing.assert_frame_equal(found, single, check_exact=True)


@pytest.mark.slow
def test_parts_of_a_few_pipes_are_assessed_as_the_whole(single: pd.DataFrame) -> None:
    pipes, failures = TOWN
    lone = pipes["pipe_id"].isin(pipes["pipe_id"][pipes["street"].isna()].tolist()[:8])
    of_lone = failures["pipe_id"].isin(pipes["pipe_id"][lone])
    parts = parted(pipes[~lone].reset_index(drop=True), failures[~of_lone].reset_index(drop=True), 2)
    parts += parted(pipes[lone].reset_index(drop=True), failures[of_lone].reset_index(drop=True), 12)
    sizes = [len(part.pipes) for part in parts]
    assert 1 in sizes and 0 in sizes
    pd.testing.assert_frame_equal(assessed_in_parts(parts, AS_OF, PLAIN), single, check_exact=True)


@pytest.mark.slow
def test_parts_of_drains_and_without_pipes_change_nothing(single: pd.DataFrame) -> None:
    pipes, failures = TOWN
    drains = pipes.head(5).assign(pipe_id=[f"D{n}" for n in range(5)], system="sewage", length_m=np.nan)
    more = [Part(drains, failures.head(0)), Part(pipes.head(0), failures.head(0))]
    found = assessed_in_parts([*more, *parted(*TOWN, 3)], AS_OF, PLAIN)
    assert set(found.loc[drains["pipe_id"], "class"]) == {"unknown"}
    pd.testing.assert_frame_equal(found.drop(drains["pipe_id"]), single, check_exact=True)


@pytest.mark.slow
def test_a_network_without_failures_is_assessed_in_parts_as_the_whole() -> None:
    pipes, failures = TOWN[0], TOWN[1].head(0)
    whole_town = by_id(assess(pipes, failures, as_of=AS_OF, settings=PLAIN).pipes)
    found = assessed_in_parts(parted(pipes, failures, 4), AS_OF, PLAIN)
    pd.testing.assert_frame_equal(found, whole_town, check_exact=True)
    assert "renew_now" not in set(found["class"])


@pytest.mark.slow
def test_pipes_of_one_rate_are_not_monitored_whatever_the_parts() -> None:
    pipes = TOWN[0].assign(
        material="pvc", diameter_mm=150.0, length_m=77.7, install_year=1990.0, pressure_mpa=np.nan
    )
    found = assessed_in_parts(parted(pipes, TOWN[1].head(0), 6), AS_OF, PLAIN)
    assert "monitor" not in set(found["class"])


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(2, 4))
def test_sums_are_associative_and_commutative_and_nothing_is_neutral(seed: int, count: int) -> None:
    pipes, failures = TOWN[0].iloc[:300], TOWN[1][TOWN[1]["pipe_id"].isin(TOWN[0]["pipe_id"].iloc[:300])]
    parts = parted(pipes, failures, count, seed)
    empty = Part(pipes.head(0), failures.head(0))
    norms = [norms_of_part(part, AS_OF, PLAIN) for part in [*parts, empty]]
    every = Norms.merged(norms)
    assert sum(norms[1:-1], norms[0]) == every == sum(norms[::-1][1:], norms[-1])
    sums = [records_of_part(part, every, AS_OF, OPTIONS, PLAIN).sums() for part in [*parts, empty]]
    first, second, nothing = sums[0], sums[1], sums[-1]
    assert first + second == second + first
    assert first + nothing == first == nothing + first
    assert (first + second) + sums[-2] == first + (second + sums[-2])
    complete = records_of_part(Part(pipes, failures), every, AS_OF, OPTIONS, PLAIN).sums()
    assert Sums.merged(sums) == complete
    assert Sums.merged(sums) != replace(complete, own_failures=complete.own_failures + 1)


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.sampled_from(["pe", "pvc", "铸铁"]), st.integers(-5, 5), st.integers()), max_size=9)
)
def test_keyed_sums_are_those_of_a_dictionary(rows: list[tuple[str, int, int]]) -> None:
    rows = [(word, year, value % 1000) for word, year, value in rows]
    expected: dict[tuple[str, int], int] = {}
    for word, year, value in rows:
        expected[word, year] = expected.get((word, year), 0) + value
    found = _keyed(rows)
    keys = list(zip(found.keys["material"], found.keys["year"]))
    assert keys == sorted(expected)
    assert dict(zip(keys, found.values["value"].tolist())) == expected
    halves = _keyed(rows[: len(rows) // 2]) + _keyed(rows[len(rows) // 2 :])
    assert halves == found
    asked = {"material": np.array(["zinc", *[key[0] for key in keys]], dtype=object)}
    year = np.array([0, *[key[1] for key in keys]], dtype=np.int64)
    assert found.rows_of({**asked, "year": year}).tolist() == [-1, *range(len(keys))]


def _keyed(rows: list[tuple[str, int, int]]) -> KeyedSums:
    return KeyedSums.of(
        {
            "material": np.array([row[0] for row in rows], dtype=object),
            "year": np.array([row[1] for row in rows], dtype=np.int64),
        },
        {"value": np.array([row[2] for row in rows], dtype=np.int64)},
    )


def test_whole_numbers_bear_what_people_type() -> None:
    typed = np.array([0.1, np.nan, 1e300, -np.inf, np.inf])
    most = 2**53
    assert in_steps(typed).tolist() == [100_000_000, 0, most, -most, most]
    # More than 64 bits hold.
    assert sum_in_steps(np.full(4096, 1e300)) == 4096 * most
    assert sum_in_steps(np.full(4096, -1e300)) == -4096 * most


@pytest.mark.parametrize(
    ("pressures", "median"), [([], np.nan), ([0.3], 0.3), ([0.4, 0.1, 0.2, 0.2], 0.2), ([0.4, 0.1], 0.25)]
)
def test_the_median_pressure_is_that_of_all_pipes(pressures: list[float], median: float) -> None:
    days = np.array(["NaT", "2001-05-05"], dtype="datetime64[D]")
    one = np.ones(len(pressures) + 1)
    norms = Norms.of(one, one, np.array([*pressures, np.nan]), days)
    assert norms.median_pressure_mpa == pytest.approx(median, nan_ok=True)
    assert norms.dates.tolist() == [pd.Timestamp("2001-05-05")]


@pytest.mark.parametrize("start", [None, datetime.date(2004, 1, 1)])
def test_days_that_are_counted_give_the_same_window_as_their_failures(start: datetime.date | None) -> None:
    chance = np.random.default_rng(40)
    days = np.datetime64("1995-01-01", "D") + (9_000 * chance.random(2_000) ** 0.4).astype(int)
    days[::50] = np.datetime64("NaT")
    norms = Norms.of(np.zeros(0), np.zeros(0), np.zeros(0), days)
    asked: dict[str, Any] = {"as_of": datetime.date(2015, 6, 30), "given": start, "settings": PLAIN}
    dates = pd.Series(days.astype("datetime64[ns]"))
    assert norms.dates.is_unique and norms.failures.sum() == dates.notna().sum() > len(norms.dates)
    assert find_window(norms.dates, failures=norms.failures, **asked) == find_window(dates, **asked)
