"""What an assessment says when the data say little: sensible, explained, never sure of itself."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from support.health_frames import failures, matched, pipes
from support.slow_cases import a_few_quick

from waternet_plugin.core.health.evaluation.backtest import backtest
from waternet_plugin.core.health.evaluation.scoring import BacktestOptions
from waternet_plugin.core.health.matching.matching import match_failures, with_matches
from waternet_plugin.core.health.risk.assessment import Assessment, assess
from waternet_plugin.core.health.risk.classes import UNKNOWN
from waternet_plugin.core.reports.health.health import figures_of, health_report, summary_lines
from waternet_plugin.core.schema.settings import Settings

END = datetime.date(2012, 12, 31)
TEN_YEARS = [f"{2003 + number % 10}-06-0{1 + number % 9}" for number in range(60)]


def spread(count: int = 10) -> list[tuple[str, str]]:
    return [(f"P{1 + number % count}", day) for number, day in enumerate(TEN_YEARS)]


def checked(result: Assessment) -> Assessment:
    """Return the assessment after what holds of every one."""
    table = result.pipes
    rated = table["class"] != UNKNOWN
    numbers = table.loc[rated, ["rate_per_100km_y", "health", "likelihood", "consequence", "risk"]]
    assert np.isfinite(numbers.to_numpy(float)).all()
    assert (numbers.to_numpy(float) >= 0).all()
    assert table["reasons"].str.len().gt(0).all()
    assert table.loc[~rated, "rate_per_100km_y"].isna().all()
    assert health_report(result.summary, network="town").to_html()
    return result


@pytest.mark.slow
def test_no_material() -> None:
    unknown = checked(assess(pipes([{"material": None}] * 10), matched(spread()), as_of=END))
    known = assess(pipes([{}] * 10), matched(spread()), as_of=END)
    # Own failures speak; without any, a pipe of unknown material rests on the surveys.
    assert set(unknown.pipes["evidence"]) == {"A"}
    assert unknown.summary.network_rate == pytest.approx(known.summary.network_rate, rel=0.25)
    quiet = checked(assess(pipes([{"material": None}] * 11), matched(spread()), as_of=END))
    assert quiet.pipes["evidence"].iloc[10] == "C"


def test_no_year() -> None:
    result = checked(assess(pipes([{"install_year": None}] * 11), matched(spread()), as_of=END))
    assert result.summary.rated_pipes == 11
    assert result.pipes["evidence"].iloc[10] == "C"


def test_no_length_is_not_rated() -> None:
    result = checked(
        assess(
            pipes([{"length_m": None}, {"length_m": -5.0}, {}]), matched([("P3", "2010-01-01")]), as_of=END
        )
    )
    assert result.summary.not_rated == {"no_length": 2}


@pytest.mark.slow
def test_no_diameter() -> None:
    result = checked(assess(pipes([{"diameter_mm": None}] * 10), matched(spread()), as_of=END))
    assert result.summary.rated_pipes == 10


def test_estimated_pressures_are_counted_and_said() -> None:
    marks = ["pressure_min_mpa;pressure_max_mpa", "pressure_max_mpa", "pressure_min_mpa", None]
    rows = [{"pressure_max_mpa": 0.4, "estimated": words} for words in marks]
    drain = {"pressure_max_mpa": 0.4, "estimated": "pressure_max_mpa", "system": "sewage"}
    rows += [{"pressure_max_mpa": None, "estimated": "pressure_max_mpa"}, drain]
    summary = checked(assess(pipes(rows), failures([]), as_of=END)).summary
    assert summary.estimated_pressures == 2
    said = "Pressures of 2 pipes are estimated from the nearest point."
    assert said in summary_lines(summary) and said in health_report(summary, network="town").to_html()
    assert figures_of(summary)["estimated_pressures"] == 2


def test_no_failures_rests_on_surveys_and_says_so() -> None:
    result = checked(assess(pipes([{}, {"material": "pvc"}]), failures([]), as_of=END))
    assert set(result.pipes["evidence"]) == {"C"}
    assert result.summary.data_grade == "C"
    assert any("no usable failure records" in line for line in summary_lines(result.summary))
    iron, plastic = result.pipes["rate_per_100km_y"]
    assert iron > plastic > 0


@pytest.mark.slow
def test_one_failure_moves_little_and_is_no_grade() -> None:
    none = assess(pipes([{}] * 20), failures([]), as_of=END)
    one = checked(assess(pipes([{}] * 20), matched([("P1", "2012-05-05")]), as_of=END))
    assert one.summary.data_grade == "B"
    assert one.pipes["evidence"].tolist() == ["A"] + ["C"] * 19
    # The level stays that of the surveys; the pipe itself stands out.
    others = one.pipes["rate_per_100km_y"].iloc[1:].mean()
    assert others == pytest.approx(none.pipes["rate_per_100km_y"].mean(), rel=0.35)
    assert 1.2 < one.pipes["rate_per_100km_y"].iloc[0] / others < 3.0


@pytest.mark.slow
def test_all_failures_on_one_pipe_do_not_condemn_the_others() -> None:
    table = matched([("P1", day) for day in TEN_YEARS])
    result = checked(assess(pipes([{}] * 200), table, as_of=END))
    rate = result.pipes["rate_per_100km_y"]
    assert rate.iloc[0] > 20 * rate.iloc[1:].max()
    assert (result.pipes["evidence"].iloc[1:] != "A").all()
    assert "60 failures since 2003" in result.pipes["reasons"].iloc[0]


@pytest.mark.slow
def test_failures_outside_are_counted_and_used_nowhere() -> None:
    far = failures([{"at": (9e5, 9e5), "date": day} for day in TEN_YEARS])
    network = pipes([{}] * 5)
    known = with_matches(far, match_failures(far, network))
    result = checked(assess(network, known, as_of=END))
    assert result.summary.used == 0
    assert result.summary.left_out["orphan"] == 60
    assert set(result.pipes["evidence"]) == {"C"}
    assert result.summary.data_grade == "C"


@pytest.mark.slow
def test_failures_before_the_pipe_do_not_count_on_it() -> None:
    table = failures([{"reported_pipe_id": "P1", "date": day} for day in TEN_YEARS])
    network = pipes([{"install_year": 2011.0}, {}])
    known = with_matches(table, match_failures(table, network))
    result = checked(assess(network, known, as_of=END))
    assert result.summary.left_out["predecessor"] > 0
    assert result.summary.used == int((known["match_state"] == "matched").sum())


@pytest.mark.slow
@pytest.mark.parametrize("year", a_few_quick([2013.0, 2999.0], 1))
def test_pipes_laid_after_the_day_are_not_there(year: float) -> None:
    result = checked(assess(pipes([{"install_year": year}, {}]), matched([]), as_of=END))
    assert result.summary.laid_later == 1
    assert result.pipes["pipe_id"].tolist() == ["P2"]


@pytest.mark.parametrize("year", a_few_quick([0.0, 12.0, -1950.0], 1))
def test_senseless_years_do_not_crash(year: float) -> None:
    checked(assess(pipes([{"install_year": year}, {}]), matched(spread(2)), as_of=END))


def test_retired_before_it_was_laid_was_never_watched() -> None:
    odd = pipes([{"install_year": 2005.0, "retired_on": "2001-01-01", "status": "removed"}, {}])
    result = checked(assess(odd, matched([("P1", "2006-01-01"), ("P2", "2006-01-01")]), as_of=END))
    assert result.summary.used == 1
    assert result.pipes["class"].iloc[0] == UNKNOWN


def test_no_pipes_at_all() -> None:
    result = assess(pipes([{}]).iloc[:0], failures([]), as_of=END)
    assert len(result.pipes) == 0
    assert result.summary.rated_pipes == 0


def test_failures_without_dates_give_no_rates() -> None:
    table = failures(
        [{"reported_pipe_id": "P1", "date": None, "pipe_id": "P1", "match_state": "matched"}] * 20
    )
    result = checked(assess(pipes([{}]), table, as_of=END))
    assert result.summary.used == 0
    assert result.summary.left_out["no_date"] == 20


@pytest.mark.slow
def test_years_without_records_are_no_years_without_failures() -> None:
    whole = [(f"P{1 + number % 20}", f"{2001 + number % 12}-05-05") for number in range(240)]
    holed = [(pipe, day) for pipe, day in whole if not day.startswith(("2005", "2006"))]
    full = assess(pipes([{}] * 20), matched(whole), as_of=END)
    result = checked(assess(pipes([{}] * 20), matched(holed), as_of=END))
    assert [first.year for first, _ in result.summary.window.gaps] == [2005, 2006]
    assert result.summary.network_rate == pytest.approx(full.summary.network_rate, rel=0.03)
    assert any("No failure was recorded in 2005, 2006" in line for line in summary_lines(result.summary))


def test_an_assessment_long_after_the_last_record_does_not_take_silence_for_health() -> None:
    days = [(f"P{1 + number % 20}", f"{2001 + number % 12}-05-05") for number in range(240)]
    table = pipes([{"material": "ductile_iron"}] * 40)
    then = assess(table, matched(days), as_of=END)
    later = checked(assess(table, matched(days), as_of=datetime.date(2022, 12, 31)))
    window = later.summary.window
    assert window.known_until == END and [first.year for first, _ in window.gaps] == list(range(2013, 2023))
    assert later.pipes["rate_per_100km_y"].to_numpy() == pytest.approx(
        then.pipes["rate_per_100km_y"].to_numpy(), rel=0.01
    )
    # Pipes of 22 years grew to 32: what was a hazard when the records ended puts them on the list now.
    assert (then.pipes["policy"] == "yes").sum() == 0 and (later.pipes["policy"] == "yes").sum() == 20
    assert then.summary.data_grade == "A" and later.summary.data_grade == "B"
    said = summary_lines(later.summary)
    assert any("No failure was recorded in 2013" in line for line in said)
    assert not any("rates are too low" in line for line in said)


def test_few_failures_leave_silence_unexplained() -> None:
    days = [("P1", f"{year}-05-05") for year in range(2001, 2013)]
    later = checked(assess(pipes([{}] * 40), matched(days), as_of=datetime.date(2022, 12, 31)))
    assert not later.summary.window.gaps
    assert any("rates are too low" in line for line in summary_lines(later.summary))


@pytest.mark.slow
@pytest.mark.parametrize(
    "table",
    a_few_quick(
        [
            pipes([{"material": None, "install_year": None, "diameter_mm": None}] * 30),
            pipes([{"system": "storm"}] * 30),
            pipes([{"length_m": None}] * 30),
            pipes([{}]).iloc[:0],
        ],
        1,
    ),
    ids=["nothing_known", "drains", "no_length", "empty"],
)
def test_a_backtest_of_little_does_not_crash(table: pd.DataFrame) -> None:
    known = matched([(f"P{1 + number % 30}", f"{1997 + number % 19}-03-03") for number in range(900)])
    result = backtest(table, known, options=BacktestOptions(bootstraps=5), settings=Settings())
    assert len(result.cutoffs) >= 3
    for one in result.cutoffs:
        assert one.refused or one.matched >= 50


@pytest.mark.slow
def test_pipes_of_like_risk_stay_together() -> None:
    nothing = {"material": None, "install_year": None, "diameter_mm": None}
    made = checked(assess(pipes([nothing] * 40), failures([]), as_of=END)).pipes
    assert made["class"].nunique() == 1
    assert not made["class"].isin(["renew_now", "priority"]).any()
    told_apart = assess(
        pipes([{**nothing, "diameter_mm": 100.0 + 10 * number} for number in range(40)]),
        failures([]),
        as_of=END,
    )
    assert not told_apart.pipes["reasons"].str.contains("no riskier").any()
