"""The measuring tool of the benchmarks measures what it says."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from bench.harness import Bench, Row, measure, table


@pytest.mark.slow
def test_memory_of_the_step_is_counted_and_not_that_of_the_parent() -> None:
    ballast = bytearray(300_000_000)
    small = measure(os.getpid)
    large = measure(bytearray, 100_000_000)
    assert len(ballast) == 300_000_000
    assert small.peak_mb < 150
    assert 80 < large.peak_mb - small.peak_mb < 130


def test_time_leaves_out_the_preparation() -> None:
    # sleep() gives None, which str() then turns into text in no time.
    cost = measure(str, 0.3, prepare=time.sleep)
    assert cost.value == "None"
    assert cost.seconds < 0.2


def test_step_runs_in_another_process() -> None:
    assert measure(os.getpid).value != os.getpid()


def test_failure_tells_why() -> None:
    with pytest.raises(RuntimeError, match="invalid literal"):
        measure(int, "nonsense")


def test_death_is_told_from_failure() -> None:
    with pytest.raises(RuntimeError, match="exit code 3"):
        measure(os._exit, 3)


def test_ratio_limit_and_store(tmp_path: Path) -> None:
    bench = Bench("ladder", store=tmp_path)
    bench.run("floor", time.sleep, 0.05, rows=10)
    bench.run("slow", time.sleep, 0.2, rows=10, floor="floor", limit=1.5)
    assert bench.rows[1].ratio > 1.5
    assert bench.finish() == 1
    stored = json.loads((tmp_path / "ladder.json").read_text(encoding="utf-8"))
    assert [row["holds"] for row in stored["rows"]] == [True, False]
    assert len((tmp_path / "history.jsonl").read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.slow
def test_waiting_is_not_counted_where_cpu_time_is_compared(tmp_path: Path) -> None:
    bench = Bench("ladder", store=tmp_path, by_cpu=True)
    bench.run("floor", sum, range(3_000_000), rows=10)
    bench.run("waits", time.sleep, 0.5, rows=10, floor="floor", limit=0.5)
    assert bench.rows[1].ratio < 0.5
    assert bench.finish() == 0


def test_floor_must_have_been_measured(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not measured"):
        Bench("ladder", store=tmp_path).run("step", os.getpid, rows=1, floor="none")


def test_table_names_what_is_over() -> None:
    text = table("store", [Row("read", 1000, 0.5, 100.0, "bare", 4.0, 3.0), Row("bare", 1000, 0.1, 50.0)])
    assert "2,000" in text
    assert text.count("over") == 1


def test_a_row_that_costs_more_among_a_million_breaks_the_ladder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = Bench("growth", tmp_path, most_growth=1.3)
    for step, few_s, many_s, limit in (
        ("even", 0.02, 2.4, 9.0),
        ("grows", 0.02, 2.8, 9.0),
        ("not limited", 0.02, 99.0, None),
    ):
        bench.rows += [
            Row(step, 10_000, few_s, 1.0),
            Row(step, 1_000_000, many_s, 1.0, ratio=1.0, limit=limit),
        ]
    assert bench.growths() == {"even": pytest.approx(1.2), "grows": pytest.approx(1.4)}
    assert bench.finish() == 1
    assert "over the limit: grows (growth)" in capsys.readouterr().out
