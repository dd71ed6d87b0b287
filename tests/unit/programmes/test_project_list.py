"""Projects by type: those of the zone that loses most first, and sums that stay unknown where all is."""

from __future__ import annotations

import math

import pandas as pd

from waternet_plugin.core.programmes.project_list import PROJECT_COLUMNS, ranked_projects, type_sums

NAN = math.nan


def projects() -> pd.DataFrame:
    lines = [
        ("A", "network", 100.0, 10.0), ("B", "smart", 50.0, NAN), ("C", None, 5.0, NAN),
        ("D", "network", NAN, 20.0), ("E", "network", 7.0, NAN), ("F", "network", 8.0, NAN),
    ]  # fmt: skip
    frame = pd.DataFrame(lines, columns=["project_id", "project_type", "cost", "fund_own"])
    return frame.assign(state="approved", length_m=1.0, fund_central=NAN, fund_local=NAN, fund_other=NAN)


def test_the_leakiest_zone_comes_first_within_a_type() -> None:
    zones = {"A": "Z1", "B": "Z1", "D": "Z2", "E": "Z3"}
    rows = ranked_projects(projects(), zones, {"Z1": (30.0, 100.0), "Z2": (30.0, 60.0), "Z3": (NAN, 10.0)})
    assert tuple(rows.columns) == PROJECT_COLUMNS
    # The same loss: the higher rate first; without a known loss by name; no type at the end.
    assert rows["project_id"].tolist() == ["D", "A", "E", "F", "B", "C"]
    assert rows["loss_rate"].fillna(-1).round(2).tolist() == [0.5, 0.3, -1, -1, 0.3, -1]
    sums = type_sums(rows).set_index("project_type")
    assert sums.index.tolist() == ["network", "smart", ""]
    assert sums.loc["network", ["projects", "length_m", "cost", "fund_own"]].tolist() == [4, 4, 115, 30]
    assert sums["fund_central"].isna().all() and math.isnan(sums.loc["smart", "fund_own"])


def test_no_projects_are_no_rows() -> None:
    none = ranked_projects(projects().iloc[:0], {}, {})
    assert none.empty and type_sums(none).empty
