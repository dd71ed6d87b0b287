"""Norms of night use: by type and size, of the areas that tell of it, equal to a reckoning by hand."""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np
import pandas as pd
import pytest

from waternet_plugin.core.dma.zone_tree import zone_tree
from waternet_plugin.core.leakage.night_norms import (
    MIXED,
    night_norms,
    norm_m3h,
    size_class,
    zone_households,
    zone_night_use,
)
from waternet_plugin.core.schema.settings import Settings

SETTINGS = Settings()


def tree_of(parents: dict[str, str | None]) -> Any:
    return zone_tree(
        pd.DataFrame(
            {
                "zone_id": list(parents), "kind": "dma", "state": "in_use", "level": np.nan,
                "parent_id": pd.Series(list(parents.values()), dtype=object),
            }
        )
    )  # fmt: skip


def customers_of(rows: list[tuple[str, str | None, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["pipe_id", "compound_id", "households"])
    return frame.assign(compound_id=frame["compound_id"].astype(object))


PIPES = pd.DataFrame({"pipe_id": ["P1", "P2", "P3"], "dma_id": ["Z1", "Z2", "Z3"]})
COMPOUNDS = pd.DataFrame({"compound_id": ["C1", "C2"], "type": ["residential", "public"]})


def test_a_zone_has_the_type_of_most_of_its_households_and_those_of_its_parts() -> None:
    rows = [
        ("P1", "C1", 60.0),
        ("P1", "C2", 30.0),
        ("P2", "C1", 5.0),
        ("P2", "C2", np.nan),
        ("P2", None, 4.0),
    ]
    found = zone_households(
        tree_of({"Z1": None, "Z2": "Z1", "Z3": None}), PIPES, customers_of(rows), COMPOUNDS
    ).set_index("zone_id")
    assert found["count"].tolist()[:2] == [100.0, 10.0]
    assert np.isnan(found.loc["Z3", "count"])
    assert found["type"].tolist()[:2] == ["residential", MIXED]
    none = zone_households(tree_of({"Z1": None}), PIPES, customers_of([("P1", None, 3.0)]), COMPOUNDS)
    assert none["type"].tolist() == [None]


def nights_of(use_m3h: dict[str, float], excess_m3h: float = 0.5, nights: int = 10) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"zone_id": zone, "window_mean_m3h": use + 1.0 + 0.1 * (night - 4.5), "background_m3h": 1.0,
             "excess_m3h": excess_m3h}
            for zone, use in use_m3h.items() for night in range(nights)
        ]
    )  # fmt: skip


def test_what_tells_nothing_of_night_use_is_named_with_why() -> None:
    ids = ["fine", "alarm", "excess", "few", "empty", "whole", "part"]
    tree = tree_of({one: "whole" if one == "part" else None for one in ids})
    households = pd.DataFrame({"zone_id": ids, "type": None, "count": [100.0] * 4 + [np.nan] + [100.0] * 2})
    nights = pd.concat(
        [
            nights_of(dict.fromkeys(["fine", "alarm", "empty", "whole", "part"], 2.0)),
            nights_of({"excess": 2.0}, excess_m3h=1.6),
            nights_of({"few": 2.0}, nights=6),
        ]
    )
    found = zone_night_use(households, nights, ["alarm"], tree.ancestors, SETTINGS)
    assert found["lacks"].tolist() == [None, "alarm", "excess", "nights", "households", "parts", None]
    assert found["l_household_h"].iloc[0] == pytest.approx(20.0)


def test_classes_begin_where_the_settings_say() -> None:
    counts = np.array([0, 299, 300, 999.0, 1000, 3000, np.nan])
    assert size_class(counts, [300, 1000, 3000]).tolist() == [
        "0-299", "0-299", "300-999", "300-999", "1000-2999", "3000+", None,
    ]  # fmt: skip


def test_norms_equal_a_reckoning_written_apart() -> None:
    dice = np.random.default_rng(3)
    kinds = ["residential", "public", None]
    zones = pd.DataFrame(
        {
            "zone_id": [f"Z{one}" for one in range(60)],
            "type": pd.Series([kinds[one] for one in dice.integers(0, 3, 60)], dtype=object),
            "count": np.round(dice.uniform(50, 5000, 60)),
            "l_household_h": dice.uniform(1, 6, 60),
            "lacks": pd.Series([None if one else "alarm" for one in dice.integers(0, 4, 60)], dtype=object),
        }
    )
    norms = night_norms(zones, SETTINGS)
    expected: dict[tuple[str | None, str], list[float]] = {}
    for row in zones.to_dict("records"):
        if row["lacks"] is None:
            size = next(
                name
                for top, name in ((300, "0-299"), (1000, "300-999"), (3000, "1000-2999"), (1e9, "3000+"))
                if row["count"] < top
            )
            expected.setdefault((row["type"], size), []).append(row["l_household_h"])
    told = {(one["type"], one["households"]): one for one in norms.to_dict("records")}
    assert set(told) == set(expected)
    for key, rates in expected.items():
        assert told[key]["zones"] == len(rates)
        assert told[key]["l_household_h"] == pytest.approx(statistics.median(rates))
        ends = statistics.quantiles(rates, n=4, method="inclusive") if len(rates) > 1 else [rates[0]] * 3
        assert (told[key]["lower"], told[key]["upper"]) == pytest.approx((ends[0], ends[2]))
    offered = norm_m3h(zones, norms, SETTINGS)
    first = zones.iloc[0]
    rate = told[(first["type"], size_class(np.array([first["count"]]), [300, 1000, 3000])[0])][
        "l_household_h"
    ]
    assert offered[0] == pytest.approx(rate * first["count"] / 1000)


def test_without_a_good_area_there_is_no_norm() -> None:
    zones = pd.DataFrame(
        {"zone_id": ["Z"], "type": [None], "count": [10.0], "l_household_h": [2.0], "lacks": ["alarm"]}
    )
    norms = night_norms(zones, SETTINGS)
    assert not len(norms) and list(norms) == "type households zones l_household_h lower upper".split()
    assert np.isnan(norm_m3h(zones, norms, SETTINGS)).all()
