"""Length by system, diameter, material, decade and status."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from waternet_plugin.core.reports.health import statistics


def _pipes(*rows: dict[str, Any]) -> pd.DataFrame:
    plain = {"system": "potable", "function": None, "status": "in_use", "material": "pe", "length_m": 100.0}
    frame = pd.DataFrame([{**plain, **row} for row in rows], columns=statistics.COLUMNS)
    for name in ("diameter_mm", "width_mm", "height_mm", "length_m", "install_year"):
        frame[name] = frame[name].astype(float)
    return frame


def _group(found: statistics.Statistics, group: str) -> list[tuple[str, float, int]]:
    return [(share.code, share.length_m, share.pipes) for share in found.shares[group]]


def test_only_pipes_in_use_count() -> None:
    found = statistics.of_pipes(
        _pipes(
            {}, {"status": None}, {"status": "abandoned"}, {"status": "planned"}, {"function": "connector"}
        )
    )
    assert (found.length_m, found.pipes) == (200.0, 2)
    assert _group(found, "status") == [
        ("in_use", 100, 1),
        ("planned", 100, 1),
        ("abandoned", 100, 1),
        ("", 100, 1),
    ]


def test_systems_come_in_the_order_of_the_map() -> None:
    found = statistics.of_pipes(_pipes({"system": "storm"}, {"system": "potable"}, {"system": "raw_water"}))
    assert [code for code, *_ in _group(found, "system")] == ["raw_water", "potable", "storm"]


def test_materials_come_the_longest_first_and_the_unknown_last() -> None:
    rows = [{"material": None, "length_m": 900.0}, {"material": "unknown", "length_m": 800.0}]
    found = statistics.of_pipes(_pipes(*rows, {"material": "pe"}, {"material": "steel", "length_m": 300.0}))
    assert [code for code, *_ in _group(found, "material")] == ["steel", "pe", "", "unknown"]


@pytest.mark.parametrize(
    ("sizes", "band"),
    [
        ({"diameter_mm": 75}, "75"),
        ({"diameter_mm": 75.1}, "100"),
        ({"diameter_mm": 300}, "300"),
        ({"diameter_mm": 1200}, "1200"),
        ({"diameter_mm": 2000}, ">1200"),
        ({"width_mm": 2000, "height_mm": 500}, "1200"),
        ({}, ""),
    ],
)
def test_diameters_fall_into_bands(sizes: dict[str, float], band: str) -> None:
    assert _group(statistics.of_pipes(_pipes(sizes)), "diameter") == [(band, 100, 1)]


def test_years_fall_into_decades() -> None:
    years = [{"install_year": year} for year in (1999, 2000, 2009, None)]
    found = statistics.of_pipes(_pipes(*years))
    assert _group(found, "age") == [("1990", 100, 1), ("2000", 200, 2), ("", 100, 1)]


def test_shares_add_up_to_the_whole_whatever_the_order_of_rows() -> None:
    rows = [
        {
            "system": system,
            "material": material,
            "diameter_mm": size,
            "install_year": year,
            "length_m": 10.0 * number,
        }
        for number, (system, material, size, year) in enumerate(
            [("potable", "pe", 100, 1990), ("sewage", None, 300, None), ("fire", "steel", None, 2001)],
            start=1,
        )
    ]
    frame = _pipes(*rows)
    found = statistics.of_pipes(frame)
    assert found == statistics.of_pipes(frame.iloc[::-1])
    for group in ("system", "diameter", "material", "age", "status"):
        assert sum(share.length_m for share in found.shares[group]) == found.length_m == 60.0


def test_an_empty_network_has_no_lines() -> None:
    found = statistics.of_pipes(_pipes({}).iloc[:0])
    assert (found.length_m, found.pipes) == (0.0, 0) and all(shares == () for shares in found.shares.values())


@pytest.mark.parametrize(
    ("group", "code", "label"),
    [
        ("system", "potable", "给水"),
        ("diameter", "75", "DN ≤ 75"),
        ("diameter", "300", "DN 201–300"),
        ("diameter", ">1200", "DN > 1200"),
        ("age", "1990", "1990–1999"),
        ("material", "", "不详"),
    ],
)
def test_lines_are_named_in_the_users_language(group: str, code: str, label: str) -> None:
    assert statistics.label(group, code, "zh_CN") == label
