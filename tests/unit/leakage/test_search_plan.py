"""Plans of leak search: stretches that hang together, nights in time, and what comes first."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from support.slow_cases import a_few_quick

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.leakage.searching.search_plan import (
    SearchEffort,
    SearchPlan,
    months_after,
    plan_search,
)
from waternet_plugin.core.leakage.searching.search_stretches import search_stretches
from waternet_plugin.core.schema.settings import Settings

START = datetime.date(2026, 1, 1)


def made(seed: int, count: int = 120) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return pipes between chance vertices with chance zones, rates and last searches."""
    chance = np.random.default_rng(seed)
    start, end = chance.integers(0, count // 2, (2, count))
    last = np.full(count, np.datetime64("NaT", "D"))
    some = chance.random(count) < 0.3
    last[some] = np.datetime64("2025-01-15") + chance.integers(0, 340, some.sum())
    pipes = pd.DataFrame(
        {
            "pipe_id": [f"P{number:04d}" for number in chance.permutation(count)],
            "dma_id": chance.choice(np.array(["A", "B", None], dtype=object), count),
            "length_m": chance.uniform(1, 900, count),
            "rate_per_100km_y": np.where(chance.random(count) < 0.8, chance.uniform(1, 90, count), np.nan),
            "last_on": last.astype("datetime64[ns]"),
        }
    )
    return pipes, start, end


def planned(
    pipes: pd.DataFrame,
    start: np.ndarray,
    end: np.ndarray,
    alarms_m: np.ndarray | None = None,
    **effort: object,
) -> SearchPlan:
    """Return a plan by the settings that ship."""
    alarms = np.zeros(len(pipes)) if alarms_m is None else alarms_m
    asked = SearchEffort(**{"start": START, **effort})  # type: ignore[arg-type]
    return plan_search(pipes, start=start, end=end, alarms_m=alarms, effort=asked, settings=Settings())


def in_one_piece(names: list[str], ends: dict[str, tuple[int, int]]) -> bool:
    """Return whether pipes hang together, by walking from one to the next."""
    left, reached = set(names), set(ends[names[0]])
    while left:
        new = {name for name in left if reached & set(ends[name])}
        if not new:
            return False
        left -= new
        for name in new:
            reached |= set(ends[name])
    return True


@pytest.mark.parametrize("seed", a_few_quick(range(6), 1))
def test_runs_hang_together_within_a_zone_and_a_night(seed: int) -> None:
    pipes, start, end = made(seed)
    plan = planned(pipes, start, end, km_per_night=1.2)
    ends = {name: (int(a), int(b)) for name, a, b in zip(pipes["pipe_id"], start, end)}
    zone = dict(zip(pipes["pipe_id"], pipes["dma_id"].fillna("")))
    runs = plan.runs.set_index("run_id")
    for run, members in plan.pipes.groupby("run_id"):
        names = members["pipe_id"].tolist()
        assert in_one_piece(names, ends)
        assert {zone[name] for name in names} == {runs.loc[run, "zone_id"] or ""}
        assert members["length_m"].sum() == pytest.approx(runs.loc[run, "length_m"])
    assert (plan.runs["length_m"] <= 1200 + 1e-6).all()
    assert plan.pipes.groupby("pipe_id")["length_m"].sum().sort_index().tolist() == pytest.approx(
        pipes.set_index("pipe_id")["length_m"].sort_index().tolist()
    )
    nightly = plan.runs.dropna(subset=["night"]).groupby(["night", "crew"])["length_m"].sum()
    assert (nightly <= 1200 + 1e-3).all()


@pytest.mark.parametrize("seed", a_few_quick(range(4), 1))
def test_every_pipe_is_in_time_where_crews_suffice(seed: int) -> None:
    pipes, start, end = made(seed)
    plan = planned(pipes, start, end, crews=1, km_per_night=1.0)
    assert (plan.short_km, plan.km) == (0, pytest.approx(pipes["length_m"].sum() / 1000))
    night_of = plan.runs.set_index("run_id")["night"]
    nights = plan.pipes.assign(night=plan.pipes["run_id"].map(night_of)).groupby("pipe_id")["night"].max()
    for name, last in zip(pipes["pipe_id"], pipes["last_on"]):
        # Written apart: a year later on the calendar.
        due = (pd.Timestamp(START) if pd.isna(last) else last) + pd.DateOffset(months=12)
        if due >= pd.Timestamp(START):
            assert nights[name] <= due


def test_a_run_that_would_be_late_gets_the_last_night_in_time() -> None:
    pipes = pd.DataFrame(
        {
            "pipe_id": ["high", "mid", "soon"],
            "dma_id": ["A", "A", "A"],
            "length_m": [1000.0] * 3,
            "rate_per_100km_y": [90.0, 50.0, 1.0],
            "last_on": pd.to_datetime([None, None, "2025-01-02"]),
        }
    )
    ends = np.array([0, 2, 4]), np.array([1, 3, 5])
    plan = planned(pipes, *ends, km_per_night=1.0)
    night = plan.pipes.merge(plan.runs, on="run_id").set_index("pipe_id")["night"]
    assert [str(night[name].date()) for name in ("high", "soon", "mid")] == [
        "2026-01-01",
        "2026-01-02",
        "2026-01-03",
    ]
    assert plan.short_km == 0


def test_overdue_first_then_alarms_then_the_rate() -> None:
    pipes = pd.DataFrame(
        {
            "pipe_id": ["a", "b", "c", "d"],
            "dma_id": ["A", "B", None, "A"],
            "length_m": [1000.0] * 4,
            "rate_per_100km_y": [90.0, 10.0, 5.0, 20.0],
            "last_on": pd.to_datetime([None, None, "2024-06-01", None]),
        }
    )
    ends = np.array([0, 2, 4, 6]), np.array([1, 3, 5, 7])
    plan = planned(pipes, *ends, alarms_m=np.array([0, 2 / 1000, 0, 0]), km_per_night=1.0, months=1)
    runs = plan.runs.merge(plan.pipes, on="run_id")
    assert runs["pipe_id"].tolist() == ["c", "b", "a", "d"]
    assert runs["reason"].tolist() == ["overdue", "alarm", "rate", "rate"]
    assert runs["leaks_per_km"].tolist() == pytest.approx([0.05, 2.1, 0.9, 0.2])
    assert plan.runs["run_id"].tolist() == ["SR-0001", "SR-0002", "SR-0003", "SR-0004"]


def test_what_crews_can_not_do_in_time_is_short_and_the_rest_goes_by_rate() -> None:
    pipes, start, end = made(3)
    plan = planned(pipes, start, end, km_per_night=1.0, months=1)
    assert plan.km < pipes["length_m"].sum() / 1000
    all_of_it = planned(pipes, start, end, km_per_night=0.1)
    late = (all_of_it.runs["night"] > all_of_it.runs["due_on"]) & (all_of_it.runs["reason"] != "overdue")
    missing = all_of_it.runs["night"].isna() & (all_of_it.runs["due_on"] <= pd.Timestamp("2027-01-01"))
    assert all_of_it.short_km == pytest.approx(all_of_it.runs["length_m"][late | missing].sum() / 1000)
    assert all_of_it.km == pytest.approx(
        all_of_it.runs["length_m"][all_of_it.runs["night"].notna()].sum() / 1000
    )
    assert all_of_it.short_km > 15
    rest = all_of_it.runs[(all_of_it.runs["reason"] == "rate") & all_of_it.runs["night"].notna()]
    missed = all_of_it.runs[all_of_it.runs["night"].isna()]
    # Only what fits into a gap goes before a run with more leaks.
    for length, leaks in zip(missed["length_m"], missed["leaks_per_km"]):
        assert (rest["length_m"][rest["leaks_per_km"] < leaks] < length).all()


def test_a_pipe_longer_than_a_night_is_searched_in_several() -> None:
    pipes = pd.DataFrame(
        {
            "pipe_id": ["main"],
            "dma_id": [None],
            "length_m": [5000.0],
            "rate_per_100km_y": [np.nan],
            "last_on": pd.to_datetime([None]),
        }
    )
    plan = planned(pipes, np.array([0]), np.array([1]))
    assert plan.runs["length_m"].tolist() == pytest.approx([5000 / 3] * 3)
    assert plan.pipes["pipe_id"].tolist() == ["main"] * 3
    # Nothing was assessed: the usual rate of 20 a year and 100 km.
    assert plan.runs["leaks_per_km"].tolist() == pytest.approx([0.2] * 3)


def test_the_order_of_rows_does_not_matter() -> None:
    pipes, start, end = made(1)
    turned = np.random.default_rng(5).permutation(len(pipes))
    one = planned(pipes, start, end)
    other = planned(pipes.iloc[turned].reset_index(drop=True), start[turned], end[turned])
    pd.testing.assert_frame_equal(one.runs, other.runs)
    pd.testing.assert_frame_equal(one.pipes, other.pipes)


def test_no_pipes_are_no_plan() -> None:
    pipes, start, end = made(1)
    plan = planned(pipes.iloc[:0], start[:0], end[:0])
    assert (len(plan.runs), len(plan.pipes), plan.km, plan.short_km) == (0, 0, 0, 0)


@pytest.mark.parametrize("loops", [False, True])
def test_stretches_fill_nights(loops: bool) -> None:
    # A long street with or without a second pipe beside each: few nights are half empty.
    count = 300
    start, end = np.arange(count), np.arange(1, count + 1)
    if loops:
        start, end = np.tile(start, 2), np.tile(end, 2)
    length = np.full(len(start), 70.0)
    cut = search_stretches(start, end, length, np.zeros(len(start), dtype=int), most_m=1000)
    assert cut.count <= 1.5 * np.ceil(length.sum() / 1000)


def test_months_end_where_the_calendar_says() -> None:
    days = np.array(["2024-02-29", "2025-01-31", "2025-12-15"], dtype="datetime64[D]")
    assert months_after(days, 12).astype(str).tolist() == ["2025-02-28", "2026-01-31", "2026-12-15"]
    assert months_after(days, 1).astype(str).tolist() == ["2024-03-29", "2025-02-28", "2026-01-15"]


@pytest.mark.parametrize(
    ("values", "word"),
    [({"crews": 0}, "CREWS"), ({"months": 0}, "MONTHS"), ({"months": 13}, "MONTHS"),
     ({"km_per_night": 0.0}, "KM_PER_NIGHT"), ({"km_per_night": float("nan")}, "KM_PER_NIGHT")],
)  # fmt: skip
def test_an_effort_that_is_none_is_refused(values: dict[str, object], word: str) -> None:
    with pytest.raises(InputError, match=word):
        SearchEffort(**{"start": START, **values})  # type: ignore[arg-type]
