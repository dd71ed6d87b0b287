"""A backtest on a city whose truth is known, and what it refuses."""

from __future__ import annotations

import datetime
import json

import numpy as np
import pandas as pd
import pytest
from support.health_frames import matched, pipes
from support.simulated_city import city

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.evaluation.backtest import Backtest, backtest
from waternet_plugin.core.health.evaluation.holdout_period import trial_of
from waternet_plugin.core.health.evaluation.rankings import COMBINED, HIERARCHY, MODELS, OURS, RANKINGS
from waternet_plugin.core.health.evaluation.scoring import COLUMNS, SEGMENTS, SHARES, BacktestOptions
from waternet_plugin.core.health.evaluation.snapshot_cache import SnapshotCache
from waternet_plugin.core.health.rates.cutoff_snapshot import events_of, rows_of_pipes
from waternet_plugin.core.health.risk.assessment import assess
from waternet_plugin.core.reports.health.backtest import backtest_report, summary_lines
from waternet_plugin.core.schema.settings import Settings

CUTOFF = datetime.date(2010, 12, 31)
FAST = 20


@pytest.fixture(scope="module")
def town():
    return city(1, 3000)


@pytest.fixture(scope="module")
def found(town) -> Backtest:
    return backtest(town.pipes, town.failures, options=BacktestOptions(bootstraps=FAST, model=HIERARCHY))


@pytest.mark.slow
def test_a_row_for_each_cutoff_ranking_segment_and_share(found: Backtest) -> None:
    assert tuple(found.rows.columns) == COLUMNS
    assert len(found.rows) == len(found.cutoffs) * len(RANKINGS) * len(SEGMENTS) * len(SHARES)
    assert len(found.cutoffs) == 6


@pytest.mark.slow
def test_shares_are_shares(found: Backtest) -> None:
    rows = found.rows.dropna(subset=["captured"])
    assert rows["captured"].between(0, 1).all()
    assert (rows["lower"] <= rows["upper"]).all()


@pytest.mark.slow
def test_ours_is_the_assessment_of_that_day(town) -> None:
    past = SnapshotCache(
        town.pipes, town.failures, horizon_years=5, window_start=None, radius_m=25.0, settings=Settings()
    )
    model = past.choice("auto", CUTOFF).model
    assert model == COMBINED
    known = town.failures[town.failures["date"] <= pd.Timestamp(CUTOFF)]
    assessed = assess(town.pipes, known, as_of=CUTOFF).pipes.set_index("pipe_id")["rate_per_100km_y"]
    ours = pd.Series(past.rate(model, CUTOFF), index=past.on(CUTOFF).frame["pipe_id"])
    rated = assessed.dropna()
    assert ours[rated.index].to_numpy() == pytest.approx(rated.to_numpy())


@pytest.mark.slow
def test_ours_beats_what_planners_do_without(found: Backtest) -> None:
    for simple in ("random", "oldest", "material_age", "past_count", "survey"):
        assert found.mean(OURS, 0.1) > found.mean(simple, 0.1)


def test_random_order_catches_its_share(found: Backtest) -> None:
    rows = found.rows[found.rows["model"] == "random"].dropna(subset=["captured"])
    assert rows["captured"].to_numpy() == pytest.approx(rows["share_of_length"].to_numpy())
    assert rows["predicted_actual"].isna().all()


def test_past_count_says_nothing_of_pipes_that_never_failed(found: Backtest) -> None:
    rows = found.rows[(found.rows["model"] == "past_count") & (found.rows["segment"] == "never_broken")]
    rows = rows.dropna(subset=["captured"])
    assert len(rows)
    assert rows["captured"].to_numpy() == pytest.approx(rows["share_of_length"].to_numpy())


@pytest.mark.slow
def test_what_came_later_changes_nothing_that_was_known(town) -> None:
    settings = Settings()
    later = town.failures["date"] > pd.Timestamp(CUTOFF)
    moved = town.failures.assign(pipe_id=town.failures["pipe_id"].where(~later, "P00000"))
    rates = []
    for failures in (town.failures, moved, town.failures[~later].reset_index(drop=True)):
        past = SnapshotCache(
            town.pipes, failures, horizon_years=3, window_start=None, radius_m=25.0, settings=settings
        )
        rates.append([past.rate(model, CUTOFF) for model in MODELS])
    for one, two, three in zip(*rates):
        assert (one == two).all() and (one == three).all()


def test_a_pipe_retired_later_was_there(town) -> None:
    out = town.pipes.assign(
        retired_on=pd.Series(pd.Timestamp("2012-06-01"), index=town.pipes.index), status="removed"
    )
    settings = Settings()
    past = SnapshotCache(
        out, town.failures, horizon_years=3, window_start=None, radius_m=25.0, settings=settings
    )
    origin = past.on(CUTOFF)
    assert origin.rated.all()
    assert (past.on(datetime.date(2013, 12, 31)).rated).sum() == 0


@pytest.mark.slow
def test_the_same_whatever_the_order_of_rows(town, found: Backtest) -> None:
    random = np.random.default_rng(0)
    shuffled = backtest(
        town.pipes.iloc[random.permutation(len(town.pipes))].reset_index(drop=True),
        town.failures.iloc[random.permutation(len(town.failures))].reset_index(drop=True),
        options=BacktestOptions(bootstraps=0, model=HIERARCHY),
    )
    columns = ["captured", "test_failures", "predicted_actual"]
    one, two = found.rows[columns].to_numpy(float), shuffled.rows[columns].to_numpy(float)
    assert one == pytest.approx(two, rel=1e-6, nan_ok=True)


def test_a_field_that_knows_the_future_is_named(town) -> None:
    events = events_of(rows_of_pipes(town.pipes["pipe_id"], town.failures), town.failures, Settings())
    after = events.pipe[events.after(CUTOFF, datetime.date(2013, 12, 31)) & (events.pipe >= 0)]
    score = np.bincount(after, minlength=len(town.pipes)).astype(float)
    told = town.pipes.assign(condition=score, harmless=np.arange(len(town.pipes), dtype=float))
    result = backtest(
        told,
        town.failures,
        cutoffs=[CUTOFF],
        options=BacktestOptions(bootstraps=0, model=HIERARCHY, rankings=()),
    )
    assert [leak.field for leak in result.leaks] == ["condition"]
    assert result.leaks[0].captured > result.leaks[0].ours + 0.1
    assert any("condition" in line for line in summary_lines(result))


@pytest.mark.slow
def test_few_failures_are_refused_with_the_reason() -> None:
    table = matched([("P1", f"{2003 + number % 10}-03-03") for number in range(40)])
    result = backtest(pipes([{}, {}]), table, options=BacktestOptions(bootstraps=FAST))
    assert result.rows["captured"].isna().all()
    assert result.rows["predicted_actual"].isna().all()
    assert not result.tested
    figures = json.loads(backtest_report(result, network="town").to_json())
    assert len(figures["reasons"]) == len(result.cutoffs) >= 3
    assert all("fewer than 50" in reason for reason in figures["reasons"].values())


@pytest.mark.slow
def test_no_failures_at_all_are_refused() -> None:
    result = backtest(
        pipes([{}]), matched([]), today=datetime.date(2020, 12, 31), options=BacktestOptions(bootstraps=FAST)
    )
    assert len(result.cutoffs) == 3
    assert result.rows["captured"].isna().all()
    assert summary_lines(result)[0] == "Nothing could be tested."


def test_a_cutoff_after_the_records_is_refused(town) -> None:
    result = backtest(
        town.pipes, town.failures, cutoffs=[datetime.date(2020, 1, 1)], options=BacktestOptions(bootstraps=0)
    )
    assert "no records after" in result.cutoffs[0].refused


def test_test_years_end_with_the_records(town) -> None:
    result = backtest(
        town.pipes,
        town.failures,
        cutoffs=[CUTOFF],
        options=BacktestOptions(test_years=20, bootstraps=0, model=HIERARCHY),
    )
    assert result.cutoffs[0].until == datetime.date(2015, 12, 31)


@pytest.mark.parametrize(
    "wrong", [{"test_years": 0}, {"bootstraps": -1}, {"model": "forest"}], ids=lambda wrong: next(iter(wrong))
)
def test_senseless_wishes_are_refused(town, wrong) -> None:
    with pytest.raises(InputError):
        backtest(town.pipes, town.failures, options=BacktestOptions(**wrong))


def test_the_report_shows_figures_and_a_chart(found: Backtest) -> None:
    report = backtest_report(found, network="town")
    page = report.to_html()
    assert "<svg" in page and "Oldest first" in page
    figures = json.loads(report.to_json())
    assert figures["mean_captured"]["waternet"]["0.1"] == pytest.approx(found.mean(OURS, 0.1))
    assert len(figures["rows"]) == len(found.rows)
    assert figures["cutoffs"][0]["bands"][0]["first"] == 0.0


def test_bands_add_up(found: Backtest) -> None:
    one = found.cutoffs[0]
    assert sum(band.actual for band in one.bands) == pytest.approx(one.matched)
    assert sum(band.km for band in one.bands) == pytest.approx(one.km)


def test_trial_counts_pipes_in_service_only(town) -> None:
    settings = Settings()
    events = events_of(rows_of_pipes(town.pipes["pipe_id"], town.failures), town.failures, settings)
    past = SnapshotCache(
        town.pipes, town.failures, horizon_years=3, window_start=None, radius_m=25.0, settings=settings
    )
    origin = past.on(CUTOFF)
    trial = trial_of(origin, events, datetime.date(2013, 12, 31))
    year = town.pipes.set_index("pipe_id")["install_year"]
    later = town.failures[
        (town.failures["date"] > pd.Timestamp(CUTOFF)) & (town.failures["date"] <= "2013-12-31")
    ]
    assert trial.everything == len(later)
    assert trial.matched == int((later["pipe_id"].map(year) <= 2010).sum())
