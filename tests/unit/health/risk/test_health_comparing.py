"""Two runs side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.health.risk.comparing import COLUMNS, compare_runs


def frame(rows: dict[str, tuple[str, float]]) -> pd.DataFrame:
    return pd.DataFrame(
        [(pipe, name, rate) for pipe, (name, rate) in rows.items()],
        columns=["pipe_id", "class", "rate_per_100km_y"],
    )


def test_change_by_class() -> None:
    earlier = frame(
        {
            "a": ("in_service", 1.0),
            "b": ("renew_now", 90.0),
            "c": ("monitor", 5.0),
            "d": ("priority", 40.0),
            "f": ("unknown", np.nan),
            "g": ("unknown", np.nan),
            "h": ("monitor", 5.0),
        }
    )
    later = frame(
        {
            "a": ("monitor", 5.0),
            "b": ("priority", 40.0),
            "c": ("monitor", 9.0),
            "e": ("in_service", 1.0),
            "f": ("unknown", np.nan),
            "g": ("monitor", 3.0),
            "h": ("unknown", np.nan),
        }
    )
    result = compare_runs(earlier, later)
    assert tuple(result.columns) == COLUMNS
    assert dict(zip(result.pipe_id, result.change)) == {
        "a": "worse",
        "b": "better",
        "c": "same",
        "d": "gone",
        "e": "new",
        "f": "same",
        "g": "new",
        "h": "gone",
    }
    assert result.set_index("pipe_id").loc["e", "class_a"] is None
    assert result.set_index("pipe_id").loc["a", ["rate_a", "rate_b"]].tolist() == [1.0, 5.0]


def test_unrated_pipe_of_one_run_only() -> None:
    result = compare_runs(frame({"a": ("unknown", np.nan)}), frame({"b": ("unknown", np.nan)}))
    assert result.change.tolist() == ["gone", "new"]
