"""What got worse since the last run."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.health_frames import failures, matched

from waternet_plugin.core.health.risk.worsening import BY_CLASS, BY_RATE, COLUMNS, Worsening, worsened
from waternet_plugin.core.reports.health.risk import worsening_section
from waternet_plugin.core.schema.settings import Settings

THEN, NOW = datetime.date(2010, 12, 31), datetime.date(2012, 12, 31)


def run(rows: dict[str, tuple[str, float]]) -> pd.DataFrame:
    return pd.DataFrame(
        [(pipe, name, rate, f"why {pipe}", None) for pipe, (name, rate) in rows.items()],
        columns=["pipe_id", "class", "rate_per_100km_y", "reasons", "reason_facts"],
    )


def compared(
    before: dict[str, tuple[str, float]],
    now: dict[str, tuple[str, float]],
    events: Any = None,
    **changed: str,
) -> Worsening:
    return worsened(
        run(before),
        run(now),
        failures([]) if events is None else events,
        run_id="R0001",
        before_as_of=THEN,
        as_of=NOW,
        settings=Settings({f"health.{key}": value for key, value in changed.items()}),
    )


def test_class_and_rate_warn() -> None:
    before = {
        "a": ("in_service", 5.0),
        "b": ("monitor", 10.0),
        "c": ("monitor", 20.0),
        "d": ("priority", 30.0),
        "e": ("in_service", 0.5),
        "f": ("unknown", np.nan),
    }
    now = {
        "a": ("monitor", 9.0),
        "b": ("monitor", 15.0),
        "c": ("monitor", 29.0),
        "d": ("monitor", 20.0),
        "e": ("in_service", 2.0),
        "f": ("renew_now", 50.0),
        "g": ("renew_now", 90.0),
    }
    found = compared(before, now)
    assert tuple(found.pipes.columns) == COLUMNS
    # b grew by half; c did not; d got better; e grew fourfold but is still low; f and g were not rated.
    assert found.pipes["pipe_id"].tolist() == ["b", "a"]
    assert found.pipes["warning"].tolist() == [BY_RATE, f"{BY_CLASS}+{BY_RATE}"]
    assert (found.by_class, found.by_rate, found.compared) == (1, 1, 5)


def test_worst_class_first_then_growth() -> None:
    before = dict.fromkeys("abc", ("in_service", 1.0))
    now = {"a": ("monitor", 7.0), "b": ("renew_now", 8.0), "c": ("monitor", 9.0)}
    assert compared(before, now).pipes["pipe_id"].tolist() == ["b", "c", "a"]


def test_reasons_say_what_happened_since() -> None:
    before = dict.fromkeys("abc", ("monitor", 5.0))
    now = dict.fromkeys("abc", ("priority", 20.0))
    events = matched(
        [
            ("a", "2011-01-01"),
            ("a", "2012-12-31"),
            ("b", "2012-06-01"),
            ("c", "2010-12-31"),
            ("c", "2013-01-01"),
        ]
    )
    found = compared(before, now, events).pipes.set_index("pipe_id")
    assert found["new_failures"].to_dict() == {"a": 2, "b": 1, "c": 0}
    assert found.loc["a", "reasons"] == "2 failures since 2010-12-31; why a"
    assert found.loc["b", "reasons"] == "1 failure since 2010-12-31; why b"
    assert found.loc["c", "reasons"].startswith("no failure of its own since 2010-12-31: pipes like it")


@pytest.mark.slow
def test_growth_by_setting() -> None:
    before, now = {"a": ("monitor", 10.0)}, {"a": ("monitor", 12.0)}
    assert compared(before, now).pipes.empty
    assert len(compared(before, now, warning_ratio="1.2").pipes) == 1
    assert compared(before, now, warning_ratio="1.2", warning_rate="13").pipes.empty


def test_report_lists_the_first_twenty() -> None:
    before = {f"p{number:02d}": ("monitor", 10.0) for number in range(25)}
    now = dict.fromkeys(before, ("priority", 30.0))
    section = worsening_section(compared(before, now))
    assert section.table is not None
    assert len(section.table.rows) == 20
    assert "5 more" in section.note
    assert worsening_section(compared(before, before)).table is None
