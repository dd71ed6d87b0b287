"""What a pipe's street and its year of laying say of its rate, with numbers."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from support.health_frames import fitted_rates, matched, pipes

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.rates.cohorts import cohorts_of
from waternet_plugin.core.health.rates.factors import factors_of
from waternet_plugin.core.health.risk.assessment import assess
from waternet_plugin.core.schema.settings import Settings

END = datetime.date(2012, 12, 31)


def rates(failures: list[float], street: list[int] | None):
    size = len(failures)
    return fitted_rates(
        np.full(size, 10.0),
        np.full(size, 0.2),
        np.array(failures),
        cohorts_of(pipes([{}] * size), Settings()),
        counted=np.ones(size, bool),
        cell_extra=np.zeros(1),
        street=None if street is None else np.array(street),
        settings=Settings(),
    )


def test_a_quiet_pipe_of_a_bad_street_is_worse() -> None:
    found = rates([4.0, 0.0, 0.0, 0.0], [0, 0, 1, -1])
    likely = found.of_cohorts.scale * found.of_cohorts.cell_factor[0] * 10.0 * 0.2
    # Prior 2 failures; the others of its street: one pipe with 4, or none at all.
    assert found.street.tolist() == pytest.approx([1.0, (2 + 4) / (2 + likely), 1.0, 1.0])
    alone = rates([4.0, 0.0, 0.0, 0.0], None)
    assert (found.rate / alone.rate).tolist() == pytest.approx(found.street.tolist())


def test_a_quiet_street_is_better() -> None:
    found = rates([0.0, 0.0, 9.0], [3, 3, 4])
    assert found.street[0] == found.street[1] < 1.0


def test_streets_show_in_reasons() -> None:
    rows = [{"street": "North"}] * 4 + [{"street": "South"}] * 40
    table = matched([(f"P{1 + number % 3}", f"{2003 + number % 10}-05-05") for number in range(60)])
    result = assess(pipes(rows), table, as_of=END).pipes
    assert "other pipes of its street failed often" in result["reasons"].iloc[3]
    assert result["rate_per_100km_y"].iloc[3] > 3 * result["rate_per_100km_y"].iloc[10]


def test_iron_of_before_1946_is_better() -> None:
    table = pipes(
        [
            {"install_year": 1945.0},
            {"install_year": 1946.0},
            {"install_year": None},
            {"install_year": 1930.0, "material": "pvc"},
        ]
    )
    assert factors_of(table, Settings()).vintage.tolist() == [0.7, 1.0, 1.0, 1.0]


def test_steps_of_years_may_be_several() -> None:
    settings = Settings({"health.vintage_factor.pvc": "1990:1.5;1975:2.5"})
    years = [1970.0, 1975.0, 1989.0, 1990.0]
    table = pipes([{"material": "pvc", "install_year": year} for year in years])
    assert factors_of(table, settings).vintage.tolist() == [2.5, 1.5, 1.5, 1.0]


def test_a_wrong_setting_is_named() -> None:
    with pytest.raises(InputError, match=r"vintage_factor\.pvc"):
        factors_of(pipes([{"material": "pvc"}]), Settings({"health.vintage_factor.pvc": "early:2"}))
