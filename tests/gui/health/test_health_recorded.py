"""What the panel reads of runs kept in a network."""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import Any

from support.health_frames import matched, pipes

from waternet_plugin.core.health.risk.assessment import assess
from waternet_plugin.core.health.risk.summary import Summary
from waternet_plugin.core.reports.document import plain
from waternet_plugin.core.reports.health.health import figures_of
from waternet_plugin.operations.health.recorded_runs import Run, summary_of

END = datetime.date(2012, 12, 31)


def assessed() -> Summary:
    on = [
        ("P1", f"{year}-05-01")
        for year in (2003, 2004, 2005, 2006, 2009, 2010, 2011, 2012)
        for _ in range(40)
    ]
    return assess(pipes([{}] * 5), matched(on), as_of=END).summary


def kept(summary: Summary, **changed: Any) -> Run:
    figures = json.loads(json.dumps(plain(figures_of(summary))))
    parameters = {"settings": {"health.window_share": "0.3"}}
    return Run("R0001", "", END, None, "Li", parameters, {**figures, **changed})


def test_a_run_reads_as_it_was() -> None:
    summary = assessed()
    assert summary.window.gaps
    found = summary_of(kept(summary))
    assert found.window == dataclasses.replace(summary.window, share=found.window.share)
    assert found.matrix == summary.matrix
    assert found.risk_parts == summary.risk_parts


def test_older_runs_have_neither_gaps_nor_a_matrix() -> None:
    run = kept(assessed())
    for name in ("matrix", "risk_parts", "window_gaps"):
        del run.figures[name]
    found = summary_of(run)
    assert (found.matrix, found.window.gaps) == (None, ())
