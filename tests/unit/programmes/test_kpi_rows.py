"""Indicators as numerator over denominator beside their targets, and the alarm that a leak explains."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.programmes.kpi_sheet import KpiPart, hours_between, kpi_rows, newest_alarm

TARGETS = pd.DataFrame(
    {
        "unit": ["A", "A", "B", "A"],
        "indicator": ["leakage_rate", "hit_rate", "hit_rate", "drained_m3"],
        "value": [0.1, 0.5, np.nan, 20.0],
    }
)


def test_less_is_better_of_some_and_more_of_others() -> None:
    parts = [
        KpiPart("A", "leakage_rate", 10.0, 100.0),
        KpiPart("A", "hit_rate", 1.0, 3.0),
        KpiPart("B", "hit_rate", 1.0, 2.0),
        KpiPart("B", "smart_share", 0.0, 0.0),
        KpiPart("A", "drained_m3", 20.5),
    ]
    rows = kpi_rows(parts, TARGETS)
    assert rows["value"].fillna(-1).round(3).tolist() == [0.1, 0.333, 0.5, -1, 20.5]
    assert rows["reached"].fillna("").tolist() == ["yes", "no", "", "", "no"]
    assert kpi_rows([], TARGETS).empty


def test_hours_count_forwards_alone() -> None:
    first = pd.Series(pd.to_datetime(["2025-01-01 10:00", "2025-01-01 10:00", None], utc=True))
    later = pd.Series(
        pd.to_datetime(["2025-01-01 13:30", "2025-01-01 09:00", "2025-01-01"], utc=True, format="mixed")
    )
    assert np.nan_to_num(hours_between(first, later), nan=-1).tolist() == [3.5, -1, -1]


def test_a_leak_explains_the_newest_alarm_of_its_zones_that_was_open() -> None:
    def at(text: str | None) -> pd.Timestamp:
        return pd.Timestamp(text, tz="UTC") if text else pd.NaT

    alarms = pd.DataFrame(
        {
            "zone_id": ["A", "A", "B", "A"],
            "raised_at": pd.to_datetime(
                [at("2025-01-01"), at("2025-02-01"), at("2025-02-05"), at("2025-03-01")]
            ),
            "ended_at": pd.to_datetime([at(None), at("2025-02-03"), at(None), at(None)], utc=True),
        }
    )
    assert newest_alarm(alarms, ("A",), at("2025-02-10")) == at("2025-01-01")
    assert newest_alarm(alarms, ("A", "B"), at("2025-02-10")) == at("2025-02-05")
    assert newest_alarm(alarms, ("A",), at("2025-02-02")) == at("2025-02-01")
    assert newest_alarm(alarms, ("C",), at("2025-02-10")) is None
